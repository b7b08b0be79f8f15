"""Small datasets made by hand, and a home of its own for every test."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Column, ColumnKind, DataReference, Table
from trainer_gui.engine.events import Event
from trainer_gui.engine.recipe import Choices, Recipe, resolve


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs go to a folder of the test."""
    home = tmp_path / "home"
    monkeypatch.setenv("TRAINER_GUI_HOME", str(home))
    return home


def table(frame: pd.DataFrame, target: str, fingerprint: str = "blake2b:test") -> Table:
    """A frame as a dataset, number columns being those of a number dtype."""
    columns = tuple(
        Column(
            name,
            ColumnKind.NUMBER if frame[name].dtype.kind in "fiu" else ColumnKind.CATEGORY,
            int(frame[name].isna().sum()),
            int(frame[name].nunique()),
        )
        for name in frame
    )
    reference = DataReference(source="sample", location="sample:handmade")
    return Table(reference, "handmade", len(frame), columns, target, fingerprint, frame=frame)


@pytest.fixture
def make_table() -> Callable[..., Table]:
    """Turns a frame into a dataset."""
    return table


@pytest.fixture
def flowers() -> Table:
    """120 rows, 3 classes, two numbers (one with gaps) and a category."""
    draw = np.random.default_rng(1)
    kind = np.repeat(np.arange(3), 40)
    length = kind * 2.0 + draw.normal(0, 0.6, 120)
    width = draw.normal(0, 1, 120)
    width[::7] = np.nan
    place = np.where(draw.random(120) < 0.8, np.array(["wood", "field", "shore"])[kind], "town")
    return table(
        pd.DataFrame(
            {"length": length, "width": width, "place": place, "kind": np.array(["a", "b", "c"])[kind]}
        ),
        "kind",
    )


@pytest.fixture
def slope() -> Table:
    """200 rows of a noisy line; the target is a number."""
    draw = np.random.default_rng(2)
    x = draw.normal(50, 10, 200)
    z = draw.normal(0, 1, 200)
    return table(pd.DataFrame({"x": x, "z": z, "y": 3 * x - 5 * z + draw.normal(0, 3, 200)}), "y")


@pytest.fixture
def control() -> Control:
    """A control that nobody has touched."""
    return Control()


@pytest.fixture
def quick() -> Callable[..., Recipe]:
    """A recipe of a few epochs; more settings can be given."""

    def make(
        dataset: Table, family: str = "neural_network", size: str = "tiny", **settings: object
    ) -> Recipe:
        changed = {"epochs": 6, "early_stopping": False, **settings}
        return resolve(dataset, Choices(family=family, size=size, settings=tuple(changed.items())))

    return make


@pytest.fixture
def curve_of() -> Callable[[list[Event]], list[tuple[float, float]]]:
    """The losses of every epoch, for comparing two runs to the last bit."""

    def read(events: list[Event]) -> list[tuple[float, float]]:
        return [(each.train_loss, each.validation_loss) for each in events if each.type == "EpochEnded"]

    return read
