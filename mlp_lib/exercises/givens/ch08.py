"""Numbers for chapter 08."""

import numpy as np

# Singular values. Any pair of the large ones goes with any three small ones: a test goes through
# all of them and requires that each mistake of the exercise gives a number of its own.
LARGE = ((18, 24), (20, 24), (20, 22), (18, 20), (16, 20), (18, 22))
SMALL = ((2, 3, 5), (2, 3, 7), (2, 4, 9), (2, 5, 10), (2, 7, 9), (3, 4, 7), (3, 4, 10), (3, 5, 8),
         (3, 7, 10), (4, 7, 8), (4, 7, 10), (5, 6, 10), (6, 8, 10))


def my_lost_share(rng):
    """Five singular values, descending, and the rank to cut at, 2 or 3."""
    drawn = LARGE[rng.integers(len(LARGE))] + SMALL[rng.integers(len(SMALL))]
    return {"s": np.array(sorted(drawn, reverse=True), float), "k": int(rng.integers(2, 4))}


GIVENS = {"08.my_lost_share": my_lost_share}
