"""Whole runs on texts and dates: learned, judged, predicted, taken away, and used without Trainer."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.export import export
from trainer_gui.engine.input_fields import fields
from trainer_gui.engine.predict import open_model, predict, predict_row
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data

_THINGS = ("the food", "the room", "our waiter", "the film", "this phone", "her lecture", "the museum")
_GOOD = ("good", "great", "lovely", "excellent", "wonderful", "delicious", "friendly", "brilliant")
_BAD = ("bad", "awful", "terrible", "rude", "boring", "horrible", "disappointing", "dreadful")
_ENDS = ("in the evening", "last week", "as always", "for my sister", "with two friends", "at noon")


def sentences(count: int, seed: int) -> tuple[list[str], list[str]]:
    """Praise and blame, a third of it by saying “not”, with slips of the pen in every seventh sentence."""
    draw = random.Random(seed)
    texts, moods = [], []
    for _ in range(count):
        likes, negated = draw.random() < 0.5, draw.random() < 0.35
        word = draw.choice(_BAD if likes == negated else _GOOD)
        if draw.random() < 0.15:
            place = draw.randrange(len(word))
            word = word[:place] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1 :]
        how = "not " if negated else draw.choice(("", "very ", "really "))
        text = f"{draw.choice(_THINGS)} was {how}{word} {draw.choice(_ENDS)}"
        if draw.random() < 0.4:
            text = f"{text.capitalize()}. {draw.choice(_THINGS)} was there {draw.choice(_ENDS)}."
        texts.append(text)
        moods.append("likes" if likes else "dislikes")
    return texts, moods


def learned(path: Path, frame: pd.DataFrame, **choices: object) -> RunFolder:
    """A run on a table that is written and read as a person's file is."""
    frame.to_csv(path / "data.csv", index=False)
    dataset = open_data(path / "data.csv")
    folder, events = train(
        resolve(dataset, Choices(**choices)), Control(), path=path / "run", dataset=dataset
    )
    assert list(events)[-1].type == "RunFinished"
    return folder


@pytest.fixture(scope="module")
def moods(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A text network that was trained on 1,200 sentences."""
    texts, labels = sentences(1200, 0)
    frame = pd.DataFrame({"review": texts, "mood": labels})
    return learned(tmp_path_factory.mktemp("moods"), frame, settings=(("epochs", 25),))


def test_that_a_text_network_understands_praise_blame_and_their_negation(moods):
    assert moods.recipe.family == "text_network"
    accuracy = next(each for each in evaluate(moods, "test").figures if each.name == "accuracy")
    assert accuracy.value > 0.95
    fresh, labels = sentences(300, 1)
    found = predict(open_model(moods), pd.DataFrame({"review": fresh}))
    assert (found.values == np.array(labels)).mean() > 0.95


def test_that_one_text_can_be_asked_about_and_an_unknown_one_is_unsure(moods):
    model = open_model(moods)
    (field,) = fields(model)
    assert field.kind is ColumnKind.TEXT
    assert predict_row(model, {"review": "The museum was wonderful"}).value == "likes"
    assert predict_row(model, {"review": "the museum was not wonderful at noon"}).value == "dislikes"
    nothing = predict_row(model, {"review": None}).probabilities
    assert predict_row(model, {"review": "   "}).probabilities == nothing


def test_that_an_exported_text_model_answers_without_trainer(moods, tmp_path):
    exported = export(moods, "onnx", tmp_path / "model.onnx")
    (beside,) = exported.beside
    assert beside.name == "model_text_ids.py"
    assert json.loads(exported.to_json())["beside"] == [str(beside)]
    texts, _ = sentences(20, 2)
    script = tmp_path / "use.py"
    script.write_text(
        "import json, sys\n"
        "import numpy as np, onnxruntime\n"
        "from model_text_ids import ids_of\n"
        "session = onnxruntime.InferenceSession('model.onnx')\n"
        "about = json.loads(session.get_modelmeta().custom_metadata_map['texts'])[0]\n"
        "ids = np.array([ids_of(each, about['length']) for each in json.loads(sys.argv[1])])\n"
        "prediction, _ = session.run(None, {about['input']: ids})\n"
        "assert not any(name.startswith('trainer_gui') for name in sys.modules)\n"
        "print(json.dumps(list(prediction)))\n",
        encoding="utf-8",
    )
    command = [sys.executable, script.name, json.dumps([*texts, ""])]
    said = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    ).stdout
    own = predict(open_model(moods), pd.DataFrame({"review": [*texts, ""]}))
    assert json.loads(said) == own.values.tolist()


@pytest.mark.parametrize("family", ["neural_network", "linear"])
def test_that_texts_and_numbers_are_learned_from_together(tmp_path, family):
    texts, labels = sentences(700, 3)
    draw = np.random.default_rng(0)
    amount = draw.normal(size=700)
    target = 2 * (np.array(labels) == "likes") + amount + draw.normal(0, 0.05, 700)
    frame = pd.DataFrame({"review": texts, "amount": amount, "worth": target})
    folder = learned(tmp_path, frame, family=family, settings=(("epochs", 40),))
    r2 = next(each for each in evaluate(folder).figures if each.name == "r2")
    assert r2.value > (0.9 if family == "neural_network" else 0.65)


def test_that_a_season_is_learned_from_a_date_alone(tmp_path):
    days = pd.date_range("2019-01-01", periods=1500, freq="D")
    draw = np.random.default_rng(0)
    warmth = 10 - 12 * np.cos(2 * np.pi * (days.day_of_year - 20) / 365.25) + draw.normal(0, 1, 1500)
    sales = warmth + 6 * (days.day_of_week >= 5)
    frame = pd.DataFrame({"day": days.strftime("%d.%m.%Y"), "degrees": np.round(sales, 2)})
    folder = learned(tmp_path, frame, settings=(("epochs", 60),))
    r2 = next(each for each in evaluate(folder, "test").figures if each.name == "r2")
    assert r2.value > 0.95
    model = open_model(folder)
    july, january = (predict_row(model, {"day": each}).value for each in ("15.07.2022", "2022-01-15"))
    assert july - january > 15
    with pytest.raises(UserError) as refusal:
        predict_row(model, {"day": "next Tuesday"})
    assert refusal.value.problem.key == "predict.not_a_date"
    (field,) = fields(model)
    assert field.kind is ColumnKind.DATE
    assert predict_row(model, {"day": field.typical}).problems == ()
