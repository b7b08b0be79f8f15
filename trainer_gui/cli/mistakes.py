"""What is wrong with the arguments of a command line, in plainer words than those of argparse."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

_ABOUT_ONE = re.compile(r"argument (?P<name>[^:]+): (?P<rest>.*)", re.DOTALL)
_MISSING = re.compile(r"the following arguments are required: (?P<names>.*)", re.DOTALL)
_NO_VALUE = re.compile(r"expected (?:one argument|at least one argument|(?P<count>\d+) arguments)")
_NO_CHOICE = re.compile(r"invalid choice: (?P<given>'.*'|\".*\") \(choose from (?P<known>.*)\)", re.DOTALL)
_NO_NUMBER = re.compile(r"invalid (?:int|float) value: (?P<given>.*)", re.DOTALL)


def in_plain_words(message: str, actions: Sequence[argparse.Action]) -> str:
    """The sentence for a message of argparse; the message itself where it is of no known kind."""
    missing = _MISSING.fullmatch(message)
    if missing is not None:
        names = missing["names"].split(", ")
        return f"{_joined(names, 'and')} {'is' if len(names) == 1 else 'are'} missing"
    about = _ABOUT_ONE.fullmatch(message)
    if about is None:
        return message
    name, rest = about["name"], about["rest"]
    flag = name.rpartition("/")[2]  # the longest of its names
    if (found := _NO_VALUE.fullmatch(rest)) is not None:
        needs = f"{found['count']} values" if found["count"] else _value_of(flag, actions)
        return f"{flag} needs {needs} after it"
    if (found := _NO_CHOICE.fullmatch(rest)) is not None:
        known = [each.strip().strip("'\"") for each in found["known"].split(",")]
        return f"{flag} cannot be “{found['given'][1:-1]}”; it is one of {_joined(known, 'or')}"
    if (found := _NO_NUMBER.fullmatch(rest)) is not None:
        return f"{flag} needs a number, and “{found['given'][1:-1]}” is none"
    return f"{flag}: {rest}"


def _value_of(flag: str, actions: Sequence[argparse.Action]) -> str:
    for each in actions:
        if flag in each.option_strings and isinstance(each.metavar, str):
            several = each.nargs == argparse.ONE_OR_MORE
            return f"one {each.metavar} or more" if several else f"a value ({each.metavar})"
    return "a value"


def _joined(words: Sequence[str], last: str) -> str:
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end
