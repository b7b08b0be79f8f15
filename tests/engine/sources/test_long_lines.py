"""Lines as no table has them: refused soon, and wide tables are seen as wide as they are."""

import pytest

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import open_data


def test_that_names_that_go_on_beyond_the_first_look_are_all_seen(tmp_path):
    file = tmp_path / "wide.csv"
    names = ",".join(f"measured_value_{n}" for n in range(20_000))  # more than is looked at otherwise
    file.write_text(names + "\n" + (",".join("1" * 20_000) + "\n") * 3)
    assert len(open_data(file).columns) == 20_000


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (
            ",".join(f"c{n}" for n in range(1_000_000)) + "\n" + ",".join("1" * 1_000_000) + "\n",
            "table.too_wide",
        ),
        ("," * 1_000_000, "table.too_wide"),
        ("word " * 4_000_000, "table.endless_line"),
        ('"' * 3_000_000, "table.no_rows"),
        ("\n" * 3_000_000, "table.no_rows"),
        ("\r" * 1_000_000, "table.no_rows"),
    ],
    ids=[
        "million columns",
        "million commas",
        "one line",
        "only quotes",
        "only line ends",
        "only old line ends",
    ],
)
def test_that_text_that_is_no_table_is_refused(tmp_path, content, key):
    file = tmp_path / "odd.csv"
    file.write_text(content, newline="")
    with pytest.raises(UserError) as found:
        open_data(file)
    assert found.value.problem.key == key


def test_that_line_ends_of_every_kind_and_numbers_beyond_all_bounds_are_read(tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text("a,b\r" + f"1,1e400\n2,-1e400\r\n3,{'9' * 5000}\r" * 40, newline="")
    assert open_data(file).rows == 120
