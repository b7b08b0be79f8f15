"""Puts right a row that has too few or too many cells, where it is clear how, and says what was done."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from trainer_gui.engine.data.cell_kinds import kind_of, strict_columns
from trainer_gui.engine.data.cells import Row, read_otherwise
from trainer_gui.engine.data.dialect import Dialect
from trainer_gui.engine.data.mending import BETWEEN, Mending, Repair

_MOST_WAYS = 300  # of leaving out or joining cells that are tried
_FEW_WORDS = 60  # different words; a column with more of them holds free text
_LAST_ROWS = 10
_SHOWN = 40  # cells of a mended row that are kept to be looked at
_NARROW = 2  # columns; in so few a single cell may well be a row


class RowMender:
    """Knows from a sample what stands in each column; asks each way of mending whether it fits that."""

    def __init__(self, dialect: Dialect, sample: Sequence[Sequence[str]], mending: Mending) -> None:
        self._dialect = dialect
        self._width = dialect.width
        self._mending = mending
        self._strict = strict_columns(sample, dialect.width)
        self._words: dict[int, frozenset[str]] = {}
        for place in range(dialect.width):
            if place not in self._strict:
                words = frozenset(row[place] for row in sample if len(row) > place)
                self._words[place] = (
                    words if len(words) <= min(_FEW_WORDS, 0.5 * len(sample)) else frozenset()
                )
        # The last rows of a small file may be footnotes, and say nothing.
        self._sparse = any(sum(map(bool, row)) < 2 for row in sample[: -_LAST_ROWS or None])

    def mended(self, row: Row, text: str) -> list[str] | None:
        """The cells of a row that has not as many as there are columns, or None where it is left out."""
        cells = row.cells
        extra = cells[self._width :]
        if len(cells) > self._width and not any(extra) and self._misfits(cells[: self._width]) == 0:
            return self._kept("empty_fields", row, text, cells[: self._width])
        again = self._read_otherwise(row, text)
        if again is not None:
            return self._kept("other_marks", row, text, again)
        if self.is_remark(row, text):
            self._left_out("remark", row, text)
            return None
        if len(cells) < self._width:
            padded = [*cells, *[""] * (self._width - len(cells))]
            if self._misfits(padded) == 0:
                return self._kept("too_short", row, text, padded)
        else:
            shorter = self._shortened(cells, text)
            if shorter is not None:
                return self._kept("too_long", row, text, shorter)
        self._left_out("not_fitting", row, text)
        return None

    def of_right_width(self, row: Row, text: str) -> list[str]:
        """The cells of a row that was read by its quotation marks though these are not as they should be."""
        if row.torn:
            again = self._read_otherwise(row, text) if self._misfits(row.cells) else None
            return self._kept("quotation_marks", row, text, again or row.cells)
        if self._misfits(row.cells) or (row.cells[0][:1] == "'" and row.cells[0][-1:] == "'"):
            again = self._read_otherwise(row, text)
            wrong = self._misfits(row.cells)
            if again is not None and (wrong or self._likeness(again) >= self._likeness(row.cells)):
                return self._kept("other_marks", row, text, again)
        return row.cells

    def is_remark(self, row: Row, text: str, *, last: bool = False, apart: bool = False) -> bool:
        """Whether a row is a line of words and no row, such as a footnote.

        `last` where no other row follows, `apart` where it stands after an empty line.
        """
        if row.filled != 1 or self._width < 2:
            return row.filled == 0
        if len(row.cells) == 1 and self._read_otherwise(row, text) is not None:
            return False
        place = next(n for n, cell in enumerate(row.cells) if cell)
        strict = self._strict.get(place)
        kind = kind_of(row.cells[place])
        if strict is not None and kind:
            return kind != strict
        if row.cells[place] in self._words.get(place, ()):
            return False
        if len(row.cells) == self._width:
            return last and self._width > _NARROW and (apart or not self._sparse)
        return self._width > _NARROW or (last and apart)

    def left_out(self, why: str, row: Row, text: str) -> None:
        """Notes that a row was left out."""
        self._left_out(why, row, text)

    def _read_otherwise(self, row: Row, text: str) -> list[str] | None:
        """The row in other marks than the rest of the file, or written as one text in quotation marks."""
        tries = read_otherwise(row, text, self._dialect.style)
        found = [each for each in tries if len(each) == self._width and self._misfits(each) == 0]
        right = [each for each in found if sum(map(bool, each)) > 1]
        return max(right, key=self._likeness) if right else None

    def _shortened(self, cells: list[str], text: str) -> list[str] | None:
        """The row without empty cells that are too many, or with cells joined that belong together."""
        extra = len(cells) - self._width
        ways: list[tuple[float, list[str]]] = []
        empty = [place for place, cell in enumerate(cells) if not cell]
        for number, gone in enumerate(combinations(empty, extra)):
            if number > _MOST_WAYS:
                break
            ways.append((0.5, [cell for place, cell in enumerate(cells) if place not in gone]))
        separator = self._dialect.separator
        if separator.strip() and self._width * extra < 10 * _MOST_WAYS:
            for place in range(self._width):
                parts = cells[place : place + extra + 1]
                joined = next(
                    (each for each in ((separator + " ").join(parts), separator.join(parts)) if each in text),
                    None,
                )
                if joined and all(parts) and place not in self._strict:
                    ways.append((0.0, [*cells[:place], joined, *cells[place + extra + 1 :]]))
        ways.append((-0.25, cells[: self._width]))
        fitting = [(self._likeness(each) + bonus, each) for bonus, each in ways if self._misfits(each) == 0]
        if not fitting:
            return None
        best, found = max(fitting, key=lambda each: each[0])
        rivals = [each for score, each in fitting if score > best - 0.2 and each != found]
        return found if not rivals or best >= self._certain() else None

    def _certain(self) -> float:
        """The likeness from which on one of several ways is taken for the right one."""
        return 0.5 * self._width

    def _misfits(self, cells: Sequence[str]) -> int:
        """How many cells are of another kind than their column."""
        wrong = 0
        for place, strict in self._strict.items():
            if place < len(cells):
                kind = kind_of(cells[place])
                wrong += bool(kind) and kind != strict
        return wrong

    def _likeness(self, cells: Sequence[str]) -> float:
        """How many cells are what their column usually holds."""
        score = 0.0
        for place, cell in enumerate(cells[: self._width]):
            if place in self._strict:
                score += 1.0 if cell else 0.3
            elif self._words.get(place):
                score += 1.0 if cell in self._words[place] else -0.5
            else:
                score += 0.4 if cell and kind_of(cell) == "w" else 0.2
        return score

    def _kept(self, what: str, row: Row, text: str, cells: list[str]) -> list[str]:
        self._mending.repaired(Repair(row.first, what, text, read=BETWEEN.join(cells[:_SHOWN])))
        return cells

    def _left_out(self, what: str, row: Row, text: str) -> None:
        self._mending.repaired(Repair(row.first, what, text, kept=False))
