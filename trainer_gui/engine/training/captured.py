"""A step that an NVIDIA GPU records once and plays back, which spares it all waiting for the processor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from trainer_gui.engine.training.share import Whole
from trainer_gui.engine.training.step import Step

_WARM_UP = 3  # ordinary steps before the recording, which make what it uses


class CapturedStep(Step):
    """A step as a CUDA graph: batches of the usual size are played back, others are taken as ever.

    What cannot be recorded raises RuntimeError, which the trial before the run hears. Batches that memory
    forces apart, and float16 with its scale, are never played back.
    """

    def __init__(self, *anything: Any) -> None:
        super().__init__(*anything, capturable=True)
        self._rate = torch.zeros((), device=self.device)
        # One for all: memory that was used on one stream is not free for another.
        self._aside = torch.cuda.Stream(self.device)  # type: ignore[no-untyped-call]
        self._seen = 0
        self._graph: torch.cuda.CUDAGraph | None = None
        self._inputs: list[Tensor] = []
        self._targets = torch.empty(0)
        self._said: tuple[Tensor, Tensor | None] = (torch.empty(0), None)

    def take(
        self, inputs: Sequence[Tensor], targets: Tensor, rate: float, whole: Whole | None = None
    ) -> tuple[Tensor, Tensor | None]:
        assert whole is None
        self._rate.fill_(rate)
        fits = self.parts == 1 and self.scaler is None
        if self._graph is not None and fits and self._is_usual(inputs, targets):
            return self._play(inputs, targets)
        if self._graph is None and fits and self._seen >= _WARM_UP:
            self._record(inputs, targets)
            return self._play(inputs, targets)
        self._seen += 1
        here = torch.cuda.current_stream(self.device)
        self._aside.wait_stream(here)
        with torch.cuda.stream(self._aside):
            said = super().take(inputs, targets, rate)
        here.wait_stream(self._aside)
        return said

    def set_rate(self, rate: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate

    def _is_usual(self, inputs: Sequence[Tensor], targets: Tensor) -> bool:
        pairs = zip((*inputs, targets), (*self._inputs, self._targets), strict=True)
        return all(given.shape == kept.shape for given, kept in pairs)

    def _record(self, inputs: Sequence[Tensor], targets: Tensor) -> None:
        self._inputs = [each.clone() for each in inputs]
        self._targets = targets.clone()
        self.forget_gradients()
        self.set_rate(0.0)
        graph = torch.cuda.CUDAGraph()
        # Other threads, such as one that asks how full the memory is, must not spoil the recording.
        with torch.cuda.graph(graph, stream=self._aside, capture_error_mode="thread_local"):
            self._said = self.move(self._inputs, self._targets)
        self._graph = graph

    def _play(self, inputs: Sequence[Tensor], targets: Tensor) -> tuple[Tensor, Tensor | None]:
        assert self._graph is not None
        for kept, given in zip((*self._inputs, self._targets), (*inputs, targets), strict=True):
            kept.copy_(given, non_blocking=True)
        self._graph.replay()
        loss, length = self._said
        return loss.clone(), None if length is None else length.clone()
