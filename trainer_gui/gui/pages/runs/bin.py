"""Slow things that are done to runs: to the bin and back, and other names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_gui.gui.runner import Report

if TYPE_CHECKING:
    from trainer_gui.engine.run_folder import RunFolder


def throw_away(folders: Sequence[RunFolder], report: Report) -> list[Path]:
    """Moves runs to the bin; gives their places there. Raises UserError, with those before it moved."""
    from trainer_gui.engine.store import move_to_bin

    return [move_to_bin(each) for each in folders]


def bring_back(places: Sequence[Path], report: Report) -> list[Path]:
    """Brings runs back from the bin; gives their folders."""
    from trainer_gui.engine.store import take_from_bin

    return [take_from_bin(each).path for each in places]


def rename(folder: RunFolder, name: str, report: Report) -> None:
    """Gives a run another name."""
    folder.rename(name)
