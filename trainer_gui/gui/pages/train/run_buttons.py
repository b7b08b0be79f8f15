"""Start, Pause, Stop: the one large button, and at times a quiet one beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.progress import State, comes_again
from trainer_gui.gui.figures import number
from trainer_gui.gui.plan_words import count_words, time_words
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import LargeButton, PrimaryButton


class RunButtons(QWidget):
    """Always says what a click would do now."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        row = QHBoxLayout()
        row.setSpacing(UNIT + 2)
        self.line_up = PrimaryButton(self.tr("Add to the queue"), "lineUpButton")
        self.line_up.setToolTip(self.tr("Train with these choices after the run that is under way"))
        self.line_up.clicked.connect(session.line_up)
        column.addWidget(self.line_up)
        column.addLayout(row)
        self.stop = LargeButton("", "stopButton")
        self.stop.clicked.connect(session.stop)
        self.second = LargeButton("", "secondButton")
        self.primary = PrimaryButton("", "primaryButton")
        row.addWidget(self.second, 2)
        row.addWidget(self.primary, 3)
        row.addWidget(self.stop, 3)
        self.primary.clicked.connect(self._on_primary)
        self.second.clicked.connect(self._on_second)
        session.run_state_changed.connect(self._show)
        session.dataset_changed.connect(self._show)
        session.outlook_changed.connect(self._show)
        session.settings_changed.connect(self._show)
        session.draft.wish_changed.connect(self._show)
        session.draft.plan_changed.connect(self._show)
        self._show()

    @property
    def can_resume(self) -> bool:
        """Whether the run that is shown ended before its time and can go on."""
        run = self._session.run
        stopped = run.progress.state in (State.STOPPED, State.FAILED)
        if comes_again(run.progress.problem):
            return False
        free = not self._session.is_training and not self._session.is_study_shown
        return free and stopped and run.folder is not None and run.progress.epoch > 0

    def _show(self) -> None:
        run = self._session.run
        session, draft = self._session, self._session.draft
        first, second, enabled = self.tr("Start"), "", True
        if session.is_training:
            of_study = session.study.is_active
            first = self.tr("Stop, keep all") if of_study else self.tr("Stop, keep the best")
            first = self.tr("Stopping…") if session.is_stopping else first
            second = self.tr("Resume") if session.is_paused else self.tr("Pause")
            enabled = not session.is_stopping
        elif self._session.is_start_wanted:
            first, second, enabled = self.tr("Starting…"), self.tr("Cancel"), False
        elif draft.is_wanted:
            first = self._study_words()
            enabled = draft.problem is None
        elif run.progress.started is not None and not session.is_study_shown:
            first = self.tr("Train again")
            second = self.tr("Resume") if self.can_resume else ""
        # While something else could be trained, that is the main thing to do; Stop steps back beside it.
        lines_up = self._session.can_line_up
        self.line_up.setVisible(lines_up)
        self.stop.setVisible(lines_up)
        self.primary.setVisible(not lines_up)
        for button in (self.primary, self.stop):
            button.setText(first)
            button.setEnabled(enabled)
        self.second.setText(second)
        self.second.setVisible(bool(second))
        self.second.setEnabled(enabled or self._session.is_start_wanted)

    def _study_words(self) -> str:
        """What a click would begin: "Start tuning · 12 runs, about 3 min"."""
        draft = self._session.draft
        plan = draft.plan
        if draft.continued is not None:
            first = self.tr("Continue")
        elif draft.kind == "tune":
            first = self.tr("Start tuning")
        elif plan is not None:
            first = self.tr("Start {count} runs").format(count=number(plan.runs))
            return f"{first} · {time_words(plan)}"
        else:
            first = self.tr("Start the runs")
        return first if plan is None else f"{first} · {count_words(plan)}, {time_words(plan)}"

    def _on_primary(self) -> None:
        if self._session.is_training:
            self._session.stop()
        else:
            self._session.start()

    def _on_second(self) -> None:
        session = self._session
        if session.is_paused:
            session.resume()
        elif session.is_training:
            session.pause()
        elif session.is_start_wanted:
            session.stop()
        elif session.run.folder is not None:
            session.resume_run(session.run.folder)
