"""Tells the rows of a block of bytes that can be passed on as they are from those that need a closer look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LF, _CR, _SPACE, _TAB = 10, 13, 32, 9
_LINES_IN_CELL = 2  # a cell over more lines is looked at more closely


@dataclass(frozen=True)
class Found:
    """What a look at a block shows; rows are counted from its first one."""

    ends: NDArray[np.int64]  # after the line end of each row
    odd: NDArray[np.bool_]  # rows that are not plain
    sound: int  # the rows before the first quotation mark that is not as it should be


@dataclass(frozen=True)
class Plain:
    """What a plain row looks like, in bytes: `width` cells, marks only around whole cells.

    `separator` is a single byte, a space for any run of spaces and tabs; `quote` and `escape` may be empty.
    """

    separator: bytes
    quote: bytes
    escape: bytes
    width: int
    marks: tuple[bytes, ...] = ()  # what lines that are no rows begin with
    again: bytes = b""  # how the names begin, which may come again

    def look(self, block: bytes) -> Found:
        """Which rows of a block are plain. It begins with a row; what follows its last line end is one.

        A row that is not plain may be so for any reason; all others have as many cells as there are columns,
        or one empty one more.
        """
        letters = np.frombuffer(block, np.uint8)
        line_ends = _line_ends(letters, block)
        separators = np.flatnonzero(letters == self.separator[0]) if self.separator else np.empty(0, np.int64)
        if not self.quote or self.quote not in block:
            ends = _closed(line_ends + 1, len(block))
            return Found(ends, self._odd(block, letters, ends, separators), len(ends))
        places = np.flatnonzero(letters == self.quote[0])
        inside = np.cumsum(letters == self.quote[0], dtype=np.uint8) & 1
        first_bad = self._first_bad(letters, places)
        ends = _closed(line_ends[inside[line_ends] == 0] + 1, len(block))
        outside = separators[inside[separators] == 0]
        odd = self._odd(block, letters, ends, outside)
        odd = odd | self._suspicious(ends, line_ends, separators, outside)
        if self.separator == b" " or not self.separator:
            odd |= np.diff(np.searchsorted(places, ends), prepend=0) > 0
        sound = len(ends) if first_bad is None else int(np.searchsorted(ends, first_bad, side="right"))
        return Found(ends, odd, sound)

    def _odd(
        self, block: bytes, letters: NDArray[np.uint8], ends: NDArray[np.int64], separators: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        starts = np.concatenate(([0], ends[:-1]))
        if not len(ends):
            return np.empty(0, np.bool_)
        if self.separator == b" ":
            filled = (letters != _SPACE) & (letters != _TAB) & (letters != _LF) & (letters != _CR)
            begins = np.flatnonzero(filled & ~np.concatenate(([False], filled[:-1])))
            odd = np.diff(np.searchsorted(begins, ends), prepend=0) != self.width
        else:
            counts = np.diff(np.searchsorted(separators, ends), prepend=0)
            odd = counts != self.width - 1
            one_more = np.flatnonzero(counts == self.width)
            if len(one_more) and self.separator:
                last = ends[one_more] - 1
                for _ in range(2):  # before the line end, which is one letter or two
                    at_end = np.isin(letters[last], (_LF, _CR)) & (last > 0)
                    last = np.where(at_end, last - 1, last)
                odd[one_more[letters[last] == self.separator[0]]] = False
        first = letters[np.minimum(starts, len(letters) - 1)]
        odd = odd & ~np.isin(first, (_LF, _CR))  # a blank line is left out by whoever reads
        for mark in self.marks:
            odd |= first == mark[0]
        if self.escape and self.escape in block:
            escapes = np.flatnonzero(letters == self.escape[0])
            odd |= np.diff(np.searchsorted(escapes, ends), prepend=0) > 0
        if self.again and self.again in block:
            odd |= np.array([block.startswith(self.again, int(start)) for start in starts])
        return np.asarray(odd, np.bool_)

    def _first_bad(self, letters: NDArray[np.uint8], places: NDArray[np.int64]) -> int | None:
        """The first quotation mark that neither opens nor closes a cell, nor stands doubled in one."""
        edges = [_LF, _CR, *self.separator]
        before = np.where(places > 0, letters[np.maximum(places - 1, 0)], _LF)
        two_before = np.where(places > 1, letters[np.maximum(places - 2, 0)], _LF)
        after = np.where(places + 1 < len(letters), letters[np.minimum(places + 1, len(letters) - 1)], _LF)
        beside = np.diff(places) == 1
        opens = np.isin(before, edges) | ((before == _SPACE) & np.isin(two_before, edges))
        opens[1:] |= beside
        closes = np.isin(after, edges)
        closes[:-1] |= beside
        right = np.where(np.arange(len(places)) % 2 == 0, opens, closes)
        if len(places) % 2:
            right[-1] = False
        wrong = np.flatnonzero(~right)
        return int(places[wrong[0]]) if len(wrong) else None

    def _suspicious(
        self,
        ends: NDArray[np.int64],
        line_ends: NDArray[np.int64],
        separators: NDArray[np.int64],
        outside: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Rows of which a cell might hold whole rows, since a mark before them was never closed."""
        lines = np.diff(np.searchsorted(line_ends, ends), prepend=0)
        hidden = np.diff(np.searchsorted(separators, ends), prepend=0)
        hidden -= np.diff(np.searchsorted(outside, ends), prepend=0)
        odd: NDArray[np.bool_] = (lines > _LINES_IN_CELL) & (hidden >= (self.width - 1) * (lines - 2))
        if self.separator == b"\x1f":
            odd |= hidden > 0  # stands for several letters there, which have to be put back
        return odd


def _line_ends(letters: NDArray[np.uint8], block: bytes) -> NDArray[np.int64]:
    """The places of the last byte of every line end."""
    feeds = letters == _LF
    if b"\r" not in block:
        return np.flatnonzero(feeds)
    returns = letters == _CR
    returns[:-1] &= ~feeds[1:]
    return np.flatnonzero(feeds | returns)


def _closed(ends: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The ends of rows, with that of the last row, which may have no line end."""
    if len(ends) and ends[-1] == size:
        return ends
    return np.append(ends, size) if size else ends


def count_lines(block: bytes) -> int:
    """How many line ends there are."""
    returns = block.count(b"\r") - block.count(b"\r\n") if b"\r" in block else 0
    return block.count(b"\n") + returns


def after_lines(block: bytes, lines: int) -> int:
    """The place after so many lines, or the size of the block where it has fewer."""
    if lines <= 0:
        return 0
    ends = _line_ends(np.frombuffer(block, np.uint8), block)
    return int(ends[lines - 1]) + 1 if len(ends) >= lines else len(block)


def encoded(cells: Sequence[str], separator: str, quote: str) -> bytes:
    """A row as bytes that are read as exactly these cells, with its line end.

    Without a quotation mark a separator or line break inside of a cell becomes a space.
    """
    if not quote:
        plain = [" ".join(cell.replace(separator, " ").split()) if cell else cell for cell in cells]
        return (separator.join(plain) + "\n").encode("utf-8", "surrogateescape")
    special = (separator, quote, "\n", "\r", " ") if separator == " " else (separator, quote, "\n", "\r")
    written = [
        quote + cell.replace(quote, quote * 2) + quote
        if any(mark in cell for mark in special) or (separator == " " and not cell)
        else cell
        for cell in cells
    ]
    return (separator.join(written) + "\n").encode("utf-8", "surrogateescape")
