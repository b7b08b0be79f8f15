"""A folder for every run; the only module that knows what lies in it."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from pydantic import ValidationError

from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.environment import environment
from trainer_gui.engine.events import Event, RunFailed, RunFinished, RunStopped, from_json, to_json
from trainer_gui.engine.home import home
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recipe_file import recipe_from_toml

_RESERVE = 262_144  # bytes set aside, so that a full disk still takes the last word
_SYNC_EVERY = 1.0  # seconds between two forced writes to the disk itself


def runs_root() -> Path:
    """The folder that holds the folders of all runs."""
    return home() / "runs"


@dataclass(frozen=True)
class RunFolder:
    """One run on disk. Whatever is written here is written whole or not at all."""

    path: Path

    @property
    def weights(self) -> Path:
        """The weights of the best epoch."""
        return self.path / "model" / "weights.safetensors"

    @property
    def state(self) -> Path:
        """The state from which the run can go on."""
        return self.path / "checkpoints" / "last.pt"

    @property
    def name(self) -> str:
        """The name that a person gave it, or that of its folder."""
        return str(self._about().get("name") or self.path.name)

    @property
    def created(self) -> datetime:
        """When the run was made, in local time."""
        text = self._about().get("created")
        with contextlib.suppress(TypeError, ValueError):
            return datetime.fromisoformat(str(text)).astimezone()
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC).astimezone()

    def rename(self, name: str) -> None:
        """Gives the run another name; the folder keeps its own. Raises UserError for an empty name."""
        clean = " ".join(name.split())
        if not clean:
            raise refuse("run.no_name", "A run needs a name.", "Type at least one letter.", field="name")
        self._write_about({**self._about(), "name": clean[:120]})

    def _about(self) -> dict[str, Any]:
        try:
            found = json.loads((self.path / "about.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write_about(self, about: dict[str, Any]) -> None:
        write_atomically(self.path / "about.json", json.dumps(about, ensure_ascii=False, indent=1))

    @property
    def recipe(self) -> Recipe:
        """The recipe; raises UserError where it is missing or damaged."""
        return recipe_from_toml(self._text("recipe.toml"), "recipe.toml")

    @property
    def preparation(self) -> Preparation:
        """The fitted preparation; raises UserError where it is missing or damaged."""
        text = self._text("model/preparation.json")
        try:
            return Preparation.model_validate_json(text)
        except ValidationError as error:
            raise _damaged("preparation.json", self.path) from error

    def save_preparation(self, preparation: Preparation) -> None:
        """Keeps the preparation beside the weights."""
        write_atomically(self.path / "model" / "preparation.json", preparation.model_dump_json(indent=1))

    @property
    def environment(self) -> dict[str, Any]:
        """Versions and machine, as they were when the run was made; empty where that is lost."""
        try:
            found = json.loads((self.path / "environment.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _text(self, name: str) -> str:
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise refuse(
                "run.file_missing",
                "The run {run} has no file {name}, so it cannot be opened.",
                "Bring the file back from a copy, or delete the run.",
                run=self.path.name,
                name=name,
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise _damaged(name, self.path) from error

    @property
    def test_openings(self) -> list[str]:
        """When the test set was opened, as ISO times; the first is the honest one."""
        return [str(each) for each in self._about().get("test_openings", [])]

    def count_test_opening(self) -> int:
        """Writes down that the test set is being opened now, and says for the how-manieth time."""
        openings = [*self.test_openings, datetime.now(UTC).isoformat(timespec="seconds")]
        self._write_about({**self._about(), "test_openings": openings})
        return len(openings)

    @property
    def is_live(self) -> bool:
        """Whether a process on this machine is working on it."""
        try:
            pid, began = json.loads((self.path / "live.json").read_text(encoding="utf-8"))
            return bool(abs(psutil.Process(int(pid)).create_time() - float(began)) < 2.0)
        except (OSError, ValueError, TypeError, psutil.Error):
            return False

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its time and left a state from which it can go on."""
        if self.is_live or not self.state.exists():
            return False
        progress = progress_of(self)
        return progress.state is not State.FINISHED

    @property
    def bytes_on_disk(self) -> int:
        """The size of everything in the folder."""
        return sum(each.stat().st_size for each in self.path.rglob("*") if each.is_file())


def _damaged(name: str, path: Path) -> UserError:
    return refuse(
        "run.file_damaged",
        "The file {name} of the run {run} is damaged.",
        "Bring it back from a copy, or repeat the run.",
        run=path.name,
        name=name,
    )


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
    last word is written, also on a full disk, for which some room is set aside.
    """
    offset = progress_of(folder).seconds
    begin = time.monotonic()
    reserve = folder.path / "reserve"
    file = (folder.path / "events.jsonl").open("ab", buffering=0)
    synced = begin
    try:
        _set_aside(folder, reserve)
        for event in events:
            event = event.model_copy(update={"seconds": round(offset + time.monotonic() - begin, 4)})
            is_last = isinstance(event, RunFinished | RunStopped | RunFailed)
            try:
                _write_line(file.fileno(), to_json(event))
                if is_last or time.monotonic() - synced > _SYNC_EVERY:
                    os.fsync(file.fileno())
                    synced = time.monotonic()
            except OSError as error:
                event = RunFailed(problem=in_words(error, folder.path), seconds=event.seconds)
                reserve.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # the disk is full to the last byte: it is shown at least
                    _write_line(file.fileno(), to_json(event))
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


def _set_aside(folder: RunFolder, reserve: Path) -> None:
    with contextlib.suppress(OSError):  # where there is no room even for that, the first write will say so
        reserve.write_bytes(b"\0" * _RESERVE)
        about = [os.getpid(), psutil.Process().create_time()]
        write_atomically(folder.path / "live.json", json.dumps(about))


def _write_line(file: int, line: str) -> None:
    data = line.encode() + b"\n"
    begin = os.lseek(file, 0, os.SEEK_END)
    try:
        written = os.write(file, data)
        if written < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file, begin)
        raise


def replay(folder: RunFolder, *, batches: bool = True) -> Iterator[Event]:
    """Everything that was recorded; a line that was cut off by a crash is passed over.

    Without `batches` what was said within epochs is left out, which reads long runs much faster.
    """
    try:
        file = (folder.path / "events.jsonl").open("rb")
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error
    with file:
        for line in file:
            if not batches and b'"type":"BatchesDone"' in line:
                continue
            with contextlib.suppress(ValueError):
                yield from_json(line)


def progress_of(folder: RunFolder) -> Progress:
    """Where a recorded run stands. One that broke off without a last word counts as stopped."""
    progress = Progress()
    for event in replay(folder, batches=False):
        progress.add(event)
    if not progress.state.is_over and not folder.is_live:
        progress.state = State.STOPPED
    return progress
