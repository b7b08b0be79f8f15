"""Studies whose runs are really trained, one after the other in the process of the test."""

from __future__ import annotations

from pathlib import Path

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.study.events import StudyEnded, StudyEvent, StudyStarted, TrialEnded, TrialStarted
from trainer_gui.engine.study.folder import StudyFolder, create_study, record
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.strategies.grid import in_order


def carried_out(study: StudyRecipe, path: Path, data: Dataset) -> StudyFolder:
    """The grid of a study, complete."""
    folder = create_study(study, path)
    points = in_order(study.space)
    said: list[StudyEvent] = [
        StudyStarted(study=study.name, how="grid", vary=study.vary, trials=len(points), folds=study.folds)
    ]
    for number, values in enumerate(points):
        names = tuple(f"trials/{number + 1:04d}-{each + 1}" for each in range(study.runs_each))
        said.append(TrialStarted(number=number, values=values, runs=names))
        scores = []
        for repeat, name in enumerate(names):
            recipe = study.recipe_of(values, repeat)
            run, events = train(recipe, Control(), path=folder.path / name, dataset=data)
            assert list(events)[-1].type == "RunFinished"
            scores.append(progress_of(run).curve.best_loss)
        score = sum(scores) / len(scores)
        said.append(TrialEnded(number=number, outcome="finished", score=score, scores=tuple(scores)))
    list(record(folder, iter([*said, StudyEnded(outcome="finished")])))
    return folder
