"""Shows a training in the terminal and saves a picture of the window, for a machine without a display."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import installation
from environment import Environment

SAMPLE = "sample:iris"


def is_command(arguments: list[str]) -> bool:
    """Whether the arguments are words for the command line, not nothing and not data to start with."""
    return bool(arguments) and not arguments[0].startswith("sample:") and not Path(arguments[0]).exists()


def show(environment: Environment, arguments: list[str]) -> int:
    """Trains on the data that is named first, else on a sample, and saves a picture; the exit code."""
    data, *options = arguments or [SAMPLE]
    print(f"No display answers, so here is a training in the terminal, on {data}.", flush=True)
    folder = environment.checkout / "build" / "first-run" / time.strftime("%Y-%m-%d-%H%M%S")
    run, picture = folder / "run", folder / "window.png"
    # Ctrl+C is for the training, which then stops and keeps its best; this process waits for its word.
    signal.signal(signal.SIGINT, lambda *_: None)
    variables = {**installation.clean_environment(), "QT_QPA_PLATFORM": "offscreen"}
    train = ["-m", "trainer_gui", "train", data, *options, "--out", str(run)]
    code = subprocess.call([environment.python, *train], env=variables)
    if code != 0:
        return code
    script = environment.checkout / "packaging" / "screenshots.py"
    draw = [str(script), "--run", str(run), "--page", "train", "--theme", "light", "--out", str(picture)]
    code = subprocess.call([environment.python, *draw], env=variables, stdout=subprocess.DEVNULL)
    if code != 0:
        return code
    print(f"\nA picture of the window with this curve is in {picture}")
    print("On a computer with a display, the same command opens the window.")
    return 0
