"""What stands in the cells of a study's row."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.study.progress import StudyState
from trainer_gui.gui.figures import loss, number
from trainer_gui.gui.pages.runs.columns import Column
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.study_words import share_of, study_state_words
from trainer_gui.gui.wording import when_words


def study_cell(study: StudySummary, column: Column, here: str) -> str:
    """The words of a cell; `here` is the path of what this window carries out."""
    if column is Column.NAME:
        return study.name
    if column is Column.DATA:
        return study.data
    if column is Column.MODEL:
        if study.recipe is not None and not study.recipe.vary:
            return study.how  # which says how many runs there are
        return _tr("{how} · {count} trials").format(how=study.how, count=number(study.progress.ended))
    if column is Column.BEST:
        best = study.progress.best
        return "–" if best is None or best.score is None else _tr("Loss {loss}").format(loss=loss(best.score))
    if column is Column.STATE:
        return _state(study, here)
    return when_words(study.created) if column is Column.WHEN else ""


def study_tone(study: StudySummary, column: Column) -> str:
    """The colour of a cell, as the palette names it."""
    if column is Column.NAME or (column is Column.BEST and study.problem is None):
        return "text"
    if column is Column.STATE:
        if study.problem is not None or study.progress.state is StudyState.FAILED:
            return "error"
        if study.is_live:
            return "accent"
        if study.progress.interruption:
            return "caution"
    return "muted"


def study_order(study: StudySummary, column: Column) -> Any:
    """By what a column is sorted."""
    if column is Column.WHEN:
        return study.created.timestamp()
    best = study.progress.best
    score = best.score if best is not None and best.score is not None else float("inf")
    if column is Column.CURVE:
        return score
    if column is Column.BEST:  # below the runs, whose metrics are better the higher they are
        return -1e9 - score
    return study_cell(study, column, "").casefold()


def study_in_words(study: StudySummary) -> str:
    """The picture in the row, for who cannot see it."""
    best = study.progress.best
    if best is None or best.score is None:
        return ""
    words = _tr("best trial {number}, validation loss {loss:.3g}")
    return words.format(number=best.number + 1, loss=best.score)


def _state(study: StudySummary, here: str) -> str:
    if study.problem is not None:
        return _tr("Damaged")
    if study.is_live:
        word = _tr("Under way") if str(study.path) == here else _tr("Elsewhere")
        return f"{word}, {100 * share_of(study.progress, study.recipe):.0f} %"
    if study.progress.interruption:
        return _tr("Interrupted")
    return study_state_words(study.progress.state)


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunsPage", text)
