"""The settings of a run that starts from a model, each declared here and nowhere else."""

from enum import StrEnum

from trainer_gui.engine.settings import Settings, setting


class LastLayer(StrEnum):
    """What becomes of the layer that gives the answer."""

    AUTO = "auto"
    KEEP = "keep"
    REPLACE = "replace"


class TrainPart(StrEnum):
    """How much of a network learns."""

    EVERYTHING = "everything"
    BLOCKS = "blocks"
    LAST_LAYER = "last_layer"


class StartSettings(Settings):
    """What is done with a model that a run starts from; nothing of it matters from scratch."""

    last_layer: LastLayer = setting(
        LastLayer.AUTO,
        label="Last layer",
        help="Keep goes on with the same task; replace begins a new one with all that lies before the last "
        "layer. Automatic keeps it where the answers are the same.",
        labels={"auto": "Automatic", "keep": "Keep (same task)", "replace": "Replace (new task)"},
    )
    train_part: TrainPart = setting(
        TrainPart.EVERYTHING,
        label="What is trained",
        help="The rest is frozen: it stays exactly as it was. The fewer rows there are, the less should be "
        "trained.",
        labels={
            "everything": "Everything",
            "blocks": "The last blocks",
            "last_layer": "The last layer only",
        },
    )
    train_blocks: int = setting(
        1,
        label="Blocks trained",
        help="How many blocks before the last layer are trained with it, where “What is trained” is the last "
        "blocks. Raise it when the new data looks unlike the old.",
        minimum=1,
        maximum=64,
        unit="blocks",
        tunable=True,
    )
    head_first: int = setting(
        0,
        label="Last layer first",
        help="For so many epochs only a replaced last layer is trained, so that its first wild steps spoil "
        "nothing; then the rest learns too, at a lower rate. Try it when the loss jumps at first.",
        minimum=0,
        maximum=1_000_000,
        unit="epochs",
        advanced=True,
        tunable=True,
    )
    rate_after: float = setting(
        0.1,
        label="Rate after the last layer",
        help="The share of the learning rate that is left once more than a replaced last layer is trained. "
        "Lower it when the loss jumps up there.",
        minimum=0.0001,
        maximum=1.0,
        scale="log",
        advanced=True,
        tunable=True,
    )
    rate_per_block: float = setting(
        1.0,
        label="Rate from block to block",
        help="Each block learns at this share of the rate of the block behind it, so that what was learned "
        "first changes least. 1 gives all blocks the same rate.",
        minimum=0.01,
        maximum=1.0,
        scale="log",
        advanced=True,
        tunable=True,
    )
    keep_statistics: bool = setting(
        False,
        label="Keep batch statistics",
        help="Blocks that are trained go on with the means and spreads that batch normalisation measured "
        "before; frozen ones always do. Switch it on when batches are small.",
        advanced=True,
    )
    views: int = setting(
        4,
        label="Views kept",
        help="What the frozen part says of each row is computed once and kept; where rows are altered by "
        "chance, so many altered views of each are. 0 computes it anew at every step.",
        minimum=0,
        maximum=64,
        advanced=True,
    )
    take_what_fits: bool = setting(
        False,
        label="Take what fits",
        help="Takes the layers of the model that fit by name and shape, and begins the others from scratch. "
        "Without it, a model that lacks layers is refused.",
        advanced=True,
    )
