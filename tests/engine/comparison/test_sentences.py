"""The sentence of a comparison, in every case."""

import pytest

from trainer_gui.engine.comparison.result import Found, MetricDifference
from trainer_gui.engine.comparison.sentences import in_words
from trainer_gui.engine.statistics.interval import Difference

SURE = Difference(0.031, 0.009, 0.053, 0.006, 0.011)
UNSURE = Difference(0.031, -0.009, 0.071, 0.13, 0.02)


def found(
    difference=SURE, metric="accuracy", method="rows", rows=114, part="validation", repeats=(1, 1), **more
):
    metrics = (MetricDifference(metric, 0.95, 0.92, difference),)
    return Found("net", "line", part, method, rows, 0, repeats, metrics, **more)


def message(*given, **more):
    return in_words(found(*given, **more)).sentence.message


def advice(*given, **more):
    return in_words(found(*given, **more)).sentence.advice


def turned(difference):
    return Difference(-difference.value, -difference.high, -difference.low, difference.p, difference.error)


def test_that_a_better_run_is_named_with_the_interval_and_the_rows():
    assert message() == (
        "“net” is better than “line”: accuracy is 3.1 percentage points higher (95 % interval 0.9 to 5.3), "
        "measured on the same 114 validation rows."
    )
    assert message(turned(SURE)).startswith(
        "“line” is better than “net”: accuracy is 3.1 percentage points higher (95 % interval 0.9 to 5.3)"
    )
    assert "other seeds" in advice()


def test_that_less_is_better_of_an_error():
    words = message(turned(SURE), metric="mae")
    assert words.startswith("“net” is better than “line”: MAE is 0.031 lower (95 % interval 0.009 to 0.053)")
    assert message(SURE, metric="log_loss").startswith("“line” is better than “net”: log loss is 0.031 lower")


def test_that_what_cannot_be_told_is_said_with_the_interval_of_the_one_who_leads():
    words = "(95 % interval −0.9 to 7.1), measured on the same 114 validation rows."
    assert message(UNSURE) == (
        "It cannot be told yet whether “net” or “line” is better: accuracy is 3.1 percentage points higher "
        "for “net” " + words
    )
    assert "higher for “line” " + words in message(turned(UNSURE))
    assert "MAE is 0.031 lower for “net” (95 % interval −0.009 to 0.071)" in message(
        turned(UNSURE), metric="mae"
    )


def test_that_it_says_how_many_more_rows_seeds_or_splits_would_tell():
    assert advice(UNSURE, more_rows=640).startswith("About 640 more validation rows would tell")
    assert advice(UNSURE, more_rows=1234).startswith("About 1,300 more validation rows would tell")
    over_seeds = {"method": "seeds", "repeats": (3, 3)}
    assert advice(UNSURE, **over_seeds, more_rows=900, more_repeats=4).startswith(
        "About 4 more seeds of each"
    )
    assert advice(UNSURE, **over_seeds, more_repeats=1).startswith("About 1 more seed of each would tell")
    over_splits = {"method": "splits", "repeats": (5, 5)}
    assert advice(UNSURE, **over_splits, more_repeats=7).startswith("About 7 more splits would tell")
    assert "share their rows" in advice(UNSURE, **over_splits)
    assert "no number of rows" in advice(UNSURE)
    equal = Difference(0.0, -0.03, 0.03, 1.0, 0.01)
    assert "is the same for both (95 % interval −3.0 to 3.0)" in message(equal)
    assert advice(equal) == "They are equally good as far as these rows tell."


def test_that_seeds_and_splits_are_told():
    assert "over 5 seeds each, measured on the same 114 validation rows" in message(
        method="seeds", repeats=(5, 5)
    )
    assert "over 5 and 2 seeds, measured" in message(method="seeds", repeats=(5, 2))
    assert "over 4 splits of the same data with 114 test rows each" in message(
        method="splits", repeats=(4, 4), part="test"
    )
    assert advice(method="seeds", repeats=(5, 5)) == ""


def test_that_too_few_rows_tell_nothing_where_the_test_needs_more():
    assert message(metric="r2", rows=19).startswith("It cannot be told yet")
    assert "too few rows" in advice(metric="r2", rows=19)
    assert message(metric="r2", rows=20).startswith("“net” is better than “line”: R² is 0.031 higher")
    unknown = Difference(float("nan"), float("nan"), float("nan"), 1.0, float("nan"))
    assert "R² does not tell them apart" in message(unknown, metric="r2")


def test_that_an_interval_without_a_test_that_agrees_is_not_enough():
    nearly = Difference(0.03, 0.0004, 0.06, 0.0501, 0.015)
    assert message(nearly).startswith("It cannot be told yet")


def test_that_it_is_said_what_the_rows_were_used_for_before():
    def keys(**more):
        return [each.key for each in in_words(found(**more)).notes]

    assert keys() == ["comparison.validation"]
    assert keys(part="test", openings=1) == ["comparison.opened"]
    assert keys(part="test", openings=3) == ["comparison.opened_again"]
    assert keys(same_choices=True)[0] == "comparison.same_choices"


@pytest.mark.parametrize(
    ("metric", "method", "word"),
    [
        ("accuracy", "rows", "McNemar"),
        ("r2", "rows", "bootstrap"),
        ("accuracy", "seeds", "t test"),
        ("accuracy", "splits", "Nadeau"),
    ],
)
def test_that_the_test_is_explained_in_two_sentences(metric, method, word):
    words = in_words(found(metric=metric, method=method)).explanation
    assert word in words
    assert words.count(". ") + words.endswith(".") == 2
