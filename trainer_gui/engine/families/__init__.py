"""The model families, one file each."""

from trainer_gui.engine.data.dataset import DataKind, Task
from trainer_gui.engine.family import Family
from trainer_gui.engine.registry import Registry

FAMILIES: Registry[Family] = Registry("trainer_gui.engine.families", Family, "family")  # type: ignore[type-abstract]


def fitting(kind: DataKind, task: Task) -> list[Family]:
    """The families that can learn this task from this kind of data, the usual one first."""
    return [each for each in FAMILIES if each.fits(kind, task)]
