"""The preparation of new data for a model that knows other data: so that all of it means the same."""

from __future__ import annotations

from dataclasses import dataclass

from trainer_gui.engine.data.column_step import ColumnStep, TableStep
from trainer_gui.engine.data.column_steps.text import TextColumn
from trainer_gui.engine.data.prepare import Preparation, TargetColumn


@dataclass(frozen=True)
class Continued:
    """A preparation that goes on from an earlier one, and how the columns of the two go together."""

    preparation: Preparation
    matched: tuple[str, ...] = ()  # columns that both have, of the same kind
    new: tuple[str, ...] = ()  # that the model does not know
    missing: tuple[str, ...] = ()  # that the new data lacks
    changed: tuple[str, ...] = ()  # of another kind than before; they count as new and missing at once
    new_values: dict[str, tuple[str, ...]] | None = None  # of categories


def continued(before: Preparation, fresh: Preparation, *, keep_target: bool) -> Continued:
    """What `fresh`, fitted on the new rows, becomes where the model was trained with `before`.

    Matched columns keep the old scaling, values and words; the target is the old one where the last layer is
    kept. Columns are matched by name; where both have a single text, those are matched whatever their names.
    """
    target = before.target if keep_target else fresh.target
    if target.name != fresh.target.name:
        target = target.model_copy(update={"name": fresh.target.name})
    if before.picture is not None or fresh.picture is not None:
        return _picture_continued(before, fresh, target)
    names = _partners(before, fresh)
    old = {each.name: each for each in before.table_steps}
    steps: list[ColumnStep] = []
    matched: list[str] = []
    new: list[str] = []
    changed: list[str] = []
    values: dict[str, tuple[str, ...]] = {}
    for step in fresh.table_steps:
        known = old.get(names.get(step.name, ""))
        if known is not None and type(known) is type(step):
            going_on = step.continued(known)
            steps.append(going_on)
            matched.append(step.name)
            values |= _new_values(known, going_on)
            continue
        steps.append(step)
        (changed if known is not None else new).append(step.name)
    gone = tuple(each for each in old if each not in names.values())
    return Continued(
        Preparation(steps=tuple(steps), target=target),
        matched=tuple(matched),
        new=tuple(new),
        missing=gone,
        changed=tuple(changed),
        new_values=values,
    )


def partners(before: Preparation, after: Preparation) -> dict[str, str]:
    """The column of the earlier preparation for each column of the later one that means the same."""
    old = {each.name: each for each in before.steps}
    names = _partners(before, after)
    return {ours: theirs for ours, theirs in names.items() if type(old[theirs]) is type(after.step(ours))}


def _partners(before: Preparation, fresh: Preparation) -> dict[str, str]:
    old = {each.name for each in before.steps}
    names = {each.name: each.name for each in fresh.steps if each.name in old}
    single = [[each for each in one.steps if isinstance(each, TextColumn)] for one in (fresh, before)]
    if not names and all(len(texts) == 1 for texts in single):
        names[single[0][0].name] = single[1][0].name
    return names


def _picture_continued(before: Preparation, fresh: Preparation, target: TargetColumn) -> Continued:
    """Pictures are brought to the size, the channels and the scale that the model knows."""
    assert before.picture is not None
    assert fresh.picture is not None
    picture = before.picture.model_copy(update={"name": fresh.picture.name})
    return Continued(Preparation(steps=(picture,), target=target), matched=(picture.name,))


def _new_values(before: TableStep, after: TableStep) -> dict[str, tuple[str, ...]]:
    known, now = getattr(before, "values", ()), getattr(after, "values", ())
    added = tuple(now[len(known) :])
    return {after.name: added} if added else {}
