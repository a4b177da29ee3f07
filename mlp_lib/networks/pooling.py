"""Max-pooling: of every 2 x 2 numbers of an image the largest goes on."""

import numpy as np

from mlp_lib.arrays import as_numbers


def corners(X):
    """The four numbers of every 2 x 2 block, as four images.

    Parameters
    ----------
    X : (..., H, W) ndarray
        Images. A last row or column that has no partner is left out.

    Returns
    -------
    list of four (..., H // 2, W // 2) ndarrays
        Views of ``X``: the corners up left, up right, down left, down right.

    Raises
    ------
    ValueError
        If there is no block.
    """
    if X.ndim < 2 or min(X.shape[-2:]) < 2:
        raise ValueError(f"need images (..., H, W) of 2 x 2 at least; got shape {X.shape}")
    blocks = X[..., : X.shape[-2] // 2 * 2, : X.shape[-1] // 2 * 2]
    return [blocks[..., i::2, j::2] for i, j in np.ndindex(2, 2)]


def max_pool(X, out=None):
    """Largest number of each 2 x 2 block.

    Parameters
    ----------
    X : (..., H, W) array_like of float
        Images. A last row or column that has no partner is left out.
    out : ndarray, optional
        Array to write to.

    Returns
    -------
    (..., H // 2, W // 2) ndarray

    Raises
    ------
    ValueError
        If there is no block, or ``X`` holds anything but numbers.
    """
    a, b, c, d = corners(as_numbers(X, "X"))
    out = np.maximum(a, b, out=out)
    return np.maximum(np.maximum(out, c, out=out), d, out=out)


def max_pool_gradient(X, P, G, out=None):
    """Gradient in ``X``, from ``G``, the gradient in ``P = max_pool(X)``.

    Parameters
    ----------
    X : (..., H, W) array_like of float
    P, G : (..., H // 2, W // 2) array_like of float
    out : ndarray of the shape of ``X``, optional
        Array to write to. What was left out of the blocks is not touched: let it be 0.

    Returns
    -------
    ndarray of the shape of ``X``
        ``G`` where the largest number of a block stands, 0 elsewhere. Of equal ones the
        first, row by row, takes it all.

    Raises
    ------
    ValueError
        If the shapes do not fit, or an array holds anything but numbers.
    """
    X, P, G = (as_numbers(array, name) for array, name in ((X, "X"), (P, "P"), (G, "G")))
    pooled = corners(X)[0].shape
    if not P.shape == G.shape == pooled:
        raise ValueError(f"P and G need the shape {pooled}; got {P.shape}, {G.shape}")
    out = np.zeros_like(X, dtype=np.result_type(X, G)) if out is None else out
    free = np.ones_like(P, dtype=bool)           # blocks whose gradient is not given away yet
    for x, dx in zip(corners(X), corners(out)):
        hit = x == P
        hit &= free
        free ^= hit
        np.multiply(G, hit, out=dx)
    return out
