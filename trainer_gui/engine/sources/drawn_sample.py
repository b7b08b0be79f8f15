"""Samples that are drawn by chance from a known rule, so that it can be seen whether a model finds it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import fingerprint
from trainer_gui.engine.data.dataset import DataReference, Dataset
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.source import Report, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PREFIX = "sample:"
_SEED = 7  # the same points for everyone
_DECIMALS = 6  # so that the last bit of a sine does not make another dataset on another machine


@dataclass(frozen=True)
class _Drawn:
    """A sample, and what it teaches."""

    how: str
    columns: tuple[str, ...]
    target: str
    draw: Callable[[Any], tuple[NDArray[np.float64], NDArray[Any]]]  # given sklearn.datasets
    classes: tuple[str, ...] = ()  # in the order of their numbers; empty for a number


_PLANE = ("across", "up")
_SAMPLES = {
    "moons": _Drawn(
        "400 points of two half-moons that hold each other; no straight line divides them",
        _PLANE,
        "moon",
        lambda make: make.make_moons(400, noise=0.2, random_state=_SEED),
        ("upper", "lower"),
    ),
    "circles": _Drawn(
        "400 points of a ring around another one; what counts is how far from the middle they lie",
        _PLANE,
        "ring",
        lambda make: make.make_circles(400, noise=0.09, factor=0.5, random_state=_SEED),
        ("outer", "inner"),
    ),
    "blobs": _Drawn(
        "400 points of four clouds that overlap a little; straight lines are enough",
        _PLANE,
        "cloud",
        lambda make: make.make_blobs(400, centers=4, cluster_std=1.3, random_state=_SEED),
        ("A", "B", "C", "D"),
    ),
    "swiss_roll": _Drawn(
        "600 points of a rolled-up sheet; where on the sheet a point lies is to be found",
        ("width", "depth", "height"),
        "place on the sheet",
        lambda make: make.make_swiss_roll(600, noise=0.3, random_state=_SEED),
    ),
    "friedman": _Drawn(
        "600 rows of ten numbers, of which five decide the answer, in curves and together",
        tuple(f"number {place}" for place in range(1, 11)),
        "answer",
        lambda make: make.make_friedman1(600, noise=1.0, random_state=_SEED),
    ),
}


class DrawnSample(Source):
    """The samples that are drawn, by name; everyone gets the same points."""

    name = "drawn_sample"
    label = "Drawn to show an idea"
    position = 9  # asked before the source that takes every sample

    def takes(self, location: str) -> bool:
        return location in self.listed()

    def listed(self) -> tuple[str, ...]:
        return tuple(_PREFIX + name for name in _SAMPLES)

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        import numpy as np
        import pandas as pd

        report("Drawing the sample", None)
        name = location.removeprefix(_PREFIX)
        if name not in _SAMPLES:
            raise refuse(
                "sample.unknown",
                "There is no sample named “{name}”.",
                "The samples are: {names}.",
                field="data",
                name=name,
                names=", ".join(_SAMPLES),
            )
        from sklearn import datasets

        sample = _SAMPLES[name]
        inputs, target = sample.draw(datasets)
        cells = np.round(np.column_stack([inputs, target]), _DECIMALS) + 0.0  # no -0.0
        columns: dict[str, pd.Series[Any]] = {
            title: pd.Series(np.ascontiguousarray(cells[:, place]))
            for place, title in enumerate(sample.columns)
        }
        columns[sample.target] = (
            pd.Series(pd.Categorical.from_codes(target.astype(int), categories=pd.Index(sample.classes)))
            if sample.classes
            else pd.Series(np.ascontiguousarray(cells[:, -1]))
        )
        digest = hashlib.blake2b(np.ascontiguousarray(cells, dtype="<f8").tobytes(), digest_size=20)
        return make_table(
            DataReference(source=self.name, location=_PREFIX + name),
            name.replace("_", " "),
            columns,
            fingerprint=fingerprint(digest.hexdigest(), {}),
            mending=Mending(),
            how=sample.how,
            report=report,
        )

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        return self.listed()


DRAWN_SAMPLE = DrawnSample()
