"""The places at which the runs of a study are trained, one file each."""

from trainer_gui.engine.registry import Registry
from trainer_gui.engine.study.place import Place
from trainer_gui.engine.study.recipe import StudyRecipe

PLACES: Registry[Place] = Registry("trainer_gui.engine.study.places", Place, "place")  # type: ignore[type-abstract]


def place_of(study: StudyRecipe) -> Place:
    """Where the runs of a study are trained. Raises UserError where there is no such place, or not here."""
    return PLACES[study.place].at(study.place_settings)
