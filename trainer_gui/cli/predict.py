"""`predict`: the answers of a run's model for new data, in a CSV file."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_gui.cli.arguments import Parser, add_json, add_reading, add_run, reading_given
from trainer_gui.cli.commands import command, near, run_word
from trainer_gui.cli.figures import counted, table
from trainer_gui.cli.finding import find_model
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import in_one_line, open_new_rows, reporter
from trainer_gui.cli.tables import must_not_be
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.data.dataset import Dataset, Pictures, Table
from trainer_gui.engine.data.picture_file import ENDINGS
from trainer_gui.engine.model import Answers, TrainedModel
from trainer_gui.engine.picture_answers import predict_pictures
from trainer_gui.engine.predict import match, open_model, predict_matched
from trainer_gui.engine.predictions_file import write_predictions
from trainer_gui.engine.problems import Problem, UserError, refuse
from trainer_gui.engine.run_folder import RunFolder

if TYPE_CHECKING:
    import pandas as pd

USAGE = "RUN_DIR DATA --out FILE.csv [options]"
_SHOWN = 5  # classes that are counted out on the terminal


@dataclass(frozen=True)
class _Predicted:
    """The answers, and what stands beside them in the file."""

    answers: Answers
    inputs: pd.DataFrame | None = None
    names: tuple[str, ...] | None = None
    problems: tuple[Problem, ...] = ()
    remarks: dict[int, str] = field(default_factory=dict)


def add_arguments(parser: Parser) -> None:
    """The arguments of `predict`."""
    add_run(parser, or_study=True)
    parser.add_argument(
        "data",
        metavar="DATA",
        nargs="+",
        help="a table file, a folder of pictures, pictures themselves, or - for a table from standard input",
    )
    parser.add_argument("--out", metavar="FILE.csv", required=True, help="the file to write")
    parser.add_argument(
        "--fill-missing", action="store_true", help="take a column that is not there as empty in every row"
    )
    add_json(parser)
    add_reading(parser)


def run(options: argparse.Namespace) -> int:
    """Predicts every row and writes the answers."""
    terminal = person_reads(options.json)
    out = Path(options.out).expanduser()
    for each in options.data:
        must_not_be(out, each)
    folder = find_model(options.run, reporter(terminal))
    model = open_model(folder)
    done = _predicted(terminal, folder, model, options)
    for problem in done.problems:
        terminal.say_problem(problem)
    write_predictions(out, done.answers, inputs=done.inputs, names=done.names, remarks=done.remarks)
    if options.json:
        print_values(
            {
                "type": "Predicted",
                "path": str(out.resolve()),
                "rows": len(done.answers.values),
                "rows_with_remark": len(done.remarks),
                "problems": [each.model_dump(mode="json") for each in done.problems],
            }
        )
    _say(terminal, model, done.answers, out)
    return DONE


def _predicted(
    terminal: Terminal, folder: RunFolder, model: TrainedModel, options: argparse.Namespace
) -> _Predicted:
    report = reporter(terminal)
    pictures = _pictures_at(model, options.data)
    if pictures:
        found = predict_pictures(model, pictures, report)
        return _Predicted(found.answers, names=found.names, problems=found.problems)
    if len(options.data) > 1:
        raise refuse(
            "predict.many",
            "Only pictures can be given one by one; {count} other things are too many.",
            "Give one table file or one folder at a time.",
            field="data",
            count=len(options.data),
        )
    dataset = open_new_rows(terminal, folder, options.data[0], reading_given(options))
    terminal.say(in_one_line(dataset))
    return _of_dataset(terminal, folder, model, dataset, options)


def _of_dataset(
    terminal: Terminal, folder: RunFolder, model: TrainedModel, dataset: Dataset, options: argparse.Namespace
) -> _Predicted:
    matched = match(model, dataset, fill_missing=options.fill_missing)
    errors = [each for each in matched.problems if each.severity == "error"]
    if errors:
        for each in matched.problems:
            if each.severity != "error":
                terminal.say_problem(each)
        if errors[0].key == "match.missing" and matched.columns:
            advice = f"{errors[0].advice} Or let empty cells stand in for it: --fill-missing."
            raise UserError(errors[0].model_copy(update={"advice": advice}))
    answers = predict_matched(model, matched, dataset, report=reporter(terminal))
    if any(each.name == matched.target and each.missing < dataset.rows for each in dataset.columns):
        again = command("evaluate", run_word(folder), "--data", options.data[0])
        terminal.say(f"The data holds “{matched.target}” itself; to see how right the model is: {again}")
    inputs = dataset.frame if isinstance(dataset, Table) else None
    names = dataset.names if isinstance(dataset, Pictures) else None
    return _Predicted(answers, inputs, names, matched.problems, matched.remarks)


def _pictures_at(model: TrainedModel, words: list[str]) -> list[Path]:
    """The picture files that are named, or lie loose in a folder that is; empty where it is other data."""
    paths = [Path(each).expanduser() for each in words]
    if model.preparation.picture is None:
        return []
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [each for each in path.iterdir() if each.is_file() and _is_picture(each)]
            found += sorted(inside, key=lambda each: each.name)
        elif _is_picture(path):
            found.append(path)
    return found


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".")


def _say(terminal: Terminal, model: TrainedModel, answers: Answers, out: Path) -> None:
    import numpy as np

    count = len(answers.values)
    terminal.say(f"Predicted {model.preparation.target.name} for {counted(count, 'row')}: {near(out)}")
    if not answers.classes or not count:
        return
    names, times = np.unique(answers.values.astype(str), return_counts=True)
    order = np.argsort(-times, kind="stable")
    rows = [(str(names[at]) or "(none)", f"{times[at]:,}") for at in order[:_SHOWN]]
    if len(order) > _SHOWN:
        rows.append((f"{len(order) - _SHOWN} more classes", f"{sum(times[order[_SHOWN:]]):,}"))
    for line in table(("", ""), rows, right=".r"):
        terminal.say(f"  {line}")
