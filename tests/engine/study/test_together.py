"""Runs of a study that one worker has in hand together."""

import pytest

from tests.engine.study.conftest import failure
from tests.engine.study.test_conduct import Killing, asked, carry_out, outcomes
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import RunFailed
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.study.conduct import conduct
from trainer_gui.engine.study.events import StudyEnded, TrialReported
from trainer_gui.engine.study.folder import create_study, replay, study_progress_of
from trainer_gui.engine.study.plan import plan_study

FIVE = {"how": "grid", "vary": ("learning_rate=0.0001..1:5",), "trials": 5}


def sizes(stage):
    return [len(each.runs) or 1 for each in stage.orders]


def test_that_trials_and_repeats_that_are_alike_share_a_worker_and_score_as_apart(make_study, stage):
    apart, shared = (
        make_study("apart", **FIVE, repeats=3),
        make_study("shared", **FIVE, repeats=3, together=8),
    )
    carry_out(apart, stage)
    assert sizes(stage) == [1] * 15
    stage.orders.clear()
    said = carry_out(shared, stage)
    assert sizes(stage) == [8, 7]
    assert said == list(replay(shared))
    assert asked(shared) == asked(apart)
    trials = [study_progress_of(each).trials for each in (apart, shared)]
    assert [each.scores for each in trials[1].values()] == [each.scores for each in trials[0].values()]
    assert [each.losses for each in trials[1].values()] == [each.losses for each in trials[0].values()]
    for number in (0, 14):
        run = shared.run(trials[1][number // 3].runs[number % 3])
        assert progress_of(run).state is State.FINISHED


def test_that_runs_share_out_among_as_many_workers_as_there_may_be(make_study, stage):
    carry_out(make_study("few", **FIVE, repeats=3, together=8, at_once=3), stage)
    assert sizes(stage) == [5, 5, 5]
    stage.orders.clear()
    varied = ("learning_rate=0.001,0.01", "batch_size=8,16")
    carry_out(make_study("other", how="grid", vary=varied, trials=4, repeats=6, together=8), stage)
    batches = [{run.recipe.settings["batch_size"] for run in stage.folders(each)} for each in stage.orders]
    assert all(len(each) == 1 for each in batches)
    assert sorted(sizes(stage)) == [4, 4, 8, 8]
    stage.orders.clear()
    carry_out(make_study("cuts", how="halving", trials=6), stage)
    assert sizes(stage) == [1] * 6


def test_that_what_a_worker_had_in_hand_when_it_died_goes_on_alone_and_nothing_fails(make_study, stage):
    stage.endings[1] = -9
    folder = make_study(**FIVE, together=8)
    assert carry_out(folder, stage)[-1].outcome == "finished"
    assert sizes(stage) == [5, 1, 1, 1, 1, 1]
    assert outcomes(folder) == ["finished"] * 5


def test_that_one_that_fails_leaves_the_others_and_one_that_dies_alone_again_is_one_failed_trial(
    make_study, stage
):
    stage.endings[1] = RunFailed(problem=failure())
    folder = make_study("fails", **FIVE, together=8)
    carry_out(folder, stage)
    assert outcomes(folder) == ["finished"] * 4 + ["failed"]
    stage.orders.clear()
    stage.endings = {1: -9, 3: -9}
    folder = make_study("dies", **FIVE, together=8)
    carry_out(folder, stage)
    assert sorted(outcomes(folder)) == ["failed"] + ["finished"] * 4
    (failed,) = study_progress_of(folder).failed
    assert failed.reason.key == "study.worker_died"


@pytest.mark.parametrize(("how", "killed"), [("random", False), ("bayes", True), ("grid", True)])
def test_that_a_study_that_was_cut_off_goes_on_with_what_was_in_hand(make_study, stage, how, killed):
    folder = make_study("broken", **{**FIVE, "how": how}, together=4)
    control = Control()
    events = conduct(folder, control, stage)
    for event in events:
        if isinstance(event, TrialReported) and event.epoch == 3:
            break
    if killed:
        events.close()
    else:
        control.stop()
        assert list(events)[-1].outcome == "stopped"
    assert len(study_progress_of(folder).interrupted) >= 4
    last = carry_out(folder, stage)[-1]
    assert isinstance(last, StudyEnded)
    assert last.outcome == "finished"
    assert outcomes(folder) == ["finished"] * 5


def test_that_the_minutes_of_a_study_count_over_all_times_and_a_locked_record_is_refused(make_study, stage):
    folder = make_study(trials=500, minutes=0.005, together=4)
    assert carry_out(folder, stage)[-1].outcome == "time"
    with pytest.raises(UserError, match="used up") as caught:
        conduct(folder, Control(), stage)
    assert caught.value.problem.field == "minutes"
    locked = make_study("locked")
    (locked.path / "events.jsonl").unlink()
    (locked.path / "events.jsonl").mkdir()  # what cannot be opened for writing, for a superuser neither
    with pytest.raises(UserError) as caught:
        carry_out(locked, stage)
    assert caught.value.problem.key.startswith("disk.")


@pytest.mark.slow
def test_that_a_real_stack_is_trained_in_one_process_and_one_that_is_killed_costs_nothing():
    choices = Choices(family="linear", size="tiny", settings=(("epochs", 3),))
    plan = plan_study(open_data("sample:iris"), choices, (), "grid", {"repeats": 3, "at_once": 1})
    folder = create_study(plan.recipe)
    place = Killing(victim=1)
    assert list(conduct(folder, Control(), place))[-1].outcome == "finished"
    (trial,) = study_progress_of(folder).trials.values()
    assert trial.outcome == "finished"
    assert len(set(trial.scores)) > 1
    assert place.started == 4
