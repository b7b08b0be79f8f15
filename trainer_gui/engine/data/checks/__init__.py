"""The checks that data goes through before a model learns from it, one file each."""

from trainer_gui.engine.data.check import Check
from trainer_gui.engine.registry import Registry

CHECKS: Registry[Check] = Registry("trainer_gui.engine.data.checks", Check, "check")  # type: ignore[type-abstract]
