"""Which runs can be a start for the data at hand, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer_gui.engine.data.dataset import DataKind, Dataset, Task
from trainer_gui.engine.data.parts import inputs_of
from trainer_gui.engine.data.prepare import Preparation, class_names
from trainer_gui.engine.data.target import guess_task
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import Problem, UserError, problem
from trainer_gui.engine.recipe import Choices, Recipe, as_chosen
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.store import runs

_KINDS = {DataKind.TABLE: "a table", DataKind.TEXTS: "texts alone", DataKind.PICTURES: "pictures"}


@dataclass(frozen=True)
class Offer:
    """A run as a start: that it fits, and what would be kept; or why it does not fit."""

    folder: RunFolder
    name: str
    family: str = ""
    size: str = ""
    keeps_head: bool = False  # it goes on with the same task; else the last layer is replaced
    known_columns: int = 0  # of the data, that its model knows by name
    columns: int = 0  # of the data
    problem: Problem | None = None  # why it cannot be a start

    @property
    def in_words(self) -> str:
        """What would become of it, or why it does not fit."""
        if self.problem is not None:
            return self.problem.message
        what = "goes on with the same task" if self.keeps_head else "a new task: the last layer is replaced"
        if self.columns > self.known_columns:
            what += f"; knows {self.known_columns} of {self.columns} columns"
        return what


def offers(dataset: Dataset, choices: Choices, among: Sequence[RunFolder] | None = None) -> list[Offer]:
    """Every run, those that fit first, the newest first of each; takes a moment for each run.

    Raises UserError where it is not clear what is to be predicted.
    """
    target = choices.target or dataset.target
    seen = as_chosen(dataset, dict(choices.kinds))
    if not target:
        return []
    task = choices.task or guess_task(seen, target)
    kind = seen.learned_kind(target, choices.leave_out)
    found = [_offer(each, seen, target, task, kind, choices) for each in (runs() if among is None else among)]
    return sorted(found, key=lambda each: (each.problem is not None, not each.keeps_head))


def _offer(
    folder: RunFolder, dataset: Dataset, target: str, task: Task, kind: DataKind, choices: Choices
) -> Offer:
    try:
        recipe, preparation = folder.recipe, folder.preparation
    except UserError as error:  # damaged, or of a newer version
        return Offer(folder, folder.name, problem=error.problem)
    plain = Offer(folder, folder.name, recipe.family, recipe.size)
    problem = _why_not(folder, recipe, preparation, task, kind, choices)
    if problem is not None:
        return Offer(folder, plain.name, plain.family, plain.size, problem=problem)
    keeps = _keeps_head(dataset, target, task, preparation)
    blocks = FAMILIES[recipe.family].blocks(preparation.shape(1), recipe.size, recipe.family_settings)
    if not keeps and len(blocks) < 2:
        nothing = _because(
            "start.nothing_left", "It is a last layer alone, which the new task would replace."
        )
        return Offer(folder, plain.name, plain.family, plain.size, problem=nothing)
    if preparation.picture is not None:
        return Offer(folder, plain.name, plain.family, plain.size, keeps)
    names = [each.name for each in inputs_of(dataset, target, choices.leave_out)]
    known = sum(each in preparation.columns for each in names)
    return Offer(folder, plain.name, plain.family, plain.size, keeps, known, len(names))


def _keeps_head(dataset: Dataset, target: str, task: Task, before: Preparation) -> bool:
    if before.target.task is not task:
        return False
    if task is not Task.CLASSIFICATION:
        return before.target.name == target
    classes = set(class_names(dataset.target_values(target)).tolist()) - {""}
    return classes <= set(before.target.classes)


def _why_not(
    folder: RunFolder,
    recipe: Recipe,
    preparation: Preparation,
    task: Task,
    kind: DataKind,
    choices: Choices,
) -> Problem | None:
    family = FAMILIES[recipe.family]
    if len(folder.members) > 1:
        return _because("start.several", "It is made of several models, and a run starts from one.")
    if not folder.weights.exists():
        return _because("start.run_without_model", "It has no model: it ended before anything was learned.")
    if not family.blocks(preparation.shape(1), recipe.size, recipe.family_settings):
        return _because("start.family", "A model of the family {its} cannot be a start.", its=family.label)
    if choices.family not in (None, recipe.family):
        return _because(
            "start.other_family",
            "It is a model of the family {its}, and {family} is chosen.",
            its=family.label,
            family=FAMILIES[choices.family or recipe.family].label,
        )
    if not family.fits(kind, task) or (preparation.picture is not None) != (kind is DataKind.PICTURES):
        return _because("start.other_data", "It does not learn from {here}.", here=_KINDS[kind])
    return None


def _because(key: str, message: str, *, its: str = "", family: str = "", here: str = "") -> Problem:
    return problem(key, message, severity="note", field="start", its=its, family=family, here=here)
