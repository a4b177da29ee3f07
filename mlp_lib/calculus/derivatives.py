"""Derivatives of an array by an array, measured."""

import numpy as np

from mlp_lib.calculus.slopes import finite_copy, measure, positive
from mlp_lib.calculus.troubles import entry, first, need_one_value


def derivative(f, X, *, step=1e-5):
    """Derivative of an array by an array, measured: a tensor, upper indices first.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``X``, returns a number or an array.
    X : array_like of float
        Where to differentiate; any shape.
    step : float
        > 0, relative to ``1 + |x|``. Steps from 1000 of it on are tried, smaller and larger
        ones where ``f`` asks for them, so that none crosses a pole or the edge of a domain.

    Returns
    -------
    ndarray of shape ``f(X).shape + X.shape``
        Entry ``[i..., j...]`` is the slope of ``f(X)[i...]`` in ``X[j...]``.

    Raises
    ------
    ValueError
        If ``X`` or ``f(X)`` holds a number that is not finite, or ``step`` is not > 0. If
        ``X`` is at the edge of where ``f`` is defined, ``f`` jumps there, or gives another
        number when it is called again.

    Notes
    -----
    The slopes are central differences at several steps, extrapolated to the step 0; for each
    entry those count that agree best. At a kink that is the mean of the slopes on both sides.
    Where ``f`` takes complex numbers, and its complex step agrees with the differences, the
    complex step is given, which is exact to rounding.
    Source: seed 000 Notation 2 (S0-N2).
    """
    X, step = finite_copy(X, "X"), positive(step)
    value = finite_copy(f(X.copy()), "f(X)")
    columns = [_column(f, X, E, step * (1 + abs(X[at])), value) for at, E in _units(X)]
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

    Differences of the measured gradient, so less exact than that. Arguments as in
    `derivative`; errors as in `gradient` and `jacobian`.
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


def _column(f, X, E, step, value):
    """Slopes of ``f`` along the unit array ``E``."""
    slope = measure(f, X, E, step, value)
    if (rough := slope.hopeless()).any():
        need_one_value(f, X, value)
        at = first(rough)
        raise ValueError(f"{entry(at, 'f(X)')} has no slope in {entry(first(E != 0), 'X')} that "
                         f"could be measured: {slope.value[at]:.3g} ± {slope.error[at]:.1g}. "
                         "Does f jump there?")
    return slope.value


def _units(X):
    """Index and unit array for every entry of ``X``; the array is reused."""
    E = np.zeros_like(X)
    for at in np.ndindex(X.shape):
        E[at] = 1
        yield at, E
        E[at] = 0
