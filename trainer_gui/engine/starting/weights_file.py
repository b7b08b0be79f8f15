"""The weights in a file of any make, as tensors by name; nothing in the file is ever executed."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.problems import UserError, refuse

if TYPE_CHECKING:
    from torch import Tensor

ENDINGS = (".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".onnx")
_INNER = ("state_dict", "model_state_dict", "model", "network", "weights")  # under which others keep it
_PREFIXES = ("module.", "model.", "network.", "_orig_mod.")  # which wrappers put before every name
_DAMAGES = (OSError, EOFError, RuntimeError, ValueError, KeyError, TypeError, AttributeError)


def read_weights(path: Path) -> dict[str, Tensor]:
    """Every weight in the file by its name. Raises UserError where it holds none, is damaged or not safe."""
    if not path.is_file():
        raise refuse(
            "start.no_file",
            "There is no file {path}.",
            "Check the name, or choose another starting point.",
            field="start",
            path=str(path),
        )
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise refuse(
            "start.unknown_kind",
            "{name} is no kind of file that holds weights.",
            "Choose the folder of a run, or a file that ends in {endings}.",
            field="start",
            name=path.name,
            endings=", ".join(ENDINGS),
        )
    if ending == ".safetensors":
        found = _from_safetensors(path)
    elif ending == ".onnx":
        found = _from_onnx(path)
    else:
        found = _from_torch(path)
    if not found:
        raise refuse(
            "start.no_weights",
            "{name} holds no weights.",
            "Choose a file that was saved with the state dict of a model.",
            field="start",
            name=path.name,
        )
    return found


def fingerprint_of(weights: dict[str, Tensor]) -> str:
    """A mark of all names, shapes and numbers; the same whatever file they lie in."""
    import torch

    found = hashlib.sha256()
    for name in sorted(weights):
        each = weights[name].detach().cpu().contiguous()
        found.update(f"{name} {each.dtype} {tuple(each.shape)}\n".encode())
        found.update(each.reshape(-1).view(torch.uint8).numpy().tobytes())
    return found.hexdigest()[:32]


def _from_safetensors(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        found: dict[str, Tensor] = load_file(path)
    except (SafetensorError, OSError) as error:
        raise _damaged(path) from error
    return found


def _from_torch(path: Path) -> dict[str, Tensor]:
    import torch

    try:
        with warnings.catch_warnings():  # about old ways of writing, which it reads all the same
            warnings.simplefilter("ignore")
            held: Any = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        with path.open("rb") as file:
            is_pickle = file.read(1) == b"\x80"
        wants_more = is_pickle or "unsupported global" in str(error).lower()
        raise (_not_safe(path) if wants_more else _damaged(path)) from error
    except _DAMAGES as error:
        raise _damaged(path) from error
    for name in _INNER:
        if isinstance(held, dict) and isinstance(held.get(name), dict):
            held = held[name]
            break
    if not isinstance(held, dict):
        return {}
    found = {str(name): each for name, each in held.items() if isinstance(each, torch.Tensor)}
    for prefix in _PREFIXES:
        if found and all(name.startswith(prefix) for name in found):
            found = {name.removeprefix(prefix): each for name, each in found.items()}
    return {name: each.detach().clone().contiguous() for name, each in found.items()}


def _from_onnx(path: Path) -> dict[str, Tensor]:
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError:
        raise refuse(
            "start.onnx_missing",
            "Reading the weights in {name} needs onnx, which this installation does not have.",
            'Install the extra “export” with: pip install "trainer-gui[export]"',
            field="start",
            name=path.name,
        ) from None
    import torch
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load(path, load_external_data=False).graph
        kept = [each for each in graph.initializer if not each.external_data]
        return {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in kept}
    except (*_DAMAGES, DecodeError) as error:
        raise _damaged(path) from error


def _not_safe(path: Path) -> UserError:
    return refuse(
        "start.runs_code",
        "{name} was not opened: it is a pickle that holds more than weights, and opening it would run the "
        "code of whoever made it.",
        "Ask for the weights alone: a safetensors file, or what torch.save(model.state_dict()) writes.",
        field="start",
        name=path.name,
    )


def _damaged(path: Path) -> UserError:
    return refuse(
        "start.damaged",
        "The weights in {name} cannot be read: the file is damaged or of another make.",
        "Bring it back from a copy, or choose another starting point.",
        field="start",
        name=path.name,
    )
