"""A run's model, opened to answer, and what a form must ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.input_fields import InputField
    from trainer_gui.engine.model import TrainedModel
    from trainer_gui.engine.recipe import Recipe
    from trainer_gui.engine.run_folder import RunFolder


@dataclass(frozen=True)
class ModelInUse:
    """An opened model. `dataset` is the data that it was trained on, where that is open."""

    folder: RunFolder
    model: TrainedModel
    fields: tuple[InputField, ...]
    dataset: Dataset | None
    formats: tuple[Format, ...]

    @property
    def target(self) -> str:
        """What it predicts."""
        return self.model.preparation.target.name

    @property
    def looks_at_pictures(self) -> bool:
        """Whether its input is a picture."""
        return self.model.preparation.picture is not None


@dataclass(frozen=True)
class Format:
    """A format in which the model can be taken away."""

    name: str
    label: str
    summary: str
    ending: str
    extra: str
    missing: tuple[str, ...]  # packages that it needs and that are not installed


def open_model_in_use(
    folder: RunFolder, recipe: Recipe, dataset: Dataset | None, report: Report
) -> ModelInUse:
    """Opens the best epoch of a run. Slow; raises UserError where there is no model or it is damaged."""
    from trainer_gui.engine.exporters import EXPORTERS
    from trainer_gui.engine.input_fields import fields
    from trainer_gui.engine.predict import open_model

    report("", None)
    model = open_model(folder)
    same = dataset if dataset is not None and dataset.fingerprint == recipe.fingerprint else None
    formats = tuple(
        Format(each.name, each.label, each.summary, each.ending, each.extra, each.missing())
        for each in EXPORTERS
        if each.takes(model)
    )
    return ModelInUse(folder, model, fields(model, same), same, formats)
