"""Prints the best validation loss in float32 and in bfloat16 over several seeds: the difference must be luck.

python tests/benchmarks/precision.py [--data sample:digits] [--seeds 5] [--epochs 8] [--size tiny]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np


def main() -> int:
    """Trains with each seed in both formats; 0 where the difference lies within the spread of the seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="sample:digits")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--size", default="tiny")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["TRAINER_GUI_HOME"] = place
        from trainer_gui.engine.control import Control
        from trainer_gui.engine.recipe import Choices, resolve
        from trainer_gui.engine.run import train
        from trainer_gui.engine.sources import open_data

        dataset = open_data(chosen.data)
        losses: dict[str, list[float]] = {"float32": [], "bfloat16": []}
        for seed in range(chosen.seeds):
            for precision, found in losses.items():
                settings = (
                    ("epochs", chosen.epochs),
                    ("precision", precision),
                    ("seed", seed),
                    ("early_stopping", False),
                )
                recipe = resolve(dataset, Choices(size=chosen.size, settings=settings))
                out = Path(place) / f"{precision}-{seed}"
                said = list(train(recipe, Control(), path=out, dataset=dataset)[1])
                assert said[-1].type == "RunFinished", said[-1]
                found.append(min(each.validation_loss for each in said if each.type == "EpochEnded"))
            print(
                f"seed {seed}: " + ", ".join(f"{name} {each[-1]:.4f}" for name, each in losses.items()),
                flush=True,
            )
        full, short = (np.array(each) for each in losses.values())
        spread = full.std(ddof=1)
        worse = short.mean() - full.mean()
        print(f"bfloat16 is worse by {worse:+.4f}, the seeds differ by {spread:.4f} (standard deviation)")
    return int(worse > spread)


if __name__ == "__main__":
    raise SystemExit(main())
