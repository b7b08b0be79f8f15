"""Tables and pictures in NumPy files."""

import io
import zipfile

import numpy as np
import pytest

from trainer_gui.engine.data.dataset import Pictures, Table
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources.numpy_file import NUMPY_FILE

ROWS = np.arange(40)
INPUTS = np.stack([ROWS / 2, ROWS % 7, ROWS**2 % 11], axis=1)
SIDES = ROWS % 2


def opened(path, **options):
    return NUMPY_FILE.open(
        str(path), accept(NUMPY_FILE.options, options).model_dump(), lambda stage, share: None
    )


@pytest.fixture
def read(tmp_path):
    """Writes arrays to a file and opens it."""

    def reading(array=None, options=None, **arrays):
        path = tmp_path / ("data.npz" if array is None else "data.npy")
        if array is None:
            np.savez_compressed(path, **arrays)
        else:
            np.save(path, array)
        return opened(path, **(options or {}))

    return reading


@pytest.fixture
def refused(read):
    def refusing(*array, **arrays):
        with pytest.raises(UserError) as refusal:
            read(*array, **arrays)
        return refusal.value.problem.key

    return refusing


def test_that_inputs_labels_and_names_become_one_table(read):
    table = read(
        X=np.asfortranarray(INPUTS),
        y=SIDES,
        feature_names=np.array(["größe", "b", "c"]),
        target_names=np.array([b"no", b"yes"]),
        other=np.arange(7),
    )
    assert isinstance(table, Table)
    assert list(table.frame.columns) == ["größe", "b", "c", "y"]
    assert table.target == "y"
    assert set(table.frame["y"]) == {"no", "yes"}
    assert table.frame["größe"].tolist() == INPUTS[:, 0].tolist()
    assert "other" in table.notes[0].message


def test_that_an_array_of_its_own_and_fields_are_columns(read):
    assert list(read(INPUTS).frame.columns) == ["column 1", "column 2", "column 3"]
    assert read(INPUTS.astype(">f4")).frame["column 1"].iloc[3] == 1.5
    fields = np.zeros(
        40, dtype=[("mass", "f2"), ("day", "M8[D]"), ("word", "S4"), ("alive", "?"), ("v", "f4", 2)]
    )
    fields["mass"], fields["alive"] = ROWS / 2, SIDES
    fields["day"] = np.datetime64("2024-01-01") + ROWS
    fields["word"] = np.array([b"oak", b"elm"])[SIDES]
    table = read(fields)
    assert [each.kind.value for each in table.columns] == ["number", "date", "category", "yes_no"]
    assert [each.key for each in table.notes] == ["table.dropped_columns"]


def test_that_parts_of_a_table_are_joined_and_said(read):
    table = read(X_train=INPUTS[:30], X_test=INPUTS[30:], y_train=SIDES[:30], y_test=SIDES[30:])
    assert list(table.frame.columns) == ["column 1", "column 2", "column 3", "y"]
    assert table.frame["y"].tolist() == SIDES.tolist()
    assert [each.key for each in table.notes] == ["pictures.parts_joined"]


@pytest.mark.parametrize("shape", [(9, 6), (9, 6, 1), (9, 6, 3), (3, 9, 6), (1, 9, 6)])
def test_that_pictures_keep_their_parts_and_look_as_they_were(read, shape):
    pixels = np.random.default_rng(1).integers(0, 255, (40, *shape), dtype=np.uint8)
    arrays = {"x_train": pixels[:30], "y_train": SIDES[:30], "x_test": pixels[30:], "y_test": SIDES[30:]}
    pictures = read(**arrays)
    assert isinstance(pictures, Pictures)
    assert pictures.median_size == (6, 9)
    assert pictures.parts == ("train",) * 30 + ("test",) * 10
    assert pictures.labels[:3] == ("0", "1", "0")
    shown = np.asarray(pictures.open_picture(31))
    grey = 3 not in shape
    assert pictures.grey is grey
    plain = (
        pixels[31].reshape(9, 6) if grey else pixels[31] if shape[2] == 3 else pixels[31].transpose(1, 2, 0)
    )
    assert (shown == plain).all()
    assert not read(**arrays, options={"given_split": "joined"}).parts


def test_that_numbers_from_nought_to_one_are_pictures_too(read):
    pixels = np.linspace(0, 1, 40 * 64).reshape(40, 8, 8)
    pictures = read(images=pixels, labels=np.eye(4)[ROWS % 4])
    assert isinstance(pictures, Pictures)
    assert pictures.labels[:5] == ("0", "1", "2", "3", "0")
    assert np.asarray(pictures.open_picture(39)).max() == 255
    assert "numpy.no_labels" in [each.key for each in read(images=pixels).notes]


def test_that_objects_are_never_opened(read, refused):
    assert refused(np.array([{"a": 1}, None], dtype=object)) == "numpy.only_objects"
    table = read(X=INPUTS, y=SIDES, odd=np.array([print] * 40, dtype=object))
    assert list(table.frame.columns) == ["column 1", "column 2", "column 3", "y"]
    assert table.notes[0].key == "numpy.objects"


def test_that_what_is_no_table_is_refused_in_words(refused):
    assert refused(np.float64(3)) == "numpy.empty"
    assert refused(np.zeros((0, 3))) == "numpy.empty"
    assert refused(np.zeros((9, 1))) == "table.one_column"
    assert refused(np.zeros((9, 2, 2, 2, 2))) == "numpy.only_objects"


def test_that_claims_are_checked_before_memory_is_taken(tmp_path):
    def header(shape):
        file = io.BytesIO()
        np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
        return file.getvalue()

    for content in (header((10**15, 3)), header((-3, 3)), b"\x93NUMPY", b"PK\x03\x04", b"a,b\n1,2\n"):
        path = tmp_path / "claim.npy"
        path.write_bytes(content)
        with pytest.raises(UserError) as refusal:
            opened(path)
        assert refusal.value.problem.key == "numpy.damaged"
    bomb = tmp_path / "bomb.npz"
    with zipfile.ZipFile(bomb, "w") as archive:
        archive.writestr("x.npy", header((10**15, 3)) + bytes(1000))
    with pytest.raises(UserError) as refusal:
        opened(bomb)
    assert refusal.value.problem.key == "numpy.damaged"


def test_that_a_torn_archive_is_refused(read, tmp_path):
    read(X=INPUTS, y=SIDES)
    path = tmp_path / "data.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError) as refusal:
        opened(path)
    assert refusal.value.problem.key == "numpy.damaged"


def test_that_texts_of_no_characters_are_shown_with_a_mark(read):
    names = np.array(["a\udc80", "b"] * 20)
    names[:4].view(np.uint32)[0] = 0x7FFFFFFF
    table = read(X=INPUTS, y=names, z=names.astype(">U2"))
    assert set(table.frame["y"]) == {"a\ufffd", "\ufffd\ufffd", "b"}
    assert table.frame["z"].tolist() == table.frame["y"].tolist()
