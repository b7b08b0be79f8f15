"""Pictures for pre-training: each category keeps to its formula, and no two runs of the script differ."""

from __future__ import annotations

import numpy as np
import pytest

SIDE = 32


def test_that_the_same_seed_draws_the_same_pictures() -> None:
    from formula_pictures import categories, picture

    first, second = (
        [picture(each, np.random.default_rng(5), SIDE) for each in categories(8, seed=3)] for _ in range(2)
    )
    other = [picture(each, np.random.default_rng(5), SIDE) for each in categories(8, seed=4)]
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_that_all_three_kinds_are_there() -> None:
    from formula_pictures import Contour, Fractal, Texture, categories

    found = categories(16, seed=1)
    counts = [sum(isinstance(each, kind) for each in found) for kind in (Fractal, Contour, Texture)]
    assert counts == [8, 4, 4]


@pytest.mark.parametrize("number", range(24))
def test_that_a_picture_shows_something_and_leaves_room_around_it(number: int) -> None:
    from formula_pictures import categories, picture

    category = categories(24, seed=1)[number]
    random = np.random.default_rng(number)
    for _ in range(5):
        light = category.drawn(random, SIDE)
        assert light.shape == (SIDE, SIDE)
        assert np.isfinite(light).all()
        assert light.min() >= 0
        assert light.max() <= 1
        assert light.std() > 0.02
    coloured = picture(category, random, SIDE)
    assert coloured.dtype == np.uint8
    assert coloured.shape == (SIDE, SIDE, 3)


def test_that_pictures_of_one_formula_are_more_alike_than_those_of_two() -> None:
    """By how much of which wavelengths they hold, which neither place nor turn changes."""
    from formula_pictures import categories

    random = np.random.default_rng(1)
    found = categories(12, seed=1)
    marks = np.array([[_waves(each.drawn(random, SIDE)) for _ in range(8)] for each in found])
    within = marks.std(axis=1).mean()
    between = marks.mean(axis=1).std(axis=0).mean()
    assert between > within


def _waves(light: np.ndarray) -> np.ndarray:
    power = np.abs(np.fft.rfft2(light - light.mean())) ** 2
    far = np.hypot(np.fft.fftfreq(SIDE)[:, None] * SIDE, np.fft.rfftfreq(SIDE)[None, :] * SIDE)
    bands = [power[(far >= low) & (far < 2 * low)].sum() for low in (1, 2, 4, 8)]
    return np.log(np.array(bands) + 1e-6)
