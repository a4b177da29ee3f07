"""Normalisation: numbers brought to mean 0 and variance 1, over a batch or over the features.

What is normalised is ``Z``; the layer gives ``gamma * Z + beta``. The way back through the
normalisation is a projection: what changes the mean, or the length, of what came in is lost.
"""

import numpy as np

from mlp_lib.networks.parts.layer import Layer, rows


def normalise(X, axis, *, eps=0.0, centre=True, out=None):
    """``X`` with mean 0 and variance 1 along an axis.

    Parameters
    ----------
    X : ndarray of float
    axis : int
        Along which the mean and the variance are taken.
    eps : float
        Is added to the variance, so that numbers that are all the same give 0 and not 0 / 0.
    centre : bool
        Whether the mean is taken off; without, it is the mean square that becomes 1.
    out : ndarray, optional
        Of the shape of ``X``, where the result is written.

    Returns
    -------
    Z : ndarray of the shape of X
    mean, scale : ndarrays
        What was taken off, and what the rest was multiplied by: ``Z = (X - mean) * scale``. Along
        the axis they have one entry. Without centring the mean is 0.
    """
    mean = mean_along(X, axis) if centre else np.zeros((), X.dtype)
    Z = np.subtract(X, mean, out=out)
    scale = mean_along(np.square(Z), axis)
    scale = 1 / np.sqrt(scale + X.dtype.type(eps))
    Z *= scale
    return Z, mean, scale


def mean_along(A, axis):
    """Means along an axis, which stays; those of the rows of a matrix as a product with ones."""
    if A.ndim == 2 and axis == -1:
        return A @ np.full((A.shape[1], 1), 1 / A.shape[1], A.dtype)
    return A.mean(axis, keepdims=True)


def normalise_gradient(Z, scale, dZ, axis, *, centre=True, out=None):
    """Gradient in ``X`` from ``dZ``, that in ``Z``; the others are as `normalise` gave them.

    ``dX = scale (dZ - mean(dZ) - Z mean(Z * dZ))``, with means along the axis: what of ``dZ`` is
    constant, and what is along ``Z``, are taken off. Without centring the constant stays.
    Source: Ioffe and Szegedy, *Batch Normalization* (2015).
    """
    dX = np.multiply(Z, dZ, out=out)
    along = mean_along(dX, axis)
    np.multiply(Z, along, out=dX)
    np.subtract(dZ, dX, out=dX)
    if centre:
        dX -= mean_along(dZ, axis)
    dX *= scale
    return dX


class _Norm(Layer):
    """Normalisation along ``axis``, then a factor ``gamma`` and a shift ``beta`` a feature."""

    axis, centre = -1, True

    def __init__(self, n, eps=1e-5):
        self.shapes, self.eps = {"gamma": (n,), "beta": (n,), **self.shapes}, eps
        super().__init__()

    def draw(self, rng):
        self.gamma[:], self.beta[:] = 1, 0

    def forward(self, X, training=True):
        self.Z, self.mean, self.scale = normalise(
            rows(X), self.axis, eps=self.eps, centre=self.centre,
            out=self.room("Z", rows(X).shape, X.dtype))
        return self._moved(self.Z, X)

    def _moved(self, Z, X):
        out = np.multiply(Z, self.gamma, out=self.room("out", Z.shape, Z.dtype))
        out += self.beta
        return out.reshape(X.shape)

    def backward(self, G):
        Z, d = self.Z, rows(G)
        dX, dZ = (self.room(name, d.shape, d.dtype) for name in ("dX", "dZ"))
        np.add.reduce(np.multiply(d, Z, out=dX), axis=0, out=self.dgamma)
        np.add.reduce(d, axis=0, out=self.dbeta)
        np.multiply(d, self.gamma, out=dZ)
        normalise_gradient(Z, self.scale, dZ, self.axis, centre=self.centre, out=dX)
        return dX.reshape(G.shape)


class LayerNorm(_Norm):
    """Each row by itself: mean 0 and variance 1 over its ``n`` features.

    It does the same in training and afterwards.
    Source: Ba, Kiros and Hinton, *Layer Normalization* (2016).
    """


class RMSNorm(_Norm):
    """Each row by itself, divided by the root of its mean square; no mean is taken off.

    Source: Zhang and Sennrich, *Root Mean Square Layer Normalization* (2019).
    """

    centre = False


class BatchNorm(_Norm):
    """Each feature over the rows of the batch; afterwards with means over the training.

    Parameters
    ----------
    n : int
        Features.
    eps : float
        Is added to the variance.
    momentum : float
        Share of a batch in the running mean and variance, 0 to 1.

    Attributes
    ----------
    gamma, beta : (n,) ndarrays
    running_mean, running_variance : (n,) ndarrays
        What is used when the network is not trained: ``forward(X, training=False)``. They stand
        among the parameters, so that they are saved with them; their gradient is 0.

    Notes
    -----
    In training the result of a row depends on the other rows. A batch of one row has no variance,
    and is refused. Source: Ioffe and Szegedy, *Batch Normalization* (2015).
    """

    axis = 0

    def __init__(self, n, eps=1e-5, momentum=0.1):
        self.shapes = {"running_mean": (n,), "running_variance": (n,)}
        self.momentum = momentum
        super().__init__(n, eps)

    def draw(self, rng):
        super().draw(rng)
        self.running_mean[:], self.running_variance[:] = 0, 1

    def forward(self, X, training=True):
        if not training:
            self.scale = 1 / np.sqrt(self.running_variance + X.dtype.type(self.eps))
            self.Z = np.subtract(rows(X), self.running_mean,
                                 out=self.room("Z", rows(X).shape, X.dtype))
            self.Z *= self.scale
            return self._moved(self.Z, X)
        if len(rows(X)) < 2:
            raise ValueError("batch normalisation needs two rows or more to train on: one row has "
                             "no variance")
        out = super().forward(X)
        self._remember(len(rows(X)))
        return out

    def _remember(self, n_rows):
        variance = (1 / self.scale[0] ** 2 - self.eps) * (n_rows / (n_rows - 1))
        for kept, now in ((self.running_mean, self.mean[0]), (self.running_variance, variance)):
            kept += self.momentum * (now - kept)

    def folded(self, W, b):
        """Weights and bias that do, after training, what ``X @ W + b`` and this layer do.

        Parameters
        ----------
        W, b : ndarrays (n_in, n) and (n,)
            Of the layer before.
        """
        factor = self.gamma / np.sqrt(self.running_variance + self.eps)
        return W * factor, (b - self.running_mean) * factor + self.beta
