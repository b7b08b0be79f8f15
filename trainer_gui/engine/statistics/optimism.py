"""How much too good the best of many tried settings looks on the rows that chose it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SEED = 20_180_901  # fixed, so that the same scores give the same answer
_RESAMPLES = 500
_CELLS_AT_ONCE = 4_000_000


def expected_best(count: int) -> float:
    """The expected largest of `count` ≥ 1 independent standard normal numbers.

    By numerical integration; tabled by Harter (1961, Biometrika 48, 151–165).
    """
    from scipy.integrate import quad
    from scipy.stats import norm

    def density(x: float) -> float:
        return float(x * count * math.exp(norm.logpdf(x) + (count - 1) * norm.logcdf(x)))

    return 0.0 if count == 1 else float(quad(density, -12.0, 12.0, epsabs=1e-10, points=[0.0, 3.0])[0])


@dataclass(frozen=True)
class Optimism:
    """By how much the best score is expected to be too good, in the metric's own unit, and how sure that is.

    `is_bound` says that the correlation of the trials was not known, so that it is at most so much.
    """

    amount: float
    trials: int
    is_bound: bool


def optimism_of_scores(scores: Numbers, error: float, correlation: float | None = None) -> Optimism:
    """The optimism of the best of some development scores [trials], where nothing but the scores is known.

    `error` is the standard error that one score has because the development rows are few, and `correlation`
    that of these errors between two trials; they were measured on the same rows, so that it is usually well
    above 0. Where it is not known, 0 is taken, which gives the most that is to be expected.

    What the trials truly reach and the noise of each are taken as normal. Of the lead of the best over the
    mean, which is expected to be `expected_best` standard deviations, the share error² (1 − correlation) /
    variance of the scores is noise: the selection bias of Efron (2011, JASA 106, 1602–1614) for normal
    numbers. It is an estimate for trials that were drawn alike. A search that learns from its trials tries
    more near the best, so that the true number of independent trials is smaller and so is the optimism.
    """
    scores = np.asarray(scores, dtype=np.float64)
    noise = error**2 * (1 - (correlation or 0.0))
    if len(scores) < 2 or noise <= 0:
        return Optimism(0.0, len(scores), correlation is None)
    spread = max(float(scores.std(ddof=1)), math.sqrt(noise))
    return Optimism(expected_best(len(scores)) * noise / spread, len(scores), correlation is None)


def optimism_of_rows(outcomes: Numbers, *, chosen_by: Numbers | None = None, seed: int = SEED) -> Optimism:
    """The optimism of the best of some trials, from what each did on each development row.

    `outcomes` [trials, rows] holds how good each answer is, higher being better, such as 1 for right and 0
    for wrong, or a negative error. Rows are drawn again; the trial that is best on the drawn ones is judged
    on those that were not drawn. What it loses there against the best score on all rows is the optimism,
    with the trials as correlated as they are (Tsamardinos, Greasidou and Borboudakis, 2018, Machine Learning
    107, 1895–1922). It tends to be a little too large, because two thirds of the rows choose with more noise
    than all of them. Where the best was chosen by something else, such as the loss, `chosen_by` holds it in
    the same shape, higher being better.
    """
    outcomes = np.asarray(outcomes, dtype=np.float64)
    choosing = outcomes if chosen_by is None else np.asarray(chosen_by, dtype=np.float64)
    trials, rows = outcomes.shape
    if trials < 2 or rows < 2:
        return Optimism(0.0, trials, False)
    draw = np.random.default_rng(seed)
    at_once = max(1, _CELLS_AT_ONCE // rows)
    outside_of_best = []
    for start in range(0, _RESAMPLES, at_once):
        size = min(at_once, _RESAMPLES - start)
        counts = draw.multinomial(rows, np.full(rows, 1 / rows), size=size).astype(np.float64)
        fresh = (counts == 0).astype(np.float64)
        inside = counts @ choosing.T / rows
        outside = fresh @ outcomes.T / np.maximum(1.0, fresh.sum(axis=1, keepdims=True))
        every, best = np.arange(size), inside.argmax(axis=1)
        outside_of_best.append(outside[every, best])
    honest = float(np.concatenate(outside_of_best).mean())
    seen = float(outcomes[choosing.mean(axis=1).argmax()].mean())
    return Optimism(max(0.0, seen - honest), trials, False)


def error_and_correlation(outcomes: Numbers) -> tuple[float, float]:
    """The mean standard error of the trials' scores and the mean correlation of these errors.

    `outcomes` is that of `optimism_of_rows`, with at least two trials and two rows.
    """
    outcomes = np.asarray(outcomes, dtype=np.float64)
    trials, rows = outcomes.shape
    covariance = np.cov(outcomes) / rows
    alone = float(np.trace(covariance)) / trials
    between = (float(covariance.sum()) - trials * alone) / (trials * (trials - 1))
    return math.sqrt(alone), float(np.clip(between / alone, 0.0, 1.0)) if alone > 0 else 0.0
