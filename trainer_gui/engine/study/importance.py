"""How much each setting of a study matters for the loss, and whether there are enough trials to say so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.study.axis import Axis
from trainer_gui.engine.study.outline import StudyOutline, TrialOutline

Floats = NDArray[np.float64]
Finding = Literal["matters", "hardly", "unknown"]

_DEGREE = 3  # of the curve that is fitted over a range, where there are enough trials
_EACH = 3  # trials for each number that is fitted, at least
_ALARM = 0.01  # the share of studies in which any setting without effect may be said to matter
_SIDE = 0.05  # beyond each end of the intervals
_SMALL = 0.1  # of the differences: less of them hardly matters
_DIVERGED = frozenset({"study.no_loss", "training.not_finite"})


@dataclass(frozen=True)
class Weight:
    """What one setting does: the share of the differences between the trials that goes back to it alone or
    together with others (0 to 1), and the ends of the 90 % interval of that share."""

    axis: Axis
    share: float
    low: float
    high: float
    finding: Finding


@dataclass(frozen=True)
class Importance:
    """The settings, the most important first; empty where so few `trials` say nothing of any."""

    trials: int = 0
    needed: int = 0  # trials, before anything can be said
    weights: tuple[Weight, ...] = ()


def importance_of(outline: StudyOutline) -> Importance:
    """Weighs the settings by an analysis of variance of the ranks of the scores.

    A curve over each range (on its scale) or a level for each value is fitted to all settings at once, with
    their products where there are enough trials; a setting is weighed by what the fit loses without it. So it
    is not held responsible for what others did that happened to vary along with it, as they do where a search
    goes where it is good. That chance alone loses as much is judged by the F test, corrected for the number
    of settings (Holm, 1979, Scandinavian Journal of Statistics 6, 65–70); the interval of the share is that
    of the noncentral F distribution (Steiger, 2004, Psychological Methods 9, 164–182). Ranks make it the
    same for the loss and its logarithm. Trials whose loss was never a number count as the worst; others that
    failed do not count.
    """
    trials = [each for each in outline.trials if _counts(each)]
    groups = _groups(outline.axes, trials)
    least = 1 + sum(group.shape[1] for group in _groups(outline.axes, trials, degree=1))
    needed = max(10, _EACH * least)
    if len(trials) < needed or not groups:
        return Importance(len(trials), needed)
    return Importance(len(trials), needed, _weighed(outline.axes, _ranks(trials), groups))


def in_sentences(found: Importance) -> tuple[Problem, ...]:
    """What that means, as notes of a sentence each."""
    if not found.weights:
        return (
            problem(
                "importance.too_few",
                "Too few trials to tell which setting matters: {count} of the {needed} that it takes.",
                severity="note",
                count=found.trials,
                needed=found.needed,
            ),
        )
    said: list[Problem] = []
    strong = [each for each in found.weights if each.finding == "matters"]
    if strong:
        said.append(_of_the_first(strong[0], alone=len(found.weights) == 1))
    if len(strong) > 1:
        words = "After it comes {names}." if len(strong) == 2 else "After it come {names}."
        said.append(problem("importance.next", words, severity="note", names=_listed(strong[1:])))
    weak = [each for each in found.weights if each.finding == "hardly"]
    if weak:
        words = (
            "{names} hardly matters in these ranges."
            if len(weak) == 1
            else "{names} hardly matter in these ranges."
        )
        said.append(problem("importance.hardly", words, severity="note", names=_begin(_listed(weak))))
    unclear = [each for each in found.weights if each.finding == "unknown"]
    if unclear:
        said.append(
            problem(
                "importance.unclear",
                "Too few trials to tell about {names}.",
                severity="note",
                names=_listed(unclear),
            )
        )
    return tuple(said)


def _of_the_first(first: Weight, *, alone: bool) -> Problem:
    words = "{name} matters: " if alone else "{name} matters most: "
    return problem(
        "importance.matters" if alone else "importance.most",
        words + "about {share} % of the differences between the trials go back to it.",
        severity="note",
        name=_begin(_listed([first])),
        share=f"{100 * first.share:.0f}",
    )


def _listed(weights: Sequence[Weight]) -> str:
    """Such as “the dropout, the size and the weight decay”."""
    names = [f"the {in_a_sentence(each.axis.label)}" for each in weights]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def in_a_sentence(label: str) -> str:
    """A label in the middle of a sentence: “Learning rate” without its capital, “R²” as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _begin(words: str) -> str:
    return words[:1].upper() + words[1:]


def _counts(each: TrialOutline) -> bool:
    if any(math.isnan(share) for share in each.shares):
        return False
    return math.isfinite(each.score) if each.kind in ("finished", "cut") else _diverged(each)


def _diverged(each: TrialOutline) -> bool:
    return each.kind == "failed" and each.trial.reason is not None and each.trial.reason.key in _DIVERGED


def _ranks(trials: Sequence[TrialOutline]) -> Floats:
    """The scores as normal deviates of their ranks, shape [trials]; the same scores share theirs."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    scores = [math.inf if _diverged(each) else each.score for each in trials]
    return np.asarray(ndtri((rankdata(scores) - 0.5) / len(trials)), dtype=np.float64)


def _groups(axes: Sequence[Axis], trials: Sequence[TrialOutline], degree: int = 0) -> list[Floats]:
    """What is fitted for each axis, shape [trials, numbers]; the highest degree for which there is room."""
    shares = np.array([each.shares for each in trials]).reshape(len(trials), len(axes))
    if degree:
        return [_basis(axis, shares[:, at], degree) for at, axis in enumerate(axes)]
    for each in range(_DEGREE, 0, -1):
        found = _groups(axes, trials, each)
        if _EACH * (1 + sum(group.shape[1] for group in found)) <= len(trials):
            return found
    return []


def _basis(axis: Axis, shares: Floats, degree: int) -> Floats:
    known = np.unique(shares)
    if axis.is_range or axis.ordered:
        degree = min(degree, max(1, len(known) - 1))
        return np.asarray(np.polynomial.legendre.legvander(2 * shares - 1, degree)[:, 1:], dtype=np.float64)
    return np.asarray(shares[:, None] == known[None, 1:], dtype=np.float64)


def _weighed(axes: Sequence[Axis], ranks: Floats, groups: list[Floats]) -> tuple[Weight, ...]:
    """Fits with and without each axis."""
    columns = [(frozenset({at}), group) for at, group in enumerate(groups)]
    pairs = [
        (frozenset({one, other}), _products(groups[one], groups[other]))
        for one, other in combinations(range(len(groups)), 2)
    ]
    size = sum(group.shape[1] for _, group in columns)
    if _EACH * 2 * (1 + size + sum(group.shape[1] for _, group in pairs)) <= len(ranks):
        columns += pairs
    whole = ranks - ranks.mean()
    total = float(whole @ whole)
    rest, used = _unexplained(ranks, [group for _, group in columns])
    freedom = len(ranks) - used
    if total <= 0 or freedom < 3:
        return tuple(Weight(axis, 0.0, 0.0, 1.0, "unknown") for axis in axes)
    noise = max(rest / freedom, 1e-12 * total)
    tested = []
    for at in range(len(axes)):
        without, fewer = _unexplained(ranks, [group for of, group in columns if at not in of])
        lost, terms = max(0.0, without - rest), used - fewer
        tested.append((lost, terms))
    return _judged(axes, tested, noise, freedom, total)


def _judged(
    axes: Sequence[Axis], tested: Sequence[tuple[float, int]], noise: float, freedom: int, total: float
) -> tuple[Weight, ...]:
    from scipy.special import fdtrc, ncfdtrinc

    chances = [fdtrc(terms, freedom, lost / terms / noise) if terms else 1.0 for lost, terms in tested]
    sure, order = set[int](), sorted(range(len(axes)), key=lambda at: chances[at])
    for place, at in enumerate(order):
        if chances[at] * (len(axes) - place) > _ALARM:
            break
        sure.add(at)
    found = []
    for at, (lost, terms) in enumerate(tested):
        if not terms:  # it was the same in all trials
            found.append(Weight(axes[at], 0.0, 0.0, 1.0, "unknown"))
            continue
        share = min(max(0.0, (lost - terms * noise) / total), 1.0)
        f = lost / terms / noise
        low = _end(ncfdtrinc(terms, freedom, 1 - _SIDE, f)) * noise / total
        # A quotient below 1 is luck: with it, little data would promise that a setting does nothing.
        high = min(_end(ncfdtrinc(terms, freedom, _SIDE, max(f, 1.0))) * noise / total, 1.0)
        high = max(high, share)
        if at in sure and share >= _SMALL / 2:
            finding: Finding = "matters"
        else:
            finding = "hardly" if high < _SMALL else "unknown"
        found.append(Weight(axes[at], share, min(low, share), high, finding))
    return tuple(sorted(found, key=lambda each: -each.share))


def _end(value: float) -> float:
    """An end of an interval; 0 where the distribution without any effect is beyond it already."""
    return float(value) if math.isfinite(value) else 0.0


def _products(one: Floats, other: Floats) -> Floats:
    """What two axes do together: products of their first two columns each, shape [trials, numbers]."""
    products = [first * second for first in one.T[:2] for second in other.T[:2]]
    return np.array(products, dtype=np.float64).reshape(len(products), len(one)).T


def _unexplained(ranks: Floats, groups: Sequence[Floats]) -> tuple[float, int]:
    """The sum of squares that a fit leaves, and how many numbers it has."""
    table = np.column_stack([np.ones(len(ranks)), *groups])
    found, _, rank, _ = np.linalg.lstsq(table, ranks, rcond=1e-9)
    left = ranks - table @ found
    return float(left @ left), int(rank)
