"""Pictures in folders, as people keep them."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.examine import examine
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import image_folder
from trainer_gui.engine.sources.image_folder import IMAGE_FOLDER


def silent(stage: str, share: float | None) -> None:
    pass


def opened(root: Path):
    return IMAGE_FOLDER.open(str(root), {}, silent)


def save(path: Path, size=(12, 8), colour=(200, 30, 30), mode="RGB", **details) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **details)
    return path


@pytest.fixture
def root(tmp_path) -> Path:
    """Twelve cats and twelve dogs."""
    folder = tmp_path / "Tiere ü 猫"
    for place in range(12):
        save(folder / "cats" / f"{place:02}.png", colour=(place, 0, 0))
        save(folder / "dogs" / f"{place:02}.jpg", colour=(place, 0, 200))
    return folder


def keys(dataset) -> list[str]:
    return [each.key for each in dataset.notes]


def refusal_of(folder: Path):
    with pytest.raises(UserError) as refusal:
        opened(folder)
    return refusal.value.problem


def test_that_sub_folders_are_classes(root):
    pictures = opened(root)
    assert pictures.rows == 24
    assert pictures.labels == ("cats",) * 12 + ("dogs",) * 12
    assert pictures.names[0] == "cats/00.png"
    assert not pictures.grey
    assert pictures.median_size == (12, 8)
    assert not pictures.notes


def test_that_every_promised_kind_of_file_is_read(tmp_path):
    for place, ending in enumerate(("png", "jpg", "jpeg", "bmp", "tif", "tiff", "webp", "gif", "PNG", "JPG")):
        save(tmp_path / "a" / f"{place}.{ending}")
        save(tmp_path / "b" / f"{place}.{ending}")
    pictures = opened(tmp_path)
    assert pictures.rows == 20
    for row in range(20):
        red, green, blue = pictures.open_picture(row).convert("RGB").getpixel((5, 5))
        assert red > 180
        assert green < 60
        assert blue < 60


def test_that_broken_pictures_are_left_out_counted_and_named(root):
    (root / "cats" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n nonsense")
    (root / "cats" / "empty.jpg").write_bytes(b"")
    (root / "dogs" / "text.jpg").write_text("I am no picture")
    noise = np.random.default_rng(0).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    Image.fromarray(noise).save(root / "dogs" / "whole.jpg")
    whole = (root / "dogs" / "whole.jpg").read_bytes()
    (root / "dogs" / "torn.jpg").write_bytes(whole[: len(whole) // 2])
    pictures = opened(root)
    assert pictures.rows == 25
    [note] = [each for each in pictures.notes if each.key == "pictures.broken"]
    assert note.message.startswith("4 pictures")
    for name in ("bad.png", "empty.jpg", "text.jpg", "torn.jpg"):
        assert name in note.message


def test_that_a_large_folder_is_looked_at_briefly_and_torn_files_are_still_noticed(root, monkeypatch):
    noise = np.random.default_rng(0).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    Image.fromarray(noise).save(root / "dogs" / "whole.jpg")
    whole = (root / "dogs" / "whole.jpg").read_bytes()
    (root / "dogs" / "torn.jpg").write_bytes(whole[: len(whole) // 2])
    monkeypatch.setattr(image_folder, "_FEW_FILES", 5)
    monkeypatch.setattr(image_folder, "_MANY_BYTES", 100)
    pictures = opened(root)
    assert pictures.rows == 25
    assert keys(pictures) == ["pictures.broken", "pictures.looked_at_briefly"]
    assert opened(root).fingerprint == pictures.fingerprint


def test_that_a_picture_that_breaks_later_is_refused_in_words(root):
    pictures = opened(root)
    (root / "cats" / "00.png").write_bytes(b"broken now")
    (root / "cats" / "01.png").unlink()
    for row in (0, 1):
        with pytest.raises(UserError) as refusal:
            pictures.open_picture(row)
        assert refusal.value.problem.key == "picture.broken"
        assert f"0{row}.png" in refusal.value.problem.message


def test_that_hidden_and_foreign_files_are_no_pictures(root):
    (root / "cats" / ".DS_Store").write_bytes(b"x")
    (root / "cats" / "Thumbs.db").write_bytes(b"x")
    (root / "cats" / "._00.png").write_bytes(b"x")
    save(root / ".hidden" / "a.png")
    save(root / "__MACOSX" / "a.png")
    assert opened(root).rows == 24
    assert not opened(root).notes
    (root / "cats" / "notes.txt").write_text("x")
    assert keys(opened(root)) == ["pictures.other_files"]


def test_that_nested_pictures_belong_to_the_folder_above(root):
    save(root / "cats" / "2024" / "may" / "x.png")
    pictures = opened(root)
    assert pictures.rows == 25
    assert pictures.labels.count("cats") == 13


def test_that_loose_pictures_and_empty_classes_are_said(root):
    save(root / "loose.png")
    (root / "horses").mkdir()
    pictures = opened(root)
    assert pictures.rows == 24
    assert set(pictures.labels) == {"cats", "dogs"}
    assert keys(pictures) == ["pictures.loose", "pictures.empty_classes"]


def test_that_training_and_test_folders_are_put_together(root, tmp_path):
    joined = tmp_path / "parts"
    for part in ("train", "test"):
        for label in ("cats", "dogs"):
            save(joined / part / label / f"{part}.png")
    pictures = opened(joined)
    assert set(pictures.labels) == {"cats", "dogs"}
    assert pictures.rows == 4
    assert keys(pictures) == ["pictures.parts_joined"]


def test_that_a_folder_in_a_folder_is_looked_into(root):
    pictures = opened(root.parent)
    assert pictures.rows == 24
    assert keys(pictures) == ["pictures.inside"]


def test_that_a_folder_without_pictures_is_refused(tmp_path):
    assert refusal_of(tmp_path).key == "pictures.none"
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    assert refusal_of(tmp_path).key == "pictures.none"


def test_that_pictures_without_class_folders_are_refused(tmp_path):
    save(tmp_path / "a.png")
    found = refusal_of(tmp_path)
    assert found.key == "pictures.no_classes"
    assert "1 picture" in found.message


def test_that_a_folder_with_broken_pictures_alone_is_refused(tmp_path):
    for label in "ab":
        (tmp_path / label).mkdir()
        (tmp_path / label / "x.png").write_bytes(b"no")
    assert refusal_of(tmp_path).key == "pictures.all_broken"


def test_that_one_class_cannot_be_learned(tmp_path):
    for place in range(12):
        save(tmp_path / "cats" / f"{place}.png")
    pictures = opened(tmp_path)
    found = examine(pictures, pictures.target, Task.CLASSIFICATION)
    assert found[0].severity == "error"
    assert "cats" in found[0].message
    assert "folder" in found[0].advice


def test_that_the_fingerprint_follows_pixels_and_names(root):
    before = opened(root).fingerprint
    (root / "cats" / "00.png").rename(root / "cats" / "0.png")
    renamed = opened(root).fingerprint
    assert renamed != before
    save(root / "cats" / "0.png", colour=(9, 9, 9))
    assert opened(root).fingerprint != renamed


def test_that_the_opener_travels_to_another_process(root):
    pictures = opened(root)
    opener = pickle.loads(pickle.dumps(pictures.open_picture))
    assert opener(3).tobytes() == pictures.open_picture(3).tobytes()


def test_that_grey_pictures_are_known_as_grey(tmp_path):
    for label in "ab":
        save(tmp_path / label / "x.png", mode="L", colour=77)
        save(tmp_path / label / "y.png", mode="I;16", colour=7700)
    assert opened(tmp_path).grey
    save(tmp_path / "a" / "z.png")
    assert not opened(tmp_path).grey
