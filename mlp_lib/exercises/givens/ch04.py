"""Numbers for chapter 04."""

from itertools import combinations

import numpy as np


def my_backward_pass(rng):
    """Small whole numbers: one of three nodes is silent, and the output misses the target."""
    while True:
        x, W1 = signed(rng, 2), np.array([signed(rng, 3), signed(rng, 3)])
        w2, t = signed(rng, 3), int(rng.integers(-9, 10))
        if shows_every_slip(x, W1, w2, t):
            return {"x": x, "W1": W1, "w2": w2, "t": t}


def signed(rng, n):
    """Whole numbers of size 1 to 4."""
    return rng.integers(1, 5, size=n) * rng.choice([-1, 1], size=n)


def shows_every_slip(x, W1, w2, t):
    """Whether no two arrays that belong somewhere could be taken for each other.

    Neither rows, nor what stands at the nodes, nor the factor in front of them all.
    """
    a = x @ W1
    h = np.maximum(a, 0)
    error, linear = h @ w2 - t, a @ w2 - t
    if np.count_nonzero(h) != 2 or not a.all() or not 3 <= abs(error) <= 9:
        return False
    error, s, linear = int(error), int(error + t), int(linear)
    factors = (error, error * error, error * s, error * t, s, s * s, linear, error + 2 * t, t, 1)
    doubled = [k * factor for k in (1, -1, 2, -2, 4) for factor in factors]
    nodes = (w2 * (a > 0), w2, 1.0 * (a > 0), w2 * (w2 > 0), w2 * (a < 0), w2 * h, h, w2 * a, a,
             w2 * w2 * (a > 0), np.ones(3))
    tables = [np.outer(x, node) for node in nodes] + [np.outer(row, node) for node in nodes[:2]
              for row in (np.ones(2), x[::-1], x * x)]
    tables += [np.outer(x, w2) * (W1 > 0), W1 * w2 * (a > 0), W1 * (a > 0), W1]
    return all_differ(doubled) and none_is_a_multiple(tables)


def all_differ(numbers):
    return len(set(numbers)) == len(numbers)


def none_is_a_multiple(tables):
    """Whether no array of whole numbers is a multiple of another, or zero."""
    return all(np.linalg.matrix_rank([one.ravel(), other.ravel()]) == 2
               for one, other in combinations(tables, 2))


GIVENS = {"04.my_backward_pass": my_backward_pass}
