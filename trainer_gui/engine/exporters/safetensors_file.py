"""Safetensors with the recipe: weights, preparation and recipe in one file that is safe to open."""

from __future__ import annotations

import json
from pathlib import Path

from trainer_gui.engine.data.prepare import DataShape, Preparation
from trainer_gui.engine.exporter import Answerer, Exporter, FamilyOf, Parcel, Samples
from trainer_gui.engine.model import Answers, Member, TrainedModel
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.row_settings import StepSettings
from trainer_gui.engine.settings import accept
from trainer_gui.engine.source import Report

_FORMAT = "trainer-gui model"
_VERSION = "1"
_VERSION_OF_SEVERAL = "2"  # which an older Trainer refuses, instead of missing its weights


class SafetensorsFile(Exporter):
    """The weights under their own names, and in the metadata all that is needed to use them.

    Those of several members stand behind the number of each: member0., member1., and so on.
    """

    name = "safetensors"
    label = "Safetensors"
    summary = "Weights and recipe in one file: to open again in Trainer, or in Python."
    ending = ".safetensors"
    position = 20
    needs = ("safetensors",)

    def write(self, parcel: Parcel, path: Path, report: Report) -> None:
        from safetensors.torch import save

        from trainer_gui.engine.training.weights import weights_in

        model = parcel.model
        target = model.preparation.target
        metadata = {
            "format": _FORMAT,
            "format_version": _VERSION,
            "trainer_version": parcel.version,
            "name": model.name,
            "preparation": model.preparation.model_dump_json(),
            "target": target.name,
            "task": target.task.value,
            "classes": json.dumps(target.classes, ensure_ascii=False),
            "steps": model.steps.model_dump_json(),
            "columns": json.dumps(model.preparation.columns, ensure_ascii=False),
            "recipe": parcel.recipe,
            "lineage": parcel.lineage,
        }
        every = [_about(each) for each in model.members]
        report("Writing the weights", None)
        if len(every) == 1:
            (only,) = model.members
            path.write_bytes(save(weights_in(only.weights, only.within), metadata | every[0]))
            return
        metadata |= {"format_version": _VERSION_OF_SEVERAL, "members": json.dumps(every, ensure_ascii=False)}
        weights = {
            f"{_within(place)}{name}": each
            for place, member in enumerate(model.members)
            for name, each in weights_in(member.weights, member.within).items()
        }
        path.write_bytes(save(weights, metadata))

    def load(self, path: Path, family_of: FamilyOf) -> Answerer:
        model = model_in(path, family_of)

        def answers_of(samples: Samples) -> Answers:
            return answers_to(model, samples)

        return answers_of


def answers_to(model: TrainedModel, samples: Samples) -> Answers:
    """What a model says of raw rows."""
    import pandas as pd
    from PIL import Image

    if not samples.pictures:
        return model.together(model.member_answers(pd.DataFrame(samples.columns)))
    pictures = [Image.fromarray(each.squeeze()) for each in samples.pictures]
    every = range(len(pictures))
    return model.together(
        [
            member.answer(member.preparation.picture_inputs(pictures.__getitem__, every))
            for member in model.members
        ]
    )


def _about(member: Member) -> dict[str, str]:
    """What must be known to use its weights again."""
    return {
        "family": member.family.name,
        "size": member.size,
        "settings": member.settings.model_dump_json(),
        "shape": member.shape.model_dump_json(),
        "preparation": member.preparation.model_dump_json(),
    }


def _within(place: int) -> str:
    """What the names of a member's weights begin with, where there are several."""
    return f"member{place}."


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
    if metadata.get("format_version") not in (_VERSION, _VERSION_OF_SEVERAL):
        raise refuse(
            "model_file.newer",
            "{name} was written by a newer version of Trainer.",
            "Update Trainer, then open it again.",
            field="model",
            name=path.name,
        )
    try:
        if metadata["format_version"] == _VERSION:
            members = [_member(path, metadata, "", family_of)]
        else:
            every = enumerate(json.loads(metadata["members"]))
            members = [_member(path, about, _within(place), family_of) for place, about in every]
        preparation = Preparation.model_validate_json(metadata["preparation"])
        steps = StepSettings.model_validate_json(metadata.get("steps", "{}"))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error
    return TrainedModel(metadata.get("name", path.stem), tuple(members), preparation, steps)


def _member(path: Path, about: dict[str, str], within: str, family_of: FamilyOf) -> Member:
    """The one whose weights begin with `within`; raises ValueError or KeyError where it is damaged."""
    family = family_of(about["family"])
    settings = accept(family.settings, json.loads(about["settings"]))
    shape = DataShape.model_validate_json(about["shape"])
    size = about.get("size", "")
    return Member(
        family=family,
        size=size,
        settings=settings,
        shape=shape,
        preparation=Preparation.model_validate_json(about["preparation"]),
        weights=path,
        within=within,
        score=family.load(path, shape, size, settings, within),
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
