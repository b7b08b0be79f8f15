"""Which lessons can be members of one stack."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainer_gui.engine.execution import Precision
from trainer_gui.engine.lesson import OWN_SETTINGS, Examples, Lesson
from trainer_gui.engine.problems import Problem, problem
from trainer_gui.engine.settings import declared_in
from trainer_gui.engine.training.device import choose
from trainer_gui.engine.training.share import normalises_batches
from trainer_gui.engine.training.stacked.network import parsed
from trainer_gui.engine.training.weights import Build, outline


def why_apart(builds: Sequence[Build], lessons: Sequence[Lesson]) -> Problem | None:
    """Why these lessons cannot be trained as one stack, as a note; None where they can.

    They can where data, network and device are the same and of the settings only `OWN_SETTINGS` differ.
    """
    first = lessons[0]
    for each in lessons[1:]:
        for one in declared_in(type(first.settings)):
            name = one.name
            same = getattr(first.settings, name) == getattr(each.settings, name, None)
            if name not in OWN_SETTINGS and not same:
                return _differs(f"“{one.label}”", field=name)
        if type(each.settings) is not type(first.settings) or (each.shape, each.size) != (
            first.shape,
            first.size,
        ):
            return _differs("the model")
        if each.device != first.device:
            return _differs("the device", field="device")
        if not (_same(first.train, each.train) and _same(first.validation, each.validation)):
            return _differs("the rows that they learn from", field="data")
    if any(each.start is not None for each in lessons):
        return _cannot("they do not begin from scratch", field="start")
    if first.settings.precision not in (Precision.AUTO, Precision.FLOAT32):
        return _cannot("they are computed in another number format than float32", field="precision")
    device = choose(first.device)
    if device.processes > 1 or device.torch_name.partition(":")[0] not in ("cpu", "cuda"):
        return _cannot(f"the device is “{first.device}”", field="device")
    return _networks_apart(builds, lessons)


def _networks_apart(builds: Sequence[Build], lessons: Sequence[Lesson]) -> Problem | None:
    networks = [outline(each) for each in builds]
    found = [parsed(each) for each in networks]
    if found[0] is None:
        return _cannot("their network has pieces, such as texts or pictures, that cannot be stacked")
    if any(each is None or each.likeness != found[0].likeness for each in found):
        return _differs("the shape of the network")
    batch = min(lessons[0].settings.batch_size, len(lessons[0].train))
    if batch == 1 and normalises_batches(networks[0]):
        return _cannot("a batch of a single row cannot be normalised over", field="batch_size")
    return None


def _same(one: Examples, other: Examples) -> bool:
    if one is other:
        return True
    pairs = list(zip((*one.inputs, one.targets), (*other.inputs, other.targets), strict=False))
    if len(one.inputs) != len(other.inputs):
        return False
    return all(a is b or (a.dtype == b.dtype and np.array_equal(a, b)) for a, b in pairs)


def _differs(what: str, field: str = "") -> Problem:
    return problem(
        "stack.differs",
        "These models cannot be trained together as one, because {what} is not the same for all.",
        "They are trained one beside the other instead, which takes longer and gives the same.",
        severity="note",
        field=field,
        what=what,
    )


def _cannot(why: str, field: str = "") -> Problem:
    return problem(
        "stack.cannot",
        "These models cannot be trained together as one: {why}.",
        "They are trained one beside the other instead, which takes longer and gives the same.",
        severity="note",
        field=field,
        why=why,
    )
