"""Answers to the project, put together from a fit and a way to lay a picture, right and wrong."""

import numpy as np

from mlp_lib import geometry

SWAP = np.eye(3)[[1, 0, 2]]  # of x and y


def between_pixels(first, place, shape):
    """The first picture laid as it should be; the other readers below are mistaken."""
    return geometry.warp(first.astype(np.float32), place, shape)


def at_whole_pixels(rounded):
    """A reader that takes one pixel, at the place ``rounded``."""
    def read(first, place, shape):
        rows, columns = np.indices(shape)
        at = geometry.apply(np.linalg.inv(place), np.column_stack([columns.ravel(), rows.ravel()]))
        j, i = rounded(at).astype(int).T
        inside = (j >= 0) & (j < first.shape[1]) & (i >= 0) & (i < first.shape[0])
        joined = np.zeros(shape)
        joined.ravel()[inside] = first[i[inside], j[inside]]
        return joined

    return read


def sent_forward(first, place, shape):
    """A reader that colours the places of the pixels, and leaves holes."""
    rows, columns = np.indices(first.shape)
    at = np.rint(geometry.apply(place, np.column_stack([columns.ravel(), rows.ravel()])))
    j, i = at.astype(int).T
    inside = (j >= 0) & (j < shape[1]) & (i >= 0) & (i < shape[0])
    joined = np.zeros(shape)
    joined[i[inside], j[inside]] = first.ravel()[inside]
    return joined


def by_the_map_itself(first, place, shape):
    """A reader that looks pixels up with the map, not with its inverse."""
    return between_pixels(first, np.linalg.inv(place), shape)


def half_a_pixel_on(first, place, shape):
    """A reader for which a pixel's corner is its place."""
    return between_pixels(first, place @ np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]]), shape)


def with_a_margin(first, place, shape):
    """A reader that leaves out a border of the first picture."""
    inner = np.zeros(first.shape, np.float32)
    inner[8:-8, 8:-8] = 1
    inside = geometry.warp(inner, place, shape) > 0.999
    return np.where(inside, between_pixels(first, place, shape), 0)


def in_eight_bits(first, place, shape):
    """A reader whose numbers end at 127, where they wrap round."""
    return geometry.warp(first.astype(np.int8).astype(np.float32), place, shape)


def too_bright(first, place, shape):
    """A reader whose grey levels are all too high by a tenth."""
    return 1.1 * between_pixels(first, place, shape)


def on_white_ground(first, place, shape):
    """A reader that leaves 255, not 0, where the picture does not reach."""
    inside = geometry.warp(np.ones(first.shape, np.float32), place, shape) > 0
    return np.where(inside, between_pixels(first, place, shape), 255)


def robust(src, dst):
    return geometry.fit_robust(src, dst, threshold=2.0, rng=0)[0]


def robust_affine(src, dst):
    return geometry.fit_robust(src, dst, geometry.fit_affine, threshold=8.0, rng=0)[0]


def best_of_four(src, dst):
    """The best of many fits to four pairs, without a last fit to all who agree."""
    rng, best, most = np.random.default_rng(0), None, 0
    for _ in range(50):
        four = rng.choice(len(src), 4, replace=False)
        try:
            H = geometry.fit_homography(src[four], dst[four])
            agree = np.count_nonzero(geometry.transfer_error(H, src, dst) < 2)
        except ValueError:  # three on a line, or a point at infinity
            continue
        best, most = (H, agree) if agree > most else (best, most)
    return best


def without_the_furthest(src, dst):
    """The fit to all pairs, then to the three of five that it maps best."""
    far = geometry.transfer_error(geometry.fit_homography(src, dst), src, dst)
    kept = far <= np.quantile(far, 0.6)
    return geometry.fit_homography(src[kept], dst[kept])


def answer(fit=robust, read=between_pixels, on_top=False):
    """A whole answer, put together from a fit and a way to lay the first picture."""
    def rectify(first, second, src, dst, shape, corner):
        (x, y), H = corner, fit(src, dst)
        joined = read(first, [[1, 0, x], [0, 1, y], [0, 0, 1]] @ H, shape)
        below = joined[y : y + len(second), x : x + second.shape[1]]
        below[...] = np.where(below > 0, below, second) if on_top else second
        return H, joined

    return rectify


def brightness_to_one(*args):
    """An answer that is right but for its grey levels, which end at 1."""
    H, joined = answer()(*args)
    return H, joined / 255


def blank(*args):
    """An answer that is right but for its picture, in which nothing is laid."""
    H, joined = answer()(*args)
    return H, 0 * joined


def for_rows(*args):
    """An answer that is right but for its H, which stands to the right of points as rows."""
    H, joined = answer()(*args)
    return H.T, joined


def into_the_joined(*args):
    """An answer that is right but for its H, which leads into the joined picture."""
    (x, y), (H, joined) = args[5], answer()(*args)
    return [[1, 0, x], [0, 1, y], [0, 0, 1]] @ H, joined
