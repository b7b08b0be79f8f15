"""The Data page as a whole: header, data, what deserves a look, target and split."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from trainer_gui.engine.data.dataset import ColumnKind, Dataset, Pictures, Table, Task
from trainer_gui.gui.pages.data.body import DataBody
from trainer_gui.gui.pages.data.column_finder import ColumnFinder
from trainer_gui.gui.pages.data.column_menu import column_menu
from trainer_gui.gui.pages.data.found_rows import FoundRows
from trainer_gui.gui.pages.data.header_card import HeaderCard
from trainer_gui.gui.pages.data.headings import Ranges, headings_of, ranges_of
from trainer_gui.gui.pages.data.reading import Reading
from trainer_gui.gui.pages.data.repairs_view import (
    remarks_about,
    remarks_view,
    repairs_about,
    repairs_view,
)
from trainer_gui.gui.pages.data.split_ways import SplitWays, split_ways_of
from trainer_gui.gui.pages.data.test_file import choose_test_file
from trainer_gui.gui.runner import Latest
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import GAP, MARGIN
from trainer_gui.gui.widgets import EmptyState

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Column, PictureRemark


class DataPage(QWidget):
    """Shows the data as it was understood, and lets a person correct every part of that."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._ranges: Ranges = {}
        self.reading = Reading(session, self)
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
        self.header = HeaderCard()
        self.body = DataBody(self._session.runner)
        self.columns, self.table, self.pictures = self.body.columns, self.body.table, self.body.pictures
        self.worth, self.target, self.split = self.body.worth, self.body.target, self.body.split
        self.finder = ColumnFinder(self)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.header)
        column.addWidget(self.body, 1)
        self.empty = EmptyState(
            "data",
            self.tr("No data yet"),
            self.tr(
                "Open a table (CSV, Excel, …) or a folder with one sub-folder of pictures or texts for each "
                "class. You can also drop it anywhere on the window, or choose a sample on the Train page."
            ),
            self.tr("Open…"),
            "dataEmpty",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addWidget(self._stack)
        self._listen()

    def _listen(self) -> None:
        """To what a person does on the page."""
        session = self._session
        self.empty.button.clicked.connect(session.open_wanted)
        self.header.open_file.triggered.connect(session.open_wanted)
        self.header.open_folder.triggered.connect(session.folder_wanted)
        self.header.paste.triggered.connect(session.paste_wanted)
        self.header.read_button.clicked.connect(self._on_how_it_was_read)
        self.header.cancel_button.clicked.connect(session.opening.cancel)
        self.header.find_button.clicked.connect(self._on_find_wanted)
        self.header.class_choice.value_changed.connect(self._on_class_wanted)
        self.header.left_out.clicked.connect(self._on_left_out_wanted)
        self.finder.column_chosen.connect(self._on_column_found)
        self.columns.menu_requested.connect(self._on_menu_requested)
        self.target.target_chosen.connect(session.choose_target)
        self.target.task_chosen.connect(self._on_task_chosen)
        self.split.value_changed.connect(session.set_split)
        self.split.reset_requested.connect(session.reset_split)
        self.split.step_changed.connect(session.set_step)
        self.split.way_chosen.connect(self._on_way_chosen)
        self.split.test_file_wanted.connect(self._on_test_file_wanted)
        self.split.test_file_dropped.connect(self._on_test_file_dropped)
        self.worth.fix_chosen.connect(session.take_fix)
        self.worth.undo_chosen.connect(session.take_back_fix)
        self.worth.look_wanted.connect(self._on_look_wanted)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self._on_find_wanted)

    # ---- what the session says

    def _on_dataset_changed(self) -> None:
        dataset = self._session.dataset
        self._ranges = {}
        self._ways = SplitWays()
        self.split.bar.show_spread(None)
        self._finding_ranges.forget()
        self._finding_ways.forget()
        self._stack.setCurrentIndex(0 if dataset is None else 1)
        if dataset is None:
            return
        self.header.show_dataset(dataset)
        self.header.read_button.setVisible(self.reading.can_choose(dataset))
        if isinstance(dataset, Table):
            self.pictures.show_pictures(None)
            self.header.show_classes([])
            self.table.frame_model.show_frame(dataset.frame)
            self.body.show_table()
            self.table.size_columns()
            self._finding_ranges.ask(partial(ranges_of, dataset))
            self._finding_ways.ask(partial(split_ways_of, dataset))
        elif isinstance(dataset, Pictures):
            self.table.frame_model.show_frame(None)
            self.body.show_pictures()
            self.pictures.show_pictures(dataset)
            self.header.show_classes(self.pictures.class_sizes())
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
        about = session.dataset
        looks = [e.key for e in problems if repairs_about(about, e.key) or remarks_about(about, e.key)]
        is_looking = session.close_look.is_looking
        self.worth.show_problems(problems, session.taken_fixes, looks, is_looking=is_looking)

    def _show_headings(self) -> None:
        dataset = self._session.dataset
        if not isinstance(dataset, Table):
            self.header.show_columns(0, 0)
            return
        headings = headings_of(self._session, dataset, self._ranges)
        self.columns.show_headings(headings)
        self.finder.show_headings(headings)
        unused = [headings.names[place] for place in headings.unused]
        self.table.frame_model.show_quietly(unused)
        self.header.show_columns(len(headings), len(unused))

    def _show_split(self) -> None:
        from trainer_gui.engine.row_settings import SplitSettings

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
            counts,
            changed,
            is_exact=plan is not None,
            classes=classes,
            steps=dict(session.selection.steps),
            spread=plan.spread if plan is not None else self.split.bar.spread(),
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

    def _on_find_wanted(self) -> None:
        if isinstance(self._session.dataset, Table):
            self.finder.open_beside(self.header.find_button, left_out=False)

    def _on_left_out_wanted(self) -> None:
        self.finder.open_beside(self.header.left_out, left_out=True)

    def _on_class_wanted(self, name: object) -> None:
        self.pictures.show_classes([str(name)] if name else [])

    def _on_column_found(self, at: int) -> None:
        self.table.show_column(at)
        self._on_menu_requested(at)

    def _on_look_wanted(self, key: str) -> None:
        dataset = self._session.dataset
        if dataset is None:
            return
        if repairs := repairs_about(dataset, key):
            repairs_view(dataset.name, repairs, self.window()).open()
        elif remarks := remarks_about(dataset, key):
            view = remarks_view(dataset.name, remarks, self.window())
            view.view.row_chosen.connect(partial(self._on_remark_chosen, view, remarks))
            view.open()

    def _on_remark_chosen(self, view: FoundRows, remarks: tuple[PictureRemark, ...], at: int) -> None:
        if remarks[at].row >= 0:
            view.accept()
            self.header.class_choice.set_value("")
            self.pictures.show_picture(remarks[at].row)

    def _on_how_it_was_read(self) -> None:
        self.reading.open_panel()


def _possible_targets(dataset: Dataset) -> list[Column]:
    if isinstance(dataset, Pictures):
        return [each for each in dataset.columns if each.kind is not ColumnKind.PICTURE]
    return [each for each in dataset.columns if each.kind is not ColumnKind.CONSTANT]
