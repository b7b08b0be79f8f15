"""The Learn page as a whole: cards in as many columns as fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.gui.pages.learn.lesson import Lesson, Own
from trainer_gui.gui.pages.learn.lessons import lessons
from trainer_gui.gui.plots.experiments import Experiments, run_experiments
from trainer_gui.gui.plots.sketch import Sketch
from trainer_gui.gui.plots.split_bar import SplitBar
from trainer_gui.gui.runner import Report
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Card, Label

_WIDE = 400  # pixels that a card wants
_PICTURE = 136
_USUAL = {"training": 106, "validation": 22, "test": 22}  # iris, shared out as usual


class LessonCard(Card):
    """One idea: a drawing, a few sentences, and what it was like in one's own run."""

    def __init__(self, lesson: Lesson, parent: QWidget | None = None) -> None:
        super().__init__(lesson.title, f"lesson_{lesson.name}", parent)
        self.title.setFont(Label("", "strong").font())
        self.title.set_tone("")
        self.sketch = Sketch(f"sketch_{lesson.name}", _PICTURE)
        self.bar = SplitBar()
        holder = QWidget()
        holder.setFixedHeight(_PICTURE)
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        self._holder = holder
        self._text = Label("", "body", "muted", wrap=True)
        self._own = Label("", "body", "accent", wrap=True)
        for part in (self.sketch, holder, self._text, self._own):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_lesson(self, lesson: Lesson, counts: dict[str, int]) -> None:
        """Shows the idea as it looks with the run of the moment."""
        self.sketch.setVisible(lesson.drawing is not None)
        self._holder.setVisible(lesson.drawing is None)
        if lesson.drawing is not None:
            self.sketch.show_drawing(lesson.drawing, lesson.words)
        else:
            self.bar.show_counts(counts, is_exact=True)
        self._text.setText(lesson.text)
        self._own.setText(lesson.own)
        self._own.setVisible(bool(lesson.own))
        self.setAccessibleDescription(f"{lesson.text} {lesson.own}".strip())

    def own_words(self) -> str:
        """What is said of one's own run."""
        return self._own.text()


class LearnPage(QWidget):
    """The experiments are computed on a thread; one's own run is drawn where there is one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._made: Experiments | None = None
        self._cards: list[LessonCard] = []
        self._columns = 0
        self._is_stale = True
        holder = QWidget()
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        self.heading = Label("", "heading")
        self.heading.setObjectName("learnHeading")
        self.hint = Label("", "body", "muted", wrap=True)
        column.addWidget(self.heading)
        column.addWidget(self.hint)
        column.addSpacing(UNIT // 2)
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)
        self._job = session.runner.call(_compute)
        self._job.answered.connect(self._on_computed)
        self._job.faulted.connect(session.fault_found)
        session.run_state_changed.connect(self._on_run_changed)

    def card(self, name: str) -> LessonCard | None:
        """The card of an idea; None while it is not there."""
        for each in self._cards:
            if each.objectName() == f"lesson_{name}":
                return each
        return None

    def _on_computed(self, made: Experiments) -> None:
        self._made = made
        self._show()

    def _on_run_changed(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        if self._made is None:
            return
        self._is_stale = False
        run = self._session.run
        own = Own(run.progress, run.recipe)
        if own.has_curve:
            name = run.folder.name if run.folder is not None else ""
            self.heading.setText(self.tr("The ideas, shown with your run “{name}”").format(name=name))
            self.hint.setText(self.tr("Open another run on the Runs page to see it here."))
        else:
            self.heading.setText(self.tr("The ideas behind training"))
            self.hint.setText(
                self.tr(
                    "The drawings are small experiments. Once you have trained a model, you see your own."
                )
            )
        found = lessons(self._made, own)
        if not self._cards:
            self._cards = [LessonCard(each) for each in found]
            self._arrange()
        started = run.progress.started
        counts = dict(started.rows) if started is not None else _USUAL
        for card, lesson in zip(self._cards, found, strict=True):
            card.show_lesson(lesson, counts)

    def _arrange(self) -> None:
        # The width of the page itself: that of the area is an older one while the page is just being shown.
        columns = max(1, min(4, (self.width() - 2 * MARGIN) // _WIDE))
        if columns == self._columns and self._grid.count() == len(self._cards):
            return
        self._columns = columns
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // columns, place % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._cards:
            self._arrange()

    def showEvent(self, event: QEvent) -> None:
        if self._is_stale:
            self._show()


def _compute(report: Report) -> Experiments:
    report("", None)
    return run_experiments()
