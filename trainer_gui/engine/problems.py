"""What went wrong or deserves a look, in words that a person can act on."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from trainer_gui.engine.fix import Fix, Value
from trainer_gui.engine.names import in_sentence

Severity = Literal["error", "caution", "note"]


class Problem(BaseModel):
    """One problem: what happened, and what to do next.

    `message` and `advice` are English sentences, ready to read. `key` and `values` say the same for a
    translator. `field` names the setting or column that it is about. `fixes` are the ways to put it right
    with one click, the best one first. It never changes once made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    message: str
    advice: str = ""
    field: str = ""
    severity: Severity = "error"
    values: dict[str, Value] = {}
    fixes: tuple[Fix, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


def problem(
    key: str,
    message: str,
    advice: str = "",
    *,
    field: str = "",
    severity: Severity = "error",
    fixes: Sequence[Fix] = (),
    **values: Value,
) -> Problem:
    """A Problem whose message and advice have `{name}` filled in from `values`."""
    shown = {name: in_sentence(value) if isinstance(value, str) else value for name, value in values.items()}
    return Problem(
        key=key,
        message=message.format(**shown),
        advice=advice.format(**shown),
        field=field,
        severity=severity,
        values=values,
        fixes=tuple(fixes),
    )


class UserError(Exception):
    """Something that the user can put right; carries the Problem that says how."""

    def __init__(self, what: Problem) -> None:
        super().__init__(str(what))
        self.problem = what


def refuse(
    key: str,
    message: str,
    advice: str = "",
    *,
    field: str = "",
    fixes: Sequence[Fix] = (),
    **values: Value,
) -> UserError:
    """A UserError to raise, made from a message and an advice as in `problem`."""
    return UserError(problem(key, message, advice, field=field, severity="error", fixes=fixes, **values))
