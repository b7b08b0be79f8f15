"""What curves say, tried on curves whose meaning is known."""

import math
from collections.abc import Callable
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from trainer_gui.engine.events import EpochEnded, MetricInfo, Noticed, RunFailed, RunFinished, RunStarted
from trainer_gui.engine.problems import problem
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.verdict import verdict
from trainer_gui.engine.verdict_rule import Verdict
from trainer_gui.engine.verdict_rules import RULES

GUESS = 1.1  # the loss of the simplest guess in every curve here
Curves = tuple[np.ndarray, np.ndarray]


def said(
    train: np.ndarray | list[float],
    validation: np.ndarray | list[float],
    *,
    baseline: float | None = GUESS,
    finished: bool = True,
    early: bool = False,
    epochs: int | None = None,
    rows: int = 500,
    validation_rows: int = 200,
    notice: str = "",
    size: str = "small",
    **settings: object,
) -> Verdict | None:
    """The verdict on a curve."""
    progress = Progress()
    metric = MetricInfo(name="accuracy", label="Accuracy", better="higher")
    progress.add(
        RunStarted(
            run="r",
            family="f",
            size=size,
            task="classification",
            epochs=epochs or len(train),
            parameters=1,
            device="CPU",
            threads=1,
            rows={"training": rows, "validation": validation_rows, "test": 9} if rows else {},
            loss=MetricInfo(name="loss", label="Loss", better="lower"),
            metric=metric,
            baseline_loss=baseline,
        )
    )
    if notice:
        progress.add(Noticed(problem=problem(notice, "It ran away.", "It went on.")))
    for epoch, (a, b) in enumerate(zip(train, validation, strict=True), 1):
        progress.add(EpochEnded(epoch=epoch, train_loss=a, validation_loss=b))
    if finished:
        progress.add(RunFinished(best_epoch=progress.curve.best_epoch, early=early))
    return verdict(progress, {"learning_rate": 0.003, "dropout": 0.1, "weight_decay": 0.01, **settings}, size)


def kind(*curves: np.ndarray, **about: object) -> str | None:
    found = said(*curves, **about)  # type: ignore[arg-type]
    return found and found.kind


EPOCHS = np.arange(60)
SETTLED = 0.2 + np.exp(-EPOCHS / 4)


def over_fitting(draw: np.random.Generator, noise: float) -> Curves:
    rising = 0.3 + 0.7 * np.exp(-EPOCHS / 5) + 0.015 * np.maximum(0, EPOCHS - 15)
    return with_noise(draw, np.exp(-EPOCHS / 15), noise), with_noise(draw, rising, noise)


def flat(draw: np.random.Generator, noise: float) -> Curves:
    level = np.full(60, GUESS)
    return with_noise(draw, level, noise / 3), with_noise(draw, level + 0.02, noise / 3)


def falling(draw: np.random.Generator, noise: float) -> Curves:
    line = np.linspace(1.0, 0.3, 60)
    return with_noise(draw, line, noise), with_noise(draw, line + 0.02, noise / 5)


def jumping(draw: np.random.Generator, noise: float) -> Curves:
    return 2.5 + draw.normal(0, 0.5 + 10 * noise, 60).clip(-1), 3 + draw.normal(0, 1, 60).clip(-2)


def creeping(draw: np.random.Generator, noise: float) -> Curves:
    line = np.linspace(1.2, 1.0, 60)
    return with_noise(draw, line, noise / 2), with_noise(draw, line, noise / 4)


def restless(draw: np.random.Generator, noise: float) -> Curves:
    level = 0.5 + 0.6 * np.exp(-EPOCHS / 3)
    return with_noise(draw, level, 0.03), with_noise(draw, level + 0.3, 0.15 + noise)


def by_heart(draw: np.random.Generator, noise: float) -> Curves:
    learned = 0.1 + np.exp(-EPOCHS / 6)
    return with_noise(draw, learned, noise), with_noise(draw, 1.05 + 0.005 * EPOCHS, noise)


def levelling(draw: np.random.Generator, noise: float) -> Curves:
    level = 0.3 + 0.8 * np.exp(-np.arange(300) / 8)
    return with_noise(draw, level, noise), with_noise(draw, level + 0.02, noise + 0.005)


def slow(draw: np.random.Generator, noise: float) -> Curves:
    level = 0.2 + np.exp(-EPOCHS / 25)
    return with_noise(draw, level, noise), with_noise(draw, level + 0.01, noise)


def settled(draw: np.random.Generator, noise: float) -> Curves:
    return with_noise(draw, SETTLED, noise), with_noise(draw, SETTLED + 0.01, noise)


def with_noise(draw: np.random.Generator, losses: np.ndarray, noise: float) -> np.ndarray:
    return np.abs(losses + draw.normal(0, noise, len(losses)))


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.03])
@pytest.mark.parametrize(
    ("make", "about", "expected"),
    [
        (over_fitting, {}, "over_fitting"),
        (flat, {"early": True}, "no_better_than_baseline"),
        (falling, {}, "still_falling"),
        (jumping, {"learning_rate": 1.0}, "rate_too_high"),
        (creeping, {"learning_rate": 1e-6}, "rate_too_low"),
        (creeping, {"learning_rate": 8e-4}, "rate_too_low"),
        (restless, {"validation_rows": 15}, "noisy_validation"),
        (by_heart, {"rows": 60, "validation_rows": 12, "dropout": 0.6}, "too_little_data"),
        (levelling, {"early_stopping": False}, "plateau"),
        (settled, {}, "done"),
    ],
)
def test_that_every_kind_is_heard_through_noise(
    make: Callable[[np.random.Generator, float], Curves],
    about: dict[str, object],
    expected: str,
    noise: float,
) -> None:
    heard = [kind(*make(np.random.default_rng(seed), noise), **about) for seed in range(10)]
    assert heard.count(expected) >= 9, heard


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.03])
@pytest.mark.parametrize(
    ("make", "about", "unheard"),
    [
        (settled, {}, "over_fitting"),
        (settled, {"validation_rows": 15}, "noisy_validation"),
        (slow, {"early_stopping": False}, "plateau"),
        (over_fitting, {"finished": False}, "too_little_data"),  # it is hardly held back
        (over_fitting, {"rows": 50_000, "dropout": 0.6}, "too_little_data"),  # rows are not what is lacking
        (flat, {"finished": False}, "no_better_than_baseline"),  # it may still find out how
        (flat, {"learning_rate": 1.0}, "rate_too_high"),  # it does not jump
        (jumping, {"learning_rate": 0.001}, "rate_too_high"),  # the rate is usual: something else is wrong
        (falling, {"learning_rate": 1e-6}, "rate_too_low"),  # it has learned
        (flat, {"learning_rate": 1e-3}, "rate_too_low"),  # a usual rate, and no fall
        (restless, {"validation_rows": 5000, "rows": 50_000}, "noisy_validation"),
        (levelling, {"early_stopping": False, "finished": False, "schedule": "cosine"}, "plateau"),
        (falling, {"early": True}, "still_falling"),
    ],
)
def test_that_a_near_miss_is_not_called_by_the_name(
    make: Callable[[np.random.Generator, float], Curves],
    about: dict[str, object],
    unheard: str,
    noise: float,
) -> None:
    heard = [kind(*make(np.random.default_rng(seed), noise), **about) for seed in range(10)]
    assert unheard not in heard


@pytest.mark.parametrize("finished", [False, True])
def test_that_over_fitting_is_named_with_its_epoch_and_its_gap(finished: bool) -> None:
    train, validation = over_fitting(np.random.default_rng(0), 0.0)
    found = said(train, validation, finished=finished)
    assert found is not None
    assert f"since epoch {int(np.argmin(validation)) + 2}" in found.title
    gap = np.median(validation[-6:]) - np.median(train[-6:])
    assert f"the gap is {gap:.2g}" in found.text


@pytest.mark.parametrize(
    ("settings", "change", "label"),
    [
        ({"dropout": 0.0}, {"dropout": 0.3}, "dropout 0.3"),
        ({"dropout": 0.2}, {"dropout": 0.4}, "dropout 0.4"),
        ({"dropout": 0.6, "weight_decay": 0.01}, {"weight_decay": 0.1}, "weight decay 0.1"),
        ({"dropout": None, "weight_decay": 0.05}, {"weight_decay": 0.5}, "weight decay 0.5"),
    ],
)
def test_that_over_fitting_is_answered_with_more_of_what_holds_back(
    settings: dict[str, object], change: dict[str, object], label: str
) -> None:
    found = said(*over_fitting(np.random.default_rng(0), 0.0), **settings)  # type: ignore[arg-type]
    assert found is not None
    assert found.suggestion is not None
    assert found.suggestion.change.settings == change
    assert found.suggestion.label == f"Try again with {label}"


def test_that_a_smaller_size_is_held_back_as_much_as_before() -> None:
    found = said(*over_fitting(np.random.default_rng(0), 0.0), dropout=0.6, weight_decay=1.0, size="medium")
    assert found is not None
    assert found.suggestion is not None
    assert found.suggestion.change.size == "small"
    assert found.suggestion.change.settings == {"dropout": 0.6, "weight_decay": 1.0}


def test_that_the_largest_size_is_not_offered_a_larger_one() -> None:
    found = said(*flat(np.random.default_rng(0), 0.0), early=True, size="large")
    assert found is not None
    assert found.suggestion is None


def test_that_more_epochs_are_offered_where_it_still_fell() -> None:
    found = said(*falling(np.random.default_rng(0), 0.0))
    assert found is not None
    assert found.suggestion is not None
    assert found.suggestion.change.settings == {"epochs": 120}


def test_that_what_the_guard_had_to_mend_is_said_even_where_it_then_went_well() -> None:
    found = said(SETTLED, SETTLED + 0.01, notice="training.slowed", learning_rate=0.5)
    assert found is not None
    assert found.kind == "rate_too_high"
    assert found.suggestion is not None
    assert found.suggestion.change.settings == {"learning_rate": 0.05}


def test_that_a_run_that_failed_for_its_rate_is_offered_a_smaller_one() -> None:
    progress = Progress()
    progress.add(
        RunStarted(
            run="r",
            family="f",
            size="s",
            task="regression",
            epochs=9,
            parameters=1,
            device="CPU",
            threads=1,
            rows={},
            loss=MetricInfo(name="loss", label="Loss", better="lower"),
            metric=MetricInfo(name="r2", label="R²", better="higher"),
        )
    )
    progress.add(EpochEnded(epoch=1, train_loss=9.0, validation_loss=9.0))
    progress.add(RunFailed(problem=problem("training.not_finite", "It was no number.", "Start again.")))
    found = verdict(progress, {"learning_rate": 5.0}, "small")
    assert found is not None
    assert found.suggestion is not None
    assert found.suggestion.change.settings == {"learning_rate": 0.003}


def test_that_nothing_is_said_of_a_run_that_learns_well() -> None:
    assert kind(np.exp(-EPOCHS[:20] / 15), np.exp(-EPOCHS[:20] / 15) + 0.02, finished=False) is None


@pytest.mark.parametrize("validation", [[0.9], [0.3, 0.31, 0.31], [0.9, 0.6, 0.4]])
def test_that_nothing_is_concluded_from_a_few_epochs(validation: list[float]) -> None:
    found = said([0.9, 0.5, 0.4][: len(validation)], validation)
    assert found is not None
    assert found.suggestion is not None
    assert (found.kind, found.suggestion.change.settings) == ("too_short", {"epochs": 20})


def test_that_a_tiny_rate_is_blamed_after_few_epochs_before_the_data_is() -> None:
    assert kind([1.1] * 5, [1.1] * 5, learning_rate=1e-6) == "rate_too_low"
    assert kind([1.1] * 5, [1.1] * 5) == "no_better_than_baseline"


def test_that_a_verdict_on_an_over_fitting_curve_stays_once_it_is_said() -> None:
    train, validation = over_fitting(np.random.default_rng(0), 0.02)
    heard = [kind(train[:end], validation[:end], finished=False, epochs=60) for end in range(1, 61)]
    assert [each for each, _ in groupby(heard)] == [None, "over_fitting"]


def test_that_a_restless_validation_loss_below_the_training_loss_is_not_called_over_fitting() -> None:
    draw = np.random.default_rng(3)
    for _ in range(50):
        train = 0.1 + 0.5 * np.exp(-EPOCHS / 2) + draw.normal(0, 0.03, 60)
        validation = 0.08 + 0.3 * np.exp(-EPOCHS / 2) + np.abs(draw.normal(0, 0.05, 60))
        assert kind(train, validation, dropout=0.3) != "over_fitting"


_losses = some.one_of(some.floats(min_value=0, max_value=3), some.floats().map(abs))


@given(
    some.lists(some.tuples(_losses, _losses), max_size=60),
    some.booleans(),
    some.one_of(some.none(), some.floats(min_value=0, max_value=1e6)),
    some.integers(min_value=0, max_value=300),
    some.sampled_from(["constant", "cosine"]),
    some.booleans(),
    some.floats(min_value=1e-7, max_value=10),
)
def test_that_any_curve_is_judged_or_left_alone(
    curve: list[tuple[float, float]],
    finished: bool,
    baseline: float | None,
    rows: int,
    schedule: str,
    stopping: bool,
    rate: float,
) -> None:
    found = said(
        [each for each, _ in curve],
        [each for _, each in curve],
        baseline=baseline,
        finished=finished,
        epochs=max(1, len(curve)),
        rows=rows,
        validation_rows=rows // 4,
        schedule=schedule,
        early_stopping=stopping,
        learning_rate=rate,
    )
    if found is not None:
        assert found.kind in {each.kind for each in RULES}
        assert "nan" not in found.title + found.text
        assert all(math.isfinite(each) for pair in curve for each in pair)
