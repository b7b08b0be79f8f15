"""What a file format must offer so that a trained model can be taken away in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.extras import absent, must_be_installed
from trainer_gui.engine.family import Family, NetworkFamily
from trainer_gui.engine.model import Answers, TrainedModel
from trainer_gui.engine.source import Report

FamilyOf = Callable[[str], Family]  # the family of a name; raises UserError where there is none


@dataclass(frozen=True)
class Parcel:
    """All that goes into an exported file: the model, and where it came from."""

    model: TrainedModel
    recipe: str  # TOML
    version: str  # of Trainer
    lineage: str = "[]"  # JSON: the models from which it comes, the first one first; empty from scratch


@dataclass(frozen=True)
class Samples:
    """Raw rows as they are given to an exported model.

    `columns` holds float64 [rows] with NaN, texts [rows] with "" or datetime64[s] [rows] with NaT for gaps;
    `pictures` holds uint8 [height, width, channels] each, where the model looks at pictures.
    """

    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    pictures: tuple[NDArray[np.uint8], ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else len(self.pictures)

    def take(self, rows: NDArray[np.int64]) -> Samples:
        """These rows alone."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        return Samples(columns, tuple(self.pictures[row] for row in rows) if self.pictures else ())


Answerer = Callable[[Samples], Answers]


class Exporter(ABC):
    """One file format. The instance in the exporter's module is found by the registry.

    Whatever `write` writes, `load` can answer with in another process, from the file alone; the export is
    only called one once the two agree.
    """

    name: str  # "onnx"
    label: str  # "ONNX"
    summary: str  # what it is good for, in one sentence
    ending: str  # of file names, lower case with the dot
    position: int = 100  # order in which formats are offered
    extra: str = ""  # the extra of the project that brings what it needs
    needs: tuple[str, ...] = ()  # packages that must be there

    def missing(self) -> tuple[str, ...]:
        """The packages that it needs and that are not installed."""
        return absent(self.needs)

    def must_be_ready(self) -> None:
        """Raises UserError with the command to type where a package is missing."""
        purpose = f"Exporting to {self.label}"
        must_be_installed("export.extra_missing", purpose, self.needs, self.extra, field="format")

    def takes(self, model: TrainedModel) -> bool:
        """Whether this model can be written in this format; usually every network can."""
        return all(isinstance(each.family, NetworkFamily) for each in model.members)

    @abstractmethod
    def write(self, parcel: Parcel, path: Path, report: Report) -> None:
        """Writes the file. `report` may raise to cancel. Raises OSError where it cannot be written."""

    def companions(self, parcel: Parcel) -> dict[str, bytes]:
        """Further small files that belong beside the model, by what is added to its name."""
        return {}

    @abstractmethod
    def load(self, path: Path, family_of: FamilyOf) -> Answerer:
        """The model in a file that `write` wrote. Raises UserError where it is damaged."""
