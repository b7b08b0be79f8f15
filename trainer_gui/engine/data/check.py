"""What a check of the data must offer, and what it is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from trainer_gui.engine.data.dataset import Column, Dataset, Pictures, Table, Task
from trainer_gui.engine.data.parts import inputs_of, split_of
from trainer_gui.engine.data.split import Rows, Split
from trainer_gui.engine.problems import Problem, UserError
from trainer_gui.engine.row_settings import SplitSettings, StepSettings

SAMPLE = 5_000  # rows that slow checks look at; drawn by chance, always the same


@dataclass(frozen=True)
class Sight:
    """What a check looks at: the data, and what was chosen about it. What takes time is worked out once."""

    dataset: Dataset
    target: Column
    task: Task
    leave_out: tuple[str, ...]
    split: SplitSettings
    steps: StepSettings

    @cached_property
    def inputs(self) -> list[Column]:
        """The columns from which is predicted."""
        return inputs_of(self.dataset, self.target.name, self.leave_out)

    @cached_property
    def others(self) -> list[Column]:
        """Every column but the target and those that a person left out."""
        taken = (self.target.name, *self.leave_out)
        return [each for each in self.dataset.columns if each.name not in taken]

    @cached_property
    def numbers(self) -> list[Column]:
        """The inputs that are numbers."""
        return [each for each in self.inputs if each.kind.is_number]

    @property
    def usable(self) -> int:
        """How many rows have a target."""
        return self.dataset.rows - self.target.missing

    @property
    def can_be_learned(self) -> bool:
        """Whether the target has values that differ; without them most checks have nothing to say."""
        return self.target.distinct > 1 and self.usable > 0

    @property
    def what(self) -> str:
        """What a row is: “row” or “picture”."""
        return "picture" if isinstance(self.dataset, Pictures) else "row"

    @cached_property
    def parts(self) -> Split | None:
        """The rows of each part, steps not taken; None where they cannot be shared out as was chosen."""
        try:
            return split_of(self.dataset, self.target.name, self.task, self.split)
        except UserError:
            return None

    @cached_property
    def known_rows(self) -> Rows:
        """Rows for training and validation, at most `SAMPLE` of them, ascending. Test rows stay locked."""
        if self.parts is None:
            return np.zeros(0, dtype=np.int64)
        return some_of(np.concatenate([self.parts.train, self.parts.validation]))

    @property
    def table(self) -> Table:
        """The data, for a check that looks at tables only."""
        assert isinstance(self.dataset, Table)
        return self.dataset


def some_of(rows: Rows, most: int = SAMPLE) -> Rows:
    """At most so many of these rows, drawn by chance but always the same, ascending."""
    if len(rows) <= most:
        return np.sort(rows)
    return np.sort(np.random.default_rng(0).choice(rows, most, replace=False))


@dataclass(frozen=True)
class Example:
    """A table in which a check finds something: its columns by name, and what was chosen about it."""

    columns: Mapping[str, Any]  # lists or arrays of equal length
    target: str
    split: Mapping[str, Any] = field(default_factory=dict)  # settings that differ from the defaults
    own_test: Mapping[str, Any] | None = None  # the columns of a file of its own


class Check(ABC):
    """One thing that can be wrong with data. The instance in the check's module is found by the registry.

    A finding is one sentence with its number, and offers a fix wherever one click can put it right; once a
    fix is taken the finding is gone, which the contract suite tries on the `example`.
    """

    name: str  # "leak"
    label: str  # what it looks for, in a few words
    position: int = 100  # order among findings that are equally serious
    slow: bool = False  # whether it looks at cells, rather than at what is known of the columns already
    tables_only: bool = True

    @abstractmethod
    def findings(self, sight: Sight) -> Iterator[Problem]:
        """What it finds, nothing where all is well."""

    @abstractmethod
    def example(self) -> Example:
        """A small table in which it finds something."""


def per_cent(share: float) -> str:
    """A share for a sentence: “12 %”, “less than 1 %”."""
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"
