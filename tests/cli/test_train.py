"""`train` and `resume`, in this process."""

import os
import shlex
from pathlib import Path

import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import from_json
from trainer_gui.engine.live_mark import mark_of
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.recipe_file import recipe_from_toml
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import replay
from trainer_gui.engine.settings import declared_in
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.store import open_run, runs

QUICK = ("--family", "linear", "--size", "tiny", "--epochs", "4")


def curve(said):
    """Every number of every epoch that does not depend on the clock."""
    return [
        (e["epoch"], e["train_loss"], e["validation_loss"], e["metrics"], e["learning_rate"])
        for e in said.of_type("EpochEnded")
    ]


def test_that_a_run_ends_with_its_results_and_with_commands_to_copy(give, flowers):
    said = give("train", flowers, *QUICK)
    assert said.code == 0
    assert said.err == ""
    (folder,) = runs()
    for words in (
        "120 rows, 4 columns",
        "Predicting kind (classification)",
        "Linear, Tiny",
        "Best epoch",
        "Validation loss",
        "baseline",
        str(folder.path),
        f"evaluate {folder.path.name}",
        f"predict {folder.path.name}",
        f"export {folder.path.name} --format onnx",
    ):
        assert words in said.out


def test_that_json_lines_are_the_events_of_the_run_and_words_go_elsewhere(give, flowers):
    said = give("train", flowers, *QUICK, "--json", "--out", "run")
    assert said.code == 0
    assert [each["type"] for each in said.lines][-1] == "RunFinished"
    assert [from_json(line) for line in said.out.splitlines()] == list(replay(open_run(Path("run"))))
    assert said.out.isascii()
    assert "Best epoch" in said.err


def test_that_the_same_command_gives_the_same_curve_to_the_last_bit(give, flowers):
    words = ("train", flowers, "--size", "tiny", "--epochs", "5", "--seed", "7", "--json")
    first, second = give(*words), give(*words)
    assert len(curve(first)) == 5
    assert curve(first) == curve(second)
    assert curve(give(*words[:-2], "8", "--json")) != curve(first)


def test_that_the_recipe_of_a_run_gives_the_same_curve(give, flowers):
    choices = (
        "--leave-out",
        "place",
        "--split",
        "60/30/10",
        "--learning-rate",
        "0,02",
        "--set",
        "batch-size=8",
    )
    first = give("train", flowers, *QUICK, *choices, "--json", "--out", "first")
    again = give("train", "first/recipe.toml", "--json", "--out", "again")
    assert again.code == 0
    assert curve(again) == curve(first)
    assert open_run(Path("again")).recipe == open_run(Path("first")).recipe


def test_that_what_is_said_on_the_command_line_overrides_the_recipe(give, flowers):
    give("train", flowers, *QUICK, "--learning-rate", "0.5", "--seed", "3", "--json", "--out", "first")
    give("train", "first/recipe.toml", "--epochs", "2", "--seed", "4", "--json", "--out", "second")
    recipe = open_run(Path("second")).recipe
    assert recipe.settings == {**open_run(Path("first")).recipe.settings, "epochs": 2, "seed": 4}


def test_that_another_family_than_that_of_the_recipe_brings_its_own_good_settings(give, flowers):
    give("train", flowers, *QUICK, "--seed", "3", "--optimiser", "adam", "--json", "--out", "first")
    said = give("train", "first/recipe.toml", "--family", "neural-network", "--epochs", "1", "--out", "other")
    assert said.code == 0
    recipe = open_run(Path("other")).recipe
    plain = resolve(open_data(flowers), Choices(family="neural_network", size="tiny")).settings
    assert recipe.settings == {**plain, "seed": 3, "optimiser": "adam", "epochs": 1}


def test_that_choices_reach_the_recipe(give, flowers):
    said = give(
        *("train", flowers, "--target", "length", "--task", "regression", "--size", "TINY", "--epochs", "1"),
        *("--leave-out", "place", "--leave-out", "kind", "--split", "70/20/10", "--no-stratified"),
        *("--split-seed", "5", "--weight-decay", "0,25", "--set", "dropout=0.3", "--no-early-stopping"),
        *("--separator", "comma", "--name", "My run", "--device", "cpu", "--out", "run"),
    )
    assert said.code == 0
    folder = open_run(Path("run"))
    recipe = folder.recipe
    assert folder.name == "My run"
    assert (recipe.target, recipe.task, recipe.size, recipe.device) == ("length", "regression", "tiny", "cpu")
    assert recipe.leave_out == ("place", "kind")
    assert recipe.data.options["separator"] == "comma"
    assert (recipe.split.validation_share, recipe.split.test_share) == (0.2, 0.1)
    assert (recipe.split.stratified, recipe.split.split_seed) == (False, 5)
    expected = {"weight_decay": 0.25, "dropout": 0.3, "early_stopping": False, "epochs": 1}
    assert {name: recipe.settings[name] for name in expected} == expected


def test_that_every_declared_setting_has_a_flag_that_reaches_the_recipe(give, flowers):
    from trainer_gui.engine.families import FAMILIES

    said = give("train", "--help")
    for family in FAMILIES:
        for each in declared_in(family.settings):
            assert each.flag in said.out
            assert each.label in said.out


def test_that_a_folder_in_use_is_left_as_it_is(give, flowers):
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("years of work", encoding="utf-8")
    said = give("train", flowers, *QUICK, "--out", "mine")
    assert said.code == 2
    assert "is not empty" in said.err
    assert [each.name for each in Path("mine").iterdir()] == ["thesis.txt"]


def test_that_a_place_that_cannot_be_written_to_is_a_sentence(give, flowers):
    said = give("train", flowers, *QUICK, "--out", flowers / "run")
    assert said.code == 2
    assert str(flowers / "run") in said.err
    assert "Traceback" not in said.err


def test_that_data_that_teaches_nothing_is_refused_before_a_run_is_made(give):
    Path("same.csv").write_text("a,b\n" + "1,x\n2,x\n3,x\n" * 20, encoding="utf-8")
    said = give("train", "same.csv", "--target", "b")
    assert said.code == 2
    assert "nothing to tell apart" in said.err
    assert runs() == []


def test_that_a_run_that_fails_says_why_with_exit_code_1(give, flowers):
    said = give(
        *(
            "train",
            flowers,
            "--target",
            "length",
            "--family",
            "linear",
            "--optimiser",
            "sgd",
            "--epochs",
            "60",
        ),
        *("--learning-rate", "10", "--gradient-clipping", "0", "--schedule", "constant", "--json"),
    )
    assert said.code == 1
    assert "training.slowed" in [each["problem"]["key"] for each in said.of_type("Noticed")]
    assert said.lines[-1]["type"] == "RunFailed"
    assert "a learning rate of 0.1 or less" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("data = [", "cannot be read as a recipe"),
        ("family = 'linear'", "“data” is wrong or missing"),
        ("data = 'sample:iris'\ncolour = 1", "“colour” is wrong or missing"),
        ("data = 'sample:iris'\nversion = 99", "newer version"),
        ("data = 'sample:iris'\nfamily = 'forest'", "no family named “forest”"),
        ("data = 'missing.csv'", "There is no file at"),
    ],
)
def test_that_a_wrong_recipe_is_a_sentence(give, text, reason):
    Path("my.toml").write_text(text, encoding="utf-8")
    said = give("train", "my.toml")
    assert said.code == 2
    assert reason in said.err


def test_that_a_recipe_written_by_hand_needs_only_its_data(give, flowers):
    Path("my.toml").write_text(
        "\ufeffdata = 'flowers.csv'\nsize = 'tiny'\n[settings]\nepochs = 1\n", encoding="utf-8"
    )
    assert give("train", "my.toml", "--out", "run").code == 0
    recipe = open_run(Path("run")).recipe
    assert recipe.data.location == str(flowers)
    assert recipe.settings["epochs"] == 1


def test_that_a_verdict_comes_with_a_command_that_follows_it(give, flowers):
    said = give(
        "train", flowers, "--size", "tiny", "--epochs", "4", "--learning-rate", "0.0001", "--out", "run"
    )
    verdicts = ("It was still getting better", "No better than guessing", "The learning rate is too low")
    assert any(each in said.out for each in verdicts)
    (line,) = [each for each in said.out.splitlines() if "recipe.toml" in each]
    words = shlex.split(line[line.index(" train ") :])
    again = give(*words, "--out", "again")
    assert again.code == 0, again.err
    changed = open_run(Path("again")).recipe
    assert changed != open_run(Path("run")).recipe


def test_that_a_run_of_pictures_asks_for_pictures_to_predict(give):
    said = give("train", "sample:digits", "--size", "tiny", "--epochs", "1", "--out", "run")
    assert said.code == 0, said.err
    assert "predict run NEW_PICTURES" in said.out


def test_that_a_finished_run_is_not_resumed(give, flowers):
    give("train", flowers, *QUICK, "--out", "run")
    said = give("resume", "run")
    assert said.code == 2
    assert "cannot be resumed" in said.err


def stopped_run(data: Path, path: Path) -> None:
    """A run of 6 epochs that was stopped after the second one."""
    dataset = open_data(data)
    settings = (("epochs", 6), ("patience", 6))
    control = Control()
    choices = Choices(family="neural_network", size="tiny", settings=settings)
    _, events = train(resolve(dataset, choices), control, path=path, dataset=dataset)
    for event in events:
        if event.type == "EpochEnded" and event.epoch == 2:
            control.stop()


def test_that_a_stopped_run_goes_on_to_the_curve_of_one_that_was_not(give, flowers):
    stopped_run(flowers, Path("run"))
    whole = give("train", "run/recipe.toml", "--json", "--out", "whole")
    said = give("resume", "run", "--json")
    assert said.code == 0
    (resumed,) = said.of_type("RunResumed")
    assert curve(said) == curve(whole)[resumed["epoch"] :]
    assert "Going on with" in said.err
    assert said.of_type("RunFinished")[0]["best_epoch"] == whole.of_type("RunFinished")[0]["best_epoch"]


def test_that_a_run_that_another_process_works_on_is_left_alone(give, flowers):
    stopped_run(flowers, Path("run"))
    Path("run/live.json").write_text(mark_of(os.getpid()), encoding="utf-8")
    said = give("resume", "run")
    assert said.code == 2
    assert "is being trained already" in said.err


def test_that_a_resumed_run_with_a_damaged_state_says_so(give, flowers):
    stopped_run(flowers, Path("run"))
    for each in Path("run/checkpoints").iterdir():
        each.write_bytes(b"not a state")
    said = give("resume", "run")
    assert said.code == 1
    assert "is damaged" in said.err


def test_that_the_recipe_of_the_run_is_whole(give, flowers):
    give("train", flowers, *QUICK, "--out", "run")
    text = Path("run/recipe.toml").read_text(encoding="utf-8")
    try:
        recipe = recipe_from_toml(text, "recipe.toml")
    except UserError as error:
        pytest.fail(str(error))
    assert recipe.settings["epochs"] == 4


def test_that_a_slow_check_after_an_epoch_has_no_losses_to_tell_and_harms_nothing(give, flowers, monkeypatch):
    monkeypatch.setattr("trainer_gui.engine.training.watch._SAY_EVERY", 0.0)  # every word is said
    said = give("train", flowers, "--epochs", "2", "--size", "tiny", "--out", "slow", "--json")
    assert said.code == 0, said.err
    assert any(not each["losses"] for each in said.of_type("BatchesDone"))
