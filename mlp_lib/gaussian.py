"""The normal distribution of vectors: its log likelihood, the gradients of it, and the best fit.

Rows are samples. The density is ``(2 pi)**(-D/2) |Sigma|**(-1/2) exp(-q/2)`` with
``q = (x - mu)^T Sigma^-1 (x - mu)``. Source: seed 004, Example 2-3.
"""

import numpy as np

from mlp_lib.arrays import as_numbers

_FLOAT = np.finfo(float)


def log_likelihood(points, mu, Sigma):
    """Logarithm of the density of all ``points``: the sum over the samples.

    Parameters
    ----------
    points : (N, D) array_like of float
        One sample a row.
    mu : (D,) array_like of float
        Mean.
    Sigma : (D, D) array_like of float
        Covariance matrix, symmetric and positive definite.

    Returns
    -------
    float
        In nats. The document's ``L`` is ``-2`` times this, less ``N D log(2 pi)`` (S4-E2.3a).

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or ``Sigma`` is not symmetric or
        not positive definite.
    """
    centred, inverse, log_det = _checked(points, mu, Sigma)
    n, d = centred.shape
    q = float(np.sum(centred @ inverse * centred))
    return -0.5 * (n * d * np.log(2 * np.pi) + n * log_det + q)


def gradients(points, mu, Sigma):
    """Gradients of `log_likelihood` in ``mu`` and in ``Sigma``; arguments and errors as there.

    Returns
    -------
    dmu : (D,) ndarray
        ``Sigma^-1 sum_i (x_i - mu)``.
    dSigma : (D, D) ndarray
        ``(Sigma^-1 S Sigma^-1 - N Sigma^-1) / 2`` with ``S = sum_i (x_i - mu)(x_i - mu)^T``;
        every entry of ``Sigma`` counts as free, so a pair of tied entries holds its slope twice.

    Notes
    -----
    Source: S4-E2.3b for ``mu``; S4-E2.3e in the mended form, without the printed ``1/D``.
    """
    centred, inverse, _ = _checked(points, mu, Sigma)
    whitened = centred @ inverse
    return whitened.sum(axis=0), 0.5 * (whitened.T @ whitened - len(centred) * inverse)


def fit(points):
    """Mean (D,) and covariance matrix (D, D) of maximum likelihood.

    The mean of the ``points`` (N, D), and the mean of ``(x_i - mu)(x_i - mu)^T``: divided
    by ``N``, not ``N - 1``. Source: S4-E2.3f, which the document leaves out.

    Raises
    ------
    ValueError
        If ``points`` are not finite numbers (N, D), or do not span all D directions: then
        the likelihood has no maximum, since ever flatter densities beat each other.
    """
    points = np.asarray(as_numbers(points, "points"), dtype=float)
    if points.ndim != 2 or 0 in points.shape or not np.isfinite(points).all():
        raise ValueError(f"need finite points (N, D); got shape {points.shape}")
    mu = points.mean(axis=0)
    centred = points - mu
    rank = _directions(points, centred)
    if rank < points.shape[1]:
        raise ValueError(f"need points that span all {points.shape[1]} directions; got {rank}")
    return mu, centred.T @ centred / len(points)


def _directions(points, centred):
    """How many directions the points span: what rounding leaves of their distances is none.

    A distance is known to the rounding of the points themselves, however near they are.
    """
    size, spread = np.abs(points).max(axis=0), np.abs(centred).max(axis=0)
    moving = spread > len(points) * _FLOAT.eps * size
    if not moving.any():
        return 0
    blur = _FLOAT.eps * max(centred.shape) * (size / spread)[moving].max()
    scaled = centred[:, moving] / spread[moving]
    return int(np.linalg.matrix_rank(scaled, rtol=blur))


def _checked(points, mu, Sigma):
    """Centred points, inverse of ``Sigma`` and the logarithm of its determinant."""
    points, mu, Sigma = (np.asarray(as_numbers(A, name), dtype=float)
                         for A, name in ((points, "points"), (mu, "mu"), (Sigma, "Sigma")))
    if points.ndim != 2 or mu.shape != points.shape[1:] or Sigma.shape != 2 * mu.shape:
        raise ValueError(
            "need points (N, D), mu (D,), Sigma (D, D); "
            f"got {points.shape}, {mu.shape}, {Sigma.shape}"
        )
    if not all(np.isfinite(A).all() for A in (points, mu, Sigma)):
        raise ValueError("need finite points, mu and Sigma; got nan or inf")
    gap = np.abs(Sigma - Sigma.T)
    if gap.max() > 1e-10 * np.abs(Sigma).max():
        i, j = (int(at) for at in np.unravel_index(gap.argmax(), gap.shape))
        raise ValueError(f"need a symmetric Sigma; entry ({i}, {j}) is {Sigma[i, j]}, "
                         f"({j}, {i}) is {Sigma[j, i]}")
    values = np.linalg.eigvalsh(Sigma)
    if values[0] <= max(len(mu) * _FLOAT.eps * values[-1], _FLOAT.tiny):
        raise ValueError(f"need a positive definite Sigma; got eigenvalues from {values[0]:.3g} "
                         f"to {values[-1]:.3g}")
    return points - mu, np.linalg.inv(Sigma), float(np.log(values).sum())
