"""Names from other people's files, as they can stand in a sentence or on one line of the window."""

from __future__ import annotations

import re
import unicodedata

_LONGEST_WORD = 80  # letters without a space; a file's name may have 255
_LONGEST = 1_500  # letters of a list of names
_LONG_WORD = re.compile(rf"[^\s/\\]{{{_LONGEST_WORD + 1},}}")
_JOINERS = "\u200c\u200d"  # parts of letters and of emoji, unlike other signs that are not seen
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def one_line(text: str) -> str:
    """The text without line breaks, and without signs that are not seen but turn what stands around them."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _seen(each) for each in text).strip()


def _seen(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    kind = unicodedata.category(letter)
    if kind == "Cf":  # marks of direction and the like
        return ""
    return " " if letter.isspace() or letter in "\x1c\x1d\x1e\x1f\x85" else "\ufffd"


def in_sentence(text: str) -> str:
    """The text on one line, long words cut in the middle, unable to turn the sentence around it."""
    if _ISOLATE in text or (len(text) <= _LONGEST_WORD and text.isascii() and text.isprintable()):
        return text
    found = _LONG_WORD.sub(lambda word: f"{word[0][:50]}…{word[0][-20:]}", one_line(text))
    if len(found) > _LONGEST:
        found = found[: _LONGEST - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(each) in ("R", "AL", "AN") for each in found):
        found = f"{_ISOLATE}{found}{_END_ISOLATE}"
    return found
