"""The Runs page as a whole: the list, its filter, what was interrupted, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer_gui.gui.pages.runs.bin import rename
from trainer_gui.gui.pages.runs.details import DetailsCard
from trainer_gui.gui.pages.runs.interrupted_banner import InterruptedBanner
from trainer_gui.gui.pages.runs.list_card import ListCard
from trainer_gui.gui.pages.runs.study_card import StudyCard
from trainer_gui.gui.pages.runs.study_summary import StudySummary
from trainer_gui.gui.pages.runs.summary import Row, RunSummary, read_summaries
from trainer_gui.gui.pages.runs.undo_banner import UndoBanner
from trainer_gui.gui.runner import Latest
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import EmptyState

if TYPE_CHECKING:
    from trainer_gui.engine.run_folder import RunFolder

_LOOK_AGAIN = 1000  # milliseconds


class RunsPage(QWidget):
    """Lists every run and study on disk, whoever wrote it, and looks again every second while it is shown."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._is_read = False
        self._readings = Latest(session.runner, self)
        self._readings.answered.connect(self._on_read)
        self._readings.refused.connect(session.problem_shown)
        self._readings.faulted.connect(session.fault_found)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_AGAIN)
        self._clock.timeout.connect(self._on_tick)
        self._build()
        session.run_state_changed.connect(self._on_run_state_changed)

    def _build(self) -> None:
        self.list_card = ListCard()
        self.table = self.list_card.table
        self.details = DetailsCard(self._session)
        self.study = StudyCard(self._session)
        self.study.hide()
        self.interrupted = InterruptedBanner(self._session)
        self.undo = UndoBanner(self._session)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(GAP)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.list_card)
        below = QWidget()
        place = QVBoxLayout(below)
        place.setContentsMargins(0, 0, 0, 0)
        for card in (self.details, self.study):
            place.addWidget(card)
        parts.addWidget(below)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        self.list_card.setMinimumHeight(200)
        below.setMinimumHeight(220)
        parts.setSizes([440, 300])
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.undo)
        column.addWidget(self.interrupted)
        column.addWidget(parts, 1)
        self.empty = EmptyState(
            "runs",
            self.tr("No runs yet"),
            self.tr(
                "Every training is kept here by itself: its curve, its model and all that is needed to "
                "repeat it. Train a first one to see it."
            ),
            self.tr("Go to Train"),
            "runsEmpty",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.setSpacing(UNIT)
        outer.addWidget(self._stack)
        self._connect()

    def _connect(self) -> None:
        self.empty.button.clicked.connect(partial(self._ask_for_page, "train"))
        self.list_card.filtered.connect(self._show_chosen)
        self.table.chosen_changed.connect(self._show_chosen)
        self.table.open_requested.connect(self.open_chosen)
        self.table.delete_requested.connect(self.delete_chosen)
        self.table.menu_requested.connect(self._on_menu_requested)
        self.table.runs.renamed.connect(self._on_renamed)
        self.details.open_button.clicked.connect(self.open_chosen)
        self.details.repeat_button.clicked.connect(self.repeat_chosen)
        self.details.resume_button.clicked.connect(self.resume_chosen)
        self.details.rename_button.clicked.connect(self.table.rename_current)
        self.details.folder_button.clicked.connect(self.open_folder)
        self.details.delete_button.clicked.connect(self.delete_chosen)
        self.study.rename_requested.connect(self.table.rename_current)
        self.study.delete_requested.connect(self.delete_chosen)
        self.details.together.made.connect(self._on_made)
        self.study.together.made.connect(self._on_made)
        self.interrupted.resume_requested.connect(self._resume)
        self.undo.changed.connect(self.refresh)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.list_card.filter.setFocus)

    # ---- reading

    def refresh(self) -> None:
        """Looks at the disk again, away from the GUI thread."""
        known = {each.path: each for each in self.table.runs.runs()}
        self._readings.ask(partial(read_summaries, known))

    def _on_read(self, runs: list[Row]) -> None:
        first = not self._is_read
        self._is_read = True
        here = self._here()
        self.table.runs.here = here
        self.table.show_runs(runs)
        self._stack.setCurrentIndex(1 if runs or self.undo.can_undo else 0)
        if (first or not self.table.chosen()) and runs and not self.table.hasFocus():
            self.table.selectRow(0)
        self._show_chosen()
        self.list_card.show_count()
        self.interrupted.show_runs([each for each in runs if isinstance(each, RunSummary)])

    def _on_tick(self) -> None:
        if not self._readings.is_busy:
            self.refresh()

    def _on_run_state_changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def _here(self) -> str:
        for each in (self._session.run, self._session.study):
            if each.is_active and each.folder is not None:
                return str(each.folder.path)
        return ""

    # ---- what the person does

    def _ask_for_page(self, name: str, _checked: bool = False) -> None:
        self._session.page_wanted.emit(name)

    def _show_chosen(self) -> None:
        chosen = self.table.chosen()
        runs = [each for each in chosen if isinstance(each, RunSummary)]
        if len(chosen) == 2 and len(runs) < 2:
            self.details.show_pair(chosen)
        else:  # beside several runs a study is passed over
            self.details.show_runs(runs, self._here())
        self.study.show_study(self._chosen_study())

    def _one(self) -> RunSummary | None:
        chosen = self.table.chosen()
        return chosen[0] if len(chosen) == 1 and isinstance(chosen[0], RunSummary) else None

    def _chosen_study(self) -> StudySummary | None:
        chosen = self.table.chosen()
        return chosen[0] if len(chosen) == 1 and isinstance(chosen[0], StudySummary) else None

    def open_chosen(self) -> None:
        """Shows the selected run on the other pages, exactly as it stands."""
        if self._chosen_study() is not None:
            self.study.open_study()
        run = self._one()
        if run is None:
            return
        if run.problem is not None:
            self._session.problem_shown.emit(run.problem)
            return
        if str(run.path) != self._here():
            self._session.open_run(run.folder)
            if self._session.is_training:  # it was refused, and that was said
                return
        self._session.page_wanted.emit("train")

    def repeat_chosen(self) -> None:
        """Trains the selected run's recipe once more; after the run under way, where there is one."""
        run = self._one()
        if run is None or run.recipe is None or not run.can_repeat:
            return
        if self._session.is_training:
            self._session.queue.add(run.recipe, self._session.run.recipe)
            self._session.page_wanted.emit("train")
            return
        self._session.take_choices(run.recipe)
        self._session.start()
        self._session.page_wanted.emit("train")

    def resume_chosen(self) -> None:
        """Goes on with the selected run or study."""
        if self._chosen_study() is not None:
            self.study.continue_study()
        run = self._one()
        if run is not None:
            self._resume(run)

    def _resume(self, run: RunSummary) -> None:
        if self._session.is_training:
            self._session.resume_run(run.folder)  # which says why not
            return
        self._session.resume_run(run.folder)
        self.interrupted.hide()
        self._session.page_wanted.emit("train")

    def open_folder(self) -> None:
        """Shows the folder of the selected run or study in the system's file manager."""
        self.study.open_folder()
        run = self._one()
        if run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.path)))

    def delete_chosen(self) -> None:
        """Moves what is selected to the bin; a banner offers to bring them back."""
        chosen = self.table.chosen()
        if not chosen:
            return
        self.undo.throw_away([each.folder for each in chosen], chosen[0].name)

    def _on_made(self, folder: RunFolder) -> None:
        self.refresh()
        if not self._session.is_training:
            self._session.open_run(folder)
            self._session.page_wanted.emit("results")

    def _on_renamed(self, run: Row, name: str) -> None:
        self._call(partial(rename, run.folder, name), self._on_name_written)

    def _on_name_written(self, _nothing: object) -> None:
        self.refresh()

    def _on_menu_requested(self, place: QPoint) -> None:
        self.run_menu().popup(place)

    def run_menu(self) -> QMenu:
        """What can be done with the selected runs."""
        menu = QMenu(self)
        menu.setObjectName("runMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        run, study = self._one(), self._chosen_study()
        shown = run or study
        sound = shown is not None and shown.problem is None
        can_resume = (run is not None and run.can_resume) or (study is not None and study.can_continue)
        entries: tuple[tuple[str, bool, Callable[[], None]], ...] = (
            (self.tr("Open"), sound, self.open_chosen),
            (self.tr("Repeat"), run is not None and run.can_repeat, self.repeat_chosen),
            (self.tr("Resume") if study is None else self.tr("Continue"), can_resume, self.resume_chosen),
            (self.tr("Rename"), shown is not None, self.table.rename_current),
            (self.tr("Open the folder"), shown is not None, self.open_folder),
            (self.tr("Move to the bin"), True, self.delete_chosen),
        )
        for words, enabled, do in entries:
            action = menu.addAction(words)
            action.setEnabled(enabled)
            action.triggered.connect(do)
        return menu

    def _call(self, work: Callable[..., object], then: Callable[..., None]) -> None:
        job = self._session.runner.call(work)
        job.answered.connect(then)
        job.refused.connect(self._session.problem_shown)
        job.faulted.connect(self._session.fault_found)

    # ---- what Qt calls

    def showEvent(self, event: QEvent) -> None:
        self.refresh()
        self._clock.start()

    def hideEvent(self, event: QEvent) -> None:
        self._clock.stop()
        self.undo.forget()
