"""Studies whose runs differ in their folds, in their seeds, or in how many rows they learn from."""

import math

import numpy as np
import pytest

from tests.engine.study.conftest import EPOCHS, LOSS, loss_of
from trainer_gui.engine.control import Control
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, parts_of
from trainer_gui.engine.statistics.power_law import power_law
from trainer_gui.engine.statistics.repeats import repeated
from trainer_gui.engine.study.conduct import conduct
from trainer_gui.engine.study.estimate import estimate_of
from trainer_gui.engine.study.folder import study_progress_of
from trainer_gui.engine.study.learning_curve import LearningCurve, Size, learning_curve_of
from trainer_gui.engine.study.plan import learning_curve, plan_study, widened


def carry_out(folder, stage):
    return list(conduct(folder, Control(), stage))


def test_that_every_seed_goes_through_every_fold_and_the_score_is_the_mean_of_all(make_study, stage):
    folder = make_study(trials=2, repeats=2, folds=3, at_once=4)
    carry_out(folder, stage)
    trial = study_progress_of(folder).trials[1]
    recipes = [folder.run(each).recipe for each in trial.runs]
    assert [(each.seed, each.split.fold) for each in recipes] == [
        (seed, f"{fold}/3") for seed in (0, 1) for fold in (1, 2, 3)
    ]
    assert trial.score == pytest.approx(np.mean([loss_of(each, EPOCHS) for each in recipes]))


def test_that_a_study_that_varies_nothing_has_every_fold_once_and_is_complete_then(
    make_study, stage, flowers
):
    folder = make_study(vary=("learning_rate=0.01,0.1",), how="grid", trials=2)
    assert folder.recipe.space.axes
    once = plan_study(flowers, Choices(family="linear"), (), "bayes", {"folds": 4}).recipe
    assert (once.vary, once.how, once.trials, once.runs_each) == ((), "grid", 1, 4)
    folder.save_recipe(once)
    assert carry_out(folder, stage)[-1].outcome == "finished"
    (trial,) = study_progress_of(folder).trials.values()
    assert [folder.run(each).recipe.split.fold for each in trial.runs] == ["1/4", "2/4", "3/4", "4/4"]
    with pytest.raises(UserError, match="complete"):
        carry_out(folder, stage)


def test_that_the_estimate_is_over_folds_with_their_overlap_and_over_seeds_without(make_study, stage):
    folder = make_study(trials=1, repeats=2, folds=5, at_once=5)
    carry_out(folder, stage)
    trial = study_progress_of(folder).best
    found = estimate_of(folder, trial)
    by_fold = np.array(trial.scores).reshape(2, 5).mean(axis=0)
    assert (found.folds, found.seeds, found.rows) == (5, 2, 100)
    assert found.main.values == pytest.approx(tuple(by_fold))
    # 20 rows checked by 80: a quarter is added to a fifth.
    half = 2.776445 * by_fold.std(ddof=1) * math.sqrt(1 / 5 + 1 / 4)
    assert found.main.whole.high - found.main.whole.mean == pytest.approx(half, rel=1e-5)

    alone = make_study("seeds", trials=1, repeats=4)
    carry_out(alone, stage)
    trial = study_progress_of(alone).best
    assert estimate_of(alone, trial).main.whole == repeated(np.array(trial.scores))


def test_that_an_interval_over_folds_covers_what_new_rows_say():
    """Ridge regression on few rows: the corrected interval keeps its promise, the plain one does not."""
    draw = np.random.default_rng(3)
    rows, inputs, folds = 60, 12, 5
    truth = np.where(np.arange(inputs) < 3, 1.0, 0.0)
    covered = {0.0: 0, 1 / (folds - 1): 0}
    losses, intervals = [], []
    for _ in range(600):
        x = draw.normal(size=(rows, inputs))
        y = x @ truth + draw.normal(size=rows)
        fold = draw.permutation(rows) % folds
        values = np.empty(folds)
        for each in range(folds):
            train = fold != each
            weights = np.linalg.solve(x[train].T @ x[train] + np.eye(inputs), x[train].T @ y[train])
            values[each] = np.mean((y[~train] - x[~train] @ weights) ** 2)
            losses.append(1 + np.sum((weights - truth) ** 2))
        intervals.append({overlap: repeated(values, overlap) for overlap in covered})
    expected = np.mean(losses)
    for each in intervals:
        for overlap, found in each.items():
            covered[overlap] += found.low <= expected <= found.high
    assert covered[0.0] / 600 < 0.91
    assert 0.93 <= covered[1 / (folds - 1)] / 600 <= 0.99


def test_that_a_learning_curve_trains_on_more_and_more_rows_with_as_many_steps(flowers):
    vary, limits = learning_curve({"repeats": 2})
    study = plan_study(flowers, Choices(family="linear"), vary, "grid", limits).recipe
    assert (study.is_learning_curve, study.trials, study.runs_each) == (True, 10, 2)
    assert study.name.endswith("learning curve")
    whole, tenth = study.recipe_of({"train_share": 1.0}, 1), study.recipe_of({"train_share": 0.1}, 1)
    assert tenth.settings["epochs"] == 10 * whole.settings["epochs"]
    assert tenth.settings["patience"] == 10 * whole.settings["patience"]
    parts, few = parts_of(flowers, whole), parts_of(flowers, tenth)
    assert few.validation.tolist() == parts.validation.tolist()
    assert len(few.train) == round(0.1 * len(parts.train))
    other = parts_of(flowers, study.recipe_of({"train_share": 0.1}, 0))
    assert other.train.tolist() != few.train.tolist()


def test_that_what_cannot_be_folded_is_refused_before_anything_is_trained(flowers):
    linear = {"family": "linear"}
    with pytest.raises(UserError, match="no 5 folds"):
        plan_study(flowers, Choices(split=(("fold", "1/5"),), **linear), (), "grid", {"folds": 5})
    with pytest.raises(UserError) as raised:
        plan_study(flowers, Choices(split=(("keep_together", "place"),), **linear), (), "grid", {"folds": 50})
    assert raised.value.problem.key == "split.too_few_for_folds"
    with pytest.raises(UserError, match="Nothing is to vary"):
        plan_study(flowers, Choices(**linear), (), "bayes", {})
    study = plan_study(flowers, Choices(**linear), (), "grid", {"folds": 3}).recipe
    with pytest.raises(UserError, match="3 folds"):
        widened(study, (), {"folds": 4})


def _curve(make_study, stage, name, shares, **changed):
    folder = make_study(
        name, vary=(f"train_share={shares}",), how="grid", trials=shares.count(",") + 1, **changed
    )
    carry_out(folder, stage)
    return learning_curve_of(folder, study_progress_of(folder))


def test_that_a_learning_curve_says_what_twice_the_rows_would_change(make_study, stage):
    curve = _curve(make_study, stage, "falls", "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0", repeats=2)
    assert [each.rows for each in curve.sizes] == [8, 16, 24, 32, 40, 48, 56, 64, 72, 80]
    assert curve.answer == "helps"
    gain = 0.4 * (1 - 2**-0.5)  # of the law by which the runs were played
    assert curve.law.gain.low < gain < curve.law.gain.high
    assert curve.law.gain.value == pytest.approx(gain, rel=0.1)
    assert f"about {curve.law.gain.value:.2g}" in curve.sentence.message


def test_that_few_sizes_tell_nothing_and_a_flat_curve_asks_for_no_rows(make_study, stage):
    assert _curve(make_study, stage, "early", "0.5,0.7,1.0").answer == "too early"
    assert "3 sizes" in _curve(make_study, stage, "few", "0.5,0.7,1.0").sentence.message
    rows, losses = (10, 20, 40, 60, 80, 100), (0.299, 0.3, 0.301)
    sizes = tuple(Size(each, (0.1,) * 3, losses) for each in rows)
    law = power_law(np.repeat(np.array(rows, dtype=float), 3), np.tile(losses, 6))
    level = LearningCurve(LOSS, sizes, law)
    assert level.answer == "flat"
    assert "hardly help" in level.sentence.message
