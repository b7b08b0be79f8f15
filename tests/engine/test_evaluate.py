"""How good a model is: the numbers against scikit-learn's, their intervals, and the lock on the test part."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset, Table, Task
from trainer_gui.engine.data.parts import split_of
from trainer_gui.engine.evaluate import evaluate, evaluate_on
from trainer_gui.engine.intervals import interval_of_counts, interval_of_rows, wilson
from trainer_gui.engine.predict import open_model, predict
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, Recipe, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.score_values import roc_auc
from trainer_gui.engine.scores import scores_of_classes, scores_of_numbers
from trainer_gui.engine.sources import open_data


def _train(dataset: Dataset, recipe: Recipe) -> RunFolder:
    folder, events = train(recipe, Control(), dataset=dataset)
    assert list(events)[-1].type == "RunFinished"
    return folder


@pytest.fixture
def flower_run(flowers: Table, quick: Callable[..., Recipe]) -> RunFolder:
    """A finished run on the flowers."""
    return _train(flowers, quick(flowers))


@pytest.fixture
def slope_run(slope: Table, quick: Callable[..., Recipe]) -> RunFolder:
    """A finished run on the slope."""
    return _train(slope, quick(slope))


def test_that_the_numbers_about_classes_are_those_of_scikit_learn(
    flower_run: RunFolder, flowers: Table
) -> None:
    found = evaluate(flower_run, "validation", flowers)
    recipe = flower_run.recipe
    rows = split_of(flowers, recipe.target, recipe.task, recipe.split).validation
    answers = predict(open_model(flower_run), flowers)
    assert answers.probabilities is not None
    truth, said = flowers.frame["kind"].to_numpy()[rows], answers.values[rows]
    probabilities = answers.probabilities[rows]
    assert found.rows == len(rows)
    assert found.left_out == 0
    assert found.task is Task.CLASSIFICATION
    assert found.figures[0].name == "accuracy"
    for name, expected in (
        ("accuracy", metrics.accuracy_score(truth, said)),
        ("balanced_accuracy", metrics.balanced_accuracy_score(truth, said)),
        ("f1", metrics.f1_score(truth, said, average="macro")),
        ("log_loss", metrics.log_loss(truth, probabilities)),
        ("roc_auc", metrics.roc_auc_score(truth, probabilities, multi_class="ovr")),
    ):
        figure = found.figure(name)
        assert figure.value == pytest.approx(expected, abs=1e-5), name
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
        assert figure.baseline is not None
        assert figure.help
    assert np.array_equal(found.confusion, metrics.confusion_matrix(truth, said, labels=["a", "b", "c"]))
    assert found.class_names == ("a", "b", "c")
    each = metrics.precision_recall_fscore_support(truth, said, labels=["a", "b", "c"], zero_division=0)
    assert [one.recall.value for one in found.classes] == pytest.approx(each[1])
    assert [one.f1.value for one in found.classes] == pytest.approx(each[2])
    assert [one.rows for one in found.classes] == each[3].tolist()


def test_that_the_main_number_is_the_one_of_the_best_epoch(
    flowers: Table, quick: Callable[..., Recipe]
) -> None:
    folder, stream = train(quick(flowers), Control(), dataset=flowers)
    events = list(stream)
    best = next(e for e in reversed(events) if e.type == "EpochEnded" and e.best)
    found = evaluate(folder, "validation", flowers)
    assert found.figure("accuracy").value == pytest.approx(best.metrics["accuracy"], abs=1e-6)
    started = next(e for e in events if e.type == "RunStarted")
    assert found.figure("accuracy").baseline == pytest.approx(started.baseline_metrics["accuracy"], abs=1e-6)


def test_that_the_numbers_about_amounts_are_those_of_scikit_learn(slope_run: RunFolder, slope: Table) -> None:
    found = evaluate(slope_run, "validation", slope)
    cases = found.cases
    assert found.figure("r2").value == pytest.approx(metrics.r2_score(cases.truth, cases.said))
    rmse = metrics.root_mean_squared_error(cases.truth, cases.said)
    assert found.figure("rmse").value == pytest.approx(rmse)
    assert found.figure("mae").value == pytest.approx(metrics.mean_absolute_error(cases.truth, cases.said))
    assert cases.truth.tolist() == slope.frame["y"].to_numpy()[cases.rows].tolist()
    assert np.array_equal(cases.residuals, cases.said - cases.truth)
    mean = open_model(slope_run).preparation.target.mean
    expected = metrics.mean_absolute_error(cases.truth, np.full(len(cases), mean))
    assert found.figure("mae").baseline == pytest.approx(expected)
    assert found.figure("rmse").better == "lower"
    assert found.confusion == ()
    for figure in found.figures:
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high


def test_that_the_most_wrong_cases_come_first(
    flower_run: RunFolder, flowers: Table, slope_run: RunFolder, slope: Table
) -> None:
    cases = evaluate(flower_run, "training", flowers).cases
    assert cases.probability is not None
    assert cases.truth_probability is not None
    right = (cases.said == cases.truth)[cases.worst_first]
    assert not right[0]
    assert right[-1]
    assert (np.diff(right.astype(int)) >= 0).all()
    assert (np.diff(cases.truth_probability[cases.worst_first][~right]) >= 0).all()
    numbers = evaluate(slope_run, "training", slope).cases
    assert (np.diff(np.abs(numbers.residuals)[numbers.worst_first]) <= 0).all()


def test_that_every_look_at_the_test_part_is_counted_and_said(flower_run: RunFolder, flowers: Table) -> None:
    assert evaluate(flower_run, "validation", flowers).test_openings == 0
    assert flower_run.test_openings == []
    assert evaluate(flower_run, "test", flowers).test_openings == 1
    assert evaluate(flower_run, "test", flowers).test_openings == 2
    assert len(flower_run.test_openings) == 2
    assert evaluate(flower_run, "validation", flowers).test_openings == 2


def test_that_the_look_is_counted_before_anything_is_computed(flower_run: RunFolder, flowers: Table) -> None:
    def report(stage: str, share: float | None) -> None:
        assert len(flower_run.test_openings) == 1
        raise InterruptedError

    with pytest.raises(InterruptedError):
        evaluate(flower_run, "test", flowers, report)


def test_that_the_parts_share_no_row(flower_run: RunFolder, flowers: Table) -> None:
    rows = [
        set(evaluate(flower_run, part, flowers).cases.rows.tolist()) for part in ("training", "validation")
    ]
    rows.append(set(evaluate(flower_run, "test", flowers).cases.rows.tolist()))
    assert sum(len(each) for each in rows) == len(set.union(*rows)) == 120


def test_that_a_part_without_rows_is_refused_and_not_counted(flowers: Table) -> None:
    choices = Choices(split=(("test_share", 0.0),), size="tiny", settings=(("epochs", 2),))
    folder = _train(flowers, resolve(flowers, choices))
    with pytest.raises(UserError) as error:
        evaluate(folder, "test", flowers)
    assert error.value.problem.key == "evaluate.empty_part"
    assert folder.test_openings == []


def test_that_changed_data_is_refused_since_the_split_would_be_another(
    flower_run: RunFolder, flowers: Table
) -> None:
    with pytest.raises(UserError) as error:
        evaluate(flower_run, "test", replace(flowers, fingerprint="blake2b:other"))
    assert error.value.problem.key == "evaluate.data_changed"
    assert flower_run.test_openings == []


def test_that_the_data_is_opened_again_where_it_is_not_given(tmp_path: Path) -> None:
    dataset = open_data("sample:iris")
    folder = _train(dataset, resolve(dataset, Choices(size="tiny", settings=(("epochs", 30),))))
    found = evaluate(folder)
    assert found.part == "validation"
    assert found.data == dataset.name
    accuracy = found.figure("accuracy")
    assert accuracy.value is not None
    assert accuracy.baseline is not None
    assert accuracy.value > 0.8 > accuracy.baseline


def test_that_a_report_is_plain_json(flower_run: RunFolder, flowers: Table) -> None:
    found = evaluate(flower_run, "validation", flowers)
    values = json.loads(found.to_json())
    assert values["figures"][0]["name"] == "accuracy"
    assert values["confusion"] == [list(row) for row in found.confusion]
    assert values["part"] == "validation"
    assert "cases" not in values


def test_that_new_rows_with_known_answers_are_judged(flower_run: RunFolder, flowers: Table) -> None:
    frame = flowers.frame.iloc[::-1].rename(columns={"kind": "KIND"}).reset_index(drop=True)
    frame.loc[0, "KIND"] = None
    frame.loc[1, "KIND"] = "z"
    names = {column.name: column for column in flowers.columns}
    columns = (*(names[name] for name in ("length", "width", "place")), replace(names["kind"], name="KIND"))
    new = replace(flowers, frame=frame, columns=columns, fingerprint="blake2b:new")
    found = evaluate_on(flower_run, new)
    assert found.part == "new data"
    assert found.rows == 118
    assert found.left_out == 2
    assert {each.key for each in found.notes} == {"match.renamed", "evaluate.unknown_truth"}
    said = predict(open_model(flower_run), frame).values[2:]
    assert found.figure("accuracy").value == pytest.approx((said == frame["KIND"].to_numpy()[2:]).mean())
    assert found.figure("accuracy").baseline == pytest.approx(frame["KIND"].value_counts().iloc[0] / 118)


def test_that_the_rows_of_the_training_are_recognised(flower_run: RunFolder, flowers: Table) -> None:
    assert [each.key for each in evaluate_on(flower_run, flowers).notes] == ["evaluate.seen"]


def test_that_new_rows_without_answers_or_inputs_are_refused(flower_run: RunFolder, flowers: Table) -> None:
    for gone, key in (("kind", "evaluate.no_target"), ("width", "match.missing")):
        columns = tuple(each for each in flowers.columns if each.name != gone)
        new = replace(flowers, frame=flowers.frame.drop(columns=gone), columns=columns)
        with pytest.raises(UserError) as error:
            evaluate_on(flower_run, new)
        assert error.value.problem.key == key
        assert gone in error.value.problem.message
    strange = replace(flowers, frame=flowers.frame.assign(kind="other"))
    with pytest.raises(UserError) as error:
        evaluate_on(flower_run, strange)
    assert error.value.problem.key == "evaluate.no_rows"


def test_that_new_amounts_written_as_text_are_read(slope_run: RunFolder, slope: Table) -> None:
    words = slope.frame.assign(y=[f"{value:.4f}".replace(".", ",") for value in slope.frame["y"]])
    found = evaluate_on(slope_run, replace(slope, frame=words, fingerprint="blake2b:new"))
    assert found.rows == 200
    assert found.cases.truth == pytest.approx(slope.frame["y"].to_numpy(), abs=1e-4)


def test_that_classes_that_are_numbers_are_judged(
    make_table: Callable[..., Table], quick: Callable[..., Recipe]
) -> None:
    draw = np.random.default_rng(8)
    grade = np.arange(90) % 3 + 1
    data = make_table(pd.DataFrame({"x": grade + draw.normal(0, 0.1, 90), "grade": grade}), "grade")
    folder = _train(data, resolve(data, Choices(task=Task.CLASSIFICATION, size="tiny")))
    as_text = data.frame.assign(grade=[f"{value}.0" for value in grade])
    found = evaluate_on(folder, replace(data, frame=as_text, fingerprint="blake2b:new"))
    assert found.rows == 90
    assert found.class_names == ("1", "2", "3")
    assert found.figure("accuracy").value == evaluate_on(folder, data).figure("accuracy").value


def test_that_what_cannot_be_said_is_none_with_a_reason() -> None:
    truth = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.1, 0.5, 0.4]])
    found = scores_of_classes(truth, probabilities, ("a", "b", "c"), np.array([0.5, 0.3, 0.2]))
    auc = next(each for each in found.figures if each.name == "roc_auc")
    assert auc.value is None
    assert "“c”" in auc.reason
    absent = found.classes[2]
    assert absent.recall.value is None
    assert absent.f1.value is None
    assert absent.recall.reason
    balanced = next(each for each in found.figures if each.name == "balanced_accuracy")
    assert balanced.value == pytest.approx(0.75)
    flat = scores_of_numbers(np.array([3.0, 3.0]), np.array([2.0, 4.0]), 3.0)
    assert flat[0].value is None
    assert flat[0].reason
    assert flat[1].value == pytest.approx(1)
    single = scores_of_numbers(np.array([3.0]), np.array([2.0]), 0.0)
    assert single[2].value == pytest.approx(1)


def test_that_wilson_gives_the_published_interval() -> None:
    # 10 of 20 and 0 of 10 as tabulated in textbooks.
    assert wilson(10, 20) == pytest.approx((0.2993, 0.7007), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_that_a_handful_of_rows_without_a_mistake_is_not_called_certain() -> None:
    truth = np.array([0, 1] * 5)
    found = scores_of_classes(truth, np.eye(2)[truth] * 0.8 + 0.1, ("a", "b"), np.array([0.5, 0.5]))
    for figure in found.figures:
        if figure.name != "log_loss":
            assert figure.value == 1
            assert figure.low is not None
            assert figure.low < 0.75
            assert figure.high == 1


def mean_of(values: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The mean of drawn rows as a statistic."""
    return lambda rows: values[rows].mean(axis=1)[:, None]


def test_that_bootstrap_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    draw = np.random.default_rng(9)
    held = {"balanced": 0, "mae": 0}

    def balanced(tables: np.ndarray) -> np.ndarray:
        return (np.einsum("tii->ti", tables) / tables.sum(axis=2)).mean(axis=1, keepdims=True)

    for _ in range(200):
        hits = draw.binomial(60, [0.8, 0.6])
        low, high = interval_of_counts(np.array([[hits[0], 60 - hits[0]], [60 - hits[1], hits[1]]]), balanced)
        held["balanced"] += bool(low[0] <= 0.7 <= high[0])
        wrong = np.abs(draw.normal(size=80))
        low, high = interval_of_rows(80, mean_of(wrong), np.array([wrong.mean()]))
        held["mae"] += bool(low[0] <= np.sqrt(2 / np.pi) <= high[0])
    assert 0.88 * 200 <= held["balanced"] <= 0.99 * 200
    assert 0.88 * 200 <= held["mae"] <= 0.99 * 200


def test_that_drawing_fewer_of_many_rows_gives_the_interval_of_all() -> None:
    values = np.random.default_rng(10).normal(size=500_000)
    low, high = interval_of_rows(len(values), mean_of(values), np.array([values.mean()]))
    assert high[0] - low[0] == pytest.approx(2 * 1.96 / np.sqrt(len(values)), rel=0.15)


@pytest.mark.parametrize("classes", [2, 4])
def test_that_the_area_of_resamples_is_the_one_of_scikit_learn(classes: int) -> None:
    draw = np.random.default_rng(11)
    truth = draw.integers(0, classes, 200)
    scores = np.round(draw.dirichlet(np.ones(classes), 200) + np.eye(classes)[truth] * 0.2, 2)  # with ties
    scores /= scores.sum(axis=1, keepdims=True)
    mine = roc_auc(truth[None], lambda place: scores[None, :, place], classes)[0, 0]
    if classes == 2:
        expected = metrics.roc_auc_score(truth, scores[:, 1])
    else:
        expected = metrics.roc_auc_score(truth, scores, multi_class="ovr")
    assert mine == pytest.approx(expected)


def test_that_two_hundred_thousand_rows_are_judged_in_seconds() -> None:
    draw = np.random.default_rng(12)
    truth = draw.integers(0, 10, 200_000)
    probabilities = draw.dirichlet(np.ones(10), 200_000)
    begin = time.process_time()
    scores_of_classes(truth, probabilities, tuple("abcdefghij"), np.full(10, 0.1))
    numbers = draw.normal(size=200_000)
    scores_of_numbers(numbers, numbers + draw.normal(size=200_000), 0.0)
    assert time.process_time() - begin < 15


def test_that_the_same_answers_give_the_same_intervals(flower_run: RunFolder, flowers: Table) -> None:
    first, second = (evaluate(flower_run, "validation", flowers) for _ in range(2))
    assert first.figures == second.figures
    assert first.classes == second.classes
