"""The steps before and after a network as an ONNX graph: raw columns in, answers in words out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import CategoryColumn, NumberColumn, PictureColumn, TargetColumn

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto, ValueInfoProto

# Pillow resizes with weights of this many binary digits (`PRECISION_BITS` in its Resample.c), rounding to
# whole pixels after the horizontal pass; the same is done here, so that the pixels come out equal.
_STEPS = float(2**22)


class Graph:
    """Nodes, constants, inputs and outputs as they are put together.

    Names inside begin with `prefix`, which no column's name does, so that a column may have any name.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.inputs: list[ValueInfoProto] = []
        self.outputs: list[ValueInfoProto] = []

    def constant(self, values: ArrayLike, kind: Any) -> str:
        """A constant array; gives its name."""
        from onnx import numpy_helper

        name = f"{self.prefix}constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=kind), name))
        return name

    def node(self, operator: str, *inputs: str, makes: str = "", domain: str = "", **attributes: Any) -> str:
        """One operation on values of these names; gives the name of its result, `makes` where given."""
        from onnx import helper

        result = makes or f"{self.prefix}{operator}{len(self.nodes)}"
        name = f"{self.prefix}node{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(operator, list(inputs), [result], name=name, domain=domain, **attributes)
        )
        return result

    def input(self, name: str, kind: int, shape: list[str | int], about: str) -> str:
        """An input of the model."""
        from onnx import helper

        self.inputs.append(helper.make_tensor_value_info(name, kind, shape, about))
        return name

    def output(self, name: str, kind: int, shape: list[str | int], about: str) -> None:
        """An output of the model, made by a node with `makes=name`."""
        from onnx import helper

        self.outputs.append(helper.make_tensor_value_info(name, kind, shape, about))

    def look_up(self, value: str, entries: dict[str, Any], makes: str = "") -> str:
        """A value translated through a table (`LabelEncoder` with these attributes)."""
        return self.node("LabelEncoder", value, makes=makes, domain="ai.onnx.ml", **entries)

    def cast(self, value: str, kind: int, makes: str = "") -> str:
        """A value in another type, one of `TensorProto`'s."""
        return self.node("Cast", value, makes=makes, to=kind)


def add_numbers(graph: Graph, columns: tuple[NumberColumn, ...]) -> str:
    """From one double input per column to float32 [rows, numbers], as `Preparation.table_inputs` does it.

    The inputs are doubles because a float32 of 1,000,000.3 has lost what a column around a million with a
    deviation of one is about.
    """
    from onnx import TensorProto

    axis = graph.constant([1], np.int64)
    parts = []
    for column in columns:
        about = "A number; NaN where there is no value."
        name = graph.input(column.name, TensorProto.DOUBLE, ["batch"], about)
        parts.append(graph.node("Unsqueeze", name, axis))
    raw = graph.node("Concat", *parts, axis=1)
    size = graph.node("Abs", raw)
    known = graph.node("Less", size, graph.constant(np.inf, np.float64))
    fill = graph.constant([each.fill for each in columns], np.float64)
    filled = graph.node("Where", known, raw, fill)
    centred = graph.node("Sub", filled, graph.constant([each.mean for each in columns], np.float64))
    scaled = graph.node("Div", centred, graph.constant([each.deviation for each in columns], np.float64))
    numbers = graph.cast(scaled, TensorProto.FLOAT)
    flagged = [place for place, each in enumerate(columns) if each.flag_gaps]
    if not flagged:
        return numbers
    gaps = graph.cast(graph.node("Not", known), TensorProto.FLOAT)
    flags = graph.node("Gather", gaps, graph.constant(flagged, np.int64), axis=1)
    return graph.node("Concat", numbers, flags, axis=1)


def add_categories(graph: Graph, columns: tuple[CategoryColumn, ...]) -> str:
    """From one text input per column to the places of the values, int64 [rows, categories]; 0 is unknown."""
    from onnx import TensorProto

    axis = graph.constant([1], np.int64)
    parts = []
    for column in columns:
        about = "A text; one that was not there in training, or an empty one, counts as unknown."
        name = graph.input(column.name, TensorProto.STRING, ["batch"], about)
        known = {
            "keys_strings": list(column.values) or [""],
            "values_int64s": list(range(1, len(column.values) + 1)) or [0],
            "default_int64": 0,
        }
        parts.append(graph.node("Unsqueeze", graph.look_up(name, known), axis))
    return graph.node("Concat", *parts, axis=1)


def add_picture(graph: Graph, column: PictureColumn) -> str:
    """From pictures of one size to those that the network takes, uint8 [rows, channels, height, width].

    Two multiplications with the weights of a bilinear filter that widens when a picture shrinks, rounded to
    the same pixels as Pillow's, width first; onnxruntime's own Resize differs by up to 19 levels.
    """
    from onnx import TensorProto

    shape: list[str | int] = ["batch", "height", "width", column.channels]
    colours = "grey" if column.channels == 1 else "red, green and blue"
    name = graph.input(column.name, TensorProto.UINT8, shape, f"Upright pictures; {colours}, 0 to 255.")
    pixels = graph.cast(graph.node("Transpose", name, perm=[0, 3, 1, 2]), TensorProto.DOUBLE)
    size = graph.node("Shape", pixels)
    across = _filter(graph, graph.node("Gather", size, graph.constant(3, np.int64)), column.width)
    narrow = _rounded(graph, graph.node("MatMul", pixels, graph.node("Transpose", across, perm=[1, 0])))
    down = _filter(graph, graph.node("Gather", size, graph.constant(2, np.int64)), column.height)
    small = _rounded(graph, graph.node("MatMul", down, narrow))
    return graph.cast(small, TensorProto.UINT8)


def _filter(graph: Graph, length: str, target: int) -> str:
    """Weights [target, length] in steps of `_STEPS`, for bringing a side of `length` pixels to `target`."""
    from onnx import TensorProto

    def double(value: float) -> str:
        return graph.constant(value, np.float64)

    long = graph.cast(length, TensorProto.DOUBLE)
    scale = graph.node("Div", long, double(target))
    width = graph.node("Max", scale, double(1.0))
    middles = graph.constant(np.arange(target)[:, None] + 0.5, np.float64)
    centres = graph.node("Mul", middles, scale)
    places = graph.node("Range", double(0.0), long, double(1.0))
    away = graph.node("Add", graph.node("Sub", places, centres), double(0.5))
    share = graph.node("Mul", away, graph.node("Div", double(1.0), width))
    nearness = graph.node("Sub", double(1.0), graph.node("Abs", share))
    weights = graph.node("Max", nearness, double(0.0))
    total = graph.node("ReduceSum", weights, graph.constant([1], np.int64), keepdims=1)
    steps = graph.node("Mul", graph.node("Div", weights, total), double(_STEPS))
    return graph.node("Floor", graph.node("Add", steps, double(0.5)))


def _rounded(graph: Graph, sums: str) -> str:
    half = graph.node("Add", sums, graph.constant(_STEPS / 2, np.float64))
    levels = graph.node("Floor", graph.node("Div", half, graph.constant(_STEPS, np.float64)))
    low, high = graph.constant(0.0, np.float64), graph.constant(255.0, np.float64)
    return graph.node("Min", graph.node("Max", levels, low), high)


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
