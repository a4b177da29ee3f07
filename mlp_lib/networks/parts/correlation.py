"""Cross-correlation of batches: its sizes, its memory, and the place where it happens.

A batch is kept with its *last* axis over the samples, as a (C, H, W, N) block, and handed
out as its view (N, C, H, W). A shift of all images, also one with a stride, is then a copy
of long runs, and the whole batch is one matrix product. An array that lies otherwise is
copied once on its way in; a chain of calls copies nothing more.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mlp_lib.networks.parts.arguments import whole, wholes
from mlp_lib.networks.parts.blas import matmul


def output_size(image_shape, kernel_shape, stride=1, padding=0):
    """Rows and columns (H', W') of the output, for an image (H, W) and a kernel (h, w).

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image, or a number is out of its range.
    """
    image_shape, kernel_shape = (wholes(shape, "the shape", (28, 28), least=None)
                                 for shape in (image_shape, kernel_shape))
    if len(image_shape) != 2 or len(kernel_shape) != 2:
        raise ValueError(f"need the sizes (H, W) and (h, w); got {image_shape} and {kernel_shape}")
    places = []
    for n, k, step, more in zip(image_shape, kernel_shape, pair(stride, "stride"),
                                pair(padding, "padding")):
        if not 1 <= k <= n + 2 * more or step < 1 or more < 0:
            raise ValueError(
                f"need stride >= 1, padding >= 0 and a kernel that fits into the padded image; got "
                f"image {image_shape}, kernel {kernel_shape}, stride {stride}, padding {padding}"
            )
        places.append((n + 2 * more - k) // step + 1)
    return tuple(places)


def pair(value, name="the pair"):
    """One number for both directions, or a pair (rows, columns): as a pair of int."""
    if np.ndim(value) == 0:
        return (whole(value, name, least=None),) * 2
    both = wholes(value, name, (1, 2), least=None)
    if len(both) != 2:
        raise ValueError(f"{name} needs one whole number, or a pair of them; got {value!r}")
    return both


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
        self.kernel = kernel
        self.stride, self.padding = pair(stride, "stride"), pair(padding, "padding")
        places = output_size(size, kernel, stride, padding)
        self.H = empty_batch((n, f, *places), dtype)
        self._windows = np.empty((c, *kernel, *places, n), dtype)
        self._columns = self._windows.reshape(c * math.prod(kernel), -1)
        padded = [c, *(m + 2 * more for m, more in zip(size, self.padding)), n]
        self._padded, self._sums = np.zeros(padded, dtype), np.empty(padded, dtype)

    def forward(self, X, K):
        """Correlation of the images ``X`` with the kernels ``K``: the array ``H``."""
        self.keep(X)
        matmul(K.reshape(len(K), -1), self._columns, out=_rows(self.H))
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
        dK = matmul(self._columns, _rows(G).T)               # (C h w, F): faster than its transpose
        return dK.T.reshape(len(dK.T), -1, *self.kernel)

    def gradient_X(self, K, G):
        """Gradient in the images, (N, C, H, W). The columns are used up: take it last."""
        matmul(K.reshape(len(K), -1).T, _rows(G), out=self._columns)
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
    return batch.transpose(1, 2, 3, 0).reshape(batch.shape[1], -1)
