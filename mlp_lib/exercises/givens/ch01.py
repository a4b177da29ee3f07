"""Numbers for chapter 01."""

import numpy as np

RIGHT_TRIANGLES = ((3, 4, 5), (4, 3, 5), (6, 8, 10), (8, 6, 10), (5, 12, 13), (12, 5, 13))


def my_shapes(rng):
    """Three different sizes in 3 .. 9."""
    return dict(zip(("inputs", "hidden", "outputs"), map(int, rng.permutation(np.arange(3, 10)))))


def my_largest_step(rng):
    """Integers whose Hessian has integer eigenvalues; no two wrong ways give one value."""
    while True:
        half, q, radius = RIGHT_TRIANGLES[rng.integers(len(RIGHT_TRIANGLES))]
        mean = int(radius + 2 * rng.integers(1, 7) - (radius - half) % 2)
        p, s = rng.permutation([(mean + half) // 2, (mean - half) // 2])
        if min(p, s) >= 2 and mean != 3 * radius and abs(mean - np.hypot(half, 2 * q)) > 0.5:
            return {"p": int(p), "q": int(rng.choice([-q, q])), "s": int(s)}


GIVENS = {"01.my_shapes": my_shapes, "01.my_largest_step": my_largest_step}
