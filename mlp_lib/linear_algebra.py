"""What the singular values of a matrix tell: rank, condition, inverses, least squares.

Everything rests on ``A = U D V^T``, with the singular values in descending order. A real
matrix of float32 gives results in float32; anything else is computed in float64. Source:
seed 003, from "Eigenvalue and Eigenvector" to its summary table.
"""

import operator

import numpy as np

from mlp_lib.arrays import as_float, as_numbers, finite


def as_matrix(A, name="A"):
    """``A`` as an array (m, n) of float32 or float64.

    Raises
    ------
    ValueError
        If ``A`` is no matrix, is empty, holds anything but finite real numbers, or one so
        large that a singular value could overflow.
    """
    A = as_numbers(A, name)
    if A.ndim != 2 or 0 in A.shape:
        raise ValueError(f"{name} needs to be a matrix (m, n); got shape {A.shape}")
    A = finite(A if A.dtype == np.float32 else A.astype(np.float64), name)
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
        type of ``s`` times ``max(m, n)``, which is what computing them can leave over.

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
    A, b = as_matrix(A), np.asarray(b)
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
    s = np.append(s, np.zeros(n - len(s), s.dtype))
    ties = int(np.sum(s - s[-1] <= tolerance(s, A.shape)))
    if ties > 1:
        raise ValueError(f"the best x is not unique: {ties} of the {n} singular values are "
                         f"{s[-1]:.3g} within rounding")
    x = Vt[-1]
    return x * np.sign(x[np.argmax(np.abs(x))])


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
    M, x = (finite(as_float(A, name, "biufc"), name) for A, name in ((M, "M"), (x, "x")))
    if M.ndim != 2 or M.shape != 2 * x.shape:
        raise ValueError(f"need M (n, n), x (n,); got {M.shape}, {x.shape}")
    if not np.allclose(M, M.conj().T, rtol=0, atol=1e-10 * np.abs(M).max(initial=0)):
        raise ValueError(f"need a Hermitian M; it differs from M* by {abs(M - M.conj().T).max()}")
    if not x.any():
        raise ValueError("need x other than zero; got the zero vector")
    x = x / np.abs(x).max()  # so that a tiny or huge x does not leave the range of floats
    return float(np.vdot(x, M @ x).real / np.vdot(x, x).real)
