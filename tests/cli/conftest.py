"""A home of its own for every test, a small file of data, and ways to give a command."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from trainer_gui.cli import main


@dataclass(frozen=True)
class Said:
    """What a command did: its exit code and its words."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as lines of JSON; fails where a line is none, or holds what JSON forbids."""
        return [json.loads(line, parse_constant=_forbid) for line in self.out.splitlines()]

    def of_type(self, name: str) -> list[dict[str, Any]]:
        """The events of one type."""
        return [each for each in self.lines if each["type"] == name]


def _forbid(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Runs and reports go to a folder of the test, and paths are taken from another one."""
    home = tmp_path / "home"
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setenv("TRAINER_GUI_HOME", str(home))
    monkeypatch.chdir(work)
    return home


@pytest.fixture
def give(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Gives a command in this process."""

    def given(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(each) for each in words])
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return given


@pytest.fixture
def flowers(own_home: Path) -> Path:
    """A file of 120 rows with 3 classes, a number with gaps and a category."""
    path = Path("flowers.csv").absolute()
    draw = random.Random(1)
    rows = ["length,width,place,kind"]
    for number in range(120):
        kind = number % 3
        width = "" if number % 7 == 0 else f"{draw.gauss(0, 1):.3f}"
        place = ("wood", "field", "shore")[kind] if draw.random() < 0.8 else "town"
        rows.append(f"{draw.gauss(2 * kind, 0.6):.3f},{width},{place},{'abc'[kind]}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
