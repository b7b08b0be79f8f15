"""A search whose next values come from a sampler of optuna, and whose losers one of its pruners cuts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from trainer_gui.engine.study.axis import Axis, Value
from trainer_gui.engine.study.space import Space, Values
from trainer_gui.engine.study.strategy import Search

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler
    from optuna.trial import Trial

_TRIES = 20  # at a point that was not tried yet


class OptunaSearch(Search):
    """Asks a sampler that is made anew for every trial, with a seed of its own: what is asked follows from
    the seed, the number of the trial and what was told, also where the search goes on in another process.
    """

    def __init__(
        self, space: Space, seed: int, sampler: Callable[[int], BaseSampler], pruner: BasePruner | None = None
    ) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._space, self._seed, self._sampler = space, seed, sampler
        self._distributions = {each.name: _distribution(each) for each in space.axes}
        self._study = optuna.create_study(
            direction="minimize",
            study_name="study",
            sampler=sampler(0),
            pruner=pruner or optuna.pruners.NopPruner(),
        )
        self._trials: dict[int, Trial] = {}
        self._reported: dict[int, int] = {}  # the last epoch
        self._tried: list[Values] = []

    def ask(self, number: int) -> Values | None:
        from optuna.trial import TrialState

        values: Values = {}
        for attempt in range(_TRIES):
            state = np.random.SeedSequence([self._seed, number, attempt]).generate_state(1)
            self._study.sampler = self._sampler(int(state[0]))
            trial = self._study.ask(self._distributions)
            values = {each.name: _outside(each, trial.params[each.name]) for each in self._space.axes}
            if values not in self._tried:
                self._trials[number] = trial
                self._tried.append(values)
                return values
            self._study.tell(trial, state=TrialState.FAIL)  # it would teach nothing
        if self._is_used_up():
            return None
        return self._first_untried(number)

    def _is_used_up(self) -> bool:
        """Whether every point was tried; a range of numbers with a point never is."""
        points = self._space.points
        return points is not None and sum(self._space.holds(each) for each in self._tried) >= points

    def _first_untried(self, number: int) -> Values | None:
        """A point of the space that was not tried, drawn by chance; the sampler insists on one that was."""
        draw = np.random.default_rng([self._seed, number])
        while True:
            values = {each.name: _drawn(each, draw) for each in self._space.axes}
            if values not in self._tried:
                self.remember(number, values)
                return values

    def remember(self, number: int, values: Values) -> None:
        self._tried.append(values)
        if not self._space.holds(values):
            return  # the ranges have changed since
        inside = {each.name: _inside(each, values[each.name]) for each in self._space.axes}
        self._study.enqueue_trial(inside)
        self._trials[number] = self._study.ask(self._distributions)

    def report(self, number: int, epoch: int, loss: float) -> bool:
        trial = self._trials.get(number)
        if trial is None or epoch <= self._reported.get(number, 0):
            return False
        self._reported[number] = epoch
        trial.report(loss, epoch)
        return trial.should_prune()

    def tell(self, number: int, score: float | None, *, cut: bool = False) -> None:
        from optuna.trial import TrialState

        trial = self._trials.pop(number, None)
        if trial is None:
            return
        if score is None or not math.isfinite(score):
            self._study.tell(trial, state=TrialState.FAIL)
        elif cut:
            self._study.tell(trial, state=TrialState.PRUNED)
        else:
            self._study.tell(trial, score)


def _distribution(axis: Axis) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if axis.values:
        if axis.ordered:  # by place, so that what is learned of one value tells of its neighbours
            return IntDistribution(0, len(axis.values) - 1)
        return CategoricalDistribution(axis.values)
    if axis.scale == "power of two":
        return IntDistribution(round(math.log2(axis.low)), round(math.log2(axis.high)))
    if axis.whole:
        return IntDistribution(int(axis.low), int(axis.high), log=axis.scale == "log")
    return FloatDistribution(axis.low, axis.high, log=axis.scale == "log")


def _outside(axis: Axis, inner: Any) -> Value:
    """The setting's value for what optuna calls the parameter."""
    if axis.values and axis.ordered:
        return axis.values[int(inner)]
    if not axis.values and axis.scale == "power of two":
        return 1 << int(inner)
    found: Value = inner
    return found


def _inside(axis: Axis, value: Value) -> Any:
    """What optuna calls the parameter, for a value of the setting."""
    if axis.values and axis.ordered:
        return axis.values.index(value)
    if not axis.values and axis.scale == "power of two":
        return round(math.log2(float(value)))
    return value


def _drawn(axis: Axis, draw: np.random.Generator) -> Value:
    return axis.values[int(draw.integers(len(axis.values)))] if axis.values else axis.at(float(draw.random()))
