"""Every format, with every family and task that it takes: written, opened elsewhere, and the same answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import DataKind, Dataset, Pictures, Table, Task
from trainer_gui.engine.export import Exported, difference, export
from trainer_gui.engine.exporter import Exporter, Samples
from trainer_gui.engine.exporters import EXPORTERS
from trainer_gui.engine.exporters.safetensors_file import answers_to
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.family import Family
from trainer_gui.engine.predict import match, open_model, predict
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.trial_rows import trial_rows

_ROWS = 90


def _write_table(path: Path) -> Path:
    """Numbers, categories, dates and texts with and without gaps, a class and an amount."""
    draw = np.random.default_rng(4)
    lines = ["größe in cm;prediction;a b;day;remark;sort;amount"]
    for row in range(_ROWS):
        kind = row % 3
        far = f"{1_000_000 + kind + draw.normal(0, 0.3):.6f}"
        tiny = "" if row % 7 == 0 else f"{draw.normal(kind, 1) * 1e-6:.12f}"
        place = "" if row % 11 == 0 else ["wood", "field", "日本"][draw.integers(3)]
        moment = datetime(1965, 3, 1) + timedelta(hours=7001 * row)
        day = "" if row % 13 == 0 else f"{moment:%d.%m.%Y %H:%M}"
        words = [
            ["some", "Straße", "ﬁne", "words"][each] for each in draw.integers(0, 4, draw.integers(3, 9))
        ]
        remark = "" if row % 17 == 0 else " ".join([f"n{row}", *words, ["small", "large", "日本語"][kind]])
        amount = f"{5e6 + 3 * kind + draw.normal(0, 0.2):.5f}"
        lines.append(f"{far};{tiny};{place};{day};{remark};{['x', 'y', 'z'][kind]};{amount}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _write_texts(path: Path) -> Path:
    """A text, and a class and an amount that follow from it."""
    draw = np.random.default_rng(6)
    lines = ["remark;sort;amount"]
    for row in range(_ROWS):
        kind = row % 3
        words = " ".join(f"w{each}" for each in draw.integers(0, 20, draw.integers(1, 30)))
        said = "" if row % 17 == 0 else f"{['some good', 'any bad', 'only plain'][kind]} thing n{row} {words}"
        lines.append(f"{said};{['x', 'y', 'z'][kind]};{3 * kind + draw.normal(0, 0.2):.5f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _write_pictures(root: Path) -> Path:
    """Colour pictures of several sizes, wide and tall, larger and smaller than the network takes them."""
    from PIL import Image

    draw = np.random.default_rng(5)
    for number in range(40):
        label = ("dark", "light")[number % 2]
        height, width = [(16, 16), (40, 12), (9, 30), (33, 21)][number % 4]
        pixels = draw.integers(0, 120, (height, width, 3)) + 100 * (number % 2)
        (root / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.astype(np.uint8)).save(root / label / f"{number:02}.png")
    return root


def _combinations() -> Iterator[tuple[str, Task]]:
    for family in FAMILIES:
        for task in Task:
            if any(family.fits(kind, task) for kind in DataKind) and not (
                family.takes == {DataKind.PICTURES} and task is Task.REGRESSION
            ):  # no source gives pictures with a number
                yield family.name, task


@pytest.fixture(scope="module", params=list(_combinations()), ids=lambda each: f"{each[0]}-{each[1].value}")
def trained(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RunFolder, Dataset]:
    """A short run of one family on one task, and its data."""
    name, task = request.param
    place = tmp_path_factory.mktemp(f"{name}-{task.value}")
    family: Family = FAMILIES[name]
    if DataKind.TABLE in family.takes:
        dataset = open_data(_write_table(place / "rows.csv"))
        target, other = ("sort", "amount") if task is Task.CLASSIFICATION else ("amount", "sort")
    elif DataKind.TEXTS in family.takes:
        dataset = open_data(_write_texts(place / "texts.csv"))
        target, other = ("sort", "amount") if task is Task.CLASSIFICATION else ("amount", "sort")
    else:
        dataset = open_data(_write_pictures(place / "pictures"))
        target, other = dataset.target, ""
    choices = Choices(
        target=target,
        task=task,
        leave_out=(other,) if other else (),
        family=name,
        size="tiny",
        settings=(("epochs", 2), ("seed", 1)),
    )
    folder, events = train(resolve(dataset, choices), Control(), path=place / "run", dataset=dataset)
    assert list(events)[-1].type == "RunFinished"
    return folder, dataset


@pytest.fixture(scope="module", params=EXPORTERS.names())
def exporter(request: pytest.FixtureRequest) -> Exporter:
    """One format after the other."""
    return EXPORTERS[request.param]


@pytest.fixture(scope="module")
def stages() -> list[str]:
    """What was said while the last file was written."""
    return []


@pytest.fixture(scope="module")
def exported(
    exporter: Exporter,
    trained: tuple[RunFolder, Dataset],
    stages: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Exported:
    """The run written in the format."""
    folder, dataset = trained
    stages.clear()
    place = tmp_path_factory.mktemp("out")
    return export(folder, exporter.name, place / "model", dataset, lambda stage, share: stages.append(stage))


def test_that_a_format_says_what_it_is(exporter: Exporter) -> None:
    assert exporter.label
    assert exporter.summary.endswith(".")
    assert exporter.ending.startswith(".")
    assert exporter.ending == exporter.ending.lower()
    assert not exporter.needs or not exporter.missing()


def test_that_what_is_written_says_the_same_in_a_fresh_process(
    exporter: Exporter, exported: Exported, stages: list[str]
) -> None:
    assert exported.largest_difference <= 1e-5
    assert exported.rows_compared >= 4
    assert exported.notes == ()
    assert exported.path.name == f"model{exporter.ending}"
    assert exported.size == exported.path.stat().st_size > 0
    assert set(exported.path.parent.iterdir()) == {exported.path, *exported.beside}
    assert len(set(stages)) > 1


def test_that_the_file_alone_answers_for_any_number_of_rows(
    exporter: Exporter, exported: Exported, trained: tuple[RunFolder, Dataset]
) -> None:
    model = open_model(trained[0])
    rows = _rows(*trained)
    answers_of = exporter.load(exported.path, FAMILIES.__getitem__)
    target = model.preparation.target
    for count in (1, 2, 13, len(rows)):
        some = rows.take(np.arange(count) % len(rows))
        assert difference(answers_to(model, some), answers_of(some), target) <= 1e-5


def test_that_the_rows_that_are_compared_hold_gaps_and_values_never_seen(
    trained: tuple[RunFolder, Dataset],
) -> None:
    folder, dataset = trained
    if isinstance(dataset, Pictures):
        assert len({each.shape for each in _rows(folder, dataset).pictures}) > 1
        return
    samples, notes = trial_rows(folder.recipe, open_model(folder).preparation, dataset, lambda *_: None)
    assert notes == ()
    assert "" in set(samples.columns["remark"])
    if "prediction" not in samples.columns:
        return
    assert all(np.isnan(samples.columns[name]).any() for name in ("größe in cm", "prediction"))
    assert np.isinf(samples.columns["prediction"]).any()
    assert np.isnat(samples.columns["day"]).any()
    places = set(samples.columns["a b"])
    assert "" in places
    assert places - {"", "wood", "field", "日本"}


def _rows(folder: RunFolder, dataset: Dataset) -> Samples:
    """Every row of the data as it is given to an exported model."""
    model = open_model(folder)
    if isinstance(dataset, Pictures):
        pictures = [np.asarray(dataset.open_picture(row)) for row in range(dataset.rows)]
        return Samples(pictures=tuple(pictures))
    assert isinstance(dataset, Table)
    matched = match(model, dataset)
    assert matched.frame is not None
    rows = Samples({name: matched.frame[name].to_numpy() for name in model.preparation.columns})
    own = predict(model, dataset)
    target = model.preparation.target
    assert difference(own, answers_to(model, rows), target) <= 1e-12
    return rows
