"""One process's share of a training, and how several processes that train together agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor, nn

_PATIENCE = timedelta(days=30)  # a pause may last; that a process died is heard from the launcher


class Whole(NamedTuple):
    """What a share of a batch must know of the whole batch."""

    mass: Tensor  # what the rows of all shares count in a mean, divided by the number of shares
    fewest: int  # rows in the smallest share


class Share:
    """The share of a process that trains alone: all of it, with nobody to ask."""

    rank = 0
    count = 1
    parts = 1  # into how many parts a batch is divided from the start because memory was short

    @property
    def leads(self) -> bool:
        """Whether it is this process that speaks, writes and hears what is wanted."""
        return self.rank == 0

    def in_words(self, device: str) -> str:
        """What computes, where this is what one process computes on."""
        return device if self.count == 1 else f"{self.count} × {device}"

    def of(self, rows: Tensor) -> Tensor:
        """The rows of a batch that this process computes."""
        return rows

    def whole(self, mass: Callable[[Tensor], Tensor], targets: Tensor) -> Whole | None:
        """What the share of a batch with these targets must know; None where it is the whole batch."""
        return None

    def is_mine(self, number: int) -> bool:
        """Whether this process computes the piece of the validation rows with this number."""
        return True

    def joined(self, pieces: dict[int, Tensor], rows: int, outputs: int, device: torch.device) -> Tensor:
        """The answers to all pieces, [rows, outputs], from everyone's own by the number of the first row."""
        return torch.cat([pieces[at] for at in sorted(pieces)])

    def learner(self, network: nn.Module) -> nn.Module:
        """The network as it is trained."""
        return network

    def before_check(self, network: nn.Module) -> None:
        """Lets every process check the same network."""

    def draw_anew(self, seed: int, step: int) -> None:
        """Gives every process its own chance at every step."""

    def agreed(self, *wishes: bool) -> tuple[bool, ...]:
        """The wishes that count, for all processes."""
        return wishes

    def same(self, value: Any) -> Any:
        """The leading process's value, for all."""
        return value

    def mean(self, loss: Tensor) -> Tensor:
        """The mean of what each process found."""
        return loss


ALONE = Share()


class Among(Share):
    """The share of one of several processes, started by torch's launcher.

    Everyone holds all rows and draws the same order; of each batch everyone computes an equal part. The
    gradients are averaged by DistributedDataParallel, weighted so that they are those of the whole batch.
    """

    def __init__(self, device: torch.device, parts: int = 1) -> None:
        on_gpu = device.type == "cuda"
        if on_gpu:
            torch.cuda.set_device(device)
        dist.init_process_group(
            "nccl" if on_gpu else "gloo", timeout=_PATIENCE, device_id=device if on_gpu else None
        )
        self.rank = dist.get_rank()
        self.count = dist.get_world_size()
        self.parts = parts
        self._device = device
        # Words between processes must not wait for a GPU.
        self._words = dist.new_group(backend="gloo", timeout=_PATIENCE) if on_gpu else dist.group.WORLD

    def _cut(self, rows: Tensor) -> tuple[Tensor, ...]:
        """The batch in shares. One too small to be shared is computed by everyone, which means the same."""
        if len(rows) < 2 * self.count:
            return (rows,) * self.count
        return torch.tensor_split(rows, self.count)

    def of(self, rows: Tensor) -> Tensor:
        return self._cut(rows)[self.rank]

    def whole(self, mass: Callable[[Tensor], Tensor], targets: Tensor) -> Whole | None:
        cut = self._cut(targets)
        # A small batch is computed by everyone, so that its mass counts once for each.
        times = self.count if len(cut[0]) == len(targets) else 1
        return Whole(mass(targets) * (times / self.count), min(len(each) for each in cut))

    def is_mine(self, number: int) -> bool:
        return number % self.count == self.rank

    def joined(self, pieces: dict[int, Tensor], rows: int, outputs: int, device: torch.device) -> Tensor:
        answers = torch.zeros(rows, outputs, device=device)
        for at, piece in pieces.items():
            answers[at : at + len(piece)] = piece
        dist.all_reduce(answers)
        return answers

    def learner(self, network: nn.Module) -> nn.Module:
        ids = None if self._device.type == "cpu" else [self._device.index]
        return nn.parallel.DistributedDataParallel(network, device_ids=ids)

    def before_check(self, network: nn.Module) -> None:
        # What batch normalisation has measured can differ from process to process.
        for each in network.buffers():
            dist.broadcast(each, 0)

    def draw_anew(self, seed: int, step: int) -> None:
        # From the seed alone, so that a saved state need not hold the generators of every process.
        torch.manual_seed((seed * 1_000_003 + step) * self.count + self.rank)

    def agreed(self, *wishes: bool) -> tuple[bool, ...]:
        flags = torch.tensor(wishes, dtype=torch.uint8)
        dist.broadcast(flags, 0, group=self._words)
        return tuple(bool(each) for each in flags.tolist())

    def same(self, value: Any) -> Any:
        held = [value]
        dist.broadcast_object_list(held, 0, group=self._words)
        return held[0]

    def mean(self, loss: Tensor) -> Tensor:
        dist.all_reduce(loss)
        return loss / self.count


def synchronised(network: nn.Module, share: Share, device: torch.device) -> nn.Module:
    """The network, its batch normalisation measured over all GPUs together; a CPU has no such layer."""
    if share.count == 1 or device.type != "cuda":
        return network
    found: nn.Module = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
    return found


def normalises_batches(network: nn.Module) -> bool:
    """Whether it measures the rows that it computes together, so that dividing them changes a little."""
    kinds = (nn.BatchNorm1d, nn.BatchNorm2d)  # one that is synchronised is neither
    return any(isinstance(each, kinds) for each in network.modules())
