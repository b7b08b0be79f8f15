"""Prints how fast a picture network is trained on the processor, as a ratio to Lightning's default settings.

The same network and batch, everyone in turn, epoch by epoch, in one process; of an epoch the steps alone are
counted, neither the check after it nor what comes before it. Trainer computes in the way that its own trial
has found. Lightning must be installed, or a plain loop with torch's default number of threads, in float32,
stands in for it.

    python tests/benchmarks/pictures_training.py [--pictures 512] [--side 64] [--size tiny] [--rounds 7]
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.settings import accept

FAMILY = FAMILIES["image_network"]
THREADS = torch.get_num_threads()
CLASSES = 4


def lesson_of(chosen: argparse.Namespace, folder: Path) -> Lesson:
    """Made-up pictures in four classes; a few of them are checked after each epoch."""
    draw = np.random.default_rng(0)
    pixels = draw.integers(0, 256, (chosen.pictures, 3, chosen.side, chosen.side), dtype=np.uint8)
    classes = draw.integers(0, CLASSES, chosen.pictures)
    shape = DataShape(
        task=Task.CLASSIFICATION,
        rows=chosen.pictures,
        picture=(3, chosen.side, chosen.side),
        picture_mean=(0.5,) * 3,
        picture_deviation=(0.3,) * 3,
        outputs=CLASSES,
    )
    settings = {"epochs": chosen.rounds + 1, "batch_size": 32, "shift": 0, "early_stopping": False}
    return Lesson(
        train=Examples((pixels,), classes),
        validation=Examples((pixels[:32],), classes[:32]),
        shape=shape,
        size=chosen.size,
        settings=accept(FAMILY.settings, settings),
        target=TargetColumn(name="y", task=Task.CLASSIFICATION),
        device="cpu",
        weights=folder / "weights.safetensors",
        state=folder / "last.pt",
        resume=False,
    )


def by_lightning(lesson: Lesson) -> Callable[[], float]:
    """A function that trains one epoch with Lightning, or a plain loop, and torch's defaults; its seconds."""
    network = FAMILY.build(lesson.shape, lesson.size, lesson.settings)
    data = torch.utils.data.TensorDataset(
        torch.from_numpy(lesson.train.inputs[0]), torch.from_numpy(lesson.train.targets)
    )
    loader = torch.utils.data.DataLoader(data, batch_size=32, shuffle=True)
    if importlib.util.find_spec("lightning") is None:
        print("lightning is not installed, a plain loop stands in for it", file=sys.stderr)
        optimiser = torch.optim.AdamW(network.parameters())

        def epoch() -> float:
            begin = time.perf_counter()
            for pictures, classes in loader:
                optimiser.zero_grad()
                nn.functional.cross_entropy(network(pictures), classes).backward()
                optimiser.step()
            return time.perf_counter() - begin

        return epoch
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = network
            self.begin = self.seconds = 0.0

        def on_train_epoch_start(self):
            self.begin = time.perf_counter()

        def on_train_epoch_end(self):
            self.seconds = time.perf_counter() - self.begin

        def training_step(self, rows, number):
            return nn.functional.cross_entropy(self.network(rows[0]), rows[1])

        def configure_optimizers(self):
            return torch.optim.AdamW(self.parameters())

    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    module = Module()

    def fit() -> float:
        lightning.Trainer(max_epochs=1, accelerator="cpu", enable_model_summary=False, **quiet).fit(
            module, loader
        )
        return module.seconds

    return fit


def main() -> int:
    """Trains in turn and prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("pictures", 512), ("side", 64), ("rounds", 7)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--size", default="tiny")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["TRAINER_GUI_HOME"] = place
        lesson = lesson_of(chosen, Path(place))
        peer = by_lightning(lesson)
        from trainer_gui.engine.training.loop import learn
        from trainer_gui.engine.training.trial import carried_out

        build = partial(FAMILY.build, lesson.shape, lesson.size, lesson.settings)
        begin = time.perf_counter()
        long = lesson.settings.model_copy(update={"epochs": 1000})

        way = carried_out(build, replace(lesson, settings=long))
        print(f"trial {time.perf_counter() - begin:.2f} s: {way.in_words}: {way.why}; {way.tried}")
        threads = torch.get_num_threads()
        events = learn(build, replace(lesson, execution=way), Control())
        pairs: list[tuple[float, float]] = []
        for event in events:
            if event.type != "EpochEnded":
                continue
            torch.set_num_threads(THREADS)
            with contextlib.redirect_stdout(sys.stderr):
                theirs = chosen.pictures / peer()
            pairs.append((event.rows_per_second, theirs))
            torch.set_num_threads(threads)
        ours, others = np.array(pairs[1:]).T
        gain = np.median(ours / others)
        print(f"trainer {np.median(ours):,.0f} pictures/s, {gain:.2f} times torch's defaults")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
