"""How good a model is on some rows: the numbers, how sure they are, and the cases behind them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.dataset import Dataset, Pictures, Task
from trainer_gui.engine.data.mending import counted
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.split import Rows
from trainer_gui.engine.member_figures import Apart, Said, are_folds, with_members
from trainer_gui.engine.model import Answers
from trainer_gui.engine.problems import Problem, problem, refuse
from trainer_gui.engine.scores import ClassFigures, Figure, scores_of_classes, scores_of_numbers


@dataclass(frozen=True)
class Cases:
    """Every row that was judged, in the order of the data; arrays of one length.

    `truth` and `said` are class names, or float64 numbers in the target's unit.
    """

    rows: Rows  # row numbers in the data, from 0
    truth: NDArray[Any]
    said: NDArray[Any]
    probability: NDArray[np.float64] | None  # of what was said; None for numbers
    truth_probability: NDArray[np.float64] | None  # of what is true
    worst_first: Rows  # places in these arrays, the most wrong one first
    names: tuple[str, ...] = ()  # of pictures

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def residuals(self) -> NDArray[np.float64]:
        """Said minus true, of numbers."""
        found: NDArray[np.float64] = self.said - self.truth
        return found


@dataclass(frozen=True)
class Report:
    """How good a model is on some rows, how sure that is, and the cases behind it."""

    run: str
    data: str  # the name of the data
    part: str  # "validation", "test", "training" or "new data"
    task: Task
    target: str
    rows: int  # that were judged
    left_out: int  # that have no known answer or could not be read
    test_openings: int  # how many times the test part was opened until now
    baseline: str  # the simplest guess, in words
    figures: tuple[Figure, ...]  # the main one first
    classes: tuple[ClassFigures, ...]  # empty for numbers
    confusion: tuple[tuple[int, ...], ...]  # counts, true class by said class; empty for numbers
    notes: tuple[Problem, ...]
    members: int  # models that answer together; of several, each figure says what they are worth alone
    apart: Apart  # what sets these apart
    cases: Cases = field(repr=False, compare=False)

    def figure(self, name: str) -> Figure:
        """The number of this name, such as “accuracy”."""
        return next(each for each in self.figures if each.name == name)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the order of `confusion`."""
        return tuple(each.name for each in self.classes)

    def to_json(self) -> str:
        """All but the single cases, as one line of JSON."""
        values = {
            "run": self.run,
            "data": self.data,
            "part": self.part,
            "task": self.task.value,
            "target": self.target,
            "rows": self.rows,
            "left_out": self.left_out,
            "test_openings": self.test_openings,
            "baseline": self.baseline,
            "figures": [each.model_dump(mode="json") for each in self.figures],
            "classes": [each.model_dump(mode="json") for each in self.classes],
            "confusion": self.confusion,
            "members": self.members,
            "apart": self.apart,
            "notes": [each.model_dump(mode="json") for each in self.notes],
        }
        return json.dumps(values, ensure_ascii=False)


@dataclass(frozen=True)
class Occasion:
    """What a report says beside the numbers: which run, which data, which part of it."""

    run: str
    dataset: Dataset
    part: str
    openings: int
    baseline: str
    notes: tuple[Problem, ...]
    members: Sequence[Said]  # of which the answers are
    only_seeds: bool = False  # set them apart


def judge(
    preparation: Preparation,
    about: Occasion,
    rows: Rows,
    truth: NDArray[Any],
    found: Answers,
    simple: NDArray[np.float64],
) -> Report:
    """The report on these rows; those without a known truth or without an answer are left out.

    `truth` holds class numbers int64 [rows], -1 where unknown, or numbers float64 [rows], NaN where unknown;
    `found` has as many answers, and `simple` is the share of each class, or the mean alone. Raises UserError
    where no row is left.
    """
    target = preparation.target
    answered = _answered(found)
    known = truth >= 0 if target.task is Task.CLASSIFICATION else np.isfinite(truth)
    good = answered & known
    if not good.any():
        raise refuse(
            "evaluate.no_rows",
            "None of the rows has a known “{target}”, so there is nothing to compare with.",
            "Check the column with the true answers.",
            field="target",
            target=target.name,
        )
    notes = [*about.notes, *_about_left_out(target.name, int((~known).sum()), int((known & ~answered).sum()))]
    cases = _cases(about.dataset, rows[good], truth[good], _part(found, good))
    classes: tuple[ClassFigures, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    if target.task is Task.CLASSIFICATION:
        assert found.probabilities is not None
        scores = scores_of_classes(truth[good], found.probabilities[good], target.classes, simple)
        figures, classes = scores.figures, scores.classes
        confusion = tuple(tuple(int(count) for count in row) for row in scores.confusion)
    else:
        figures = scores_of_numbers(cases.truth, cases.said, float(simple[0]))
    return Report(
        run=about.run,
        data=about.dataset.name,
        part=about.part,
        task=target.task,
        target=target.name,
        rows=len(cases),
        left_out=int((~good).sum()),
        test_openings=about.openings,
        baseline=about.baseline,
        figures=with_members(figures, about.members, truth, good, target),
        classes=classes,
        confusion=confusion,
        notes=tuple(notes),
        members=len(about.members),
        apart="folds" if are_folds(about.members) else "seeds" if about.only_seeds else "models",
        cases=cases,
    )


def _part(found: Answers, good: NDArray[np.bool_]) -> Answers:
    probabilities = None if found.probabilities is None else found.probabilities[good]
    return Answers(found.values[good], found.classes, probabilities)


def _answered(found: Answers) -> NDArray[np.bool_]:
    if found.probabilities is not None:
        return np.asarray(np.isfinite(found.probabilities).all(axis=1))
    return np.asarray(np.isfinite(found.values))


def _about_left_out(target: str, unknown: int, unread: int) -> list[Problem]:
    notes = []
    if unknown:
        notes.append(
            problem(
                "evaluate.unknown_truth",
                "{rows} left out, because “{target}” is empty there or names a class that the model does not "
                "know.",
                severity="caution",
                rows=counted(unknown, "row is", "rows are"),
                target=target,
            )
        )
    if unread:
        notes.append(
            problem(
                "evaluate.unread",
                "{rows} left out, because they could not be read.",
                severity="caution",
                rows=counted(unread, "picture is", "pictures are"),
            )
        )
    return notes


def _cases(dataset: Dataset, rows: Rows, truth: NDArray[Any], found: Answers) -> Cases:
    names = tuple(dataset.names[row] for row in rows) if isinstance(dataset, Pictures) else ()
    if found.probabilities is None:
        worst = np.argsort(-np.abs(found.values - truth), kind="stable")
        return Cases(rows, truth, found.values, None, None, worst, names)
    every = np.arange(len(rows))
    said = found.probabilities.argmax(axis=1)
    of_said, of_truth = found.probabilities[every, said], found.probabilities[every, truth]
    worst = np.lexsort((of_truth, said == truth))
    return Cases(rows, np.array(found.classes)[truth], found.values, of_said, of_truth, worst, names)
