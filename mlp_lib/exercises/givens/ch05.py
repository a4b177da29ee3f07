"""Numbers for chapter 05."""

from itertools import product

import numpy as np


def multiplications_going_back(rng):
    """A batch size in tens, and four different widths.

    However often the products of neighbouring widths are counted, up to three times each, with the
    inner widths or without, no two counts agree by chance; nor can the batch be taken for a layer.
    """
    counts = np.array(list(product(*[range(4)] * 3, range(2))))
    while True:
        d = rng.choice(np.arange(3, 13), 4, replace=False) * 10
        N, sizes = int(rng.integers(2, 10)) * 10, [*(d[:-1] * d[1:]), d[1] + d[2]]
        if N not in d and len(set((counts @ sizes).tolist())) == len(counts):
            return {"N": N, "d": d}


GIVENS = {"05.multiplications_going_back": multiplications_going_back}
