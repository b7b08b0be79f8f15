"""What is below the list: the selected run, or several laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.gui.pages.runs.answer import AnswerLine, Row
from trainer_gui.gui.pages.runs.differences import differences_of, facts_of
from trainer_gui.gui.pages.runs.summary import RunSummary
from trainer_gui.gui.pages.runs.together import TogetherButton
from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import Button, Card, ElidedLabel, IconButton, Label

if TYPE_CHECKING:
    from trainer_gui.engine.curve import Curve
    from trainer_gui.gui.plots.overlay import Overlay

_NAMED = 4  # differences that are written out; the rest is in the tooltip
_MOST = 15  # curves at once; more cannot be told apart


class DetailsCard(Card):
    """Shows curves and facts of the runs that are selected, and what can be done with them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(name="runDetails", parent=parent)
        self._runs: tuple[RunSummary, ...] = ()
        self._chart: Overlay | None = None
        self._items: list[LegendItem] = []
        self.name = ElidedLabel("", "heading")
        self.name.setObjectName("runDetailsName")
        self.open_button = Button(self.tr("Open"), "runOpen")
        self.repeat_button = Button(self.tr("Repeat"), "runRepeat")
        self.resume_button = Button(self.tr("Resume"), "runResume")
        self.rename_button = IconButton("edit", self.tr("Rename (F2)"))
        self.folder_button = IconButton("folder", self.tr("Open the run's folder"))
        self.delete_button = IconButton("trash", self.tr("Move to the bin (Delete)"))
        top = QHBoxLayout()
        top.setSpacing(UNIT)
        top.addWidget(self.name, 1)
        for button in (self.rename_button, self.folder_button, self.delete_button):
            top.addWidget(button)
        for named, words in (
            (self.rename_button, "runRename"),
            (self.folder_button, "runFolder"),
            (self.delete_button, "runDelete"),
        ):
            named.setObjectName(words)
        self.answer = AnswerLine(session)
        self.together = TogetherButton(session)
        answers = (self.answer.ask_button, self.answer.test_button, self.together)
        for quiet in (*answers, self.resume_button, self.repeat_button, self.open_button):
            quiet.setFixedHeight(32)
            top.addWidget(quiet)
        self.body.addLayout(top)
        self.problem = Label("", "body", "error", wrap=True)
        self.problem.setObjectName("runProblem")
        self.body.addWidget(self.problem)
        self.why_not = Label("", "body", "caution", wrap=True)
        self.why_not.setObjectName("runWhyNot")
        self.body.addWidget(self.why_not)
        self.body.addWidget(self.answer)
        self._place = QVBoxLayout()
        row = QHBoxLayout()
        row.setSpacing(MARGIN)
        row.addLayout(self._place, 3)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFixedWidth(300)
        row.addWidget(self._area)
        self.body.addLayout(row, 1)

    def show_runs(self, runs: Sequence[RunSummary], here: str) -> None:
        """Shows these runs; `here` is the path of the one that this window trains."""
        self._runs = tuple(runs[:_MOST])
        self.setVisible(bool(runs))
        if not runs:
            self.answer.show_rows(())
            self.together.show_runs(())
            return
        self._area.show()
        one = runs[0] if len(runs) == 1 else None
        sound = [each for each in runs if each.problem is None]
        if one is not None:
            self.name.setText(one.name)
        else:
            self.name.setText(self.tr("{count} runs side by side").format(count=len(runs)))
        self.open_button.setVisible(one is not None)
        self.open_button.setEnabled(bool(sound))
        self.repeat_button.setVisible(one is not None)
        self.repeat_button.setEnabled(one is not None and one.can_repeat)
        several = self.tr("It was put together from other runs, which can be repeated one by one.")
        self.repeat_button.setToolTip(several if one is not None and one.is_of_several else "")
        self.resume_button.setVisible(one is not None and one.can_resume and str(one.path) != here)
        self.rename_button.setEnabled(one is not None)
        self.folder_button.setEnabled(one is not None)
        failed = one.progress.problem if one is not None else None
        problem = (one.problem or failed) if one is not None else None
        self.problem.setText(str(problem) if problem is not None else "")
        self.problem.setVisible(problem is not None)
        # What it failed with says itself what to do; why else it cannot go on is to be said.
        is_gone = one is not None and one.why_not is not None and one.why_not.key == "run.data_gone"
        self.why_not.setText(str(one.why_not) if one is not None and is_gone else "")
        self.why_not.setVisible(is_gone)
        self.answer.show_rows(runs)
        self.together.show_runs(runs)
        self._show_words(one)
        self._show_curves(one)

    def show_pair(self, rows: Sequence[Row]) -> None:
        """Says which of two is better where one of them is a study, or both are; a study has no one curve."""
        self._runs, self._items = (), []
        self.show()
        self.name.setText(self.tr("{a} and {b}").format(a=rows[0].name, b=rows[1].name))
        for each in (self.open_button, self.repeat_button, self.resume_button, self.problem, self.why_not):
            each.hide()
        for button in (self.rename_button, self.folder_button):
            button.setEnabled(False)
        self._area.hide()
        self.together.show_runs(())
        if self._chart is not None:
            self._chart.hide()
        self.answer.show_rows(rows)

    def chart(self) -> Overlay | None:
        """The curves that are drawn; None before the first."""
        return self._chart

    def legend(self) -> list[LegendItem]:
        """The names of the curves."""
        return list(self._items)

    def _show_words(self, one: RunSummary | None) -> None:
        holder = QWidget()
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, UNIT, 0)
        column.setSpacing(2)
        self._items = []
        if one is not None:
            self._add_facts(column, one)
        else:
            self._add_legend(column)
        column.addStretch(1)
        self._area.setWidget(holder)

    def _add_facts(self, column: QVBoxLayout, one: RunSummary) -> None:
        if len(one.progress.curve):
            for name, words, style in (
                ("training", self.tr("Training loss"), "solid"),
                ("validation", self.tr("Validation loss"), "dashed"),
            ):
                self._items.append(LegendItem(name, words, style, name))
        line = QHBoxLayout()
        for place, item in enumerate(self._items):
            item.toggled.connect(self._on_toggled)
            line.addWidget(item, place)
        column.addLayout(line)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(facts_of(one)):
            grid.addWidget(Label(name, "small", "muted"), row, 0)
            shown = ElidedLabel(value, "small")
            grid.addWidget(shown, row, 1)
        column.addSpacing(4)
        column.addLayout(grid)

    def _add_legend(self, column: QVBoxLayout) -> None:
        from trainer_gui.gui.plots.overlay import COLOURS, STYLES

        differences = differences_of(self._runs)
        for place, (run, pairs) in enumerate(zip(self._runs, differences, strict=True)):
            style, colour = STYLES[place // len(COLOURS) % len(STYLES)], COLOURS[place % len(COLOURS)]
            item = LegendItem(str(place), run.name, style, colour)
            item.toggled.connect(self._on_toggled)
            self._items.append(item)
            column.addWidget(item)
            words = " · ".join(f"{name} {value}" for name, value in pairs[:_NAMED])
            if len(pairs) > _NAMED:
                words += " · " + self.tr("{count} more").format(count=len(pairs) - _NAMED)
            text = Label(words or self.tr("the same choices"), "caption", "muted", wrap=True)
            text.setContentsMargins(28, 0, 0, 6)
            text.setToolTip("\n".join(f"{name}: {value}" for name, value in pairs))
            column.addWidget(text)

    def _show_curves(self, one: RunSummary | None) -> None:
        from trainer_gui.gui.plots.overlay import COLOURS, STYLES, Overlaid, Overlay

        if self._chart is None:
            self._chart = Overlay("runCurves")
            self._place.addWidget(self._chart)
        curves = []
        if one is not None:
            curve = one.progress.curve
            if len(curve):
                curves.append(Overlaid(curve.epochs, curve.train_loss, "training"))
                best = _place_of_best(curve)
                curves.append(Overlaid(curve.epochs, curve.validation_loss, "validation", "dashed", best))
            if one.progress.joined is not None:
                every = one.progress.curves.values()
                curves += [
                    Overlaid(each.epochs, each.validation_loss, "validation", faint=True) for each in every
                ]
        else:
            for place, run in enumerate(self._runs):
                curve = run.progress.curve
                best = _place_of_best(curve)
                style, colour = STYLES[place // len(COLOURS) % len(STYLES)], COLOURS[place % len(COLOURS)]
                curves.append(Overlaid(curve.epochs, curve.validation_loss, colour, style, best))
        self._chart.setVisible(bool(curves))
        self._chart.show_curves(
            curves, self.tr("Epoch"), self.tr("Loss") if one else self.tr("Validation loss")
        )

    def _on_toggled(self) -> None:
        if self._chart is not None:
            hidden = frozenset(at for at, item in enumerate(self._items) if not item.isChecked())
            self._chart.set_hidden(hidden)


def _place_of_best(curve: Curve) -> int:
    """Where the best epoch stands in the arrays of a curve; -1 where none is."""
    return int(np.searchsorted(curve.epochs, curve.best_epoch)) if curve.best_epoch else -1
