"""`selfcheck`: whether everything works on this computer, tried out rather than assumed."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, Literal

from trainer_gui.cli.arguments import Parser, add_json
from trainer_gui.cli.figures import counted, metric, size
from trainer_gui.cli.following import DONE, FAILED
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.requirements import requirements
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.caches import caches_size, free_caches
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.disk import in_words, write_atomically
from trainer_gui.engine.events import EpochEnded
from trainer_gui.engine.exporter import Exporter
from trainer_gui.engine.home import home
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data

USAGE = "[--free-caches] [--json]"
_SAMPLE = "sample:iris"
_LEAST_FREE = 500_000_000  # bytes on the disk of the runs
Mark = Literal["ok", "not ok", "absent"]
_COLOURS = {"ok": "good", "not ok": "bad", "absent": ""}


@dataclass(frozen=True)
class _Finding:
    """What came of one check. What is `absent` is an extra that may be left out."""

    mark: Mark
    what: str
    detail: str = ""


def add_arguments(parser: Parser) -> None:
    """The arguments of `selfcheck`."""
    parser.add_argument(
        "--free-caches",
        action="store_true",
        help="only empty the caches of decoded pictures and unpacked files, and say how much that frees",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Makes every check and says what came of it; fails where anything is not ok."""
    terminal = person_reads(options.json)
    if options.free_caches:
        return _free_caches(terminal, as_json=options.json)
    bad = 0
    for each in _findings(terminal):
        bad += each.mark == "not ok"
        text = f"{each.mark:<8}{each.what}" + (f": {each.detail}" if each.detail else "")
        terminal.say(text, _COLOURS[each.mark])
        if options.json:
            print_values({"type": "Checked", "mark": each.mark, "what": each.what, "detail": each.detail})
    terminal.say()
    terminal.say("Everything works." if not bad else f"{counted(bad, 'check')} failed; see “not ok” above.")
    return FAILED if bad else DONE


def _free_caches(terminal: Terminal, *, as_json: bool) -> int:
    freed = free_caches()
    terminal.say(f"The caches were emptied: {size(freed)} are free again.")
    if as_json:
        print_values({"type": "CachesEmptied", "bytes": freed})
    return DONE


def _findings(terminal: Terminal) -> Iterator[_Finding]:
    yield _Finding("ok", "Python", f"{sys.version.split()[0]} in {sys.prefix}")
    yield from _packages()
    yield _tried("Place for runs", _place)
    yield _tried("Caches", lambda: f"{size(caches_size())}; --free-caches empties them")
    yield from _devices()
    with tempfile.TemporaryDirectory(prefix="trainer-selfcheck-", ignore_cleanup_errors=True) as name:
        yield from _from_data_to_file(Path(name), terminal)


def _packages() -> Iterator[_Finding]:
    try:
        found = requirements("trainer-gui")
    except PackageNotFoundError:
        yield _Finding(
            "not ok",
            "trainer-gui",
            "it runs from its source and is not installed, so its packages are not known",
        )
        return
    for each in found:
        if each.is_met:
            yield _Finding("ok", each.name, each.installed)
        elif each.extra and not each.installed:
            yield _Finding("absent", each.name, f"comes with the extra “{each.extra}”, which may be left out")
        else:
            there = f"{each.installed} is installed" if each.installed else "it is not installed"
            yield _Finding("not ok", each.name, f"{each.bounds.strip()} is needed, and {there}")


def _tried(what: str, check: Callable[[], str]) -> _Finding:
    """The finding of a check that gives its detail or raises."""
    try:
        return _Finding("ok", what, check())
    except UserError as error:
        return _Finding("not ok", what, str(error.problem))
    except OSError as error:
        return _Finding("not ok", what, str(in_words(error, None)))
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what this word is asked to find
        return _Finding("not ok", what, f"{type(error).__name__}: {error}")


def _place() -> str:
    place = home()
    place.mkdir(parents=True, exist_ok=True)
    trial = place / "selfcheck.txt"
    write_atomically(trial, "This file may be deleted.")
    trial.unlink()
    free = shutil.disk_usage(place).free
    if free < _LEAST_FREE:
        raise OSError(f"only {size(free)} are free in {place}")
    return f"{place}, {size(free)} free"


def _devices() -> Iterator[_Finding]:
    try:
        from trainer_gui.engine.training.device import devices

        found = devices()
    except Exception as error:  # noqa: BLE001 - torch may fail to load in many ways
        yield _Finding("not ok", "Devices", f"{type(error).__name__}: {error}")
        return
    for each in found:
        if each.processes > 1:
            yield _Finding("ok", f"Device {each.name}", str(each))
            continue
        yield _tried(f"Device {each.name}", lambda each=each: _multiplied(each.name, each.label, each.detail))  # type: ignore[misc]


def _multiplied(name: str, label: str, detail: str) -> str:
    import torch

    numbers = torch.arange(16.0, device=name).reshape(4, 4)
    total = float((numbers @ numbers.T).sum())
    if total != 3680.0:
        raise ArithmeticError(f"{label} calculates wrongly: {total} instead of 3680")
    return f"{label}, {detail}{_load(name)}"


def _load(name: str) -> str:
    """How full and how busy a GPU is, in words; nothing for the CPU."""
    from trainer_gui.engine.training.gauge import loads, together

    load = together(loads(name))
    if load is None:
        return ""
    busy = load.why_not if load.busy is None else f"{100 * load.busy:.0f} % busy"
    return f", {size(load.used_bytes)} in use; {busy}"


def _from_data_to_file(place: Path, terminal: Terminal) -> Iterator[_Finding]:
    """Trains a small model twice, lets it answer, and exports it in every format."""
    kept: dict[str, Any] = {}

    def opened() -> str:
        kept["data"] = open_data(_SAMPLE)
        return f"{kept['data'].name}, {counted(kept['data'].rows, 'row')}"

    def trained() -> str:
        kept["run"], kept["curve"], words = _train(kept["data"], place / "one")
        return words

    def repeated() -> str:
        _, curve, _ = _train(kept["data"], place / "two")
        if curve != kept["curve"]:
            raise ArithmeticError("the second training gave another curve, although nothing was changed")
        return "a second training gave the same curve to the last bit"

    steps = (("Sample data", opened), ("Training", trained), ("Repeating", repeated))
    for what, step in (*steps, ("Predicting", lambda: _predict(kept["run"], kept["data"]))):
        terminal.show(f"{what} …")
        found = _tried(what, step)
        yield found
        if found.mark != "ok":
            return
    from trainer_gui.engine.exporters import EXPORTERS

    for exporter in EXPORTERS:
        terminal.show(f"Exporting to {exporter.label} …", at_once=True)
        yield _export(exporter, kept["run"], kept["data"], place)


def _train(dataset: Dataset, path: Path) -> tuple[RunFolder, list[tuple[float, float]], str]:
    choices = Choices(size="tiny", settings=(("epochs", 8),), device="cpu")
    folder, events = train(resolve(dataset, choices), Control(), path=path, dataset=dataset)
    progress, curve = Progress(), []
    for event in events:
        progress.add(event)
        if isinstance(event, EpochEnded):
            curve.append((event.train_loss, event.validation_loss))
    if progress.state is not State.FINISHED or progress.started is None:
        raise RuntimeError(str(progress.problem) if progress.problem else "it did not finish")
    info = progress.started.metric
    return (
        folder,
        curve,
        f"{counted(len(curve), 'epoch')}, {info.label} {metric(info, progress.metric_at_best)}",
    )


def _predict(folder: RunFolder, dataset: Dataset) -> str:
    from trainer_gui.engine.predict import open_model, predict

    found = predict(open_model(folder), dataset)
    if len(found.values) != dataset.rows:
        raise ArithmeticError(f"{len(found.values)} answers for {dataset.rows} rows")
    return counted(len(found.values), "answer")


def _export(exporter: Exporter, folder: RunFolder, dataset: Dataset, place: Path) -> _Finding:
    from trainer_gui.engine.export import export

    what = f"Export to {exporter.label}"
    absent = exporter.missing()
    if absent:
        return _Finding("absent", what, f"needs {', '.join(absent)}, from the extra “{exporter.extra}”")

    def written() -> str:
        done = export(folder, exporter.name, place / f"model{exporter.ending}", dataset)
        return f"largest difference {done.largest_difference:.1g} over {counted(done.rows_compared, 'row')}"

    return _tried(what, written)
