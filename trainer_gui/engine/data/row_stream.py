"""A text table as a stream of bytes in which every row has as many cells as there are columns."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.cells import Row, lines_of, rows_of
from trainer_gui.engine.data.dialect import Dialect
from trainer_gui.engine.data.layout import is_remark
from trainer_gui.engine.data.plain_rows import Plain, after_lines, count_lines, encoded
from trainer_gui.engine.data.row_mender import RowMender

BLOCK = 1 << 22  # bytes
_CELL = "\x1f"  # separates cells where the file itself uses several letters
_CAREFULLY = 64  # rows that are taken apart after a quotation mark that is not as it should be
_LAST = 40  # rows at the end of the table among which footnotes are looked for
_WIDE = 200  # columns
_MARGIN = 300_000  # bytes before the end of a block in which a cell may go on into the next one


class RowStream:
    """Reads a file that is opened for bytes. Plain rows are passed on, odd ones are mended or left out.

    The bytes are UTF-8, without title lines and names, separated by `separator`. `advance` is called with the
    number of bytes of the file that were read so far, and may raise. `sound` says that the file is known to
    be UTF-8 without a fault. Of so many rows as `one_in` only one is passed on, by a hash of its number.
    """

    def __init__(
        self,
        raw: BinaryIO,
        dialect: Dialect,
        mender: RowMender,
        advance: Callable[[int], None],
        *,
        sound: bool = False,
        block: int = BLOCK,
        one_in: int = 1,
    ) -> None:
        self._raw = raw
        self._dialect = dialect
        self._mender = mender
        self._advance = advance
        self._block = block
        self._utf8 = sound and dialect.encoding in ("utf-8", "utf-8-sig")
        letters = dialect.separator
        self.separator = letters if len(letters.encode()) <= 1 else _CELL
        self._several = letters.encode() if self.separator != letters else b""
        self._style = replace(dialect.style, separator=self.separator)
        self._plain = Plain(
            self.separator.encode(),
            dialect.quote.encode(),
            dialect.escape.encode(),
            dialect.width,
            # A row may be in other quotation marks than the rest.
            tuple(mark.encode() for mark in (*dialect.remarks, *("'" if dialect.quote == '"' else ""))),
            _beginning_of_names(dialect, self.separator),
        )
        self._one_in = one_in
        self._row = 0  # rows before what is looked at next
        self._line = 0  # physical lines before what is looked at next
        self.damaged = False  # whether some bytes are not in the encoding

    @property
    def rows(self) -> int:
        """How many rows there were so far, whether they were passed on or not."""
        return self._row

    def pieces(self, size: int) -> Iterator[bytes]:
        """Whole rows, about `size` bytes at a time or a few more."""
        ready: list[bytes] = []
        held = 0
        for piece in self._cleaned():
            ready.append(piece)
            held += len(piece)
            if held >= size:
                yield b"".join(ready)
                ready, held = [], 0
        if held:
            yield b"".join(ready)

    def _chunks(self) -> Iterator[tuple[bytes, bool]]:
        """Pieces of the file in UTF-8, and whether it is the last one, which is never short."""
        decoder = None if self._utf8 else codecs.getincrementaldecoder(self._dialect.encoding)("replace")
        seen = 0
        chunk = self._raw.read(self._block)
        while True:
            following = self._raw.read(self._block)
            if following and len(following) < self._block // 4:
                chunk, following = chunk + following, b""
            seen += len(chunk)
            self._advance(seen)
            piece = chunk
            if decoder is not None:
                text = decoder.decode(chunk, not following)
                self.damaged = self.damaged or "\ufffd" in text
                piece = text.encode("utf-8", "replace")
            if seen == len(chunk):
                piece = piece.removeprefix(codecs.BOM_UTF8)
            yield piece, not following
            if not following:
                return
            chunk = following

    def _cleaned(self) -> Iterator[bytes]:
        carry = b""
        for chunk, last in self._chunks():
            block = carry + chunk
            carry = b""
            if not last:
                cut = max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1
                block, carry = block[:cut], block[cut:]
            if self._line < self._dialect.above:
                start = after_lines(block, self._dialect.above - self._line)
                self._line += count_lines(block[:start])
                block = block[start:]
            ended = last
            if self._dialect.below:
                stop = after_lines(block, self._dialect.below - self._line)
                ended = last or stop < len(block)
                block = block[:stop]
            if self._several:
                block = block.replace(self._several, _CELL.encode())
            rest = yield from self._rows(block, ended)
            if ended:
                return
            carry = rest + carry

    def _rows(self, block: bytes, last: bool) -> Generator[bytes, None, bytes]:
        """The rows of a block; what is returned has to be looked at again together with the next block."""
        carefully = _CAREFULLY
        while block:
            found = self._plain.look(block)
            known = max(0, min(found.sound, len(found.ends) - _LAST)) if last else found.sound
            start = first = 0
            for place in np.flatnonzero(found.odd[:known]).tolist():
                begin = int(found.ends[place - 1]) if place else 0
                if begin > start:
                    yield self._passed(block[start:begin], found.ends[first:place] - start)
                start, first = int(found.ends[place]), place + 1
                yield from self._taken_apart(block[begin:start], len(found.ends))
            sound_end = int(found.ends[known - 1]) if known else 0
            if sound_end > start:
                yield self._passed(block[start:sound_end], found.ends[first:known] - start)
            block = block[sound_end:]
            if not last and (not block or len(block) < _MARGIN):
                return block
            if last and known >= len(found.ends) - _LAST:
                yield from self._end(block)
                return b""
            used = 0
            for piece, size in self._carefully(block, carefully):
                used += size
                yield piece
            block = block[used:]
            carefully *= 2
        return b""

    def _passed(self, piece: bytes, ends: NDArray[np.int64]) -> bytes:
        self._line += count_lines(piece)
        self._row += len(ends)
        if self._one_in == 1:
            return piece
        kept = is_kept(np.arange(self._row - len(ends), self._row), self._one_in)
        letters = np.repeat(kept, np.diff(ends, prepend=0))
        return np.frombuffer(piece, np.uint8)[letters].tobytes()

    def _is_next_kept(self) -> bool:
        self._row += 1
        return self._one_in == 1 or bool(is_kept(np.array([self._row - 1]), self._one_in)[0])

    def _taken_apart(self, piece: bytes, limit: int) -> Iterator[bytes]:
        for cleaned, _ in self._carefully(piece, limit):
            yield cleaned

    def _carefully(self, block: bytes, limit: int) -> Iterator[tuple[bytes, int]]:
        """At most `limit` rows of a block, one by one, and how many bytes each of them took."""
        lines = lines_of(block.decode("utf-8", "surrogateescape"))
        for row, text in islice(self._with_texts(lines), limit):
            size = len(text.encode("utf-8", "surrogateescape"))
            self._line += row.last - row.first + 1
            written = self._written(row, text)
            yield written if self._is_next_kept() else b"", size

    def _with_texts(self, lines: list[str]) -> Iterator[tuple[Row, str]]:
        above = self._line
        for row in rows_of(lines, self._style, width=self._dialect.width, first=above + 1):
            yield row, "".join(lines[row.first - above - 1 : row.last - above])

    def _end(self, block: bytes) -> Iterator[bytes]:
        """The last rows, without the footnotes below them."""
        lines = lines_of(block.decode("utf-8", "surrogateescape"))
        rows = [each for each in self._with_texts(lines) if each[1].strip(" \r\n\x1a")]
        footnotes: list[tuple[Row, str]] = []
        while rows:
            row, text = rows[-1]
            apart = len(rows) > 1 and row.first - rows[-2][0].last > 1
            if not self._mender.is_remark(row, text, last=True, apart=apart or bool(footnotes)):
                break
            footnotes.append(rows.pop())
        for row, text in rows:
            written = self._as_it_is(text) or self._written(row, text)
            yield written if self._is_next_kept() else b""
        for row, text in reversed(footnotes):
            if row.filled:
                self._mender.left_out("remark", row, self._put_back(text))

    def _as_it_is(self, text: str) -> bytes:
        """A plain row of a wide table, where each look at its cells would take long; else nothing."""
        if self._dialect.width < _WIDE:
            return b""
        piece = text.encode("utf-8", "surrogateescape")
        found = self._plain.look(piece)
        plain = len(found.ends) == found.sound == 1 and not found.odd[0]
        return (piece if piece.endswith((b"\n", b"\r")) else piece + b"\n") if plain else b""

    def _written(self, row: Row, text: str) -> bytes:
        """A row as bytes; empty where it is left out."""
        if row.blank and not text.strip(" \r\n" + self.separator + self._dialect.quote):
            return b""
        shown = self._put_back(text)
        if is_remark(text, self._dialect.remarks):
            self._mender.left_out("remark", row, shown)
            return b""
        width = self._dialect.width
        cells: list[str] | None = row.cells
        if self._dialect.name_rows and tuple(row.cells[:width]) == self._dialect.names[:width]:
            self._mender.left_out("names_again", row, shown)
            return b""
        if len(row.cells) == width:
            cells = self._mender.of_right_width(row, shown)
        else:
            cells = self._mender.mended(row, shown)
        if cells is None:
            return b""
        return encoded([self._put_back(cell) for cell in cells], self.separator, self._dialect.quote)

    def _put_back(self, text: str) -> str:
        return text.replace(_CELL, self._dialect.separator) if self._several else text


def is_kept(numbers: NDArray[np.int64], one_in: int) -> NDArray[np.bool_]:
    """Whether the rows with these numbers, from 0, are read where only one in so many is.

    The numbers are mixed as SplitMix64 does (Steele, Lea and Flood 2014), so that no rhythm in the file is
    met again; the first row is always read.
    """
    mixed = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray(mixed % np.uint64(one_in) == 0, dtype=bool)


def _beginning_of_names(dialect: Dialect, separator: str) -> bytes:
    """How a row begins that names the columns once more."""
    if dialect.name_rows != 1 or not dialect.names or dialect.width < 2 or not dialect.names[0]:
        return b""
    return dialect.names[0].encode() if separator != " " else b""
