"""Somebody who stops a training at a certain moment."""

from trainer_gui.engine.control import Control


class StopsAfter(Control):
    """A control whose user stops at the n-th look at it."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    @property
    def stop_wanted(self) -> bool:
        self.left -= 1
        return self.left < 0
