"""What counts as a matrix, and what its singular values tell: rank, condition, spaces."""

import operator

import numpy as np

from mlp_lib.arrays import as_numbers, finite


def as_matrix(A, name="A"):
    """``A`` as an array (m, n) of float64, whatever type of real numbers it has.

    Raises
    ------
    ValueError
        If ``A`` is no matrix, is empty, holds anything but finite real numbers, or one so
        large that a singular value could overflow.
    """
    A = as_numbers(A, name)
    if A.ndim != 2 or 0 in A.shape:
        raise ValueError(f"{name} needs to be a matrix (m, n); got shape {A.shape}")
    A = finite(A.astype(np.float64), name)
    largest, limit = np.abs(A).max(), np.finfo(A.dtype).max / A.size
    if largest > limit:  # a singular value could overflow, and the rank would count as 0
        raise ValueError(f"{name} needs entries up to {limit:.3g}; got {largest:.3g}")
    return A


def tolerance(s, shape, rtol=None):
    """Size up to which a singular value counts as 0.

    Parameters
    ----------
    s : (k,) ndarray of float
        Singular values, the largest first.
    shape : pair of int
        Shape (m, n) of the matrix.
    rtol : float, optional
        In [0, 1), as a share of the largest one. By default the rounding error of the
        type of ``s`` times ``max(m, n)``, which is what computing them can leave over. It
        knows nothing of errors in the matrix itself: of what was rounded to float32 before,
        or measured, say how exact it is (1e-6 for float32).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ``rtol`` is not in [0, 1).

    Notes
    -----
    Source: S3-SVD-P2b, where the tolerance is absolute, about 1e-6; a relative one does
    not depend on the unit of the entries.
    """
    rtol = np.finfo(s.dtype).eps * max(shape) if rtol is None else rtol
    if not 0 <= rtol < 1:
        raise ValueError(f"rtol needs to be in [0, 1); got {rtol}")
    return float(rtol * s[0])


def rank(A, *, rtol=None):
    """Number of singular values of ``A`` (m, n) above the `tolerance` (S3-SVD-P2a, P2b).

    Raises
    ------
    ValueError
        If ``A`` is not a finite matrix, or ``rtol`` is not in [0, 1).
    """
    A = as_matrix(A)
    s = np.linalg.svd(A, compute_uv=False)
    return int(np.sum(s > tolerance(s, A.shape, rtol)))


def condition_number(A):
    """Largest singular value of ``A`` (m, n) divided by its smallest; ``inf`` if that is 0.

    Of its ``min(m, n)`` singular values, and at least 1. The relative error of the
    solution of ``A x = b`` is at most this many times the relative error of ``b``.
    Source: S3-SVD-P1b.

    Raises
    ------
    ValueError
        If ``A`` is not a finite matrix.
    """
    s = np.linalg.svd(as_matrix(A), compute_uv=False)
    with np.errstate(over="ignore"):
        return float(s[0] / s[-1]) if s[-1] > 0 else np.inf


def range_space(A, *, rtol=None):
    """Orthonormal basis (m, r) of all ``A x``: the columns of U with singular values.

    Arguments and errors as in `rank`. Source: S3-SVD-P4a.
    """
    A = as_matrix(A)
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    return U[:, s > tolerance(s, A.shape, rtol)]


def null_space(A, *, rtol=None):
    """Orthonormal basis (n, n - r) of all ``x`` with ``A x = 0``; r is the rank of ``A`` (m, n).

    Arguments and errors as in `rank`. Source: S3-SVD-P4b, completed: the columns of V
    from r + 1 to n, also those that have no singular value at all.
    """
    A = as_matrix(A)
    m, n = A.shape
    _, s, Vt = np.linalg.svd(A, full_matrices=m < n)
    return Vt[np.sum(s > tolerance(s, A.shape, rtol)):].T


def low_rank(A, k):
    """The matrix of rank ``k`` at most that is nearest to ``A``.

    Parameters
    ----------
    A : (m, n) array_like of float
    k : int
        From 0 to ``min(m, n)``.

    Returns
    -------
    (m, n) ndarray
        Its distance from ``A`` is ``sqrt(sum of s[k:]**2)`` in the Frobenius norm, and
        ``s[k]`` in the spectral norm (Eckart and Young).

    Raises
    ------
    ValueError
        If ``A`` is not a finite matrix, or ``k`` is not in that range.

    Notes
    -----
    Source: S3-SVD-D, cut off after ``k`` terms; S3-SVD-P6 gives the distance.
    """
    A, k = as_matrix(A), operator.index(k)
    if not 0 <= k <= min(A.shape):
        raise ValueError(f"need k in 0..{min(A.shape)} for A {A.shape}; got {k}")
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k]


def oriented_svd(A):
    """Singular vectors of a matrix of the plane, with the signs that a drawing wants.

    Parameters
    ----------
    A : (2, 2) array_like of float

    Returns
    -------
    U : (2, 2) ndarray
    s : (2,) ndarray
    V : (2, 2) ndarray
        Not transposed: its columns are v1, which does not point to the left, and v2, which
        does not point down.

    Raises
    ------
    ValueError
        If ``A`` is not a finite matrix (2, 2).

    Notes
    -----
    Source: S3-SVD-D; that signs are free, S3-SVD-U.
    """
    A = as_matrix(A)
    if A.shape != (2, 2):
        raise ValueError(f"need a matrix (2, 2); got shape {A.shape}")
    U, s, Vt = np.linalg.svd(A)
    signs = np.where(np.diag(Vt) < 0, -1, 1)
    return U * signs, s, Vt.T * signs
