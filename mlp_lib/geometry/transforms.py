"""Transformations of the plane as matrices: applied, put together, undone, measured.

The conventions are those of `mlp_lib.geometry`: points are (N, 2), each (x, y), in pixels, y
down, and a transformation is a (3, 3) matrix that a factor does not change.
"""

import numpy as np

from mlp_lib.geometry.points import LIMIT, as_matrix, as_pairs, as_points, cancellation, place

_EPS = np.finfo(float).eps


def apply(H, points):
    """The points, each mapped by ``H``.

    Parameters
    ----------
    H : (3, 3) array_like
        Transformation; a factor changes nothing.
    points : (N, 2) array_like
        Points (x, y), pixels, y down.

    Returns
    -------
    (N, 2) ndarray

    Raises
    ------
    ValueError
        If a point lies on the line that ``H`` sends to infinity, or for a wrong shape or
        a non-finite number.

    Notes
    -----
    Source: seed 003, homography (S3-GEO-D completed, S3-HG-REL).
    """
    H, points = as_matrix(H), as_points(points)
    mapped = points @ H[:, :2].T + H[:, 2]
    w = mapped[:, 2]
    size = np.abs(points) @ np.abs(H[2, :2]) + abs(H[2, 2])
    if (np.abs(w) <= 4 * _EPS * size).any():
        n = int(np.argmin(np.abs(w) - 4 * _EPS * size))
        raise ValueError(f"point {n}, {place(points[n])}, is sent to infinity by H")
    return mapped[:, :2] / w[:, None]


def compose(*Hs):
    """The transformation that applies the *last* of the matrices first: their product.

    ``apply(compose(A, B), points)`` is ``apply(A, apply(B, points))``.

    Parameters
    ----------
    *Hs : (3, 3) array_like
        One or more.

    Returns
    -------
    (3, 3) ndarray

    Raises
    ------
    ValueError
        If there is none, or for a wrong shape or a non-finite number.
    """
    if not Hs:
        raise ValueError("need at least one matrix (3, 3); got none")
    product = as_matrix(Hs[0])
    for H in Hs[1:]:
        product = product @ as_matrix(H)
    return product


def inverse(H):
    """The transformation that undoes ``H``.

    Parameters
    ----------
    H : (3, 3) array_like
        Transformation of points (x, y), pixels, y down.

    Returns
    -------
    (3, 3) ndarray
        The inverse matrix, so that ``compose(H, inverse(H))`` is the identity.

    Raises
    ------
    ValueError
        If ``H`` is singular (it maps the plane onto a line or a point), or for a wrong
        shape or a non-finite number.
    """
    H = as_matrix(H)
    if cancellation(H) <= 32 * _EPS:
        raise ValueError(
            f"H is singular (determinant {np.linalg.det(H):.3g}): it maps the plane onto a line "
            "or a point, and nothing undoes that"
        )
    return np.linalg.inv(H)


def transfer_error(H, src, dst, *, symmetric=False):
    """How far from ``dst`` each point of ``src`` is mapped.

    Parameters
    ----------
    H : (3, 3) array_like
        Transformation from ``src`` to ``dst``; a factor changes nothing.
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down.
    symmetric : bool
        Also map ``dst`` back, and return the root of the sum of both squared distances.

    Returns
    -------
    (N,) ndarray
        Distances in pixels.

    Raises
    ------
    ValueError
        As `apply`, and as `inverse` if ``symmetric``.
    """
    src, dst = as_pairs(src, dst)
    there = np.hypot(*(apply(H, src) - dst).T)
    return np.hypot(there, transfer_error(inverse(H), dst, src)) if symmetric else there


def normalisation(points):
    """Hartley's change of coordinates: mean at the origin, mean distance from it sqrt(2).

    Parameters
    ----------
    points : (N, 2) array_like
        Points (x, y), pixels, y down; at least two different ones.

    Returns
    -------
    (3, 3) ndarray
        The scaling and shift ``T``; ``apply(T, points)`` are the normalised points.

    Raises
    ------
    ValueError
        If all points are the same, or for a wrong shape or a non-finite number.

    Notes
    -----
    Source: R. Hartley, In defense of the eight-point algorithm, 1997; completes S3-HG-SVD.
    """
    return normalised(as_points(points), "points")[0]


def normalised(points, name):
    """The matrix of `normalisation`, and the points in its coordinates."""
    x, y = centre = points.sum(axis=0) / len(points)
    from_centre = points - centre
    distance = np.hypot(*from_centre.T).sum() / len(points)
    if distance <= max(4 * _EPS * max(abs(x), abs(y)), 1 / LIMIT):
        raise ValueError(
            f"need different points; all {len(points)} in {name} are {place(centre)}")
    s = np.sqrt(2) / distance
    return np.array([[s, 0, -s * x], [0, s, -s * y], [0, 0, 1]]), s * from_centre


def scaled(H, points):
    """``H`` divided by ``H[2, 2]``, or by its norm where that entry is zero.

    It counts as zero, up to rounding, if it is a billionth of what ``points``, (N, 2), add to it:
    if the origin goes to infinity for all that they tell.
    """
    beside = np.abs(H[2, :2]) @ np.abs(points).max(axis=0)
    return H / (H[2, 2] if abs(H[2, 2]) > 1e-9 * beside else np.linalg.norm(H))


def undo(T):
    """Inverse of a matrix from `normalisation`."""
    (s, _, x), (_, _, y), _ = T
    return np.array([[1 / s, 0, -x / s], [0, 1 / s, -y / s], [0, 0, 1]])


def rounding(*Ts):
    """Size of what rounding the points leaves in their normalised form, with a margin."""
    return 100 * _EPS * (1 + max(max(abs(T[0, 2]), abs(T[1, 2])) for T in Ts))
