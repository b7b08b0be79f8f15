"""Finds a column of a wide table by a part of its name, and lists those that are left out."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from trainer_gui.gui.tables.column_header import Headings
from trainer_gui.gui.theme import FIELD_HEIGHT, colours, font
from trainer_gui.gui.widgets import Label, SegmentedControl
from trainer_gui.gui.widgets.sheets import Sheet

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_NUMBER, _USE = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
_WIDTH, _HEIGHT, _ROW = 360, 320, 32
_KEYS_OF_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class _Found(QAbstractListModel):
    """The columns that were found: the name, what it is used for, and its number."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._headings = Headings()
        self._places: list[int] = []

    def show_found(self, headings: Headings, places: list[int]) -> None:
        """Lists these of the columns."""
        self.beginResetModel()
        self._headings, self._places = headings, places
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._places)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        place = self._places[index.row()]
        heading = self._headings[place]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return heading.name
        if role == _USE:
            return heading.reason or heading.chip
        return place if role == _NUMBER else None


class _Rows(QStyledItemDelegate):
    """The name on the left, its use on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(_WIDTH - 24, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        palette = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent_soft))
            painter.drawRoundedRect(option.rect.adjusted(0, 1, 0, -1), 6, 6)
        room = option.rect.adjusted(8, 0, -8, 0)
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font("small"))
        painter.setPen(QColor(palette.muted))
        use = painter.fontMetrics().elidedText(str(index.data(_USE)), Qt.TextElideMode.ElideRight, 180)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | side, use)
        taken = painter.fontMetrics().horizontalAdvance(use) + 12
        painter.setFont(font("body"))
        painter.setPen(QColor(palette.text))
        left = QRect(room.left(), room.top(), room.width() - taken, room.height())
        name = " ".join(str(index.data()).split())
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignLeft | side, name)
        painter.restore()


class ColumnFinder(Sheet):
    """A field and below it the columns whose names hold what is typed; Enter or a click takes one of them."""

    column_chosen = Signal(int)  # its number, from 0

    def __init__(self, parent: QWidget) -> None:
        super().__init__(self.tr("Columns"), "columnFinder", parent)
        self._headings = Headings()
        self.field = QLineEdit()
        self.field.setObjectName("columnSearch")
        self.field.setPlaceholderText(self.tr("A part of the name…"))
        self.field.setAccessibleName(self.tr("Find a column"))
        self.field.setFont(font("body"))
        self.field.setFixedHeight(FIELD_HEIGHT)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.which = SegmentedControl("columnsShown")
        self.which.setAccessibleName(self.tr("Which columns are listed"))
        self.which.value_changed.connect(self._find)
        self._model = _Found(self)
        self.list = QListView()
        self.list.setObjectName("foundColumns")
        self.list.setAccessibleName(self.tr("Columns that were found"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFixedSize(_WIDTH, _HEIGHT)
        self.list.clicked.connect(self._on_taken)
        self.list.activated.connect(self._on_taken)
        self.said = Label("", "small", "muted", wrap=True)
        for each in (self.field, self.which, self.list, self.said):
            self.body.addWidget(each)

    def show_headings(self, headings: Headings) -> None:
        """Says what each column is, from the first to the last."""
        self._headings = headings
        out = len(headings.unused)
        value = self.which.value()
        self.which.set_choices(
            [
                ("all", self.tr("All {count}").format(count=f"{len(self._headings):,}")),
                ("out", self.tr("Left out: {count}").format(count=f"{out:,}")),
            ]
        )
        self.which.set_value(value or "all")
        if self.isVisible():
            self._find()

    def open_beside(self, anchor: QWidget, *, left_out: bool) -> None:
        """Opens with all columns, or with those that are left out."""
        self.which.set_value("out" if left_out else "all")
        self.field.clear()
        self._find()
        self.show_beside(anchor)
        self.field.setFocus()

    def found(self) -> list[str]:
        """The names that are listed."""
        return [str(self._model.index(row).data()) for row in range(self._model.rowCount())]

    def _find(self) -> None:
        wanted = self.field.text().strip().casefold()
        only_out = self.which.value() == "out"
        places = [
            place
            for place, name in enumerate(self._headings.names)
            if wanted in name.casefold() and (not only_out or place in self._headings.unused)
        ]
        # What begins as it was typed is what is usually meant.
        places.sort(key=lambda place: not self._headings.names[place].casefold().startswith(wanted))
        self._model.show_found(self._headings, places)
        if places:
            self.list.setCurrentIndex(self._model.index(0))
            self.said.setText(self.tr("Enter or a click goes to the column and asks how it is used."))
        elif only_out and not wanted:
            self.said.setText(self.tr("No column is left out."))
        else:
            self.said.setText(self.tr("No column has “{text}” in its name.").format(text=self.field.text()))

    def _on_taken(self, index: QModelIndex) -> None:
        place = index.data(_NUMBER)
        if isinstance(place, int):
            self.hide()
            self.column_chosen.emit(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys move in the list while one types in the field, and Enter takes what is marked."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _KEYS_OF_LIST:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_taken(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)
