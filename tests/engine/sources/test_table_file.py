"""Text tables in the ways that people write them."""

import codecs

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.dataset import ColumnKind, Table, Task
from trainer_gui.engine.data.examine import guess_task
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.sources.table_file import TABLE_FILE

ROWS = 60


def keys(table: Table) -> list[str]:
    return [each.key for each in table.notes]


def lines(row, heading="height;weight;city", rows=ROWS) -> str:
    return "\n".join([heading, *(row(place) for place in range(rows))]) + "\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", ":"])
@pytest.mark.parametrize("heading", [True, False])
def test_that_every_separator_is_found(read, separator, heading):
    rows = [f"{place}.5{separator}{place * 7 % 11}{separator}{'ab'[place % 2]}" for place in range(ROWS)]
    head = [separator.join(("height", "weight", "kind"))] if heading else []
    table = read("\n".join([*head, *rows]))
    names = ["height", "weight", "kind"] if heading else ["column 1", "column 2", "column 3"]
    assert list(table.frame.columns) == names
    assert table.rows == ROWS
    assert table.frame[names[0]].tolist() == [place + 0.5 for place in range(ROWS)]
    assert table.frame[names[2]].tolist() == ["ab"[place % 2] for place in range(ROWS)]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_that_every_line_ending_is_read(read, ending):
    assert read(lines(lambda p: f"{p};{p * 3};x{p % 3}").replace("\n", ending)).rows == ROWS


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("cp1252", b""),
        ("latin-1", b""),
        ("mac_roman", b""),
    ],
)
def test_that_every_usual_encoding_is_found(read, encoding, mark):
    cities = ("Zürich", "Besançon", "Málaga")
    text = lines(lambda p: f"{p};{p % 7};{cities[p % 3]}", "größe;gewicht;stadt")
    table = read(mark + text.encode(encoding))
    assert list(table.frame.columns) == ["größe", "gewicht", "stadt"]
    assert set(table.frame["stadt"]) == set(cities)


def test_that_an_accent_in_the_last_row_of_a_long_file_decides_its_encoding(read):
    text = "a,b\n" + "".join(f"{place},plain\n" for place in range(100_000)) + "7,Zürich\n"
    table = read(text.encode("cp1252"))
    assert table.frame["b"].iloc[-1] == "Zürich"
    assert "Windows-1252" in table.how


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234,5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234,5", 1234.5),
        ("1'234.5", 1234.5),
        ("1234.5", 1234.5),
        ("1,234.5", 1234.5),
        ("-1234,5", -1234.5),
        ("1,2345e3", 1234.5),
    ],
)
def test_that_decimal_and_thousands_marks_are_found(read, written, meant):
    table = read(lines(lambda p: f"{written};{p};x{p % 3}"))
    assert set(table.frame["height"]) == {meant}


def test_that_quoted_thousands_in_a_comma_separated_file_are_numbers(read):
    table = read(lines(lambda p: f'"{p * 977:,}",{p % 4}', "income,children"))
    assert table.frame["income"].tolist() == [p * 977 for p in range(ROWS)]


def test_that_points_that_group_thousands_are_not_taken_for_decimals(read):
    table = read(lines(lambda p: f"{p * 977:,}".replace(",", ".") + f";{p % 4}", "income;children"))
    assert table.frame["income"].tolist() == [p * 977 for p in range(ROWS)]


def test_that_numbers_with_a_unit_are_numbers(read):
    table = read(lines(lambda p: f"{p * 2} %,€{p * 3},{p % 2}", "share,price,bought"))
    assert table.frame["share"].tolist() == [p * 2 for p in range(ROWS)]
    assert table.frame["price"].tolist() == [p * 3 for p in range(ROWS)]


def test_that_a_decimal_comma_in_one_quoted_column_is_read_and_said(read):
    table = read(lines(lambda p: f'{p * 1.5},"{p},25",{p % 3}', "a,b,c"))
    assert table.frame["b"].tolist() == [p + 0.25 for p in range(ROWS)]
    assert "table.dressed_numbers" in keys(table)


def test_that_title_lines_above_the_heading_are_skipped(read):
    text = "Survey 2024\nmade by A, B and C\n\n" + lines(lambda p: f"{p},{p % 5},{p % 2},{p * 2}", "a,b,c,d")
    table = read(text)
    assert list(table.frame.columns) == ["a", "b", "c", "d"]
    assert table.rows == ROWS
    assert table.reference.options["title_lines"] == 3


def test_that_the_separator_that_excel_announces_is_used(read):
    table = read("sep=;\n" + lines(lambda p: f"{p},5;{p % 3};x", "a;b;c"))
    assert list(table.frame.columns) == ["a", "b", "c"]


def test_that_years_in_the_heading_are_names(read):
    table = read(lines(lambda p: f"c{p % 9},{p * 3},{p * 5 % 7},{p % 4}", "country,2001,2002,2003"))
    assert list(table.frame.columns) == ["country", "2001", "2002", "2003"]


def test_that_a_heading_that_is_one_short_leaves_the_first_column_without_a_name(read):
    table = read(lines(lambda p: f'"{p}" {p * 3 % 7} {p % 2}', '"dose" "effect"'))
    assert list(table.frame.columns) == ["row", "dose", "effect"]
    assert table.column("row").kind is ColumnKind.IDENTIFIER


def test_that_names_that_stand_twice_get_a_number(read):
    table = read(lines(lambda p: f"{p * 2},{p % 3},{p % 5},7,{p % 2}", "a,a,,a,b"))
    assert list(table.frame.columns) == ["a", "a (2)", "column 3", "a (3)", "b"]
    assert "table.names_twice" in keys(table)


@pytest.mark.parametrize("word", ["", "NA", "n/a", "?", "-", "NaN", "null", "#N/A", " ", "."])
def test_that_words_for_missing_are_gaps_in_numbers(read, word):
    table = read(lines(lambda p: f"{word if p % 5 == 0 else p / 4};{p};x{p % 3}"))
    assert table.column("height").kind is ColumnKind.NUMBER
    assert table.column("height").missing == ROWS / 5
    assert not table.notes


@pytest.mark.parametrize("word", ["", "NA", "?", "-", "n/a"])
def test_that_words_for_missing_are_gaps_among_words(read, word):
    table = read(lines(lambda p: f"{p / 4};{p};{word if p % 5 == 0 else 'x' + str(p % 3)}"))
    assert table.column("city").missing == ROWS / 5
    assert table.frame["city"].isna().sum() == ROWS / 5


def test_that_none_is_an_answer_and_minus_a_sign_beside_plus(read):
    table = read(lines(lambda p: f"{p / 4};{'none' if p % 2 else 'some'};{'+-'[p % 2]}"))
    assert table.column("weight").missing == table.column("city").missing == 0


def test_that_a_number_given_as_missing_is_missing(read):
    text = lines(
        lambda p: f"{-999 if p % 6 == 0 else p / 4};{p};{'lost' if p % 3 == 0 else 'x' + str(p % 2)}"
    )
    table = read(text, missing_words="-999, lost")
    assert table.column("height").missing == 10
    assert table.column("city").missing == 20


def test_that_words_among_numbers_are_gaps_counted_and_named(read):
    table = read(lines(lambda p: f"{'broken' if p % 20 == 3 else p / 4};{p};x{p % 3}"))
    assert table.column("height").kind is ColumnKind.NUMBER
    assert table.column("height").missing == 3
    [note] = [each for each in table.notes if each.key == "table.words_among_numbers"]
    assert "3 cells" in note.message
    assert "broken" in note.message
    assert "height" in note.message


def test_that_infinite_values_are_gaps_and_said(read):
    table = read(lines(lambda p: f"{('inf', '-Inf', p / 4)[p % 3 if p < 6 else 2]};{p};x{p % 3}"))
    assert np.isfinite(table.frame["height"].dropna()).all()
    assert table.column("height").missing == 4
    [note] = [each for each in table.notes if each.key == "table.infinite"]
    assert "4 cells" in note.message


def test_that_a_column_that_turns_to_words_late_is_read_as_words(read):
    table = read(lines(lambda p: f"{p / 3};{p if p < 3000 else 'w' + str(p % 3)};{p % 2}", rows=9000))
    assert table.column("weight").kind is ColumnKind.CATEGORY
    assert table.rows == 9000
    assert table.frame["weight"].iloc[10] == "10"


def test_that_codes_with_leading_zeros_stay_words(read):
    table = read(lines(lambda p: f"0{p % 5}123;{p};x"))
    assert table.column("height").kind is ColumnKind.CATEGORY
    assert table.frame["height"].iloc[1] == "01123"


def test_that_truth_values_are_yes_and_no(read):
    table = read(lines(lambda p: f"{p};{p % 2 == 0};{str(p % 3 == 0).lower()}"))
    assert table.column("weight").kind is table.column("city").kind is ColumnKind.YES_NO
    assert set(table.frame["weight"]) == {"True", "False"}
    assert set(table.frame["city"]) == {"true", "false"}


def test_that_rows_that_do_not_fit_are_left_out_counted_and_can_be_looked_at(read):
    table = read(lines(lambda p: f"{p};{p};x" if p % 20 != 3 else f"{p};lost;{p};x;y"))
    assert table.rows == ROWS - 3
    [note] = [each for each in table.notes if each.key == "table.bad_rows"]
    assert "3 rows" in note.message
    assert "line 5" in note.message
    assert [(each.line, each.kept) for each in table.repairs] == [(5, False), (25, False), (45, False)]
    assert table.repairs[0].text == "3;lost;3;x;y"


def test_that_fields_beyond_the_last_column_are_left_away_and_said(read):
    table = read(lines(lambda p: f"{p};{p};x" + (";more;even more" if p % 20 == 3 else "")))
    assert table.rows == ROWS
    assert "table.mended_rows" in keys(table)
    assert [each.line for each in table.repairs] == [5, 25, 45]
    assert all(each.kept and each.in_words for each in table.repairs)


def test_that_rows_with_too_few_fields_have_gaps(read):
    table = read(lines(lambda p: f"{p};{p}" if p % 20 == 3 else f"{p};{p};x{p % 3}"))
    assert table.rows == ROWS
    assert table.column("city").missing == 3


def test_that_empty_rows_are_left_out(read):
    table = read(lines(lambda p: ";;" if p % 20 == 3 else "" if p % 20 == 5 else f"{p};{p};x{p % 3}"))
    assert table.rows == ROWS - 6
    assert table.column("height").missing == 0


def test_that_a_separator_at_the_end_of_every_row_makes_no_column(read):
    assert len(read(lines(lambda p: f"{p};{p};x{p % 3};", "a;b;c;")).columns) == 3
    assert len(read(lines(lambda p: f"{p};{p};x{p % 3};", "a;b;c")).columns) == 3


@pytest.mark.parametrize("row", [10, 7000])
def test_that_a_quotation_mark_that_is_never_closed_swallows_no_rows(read, row):
    table = read(lines(lambda p: f"{p},{p / 7:.3f},{chr(34) if p == row else ''}pipe", "a,b,c", rows=9000))
    assert table.rows == 9000


def test_that_long_texts_of_many_lines_in_quotation_marks_stay_whole(read):
    story = '"once, upon\na time\nthere, was\na\ncat,\nand\nthen, more\nof it"'
    table = read(lines(lambda p: f"{p},{p / 7:.3f},{story}", "a,b,c"))
    assert table.rows == ROWS
    assert table.frame["c"].iloc[0].count("\n") == 7


def test_that_everything_found_can_be_overruled(read):
    table = read("1,5;2,5;a\n2,5;3,5;b\n" * 30, separator="comma", heading="yes", encoding="cp1252")
    assert table.reference.options["separator"] == "comma"
    assert table.reference.options["encoding"] == "cp1252"
    assert list(table.frame.columns) == ["1", "5;2", "5;a"]
    grouped = read(lines(lambda p: f"1.{100 + p};{p % 3}", "a;b"), decimal="comma", thousands="point")
    assert grouped.frame["a"].tolist() == [1100 + p for p in range(ROWS)]
    skipped = read(lines(lambda p: f"{p};{p % 3}", "a;b"), title_lines=5, heading="no")
    assert skipped.rows == ROWS - 4


def test_that_overruling_changes_the_fingerprint(read):
    text = lines(lambda p: f"{p};{p % 3}", "a;b")
    assert read(text).fingerprint != read(text, heading="no").fingerprint


def test_that_names_of_files_and_columns_may_hold_any_letters(read):
    table = read(lines(lambda p: f"{p};{p % 3}", "身長;{x} 😀"), name="データ {0} ü.csv")
    assert list(table.frame.columns) == ["身長", "{x} 😀"]
    assert table.name == "データ {0} ü.csv"


def test_that_large_tables_keep_numbers_in_half_the_memory_unless_that_loses_them(read):
    values = np.random.default_rng(0).normal(size=(260_000, 20)).round(4)
    values[:, 3] = 1.7e9 + np.arange(260_000) * 0.001  # seconds since 1970, to the millisecond
    text = pd.DataFrame(values, columns=[f"c{n}" for n in range(20)]).to_csv(index=False)
    table = read(text)
    assert table.frame["c0"].dtype == np.float32
    assert table.frame["c3"].dtype == np.float64
    assert np.allclose(table.frame["c0"], values[:, 0], atol=1e-5)


def test_that_fifty_thousand_categories_are_kept_and_two_thousand_columns_are_quick(read):
    table = read("k,v\n" + "".join(f"c{p % 50_000},{p}\n" for p in range(110_000)))
    assert table.column("k").distinct == 50_000
    assert table.column("k").kind is ColumnKind.CATEGORY
    wide = ",".join(f"x{n}" for n in range(2000)) + "\n"
    wide += "".join(",".join(str((p * n) % 17) for n in range(2000)) + "\n" for p in range(50))
    assert len(read(wide).columns) == 2000


def test_that_classes_and_amounts_are_told_apart(read):
    table = read(lines(lambda p: f"{p / 3};{p % 3};{'xy'[p % 2]}"))
    assert guess_task(table, "height") is Task.REGRESSION
    assert guess_task(table, "weight") is Task.CLASSIFICATION
    assert guess_task(table, "city") is Task.CLASSIFICATION


SMALL = "k,v\n" + "".join(f"{p},{p * p}\n" for p in range(8))


def test_that_the_largest_of_several_tables_is_read_and_that_is_said(read):
    table = read(SMALL + "\n" + lines(lambda p: f"{p / 4},{p % 7},x{p % 3}", "temp,count,city"))
    assert list(table.frame.columns) == ["temp", "count", "city"]
    assert table.rows == ROWS
    [note] = [each for each in table.notes if each.key == "table.several_tables"]
    assert "2 tables" in note.message
    assert "number 2" in note.message


def test_that_another_of_several_tables_can_be_chosen(read):
    text = SMALL + "\n" + lines(lambda p: f"{p / 4},{p % 7},x{p % 3}", "temp,count,city")
    table = read(text, table="1")
    assert list(table.frame.columns) == ["k", "v"]
    assert table.rows == 8
    assert TABLE_FILE.choices(table.reference.location) == {"table": ("1", "2")}
    assert open_data(table.reference).frame.equals(table.frame)


def test_that_signs_around_every_cell_are_no_part_of_the_separator(read):
    table = read(lines(lambda p: f"#{p}#|#{p * 3}#|#x{p % 3}#", heading="#a#|#b#|#c#"))
    assert list(table.frame.columns) == ["#a#", "#b#", "#c#"]


def test_that_of_encodings_that_read_a_file_alike_the_usual_one_is_named(read):
    table = read(lines(lambda p: f"{p};{p * 3};{('Köln', 'Zürich', 'Málaga')[p % 3]}").encode("cp1252"))
    assert table.reference.options["encoding"] == "cp1252"
    assert set(table.frame["city"]) == {"Köln", "Zürich", "Málaga"}
