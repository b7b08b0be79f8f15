"""The numbers of a report as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trainer_gui.gui.figures import metric

if TYPE_CHECKING:
    from trainer_gui.engine.report import Report
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


def spread_words(figure: Figure) -> str:
    """What its members are worth one by one: "94.2 % ± 2.5 %"; empty where it has none."""
    members = figure.members
    if members is None:
        return ""
    mean = metric(members.mean, percent=figure.percent)
    if members.deviation is None:
        return mean
    if figure.percent or "e" in mean:
        return f"{mean.removesuffix(' %')} ± {metric(members.deviation, percent=figure.percent)}"
    digits = len(mean.partition(".")[2])  # no more of the spread than of the mean
    return f"{mean} ± {members.deviation:.{digits}f}"


def spread_as_figure(figure: Figure) -> Figure:
    """The mean of its members as a number with its interval."""
    members = figure.members
    assert members is not None
    return figure.model_copy(update={"value": members.mean, "low": members.low, "high": members.high})


def apart_words(report: Report, count: int) -> str:
    """What the members are: "each of 3 seeds"."""
    tr = QCoreApplication.translate
    words = {
        "seeds": tr("ResultsPage", "each of {count} seeds"),
        "folds": tr("ResultsPage", "each of {count} folds"),
        "models": tr("ResultsPage", "each of {count} models"),
    }[report.apart]
    return words.format(count=count)


def ensemble_words(report: Report) -> str:
    """What a model of several members is, in plain words; empty for one alone."""
    if report.members < 2:
        return ""
    tr = QCoreApplication.translate
    words = {
        "seeds": tr(
            "ResultsPage",
            "An ensemble: {count} models that chance alone sets apart answer together, with the mean of what "
            "each says. The value is theirs together; below it stands what one of them is worth, ± how much "
            "they differ.",
        ),
        "folds": tr(
            "ResultsPage",
            "An ensemble: {count} models answer together, with the mean of what each says. Each row here is "
            "answered by those that have not learned it; below the value stands what one fold is worth, ± "
            "how much they differ.",
        ),
        "models": tr(
            "ResultsPage",
            "An ensemble: {count} different models answer together, with the mean of what each says. The "
            "value is theirs together; below it stands what one of them is worth, ± how much they differ.",
        ),
    }[report.apart]
    return words.format(count=report.members)


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
