"""Which setting matters: rarely said where none does, found where one does, and told where it cannot be."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.study.axis import Axis, Value
from trainer_gui.engine.study.importance import Importance, importance_of, in_sentences
from trainer_gui.engine.study.outline import Kind, StudyOutline, TrialOutline, members_of
from trainer_gui.engine.study.progress import Trial
from trainer_gui.engine.study.space import space_of
from trainer_gui.engine.study.strategies import STRATEGIES

AXES = space_of(
    ("learning_rate=0.0001..0.1", "dropout=0..0.5", "optimiser=adamw,adam,sgd", "batch_size=8..512"),
    "neural_network",
).axes


def outline_of(
    count: int,
    loss: Callable[[dict[str, Value], float], float],
    *,
    axes: tuple[Axis, ...] = AXES,
    seed: int = 0,
    kinds: dict[int, tuple[Kind, str]] | None = None,
) -> StudyOutline:
    """Trials drawn evenly; `loss` is given the values and a normal deviate."""
    draw = np.random.default_rng(seed)
    trials = []
    for number in range(count):
        values: dict[str, Value] = {
            axis.name: axis.at(draw.random())
            if axis.is_range
            else axis.values[draw.integers(len(axis.values))]
            for axis in axes
        }
        kind, key = (kinds or {}).get(number, ("finished", ""))
        reason = Problem(key=key, message="It failed.") if key else None
        score = math.nan if kind == "failed" else loss(values, draw.normal())
        shares = tuple(axis.share(values[axis.name]) for axis in axes)
        trial = Trial(number, values, (), reason=reason)
        trials.append(
            TrialOutline(number, kind, score, math.nan, float(number), shares, members_of({}), trial)
        )
    return StudyOutline(axes=axes, trials=tuple(trials))


def valley(values: dict[str, Value], noise: float) -> float:
    """The learning rate has a best place in the middle of its range, sgd is worse, the others do nothing."""
    rate = math.log10(float(values["learning_rate"])) + 2.5
    return math.exp(0.5 * rate**2 + (0.7 if values["optimiser"] == "sgd" else 0.0) + 0.1 * noise)


def found_in(found: Importance, finding: str) -> set[str]:
    return {each.axis.name for each in found.weights if each.finding == finding}


def test_that_what_matters_is_found_and_what_does_not_is_said_to_hardly_matter() -> None:
    found = importance_of(outline_of(150, valley))
    assert [each.axis.name for each in found.weights[:2]] == ["learning_rate", "optimiser"]
    assert found_in(found, "matters") == {"learning_rate", "optimiser"}
    assert found_in(found, "hardly") == {"dropout", "batch_size"}
    words = " ".join(each.message for each in in_sentences(found))
    assert words.startswith("The learning rate matters most: about ")
    assert "After it comes the optimiser." in words
    assert " hardly matter in these ranges." in words


def test_that_a_setting_without_effect_is_rarely_said_to_matter() -> None:
    studies = [
        importance_of(outline_of(60, lambda _, noise: math.exp(noise), seed=seed)) for seed in range(150)
    ]
    alarms = sum(bool(found_in(each, "matters")) for each in studies)
    assert alarms <= 5  # 1 % of them is expected
    beside = [importance_of(outline_of(60, valley, seed=seed)) for seed in range(60)]
    assert sum(bool(found_in(each, "matters") - {"learning_rate", "optimiser"}) for each in beside) <= 3
    assert not any(found_in(each, "hardly") & {"learning_rate"} for each in beside)


def test_that_a_setting_with_some_effect_is_rarely_said_to_hardly_matter() -> None:
    def some(values: dict[str, Value], noise: float) -> float:
        """A fifth of the differences goes back to the dropout, the rest to chance."""
        return math.sqrt(0.2 * 12) * 2 * float(values["dropout"]) + math.sqrt(0.8) * noise

    studies = [importance_of(outline_of(40 + seed, some, seed=seed)) for seed in range(100)]
    assert sum("dropout" in found_in(each, "hardly") for each in studies) <= 8  # 5 % at most are expected


def test_that_a_search_that_goes_where_it_is_good_blames_no_other_setting() -> None:
    alarms = 0
    for seed in range(8):
        draw, space = np.random.default_rng(seed), space_of([each.text for each in AXES], "neural_network")
        search = STRATEGIES["bayes"].begin(space, seed, 10)
        trials = []
        for number in range(60):
            values = search.ask(number)
            assert values is not None
            score = valley(values, draw.normal())
            search.tell(number, score)
            shares = tuple(axis.share(values[axis.name]) for axis in AXES)
            trial = Trial(number, values, ())
            trials.append(
                TrialOutline(number, "finished", score, math.nan, 0.0, shares, members_of({}), trial)
            )
        found = importance_of(StudyOutline(axes=AXES, trials=tuple(trials)))
        alarms += bool(found_in(found, "matters") - {"learning_rate", "optimiser"})
    assert alarms <= 1


def test_that_few_trials_say_nothing_of_any_setting() -> None:
    found = importance_of(outline_of(8, valley))
    assert not found.weights
    assert found.trials == 8 < found.needed
    (sentence,) = in_sentences(found)
    assert (
        sentence.message
        == f"Too few trials to tell which setting matters: 8 of the {found.needed} that it takes."
    )


def test_that_a_loss_that_was_no_number_counts_as_the_worst_and_another_failure_not_at_all() -> None:
    kinds: dict[int, tuple[Kind, str]] = dict.fromkeys(range(10), ("failed", "memory.full"))
    kinds |= dict.fromkeys(range(10, 20), ("failed", "training.not_finite"))
    assert importance_of(outline_of(60, valley, kinds=kinds)).trials == 50


def test_that_the_logarithm_of_the_loss_gives_the_same_weights() -> None:
    plain = importance_of(outline_of(80, valley))
    log = importance_of(outline_of(80, lambda values, noise: math.log(valley(values, noise))))
    assert [each.share for each in plain.weights] == [each.share for each in log.weights]


def test_that_a_setting_that_was_the_same_in_all_trials_is_not_judged() -> None:
    axes = (AXES[0], space_of(("optimiser=adamw,sgd",), "neural_network").axes[0])
    outline = outline_of(60, valley, axes=axes)
    same = StudyOutline(
        axes=axes,
        trials=tuple(each for each in outline.trials if each.trial.values["optimiser"] == "adamw"),
    )
    assert found_in(importance_of(same), "unknown") == {"optimiser"}
