"""A table view for data frames: calm, whole rows, and as smooth for a million rows as for ten."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from trainer_gui.gui.tables.column_header import ColumnHeader
from trainer_gui.gui.tables.frame_model import GAP, FrameModel
from trainer_gui.gui.theme import colours, font

_Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_SURELY = 14  # pixels: no letter of a table is wider
_ROW = 28
_LOOKED_AT = 24  # rows from which the width of a column is taken
_COLUMNS_LOOKED_AT = 40  # further right, the heading is enough to go by
_STEP = 16  # pixels; columns further right are of few widths, as thousands are slow to set one by one
_NARROWEST, _WIDEST = 96, 260


class _Cells(QStyledItemDelegate):
    """Paints a cell: its text, a hairline below, a soft ground where it is chosen.

    A view shows some hundred cells at a time and paints them all at each step of the wheel, so colours are
    looked up once for a picture, and a text is read once and shortened only where it could be too long.
    """

    def take_colours(self) -> None:
        """Looks up the colours for the next picture."""
        palette = colours()
        self._line, self._chosen = QColor(palette.line), QColor(palette.accent_soft)
        self._text, self._muted, self._faint = (
            QColor(palette.text),
            QColor(palette.muted),
            QColor(palette.faint),
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, FrameModel)
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._chosen)
        painter.setPen(self._line)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        column = index.column()
        text = model.shown_text(index.row(), column)
        if model.is_quiet(column):
            painter.setPen(self._muted)
        else:
            painter.setPen(self._text if text != GAP else self._faint)
        painter.setFont(option.font)
        inner = rect.adjusted(10, 0, -6, 0)
        if len(text) * _SURELY > inner.width():
            text = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _LEFT, text)


class FrameView(QTableView):
    """Shows a FrameModel. Columns are as wide as their first rows need, and fill the view if few."""

    row_chosen = Signal(int)  # the number of a row in the frame, from 0

    def __init__(self, name: str, header: QHeaderView | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.frame_model = FrameModel(self)
        if header is not None:
            self.setHorizontalHeader(header)
        else:
            self.horizontalHeader().setDefaultAlignment(
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            )
            self.horizontalHeader().setFont(font("small_strong"))
            self.horizontalHeader().setHighlightSections(False)
            self.horizontalHeader().setFixedHeight(32)
        self.setModel(self.frame_model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setFont(font("small", tabular=True))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())  # an empty one, where the style would draw a small box
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW)
        rows.setFont(font("caption", tabular=True))
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.setHighlightSections(False)
        self._natural: list[int] = []
        self._filling = False
        self._touched = False
        self.horizontalHeader().sectionResized.connect(self._on_section_resized)
        self.clicked.connect(self._on_clicked)
        self._cells = _Cells(self)
        self.setItemDelegate(self._cells)

    def size_columns(self) -> None:
        """Gives every column the width that its heading and first rows need."""
        model = self.frame_model
        bold, plain = QFontMetricsF(font("small_strong")), QFontMetricsF(self.font())
        rows = min(_LOOKED_AT, model.rowCount())
        self._natural = []
        for column in range(model.columnCount()):
            title = str(model.headerData(column, Qt.Orientation.Horizontal))
            wide = bold.horizontalAdvance(title)
            if column < _COLUMNS_LOOKED_AT:
                for row in range(rows):
                    wide = max(wide, plain.horizontalAdvance(model.text(row, column)))
            else:
                wide += -wide % _STEP
            self._natural.append(int(min(_WIDEST, max(_NARROWEST, wide + 28))))
        self._touched = False
        self._fill()

    def _fill(self) -> None:
        if self._touched or not self._natural:
            return
        widths = self._widths(self.viewport().width())
        self._filling = True
        self.horizontalHeader().setDefaultSectionSize(max(set(widths), key=widths.count))
        for column, width in enumerate(widths):
            if self.columnWidth(column) != width:
                self.setColumnWidth(column, width)
        self._filling = False

    def _widths(self, room: int) -> list[int]:
        """The widths of all columns: what is left over is shared out, and a little that lacks is found."""
        natural = self._natural
        free = room - sum(natural)
        if free >= 0:
            extra = min(160, free // len(natural))
            # What is left then goes to the texts that had to be cut.
            cut = natural.count(_WIDEST)
            more = (free - extra * len(natural)) // cut if cut else 0
            return [width + extra + (more if width == _WIDEST else 0) for width in natural]
        # Wide columns give way so that a table that nearly fits does; narrow ones keep what they need.
        slack = sum(natural) - _NARROWEST * len(natural)
        if free < -0.2 * room or slack < -free:
            return natural
        return [width + int(free / slack * (width - _NARROWEST)) - (width > _NARROWEST) for width in natural]

    def _on_clicked(self, index: QModelIndex) -> None:
        self.row_chosen.emit(self.frame_model.row_number(index.row()))

    def _on_section_resized(self) -> None:
        if not self._filling:
            self._touched = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if len(self._natural) <= 60:
            self._fill()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._cells.take_colours()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        header = self.horizontalHeader()
        wanted = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        index = self.currentIndex()
        if wanted and index.isValid():
            if isinstance(header, ColumnHeader):
                header.menu_requested.emit(index.column())
            else:
                self.row_chosen.emit(self.frame_model.row_number(index.row()))
            return
        super().keyPressEvent(event)

    def show_column(self, column: int) -> None:
        """Brings a column into sight, and makes it the one that keys act on."""
        index = self.frame_model.index(max(0, self.rowAt(0)), column)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.setCurrentIndex(index)
        self.setFocus()

    def menu_place(self, column: int) -> QPoint:
        """Where on the screen a menu about a column opens."""
        header = self.horizontalHeader()
        left = max(0, header.sectionViewportPosition(column)) + 8
        return header.viewport().mapToGlobal(QPoint(left, 48))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.viewport().update()
