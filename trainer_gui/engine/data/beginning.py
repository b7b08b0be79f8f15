"""How a file begins, which tells what it is whatever it is called."""

from __future__ import annotations

from pathlib import Path

MOST = 1 << 16  # bytes that are looked at
_ZIP = b"PK\x03\x04"
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")  # old Excel files, and new ones with a password
_MARK = b"\xef\xbb\xbf"


def beginning(path: Path) -> bytes:
    """The first bytes of a file, MOST of them; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST)
    except OSError:
        return b""


def is_zip_with(start: bytes, *names: bytes) -> bool:
    """Whether a zip archive begins here that holds one of these names or beginnings of names."""
    return start.startswith(_ZIP) and any(each in start for each in names)


def first_letters(start: bytes) -> bytes:
    """The beginning of a text without its byte order mark and the blanks before the first letter."""
    return start.removeprefix(_MARK).lstrip()
