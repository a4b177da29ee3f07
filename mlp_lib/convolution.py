"""Convolution as networks mean it: cross-correlation, its matrix, and both its gradients.

The kernel slides over the image without being flipped. Images are (H, W), or batches
with channels (N, C, H, W); kernels are (h, w), or (F, C, h, w), one for each pair of an
output and an input channel.

Memory: a batch is kept with its *last* axis over the samples, as a (C, H, W, N) block,
and handed out as its view (N, C, H, W). A shift of all images, also one with a stride,
is then a copy of long runs, and the whole batch is one matrix product. An array that
lies otherwise is copied once on its way in; a chain of calls copies nothing more.
"""

import math
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


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


def gradients(X, K, G, *, stride=1, padding=0):
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
    G = np.asarray(G, K.dtype)
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
    K : (h, w) ndarray of float
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
    if np.ndim(K) != 2 or len(image_shape) != 2:
        raise ValueError(f"need a kernel (h, w) and (H, W); got {np.shape(K)} and {image_shape}")
    (h, w), (H, W), (s, t), (p, q) = np.shape(K), image_shape, pair(stride), pair(padding)
    rows = []
    for i, j in np.ndindex(*output_size(image_shape, (h, w), stride, padding)):
        laid = np.zeros((H + 2 * p, W + 2 * q), np.result_type(K))
        laid[i * s : i * s + h, j * t : j * t + w] = K
        rows.append(laid[p : p + H, q : q + W].ravel())
    return np.array(rows)


def output_size(image_shape, kernel_shape, stride=1, padding=0):
    """Rows and columns of the output, ``(H', W')``; ValueError if the kernel is too large."""
    places = []
    for n, k, step, more in zip(image_shape, kernel_shape, pair(stride), pair(padding)):
        if not 1 <= k <= n + 2 * more or step < 1 or more < 0:
            raise ValueError(
                f"need stride >= 1, padding >= 0 and a kernel that fits into the padded image; got "
                f"image {tuple(image_shape)}, kernel {tuple(kernel_shape)}, stride {stride}, "
                f"padding {padding}"
            )
        places.append((n + 2 * more - k) // step + 1)
    return tuple(places)


def pair(value):
    """One number for both directions, or a pair (rows, columns): as a pair of int."""
    both = (value, value) if np.ndim(value) == 0 else tuple(value)
    if len(both) != 2:
        raise ValueError(f"need one whole number, or a pair of them; got {value!r}")
    return tuple(operator.index(n) for n in both)


def empty_batch(shape, dtype):
    """An empty array (N, C, H, W), laid in memory as this module wants it: samples last."""
    n, *others = shape
    return np.empty((*others, n), dtype).transpose(3, 0, 1, 2)


class Correlation:
    """A place in a network where batches of one shape meet kernels of one shape.

    `forward` keeps the *columns*: the ``C h w`` numbers that the kernel finds under it at
    one place of one image are a column of a matrix. The correlation is then the product
    of the kernels, a row each, with that matrix, and both gradients are products too:
    Python visits no sample, no channel and no place. Only the two shapes are checked.

    Parameters
    ----------
    image_shape : (N, C, H, W)
    kernel_shape : (F, C, h, w)
    stride, padding : int or pair of int
    dtype : {numpy.float32, numpy.float64}

    Attributes
    ----------
    H : (N, F, H', W') ndarray
        What `forward` returns; like the images that `gradient_X` returns, it is
        overwritten by the next call.

    Raises
    ------
    ValueError
        If the channels differ, or the kernel is larger than the padded image.
    """

    def __init__(self, image_shape, kernel_shape, *, stride=1, padding=0, dtype=np.float32):
        (n, c, *size), (f, c_kernel, *kernel) = image_shape, kernel_shape
        if c != c_kernel or not min(*image_shape, f):
            raise ValueError(
                "need images (N, C, H, W) and kernels (F, C, h, w) with the same C, and none "
                f"empty; got {tuple(image_shape)} and {tuple(kernel_shape)}"
            )
        self.kernel, self.stride, self.padding = kernel, pair(stride), pair(padding)
        places = output_size(size, kernel, stride, padding)
        self.H = empty_batch((n, f, *places), dtype)
        self._windows = np.empty((c, *kernel, *places, n), dtype)
        self._columns = self._windows.reshape(c * math.prod(kernel), -1)
        padded = [c, *(m + 2 * more for m, more in zip(size, self.padding)), n]
        self._padded, self._sums = np.zeros(padded, dtype), np.zeros(padded, dtype)

    def forward(self, X, K):
        """Correlation of the images ``X`` with the kernels ``K``: the array ``H``."""
        self.keep(X)
        np.matmul(K.reshape(len(K), -1), self._columns, out=_rows(self.H))
        return self.H

    def keep(self, X):
        """Fill the columns from ``X`` (N, C, H, W)."""
        x = X.transpose(1, 2, 3, 0)
        if not x.flags.c_contiguous or any(self.padding):
            self._inside(self._padded)[...] = x
            x = self._padded
        down, right = self.stride
        windows = sliding_window_view(x, self.kernel, axis=(1, 2))[:, ::down, ::right]
        np.copyto(self._windows, windows.transpose(0, 4, 5, 1, 2, 3))

    def gradient_K(self, G):
        """Gradient in the kernels, (F, C, h, w), from ``G``, the gradient in ``H``."""
        dK = self._columns @ _rows(G).T                      # (C h w, F): faster than its transpose
        return dK.T.reshape(len(dK.T), -1, *self.kernel)

    def gradient_X(self, K, G):
        """Gradient in the images, (N, C, H, W). The columns are used up: take it last."""
        np.matmul(K.reshape(len(K), -1).T, _rows(G), out=self._columns)
        self._sums.fill(0)
        (rows, columns), (down, right) = self.H.shape[2:], self.stride
        for a, b in np.ndindex(*self.kernel):                # every column goes back to its place
            under = np.s_[:, a : a + down * rows : down, b : b + right * columns : right]
            self._sums[under] += self._windows[:, a, b]
        return self._inside(self._sums).transpose(3, 0, 1, 2)

    def _inside(self, padded):
        """The part of a padded block (C, H, W, N) that is the image."""
        p, q = self.padding
        return padded[:, p : padded.shape[1] - p, q : padded.shape[2] - q]


def _rows(batch):
    """A batch (N, F, H', W') as the matrix (F, H' W' N) that it is in memory."""
    return np.ascontiguousarray(batch.transpose(1, 2, 3, 0)).reshape(batch.shape[1], -1)


def _kernels(K):
    K = np.asarray(K)
    K = K if K.dtype.kind == "f" else K.astype(float)
    if K.ndim not in (2, 4):
        raise ValueError(f"need a kernel (h, w) or kernels (F, C, h, w); got shape {K.shape}")
    return K


def _as_batch(X, K):
    """Images (N, C, H, W) and kernels (F, C, h, w) of one type; and whether it was one image."""
    K = _kernels(K)
    X = np.asarray(X, K.dtype)
    if X.ndim != K.ndim:
        raise ValueError(
            "need an image (H, W) with a kernel (h, w), or images (N, C, H, W) with kernels "
            f"(F, C, h, w); got {X.shape} and {K.shape}"
        )
    return (X, K, False) if K.ndim == 4 else (X[None, None], K[None, None], True)
