"""Two views of a photograph with point pairs, for the project; the truth is known exactly."""

import numpy as np

from mlp_lib import geometry
from mlp_lib.datasets import load_photograph

PHOTOGRAPHS = ("leuvenA", "leuvenB", "graf1", "graf3")
PAIRS, FALSE, NOISE = 300, 0.4, 0.4  # how many; share of false ones; pixels of the right ones


def grey(name):
    """Photograph at half its size, (h, w), grey levels 0 to 255 as float32."""
    picture = 255 * load_photograph(name).mean(axis=2)
    h, w = (n // 2 for n in picture.shape)
    return picture[: 2 * h, : 2 * w].reshape(h, 2, w, 2).mean(axis=(1, 3))


def view(rng):
    """A photograph as float32, and the homography from a slanted view of its left part to it.

    The view has half the photograph's width, and fewer pixels than the part that it shows.
    """
    picture = grey(PHOTOGRAPHS[rng.integers(len(PHOTOGRAPHS))])
    h, w = picture.shape
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]])
    frame = square * [w // 2 - 1, 3 * h // 4 - 1]
    seen = [0.04 * w, 0.1 * h] + square * [0.64 * w, 0.8 * h]
    seen[1:3, 1] += rng.uniform(0.12, 0.16) * h * np.array([1, -1]) * rng.choice([-0.5, 1])
    return picture, geometry.fit_homography(frame, seen + rng.uniform(-0.02, 0.02, (4, 2)) * h)


def corner_of_second(picture):
    """(x, y) in the photograph where the second picture begins."""
    h, w = picture.shape
    return int(0.3 * w), int(0.06 * h)


def inputs(rng):
    picture, M = view(rng)
    (h, w), (x, y) = picture.shape, corner_of_second(picture)
    first = geometry.warp(picture, geometry.inverse(M), (3 * h // 4, w // 2))
    second = picture[y : h - y, x:]
    inside = rng.uniform([0.31 * w, 0.12 * h], [0.64 * w, 0.88 * h], (PAIRS, 2))
    src = geometry.apply(geometry.inverse(M), inside)
    dst = inside - [x, y] + rng.normal(0, NOISE, (PAIRS, 2))
    false = rng.permutation(PAIRS) < FALSE * PAIRS
    dst[false] = rng.uniform([0, 0], [w - x, h - 2 * y], (np.count_nonzero(false), 2))
    whole = (np.rint(part).clip(0, 255).astype(np.uint8) for part in (first, second))
    return (*whole, src, dst, (h, w), (x, y))


def true_homography(rng):
    """(3, 3): from the first picture to the second, for the inputs of the same generator."""
    picture, M = view(rng)
    x, y = corner_of_second(picture)
    return [[1, 0, -x], [0, 1, -y], [0, 0, 1]] @ M
