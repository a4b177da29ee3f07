"""Attention: each row of a sequence asks all others, and takes a mixture of what they say.

A sequence has T rows. ``Q`` asks, ``K`` answers who is meant, ``V`` is what is said; with d
features a row, the share of row j in row i is ``P[i, j]``, and ``P = softmax(Q Kᵀ / sqrt(d))``.
"""

from functools import lru_cache

import numpy as np

from mlp_lib.networks.layers import Linear
from mlp_lib.networks.parts.arguments import whole
from mlp_lib.networks.parts.layer import Layer


def causal_mask(n):
    """(n, n) ndarray to add to the scores: 0 where row i may look at row j, j <= i; else -inf."""
    return np.triu(np.full((n, n), -np.inf), 1)


@lru_cache(maxsize=4)
def _kept_mask(n, dtype):
    mask = causal_mask(n).astype(dtype)
    mask.flags.writeable = False
    return mask


def attend(Q, K, V, mask=None):
    """What each row takes from the others.

    Parameters
    ----------
    Q, K : (..., T, d) ndarrays
    V : (..., T, m) ndarray
    mask : (T, T) ndarray, optional
        Added to the scores; -inf forbids. Each row must be allowed to look somewhere.

    Returns
    -------
    H : (..., T, m) ndarray
        ``P @ V``.
    P : (..., T, T) ndarray
        Shares; each row sums to 1.

    Notes
    -----
    Source: Vaswani et al., *Attention Is All You Need* (2017), section 3.2.1.
    """
    S = np.matmul(Q, np.swapaxes(K, -1, -2))
    S *= S.dtype.type(1 / np.sqrt(Q.shape[-1]))
    if mask is not None:
        S += mask.astype(S.dtype, copy=False)
    S -= np.maximum.reduce(S, axis=-1, keepdims=True)
    P = np.exp(S, out=S)
    P /= np.add.reduce(P, axis=-1, keepdims=True)
    return np.matmul(P, V), P


def attend_gradients(Q, K, V, P, dH):
    """Gradients in ``Q``, ``K`` and ``V`` from ``dH``, that in ``H``, and the shares ``P``.

    ``dV = Pᵀ dH``, ``dP = dH Vᵀ``. Through the softmax of each row,
    ``dS = P * (dP - rowsum(P * dP))``; and ``dQ = dS K / sqrt(d)``, ``dK = dSᵀ Q / sqrt(d)``. What
    was masked has a share of 0, and so a gradient of 0 in its score.

    Returns
    -------
    dQ, dK, dV : ndarrays of the shapes of Q, K, V
    """
    dV = np.matmul(np.swapaxes(P, -1, -2), dH)
    dS = np.matmul(dH, np.swapaxes(V, -1, -2))
    dS -= np.einsum("...ij,...ij->...i", P, dS)[..., None]
    dS *= P
    dS *= dS.dtype.type(1 / np.sqrt(Q.shape[-1]))
    return np.matmul(dS, K), np.matmul(np.swapaxes(dS, -1, -2), Q), dV


class SelfAttention(Layer):
    """Heads that each attend to the same sequence, side by side, and a projection of them all.

    Parameters
    ----------
    width : int
        Features of a row.
    heads : int
        Each has ``width / heads`` features of its own.
    causal : bool
        Whether a row may look only at itself and at those before it.

    Attributes
    ----------
    P : (N, heads, T, T) ndarray
        Shares of the last way forward.
    """

    def __init__(self, width, heads=1, causal=False):
        width, heads = whole(width, "width"), whole(heads, "heads")
        if width % heads:
            raise ValueError(f"the width is shared among the heads: {heads} do not divide {width}")
        self.heads, self.causal = heads, causal
        self.inner = (Linear(width, 3 * width, (1 / width) ** 0.5), Linear(width, width))
        super().__init__()

    def forward(self, X, training=True):
        if X.ndim != 3:
            raise ValueError(f"attention needs sequences, (N, T, width); got the shape {X.shape}")
        into, out = self.inner
        n, t, width = X.shape
        QKV = into.forward(X).reshape(n, t, 3, self.heads, width // self.heads)
        self.Q, self.K, self.V = QKV.transpose(2, 0, 3, 1, 4)  # each (N, heads, T, d)
        mask = _kept_mask(t, X.dtype) if self.causal else None
        H, self.P = attend(self.Q, self.K, self.V, mask)
        side_by_side = self.room("H", (n, t, self.heads, width // self.heads), X.dtype)
        np.copyto(side_by_side, H.swapaxes(1, 2))
        return out.forward(side_by_side.reshape(X.shape))

    def backward(self, G):
        into, out = self.inner
        n, t, width = G.shape
        dH = out.backward(G).reshape(n, t, self.heads, -1).swapaxes(1, 2)
        dQKV = self.room("dQKV", (n, t, 3, self.heads, width // self.heads), G.dtype)
        parts = attend_gradients(self.Q, self.K, self.V, self.P, dH)
        for k, part in enumerate(parts):
            np.copyto(dQKV[:, :, k], part.swapaxes(1, 2))
        return into.backward(dQKV.reshape(n, t, 3 * width))
