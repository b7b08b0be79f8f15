"""Where the runs of a study are trained, as it is said on the command line."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from trainer_gui.cli.arguments import Parser, default_in_words
from trainer_gui.cli.values import name_and_value, value_of
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.settings import declared_in
from trainer_gui.engine.study.place import Place
from trainer_gui.engine.study.places import PLACES
from trainer_gui.engine.study.recipe import StudyRecipe

HERE = "here"
_WIDTH = 76  # characters


def add_place(parser: Parser) -> None:
    """The place and its settings; every setting that a place declares is explained."""
    ways = "; ".join(f"{each.name}: {each.summary}" for each in PLACES)
    parser.add_argument(
        "--place", metavar="NAME", help=f"where the runs are trained; {ways} (default: {HERE})"
    )
    parser.add_argument(
        "--place-set",
        metavar="NAME=VALUE",
        action="append",
        help="a setting of the place, by its name; repeatable",
    )
    for place in PLACES:
        lines = []
        for each in declared_in(place.settings):
            words = ", ".join(value for value, _ in each.choices if value)
            one_of = f" One of: {words}." if words else ""
            line = f"{each.name}: {each.label}. {each.help}{one_of} ({default_in_words(each)})"
            lines.append(textwrap.fill(line, _WIDTH, subsequent_indent="    "))
        if lines:
            parser.add_argument_group(f"{place.label} (--place {place.name} --place-set …)", "\n".join(lines))


def place_given(options: argparse.Namespace, study: StudyRecipe | None = None) -> Place | None:
    """The place that was asked for; None where nothing was said of it. `study` is the one that goes on.

    Raises UserError where there is no such place or setting, or the place is not to be had.
    """
    if not options.place and not options.place_set:
        return None
    before = study.place if study is not None else HERE
    place = PLACES[(options.place or before).lower()]
    values: dict[str, Any] = {}
    if study is not None and place.name == study.place:
        values |= study.place_settings
    known = {each.name: each for each in declared_in(place.settings)}
    for text in options.place_set or ():
        name, value = name_and_value(text)
        if name not in known:
            raise refuse(
                "place.unknown_setting",
                "“{label}” has no setting named “{name}”.",
                "Its settings are: {names}." if known else "It has none.",
                field="place",
                label=place.label,
                name=name,
                names=", ".join(known),
            )
        values[name] = value_of(known[name], value)
    return place.at(values)
