"""The pictures of a study, with their words. It is imported late, since it needs pyqtgraph."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from trainer_gui.gui.plots.parallel import ParallelSheet
from trainer_gui.gui.plots.parallel_plot import ParallelPlot
from trainer_gui.gui.plots.scatter import ScatterSheet
from trainer_gui.gui.plots.scatters import best_so_far, one_setting, two_settings
from trainer_gui.gui.plots.trial_curves import CurvesSheet
from trainer_gui.gui.plots.trial_plot import TrialPlot


@dataclass(frozen=True)
class StudyPlots:
    """All of them; which are shown depends on how many settings vary."""

    curves: TrialPlot
    best: TrialPlot
    one: TrialPlot
    two: TrialPlot
    lines: ParallelPlot


def make_plots() -> StudyPlots:
    """Makes them, empty."""
    curves = CurvesSheet()
    curves.names = (_tr("Epoch"), _tr("Validation loss"))
    curves.best_text = _tr("best: epoch {epoch}, {loss}")
    curves.nothing = _tr("The first curve appears after the first epoch.")
    lines = ParallelSheet()
    lines.score_name = _tr("Validation loss")
    return StudyPlots(
        TrialPlot(curves, "trialCurves", _tr("Validation curves of all trials")),
        TrialPlot(ScatterSheet(best_so_far), "bestSoFar", _tr("The best loss so far")),
        TrialPlot(ScatterSheet(one_setting), "oneSetting", _tr("The loss over the setting that varies")),
        TrialPlot(ScatterSheet(two_settings), "twoSettings", _tr("The loss over the two settings that vary")),
        ParallelPlot(lines, "parallelSettings", _tr("All settings side by side, a line for each trial")),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("StudyPlots", text)
