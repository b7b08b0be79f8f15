"""What a run starts from: how a recipe names it, and what is known of it once it is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.start_settings import StartSettings


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ancestor(_Frozen):
    """One model in the line from which another comes."""

    name: str
    run: str = ""  # the name of its folder; empty for a file of unknown origin
    data: str = ""  # the name of the data that it learned from
    data_fingerprint: str = ""
    target: str = ""
    family: str = ""
    size: str = ""
    rows: int = 0  # training rows; 0 where nobody knows
    created: str = ""  # as ISO 8601
    fingerprint: str = ""  # of its weights


class StartingPoint(_Frozen):
    """From which weights a run starts, and what is done with them.

    `location` is the folder of a run, or a file; the fingerprint is that of the weights, so that a recipe
    repeats with the same ones or not at all.
    """

    kind: Literal["scratch", "run", "file"] = "scratch"
    location: str = ""
    fingerprint: str = ""
    settings: StartSettings = StartSettings()


@dataclass(frozen=True)
class StartModel:
    """A model that a run can start from, opened: what it is, and where its weights lie.

    Of a file with nothing but weights the family and all that follows are not known.
    """

    point: StartingPoint  # its settings are not looked at
    name: str
    weights: Path  # safetensors; in a copy of its own where the file has another format
    family: str = ""
    size: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    preparation: Preparation | None = None
    line: tuple[Ancestor, ...] = ()  # from the first to this one
