"""Tables in ARFF files."""

import pytest

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources.arff_file import ARFF_FILE


def opened(path, **options):
    return ARFF_FILE.open(
        str(path), accept(ARFF_FILE.options, options).model_dump(), lambda stage, share: None
    )


@pytest.fixture
def read(tmp_path):
    def reading(text, encoding="utf-8", **options):
        path = tmp_path / "data.arff"
        path.write_bytes(text.encode(encoding))
        return opened(path, **options)

    return reading


HEADER = """% a comment
@relation 'x y'

@ATTRIBUTE 'größe, roh' numeric   % no comment inside a line
@attribute "it's"\tINTEGER
@attribute code {1,2, 'a, b'}
@attribute day date "yyyy-MM-dd"
@attribute said string
@data
""".replace("   % no comment inside a line", "")


CODES = ("1", "2", "'a, b'")
SAYINGS = ("'it\\'s, so'", '"a \\"b\\""', "?")


def row(p):
    return f"{p / 4},{p * 7 % 11},{CODES[p % 3]},2024-03-{1 + p % 28:02},{SAYINGS[p % 3]}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig", "utf-16"])
def test_that_every_kind_of_attribute_is_read(read, encoding):
    text = HEADER + "".join(f"{'%' if p == 5 else ''}{row(p)}" for p in range(60))
    table = read(text.replace("\n", "\r\n") if encoding == "cp1252" else text, encoding)
    assert [(each.name, each.kind.value) for each in table.columns] == [
        ("größe, roh", "number"),
        ("it's", "whole_number"),
        ("code", "category"),
        ("day", "date"),
        ("said", "category"),
    ]
    assert table.rows == 59
    assert set(table.frame["code"]) == {"1", "2", "a, b"}
    assert set(table.frame["said"].dropna()) == {"it's, so", 'a "b"'}
    assert table.column("said").missing == 19
    assert not table.notes


def test_that_sparse_rows_mean_zero_and_the_first_value(read):
    header = "@relation s\n@attribute a numeric\n@attribute b {no,yes}\n@attribute c numeric\n@data\n"
    rows = (
        "".join(f"{{0 {p / 2}, 1 yes}}\n" if p % 2 else "{2 ?}\n" for p in range(30)) + "{}\n{1 'yes',2 3}\n"
    )
    table = read(header + rows)
    assert table.frame["a"].tolist()[:4] == [0, 0.5, 0, 1.5]
    assert table.frame["b"].tolist()[:4] == ["no", "yes", "no", "yes"]
    assert table.column("c").missing == 15
    assert table.frame["c"].iloc[31] == 3


def test_that_rows_and_cells_that_do_not_fit_are_counted(read):
    text = (
        HEADER + "".join(row(p) for p in range(30)) + "1,2\n1,2,1,2024-03-01,x,{5}\nnonsense\nabc,1,2,?,?\n"
    )
    table = read(text)
    assert table.rows == 33
    assert [(each.line, each.what) for each in table.repairs] == [(40, "too_short"), (42, "not_fitting")]
    keys = [each.key for each in table.notes]
    assert keys == ["table.bad_rows", "table.mended_rows", "table.words_among_numbers"]
    assert table.column("größe, roh").missing == 1


def test_that_thousands_of_columns_are_read(read):
    header = "@relation w\n" + "".join(f"@attribute c{p} numeric\n" for p in range(3000)) + "@data\n"
    table = read(header + "".join(",".join(str(p + q) for p in range(3000)) + "\n" for q in range(20)))
    assert (len(table.columns), table.rows) == (3000, 20)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "data.empty_file"),
        ("a,b\n1,2\n", "arff.damaged"),
        ("@relation x\n@attribute a numeric\n", "arff.damaged"),
        ("@relation x\n@data\n1\n", "arff.damaged"),
        ("@relation x\n@attribute a numeric\n@attribute b numeric\n@data\n", "table.no_rows"),
        ("@relation x\n@attribute a numeric\n@data\n1\n2\n", "table.one_column"),
    ],
)
def test_that_what_is_no_table_is_refused_in_words(read, text, key):
    with pytest.raises(UserError) as refusal:
        read(text)
    assert refusal.value.problem.key == key
    assert refusal.value.problem.advice
