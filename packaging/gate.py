"""Runs every check of the project and counts what passed."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

import installation
import launcher
import qt_libraries
from environment import Environment
from installation import LaunchError

EXTRAS = launcher.EXTRAS | {"dev", "ray", "slurm"}  # so that studies are sent to a real cluster
MOST_PROCESSES = 4
SLOWEST = ("--durations=10", "--durations-min=5")  # so that it is seen where the time goes


@dataclass(frozen=True)
class Check:
    """One check: its name and the arguments for the environment's Python."""

    name: str
    arguments: tuple[str, ...]


CHECKS = (
    Check("ruff check", ("-m", "ruff", "check", ".")),
    Check("ruff format", ("-m", "ruff", "format", "--check", ".")),
    Check("mypy", ("-m", "mypy")),
    Check(
        "mypy of packaging",
        ("-m", "mypy", *(f"packaging/{each}.py" for each in ("run", "test", "screenshots", "pretrain"))),
    ),
    Check("import rules", ("-c", "from importlinter.cli import lint_imports_command as c; c()")),
)


@dataclass(frozen=True)
class Counts:
    """How many tests ended how, by pytest's own report."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def run(arguments: list[str]) -> int:
    """What `test.py` does with its arguments; the exit code: 0 only where every check passed."""
    options = parser().parse_args(arguments)
    try:
        environment = Environment()
        environment.make_ready(EXTRAS, launcher.torch_wanted(options))
        lacking = qt_libraries.check(environment.site_packages, for_window=False)
        if lacking:
            raise LaunchError(lacking)
    except LaunchError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    variables = check_variables()
    checks = () if options.quick else CHECKS
    failed = [each.name for each in checks if _exit_code(each, environment, variables) != 0]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        chosen = ("-m", "not slow") if options.quick else ()
        passed_on = tuple(each for each in options.arguments if each != "--")
        words = (f"--junitxml={report}", *SLOWEST, *shared_out(), *chosen, *passed_on)
        pytest = Check("pytest", ("-m", "pytest", *words))
        if _exit_code(pytest, environment, variables) != 0:
            failed.append(pytest.name)
        counts = counted(report)
    if failed:
        print(f"\nFailed: {', '.join(failed)}.")
    print(counts, flush=True)
    return 1 if failed else 0


def parser() -> argparse.ArgumentParser:
    """The options of `test.py`: those of `run.py` that choose torch, and its own."""
    made = argparse.ArgumentParser(
        prog="test.py",
        description="Makes the environment where it is missing and checks the project.",
        allow_abbrev=False,
    )
    launcher.add_torch_options(made)
    made.add_argument("--quick", action="store_true", help="only the tests, without those marked slow")
    made.add_argument("arguments", nargs="*", metavar="-- ...", help="handed on to pytest")
    return made


def shared_out() -> tuple[str, ...]:
    """Lets a process for each core take the tests, those of one file together; few, for each takes memory."""
    processes = min(MOST_PROCESSES, os.cpu_count() or 1)
    return ("-n", str(processes), "--dist", "loadfile") if processes > 1 else ()


def check_variables() -> dict[str, str]:
    """The variables under which checks run: no display, and one thread unless something else is said."""
    variables = installation.clean_environment()
    variables["QT_QPA_PLATFORM"] = "offscreen"
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        variables.setdefault(name, "1")
    return variables


def counted(report: Path) -> Counts:
    """What pytest's report in JUnit's form counts; nothing where there is none."""
    if not report.exists():
        return Counts()
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    numbers = [{name: int(suite.get(name, 0)) for name in _COUNTED} for suite in suites]
    total, failures, errors, skipped = (sum(each[name] for each in numbers) for name in _COUNTED)
    failed = failures + errors
    return Counts(passed=total - failed - skipped, failed=failed, skipped=skipped)


_COUNTED = ("tests", "failures", "errors", "skipped")


def _exit_code(check: Check, environment: Environment, variables: dict[str, str]) -> int:
    """Runs one check in the checkout, its words on the terminal; the exit code."""
    print(f"\n== {check.name}", flush=True)
    began = time.monotonic()
    code = subprocess.call(
        [str(environment.python), *check.arguments],
        cwd=environment.checkout,
        env=variables,
        stdin=subprocess.DEVNULL,
    )
    outcome = "passed" if code == 0 else f"FAILED (exit code {code})"
    print(f"== {check.name}: {outcome} in {time.monotonic() - began:.1f} s", flush=True)
    return code
