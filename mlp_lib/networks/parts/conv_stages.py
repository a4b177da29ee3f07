"""Stages of a convolutional network for batches of one shape, and the memory of its passes."""

import numpy as np

from mlp_lib.networks.activations import relu
from mlp_lib.networks.parts.correlation import Correlation, empty_batch
from mlp_lib.networks.pooling import max_pool, max_pool_gradient


class Stage:
    """Convolution, pooling, bias and ReLU for batches of one shape, and the way back.

    Attributes
    ----------
    place : correlation.Correlation
    P, A : (N, F, H', W') ndarrays
        What the pooling and ReLU put out.
    dH : ndarray of the shape of ``place.H``
        Gradient in what the convolution put out.
    """

    def __init__(self, image_shape, kernel_shape, dtype):
        self.place = Correlation(image_shape, kernel_shape, dtype=dtype)
        n, f, h, w = self.place.H.shape
        self.P, self.A, self._d = (empty_batch((n, f, h // 2, w // 2), dtype) for _ in range(3))
        self.dH = empty_batch((n, f, h, w), dtype)
        self.dH[...] = 0

    def forward(self, X, K, c):
        """Images (N, F, H', W') that the stage makes of ``X``: the array ``A``."""
        max_pool(self.place.forward(X, K), out=self.P)
        np.add(self.P, c, out=self.A)
        return relu(self.A, out=self.A)

    def backward(self, dA, dK, dc):
        """Fill ``dK``, ``dc`` and ``dH`` from the gradient in ``A``."""
        d = relu.derivative_from_value(self.A, out=self._d)
        d *= dA
        np.add.reduce(d, axis=(0, 2, 3), out=dc[:, 0, 0])
        max_pool_gradient(self.place.H, self.P, d, out=self.dH)
        dK[:] = self.place.gradient_K(self.dH)


class Buffers:
    """Arrays that one forward and backward pass over ``n_rows`` images writes to.

    Attributes
    ----------
    x : (n_rows, n_in) ndarray
        Room for a batch of inputs.
    stages : list of Stage
    outputs, d : (n_rows, n_classes) ndarrays
        Scores, and the gradient in them.
    grad : (P,) ndarray; dK, dc, dW, db : its views
        Gradient in the parameters.
    """

    def __init__(self, model, n_rows):
        dtype = model.dtype
        self.x = np.empty((n_rows, model.sizes[0]), dtype)
        self.stages = [Stage((n_rows, *image), kernel, dtype)
                       for image, kernel in zip(model.images, model.kernels)]
        self.outputs, self.d = (np.empty((n_rows, model.n_outputs), dtype) for _ in range(2))
        self.grad = np.empty(model.theta.size, dtype)
        self.dK, self.dc, self.dW, self.db = model.views(self.grad)
