"""What stands before and behind a network as nodes of an ONNX graph: columns in, answers in words out."""

from __future__ import annotations

import numpy as np

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.prepare import Preparation, TargetColumn


def add_steps(graph: Graph, preparation: Preparation) -> list[str]:
    """The columns as inputs of the graph; gives the names of the network's arrays in their order."""
    kinds = {each.step: type(each) for each in preparation.steps}
    made = [
        kind.add_to(graph, [each for each in preparation.steps if each.step == name])
        for name, kind in kinds.items()
    ]
    numbers = [each.values for each in made if each.values] + [each.flags for each in made if each.flags]
    places = [each.places for each in made if each.places]
    arrays = [
        names[0] if len(names) == 1 else graph.node("Concat", *names, axis=1)
        for names in (numbers, places)
        if names
    ]
    arrays += [text for each in made for text in each.texts]
    return arrays + [each.picture for each in made if each.picture]


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
    if target.logarithm is not None:
        target.logarithm.add_to(graph, flat, makes=names[0])
    else:
        spread = graph.node("Mul", flat, graph.constant(target.deviation, np.float64))
        graph.node("Add", spread, graph.constant(target.mean, np.float64), makes=names[0])
    graph.output(names[0], TensorProto.DOUBLE, ["batch"], f"“{target.name}”, in its own unit.")
