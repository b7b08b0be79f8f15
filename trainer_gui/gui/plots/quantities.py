"""What the live chart can show of a run: losses, metrics, the learning rate, the length of the gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.events import MetricInfo
from trainer_gui.engine.progress import Curve, Progress
from trainer_gui.gui.figures import number
from trainer_gui.gui.plots.curves import horizon, thinned
from trainer_gui.gui.plots.series import Line, Points, Scene

LOSS, RATE, GRADIENT = "loss", "learning_rate", "gradient_length"
_OVER_DECADES = 30.0  # between the smallest and the largest: more is seen better on powers of ten
_KEPT = 2000  # points of an earlier run; more than a wide screen has pixels


@dataclass(frozen=True, eq=False)
class EarlierRun:
    """A run to compare with: its name, and its points for each quantity that it has."""

    name: str
    points: Mapping[str, Points]


def earlier_run(name: str, curve: Curve) -> EarlierRun:
    """What is needed of a recorded run to draw it behind another; it keeps few points."""
    found = {LOSS: curve.validation_loss, RATE: curve.learning_rate, GRADIENT: curve.gradient_length}
    found |= {f"metric:{each}": curve.metric(each) for each in curve.metric_names}
    points = {}
    for quantity, values in found.items():
        x, y = thinned(curve.epochs, values, _KEPT)
        points[quantity] = (x.copy(), y.copy())
    return EarlierRun(name, points)


def quantities_of(progress: Progress) -> list[tuple[str, str]]:
    """Names and labels of what a run reports, the losses first."""
    found = [(LOSS, _tr("Loss"))]
    if progress.started is not None:
        metrics = progress.started.metrics or (progress.started.metric,)
        found += [(f"metric:{each.name}", each.label) for each in metrics]
    return [*found, (RATE, _tr("Learning rate")), (GRADIENT, _tr("Gradient length"))]


def log_pays(progress: Progress, quantity: str) -> bool:
    """Whether powers of ten show a quantity better, as far as the run has come."""
    values = {RATE: progress.curve.learning_rate, GRADIENT: progress.curve.gradient_length}.get(quantity)
    if values is None:
        return False
    known = values[np.isfinite(values) & (values > 0)]
    return len(known) > 1 and float(known.max()) > _OVER_DECADES * float(known.min())


def metric_of(progress: Progress, quantity: str) -> MetricInfo | None:
    """What is known of a metric; None for other quantities."""
    if progress.started is None or not quantity.startswith("metric:"):
        return None
    name = quantity.removeprefix("metric:")
    for each in (*progress.started.metrics, progress.started.metric):
        if each.name == name:
            return each
    return None


def scene_of(progress: Progress, quantity: str, earlier: tuple[Points, ...] = ()) -> Scene:
    """The curves of one quantity, ready to be drawn."""
    curve = progress.curve
    metric = metric_of(progress, quantity)
    if metric is not None:
        scene = _metric_scene(progress, metric)
    elif quantity == RATE:
        line = Line(RATE, curve.epochs, curve.learning_rate, "third")
        scene = Scene(lines=(line,), label=_tr("Learning rate"))
    elif quantity == GRADIENT:
        line = Line(GRADIENT, curve.epochs, curve.gradient_length, "fourth")
        scene = Scene(
            lines=(line,),
            label=_tr("Gradient length (mean of the batches)"),
            nothing=_tr("This run did not measure its gradients."),
        )
    else:
        scene = _loss_scene(progress)
    if progress.joined is not None:
        scene = replace(scene, lines=(*_of_members(progress, quantity, metric), *scene.lines))
    shown = horizon(progress.epoch, progress.epochs)
    if progress.state.is_over or not len(curve):  # until the first epoch is complete, it fills the chart
        shown = max(progress.epoch, 1)
    return replace(scene, horizon=shown, epochs=curve.epochs, earlier=earlier)


def _of_members(progress: Progress, quantity: str, metric: MetricInfo | None) -> list[Line]:
    """The curve of each of several models that answer together, faint behind their mean."""
    found = []
    for curve in progress.curves.values():
        name, unit, values, colour = "validation", 1.0, curve.validation_loss, "validation"
        if metric is not None:
            name, unit, values = "metric", 100.0 if metric.percent else 1.0, curve.metric(metric.name)
        elif quantity == RATE:
            name, values, colour = RATE, curve.learning_rate, "third"
        elif quantity == GRADIENT:
            name, values, colour = GRADIENT, curve.gradient_length, "fourth"
        found.append(Line(name, curve.epochs, unit * values, colour, "faint"))
    return found


def _loss_scene(progress: Progress) -> Scene:
    curve, started = progress.curve, progress.started
    return Scene(
        lines=(
            Line("training", curve.epochs, curve.train_loss, "training"),
            Line("validation", curve.epochs, curve.validation_loss, "validation", "dashed"),
        ),
        batches=progress.batch_losses.arrays() if len(progress.batch_losses) else None,
        level=started.baseline_loss if started is not None else None,
        best=(curve.best_epoch, curve.best_loss) if curve.best_epoch else None,
        best_words=_best_words(curve.best_epoch, f"{curve.best_loss:.3g}"),
        label=_tr("Loss"),
    )


def _metric_scene(progress: Progress, metric: MetricInfo) -> Scene:
    curve, started = progress.curve, progress.started
    unit = 100.0 if metric.percent else 1.0
    values = unit * curve.metric(metric.name)
    simple = started.baseline_metrics.get(metric.name) if started is not None else None
    place = curve.place_of(curve.best_epoch)
    best = float("nan") if place is None else float(values[place])
    return Scene(
        lines=(Line("metric", curve.epochs, values, "validation", "dashed"),),
        level=None if simple is None else unit * simple,
        best=(curve.best_epoch, best),
        best_words=_best_words(curve.best_epoch, value_in_words(metric, best / unit)),
        label=_tr("{metric} (%)").format(metric=metric.label) if metric.percent else metric.label,
    )


def scaled(runs: Sequence[EarlierRun], quantity: str, metric: MetricInfo | None) -> tuple[Points, ...]:
    """The points of earlier runs in the unit in which the quantity is shown."""
    unit = 100.0 if metric is not None and metric.percent else 1.0
    return tuple(
        (x, unit * y) for x, y in (each.points[quantity] for each in runs if quantity in each.points)
    )


def value_in_words(metric: MetricInfo, value: float) -> str:
    """A metric as people read it."""
    return f"{100 * value:.1f} %" if metric.percent else f"{value:.4g}"


def _best_words(epoch: int, value: str) -> str:
    return _tr("best: epoch {epoch}, {loss}").format(epoch=number(epoch), loss=value)


def _tr(text: str) -> str:
    return QCoreApplication.translate("LossChart", text)
