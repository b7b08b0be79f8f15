"""Opens the window, or shows a training in the terminal where there is no display."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import display
import first_run
import installation
import qt_libraries
from environment import Environment, Torch
from installation import LaunchError

EXTRAS = {"export", "data"}


def run(arguments: list[str]) -> int:
    """What `run.py` does with its arguments; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console may lack a letter that a file name has
    options = parser().parse_args(arguments)
    passed_on = [each for each in options.arguments if each != "--"]
    try:
        environment = Environment()
        environment.make_ready(EXTRAS, torch_wanted(options))
        for_window = display.has_display()
        lacking = qt_libraries.check(environment.site_packages, for_window)
        if lacking:
            raise LaunchError(lacking)
        if for_window or first_run.is_command(passed_on):
            return hand_over(environment.python, ["-m", "trainer_gui", *passed_on])
        return first_run.show(environment, passed_on)
    except LaunchError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run this again to go on.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """The options of `run.py`."""
    made = argparse.ArgumentParser(
        prog="run.py",
        description="Makes the environment in .venv where it is missing, and opens the window. Without a "
        "display it trains a sample in the terminal and saves a picture of the window.",
        allow_abbrev=False,
    )
    add_torch_options(made)
    made.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        metavar="...",
        help="handed on to trainer-gui, such as a file to open",
    )
    return made


def add_torch_options(made: argparse.ArgumentParser) -> None:
    """Gives a parser the options that choose a build of torch."""
    made.add_argument(
        "--torch-index",
        metavar="ADDRESS",
        default=os.environ.get("TRAINER_TORCH_INDEX", ""),
        help="take torch from this package index, for another build of it (also: TRAINER_TORCH_INDEX)",
    )
    made.add_argument(
        "--cpu",
        action="store_true",
        help="the build of torch for the processor alone, without the large parts for NVIDIA cards; where "
        "pip's own sources lack it, give --torch-index too",
    )


def torch_wanted(options: argparse.Namespace) -> Torch:
    """The build of torch that the options ask for."""
    return Torch(index=options.torch_index, cpu=options.cpu)


def hand_over(python: Path, arguments: list[str]) -> int:
    """Becomes the program, or waits for it where a process cannot become another."""
    command = [str(python), *arguments]
    environment = installation.clean_environment()
    if os.name != "nt":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)
