"""Prints how long pictures take to be read for training: the first time, the second, and by Pillow alone.

A second run must be bound by the network and not by reading, so its first epoch is printed beside.

    python tests/benchmarks/pictures.py [--pictures 10000] [--side 256] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image


def make_folder(folder: Path, count: int, side: int) -> None:
    """JPEG files in two classes."""
    noise = np.random.default_rng(0)
    for place in range(count):
        path = folder / ("dark", "light")[place % 2] / f"{place:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        small = noise.integers(0, 200, (16, 16, 3), dtype=np.uint8) + np.uint8(50 * (place % 2))
        Image.fromarray(small).resize((side, side), Image.Resampling.BICUBIC).save(path, quality=85)


def by_pillow(paths: tuple[str, ...], side: int) -> np.ndarray:
    """Decoded and resized one after the other, in one thread, and nothing else."""
    pixels = np.empty((len(paths), 3, side, side), dtype=np.uint8)
    for place, path in enumerate(paths):
        with Image.open(path) as picture:
            small = picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
        pixels[place] = np.moveaxis(np.asarray(small), 2, 0)
    return pixels


def seconds(work: Callable[[], object]) -> float:
    """How long something takes on the clock."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> int:
    """Makes the folder, reads it in turn by each, trains one epoch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        from trainer_gui.engine.control import Control
        from trainer_gui.engine.data.column_steps.picture import PictureColumn
        from trainer_gui.engine.data.picture_arrays import read_pictures
        from trainer_gui.engine.data.picture_cache import free_cache
        from trainer_gui.engine.recipe import Choices, resolve
        from trainer_gui.engine.run import train
        from trainer_gui.engine.sources import open_data

        folder = Path(home) / "pictures"
        make_folder(folder, chosen.pictures, chosen.side)
        begin = time.perf_counter()
        dataset = open_data(folder)
        print(f"{'opened and looked at':28}{time.perf_counter() - begin:8.2f} s")
        time.sleep(2.1)  # files that have only just been written are not kept
        column = PictureColumn(height=64, width=64, channels=3, mean=(0.0,) * 3, deviation=(1.0,) * 3)
        paths = dataset.open_picture.paths

        def ours() -> None:
            for _ in read_pictures(dataset.open_picture, range(dataset.rows), column):
                pass

        taken: dict[str, list[float]] = {"Pillow, one thread": [], "first time": [], "second time": []}
        for _ in range(chosen.rounds):
            free_cache()
            taken["Pillow, one thread"].append(seconds(lambda: by_pillow(paths, 64)))
            taken["first time"].append(seconds(ours))
            taken["second time"].append(seconds(ours))
        plain, first, second = (np.array(each) for each in taken.values())
        for name, each in taken.items():
            pace = dataset.rows / np.median(each)
            print(f"{name:28}{np.median(each):8.2f} s   {pace:10,.0f} pictures/s")
        print(
            f"second to first time {np.median(second / first):.3f}, to Pillow {np.median(second / plain):.3f}"
        )
        print(f"first time to Pillow {np.median(first / plain):.2f}")
        settings = (("epochs", 1), ("early_stopping", False))
        recipe = resolve(dataset, Choices(family="image_network", size="tiny", settings=settings))
        for name in ("run that decodes", "run after it"):
            if name == "run that decodes":
                free_cache()
            begin = time.perf_counter()
            started = ended = begin
            for event in train(recipe, Control(), dataset=dataset)[1]:
                if event.type == "RunStarted":
                    started = time.perf_counter()
                if event.type == "EpochEnded":
                    ended = time.perf_counter()
            print(
                f"{name:28}{started - begin:8.2f} s to prepare, {ended - started:.2f} s for an epoch (Tiny)"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
