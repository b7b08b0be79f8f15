"""Fixes that are taken on the command line, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from trainer_gui.cli.opening import reporter
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.own_test import with_test_data
from trainer_gui.engine.preflight import findings, fix_named
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.recipe import Choices, changed
from trainer_gui.engine.sources import open_data


def with_fixes(
    terminal: Terminal, dataset: Dataset, choices: Choices, keys: Sequence[str]
) -> tuple[Dataset, Choices]:
    """The data and the choices after the fixes with these keys; each is said in one line.

    Each is looked for in what `examine` finds once those before it were taken. Raises UserError where there
    is none with such a key.
    """
    for key in keys:
        report = reporter(terminal)
        offered = [*dataset.notes, *findings(dataset, choices, report)]
        found = fix_named(key, offered)
        if found.change.reading:
            again = open_data(dataset.reference, found.change.reading, report)
            dataset = with_test_data(again, choices.test_data, report)
        choices = changed(choices, found.change)
        terminal.say(f"{found.label}: {found.what}")
    return dataset, choices


def say_findings(terminal: Terminal, problems: Sequence[Problem]) -> None:
    """Writes the problems, each with the fixes that `train --fix KEY` would take."""
    for each in problems:
        terminal.say_problem(each)
        for one in each.fixes:
            terminal.say(f"  --fix {one.key}: {one.label}. {one.what}")
