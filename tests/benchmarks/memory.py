"""Prints the peak memory of training a CSV of 1,000,000 rows × 20 numbers, against its float32 matrix.

A fresh process reads the file, trains one epoch of the neural network and tells its peak; another one only
imports torch, pandas and scikit-learn. The bound is 6 times the matrix plus 1 GB.

    python tests/benchmarks/memory.py [--rows 1000000]
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

COLUMNS = 20
TRAIN = """
import resource, sys
from pathlib import Path
from trainer_gui.engine.control import Control
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data
data = open_data(sys.argv[1])
recipe = resolve(data, Choices(target="y", settings=(("epochs", 1),)))
for event in train(recipe, Control(), path=Path(sys.argv[2]), dataset=data)[1]:
    print(event.type, round(event.seconds, 2), file=sys.stderr)
print(event.type, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
IMPORTS = """
import resource, pandas, sklearn, torch
print("imports", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_of(code: str, *arguments: str) -> float:
    """The peak memory of a fresh process in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    word, peak = done.stdout.split()
    assert word in ("imports", "RunFinished"), done.stdout
    return int(peak) * (1 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Writes the file, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "numbers.csv"
        draw = np.random.default_rng(0)
        with path.open("w") as file:
            file.write(",".join([*(f"x{number}" for number in range(COLUMNS - 1)), "y"]) + "\n")
            for start in range(0, rows, 50_000):
                part = draw.normal(size=(min(50_000, rows - start), COLUMNS))
                np.savetxt(file, part, fmt="%.5f", delimiter=",")
        matrix = rows * COLUMNS * 4
        bound = 6 * matrix + 1e9
        peak = peak_of(TRAIN, str(path), str(Path(name) / "run"))
        imports = peak_of(IMPORTS)
        print(f"file {path.stat().st_size / 1e6:,.0f} MB, float32 matrix {matrix / 1e6:,.0f} MB")
        print(f"imports alone {imports / 1e6:,.0f} MB, training {peak / 1e6:,.0f} MB at its peak")
        above = (peak - imports) / matrix
        print(f"{above:.2f} times the matrix above the imports; {peak / bound:.2f} of the bound")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
