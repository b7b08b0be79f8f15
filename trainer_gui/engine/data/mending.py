"""What was mended, left out or taken differently while a table was read, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from trainer_gui.engine.problems import Problem, problem


def listed(names: Sequence[str], limit: int = 4) -> str:
    """Names for a sentence: “a, b, c and 5 more”, each in quotation marks."""
    shown = [f"“{name}”" for name in names[:limit]]
    rest = len(names) - len(shown)
    if rest > 0:
        return ", ".join(shown) + f" and {rest:,} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else ""


def counted(number: int, one: str, many: str = "") -> str:
    """“1 row”, “2,000 rows”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@dataclass
class Mending:
    """Counts of what was mended, by column name where it concerns a column."""

    renamed: int = 0  # column names that stood twice
    bad_rows: int = 0  # rows with too many fields, left out
    blank_rows: int = 0  # rows without any value, left out
    damaged: str = ""  # the encoding in which some characters could not be read
    words: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)  # in number columns
    infinite: dict[str, int] = field(default_factory=dict)
    dressed: list[str] = field(default_factory=list)  # numbers that stood as text or with a unit
    dates: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)  # columns that hold no cells, such as lists

    def notes(self) -> tuple[Problem, ...]:
        """One problem for each thing that happened, cautions first."""
        return (*self._cautions(), *self._remarks())

    def _cautions(self) -> Iterator[Problem]:
        if self.bad_rows:
            yield problem(
                "table.bad_rows",
                "{rows} had more fields than there are columns and {were} left out.",
                "Look in the file for a separator inside a text that is not in quotation marks.",
                severity="caution",
                rows=counted(self.bad_rows, "row"),
                were="was" if self.bad_rows == 1 else "were",
            )
        if self.damaged:
            yield problem(
                "table.damaged_characters",
                "Some characters are not {encoding}; they are shown as �.",
                "Choose another encoding under import options if words look wrong.",
                severity="caution",
                encoding=self.damaged,
            )
        if self.words:
            cells = sum(times for times, _ in self.words.values())
            examples = list(dict.fromkeys(word for _, words in self.words.values() for word in words))
            yield problem(
                "table.words_among_numbers",
                "{cells} in {columns} {hold} words where numbers are expected, such as {examples}. "
                "They count as missing.",
                "Correct them in the file, or use the column as a category.",
                field=next(iter(self.words)),
                severity="caution",
                cells=counted(cells, "cell"),
                columns=listed(list(self.words)),
                hold="holds" if cells == 1 else "hold",
                examples=listed(examples, 3),
            )
        if self.infinite:
            cells = sum(self.infinite.values())
            yield problem(
                "table.infinite",
                "{cells} in {columns} {are} infinite. They count as missing.",
                "Look for a division by zero where the numbers were made.",
                field=next(iter(self.infinite)),
                severity="caution",
                cells=counted(cells, "cell"),
                columns=listed(list(self.infinite)),
                are="is" if cells == 1 else "are",
            )

    def _remarks(self) -> Iterator[Problem]:
        if self.blank_rows:
            yield problem(
                "table.blank_rows",
                "{rows} without any value {were} left out.",
                severity="note",
                rows=counted(self.blank_rows, "row"),
                were="was" if self.blank_rows == 1 else "were",
            )
        if self.renamed:
            yield problem(
                "table.names_twice",
                "{columns} had the name of another column and got a number.",
                severity="note",
                columns=counted(self.renamed, "column"),
            )
        about = (
            (
                "table.dressed_numbers",
                self.dressed,
                "{columns} {hold} numbers written as text; read as numbers.",
                "",
            ),
            (
                "table.dates",
                self.dates,
                "{columns} {hold} dates, which cannot be learned from yet.",
                "To use them, add columns such as the month or the number of days.",
            ),
            (
                "table.dropped_columns",
                self.dropped,
                "{columns} {hold} no plain values and {were} left out.",
                "",
            ),
        )
        for key, names, message, advice in about:
            if names:
                yield problem(
                    key,
                    message,
                    advice,
                    field=names[0],
                    severity="note",
                    columns=listed(names),
                    hold="holds" if len(names) == 1 else "hold",
                    were="was" if len(names) == 1 else "were",
                )
