"""The names of the curves, each with a piece of its line; a click hides or shows the curve."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from trainer_gui.gui.theme import colours, font

_LINE = 22  # pixels of line before the words


def pen_of_name(style: str, colour: QColor) -> QPen:
    """How the piece of line before a name is drawn: "solid", "dashed", "dotted" or "faint"."""
    pen = QPen(colour, 2.0)
    if style == "faint":
        colour.setAlpha(110)
        pen.setColor(colour)
        pen.setWidthF(1.4)
    elif style != "solid":
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3.0, 1.4] if style == "dashed" else [1.0, 1.4])
    return pen


class LegendItem(QAbstractButton):
    """One curve: checked while it is drawn."""

    def __init__(
        self, curve: str, words: str, style: str, colour: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.curve = curve
        self._style = style  # "solid", "dashed", "dotted", "faint"
        self._colour = colour  # as it is named in the palette
        self.setObjectName(f"legend_{curve}")
        self.setFont(font("small"))
        self.setCheckable(True)
        self.setChecked(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_words(words)

    @property
    def style_name(self) -> str:
        """How its line is drawn."""
        return self._style

    @property
    def colour(self) -> str:
        """The colour of its line, as it is named in the palette."""
        return self._colour

    def show_words(self, words: str) -> None:
        """Names the curve."""
        if words == self.text():
            return
        self.setText(words)
        self.setToolTip(self.tr("{curve}. Click to hide or show it.").format(curve=words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + _LINE + 12, metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:
        # The long words about the baseline give way first.
        width = _LINE + 40 if self._style == "dotted" else self.sizeHint().width()
        return QSize(width, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self.isChecked()
        pen = pen_of_name(self._style, QColor(str(getattr(palette, self._colour))))
        if not shown:
            pen.setColor(QColor(palette.line_strong))
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QPointF(1, middle), QPointF(_LINE, middle))
        painter.setPen(QColor(palette.muted if shown else palette.faint))
        room = self.rect().adjusted(_LINE + 6, 0, 0, 0)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        if self.hasFocus():
            painter.setPen(QPen(QColor(palette.accent), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 5, 5)
        painter.end()
