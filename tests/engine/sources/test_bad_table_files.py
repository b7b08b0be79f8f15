"""Files that hold no table, each refused with a sentence."""

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources.table_file import TABLE_FILE


def silent(stage: str, share: float | None) -> None:
    pass


@contextmanager
def as_ordinary_user(folder: Path):
    """The administrator may read everything, so such a test runs as nobody."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    folder.chmod(0o777)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_that_an_empty_file_is_refused(refused):
    assert refused(b"").key == "data.empty_file"


@pytest.mark.parametrize("content", ["\n\n\n", " ", "a,b,c\n", "a,b,c", "height;weight\n\n"])
def test_that_a_file_without_rows_is_refused(refused, content):
    assert refused(content).key == "table.no_rows"


def test_that_a_file_with_one_column_is_refused(refused):
    found = refused("height\n" + "\n".join(map(str, range(50))))
    assert found.key == "table.one_column"
    assert "height" in found.message


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 50, b"\x89PNG\r\n\x1a\n" + os.urandom(5000), b"PK\x03\x04" + bytes(500)]
)
def test_that_bytes_that_are_no_text_are_refused(refused, content):
    assert refused(content).key == "table.binary"


def test_that_a_folder_is_refused(tmp_path):
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    assert not TABLE_FILE.takes(str(folder))
    with pytest.raises(UserError) as refusal:
        TABLE_FILE.open(str(folder), {}, silent)
    assert refusal.value.problem.key == "data.is_folder"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_that_a_file_that_may_not_be_read_is_refused():
    with tempfile.TemporaryDirectory() as folder, as_ordinary_user(Path(folder)):
        path = Path(folder) / "secret.csv"
        path.write_text("a,b\n1,2\n")
        path.chmod(0)
        with pytest.raises(UserError) as refusal:
            TABLE_FILE.open(str(path), {}, silent)
    assert refusal.value.problem.key == "data.no_permission"


def test_that_a_file_that_vanishes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "gone.csv"
    path.write_text("a,b\n" + "1,2\n" * 50)

    def remove(stage: str, share: float | None) -> None:
        path.unlink(missing_ok=True)

    with pytest.raises(UserError) as refusal:
        TABLE_FILE.open(str(path), {}, remove)
    assert refusal.value.problem.key == "data.vanished"
