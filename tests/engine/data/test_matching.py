"""New columns brought to what a model knows, and what is said about those that do not fit."""

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.column_steps.category import CategoryColumn
from trainer_gui.engine.data.column_steps.number import NumberColumn
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.matching import Match, match_frame
from trainer_gui.engine.data.prepare import Preparation, TargetColumn
from trainer_gui.engine.data.series import class_names
from trainer_gui.engine.problems import UserError


def _number(name: str) -> NumberColumn:
    return NumberColumn(name=name, fill=1.0, mean=0.0, deviation=1.0, flag_gaps=False)


KNOWN = Preparation(
    steps=(
        _number("length"),
        _number("Body mass"),
        CategoryColumn(name="place", values=("field", "wood")),
        CategoryColumn(name="grade", values=("1", "2", "3")),
    ),
    target=TargetColumn(name="kind", task=Task.CLASSIFICATION, classes=("a", "b")),
)


def _frame(**changed: object) -> pd.DataFrame:
    columns = {
        "length": [1.5, 2.5, 3.5],
        "Body mass": [10, 20, 30],
        "place": ["wood", "field", None],
        "grade": [1, 2, 3],
    }
    return pd.DataFrame({**columns, **changed})


def _keys(matched: Match) -> list[str]:
    return [each.key for each in matched.problems]


def test_that_columns_that_fit_are_taken_without_a_word() -> None:
    matched = match_frame(KNOWN, _frame())
    assert matched.problems == ()
    assert matched.missing == matched.unused == ()
    assert matched.target == ""
    assert matched.frame is not None
    assert matched.frame["Body mass"].tolist() == [10.0, 20.0, 30.0]
    assert matched.frame["place"].tolist() == ["wood", "field", ""]
    assert matched.frame["grade"].tolist() == ["1", "2", "3"]


def test_that_the_order_of_columns_and_the_index_do_not_matter() -> None:
    frame = _frame()[["grade", "place", "Body mass", "length"]].set_index(pd.Index([7, 5, 3]))
    matched = match_frame(KNOWN, frame)
    assert matched.frame is not None
    pd.testing.assert_frame_equal(matched.frame, match_frame(KNOWN, _frame()).frame)


def test_that_case_and_blanks_in_names_are_forgiven_and_said() -> None:
    frame = _frame().rename(columns={"length": " LENGTH ", "Body mass": "body  Mass"})
    matched = match_frame(KNOWN, frame)
    assert matched.columns["length"] == " LENGTH "
    assert matched.columns["Body mass"] == "body  Mass"
    assert _keys(matched) == ["match.renamed"]
    assert "“body  Mass” for “Body mass”" in matched.problems[0].message


def test_that_two_names_that_look_alike_are_not_guessed_between() -> None:
    frame = _frame().rename(columns={"length": "Length"})
    frame["LENGTH"] = 0.0
    matched = match_frame(KNOWN, frame)
    assert matched.missing == ("length",)
    assert set(matched.unused) == {"Length", "LENGTH"}


def test_that_every_missing_column_is_listed() -> None:
    matched = match_frame(KNOWN, _frame().drop(columns=["length", "grade"]))
    assert matched.missing == ("length", "grade")
    first = matched.problems[0]
    assert first.severity == "error"
    assert "“length” and “grade”" in first.message


def test_that_missing_columns_can_be_taken_as_gaps() -> None:
    matched = match_frame(KNOWN, _frame().drop(columns=["length", "grade"]), fill_missing=True)
    assert matched.problems[0].severity == "caution"
    assert matched.frame is not None
    assert matched.frame["length"].isna().all()
    assert matched.frame["grade"].tolist() == ["", "", ""]


def test_that_data_without_any_of_the_columns_is_an_error_even_then() -> None:
    matched = match_frame(KNOWN, pd.DataFrame({"x": [1]}), fill_missing=True)
    assert matched.problems[0].severity == "error"
    assert matched.problems[0].message.startswith("None of the columns")


def test_that_columns_the_model_does_not_know_are_named_but_the_target_is_not() -> None:
    matched = match_frame(KNOWN, _frame(kind=["a", "b", "a"], extra=[1, 2, 3]))
    assert matched.unused == ("extra",)
    assert matched.target == "kind"
    assert _keys(matched) == ["match.unused"]
    assert matched.problems[0].severity == "note"


def test_that_numbers_written_as_text_are_read_as_numbers() -> None:
    matched = match_frame(KNOWN, _frame(length=["1,5", " 2,5 ", "n/a"]))
    assert matched.frame is not None
    assert matched.frame["length"].tolist()[:2] == [1.5, 2.5]
    assert np.isnan(matched.frame["length"][2])
    assert matched.problems == ()


def test_that_words_among_numbers_are_counted_and_become_gaps() -> None:
    matched = match_frame(KNOWN, _frame(length=["1.5", "tall", "tall"]))
    assert matched.frame is not None
    assert matched.frame["length"].isna().tolist() == [False, True, True]
    (found,) = matched.problems
    assert found.key == "match.words"
    assert found.field == "length"
    assert "2 rows" in found.message
    assert "“tall”" in found.message


def test_that_values_never_seen_are_counted() -> None:
    matched = match_frame(KNOWN, _frame(place=["sea", "sea", "moor"]))
    (found,) = matched.problems
    assert found.key == "match.unseen"
    assert "2 values" in found.message
    assert "3 rows" in found.message
    assert "“sea” (2), “moor” (1)" in found.message


@pytest.mark.parametrize(
    "grades", [[1.0, 2.0, np.nan], ["1", "2", ""], ["1.0", "2.0", None], [" 1", "2 ", None]]
)
def test_that_a_category_that_looks_like_numbers_is_matched_however_it_was_read(grades: list[object]) -> None:
    matched = match_frame(KNOWN, _frame(grade=grades))
    assert matched.frame is not None
    assert matched.frame["grade"].tolist() == ["1", "2", ""]
    assert matched.problems == ()


def test_that_a_code_with_a_leading_zero_is_not_taken_for_a_number() -> None:
    matched = match_frame(KNOWN, _frame(grade=["01", "2", "3"]))
    assert _keys(matched) == ["match.unseen"]


def test_that_a_column_named_twice_is_refused() -> None:
    frame = pd.concat([_frame(), _frame()[["length"]]], axis=1)
    with pytest.raises(UserError) as error:
        match_frame(KNOWN, frame)
    assert error.value.problem.key == "match.twice"


def test_that_a_table_without_rows_still_shows_how_it_matches() -> None:
    matched = match_frame(KNOWN, _frame().iloc[:0])
    assert matched.problems == ()
    assert matched.frame is not None
    assert len(matched.frame) == 0


def test_that_a_value_is_named_the_same_whatever_stands_beside_it() -> None:
    column = pd.Series([1.5, 2.0, np.nan, -0.0, 1e20])
    whole = class_names(column)
    assert whole.tolist()[:4] == ["1.5", "2", "", "0"]
    assert [class_names(column.iloc[[row]])[0] for row in range(5)] == whole.tolist()
    assert class_names(pd.Series([2, 3]))[0] == "2"
