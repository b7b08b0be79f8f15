"""Runs pip with a live line, and turns its failures into sentences."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

SHOWN = re.compile(r"^\s*(Downloading|Processing|Installing collected packages)\b")
SIZE = re.compile(r"\((\d[\d.]* [kMG]?B)\)")


class LaunchError(Exception):
    """Something that stands in the way, in a sentence that says what to do."""


# Looked for in pip's words from the top down; the first that is found says it.
_REASONS = (
    (
        r"No space left on device|Errno 28|WinError 112|Disk quota exceeded",
        "The disk is full, or a quota is used up. Free a few gigabytes on the disk that holds {folder}, "
        "then run this again; it goes on where it was.",
    ),
    (
        r"Permission denied|Errno 13|WinError 5\b|Read-only file system|Errno 30",
        "A file may not be written there. See to it that {folder} belongs to you, or copy the project to a "
        "folder of your own, and run this again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "The connection to the source of the libraries is not trusted: its certificate could not be "
        "checked. A network that inspects traffic does this. Ask whoever runs it for its certificate and "
        "set PIP_CERT to that file, then run this again.",
    ),
    (
        r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|getaddrinfo failed|"
        r"ConnectTimeoutError|ReadTimeout|ProxyError|Network is unreachable|Connection refused|"
        r"Connection reset|Max retries exceeded|IncompleteRead|RemoteDisconnected",
        "The libraries could not be downloaded: the network does not answer. Check the connection (and "
        "HTTPS_PROXY where you need a proxy), then run this again; it goes on where it was.",
    ),
    (
        r"long path|Long Path",
        "The names of some files are too long for Windows here. Move the project to a short folder such as "
        "C:\\trainer, or switch on long paths in Windows, then run this again.",
    ),
    (
        r"No matching distribution found for (\S+)",
        "There is no build of {0} for this system and Python {python}. Try another Python (3.11 to 3.13) on "
        "a 64-bit system; on a Mac, one with an Apple chip.",
    ),
    (
        r"GLIBC_\S+|is not a supported wheel on this platform",
        "This system is too old for the libraries. It needs about the age of Ubuntu 22.04, Debian 12, "
        "macOS 13 or Windows 10, or newer.",
    ),
)


def install(python: Path, arguments: list[str], log: Path) -> None:
    """`pip install` with these arguments into the environment of `python`; raises LaunchError where it fails.

    What pip says is added to `log`. Its temporary files lie beside the log, on the disk of the
    environment, because a small /tmp would otherwise end the download of a large library.
    """
    command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    temporary = log.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    environment = {**clean_environment(), "TMPDIR": str(temporary), "PIP_USER": "0"}
    if os.name == "nt":
        environment.update(TEMP=str(temporary), TMP=str(temporary))
    with log.open("a", encoding="utf-8") as record:
        record.write(f"\n$ pip install {' '.join(_without_passwords(each) for each in arguments)}\n")
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
        )
        with process, LiveLine() as line:
            said = []
            assert process.stdout is not None
            for text in process.stdout:
                record.write(text)
                said.append(text)
                if SHOWN.match(text):
                    line.show(short(text))
    if process.returncode != 0:
        raise LaunchError(reason("".join(said), process.returncode, log))


def clean_environment() -> dict[str, str]:
    """This process's variables without those that would mix other libraries into the environment."""
    unwanted = {"PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def reason(said: str, code: int, log: Path) -> str:
    """The sentence for a pip that ended with `code` after it had said `said`."""
    if code in (-9, 137):
        return (
            "The installation was ended by the system, most likely for want of memory. Close other programs."
        )
    for pattern, sentence in _REASONS:
        found = re.search(pattern, said)
        if found:
            named = [group for group in found.groups() if group] or ["a library"]
            version = ".".join(str(each) for each in sys.version_info[:2])
            return sentence.format(*named, folder=log.parent, python=version)
    last = [line.strip() for line in said.splitlines() if line.strip()][-1:] or ["nothing"]
    return f"The libraries could not be installed. pip's last words: {last[0]} The rest is in {log}."


def short(text: str) -> str:
    """One line of pip, as short as a person wants it: "Downloading torch (180 MB)"."""
    words = text.split()
    if words[0] == "Installing":
        return f"Writing {text.count(',') + 1} libraries to the disk"
    name = re.split(r"[/\\]", words[1])[-1].split("-")[0]
    size = SIZE.search(text)
    deed = "Downloading" if words[0] == "Downloading" else "Taking"
    return f"{deed} {name} ({size.group(1)})" if size else f"{deed} {name}"


def _without_passwords(argument: str) -> str:
    return re.sub(r"//[^/@]*@", "//", argument)


class LiveLine:
    """One line that is written over and counts the time on a terminal; a line for each change elsewhere."""

    def __init__(self) -> None:
        self._text = "Asking for the libraries"
        self._since = time.monotonic()
        self._done = threading.Event()
        self._on_terminal = sys.stdout.isatty()
        self._clock = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> LiveLine:
        if self._on_terminal:
            self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._on_terminal:
            self._clock.join()
            print("\r" + " " * 79 + "\r", end="", flush=True)

    def show(self, text: str) -> None:
        """Takes a new text."""
        self._text = text
        if not self._on_terminal:
            print(f"  {text}", flush=True)

    def _tick(self) -> None:
        while True:
            minutes, seconds = divmod(int(time.monotonic() - self._since), 60)
            print(f"\r  {minutes}:{seconds:02d}  {self._text}".ljust(79)[:79], end="", flush=True)
            if self._done.wait(0.5):
                return
