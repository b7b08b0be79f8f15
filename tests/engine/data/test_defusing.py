"""What a spreadsheet would run is kept from it in every file that is written, and reads back as it was."""

import csv
import re

import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trainer_gui.cli.tables import write_table
from trainer_gui.engine.data.defusing import as_meant, defused
from trainer_gui.engine.sources import open_data

starts = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'", "''", "5", "a", ""]
)
texts = st.builds("".join, st.lists(st.one_of(starts, st.text(max_size=4)), max_size=5))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(texts)
@example("='a'")
@example("'='a'")
@example("''")
@example("'-5")
def test_that_nothing_that_is_written_can_run_and_all_of_it_reads_back(text):
    written = defused(text)
    assert as_meant(written) == text
    number = re.fullmatch(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*%?", written)
    assert number or written[:1] not in tuple("=+-@\t\r\n＝＋－＠")


def test_that_numbers_are_never_touched():
    for each in ("-5", "+5", "-1,5", "-1e-9", "-5 %", "5"):
        assert defused(each) == each


def test_that_formulas_in_cells_and_names_survive_being_written_and_read(tmp_path):
    cells = ["=1+1", "@SUM(A1)", "+a", "-b", "'=x", "＝1+1", "=A1'B", "plain"]
    frame = pd.DataFrame(
        {
            "=cmd()": cells * 4,
            "-name": [-float(n) / 2 for n in range(32)],
            "quoted": ["a", "b"] * 16,
        }
    )
    out = tmp_path / "written.csv"
    write_table(out, frame)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows:
        for place, cell in enumerate(row):
            assert cell[:1] not in tuple("=+@＝")
            assert cell[:1] != "-" or (place == 1 and row is not rows[0])
    table = open_data(out)
    assert list(table.frame.columns) == list(frame.columns)
    assert table.frame["=cmd()"].astype(str).tolist() == cells * 4
    assert table.frame["-name"].tolist() == frame["-name"].tolist()
