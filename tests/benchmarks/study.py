"""Prints how smoothly a study with many trials is shown while they arrive, beside the chart of a single run.

A timer asks for its turn every millisecond; the gap between two turns is how long a click would have waited.
Where other programs work on the same machine, the second line tells how much of that was ours.
First the live chart of one run that reports as many epochs, then the pictures of the study: trials that
arrive, the pointer going over the curves, ranges being drawn on the axes, the table being scrolled.

    python -m tests.benchmarks.study [--trials 500] [--epochs 100] [--seconds 8]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trainer_gui.engine.study.events import StudyEvent, TrialOutcome
    from trainer_gui.engine.study.recipe import StudyRecipe

AT_ONCE = 4  # trials under way
VARY = ("learning_rate=0.0001..0.1", "dropout=0..0.5", "weight_decay=0.000001..0.1", "size=tiny,small")


def kind_of(number: int, epochs: int) -> tuple[TrialOutcome, int]:
    """How a trial ends, and after how many epochs."""
    if number % 40 == 7:
        return "failed", epochs // 3
    return ("cut", epochs // 3) if number % 3 == 1 else ("finished", epochs)


def study_events(recipe: StudyRecipe, epochs: int) -> Iterator[StudyEvent]:
    """The events of the trials, some of them cut or failed, always a few under way at once."""
    from tests.gui.scripted_study import drawn_values, loss_of, trial

    draw = np.random.default_rng(1)
    waiting = enumerate(drawn_values(recipe, recipe.trials))
    streams: list[Iterator[StudyEvent]] = []
    while True:
        while len(streams) < AT_ONCE:
            number, values = next(waiting, (-1, None))
            if values is None:
                break
            kind, length = kind_of(number, epochs)
            lowest = loss_of(values) * (1 + 0.1 * draw.random())
            streams.append(iter(trial(number, values, lowest=lowest, epochs=length, outcome=kind)))
        if not streams:
            return
        for each in list(streams):
            event = next(each, None)
            if event is None:
                streams.remove(each)
            else:
                yield event


def main() -> int:
    """Shows the run, then the study, and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=500)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=8.0)
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        from PySide6.QtWidgets import QApplication

        from trainer_gui.gui.warm_up import warm_up

        kept = QApplication([])
        warm_up(lambda stage, share: None)  # as the window does when it opens
        measure_run(chosen.seconds / 2)
        measure_study(chosen.trials, chosen.epochs, chosen.seconds)
        del kept
    return 0


def measured(name: str, seconds: float, work: Callable[[], None], every: int = 33) -> np.ndarray:
    """Does the work from a clock for so many seconds and prints the gaps between turns of the event loop."""
    from PySide6.QtCore import QTimer

    from tests.benchmarks.event_loop import in_words, turns

    clock = QTimer()
    clock.timeout.connect(work)
    clock.start(every)
    found, worked = 1000 * np.diff(turns(seconds), axis=0).T
    clock.stop()
    print(f"{in_words(name.ljust(28), found)}")
    print(
        f"{'of it work of this thread'.ljust(28)}        p99 {np.percentile(worked, 99):6.2f} ms", end="   "
    )
    print(f"longest {worked.max():6.2f} ms   over 16 ms {100 * float((worked > 16).mean()):5.2f} %")
    return found


def measure_run(seconds: float) -> None:
    """One run of a thousand epochs, an epoch at each tick of the clock."""
    from tests.gui.scripted import epoch, progress_of, started
    from trainer_gui.gui.plots.loss_chart import LossChart

    progress = progress_of(started(2000), *(epoch(number) for number in range(1, 1000)))
    chart = LossChart()
    chart.resize(880, 560)
    chart.show()
    measured("at rest", seconds / 2, lambda: None)

    def one_more() -> None:
        progress.add(epoch(progress.epoch + 1))
        chart.show_progress(progress)

    chart.show_progress(progress)
    measured("a single run", seconds, one_more)
    chart.close()


def measure_study(trials: int, epochs: int, seconds: float) -> None:
    """The whole study in so many seconds, then what a person does with it."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    from tests.gui.scripted_study import begun, study_of
    from trainer_gui.engine.study.progress import StudyProgress
    from trainer_gui.gui.pages.train.study_view import StudyView
    from trainer_gui.gui.plots.parallel_plot import ParallelPlot
    from trainer_gui.gui.preferences import Preferences
    from trainer_gui.gui.runner import Runner
    from trainer_gui.gui.session import Session

    recipe = study_of(*VARY, trials=trials, epochs=epochs)
    runner = Runner()
    session = Session(runner, Preferences.of_this_person())
    view = StudyView(session)
    view.resize(1450, 900)
    view.show()
    progress = StudyProgress()
    progress.add(begun(recipe))
    view.show_study(recipe)
    count = sum(kind_of(number, epochs)[1] + 2 for number in range(trials))
    share = max(1, round(count / (seconds * 28)))
    begin = study_events(recipe, epochs)

    def arrive() -> None:
        for _ in range(share):
            event = next(begin, None)
            if event is not None:
                progress.add(event)
        view.show_progress(progress)

    measured(f"{trials} trials arrive", seconds, arrive)
    for event in begin:
        progress.add(event)
    view.show_progress(progress)
    measured("one more epoch each time", seconds / 2, arrive)
    curves, lines = view.cards.curves.plots["curves"], view.cards.settings.plots["lines"]
    assert isinstance(lines, ParallelPlot)
    draw = np.random.default_rng(2)

    def point() -> None:
        place = QPointF(60 + draw.random() * (curves.width() - 80), draw.random() * (curves.height() - 60))
        button = Qt.MouseButton.NoButton
        QApplication.sendEvent(
            curves,
            QMouseEvent(
                QMouseEvent.Type.MouseMove, place, place, button, button, Qt.KeyboardModifier.NoModifier
            ),
        )

    def brush() -> None:
        low = 0.7 * draw.random()
        lines.brush(int(draw.integers(4)), low, low + 0.3)

    def scroll() -> None:
        bar = view.cards.table.verticalScrollBar()
        bar.setValue((bar.value() + 61) % max(1, bar.maximum()))

    measured("the pointer over curves", seconds / 2, point)
    measured("ranges being drawn", seconds / 2, brush)
    lines.clear()
    measured("the table scrolls", seconds / 2, scroll, every=16)
    for name, plot in (("curves", curves), ("settings side by side", lines)):
        taken = []
        for _ in range(60):
            begin_at = time.perf_counter()
            plot.redraw()
            plot.repaint()
            taken.append(time.perf_counter() - begin_at)
        print(f"{name}: {1 / np.mean(taken):.0f} drawings a second, median {1000 * np.median(taken):.2f} ms")
    view.close()
    runner.close()


if __name__ == "__main__":
    raise SystemExit(main())
