"""A long file in the window: its first rows are shown while the rest is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from trainer_gui.gui import opening
from trainer_gui.gui.main_window import MainWindow

Wait = Callable[[Callable[[], bool]], None]

_ROWS = 90_000


@pytest.fixture
def long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """1.5 MB, of which the preview sees the first one; long enough for a preview in this test."""
    monkeypatch.setattr(opening, "_LONG", 1_000_000)
    path = tmp_path / "long.csv"
    rows = (f"{row % 7}.5,{row % 11}.25,{'ab'[row % 2]},{'uvw'[row % 3]}" for row in range(_ROWS))
    path.write_text("first,second,letter,end\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_that_a_target_chosen_among_first_rows_holds_when_all_are_read(
    window: MainWindow, long_file: Path, in_time: Wait
) -> None:
    session = window.session
    seen: list[tuple[int, bool, bool]] = []

    def note() -> None:
        assert session.dataset is not None
        seen.append((session.dataset.rows, session.is_preview, session.recipe() is None))
        if session.is_preview:
            session.choose_target("letter")

    session.dataset_changed.connect(note)
    session.open_data(str(long_file))
    in_time(lambda: session.dataset is not None and not session.is_looking)
    (first, is_preview, waits), (rows, is_still, _) = seen
    assert is_preview
    assert waits  # nothing can be trained on the first rows alone
    assert 1000 < first < rows == _ROWS
    assert not is_still
    assert session.target == "letter"
    assert session.recipe() is not None


def test_that_cancelling_brings_back_what_was_open_before_the_first_rows(
    window: MainWindow, long_file: Path, in_time: Wait
) -> None:
    session = window.session
    session.open_data("sample:iris")
    in_time(lambda: session.recipe() is not None)
    session.dataset_changed.connect(lambda: session.is_preview and session.opening.cancel())
    session.open_data(str(long_file))
    in_time(lambda: not session.opening.location and not session.is_looking)
    assert session.dataset is not None
    assert session.dataset.name == "iris"
    assert not session.is_preview
    assert session.recipe() is not None
