"""A folder for every run; the only module that knows what lies in it."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.environment import environment
from trainer_gui.engine.events import Event, to_json
from trainer_gui.engine.home import home
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recorder import Recorder
from trainer_gui.engine.resumption import data_is_gone
from trainer_gui.engine.run_folder import RunFolder, interruption_of, replay


def runs_root() -> Path:
    """The folder that holds the folders of all runs."""
    return home() / "runs"


def create(recipe: Recipe, path: Path | None = None, name: str = "") -> RunFolder:
    """Makes the folder of a new run: at `path`, which must be empty or new, or below `runs_root()`.

    Raises UserError where the place cannot be written to or is in use.
    """
    label = name or f"{_short_name(recipe)} · {recipe.size}"
    try:
        path = new_folder(recipe, path)
        for part in ("model", "checkpoints"):
            (path / part).mkdir()
        folder = RunFolder(path)
        write_atomically(path / "recipe.toml", recipe.to_toml())
        write_atomically(path / "environment.json", json.dumps(environment(), indent=1))
        folder._write_about({"name": label, "created": datetime.now().astimezone().isoformat()})
        (path / "events.jsonl").touch()
    except OSError as error:
        raise UserError(in_words(error, path)) from error
    return folder


def _short_name(recipe: Recipe) -> str:
    location = recipe.data.location.removeprefix("sample:")
    return Path(location).stem or location


def new_folder(recipe: Recipe, path: Path | None = None) -> Path:
    """An empty folder for a run: `path`, or one below `runs_root()`. Raises UserError or OSError."""
    if path is not None:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise refuse(
                "run.folder_in_use",
                "The folder {path} is not empty, and a run needs a folder of its own.",
                "Choose another folder, or continue that run with resume.",
                field="out",
                path=str(path),
            )
        path.mkdir(parents=True, exist_ok=True)
        return path.resolve()
    stem = re.sub(r"[^\w-]+", "-", f"{_short_name(recipe)}-{recipe.size}").strip("-").lower()[:60]
    base = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{stem}"
    root = runs_root()
    root.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        path = root / (base if number == 1 else f"{base}-{number}")
        try:
            path.mkdir()
        except FileExistsError:  # another copy of the app was quicker
            continue
        return path
    raise AssertionError("a thousand runs in one second")


def open_run(path: Path) -> RunFolder:
    """The run in this folder; raises UserError where there is none."""
    folder = RunFolder(path.resolve())
    if not path.is_dir() or not (path / "recipe.toml").exists():
        raise refuse(
            "run.none_here",
            "There is no run in {path}.",
            "Choose the folder of a run: it holds a recipe.toml.",
            field="run",
            path=str(path),
        )
    return folder


def runs() -> list[RunFolder]:
    """Every run below `runs_root()`, the newest first."""
    root = runs_root()
    if not root.is_dir():
        return []
    found = [RunFolder(each) for each in root.iterdir() if (each / "recipe.toml").exists()]
    return sorted(found, key=lambda each: each.path.name, reverse=True)


def interrupted() -> Iterator[RunFolder]:
    """Runs below `runs_root()` that ended though nobody wanted it and can go on, the newest first."""
    return (each for each in runs() if interruption_of(each) and each.has_state and not data_is_gone(each))


def remains() -> list[RunFolder]:
    """Folders below `runs_root()` that hold files but no recipe, the newest first: what is left of runs."""
    root = runs_root()
    if not root.is_dir():
        return []
    found = [
        RunFolder(each)
        for each in root.iterdir()
        if each.is_dir() and not each.name.startswith(".") and not (each / "recipe.toml").exists()
    ]
    # A run that is being made has its folders before its first file.
    return sorted(
        (each for each in found if any(file.is_file() for file in each.path.rglob("*"))),
        key=lambda each: each.path.name,
        reverse=True,
    )


def copy_run(folder: RunFolder, place: Path) -> RunFolder:
    """A copy with all that is needed to use the model of a run and to show its curve, but not to go on.

    Raises OSError where it cannot be written.
    """
    place.mkdir(parents=True)
    shutil.copytree(folder.path / "model", place / "model")
    for name in ("recipe.toml", "about.json", "environment.json"):
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(folder.path / name, place / name)
    copy = RunFolder(place)
    write_record(copy, replay(folder, batches=False))
    return copy


def write_record(folder: RunFolder, events: Iterator[Event]) -> None:
    """Writes everything that was said into the folder of a run that is over; `seconds` stay as they are."""
    write_atomically(folder.path / "events.jsonl", "".join(f"{to_json(each)}\n" for each in events))


class Kept(Protocol):
    """What is kept in a folder of its own: a run or a study."""

    @property
    def path(self) -> Path:
        """The folder."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def is_live(self) -> bool:
        """Whether a process on this machine is working on it."""

    def rename(self, name: str) -> None:
        """Gives it another name. Raises UserError."""


def move_to_bin(folder: Kept) -> Path:
    """Moves a run or a study to the app's own bin beside the others and gives its place there.

    Raises UserError while it is being worked on, or where it cannot be moved.
    """
    if folder.is_live:
        raise refuse(
            "run.is_live",
            "“{name}” is still training, so it cannot be deleted.",
            "Stop it first.",
            name=folder.name,
        )
    place = folder.path.parent / ".bin" / folder.path.name
    try:
        place.parent.mkdir(exist_ok=True)
        if place.exists():
            place = place.with_name(f"{place.name}-{time.time_ns()}")
        folder.path.rename(place)
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error
    return place


def take_from_bin(place: Path) -> RunFolder:
    """Brings a run, or what else was moved there, back from the bin."""
    target = place.parent.parent / place.name
    try:
        place.rename(target)
    except OSError as error:
        raise UserError(in_words(error, place)) from error
    return RunFolder(target)


def record(folder: RunFolder, events: Iterator[Event]) -> Iterator[Event]:
    """Passes events on to the last word, each written to disk before it is seen, as `Recorder` does."""
    with Recorder(folder) as recorder:
        for event in events:
            yield from recorder.tell(event)
            if recorder.last is not None:
                return
