"""Small pictures, decoded on a thread and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from trainer_gui.engine.problems import UserError
from trainer_gui.gui.runner import Job, Runner

if TYPE_CHECKING:
    from PIL.Image import Image

_KEPT = 3000  # the oldest go first


def thumbnail(picture: Image, pixels: int) -> QImage:
    """A picture of `pixels` on its longer side; tiny ones are enlarged, unblurred."""
    from PIL import Image as Pillow

    width, height = picture.size
    scale = pixels / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = Pillow.Resampling.NEAREST if scale >= 2 else Pillow.Resampling.BILINEAR
    small = picture.convert("RGBA").resize(size, how, reducing_gap=2.0 if scale < 0.5 else None)
    made = QImage(small.tobytes(), size[0], size[1], size[0] * 4, QImage.Format.Format_RGBA8888)
    return made.copy()  # the bytes belong to this function


class Thumbnails(QObject):
    """Decodes the pictures that are asked for; a newer question replaces the one under way."""

    decoded = Signal()  # some have arrived, or all that were asked for are there

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._images: OrderedDict[int, QImage | str] = OrderedDict()
        self._asked: frozenset[int] = frozenset()
        self._job: Job | None = None

    def __len__(self) -> int:
        return len(self._images)

    def get(self, number: int) -> QImage | str | None:
        """The picture of this number; a text that says why there is none; None while it is not decoded."""
        return self._images.get(number)

    def clear(self) -> None:
        """Forgets everything, for other pictures."""
        self.cancel()
        self._images.clear()

    def ask(self, open_picture: Callable[[int], Image], numbers: Sequence[int], pixels: int) -> None:
        """Wants these pictures, so many pixels wide or high."""
        missing = [number for number in numbers if number not in self._images]
        if not missing or (self._job is not None and frozenset(missing) <= self._asked):
            return
        self.cancel()
        self._asked = frozenset(missing)

        def decode() -> Iterator[tuple[int, QImage | str]]:
            for number in missing:
                try:
                    yield number, thumbnail(open_picture(number), pixels)
                except UserError as error:
                    yield number, error.problem.message

        self._job = self._runner.run_stream(decode)
        self._job.events_arrived.connect(self._on_arrived)
        self._job.over.connect(self._on_over)

    def cancel(self) -> None:
        """Wants nothing more for the moment."""
        if self._job is not None:
            self._job.events_arrived.disconnect(self._on_arrived)
            self._job.over.disconnect(self._on_over)
            self._job.cancel()
            self._job = None

    def _on_arrived(self, arrived: list[tuple[int, QImage | str]]) -> None:
        for number, image in arrived:
            self._images[number] = image
        while len(self._images) > _KEPT:
            self._images.popitem(last=False)
        self.decoded.emit()

    def _on_over(self) -> None:
        self._job = None
        self.decoded.emit()
