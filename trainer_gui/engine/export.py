"""Takes a trained model away: writes a file, opens it again elsewhere, compares, and only then keeps it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.data.prepare import TargetColumn
from trainer_gui.engine.disk import not_saved, write_atomically
from trainer_gui.engine.exporter import Exporter, Parcel, Samples
from trainer_gui.engine.exporters import EXPORTERS
from trainer_gui.engine.exporters.safetensors_file import answers_to
from trainer_gui.engine.model import Answers, TrainedModel
from trainer_gui.engine.predict import open_model
from trainer_gui.engine.problems import Problem, refuse
from trainer_gui.engine.reopening import answer_from
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.starting.opening import kept_line, line_as_json
from trainer_gui.engine.trial_rows import trial_rows

TOLERANCE = 1e-4  # of a probability, or of a number as `difference` measures it


@dataclass(frozen=True)
class Exported:
    """A file that was written, opened again in a fresh process, and found to say the same."""

    path: Path
    format: str
    largest_difference: float  # of any probability, or of a number as a share of its spread
    rows_compared: int
    seconds: float
    size: int  # bytes
    notes: tuple[Problem, ...] = ()
    beside: tuple[Path, ...] = ()  # small files that belong to it

    def to_json(self) -> str:
        """All of it as one line of JSON."""
        values = asdict(self) | {
            "path": str(self.path),
            "beside": [str(each) for each in self.beside],
            "notes": [each.model_dump(mode="json") for each in self.notes],
        }
        return json.dumps(values, ensure_ascii=False)


def export(
    folder: RunFolder,
    format: str,
    path: Path,
    dataset: Dataset | None = None,
    report: Report = say_nothing,
) -> Exported:
    """Writes the model of a run to `path` in the format of this name, verified before it is kept.

    `dataset` spares reading the run's data again. A missing ending is added. Raises UserError where the
    format is unknown or lacks a package, the model cannot be opened, the file cannot be written, or it does
    not say the same as the model; then nothing is left behind and an older file is kept.
    """
    begin = time.monotonic()
    exporter = EXPORTERS[format]
    exporter.must_be_ready()
    path = _with_ending(path, exporter)
    recipe = folder.recipe
    model = open_model(folder)
    if not exporter.takes(model):
        raise refuse(
            "export.family",
            "A model of the family {family} cannot be written as {format}.",
            "Choose another format.",
            field="format",
            family=listed(list(dict.fromkeys(each.family.label for each in model.members))),
            format=exporter.label,
        )
    report("Reading rows to compare with", None)
    samples, notes = trial_rows(recipe, model.preparation, dataset, report)
    parcel = Parcel(model, recipe.to_toml(), _version(), line_as_json(kept_line(folder)))
    temporary = path.with_name(f".{path.stem[:80]}.{os.getpid()}-{time.monotonic_ns()}{exporter.ending}")
    try:
        temporary.touch()  # so that a place that cannot be written to is noticed before the work
        exporter.write(parcel, temporary, report)
        report("Opening it again in a fresh process", None)
        difference = _compare(exporter, temporary, model, samples, report)
        beside = []
        for ending, content in exporter.companions(parcel).items():
            beside.append(path.with_name(path.stem + ending))
            write_atomically(beside[-1], content)
        size = _settle(temporary, path)
    except OSError as error:
        raise not_saved(error, path) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    seconds = time.monotonic() - begin
    return Exported(path, exporter.name, difference, len(samples), seconds, size, notes, tuple(beside))


def _with_ending(path: Path, exporter: Exporter) -> Path:
    if path.is_dir():
        raise refuse(
            "export.is_folder",
            "{path} is a folder, and the model needs a file.",
            "Add a name, such as model{ending}.",
            field="out",
            path=str(path),
            ending=exporter.ending,
        )
    return path if path.suffix.lower() == exporter.ending else path.with_name(path.name + exporter.ending)


def _version() -> str:
    try:
        return version("trainer-gui")
    except PackageNotFoundError:  # run from its source, without being installed
        return "unknown"


def _settle(temporary: Path, path: Path) -> int:
    """Forces the file to disk and gives it its name; returns its size in bytes."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    size = temporary.stat().st_size
    temporary.replace(path)
    return size


def _compare(exporter: Exporter, path: Path, model: TrainedModel, samples: Samples, report: Report) -> float:
    """The largest difference between the file's answers and the model's; raises UserError above tolerance."""
    own = answers_to(model, samples)
    found = answer_from(exporter.name, path, samples, _reminder(report))
    first = len(found.singly.values)
    head = Answers(
        own.values[:first],
        own.classes,
        None if own.probabilities is None else own.probabilities[:first],
    )
    target = model.preparation.target
    largest = max(difference(own, found.together, target), difference(head, found.singly, target))
    if not largest <= TOLERANCE:
        raise refuse(
            "export.differs",
            "The written model does not say the same as the one here: its answers differ by up to "
            "{largest}, and {tolerance} is allowed.",
            "Nothing was left behind. Please report this, with the family and size of the model.",
            field="format",
            largest=f"{largest:.2g}",
            tolerance=f"{TOLERANCE:g}",
        )
    return largest


def _reminder(report: Report) -> Callable[[], None]:
    return lambda: report("Comparing the answers", None)


def difference(ours: Answers, theirs: Answers, target: TargetColumn) -> float:
    """The largest difference between two answers to the same rows.

    Of probabilities as they are; of numbers as a share of their distance from the target's mean, or of its
    standard deviation where that is larger. It is infinite where a number is missing, or a class differs
    although no other was as likely.
    """
    if ours.classes != theirs.classes or len(ours.values) != len(theirs.values):
        return float("inf")
    if ours.probabilities is None or theirs.probabilities is None:
        scale = np.maximum(np.abs(ours.values - target.mean), target.deviation)
        gaps = np.abs(ours.values - theirs.values) / scale
    else:
        gaps = np.abs(ours.probabilities - theirs.probabilities)
        two = np.sort(ours.probabilities, axis=1)[:, -2:]
        sure = two[:, 1] - two[:, 0] > 2 * TOLERANCE
        if (sure & (ours.values != theirs.values)).any():
            return float("inf")
    return float(gaps.max()) if np.isfinite(gaps).all() else float("inf")
