"""The answers of a network, in words and units, as nodes of an ONNX graph."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.prepare import TargetColumn


def add_answers(graph: Graph, outputs: str, target: TargetColumn, names: tuple[str, str]) -> None:
    """From raw outputs float32 [rows, outputs] to the answers; `names` are those of the two outputs.

    Classes: the class as text [batch], and float32 [batch, classes]. Numbers: double [batch], in the
    target's unit.
    """
    from onnx import TensorProto

    wide = graph.cast(outputs, TensorProto.DOUBLE)
    if target.task is Task.CLASSIFICATION:
        exact = graph.node("Softmax", wide, axis=1)
        chosen = graph.node("ArgMax", exact, axis=1, keepdims=0)
        words = {
            "keys_int64s": list(range(len(target.classes))),
            "values_strings": list(target.classes),
            "default_string": "",
        }
        graph.look_up(chosen, words, makes=names[0])
        graph.cast(exact, TensorProto.FLOAT, makes=names[1])
        graph.output(names[0], TensorProto.STRING, ["batch"], "The most likely class.")
        about = "How likely each class is, in the order of “classes” in the metadata."
        graph.output(names[1], TensorProto.FLOAT, ["batch", len(target.classes)], about)
        return
    flat = graph.node("Reshape", wide, graph.constant([-1], np.int64))
    spread = graph.node("Mul", flat, graph.constant(target.deviation, np.float64))
    graph.node("Add", spread, graph.constant(target.mean, np.float64), makes=names[0])
    graph.output(names[0], TensorProto.DOUBLE, ["batch"], f"“{target.name}”, in its own unit.")
