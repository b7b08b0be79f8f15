"""The places at which the runs of a study are trained, one file each."""

from trainer_gui.engine.registry import Registry
from trainer_gui.engine.study.place import Place

PLACES: Registry[Place] = Registry("trainer_gui.engine.study.places", Place, "place")  # type: ignore[type-abstract]
