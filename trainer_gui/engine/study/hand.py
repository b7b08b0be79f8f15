"""Trains one run on a node of a cluster, and hands over what it says and what it leaves."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trainer_gui.engine.disk import write_atomically
from trainer_gui.engine.events import to_json
from trainer_gui.engine.live_mark import is_alive, mark_of
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import SOURCES
from trainer_gui.engine.study.parcel import mark_of_files, pack, root_of, unpack
from trainer_gui.engine.study.place import Order
from trainer_gui.engine.study.places.here import Process

_LOOK_EVERY = 0.05  # seconds
_LIVE = "live"  # the mark of the process that works in a folder
_TAIL = 20_000  # characters of what a worker said beside its events


@dataclass(frozen=True)
class Goods:
    """The files from which a run learns."""

    parts: tuple[Path, ...]
    mark: str  # of the files

    @property
    def root(self) -> Path:
        """The folder below which they lie."""
        return root_of(self.parts)


def goods_of(recipe: Recipe) -> Goods:
    """What has to be where a recipe is followed; no parts where the program makes the data itself."""
    parts: list[Path] = []
    for each in (recipe.data, recipe.test_data):
        if each is not None and _is_path(each.location):
            parts += SOURCES[each.source].files_of(each.location, each.options)
    if _is_path(recipe.start.location):
        parts.append(Path(recipe.start.location))
    return Goods(tuple(dict.fromkeys(parts)), mark_of_files(parts))


def _is_path(location: str) -> bool:
    return Path(location).is_absolute()


def moved(recipe: Recipe, before: Path, now: Path) -> Recipe:
    """The recipe for files that lie below another folder."""
    found: dict[str, Any] = {}
    for name, each in (("data", recipe.data), ("test_data", recipe.test_data), ("start", recipe.start)):
        if each is not None and _is_path(each.location):
            location = now / Path(each.location).relative_to(before)
            found[name] = each.model_copy(update={"location": str(location)})
    return recipe.model_copy(update=found)


def name_files_of(run: RunFolder, recipe: Recipe) -> None:
    """Lets the recipe of a run that was trained elsewhere name its files as they are known here."""
    update = {"data": recipe.data, "test_data": recipe.test_data, "start": recipe.start}
    run.save_recipe(run.recipe.model_copy(update=update))


class Hand:
    """One run on this machine. Every method may be called from a thread of its own."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._order: Order | None = None
        self._own: Path | None = None  # the folder in which it works where the disk is not shared

    def sees(self, beacon: Path, word: str, goods: Goods) -> tuple[bool, bool, bool]:
        """Whether it sees the disk on which the beacon lies, the data there, and the data from earlier."""
        try:
            disk = beacon.read_text(encoding="utf-8") == word
        except (OSError, ValueError):
            disk = False
        try:
            data = not goods.parts or mark_of_files(goods.parts) == goods.mark
        except OSError:
            data = False
        return disk, data, _place_for(goods).is_dir()

    def take_data(self, goods: Goods, pieces: Sequence[Any]) -> None:
        """Keeps the data for all runs of this machine. Raises OSError."""
        place = _place_for(goods)
        own = place.with_name(f"{place.name}.{uuid.uuid4().hex}")
        try:
            unpack(_fetched(pieces), own)
            own.rename(place)
        except OSError:  # another run has brought it in the meantime, or else it is an error
            if not place.is_dir():
                raise
        finally:
            shutil.rmtree(own, ignore_errors=True)

    def take_run(self, name: str, pieces: Sequence[Any]) -> None:
        """Takes over what there is of a run that goes on. Raises OSError."""
        unpack(_fetched(pieces), self._folder() / name)

    def begin(self, order: Order, recipe: str, goods: Goods | None, *, shared: bool) -> None:
        """Begins to train; `goods` are those that were brought, where they were. Raises OSError."""
        order = replace(order, keep_awake=False)
        if not shared:
            own = self._folder()
            order = replace(
                order, recipe=own / "order.toml", run=own / order.run.name, words=own / "words.log"
            )
        elif goods is not None:
            order = replace(order, recipe=order.recipe.with_suffix(".moved.toml"))
        if goods is not None:
            found = moved(recipe_from_toml(recipe, order.recipe.name), goods.root, _place_for(goods))
            recipe = found.to_toml()
            if order.resume:
                name_files_of(RunFolder(order.run), found)
        if goods is not None or not shared:
            write_atomically(order.recipe, recipe)
        self._order = order
        with _hearing():
            self._process = Process(order)

    def _folder(self) -> Path:
        if self._own is None:
            _clear_away()
            self._own = Path(tempfile.mkdtemp(dir=_kept("runs")))
            (self._own / _LIVE).write_text(mark_of(os.getpid()), encoding="utf-8")
        return self._own

    def listen(self, seconds: float) -> tuple[list[str], int | None]:
        """What it has said, one event each, and the exit code; waits so long for something to say."""
        assert self._process is not None
        until = time.monotonic() + seconds
        while True:
            said = [to_json(each) for each in self._process.news()]
            code = self._process.exit_code
            if said or code is not None or time.monotonic() > until:
                return said, code
            time.sleep(_LOOK_EVERY)

    def stop(self) -> None:
        """Asks it to end at the next batch and to keep the best."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """Ends it at once, and leaves nothing on this machine but the data."""
        if self._process is not None:
            self._process.kill()
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def words(self) -> str:
        """The end of what it said beside its events."""
        assert self._order is not None
        try:
            return self._order.words.read_text(encoding="utf-8", errors="replace")[-_TAIL:]
        except OSError:
            return ""

    def leave(self) -> list[Any]:
        """The folder of its run, as pieces that the cluster keeps; none where it has not got so far."""
        import ray

        assert self._order is not None
        run = self._order.run
        if not (run / "recipe.toml").exists():
            return []
        return [ray.put(each) for each in pack((run,), run)]


@contextlib.contextmanager
def _hearing() -> Iterator[None]:
    """Within, a process that is begun hears a wish to end: Ray's own do not, and would hand that on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _fetched(pieces: Sequence[Any]) -> Iterator[bytes]:
    """The pieces one after the other, so that they need not all be in the memory."""
    import ray

    for each in pieces:
        yield ray.get(each)


def _place_for(goods: Goods) -> Path:
    """Where data that was brought to this machine is kept, until its temporary files are cleared away."""
    return _kept("data") / (goods.mark or "none")


def _kept(what: str) -> Path:
    place = Path(tempfile.gettempdir()) / f"trainer-{what}-{getpass.getuser()}"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def _clear_away() -> None:
    """Removes what processes that were killed have left of the runs that they trained."""
    for each in _kept("runs").iterdir():
        with contextlib.suppress(OSError):
            if not is_alive((each / _LIVE).read_text(encoding="utf-8")):
                shutil.rmtree(each, ignore_errors=True)
