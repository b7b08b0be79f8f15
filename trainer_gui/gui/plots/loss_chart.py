"""The live chart: how the loss falls on what it learns from and on what it has not seen; and more."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from trainer_gui.engine.progress import Progress
from trainer_gui.gui.plots.chart_bar import ChartBar
from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.plots.quantities import (
    GRADIENT,
    LOSS,
    RATE,
    EarlierRun,
    log_pays,
    metric_of,
    quantities_of,
    scaled,
    scene_of,
    value_in_words,
)
from trainer_gui.gui.plots.series import Points
from trainer_gui.gui.plots.viewport import Viewport
from trainer_gui.gui.theme import UNIT, colours, current_theme
from trainer_gui.gui.widgets import Card, EmptyState

if TYPE_CHECKING:
    from trainer_gui.gui.plots.loss_plot import LossPlot

CLOCK = 33  # milliseconds between two drawings


class LossChart(Card):
    """Shows what a run reports, live or recorded. It draws from a clock, and only what has changed."""

    expanded_changed = Signal(bool)
    earlier_wanted = Signal(bool)  # whether earlier runs are to be drawn too
    save_wanted = Signal(str)  # "png", "svg" or "csv"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "lossChart", parent)
        self._progress = Progress()
        self._plot: LossPlot | None = None
        self._is_stale = False
        self._is_expanded = False
        self._logs: dict[str, bool] = {}  # what was chosen for a quantity
        self._runs: tuple[EarlierRun, ...] = ()
        self._earlier: tuple[Points, ...] = ()
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(CLOCK)
        self._clock.timeout.connect(self.flush)
        self.bar = ChartBar()
        self.smooth, self.log, self.expand = self.bar.smooth, self.bar.log, self.bar.expand
        self._items = self.bar.items
        self.bar.switched.connect(self._on_switched)
        self.bar.quantity_chosen.connect(self._on_quantity_chosen)
        self.bar.earlier_wanted.connect(self.earlier_wanted)
        self.bar.whole_wanted.connect(self._on_whole_wanted)
        self.bar.follow_wanted.connect(self._on_follow_wanted)
        self.bar.save_wanted.connect(self.save_wanted)
        self.bar.expand_wanted.connect(self._on_expand)
        self.body.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT)
        self.body.setSpacing(0)
        self.empty = EmptyState(
            "train",
            self.tr("Ready when you are"),
            self.tr("Press Start. Here you will see the loss fall, epoch by epoch."),
            name="chartEmpty",
        )
        room = QWidget()
        self._stack = QStackedLayout(room)
        self._stack.addWidget(self.empty)
        self.body.addWidget(self.bar)
        self.body.addWidget(room, 1)
        self.bar.hide()
        current_theme().changed.connect(self._on_theme_changed)

    def show_progress(self, progress: Progress) -> None:
        """Shows a run; the drawing follows with the clock."""
        if progress is not self._progress and self._plot is not None:
            self._plot.show_part(Viewport())
            self._plot.point_at(0, "")
        self._progress = progress
        self._is_stale = True
        if not self._clock.isActive() and self.isVisible():
            self._clock.start()

    def show_earlier(self, runs: Sequence[EarlierRun]) -> None:
        """Draws these runs faintly behind the one that is shown."""
        self._runs = tuple(runs)
        words = self.tr("1 earlier run") if len(runs) == 1 else self.tr("{count} earlier runs")
        self.bar.item("earlier").show_words(words.format(count=len(runs)))
        self._choose_earlier()
        self._draw_soon()

    def progress(self) -> Progress:
        """The run that is shown."""
        return self._progress

    def names_shown(self) -> list[LegendItem]:
        """The names of the curves that are drawn."""
        return [each for each in self._items if each.isChecked() and not each.isHidden()]

    def plot(self) -> LossPlot | None:
        """The drawing; None before the first."""
        return self._plot

    @property
    def quantity(self) -> str:
        """The name of what is shown."""
        return self.bar.quantity.value() or LOSS

    def flush(self) -> None:
        """Draws what has changed now."""
        if not self._is_stale:
            return
        self._is_stale = False
        progress = self._progress
        drawn = len(progress.curve) > 0 or len(progress.batch_losses) > 1
        self.bar.setVisible(drawn)
        if not drawn:
            self._stack.setCurrentWidget(self.empty)
            return
        before = self.quantity
        if self.bar.show_quantities(quantities_of(progress)) != before:
            self._choose_earlier()
        plot = self._ready_plot()
        scene = scene_of(progress, self.quantity, self._earlier)
        self._show_names()
        self._stack.setCurrentWidget(plot)
        plot.show_scene(scene)

    def _show_names(self) -> None:
        progress, quantity = self._progress, self.quantity
        started, metric = progress.started, metric_of(progress, quantity)
        names = {LOSS: ["training", "validation"], RATE: [RATE], GRADIENT: [GRADIENT]}.get(
            quantity, ["metric"]
        )
        simple = started.baseline_loss if started is not None and quantity == LOSS else None
        if metric is not None:
            self.bar.item("metric").show_words(self.tr("{metric}, validation").format(metric=metric.label))
            simple = started.baseline_metrics.get(metric.name) if started is not None else None
        if quantity == LOSS and len(progress.batch_losses):
            names.append("batches")
        if self._earlier:
            names.append("earlier")
        if simple is not None:
            names.append("baseline")
        words = started.baseline if started is not None else ""
        self.bar.item("baseline").show_words(words or self.tr("Baseline"))
        self.bar.show_names(names)

    def _draw_soon(self) -> None:
        self._is_stale = True
        if not self._clock.isActive() and self.isVisible():
            self._clock.start()

    def shrink(self) -> None:
        """Gives the room back to the rest of the page."""
        if self._is_expanded:
            self._on_expand()

    @property
    def is_expanded(self) -> bool:
        """Whether it has asked for the whole page."""
        return self._is_expanded

    def _ready_plot(self) -> LossPlot:
        if self._plot is None:
            from trainer_gui.gui.plots.loss_plot import LossPlot

            self._plot = LossPlot(colours())
            self._plot.pointed.connect(self._on_pointed)
            self._plot.viewport_changed.connect(self._on_viewport_changed)
            self._plot.menu_wanted.connect(self.bar.open_menu)
            self._stack.addWidget(self._plot)
            self._on_switched()
        return self._plot

    def _choose_earlier(self) -> None:
        self._earlier = scaled(self._runs, self.quantity, metric_of(self._progress, self.quantity))

    def _on_quantity_chosen(self) -> None:
        quantity = self.quantity
        blocked = self.log.blockSignals(True)
        self.log.setChecked(self._logs.get(quantity, log_pays(self._progress, quantity)))
        self.log.blockSignals(blocked)
        self._choose_earlier()
        self._is_stale = True
        self.flush()
        if self._plot is not None:
            self._plot.set_log(self.log.isChecked())

    def _on_switched(self) -> None:
        if self.sender() is not None:
            self._logs[self.quantity] = self.log.isChecked()
        if self._plot is not None:
            self._plot.set_hidden(self.bar.hidden())
            self._plot.set_log(self.log.isChecked())
            self._plot.set_smooth(self.smooth.isChecked())

    def _on_whole_wanted(self) -> None:
        if self._plot is not None:
            self._plot.show_part(Viewport())

    def _on_follow_wanted(self, on: bool) -> None:
        if self._plot is not None:
            self._plot.follow(on)

    def _on_viewport_changed(self) -> None:
        if self._plot is not None:
            self.bar.show_viewport(self._plot.viewport)

    def _on_expand(self) -> None:
        self._is_expanded = not self._is_expanded
        self.bar.show_expanded(self._is_expanded)
        self.expanded_changed.emit(self._is_expanded)

    def _on_pointed(self, epoch: int) -> None:
        if self._plot is not None:
            self._plot.point_at(epoch, self._words_at(epoch) if epoch else "")

    def _words_at(self, epoch: int) -> str:
        curve, started, quantity = self._progress.curve, self._progress.started, self.quantity
        at = curve.place_of(epoch)
        if at is None:
            return ""
        palette = colours()
        rows = [
            (palette.training, self.tr("Training"), f"{curve.train_loss[at]:.4g}"),
            (palette.validation, self.tr("Validation"), f"{curve.validation_loss[at]:.4g}"),
        ]
        metric = metric_of(self._progress, quantity) or (started.metric if started is not None else None)
        value = curve.metrics_at(epoch).get(metric.name) if metric is not None else None
        if metric is not None and value is not None:
            rows.append((palette.muted, metric.label, value_in_words(metric, value)))
        if quantity == RATE:
            rows.append((palette.third, self.tr("Learning rate"), f"{curve.learning_rate[at]:.4g}"))
        if quantity == GRADIENT and np.isfinite(curve.gradient_length[at]):
            rows.append((palette.fourth, self.tr("Gradient length"), f"{curve.gradient_length[at]:.4g}"))
        lines = [f"<b>{escape(self.tr('Epoch {epoch}').format(epoch=f'{epoch:,}'))}</b>"]
        lines += [
            f"<span style='color:{colour}'>{escape(words)}</span> {shown}" for colour, words, shown in rows
        ]
        return f"<div style='color:{palette.text}'>{'<br>'.join(lines)}</div>"

    def _on_theme_changed(self) -> None:
        if self._plot is not None:
            self._plot.set_palette(colours())
            self._plot.point_at(self._plot.pointed_at, self._words_at(self._plot.pointed_at))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._clock.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._plot is not None:
            self._plot.set_palette(colours())
