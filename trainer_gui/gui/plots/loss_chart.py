"""The live chart: how the loss falls, on what it learns from and on what it has not seen."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from trainer_gui.engine.progress import Progress
from trainer_gui.gui.plots.curves import horizon
from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.theme import UNIT, colours, current_theme
from trainer_gui.gui.widgets import Card, EmptyState, IconButton, LinkButton

if TYPE_CHECKING:
    from trainer_gui.gui.plots.loss_plot import LossPlot

CLOCK = 30  # milliseconds between two drawings


class LossChart(Card):
    """Shows the losses of a run, live or recorded. It draws from a clock, and only what has changed."""

    expanded_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "lossChart", parent)
        self._progress = Progress()
        self._plot: LossPlot | None = None
        self._is_stale = False
        self._is_expanded = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(CLOCK)
        self._clock.timeout.connect(self.flush)
        self._bar = QWidget()
        self.body.setContentsMargins(UNIT + 4, UNIT, UNIT + 4, UNIT)
        self.body.setSpacing(0)
        self._make_bar()
        self.empty = EmptyState(
            "train",
            self.tr("Ready when you are"),
            self.tr("Press Start. Here you will see the loss fall, epoch by epoch."),
            name="chartEmpty",
        )
        room = QWidget()
        self._stack = QStackedLayout(room)
        self._stack.addWidget(self.empty)
        self.body.addWidget(self._bar)
        self.body.addWidget(room, 1)
        self._bar.hide()
        current_theme().changed.connect(self._on_theme_changed)

    def show_progress(self, progress: Progress) -> None:
        """Shows a run; the drawing follows with the clock."""
        self._progress = progress
        self._is_stale = True
        if not self._clock.isActive() and self.isVisible():
            self._clock.start()

    def flush(self) -> None:
        """Draws what has changed now."""
        if not self._is_stale:
            return
        self._is_stale = False
        progress = self._progress
        drawn = len(progress.curve) > 0
        self._bar.setVisible(drawn)
        if not drawn:
            self._stack.setCurrentWidget(self.empty)
            return
        from trainer_gui.gui.plots.loss_plot import Losses

        curve, started = progress.curve, progress.started
        baseline = started.baseline_loss if started is not None else None
        words = started.baseline if started is not None else ""
        self._baseline.setVisible(baseline is not None)
        self._baseline.show_words(words or self.tr("Baseline"))
        shown = horizon(progress.epoch, progress.epochs)
        if progress.state.is_over:
            shown = max(progress.epoch, 1)
        plot = self._ready_plot()
        self._stack.setCurrentWidget(plot)
        plot.show_losses(
            Losses(
                epochs=curve.epochs,
                training=curve.train_loss,
                validation=curve.validation_loss,
                baseline=baseline,
                best_epoch=curve.best_epoch,
                best_loss=curve.best_loss,
                horizon=shown,
            )
        )

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
            self._stack.addWidget(self._plot)
            self._on_switched()
        return self._plot

    def _make_bar(self) -> None:
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(4, 2, 0, 2)
        row.setSpacing(UNIT)
        self._items = (
            LegendItem("training", self.tr("Training loss"), "solid", "training"),
            LegendItem("validation", self.tr("Validation loss"), "dashed", "validation"),
            LegendItem("baseline", self.tr("Baseline"), "dotted", "muted"),
        )
        self._baseline = self._items[-1]
        for item in self._items:
            item.toggled.connect(self._on_switched)
            row.addWidget(item)
        row.addStretch(1)
        self.smooth = LinkButton(self.tr("Smooth"), "smoothSwitch")
        self.smooth.setToolTip(self.tr("Draw a running mean, with the curve itself faint behind it"))
        self.log = LinkButton(self.tr("Log"), "logSwitch")
        self.log.setToolTip(self.tr("Powers of ten on the left, to see small losses better"))
        for switch in (self.smooth, self.log):
            switch.setCheckable(True)
            switch.toggled.connect(self._on_switched)
            row.addWidget(switch)
        self.expand = IconButton("expand", self.tr("Give the chart the whole page"), 14)
        self.expand.setObjectName("expandButton")
        self.expand.clicked.connect(self._on_expand)
        row.addWidget(self.expand)

    def _on_switched(self) -> None:
        if self._plot is not None:
            self._plot.set_hidden(frozenset(item.curve for item in self._items if not item.isChecked()))
            self._plot.set_log(self.log.isChecked())
            self._plot.set_smooth(self.smooth.isChecked())

    def _on_expand(self) -> None:
        self._is_expanded = not self._is_expanded
        if self._is_expanded:
            self.expand.show_icon("shrink", self.tr("Back to the whole page (Esc)"))
        else:
            self.expand.show_icon("expand", self.tr("Give the chart the whole page"))
        self.expanded_changed.emit(self._is_expanded)

    def _on_pointed(self, epoch: int) -> None:
        if self._plot is not None:
            self._plot.point_at(epoch, self._words_at(epoch) if epoch else "")

    def _words_at(self, epoch: int) -> str:
        curve, started = self._progress.curve, self._progress.started
        found = (curve.epochs == epoch).nonzero()[0]
        if not len(found):
            return ""
        at, palette = int(found[0]), colours()
        lines = [f"<b>{escape(self.tr('Epoch {epoch}').format(epoch=epoch))}</b>"]
        for colour, words, values in (
            (palette.training, self.tr("Training"), curve.train_loss),
            (palette.validation, self.tr("Validation"), curve.validation_loss),
        ):
            lines.append(f"<span style='color:{colour}'>{escape(words)}</span> {values[at]:.4g}")
        if started is not None:
            value = curve.metrics_at(epoch).get(started.metric.name)
            if value is not None:
                shown = f"{100 * value:.1f} %" if started.metric.percent else f"{value:.4g}"
                lines.append(
                    f"<span style='color:{palette.muted}'>{escape(started.metric.label)}</span> {shown}"
                )
        return f"<div style='color:{palette.text}'>{'<br>'.join(lines)}</div>"

    def _on_theme_changed(self) -> None:
        if self._plot is not None:
            self._plot.set_palette(colours())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._clock.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._plot is not None:
            self._plot.set_palette(colours())
