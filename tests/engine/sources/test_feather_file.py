"""Tables in Feather and Arrow files."""

import datetime
import warnings

import pytest

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources.feather_file import FEATHER_FILE

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")


def opened(path):
    return FEATHER_FILE.open(str(path), {}, lambda stage, share: None)


def a_table():
    rows = range(40)
    day = datetime.date(2024, 1, 1)
    return pa.table(
        {
            "float": [None if p % 4 == 0 else p / 3 for p in rows],
            "whole": [p * 3 % 17 for p in rows],
            "text": [None if p == 6 else ["oak", "elm"][p % 2] for p in rows],
            "coded": pa.array(["u" if p % 3 else "v" for p in rows]).dictionary_encode(),
            "day": [day + datetime.timedelta(days=p) for p in rows],
            "list": [[p, p] for p in rows],
        }
    )


def test_that_files_streams_and_the_old_version_are_read_alike(tmp_path):
    feather.write_feather(a_table(), tmp_path / "new.feather")
    with pa.ipc.new_stream(tmp_path / "stream.arrow", a_table().schema) as stream:
        stream.write_table(a_table(), max_chunksize=9)
    plain = a_table().drop_columns(["list", "coded"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        feather.write_feather(plain, tmp_path / "old.feather", version=1)
    kinds = {"float": "number", "whole": "whole_number", "text": "category", "day": "date"}
    for name, more in (("new.feather", 1), ("stream.arrow", 1), ("old.feather", 0)):
        read = opened(tmp_path / name)
        wanted = {**kinds, **({"coded": "category"} if more else {})}
        assert {each.name: each.kind.value for each in read.columns} == wanted
        assert read.column("float").missing == 10
        assert read.column("text").missing == 1
        assert [each.key for each in read.notes] == ["table.dropped_columns"] * more


@pytest.mark.parametrize("content", [b"ARROW1 nonsense ARROW1", b"FEA1 nonsense", b"a,b\n1,2\n", bytes(100)])
def test_that_what_is_no_feather_is_refused(tmp_path, content):
    path = tmp_path / "odd.feather"
    path.write_bytes(content)
    with pytest.raises(UserError) as refusal:
        opened(path)
    assert refusal.value.problem.key == "feather.damaged"


def test_that_a_torn_file_and_a_torn_stream_are_refused(tmp_path):
    feather.write_feather(a_table(), tmp_path / "a.feather")
    with pa.ipc.new_stream(tmp_path / "a.arrow", a_table().schema) as stream:
        stream.write_table(a_table())
    for name in ("a.feather", "a.arrow"):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(UserError):
            opened(tmp_path / name)
