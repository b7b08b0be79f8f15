"""Commands that are shown to a person, ready to copy."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.store import runs_root


def command(*words: str) -> str:
    """A command of this program that works when pasted into the shell it was started from."""
    parts = [*_program(), *words]
    return subprocess.list2cmdline(parts) if os.name == "nt" else " ".join(map(_quoted, parts))


def _quoted(word: str) -> str:
    """The word for a shell; signs that a terminal does not show are written as their numbers."""
    if word.isprintable():
        return shlex.quote(word)
    return "$'" + "".join(map(_escaped, word)) + "'"


def _escaped(letter: str) -> str:
    if letter in "\\'":
        return "\\" + letter
    if letter.isprintable():
        return letter
    # A byte of a file's name that is no letter can only be written as that byte.
    return "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape"))


def run_word(folder: RunFolder) -> str:
    """The shortest text by which a command finds this run."""
    if folder.path.parent == runs_root().resolve():
        return folder.path.name
    return near(folder.path)


def near(path: Path) -> str:
    """The path, from the current folder where it lies below that."""
    resolved = path.resolve()
    try:
        return str(resolved.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(resolved)


def _program() -> list[str]:
    found = shutil.which("trainer-gui")
    if found and Path(found).resolve().parent == Path(sys.executable).resolve().parent:
        return ["trainer-gui"]
    here = Path(sys.executable)  # not resolved: the link is what makes it the environment's Python
    try:
        return [str(here.relative_to(Path.cwd())), "-m", "trainer_gui"]
    except (ValueError, OSError):
        return [str(here), "-m", "trainer_gui"]
