"""Prints how fast tables are trained, as a ratio to a hand-written loop and to other libraries.

The work: a 50-128-128-10 network, 100,000 rows, batch 256, AdamW, one CPU thread. Everyone in turn, round by
round, in one process, so that a machine whose speed drifts treats all alike; the median of the ratios counts.
With --defaults everyone trains as the app does by default: batch normalisation, dropout and clipping.

    python tests/benchmarks/throughput.py [--rounds 5] [--epochs 2] [--batch 256] [--peers] [--defaults]
"""

import argparse
import contextlib
import importlib.util
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
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

ROWS, INPUTS, CLASSES = 100_000, 50, 10
DROPOUT = 0.1
DEFAULTS = False  # whether everyone trains as the app does by default
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(ROWS, INPUTS)).astype(np.float32)
Y = (X @ DRAW.normal(size=(INPUTS, CLASSES))).argmax(1).astype(np.int64)


Times = np.ndarray


def now() -> Times:
    """The clock on the wall, and the processor time that this process has used, in seconds."""
    return np.array([time.perf_counter(), time.process_time()])


def network() -> nn.Module:
    """The network that everyone trains."""
    pieces: list[nn.Module] = []
    for width in (INPUTS, 128):
        pieces.append(nn.Linear(width, 128))
        if DEFAULTS:
            pieces.append(nn.BatchNorm1d(128))
        pieces.append(nn.ReLU())
        if DEFAULTS:
            pieces.append(nn.Dropout(DROPOUT))
    return nn.Sequential(*pieces, nn.Linear(128, CLASSES))


def by_hand(epochs: int, batch: int) -> Times:
    """Fused AdamW, tensors in memory, no bookkeeping at all."""
    model, inputs, targets = network(), torch.from_numpy(X), torch.from_numpy(Y)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    begin = now()
    for _ in range(epochs):
        order = torch.randperm(ROWS)
        for start in range(0, ROWS, batch):
            rows = order[start : start + batch]
            loss = nn.functional.cross_entropy(model(inputs[rows]), targets[rows])
            optimiser.zero_grad()
            loss.backward()
            if DEFAULTS:
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
    return now() - begin


def by_trainer(epochs: int, batch: int, clipping: float = 0.0) -> Times:
    """The whole epoch loop as a run uses it, with events and saved states; 256 rows are checked."""
    family = FAMILIES["neural_network"]
    settings = {
        "epochs": epochs,
        "batch_size": batch,
        "layers": 2,
        "width": 128,
        "dropout": DROPOUT if DEFAULTS else 0.0,
        "normalisation": "batch" if DEFAULTS else "none",
        "learning_rate": 1e-3,
        "gradient_clipping": clipping,
        "early_stopping": False,
        "threads": 1,
    }
    with tempfile.TemporaryDirectory() as folder:
        lesson = Lesson(
            train=Examples((X,), Y),
            validation=Examples((X[:256],), Y[:256]),
            shape=DataShape(task=Task.CLASSIFICATION, rows=ROWS, numbers=INPUTS, outputs=CLASSES),
            size="small",
            settings=accept(family.settings, settings),
            target=TargetColumn(name="y", task=Task.CLASSIFICATION),
            device="cpu",
            weights=Path(folder) / "weights.safetensors",
            state=Path(folder) / "last.pt",
            resume=False,
        )
        events = family.learn(lesson, Control())
        next(events)  # the first word: the network is built, the data is in place
        begin = now()
        for _ in events:
            pass
        return now() - begin


def by_trainer_clipping(epochs: int, batch: int) -> Times:
    """The same with gradient clipping, which is on by default."""
    return by_trainer(epochs, batch, clipping=1.0)


def by_lightning(epochs: int, batch: int) -> Times:
    """PyTorch Lightning with its usual loader and its logging off."""
    import lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = network()

        def training_step(self, rows, number):
            return nn.functional.cross_entropy(self.network(rows[0]), rows[1])

        def configure_optimizers(self):
            return torch.optim.AdamW(self.parameters(), lr=1e-3, fused=True)

    data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True)
    trainer = lightning.Trainer(
        max_epochs=epochs,
        gradient_clip_val=1.0 if DEFAULTS else None,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    begin = now()
    trainer.fit(Module(), loader)
    return now() - begin


def by_skorch(epochs: int, batch: int) -> Times:
    """Skorch without a validation split."""
    from skorch import NeuralNetClassifier
    from skorch.callbacks import GradientNormClipping

    net = NeuralNetClassifier(
        network(),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.AdamW,
        lr=1e-3,
        max_epochs=epochs,
        batch_size=batch,
        train_split=None,
        iterator_train__shuffle=True,
        callbacks=[GradientNormClipping(1.0)] if DEFAULTS else None,
        verbose=0,
    )
    begin = now()
    net.fit(X, Y)
    return now() - begin


def by_keras(epochs: int, batch: int) -> Times:
    """Keras on the torch backend."""
    import os

    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    layers = []
    for _ in range(2):
        layers.append(keras.layers.Dense(128))
        if DEFAULTS:
            layers.append(keras.layers.BatchNormalization())
        layers.append(keras.layers.Activation("relu"))
        if DEFAULTS:
            layers.append(keras.layers.Dropout(DROPOUT))
    model = keras.Sequential([keras.Input((INPUTS,)), *layers, keras.layers.Dense(CLASSES)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(1e-3, global_clipnorm=1.0 if DEFAULTS else None), loss)
    begin = now()
    model.fit(X, Y, batch_size=batch, epochs=epochs, verbose=0)
    return now() - begin


def by_sklearn(epochs: int, batch: int) -> Times:
    """scikit-learn's MLPClassifier."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((128, 128), batch_size=batch, max_iter=epochs, n_iter_no_change=1000)
    begin = now()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, Y)
    return now() - begin


def main() -> int:
    """Runs the rounds and prints one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--peers", action="store_true", help="also Lightning, skorch, Keras, scikit-learn")
    parser.add_argument("--defaults", action="store_true", help="normalisation, dropout and clipping for all")
    chosen = parser.parse_args()
    global DEFAULTS
    DEFAULTS = chosen.defaults
    torch.set_num_threads(1)
    racers: dict[str, Callable[[int, int], Times]] = {
        "by hand": by_hand,
        "trainer, clipping": by_trainer_clipping,
    }
    if not DEFAULTS:
        racers["trainer"] = by_trainer
    if chosen.peers:
        peers = {"lightning": by_lightning, "skorch": by_skorch, "keras": by_keras}
        if not DEFAULTS:  # it has neither
            peers["sklearn"] = by_sklearn
        for name, racer in peers.items():
            if importlib.util.find_spec(name):
                racers[name] = racer
            else:
                print(f"{name} is not installed: pip install 'trainer-gui[bench]'", file=sys.stderr)
    seconds: dict[str, list[Times]] = {name: [] for name in racers}
    for number in range(chosen.rounds + 1):
        for name, racer in racers.items():
            with contextlib.redirect_stdout(sys.stderr):
                taken = racer(chosen.epochs, chosen.batch)
            if number:  # the first round warms up
                seconds[name].append(taken)
    for name, taken in seconds.items():
        pace = ROWS * chosen.epochs / np.median([wall for wall, _ in taken])
        wall, work = np.median(np.array(seconds["by hand"]) / np.array(taken), axis=0)
        print(
            f"{name:18} {pace:10,.0f} rows/s   {wall:5.2f} of the hand-written loop on the clock, "
            f"{work:5.2f} in processor time"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
