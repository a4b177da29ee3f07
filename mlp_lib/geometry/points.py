"""What the geometry takes: points, pairs and matrices, checked; and why it refuses some.

Points are (N, 2), each (x, y), in pixels, y down; see `mlp_lib.geometry`.
"""

import numpy as np

from mlp_lib.arrays import as_numbers

LIMIT = 1e50    # of coordinates and entries, and of a scale: their products must not overflow


def as_points(points, name="points"):
    """The points as float64; ValueError unless (N, 2) with N >= 1, finite, and below `LIMIT`."""
    points = np.asarray(as_numbers(points, name), float)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"need {name} of shape (N, 2), each (x, y); got {points.shape}")
    sound = np.abs(points) < LIMIT                   # not so for nan, either
    if not sound.all():
        n = int(np.argmin(sound.all(axis=1)))
        raise ValueError(f"need finite {name} below {LIMIT:g}; number {n} is {place(points[n])}")
    return points


def as_pairs(src, dst, least=1, what="this"):
    """Both ends of the pairs, as float64; ValueError unless they match and are enough."""
    src, dst = as_points(src, "src"), as_points(dst, "dst")
    if len(src) != len(dst):
        raise ValueError(
            f"need as many points in src as in dst; got {len(src)} in src and {len(dst)} in dst")
    if len(src) < least:
        raise ValueError(f"{what} needs at least {least} pairs of points; got {len(src)}")
    return src, dst


def as_matrix(H, name="H"):
    """The matrix as float64; ValueError unless (3, 3), finite, below `LIMIT`, not all zero."""
    H = np.asarray(as_numbers(H, name), float)
    if H.shape != (3, 3):
        raise ValueError(f"need {name} of shape (3, 3); got {H.shape}")
    if not (np.abs(H) < LIMIT).all():
        raise ValueError(f"need a finite {name} below {LIMIT:g}; got\n{H}")
    if not H.any():
        raise ValueError(f"need {name} with an entry that is not zero; got all zeros")
    return H


def place(point):
    """A point in words, as ``(12.5, 7)``."""
    return "({:.6g}, {:.6g})".format(*point)


def cancellation(H):
    """How much of the determinant is left of its terms, from 0 (all cancel) to 1.

    ``|det H|`` over the sum of the sizes of its six terms, so that scaling a row or a
    column changes nothing: unlike the condition number it does not call a shift by a
    thousand pixels nearly singular.
    """
    (a, b, c), (d, e, f), (g, h, i) = (H / np.abs(H).max()).tolist()
    terms = (a * e * i, b * f * g, c * d * h, -c * e * g, -b * d * i, -a * f * h)
    return abs(sum(terms)) / (sum(map(abs, terms)) or 1)


def cause_of_failure(src, dst, needed, what):
    """The ValueError that says why these pairs do not determine ``what``.

    Parameters
    ----------
    src, dst : (N, 2) ndarray
        Pairs of points (x, y), pixels, y down.
    needed : {3, 4}
        Different points that a fit needs, no three of them on a line.
    what : str
        What was to be fitted, with its article.
    """
    for name, points in (("src", src), ("dst", dst)):
        different, counts = np.unique(points, axis=0, return_counts=True)
        if len(different) < needed:
            return ValueError(
                f"{what} needs {needed} different points; {name} has {len(points)}, but only "
                f"{len(different)} different ones: {place(different[counts.argmax()])} is repeated")
        off = off_the_line(different)
        if len(off) <= needed - 3:
            wanted = "not on one line" if needed == 3 else "no three of which are on one line"
            all_but = f"all but {place(off[0])}" if len(off) else f"all {len(points)}"
            return ValueError(f"{what} needs {needed} points, {wanted}; of those in {name}, "
                              f"{all_but} are on one line")
    return ValueError(f"these {len(src)} pairs of points do not determine {what}")


def off_the_line(points):
    """The points off one line, where a line holds all points or all but one.

    Parameters
    ----------
    points : (N, 2) ndarray
        Different points, N >= 3.

    Returns
    -------
    (M, 2) ndarray
        None or one, if there is such a line, and more if there is none. A point is off
        the line from a distance of a millionth of the extent of all points.
    """
    a = points[0]
    b = points[np.hypot(*(points - a).T).argmax()]
    c = points[_distances(points, a, b).argmax()]
    extent = np.ptp(points, axis=0).max()
    candidates = [_distances(points, *ends) > 1e-6 * extent for ends in ((a, b), (a, c), (b, c))
                  if (ends[0] != ends[1]).any()]
    return points[min(candidates, key=np.count_nonzero)]


def _distances(points, a, b):
    """Distance of each point from the line through ``a`` and ``b``."""
    (x, y), (s, t) = (points - a).T, (b - a) / np.hypot(*(b - a))
    return np.abs(x * t - y * s)
