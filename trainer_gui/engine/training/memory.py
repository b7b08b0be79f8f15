"""Where the rows lie while a network learns, and what is done when memory is full."""

from __future__ import annotations

import gc

import numpy as np
import torch
from torch import Tensor

from trainer_gui.engine.lesson import Examples

_SHARE_OF_MEMORY = 0.6  # of a GPU that the data may fill before it is sent batch by batch


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the memory of a GPU or of the computer is full."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = ("out of memory", "not enough memory", "can't allocate memory")
    return isinstance(error, RuntimeError) and any(each in str(error).lower() for each in words)


def give_back(device: torch.device) -> None:
    """Frees what nobody uses any more; call it outside the `except`, which holds on to the failed step."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def on_device(examples: Examples, device: torch.device) -> tuple[list[Tensor], Tensor]:
    """The rows as tensors, on the device where a GPU has room for them, else where they are."""
    tensors = [torch.from_numpy(np.ascontiguousarray(each)) for each in examples.inputs]
    targets = torch.from_numpy(np.ascontiguousarray(examples.targets))
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        if sum(each.nbytes for each in tensors) > _SHARE_OF_MEMORY * free:
            return tensors, targets
    return [each.to(device) for each in tensors], targets.to(device)
