"""Pictures moved by a transformation.

A picture is (h, w), (h, w, 3) or (h, w, 4), float in [0, 1] or uint8 in 0 .. 255. Points are
(x, y), in pixels, y down; the centre of the first pixel is (0, 0).
"""

import operator

import numpy as np

from mlp_lib.arrays import as_numbers
from mlp_lib.geometry.points import as_matrix
from mlp_lib.geometry.transforms import inverse

STRIP = 8192    # pixels that are worked on together, so that they stay in the cache
ROUNDING = 1e-6         # a place so near to a pixel, in pixels, is that pixel
# Channels of float32 -> the type by which numpy moves all of a pixel as one number.
_AS_ONE = {1: np.float32, 2: np.complex64, 4: np.complex128, 8: np.dtype("V32")}


def warp(image, H, shape=None, *, fill=0):
    """The picture as ``H`` moves it: inverse mapping with bilinear interpolation.

    Each pixel of the result is looked up at the place to which the inverse of ``H`` maps
    it, as the mean of the four pixels round that place, weighted by their nearness. A pixel of
    weight zero has no part in it, whatever it holds.

    Parameters
    ----------
    image : (h, w), (h, w, 3) or (h, w, 4) array_like of float in [0, 1] or uint8
        Picture. A fourth channel, such as the opacity, is moved like the others.
    H : (3, 3) array_like
        Maps points (x, y) of ``image`` to points of the result, pixels, y down.
    shape : (int, int), optional
        Rows and columns (h', w') of the result; those of ``image``.
    fill : float or (float, ...)
        Value where the place is outside the centres of the outermost pixels; a colour has one
        for each channel of ``image``.

    Returns
    -------
    (h', w'), (h', w', 3) or (h', w', 4) ndarray
        uint8 from uint8, else float32.

    Raises
    ------
    ValueError
        If ``H`` is singular, for a wrong shape or type of the picture, a wrong ``shape`` or
        ``fill``, or a number in ``H`` that is not finite.

    Notes
    -----
    Source: completes S3-HG-STITCH, "map back, interpolate".
    """
    image = as_picture(image)
    shape = image.shape[:2] if shape is None else _as_shape(shape)
    fill = _as_fill(fill, image.shape)
    return like(image, resample(as_texels(image), inverse(H), shape, fill))


def as_picture(image):
    """The picture as an array; ValueError unless it has a shape and a type of pictures."""
    image = np.asarray(image)
    if image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,), (4,)) or not image.size:
        raise ValueError(
            f"need a picture (h, w), (h, w, 3) or (h, w, 4); got shape {image.shape}")
    if image.dtype != np.uint8 and image.dtype.kind != "f":
        raise ValueError(f"need a picture of float in [0, 1] or uint8; got {image.dtype}")
    return image


def _as_shape(shape):
    """Rows and columns as two int; ValueError for anything else."""
    try:
        rows, columns = (operator.index(n) for n in shape)
    except (TypeError, ValueError):
        rows = columns = 0
    if min(rows, columns) < 1:
        raise ValueError("need shape (rows, columns), each a whole number and at least 1; "
                         f"got {shape}")
    return rows, columns


def _as_fill(fill, shape):
    """The fill as numbers, one or one a channel; ValueError unless it suits the picture."""
    values = as_numbers(fill, "fill")
    if values.shape not in ((), shape[2:]):
        colour = f" or a colour of {shape[2]}" if shape[2:] else ""
        raise ValueError(f"need fill to be one number{colour} for a picture of shape {shape}; "
                         f"got {fill!r}")
    return values


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
    result = np.zeros((*shape, C), np.float32)
    result[..., : np.shape(fill)[0] if np.ndim(fill) else C] = fill
    pixels, texels = as_one(result).ravel(), as_one(texels).ravel()
    step = STRIP // shape[1] + 1
    for top in range(0, shape[0], step):
        rows = np.arange(top, min(top + step, shape[0]))
        x, y, inside = _places(G, rows, shape[1], h - 1, w - 1)
        (column, right), (row, down) = _split(x, C), _split(y, C)
        corner = row * w + column
        values = _between(texels, corner, right)
        mix(values, _between(texels, corner + w, right), down)
        pixels[top * shape[1] + inside] = values.view(_AS_ONE[C])
    return result


def as_one(texels):
    """Texels (h, w, C) as (h, w), all of a pixel as one number, in the same memory."""
    return texels.view(_AS_ONE[texels.shape[2]])[:, :, 0]


def mix(here, there, share):
    """Change ``here`` to ``(1 - share) here + share there``; a share of 0 keeps all, even nan.

    ``there`` is used up.
    """
    with np.errstate(invalid="ignore"):              # inf - inf
        there -= here
        there *= share
        np.copyto(there, 0, where=share == 0)
        here += there


def _places(G, rows, width, h, w):
    """Where ``G`` maps the pixels of some rows to: x, y, and the numbers of those inside."""
    x, y = np.arange(width), rows[:, None]
    with np.errstate(all="ignore"):                  # a place at infinity is not inside
        u, v, scale = (a * x + (b * y + c) for a, b, c in as_matrix(G))
        np.divide(1, scale, out=scale)
        u, v = (u * scale + ROUNDING).ravel(), (v * scale + ROUNDING).ravel()
    last = 2 * ROUNDING                              # which must not cost the outermost row
    inside = np.flatnonzero((u >= 0) & (u <= w - 1 + last) & (v >= 0) & (v <= h - 1 + last))
    return u[inside], v[inside], inside


def _split(x, C):
    """The pixel before each place of `_places`, and for each of C channels how far behind it."""
    before = x.astype(np.intp)
    share = (x - before - ROUNDING).astype(np.float32)
    share[share < ROUNDING] = 0
    return before, share.repeat(C)


def _between(texels, at, share):
    """From each texel to the one on its right, by a share in [0, 1); channel after channel."""
    here, there = (texels.take(k, mode="clip").view(np.float32) for k in (at, at + 1))
    mix(here, there, share)
    return here
