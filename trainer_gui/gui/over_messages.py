"""Tells a person who looks elsewhere that a run or a study is over, by the means of the system."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.gui.figures import duration, loss, metric, number
from trainer_gui.gui.session import SAY_WHEN_OVER, Session

_STAYS = 10_000  # milliseconds; many systems decide that themselves

Tell = Callable[[str, str], None]  # is given a title and a sentence


class OverMessages(QObject):
    """One message for each run or study that finished or failed while the window was not in front.

    One that was stopped by hand is none: whoever stopped it knows. `tell` overrides how it is said.
    """

    def __init__(self, window: QWidget, session: Session, tell: Tell | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._tell: Tell = tell if tell is not None else self._tell_by_system
        self._tray: QSystemTrayIcon | None = None
        self._was_active = (False, False)  # the run, the study
        session.run_state_changed.connect(self._on_run_state_changed)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate and self._tray is not None:
            self._tray.hide()  # it was only there for the message
        return False

    def _on_run_state_changed(self) -> None:
        session = self._session
        was, self._was_active = self._was_active, (session.run.is_active, session.study.is_active)
        if session.is_training or self._window.isActiveWindow() or not self._window.isVisible():
            return
        if not session.preferences.flag(SAY_WHEN_OVER, default=True):
            return
        run_was, study_was = was
        if run_was and session.run.progress.state in (State.FINISHED, State.FAILED):
            self._tell(*self._words(session.run.progress))
        if study_was and session.study.progress.state not in (StudyState.WAITING, StudyState.STOPPED):
            self._tell(*self._study_words(session.study.progress))

    def _study_words(self, progress: StudyProgress) -> tuple[str, str]:
        recipe = self._session.study.recipe
        name = f"“{recipe.name}”" if recipe is not None else self.tr("The study")
        if progress.state is StudyState.FAILED:
            why = progress.problem.message if progress.problem is not None else ""
            return self.tr("{name} broke off").format(name=name), why
        title, best = self.tr("{name} is done").format(name=name), progress.best
        took = duration(progress.seconds)
        if best is None or best.score is None:
            return title, self.tr("It took {time}.").format(time=took)
        words = self.tr("Best loss on the validation rows {loss}, of {count} trials; it took {time}.")
        return title, words.format(loss=loss(best.score), count=number(progress.ended), time=took)

    def _words(self, progress: Progress) -> tuple[str, str]:
        recipe = self._session.run.recipe
        name = self.tr("The run")
        if recipe is not None:
            name = f"“{Path(recipe.data.location.removeprefix('sample:')).stem} · {recipe.size}”"
        if progress.state is State.FAILED:
            why = progress.problem.message if progress.problem is not None else ""
            return self.tr("{name} failed").format(name=name), why
        return self.tr("{name} is trained").format(name=name), self._result(progress)

    def _result(self, progress: Progress) -> str:
        started, best = progress.started, progress.curve.best_epoch
        took = duration(progress.seconds)
        if started is None or not best:
            return self.tr("It took {time}.").format(time=took)
        label, value = started.loss.label, loss(progress.curve.best_loss)
        if progress.metric_at_best is not None:
            label, value = (
                started.metric.label,
                metric(progress.metric_at_best, percent=started.metric.percent),
            )
        words = self.tr("{metric} {value} on the validation rows, at epoch {epoch}; it took {time}.")
        return words.format(metric=label, value=value, epoch=best, time=took)

    def _tell_by_system(self, title: str, text: str) -> None:
        QApplication.alert(self._window)  # the entry in the task bar asks for attention
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._tray.messageClicked.connect(self._on_clicked)
            self._tray.activated.connect(self._on_clicked)
        self._tray.setToolTip(title)
        self._tray.show()
        self._tray.showMessage(title, text, QApplication.windowIcon(), _STAYS)

    def _on_clicked(self, _reason: object = None) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
