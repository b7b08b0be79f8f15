"""Texts that stand twice, where a table has nothing but texts."""

import pandas as pd

from trainer_gui.engine.preflight import findings
from trainer_gui.engine.recipe import Choices
from trainer_gui.engine.sources import open_data


def test_that_texts_on_both_sides_of_the_split_are_found(tmp_path):
    texts = [f"a remark about the room and the view number {row}" for row in range(150)]
    frame = pd.DataFrame({"remark": texts + texts[:40], "mood": ["good", "bad"] * 95})
    frame.to_csv(tmp_path / "texts.csv", index=False)
    data = open_data(tmp_path / "texts.csv")
    (said,) = [e for e in findings(data, Choices(target="mood")) if e.key == "examine.repeated_rows"]
    assert "40 rows repeat an earlier one" in said.message
    assert {each.key for each in said.fixes} >= {"repeated_rows.keep_one"}
