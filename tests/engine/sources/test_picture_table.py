"""Tables that name pictures."""

from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from trainer_gui.engine.data.dataset import Pictures, Table
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import SOURCES, open_data

LABELS = [("cat", "dog", "cow")[place % 3] for place in range(24)]


def pictures_in(folder: Path, pattern: str = "{:02}.png") -> list[str]:
    names = [pattern.format(place) for place in range(24)]
    for place, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (12, 8), (10 * place, 40, 90)).save(path)
    return names


def written(path: Path, columns: dict[str, list], **how) -> Path:
    frame = pd.DataFrame(columns)
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, **how)
    return path


def keys(dataset) -> list[str]:
    return [each.key for each in dataset.notes]


@pytest.mark.parametrize("name", ["labels.csv", "labels.txt", "labels.xlsx"])
def test_that_a_table_of_paths_and_labels_is_a_dataset_of_pictures(tmp_path, name):
    names = pictures_in(tmp_path / "img")
    path = written(tmp_path / name, {"file": [f"img/{each}" for each in names], "animal": LABELS})
    pictures = open_data(path)
    assert isinstance(pictures, Pictures)
    assert pictures.labels == tuple(LABELS)
    assert pictures.names[3] == "img/03.png"
    assert pictures.notes == ()
    assert "in the column “animal”" in pictures.how
    assert pictures.reference.options["picture_column"] == "file"


@pytest.mark.parametrize(
    ("folder", "cell"),
    [
        (".", "{}"),
        ("images", "{}"),
        ("data/images", "{}"),
        ("images", "images\\{}"),
        ("images", "./images/{}"),
        ("images", "/home/somebody/project/images/{}"),
        ("images", "C:\\Users\\somebody\\images\\{}"),
        ("a/b", "project/a/b/{}"),
    ],
)
def test_that_pictures_are_found_beside_the_table(tmp_path, folder, cell):
    names = pictures_in(tmp_path / folder)
    path = written(tmp_path / "t.csv", {"x": [cell.format(each) for each in names], "label": LABELS}, sep=";")
    pictures = open_data(path)
    assert isinstance(pictures, Pictures)
    assert pictures.rows == 24


def test_that_full_paths_are_taken(tmp_path):
    names = pictures_in(tmp_path / "elsewhere")
    (tmp_path / "t").mkdir()
    full = [str(tmp_path / "elsewhere" / each) for each in names]
    assert open_data(written(tmp_path / "t" / "t.csv", {"path": full, "label": LABELS})).rows == 24


def test_that_names_without_an_ending_are_found(tmp_path):
    names = pictures_in(tmp_path / "train", "shot{:02}.jpg")
    path = written(tmp_path / "t.csv", {"id": [each[:-4] for each in names], "label": LABELS})
    pictures = open_data(path)
    assert isinstance(pictures, Pictures)
    assert pictures.names[0] == "train/shot00.jpg"


def test_that_a_column_that_says_train_and_test_splits(tmp_path):
    names = pictures_in(tmp_path)
    parts = ["train", "train", "valid", "test"] * 6
    path = written(tmp_path / "t.csv", {"set": parts, "file": names, "label": LABELS})
    pictures = open_data(path)
    assert pictures.parts == tuple(each.replace("valid", "validation") for each in parts)
    assert keys(pictures) == ["pictures.parts_kept"]
    assert open_data(path, {"given_split": "joined"}).parts == ()


def test_that_other_columns_are_named_and_the_class_can_be_chosen(tmp_path):
    names = pictures_in(tmp_path)
    sizes = ["big" if place % 2 else "small" for place in range(24)]
    path = written(
        tmp_path / "t.csv",
        {"file": names, "size": sizes, "class": LABELS, "weight": [place / 3 for place in range(24)]},
    )
    pictures = open_data(path)
    assert pictures.labels == tuple(LABELS)
    [note] = pictures.notes
    assert note.key == "pictures.other_columns"
    assert "“size” and “weight” are not" in note.message
    assert open_data(path, {"class_column": "size"}).labels == tuple(sizes)
    with pytest.raises(UserError) as refusal:
        open_data(path, {"class_column": "colour"})
    assert "colour" in refusal.value.problem.message


def test_that_the_columns_of_the_table_can_be_learned_from_instead(tmp_path):
    path = written(tmp_path / "t.csv", {"file": pictures_in(tmp_path), "label": LABELS, "n": list(range(24))})
    table = open_data(path, {"read_as": "table"})
    assert isinstance(table, Table)
    assert table.reference.source == "table_file"
    assert open_data(table.reference).fingerprint == table.fingerprint


def test_that_options_of_the_file_are_taken_as_well(tmp_path):
    names = pictures_in(tmp_path)
    path = written(tmp_path / "t.csv", {"file": names, "label": LABELS}, sep="|")
    pictures = open_data(path, {"separator": "pipe"})
    assert pictures.rows == 24
    assert open_data(pictures.reference).fingerprint == pictures.fingerprint
    with pytest.raises(UserError) as refusal:
        open_data(path, {"separator": "slash"})
    assert "slash" in refusal.value.problem.message


def test_that_rows_without_picture_or_class_are_left_out_and_said(tmp_path):
    names = pictures_in(tmp_path)
    labels = [*LABELS]
    labels[4] = None
    (tmp_path / names[7]).unlink()
    path = written(tmp_path / "t.csv", {"file": [*names, names[0]], "label": [*labels, labels[0]]})
    pictures = open_data(path)
    assert pictures.rows == 22
    assert keys(pictures) == ["pictures.not_found", "pictures.unlabelled", "pictures.rows_again"]
    assert names[7] in pictures.notes[0].message


def test_that_a_table_without_classes_is_refused(tmp_path):
    names = pictures_in(tmp_path)
    path = written(tmp_path / "t.csv", {"file": names, "number": [place / 7 for place in range(24)]})
    with pytest.raises(UserError) as refusal:
        open_data(path)
    assert refusal.value.problem.key == "pictures.no_class_column"


def test_that_a_table_of_pictures_that_are_not_there_is_a_table(tmp_path):
    names = [f"{place}.png" for place in range(24)]
    path = written(tmp_path / "t.csv", {"file": names, "label": LABELS, "x": list(range(24))})
    assert isinstance(open_data(path), Table)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff" * 500, b"PK\x03\x04 no archive", b"a.png", b"a.png\nb.png\n" * 5, b"x" * 100_000],
)
@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t"])
def test_that_any_bytes_are_looked_at_without_a_fault(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    assert not SOURCES["picture_table"].takes(str(path))


def test_that_a_pipe_is_not_waited_for(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    assert not SOURCES["picture_table"].takes(str(tmp_path / "pipe.csv"))
