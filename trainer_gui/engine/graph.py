"""What stands before and behind a network as nodes of an ONNX graph: columns in, answers in words out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.prepare import Preparation, TargetColumn


def add_inputs(graph: Graph, preparation: Preparation) -> None:
    """An input of the graph for each column."""
    for each in preparation.steps:
        each.add_input(graph)


def add_steps(graph: Graph, preparation: Preparation) -> list[str]:
    """The columns as a member's network takes them; gives the names of its arrays in their order.

    The inputs of the graph must be there.
    """
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


def add_answer(graph: Graph, outputs: str, target: TargetColumn) -> str:
    """From raw outputs float32 [rows, outputs] of one member to what it says.

    Classes: how likely each is, double [batch, classes]. Numbers: double [batch], in the target's unit.
    """
    from onnx import TensorProto

    wide = graph.cast(outputs, TensorProto.DOUBLE)
    if target.task is Task.CLASSIFICATION:
        return graph.node("Softmax", wide, axis=1)
    flat = graph.node("Reshape", wide, graph.constant([-1], np.int64))
    if target.logarithm is not None:
        return target.logarithm.add_to(graph, flat)
    spread = graph.node("Mul", flat, graph.constant(target.deviation, np.float64))
    return graph.node("Add", spread, graph.constant(target.mean, np.float64))


def add_average(graph: Graph, said: Sequence[tuple[str, TargetColumn]], target: TargetColumn) -> str:
    """The mean of what the members say, each with its own target; a class that one never saw counts as 0."""
    parts = [_in_order(graph, name, own.classes, target.classes) for name, own in said]
    if len(parts) == 1:
        return parts[0]
    total = parts[0]
    for each in parts[1:]:  # onnxruntime has no mean of doubles
        total = graph.node("Add", total, each)
    return graph.node("Div", total, graph.constant(len(parts), np.float64))


def _in_order(graph: Graph, likely: str, own: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    """How likely each of the wanted classes is, from the classes that a member knows."""
    if own == wanted:
        return likely
    places = [[1.0 if ours == theirs else 0.0 for theirs in wanted] for ours in own]
    return graph.node("MatMul", likely, graph.constant(places, np.float64))


def add_answers(graph: Graph, exact: str, target: TargetColumn, names: tuple[str, str]) -> None:
    """From what all members say to the outputs of the graph, which have these names.

    Classes: the class as text [batch], and float32 [batch, classes]. Numbers: double [batch], in the
    target's unit.
    """
    from onnx import TensorProto

    if target.task is Task.CLASSIFICATION:
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
    graph.node("Identity", exact, makes=names[0])
    graph.output(names[0], TensorProto.DOUBLE, ["batch"], f"“{target.name}”, in its own unit.")
