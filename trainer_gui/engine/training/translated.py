"""A trained network as an ONNX graph, from the arrays of its preparation to raw outputs."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from inspect import signature
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from trainer_gui.engine.data.prepare import DataShape

if TYPE_CHECKING:
    from onnx import ModelProto


def translated(network: nn.Module, shape: DataShape) -> ModelProto:
    """The network alone; the size of a batch is free."""
    examples = _examples(shape)
    batch = torch.export.Dim("batch")
    free = tuple({0: batch} for _ in examples)
    several = any(
        each.kind is each.VAR_POSITIONAL for each in signature(network.forward).parameters.values()
    )  # such a network has all of its inputs in one parameter
    with _quiet():
        program = torch.onnx.export(
            network,
            examples,
            dynamo=True,
            verbose=False,
            external_data=False,
            dynamic_shapes=(free,) if several else free,
            input_names=[f"input{place}" for place in range(len(examples))],
            output_names=["outputs"],
        )
    assert program is not None
    proto: ModelProto = program.model_proto
    return proto


def _examples(shape: DataShape) -> tuple[Tensor, ...]:
    found: list[Tensor] = []
    if shape.numbers:
        found.append(torch.zeros(3, shape.numbers))
    if shape.categories:
        found.append(torch.zeros(3, len(shape.categories), dtype=torch.int64))
    found += [torch.ones(3, ids, dtype=torch.int64) for ids in shape.texts]
    if shape.picture:
        found.append(torch.zeros(3, *shape.picture, dtype=torch.uint8))
    return tuple(found)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the translator's remarks about itself away from the terminal."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
