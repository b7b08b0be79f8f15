"""Events of runs that never took place, to feed to real widgets."""

import math

from trainer_gui.engine.events import EpochEnded, Event, MetricInfo, RunFinished, RunStarted
from trainer_gui.engine.progress import Progress
from trainer_gui.gui.plots.loss_chart import LossChart
from trainer_gui.gui.plots.loss_plot import LossPlot


def progress_of(*events: Event) -> Progress:
    """A progress that has taken in these events."""
    made = Progress()
    for each in events:
        made.add(each)
    return made


def plot_of(chart: LossChart) -> LossPlot:
    """The drawing inside a chart."""
    (plot,) = chart.findChildren(LossPlot)
    assert plot is chart.plot()
    return plot


def started(epochs: int = 60) -> RunStarted:
    """The first word of a run on three classes."""
    return RunStarted(
        run="20260101-000000-iris",
        family="neural_network",
        size="small",
        task="classification",
        epochs=epochs,
        parameters=5123,
        device="CPU, 1 thread",
        threads=1,
        rows={"training": 104, "validation": 52, "test": 22},
        loss=MetricInfo(name="loss", label="Loss", better="lower"),
        metric=MetricInfo(name="accuracy", label="Accuracy", better="higher", percent=True),
        baseline_loss=1.1,
        baseline_metrics={"accuracy": 0.44},
        baseline="Baseline: always the most frequent class",
    )


def epoch(number: int, *, validation: float | None = None, accuracy: float = 0.942) -> EpochEnded:
    """One epoch of a run that learns."""
    falls = 1.2 * math.exp(-number / 10)
    return EpochEnded(
        epoch=number,
        train_loss=falls,
        validation_loss=falls + 0.25 if validation is None else validation,
        metrics={"accuracy": accuracy},
        rows_per_second=31_400,
        seconds=0.05 * number,
    )


def script(epochs: int = 60, of: int | None = None) -> list[Event]:
    """A whole run: its first word, its epochs, its last word."""
    last = RunFinished(best_epoch=epochs, seconds=0.05 * epochs)
    return [started(of or epochs), *(epoch(number) for number in range(1, epochs + 1)), last]
