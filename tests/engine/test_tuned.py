"""The best of many trials says by how much its score flatters, and other runs say nothing."""

import numpy as np
import pytest

from tests.engine.studies_here import carried_out
from trainer_gui.engine.control import Control
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.run import train
from trainer_gui.engine.study.folder import study_progress_of
from trainer_gui.engine.study.plan import plan_study
from trainer_gui.engine.tuned import tuned

_RATES = (0.0001, 0.003, 0.03, 0.1)


@pytest.fixture(params=["flowers", "slope"])
def searched(request, tmp_path):
    """A dataset and a study of it, two folds a trial, whose runs were trained here."""
    data = request.getfixturevalue(request.param)
    choices = Choices(family="linear", size="tiny", settings=(("epochs", 4),))
    rates = ",".join(str(each) for each in _RATES)
    limits = {"folds": 2}
    study = plan_study(data, choices, (f"learning_rate={rates}",), "grid", limits, "rates").recipe
    folder = carried_out(study, tmp_path / "study", data)
    return data, folder, study_progress_of(folder).best.number


def test_that_the_best_trial_says_by_how_much_it_flatters_and_others_do_not(searched, tmp_path):
    data, folder, best = searched
    runs = [folder.run(f"trials/{best + 1:04d}-{fold}") for fold in (1, 2)]
    found = tuned(runs[0], data)
    assert found == tuned(runs[1], data)
    assert (found.study, found.trials) == ("rates", 4)
    assert 0 <= found.optimism < 0.5
    assert found.expected == found.development - found.optimism
    if found.metric == "accuracy":  # that of all rows, each checked once
        reports = [evaluate(each, "validation", data) for each in runs]
        right = sum(each.figure("accuracy").value * each.rows for each in reports)
        assert found.development == pytest.approx(right / sum(each.rows for each in reports))
    else:
        assert found.metric == "r2"
        assert np.isfinite(found.development)
    assert tuned(folder.run(f"trials/{(best + 1) % 4 + 1:04d}-1"), data) is None
    assert runs[0].test_openings == []

    alone, events = train(runs[0].recipe, Control(), path=tmp_path / "alone", dataset=data)
    list(events)
    assert tuned(alone, data) is None
