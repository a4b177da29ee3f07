"""The quotient of Rayleigh, which the eigenvalues of a matrix bound."""

import numpy as np

from mlp_lib.arrays import as_float, finite


def rayleigh_quotient(M, x):
    """``x* M x / (x* x)``, which lies between the least and the largest eigenvalue of ``M``.

    Parameters
    ----------
    M : (n, n) array_like of float or complex
        Hermitian; if real, symmetric.
    x : (n,) array_like of float or complex
        Not zero; its length does not matter.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, ``M`` is not Hermitian, or ``x``
        is the zero vector.

    Notes
    -----
    Source: S3-RAY-D; the bounds are S3-RAY-B.
    """
    M, x = as_float(M, "M", "biufc"), as_float(x, "x", "biufc")
    rounded = np.finfo(M.dtype).eps ** (2 / 3)  # share by which a computed M may be unsymmetric
    M, x = (finite(A.astype(np.result_type(A, float)), name) for A, name in ((M, "M"), (x, "x")))
    if M.ndim != 2 or M.shape != 2 * x.shape:
        raise ValueError(f"need M (n, n), x (n,); got {M.shape}, {x.shape}")
    if not np.allclose(M, M.conj().T, rtol=0, atol=rounded * np.abs(M).max(initial=0)):
        raise ValueError(f"need a Hermitian M; it differs from M* by {abs(M - M.conj().T).max()}")
    if not x.any():
        raise ValueError("need x other than zero; got the zero vector")
    x = x / np.abs(x).max()  # so that a tiny or huge x does not leave the range of floats
    return float(np.vdot(x, M @ x).real / np.vdot(x, x).real)
