"""One study on disk: its recipe, its events, and the folders of its runs."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.events import to_json
from trainer_gui.engine.home import home
from trainer_gui.engine.line_record import end_line, last_lines, write_line
from trainer_gui.engine.live_mark import is_alive, mark_of
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.progress import Interruption
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.study.events import StudyEnded, StudyEvent, from_json
from trainer_gui.engine.study.progress import StudyProgress, StudyState, interruption_after
from trainer_gui.engine.study.recipe import StudyRecipe, read_study

_RESERVE = 65_536  # bytes set aside, so that a full disk still takes the last word
_MOST_NAMED = 5
_SYNC_EVERY = 1.0  # seconds between two forced writes to the disk itself


@dataclass(frozen=True)
class StudyFolder:
    """One study on disk. Whatever is written here is written whole or not at all."""

    path: Path

    @property
    def recipe(self) -> StudyRecipe:
        """The recipe; raises UserError where it is missing or damaged."""
        return read_study(self.path / "study.toml")

    @property
    def created(self) -> datetime:
        """When the study was made, in local time, by the name of its folder, or else by its recipe."""
        with contextlib.suppress(ValueError):
            return datetime.strptime(self.path.name[:15], "%Y%m%d-%H%M%S").astimezone()
        return datetime.fromtimestamp((self.path / "study.toml").stat().st_ctime).astimezone()

    @property
    def name(self) -> str:
        """The name that a person gave it, or that of its folder."""
        try:
            return self.recipe.name
        except UserError:
            return self.path.name

    def rename(self, name: str) -> None:
        """Gives the study another name; the folder keeps its own. Raises UserError for an empty name."""
        clean = " ".join(name.split())
        if not clean:
            raise refuse("study.no_name", "A study needs a name.", "Type at least one letter.", field="name")
        self.save_recipe(self.recipe.model_copy(update={"name": clean[:120]}))

    def save_recipe(self, recipe: StudyRecipe) -> None:
        """Keeps the recipe, with what was changed since the study was made. Raises UserError."""
        try:
            write_atomically(self.path / "study.toml", recipe.to_toml())
        except OSError as error:
            raise UserError(in_words(error, self.path)) from error

    def run(self, name: str) -> RunFolder:
        """The run of this name, as `TrialStarted` gives it; an ordinary run folder."""
        return RunFolder(self.path / name)

    def order_of(self, run: str) -> Path:
        """The recipe by which a worker trains a run."""
        return self.path / "orders" / f"{Path(run).name}.toml"

    def words_of(self, run: str) -> Path:
        """Where the error output of a run's worker goes."""
        return self.path / "orders" / f"{Path(run).name}.log"

    @property
    def is_live(self) -> bool:
        """Whether a process on this machine is working on it."""
        try:
            return is_alive((self.path / "live.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False


def studies_root() -> Path:
    """The folder that holds the folders of all studies."""
    return home() / "studies"


def create_study(recipe: StudyRecipe, path: Path | None = None) -> StudyFolder:
    """Makes the folder of a new study: at `path`, which must be empty or new, or below `studies_root()`.

    Raises UserError where the place cannot be written to or is in use.
    """
    try:
        if path is None:
            path = _new_place(recipe)
        elif path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise refuse(
                "study.folder_in_use",
                "The folder {path} is not empty, and a study needs a folder of its own.",
                "Choose another folder, or continue the study in it.",
                field="out",
                path=str(path),
            )
        for part in ("trials", "orders"):
            (path / part).mkdir(parents=True, exist_ok=True)
        folder = StudyFolder(path.resolve())
        (folder.path / "events.jsonl").touch()
    except OSError as error:
        raise UserError(in_words(error, path)) from error
    folder.save_recipe(recipe)
    return folder


def _new_place(recipe: StudyRecipe) -> Path:
    stem = re.sub(r"[^\w-]+", "-", recipe.name).strip("-").lower()[:60] or "study"
    base = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{stem}"
    for number in range(1, 1000):
        path = studies_root() / (base if number == 1 else f"{base}-{number}")
        try:
            path.mkdir(parents=True)
        except FileExistsError:  # another copy of the app was quicker
            continue
        return path
    raise AssertionError("a thousand studies in one second")


def open_study(path: Path) -> StudyFolder:
    """The study in this folder, or of this name below `studies_root()`; raises UserError for none."""
    for place in (path, studies_root() / path):
        if (place / "study.toml").is_file():
            return StudyFolder(place.resolve())
    known = [each.path.name for each in studies()[:_MOST_NAMED]]
    raise refuse(
        "study.none_here",
        "There is no study in {path}.",
        "Choose the folder of a study, which holds a study.toml. The newest ones are: {names}."
        if known
        else "Choose the folder of a study, which holds a study.toml.",
        field="study",
        path=str(path),
        names=", ".join(known),
    )


def studies() -> list[StudyFolder]:
    """Every study below `studies_root()`, the newest first."""
    root = studies_root()
    if not root.is_dir():
        return []
    found = [StudyFolder(each) for each in root.iterdir() if (each / "study.toml").is_file()]
    return sorted(found, key=lambda each: each.path.name, reverse=True)


def interrupted_studies() -> Iterator[StudyFolder]:
    """Studies below `studies_root()` that ended though nobody wanted it, the newest first.

    Told by the end of their records alone, so that many can be asked.
    """
    return (each for each in studies() if _was_interrupted(each))


def _was_interrupted(folder: StudyFolder) -> bool:
    with contextlib.suppress(OSError):
        for line in last_lines(folder.path / "events.jsonl"):
            with contextlib.suppress(ValueError):
                last = from_json(line)
                if isinstance(last, StudyEnded):
                    return bool(interruption_after(last))
                return not folder.is_live
    return False


def replay(folder: StudyFolder) -> Iterator[StudyEvent]:
    """Everything that was recorded; a line that was cut off by a crash is passed over."""
    try:
        file = (folder.path / "events.jsonl").open("rb", buffering=1 << 20)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error
    with file:
        for line in file:
            with contextlib.suppress(ValueError):
                yield from_json(line)


def _record_of(folder: StudyFolder) -> BinaryIO:
    try:
        file = (folder.path / "events.jsonl").open("a+b", buffering=0)
        end_line(file.fileno())
        return file
    except OSError as error:
        raise UserError(in_words(error, folder.path)) from error


def study_progress_of(folder: StudyFolder) -> StudyProgress:
    """Where a recorded study stands. One that broke off without a last word counts as stopped."""
    progress = StudyProgress()
    for event in replay(folder):
        progress.add(event)
    if not progress.state.is_over and not folder.is_live:
        progress.state, progress.interruption = StudyState.STOPPED, Interruption.CUT_OFF
    return progress


def record(folder: StudyFolder, events: Iterator[StudyEvent]) -> Iterator[StudyEvent]:
    """Passes events on, each written to disk before it is seen; its seconds go on from what was recorded.

    Where a word cannot be written, the study is closed and StudyEnded is the last one, for which some room is
    set aside. Raises UserError where the record cannot be opened for writing.
    """
    offset, begin = study_progress_of(folder).seconds, time.monotonic()
    reserve, live = folder.path / "reserve", folder.path / "live.json"
    synced = begin
    with _record_of(folder) as file:
        try:
            with contextlib.suppress(OSError):  # where there is no room even for that, the first word says so
                reserve.write_bytes(b"\0" * _RESERVE)
                write_atomically(live, mark_of(os.getpid()))
            for event in events:
                event = event.model_copy(update={"seconds": round(offset + time.monotonic() - begin, 4)})
                is_last = isinstance(event, StudyEnded)
                try:
                    write_line(file.fileno(), to_json(event))
                    if is_last or time.monotonic() - synced > _SYNC_EVERY:
                        os.fsync(file.fileno())
                        synced = time.monotonic()
                except OSError as error:
                    event = StudyEnded(
                        outcome="failed", problem=in_words(error, folder.path), seconds=event.seconds
                    )
                    with contextlib.suppress(OSError):  # where nothing can be written it is shown at least
                        reserve.unlink(missing_ok=True)
                        write_line(file.fileno(), to_json(event))
                    yield event
                    return
                yield event
        finally:
            if hasattr(events, "close"):
                events.close()  # ends the workers
            for each in (reserve, live):
                with contextlib.suppress(OSError):
                    each.unlink(missing_ok=True)
