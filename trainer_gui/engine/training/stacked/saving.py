"""Writes the state of a stack, and the best weights of every member where its lesson wants them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.training.checkpoint import Saver, Snapshot, earlier, write_state
from trainer_gui.engine.training.stacked.parting import own_state
from trainer_gui.engine.training.stacked.training import StackedTraining
from trainer_gui.engine.training.weights import Build, save_weights


class StackSaver(Saver):
    """As `Saver`, for all members at once; a member's weights are written when they have become better."""

    def __init__(
        self, state: Path, training: StackedTraining, builds: Sequence[Build], lessons: Sequence[Lesson]
    ) -> None:
        super().__init__(state, lessons[0].weights, training.snapshot)
        self._network = training.network
        self._builds = builds
        self._lessons = lessons
        self._kept: dict[int, int] = {}  # the epoch of the weights on disk, by member

    def _write_weights(self, snapshot: Snapshot) -> None:
        for number, (lesson, member) in enumerate(zip(self._lessons, snapshot["members"], strict=True)):
            best = member["counts"][2]
            if best and best == self._kept.get(number) and lesson.weights.exists():
                continue
            rows = snapshot["best" if best else "home"]
            lesson.weights.parent.mkdir(parents=True, exist_ok=True)
            save_weights(lesson.weights, self._network.state_of(rows, number, number))
            self._kept[number] = best

    def part(self, numbers: Sequence[int]) -> None:
        """Writes what the folder of a run alone would hold now: weights and own state of these members."""
        if not numbers:
            return
        self._finish()
        snapshot = self._take()
        self._write_weights(snapshot)
        for number in numbers:
            lesson = self._lessons[number]
            write_state(lesson.state, own_state(snapshot, number, self._builds[number], lesson))
            earlier(lesson.state).unlink(missing_ok=True)
