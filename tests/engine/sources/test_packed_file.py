"""Compressed files: what is in them is read as if it lay there plainly, and nothing in them does harm."""

import bz2
import gzip
import io
import lzma
import os
import random
import struct
import zipfile
from pathlib import Path

import pytest
from PIL import Image as Pillow

from trainer_gui.engine.data import unpacked
from trainer_gui.engine.data.dataset import DataReference, Pictures, Table
from trainer_gui.engine.data.unpacked import unpacked_folder
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import SOURCES, open_data

TEXT = "size;colour\n" + "".join(f"{n},5;{('red', 'blue')[n % 2]}\n" for n in range(30))
DRAW = random.Random(3)


def refusal(path: Path, **options: object) -> UserError:
    with pytest.raises(UserError) as found:
        open_data(path, options)
    return found.value


def packed(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def picture(grey: int) -> bytes:
    content = io.BytesIO()
    Pillow.new("L", (8, 8), grey).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst", ".zip"])
def test_that_a_compressed_table_is_the_same_table(tmp_path, ending):
    plain, file = tmp_path / "t.csv", tmp_path / f"t.csv{ending}"
    plain.write_text(TEXT, encoding="utf-8")
    raw = TEXT.encode()
    if ending == ".zip":
        packed(file, {"t.csv": raw})
    elif ending == ".zst":
        pyarrow = pytest.importorskip("pyarrow")
        file.write_bytes(pyarrow.compress(raw, codec="zstd", asbytes=True))
    else:
        file.write_bytes({".gz": gzip, ".bz2": bz2, ".xz": lzma}[ending].compress(raw))
    first, second = open_data(plain), open_data(file)
    assert second.fingerprint == first.fingerprint
    assert second.columns == first.columns
    assert second.name == file.name
    assert second.reference.location == str(file)
    again = open_data(DataReference.model_validate(second.reference.model_dump()))
    assert again.reference == second.reference
    assert open_data(file, {"decimal": "point"}).fingerprint != second.fingerprint


def test_that_streams_one_after_the_other_are_one_and_a_text_that_was_unpacked_already_is_read(tmp_path):
    for name, content in (
        ("a.csv.gz", gzip.compress(TEXT[:99].encode()) + gzip.compress(TEXT[99:].encode())),
        ("b.csv.xz", lzma.compress(TEXT[:99].encode()) + lzma.compress(TEXT[99:].encode())),
        ("c.csv.gz", TEXT.encode()),
    ):
        (tmp_path / name).write_bytes(content)
        assert open_data(tmp_path / name).rows == 30


def test_that_the_largest_table_is_read_and_another_one_can_be_chosen(tmp_path):
    book = io.BytesIO()
    from openpyxl import Workbook

    made = Workbook()
    for row in [("a", "b"), *((n, n * n) for n in range(12))]:
        made.active.append(row)
    made.save(book)
    file = packed(
        tmp_path / "all.zip",
        {"__MACOSX/x.csv": "a,b\n" * 900, "x/.hidden.csv": "a,b\n" * 900, "README.txt": "words " * 900}
        | {"small.csv": "a,b\n1,2\n3,4\n", "data/large.csv": TEXT * 40, "book.xlsx": book.getvalue()},
    )
    source = SOURCES["packed_file"]
    table = open_data(file)
    assert table.column("colour")
    assert "packed.several" in {each.key for each in table.notes}
    assert set(source.choices(str(file))["member"]) == {"small.csv", "data/large.csv", "book.xlsx"}
    assert [each.name for each in open_data(file, {"member": "small.csv"}).columns] == ["a", "b"]
    inner = open_data(file, {"member": "book.xlsx"})
    assert inner.rows == 12
    assert "sheet" in source.options_of(inner.reference).model_fields
    assert "separator" in source.options_of(table.reference).model_fields
    assert refusal(file, member="none.csv").problem.key == "packed.no_such_member"


def test_that_a_zip_of_class_folders_opens_as_pictures_or_texts(tmp_path):
    shown = packed(
        tmp_path / "shown.zip",
        {f"set/{('dark', 'light')[n % 2]}/{n}.png": picture(40 + 150 * (n % 2) + n) for n in range(12)},
    )
    pictures = open_data(shown)
    assert isinstance(pictures, Pictures)
    assert set(pictures.labels) == {"dark", "light"}
    assert pictures.open_picture(0).size == (8, 8)
    said = packed(
        tmp_path / "said.zip", {f"{('yes', 'no')[n % 2]}/{n}.txt": f"number {n} of many" for n in range(12)}
    )
    texts = open_data(said)
    assert isinstance(texts, Table)
    assert texts.target == "class"
    named = packed(
        tmp_path / "named.zip",
        {f"p/{n}.png": picture(n * 9) for n in range(12)}
        | {"labels.csv": "file,what\n" + "".join(f"p/{n}.png,{'ab'[n % 2]}\n" for n in range(12))},
    )
    assert set(open_data(named).labels) == {"a", "b"}


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("cut.csv.gz", gzip.compress(DRAW.randbytes(5000))[:3000], "packed.cut"),
        ("cut.csv.xz", lzma.compress(DRAW.randbytes(5000))[:3000], "packed.cut"),
        ("cut.csv.bz2", bz2.compress(DRAW.randbytes(5000))[:3000], "packed.cut"),
        ("bad.csv.gz", gzip.compress(TEXT.encode())[:-8] + b"12345678", "packed.damaged"),
        ("odd.csv.gz", b"\x00\x01\x02", "packed.unknown"),
        ("empty.csv.gz", b"", "data.empty_file"),
        ("nothing.csv.gz", gzip.compress(b""), "data.empty_file"),
        ("some.tar.gz", gzip.compress(TEXT.encode()), "packed.other"),
        ("some.7z", b"7z\xbc\xaf", "packed.other"),
        ("binary.bin.gz", gzip.compress(bytes(3000)), "packed.no_data"),
    ],
)
def test_that_what_is_damaged_or_of_another_kind_is_said_in_words(tmp_path, name, content, key):
    (tmp_path / name).write_bytes(content)
    found = refusal(tmp_path / name).problem
    assert found.key == key
    assert found.advice


def test_that_what_is_locked_nested_or_empty_is_said_in_words(tmp_path):
    file = packed(tmp_path / "locked.zip", {"t.csv": TEXT})
    raw = bytearray(file.read_bytes())
    raw[6] |= 1
    raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(raw)
    assert refusal(file).problem.key == "packed.password"
    inner = packed(tmp_path / "nested.zip", {"t.csv.gz": gzip.compress(TEXT.encode())})
    assert refusal(inner).problem.key == "packed.nested"
    assert refusal(packed(tmp_path / "none.zip", {})).problem.key == "packed.nothing"


def test_that_names_in_an_archive_cannot_lead_out_of_it(tmp_path):
    outside = tmp_path / "evil.csv"
    file = tmp_path / "names.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in (
            f"../../../../..{outside}",
            str(outside),
            "..\\..\\evil.csv",
            "C:\\evil.csv",
            "a\nb<>.csv",
        ):
            archive.writestr(name, TEXT)
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("x" * 300 + ".csv", TEXT)
    names = SOURCES["packed_file"].choices(str(file))["member"]
    assert "link.csv" not in names
    for name in names:
        assert open_data(file, {"member": name}).rows == 30
    assert not outside.exists()
    made = [each for each in unpacked_folder().rglob("*") if each.is_file()]
    assert len(made) >= len(names)
    assert all(each.resolve().is_relative_to(unpacked_folder().resolve()) for each in made)


def test_that_a_file_made_to_fill_the_disk_is_refused_while_little_of_it_is_unpacked(tmp_path):
    bomb = tmp_path / "bomb.csv.bz2"
    bomb.write_bytes(bz2.compress(bytes(10 << 20)) * 100)  # a gigabyte in a few kilobytes
    assert refusal(bomb).problem.key == "packed.bomb"
    declared = packed(tmp_path / "declared.zip", {"t.csv": bytes(1000)})
    raw = bytearray(declared.read_bytes())
    struct.pack_into("<I", raw, raw.rfind(b"PK\x01\x02") + 24, 0xF0000000)
    declared.write_bytes(raw)
    assert refusal(declared).problem.key == "packed.bomb"
    book = packed(
        tmp_path / "book.xlsx", {"xl/worksheets/sheet1.xml": bytes(300 << 20), "xl/workbook.xml": ""}
    )
    assert refusal(book).problem.key == "packed.bomb"
    assert not any(unpacked_folder().iterdir())


def test_that_no_room_on_the_disk_is_said_and_nothing_half_written_stays(tmp_path, monkeypatch):
    file = tmp_path / "t.csv.gz"
    file.write_bytes(gzip.compress(TEXT.encode()))
    monkeypatch.setattr(unpacked, "RESERVE", 1 << 60)
    assert refusal(file).problem.key == "packed.no_room"
    assert not any(unpacked_folder().iterdir())


def test_that_the_cache_forgets_what_was_not_used_for_longest_and_may_be_deleted(tmp_path, monkeypatch):
    files = []
    for n in range(3):
        files.append(tmp_path / f"{n}.csv.gz")
        files[-1].write_bytes(gzip.compress((TEXT + f"{n};red\n").encode()))
    monkeypatch.setattr(unpacked, "KEPT", 2 * len(TEXT) + 100)
    prints = []
    for place, file in enumerate(files):
        prints.append(open_data(file).fingerprint)
        for each in unpacked_folder().iterdir():
            about = each.stat()
            os.utime(each, (about.st_atime, about.st_mtime - 10 * (3 - place)))
    assert sum(each.is_file() for each in unpacked_folder().rglob("*")) <= 3
    for each in unpacked_folder().rglob("*"):
        if each.is_file():
            each.unlink()
    assert [open_data(each).fingerprint for each in files] == prints


def test_that_unpacking_can_be_cancelled_and_leaves_nothing(tmp_path):
    file = tmp_path / "t.csv.gz"
    file.write_bytes(gzip.compress(TEXT.encode() * 5000))

    def cancel(stage: str, share: float | None) -> None:
        if stage == "Unpacking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_data(file, report=cancel)
    assert not any(unpacked_folder().iterdir())
