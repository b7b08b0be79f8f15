"""The statistics, against examples that were published with their results."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import xlogy

from trainer_gui.engine.statistics.bootstrap import paired_bootstrap
from trainer_gui.engine.statistics.optimism import expected_best
from trainer_gui.engine.statistics.paired_shares import difference_of_shares, mcnemar
from trainer_gui.engine.statistics.power import power_of_t, repeats_needed, rows_needed_for_shares
from trainer_gui.engine.statistics.repeats import paired, repeated, unpaired

# Hours of sleep gained with two drugs: Student, 1908, Biometrika 6, 20.
SLEEP_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
# The spatial test: Efron and Tibshirani, 1993, An Introduction to the Bootstrap, table 14.1, column A.
SPATIAL = np.array(
    [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41.0]
)


def test_that_the_paired_t_test_is_that_of_student():
    found = paired(SLEEP_2, SLEEP_1)
    assert found.value == pytest.approx(1.58)
    assert found.value / found.error == pytest.approx(4.0621, abs=1e-4)
    assert found.p == pytest.approx(0.002833, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    assert found.is_sure


def test_that_the_unpaired_test_of_the_same_numbers_is_that_of_welch():
    found = unpaired(SLEEP_1, SLEEP_2)
    assert found.freedom == pytest.approx(17.776, abs=1e-3)
    assert found.p == pytest.approx(0.07939, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)
    assert not found.is_sure


def test_that_the_corrected_test_gives_what_the_guide_of_scikit_learn_works_out():
    """“Statistical comparison of models using grid search”: corrected t 0.750, one-sided p 0.227."""
    from sklearn.datasets import make_moons
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
    from sklearn.svm import SVC

    inputs, classes = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    curved, straight = (
        cross_val_score(SVC(kernel=kernel, random_state=0), inputs, classes, cv=folds, scoring="roc_auc")
        for kernel in ("rbf", "linear")
    )
    found = paired(curved, straight, overlap=10 / 90)
    assert found.value / found.error == pytest.approx(0.750, abs=5e-4)
    assert found.p / 2 == pytest.approx(0.227, abs=5e-4)
    assert not found.is_sure
    assert paired(curved, straight).p < 0.05 < found.p  # the plain test would have been too sure


def test_that_mcnemars_test_gives_what_was_published_for_21_children():
    """Fagerland, Lydersen and Laake, 2013, BMC Medical Research Methodology 13, 91, tables 2 and 8."""
    assert mcnemar(1, 7, exact=True) == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar(1, 7) == pytest.approx(0.0391, abs=5e-5)


def test_that_the_interval_of_shares_agrees_with_agrestis_approvals_of_a_minister():
    """Agresti, 2002, Categorical Data Analysis, section 10.1.1: 0.04 less, 0.021 to 0.059."""
    found = difference_of_shares(86, 150, 1600)
    assert found.value == pytest.approx(-0.04)
    assert (found.low, found.high) == pytest.approx((-0.059, -0.021), abs=5e-4)
    assert found.error == pytest.approx(0.0095, abs=5e-5)


@pytest.mark.parametrize(("only_a", "only_b", "rows"), [(3, 11, 60), (0, 4, 30), (20, 5, 25), (40, 41, 500)])
def test_that_the_ends_of_the_interval_of_shares_are_what_the_score_test_just_keeps(only_a, only_b, rows):
    found = difference_of_shares(only_a, only_b, rows)
    for end in (found.low, found.high):
        if abs(end) < 1:
            # The share that only B gets right, with the largest likelihood among those with this difference.
            shares = np.linspace(max(0, -end), (1 - end) / 2, 100_001)[1:-1]
            likelihood = xlogy(only_a, np.maximum(shares + end, 1e-300)) + xlogy(only_b, shares)
            likelihood += xlogy(rows - only_a - only_b, np.maximum(1 - 2 * shares - end, 1e-300))
            best = shares[likelihood.argmax()]
            score = (only_a - only_b - rows * end) / np.sqrt(rows * (2 * best + end * (1 - end)))
            assert abs(score) == pytest.approx(1.96, abs=2e-3)


def test_that_the_bootstrap_gives_the_interval_of_efron_and_tibshirani():
    """Table 14.2: the BCa interval of the variance, 90 %, is 115.8 to 259.6."""
    found = paired_bootstrap(
        len(SPATIAL), lambda rows: SPATIAL[rows].var(axis=1)[:, None], level=0.9, widened=False
    )[0]
    assert found.value == pytest.approx(171.5, abs=0.05)
    assert (found.low, found.high) == pytest.approx((115.8, 259.6), rel=0.02)


def test_that_the_bootstrap_agrees_with_that_of_scipy():
    draw = np.random.default_rng(3)
    lead = draw.exponential(size=80) - 0.8
    found = paired_bootstrap(80, lambda rows: lead[rows].mean(axis=1)[:, None], widened=False)[0]
    theirs = stats.bootstrap((lead,), np.mean, n_resamples=20_000, rng=np.random.default_rng(4))
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=0.02)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=0.02)
    assert found.error == pytest.approx(theirs.standard_error, rel=0.05)


def test_that_the_interval_of_the_bootstrap_touches_zero_where_p_is_five_in_hundred():
    draw = np.random.default_rng(5)
    noise = draw.exponential(size=30)
    noise -= noise.mean()
    for lead in np.linspace(0, 1, 21):
        at = noise + lead
        found = paired_bootstrap(30, lambda rows: at[rows].mean(axis=1)[:, None])[0]  # noqa: B023
        assert (found.p < 0.05) == (found.low > 0) or found.p == pytest.approx(0.05, abs=0.004)


def test_that_the_expected_best_of_many_is_that_of_harters_table():
    """Harter, 1961, Biometrika 48, 151–165, table 1."""
    known = {2: 0.56419, 5: 1.16296, 10: 1.53875, 20: 1.86748, 100: 2.50759}
    for count, value in known.items():
        assert expected_best(count) == pytest.approx(value, abs=5e-6)


def test_that_so_many_pairs_are_needed_as_in_cohens_table():
    """Cohen, 1988, Statistical Power Analysis: an effect of half a deviation needs 34 pairs for power 0.8."""
    assert repeats_needed(0.5, 1.0) == 34
    assert repeats_needed(-0.8, 1.0) == 15
    assert power_of_t(0.5, 1.0, 33) < 0.8 <= power_of_t(0.5, 1.0, 34)


def test_that_so_many_rows_are_needed_as_connor_works_out():
    """The formula of Connor, 1987, by hand: (1.96 √0.3 + 0.8416 √0.29)² / 0.1² = 233.0."""
    assert rows_needed_for_shares(10, 20, 100) == 234


def test_that_nothing_is_claimed_where_nothing_can_be_known():
    one = repeated(np.array([0.9]))
    assert (one.deviation, one.low, one.high) == (None, None, None)
    assert repeats_needed(0.0, 1.0) is None
    assert repeats_needed(0.01, 1.0, floor=0.5) is None
    assert rows_needed_for_shares(4, 4, 50) is None
    same = paired(np.array([0.5, 0.6]), np.array([0.5, 0.6]))
    assert same.p == 1.0
    assert not same.is_sure
    assert mcnemar(0, 0) == 1.0
