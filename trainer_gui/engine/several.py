"""Several runs in one process: as one stack where they can be computed together, or else in turn."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import (
    STARTING,
    EpochEnded,
    Event,
    LastWord,
    MemberEnded,
    Noticed,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    StageStarted,
)
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.preparing import Kept, Prepared, prepare
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recorder import Recorder
from trainer_gui.engine.run import guarded, taught
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.store import create
from trainer_gui.engine.training.stacked.apart import SaidAlone


@dataclass(frozen=True)
class Part:
    """One of several runs. Where its folder is there already, the run goes on."""

    recipe: Recipe
    path: Path  # of its folder
    name: str = ""


def train_several(parts: Sequence[Part], state: Path, control: Control) -> Iterator[Event]:
    """Trains the runs, each in a folder of its own, and says of each by its place among them, as `member`.

    Each word is on disk, in the folder of its run, before it is seen here. `state` is the file from which
    runs that are trained as one stack go on exactly. A member is over with MemberEnded; the last word of all
    is RunFinished, RunStopped, or RunFailed where something other than a member hinders all.
    """
    several = _Several(parts, state, control)
    try:
        for event in guarded(several.train(), state.parent, control):
            if isinstance(event, LastWord):
                for number in list(several.open):
                    yield from several.tell(number, event)
            yield event
    finally:
        for recorder in several.open.values():
            recorder.close()


class _Several:
    """The runs while they are trained, by their places."""

    def __init__(self, parts: Sequence[Part], state: Path, control: Control) -> None:
        self.open: dict[int, Recorder] = {}  # of runs that have not had their last word
        self._parts, self._state, self._control = parts, state, control
        self._folders = {number: RunFolder(each.path) for number, each in enumerate(parts)}
        self._ready: dict[int, Prepared] = {}
        self._kept = Kept()
        self._some_stopped = False

    def train(self) -> Iterator[Event]:
        """The events; what hinders all of them is raised."""
        for number in range(len(self._parts)):
            yield from self._begin(number)
        numbers = list(self._ready)
        again = any(self._ready[each].lesson.resume for each in numbers)
        if self.open and not self._control.stop_wanted:
            alike = self._is_whole(numbers) if again else len(numbers) > 1
            family = FAMILIES[self._parts[numbers[0]].recipe.family] if numbers else None
            if alike and family and family.why_apart([self._ready[each].lesson for each in numbers]) is None:
                yield from self._together(numbers, again=again)
            else:
                yield from self._in_turn()
        if self._some_stopped or (self._control.stop_wanted and self.open):
            yield RunStopped(best_epoch=0, on_purpose=self._control.stopped_on_purpose)
        else:
            yield RunFinished(best_epoch=0)

    def _begin(self, number: int) -> Iterator[Event]:
        """Makes or opens the folder of a run and prepares its data."""
        part, folder = self._parts[number], self._folders[number]
        again = (folder.path / "recipe.toml").exists() and folder.has_state
        recipe, is_over = part.recipe, False
        if again:
            recipe, before = folder.recipe, progress_of(folder)
            is_over = before.state is State.FINISHED or (
                before.state is State.FAILED and not before.interruption and folder.stack is None
            )
            if is_over:
                yield MemberEnded(member=number, best_epoch=before.curve.best_epoch, problem=before.problem)
        else:
            create(part.recipe, part.path, part.name)
        if not is_over:
            self.open[number] = Recorder(folder)

        def preparing() -> Iterator[Event]:
            self._ready[number] = yield from prepare(recipe, folder, self._control, self._kept, again=again)

        for event in guarded(preparing(), folder.path, self._control):
            if not is_over:
                yield from self.tell(number, event)

    def _is_whole(self, numbers: Sequence[int]) -> bool:
        """Whether these runs are all that their stack was made of, and none has gone on alone."""
        stacks = [self._folders[each].stack for each in numbers]
        return self._state.exists() and all(
            stack == (self._state.resolve(), place) or (stack is None and number not in self.open)
            for place, (number, stack) in enumerate(zip(numbers, stacks, strict=True))
        )

    def _together(self, numbers: Sequence[int], *, again: bool) -> Iterator[Event]:
        """Trains them as one stack."""
        said = []
        for place, number in enumerate(numbers):
            said.append(SaidAlone(place, progress_of(self._folders[number]).curve.best_epoch))
            if number in self.open:
                self._folders[number].join_stack(self._state, place)
        lessons = [self._ready[each].lesson for each in numbers]
        family = FAMILIES[self._parts[numbers[0]].recipe.family]
        yield StageStarted(stage=STARTING)
        events = family.learn_stacked(lessons, self._control, self._state, resume=again)
        with contextlib.closing(cast("Generator[Event, None, None]", events)):
            for event in events:
                for number, lesson, apart in zip(numbers, lessons, said, strict=True):
                    own = apart.of(event)
                    if own is None or number not in self.open:
                        continue
                    if isinstance(own, RunStarted):
                        settings = lesson.settings
                        about = {"epochs": settings.epochs, "can_end_early": settings.early_stopping}
                        own = own.model_copy(update=about)
                    yield from self.tell(number, self._ready[number].completed(own))
                    if isinstance(event, MemberEnded):
                        self._folders[number].leave_stack()

    def _in_turn(self) -> Iterator[Event]:
        """Trains one after the other."""
        for number in list(self.open):
            if self._control.stop_wanted:
                return
            ready, place = self._ready[number], self._folders[number].path
            for event in guarded(taught(ready, self._control), place, self._control):
                yield from self.tell(number, event)

    def tell(self, number: int, event: Event) -> Iterator[Event]:
        """Records what one run says of itself, and gives what there is to be said of it among the others.

        Raises UserError where it could not be written.
        """
        recorder = self.open[number]
        told = recorder.tell(event)
        last = recorder.last
        if last is not None:
            del self.open[number]
            self._some_stopped |= isinstance(last, RunStopped)
        if isinstance(last, RunFailed) and last.type != event.type:
            raise UserError(last.problem)
        for each in told:
            if isinstance(each, EpochEnded | Noticed):
                yield each.model_copy(update={"member": number})
            elif isinstance(each, StageStarted):
                yield each
            elif isinstance(each, RunFinished):
                yield MemberEnded(member=number, best_epoch=each.best_epoch, early=each.early)
            elif isinstance(each, RunFailed):
                best = progress_of(self._folders[number]).curve.best_epoch
                yield MemberEnded(member=number, best_epoch=best, problem=each.problem)
