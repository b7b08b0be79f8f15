"""What two recipes have in common, as texts that are the same where they do."""

from __future__ import annotations

import json

from trainer_gui.engine.recipe import Recipe

_OF_THE_MACHINE = {"execution", "device", "version"}


def settings_key(recipe: Recipe) -> str:
    """A text that two recipes share where nothing but seeds and the machine sets them apart."""
    values = recipe.model_dump(mode="json", exclude=_OF_THE_MACHINE)
    values["settings"] = {name: each for name, each in values["settings"].items() if name != "seed"}
    values["split"] = {name: each for name, each in values["split"].items() if name != "split_seed"}
    values["start"].pop("location")  # the fingerprint says which model it is
    return json.dumps(values, sort_keys=True)


def split_key(recipe: Recipe, part: str) -> str:
    """A text that two recipes share where their rows of this part are the same, but for rows left out."""
    if part == "test" and recipe.test_data is not None:
        return f"file {recipe.test_fingerprint}"
    values = recipe.split.model_dump(mode="json", exclude={"train_share"})  # which changes no other part
    if part == "test":  # the same for every fold
        del values["fold"]
    if recipe.test_data is not None:
        values["test_share"] = 0.0
    if recipe.split.by_time:  # then nothing is drawn
        del values["split_seed"]
    return f"{recipe.fingerprint} {json.dumps(values, sort_keys=True)}"
