"""Polluted files, each with the table that is meant; the benchmark scores the same cases."""

import pytest

from tests.samples.polluted import all_cases
from tests.samples.polluted.case import Case
from tests.samples.polluted.loaders import load, ours
from tests.samples.polluted.scoring import score

# In the rows of these it cannot be known what was meant, so a little less than all is right.
SURE, UNSURE, UNREAD = 9.999, 9.5, 0.9


def least(case: Case) -> float:
    """The score that a case must reach at least."""
    if "semicolons after column" in case.kind:
        return UNREAD
    return UNSURE if "separator too many" in case.kind or "gaps written as" in case.kind else SURE


def thinned() -> list[Case]:
    """Every kind of pollution once; the benchmark reads every case, on every table."""
    found: dict[tuple[str, str], Case] = {}
    for case in all_cases():
        if not case.large and not ("all quoted" in case.kind and case.level == "row"):
            found.setdefault((case.level, case.kind), case)
    return list(found.values())


@pytest.mark.parametrize("case", thinned(), ids=lambda case: case.name.encode("ascii", "replace").decode())
def test_that_a_polluted_file_gives_the_table_that_is_meant(case):
    assert score(case, load(case, ours)).total >= least(case)
