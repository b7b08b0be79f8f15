"""A user's path on the command line: a model of the digits 0 to 4 becomes one of the digits 5 to 9."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from trainer_gui.cli import main


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Two folders of pictures: the digits 0 to 4, and ten each of 5 to 9."""
    digits = load_digits()
    for part, wanted, most in (("low", range(5), 60), ("high", range(5, 10), 14)):
        for each in wanted:
            place = tmp_path / part / f"digit {each}"
            place.mkdir(parents=True)
            for row in np.flatnonzero(digits.target == each)[:most]:
                pixels = (digits.images[row] * 15.9).astype(np.uint8)
                Image.fromarray(pixels).resize((16, 16)).save(place / f"{row}.png")
    monkeypatch.setenv("TRAINER_GUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def done(work, capfd):
    """Gives a command to the program and gives its lines on standard output, once it has ended well."""

    def give(*words):
        capfd.readouterr()
        code = main(list(words))
        said = capfd.readouterr()
        assert code == 0, said.err
        return said.out.splitlines()

    return give


def best(folder):
    """The best accuracy on the validation rows."""
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(each) for each in lines]
    return max(each["metrics"]["accuracy"] for each in events if each["type"] == "EpochEnded")


def test_that_what_was_learned_of_some_digits_helps_with_others(work, done):
    plain = ("--size", "tiny", "--threads", "1")
    done("train", "low", *plain, "--epochs", "10", "--name", "Low digits")
    (offered,) = [json.loads(each) for each in done("starts", "high", "--json")]
    assert (offered["name"], offered["fits"], offered["keeps_last_layer"]) == ("Low digits", True, False)
    shares = ("--split", "50/50", "--epochs", "15", "--threads", "1")
    done("train", "high", "--start", "Low digits", *shares, "--out", "second")
    done("train", "high", "--size", "tiny", *shares, "--out", "scratch")
    assert best(work / "second") > max(0.5, best(work / "scratch"))
    shutil.rmtree(work / "home")  # with the first run in it
    done("train", "second/recipe.toml", "--out", "third")
    weights = [work / each / "model" / "weights.safetensors" for each in ("second", "third")]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    frozen = ("--train-part", "last_layer", "--epochs", "60")
    done("train", "high", "--start", "third", *frozen, "--out", "frozen")
    done("export", "frozen", "--format", "safetensors", "--out", "model.safetensors")
    done("train", "high", "--start", "model.safetensors", "--epochs", "0", "--out", "fourth")
    names = [json.loads(each)["name"] for each in done("starts", "--of", "fourth", "--json")]
    assert names[0] == "Low digits"
    assert len(names) == 4
