"""Values that resemble those which did well."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from trainer_gui.engine.study.optuna_search import OptunaSearch
from trainer_gui.engine.study.space import Space
from trainer_gui.engine.study.strategy import Search, Strategy

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

_BY_CHANCE = 10  # trials before anything follows from scores
_AT_A_TIME = 4


class Bayes(Strategy):
    """Tree-structured Parzen estimators: after ten trials by chance, where good ones lie closer together.

    Bergstra et al., 2011, "Algorithms for hyper-parameter optimization", NeurIPS 24.
    """

    name = "bayes"
    label = "Bayesian (TPE)"
    summary = "Learns from the trials where good values lie, and looks there. The usual choice."
    position = 10

    def asks_ahead(self, told: int) -> int:
        return max(_BY_CHANCE - told, _AT_A_TIME)

    def begin(self, space: Space, seed: int, epochs: int) -> Search:
        return OptunaSearch(space, seed, _sampler)


def _sampler(seed: int) -> BaseSampler:
    from optuna.exceptions import ExperimentalWarning
    from optuna.samplers import TPESampler

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        # Trials that are under way count as bad ones, so that those asked meanwhile lie elsewhere.
        return TPESampler(n_startup_trials=_BY_CHANCE, seed=seed, constant_liar=True)


BAYES = Bayes()
