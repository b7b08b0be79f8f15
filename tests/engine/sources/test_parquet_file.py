"""Tables in Parquet files."""

import datetime
import decimal
import sys
from pathlib import Path

import numpy as np
import pytest

from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources.parquet_file import PARQUET_FILE

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def silent(stage: str, share: float | None) -> None:
    pass


def opened(path):
    return PARQUET_FILE.open(str(path), {}, silent)


def test_that_every_plain_type_is_read(tmp_path):
    day = datetime.date(2024, 1, 1)
    rows = range(40)
    table = pa.table(
        {
            "float": [None if p % 4 == 0 else p / 3 for p in rows],
            "whole": pa.array([p * 3 for p in rows], pa.int8()),
            "gappy": pa.array([None if p == 3 else p * 2 for p in rows], pa.int64()),
            "half": pa.array(np.arange(40, dtype=np.float16) / 2),
            "truth": [None if p == 5 else p % 2 == 0 for p in rows],
            "text": [None if p == 6 else ["oak", "elm"][p % 2] for p in rows],
            "digits": [str(p % 4) for p in rows],
            "coded": pa.array(["u" if p % 3 else "v" for p in rows]).dictionary_encode(),
            "money": [decimal.Decimal(p) / 4 for p in rows],
            "day": [day + datetime.timedelta(days=p) for p in rows],
            "nothing": pa.nulls(40),
            "list": [[p, p] for p in rows],
            "bytes": [b"x" for p in rows],
        }
    )
    path = tmp_path / "all.parquet"
    pq.write_table(table, path, row_group_size=9)
    read = opened(path)
    kinds = {each.name: each.kind.value for each in read.columns}
    assert kinds == {
        "float": "number",
        "whole": "whole_number",
        "gappy": "whole_number",
        "half": "number",
        "truth": "yes_no",
        "text": "category",
        "digits": "category",
        "coded": "category",
        "money": "number",
        "day": "date",
        "nothing": "constant",
    }
    assert {each.name: each.missing for each in read.columns if each.missing} == {
        "float": 10,
        "gappy": 1,
        "truth": 1,
        "text": 1,
        "nothing": 40,
    }
    assert read.frame["gappy"].dtype == np.float64
    assert set(read.frame["truth"].dropna()) == {"True", "False"}
    assert read.column("digits").kind is ColumnKind.CATEGORY
    [note] = [each for each in read.notes if each.key == "table.dropped_columns"]
    assert "list" in note.message
    assert "bytes" in note.message


def test_that_a_missing_extra_is_named_with_the_command(tmp_path, monkeypatch):
    [path, _] = PARQUET_FILE.write_examples(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UserError) as refusal:
        opened(path)
    assert refusal.value.problem.key == "arrow.extra_missing"
    assert 'pip install "trainer-gui[data]"' in refusal.value.problem.advice


@pytest.mark.parametrize("content", [b"PAR1 nonsense PAR1", b"a,b\n1,2\n", bytes(100)])
def test_that_what_is_no_parquet_is_refused(tmp_path, content):
    path = tmp_path / "odd.parquet"
    path.write_bytes(content)
    with pytest.raises(UserError) as refusal:
        opened(path)
    assert refusal.value.problem.key == "parquet.damaged"


def test_that_a_torn_file_is_refused(tmp_path):
    [path, _] = PARQUET_FILE.write_examples(tmp_path)
    torn = tmp_path / "torn.parquet"
    whole = Path(path).read_bytes()
    torn.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError):
        opened(torn)


def test_that_no_rows_and_one_column_are_refused(tmp_path):
    path = tmp_path / "few.parquet"
    pq.write_table(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}), path)
    with pytest.raises(UserError) as refusal:
        opened(path)
    assert refusal.value.problem.key == "table.no_rows"
    pq.write_table(pa.table({"a": [1, 2, 3]}), path)
    with pytest.raises(UserError) as refusal:
        opened(path)
    assert refusal.value.problem.key == "table.one_column"


@pytest.mark.parametrize(
    ("moments", "shown"),
    [
        (
            [datetime.datetime(2024, 1, 1 + p, 6, tzinfo=datetime.UTC) for p in range(9)],
            "2024-01-01 06:00:00Z",
        ),
        ([datetime.datetime(2024, 1, 1 + p, 6) for p in range(9)], "2024-01-01 06:00:00"),
        ([datetime.datetime(2024, 1, 1 + p, 6, 0, 0, p) for p in range(9)], "2024-01-01 06:00:00.000000"),
    ],
)
def test_that_moments_are_shown_without_an_empty_fraction(tmp_path, moments, shown):
    table = pa.table({"when": moments, "value": [float(p) for p in range(9)]})
    pq.write_table(table, tmp_path / "moments.parquet")
    read = opened(tmp_path / "moments.parquet")
    assert read.frame["when"].iloc[0] == shown
    assert read.column("when").kind is ColumnKind.DATE
