"""Tables in SQLite databases."""

import sqlite3
from contextlib import closing

import pytest

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources.sqlite_file import SQLITE_FILE


class CancelledError(Exception):
    """What a caller raises from `report` to stop the reading."""


def silent(stage: str, share: float | None) -> None:
    pass


def opened(path, report=silent, **options):
    return SQLITE_FILE.open(str(path), accept(SQLITE_FILE.options, options).model_dump(), report)


def refused(path, **options):
    with pytest.raises(UserError) as refusal:
        opened(path, **options)
    return refusal.value.problem


@pytest.fixture
def write(tmp_path):
    """Writes a database with statements, and rows for a table “t”."""

    def writing(*statements, rows=(), name="data.sqlite"):
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as database, database:
            for statement in statements:
                database.execute(statement)
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                database.executemany(f"INSERT INTO t VALUES ({marks})", rows)
        return path

    return writing


def test_that_cells_count_and_not_what_a_column_was_declared_as(write):
    rows = [
        (
            p,
            "x" if p == 9 else p / 4,
            str(p * 1.5),
            ["u", "v", None][p % 3],
            f"2024-03-{1 + p % 28:02}",
            2**40,
        )
        for p in range(60)
    ]
    path = write("CREATE TABLE t (id INTEGER, loose REAL, told TEXT, word TEXT, day DATE, big)", rows=rows)
    table = opened(path)
    assert [each.kind.value for each in table.columns] == [
        *("identifier", "number", "number", "category", "date", "constant")
    ]
    assert table.frame["loose"].isna().sum() == 1
    assert table.frame["told"].iloc[3] == 4.5
    assert table.column("word").missing == 20
    assert table.frame["big"].iloc[0] == 2**40
    assert [each.key for each in table.notes] == ["table.words_among_numbers", "table.dressed_numbers"]


def test_that_the_table_with_most_rows_is_read_and_the_others_are_named(write):
    path = write(
        'CREATE TABLE t ("größe" REAL, "a""b" TEXT)',
        "CREATE TABLE small (c)",
        'CREATE VIEW "a view" AS SELECT "größe", 2 * "größe" AS twice FROM t',
        rows=[(p / 2, "xy"[p % 2]) for p in range(30)],
        name="a b?mode=rw#100%.db",
    )
    table = opened(path)
    assert list(table.frame.columns) == ["größe", 'a"b']
    assert [each.key for each in table.notes] == ["sqlite.several_tables"]
    assert SQLITE_FILE.choices(str(path)) == {"table": ("small", "t", "a view")}
    assert opened(path, table="a view").frame["twice"].iloc[4] == 4
    assert "a view" in refused(path, table="none").advice


def test_that_binary_columns_are_left_out_and_said(write):
    rows = [(p, p % 3, b"\x00\x01" if p > 20 else None) for p in range(30)]
    table = opened(write("CREATE TABLE t (a, b, picture BLOB)", rows=rows))
    assert list(table.frame.columns) == ["a", "b"]
    assert "picture" in table.notes[0].message


def test_that_nothing_is_written_and_what_a_log_holds_is_read(tmp_path):
    path = tmp_path / "log.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE t (a, b)")
        writer.executemany("INSERT INTO t VALUES (?, ?)", [(p, p % 4) for p in range(25)])
        writer.commit()
        before = opened(path)
        assert before.rows == 25
        writer.execute("INSERT INTO t VALUES (1, 2)")
        writer.commit()
        assert opened(path).fingerprint != before.fingerprint
    content = path.read_bytes()
    assert opened(path).rows == 26
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["log.db"]


def test_that_a_locked_database_is_refused_in_words(write):
    path = write("CREATE TABLE t (a, b)", rows=[(1, 2), (3, 4)])
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert refused(path).key == "sqlite.locked"


def test_that_what_is_damaged_broken_or_empty_is_refused_in_words(write, tmp_path):
    path = write("CREATE TABLE t (a, b)", rows=[(p, "x" * 400) for p in range(400)])
    whole = path.read_bytes()
    torn = tmp_path / "torn.db"
    torn.write_bytes(whole[: len(whole) // 2])
    assert refused(torn).key == "sqlite.damaged"
    torn.write_bytes(b"SQLite format 3\0")
    assert refused(torn).key == "sqlite.damaged"
    torn.write_bytes(b"a,b\n1,2\n")
    assert refused(torn).key == "sqlite.not_a_database"
    torn.write_bytes(b"")
    assert refused(torn).key == "data.empty_file"
    assert refused(write(name="none.db")).key == "data.empty_file"
    assert refused(write("CREATE TABLE t (a, b)", name="few.db")).key == "table.no_rows"
    assert refused(write("CREATE TABLE u (a, b)", "DROP TABLE u", name="gone.db")).key == "sqlite.empty"
    broken = write("CREATE VIEW v AS SELECT a FROM gone", name="view.db")
    assert refused(broken).key == "sqlite.failed"
    assert "gone" in refused(broken).message


def test_that_a_view_without_an_end_can_be_cancelled(write):
    path = write(
        "CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
        "SELECT max(x) AS a, 1 AS b FROM n"
    )
    seen = 0

    def cancel(stage, share):
        nonlocal seen
        seen += stage == "Reading the database"
        if seen > 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        opened(path, cancel)


def test_that_a_preview_of_many_rows_is_of_the_first_ones(write):
    path = write("CREATE TABLE t (a, b)", rows=[(p, p % 4) for p in range(5000)])
    options = accept(SQLITE_FILE.options, {}).model_dump()
    shown, is_all = SQLITE_FILE.preview(str(path), options, silent)
    assert (shown.rows, is_all) == (2000, False)
    assert shown.reference.options["table"] == "t"
