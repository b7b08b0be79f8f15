"""Installs packages of the operating system where that is allowed, and says the command where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Manager:
    """A package manager: how it is asked to install, and whether the launcher may do so unasked."""

    name: str
    install: tuple[str, ...]
    refresh: tuple[str, ...] = ()
    automatic: bool = False

    def command(self, packages: list[str]) -> str:
        """The one line that a person can type to install `packages`."""
        sudo = () if _is_root() else ("sudo",)
        return " ".join((*sudo, *self.install, *packages))


MANAGERS = (
    Manager("apt-get", ("apt-get", "install", "-y"), ("apt-get", "update"), automatic=True),
    Manager("dnf", ("dnf", "install", "-y")),
    Manager("zypper", ("zypper", "install", "-y")),
    Manager("pacman", ("pacman", "-S", "--needed")),
)


def manager() -> Manager | None:
    """The package manager of this system; None where none of the known ones is there."""
    for each in MANAGERS:
        if shutil.which(each.name):
            return each
    return None


def install(found: Manager, packages: list[str]) -> bool:
    """Installs packages where it may be done without a question; says whether it was done.

    That is on Debian and its kin, as root or with a sudo that asks for no password.
    """
    if not found.automatic:
        return False
    prefix: tuple[str, ...] = ()
    if not _is_root():
        if not _sudo_asks_nothing():
            return False
        prefix = ("sudo", "-n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing packages of the system: {' '.join(packages)}", flush=True)
    if found.refresh:
        # A list that could not be renewed in full is often still good enough; the next step decides.
        subprocess.run(
            [*prefix, *found.refresh, "-qq"], stdin=subprocess.DEVNULL, env=environment, check=False
        )
    done = subprocess.run(
        [*prefix, *found.install, "-qq", *packages],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    return done.returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _sudo_asks_nothing() -> bool:
    if shutil.which("sudo") is None:
        return False
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return asked.returncode == 0
