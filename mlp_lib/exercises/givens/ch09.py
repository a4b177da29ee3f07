"""Numbers for chapter 09."""

import numpy as np


def vanishing_point(rng):
    """Two lines of a picture, two points (x, y) each; they meet, all in whole pixels."""
    x, y, step = rng.integers([60, 15, 3], [95, 35, 9])
    left, right = np.array([-step, 7]), np.array([step + rng.integers(1, 4), 5])
    near, far, near2, far2 = rng.permutation([2, 3, 4, 5, 6])[:4]
    while near * far2 == far * near2 or near * near2 == far * far2:  # other pairs are parallel
        near, far, near2, far2 = rng.permutation([2, 3, 4, 5, 6])[:4]
    return {"left": np.array([x, y]) + np.outer([near, far], left),
            "right": np.array([x, y]) + np.outer([near2, far2], right)}


GIVENS = {"09.vanishing_point": vanishing_point}
