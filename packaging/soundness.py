"""Says whether libraries that were installed are whole, and why they do not work."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path


def forget_damaged(site_packages: Path) -> list[str]:
    """Makes pip forget the packages that are not whole, so that it installs them again; their names.

    A package is whole when every file is there with the length that it was installed with. One whose
    installation was cut off before its list of files was written is not.
    """
    damaged = [
        each for each in sorted(site_packages.glob("*.dist-info")) if not _is_whole(each, site_packages)
    ]
    for folder in damaged:
        shutil.rmtree(folder)
    return [folder.name.split("-")[0] for folder in damaged]


def _is_whole(folder: Path, site_packages: Path) -> bool:
    try:
        with (folder / "RECORD").open(encoding="utf-8", newline="") as record:
            for name, _hash, size in csv.reader(record):
                # Compiled files are made anew whenever they are missing.
                if size and not name.endswith(".pyc") and (site_packages / name).stat().st_size != int(size):
                    return False
    except (OSError, ValueError):
        return False
    return True


def import_failure(said: str, code: int, log: Path) -> str:
    """The sentence for libraries that are installed but cannot be loaded, from what Python said."""
    if code in (-4, 132):
        return (
            "This processor is too old for the libraries (it lacks instructions that they use). Another "
            "computer is needed; one made after about 2013 will do."
        )
    if "DLL load failed" in said or "WinError 126" in said or "WinError 1114" in said:
        return (
            "Windows lacks a part that the libraries need: the “Microsoft Visual C++ Redistributable” for "
            "64-bit systems. Install it from Microsoft's site, then run this again."
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = lines[-1] if lines else f"ended with code {code}"
    return (
        f"The libraries were installed but cannot be loaded: {last} The rest is in {log}. Delete the folder "
        f"{log.parent} and run this again to make the environment from the start."
    )
