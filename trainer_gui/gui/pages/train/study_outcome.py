"""What a study came to, in words, and what can be done with it."""

from __future__ import annotations

from statistics import stdev

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.engine.study.progress import StudyProgress, StudyState, Trial
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.figures import loss, number
from trainer_gui.gui.study_words import by_rows, labels_of, setting_words
from trainer_gui.gui.theme import GAP, MARGIN, UNIT, font
from trainer_gui.gui.widgets import Button, FlowLayout, Label, Tone, repolish

_BUTTON = 32  # pixels


class StudyOutcome(QFrame):
    """Hidden while the study goes on and nothing has failed."""

    use_requested = Signal()  # the best settings
    open_requested = Signal()  # the best run
    continue_requested = Signal()
    widen_requested = Signal()
    join_requested = Signal()  # its runs, to one model

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studyOutcome")
        self.setProperty("kind", "banner")
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(3)
        self.title = Label("", "strong", wrap=True)
        self.text = Label("", "body", wrap=True)
        column.addWidget(self.title)
        column.addWidget(self.text)
        self._buttons = QWidget()
        flow = FlowLayout(self._buttons, gap=UNIT)
        self.use = Button(self.tr("Use the best settings"), "useBest")
        self.open = Button(self.tr("Open the best run"), "openBest")
        self.join = Button("", "joinRuns")
        self.join.setToolTip(
            self.tr("Its answers are the mean of theirs; it is used and exported as a run is")
        )
        self.go_on = Button(self.tr("Continue"), "continueStudy")
        self.widen = Button(self.tr("Widen…"), "widenStudy")
        self.widen.setToolTip(self.tr("Go on with this study for longer, or with wider ranges"))
        for button, signal in (
            (self.use, self.use_requested),
            (self.open, self.open_requested),
            (self.join, self.join_requested),
            (self.go_on, self.continue_requested),
            (self.widen, self.widen_requested),
        ):
            button.setFixedHeight(_BUTTON)
            button.setFont(font("small_strong"))
            button.clicked.connect(signal)
            flow.addWidget(button)
        column.addSpacing(UNIT - 3)
        column.addWidget(self._buttons)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_progress(self, progress: StudyProgress, recipe: StudyRecipe | None, *, is_active: bool) -> None:
        """Says how it ended, or that trials have failed while it goes on."""
        if is_active or not progress.state.is_over:
            self._show_failures(progress)
            return
        best = progress.best
        if progress.problem is not None:
            self._say(progress.problem.message, progress.problem.advice, "error")
        elif best is None:
            self._say(self._ended(progress.state), self.tr("No trial was complete by then."), "caution")
        elif by_rows(recipe):
            words = self.tr("Whether more rows would help is said above. Start trains with all of them.")
            self._say(self._ended(progress.state), words, "good")
        elif recipe is not None and not recipe.vary:
            self._say_repeats(progress, recipe)
        else:
            self._say_best(progress, best, recipe)
        can_use = best is not None and recipe is not None
        unfinished = bool(progress.interrupted) or progress.ended < progress.planned
        can_grow = recipe is not None and bool(recipe.vary) and not by_rows(recipe)
        self.use.setVisible(can_use and can_grow)
        self.open.setVisible(can_use and can_grow)
        count = len(best.runs) if best is not None else 0
        self.show_joining(False, count)
        self.join.setVisible(can_use and count > 1 and not by_rows(recipe))
        full = recipe is not None and recipe.how == "grid"  # nothing can be added to it but values
        self.go_on.setVisible(recipe is not None and unfinished)
        self.widen.setVisible(can_grow)
        self.widen.setText(self.tr("Widen…") if unfinished or full else self.tr("Continue or widen…"))
        self._buttons.setVisible(recipe is not None)

    def _show_failures(self, progress: StudyProgress) -> None:
        failed = progress.failed
        if not failed or failed[0].reason is None:
            self.hide()
            return
        title = self.tr("1 trial has failed; the others go on")
        if len(failed) > 1:
            title = self.tr("{count} trials have failed; the others go on").format(count=number(len(failed)))
        self._buttons.hide()
        self._say(title, str(failed[0].reason), "caution")

    def _say_best(self, progress: StudyProgress, best: Trial, recipe: StudyRecipe | None) -> None:
        counted = sum(each.counts for each in progress.trials.values())
        title = self.tr("{how}. The best of {count} settings: {setting}").format(
            how=self._ended(progress.state),
            count=number(counted),
            setting=setting_words(best, labels_of(recipe)),
        )
        text = self.tr("The test rows are still locked, and give the honest number.")
        self._say(title, text, "good" if progress.state is StudyState.FINISHED else "accent")

    def show_joining(self, under_way: bool, count: int = 0) -> None:
        """Whether the runs are being put together; `count` says how many they are."""
        words = self.tr("One model of all {count}").format(count=number(count))
        self.join.setText(self.tr("Putting together…") if under_way else words)
        self.join.setEnabled(not under_way)

    def _say_repeats(self, progress: StudyProgress, recipe: StudyRecipe) -> None:
        scores = [score for each in progress.trials.values() for score in each.scores]
        mean = sum(scores) / len(scores)
        shown = loss(mean) if len(scores) < 2 else f"{loss(mean)} ± {loss(stdev(scores))}"
        title = self.tr("{count} runs that differ by chance alone: validation loss {loss}")
        text = self.tr(
            "A change of the settings is worth something where it moves the mean by more than that."
        )
        if recipe.folds > 1:
            title = self.tr("Cross-validated in {count} runs: validation loss {loss}")
            text = self.tr(
                "Every row that is not locked was checked on by a model that had not learned from it."
            )
        self._say(
            title.format(count=number(len(scores)), loss=shown),
            text,
            "good" if progress.state is StudyState.FINISHED else "accent",
        )

    def _ended(self, state: StudyState) -> str:
        return {
            StudyState.TIME: self.tr("The time is over"),
            StudyState.STOPPED: self.tr("Stopped"),
        }.get(state, self.tr("Finished"))

    def _say(self, title: str, text: str, tone: Tone) -> None:
        self.title.setText(title)
        self.title.set_tone("" if tone == "accent" else tone)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(f"{title} {text}".strip())
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)
        self.show()

    def sizeHint(self) -> QSize:
        # Words that wrap ask for the height of a narrow column, which would make the whole window taller.
        return QSize(super().sizeHint().width(), self.heightForWidth(max(self.width(), 480)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
