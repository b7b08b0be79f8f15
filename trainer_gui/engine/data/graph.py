"""An ONNX graph as it is put together, node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto, ValueInfoProto


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
        self._entrances: dict[str, str] = {}

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

    def input(self, column: str, kind: int, shape: list[str | int], about: str, called: str = "") -> None:
        """The input of a column, under its name; one that is `called` otherwise gets a name that is free."""
        from onnx import helper

        name = called or column
        while called and name in {each.name for each in self.inputs}:
            name += "_"
        self._entrances[column] = name
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape, about))

    def entrance(self, column: str) -> str:
        """The name of the input of a column."""
        return self._entrances[column]

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
