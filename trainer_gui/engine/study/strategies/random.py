"""Values drawn by chance."""

from __future__ import annotations

import sys

from trainer_gui.engine.study.optuna_search import OptunaSearch
from trainer_gui.engine.study.space import Space
from trainer_gui.engine.study.strategy import Search, Strategy


class Random(Strategy):
    """Every trial is drawn evenly on the scale of each axis.

    Bergstra and Bengio, 2012, "Random search for hyper-parameter optimization", JMLR 13.
    """

    name = "random"
    label = "Random"
    summary = "Draws values by chance. Better than a grid when only some of the settings matter."
    position = 30

    def asks_ahead(self, told: int) -> int:
        return sys.maxsize

    def begin(self, space: Space, seed: int, epochs: int) -> Search:
        from optuna.samplers import RandomSampler

        return OptunaSearch(space, seed, lambda own: RandomSampler(seed=own))


RANDOM = Random()
