"""Pictures whose file names say what they show."""

from pathlib import Path

import pytest
from PIL import Image

from trainer_gui.engine.data.picture_names import RULES, find_rule, labels_by, rule_of_pattern
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import SOURCES, open_data


def save(path: Path, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (12, 8), (shade, 5 * shade % 256, len(path.name))).save(path)


def named(folder: Path, pattern: str, count: int = 20) -> Path:
    for place in range(count):
        save(folder / pattern.format(("cat", "dog")[place % 2], place), 10 * place)
    return folder


def taker_of(folder: Path) -> str:
    return next(each.name for each in SOURCES if each.takes(str(folder)))


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        ("{}_{:03}.png", "words"),
        ("{1:02}-{0}.png", "words"),
        ("{} ({}).jpeg", "words"),
        ("{}.{}.jpg", "words"),
        ("{}{}.png", "words"),
        ("2024-05-{1:02} {0} 7.png", "words"),
        ("IMG_{1:04}_{0}.JPG", "last"),
        ("{}_garden{}x.bmp", "first"),
    ],
)
def test_that_the_class_is_found_in_the_name(tmp_path, pattern, rule):
    pictures = open_data(named(tmp_path, pattern))
    assert pictures.reference.source == "named_pictures"
    assert pictures.reference.options["class_in_name"] == rule
    assert sorted(set(pictures.labels)) == ["cat", "dog"]
    assert pictures.rows == 20
    assert "by file name (“cat” from “" in pictures.how


@pytest.mark.parametrize(
    "stems",
    [
        [f"IMG_{place}" for place in range(30)],
        [*(f"IMG_{place}" for place in range(15)), *(f"DSC_{place}" for place in range(15))],
        [f"{place * 7919:08x}" for place in range(30)],
        ["one", "two", "three", "four"],
        ["", "_", "()"],
        ["9" * 200 + "x" * place for place in range(10)],
    ],
)
def test_that_names_that_say_nothing_give_no_rule(stems):
    assert find_rule(stems) == ""


def test_that_capitals_do_not_make_another_class():
    stems = [f"Cat_{place}" for place in range(9)] + ["cat_10", "dog_1", "DOG_2", "dog_3"]
    assert set(labels_by(RULES["words"], stems)) == {"Cat", "dog"}


def test_that_the_rule_can_be_overruled(tmp_path):
    folder = named(tmp_path, "{}_north_{:02}.png")
    assert set(open_data(folder).labels) == {"cat_north", "dog_north"}
    assert set(open_data(folder, {"class_in_name": "first"}).labels) == {"cat", "dog"}
    by_pattern = open_data(folder, {"pattern": "CLASS_north*"})
    assert set(by_pattern.labels) == {"cat", "dog"}
    assert open_data(by_pattern.reference).labels == by_pattern.labels


@pytest.mark.parametrize("pattern", ["no word", "CLASS_CLASS", "*a*a*a*CLASS*"])
def test_that_a_pattern_must_say_where_the_class_stands(pattern):
    with pytest.raises(UserError) as refusal:
        rule_of_pattern(pattern)
    assert refusal.value.problem.field == "pattern"


def test_that_a_pattern_takes_signs_as_they_are():
    rule = rule_of_pattern("(*) [CLASS]+")
    assert rule("(7) [cat]+") == "cat"
    assert rule("7 cat") == ""


def test_that_names_without_a_class_are_left_out_and_said(tmp_path):
    folder = named(tmp_path, "{}_{:03}.png")
    save(folder / "0815.png", 3)
    (folder / "notes.txt").write_text("x")
    pictures = open_data(folder)
    assert pictures.rows == 20
    assert [each.key for each in pictures.notes] == ["pictures.nameless", "pictures.other_files"]
    assert "0815.png" in pictures.notes[0].message


def test_that_pictures_without_any_class_are_refused_with_two_ways_out(tmp_path):
    for place in range(5):
        save(tmp_path / f"IMG_{place}.png", place)
    with pytest.raises(UserError) as refusal:
        open_data(tmp_path)
    problem = refusal.value.problem
    assert problem.key == "pictures.no_classes"
    assert "5 pictures" in problem.message
    assert "sub-folder" in problem.advice


def test_that_flat_train_and_test_folders_stay_split(tmp_path):
    named(tmp_path / "train", "{}.{}.png")
    named(tmp_path / "test", "{}.{}.jpg", 10)
    pictures = open_data(tmp_path)
    assert pictures.reference.source == "named_pictures"
    assert pictures.rows == 30
    assert pictures.parts.count("test") == 10
    assert "pictures.parts_kept" in [each.key for each in pictures.notes]
    assert open_data(tmp_path, {"given_split": "joined"}).parts == ()


def test_that_test_pictures_without_a_class_are_left_out(tmp_path):
    named(tmp_path / "train", "{}.{}.png")
    for place in range(3):
        save(tmp_path / "test" / f"{place}.png", 200 + place)
    pictures = open_data(tmp_path)
    assert pictures.rows == 20
    assert pictures.parts == ()


def test_that_a_folder_is_given_to_the_source_that_fits(tmp_path):
    assert taker_of(named(tmp_path / "flat", "{}_{}.png")) == "named_pictures"
    save(tmp_path / "flat" / "old" / "cat_99.png", 7)
    assert taker_of(tmp_path / "flat") == "named_pictures"
    save(tmp_path / "classes" / "cats" / "1.png", 1)
    save(tmp_path / "classes" / "dogs" / "1.png", 2)
    save(tmp_path / "classes" / "cover.png", 3)
    assert taker_of(tmp_path / "classes") == "image_folder"
    (tmp_path / "empty").mkdir()
    assert taker_of(tmp_path / "empty") == "image_folder"
    named(tmp_path / "archive" / "archive", "{}_{}.png")
    assert taker_of(tmp_path / "archive") == "named_pictures"
    assert open_data(tmp_path / "archive").rows == 20
