"""Numbers for chapter 04."""

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
    """Whether the silent node and each factor of the way back make a difference."""
    a = x @ W1
    if np.count_nonzero(a > 0) != 2 or not a.all():
        return False
    right, linear = np.maximum(a, 0) @ w2 - t, a @ w2 - t
    without_target, speaking = right + t, np.abs(w2[a > 0])
    slopes = (right, -right, right / 2, linear, without_target, 0)
    return (2 <= abs(right) <= 9 and len(set(slopes)) == len(slopes)
            and speaking[0] != speaking[1])


GIVENS = {"04.my_backward_pass": my_backward_pass}
