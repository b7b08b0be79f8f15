"""Finds what separates the cells of a text table, and what stands around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from trainer_gui.engine.data.cell_kinds import width_of
from trainer_gui.engine.data.cells import Row, Style, rows_of
from trainer_gui.engine.data.numerals import is_missing_word, read_number

QUOTES = ('"', "'")

_TRIED = ("\t", ";", ",", "|", " ", ":")  # where two fit equally well, the earlier one is meant
_RARE = ("::", "||", "~", "^", "¦", "§", "¬", "\x1f", "\x1e", "\x01", "\\t")
_SIGNS = "~|^#*;:@"  # that stand beside another one where several separate cells
_LINES = 200  # that are looked at
_LETTERS = 100_000
_OTHERS = {",": ";\t|", ";": "\t|", "\t": ";|", "|": ";\t", " ": ",;\t|", ":": ",;\t|"}


def find_style(lines: Sequence[str], separator: str = "", quotes: Sequence[str] = QUOTES) -> Style:
    """What separates cells and what stands around them; a separator that is given is taken as it is."""
    sample = _sample(lines)
    text = "".join(sample)
    if separator:
        return Style(separator, _quote_of(text, separator, quotes))
    best, best_score = Style("", quotes[0]), 0.0
    rare = [each for each in _RARE if sum(each in line for line in sample) > 0.5 * len(sample)]
    for each in (*_TRIED, *rare):
        if each not in text:
            continue
        style = Style(each, _quote_of(text, each, quotes))
        score = _fit(list(rows_of(sample, style)), each)
        if score > best_score + 0.02:
            best, best_score = style, score
    doubled = Style(best.separator * 2, best.quote)
    if best.separator and best.separator != " " and _is_doubled(list(rows_of(sample, best))):
        return doubled
    return _with_signs_around(sample, best)


def find_escape(lines: Sequence[str], style: Style) -> str:
    """What stands before a quotation mark that is meant: a backslash, or nothing."""
    if not style.quote:
        return ""
    after = rf" *(?:{re.escape(style.separator) or '(?!)'}|[\r\n]|\Z)"
    escaped = re.compile(rf"\\{re.escape(style.quote)}(?!{after})")
    return "\\" if any("\\" in line and escaped.search(line) for line in lines) else ""


def _sample(lines: Sequence[str]) -> list[str]:
    sample: list[str] = []
    size = 0
    for line in islice((line for line in lines if line.strip()), _LINES):
        sample.append(line)
        size += len(line)
        if size > _LETTERS and len(sample) > 3:
            break
    return sample


def _quote_of(text: str, separator: str, quotes: Sequence[str]) -> str:
    """The mark that stands around most cells."""
    if len(quotes) == 1:
        return quotes[0]
    edge = r"[ \t]" if separator == " " else f" *{re.escape(separator)} *"
    times = {}
    for quote in quotes:
        cell = re.compile(
            rf"(?:^ *|{edge}){quote}(?:[^{quote}\n]|{quote}{quote}|\\{quote})*{quote}(?={edge}| *$)", re.M
        )
        times[quote] = len(cell.findall(text)) if quote in text else 0
    best = max(quotes, key=lambda quote: times[quote])
    return best if times[best] > 1 else quotes[0]


def _fit(rows: list[Row], separator: str) -> float:
    """How well rows look like a table, 0 to 1: the same width everywhere, cells that are one thing each."""
    filled = [row.cells for row in rows if not row.blank]
    if not filled:
        return 0.0
    widths = Counter(map(len, filled))
    width = width_of(filled)
    if width < 2:
        return 0.0
    # Title lines and a heading that is one short are usual, a body of changing width is not.
    even = sum(times for size, times in widths.items() if size == width or size == width + 1) / len(filled)
    body = filled[1:101] or filled
    cells = [cell for row in body for cell in row[:500]]
    known = [cell for cell in cells if not is_missing_word(cell)]
    numbers = sum(1 for cell in known if read_number(cell) is not None or read_number(cell, ",") is not None)
    others = _OTHERS.get(separator, ",;\t|")
    torn = sum(1 for cell in cells if any(mark in cell for mark in others) or cell.count('"') % 2)
    clean = max(0.0, 1 - torn / len(cells)) if cells else 0.0
    score = even**2 * (0.35 + 0.65 * clean) * (0.8 + 0.2 * numbers / max(1, len(known)))
    # Words have spaces and times have colons, so those two must fit almost perfectly.
    if separator in " :":
        score *= 0.7 if even > 0.97 else 0.2
    return score


def _with_signs_around(lines: Sequence[str], style: Style) -> Style:
    """The style with a separator of several signs, such as ~|~, where those stand in every gap."""
    gap = re.compile(rf"[{_SIGNS}]*{re.escape(style.separator)}[{_SIGNS}]*")
    gaps = {run for line in lines for run in gap.findall(line)} if style.separator else set()
    whole = min(gaps, key=len, default="")
    if len(lines) < 3 or len(whole) < 3 or len(set(whole)) < 2 or whole != whole[::-1]:
        return style
    # Empty cells make it stand there several times. Where lines begin with its last sign too, that stands
    # around each cell and not between two.
    repeated = all(run == whole * (len(run) // len(whole)) for run in gaps)
    if not repeated or all(line.startswith(whole[-1]) for line in lines):
        return style
    return Style(whole, _quote_of("".join(lines), whole, QUOTES))


def _is_doubled(rows: list[Row]) -> bool:
    """Whether every second cell is empty in all rows: two of the separator stand between cells."""
    filled = [row.cells for row in rows if not row.blank and len(row.cells) > 2]
    return bool(filled) and all(len(cells) % 2 and not any(cells[1::2]) for cells in filled)
