"""What the window is called: its data, or how far the training is."""

from PySide6.QtCore import QObject

from trainer_gui.engine.names import one_line
from trainer_gui.gui.session import Session
from trainer_gui.gui.study_words import share_of


class WindowTitle(QObject):
    """Says in few words what the window is busy with, also where only its title is seen."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def words(self) -> str:
        """The title as it should be now."""
        run, dataset, study = self._session.run, self._session.dataset, self._session.study
        if study.is_active and study.progress.planned:
            going = self.tr("{percent} % · trial {number} of {count} – Trainer")
            return (self.tr("Paused") + " · " + going if study.is_paused else going).format(
                percent=round(100 * share_of(study.progress, study.recipe)),
                number=min(study.progress.ended + 1, study.progress.planned),
                count=study.progress.planned,
            )
        if run.is_active and run.progress.epochs:
            going = self.tr("{percent} % · epoch {epoch} of {epochs} – Trainer")
            return (self.tr("Paused") + " · " + going if run.is_paused else going).format(
                percent=round(100 * run.progress.share), epoch=run.progress.epoch, epochs=run.progress.epochs
            )
        if dataset is not None:
            return self.tr("{name} – Trainer").format(name=one_line(dataset.name))
        return self.tr("Trainer")
