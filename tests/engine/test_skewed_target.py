"""A number with a few far values, learned by its logarithm: found, mended, judged in its unit, taken away."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.logarithm import logarithm_of
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.export import export
from trainer_gui.engine.predict import open_model, open_model_file, predict
from trainer_gui.engine.preflight import findings, fix_named
from trainer_gui.engine.recipe import Choices, changed, resolve
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.row_settings import TargetScale
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder, progress_of, replay
from trainer_gui.engine.sources import open_data


def prices(rows: int = 600) -> pd.DataFrame:
    """Prices that double with every step of size."""
    draw = np.random.default_rng(0)
    size, age = draw.normal(size=rows), draw.normal(size=rows)
    return pd.DataFrame(
        {"size": size, "age": age, "price": np.exp(5 + 1.6 * size - 0.5 * age + draw.normal(0, 0.3, rows))}
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """The same data learned as it is, and by the fix of the finding."""
    path = tmp_path_factory.mktemp("prices")
    prices().to_csv(path / "prices.csv", index=False)
    dataset = open_data(path / "prices.csv")
    plain = Choices(target="price", family="linear", settings=(("epochs", 60),))
    problems = findings(dataset, plain)
    assert "target.skewed" in [each.key for each in problems]
    fixed = changed(plain, fix_named("skewed_target.logarithm", problems).change)
    assert "target.skewed" not in [each.key for each in findings(dataset, fixed)]
    made = {}
    for name, choices in (("plain", plain), ("fixed", fixed)):
        folder, events = train(resolve(dataset, choices), Control(), path=path / name, dataset=dataset)
        assert list(events)[-1].type == "RunFinished"
        made[name] = folder
    return made


def figure(folder: RunFolder, name: str) -> float:
    return next(each for each in evaluate(folder).figures if each.name == name).value


def test_that_the_logarithm_makes_the_error_in_the_own_unit_smaller(runs):
    assert figure(runs["fixed"], "mae") < 0.6 * figure(runs["plain"], "mae")
    assert figure(runs["fixed"], "r2") > figure(runs["plain"], "r2")


def test_that_training_reports_the_same_errors_as_the_evaluation(runs):
    for folder in runs.values():
        curve = progress_of(folder).curve
        metrics = curve.metrics_at(curve.best_epoch)
        for name in ("mae", "rmse", "r2"):
            assert metrics[name] == pytest.approx(figure(folder, name), rel=1e-4)


def test_that_the_simplest_guess_is_the_mean_in_the_own_unit(runs):
    baselines = [next(e for e in replay(runs[name]) if e.type == "RunStarted") for name in runs]
    plain, fixed = (each.baseline_metrics for each in baselines)
    for name in ("r2", "rmse", "mae"):
        assert fixed[name] == pytest.approx(plain[name], rel=1e-4, abs=1e-4)


def test_that_the_scale_is_in_the_recipe_and_survives_its_file(runs):
    recipe = runs["fixed"].recipe
    assert recipe.steps.target_scale is TargetScale.LOGARITHM
    assert recipe_from_toml(recipe.to_toml(), "recipe.toml") == recipe


@pytest.mark.parametrize("format", ["onnx", "safetensors"])
def test_that_the_exported_model_answers_in_the_own_unit(runs, tmp_path, format):
    exported = export(runs["fixed"], format, tmp_path / "model")
    rows = prices(40).drop(columns="price") * 3  # far beyond what was seen
    own = predict(open_model(runs["fixed"]), rows).values
    if format == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(exported.path))
        (found,) = session.run(None, {name: rows[name].to_numpy() for name in rows})
    else:
        found = predict(open_model_file(Path(exported.path)), rows).values
    assert np.isfinite(own).all()
    assert np.allclose(found, own, rtol=1e-4)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=60))
def test_that_every_number_comes_back_from_the_logarithm(numbers):
    values = np.array(numbers)
    scale = logarithm_of(values)
    back = scale.in_unit(scale.scaled(values))
    assert np.isfinite(back).all()
    assert np.abs(back - values).max() <= 1e-6 * max(1.0, np.abs(values).max())
    order = np.argsort(values)
    assert (np.diff(scale.scaled(values)[order]) >= 0).all()
