"""Where the app keeps what it makes."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder of this person: TRAINER_GUI_HOME, or the system's place for user data."""
    chosen = os.environ.get("TRAINER_GUI_HOME")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("Trainer", appauthor=False))
