"""Prints how smoothly a large folder of pictures scrolls: the gaps of the event loop beside a window at rest.

A timer asks for its turn every millisecond; the gap between two turns is how long a click would have waited.
A thousand pictures are made once, and linked so often that a folder of the wanted size comes together.

    python tests/benchmarks/thumbnails.py [--pictures 100000] [--seconds 10] [--side 256]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

MADE = 1000


def make_folder(folder: Path, count: int, side: int) -> None:
    """Pictures in ten classes; every thousandth shares its file with others."""
    noise = np.random.default_rng(0)
    for place in range(count):
        path = folder / f"class {place % 10}" / f"{place:06}.jpg"
        if place < 10:
            path.parent.mkdir(parents=True)
        if place < MADE:
            small = noise.integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(small).resize((side, side), Image.Resampling.BICUBIC).save(path, quality=85)
        else:
            path.hardlink_to(folder / f"class {place % 10}" / f"{place % MADE:06}.jpg")


def gaps(seconds: float, every_turn: object = None) -> np.ndarray:
    """The gaps between two turns of the event loop, in milliseconds."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    turns: list[float] = []
    loop = QEventLoop()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: turns.append(time.perf_counter()))
    timer.start(1)
    wheel = QTimer()
    if callable(every_turn):
        wheel.timeout.connect(every_turn)
        wheel.start(16)
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()
    timer.stop()
    wheel.stop()
    return 1000 * np.diff(turns)


def in_words(name: str, found: np.ndarray) -> str:
    """Median, 99th percentile and the longest gap."""
    middle, high = np.percentile(found, [50, 99])
    return f"{name:12} median {middle:6.2f} ms   p99 {high:6.2f} ms   longest {found.max():6.2f} ms"


def main() -> int:
    """Makes the folder, opens it, scrolls by wheel and by jumps, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--side", type=int, default=256)
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        from PySide6.QtWidgets import QApplication

        from trainer_gui.engine.sources import open_data
        from trainer_gui.gui.runner import Runner
        from trainer_gui.gui.tables.picture_grid import PictureGrid

        folder = Path(home) / "pictures"
        make_folder(folder, chosen.pictures, chosen.side)
        begin = time.perf_counter()
        pictures = open_data(folder)
        print(f"opened {pictures.rows:,} pictures in {time.perf_counter() - begin:.1f} s")
        app = QApplication([])
        runner = Runner()
        grid = PictureGrid(runner)
        grid.resize(1280, 800)
        grid.show()
        app.processEvents()
        rest = gaps(chosen.seconds / 2)
        print(in_words("at rest", rest))
        begin = time.perf_counter()
        grid.show_pictures(pictures)
        grid.toggle(grid.class_names()[0])
        for name in grid.class_names()[1:]:
            grid.toggle(name)
        print(f"shown after {1000 * (time.perf_counter() - begin):.0f} ms")
        bar = grid.verticalScrollBar()
        wheel = gaps(chosen.seconds, lambda: bar.setValue((bar.value() + 28) % bar.maximum()))
        print(in_words("wheel", wheel))
        jump = gaps(chosen.seconds, lambda: bar.setValue((bar.value() + 5000) % bar.maximum()))
        print(in_words("dragged bar", jump))
        for name, found in (("wheel", wheel), ("dragged bar", jump)):
            ratios = np.percentile(found, [50, 99]) / np.percentile(rest, [50, 99])
            print(f"{name} beside rest: median {ratios[0]:.1f} times, p99 {ratios[1]:.1f} times")
        print(f"{grid.decoded():,} thumbnails are kept")
        grid.close()
        runner.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
