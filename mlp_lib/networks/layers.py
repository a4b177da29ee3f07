"""Layers that a `Stack` is made of: linear, activations, and the way round a block.

Their arrays may have any number of indices; the last one counts the features. With samples in
rows, (N, n), this is the book's ``X @ W + b``; a sentence of T words is (N, T, n).
"""

import numpy as np

from mlp_lib.networks.parts.blas import matmul
from mlp_lib.networks.parts.layer import Chain, Layer, rows
from mlp_lib.networks.parts.mlp_arguments import checked_activation, deviation
from mlp_lib.networks.parts.portions import pieces


class Linear(Layer):
    """``X @ W + b``: as in an `MLP`, ∇W = Xᵀ G, ∇b = the sum of the rows of G, ∇X = G Wᵀ.

    Parameters
    ----------
    n_in, n_out : int
        Features before and after.
    init : str or float
        Standard deviation of the weights, as in `MLP`.
    """

    def __init__(self, n_in, n_out, init="xavier"):
        self.shapes, self.init = {"W": (n_in, n_out), "b": (n_out,)}, init
        super().__init__()

    def draw(self, rng):
        self.W[:] = rng.standard_normal(self.W.shape) * deviation(self.init, *self.W.shape)
        self.b[:] = 0

    def forward(self, X, training=True):
        self.X = X
        Z = self.room("Z", (*X.shape[:-1], self.W.shape[1]), X.dtype)
        matmul(rows(X), self.W, out=rows(Z))
        Z += self.b
        return Z

    def backward(self, G):
        self.into_parameters(G)
        return self.through(G)

    def into_parameters(self, G):
        matmul(rows(self.X).T, rows(G), out=self.dW)
        np.add.reduce(rows(G), axis=0, out=self.db)

    def through(self, G):
        dX = self.room("dX", self.X.shape, G.dtype)
        matmul(rows(G), self.W.T, out=rows(dX))
        return dX


class Activation(Layer):
    """An element-wise activation of `mlp_lib.networks`, such as ``relu``, as a layer."""

    def __init__(self, function):
        self.function = checked_activation(function, "function")
        super().__init__()

    def forward(self, X, training=True):
        self.A = self.function(X, out=self.room("A", X.shape, X.dtype))
        return self.A

    def backward(self, G):
        dX = self.function.derivative_from_value(self.A, out=self.room("dX", G.shape, G.dtype))
        dX *= G
        return dX


class Gelu(Layer):
    """``z (1 + tanh u) / 2`` with ``u = sqrt(2 / pi) (z + 0.044715 z**3)``: a smooth ReLU.

    Two values of z can have the same value of it, so its derivative is found from z.
    Source: Hendrycks and Gimpel, *Gaussian Error Linear Units* (2016), the form with tanh.
    """

    _FACTOR, _CUBE = np.sqrt(2 / np.pi), 0.044715

    def forward(self, X, training=True):
        self.X = X
        share, A = (self.room(name, X.shape, X.dtype) for name in ("share", "A"))
        for x, h, a in pieces(X, share, A):
            np.multiply(x, x, out=h)
            h *= self._CUBE * self._FACTOR
            h += self._FACTOR
            h *= x
            np.tanh(h, out=h)
            h *= 0.5
            h += 0.5            # (1 + tanh u) / 2
            np.multiply(h, x, out=a)
        return A

    def backward(self, G):
        slope = self.room("slope", G.shape, G.dtype)
        share = self.room("share", self.X.shape, self.X.dtype)
        for x, h, g, s in pieces(self.X, share, G, slope):
            np.multiply(x, x, out=s)
            s *= 6 * self._CUBE * self._FACTOR
            s += 2 * self._FACTOR
            s *= x              # 2 z du/dz
            s *= h
            s *= 1 - h          # z dh/dz, since dh/du = 2 h (1 - h)
            s += h
            s *= g
        return slope


class Residual(Layer):
    """``X + f(X)``, with ``f`` some layers in a row: the way back is ``G`` plus theirs.

    Source: He, Zhang, Ren and Sun, *Deep Residual Learning for Image Recognition* (2015).
    """

    def __init__(self, *layers):
        self.inner = (Chain(*layers),)
        super().__init__()

    def forward(self, X, training=True):
        out = self.inner[0].forward(X, training)
        if out.shape != X.shape:
            raise ValueError(f"a residual connection adds what comes in, {X.shape}, to what its "
                             f"layers give, {out.shape}: the shapes need to be the same")
        return np.add(X, out, out=self.room("sum", X.shape, X.dtype))

    def backward(self, G):
        through = self.inner[0].backward(G)
        return np.add(G, through, out=self.room("dX", G.shape, G.dtype))


class Beside(Layer):
    """Layers that see all features, while the last ``n`` of these also pass by as they are.

    ``(..., m)`` becomes ``(..., what the layers give + n)``. On the way back the features that
    passed by get both parts: what comes through the layers, and what comes past them.

    Parameters
    ----------
    *layers : layers
    n : int
    """

    def __init__(self, *layers, n):
        self.inner, self.n = (Chain(*layers),), n
        super().__init__()

    def forward(self, X, training=True):
        return np.concatenate([self.inner[0].forward(X, training), X[..., -self.n:]], axis=-1)

    def backward(self, G):
        dX = self.inner[0].backward(np.ascontiguousarray(G[..., : -self.n]))
        dX[..., -self.n:] += G[..., -self.n:]
        return dX
