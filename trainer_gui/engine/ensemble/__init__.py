"""Several finished runs put together to one model, whose answers are the mean of theirs."""

from trainer_gui.engine.ensemble.make import make_ensemble

__all__ = ["make_ensemble"]
