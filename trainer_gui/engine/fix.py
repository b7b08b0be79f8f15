"""What one click would change so that a problem no longer stands."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.names import in_sentence

Value = str | int | float


class Change(BaseModel):
    """What a fix changes in the choices, as plain JSON; what is empty stays as it was.

    A column that is named in `kinds` is used again where it had been left out. `reading` holds options with
    which the file is to be read again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str = ""
    size: str = ""
    leave_out: tuple[str, ...] = ()
    kinds: dict[str, str] = {}
    split: dict[str, Any] = {}
    steps: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    reading: dict[str, Any] = {}


class Fix(BaseModel):
    """One way to put a problem right: what its button says, and in one sentence what it will do.

    `key` is short enough to be typed and the same for the same finding; `values` fill the sentence, for a
    translator.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    label: str
    what: str
    change: Change
    values: dict[str, Value] = {}


def fix(key: str, label: str, what: str, change: Change, **values: Value) -> Fix:
    """A Fix whose label and sentence have `{name}` filled in from `values`."""
    shown = {name: in_sentence(value) if isinstance(value, str) else value for name, value in values.items()}
    return Fix(key=key, label=label.format(**shown), what=what.format(**shown), change=change, values=values)
