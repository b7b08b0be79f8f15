"""A place that plays runs from a script, in real run folders, without any training."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from trainer_gui.engine.data.dataset import Table, Task
from trainer_gui.engine.events import (
    EpochEnded,
    Event,
    MemberEnded,
    MetricInfo,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    RunStopped,
)
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.recipe import Choices, Recipe, resolve
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.several import Part
from trainer_gui.engine.store import create, record
from trainer_gui.engine.study.folder import StudyFolder, create_study
from trainer_gui.engine.study.order import can_go_on, parts_in
from trainer_gui.engine.study.place import Order, Place, Room, Worker
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.space import space_of

EPOCHS = 9
LOSS = MetricInfo(name="loss", label="Loss", better="lower")


def loss_of(recipe: Recipe, epoch: int) -> float:
    """Lowest at a learning rate of 0.01; seeds and folds differ a little."""
    far = (math.log10(recipe.settings["learning_rate"]) + 2) ** 2
    fold = 0.1 * int(recipe.split.fold.partition("/")[0] or 0)
    few = 0.4 * recipe.split.train_share**-0.5 - 0.4
    return far + 0.01 * recipe.seed + fold + few + 1 / epoch


def started(recipe: Recipe) -> RunStarted:
    """The first word of a run."""
    return RunStarted(
        run="run",
        family=recipe.family,
        size=recipe.size,
        task=Task.CLASSIFICATION,
        epochs=EPOCHS,
        parameters=1,
        device="CPU",
        threads=1,
        rows={"training": round(80 * recipe.split.train_share), "validation": 20, "test": 20},
        loss=LOSS,
        metric=LOSS,
    )


class Player(Worker):
    """Plays one run, an event for each question; `ending` is what comes instead of its last epoch."""

    def __init__(self, part: Part, ending: Event | int | Problem | None) -> None:
        self._ending, self.stopped, self._code = ending, False, None
        folder, first = RunFolder(part.path), 0
        if can_go_on(folder):
            first = progress_of(folder).epoch
        else:
            create(part.recipe, part.path, part.name)
        self._events = record(folder, self._play(folder, first))

    def _play(self, folder: RunFolder, first: int) -> Iterator[Event]:
        recipe = folder.recipe
        yield RunResumed(epoch=first) if first else started(recipe)
        if first == EPOCHS and isinstance(self._ending, int):
            return
        for epoch in range(first + 1, EPOCHS + 1):
            if self.stopped:
                yield RunStopped(best_epoch=epoch - 1)
                return
            if epoch == EPOCHS and self._ending is not None:
                if isinstance(self._ending, int | Problem):
                    return
                yield self._ending
                return
            folder.state.touch()
            loss = loss_of(recipe, epoch)
            yield EpochEnded(epoch=epoch, train_loss=loss, validation_loss=loss, best=True)
        yield RunFinished(best_epoch=EPOCHS)

    def news(self) -> list[Event]:
        if self._code is not None:
            return []
        found = next(self._events, None)
        if found is None:
            self._code = self._ending if isinstance(self._ending, int) else 0
        return [] if found is None else [found]

    @property
    def exit_code(self) -> int | None:
        return self._code

    @property
    def lost(self) -> Problem | None:
        return self._ending if isinstance(self._ending, Problem) else None

    def stop(self) -> None:
        self.stopped = True

    def kill(self) -> None:
        self._events.close()


def part_of(order: Order) -> Part:
    """The run of an order for one."""
    recipe = recipe_from_toml(order.recipe.read_text(encoding="utf-8"), "order")
    return Part(recipe, order.run, order.name)


class Troupe(Worker):
    """Plays the runs of one order, an event of each for each question; `ending` is that of the last of them,
    or, where it is a number, of all that are left when the last one comes to its last epoch.
    """

    def __init__(self, order: Order, ending: Event | int | Problem | None) -> None:
        parts, _ = parts_in(order.recipe)
        self.players = [Player(each, ending if each is parts[-1] else None) for each in parts]
        self._code: int | None = None

    def news(self) -> list[Event]:
        if self._code is not None:
            return []
        found: list[Event] = []
        for member, player in enumerate(self.players):
            for event in player.news():
                if isinstance(event, EpochEnded):
                    found.append(event.model_copy(update={"member": member}))
                elif isinstance(event, RunFinished | RunFailed):
                    problem = event.problem if isinstance(event, RunFailed) else None
                    found.append(MemberEnded(member=member, best_epoch=EPOCHS, problem=problem))
        codes = [each.exit_code for each in self.players]
        if any(codes):  # the process has died, with all that it had in hand
            self._code = codes[-1]
            self.kill()
        elif 0 in codes and None not in codes:
            self._code = 0
            stopped = any(each.stopped for each in self.players)
            found.append(RunStopped(best_epoch=0) if stopped else RunFinished(best_epoch=0))
        return found

    @property
    def exit_code(self) -> int | None:
        return self._code

    def stop(self) -> None:
        for each in self.players:
            each.stop()

    def kill(self) -> None:
        for each in self.players:
            each.kill()


@dataclass
class Stage(Place):
    """Plays runs; `endings` says for the how-manieth run how it ends instead of finishing."""

    name = "stage"
    label = "Stage"
    endings: dict[int, Event | int | Problem | Exception] = field(default_factory=dict)
    always: Event | int | Problem | None = None
    orders: list[Order] = field(default_factory=list)
    players: list[Player | Troupe] = field(default_factory=list)
    most: int = 0

    def room(self, threads: int, memory: int, *, on_gpu: bool) -> Room:
        return Room(4, 2)

    def folders(self, order: Order) -> list[RunFolder]:
        """Of the runs that an order is about."""
        return [RunFolder(each) for each in order.runs or (order.run,)]

    def start(self, order: Order) -> Worker:
        self.orders.append(order)
        ending = self.endings.get(len(self.orders), self.always)
        if isinstance(ending, Exception):
            raise ending
        self.players.append(Troupe(order, ending) if order.runs else Player(part_of(order), ending))
        self.most = max(self.most, sum(each.exit_code is None for each in self.players))
        return self.players[-1]


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def make_study(flowers: Table, tmp_path: Path) -> Callable[..., StudyFolder]:
    """A study of the learning rate, not begun yet."""

    def made(name: str = "study", **changed: Any) -> StudyFolder:
        base = resolve(flowers, Choices(family="linear", size="tiny", settings=(("epochs", EPOCHS),)))
        recipe = StudyRecipe(
            name=name,
            how=changed.pop("how", "random"),
            vary=space_of(changed.pop("vary", ("learning_rate=0.0001..1",)), "linear").texts,
            **{
                "trials": 6,
                "minutes": 60.0,
                "repeats": 1,
                "at_once": 1,
                "seconds_each": 1.0,
                "base": base,
                "starts": {"linear": {"tiny": dict(base.settings)}},
                **changed,
            },
        )
        return create_study(recipe, tmp_path / name)

    return made


def failure(key: str = "memory.full") -> Problem:
    """Why a run may fail."""
    return Problem(key=key, message="The memory is full.", advice="Close something.")
