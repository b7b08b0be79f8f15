"""The list of what deserves a look, errors first, each with the button that puts it right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Card, Label, Rule, Tone

Fix = tuple[str, Callable[[], None]]  # what the button says, and what it does
_ORDER = {"error": 0, "caution": 1, "note": 2}
_TONES: dict[str, Tone] = {"error": "error", "caution": "caution", "note": ""}


class WorthCard(Card):
    """Shows problems and notes. Where one can be put right from here, it has a button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("–", "worthCard", parent)
        self._shown: list[Problem] = []
        self.body.setContentsMargins(MARGIN, 14, UNIT, UNIT)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list = QWidget()
        self.body.addWidget(self._area, 1)
        self.show_problems([], {})

    def problems(self) -> list[Problem]:
        """What is shown, in order."""
        return list(self._shown)

    def show_problems(self, problems: Sequence[Problem], fixes: dict[str, Fix]) -> None:
        """Shows these, errors first; `fixes` gives buttons by the key of the problem."""
        self._shown = sorted(problems, key=lambda each: _ORDER[each.severity])
        self.title.setText(self.tr("Worth a look ({count})").format(count=len(self._shown)))
        self.setAccessibleName(self.title.text())
        self._list = QWidget()
        self._list.setObjectName("scrolled")
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, UNIT, 0)
        column.setSpacing(0)
        if not self._shown:
            column.addWidget(Rule())
            column.addSpacing(GAP)
            column.addWidget(
                Label(self.tr("Nothing stands in the way: the data is ready."), "body", "muted", wrap=True)
            )
        for each in self._shown:
            column.addWidget(Rule())
            column.addWidget(self._row(each, fixes.get(each.key)))
        column.addStretch(1)
        self._area.setWidget(self._list)

    def _row(self, what: Problem, fix: Fix | None) -> QWidget:
        made = QWidget()
        made.setObjectName(f"worth_{what.key}")
        made.setAccessibleName(str(what))
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 10, 0, 10)
        row.setSpacing(MARGIN)
        words = QVBoxLayout()
        words.setSpacing(2)
        first, _, rest = what.message.partition(". ")
        title = Label(f"{first.rstrip('.')}.", "strong", _TONES[what.severity], wrap=True)
        title.setTextFormat(Qt.TextFormat.PlainText)
        words.addWidget(title)
        more = f"{rest} {what.advice}".strip()
        if more:
            advice = Label(more, "small", "muted", wrap=True)
            advice.setTextFormat(Qt.TextFormat.PlainText)
            words.addWidget(advice)
        row.addLayout(words, 1)
        if fix is not None:
            button = Button(fix[0], f"fix_{what.key}")
            button.setFixedHeight(32)
            button.clicked.connect(partial(_press, fix[1]))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return made


def _press(do: Callable[[], None], _checked: bool = False) -> None:
    do()
