"""The four things to watch of a study: trial, best score, best setting, time."""

from __future__ import annotations

from statistics import stdev

from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from trainer_gui.engine.study.progress import StudyProgress, Trial
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.gui.figures import duration, loss, number
from trainer_gui.gui.study_words import SHARE, by_rows, labels_of, seconds_left, value_words
from trainer_gui.gui.theme import GAP, MARGIN, UNIT, Role, font
from trainer_gui.gui.widgets import ElidedLabel, Tile

_WIDE = 640  # pixels
_SIZES: tuple[Role, ...] = ("long_number", "heading", "strong", "small_strong")


class WordsTile(QFrame):
    """A tile for words: what is named above, in one line, and a note below; cut where there is no room."""

    def __init__(self, label: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        # As the labels and numbers of the tiles beside it stand.
        column.setContentsMargins(MARGIN, 14, UNIT, 11)
        column.setSpacing(5)
        self._label = ElidedLabel(label, "caption", "muted")
        self._words = ElidedLabel("–", "long_number")
        column.addWidget(self._label)
        column.addWidget(self._words, 1)
        self.setFixedHeight(70)

    def show_words(self, words: str, label: str) -> None:
        """Says something else."""
        if (words or "–", label) == (self._words.text(), self._label.text()):
            return
        self._label.setText(label)
        self._words.setText(words or "–")
        self.setAccessibleName(f"{label}: {words}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Writes smaller what has no room, before it is cut."""
        room = self.width() - MARGIN - UNIT
        for role in _SIZES:
            if QFontMetrics(font(role)).horizontalAdvance(self._words.text()) <= room:
                break
        if font(role) != self._words.font():
            self._words.setFont(font(role))

    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def label(self) -> str:
        """What it says it of."""
        return self._label.text()


class StudyTiles(QWidget):
    """Shows where a study stands; where nothing varies, how far apart its repeats are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.trial = Tile(self.tr("Trial"), "tile_trial")
        self.score = Tile(self.tr("Best validation loss"), "tile_score")
        self.setting = WordsTile(self.tr("Best setting"), "tile_setting")
        self.time = Tile(self.tr("Time left"), "tile_study_time")
        for tile in (self.trial, self.score, self.setting, self.time):
            row.addWidget(tile, 1)
        self._named: tuple[Trial | None, StudyRecipe | None] = (None, None)
        self._shown: tuple[StudyProgress, StudyRecipe | None, bool] | None = None

    def show_progress(self, progress: StudyProgress, recipe: StudyRecipe | None, *, paused: bool) -> None:
        """Shows the numbers of the moment."""
        self._shown = (progress, recipe, paused)
        self._show_trial(progress, recipe)
        best = progress.best
        if recipe is not None and not recipe.vary:
            self._show_spread(progress, recipe)
        elif by_rows(recipe):
            self._show_ends(progress)
        elif best is None or best.score is None:
            self.score.show_number("", "", self.tr("Best validation loss"))
            self._named = (None, None)
            self.setting.show_words("", self.tr("Best setting"))
        else:
            note = self.tr("trial {number}").format(number=number(best.number + 1))
            note = note if self.width() >= _WIDE else ""  # which would be cut in the middle
            self.score.show_number(loss(best.score), note, self.tr("Best validation loss"))
            if (best, recipe) != self._named:  # what it is called is read from the declarations
                self._named = (best, recipe)
                self._show_setting(best, recipe)
        self._show_time(progress, paused=paused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shown is not None and (event.oldSize().width() >= _WIDE) != (self.width() >= _WIDE):
            progress, recipe, paused = self._shown
            self.show_progress(progress, recipe, paused=paused)

    def _show_trial(self, progress: StudyProgress, recipe: StudyRecipe | None) -> None:
        over = progress.state.is_over
        if recipe is not None and not recipe.vary:
            # Of a single trial its runs are counted: those that have said anything, and once it ended, all.
            runs = sum(len(each.scores) or len(each.losses) for each in progress.trials.values())
            of = self.tr("of {count}").format(count=number(recipe.runs_each))
            self.trial.show_number(number(runs), of, self.tr("Runs done") if over else self.tr("Run"))
            return
        of = self.tr("of {count}").format(count=number(progress.planned)) if progress.planned else ""
        if progress.failed:
            of += self.tr(", {count} failed").format(count=number(len(progress.failed)))
        label = self.tr("Trials done") if over else self.tr("Trial")
        now = progress.ended if over else min(progress.ended + 1, max(1, progress.planned))
        self.trial.show_number(number(now) if progress.started else "", of, label)

    def _show_setting(self, best: Trial, recipe: StudyRecipe | None) -> None:
        labels = labels_of(recipe)
        names = [labels.get(name, name) for name in best.values]
        label = self.tr("Best {names}").format(names=", ".join(each.lower() for each in names))
        self.setting.show_words(", ".join(value_words(each) for each in best.values.values()), label)
        self.setting.setToolTip(
            "\n".join(
                f"{name}: {value_words(value)}"
                for name, value in zip(names, best.values.values(), strict=True)
            )
        )

    def _show_spread(self, progress: StudyProgress, recipe: StudyRecipe) -> None:
        """The mean of the repeats and how far they are apart, as far as they are known."""
        scores = [score for each in progress.trials.values() for score in each.scores]
        words = self.tr("{count} folds") if recipe.folds > 1 else self.tr("{count} seeds")
        if recipe.folds > 1 and recipe.repeats > 1:
            words = self.tr("{count} runs")
        seeds = words.format(count=number(len(scores))) if scores else ""
        mean = sum(scores) / len(scores) if scores else None
        self.score.show_number("" if mean is None else loss(mean), seeds, self.tr("Mean validation loss"))
        spread = loss(stdev(scores)) if len(scores) > 1 else ""
        label = self.tr("Standard deviation over folds")
        if recipe.folds == 1:
            label = self.tr("Standard deviation over seeds")
        self.setting.show_words(f"± {spread}" if spread else "", label)

    def _show_ends(self, progress: StudyProgress) -> None:
        """The loss with the most rows, and with the fewest, as far as they are known."""
        scores = {
            float(each.values.get(SHARE, 0)): each.score
            for each in progress.trials.values()
            if each.counts and each.score is not None
        }
        for at, show in ((max, self._show_most), (min, self._show_fewest)):
            share = at(scores, default=0.0)
            words = loss(scores[share]) if scores else ""
            show(words, self.tr("Loss with {percent} % of the rows").format(percent=round(100 * share)))

    def _show_most(self, words: str, label: str) -> None:
        self.score.show_number(words, "", label if words else self.tr("Loss with most rows"))

    def _show_fewest(self, words: str, label: str) -> None:
        self.setting.show_words(words, label if words else self.tr("Loss with fewest rows"))

    def _show_time(self, progress: StudyProgress, *, paused: bool) -> None:
        if progress.state.is_over:
            took = duration(progress.seconds) if progress.started else ""
            self.time.show_number(took, "", self.tr("It took"))
        elif paused:
            busy = len(progress.under_way)
            note = self.tr("{count} go on to their end").format(count=busy) if busy else ""
            self.time.show_number(self.tr("Paused"), note, self.tr("Time left"))
        else:
            left = seconds_left(progress)
            self.time.show_number("" if left is None else duration(left), "", self.tr("Time left"))
