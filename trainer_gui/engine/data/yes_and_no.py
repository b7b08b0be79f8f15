"""Yes and no in whatever language, and the several spellings that one column may hold of them."""

from __future__ import annotations

from collections.abc import Sequence

_PAIRS = (
    *(("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("on", "off"), ("1", "0")),
    *(("ja", "nein"), ("j", "n"), ("wahr", "falsch"), ("ja", "nee"), ("ja", "nej"), ("ja", "nei")),
    *(("oui", "non"), ("o", "n"), ("vrai", "faux"), ("sí", "no"), ("si", "no"), ("s", "n")),
    *(("sì", "no"), ("vero", "falso"), ("verdadero", "falso"), ("verdadeiro", "falso")),
    *(("sim", "não"), ("sim", "nao"), ("tak", "nie"), ("ano", "ne"), ("áno", "nie"), ("igen", "nem")),
    *(("kyllä", "ei"), ("jah", "ei"), ("da", "nu"), ("da", "ne"), ("да", "нет"), ("так", "ні")),
    *(("да", "не"), ("ναι", "όχι"), ("evet", "hayır"), ("نعم", "لا"), ("כן", "לא"), ("हाँ", "नहीं")),
    *(("是", "否"), ("有", "无"), ("はい", "いいえ"), ("예", "아니오"), ("예", "아니요"), ("ya", "tidak")),
    *(("có", "không"), ("ใช่", "ไม่ใช่")),
)
_KNOWN = frozenset(frozenset(pair) for pair in _PAIRS)
_MOST_SPELLINGS = 12  # of one column


def is_yes_or_no(values: Sequence[str]) -> bool:
    """Whether two words are yes and no, in whatever language."""
    return frozenset(_plain(each) for each in values) in _KNOWN


def one_spelling(values: Sequence[str]) -> dict[str, str]:
    """Which of these values each one stands for, where all are spellings of yes and no and more than two.

    `Yes`, `YES`, `y` and `1` are the same answer beside `no`; of words written out the first is kept, so
    the most frequent should come first. Empty where there is nothing to bring together.
    """
    if not 2 < len(values) <= _MOST_SPELLINGS:
        return {}
    plain = [_plain(each) for each in values]
    for yes, no in _PAIRS:
        if yes not in plain or no not in plain or {yes, no} == {"1", "0"}:
            continue
        says = {**_short_forms(yes, no), yes: True, no: False}
        if all(each in says for each in plain):
            kept = {True: values[plain.index(yes)], False: values[plain.index(no)]}
            return {value: kept[says[word]] for value, word in zip(values, plain, strict=True)}
    return {}


def answer_in(text: str, known: Sequence[str]) -> str:
    """Which of two known answers a text is another spelling of; empty where it is none."""
    return one_spelling([*known, text]).get(text, "") if is_yes_or_no(known) else ""


def _short_forms(yes: str, no: str) -> dict[str, bool]:
    letters = {yes[0]: True, no[0]: False} if yes[0] != no[0] else {}
    return {"1": True, "0": False, **letters}


def _plain(word: str) -> str:
    return word.strip().casefold()
