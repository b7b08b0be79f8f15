"""What a study would cost, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trainer_gui.gui.figures import duration, number

if TYPE_CHECKING:
    from trainer_gui.engine.study.plan import StudyPlan


def count_words(plan: StudyPlan) -> str:
    """How many runs: "12 runs", "1 run"."""
    tr = QCoreApplication.translate
    words = tr("Words", "1 run") if plan.runs == 1 else tr("Words", "{count} runs")
    return words.format(count=number(plan.runs))


def time_words(plan: StudyPlan) -> str:
    """How long: "about 3 min", or "at most 3 min" where runs may end early."""
    tr = QCoreApplication.translate
    words = tr("Words", "at most {time}") if plan.at_most else tr("Words", "about {time}")
    return words.format(time=duration(plan.seconds))


def cost_words(plan: StudyPlan) -> str:
    """All that is known beforehand: "24 runs of 12 settings, about 3 min, 2 at the same time"."""
    tr = QCoreApplication.translate
    study, runs = plan.recipe, count_words(plan)
    if study.repeats > 1 and study.vary:
        runs = tr("Words", "{runs}, {seeds} for each setting").format(runs=runs, seeds=number(study.repeats))
    words = [runs, time_words(plan)]
    if study.at_once > 1:
        words.append(tr("Words", "{count} at the same time").format(count=number(study.at_once)))
    return ", ".join(words)
