"""A gradient that somebody derived, compared with slopes that are measured."""

import numpy as np

from mlp_lib.calculus.slopes import finite_copy, slope


def check_gradient(f, X, grad, *, directions=5, step=1e-5, rtol=1e-6, atol=1e-9, seed=0):
    """Compare a gradient with measured slopes of ``f`` along random directions.

    Parameters
    ----------
    f : callable
        Scalar function of an array of the shape of ``X``.
    X, grad : array_like of float, the same shape
        Where, and the gradient that is claimed there.
    directions : int
        Number of random directions.
    step : float
        Length of the central difference, along a direction of length 1.
    rtol, atol : float
        Allowed difference, relative to the larger slope, and absolute.
    seed : int
        Seed of the directions.

    Returns
    -------
    float
        The largest relative difference found.

    Raises
    ------
    AssertionError
        If a slope differs; the message holds both numbers.
    ValueError
        If the shapes of ``X`` and ``grad`` differ, ``f(X)`` is not one number, a number
        is not finite, or nothing would be compared.
    """
    X, grad, value = _comparable(f, X, grad)
    if directions < 1 or not X.size:
        raise ValueError(f"nothing to compare: {directions} directions, X of shape {X.shape}")
    rng, worst = np.random.default_rng(seed), 0.0
    for number in range(directions):
        V = rng.standard_normal(X.shape)
        V /= np.linalg.norm(V)
        claimed, measured = float(np.sum(grad * V)), float(slope(f, X, V, step, value))
        gap = abs(claimed - measured)
        size = max(abs(claimed), abs(measured))
        if not gap <= atol + rtol * size:
            raise AssertionError(
                f"slope along random direction {number}: "
                f"yours {claimed:.9g}, measured {measured:.9g}"
            )
        worst = max(worst, gap / size if size else 0.0)
    return worst


def _comparable(f, X, grad):
    X = finite_copy(X, "X")
    if X.shape != np.shape(grad):
        raise ValueError(f"grad needs the shape of X, {X.shape}; got {np.shape(grad)}")
    grad, value = finite_copy(grad, "grad"), finite_copy(f(X.copy()), "f(X)")
    if value.shape != ():
        raise ValueError(f"need a scalar function; got a value of shape {value.shape}")
    return X, grad, value
