"""Prints what many seeds of a small network cost as one stack, in units of one run alone.

Two tables: one of the size of breast_cancer (569 rows, 30 numbers, 2 classes), one of 10,000 rows. The
network is Small with all its defaults, on one CPU thread. Everyone in turn, round by round, in one process;
processor time counts, and the median of the ratios.

    python tests/benchmarks/stacked.py [--members 16] [--rounds 5] [--epochs 6] [--all] [--study]

`--all` trains every member alone too, one after another, instead of three of them. `--study` measures real
commands instead: `train --repeats 16` against `train`, their start included.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.settings import accept

FAMILY = FAMILIES["neural_network"]
AIM = 4.0


def table(rows: int, inputs: int) -> Examples:
    """Rows of numbers whose class follows from them, with some noise."""
    draw = np.random.default_rng(rows)
    numbers = draw.normal(size=(rows, inputs)).astype(np.float32)
    hidden = np.tanh(numbers @ draw.normal(size=(inputs, 4))).sum(1) + 0.5 * draw.normal(size=rows)
    return Examples((numbers,), (hidden > 0).astype(np.int64))


def lessons_of(rows: int, members: int, epochs: int, folder: Path, *, rates: bool) -> list[Lesson]:
    """One lesson per seed, as a run with a split of 70, 15 and 15 per cent has it."""
    whole = table(rows, 30)
    train, end = int(0.7 * rows), int(0.85 * rows)
    parts = [
        Examples((whole.inputs[0][which],), whole.targets[which])
        for which in (slice(0, train), slice(train, end))
    ]
    shape = DataShape(task=Task.CLASSIFICATION, rows=train, numbers=30, outputs=2)
    defaults = {**FAMILY.defaults(shape, "small"), "epochs": epochs, "early_stopping": False}
    lessons = []
    for seed in range(members):
        own = {"learning_rate": 0.001 * (1 + seed)} if rates else {}
        values = {**defaults, "threads": 1, "precision": "float32", "seed": seed, **own}
        place = folder / str(seed)
        place.mkdir(exist_ok=True)
        lessons.append(
            Lesson(
                train=parts[0],
                validation=parts[1],
                shape=shape,
                size="small",
                settings=accept(FAMILY.settings, values),
                target=TargetColumn(name="y", task=Task.CLASSIFICATION),
                device="cpu",
                weights=place / "weights.safetensors",
                state=place / "last.pt",
                resume=False,
            )
        )
    return lessons


def seconds_alone(lesson: Lesson) -> float:
    """Processor time of one run."""
    begin = time.process_time()
    assert list(FAMILY.learn(lesson, Control()))[-1].type == "RunFinished"
    return time.process_time() - begin


def seconds_stacked(lessons: list[Lesson], folder: Path) -> float:
    """Processor time of all as one stack."""
    begin = time.process_time()
    said = list(FAMILY.learn_stacked(lessons, Control(), folder / "stack.pt"))
    assert said[-1].type == "RunFinished"
    return time.process_time() - begin


def measure(rows: int, members: int, rounds: int, epochs: int, *, rates: bool, every: bool) -> float:
    """Prints one line and gives the ratio of the stack to one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lessons = lessons_of(rows, members, epochs, folder, rates=rates)
        short = [replace(e, settings=e.settings.model_copy(update={"epochs": 1})) for e in lessons]
        seconds_alone(short[0])
        seconds_stacked(short, folder)
        alone, stacked, whole = [], [], []
        for number in range(rounds):
            chosen = lessons if every else [lessons[(number + each) % members] for each in range(3)]
            times = [seconds_alone(each) for each in chosen[: len(chosen) // 2]]
            stacked.append(seconds_stacked(lessons, folder))
            times += [seconds_alone(each) for each in chosen[len(chosen) // 2 :]]
            alone.append(float(np.mean(times)))
            whole.append(members * alone[-1])
    ratios = np.array(stacked) / np.array(alone)
    ratio = float(np.median(ratios))
    about = "different rates" if rates else "seeds only"
    print(
        f"{rows:6d} rows, {members} members, {about:15s}: one run {np.median(alone):6.3f} s, "
        f"stack {np.median(stacked):6.3f} s = {ratio:4.2f} runs ({ratios.min():.2f} to {ratios.max():.2f}); "
        f"one after another {np.median(whole):6.3f} s = {members / ratio:4.2f} times as long as the stack"
    )
    return ratio


def seconds_of(*words: str) -> float:
    """Processor time of a command, its own processes included."""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "trainer_gui", *words], check=True, capture_output=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime


def measure_study(members: int) -> None:
    """Prints what a study of so many repeats costs, its processes from start to end, against single runs."""
    words = ("sample:breast_cancer", "--family", "neural_network", "--size", "small", "--no-keep-awake")
    with tempfile.TemporaryDirectory() as name:
        alone = [
            seconds_of("train", *words, "--seed", str(seed), "--out", f"{name}/alone-{seed}")
            for seed in range(3)
        ]
        study = seconds_of("train", *words, "--repeats", str(members), "--out", f"{name}/study")
    single = float(np.mean(alone))
    print(
        f"the whole of it, breast_cancer: one run {single:.1f} s of processor time, a study of {members} "
        f"repeats {study:.1f} s = {study / single:.2f} runs; one after another {members * single:.0f} s"
    )


def main() -> None:
    """Prints both tables, with seeds only and with different learning rates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--members", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--study", action="store_true")
    chosen = parser.parse_args()
    if chosen.study:
        measure_study(chosen.members)
        return
    torch.set_num_threads(1)
    found = [
        measure(rows, chosen.members, chosen.rounds, max(1, epochs), rates=rates, every=chosen.all)
        for rows, epochs in ((569, 5 * chosen.epochs), (10_000, chosen.epochs))
        for rates in (False, True)
    ]
    print(f"aim: at most {AIM:g} runs; reached: {max(found):.2f}")


if __name__ == "__main__":
    main()
