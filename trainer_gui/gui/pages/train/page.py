"""The Train page as a whole: what is chosen at the left, what is learned at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.progress import Progress, State
from trainer_gui.gui.pages.train.back_line import BackLine
from trainer_gui.gui.pages.train.chart_saving import ChartSaving
from trainer_gui.gui.pages.train.count_card import CountCard
from trainer_gui.gui.pages.train.dataset_card import DatasetCard
from trainer_gui.gui.pages.train.earlier_runs import EarlierRuns
from trainer_gui.gui.pages.train.hyperparameter_card import HyperparameterCard
from trainer_gui.gui.pages.train.model_card import ModelCard
from trainer_gui.gui.pages.train.offer_banner import OfferBanner
from trainer_gui.gui.pages.train.queue_list import QueueList
from trainer_gui.gui.pages.train.run_buttons import RunButtons
from trainer_gui.gui.pages.train.study_side import StudySide
from trainer_gui.gui.pages.train.tiles import Tiles
from trainer_gui.gui.pages.train.verdict_banner import VerdictBanner
from trainer_gui.gui.plots.loss_chart import LossChart
from trainer_gui.gui.progress_strip import ProgressStrip
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import COLUMN_WIDTH, GAP, MARGIN, UNIT
from trainer_gui.gui.widgets import ProgressLine


class TrainPage(QWidget):
    """Ready to start from the first moment; every run of this window is watched here."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._told = Progress()  # the run whose notices were shown, and how many of them
        self._count_told = 0
        self._kind_seen: tuple[object, object] = ("one", None)
        self.dataset = DatasetCard(session)
        self.model = ModelCard(session)
        self.hyperparameters = HyperparameterCard(session)
        self.count = CountCard(session)
        self.buttons = RunButtons(session)
        self.queue = QueueList(session)
        self.offer = OfferBanner(session)
        self.tiles = Tiles()
        self.line = ProgressLine("runLine", 4)
        self.chart = LossChart()
        self.saving = ChartSaving(self.chart, session)
        self.earlier = EarlierRuns(self.chart, session)
        self.verdict = VerdictBanner(session)
        self.study = StudySide(session)
        self.back = BackLine(session)
        self.strip = ProgressStrip(session)
        self.strip.hide()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.buttons.primary)
        self.show_progress(session.run.progress)

    def show_progress(self, progress: Progress) -> None:
        """Shows where the run stands."""
        self.tiles.show_progress(progress)
        self.tiles.time.setToolTip(self._sleep_words() if self._session.run.is_active else "")
        self.chart.show_progress(progress)
        self.verdict.show_progress(progress)
        preparing = self._session.run.is_active and not len(progress.curve)
        tone = {State.FAILED: "error", State.PAUSED: "muted"}.get(progress.state, "accent")
        self.line.show_share(None if preparing else progress.share, tone)
        if preparing:
            self.chart.empty.show_words(
                self._stage_words(progress), self.tr("The first point appears after the first epoch.")
            )
        else:
            self._show_invitation(progress)
        self._show_notices(progress)

    def _show_notices(self, progress: Progress) -> None:
        if progress is not self._told:
            for problem in self._told.notices[: self._count_told]:
                self._session.problem_over.emit(problem.key)
            self._told, self._count_told = progress, 0
        for problem in progress.notices[self._count_told :]:
            if problem.severity == "caution" and problem not in self._session.outlook.notes:
                self._session.problem_shown.emit(problem)
        self._count_told = len(progress.notices)

    def _show_invitation(self, progress: Progress) -> None:
        session = self._session
        if progress.state is State.FAILED:
            title, text = self.tr("It could not start"), self.tr("Below stands why, and what to do.")
        elif progress.state.is_over:
            title = self.tr("Stopped before the first epoch")
            text = self.tr("Press “Train again”, or resume it.")
        elif session.dataset is None and not session.opening.location:
            title = self.tr("First, something to learn from")
            text = self.tr("Choose a sample at the left, open a file, or drop one on the window.")
        else:
            title = self.tr("Ready when you are")
            text = self.tr("Press Start. Here you will see the loss fall, epoch by epoch.")
        self.chart.empty.show_words(title, text)

    def _sleep_words(self) -> str:
        wakefulness = self._session.run.wakefulness
        if not wakefulness.wanted:
            return self.tr("The computer may fall asleep meanwhile; the run then goes on when it wakes up.")
        if wakefulness.hindrance:
            words = self.tr(
                "The computer may fall asleep meanwhile, because that could not be held off: {why}."
            )
            return words.format(why=wakefulness.hindrance.rstrip("."))
        return self.tr("The computer stays awake until the run is over.")

    def _stage_words(self, progress: Progress) -> str:
        stage = progress.stage or self.tr("Starting")
        if progress.share_of_stage is not None:
            return self.tr("{stage}, {percent} %").format(
                stage=stage, percent=round(100 * progress.share_of_stage)
            )
        return self.tr("{stage}…").format(stage=stage)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        row.setSpacing(MARGIN - GAP)
        self._left = QWidget()
        self._left.setFixedWidth(COLUMN_WIDTH)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(GAP)
        self._cards = QWidget()
        self._cards.setObjectName("scrolled")
        self._card_column = QVBoxLayout(self._cards)
        self._card_column.setContentsMargins(0, 0, GAP, 0)
        self._card_column.setSpacing(GAP)
        for card in (self.dataset, self.model, self.hyperparameters, self.count):
            self._card_column.addWidget(card)
        self._card_column.addStretch(1)
        self.column = QScrollArea()
        self.column.setObjectName("trainScroll")
        self.column.setFrameShape(QFrame.Shape.NoFrame)
        self.column.setWidgetResizable(True)
        self.column.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.column.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.column.setWidget(self._cards)
        left.addWidget(self.column, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, GAP, 0)
        foot.setSpacing(UNIT)
        foot.addWidget(self.queue)
        foot.addWidget(self.buttons)
        left.addLayout(foot)
        self._run_side = QWidget()
        of_run = QVBoxLayout(self._run_side)
        of_run.setContentsMargins(0, 0, 0, 0)
        of_run.setSpacing(GAP)
        for widget in (self.tiles, self.line):
            of_run.addWidget(widget)
        of_run.addWidget(self.chart, 1)
        of_run.addWidget(self.verdict)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        for above in (self.strip, self.offer, self.back):
            right.addWidget(above)
        for side in (self._run_side, self.study):
            right.addWidget(side, 1)
        row.addWidget(self._left)
        row.addLayout(right, 1)
        self._show_side()

    def _connect(self) -> None:
        session = self._session
        session.run_changed.connect(self._on_run_changed)
        session.run_state_changed.connect(self._on_run_state_changed)
        session.draft.wish_changed.connect(self._on_wish_changed)
        session.problem_shown.connect(self._on_problem)
        session.opening.changed.connect(self._on_data_changed)
        session.dataset_changed.connect(self._on_data_changed)
        self.chart.expanded_changed.connect(self._on_expanded)
        # The scroll bar stands in the gap between the columns, so that the cards keep their width.
        self.column.verticalScrollBar().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            bar = self.column.verticalScrollBar()
            taken = bar.sizeHint().width() if event.type() == QEvent.Type.Show else 0
            self._card_column.setContentsMargins(0, 0, max(0, GAP - taken), 0)
        return False

    def _on_run_changed(self, progress: Progress) -> None:
        self.show_progress(progress)

    def _on_run_state_changed(self) -> None:
        self.show_progress(self._session.run.progress)
        self._show_strip()
        self._show_side()

    def _show_side(self) -> None:
        """Either the study or the run is seen."""
        of_study = self._session.is_study_shown
        if of_study and self.chart.is_expanded:
            self.chart.shrink()
        self.study.setVisible(of_study)
        self._run_side.setVisible(not of_study)

    def _on_wish_changed(self) -> None:
        """Brings the card into sight that has just unfolded."""
        kind = (self._session.draft.kind, self._session.draft.continued)
        if kind != self._kind_seen:
            self._kind_seen = kind
            QTimer.singleShot(0, self, self._show_count)

    def _show_count(self) -> None:
        bar = self.column.verticalScrollBar()
        bar.setValue(min(bar.maximum(), self.count.y()))

    def _on_data_changed(self) -> None:
        if self._session.run.progress.started is None:
            self._show_invitation(self._session.run.progress)

    def _on_problem(self, problem: Problem) -> None:
        # Others do not stand in the way of what is chosen.
        if problem.severity == "error" and not self.count.show_problem(problem):
            self.hyperparameters.show_problem(problem)

    def _on_expanded(self, expanded: bool) -> None:
        self._left.setVisible(not expanded)
        self._show_strip()

    def _show_strip(self) -> None:
        self.strip.setVisible(self.chart.is_expanded and self._session.is_training)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.chart.is_expanded:
            self.chart.shrink()
        else:
            super().keyPressEvent(event)
