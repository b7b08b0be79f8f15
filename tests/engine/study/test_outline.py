"""What is drawn of a study: means and deviations of repeats, and only what has changed made anew."""

from __future__ import annotations

import csv
import io

import numpy as np

from tests.gui.scripted_study import LEARNING_RATE, begun, progress_of, study_of, trial, whole
from trainer_gui.engine.study.findings import findings_of
from trainer_gui.engine.study.outline import Outliner, members_of
from trainer_gui.engine.study.trials_file import curves_as_csv, trials_as_csv


def test_that_mean_and_deviation_are_over_the_repeats_that_have_reached_an_epoch() -> None:
    found = members_of({0: [(1, 1.0), (2, 0.5), (3, 0.4)], 1: [(1, 2.0), (2, float("nan"))], 2: [(1, 3.0)]})
    assert found.epochs.tolist() == [1, 2, 3]
    assert found.mean.tolist() == [2.0, 0.5, 0.4]
    assert found.deviation[0] == np.std([1.0, 2.0, 3.0], ddof=1)
    assert np.isnan(found.deviation[1:]).all()
    assert found.count.tolist() == [3, 1, 1]
    assert found.whole == 1


def test_that_only_trials_that_have_changed_are_outlined_anew() -> None:
    recipe = study_of(LEARNING_RATE)
    events = [begun(recipe), *trial(0, {"learning_rate": 0.01}, lowest=0.2)]
    events += trial(1, {"learning_rate": 0.1}, lowest=0.3, outcome=None)
    progress = progress_of(events[:-1])
    outliner = Outliner(recipe.space.axes, recipe.epochs)
    before = outliner.outline(progress).trials
    progress.add(events[-1])
    after = outliner.outline(progress).trials
    assert after[0] is before[0]
    assert after[1] is not before[1]
    assert len(after[1].curve.epochs) == len(before[1].curve.epochs) + 1
    assert after[0].shares == (recipe.space.axes[0].share(0.01),)


def test_that_the_repeats_of_a_study_without_settings_stand_for_its_trials() -> None:
    recipe = study_of(repeats=3)
    events = [begun(recipe), *trial(0, {}, lowest=0.1, repeats=3)]
    progress = progress_of(events)
    outline = Outliner((), recipe.epochs).outline(progress)
    assert [each.trial.runs for each in outline.trials] == [(f"trials/0001-{each}",) for each in (1, 2, 3)]
    assert np.allclose([each.score for each in outline.trials], [0.1, 0.101, 0.102])
    assert outline.together is not None
    assert outline.together.count.tolist() == [3] * recipe.epochs
    (said,) = findings_of(recipe, outline, progress).sentences
    assert said.message == "3 seeds: validation loss 0.101 ± 0.001 (95 % interval 0.0985 to 0.103)."


def test_that_the_numbers_of_a_study_are_written_as_tables() -> None:
    recipe = study_of(LEARNING_RATE, trials=4, repeats=2)
    outline = Outliner(recipe.space.axes, recipe.epochs).outline(
        progress_of(whole(recipe, ["finished", "failed"]))
    )
    trials = list(csv.DictReader(io.StringIO(trials_as_csv(outline))))
    assert [each["outcome"] for each in trials] == ["finished", "failed", "finished", "finished"]
    assert trials[1]["validation_loss"] == ""
    assert float(trials[0]["validation_loss"]) == outline.trials[0].score
    curves = list(csv.DictReader(io.StringIO(curves_as_csv(outline))))
    assert len(curves) == 4 * 2 * recipe.epochs
    assert {(each["trial"], each["repeat"]) for each in curves} == {
        (str(t), str(r)) for t in range(1, 5) for r in (1, 2)
    }
