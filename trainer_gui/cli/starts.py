"""`starts`: which runs a new one could start from, and from which models a run comes."""

from __future__ import annotations

import argparse

from trainer_gui.cli.arguments import Parser, add_json, reading_given
from trainer_gui.cli.choices import with_options
from trainer_gui.cli.commands import command, run_word
from trainer_gui.cli.figures import table
from trainer_gui.cli.finding import find_run
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import DATA_HELP, open_and_say
from trainer_gui.cli.terminal import person_reads
from trainer_gui.cli.train import add_choices
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.starting.offers import Offer, offers
from trainer_gui.engine.starting.opening import of_run
from trainer_gui.engine.starting_point import Ancestor

USAGE = "DATA [--target COLUMN] | --of RUN [--json]"


def add_arguments(parser: Parser) -> None:
    """The arguments of `starts`."""
    parser.add_argument("data", metavar="DATA", nargs="?", help=f"{DATA_HELP}, on which a run is to start")
    parser.add_argument("--of", metavar="RUN", help="show the models from which this run comes, to the first")
    add_choices(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Lists what data could start from, or what a run comes from."""
    if (options.data is None) == (options.of is None):
        raise refuse(
            "starts.which",
            "It is not clear what to list.",
            "Name the data that a run is to start on, or a run with --of.",
            field="data",
        )
    if options.of is not None:
        return _show_line(options)
    return _show_offers(options)


def _show_offers(options: argparse.Namespace) -> int:
    terminal = person_reads(options.json)
    dataset = open_and_say(terminal, options.data, reading_given(options))
    found = offers(dataset, with_options(Choices(), options))
    if options.json:
        for each in found:
            print_values(_as_values(each))
        return DONE
    if not found:
        terminal.say("There are no runs yet that one could start from.")
        return DONE
    fitting = [each for each in found if each.problem is None]
    rows = [
        (each.name, _model(each), "yes" if each.problem is None else "no", each.in_words) for each in found
    ]
    for line in table(("Name", "Model", "Fits", "What would become of it"), rows):
        terminal.say(line)
    if fitting:
        terminal.say()
        word = run_word(fitting[0].folder)
        terminal.say(f"Start from the first with: {command('train', options.data, '--start', word)}")
    return DONE


def _show_line(options: argparse.Namespace) -> int:
    terminal = person_reads(options.json)
    line = of_run(find_run(options.of)).line
    if options.json:
        for each in line:
            print_values(each.model_dump(mode="json"))
        return DONE
    rows = [
        (str(at + 1), each.name, each.data, _made_of(each), each.created[:10]) for at, each in enumerate(line)
    ]
    for text in table(("", "Model", "Learned from", "Kind", "When"), rows):
        terminal.say(text)
    terminal.say()
    terminal.say(
        "It began from scratch." if len(line) == 1 else f"The last line is “{line[-1].name}” itself."
    )
    return DONE


def _model(offer: Offer) -> str:
    return f"{offer.family}, {offer.size}" if offer.family else ""


def _made_of(model: Ancestor) -> str:
    return f"{model.family}, {model.size}" if model.family else "weights of unknown origin"


def _as_values(offer: Offer) -> dict[str, object]:
    return {
        "name": offer.name,
        "folder": str(offer.folder.path),
        "family": offer.family or None,
        "size": offer.size or None,
        "fits": offer.problem is None,
        "keeps_last_layer": offer.keeps_head,
        "known_columns": offer.known_columns,
        "columns": offer.columns,
        "why_not": None if offer.problem is None else offer.problem.message,
    }
