"""Trains the starting models that come with the app; everybody can run it again.

The networks for pictures learn from pictures that formulas draw, so that no photograph and no network is
needed; the one for digits from the digits of scikit-learn, moved about.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainer_gui.engine.recipe import Choices
    from trainer_gui.engine.run_folder import RunFolder

CHECKOUT = Path(__file__).resolve().parent.parent
OUT = CHECKOUT / "resources" / "starting_models"
SIDE = 64  # pixels of the pictures that formulas draw


@dataclass(frozen=True)
class Plan:
    """A starting model: what it is called, on what it is trained, and how."""

    label: str
    size: str
    data: str  # "formulas", or a sample
    settings: dict[str, Any]


PLANS = {
    "image_tiny": Plan("Pictures, Tiny", "tiny", "formulas", {"epochs": 12}),
    "image_small": Plan("Pictures, Small", "small", "formulas", {"epochs": 12}),
    "digits": Plan("Digits, Small", "small", "sample:digits", {"epochs": 40, "shift": 1}),
}
ALIKE = {"early_stopping": False, "threads": 1, "precision": "bfloat16"}
FOR_FORMULAS = {"batch_size": 128, "learning_rate": 0.004, "shift": 4}


def main(arguments: list[str]) -> int:
    """Trains the models that the arguments ask for and writes them with their cards; the exit code."""
    made = argparse.ArgumentParser(prog="pretrain.py", description=__doc__)
    made.add_argument("model", nargs="+", choices=tuple(PLANS))
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--categories", type=int, default=256, help="formulas (default: %(default)s)")
    made.add_argument("--pictures", type=int, default=60, help="pictures of each (default: %(default)s)")
    made.add_argument("--epochs", type=int, help="instead of those of the plan")
    made.add_argument("--out", type=Path, default=OUT)
    options = made.parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.path.insert(0, str(CHECKOUT))
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["TRAINER_GUI_HOME"] = str(Path(temporary) / "home")
        pictures = Path(temporary) / "formulas"
        if any(PLANS[each].data == "formulas" for each in options.model):
            draw_all(pictures, options.categories, options.pictures, options.seed)
        for name in options.model:
            begin = time.monotonic()
            folder = train(PLANS[name], pictures, options)
            write(name, folder, options, time.monotonic() - begin)
    return 0


def draw_all(folder: Path, categories: int, pictures: int, seed: int) -> None:
    """A folder of pictures for each formula, drawn by as many processes as there are cores."""
    print(f"Drawing {categories * pictures:,} pictures", flush=True)
    work = partial(draw, folder, categories, pictures, seed)
    with ProcessPoolExecutor() as pool:
        for _ in pool.map(work, range(categories)):
            pass


def draw(folder: Path, categories: int, pictures: int, seed: int, number: int) -> None:
    """The pictures of one formula."""
    import formula_pictures
    import numpy as np
    from PIL import Image

    category = formula_pictures.categories(categories, seed)[number]
    random = np.random.default_rng([seed, number])
    place = folder / f"formula {number + 1:03d}"
    place.mkdir(parents=True)
    for each in range(pictures):
        Image.fromarray(formula_pictures.picture(category, random, SIDE)).save(place / f"{each + 1:03d}.png")


def train(plan: Plan, pictures: Path, options: argparse.Namespace) -> RunFolder:
    """A finished run, told epoch by epoch; ends the program where it failed."""
    from trainer_gui.engine import run
    from trainer_gui.engine.control import Control
    from trainer_gui.engine.recipe import resolve
    from trainer_gui.engine.sources import open_data

    dataset = open_data(str(pictures) if plan.data == "formulas" else plan.data)
    recipe = resolve(dataset, choices_of(plan, options))
    folder, events = run.train(recipe, Control(), dataset=dataset, name=plan.label)
    for event in events:
        if event.type == "EpochEnded":
            print(
                f"{plan.label}: epoch {event.epoch}, {event.validation_loss:.3f} {event.metrics}", flush=True
            )
        elif event.type == "RunFailed":
            sys.exit(str(event.problem))
    return folder


def choices_of(plan: Plan, options: argparse.Namespace) -> Choices:
    """What is trained, and how."""
    from trainer_gui.engine.recipe import Choices

    formulas = plan.data == "formulas"
    settings = {**ALIKE, **(FOR_FORMULAS if formulas else {}), **plan.settings, "seed": options.seed}
    if options.epochs:
        settings["epochs"] = options.epochs
    split = {"validation_share": 0.06, "test_share": 0.02} if formulas else {}
    return Choices(
        family="image_network",
        size=plan.size,
        settings=tuple(settings.items()),
        split=tuple(split.items()),
        device="cpu",
    )


def write(name: str, folder: RunFolder, options: argparse.Namespace, seconds: float) -> None:
    """The model as safetensors, its weights in half precision, and its card beside it."""
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    from trainer_gui.engine.exporter import Parcel
    from trainer_gui.engine.exporters.safetensors_file import SAFETENSORS_FILE
    from trainer_gui.engine.predict import open_model
    from trainer_gui.engine.source import say_nothing

    plan, recipe, path = PLANS[name], folder.recipe, options.out / f"{name}.safetensors"
    if plan.data == "formulas":  # where they lay for an hour says nothing to anybody
        recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"location": "formulas"})})
    parcel = Parcel(open_model(folder), recipe.to_toml(), version("trainer-gui"))
    SAFETENSORS_FILE.write(parcel, path, say_nothing)
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    weights = load_file(path)
    # Matrices alone: means and spreads of batches may be too small or too large for sixteen bits.
    half = {key: each.half() if each.dim() > 1 else each for key, each in weights.items()}
    save_file(half, path, metadata)
    path.with_suffix(".md").write_text(card(name, folder, options, path, seconds), encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB, {seconds:.0f} s", flush=True)


def card(name: str, folder: RunFolder, options: argparse.Namespace, path: Path, seconds: float) -> str:
    """What the model is, how it came about, and how anybody makes it again."""
    from trainer_gui.engine.run_folder import progress_of

    plan, progress = PLANS[name], progress_of(folder)
    assert progress.started is not None
    formulas = plan.data == "formulas"
    count = options.categories * options.pictures
    data = (
        f"{count:,} pictures of {SIDE} by {SIDE} pixels, drawn by {options.categories} formulas: fractals, "
        "contours and textures. No photograph and nobody's work is among them."
        if formulas
        else "The 1,797 handwritten digits that come with scikit-learn, 8 by 8 pixels (E. Alpaydin and "
        "C. Kaynak, UCI Machine Learning Repository, CC BY 4.0), moved about by a pixel."
    )
    command = ["python", "packaging/pretrain.py", name, "--seed", str(options.seed)]
    if formulas:
        command += ["--categories", str(options.categories), "--pictures", str(options.pictures)]
    if options.epochs:
        command += ["--epochs", str(options.epochs)]
    lines = {
        "Network": f"Image network, {plan.size.capitalize()}, {progress.started.parameters:,} parameters",
        "Learned from": data,
        "Task": "which formula drew the picture" if formulas else "which digit it is",
        "Accuracy": f"{progress.metric_at_best:.3f} on validation pictures (by chance "
        f"{1 / (options.categories if formulas else 10):.3f})",
        "Cost": f"{progress.epochs} epochs, {seconds / 60:.0f} minutes on one core of a processor",
        "Made by": f"`{shlex.join(command)}`",
        "Licence": "that of this project",
        "SHA-256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    rows = "\n".join(f"| {key} | {words} |" for key, words in lines.items())
    return f"# {plan.label}\n\nA model to start from, not to use as it is.\n\n| | |\n|---|---|\n{rows}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
