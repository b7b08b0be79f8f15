"""What a run reported in numbers: a row for each epoch, and the losses of its batches in bounded room."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.events import EpochEnded

Floats = NDArray[np.float64]

_OWN = ("epochs", "train_loss", "validation_loss", "learning_rate", "seconds", "gradient_length")
_MOST_POINTS = 4096  # batch losses kept, however long the run; some for each pixel of a wide chart


class Curve:
    """What one member reported per epoch: growing rows of numbers, read as arrays without copying."""

    def __init__(self) -> None:
        self._table: Floats = np.full((len(_OWN), 64), np.nan)
        self._rows = {name: row for row, name in enumerate(_OWN)}
        self._metrics: dict[str, int] = {}  # the row of each
        self._length = 0
        self.best_epoch = 0
        self.best_loss = float("inf")

    def add(self, said: EpochEnded) -> None:
        """Appends one epoch."""
        at = self._length
        if at == self._table.shape[1]:
            self._table = np.concatenate([self._table, np.full_like(self._table, np.nan)], axis=1)
        length = said.gradient_length
        self._table[: len(_OWN), at] = (
            said.epoch,
            said.train_loss,
            said.validation_loss,
            said.learning_rate,
            said.seconds,
            math.nan if length is None else length,
        )
        for name, value in said.metrics.items():
            if name not in self._metrics:
                self._metrics[name] = len(self._table)
                self._table = np.concatenate([self._table, np.full((1, self._table.shape[1]), np.nan)])
            self._table[self._metrics[name], at] = value
        self._length += 1
        if said.validation_loss < self.best_loss:
            self.best_epoch, self.best_loss = said.epoch, said.validation_loss

    def forget_after(self, epoch: int) -> None:
        """Takes back every epoch later than this one."""
        keep = int(np.searchsorted(self.epochs, epoch, side="right"))
        self._length = keep
        self._table[:, keep:] = np.nan
        self.best_epoch, self.best_loss = 0, float("inf")
        losses = self.validation_loss
        if np.isfinite(losses).any():
            best = int(np.nanargmin(losses))
            self.best_epoch, self.best_loss = int(self.epochs[best]), float(losses[best])

    def __len__(self) -> int:
        return self._length

    @property
    def epochs(self) -> Floats:
        """Epoch numbers, from 1, shape [epochs]."""
        return self._row("epochs")

    @property
    def train_loss(self) -> Floats:
        """Training loss, shape [epochs]."""
        return self._row("train_loss")

    @property
    def validation_loss(self) -> Floats:
        """Validation loss, shape [epochs]."""
        return self._row("validation_loss")

    @property
    def learning_rate(self) -> Floats:
        """Learning rate at the end of each epoch, shape [epochs]."""
        return self._row("learning_rate")

    @property
    def seconds(self) -> Floats:
        """Seconds since the start of the run at the end of each epoch, shape [epochs]."""
        return self._row("seconds")

    @property
    def gradient_length(self) -> Floats:
        """Mean length of the gradients before clipping, shape [epochs]; NaN where none was taken."""
        return self._row("gradient_length")

    @property
    def metric_names(self) -> tuple[str, ...]:
        """The metrics that were reported, in the order in which they came."""
        return tuple(self._metrics)

    def metric(self, name: str) -> Floats:
        """One metric on the validation rows, shape [epochs]; NaN where it was not reported."""
        row = self._metrics.get(name)
        return np.full(self._length, np.nan) if row is None else self._table[row, : self._length]

    def metrics_at(self, epoch: int) -> dict[str, float]:
        """The metrics of one epoch that are numbers; empty where that epoch is not here."""
        at = self.place_of(epoch)
        if at is None:
            return {}
        found = {name: float(self._table[row, at]) for name, row in self._metrics.items()}
        return {name: value for name, value in found.items() if not math.isnan(value)}

    def place_of(self, epoch: int) -> int | None:
        """Where in the arrays an epoch stands; None where it is not here."""
        at = int(np.searchsorted(self.epochs, epoch))
        return at if at < self._length and self.epochs[at] == epoch else None

    def _row(self, name: str) -> Floats:
        return self._table[self._rows[name], : self._length]


def mean_of(curves: Sequence[Curve]) -> Curve:
    """The mean of several curves over the epochs that all of them have; none of its epochs is the best."""
    mean, last = Curve(), min((len(each) for each in curves), default=0)

    def over(values: Callable[[Curve], Floats]) -> list[float]:
        return [float(each) for each in np.mean([values(each)[:last] for each in curves], axis=0)]

    names = [name for name in curves[0].metric_names if all(name in each.metric_names for each in curves)]
    metrics = {name: over(partial(Curve.metric, name=name)) for name in names}
    rows = zip(*(over(partial(Curve._row, name=name)) for name in _OWN), strict=True)
    for place, (epoch, train, validation, rate, seconds, length) in enumerate(rows):
        mean.add(
            EpochEnded(
                epoch=int(epoch),
                train_loss=train,
                validation_loss=validation,
                learning_rate=rate,
                seconds=seconds,
                gradient_length=length,
                metrics={name: values[place] for name, values in metrics.items()},
            )
        )
    mean.best_epoch, mean.best_loss = 0, float("inf")
    return mean


class BatchLosses:
    """The losses of single batches along the run. However many there are, some thousand points are kept:
    the lowest and the highest of stretches of equal length, so that no outlier is lost.
    """

    def __init__(self, most: int = _MOST_POINTS) -> None:
        assert most % 4 == 0
        self._points: Floats = np.empty((2, most))  # places and losses
        self._length = 0
        self._stretch = 2  # batches that become two points
        self._open: list[tuple[float, float]] = []
        self._counted = 0  # batches in the stretch that is open
        self._until = 0.0

    def add(self, until: float, losses: Sequence[float]) -> None:
        """Takes in losses since the last word, in order; `until` is where the run is, in epochs."""
        if until < self._until:  # an epoch was begun anew
            self.forget_after(max(0.0, math.ceil(until) - 1.0))
        step = (until - self._until) / max(1, len(losses))
        for number, loss in enumerate(losses, 1):
            if math.isfinite(loss):
                self._take(self._until + number * step, loss)
        self._until = until

    def forget_after(self, epoch: float) -> None:
        """Takes back what was said of later places."""
        places = self._points[0, : self._length]
        self._length = int(np.searchsorted(places, epoch, side="right")) // 2 * 2
        self._open, self._counted = [], 0
        self._until = float(epoch)

    def __len__(self) -> int:
        return self._length + len(self._open)

    def arrays(self) -> tuple[Floats, Floats]:
        """Places in epochs (2.5: half of the third) and losses there, both of shape [points]."""
        places, losses = self._points[:, : self._length]
        if not self._open:
            return places, losses
        waiting = np.array(self._open).T
        return np.concatenate([places, waiting[0]]), np.concatenate([losses, waiting[1]])

    def _take(self, place: float, loss: float) -> None:
        waiting = self._open
        if len(waiting) < 2:
            waiting.append((place, loss))
        else:
            (_, first), (_, second) = waiting
            low, high = (0, 1) if first <= second else (1, 0)
            if loss < waiting[low][1]:
                waiting[:] = [waiting[high], (place, loss)]
            elif loss > waiting[high][1]:
                waiting[:] = [waiting[low], (place, loss)]
        self._counted += 1
        if self._counted == self._stretch:
            self._points[:, self._length : self._length + 2] = np.array(waiting).T
            self._length += 2
            self._open, self._counted = [], 0
            if self._length == self._points.shape[1]:
                self._halve()

    def _halve(self) -> None:
        """Makes two points of each four."""
        losses = self._points[1].reshape(-1, 4)
        ends = np.stack([losses.argmin(1), 3 - losses[:, ::-1].argmax(1)], axis=1)
        ends.sort(axis=1)
        kept = (ends + 4 * np.arange(len(losses))[:, None]).ravel()
        self._length = len(kept)
        self._points[:, : self._length] = self._points[:, kept]
        self._stretch *= 2
