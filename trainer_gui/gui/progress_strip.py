"""The slim strip that shows a run or a study on every other page, so that it is never out of sight."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.study.progress import StudyProgress
from trainer_gui.gui.figures import duration, loss, number
from trainer_gui.gui.session import Session
from trainer_gui.gui.study_words import going_words, share_of
from trainer_gui.gui.theme import GAP, MARGIN
from trainer_gui.gui.widgets import Button, Label, ProgressLine


class ProgressStrip(QWidget):
    """How far the run is, with Pause and Stop. Whoever owns it decides when it is seen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progressStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._progress = session.run.progress
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 6, MARGIN, 6)
        row.setSpacing(GAP)
        self._words = Label("", "small", tabular=True)
        self._words.setObjectName("stripWords")
        self._line = ProgressLine("stripLine", 4)
        self.pause = Button("", "stripPause")
        self.stop = Button(self.tr("Stop, keep the best"), "stripStop")
        row.addWidget(self._words)
        row.addWidget(self._line, 1)
        for button in (self.pause, self.stop):
            button.setFixedHeight(30)
            row.addWidget(button)
        self.pause.clicked.connect(self._on_pause)
        self.stop.clicked.connect(session.stop)
        session.run_changed.connect(self.show_progress)
        session.study_changed.connect(self.show_study)
        session.run_state_changed.connect(self._on_state_changed)
        self._on_state_changed()

    def show_progress(self, progress: Progress) -> None:
        """Shows how far a run is, once it is seen itself."""
        self._progress = progress
        if not self.isVisible() or self._session.study.is_active:
            return
        self._line.show_share(progress.share if progress.epochs else None)
        if not len(progress.curve):
            self._words.setText(self.tr("Getting ready…"))
            return
        words = self.tr("Epoch {epoch} of {epochs} · validation loss {loss}").format(
            epoch=number(progress.epoch),
            epochs=number(progress.epochs),
            loss=loss(float(progress.curve.validation_loss[-1])),
        )
        left = progress.seconds_left
        if progress.state is State.PAUSED:
            words = self.tr("Paused") + " · " + words
        elif left is not None:
            words += " · " + self.tr("{time} left").format(time=duration(left))
        self._words.setText(words)

    def show_study(self, progress: StudyProgress) -> None:
        """Shows how far a study is, where one is under way."""
        study = self._session.study
        if not self.isVisible() or not study.is_active or study.is_stopping:
            return
        self._line.show_share(share_of(progress, study.recipe) if progress.planned else None)
        if not progress.planned:
            self._words.setText(self.tr("Getting ready…"))
        elif study.is_paused:
            self._words.setText(self.tr("Paused, what is under way goes on") + " · " + going_words(progress))
        else:
            self._words.setText(going_words(progress))

    def _on_pause(self) -> None:
        if self._session.is_paused:
            self._session.resume()
        else:
            self._session.pause()

    def _on_state_changed(self) -> None:
        session = self._session
        of_study = session.study.is_active
        self.stop.setText(self.tr("Stop, keep all") if of_study else self.tr("Stop, keep the best"))
        self.pause.setText(self.tr("Resume") if session.is_paused else self.tr("Pause"))
        self.pause.setEnabled(not session.is_stopping)
        self.stop.setEnabled(not session.is_stopping)
        self.show_study(session.study.progress)
        if session.is_stopping:
            self._words.setText(self.tr("Stopping at the next batch…"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_progress(self._progress)
        self.show_study(self._session.study.progress)
