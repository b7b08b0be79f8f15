"""Prints how fast a GPU is used: tables beside Lightning, pictures beside the best step tuned by hand.

Tables: the 50-128-128-10 network of `throughput.py` at batch 256, wanted at least 5 times as fast as
Lightning with its usual loader on the same GPU. Pictures: a medium image network on 64×64 pictures, wanted
at least 0.9 of the fastest of several hand-written steps (bfloat16, channels last, recorded as a CUDA
graph). In turn, round by round; the median of the ratios counts. Says so where there is no GPU.

    python tests/benchmarks/gpu.py [--rounds 5] [--epochs 3]
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.events import Adapted, EpochEnded
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.settings import accept

DRAW = np.random.default_rng(0)
ROWS, INPUTS, CLASSES, BATCH = 400_000, 50, 10, 256
X = DRAW.normal(size=(ROWS, INPUTS)).astype(np.float32)
Y = (X @ DRAW.normal(size=(INPUTS, CLASSES))).argmax(1).astype(np.int64)
PICTURES, SIDE = 20_000, 64
DEVICE = "cuda"
TABLE = {"layers": 2, "width": 128, "dropout": 0.0, "normalisation": "none", "gradient_clipping": 0.0}
SHAPES = {
    "neural_network": DataShape(task=Task.CLASSIFICATION, rows=ROWS, numbers=INPUTS, outputs=CLASSES),
    "image_network": DataShape(
        task=Task.CLASSIFICATION,
        rows=PICTURES,
        picture=(3, SIDE, SIDE),
        picture_mean=(0.5,) * 3,
        picture_deviation=(0.25,) * 3,
        outputs=CLASSES,
    ),
}


def by_trainer(name: str, inputs: np.ndarray, targets: np.ndarray, epochs: int, **changes: object) -> float:
    """Rows per second of whole epochs, the first one left out, with events and saved states."""
    family, wanted = FAMILIES[name], {"epochs": epochs + 1, "batch_size": BATCH, "early_stopping": False}
    with tempfile.TemporaryDirectory() as folder:
        lesson = Lesson(
            train=Examples((inputs,), targets),
            validation=Examples((inputs[:256],), targets[:256]),
            shape=SHAPES[name],
            size="medium",
            settings=accept(family.settings, wanted | changes),
            target=TargetColumn(name="y", task=Task.CLASSIFICATION),
            device=DEVICE,
            weights=Path(folder) / "weights.safetensors",
            state=Path(folder) / "last.pt",
            resume=False,
        )
        ends = []
        for event in family.learn(lesson, Control()):
            if isinstance(event, Adapted):
                print(f"  {name}: {event.execution.in_words} ({event.execution.why})", file=sys.stderr)
            if isinstance(event, EpochEnded):
                ends.append(time.perf_counter())
    return epochs * len(targets) / (ends[-1] - ends[0])


def by_lightning(epochs: int) -> float:
    """Rows per second of PyTorch Lightning with its usual loader on the same GPU."""
    import lightning

    ends: list[float] = []

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = nn.Sequential(
                nn.Linear(INPUTS, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, CLASSES)
            )

        def training_step(self, rows: Any, number: int) -> Tensor:
            return nn.functional.cross_entropy(self.network(rows[0]), rows[1])

        def on_train_epoch_end(self) -> None:
            torch.cuda.synchronize()
            ends.append(time.perf_counter())

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.AdamW(self.parameters(), lr=1e-3, fused=True)

    data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    loader = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True, pin_memory=True)
    trainer = lightning.Trainer(
        max_epochs=epochs + 1,
        accelerator="gpu",
        devices=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Module(), loader)
    return epochs * ROWS / (ends[-1] - ends[0])


def tuned_steps(inputs: Tensor, targets: Tensor) -> Iterator[tuple[str, Callable[[Tensor], None]]]:
    """Hand-written steps of the picture network, each fed with row numbers, the plainest first."""
    family = FAMILIES["image_network"]
    settings = accept(family.settings, {"batch_size": BATCH})
    for last in (False, True):
        for kind in (None, torch.bfloat16):
            for recorded in (False, True):
                network = family.build(SHAPES["image_network"], "medium", settings).cuda()
                if last:
                    network = network.to(memory_format=torch.channels_last)
                optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3, fused=True, capturable=recorded)
                words = [str(kind or "float32"), *["channels last"] * last, *["recorded"] * recorded]
                yield ", ".join(words), _tuned(network, optimiser, kind, inputs, targets, recorded=recorded)


def _tuned(
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    kind: torch.dtype | None,
    inputs: Tensor,
    targets: Tensor,
    *,
    recorded: bool,
) -> Callable[[Tensor], None]:
    held = torch.arange(BATCH, device="cuda")

    def step() -> None:
        optimiser.zero_grad()
        with torch.autocast("cuda", dtype=kind, enabled=kind is not None, cache_enabled=False):
            outputs = network(inputs[held])
        nn.functional.cross_entropy(outputs.float(), targets[held]).backward()
        optimiser.step()

    graph = torch.cuda.CUDAGraph()
    if recorded:
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):
                step()
        torch.cuda.current_stream().wait_stream(aside)
        optimiser.zero_grad()
        with torch.cuda.graph(graph):
            step()

    def take(rows: Tensor) -> None:
        held.copy_(rows)
        graph.replay() if recorded else step()

    return take


def by_hand(take: Callable[[Tensor], None], epochs: int) -> float:
    """Pictures per second of one of these steps, every batch a whole one."""
    begin = 0.0
    for epoch in range(epochs + 1):
        if epoch == 1:
            torch.cuda.synchronize()
            begin = time.perf_counter()
        for rows in torch.randperm(PICTURES, device="cuda").split(BATCH):
            if len(rows) == BATCH:
                take(rows)
    torch.cuda.synchronize()
    return epochs * (PICTURES // BATCH * BATCH) / (time.perf_counter() - begin)


def main() -> int:
    """Runs the rounds and prints a line for each comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=3)
    chosen = parser.parse_args()
    if not torch.cuda.is_available():
        print("There is no GPU here that PyTorch can use, so nothing was measured.")
        return 0
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}")
    if importlib.util.find_spec("lightning"):
        ratios = []
        for _ in range(chosen.rounds):
            ours = by_trainer("neural_network", X, Y, chosen.epochs, **TABLE)
            theirs = by_lightning(chosen.epochs)
            ratios.append(ours / theirs)
            print(f"  tables: {ours:,.0f} rows/s, Lightning {theirs:,.0f}", file=sys.stderr)
        print(f"tables: {np.median(ratios):.2f} times as fast as Lightning (wanted: 5)")
    else:
        print("lightning is not installed: pip install 'trainer-gui[bench]'")
    pictures = DRAW.integers(0, 256, (PICTURES, 3, SIDE, SIDE), dtype=np.uint8)
    labels = DRAW.integers(0, CLASSES, PICTURES)
    inputs, targets = torch.from_numpy(pictures).cuda(), torch.from_numpy(labels).cuda()
    steps = list(tuned_steps(inputs, targets))
    ratios = []
    for _ in range(chosen.rounds):
        found = {words: by_hand(take, chosen.epochs) for words, take in steps}
        best = max(found, key=lambda words: found[words])
        ours = by_trainer("image_network", pictures, labels, chosen.epochs)
        ratios.append(ours / found[best])
        print(f"  pictures: {ours:,.0f}/s, by hand {found[best]:,.0f} ({best})", file=sys.stderr)
    print(f"pictures: {np.median(ratios):.2f} of the best step tuned by hand (wanted: 0.9)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
