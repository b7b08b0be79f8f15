"""What a model family must offer; the pages ask it instead of assuming networks, classes or numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import DataKind, Task
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.events import Event
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.lesson import Block, Forecast, Lesson, Reports, Score
from trainer_gui.engine.problems import Problem, UserError, problem, refuse

if TYPE_CHECKING:
    from torch import nn

SIZES = (("tiny", "Tiny"), ("small", "Small"), ("medium", "Medium"), ("large", "Large"))


class Family(ABC):
    """One model family. The instance in the family's module is found by the registry.

    `name` is what recipes hold; `label` and `summary` are what people read; `takes` says which data and
    `tasks` which tasks it can learn; `settings` declares its hyperparameters.
    """

    name: str
    label: str
    summary: str
    position: int = 100  # order in which families are offered; the first that fits is the default
    takes: frozenset[DataKind]
    tasks: frozenset[Task] = frozenset(Task)
    sizes: tuple[tuple[str, str], ...] = SIZES
    stacks: bool = False  # whether it can train several models of one shape as one
    settings: type[TrainingSettings]

    def fits(self, kind: DataKind, task: Task) -> bool:
        """Whether it can learn this task from this kind of data."""
        return kind in self.takes and task in self.tasks

    @abstractmethod
    def default_size(self, shape: DataShape) -> str:
        """The rung of the size ladder that suits the amount of data."""

    @abstractmethod
    def defaults(self, shape: DataShape, size: str) -> dict[str, Any]:
        """The settings whose defaults depend on data or size; the others keep their declared default."""

    @abstractmethod
    def reports(self, task: Task) -> Reports:
        """What it says per epoch."""

    @abstractmethod
    def count_parameters(self, shape: DataShape, size: str, settings: TrainingSettings) -> int:
        """The exact number of trainable parameters."""

    @abstractmethod
    def forecast(
        self, shape: DataShape, size: str, settings: TrainingSettings, device: str, validation_rows: int
    ) -> Forecast:
        """Measures a few real steps on the device, for at most a fifth of a second or so."""

    @abstractmethod
    def learn(self, lesson: Lesson, control: Control) -> Iterator[Event]:
        """Trains. Yields events, the last of which is RunFinished or RunStopped; keeps weights and state.

        Raises UserError, OSError or the framework's own errors, which `run` turns into RunFailed.
        """

    def why_apart(self, lessons: Sequence[Lesson]) -> Problem | None:
        """Why these lessons cannot be trained as members of one stack, as a note; None where they can."""
        return problem(
            "stack.not_offered",
            "{family} does not offer to train several models as one.",
            "They are trained one beside the other instead.",
            severity="note",
            family=self.label,
        )

    def learn_stacked(
        self, lessons: Sequence[Lesson], control: Control, state: Path, *, resume: bool = False
    ) -> Iterator[Event]:
        """Trains one model for each lesson, all at once; events carry the number of the `member`.

        Each member leaves its best weights at its lesson's `weights`, as `learn` does; all go on exactly from
        the file `state`. Raises UserError where `why_apart` finds something.
        """
        apart = self.why_apart(lessons)
        assert apart is not None
        raise UserError(apart.model_copy(update={"severity": "error"}))

    def blocks(self, shape: DataShape, size: str, settings: TrainingSettings) -> tuple[Block, ...]:
        """Of what its model consists, from the inputs to the answer, the last layer last.

        Every weight belongs to one block. Empty where its models cannot be a start for others.
        """
        return ()

    def leave_stack(self, lesson: Lesson, stack: Path, member: int) -> None:
        """Writes the lesson's state out of that of the stack it was a member of, to go on alone from there.

        Raises UserError where there is no such state.
        """
        raise refuse(
            "stack.cannot_leave",
            "{family} cannot go on with one of several models that were trained as one.",
            "Repeat the run from the start instead.",
            family=self.label,
        )

    @abstractmethod
    def load(
        self, weights: Path, shape: DataShape, size: str, settings: TrainingSettings, within: str = ""
    ) -> Score:
        """The trained model as a function; raises UserError where the weights do not fit or are damaged.

        In a file that holds several models, `within` is what the names of its weights begin with.
        """


def adapted_settings(family: Family) -> frozenset[str]:
    """The settings whose default a family chooses for size and data."""
    pictures = DataKind.PICTURES in family.takes
    shape = DataShape(
        task=Task.CLASSIFICATION,
        rows=1000,
        numbers=0 if pictures else 10,
        picture=(1, 32, 32) if pictures else None,
        outputs=2,
    )
    return frozenset(name for size, _ in family.sizes for name in family.defaults(shape, size))


class NetworkFamily(Family):
    """A family whose model is a torch network trained by the shared epoch loop: it only builds it.

    One that `stacks` makes its networks of pieces that many members can compute at once.
    """

    @abstractmethod
    def build(self, shape: DataShape, size: str, settings: TrainingSettings) -> nn.Module:
        """A fresh network that takes the arrays of `Preparation` as tensors and gives [rows, outputs]."""

    def reports(self, task: Task) -> Reports:
        from trainer_gui.engine.training.metrics import reports_of

        return reports_of(task)

    def count_parameters(self, shape: DataShape, size: str, settings: TrainingSettings) -> int:
        from trainer_gui.engine.training.weights import outline

        network = outline(partial(self.build, shape, size, settings))
        return sum(each.numel() for each in network.parameters() if each.requires_grad)

    def forecast(
        self, shape: DataShape, size: str, settings: TrainingSettings, device: str, validation_rows: int
    ) -> Forecast:
        from trainer_gui.engine.training.forecast import measure

        build = partial(self.build, shape, size, settings)
        return measure(build, shape, settings, device, validation_rows)

    def learn(self, lesson: Lesson, control: Control) -> Iterator[Event]:
        from trainer_gui.engine.training.device import choose
        from trainer_gui.engine.training.loop import learn
        from trainer_gui.engine.training.together import learn_together

        build = partial(self.build, lesson.shape, lesson.size, lesson.settings)
        learner = learn if choose(lesson.device).processes == 1 else learn_together
        return learner(build, lesson, control)

    def why_apart(self, lessons: Sequence[Lesson]) -> Problem | None:
        if not self.stacks:
            return super().why_apart(lessons)
        if any(each.start is not None for each in lessons):
            return problem(
                "stack.start",
                "Models that start from another one are not trained as one.",
                "They are trained one beside the other instead.",
                severity="note",
            )
        from trainer_gui.engine.training.stacked.sharing import why_apart

        return why_apart(self._builds(lessons), lessons)

    def learn_stacked(
        self, lessons: Sequence[Lesson], control: Control, state: Path, *, resume: bool = False
    ) -> Iterator[Event]:
        if not self.stacks:
            return super().learn_stacked(lessons, control, state, resume=resume)
        from trainer_gui.engine.training.stacked.loop import learn_stacked

        return learn_stacked(self._builds(lessons), lessons, control, state, resume=resume)

    def leave_stack(self, lesson: Lesson, stack: Path, member: int) -> None:
        if not self.stacks:
            return super().leave_stack(lesson, stack, member)
        from trainer_gui.engine.training.stacked.parting import part_from

        return part_from(stack, member, self._builds([lesson])[0], lesson)

    def _builds(self, lessons: Sequence[Lesson]) -> list[Callable[[], nn.Module]]:
        return [partial(self.build, each.shape, each.size, each.settings) for each in lessons]

    def load(
        self, weights: Path, shape: DataShape, size: str, settings: TrainingSettings, within: str = ""
    ) -> Score:
        from trainer_gui.engine.training.weights import score

        return score(self.load_network(weights, shape, size, settings, within))

    def load_network(
        self, weights: Path, shape: DataShape, size: str, settings: TrainingSettings, within: str = ""
    ) -> nn.Module:
        """The trained network itself, on the CPU, in evaluation mode."""
        from trainer_gui.engine.training.weights import load

        return load(partial(self.build, shape, size, settings), weights, within)
