"""What the curve of a run says, for people and for programs, and the flags that follow its advice."""

from __future__ import annotations

from typing import Any

from trainer_gui.engine.fix import Change
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.recipe import Recipe
from trainer_gui.engine.verdict import verdict
from trainer_gui.engine.verdict_rule import Verdict


def verdict_of(recipe: Recipe | None, progress: Progress) -> Verdict | None:
    """The verdict on a run as it stands; None where there is nothing to say, or its recipe is lost."""
    if recipe is None:
        return None
    return verdict(progress, recipe.settings, recipe.size, recipe.split.validation_share)


def as_values(found: Verdict | None) -> dict[str, Any] | None:
    """The verdict for a program; `flags` are those of `train recipe.toml` that follow it."""
    if found is None:
        return None
    suggestion = found.suggestion
    return {
        "kind": found.kind,
        "title": found.title,
        "text": found.text,
        "suggestion": None if suggestion is None else suggestion.label,
        "flags": [] if suggestion is None else flags_of(suggestion.change),
    }


def flags_of(change: Change) -> list[str]:
    """The flags of `train` that make this change to a recipe."""
    flags = ["--size", change.size] if change.size else []
    for name, value in {**change.split, **change.settings}.items():
        is_switch = isinstance(value, bool)  # whose flag takes no value
        flags += ["--set", f"{name}={value}"] if is_switch else [f"--{name.replace('_', '-')}", str(value)]
    return flags
