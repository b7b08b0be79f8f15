"""Safetensors with the recipe: weights, preparation and recipe in one file that is safe to open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from trainer_gui.engine.data.prepare import DataShape, Preparation
from trainer_gui.engine.exporter import Answerer, Exporter, FamilyOf, Parcel, Samples
from trainer_gui.engine.model import Answers, TrainedModel
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.row_settings import StepSettings
from trainer_gui.engine.settings import accept
from trainer_gui.engine.source import Report

_FORMAT = "trainer-gui model"
_VERSION = "1"


class SafetensorsFile(Exporter):
    """The weights under their own names, and in the metadata all that is needed to use them."""

    name = "safetensors"
    label = "Safetensors"
    summary = "Weights and recipe in one file: to open again in Trainer, or in Python."
    ending = ".safetensors"
    position = 20
    needs = ("safetensors",)

    def write(self, parcel: Parcel, path: Path, report: Report) -> None:
        from safetensors.torch import load_file, save

        model = parcel.model
        metadata = {
            "format": _FORMAT,
            "format_version": _VERSION,
            "trainer_version": parcel.version,
            "name": model.name,
            "family": model.family.name,
            "size": model.size,
            "settings": model.settings.model_dump_json(),
            "shape": model.shape.model_dump_json(),
            "preparation": model.preparation.model_dump_json(),
            "target": model.preparation.target.name,
            "task": model.preparation.target.task.value,
            "classes": json.dumps(model.preparation.target.classes, ensure_ascii=False),
            "steps": model.steps.model_dump_json(),
            "columns": json.dumps(model.preparation.columns, ensure_ascii=False),
            "recipe": parcel.recipe,
        }
        report("Writing the weights", None)
        path.write_bytes(save(load_file(model.weights), metadata))

    def load(self, path: Path, family_of: FamilyOf) -> Answerer:
        model = model_in(path, family_of)

        def answers_of(samples: Samples) -> Answers:
            return model.answer(inputs_of(model, samples))

        return answers_of


def inputs_of(model: TrainedModel, samples: Samples) -> Any:
    """The arrays that a model takes, of raw rows."""
    import pandas as pd
    from PIL import Image

    if samples.pictures:
        pictures = [Image.fromarray(each.squeeze()) for each in samples.pictures]
        return model.preparation.picture_inputs(pictures.__getitem__, range(len(pictures)))
    return model.preparation.table_inputs(pd.DataFrame(samples.columns))


def model_in(path: Path, family_of: FamilyOf) -> TrainedModel:
    """The model in an exported safetensors file; raises UserError where it is none or damaged."""
    metadata = _metadata(path)
    if metadata.get("format") != _FORMAT:
        raise refuse(
            "model_file.foreign",
            "{name} holds weights, but not the recipe that says what they are for.",
            "Choose a file that was exported from Trainer.",
            field="model",
            name=path.name,
        )
    if metadata.get("format_version") != _VERSION:
        raise refuse(
            "model_file.newer",
            "{name} was written by a newer version of Trainer.",
            "Update Trainer, then open it again.",
            field="model",
            name=path.name,
        )
    try:
        family = family_of(metadata["family"])
        settings = accept(family.settings, json.loads(metadata["settings"]))
        shape = DataShape.model_validate_json(metadata["shape"])
        preparation = Preparation.model_validate_json(metadata["preparation"])
        steps = StepSettings.model_validate_json(metadata.get("steps", "{}"))
    except (KeyError, ValueError, ValidationError) as error:
        raise _damaged(path) from error
    size = metadata.get("size", "")
    return TrainedModel(
        name=metadata.get("name", path.stem),
        family=family,
        size=size,
        settings=settings,
        shape=shape,
        preparation=preparation,
        weights=path,
        score=family.load(path, shape, size, settings),
        steps=steps,
    )


def _metadata(path: Path) -> dict[str, str]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            return dict(file.metadata() or {})
    except FileNotFoundError:
        raise refuse(
            "model_file.missing",
            "There is no file {name}.",
            "Check the name, or export the model again.",
            field="model",
            name=str(path),
        ) from None
    except (SafetensorError, OSError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> UserError:
    return refuse(
        "model_file.damaged",
        "The model in {name} is damaged and cannot be read.",
        "Export it again, or bring the file back from a copy.",
        field="model",
        name=path.name,
    )


SAFETENSORS_FILE = SafetensorsFile()
