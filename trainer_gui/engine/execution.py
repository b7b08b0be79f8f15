"""How a machine carries out a training: threads, number format, memory order."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Precision(StrEnum):
    """The number format in which a network computes; the weights themselves are always float32."""

    AUTO = "auto"
    FLOAT32 = "float32"
    TF32 = "tf32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


class Execution(BaseModel):
    """One way of carrying out a training, found by trying; kept in the recipe, so that it can be repeated.

    It changes how fast a run is and the last digits of its numbers, never what is learned.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    work: str = ""  # a mark of the machine and the kind of run that it was found for
    threads: int = 1  # of the processor
    precision: Precision = Precision.FLOAT32
    channels_last: bool = False  # pictures and their filters lie in memory pixel by pixel
    direct: bool = False  # in float32 on a processor: gradients by formulas written out, not by autograd
    captured: bool = False  # on a GPU: a step is recorded once and played back
    why: str = ""  # in words, for people
    gain: float = 1.0  # steps per second, as a multiple of those of the usual way
    tried: dict[str, float] = {}  # rows per second of every way that was tried, by its name in words

    @property
    def in_words(self) -> str:
        """The way in words, such as “1 thread, bfloat16, channels last”."""
        words = ["1 thread" if self.threads == 1 else f"{self.threads} threads"]
        if self.precision is not Precision.FLOAT32:
            words.append(self.precision.value)
        if self.channels_last:
            words.append("channels last")
        if self.direct and self.precision is Precision.FLOAT32:
            words.append("gradients by formula")
        if self.captured:
            words.append("captured step")
        return ", ".join(words)
