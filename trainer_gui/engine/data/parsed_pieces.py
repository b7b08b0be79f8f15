"""Has pandas read pieces of clean rows, several pieces at a time, and gives them back in order."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

import psutil

from trainer_gui.engine.data.dialect import Dialect
from trainer_gui.engine.data.numerals import spelled_missing_words

if TYPE_CHECKING:
    import pandas as pd

Taken = TypeVar("Taken")

_MOST_AT_ONCE = 4  # pieces; each takes about twice its size in memory
_WIDE = 50  # columns; from here on words for “missing” are not handed over column by column


@dataclass(frozen=True)
class Parser:
    """How rows become columns; `numeric` says of each column whether it is read as numbers."""

    dialect: Dialect
    separator: str
    numeric: Sequence[bool]
    missing_words: Sequence[str]

    def read(self, pieces: Iterable[bytes], take: Callable[[pd.DataFrame], Taken]) -> Iterator[Taken]:
        """What `take` makes of the rows of each piece, in order; it is called in another thread.

        Blank rows are skipped, and column n of a frame is column n of the table. A frame may have one column
        more, for rows that end with a separator. Raises what pandas raises where it cannot read a piece.
        """

        def read_and_taken(piece: bytes) -> Taken | None:
            frame = self._frame(piece)
            return None if frame is None else take(frame)

        waiting: deque[Future[Taken | None]] = deque()
        at_once = threads()
        with ThreadPoolExecutor(at_once, "parse") as pool:
            try:
                for piece in pieces:
                    waiting.append(pool.submit(read_and_taken, piece))
                    del piece
                    while len(waiting) > at_once:
                        yield from _done(waiting)
                while waiting:
                    yield from _done(waiting)
            finally:
                for each in waiting:
                    each.cancel()

    def _frame(self, piece: bytes) -> pd.DataFrame | None:
        import pandas as pd

        width = len(self.numeric)
        gaps = [*spelled_missing_words(), *self.missing_words]
        # Words for “missing” are looked for later among the different words of a text column.
        empty = ["", *self.missing_words]
        numbers = [place for place, each in enumerate(self.numeric) if each]
        texts = [place for place, each in enumerate(self.numeric) if not each]
        if not texts or not numbers or width < _WIDE:
            return self._read(
                piece,
                dtype=dict.fromkeys(texts, str),
                na_values=gaps
                if not texts
                else empty
                if not numbers
                else {place: gaps if each else empty for place, each in enumerate(self.numeric)}
                | {width: [""]},
            )
        # pandas takes a millisecond for each column with words of its own, so each kind is read for itself.
        both = [
            self._read(piece, usecols=numbers, na_values=gaps),
            self._read(piece, usecols=texts, dtype=str, na_values=empty),
        ]
        if both[0] is None or both[1] is None:
            return None
        frame: pd.DataFrame = pd.concat(cast(Any, both), axis=1)[range(width)]
        return frame

    def _read(self, piece: bytes, **options: Any) -> pd.DataFrame | None:
        import pandas as pd

        dialect = self.dialect
        try:
            frame: pd.DataFrame = pd.read_csv(
                cast(Any, _Piece(piece)),
                header=None,
                # One more than there are, for the rows that end with a separator, unless some are left away.
                names=cast(Any, range(len(self.numeric) + ("usecols" not in options))),
                index_col=False,
                sep=r"\s+" if self.separator == " " else self.separator or "\x1f",
                decimal=dialect.decimal,
                thousands=dialect.thousands or None,
                quotechar=dialect.quote or '"',
                quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
                encoding_errors="replace",
                skipinitialspace=True,
                keep_default_na=False,
                low_memory=False,
                engine="c",
                **options,
            )
            return frame
        except pd.errors.EmptyDataError:
            return None


class _Piece:
    """Bytes that are read as a file is, without being copied into one."""

    def __init__(self, piece: bytes) -> None:
        self._piece = piece

    def __iter__(self) -> Iterator[bytes]:
        return iter(())  # pandas asks for it, and then reads

    def read(self, size: int = -1) -> bytes:
        """Everything the first time, whatever the size, nothing afterwards."""
        piece, self._piece = self._piece, b""
        return piece


def _done(waiting: deque[Future[Taken | None]]) -> Iterator[Taken]:
    taken = waiting.popleft().result()
    if taken is not None:
        yield taken


def threads() -> int:
    """How many pieces are worked on at once: as many as there are cores, up to four."""
    try:
        cores = len(psutil.Process().cpu_affinity() or [])
    except AttributeError:  # not every system can tell
        cores = psutil.cpu_count() or 1
    return max(1, min(_MOST_AT_ONCE, cores))
