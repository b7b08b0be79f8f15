"""Small datasets that come with scikit-learn, so that a first model is one click away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.contents import fingerprint
from trainer_gui.engine.data.dataset import DataReference, Dataset, Pictures
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.data.pixel_pictures import make_pixel_pictures
from trainer_gui.engine.problems import problem, refuse
from trainer_gui.engine.source import Report, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PREFIX = "sample:"


@dataclass(frozen=True)
class _Sample:
    """A table among the samples, with names that a person can read."""

    how: str
    target: str
    classes: tuple[str, ...] = ()  # in the order of their numbers; empty for a number
    columns: tuple[str, ...] = ()  # empty: as scikit-learn calls them


_TABLES = {
    "iris": _Sample(
        "150 flowers of three species of iris, measured by hand",
        "species",
        ("setosa", "versicolor", "virginica"),
    ),
    "wine": _Sample(
        "178 wines of three cultivars, analysed chemically",
        "cultivar",
        ("cultivar 1", "cultivar 2", "cultivar 3"),
        (
            *("alcohol", "malic acid", "ash", "alkalinity of ash", "magnesium", "total phenols"),
            *("flavonoids", "other phenols", "proanthocyanins", "colour intensity", "hue"),
            *("OD280/OD315 of diluted wine", "proline"),
        ),
    ),
    "breast_cancer": _Sample(
        "569 tumours, described by the nuclei of their cells",
        "diagnosis",
        ("malignant", "benign"),
    ),
    "diabetes": _Sample(
        "442 patients, and how far their diabetes progressed in a year",
        "disease progression",
        (),
        (
            *("age", "sex", "body mass index", "blood pressure", "total cholesterol", "LDL cholesterol"),
            *("HDL cholesterol", "total / HDL cholesterol", "log triglycerides", "blood sugar"),
        ),
    ),
}
_LINNERUD = "linnerud"
_DIGITS = "digits"
# Two photographs come with scikit-learn as well; there is nothing to be learned from two pictures.


class Sample(Source):
    """The samples, by name; they need no network and no file."""

    name = "sample"
    label = "Sample"
    position = 10

    def takes(self, location: str) -> bool:
        return location.startswith(_PREFIX)

    def listed(self) -> tuple[str, ...]:
        return tuple(_PREFIX + name for name in (*_TABLES, _LINNERUD, _DIGITS))

    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        name = location.removeprefix(_PREFIX)
        report("Opening the sample", None)
        reference = DataReference(source=self.name, location=_PREFIX + name)
        if name == _DIGITS:
            return _digits(reference)
        if name == _LINNERUD:
            return _linnerud(reference, report)
        if name not in _TABLES:
            from trainer_gui.engine.sources import SOURCES

            known = [each.removeprefix(_PREFIX) for source in SOURCES for each in source.listed()]
            raise refuse(
                "sample.unknown",
                "There is no sample named “{name}”.",
                "The samples are: {names}.",
                field="data",
                name=name,
                names=", ".join(known),
            )
        return _table(reference, name, _TABLES[name], report)

    def write_examples(self, folder: Path) -> tuple[str, ...]:
        return self.listed()


def _table(reference: DataReference, name: str, sample: _Sample, report: Report) -> Dataset:
    import numpy as np
    import pandas as pd
    from sklearn import datasets

    # Real units where scikit-learn would give scaled ones: an age of 59, not of 0.038.
    details = {"scaled": False} if name == "diabetes" else {}
    load: Callable[..., Any] = getattr(datasets, f"load_{name}")
    bunch = load(**details)
    titles = sample.columns or tuple(bunch.feature_names)
    columns: dict[str, pd.Series[Any]] = {
        title: pd.Series(np.ascontiguousarray(bunch.data[:, place])) for place, title in enumerate(titles)
    }
    if sample.classes:
        columns[sample.target] = pd.Series(
            pd.Categorical.from_codes(bunch.target, categories=pd.Index(sample.classes))
        )
    else:
        columns[sample.target] = pd.Series(bunch.target)
    return make_table(
        reference,
        name.replace("_", " "),
        columns,
        fingerprint=fingerprint(_digest(bunch.data, bunch.target), {}),
        mending=Mending(),
        how=sample.how,
        report=report,
    )


def _linnerud(reference: DataReference, report: Report) -> Dataset:
    """Three exercises and three measures of the body, of which scikit-learn would have all predicted."""
    import numpy as np
    import pandas as pd
    from sklearn.datasets import load_linnerud

    bunch = load_linnerud()
    titles = ("chin-ups", "sit-ups", "jumps", "weight", "pulse", "waist")
    cells = np.column_stack([bunch.data, bunch.target[:, [0, 2, 1]]])
    return make_table(
        reference,
        _LINNERUD,
        {title: pd.Series(np.ascontiguousarray(cells[:, place])) for place, title in enumerate(titles)},
        fingerprint=fingerprint(_digest(cells), {}),
        mending=Mending(),
        notes=(
            problem(
                "sample.several_targets",
                "Weight, pulse and waist may each be predicted; the waist was chosen, and the other two are "
                "learned from.",
                "Choose another target under Data, or leave them out to predict from exercise alone.",
                field="waist",
                severity="note",
            ),
        ),
        how="20 men of middle age: three exercises and three measures of the body",
        report=report,
    )


def _digest(*arrays: NDArray[Any]) -> str:
    import numpy as np

    digest = hashlib.blake2b(digest_size=20)
    for array in arrays:
        # Little-endian float64, so that the fingerprint is the same on every machine.
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()


def _digits(reference: DataReference) -> Pictures:
    import numpy as np
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return make_pixel_pictures(
        reference,
        _DIGITS,
        np.round(bunch.images * (255 / 16)).astype(np.uint8),
        [str(each) for each in bunch.target],
        fingerprint=fingerprint(_digest(bunch.images, bunch.target), {}),
        how="1,797 handwritten digits, 8 × 8 pixels, grey",
        what="digit",
    )


SAMPLE = Sample()
