"""Shares rows out as the data itself says, where it came in train, validation and test folders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer_gui.engine.data.picture_folder import TEST, VALIDATION
from trainer_gui.engine.data.split import Rows, Split, share_out


def share_out_as_given(
    usable: Rows,
    parts: Sequence[str],
    strata: NDArray[Any] | None,
    *,
    validation_share: float,
    test_share: float,
    seed: int,
) -> Split:
    """The parts as they are; one that is not there is drawn from the training rows by its share.

    `parts` and `strata` belong to the usable rows, in their order. Raises UserError where a part would be
    empty.
    """
    given = np.asarray(parts)
    validation, test = usable[given == VALIDATION], usable[given == TEST]
    own = (given != VALIDATION) & (given != TEST)
    train, classes = usable[own], None if strata is None else strata[own]
    if not len(validation):
        drawn = share_out(
            train,
            classes,
            validation_share=validation_share,
            test_share=0.0 if len(test) else test_share,
            seed=seed,
        )
        return Split(drawn.train, drawn.validation, test if len(test) else drawn.test)
    if not len(test) and test_share:
        drawn = share_out(train, classes, validation_share=test_share, test_share=0.0, seed=seed)
        return Split(drawn.train, validation, drawn.validation)
    return Split(train, validation, test)
