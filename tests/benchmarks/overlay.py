"""Prints how many drawings a second the live chart manages with 250 earlier runs behind it.

Each drawing is a whole one: the arrays are thinned, the curves worked out and painted. Three cases: one more
epoch of the live run each time (the earlier runs are kept as a picture), the axes changing each time, as in
zooming (they are drawn anew), and the live run alone.

    python tests/benchmarks/overlay.py [--runs 250] [--epochs 1000] [--frames 120] [--live 1000]
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np


def main() -> int:
    """Makes the runs, draws, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=250)
    parser.add_argument("--epochs", type=int, default=1000)
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--live", type=int, default=1000, help="epochs of the live run before it is drawn")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from trainer_gui.engine.curve import Curve
    from trainer_gui.engine.events import BatchesDone, EpochEnded, MetricInfo, RunStarted
    from trainer_gui.engine.progress import Progress
    from trainer_gui.gui.plots.loss_chart import LossChart
    from trainer_gui.gui.plots.quantities import earlier_run
    from trainer_gui.gui.plots.viewport import Viewport

    app = QApplication([])
    draw = np.random.default_rng(0)

    def ended(number: int, scale: float) -> EpochEnded:
        loss = scale * float(np.exp(-number / 300) + 0.1 + 0.02 * draw.normal())
        return EpochEnded(
            epoch=number, train_loss=loss, validation_loss=1.1 * loss, metrics={"accuracy": 0.9}
        )

    def curve(scale: float) -> Curve:
        made = Curve()
        for number in range(1, chosen.epochs + 1):
            made.add(ended(number, scale))
        return made

    loss = MetricInfo(name="loss", label="Loss", better="lower")
    progress = Progress()
    progress.add(
        RunStarted(
            run="live",
            family="",
            size="",
            task="classification",
            epochs=10 * chosen.live,
            parameters=1,
            device="CPU",
            threads=1,
            rows={},
            loss=loss,
            metric=loss,
            baseline_loss=1.1,
        )
    )

    def one_more() -> None:
        number = progress.epoch + 1
        if number % 10 == 0:
            progress.add(BatchesDone(epoch=number, done=1, of=1, losses=(1.0, 0.5, 0.7)))
        progress.add(ended(number, 1.0))

    chart = LossChart()
    chart.resize(880, 560)
    chart.show()
    for _ in range(chosen.live):
        one_more()
    chart.show_progress(progress)
    chart.flush()
    plot = chart.plot()
    assert plot is not None

    def a_frame_more() -> None:
        one_more()
        chart.show_progress(progress)
        chart.flush()
        plot.repaint()

    def another_part() -> None:
        shift = progress.epoch * 0.2 * draw.random()
        plot.show_part(Viewport(x=(shift, shift + progress.epoch * 0.7)))
        a_frame_more()

    def timed(name: str, frame: Callable[[], None]) -> None:
        frame()
        taken, worked = [], time.process_time()
        for _ in range(chosen.frames):
            app.processEvents()
            begin = time.perf_counter()
            frame()
            taken.append(time.perf_counter() - begin)
        middle, high = 1000 * np.percentile(taken, [50, 99])
        each = 1000 * (time.process_time() - worked) / chosen.frames  # what it takes where nobody else works
        print(
            f"{name:26} {1 / np.mean(taken):5.0f} a second   median {middle:6.2f} ms   p99 {high:6.2f} ms   "
            f"of the processor {each:6.2f} ms"
        )

    timed("the live run alone", a_frame_more)
    begin = time.perf_counter()
    runs = [earlier_run(f"run {number}", curve(0.5 + draw.random())) for number in range(chosen.runs)]
    print(f"({chosen.runs} runs of {chosen.epochs} epochs made in {time.perf_counter() - begin:.1f} s)")
    chart.show_earlier(runs)
    timed(f"{chosen.runs} runs behind it", a_frame_more)
    timed(f"{chosen.runs} runs, zooming", another_part)
    chart.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
