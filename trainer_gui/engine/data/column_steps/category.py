"""A category: each known value has a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.column_step import GraphArrays, InputField, StepKind, Strange, TableStep
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.new_values import as_known_texts
from trainer_gui.engine.data.series import class_names
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 2000  # of one category; rarer ones share the place of unknown values
_UNSEEN = "never seen · 未知"


class CategoryColumn(TableStep):
    """A category: each known value has a place from 1; unknown, rare and missing values share place 0."""

    step: str = "category"
    values: tuple[str, ...]

    @property
    def places(self) -> int:
        return len(self.values) + 1

    @classmethod
    def outline(cls, column: Column, rows: int) -> tuple[int, int, int]:
        return 0, min(column.distinct, MOST_VALUES) + 1, 0

    @classmethod
    def fit(cls, column: Column, values: pd.Series[Any], train: Rows) -> CategoryColumn:
        import pandas as pd

        counts = pd.Series(class_names(values)[train]).value_counts()
        names = [str(each) for each in counts.index if each != ""][:MOST_VALUES]
        return cls(name=column.name, values=tuple(sorted(names)))

    def continued(self, before: TableStep) -> TableStep:
        assert isinstance(before, CategoryColumn)
        known = set(before.values)
        new = [each for each in self.values if each not in known]
        room = max(0, MOST_VALUES - len(known))
        return CategoryColumn(name=self.name, values=(*before.values, *new[:room]))

    def places_of(self, values: pd.Series[Any], rows: Rows | None) -> NDArray[np.int64]:
        import pandas as pd

        some = values if rows is None else values.iloc[rows]
        if isinstance(some.dtype, pd.CategoricalDtype):  # each different value is looked up once
            places = self.places_of(pd.Series(some.cat.categories.astype(str)), None)
            return np.append(places, 0)[some.cat.codes.to_numpy()].astype(np.int64)
        texts = class_names(some)
        return pd.Index(self.values).get_indexer(pd.Index(texts)).astype(np.int64) + 1

    def matched(self, values: pd.Series[Any]) -> tuple[NDArray[Any], list[Problem]]:
        return as_known_texts(self.name, self.values, values)

    def strange(self, values: NDArray[Any]) -> Strange | None:
        import pandas as pd

        unknown = (self.places_of(pd.Series(values), None) == 0) & (values != "")
        if not unknown.any():
            return None
        return Strange(np.asarray(unknown, dtype=bool), f"{self.name}: not seen in training")

    def gaps(self, count: int) -> NDArray[Any]:
        return np.full(count, "", dtype=object)

    def field(self, values: pd.Series[Any] | None) -> InputField:
        typical = self.values[0] if self.values else None
        if values is not None:
            texts, counts = np.unique(class_names(values), return_counts=True)
            known = set(self.values)
            often = [text for text in texts[np.argsort(-counts, kind="stable")] if str(text) in known]
            typical = str(often[0]) if often else typical
        return InputField(self.name, ColumnKind.CATEGORY, values=self.values, typical=typical)

    def damaged(self, values: NDArray[Any], hit: NDArray[np.bool_]) -> NDArray[Any]:
        texts = values.astype(object)
        texts[hit] = _UNSEEN
        texts[0], texts[1] = "", _UNSEEN
        return texts

    def made_up(self, count: int, draw: np.random.Generator) -> NDArray[Any]:
        known = np.array([*self.values, ""], dtype=object)
        return known[draw.integers(0, len(known), count)]

    def joined(self, other: Self) -> Self:
        return self.model_copy(update={"values": tuple(sorted({*self.values, *other.values}))})

    def add_input(self, graph: Graph) -> None:
        from onnx import TensorProto

        about = "A text; one that was not there in training, or an empty one, counts as unknown."
        graph.input(self.name, TensorProto.STRING, ["batch"], about)

    @classmethod
    def add_to(cls, graph: Graph, steps: Sequence[CategoryColumn]) -> GraphArrays:
        axis = graph.constant([1], np.int64)
        parts = []
        for column in steps:
            known = {
                "keys_strings": list(column.values) or [""],
                "values_int64s": list(range(1, len(column.values) + 1)) or [0],
                "default_int64": 0,
            }
            parts.append(graph.node("Unsqueeze", graph.look_up(graph.entrance(column.name), known), axis))
        return GraphArrays(places=graph.node("Concat", *parts, axis=1))


CATEGORY = StepKind(
    "category", "Category", CategoryColumn, frozenset({ColumnKind.CATEGORY, ColumnKind.YES_NO}), position=30
)
