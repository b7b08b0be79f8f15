"""`runs --compare`: which of two runs or studies is better, in one sentence, with the numbers behind it."""

from __future__ import annotations

import argparse
import json

from trainer_gui.cli.commands import command
from trainer_gui.cli.figures import number, table
from trainer_gui.cli.finding import runs_meant
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import reporter
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.comparison import Comparison, compare, compare_groups
from trainer_gui.engine.comparison.result import MetricDifference
from trainer_gui.engine.evaluate import Part
from trainer_gui.engine.problems import refuse


def compare_runs(options: argparse.Namespace) -> int:
    """Compares the runs that are named and says what was found."""
    if options.compare is None or len(options.compare) < 2:
        raise refuse(
            "comparison.too_few",
            "It takes two runs to compare.",
            "Name them: {command}",
            field="compare",
            command=command("runs", "--compare", "RUN", "RUN"),
        )
    if options.curve is not None or options.out is not None:
        raise refuse(
            "comparison.and_curve",
            "A comparison and a curve cannot be asked for at once.",
            "Give one command for each.",
            field="compare",
        )
    terminal = person_reads(options.json)
    part: Part = "test" if options.test else "validation"
    sides = [runs_meant(each) for each in options.compare]
    if len(sides) == 2:
        found = compare_groups(sides[0], sides[1], part, report=reporter(terminal))
    else:
        found = compare([run for side in sides for run in side], part, report=reporter(terminal))
    if options.json:
        print_values({"type": "Compared", **json.loads(found.to_json())})
    else:
        _say(terminal, found)
    return DONE


def _say(terminal: Terminal, comparison: Comparison) -> None:
    found = comparison.found
    terminal.say(comparison.sentence.message)
    if comparison.sentence.advice:
        terminal.say(comparison.sentence.advice)
    for each in comparison.notes:
        terminal.say_problem(each)
    terminal.say()
    heads = ("", "A", "B", "A − B", "95 % interval")
    for line in table(heads, [_as_cells(each) for each in found.metrics], right=".rrrr"):
        terminal.say(line)
    terminal.say(f"A is {found.a}, B is {found.b}. {comparison.explanation}")


def _as_cells(metric: MetricDifference) -> tuple[str, ...]:
    each = metric.difference
    interval = f"{_shown(metric, each.low)} to {_shown(metric, each.high)}"
    of_a, of_b, difference = (_shown(metric, value) for value in (metric.a, metric.b, each.value))
    return metric.label, of_a, of_b, difference, interval


def _shown(metric: MetricDifference, value: float) -> str:
    if metric.percent and abs(value) < float("inf"):
        return f"{100 * value:.1f} %"
    return number(value)
