"""The losses and gradient lengths of the batches of one epoch."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from trainer_gui.engine.training.step import NotFiniteError

_MOST_UNTOLD = 4096  # losses of batches of earlier epochs
_MOST_WAITING = 512  # batches; what waits on a device is fetched in one piece


class Tally:
    """Adds up what the steps of an epoch say; on a GPU it waits for them only now and then."""

    def __init__(self) -> None:
        self.rows = 0
        self.rows_before = 0  # of them, before an interruption
        self.total = 0.0
        self.length = 0.0  # of the gradients, added up
        self.lengths = 0
        self._waiting: list[tuple[Tensor, Tensor | None, int]] = []
        self._fresh: list[float] = []

    def add(self, loss: Tensor, length: Tensor | None, rows: int) -> None:
        """Takes in a batch. Raises NotFiniteError where its loss is known already and not finite."""
        self._waiting.append((loss, length, rows))
        if loss.device.type == "cpu" or len(self._waiting) >= _MOST_WAITING:
            self.settle()

    def settle(self) -> None:
        """Fetches what still waits. Raises NotFiniteError where a loss was not finite."""
        if not self._waiting:
            return
        if len(self._waiting) == 1:
            loss, length, rows = self._waiting.pop()
            self.count(loss.item(), None if length is None else length.item(), rows)
            return
        waiting, self._waiting = self._waiting, []
        losses = torch.stack([each for each, _, _ in waiting]).tolist()
        measured = [each for _, each, _ in waiting if each is not None]
        lengths = torch.stack(measured).tolist() if measured else [None] * len(waiting)
        for (_, _, rows), mean, long in zip(waiting, losses, lengths, strict=True):
            self.count(mean, long, rows)

    def count(self, loss: float, length: float | None, rows: int) -> None:
        """Takes in a batch whose numbers are known. Raises NotFiniteError where its loss is not finite."""
        if not math.isfinite(loss):
            raise NotFiniteError
        self.rows += rows
        self.total += loss * rows
        self._fresh.append(loss)
        if length is not None and math.isfinite(length):
            self.length += length
            self.lengths += 1

    @property
    def mean(self) -> float:
        """The mean loss over the rows so far."""
        return self.total / max(1, self.rows)

    @property
    def gradient_length(self) -> float | None:
        """The mean length of the gradients before clipping, or None where none was taken."""
        return self.length / self.lengths if self.lengths else None

    def go_on_telling(self, earlier: Tally) -> None:
        """Takes over what the epoch before has not told yet of its batches."""
        self._fresh = earlier.take_fresh()[-_MOST_UNTOLD:]

    def take_fresh(self) -> list[float]:
        """The losses of the batches since this was last asked."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def state(self) -> dict[str, Any]:
        """What a resume needs; settles first."""
        self.settle()
        return {"rows": self.rows, "total": self.total, "length": self.length, "lengths": self.lengths}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes back to what `state` gave."""
        self.rows = self.rows_before = state["rows"]
        self.total = state["total"]
        self.length, self.lengths = state["length"], state["lengths"]
