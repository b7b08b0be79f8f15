"""From a recipe to a lesson: the data read, looked at, split and prepared."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.split import Split
from trainer_gui.engine.data.steps import steps_taken
from trainer_gui.engine.events import Adapted, Event, Noticed, RunStarted, StageStarted
from trainer_gui.engine.examples import StopWantedError, examples_of
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.own_test import with_test_data_of
from trainer_gui.engine.preflight import findings
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.recipe import Recipe, as_chosen, choices_in, parts_of
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.source import Report
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.starting.fit import notes_on
from trainer_gui.engine.starting.matched_data import Matched, matched_data
from trainer_gui.engine.starting.opening import keep_start, kept_start, start_of
from trainer_gui.engine.starting.taking import take
from trainer_gui.engine.starting_point import StartModel

T = TypeVar("T")
_OF_THE_MODEL = {"family", "size", "settings", "device", "execution", "start"}  # says nothing of the data


class Kept:
    """What runs of one process share, so that it is read and prepared once."""

    def __init__(self, dataset: Dataset | None = None) -> None:
        self.dataset = dataset  # where it is open already
        self._found: dict[Hashable, tuple[Any, list[Event]]] = {}

    def once(self, key: Hashable, make: Callable[[], Generator[Event, None, T]]) -> Generator[Event, None, T]:
        """What `make` returns, made only the first time; what is noticed meanwhile is said every time."""
        if key in self._found:
            found, said = self._found[key]
            yield from said
            return cast("T", found)
        noticed: list[Event] = []
        making = make()
        while True:
            try:
                event = next(making)
            except StopIteration as end:
                self._found[key] = (end.value, noticed)
                return cast("T", end.value)
            if isinstance(event, Noticed):
                noticed.append(event)
            yield event


@dataclass(frozen=True)
class Prepared:
    """A run that is ready to learn."""

    recipe: Recipe
    folder: RunFolder
    lesson: Lesson
    counts: dict[str, int]  # rows for training, validation, test

    def completed(self, event: Event) -> Event:
        """What its training says, with what the training does not know; keeps how it is carried out."""
        if isinstance(event, Adapted) and self.recipe.execution is None:
            self.folder.save_recipe(self.recipe.model_copy(update={"execution": event.execution}))
        if not isinstance(event, RunStarted):
            return event
        family = FAMILIES[self.recipe.family]
        known = {
            "run": self.folder.path.name,
            "family": family.label,
            "size": dict(family.sizes)[self.recipe.size],
            "rows": self.counts,
        }
        return event.model_copy(update=known)


def prepare(
    recipe: Recipe, folder: RunFolder, control: Control, kept: Kept, *, again: bool
) -> Generator[Event, None, Prepared]:
    """Reads and prepares the data of a run and says what there is to be said of it.

    Keeps the fitted preparation in the folder; where it goes on `again` that is what is used. Raises
    UserError, OSError, and StopWantedError where a stop is wanted meanwhile.
    """

    def report(stage: str, share: float | None) -> None:
        if control.stop_wanted:
            raise StopWantedError

    about = recipe.model_dump_json(exclude=_OF_THE_MODEL)
    dataset = yield from kept.once((about, again), lambda: _read(recipe, kept, report, again=again))
    yield from _say_what_was_found(dataset, recipe, again=again)
    split = yield from kept.once(("split", about, again), lambda: _divided(dataset, recipe, again=again))
    report("", None)
    yield StageStarted(stage="Preparing the data")
    start = _start_of(recipe, folder)
    key = ("fit", about, recipe.start.model_dump_json())
    if again and start is None:
        preparation, taken = folder.preparation, None
    else:
        ready = yield from kept.once(key, lambda: _fitted(dataset, recipe, split, start, control))
        preparation = folder.preparation if again else ready.preparation
        taken = None if start is None else take(start, recipe, preparation, replaces_head=ready.replaces_head)
    if not again:
        report("", None)
        folder.save_preparation(preparation)
        for each in preparation.notes():
            yield Noticed(problem=each)
        if start is not None and taken is not None:
            for each in notes_on(taken.fit, start.name):
                yield Noticed(problem=each)
    fitted = preparation.model_dump_json()
    train = yield from kept.once(
        ("training", about, fitted),
        lambda: examples_of(dataset, preparation, split.train, control, "training"),
    )
    validation = yield from kept.once(
        ("validation", about, fitted),
        lambda: examples_of(dataset, preparation, split.validation, control, "validation"),
    )
    lesson = _lesson(recipe, folder, preparation, train, validation, again=again)
    if taken is not None:
        begin = taken.head_start(recipe, folder.start / "initial.safetensors")
        lesson = replace(lesson, start=begin)
    counts = {**split.counts, "training": len(train), "validation": len(validation)}
    return Prepared(recipe, folder, lesson, counts)


def _lesson(
    recipe: Recipe,
    folder: RunFolder,
    preparation: Preparation,
    train: Examples,
    validation: Examples,
    *,
    again: bool,
) -> Lesson:
    return Lesson(
        train=train,
        validation=validation,
        shape=preparation.shape(len(train)),
        size=recipe.size,
        settings=recipe.family_settings,
        target=preparation.target,
        device=_device(recipe.device),
        weights=folder.weights,
        state=folder.state,
        resume=again,
        execution=recipe.execution,
        number_names=tuple(each.name for each in preparation.steps for _ in range(each.numbers)),
    )


def _read(recipe: Recipe, kept: Kept, report: Report, *, again: bool) -> Generator[Event, None, Dataset]:
    dataset = kept.dataset
    if dataset is None or dataset.fingerprint != recipe.fingerprint:
        yield StageStarted(stage="Reading the data")
        dataset = open_data(recipe.data, report=report)
    dataset = as_chosen(dataset, recipe.kinds)
    if not again:  # to go on, the test rows are not needed; that they are there is said before the work
        dataset = with_test_data_of(dataset, recipe, report)
    return dataset


def _divided(dataset: Dataset, recipe: Recipe, *, again: bool) -> Generator[Event, None, Split]:
    split = parts_of(dataset, recipe)
    if not again:
        for step in steps_taken(split):
            yield Noticed(problem=step)
    return split


def _start_of(recipe: Recipe, folder: RunFolder) -> StartModel | None:
    """The model that the run starts from, copied into its folder; None from scratch. Raises UserError."""
    if recipe.start.kind == "scratch":
        return None
    if not folder.start.is_dir():
        model = start_of(recipe.start)
        assert model is not None
        keep_start(folder, model)
    return kept_start(folder)


def _fitted(
    dataset: Dataset, recipe: Recipe, split: Split, start: StartModel | None, control: Control
) -> Generator[Event, None, Matched]:
    found = matched_data(dataset, recipe, split, start, control)
    for each in found.notes:
        yield Noticed(problem=each)
    return found


def _device(name: str) -> str:
    from trainer_gui.engine.training.device import choose

    return choose(name).name


def _say_what_was_found(dataset: Dataset, recipe: Recipe, *, again: bool) -> Iterator[Event]:
    if dataset.fingerprint != recipe.fingerprint:
        if again:
            raise refuse(
                "data.changed",
                "{name} has changed since this run began, so it cannot go on as if nothing had happened.",
                "Bring the old file back, or start a new run on the new data.",
                field="data",
                name=dataset.name,
            )
        yield Noticed(problem=_changed_since(dataset))
    found = findings(dataset, choices_in(recipe), closely=False)
    for each in found:
        if each.severity == "error":
            raise UserError(each)
    if not again:
        for each in (*dataset.notes, *found):
            yield Noticed(problem=each)


def _changed_since(dataset: Dataset) -> Problem:
    return problem(
        "data.changed_since",
        "{name} is not the same as when this recipe was written.",
        "The result can differ from the run that the recipe came from.",
        severity="caution",
        name=dataset.name,
    )
