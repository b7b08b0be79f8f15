"""Every step is in the recipe, is repeated to the last bit, on new data, and in what is taken away."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.data.new_values import as_numbers
from trainer_gui.engine.data.text_ids import ids_of
from trainer_gui.engine.export import export
from trainer_gui.engine.predict import match, open_model, open_model_file, open_rows, predict
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder, replay
from trainer_gui.engine.sources import open_data

_WORDS = ("quiet", "warm", "late", "sunny", "crowded", "small", "friendly", "cold", "bright", "noisy")


def rows_of(count: int, seed: int) -> pd.DataFrame:
    """A column of every kind, as people write them, and a price with a few far values."""
    draw = np.random.default_rng(seed)
    size = draw.normal(80, 25, count).clip(20)
    frame = pd.DataFrame(
        {
            "no": np.arange(count) + 1,
            "size": [f"{each:.1f} kg" for each in size],
            "fee": [f"${each:,.2f}" for each in draw.uniform(900, 4000, count)],
            "rooms": draw.integers(1, 6, count),
            "code": draw.choice([3, 7, 11], count),
            "garden": draw.choice(["yes", "no", "Yes", "NO"], count),
            "lift": draw.choice([0, 1], count),
            "town": draw.choice(["Ulm", "Bonn", "Köln"], count),
            "sold": [f"{1 + n % 12:02}/{1 + n % 12:02}/20{10 + n % 13}" for n in range(count)],
            "remark": [" ".join(draw.choice(_WORDS, 7)) + f" {n}" for n in range(count)],
            "same": ["m²"] * count,
            "price": np.round(np.exp(0.05 * size + draw.normal(0, 0.4, count)), 2),
        }
    )
    for name in ("size", "garden", "town", "sold", "remark"):
        frame[name] = frame[name].astype(object).where(draw.random(count) > 0.08, None)
    return pd.concat([frame, frame.iloc[:15]], ignore_index=True)


CHOICES = Choices(
    target="price",
    family="neural_network",
    size="tiny",
    leave_out=("lift",),
    kinds=(("code", ColumnKind.CATEGORY), ("sold", ColumnKind.DATE_DAY_FIRST)),
    split=(("repeats_together", True),),
    steps=(("target_scale", "logarithm"), ("leave_out_repeated", True), ("leave_out_extremes", True)),
    settings=(("epochs", 4), ("threads", 1)),
)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    path = tmp_path_factory.mktemp("steps")
    rows_of(300, 0).to_csv(path / "data.csv", index=False)
    dataset = open_data(path / "data.csv")
    folder, events = train(resolve(dataset, CHOICES), Control(), path=path / "run", dataset=dataset)
    assert list(events)[-1].type == "RunFinished"
    return folder


def curve(folder: RunFolder) -> list[tuple[object, ...]]:
    ended = [each for each in replay(folder) if each.type == "EpochEnded"]
    return [(e.epoch, e.train_loss, e.validation_loss, sorted(e.metrics.items())) for e in ended]


def test_that_the_recipe_alone_repeats_the_run_to_the_last_bit(learned, tmp_path):
    recipe = recipe_from_toml(learned.recipe.to_toml(), "recipe.toml")
    assert recipe == learned.recipe
    assert dict(recipe.kinds) == dict(CHOICES.kinds)
    again, events = train(recipe, Control(), path=tmp_path / "again")
    assert list(events)[-1].type == "RunFinished"
    assert len(curve(again)) == 4
    assert curve(again) == curve(learned)
    assert again.preparation == learned.preparation


def test_that_new_rows_are_prepared_alike_however_their_file_is_written(learned, tmp_path):
    fresh = rows_of(40, 1)
    fresh.to_csv(tmp_path / "plain.csv", index=False)
    other = fresh.assign(
        size=[None if each is None else each.replace(" kg", "").replace(".", ",") for each in fresh["size"]],
        garden=[None if each is None else each.lower()[0] for each in fresh["garden"]],
    )
    other["fee"] = [each.strip("$").replace(",", "").replace(".", ",") + " €" for each in fresh["fee"]]
    other = other[other.columns[::-1]]
    other.to_csv(tmp_path / "other.csv", index=False, sep=";", encoding="cp1252", decimal=",")
    model = open_model(learned)
    found = [open_rows(learned, tmp_path / name) for name in ("plain.csv", "other.csv")]
    said = [match(model, each) for each in found]
    assert [each.key for each in said[1].problems if each.severity != "note"] == []
    one, two = (predict(model, each).values for each in found)
    assert len(one) == 55
    assert np.isfinite(one).all()
    assert np.allclose(one, two, rtol=1e-6)


def test_that_an_exported_model_repeats_every_step(learned, tmp_path):
    import onnxruntime

    fresh = rows_of(40, 2)
    own = predict(open_model(learned), fresh).values
    copy = open_model_file(Path(export(learned, "safetensors", tmp_path / "model").path))
    assert np.allclose(predict(copy, fresh).values, own, rtol=1e-6)
    assert copy.steps == learned.recipe.steps
    session = onnxruntime.InferenceSession(str(export(learned, "onnx", tmp_path / "model").path))
    frame = match(open_model(learned), fresh).frame
    assert frame is not None
    feed = {}
    for each in session.get_inputs():
        name = each.name.removesuffix(" ids")
        values = frame[name]
        if each.name.endswith(" ids"):
            feed[each.name] = np.array([ids_of(text, each.shape[1]) for text in values], dtype=np.int64)
        elif values.dtype.kind == "M":
            feed[name] = values.to_numpy().astype("datetime64[s]").astype(np.int64)
        else:
            feed[name] = values.to_numpy(dtype=object if values.dtype.kind == "O" else np.float64)
    (found,) = session.run(None, feed)
    assert np.allclose(found, own, rtol=1e-4)


def test_that_what_numbers_wear_is_taken_off_new_ones_too():
    numbers, said = as_numbers("size", pd.Series(["12.5 kg", "7 kg", None, "heavy"]))
    assert numbers[:2].tolist() == [12.5, 7.0]
    assert np.isnan(numbers[2:]).all()
    assert "1 row" in said[0].message
