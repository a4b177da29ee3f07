"""Several heads that share one K and one V: gradients in the three projections."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch11.shared_mistakes import MISCONCEPTIONS, PARTS
from mlp_lib.exercises.kinds import Function
from mlp_lib.networks import softmax


def shared_key_gradients(X, WQ, WK, WV, G, heads):
    """Gradients in WQ, WK and WV of causal heads that have questions of their own, one K and one V.

    X is (N, T, n), WQ is (n, heads * d), with the d columns of each head side by side, WK is
    (n, d), WV is (n, m); G is (N, T, heads * m), the gradient in the heads' outputs side by side.
    Returns dWQ, dWK and dWV, shaped like WQ, WK and WV.
    """
    N, T = X.shape[:2]
    Q, g = (A.reshape(N, T, heads, -1).swapaxes(1, 2) for A in (X @ WQ, G))
    K, V = (X @ W for W in (WK, WV))
    root = np.sqrt(WK.shape[1])
    S = Q @ K[:, None].swapaxes(2, 3) / root
    P = softmax(np.where(np.tri(T, dtype=bool), S, -np.inf))
    dP = g @ V[:, None].swapaxes(2, 3)
    dS = P * (dP - (P * dP).sum(axis=3, keepdims=True)) / root
    dQ = (dS @ K[:, None]).swapaxes(1, 2).reshape(N, T, -1)
    dK, dV = (np.einsum("nhij,nhic->njc", A, B) for A, B in ((dS, Q), (P, g)))
    return tuple(np.einsum("nti,ntj->ij", X, part) for part in (dQ, dK, dV))


def inputs(rng):
    N, T, n, heads, d, m = draws.sizes(rng, 6, high=7)
    X = rng.normal(size=(N, T, n))
    W = (rng.normal(size=(n, width)) / np.sqrt(n) for width in (heads * d, d, m))
    return X, *W, rng.normal(size=(N, T, heads * m)), heads


def one_head(rng):
    X, WQ, WK, WV, G, _ = inputs(rng)
    return X, WQ[:, :WK.shape[1]], WK, WV, G[..., :WV.shape[1]], 1


def one_sequence(rng):
    X, *W, G, heads = inputs(rng)
    return X[:1], *W, G[:1], heads


EXERCISE = Function(
    id="11.shared_key_gradients",
    title="Many questions, one key",
    section="11 §6",
    points=5,
    prompt=r"""
A network that writes word by word keeps the keys and contents of all words before. With many heads that is a lot to keep.
So let the $h$ heads **share**: each has questions of its own, but there is one $K$ and one $V$ for all (Shazeer, *Fast
Transformer Decoding*, 2019). For each sequence $X$ ($T\times n$) of a batch of $N$,

$$Q = XW_Q, \quad K = XW_K, \quad V = XW_V, \qquad P_a = \mathrm{softmax}\Big(\frac{Q_aK^T}{\sqrt d} + M\Big), \qquad
H_a = P_aV, \qquad a = 1,\dots,h.$$

$W_Q$ is $n\times hd$: its first $d$ columns are those of head 1, and so on, and $Q_a$ ($T\times d$) are the columns of
head $a$. $W_K$ is $n\times d$ and $W_V$ is $n\times m$. The mask $M$ is causal: row $i$ may look at row $j$ for $j\le i$.
The result $H$ ($T\times hm$) holds $H_1, \dots, H_h$ side by side.

You get the whole batch: `X` ($N\times T\times n$) and `G` ($N\times T\times hm$), the gradient of the loss in $H$; the
number of heads is called `heads`. Write the gradients in $W_Q$, $W_K$ and $W_V$ and return them in this order.
""",
    reference=shared_key_gradients,
    inputs=inputs,
    edges={"a single head": one_head, "a single sequence": one_sequence},
    parts=PARTS,
    example="X = np.array([[[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]])\n"
            "WQ, WK, WV = np.array([[1.0, 0.5], [0.0, -1.0]]), np.array([[1.0], [2.0]]), np.array([[0.5], [1.0]])\n"
            "G = np.array([[[1.0, 0.0], [-1.0, 2.0], [0.5, 1.0]]])\n"
            "shared_key_gradients(X, WQ, WK, WV, G, 2)",
    misconceptions=MISCONCEPTIONS,
    hints=(
        "Write one head and one sequence first; a loop over both is fine. What happens to the parts of the heads, and of the "
        "sequences, in $W_K$?",
        "Head $a$ brings $\\nabla_{Q_a}$ to its own columns, and $\\nabla_{S_a}^TQ_a/\\sqrt d$ to the one $K$. For a whole "
        "array at once: reshape the last axis to (heads, d), then move the heads in front of the places.",
        "$\\dfrac{\\partial L}{\\partial W_K} = \\sum_{\\text{sequences}} X^T \\sum_{a=1}^h "
        "\\dfrac{1}{\\sqrt d}\\Big(\\dfrac{\\partial L}{\\partial S_a}\\Big)^T Q_a$, where $S_a$ is what goes into the "
        "softmax, and the same two sums, with $P_a$ and $G_a$, for $W_V$.",
    ),
)
