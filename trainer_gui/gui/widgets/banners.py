"""Banners: something worth reading, with a button that does what it advises."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.gui.theme import GAP, MARGIN
from trainer_gui.gui.widgets.buttons import Button, IconButton, LinkButton
from trainer_gui.gui.widgets.labels import Label, Tone, repolish

_NARROWEST = 480  # pixels of width for which a height is asked before the banner has one


class Banner(QFrame):
    """Something worth reading: a bold line, a sentence, a button that does what it advises."""

    def __init__(
        self, name: str = "banner", *, closable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        row.setSpacing(MARGIN)
        words = QVBoxLayout()
        words.setSpacing(3)
        self._title = Label("", "strong", wrap=True)
        self._text = Label("", "body", wrap=True)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row.addLayout(words, 1)
        self.button = Button("")
        self.button.setObjectName(f"{name}Button")
        self.button.hide()
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.second = LinkButton("", f"{name}Second")
        self.second.hide()
        row.addWidget(self.second, 0, Qt.AlignmentFlag.AlignVCenter)
        self.close_button = IconButton("close", self.tr("Close this message"))
        self.close_button.setObjectName(f"{name}Close")
        self.close_button.setVisible(closable)
        self.close_button.clicked.connect(self.hide)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def show_words(
        self, title: str, text: str, tone: Tone = "accent", button: str = "", second: str = ""
    ) -> None:
        """Says something, in the colour of its weight, and shows itself; `second` is a quieter button."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._title.set_tone("" if tone == "accent" else tone)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.second.setText(second)
        self.second.setVisible(bool(second))
        self.setProperty("tone", tone)
        self.setAccessibleName(f"{title} {text}".strip())
        repolish(self)
        self.show()

    def sizeHint(self) -> QSize:
        # Words that wrap ask for the height of a narrow column, which would make the whole window taller.
        return QSize(super().sizeHint().width(), self.heightForWidth(max(self.width(), _NARROWEST)))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def title(self) -> str:
        """The bold line."""
        return self._title.text()

    def text(self) -> str:
        """The sentence below it."""
        return self._text.text()
