"""How good answers are, each number alone: without its interval and without anything beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


def confusion_of(truth: Places, said: Places, classes: int) -> Places:
    """How many rows of each true class (down) were said to be of each class (across)."""
    counts = np.bincount(truth * classes + said, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


def values_of_classes(truth: Places, probabilities: Numbers) -> dict[str, float]:
    """Of `probabilities` [rows, classes] for true classes int64 [rows], at least one; what cannot be said is
    left out, such as the area under the curve where a class has no rows.
    """
    from sklearn import metrics

    rows, classes = probabilities.shape
    confusion = confusion_of(truth, probabilities.argmax(axis=1), classes)
    balanced, f1 = means_of_counts(confusion[None])[0, :2]
    found = {
        "accuracy": int(np.trace(confusion)) / rows,
        "balanced_accuracy": float(balanced),
        "f1": float(f1),
        "log_loss": float(metrics.log_loss(truth, probabilities, labels=np.arange(classes))),
    }
    if np.bincount(truth, minlength=classes).all():
        scores = {"y_score": probabilities[:, 1]} if classes == 2 else {"y_score": probabilities}
        how = {} if classes == 2 else {"multi_class": "ovr", "average": "macro"}
        found["roc_auc"] = float(metrics.roc_auc_score(truth, **scores, **how))
    return found


def values_of_numbers(truth: Numbers, said: Numbers) -> dict[str, float]:
    """Of numbers [rows], at least one; R² is left out where all true ones are the same."""
    from sklearn import metrics

    found = {"r2": float(metrics.r2_score(truth, said))} if (truth != truth[0]).any() else {}
    return found | {
        "rmse": float(np.sqrt(metrics.mean_squared_error(truth, said))),
        "mae": float(metrics.mean_absolute_error(truth, said)),
    }


def means_of_counts(tables: Places) -> Numbers:
    """Balanced accuracy, mean F1 and the F1 of each class, of confusion tables [tables, classes, classes].

    A class without true rows has no recall, and one without true and said rows no F1; they do not count in
    the means. Gives [tables, 2 + classes].
    """
    right = np.einsum("tii->ti", tables).astype(np.float64)
    true, said = tables.sum(axis=2), tables.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = np.where(true > 0, right / true, np.nan)
        f1 = np.where(true + said > 0, 2 * right / (true + said), np.nan)
    return np.column_stack([_mean(recall), _mean(f1), f1])


def _mean(values: Numbers) -> Numbers:
    """The mean of each row [rows, values] without its NaN; NaN where nothing is left."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean: Numbers = np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)
    return mean


def roc_auc(truth: Places, scores_of: Any, classes: int) -> Numbers:
    """The mean one-against-the-rest area for each of many resamples; [resamples, 1].

    `truth` is [resamples, rows], and `scores_of(place)` gives the scores for a class, shaped alike. From
    ranks, ties counting half (Mann and Whitney, 1947, Annals of Mathematical Statistics 18, 50–60). A class
    that is not in a resample does not count there.
    """
    from scipy.stats import rankdata

    areas = np.full((len(truth), classes), np.nan)
    for place in range(1 if classes == 2 else 0, classes):
        mine = truth == place
        ranks = rankdata(scores_of(place), axis=1)
        inside = mine.sum(axis=1)
        outside = truth.shape[1] - inside
        above = (ranks * mine).sum(axis=1) - inside * (inside + 1) / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            areas[:, place] = np.where(inside * outside > 0, above / (inside * outside), np.nan)
    return _mean(areas)[:, None]
