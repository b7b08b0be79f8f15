"""What was mended, left out or taken differently while a table was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from trainer_gui.engine.names import in_sentence
from trainer_gui.engine.problems import Problem


def listed(names: Sequence[str], limit: int = 4) -> str:
    """Names for a sentence: “a, b, c and 5 more”, each in quotation marks."""
    shown = [f"“{in_sentence(name)}”" for name in names[:limit]]
    rest = len(names) - len(shown)
    if rest > 0:
        return ", ".join(shown) + f" and {rest:,} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else ""


def counted(number: int, one: str, many: str = "") -> str:
    """“1 row”, “2,000 rows”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@dataclass(frozen=True)
class Repair:
    """A row that was not read as it stands in the file."""

    line: int  # in the file, from 1
    what: str  # a key of REPAIRS
    text: str  # as it stands in the file, cut where it is long
    kept: bool = True  # whether it was mended and not left out
    read: str = ""  # the cells as they were read, empty where it was left out

    @property
    def in_words(self) -> str:
        """What was done."""
        return REPAIRS[self.what]


REPAIRS = {
    "empty_fields": "empty fields at the end were left away",
    "other_marks": "was read by its own separators and quotation marks",
    "quotation_marks": "quotation marks that are not doubled or not closed were taken as letters",
    "too_short": "missing fields at the end were taken as gaps",
    "too_long": "fields that are too many were joined or left away",
    "not_fitting": "left out, since its fields do not fit the columns",
    "remark": "left out, since it is a line of words and no row",
    "names_again": "left out, since it names the columns once more",
    "blank": "left out, since it has no values",
    "not_json": "left out, since it is not JSON",
}
BETWEEN = " | "  # two cells of a row as it was read
_MOST_REPAIRS = 1000  # that are kept to be looked at
_MOST_LETTERS = 200


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"


@dataclass
class Mending:
    """Counts of what was mended, by column name where it concerns a column."""

    renamed: int = 0  # column names that stood twice
    table: tuple[int, int] = (1, 1)  # which one was read, from 1, and of how many
    blank_rows: int = 0  # rows without any value, left out
    rows: Counter[str] = field(default_factory=Counter)  # by key of REPAIRS
    repairs: list[Repair] = field(default_factory=list)  # the first ones
    damaged: str = ""  # the encoding in which some characters could not be read
    words: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)  # in number columns
    infinite: dict[str, int] = field(default_factory=dict)
    dressed: list[str] = field(default_factory=list)  # numbers that stood as text or with a unit
    codes: dict[str, dict[str, int]] = field(default_factory=dict)  # times by column, by code for “no value”
    unclear_dates: dict[str, str] = field(default_factory=dict)  # an example of each column
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)  # spellings of yes and no
    dropped: list[str] = field(default_factory=list)  # columns that hold no cells, such as lists
    rows_in_file: int = 0  # read or not, where they were counted
    thinned: Problem | None = None  # what is to be said where not every row was read

    def repaired(self, repair: Repair) -> None:
        """Notes what was done to a row."""
        if repair.what == "blank":
            self.blank_rows += 1
            return
        self.rows[repair.what] += 1
        if len(self.repairs) < _MOST_REPAIRS:
            self.repairs.append(replace(repair, text=_cut(repair.text.strip("\r\n")), read=_cut(repair.read)))

    def first(self, *keys: str) -> Repair | None:
        """The first row to which one of these things was done; None where none is kept."""
        return next((each for each in self.repairs if each.what in keys), None)
