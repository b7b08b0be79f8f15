"""Lines of JSON on standard output, for programs that read them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from trainer_gui.engine.events import Fact, to_json


def print_event(event: Fact) -> None:
    """Writes one event as a line, at once."""
    _print(to_json(event))


def print_values(values: dict[str, Any]) -> None:
    """Writes plain values as a line, at once; infinity and NaN as text, which JSON has no number for."""
    _print(json.dumps(_finite(values), ensure_ascii=False, allow_nan=False))


def _print(line: str) -> None:
    # In ASCII, so that every console carries it: in JSON any other letter lies inside a text.
    print(re.sub(r"[^\x00-\x7f]+", lambda found: json.dumps(found[0])[1:-1], line), flush=True)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
