"""What a kind of data must offer so that it can be opened."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.settings import Settings

Report = Callable[[str, float | None], None]  # what is being done, and how much of it (0 to 1, or unknown)


class ReadOptions(Settings):
    """How a source reads; one with choices inherits and declares them. An empty value means: find out."""


class Source(ABC):
    """One kind of data. The instance in the source's module is found by the registry.

    A contract suite opens the `write_examples` of every source; a new source brings them along.
    """

    name: str  # "table_file"
    label: str  # "Table file"
    position: int = 100  # lower is asked first whether it takes a location
    endings: tuple[str, ...] = ()  # of file names, lower case with the dot, for the Open dialog
    options: type[ReadOptions] = ReadOptions

    @abstractmethod
    def takes(self, location: str) -> bool:
        """Whether this source is the one for a location; looks at its name and kind, does not read it."""

    @abstractmethod
    def open(self, location: str, options: dict[str, Any], report: Report) -> Dataset:
        """Reads the data. Raises UserError where it cannot be read or holds nothing to learn from.

        `options` are values of `self.options`; those that are missing or empty are found out, and the
        reference of the dataset that is returned holds what was found. `report` is called now and then
        and may raise to cancel.
        """

    def listed(self) -> tuple[str, ...]:
        """Locations that need no file, such as the names of samples."""
        return ()

    @abstractmethod
    def write_examples(self, folder: Path) -> tuple[str, ...]:
        """Writes at least two small examples that differ into an empty folder; returns their locations.

        The contract suite opens them. A source whose data is built in returns `listed()`.
        """
