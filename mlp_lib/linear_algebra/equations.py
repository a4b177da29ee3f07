"""Solutions of ``A x = b`` and of ``A x = 0``, by least squares."""

import numpy as np

from mlp_lib.arrays import as_numbers
from mlp_lib.linear_algebra.singular_values import as_matrix, rank, tolerance


def pseudo_inverse(A, *, rtol=None):
    """Pseudo-inverse ``V D0^-1 U^T``, (n, m), of ``A`` (m, n).

    Parameters
    ----------
    A : (m, n) array_like of float
    rtol : float, optional
        Singular values up to this share of the largest count as 0; see `tolerance`.

    Returns
    -------
    (n, m) ndarray
        ``pseudo_inverse(A) @ b`` is the shortest of the vectors that minimise
        ``|A x - b|``. It is the inverse if ``A`` is square and nonsingular.

    Raises
    ------
    ValueError
        If ``A`` is not a finite matrix, or ``rtol`` is not in [0, 1).

    Notes
    -----
    Source: S3-SVD-P3a; S3-SVD-P3b, completed for any shape.
    """
    A = as_matrix(A)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    r = np.sum(s > tolerance(s, A.shape, rtol))
    return (Vt[:r].T / s[:r]) @ U[:, :r].T


def least_squares(A, b, *, method="svd", rtol=None):
    """The ``x`` that minimises ``|A x - b|``.

    Parameters
    ----------
    A : (m, n) array_like of float
    b : (m,) or (m, k) array_like of float
        One right side, or k of them as columns.
    method : {"svd", "qr", "normal"}
        ``"svd"`` takes any ``A``; where many ``x`` are best, it gives the shortest.
        ``"qr"`` needs independent columns. ``"normal"`` solves ``A^T A x = A^T b``: the
        quickest, but its error grows with the square of the condition number, and it
        needs columns that are independent even in ``A^T A``.
    rtol : float, optional
        As in `tolerance`.

    Returns
    -------
    (n,) or (n, k) ndarray

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, ``method`` or ``rtol`` is none of
        those above, or the columns of ``A`` depend on each other for the method.

    Notes
    -----
    Source: S3-SOL-LS, S3-TAB-LS.
    """
    A, b = as_matrix(A), as_numbers(b, "b")
    if method not in _METHODS:
        raise ValueError(f"method needs to be one of {', '.join(_METHODS)}; got {method!r}")
    if b.ndim not in (1, 2) or b.shape[0] != len(A):
        raise ValueError(f"b needs {len(A)} rows, as A {A.shape} has; got shape {b.shape}")
    columns = as_matrix(b.reshape(len(A), -1), "b")
    return _METHODS[method](A, columns, rtol).reshape(A.shape[1], *b.shape[1:])


def _by_svd(A, b, rtol):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    r = np.sum(s > tolerance(s, A.shape, rtol))
    return Vt[:r].T @ ((U[:, :r].T @ b) / s[:r, None])


def _by_qr(A, b, rtol):
    Q, R = np.linalg.qr(A)
    _need_full_column_rank("A", R, rtol)
    return np.linalg.solve(R, Q.T @ b)


def _by_normal_equations(A, b, rtol):
    with np.errstate(over="ignore", invalid="ignore"):
        gram = as_matrix(A.T @ A, "A^T A")
    _need_full_column_rank("A^T A", gram, rtol)
    return np.linalg.solve(gram, A.T @ b)


_METHODS = {"svd": _by_svd, "qr": _by_qr, "normal": _by_normal_equations}


def _need_full_column_rank(name, matrix, rtol):
    found, n = rank(matrix, rtol=rtol), matrix.shape[1]
    if found < n:
        raise ValueError(f"{name} has rank {found} within rounding, but needs {n}; "
                         "method 'svd' solves such a system")


def homogeneous_least_squares(A):
    """The unit vector ``x`` that minimises ``|A x|``: the last column of V.

    Parameters
    ----------
    A : (m, n) array_like of float
        With ``m >= n - 1``.

    Returns
    -------
    (n,) ndarray
        Of length 1. Of the two, ``x`` and ``-x``, the one whose entry of largest
        magnitude is positive.

    Raises
    ------
    ValueError
        If ``A`` is not a finite matrix, or its smallest singular value is not single:
        then a whole plane, or more, of vectors is equally good.

    Notes
    -----
    Source: S3-SOL-H1; S3-SOL-H5 in the mended form; S3-TAB-H.
    """
    A = as_matrix(A)
    m, n = A.shape
    _, s, Vt = np.linalg.svd(A, full_matrices=m < n)
    s = np.append(s, np.zeros(n - len(s)))
    ties = int(np.sum(s - s[-1] <= tolerance(s, A.shape)))
    if ties > 1:
        raise ValueError(f"the best x is not unique: {ties} of the {n} singular values are "
                         f"{s[-1]:.3g} within rounding")
    x = Vt[-1]
    return x * np.sign(x[np.argmax(np.abs(x))])
