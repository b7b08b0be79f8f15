"""What a study has found, on a terminal: the best setting, or what folds and seeds say together."""

from __future__ import annotations

from statistics import fmean

from trainer_gui.cli.figures import counted, number, table
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.study.axis import Value
from trainer_gui.engine.study.estimate import Estimate, Figure, estimate_of
from trainer_gui.engine.study.folder import StudyFolder
from trainer_gui.engine.study.importance import importance_of, in_sentences
from trainer_gui.engine.study.learning_curve import learning_curve_of
from trainer_gui.engine.study.outline import Outliner
from trainer_gui.engine.study.progress import StudyProgress, Trial
from trainer_gui.engine.study.start_worth import start_worth_of

_SHOWN = 5  # of the best trials


def say_judgement(terminal: Terminal, folder: StudyFolder, progress: StudyProgress, best: Trial) -> None:
    """Says what was found, once a trial is complete; the number to go by comes with its interval."""
    if folder.recipe.is_learning_curve:
        _say_learning_curve(terminal, folder, progress)
        return
    for each in start_worth_of(folder, progress):
        terminal.say(str(each.sentence))
    if best.values:
        _say_best(terminal, progress, best)
        _say_importance(terminal, folder, progress)
    estimate = estimate_of(folder, best) if len(best.runs) > 1 else None
    if estimate is not None:
        _say_estimate(terminal, estimate)
    split = folder.recipe.base.split
    if split.test_share > 0 or folder.recipe.base.test_data is not None:
        terminal.say("The test rows are still locked, and give the honest number.")


def _say_importance(terminal: Terminal, folder: StudyFolder, progress: StudyProgress) -> None:
    """Which settings matter, as far as the trials tell."""
    recipe = folder.recipe
    outline = Outliner(recipe.space.axes, recipe.epochs).outline(progress)
    for each in in_sentences(importance_of(outline)):
        terminal.say(each.message)


def _say_learning_curve(terminal: Terminal, folder: StudyFolder, progress: StudyProgress) -> None:
    """The curve as a table, and whether more rows would help."""
    curve = learning_curve_of(folder, progress)
    if curve is None:
        return
    rows = [
        (f"{each.rows:,}", number(fmean(each.train)), number(fmean(each.validation)), _ends(each.validation))
        for each in curve.sizes
    ]
    heads = ("Training rows", "Training loss", "Validation loss", "of single runs")
    for line in table(heads, rows, right="rrrr"):
        terminal.say(line)
    terminal.say()
    sentence = curve.sentence
    terminal.say(sentence.message)
    terminal.say(sentence.advice)


def _ends(values: tuple[float, ...]) -> str:
    return f"{number(min(values))} to {number(max(values))}" if len(values) > 1 else ""


def _say_estimate(terminal: Terminal, estimate: Estimate) -> None:
    """The mean over folds or seeds, and what it is worth."""
    over = f"{estimate.folds} folds" if estimate.folds > 1 else f"{estimate.seeds} seeds"
    if estimate.folds > 1 and estimate.seeds > 1:
        over += f", the mean of {estimate.seeds} seeds each"
    main = estimate.main
    interval = main.interval
    sure = "" if interval is None else f" ({_shown(main, interval[0])} to {_shown(main, interval[1])})"
    terminal.say(f"{main.metric.label} {_shown(main, main.whole.mean)}{sure}, over {over}")
    terminal.say()
    heads = ("", "Mean", "Std. deviation", "95 % interval", "Lowest", "Highest")
    for line in table(heads, [_cells(each) for each in estimate.figures], right=".rrrrr"):
        terminal.say(line)
    terminal.say()
    rows = f"{estimate.rows:,} rows"
    if estimate.folds > 1:
        terminal.say(
            f"Each of {rows} was checked by a model that had not learned from it. The folds chose their best "
            "epochs, so the mean flatters a little; the interval allows for folds that share training rows."
        )
    else:
        terminal.say(
            f"All seeds were checked on the same {rows}, so the interval tells what the seed changes, not "
            "what other rows would."
        )


def _cells(figure: Figure) -> tuple[str, ...]:
    whole, interval = figure.whole, figure.interval
    between = "" if interval is None else f"{_shown(figure, interval[0])} to {_shown(figure, interval[1])}"
    spread = "" if whole.deviation is None else _shown(figure, whole.deviation)
    ends = (_shown(figure, each(figure.values)) for each in (min, max))
    return (figure.metric.label, _shown(figure, whole.mean), spread, between, *ends)


def _shown(figure: Figure, value: float) -> str:
    return f"{100 * value:.1f} %" if figure.metric.percent else number(value)


def in_words(values: dict[str, Value]) -> str:
    """The values of a trial: “learning_rate 0.0123, size small”."""
    return ", ".join(f"{name} {_short(value)}" for name, value in values.items())


def _short(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _say_best(terminal: Terminal, progress: StudyProgress, best: Trial) -> None:
    counted_ones = sorted(
        (each for each in progress.trials.values() if each.counts), key=lambda each: each.score or 0.0
    )
    names = list(best.values)
    rows = [
        (str(each.number + 1), *(_short(each.values[name]) for name in names), _score(each))
        for each in counted_ones[:_SHOWN]
    ]
    for line in table(("Trial", *names, "Validation loss"), rows):
        terminal.say(line)
    terminal.say()
    terminal.say(f"The best setting is {in_words(best.values)}.")
    terminal.say(
        f"Its loss of {number(best.score)} is the lowest of {counted(len(counted_ones), 'trial')}. It was "
        "chosen for that, so it flatters: expect a little worse on new data."
    )


def _score(trial: Trial) -> str:
    if len(trial.scores) < 2:
        return number(trial.score)
    return f"{number(trial.score)} ({number(min(trial.scores))} to {number(max(trial.scores))})"
