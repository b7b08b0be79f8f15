"""The first word of a training: what is learned, on what, and how good the simplest guess is."""

from __future__ import annotations

from trainer_gui.engine.events import RunStarted
from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.training.device import choose
from trainer_gui.engine.training.metrics import reports_of
from trainer_gui.engine.training.share import ALONE, Share


def first_word(
    lesson: Lesson,
    threads: int,
    parameters: int,
    baseline: tuple[float, dict[str, float]],
    share: Share = ALONE,
) -> RunStarted:
    """What is said of a lesson; `baseline` is the loss and the metrics of the simplest guess.

    Who asked for the training fills in what it alone knows: the run, its family, size and rows.
    """
    reports, device = reports_of(lesson.shape.task), choose(lesson.device)
    words = "1 thread" if threads == 1 else f"{threads} threads"
    baseline_loss, baseline_metrics = baseline
    return RunStarted(
        run="",
        family="",
        size="",
        task=lesson.shape.task.value,
        epochs=lesson.settings.epochs,
        parameters=parameters,
        device=share.in_words(f"CPU, {words}" if device.name == "cpu" else str(device)),
        threads=threads,
        rows={},
        loss=reports.loss,
        metric=reports.metrics[0],
        metrics=reports.metrics,
        baseline_loss=baseline_loss,
        baseline_metrics=baseline_metrics,
        baseline=reports.baseline,
        can_end_early=lesson.settings.early_stopping,
    )


def worth_as_it_is(lesson: Lesson, loss: float, metrics: dict[str, float]) -> Problem:
    """What a model that is the start is worth on the validation rows before it learns anything."""
    reports = reports_of(lesson.shape.task)
    main = reports.metrics[0]
    factor, unit = (100, " %") if main.percent else (1, "")
    return problem(
        "start.as_it_is",
        "Before it learns anything here, its {loss} on the validation rows is {value:.4g}, and its {metric} "
        "is {main:.4g}{unit}.",
        severity="note",
        loss=reports.loss.label.lower(),
        value=loss,
        metric=main.label.lower(),
        main=factor * metrics[main.name],
        unit=unit,
    )
