"""Derivatives measured by numbers: the judge of every formula in the workbook.

``derivative`` gives the whole tensor of a map between arrays of any shape,
``check_gradient`` compares a gradient that somebody derived with measured slopes, and
``remainder_order`` judges a differential.
"""

import numpy as np

from mlp_lib.arrays import as_numbers, finite
from mlp_lib.slopes import slope


def derivative(f, X, *, step=1e-5):
    """Derivative of an array by an array, measured: a tensor, upper indices first.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``X``, returns a number or an array.
    X : array_like of float
        Where to differentiate; any shape.
    step : float
        Step of the central differences, relative to ``1 + |x|``.

    Returns
    -------
    ndarray of shape ``f(X).shape + X.shape``
        Entry ``[i..., j...]`` is the slope of ``f(X)[i...]`` in ``X[j...]``.

    Raises
    ------
    ValueError
        If ``X`` or ``f(X)`` holds a number that is not finite.

    Notes
    -----
    The slopes are central differences, with an error of order ``step**2``. Where ``f``
    takes complex numbers, and its complex step agrees with a short central difference,
    the complex step is given, which is exact to rounding.
    Source: seed 000 Notation 2 (S0-N2).
    """
    X = _finite(X, "X")
    value = _finite(f(X.copy()), "f(X)")
    columns = [slope(f, X, E, step * (1 + abs(X[at])), value) for at, E in _units(X)]
    tensor = np.array(columns, dtype=float).reshape(X.shape + value.shape)
    return np.moveaxis(tensor, range(X.ndim), range(-X.ndim, 0)) if X.ndim else tensor


def gradient(f, x, *, step=1e-5):
    """Gradient of a scalar function, in the shape of ``x`` (S0-P7, S0-N1).

    Arguments and errors as in `derivative`.

    Raises
    ------
    ValueError
        If ``f(x)`` is not one number.
    """
    result = derivative(f, x, step=step)
    if result.shape != np.shape(x):
        extra = result.shape[: result.ndim - np.ndim(x)]
        raise ValueError(f"a gradient needs one number f(x); got shape {extra}")
    return result


def jacobian(f, x, *, step=1e-5):
    """Jacobian (m, n) of a map from (n,) to (m,): row i holds the slopes of ``f_i``.

    Arguments and errors as in `derivative`.

    Raises
    ------
    ValueError
        If ``x`` or ``f(x)`` is not a vector.
    """
    result = derivative(f, x, step=step)
    if np.ndim(x) != 1 or result.ndim != 2:
        shape = result.shape[: result.ndim - np.ndim(x)]
        raise ValueError(f"a Jacobian needs vectors; got x {np.shape(x)}, f(x) {shape}")
    return result


def hessian(f, x, *, step=1e-4):
    """Matrix (n, n) of second derivatives of a scalar function of a vector (n,).

    Central differences of the measured gradient; relative error about ``step**2``. Arguments
    as in `derivative`; errors as in `gradient` and `jacobian`.
    """
    H = jacobian(lambda point: gradient(f, point), x, step=step)
    return (H + H.T) / 2


def chain(dZ_dY, dY_dX, n_y=2):
    """Chain rule for tensors: sum over all indices of the middle array ``Y``.

    Parameters
    ----------
    dZ_dY : array_like of shape ``Z.shape + Y.shape``
    dY_dX : array_like of shape ``Y.shape + X.shape``
    n_y : int
        Number of indices of ``Y``: 2 for matrices, as in the document, 1 for vectors.

    Returns
    -------
    ndarray of shape ``Z.shape + X.shape``

    Raises
    ------
    ValueError
        If the two do not agree in the shape of ``Y``.

    Notes
    -----
    Source: seed 000 Notation 3, in the corrected form (S0-N3).
    """
    dZ_dY, dY_dX = np.asarray(dZ_dY), np.asarray(dY_dX)
    outer, inner = dZ_dY.shape[dZ_dY.ndim - n_y :], dY_dX.shape[:n_y]
    if outer != inner:
        raise ValueError(f"Y has shape {outer} in dZ_dY, but {inner} in dY_dX")
    return np.tensordot(dZ_dY, dY_dX, axes=n_y)


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
    X, dX, linear = (_finite(A, name) for A, name in ((X, "X"), (dX, "dX"), (linear, "linear")))
    value = _finite(f(X.copy()), "f(X)")
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
    X = _finite(X, "X")
    if X.shape != np.shape(grad):
        raise ValueError(f"grad needs the shape of X, {X.shape}; got {np.shape(grad)}")
    grad, value = _finite(grad, "grad"), _finite(f(X.copy()), "f(X)")
    if value.shape != ():
        raise ValueError(f"need a scalar function; got a value of shape {value.shape}")
    return X, grad, value


def _finite(A, name):
    """A copy of ``A`` as float64: a function may use one array for all its results."""
    return finite(as_numbers(A, name).astype(float), name)


def _units(X):
    """Index and unit array for every entry of ``X``; the array is reused."""
    E = np.zeros_like(X)
    for at in np.ndindex(X.shape):
        E[at] = 1
        yield at, E
        E[at] = 0
