"""Convolution as networks mean it: cross-correlation, its matrix, and both its gradients.

The kernel slides over the image without being flipped. Images are (H, W), or batches
with channels (N, C, H, W); kernels are (h, w), or (F, C, h, w), one for each pair of an
output and an input channel. How a batch lies in memory is told in `correlation`.
"""

import numpy as np

from mlp_lib.arrays import as_float, as_numbers, in_precision
from mlp_lib.networks.parts.correlation import Correlation, output_size, pair


def correlate(X, K, *, stride=1, padding=0):
    """Cross-correlation, ``H[i, j] = sum_ab X[i + a, j + b] K[a, b]`` for stride 1.

    Parameters
    ----------
    X : (H, W) or (N, C, H, W) array_like of float
        One image, or a batch with channels.
    K : (h, w) or (F, C, h, w) array_like of float
        Kernel or kernels; their type decides the precision.
    stride : int or pair of int
        Steps down and right from one place of the kernel to the next, >= 1.
    padding : int or pair of int
        Rows added above and below, columns added left and right, all 0.

    Returns
    -------
    ndarray, (H', W') or (N, F, H', W')
        ``H' = (H + 2 padding - h) // stride + 1``, ``W'`` likewise; over the channels
        it is the sum.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the kernel is larger than the padded image.

    Notes
    -----
    Source: seed 004, example 4-3 (S4-E4.3-D), which calls it convolution. Mathematical
    convolution flips the kernel: ``correlate(X, K[..., ::-1, ::-1])``.
    """
    X, K, single = _as_batch(X, K)
    H = Correlation(X.shape, K.shape, stride=stride, padding=padding, dtype=K.dtype).forward(X, K)
    return H[0, 0] if single else H


def correlate_gradients(X, K, G, *, stride=1, padding=0):
    """Gradients of a loss in the kernel and in the image, from its gradient in ``H``.

    Parameters
    ----------
    X, K, stride, padding
        As `correlate` takes them.
    G : ndarray of the shape of ``correlate(X, K)``
        Gradient of the loss in ``H``.

    Returns
    -------
    dK : ndarray of the shape of ``K``
        ``dK[a, b] = sum_ij G[i, j] X[i + a, j + b]``: the image correlated with ``G``.
    dX : ndarray of the shape of ``X``
        ``dX[p, q] = sum_ij G[i, j] K[p - i, q - j]``: the full convolution of ``G``
        with the kernel, cut back to the image where it was padded.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Source: seed 004, example 4-3, completed (S4-E4.3-dK, S4-E4.3-dX).
    """
    X, K, single = _as_batch(X, K)
    place = Correlation(X.shape, K.shape, stride=stride, padding=padding, dtype=K.dtype)
    G = in_precision(as_numbers(G, "G"), "G", K.dtype)
    wanted = place.H.shape[2:] if single else place.H.shape
    if G.shape != wanted:
        raise ValueError(f"G needs the shape of the output, {wanted}; got {G.shape}")
    place.keep(X)
    G = G.reshape(place.H.shape)
    dK, dX = place.gradient_K(G), place.gradient_X(K, G)
    return (dK[0, 0], dX[0, 0]) if single else (dK, dX)


def convolution_matrix(K, image_shape, *, stride=1, padding=0):
    """Matrix ``K_hat`` with ``K_hat @ X.ravel() == correlate(X, K).ravel()``.

    Parameters
    ----------
    K : (h, w) array_like of float
    image_shape : (H, W)
    stride, padding : int or pair of int
        As `correlate` takes them.

    Returns
    -------
    (H' W', H W) ndarray
        One row for each place of the kernel: the kernel laid on an empty image.

    Raises
    ------
    ValueError
        If the kernel is not a matrix, or larger than the padded image.

    Notes
    -----
    Source: seed 004, solution 4-3-1 (S4-E4.3-K).
    """
    K = np.asarray(K)
    if K.ndim != 2 or np.shape(image_shape) != (2,):
        raise ValueError(f"need a kernel (h, w) and (H, W); got {K.shape} and {image_shape}")
    (h, w), (H, W), (s, t), (p, q) = K.shape, image_shape, pair(stride), pair(padding)
    rows = []
    for i, j in np.ndindex(*output_size(image_shape, K.shape, stride, padding)):
        laid = np.zeros((H + 2 * p, W + 2 * q), K.dtype)
        laid[i * s : i * s + h, j * t : j * t + w] = K
        rows.append(laid[p : p + H, q : q + W].ravel())
    return np.array(rows)


def _as_batch(X, K):
    """Images (N, C, H, W) and kernels (F, C, h, w) of one type; and whether it was one image."""
    K = as_float(K, "K")
    X = in_precision(as_numbers(X, "X"), "X", K.dtype)
    if K.ndim not in (2, 4):
        raise ValueError(f"need a kernel (h, w) or kernels (F, C, h, w); got shape {K.shape}")
    if X.ndim != K.ndim:
        raise ValueError(
            "need an image (H, W) with a kernel (h, w), or images (N, C, H, W) with kernels "
            f"(F, C, h, w); got {X.shape} and {K.shape}"
        )
    return (X, K, False) if K.ndim == 4 else (X[None, None], K[None, None], True)
