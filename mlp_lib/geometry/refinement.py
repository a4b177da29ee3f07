"""A homography refined: the one whose transfer errors have the least sum of squares.

Points are (N, 2), each (x, y), in pixels, y down; see `mlp_lib.geometry`.
"""

import numpy as np

from mlp_lib.geometry.fits import dlt_matrix
from mlp_lib.geometry.points import as_matrix, as_pairs
from mlp_lib.geometry.transforms import normalised, scaled, transfer_error, undo


def refine_homography(H, src, dst, *, steps=10):
    """A homography near ``H`` whose transfer errors have the least sum of squares.

    Levenberg-Marquardt in normalised coordinates. The derivative of a mapped point in the
    entries of ``H`` is its two rows of `dlt_matrix`, taken at the mapped point and divided
    by w.

    Parameters
    ----------
    H : (3, 3) array_like
        Start, for example from `fit_homography`.
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down; N >= 4.
    steps : int
        The most steps; it ends earlier when the entries stay the same to eight digits.

    Returns
    -------
    (3, 3) ndarray
        Scaled as `fit_homography` scales; never with a greater sum than ``H``.

    Raises
    ------
    ValueError
        For fewer than four pairs, for points that are all the same, and as `transfer_error`.
    """
    src, dst = as_pairs(src, dst, 4, "a homography")
    transfer_error(H, src, dst)                      # names the point that H sends to infinity
    (T_src, p), (T_dst, q) = normalised(src, "src"), normalised(dst, "dst")
    H = _of_norm_1(T_dst @ as_matrix(H) @ undo(T_src))
    (mapped, w), damping = _mapped(H, p), 1e-3
    for _ in range(steps):
        J = dlt_matrix(p, mapped) / np.repeat(w, 2)[:, None]
        normal = J.T @ J + len(p) * (damping * np.eye(9) + np.outer(H, H))    # no step along H
        step = np.linalg.solve(normal, J.T @ (q - mapped).ravel())
        moved = _of_norm_1(H + step.reshape(3, 3))
        there, w_there = _mapped(moved, p)
        if ((q - there) ** 2).sum() < ((q - mapped) ** 2).sum():
            H, mapped, w, damping = moved, there, w_there, damping / 10
        else:
            damping *= 10
        if np.abs(step).max() < 1e-8:
            break
    return scaled(undo(T_dst) @ H @ T_src, src)


def _of_norm_1(H):
    return H / np.linalg.norm(H)


def _mapped(H, points):
    """The mapped points, and the third coordinates they were divided by."""
    with np.errstate(all="ignore"):
        u, v, w = H[:, :2] @ points.T + H[:, 2:]
        return np.stack([u / w, v / w], axis=1), w
