"""What a person reads on a terminal: lines that stay, and one live line that is drawn over itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, TextIO

from trainer_gui.cli.figures import cut, width

if TYPE_CHECKING:
    from trainer_gui.engine.problems import Problem

_REDRAW_EVERY = 0.1  # seconds
_COLOURS = {"good": "32", "bad": "31", "caution": "33"}
_KEPT = "\n\u200c\u200d"  # the last two join letters and emoji
_STEERING = dict.fromkeys("\u200e\u200f\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\ufeff", "")
_LABELS = {"error": "Error", "caution": "Caution", "note": "Note"}


def forgive_letters() -> None:
    """Lets standard output and error take any letter, also on a console whose code page lacks it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


class Terminal:
    """Writes plain text to a stream; colours and the live line appear only where it is a real terminal.

    Writing raises OSError where the stream is gone, such as BrokenPipeError after `| head`.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream  # None where the process was started without it
        self._live = ""
        self._drawn = -_REDRAW_EVERY
        dumb = os.environ.get("TERM") == "dumb"
        self.is_live = stream is not None and stream.isatty() and not dumb
        ansi = os.name != "nt" or "WT_SESSION" in os.environ
        self._coloured = self.is_live and ansi and not os.environ.get("NO_COLOR")

    def say(self, text: str = "", colour: str = "") -> None:
        """Writes lines that stay, below anything written before."""
        self.clear()
        shown = _printable(text)
        if self._coloured and colour:
            shown = f"\x1b[{_COLOURS[colour]}m{shown}\x1b[0m"
        self._write(shown + "\n")

    def say_problem(self, found: Problem) -> None:
        """Writes a problem: what happened, and what to do next."""
        colour = {"error": "bad", "caution": "caution"}.get(found.severity, "")
        self.say(f"{_LABELS[found.severity]}: {found}", colour)

    def show(self, *parts: str, at_once: bool = False) -> None:
        """Draws the live line, over the one before; does nothing where the stream is no terminal.

        Of `parts`, the first that matter most, as many are shown as there is room for.
        """
        now = time.monotonic()
        if not self.is_live or (now - self._drawn < _REDRAW_EVERY and not at_once):
            return
        self._drawn = now
        room = max(10, shutil.get_terminal_size().columns - 1)
        line = parts[0]
        for part in parts[1:]:
            if part and width(line) + 2 + width(part) <= room:
                line += "  " + part
        line = cut(_printable(line), room)
        rest = " " * max(0, width(self._live) - width(line))
        self._live = line
        self._write(f"\r{line}{rest}\r{line}" if rest else f"\r{line}")

    def clear(self) -> None:
        """Takes the live line away."""
        if self._live:
            blank = " " * width(self._live)
            self._live = ""
            self._write(f"\r{blank}\r")

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        self._stream.write(text)
        self._stream.flush()


def person_reads(as_json: bool) -> Terminal:
    """Where words for a person go: standard output, or standard error where the output is for programs."""
    if not as_json:
        return Terminal(sys.stdout)
    terminal = Terminal(sys.stderr)
    if sys.stdout is not None and sys.stdout.isatty():
        terminal.is_live = False  # lines of JSON on the same screen would tear the live line
    return terminal


def let_go() -> None:
    """Makes the end of the process silent where the reader of its output has gone."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def _printable(text: str) -> str:
    """The text without anything that could steer a terminal, as names in other people's files may hold."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in _KEPT else _STEERING.get(each, "\ufffd") for each in text
    )
