"""Which runs of a study one worker is given, and what it has said of each of them."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from trainer_gui.engine.events import Event, RunFailed
from trainer_gui.engine.execution import Precision
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import OWN_SETTINGS
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.order import can_go_on, order_for_one, order_for_several, order_of_stack
from trainer_gui.engine.study.place import Order, Worker
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.trial import StudyRun
from trainer_gui.engine.training.stacked.apart import SaidAlone

_WORTH_IT = 4  # runs that a stack should have, before another one is begun beside it
_IN_TURN = 60.0  # seconds that a process may go on with runs that it trains one after another


class Crew:
    """A worker with the runs that it has in hand; None for those of its order that nobody waits for."""

    def __init__(self, worker: Worker, runs: Sequence[StudyRun | None]) -> None:
        self.worker = worker
        self.runs = [each for each in runs if each is not None]
        self._apart = [(run, SaidAlone(member)) for member, run in enumerate(runs) if run is not None]
        self.several = len(runs) > 1
        self.heard = False  # whether there was news when that was asked for last

    def news(self) -> Iterator[tuple[StudyRun, Event]]:
        """What the worker has said since the last question, as the run that it is about would say it.

        What hindered all of several runs is left out, but for the disk: it may spare each of them alone.
        """
        self.heard = False
        for event in self.worker.news():
            self.heard = True
            if self.several and isinstance(event, RunFailed) and not event.problem.key.startswith("disk."):
                continue
            for run, apart in self._apart:
                own = apart.of(event)
                if own is not None:
                    yield run, own

    @property
    def done(self) -> list[StudyRun]:
        """Of several, those that are done while others may go on."""
        return [each for each in self.runs if each.progress.state.is_over] if self.several else []


class Sharing:
    """Shares out the runs that wait among workers: those that can be one stack, or take little time."""

    def __init__(self, folder: StudyFolder, study: StudyRecipe, *, several: bool, keep_awake: bool) -> None:
        self._several = several  # whether a worker may have more than one
        self._folder, self._study, self._keep_awake = folder, study, keep_awake
        self._likeness: dict[str, Hashable] = {}
        self._alone: set[str] = set()  # runs that a crew could not bring to an end

    def keep_alone(self, run: StudyRun) -> None:
        """Gives a run to a worker of its own from now on."""
        self._alone.add(run.name)

    def next_order(self, waiting: Sequence[StudyRun], free: int) -> tuple[Order, list[StudyRun | None]]:
        """The order for the next worker, `free` of which there may be, and the runs that it is about.

        Raises UserError where the values of the first run do not go together, OSError where the order cannot
        be written.
        """
        first = waiting[0]
        if self._several and first.name not in self._alone:
            found = order_of_stack(self._folder.run(first.name), keep_awake=self._keep_awake)
            if found is not None:
                order, paths = found
                runs = {self._folder.run(each.name).path: each for each in waiting}
                return order, [runs.get(each) for each in paths]
        chosen = self._chosen(waiting, free)
        if len(chosen) == 1:
            order = order_for_one(self._folder, self._study, first, keep_awake=self._keep_awake)
        else:
            order = order_for_several(self._folder, self._study, chosen, keep_awake=self._keep_awake)
        return order, [*chosen]

    def _chosen(self, waiting: Sequence[StudyRun], free: int) -> list[StudyRun]:
        """Those that go to the same worker as the first."""
        first, most = waiting[0], self._study.together
        if most == 1 or first.name in self._alone:
            return [first]
        may = [each for each in waiting if each.name not in self._alone]
        counts = Counter(map(self._like, may))
        if self._like(first) is not None and counts[self._like(first)] > 1:
            same = [each for each in may if self._like(each) == self._like(first)]
            return same[: min(most, max(_WORTH_IT, math.ceil(len(same) / free)))]
        single = [each for each in may if self._like(each) is None or counts[self._like(each)] == 1]
        return single[: min(most, in_turn(self._study), math.ceil(len(single) / free))]

    def _like(self, run: StudyRun) -> Hashable:
        """What the members of a stack have in common; None where it cannot be one, as far as one can tell."""
        if run.name not in self._likeness:
            found: Hashable = None
            with contextlib.suppress(UserError):  # it is said when the run is to begin
                found = _likeness(self._study.recipe_of(run.trial.values, run.repeat))
            self._likeness[run.name] = None if can_go_on(self._folder.run(run.name)) else found
        return self._likeness[run.name]


def in_turn(study: StudyRecipe) -> int:
    """How many runs that are no stack one process trains at most, so that none waits long for its start."""
    return max(1, int(_IN_TURN / max(1e-3, study.seconds_each)))


def _likeness(recipe: Recipe) -> Hashable:
    precision = recipe.settings["precision"]
    if not FAMILIES[recipe.family].stacks or precision not in (Precision.AUTO, Precision.FLOAT32):
        return None
    settings = {name: each for name, each in recipe.settings.items() if name not in OWN_SETTINGS}
    return recipe.model_copy(update={"settings": settings}).model_dump_json()
