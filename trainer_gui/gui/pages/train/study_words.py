"""What the live picture of a study says in words."""

from __future__ import annotations

import math
from html import escape

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.study.outline import StudyOutline, TrialOutline
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.gui.figures import duration, loss, number
from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.axis_ticks import value_in_words


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


def note_html(each: TrialOutline, outline: StudyOutline, palette: Palette) -> str:
    """What stands beside a trial that is pointed at."""
    name = _tr("Seed {number}") if outline.together is not None else _tr("Trial {number}")
    lines = [f"<b>{escape(name.format(number=each.number + 1))}</b>"]
    for axis in outline.axes:
        value = each.trial.values.get(axis.name)
        if value is not None:
            lines.append(f"{escape(axis.label)} <b>{escape(value_in_words(value))}</b>")
    if math.isfinite(each.score):
        lines.append(f"{escape(_tr('Validation loss'))} <b>{escape(score_words(each))}</b>")
    epochs = len(each.curve.epochs)
    if epochs:
        lines.append(escape(_tr("{count} epochs").format(count=number(epochs))))
    outcome = outcome_words(each, outline)
    lines.append(f"<span style='color:{palette.muted}'>{escape(outcome[:90])}</span>")
    return f"<div style='color:{palette.text}'>{'<br>'.join(lines)}</div>"


def head_words(progress: StudyProgress, outline: StudyOutline) -> str:
    """Where the study stands, in a line."""
    if progress.started is None:
        return _tr("The study has not begun.")
    if outline.together is not None or not progress.started.vary:
        over = sum(each.kind not in ("running", "stopped") for each in outline.trials)
        parts = [_tr("{over} of {all} seeds are done").format(over=over, all=progress.started.repeats)]
    else:
        parts = [
            _tr("{over} of {all} trials are done").format(
                over=number(progress.ended), all=number(progress.planned)
            )
        ]
    if progress.under_way and progress.state is StudyState.SEARCHING and outline.axes:
        parts.append(_tr("{count} under way").format(count=len(progress.under_way)))
    if progress.failed:
        parts.append(_tr("{count} failed").format(count=len(progress.failed)))
    best = outline.trial(outline.best)
    if best is not None:
        parts.append(
            _tr("best loss {loss} (trial {number})").format(loss=score_words(best), number=best.number + 1)
        )
    if progress.seconds_left is not None:
        parts.append(_tr("about {time} left").format(time=duration(progress.seconds_left)))
    return " · ".join(parts)


def advice_words(progress: StudyProgress) -> str:
    """What can be done now that the study is over; empty while it goes on."""
    all_failed = bool(progress.trials) and len(progress.failed) == len(progress.trials)
    if progress.problem is not None:
        return str(progress.problem)
    if all_failed and progress.state.is_over:
        why = progress.failed[0].reason
        return _tr("Every trial failed. The first one: {why}").format(why=str(why) if why else "")
    return {
        StudyState.STOPPED: _tr("Nothing is lost: continue the study to go on where it was stopped."),
        StudyState.TIME: _tr("Continue the study with more minutes to go on."),
        StudyState.FAILED: _tr("Continue the study once the cause is put right; what was trained is kept."),
        StudyState.FINISHED: _tr(
            "Click a point or a line to open its run. The best was chosen for its validation loss, so expect "
            "a little worse on new data."
        ),
    }.get(progress.state, "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("StudyView", text)
