"""Memory that the passes of a network write to, made once and laid out for speed."""

import functools
import math

import numpy as np

_CACHE_LINE = 64  # bytes


class Buffers:
    """Arrays that one forward and backward pass over ``n_rows`` samples writes to.

    Attributes
    ----------
    x : (n_rows, n_in) ndarray
        Room for a batch of inputs.
    a, d : lists of L ndarrays (n_rows, n_l)
        Values, and gradients in the scores. The last of each is in Fortran order, so that
        the sums over the few outputs of a row add whole columns.
    slope : list of L - 1 ndarrays (n_rows, n_l)
        Derivatives of the hidden activations.
    outputs : (n_rows, n_out) ndarray
        The last of the values.
    ones : (n_rows,) ndarray
        For the sums over the samples, which are faster as products.
    grad : (P,) ndarray; dW, db : its views, layer by layer
        Gradients in the parameters.
    """

    def __init__(self, model, n_rows):
        empty = functools.partial(empty_aligned, dtype=model.dtype)
        n_in, *hidden, n_out = model.sizes
        self.x = empty((n_rows, n_in))
        self.a, self.d, self.slope = ([empty((n_rows, n)) for n in hidden] for _ in range(3))
        for arrays in (self.a, self.d):
            arrays.append(empty((n_out, n_rows)).T)
        self.outputs = self.a[-1]
        self.ones = np.ones(n_rows, model.dtype)
        self.grad = empty(model.theta.shape)
        self.dW, self.db = model.views(self.grad)


def empty_aligned(shape, dtype):
    """An empty array in C order that begins where a cache line does.

    Otherwise each wide store of the processor touches two lines, which takes up to three
    times as long; the step ``theta -= grad`` feels it most, after two cores have worked on
    both (`python -m tests.benchmarks.mlp --part alignment` measures it).
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    room = np.empty(size + _CACHE_LINE, np.uint8)
    start = -room.ctypes.data % _CACHE_LINE
    return room[start : start + size].view(dtype).reshape(shape)
