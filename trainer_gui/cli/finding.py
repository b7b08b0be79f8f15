"""Which run is meant: a folder, a name, or the beginning of one."""

from __future__ import annotations

import difflib
from pathlib import Path

from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.store import open_run, runs

_MOST_NAMED = 5


def find_run(text: str) -> RunFolder:
    """The run in this folder, or the only one whose name or folder's name is or begins with `text`.

    Raises UserError where there is none or more than one.
    """
    path = Path(text)
    if (path / "recipe.toml").exists():
        return open_run(path)
    every = runs()
    for matches in (
        [each for each in every if each.path.name == text],
        [each for each in every if each.name == text],
        [each for each in every if each.path.name.startswith(text) or each.name.startswith(text)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches and text:
            raise _unclear(text, matches)
    if path.exists():
        return open_run(path)
    raise _unknown(text, every)


def _unclear(text: str, matches: list[RunFolder]) -> UserError:
    names = [each.path.name for each in matches]
    more = len(names) - _MOST_NAMED
    return refuse(
        "run.unclear",
        "“{text}” could be any of {count} runs.",
        "Give the name of a folder: {names}.",
        field="run",
        text=text,
        count=len(names),
        names=", ".join(names[:_MOST_NAMED]) + (f", and {more} more" if more > 0 else ""),
    )


def _unknown(text: str, every: list[RunFolder]) -> UserError:
    names = [each.path.name for each in every] + [each.name for each in every]
    close = difflib.get_close_matches(text, names, n=3)
    return refuse(
        "run.unknown",
        "There is no run “{text}”.",
        "Did you mean {close}?" if close else "“runs” lists those that there are.",
        field="run",
        text=text,
        close=" or ".join(close),
    )
