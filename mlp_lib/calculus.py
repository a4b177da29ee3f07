"""Derivatives measured by numbers: the judge of every formula in the workbook.

``derivative`` gives the whole tensor of a map between arrays of any shape,
``check_gradient`` compares a gradient that somebody derived with measured slopes.
"""

import warnings

import numpy as np

_COMPLEX_STEP = 1e-30


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
    Every slope is a central difference, with an error of order ``step**2``. Where ``f``
    takes complex numbers and its complex step agrees with that, the complex step is
    given, which is exact to rounding.
    Source: seed 000 Notation 2 (S0-N2).
    """
    X = _finite(X, "X")
    value = _finite(f(X.copy()), "f(X)")
    columns = [_slope(f, X, E, step * (1 + abs(X[at])), value) for at, E in _units(X)]
    tensor = np.array(columns, dtype=float).reshape(X.shape + value.shape)
    return np.moveaxis(tensor, range(X.ndim), range(-X.ndim, 0)) if X.ndim else tensor


def gradient(f, x, *, step=1e-5):
    """Gradient of a scalar function, in the shape of ``x`` (S0-P7, S0-N1).

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

    Central differences of the measured gradient; relative error about ``step**2``.
    """
    H = jacobian(lambda point: gradient(f, point), x, step=step)
    return (H + H.T) / 2


def chain(dZ_dY, dY_dX, n_y=2):
    """Chain rule for tensors: sum over all indices of the middle array ``Y``.

    Parameters
    ----------
    dZ_dY : ndarray of shape ``Z.shape + Y.shape``
    dY_dX : ndarray of shape ``Y.shape + X.shape``
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
    X = _finite(X, "X")
    if X.shape != np.shape(grad):
        raise ValueError(f"grad needs the shape of X, {X.shape}; got {np.shape(grad)}")
    if directions < 1 or not X.size:
        raise ValueError(f"nothing to compare: {directions} directions, X of shape {X.shape}")
    grad = _finite(grad, "grad")
    value = _finite(f(X.copy()), "f(X)")
    if value.shape != ():
        raise ValueError(f"need a scalar function; got a value of shape {value.shape}")
    rng, worst = np.random.default_rng(seed), 0.0
    for number in range(directions):
        V = rng.standard_normal(X.shape)
        V /= np.linalg.norm(V)
        claimed, measured = float(np.sum(grad * V)), float(_slope(f, X, V, step, value))
        gap = abs(claimed - measured)
        size = max(abs(claimed), abs(measured))
        if not gap <= atol + rtol * size:
            raise AssertionError(
                f"slope along random direction {number}: "
                f"yours {claimed:.9g}, measured {measured:.9g}"
            )
        worst = max(worst, gap / size if size else 0.0)
    return worst


def _finite(A, name):
    A = np.asarray(A)
    if A.dtype.kind not in "biuf":
        raise ValueError(f"{name} needs real numbers; got {A.dtype}")
    A = A.astype(float)
    if not np.isfinite(A).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(A))[0])
        raise ValueError(f"{name} is not finite: {A[at]} at index {at}")
    return A


def _units(X):
    """Index and unit array for every entry of ``X``; the array is reused."""
    E = np.zeros_like(X)
    for at in np.ndindex(X.shape):
        E[at] = 1
        yield at, E
        E[at] = 0


def _central(f, X, V, step):
    above = np.array(f(X + step * V), float)  # a copy: f may use one array for all its results
    return (above - np.asarray(f(X - step * V), float)) / (2 * step)


def _slope(f, X, V, step, value):
    """Slope of ``f`` along ``V``: by complex step if that agrees, else central."""
    central, exact = _central(f, X, V, step), _complex(f, X, V)
    return exact if _agree(exact, central, value, step) else central


def _agree(exact, central, value, step):
    """Whether complex-step slopes equal central differences, entry by entry.

    The tolerance is the error of the central difference: of order ``step**2``, and the
    rounding of ``value`` divided by ``step``. A function that is not analytic, such as one with ``abs``
    in it, may have one wrong entry beside large right ones.
    """
    if exact is None or exact.shape != central.shape:
        return False
    noise = 10 * np.finfo(float).eps * np.abs(value) / step
    return bool(np.all(np.abs(exact - central) <= (1e-7 + step**2) * np.abs(central) + noise + 1e-8))


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

