"""A study while it goes on, and afterwards: its curves, its best, its settings and its trials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.study.outline import Kind, Outliner, StudyOutline
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.pages.train.study_cards import StudyCards
from trainer_gui.gui.pages.train.study_findings import StudyFindings
from trainer_gui.gui.pages.train.study_saving import StudySaving
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import UNIT, colours
from trainer_gui.gui.trial_words import note_html, runs_words
from trainer_gui.gui.widgets import EmptyState, Label

if TYPE_CHECKING:
    from trainer_gui.engine.study.findings import Findings
    from trainer_gui.gui.plots.parallel_plot import ParallelPlot

CLOCK = 33  # milliseconds between two drawings
_TABLE_CLOCK = 250  # between two looks of the table, which nobody reads faster
_NOBODY = -1


class StudyView(QWidget):
    """Shows a study, live or recorded. It draws from a clock, and only what can be seen."""

    run_requested = Signal(Path)  # the folder of the run to open

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studyView")
        self._progress = StudyProgress()
        self._recipe: StudyRecipe | None = None
        self._folder: Path | None = None
        self._outliner = Outliner((), 1)
        self._outline = StudyOutline()
        self._problem: Problem | None = None
        self._is_stale = False
        self._lines: ParallelPlot | None = None
        self._clock = self._timer(CLOCK)
        self._clock.timeout.connect(self.flush)
        self._table_clock = self._timer(_TABLE_CLOCK)
        self._table_clock.timeout.connect(self._flush_table)
        self.cards = StudyCards()
        self.findings = StudyFindings(session, self)
        self.findings.found.connect(self._on_found)
        self.said = Label("", "small", "muted", wrap=True)
        self.said.setObjectName("studySaid")
        self.empty = EmptyState("runs", "", "", name="studyEmpty")
        self.savings = [StudySaving(each, session) for each in (self.cards.curves, self.cards.settings)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.empty, 1)
        column.addWidget(self.cards, 1)
        column.addWidget(self.said)
        self.cards.table.opened.connect(self._on_opened)
        self.cards.table.marked.connect(self._on_pointed)
        self.cards.log.toggled.connect(self._on_log)
        self.cards.by_trial.toggled.connect(self._on_by_trial)
        self.cards.filter.clicked.connect(self._on_clear)
        self.cards.shown_changed.connect(self._show_plots)
        self.cards.curves.hidden_changed.connect(self._on_hidden)
        self._show_words()

    def _timer(self, milliseconds: int) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(milliseconds)
        return made

    # ---- what it is told

    def show_study(self, recipe: StudyRecipe, folder: Path | None = None) -> None:
        """Shows another study, or the same with other ranges; `folder` is where its runs lie."""
        self._make_plots()
        self._recipe, self._folder, self._problem = recipe, folder, None
        axes = recipe.space.axes
        self._outliner = Outliner(axes, recipe.epochs, is_grid=recipe.how == "grid")
        self._outline = StudyOutline(axes=axes, epochs=recipe.epochs)
        for each in self.savings:
            each.title = recipe.name
        self.findings.forget()
        self.said.setText("")
        by_rows = recipe.is_learning_curve
        self.cards.offer(len(axes), weighed=len(axes) > 0 and not by_rows, by_rows=by_rows)
        self._on_clear()
        self._progress = StudyProgress()
        self._is_stale = True
        self.flush()

    def show_progress(self, progress: StudyProgress) -> None:
        """Shows where the study stands; the drawing follows with the clock."""
        self._progress = progress
        self._is_stale = True
        if not self._clock.isActive() and self.isVisible():
            self._clock.start()

    def show_problem(self, problem: Problem) -> None:
        """Says what stands in the way of the study, where its curves would be."""
        self._problem = problem
        self._show_words()

    def flush(self) -> None:
        """Draws what has changed now."""
        if not self._is_stale or self._recipe is None:
            return
        self._is_stale = False
        self._outline = self._outliner.outline(self._progress)
        self._show_words()
        self._show_plots()
        if not self._table_clock.isActive():
            if self._outline.is_over or not self.cards.table.trials.rowCount():
                self._flush_table()
            else:
                self._table_clock.start()

    def outline(self) -> StudyOutline:
        """What is drawn."""
        return self._outline

    def _flush_table(self) -> None:
        self.cards.table.trials.show_outline(self._outline)
        if self._recipe is not None:
            self.findings.ask(self._recipe, self._outline, self._progress, self._folder)

    # ---- what it shows

    def _make_plots(self) -> None:
        if self._lines is not None:
            return
        from trainer_gui.gui.pages.train.study_plots import make_plots

        made = make_plots()
        self._lines = made.lines
        self.cards.take(made)
        for plot in self.cards.plots():
            plot.pointed.connect(self._on_pointed)
            plot.opened.connect(self._on_opened)
        made.lines.brushed.connect(self._on_brushed)

    def _show_words(self) -> None:
        drawn = bool(self._outline.trials)
        self.cards.setVisible(drawn)
        self.empty.setVisible(not drawn)
        self.said.setVisible(bool(self.said.text()) and drawn)
        if drawn:
            return
        state = self._progress.state
        problem = self._problem or self._progress.problem
        if problem is not None:
            self.empty.show_words(problem.message, problem.advice)
        elif state is StudyState.SEARCHING:
            self.empty.show_words(
                self.tr("The first runs are being prepared"),
                self.tr("Their curves appear here after their first epoch."),
            )
        elif state.is_over:
            self.empty.show_words(
                self.tr("It ended before the first run"), self.tr("Go on with the study to begin it.")
            )
        else:
            self.empty.show_words(
                self.tr("Ready when you are"),
                self.tr("Press Start. Every run becomes a curve here, the best one bold."),
            )

    def _show_plots(self) -> None:
        for card in (self.cards.curves, self.cards.settings):
            plot = card.plot()
            if plot is None or plot.outline() is self._outline:
                continue
            shown = plot.outline()
            # Where trials have only reported an epoch, the curves alone look different.
            if card.shown == "curves" or (shown.settled, shown.is_over) != (
                self._outline.settled,
                self._outline.is_over,
            ):
                plot.show_outline(self._outline)
        self._show_names()

    def _show_names(self) -> None:
        outline, names = self._outline, dict[str, str]()
        kinds = {each.kind for each in outline.trials}
        spread = outline.repeats > 1
        if outline.together is not None:
            mean = self.tr("Mean of {runs}").format(runs=runs_words(outline, len(outline.trials)))
            names = {"best": mean, "band": self.tr("± standard deviation"), "others": self.tr("Single runs")}
        elif outline.axes:
            if outline.best != _NOBODY:
                names["best"] = self.tr("Best trial, mean of its runs") if spread else self.tr("Best trial")
                if spread:
                    names["band"] = self.tr("± standard deviation")
            names["others"] = self.tr("Other trials")
            if kinds & {"running", "stopped"}:
                names["running"] = self.tr("Under way (ends with a ring)")
            if "cut" in kinds:
                names["cut"] = self.tr("Stopped early (ends with a bar)")
            if "failed" in kinds:
                names["failed"] = self.tr("Failed (dashed, ends with ×)")
        self.cards.curves.show_names(names if self.cards.curves.shown == "curves" else {})
        for card in (self.cards.curves, self.cards.settings):
            card.marks.setText(self._marks(card.shown, kinds))

    def _marks(self, shown: str, kinds: set[Kind]) -> str:
        """What the marks of trials mean that are not finished; the curves have a legend for that."""
        if shown == "curves" or not kinds:
            return ""
        words = []
        if "cut" in kinds and shown != "lines":
            words.append(self.tr("△ stopped early"))
        if "failed" in kinds:
            words.append(self.tr("× failed"))
        if kinds & {"running", "stopped"} and shown == "two":
            words.append(self.tr("○ under way"))
        elif kinds & {"running", "stopped"} and shown == "lines":
            words.append(self.tr("dashed: under way"))
        return " · ".join(words)

    def _on_found(self, found: Findings) -> None:
        self.said.setText(" ".join(f"{each.message} {each.advice}".strip() for each in found.sentences))
        self.cards.bars.show_importance(found.importance)
        self.cards.rows.show_curve(found.curve)
        self._show_words()

    # ---- what is done with it

    def _on_pointed(self, number: int) -> None:
        each = self._outline.trial(number)
        words = note_html(each, self._outline, colours()) if each is not None else ""
        source = self.sender()
        for plot in self.cards.plots():
            if plot.isVisible():
                plot.point_at(number, words if plot is source else "")

    def _on_opened(self, number: int) -> None:
        each = self._outline.trial(number)
        if each is not None and each.trial.runs:
            scores = each.trial.scores
            best = scores.index(min(scores)) if len(scores) == len(each.trial.runs) else 0
            self.run_requested.emit((self._folder or Path()) / each.trial.runs[best])

    def _on_brushed(self, chosen: frozenset[int] | None) -> None:
        self._set_look(chosen=chosen)
        self.cards.table.trials.show_chosen(chosen)
        self.cards.filter.setVisible(chosen is not None)
        if chosen is not None:
            words = self.tr("{count} of {all} chosen · show all")
            self.cards.filter.setText(words.format(count=len(chosen), all=len(self._outline.trials)))

    def _on_clear(self) -> None:
        if self._lines is not None:
            self._lines.clear()

    def _on_log(self, on: bool) -> None:
        self._set_look(log=on)

    def _on_by_trial(self, on: bool) -> None:
        self._set_look(by_trial=on)

    def _on_hidden(self, names: frozenset[str]) -> None:
        self._set_look(hidden=names)

    def _set_look(self, **changes: object) -> None:
        for plot in self.cards.plots():
            plot.set_look(**changes)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._clock.start()
