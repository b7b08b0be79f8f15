"""`runs`: a table of every run, the newest first, the curve of one as a file, or which of two is better."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from trainer_gui.cli.arguments import Parser, add_json
from trainer_gui.cli.commands import command, near, run_word
from trainer_gui.cli.comparing import compare_runs
from trainer_gui.cli.figures import counted, metric, table
from trainer_gui.cli.finding import find_run
from trainer_gui.cli.following import DONE
from trainer_gui.cli.lines import print_values
from trainer_gui.cli.terminal import person_reads
from trainer_gui.cli.verdicts import as_values, verdict_of
from trainer_gui.engine.curve_file import write_curve
from trainer_gui.engine.problems import UserError, refuse
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.resumption import why_not_resumed
from trainer_gui.engine.run_folder import RunFolder, progress_of
from trainer_gui.engine.starting.opening import kept_line
from trainer_gui.engine.starting_point import Ancestor
from trainer_gui.engine.store import runs, runs_root

USAGE = "[--curve RUN --out FILE.csv | --compare RUN RUN … [--test]] [--json]"
_MOST_NAMED = 3  # commands that resume something
_HEADS = ("Name", "State", "Data", "Model", "Epochs", "Best", "When", "Folder")


@dataclass(frozen=True)
class _Listed:
    """One run as far as it can be read; a damaged one says so instead of hiding the others."""

    folder: RunFolder
    progress: Progress
    recipe: Recipe | None
    problem: UserError | None
    can_resume: bool = False

    @property
    def line(self) -> tuple[Ancestor, ...]:
        """The models that it comes from, the first one first; empty from scratch."""
        return kept_line(self.folder)

    @property
    def state(self) -> str:
        """What it is doing, or what became of it, in a word."""
        if self.recipe is None:
            return "damaged"
        return "interrupted" if self.was_interrupted else self.progress.state.value

    @property
    def was_interrupted(self) -> bool:
        """Whether it ended though nobody wanted it, and can go on."""
        return self.can_resume and bool(self.progress.interruption)


def add_arguments(parser: Parser) -> None:
    """The arguments of `runs`."""
    parser.add_argument("--curve", metavar="RUN", help="write the curve of this run, epoch by epoch")
    parser.add_argument("--out", metavar="FILE.csv", help="where the curve goes")
    parser.add_argument(
        "--compare",
        metavar="RUN",
        nargs="*",
        help="say which of two runs is better, or of two kinds of runs that differ only in their seed",
    )
    parser.add_argument(
        "--test",
        action="store_true",
        help="compare on the locked test rows instead of the validation rows; it is counted in each run",
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Lists the runs, writes the curve of one, or compares some."""
    if options.compare is not None or options.test:
        return compare_runs(options)
    if options.curve is not None or options.out is not None:
        return _write_curve(options)
    found = [_listed(each) for each in runs()]
    if options.json:
        for each in found:
            print_values(_as_values(each))
        return DONE
    terminal = person_reads(options.json)
    if not found:
        terminal.say(f"There are no runs in {runs_root()} yet. Make the first one with:")
        terminal.say(f"  {command('train', 'sample:iris')}")
        return DONE
    for line in table(_HEADS, [_as_cells(each) for each in found], right="....rr"):
        terminal.say(line)
    terminal.say()
    for each in [each for each in found if each.was_interrupted][:_MOST_NAMED]:
        again = command("resume", run_word(each.folder))
        terminal.say(f"“{each.folder.name}” was interrupted; resume it with: {again}", "caution")
    terminal.say(f"They lie in {runs_root()}")
    return DONE


def _write_curve(options: argparse.Namespace) -> int:
    if options.curve is None or options.out is None:
        raise refuse(
            "curve.half",
            "A curve needs a run and a file.",
            "Name both: {command}",
            field="out" if options.out is None else "curve",
            command=command("runs", "--curve", "RUN", "--out", "curve.csv"),
        )
    out = Path(options.out).expanduser()
    if out.suffix.lower() in (".png", ".svg"):
        raise refuse(
            "curve.no_picture",
            "The command line writes the numbers of a curve, not pictures of it.",
            "Write {name}, or open the run in the window and save its chart as a picture there.",
            field="out",
            name=out.with_suffix(".csv").name,
        )
    progress = progress_of(find_run(options.curve))
    write_curve(out, progress)
    if options.json:
        print_values({"curve": str(out), "epochs": len(progress.curve)})
    person_reads(options.json).say(f"Written: {near(out)} ({counted(len(progress.curve), 'epoch')})")
    return DONE


def _listed(folder: RunFolder) -> _Listed:
    try:
        progress = progress_of(folder)
        goes_on = progress.state.is_over and why_not_resumed(folder, progress) is None
        return _Listed(folder, progress, folder.recipe, None, goes_on)
    except UserError as error:
        return _Listed(folder, Progress(), None, error)


def _as_cells(each: _Listed) -> tuple[str, ...]:
    started = each.progress.started
    best = ""
    if started is not None and each.progress.metric_at_best is not None:
        best = f"{started.metric.label} {metric(started.metric, each.progress.metric_at_best)}"
    return (
        each.folder.name,
        each.state,
        "" if each.recipe is None else _data_of(each.recipe),
        "" if each.recipe is None else _model_of(each.recipe),
        f"{each.progress.epoch}/{each.progress.epochs}" if started is not None else "",
        best,
        f"{each.folder.created:%Y-%m-%d %H:%M}",
        each.folder.path.name,
    )


def _data_of(recipe: Recipe) -> str:
    return recipe.data.location.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _model_of(recipe: Recipe) -> str:
    return f"{recipe.family}, {recipe.size}" if recipe.members is None else f"ensemble of {recipe.members}"


def _as_values(each: _Listed) -> dict[str, object]:
    progress, started = each.progress, each.progress.started
    return {
        "name": each.folder.name,
        "folder": str(each.folder.path),
        "state": each.state,
        "interruption": progress.interruption.value or None,
        "can_resume": each.can_resume,
        "problem": None if each.problem is None else str(each.problem.problem),
        "data": None if each.recipe is None else each.recipe.data.location,
        "target": None if each.recipe is None else each.recipe.target,
        "family": None if each.recipe is None else each.recipe.family,
        "size": None if each.recipe is None else each.recipe.size,
        "members": None if each.recipe is None else each.recipe.members,
        "epoch": progress.epoch,
        "epochs": progress.epochs,
        "best_epoch": progress.curve.best_epoch,
        "best_validation_loss": progress.best_loss,
        "metric": None if started is None else started.metric.name,
        "best_metric": progress.metric_at_best,
        "verdict": as_values(verdict_of(each.recipe, progress)),
        "start": None if not each.line else [one.model_dump(mode="json") for one in each.line],
        "created": each.folder.created.isoformat(timespec="seconds"),
    }
