"""Data that was opened: what it is, where it came from, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.data.mending import Repair
from trainer_gui.engine.problems import Problem, refuse

if TYPE_CHECKING:
    import pandas as pd
    from PIL.Image import Image

PICTURE = "picture"  # the name of the only input column of a picture dataset
CLASS = "class"  # the name of its target


class DataKind(StrEnum):
    """What a dataset is made of, or what of it is learned from."""

    TABLE = "table"
    TEXTS = "texts"  # a table of which nothing but texts is learned from
    PICTURES = "pictures"


class ColumnKind(StrEnum):
    """How a column is used."""

    NUMBER = "number"
    WHOLE = "whole_number"
    YES_NO = "yes_no"
    CATEGORY = "category"
    DATE = "date"
    DATE_DAY_FIRST = "date_day_first"  # what a person says where 01/02/03 leaves it open
    DATE_MONTH_FIRST = "date_month_first"
    TEXT = "text"
    IDENTIFIER = "identifier"  # only numbers or names the rows; left out by default
    CONSTANT = "constant"  # the same everywhere; left out by default
    PICTURE = "picture"

    @property
    def label(self) -> str:
        """What people read."""
        return _ABOUT[self][0]

    @property
    def help(self) -> str:
        """What is done with such a column, in one sentence."""
        return _ABOUT[self][1]

    @property
    def is_number(self) -> bool:
        """Whether it is used as an amount."""
        return self in (ColumnKind.NUMBER, ColumnKind.WHOLE)

    @property
    def is_date(self) -> bool:
        """Whether it is used as a date."""
        return self in (ColumnKind.DATE, ColumnKind.DATE_DAY_FIRST, ColumnKind.DATE_MONTH_FIRST)

    @property
    def order(self) -> str:
        """What a person said that comes first in its dates, the day or the month; empty where nothing was."""
        orders = {ColumnKind.DATE_DAY_FIRST: "day", ColumnKind.DATE_MONTH_FIRST: "month"}
        return orders.get(self, "")


_ABOUT = {
    ColumnKind.NUMBER: (
        "Number",
        "An amount: it is centred and scaled, and gaps are filled with the median.",
    ),
    ColumnKind.WHOLE: ("Whole number", "A count or another number without decimals, used like any number."),
    ColumnKind.YES_NO: ("Yes or no", "One of two answers, such as yes and no or 1 and 0."),
    ColumnKind.CATEGORY: ("Category", "One of several words: the model learns what each of them means."),
    ColumnKind.DATE: (
        "Date",
        "A date or time: year, season, weekday, time of day and the days that passed are learned from.",
    ),
    ColumnKind.DATE_DAY_FIRST: (
        "Date, day first",
        "A date that is read with the day before the month: 01/02 is the first of February.",
    ),
    ColumnKind.DATE_MONTH_FIRST: (
        "Date, month first",
        "A date that is read with the month before the day: 01/02 is the second of January.",
    ),
    ColumnKind.TEXT: ("Text", "Free text: its words, pairs of words and pieces of words are learned from."),
    ColumnKind.IDENTIFIER: (
        "Identifier",
        "It only numbers or names the rows, so there is nothing to learn from it.",
    ),
    ColumnKind.CONSTANT: ("Constant", "It is the same in every row, so there is nothing to learn from it."),
    ColumnKind.PICTURE: (
        "Picture",
        "A picture: it is brought to one size, and the model looks at its pixels.",
    ),
}


class Task(StrEnum):
    """What is to be predicted."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"


class DataReference(BaseModel):
    """Where data comes from and how it was read: enough to open the same again.

    `source` names the kind, `location` is an absolute path or a sample's name, `options` holds everything
    that was found out or chosen while reading (separator, encoding, sheet, …).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    location: str
    options: dict[str, Any] = {}


@dataclass(frozen=True)
class Column:
    """One column as it was understood."""

    name: str
    kind: ColumnKind
    missing: int  # cells without a value
    distinct: int  # different values, missing ones not counted
    examples: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()  # small histogram: ten bins of a number or date, or of the frequent values
    date_order: str = ""  # of dates: whether the year, the day or the month comes first
    date_unclear: bool = False  # whether day and month could as well be the other way round

    @property
    def is_input(self) -> bool:
        """Whether it is used for prediction unless the user says otherwise."""
        return self.kind not in (ColumnKind.IDENTIFIER, ColumnKind.CONSTANT)


@dataclass(frozen=True)
class Dataset:
    """What every kind of data offers. It never changes once opened."""

    reference: DataReference
    name: str  # as shown: "iris", "penguins.csv"
    rows: int
    columns: tuple[Column, ...]
    target: str  # the guess; empty where none can be made
    fingerprint: str  # hash of the content, "blake2b:…"
    notes: tuple[Problem, ...] = ()  # what was mended or left out while reading
    how: str = ""  # how it was read, in words: "semicolon-separated, decimal comma, Windows-1252"
    own_test: Dataset | None = field(default=None, repr=False, compare=False)  # read from a file of its own

    @property
    def kind(self) -> DataKind:
        """Table or pictures."""
        raise TypeError("a Dataset is always a Table or Pictures")

    def learned_kind(self, target: str, leave_out: Sequence[str] = ()) -> DataKind:
        """What is learned from when this target is predicted: texts alone, or what the data is made of."""
        inputs = [e for e in self.columns if e.is_input and e.name != target and e.name not in leave_out]
        if inputs and all(each.kind is ColumnKind.TEXT for each in inputs):
            return DataKind.TEXTS
        return self.kind

    def column(self, name: str) -> Column:
        """The column of this name; raises UserError with the names that there are."""
        for each in self.columns:
            if each.name == name:
                return each
        names = [each.name for each in self.columns]
        raise refuse(
            "data.no_such_column",
            "The data has no column named “{name}”.",
            "Its columns are: {names}.",
            field="target",
            name=name,
            names=", ".join(names[:30]) + (", …" if len(names) > 30 else ""),
        )

    def target_values(self, target: str) -> Sequence[Any] | pd.Series[Any]:
        """The values of the target, one per row, missing ones as None or NaN."""
        raise TypeError("a Dataset is always a Table or Pictures")


@dataclass(frozen=True)
class Table(Dataset):
    """Rows and columns. Number columns hold floats or integers, category columns texts; gaps are NaN."""

    frame: pd.DataFrame = field(kw_only=True, repr=False, compare=False)
    # Rows that were mended or left out, the first ones where there are many.
    repairs: tuple[Repair, ...] = field(default=(), kw_only=True, repr=False)
    as_read: tuple[Column, ...] = field(default=(), kw_only=True, repr=False)  # before kinds were chosen

    @property
    def read_columns(self) -> tuple[Column, ...]:
        """The columns as they were understood, whatever a person chose since."""
        return self.as_read or self.columns

    @property
    def kind(self) -> DataKind:
        return DataKind.TABLE

    def target_values(self, target: str) -> pd.Series[Any]:
        self.column(target)
        return self.frame[target]

    def with_kinds(self, kinds: dict[str, ColumnKind]) -> Table:
        """The same table with some columns used differently; unknown names raise UserError."""
        for name in kinds:
            self.column(name)
        columns = tuple(replace(c, kind=kinds.get(c.name, c.kind)) for c in self.columns)
        return replace(self, columns=columns, as_read=self.read_columns)


@dataclass(frozen=True)
class PictureRemark:
    """What is wrong with one picture file; `row` is its number, -1 where it is left out."""

    key: str  # of the note that counts it
    name: str
    words: str
    row: int = -1


@dataclass(frozen=True)
class Pictures(Dataset):
    """Pictures with a class each; they are decoded when asked for.

    `open_picture(index)` gives a PIL image as it lies in the file, turned upright, in mode L, RGB or RGBA
    (8 bits a channel); it may raise UserError where the file has gone. `parts` holds train, validation or
    test for each picture, or nothing at all.
    """

    names: tuple[str, ...] = field(kw_only=True, repr=False)  # one per picture, to show
    labels: tuple[str, ...] = field(kw_only=True, repr=False)  # the class of each picture
    open_picture: Callable[[int], Image] = field(kw_only=True, repr=False, compare=False)
    grey: bool = field(kw_only=True)  # whether no picture has colours
    median_size: tuple[int, int] = field(kw_only=True)  # width, height in pixels
    parts: tuple[str, ...] = field(default=(), kw_only=True, repr=False)  # of each, where it was split before
    copies: tuple[tuple[int, ...], ...] = field(default=(), kw_only=True, repr=False)  # rows, same content
    # Files with which something is wrong, the first ones where there are many.
    remarks: tuple[PictureRemark, ...] = field(default=(), kw_only=True, repr=False)

    @property
    def kind(self) -> DataKind:
        return DataKind.PICTURES

    def target_values(self, target: str) -> Sequence[str]:
        self.column(target)
        return self.labels
