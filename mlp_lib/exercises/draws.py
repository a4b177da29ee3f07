"""Random inputs that hide nothing: sizes that all differ, labels, probabilities."""

import numpy as np


def sizes(rng, count, low=2, high=8):
    """``count`` sizes in ``low .. high``, no two equal.

    Returns
    -------
    list of int
    """
    return [int(n) for n in rng.choice(np.arange(low, high + 1), count, replace=False)]


def labels(rng, n, classes):
    """(n,) ndarray of int in ``0 .. classes-1``; at least two classes occur if ``n >= 2``."""
    drawn = rng.integers(classes, size=n)
    drawn[: min(n, 2)] = rng.choice(classes, min(n, 2), replace=False)
    return drawn


def probabilities(rng, n, classes):
    """(n, classes) ndarray, rows positive and summing to 1."""
    return rng.dirichlet(np.full(classes, 2.0), size=n)
