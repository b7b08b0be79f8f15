"""What waits in the queue: a few quiet lines above the button."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import GAP
from trainer_gui.gui.widgets import ElidedLabel, IconButton, Label, LinkButton

if TYPE_CHECKING:
    from trainer_gui.engine.run_queue import WaitingRun

_LINE = 28  # pixels
_MOST = 3  # lines before it scrolls


class QueueList(QWidget):
    """Hidden while nothing waits. Says what comes next, and lets it be moved, removed and held."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queueList")
        self._session = session
        self._shown: tuple[WaitingRun, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        self.title = Label("", "small_strong")
        self.title.setObjectName("queueTitle")
        self.switch = LinkButton("", "queueSwitch")
        self.switch.clicked.connect(self._on_switch)
        head.addWidget(self.title, 1)
        head.addWidget(self.switch)
        column.addLayout(head)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._area)
        session.queue.changed.connect(self._show)
        session.run_state_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        queue = self._session.queue
        self.setVisible(bool(queue.entries))
        count = len(queue.entries)
        if queue.is_held:
            one, many = self.tr("1 run waits in the queue"), self.tr("{count} runs wait in the queue")
            words = one if count == 1 else many
            self.switch.setText(self.tr("Start the queue"))
            self.switch.setToolTip(self.tr("Train them one after another, as soon as nothing is training"))
        else:
            words = self.tr("Next in the queue") if count == 1 else self.tr("Next in the queue, {count} runs")
            self.switch.setText(self.tr("Hold"))
            self.switch.setToolTip(self.tr("Begin with none of them until you say so"))
        self.title.setText(words.format(count=count))
        if queue.entries != self._shown:
            self._shown = queue.entries
            self._fill()

    def _fill(self) -> None:
        holder = QWidget()
        holder.setObjectName("scrolled")
        lines = QVBoxLayout(holder)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for place, entry in enumerate(self._shown):
            lines.addWidget(self._line(place, entry))
        self._area.setWidget(holder)
        self._area.setFixedHeight(_LINE * min(_MOST, max(1, len(self._shown))))

    def _line(self, place: int, entry: WaitingRun) -> QWidget:
        line = QWidget()
        line.setFixedHeight(_LINE)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        name = ElidedLabel(f"{place + 1}.  {entry.name}", "small")
        row.addWidget(name, 1)
        row.addSpacing(GAP // 2)
        if place:
            up = IconButton("chevron_up", self.tr("Move up"), 14)
            up.setObjectName(f"queueUp{place}")
            up.clicked.connect(partial(self._on_up, entry.key))
            row.addWidget(up)
        remove = IconButton("close", self.tr("Remove from the queue"), 14)
        remove.setObjectName(f"queueRemove{place}")
        remove.clicked.connect(partial(self._on_remove, entry.key))
        row.addWidget(remove)
        return line

    def _on_up(self, key: str, _checked: bool = False) -> None:
        self._session.queue.move_up(key)

    def _on_remove(self, key: str, _checked: bool = False) -> None:
        self._session.queue.remove(key)

    def _on_switch(self) -> None:
        queue = self._session.queue
        if queue.is_held:
            queue.go_on()
        else:
            queue.hold()
