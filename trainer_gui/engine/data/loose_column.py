"""A column that grows by pieces of cells of any type, as databases and JSON hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = frozenset((int, float, type(None)))
_TEXTS = frozenset((str, type(None)))


class LooseColumn:
    """Keeps numbers as numbers and all else as numbered texts, so that no cell stays a Python object.

    A piece holds None for gaps, bool, int, float and str; bytes and others have no place here. Pieces may
    differ in type; where numbers meet texts, the column becomes one of texts.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._pieces: list[tuple[bool, NDArray[Any]]] = []  # whether codes of texts, and the values
        self._texts: list[str] = []
        self._codes: dict[str, int] = {}  # places among the texts

    def add(self, cells: Sequence[Any], gaps: frozenset[str] = frozenset()) -> None:
        """Puts cells below the last one; texts and numbers written as one of `gaps` count as none."""
        if not cells:
            return
        self.rows += len(cells)
        if gaps:
            cells = [None if cell is not None and text_of(cell) in gaps else cell for cell in cells]
        kinds = set(map(type, cells))
        try:
            if kinds <= _NUMBERS:
                # Whole numbers without gaps stay whole; what neither type can hold becomes a text.
                whole = kinds == {int}
                self._pieces.append((False, np.array(cells, dtype=np.int64 if whole else np.float64)))
                return
        except OverflowError:
            pass
        self._pieces.append((True, self._coded(cells if kinds <= _TEXTS else list(map(text_of, cells)))))

    def add_numbers(self, numbers: NDArray[Any]) -> None:
        """Puts numbers below the last cell, NaN for gaps."""
        self.rows += len(numbers)
        self._pieces.append((False, numbers))

    def add_gaps(self, count: int) -> None:
        """Puts rows without a value below the last one."""
        if count > 0:
            self.rows += count
            self._pieces.append((False, np.full(count, np.nan)))

    def series(self) -> pd.Series[Any]:
        """Integers, floats with NaN for gaps, a category of texts, or texts where most of them differ."""
        import pandas as pd

        if not self._pieces:
            return pd.Series(np.empty(0))
        if not any(is_text for is_text, _ in self._pieces):
            return pd.Series(np.concatenate([values for _, values in self._pieces]))
        codes = np.concatenate(
            [values if is_text else self._as_codes(values) for is_text, values in self._pieces]
        )
        texts = pd.array(self._texts, dtype="str")
        if len(texts) > 0.5 * self.rows:
            return pd.Series(texts.take(codes, allow_fill=True))
        return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(texts)))

    def _as_codes(self, numbers: NDArray[Any]) -> NDArray[np.int32]:
        if numbers.dtype.kind == "f" and np.isnan(numbers).all():
            return np.full(len(numbers), -1, dtype=np.int32)
        return self._coded([text_of(number) for number in numbers.tolist()])

    def _coded(self, texts: Sequence[str | None]) -> NDArray[np.int32]:
        known = self._codes
        for text in dict.fromkeys(texts):
            if text and text not in known:
                known[text] = self._code_of(text)
        return np.array([known[text] if text else -1 for text in texts], dtype=np.int32)

    def _code_of(self, text: str) -> int:
        """The number of a text that was not met before, which may turn into one that was."""
        whole = storable(text)
        if whole in self._codes:
            return self._codes[whole]
        self._texts.append(whole)
        self._codes[whole] = len(self._texts) - 1
        return len(self._texts) - 1


def storable(text: str) -> str:
    """A text without halves of characters, which JSON may hold and no file in UTF-8 can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def text_of(cell: Any) -> str:
    """A cell as a text, the same for 3 and 3.0; empty for a gap."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:  # not a number is a gap
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)
