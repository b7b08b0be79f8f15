"""Comparisons of real runs: the test that fits, the rows that are shared, and what cannot be compared."""

from dataclasses import replace

import numpy as np
import pytest

from trainer_gui.engine.comparison import compare, compare_groups
from trainer_gui.engine.comparison.methods import Side, outcome_of
from trainer_gui.engine.comparison.rows import Judged
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.own_test import with_test_data
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data


@pytest.fixture
def trained():
    """Trains for two epochs unless told otherwise."""

    def make(dataset, name="", split=(), size="tiny", **settings):
        changed = {"epochs": 2, "early_stopping": False, "batch_size": 16, **settings}
        choices = Choices(
            family="linear", size=size, split=tuple(dict(split).items()), settings=tuple(changed.items())
        )
        folder, events = train(resolve(dataset, choices), Control(), dataset=dataset, name=name)
        assert [each.type for each in events][-1] == "RunFinished"
        return folder

    return make


def key_of(*given, **more):
    with pytest.raises(UserError) as refused:
        compare(*given, **more)
    assert refused.value.problem.advice
    return refused.value.problem.key


def test_that_two_runs_are_compared_on_the_validation_rows_with_the_numbers_of_results(flowers, trained):
    good = trained(flowers, "good", epochs=25, learning_rate=0.05)
    bad = trained(flowers, "bad", epochs=1, learning_rate=1e-6)
    comparison = compare([good, bad], dataset=flowers)
    found = comparison.found
    reports = [evaluate(each, dataset=flowers) for each in (good, bad)]
    for metric in found.metrics:
        values = [each.figure(metric.name).value for each in reports]
        assert [metric.a, metric.b] == pytest.approx(values)
        assert metric.difference.value == pytest.approx(values[0] - values[1])
    assert (found.method, found.rows, found.winner) == ("rows", 18, "a")
    assert comparison.sentence.message.startswith("“good” is better than “bad”: accuracy is ")
    assert compare([bad, good], dataset=flowers).found.winner == "b"
    assert good.test_openings == bad.test_openings == []


def test_that_the_test_rows_are_opened_only_when_asked_and_counted_in_both(slope, trained):
    one, other = trained(slope, "one", epochs=20, learning_rate=0.1), trained(slope, "other")
    first = compare([one, other], "test", slope)
    assert first.found.openings == 1
    assert "test rows" in first.sentence.message
    assert compare([one, other], "test", slope).found.openings == 2
    assert (len(one.test_openings), len(other.test_openings)) == (2, 2)
    values = [evaluate(each, "test", slope).figure("r2").value for each in (one, other)]
    assert first.found.main.difference.value == pytest.approx(values[0] - values[1])


def test_that_seeds_on_one_split_and_splits_of_their_own_take_their_own_tests(flowers, trained):
    of_seeds = [trained(flowers, f"{rate} {seed}", seed=seed, learning_rate=rate)
                for rate in (0.1, 0.0001) for seed in (1, 2)]  # fmt: skip
    found = compare(of_seeds, dataset=flowers).found
    assert (found.method, found.repeats, found.winner) == ("seeds", (2, 2), "a")
    assert found.a == "0.1 1 (2 seeds)"
    of_splits = [trained(flowers, f"{rate} {seed}", {"split_seed": seed}, learning_rate=rate)
                 for rate in (0.1, 0.0001) for seed in (1, 2)]  # fmt: skip
    found = compare(of_splits, dataset=flowers).found
    assert (found.method, found.repeats) == ("splits", (2, 2))
    assert key_of([of_splits[0], of_splits[3]], dataset=flowers) == "comparison.split"
    assert key_of([*of_seeds[:2], of_splits[1]], dataset=flowers) == "comparison.one_group"
    assert key_of([of_seeds[0], of_seeds[0]], dataset=flowers) == "comparison.one_run"
    two = compare(of_seeds[:2], dataset=flowers)
    assert two.found.same_choices
    assert two.notes[0].key == "comparison.same_choices"


def test_that_folds_are_compared_fold_by_fold_and_on_the_test_rows_as_models_that_share_rows(
    flowers, trained
):
    folds = ("1/3", "2/3", "3/3")
    good = [trained(flowers, f"good {each}", {"fold": each}, epochs=20, learning_rate=0.1) for each in folds]
    bad = [trained(flowers, f"bad {each}", {"fold": each}, learning_rate=1e-4) for each in folds]
    comparison = compare_groups(good, bad, dataset=flowers)
    found = comparison.found
    assert (found.method, found.repeats, found.folds) == ("splits", (3, 3), True)
    assert "over 3 folds" in comparison.sentence.message
    values = [
        [evaluate(each, dataset=flowers).figure("accuracy").value for each in side] for side in (good, bad)
    ]
    assert found.main.difference.value == pytest.approx(np.mean(values[0]) - np.mean(values[1]))
    # A third is checked by two thirds, which adds a half to a third.
    deviation = np.std(np.subtract(*values), ddof=1)
    assert found.main.difference.error == pytest.approx(deviation * np.sqrt(1 / 3 + 1 / 2))
    assert found.a == "good 1/3 (3 runs)"

    on_test = compare_groups(good, bad, "test", flowers)
    assert (on_test.found.method, on_test.found.repeats) == ("seeds", (3, 3))
    assert [len(each.test_openings) for each in (*good, *bad)] == [1] * 6
    assert compare([*good, *bad], dataset=flowers).found.main == found.main
    for wrong in ([good, good], [[*good, bad[0]], bad[1:]]):
        with pytest.raises(UserError):
            compare_groups(*wrong, dataset=flowers)


def test_that_what_cannot_be_compared_is_refused_before_the_test_set_is_opened(flowers, slope, trained):
    kinds = trained(flowers, "kinds")
    assert key_of([kinds, trained(slope, "numbers")], "test") == "comparison.target"
    other_data = replace(flowers, fingerprint="blake2b:other")
    assert key_of([kinds, trained(other_data, "other data")], "test") == "comparison.data"
    other_split = trained(flowers, "other split", {"split_seed": 9})
    assert key_of([kinds, other_split], "test", flowers) == "comparison.split"
    third = trained(flowers, "third", learning_rate=0.7)
    fourth = trained(flowers, "fourth", learning_rate=0.8)
    assert key_of([kinds, third, fourth], "test", flowers) == "comparison.many_groups"
    assert [each.test_openings for each in (kinds, other_split, third, fourth)] == [[]] * 4


def test_that_runs_on_different_data_are_compared_on_a_test_file_that_they_share(tmp_path, trained):
    draw = np.random.default_rng(14)
    places = {}
    for name, rows in (("few", 60), ("many", 300), ("test", 80)):
        x = draw.normal(0, 1, rows)
        lines = [f"{a:.3f},{2 * a + b:.3f}" for a, b in zip(x, draw.normal(0, 0.5, rows), strict=True)]
        places[name] = tmp_path / f"{name}.csv"
        places[name].write_text("\n".join(["x,y", *lines]) + "\n", encoding="utf-8")
    few, many = (
        trained(with_test_data(open_data(places[name]), places["test"]), name, epochs=epochs)
        for name, epochs in (("few", 1), ("many", 40))
    )
    assert key_of([few, many]) == "comparison.data"
    found = compare([few, many], "test").found
    assert (found.rows, found.left_out, found.winner) == (80, 0, "b")
    values = [evaluate(each, "test").figure("mae").value for each in (few, many)]
    mae = next(each for each in found.metrics if each.name == "mae")
    assert [mae.a, mae.b] == pytest.approx(values)


def _side(draw, *, models, lead, rows=60, of_rows=0.0, of_seeds=0.0):
    """Models of A and B whose answers are off by chance; those of B by `lead` more."""
    truth = draw.normal(0, 3, rows)
    hard = draw.normal(0, of_rows, rows) if of_rows else np.zeros(rows)

    def model(more):
        off = draw.normal(0, 1, rows) * (1 + more + of_seeds * draw.normal()) + hard
        return Judged(Task.REGRESSION, np.arange(rows), truth, truth + off, np.zeros(rows))

    a, b = (tuple(model(more) for _ in range(models)) for more in (0.0, lead))
    return Side(a, b, True, 0.2)


def test_that_the_right_one_of_two_models_is_found_and_equal_ones_are_not_told_apart():
    draw = np.random.default_rng(11)
    for models in (1, 3):
        alarms, finds = [], []
        for _ in range(25):
            for lead, noted in ((0.0, alarms), (1.0, finds)):
                outcome = outcome_of([_side(draw, models=models, lead=lead, of_rows=0.5)])
                noted.append(outcome.metrics[0].difference.is_sure)
                if lead and noted[-1]:
                    assert outcome.metrics[0].difference.value > 0
        assert np.mean(alarms) <= 0.15
        assert np.mean(finds) > 0.75


def test_that_more_seeds_are_advised_only_where_seeds_are_what_is_missing():
    draw = np.random.default_rng(12)
    seeds = outcome_of([_side(draw, models=3, lead=0.6, rows=4000, of_seeds=0.5)])
    assert seeds.method == "seeds"
    assert not seeds.metrics[0].difference.is_sure
    assert seeds.more_repeats is not None
    assert 1 <= seeds.more_repeats < 100
    rows = outcome_of([_side(draw, models=3, lead=0.03, rows=40)])
    assert not rows.metrics[0].difference.is_sure
    assert rows.more_repeats is None


def test_that_splits_of_their_own_count_as_fewer_because_they_share_rows():
    draw = np.random.default_rng(13)
    sides = [_side(draw, models=1, lead=0.5) for _ in range(5)]
    alone = [outcome_of([side]).metrics[0].difference.value for side in sides]
    together = outcome_of(sides)
    assert (together.method, together.repeats) == ("splits", (5, 5))
    difference = together.metrics[0].difference
    assert difference.value == pytest.approx(np.mean(alone))
    assert difference.error == pytest.approx(np.std(alone, ddof=1) * np.sqrt(1 / 5 + 0.2))
