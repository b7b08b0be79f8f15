"""A small residual network for pictures."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.dataset import DataKind
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.family import NetworkFamily
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.lesson import Block
from trainer_gui.engine.settings import setting

if TYPE_CHECKING:
    from torch import nn

# Channels of the first stage, and residual blocks in each stage; every stage after the first halves the
# picture and doubles the channels. Processors take 16 or 32 channels at once: others cost as much as the next
# multiple.
_LADDER = {
    "tiny": (16, (1, 1)),
    "small": (32, (1, 1, 1)),
    "medium": (32, (2, 2, 2)),
    "large": (48, (2, 2, 2, 2)),
}


class ImageNetworkSettings(TrainingSettings):
    """What a network for pictures adds."""

    dropout: float = setting(
        0.0,
        label="Dropout",
        help="The share of features that is hidden by chance before the last layer. Raise it when the "
        "model over-fits.",
        minimum=0.0,
        maximum=0.9,
        advanced=True,
        tunable=True,
    )
    shift: int = setting(
        1,
        label="Random shifts",
        help="Moves every training picture by up to this many pixels each time it is seen, so that the "
        "place in the picture does not matter. 0 turns it off.",
        minimum=0,
        maximum=32,
        unit="pixels",
        advanced=True,
        tunable=True,
    )


class ImageNetwork(NetworkFamily):
    """A ResNet of basic blocks with a 3×3 stem, for small pictures (He et al., 2016, arXiv:1512.03385)."""

    name = "image_network"
    label = "Image network"
    summary = "Looks at small patches first and at the whole picture last. The usual choice for pictures."
    position = 10
    takes = frozenset({DataKind.PICTURES})
    settings = ImageNetworkSettings

    def default_size(self, shape: DataShape) -> str:
        return "small" if shape.rows < 5000 else "medium"

    def defaults(self, shape: DataShape, size: str) -> dict[str, Any]:
        side = shape.picture[1] if shape.picture else 32
        return {
            "epochs": 30 if shape.rows < 20_000 else 15,
            "batch_size": 32 if shape.rows < 5000 else 64,
            "learning_rate": {"tiny": 0.005, "small": 0.003, "medium": 0.002, "large": 0.001}[size],
            "weight_decay": 0.05,
            "patience": 15,
            "shift": max(1, side // 16),
        }

    def build(self, shape: DataShape, size: str, settings: TrainingSettings) -> nn.Module:
        from torch import nn

        from trainer_gui.engine.training.dropout import Dropout
        from trainer_gui.engine.training.layers import PictureInput, RandomShift, Residual

        assert isinstance(settings, ImageNetworkSettings)
        assert shape.picture is not None
        channels, height, _ = shape.picture
        width, blocks = _LADDER[size]
        # Large pictures are halved once at the start, or the first stage would take most of the time.
        stride = 2 if height > 48 else 1
        pieces: OrderedDict[str, nn.Module] = OrderedDict(
            shift=RandomShift(settings.shift),
            scale=PictureInput(shape.picture_mean, shape.picture_deviation),
            conv1=nn.Conv2d(channels, width, 3, stride, 1, bias=False),
            bn1=nn.BatchNorm2d(width),
            relu=nn.ReLU(),
        )
        inward = width
        for stage, count in enumerate(blocks):
            outward = width * 2**stage
            first = Residual(inward, outward, 1 if stage == 0 else 2)
            rest = [Residual(outward, outward, 1) for _ in range(count - 1)]
            pieces[f"layer{stage + 1}"] = nn.Sequential(first, *rest)
            inward = outward
        pieces["avgpool"] = nn.AdaptiveAvgPool2d(1)
        pieces["flatten"] = nn.Flatten()
        pieces["dropout"] = Dropout(settings.dropout)
        pieces["fc"] = nn.Linear(inward, shape.outputs)
        return nn.Sequential(pieces)

    def blocks(self, shape: DataShape, size: str, settings: TrainingSettings) -> tuple[Block, ...]:
        _, stages = _LADDER[size]
        return (
            Block("First convolution", ("scale.", "conv1.", "bn1.")),
            *(Block(f"Stage {each}", (f"layer{each}.",)) for each in range(1, len(stages) + 1)),
            Block("Last layer", ("fc.",), is_head=True),
        )


IMAGE_NETWORK = ImageNetwork()
