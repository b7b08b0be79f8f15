"""Where a run stands, folded from what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from trainer_gui.engine.curve import BatchLosses
from trainer_gui.engine.events import (
    BatchesDone,
    Continued,
    EpochEnded,
    MetricInfo,
    Paused,
    RunFinished,
    RunResumed,
    RunStarted,
    from_json,
    to_json,
)
from trainer_gui.engine.progress import Progress, State


def started(epochs: int = 10) -> RunStarted:
    metric = MetricInfo(name="accuracy", label="Accuracy", better="higher")
    return RunStarted(
        run="r",
        family="Linear",
        size="Tiny",
        task="classification",
        epochs=epochs,
        parameters=3,
        device="CPU, 1 thread",
        threads=1,
        rows={},
        loss=MetricInfo(name="loss", label="Loss", better="lower"),
        metric=metric,
        metrics=(metric,),
    )


def ended(epoch: int, loss: float, seconds: float = 0.0) -> EpochEnded:
    return EpochEnded(
        epoch=epoch,
        train_loss=loss / 2,
        validation_loss=loss,
        metrics={"accuracy": 1 - loss / 10},
        seconds=seconds,
    )


def fold(*events):
    progress = Progress()
    for event in events:
        progress.add(event)
    return progress


def test_that_the_best_epoch_is_the_one_with_the_lowest_validation_loss():
    progress = fold(started(), ended(1, 3.0), ended(2, 1.0), ended(3, 2.0))
    assert progress.curve.best_epoch == 2
    assert progress.curve.best_loss == 1.0
    assert progress.metric_at_best == 0.9
    assert progress.metric_now == 0.8


def test_that_a_resume_takes_back_what_was_said_of_later_epochs():
    progress = fold(
        started(), ended(1, 3.0), ended(2, 1.0), ended(3, 0.5), RunResumed(epoch=1), ended(2, 2.0)
    )
    assert progress.curve.epochs.tolist() == [1, 2]
    assert progress.curve.validation_loss.tolist() == [3.0, 2.0]
    assert progress.curve.best_epoch == 2


def test_that_states_follow_the_events():
    progress = fold(started())
    assert progress.state is State.PREPARING
    progress.add(ended(1, 1.0))
    assert progress.state is State.TRAINING
    progress.add(Paused())
    assert progress.state is State.PAUSED
    progress.add(Continued())
    assert progress.state is State.TRAINING
    progress.add(RunFinished(best_epoch=1, early=True))
    assert progress.state is State.FINISHED
    assert progress.stopped_early
    assert progress.share == 1.0


def test_that_the_time_left_comes_from_the_pace():
    progress = fold(started(10), *(ended(epoch, 1.0, seconds=2.0 * epoch) for epoch in range(1, 6)))
    assert progress.seconds_left == 10.0
    assert progress.share == 0.5


def test_that_a_hundred_thousand_epochs_fold_into_arrays():
    progress = fold(started(100_000), *(ended(epoch, 1.0 / epoch) for epoch in range(1, 100_001)))
    assert len(progress.curve) == 100_000
    assert progress.curve.validation_loss.base is not None  # a view, not a copy
    assert progress.curve.best_epoch == 100_000


def test_that_a_loss_without_a_number_is_never_the_best():
    progress = fold(started(), ended(1, 3.0), ended(2, float("nan")), RunResumed(epoch=2))
    assert progress.curve.best_epoch == 1


@given(some.floats(), some.floats(), some.integers(1, 10**6))
def test_that_an_epoch_survives_the_way_through_json(train, validation, epoch):
    event = EpochEnded(epoch=epoch, train_loss=train, validation_loss=validation)
    again = from_json(to_json(event))
    assert isinstance(again, EpochEnded)
    assert np.array_equal([again.train_loss], [train], equal_nan=True)
    assert np.array_equal([again.validation_loss], [validation], equal_nan=True)


def batches(epoch: int, done: int, *losses: float, of: int = 10) -> BatchesDone:
    return BatchesDone(epoch=epoch, done=done, of=of, losses=losses)


def test_that_batch_losses_stand_evenly_between_two_words_of_them():
    places, losses = fold(started(), batches(1, 5, 3.0, 2.0), batches(2, 5, 1.0, 0.5)).batch_losses.arrays()
    assert places.tolist() == [0.25, 0.5, 1.0, 1.5]
    assert losses.tolist() == [3.0, 2.0, 1.0, 0.5]


def test_that_millions_of_batch_losses_take_bounded_room_and_keep_every_outlier():
    kept = BatchLosses(most=64)
    for epoch in range(1, 2001):
        kept.add(epoch, [1.0] * 9 + [9.0 if epoch == 777 else 1.0] + [-9.0 if epoch == 1500 else 1.0])
    places, losses = kept.arrays()
    assert 16 <= len(kept) == len(places) <= 64
    assert (np.diff(places) > 0).all()
    assert losses.max() == 9.0
    assert places[losses.argmax()] == 776 + 10 / 11
    assert losses.min() == -9.0
    assert (
        np.diff(places[::2]).max() < 4 * np.diff(places[::2])[:-1].min()
    )  # the resolution is the same all along


def test_that_an_epoch_begun_anew_takes_its_batch_losses_back():
    progress = fold(started(), batches(1, 10, 3.0, 2.0), batches(2, 8, 7.0, 8.0), batches(2, 4, 1.0))
    assert progress.batch_losses.arrays()[1].tolist() == [3.0, 2.0, 1.0]
    progress.add(RunResumed(epoch=1))
    assert progress.batch_losses.arrays()[1].tolist() == [3.0, 2.0]


def test_that_a_metric_that_comes_later_leaves_a_gap_before():
    late = EpochEnded(epoch=2, train_loss=1, validation_loss=1, metrics={"f1": 0.5}, gradient_length=2.0)
    curve = fold(started(), ended(1, 1.0), late).curve
    assert curve.metric_names == ("accuracy", "f1")
    assert np.array_equal(curve.metric("f1"), [np.nan, 0.5], equal_nan=True)
    assert curve.metrics_at(1) == {"accuracy": 0.9}
    assert curve.metrics_at(2) == {"f1": 0.5}
    assert np.array_equal(curve.gradient_length, [np.nan, 2.0], equal_nan=True)
    assert np.isnan(curve.metric("unheard")).all()


def test_that_the_time_left_is_known_within_the_first_epoch_and_pauses_do_not_count():
    progress = fold(started(10), BatchesDone(epoch=1, done=1, of=4, seconds=1.0))
    assert progress.seconds_left == 39.0
    for event in (Paused(seconds=1.0), Continued(seconds=501.0), ended(1, 1.0, seconds=504.0)):
        progress.add(event)
    assert progress.seconds_left == 36.0
    progress.add(BatchesDone(epoch=2, done=2, of=4, seconds=506.0))
    assert progress.seconds_left == 34.0


def test_that_the_time_between_a_break_and_a_resume_does_not_count():
    progress = fold(started(10), ended(1, 1.0, seconds=2.0), RunResumed(epoch=1, seconds=90.0))
    assert progress.seconds_left is None
    progress.add(ended(2, 1.0, seconds=92.0))
    assert progress.seconds_left == 16.0


def test_that_the_time_left_does_not_jump_after_a_pause_or_a_sleep():
    """The clock of the record is fed by hand; three hours go by between two epochs."""
    progress = Progress()
    progress.add(started(epochs=200))
    left = []
    for number in range(1, 101):
        slept = 10_800.0 if number > 50 else 0.0
        progress.add(
            EpochEnded(epoch=number, train_loss=1.0, validation_loss=1.0, seconds=0.5 * number + slept)
        )
        left.append(progress.seconds_left)
    assert left[1:] == pytest.approx([0.5 * (200 - number) for number in range(2, 101)])
