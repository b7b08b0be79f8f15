"""A study while it goes on, and afterwards: its curves, its best, its settings and its trials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.study.outline import Outliner, StudyOutline
from trainer_gui.engine.study.progress import StudyProgress, StudyState
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.pages.train.plot_card import PlotCard
from trainer_gui.gui.pages.train.study_saving import StudySaving
from trainer_gui.gui.pages.train.study_table import TrialTable
from trainer_gui.gui.pages.train.study_words import advice_words, head_words, note_html
from trainer_gui.gui.plots.legend import LegendItem
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import GAP, UNIT, colours
from trainer_gui.gui.widgets import (
    Badge,
    Card,
    ElidedLabel,
    EmptyState,
    Label,
    LinkButton,
    SegmentedControl,
    Tone,
)

if TYPE_CHECKING:
    from trainer_gui.gui.plots.parallel import ParallelPlot
    from trainer_gui.gui.plots.trial_plot import TrialPlot

CLOCK = 33  # milliseconds between two drawings
_TABLE_CLOCK = 250  # between two looks of the table, which nobody reads faster
_WIDE = 940  # pixels from which the lower cards stand beside each other
_NOBODY = -1


class StudyView(QWidget):
    """Shows a study, live or recorded. It draws from a clock, and only what can be seen."""

    run_requested = Signal(Path)  # the folder of the run to open

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studyView")
        self._session = session
        self._progress = StudyProgress()
        self._recipe: StudyRecipe | None = None
        self._folder = Path()
        self._outliner = Outliner((), 1)
        self._outline = StudyOutline()
        self._problem: Problem | None = None
        self._is_stale = False
        self._is_wide: bool | None = None
        self._is_made = False
        self._lines: ParallelPlot | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(CLOCK)
        self._clock.timeout.connect(self.flush)
        self._table_clock = QTimer(self)
        self._table_clock.setSingleShot(True)
        self._table_clock.setInterval(_TABLE_CLOCK)
        self._table_clock.timeout.connect(self._flush_table)
        self._make_parts()
        self._lay_out()

    # ---- what it is told

    def show_study(self, recipe: StudyRecipe, folder: Path = Path()) -> None:
        """Shows another study, or the same with other ranges; `folder` is where its runs lie."""
        self._make_plots()
        self._recipe, self._folder, self._problem = recipe, folder, None
        axes = recipe.space.axes if recipe.vary else ()
        self._outliner = Outliner(axes, recipe.epochs, is_grid=recipe.how == "grid")
        self._outline = StudyOutline(axes=axes, epochs=recipe.epochs, repeats=recipe.repeats)
        self.saving.title = self.settings_saving.title = recipe.name
        self._offer(len(axes))
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
        if not self._is_stale:
            return
        self._is_stale = False
        self._outline = self._outliner.outline(self._progress)
        self._show_words()
        self._show_plots()
        if not self._table_clock.isActive():
            if self._progress.state.is_over or not self.table.trials.rowCount():
                self._flush_table()
            else:
                self._table_clock.start()

    def outline(self) -> StudyOutline:
        """What is drawn."""
        return self._outline

    # ---- how it is built

    def _make_parts(self) -> None:
        self.badge = Badge()
        self.badge.setObjectName("studyState")
        self.head = ElidedLabel("", "small")
        self.head.setObjectName("studyHead")
        self.filter = LinkButton("", "studyFilter")
        self.filter.setProperty("tone", "accent")
        self.filter.hide()
        self.filter.clicked.connect(self._on_clear)
        self.log = LinkButton(self.tr("Log"), "studyLog")
        self.log.setToolTip(self.tr("Powers of ten for the loss, to see small numbers better"))
        self.log.setCheckable(True)
        self.log.toggled.connect(self._on_log)
        self.advice = Label("", "small", "muted", wrap=True)
        self.advice.setObjectName("studyAdvice")
        self.curves = PlotCard("studyCurves", self.tr("Curves"))
        self.settings = PlotCard("studySettings", self.tr("Settings"))
        self.by_trial = LinkButton(self.tr("Over trials"), "studyByTrial")
        self.by_trial.setToolTip(self.tr("One place for each trial instead of the time that it took"))
        self.by_trial.setCheckable(True)
        self.by_trial.toggled.connect(self._on_by_trial)
        self.curves.add_to_row(self.by_trial)
        self.trials = Card("", "studyTrials")
        self.trials.body.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        self.table = TrialTable()
        self.trials.body.addWidget(self.table)
        self.table.opened.connect(self._on_opened)
        self.table.marked.connect(self._on_pointed)
        self.below = SegmentedControl("studyLower")
        self.below.setFixedHeight(28)
        self.below.setMaximumWidth(360)
        self.below.value_changed.connect(self._on_lower)
        self.empty = EmptyState("runs", "", "", name="studyEmpty")
        self.saving = StudySaving(self.curves, self._session)
        self.settings_saving = StudySaving(self.settings, self._session)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        for widget in (self.badge, self.head, self.filter, self.log):
            head.addWidget(widget, 1 if widget is self.head else 0)
        column.addLayout(head)
        column.addWidget(self.advice)
        self._room = QWidget()
        self._grid = QGridLayout(self._room)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        column.addWidget(self.empty, 1)
        column.addWidget(self._room, 1)
        self._room.hide()
        self._arrange()

    def _make_plots(self) -> None:
        if self._is_made:
            return
        from trainer_gui.gui.pages.train.study_plots import make_plots

        self._is_made = True
        made = make_plots()
        self._lines = made.lines
        self.curves.add_plot("curves", made.curves)
        self.curves.add_plot("best", made.best)
        self.settings.add_plot("one", made.one)
        self.settings.add_plot("two", made.two)
        self.settings.add_plot("lines", made.lines)
        for plot in self._all_plots():
            plot.pointed.connect(self._on_pointed)
            plot.opened.connect(self._on_opened)
        made.lines.brushed.connect(self._on_brushed)
        self.curves.set_legend(
            [
                LegendItem("best", "", "solid", "validation"),
                LegendItem("band", "", "faint", "validation"),
                LegendItem("others", "", "faint", "muted"),
                LegendItem("running", "", "solid", "training"),
                LegendItem("cut", "", "faint", "muted"),
                LegendItem("failed", "", "dashed", "error"),
            ]
        )
        self.curves.hidden_changed.connect(self._on_hidden)
        self.curves.shown_changed.connect(self._on_shown)
        self.settings.shown_changed.connect(self._on_shown)

    def _offer(self, count: int) -> None:
        """Offers the pictures that suit so many axes."""
        curves, best = ("curves", self.tr("Curves")), ("best", self.tr("Best so far"))
        self.curves.offer([curves, best] if count else [curves])
        if count == 1:
            self.settings.offer([("one", self.tr("Setting and loss"))])
        elif count == 2:
            self.settings.offer([("two", self.tr("Map")), ("lines", self.tr("Side by side"))])
        elif count:
            self.settings.offer([("lines", self.tr("Settings side by side"))])
        offered = [("settings", self.tr("Settings"))] if count else []
        self.below.set_choices([*offered, ("trials", self.tr("Trials") if count else self.tr("Seeds"))])
        if not self.below.value():
            self.below.set_value("settings" if count else "trials")
        self._on_clear()
        self._is_wide = None
        self._arrange()

    def _arrange(self) -> None:
        """Places the cards: beside each other where there is room, else one below the curves."""
        wide = self.width() >= _WIDE
        if wide == self._is_wide:
            return
        self._is_wide = wide
        has_axes = bool(self._outline.axes)
        for each in (self.curves, self.settings, self.trials, self.below):
            self._grid.removeWidget(each)
        self.below.setVisible(not wide and has_axes)
        if wide and has_axes:
            self._grid.addWidget(self.curves, 0, 0)
            self._grid.addWidget(self.settings, 0, 1)
            self._grid.addWidget(self.trials, 2, 0, 1, 2)
        else:
            self._grid.addWidget(self.curves, 0, 0, 1, 2)
            self._grid.addWidget(self.below, 1, 0, 1, 2)
            self._grid.addWidget(self.settings, 2, 0, 1, 2)
            self._grid.addWidget(self.trials, 2, 0, 1, 2)
        self._grid.setRowStretch(0, 3)
        self._grid.setRowStretch(2, 3 if has_axes and not wide else 2)
        self._on_lower()

    def _on_lower(self) -> None:
        one = None if self._is_wide else self.below.value()
        has_axes = bool(self._outline.axes)
        self.settings.setVisible(has_axes and one in (None, "settings"))
        self.trials.setVisible(not has_axes or one in (None, "trials"))
        self._show_plots()

    # ---- what it shows

    def _show_words(self) -> None:
        progress, outline = self._progress, self._outline
        tones: dict[StudyState, tuple[str, Tone]] = {
            StudyState.WAITING: (self.tr("Not begun"), "muted"),
            StudyState.SEARCHING: (self.tr("Searching") if outline.axes else self.tr("Training"), "accent"),
            StudyState.FINISHED: (self.tr("Finished"), "good"),
            StudyState.TIME: (self.tr("Time is over"), "caution"),
            StudyState.STOPPED: (self.tr("Stopped"), "caution"),
            StudyState.FAILED: (self.tr("Failed"), "error"),
        }
        words, tone = tones[progress.state]
        if self._problem is not None:
            words, tone = self.tr("Could not start"), "error"
        if (self.badge.text(), self.badge.property("tone")) != (words, tone):
            self.badge.show_state(words, tone)
        self.head.setText(head_words(progress, outline) if self._recipe is not None else "")
        advice = str(self._problem) if self._problem is not None else advice_words(progress)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice) and bool(outline.trials))
        self.badge.setVisible(self._recipe is not None)
        drawn = bool(outline.trials)
        self._room.setVisible(drawn)
        self.log.setVisible(drawn)
        self.empty.setVisible(not drawn)
        if not drawn:
            self._show_empty(advice)

    def _show_empty(self, advice: str) -> None:
        state = self._progress.state
        if self._problem is not None:
            self.empty.show_words(self._problem.message, self._problem.advice)
        elif self._recipe is None:
            self.empty.show_words(
                self.tr("No study yet"),
                self.tr("Tick the settings to vary, choose how to search, and press Start."),
            )
        elif state is StudyState.SEARCHING:
            self.empty.show_words(
                self.tr("The first trials are being prepared"),
                self.tr("Their curves appear here after their first epoch."),
            )
        elif state.is_over:
            self.empty.show_words(self.tr("It ended before the first trial"), advice)
        else:
            self.empty.show_words(
                self.tr("Ready to search"),
                self.tr("Press Start. Every trial becomes a curve here, the best one bold."),
            )

    def _show_plots(self) -> None:
        if not self._is_made:
            return
        for card in (self.curves, self.settings):
            plot = card.plot()
            if plot is not None and not card.isHidden() and plot.outline() is not self._outline:
                plot.show_outline(self._outline)
        self._show_names()

    def _show_names(self) -> None:
        outline, names = self._outline, {}
        kinds = {each.kind for each in outline.trials}
        spread = outline.repeats > 1
        if outline.together is not None:
            names["best"] = self.tr("Mean of {count} seeds").format(count=len(outline.trials))
            names["band"] = self.tr("± standard deviation")
            names["others"] = self.tr("Single seeds")
        elif outline.axes:
            if outline.best != _NOBODY:
                names["best"] = self.tr("Best trial, mean of its seeds") if spread else self.tr("Best trial")
                if spread:
                    names["band"] = self.tr("± standard deviation")
            names["others"] = self.tr("Other trials")
            if kinds & {"running", "stopped"}:
                names["running"] = self.tr("Under way")
            if "cut" in kinds:
                names["cut"] = self.tr("Stopped early (ends with a bar)")
            if "failed" in kinds:
                names["failed"] = self.tr("Failed (dashed, ends with ×)")
        self.curves.show_names(names if self.curves.shown == "curves" else {})
        self.by_trial.setVisible(self.curves.shown == "best")

    def _flush_table(self) -> None:
        self.table.trials.show_outline(self._outline)

    def _all_plots(self) -> list[TrialPlot]:
        return [*self.curves.plots.values(), *self.settings.plots.values()]

    # ---- what is done with it

    def _on_pointed(self, number: int) -> None:
        each = self._outline.trial(number)
        words = note_html(each, self._outline, colours()) if each is not None else ""
        source = self.sender()
        for plot in self._all_plots():
            if not plot.isHidden():
                plot.point_at(number, words if plot is source else "")

    def _on_opened(self, number: int) -> None:
        each = self._outline.trial(number)
        if each is not None and each.trial.runs:
            scores = each.trial.scores
            best = scores.index(min(scores)) if len(scores) == len(each.trial.runs) else 0
            self.run_requested.emit(self._folder / each.trial.runs[best])

    def _on_brushed(self, chosen: frozenset[int] | None) -> None:
        for plot in self._all_plots():
            plot.set_look(chosen=chosen)
        self.table.trials.show_chosen(chosen)
        self.filter.setVisible(chosen is not None)
        if chosen is not None:
            words = self.tr("{count} of {all} trials chosen · show all")
            self.filter.setText(words.format(count=len(chosen), all=len(self._outline.trials)))

    def _on_clear(self) -> None:
        if self._lines is not None:
            self._lines.clear()

    def _on_log(self, on: bool) -> None:
        for plot in self._all_plots():
            plot.set_look(log=on)

    def _on_by_trial(self, on: bool) -> None:
        for plot in self._all_plots():
            plot.set_look(by_trial=on)

    def _on_hidden(self, names: frozenset[str]) -> None:
        self.curves.plots["curves"].set_look(hidden=names)

    def _on_shown(self, name: str) -> None:
        self._show_plots()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._clock.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
