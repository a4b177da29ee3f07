"""Small samples of point pairs, many at once, and the transformations that they fix.

A sample has just as many pairs as a transformation needs: closed formulas, no equations to
solve. Points are (x, y), in pixels, y down; a block of samples is (count, size, 2).
"""

import numpy as np

FLAT = 1e-9     # a triangle counts as flat up to this share of the sample's extent, squared


def draw(rng, n, size, count):
    """Indices (count, size) of pairs out of ``n``; none stands twice in a row."""
    picks = rng.integers(n - np.arange(size), size=(count, size))
    for j in range(1, size):
        for taken in np.sort(picks[:, :j]).T:        # step over those that are taken
            picks[:, j] += picks[:, j] >= taken
    return picks


def translations(src, dst):
    """Matrices (count, 3, 3) from samples of one pair."""
    Hs = np.tile(np.eye(3), (len(src), 1, 1))
    Hs[:, :2, 2] = (dst - src)[:, 0]
    return Hs


def similarities(src, dst, rigid=False):
    """Matrices (M, 3, 3) from samples of two pairs; those of repeated points are left out.

    As complex numbers: ``dst = a src + b``, and ``|a| = 1`` if ``rigid``.
    """
    z, z_dst = src @ (1, 1j), dst @ (1, 1j)
    side, side_dst = z[:, 1] - z[:, 0], z_dst[:, 1] - z_dst[:, 0]
    sound = (side != 0) & (side_dst != 0)
    a = side_dst[sound] / side[sound]
    a = a / np.abs(a) if rigid else a
    b = z_dst[sound].mean(axis=1) - a * z[sound].mean(axis=1)
    last = np.tile([0, 0, 1], (len(a), 1)).T
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag], last]).transpose(2, 0, 1)


def rigids(src, dst):
    """As `similarities`, without scaling."""
    return similarities(src, dst, rigid=True)


def affines(src, dst):
    """Matrices (M, 3, 3), each up to a factor, from samples of three pairs.

    Collinear ones are left out.
    """
    _, adjugate, area = _frame(src)
    P_dst, _, area_dst = _frame(dst)
    sound = ~(_flat(src, area) | _flat(dst, area_dst))
    return P_dst[sound] @ adjugate[sound]


def homographies(src, dst):
    """Matrices (M, 3, 3) from samples of four pairs.

    With the first three points as columns of ``P``, the fourth is ``P`` times its weights,
    and ``H = P' diag(weights' / weights) P^-1``. Left out are samples of which three points
    are collinear, and those whose triangles do not all keep their turn, or all change it:
    a camera that sees all four points cannot have done that.
    """
    _, adjugate, turns = _frame(src)
    P_dst, _, turns_dst = _frame(dst)
    kept = np.sign(turns) * np.sign(turns_dst)
    sound = ~(_flat(src, turns) | _flat(dst, turns_dst)) & (kept == kept[:, :1]).all(axis=1)
    ratio = turns_dst[sound, :3] / turns[sound, :3]
    return (P_dst[sound] * ratio[:, None, :]) @ adjugate[sound]


def _frame(points):
    """Of each sample: its first three points as columns, the adjugate of that matrix, areas.

    The areas (count, 1) or (count, 4) are twice those of the triangles that the points
    form, with the sign of their turn: where there is a fourth point, it takes the place of
    each of the three in turn; the last area is that of the three themselves.
    """
    x, y = points.transpose(2, 0, 1)
    one = np.ones((len(points), 3))
    (p, q), (r, s) = ((x[:, k], y[:, k]) for k in ([1, 2, 0], [2, 0, 1]))
    adjugate = np.stack([q - s, r - p, p * s - q * r], axis=2)     # cross products of the points
    areas = adjugate[:, :, 2].sum(axis=1, keepdims=True)
    if x.shape[1] == 4:
        fourth = adjugate @ np.stack([x[:, 3], y[:, 3], one[:, 0]], axis=1)[:, :, None]
        areas = np.concatenate([fourth[:, :, 0], areas], axis=1)
    return np.stack([x[:, :3], y[:, :3], one], axis=1), adjugate, areas


def _flat(points, areas):
    """Which samples hold a triangle without area, up to rounding."""
    extent = np.ptp(points, axis=1).max(axis=1, keepdims=True)
    return (np.abs(areas) <= FLAT * extent**2).any(axis=1)
