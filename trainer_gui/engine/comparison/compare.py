"""Compares runs: which belong together, on which rows, and by which test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trainer_gui.engine.comparison.groups import (
    Group,
    choices_key,
    group_of,
    must_differ,
    must_share_rows,
    two_groups,
)
from trainer_gui.engine.comparison.methods import Side, outcome_of
from trainer_gui.engine.comparison.result import Comparison, Found
from trainer_gui.engine.comparison.rows import Judged, common, judged, keys_of
from trainer_gui.engine.comparison.sentences import in_words
from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.evaluate import Opened, Part, open_part
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.recipe_key import split_key
from trainer_gui.engine.run_folder import RunFolder, moment
from trainer_gui.engine.source import Report, say_nothing
from trainer_gui.engine.sources import open_data


def compare(
    folders: Sequence[RunFolder],
    part: Part = "validation",
    dataset: Dataset | None = None,
    report: Report = say_nothing,
) -> Comparison:
    """Says which of two runs is better, or of two groups of runs that differ only in their seeds.

    One run each is compared over the rows that both were measured on; several on the same rows over seeds
    and rows at once; and several on splits of their own over those splits. On the part "test" the opening is
    counted in every run, after all that could be refused was looked at and before anything is computed.
    `dataset` spares reading the data again. Raises UserError where the runs cannot be compared.
    """
    a, b = two_groups(folders)
    return _compared(a, b, part, dataset, report)


def compare_groups(
    a: Sequence[RunFolder],
    b: Sequence[RunFolder],
    part: Part = "validation",
    dataset: Dataset | None = None,
    report: Report = say_nothing,
) -> Comparison:
    """Says which of two groups of runs is better, such as those of two studies; otherwise as `compare`.

    The runs of a group differ in nothing but seeds and folds. Raises UserError as `compare` does.
    """
    one, other = group_of(a), group_of(b)
    must_differ(one, other)
    return _compared(one, other, part, dataset, report)


def _compared(a: Group, b: Group, part: Part, dataset: Dataset | None, report: Report) -> Comparison:
    must_share_rows(a, b, part)
    pairs = _pairs(a, b, part)
    opened = _open([run for each in pairs for run in each.runs], part, dataset, report)
    for each in pairs:
        _must_be_enough(common([keys_of(opened[run.path]) for run in each.runs]), a, b, part)
    now = moment()
    openings = max(each.count_opening(now) for each in opened.values())
    answers = {path: judged(each, report) for path, each in opened.items()}
    report("Comparing", None)
    sides, left_out = [], 0
    for each in pairs:
        models = [answers[run.path] for run in each.runs]
        rows = common([model.keys for model in models])
        _must_be_enough(rows, a, b, part)
        left_out += max(len(model.keys) for model in models) - len(rows)
        sides.append(_side(each, [model.on(rows) for model in models], opened[each.runs[0].path]))
    outcome = outcome_of(sides)
    found = Found(
        a=a.name,
        b=b.name,
        part=part,
        method=outcome.method,
        rows=round(float(np.mean([each.rows for each in sides]))),
        left_out=left_out,
        repeats=outcome.repeats,
        metrics=outcome.metrics,
        more_rows=outcome.more_rows,
        more_repeats=outcome.more_repeats,
        openings=openings,
        folds=all(each.split.fold for each in a.recipes),
        same_choices=choices_key(a.recipes[0]) == choices_key(b.recipes[0]),
    )
    return in_words(found)


@dataclass(frozen=True)
class _Pair:
    """The runs of both groups that share one split."""

    a: tuple[RunFolder, ...]
    b: tuple[RunFolder, ...]
    same_seeds: bool

    @property
    def runs(self) -> tuple[RunFolder, ...]:
        """All of them, those of A first."""
        return (*self.a, *self.b)


def _pairs(a: Group, b: Group, part: Part) -> list[_Pair]:
    """The runs by the split that they share; raises UserError where there is none."""
    of_a, of_b = _by_split(a, part), _by_split(b, part)
    shared = [key for key in of_a if key in of_b]
    if not shared:
        raise refuse(
            "comparison.split",
            "“{a}” and “{b}” have shared their rows out differently, so one may have learned from the rows "
            "that the other is measured on.",
            "Train one of them again with the same shares and the same split seed.",
            field="compare",
            a=a.name,
            b=b.name,
        )
    found = []
    for key in shared:
        one, other = of_a[key], of_b[key]
        same = sorted(one) == sorted(other)
        order = sorted(one) if same else list(one)
        found.append(
            _Pair(
                tuple(one[seed] for seed in order),
                tuple(other[seed] for seed in (order if same else list(other))),
                same,
            )
        )
    return found


def _by_split(group: Group, part: Part) -> dict[str, dict[tuple[int, str], RunFolder]]:
    found: dict[str, dict[tuple[int, str], RunFolder]] = {}
    for run, recipe in zip(group.runs, group.recipes, strict=True):
        found.setdefault(split_key(recipe, part), {}).setdefault((recipe.seed, recipe.split.fold), run)
    return found


def _open(
    runs: Sequence[RunFolder], part: Part, dataset: Dataset | None, report: Report
) -> dict[Path, Opened]:
    """Every run with its rows; data that several share is read once."""
    datasets = {} if dataset is None else {dataset.fingerprint: dataset}
    found: dict[Path, Opened] = {}
    for run in runs:
        recipe = run.recipe
        known = datasets.get(recipe.fingerprint)
        if known is None:  # where it has changed since, opening the part will say so
            known = open_data(recipe.data, report=report)
            datasets[known.fingerprint] = known
        found[run.path] = open_part(run, part, known, report)
    return found


def _must_be_enough(rows: Rows, a: Group, b: Group, part: Part) -> None:
    if len(rows) < 2:
        raise refuse(
            "comparison.no_rows",
            "“{a}” and “{b}” have fewer than two {part} rows in common, so there is nothing to compare.",
            "Train again with a larger share for that part, or leave out fewer rows.",
            field="compare",
            a=a.name,
            b=b.name,
            part=part,
        )


def _side(pair: _Pair, models: Sequence[Judged], opened: Opened) -> Side:
    count = len(pair.a)
    overlap = len(opened.rows) / len(opened.training)
    folds = {each.recipe.split.fold for each in pair.runs}
    shared = 1 / (len(folds) - 1) if len(folds) > 1 else 0.0
    return Side(tuple(models[:count]), tuple(models[count:]), pair.same_seeds, overlap, shared)
