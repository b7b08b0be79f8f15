"""A free text: its words, word pairs and pieces of words as ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.column_step import GraphArrays, InputField, StepKind, TableStep
from trainer_gui.engine.data.dataset import Column, ColumnKind
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.series import class_names
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.data.texts import Ids, counts_of_ids, ids_in
from trainer_gui.engine.problems import Problem, problem

if TYPE_CHECKING:
    import pandas as pd

MOST_IDS = 1024  # of one text
FEWEST_IDS = 64  # that a text may have, however many rows there are
_ALL_IDS = 2**26  # of all training rows together: a quarter of a gigabyte
_LOOKED_AT = 20_000  # training rows, for the length of the texts
_NOTABLE = 0.01  # share of texts that are cut, from which on it is said
_UNSEEN = "never seen · 未知 " + "x" * 60
_WORDS = ("some", "words", "and", "others", "that", "follow", "each", "other", "ein", "Wörter")


class TextColumn(TableStep):
    """A text as ids, for a table of weights: those of its words first, then of pairs, then of pieces.

    `length` is the most that a text may have; what comes behind is not looked at. An empty or missing text
    has none, and is taken for nothing by every network.
    """

    step: str = "text"
    length: int  # ids of a text, at most
    cut: float = 0.0  # share of the training texts that have more

    @property
    def ids(self) -> int:
        return self.length

    @classmethod
    def outline(cls, column: Column, rows: int) -> tuple[int, int, int]:
        return 0, 0, most_ids(rows)

    @classmethod
    def fit(cls, column: Column, values: pd.Series[Any], train: Rows) -> TextColumn:
        some = train[:: 1 + len(train) // _LOOKED_AT]
        counts = counts_of_ids(_texts(values, some))
        most = most_ids(len(train))
        return cls(
            name=column.name,
            length=max(1, min(most, int(counts.max(initial=1)))),
            cut=float((counts > most).mean()) if len(counts) else 0.0,
        )

    def ids_of(self, values: pd.Series[Any], rows: Rows | None) -> Ids:
        return ids_in(_texts(values, rows), self.length)

    def matched(self, values: pd.Series[Any]) -> tuple[NDArray[Any], list[Problem]]:
        return np.array(_texts(values, None), dtype=object), []

    def gaps(self, count: int) -> NDArray[Any]:
        return np.full(count, "", dtype=object)

    def field(self, values: pd.Series[Any] | None) -> InputField:
        known = None if values is None else values.dropna()
        typical = str(known.iloc[0]) if known is not None and len(known) else None
        return InputField(self.name, ColumnKind.TEXT, typical=typical)

    def damaged(self, values: NDArray[Any], hit: NDArray[np.bool_]) -> NDArray[Any]:
        texts = values.astype(object)
        texts[hit] = _UNSEEN
        texts[0], texts[1] = "", _UNSEEN
        return texts

    def made_up(self, count: int, draw: np.random.Generator) -> NDArray[Any]:
        texts = [" ".join(draw.choice(_WORDS, draw.integers(0, 12))) for _ in range(count)]
        return np.array(texts, dtype=object)

    def notes(self) -> tuple[Problem, ...]:
        if self.cut < _NOTABLE:
            return ()
        return (
            problem(
                "text.cut",
                "{share:.0f} % of the texts in “{column}” are too long to be looked at as a whole: of each, "
                "the first {length:,} features count, words before pairs of words before pieces of words.",
                "What matters should stand near the beginning.",
                field=self.name,
                severity="note",
                share=100 * self.cut,
                column=self.name,
                length=self.length,
            ),
        )

    def joined(self, other: Self) -> Self:
        return self if self.length >= other.length else other

    def add_input(self, graph: Graph) -> None:
        """Ids, since hashing is none of ONNX's operators."""
        from onnx import TensorProto

        about = "The ids of a text, filled up with 0, as ids_of in “text_ids.py” of the metadata gives them."
        shape: list[str | int] = ["batch", self.length]
        graph.input(self.name, TensorProto.INT64, shape, about, called=f"{self.name} ids")

    @classmethod
    def add_to(cls, graph: Graph, steps: Sequence[TextColumn]) -> GraphArrays:
        """The ids that are looked at: a longer input is for other models in the same graph."""
        start, axis = graph.constant([0], np.int64), graph.constant([1], np.int64)
        return GraphArrays(
            texts=tuple(
                graph.node(
                    "Slice",
                    graph.entrance(column.name),
                    start,
                    graph.constant([column.length], np.int64),
                    axis,
                )
                for column in steps
            )
        )


def most_ids(rows: int) -> int:
    """How many ids a text may have where there are so many training rows, so that all fit into memory."""
    return int(min(MOST_IDS, max(FEWEST_IDS, _ALL_IDS // max(1, rows))))


def _texts(values: pd.Series[Any], rows: Rows | None) -> list[str]:
    chosen = values if rows is None else values.iloc[rows]
    if chosen.dtype.kind in "fiub":
        return [str(each) for each in class_names(chosen)]
    missing = chosen.isna().to_numpy()
    cells = chosen.astype(object).tolist()
    return ["" if gap else str(cell) for cell, gap in zip(cells, missing, strict=True)]


TEXT = StepKind("text", "Text", TextColumn, frozenset({ColumnKind.TEXT}), position=40)
