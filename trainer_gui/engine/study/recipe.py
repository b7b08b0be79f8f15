"""All that is needed to repeat or to continue a study."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.recipe import Frozen, Recipe, without_none
from trainer_gui.engine.recipe_file import values_in_toml
from trainer_gui.engine.row_settings import SplitSettings
from trainer_gui.engine.settings import accept
from trainer_gui.engine.start_settings import StartSettings, TrainPart
from trainer_gui.engine.starting_point import StartingPoint
from trainer_gui.engine.study.space import (
    FAMILY,
    FROZEN,
    SCRATCH,
    SHARE,
    SIZE,
    START,
    TUNED,
    Space,
    Values,
    space_of,
)

VERSION = 1


class StudyRecipe(Frozen):
    """What varies, how it is searched, how far, and what all runs have in common."""

    version: int = VERSION
    name: str
    how: str  # the name of a strategy
    vary: tuple[str, ...]  # NAME=VALUES
    trials: int  # at most
    minutes: float  # at most, of all times that it is worked on together
    repeats: int  # seeds
    folds: int = 1  # of cross-validation, each with all the seeds
    at_once: int  # processes at the same time
    together: int = 1  # runs that one process has in hand at most
    seconds_each: float  # that a run by itself was expected to train
    base: Recipe
    starts: dict[str, dict[str, dict[str, Any]]]  # by family and size: every setting that does not vary
    place: str = "here"  # the name of where its runs are trained
    place_settings: dict[str, Any] = {}

    @property
    def seed(self) -> int:
        """The number from which the search draws; that of the first run of every trial too."""
        return self.base.seed

    @property
    def space(self) -> Space:
        """What varies; nothing where the runs differ in their seeds and folds alone."""
        return space_of(self.vary, self.base.family) if self.vary else Space(())

    @property
    def runs_each(self) -> int:
        """How many runs each trial has: one for each seed and fold."""
        return self.repeats * self.folds

    @property
    def is_learning_curve(self) -> bool:
        """Whether nothing varies but how many of the training rows are used."""
        return [each.name for each in self.space.axes] == [SHARE]

    def seed_and_fold(self, repeat: int) -> tuple[int, int]:
        """The seed of one run of a trial, and its fold from 1; all folds of a seed come before the next."""
        return (self.seed + repeat // self.folds) % 2**31, repeat % self.folds + 1

    @property
    def epochs(self) -> int:
        """How long a run trains at most."""
        return max(int(settings["epochs"]) for sizes in self.starts.values() for settings in sizes.values())

    def recipe_of(self, values: Values, repeat: int) -> Recipe:
        """The recipe of one run of a trial; raises UserError where the values do not go together."""
        family, size = str(values.get(FAMILY, self.base.family)), str(values.get(SIZE, self.base.size))
        of_rows = {name: value for name, value in values.items() if name in SplitSettings.model_fields}
        of_start = {name: value for name, value in values.items() if name in StartSettings.model_fields}
        others = {FAMILY, SIZE, START, *of_rows, *of_start}
        varied = {name: each for name, each in values.items() if name not in others}
        settings = {**self.starts[family][size], **varied}
        settings["seed"], fold = self.seed_and_fold(repeat)
        if self.folds > 1:
            of_rows["fold"] = f"{fold}/{self.folds}"
        if SHARE in values:
            settings |= _as_many_steps(settings, float(values[SHARE]))
        accepted = accept(FAMILIES[family].settings, settings).model_dump(mode="json")
        split = accept(SplitSettings, {**self.base.split.model_dump(mode="json"), **of_rows})
        changed = {"family": family, "size": size, "settings": accepted, "split": split}
        if START in values or of_start:
            changed["start"] = _begun(self.base.start, str(values.get(START, "")), of_start)
        return self.base.model_copy(update=changed)

    def to_toml(self) -> str:
        """The recipe as TOML that a person can read."""
        document = tomlkit.document()
        document.add(tomlkit.comment("All that is needed to repeat this study."))
        for name, value in self.model_dump(mode="json").items():
            document.add(name, tomlkit.item(without_none(value)))
        return tomlkit.dumps(document)


def _begun(start: StartingPoint, way: str, varied: Values) -> StartingPoint:
    """The start in one of the ways that are compared, or as it is, with the settings that vary."""
    if way == SCRATCH:
        return StartingPoint()
    part = {FROZEN: TrainPart.LAST_LAYER, TUNED: TrainPart.EVERYTHING}.get(way, start.settings.train_part)
    settings = {**start.settings.model_dump(mode="json"), **varied, "train_part": part}
    return start.model_copy(update={"settings": accept(StartSettings, settings)})


def _as_many_steps(settings: dict[str, Any], share: float) -> dict[str, Any]:
    """Epochs and patience with which fewer rows are learned from as often as all of them would be.

    Otherwise a small share would do worse because it was trained less, and not because it holds less.
    """
    most = 1_000_000
    return {name: min(most, math.ceil(settings[name] / share)) for name in ("epochs", "patience")}


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
