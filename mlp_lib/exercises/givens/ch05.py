"""Numbers for chapter 05."""

import numpy as np


def multiplications_going_back(rng):
    """A batch size in tens, and four different widths; no wrong count agrees by chance."""
    while True:
        d = rng.choice(np.arange(3, 13), 4, replace=False) * 10
        first, second, third = (d[:-1] * d[1:]).tolist()
        if first not in (second + third, third, third / 2):
            return {"N": int(rng.integers(2, 10)) * 10, "d": d}


GIVENS = {"05.multiplications_going_back": multiplications_going_back}
