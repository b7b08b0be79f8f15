"""What the arrays of a file are for: inputs, labels, names, and parts that were split before."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.picture_folder import TRAIN, part_of

_PART = r"(train|training|test|testing|val|valid|validation|dev)"
_KEY = re.compile(rf"(?:(.*?)[_\- ]?{_PART}|{_PART}[_\- ](.*))", re.IGNORECASE)
_LABELS = ("y", "label", "labels", "target", "targets", "class", "classes")
_CLASS_NAMES = ("target_names", "class_names", "label_names", "classes", "labels_names")
_COLUMN_NAMES = ("feature_names", "columns", "column_names", "features", "names")
_SMALLEST_SIDE = 4  # pixels: what is smaller is hardly a picture


@dataclass
class Arrays:
    """The arrays that belong together row by row."""

    by_name: dict[str, NDArray[Any]] = field(default_factory=dict)
    rows: int = 0
    parts: list[str] = field(default_factory=list)  # train, validation or test for each row, or nothing
    part_keys: list[str] = field(default_factory=list)  # the arrays that were put together
    left_out: list[str] = field(default_factory=list)  # of another length, or without rows
    column_names: list[str] = field(default_factory=list)
    class_names: list[str] = field(default_factory=list)


def belonging_together(arrays: dict[str, NDArray[Any]]) -> Arrays:
    """The arrays that have as many rows as the largest one, after train and test parts were joined."""
    found = Arrays()
    whole = _joined(dict(arrays), found)
    with_rows = {name: each for name, each in whole.items() if each.ndim and len(each)}
    if not with_rows:
        return found
    names = {n.lower(): n for n, each in with_rows.items() if each.ndim == 1 and each.dtype.kind in "US"}
    largest = max(with_rows.values(), key=lambda each: (each.ndim > 1, each.nbytes))
    found.rows = len(largest)
    for wanted, taken in ((_COLUMN_NAMES, found.column_names), (_CLASS_NAMES, found.class_names)):
        key = next((names[each] for each in wanted if each in names), "")
        if key in with_rows and len(with_rows[key]) != found.rows:
            taken += [str(name) for name in texts_of(with_rows.pop(key))]
            whole.pop(key)
    for name, each in whole.items():
        if name in with_rows and len(each) == found.rows:
            found.by_name[name] = each
        else:
            found.left_out.append(name)
    if len(found.parts) != found.rows:
        found.parts = []
    return found


def _joined(arrays: dict[str, NDArray[Any]], found: Arrays) -> dict[str, NDArray[Any]]:
    """The arrays, those of the parts put together under what their names have in common."""
    by_stem: dict[str, dict[str, str]] = {}
    for name in arrays:
        match = _KEY.fullmatch(name)
        if match is not None:
            part = part_of(match[2] or match[3])
            by_stem.setdefault((match[1] or match[4] or "x").strip("_- "), {})[part] = name
    sets = Counter(frozenset(each) for each in by_stem.values() if TRAIN in each and len(each) > 1)
    if not sets:
        return arrays
    parts = sorted(sets.most_common(1)[0][0], key=("train", "validation", "test").index)
    for stem, keys in by_stem.items():
        if set(keys) != set(parts):
            continue
        pieces = [arrays[keys[part]] for part in parts]
        if any(each.ndim == 0 or each.shape[1:] != pieces[0].shape[1:] for each in pieces):
            continue
        for part in parts:
            del arrays[keys[part]]
        found.part_keys += [keys[part] for part in parts]
        arrays[stem] = np.concatenate(pieces)
        found.parts = [part for part, each in zip(parts, pieces, strict=True) for _ in range(len(each))]
    return arrays


def texts_of(values: NDArray[Any]) -> NDArray[Any]:
    """An array of bytes as texts, texts without what is no character, and others as they are."""
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8", "replace")
    if values.dtype.kind != "U" or not values.dtype.itemsize:
        return values
    texts = np.array(values, dtype=values.dtype.newbyteorder("="), order="C")
    letters = texts.view(np.uint32)
    letters[((letters >= 0xD800) & (letters <= 0xDFFF)) | (letters > 0x10FFFF)] = 0xFFFD
    return texts


def pixels_in(arrays: Arrays) -> str:
    """The name of the array that holds a picture for each row; empty where none does."""
    for name, each in arrays.by_name.items():
        if each.dtype.kind not in "uif" or each.ndim not in (3, 4):
            continue
        sides = _height_and_width(each)
        if sides is None or min(sides) < _SMALLEST_SIDE:
            continue
        square = each.ndim == 4 or sides[0] == sides[1]
        if each.dtype == np.uint8 or (square and float(each.min()) >= 0 and float(each.max()) <= 255):
            return name
    return ""


def _height_and_width(array: NDArray[Any]) -> tuple[int, int] | None:
    if array.ndim == 3:
        return array.shape[1], array.shape[2]
    if array.shape[3] in (1, 3, 4):
        return array.shape[1], array.shape[2]
    return (array.shape[2], array.shape[3]) if array.shape[1] in (1, 3) else None


def as_pixels(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Eight bits deep, channels last and without an axis for grey; numbers from 0 to 1 are stretched."""
    if array.ndim == 4 and array.shape[3] not in (1, 3, 4):
        array = array.transpose(0, 2, 3, 1)
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.dtype != np.uint8:
        scale = 255.0 if array.dtype.kind == "f" and float(array.max()) <= 1 else 1.0
        array = np.round(array * scale).astype(np.uint8)
    return array


def labels_in(arrays: Arrays) -> tuple[str, list[str]]:
    """The name of the array that says what each row is, and its values in words; nothing where none does."""
    possible = {name: coded for name, each in arrays.by_name.items() if (coded := _codes(each)) is not None}
    if not possible:
        return "", []
    name = min(possible, key=lambda n: _LABELS.index(n.lower()) if n.lower() in _LABELS else len(_LABELS))
    return name, [str(each) for each in texts_of(with_class_names(arrays, possible[name])).tolist()]


def with_class_names(arrays: Arrays, codes: NDArray[Any]) -> NDArray[Any]:
    """The names of the classes where the file gives them, else the codes as they are."""
    known = arrays.class_names
    if not known or codes.dtype.kind not in "iu" or int(codes.min()) < 0 or int(codes.max()) >= len(known):
        return codes
    names: NDArray[Any] = np.array(known)
    return names[codes.astype(np.int64)]


def _codes(array: NDArray[Any]) -> NDArray[Any] | None:
    """One class for each row; out of several columns where just one of them is set."""
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 1:
        if array.dtype.kind == "f" and bool((array == np.floor(array)).all()):
            return array.astype(np.int64)
        return array if array.dtype.kind in "iubUS" else None
    if array.ndim != 2 or array.dtype.kind not in "iufb":
        return None
    is_one_of = bool(((array == 0) | (array == 1)).all()) and bool((array.sum(axis=1) == 1).all())
    return np.argmax(array, axis=1) if is_one_of else None
