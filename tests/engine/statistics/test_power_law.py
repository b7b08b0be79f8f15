"""The law through a learning curve finds what it was made by, and promises no more than it keeps."""

import numpy as np
import pytest

from trainer_gui.engine.statistics.power_law import power_law

_ROWS = 100.0 * np.arange(1, 11)


def _errors(floor, height, exponent):
    return floor + height * (_ROWS / _ROWS[-1]) ** -exponent


@pytest.mark.parametrize(
    ("floor", "height", "exponent"), [(0.2, 0.1, 0.5), (0.0, 0.3, 0.25), (1.0, 0.05, 1.0)]
)
def test_that_a_curve_without_noise_gives_back_its_law(floor, height, exponent):
    found = power_law(_ROWS, _errors(floor, height, exponent))
    assert (found.floor, found.height, found.exponent) == pytest.approx((floor, height, exponent), abs=1e-9)
    assert found.gain.value == pytest.approx(height * (1 - 2**-exponent))
    assert found.at(np.array([2000.0])) == pytest.approx(floor + height * 2**-exponent)


@pytest.mark.parametrize(("height", "exponent"), [(0.1, 0.5), (0.1, 1.0), (0.0, 0.5)])
def test_that_the_interval_of_the_gain_covers_the_truth_and_a_flat_curve_is_seldom_called_falling(
    height, exponent
):
    """Three seeds, noise that shrinks with the rows, half of it the same for all sizes of a seed."""
    draw = np.random.default_rng(13)
    truth, times = height * (1 - 2**-exponent), 200
    covered = claimed = 0
    for _ in range(times):
        noise = (draw.normal(size=(3, 1)) + draw.normal(size=(3, 10))) / np.sqrt(2)
        errors = _errors(0.3, height, exponent) + 0.02 * (_ROWS / _ROWS[-1]) ** -0.5 * noise
        gain = power_law(np.tile(_ROWS, 3), errors.ravel()).gain
        covered += gain.low <= truth <= gain.high
        claimed += gain.low > 0
    assert covered / times >= 0.88  # 93 in the long run where the curve is flat
    assert claimed / times < 0.08 if height == 0 else claimed / times > 0.9
