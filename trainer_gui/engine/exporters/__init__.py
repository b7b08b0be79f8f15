"""The formats in which a model can be taken away, one file each."""

from trainer_gui.engine.exporter import Exporter
from trainer_gui.engine.registry import Registry

EXPORTERS: Registry[Exporter] = Registry("trainer_gui.engine.exporters", Exporter, "format")  # type: ignore[type-abstract]
