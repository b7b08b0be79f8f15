"""The four numbers to watch: epoch, validation loss, the main metric, time."""

from __future__ import annotations

import math

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.engine.progress import Progress, State
from trainer_gui.gui.figures import about, duration, loss, metric, number
from trainer_gui.gui.theme import GAP
from trainer_gui.gui.widgets import Tile


class Tiles(QWidget):
    """Shows where a run stands; once it is over, what it delivers: the best epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.epoch = Tile(self.tr("Epoch"), "tile_epoch")
        self.loss = Tile(self.tr("Validation loss"), "tile_loss")
        self.score = Tile(self.tr("Accuracy"), "tile_metric")
        self.time = Tile(self.tr("Time left"), "tile_time")
        self._tiles = (self.epoch, self.loss, self.score, self.time)
        for tile in self._tiles:
            row.addWidget(tile, 1)

    def show_progress(self, progress: Progress) -> None:
        """Shows the numbers of the moment."""
        over = progress.state.is_over
        of = self.tr("of {epochs}").format(epochs=number(progress.epochs)) if progress.epochs else ""
        self.epoch.show_number(number(progress.epoch) if progress.started else "", of)
        curve = progress.curve
        if not len(curve):
            self.loss.show_number("")
        elif progress.joined is not None:
            together = self.tr("of {count} models").format(count=len(progress.curves))
            value = progress.best_loss
            self.loss.show_number("–" if value is None else loss(value), together)
        elif over and curve.best_epoch:
            best = self.tr("at epoch {epoch}").format(epoch=number(curve.best_epoch))
            self.loss.show_number(loss(curve.best_loss), best)
        else:
            best = self.tr("best {loss}").format(loss=loss(curve.best_loss))
            self.loss.show_number(loss(float(curve.validation_loss[-1])), best)
        self._show_metric(progress)
        self._show_time(progress)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for tile in self._tiles:
            tile.set_stacked(False)
        self._make_room()

    def _make_room(self) -> None:
        # All alike, and never back while the width stays, so that changing numbers do not move the page.
        if not all(tile.fits_beside() for tile in self._tiles):
            for tile in self._tiles:
                tile.set_stacked(True)

    def _show_metric(self, progress: Progress) -> None:
        started = progress.started
        if started is None:
            self.score.show_number("")
            return
        info = started.metric
        value = progress.metric_at_best if progress.state.is_over else progress.metric_now
        beaten = started.baseline_metrics.get(info.name)
        note = ""
        if beaten is not None:
            words = self.tr("chance {value}") if info.percent else self.tr("baseline {value}")
            shown = f"{100 * beaten:.0f} %" if info.percent else metric(beaten, percent=False)
            note = words.format(value=shown)
        label = info.label
        rows = started.rows.get("validation", 0)
        if value is not None and info.name == "accuracy" and rows:
            label = self.tr("{metric}, ± {points}").format(metric=label, points=_points(value, rows))
            self.score.setToolTip(
                self.tr(
                    "Measured on {rows} validation rows. With other rows of the same kind it would be within "
                    "this range in 95 of 100 cases."
                ).format(rows=number(rows))
            )
        self.score.show_number("" if value is None else metric(value, percent=info.percent), note, label)

    def _show_time(self, progress: Progress) -> None:
        pace = ""
        if progress.rows_per_second > 0:
            pace = self.tr("{count} rows/s").format(count=about(progress.rows_per_second))
        if progress.state.is_over:
            label = self.tr("Trained for")
            self.time.show_number(duration(progress.seconds) if progress.started else "", pace, label)
        elif progress.state is State.PAUSED:
            self.time.show_number(self.tr("Paused"), "", self.tr("Time left"))
        else:
            left = progress.seconds_left
            early = left is not None and progress.can_end_early
            label = self.tr("Time left, at most") if early else self.tr("Time left")
            self.time.show_number("" if left is None else duration(left), pace, label)


def _points(share: float, rows: int) -> str:
    """Half the width of Wilson's 95 % interval of a share, in percentage points."""
    z = 1.96
    half = z / (1 + z * z / rows) * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return f"{100 * half:.0f} %" if half >= 0.01 else f"{100 * half:.1f} %"
