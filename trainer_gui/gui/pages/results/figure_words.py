"""The numbers of a report as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trainer_gui.gui.figures import metric

if TYPE_CHECKING:
    from trainer_gui.engine.scores import Figure


def value_words(figure: Figure) -> str:
    """The number itself."""
    return "–" if figure.value is None else metric(figure.value, percent=figure.percent)


def interval_words(figure: Figure) -> str:
    """The 95 % interval: "between 89 % and 100 %"; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = (_short(each, figure.percent) for each in (figure.low, figure.high))
    tr = QCoreApplication.translate
    return tr("ResultsPage", "between {low} and {high}").format(low=low, high=high)


def range_words(figure: Figure) -> str:
    """The same for a narrow column: "89 to 100 %"."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = (_short(each, figure.percent) for each in (figure.low, figure.high))
    tr = QCoreApplication.translate
    return tr("ResultsPage", "{low} to {high}").format(low=low.removesuffix(" %"), high=high)


def baseline_words(figure: Figure) -> str:
    """The number of the simplest guess; empty where there is none."""
    return "" if figure.baseline is None else _short(figure.baseline, figure.percent)


def _short(value: float, percent: bool) -> str:
    return f"{100 * value:.0f} %" if percent else metric(value, percent=False)
