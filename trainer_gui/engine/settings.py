"""How a setting is declared once: value, label, help, bounds, scale, advanced, tunable."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainer_gui.engine.problems import Problem, UserError, problem

Scale = Literal["linear", "log", "power of two"]
S = TypeVar("S", bound="Settings")


class Settings(BaseModel):
    """A group of settings that belong together; frozen, and nothing undeclared gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


@dataclass(frozen=True)
class Setting:
    """All that is known of one declared setting; forms, flags and search spaces are made from it."""

    name: str
    kind: type  # bool, int, float, str, or a StrEnum
    default: Any
    label: str
    help: str
    minimum: float | None
    maximum: float | None
    scale: Scale
    unit: str
    advanced: bool
    tunable: bool
    choices: tuple[tuple[str, str], ...]  # (value, label) pairs; empty where the value is free

    @property
    def flag(self) -> str:
        """The setting's flag on the command line."""
        return "--" + self.name.replace("_", "-")


def setting(
    default: Any,
    *,
    label: str,
    help: str,
    minimum: float | None = None,
    maximum: float | None = None,
    scale: Scale = "linear",
    unit: str = "",
    advanced: bool = False,
    tunable: bool = False,
    labels: dict[str, str] | None = None,
) -> Any:
    """Declares a field of a `Settings` class.

    `help` is two plain sentences: what it is, and when to change it. `minimum` and `maximum` are inclusive.
    `labels` gives the words for the values of an enumeration.
    """
    extra: dict[str, Any] = {
        "scale": scale,
        "unit": unit,
        "advanced": advanced,
        "tunable": tunable,
        "labels": labels or {},
        "minimum": minimum,
        "maximum": maximum,
    }
    return Field(
        default,
        title=label,
        description=help,
        ge=minimum,
        le=maximum,
        allow_inf_nan=False if isinstance(default, float) else None,
        json_schema_extra=extra,
    )


def declared_in(group: type[Settings]) -> tuple[Setting, ...]:
    """Every setting of a group, in the order of its declaration."""
    found = []
    for name, field in group.model_fields.items():
        extra = field.json_schema_extra
        kind = field.annotation
        assert isinstance(extra, dict), f"{group.__name__}.{name} is not declared with setting()"
        assert isinstance(kind, type)
        labels: Any = extra["labels"]
        choices: tuple[tuple[str, str], ...] = ()
        if issubclass(kind, StrEnum):
            choices = tuple((each.value, labels.get(each.value, each.value)) for each in kind)
        details: dict[str, Any] = {
            key: extra[key] for key in ("minimum", "maximum", "scale", "unit", "advanced", "tunable")
        }
        found.append(
            Setting(
                name=name,
                kind=kind,
                default=field.default,
                label=field.title or name,
                help=field.description or "",
                choices=choices,
                **details,
            )
        )
    return tuple(found)


def problems_in(group: type[Settings], values: dict[str, Any]) -> list[Problem]:
    """One problem for each value that the group does not accept; empty when all are fine."""
    try:
        group.model_validate(values)
    except ValidationError as error:
        known = {each.name: each for each in declared_in(group)}
        return [_in_words(known, detail) for detail in error.errors()]
    return []


def accept(group: type[S], values: dict[str, Any]) -> S:
    """The group with these values; raises UserError with the first problem and all of them in its text."""
    found = problems_in(group, values)
    if found:
        first = found[0]
        if len(found) == 1:
            raise UserError(first)
        rest = " ".join(each.message for each in found[1:])
        raise UserError(first.model_copy(update={"message": f"{first.message} {rest}"}))
    return group.model_validate(values)


def _plain(bound: float) -> str:
    """A bound as a person writes it: 1048576 for 1048576.0, 0.0000001 for 1e-07."""
    return f"{bound:.12f}".rstrip("0").rstrip(".")


def _in_words(known: dict[str, Setting], detail: Any) -> Problem:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    declared = known.get(name)
    if declared is None:
        return problem(
            "setting.unknown",
            "There is no setting named “{name}” here.",
            "The settings are: {names}.",
            field=name,
            name=name,
            names=", ".join(known),
        )
    given = str(detail["input"])
    if declared.choices:
        allowed = "one of " + ", ".join(value for value, _ in declared.choices if value)
    elif declared.kind is bool:
        allowed = "true or false"
    else:
        allowed = "a whole number" if declared.kind is int else "a number"
        if declared.minimum is not None and declared.maximum is not None:
            allowed += f" from {_plain(declared.minimum)} to {_plain(declared.maximum)}"
        elif declared.minimum is not None:
            allowed += f" of at least {_plain(declared.minimum)}"
    return problem(
        "setting.not_accepted",
        "{label} cannot be {given}.",
        "It must be {allowed}.",
        field=name,
        label=declared.label,
        given=given,
        allowed=allowed,
    )
