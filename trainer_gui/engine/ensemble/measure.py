"""What the members of a model are worth together, and each alone, on the validation rows."""

from __future__ import annotations

from trainer_gui.engine.data.dataset import Dataset, Task
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.events import MembersJoined
from trainer_gui.engine.hyperparameters import ClassWeights
from trainer_gui.engine.report import Report as Judgement
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.source import Report


def joined(folder: RunFolder, dataset: Dataset | None, report: Report) -> MembersJoined:
    """Measures the model in this folder; raises UserError where its data cannot be opened or has changed."""
    found = evaluate(folder, "validation", dataset, report)
    metrics = {each.name: each.value for each in found.figures if each.value is not None}
    return MembersJoined(loss=_loss(folder, found), metrics=metrics)


def _loss(folder: RunFolder, found: Judgement) -> float | None:
    """The validation loss as members report it; None where theirs weighs classes, or is on another scale."""
    settings = [each.recipe.family_settings for each in folder.members]
    if found.task is Task.CLASSIFICATION:
        plain = all(each.class_weights is ClassWeights.NONE and not each.label_smoothing for each in settings)
        return found.figure("log_loss").value if plain else None
    target = folder.preparation.target
    error = found.figure("rmse").value
    if target.logarithm is not None or error is None:
        return None
    return (error / target.deviation) ** 2
