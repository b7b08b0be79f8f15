"""How long something takes is told by a clock that nobody can set."""

import ast
from pathlib import Path

import trainer_gui

DATES = {  # what lies on the disk has dates, and how old it is can be told by no other clock
    "engine/data/unpacked.py",
    "engine/data/picture_cache.py",
    "engine/training/found_ways.py",
    "app.py",  # prints the time of day for whoever measures the start
}


def test_that_no_duration_is_taken_from_the_time_of_day() -> None:
    package = Path(trainer_gui.__file__).parent
    used = set()
    for path in package.rglob("*.py"):
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Attribute) and ast.unparse(each) == "time.time":
                used.add(path.relative_to(package).as_posix())
    assert used == DATES
