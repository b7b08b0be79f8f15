"""The Data page as a whole: header, data, what deserves a look, target and split."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import ColumnKind, Dataset, Pictures, Table, Task
from trainer_gui.gui.pages.data.column_menu import column_menu
from trainer_gui.gui.pages.data.header_card import HeaderCard
from trainer_gui.gui.pages.data.headings import Ranges, heading_of, is_used, ranges_of
from trainer_gui.gui.pages.data.read_panel import ReadPanel
from trainer_gui.gui.pages.data.split_card import SplitCard
from trainer_gui.gui.pages.data.split_ways import SplitWays, split_ways_of
from trainer_gui.gui.pages.data.target_card import TargetCard
from trainer_gui.gui.pages.data.worth_card import WorthCard
from trainer_gui.gui.runner import Latest
from trainer_gui.gui.session import Session
from trainer_gui.gui.tables.column_header import ColumnHeader
from trainer_gui.gui.tables.frame_view import FrameView
from trainer_gui.gui.tables.picture_grid import PictureGrid
from trainer_gui.gui.theme import GAP, MARGIN
from trainer_gui.gui.widgets import Card, EmptyState

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Column


class DataPage(QWidget):
    """Shows the data as it was understood, and lets a person correct every part of that."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._ranges: Ranges = {}
        self._fixed: dict[str, dict[str, Any]] = {}  # by location, the reading options that were chosen
        self._panel: ReadPanel | None = None
        self._finding_ranges = Latest(session.runner, self)
        self._finding_ranges.answered.connect(self._on_ranges)
        self._finding_ranges.faulted.connect(session.fault_found)
        self._ways = SplitWays()
        self._finding_ways = Latest(session.runner, self)
        self._finding_ways.answered.connect(self._on_ways)
        self._finding_ways.faulted.connect(session.fault_found)
        self._build()
        session.dataset_changed.connect(self._on_dataset_changed)
        session.target_changed.connect(self._on_choices_changed)
        session.settings_changed.connect(self._show_split)
        session.outlook_changed.connect(self._on_choices_changed)
        session.plan_changed.connect(self._show_split)
        session.findings_changed.connect(self._show_problems)
        session.opening.changed.connect(self._on_opening_changed)
        session.opening.progressed.connect(self.header.show_progress)
        self._on_dataset_changed()

    def _build(self) -> None:
        session = self._session
        self.header = HeaderCard()
        self.header.open_file.triggered.connect(session.open_wanted)
        self.header.open_folder.triggered.connect(session.folder_wanted)
        self.header.read_button.clicked.connect(self._on_how_it_was_read)
        self.header.cancel_button.clicked.connect(session.opening.cancel)
        self.columns = ColumnHeader()
        self.table = FrameView("dataTable", self.columns)
        self.table.setAccessibleName(self.tr("The data as it was understood"))
        self.columns.menu_requested.connect(self._on_menu_requested)
        self.pictures = PictureGrid(session.runner)
        self._kinds = QStackedWidget()
        self._kinds.addWidget(self.table)
        self._kinds.addWidget(self.pictures)
        card = Card(name="dataCard")
        card.body.setContentsMargins(6, 6, 6, 6)
        card.body.addWidget(self._kinds)
        self.worth = WorthCard()
        self.target = TargetCard()
        self.target.target_chosen.connect(session.choose_target)
        self.target.task_chosen.connect(self._on_task_chosen)
        self.split = SplitCard()
        self.split.value_changed.connect(session.set_split)
        self.split.reset_requested.connect(session.reset_split)
        self.split.step_changed.connect(session.set_step)
        self.split.way_chosen.connect(self._on_way_chosen)
        self.split.test_file_wanted.connect(self._on_test_file_wanted)
        self.split.test_file_dropped.connect(self._on_test_file_dropped)
        self.worth.fix_chosen.connect(session.take_fix)
        self.worth.undo_chosen.connect(session.take_back_fix)
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.worth, 3)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.target)
        right.addWidget(self.split, 1)
        row.addLayout(right, 2)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(GAP)
        parts.setChildrenCollapsible(False)
        parts.addWidget(card)
        parts.addWidget(below)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 1)
        card.setMinimumHeight(180)
        below.setMinimumHeight(236)
        parts.setSizes([480, 250])
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.header)
        column.addWidget(parts, 1)
        self.empty = EmptyState(
            "data",
            self.tr("No data yet"),
            self.tr(
                "Open a table (CSV, Excel, …) or a folder with one sub-folder of pictures for each class. "
                "You can also drop it anywhere on the window, or choose a sample on the Train page."
            ),
            self.tr("Open…"),
            "dataEmpty",
        )
        self.empty.button.clicked.connect(session.open_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addWidget(self._stack)

    # ---- what the session says

    def _on_dataset_changed(self) -> None:
        dataset = self._session.dataset
        self._ranges = {}
        self._ways = SplitWays()
        self._finding_ranges.forget()
        self._finding_ways.forget()
        self._stack.setCurrentIndex(0 if dataset is None else 1)
        if dataset is None:
            return
        self.header.show_dataset(dataset)
        self.header.read_button.setVisible(self._has_options(dataset))
        if isinstance(dataset, Table):
            self.pictures.show_pictures(None)
            self.table.frame_model.show_frame(dataset.frame)
            self._kinds.setCurrentWidget(self.table)
            self.table.size_columns()
            self._finding_ranges.ask(partial(ranges_of, dataset))
            self._finding_ways.ask(partial(split_ways_of, dataset))
        elif isinstance(dataset, Pictures):
            self.table.frame_model.show_frame(None)
            self._kinds.setCurrentWidget(self.pictures)
            self.pictures.show_pictures(dataset)
        self.target.show_columns([each.name for each in _possible_targets(dataset)])
        self._on_choices_changed()

    def _on_choices_changed(self) -> None:
        session = self._session
        dataset = session.dataset
        if dataset is None:
            return
        self._show_headings()
        outlook = session.outlook
        self._show_problems()
        task = outlook.task or session.selection.task or Task.CLASSIFICATION
        is_table = isinstance(dataset, Table)
        self.target.show_target(session.target, task.value, can_change_task=is_table)
        self._show_split()

    def _show_problems(self) -> None:
        session = self._session
        outlook = session.outlook
        if session.dataset is None or (session.is_looking and not outlook.target):
            return
        problems = [*([outlook.problem] if outlook.problem is not None else []), *outlook.notes]
        problems += [each for each in session.findings() if each not in problems]
        self.worth.show_problems(problems, session.taken_fixes, is_looking=session.close_look.is_looking)

    def _show_headings(self) -> None:
        dataset = self._session.dataset
        if not isinstance(dataset, Table):
            return
        self.columns.show_headings(
            [heading_of(self._session, each, self._ranges) for each in dataset.columns]
        )
        unused = [each.name for each in dataset.columns if not is_used(self._session, each)]
        self.table.frame_model.show_quietly(unused)

    def _show_split(self) -> None:
        from trainer_gui.engine.hyperparameters import SplitSettings

        session = self._session
        dataset = session.dataset
        if dataset is None:
            return
        changed = dict(session.selection.split)
        plan = session.plan
        if plan is not None:
            counts = plan.counts
        else:
            shares = {**SplitSettings().model_dump(), **changed}
            own_test = dataset.own_test
            taken = 0 if own_test is not None else round(dataset.rows * float(shares["test_share"]))
            validation = round(dataset.rows * float(shares["validation_share"]))
            training = max(0, dataset.rows - taken - validation)
            test = own_test.rows if own_test is not None else taken
            counts = {"training": training, "validation": validation, "test": test}
        classes = session.outlook.task is not Task.REGRESSION
        own_test = dataset.own_test
        self.split.show_ways(self._ways, session.target)
        self.split.show_split(
            counts, changed, is_exact=plan is not None, classes=classes, steps=dict(session.selection.steps)
        )
        self.split.show_test_file(own_test.name if own_test is not None else "", can_choose=True)

    def _on_ranges(self, ranges: Ranges) -> None:
        self._ranges = ranges
        self._show_headings()

    def _on_ways(self, ways: SplitWays) -> None:
        self._ways = ways
        self._show_split()

    def _on_opening_changed(self) -> None:
        self.header.show_reading(self._session.opening.location)

    # ---- what the person does

    def _on_task_chosen(self, value: str) -> None:
        self._session.set_task(Task(value))

    def _on_way_chosen(self, split: dict[str, str]) -> None:
        for name, value in split.items():
            self._session.set_split(name, value)

    def _on_test_file_wanted(self) -> None:
        path = choose_test_file(self, self._session.dataset)
        if path:
            self._session.choose_test_data(path)

    def _on_test_file_dropped(self) -> None:
        self._session.choose_test_data(None)

    def _on_menu_requested(self, at: int) -> None:
        dataset = self._session.dataset
        if isinstance(dataset, Table) and 0 <= at < len(dataset.columns):
            menu = self.column_menu(dataset.columns[at])
            menu.popup(self.table.menu_place(at))

    def column_menu(self, column: Column) -> QMenu:
        """What can be done with a column; a mark stands before what holds now."""
        return column_menu(self._session, column, self)

    def _has_options(self, dataset: Dataset) -> bool:
        from trainer_gui.engine.settings import declared_in
        from trainer_gui.engine.sources import SOURCES

        return bool(declared_in(SOURCES[dataset.reference.source].options_of(dataset.reference)))

    def _on_how_it_was_read(self) -> None:
        from trainer_gui.engine.sources import SOURCES

        dataset = self._session.dataset
        if dataset is None or self._panel is not None:
            return
        source = SOURCES[dataset.reference.source]
        fixed = self._fixed.get(dataset.reference.location, {})
        self._panel = ReadPanel(self._session.runner, dataset, source, fixed, self.window())
        self._panel.applied.connect(self._on_read_applied)
        self._panel.finished.connect(self._on_panel_closed)
        self._panel.open()

    def _on_panel_closed(self) -> None:
        self._panel = None

    def _on_read_applied(self, dataset: Dataset, options: dict[str, Any]) -> None:
        self._fixed[dataset.reference.location] = options
        self._session.show_dataset(dataset)


def choose_test_file(parent: QWidget, dataset: Dataset | None) -> str:
    """Asks for the file, or the folder of pictures, that holds the test rows; empty where none was chosen."""
    from PySide6.QtWidgets import QFileDialog

    tr = QCoreApplication.translate
    title = tr("DataPage", "Where the test rows lie")
    if isinstance(dataset, Pictures):
        return QFileDialog.getExistingDirectory(parent, title)
    return QFileDialog.getOpenFileName(parent, title)[0]


def _possible_targets(dataset: Dataset) -> list[Column]:
    if isinstance(dataset, Pictures):
        return [each for each in dataset.columns if each.kind is not ColumnKind.PICTURE]
    return [each for each in dataset.columns if each.kind is not ColumnKind.CONSTANT]
