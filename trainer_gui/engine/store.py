"""A folder for every run; the only module that knows what lies in it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.environment import environment
from trainer_gui.engine.events import (
    Event,
    Noticed,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    to_json,
)
from trainer_gui.engine.home import home
from trainer_gui.engine.line_record import end_line, write_line
from trainer_gui.engine.live_mark import mark_of
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.rescue import Rescue
from trainer_gui.engine.run_folder import RunFolder, interruption_of, progress_of

_RESERVE = 262_144  # bytes set aside, so that a full disk still takes the last word
_SYNC_EVERY = 1.0  # seconds between two forced writes to the disk itself


def runs_root() -> Path:
    """The folder that holds the folders of all runs."""
    return home() / "runs"


def create(recipe: Recipe, path: Path | None = None, name: str = "") -> RunFolder:
    """Makes the folder of a new run: at `path`, which must be empty or new, or below `runs_root()`.

    Raises UserError where the place cannot be written to or is in use.
    """
    label = name or f"{_short_name(recipe)} · {recipe.size}"
    try:
        path = _new_folder(path, recipe)
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


def _new_folder(path: Path | None, recipe: Recipe) -> Path:
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
    return (each for each in runs() if interruption_of(each) and each.has_state)


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


def move_to_bin(folder: RunFolder) -> Path:
    """Moves the run to the app's own bin beside the runs and gives its place there.

    Raises UserError while the run is being worked on, or where it cannot be moved.
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
    """Brings a run back from the bin."""
    target = place.parent.parent / place.name
    try:
        place.rename(target)
    except OSError as error:
        raise UserError(in_words(error, place)) from error
    return RunFolder(target)


def record(folder: RunFolder, events: Iterator[Event]) -> Iterator[Event]:
    """Passes events on, each written to disk before it is seen; adds seconds and the last word where lost.

    The clock goes on from what is recorded already, so a run that is resumed keeps counting. Exactly one
    last word is written, also on a full disk, for which some room is set aside. Raises UserError where the
    record cannot be opened for writing.
    """
    offset = progress_of(folder).seconds
    begin = time.monotonic()
    reserve = folder.path / "reserve"
    file = _record_of(folder)
    rescue = Rescue(folder.path)
    synced = begin
    try:
        _set_aside(folder, reserve)
        for event in events:
            event = event.model_copy(update={"seconds": round(offset + time.monotonic() - begin, 4)})
            is_last = isinstance(event, RunFinished | RunStopped | RunFailed)
            try:
                due = is_last or time.monotonic() - synced > _SYNC_EVERY
                if due and not (folder.path / "events.jsonl").exists():
                    file, found = rescue.bring_back(file)
                    _set_aside(folder, reserve)
                    told = Noticed(problem=found, seconds=event.seconds)
                    write_line(file.fileno(), to_json(told))
                    yield told
                if due or isinstance(event, RunStarted):
                    rescue.remember()
                write_line(file.fileno(), to_json(event))
                if due:
                    os.fsync(file.fileno())
                    synced = time.monotonic()
            except OSError as error:
                event = RunFailed(problem=in_words(error, folder.path), seconds=event.seconds)
                with contextlib.suppress(
                    OSError
                ):  # where nothing can be written any more it is shown at least
                    reserve.unlink(missing_ok=True)
                    write_line(file.fileno(), to_json(event))
                yield event
                return
            yield event
            if is_last:
                return
    finally:
        file.close()
        for each in (reserve, folder.path / "live.json"):
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)


def _record_of(folder: RunFolder) -> BinaryIO:
    try:
        file = (folder.path / "events.jsonl").open("a+b", buffering=0)
        end_line(file.fileno())
        return file
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error


def _set_aside(folder: RunFolder, reserve: Path) -> None:
    with contextlib.suppress(OSError):  # where there is no room even for that, the first write will say so
        reserve.write_bytes(b"\0" * _RESERVE)
        write_atomically(folder.path / "live.json", mark_of(os.getpid()))
