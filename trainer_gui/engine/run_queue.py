"""Runs that wait for their turn, one small file each, shared by every window and terminal of this person."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.events import Event
from trainer_gui.engine.home import home
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.settings import declared_in

_ENDING = ".waiting"
_TAKEN = ".taken"  # follows: a process has begun with it and has not made the run's folder yet
_STEP = 1_000_000  # between two places, so that one can be put between two others


@dataclass(frozen=True)
class WaitingRun:
    """A recipe that waits, in a file whose name says its place in the row."""

    path: Path
    name: str
    recipe: Recipe

    @property
    def key(self) -> str:
        """What tells it from the others, wherever it stands in the row."""
        return _key(self.path)

    @property
    def place(self) -> int:
        """Its place; the lowest has its turn first."""
        return _place(self.path)


def queue_root() -> Path:
    """The folder that holds what waits."""
    return home() / "queue"


def waiting() -> list[WaitingRun]:
    """All that wait, the next one first. One whose file is damaged is passed over."""
    found = []
    for path in _files():
        with contextlib.suppress(UserError, OSError, ValueError, TypeError, KeyError):
            about = json.loads(path.read_text(encoding="utf-8"))
            recipe = recipe_from_toml(about["recipe"], path.name)
            found.append(WaitingRun(path, str(about["name"]), recipe))
    return found


def add(recipe: Recipe, name: str = "", after: Recipe | None = None) -> WaitingRun:
    """Lets a recipe wait behind all others. Raises UserError where that cannot be written down.

    Without a name it is called by its data and size, and by what it changes against the one before it, which
    is `after` where nothing waits yet.
    """
    before = waiting()
    place = max((_place(each) for each in _files()), default=0) + _STEP
    path = queue_root() / f"{place:015d}-{secrets.token_hex(4)}{_ENDING}"
    label = name or name_of(recipe, before[-1].recipe if before else after)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps({"name": label, "recipe": recipe.to_toml()}, ensure_ascii=False))
    except OSError as error:
        raise UserError(in_words(error, path)) from error
    return WaitingRun(path, label, recipe)


def remove(key: str) -> None:
    """Lets it wait no longer; nothing happens where it does not wait any more."""
    for path in _files():
        if _key(path) == key:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def move_up(key: str) -> None:
    """Lets it have its turn before the one that stands before it; the first stays where it is."""
    files = _files()
    at = next((at for at, path in enumerate(files) if _key(path) == key), 0)
    if not at:
        return
    above = _place(files[at - 2]) if at > 1 else 0
    between = (above + _place(files[at - 1])) // 2
    if between in (above, _place(files[at - 1])):  # there is no room left between the two
        for number, path in enumerate(files, 1):
            path.rename(_placed(path, number * _STEP))
        move_up(key)
        return
    with contextlib.suppress(FileNotFoundError):  # somebody was quicker to begin with it
        files[at].rename(_placed(files[at], between))


def begin(
    entry: WaitingRun, control: Control, dataset: Dataset | None = None
) -> tuple[RunFolder, Iterator[Event]]:
    """Takes a recipe out of the row and trains it, as `run.train` does.

    It counts as waiting until its run has a folder, so that nothing is lost should the program end between
    the two. Raises UserError where another process was quicker, or the folder cannot be made.
    """
    taken = entry.path.with_name(f"{entry.path.name}{_TAKEN}-{os.getpid()}")
    try:
        entry.path.rename(taken)
    except FileNotFoundError:
        raise refuse(
            "queue.taken",
            "“{name}” does not wait in the queue any more.",
            "Another window or terminal has begun with it, or it was removed.",
            name=entry.name,
        ) from None
    except OSError as error:
        raise UserError(in_words(error, entry.path)) from error
    try:
        folder, events = train(entry.recipe, control, dataset=dataset, name=entry.name)
    except UserError:
        with contextlib.suppress(OSError):
            taken.rename(entry.path)
        raise
    taken.unlink(missing_ok=True)
    return folder, events


def name_of(recipe: Recipe, other: Recipe | None) -> str:
    """Data and size, and up to two settings in which it differs from another recipe."""
    location = recipe.data.location.removeprefix("sample:")
    words = [f"{Path(location).stem or location} · {recipe.size}"]
    if other is not None and other.family == recipe.family:
        declared = {each.name: each.label for each in declared_in(type(recipe.family_settings))}
        changed = [name for name in declared if recipe.settings.get(name) != other.settings.get(name)]
        words += [f"{declared[name].lower()} {_short(recipe.settings[name])}" for name in changed[:2]]
    return ", ".join(words)


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _files() -> list[Path]:
    """The files of all that wait, in order; those of a process that ended before it began are put back."""
    try:
        found = [each for each in queue_root().iterdir() if _ENDING in each.name and each.name[0] != "."]
    except OSError:
        return []
    files = []
    for path in found:
        name, _, process = path.name.partition(f"{_TAKEN}-")
        if process:
            if process.isdigit() and psutil.pid_exists(int(process)):
                continue
            with contextlib.suppress(OSError):
                path = path.rename(path.with_name(name))
        files.append(path)
    return sorted(files, key=lambda each: each.name)


def _key(path: Path) -> str:
    return path.name.partition("-")[2].partition(_ENDING)[0]


def _place(path: Path) -> int:
    digits = path.name.partition("-")[0]
    return int(digits) if digits.isdigit() else 0


def _placed(path: Path, place: int) -> Path:
    return path.with_name(f"{place:015d}-{path.name.partition('-')[2]}")
