"""Prints for each sample what was forecast before the start, what happened, and the ratio of the two.

Every run is a fresh process that opens the sample, plans, and trains without early stopping: seconds from the
first word to the last, growth of the process's peak memory from before the plan, bytes of the run folder.

    python tests/benchmarks/forecast.py [--samples digits iris] [--sizes tiny medium] [--epochs 60]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = ("iris", "wine", "breast_cancer", "diabetes", "digits", "moons")
CODE = """
import json, sys, time
from pathlib import Path
import psutil, torch
from trainer_gui.engine.control import Control
from trainer_gui.engine.plan import plan
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data
import trainer_gui.engine.training.loop
import trainer_gui.engine.training.forecast
def peak():
    return 1024 * int(next(x for x in open("/proc/self/status") if x.startswith("VmHWM")).split()[1])
data, size, epochs, out, work = sys.argv[1:]
clock = time.process_time if work == "work" else time.perf_counter
trainer_gui.engine.training.forecast.time.perf_counter = clock
dataset = open_data(data)
settings = (("early_stopping", False),) + ((("epochs", int(epochs)),) if epochs != "0" else ())
before = psutil.Process().memory_info().rss
planned = plan(dataset, Choices(size=size, settings=settings))
began = ended = 0.0
folder, events = train(planned.recipe, Control(), path=Path(out), dataset=dataset)
execution = None
for event in events:
    if event.type == "RunStarted":
        began = clock()
    if event.type == "Adapted":
        execution = event.execution.in_words
    ended = clock()
assert event.type == "RunFinished", event
found = planned.forecast
print(json.dumps({
    "time": [found.seconds, ended - began],
    "memory": [found.memory_bytes / 1e6, (peak() - before) / 1e6],
    "disk": [found.disk_bytes / 1e6, folder.bytes_on_disk / 1e6],
    "way": execution,
}))
"""


def main() -> int:
    """Runs each sample in each size, the second time counts: the machine's best way is known then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", nargs="+", default=SAMPLES)
    parser.add_argument("--sizes", nargs="+", default=["tiny", "medium"])
    parser.add_argument("--epochs", default="0", help="0 for each sample's own")
    parser.add_argument("--work", action="store_true", help="processor time, for a machine that is busy")
    parser.add_argument("--times", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "TRAINER_GUI_HOME": str(Path(place) / "home")}
        for sample in chosen.samples:
            data = sample if Path(sample).exists() else f"sample:{sample}"
            for size in chosen.sizes:
                for number in range(chosen.times):
                    out = str(Path(place) / f"{Path(sample).name}-{size}-{number}")
                    words = [
                        sys.executable,
                        "-c",
                        CODE,
                        data,
                        size,
                        chosen.epochs,
                        out,
                        "work" if chosen.work else "",
                    ]
                    done = subprocess.run(
                        words, env=environment, stdout=subprocess.PIPE, text=True, check=True
                    )
                    said = json.loads(done.stdout)
                    line = f"{Path(sample).name:14}{size:8}"
                    for kind, unit in (("time", "s"), ("memory", "MB"), ("disk", "MB")):
                        told, happened = said[kind]
                        line += f"{kind} {told:8.2f} {happened:8.2f} {unit} {told / happened:5.2f}   "
                    print(line + said["way"], flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
