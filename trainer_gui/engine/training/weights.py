"""Weights on disk and networks made from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from trainer_gui.engine.data.prepare import Inputs
from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.lesson import Score
from trainer_gui.engine.problems import refuse

Build = Callable[[], nn.Module]  # makes a fresh network
_ROWS_AT_ONCE = 1024


def outline(build: Build) -> nn.Module:
    """The network without memory for its weights; draws nothing from the random generators."""
    with torch.device("meta"):
        return build()


def save_weights(path: Path, weights: dict[str, Tensor]) -> None:
    """Writes the weights as safetensors, whole or not at all."""
    write_atomically(path, save({name: each.cpu().contiguous() for name, each in weights.items()}))


def weights_in(path: Path, within: str = "") -> dict[str, Tensor]:
    """The weights of a file under their own names, on the CPU; those alone that begin with `within`.

    Raises SafetensorError or OSError where it cannot be read.
    """
    with safe_open(path, framework="pt") as file:
        names = [each for each in file.keys() if each.startswith(within)]  # noqa: SIM118
        return {name.removeprefix(within): file.get_tensor(name) for name in names}


def load(build: Build, path: Path, within: str = "") -> nn.Module:
    """The network with the weights of this file, in evaluation mode, on the CPU."""
    network = outline(build)
    try:
        weights = weights_in(path, within)
        network.load_state_dict(weights, assign=True)
    except FileNotFoundError:
        raise refuse(
            "weights.missing",
            "The weights of this model are missing: there is no file {name} in its run folder.",
            "Train it again with Repeat, or bring the file back from a copy.",
            name=path.name,
        ) from None
    except (SafetensorError, RuntimeError, OSError) as error:
        raise refuse(
            "weights.damaged",
            "The weights in {name} cannot be read: the file is damaged or belongs to another model.",
            "Train it again with Repeat, or bring the file back from a copy.",
            name=path.name,
        ) from error
    return network.eval()


def score(network: nn.Module) -> Score:
    """The network as a function from arrays to raw outputs, a bounded number of rows at a time."""

    def outputs_of(inputs: Inputs) -> NDArray[np.float32]:
        rows = len(inputs[0])
        tensors = [torch.from_numpy(np.ascontiguousarray(each)) for each in inputs]
        with torch.inference_mode():
            parts = [
                network(*(each[start : start + _ROWS_AT_ONCE] for each in tensors)).numpy()
                for start in range(0, rows, _ROWS_AT_ONCE)
            ]
        width = 0 if parts else 1
        return np.concatenate(parts) if parts else np.empty((0, width), dtype=np.float32)

    return outputs_of
