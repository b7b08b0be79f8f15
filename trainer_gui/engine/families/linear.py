"""Linear and logistic regression, trained by gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.dataset import DataKind
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.family import NetworkFamily
from trainer_gui.engine.hyperparameters import TrainingSettings, batch_for
from trainer_gui.engine.lesson import Block
from trainer_gui.engine.settings import setting

if TYPE_CHECKING:
    from torch import nn


_BUCKETS = {"tiny": 2**14, "small": 2**15, "medium": 2**16, "large": 2**17}  # weights per text and output


class LinearSettings(TrainingSettings):
    """What a linear model adds: how many products of inputs it may look at."""

    factors: int = setting(
        0,
        label="Interaction factors",
        help="Lets the model also weigh pairs of inputs together, through this many hidden factors. 0 is "
        "the plain linear model, whose weights can be read one by one.",
        minimum=0,
        maximum=512,
        advanced=True,
        tunable=True,
    )


class Linear(NetworkFamily):
    """One weight per input; from Small on also pairwise interactions (factorisation machine).

    Texts have a weight per bucket of words and pieces of words, and no interactions. Rendle, 2010,
    "Factorization Machines", ICDM.
    """

    name = "linear"
    label = "Linear"
    summary = "One weight for each input: quick, and easy to read. Larger sizes also weigh pairs of inputs."
    position = 20
    takes = frozenset({DataKind.TABLE, DataKind.TEXTS})
    settings = LinearSettings
    stacks = True

    def default_size(self, shape: DataShape) -> str:
        return "tiny"

    def defaults(self, shape: DataShape, size: str) -> dict[str, Any]:
        factors = {"tiny": 0, "small": 4, "medium": 16, "large": 64}[size]
        batch = batch_for(shape.rows)
        return {
            "factors": factors,
            "batch_size": batch,
            "epochs": 200 if shape.rows < 1000 else 100 if shape.rows < 20_000 else 30,
            "learning_rate": 0.02,
            "weight_decay": 0.01,
            "patience": 30,
        }

    def build(self, shape: DataShape, size: str, settings: TrainingSettings) -> nn.Module:
        from trainer_gui.engine.training.layers import Chain, FactorisationMachine, TableInput, WithTexts

        assert isinstance(settings, LinearSettings)
        inner = None
        if shape.numbers or shape.categories:
            entrance = TableInput(shape.numbers, shape.categories, one_hot=True)
            inner = Chain(entrance, FactorisationMachine(entrance.width, shape.outputs, settings.factors))
        if not shape.texts:
            assert inner is not None
            return inner
        return WithTexts(inner, len(shape.texts), _BUCKETS[size], shape.outputs)

    def blocks(self, shape: DataShape, size: str, settings: TrainingSettings) -> tuple[Block, ...]:
        assert isinstance(settings, LinearSettings)
        inner = "inner." if shape.texts else ""
        if not settings.factors or not (shape.numbers or shape.categories):
            return (Block("Last layer", ("",), is_head=True),)
        rest = (f"{inner}1.linear.", f"{inner}1.mix.", "texts.")
        return (
            Block("Interaction factors", (f"{inner}1.factors",)),
            Block("Last layer", rest, is_head=True),
        )


LINEAR = Linear()
