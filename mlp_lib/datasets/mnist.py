"""MNIST, read from its four IDX files and verified."""

import functools
import hashlib
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mlp_lib import browser
from mlp_lib.datasets.data_files import DATA, read_bytes, read_only

# File -> (shape, MD5 sum of the uncompressed bytes), as published with MNIST.
_MNIST_FILES = {
    "train-images-idx3-ubyte.gz": ((60000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
    "train-labels-idx1-ubyte.gz": ((60000,), "a25bea736e30d166cdddb491f175f624"),
    "t10k-images-idx3-ubyte.gz": ((10000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
    "t10k-labels-idx1-ubyte.gz": ((10000,), "27ae3e4e09519cfbb04c329615203637"),
}


class MNIST(NamedTuple):
    """The digits: images as rows of 784 grey levels in [0, 1], labels 0 to 9."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


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
        (ink is 1), ``y_train`` (60000,) and ``y_test`` (10000,), intp. The arrays
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


@functools.lru_cache(maxsize=1)  # 220 MB
def _load_mnist(folder):
    files = [(folder / name, *expected) for name, expected in _MNIST_FILES.items()]
    return MNIST(*(map if browser.HERE else _in_threads)(_read, files))


def _in_threads(function, items):
    from concurrent.futures import ThreadPoolExecutor  # here: it would slow `import mlp_lib`

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))


def _read(file):
    return _prepared(_read_idx(*file))


def _prepared(raw):
    """Images (N, 28, 28) as float32 rows in [0, 1], labels (N,) as intp; read-only."""
    if raw.ndim == 3:
        ready = np.multiply(raw.reshape(len(raw), -1), np.float32(1 / 255), dtype=np.float32)
    else:
        ready = raw.astype(np.intp)  # an index has 32 bits in a browser
    return read_only(ready)


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


def _gunzip(path):
    compressed = read_bytes(path)
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
