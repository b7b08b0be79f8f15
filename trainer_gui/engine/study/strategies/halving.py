"""Many trials are begun, and of each three only the best goes on to three times as many epochs."""

from __future__ import annotations

from trainer_gui.engine.study.optuna_search import OptunaSearch
from trainer_gui.engine.study.space import Space
from trainer_gui.engine.study.strategy import Search, Strategy

_FACTOR = 3
_ROUNDS = 3  # at most, in which losers are cut
_FIRST = 3  # epochs at least; before, a loss tells more of the start than of the settings


class Halving(Strategy):
    """Asynchronous successive halving, with values that resemble those which did well.

    Li et al., 2020, "A system for massively parallel hyperparameter tuning", MLSys 2; the values as in
    Falkner et al., 2018, "BOHB", ICML.
    """

    name = "halving"
    label = "Successive halving"
    summary = "Stops trials early whose validation loss is behind. Tries many more settings in the same time."
    position = 20
    cuts = True

    def begin(self, space: Space, seed: int, epochs: int) -> Search:
        from optuna.pruners import SuccessiveHalvingPruner
        from optuna.samplers import TPESampler

        first = max(_FIRST, round(epochs / _FACTOR**_ROUNDS))
        pruner = SuccessiveHalvingPruner(min_resource=first, reduction_factor=_FACTOR)
        return OptunaSearch(space, seed, lambda own: TPESampler(seed=own), pruner)


HALVING = Halving()
