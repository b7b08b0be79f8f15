"""What was chosen on the command line, and in a recipe, as one draft of a run."""

from __future__ import annotations

import argparse
import difflib
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer_gui.cli.arguments import settings_given
from trainer_gui.cli.finding import find_run
from trainer_gui.cli.values import name_and_value, shares_of, value_of
from trainer_gui.engine.data.dataset import DataReference, Task
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.family import adapted_settings
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.recipe_file import draft_from_toml
from trainer_gui.engine.row_settings import SplitSettings, StepSettings
from trainer_gui.engine.settings import Setting, Settings, declared_in
from trainer_gui.engine.start_settings import StartSettings
from trainer_gui.engine.starting.weights_file import ENDINGS
from trainer_gui.engine.starting_point import StartingPoint


def chosen(options: argparse.Namespace) -> tuple[DataReference | str, Choices]:
    """The data and the choices that the options of `train` ask for.

    Where a recipe is named, its choices hold unless an option says otherwise. Raises UserError where the
    recipe cannot be read or an option makes no sense.
    """
    given = str(options.data)
    if not given.lower().endswith(".toml"):
        return given, with_options(Choices(), options)
    path = Path(given)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise refuse(
            "recipe.not_found", "There is no recipe at {path}.", "Check the name.", field="data", path=given
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(
            "recipe.unreadable",
            "{path} cannot be read: {reason}.",
            "A recipe is a TOML file in UTF-8, such as the recipe.toml of a run.",
            field="data",
            path=given,
            reason=str(error).rstrip("."),
        ) from error
    data, choices = draft_from_toml(text, path.name, path.parent.resolve())
    return data, with_options(choices, options)


def with_options(choices: Choices, options: argparse.Namespace) -> Choices:
    """The choices with everything that the options say outright.

    Another family or size than that of a recipe has its own good settings, so those of the recipe that go
    with family and size are dropped; another target has its own task.
    """
    family = _family_name(options.family) if options.family else choices.family
    size = options.size.lower() if options.size else choices.size
    settings, split, steps, starting = _settings(options)
    kept = dict(choices.settings)
    if (family, size) != (choices.family, choices.size) and choices.family is not None:
        kept = _fitting_settings(kept, choices.family, family or choices.family)
    task = _task(options.task) if options.task else choices.task
    if options.target and options.target != choices.target and not options.task:
        task = None
    return replace(
        choices,
        target=options.target or choices.target,
        task=task,
        leave_out=tuple(options.leave_out) if options.leave_out else choices.leave_out,
        split=tuple({**dict(choices.split), **split}.items()),
        test_data=options.test_data or choices.test_data,
        steps=tuple({**dict(choices.steps), **steps}.items()),
        family=family,
        size=size,
        settings=tuple({**kept, **settings}.items()),
        device=options.device or choices.device,
        start=_start(options.start) if options.start else choices.start,
        start_settings=tuple({**dict(choices.start_settings), **starting}.items()),
    )


def _fitting_settings(settings: dict[str, Any], before: str, now: str) -> dict[str, Any]:
    known = {each.name for each in declared_in(FAMILIES[now].settings)}
    known -= adapted_settings(FAMILIES[before]) | adapted_settings(FAMILIES[now])
    return {name: value for name, value in settings.items() if name in known}


def _family_name(text: str) -> str:
    name = text.strip().lower().replace("-", "_").replace(" ", "_")
    return FAMILIES[name].name


def _task(text: str) -> Task:
    try:
        return Task(text.strip().lower())
    except ValueError:
        raise refuse(
            "arguments.task",
            "“{text}” is not a task.",
            "Choose classification (to predict a class) or regression (to predict a number).",
            field="task",
            text=text,
        ) from None


def _start(text: str) -> StartingPoint | None:
    """What a run is to start from: a run by its folder or name, a file, or nothing at all."""
    if text.strip().lower() == "scratch":
        return None
    path = Path(text).expanduser()
    if path.is_file() or path.suffix.lower() in ENDINGS or (path / "start.json").is_file():
        return StartingPoint(kind="file", location=str(path))
    return StartingPoint(kind="run", location=str(find_run(text).path))


def _settings(options: argparse.Namespace) -> tuple[dict[str, Any], ...]:
    """The settings of training, of the split, of the steps and of the start that were given in any way."""
    of_split = {each.name: each for each in declared_in(SplitSettings)}
    of_steps = {each.name for each in declared_in(StepSettings)}
    of_start = {each.name for each in declared_in(StartSettings)}
    known = _every_setting()
    given: dict[str, str | bool] = settings_given(options)
    for text in options.set or ():
        name, value = name_and_value(text)
        if name not in known:
            raise _unknown_setting(name, known)
        if name in given:
            raise _said_twice(known[name].flag, "--set")
        given[name] = value
    values = {name: value_of(known[name], text) for name, text in given.items()}
    split = {name: value for name, value in values.items() if name in of_split}
    if options.split:
        shares = shares_of(options.split)
        for name in shares:
            if name in split:
                raise _said_twice("--split", of_split[name].flag)
        split |= shares
    steps = {name: value for name, value in values.items() if name in of_steps}
    starting = {name: value for name, value in values.items() if name in of_start}
    others = {*of_split, *of_steps, *of_start}
    return {name: value for name, value in values.items() if name not in others}, split, steps, starting


def _every_setting() -> dict[str, Setting]:
    groups: list[type[Settings]] = [SplitSettings, StepSettings, StartSettings]
    groups += [each.settings for each in FAMILIES]
    return {each.name: each for group in reversed(groups) for each in declared_in(group)}


def _unknown_setting(name: str, known: dict[str, Setting]) -> UserError:
    close = difflib.get_close_matches(name, known, n=3)
    return refuse(
        "setting.unknown",
        "There is no setting named “{name}”.",
        "Did you mean {close}?" if close else "The settings are: {names}.",
        field="set",
        name=name,
        close=" or ".join(close),
        names=", ".join(sorted(known)),
    )


def _said_twice(one: str, other: str) -> UserError:
    return refuse(
        "arguments.said_twice",
        "{one} and {other} set the same thing.",
        "Leave one of them out.",
        one=one,
        other=other,
    )
