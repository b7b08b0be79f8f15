"""Prints how good the defaults are on the samples, beside scikit-learn's usual models on the same split.

python tests/benchmarks/accuracy.py [--seeds 3] [sample …]
"""

import argparse
import os
import tempfile
import time

import numpy as np

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.parts import split_of
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.model import answers
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.sources import open_data

BOUNDS = {
    "iris": 0.95,
    "wine": 0.95,
    "breast_cancer": 0.96,
    "diabetes": 0.40,
    "digits": 0.985,
}


def score_of(sample: str, seed: int) -> tuple[float, float, float]:
    """Test score of a default run, that of scikit-learn's usual model, and the seconds of the run.

    Accuracy for classes, R² for numbers; the seed draws the split too.
    """
    dataset = open_data(f"sample:{sample}")
    size = "small" if sample == "digits" else None
    choices = Choices(size=size, settings=(("seed", seed),), split=(("split_seed", seed),))
    recipe = resolve(dataset, choices)
    begin = time.perf_counter()
    folder, events = train(recipe, Control(), dataset=dataset)
    *_, last = events
    seconds = time.perf_counter() - begin
    assert last.type == "RunFinished", last
    split = split_of(dataset, recipe.target, recipe.task, recipe.split)
    preparation: Preparation = folder.preparation
    family = FAMILIES[recipe.family]
    shape = preparation.shape(len(split.train))
    load = family.load(folder.weights, shape, recipe.size, recipe.family_settings)
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    inputs = {part: preparation.inputs(dataset, rows) for part, rows in parts.items()}
    targets = {
        part: preparation.targets(dataset.target_values(recipe.target), rows) for part, rows in parts.items()
    }
    said = answers(preparation, load(inputs["test"])).values
    true = np.asarray(dataset.target_values(recipe.target))[split.test]
    flat = {part: each[0].reshape(len(each[0]), -1).astype(float) for part, each in inputs.items()}
    if recipe.task is Task.CLASSIFICATION:
        from sklearn.linear_model import LogisticRegression

        peer = LogisticRegression(max_iter=5000).fit(flat["train"], targets["train"])
        right = peer.score(flat["test"], targets["test"])
        return float((said == true.astype(str)).mean()), float(right), seconds
    from sklearn.linear_model import Ridge

    peer = Ridge().fit(flat["train"], targets["train"])
    spread = ((true - true.mean()) ** 2).sum()
    ours = 1 - ((said - true) ** 2).sum() / spread
    return float(ours), float(peer.score(flat["test"], targets["test"])), seconds


def main() -> int:
    """Prints a line for each sample; the exit status says whether every bound was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", nargs="*", default=list(BOUNDS))
    parser.add_argument("--seeds", type=int, default=3)
    chosen = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as home:
        os.environ["TRAINER_GUI_HOME"] = home
        for sample in chosen.samples:
            scores = np.array([score_of(sample, seed) for seed in range(chosen.seeds)])
            ours, peer, seconds = scores.mean(axis=0)
            spread = scores[:, 0].std(ddof=1) if chosen.seeds > 1 else float("nan")
            missed |= ours < BOUNDS[sample]
            print(
                f"{sample:14} {ours:.3f} ± {spread:.3f}  bound {BOUNDS[sample]}  "
                f"scikit-learn's linear model {peer:.3f}  {seconds:.1f} s a run",
                flush=True,
            )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
