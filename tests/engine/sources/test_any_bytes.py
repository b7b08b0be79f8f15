"""Whatever bytes lie in a file, there is a dataset or a sentence, never a traceback."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainer_gui.engine.data.dataset import Table
from trainer_gui.engine.data.examine import examine, guess_task
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources import SOURCES

modestly = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

cells = st.one_of(
    st.sampled_from(
        ["", "1", "2,5", "3.5", "-1e9", "inf", "NA", "?", '"', "'", "a b", "x", "\\", "é", "007", "#"]
    ),
    st.text(max_size=6),
    st.floats().map(str),
    st.integers().map(str),
)


def written(rows: list[list[str]], separator: str, ending: str, encoding: str, top: str) -> bytes:
    text = top + ending.join(separator.join(row) for row in rows)
    return text.encode(encoding, "replace")


written_tables = st.builds(
    written,
    st.lists(st.lists(cells, min_size=1, max_size=5), max_size=12),
    st.sampled_from([",", ";", "\t", "|", " ", ":"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"]),
    st.sampled_from(["", "a title\n", "sep=;\n", "\n\n"]),
)
starts = st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"PAR1"])


def open_and_examine(name: str, ending: str, content: bytes, **options: str) -> bool:
    """Whether it was a table, which is then as it should be; else it was refused in words."""
    source = SOURCES[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"any{ending}"
        path.write_bytes(content)
        try:
            dataset = source.open(
                str(path), accept(source.options, options).model_dump(), lambda stage, share: None
            )
        except UserError:
            return False
    assert isinstance(dataset, Table)
    assert dataset.rows == len(dataset.frame) > 0
    assert len(dataset.columns) > 1
    for column in dataset.columns:
        for each in examine(dataset, column.name, guess_task(dataset, column.name)):
            assert each.message
    return True


@modestly
@given(st.one_of(written_tables, st.binary(max_size=400)))
def test_that_any_bytes_named_csv_are_a_table_or_refused(content):
    open_and_examine("table_file", ".csv", content)


@modestly
@given(
    written_tables,
    st.sampled_from(["", "comma", "tab", "space", "none"]),
    st.sampled_from(["", "utf-8", "utf-16", "cp1252", "shift_jis", "utf-32"]),
    st.sampled_from(["", "yes", "no"]),
    st.sampled_from(["", "point", "comma"]),
    st.integers(-1, 4),
)
def test_that_any_choice_of_options_gives_a_table_or_is_refused(
    content, separator, encoding, heading, decimal, title_lines
):
    open_and_examine(
        "table_file",
        ".csv",
        content,
        separator=separator,
        encoding=encoding,
        heading=heading,
        decimal=decimal,
        title_lines=title_lines,
    )


@modestly
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"PAR1"])
)
@pytest.mark.parametrize(("name", "ending"), [("excel_file", ".xlsx"), ("parquet_file", ".parquet")])
def test_that_any_bytes_named_excel_or_parquet_are_refused(name, ending, content, start):
    assert not open_and_examine(name, ending, start + content + start)
