"""Free text as ids: how long, how it is cut, and what is said of it."""

import numpy as np
import pandas as pd
import pytest

from trainer_gui.engine.data.column_steps.text import FEWEST_IDS, MOST_IDS, TextColumn, most_ids
from trainer_gui.engine.data.columns import kinds_for, understand
from trainer_gui.engine.data.dataset import ColumnKind
from trainer_gui.engine.data.text_ids import ids_of

TEXTS = pd.Series([f"this is remark number {place} of a few" for place in range(60)])


def fit(values: pd.Series, rows=None) -> TextColumn:
    train = np.arange(len(values)) if rows is None else np.array(rows)
    return TextColumn.fit(understand("remark", values), values, train)


def test_that_the_longest_training_text_says_how_long_texts_are():
    short = fit(TEXTS, range(9))
    assert short.length == int(np.count_nonzero(ids_of(TEXTS[0], 5000)))
    assert fit(TEXTS).length > short.length
    assert short.ids_of(TEXTS, np.array([50])).shape == (1, short.length)


def test_that_long_texts_are_cut_and_that_it_is_said():
    values = pd.Series([*TEXTS, " ".join(f"word{each}" for each in range(900))])
    step = fit(values)
    assert step.length == MOST_IDS
    assert step.cut == pytest.approx(1 / 61)
    (note,) = step.notes()
    assert note.key == "text.cut"
    assert note.severity == "note"
    assert note.field == "remark"
    assert "2 % of the texts in “remark”" in note.message
    assert fit(TEXTS).notes() == ()


def test_that_many_rows_leave_less_room_for_each():
    assert most_ids(1000) == MOST_IDS
    assert most_ids(1_000_000) < 100
    assert most_ids(10**9) == FEWEST_IDS


def test_that_a_missing_text_is_an_empty_one():
    step = fit(TEXTS)
    found = step.ids_of(pd.Series(["", None, np.nan, "  "], dtype=object), None)
    assert not found.any()
    matched, said = step.matched(pd.Series([None, 3.0, "x"], dtype=object))
    assert matched.tolist() == ["", "3.0", "x"]
    assert said == []


def test_that_a_column_can_be_used_as_what_it_may_be():
    assert kinds_for(understand("t", TEXTS), TEXTS) == (ColumnKind.CATEGORY, ColumnKind.TEXT)
    numbers = pd.Series([1, 2, 3])
    assert kinds_for(understand("n", numbers), numbers)[:2] == (ColumnKind.WHOLE, ColumnKind.CATEGORY)
    days = pd.Series(["2024-01-01", "2024-01-02", "2024-01-03"])
    assert ColumnKind.DATE_DAY_FIRST in kinds_for(understand("d", days), days)
    dressed = pd.Series(["3 %", "4 %", "about 5"])
    assert ColumnKind.NUMBER in kinds_for(understand("p", dressed), dressed)


@pytest.mark.parametrize("kind", ColumnKind, ids=lambda each: each.value)
def test_that_every_kind_says_what_it_is(kind):
    assert kind.label[0].isupper()
    assert kind.label[1:].lower() == kind.label[1:]
    assert kind.help.endswith(".")
    assert kind.help.count(".") == 1 or "01/02" in kind.help
