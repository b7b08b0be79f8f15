"""The slim strip that shows a run on every other page, so that it is never out of sight."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.engine.progress import Progress, State
from trainer_gui.gui.figures import duration, loss, number
from trainer_gui.gui.session import Session
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
        session.run_state_changed.connect(self._on_state_changed)
        self._on_state_changed()

    def show_progress(self, progress: Progress) -> None:
        """Shows how far a run is, once it is seen itself."""
        self._progress = progress
        if not self.isVisible():
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

    def _on_pause(self) -> None:
        if self._session.run.is_paused:
            self._session.resume()
        else:
            self._session.pause()

    def _on_state_changed(self) -> None:
        run = self._session.run
        self.pause.setText(self.tr("Resume") if run.is_paused else self.tr("Pause"))
        self.pause.setEnabled(not run.is_stopping)
        self.stop.setEnabled(not run.is_stopping)
        if run.is_stopping:
            self._words.setText(self.tr("Stopping at the next batch…"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_progress(self._progress)
