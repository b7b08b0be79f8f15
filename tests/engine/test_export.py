"""Taking a model away: what goes into the file, and that nothing half-done is ever left behind."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine import export as exporting
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Table
from trainer_gui.engine.export import difference, export
from trainer_gui.engine.exporter import Samples
from trainer_gui.engine.model import Answers
from trainer_gui.engine.predict import open_model, open_model_file, predict
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.reopening import answer_from
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder


@pytest.fixture
def flower_run(flowers: Table, quick: Callable[..., Recipe], control: Control) -> RunFolder:
    """A finished run on the flowers."""
    folder, events = train(quick(flowers), control, dataset=flowers)
    assert list(events)[-1].type == "RunFinished"
    return folder


def _problem(error: pytest.ExceptionInfo[UserError]) -> str:
    assert error.value.problem.message.endswith(".")
    return error.value.problem.key


def test_that_an_onnx_file_answers_for_raw_columns_by_name(
    flower_run: RunFolder, flowers: Table, tmp_path: Path
) -> None:
    import onnxruntime

    path = export(flower_run, "onnx", tmp_path / "flowers.onnx", flowers).path
    session = onnxruntime.InferenceSession(str(path))
    frame = flowers.frame
    prediction, probabilities = session.run(
        ["prediction", "probabilities"],
        {
            "length": frame["length"].to_numpy(),
            "width": frame["width"].to_numpy(),
            "place": frame["place"].to_numpy(dtype=object),
        },
    )
    own = predict(open_model(flower_run), flowers)
    assert prediction.tolist() == own.values.tolist()
    assert own.probabilities is not None
    assert np.abs(probabilities - own.probabilities).max() < 1e-6
    assert {each.name: each.type for each in session.get_inputs()} == {
        "length": "tensor(double)",
        "width": "tensor(double)",
        "place": "tensor(string)",
    }


def test_that_an_onnx_file_says_where_it_came_from(
    flower_run: RunFolder, flowers: Table, tmp_path: Path
) -> None:
    import onnx

    model = onnx.load(export(flower_run, "onnx", tmp_path / "flowers.onnx", flowers).path)
    about = {each.key: each.value for each in model.metadata_props}
    assert json.loads(about["classes"]) == ["a", "b", "c"]
    assert json.loads(about["columns"]) == ["length", "width", "place"]
    assert about["target"] == "kind"
    assert about["recipe"] == flower_run.recipe.to_toml()
    assert about["trainer_version"]


def test_that_columns_may_be_named_like_the_outputs_and_the_steps_inside(
    make_table: Callable[..., Table], quick: Callable[..., Recipe], control: Control, tmp_path: Path
) -> None:
    import onnxruntime

    draw = np.random.default_rng(3)
    names = ["prediction", "probabilities", "trainer.Cast1", "_trainer.", "naïve 列 {x}"]
    frame = pd.DataFrame({name: draw.normal(size=60) for name in names})
    frame["kind"] = np.where(frame["prediction"] > 0, "yes", "no")
    data = make_table(frame, "kind")
    folder, events = train(quick(data, family="linear"), control, dataset=data)
    assert list(events)[-1].type == "RunFinished"
    done = export(folder, "onnx", tmp_path / "odd", data)
    session = onnxruntime.InferenceSession(str(done.path))
    assert [each.name for each in session.get_inputs()] == names
    assert [each.name for each in session.get_outputs()] == ["prediction_out", "probabilities_out"]


def test_that_a_column_around_a_million_keeps_its_decimals(
    make_table: Callable[..., Table], quick: Callable[..., Recipe], control: Control, tmp_path: Path
) -> None:
    draw = np.random.default_rng(4)
    x = 1e6 + draw.normal(0, 0.01, 120)
    data = make_table(pd.DataFrame({"x": x, "z": draw.normal(size=120), "y": 1e9 + 100 * (x - 1e6)}), "y")
    folder, events = train(quick(data, family="linear"), control, dataset=data)
    assert list(events)[-1].type == "RunFinished"
    assert export(folder, "onnx", tmp_path / "far", data).largest_difference < 1e-6


def test_that_an_exported_safetensors_file_needs_no_run_any_more(
    flower_run: RunFolder, flowers: Table, tmp_path: Path
) -> None:
    own = predict(open_model(flower_run), flowers)
    path = export(flower_run, "safetensors", tmp_path / "taken.safetensors", flowers).path
    flower_run.weights.unlink()
    (flower_run.path / "recipe.toml").unlink()
    model = open_model_file(path)
    found = predict(model, flowers)
    assert (found.values == own.values).all()
    assert (found.probabilities == own.probabilities).all()
    assert model.preparation.target.name == "kind"


def test_that_rows_are_made_up_and_said_to_be_where_the_data_has_gone(
    flower_run: RunFolder, tmp_path: Path
) -> None:
    done = export(flower_run, "onnx", tmp_path / "model.onnx")  # the handmade data lies nowhere
    assert done.rows_compared >= 50
    assert [each.key for each in done.notes] == ["export.no_rows"]
    assert json.loads(done.to_json())["notes"][0]["key"] == "export.no_rows"


def test_that_a_file_that_differs_is_not_kept_and_the_old_one_is(
    flower_run: RunFolder, flowers: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.onnx"
    path.write_text("the old one")
    monkeypatch.setattr(exporting, "TOLERANCE", -1.0)  # no file can be that good
    with pytest.raises(UserError) as error:
        export(flower_run, "onnx", path, flowers)
    assert _problem(error) == "export.differs"
    assert path.read_text() == "the old one"
    assert list(tmp_path.glob("*model*")) == [path]


def test_that_differences_are_measured_as_they_matter() -> None:
    from trainer_gui.engine.data.dataset import Task
    from trainer_gui.engine.data.prepare import TargetColumn

    number = TargetColumn(name="y", task=Task.REGRESSION, mean=1e9, deviation=2.0)
    ours, theirs = Answers(np.array([1e9, 1e9 + 100])), Answers(np.array([1e9 + 1, 1e9 + 100]))
    assert difference(ours, theirs, number) == pytest.approx(0.5)
    assert difference(ours, Answers(np.array([np.nan, 1.0])), number) == np.inf
    kind = TargetColumn(name="k", task=Task.CLASSIFICATION, classes=("a", "b"))
    sure = Answers(np.array(["a"]), ("a", "b"), np.array([[0.9, 0.1]]))
    assert difference(sure, Answers(np.array(["b"]), ("a", "b"), np.array([[0.9, 0.1]])), kind) == np.inf
    near = Answers(np.array(["a"]), ("a", "b"), np.array([[0.90002, 0.09998]]))
    assert difference(sure, near, kind) == pytest.approx(2e-5)


def test_that_a_file_that_cannot_be_opened_again_is_said_so_by_the_fresh_process(tmp_path: Path) -> None:
    samples = Samples({"x": np.zeros(3)})
    for name in ("onnx", "safetensors"):
        path = tmp_path / f"broken.{name}"
        path.write_bytes(b"no model at all")
        with pytest.raises(UserError) as error:
            answer_from(name, path, samples, lambda: None)
        assert _problem(error) == "model_file.damaged"


def test_that_a_fresh_process_that_falls_over_is_said_so(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('it fell over')"]
    with pytest.raises(UserError) as error:
        answer_from("onnx", tmp_path / "x.onnx", Samples({"x": np.zeros(3)}), lambda: None, words)
    assert _problem(error) == "export.not_opened"
    assert "it fell over" in error.value.problem.message


class _CancelledError(Exception):
    pass


@pytest.mark.parametrize("stage", ["Translating the network", "Writing the file", "Comparing the answers"])
def test_that_a_cancelled_export_leaves_nothing(
    flower_run: RunFolder, flowers: Table, tmp_path: Path, stage: str
) -> None:
    place = tmp_path / "out"
    place.mkdir()

    def report(said: str, share: float | None) -> None:
        if said == stage:
            raise _CancelledError

    with pytest.raises(_CancelledError):
        export(flower_run, "onnx", place / "model.onnx", flowers, report)
    assert list(place.iterdir()) == []


def test_that_a_missing_package_is_named_with_the_command(
    flower_run: RunFolder, flowers: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(UserError) as error:
        export(flower_run, "onnx", tmp_path / "model.onnx", flowers)
    assert _problem(error) == "export.extra_missing"
    assert "onnxscript" in error.value.problem.message
    assert 'pip install "trainer-gui[export]"' in error.value.problem.advice


def test_that_an_unknown_format_is_refused_with_the_known_ones(flower_run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        export(flower_run, "pmml", tmp_path / "model")
    assert "onnx, safetensors" in error.value.problem.advice


def test_that_a_full_disk_leaves_the_old_file(flower_run: RunFolder, flowers: Table, tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    path = place / "model.safetensors"
    path.write_text("the old one")
    resource = pytest.importorskip("resource", reason="only Unix can limit the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(UserError) as error:
            export(flower_run, "safetensors", path, flowers)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert "save it again" in error.value.problem.advice
    assert "model.safetensors" in error.value.problem.message
    assert path.read_text() == "the old one"
    assert list(place.iterdir()) == [path]


def test_that_a_place_that_is_no_file_is_refused_in_words(
    flower_run: RunFolder, flowers: Table, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for path, key in (
        (tmp_path, "export.is_folder"),
        (tmp_path / "file" / "model.safetensors", "disk.no_folder"),
        (tmp_path / "nowhere" / "model.safetensors", "disk.no_folder"),
    ):
        with pytest.raises(UserError) as error:
            export(flower_run, "safetensors", path, flowers)
        assert _problem(error) == key
        assert str(path) in error.value.problem.message


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("model/weights.safetensors", b"", "weights.damaged"),
        ("model/weights.safetensors", None, "weights.missing"),
        ("model/preparation.json", b"{}", "run.file_damaged"),
        ("model/preparation.json", None, "run.file_missing"),
        ("recipe.toml", b"target = 3", "recipe.not_accepted"),
        ("recipe.toml", b"\xff\xfe", "run.file_damaged"),
    ],
)
def test_that_damage_in_the_run_is_named(
    flower_run: RunFolder, flowers: Table, tmp_path: Path, name: str, content: bytes | None, key: str
) -> None:
    file = flower_run.path / name
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(UserError) as error:
        export(flower_run, "safetensors", tmp_path / "model", flowers)
    assert _problem(error) == key
    assert not list(tmp_path.glob("*.safetensors"))


def test_that_a_safetensors_file_from_elsewhere_is_not_taken_for_a_model(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(UserError) as error:
        open_model_file(tmp_path / "other.safetensors")
    assert _problem(error) == "model_file.foreign"
    with pytest.raises(UserError) as error:
        open_model_file(tmp_path / "none.safetensors")
    assert _problem(error) == "model_file.missing"
