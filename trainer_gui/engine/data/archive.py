"""What lies in a compressed file, read piece by piece, with what is wrong with it in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from trainer_gui.engine.data.contents import looks_like_text, unreadable
from trainer_gui.engine.problems import UserError, refuse

if TYPE_CHECKING:
    import zipfile

ENDINGS = (".gz", ".zip", ".bz2", ".xz", ".zst")
# Archives that cannot be opened, and what would be an archive in an archive.
OTHER_ENDINGS = (".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".7z", ".rar", ".lz4", ".br", ".z")
NAMES = {
    "gz": "gzip",
    "zip": "ZIP",
    "bz2": "bzip2",
    "xz": "xz",
    "zst": "Zstandard",
    "plain": "not compressed",
}

_MARKS = {b"\x1f\x8b": "gz", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"BZh": "bz2"}
_MARKS |= {b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zst"}
_PIECE = 1 << 20
_MEMORY = 512 << 20  # bytes that unpacking .xz may take
_MOST_MEMBERS = 500_000
_LONGEST_NAME = 120  # bytes of a file's name in the cache; some systems take 255 for all of the path
_LINK = 0o120000  # the kind of file, as ZIP keeps it
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


@dataclass(frozen=True)
class Member:
    """One file in a compressed file."""

    name: str  # with its folders, as it is written there
    size: int  # bytes that are announced; 0 where that is not known
    place: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The name as folders and a file that can be made on every system and lie below any folder."""
        pieces = PurePosixPath(self.name.replace("\\", "/")).parts
        kept = [_short(_UNSAFE.sub("_", each)) for each in pieces if each not in ("/", ".", "..")]
        return tuple(each.rstrip(". ") or "_" for each in kept) or ("file",)


def kind_of(path: Path) -> str:
    """How a file is compressed, by how it begins: gz, zip, bz2, xz, zst, or plain for a text.

    Raises UserError where it is none of these.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise unreadable(path, error) from error
    kind = compression_of(start)
    if kind:
        return kind
    if not start:
        raise refuse(
            "data.empty_file",
            "{name} is empty.",
            "Choose another file, or download it again.",
            field="data",
            name=path.name,
        )
    if path.suffix.lower() in ENDINGS and looks_like_text(path):
        return "plain"  # a browser has unpacked it and kept the name
    raise refuse(
        "packed.unknown",
        "{name} is not compressed in a way that can be read here, or it is damaged.",
        "Unpack it with the program that made it, and open what comes out.",
        field="data",
        name=path.name,
    )


def compression_of(start: bytes) -> str:
    """How a file that begins with these bytes is compressed; empty where it is not."""
    return next((kind for mark, kind in _MARKS.items() if start.startswith(mark)), "")


def members_of(path: Path) -> tuple[Member, ...]:
    """The files in it; one that is compressed alone is named without the last ending of its name.

    What systems add of their own is left out, and so are links. Raises UserError where it is damaged.
    """
    if kind_of(path) != "zip":
        return (Member(path.stem, 0),)
    with _zip(path) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_MEMBERS:
            raise refuse(
                "packed.too_many",
                "{name} holds {count} files; at most {most} can be unpacked here.",
                "Unpack it with another program, and open the folder.",
                field="data",
                name=path.name,
                count=f"{len(entries):,}",
                most=f"{_MOST_MEMBERS:,}",
            )
        return tuple(
            Member(each.filename, each.file_size, place)
            for place, each in enumerate(entries)
            if not each.is_dir()
            and not _is_junk(each.filename)
            and each.external_attr >> 16 & 0o170000 != _LINK
        )


def pieces_of(path: Path, wanted: tuple[Member, ...]) -> Iterator[tuple[Member, Iterator[bytes]]]:
    """Each member with its bytes, a bounded number at a time. Raises UserError where it is damaged."""
    kind = kind_of(path)
    if kind == "zip":
        with _zip(path) as archive:
            entries = archive.infolist()
            for member in wanted:
                yield member, _zipped(archive, entries[member.place], path)
    else:
        yield wanted[0], _alone(path, kind)


def _zipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> Iterator[bytes]:
    if entry.flag_bits & 1:
        raise refuse(
            "packed.password",
            "{name} is locked with a password.",
            "Unpack it with the program that made it, and open what comes out.",
            field="data",
            name=path.name,
        )
    with _in_words(path), archive.open(entry) as file:
        while piece := file.read(_PIECE):
            yield piece


def _alone(path: Path, kind: str) -> Iterator[bytes]:
    with _in_words(path), path.open("rb") as raw:
        if kind == "xz":
            yield from _xz(raw)
            return
        with _stream(raw, kind, path) as file:
            while piece := file.read(_PIECE):
                yield bytes(piece)


def _stream(raw: BinaryIO, kind: str, path: Path) -> BinaryIO:
    import bz2
    import gzip

    if kind == "gz":
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if kind == "bz2":
        return bz2.BZ2File(raw)  # type: ignore[return-value]
    if kind == "plain":
        return raw
    try:
        import pyarrow
    except ImportError as error:
        raise refuse(
            "packed.extra_missing",
            "Files that end in .zst need the extra “data”, which is not installed.",
            'Install it with: pip install "trainer-gui[data]", or unpack {name} first.',
            field="data",
            name=path.name,
        ) from error
    stream: BinaryIO = pyarrow.CompressedInputStream(raw, "zstd")
    return stream


def _xz(raw: BinaryIO) -> Iterator[bytes]:
    """Not with the library's own file object, which takes as much memory as the file asks for."""
    import lzma

    given = raw.read(_PIECE)
    while given:
        reader = lzma.LZMADecompressor(memlimit=_MEMORY)
        while not reader.eof:
            if not given and reader.needs_input:
                given = raw.read(_PIECE)
                if not given:
                    raise EOFError
            piece = reader.decompress(given, _PIECE)
            given = b""
            if piece:
                yield piece
        given = (reader.unused_data or raw.read(_PIECE)).lstrip(b"\0")


@contextmanager
def _zip(path: Path) -> Iterator[zipfile.ZipFile]:
    import zipfile

    with _in_words(path), zipfile.ZipFile(path) as archive:
        yield archive


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    import lzma
    import struct
    import zipfile
    import zlib

    # UnicodeDecodeError, OverflowError and the like come from names and sizes that are made up.
    faults = (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        ValueError,
        OverflowError,
        MemoryError,
    )
    try:
        yield
    except (EOFError, *faults) as error:
        raise _damaged(path, cut=isinstance(error, EOFError)) from error
    except (
        NotImplementedError,
        RuntimeError,
    ) as error:  # what the library says of methods that it does not know
        raise refuse(
            "packed.method",
            "{name} is compressed in a way that cannot be read here.",
            "Unpack it with the program that made it, and open what comes out.",
            field="data",
            name=path.name,
        ) from error
    except OSError as error:
        if error.errno is None:  # what is wrong with the content is an OSError to gzip and bz2
            raise _damaged(path, cut=False) from error
        raise unreadable(path, error) from error


def _damaged(path: Path, *, cut: bool) -> UserError:
    return refuse(
        "packed.cut" if cut else "packed.damaged",
        "{name} ends too early: a part of it is missing."
        if cut
        else "{name} is damaged, so it cannot be unpacked.",
        "Download or copy it again.",
        field="data",
        name=path.name,
    )


def _is_junk(name: str) -> bool:
    pieces = name.replace("\\", "/").split("/")
    return any(each == "__MACOSX" or (each.startswith(".") and each.strip(".")) for each in pieces) or (
        pieces[-1].lower() in ("thumbs.db", "desktop.ini", "icon\r")
    )


def _short(piece: str) -> str:
    """A name of a file that is not too long, with its ending."""
    if len(piece.encode("utf-8", "replace")) <= _LONGEST_NAME:
        return piece.encode("utf-8", "replace").decode()
    stem, dot, ending = piece.rpartition(".")
    ending = dot + ending if dot and len(ending) <= 10 else ""
    kept = (stem or piece).encode("utf-8", "replace")[
        : _LONGEST_NAME - len(ending.encode("utf-8", "replace"))
    ]
    return kept.decode("utf-8", "ignore") + ending.encode("utf-8", "replace").decode()
