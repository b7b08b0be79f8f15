"""The statistics, on data that was drawn with a truth that is known."""

import numpy as np
import pytest

from trainer_gui.engine.statistics.bootstrap import LEAST_ROWS, paired_bootstrap
from trainer_gui.engine.statistics.optimism import (
    error_and_correlation,
    optimism_of_rows,
    optimism_of_scores,
)
from trainer_gui.engine.statistics.paired_shares import difference_of_shares
from trainer_gui.engine.statistics.power import (
    overlap_floor,
    power_of_t,
    repeats_needed,
    rows_needed,
    rows_needed_for_shares,
)
from trainer_gui.engine.statistics.repeats import combined, crossed, interaction, paired, repeated


def _alarms(found):
    return float(np.mean([each.is_sure for each in found]))


def _covered(found, truth):
    return float(np.mean([each.low <= truth <= each.high for each in found]))


def test_that_the_interval_of_few_repeats_covers_95_of_100_truths():
    draw = np.random.default_rng(1)
    for count in (2, 3, 5, 10):
        found = [repeated(draw.normal(0.8, 0.03, count)) for _ in range(1000)]
        assert _covered(found, 0.8) == pytest.approx(0.95, abs=0.02)


def test_that_the_paired_test_over_seeds_raises_5_false_alarms_in_100():
    draw = np.random.default_rng(2)
    for count in (2, 3, 5):
        found = [paired(draw.normal(0, 1, count), draw.normal(0, 1, count)) for _ in range(1000)]
        assert _alarms(found) == pytest.approx(0.05, abs=0.02)
        assert _covered(found, 0.0) == pytest.approx(0.95, abs=0.02)


def test_that_only_the_corrected_test_keeps_its_promise_where_training_parts_overlap():
    """Two learners that are equally good: the mean of the training rows, and that of half of them doubled."""
    draw = np.random.default_rng(3)
    plain, corrected = [], []
    for _ in range(400):
        values = draw.normal(0, 1, 100)
        inputs = values + draw.normal(0, 2, (2, 100))  # two inputs, equally good
        scores = np.empty((2, 15))
        for at in range(15):
            order = draw.permutation(100)
            train, test = order[:80], order[80:]
            for which in range(2):
                slope = (inputs[which, train] @ values[train]) / (inputs[which, train] ** 2).sum()
                scores[which, at] = -((values[test] - slope * inputs[which, test]) ** 2).mean()
        plain.append(paired(scores[0], scores[1]))
        corrected.append(paired(scores[0], scores[1], overlap=20 / 80))
    assert _alarms(plain) > 0.3
    assert _alarms(corrected) < 0.09


@pytest.mark.parametrize(("rows", "uneven"), [(30, 0.3), (114, 0.1), (1000, 0.05)])
def test_that_the_test_of_shares_raises_no_more_than_5_false_alarms_and_covers(rows, uneven):
    draw = np.random.default_rng(4)
    for lead in (0.0, uneven / 2):
        chances = [(uneven + lead) / 2, (uneven - lead) / 2, 1 - uneven]
        counts = draw.multinomial(rows, chances, size=1000)
        found = [difference_of_shares(int(a), int(b), rows) for a, b, _ in counts]
        assert 0.93 < _covered(found, lead) < 0.98
        if lead == 0:
            assert _alarms(found) < 0.065


def test_that_the_bootstrap_raises_5_false_alarms_in_100_also_with_few_skewed_rows():
    draw = np.random.default_rng(5)
    for rows in (LEAST_ROWS, 60):
        found = []
        for _ in range(300):
            lead = draw.gamma(2.0, size=rows) - draw.gamma(2.0, size=rows)
            found += paired_bootstrap(rows, lambda at: lead[at].mean(axis=1)[:, None])  # noqa: B023
        assert _alarms(found) == pytest.approx(0.05, abs=0.03)
        assert _covered(found, 0.0) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(
    ("of_rows", "of_seeds", "of_both"), [(0.4, 0.05, 0.2), (0.0, 0.0, 0.4), (0.0, 0.1, 0.4)], ids=str
)
def test_that_seeds_and_rows_together_raise_no_more_than_5_false_alarms(of_rows, of_seeds, of_both):
    """Each alone would raise far more: what is the same on all rows, or for all seeds, is taken as proof."""
    draw = np.random.default_rng(6)
    both, twice, seeds_alone = [], [], []
    for _ in range(1000):
        rows, seeds = draw.normal(0, of_rows, 50), draw.normal(0, of_seeds, 5)
        lead = rows + seeds[:, None] + draw.normal(0, of_both, (5, 50))
        over_rows = float(lead.mean(axis=0).std(ddof=1)) / np.sqrt(50), 49.0
        alone = paired(lead.mean(axis=1), np.zeros(5))
        over_seeds = alone.error, alone.freedom
        seeds_alone.append(alone)
        twice.append(combined(alone.value, [over_rows, over_seeds]))
        both.append(crossed(alone.value, over_seeds, over_rows, interaction(lead)))
    assert 0.005 < _alarms(both) < 0.06
    assert _alarms(both) >= _alarms(twice)
    assert _covered(both, 0.0) > 0.94
    if of_rows:
        assert _alarms(seeds_alone) > 0.15


def test_that_the_number_of_further_seeds_and_rows_is_right():
    draw = np.random.default_rng(7)
    seeds = repeats_needed(0.02, 0.03)
    found = [paired(draw.normal(0.02, 0.03, seeds), np.zeros(seeds)) for _ in range(1000)]
    assert _alarms(found) == pytest.approx(0.8, abs=0.05)
    fewer = seeds // 2
    found = [paired(draw.normal(0.02, 0.03, fewer), np.zeros(fewer)) for _ in range(1000)]
    assert _alarms(found) == pytest.approx(power_of_t(0.02, 0.03, fewer), abs=0.05)

    rows = rows_needed_for_shares(6, 12, 114)
    counts = draw.multinomial(rows, [6 / 114, 12 / 114, 96 / 114], size=1000)
    found = [difference_of_shares(int(a), int(b), rows) for a, b, _ in counts]
    assert _alarms(found) == pytest.approx(0.8, abs=0.05)

    rows = rows_needed(0.3, 1 / np.sqrt(20), 20)
    found = [paired(draw.normal(0.3, 1, rows), np.zeros(rows)) for _ in range(1000)]
    assert _alarms(found) == pytest.approx(0.8, abs=0.05)


def test_that_no_number_of_splits_is_promised_where_their_overlap_hides_the_difference():
    assert repeats_needed(0.02, 0.03) is not None
    assert repeats_needed(0.02, 0.03, overlap_floor(0.03, 0.25)) is None


@pytest.mark.parametrize("spread", [0.0, 0.04])
def test_that_the_optimism_of_the_best_is_as_large_as_it_really_is(spread):
    """40 trials on 100 rows that some of them find hard alike, where the truth of each is known."""
    draw = np.random.default_rng(8)
    real, from_scores, from_rows, bounds = [], [], [], []
    for _ in range(40):
        hard = draw.normal(0, 1, 100)
        truth = np.clip(0.75 + draw.normal(0, spread, 40), 0.05, 0.95)
        ease = np.sqrt(2) * _quantiles(truth)
        outcomes = (ease[:, None] > hard + draw.normal(0, 1, (40, 100))).astype(float)
        scores = outcomes.mean(axis=1)
        real.append(scores.max() - truth[scores.argmax()])
        error, correlation = error_and_correlation(outcomes)
        from_scores.append(optimism_of_scores(scores, error, correlation).amount)
        bounds.append(optimism_of_scores(scores, error).amount)
        from_rows.append(optimism_of_rows(outcomes).amount)
    uncertain = np.std(real) / np.sqrt(len(real))
    assert np.mean(from_scores) == pytest.approx(np.mean(real), abs=3 * uncertain)
    assert np.mean(from_rows) == pytest.approx(np.mean(real), abs=3 * uncertain + 0.01)
    assert np.mean(bounds) > np.mean(from_scores)


def test_that_the_optimism_is_right_where_the_loss_chooses_and_the_accuracy_is_shown():
    """30 trials on 80 rows whose margins are known by their mean; the lowest mean loss is the best."""
    draw = np.random.default_rng(9)
    fresh = draw.normal(size=20_000)
    real, found = [], []
    for _ in range(40):
        skill = draw.normal(0.7, 0.1, 30)
        margins = skill[:, None] + 0.7 * draw.normal(size=80) + 0.7 * draw.normal(size=(30, 80))
        right, loss = (margins > 0).astype(float), np.log1p(np.exp(-2 * margins))
        best = loss.mean(axis=1).argmin()
        real.append(right[best].mean() - (skill[best] + np.hypot(0.7, 0.7) * fresh > 0).mean())
        found.append(optimism_of_rows(right, chosen_by=-loss).amount)
    uncertain = np.std(real) / np.sqrt(len(real))
    assert np.mean(found) == pytest.approx(np.mean(real), abs=3 * uncertain)
    assert np.mean(found) > 0


def _quantiles(shares):
    from scipy.stats import norm

    return norm.ppf(shares)


def test_that_one_trial_has_no_optimism_and_equal_ones_neither():
    assert optimism_of_scores(np.array([0.9]), 0.03).amount == 0
    assert optimism_of_rows(np.ones((5, 30))).amount == 0
    known = optimism_of_scores(np.array([0.9, 0.8, 0.7]), 0.03, correlation=0.5)
    assert not known.is_bound
    assert optimism_of_scores(np.array([0.9, 0.8, 0.7]), 0.03).is_bound
