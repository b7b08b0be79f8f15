"""Loads what training needs while the window is already there to be looked at."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.training.device import Device

_HEAVY = (
    "pyqtgraph",
    "torch",
    "sklearn.metrics",
    "trainer_gui.engine.run",
    "trainer_gui.gui.plots.loss_plot",
)


def warm_up(report: Report) -> tuple[Device, ...]:
    """Imports the heavy libraries, the one that is needed first first, and asks which devices there are."""
    if not all(name in sys.modules for name in _HEAVY):
        with _nothing_collected():
            for name in _HEAVY:
                report("", None)
                import_module(name)
    from trainer_gui.engine.training.device import devices

    return tuple(devices())


@contextmanager
def _nothing_collected() -> Iterator[None]:
    # Half a million objects come into being that stay for good. Looking through them for rubbish again and
    # again would stop the whole window for up to a quarter of a second each time.
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # and not later either
        gc.enable()
