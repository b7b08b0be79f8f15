"""What every picture of a study shares: pointing at a trial, opening it, and files. It is imported late."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.engine.study.outline import StudyOutline
from trainer_gui.gui.palettes import Palette
from trainer_gui.gui.plots.note import Note
from trainer_gui.gui.theme import colours, current_theme, font

NOBODY = -1  # where no trial is pointed at


@dataclass(frozen=True)
class TrialLook:
    """How a picture of a study is drawn; `chosen` are the trials inside the brushes, None without any."""

    palette: Palette
    log: bool = False
    by_trial: bool = False  # over trials, not over time
    hidden: frozenset[str] = frozenset()
    chosen: frozenset[int] | None = None


class Sheet:
    """One picture worked out in pixels; it is painted in the window and into files alike."""

    look: TrialLook
    letters: QFont

    @abstractmethod
    def another(self) -> Sheet:
        """An empty one of the same kind, with the same words."""

    @abstractmethod
    def work_out(self, outline: StudyOutline, look: TrialLook, size: QSize) -> None:
        """Works out where everything stands."""

    @abstractmethod
    def paint(self, painter: QPainter, ratio: float) -> bool:
        """Paints; False where it needs another turn to be done."""

    @abstractmethod
    def paint_file(self, painter: QPainter) -> None:
        """Paints all of it as shapes, for a file."""

    @abstractmethod
    def paint_pointed(self, painter: QPainter, number: int) -> QPointF | None:
        """Marks a trial, and says where words about it go; None where it is not seen."""

    @abstractmethod
    def nearest(self, place: QPointF) -> int:
        """The trial under the pointer; NOBODY where none is near."""

    @abstractmethod
    def order(self) -> list[int]:
        """The trials from left to right, for the arrow keys."""


class TrialPlot(QWidget):
    """Shows an outline. Pointing says which trial is meant, a click or Enter opens it.

    The left and right arrow keys go from trial to trial.
    """

    pointed = Signal(int)  # the number of a trial, or NOBODY
    opened = Signal(int)
    menu_wanted = Signal(object)  # a QPoint on the screen

    def __init__(self, sheet: Sheet, name: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(what)
        self.setAccessibleDescription(
            self.tr("The left and right arrow keys go from trial to trial, Enter opens the run.")
        )
        self._sheet = sheet
        self._outline = StudyOutline()
        self._look = TrialLook(colours())
        self._pointed = NOBODY
        self._ring = False
        self._is_stale = True
        self._note = Note(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._take_font()
        current_theme().changed.connect(self._on_theme_changed)

    def show_outline(self, outline: StudyOutline) -> None:
        """Shows where the study stands."""
        self._outline = outline
        self.redraw()

    def outline(self) -> StudyOutline:
        """What is shown."""
        return self._outline

    def look(self) -> TrialLook:
        """How it is drawn."""
        return self._look

    def set_look(self, **changes: object) -> None:
        """Changes how it is drawn: fields of TrialLook."""
        look = replace(self._look, **changes)  # type: ignore[arg-type]
        if look != self._look:
            self._look = look
            self.redraw()

    def redraw(self) -> None:
        """Works out the picture anew; it appears with the next paint. While it is not seen, that can wait."""
        self._is_stale = not self.isVisible()
        if self._is_stale:
            return
        self._sheet.work_out(self._outline, self._look, self.size())
        self.update()

    def point_at(self, number: int, words: str) -> None:
        """Marks a trial, with words (rich text) beside it where there are any; NOBODY takes it away."""
        if number == self._pointed and not words and not self._note.text():
            return
        self._pointed = number
        self._note.set_words(words if number != NOBODY else "")
        self.update()

    @property
    def pointed_at(self) -> int:
        """The trial that is marked; NOBODY where none is."""
        return self._pointed

    def note(self) -> str:
        """What stands beside the trial that is marked, as plain text."""
        return self._note.text()

    def paint_file(self, painter: QPainter, palette: Palette, size: QSize) -> None:
        """Paints what is seen with another painter, in this size and these colours."""
        sheet = self._sheet.another()
        sheet.letters = self._sheet.letters
        sheet.work_out(self._outline, replace(self._look, palette=palette), size)
        sheet.paint_file(painter)

    def _take_font(self) -> None:
        self._sheet.letters = font("small", tabular=True)
        self._note.set_font(self._sheet.letters)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._sheet.paint(painter, self.devicePixelRatioF()):
            self.update()
        palette = self._look.palette
        if self._pointed != NOBODY:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            place = self._sheet.paint_pointed(painter, self._pointed)
            if place is not None and self._note.text():
                self._note.paint(painter, place, QRectF(self.rect()), palette)
        if self._ring:
            painter.setClipping(False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._sheet.nearest(event.position())
        if found != NOBODY:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        if found != self._pointed:
            self.pointed.emit(found)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            found = self._sheet.nearest(event.position())
            if found != NOBODY:
                self.opened.emit(found)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(NOBODY)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order, key = self._sheet.order(), event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and order:
            way = 1 if key == Qt.Key.Key_Right else -1
            at = order.index(self._pointed) + way if self._pointed in order else 0
            self.pointed.emit(order[min(max(at, 0), len(order) - 1)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointed != NOBODY:
            self.opened.emit(self._pointed)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring = False
        self.pointed.emit(NOBODY)
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()

    def _on_theme_changed(self) -> None:
        self._take_font()
        self._look = replace(self._look, palette=colours())
        self.redraw()
