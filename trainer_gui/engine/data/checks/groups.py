"""Several rows of the same subject, shared out as if they were strangers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from trainer_gui.engine.data.check import Check, Example, Sight
from trainer_gui.engine.data.dataset import Column
from trainer_gui.engine.data.prepare import class_names
from trainer_gui.engine.fix import Change, fix
from trainer_gui.engine.problems import Problem, problem

_WHO = (
    "patient|subject|participant|proband|person|user|customer|client|kunde|animal|mouse|rat|donor|family|"
    "household|student|pupil|teacher|school|class_?room|employee|driver|player|speaker|author|writer|"
    "company|firm|shop|store|farm|plot|plant|tree|site|station|sensor|device|machine|batch|slide|scan|"
    "session|experiment|case|episode|visit|account|vehicle|well"
)
_NAME = re.compile(rf"(?:.*[\s_.\-])?(?:{_WHO})s?(?:[\s_.\-]?(?:id|nr|no|num|number|name|code|key))?")
_ID = re.compile(r".+[\s_.\-](?:id|uuid|nr)|.+[a-z]I[dD]")
_FEWEST_GROUPS = 6
_FEWEST_ROWS_EACH = 1.5  # on average; fewer are hardly repeated
_MOST_ROWS_EACH = 0.2  # of all rows, on average


class Groups(Check):
    """Looks for a column with the name of a subject, whose values come up again and again."""

    name = "groups"
    label = "Several rows of the same subject"
    position = 14
    slow = True

    def findings(self, sight: Sight) -> Iterator[Problem]:
        if sight.split.keep_together or sight.split.by_time or sight.dataset.own_test is not None:
            return
        candidates = [each for each in sight.dataset.columns if _may_be_subject(sight, each)]
        if not candidates:
            return
        # Of several, the one with the most values is the subject itself, rather than what it belongs to.
        column = max(candidates, key=lambda each: each.distinct)
        crossing = _crossing(sight, column.name)
        if not crossing:
            return
        known = sight.dataset.rows - column.missing
        used = any(each.name == column.name for each in sight.inputs)
        leave_out = (column.name,) if used and len(sight.inputs) > 1 else ()
        yield problem(
            "examine.groups",
            "Each “{column}” has {each} rows on average, and {crossing} of {distinct} stand both in training "
            "and in what the model is judged on.",
            "A model that will meet new ones looks better than it is while it is judged on ones it knows.",
            field=column.name,
            severity="caution",
            fixes=[
                fix(
                    "groups.keep_together",
                    "Keep rows of a {column} together",
                    "Puts all rows of a “{column}” into the same part"
                    + (", and does not learn from its name." if leave_out else "."),
                    Change(
                        split={"keep_together": column.name, "by_time": ""},
                        leave_out=leave_out,
                    ),
                    column=column.name,
                )
            ],
            column=column.name,
            each=f"{known / column.distinct:.1f}",
            crossing=f"{crossing:,}",
            distinct=f"{column.distinct:,}",
        )

    def example(self) -> Example:
        draw = np.random.default_rng(0)
        patient = [f"P{row // 6:03}" for row in range(240)]
        columns = {"patient_id": patient, "x": draw.normal(size=240), "z": draw.normal(size=240)}
        return Example({**columns, "y": ["a", "b", "b"] * 80}, "y")


def _may_be_subject(sight: Sight, column: Column) -> bool:
    if column.name == sight.target.name:
        return False
    if not _NAME.fullmatch(column.name.lower()) and not _ID.fullmatch(column.name):
        return False
    known = sight.dataset.rows - column.missing
    if column.distinct < _FEWEST_GROUPS or not known:
        return False
    each = known / column.distinct
    if each < _FEWEST_ROWS_EACH or each > max(2.0, _MOST_ROWS_EACH * known):
        return False
    values = sight.table.frame[column.name]
    if values.dtype.kind != "f":
        return True
    some = values.dropna().iloc[:1000].to_numpy(dtype=np.float64)
    return bool((some == np.floor(some)).all())  # a measure is nobody's name


def _crossing(sight: Sight, name: str) -> int:
    """How many of its values stand in training and in another part too."""
    if sight.parts is None:
        return 0
    values = sight.table.frame[name]
    judged = np.concatenate([sight.parts.validation, sight.parts.test])
    trained = {*class_names(values.iloc[sight.parts.train].drop_duplicates()).tolist()} - {""}
    return len(trained & {*class_names(values.iloc[judged].drop_duplicates()).tolist()})


GROUPS = Groups()
