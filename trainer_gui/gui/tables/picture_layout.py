"""Where pictures lie in a grid: a heading for each class, its pictures below, in as many columns as fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 72  # pixels of a thumbnail
GAP = 8
PAD = 16
HEADING = 34
CAPTIONED = 104  # width of a picture with words below it
WORDS = 34  # height of the words
_FOOT = 14  # below the pictures of a class
_ROWS = 2  # of pictures, of a class that is not opened


@dataclass
class PictureClass:
    """One class: its pictures by number, and where it lies in the grid."""

    name: str
    pictures: NDArray[np.int64]
    is_open: bool = False
    top: int = 0
    shown: int = 0


@dataclass(frozen=True)
class Place:
    """Where a picture lies, in pixels of the whole grid."""

    number: int
    left: int
    top: int


def classes_of(labels: Sequence[str]) -> list[PictureClass]:
    """The classes in their natural order, each with the numbers of its pictures."""
    # Sorting a hundred thousand words would be felt; numbering them is not.
    numbers: dict[str, int] = {}
    codes = np.array([numbers.setdefault(label, len(numbers)) for label in labels], dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes))[:-1]) if len(codes) else []
    found = [PictureClass(name, part) for name, part in zip(numbers, parts, strict=True)]
    return sorted(found, key=_natural)


class PictureLayout:
    """Knows the place of every picture of the classes that are shown, without touching any."""

    def __init__(self) -> None:
        self.captioned = False  # whether words stand below each picture, and no headings above
        self.columns = 1
        self.height = 0
        self._classes: list[PictureClass] = []
        self._tops: list[int] = []  # where they begin, for finding those in sight

    @property
    def step(self) -> tuple[int, int]:
        """From one picture to the next: to the right, and down."""
        if self.captioned:
            return CAPTIONED + GAP, SIDE + WORDS + GAP
        return SIDE + GAP, SIDE + GAP

    @property
    def heading(self) -> int:
        """The height above the pictures of a class."""
        return PAD // 2 if self.captioned else HEADING

    def lay_out(self, classes: list[PictureClass], width: int) -> None:
        """Gives every class its place, in a grid so many pixels wide."""
        across, down = self.step
        self._classes = classes
        self.columns = max(1, (width - 2 * PAD + GAP) // across)
        top = 4
        for each in classes:
            each.top = top
            most = len(each.pictures) if each.is_open else self.columns * _ROWS
            each.shown = min(len(each.pictures), most)
            top += self.heading + -(-each.shown // self.columns) * down + _FOOT
        self._tops = [each.top for each in classes]
        self.height = top

    def classes_between(self, top: int, bottom: int) -> list[PictureClass]:
        """The classes of which something lies there."""
        first = max(0, bisect_right(self._tops, top) - 1)
        return self._classes[first : bisect_right(self._tops, bottom)]

    def pictures_between(self, top: int, bottom: int) -> Iterator[Place]:
        """The pictures of which something lies there, from the top, and from left to right."""
        (across, down), columns = self.step, self.columns
        for each in self.classes_between(top, bottom):
            begin = each.top + self.heading
            first = max(0, (top - begin) // down)
            last = min(-(-each.shown // columns), (bottom - begin) // down + 1)
            for at in range(first * columns, min(each.shown, max(0, last) * columns)):
                row, column = divmod(at, columns)
                yield Place(int(each.pictures[at]), PAD + column * across, begin + row * down)

    def place_of(self, number: int) -> Place | None:
        """Where a picture lies; None where it is not shown."""
        across, down = self.step
        for each in self._classes:
            at = int(np.searchsorted(each.pictures, number))
            if at < each.shown and int(each.pictures[at]) == number:
                row, column = divmod(at, self.columns)
                top = each.top + self.heading + row * down
                return Place(number, PAD + column * across, top)
        return None


def _natural(each: PictureClass) -> tuple[bool, int, str]:
    """Numbers in their order, before words."""
    return (not each.name.isdigit(), len(each.name) if each.name.isdigit() else 0, each.name.lower())
