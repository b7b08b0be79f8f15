"""Measures whether every way of searching finds as good values as optuna's own loop with the same budget.

    python -m tests.benchmarks.strategies [--seeds 30] [--trials 40]

For each strategy: the median over seeds of the best value of ours and of optuna's own `optimize`, their
ratio, and how often ours is the better one. Both minimise the same functions, whose lowest value is 0.05. A
grid asks for the same points in both; the line with half of them shows whether those on the way are as good.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, GridSampler, RandomSampler, TPESampler

from trainer_gui.engine.study.space import Space, Values, space_of
from trainer_gui.engine.study.strategies import STRATEGIES

_EPOCHS = 27
_IN_HAND = 32  # trials of two workers with full stacks
_SMOOTH = ("learning_rate=0.00001..1:7", "dropout=0..0.6:6")
_MIXED = (
    "learning_rate=0.00001..1",
    "batch_size=8..512",
    "layers=1..6",
    "optimiser=adamw,adam,sgd",
    "dropout=0..0.6",
)


def bowl(values: Values) -> float:
    """A smooth valley in the learning rate, and a shallow one in the dropout."""
    rate, dropout = math.log10(float(values["learning_rate"])), float(values["dropout"])
    return 0.05 + (rate + 2.3) ** 2 + 2 * (dropout - 0.17) ** 2


def tangle(values: Values) -> float:
    """The best learning rate depends on optimiser and batch size; depth helps up to four layers."""
    best = {"adamw": -2.5, "adam": -2.7, "sgd": -1.0}[str(values["optimiser"])]
    best += 0.3 * (math.log2(float(values["batch_size"])) - 5)
    rate = math.log10(float(values["learning_rate"]))
    depth = 0.1 * abs(int(values["layers"]) - 4)
    plus = {"adamw": 0.0, "adam": 0.02, "sgd": 0.1}[str(values["optimiser"])]
    return 0.05 + (rate - best) ** 2 + depth + plus + (float(values["dropout"]) - 0.2) ** 2


def ours(name: str, space: Space, objective: Callable[[Values], float], seed: int, trials: int) -> float:
    """The best value of one search by our interface, asking as many before any is told as a study."""
    strategy = STRATEGIES[name]
    search, best, told = strategy.begin(space, seed, _EPOCHS), math.inf, 0
    while told < trials:
        ahead = min(strategy.asks_ahead(told), _IN_HAND, trials - told)
        asked = [search.ask(number) for number in range(told, told + ahead)]
        for values in asked:
            if values is None:
                return best
            score = objective(values)
            search.tell(told, score)
            best, told = min(best, score), told + 1
    return best


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """The same space as somebody would write it for optuna."""
    found: dict[str, BaseDistribution] = {}
    for axis in space.axes:
        if axis.values:
            found[axis.name] = CategoricalDistribution(axis.values)
        elif axis.scale == "power of two":
            found[axis.name] = CategoricalDistribution(axis.in_grid)
        elif axis.whole:
            found[axis.name] = IntDistribution(int(axis.low), int(axis.high))
        else:
            found[axis.name] = FloatDistribution(axis.low, axis.high, log=axis.scale == "log")
    return found


def theirs(name: str, space: Space, objective: Callable[[Values], float], seed: int, trials: int) -> float:
    """The best value of optuna's own loop."""
    samplers: dict[str, Callable[[], BaseSampler]] = {
        "grid": lambda: GridSampler({each.name: list(each.in_grid) for each in space.axes}, seed=seed),
        "random": lambda: RandomSampler(seed=seed),
        "bayes": lambda: TPESampler(seed=seed),
    }
    own = distributions(space)

    def tried(trial: optuna.Trial) -> float:
        return objective({name: trial._suggest(name, each) for name, each in own.items()})

    study = optuna.create_study(sampler=samplers[name]())
    study.optimize(tried, n_trials=trials)
    return study.best_value


def compare(name: str, space: Space, objective: Callable[[Values], float], seeds: int, trials: int) -> str:
    """A line of the table."""
    pairs = np.array(
        [[search(name, space, objective, seed, trials) for search in (ours, theirs)] for seed in range(seeds)]
    )
    mine, other = np.median(pairs, axis=0)
    better = np.mean(pairs[:, 0] < pairs[:, 1]) + np.mean(pairs[:, 0] == pairs[:, 1]) / 2
    return (
        f"{objective.__name__:8} {name:8} {trials:4} trials: {mine:8.4f} against {other:8.4f}, "
        f"ratio {mine / other:.3f}, ours better in {100 * better:.0f} %"
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--trials", type=int, default=40)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    smooth, mixed = space_of(_SMOOTH, "neural_network"), space_of(_MIXED, "neural_network")
    print(compare("grid", smooth, bowl, options.seeds, smooth.grid_size), flush=True)
    print(compare("grid", smooth, bowl, options.seeds, smooth.grid_size // 2), flush=True)
    for name in ("random", "bayes"):
        for space, objective in ((smooth, bowl), (mixed, tangle)):
            print(compare(name, space, objective, options.seeds, options.trials), flush=True)


if __name__ == "__main__":
    main()
