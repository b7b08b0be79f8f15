"""What a way of searching must offer; one file for each lies in `strategies`."""

from __future__ import annotations

from abc import ABC, abstractmethod

from trainer_gui.engine.study.space import Space, Values


class Search(ABC):
    """One search under way. What it asks follows from its seed and from what it was told, and from nothing
    else, so that a search that is told the same again in the same order goes on in the same way.

    Trials have numbers, from 0, in the order in which they are asked.
    """

    @abstractmethod
    def ask(self, number: int) -> Values | None:
        """The values of the next trial; None where there is nothing left to ask."""

    @abstractmethod
    def remember(self, number: int, values: Values) -> None:
        """Takes a trial as asked that was asked before the study was interrupted."""

    def report(self, number: int, epoch: int, loss: float) -> bool:
        """Takes in a validation loss; epochs count from 1. True where the trial is not worth going on."""
        return False

    @abstractmethod
    def tell(self, number: int, score: float | None, *, cut: bool = False) -> None:
        """A trial has ended: with a score (lower is better), or None where it failed.

        `cut` says that it was ended early because `report` said so.
        """


class Strategy(ABC):
    """A way of searching. The instance in its module is found by the registry."""

    name: str
    label: str
    summary: str
    position: int = 100
    cuts: bool = False  # whether it ends losers early

    @abstractmethod
    def begin(self, space: Space, seed: int, epochs: int) -> Search:
        """A new search; `epochs` is how long a trial trains at most."""

    def asks_ahead(self, told: int) -> int:
        """How many trials may be under way at a time, so that they are trained together, where `told` have
        ended; more would be asked without what those teach.
        """
        return 1

    def count(self, space: Space) -> int | None:
        """How many trials it makes by itself; None where it goes on until it is stopped."""
        return None
