"""One run on disk: the only module, beside the store that makes it, that knows what lies in its folder."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.events import Event, LastWord, from_json
from trainer_gui.engine.line_record import last_lines
from trainer_gui.engine.live_mark import is_alive
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.progress import Interruption, Progress, State, interruption_after
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.shared_openings import openings_by_others, tell_the_study

# Each reading lets other threads go on, for a moment that is too short for them: where such moments follow
# closely upon each other, the window waits for all of them.
_LARGE = 1 << 20
_STACK = "stack.json"  # beside the states of a run that is trained with others


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
    def members(self) -> tuple[RunFolder, ...]:
        """The runs whose models answer together, each with a folder of its own; itself, where it is one."""
        place = self.path / "members"
        if not place.is_dir():
            return (self,)
        found = [each for each in place.iterdir() if each.is_dir() and each.name.isdecimal()]
        return tuple(RunFolder(each) for each in sorted(found, key=lambda each: int(each.name)))

    @property
    def start(self) -> Path:
        """What it started from: a folder with a copy of the model, which is there only for such runs."""
        return self.path / "start"

    @property
    def made(self) -> str:
        """A text that tells a run from others and that a copy of it shares: its moment, seed and fold."""
        recipe = self.recipe
        return f"{self.created.isoformat()} {recipe.seed} {recipe.split.fold}"

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

    def save_recipe(self, recipe: Recipe) -> None:
        """Keeps the recipe with what was found out since the run was made."""
        write_atomically(self.path / "recipe.toml", recipe.to_toml())

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
        """When the test set was opened, as ISO times, by this run or another of its study, in their order.

        The first is the honest one. What several runs did at one moment, as in a comparison, is one look.
        """
        return sorted([*self._own_openings, *self._openings_by_others])

    @property
    def _own_openings(self) -> list[str]:
        return [str(each) for each in self._about().get("test_openings", [])]

    @property
    def openings_by_others(self) -> int:
        """How many of the openings were by other runs of the study, whose test rows are the same."""
        return len(self._openings_by_others)

    @property
    def _openings_by_others(self) -> set[str]:
        return set(openings_by_others(self.path)) - set(self._own_openings)

    def count_test_opening(self, now: str = "") -> int:
        """Writes down that the test set is being opened now, and says for the how-manieth time.

        `now`, an ISO time, is given where several runs are looked at together, which is one look.
        """
        now = now or moment()
        self._write_about({**self._about(), "test_openings": [*self._own_openings, now]})
        tell_the_study(self.path, now)
        return len(self.test_openings)

    @property
    def origins(self) -> tuple[RunFolder, ...]:
        """The runs that its members are copies of, as far as they are still where they were."""
        found = []
        for place, made in self._about().get("made_of", []):
            origin = RunFolder(Path(place))
            with contextlib.suppress(UserError, OSError):
                found += [origin] if origin.made == made else []
        return tuple(found)

    def remember_origins(self, runs: Sequence[RunFolder]) -> None:
        """Writes down of which runs its members are copies."""
        places = [(str(each.path), each.made) for each in runs]
        self._write_about({**self._about(), "made_of": places})

    def take_over_openings(self, others: Sequence[RunFolder]) -> None:
        """Writes down that the test set was opened whenever that of another run on it was."""
        openings = sorted({*self._own_openings, *(when for each in others for when in each.test_openings)})
        if openings:
            self._write_about({**self._about(), "test_openings": openings})

    @property
    def is_live(self) -> bool:
        """Whether a process on this machine is working on it."""
        try:
            return is_alive((self.path / "live.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False

    @property
    def has_state(self) -> bool:
        """Whether it has left any state from which a training can go on."""
        states = [self.state, *((self.stack[0],) if self.stack else ())]
        return any(any(each.parent.glob(f"{each.stem}*{each.suffix}")) for each in states)

    @property
    def stack(self) -> tuple[Path, int] | None:
        """The state of the stack in which it is trained, and its place there; None for a run by itself.

        The place of the state is kept as seen from the run, so that a study can be moved.
        """
        try:
            place, member = json.loads((self.state.parent / _STACK).read_text(encoding="utf-8"))
            return (self.path / str(place)).resolve(), int(member)
        except (OSError, ValueError, TypeError):
            return None

    def join_stack(self, state: Path, member: int) -> None:
        """Notes that it goes on from the state of a stack, of which its own is no more than a copy."""
        place = os.path.relpath(state.resolve(), self.path.resolve())
        write_atomically(self.state.parent / _STACK, json.dumps([Path(place).as_posix(), member]))

    def leave_stack(self) -> None:
        """Notes that its own state is the one to go on from."""
        (self.state.parent / _STACK).unlink(missing_ok=True)

    @property
    def bytes_on_disk(self) -> int:
        """The size of everything in the folder."""
        return sum(each.stat().st_size for each in self.path.rglob("*") if each.is_file())


def moment() -> str:
    """This moment as an ISO time, exact enough that two looks are never the same."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _damaged(name: str, path: Path) -> UserError:
    return refuse(
        "run.file_damaged",
        "The file {name} of the run {run} is damaged.",
        "Bring it back from a copy, or repeat the run.",
        run=path.name,
        name=name,
    )


def replay(folder: RunFolder, *, batches: bool = True) -> Iterator[Event]:
    """Everything that was recorded; a line that was cut off by a crash is passed over.

    Without `batches` what was said within epochs is left out, which reads long runs much faster.
    """
    try:
        file = (folder.path / "events.jsonl").open("rb", buffering=_LARGE)
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


def progress_of(folder: RunFolder, *, batches: bool = False) -> Progress:
    """Where a recorded run stands, with the losses of its batches where they are asked for.

    One that broke off without a last word counts as stopped, and cut off.
    """
    progress = Progress()
    for event in replay(folder, batches=batches):
        progress.add(event)
    if not progress.state.is_over and not folder.is_live:
        progress.state, progress.interruption = State.STOPPED, Interruption.CUT_OFF
    return progress


def interruption_of(folder: RunFolder) -> Interruption:
    """How a run was interrupted, told by the end of its record alone, so that many can be asked."""
    with contextlib.suppress(OSError):
        for line in last_lines(folder.path / "events.jsonl"):
            with contextlib.suppress(ValueError):
                last = from_json(line)
                if isinstance(last, LastWord):
                    return interruption_after(last)
                return Interruption.NONE if folder.is_live else Interruption.CUT_OFF
    return Interruption.NONE
