"""Small pictures, decoded on threads and kept for a while."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QPainter

from trainer_gui.engine.problems import UserError
from trainer_gui.gui.runner import Job, Runner

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_BYTES = 96_000_000  # of thumbnails; those that were not looked at for longest go first
_CORNER = 6  # radius, in pixels of the screen's own unit
_TEXT_BYTES = 200  # that a picture costs that cannot be opened


def thumbnail(picture: Image, pixels: int) -> QImage:
    """A picture of `pixels` on its longer side; tiny ones are enlarged, unblurred."""
    from PIL import Image as Pillow

    width, height = picture.size
    scale = pixels / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = Pillow.Resampling.NEAREST if scale >= 2 else Pillow.Resampling.BILINEAR
    small = picture.convert("RGBA").resize(size, how, reducing_gap=2.0 if scale < 0.5 else None)
    made = QImage(small.tobytes(), size[0], size[1], size[0] * 4, QImage.Format.Format_RGBA8888)
    # Copied, because the bytes belong to this function; in the format that is drawn fastest.
    return made.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def rounded(image: QImage, radius: float) -> QImage:
    """The picture with round corners: cut once here, and not each time that it is drawn."""
    made = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(image))
    painter.drawRoundedRect(QRectF(made.rect()), radius, radius)
    painter.end()
    return made


class _Wishes:
    """What is wanted now, shared with the threads that decode."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: Callable[[int], Image] | None = None
        self._pixels = 0
        self.ratio = 1.0
        self._numbers: list[int] = []  # the next one last
        self._turn = 0

    def want(
        self, open_picture: Callable[[int], Image], numbers: Sequence[int], pixels: int, ratio: float
    ) -> None:
        """Replaces what was wanted before."""
        with self._lock:
            self._open, self._pixels, self.ratio = open_picture, pixels, ratio
            self._numbers = list(reversed(numbers))

    def drop(self) -> None:
        """Nothing more is wanted for the moment."""
        with self._lock:
            self._numbers = []

    def forget(self) -> None:
        """Nothing is wanted, and what is under way is of other pictures."""
        with self._lock:
            self._numbers = []
            self._turn += 1

    def take(self) -> tuple[int, int, Callable[[int], Image], int] | None:
        """The next turn, number, opener and size; None where nothing is wanted any more."""
        with self._lock:
            if not self._numbers or self._open is None:
                return None
            return self._turn, self._numbers.pop(), self._open, self._pixels

    def is_current(self, turn: int) -> bool:
        """Whether a picture of this turn is still of the pictures that are shown."""
        return turn == self._turn


class Thumbnails(QObject):
    """Decodes the pictures that are asked for, the newest question first.

    Scrolling asks many times a second: the threads go on, and only what they do next is exchanged.
    """

    decoded = Signal(list)  # the numbers of those that have arrived; none where the decoding ended

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._images: OrderedDict[int, QImage | str] = OrderedDict()
        self._bytes = 0
        self._wishes = _Wishes()
        self._jobs: list[Job] = []
        self._threads = max(1, (os.cpu_count() or 1) // 4)  # the window needs a core for itself

    def __len__(self) -> int:
        return len(self._images)

    def get(self, number: int) -> QImage | str | None:
        """The picture of this number; a text that says why there is none; None while it is not decoded."""
        found = self._images.get(number)
        if found is not None:
            self._images.move_to_end(number)
        return found

    def clear(self) -> None:
        """Forgets everything, for other pictures."""
        self._wishes.forget()
        self._images.clear()
        self._bytes = 0

    def ask(
        self, open_picture: Callable[[int], Image], numbers: Sequence[int], pixels: int, ratio: float = 1.0
    ) -> None:
        """Wants these pictures, the first one first, so many pixels wide or high; others no longer.

        `ratio` is how many pixels the screen has for one of its units.
        """
        room = max(1, _MOST_BYTES // (4 * pixels * pixels))
        missing = [number for number in numbers[:room] if number not in self._images]
        self._wishes.want(open_picture, missing, pixels, ratio)
        for _ in range(min(self._threads, len(missing)) - len(self._jobs)):
            job = self._runner.run_stream(lambda: _decode(self._wishes))
            self._jobs.append(job)
            job.events_arrived.connect(self._on_arrived)
            job.over.connect(self._on_over)

    def pause(self) -> None:
        """Begins no other picture until it is asked again."""
        self._wishes.drop()

    def cancel(self) -> None:
        """Wants nothing more, nor what is under way."""
        self._wishes.forget()

    def _on_arrived(self, arrived: list[tuple[int, int, QImage | str]]) -> None:
        for turn, number, image in arrived:
            if self._wishes.is_current(turn):
                self._bytes += _size(image) - _size(self._images.get(number))
                self._images[number] = image
        while self._bytes > _MOST_BYTES:
            _, oldest = self._images.popitem(last=False)
            self._bytes -= _size(oldest)
        self.decoded.emit([number for _, number, _ in arrived])

    def _on_over(self) -> None:
        self._jobs = [each for each in self._jobs if not each.is_over]
        self.decoded.emit([])


def _size(image: QImage | str | None) -> int:
    return 0 if image is None else image.sizeInBytes() if isinstance(image, QImage) else _TEXT_BYTES


def _decode(wishes: _Wishes) -> Iterator[tuple[int, int, QImage | str]]:
    from trainer_gui.engine.data.picture_files import PictureFiles

    while (wish := wishes.take()) is not None:
        turn, number, opener, pixels = wish
        # A photograph is unpacked no larger than needed, which its own opener knows how to do.
        opening: Any = opener.small if isinstance(opener, PictureFiles) else None
        try:
            picture = opening(number, pixels) if opening is not None else opener(number)
            image = rounded(thumbnail(picture, pixels), _CORNER * wishes.ratio)
            image.setDevicePixelRatio(wishes.ratio)
            yield turn, number, image
        except UserError as error:
            yield turn, number, error.problem.message
