"""What the user has chosen so far; signals say what changed, and there are no widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from trainer_gui.engine.problems import problem
from trainer_gui.gui.current_run import CurrentRun
from trainer_gui.gui.interrupted import Interrupted
from trainer_gui.gui.preferences import Preferences
from trainer_gui.gui.run_queue import RunQueue, failure_of
from trainer_gui.gui.runner import Runner
from trainer_gui.gui.studying import Studying
from trainer_gui.gui.warm_up import warm_up

if TYPE_CHECKING:
    from trainer_gui.engine.fix import Change
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_folder import RunFolder
    from trainer_gui.engine.run_queue import WaitingRun
    from trainer_gui.engine.training.device import Device

FIRST_SAMPLE = "sample:iris"
KEEP_AWAKE = "run/keep_awake"  # the preference whether the computer may not fall asleep while training
SAY_WHEN_OVER = "run/say_when_over"  # whether the system tells that a run is over


class Session(Studying):
    """The one place that knows the choices. Whatever is slow goes through the runner.

    Every choice leads to a new `outlook`, and that to a new `plan` (parameters, time, memory); both
    arrive a moment later, the newest only.
    """

    devices_changed = Signal()
    run_changed = Signal(object)  # the Progress of the current run
    problem_over = Signal(str)  # the key of one that was shown and is of no interest any more
    page_wanted = Signal(str)  # the name of a page
    reading_wanted = Signal(str)  # how what lies at a location is read is to be chosen
    open_wanted = Signal()  # a file is to be chosen
    folder_wanted = Signal()  # a folder is to be chosen
    paste_wanted = Signal()  # what lies on the clipboard is to be opened

    def __init__(self, runner: Runner, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(runner, preferences, parent)
        self.devices: tuple[Device, ...] = ()
        self.run = CurrentRun(runner, self)
        self.keep_awake(preferences.flag(KEEP_AWAKE, default=True))
        self.run.progressed.connect(self.run_changed)
        self.run.state_changed.connect(self._on_run_state_changed)
        self.run.refused.connect(self.problem_shown)
        self.run.faulted.connect(self.fault_found)
        self.queue = RunQueue(runner, self)
        self.queue.changed.connect(self._on_queue_changed)
        self.queue.refused.connect(self.problem_shown)
        self.queue.faulted.connect(self.fault_found)
        self._under_way: WaitingRun | None = None  # the run of the queue that is being trained
        self._is_resuming = False  # until the recipe of the run that goes on is known
        self.interrupted = Interrupted((self.run, self.study), runner, preferences, self)
        self.interrupted.faulted.connect(self.fault_found)

    # ---- the run

    @property
    def is_training(self) -> bool:
        """Whether a run or a study is under way in this window."""
        return self.run.is_active or self.study.is_active

    @property
    def is_paused(self) -> bool:
        """Whether what is under way was asked to wait."""
        return self.run.is_paused or self.study.is_paused

    @property
    def is_stopping(self) -> bool:
        """Whether what is under way was asked to end."""
        return self.run.is_stopping or self.study.is_stopping

    def keep_awake(self, wanted: bool) -> None:
        """Whether sleep is held off from the next run, or the next pause, on."""
        self.run.wakefulness.wanted = self.study.keep_awake = wanted

    def start(self) -> None:
        """Trains with the choices of the moment, as soon as the data is read."""
        if self.is_training:
            return
        if self.draft.continued is not None:
            self.is_start_wanted = False
            self._start_study()
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
        elif self.draft.is_wanted:
            self._start_study()
        else:
            self._foresight.stop_measuring()
            self.is_study_shown = False
            self.run.start(self.outlook.recipe, self.dataset)

    @property
    def can_line_up(self) -> bool:
        """Whether the choices make another run than the one under way and those that wait."""
        recipe = self.recipe()
        if recipe is None or self.is_preview or not self.run.is_active or self.draft.is_wanted:
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
        """Lets the run wait at the next batch; of a study no further run is begun."""
        (self.study if self.study.is_active else self.run).pause()

    def resume(self) -> None:
        """Goes on with what is paused."""
        (self.study if self.study.is_active else self.run).go_on()

    def try_next(self, change: Change, recipe: Recipe) -> None:
        """Trains a recipe with a few things changed, after the run that may be under way has ended."""
        self.take_choices(recipe, change)
        if self.is_training:
            self.stop()
            self.is_start_wanted = True
        else:
            self.start()

    def stop(self) -> None:
        """Ends the run at the next batch and keeps the best; forgets a start that has not begun."""
        if self.is_start_wanted:
            self.is_start_wanted = False
            self.run_state_changed.emit()
        self.run.stop()
        self.study.stop()

    def open_run(self, folder: RunFolder) -> None:
        """Shows a recorded run as it stands; one of a study also while that goes on."""
        of_study = self.study.folder is not None and folder.path.is_relative_to(self.study.folder.path)
        if (of_study and not self.run.is_active) or self._is_free():
            self.is_study_shown = False
            self.run.open(folder)

    def resume_run(self, folder: RunFolder) -> None:
        """Goes on with a run that was stopped or broke off, and chooses as it did where its data is open."""
        if self._is_free():
            self._foresight.stop_measuring()
            self._is_resuming = True
            self.is_study_shown = False
            self.run.resume_from(folder, None if self.is_preview else self.dataset)

    def interrupt(self) -> None:
        """Ends the run at the next batch because the window closes; the next start offers to go on."""
        self.is_start_wanted = False
        self.queue.hold()
        self.run.stop(on_purpose=False)
        self.study.stop(on_purpose=False)

    def find_devices(self) -> None:
        """Asks which devices there are, which also warms up the libraries that training needs."""
        job = self.runner.call(warm_up)
        job.answered.connect(self._on_devices)
        job.faulted.connect(self.fault_found)
        self.runner.call(self.preferences.search_for_recent())  # on its own: a network drive may not answer

    def close(self, milliseconds: int = 10_000) -> bool:
        """Ends every job; False where a thread did not end in time."""
        self.run.stop(on_purpose=False)
        self.study.stop(on_purpose=False)
        self.preferences.save()
        return self.runner.close(milliseconds)

    # ---- what follows from a choice

    def _is_free(self) -> bool:
        if self.study.is_active:
            self.problem_shown.emit(
                problem(
                    "study.under_way",
                    "A study is under way, so nothing else can be shown or continued here.",
                    "Stop it first; all of it is kept, and it can go on later.",
                    severity="caution",
                )
            )
        elif self.run.is_active:
            self.problem_shown.emit(
                problem(
                    "run.under_way",
                    "A run is under way, so another one cannot be shown here.",
                    "Stop it first; the best of it is kept.",
                    severity="caution",
                )
            )
        return not self.is_training

    def _on_outlook_changed(self) -> None:
        if self.draft.continued is None:
            self.draft.forget()
        self.selection.drop_defaults(self.family, self.outlook.default_values)
        self._look_closely()
        self.outlook_changed.emit()
        if self.is_start_wanted:
            self.start()
        self._measure()

    def _measure(self) -> None:
        # Measuring would disturb a run, and be disturbed by it.
        if self.outlook.recipe is None or self.dataset is None or self.is_training or self.is_preview:
            self.plan_changed.emit()
        else:
            self._foresight.measure(self.dataset, self.selection.choices(self.family))

    def _look_closely(self) -> None:
        if self.outlook.recipe is None or self.dataset is None or self.is_preview:
            self.close_look.forget()
        elif not self.is_training:  # it would take time from a run
            self.close_look.look(self.dataset, self.outlook.recipe)

    def _on_not_opened(self, found: object) -> None:
        self.is_start_wanted = False
        super()._on_not_opened(found)
        self.run_state_changed.emit()

    def _on_devices(self, devices: tuple[Device, ...]) -> None:
        self.devices = devices
        self.devices_changed.emit()

    def _take_resumed(self) -> None:
        """Chooses what the run chose that goes on, so that the page does not offer something else."""
        recipe, dataset = self.run.recipe, self.dataset
        if not self._is_resuming or recipe is None:
            return
        self._is_resuming = False
        if dataset is not None and not self.is_preview and dataset.fingerprint == recipe.fingerprint:
            self.take_choices(recipe)

    def _on_run_state_changed(self) -> None:
        self._take_resumed()
        self._on_training_changed()

    def _on_study_state_changed(self) -> None:
        self._on_training_changed()

    def _on_training_changed(self) -> None:
        if not self.is_training and not self.is_looking:
            self._look_closely()
            if self.plan is None:
                self._measure()
            else:
                self._plan_study()
        if self.is_start_wanted and not self.is_training:
            self.start()
        elif not self.is_training:
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
        if queue.is_held or not queue.entries or self.is_training or self.is_start_wanted:
            return
        self.is_study_shown = False
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
        self.problem_shown.emit(failure_of(entry, found, is_last=not self.queue.entries))
        if found.key.startswith("disk."):
            self.queue.is_held = True
            self.queue.refresh()
