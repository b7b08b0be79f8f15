"""The project's own Python environment, `.venv` in the checkout: right, or made right."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import installation
import project
import system_packages
from installation import LaunchError
from lock import held
from soundness import forget_damaged, import_failure

CHECKOUT = Path(__file__).resolve().parent.parent
SPACE = 2 * 2**30  # bytes; less than this holds not even the smallest build of the libraries
_IMPORTS = (
    "import torch, PySide6.QtWidgets, pyqtgraph, sklearn, pandas, trainer_gui; print(torch.__version__)"
)


@dataclass(frozen=True)
class Torch:
    """Which build of torch is wanted; nothing said means the one that pip finds first."""

    index: str = ""  # address of an index from which torch is taken
    cpu: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What an environment depends on and what can change under it."""

    project: str  # a hash of what pyproject.toml says about the package
    checkout: str
    python: str  # the interpreter behind the environment; empty where there is none


@dataclass(frozen=True)
class Stamp:
    """What an environment was made of. It is written when the work begins, and `complete` when it ends."""

    made_for: Surroundings
    extras: tuple[str, ...]
    torch: Torch
    complete: bool = False


class Environment:
    """`.venv` of a checkout. After `make_ready` it holds the project, its dependencies and the extras."""

    def __init__(self, checkout: Path = CHECKOUT) -> None:
        self.checkout = checkout
        self.folder = checkout / ".venv"
        self._pyproject = checkout / "pyproject.toml"
        self._stamp_file = self.folder / "trainer-gui.json"
        self._log = self.folder / "installation.log"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def site_packages(self) -> Path:
        """Where the libraries lie."""
        if os.name == "nt":
            return self.folder / "Lib" / "site-packages"
        return next(iter(sorted(self.folder.glob("lib/python3*/site-packages"))), self.folder)

    def is_ready(self, extras: set[str], torch: Torch) -> bool:
        """Whether the environment can be used as it is. Looks at a few small files only."""
        stamp = self._stamp()
        return (
            stamp is not None
            and stamp.complete
            and stamp.made_for == self._surroundings()
            and extras <= set(stamp.extras)
            and torch in (Torch(), stamp.torch)
        )

    def make_ready(self, extras: set[str], torch: Torch) -> None:
        """Makes or mends the environment where it must be; raises LaunchError where that cannot be done."""
        if self.is_ready(extras, torch):
            return
        with self._alone():
            if self.is_ready(extras, torch):  # another start made it in the meantime
                return
            self._make(extras, torch)

    def _make(self, extras: set[str], torch: Torch) -> None:
        before = self._stamp()
        if before is not None and torch == Torch():
            torch = before.torch
        if self._can_be_mended(before, torch):
            extras = extras | set(before.extras if before else ())
            damaged = forget_damaged(self.site_packages)
            print(f"Mending the environment in .venv. {_listed(damaged)}".strip(), flush=True)
        else:
            self._create()
        stamp = Stamp(self._surroundings(), tuple(sorted(extras)), torch)
        self._write(stamp)
        try:
            self._install(extras, torch)
            self._prove()
        finally:
            shutil.rmtree(self.folder / "temporary", ignore_errors=True)
        self._write(replace(stamp, complete=True))

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            project=project.fingerprint(self._pyproject),
            checkout=str(self.checkout),
            python=str(self.python.resolve()) if self.python.exists() else "",
        )

    def _stamp(self) -> Stamp | None:
        try:
            told = json.loads(self._stamp_file.read_text(encoding="utf-8"))
            return Stamp(
                Surroundings(**told["made_for"]),
                tuple(told["extras"]),
                Torch(**told["torch"]),
                told["complete"],
            )
        except (OSError, ValueError, TypeError, KeyError):
            return None  # not there, or cut off while it was written: the environment is not complete

    def _write(self, stamp: Stamp) -> None:
        new = self._stamp_file.with_suffix(".new")
        new.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
        new.chmod(0o600)  # an address of an index may hold a password
        new.replace(self._stamp_file)

    def _can_be_mended(self, before: Stamp | None, torch: Torch) -> bool:
        """Whether pip can go on in the environment that is there; False where a new one is due."""
        if not self.folder.is_dir() or not self.python.exists():
            return False
        if before is not None:
            moved = replace(before.made_for, project="") != replace(self._surroundings(), project="")
            if moved or before.torch != torch:
                return False
        elif torch != Torch():
            return False
        new_enough = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
        asked = subprocess.run([self.python, "-c", new_enough], capture_output=True, check=False)
        return asked.returncode == 0

    def _create(self) -> None:
        _see_to_venv_module()
        free = shutil.disk_usage(self.checkout).free
        if free < SPACE:
            raise LaunchError(
                f"There are only {free / 2**30:.1f} GB free on the disk that holds {self.checkout}, and the "
                "libraries need more than 2 GB (with the parts for NVIDIA cards about 8 GB). Free some, "
                "then run this again."
            )
        print("Making the environment in .venv.", flush=True)
        # From inside a virtual environment, the Python behind it is the one to build on.
        base = getattr(sys, "_base_executable", None) or sys.executable
        made = subprocess.run(
            [base, "-m", "venv", "--clear", str(self.folder)],
            capture_output=True,
            text=True,
            env=installation.clean_environment(),
            check=False,
        )
        if made.returncode != 0:
            raise LaunchError(installation.reason(made.stdout + made.stderr, made.returncode, self._log))

    def _install(self, extras: set[str], torch: Torch) -> None:
        print("Installing the libraries. This takes several minutes the first time.", flush=True)
        if self._pip_version() < (23, 0):
            installation.install(self.python, ["--upgrade", "pip"], self._log)
        wanted = project.requirement(self._pyproject, "torch")
        sources: list[str] = []
        if torch.index:
            installation.install(self.python, ["--index-url", torch.index, "--no-deps", wanted], self._log)
            sources = ["--extra-index-url", torch.index]  # for the parts that this build of torch needs
        elif torch.cpu:
            self._see_to_cpu_build(wanted)
        this_project = f"{self.checkout}[{','.join(sorted(extras))}]"
        installation.install(self.python, [*sources, "--editable", this_project], self._log)

    def _pip_version(self) -> tuple[int, ...]:
        asked = subprocess.run(
            [self.python, "-c", "import pip; print(pip.__version__)"],
            capture_output=True,
            text=True,
            check=True,
        )
        return tuple(int(part) for part in asked.stdout.split(".")[:2] if part.isdigit())

    def _see_to_cpu_build(self, wanted: str) -> None:
        """Asks pip which build of torch it would take; raises LaunchError where it needs NVIDIA's parts."""
        report = self.folder / "torch.json"
        plan = ["--dry-run", "--no-deps", "--ignore-installed", "--report", str(report), wanted]
        installation.install(self.python, plan, self._log)
        found = json.loads(report.read_text(encoding="utf-8"))["install"][0]["metadata"]
        report.unlink()
        needs_cards = sys.platform == "linux" and any(
            need.startswith(("nvidia-", "cuda-", "triton")) for need in found.get("requires_dist", [])
        )
        if needs_cards:
            raise LaunchError(
                f"pip's sources offer torch {found['version']} only with the parts for NVIDIA cards. Give "
                "the address of an index that has torch for the processor alone: with --torch-index ADDRESS, "
                "or in the environment variable TRAINER_TORCH_INDEX. PyTorch's page “Get started” shows it "
                "for your system when you choose Pip and CPU."
            )

    def _prove(self) -> None:
        asked = subprocess.run(
            [self.python, "-c", _IMPORTS],
            capture_output=True,
            text=True,
            errors="replace",
            cwd=self.checkout,
            env={**installation.clean_environment(), "QT_QPA_PLATFORM": "offscreen"},
            check=False,
        )
        if asked.returncode == 0:
            print(f"The environment is complete (torch {asked.stdout.strip()}).", flush=True)
            return
        with self._log.open("a", encoding="utf-8") as record:
            record.write(f"\n$ python -c '{_IMPORTS}'\n{asked.stderr}")
        raise LaunchError(import_failure(asked.stderr, asked.returncode, self._log))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Waits until no other start is making the environment."""
        waiting = "Another start is making the environment; waiting for it."
        try:
            with held(self.checkout / ".venv.lock", waiting):
                yield
        except OSError as error:
            raise LaunchError(
                f"{error.filename or self.checkout} cannot be written ({error.strerror}). See to it that "
                f"{self.checkout} belongs to you, or copy the project to a folder of your own, and that the "
                "disk is not full; then run this again."
            ) from error


def _listed(damaged: list[str]) -> str:
    return f"Not whole: {', '.join(damaged)}." if damaged else ""


def _see_to_venv_module() -> None:
    """Raises LaunchError where this Python cannot make environments, as on a bare Debian."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    manager = system_packages.manager()
    if manager is not None and manager.name == "apt-get":
        if system_packages.install(manager, [package]):
            return
        advice = f"Install it with this command, then run this again:\n\n    {manager.command([package])}"
    else:
        advice = "Install a complete Python (its modules venv and ensurepip), then run this again."
    raise LaunchError(f"This Python lacks the part that makes environments. {advice}")
