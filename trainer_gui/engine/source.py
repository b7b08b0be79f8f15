"""What a kind of data must offer so that it can be opened."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.settings import Settings, setting

Report = Callable[[str, float | None], None]  # what is being done, and how much of it (0 to 1, or unknown)


def say_nothing(stage: str, share: float | None) -> None:
    """For callers that show no progress."""


class ReadOptions(Settings):
    """How a source reads; one with choices inherits and declares them. An empty value means: find out."""


class Heading(StrEnum):
    """Whether the first row names the columns."""

    FOUND = ""
    YES = "yes"
    NO = "no"


class MissingCodes(StrEnum):
    """What numbers such as -999 are that lie far from all others."""

    FOUND = ""
    VALUES = "values"


class DateOrder(StrEnum):
    """What comes first in a date such as 01/02/03."""

    FOUND = ""
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class HeadingOptions(ReadOptions):
    """Where a table begins, in files that do not say so themselves."""

    heading: Heading = setting(
        Heading.FOUND,
        label="First row names the columns",
        help="Whether the first row holds names rather than data. Choose it when the names look like data, "
        "or the other way round.",
        labels={"": "Find out", "yes": "Yes", "no": "No"},
    )
    title_lines: int = setting(
        -1,
        label="Title lines",
        help="How many lines above the table are skipped. -1 finds out.",
        minimum=-1,
        maximum=10_000,
        unit="lines",
        advanced=True,
    )


class CellOptions(ReadOptions):
    """What cells mean; sources whose files name the columns themselves inherit it."""

    missing_words: str = setting(
        "",
        label="More words for missing",
        help="Words or numbers that mean “no value” in this file, with commas between them, such as -999. "
        "Empty cells, NA, ? and the like are known without being named.",
        advanced=True,
    )

    missing_codes: MissingCodes = setting(
        MissingCodes.FOUND,
        label="Numbers such as -999",
        help="Numbers such as -999 that are met several times, far from all others, count as “no value”. "
        "Choose otherwise when they are real.",
        labels={"": "Find out", "values": "Are values"},
        advanced=True,
    )
    date_order: DateOrder = setting(
        DateOrder.FOUND,
        label="Order in dates",
        help="What comes first in dates such as 01/02/03. Choose it when the file itself does not tell; the "
        "dates are then written as year-month-day.",
        labels={"": "Find out", "day": "Day", "month": "Month", "year": "Year"},
    )

    @property
    def gaps(self) -> list[str]:
        """The further words for missing, one by one."""
        return [word for word in (each.strip() for each in self.missing_words.split(",")) if word]


class RowOptions(CellOptions, HeadingOptions):
    """How rows are read where the file itself knows no heading; sources of such tables inherit it."""


class GivenSplit(StrEnum):
    """Whether data that lies in train and test folders stays split like that."""

    FOUND = ""
    KEPT = "kept"
    JOINED = "joined"


class GivenSplitOptions(ReadOptions):
    """What becomes of parts in which data came; sources of such data inherit it."""

    given_split: GivenSplit = setting(
        GivenSplit.FOUND,
        label="Train and test parts",
        help="Whether pictures that came in train, validation and test parts stay split like that. Put them "
        "together to share all of them out anew.",
        labels={"": "Find out", "kept": "Take as they are", "joined": "Put together"},
    )


class PictureOptions(GivenSplitOptions):
    """How pictures are read, whatever gives them their class; sources of pictures inherit it."""

    leave_out_copies: bool = setting(
        False,
        label="Leave out copies",
        help="Of pictures with the very same content only one is used, and none where their classes differ. "
        "Switch it on when there are copies by mistake.",
    )
    smallest_side: int = setting(
        0,
        label="Smallest side",
        help="Pictures with a side shorter than this are left out. Raise it when tiny pictures say nothing.",
        minimum=0,
        maximum=10_000,
        unit="pixels",
    )


class Source(ABC):
    """One kind of data. The instance in the source's module is found by the registry.

    A contract suite opens the `write_examples` of every source; a new source brings them along.
    """

    name: str  # "table_file"
    label: str  # "Table file"
    position: int = 100  # lower is asked first whether it takes a location
    endings: tuple[str, ...] = ()  # of file names, lower case with the dot, for the Open dialog
    options: type[ReadOptions] = ReadOptions

    @abstractmethod
    def takes(self, location: str) -> bool:
        """Whether this source is the one for a location; looks at its name and kind, does not read it."""

    def recognises(self, start: bytes) -> bool:
        """Whether a file that begins with these bytes is of this kind, whatever it is called.

        `start` holds some thousand bytes, or the whole of a small file. False where only the name can tell.
        """
        return False

    @abstractmethod
    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        """Reads the data. Raises UserError where it cannot be read or holds nothing to learn from.

        `options` are values of `self.options`; those that are missing or empty are found out, and the
        reference of the dataset that is returned holds what was found. `report` is called now and then
        and may raise to cancel.
        """

    def preview(self, location: str, options: dict[str, Any], report: Report) -> tuple[Dataset, bool]:
        """The data as these options would make it, and whether that is all of it.

        A source of long files reads their beginning only, so that one can try options without waiting.
        Raises UserError as `open` does.
        """
        return self.open(location, options, report), True

    def listed(self) -> tuple[str, ...]:
        """Locations that need no file, such as the names of samples."""
        return ()

    def choices(self, location: str) -> dict[str, tuple[str, ...]]:
        """For options whose values depend on the file: the values that it offers, such as its sheets.

        Raises UserError where the file cannot be read.
        """
        return {}

    def files_of(self, location: str, options: dict[str, Any]) -> tuple[Path, ...]:
        """The files and folders that must be brought along for the data to be opened elsewhere.

        `options` are those of the reference of a dataset that was opened.
        """
        return (Path(location),)

    def options_of(self, reference: DataReference) -> type[ReadOptions]:
        """The options for this very data, where they depend on what it is; usually `options`."""
        return self.options

    @abstractmethod
    def write_examples(self, folder: Path) -> tuple[str, ...]:
        """Writes at least two small examples that differ into an empty folder; returns their locations.

        The contract suite opens them. A source whose data is built in returns `listed()`.
        """
