"""A picture: brought to one size, centred and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.column_step import ColumnStep, GraphArrays, StepKind
from trainer_gui.engine.data.dataset import PICTURE, ColumnKind, Pictures
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.split import Rows

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_LOOKED_AT = 500  # pictures, for mean and deviation
# Pillow resizes with weights of this many binary digits (`PRECISION_BITS` in its Resample.c), rounding to
# whole pixels after the horizontal pass; the same is done here, so that the pixels come out equal.
_STEPS = float(2**22)


class PictureColumn(ColumnStep):
    """A picture: resized to `height` × `width`, brought to `channels`, centred and scaled per channel."""

    step: str = "picture"
    name: str = PICTURE
    height: int
    width: int
    channels: int  # 1 grey, 3 colour
    mean: tuple[float, ...]  # per channel, of values from 0 to 1
    deviation: tuple[float, ...]

    def add_input(self, graph: Graph) -> None:
        """Pictures of one size, whichever that is."""
        from onnx import TensorProto

        shape: list[str | int] = ["batch", "height", "width", self.channels]
        colours = "grey" if self.channels == 1 else "red, green and blue"
        graph.input(self.name, TensorProto.UINT8, shape, f"Upright pictures; {colours}, 0 to 255.")

    @classmethod
    def add_to(cls, graph: Graph, steps: Sequence[PictureColumn]) -> GraphArrays:
        """Two multiplications with the weights of a bilinear filter that widens when a picture shrinks.

        They are rounded to the same pixels as Pillow's, width first; onnxruntime's own Resize differs by up
        to 19 levels.
        """
        from onnx import TensorProto

        (column,) = steps
        name = graph.entrance(column.name)
        pixels = graph.cast(graph.node("Transpose", name, perm=[0, 3, 1, 2]), TensorProto.DOUBLE)
        size = graph.node("Shape", pixels)
        across = _filter(graph, graph.node("Gather", size, graph.constant(3, np.int64)), column.width)
        narrow = _rounded(graph, graph.node("MatMul", pixels, graph.node("Transpose", across, perm=[1, 0])))
        down = _filter(graph, graph.node("Gather", size, graph.constant(2, np.int64)), column.height)
        small = _rounded(graph, graph.node("MatMul", down, narrow))
        return GraphArrays(picture=graph.cast(small, TensorProto.UINT8))


def fit_picture(
    dataset: Pictures, train: Rows, size: int | None, control: Control | None = None
) -> PictureColumn:
    """Fitted on some of the training pictures; `size` is the side in pixels, or found out.

    Where `control` asks for a stop, it is of no use and comes soon.
    """
    from trainer_gui.engine.data.picture_reading import read_blocks  # which knows how a picture is fitted

    channels = 1 if dataset.grey else 3
    side = size or usual_size(dataset.median_size)
    plain = PictureColumn(
        height=side, width=side, channels=channels, mean=(0.0,) * channels, deviation=(1.0,) * channels
    )
    some = np.random.default_rng(0).permutation(train)[:_MOST_LOOKED_AT]
    sums, squares, count = np.zeros(channels), np.zeros(channels), 0
    for block in read_blocks(dataset.open_picture, some, plain):
        for pixels in block.pixels:
            picture = pixels / 255.0
            sums += picture.mean(axis=(1, 2))
            squares += (picture**2).mean(axis=(1, 2))
            count += 1
        if control is not None and control.stop_wanted:
            break
    mean = sums / max(1, count)
    deviation = np.sqrt(np.maximum(squares / max(1, count) - mean**2, 1e-4))
    return plain.model_copy(
        update={"mean": tuple(map(float, mean)), "deviation": tuple(map(float, deviation))}
    )


def usual_size(median: tuple[int, int]) -> int:
    """The side in pixels to which pictures of this median width and height are brought."""
    side = (median[0] * median[1]) ** 0.5
    return int(min(64, max(8, round(side / 8) * 8)))


def fitted_picture(picture: Image, column: PictureColumn) -> NDArray[np.uint8]:
    """One picture as uint8 [channels, height, width]; transparent parts become white."""
    from PIL import Image as Pillow

    if picture.mode == "RGBA":
        white = Pillow.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Pillow.alpha_composite(white, picture)
    picture = picture.convert("L" if column.channels == 1 else "RGB")
    # Width first, then height: left alone, Pillow chooses the order by its version and the picture's
    # proportions, and pixels that are rounded in another order differ from those of an exported model.
    for size in ((column.width, picture.height), (column.width, column.height)):
        if picture.size != size:
            picture = picture.resize(size, Pillow.Resampling.BILINEAR)
    pixels = np.asarray(picture, dtype=np.uint8)
    return pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, 2, 0)


def _filter(graph: Graph, length: str, target: int) -> str:
    """Weights [target, length] in steps of `_STEPS`, for bringing a side of `length` pixels to `target`."""
    from onnx import TensorProto

    def double(value: float) -> str:
        return graph.constant(value, np.float64)

    long = graph.cast(length, TensorProto.DOUBLE)
    scale = graph.node("Div", long, double(target))
    width = graph.node("Max", scale, double(1.0))
    middles = graph.constant(np.arange(target)[:, None] + 0.5, np.float64)
    centres = graph.node("Mul", middles, scale)
    places = graph.node("Range", double(0.0), long, double(1.0))
    away = graph.node("Add", graph.node("Sub", places, centres), double(0.5))
    share = graph.node("Mul", away, graph.node("Div", double(1.0), width))
    nearness = graph.node("Sub", double(1.0), graph.node("Abs", share))
    weights = graph.node("Max", nearness, double(0.0))
    total = graph.node("ReduceSum", weights, graph.constant([1], np.int64), keepdims=1)
    steps = graph.node("Mul", graph.node("Div", weights, total), double(_STEPS))
    return graph.node("Floor", graph.node("Add", steps, double(0.5)))


def _rounded(graph: Graph, sums: str) -> str:
    half = graph.node("Add", sums, graph.constant(_STEPS / 2, np.float64))
    levels = graph.node("Floor", graph.node("Div", half, graph.constant(_STEPS, np.float64)))
    low, high = graph.constant(0.0, np.float64), graph.constant(255.0, np.float64)
    return graph.node("Min", graph.node("Max", levels, low), high)


PICTURE_STEP = StepKind("picture", "Picture", PictureColumn, frozenset({ColumnKind.PICTURE}), position=90)
