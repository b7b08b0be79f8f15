"""The number format of a network's computations."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

import torch

from trainer_gui.engine.execution import Precision

_TYPES = {Precision.BFLOAT16: torch.bfloat16, Precision.FLOAT16: torch.float16}


def cast(precision: Precision, device: torch.device) -> AbstractContextManager[object]:
    """Within it, a network's heavy operations use this format; weights and loss stay float32.

    Never left open across a `yield`: it would leak into whoever reads the events.
    """
    kind = _TYPES.get(precision)
    return nullcontext() if kind is None else torch.autocast(device.type, dtype=kind, cache_enabled=False)


def use_tf32(precision: Precision) -> None:
    """Lets an NVIDIA GPU round the factors of float32 products to 10 bits, or forbids it."""
    wanted = "high" if precision is Precision.TF32 else "highest"
    if torch.get_float32_matmul_precision() != wanted:
        torch.set_float32_matmul_precision(wanted)
    torch.backends.cudnn.allow_tf32 = precision is Precision.TF32


def be_strict(*, wanted: bool) -> None:
    """Lets only those kernels compute that give the same digits every time, or any that are quick.

    Where an operation has no such kernel, torch raises RuntimeError.
    """
    if wanted:  # read when a GPU multiplies matrices for the first time
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if torch.are_deterministic_algorithms_enabled() == wanted:
        return
    torch.use_deterministic_algorithms(wanted)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined] # for debugging
    torch.backends.cudnn.deterministic = wanted
    if wanted:
        torch.backends.cudnn.benchmark = False


def formats(device: torch.device) -> tuple[Precision, ...]:
    """The formats that this device computes in hardware; float32 first."""
    found = [Precision.FLOAT32]
    if device.type == "cpu":
        if _has_bfloat16():
            found.append(Precision.BFLOAT16)
    elif device.type == "cuda":
        if torch.cuda.get_device_capability(device) >= (8, 0):
            found += [Precision.TF32, Precision.BFLOAT16]
        elif torch.cuda.get_device_capability(device) >= (7, 0):
            found.append(Precision.FLOAT16)
    else:
        found.append(Precision.FLOAT16)
    return tuple(found)


def _has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; emulated, it is slower than float32."""
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, name, lambda: False)() for name in checks)


def scaler(precision: Precision, device: torch.device) -> torch.amp.GradScaler | None:
    """What keeps small gradients from vanishing in float16; the other formats need none."""
    return torch.amp.GradScaler(device.type) if precision is Precision.FLOAT16 else None
