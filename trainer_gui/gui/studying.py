"""Studies in the window: planned with the choices of the moment, begun, continued, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trainer_gui.gui.current_study import CurrentStudy
from trainer_gui.gui.data_in_hand import DataInHand
from trainer_gui.gui.preferences import Preferences
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.study_draft import StudyDraft

if TYPE_CHECKING:
    from trainer_gui.engine.fix import Change
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.study.folder import StudyFolder


class Studying(DataInHand):
    """Keeps the study in hand and the draft of the next one; either it or a run is shown."""

    study_changed = Signal(object)  # the StudyProgress of the current study
    run_state_changed = Signal()  # of the run or of the study, or another of them is shown

    def __init__(self, runner: Runner, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(runner, preferences, parent)
        self.is_start_wanted = False
        self.is_study_shown = False  # and not the run
        self.study = CurrentStudy(runner, self)
        self.study.progressed.connect(self.study_changed)
        self.study.state_changed.connect(self._on_study_state_changed)
        self.study.refused.connect(self.problem_shown)
        self.study.faulted.connect(self.fault_found)
        self.draft = StudyDraft(runner, self)
        self.draft.wish_changed.connect(self._on_wish_changed)
        self.draft.plan_changed.connect(self._on_study_planned)
        self.draft.faulted.connect(self.fault_found)
        self.plan_changed.connect(self._plan_study)

    @property
    def is_training(self) -> bool:
        """Whether a run or a study is under way in this window."""
        raise NotImplementedError

    def take_choices(self, recipe: Recipe, change: Change | None = None) -> None:
        """Chooses all that a recipe chose, which is one run."""
        if self.draft.continued is not None:
            self.draft.forget_continued()
        self.draft.choose_kind("one")
        super().take_choices(recipe, change)

    def open_study(self, folder: StudyFolder) -> None:
        """Shows a recorded study as it stands."""
        if self._is_free():
            self.is_study_shown = True
            self.study.open(folder)

    def continue_study(self, folder: StudyFolder) -> None:
        """Goes on with a study that is not complete."""
        if self._is_free():
            self._begin_study()
            self.study.go_on_with(folder)

    def show_study(self, shown: bool) -> None:
        """Shows the study in hand, or else the run."""
        self.is_study_shown = shown
        self.run_state_changed.emit()

    def _start_study(self) -> None:
        """Begins with what is drafted; waits for its plan where that is not known yet."""
        draft = self.draft
        if draft.problem is not None:
            self.problem_shown.emit(draft.problem)
        elif draft.plan is None:
            self.is_start_wanted = True
            self._plan_study()
            self.run_state_changed.emit()
        else:
            recipe, continued = draft.plan.recipe, draft.continued
            self._begin_study()
            if continued is not None:
                draft.forget_continued()
                self.study.go_on_with(continued.folder, recipe)
            else:
                self.study.begin(recipe)

    def _begin_study(self) -> None:
        self._foresight.stop_measuring()
        self.draft.stop_looking()
        self.is_study_shown = True

    def _plan_study(self) -> None:
        """Plans what is drafted, where there is something to plan and nothing that it would disturb."""
        draft = self.draft
        if not draft.is_wanted or self.is_training:
            draft.stop_looking()
        elif draft.continued is not None:
            draft.look(None, None)
        elif self.dataset is not None and self.outlook.recipe is not None and not self.is_preview:
            # What one run costs is measured first: both at once would disturb each other.
            if not self.is_looking and (self.plan is not None or self.is_start_wanted):
                draft.look(self.dataset, self.selection.choices(self.family))
        else:
            draft.forget()

    def _on_wish_changed(self) -> None:
        self._plan_study()

    def _on_study_planned(self) -> None:
        if self.is_start_wanted and not self.is_looking:
            self.start()

    def start(self) -> None:
        """Trains with the choices of the moment."""
        raise NotImplementedError

    def _is_free(self) -> bool:
        raise NotImplementedError

    def _on_study_state_changed(self) -> None:
        raise NotImplementedError
