"""How long it takes from the start of the process until the window is painted, beside a bare Qt window."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

_BARE = """
import os, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, done)
        return False
def done():
    print(f"{time.time():.3f}", flush=True)
    os._exit(0)
app = QApplication([])
window = QMainWindow()
label = QLabel("bare")
filter = Painted()
label.installEventFilter(filter)
window.setCentralWidget(label)
window.resize(1280, 800)
window.show()
app.exec()
"""


def seconds(command: list[str], home: str) -> float:
    """From the start of the process until the command says that its window is painted, in seconds."""
    environment = {**os.environ, "TRAINER_GUI_HOME": home}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    begin = time.time()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return float(done.stdout.split()[-1]) - begin


def main() -> None:
    """Runs both several times in turn and prints the medians, as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    commands = {
        "window": [sys.executable, "-m", "trainer_gui", "--measure-start"],
        "bare": [sys.executable, "-c", _BARE],
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as home:
        for command in commands.values():  # the first start of each reads its files from the disk
            seconds(command, home)
        for _ in range(chosen.times):
            for name, command in commands.items():
                found[name].append(seconds(command, home))
    window, bare = statistics.median(found["window"]), statistics.median(found["bare"])
    result = {"window_s": window, "bare_qt_window_s": bare, "ratio": window / bare, "target_s": 1.0}
    if chosen.json:
        print(json.dumps(result))
        return
    print(f"window painted after {window:.2f} s (target 1.0 s); a bare Qt window after {bare:.2f} s")
    print(f"ratio {window / bare:.1f}, worst of {chosen.times}: {max(found['window']):.2f} s")


if __name__ == "__main__":
    main()
