"""What the live chart draws, as plain arrays."""

from dataclasses import dataclass, field

import numpy as np

from trainer_gui.gui.plots.curves import Floats

Points = tuple[Floats, Floats]  # places and values, both of shape [points], places ascending


@dataclass(frozen=True, eq=False)
class Line:
    """One curve: its name in the legend, places and values of shape [points], its colour in the palette."""

    name: str
    x: Floats
    y: Floats
    colour: str
    style: str = "solid"  # or "dashed", or "faint" for one that stands behind another


@dataclass(frozen=True, eq=False)
class Scene:
    """Curves and what they are compared with."""

    lines: tuple[Line, ...] = ()
    batches: Points | None = None  # losses of single batches
    earlier: tuple[Points, ...] = ()  # the same quantity of earlier runs
    level: float | None = None  # of the simplest guess
    best: tuple[int, float] | None = None  # epoch and value there
    best_words: str = ""
    horizon: int = 1  # the last epoch on the axis of the whole run
    label: str = ""  # of the left axis
    nothing: str = ""  # what is said where there is no curve
    epochs: Floats = field(default_factory=lambda: np.empty(0))  # those that can be pointed at

    @property
    def newest(self) -> float:
        """The last place of which something is known."""
        ends = [float(line.x[-1]) for line in self.lines if len(line.x)]
        if self.batches is not None and len(self.batches[0]):
            ends.append(float(self.batches[0][-1]))
        return max(ends, default=0.0)
