"""Pictures: digits, weights and photographs."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection

from mlp_lib.plotting.base import CYCLE, SIGNED, axes_or_new


def show_image(image, *, ax=None, title="", signed=False, limit=None):
    """Draw one picture of 784 or (h, w) numbers.

    ``signed`` colours negative blue and positive red around a white 0, up to
    ``limit`` (by default the largest magnitude); otherwise ink is dark.
    """
    image = np.asarray(image)
    image = image.reshape(28, 28) if image.shape == (784,) else image
    if image.ndim != 2:
        raise ValueError(f"need a picture of 784 or (h, w) numbers; got shape {image.shape}")
    ax = axes_or_new(ax, (2, 2))
    if signed:
        limit = limit or np.abs(image).max() or 1.0
        ax.imshow(image, cmap=SIGNED, vmin=-limit, vmax=limit)
    else:
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=limit or 1.0)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    return ax


def show_images(images, *, titles=None, columns=10, signed=False, size=0.9):
    """A gallery of pictures (M, 784) or (M, h, w), M > 0; returns the array of axes.

    Signed pictures share one colour range.
    """
    if np.ndim(images) not in (2, 3) or not len(images):
        raise ValueError(f"need pictures (M, 784) or (M, h, w); got shape {np.shape(images)}")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"need a title for each of {len(images)} pictures; got {len(titles)}")
    rows = -(-len(images) // columns)
    height = size * (1.3 if titles is not None else 1.0)
    _, axes = plt.subplots(
        rows, columns, figsize=(size * columns, height * rows), layout="constrained", squeeze=False
    )
    limit = float(np.abs(images).max()) if signed else None
    for number, ax in enumerate(axes.flat):
        if number < len(images):
            title = "" if titles is None else titles[number]
            show_image(images[number], ax=ax, title=title, signed=signed, limit=limit)
        else:
            ax.axis("off")
    return axes


def tile(pictures, columns, *, gap=1):
    """Pictures (M, 784) side by side as one array, ``gap`` pixels of nan between them."""
    pictures = np.asarray(pictures)
    if pictures.ndim != 2 or pictures.shape[1] != 784 or len(pictures) % columns:
        raise ValueError(
            f"need pictures (M, 784), M a multiple of {columns}; got shape {pictures.shape}"
        )
    side = 28 + gap
    sheet = np.full((len(pictures) // columns, side, columns, side), np.nan, pictures.dtype)
    sheet[:, :28, :, :28] = pictures.reshape(-1, columns, 28, 28).swapaxes(1, 2)
    return sheet.reshape(len(sheet) * side, columns * side)[:-gap or None, :-gap or None]


def show_photograph(picture, *, ax=None, title=""):
    """A photograph, (h, w) grey or (h, w, 3) in colour: bytes, or numbers from 0 to 1."""
    picture = np.asarray(picture)
    if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] != 3):
        raise ValueError(f"need a picture (h, w) or (h, w, 3); got shape {picture.shape}")
    ax = axes_or_new(ax, (4.5, 3.6))
    high = 255 if picture.dtype == np.uint8 else 1.0
    ax.imshow(np.clip(picture, 0, high), cmap="gray", vmin=0, vmax=high)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    return ax


def side_by_side(first, second, *, gap=12):
    """Both photographs on one white sheet, and where the second one's first pixel lies on it.

    Parameters
    ----------
    first, second : (h, w, 3) array_like of float in [0, 1]
        Their sizes may differ.
    gap : int
        White columns between them.

    Returns
    -------
    sheet : (max h, w + gap + w', 3) ndarray
    shift : (2,) ndarray
        To be added to points (x, y) of ``second``, pixels, y down.

    Raises
    ------
    ValueError
        If one of them is no picture of three colours.
    """
    first, second = np.asarray(first), np.asarray(second)
    if any(picture.ndim != 3 or picture.shape[2] != 3 for picture in (first, second)):
        raise ValueError(f"need pictures (h, w, 3); got {first.shape}, {second.shape}")
    (h, w), (height, width) = first.shape[:2], second.shape[:2]
    sheet = np.ones((max(h, height), w + gap + width, 3), np.float32)
    sheet[:h, :w], sheet[:height, w + gap:] = first, second
    return sheet, np.array([w + gap, 0])


def show_matches(first, second, src, dst, *, right=None, ax=None):
    """Two photographs side by side, pale, and a line for each pair of points (N, 2), (N, 2).

    ``right`` (N,) of bool draws the right pairs in blue and the others in red.
    """
    src, dst = np.asarray(src), np.asarray(dst)
    if src.shape != dst.shape or src.shape[1:] != (2,):
        raise ValueError(f"need points src and dst, both (N, 2); got {src.shape}, {dst.shape}")
    sheet, shift = side_by_side(first, second)
    sheet = 0.5 + sheet.mean(axis=2) / 2
    ax = show_photograph(sheet, ax=axes_or_new(ax, (8, 8 * len(sheet) / sheet.shape[1])))
    right = np.ones(len(src), bool) if right is None else np.asarray(right, bool)
    lines = np.stack([src, dst + shift], axis=1)
    for chosen, colour in ((~right, CYCLE[1]), (right, CYCLE[0])):
        ax.add_collection(LineCollection(lines[chosen], colors=colour, linewidths=0.7),
                          autolim=False)
        ax.scatter(*lines[chosen].reshape(-1, 2).T, s=5, color=colour, linewidth=0, zorder=3)
    return ax
