"""The study that the window shows: under way now, just over, or opened from its folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.gui.current import Current
from trainer_gui.gui.runner import Runner

if TYPE_CHECKING:
    from trainer_gui.engine.study.events import StudyEvent
    from trainer_gui.engine.study.folder import StudyFolder
    from trainer_gui.engine.study.recipe import StudyRecipe


class CurrentStudy(Current):
    """Holds the StudyProgress of one study. In a pause no run is begun, and those under way go on."""

    folder: StudyFolder | None
    recipe: StudyRecipe | None
    progress: StudyProgress

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(runner, parent)
        self.keep_awake = True  # whether its runs hold the computer's sleep off

    def begin(self, recipe: StudyRecipe) -> None:
        """Begins a new study."""
        control = self._begin()
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
        control = self._begin()
        if self.folder is None or self.folder.path != folder.path:
            self.recipe, self.progress = None, StudyProgress()
        self.folder = folder
        self.recipe = changed or self.recipe
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

    def open(self, folder: StudyFolder) -> None:
        """Shows a recorded study exactly as it stands, and follows it where another process conducts it."""
        from trainer_gui.engine.study.following import follow_study

        self._watch(folder, partial(follow_study, folder))

    def _blank(self) -> StudyProgress:
        return StudyProgress()

    def _fail(self, found: Problem, details: str = "") -> None:
        self.progress.state, self.progress.problem = StudyState.FAILED, found

    def _fault(self) -> Problem:
        return problem(
            "fault",
            "Something in Trainer itself went wrong, and the study had to end.",
            "What was trained until then is kept. Please send the report, so that it can be mended.",
        )
