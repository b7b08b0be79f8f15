"""Nested cross-validation judges what was chosen on rows that had no part in choosing."""

import numpy as np
import pytest

from tests.engine.studies_here import carried_out
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.nested import honest_number, studies_for
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, parts_of
from trainer_gui.engine.study.folder import study_progress_of
from trainer_gui.engine.study.plan import plan_study


def test_that_each_outer_fold_is_judged_by_what_was_tuned_without_it(flowers, tmp_path):
    choices = Choices(family="linear", size="tiny", settings=(("epochs", 3),))
    study = plan_study(flowers, choices, ("learning_rate=0.0001,0.05",), "grid", {"folds": 2}).recipe
    studies = studies_for(study, 3)
    locked = set(parts_of(flowers, study.base).test.tolist())
    held_out = [set(parts_of(flowers, each.base).test.tolist()) for each in studies]
    assert len(set.union(*held_out)) == sum(len(each) for each in held_out) == 120 - len(locked)
    assert not locked & set.union(*held_out)
    folders = [carried_out(each, tmp_path / f"outer-{at}", flowers) for at, each in enumerate(studies)]
    found = honest_number(folders, flowers)
    assert found.metric == "accuracy"
    for folder, fold, rows in zip(folders, found.folds, held_out, strict=True):
        best = study_progress_of(folder).best
        assert (fold.setting, fold.inside, fold.rows) == (best.values, best.score, len(rows))
        runs = [folder.run(name) for name in best.runs]
        assert [len(each.test_openings) for each in runs] == [1, 1]  # looked at together
        reports = [evaluate(each, "test", flowers) for each in runs]
        assert fold.outside == pytest.approx(np.mean([each.figure("accuracy").value for each in reports]))
    outside = np.array([each.outside for each in found.folds])
    assert found.whole.mean == pytest.approx(outside.mean())
    # A third is judged by what two thirds taught: a half is added to a third.
    half = 4.302653 * outside.std(ddof=1) * np.sqrt(1 / 3 + 1 / 2)
    assert found.whole.high - found.whole.mean == pytest.approx(half)
    for wrong in (1, 500):
        with pytest.raises(UserError, match="cannot be made"):
            studies_for(study, wrong)
    with pytest.raises(UserError):
        studies_for(studies[0], 3)
