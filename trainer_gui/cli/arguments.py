"""The arguments of the command line; flags are made from the settings that the engine declares."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from trainer_gui.cli.mistakes import in_plain_words
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.settings import Setting, Settings, declared_in

_SETTING = "setting:"  # before the name of a setting, in the parsed options
_LIMIT = "limit:"  # before the name of a limit of a study
_READING = "reading:"  # before the name of an option of a source


class Parser(argparse.ArgumentParser):
    """Reads the arguments of one word; a mistake raises UserError instead of ending the process."""

    def __init__(self, prog: str, description: str, usage: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            usage=f"{prog} {usage}".rstrip(),
            allow_abbrev=False,
            add_help=False,
            formatter_class=_Layout,
        )
        self.add_argument("-h", "--help", action="help", help="show this help and end")

    def error(self, message: str) -> NoReturn:
        """Raises UserError with what is wrong."""
        raise refuse(
            "arguments.wrong",
            "{prog}: {reason}.",
            "“{prog} --help” shows how it is used.",
            prog=self.prog,
            reason=in_plain_words(message, self._actions).rstrip("."),
        )

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The parsed arguments; raises UserError for one that is unknown, with those that are close."""
        options, unknown = self.parse_known_args(arguments)
        if not unknown:
            return options
        first = unknown[0]
        known = [flag for action in self._actions for flag in action.option_strings]
        close = difflib.get_close_matches(first.partition("=")[0], known, n=3)
        raise refuse(
            "arguments.unknown",
            "{prog} does not know “{given}”.",
            "Did you mean {close}?" if close else "“{prog} --help” shows what it knows.",
            prog=self.prog,
            given=first,
            close=" or ".join(close),
        )


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Leaves room for long flags; help texts begin on the flag's line where they fit."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, max_help_position=30, **more)


def add_json(parser: Parser) -> None:
    """The flag for programs that read the output."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON object a line on standard output, words on standard error",
    )


def add_keep_awake(parser: Parser) -> None:
    """Whether the computer may sleep while it trains."""
    parser.add_argument(
        "--keep-awake",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="hold the computer's sleep off while it trains (default: yes)",
    )


def add_run(parser: Parser, *, or_study: bool = False) -> None:
    """The run that a word is about; of a study, the one model of its best setting."""
    about = "the folder of a run, or the name or the beginning of the name of one"
    if or_study:
        about += "; or a study with repeats, whose models then answer together"
    parser.add_argument("run", metavar="RUN_DIR", help=about)


def add_reading(parser: Parser) -> None:
    """The reading options of every source, grouped by source."""
    from trainer_gui.engine.source import ReadOptions
    from trainer_gui.engine.sources import SOURCES

    groups = [(f"Reading: {each.label}", each.options) for each in SOURCES]
    _add_groups(parser, groups, prefix=_READING, common=ReadOptions, adapted=frozenset())


def add_settings(parser: Parser) -> None:
    """Every declared setting of training, split and families, grouped by where it belongs."""
    from trainer_gui.engine.families import FAMILIES
    from trainer_gui.engine.family import adapted_settings
    from trainer_gui.engine.hyperparameters import TrainingSettings
    from trainer_gui.engine.row_settings import SplitSettings, StepSettings
    from trainer_gui.engine.start_settings import StartSettings

    groups: list[tuple[str, type[Settings]]] = [
        ("Training, for every family", TrainingSettings),
        ("Split", SplitSettings),
        ("Steps before training", StepSettings),
        ("Starting from a model (with --start)", StartSettings),
        *((f"{each.label} (--family {each.name})", each.settings) for each in FAMILIES),
    ]
    adapted = frozenset[str]().union(*(adapted_settings(each) for each in FAMILIES))
    _add_groups(parser, groups, prefix=_SETTING, common=TrainingSettings, adapted=adapted)


def add_limits(parser: Parser, title: str = "Study", but: Sequence[str] = ()) -> None:
    """How far a study goes; `but` names limits that make no sense for the word."""
    from trainer_gui.engine.study.limits import Limits

    shown = parser.add_argument_group(title)
    for each in declared_in(Limits):
        if each.name not in but:
            _add_flag(shown, each, _LIMIT, adapts=False)


def limits_given(options: argparse.Namespace) -> dict[str, Any]:
    """The limits of a study that were given, in a form that their group can judge."""
    from trainer_gui.cli.values import value_of
    from trainer_gui.engine.study.limits import Limits

    known = {each.name: each for each in declared_in(Limits)}
    return {name: value_of(known[name], text) for name, text in _given(options, _LIMIT).items()}


def _add_groups(
    parser: Parser,
    groups: Iterable[tuple[str, type[Settings]]],
    *,
    prefix: str,
    common: type[Settings],
    adapted: frozenset[str],
) -> None:
    """Adds a flag for each setting; one that several groups declare stands in the first of them."""
    inherited = {each.name for each in declared_in(common)}
    seen: set[str] = set()
    for title, group in groups:
        declared = declared_in(group)
        fresh = [each for each in declared if each.name not in seen]
        again = [each.flag for each in declared if each.name in seen - inherited]
        if not fresh and not again:
            continue
        shown = parser.add_argument_group(title, f"also {', '.join(again)}, as above" if again else None)
        for each in fresh:
            _add_flag(shown, each, prefix, adapts=each.name in adapted)
        seen.update(each.name for each in fresh)


def _add_flag(group: Any, setting: Setting, prefix: str, *, adapts: bool) -> None:
    about = f"{setting.label}. {setting.help} ({default_in_words(setting, adapts)})".replace("%", "%%")
    more: dict[str, Any] = {"dest": prefix + setting.name, "default": None, "help": about}
    if setting.kind is bool:
        more["action"] = argparse.BooleanOptionalAction
    else:
        more["metavar"] = _metavar(setting)
    try:
        group.add_argument(setting.flag, **more)
    except argparse.ArgumentError:  # a word's own flag has that name
        group.add_argument(f"--{prefix.rstrip(':')}-{setting.flag[2:]}", **more)


def _metavar(setting: Setting) -> str:
    if setting.choices:
        words = [value for value, _ in setting.choices if value]
        return "{" + ",".join(words) + "}" if len(words) <= 8 else "WORD"
    return {int: "N", float: "X"}.get(setting.kind, "TEXT")


def default_in_words(setting: Setting, adapts: bool = False) -> str:
    """What is taken where a setting is not given."""
    if adapts:
        return "default: chosen for family, size and data"
    default = setting.default
    if default == "":
        return "default: found out" if setting.choices else "default: empty"
    if setting.kind is bool:
        return f"default: {'yes' if default else 'no'}"
    return f"default: {default:g}" if isinstance(default, float) else f"default: {default}"


def settings_given(options: argparse.Namespace) -> dict[str, str | bool]:
    """The settings that were given as flags, as they were typed."""
    return _given(options, _SETTING)


def reading_given(options: argparse.Namespace) -> dict[str, Any]:
    """The reading options that were given, ready for `open_data`."""
    from trainer_gui.cli.values import value_of
    from trainer_gui.engine.sources import SOURCES

    known = {each.name: each for source in SOURCES for each in declared_in(source.options)}
    return {name: value_of(known[name], text) for name, text in _given(options, _READING).items()}


def _given(options: argparse.Namespace, prefix: str) -> dict[str, str | bool]:
    return {
        name.removeprefix(prefix): value
        for name, value in vars(options).items()
        if name.startswith(prefix) and value is not None
    }
