"""A function of two variables whose valleys are known, to practise descent on.

It and its gradient take points in the last axis, so that one point, a path and a whole grid
of points are written alike.
"""

import numpy as np

from mlp_lib.arrays import as_float


def six_hump_camel(x):
    """Six-hump camel function: six minima, two of which are lowest.

    Parameters
    ----------
    x : array_like of shape (..., 2)
        Points; usually looked at for ``-2 <= x1 <= 2`` and ``-1 <= x2 <= 1``. Complex
        numbers are allowed, for a complex step.

    Returns
    -------
    ndarray of shape (...)
        ``(4 - 2.1 x1**2 + x1**4 / 3) x1**2 + x1 x2 + (4 x2**2 - 4) x2**2``; least
        near ``(0.0898, -0.7127)`` and its mirror image ``(-0.0898, 0.7127)``, -1.0316.

    Raises
    ------
    ValueError
        If the last axis has not length 2.

    Notes
    -----
    Source: seed 003 "Partial derivative" (S3-GRD-EX).
    """
    x1, x2 = _coordinates(x)
    return (4 - 2.1 * x1**2 + x1**4 / 3) * x1**2 + x1 * x2 + (4 * x2**2 - 4) * x2**2


def six_hump_camel_gradient(x):
    """Gradient of `six_hump_camel` at points (..., 2), in the shape of ``x``.

    Raises
    ------
    ValueError
        If the last axis has not length 2.

    Notes
    -----
    Source: seed 003 "Partial derivative" (S3-GRD-EX).
    """
    x1, x2 = _coordinates(x)
    return np.stack(
        [2 * x1**5 - 8.4 * x1**3 + 8 * x1 + x2, 16 * x2**3 - 8 * x2 + x1], axis=-1
    )


def _coordinates(x):
    x = as_float(x, "x", "biufc")
    if x.ndim == 0 or x.shape[-1] != 2:
        raise ValueError(f"need points of shape (..., 2); got {x.shape}")
    return x[..., 0], x[..., 1]
