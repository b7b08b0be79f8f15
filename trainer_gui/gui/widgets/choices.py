"""A field that opens a list to choose from."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from trainer_gui.engine.names import one_line
from trainer_gui.gui.icons import picture_of
from trainer_gui.gui.theme import FIELD_HEIGHT, colours, font
from trainer_gui.gui.widgets.labels import repolish

_HEADING = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


class _Rows(QStyledItemDelegate):
    """Gives every row air, headings a quieter look, and the reason why a row cannot be taken."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + 16, 28 if index.data(_HEADING) else 32)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        palette = colours()
        heading = bool(index.data(_HEADING))
        rect = option.rect.adjusted(4, 0, -4, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected and not heading:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent_soft))
            painter.drawRoundedRect(rect, 6, 6)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        painter.setFont(font("caption" if heading else "body"))
        painter.setPen(QColor(palette.muted if heading else palette.text if enabled else palette.faint))
        room = rect.adjusted(8, 6 if heading else 0, -8, 0)
        words = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


_MANY = 200  # values


class Choice(QComboBox):
    """One of several values; headings may stand between them. The wheel scrolls the page, not the value."""

    value_changed = Signal(object)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFont(font("body"))
        self.setFixedHeight(FIELD_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(_Rows(self))
        self.setMaxVisibleItems(16)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._on_activated)
        self._before = -1
        self._cut = ""  # the words for which there is no room, which then are the tooltip

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offers these (value, label) pairs, keeping the value where it is still there."""
        value = self.value()
        self.clear()
        items = []
        for each, label in choices:
            item = QStandardItem(label)
            item.setData(each, Qt.ItemDataRole.UserRole)
            items.append(item)
        if items:
            self._items().invisibleRootItem().appendRows(items)  # all at once: there may be thousands
        self.set_value(value)

    def add_choice(self, value: str, label: str, *, reason: str = "", tip: str = "") -> None:
        """Adds a value at the end; a `reason` says why it cannot be taken now."""
        self.addItem(one_line(label), value)
        item = self._items().item(self.count() - 1)
        item.setToolTip(reason or tip)
        if reason:
            item.setEnabled(False)

    def relabel(self, value: str, label: str) -> None:
        """Calls a value that is offered by another name."""
        at = self.findData(value)
        if at >= 0:
            self.setItemText(at, one_line(label))
            self.update()

    def add_heading(self, label: str) -> None:
        """Adds a heading over the values that follow."""
        item = QStandardItem(label)
        item.setEnabled(False)
        item.setData(True, _HEADING)
        self._items().appendRow(item)

    def value(self) -> str:
        """The value that is chosen; empty where none is."""
        found = self.currentData()
        return "" if found is None else str(found)

    def set_value(self, value: str) -> None:
        """Chooses a value without saying so; an empty one that is not offered shows the placeholder."""
        blocked = self.blockSignals(True)
        at = self.findData(value)
        if at >= 0 or not value:
            self.setCurrentIndex(at)
        self._before = self.currentIndex()
        self.blockSignals(blocked)
        self.update()

    def mark_wrong(self, wrong: bool) -> None:
        """Draws a red edge round the field, or takes it away."""
        self.setProperty("wrong", wrong)
        repolish(self)

    def _items(self) -> QStandardItemModel:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        return model

    def _on_activated(self, at: int) -> None:
        if at != self._before:
            self._before = at
            self.value_changed.emit(self.value())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def showPopup(self) -> None:
        view = self.view()
        if self.count() > _MANY:  # asking each of thousands of values for its size would take a second
            assert isinstance(view, QListView)
            view.setUniformItemSizes(True)
            longest = max((self.itemText(at) for at in range(self.count())), key=len)
            width = self.fontMetrics().horizontalAdvance(longest) + 48
        else:
            width = view.sizeHintForColumn(0) + 24
        view.setMinimumWidth(min(max(width, self.width()), 560))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""  # the style would cut it off in the middle of a letter
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        words = self.currentText() or self.placeholderText()
        room = self.rect().adjusted(11, 0, -28, 0)
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        tone = palette.text if self.currentText() else palette.muted
        painter.setPen(QColor(tone if self.isEnabled() else palette.faint))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        if shown != words or self.toolTip() == self._cut:
            self._cut = words if shown != words else ""
            self.setToolTip(self._cut)
        colour = palette.muted if self.isEnabled() else palette.faint
        mark = picture_of("chevron_down", colour, 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 25, (self.height() - 16) // 2, mark)
        painter.end()
