"""`tune`: many runs that differ in what is varied, compared by their loss on the validation rows."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainer_gui.cli.arguments import (
    Parser,
    add_json,
    add_keep_awake,
    add_limits,
    limits_given,
)
from trainer_gui.cli.figures import counted
from trainer_gui.cli.nesting import tune_nested
from trainer_gui.cli.opening import DATA_HELP
from trainer_gui.cli.places import add_place, place_given
from trainer_gui.cli.studying import follow_study, say_plan
from trainer_gui.cli.terminal import Terminal, person_reads
from trainer_gui.cli.train import add_choices, asked_for
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.study.folder import StudyFolder, create_study, open_study, study_progress_of
from trainer_gui.engine.study.plan import plan_study, planned, widened
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.strategies import STRATEGIES

USAGE = "DATA|RECIPE.toml --vary NAME=VALUES [--how NAME] [--trials N] [options] | --continue STUDY_DIR"
_USUAL = "bayes"


def add_arguments(parser: Parser) -> None:
    """The arguments of `tune`."""
    parser.add_argument("data", metavar="DATA", nargs="?", help=f"{DATA_HELP}; or a RECIPE.toml")
    parser.add_argument(
        "--vary",
        metavar="NAME=VALUES",
        action="append",
        help="what varies, and over what: learning_rate=0.0001..0.1, dropout=0,0.1,0.3 or size=tiny,small; "
        "LOW..HIGH:5 takes five points of a range in a grid; repeatable",
    )
    ways = "; ".join(f"{each.name}: {each.summary}" for each in STRATEGIES)
    parser.add_argument("--how", metavar="NAME", help=f"{ways} (default: {_USUAL})")
    parser.add_argument(
        "--continue",
        dest="study",
        metavar="STUDY_DIR",
        help="go on with a study that was stopped, with more --trials or with wider ranges in --vary",
    )
    add_choices(parser)
    parser.add_argument("--name", metavar="TEXT", default="", help="what to call the study")
    parser.add_argument(
        "--out", metavar="STUDY_DIR", help="a new folder for the study (default: where all studies are kept)"
    )
    parser.add_argument(
        "--nested",
        metavar="N",
        type=int,
        default=0,
        help="make N outer folds and tune anew without each; what is chosen is judged on the fold, which "
        "gives an honest number without opening the test rows; costs N times as much",
    )
    add_keep_awake(parser)
    add_json(parser)
    add_limits(parser)
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Carries out a study; the exit code says how it ended."""
    terminal = person_reads(options.json)
    if options.study:
        return follow_study(terminal, _continued(terminal, options), options)
    study = _begun(terminal, options)
    if options.nested:
        return tune_nested(terminal, study, options)
    folder = create_study(study, Path(options.out) if options.out else None)
    return follow_study(terminal, folder, options)


def _begun(terminal: Terminal, options: argparse.Namespace) -> StudyRecipe:
    """A new study. Raises UserError where anything that was asked for makes no sense."""
    if not options.data:
        raise refuse(
            "arguments.no_data",
            "It is not said what to train on.",
            "Name the data, or the study to --continue.",
            field="data",
        )
    dataset, choices, recipe = asked_for(terminal, options)
    how = STRATEGIES[(options.how or _USUAL).lower()].name
    terminal.show("Measuring …")
    place, limits = place_given(options), limits_given(options)
    plan = plan_study(dataset, choices, options.vary or (), how, limits, options.name, place)
    terminal.say(f"Predicting {recipe.target} ({recipe.task.value})")
    say_plan(terminal, plan)
    return plan.recipe


def _continued(terminal: Terminal, options: argparse.Namespace) -> StudyFolder:
    """A study that goes on. Raises UserError for what can only be said of a new one."""
    own = ((options.data, "DATA"), (options.how, "--how"), (options.out, "--out"))
    for value, flag in (*own, (options.nested, "--nested")):
        if value:
            raise refuse(
                "arguments.not_when_continuing",
                "A study that is continued has its own {flag}.",
                "Leave it away, or begin a new study.",
                field="study",
                flag=flag,
            )
    folder = open_study(Path(options.study))
    study, limits = folder.recipe, limits_given(options)
    changed = widened(study, options.vary or (), limits, place_given(options, study))
    if changed != study and not folder.is_live:
        folder.save_recipe(changed)
    progress = study_progress_of(folder)
    terminal.say(f"Going on with {study.name}: {counted(progress.ended, 'trial')} done")
    say_plan(terminal, planned(changed, progress.ended))
    return folder
