"""Which rows are for what: a bar with counts, and a sheet to change the shares."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.engine.hyperparameters import SplitSettings
from trainer_gui.gui.forms.settings_form import SettingsForm
from trainer_gui.gui.theme import FIELD_CORNER, colours, font
from trainer_gui.gui.widgets import Card, Label, LinkButton
from trainer_gui.gui.widgets.sheets import Sheet

_PARTS = ("training", "validation", "test")


class SplitBar(QWidget):
    """Three parts of one bar, as wide as their share of the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("splitBar")
        self._counts: dict[str, int] = {}
        self._is_exact = True
        self.setFixedHeight(30)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: dict[str, int], *, is_exact: bool) -> None:
        """Shows rows for training, validation and test."""
        self._counts, self._is_exact = counts, is_exact
        self.setAccessibleName(", ".join(self.words(part)[0] for part in _PARTS if counts.get(part)))
        self.setToolTip(self.accessibleName())
        self.update()

    def words(self, part: str) -> tuple[str, ...]:
        """What a part says, the longest wording first; the last is the shortest."""
        count = f"{self._counts.get(part, 0):,}"
        about = "" if self._is_exact else "≈ "
        long = {"training": self.tr("Training"), "validation": self.tr("Validation"), "test": self.tr("Test")}
        short = {"training": self.tr("Train."), "validation": self.tr("Val."), "test": self.tr("Test")}
        return f"{long[part]} {about}{count}", f"{short[part]} {about}{count}", count, ""

    def sizeHint(self) -> QSize:
        return QSize(300, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), FIELD_CORNER, FIELD_CORNER)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), QColor(palette.line))
        total = sum(self._counts.values())
        left = 0.0
        painter.setFont(font("small_strong", tabular=True))
        metrics = QFontMetricsF(painter.font())
        fills = {"training": palette.training, "validation": palette.validation, "test": palette.muted}
        for part in _PARTS:
            if not total or not self._counts.get(part):
                continue
            width = self.width() * self._counts[part] / total
            rect = QRectF(left, 0, width, self.height())
            painter.fillRect(rect, QColor(fills[part]))
            left += width
            text = next(w for w in self.words(part) if metrics.horizontalAdvance(w) <= width - 8 or not w)
            painter.setPen(QColor(palette.on_accent))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()


class SplitCard(Card):
    """Shows the split in words and as a bar; its settings open on a sheet."""

    value_changed = Signal(str, object)  # one setting of the split
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Split"), "splitCard", parent)
        self._how = Label("", "small", "muted")
        self._how.setObjectName("splitHow")
        self.change = LinkButton(self.tr("Change…"), "splitChange")
        self.change.clicked.connect(self._on_change)
        self.add_to_header(self._how)
        self.add_to_header(self.change)
        self.bar = SplitBar()
        self.body.addWidget(self.bar)
        self.body.addWidget(
            Label(
                self.tr(
                    "The model learns from training rows, is chosen on validation rows, and is judged once, "
                    "at the end, on test rows that it has never seen."
                ),
                "small",
                "muted",
                wrap=True,
            )
        )
        self.body.addStretch(1)
        self.form = SettingsForm([("", SplitSettings)])
        self.form.setObjectName("splitForm")
        self.form.open_advanced(True)
        self.form.advanced.hide()
        self.form.value_changed.connect(self.value_changed)
        self._sheet = Sheet(self.tr("How the rows are shared out"), "splitSheet", self)
        holder = QWidget()
        holder.setFixedWidth(328)
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.form)
        self._sheet.body.addWidget(holder)
        self._reset = LinkButton(self.tr("Share out as usual"), "splitReset")
        self._reset.clicked.connect(self.reset_requested)
        self._sheet.body.addWidget(self._reset)
        self.form.changed_count_changed.connect(self._on_changed_count)
        self._on_changed_count(0)

    def show_split(
        self, counts: dict[str, int], changed: dict[str, object], *, is_exact: bool, classes: bool
    ) -> None:
        """Shows how many rows each part has and how they were drawn; `changed` differs from the defaults."""
        self.bar.show_counts(counts, is_exact=is_exact)
        values = {**SplitSettings().model_dump(), **changed}
        self.form.set_value(values)
        drawn = self.tr("stratified") if values["stratified"] and classes else self.tr("by chance")
        self._how.setText(self.tr("{drawn} · seed {seed}").format(drawn=drawn, seed=values["split_seed"]))

    def sheet(self) -> Sheet:
        """The sheet with the settings."""
        return self._sheet

    def _on_change(self) -> None:
        self._sheet.show_beside(self.change)

    def _on_changed_count(self, count: int) -> None:
        self._reset.setEnabled(count > 0)
