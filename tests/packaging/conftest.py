"""Lets the tests import the scripts of `packaging/`, which import each other by their folder."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture(autouse=True)
def _scripts_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(PACKAGING))
    yield
    names = {path.stem for path in PACKAGING.glob("*.py")}
    for name in (set(sys.modules) - before) & names:  # their names are too plain to be left lying about
        del sys.modules[name]


@pytest.fixture
def packaging() -> Path:
    """The folder of the scripts."""
    return PACKAGING
