"""The rules by which curves are judged, one file each."""

from trainer_gui.engine.registry import Registry
from trainer_gui.engine.verdict_rule import Rule

RULES: Registry[Rule] = Registry("trainer_gui.engine.verdict_rules", Rule, "rule")  # type: ignore[type-abstract]
