"""The settings of training, each declared here and nowhere else."""

from enum import StrEnum

from trainer_gui.engine.execution import Precision
from trainer_gui.engine.settings import Settings, setting


class Optimiser(StrEnum):
    """How the weights follow the gradient."""

    ADAMW = "adamw"
    ADAM = "adam"
    SGD = "sgd"


class Schedule(StrEnum):
    """How the learning rate changes while training."""

    CONSTANT = "constant"
    COSINE = "cosine"
    PLATEAU = "plateau"


class ClassWeights(StrEnum):
    """How much each class counts."""

    NONE = "none"
    BALANCED = "balanced"


class TrainingSettings(Settings):
    """What every network family shares. A family adds its own by inheriting."""

    epochs: int = setting(
        60,
        label="Epochs",
        help="How many times the model sees all training rows. More epochs learn more, until the "
        "validation loss stops falling. With 0, a run that starts from a model answers exactly as that.",
        minimum=0,
        maximum=1_000_000,
        scale="log",
    )
    learning_rate: float = setting(
        0.003,
        label="Learning rate",
        help="How big a step the model takes after each batch. Lower it when the loss jumps up and down; "
        "raise it when the loss creeps.",
        minimum=1e-7,
        maximum=10.0,
        scale="log",
        tunable=True,
    )
    batch_size: int = setting(
        32,
        label="Batch size",
        help="How many rows the model looks at before it takes a step. Small batches learn in fewer "
        "epochs, large ones run faster.",
        minimum=1,
        maximum=1_048_576,
        scale="power of two",
        unit="rows",
        tunable=True,
    )
    optimiser: Optimiser = setting(
        Optimiser.ADAMW,
        label="Optimiser",
        help="The rule that turns errors into steps. AdamW suits almost everything; SGD with momentum "
        "sometimes ends a little better on pictures.",
        advanced=True,
        tunable=True,
        labels={"adamw": "AdamW", "adam": "Adam", "sgd": "SGD with momentum"},
    )
    weight_decay: float = setting(
        0.01,
        label="Weight decay",
        help="Pulls the weights towards zero, which keeps the model simple. Raise it when the model "
        "over-fits.",
        minimum=0.0,
        maximum=10.0,
        scale="log",
        advanced=True,
        tunable=True,
    )
    schedule: Schedule = setting(
        Schedule.COSINE,
        label="Learning-rate schedule",
        help="How the learning rate changes while training. Cosine warms up and then falls smoothly; "
        "plateau halves it whenever the validation loss stalls.",
        advanced=True,
        tunable=True,
        labels={
            "constant": "Constant",
            "cosine": "Cosine with warm-up",
            "plateau": "Reduce on plateau",
        },
    )
    early_stopping: bool = setting(
        True,
        label="Early stopping",
        help="Ends the training when the validation loss has not improved for a while. The best epoch is "
        "kept either way; this only saves time.",
        advanced=True,
    )
    patience: int = setting(
        20,
        label="Patience",
        help="How many epochs without improvement early stopping waits for. Raise it when the validation "
        "loss is noisy.",
        minimum=1,
        maximum=1_000_000,
        scale="log",
        unit="epochs",
        advanced=True,
    )
    gradient_clipping: float = setting(
        1.0,
        label="Gradient clipping",
        help="Limits the length of one step, so that a single odd batch cannot spoil the model. 0 turns "
        "it off.",
        minimum=0.0,
        maximum=1000.0,
        scale="log",
        advanced=True,
        tunable=True,
    )
    class_weights: ClassWeights = setting(
        ClassWeights.NONE,
        label="Class weights",
        help="Balanced makes rare classes count as much as frequent ones. Choose it when the rare class "
        "is the one that matters.",
        advanced=True,
        labels={"none": "None", "balanced": "Balanced"},
    )
    label_smoothing: float = setting(
        0.0,
        label="Label smoothing",
        help="Tells the model to be a little less sure of every label. Try 0.1 when some labels may be "
        "wrong.",
        minimum=0.0,
        maximum=0.5,
        advanced=True,  # not tunable: it changes the loss by which runs are compared
    )
    threads: int = setting(
        0,
        label="Processor threads",
        help="How many threads of the processor compute at once. 0 tries out what is fastest for this model "
        "on this machine.",
        minimum=0,
        maximum=1024,
        unit="threads",
        advanced=True,
    )
    precision: Precision = setting(
        Precision.AUTO,
        label="Number format",
        help="In how many digits the network computes; fewer are faster on processors made for them. "
        "Automatic tries them and takes one only where it is faster and learns the same.",
        advanced=True,
        labels={
            "auto": "Automatic",
            "float32": "float32, full",
            "tf32": "TF32, on NVIDIA GPUs",
            "bfloat16": "bfloat16",
            "float16": "float16",
        },
    )
    strict: bool = setting(
        False,
        label="Strictly repeatable",
        help="Gives the same digits every time, not just the same but for rounding: with a fixed number of "
        "threads, one where none is named, and on a GPU only with kernels that add up in a fixed order. "
        "Tables lose no time; pictures on a processor lose its other cores, and a GPU some of its speed.",
        advanced=True,
    )
    seed: int = setting(
        0,
        label="Seed",
        help="The number from which all chance in the training is drawn. The same seed gives the same "
        "result; other seeds show how much of it was luck.",
        minimum=0,
        maximum=2**31 - 1,
        advanced=True,
    )


def batch_for(rows: int) -> int:
    """A batch size that gives enough steps for few rows and enough speed for many."""
    for least, batch in ((200_000, 1024), (50_000, 512), (10_000, 256), (2_000, 64), (400, 32)):
        if rows >= least:
            return batch
    return 16
