"""Finds the class of a picture in its file's name, such as “cat” in “cat_001.jpg”."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median

from trainer_gui.engine.problems import refuse

WORDS, FIRST, LAST = "words", "first", "last"
_AROUND = "0123456789 _.,;=+~@-()[]"  # what stands beside the words of a name
_PIECES = re.compile(r"[\s_.,;=+~@()\[\]\-]+")
_MOST_STARS = 3  # more would take for ever on names made for it
_BY_CAMERAS = re.compile(
    r"ima?ge?s?|dsc[nf]?|dcim|pxl|pic(?:ture)?s?|photos?|fotos?|bild|p|dji|gopr|mvi|wp|scan|screenshot|file|frame"
    r"|capture|untitled"
)
_FEWEST_IN_CLASS = 3  # on average
_MOST_SINGLE = 0.2  # of the classes
_COVERED = 0.8  # of the names


def _words(stem: str) -> str:
    """The name without the numbers at its ends."""
    return stem.strip(_AROUND)


def _first(stem: str) -> str:
    pieces = [each for each in _PIECES.split(stem) if each]
    return pieces[0] if len(pieces) > 1 else ""


def _last(stem: str) -> str:
    pieces = [each for each in _PIECES.split(stem) if each]
    return pieces[-1] if len(pieces) > 1 else ""


RULES: dict[str, Callable[[str], str]] = {WORDS: _words, FIRST: _first, LAST: _last}


def find_rule(stems: Sequence[str]) -> str:
    """The first rule that parts these names, given without their ending, into classes; "" where none does."""
    for name, rule in RULES.items():
        if _parts_well(labels_by(rule, stems)):
            return name
    return ""


def labels_by(rule: Callable[[str], str], stems: Sequence[str]) -> list[str]:
    """The class of each name, "" where it says none; classes that differ in capitals only are one."""
    found = [rule(each) for each in stems]
    spellings: dict[str, Counter[str]] = {}
    for each in found:
        spellings.setdefault(each.casefold(), Counter())[each] += 1
    shown = {folded: counts.most_common(1)[0][0] for folded, counts in spellings.items()}
    return [shown[each.casefold()] for each in found]


def _parts_well(labels: Sequence[str]) -> bool:
    counts = Counter(each for each in labels if each and not _BY_CAMERAS.fullmatch(each.casefold()))
    known = sum(counts.values())
    if len(counts) < 2 or known < _COVERED * len(labels) or known < _FEWEST_IN_CLASS * len(counts):
        return False
    single = sum(times == 1 for times in counts.values())
    return single <= _MOST_SINGLE * len(counts) and median(counts.values()) >= 2


def rule_of_pattern(pattern: str) -> Callable[[str], str]:
    """The rule that a pattern such as “*_CLASS_*” stands for: CLASS is the class, * anything.

    Raises UserError where CLASS does not stand in it exactly once, or there are too many stars.
    """
    pieces = pattern.split("CLASS")
    if len(pieces) != 2 or pattern.count("*") > _MOST_STARS:
        raise refuse(
            "pictures.pattern",
            "The pattern “{pattern}” does not say where in the file name the class stands.",
            "Write CLASS where the class is and * for anything else, such as *_CLASS for 001_cat.jpg; "
            "at most {most} stars.",
            field="pattern",
            pattern=pattern,
            most=_MOST_STARS,
        )
    before, behind = (".*?".join(re.escape(each) for each in piece.split("*")) for piece in pieces)
    expression = re.compile(f"{before}(.+?){behind}", re.DOTALL)

    def rule(stem: str) -> str:
        found = expression.fullmatch(stem)
        return found[1].strip() if found else ""

    return rule
