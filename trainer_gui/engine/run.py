"""The one way to train: a recipe in, a stream of events out."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.data.fitting import fit_preparation
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.split import Split
from trainer_gui.engine.data.steps import steps_taken
from trainer_gui.engine.disk import in_words
from trainer_gui.engine.events import (
    Adapted,
    Event,
    Noticed,
    RunFailed,
    RunStarted,
    RunStopped,
    StageStarted,
)
from trainer_gui.engine.examples import StopWantedError, examples_of
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.own_test import with_test_data_of
from trainer_gui.engine.preflight import findings
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.recipe import Recipe, as_chosen, choices_in, parts_of
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.store import create, record


def train(
    recipe: Recipe,
    control: Control,
    *,
    path: Path | None = None,
    dataset: Dataset | None = None,
    name: str = "",
) -> tuple[RunFolder, Iterator[Event]]:
    """Makes a run folder (at `path`, or where runs are kept) and the stream of its events.

    `dataset` spares reading the data again where it is open already. The stream ends in exactly one last
    word; reading it is what drives the training. Raises UserError where the folder cannot be made.
    """
    folder = create(recipe, path, name)
    return folder, record(folder, run(recipe, folder, control, dataset))


def resume(folder: RunFolder, control: Control, dataset: Dataset | None = None) -> Iterator[Event]:
    """The stream of a run that goes on from its last saved state.

    Raises UserError where it is finished, has no such state, or is being trained already.
    """
    if folder.is_live:
        raise refuse(
            "run.is_live",
            "“{name}” is being trained already, by another window or terminal.",
            "Wait until it is done, or stop it there.",
            name=folder.name,
        )
    if not folder.can_resume:
        raise refuse(
            "run.cannot_resume",
            "“{name}” cannot be resumed: it is finished, or was stopped before its first epoch.",
            "Repeat it instead.",
            name=folder.name,
        )
    recipe = folder.recipe
    return record(folder, run(recipe, folder, control, dataset, again=True))


def run(
    recipe: Recipe,
    folder: RunFolder,
    control: Control,
    dataset: Dataset | None = None,
    *,
    again: bool = False,
) -> Iterator[Event]:
    """The events of one training, not yet recorded. Whatever goes wrong becomes the last word RunFailed."""
    try:
        yield from _run(recipe, folder, control, dataset, again=again)
    except StopWantedError:
        yield RunStopped(best_epoch=0, on_purpose=control.stopped_on_purpose)
    except UserError as error:
        yield RunFailed(problem=error.problem)
    except OSError as error:
        yield RunFailed(problem=in_words(error, folder.path), details=traceback.format_exc())
    except MemoryError:
        yield RunFailed(problem=_out_of_memory("this computer"), details=traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - the last word is said whatever happens
        yield RunFailed(problem=_fault(error), details=traceback.format_exc())


def _run(
    recipe: Recipe, folder: RunFolder, control: Control, dataset: Dataset | None, *, again: bool
) -> Iterator[Event]:
    def report(stage: str, share: float | None) -> None:
        if control.stop_wanted:
            raise StopWantedError

    if dataset is None or dataset.fingerprint != recipe.fingerprint:
        yield StageStarted(stage="Reading the data")
        dataset = open_data(recipe.data, report=report)
    dataset = as_chosen(dataset, recipe.kinds)
    if not again:  # to go on, the test rows are not needed; that they are there is said before the work
        dataset = with_test_data_of(dataset, recipe, report)
    yield from _say_what_was_found(dataset, recipe, again=again)
    split = parts_of(dataset, recipe)
    if not again:
        for step in steps_taken(split):
            yield Noticed(problem=step)
    report("", None)
    yield StageStarted(stage="Preparing the data")
    if again:
        preparation = folder.preparation
    else:
        preparation = _fitted(dataset, recipe, split, control)
        report("", None)
        folder.save_preparation(preparation)
        for each in preparation.notes():
            yield Noticed(problem=each)
    train = yield from examples_of(dataset, preparation, split.train, control, "training")
    validation = yield from examples_of(dataset, preparation, split.validation, control, "validation")
    family = FAMILIES[recipe.family]
    lesson = Lesson(
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
    yield StageStarted(stage="Starting")
    for event in family.learn(lesson, control):
        if isinstance(event, Adapted) and recipe.execution is None:
            folder.save_recipe(recipe.model_copy(update={"execution": event.execution}))
        if isinstance(event, RunStarted):
            known = {
                "run": folder.path.name,
                "family": family.label,
                "size": dict(family.sizes)[recipe.size],
                "rows": _counts(split, lesson),
            }
            event = event.model_copy(update=known)
        yield event


def _fitted(dataset: Dataset, recipe: Recipe, split: Split, control: Control) -> Preparation:
    return fit_preparation(
        dataset,
        target=recipe.target,
        task=recipe.task,
        leave_out=recipe.leave_out,
        train=split.train,
        target_scale=recipe.steps.target_scale,
        control=control,
    )


def _device(name: str) -> str:
    from trainer_gui.engine.training.device import choose

    return choose(name).name


def _counts(split: Split, lesson: Lesson) -> dict[str, int]:
    return {**split.counts, "training": len(lesson.train), "validation": len(lesson.validation)}


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
        yield Noticed(
            problem=problem(
                "data.changed_since",
                "{name} is not the same as when this recipe was written.",
                "The result can differ from the run that the recipe came from.",
                severity="caution",
                name=dataset.name,
            )
        )
    found = findings(dataset, choices_in(recipe), closely=False)
    for each in found:
        if each.severity == "error":
            raise UserError(each)
    if not again:
        for each in (*dataset.notes, *found):
            yield Noticed(problem=each)


def _out_of_memory(where: str) -> Problem:
    return problem(
        "memory.full",
        "The memory of {where} is full.",
        "Choose a smaller size or a smaller batch, or train on another device.",
        field="batch_size",
        where=where,
    )


def _fault(error: Exception) -> Problem:
    if type(error).__name__ == "OutOfMemoryError" or "out of memory" in str(error).lower():
        return _out_of_memory("the graphics processor")
    if "not enough memory" in str(error).lower():  # torch's words when the CPU's memory is full
        return _out_of_memory("this computer")
    return problem(
        "fault",
        "Something in Trainer itself went wrong, and the training had to stop.",
        "What was trained until then is kept. Please send the report, so that it can be mended.",
    )
