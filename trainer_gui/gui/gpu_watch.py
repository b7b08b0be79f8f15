"""Looks once a second how full and how busy the GPU is on which a run is trained."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from trainer_gui.gui.runner import Job, Report
from trainer_gui.gui.session import Session

if TYPE_CHECKING:
    from trainer_gui.engine.training.gauge import Load

_EVERY = 1000  # milliseconds

Ask = Callable[[str], "Load | None"]  # by the device's name in recipes


class GpuWatch(QObject):
    """Says what it saw. It asks on a thread, only while a run is trained on a GPU, one question at a time."""

    load_changed = Signal(object)  # a Load, or None where there is nothing to show any more

    def __init__(self, session: Session, ask: Ask | None = None) -> None:
        super().__init__(session)
        self._session = session
        self._ask = ask or _ask
        self._job: Job | None = None
        self._clock = QTimer(self, interval=_EVERY)
        self._clock.timeout.connect(self._on_clock)
        session.run_state_changed.connect(self._on_run_state_changed)

    def _device(self) -> str:
        study, devices = self._session.study, self._session.devices
        recipe = self._session.run.recipe
        if study.is_active and study.recipe is not None:
            recipe = study.recipe.base
        name = recipe.device if recipe is not None else "cpu"
        return devices[0].name if name == "auto" and devices else name

    def _on_run_state_changed(self) -> None:
        if self._session.is_training:
            self._clock.start()
        elif self._clock.isActive():
            self._clock.stop()
            self.load_changed.emit(None)

    def _on_clock(self) -> None:
        device = self._device()
        if self._job is not None or not device.startswith(("cuda", "mps")):
            return
        self._job = self._session.runner.call(partial(_on_thread, self._ask, device))
        self._job.answered.connect(self._on_answered)
        self._job.over.connect(self._on_over)

    def _on_answered(self, load: Load | None) -> None:
        if self._clock.isActive():
            self.load_changed.emit(load)

    def _on_over(self) -> None:
        self._job = None


def _on_thread(ask: Ask, device: str, report: Report) -> Load | None:
    return ask(device)


def _ask(device: str) -> Load | None:
    from trainer_gui.engine.training.gauge import loads, together

    return together(loads(device))
