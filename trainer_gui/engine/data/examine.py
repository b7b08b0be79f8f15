"""What is right and wrong with data before a model learns from it, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.dataset import Column, ColumnKind, DataKind, Dataset, Pictures, Table, Task
from trainer_gui.engine.data.mending import counted, listed
from trainer_gui.engine.data.target import guess_task
from trainer_gui.engine.problems import Problem, problem

__all__ = ["examine", "guess_task"]

FEWEST_ROWS = 10  # fewer cannot be shared out between training and validation
_FEW_ROWS = 100
_FEW_IN_CLASS = 5
_MANY_CLASSES = 200
_MANY_VALUES = 2000  # of one category; the preparation gives no more a place of their own
_UNEVEN = 10  # times as many rows in the most frequent class as in the rarest
_MANY_GAPS = 0.5  # of a column

_ORDER = {"error": 0, "caution": 1, "note": 2}


def examine(dataset: Dataset, target: str, task: Task, leave_out: tuple[str, ...] = ()) -> list[Problem]:
    """What deserves a look before training, errors first, then cautions, then notes.

    With an error no model can be trained. What was mended while reading is in the dataset's own notes and
    is not said again. `leave_out` names columns that are not used. Raises UserError where there is no such
    target.
    """
    column = dataset.column(target)
    inputs = [each for each in dataset.columns if each.is_input and each.name not in (target, *leave_out)]
    found = [
        *_about_target(dataset, column, task),
        *_about_rows(dataset, column, inputs),
    ]
    if isinstance(dataset, Table):
        found += _about_inputs(dataset, column, inputs)
    return sorted(found, key=lambda each: _ORDER[each.severity])


def _about_rows(dataset: Dataset, target: Column, inputs: list[Column]) -> Iterator[Problem]:
    pictures = dataset.kind is DataKind.PICTURES
    what = "picture" if pictures else "row"
    usable = dataset.rows - target.missing
    if 0 < usable < FEWEST_ROWS:
        yield problem(
            "examine.too_few_rows",
            "There {are} only {rows} to learn from; at least {least} are needed.",
            "Add more.",
            field="data",
            are="is" if usable == 1 else "are",
            rows=counted(usable, what),
            least=FEWEST_ROWS,
        )
    elif FEWEST_ROWS <= usable < _FEW_ROWS:
        yield problem(
            "examine.few_rows",
            "There are only {rows}, so every number about the result is unsure.",
            "Choose a small model, and add more if you can.",
            field="data",
            severity="caution",
            rows=counted(usable, what),
        )
    if not inputs:
        yield problem(
            "examine.no_inputs",
            "No column is left from which “{target}” could be predicted.",
            "Bring back a column on the Data page, or choose another target.",
            field="target",
            target=target.name,
        )
    elif not pictures and len(inputs) > max(usable, _FEW_ROWS):
        yield problem(
            "examine.wide",
            "There are more columns ({columns}) than rows ({rows}), so a model can learn the rows by heart.",
            "Choose a small model, raise the weight decay, or leave columns out.",
            severity="caution",
            columns=f"{len(inputs):,}",
            rows=f"{usable:,}",
        )


def _about_target(dataset: Dataset, target: Column, task: Task) -> Iterator[Problem]:
    name = target.name
    if target.missing >= dataset.rows or target.distinct == 0:
        yield problem(
            "target.all_missing",
            "“{target}” has no value in any row, so there is nothing to learn.",
            "Choose another target, or fill the column in.",
            field="target",
            target=name,
        )
        return
    if target.missing:
        yield problem(
            "target.missing",
            "“{target}” has no value in {rows}, {share} of all; these are left out.",
            "Fill them in if you can.",
            field="target",
            severity="caution" if target.missing > 0.1 * dataset.rows else "note",
            target=name,
            rows=counted(target.missing, "row"),
            share=_per_cent(target.missing / dataset.rows),
        )
    if target.distinct == 1:
        pictures = isinstance(dataset, Pictures)
        yield problem(
            "target.one_class",
            "All pictures are of the same class, “{value}”, so there is nothing to tell apart."
            if pictures
            else "“{target}” is “{value}” in every row that has a value, so there is nothing to tell apart.",
            "Add a second folder with pictures of another class."
            if pictures
            else "Choose another target, or add rows with other values.",
            field="target",
            target=name,
            value=target.examples[0] if target.examples else "",
        )
    elif task is Task.CLASSIFICATION:
        yield from _about_classes(dataset, target)
    elif isinstance(dataset, Table) and dataset.frame[name].dtype.kind not in "iuf":
        yield from _about_words_as_numbers(dataset, target)


def _about_words_as_numbers(dataset: Table, target: Column) -> Iterator[Problem]:
    import pandas as pd

    numbers = pd.to_numeric(dataset.frame[target.name].astype(object), errors="coerce")
    words = dataset.rows - target.missing - int(numbers.notna().sum())
    if words:
        known = dataset.rows - target.missing
        yield problem(
            "target.words",
            "“{target}” holds words, such as “{value}”, in {rows}; regression predicts numbers.",
            "Predict it as classes instead, or choose another target.",
            field="target",
            severity="error" if words > 0.5 * known else "caution",
            target=target.name,
            value=target.examples[0],
            rows=counted(words, "row"),
        )


def _about_classes(dataset: Dataset, target: Column) -> Iterator[Problem]:
    name, distinct = target.name, target.distinct
    usable = dataset.rows - target.missing
    if distinct > 0.5 * usable and usable >= FEWEST_ROWS:
        yield problem(
            "target.too_many_classes",
            "“{target}” has {classes} different values in {rows}, so hardly any class comes up twice.",
            "Choose another target, or predict it as a number.",
            field="target",
            target=name,
            classes=f"{distinct:,}",
            rows=counted(usable, "row"),
        )
        return
    if distinct > _MANY_CLASSES:
        yield problem(
            "target.many_classes",
            "“{target}” has {classes} classes, with {rows} each on average.",
            "If it is an amount, predict it as a number; else put rare classes together.",
            field="target",
            severity="caution",
            target=name,
            classes=f"{distinct:,}",
            rows=counted(round(usable / distinct), "row"),
        )
    counts = _class_counts(dataset, name)
    rare = [label for label, times in counts if times < _FEW_IN_CLASS]
    if rare:
        yield problem(
            "target.rare_classes",
            "{classes} {have} fewer than {least} {what}s, too few to learn and to check: {names}.",
            "Add more of them, or put rare classes together.",
            field="target",
            severity="caution",
            classes=counted(len(rare), "class", "classes"),
            have="has" if len(rare) == 1 else "have",
            least=_FEW_IN_CLASS,
            what="picture" if isinstance(dataset, Pictures) else "row",
            names=listed(rare),
        )
    (most, many), (least, few) = counts[0], counts[-1]
    if few and many > _UNEVEN * few:
        yield problem(
            "target.uneven",
            "The classes are uneven: “{most}” comes up {many} times, “{least}” {few}.",
            "Look at the balanced accuracy, and set class weights to balanced if “{least}” matters.",
            field="class_weights",
            severity="caution",
            most=most,
            many=f"{many:,}",
            least=least,
            few=f"{few:,} times" if few != 1 else "once",
        )


def _class_counts(dataset: Dataset, target: str) -> list[tuple[str, int]]:
    """The classes with their number of rows, most frequent first."""
    import pandas as pd

    values = dataset.target_values(target)
    counts = (values if isinstance(values, pd.Series) else pd.Series(list(values))).value_counts()
    counts = counts[counts > 0]
    names = [str(int(k)) if isinstance(k, float) and k.is_integer() else str(k) for k in counts.index]
    return list(zip(names, (int(each) for each in counts), strict=True))


def _about_inputs(dataset: Table, target: Column, inputs: list[Column]) -> Iterator[Problem]:
    with_gaps = [each for each in inputs if each.missing]
    if with_gaps:
        rows = int(np.any([dataset.frame[each.name].isna().to_numpy() for each in with_gaps], axis=0).sum())
        cells = sum(each.missing for each in with_gaps)
        yield problem(
            "examine.missing_values",
            "{cells} in {columns} {have} no value, in {rows}. They are filled in: numbers with the median, "
            "categories as a value of their own.",
            field=with_gaps[0].name,
            severity="note",
            cells=counted(cells, "cell"),
            columns=listed([each.name for each in with_gaps]),
            have="has" if cells == 1 else "have",
            rows=counted(rows, "row"),
        )
    hollow = [each.name for each in with_gaps if each.missing > _MANY_GAPS * dataset.rows]
    if hollow:
        yield problem(
            "examine.mostly_missing",
            "{columns} {have} no value in more than half of the rows.",
            "Leave {them} out if the gaps say nothing.",
            field=hollow[0],
            severity="caution",
            columns=listed(hollow),
            have="has" if len(hollow) == 1 else "have",
            them="it" if len(hollow) == 1 else "them",
        )
    many = [e for e in inputs if e.kind is ColumnKind.CATEGORY and e.distinct > _MANY_VALUES]
    if many:
        yield problem(
            "examine.many_values",
            "{columns} {have} up to {values} different values. The {kept} most frequent are learned, the "
            "others are taken together.",
            "Leave out what names single rows, or put similar values together.",
            field=many[0].name,
            severity="caution",
            columns=listed([each.name for each in many]),
            have="has" if len(many) == 1 else "have",
            values=f"{max(each.distinct for each in many):,}",
            kept=f"{_MANY_VALUES:,}",
        )
    yield from _about_unused(dataset, target)


def _about_unused(dataset: Table, target: Column) -> Iterator[Problem]:
    others = [each for each in dataset.columns if each.name != target.name]
    constants = [each for each in others if each.kind is ColumnKind.CONSTANT]
    for columns, key, message in (
        (
            [each for each in others if each.kind is ColumnKind.IDENTIFIER],
            "examine.identifiers",
            "{columns} only {name} the rows and {are} left out.",
        ),
        (
            [each for each in constants if each.distinct],
            "examine.constants",
            "{columns} {have} the same value everywhere and {are} left out.",
        ),
        (
            [each for each in constants if not each.distinct],
            "examine.empty_columns",
            "{columns} {have} no value at all and {are} left out.",
        ),
    ):
        names = [each.name for each in columns]
        if names:
            one = len(names) == 1
            yield problem(
                key,
                message,
                field=names[0],
                severity="note",
                columns=listed(names),
                name="names" if one else "name",
                are="is" if one else "are",
                have="has" if one else "have",
            )


def _per_cent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"
