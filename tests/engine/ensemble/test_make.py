"""Runs put together to one model: their mean, from a folder of its own, and only where they go together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import ColumnKind, Dataset, Pictures, Table
from trainer_gui.engine.ensemble import make_ensemble
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.export import export
from trainer_gui.engine.predict import open_model, predict
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.store import runs, runs_root

_EPOCHS = (("epochs", 3), ("early_stopping", False))


_PLAIN = Choices()


def _run(dataset: Dataset, choices: Choices = _PLAIN, seed: int = 0) -> RunFolder:
    settings = (*_EPOCHS, ("seed", seed), *choices.settings)
    recipe = resolve(dataset, replace(choices, settings=settings, size=choices.size or "tiny"))
    folder, events = train(recipe, Control(), dataset=dataset)
    assert list(events)[-1].type == "RunFinished"
    return folder


def _refused(found: list[RunFolder]) -> str:
    before = set(runs_root().rglob("*"))
    with pytest.raises(UserError) as error:
        make_ensemble(found)
    assert error.value.problem.message.endswith(".")
    assert "{" not in str(error.value)
    assert set(runs_root().rglob("*")) == before
    return error.value.problem.key


def test_that_the_probabilities_are_the_mean_of_those_of_other_sizes_families_and_columns(
    flowers: Table,
) -> None:
    members = [
        _run(flowers),
        _run(flowers, Choices(size="small"), seed=1),
        _run(flowers, Choices(family="linear", leave_out=("width",)), seed=2),
    ]
    own = [predict(open_model(each), flowers) for each in members]
    mean = np.mean([each.probabilities for each in own if each.probabilities is not None], axis=0)
    ensemble = make_ensemble(members, dataset=flowers)
    for each in members:
        shutil.rmtree(each.path)
    found = predict(open_model(ensemble), flowers)
    assert found.probabilities is not None
    assert np.abs(found.probabilities - mean).max() < 1e-12
    assert found.values.tolist() == np.array(found.classes)[mean.argmax(axis=1)].tolist()
    assert len({each.probabilities.tobytes() for each in own if each.probabilities is not None}) == 3
    assert [each.path for each in runs()] == [ensemble.path]
    assert not (runs_root() / ".making").exists()


def test_that_numbers_are_the_mean_in_the_unit_of_the_target(slope: Table) -> None:
    plain = _run(slope)
    curved = _run(slope, Choices(steps=(("target_scale", "logarithm"),)), seed=1)
    own = [predict(open_model(each), slope).values for each in (plain, curved)]
    found = predict(open_model(make_ensemble([plain, curved], dataset=slope)), slope)
    assert found.probabilities is None
    assert np.abs(found.values - (own[0] + own[1]) / 2).max() < 1e-9
    assert np.abs(own[0] - own[1]).max() > 1


def test_that_pictures_are_read_once_and_answered_by_all(tmp_path: Path) -> None:
    from PIL import Image

    draw = np.random.default_rng(5)
    for number in range(40):
        place = tmp_path / "pictures" / ("dark", "light")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = draw.integers(0, 120, (12, 12, 3)) + 100 * (number % 2)
        Image.fromarray(pixels.astype(np.uint8)).save(place / f"{number:02}.png")
    dataset = open_data(tmp_path / "pictures")
    assert isinstance(dataset, Pictures)
    members = [_run(dataset, seed=seed) for seed in (1, 2)]
    own = [predict(open_model(each), dataset).probabilities for each in members]
    ensemble = make_ensemble(members, tmp_path / "both", dataset=dataset)
    opened: list[int] = []

    def open_picture(row: int) -> Image.Image:
        opened.append(row)
        return dataset.open_picture(row)

    found = predict(open_model(ensemble), replace(dataset, open_picture=open_picture)).probabilities
    assert found is not None
    assert own[0] is not None
    assert own[1] is not None
    assert np.abs(found - (own[0] + own[1]) / 2).max() < 1e-12
    assert sorted(opened) == list(range(40))


def test_that_it_is_a_run_like_any_other_with_the_curves_of_its_members(flowers: Table) -> None:
    members = [_run(flowers, seed=seed) for seed in range(3)]
    members[1].count_test_opening()
    ensemble = make_ensemble(members, name="Three", dataset=flowers)
    progress = progress_of(ensemble)
    assert ensemble.name == "Three"
    assert progress.state is State.FINISHED
    assert why_not_resumed(ensemble) is not None
    for place, each in enumerate(members):
        own = progress_of(each).curve
        assert progress.curves[place].validation_loss.tolist() == own.validation_loss.tolist()
        assert progress.curves[place].seconds.tolist() == own.seconds.tolist()
    assert ensemble.test_openings == members[1].test_openings
    report = evaluate(ensemble, "validation", flowers)
    assert progress.metric_at_best == report.figure("accuracy").value
    assert progress.best_loss == report.figure("log_loss").value
    assert evaluate(ensemble, "test", flowers).test_openings == 2
    assert [len(each.test_openings) for each in members] == [2, 2, 2]  # what they are worth was shown
    assert members[0].count_test_opening() == 3
    assert evaluate(ensemble, "test", flowers).test_openings == 4


def test_that_an_ensemble_of_ensembles_has_the_members_of_all(flowers: Table) -> None:
    one, two, three = (_run(flowers, seed=seed) for seed in range(3))
    both = make_ensemble([one, two], dataset=flowers)
    assert len(make_ensemble([both, three], dataset=flowers).members) == 3


def test_that_it_is_made_without_its_data_and_says_so(flowers: Table) -> None:
    ensemble = make_ensemble([_run(flowers, seed=seed) for seed in range(2)])
    progress = progress_of(ensemble)
    assert progress.state is State.FINISHED
    assert progress.metric_at_best is None
    assert progress.notices
    assert len(predict(open_model(ensemble), flowers).values) == 120


def test_that_runs_that_do_not_go_together_are_refused_and_nothing_is_left(
    flowers: Table, slope: Table, make_table: Callable[..., Table]
) -> None:
    first = _run(flowers)
    assert _refused([first, first]) == "ensemble.too_few"
    assert _refused([first, _run(slope)]) == "ensemble.target"
    assert _refused([first, _run(replace(flowers, fingerprint="blake2b:other"))]) == "ensemble.data"
    assert _refused([first, _run(flowers, Choices(split=(("split_seed", 7),)))]) == "ensemble.split"
    number = flowers.frame.assign(place=pd.factorize(flowers.frame["place"])[0])
    assert _refused([first, _run(make_table(number, "kind"))]) == "ensemble.kinds"
    broken = _run(flowers, seed=3)
    broken.weights.write_bytes(b"no weights")
    assert _refused([first, broken]) == "weights.damaged"


def test_that_every_figure_comes_with_the_spread_of_its_members(flowers: Table, slope: Table) -> None:
    for dataset in (flowers, slope):
        members = [_run(dataset, seed=seed) for seed in range(3)]
        report = evaluate(make_ensemble(members, dataset=dataset), "validation", dataset)
        alone = [evaluate(each, "validation", dataset) for each in members]
        assert report.members == 3
        for figure in report.figures:
            values = np.array([each.figure(figure.name).value for each in alone])
            assert figure.members is not None
            assert figure.members.count == 3
            assert figure.members.mean == pytest.approx(values.mean(), abs=1e-12)
            assert figure.members.deviation == pytest.approx(values.std(ddof=1), abs=1e-12)
            assert all(each.figure(figure.name).members is None for each in alone)


def test_that_a_row_is_answered_by_those_that_have_not_learned_it(flowers: Table) -> None:
    folds = [_run(flowers, Choices(split=(("fold", f"{number}/3"),))) for number in (1, 2, 3)]
    parts = [evaluate(each, "validation", flowers) for each in folds]
    report = evaluate(make_ensemble(folds, dataset=flowers), "validation", flowers)
    alone = {
        row: chance
        for part in parts
        for row, chance in zip(part.cases.rows.tolist(), part.cases.truth_probability, strict=True)
    }
    assert report.rows == sum(each.rows for each in parts) == len(alone)
    together = dict(zip(report.cases.rows.tolist(), report.cases.truth_probability, strict=True))
    assert together == pytest.approx(alone, abs=1e-12)
    assert evaluate(make_ensemble(folds, dataset=flowers), "test", flowers).rows == 18


@pytest.mark.slow
def test_that_members_of_other_families_columns_and_classes_are_one_onnx_graph(
    flowers: Table, make_table: Callable[..., Table], tmp_path: Path
) -> None:
    draw = np.random.default_rng(4)
    frame = flowers.frame.assign(remark=[" ".join(["wet", "dry", "old"][: n % 4]) for n in range(120)])
    rare = frame.iloc[:4].assign(kind="d", length=9 + draw.normal(size=4))
    data = make_table(pd.concat([frame, rare], ignore_index=True), "kind")
    data = data.with_kinds({"remark": ColumnKind.TEXT})
    ensemble = make_ensemble(
        [
            _run(data),
            _run(data, Choices(family="linear", leave_out=("width",)), seed=1),
            _run(data, Choices(steps=(("leave_out_rare", True),)), seed=2),
            _run(data, Choices(split=(("fold", "2/3"),)), seed=3),
        ],
        dataset=data,
    )
    model = open_model(ensemble)
    known = {each.preparation.target.classes for each in model.members}
    assert known == {("a", "b", "c"), ("a", "b", "c", "d")}
    assert len({each.preparation.columns for each in model.members}) == 2
    assert export(ensemble, "onnx", tmp_path / "all", data).largest_difference < 1e-6


def test_that_nothing_is_left_where_it_is_cancelled_or_has_no_place(flowers: Table, tmp_path: Path) -> None:
    members = [_run(flowers, seed=seed) for seed in range(2)]
    before = set(runs_root().rglob("*"))

    def cancel(stage: str, share: float | None) -> None:
        if stage == "Measuring the model":
            raise InterruptedError

    with pytest.raises(UserError):
        make_ensemble(members, dataset=flowers, report=cancel)
    assert set(runs_root().rglob("*")) == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("kept")
    with pytest.raises(UserError, match="is not empty"):
        make_ensemble(members, tmp_path / "full", dataset=flowers)
    assert [each.name for each in (tmp_path / "full").iterdir()] == ["mine"]
