"""How full the memory of a GPU is, and how busy it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

EXTRA = "gpu"


@dataclass(frozen=True)
class Load:
    """One GPU at this moment, with what all programs do on it."""

    used_bytes: int
    total_bytes: int
    busy: float | None  # the share of the last moment in which it computed; None where nobody can tell
    why_not: str = ""  # in words, where that is not known


def loads(device: str) -> tuple[Load, ...]:
    """The GPUs of a device by its name in recipes; none for the CPU."""
    if device == "mps":
        used, total = torch.mps.driver_allocated_memory(), torch.mps.recommended_max_memory()
        return (Load(used, total, None, "Apple tells no program how busy its GPU is."),)
    if not device.startswith("cuda") or not torch.cuda.is_available():
        return ()
    place = device.partition(":")[2]
    places = range(torch.cuda.device_count()) if place == "all" else [int(place or 0)]
    names = [f"GPU-{torch.cuda.get_device_properties(each).uuid}" for each in places]
    try:
        return tuple(asked(names))
    except (ImportError, OSError, RuntimeError) as error:
        return tuple(_by_torch(each, str(error)) for each in places)


def asked(names: Sequence[str]) -> list[Load]:
    """What NVIDIA's own library says of the GPUs with these UUIDs.

    By UUID, because torch counts only those that it may use. Raises ImportError where the extra is missing,
    and RuntimeError where the library finds no driver or not such a GPU.
    """
    try:
        import pynvml
    except ImportError:
        raise ImportError(
            f'How busy it is can be shown with the extra “{EXTRA}”: pip install "trainer-gui[{EXTRA}]"'
        ) from None
    try:
        pynvml.nvmlInit()
        try:
            return [_asked(pynvml, each) for each in names]
        finally:
            pynvml.nvmlShutdown()
    except pynvml.NVMLError as error:
        raise RuntimeError(f"NVIDIA's library does not tell how busy it is: {error}") from None


def _asked(library: Any, name: str) -> Load:
    handle = library.nvmlDeviceGetHandleByUUID(name)
    memory = library.nvmlDeviceGetMemoryInfo(handle)
    try:
        busy = library.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    except library.NVMLError as error:  # a part of a GPU has none of its own
        return Load(memory.used, memory.total, None, f"This GPU does not tell how busy it is: {error}")
    return Load(memory.used, memory.total, busy)


def _by_torch(place: int, why_not: str) -> Load:
    free, total = torch.cuda.mem_get_info(place)
    return Load(total - free, total, None, why_not)


def together(found: Sequence[Load]) -> Load | None:
    """Several GPUs as one, as busy as they are on average; None for none."""
    if not found:
        return None
    known = [each.busy for each in found if each.busy is not None]
    busy = sum(known) / len(known) if len(known) == len(found) else None
    why_not = next((each.why_not for each in found if each.why_not), "")
    return Load(
        sum(each.used_bytes for each in found), sum(each.total_bytes for each in found), busy, why_not
    )
