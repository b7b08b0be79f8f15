"""A stack while it learns: all members one step further, and the state to go on from exactly."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import Any

import torch
from torch import Tensor

from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.training.checkpoint import Snapshot, damaged, frozen
from trainer_gui.engine.training.device import entered
from trainer_gui.engine.training.memory import on_device
from trainer_gui.engine.training.metrics import baseline_of, metrics_of
from trainer_gui.engine.training.stacked.descent import Descent
from trainer_gui.engine.training.stacked.losses import Losses
from trainer_gui.engine.training.stacked.masks import Masks
from trainer_gui.engine.training.stacked.member import Member
from trainer_gui.engine.training.stacked.moves import How, Moves, moments_of
from trainer_gui.engine.training.stacked.network import Rows, StackedNetwork
from trainer_gui.engine.training.weights import Build

_STATE_VERSION = 1
_ROWS_PER_CHECK = 2048  # of all members together

Measured = dict[int, tuple[float, dict[str, float]]]  # validation loss and metrics by member


class StackedTraining:
    """Everything that changes while a stack learns.

    The members aboard take every step together. One that is done, or that rests because its step was not
    finite, is put ashore, so that it costs nothing and is not touched; who rests comes aboard again when the
    next epoch begins. All members hold the same rows, so that an epoch has the same batches for all.
    """

    def __init__(self, builds: Sequence[Build], lessons: Sequence[Lesson]) -> None:
        self.lesson = lessons[0]
        self.device = entered(self.lesson.device)
        rows, self._size = len(self.lesson.train), self.lesson.settings.batch_size
        starts = range(0, rows, self._size)
        # As alone: a last batch of a single row waits for the next shuffle.
        self._starts = starts[:-1] if len(starts) > 1 and rows - starts[-1] == 1 else starts
        self.members = [
            Member(number, build, lesson, len(self._starts), self.device)
            for number, (build, lesson) in enumerate(zip(builds, lessons, strict=True))
        ]
        networks = [each.first for each in self.members if each.first is not None]
        self.network = StackedNetwork(networks)
        weights = {k: v.to(self.device) for k, v in self.network.rows_of(networks).items()}
        for each in self.members:
            each.first = None
        self._moves = Moves(self.lesson.settings.optimiser)
        self._home: Rows = {**weights, **moments_of(weights, self.lesson.settings.optimiser)}
        self._best: Rows = {name: each.clone() for name, each in weights.items()}
        self.inputs, self.targets = on_device(self.lesson.train, self.device)
        self.check_inputs, self.check_targets = on_device(self.lesson.validation, self.device)
        self.batch = 0  # complete ones of the epoch under way
        self.begun = False  # whether an epoch is under way
        self._orders = torch.empty(0, 0, dtype=torch.int64)  # of the rows, [aboard, rows]
        self._rooms: dict[tuple[int, int], Tensor] = {}
        self._board([])

    @property
    def batches(self) -> int:
        """The number of batches in an epoch."""
        return len(self._starts)

    @property
    def goes_on(self) -> bool:
        """Whether any member has epochs left."""
        return any(each.goes_on for each in self.members)

    def _board(self, aboard: list[Member]) -> None:
        """Takes the rows of these members out of those of all, to be worked on."""
        self.aboard = aboard
        self._places = torch.tensor([each.number for each in aboard], dtype=torch.int64, device=self.device)
        self._crew = {name: each.index_select(0, self._places) for name, each in self._home.items()}
        self._equip()

    def _equip(self) -> None:
        """Makes what depends on who is aboard."""
        self._moves.forget()
        if not self.aboard:
            return
        numbers = [each.number for each in self.aboard]
        shares = [[of_members[number] for number in numbers] for of_members in self.network.shares]
        masks = Masks(shares, [each.chance for each in self.aboard], self.device)
        losses = Losses([each.loss for each in self.aboard], self.device)
        self._descent = Descent(self.network, self._crew, masks, losses)
        self._clipping = [each.lesson.settings.gradient_clipping for each in self.aboard]

    def _put_back(self) -> None:
        """Writes what was worked on into the rows of all."""
        for name, each in self._crew.items():
            self._home[name].index_copy_(0, self._places, each)

    def begin_epoch(self) -> None:
        """Takes everyone aboard who goes on, and shuffles the rows of each."""
        going = [each for each in self.members if each.goes_on]
        resting = [each for each in going if each.rests]
        if resting or going != self.aboard:
            self._put_back()
            for each in resting:
                self._set_back(each.number)
                each.rests = False
            self._board(going)
        self._orders = torch.stack([each.shuffled() for each in self.aboard]).to(self.targets.device)
        self.batch, self.begun = 0, True

    def _set_back(self, number: int) -> None:
        for name, each in self._home.items():
            if name in self._best:
                each[number] = self._best[name][number]
            else:
                each[number] = 0.0  # the memory of its optimiser

    def go_ashore(self, leaving: Sequence[Member]) -> None:
        """Takes members out of the stack as they are; the others go on."""
        self._put_back()
        stay = [at for at, each in enumerate(self.aboard) if each not in leaving]
        self._orders = self._orders[stay]
        self._board([self.aboard[at] for at in stay])

    def next_batch(self) -> Tensor | None:
        """The row numbers of every member's next batch, [aboard, rows]; None at the end of the epoch."""
        if self.batch >= self.batches or not self.aboard:
            return None
        start = self._starts[self.batch]
        return self._orders[:, start : start + self._size]

    def take(self, rows: Tensor) -> list[Member]:
        """One step of all on these rows; gives those whose step was not finite, who did not take it.

        They are put ashore.
        """
        aboard, count = rows.shape
        flat = rows.reshape(-1)
        inputs = [
            self._gathered(at, each, flat).view(aboard, count, *each.shape[1:])
            for at, each in enumerate(self.inputs)
        ]
        targets = self.targets.index_select(0, flat).view(aboard, count)
        found = self._descent.descend([each.to(self.device) for each in inputs], targets.to(self.device))
        gradients = self._descent.gradients
        said: list[float] = found.tolist()
        lengths = self._clip(list(gradients.values()))
        self.batch += 1
        bad = [
            each
            for each, loss, length in zip(self.aboard, said, lengths, strict=True)
            if not math.isfinite(loss + (length or 0.0))
        ]
        if bad:
            stay = [at for at, each in enumerate(self.aboard) if each not in bad]
            gradients = {group: each[stay] for group, each in gradients.items()}
            said, lengths = [said[at] for at in stay], [lengths[at] for at in stay]
            self.go_ashore(bad)
        if self.aboard:
            self._moves.take(self._crew, gradients, self._how())
        for each, loss, length in zip(self.aboard, said, lengths, strict=True):
            each.tally.count(loss, length, count)
        return bad

    def _gathered(self, at: int, rows: Tensor, which: Tensor) -> Tensor:
        """These rows of an input, in memory that is kept: to ask for it anew takes longer than they do."""
        key = at, len(which)
        if key not in self._rooms:
            self._rooms[key] = rows.new_empty(len(which), *rows.shape[1:])
        return torch.index_select(rows, 0, which, out=self._rooms[key])

    def _how(self) -> list[How]:
        found = []
        for each in self.aboard:
            each.moves += 1
            rate = each.learning_rate.at(each.step_number)
            each.step_number += 1
            found.append(How(rate, each.lesson.settings.weight_decay, each.moves))
        return found

    def _clip(self, gradients: list[Tensor]) -> Sequence[float | None]:
        """Shortens the gradients of each member as it wants; their lengths before, None where it does not."""
        if not any(self._clipping):
            return [None] * len(self.aboard)
        norms = torch.stack([torch.linalg.vector_norm(each, dim=1) for each in gradients])
        lengths: list[float] = torch.linalg.vector_norm(norms, dim=0).tolist()
        pairs = list(zip(lengths, self._clipping, strict=True))
        scales = [length / most if most and length > most else 1.0 for length, most in pairs]
        if any(each != 1.0 for each in scales):
            divisor = torch.tensor(scales, device=self.device).unsqueeze(1)
            for each in gradients:
                each.div_(divisor)
        return [length if most else None for length, most in pairs]

    def check(self) -> Generator[None, None, Measured]:
        """Loss and metrics of everyone aboard on the validation rows; hands over between pieces."""
        if not self.aboard:
            return {}
        size = max(64, _ROWS_PER_CHECK // len(self.aboard))
        outputs = torch.empty(
            len(self.aboard), len(self.check_targets), self.lesson.shape.outputs, device=self.device
        )
        for start in range(0, len(self.check_targets), size):
            here = slice(start, start + size)
            given = [each[here].to(self.device) for each in self.check_inputs]
            outputs[:, here] = self._descent.answers(
                [each.expand(len(self.aboard), *each.shape) for each in given]
            )
            yield
        found: Measured = {}
        with torch.no_grad():
            targets = self.check_targets.to(self.device)
            for at, each in enumerate(self.aboard):
                metrics = metrics_of(each.lesson.shape.task, outputs[at], targets, each.lesson.target)
                found[each.number] = float(each.loss(outputs[at], targets)), metrics
        return found

    def end_epoch(self, measured: Measured) -> set[int]:
        """Counts the epoch for everyone aboard; gives whose was the best so far, which is kept."""
        best = [at for at, each in enumerate(self.aboard) if each.end_epoch(measured[each.number][0])]
        if best:
            here = torch.tensor(best, device=self.device)
            for name, each in self._best.items():
                each.index_copy_(0, self._places[here], self._crew[name][here])
        self.begun = False
        return {self.aboard[at].number for at in best}

    def baseline(self, member: Member) -> tuple[float, dict[str, float]]:
        """Loss and metrics of the simplest guess, as this member weighs them."""
        lesson = member.lesson
        with torch.no_grad():
            targets, checked = self.targets.to(self.device), self.check_targets.to(self.device)
            task, outputs = lesson.shape.task, lesson.shape.outputs
            return baseline_of(task, member.loss, targets, checked, outputs, lesson.target)

    def snapshot(self) -> Snapshot:
        """All from which it can go on exactly, between any two batches. Later steps do not change it."""
        self._put_back()
        aboard = {each.number for each in self.aboard}
        state: dict[str, Any] = {
            "version": _STATE_VERSION,
            "home": self._home,
            "best": self._best,
            "batch": self.batch,
            "begun": self.begun,
            "aboard": [each.number for each in self.aboard],
            "members": [
                each.state(within_epoch=self.begun and each.number in aboard) for each in self.members
            ],
        }
        kept: Snapshot = frozen(state)
        return kept

    def restore(self, state: Snapshot) -> None:
        """Goes back to a snapshot; raises UserError where it does not fit."""
        try:
            for mine, saved in ((self._home, state["home"]), (self._best, state["best"])):
                for name, each in mine.items():
                    each.copy_(saved[name])
            for member, saved in zip(self.members, state["members"], strict=True):
                member.restore(saved)
            self.batch, self.begun = state["batch"], state["begun"]
            self._board([self.members[number] for number in state["aboard"]])
            if self.begun and self.aboard:
                orders = torch.stack([each.shuffled() for each in self.aboard])
                self._orders = orders.to(self.targets.device)
        except (KeyError, ValueError, RuntimeError, TypeError, IndexError) as error:
            raise damaged() from error
