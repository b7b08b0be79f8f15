"""The list of what deserves a look, errors first, each with the button that puts it right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.engine.fix import Fix
from trainer_gui.engine.problems import Problem
from trainer_gui.gui.taken_fixes import TakenFix
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import (
    Button,
    Card,
    ElidedLabel,
    IconLabel,
    Label,
    LinkButton,
    Rule,
    Tone,
)

_ORDER = {"error": 0, "caution": 1, "note": 2}
_TONES: dict[str, Tone] = {"error": "error", "caution": "caution", "note": ""}
_ICONS = {"error": "warning", "caution": "warning", "note": "info"}
_ICON = 18
_LONGEST = 46  # letters of a button
_BESIDE = 22  # letters of a button beside the words; a longer one stands below them


class WorthCard(Card):
    """Shows problems and notes, each with the buttons that put it right; and what was put right already."""

    fix_chosen = Signal(object)  # a Fix
    undo_chosen = Signal(object)  # a TakenFix
    look_wanted = Signal(str)  # the key of a problem whose rows are to be shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("–", "worthCard", parent)
        self._shown: list[Problem] = []
        self._what: object = None
        self._taken = 0
        self._looks: frozenset[str] = frozenset()
        self.effect = ElidedLabel("", "small", "accent")
        self.effect.setObjectName("fixEffect")
        self.header.insertWidget(1, self.effect, 1)
        self.body.setContentsMargins(MARGIN, 14, UNIT, UNIT)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list = QWidget()
        self.body.addWidget(self._area, 1)
        self.show_problems([], [])

    def problems(self) -> list[Problem]:
        """What is shown, in order."""
        return list(self._shown)

    def show_problems(
        self,
        problems: Sequence[Problem],
        taken: Sequence[TakenFix],
        looks: Sequence[str] = (),
        *,
        is_looking: bool = False,
    ) -> None:
        """Shows these, errors first, and around them the fixes that were taken, each with the way back.

        `looks` are the keys of those about rows that can be shown.
        """
        problems = sorted(problems, key=lambda each: _ORDER[each.severity])
        shown = (tuple(problems), tuple(taken), tuple(looks), is_looking)
        if shown == self._what:
            return
        self._what = shown
        self._looks = frozenset(looks)
        self.effect.setText("")
        self._shown = problems
        words = self.tr("Worth a look ({count})").format(count=len(self._shown))
        self.title.setText(self.tr("{title} · looking…").format(title=words) if is_looking else words)
        self.setAccessibleName(self.title.text())
        at = self._area.verticalScrollBar().value()
        self._list = _Rows()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, UNIT, 0)
        column.setSpacing(0)
        if not self._shown:
            column.addWidget(Rule())
            column.addWidget(self._nothing(is_looking=is_looking))
        for newest in taken[-1:]:  # what was just done is in sight, so that it can be taken back
            column.addWidget(Rule())
            column.addWidget(self._done(newest))
        for each in self._shown:
            column.addWidget(Rule())
            column.addWidget(self._row(each))
        for older in reversed(taken[:-1]):
            column.addWidget(Rule())
            column.addWidget(self._done(older))
        column.addStretch(1)
        self._area.setWidget(self._list)
        is_new = len(taken) > self._taken
        self._taken = len(taken)
        self._area.verticalScrollBar().setValue(0 if is_new else at)

    def _nothing(self, *, is_looking: bool) -> QWidget:
        if is_looking:
            icon, tone = "search", "muted"
            words = self.tr("Nothing so far; the cells are still being looked at.")
        else:
            icon, tone = "check", "good"
            words = self.tr("Nothing was found that stands in the way: the data is ready to be learned from.")
        made = QWidget()
        made.setObjectName("worthNothing")
        row = QHBoxLayout(made)
        row.setContentsMargins(0, GAP, 0, GAP)
        row.setSpacing(10)
        row.addWidget(IconLabel(icon, _ICON, tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(words, "body", "muted", wrap=True), 1)
        return made

    def _row(self, what: Problem) -> QWidget:
        made = QWidget()
        made.setObjectName(f"worth_{what.key}")
        made.setAccessibleName(str(what))
        said = QHBoxLayout()
        said.setSpacing(10)
        icon = IconLabel(_ICONS[what.severity], _ICON, _TONES[what.severity] or "muted")
        said.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        first, _, rest = what.message.partition(". ")
        more = f"{rest} {what.advice}".strip()
        words = _words(f"{first.rstrip('.')}.", _TONES[what.severity], more)
        if what.key in self._looks:
            look = LinkButton(self.tr("Show them"), f"look_{what.key}")
            look.setProperty("tone", "accent")
            look.clicked.connect(partial(self._emit, self.look_wanted, what.key))
            words.addWidget(look, 0, Qt.AlignmentFlag.AlignLeft)
        is_long = bool(what.fixes) and len(what.fixes[0].label) > _BESIDE
        if is_long:
            words.addSpacing(4)
            words.addWidget(self._button(what.fixes), 0, Qt.AlignmentFlag.AlignLeft)
        said.addLayout(words, 1)
        middle = QVBoxLayout()  # beside a button that is higher than the words
        middle.addStretch(1)
        middle.addLayout(said)
        middle.addStretch(1)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 10, 0, 10)
        row.setSpacing(10)
        row.addLayout(middle, 1)
        if what.fixes and not is_long:
            row.addSpacing(6)
            row.addWidget(self._button(what.fixes), 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    def _button(self, fixes: Sequence[Fix]) -> Button:
        """One button for the best fix; where there are several, it opens a menu with all of them."""
        button = Button(_cut(fixes[0].label), f"fix_{fixes[0].key}")
        button.setFixedHeight(32)
        button.setToolTip("\n".join(each.what for each in fixes[:1]))
        button.setAccessibleDescription(fixes[0].what)
        button.setProperty("effect", fixes[0].what)
        button.installEventFilter(self)
        if len(fixes) == 1:
            button.clicked.connect(partial(self._emit, self.fix_chosen, fixes[0]))
            return button
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for each in fixes:
            action = menu.addAction(each.label)
            action.setObjectName(f"fix_{each.key}")
            action.setToolTip(each.what)
            action.triggered.connect(partial(self._emit, self.fix_chosen, each))
        button.setMenu(menu)
        return button

    def _done(self, taken: TakenFix) -> QWidget:
        made = QWidget()
        made.setObjectName(f"done_{taken.fix.key}")
        row = QHBoxLayout(made)
        row.setContentsMargins(0, UNIT, 0, UNIT)
        row.setSpacing(10)
        row.addWidget(IconLabel("check", _ICON, "good"), 0, Qt.AlignmentFlag.AlignTop)
        title = self.tr("Done: {what}").format(what=taken.fix.label)
        row.addLayout(_words(title, "good", taken.fix.what), 1)
        undo = LinkButton(self.tr("Undo"), f"undo_{taken.fix.key}")
        undo.setAccessibleName(self.tr("Undo: {what}").format(what=taken.fix.label))
        undo.clicked.connect(partial(self._emit, self.undo_chosen, taken))
        row.addWidget(undo, 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Says in the head of the card what a button would do, while it is pointed at or has the focus."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.effect.setText(str(watched.property("effect")))
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self.effect.setText("")
        return super().eventFilter(watched, event)

    def _emit(self, signal: Any, what: object, _checked: bool = False) -> None:
        signal.emit(what)


class _Rows(QWidget):
    """As high as its wrapped words are at its width; a scroll area alone would guess, and leave a gap."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("scrolled")

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return QSize(0, layout.heightForWidth(self.width()))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            layout = self.layout()
            assert layout is not None
            self.setMinimumHeight(layout.heightForWidth(self.width()))


def _words(title: str, tone: Tone, more: str) -> QVBoxLayout:
    words = QVBoxLayout()
    words.setSpacing(2)
    for text, kind, of in ((title, "strong", tone), (more, "small", "muted")):
        if text:
            label = Label(text, kind, of, wrap=True)  # type: ignore[arg-type]
            label.setTextFormat(Qt.TextFormat.PlainText)
            words.addWidget(label)
    return words


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
