"""Using a trained model on new rows and pictures, and what is refused in words."""

import csv
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import ColumnKind, Dataset, Table
from trainer_gui.engine.input_fields import fields
from trainer_gui.engine.model import Answers, TrainedModel
from trainer_gui.engine.picture_answers import predict_pictures
from trainer_gui.engine.predict import (
    match,
    open_model,
    open_rows,
    predict,
    predict_matched,
    predict_row,
)
from trainer_gui.engine.predictions_file import defused, write_predictions
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, Recipe, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.sources import open_data


def _train(dataset: Dataset, recipe: Recipe) -> RunFolder:
    folder, events = train(recipe, Control(), dataset=dataset)
    assert list(events)[-1].type == "RunFinished"
    return folder


@pytest.fixture
def flower_model(flowers: Table, quick: Callable[..., Recipe]) -> TrainedModel:
    """A model of the flowers."""
    return open_model(_train(flowers, quick(flowers)))


@pytest.fixture
def german(tmp_path: Path, quick: Callable[..., Recipe]) -> RunFolder:
    """A run on a file with semicolons, decimal commas, Windows-1252 and -999 for missing."""
    draw = np.random.default_rng(6)
    lines = ["Größe;Gewicht;Ort;Sorte"]
    for row in range(60):
        weight = "-999" if row % 9 == 0 else f"{draw.normal(row % 2, 0.2):.3f}".replace(".", ",")
        size = f"{draw.normal(5, 1):.3f}".replace(".", ",")
        lines.append(f"{size};{weight};{['Köln', 'Bonn'][row % 2]};{'ab'[row % 2]}")
    path = tmp_path / "pflanzen.csv"
    path.write_text("\n".join(lines), encoding="cp1252")
    dataset = open_data(path, {"missing_words": "-999"})
    return _train(dataset, quick(dataset))


def _refused(error: pytest.ExceptionInfo[UserError], key: str) -> None:
    assert error.value.problem.key == key
    assert error.value.problem.advice


def test_that_rows_are_answered_in_order_and_alone_as_together(
    flower_model: TrainedModel, flowers: Table
) -> None:
    everything = predict(flower_model, flowers)
    assert len(everything.values) == 120
    assert everything.probabilities is not None
    assert np.allclose(everything.probabilities.sum(axis=1), 1)
    alone = predict(flower_model, flowers.frame.iloc[[70, 3]])
    assert alone.values.tolist() == everything.values[[70, 3]].tolist()
    assert np.allclose(alone.probabilities, everything.probabilities[[70, 3]], atol=1e-6)


def test_that_the_target_need_not_be_there(flower_model: TrainedModel, flowers: Table) -> None:
    without = predict(flower_model, flowers.frame.drop(columns="kind"))
    assert without.values.tolist() == predict(flower_model, flowers).values.tolist()


def test_that_missing_columns_are_refused_by_name_or_taken_as_gaps(
    flower_model: TrainedModel, flowers: Table
) -> None:
    frame = flowers.frame.drop(columns=["width", "place"])
    with pytest.raises(UserError) as error:
        predict(flower_model, frame)
    _refused(error, "match.missing")
    assert "“width” and “place”" in error.value.problem.message
    assert len(predict(flower_model, frame, fill_missing=True).values) == 120


def test_that_an_empty_table_is_refused(flower_model: TrainedModel, flowers: Table) -> None:
    with pytest.raises(UserError) as error:
        predict(flower_model, flowers.frame.iloc[:0])
    _refused(error, "predict.no_rows")


def test_that_numbers_come_back_in_their_own_unit(slope: Table, quick: Callable[..., Recipe]) -> None:
    model = open_model(_train(slope, quick(slope, family="linear", epochs=60, learning_rate=0.1)))
    found = predict(model, slope)
    assert found.probabilities is None
    assert np.corrcoef(found.values, slope.frame["y"])[0, 1] > 0.9
    assert abs(found.values.mean() - slope.frame["y"].mean()) < 10


def test_that_a_new_file_is_read_as_the_first_one_was(german: RunFolder, tmp_path: Path) -> None:
    path = tmp_path / "neu.csv"
    path.write_text("Ort;Größe;Gewicht\nKöln;5,5;-999\nBonn;4,25;0,75\nRom;1;2\n", encoding="utf-8")
    dataset = open_rows(german, path)
    matched = match(open_model(german), dataset)
    assert matched.frame is not None
    assert matched.frame["Größe"].tolist() == [5.5, 4.25, 1.0]
    assert np.isnan(matched.frame["Gewicht"][0])
    assert [each.key for each in matched.problems] == ["match.unseen"]
    assert len(predict(open_model(german), dataset).values) == 3


def test_that_a_new_file_in_another_make_is_read_as_it_presents_itself(
    german: RunFolder, tmp_path: Path
) -> None:
    path = tmp_path / "new.csv"
    path.write_text("Ort,Größe,Gewicht\nKöln,5.5,-999\nBonn,4.25,0.75\n", encoding="utf-8")
    matched = match(open_model(german), open_rows(german, path))
    assert matched.problems == ()
    assert matched.frame is not None
    assert matched.frame["Größe"].tolist() == [5.5, 4.25]
    assert np.isnan(matched.frame["Gewicht"][0])


@pytest.mark.parametrize("content", ["", "Ort;Größe;Gewicht\n"])
def test_that_a_file_without_rows_is_refused(german: RunFolder, tmp_path: Path, content: str) -> None:
    path = tmp_path / "leer.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as error:
        predict(open_model(german), open_rows(german, path))
    assert error.value.problem.advice


def test_that_a_file_that_is_not_there_is_refused(german: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        open_rows(german, tmp_path / "nowhere.csv")
    assert "nowhere.csv" in error.value.problem.message


def test_that_one_row_can_be_asked_for_in_a_form(flower_model: TrainedModel, flowers: Table) -> None:
    found = predict_row(flower_model, {"length": "4,1", "place": "shore"})
    assert found.value in ("a", "b", "c")
    assert found.probabilities.keys() == {"a", "b", "c"}
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.problems == ()
    row = pd.DataFrame({"length": [4.1], "width": [np.nan], "place": ["shore"]})
    assert predict(flower_model, row).values.tolist() == [found.value]


def test_that_a_form_with_mistakes_says_which_field(flower_model: TrainedModel) -> None:
    with pytest.raises(UserError) as error:
        predict_row(flower_model, {"length": "long"})
    _refused(error, "predict.not_a_number")
    assert error.value.problem.field == "length"
    with pytest.raises(UserError) as error:
        predict_row(flower_model, {"depth": 3})
    _refused(error, "predict.unknown_input")
    unseen = predict_row(flower_model, {"length": 1, "place": "moon"})
    assert [each.key for each in unseen.problems] == ["match.unseen"]


def test_that_the_fields_of_a_form_know_their_range_and_usual_value(
    flower_model: TrainedModel, flowers: Table
) -> None:
    length, width, place = fields(flower_model, flowers)
    assert [length.name, width.name, place.name] == ["length", "width", "place"]
    assert length.kind is ColumnKind.NUMBER
    assert length.minimum == flowers.frame["length"].min()
    assert length.maximum == flowers.frame["length"].max()
    assert isinstance(length.typical, float)
    assert length.minimum < length.typical < length.maximum
    assert not length.whole
    assert place.values == ("field", "shore", "town", "wood")
    assert place.typical == flowers.frame["place"].mode()[0]
    bare = fields(flower_model)
    assert bare[0].typical == length.typical
    assert bare[0].minimum is None


@pytest.fixture
def shapes(tmp_path: Path) -> RunFolder:
    """A run on a folder of dark and light pictures."""
    from PIL import Image

    draw = np.random.default_rng(7)
    for number in range(40):
        place = tmp_path / "shapes" / ("dark", "light")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = draw.integers(0, 60, (12, 10), dtype=np.uint8) + np.uint8(150 * (number % 2))
        Image.fromarray(pixels).save(place / f"{number}.png")
    dataset = open_data(tmp_path / "shapes")
    settings = (("epochs", 8), ("early_stopping", False))
    return _train(dataset, resolve(dataset, Choices(size="tiny", settings=settings)))


def test_that_picture_files_are_answered_and_broken_ones_named(shapes: RunFolder, tmp_path: Path) -> None:
    from PIL import Image

    light, deep, broken = tmp_path / "light.jpg", tmp_path / "deep.png", tmp_path / "broken.png"
    Image.new("RGB", (300, 200), (200, 200, 200)).save(light)
    Image.fromarray(np.full((30, 20), 7000, dtype=np.uint16)).save(deep)
    broken.write_bytes(b"no picture")
    model = open_model(shapes)
    found = predict_pictures(model, [light, broken, deep])
    assert found.names == ("light.jpg", "broken.png", "deep.png")
    assert found.answers.values.tolist() == ["light", "", "dark"]
    assert found.answers.probabilities is not None
    assert np.isnan(found.answers.probabilities[1]).all()
    assert len(found.problems) == 1
    assert "broken.png" in found.problems[0].message
    assert predict_row(model, {"picture": light}).value == "light"
    with pytest.raises(UserError) as error:
        predict_pictures(model, [broken])
    _refused(error, "picture.broken")
    with pytest.raises(UserError) as error:
        predict_pictures(model, [])
    _refused(error, "predict.no_pictures")


def test_that_a_folder_of_pictures_is_answered_and_a_table_refused(
    shapes: RunFolder, flowers: Table, tmp_path: Path
) -> None:
    model = open_model(shapes)
    dataset = open_data(tmp_path / "shapes")
    found = predict(model, dataset)
    right = found.values == np.array(dataset.target_values("class"))
    assert right.mean() > 0.9
    assert fields(model)[0].kind is ColumnKind.PICTURE
    with pytest.raises(UserError) as error:
        predict(model, flowers)
    _refused(error, "match.kind")


def test_that_pictures_cannot_be_asked_of_a_model_for_tables(
    flower_model: TrainedModel, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as error:
        predict_pictures(flower_model, [tmp_path / "x.png"])
    _refused(error, "match.kind")


def test_that_a_run_that_broke_off_can_be_used(flowers: Table, quick: Callable[..., Recipe]) -> None:
    folder, events = train(quick(flowers, epochs=500), Control(), dataset=flowers)
    for event in events:
        if folder.weights.exists() and event.type == "EpochEnded":
            break
    events.close()  # type: ignore[attr-defined]
    assert len(predict(open_model(folder), flowers).values) == 120


def test_that_a_run_that_learned_nothing_says_so(flowers: Table, quick: Callable[..., Recipe]) -> None:
    control = Control()
    control.stop()
    folder, events = train(quick(flowers), control, dataset=flowers)
    next(events)
    events.close()  # type: ignore[attr-defined]
    with pytest.raises(UserError) as error:
        open_model(folder)
    _refused(error, "run.no_model")


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("model/weights.safetensors", b"\x00" * 40, "weights.damaged"),
        ("model/weights.safetensors", None, "weights.missing"),
        ("model/preparation.json", b"[1, 2", "run.file_damaged"),
        ("model/preparation.json", None, "run.file_missing"),
        ("recipe.toml", b"= nonsense", "recipe.not_toml"),
        ("recipe.toml", None, "run.file_missing"),
    ],
)
def test_that_a_damaged_or_missing_file_is_named(
    flowers: Table, quick: Callable[..., Recipe], name: str, content: bytes | None, key: str
) -> None:
    folder = _train(flowers, quick(flowers))
    if content is None:
        (folder.path / name).unlink()
    else:
        (folder.path / name).write_bytes(content)
    with pytest.raises(UserError) as error:
        open_model(folder)
    _refused(error, key)
    assert Path(name).name in error.value.problem.message


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_that_predictions_are_written_one_line_per_row(
    flower_model: TrainedModel, flowers: Table, tmp_path: Path
) -> None:
    found = predict(flower_model, flowers)
    path = tmp_path / "out.csv"
    write_predictions(path, found)
    rows = _read(path)
    assert list(rows[0]) == ["prediction", "probability_a", "probability_b", "probability_c"]
    assert [each["prediction"] for each in rows] == found.values.tolist()
    assert found.probabilities is not None
    assert float(rows[5]["probability_b"]) == found.probabilities[5, 1]
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    write_predictions(path, found, inputs=flowers.frame)
    assert list(_read(path)[0])[:4] == ["length", "width", "place", "kind"]
    assert _read(path)[0]["width"] == ""


def test_that_rows_unlike_those_of_training_are_counted_and_marked_in_the_file(
    flower_model: TrainedModel, flowers: Table, tmp_path: Path
) -> None:
    rows = flowers.frame.head(6).copy()
    assert match(flower_model, rows).remarks == {}
    rows.loc[1, "length"] = 7_000.0
    rows["place"] = rows["place"].astype(object)
    rows.loc[[1, 4], "place"] = ["moon", "=moon"]
    matched = match(flower_model, rows)
    said = {each.key: each.message for each in matched.problems}
    assert "in 1 row, such as 7000" in said["match.beyond"]
    assert "2 values" in said["match.unseen"]
    assert set(matched.remarks) == {1, 4}
    path = tmp_path / "out.csv"
    write_predictions(path, predict_matched(flower_model, matched, rows), remarks=matched.remarks)
    marked = [each["remark"] for each in _read(path)]
    assert [bool(each) for each in marked] == [False, True, False, False, True, False]
    assert marked[1].startswith("length: far beyond")
    assert marked[1].endswith("place: not seen in training")


def test_that_a_spreadsheet_cannot_be_made_to_run_a_cell(tmp_path: Path) -> None:
    classes = ("=1+1", "-2", "größer")
    found = Answers(np.array(["=1+1", "-2", "größer"]), classes, np.eye(3))
    inputs = pd.DataFrame({"prediction": ["@SUM(A1)", "+49 30 1234", "x"], "n": [-1.5, 2, 3]})
    path = tmp_path / "out.csv"
    write_predictions(path, found, inputs=inputs, names=["-1.png", "=b.png", "c.png"])
    rows = _read(path)
    assert [each["prediction"] for each in rows] == ["'=1+1", "-2", "größer"]
    assert [each["input_prediction"] for each in rows] == ["'@SUM(A1)", "'+49 30 1234", "x"]
    assert rows[0]["n"] == "-1.5"
    assert [each["picture"] for each in rows] == ["'-1.png", "'=b.png", "c.png"]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # or a spreadsheet shows grÃ¶ÃŸer


@pytest.mark.parametrize("text", ["-", "+", "=A1", "@x", "-a", "\t=1", "-1+2"])
def test_that_what_could_be_a_formula_is_defused(text: str) -> None:
    assert defused(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a", "-1", "+1.5", "-1,5", "-1e-5", "a=b", "-3 %"])
def test_that_plain_text_and_numbers_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


def test_that_a_file_that_cannot_be_written_is_said_and_the_old_one_kept(tmp_path: Path) -> None:
    found = Answers(np.zeros(5000))
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "out.csv", tmp_path / "nowhere" / "out.csv"):
        with pytest.raises(UserError) as error:
            write_predictions(place, found)
        _refused(error, "disk.no_folder")
    path = tmp_path / "out.csv"
    path.write_text("the old one")
    resource = pytest.importorskip("resource", reason="only Unix can limit the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(UserError) as error:
            write_predictions(path, found)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert "save it again" in error.value.problem.advice
    assert path.read_text() == "the old one"
    assert sorted(each.name for each in tmp_path.iterdir() if "out" in each.name) == ["out.csv"]
