"""Collections that fill themselves."""

import pytest

from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.sources import SOURCES


def test_that_families_and_sources_are_found_by_name():
    assert {"linear", "neural_network", "image_network"} <= set(FAMILIES.names())
    assert {"sample", "table_file", "image_folder"} <= set(SOURCES.names())
    assert FAMILIES["linear"].label == "Linear"


def test_that_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UserError, match="no family named “forest”") as raised:
        FAMILIES["forest"]
    assert "neural_network" in raised.value.problem.advice
