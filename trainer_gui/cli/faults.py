"""Reports about faults of the program itself."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from trainer_gui.engine.environment import environment
from trainer_gui.engine.home import home


def write_report(error: BaseException, arguments: list[str]) -> Path | None:
    """Writes what happened and on what machine to a file, and gives its place; None where that fails too."""
    now = datetime.now().astimezone()
    text = "\n".join(
        (
            f"Trainer fault report, {now.isoformat(timespec='seconds')}",
            f"Arguments: {json.dumps(arguments, ensure_ascii=False)}",
            f"Environment: {json.dumps(environment(), indent=1)}",
            f"Program: {sys.executable}",
            "",
            "".join(traceback.format_exception(error)),
        )
    )
    for folder in (home() / "reports", Path(tempfile.gettempdir())):
        path = folder / f"trainer-fault-{now:%Y%m%d-%H%M%S}.txt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="replace")
        except OSError:
            continue
        return path
    return None
