"""What a place must offer at which the runs of a study are trained; one file for each lies in `places`."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from trainer_gui.engine.events import Event
from trainer_gui.engine.extras import absent, must_be_installed
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Settings, accept

ORDER_SUFFIX = ".order"  # of a file that names several runs


@dataclass(frozen=True)
class Order:
    """What a worker is to train: `train RECIPE --out RUN --json`, or `resume RUN --json` where it goes on.

    Several runs are named in a file: `train FILE.order --json`. What is said of them carries `member`.
    """

    recipe: Path  # or the file
    run: Path  # the folder of the run, or that of the state that several share
    words: Path  # where what the worker says beside its events is kept
    name: str  # of the run
    resume: bool = False
    keep_awake: bool = True
    runs: tuple[Path, ...] = ()  # the folders of several runs

    @property
    def arguments(self) -> list[str]:
        """What the program is called with."""
        awake = [] if self.keep_awake else ["--no-keep-awake"]
        if self.runs:
            return ["train", str(self.recipe), "--json", *awake]
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

    @property
    def lost(self) -> Problem | None:
        """Why it ended through no fault of its own, so that the run is to be gone on with elsewhere."""
        return None

    @abstractmethod
    def stop(self) -> None:
        """Asks it to end at the next batch and to keep the best; asked again, it is asked more firmly."""

    @abstractmethod
    def kill(self) -> None:
        """Ends it at once and waits for that; nothing happens where it has ended."""


@dataclass(frozen=True)
class Room:
    """How many runs a place trains at the same time."""

    most: int  # what cannot be exceeded
    usual: int  # what is taken where nothing else is asked for


class Place(ABC):
    """Where runs are trained. The instance in its module is found by the registry, and is never used itself:
    `at` gives one with settings, which holds a connection where the place needs one, until it is closed.

    What is a secret is no setting: settings are written into the recipe of the study.
    """

    name: str
    label: str
    summary: str = ""  # what it is, in one sentence
    position: int = 100
    takes_several: bool = False  # whether a worker there finds the folders of all runs that an order names
    settings: type[Settings] = Settings  # what can be chosen about it
    chosen: Settings = Settings()
    extra: str = ""  # the extra of the project that brings what it needs
    needs: tuple[str, ...] = ()  # packages that must be there

    def at(self, values: dict[str, Any]) -> Self:
        """The place with these settings. Raises UserError where they are wrong or a package is missing."""
        self.must_be_ready()
        found = copy.copy(self)
        found.chosen = accept(self.settings, values)
        return found

    def missing(self) -> tuple[str, ...]:
        """The packages that it needs and that are not installed."""
        return absent(self.needs)

    def must_be_ready(self) -> None:
        """Raises UserError with the command to type where a package is missing."""
        purpose = f"Training at “{self.label}”"
        must_be_installed("place.extra_missing", purpose, self.needs, self.extra, field="place")

    @abstractmethod
    def room(self, threads: int, memory: int, *, on_gpu: bool) -> Room:
        """How many runs of so many threads and bytes it takes. Raises UserError where it is not reached."""

    @abstractmethod
    def start(self, order: Order) -> Worker:
        """Begins with a run. Raises OSError or UserError for what hinders all other runs too."""

    def close(self) -> None:
        """Gives the connection back, once all workers have ended; it is made again at the next start."""
        return
