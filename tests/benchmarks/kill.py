"""Kills a run with -9 at random moments, resumes it each time, and compares its end with an undisturbed one.

    python -m tests.benchmarks.kill [--times 50] [--data sample:breast_cancer] [--seed 0]

Prints after each kill in which epoch it struck, and at the end whether curve and weights are the same to the
last bit; the exit code says so too.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "trainer_gui"]


def curve(folder: Path) -> dict[int, tuple[float, float]]:
    """Losses by epoch; what was said after the last state is said again, and must be the same."""
    found = {}
    for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines():
        if '"EpochEnded"' in line and line.endswith("}"):
            said = json.loads(line)
            losses = (said["train_loss"], said["validation_loss"])
            assert found.setdefault(said["epoch"], losses) == losses, (
                f"epoch {said['epoch']} came out differently"
            )
    return found


def epochs_told(folder: Path) -> int:
    """How many epochs the run has told of until now, those that were told again included."""
    events = folder / "events.jsonl"
    return events.read_bytes().count(b'"EpochEnded"') if events.exists() else 0


def main() -> int:
    """Runs it all; 0 where nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--data", default="sample:breast_cancer")
    parser.add_argument("--epochs", default="3000")
    parser.add_argument(
        "--longest", type=float, default=3.0, help="seconds between an epoch and a kill, at most"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        home, whole, broken = Path(place) / "home", Path(place) / "whole", Path(place) / "broken"
        environment = {**os.environ, "TRAINER_GUI_HOME": str(home)}
        wanted = ["train", options.data, "--epochs", options.epochs, "--set", "early_stopping=false"]
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*COMMAND, *wanted, "--out", str(whole)], check=True, **quiet)
        start = [*COMMAND, "train", str(whole / "recipe.toml"), "--out", str(broken)]
        kills = 0
        while kills < options.times:
            states = broken / "checkpoints"
            before = epochs_told(broken)
            running = subprocess.Popen(start, **quiet)
            while running.poll() is None and epochs_told(broken) == before:
                time.sleep(0.01)
            try:
                running.wait(draw.uniform(0.0, options.longest))
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
                kills += 1
            if running.returncode == 0 or b'"RunFinished"' in (broken / "events.jsonl").read_bytes():
                print(f"done after {kills} kills; begins anew")
                compare(whole, broken)
                broken = Path(place) / f"broken-{kills}"
                start = [*COMMAND, "train", str(whole / "recipe.toml"), "--out", str(broken)]
                continue
            if states.is_dir() and any(states.glob("last*.pt")):
                start = [*COMMAND, "resume", str(broken)]
                print(f"kill {kills}: after epoch {max(curve(broken), default=0)}", flush=True)
            else:
                broken = Path(place) / f"broken-{kills}"
                start = [*COMMAND, "train", str(whole / "recipe.toml"), "--out", str(broken)]
        while subprocess.run(start, check=False, **quiet).returncode != 0:
            pass
        compare(whole, broken)
        print(f"{kills} kills; curve and weights are the same to the last bit")
    return 0


def compare(whole: Path, broken: Path) -> None:
    """Raises AssertionError where a run that was killed ended otherwise than the undisturbed one."""
    assert curve(whole) == curve(broken)
    weights = [(each / "model" / "weights.safetensors").read_bytes() for each in (whole, broken)]
    assert weights[0] == weights[1]


if __name__ == "__main__":
    sys.exit(main())
