"""The ideas, each as a title, a few sentences and a drawing of real numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.intervals import wilson
from trainer_gui.gui.figures import loss, metric, number
from trainer_gui.gui.pages.learn.lesson import Lesson, Own
from trainer_gui.gui.pages.learn.run_drawings import curve_drawing, fall_drawing
from trainer_gui.gui.plots.experiments import Experiments
from trainer_gui.gui.plots.sketch import Dots, Drawing, Stroke, Words

LESSONS = {  # where the word of a verdict is explained
    "over_fitting": "over_fitting",
    "too_little_data": "size",
    "no_better_than_baseline": "baseline",
    "rate_too_high": "learning_rate",
    "rate_too_low": "learning_rate",
    "noisy_validation": "parts",
    "still_falling": "stopping",
    "plateau": "stopping",
    "too_short": "stopping",
    "done": "stopping",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("LearnPage", text)


def lessons(made: Experiments, own: Own) -> list[Lesson]:
    """Every idea, in the order in which one meets them; with the verdict where its word is explained."""
    found = [
        _loss(made, own),
        _parts(own),
        _over_fitting(made, own),
        _stopping(made, own),
        _learning_rate(made, own),
        _size(made, own),
        _baseline(own),
        _chance(made, own),
        _doubt(own),
    ]
    said = own.verdict
    if said is None:
        return found
    words = f"{said.title}. {said.text}"
    return [replace(each, own=words) if LESSONS[said.kind] == each.name else each for each in found]


def _loss(made: Experiments, own: Own) -> Lesson:
    text = _tr(
        "The loss says in one number how wrong the model is: here, how far the points lie from the line. "
        "Training means to change the model a little, again and again, so that this number falls."
    )
    x, y = made.points
    line = np.interp(x, *made.line)
    gaps = tuple(
        Stroke(np.array([a, a]), np.array([b, c]), "validation", "dotted", 1.6)
        for a, b, c in zip(x, y, line, strict=True)
    )
    drawing = Drawing((0, 1), (0.15, 0.85), (*gaps, Stroke(*made.line, "training")), (Dots(x, y, "text"),))
    said = ""
    if own.has_curve:
        curve = own.progress.curve
        first, best = float(curve.validation_loss[0]), curve.best_loss
        said = _tr("In your run it fell from {first} to {best} on rows that the model had not learned from.")
        said = said.format(first=loss(first), best=loss(best))
        drawing = fall_drawing(curve)
        text = _tr(
            "The loss says in one number how wrong the model is: 0 is perfect. Training means to change the "
            "model a little, again and again, so that this number falls."
        )
    return Lesson("loss", _tr("What a loss is"), text, said, drawing, _tr("A loss that falls"))


def _parts(own: Own) -> Lesson:
    text = _tr(
        "The model learns from the training rows. Validation rows choose the best epoch and compare models. "
        "Test rows stay locked to the end: only what was never looked at gives an honest number. A "
        "validation set that is too small makes its loss jump by chance."
    )
    started = own.progress.started
    said = ""
    if started is not None:
        words = _tr("Your run had {training} rows to learn from, {validation} to choose with, {test} locked.")
        said = words.format(**{name: number(count) for name, count in started.rows.items()})
    return Lesson("parts", _tr("Training, validation, test"), text, said, None, "")


def _over_fitting(made: Experiments, own: Own) -> Lesson:
    text = _tr(
        "A model can learn its rows by heart instead of what they have in common. Then the training loss "
        "still falls, but on new rows it gets worse again. The best moment lies before that, and it is the "
        "one that is kept."
    )
    said = ""
    if own.has_curve:
        curve = own.progress.curve
        drawing = curve_drawing(curve, _tr("training"), _tr("validation"))
        later = own.progress.epoch - curve.best_epoch
        if later > 0:
            words = _tr("In your run epoch {best} was the best; the {later} after it brought no gain.")
            said = words.format(best=curve.best_epoch, later=later)
        else:
            said = _tr("In your run the last epoch was the best: it had not begun to over-fit.")
    else:
        step, training, validation = made.overfitting
        best = int(np.argmin(validation))
        drawing = Drawing(
            (0, 122),
            (0, float(validation.max()) * 1.02),
            (Stroke(step, training, "training"), Stroke(step, validation, "validation", "dashed")),
            (Dots(step[best : best + 1], validation[best : best + 1], "validation", 4.0, hollow=True),),
            (
                Words(80.0, float(training[80]), _tr("training"), "training", "above"),
                Words(80.0, float(validation[80]), _tr("validation"), "validation", "above"),
            ),
        )
    return Lesson(
        "over_fitting", _tr("Over-fitting"), text, said, drawing, _tr("Training and validation loss")
    )


def _stopping(made: Experiments, own: Own) -> Lesson:
    text = _tr(
        "An epoch is one pass over the training rows. While the validation loss falls, more epochs help; "
        "where it no longer does, it has reached a plateau, and more only cost time. Early stopping ends the "
        "run there; the best epoch is kept either way."
    )
    said = ""
    if own.has_curve:
        drawing = fall_drawing(own.progress.curve)
        words = _tr("Your run trained {epochs} of {planned} epochs.")
        said = words.format(epochs=number(own.progress.epoch), planned=number(own.progress.epochs))
    else:
        losses = made.seeds[0]
        low, high = float(losses.min()), float(losses.max())
        epochs = np.arange(len(losses), dtype=float)
        settled = int(np.argmax(losses <= low + 0.05 * (high - low)))
        drawing = Drawing(
            (0, len(epochs) - 1),
            (low - 0.1 * (high - low), high),
            (Stroke(epochs, losses, "validation"),),
            (
                Dots(
                    epochs[settled : settled + 1],
                    losses[settled : settled + 1],
                    "validation",
                    4.0,
                    hollow=True,
                ),
            ),
            (Words(float(settled), float(losses[settled]), _tr("a plateau begins"), "text", "above"),),
        )
    title = _tr("Epochs and when to stop")
    return Lesson("stopping", title, text, said, drawing, _tr("A loss that falls and levels off"))


def _learning_rate(made: Experiments, own: Own) -> Lesson:
    text = _tr(
        "After each batch the model takes a step downhill. The learning rate is the length of the step: too "
        "short, and it creeps; too long, and it jumps over the valley and may climb out of it."
    )
    valley = np.linspace(-1, 1, 60)
    strokes, dots, words = [], [], []
    names = (_tr("too small"), _tr("right"), _tr("too large"))
    for place, ((_, path), name) in enumerate(zip(made.descents, names, strict=True)):
        shift = place * 2.5
        good = "training" if place == 1 else "validation"
        inside = path[np.abs(path) <= 1.3]
        strokes.append(Stroke(valley + shift, valley**2, "line_strong", width=1.6))
        strokes.append(Stroke(inside + shift, inside**2, good, width=1.4))
        dots.append(Dots(inside + shift, inside**2, good, 2.6))
        words.append(Words(shift, -0.05, name, side="below"))
    drawing = Drawing((-1.1, 6.1), (-0.35, 1.25), tuple(strokes), tuple(dots), tuple(words))
    said = ""
    if own.recipe is not None and "learning_rate" in own.recipe.settings:
        said = _tr("Yours is {rate}.").format(rate=f"{own.recipe.settings['learning_rate']:g}")
    return Lesson("learning_rate", _tr("Learning rate"), text, said, drawing, _tr("Steps into a valley"))


def _size(made: Experiments, own: Own) -> Lesson:
    text = _tr(
        "A model that is too small cannot follow the points: it under-fits. One that is too large follows "
        "every accident: it over-fits. Between them lies the one that holds for new rows. Too little data "
        "wants a small model, and more rows help more than any setting."
    )
    strokes, dots, words = [], [], []
    names = (_tr("too small"), _tr("right"), _tr("too large"))
    x, y = made.few
    for place, ((_, along, curve), name) in enumerate(zip(made.fits, names, strict=True)):
        shift = place * 1.25
        colour = "training" if place == 1 else "validation"
        strokes.append(Stroke(along + shift, np.clip(curve, 0, 1.05), colour, width=1.8))
        dots.append(Dots(x + shift, y, "muted", 2.2))
        words.append(Words(shift + 0.5, 0.05, name, side="below"))
    drawing = Drawing((-0.05, 3.55), (-0.14, 1.02), tuple(strokes), tuple(dots), tuple(words))
    started = own.progress.started
    said = ""
    if started is not None:
        words_of_own = _tr("Yours has {parameters} numbers to adjust, and learned from {rows} rows.")
        said = words_of_own.format(
            parameters=number(started.parameters), rows=number(started.rows.get("training", 0))
        )
    return Lesson("size", _tr("Model size"), text, said, drawing, _tr("Three curves through the same points"))


def _baseline(own: Own) -> Lesson:
    text = _tr(
        "What would one get without learning anything, by always saying the most frequent class or the mean? "
        "A number means little until it stands beside that one."
    )
    started, value = own.progress.started, own.progress.metric_at_best
    simple, name = 1 / 3, _tr("accuracy")
    said, percent, shown = "", True, 0.0
    if started is not None and value is not None and started.metric.name in started.baseline_metrics:
        simple, name = started.baseline_metrics[started.metric.name], started.metric.label
        percent, shown = started.metric.percent, value
        words = _tr("Your model: {metric} {value}. Without learning: {baseline}.")
        said = words.format(
            metric=name,
            value=metric(value, percent=percent),
            baseline=metric(simple, percent=percent),
        )
    else:
        said = _tr("Of three kinds that are equally frequent, guessing gets a third right.")
    bars = [(simple, "line_strong", _tr("guessing"))]
    if shown:
        bars.insert(0, (shown, "accent", _tr("your model")))
    top = max(max(each for each, _, _ in bars), 1.0 if percent else 1e-9)
    strokes = [
        Stroke(np.array([0.0, max(0.0, height) / top]), np.array([-at * 1.0, -at * 1.0]), colour, width=12)
        for at, (height, colour, _) in enumerate(bars)
    ]
    labels = [
        Words(max(0.0, height) / top + 0.02, -at * 1.0, f"{label}  {metric(height, percent=percent)}", "text")
        for at, (height, _, label) in enumerate(bars)
    ]
    drawing = Drawing((-0.02, 1.75), (-len(bars) + 0.2, 0.8), tuple(strokes), (), tuple(labels))
    return Lesson("baseline", _tr("The baseline"), text, said, drawing, _tr("Two bars"))


def _chance(made: Experiments, own: Own) -> Lesson:
    text = _tr(
        "Training begins with numbers of chance and goes through the rows in an order of chance. The seed "
        "fixes both: the same seed gives the same curve, another one a slightly different result. A "
        "difference smaller than that between seeds means nothing."
    )
    names = ("training", "validation", "third", "fourth", "fifth")
    epochs = np.arange(len(made.seeds[0]), dtype=float)
    strokes = tuple(
        Stroke(epochs, each, colour, width=1.6) for each, colour in zip(made.seeds, names, strict=True)
    )
    high = max(float(each[0]) for each in made.seeds)
    low = min(float(each.min()) for each in made.seeds)
    drawing = Drawing((0, len(epochs) - 1), (low * 0.95, high), strokes)
    said = ""
    if own.recipe is not None:
        said = _tr("The seed of your run is {seed}.").format(seed=own.recipe.seed)
    words = _tr("The same training with five seeds")
    return Lesson("chance", _tr("Chance and seeds"), text, said, drawing, words)


def _doubt(own: Own) -> Lesson:
    text = _tr(
        "A number that was measured on few rows could have come out otherwise. The interval says within "
        "which bounds it would come out nineteen times in twenty. More rows make it narrower."
    )
    share, mine = 0.9, 0
    said = ""
    started, value = own.progress.started, own.progress.metric_at_best
    if started is not None and value is not None and started.metric.name == "accuracy":
        share, mine = value, started.rows.get("validation", 0)
        if mine:
            low, high = wilson(round(share * mine), mine)
            words = _tr("Your {value} on {rows} rows could as well be anything from {low} to {high}.")
            said = words.format(
                value=metric(share, percent=True),
                rows=number(mine),
                low=metric(low, percent=True),
                high=metric(high, percent=True),
            )
    strokes, dots, notes = [], [], []
    counts = sorted({20, 200, 2000} | ({mine} if mine else set()))
    for at, count in enumerate(counts):
        low, high = wilson(round(share * count), count)
        colour = "accent" if count == mine else "muted"
        strokes.append(Stroke(np.array([low, high]), np.array([-at, -at], dtype=float), colour, width=3))
        dots.append(Dots(np.array([round(share * count) / count]), np.array([-float(at)]), colour, 4.0))
        notes.append(Words(1.0, float(-at), _tr("{count} rows").format(count=number(count)), colour))
    left = min(0.6, share - 0.25)
    drawing = Drawing(
        (left, 1.25 - 0.2 * left), (-len(counts) + 0.4, 0.6), tuple(strokes), tuple(dots), tuple(notes)
    )
    words_seen = _tr("Intervals that become narrower with more rows")
    return Lesson("doubt", _tr("How sure a number is"), text, said, drawing, words_seen)
