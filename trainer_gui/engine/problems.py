"""What went wrong or deserves a look, in words that a person can act on."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "caution", "note"]
Value = str | int | float


class Problem(BaseModel):
    """One problem: what happened, and what to do next.

    `message` and `advice` are English sentences, ready to read. `key` and `values` say the same for a
    translator. `field` names the setting or column that it is about. It never changes once made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    message: str
    advice: str = ""
    field: str = ""
    severity: Severity = "error"
    values: dict[str, Value] = {}

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


def problem(
    key: str,
    message: str,
    advice: str = "",
    *,
    field: str = "",
    severity: Severity = "error",
    **values: Value,
) -> Problem:
    """A Problem whose message and advice have `{name}` filled in from `values`."""
    return Problem(
        key=key,
        message=message.format(**values),
        advice=advice.format(**values),
        field=field,
        severity=severity,
        values=values,
    )


class UserError(Exception):
    """Something that the user can put right; carries the Problem that says how."""

    def __init__(self, what: Problem) -> None:
        super().__init__(str(what))
        self.problem = what


def refuse(key: str, message: str, advice: str = "", *, field: str = "", **values: Value) -> UserError:
    """A UserError to raise, made from a message and an advice as in `problem`."""
    return UserError(problem(key, message, advice, field=field, severity="error", **values))
