"""What a place must offer at which the runs of a study are trained; one file for each lies in `places`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from trainer_gui.engine.events import Event


@dataclass(frozen=True)
class Order:
    """One run to be trained: `train RECIPE --out RUN --json`, or `resume RUN --json` where it goes on."""

    recipe: Path
    run: Path  # the folder of the run
    words: Path  # where what the worker says beside its events is kept
    name: str  # of the run
    resume: bool = False
    keep_awake: bool = True

    @property
    def arguments(self) -> list[str]:
        """What the program is called with."""
        awake = [] if self.keep_awake else ["--no-keep-awake"]
        if self.resume:
            return ["resume", str(self.run), "--json", *awake]
        return ["train", str(self.recipe), "--out", str(self.run), "--name", self.name, "--json", *awake]


class Worker(ABC):
    """A run that is being trained somewhere."""

    @abstractmethod
    def news(self) -> list[Event]:
        """What it has said since the last question; answers at once."""

    @property
    @abstractmethod
    def exit_code(self) -> int | None:
        """How it has ended, as a process does; None while it goes on or has news left."""

    @abstractmethod
    def stop(self) -> None:
        """Asks it to end at the next batch and to keep the best; asked again, it is asked more firmly."""

    @abstractmethod
    def kill(self) -> None:
        """Ends it at once and waits for that; nothing happens where it has ended."""


class Place(ABC):
    """Where runs are trained. The instance in its module is found by the registry."""

    name: str
    label: str
    position: int = 100

    @abstractmethod
    def start(self, order: Order) -> Worker:
        """Begins with a run. Raises OSError or UserError where it cannot."""
