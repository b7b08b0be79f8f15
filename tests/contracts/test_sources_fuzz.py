"""Whatever lies in a file, opening it gives data or a sentence: no traceback, no hang, no full memory.

TRAINER_GUI_FUZZ=5000 tries so many files of every kind, other ones each time; otherwise there are a few,
always the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts.reader_process import ReaderProcess
from trainer_gui.engine.data.picture_file import ENDINGS as PICTURE_ENDINGS
from trainer_gui.engine.source import Source
from trainer_gui.engine.sources import SOURCES

LONG = int(os.environ.get("TRAINER_GUI_FUZZ", "0"))
FILES = [each for each in SOURCES if each.endings]
ENDINGS = sorted({ending for each in FILES for ending in each.endings})
WITH_EXAMPLES = [each for each in SOURCES if not each.listed()]

fuzzed = settings(
    max_examples=LONG or 25,
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

_PIECES = st.sampled_from(
    [
        *',;|\t: "\'\n\r\0\\#%=+-@',
        "\r\n", "\n\n", '""', "','", "\ufeff", "\x1a", "\x1f", "\u2028", "\u202e", "ä",
        "日本", "\U0001f600", "\ud800",
        "1", "-5", "1,5", "1.000,5", "1e400", "-1e400", "nan", "inf", "9" * 40, "0." + "3" * 400, "1_000",
        "٣", "01/02/03", "2024-02-30", "31.12.9999", "0000-00-00", "1969-12-31T23:59:60Z", "true", "no",
        "NA", "?", "a", "name", "id", "=1+1", "@SUM(A1)", "a" * 300, "[", "]", "{", "}", '{"a":', "[[[[",
        "null", '"a"',
        "@relation x\n", "@attribute a numeric\n", "@attribute b {x,y}\n", "@data\n", "{0 1}", "text",
        "file.png",
    ]
)  # fmt: skip
_CODECS = st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
_TEXT = st.lists(st.one_of(_PIECES, st.text(max_size=3)), max_size=60).map("".join)


@st.composite
def _written(draw: st.DrawFn) -> bytes:
    row = draw(_TEXT)
    text = draw(st.one_of(st.just(row), st.just((row + "\n") * draw(st.integers(2, 40))), _TEXT))
    codec = draw(_CODECS)
    return text.encode(codec, "surrogatepass" if codec.startswith("utf") else "replace")


any_bytes = st.one_of(st.binary(max_size=600), _written(), _written())


@st.composite
def _changes(draw: st.DrawFn) -> list[tuple[str, float, bytes]]:
    kinds = st.sampled_from(["flip", "flip", "insert", "delete", "cut", "repeat", "zero"])
    place = st.floats(0, 1, allow_nan=False)
    return draw(st.lists(st.tuples(kinds, place, st.binary(min_size=1, max_size=8)), min_size=1, max_size=6))


def changed(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, given_bytes in changes:
        at = int(where * max(0, len(content) - 1))
        if kind == "flip":
            content = content[:at] + given_bytes + content[at + len(given_bytes) :]
        elif kind == "insert":
            content = content[:at] + given_bytes + content[at:]
        elif kind == "delete":
            content = content[:at] + content[at + 7 * len(given_bytes) :]
        elif kind == "cut":
            content = content[: max(1, at)]
        elif kind == "repeat":
            content = content[:at] + content[at : at + 200] * 5 + content[at:]
        else:
            content = content[:at] + b"\0" * 64 + content[at + 64 :]
    return content[:200_000]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderProcess]:
    process = ReaderProcess(tmp_path_factory.mktemp("reader"))
    yield process
    process.close()


def must_end_well(reader: ReaderProcess, location: Path, content: bytes) -> None:
    answer = reader.open(str(location))
    assert answer["outcome"] in ("opened", "refused"), f"{location.name} {content[:3000]!r}\n{answer['said']}"


@pytest.mark.parametrize("ending", ENDINGS)
def test_that_any_bytes_give_data_or_a_sentence(reader, tmp_path, ending):
    file = tmp_path / f"any{ending}"

    @fuzzed
    @given(any_bytes)
    def holds(content: bytes) -> None:
        file.write_bytes(content)
        must_end_well(reader, file, content)

    holds()


@pytest.mark.parametrize("source", WITH_EXAMPLES, ids=lambda each: each.name)
def test_that_a_damaged_example_gives_data_or_a_sentence(reader, tmp_path, source: Source):
    examples = tmp_path / "sound"
    examples.mkdir()
    sound = [Path(each) for each in source.write_examples(examples)]

    @fuzzed
    @given(st.integers(0, 1000), _changes())
    def holds(which: int, changes: list[tuple[str, float, bytes]]) -> None:
        location = sound[which % len(sound)]
        inside = (
            sorted(each for each in location.rglob("*") if each.is_file())
            if location.is_dir()
            else [location]
        )
        victim = inside[which % len(inside)]
        before = victim.read_bytes()
        content = changed(before, changes)
        victim.write_bytes(content)
        try:
            must_end_well(reader, location, content)
        finally:
            victim.write_bytes(before)

    holds()


@pytest.mark.parametrize(
    "ending", [".png", ".jpg", ".txt"] if not LONG else [*PICTURE_ENDINGS, ".txt", ".md"]
)
def test_that_any_bytes_in_a_class_folder_give_data_or_a_sentence(reader, tmp_path, ending):
    root = tmp_path / "classes"
    for label in ("one", "two"):
        (root / label).mkdir(parents=True)
    if ending not in (".txt", ".md"):
        from PIL import Image as Pillow

        for place in range(6):
            Pillow.new("RGB", (9, 9), (place, 9, 9)).save(root / ("one", "two")[place % 2] / f"{place}.png")
    file = root / "one" / f"any{ending}"

    @fuzzed
    @given(any_bytes)
    def holds(content: bytes) -> None:
        file.write_bytes(content)
        must_end_well(reader, root, content)

    holds()
    shutil.rmtree(root)
