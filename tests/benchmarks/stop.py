"""Prints how long a click on Stop takes under the heaviest run: a large picture network.

The run is stopped and resumed several times in the real window. What counts, with a bound of 300 ms, is the
time until training has stopped; saving so large a network and the last word come after it.

    python tests/benchmarks/stop.py [--times 5] [--size large] [--side 64] [--set batch_size=32]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trainer_gui.engine.progress import Progress

BOUND = 300.0  # milliseconds


def wait_until(state: Callable[[], bool], longest: float = 300.0) -> float:
    """Runs the event loop until a state is reached and gives the milliseconds; raises TimeoutError."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    begin = time.perf_counter()
    while not state():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)
        if time.perf_counter() - begin > longest:
            raise TimeoutError
    return 1000 * (time.perf_counter() - begin)


def has_heard(progress: Progress) -> bool:
    """Whether training has stopped, though its state may still be on its way to the disk."""
    return progress.state.is_over or progress.stage.startswith("Saving")


def draw_pictures(folder: Path, side: int) -> None:
    """Three classes of 150 pictures each."""
    from PIL import Image

    draw = np.random.default_rng(0)
    for kind in range(3):
        place = folder / f"kind{kind}"
        place.mkdir(parents=True)
        for number in range(150):
            pixels = draw.integers(0, 160, (side, side, 3), dtype=np.uint8)
            pixels[:, :, kind] += 80
            Image.fromarray(pixels).save(place / f"{number}.png")


def main() -> int:
    """Opens the window, trains, stops, resumes, stops again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--size", default="large")
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--set", action="append", default=["epochs=1000", "early_stopping=false"])
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        from PySide6.QtWidgets import QApplication

        from trainer_gui.app import build_window
        from trainer_gui.engine.progress import State

        draw_pictures(Path(home) / "pictures", chosen.side)
        app = QApplication([])
        window = build_window(app, str(Path(home) / "pictures"))
        window.show()
        session = window.session
        session.choose_size(chosen.size)
        wait_until(lambda: session.recipe() is not None and not session.is_looking)
        for each in chosen.set:
            name, value = each.split("=")
            session.set_setting(name, json.loads(value))
        wait_until(lambda: session.recipe() is not None and not session.is_looking)
        session.start()
        buttons = window.page("train").buttons  # type: ignore[attr-defined]
        found = []
        for _ in range(chosen.times):
            wait_until(lambda: session.run.progress.state is State.TRAINING)
            begin = time.perf_counter()
            buttons.primary.click()
            clicked = 1000 * (time.perf_counter() - begin)
            found.append(clicked + wait_until(lambda: has_heard(session.run.progress)))
            last_word = found[-1] + wait_until(lambda: session.run.progress.state.is_over)
            wait_until(lambda: not session.run.is_active)
            progress = session.run.progress
            assert progress.started is not None
            assert session.run.recipe is not None
            assert session.run.folder is not None
            batch = session.run.recipe.settings["batch_size"]
            pace = progress.rows_per_second  # known once an epoch is complete
            step = f"a step takes {1000 * batch / pace:.0f} ms" if pace else "no epoch was complete"
            print(
                f"training stopped {found[-1]:6.0f} ms after the click, all was saved after "
                f"{last_word:6.0f} ms; {step}",
                flush=True,
            )
            session.resume_run(session.run.folder)
        print(f"{progress.started.parameters:,} parameters, batches of {batch}")
        print(f"longest {max(found):.0f} ms, {max(found) / BOUND:.2f} of the bound; load {os.getloadavg()}")
        session.stop()
        wait_until(lambda: not session.run.is_active)
        window.close()
        session.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
