"""What the user has chosen so far; signals say what changed, and there are no widgets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from trainer_gui.engine.problems import problem
from trainer_gui.gui.choosing import Choosing
from trainer_gui.gui.close_look import CloseLook
from trainer_gui.gui.current_run import CurrentRun
from trainer_gui.gui.foresight import Foresight
from trainer_gui.gui.interrupted import Interrupted
from trainer_gui.gui.opening import Opening
from trainer_gui.gui.outlook import Outlook
from trainer_gui.gui.preferences import Preferences
from trainer_gui.gui.run_queue import RunQueue
from trainer_gui.gui.runner import Latest, Report, Runner
from trainer_gui.gui.taken_fixes import TakenFix, take, take_back
from trainer_gui.gui.warm_up import warm_up

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import DataReference, Dataset
    from trainer_gui.engine.fix import Change, Fix
    from trainer_gui.engine.plan import Plan
    from trainer_gui.engine.problems import Problem
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.run_queue import WaitingRun
    from trainer_gui.engine.training.device import Device

FIRST_SAMPLE = "sample:iris"
KEEP_AWAKE = "run/keep_awake"  # the preference whether the computer may not fall asleep while training
SAY_WHEN_OVER = "run/say_when_over"  # whether the system tells that a run is over


class Session(Choosing):
    """The one place that knows the choices. Whatever is slow goes through the runner.

    Every choice leads to a new `outlook`, and that to a new `plan` (parameters, time, memory); both
    arrive a moment later, the newest only.
    """

    dataset_changed = Signal()
    outlook_changed = Signal()
    plan_changed = Signal()
    findings_changed = Signal()  # what a close look at the data found, or which fixes were taken
    devices_changed = Signal()
    run_changed = Signal(object)  # the Progress of the current run
    run_state_changed = Signal()
    problem_shown = Signal(object)  # a Problem that the user should read now
    fault_found = Signal(str, str)  # one line and the traceback
    page_wanted = Signal(str)  # the name of a page
    reading_wanted = Signal(str)  # how what lies at a location is read is to be chosen
    open_wanted = Signal()  # a file is to be chosen
    folder_wanted = Signal()  # a folder is to be chosen
    paste_wanted = Signal()  # what lies on the clipboard is to be opened

    def __init__(self, runner: Runner, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.preferences = preferences
        self.dataset: Dataset | None = None
        self.devices: tuple[Device, ...] = ()
        self.is_start_wanted = False
        self._wanted: Recipe | None = None  # to be chosen as soon as its data is open
        self._change_wanted: Change | None = None  # what is then to be different
        self.run = CurrentRun(runner, self)
        self.run.wakefulness.wanted = preferences.flag(KEEP_AWAKE, default=True)
        self.run.progressed.connect(self.run_changed)
        self.run.state_changed.connect(self._on_run_state_changed)
        self.run.refused.connect(self.problem_shown)
        self.run.faulted.connect(self.fault_found)
        self.queue = RunQueue(runner, self)
        self.queue.changed.connect(self._on_queue_changed)
        self.queue.refused.connect(self.problem_shown)
        self.queue.faulted.connect(self.fault_found)
        self._under_way: WaitingRun | None = None  # the run of the queue that is being trained
        self.interrupted = Interrupted(self.run, runner, preferences, self)
        self.interrupted.faulted.connect(self.fault_found)
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

    # ---- the run

    @property
    def is_looking(self) -> bool:
        """Whether data is being read, or the outlook is still that of older choices."""
        return bool(self.opening.location) or self._foresight.is_looking

    def recipe(self) -> Recipe | None:
        """The recipe that Start would train; None while it is unknown or cannot be."""
        return None if self.is_looking else self.outlook.recipe

    def start(self) -> None:
        """Trains with the choices of the moment, as soon as the data is read."""
        if self.run.is_active:
            return
        self.is_start_wanted = self.is_looking
        if self.is_start_wanted:
            self.run_state_changed.emit()
        elif self.outlook.problem is not None:
            self.problem_shown.emit(self.outlook.problem)
        elif self.dataset is None or self.outlook.recipe is None:
            self.problem_shown.emit(
                problem("data.none", "There is no data yet.", "Choose a sample or open a file.", field="data")
            )
        else:
            self._foresight.stop_measuring()
            self.run.start(self.outlook.recipe, self.dataset)

    @property
    def can_line_up(self) -> bool:
        """Whether the choices make another run than the one under way and those that wait."""
        recipe = self.recipe()
        if recipe is None or self.is_preview or not self.run.is_active:
            return False
        known = [self.run.recipe, *(each.recipe for each in self.queue.entries)]
        plain = [each.model_copy(update={"execution": None}) for each in known if each is not None]
        return recipe.model_copy(update={"execution": None}) not in plain

    def line_up(self) -> None:
        """Adds a run with the choices of the moment to the queue."""
        recipe = self.recipe()
        if recipe is not None:
            self.queue.add(recipe, self.run.recipe)

    def pause(self) -> None:
        """Lets the run wait at the next batch."""
        self.run.pause()

    def resume(self) -> None:
        """Goes on with the run that is paused."""
        self.run.go_on()

    def try_next(self, change: Change, recipe: Recipe) -> None:
        """Trains a recipe with a few things changed, after the run that may be under way has ended."""
        self.take_choices(recipe, change)
        if self.run.is_active:
            self.run.stop()
            self.is_start_wanted = True
        else:
            self.start()

    def stop(self) -> None:
        """Ends the run at the next batch and keeps the best; forgets a start that has not begun."""
        if self.is_start_wanted:
            self.is_start_wanted = False
            self.run_state_changed.emit()
        self.run.stop()

    def open_run(self, folder: RunFolder) -> None:
        """Shows a recorded run as it stands."""
        if self._is_free():
            self.run.open(folder)

    def resume_run(self, folder: RunFolder) -> None:
        """Goes on with a run that was stopped or broke off."""
        if self._is_free():
            self._foresight.stop_measuring()
            self.run.resume_from(folder)

    def interrupt(self) -> None:
        """Ends the run at the next batch because the window closes; the next start offers to go on."""
        self.is_start_wanted = False
        self.queue.hold()
        self.run.stop(on_purpose=False)

    def find_devices(self) -> None:
        """Asks which devices there are, which also warms up the libraries that training needs."""
        job = self.runner.call(warm_up)
        job.answered.connect(self._on_devices)
        job.faulted.connect(self.fault_found)
        self.runner.call(self.preferences.search_for_recent())  # on its own: a network drive may not answer

    def close(self, milliseconds: int = 10_000) -> bool:
        """Ends every job; False where a thread did not end in time."""
        self.run.stop(on_purpose=False)
        self.preferences.save()
        return self.runner.close(milliseconds)

    # ---- what follows from a choice

    def _is_free(self) -> bool:
        if self.run.is_active:
            self.problem_shown.emit(
                problem(
                    "run.under_way",
                    "A run is under way, so another one cannot be shown here.",
                    "Stop it first; the best of it is kept.",
                    severity="caution",
                )
            )
        return not self.run.is_active

    def _chose(self, signal: SignalInstance) -> None:
        if self.dataset is not None:
            self._foresight.look(self.dataset, self.selection.choices(self.family))
        signal.emit()

    def _foresee(self, **known: str) -> None:
        self._foresight.outlook = replace(self.outlook, **known)  # type: ignore[arg-type]

    def _on_outlook_changed(self) -> None:
        self.selection.drop_defaults(self.family, self.outlook.default_values)
        self._look_closely()
        self.outlook_changed.emit()
        if self.is_start_wanted:
            self.start()
        self._measure()

    def _measure(self) -> None:
        # Measuring would disturb a run, and be disturbed by it.
        if self.outlook.recipe is None or self.dataset is None or self.run.is_active or self.is_preview:
            self.plan_changed.emit()
        else:
            self._foresight.measure(self.dataset, self.selection.choices(self.family))

    def _look_closely(self) -> None:
        if self.outlook.recipe is None or self.dataset is None or self.is_preview:
            self.close_look.forget()
        elif not self.run.is_active:  # it would take time from a run
            self.close_look.look(self.dataset, self.outlook.recipe)

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
        self.is_start_wanted = False
        self._wanted = self._change_wanted = None
        self.problem_shown.emit(found)
        self.run_state_changed.emit()

    def _on_devices(self, devices: tuple[Device, ...]) -> None:
        self.devices = devices
        self.devices_changed.emit()

    def _on_run_state_changed(self) -> None:
        if not self.run.is_active and not self.is_looking:
            self._look_closely()
            if self.plan is None:
                self._measure()
        if self.is_start_wanted and not self.run.is_active:
            self.start()
        elif not self.run.is_active:
            self._after_queued()
            if not self.queue.is_held:  # another window or terminal may have changed what waits
                self.queue.refresh()
        self.run_state_changed.emit()

    def _on_queue_changed(self) -> None:
        self._begin_next()
        self.run_state_changed.emit()

    def _begin_next(self) -> None:
        """Begins with the next run of the queue where nothing stands in its way."""
        queue = self.queue
        if queue.is_held or not queue.entries or self.run.is_active or self.is_start_wanted:
            return
        self._under_way = entry = queue.entries[0]
        self._foresight.stop_measuring()
        self.run.start_waiting(entry, None if self.is_preview else self.dataset)
        queue.forget(entry)

    def _after_queued(self) -> None:
        """Says that a run of the queue has failed, and holds the others where they would fail too."""
        entry, self._under_way = self._under_way, None
        found = self.run.progress.problem
        if entry is None or found is None or found.key == "queue.taken":
            return
        full = found.key.startswith("disk.")
        advice = "The queue is held: {why}" if full else "The next one in the queue goes on. {why}"
        if not self.queue.entries:
            advice = "{why}"
        self.problem_shown.emit(
            problem(
                "queue.failed",
                "“{name}” failed: {what}",
                advice,
                severity="caution",
                name=entry.name,
                what=found.message,
                why=found.advice,
            )
        )
        if full:
            self.queue.is_held = True
            self.queue.refresh()
