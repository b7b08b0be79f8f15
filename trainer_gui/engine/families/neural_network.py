"""The multi-layer perceptron for tables."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.dataset import DataKind
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.family import NetworkFamily
from trainer_gui.engine.hyperparameters import TrainingSettings, batch_for
from trainer_gui.engine.lesson import Block
from trainer_gui.engine.settings import setting

if TYPE_CHECKING:
    from torch import nn


# Buckets for the words and pieces of words of each text, and the numbers that a text becomes.
_TEXTS = {"tiny": (2**13, 16), "small": (2**14, 32), "medium": (2**15, 64), "large": (2**16, 128)}


class Normalisation(StrEnum):
    """How the values between layers are kept in range."""

    NONE = "none"
    BATCH = "batch"
    LAYER = "layer"


class NeuralNetworkSettings(TrainingSettings):
    """What a neural network adds: its layers and how they are held back."""

    dropout: float = setting(
        0.1,
        label="Dropout",
        help="The share of units that is switched off by chance at every step, so that none is relied on. "
        "Raise it when the model over-fits.",
        minimum=0.0,
        maximum=0.9,
        advanced=True,
        tunable=True,
    )
    layers: int = setting(
        2,
        label="Hidden layers",
        help="How many layers lie between the inputs and the answer. The size sets it; more layers can "
        "learn more tangled rules and need more rows.",
        minimum=1,
        maximum=16,
        advanced=True,
        tunable=True,
    )
    width: int = setting(
        128,
        label="Units per layer",
        help="How many numbers each hidden layer works with. The size sets it; more units can remember "
        "more, also by heart.",
        minimum=1,
        maximum=8192,
        scale="power of two",
        advanced=True,
        tunable=True,
    )
    normalisation: Normalisation = setting(
        Normalisation.BATCH,
        label="Normalisation",
        help="Keeps the values between the layers in a steady range, which makes training quicker and less "
        "touchy. Layer normalisation does not depend on the batch size.",
        advanced=True,
        tunable=True,
        labels={"none": "None", "batch": "Batch", "layer": "Layer"},
    )


class NeuralNetwork(NetworkFamily):
    """Fully connected layers with normalisation and dropout; categories enter as learned embeddings."""

    name = "neural_network"
    label = "Neural network"
    summary = "Layers of units that learn which inputs matter together. The usual choice for tables."
    position = 10
    takes = frozenset({DataKind.TABLE, DataKind.TEXTS})
    settings = NeuralNetworkSettings
    stacks = True

    def default_size(self, shape: DataShape) -> str:
        return "small" if shape.rows < 1000 else "medium"

    def defaults(self, shape: DataShape, size: str) -> dict[str, Any]:
        layers, width, dropout = {
            "tiny": (1, 32, 0.0),
            "small": (2, 64, 0.3),
            "medium": (3, 192, 0.2),
            "large": (4, 512, 0.2),
        }[size]
        return {
            "layers": layers,
            "width": width,
            "dropout": dropout,
            "batch_size": batch_for(shape.rows),
            "epochs": 60 if shape.rows < 20_000 else 30 if shape.rows < 200_000 else 15,
            "learning_rate": {"tiny": 0.01, "small": 0.005, "medium": 0.002, "large": 0.001}[size],
        }

    def build(self, shape: DataShape, size: str, settings: TrainingSettings) -> nn.Module:
        from torch import nn

        from trainer_gui.engine.training.dropout import Dropout
        from trainer_gui.engine.training.layers import Chain, TableInput

        assert isinstance(settings, NeuralNetworkSettings)
        buckets, text_width = _TEXTS[size]
        entrance = TableInput(
            shape.numbers,
            shape.categories,
            one_hot=False,
            texts=len(shape.texts),
            buckets=buckets,
            text_width=text_width,
        )
        pieces: list[nn.Module] = [entrance]
        width = entrance.width
        for _ in range(settings.layers):
            layer = nn.Linear(width, settings.width)
            pieces.append(layer)
            width = settings.width
            if settings.normalisation is Normalisation.BATCH:
                # Batch normalisation takes it away again: what it would learn is the rounding of zero.
                layer.bias.requires_grad_(False)
                pieces.append(nn.BatchNorm1d(width))
            elif settings.normalisation is Normalisation.LAYER:
                pieces.append(nn.LayerNorm(width))
            pieces.append(nn.ReLU())
            if settings.dropout:
                pieces.append(Dropout(settings.dropout))
        pieces.append(nn.Linear(width, shape.outputs))
        return Chain(*pieces)

    def blocks(self, shape: DataShape, size: str, settings: TrainingSettings) -> tuple[Block, ...]:
        assert isinstance(settings, NeuralNetworkSettings)
        found = [Block("Inputs", ("0.",))] if shape.categories or shape.texts else []
        normalised = settings.normalisation is not Normalisation.NONE
        pieces = 2 + normalised + bool(settings.dropout)  # of a layer: weights, normalisation, ReLU, dropout
        for layer in range(settings.layers):
            first = 1 + layer * pieces
            keys = (f"{first}.", f"{first + 1}.") if normalised else (f"{first}.",)
            found.append(Block(f"Layer {layer + 1}", keys))
        last = f"{1 + settings.layers * pieces}."
        return (*found, Block("Last layer", (last,), is_head=True))


NEURAL_NETWORK = NeuralNetwork()
