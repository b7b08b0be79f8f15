"""The settings of the rows, each declared here and nowhere else: which are used, and for what."""

from enum import StrEnum

from trainer_gui.engine.settings import Settings, setting


class TargetScale(StrEnum):
    """The scale on which a number is learned."""

    PLAIN = "plain"
    LOGARITHM = "logarithm"


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
    train_share: float = setting(
        1.0,
        label="Share of the training rows used",
        help="Trains on so many of the training rows only, drawn so that a smaller share lies within a "
        "larger one. Lower it to see whether more rows would help, or to try something quickly.",
        minimum=0.001,
        maximum=1.0,
        advanced=True,
        tunable=True,
    )
    fold: str = setting(
        "",
        label="Fold",
        help="2/5 makes five equal parts of all rows that are not locked, checks on the second and trains on "
        "the others. Cross-validation trains one run for each; leave it empty otherwise.",
        advanced=True,
    )
    held_out: str = setting(
        "",
        label="Held-out fold",
        help="2/5 makes five equal parts of all rows that are not locked and takes the second as the test "
        "rows, the locked ones being left alone. Nested cross-validation does so; leave it empty otherwise.",
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
