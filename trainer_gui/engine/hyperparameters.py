"""The settings of training and of the split, each declared here and nowhere else."""

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


class TargetScale(StrEnum):
    """The scale on which a number is learned."""

    PLAIN = "plain"
    LOGARITHM = "logarithm"


class TrainingSettings(Settings):
    """What every network family shares. A family adds its own by inheriting."""

    epochs: int = setting(
        60,
        label="Epochs",
        help="How many times the model sees all training rows. More epochs learn more, until the "
        "validation loss stops falling.",
        minimum=1,
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
    seed: int = setting(
        0,
        label="Seed",
        help="The number from which all chance in the training is drawn. The same seed gives the same "
        "result; other seeds show how much of it was luck.",
        minimum=0,
        maximum=2**31 - 1,
        advanced=True,
    )


class SplitSettings(Settings):
    """How the rows are shared out between training, validation and test."""

    validation_share: float = setting(
        0.15,
        label="Validation share",
        help="The part of the rows on which the model is checked after every epoch. It chooses the best "
        "epoch, so it must be large enough to be trusted.",
        minimum=0.01,
        maximum=0.9,
        advanced=True,
    )
    test_share: float = setting(
        0.15,
        label="Test share",
        help="The part of the rows that stays locked until the very end. It gives the honest number, "
        "because nothing was chosen with it.",
        minimum=0.0,
        maximum=0.9,
        advanced=True,
    )
    stratified: bool = setting(
        True,
        label="Stratified",
        help="Gives every class the same share in training, validation and test. Switch it off only when "
        "the rows must be drawn without looking at the classes.",
        advanced=True,
    )
    split_seed: int = setting(
        0,
        label="Split seed",
        help="The number from which the split is drawn. The same number puts the same rows on the same "
        "side, whatever else you change.",
        minimum=0,
        maximum=2**31 - 1,
        advanced=True,
    )
    keep_together: str = setting(
        "",
        label="Keep together rows of the same",
        help="All rows with the same value in this column, such as the same patient, go to the same part. "
        "Choose it when the model will be used on new ones, so that it is judged on ones it has never met.",
        advanced=True,
    )
    by_time: str = setting(
        "",
        label="Split by time",
        help="The oldest rows by this column are trained on and the newest are tested. Choose it when the "
        "model will have to predict the future.",
        advanced=True,
    )
    repeats_together: bool = setting(
        False,
        label="Keep repeated rows together",
        help="Rows that are the same in every column of the file, and pictures of the same content, go to "
        "the same part. Switch it on when they repeat on purpose, so that none is both learned and tested.",
        advanced=True,
    )


class StepSettings(Settings):
    """What is done before training begins; new rows to predict are never left out."""

    leave_out_repeated: bool = setting(
        False,
        label="Leave out repeated rows",
        help="Of rows that are the same in every column that is used, only the first is kept. Switch it on "
        "when rows repeat by mistake.",
        advanced=True,
    )
    leave_out_gaps: bool = setting(
        False,
        label="Leave out rows with gaps",
        help="Rows with a missing value are left out instead of being filled in. Switch it on when gaps are "
        "few and filling them in would be guessing.",
        advanced=True,
    )
    leave_out_extremes: bool = setting(
        False,
        label="Leave out extreme rows",
        help="Training rows with a number more than fifteen times as far from the middle as is usual are "
        "left out; validation and test rows stay, so that the result is honest. Switch it on when such "
        "numbers are mistakes.",
        advanced=True,
    )
    leave_out_rare: bool = setting(
        False,
        label="Leave out rare classes",
        help="Rows of classes with fewer than five rows are left out. Switch it on when so few cannot teach "
        "anything; the model will then never answer with such a class.",
        advanced=True,
    )
    target_scale: TargetScale = setting(
        TargetScale.PLAIN,
        label="Scale of the target",
        help="Logarithm learns a number by its size, so that a few far values do not rule the error; answers "
        "and errors stay in its own unit. Choose it for a skewed target such as a price or a count.",
        advanced=True,
        labels={"plain": "As it is", "logarithm": "Logarithm"},
    )


def batch_for(rows: int) -> int:
    """A batch size that gives enough steps for few rows and enough speed for many."""
    for least, batch in ((200_000, 1024), (50_000, 512), (10_000, 256), (2_000, 64), (400, 32)):
        if rows >= least:
            return batch
    return 16
