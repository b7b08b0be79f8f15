"""Long and wide text tables: read whole, or thinned out by a rule that is told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.dataset import Table
from trainer_gui.engine.data.memory_needed import FREE_MEMORY
from trainer_gui.engine.data.row_stream import is_kept
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import SOURCES, open_data, preview_data

_ROWS = 70_000


def opened(path: Path | str, **options: object) -> Table:
    table = open_data(path, dict(options))
    assert isinstance(table, Table)
    return table


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """70,000 rows in 2 MB, some of them with marks that have to be looked at one by one."""
    path = tmp_path_factory.mktemp("long") / "long.csv"
    draw = np.random.default_rng(0)
    numbers = draw.normal(size=_ROWS).round(6)
    rows = [f"{row},{numbers[row]},{'ab'[row % 2]}" for row in range(_ROWS)]
    for row in range(100, _ROWS, 1000):
        rows[row] = f'{row},{numbers[row]},"a"'
        rows[row + 1] += ","  # mended
    path.write_text("number,x,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_that_one_row_in_so_many_is_drawn_by_its_number_alone(long_file: Path) -> None:
    everything, some = opened(long_file), opened(long_file, one_row_in=7)
    kept = is_kept(np.arange(_ROWS), 7)
    assert abs(kept.mean() - 1 / 7) < 0.01
    pd.testing.assert_frame_equal(some.frame, everything.frame[kept].reset_index(drop=True))
    again = open_data(some.reference)
    assert again.fingerprint == some.fingerprint != everything.fingerprint
    assert again.rows == some.rows == int(kept.sum())
    assert some.notes[0].key == "table.thinned_as_chosen"


def test_that_rows_that_do_not_fit_into_memory_are_thinned_out_after_saying_so(
    long_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = opened(long_file)
    monkeypatch.setenv(FREE_MEMORY, "0.001")
    some = opened(long_file)
    one_in = some.reference.options["one_row_in"]
    assert one_in > 2
    note = some.notes[0]
    assert note.key == "table.thinned"
    for said in ("70,000 rows", f"one row in {one_in}", f"{some.rows:,} in all"):
        assert said in note.message
    monkeypatch.delenv(FREE_MEMORY)
    assert open_data(some.reference).rows == some.rows  # the run repeats, wherever there is more room
    assert opened(long_file).fingerprint == whole.fingerprint


def test_that_rows_to_predict_are_never_left_out(long_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_data(long_file, {"one_row_in": 7}, every_row=True).rows == _ROWS
    monkeypatch.setenv(FREE_MEMORY, "0.001")
    with pytest.raises(UserError) as refused:
        open_data(long_file, every_row=True)
    assert refused.value.problem.key == "table.too_large"
    assert refused.value.problem.field == "one_row_in"


def test_that_a_file_of_several_pieces_is_read_as_pandas_reads_it(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    rows = 150_000
    frame = pd.DataFrame({f"x{place}": draw.normal(size=rows) for place in range(6)})
    frame.loc[draw.integers(0, rows, 500), "x3"] = np.nan
    frame["group"] = np.array(["north", "south", "west"])[draw.integers(0, 3, rows)]
    frame["y"] = draw.integers(0, 9, rows)
    frame.to_csv(tmp_path / "pieces.csv", index=False)
    found = opened(tmp_path / "pieces.csv").frame
    expected = pd.read_csv(tmp_path / "pieces.csv")
    assert found["group"].astype(str).tolist() == expected["group"].tolist()
    for name in expected.columns.drop("group"):
        np.testing.assert_array_equal(found[name].to_numpy(), expected[name].to_numpy())


def test_that_words_for_gaps_count_only_among_numbers_in_a_wide_table(tmp_path: Path) -> None:
    width = 400
    rows = [
        [("w1", "none", "w2")[row % 3] if place % 7 == 0 else str(row * place) for place in range(width)]
        for row in range(1, 61)
    ]
    rows[4][1], rows[5][2], rows[6][7] = "none", "?", "?"
    text = [",".join(row) + ("," if number % 5 == 0 else "") for number, row in enumerate(rows)]
    heading = ",".join(f"c{place}" for place in range(width))
    (tmp_path / "wide.csv").write_text(heading + "\n" + "\n".join(text) + "\n", encoding="utf-8")
    frame = opened(tmp_path / "wide.csv").frame
    assert frame.shape == (60, width)
    gaps = [(row, place) for row, place in np.argwhere(frame.isna().to_numpy()).tolist()]
    assert gaps == [(4, 1), (5, 2), (6, 7)]
    assert frame["c14"].tolist() == [row[14] for row in rows]
    assert frame["c398"].tolist() == [int(row[398]) for row in rows]


def test_that_names_that_fill_the_beginning_of_a_file_are_all_there(tmp_path: Path) -> None:
    names = [f"a very long name for column number {place:04} {'x' * 80}" for place in range(3000)]
    rows = "\n".join(",".join(str(place % 5 + row) for place in range(3000)) for row in range(3))
    (tmp_path / "names.csv").write_text(",".join(names) + "\n" + rows + "\n", encoding="utf-8")
    table = opened(tmp_path / "names.csv")
    assert [each.name for each in table.columns] == names
    assert table.rows == 3


@pytest.mark.parametrize("cell", ["1", '"1"'])
def test_that_a_million_columns_are_refused_at_once(tmp_path: Path, cell: str) -> None:
    line = ",".join([cell] * 1_000_000) + "\n"
    (tmp_path / "million.csv").write_text(line * 2, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        open_data(tmp_path / "million.csv")
    assert refused.value.problem.key == "table.too_wide"
    assert "100,000" in refused.value.problem.message


def test_that_a_preview_has_rows_where_lines_are_longer_than_its_size(tmp_path: Path) -> None:
    names = ",".join(f"column {place:05} {'x' * 300}" for place in range(4000))
    row = ",".join(["1.5", "2"] * 2000) + "\n"
    (tmp_path / "wide.csv").write_text(names + "\n" + row * 30, encoding="utf-8")
    found, _ = preview_data(SOURCES["table_file"], str(tmp_path / "wide.csv"), {})
    assert len(found.columns) == 4000
    assert found.rows >= 18
