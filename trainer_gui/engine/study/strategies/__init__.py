"""The ways of searching, one file each."""

from trainer_gui.engine.registry import Registry
from trainer_gui.engine.study.strategy import Strategy

STRATEGIES: Registry[Strategy] = Registry("trainer_gui.engine.study.strategies", Strategy, "strategy")  # type: ignore[type-abstract]
