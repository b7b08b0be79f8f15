"""Tables in ARFF files, the format of Weka."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trainer_gui.engine.data.arff_rows import Attribute, Cell, attributes_in, rows_in
from trainer_gui.engine.data.beginning import first_letters
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import Contents, file_at, fingerprint, is_folder, scan, unreadable
from trainer_gui.engine.data.conventions import settle
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.loose_column import LooseColumn
from trainer_gui.engine.data.mending import Mending, Repair
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.source import CellOptions, Report, Source

if TYPE_CHECKING:
    import pandas as pd

_CELLS_AT_ONCE = 1_000_000


class ArffFileOptions(CellOptions):
    """How an ARFF file is read."""


class ArffFile(Source):
    """One ARFF file, dense or sparse; what the header calls a category stays one, even if it is of digits."""

    name = "arff_file"
    label = "ARFF file"
    position = 38
    endings = (".arff",)
    options = ArffFileOptions

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        lines = (line.strip() for line in first_letters(start).splitlines())
        first = next((line for line in lines if line and not line.startswith(b"%")), b"")
        return first[:9].lower() == b"@relation"

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        contents = scan(path, report)
        chosen = ArffFileOptions.model_validate(options)
        mending = Mending()
        columns = _read(contents, frozenset(chosen.gaps), mending, report)
        found = settle(columns, chosen, mending)
        return make_table(
            DataReference(source=self.name, location=str(path), options=found),
            path.name,
            columns,
            fingerprint=fingerprint(contents.digest, found),
            mending=mending,
            how="ARFF",
            typed=True,
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        dense, sparse = folder / "stars.arff", folder / "größen.arff"
        header = "% made up\n@RELATION stars\n@ATTRIBUTE 'how bright' REAL\n@ATTRIBUTE moons INTEGER\n"
        header += "@ATTRIBUTE colour {red,'pale blue'}\n@DATA\n"
        colours = ("red", "'pale blue'")
        rows = "".join(f"{p / 4},{p % 5},{colours[p % 2]}\n" for p in range(40))
        dense.write_text(header + rows, encoding="utf-8")
        rows = "".join(f"{{0 {p / 8}, 2 {colours[p % 2]}}}\n" for p in range(40))
        sparse.write_text(header.replace("bright", "groß") + rows, encoding="cp1252")
        return str(dense), str(sparse)


def _read(
    contents: Contents, gaps: frozenset[str], mending: Mending, report: Report
) -> dict[str, pd.Series[Any]]:
    path = contents.path
    repairs: list[Repair] = []
    try:
        with path.open("rb") as raw, io.TextIOWrapper(raw, contents.encoding, "replace") as text:
            attributes, lines = attributes_in(text)
            if not attributes:
                raise ValueError(lines)
            columns = [_Column(each) for each in attributes]
            rows = rows_in(text, attributes, lines, repairs)
            at_once = max(20, _CELLS_AT_ONCE // len(attributes))
            while piece := list(islice(rows, at_once)):
                for place, cells in enumerate(zip(*piece, strict=True)):
                    columns[place].add(cells, gaps)
                report("Reading rows", min(1.0, raw.tell() / contents.size))
                _hand_on(repairs, mending)
            _hand_on(repairs, mending)
    except ValueError as error:
        raise _damaged(path, error) from error
    except OSError as error:
        raise unreadable(path, error) from error
    names, mending.renamed = named([each.name for each in attributes], len(attributes))
    found: dict[str, pd.Series[Any]] = {}
    for name, column in zip(names, columns, strict=True):
        if not column.attribute.kind:
            mending.dropped.append(name)
            continue
        if column.words:
            mending.words[name] = (sum(column.words.values()), tuple(list(column.words)[:3]))
        found[name] = column.cells.series()
    return found


def _hand_on(repairs: list[Repair], mending: Mending) -> None:
    for each in repairs:
        mending.repaired(each)
    repairs.clear()


class _Column:
    """A column while it is read; what is no number among numbers counts as missing."""

    def __init__(self, attribute: Attribute) -> None:
        self.attribute = attribute
        self.cells = LooseColumn()
        self.words: dict[str, int] = {}

    def add(self, cells: tuple[Cell, ...], gaps: frozenset[str]) -> None:
        """Puts cells below the last one."""
        if not self.attribute.kind:
            return
        if self.attribute.kind != "number":
            self.cells.add(cells, gaps)
            return
        if gaps:
            cells = tuple(None if cell in gaps else cell for cell in cells)
        try:
            self.cells.add_numbers(np.array(cells, dtype=np.float64))
        except ValueError:
            self.cells.add([self._number(cell) for cell in cells])

    def _number(self, cell: Cell) -> float | None:
        if not cell:
            return None
        try:
            return float(cell)
        except ValueError:
            self.words[cell[:60]] = self.words.get(cell[:60], 0) + 1
            return None


def _damaged(path: Path, error: ValueError) -> UserError:
    line = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    return refuse(
        "arff.damaged",
        "{name} is not an ARFF file, or it is damaged: {reason}.",
        "Write it again from the program that it came from, or save the table as CSV.",
        field="data",
        name=path.name,
        reason=f"line {line:,} makes no sense" if line else "no line says @data",
    )


ARFF_FILE = ArffFile()
