"""Real trainings that are made to fail, each in its own way, and real ones that go well."""

from itertools import groupby
from pathlib import Path

import pytest

from tests.engine.failing_runs import FAILING, Failing
from trainer_gui.engine.control import Control
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.verdict import verdict

_ONE_OF_EACH = {each.kind: each for each in reversed(FAILING)}  # the benchmark goes through all of them


@pytest.mark.parametrize("failing", _ONE_OF_EACH.values(), ids=lambda each: each.name)
def test_that_a_run_made_to_fail_ends_in_the_right_verdict(failing: Failing, tmp_path: Path) -> None:
    recipe, progress = failing.train(tmp_path)
    found = verdict(progress, recipe.settings, recipe.size, recipe.split.validation_share)
    assert found is not None
    assert found.kind == failing.kind


@pytest.mark.parametrize("sample", ["iris", "wine"])
def test_that_a_sample_with_the_defaults_is_left_in_peace_until_it_is_done(sample: str) -> None:
    dataset = open_data(f"sample:{sample}")
    recipe = resolve(dataset, Choices(settings=(("threads", 1), ("precision", "float32"))))
    progress, heard = Progress(), []
    _, events = train(recipe, Control(), dataset=dataset)
    for event in events:
        progress.add(event)
        found = verdict(progress, recipe.settings, recipe.size)
        heard.append(found and found.kind)
    assert [each for each, _ in groupby(heard)] == [None, "done"]
