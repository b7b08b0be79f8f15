"""Whether the packages that the project asks for are installed, in a fitting version."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

_LINE = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[[^]]*\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?")
_BOUND = re.compile(r"(>=|<=|==|!=|<|>)\s*([0-9][0-9.]*)")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([^\"']+)[\"']")
_PYTHON = re.compile(r"python_version\s*(>=|<=|==|!=|<|>)\s*[\"']([0-9.]+)[\"']")
_FOR_DEVELOPERS = ("dev", "bench")


@dataclass(frozen=True)
class Requirement:
    """One package that the project asks for, and what is there of it."""

    name: str
    bounds: str  # ">=2.9,<2.14"
    extra: str  # the extra that it belongs to; empty where the project cannot do without
    installed: str  # its version; empty where it is not installed

    @property
    def is_met(self) -> bool:
        """Whether it is installed in a version within the bounds."""
        return bool(self.installed) and _within(self.installed, self.bounds)


def requirements(distribution: str) -> list[Requirement]:
    """The requirements of an installed distribution that are meant for this Python, without those that only
    developers need. Raises PackageNotFoundError where the distribution itself is not installed."""
    return list(_found(requires(distribution) or []))


def _found(lines: list[str]) -> Iterator[Requirement]:
    for line in lines:
        matched = _LINE.match(line)
        if matched is None:
            continue
        name, bounds, marker = matched.group(1), matched.group(2).strip(), matched.group(3) or ""
        extra = _EXTRA.search(marker)
        if extra is not None and extra.group(1) in _FOR_DEVELOPERS:
            continue
        here = ".".join(str(each) for each in sys.version_info[:2])
        if not all(_holds(here, sign, bound) for sign, bound in _PYTHON.findall(marker)):
            continue
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = ""
        yield Requirement(name, bounds, extra.group(1) if extra else "", installed)


def _within(installed: str, bounds: str) -> bool:
    return all(_holds(installed, sign, bound) for sign, bound in _BOUND.findall(bounds))


def _holds(found: str, sign: str, bound: str) -> bool:
    ours, theirs = _numbers(found), _numbers(bound)
    length = max(len(ours), len(theirs))
    ours, theirs = (each + (0,) * (length - len(each)) for each in (ours, theirs))
    return {
        ">=": ours >= theirs,
        "<=": ours <= theirs,
        "==": ours == theirs,
        "!=": ours != theirs,
        "<": ours < theirs,
        ">": ours > theirs,
    }[sign]


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version, such as (2, 12, 1) of “2.12.1+cpu”."""
    leading = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(each) for each in leading.group().split(".")) if leading else ()
