"""What the frozen part of a network says of every row: computed once and kept, in memory or on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import torch
from torch import Tensor, nn

from trainer_gui.engine.training.layers import RandomShift

_AT_ONCE = 128  # rows
MOST_IN_MEMORY = 1 << 30  # bytes
_SHARE = 0.25  # of the memory that is free, which they may take at most
CHECK = -1  # the number of the view of the validation rows


class Features:
    """The outputs of the first pieces of a chain for all rows, several views of each where chance is in it.

    Views are drawn from generators of their own, so that they are the same again whenever they are computed.
    """

    def __init__(
        self,
        front: Sequence[nn.Module],
        inputs: list[Tensor],
        check_inputs: list[Tensor],
        device: torch.device,
        views: int,
        seed: int,
        place: Path,
        most: int = MOST_IN_MEMORY,
    ) -> None:
        """What takes more than `most` bytes, or a quarter of the free memory, lies in files at `place`."""
        self._front = list(front)
        self._inputs, self._check_inputs = inputs, check_inputs
        self._device = device
        self._seed = seed
        self._place = place
        self._most = most
        self._shifts = [p for each in front for p in each.modules() if isinstance(p, RandomShift) and p.most]
        self.views = views if self._shifts else 1
        self._kept: dict[int, Tensor] = {}
        self._on_disk: bool | None = None  # None until it is known how large they are

    def view(self, epoch: int) -> int:
        """The number of the view that an epoch, counted from 0, learns from."""
        return epoch % self.views

    def of(self, view: int) -> list[Tensor]:
        """What takes the place of the inputs; it must have been computed."""
        return [self._kept[view]]

    def compute(self, epoch: int) -> Iterator[float]:
        """Computes what the epoch needs and is not there yet; hands over between pieces."""
        for view in (self.view(epoch), CHECK):
            if view not in self._kept:
                yield from self._compute(view)

    def _compute(self, view: int) -> Iterator[float]:
        inputs = self._check_inputs if view == CHECK else self._inputs
        rows = len(inputs[0])
        chance = torch.Generator(self._device).manual_seed((self._seed * 1_000_003 + view + 1) % 2**63)
        kept: Tensor | None = None
        for start in range(0, rows, _AT_ONCE):
            piece = self._answers([each[start : start + _AT_ONCE] for each in inputs], view, chance)
            if kept is None:
                kept = self._room(view, (rows, *piece.shape[1:]))
            kept[start : start + len(piece)] = piece.to(kept.device)
            yield min(1.0, (start + len(piece)) / rows)
        if kept is None:  # no rows at all
            kept = torch.empty(0)
        self._kept[view] = kept

    def _answers(self, inputs: list[Tensor], view: int, chance: torch.Generator) -> Tensor:
        for each in self._shifts:
            each.chance = chance
            each.train(view != CHECK)
        try:
            with torch.no_grad():
                first, *rest = self._front
                found: Tensor = first(*(each.to(self._device) for each in inputs))
                for piece in rest:
                    found = piece(found)
                return found.float()
        finally:
            for each in self._shifts:
                each.chance = None
                each.train()

    def _room(self, view: int, shape: tuple[int, ...]) -> Tensor:
        if self._on_disk is None:
            size = 4 * int(np.prod(shape)) * (self.views + 1)
            self._on_disk = size > min(self._most, _SHARE * psutil.virtual_memory().available)
        if not self._on_disk:
            return torch.empty(shape, device=self._device)
        self._place.mkdir(parents=True, exist_ok=True)
        path = self._place / f"features-{view + 1}.npy"
        array = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
        return torch.from_numpy(array)

    def forget(self) -> None:
        """Lets go of everything, also on the disk."""
        self._kept.clear()
        remove_features(self._place)


def remove_features(place: Path) -> None:
    """Removes what was kept on the disk, also by a process that was killed."""
    for each in place.glob("features-*.npy"):
        with suppress(OSError):
            each.unlink()
