"""The data that is open, how it is read, and what follows from the choices about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from trainer_gui.gui.choosing import Choosing
from trainer_gui.gui.close_look import CloseLook
from trainer_gui.gui.foresight import Foresight
from trainer_gui.gui.opening import Opening
from trainer_gui.gui.outlook import Outlook
from trainer_gui.gui.preferences import Preferences
from trainer_gui.gui.runner import Latest, Report, Runner
from trainer_gui.gui.taken_fixes import TakenFix, take, take_back

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import DataReference, Dataset
    from trainer_gui.engine.fix import Change, Fix
    from trainer_gui.engine.plan import Plan
    from trainer_gui.engine.problems import Problem
    from trainer_gui.engine.recipe import Recipe


class DataInHand(Choosing):
    """Opens data, keeps what is chosen about it, and holds the outlook and the plan that follow from that."""

    dataset_changed = Signal()
    outlook_changed = Signal()
    plan_changed = Signal()
    findings_changed = Signal()  # what a close look at the data found, or which fixes were taken
    problem_shown = Signal(object)  # a Problem that the user should read now
    fault_found = Signal(str, str)  # one line and the traceback

    def __init__(self, runner: Runner, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.preferences = preferences
        self.dataset: Dataset | None = None
        self._wanted: Recipe | None = None  # to be chosen as soon as its data is open
        self._change_wanted: Change | None = None  # what is then to be different
        self.opening = Opening(runner, self)
        self.opening.previewed.connect(self._on_previewed)
        self.opening.opened.connect(self._on_opened)
        self.opening.cancelled.connect(self._drop_preview)
        self.opening.refused.connect(self._on_not_opened)
        self.opening.faulted.connect(self._on_opening_faulted)
        self.opening.stalled.connect(self.problem_shown)
        self._foresight = Foresight(runner, self)
        self._foresight.outlook_changed.connect(self._on_outlook_changed)
        self._foresight.plan_changed.connect(self.plan_changed)
        self._foresight.faulted.connect(self.fault_found)
        self.close_look = CloseLook(runner, self)
        self.close_look.changed.connect(self.findings_changed)
        self.close_look.faulted.connect(self.fault_found)
        self.taken_fixes: list[TakenFix] = []
        self._behind_preview: Dataset | None = None  # what was open before
        self.is_preview = False  # whether what is open are the first rows of what is being read
        self._is_read_again = False  # by a fix: what was chosen about columns still holds
        self._tests = Latest(runner, self)
        self._tests.answered.connect(self._on_test_data)
        self._tests.refused.connect(self.problem_shown)
        self._tests.faulted.connect(self.fault_found)

    @property
    def outlook(self) -> Outlook:
        """What a run would be with the choices of the moment; a moment old while `is_looking`."""
        return self._foresight.outlook

    @property
    def plan(self) -> Plan | None:
        """What the run would cost; None while that is not known."""
        return self._foresight.plan

    @property
    def is_looking(self) -> bool:
        """Whether data is being read, or the outlook is still that of older choices."""
        return bool(self.opening.location) or self._foresight.is_looking

    def recipe(self) -> Recipe | None:
        """The recipe that Start would train; None while it is unknown or cannot be."""
        return None if self.is_looking else self.outlook.recipe

    # ---- data

    def open_data(self, location: str | DataReference, options: dict[str, Any] | None = None) -> None:
        """Reads a file, a folder or a sample (`sample:iris`); an older reading under way is dropped."""
        is_new = self._wanted is None and not self._is_read_again
        self.opening.begin(location, options, preview=is_new)

    def open_text(self, text: str) -> None:
        """Reads a table that was pasted; it is kept as a file, so that its runs can be repeated."""
        self.opening.begin_text(text)

    def show_dataset(self, dataset: Dataset) -> None:
        """Takes a dataset that is read already. What was chosen about columns is forgotten."""
        self.dataset = dataset
        again, self._is_read_again = self._is_read_again, False
        if again:
            self.selection.keep_columns([each.name for each in dataset.columns])
        else:
            self.selection.forget_columns()
            self.taken_fixes.clear()
        self.close_look.forget()
        if not dataset.reference.location.startswith("sample:") and dataset.reference.source != "sample":
            self.preferences.add_recent(dataset.reference.location)
        if self._wanted is not None and self._wanted.data.location == dataset.reference.location:
            self.selection.take(self._wanted)
            if self._change_wanted is not None:
                self.selection.vary(self._change_wanted)
            if self._wanted.test_data is not None:
                self.choose_test_data(self._wanted.test_data)
        self._wanted = self._change_wanted = None
        self._foresight.outlook = Outlook()
        self.dataset_changed.emit()
        self._chose(self.target_changed)

    def read_again(self, location: str, options: dict[str, Any], dataset: Dataset | None = None) -> None:
        """Reads what is open, or could not be opened, with these options; `dataset` where that is done."""
        self._is_read_again = self.dataset is not None and self.dataset.reference.location == location
        if dataset is not None:
            self.show_dataset(dataset)
        else:
            self.open_data(location, options)

    def choose_test_data(self, where: str | DataReference | None) -> None:
        """Tests on the rows of a file of its own, or, for None, on a share of the rows again."""
        dataset = self.dataset
        if dataset is None:
            return

        def read(report: Report) -> Dataset:
            from trainer_gui.engine.own_test import with_test_data

            return with_test_data(dataset, where, report)

        self._tests.ask(read)

    def _on_test_data(self, dataset: Dataset) -> None:
        if self.dataset is not None and self.dataset.fingerprint == dataset.fingerprint:
            self.dataset = dataset
            self._chose(self.settings_changed)

    # ---- what is chosen

    def findings(self) -> list[Problem]:
        """What a close look at the data found and no fix was taken for."""
        return self.close_look.findings(self.selection.choices(self.family))

    def take_fix(self, fix: Fix) -> None:
        """Does what a fix says; it can be taken back."""
        if self.dataset is None:
            return
        reference = self.dataset.reference
        self.taken_fixes.append(take(self.selection, fix, self.family, reference.options))
        if fix.change.reading:
            self._is_read_again = True
            self.open_data(reference, fix.change.reading)
        self._chose(self.target_changed)
        self.settings_changed.emit()
        self.findings_changed.emit()

    def take_back_fix(self, taken: TakenFix) -> None:
        """Puts back what a fix changed."""
        if self.dataset is None or taken not in self.taken_fixes:
            return
        self.taken_fixes.remove(taken)
        take_back(self.selection, taken)
        if taken.reading:
            self._is_read_again = True
            self.open_data(self.dataset.reference, taken.reading)
        self._chose(self.target_changed)
        self.settings_changed.emit()
        self.findings_changed.emit()

    @property
    def target(self) -> str:
        """The column to be predicted; empty where none is known."""
        guessed = self.dataset.target if self.dataset is not None else ""
        return self.selection.target or guessed

    def take_choices(self, recipe: Recipe, change: Change | None = None) -> None:
        """Chooses all that a recipe chose, its data included, but for a change: Start then repeats it."""
        self._wanted, self._change_wanted = recipe, change
        if self.dataset is not None and self.dataset.fingerprint == recipe.fingerprint:
            self.show_dataset(self.dataset)
        else:
            self.open_data(recipe.data)

    # ---- what follows from a choice

    def _chose(self, signal: SignalInstance) -> None:
        if self.dataset is not None:
            self._foresight.look(self.dataset, self.selection.choices(self.family))
        signal.emit()

    def _foresee(self, **known: str) -> None:
        self._foresight.outlook = replace(self.outlook, **known)  # type: ignore[arg-type]

    def _on_outlook_changed(self) -> None:
        raise NotImplementedError

    def _on_previewed(self, dataset: Dataset) -> None:
        """The columns are known, and the target can be chosen; Start waits for the rest."""
        if not self.is_preview:
            self._behind_preview = self.dataset
        self.is_preview = True
        self.show_dataset(dataset)

    def _on_opened(self, dataset: Dataset) -> None:
        if self.is_preview:
            self.is_preview, self._behind_preview = False, None
            known = self.dataset
            # What was chosen while only the first rows were there still holds.
            same = known is not None and known.reference.location == dataset.reference.location
            self._is_read_again = self._is_read_again or same
        self.show_dataset(dataset)

    def _drop_preview(self) -> None:
        """Nothing is trained on first rows alone: where the rest does not come, what was open is back."""
        before, self._behind_preview = self._behind_preview, None
        if self.is_preview:
            self.is_preview = False
            if before is not None:
                self.show_dataset(before)
            else:
                self.dataset = None
                self.dataset_changed.emit()

    def _on_opening_faulted(self, line: str, details: str) -> None:
        self._drop_preview()
        self.fault_found.emit(line, details)

    def _on_not_opened(self, found: object) -> None:
        self._drop_preview()
        self._is_read_again = False
        self._wanted = self._change_wanted = None
        self.problem_shown.emit(found)
