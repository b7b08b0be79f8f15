"""The ways that were found to be the fastest on this machine, kept for the next run of the same kind."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import platform
import time
from typing import Any

import torch
from pydantic import ValidationError

from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.home import home
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.training.device import cores
from trainer_gui.engine.training.weights import Build, outline

_KEPT = 200  # findings
_A_WHILE = 3600.0  # seconds


def remembered(build: Build, shape: DataShape, settings: TrainingSettings, device: str) -> Execution | None:
    """The way that was found on this machine for such a run before; None where there is none."""
    kept = _all_remembered().get(work_of(build, shape, settings, device))
    if not isinstance(kept, dict) or time.time() > kept.get("until", math.inf):
        return None
    found = kept.get("execution")
    if not isinstance(found, dict) or Execution.model_fields.keys() - found.keys():
        return None  # found by an earlier version, which did not know all the ways of this one
    try:
        return Execution.model_validate(found)
    except ValidationError:  # written by another version
        return None


def work_of(build: Build, shape: DataShape, settings: TrainingSettings, device: str) -> str:
    """A mark that is the same for runs that ask the same of the same machine."""
    about = [
        platform.machine(),
        platform.processor(),
        torch.cuda.get_device_name(torch.device(device)) if device.startswith("cuda") else "",
        cores(),
        torch.__version__,
        device,
        [list(each.shape) for each in outline(build).parameters()],
        shape.model_dump(mode="json", exclude={"rows", "picture_mean", "picture_deviation"}),
        settings.batch_size,
        settings.threads,
        settings.precision.value,
        settings.optimiser.value,
    ]
    return hashlib.blake2b(json.dumps(about).encode(), digest_size=12).hexdigest()


def remember(work: str, execution: Execution, *, for_a_while: bool = False) -> None:
    """Keeps what was found for this work; for an hour only where it may not hold for longer."""
    kept = _all_remembered()
    kept.pop(work, None)
    until = {"until": time.time() + _A_WHILE} if for_a_while else {}
    kept[work] = {"execution": execution.model_dump(mode="json"), **until}
    latest = dict(list(kept.items())[-_KEPT:])
    with contextlib.suppress(OSError):  # nothing is lost: it is tried again next time
        home().mkdir(parents=True, exist_ok=True)
        write_atomically(home() / "executions.json", json.dumps(latest))


def _all_remembered() -> dict[str, Any]:
    try:
        found = json.loads((home() / "executions.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
