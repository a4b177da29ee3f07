"""One masked head whose scores are capped by a tanh: gradients in its questions and keys."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch11.capped_mistakes import MISCONCEPTIONS, PARTS
from mlp_lib.exercises.kinds import Function
from mlp_lib.networks import softmax


def capped_head_gradients(Q, K, V, G, c):
    """Gradients in Q and K of a causal head whose scores A = Q @ K.T / sqrt(d) become c * tanh(A / c).

    Q and K are (T, d), V is (T, m), c > 0; G is (T, m), the gradient of the loss in what the head
    gives. Row i may look at the rows 0 .. i. Returns dQ and dK, each (T, d).
    """
    T, d = Q.shape
    t = np.tanh(Q @ K.T / np.sqrt(d) / c)
    P = softmax(np.where(np.tri(T, dtype=bool), c * t, -np.inf))
    dP = G @ V.T
    dB = P * (dP - (P * dP).sum(axis=1, keepdims=True))
    dA = dB * (1 - t ** 2) / np.sqrt(d)
    return dA @ K, dA.T @ Q


def inputs(rng):
    T, d, m = draws.sizes(rng, 3, low=3)
    return (*(rng.normal(size=(T, n)) for n in (d, d, m, m)), rng.uniform(0.8, 1.6))


def one_place(rng):
    Q, K, V, G, c = inputs(rng)
    return Q[:1], K[:1], V[:1], G[:1], c


def far_beyond(rng):
    """Scores so large that each is at its cap, but for those of one key."""
    Q, K, V, G, c = inputs(rng)
    K = 1e8 * K
    K[1] /= 1e8
    return Q, K, V, G, c


def high_cap(rng):
    """A cap that lets large scores through: a forbidden one is far the largest of the first row.

    The last row cannot tell its two largest apart, so that there is a slope.
    """
    while True:
        Q, K, V, G, _ = inputs(rng)
        Q, K = 30 * Q, 30 * K
        K[-1] = K[-2] + 1e-3
        A = Q @ K.T / np.sqrt(Q.shape[1])
        *others, one, _ = A[-1]
        if A[0, 1:].max() - A[0, 0] > 1000 and one > max(1000, *others, max(others) + 50):
            return Q, K, V, G, 1e4


EXERCISE = Function(
    id="11.capped_head_gradients",
    title="A head whose scores are capped",
    section="11 §5",
    points=4,
    prompt=r"""
Scores that grow without bound make the softmax saturate. Some language models bound them softly: a $\tanh$ lets small
scores through nearly as they are, and no score beyond $\pm c$ (Gemma Team, *Gemma 2*, 2024). For one causal head,

$$A = \frac{QK^T}{\sqrt d}, \qquad B = c\,\tanh\frac{A}{c}, \qquad P = \mathrm{softmax}(B + M), \qquad H = PV.$$

$Q$ and $K$ are $T\times d$, $V$ is $T\times m$. The mask $M$ ($T\times T$) is 0 where row $i$ may look at row $j$, that
is for $j\le i$, and $-\infty$ elsewhere. Softmax is taken of each row.

You get $G = \partial L/\partial H$ ($T\times m$). Write $\partial L/\partial Q$ and $\partial L/\partial K$, each
$T\times d$, in this order. There may be a single place, $T=1$. The scores $A$ may be as large as $10^8$, and the cap
$c$ as large as $10^4$.
""",
    reference=capped_head_gradients,
    inputs=inputs,
    edges={"a single place": one_place, "scores far beyond the cap": far_beyond,
           "a cap of 1e4": high_cap},
    parts=PARTS,
    example="Q, K = np.array([[1.0, 0.0], [0.5, 2.0], [1.0, 1.0]]), np.array([[0.0, 1.0], [2.0, 1.0], [1.0, -1.0]])\n"
            "V, G = np.array([[1.0], [0.0], [2.0]]), np.array([[1.0], [-1.0], [1.0]])\n"
            "capped_head_gradients(Q, K, V, G, 1.5)",
    misconceptions=MISCONCEPTIONS,
    hints=(
        "Go back one arrow at a time: $H \\to P \\to B \\to A \\to Q, K$. Only one of these steps is not in the chapter.",
        "The cap works entry by entry, so its step is a product entry by entry with the slope of $c\\tanh(a/c)$ in $a$. "
        "What the mask forbids has $P_{ij}=0$, and needs no further care.",
        "$\\dfrac{\\partial L}{\\partial B_{ij}} = P_{ij}\\Big(g_{ij} - \\sum_k P_{ik}\\,g_{ik}\\Big)$ with "
        "$g = GV^T$, and $\\dfrac{\\mathrm dB_{ij}}{\\mathrm dA_{ij}} = 1 - \\tanh^2(A_{ij}/c)$.",
    ),
)
