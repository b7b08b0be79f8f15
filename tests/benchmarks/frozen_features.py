"""Prints how much faster epochs are once what the frozen part of a network says is computed and kept.

The image network of a size, its last layer alone trained, on made-up pictures: epochs that compute the whole
network at every step beside epochs that learn from what was kept, in turn, in one process; with and without
random shifts. Of an epoch its steps and its check count; computing the views is told apart.

    python tests/benchmarks/frozen_features.py [--pictures 512] [--side 32] [--size small] [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.execution import Execution
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, HeadStart, Lesson
from trainer_gui.engine.settings import accept
from trainer_gui.engine.start_settings import StartSettings, TrainPart
from trainer_gui.engine.training.device import set_threads
from trainer_gui.engine.training.training import Training
from trainer_gui.engine.training.weights import save_weights

FAMILY = FAMILIES["image_network"]
CLASSES = 4
_VIEWS = 4


def lesson_of(chosen: argparse.Namespace, folder: Path, shift: int, views: int) -> Lesson:
    """Made-up pictures in four classes, a fifth as many to check on, and a network that begins as it is."""
    draw = np.random.default_rng(0)
    shape = DataShape(
        task=Task.CLASSIFICATION,
        rows=chosen.pictures,
        picture=(3, chosen.side, chosen.side),
        picture_mean=(0.5,) * 3,
        picture_deviation=(0.3,) * 3,
        outputs=CLASSES,
    )

    def examples(rows: int) -> Examples:
        pixels = draw.integers(0, 256, (rows, 3, chosen.side, chosen.side), dtype=np.uint8)
        return Examples((pixels,), draw.integers(0, CLASSES, rows))

    values = {
        **FAMILY.defaults(shape, chosen.size),
        "epochs": 1000,
        "shift": shift,
        "threads": chosen.threads,
    }
    settings = accept(FAMILY.settings, values)
    blocks = FAMILY.blocks(shape, chosen.size, settings)
    torch.manual_seed(0)
    network = FAMILY.build(shape, chosen.size, settings)
    body = {name: each for name, each in network.state_dict().items() if not blocks[-1].holds(name)}
    save_weights(folder / "initial.safetensors", body)
    how = StartSettings(train_part=TrainPart.LAST_LAYER, views=views)
    lesson = Lesson(
        train=examples(chosen.pictures),
        validation=examples(chosen.pictures // 5),
        shape=shape,
        size=chosen.size,
        settings=settings,
        target=TargetColumn(name="y", task=Task.CLASSIFICATION),
        device="cpu",
        weights=folder / "weights.safetensors",
        state=folder / "last.pt",
        resume=False,
    )
    return replace(
        lesson, start=HeadStart(folder / "initial.safetensors", blocks, frozenset({blocks[-1].name}), how)
    )


class Learner:
    """A training whose epochs are taken one by one."""

    def __init__(self, lesson: Lesson) -> None:
        build = partial(FAMILY.build, lesson.shape, lesson.size, lesson.settings)
        self.training = Training(build, lesson, Execution(threads=lesson.settings.threads))
        self.losses: list[float] = []

    def make_ready(self) -> float:
        """Computes what is computed once; its seconds."""
        begin = time.perf_counter()
        for _ in self.training.make_ready():
            pass
        return time.perf_counter() - begin

    def epoch(self) -> float:
        """One epoch; its seconds."""
        begin = time.perf_counter()
        training = self.training
        while (rows := training.next_batch()) is not None:
            training.take(rows)
        checking = training.validation.measure()
        while True:
            try:
                next(checking)
            except StopIteration as done:
                loss, _ = done.value
                break
        training.end_epoch(loss)
        self.losses.append(loss)
        return time.perf_counter() - begin


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--size", default="small")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    set_threads(chosen.threads)
    for shift in (0, 2):
        with tempfile.TemporaryDirectory() as place:
            folders = [Path(place) / each for each in ("kept", "anew")]
            for each in folders:
                each.mkdir()
            kept = Learner(lesson_of(chosen, folders[0], shift, _VIEWS))
            anew = Learner(lesson_of(chosen, folders[1], shift, 0))
            views, ours, theirs = 0.0, [], []
            for _ in range(chosen.rounds):
                views += kept.make_ready()
                ours.append(kept.epoch())
                theirs.append(anew.epoch())
            for _ in range(_VIEWS):  # those of the views that are still to come
                views += kept.make_ready()
                ours.append(kept.epoch())
            first, second = statistics.median(ours), statistics.median(theirs)
            print(f"random shifts of {shift} pixels: an epoch of {chosen.pictures} pictures, {chosen.size}")
            print(f"  computed anew  {1000 * second:9.1f} ms")
            print(f"  kept           {1000 * first:9.1f} ms, {second / first:.0f} times as fast")
            print(f"  once           {1000 * views:9.1f} ms, worth {views / second:.1f} epochs computed anew")
            if not shift:
                worst = max(abs(a - b) / b for a, b in zip(kept.losses, anew.losses, strict=False))
                print(f"  the validation losses differ by {worst:.1e} of themselves at most")


if __name__ == "__main__":
    main()
