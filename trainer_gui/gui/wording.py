"""What pages say alike: numbers of a metric, states of a run, times."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.progress import State
from trainer_gui.gui.figures import metric


def metric_words(info: MetricInfo, value: float) -> str:
    """The value of a metric as people read it: "94.2 %", "0.318"."""
    return metric(value, percent=info.percent)


def state_words(state: State) -> str:
    """What a run is doing, in a word."""
    return {
        State.WAITING: QCoreApplication.translate("Words", "Waiting"),
        State.PREPARING: QCoreApplication.translate("Words", "Preparing"),
        State.TRAINING: QCoreApplication.translate("Words", "Training"),
        State.PAUSED: QCoreApplication.translate("Words", "Paused"),
        State.FINISHED: QCoreApplication.translate("Words", "Finished"),
        State.STOPPED: QCoreApplication.translate("Words", "Stopped"),
        State.FAILED: QCoreApplication.translate("Words", "Failed"),
    }[state]


def when_words(when: datetime) -> str:
    """A time near enough to be spoken of: "today 14:05", "yesterday 9:30", else the date."""
    now = datetime.now(when.tzinfo)
    clock = QLocale().toString(QTime(when.hour, when.minute), QLocale.FormatType.ShortFormat)
    days = (now.date() - when.date()).days
    if days == 0:
        return QCoreApplication.translate("Words", "today {time}").format(time=clock)
    if days == 1:
        return QCoreApplication.translate("Words", "yesterday {time}").format(time=clock)
    return QLocale().toString(QDate(when.year, when.month, when.day), QLocale.FormatType.ShortFormat)
