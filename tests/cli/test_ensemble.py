"""`ensemble`, and the words that use what it makes."""

import csv
import shutil

import pytest

from trainer_gui.engine.store import open_run, runs, runs_root
from trainer_gui.engine.study.folder import studies
from trainer_gui.engine.study.together import PLACE

_QUICK = ("--family", "linear", "--epochs", 3)


def _answers(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: float(value) for name, value in row.items() if name.startswith("probability")}
            for row in csv.DictReader(file)
        ]


def test_that_two_runs_become_one_model_that_goes_on_without_them(give, flowers, tmp_path):
    for seed in (1, 2):
        assert give("train", flowers, *_QUICK, "--seed", seed, "--out", f"run{seed}").code == 0
        assert give("predict", f"run{seed}", flowers, "--out", f"{seed}.csv").code == 0
    assert give("ensemble", "run1", "run2", "--out", "both", "--name", "Pair").code == 0
    shutil.rmtree("run1")
    shutil.rmtree("run2")
    assert give("predict", "both", flowers, "--out", "both.csv").code == 0
    work = tmp_path / "work"
    one, two, both = (_answers(work / name) for name in ("1.csv", "2.csv", "both.csv"))
    assert len(both) == len(one) > 10
    for first, second, mean in zip(one, two, both, strict=True):
        assert len(mean) == 3
        assert {name: (first[name] + second[name]) / 2 for name in mean} == pytest.approx(mean, abs=1e-5)
    (said,) = give("evaluate", "both", "--test", "--json").lines
    assert (said["run"], said["members"], said["apart"], said["test_openings"]) == ("Pair", 2, "seeds", 1)
    accuracy = said["figures"][0]
    assert accuracy["members"]["count"] == 2
    assert accuracy["members"]["low"] <= accuracy["members"]["mean"] <= accuracy["members"]["high"]
    words = give("evaluate", "both").out
    for text in ("2 models as one", "Each of 2 seeds", "Std. deviation"):
        assert text in words
    exported = give("export", "both", "--format", "onnx", "--out", "pair", "--json")
    assert exported.code == 0, exported.err
    assert exported.lines[-1]["largest_difference"] < 1e-5


def test_that_what_cannot_be_one_model_is_refused_and_leaves_nothing(give, flowers):
    assert give("train", flowers, *_QUICK, "--seed", 1, "--out", "run1").code == 0
    assert give("train", flowers, *_QUICK, "--split-seed", 5, "--out", "other").code == 0
    for words, reason in (
        (("run1",), "at least two runs"),
        (("run1", "other"), "shared their rows out differently"),
        (("run1", "nowhere"), "no run “nowhere”"),
    ):
        said = give("ensemble", *words)
        assert said.code == 2
        assert reason in said.err
    assert not runs_root().exists() or not list(runs_root().iterdir())


def test_that_the_recipe_of_several_is_not_trained_as_one(give, flowers):
    for seed in (1, 2):
        assert give("train", flowers, *_QUICK, "--seed", seed).code == 0
    made = give("ensemble", *(each.path for each in runs()), "--json").lines[-1]
    assert "ensemble of 2" in give("runs").out
    said = give("train", f"{made['folder']}/recipe.toml")
    assert said.code == 2
    assert "put together from 2 runs" in said.err
    assert give("train", f"{made['folder']}/members/0/recipe.toml", "--out", "again").code == 0


@pytest.mark.slow
def test_that_a_study_of_repeats_is_judged_as_one_model_and_each_alone(give, flowers):
    trained = give("train", flowers, *_QUICK, "--size", "tiny", "--repeats", 2)
    assert trained.code == 0, trained.err
    (study,) = studies()
    assert len(open_run(study.path / PLACE).members) == 2
    assert "how good its models are together" in trained.out
    said = give("evaluate", study.path, "--json")
    assert said.code == 0, said.err
    assert said.lines[-1]["members"] == 2
    assert said.lines[-1]["apart"] == "seeds"
    assert give("predict", study.path.name, flowers, "--out", "answers.csv").code == 0
