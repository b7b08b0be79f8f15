"""Stands between a training and what would spoil it: losses that are no number, and memory that is full."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from trainer_gui.engine.control import Control
from trainer_gui.engine.execution import Precision
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.training.memory import give_back, is_out_of_memory
from trainer_gui.engine.training.optimisers import LearningRate
from trainer_gui.engine.training.share import normalises_batches
from trainer_gui.engine.training.step import NotFiniteError
from trainer_gui.engine.training.training import Training
from trainer_gui.engine.training.way_out import StepLeftError, WayOut

NO_NUMBER = "no longer a number"
_EXPLODED = 1000.0  # times the loss of the simplest guess, as the mean of a whole epoch
_SLOWER = 0.1  # times the learning rate, once


class Guard:
    """Takes the steps of a training. What went wrong and was mended is given as a Problem to be said.

    A step that would spoil the weights is not taken: the best weights so far are taken up again, computing
    goes on in float32 if it did not before, else at a tenth of the rate, once; after that it is refused.
    """

    def __init__(self, training: Training, baseline_loss: float, control: Control) -> None:
        self._training = training
        self._baseline = baseline_loss
        self._way_out = WayOut(training, control)

    def step(self, rows: Tensor) -> Problem | None:
        """One step, unless a stop is wanted in the middle of a slow one.

        Raises UserError where the run cannot be saved, and the device's error when one row is too much for
        its memory.
        """
        noticed: Problem | None = None
        while True:
            self._way_out.before()
            try:
                self._training.take(rows)
            except StepLeftError:
                self._way_out.undo()
                return None
            except NotFiniteError:
                return self._go_back(NO_NUMBER)
            except Exception as error:
                if not is_out_of_memory(error) or not self._can_divide(rows):
                    raise
                noticed = self._divide(rows)
            else:
                self._way_out.after()
                return noticed
            give_back(self._training.device)

    def settle(self) -> Problem | None:
        """Hears what a GPU has not told yet of the steps so far."""
        try:
            self._training.tally.settle()
        except NotFiniteError:
            return self._go_back(NO_NUMBER)
        return None

    def after_epoch(self) -> Problem | None:
        """Whether the epoch that ends now was of any use."""
        noticed = self.settle()
        if noticed is None and (what := explosion(self._training.tally.mean, self._baseline)):
            return self._go_back(what)
        return noticed

    def _can_divide(self, rows: Tensor) -> bool:
        # Where several train together, all of them must divide: they are started again.
        return self._training.share.count == 1 and 2 * self._training.step.parts <= len(rows) // 2

    def _divide(self, rows: Tensor) -> Problem:
        step = self._training.step
        step.parts *= 2
        step.forget_gradients()
        same = "The steps stay the same, only slower."
        if normalises_batches(step.network):
            same = "The steps stay as large, only slower; batch normalisation is measured on each part."
        return problem(
            "memory.divided",
            "The memory was full, so each batch is now computed in {parts} parts of {size} rows.",
            "{same} A smaller batch or size would be quicker.",
            severity="caution",
            field="batch_size",
            parts=step.parts,
            size=-(-len(rows) // step.parts),
            same=same,
        )

    def _go_back(self, what: str) -> Problem:
        training = self._training
        refuse_bad_inputs(training.lesson)
        if training.execution.precision not in (Precision.FLOAT16, Precision.BFLOAT16):
            return slowed_down(training, what)
        short = training.execution.precision.value
        back = _back(training)
        training.compute_in(Precision.FLOAT32)
        training.go_back()
        return problem(
            "training.overflowed",
            "In epoch {epoch} the loss was {what}: probably a number too large for {short}.",
            "{back} in float32, which is slower and safer.",
            severity="caution",
            field="precision",
            epoch=training.epoch + 1,
            what=what,
            short=short,
            back=back,
        )


class Slowable(Protocol):
    """What can be slowed down: a training, or one member of a stack."""

    lesson: Lesson
    learning_rate: LearningRate
    epoch: int
    best_epoch: int
    slowed: bool

    def go_back(self) -> None:
        """Takes up the best weights so far."""


def slowed_down(training: Slowable, what: str) -> Problem:
    """Goes back to the best epoch with a tenth of the rate; raises UserError where that was done before."""
    epoch, back = training.epoch + 1, _back(training)
    if training.slowed:
        raise refuse(
            "training.not_finite",
            "In epoch {epoch} the loss was {what} again, at a tenth of the learning rate too.",
            "Start again with a learning rate of {rate:g} or less, or look for extreme values on the "
            "Data page. What was learned before is kept.",
            field="learning_rate",
            epoch=epoch,
            what=what,
            rate=training.lesson.settings.learning_rate / 100,
        )
    training.slowed = True
    training.learning_rate.slow_down(_SLOWER)
    training.go_back()
    return problem(
        "training.slowed",
        "In epoch {epoch} the loss was {what}: the steps were so large that the weights ran away.",
        "{back} with a tenth of the learning rate, {rate:g}.",
        severity="caution",
        field="learning_rate",
        epoch=epoch,
        what=what,
        back=back,
        rate=training.lesson.settings.learning_rate * _SLOWER,
    )


def explosion(mean: float, baseline_loss: float) -> str:
    """What to say of the mean loss of an epoch that is far worse than guessing; nothing where it is not."""
    return (
        f"{_in_words(mean)}, far worse than guessing" if mean > _EXPLODED * max(baseline_loss, 1e-6) else ""
    )


def refuse_bad_inputs(lesson: Lesson) -> None:
    """Raises UserError for an input that is infinite: no learning rate helps against that."""
    for each in lesson.train.inputs:
        if each.dtype.kind != "f" or each.ndim != 2:
            continue
        total = each.sum(0, dtype="float64")
        bad = [place for place in range(each.shape[1]) if not abs(total[place]) < float("inf")]
        if bad:
            name = lesson.number_names[bad[0]] if bad[0] < len(lesson.number_names) else str(bad[0] + 1)
            raise refuse(
                "training.infinite_input",
                "The column “{column}” holds a value that is infinite or too large to compute with, so "
                "the loss was no longer a number.",
                "Leave the column out, or mend the value, and start again.",
                field="data",
                column=name,
            )


def _back(training: Slowable) -> str:
    kept = training.best_epoch
    return f"It goes on from the best epoch, {kept}," if kept else "It begins again"


def _in_words(loss: float) -> str:
    return f"{loss:,.0f}" if 1000 <= loss < 1e6 else f"{loss:.3g}"
