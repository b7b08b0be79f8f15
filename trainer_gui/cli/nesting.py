"""`tune --nested`: a whole tuning for each outer fold, and what that is worth on rows that it never saw."""

from __future__ import annotations

import argparse
from pathlib import Path

from trainer_gui.cli.figures import number, table
from trainer_gui.cli.following import DONE
from trainer_gui.cli.judgement import in_words
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.opening import reporter
from trainer_gui.cli.studying import follow_study
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.nested import Nested, honest_number, studies_for
from trainer_gui.engine.study.folder import StudyFolder, create_study, open_study, study_progress_of
from trainer_gui.engine.study.progress import StudyState
from trainer_gui.engine.study.recipe import StudyRecipe


def tune_nested(terminal: Terminal, study: StudyRecipe, options: argparse.Namespace) -> int:
    """Carries out one study after the other, those that lie in --out already as far as is left of them."""
    recipes = studies_for(study, options.nested)
    folders: list[StudyFolder] = []
    for place, recipe in enumerate(recipes, start=1):
        folder = _folder_of(recipe, Path(options.out) / f"outer-{place}" if options.out else None)
        if study_progress_of(folder).state is not StudyState.FINISHED:
            terminal.say()
            terminal.say(f"Outer fold {place} of {len(recipes)}: tuning on the rows that are not in it")
            code = follow_study(terminal, folder, options)
            if code != DONE:
                if options.out:
                    terminal.say("The same command with the same --out goes on where it was.")
                return code
        folders.append(folder)
    found = honest_number(folders, report=reporter(terminal))
    if options.json:
        print_values(_as_values(found))
    else:
        _say(terminal, found)
    return DONE


def _folder_of(recipe: StudyRecipe, path: Path | None) -> StudyFolder:
    """The study in this folder where it is there already, or else a new one."""
    if path is not None and (path / "study.toml").is_file():
        return open_study(path)
    return create_study(recipe, path)


def _say(terminal: Terminal, found: Nested) -> None:
    terminal.say()
    rows = [
        (f"{at}", in_words(each.setting), number(each.inside), f"{each.rows:,}", _shown(found, each.outside))
        for at, each in enumerate(found.folds, 1)
    ]
    for line in table(("Outer fold", "Chosen inside", "Loss inside", "Rows outside", found.label), rows):
        terminal.say(line)
    terminal.say()
    whole = found.whole
    sure = ""
    if whole.low is not None and whole.high is not None:
        low, high = (max(0.0, whole.low), min(1.0, whole.high)) if found.percent else (whole.low, whole.high)
        sure = f" ({_shown(found, low)} to {_shown(found, high)})"
    terminal.say(f"{found.label} {_shown(found, whole.mean)}{sure}, over {len(found.folds)} outer folds")
    terminal.say(
        "This is the honest number for tuning like this: nothing was chosen on the rows that it was measured "
        "on. The test rows are still locked. Tune once on all other rows for the model to use."
    )


def _shown(found: Nested, value: float) -> str:
    return f"{100 * value:.1f} %" if found.percent else number(value)


def _as_values(found: Nested) -> dict[str, object]:
    whole = found.whole
    return {
        "type": "Nested",
        "metric": found.metric,
        "mean": whole.mean,
        "deviation": whole.deviation,
        "low": whole.low,
        "high": whole.high,
        "folds": [
            {"setting": each.setting, "inside": each.inside, "outside": each.outside, "rows": each.rows}
            for each in found.folds
        ],
    }
