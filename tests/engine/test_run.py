"""One training from recipe to last word."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import EpochEnded, Noticed, Paused, RunFailed, RunResumed, RunStarted
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run import resume, train
from trainer_gui.engine.run_folder import progress_of, replay
from trainer_gui.engine.store import open_run


def test_that_a_run_begins_with_its_first_word_and_ends_with_one_last_word(flowers, quick, control):
    folder, events = train(quick(flowers), control, dataset=flowers)
    seen = list(events)
    started = [each for each in seen if isinstance(each, RunStarted)]
    assert len(started) == 1
    assert started[0].rows == {"training": 84, "validation": 18, "test": 18}
    assert [each.epoch for each in seen if isinstance(each, EpochEnded)] == [1, 2, 3, 4, 5, 6]
    assert seen[-1].type == "RunFinished"
    assert sum(each.type in ("RunFinished", "RunStopped", "RunFailed") for each in seen) == 1
    assert list(replay(folder)) == seen


def test_that_every_event_is_on_disk_before_it_is_seen(flowers, quick, control):
    folder, events = train(quick(flowers), control, dataset=flowers)
    for number, event in enumerate(events, 1):
        lines = (folder.path / "events.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) == number
        assert f'"type":"{event.type}"' in lines[-1]


@pytest.mark.parametrize("family", ["linear", "neural_network"])
def test_that_the_same_recipe_gives_the_same_curve_to_the_last_bit(flowers, quick, curve_of, family):
    curves = [curve_of(list(train(quick(flowers, family), Control(), dataset=flowers)[1])) for _ in range(2)]
    assert curves[0] == curves[1]


def test_that_another_seed_gives_another_curve(flowers, quick, curve_of):
    curves = [
        curve_of(list(train(quick(flowers, seed=seed), Control(), dataset=flowers)[1])) for seed in (0, 1)
    ]
    assert curves[0] != curves[1]


def test_that_a_class_problem_is_learned_far_better_than_by_guessing(flowers, quick, control):
    folder, events = train(quick(flowers, epochs=40), control, dataset=flowers)
    list(events)
    progress = progress_of(folder)
    assert progress.metric_at_best > 0.9
    assert progress.started.baseline_metrics["accuracy"] < 0.5
    assert progress.curve.best_loss < progress.started.baseline_loss / 2


def test_that_a_number_is_predicted_far_better_than_by_the_mean(slope, quick, control):
    folder, events = train(quick(slope, epochs=60), control, dataset=slope)
    list(events)
    progress = progress_of(folder)
    assert progress.metric_at_best > 0.9
    assert abs(progress.started.baseline_loss - 1) < 0.5


def test_that_a_stop_keeps_the_best_and_the_run_can_go_on_as_if_it_had_never_stopped(
    flowers, quick, curve_of
):
    recipe = quick(flowers, epochs=12)
    whole = list(train(recipe, Control(), dataset=flowers)[1])
    control = Control()
    folder, events = train(recipe, control, dataset=flowers)
    for event in events:
        if isinstance(event, EpochEnded) and event.epoch == 5:
            control.stop()
    assert progress_of(folder).state is State.STOPPED
    assert folder.weights.exists()
    assert why_not_resumed(folder) is None
    rest = list(resume(folder, Control(), flowers))
    assert any(isinstance(each, RunResumed) for each in rest)
    progress = progress_of(folder)
    assert progress.state is State.FINISHED
    losses = zip(progress.curve.train_loss, progress.curve.validation_loss, strict=True)
    assert list(losses) == curve_of(whole)


def test_that_a_paused_run_waits_and_goes_on_without_a_difference(flowers, quick, curve_of):
    recipe = quick(flowers)
    whole = curve_of(list(train(recipe, Control(), dataset=flowers)[1]))
    control = Control()
    seen = []
    for event in train(recipe, control, dataset=flowers)[1]:
        seen.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            control.pause()
        if isinstance(event, Paused):
            control.resume()
    assert [each.type for each in seen].count("Paused") == 1
    assert [each.type for each in seen].count("Continued") == 1
    assert curve_of(seen) == whole


def test_that_a_killed_run_can_be_opened_and_goes_on_to_the_same_end(tmp_path: Path, curve_of):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(3000, 8)), columns=list("abcdefgh"))
    frame["y"] = np.where(frame.a + frame.b > 0, "yes", "no")
    frame.to_csv(tmp_path / "data.csv", index=False)
    out = tmp_path / "run"
    code = (
        "import sys; from pathlib import Path\n"
        "from trainer_gui.engine.control import Control\n"
        "from trainer_gui.engine.recipe import Choices, resolve\n"
        "from trainer_gui.engine.run import train\n"
        "from trainer_gui.engine.sources import open_data\n"
        f"data = open_data({str(tmp_path / 'data.csv')!r})\n"
        "settings = (('epochs', 60), ('early_stopping', False))\n"
        "recipe = resolve(data, Choices(size='tiny', settings=settings))\n"
        f"for event in train(recipe, Control(), path=Path({str(out)!r}), dataset=data)[1]:\n"
        "    print(event.type, getattr(event, 'epoch', ''), flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.split() == ["EpochEnded", "9"]:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.stdout.close()
    process.wait()
    folder = open_run(out)
    broken_off = progress_of(folder)
    assert broken_off.state is State.STOPPED
    assert broken_off.epoch >= 9
    assert why_not_resumed(folder) is None
    assert folder.weights.exists()
    list(resume(folder, Control()))
    recipe = folder.recipe
    whole = curve_of(list(train(recipe, Control())[1]))
    curve = progress_of(folder).curve
    assert list(zip(curve.train_loss, curve.validation_loss, strict=True)) == whole


def test_that_a_finished_run_cannot_be_resumed(flowers, quick, control):
    folder, events = train(quick(flowers), control, dataset=flowers)
    list(events)
    with pytest.raises(Exception, match="cannot be resumed"):
        resume(folder, Control(), flowers)


def test_that_early_stopping_ends_the_run_and_says_so(flowers, quick, control):
    recipe = quick(flowers, epochs=500, early_stopping=True, patience=5, learning_rate=0.05)
    seen = list(train(recipe, control, dataset=flowers)[1])
    assert seen[-1].type == "RunFinished"
    assert seen[-1].early
    epochs = [each.epoch for each in seen if isinstance(each, EpochEnded)]
    assert epochs[-1] == seen[-1].best_epoch + 5


def test_that_a_loss_that_runs_away_is_caught_with_a_tenth_of_the_rate(slope, quick, control):
    recipe = quick(
        slope, family="linear", optimiser="sgd", learning_rate=0.8, gradient_clipping=0.0, epochs=50
    )
    folder, events = train(recipe, control, dataset=slope)
    seen = list(events)
    said = [each.problem.key for each in seen if isinstance(each, Noticed)]
    assert said.count("training.slowed") == 1
    assert seen[-1].type == "RunFinished"
    assert folder.weights.exists()


def test_that_a_loss_that_runs_away_twice_ends_the_run_with_advice(slope, quick, control):
    recipe = quick(
        slope, family="linear", optimiser="sgd", learning_rate=10.0, gradient_clipping=0.0, epochs=50
    )
    folder, events = train(recipe, control, dataset=slope)
    seen = list(events)
    assert isinstance(seen[-1], RunFailed)
    assert seen[-1].problem.field == "learning_rate"
    assert "0.1 or less" in seen[-1].problem.advice
    assert folder.weights.exists()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("one", "nothing to tell apart"),
        ("none", "no value"),
    ],
)
def test_that_a_target_that_cannot_be_learned_is_refused_in_words(make_table, control, column, words):
    frame = pd.DataFrame(
        {
            "x": np.arange(40.0),
            "one": ["same"] * 40,
            "none": pd.Series([None] * 40, dtype="str"),
        }
    )
    dataset = make_table(frame, column)
    try:
        recipe = resolve(dataset, Choices(target=column, family="linear"))
        last = list(train(recipe, control, dataset=dataset)[1])[-1]
        found = last.problem
    except UserError as error:
        found = error.problem
    assert words in str(found)
    assert found.advice


def test_that_a_fault_of_our_own_becomes_a_last_word_with_details(flowers, quick, control, monkeypatch):
    def broken(*anything: object) -> None:
        raise ZeroDivisionError("step 7")

    monkeypatch.setattr("trainer_gui.engine.training.step.Step.take", broken)
    last = list(train(quick(flowers), control, dataset=flowers)[1])[-1]
    assert isinstance(last, RunFailed)
    assert "ZeroDivisionError: step 7" in last.details
    assert "step 7" not in last.problem.message


def test_that_a_gpu_without_memory_is_said_in_words(flowers, quick, control, monkeypatch):
    import torch

    def full(*anything: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    monkeypatch.setattr("trainer_gui.engine.training.step.Step.take", full)
    last = list(train(quick(flowers), control, dataset=flowers)[1])[-1]
    assert isinstance(last, RunFailed)
    assert last.problem.key == "memory.full"
    assert "smaller batch" in last.problem.advice


def test_that_data_which_changed_is_said_when_repeating_and_refused_when_resuming(
    flowers, quick, monkeypatch
):
    from dataclasses import replace

    recipe = quick(flowers, epochs=12)
    control = Control()
    folder, events = train(recipe, control, dataset=flowers)
    for event in events:
        if isinstance(event, EpochEnded) and event.epoch == 3:
            control.stop()
    other = replace(flowers, fingerprint="blake2b:other")
    monkeypatch.setattr("trainer_gui.engine.preparing.open_data", lambda *_, **__: other)
    last = list(resume(folder, Control(), other))[-1]
    assert isinstance(last, RunFailed)
    assert last.problem.key == "data.changed"
    repeated = list(train(recipe, Control(), dataset=other)[1])
    keys = [each.problem.key for each in repeated if isinstance(each, Noticed)]
    assert "data.changed_since" in keys
