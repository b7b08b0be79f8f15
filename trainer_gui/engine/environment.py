"""Versions and machine, for repeating a run elsewhere."""

import contextlib
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import psutil


def environment() -> dict[str, Any]:
    """What this run was made with, as plain JSON values."""
    packages = {}
    for name in ("trainer-gui", "torch", "numpy", "pandas", "scikit-learn", "safetensors", "Pillow"):
        with contextlib.suppress(PackageNotFoundError):
            packages[name] = version(name)
    return {
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "packages": packages,
    }
