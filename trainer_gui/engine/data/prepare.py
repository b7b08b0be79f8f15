"""How rows become numbers and answers become words: saved with the model, and repeated on new rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.data.dataset import PICTURE, Dataset, Pictures, Table, Task
from trainer_gui.engine.data.split import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from PIL.Image import Image

Inputs = tuple[NDArray[Any], ...]
_EXACT = 2.0**53  # below it every whole number has a float of its own


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberColumn(_Frozen):
    """A number: gaps are filled with the median, then it is centred and scaled by its standard deviation."""

    name: str
    fill: float
    mean: float
    deviation: float
    flag_gaps: bool  # whether a second input says where the gaps were


class CategoryColumn(_Frozen):
    """A category: each known value has a place from 1; unknown, rare and missing values share place 0."""

    name: str
    values: tuple[str, ...]


class PictureColumn(_Frozen):
    """A picture: resized to `height` × `width`, brought to `channels`, centred and scaled per channel."""

    name: str = PICTURE
    height: int
    width: int
    channels: int  # 1 grey, 3 colour
    mean: tuple[float, ...]  # per channel, of values from 0 to 1
    deviation: tuple[float, ...]


class TargetColumn(_Frozen):
    """The target: the classes in order, or the mean and standard deviation of a number."""

    name: str
    task: Task
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    deviation: float = 1.0


class DataShape(_Frozen):
    """What a family must know of the data to build a model."""

    task: Task
    rows: int  # training rows
    numbers: int = 0  # float inputs
    categories: tuple[int, ...] = ()  # places of each category input, place 0 included
    picture: tuple[int, int, int] | None = None  # channels, height, width
    picture_mean: tuple[float, ...] = ()  # per channel, of values from 0 to 1
    picture_deviation: tuple[float, ...] = ()
    outputs: int = 1  # classes, or 1 for a number


class Preparation(_Frozen):
    """Everything that turns rows into the arrays of a model, and its answers back into words.

    The arrays are, in this order and each only where there are such columns: numbers (float32,
    [rows, numbers]), categories (int64, [rows, categories]), pictures (uint8, [rows, channels, height,
    width]).
    """

    numbers: tuple[NumberColumn, ...] = ()
    categories: tuple[CategoryColumn, ...] = ()
    picture: PictureColumn | None = None
    target: TargetColumn

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the input columns."""
        if self.picture is not None:
            return (self.picture.name,)
        return (*(each.name for each in self.numbers), *(each.name for each in self.categories))

    def shape(self, rows: int) -> DataShape:
        """What a family must know, for this number of training rows."""
        picture = self.picture
        return DataShape(
            task=self.target.task,
            rows=rows,
            numbers=len(self.numbers) + sum(each.flag_gaps for each in self.numbers),
            categories=tuple(len(each.values) + 1 for each in self.categories),
            picture=(picture.channels, picture.height, picture.width) if picture else None,
            picture_mean=picture.mean if picture else (),
            picture_deviation=picture.deviation if picture else (),
            outputs=len(self.target.classes) or 1,
        )

    def table_inputs(self, frame: pd.DataFrame, rows: Rows | None = None) -> Inputs:
        """The arrays of these rows of a table (all where `rows` is None); every column must be there."""
        count = len(frame) if rows is None else len(rows)
        arrays: list[NDArray[Any]] = []
        if self.numbers:
            width = len(self.numbers) + sum(each.flag_gaps for each in self.numbers)
            numbers = np.empty((count, width), dtype=np.float32)
            flag = len(self.numbers)
            for place, number in enumerate(self.numbers):
                values = numbers_of(frame[number.name], rows)
                gaps = ~np.isfinite(values)
                if number.flag_gaps:
                    numbers[:, flag] = gaps
                    flag += 1
                filled = np.where(gaps, number.fill, values)
                numbers[:, place] = (filled - number.mean) / number.deviation
            arrays.append(numbers)
        if self.categories:
            places = np.zeros((count, len(self.categories)), dtype=np.int64)
            for at, category in enumerate(self.categories):
                places[:, at] = _places(frame[category.name], rows, category.values)
            arrays.append(places)
        return tuple(arrays)

    def picture_inputs(
        self,
        open_picture: Callable[[int], Image],
        rows: Sequence[int] | Rows,
        report: Callable[[float], None] | None = None,
    ) -> Inputs:
        """The decoded pictures, uint8 [rows, channels, height, width]; `report` is told the share done."""
        assert self.picture is not None
        shape = (len(rows), self.picture.channels, self.picture.height, self.picture.width)
        pictures = np.empty(shape, dtype=np.uint8)
        for place, row in enumerate(rows):
            pictures[place] = fitted_picture(open_picture(int(row)), self.picture)
            if report is not None and place % 64 == 0:
                report(place / len(rows))
        return (pictures,)

    def inputs(self, dataset: Dataset, rows: Rows, report: Callable[[float], None] | None = None) -> Inputs:
        """The arrays of these rows of a dataset that has every input column."""
        if isinstance(dataset, Pictures):
            return self.picture_inputs(dataset.open_picture, rows, report)
        assert isinstance(dataset, Table)
        return self.table_inputs(dataset.frame, rows)

    def targets(self, values: Sequence[Any] | pd.Series[Any], rows: Rows) -> NDArray[Any]:
        """The targets of these rows: int64 class numbers, or float32 numbers in standard deviations.

        A class that was not there when fitting becomes -1.
        """
        if self.target.task is Task.CLASSIFICATION:
            texts = class_names(values)[rows]
            order = np.argsort(np.array(self.target.classes))
            known = np.array(self.target.classes)[order]
            at = np.minimum(np.searchsorted(known, texts), len(known) - 1)
            return np.where(known[at] == texts, order[at], -1).astype(np.int64)
        numbers = numbers_of(values, rows)
        return ((numbers - self.target.mean) / self.target.deviation).astype(np.float32)


def numbers_of(values: Any, rows: Rows | None) -> NDArray[np.float64]:
    """The values of these rows as float64 [rows]; what is no number or infinite becomes NaN."""
    import pandas as pd

    series = values if isinstance(values, pd.Series) else pd.Series(list(values))
    if rows is not None:
        series = series.iloc[rows]
    if series.dtype.kind not in "fiub":
        series = pd.to_numeric(series.astype(object), errors="coerce")
    numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def class_names(values: Any) -> NDArray[np.str_]:
    """The values as texts [rows]; a missing one becomes the empty text, 2.0 becomes “2”.

    A value's text does not depend on the other values, so a part of a column is named as the whole is.
    """
    import pandas as pd

    series = values if isinstance(values, pd.Series) else pd.Series(list(values))
    missing = series.isna().to_numpy()
    texts = series.astype(str).to_numpy(dtype=str, na_value="")
    if series.dtype.kind == "f":
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        whole = (numbers % 1 == 0) & (np.abs(numbers) < _EXACT)
        named = np.where(whole, numbers, 0).astype(np.int64).astype(str)
        texts = np.where(whole, named, texts)
    return np.where(missing, "", texts)


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


def _places(values: Any, rows: Rows | None, known: tuple[str, ...]) -> NDArray[np.int64]:
    import pandas as pd

    texts = class_names(values if rows is None else values.iloc[rows])
    return pd.Index(known).get_indexer(pd.Index(texts)).astype(np.int64) + 1
