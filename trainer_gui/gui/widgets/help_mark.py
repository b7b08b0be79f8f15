"""The "?" beside a setting, which explains it in two sentences."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QVBoxLayout, QWidget

from trainer_gui.gui.theme import GAP, MARGIN, UNIT, colours, font
from trainer_gui.gui.widgets.labels import Label

_WIDTH = 288


class Popover(QFrame):
    """A small sheet of words beside what it explains; a click elsewhere or Escape puts it away."""

    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "popover")
        self.setObjectName("popover")
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(UNIT // 2)
        column.addWidget(Label(title, "strong"))
        words = Label(text, "body", "muted", wrap=True)
        words.setFixedWidth(_WIDTH - 2 * MARGIN)
        column.addWidget(words)

    def show_beside(self, anchor: QWidget) -> None:
        """Shows itself below the anchor, or above it where the screen ends."""
        self.adjustSize()
        below = anchor.mapToGlobal(QPoint(-UNIT, anchor.height() + UNIT // 2))
        screen = anchor.screen().availableGeometry()
        x = max(screen.left() + UNIT, min(below.x(), screen.right() - self.width() - UNIT))
        y = below.y()
        if y + self.height() > screen.bottom():
            y = anchor.mapToGlobal(QPoint(0, 0)).y() - self.height() - UNIT // 2
        self.move(x, y)
        self.show()


class HelpMark(QAbstractButton):
    """A small "?"; a click or the space bar opens the explanation."""

    def __init__(self, title: str, text: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.explain(title, text)
        self.setFixedSize(18, 18)
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(font("caption"))
        self.clicked.connect(self._on_clicked)

    def explain(self, title: str, text: str) -> None:
        """Explains something else."""
        self._title = title
        self._words = text
        self.setAccessibleName(self.tr("Explain {what}").format(what=title))
        self.setAccessibleDescription(text)

    def text_shown(self) -> str:
        """The explanation."""
        return self._words

    def _on_clicked(self) -> None:
        Popover(self._title, self._words, self).show_beside(self)

    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(QColor(palette.accent if lively else palette.line), 1))
        painter.drawEllipse(QRectF(1.5, 1.5, 15, 15))
        painter.setPen(QColor(palette.accent if lively else palette.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "?")
        painter.end()
