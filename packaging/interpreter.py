"""Finds a Python that is new enough; an old Python must be able to read this module itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
_IS_NEW_ENOUGH = f"import sys; sys.exit(sys.version_info < {NEEDED})"


def settle(script: str, arguments: list[str]) -> None:
    """Returns where this Python is new enough; otherwise goes on with one that is, or ends in words."""
    if sys.version_info >= NEEDED:
        return
    mine = ".".join(str(each) for each in sys.version_info[:2])
    newer = newer_python()
    if newer:
        print(f"This is Python {mine}; going on with {' '.join(newer)}.", flush=True)
        sys.exit(subprocess.call([*newer, script, *arguments]))
    print(too_old(mine), file=sys.stderr)
    sys.exit(1)


def newer_python() -> list[str]:
    """The command of a Python on the path that is new enough; empty where there is none."""
    commands = [[name] for name in NAMES]
    if os.name == "nt":
        commands.insert(0, ["py", "-3"])
    for name, *options in commands:
        found = shutil.which(name)
        if found is None:
            continue
        # A name on the path can be a shim for a version that is not there, so it is asked.
        question = [found, *options, "-c", _IS_NEW_ENOUGH]
        if subprocess.call(question, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return [found, *options]
    return []


def too_old(mine: str) -> str:
    """What to say to somebody whose Python, named by its version, is too old."""
    needed = ".".join(str(each) for each in NEEDED)
    sentence = f"This is Python {mine}, and the program needs Python {needed} or newer. "
    if sys.platform == "darwin":
        return sentence + "Install it from python.org or with `brew install python`, then run this again."
    if os.name == "nt":
        return sentence + "Install it from python.org, then run this again."
    for manager, packages in (
        ("apt-get", f"python{needed} python{needed}-venv"),
        ("dnf", f"python{needed}"),
        ("zypper", "python311"),
        ("pacman", "python"),
    ):
        if shutil.which(manager):
            action = "-S" if manager == "pacman" else "install"
            command = f"sudo {manager} {action} {packages}"
            return sentence + f"Install it with `{command}`, then run this again."
    return sentence + "Install it with the packages of your system, then run this again."
