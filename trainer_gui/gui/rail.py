"""The navigation rail: the pages at the top, the menu and the device in words at its foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QVBoxLayout, QWidget

from trainer_gui.engine.execution import Execution
from trainer_gui.engine.progress import Progress
from trainer_gui.gui.icons import picture_of
from trainer_gui.gui.theme import RAIL_WIDTH, UNIT, colours, font
from trainer_gui.gui.widgets import IconButton, Label

if TYPE_CHECKING:
    from trainer_gui.engine.training.gauge import Load

_PLACE = QSize(RAIL_WIDTH - 2 * UNIT, 56)


class RailButton(QAbstractButton):
    """One page: its icon over its name."""

    def __init__(self, page: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = page
        self.setObjectName(f"rail_{page}")
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setFixedSize(_PLACE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent_soft if chosen else palette.hover))
            painter.drawRoundedRect(place, 10, 10)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.accent), 1))
            painter.drawRoundedRect(place, 10, 10)
        colour = palette.accent if chosen else palette.muted
        ratio = self.devicePixelRatioF()
        painter.drawPixmap((self.width() - 20) // 2, 9, picture_of(self.page, colour, 20, ratio))
        letters = font("caption")
        letters.setBold(chosen)
        painter.setFont(letters)
        painter.setPen(QColor(colour))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(self.rect().adjusted(0, 32, 0, -5), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()


class Rail(QWidget):
    """Says which page is asked for. It is a value: the page that is shown."""

    value_changed = Signal(str)

    def __init__(self, pages: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(RAIL_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, 12, UNIT, 12)
        column.setSpacing(4)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        for page, words in pages:
            button = RailButton(page, words)
            self._buttons[page] = button
            self._group.addButton(button)
            column.addWidget(button)
        self._group.buttonClicked.connect(self._on_clicked)
        column.addStretch(1)
        self.menu_button = IconButton("more", self.tr("Menu"), 20)
        self.menu_button.setObjectName("menuButton")
        column.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(UNIT)
        self._usual_detail = ""
        self._way: Execution | None = None
        self._device = Label("", "caption")
        strong = font("caption")
        strong.setBold(True)
        self._device.setFont(strong)
        self._device.setObjectName("deviceLabel")
        self._detail = Label("", "caption", "muted")
        self._load = Label("", "caption", "muted", tabular=True)
        self._load.setObjectName("gpuLoad")
        self._load.hide()
        for label in (self._device, self._detail, self._load):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)

    def value(self) -> str:
        """The page that is shown."""
        chosen = self._group.checkedButton()
        return chosen.page if isinstance(chosen, RailButton) else ""

    def set_value(self, page: str) -> None:
        """Marks a page without saying so."""
        self._buttons[page].setChecked(True)

    def show_device(self, label: str, detail: str) -> None:
        """Says what computes."""
        self._device.setText(label)
        self._usual_detail = detail
        self._show_detail()

    def show_progress(self, progress: Progress) -> None:
        """While a run is trained, says in which way this machine carries it out."""
        way = None if progress.state.is_over else progress.execution
        if way != self._way:
            self._way = way
            self._show_detail()

    def show_load(self, load: Load | None) -> None:
        """While a run is trained on a GPU, says how full and how busy that is."""
        self._load.setVisible(load is not None)
        if load is None:
            return
        words = [f"{load.used_bytes / 1e9:.1f} / {load.total_bytes / 1e9:.0f} GB"]
        if load.busy is not None:
            words.append(self.tr("{percent} % busy").format(percent=round(100 * load.busy)))
        self._load.setText("\n".join(words))
        about = self.tr("The memory of the GPU that all programs use, and how busy it is.")
        self._load.setToolTip("\n".join([about, *filter(None, [load.why_not])]))

    def _show_detail(self) -> None:
        way = self._way
        self._detail.setText(self._usual_detail if way is None else way.in_words)
        words = []
        if way is not None:
            words = [self.tr("This run computes with {way}: {why}.").format(way=way.in_words, why=way.why)]
            if way.tried:
                words.append(self.tr("Tried on its first rows, in rows per second:"))
                tried = sorted(way.tried.items(), key=lambda each: -each[1])
                words += [f"{rate:,.0f}   {name}" for name, rate in tried]
        self._detail.setToolTip("\n".join(words))

    def set_menu(self, menu: QMenu) -> None:
        """Opens this menu from the button at the foot."""
        self._menu = menu
        self.menu_button.clicked.connect(self._on_menu)

    def _on_menu(self) -> None:
        corner = self.menu_button.mapToGlobal(self.menu_button.rect().bottomRight())
        height = self._menu.sizeHint().height()
        self._menu.popup(QPoint(corner.x() + UNIT, corner.y() - height))

    def _on_clicked(self, button: QAbstractButton) -> None:
        assert isinstance(button, RailButton)
        self.value_changed.emit(button.page)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()
