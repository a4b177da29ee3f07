"""Numbers for chapter 03."""

import numpy as np


def my_cross_entropy(rng):
    """Rows of hundredths that sum to 1, all entries of a row different; labels 1 to 3."""
    while True:
        P = np.array([rng.permutation(hundredths(rng)) for _ in range(3)]) / 100
        y = rng.permutation([1, 2, 3])
        if all(tells_slips_apart(P, (y + shift) % 4) for shift in range(4)):
            return {"P": P, "y": y}


def hundredths(rng):
    """Four different whole numbers from 5 on that sum to 100."""
    while True:
        row = rng.multinomial(100, [0.1, 0.2, 0.3, 0.4])
        if row.min() >= 5 and len(set(row)) == 4:
            return row


def tells_slips_apart(P, columns):
    """Whether other columns, bases and means give other numbers, and none is near 1."""
    rows = np.arange(3)
    chosen, neighbours = -np.log(P[rows, columns]), -np.log(P[rows, columns - 1])
    again = np.exp(P) / np.exp(P).sum(axis=1, keepdims=True)
    found = [*chosen.mean() / np.log([2, np.e, 10]), chosen.sum(), neighbours.mean(),
             -np.log(P).mean(), -np.log(P[rows, columns].mean()),
             -np.log(P.max(axis=1)).mean(), -np.log(again[rows, columns]).mean(),
             chosen.sum() / P.shape[1], 1.0]
    return np.diff(sorted(found)).min() > 0.01


GIVENS = {"03.my_cross_entropy": my_cross_entropy}
