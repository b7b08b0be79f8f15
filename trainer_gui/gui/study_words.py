"""What the window says of studies alike: values of a trial, how far a study is, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.study.axis import Value
from trainer_gui.engine.study.progress import StudyProgress, StudyState, Trial
from trainer_gui.gui.figures import duration, loss, number

SHARE = "train_share"  # of the training rows, as the engine calls it

if TYPE_CHECKING:
    from trainer_gui.engine.study.recipe import StudyRecipe


def value_words(value: Value) -> str:
    """A value as people write it: "0.0123", "32", "on"."""
    if isinstance(value, bool):
        on, off = QCoreApplication.translate("Words", "on"), QCoreApplication.translate("Words", "off")
        return on if value else off
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def labels_of(recipe: StudyRecipe | None) -> dict[str, str]:
    """What varies, as it is called on the forms, by name."""
    return {each.name: each.label for each in recipe.space.axes} if recipe is not None else {}


def setting_words(trial: Trial, labels: dict[str, str]) -> str:
    """The values of a trial: "learning rate 0.0123, size small"; empty where nothing varies."""
    pairs = ((labels.get(name, name).lower(), value) for name, value in trial.values.items())
    return ", ".join(f"{label} {value_words(value)}" for label, value in pairs)


def by_rows(recipe: StudyRecipe | None) -> bool:
    """Whether its runs differ in how many rows they learn from; told without reading what varies."""
    return recipe is not None and [each.partition("=")[0] for each in recipe.vary] == [SHARE]


def share_of(progress: StudyProgress, recipe: StudyRecipe | None) -> float:
    """How much of the planned trials is done, those under way by their epochs; 0 to 1."""
    if not progress.planned:
        return 0.0
    done = float(progress.ended)
    epochs = recipe.epochs if recipe is not None else 0
    for trial in progress.interrupted:
        reached = sum(losses[-1][0] for losses in trial.losses.values() if losses)
        done += min(1.0, reached / (epochs * len(trial.runs))) if epochs and trial.runs else 0.0
    return min(1.0, done / progress.planned)


def going_words(progress: StudyProgress) -> str:
    """How far a study is: "Trial 7 of 12 · best loss 0.271 · 2 min left"."""
    tr = QCoreApplication.translate
    words = [
        tr("Words", "Trial {number} of {count}").format(
            number=number(min(progress.ended + 1, max(1, progress.planned))), count=number(progress.planned)
        )
    ]
    best = progress.best
    if best is not None and best.score is not None:
        words.append(tr("Words", "best loss {loss}").format(loss=loss(best.score)))
    left = seconds_left(progress)
    if left is not None:
        words.append(tr("Words", "{time} left").format(time=duration(left)))
    return " · ".join(words)


def seconds_left(progress: StudyProgress) -> float | None:
    """The expected time to the last trial; before the first one has ended, as it was planned."""
    if progress.state is not StudyState.SEARCHING:
        return None
    found = progress.seconds_left
    if found is None and progress.started is not None and progress.started.seconds_expected:
        found = progress.started.seconds_expected - (progress.seconds - progress.started.seconds)
        return found if found > 0 else None
    return found


def study_state_words(state: StudyState) -> str:
    """What a study is doing, in a word or two."""
    tr = QCoreApplication.translate
    return {
        StudyState.WAITING: tr("Words", "Waiting"),
        StudyState.SEARCHING: tr("Words", "Under way"),
        StudyState.FINISHED: tr("Words", "Finished"),
        StudyState.TIME: tr("Words", "Its time was over"),
        StudyState.STOPPED: tr("Words", "Stopped"),
        StudyState.FAILED: tr("Words", "Broke off"),
    }[state]
