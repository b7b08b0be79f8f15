"""The study that the window shows: under way now, just over, or opened from its folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.control import Control
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.gui.runner import Job, Latest, Report, Runner

if TYPE_CHECKING:
    from trainer_gui.engine.study.events import StudyEvent
    from trainer_gui.engine.study.folder import StudyFolder
    from trainer_gui.engine.study.recipe import StudyRecipe


class CurrentStudy(QObject):
    """Holds the progress of one study and the wishes of whoever watches it. It has no widgets."""

    progressed = Signal(object)  # the StudyProgress, after each handful of events
    state_changed = Signal()  # began, was paused, goes on, is over, or another study is shown
    refused = Signal(object)  # a Problem
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._control = Control()
        self._job: Job | None = None
        self._made: StudyFolder | None = None  # written by the thread before its first event
        self.keep_awake = True  # whether its runs hold the computer's sleep off
        self.folder: StudyFolder | None = None
        self.recipe: StudyRecipe | None = None
        self.progress = StudyProgress()
        self.is_stopping = False
        self._openings = Latest(runner, self)
        self._openings.answered.connect(self._on_opened)
        self._openings.refused.connect(self.refused)
        self._openings.faulted.connect(self.faulted)

    @property
    def is_active(self) -> bool:
        """Whether it is carried out now, by this window."""
        return self._job is not None

    @property
    def is_paused(self) -> bool:
        """Whether a pause was asked for and not taken back; runs under way go on to their end in it."""
        return self.is_active and self._control.pause_wanted

    def begin(self, recipe: StudyRecipe) -> None:
        """Begins a new study."""
        assert not self.is_active
        self._control = control = Control()
        self.folder, self.recipe, self.progress = None, recipe, StudyProgress()
        keep_awake = self.keep_awake

        def make() -> Iterator[StudyEvent]:
            from trainer_gui.engine.study.conduct import conduct
            from trainer_gui.engine.study.folder import create_study

            self._made = create_study(recipe)
            return conduct(self._made, control, keep_awake=keep_awake)

        self._follow(make)

    def go_on_with(self, folder: StudyFolder, changed: StudyRecipe | None = None) -> None:
        """Goes on with a study that is not over, or for longer or wider where `changed` says so."""
        assert not self.is_active
        self._control = control = Control()
        if self.folder is None or self.folder.path != folder.path:
            self.progress = StudyProgress()
        self.folder, self.recipe = folder, changed
        keep_awake = self.keep_awake

        def make() -> Iterator[StudyEvent | StudyProgress]:
            from trainer_gui.engine.study.conduct import conduct
            from trainer_gui.engine.study.folder import study_progress_of

            self._made = folder
            if changed is not None and not folder.is_live:
                folder.save_recipe(changed)
            self.recipe = folder.recipe
            events = conduct(folder, control, keep_awake=keep_awake)
            # A long study is folded here, on the thread; event by event it would hold the window up.
            yield study_progress_of(folder)
            yield from events

        self._follow(make)

    def pause(self) -> None:
        """Begins with no further run; those under way go on to their end."""
        if self.is_active and not self.is_stopping:
            self._control.pause()
            self.state_changed.emit()

    def go_on(self) -> None:
        """Lets a paused study go on."""
        self._control.resume()
        self.state_changed.emit()

    def stop(self, *, on_purpose: bool = True) -> None:
        """Asks the runs under way to end and keeps all; not on purpose, the study is offered again."""
        if self._job is not None and not self.is_stopping:
            self.is_stopping = True
            self._control.stop(on_purpose=on_purpose)
            self._job.cancel()
            self.state_changed.emit()

    def open(self, folder: StudyFolder) -> None:
        """Shows a recorded study exactly as it stands."""
        assert not self.is_active

        def read(report: Report) -> tuple[StudyFolder, StudyRecipe, StudyProgress]:
            from trainer_gui.engine.study.folder import study_progress_of

            report("", None)
            return folder, folder.recipe, study_progress_of(folder)

        self._openings.ask(read)

    def clear(self) -> None:
        """Shows no study."""
        if not self.is_active:
            self.folder, self.recipe, self.progress = None, None, StudyProgress()
            self.progressed.emit(self.progress)
            self.state_changed.emit()

    def show_events(self, events: list[Any]) -> None:
        """Takes in the next events of the study that is shown; a StudyProgress stands for all before it."""
        before = self.progress.state
        if self.folder is None and self._made is not None:
            self.folder = self._made
        for event in events:
            if isinstance(event, StudyProgress):
                self.progress = event
            else:
                self.progress.add(event)
        self.progressed.emit(self.progress)
        if self.progress.state is not before:
            self.state_changed.emit()

    def _follow(self, make: Any) -> None:
        self._made = None
        self.is_stopping = False
        self._openings.forget()
        self._job = job = self._runner.run_stream(make, self._control.stop)
        job.events_arrived.connect(self.show_events)
        job.refused.connect(self._on_refused)
        job.faulted.connect(self._on_faulted)
        job.over.connect(self._on_over)
        self.progressed.emit(self.progress)
        self.state_changed.emit()

    def _on_opened(self, found: tuple[StudyFolder, StudyRecipe, StudyProgress]) -> None:
        if self.is_active:  # a new study began while the old one was being read
            return
        self.folder, self.recipe, self.progress = found
        self.progressed.emit(self.progress)
        self.state_changed.emit()

    def _on_refused(self, found: Problem) -> None:
        self.progress.state, self.progress.problem = StudyState.FAILED, found
        self.progressed.emit(self.progress)

    def _on_faulted(self, line: str, details: str) -> None:
        self.progress.state = StudyState.FAILED
        self.progress.problem = problem(
            "fault",
            "Something in Trainer itself went wrong, and the study had to end.",
            "What was trained until then is kept. Please send the report, so that it can be mended.",
        )
        self.progressed.emit(self.progress)
        self.faulted.emit(line, details)

    def _on_over(self) -> None:
        self._job = None
        self.is_stopping = False
        self.progressed.emit(self.progress)
        self.state_changed.emit()
