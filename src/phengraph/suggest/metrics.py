"""Measures of a ranking, as the field defines them.

K. Järvelin, J. Kekäläinen: Cumulated gain-based evaluation of IR techniques. ACM TOIS 20, 2002 (nDCG, with gains
2^grade - 1 and a logarithmic discount, as in the learning-to-rank literature).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

RESAMPLES = 2000
_SEED = 6


def precision_at(grades: Sequence[int], k: int) -> float:
    """The share of the first k that is relevant; of a shorter list, the places without a paper are wrong ones.

    >>> precision_at([1, 0, 1], 2), precision_at([1], 2)
    (0.5, 0.5)
    """
    return sum(grade > 0 for grade in grades[:k]) / k


def recall_at(grades: Sequence[int], k: int) -> float:
    """The share of what is relevant that is among the first k; 0 where nothing is.

    >>> recall_at([1, 0, 1], 2)
    0.5
    """
    relevant = sum(grade > 0 for grade in grades)
    return sum(grade > 0 for grade in grades[:k]) / relevant if relevant else 0.0


def gain_at(grades: Sequence[int], k: int) -> float:
    """DCG: the gains of the first k, later ones discounted."""
    return math.fsum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:k]))


def ndcg_at(grades: Sequence[int], k: int) -> float:
    """DCG over that of the best order; 0 where nothing is relevant.

    >>> ndcg_at([1, 0], 10), round(ndcg_at([0, 1], 10), 3)
    (1.0, 0.631)
    """
    best = gain_at(sorted(grades, reverse=True), k)
    return gain_at(grades, k) / best if best else 0.0


def chance_at(grades: Sequence[int], k: int) -> tuple[float, float, float]:
    """Precision, recall and nDCG at k of an order by chance, on average: what one gets who does not look at the papers.

    >>> [round(value, 3) for value in chance_at([1, 0], 1)]
    [0.5, 0.5, 0.5]
    """
    count = len(grades)
    if not count:
        return 0.0, 0.0, 0.0
    relevant = sum(grade > 0 for grade in grades)
    shown = min(k, count)
    discounts = sum(1 / math.log2(place + 2) for place in range(shown))
    best = gain_at(sorted(grades, reverse=True), k)
    mean_gain = sum(2**grade - 1 for grade in grades) / count
    return (
        relevant / count * shown / k,
        shown / count if relevant else 0.0,
        mean_gain * discounts / best if best else 0.0,
    )


def interval_of_mean(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of a mean by resampling the values (percentile bootstrap, always the same draws)."""
    if len(values) < 2:
        return (values[0], values[0]) if values else (0.0, 0.0)
    draws = np.random.default_rng(_SEED).choice(np.asarray(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(draws.mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
