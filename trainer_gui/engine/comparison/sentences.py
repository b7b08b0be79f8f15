"""A comparison in plain words: one sentence with an interval, and what to do next."""

from __future__ import annotations

import math

from trainer_gui.engine.comparison.result import Comparison, Found, MetricDifference
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.problems import Problem, problem

_EXPLAINED = {
    "shares": "Only those rows count on which one model is right and the other wrong, and McNemar's test "
    "asks how often chance alone would part them so unevenly. The interval holds every difference that goes "
    "with what was seen here, on other rows of the same kind.",
    "rows": "The rows are drawn again thousands of times, for both models at once, and the difference is "
    "taken each time (paired bootstrap). If nearly all of these differences point the same way, the choice "
    "of rows does not explain them.",
    "seeds": "Each was trained with several seeds, and a t test asks whether the difference is larger than "
    "what seeds change by chance. What the choice of rows changes by chance is counted too, so the interval "
    "holds for other seeds and other rows.",
    "splits": "Each pair was trained and measured on a split of its own, and a paired t test asks whether "
    "the difference is larger than between splits. Because the splits share rows, the plain test would be "
    "too sure, and is corrected (Nadeau and Bengio, 2003).",
}


def in_words(found: Found) -> Comparison:
    """The comparison with its sentence, its explanation and what is to be minded."""
    key = "shares" if found.method == "rows" and found.main.name == "accuracy" else found.method
    return Comparison(found, _sentence(found), _EXPLAINED[key], tuple(_notes(found)))


def _sentence(found: Found) -> Problem:
    main = found.main
    where = _where(found)
    if found.winner is not None:
        names = (found.a, found.b) if found.winner == "a" else (found.b, found.a)
        low, high = sorted((abs(main.difference.low), abs(main.difference.high)))
        return problem(
            "comparison.better",
            "“{winner}” is better than “{loser}”: {metric} is {amount} {direction} (95 % interval {low} to "
            "{high}), {where}.",
            _what_to_mind(found),
            severity="note",
            winner=names[0],
            loser=names[1],
            metric=_name(main),
            amount=_amount(main, abs(main.difference.value)),
            direction=main.better,
            low=_plain(main, low),
            high=_plain(main, high),
            where=where,
        )
    if not math.isfinite(main.difference.low):
        return problem(
            "comparison.no_number",
            "It cannot be told whether “{a}” or “{b}” is better: {metric} does not tell them apart, {where}.",
            "More rows, with different true values, may tell.",
            severity="note",
            a=found.a,
            b=found.b,
            metric=_name(main),
            where=where,
        )
    return _untold(found, where)


def _untold(found: Found, where: str) -> Problem:
    """That it cannot be told yet, with the difference as the one sees it who is ahead."""
    main = found.main
    value, low, high = main.difference.value, main.difference.low, main.difference.high
    a_leads = (value > 0) == (main.better == "higher")
    if value == 0:
        seen = "{metric} is the same for both"
    else:
        seen = "{metric} is {amount} {direction} for “{leader}”"
        if value < 0:
            low, high = -high, -low
    return problem(
        "comparison.untold",
        "It cannot be told yet whether “{a}” or “{b}” is better: " + seen + " (95 % interval "
        "{low} to {high}), {where}.",
        _what_would_tell(found),
        severity="note",
        a=found.a,
        b=found.b,
        metric=_name(main),
        amount=_amount(main, abs(value)),
        direction=main.better,
        leader=found.a if a_leads else found.b,
        low=_plain(main, low),
        high=_plain(main, high),
        where=where,
    )


def _what_to_mind(found: Found) -> str:
    if found.method == "rows" and not found.same_choices:
        return (
            "That holds for these two models; whether it holds for their settings, a few more runs of each "
            "with other seeds would tell."
        )
    return ""


def _what_would_tell(found: Found) -> str:
    rows, repeats = found.more_rows, found.more_repeats
    if found.few_rows:
        return "There are too few rows to tell; make the share of these rows larger, or add data."
    if found.method == "splits" and repeats is not None:
        return f"About {counted(_rounded(repeats), 'more split')} would tell, {_IF_TRUE}"
    if repeats is not None:
        return f"About {counted(_rounded(repeats), 'more seed')} of each would tell, {_IF_TRUE}"
    if rows is not None:
        return f"About {counted(_rounded(rows), f'more {found.part} row')} would tell, {_IF_TRUE}"
    if found.method == "splits":
        return "More splits of the same rows would not tell, because they share their rows; more data would."
    if found.main.difference.value == 0:
        return "They are equally good as far as these rows tell."
    return "The difference is so small that no number of rows that can be had would tell."


_IF_TRUE = "if the difference is really as large as it looks here."


def _notes(found: Found) -> list[Problem]:
    notes = []
    if found.same_choices:
        notes.append(
            problem(
                "comparison.same_choices",
                "The two differ only in their seed, so a difference between them is chance of the training.",
                "Do not choose the better one for that; such runs show how much chance alone changes.",
                severity="caution",
            )
        )
    if found.part == "validation":
        notes.append(
            problem(
                "comparison.validation",
                "The validation rows also chose the best epochs and whatever was tuned, so the difference "
                "may look too large.",
                "The locked test rows are the honest ones; compare on them once, when you are done.",
                severity="note",
            )
        )
    if found.part == "test":
        notes.append(_about_opening(found.openings))
    if found.left_out:
        notes.append(
            problem(
                "comparison.left_out",
                "{rows} not counted, because not all of these runs were measured on them.",
                severity="note",
                rows=counted(found.left_out, "row is", "rows are"),
            )
        )
    return notes


def _about_opening(openings: int) -> Problem:
    if openings <= 1:
        return problem(
            "comparison.opened",
            "The test rows of these runs were opened for the first time, which is written into each run.",
            "This is the honest comparison, because nothing was chosen with them.",
            severity="note",
        )
    return problem(
        "comparison.opened_again",
        "The test rows have now been opened {openings} times for at least one of these runs, which is "
        "written into it.",
        "If anything was chosen after an earlier look, the difference may look too large.",
        severity="caution",
        openings=openings,
    )


def _where(found: Found) -> str:
    rows = counted(found.rows, f"{found.part} row")
    if found.method == "rows":
        return f"measured on the same {rows}"
    if found.method == "splits":
        what = "folds" if found.folds else "splits"
        return f"over {found.repeats[0]} {what} of the same data with {rows} each"
    a, b = found.repeats
    seeds = f"{a} seeds each" if a == b else f"{a} and {b} seeds"
    return f"over {seeds}, measured on the same {rows}"


def _name(metric: MetricDifference) -> str:
    """The metric inside a sentence: “accuracy”, “R²”."""
    label = metric.label
    return label if label[:2].isupper() or label[:1] == "R" else label[:1].lower() + label[1:]


def _amount(metric: MetricDifference, value: float) -> str:
    words = _plain(metric, value)
    if not metric.percent:
        return words
    return f"{words} percentage {'point' if words == '1.0' else 'points'}"


def _plain(metric: MetricDifference, value: float) -> str:
    """The number alone, with a true minus sign; of a share in hundredths."""
    words = f"{100 * value:.1f}" if metric.percent else f"{value:.3g}"
    words = "0" + words[2:] if words in ("-0", "-0.0") else words
    return words.replace("-", "−")


def _rounded(count: int) -> int:
    """Two figures: what is estimated is not known to the last one."""
    step = int("1".ljust(max(1, len(str(count)) - 1), "0"))
    return -(-count // step) * step
