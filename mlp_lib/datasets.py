"""Data of the workbook, read from ``data/`` and verified: MNIST, photographs; and toy sets.

The files are found beside the package, whatever the working directory is.
"""

import csv
import functools
import hashlib
import io
import operator
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA = Path(__file__).resolve().parent.parent / "data"

# File -> (shape, MD5 sum of the uncompressed bytes), as published with MNIST.
_MNIST_FILES = {
    "train-images-idx3-ubyte.gz": ((60000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
    "train-labels-idx1-ubyte.gz": ((60000,), "a25bea736e30d166cdddb491f175f624"),
    "t10k-images-idx3-ubyte.gz": ((10000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
    "t10k-labels-idx1-ubyte.gz": ((10000,), "27ae3e4e09519cfbb04c329615203637"),
}

# Photograph -> (shape, MD5 sum of the file).
_PHOTOGRAPHS = {
    "graf1": ((640, 800, 3), "703d3e51697395b86303882f93ceb025"),
    "graf3": ((640, 800, 3), "1f65f6014f627e40259dad3b890d4312"),
    "leuvenA": ((563, 751, 3), "63740f4635a5d7c8acf6c0e545c5fdbc"),
    "leuvenB": ((563, 751, 3), "4e638ae72c67b5a80e89a021ce8dbaf9"),
}
VERDICTS = ("correct", "typo", "wrong", "ambiguous", "incomplete")
_MATCHES = {"graf": (652, 4), "leuven": (332, 4)}  # shape of data/images/NAME_matches.csv


class MNIST(NamedTuple):
    """The digits: images as rows of 784 grey levels in [0, 1], labels 0 to 9."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


class Formula(NamedTuple):
    """A row of the formula index; ``statement`` is as printed, ``correction`` what is right."""

    id: str
    document: str
    section: str
    title: str
    statement: str
    verdict: str
    correction: str
    chapter: str


def load_mnist(folder=None):
    """All of MNIST, verified.

    Parameters
    ----------
    folder : path, optional
        Where the four gzipped IDX files lie; ``data/mnist`` of the workbook.

    Returns
    -------
    MNIST
        ``X_train`` (60000, 784) and ``X_test`` (10000, 784), float32 in [0, 1]
        (ink is 1), ``y_train`` (60000,) and ``y_test`` (10000,), int64. The arrays
        are shared by all callers and read-only; take a copy to change one.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is truncated, damaged, or not the one that MNIST's authors
        published; the message says what was found and what was expected.

    Notes
    -----
    Source: seed 002, introduction (S2-DIM: 28 x 28 = 784).
    """
    return _load_mnist(Path(folder or DATA / "mnist").resolve())


def load_photograph(name, folder=None):
    """A photograph of the workbook, verified.

    Parameters
    ----------
    name : {"graf1", "graf3", "leuvenA", "leuvenB"}
        A wall with graffiti from two viewpoints; a street, the camera turned.
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


def load_formulas(folder=None):
    """The formula index: every numbered statement of the five documents, in their order.

    Parameters
    ----------
    folder : path, optional
        Where ``formulas.csv`` lies; ``data`` of the workbook.

    Returns
    -------
    list of Formula
        ``verdict`` is one of `VERDICTS`; ``chapter`` is "01" to "09".

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If a column or a field is missing, a verdict is unknown, or an id stands twice; the
        message names the line.
    """
    path = Path(folder or DATA).resolve() / "formulas.csv"
    lines = csv.reader(_bytes(path).decode("utf-8", "replace").splitlines())
    if (header := next(lines, [])) != [*Formula._fields]:
        raise ValueError(f"{path}: need the columns {[*Formula._fields]}; got {header}")
    formulas = {}
    for fields in lines:
        where = f"{path}, line {lines.line_num}"
        if len(fields) != len(header) or not all(fields[:6]) or not fields[7]:
            raise ValueError(f"{where}: need all of {header}; got {fields}")
        formula = Formula(*fields)
        if formula.verdict not in VERDICTS:
            raise ValueError(f"{where}: need a verdict of {VERDICTS}; got {formula.verdict!r}")
        if formulas.setdefault(formula.id, formula) is not formula:
            raise ValueError(f"{where}: {formula.id} stands there a second time")
    return list(formulas.values())


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
    labels : (n,) ndarray of int64
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
    rng = np.random.default_rng(rng)
    return rng.permutation(np.arange(n, dtype=np.int64) % classes), rng


def _on_circle(angle, radius):
    """Points (n, 2) at angles, in radians from the first axis towards the second."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


@functools.cache
def _load_photograph(path):
    from PIL import Image

    shape, md5 = _PHOTOGRAPHS[path.stem]
    content = _bytes(path)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if digest != md5:
        raise ValueError(f"{path}: MD5 sum {digest} of {len(content)} bytes, expected {md5}")
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    if pixels.shape != shape:
        raise ValueError(f"{path}: decoded to {pixels.shape}, expected {shape}")
    ready = np.multiply(pixels, np.float32(1 / 255), dtype=np.float32)
    return _read_only(ready)


@functools.cache
def _load_mnist(folder):
    from concurrent.futures import ThreadPoolExecutor  # here: it would slow `import mlp_lib`

    with ThreadPoolExecutor(2) as pool:
        files = [(folder / name, *expected) for name, expected in _MNIST_FILES.items()]
        arrays = list(pool.map(lambda file: _prepared(_read_idx(*file)), files))
    return MNIST(*arrays)


def _images(folder):
    return Path(folder or DATA / "images").resolve()


def _read_csv(path, shape, header=0):
    """Numbers of a file with commas, its shape verified."""
    lines = _bytes(path).decode(errors="replace").splitlines()[header:]
    try:
        numbers = np.loadtxt(lines or ["nothing"], delimiter=",", ndmin=2)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise ValueError(f"{path}: need finite numbers of shape {shape}; got {numbers.shape}, "
                         f"{np.count_nonzero(~np.isfinite(numbers))} of them not finite")
    return numbers


def _read_only(array):
    array.setflags(write=False)
    return array


def _prepared(raw):
    """Images (N, 28, 28) as float32 rows in [0, 1], labels (N,) as int64; read-only."""
    if raw.ndim == 3:
        ready = np.multiply(raw.reshape(len(raw), -1), np.float32(1 / 255), dtype=np.float32)
    else:
        ready = raw.astype(np.int64)
    return _read_only(ready)


def _read_idx(path, shape, md5):
    """Unsigned bytes of a gzipped IDX file, shape and checksum verified."""
    content = _gunzip(path)
    header = struct.pack(f">{1 + len(shape)}I", 0x0800 + len(shape), *shape)
    found = content[: len(header)]
    if found[:4] != header[:4]:
        raise ValueError(f"{path}: magic number {found[:4].hex()}, expected {header[:4].hex()}")
    if found != header and len(found) == len(header):
        sizes = tuple(np.frombuffer(found[4:], ">u4").tolist())
        raise ValueError(f"{path}: the header announces {sizes}, expected {shape}")
    expected = len(header) + int(np.prod(shape))
    if len(content) != expected:
        raise ValueError(f"{path}: {len(content)} bytes uncompressed, expected {expected}")
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if digest != md5:
        raise ValueError(f"{path}: MD5 sum {digest} of the uncompressed bytes, expected {md5}")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def _bytes(path):
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path} is missing; the workbook ships it, so restore data/ from the repository"
        ) from None


def _gunzip(path):
    compressed = _bytes(path)
    decoder = zlib.decompressobj(wbits=31)
    try:
        content = decoder.decompress(compressed)
    except zlib.error as error:
        raise ValueError(f"{path}: not a sound gzip file ({error})") from error
    if not decoder.eof:
        raise ValueError(
            f"{path}: truncated; {len(compressed)} bytes hold {len(content)} uncompressed ones, "
            "and the end of the gzip stream is missing"
        )
    return content
