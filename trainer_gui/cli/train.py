"""`train`: a new run, on data or from a recipe."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from trainer_gui.cli.arguments import (
    Parser,
    add_json,
    add_keep_awake,
    add_limits,
    add_reading,
    add_settings,
    limits_given,
    reading_given,
)
from trainer_gui.cli.choices import chosen
from trainer_gui.cli.commands import command
from trainer_gui.cli.figures import duration, size
from trainer_gui.cli.fixes import with_fixes
from trainer_gui.cli.following import DONE, follow
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import DATA_HELP, open_and_say, reporter
from trainer_gui.cli.places import HERE, add_place, place_given
from trainer_gui.cli.several import follow_several, is_order
from trainer_gui.cli.studying import follow_study, say_plan
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.data.examine import examine
from trainer_gui.engine.own_test import with_test_data
from trainer_gui.engine.plan import forecast_of, want_of_room
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.recipe import Choices, Recipe, as_chosen, parts_of, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_queue import add, waiting
from trainer_gui.engine.settings import accept
from trainer_gui.engine.starting.opening import opened
from trainer_gui.engine.store import runs_root
from trainer_gui.engine.study.folder import create_study
from trainer_gui.engine.study.limits import Limits
from trainer_gui.engine.study.plan import learning_curve, plan_study
from trainer_gui.engine.study.start_worth import start_worth

USAGE = "DATA|RECIPE.toml [--target COLUMN] [--family NAME] [--size NAME] [options]"


def add_arguments(parser: Parser) -> None:
    """The arguments of `train`."""
    parser.add_argument("data", metavar="DATA", help=f"{DATA_HELP}; or a RECIPE.toml")
    add_choices(parser)
    parser.add_argument("--name", metavar="TEXT", default="", help="what to call the run")
    parser.add_argument(
        "--out", metavar="RUN_DIR", help="a new folder for the run (default: where all runs are kept)"
    )
    parser.add_argument(
        "--start-worth",
        action="store_true",
        help="say what the start is worth: from scratch, with the last layer alone trained, and with "
        "everything, by the same seeds; with --learning-curve also for fewer rows",
    )
    parser.add_argument(
        "--learning-curve",
        action="store_true",
        help="train on 10, 20, … 100 %% of the training rows, and say whether more rows would help",
    )
    parser.add_argument(
        "--queue", action="store_true", help="add it to the queue instead of starting; see “queue”"
    )
    add_keep_awake(parser)
    add_json(parser)
    add_limits(parser, "Several runs", but=("trials",))
    add_place(parser)


def add_choices(parser: Parser) -> None:
    """What a run is made of: all that `chosen` and `reading_given` read."""
    parser.add_argument("--target", metavar="COLUMN", help="the column to predict (default: guessed)")
    parser.add_argument("--task", metavar="{classification,regression}", help="default: from the target")
    parser.add_argument(
        "--leave-out", metavar="COLUMN", action="append", help="do not use this column; repeatable"
    )
    parser.add_argument("--family", metavar="NAME", help="the kind of model (default: the usual one)")
    parser.add_argument(
        "--size", metavar="NAME", help="tiny, small, medium or large (default: suits the data)"
    )
    parser.add_argument("--split", metavar="70/15/15", help="per cent for training, validation and test")
    parser.add_argument(
        "--test-data",
        metavar="DATA",
        help="a file of its own for test, with the same columns; then no test rows are taken from DATA",
    )
    parser.add_argument(
        "--fix",
        metavar="KEY",
        action="append",
        help="put right what “examine” found, by the key that it names; repeatable",
    )
    parser.add_argument(
        "--start",
        metavar="RUN_DIR|FILE",
        help="start from a model instead of from scratch: a run, by folder or name; an export of ours; "
        "weights as safetensors, a PyTorch state dict or ONNX (default: scratch)",
    )
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", help="any setting below, by name; repeatable"
    )
    parser.add_argument(
        "--device",
        metavar="NAME",
        help="cpu, cuda, cuda:1, mps or auto (default: auto); cuda:all trains on every GPU together, "
        "cpu:2 in two processes",
    )
    add_settings(parser)
    add_reading(parser)


def run(options: argparse.Namespace) -> int:
    """Trains and follows the run; the exit code says how it ended."""
    terminal = person_reads(options.json)
    if is_order(options.data):
        path = Path(options.data)
        return follow_several(terminal, path, as_json=options.json, keep_awake=options.keep_awake)
    dataset, choices, recipe = asked_for(terminal, options)
    terminal.say(f"Predicting {recipe.target} ({recipe.task.value})")
    several = limits_given(options)
    if options.learning_curve or options.start_worth or _more_than_one(several):
        return _train_several(terminal, dataset, choices, several, options)
    place = place_given(options)
    if place is not None and place.name != HERE:
        raise refuse(
            "place.one_run",
            "A single run is trained on this computer; a place is for the runs of a study.",
            "Leave --place away, or ask for several runs with --repeats.",
            field="place",
        )
    if options.queue:
        return _line_up(terminal, recipe, options)
    control = Control()
    out = Path(options.out) if options.out else None
    _say_forecast(terminal, dataset, recipe, out)
    folder, events = train(recipe, control, path=out, dataset=dataset, name=options.name)
    return follow(
        folder,
        events,
        control,
        Progress(),
        terminal,
        as_json=options.json,
        debug=options.debug,
        keep_awake=options.keep_awake,
    )


def _more_than_one(limits: dict[str, Any]) -> bool:
    given = accept(Limits, limits)
    return given.folds * given.repeats > 1


def _train_several(
    terminal: Terminal,
    dataset: Dataset,
    choices: Choices,
    limits: dict[str, Any],
    options: argparse.Namespace,
) -> int:
    """One setting with several seeds or folds, or with more and more rows: a study. Raises UserError."""
    if options.queue:
        raise refuse(
            "queue.no_study",
            "Several runs of one training cannot wait in the queue.",
            "Leave --queue away, or add single runs.",
            field="queue",
        )
    vary: tuple[str, ...] = ()
    if options.learning_curve:
        vary, limits = learning_curve(limits)
    if options.start_worth:
        more, limits = start_worth(limits)
        vary = (*vary, *more)
    terminal.show("Measuring …")
    plan = plan_study(dataset, choices, vary, "grid", limits, options.name, place_given(options))
    say_plan(terminal, plan)
    folder = create_study(plan.recipe, Path(options.out) if options.out else None)
    return follow_study(terminal, folder, options)


def _line_up(terminal: Terminal, recipe: Recipe, options: argparse.Namespace) -> int:
    """Adds the recipe to the queue. Raises UserError where a folder of its own was asked for."""
    if options.out:
        raise refuse(
            "queue.no_folder",
            "A run that waits in the queue cannot be given a folder of its own.",
            "Leave --out away; --name says what it is called.",
            field="out",
        )
    entry = add(recipe, options.name)
    if options.json:
        print_values({"name": entry.name, "place": len(waiting())})
    terminal.say(f"“{entry.name}” waits in the queue. Start it with: {command('queue', 'start')}")
    return DONE


def _say_forecast(terminal: Terminal, dataset: Dataset, recipe: Recipe, out: Path | None) -> None:
    """What the run will cost, measured; and where the machine has too little room for it."""
    found = forecast_of(dataset, recipe)
    most = "at most" if recipe.family_settings.early_stopping else "about"
    terminal.say(
        f"It will take {most} {duration(found.seconds)}, {size(found.memory_bytes)} of memory and "
        f"{size(found.disk_bytes)} on disk"
    )
    lacking = want_of_room(found, out or runs_root())
    if lacking is not None:
        terminal.say_problem(lacking)


def asked_for(terminal: Terminal, options: argparse.Namespace) -> tuple[Dataset, Choices, Recipe]:
    """The data, opened, and what is to be trained on it; raises UserError for what would fail at once."""
    location, choices = chosen(options)
    dataset = open_and_say(terminal, location, reading_given(options))
    if choices.test_data is not None:
        dataset = with_test_data(dataset, choices.test_data, reporter(terminal))
    dataset, choices = with_fixes(terminal, dataset, choices, options.fix or ())
    choices = opened(choices)
    recipe = resolve(dataset, choices)
    _must_be_trainable(dataset, recipe)
    return dataset, choices, recipe


def _must_be_trainable(dataset: Dataset, recipe: Recipe) -> None:
    """Raises UserError for what would make the run fail at once, before it has a folder."""
    from trainer_gui.engine.training.device import choose

    seen = as_chosen(dataset, recipe.kinds)
    for each in examine(seen, recipe.target, recipe.task, recipe.leave_out):
        if each.severity == "error":
            raise UserError(each)
    parts_of(seen, recipe)
    choose(recipe.device)
