"""Puts finished runs together to one run folder that is used, evaluated and exported like any other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.disk import in_words
from trainer_gui.engine.ensemble.checks import members_of, preparation_of
from trainer_gui.engine.ensemble.measure import joined
from trainer_gui.engine.events import (
    EpochEnded,
    Event,
    MemberEnded,
    MembersJoined,
    Noticed,
    RunFinished,
    RunResumed,
    RunStarted,
)
from trainer_gui.engine.predict import open_model
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.run_folder import RunFolder, progress_of, replay
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.store import copy_run, create, new_folder, write_record


def make_ensemble(
    runs: Sequence[RunFolder],
    path: Path | None = None,
    name: str = "",
    dataset: Dataset | None = None,
    report: Report = say_nothing,
) -> RunFolder:
    """One run folder from at least two runs on the same data, target and split.

    It lies at `path`, or below `runs_root()`; it holds a copy of every member, so that the runs can be
    deleted. Its probabilities, or numbers, are the mean of theirs. `dataset` spares reading the data again,
    which is done to measure it on the validation rows; where that is not possible it is made without. Test
    rows that were opened for a member count as opened for it. Raises UserError where the runs do not go
    together, a model is missing or damaged, or the folder cannot be written; then nothing is left.
    """
    members = members_of(runs)
    preparation = preparation_of(members)
    recipe = members[0].recipe.model_copy(update={"members": len(members)})
    name = name or f"{_subject(members[0])} · {len(members)} together"
    whole: Path | None = None
    try:
        whole = new_folder(recipe, path)
        workshop = whole.parent / ".making" / whole.name
        shutil.rmtree(workshop, ignore_errors=True)
        try:
            folder = create(recipe, workshop, name)
            for place, each in enumerate(members):
                report("Copying the models", place / len(members))
                copy_run(each, folder.path / "members" / str(place))
            folder.save_preparation(preparation)
            folder.remember_origins(members)
            folder.take_over_openings(members)
            open_model(folder)  # a missing or damaged member is said before the folder is there
            report("Measuring the model", None)
            write_record(folder, _events(folder, whole.name, members, dataset, report))
            whole.rmdir()  # some systems do not put a folder in the place of another
            folder.path.rename(whole)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
            with suppress(OSError):
                workshop.parent.rmdir()
    except BaseException as error:
        if whole is not None:
            with suppress(OSError):
                whole.rmdir()
        if isinstance(error, OSError):
            raise UserError(in_words(error, whole or path)) from error
        raise
    return RunFolder(whole)


def _subject(run: RunFolder) -> str:
    location = run.recipe.data.location.removeprefix("sample:")
    return Path(location).stem or location


def _events(
    folder: RunFolder, name: str, members: Sequence[RunFolder], dataset: Dataset | None, report: Report
) -> Iterator[Event]:
    """What the members have said, as one run of several members, and what they are worth together."""
    started = [_start_of(each) for each in members]
    curves = [_epochs_of(each) for each in members]
    yield started[0].model_copy(
        update={
            "run": name,
            "family": _listed(each.family for each in started),
            "size": _listed(each.size for each in started),
            "epochs": max(each.epochs for each in started),
            "parameters": sum(each.parameters for each in started),
            "members": len(members),
            "can_end_early": False,
            "seconds": 0.0,
        }
    )
    every = [
        said.model_copy(update={"member": place}) for place, curve in enumerate(curves) for said in curve
    ]
    yield from sorted(every, key=lambda each: (each.epoch, each.member))
    seconds = max(each.seconds for each in every)
    for place, each in enumerate(members):
        found = progress_of(each)
        yield MemberEnded(
            member=place, best_epoch=found.curve.best_epoch, early=found.stopped_early, seconds=seconds
        )
    try:
        yield joined(folder, dataset, report).model_copy(update={"seconds": seconds})
    except UserError as error:
        why = error.problem.model_copy(update={"severity": "caution"})
        yield Noticed(problem=why, seconds=seconds)
        yield MembersJoined(seconds=seconds)
    yield RunFinished(best_epoch=progress_of(members[0]).curve.best_epoch, seconds=seconds)


def _start_of(run: RunFolder) -> RunStarted:
    for event in replay(run, batches=False):
        if isinstance(event, RunStarted):
            return event
    raise refuse(
        "run.no_model",
        "“{name}” has no model: it ended before anything was learned.",
        "Repeat it, and let it train for at least one epoch.",
        field="run",
        name=run.name,
    )


def _listed(names: Iterator[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _epochs_of(folder: RunFolder) -> list[EpochEnded]:
    """The epochs of a run that count, in order: without those that were trained anew after it was resumed."""
    found: list[EpochEnded] = []
    for event in replay(folder, batches=False):
        if isinstance(event, RunStarted):
            found.clear()
        elif isinstance(event, RunResumed):
            found = [each for each in found if each.epoch <= event.epoch]
        elif isinstance(event, EpochEnded):
            found.append(event)
    return found
