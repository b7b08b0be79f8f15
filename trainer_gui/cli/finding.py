"""Which run is meant: a folder, a name, or the beginning of one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.source import Report
from trainer_gui.engine.store import open_run, runs, runs_root
from trainer_gui.engine.study.folder import StudyFolder, open_study, studies
from trainer_gui.engine.study.together import ensemble_of, runs_of_best, runs_to_join

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


def find_runs(words: Sequence[str]) -> list[RunFolder]:
    """Every run that is named; a study stands for the runs of its best setting. Raises UserError."""
    found: list[RunFolder] = []
    for each in words:
        study = _study(each)
        found += [find_run(each)] if study is None else runs_to_join(study)
    return found


def runs_meant(text: str) -> list[RunFolder]:
    """The run that is named, or of a study all that were trained with its best setting. Raises UserError."""
    study = _study(text)
    return [find_run(text)] if study is None else runs_of_best(study)


def find_model(text: str, report: Report) -> RunFolder:
    """The run that is named, or of a study the one model of its best setting, which is made where it is not.

    Raises UserError where there is none.
    """
    study = _study(text)
    return find_run(text) if study is None else ensemble_of(study, report=report)


def _study(text: str) -> StudyFolder | None:
    """The study in this folder, or of this name where no run is called so."""
    if (Path(text) / "study.toml").exists():
        return open_study(Path(text))
    for each in studies():
        if text == each.path.name and not (runs_root() / text).exists():
            return each
    return None


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
