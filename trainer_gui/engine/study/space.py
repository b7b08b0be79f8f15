"""What can vary in a study, derived from the declared settings, and how it is written."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.row_settings import SplitSettings
from trainer_gui.engine.settings import Setting, declared_in, problems_in
from trainer_gui.engine.start_settings import StartSettings
from trainer_gui.engine.study.axis import Axis, Value
from trainer_gui.engine.study.ranges import EXAMPLE, number_of, plain, range_of, too_few

Values = dict[str, Value]  # a value for each axis, by name
SIZE, FAMILY = "size", "family"
START = "start"  # how a run begins that could start from a model
SCRATCH, FROZEN, TUNED = "scratch", "frozen", "tuned"
SHARE = "train_share"  # of the training rows, by which a learning curve is drawn
_WORDS = {SIZE: "Size", FAMILY: "Model", START: "Start"}


@dataclass(frozen=True)
class Space:
    """Everything that varies together; every point has a value for each axis."""

    axes: tuple[Axis, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """How it is written; `space_of` reads it back."""
        return tuple(each.text for each in self.axes)

    @property
    def grid_size(self) -> int:
        """The number of points of its grid."""
        return math.prod(len(each.in_grid) for each in self.axes)

    @property
    def points(self) -> int | None:
        """How many different points it has; None where a number without steps varies."""
        counts = [each.count for each in self.axes]
        found = [each for each in counts if each is not None]
        return math.prod(found) if len(found) == len(counts) else None

    def holds(self, values: Values) -> bool:
        """Whether these values are a point of it."""
        return values.keys() == {each.name for each in self.axes} and all(
            each.holds(values[each.name]) for each in self.axes
        )


def tunable(family: str) -> tuple[Setting, ...]:
    """The settings of a family that may vary, in the order of their declaration."""
    return tuple(each for each in declared_in(FAMILIES[family].settings) if each.tunable)


def suggested(setting: Setting, value: float | str | bool) -> str:
    """A sensible range around a setting's value, or all its choices, as `space_of` reads it."""
    if setting.choices:
        return f"{setting.name}={','.join(each for each, _ in setting.choices)}"
    if setting.kind is bool:
        return f"{setting.name}=yes,no"
    at = float(value)
    least = -math.inf if setting.minimum is None else setting.minimum
    most = math.inf if setting.maximum is None else setting.maximum
    if setting.scale == "linear":
        reach = max(abs(at), (most - least) / 4 if math.isfinite(most - least) else 1.0)
        if setting.kind is int:
            reach = max(2.0, abs(at))
        low, high = at - reach, at + reach
    else:
        factor = 4.0 if setting.scale == "power of two" else 10.0
        at = at or 10 * max(least, 1e-4)  # a logarithm knows no 0
        low, high = max(at / factor, 1.0 if setting.kind is int else 1e-12), at * factor
    low, high = max(low, least), min(high, most)
    return f"{setting.name}={plain(low)}..{plain(high)}"


def space_of(texts: Sequence[str], family: str) -> Space:
    """What NAME=LOW..HIGH, NAME=LOW..HIGH:POINTS and NAME=ONE,TWO,… say; `family` is that of the base.

    Raises UserError where a text makes no sense, names what the family lacks or what is not made to be
    varied, or leaves the declared bounds.
    """
    pairs = [_name_and_values(each) for each in texts]
    if not pairs:
        raise refuse("vary.nothing", "Nothing is to vary.", EXAMPLE, field="vary")
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise refuse("vary.twice", "“{name}” is to vary twice.", "Name it once.", field=name, name=name)
    families = [family]
    for name, text in pairs:
        if name == FAMILY:
            families = [FAMILIES[each].name for each in _listed(name, text)]
    return Space(tuple(_axis(name, text, families) for name, text in pairs))


def _name_and_values(text: str) -> tuple[str, str]:
    name, equals, values = text.partition("=")
    if not equals or not name.strip() or not values.strip():
        raise refuse(
            "vary.unclear", "“{text}” does not say what is to vary.", EXAMPLE, field="vary", text=text
        )
    return name.strip().lower().replace("-", "_"), values.strip()


def _axis(name: str, text: str, families: list[str]) -> Axis:
    if name == FAMILY:
        return _list_axis(name, _WORDS[FAMILY], tuple(families), ordered=False)
    if name == SIZE:
        return _sizes(text, families)
    if name == START:
        return _starts(text)
    setting = _declared(name, families)
    return range_of(setting, text) if ".." in text else _list(setting, text, families[0])


def _starts(text: str) -> Axis:
    known = (SCRATCH, FROZEN, TUNED)
    ways = [each.lower() for each in _listed(START, text)]
    for each in ways:
        if each not in known:
            raise refuse(
                "vary.start",
                "A run cannot start “{given}”.",
                "Name at least two of: {known}.",
                field=START,
                given=each,
                known=", ".join(known),
            )
    return _list_axis(START, _WORDS[START], tuple(ways), ordered=False)


def _sizes(text: str, families: list[str]) -> Axis:
    sizes = [each.lower() for each in _listed(SIZE, text)]
    for family in families:
        known = dict(FAMILIES[family].sizes)
        for each in sizes:
            if each not in known:
                raise refuse(
                    "size.unknown",
                    "{family} has no size “{size}”.",
                    "Its sizes are: {sizes}.",
                    field=SIZE,
                    family=FAMILIES[family].label,
                    size=each,
                    sizes=", ".join(known),
                )
    return _list_axis(SIZE, _WORDS[SIZE], tuple(sizes), ordered=True)


def _declared(name: str, families: list[str]) -> Setting:
    """The setting in the first family; raises UserError where one of them lacks it or it must not vary."""
    for family in families:
        declared = _settings_of(family)
        may = [SIZE, FAMILY, *(each.name for each in declared.values() if each.tunable)]
        if name not in declared:
            close = difflib.get_close_matches(name, may, n=2)
            raise refuse(
                "vary.unknown",
                "{family} has no setting named “{name}” that could vary.",
                "Did you mean {close}?" if close else "What can vary: {names}.",
                field=name,
                family=FAMILIES[family].label,
                name=name,
                close=" or ".join(close),
                names=", ".join(may),
            )
        if not declared[name].tunable:
            raise refuse(
                "vary.not_tunable",
                "{label} is not varied: runs that differ in it learn the same, or cannot be compared by "
                "their loss.",
                "What can vary: {names}.",
                field=name,
                label=declared[name].label,
                names=", ".join(may),
            )
    return _settings_of(families[0])[name]


def _settings_of(family: str) -> dict[str, Setting]:
    """Those of the family, of the start, and of the rows that leave validation and test rows as they are."""
    of_rows = (each for each in declared_in(SplitSettings) if each.tunable)
    of_start = (each for each in declared_in(StartSettings) if each.tunable)
    return {each.name: each for each in (*declared_in(FAMILIES[family].settings), *of_rows, *of_start)}


def _listed(name: str, text: str) -> list[str]:
    found = list(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    if len(found) < 2:
        raise too_few(name)
    return found


def _list_axis(name: str, label: str, values: tuple[Value, ...], *, ordered: bool) -> Axis:
    text = f"{name}={','.join(_written(each) for each in values)}"
    return Axis(name, label, text, values=values, ordered=ordered)


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


def _list(setting: Setting, text: str, family: str) -> Axis:
    values = tuple(dict.fromkeys(_value(setting, each, family) for each in _listed(setting.name, text)))
    if len(values) < 2:
        raise too_few(setting.name)
    numbers = setting.kind in (int, float)
    if numbers:
        values = tuple(sorted(values, key=float))
    return _list_axis(setting.name, setting.label, values, ordered=numbers)


def _value(setting: Setting, text: str, family: str) -> Value:
    """One listed value; raises UserError where the setting does not accept it."""
    given: Value = text
    if setting.kind is bool:
        given = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}.get(
            text.lower(), text
        )
    elif setting.choices:
        given = text.lower()
    elif setting.kind in (int, float):
        number = number_of(setting, text)
        given = int(number) if setting.kind is int and number == int(number) else number
    groups = (SplitSettings, StartSettings, FAMILIES[family].settings)
    group = next(each for each in groups if setting.name in each.model_fields)
    found = problems_in(group, {setting.name: given})
    if found:
        raise UserError(found[0])
    return given
