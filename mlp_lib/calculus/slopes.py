"""The slope of a function along one direction, measured: by a complex step, or by a difference."""

import warnings

import numpy as np

from mlp_lib.arrays import as_numbers, finite

_COMPLEX_STEP = 1e-30


def slope(f, X, V, step, value):
    """Slope of ``f`` along ``V``: by complex step if that can be trusted, else central.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``X``, returns a number or an array.
    X, V : ndarray of float, the same shape
        Where, and in which direction.
    step : float
        Length of the central difference, in units of ``V``.
    value : ndarray
        ``f(X)``.

    Returns
    -------
    ndarray of the shape of ``value``

    Notes
    -----
    A complex step is wrong where ``f`` is not analytic, so it has to agree with a short
    central difference. The tolerance is the rounding error of that, entry by entry: one
    wrong slope may stand beside large right ones.
    """
    exact = _complex(f, X, V)
    if exact is not None and exact.shape == value.shape:
        noise = 100 * np.finfo(float).eps * np.abs(value) / step + 1e-8
        if np.allclose(exact, _central(f, X, V, step / 10), rtol=1e-7, atol=noise):
            return exact
    return _central(f, X, V, step)


def _central(f, X, V, step):
    above = np.array(f(X + step * V), float)  # a copy: f may use one array for all its results
    return (above - f(X - step * V)) / (2 * step)


def _complex(f, X, V):
    """Imaginary part of ``f(X + ih V) / h``, or None where ``f`` does not allow it."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            value = np.asarray(f(X + 1j * _COMPLEX_STEP * V))
    except Exception:  # whatever f raises on complex numbers, it only means: measure really
        return None
    if value.dtype.kind != "c":
        return None
    return value.imag / _COMPLEX_STEP


def finite_copy(A, name):
    """A copy of ``A`` as float64: a function may use one array for all its results."""
    return finite(as_numbers(A, name).astype(float), name)
