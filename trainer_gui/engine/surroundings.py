"""The environment variables under which this program starts itself again in another process."""

import os
from pathlib import Path


def surroundings(**more: str) -> dict[str, str]:
    """Those of this process, with which the same code is found and text is written as UTF-8; and more."""
    code = Path(__file__).resolve().parents[2]  # the folder that holds the package
    search = os.pathsep.join(filter(None, [str(code), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": search, "PYTHONIOENCODING": "utf-8", **more}
