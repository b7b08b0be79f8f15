"""Loads what training needs while the window is already there to be looked at."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.training.device import Device

_HEAVY = ("pyqtgraph", "torch", "sklearn.metrics", "trainer_gui.engine.run")


def warm_up(report: Report) -> tuple[Device, ...]:
    """Imports the heavy libraries, the one that is needed first first, and asks which devices there are."""
    for name in _HEAVY:
        report("", None)
        import_module(name)
    from trainer_gui.engine.training.device import devices

    return tuple(devices())
