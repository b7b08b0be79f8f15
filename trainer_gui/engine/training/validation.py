"""How good a network is on the validation rows, measured while it learns."""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor

from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.training.course import Course
from trainer_gui.engine.training.memory import give_back, is_out_of_memory
from trainer_gui.engine.training.metrics import Loss, baseline_of, metrics_of
from trainer_gui.engine.training.share import Share

ROWS_PER_CHECK = 1024
PICTURES_PER_CHECK = 128


class Validation:
    """Measures what a course has made of its network, in pieces, as many at a time as the memory holds."""

    def __init__(
        self,
        course: Course,
        lesson: Lesson,
        targets: Tensor,
        loss: Loss,
        share: Share,
        device: torch.device,
    ) -> None:
        self._course = course
        self._lesson = lesson
        self._targets = targets
        self._loss = loss
        self._share = share
        self._device = device
        self._parts = 1  # into how many parts a piece is divided where memory is short

    def measure(self) -> Generator[None, None, tuple[float, dict[str, float]]]:
        """Loss and metrics, computed in float32 as whoever uses the model will.

        A generator that hands over between pieces, so that a stop is heard; its return value is the result.
        """
        rows = len(self._targets)
        size = PICTURES_PER_CHECK if self._lesson.shape.picture else ROWS_PER_CHECK
        self._share.before_check(self._course.network)
        given = self._course.checked_with
        pieces: dict[int, Tensor] = {}
        for number, at in enumerate(range(0, rows, size)):
            if self._share.is_mine(number):
                pieces[at] = self._answers([each[at : at + size] for each in given])
            yield
        with torch.no_grad():
            outputs = self._share.joined(pieces, rows, self._lesson.shape.outputs, self._device)
            targets = self._targets.to(self._device)
            loss = float(self._loss(outputs, targets))
            metrics = metrics_of(self._lesson.shape.task, outputs, targets, self._lesson.target)
        found: tuple[float, dict[str, float]] = self._share.same((loss, metrics))
        return found

    def _answers(self, inputs: list[Tensor]) -> Tensor:
        """What the network answers, in as many parts as the memory asks for."""
        while True:
            parts = min(self._parts, len(inputs[0]))
            self._course.network.eval()
            try:
                pieces = zip(*(torch.tensor_split(each, parts) for each in inputs), strict=True)
                with torch.no_grad():
                    return torch.cat(
                        [self._course.pieces(*(each.to(self._device) for each in few)) for few in pieces]
                    )
            except Exception as error:
                if not is_out_of_memory(error) or parts >= len(inputs[0]):
                    raise
            finally:
                self._course.resume()
            self._parts *= 2
            give_back(self._device)

    def baseline(self, trained_on: Tensor) -> tuple[float, dict[str, float]]:
        """Loss and metrics of the simplest guess, which follows from the targets of the training rows."""
        lesson = self._lesson
        with torch.no_grad():
            trained_on, targets = trained_on.to(self._device), self._targets.to(self._device)
            outputs, target = lesson.shape.outputs, lesson.target
            return baseline_of(lesson.shape.task, self._loss, trained_on, targets, outputs, target)
