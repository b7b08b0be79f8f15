"""Draws what a grid of pictures shows: headings, thumbnails, what stands for those that are not there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap

from trainer_gui.gui.icons import picture_of
from trainer_gui.gui.tables.picture_layout import CAPTIONED, HEADING, PAD, SIDE, PictureClass
from trainer_gui.gui.theme import colours, font

LINK = 160  # width of "Show all"
_CORNER = 6
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PicturePainter:
    """Draws with few calls for each picture: between two of them another thread may take its turn."""

    def __init__(self) -> None:
        self._blank: tuple[str, float, QPixmap] | None = None

    def paint_heading(self, painter: QPainter, each: PictureClass, line: QRect, *, link: bool) -> None:
        """The name of a class, how many pictures it has, and whether more can be shown."""
        tr = QCoreApplication.translate
        palette = colours()
        painter.setFont(font("small_strong"))
        painter.setPen(QColor(palette.text))
        name = painter.fontMetrics().elidedText(each.name, Qt.TextElideMode.ElideRight, line.width() - 240)
        painter.drawText(line, _LEFT, name)
        used = painter.fontMetrics().horizontalAdvance(name) + 10
        painter.setFont(font("small", tabular=True))
        painter.setPen(QColor(palette.muted))
        many = len(each.pictures)
        words = tr("PictureGrid", "1 picture") if many == 1 else tr("PictureGrid", "{n} pictures")
        painter.drawText(line.adjusted(used, 0, 0, 0), _LEFT, words.format(n=f"{many:,}"))
        if link:
            painter.setPen(QColor(palette.accent))
            words = tr("PictureGrid", "Show fewer") if each.is_open else tr("PictureGrid", "Show all")
            painter.drawText(line, _RIGHT, words)

    def paint_picture(self, painter: QPainter, at: QPoint, image: QImage | str | None, ratio: float) -> None:
        """A thumbnail, a mark where a picture cannot be opened, or a plain ground while it is decoded."""
        if isinstance(image, QImage):
            size = image.deviceIndependentSize().toSize()
            inset = QPoint((SIDE - size.width()) // 2, (SIDE - size.height()) // 2)
            painter.drawImage(at + inset, image)
            return
        painter.drawPixmap(at, self._ground(ratio))
        if image is not None:
            mark = picture_of("warning", colours().caution, 24, ratio)
            painter.drawPixmap(at + QPoint(SIDE // 2 - 12, SIDE // 2 - 12), mark)

    def paint_caption(self, painter: QPainter, at: QPoint, text: str) -> None:
        """Two lines below a picture."""
        palette = colours()
        first, _, second = text.partition("\n")
        for place, (words, colour) in enumerate(((first, palette.text), (second, palette.muted))):
            painter.setFont(font("small_strong" if place == 0 else "caption", tabular=True))
            painter.setPen(QColor(colour))
            line = QRect(at.x(), at.y() + SIDE + 2 + 15 * place, CAPTIONED, 16)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, CAPTIONED)
            painter.drawText(line, _LEFT, shown)

    def paint_mark(self, painter: QPainter, at: QPoint) -> None:
        """An edge round the picture that was looked for."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(QColor(colours().accent))
        pen.setWidthF(2.0)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(at.x() - 2, at.y() - 2, SIDE + 4, SIDE + 4), 8, 8)

    def _ground(self, ratio: float) -> QPixmap:
        colour = colours().hover
        if self._blank is None or self._blank[:2] != (colour, ratio):
            made = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            path = QPainterPath()
            path.addRoundedRect(QRectF(0, 0, SIDE, SIDE), _CORNER, _CORNER)
            painter.fillPath(path, QColor(colour))
            painter.end()
            self._blank = (colour, ratio, made)
        return self._blank[2]


def heading_line(each: PictureClass, offset: int, width: int) -> QRect:
    """Where the heading of a class stands in a viewport so wide that begins at this offset."""
    return QRect(PAD, each.top - offset, width - 2 * PAD, HEADING)
