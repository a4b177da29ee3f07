"""Transformations fitted to pairs of points: from a translation up to a homography.

Points are (N, 2), each (x, y), in pixels, y down; see `mlp_lib.geometry`. All pairs are
taken to be right; `mlp_lib.geometry.robust` is for pairs of which some are false.
"""

import numpy as np

from mlp_lib.geometry.points import as_pairs, cause_of_failure
from mlp_lib.geometry.transforms import normalised, rounding, scaled, undo


def fit_translation(src, dst):
    """The shift that maps ``src`` to ``dst`` best (least squares): 2 degrees of freedom.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down; N >= 1.

    Returns
    -------
    (3, 3) ndarray
        ``[[1, 0, t_x], [0, 1, t_y], [0, 0, 1]]``.

    Raises
    ------
    ValueError
        For too few points, a wrong shape or a non-finite number.

    Notes
    -----
    Source: seed 003, table of transformations (S3-GEO-T1).
    """
    src, dst = as_pairs(src, dst, 1, "a translation")
    return _about_centres(np.eye(2), src.mean(axis=0), dst.mean(axis=0))


def fit_rigid(src, dst):
    """The rotation and shift that map ``src`` to ``dst`` best: 3 degrees of freedom.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down; N >= 2, not all the same.

    Returns
    -------
    (3, 3) ndarray
        ``[R t; 0 1]`` with det R = 1 (never a mirror image), least squares.

    Raises
    ------
    ValueError
        For too few or repeated points, for points that no rotation fits better than
        another, a wrong shape or a non-finite number.

    Notes
    -----
    Source: seed 003, table of transformations (S3-GEO-T2).
    """
    src, dst = as_pairs(src, dst, 2, "a rigid transformation")
    a, *centres = _turn(src, dst)
    return _about_centres(_rotation(a / abs(a)), *centres)


def fit_similarity(src, dst):
    """The scaling, rotation and shift that map ``src`` to ``dst`` best: 4 degrees of freedom.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down; N >= 2, not all the same.

    Returns
    -------
    (3, 3) ndarray
        ``[s R t; 0 1]`` with s > 0 and det R = 1 (never a mirror image), least squares.

    Raises
    ------
    ValueError
        As `fit_rigid`.

    Notes
    -----
    Source: seed 003, table of transformations (S3-GEO-T3).
    """
    src, dst = as_pairs(src, dst, 2, "a similarity")
    a, *centres = _turn(src, dst)
    return _about_centres(_rotation(a), *centres)


def fit_affine(src, dst):
    """The affine transformation that maps ``src`` to ``dst`` best: 6 degrees of freedom.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down; N >= 3, not all on one line.

    Returns
    -------
    (3, 3) ndarray
        ``[A t; 0 1]``, least squares.

    Raises
    ------
    ValueError
        For too few, repeated or collinear points, for pairs whose best fit maps the plane
        onto a line or a point, a wrong shape or a non-finite number.

    Notes
    -----
    Source: seed 003, affine estimation (S3-AFF-1, S3-AFF-N, S3-GEO-T4). Solved about the
    means and without normal equations, which would square the condition number.
    """
    src, dst = as_pairs(src, dst, 3, "an affine transformation")
    (T_src, p), (T_dst, q) = normalised(src, "src"), normalised(dst, "dst")
    tolerance = rounding(T_src, T_dst)
    A = np.linalg.lstsq(p, q, rcond=tolerance)[0]
    H = _about_centres(A.T, np.zeros(2), np.zeros(2))
    if _flattens(H, tolerance):
        raise cause_of_failure(src, dst, 3, "an affine transformation")
    return undo(T_dst) @ H @ T_src


def dlt_matrix(src, dst):
    """The matrix ``A`` of the direct linear transformation: ``A @ h = 0`` for exact pairs.

    ``h`` holds the entries of the homography row by row. A pair (x, y), (x', y') gives the
    rows ``(x, y, 1, 0, 0, 0, -x'x, -x'y, -x')`` and ``(0, 0, 0, x, y, 1, -y'x, -y'y, -y')``.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down.

    Returns
    -------
    (2 N, 9) ndarray

    Raises
    ------
    ValueError
        For a wrong shape or a non-finite number.

    Notes
    -----
    Source: seed 003, estimating a homography (S3-HG-DLT).
    """
    src, dst = as_pairs(src, dst)
    A = np.zeros((len(src), 2, 9))
    A[:, 0, 0:2] = A[:, 1, 3:5] = src
    A[:, 0, 2] = A[:, 1, 5] = 1
    A[:, :, 6:8] = -dst[:, :, None] * src[:, None, :]
    A[:, :, 8] = -dst
    return A.reshape(-1, 9)


def fit_homography(src, dst, *, normalise=True):
    """The homography that maps ``src`` to ``dst``: 8 degrees of freedom.

    The direct linear transformation: ``h`` is the right singular vector of `dlt_matrix`
    that belongs to the smallest singular value. Exact pairs give the exact homography;
    others the least *algebraic* error, `refinement.refine_homography` the least distances.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down; N >= 4, and not all, nor all but one, on
        one line.
    normalise : bool
        Normalise the points first, as `normalisation` does. False is for measuring what
        that buys; degenerate points are not recognised then.

    Returns
    -------
    (3, 3) ndarray
        Scaled to ``H[2, 2] = 1``, or to the norm 1 where that entry is zero.

    Raises
    ------
    ValueError
        For too few or repeated points, for three collinear ones among four, for pairs whose
        best fit maps the plane onto a line or a point, a wrong shape or a non-finite number.

    Notes
    -----
    Source: seed 003, estimating a homography (S3-HG-SVD completed, S3-GEO-T5).
    """
    src, dst = as_pairs(src, dst, 4, "a homography")
    (T_src, p), (T_dst, q) = normalised(src, "src"), normalised(dst, "dst")
    if not normalise:
        T_src, p, T_dst, q = np.eye(3), src, np.eye(3), dst
    h, gap = null_vector(dlt_matrix(p, q))
    H, tolerance = h.reshape(3, 3), rounding(T_src, T_dst)
    if normalise and (gap <= tolerance or _flattens(H, tolerance)):
        raise cause_of_failure(src, dst, 4, "a homography")
    return scaled(undo(T_dst) @ H @ T_src, src)


def null_vector(A):
    """The unit vector ``h`` with the least ``|A h|``, and how far it is from not being unique.

    Parameters
    ----------
    A : (M, 9) ndarray
        M >= 8.

    Returns
    -------
    h : (9,) ndarray
        Right singular vector of the smallest singular value.
    gap : float
        The smallest singular value but one, as a share of the largest.

    Notes
    -----
    The eigenvectors of A^T A are found in half the time, but the condition number is squared:
    they are taken only where that costs no more than three of the sixteen digits.
    """
    squares, vectors = np.linalg.eigh(A.T @ A)
    if squares[1] > 1e-3 * squares[-1]:
        return vectors[:, 0], np.sqrt(squares[1] / squares[-1])
    _, sigma, Vt = np.linalg.svd(np.linalg.qr(A, mode="r"))      # R has the sigma and V of A
    return Vt[-1], sigma[7] / sigma[0]


def _flattens(H, tolerance):
    """Whether ``H``, of normalised points, maps the plane onto a line or a point."""
    sigma = np.linalg.svd(H, compute_uv=False)
    return sigma[2] <= tolerance * sigma[0]


def _about_centres(A, centre_src, centre_dst):
    """The matrix of ``x -> A (x - centre_src) + centre_dst``."""
    H = np.eye(3)
    H[:2, :2], H[:2, 2] = A, centre_dst - A @ centre_src
    return H


def _turn(src, dst):
    """Best scaling and rotation as one complex number, and both centres.

    With the points as complex numbers about their means, dst = a src in least squares.
    """
    (T_src, p), (T_dst, q) = normalised(src, "src"), normalised(dst, "dst")
    z, z_dst = p @ (1, 1j), q @ (1, 1j)
    common = np.vdot(z, z_dst)
    if abs(common) <= rounding(T_src, T_dst) * len(src):
        raise ValueError(
            "no rotation of src fits dst better than any other; is dst a mirror image of it?")
    a = common / np.vdot(z, z).real * T_src[0, 0] / T_dst[0, 0]
    return a, src.mean(axis=0), dst.mean(axis=0)


def _rotation(a):
    """The matrix that multiplies points by the complex number ``a``."""
    return np.array([[a.real, -a.imag], [a.imag, a.real]])
