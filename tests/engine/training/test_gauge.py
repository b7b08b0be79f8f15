"""What is said of a GPU comes from NVIDIA's library where that is there, and in words where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer_gui.engine.training.gauge import Load, asked, loads, together

LIBRARY = """
class NVMLError(Exception):
    pass

class NVMLError_NotSupported(NVMLError):
    pass

class Held:
    def __init__(self, **values):
        self.__dict__.update(values)

open_ = 0

def nvmlInit():
    global open_
    open_ += 1

def nvmlShutdown():
    global open_
    open_ -= 1

def nvmlDeviceGetHandleByUUID(name):
    if name not in ("GPU-a", "GPU-part"):
        raise NVMLError("Not Found")
    return name

def nvmlDeviceGetMemoryInfo(handle):
    assert open_
    return Held(used=3_000_000_000, total=24_000_000_000)

def nvmlDeviceGetUtilizationRates(handle):
    if handle == "GPU-part":
        raise NVMLError_NotSupported("Not Supported")
    return Held(gpu=87, memory=40)
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for NVIDIA's library, found as the real one is."""
    (tmp_path / "pynvml.py").write_text(LIBRARY, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(__import__("sys").modules, "pynvml", raising=False)


def test_that_the_library_is_asked_and_closed_again(library):
    assert asked(["GPU-a"]) == [Load(3_000_000_000, 24_000_000_000, 0.87)]
    import pynvml

    assert pynvml.open_ == 0


def test_that_a_part_of_a_gpu_says_that_it_cannot_tell(library):
    (found,) = asked(["GPU-part"])
    assert found.busy is None
    assert "Not Supported" in found.why_not


def test_that_an_unknown_gpu_is_an_error_in_words(library):
    with pytest.raises(RuntimeError, match="Not Found"):
        asked(["GPU-b"])


def test_that_the_missing_extra_is_named_with_its_command(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pynvml", None)
    with pytest.raises(ImportError, match=r'pip install "trainer-gui\[gpu\]"'):
        asked(["GPU-a"])


def test_that_several_count_as_one():
    both = together([Load(1, 10, 0.5), Load(3, 10, 1.0)])
    assert both == Load(4, 20, 0.75)
    assert together([]) is None
    assert loads("cpu") == ()
