"""What the curve says, in words, with the one thing worth trying next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trainer_gui.engine.progress import Progress
from trainer_gui.engine.row_settings import SplitSettings
from trainer_gui.engine.verdict_rule import Sight, Verdict
from trainer_gui.engine.verdict_rules import RULES

_LARGEST = 1e100  # with larger losses even a difference may be infinite
_USUAL_SHARE = float(SplitSettings.model_fields["validation_share"].default)


def verdict(
    progress: Progress, settings: Mapping[str, Any], size: str, validation_share: float = _USUAL_SHARE
) -> Verdict | None:
    """The finding that matters most at this moment, or None where nothing can be said for sure.

    Of several models that were put together nothing is said: there is no curve of what they are together.

    `settings`, `size` and `validation_share` are those of the run; suggestions start from them.
    """
    curve = progress.curve
    if progress.started is None or not len(curve) or progress.joined is not None:
        return None
    # Also passes over what is infinite or no number.
    if not all((np.abs(losses) < _LARGEST).all() for losses in (curve.validation_loss, curve.train_loss)):
        return None
    sight = Sight(progress, settings, size, validation_share)
    for rule in RULES:
        found = rule.verdict(sight)
        if found is not None:
            return found
    return None
