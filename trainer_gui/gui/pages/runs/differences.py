"""What a run was made of, and in what several runs differ, as pairs of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication

from trainer_gui.gui.figures import duration, loss, number
from trainer_gui.gui.pages.runs.summary import RunSummary
from trainer_gui.gui.wording import metric_words

Pairs = list[tuple[str, str]]  # a name and its value


def facts_of(run: RunSummary) -> Pairs:
    """What is worth knowing of one run."""
    tr = QCoreApplication.translate
    recipe, progress = run.recipe, run.progress
    if recipe is None:
        return []
    found: Pairs = [
        (tr("RunsPage", "Data"), run.data),
        (tr("RunsPage", "Predicts"), recipe.target),
        (tr("RunsPage", "Model"), run.model),
    ]
    started = progress.started
    if started is not None:
        best = progress.curve.best_epoch
        if best:
            words = tr("RunsPage", "{epoch} of {epochs}, loss {loss}")
            shown = loss(progress.curve.best_loss)
            epochs = number(started.epochs)
            found.append(
                (tr("RunsPage", "Best epoch"), words.format(epoch=number(best), epochs=epochs, loss=shown))
            )
            value = progress.metric_at_best
            if value is not None:
                found.append((started.metric.label, metric_words(started.metric, value)))
        if progress.joined is not None:
            found += _of_members(run)
        rows = started.rows.get("training", 0)
        found.append((tr("RunsPage", "Training rows"), number(rows)))
        found.append((tr("RunsPage", "Parameters"), number(started.parameters)))
        found.append((tr("RunsPage", "Took"), duration(progress.seconds)))
        found.append((tr("RunsPage", "Trained on"), started.device))
    if progress.execution is not None:
        found.append((tr("RunsPage", "Computed with"), progress.execution.in_words))
    return found


def _of_members(run: RunSummary) -> Pairs:
    """What there is to say of models that were put together."""
    tr = QCoreApplication.translate
    progress = run.progress
    assert progress.started is not None
    found: Pairs = [
        (tr("RunsPage", "Made of"), f"{progress.started.family} · {progress.started.size}"),
    ]
    if progress.best_loss is not None:
        found.append((tr("RunsPage", "Loss"), loss(progress.best_loss)))
    value = progress.metric_at_best
    if value is not None:
        found.append((progress.started.metric.label, metric_words(progress.started.metric, value)))
    return found


def differences_of(runs: Sequence[RunSummary]) -> list[Pairs]:
    """For each run the choices in which not all of them agree; an empty list each where they all agree."""
    choices = [_choices_of(each) for each in runs]
    names = list(dict.fromkeys(name for each in choices for name in each))
    differing = [name for name in names if len({_text(each.get(name)) for each in choices}) > 1]
    return [[(name, _text(each[name])) for name in differing if name in each] for each in choices]


def _choices_of(run: RunSummary) -> dict[str, Any]:
    from trainer_gui.engine.families import FAMILIES
    from trainer_gui.engine.row_settings import SplitSettings
    from trainer_gui.engine.settings import declared_in

    tr = QCoreApplication.translate
    recipe = run.recipe
    if recipe is None:
        return {}
    found: dict[str, Any] = {
        tr("RunsPage", "Data"): run.data,
        tr("RunsPage", "Predicts"): recipe.target,
        tr("RunsPage", "Model"): run.model,
    }
    groups = (
        (FAMILIES[recipe.family].settings, recipe.settings),
        (SplitSettings, recipe.split.model_dump(mode="json")),
    )
    for group, values in groups:
        for setting in declared_in(group):
            value = values.get(setting.name)
            found[setting.label] = dict(setting.choices).get(str(value), value)
    found[tr("RunsPage", "Left out")] = ", ".join(recipe.leave_out) or tr("RunsPage", "nothing")
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        tr = QCoreApplication.translate
        return tr("RunsPage", "yes") if value else tr("RunsPage", "no")
    return f"{value:g}" if isinstance(value, float) else str(value)
