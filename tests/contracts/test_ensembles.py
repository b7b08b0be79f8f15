"""Every family, as an ensemble of two tiny runs: it answers, and says the same from every kind of file."""

from pathlib import Path

import numpy as np
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import DataKind, Dataset, Pictures, Table
from trainer_gui.engine.ensemble import make_ensemble
from trainer_gui.engine.export import difference
from trainer_gui.engine.exporter import Parcel
from trainer_gui.engine.exporters import EXPORTERS
from trainer_gui.engine.exporters.safetensors_file import answers_to
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.predict import open_model, predict
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.trial_rows import trial_rows


def _data(place: Path, takes: frozenset[DataKind]) -> Dataset:
    """Thirty rows with a gap in each column, with a text where the family reads texts; or thirty pictures."""
    draw = np.random.default_rng(3)
    kinds = [("x", "y", "z")[row % 3] for row in range(36)]
    if DataKind.TABLE in takes or DataKind.TEXTS in takes:
        lines = ["length;place;remark;sort"] if DataKind.TABLE in takes else ["remark;sort"]
        for row, kind in enumerate(kinds):
            words = " ".join(f"w{each}" for each in draw.integers(0, 9, 4 + row % 5))
            remark = "" if row == 5 else f"{kind * 3} thing n{row} {words}"
            length = "" if row == 7 else f"{row % 3 + draw.normal():.3f}"
            cells = [length, "" if row == 9 else "wood" if row % 2 else "field"]
            lines.append(";".join([*(cells if DataKind.TABLE in takes else ()), remark, kind]))
        (place / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return open_data(place / "rows.csv")
    from PIL import Image

    for number, kind in enumerate(kinds):
        (place / "pictures" / kind).mkdir(parents=True, exist_ok=True)
        size = (12, 12, 3) if number % 2 else (9, 20, 3)
        pixels = draw.integers(0, 200, size) + 20 * (number % 3)
        Image.fromarray(pixels.astype(np.uint8)).save(place / "pictures" / kind / f"{number:02}.png")
    return open_data(place / "pictures")


@pytest.fixture(scope="module", params=FAMILIES.names())
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RunFolder, list[RunFolder], Dataset]:
    """An ensemble of one family, its two members, and their data."""
    family = FAMILIES[request.param]
    place = tmp_path_factory.mktemp(family.name)
    dataset = _data(place, family.takes)
    members = []
    for seed in (1, 2):
        settings = (("epochs", 2), ("seed", seed))
        choices = Choices(family=family.name, size="tiny", settings=settings)
        folder, events = train(
            resolve(dataset, choices), Control(), path=place / f"run{seed}", dataset=dataset
        )
        assert list(events)[-1].type == "RunFinished"
        members.append(folder)
    return make_ensemble(members, place / "both", dataset=dataset), members, dataset


def test_that_an_ensemble_says_the_mean_of_what_its_members_say(
    made: tuple[RunFolder, list[RunFolder], Dataset],
) -> None:
    ensemble, members, dataset = made
    assert isinstance(dataset, Table | Pictures)
    each = [predict(open_model(run), dataset).probabilities for run in members]
    found = predict(open_model(ensemble), dataset).probabilities
    assert found is not None
    assert np.abs(found - np.mean(each, axis=0)).max() < 1e-12
    assert progress_of(ensemble).state is State.FINISHED
    assert progress_of(ensemble).metric_at_best is not None


@pytest.mark.parametrize("name", EXPORTERS.names())
def test_that_a_file_of_an_ensemble_says_the_same(
    name: str, made: tuple[RunFolder, list[RunFolder], Dataset], tmp_path: Path
) -> None:
    ensemble, _, dataset = made
    model, exporter, recipe = open_model(ensemble), EXPORTERS[name], ensemble.recipe
    assert exporter.takes(model)
    rows, notes = trial_rows(recipe, model.preparation, dataset, lambda *_: None)
    assert notes == ()
    path = tmp_path / f"model{exporter.ending}"
    exporter.write(Parcel(model, recipe.to_toml(), "1"), path, lambda *_: None)
    answers_of = exporter.load(path, FAMILIES.__getitem__)
    assert difference(answers_to(model, rows), answers_of(rows), model.preparation.target) <= 1e-5
