"""What stays to chance in a training although its seed is known, in words."""

from __future__ import annotations

from trainer_gui.engine.lesson import Lesson
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.training.device import is_exact


def chance_left(lesson: Lesson, threads: int) -> Problem | None:
    """What could make the same recipe give other digits, as a note; None where nothing can."""
    kind, strict = lesson.device.partition(":")[0], lesson.settings.strict
    if is_exact(kind):
        if strict or threads == 1:
            return None
        return problem(
            "chance.threads",
            "The same recipe gives the same curve to the last digit with {threads} threads, but with another "
            "number of them, as on another computer, the last digits differ.",
            "Where that matters, switch on “Strictly repeatable”, or name the number of threads.",
            severity="note",
            field="strict",
            threads=threads,
        )
    if strict and kind == "cuda":
        return None
    return problem(
        "chance.kernels",
        "On this graphics processor the same recipe gives the same curve but for its last digits: some "
        "kernels add up in whatever order they come to it.",
        "Where that matters, train on the processor."
        if strict
        else "Where that matters, switch on “Strictly repeatable”, or train on the processor.",
        severity="note",
        field="strict",
    )


def chance_of_stack(members: int) -> Problem:
    """What a run that was a member of a stack is told about itself."""
    return problem(
        "chance.stack",
        "This run was computed together with {others} others, which saves time. By itself it gives the same "
        "curve but for rounding.",
        "To repeat it to the last digit, repeat all of them; or keep them apart with “Together” at 1.",
        severity="note",
        field="together",
        others=members - 1,
    )
