"""`evaluate`: how good the model of a run is, how sure that is, and where it is wrong."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict

from trainer_gui.cli.arguments import Parser, add_json, add_reading, add_run, reading_given
from trainer_gui.cli.figures import counted, cut, number, table
from trainer_gui.cli.finding import find_model
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import in_one_line, open_new_rows, reporter
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.evaluate import evaluate, evaluate_on
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.report import Report
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.scores import Figure
from trainer_gui.engine.statistics.repeats import Repeated
from trainer_gui.engine.tuned import Tuned, tuned

USAGE = "RUN_DIR [--data DATA | --test] [--json] [options]"
_MOST_CLASSES = 10  # of which every pair is shown
_MOST_LINES = 20  # of classes
_CASES = 5
_NAME_ROOM = 16  # cells, in the table of what was taken for what


def add_arguments(parser: Parser) -> None:
    """The arguments of `evaluate`."""
    add_run(parser, or_study=True)
    parser.add_argument(
        "--data", metavar="DATA", help="new data whose answers are known, with the target in it"
    )
    parser.add_argument(
        "--test",
        action="store_true",
        help="open the locked test rows instead of the validation rows; every opening is counted in the run",
    )
    add_json(parser)
    add_reading(parser)


def run(options: argparse.Namespace) -> int:
    """Judges the model and says how good it is."""
    given = reading_given(options)
    if options.test and options.data:
        raise refuse(
            "evaluate.test_and_data",
            "--test means rows of the run's own data, and --data other data.",
            "Leave one of them out.",
        )
    if given and not options.data:
        raise refuse(
            "evaluate.reading_without_data",
            "How to read can only be said for new data; the run's own is read as it was for training.",
            "Name the data with --data, or leave these options out: {names}.",
            names=", ".join(given),
        )
    terminal = person_reads(options.json)
    folder = find_model(options.run, reporter(terminal))
    report = _report(terminal, folder, options, given)
    found = None if options.data else tuned(folder, report=reporter(terminal))
    if options.json:
        more = {} if found is None else {"tuned": asdict(found)}
        print_values({"type": "Evaluated", **json.loads(report.to_json()), **more})
    else:
        _say(terminal, report)
    if found is not None:
        terminal.say()
        terminal.say(_about_tuning(found))
    if report.part == "test":
        terminal.say()
        terminal.say(_about_opening(report.test_openings))
    return DONE


def _report(
    terminal: Terminal, folder: RunFolder, options: argparse.Namespace, given: dict[str, str]
) -> Report:
    if not options.data:
        return evaluate(folder, "test" if options.test else "validation", report=reporter(terminal))
    dataset = open_new_rows(terminal, folder, options.data, given)
    terminal.say(in_one_line(dataset))
    return evaluate_on(folder, dataset, reporter(terminal))


def _say(terminal: Terminal, report: Report) -> None:
    rows = counted(report.rows, "row")
    terminal.say(
        f"{report.run}: {report.target} ({report.task.value}), on {rows} of {_part_in_words(report)}"
    )
    for each in report.notes:
        terminal.say_problem(each)
    terminal.say()
    heads = ("", "Value", "95 % interval", "Baseline")
    for line in table(heads, [_as_cells(each) for each in report.figures], right=".rrr"):
        terminal.say(line)
    for figure in report.figures:
        if figure.value is None and figure.reason:
            terminal.say(f"{figure.label}: {figure.reason}")
    terminal.say(f"Baseline: {report.baseline[:1].lower()}{report.baseline[1:]}")
    _say_members(terminal, report)
    if report.classes:
        _say_classes(terminal, report)
        _say_confusion(terminal, report)
    _say_cases(terminal, report)


def _part_in_words(report: Report) -> str:
    return {
        "validation": f"{report.data} that chose the best epoch (validation)",
        "test": f"{report.data} that were locked away (test)",
    }.get(report.part, report.data)


def _shown(figure: Figure, value: float | None) -> str:
    if figure.percent and value is not None and math.isfinite(value):
        return f"{100 * value:.1f} %"
    return number(value)


def _say_members(terminal: Terminal, report: Report) -> None:
    """What the models of an ensemble are worth one by one."""
    if report.members < 2:
        return
    rows = [(each.label, *_member_cells(each, each.members)) for each in report.figures if each.members]
    counts = {each.members.count for each in report.figures if each.members is not None}
    words = {
        "seeds": "Chance alone sets them apart, on the same rows.",
        "folds": "Here each row is answered by those alone that have not learned it.",
        "models": "They differ in more than their seeds.",
    }[report.apart]
    terminal.say()
    terminal.say(
        f"The value is that of {report.members} models as one, which answers with the mean of what each "
        f"says. {words}"
    )
    heads = (f"Each of {max(counts, default=0)} {report.apart}", "Mean", "Std. deviation", "95 % interval")
    for line in table(heads, rows, right=".rrr"):
        terminal.say(line)


def _member_cells(figure: Figure, members: Repeated) -> tuple[str, str, str]:
    interval = ""
    if members.low is not None and members.high is not None:
        interval = f"{_shown(figure, members.low)} to {_shown(figure, members.high)}"
    spread = "" if members.deviation is None else _shown(figure, members.deviation)
    return _shown(figure, members.mean), spread, interval


def _as_cells(figure: Figure) -> tuple[str, ...]:
    interval = ""
    if figure.low is not None and figure.high is not None:
        interval = f"{_shown(figure, figure.low)} to {_shown(figure, figure.high)}"
    baseline = "" if figure.baseline is None else _shown(figure, figure.baseline)
    return figure.label, _shown(figure, figure.value), interval, baseline


def _say_classes(terminal: Terminal, report: Report) -> None:
    shown = report.classes[:_MOST_LINES]
    rows = [
        (
            each.name,
            f"{each.rows:,}",
            *(_shown(figure, figure.value) for figure in (each.recall, each.precision, each.f1)),
        )
        for each in shown
    ]
    terminal.say()
    for line in table(("Class", "Rows", "Recall", "Precision", "F1"), rows, right=".rrrr"):
        terminal.say(line)
    if len(report.classes) > len(shown):
        terminal.say(f"and {len(report.classes) - len(shown):,} more classes")


def _say_confusion(terminal: Terminal, report: Report) -> None:
    names = report.class_names
    terminal.say()
    if len(names) > _MOST_CLASSES:
        _say_mix_ups(terminal, report)
        return
    rows = []
    for name, counts in zip(names, report.confusion, strict=True):
        whole = sum(counts)
        cells = [
            f"{count:,} ({100 * count / whole:.0f} %)" if whole and count else str(count) for count in counts
        ]
        rows.append((cut(name, _NAME_ROOM), *cells))
    heads = ("True, and said to be:", *(cut(each, _NAME_ROOM) for each in names))
    for line in table(heads, rows, right="." + "r" * len(names)):
        terminal.say(line)


def _say_mix_ups(terminal: Terminal, report: Report) -> None:
    """The pairs that are mistaken most often, where a table of all pairs would not fit."""
    names = report.class_names
    pairs = [
        (count, names[true], names[said])
        for true, counts in enumerate(report.confusion)
        for said, count in enumerate(counts)
        if true != said and count
    ]
    if not pairs:
        return
    rows = [
        (true, said, f"{count:,}") for count, true, said in sorted(pairs, key=lambda each: -each[0])[:_CASES]
    ]
    for line in table(("Mistaken most: true", "said", "Rows"), rows, right="..r"):
        terminal.say(line)


def _say_cases(terminal: Terminal, report: Report) -> None:
    cases, rows = report.cases, []
    for place in cases.worst_first[:_CASES]:
        name = cases.names[place] if cases.names else f"row {cases.rows[place] + 1:,}"
        if cases.probability is None:
            rows.append((name, f"{cases.truth[place]:.4g}", f"{cases.said[place]:.4g}"))
        elif cases.truth[place] != cases.said[place]:
            sure = f"{cases.said[place]} ({100 * cases.probability[place]:.0f} % sure)"
            rows.append((name, str(cases.truth[place]), sure))
    if rows:
        terminal.say()
        for line in table(("Most wrong", "True", "Said"), rows):
            terminal.say(line)


def _about_tuning(found: Tuned) -> str:
    """How much the score of the best of many trials flatters."""
    if found.percent:
        seen, less, left = (
            f"{100 * value:.1f} {unit}"
            for value, unit in (
                (found.development, "%"),
                (found.optimism, "points"),
                (found.expected, "%"),
            )
        )
    else:
        seen, less, left = (number(value) for value in (found.development, found.optimism, found.expected))
    metric = found.label.lower() if found.percent else found.label
    if not found.flatters:
        return (
            f"This is the best of {found.trials} trials, by so far that the setting's {metric} of {seen} is "
            "hardly too good for having been chosen on the validation rows."
        )
    return (
        f"This is the best of {found.trials} trials, chosen on the validation rows: the setting's {metric} "
        f"of {seen} there is too good by about {less}. Expect about {left} on new rows."
    )


def _about_opening(openings: int) -> str:
    if openings == 1:
        return (
            "The test rows were opened for the first time, which is counted in the run. This is the honest "
            "number, because nothing was chosen with it."
        )
    return f"The test rows have now been opened {openings} times, which is counted in the run."
