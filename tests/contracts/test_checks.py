"""What every check of the data promises, tried on the example that it brings along."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.check import Check, Example
from trainer_gui.engine.data.checks import CHECKS
from trainer_gui.engine.data.columns import make_table
from trainer_gui.engine.data.dataset import DataReference, Table
from trainer_gui.engine.data.examine import examine, examine_closely, guess_task
from trainer_gui.engine.data.mending import Mending
from trainer_gui.engine.fix import Change
from trainer_gui.engine.predict import open_model, predict
from trainer_gui.engine.preflight import findings
from trainer_gui.engine.problems import Problem
from trainer_gui.engine.recipe import Choices, as_chosen, changed, resolve
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.row_settings import SplitSettings, StepSettings
from trainer_gui.engine.run import train
from trainer_gui.engine.settings import accept


def table_of(columns: Mapping[str, Any]) -> Table:
    options = {"separator": "comma", "decimal": "point", "missing_words": ""}
    return make_table(
        DataReference(source="test", location="/here", options=options),
        "here",
        {name: pd.Series(values) for name, values in columns.items()},
        fingerprint="blake2b:0",
        mending=Mending(),
    )


def data_of(example: Example) -> Table:
    table = table_of(example.columns)
    return replace(table, own_test=table_of(example.own_test)) if example.own_test else table


def found(dataset: Table, example: Example, choices: Choices) -> list[Problem]:
    seen = as_chosen(dataset, dict(choices.kinds))
    task = choices.task or guess_task(seen, example.target)
    about = {
        "split": accept(SplitSettings, dict(choices.split)),
        "steps": accept(StepSettings, dict(choices.steps)),
    }
    assert isinstance(seen, Table)
    return [
        *examine(seen, example.target, task, choices.leave_out, **about),
        *examine_closely(seen, example.target, task, choices.leave_out, **about),
    ]


def from_check(check: Check, problems: list[Problem]) -> list[Problem]:
    """Those of the problems that this check says, by its own word."""
    return [each for each in problems if each.key in _KEYS[check.name]]


_KEYS: dict[str, set[str]] = {}


@pytest.fixture(scope="module", autouse=True)
def _keys() -> None:
    from trainer_gui.engine.data.examine import _sight

    for check in CHECKS:
        example = check.example()
        dataset = data_of(example)
        task = guess_task(dataset, example.target)
        split = accept(SplitSettings, dict(example.split))
        sight = _sight(dataset, example.target, task, (), split, None)
        _KEYS[check.name] = {each.key for each in check.findings(sight)}


@pytest.fixture(params=list(CHECKS.names()))
def check(request: pytest.FixtureRequest) -> Check:
    return CHECKS[request.param]


def test_that_a_check_finds_something_in_its_example(check):
    example = check.example()
    choices = Choices(target=example.target, split=tuple(example.split.items()))
    problems = from_check(check, found(data_of(example), example, choices))
    assert problems, f"{check.name} finds nothing"
    for each in problems:
        assert re.search(r"\d", each.message), f"no number in: {each.message}"
        assert not re.search(r"[{}]", str(each)), f"not filled in: {each}"
        assert each.severity in ("caution", "note")
        for one in each.fixes:
            assert re.fullmatch(r"[a-z_]+\.[a-z_]+", one.key)
            assert 0 < len(one.label) <= 40
            assert one.what.endswith(".")
            assert not re.search(r"[{}]", one.label + one.what)
            assert one.change != Change()
            assert Change.model_validate_json(one.change.model_dump_json()) == one.change


def test_that_a_finding_is_gone_once_its_fix_is_taken_and_the_recipe_still_resolves(check):
    example = check.example()
    dataset = data_of(example)
    before = Choices(target=example.target, split=tuple(example.split.items()))
    for each in from_check(check, found(dataset, example, before)):
        for one in each.fixes:
            if one.change.reading or one.change.size or one.change.settings:
                continue  # these change what the data does not show
            after = changed(before, one.change)
            left = {now.key for now in found(dataset, example, after)}
            assert each.key not in left, f"{one.key} does not put {each.key} right"
            assert resolve(dataset, after).steps == accept(StepSettings, dict(after.steps))


def test_that_training_works_with_every_fix_and_the_recipe_keeps_it(check, tmp_path):
    example = check.example()
    dataset = data_of(example)
    quick = (("epochs", 1), ("threads", 1))
    before = Choices(target=example.target, split=tuple(example.split.items()))
    before = replace(before, family="linear", settings=quick)
    for each in from_check(check, findings(dataset, before)):
        for one in each.fixes:
            if one.change.reading:
                continue  # needs a file; the journeys take such a fix
            after = changed(before, one.change)
            assert each.key not in [now.key for now in findings(dataset, after)], one.key
            recipe = resolve(dataset, after)
            assert recipe_from_toml(recipe.to_toml(), "recipe.toml") == recipe
            kept = replace(dataset, own_test=None)
            plain = recipe.model_copy(update={"test_data": None, "test_fingerprint": ""})
            folder, events = train(plain, Control(), path=tmp_path / one.key, dataset=kept)
            assert list(events)[-1].type == "RunFinished", one.key
            rows = kept.frame.head(7).drop(columns=list(one.change.leave_out))
            assert len(predict(open_model(folder), rows).values) == 7


def test_that_the_keys_of_fixes_differ(check):
    example = check.example()
    choices = Choices(target=example.target, split=tuple(example.split.items()))
    keys = [one.key for each in found(data_of(example), example, choices) for one in each.fixes]
    assert len(keys) == len(set(keys))
