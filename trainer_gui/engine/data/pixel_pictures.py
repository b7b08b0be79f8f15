"""Pictures that lie in one array, rather than in a file each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import CLASS, PICTURE, Column, ColumnKind, DataReference, Pictures
from trainer_gui.engine.problems import Problem

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class _Drawer:
    """Opens a picture out of an array, uint8 [pictures, height, width], with 3 or 4 channels behind them."""

    pixels: NDArray[np.uint8]

    def __call__(self, index: int) -> Image:
        from PIL import Image as Pillow

        return Pillow.fromarray(np.ascontiguousarray(self.pixels[index]))


def make_pixel_pictures(
    reference: DataReference,
    name: str,
    pixels: NDArray[Any],
    labels: Sequence[str],
    *,
    fingerprint: str,
    how: str,
    what: str = "picture",
    parts: Sequence[str] = (),
    notes: Sequence[Problem] = (),
) -> Pictures:
    """The dataset of the pictures in an array, shaped as `_Drawer` takes it, with the class of each.

    `labels` are empty texts where no classes are known. `what` is what a picture is called.
    """
    known = [each for each in labels if each]
    classes, counts = np.unique(np.array(known, dtype=str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    rows, height, width = pixels.shape[:3]
    return Pictures(
        reference=reference,
        name=name,
        rows=rows,
        columns=(
            Column(PICTURE, ColumnKind.PICTURE, missing=0, distinct=rows),
            Column(
                CLASS,
                ColumnKind.CATEGORY,
                missing=rows - len(known),
                distinct=len(classes),
                examples=tuple(str(classes[place]) for place in order[:5]),
                counts=tuple(int(each) for each in counts[order][:10]),
            ),
        ),
        target=CLASS if known else "",
        fingerprint=fingerprint,
        notes=tuple(notes),
        how=how,
        names=tuple(f"{what} {place + 1}" for place in range(rows)),
        labels=tuple(labels),
        open_picture=_Drawer(pixels),
        grey=pixels.ndim == 3,
        median_size=(int(width), int(height)),
        parts=tuple(parts),
    )
