"""Numbers for chapter 08."""

import numpy as np

# Singular values. Any pair of the large ones goes with any three small ones: a test goes through
# all of them and requires that each mistake of the exercise gives a number of its own.
LARGE = ((25, 27), (27, 31), (28, 30), (28, 32), (29, 31), (30, 32))
SMALL = ((2, 3, 4), (2, 3, 9), (2, 4, 6), (2, 4, 11), (2, 5, 10), (2, 6, 8), (2, 7, 12), (2, 9, 11),
         (3, 4, 8), (3, 5, 7), (3, 6, 10), (3, 8, 9), (3, 11, 12), (4, 5, 6), (4, 6, 11), (4, 7, 9),
         (4, 10, 12), (5, 6, 8), (5, 7, 11), (5, 9, 10), (6, 7, 12), (6, 9, 11), (7, 8, 10),
         (8, 9, 11), (9, 10, 12))


def my_lost_share(rng):
    """Five singular values, descending, and the rank to cut at, 2 or 3."""
    drawn = LARGE[rng.integers(len(LARGE))] + SMALL[rng.integers(len(SMALL))]
    return {"s": np.array(sorted(drawn, reverse=True), float), "k": int(rng.integers(2, 4))}


GIVENS = {"08.my_lost_share": my_lost_share}
