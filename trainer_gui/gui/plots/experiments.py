"""Tiny experiments, computed anew each time, whose numbers explain an idea where no run of one's own does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Experiments:
    """All that the Learn page draws where there is no run. Arrays of one length belong together."""

    points: tuple[Floats, Floats]  # x and y of noisy measurements
    line: tuple[Floats, Floats]  # the straight line that fits them best
    fits: tuple[tuple[int, Floats, Floats], ...]  # degree, x and y of polynomials through few points
    few: tuple[Floats, Floats]  # the points that those were fitted to
    overfitting: tuple[Floats, Floats, Floats]  # step, training and validation loss
    descents: tuple[tuple[float, Floats], ...]  # step size, and the weight after each step
    seeds: tuple[Floats, ...]  # validation losses of the same training with other seeds


def run_experiments() -> Experiments:
    """Computes everything in some hundredths of a second, the same each time."""
    draw = np.random.default_rng(7)
    x = np.sort(draw.uniform(0, 1, 14))
    y = 0.25 + 0.5 * x + draw.normal(0, 0.09, len(x))
    slope, start = np.polyfit(x, y, 1)
    ends = np.array([0.0, 1.0])
    few = _few_points()
    return Experiments(
        points=(x, y),
        line=(ends, start + slope * ends),
        fits=tuple((degree, *_polynomial(few, degree)) for degree in (1, 3, 9)),
        few=few,
        overfitting=_overfitting(),
        descents=tuple((rate, _descend(rate)) for rate in (0.05, 0.3, 1.04)),
        seeds=tuple(_train(seed) for seed in range(5)),
    )


def _few_points() -> tuple[Floats, Floats]:
    draw = np.random.default_rng(3)
    x = np.linspace(0.02, 0.98, 11)
    return x, 0.5 + 0.32 * np.sin(2 * np.pi * x) + draw.normal(0, 0.07, len(x))


def _polynomial(points: tuple[Floats, Floats], degree: int) -> tuple[Floats, Floats]:
    fitted = np.polynomial.Polynomial.fit(*points, degree)
    x = np.linspace(points[0][0], points[0][-1], 160)
    return x, fitted(x)


def _overfitting() -> tuple[Floats, Floats, Floats]:
    """Gradient descent on more weights than rows: it learns the rows by heart after a while."""
    draw = np.random.default_rng(11)
    truth = np.where(np.arange(40) < 4, 1.0, 0.0)
    train, check = draw.normal(size=(24, 40)), draw.normal(size=(200, 40))
    wanted = train @ truth + draw.normal(0, 2.0, 24)
    answers = check @ truth + draw.normal(0, 1.0, 200)
    weights = np.zeros(40)
    losses = []
    for _ in range(120):
        losses.append((np.mean((train @ weights - wanted) ** 2), np.mean((check @ weights - answers) ** 2)))
        weights -= 0.02 * train.T @ (train @ weights - wanted) / 24 * 2
    table = np.array(losses)
    return np.arange(1.0, 121.0), table[:, 0], table[:, 1]


def _descend(rate: float) -> Floats:
    """The weight after each step of gradient descent in a valley, weight² / 2 · 2."""
    weights = [-0.92]
    for _ in range(9):
        weights.append(weights[-1] - rate * 2 * weights[-1])
    return np.array(weights)


def _train(seed: int) -> Floats:
    """The validation loss after each pass of logistic regression over forty rows in an order of chance."""
    data = np.random.default_rng(5)
    inputs = data.normal(size=(160, 6))
    wanted = (inputs[:, 0] - inputs[:, 1] + data.normal(0, 1.0, 160) > 0).astype(float)
    draw = np.random.default_rng(seed)
    weights = draw.normal(0, 0.8, 6)
    losses = []
    for _ in range(30):
        said = 1 / (1 + np.exp(-inputs[40:] @ weights))
        right = np.where(wanted[40:] > 0, said, 1 - said)
        losses.append(-np.mean(np.log(np.maximum(right, 1e-9))))
        for row in draw.permutation(40):
            error = 1 / (1 + np.exp(-inputs[row] @ weights)) - wanted[row]
            weights = weights - 0.2 * error * inputs[row]
    return np.array(losses)
