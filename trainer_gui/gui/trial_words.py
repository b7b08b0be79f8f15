"""What the window says of a trial: its score, how it went, and what stands beside it in a picture."""

from __future__ import annotations

import math
from html import escape

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.study.outline import StudyOutline, TrialOutline
from trainer_gui.gui.figures import loss, number
from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.study_words import value_words


def score_words(each: TrialOutline) -> str:
    """A score with the standard deviation of its repeats: "0.093 ± 0.006"."""
    if not math.isfinite(each.score):
        return "–"
    spread = f" ± {loss(each.deviation)}" if math.isfinite(each.deviation) else ""
    return loss(each.score) + spread


def outcome_words(each: TrialOutline, outline: StudyOutline) -> str:
    """How a trial went, in a few words."""
    if each.kind == "failed":
        return _tr("Failed: {why}").format(
            why=each.trial.reason.message if each.trial.reason else _tr("unknown")
        )
    if each.number == outline.best:
        return _tr("The best so far") if not outline.is_over else _tr("The best")
    return {
        "finished": _tr("Finished"),
        "cut": _tr("Stopped early: it was behind the others"),
        "stopped": _tr("Stopped; goes on when the study is continued"),
        "running": _tr("Under way"),
    }[each.kind]


def name_words(each: TrialOutline, outline: StudyOutline) -> str:
    """What a trial is called; where nothing varies, its seed or its fold."""
    if outline.together is None:
        return _tr("Trial {number}").format(number=each.number + 1)
    fold, seed = each.number % outline.folds + 1, each.number // outline.folds + 1
    if outline.folds == 1:
        return _tr("Seed {number}").format(number=seed)
    if outline.repeats == outline.folds:
        return _tr("Fold {number}").format(number=fold)
    return _tr("Fold {fold}, seed {seed}").format(fold=fold, seed=seed)


def runs_words(outline: StudyOutline, count: int) -> str:
    """Over what a mean is: "5 seeds", "10 folds", "20 runs"."""
    if outline.folds == 1:
        return _tr("{count} seeds").format(count=count)
    word = _tr("{count} folds") if outline.repeats == outline.folds else _tr("{count} runs")
    return word.format(count=count)


def note_html(each: TrialOutline, outline: StudyOutline, palette: Palette) -> str:
    """What stands beside a trial that is pointed at."""
    name = name_words(each, outline)
    lines = [f"<b>{escape(name)}</b>"]
    for axis in outline.axes:
        value = each.trial.values.get(axis.name)
        if value is not None:
            lines.append(f"{escape(axis.label)} <b>{escape(value_words(value))}</b>")
    if math.isfinite(each.score):
        lines.append(f"{escape(_tr('Validation loss'))} <b>{escape(score_words(each))}</b>")
    epochs = len(each.curve.epochs)
    if epochs:
        lines.append(escape(_tr("{count} epochs").format(count=number(epochs))))
    outcome = outcome_words(each, outline)
    lines.append(f"<span style='color:{palette.muted}'>{escape(outcome[:90])}</span>")
    return f"<div style='color:{palette.text}'>{'<br>'.join(lines)}</div>"


def _tr(text: str) -> str:
    return QCoreApplication.translate("StudyView", text)
