"""Two pictures joined into one.

Pictures and points are those of `mlp_lib.geometry.warping`.
"""

from numbers import Real
from typing import NamedTuple

import numpy as np

from mlp_lib.geometry.points import as_matrix
from mlp_lib.geometry.transforms import apply, inverse
from mlp_lib.geometry.warping import as_one, as_picture, as_texels, like, mix, resample

LARGEST = 100_000_000   # pixels of a panorama


class Panorama(NamedTuple):
    """Two pictures in one.

    Attributes
    ----------
    image : (h', w'), (h', w', 3) or (h', w', 4) ndarray
        The joined picture.
    origin : (int, int)
        (x, y) of the first pixel of the second picture in ``image``.
    share : (h', w') ndarray of float32
        Weight of the first picture, in [0, 1]; that of the second is what is left to 1.
    """

    image: np.ndarray
    origin: tuple
    share: np.ndarray


def stitch(first, second, H, *, blend="feather"):
    """Both pictures in one, in the frame of ``second``, blended where they overlap.

    Parameters
    ----------
    first, second : (h, w), (h, w, 3) or (h, w, 4) array_like of float in [0, 1] or uint8
        Pictures of the same kind; the sizes may differ.
    H : (3, 3) array_like
        Maps points (x, y) of ``first`` to points of ``second``, pixels, y down.
    blend : {"feather", "average"} or float
        How the overlap is mixed. "feather" weighs each picture by the distance to its own
        border, "average" by one half. A number, >= 0, is the width in pixels of the change
        from one to the other across the seam, where both distances are equal; 0 is a cut.

    Returns
    -------
    Panorama
        Just large enough for both pictures; 0 where neither is.

    Raises
    ------
    ValueError
        If ``H`` is singular or sends a part of ``first`` to infinity, if the result would
        have more than 100 million pixels, for pictures of different kinds, or another
        ``blend``.

    Notes
    -----
    Source: seed 003, image stitching (S3-HG-STITCH, completed).
    """
    first, second = as_picture(first), as_picture(second)
    kinds = [(picture.shape[2:], picture.dtype == np.uint8) for picture in (first, second)]
    if kinds[0] != kinds[1]:
        raise ValueError("need two pictures of one kind; got "
                         f"{first.shape} {first.dtype} and {second.shape} {second.dtype}")
    (x, y), shape = _canvas(first.shape, second.shape, H)
    back = inverse(H) @ [[1, 0, -x], [0, 1, -y], [0, 0, 1]]
    moved = resample(as_texels(first, depth=True), back, shape)
    still, (h, w) = np.zeros_like(moved), second.shape[:2]
    still[y : y + h, x : x + w] = as_texels(second, depth=True)[:h, :w]
    share = _share(moved[..., -1], still[..., -1], blend)
    _blend(still, moved, share)
    return Panorama(like(second, still), (x, y), share)


def _canvas(shape_first, shape_second, H):
    """Where (0, 0) of the second picture lies in the joined one, and the shape of that."""
    (h, w), (h_second, w_second) = shape_first[:2], shape_second[:2]
    corners = np.array([[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]], float)
    scale = corners @ as_matrix(H)[2, :2] + as_matrix(H)[2, 2]
    if scale.min() <= 0 <= scale.max():
        raise ValueError("H sends a line through the first picture to infinity, so that no "
                         "panorama holds it")
    points = np.r_[apply(H, corners), [[0, 0], [w_second - 1, h_second - 1]]]
    low, high = np.floor(points.min(axis=0) + 1e-6), np.ceil(points.max(axis=0) - 1e-6)
    columns, rows = high - low + 1
    if columns * rows > LARGEST:
        raise ValueError(
            f"the joined picture would have {rows:.0f} x {columns:.0f} pixels, more than {LARGEST}")
    return (-low).astype(int).tolist(), (int(rows), int(columns))


def _blend(still, moved, share):
    """Change ``still`` to the mean of both; what has no share has no part, whatever it holds."""
    here, there = as_one(still), as_one(moved)
    np.copyto(here, there, where=share == 1)
    both = np.flatnonzero((share > 0) & (share < 1))
    mixed, other = (pixels.take(both).view(np.float32) for pixels in (here, there))
    mix(mixed, other, share.take(both).repeat(still.shape[2]))
    here.ravel()[both] = mixed.view(here.dtype)


def _share(depth, depth_second, blend):
    """Weight of the first picture, from both distances to the border, which are 0 outside."""
    both, only = (depth > 0) & (depth_second > 0), (depth > 0).astype(np.float32)
    if blend == "feather":
        mixed = depth / np.maximum(depth + depth_second, 1)
    elif blend == "average":
        mixed = np.full_like(depth, 0.5)
    elif isinstance(blend, Real) and blend >= 0:
        mixed = np.clip(0.5 + (depth - depth_second) / max(blend, 1e-6), 0, 1)
    else:
        raise ValueError(f'need blend "feather", "average" or a width >= 0; got {blend!r}')
    return np.where(both, mixed, only).astype(np.float32)
