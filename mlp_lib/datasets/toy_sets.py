"""Points in the plane with class labels: small sets on which a network can be watched."""

import operator

import numpy as np

from mlp_lib.arrays import generator


def blobs(n, classes, rng):
    """Round clouds of points, one a class, around places on a circle of radius 2.

    A straight line separates nearly all points of two classes, so softmax regression does
    well here; with many classes the clouds overlap.

    Parameters
    ----------
    n : int
        Number of points, >= ``classes``.
    classes : int
        Number of classes, >= 2.
    rng : int or numpy.random.Generator
        Seed.

    Returns
    -------
    X : (n, 2) ndarray of float64
        Points; each coordinate has the standard deviation 0.6 around the class's place.
    labels : (n,) ndarray of intp
        Class of each point, in ``0 .. classes-1``; the counts differ by 1 at most, and
        the order is random.

    Raises
    ------
    ValueError
        If ``classes < 2`` or ``n < classes``.
    """
    labels, rng = _balanced_labels(n, classes, rng)
    X = _on_circle(2 * np.pi * labels / classes, 2.0)
    return X + 0.6 * rng.standard_normal(X.shape), labels


def spirals(n, classes, rng):
    """Interleaved spiral arms, one a class: no straight line separates them.

    Parameters, returns and errors are those of `blobs`. A point at the share ``t`` of its
    arm, uniform in 0.1 .. 1, has the radius ``2 t``, and the angle grows by 4 radians
    along the arm, with a standard deviation of 0.15.
    """
    labels, rng = _balanced_labels(n, classes, rng)
    t = rng.uniform(0.1, 1, n)
    angle = 2 * np.pi * labels / classes + 4 * t + 0.15 * rng.standard_normal(n)
    return _on_circle(angle, 2 * t), labels


def _balanced_labels(n, classes, rng):
    n, classes = operator.index(n), operator.index(classes)
    if classes < 2 or n < classes:
        raise ValueError(f"need classes >= 2 and n >= classes; got n = {n}, classes = {classes}")
    rng = generator(rng)
    return rng.permutation(np.arange(n, dtype=np.intp) % classes), rng


def _on_circle(angle, radius):
    """Points (n, 2) at angles, in radians from the first axis towards the second."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
