"""A study from its first word to its last, also where it is interrupted."""

import itertools

import psutil
import pytest

from tests.engine.study.conftest import EPOCHS, failure, loss_of
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Noticed, RunFailed
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.study.conduct import conduct
from trainer_gui.engine.study.events import StudyEnded, TrialReported, TrialStarted
from trainer_gui.engine.study.folder import (
    create_study,
    open_study,
    record,
    replay,
    studies,
    study_progress_of,
)
from trainer_gui.engine.study.place import Order, Worker
from trainer_gui.engine.study.places.here import Here
from trainer_gui.engine.study.plan import plan_study, widened
from trainer_gui.engine.study.progress import StudyState


def carry_out(folder, stage, control=None):
    return list(conduct(folder, control or Control(), stage))


def outcomes(folder):
    return [each.outcome for each in study_progress_of(folder).trials.values()]


def asked(folder):
    return [each.values for each in study_progress_of(folder).trials.values()]


def test_that_what_is_recorded_is_what_was_said_and_the_best_is_the_lowest_loss(make_study, stage):
    folder = make_study(trials=7, at_once=3)
    said = carry_out(folder, stage)
    assert said == list(replay(open_study(folder.path)))
    assert [type(each) for each in said].count(StudyEnded) == 1
    assert said[-1].outcome == "finished"
    progress = study_progress_of(folder)
    assert outcomes(folder) == ["finished"] * 7
    expected = {
        number: loss_of(folder.run(each.runs[0]).recipe, EPOCHS) for number, each in progress.trials.items()
    }
    assert progress.best.number == min(expected, key=expected.__getitem__)
    assert {number: each.score for number, each in progress.trials.items()} == pytest.approx(expected)
    scores = [progress.trials[number].score for _, number in progress.best_so_far]
    assert scores == sorted(scores, reverse=True)
    assert stage.most == 3
    assert not folder.is_live


def test_that_a_score_is_the_mean_over_runs_that_differ_in_their_seed_alone(make_study, stage):
    folder = make_study(trials=3, repeats=4, at_once=2)
    carry_out(folder, stage)
    trial = study_progress_of(folder).trials[1]
    recipes = [folder.run(each).recipe for each in trial.runs]
    assert [each.seed for each in recipes] == [0, 1, 2, 3]
    assert len({each.settings["learning_rate"] for each in recipes}) == 1
    assert trial.score == pytest.approx(sum(trial.scores) / 4)
    assert len(set(trial.scores)) == 4


def test_that_a_worker_that_dies_is_one_failed_trial_with_its_reason(make_study, stage):
    stage.endings[3] = -9
    folder = make_study()
    assert carry_out(folder, stage)[-1].outcome == "finished"
    assert outcomes(folder) == ["finished"] * 2 + ["failed"] + ["finished"] * 3
    (failed,) = study_progress_of(folder).failed
    assert failed.reason.key == "study.worker_died"
    assert "signal 9" in str(failed.reason)


def test_that_a_run_that_its_place_has_lost_goes_on_there_and_fails_when_it_is_lost_for_ever(
    make_study, stage
):
    stage.endings[2] = failure("node.lost")
    folder = make_study(trials=3, at_once=2)
    said = carry_out(folder, stage)
    assert outcomes(folder) == ["finished"] * 3
    assert [each.problem.key for each in said if isinstance(each, Noticed)] == ["node.lost"]
    assert [each.resume for each in stage.orders] == [False, False, True, False]
    assert study_progress_of(folder).trials[1].losses[0][-1][0] == EPOCHS
    stage.always = failure("node.lost")
    endless = make_study("endless", trials=1)
    carry_out(endless, stage)
    (failed,) = study_progress_of(endless).failed
    assert failed.reason.key == "node.lost"


def test_that_a_place_that_is_not_there_costs_no_trial(make_study, stage):
    stage.endings[2] = UserError(failure("place.gone"))
    folder = make_study(trials=3)
    last = carry_out(folder, stage)[-1]
    assert (last.outcome, last.problem.key) == ("failed", "place.gone")
    assert outcomes(folder) == ["finished", "stopped"]
    assert carry_out(folder, stage)[-1].outcome == "finished"


def test_that_a_study_of_which_all_trials_fail_ends_and_says_why_the_first_did(make_study, stage):
    stage.always = RunFailed(problem=failure())
    folder = make_study(trials=50)
    last = carry_out(folder, stage)[-1]
    assert last.outcome == "failed"
    assert last.problem.key == "study.all_failed"
    assert "The memory is full." in str(last.problem)
    assert len(stage.orders) == 5


@pytest.mark.parametrize(
    ("how", "cut_off"),
    [("random", "stopped"), ("bayes", "killed"), ("halving", "killed"), ("grid", "stopped")],
)
def test_that_a_study_goes_on_as_if_it_had_not_been_interrupted(make_study, stage, how, cut_off):
    limits = {"how": how, "trials": 6, "vary": ("learning_rate=0.0001..1:5",)}
    whole, broken = make_study("whole", **limits), make_study("broken", **limits)
    carry_out(whole, stage)
    control = Control()
    events = conduct(broken, control, stage)
    reports = (each for each in events if isinstance(each, TrialReported))
    for _ in itertools.islice(reports, 23 if how != "halving" else 14):
        pass
    if cut_off == "stopped":
        control.stop()
        assert list(events)[-1].outcome == "stopped"
    else:
        events.close()  # nothing is said any more
        with (broken.path / "events.jsonl").open("a") as file:
            file.write('{"type":"TrialRep')  # the last line is cut off
    assert study_progress_of(broken).state is StudyState.STOPPED
    assert len(study_progress_of(broken).interrupted) == 1
    again = carry_out(broken, stage)
    assert again[-1].outcome == "finished"
    assert any(isinstance(each, TrialStarted) and each.again for each in again)
    assert asked(broken) == asked(whole)
    assert outcomes(broken) == outcomes(whole)
    assert study_progress_of(broken).best.score == study_progress_of(whole).best.score
    with pytest.raises(UserError, match="more trials"):
        conduct(broken, Control(), stage)


def test_that_a_full_disk_ends_the_study_and_costs_no_trial(make_study, stage):
    stage.endings[3] = RunFailed(problem=failure("disk.full"))
    folder = make_study()
    last = carry_out(folder, stage)[-1]
    assert (last.outcome, last.problem.key) == ("failed", "disk.full")
    assert outcomes(folder) == ["finished", "finished", "stopped"]
    assert carry_out(folder, stage)[-1].outcome == "finished"
    assert outcomes(folder) == ["finished"] * 6


def test_that_a_study_whose_own_words_do_not_fit_on_the_disk_ends_in_a_sentence(make_study):
    resource = pytest.importorskip("resource")
    folder = make_study()
    endless = (TrialReported(number=0, epoch=epoch, loss=1.0) for epoch in itertools.count(1))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        said = list(record(folder, endless))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert said[-1].outcome == "failed"
    assert said[-1].problem.key.startswith("disk.")
    assert list(replay(folder))[: len(said) - 1] == said[:-1]


def test_that_a_worker_that_cannot_be_started_ends_the_study_in_a_sentence(make_study, stage):
    stage.endings[2] = OSError(11, "Resource temporarily unavailable")
    folder = make_study()
    last = carry_out(folder, stage)[-1]
    assert (last.outcome, last.problem.key) == ("failed", "disk.error")
    assert outcomes(folder) == ["finished", "stopped"]


def test_that_halving_stops_losers_and_repeats_only_what_was_worth_it(make_study, stage):
    folder = make_study(how="halving", trials=15, repeats=2, at_once=4)
    carry_out(folder, stage)
    progress = study_progress_of(folder)
    cut = [each for each in progress.trials.values() if each.outcome == "cut"]
    assert len(cut) >= 5
    assert all(len(each.losses) == 1 and len(each.losses[0]) < EPOCHS for each in cut)
    assert all(each.score > progress.best.score for each in cut)
    kept = [each for each in progress.trials.values() if each.outcome == "finished"]
    assert all(len(each.scores) == 2 for each in kept)
    run = folder.run(cut[0].runs[0])
    assert progress_of(run).state is State.STOPPED


def test_that_a_study_continues_with_more_trials_and_wider_ranges(make_study, stage):
    folder = make_study(how="bayes", trials=2, vary=("learning_rate=0.0001..0.001",))
    carry_out(folder, stage)
    folder.save_recipe(widened(folder.recipe, ("learning_rate=0.0001..1",), {"trials": 8}))
    said = carry_out(folder, stage)
    assert said[0].again
    rates = [each["learning_rate"] for each in asked(folder)]
    assert len(rates) == 8
    assert max(rates[:2]) <= 0.001 < max(rates[2:])
    assert study_progress_of(folder).best.number >= 2


@pytest.mark.parametrize(
    ("vary", "limits", "key"),
    [
        (("dropout=0,0.1",), {}, "vary.unknown"),
        (("weight_decay=0,0.1",), {}, "study.other_axes"),
        ((), {"repeats": 2}, "study.other_repeats"),
        ((), {"trials": 0}, "setting.not_accepted"),
        ((), {"at_once": 1000}, "study.too_many_at_once"),
    ],
)
def test_that_a_study_is_not_continued_as_another_one(make_study, vary, limits, key):
    with pytest.raises(UserError) as caught:
        widened(make_study().recipe, vary, limits)
    assert caught.value.problem.key == key


def test_that_a_study_ends_when_its_minutes_are_over(make_study, stage):
    folder = make_study(trials=500, minutes=0.01)
    assert carry_out(folder, stage)[-1].outcome == "time"
    assert 0 < len(study_progress_of(folder).trials) < 500


def test_that_a_study_says_beforehand_how_many_runs_it_makes_and_refuses_an_endless_grid(flowers):
    choices = Choices(family="linear", settings=(("epochs", 3),))
    plan = plan_study(
        flowers, choices, ("size=tiny,small", "learning_rate=0.001..0.1:3"), "grid", {"repeats": 2}
    )
    assert plan.runs == 12
    assert plan.seconds > 0
    study = plan.recipe
    assert study.recipe_of({"size": "small", "learning_rate": 0.5}, 0).settings["factors"] == 4
    assert study.recipe_of({"size": "tiny", "learning_rate": 0.5}, 0).settings["factors"] == 0
    assert study.recipe_of({"size": "tiny", "learning_rate": 0.5}, 1).settings["threads"] == 1
    with pytest.raises(UserError) as caught:
        plan_study(
            flowers, choices, ("learning_rate=0.001..0.1:1000", "weight_decay=0.001..0.1:1000"), "grid", {}
        )
    assert caught.value.problem.key == "study.grid_too_large"
    assert "1,000,000" in str(caught.value)
    assert "days" in str(caught.value)
    with pytest.raises(UserError, match="in full"):
        plan_study(flowers, choices, ("size=tiny,small",), "grid", {"trials": 1})


class Killing(Here):
    """Here, but one process is ended from outside as soon as it is there, the second or another one."""

    def __init__(self, victim: int = 2) -> None:
        self.victim, self.started = victim, 0

    def start(self, order: Order) -> Worker:
        worker = super().start(order)
        self.started += 1
        if self.started == self.victim:
            (child,) = psutil.Process().children()
            child.kill()
        return worker


@pytest.mark.slow
def test_that_real_processes_train_and_one_that_is_killed_fails_alone():
    choices = Choices(family="linear", size="tiny", settings=(("epochs", 3),))
    plan = plan_study(
        open_data("sample:iris"), choices, ("learning_rate=0.01,0.02",), "grid", {"at_once": 1, "together": 1}
    )
    folder = create_study(plan.recipe)
    assert studies() == [folder]
    assert list(conduct(folder, Control(), Killing()))[-1].outcome == "finished"
    first, second = study_progress_of(folder).trials.values()
    assert (first.outcome, second.outcome) == ("finished", "failed")
    assert second.reason.key == "study.worker_died"
    run = progress_of(folder.run(first.runs[0]))
    assert run.state is State.FINISHED
    assert first.score == run.curve.best_loss
    assert run.started.threads == 1
    assert folder.run(first.runs[0]).test_openings == []
