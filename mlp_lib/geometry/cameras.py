"""What the table of contents of seed 003 promises beyond homographies: two pieces.

Calibration of a camera from views of a plane, and the geometry of two views of any scene.
Points are (N, 2), each (x, y), in pixels, y down; see `mlp_lib.geometry`.
"""

import numpy as np

from mlp_lib.geometry.fits import null_vector
from mlp_lib.geometry.points import as_matrix, as_pairs, as_points, place
from mlp_lib.geometry.transforms import normalised, rounding

_EPS = np.finfo(float).eps


def calibrate(homographies):
    """The camera matrix ``K`` from views of one plane, by Zhang's method.

    Each homography is ``K [r_1 r_2 t]`` up to a factor: that the columns ``r_1`` and
    ``r_2`` of a rotation are orthonormal gives two linear equations in ``K^-T K^-1``.

    Parameters
    ----------
    homographies : sequence of (3, 3) array_like
        At least three, from points (x, y) on the plane, in any unit, to pixels, y down.
        The planes must not be parallel.

    Returns
    -------
    (3, 3) ndarray
        ``[[f_x, skew, c_x], [0, f_y, c_y], [0, 0, 1]]`` in pixels.

    Raises
    ------
    ValueError
        For fewer than three, for views that do not determine ``K`` (parallel planes), or
        that no camera can have taken.

    Notes
    -----
    Source: Z. Zhang, A flexible new technique for camera calibration, 2000.
    """
    Hs = np.array([as_matrix(H, "each homography") for H in homographies]).reshape(-1, 3, 3)
    if len(Hs) < 3:
        raise ValueError(f"calibration needs at least 3 homographies; got {len(Hs)}")
    pixels = np.linalg.norm(Hs[:, :2]) / np.linalg.norm(Hs[:, 2])      # so that entries are near 1
    h, k, _ = (Hs / [[pixels], [pixels], [1]]).transpose(2, 0, 1)
    size = np.linalg.norm(h, axis=1, keepdims=True)
    h, k = h / size, k / size
    equations = np.concatenate([_products(h, k), _products(h, h) - _products(k, k)])
    _, sigma, Vt = np.linalg.svd(equations)
    if sigma[4] <= 1e-10 * sigma[0]:
        raise ValueError(
            f"these {len(Hs)} views do not determine a camera: turn the plane between them, about "
            "more than one axis, for parallel planes count as one")
    return np.diag([pixels, pixels, 1]) @ _camera_matrix(Vt[5])


def _products(h, k):
    """The rows that give ``h^T B k`` from the six entries of a symmetric ``B``, per view."""
    (a, b, c), (d, e, f) = h.T, k.T
    return np.stack([a * d, a * e + b * d, b * e, c * d + a * f, c * e + b * f, c * f], axis=1)


def _camera_matrix(entries):
    """``K`` with ``K^-T K^-1 = B`` up to a factor, from the six entries of ``B``."""
    p, q, r, s, t, u = entries * np.sign(entries[0])
    try:
        K = np.linalg.inv(np.linalg.cholesky([[p, q, s], [q, r, t], [s, t, u]])).T
    except np.linalg.LinAlgError:
        raise ValueError("no camera can have taken these views: K^-T K^-1 is not positive "
                         "definite; are they views of one plane, by one camera?") from None
    return K / K[2, 2]


def fit_fundamental(src, dst, *, normalise=True):
    """The fundamental matrix ``F`` with ``x'^T F x = 0`` for each pair: eight-point algorithm.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down; N >= 8, not all on one plane of the scene.
    normalise : bool
        Normalise the points first, as `geometry.normalisation` does. False is for
        measuring what that buys; degenerate pairs are not recognised then.

    Returns
    -------
    (3, 3) ndarray
        Of rank 2 and norm 1.

    Raises
    ------
    ValueError
        For too few pairs, pairs that do not determine ``F`` (one homography maps them
        all), a wrong shape or a non-finite number.

    Notes
    -----
    Source: R. Hartley, In defense of the eight-point algorithm, 1997.
    """
    src, dst = as_pairs(src, dst, 8, "a fundamental matrix")
    (T_src, p), (T_dst, q) = normalised(src, "src"), normalised(dst, "dst")
    tolerance = rounding(T_src, T_dst) if normalise else 0
    if not normalise:
        T_src, p, T_dst, q = np.eye(3), src, np.eye(3), dst
    p, q = np.c_[p, np.ones(len(p))], np.c_[q, np.ones(len(q))]
    A = (q[:, :, None] * p[:, None, :]).reshape(-1, 9)
    f, gap = null_vector(A)
    if gap <= tolerance:
        raise ValueError(f"these {len(src)} pairs do not determine a fundamental matrix: too few "
                         "of them differ, or one homography maps them all")
    U, D, Vt = np.linalg.svd(f.reshape(3, 3))
    F = T_dst.T @ (U[:, :2] * D[:2] @ Vt[:2]) @ T_src
    return F / np.linalg.norm(F)


def epipolar_lines(F, points):
    """The lines in the second picture on which the partners of ``points`` lie.

    Parameters
    ----------
    F : (3, 3) array_like
        Fundamental matrix; its transpose gives the lines in the first picture.
    points : (N, 2) array_like
        Points (x, y) of the first picture, pixels, y down.

    Returns
    -------
    (N, 3) ndarray
        Rows (a, b, c) with a^2 + b^2 = 1: ``a x + b y + c`` is the distance in pixels, with
        a sign, of (x, y) from the line.

    Raises
    ------
    ValueError
        If a point is the epipole, which has no line, a wrong shape or a non-finite number.
    """
    F, points = as_matrix(F, "F"), as_points(points)
    lines = np.c_[points, np.ones(len(points))] @ F.T
    size = np.hypot(lines[:, 0], lines[:, 1])
    terms = np.hypot(*(np.abs(points) @ np.abs(F[:2, :2].T) + np.abs(F[:2, 2])).T)
    if (size <= 32 * _EPS * terms).any():
        point = points[np.argmax(size <= 32 * _EPS * terms)]
        raise ValueError(f"{place(point)} is the epipole, which has no epipolar line")
    return lines / size[:, None]
