"""What pyproject.toml says that the environment depends on."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any


def fingerprint(pyproject: Path) -> str:
    """A hash of what the file says about the package; the settings of the developers' tools do not count."""
    told = _read(pyproject)
    relevant = {"project": told["project"], "build": told.get("build-system")}
    relevant["packages"] = told.get("tool", {}).get("setuptools")
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()


def requirement(pyproject: Path, library: str) -> str:
    """The line by which the project asks for a library, such as `torch>=2.9`."""
    lines: list[str] = _read(pyproject)["project"]["dependencies"]
    return next(line for line in lines if re.match(rf"{library}\b(?!-)", line))


def _read(pyproject: Path) -> dict[str, Any]:
    return tomllib.loads(pyproject.read_text(encoding="utf-8"))
