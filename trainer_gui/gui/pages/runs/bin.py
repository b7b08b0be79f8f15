"""Slow things that are done to runs and studies: to the bin and back, and other names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.store import Kept


def throw_away(folders: Sequence[Kept], report: Report) -> list[Path]:
    """Moves them to the bin; gives their places there. Raises UserError, with those before it moved."""
    from trainer_gui.engine.store import move_to_bin

    return [move_to_bin(each) for each in folders]


def bring_back(places: Sequence[Path], report: Report) -> list[Path]:
    """Brings them back from the bin; gives their folders."""
    from trainer_gui.engine.store import take_from_bin

    return [take_from_bin(each).path for each in places]


def rename(folder: Kept, name: str, report: Report) -> None:
    """Gives a run or a study another name."""
    folder.rename(name)
