"""The photographs, their point matches, and the true homography of one pair."""

import functools
import hashlib
import io
from pathlib import Path

import numpy as np

from mlp_lib.datasets.data_files import DATA, read_bytes, read_only

# Photograph -> MD5 sum of the file.
_PHOTOGRAPHS = {
    "graf1": "703d3e51697395b86303882f93ceb025",
    "graf3": "1f65f6014f627e40259dad3b890d4312",
    "leuvenA": "63740f4635a5d7c8acf6c0e545c5fdbc",
    "leuvenB": "4e638ae72c67b5a80e89a021ce8dbaf9",
}
_MATCHES = {"graf": (652, 4), "leuven": (332, 4)}  # shape of data/images/NAME_matches.csv


def load_photograph(name, folder=None):
    """A photograph of the workbook, verified.

    Parameters
    ----------
    name : {"graf1", "graf3", "leuvenA", "leuvenB"}
        A wall with graffiti from two viewpoints; a street, the camera turned and moved a little.
    folder : path, optional
        Where the JPEG files lie; ``data/images`` of the workbook.

    Returns
    -------
    (H, W, 3) ndarray of float32
        Red, green and blue in [0, 1], rows from the top. Shared by all callers and
        read-only; take a copy to change it.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If there is no photograph of that name, or the file is not the one that the
        workbook ships; the message says what was found and what was expected.
    """
    if name not in _PHOTOGRAPHS:
        raise ValueError(f"need one of the photographs {list(_PHOTOGRAPHS)}; got {name!r}")
    return _load_photograph(_images(folder) / f"{name}.jpg")


def load_matches(name, folder=None):
    """Pairs of points that look alike in two photographs; many of the pairs are false.

    Parameters
    ----------
    name : {"graf", "leuven"}
        "graf": from ``graf1`` to ``graf3``, 652 pairs, about 56 % right.
        "leuven": from ``leuvenA`` to ``leuvenB``, 332 pairs, fewer than half right.
    folder : path, optional
        Where the files lie; ``data/images`` of the workbook.

    Returns
    -------
    src, dst : (N, 2) ndarray of float64
        Points (x, y), pixels, y down; the most alike pairs come first.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If there are no matches of this name, or the file is damaged.
    """
    if name not in _MATCHES:
        raise ValueError(f"need one of the matches {list(_MATCHES)}; got {name!r}")
    rows = _read_csv(_images(folder) / f"{name}_matches.csv", _MATCHES[name], header=1)
    return rows[:, :2].copy(), rows[:, 2:].copy()


def load_ground_truth(folder=None):
    """The published homography from ``graf1`` to ``graf3``.

    Parameters
    ----------
    folder : path, optional
        Where the file lies; ``data/images`` of the workbook.

    Returns
    -------
    (3, 3) ndarray of float64
        Maps points (x, y, 1) of ``graf1`` to ``graf3``, pixels, y down.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If the file is damaged.
    """
    return _read_csv(_images(folder) / "graf_homography_1_to_3.csv", (3, 3))


@functools.cache
def _load_photograph(path):
    from PIL import Image

    md5 = _PHOTOGRAPHS[path.stem]
    content = read_bytes(path)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if digest != md5:
        raise ValueError(f"{path}: MD5 sum {digest} of {len(content)} bytes, expected {md5}")
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    ready = np.multiply(pixels, np.float32(1 / 255), dtype=np.float32)
    return read_only(ready)


def _images(folder):
    return Path(folder or DATA / "images").resolve()


def _read_csv(path, shape, header=0):
    """Numbers of a file with commas, its shape verified."""
    lines = read_bytes(path).decode(errors="replace").splitlines()[header:]
    try:
        numbers = np.loadtxt(lines or ["nothing"], delimiter=",", ndmin=2)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise ValueError(f"{path}: need finite numbers of shape {shape}; got {numbers.shape}, "
                         f"{np.count_nonzero(~np.isfinite(numbers))} of them not finite")
    return numbers
