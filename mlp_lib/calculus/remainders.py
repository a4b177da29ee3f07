"""What a claimed differential leaves over, and how fast that shrinks."""

import numpy as np

from mlp_lib.arrays import finite
from mlp_lib.calculus.slopes import finite_copy


def remainders(f, X, dX, linear, steps):
    """Sizes of ``f(X + t dX) - f(X) - t linear`` for the steps ``t``; shape of ``steps``.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``X``, returns a number or an array.
    X, dX : array_like of float, the same shape
        Where, and in which direction.
    linear : array_like of the shape of ``f(X)``
        The differential that is claimed for ``dX``.
    steps : sequence of float

    Raises
    ------
    ValueError
        If the shapes of ``X`` and ``dX``, or of ``f(X)`` and ``linear`` differ, or one of
        the four holds a number that is not finite.

    Notes
    -----
    Source: seed 004 Definition 1-2 (S4-D1.2a, S4-D1.2b), where this remainder is left out.
    """
    X, dX, linear = (finite_copy(A, name) for A, name in ((X, "X"), (dX, "dX"), (linear, "linear")))
    value = finite_copy(f(X.copy()), "f(X)")
    if X.shape != dX.shape or value.shape != linear.shape:
        raise ValueError(f"need dX {X.shape}, linear {value.shape}; got {dX.shape}, {linear.shape}")
    return np.array([np.linalg.norm(f(X + t * dX) - value - t * linear) for t in steps])


def remainder_order(f, X, dX, linear, *, steps=(1e-2, 1e-3, 1e-4)):
    """Power of ``t`` with which the remainder of a claimed differential shrinks.

    About 2 (or more, where the curvature vanishes) if ``linear`` is the differential of
    ``f`` at ``X`` for ``dX``; about 1 if it is not; ``inf`` if nothing but rounding is
    left, as with a linear map. Arguments and errors as in `remainders`; a remainder that is
    not finite is an error, too.
    """
    steps = np.asarray(steps, dtype=float)
    left = finite(remainders(f, X, dX, linear, steps), "the remainder")
    size = np.linalg.norm(f(np.array(X, dtype=float))) + np.linalg.norm(linear)
    rounding = 100 * np.finfo(float).eps * size
    seen = left > rounding
    if seen.sum() < 2:
        return np.inf
    return float(np.polyfit(np.log(steps[seen]), np.log(left[seen]), 1)[0])
