"""Keeps a spreadsheet from running texts as formulas, with an apostrophe that is taken away on reading."""

from __future__ import annotations

import re

# The wide signs are those of East Asian keyboards, which some spreadsheets take for the narrow ones.
_FORMULA = re.compile(r"('*)[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*%?")
MARKED = r"'+[=+\-@\t\r\n＝＋－＠]"  # how a text begins that may have been written by `defused`


def defused(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it; numbers stay as they are.

    Further apostrophes keep apart what had some already, so that `as_meant` gives the very same text again.
    """
    found = _FORMULA.match(text)
    if found is None or _NUMBER.fullmatch(text):
        return text
    if not text.endswith("'") or len(text) == len(found[1]):
        return "'" + text
    return text if len(found[1]) == 1 else "''" + text  # 'in quotation marks' is how some files write a text


def as_meant(text: str) -> str:
    """The text without what `defused` put before it."""
    found = _FORMULA.match(text)
    if found is None or not found[1]:
        return text
    if not text.endswith("'"):
        return text[1:]
    return text if len(found[1]) == 1 else text[2:]
