"""All that is needed to repeat or to continue a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.recipe import Frozen, Recipe, without_none
from trainer_gui.engine.recipe_file import values_in_toml
from trainer_gui.engine.settings import accept
from trainer_gui.engine.study.space import FAMILY, SIZE, Space, Values, space_of

VERSION = 1


class StudyRecipe(Frozen):
    """What varies, how it is searched, how far, and what all runs have in common."""

    version: int = VERSION
    name: str
    how: str  # the name of a strategy
    vary: tuple[str, ...]  # NAME=VALUES
    trials: int  # at most
    minutes: float  # at most, each time that it is begun or continued
    repeats: int
    at_once: int  # runs at the same time
    seconds_each: float  # that a run was expected to take
    base: Recipe
    starts: dict[str, dict[str, dict[str, Any]]]  # by family and size: every setting that does not vary

    @property
    def seed(self) -> int:
        """The number from which the search draws; that of the first run of every trial too."""
        return self.base.seed

    @property
    def space(self) -> Space:
        """What varies."""
        return space_of(self.vary, self.base.family)

    @property
    def epochs(self) -> int:
        """How long a run trains at most."""
        return max(int(settings["epochs"]) for sizes in self.starts.values() for settings in sizes.values())

    def recipe_of(self, values: Values, repeat: int) -> Recipe:
        """The recipe of one run of a trial; raises UserError where the values do not go together."""
        family, size = str(values.get(FAMILY, self.base.family)), str(values.get(SIZE, self.base.size))
        varied = {name: value for name, value in values.items() if name not in (FAMILY, SIZE)}
        settings = {**self.starts[family][size], **varied}
        settings["seed"] = (self.seed + repeat) % 2**31
        accepted = accept(FAMILIES[family].settings, settings).model_dump(mode="json")
        return self.base.model_copy(update={"family": family, "size": size, "settings": accepted})

    def to_toml(self) -> str:
        """The recipe as TOML that a person can read."""
        document = tomlkit.document()
        document.add(tomlkit.comment("All that is needed to repeat this study."))
        for name, value in self.model_dump(mode="json").items():
            document.add(name, tomlkit.item(without_none(value)))
        return tomlkit.dumps(document)


def read_study(path: Path) -> StudyRecipe:
    """The study that a file holds; raises UserError where it holds none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(
            "study.none_here",
            "There is no study in {path}.",
            "Choose the folder of a study: it holds a study.toml.",
            field="study",
            path=str(path.parent),
        ) from error
    try:
        return StudyRecipe.model_validate(values_in_toml(text, path.name))
    except ValidationError as error:
        where = ".".join(str(each) for each in error.errors()[0]["loc"])
        raise refuse(
            "study.not_accepted",
            "{path} is not a study that can be followed: “{where}” is wrong or missing.",
            "Bring the file back from a copy, or begin a new study.",
            field="study",
            path=str(path),
            where=where,
        ) from error
