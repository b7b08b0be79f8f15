"""What people type on the command line, as values of declared settings."""

from __future__ import annotations

import re
from typing import Any

from trainer_gui.engine.problems import refuse
from trainer_gui.engine.settings import Setting

_YES = {"yes", "true", "on", "1"}
_NO = {"no", "false", "off", "0"}


def value_of(setting: Setting, text: str | bool) -> Any:
    """A typed text in a form that the setting's group can judge; raises UserError where it is ambiguous.

    A number may have a decimal comma. What cannot be understood is handed on as it is, so that the group
    refuses it in its own words.
    """
    if isinstance(text, bool):
        return text
    clean = text.strip()
    if setting.kind is bool:
        return True if clean.lower() in _YES else False if clean.lower() in _NO else text
    if setting.kind is float:
        return with_point(clean, setting.label)
    if setting.choices:
        lower = {value.lower(): value for value, _ in setting.choices}
        return lower.get(clean.lower(), clean)
    return text if setting.kind is str else clean


def with_point(text: str, label: str) -> str:
    """A number's text with a point where it had a decimal comma.

    Raises UserError for a text such as “1,000”, which means one thing to half of the world and a thousand
    times as much to the other half.
    """
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", text):
        raise refuse(
            "arguments.thousand_or_one",
            "{label}: it is not clear whether {text} has a decimal comma or a thousands mark.",
            "Write {plain}, or {decimal} with a point.",
            field=label,
            label=label,
            text=text,
            plain=text.replace(",", ""),
            decimal=text.replace(",", ".", 1),
        )
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def shares_of(text: str) -> dict[str, float]:
    """The shares in “70/15/15” (training, validation and test in per cent) or “80/20” (no test).

    Gives `validation_share` and `test_share` as parts of one; raises UserError where they do not add up.
    """
    parts = [with_point(each.strip().removesuffix("%").strip(), "--split") for each in text.split("/")]
    try:
        shares = [float(each) for each in parts]
    except ValueError:
        shares = []
    if len(shares) not in (2, 3) or not all(0 <= each <= 100 for each in shares):
        raise refuse(
            "arguments.split",
            "“{text}” does not say how to share out the rows.",
            "Write training, validation and test in per cent, such as 70/15/15.",
            field="split",
            text=text,
        )
    total = sum(shares)
    if abs(total - 100) > 0.01:
        raise refuse(
            "arguments.split_sum",
            "The shares in “{text}” add up to {total:g} %, not to 100 %.",
            "Write training, validation and test in per cent, such as 70/15/15.",
            field="split",
            text=text,
            total=total,
        )
    test = shares[2] if len(shares) == 3 else 0.0
    return {"validation_share": shares[1] / 100, "test_share": test / 100}


def name_and_value(text: str) -> tuple[str, str]:
    """The two sides of a NAME=VALUE; raises UserError where there is no “=”."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise refuse(
            "arguments.set",
            "“{text}” does not set anything.",
            "Write it as NAME=VALUE, such as --set learning_rate=0.01.",
            field="set",
            text=text,
        )
    return name.strip().replace("-", "_"), value.strip()
