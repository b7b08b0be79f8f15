"""A small network for texts."""

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


class TextNetworkSettings(TrainingSettings):
    """What a network for texts adds: how much it can remember of words, and how it is held back."""

    buckets: int = setting(
        65_536,
        label="Word memory",
        help="How many places there are for words and pieces of words; those that share a place are the same "
        "to it. Raise it for long texts with many different words.",
        minimum=256,
        maximum=4_194_304,
        scale="power of two",
        unit="places",
        advanced=True,
        tunable=True,
    )
    width: int = setting(
        16,
        label="Numbers per word",
        help="How many numbers are learned for every word. More of them can tell finer meanings apart and "
        "need more texts.",
        minimum=1,
        maximum=1024,
        scale="power of two",
        advanced=True,
        tunable=True,
    )
    hidden: int = setting(
        32,
        label="Units per layer",
        help="How many units the layer has that stands beside the straight way from the texts to the answer, "
        "and sees what words mean together. The size sets it; 0 leaves the layer out.",
        minimum=0,
        maximum=4096,
        advanced=True,
        tunable=True,
    )
    dropout: float = setting(
        0.2,
        label="Dropout",
        help="The share of units that is switched off by chance at every step, so that none is relied on. "
        "Raise it when the model over-fits.",
        minimum=0.0,
        maximum=0.9,
        advanced=True,
        tunable=True,
    )
    word_dropout: float = setting(
        0.1,
        label="Word dropout",
        help="The share of words and pieces that is hidden by chance each time a text is seen, so that no "
        "single word decides. Raise it when the model over-fits.",
        minimum=0.0,
        maximum=0.9,
        advanced=True,
        tunable=True,
    )


class TextNetwork(NetworkFamily):
    """The mean over hashed words, word pairs and pieces of words, the answer straight from it, and one layer.

    Joulin et al., 2016, arXiv:1607.01759; pieces of words as in Bojanowski et al., 2017, arXiv:1607.04606.
    """

    name = "text_network"
    label = "Text network"
    summary = (
        "Learns what words, pairs of words and pieces of words mean together. The usual choice for texts."
    )
    position = 5
    takes = frozenset({DataKind.TEXTS})
    settings = TextNetworkSettings

    def default_size(self, shape: DataShape) -> str:
        return "small" if shape.rows < 5000 else "medium"

    def defaults(self, shape: DataShape, size: str) -> dict[str, Any]:
        buckets, width, hidden = {
            "tiny": (2**13, 8, 16),
            "small": (2**16, 16, 32),
            "medium": (2**17, 32, 64),
            "large": (2**18, 64, 128),
        }[size]
        return {
            "buckets": buckets,
            "width": width,
            "hidden": hidden,
            "batch_size": batch_for(shape.rows),
            "epochs": 60 if shape.rows < 2000 else 30 if shape.rows < 20_000 else 10,
            "learning_rate": {"tiny": 0.02, "small": 0.01, "medium": 0.005, "large": 0.003}[size],
            "patience": 10,
            # Nearly every text has words that hardly another one has, which are learned by heart otherwise.
            "weight_decay": 1.0,
        }

    def build(self, shape: DataShape, size: str, settings: TrainingSettings) -> nn.Module:
        from torch import nn

        from trainer_gui.engine.training.dropout import Dropout
        from trainer_gui.engine.training.layers import Both, Chain, TextInputs

        assert isinstance(settings, TextNetworkSettings)
        entrance = TextInputs(
            len(shape.texts), settings.buckets, settings.width, hidden_share=settings.word_dropout
        )
        straight = nn.Linear(entrance.width, shape.outputs)
        if not settings.hidden:
            return Chain(entrance, straight)
        around = nn.Sequential(
            nn.Linear(entrance.width, settings.hidden),
            nn.ReLU(),
            Dropout(settings.dropout),
            nn.Linear(settings.hidden, shape.outputs),
        )
        return Chain(entrance, Both(straight, around))

    def blocks(self, shape: DataShape, size: str, settings: TrainingSettings) -> tuple[Block, ...]:
        assert isinstance(settings, TextNetworkSettings)
        words = Block("Words", ("0.",))
        if not settings.hidden:
            return (words, Block("Last layer", ("1.",), is_head=True))
        last = Block("Last layer", ("1.straight.", "1.around.3."), is_head=True)
        return (words, Block("Hidden layer", ("1.around.0.",)), last)


TEXT_NETWORK = TextNetwork()
