"""The runs of a study that differ in their seeds or folds alone, as one model."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.ensemble import make_ensemble
from trainer_gui.engine.events import Noticed
from trainer_gui.engine.examples import StopWantedError
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.study.events import StudyEnded, StudyEvent
from trainer_gui.engine.study.folder import StudyFolder, study_progress_of

PLACE = "ensemble"  # below the folder of the study


def runs_to_join(folder: StudyFolder) -> list[RunFolder]:
    """The runs of the best trial that have learned something, in their order.

    Raises UserError where they are fewer than two.
    """
    progress = study_progress_of(folder)
    trial = progress.best or next(iter(progress.trials.values()), None)
    runs = [folder.run(name) for name in trial.runs] if trial is not None else []
    ready = [each for each in runs if not each.is_live and progress_of(each).curve.best_epoch]
    if len(ready) < 2:
        raise refuse(
            "study.no_repeats",
            "The study in {path} has no setting that was trained at least twice, so there are no models to "
            "make one of.",
            "Begin it with two or more repeats or folds, or name some of its runs.",
            field="run",
            path=folder.path.name,
        )
    return ready


def runs_of_best(folder: StudyFolder) -> list[RunFolder]:
    """The runs of the best trial, one or more; raises UserError where no trial is complete."""
    best = study_progress_of(folder).best
    if best is None:
        raise refuse(
            "study.no_best",
            "No setting of the study in {path} is complete, so there is nothing that stands for it.",
            "Continue it, or name some of its runs.",
            field="compare",
            path=folder.path.name,
        )
    return [folder.run(name) for name in best.runs]


def with_ensemble(
    folder: StudyFolder, events: Generator[StudyEvent, None, None], control: Control
) -> Generator[StudyEvent, None, None]:
    """The events of a study; before its last word, one model is made of its runs where all have one setting.

    Where that is not possible, a note says why. A stop leaves it for another time.
    """
    study = folder.recipe
    alike = not study.vary and study.runs_each > 1
    try:
        for event in events:
            if alike and isinstance(event, StudyEnded) and event.outcome == "finished":
                yield from _made(folder, control)
            yield event
    finally:
        events.close()


def _made(folder: StudyFolder, control: Control) -> Iterator[StudyEvent]:
    def report(stage: str, share: float | None) -> None:
        if control.stop_wanted:
            raise StopWantedError

    try:
        ensemble_of(folder, report=report)
    except StopWantedError:
        return
    except UserError as error:
        yield Noticed(problem=error.problem.model_copy(update={"severity": "caution"}))


def ensemble_of(
    folder: StudyFolder, dataset: Dataset | None = None, report: Report = say_nothing
) -> RunFolder:
    """One model of the best trial's runs, in the folder of the study; made where it is not there or is older.

    Raises UserError as `runs_to_join` and `make_ensemble` do.
    """
    runs, place = runs_to_join(folder), folder.path / PLACE
    name = f"{folder.recipe.name} · together"
    known = RunFolder(place)
    if not place.is_dir():
        return make_ensemble(runs, place, name, dataset, report)
    if [each.made for each in known.members] == [each.made for each in runs]:
        return known
    workshop = place.with_name(f".{PLACE}")
    shutil.rmtree(workshop, ignore_errors=True)  # from a time when it was cut off
    fresh = make_ensemble(runs, workshop, name, dataset, report)
    fresh.take_over_openings([known])
    shutil.rmtree(place)
    fresh.path.rename(place)
    return known
