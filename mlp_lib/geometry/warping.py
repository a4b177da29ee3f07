"""Pictures moved by a transformation.

A picture is (h, w) or (h, w, 3), float in [0, 1] or uint8 in 0 .. 255. Points are (x, y), in
pixels, y down; the centre of the first pixel is (0, 0).
"""

import operator

import numpy as np

from mlp_lib.geometry.points import as_matrix
from mlp_lib.geometry.transforms import inverse

STRIP = 8192    # pixels that are worked on together, so that they stay in the cache
# Channels of float32 -> the type by which numpy moves all of a pixel as one number.
_AS_ONE = {1: np.float32, 2: np.complex64, 4: np.complex128}


def warp(image, H, shape=None, *, fill=0):
    """The picture as ``H`` moves it: inverse mapping with bilinear interpolation.

    Each pixel of the result is looked up at the place to which the inverse of ``H`` maps
    it, as the mean of the four pixels round that place, weighted by their nearness.

    Parameters
    ----------
    image : (h, w) or (h, w, 3) array_like of float in [0, 1] or uint8
        Picture.
    H : (3, 3) array_like
        Maps points (x, y) of ``image`` to points of the result, pixels, y down.
    shape : (int, int), optional
        Rows and columns (h', w') of the result; those of ``image``.
    fill : float
        Value where the place is outside the centres of the outermost pixels.

    Returns
    -------
    (h', w') or (h', w', 3) ndarray
        uint8 from uint8, else float32.

    Raises
    ------
    ValueError
        If ``H`` is singular, for a wrong shape or type of the picture, a wrong ``shape``,
        or a number in ``H`` that is not finite.

    Notes
    -----
    Source: completes S3-HG-STITCH, "map back, interpolate".
    """
    image = as_picture(image)
    shape = image.shape[:2] if shape is None else tuple(operator.index(n) for n in shape)
    if len(shape) != 2 or min(shape) < 1:
        raise ValueError(f"need shape (rows, columns), each at least 1; got {shape}")
    return like(image, resample(as_texels(image), inverse(H), shape, fill))


def as_picture(image):
    """The picture as an array; ValueError unless (h, w) or (h, w, 3), of float or uint8."""
    image = np.asarray(image)
    if image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)) or not image.size:
        raise ValueError(f"need a picture (h, w) or (h, w, 3); got shape {image.shape}")
    if image.dtype != np.uint8 and image.dtype.kind != "f":
        raise ValueError(f"need a picture of float in [0, 1] or uint8; got {image.dtype}")
    return image


def like(image, channels):
    """A picture of the kind of ``image`` from the first of its ``channels`` (h', w', C)."""
    picture = np.empty((*channels.shape[:2], *image.shape[2:]),
                       np.uint8 if image.dtype == np.uint8 else np.float32)
    for colour, channel in zip(_by_channel(picture), _by_channel(channels)):
        colour[...] = np.rint(channel).clip(0, 255) if image.dtype == np.uint8 else channel
    return picture


def _by_channel(picture):
    """The channels one by one: numpy copies them five times as fast as all three at once."""
    return np.moveaxis(picture.reshape(*picture.shape[:2], -1), 2, 0)


def as_texels(image, depth=False):
    """The picture as float32 (h + 1, w + 1, C), its last row and column doubled.

    ``C`` is one of `_AS_ONE`. With ``depth`` the last channel, after the colours, holds the
    distance to the border: 1 there, more inside.
    """
    (h, w), colours = image.shape[:2], image[0, 0].size
    C = min(n for n in _AS_ONE if n >= colours + depth)
    texels = np.zeros((h + 1, w + 1, C), np.float32)
    for texel, colour in zip(_by_channel(texels), _by_channel(image)):
        texel[:h, :w] = colour
    if depth:
        down, right = (np.minimum(np.arange(n) + 1, n - np.arange(n)) for n in (h, w))
        texels[:h, :w, -1] = np.minimum(right, down[:, None])
    texels[h], texels[:, w] = texels[h - 1], texels[:, w - 1]
    return texels


def resample(texels, G, shape, fill=0):
    """Channels (h', w', C): pixel (x, y) is ``texels`` at ``G (x, y)``, bilinear."""
    h, w, C = texels.shape
    result = np.full((*shape, C), fill, np.float32)
    pixels, texels = (array.view(_AS_ONE[C]).ravel() for array in (result, texels))
    step = STRIP // shape[1] + 1
    for top in range(0, shape[0], step):
        rows = np.arange(top, min(top + step, shape[0]))
        x, y, inside = _places(G, rows, shape[1], h - 1, w - 1)
        column, row = x.astype(np.intp), y.astype(np.intp)
        right = (x - column).astype(np.float32).repeat(C)
        down = (y - row).astype(np.float32).repeat(C)
        corner = row * w + column
        values = _between(texels, corner, right)
        below = _between(texels, corner + w, right)
        below -= values
        below *= down
        values += below
        pixels[top * shape[1] + inside] = values.view(_AS_ONE[C])
    return result


def _places(G, rows, width, h, w):
    """Where ``G`` maps the pixels of some rows to: x, y, and the numbers of those inside."""
    x, y = np.arange(width), rows[:, None]
    with np.errstate(all="ignore"):                  # a place at infinity is not inside
        u, v, scale = (a * x + (b * y + c) for a, b, c in as_matrix(G))
        np.divide(1, scale, out=scale)
        u, v = (u * scale).ravel(), (v * scale).ravel()
    near = 1e-6                                      # rounding must not cost the outermost row
    inside = np.flatnonzero((u >= -near) & (u <= w - 1 + near) & (v >= -near) & (v <= h - 1 + near))
    return u[inside], v[inside], inside


def _between(texels, at, share):
    """From each texel to the one on its right, by a share in [0, 1]; channel after channel."""
    here, there = (texels.take(k, mode="clip").view(np.float32) for k in (at, at + 1))
    there -= here
    there *= share
    here += there
    return here
