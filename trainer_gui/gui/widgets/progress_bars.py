"""A thin line that fills."""

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer_gui.gui.theme import colours


class ProgressLine(QWidget):
    """How much is done, from 0 to 1; None shows that something goes on without knowing how long."""

    def __init__(self, name: str = "progressLine", height: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._share: float | None = 0.0
        self._tone = "accent"
        self._phase = 0.0
        self._timer = 0
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def share(self) -> float | None:
        """What is shown."""
        return self._share

    def show_share(self, share: float | None, tone: str = "accent") -> None:
        """Fills the line up to a share, in a colour of the palette."""
        if share == self._share and tone == self._tone:
            return
        self._share, self._tone = share, tone
        self._watch()
        self.update()

    @property
    def is_moving(self) -> bool:
        """Whether it shows that something goes on without knowing how long."""
        return bool(self._timer)

    def _watch(self) -> None:
        moving = self._share is None and self.isVisible()
        if moving and not self._timer:
            self._timer = self.startTimer(30)
        elif not moving and self._timer:
            self.killTimer(self._timer)
            self._timer = 0

    def timerEvent(self, event: QEvent) -> None:
        self._phase = (self._phase + 0.012) % 1.0
        self.update()

    def showEvent(self, event: QEvent) -> None:
        self._watch()

    def hideEvent(self, event: QEvent) -> None:
        self._watch()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        track = QRectF(self.rect())
        painter.setBrush(QColor(palette.line))
        painter.drawRoundedRect(track, radius, radius)
        painter.setBrush(QColor(str(getattr(palette, self._tone))))
        if self._share is None:
            width = track.width() * 0.25
            start = (track.width() + width) * self._phase - width
            part = QRectF(start, 0, width, track.height()).intersected(track)
            painter.drawRoundedRect(part, radius, radius)
        elif self._share > 0:
            width = max(track.height(), track.width() * min(1.0, self._share))
            painter.drawRoundedRect(QRectF(0, 0, width, track.height()), radius, radius)
        painter.end()
