"""Cards: the white surfaces on which things that belong together stand."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.gui.theme import MARGIN, UNIT, Role, current_theme, font
from trainer_gui.gui.widgets.buttons import Button
from trainer_gui.gui.widgets.icon_labels import IconLabel
from trainer_gui.gui.widgets.labels import Label


class Card(QFrame):
    """A surface with a quiet title at the left, room for something at the right, and a body below."""

    def __init__(self, title: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        if name:
            self.setObjectName(name)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, 14, MARGIN, MARGIN)
        self.body.setSpacing(UNIT)
        self.header = QHBoxLayout()
        self.header.setSpacing(UNIT)
        self.title = Label(title, "title", "muted")
        if title:
            self.setAccessibleName(title)
            self.header.addWidget(self.title)
            self.header.addStretch(1)
            self.body.addLayout(self.header)

    def add_to_header(self, widget: QWidget) -> None:
        """Puts something at the right end of the title's line."""
        self.header.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


class _Place(QWidget):
    """Room for a label whose changing text no layout needs to hear of, and which gives way."""

    def __init__(self, label: Label) -> None:
        super().__init__()
        self._label = label
        label.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return self._label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._label.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._label.move(0, (self.height() - self._label.height()) // 2)


class Tile(QFrame):
    """One number to watch: a label, the number, smaller where it is long, and a small note beside it."""

    def __init__(self, label: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setObjectName(name)
        # Of what stands in it no width is asked, so that tiles in a row stay alike.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 10, UNIT // 2, 10)
        column.setSpacing(2)
        self._label = Label(label, "caption", "muted")
        self._number = Label("–", "number", tabular=True)
        self._note = Label("", "small", "muted", tabular=True)
        self._place = _Place(self._note)
        self._shown = (label, "–", "")
        self._fit()
        self._row = QHBoxLayout()
        self._row.setSpacing(UNIT)
        self._row.addWidget(self._number, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBaseline)
        self._row.addWidget(self._place, 1, Qt.AlignmentFlag.AlignBaseline)
        column.addWidget(self._label)
        column.addLayout(self._row)
        self._column = column
        self._is_stacked = False
        self.setFixedHeight(70)
        current_theme().changed.connect(self._fit)  # the labels have got their first fonts back by then

    def fits_beside(self) -> bool:
        """Whether the note has room beside the number."""
        needed = self._number.sizeHint().width() + UNIT + self._note.sizeHint().width()
        return needed <= self.width() - MARGIN - UNIT

    def set_stacked(self, stacked: bool) -> None:
        """Puts the note below the number, for narrow windows, or back beside it."""
        if stacked == self._is_stacked:
            return
        self._is_stacked = stacked
        if stacked:
            self._row.removeWidget(self._place)
            self._column.addWidget(self._place)
        else:
            self._column.removeWidget(self._place)
            self._row.addWidget(self._place, 1, Qt.AlignmentFlag.AlignBaseline)
        self.setFixedHeight(88 if stacked else 70)

    def show_number(self, number: str, note: str = "", label: str | None = None) -> None:
        """Shows a number as text, with a note; an empty number is shown as a dash."""
        wanted = (self._shown[0] if label is None else label, number or "–", note)
        if wanted == self._shown:
            return
        for widget, text, before in zip(
            (self._label, self._number, self._note), wanted, self._shown, strict=True
        ):
            if text != before:
                widget.setText(text)
        if note != self._shown[2]:
            self._note.setToolTip(note)
        self._shown = wanted
        self._fit()
        self.setAccessibleName(f"{wanted[0]}: {wanted[1]} {note}".strip())

    def _fit(self) -> None:
        wanted = font("number" if self._has_room_for("number") else "long_number", tabular=True)
        if wanted.pixelSize() != self._number.font().pixelSize():
            self._number.setMinimumSize(0, 0)  # which a label's size hint is never below
            self._number.setFont(wanted)
        # Labels of a fixed size: numbers that change many times a second then lay out nothing anew, neither
        # the tile nor the page around it, unless they get longer.
        for label in (self._number, self._note):
            label.ensurePolished()
            size = label.sizeHint()
            if label is self._number:  # as high in either size, so that nothing around it moves
                size.setHeight(QFontMetrics(font("number", tabular=True)).height())
            if size != label.minimumSize():
                label.setFixedSize(size)

    def _has_room_for(self, role: Role) -> bool:
        metrics = QFontMetrics(font(role, tabular=True))
        return metrics.horizontalAdvance(self._number.text()) <= self.width() - MARGIN - UNIT

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and hasattr(self, "_shown"):
            self._fit()

    def number(self) -> str:
        """The number as it is shown."""
        return self._number.text()

    def note(self) -> str:
        """The note as it is shown."""
        return self._note.text()


class EmptyState(QWidget):
    """What a place says while it has nothing to show: a sentence, what to do, and a button that does it."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str = "",
        button: str = "",
        name: str = "emptyState",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._said = (title, text, button)
        column = QVBoxLayout(self)
        column.setSpacing(UNIT)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconLabel(icon, 40, "faint"), 0, middle)
        self._title = Label(title, "heading")
        self._text = Label(text, "body", "muted", wrap=True)
        for label in (self._title, self._text):
            label.setAlignment(middle)
        self._text.setMaximumWidth(440)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        column.addWidget(self._title, 0, middle)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._text, 100)
        row.addStretch(1)
        column.addLayout(row)
        self.button = Button(button)
        self.button.setObjectName(f"{name}Button")
        self.button.setVisible(bool(button))
        column.addSpacing(UNIT)
        column.addWidget(self.button, 0, middle)
        column.addStretch(3)

    def show_words(self, title: str, text: str = "", button: str = "") -> None:
        """Says something else."""
        if (title, text, button) == self._said:
            return
        self._said = (title, text, button)
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title}. {text}")
        self.button.setText(button)
        self.button.setVisible(bool(button))
