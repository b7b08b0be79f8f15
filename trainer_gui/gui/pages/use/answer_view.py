"""What the model says: large, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.gui.theme import UNIT, colours, font
from trainer_gui.gui.widgets import Label

_MOST = 8  # classes that get a bar
_LINE = 26


class ProbabilityBars(QWidget):
    """A bar for each of the most likely classes, the likeliest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probabilityBars")
        self._shown: list[tuple[str, float]] = []
        self._others = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_probabilities(self, likely: dict[str, float]) -> None:
        """Shows these classes with their probabilities."""
        order = sorted(likely.items(), key=lambda each: -each[1])
        self._shown, self._others = order[:_MOST], max(0, len(order) - _MOST)
        said = ", ".join(f"{name} {_per_cent(share)}" for name, share in self._shown)
        self.setAccessibleName(said)
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def shown(self) -> list[tuple[str, float]]:
        """The classes that have a bar, with their probabilities."""
        return list(self._shown)

    def sizeHint(self) -> QSize:
        return QSize(240, _LINE * len(self._shown) + (18 if self._others else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small", tabular=True))
        metrics = painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name, _ in self._shown), default=0)
        left = min(widest + 12, int(self.width() * 0.4))
        right = metrics.horizontalAdvance("99.9 %") + 10
        room = max(20.0, self.width() - left - right)
        middle = Qt.AlignmentFlag.AlignVCenter
        for place, (name, share) in enumerate(self._shown):
            top = place * _LINE
            painter.setPen(QColor(palette.text if place == 0 else palette.muted))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 12)
            painter.drawText(QRectF(0, top, left - 10, _LINE), Qt.AlignmentFlag.AlignLeft | middle, text)
            painter.drawText(
                QRectF(self.width() - right, top, right, _LINE),
                Qt.AlignmentFlag.AlignRight | middle,
                _per_cent(share),
            )
            painter.setPen(Qt.PenStyle.NoPen)
            track = QRectF(left, top + _LINE / 2 - 5, room, 10)
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(track, 5, 5)
            if share > 0.002:
                painter.setBrush(QColor(palette.accent if place == 0 else palette.line_strong))
                bar = QRectF(track.left(), track.top(), max(10.0, room * share), 10)
                painter.drawRoundedRect(bar, 5, 5)
        if self._others:
            painter.setPen(QColor(palette.muted))
            painter.setFont(font("caption"))
            words = self.tr("and {count} less likely ones").format(count=self._others)
            painter.drawText(QRectF(0, self.height() - 18, self.width(), 18), middle, words)
        painter.end()


class AnswerView(QWidget):
    """A caption, the answer in large letters, bars for classes, and a sentence about how sure it is."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self.caption = Label("", "caption", "muted")
        self.answer = Label("", "number", wrap=True, tabular=True)
        self.answer.setObjectName(f"{name}Value")
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bars = ProbabilityBars()
        self.doubt = Label("", "small", "muted", wrap=True)
        self.warnings = Label("", "small", "caution", wrap=True)
        for widget in (self.caption, self.answer, self.bars, self.doubt, self.warnings):
            column.addWidget(widget)

    def show_answer(
        self, target: str, answer: str, likely: dict[str, float], doubt: str, warnings: Sequence[str]
    ) -> None:
        """Shows an answer; `likely` is empty for a number."""
        self.caption.setText(self.tr("{target} is probably").format(target=target))
        self.answer.setText(answer)
        self.answer.set_tone("")
        self.bars.show_probabilities(likely)
        self.bars.setVisible(bool(likely))
        self.doubt.setText(doubt)
        self.doubt.setVisible(bool(doubt))
        self.warnings.setText("\n".join(warnings))
        self.warnings.setVisible(bool(warnings))
        self.setAccessibleName(f"{self.caption.text()} {answer}")

    def show_refusal(self, words: str) -> None:
        """Says why there is no answer."""
        self.caption.setText("")
        self.answer.setText("–")
        self.answer.set_tone("muted")
        self.bars.hide()
        self.doubt.hide()
        self.warnings.setText(words)
        self.warnings.setVisible(bool(words))


def _per_cent(share: float) -> str:
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.9995 else "100 %"
