"""Folders of texts: every encoding, and what cannot be used is named."""

import pytest

from trainer_gui.engine.data.dataset import ColumnKind, Table
from trainer_gui.engine.data.text_files import MOST_BYTES
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.sources import open_data


@pytest.fixture
def folder(tmp_path):
    for place in range(24):
        for label, said in (("good", "a lovely day"), ("bad", "an awful night")):
            path = tmp_path / "mails" / label / f"{place:02}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"It was {said}, number {place}.\n\nBye\n", encoding="utf-8")
    return tmp_path / "mails"


def keys(table: Table) -> dict[str, str]:
    return {each.key: each.message for each in table.notes}


def test_that_it_opens_as_a_table_of_texts_and_classes(folder):
    table = open_data(folder)
    assert isinstance(table, Table)
    assert table.reference.source == "text_folder"
    assert [(each.name, each.kind) for each in table.columns] == [
        ("text", ColumnKind.TEXT),
        ("class", ColumnKind.CATEGORY),
    ]
    assert table.target == "class"
    assert table.rows == 48
    assert table.notes == ()
    assert table.frame["text"].iloc[0] == "It was an awful night, number 0.\n\nBye"
    assert table.how == "2 classes, a file each, UTF-8"
    assert resolve(table, Choices()).family == "text_network"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "utf-16-le"])
def test_that_letters_are_read_in_any_encoding(folder, encoding):
    said = "Größe, Übermaß und ein schöner Gruß von Jörg und Käthe aus München"
    (folder / "good" / "00.txt").write_bytes(said.encode(encoding))
    table = open_data(folder)
    assert said in set(table.frame["text"])


def test_that_empty_and_broken_files_are_left_out_and_named(folder):
    (folder / "good" / "00.txt").write_bytes(b"")
    (folder / "good" / "01.txt").write_bytes(b" \n\n")
    (folder / "bad" / "02.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "bad" / "picture.doc").write_bytes(b"x")
    table = open_data(folder)
    assert table.rows == 45
    said = keys(table)
    assert said["texts.empty"] == "2 files are empty and were left out: “good/00.txt” and “good/01.txt”."
    assert "“bad/02.txt”" in said["texts.binary"]
    assert said["texts.other_files"] == "1 file that is no texts was left out."


def test_that_only_the_beginning_of_a_huge_file_is_read(folder):
    (folder / "good" / "00.txt").write_bytes("ü".encode() * MOST_BYTES)
    table = open_data(folder)
    assert len(table.frame["text"].iloc[24]) == MOST_BYTES // 2
    assert "“good/00.txt”" in keys(table)["texts.cut"]


def test_that_folders_of_a_split_are_put_together_and_said(folder, tmp_path):
    root = tmp_path / "whole"
    root.mkdir()
    folder.rename(root / "train")
    (root / "test" / "good").mkdir(parents=True)
    (root / "test" / "good" / "x.txt").write_text("fine")
    table = open_data(root)
    assert table.rows == 49
    assert "texts.parts_joined" in keys(table)
    assert set(table.frame["class"]) == {"good", "bad"}


def test_that_texts_without_classes_can_be_opened_to_predict(folder):
    table = open_data(folder / "good")
    assert table.rows == 24
    assert table.target == ""
    assert table.how.startswith("no classes, ")
    assert "texts.no_classes" in keys(table)
    with pytest.raises(UserError, match="not clear which column"):
        resolve(table, Choices())


def test_that_the_content_makes_the_fingerprint(folder):
    before = open_data(folder).fingerprint
    assert open_data(folder).fingerprint == before
    path = folder / "good" / "03.txt"
    path.write_text(path.read_text() + "!")
    assert open_data(folder).fingerprint != before


def test_that_a_folder_with_nothing_to_read_is_refused_in_words(folder):
    for path in folder.rglob("*.txt"):
        path.write_bytes(b"")
    with pytest.raises(UserError, match="no texts in mails that can be read"):
        open_data(folder)


def test_that_pictures_beside_texts_are_pictures(folder):
    from PIL import Image

    for label in ("good", "bad"):
        for place in range(12):
            Image.new("L", (8, 8), place * 9).save(folder / label / f"p{place}.png")
    assert open_data(folder).reference.source == "image_folder"
