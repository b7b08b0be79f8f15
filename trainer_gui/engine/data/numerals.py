"""Numbers as people write them: decimal and thousands marks, units, and words that mean missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

# Lower case. In a column of numbers all of these are gaps.
MISSING_WORDS = frozenset(
    (
        *("", "na", "n/a", "#n/a", "<na>", "n.a.", "n.a", "k.a.", "nan", "-nan", "nat", "null", "none"),
        *("(null)", "<null>", "\\n", "no data", "not available"),
        *("nil", "missing", "-", "--", "---", "–", "—", "?", "??", ".", "..", "..."),
        *("#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "1.#ind", "-1.#ind", "1.#qnan"),
    )
)
# In a column of words these say something: “none” is an answer, and “.” may be a mark.
WORDS_WITH_MEANING = frozenset({"none", "nil", "missing", "."})

SPACES = " \u00a0\u202f\u2009"
THOUSANDS_MARKS = ",.'’" + SPACES
_MONEY = r"[€$£¥₹]|EUR|USD|GBP|CHF|JPY|INR"
_UNITS = (
    "mm|cm|dm|km|kg|mg|µg|μg|ng|pg|lbs?|oz|ml|cl|dl|µl|μl|sec|min|hrs?|hours?|days?|weeks?|months?|years?|yrs?|"
    "°C|°F|Hz|kHz|MHz|GHz|mV|kV|mA|kW|kWh|kJ|kcal|Pa|kPa|hPa|bar|mmHg|mmol|µmol|ppm|ppb|px|pts?|KB|MB|GB|TB|"
    "mg/dl|mg/dL|g/l|g/L|mmol/l|mmol/L|km/h|mph|m/s|kg/m2|kg/m²|cm2|cm²|km2|km²|m2|m²|m3|m³|sqm|qm|Stk|Stück"
)
_UNITS_APART = "m|g|l|L|t|s|h|d|V|A|W|J|K|K|N|y|in|ft|mi"  # that need a blank before them: 5a is a name
_DRESSED = re.compile(
    rf"(?P<sign>[+\-−]?)(?:(?P<front>{_MONEY})\s?)?(?P<bare>[+\-−.,]?\d[^A-DF-Za-df-z€$£¥₹%°µμ()]*?)"
    rf"(?P<back>\s?%|\s?(?:{_MONEY})|\s?(?:{_UNITS})|[ \u00a0\u202f\u2009](?:{_UNITS_APART}))?"
)
_LONGEST = 60  # letters of a number and what it wears
_MAY_WEAR = re.compile(r"\d")
_MINUS_IN_BRACKETS = re.compile(r"\(([^()\-−+]*\d[.,]\d[^()]*)\)")
_INFINITE = re.compile(r"([+\-−]?)(?:inf|infinity|∞)", re.IGNORECASE)
_CODE = re.compile(r"0\d+")  # 007 is a code, not a number
_GROUPS = r"\d{1,3}(?:[MARKS]\d{3})+"


def is_missing_word(text: str, *, among_words: bool = False) -> bool:
    """Whether a cell says that there is no value; `among_words` where the column holds words."""
    word = text.strip().lower()
    return word in MISSING_WORDS and not (among_words and word in WORDS_WITH_MEANING)


def spelled_missing_words() -> list[str]:
    """The words for missing numbers in the spellings that are met: lower case, upper case, capital first."""
    spelled = {spell(word) for word in MISSING_WORDS for spell in (str, str.upper, str.capitalize)}
    return sorted(spelled | {"NaN", "#N/A N/A", "<NA>", "NaT", "N/a"})


@lru_cache(maxsize=64)
def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    whole = r"\d+"
    if thousands:
        marks = SPACES if thousands in SPACES else "'’" if thousands in "'’" else thousands
        whole = f"(?:{_GROUPS.replace('MARKS', re.escape(marks))}|{whole})"
    mark = re.escape(decimal)
    return re.compile(rf"[+\-−]?(?:{whole}(?:{mark}\d*)?|{mark}\d+)(?:[eE][+\-]?\d+)?")


def read_number(text: str, decimal: str = ".", thousands: str = "") -> float | None:
    """The number that a cell holds, or None where it is not one. Infinity is a number here."""
    cell = text.strip()
    if not cell:
        return None
    if _pattern(decimal, thousands).fullmatch(cell):
        if thousands:
            for mark in SPACES if thousands in SPACES else "'’" if thousands in "'’" else thousands:
                cell = cell.replace(mark, "")
        return float(cell.replace(decimal, ".").replace("−", "-"))
    endless = _INFINITE.fullmatch(cell)
    if endless:
        return float("-inf") if endless.group(1) in ("-", "−") else float("inf")
    return None


def read_dressed_number(text: str, decimal: str = ".", thousands: str = "") -> float | None:
    """As `read_number`, for a number that may wear a currency, a per cent sign or a unit: `12,5 %` is 12.5.

    An amount in brackets is below zero, as accountants write it: `(1.50)` is -1.5.
    """
    return read_number(undressed(text)[0], decimal, thousands)


def undressed(text: str) -> tuple[str, str]:
    """A number without what it wears, and what that is: “€ 5” is “5” and “€”; any other text is as it was."""
    cell = text.strip()
    return _undressed(cell) if len(cell) <= _LONGEST else (cell, "")


@lru_cache(maxsize=1 << 15)
def _undressed(cell: str) -> tuple[str, str]:
    below = _MINUS_IN_BRACKETS.fullmatch(cell)
    found = _DRESSED.fullmatch(below.group(1).strip() if below else cell)
    if found is None or (found["front"] and found["back"]) or (found["sign"] and found["bare"][0] in "+-−"):
        return cell, ""
    sign = "-" if below else found["sign"]
    return sign + found["bare"].strip(), (found["front"] or found["back"] or "").strip()


def _bare(cell: str) -> str:
    """The same without what it wears, quickly where it wears nothing."""
    plain = (cell[-1:].isdigit() and (cell[0].isdigit() or cell[0] in "+-−.")) or not _MAY_WEAR.search(cell)
    return cell if plain else undressed(cell)[0]


def is_code(text: str) -> bool:
    """Whether a cell is digits with a leading zero, such as a postcode: a name, not an amount."""
    return _CODE.fullmatch(text.strip()) is not None


def other_mark(decimal: str) -> str:
    """The thousands mark that goes with a decimal mark."""
    return "." if decimal == "," else ","


_PLAIN = re.compile(r"[+\-−]?\d+")
_POINT = re.compile(r"[+\-−]?\d*\.\d+(?:[eE][+\-]?\d+)?")
_COMMA = re.compile(r"[+\-−]?\d*,\d+(?:[eE][+\-]?\d+)?")
_UNCLEAR = re.compile(r"[+\-−]?[1-9]\d{0,2}[.,]\d{3}")
_MANY = {mark: re.compile(rf"[+\-−]?\d{{1,3}}(?:[{mark}]\d{{3}}){{2,}}") for mark in ".,"}
_BOTH = {
    "point": re.compile(r"[+\-−]?\d{1,3}(?:,\d{3})+\.\d*"),
    "comma": re.compile(r"[+\-−]?\d{1,3}(?:\.\d{3})+,\d*"),
}
_GROUPED = {
    mark: re.compile(rf"[+\-−]?[1-9]\d{{0,2}}(?:[{mark}]\d{{3}})+(?:[{other}]\d+)?")
    for mark, other in ((".", ","), (",", "."))
}
_SIGNS = (".", ",", *SPACES, "'", "’")  # without any of them a column says nothing of marks
_SPACED = re.compile(rf"[+\-−]?\d{{1,3}}(?:([{SPACES}'’])\d{{3}})+(?:[.,]\d+)?")


def find_marks(columns: Iterable[Sequence[str]], *, comma_separates: bool = False) -> tuple[str, str]:
    """The decimal mark and the thousands mark (or "") that the cells of these columns are written with.

    Each column counts once for each sign that it shows, so that one long text column decides nothing.
    `comma_separates` says that the file uses the comma for its columns, which makes a decimal comma rare.
    """
    point = comma = 0
    thousands: dict[str, int] = {}
    for cells in columns:
        seen = [cell.strip() for cell in cells]
        signs = "".join(seen)
        if not any(mark in signs for mark in _SIGNS):
            continue
        seen = [_bare(cell) for cell in seen]
        grouped_by_blanks = any(mark in signs for mark in _SIGNS[2:])
        spaced = [match for match in map(_SPACED.fullmatch, seen) if match] if grouped_by_blanks else []
        for match in spaced:
            thousands[match.group(1)] = thousands.get(match.group(1), 0) + 1
        point += any("." in match.group() for match in spaced)
        comma += any("," in match.group() for match in spaced)
        if "," in signs and any(_BOTH["point"].fullmatch(e) or _MANY[","].fullmatch(e) for e in seen):
            point += 2
            thousands[","] = thousands.get(",", 0) + 1
        if signs.count(".") > 1 and any(_BOTH["comma"].fullmatch(e) or _MANY["."].fullmatch(e) for e in seen):
            comma += 2
            thousands["."] = thousands.get(".", 0) + 1
        unclear = [each for each in seen if _UNCLEAR.fullmatch(each)]
        clear = [each for each in seen if not _UNCLEAR.fullmatch(each)]
        point += any(_POINT.fullmatch(each) for each in clear)
        comma += "," in signs and any(_COMMA.fullmatch(each) for each in clear)
        # 1,234 beside 950 has a thousands mark; 1,234 beside 0,950 has a decimal one, as has 1,234 alone.
        whole = [each for each in clear if _PLAIN.fullmatch(each)]
        grouped = bool(whole) and all(len(each.lstrip("+-−")) < 4 for each in whole)
        if any("," in each for each in unclear):
            if comma_separates or grouped:
                thousands[","] = thousands.get(",", 0) + 1
            elif not any("," in each for each in clear):
                comma += 1
        pointed = sum("." in each for each in unclear)
        if pointed >= 3 and grouped and not comma_separates and not any("." in each for each in clear):
            thousands["."] = thousands.get(".", 0) + 1
            comma += 1
    decimal = "," if comma > point else "."
    allowed = {mark: votes for mark, votes in thousands.items() if mark != decimal}
    return decimal, max(allowed, key=lambda mark: allowed[mark]) if allowed else ""


def groups_digits(columns: Iterable[Sequence[str]], mark: str) -> bool:
    """Whether a point or comma could group digits in these columns: 1.234 and 12.345.678, and never 1.5."""
    found = False
    for cells in columns:
        marked = [each for cell in cells if mark in (each := cell.strip())]
        numbers = [each for each in marked if _POINT.fullmatch(each) or _COMMA.fullmatch(each)]
        grouped = [each for each in marked if _GROUPED[mark].fullmatch(each)]
        if any(not _GROUPED[mark].fullmatch(each) for each in numbers):
            return False
        found = found or bool(grouped)
    return found
