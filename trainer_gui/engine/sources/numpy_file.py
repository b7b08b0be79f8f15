"""Tables and pictures in NumPy files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.array_file import START, read_arrays
from trainer_gui.engine.data.array_parts import (
    Arrays,
    as_pixels,
    belonging_together,
    labels_in,
    pixels_in,
    texts_of,
    with_class_names,
)
from trainer_gui.engine.data.beginning import is_zip_with
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import file_at, fingerprint, is_folder, scan
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.heading import named
from trainer_gui.engine.data.mending import Mending, counted, listed
from trainer_gui.engine.data.picture_notes import notes_on_parts
from trainer_gui.engine.data.pixel_pictures import make_pixel_pictures
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.source import GivenSplit, GivenSplitOptions, Report, Source

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS_AT_ONCE = 256  # so that a file on the disk is not read anew for each column
_LAST = ("y", "label", "labels", "target", "targets", "class")  # stand behind the inputs


class NumpyFileOptions(GivenSplitOptions):
    """How a file of arrays is read."""


class NumpyFile(Source):
    """Arrays with a row for each case: two axes are a table, three or four are pictures, as of MNIST."""

    name = "numpy_file"
    label = "NumPy file"
    position = 37
    endings = (".npz", ".npy")
    options = NumpyFileOptions

    def takes(self, location: str) -> bool:
        return Path(location).suffix.lower() in self.endings and not is_folder(location)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(START) or is_zip_with(start[:400], b".npy")

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        path = file_at(location)
        contents = scan(path, report, text=False)
        chosen = NumpyFileOptions.model_validate(options)
        arrays, objects = read_arrays(path, report)
        found = belonging_together(arrays)
        if not found.by_name:
            raise _nothing(path, objects)
        pictures = pixels_in(found)
        kept = bool(pictures and found.parts) and chosen.given_split != GivenSplit.JOINED
        read = {"given_split": ("kept" if kept else "joined") if found.parts else str(chosen.given_split)}
        reference = DataReference(source=self.name, location=str(path), options=read)
        notes = [*_notes(found, objects), *notes_on_parts(found.part_keys, kept=kept)]
        digest = fingerprint(contents.digest, read)
        if pictures:
            return _pictures(found, pictures, reference, digest, notes, kept=kept)
        mending = Mending()
        columns = _columns(found, mending, report)
        if not columns:
            raise _nothing(path, [*objects, *mending.dropped])
        return make_table(
            reference,
            path.name,
            columns,
            fingerprint=digest,
            mending=mending,
            notes=notes,
            how="NumPy, " + counted(len(found.by_name), "array"),
            typed=True,
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        rows = np.arange(40)
        inputs = np.stack([rows * 0.5, rows % 7, rows**2 % 11], axis=1)
        table, both = folder / "orbits.npy", folder / "orbits.npz"
        np.save(table, inputs)
        np.savez(both, X=inputs, y=np.array(["near", "far"])[rows % 2])
        pixels = np.zeros((30, 8, 8), dtype=np.uint8)
        pixels[::2, :4] = 200 + rows[:15, None, None]
        split = folder / "spots.npz"
        sides = rows[:30] % 2
        np.savez(split, x_train=pixels[:20], y_train=sides[:20], x_test=pixels[20:], y_test=sides[20:])
        return str(table), str(both), str(split)


def _pictures(
    found: Arrays,
    name: str,
    reference: DataReference,
    digest: str,
    notes: list[Problem],
    *,
    kept: bool,
) -> Dataset:
    pixels = as_pixels(found.by_name.pop(name))
    label, labels = labels_in(found)
    if not labels:
        notes.append(
            problem(
                "numpy.no_labels",
                "No array says what the pictures show, so there is nothing to learn.",
                "Add an array “y” with the class of each picture to train; to predict, this is fine.",
                severity="caution",
            )
        )
    others = [each for each in found.by_name if each != label]
    if others:
        notes.append(_left_out(others, "Only the pictures and their class are learned from."))
    height, width = pixels.shape[1:3]
    colours = "grey" if pixels.ndim == 3 else "in colour"
    return make_pixel_pictures(
        reference,
        Path(reference.location).name,
        pixels,
        labels or [""] * len(pixels),
        fingerprint=digest,
        how=f"{counted(len(set(labels)), 'class', 'classes')}, {colours}, {width} × {height} pixels, NumPy",
        parts=found.parts if kept else (),
        notes=notes,
    )


def _columns(found: Arrays, mending: Mending, report: Report) -> dict[str, pd.Series[Any]]:
    columns: list[tuple[str, pd.Series[Any]]] = []
    last: list[tuple[str, pd.Series[Any]]] = []
    tables = [name for name, each in found.by_name.items() if each.ndim == 2 and each.shape[1] > 1]
    for name, array in found.by_name.items():
        if array.ndim == 2 and array.shape[1] == 1:
            array = array[:, 0]
        if array.dtype.names is not None and array.ndim == 1:
            for place in array.dtype.names:
                _put(columns, place, array[place], mending)
        elif array.ndim == 1:
            is_last = name.lower() in _LAST
            cells = with_class_names(found, array) if is_last else array
            _put(last if is_last else columns, name or "column 1", cells, mending)
        elif array.ndim == 2:
            titles = _titles(found, name if len(tables) > 1 else "", array.shape[1])
            for begin in range(0, array.shape[1], _COLUMNS_AT_ONCE):
                report("Reading columns", begin / array.shape[1])
                block = np.array(array[:, begin : begin + _COLUMNS_AT_ONCE].T, order="C")
                for title, values in zip(titles[begin:], block, strict=False):
                    _put(columns, title, values, mending)
        else:
            mending.dropped.append(name or "array")
    together = [*columns, *last]
    names, mending.renamed = named([name for name, _ in together], len(together))
    return dict(zip(names, (values for _, values in together), strict=True))


def _titles(found: Arrays, prefix: str, width: int) -> list[str]:
    if len(found.column_names) == width:
        return found.column_names
    return [f"{prefix or 'column'} {place + 1}" for place in range(width)]


def _put(
    columns: list[tuple[str, pd.Series[Any]]], name: str, values: NDArray[Any], mending: Mending
) -> None:
    import pandas as pd

    kind = values.dtype.kind
    if values.ndim != 1 or kind not in "iufbUSMm":
        mending.dropped.append(name)
        return
    series: pd.Series[Any]
    if kind in "US":
        series = pd.Series(texts_of(values).astype(str)).astype("category")
    elif kind == "M":
        series = pd.Series(values.astype("datetime64[s]")).astype("str")
    elif kind == "m":
        series = pd.Series(values / np.timedelta64(1, "s"))
    elif kind == "f":
        series = pd.Series(values.astype(np.float64))
    else:
        series = pd.Series(values.astype(values.dtype.newbyteorder("=")))
    columns.append((name, series))


def _notes(found: Arrays, objects: list[str]) -> Iterator[Problem]:
    if objects:
        yield problem(
            "numpy.objects",
            "{arrays} {hold} Python objects, which may run programs when opened, and {were} left out.",
            "Save them as numbers or texts, without dtype=object.",
            severity="caution",
            arrays=listed(objects),
            hold="holds" if len(objects) == 1 else "hold",
            were="was" if len(objects) == 1 else "were",
        )
    if found.left_out:
        yield _left_out(found.left_out, f"They have other lengths than {found.rows:,}.")


def _left_out(names: list[str], why: str) -> Problem:
    return problem(
        "numpy.left_out",
        "{arrays} {were} left out. {why}",
        severity="note",
        arrays=listed([each or "array" for each in names]),
        were="was" if len(names) == 1 else "were",
        why=why,
    )


def _nothing(path: Path, objects: list[str]) -> Exception:
    if objects:
        return refuse(
            "numpy.only_objects",
            "{name} holds nothing to learn from: {arrays} {are} made of Python objects, or of more axes than "
            "a table has.",
            "Save numbers with two axes, rows and columns, or pictures as whole numbers from 0 to 255.",
            field="data",
            name=path.name,
            arrays=listed(objects),
            are="is" if len(objects) == 1 else "are",
        )
    return refuse(
        "numpy.empty",
        "{name} holds no arrays with rows.",
        "Save the inputs with a row for each case.",
        field="data",
        name=path.name,
    )


NUMPY_FILE = NumpyFile()
