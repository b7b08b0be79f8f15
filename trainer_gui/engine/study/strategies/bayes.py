"""Values that resemble those which did well."""

from __future__ import annotations

from trainer_gui.engine.study.optuna_search import OptunaSearch
from trainer_gui.engine.study.space import Space
from trainer_gui.engine.study.strategy import Search, Strategy


class Bayes(Strategy):
    """Tree-structured Parzen estimators: after ten trials by chance, where good ones lie closer together.

    Bergstra et al., 2011, "Algorithms for hyper-parameter optimization", NeurIPS 24.
    """

    name = "bayes"
    label = "Bayesian (TPE)"
    summary = "Learns from the trials where good values lie, and looks there. The usual choice."
    position = 10

    def begin(self, space: Space, seed: int, epochs: int) -> Search:
        from optuna.samplers import TPESampler

        return OptunaSearch(space, seed, lambda own: TPESampler(seed=own))


BAYES = Bayes()
