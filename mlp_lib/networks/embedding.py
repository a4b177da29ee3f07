"""Sequences: words as rows of a table, places, patches of a picture, and the mean of a sequence."""

import numpy as np

from mlp_lib.networks.parts.layer import Layer, rows


class Embedding(Layer):
    """A row of the table ``E`` for each word: the product of one-hot rows with ``E``.

    So ``∇E`` is the transpose of these one-hot rows times the gradient: each row of the gradient
    is added to the row of its word.

    Parameters
    ----------
    n_words, width : int
        Rows of the table, and features of each.
    deviation : float
        Standard deviation of the entries at first.
    """

    def __init__(self, n_words, width, deviation=0.5):
        self.shapes, self.deviation = {"E": (n_words, width)}, deviation
        super().__init__()

    def draw(self, rng):
        self.E[:] = rng.standard_normal(self.E.shape) * self.deviation

    def forward(self, X, training=True):
        """Rows (..., width) of the words ``X`` (...), which are whole numbers from 0."""
        self.words = X.astype(np.intp)
        return self.E.take(self.words, axis=0)

    def backward(self, G):
        """Fills ``dE``. There is no gradient in the words, which are no quantities: None."""
        order = np.argsort(self.words, axis=None, kind="stable")
        words, first = np.unique(self.words.ravel()[order], return_index=True)
        self.dE[:] = 0
        self.dE[words] = np.add.reduceat(rows(G).take(order, axis=0), first, axis=0)


class Shifted(Layer):
    """Words moved one place on: what stands before the first is the word ``start``.

    A network that must tell word t from those before it gets the words themselves so.
    """

    def __init__(self, start):
        self.start = start
        super().__init__()

    def forward(self, X, training=True):
        return np.hstack([np.full_like(X[:, :1], self.start), X[:, :-1]])

    def backward(self, G):
        """Words have no gradient."""


class Positions(Layer):
    """Adds a row of its own to each place of a sequence: ``X + S``, with ``S`` (T, width)."""

    def __init__(self, length, width, deviation=0.1):
        self.shapes, self.deviation = {"S": (length, width)}, deviation
        super().__init__()

    def draw(self, rng):
        self.S[:] = rng.standard_normal(self.S.shape) * self.deviation

    def forward(self, X, training=True):
        return np.add(X, self.S, out=self.room("out", X.shape, X.dtype))

    def backward(self, G):
        np.add.reduce(G, axis=0, out=self.dS)
        return G


class Patches(Layer):
    """Cuts square pictures, rows of ``side**2`` pixels, into patches of ``patch**2`` pixels.

    (N, side**2) becomes (N, T, patch**2), with T = (side / patch)**2 patches, row by row.
    """

    def __init__(self, side, patch):
        if side % patch:
            raise ValueError(f"patches of {patch} pixels do not fill a side of {side}")
        self.side, self.patch = side, patch
        super().__init__()

    def forward(self, X, training=True):
        k, p = self.side // self.patch, self.patch
        return X.reshape(-1, k, p, k, p).swapaxes(2, 3).reshape(-1, k * k, p * p)

    def backward(self, G):
        k, p = self.side // self.patch, self.patch
        return G.reshape(-1, k, k, p, p).swapaxes(2, 3).reshape(-1, self.side ** 2)


class SequenceMean(Layer):
    """Mean of the rows of each sequence: (N, T, width) becomes (N, width)."""

    def forward(self, X, training=True):
        self.shape = X.shape
        return X.mean(axis=1)

    def backward(self, G):
        return np.broadcast_to(G[:, None] / G.dtype.type(self.shape[1]), self.shape)


class Flat(Layer):
    """All features of a sample in one row: (N, T, width) becomes (N, T width)."""

    def forward(self, X, training=True):
        self.shape = X.shape
        return X.reshape(len(X), -1)

    def backward(self, G):
        return G.reshape(self.shape)
