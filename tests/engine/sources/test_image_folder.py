"""Pictures in folders, as people keep them."""

import os
import pickle
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer_gui.engine.data import picture_files
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.examine import examine
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources.image_folder import IMAGE_FOLDER


def silent(stage: str, share: float | None) -> None:
    pass


def opened(root: Path, **options: object):
    return IMAGE_FOLDER.open(str(root), options, silent)


def save(path: Path, size=(12, 8), colour=(200, 30, 30), mode="RGB", **details) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **details)
    return path


@pytest.fixture
def root(tmp_path) -> Path:
    """Twelve cats and twelve dogs."""
    folder = tmp_path / "Tiere ü 猫"
    for place in range(12):
        save(folder / "cats" / f"{place:02}.png", colour=(20 * place, 0, 0))
        save(folder / "dogs" / f"{place:02}.jpg", colour=(20 * place, 0, 200))
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
    monkeypatch.setattr(picture_files, "_FEW_FILES", 5)
    monkeypatch.setattr(picture_files, "_MANY_BYTES", 100)
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


def split_already(folder: Path, names=("train", "test")) -> Path:
    for number, part in enumerate(names):
        for place in range(6):
            for shift, label in enumerate(("cats", "dogs")):
                save(folder / part / label / f"{place}.png", colour=(30 * place, 90 * number, 200 * shift))
    return folder


@pytest.mark.parametrize(
    "names",
    [
        ("train", "test"),
        ("Training", "Validation", "Test"),
        ("train_set", "val", "test-images"),
        ("seg_train", "seg_test"),
    ],
)
def test_that_a_dataset_that_was_split_already_stays_so(tmp_path, names):
    pictures = opened(split_already(tmp_path / "d", names))
    assert set(pictures.labels) == {"cats", "dogs"}
    assert pictures.rows == 12 * len(names)
    assert sorted(Counter(pictures.parts).values()) == [12] * len(names)
    assert {"train", "test"} <= set(pictures.parts) <= {"train", "validation", "test"}
    [note] = pictures.notes
    assert note.key == "pictures.parts_kept"
    assert names[0] in note.message
    assert pictures.reference.options["given_split"] == "kept"


def test_that_a_split_can_be_put_together(tmp_path):
    root = split_already(tmp_path / "d")
    pictures = opened(root, given_split="joined")
    assert pictures.parts == ()
    assert keys(pictures) == ["pictures.parts_joined"]
    assert pictures.fingerprint != opened(root).fingerprint


def test_that_test_pictures_without_classes_are_left_out_and_said(tmp_path):
    root = split_already(tmp_path / "d", ("train",))
    save(root / "test" / "1.png")
    save(root / "test" / "2.png")
    pictures = opened(root)
    assert set(pictures.labels) == {"cats", "dogs"}
    assert pictures.parts == ()
    assert "pictures.without_classes" in keys(pictures)


def test_that_folders_named_train_and_test_are_classes_where_they_hold_nothing_but_pictures(tmp_path):
    for label in ("train", "bus"):
        for place in range(6):
            save(tmp_path / label / f"{place}.png", colour=(40 * place, 0, len(label)))
    pictures = opened(tmp_path)
    assert set(pictures.labels) == {"train", "bus"}
    assert pictures.parts == ()


def test_that_copies_are_named_and_worse_across_classes(root):
    for name in ("again.png", "once more.png"):
        (root / "cats" / name).write_bytes((root / "cats" / "05.png").read_bytes())
    (root / "dogs" / "a cat.png").write_bytes((root / "cats" / "07.png").read_bytes())
    pictures = opened(root)
    assert pictures.rows == 27
    across, within = pictures.notes
    assert across.key == "pictures.copies_across_classes"
    assert across.message.startswith("1 picture is in more than one class")
    assert "cats/07.png (cats)" in across.message
    assert "dogs/a cat.png (dogs)" in across.message
    assert within.key == "pictures.copies"
    assert within.message.startswith("2 pictures are")
    assert "cats/05.png" in within.message
    assert [[pictures.names[row] for row in group] for group in pictures.copies] == [
        ["cats/05.png", "cats/again.png", "cats/once more.png"],
        ["cats/07.png", "dogs/a cat.png"],
    ]


def test_that_copies_can_be_left_out(root):
    (root / "cats" / "again.png").write_bytes((root / "cats" / "05.png").read_bytes())
    (root / "dogs" / "a cat.png").write_bytes((root / "cats" / "07.png").read_bytes())
    pictures = opened(root, leave_out_copies=True)
    assert pictures.rows == 23
    assert "cats/05.png" in pictures.names
    assert not {"cats/again.png", "cats/07.png", "dogs/a cat.png"} & set(pictures.names)
    assert pictures.copies == ()
    assert "left out" in pictures.notes[0].message


def test_that_copies_are_told_from_files_that_only_begin_and_end_alike(root, monkeypatch):
    monkeypatch.setattr(picture_files, "_MANY_BYTES", 100)
    monkeypatch.setattr(picture_files, "_END", 20)
    for name, grey in (("x.bmp", 30), ("y.bmp", 31), ("z.bmp", 30)):
        picture = Image.new("L", (40, 40))
        picture.paste(grey, (10, 10, 30, 30))
        picture.save(root / "cats" / name)
    [note] = opened(root).notes
    assert note.key == "pictures.copies"
    assert "x.bmp" in note.message
    assert "z.bmp" in note.message
    assert "y.bmp" not in note.message


def test_that_tiny_pictures_are_named_and_can_be_left_out(root):
    save(root / "cats" / "icon.png", size=(3, 3))
    for place in range(60):
        save(root / "dogs" / f"large {place}.png", size=(90, 60), colour=(place, 1, 1))
    found = opened(root)
    [note] = found.notes
    assert note.key == "pictures.tiny"
    assert note.message.startswith("25 pictures are so small")  # beside 90 × 60 also those of 12 × 8
    kept = opened(root, smallest_side=5)
    assert kept.rows == 84
    assert "icon.png" in kept.notes[0].message
    assert kept.fingerprint != found.fingerprint


def test_that_leaving_everything_out_is_refused(root):
    with pytest.raises(UserError) as refusal:
        opened(root, smallest_side=500)
    assert refusal.value.problem.key == "pictures.all_left_out"


def test_that_a_pipe_among_the_pictures_is_not_waited_for(root):
    os.mkfifo(root / "cats" / "pipe.png")
    (root / "dogs" / "zero.png").symlink_to("/dev/zero")
    [note] = opened(root).notes
    assert note.key == "pictures.broken"
    assert note.message.startswith("2 pictures")


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


def test_that_copies_on_both_sides_of_the_split_are_found_and_put_right(root):
    from trainer_gui.engine.preflight import findings, fix_named
    from trainer_gui.engine.recipe import Choices, changed, parts_of, resolve

    def copied(dataset, choices: Choices):
        found = [e for e in findings(dataset, choices) if e.key == "examine.copied_pictures"]
        return found[0] if found else None

    assert copied(opened(root), Choices()) is None
    for place in range(6):
        for again in range(3):
            save(root / "cats" / f"again {place} {again}.png", colour=(20 * place, 0, 0))
    pictures = opened(root)
    finding = copied(pictures, Choices())
    assert "pictures that the model is judged on stand in training too" in finding.message
    together = changed(Choices(), fix_named("copied_pictures.keep_together", [finding]).change)
    assert copied(pictures, together) is None
    split = parts_of(pictures, resolve(pictures, together))
    parts = [{*part.tolist()} for part in (split.train, split.validation, split.test)]
    assert all(sum(not part.isdisjoint(group) for part in parts) == 1 for group in pictures.copies)
    once = fix_named("copied_pictures.keep_one", [finding]).change
    assert copied(opened(root, **once.reading), Choices()) is None
