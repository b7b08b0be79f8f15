"""The one way to train: a recipe in, a stream of events out."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.disk import in_words
from trainer_gui.engine.events import STARTING, Event, RunFailed, RunStopped, StageStarted
from trainer_gui.engine.examples import StopWantedError
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.preparing import Kept, Prepared, prepare
from trainer_gui.engine.problems import Problem, UserError, problem
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run_folder import RunFolder
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

    Raises UserError where it cannot go on, or would end again at once (`why_not_resumed`).
    """
    why = why_not_resumed(folder)
    if why is not None and not (why.key == "run.data_gone" and dataset is not None):
        raise UserError(why)
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
    return guarded(_run(recipe, folder, control, dataset, again=again), folder.path, control)


def _run(
    recipe: Recipe, folder: RunFolder, control: Control, dataset: Dataset | None, *, again: bool
) -> Iterator[Event]:
    prepared = yield from prepare(recipe, folder, control, Kept(dataset), again=again)
    yield from taught(prepared, control)


def taught(prepared: Prepared, control: Control) -> Iterator[Event]:
    """The events of the learning itself. A member of a stack that goes on alone leaves it."""
    yield StageStarted(stage=STARTING)
    family, lesson, folder = FAMILIES[prepared.recipe.family], prepared.lesson, prepared.folder
    if lesson.resume and folder.stack is not None:
        family.leave_stack(lesson, *folder.stack)
        folder.leave_stack()
    for event in family.learn(lesson, control):
        yield prepared.completed(event)


def guarded(events: Iterable[Event], place: Path, control: Control) -> Iterator[Event]:
    """The events of something that trains; what is raised meanwhile is said as its last word."""
    try:
        yield from events
    except StopWantedError:
        yield RunStopped(best_epoch=0, on_purpose=control.stopped_on_purpose)
    except UserError as error:
        yield RunFailed(problem=error.problem)
    except OSError as error:
        yield RunFailed(problem=in_words(error, place), details=traceback.format_exc())
    except MemoryError:
        yield RunFailed(problem=_out_of_memory("this computer"), details=traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - the last word is said whatever happens
        yield RunFailed(problem=_fault(error), details=traceback.format_exc())


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
    if "deterministic" in str(error):  # torch's words for an operation that has no strict kernel
        return problem(
            "strict.impossible",
            "A part of this model cannot be computed strictly repeatably on this device.",
            "Switch “Strictly repeatable” off, or train on the processor.",
            field="strict",
        )
    if "not enough memory" in str(error).lower():  # torch's words when the CPU's memory is full
        return _out_of_memory("this computer")
    return problem(
        "fault",
        "Something in Trainer itself went wrong, and the training had to stop.",
        "What was trained until then is kept. Please send the report, so that it can be mended.",
    )
