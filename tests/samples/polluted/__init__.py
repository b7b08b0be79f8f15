"""Table files as they are met: every kind of pollution, each with the table that is meant."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.polluted import field_level, file_level, row_level, table_level
from tests.samples.polluted.case import Case


def all_cases() -> Iterator[Case]:
    """Every case, level by level."""
    for level in (file_level, table_level, row_level, field_level):
        yield from level.cases()
