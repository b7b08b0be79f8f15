"""Prints how long wide, long and very large text tables take until one can go on, beside a bare pandas read.

Each line is a process of its own, so that its peak of memory is that of this table alone.

    python -m tests.benchmarks.large_tables [--huge] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

_ROWS_AT_ONCE = 100_000
_HUGE = 30  # times the long file: 5 GB
_FREE = 4  # GB that are said to be free for it


def write_wide(path: Path, columns: int, rows: int) -> None:
    """Numbers with five decimals, and a target at the end that the first two of them tell."""
    draw = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(f"gene_{place}" for place in range(columns - 1)) + ",outcome\n")
        for _ in range(rows):
            numbers = draw.normal(size=columns - 1).round(5)
            answer = "yes" if numbers[:2].sum() > 0 else "no"
            file.write(",".join(map(str, numbers.tolist())) + f",{answer}\n")


def write_long(path: Path, rows: int) -> None:
    """Twelve numbers, three whole numbers, four categories and a target: 167 bytes a row."""
    import pandas as pd

    draw = np.random.default_rng(0)
    levels = np.array([f"level {place}" for place in range(12)])
    for begin in range(0, rows, _ROWS_AT_ONCE):
        count = min(_ROWS_AT_ONCE, rows - begin)
        columns: dict[str, Any] = {f"x{n}": draw.normal(10 * n, 3, count).round(6) for n in range(12)}
        columns |= {f"k{n}": draw.integers(0, 1000, count) for n in range(3)}
        columns |= {f"c{n}": levels[draw.integers(0, 12, count)] for n in range(4)}
        columns["y"] = np.where(columns["x0"] + draw.normal(size=count) > 0, "yes", "no")
        frame = pd.DataFrame(columns)
        frame.to_csv(path, mode="a" if begin else "w", header=not begin, index=False)


def write_huge(path: Path, long: Path) -> None:
    """The rows of the long file many times over."""
    heading, _, rows = long.read_bytes().partition(b"\n")
    with path.open("wb") as file:
        file.write(heading + b"\n")
        for _ in range(_HUGE):
            file.write(rows)


class Clock:
    """Seconds and processor seconds since it was made, told at each step."""

    def __init__(self) -> None:
        self.steps: dict[str, tuple[float, float]] = {}
        self.restart()

    def restart(self) -> None:
        """Counts from now."""
        self._begun = time.perf_counter(), time.process_time()

    def tell(self, step: str) -> None:
        """Notes how long it took until now."""
        begun, worked = self._begun
        self.steps[step] = (time.perf_counter() - begun, time.process_time() - worked)


def bare(path: str, clock: Clock) -> None:
    """What pandas does alone."""
    import pandas as pd

    clock.restart()
    pd.read_csv(path)
    clock.tell("pandas.read_csv")


def ours(path: str, clock: Clock) -> None:
    """From the choice of a file to what a run needs before its first epoch."""
    import pandas as pd

    from trainer_gui.engine.data.fitting import fit_preparation
    from trainer_gui.engine.data.parts import split_of
    from trainer_gui.engine.data.target import guess_task
    from trainer_gui.engine.preflight import findings
    from trainer_gui.engine.recipe import Choices
    from trainer_gui.engine.row_settings import SplitSettings
    from trainer_gui.engine.sources import SOURCES, open_data, preview_data

    pd.DataFrame({"warm": [1.5]}).sum()
    source = next(each for each in SOURCES if each.takes(path))
    clock.restart()
    preview_data(source, path, {})
    clock.tell("first rows and columns")
    clock.restart()
    data = open_data(path)
    clock.tell("open")
    task = guess_task(data, data.target)
    parts = split_of(data, data.target, task, SplitSettings())
    clock.tell("split")
    preparation = fit_preparation(data, target=data.target, task=task, leave_out=(), train=parts.train)
    preparation.inputs(data, parts.train)
    clock.tell("ready to train")
    findings(data, Choices())
    clock.tell("checked")
    clock.steps["rows"] = (float(data.rows), 0.0)


WAYS: dict[str, Callable[[str, Clock], None]] = {"bare": bare, "ours": ours}


def measured(way: str, path: Path, **environment: str) -> dict[str, Any]:
    """What a process of its own says: seconds and processor seconds of each step, and its peak in MB."""
    words = [sys.executable, "-m", "tests.benchmarks.large_tables", "--one", way, str(path)]
    said = subprocess.run(
        words, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def one(way: str, path: str) -> int:
    """What the process of its own does."""
    clock = Clock()
    WAYS[way](path, clock)
    peak = getattr(psutil.Process().memory_info(), "peak_wset", 0)
    if not peak:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"steps": clock.steps, "peak": peak / 1e6}))
    return 0


def lines(name: str, path: Path, **environment: str) -> Iterator[str]:
    """The lines about one file."""
    yield f"{name}, {path.stat().st_size / 1e6:,.0f} MB"
    seconds = 0.0
    if not environment:
        found = measured("bare", path)
        seconds, worked = found["steps"]["pandas.read_csv"]
        yield f"  {'pandas.read_csv':24}{seconds:8.2f} s {worked:8.2f} s{'':12}peak {found['peak']:7,.0f} MB"
    found = measured("ours", path, **environment)
    rows = found["steps"].pop("rows")[0]
    for step, (ours_, worked) in found["steps"].items():
        ratio = f"{ours_ / seconds:6.1f} times" if seconds else ""
        yield f"  {step:24}{ours_:8.2f} s {worked:8.2f} s{ratio:>12}"
    yield f"  {'':24}{'':22}{'':12}peak {found['peak']:7,.0f} MB, {rows:,.0f} rows"


def main() -> int:
    """Makes the files, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--huge", action="store_true", help="also a file of 5 GB with 4 GB free")
    parser.add_argument("--keep", type=Path, help="where the files are made, and stay")
    chosen = parser.parse_args()
    if chosen.one:
        return one(*chosen.one)
    print(f"{os.cpu_count()} cores. Seconds by the clock and of the processor; ratio to pandas by the clock.")
    print("Ready to train: read, split, preparation fitted, training rows as arrays. The checks come after.")
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for columns, rows in ((2000, 200), (2000, 2000), (17_000, 100), (100_000, 50)):
            path = folder / f"wide_{columns}_{rows}.csv"
            if not path.exists():
                write_wide(path, columns, rows)
            for line in lines(f"{columns:,} columns, {rows:,} rows", path):
                print(line, flush=True)
        long = folder / "long.csv"
        if not long.exists():
            write_long(long, 1_000_000)
        for line in lines("1,000,000 rows, 20 columns", long):
            print(line, flush=True)
        tight = {"TRAINER_GUI_MEMORY_GB": "0.2"}
        for line in lines("the same with 0.2 GB free", long, **tight):
            print(line, flush=True)
        if chosen.huge:
            path = folder / "huge.csv"
            write_huge(path, long)
            for line in lines(f"5 GB with {_FREE} GB free", path, TRAINER_GUI_MEMORY_GB=str(_FREE)):
                print(line, flush=True)
            path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
