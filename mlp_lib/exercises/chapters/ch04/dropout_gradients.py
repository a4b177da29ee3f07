"""All gradients of a two-layer network with dropout, for a given mask."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch04.dropout_mistakes import MISCONCEPTIONS, PARTS
from mlp_lib.exercises.kinds import Function
from mlp_lib.networks import softmax


def dropout_gradients(X, labels, keep, q, W1, b1, W2, b2):
    """Gradients of the mean cross-entropy of a ReLU network with dropout after the ReLU.

    X is (N, D), labels is (N,) of int, keep is (N, M) of 0 and 1, q is a number in (0, 1],
    W1 is (D, M), b1 is (M,), W2 is (M, C), b2 is (C,). Returns dW1, db1, dW2, db2.
    """
    N = len(X)
    A1 = X @ W1 + b1
    scale = keep / q
    H = np.maximum(A1, 0) * scale
    dA2 = softmax(H @ W2 + b2)
    dA2[np.arange(N), labels] -= 1
    dA2 /= N
    dA1 = (A1 > 0) * scale * (dA2 @ W2.T)
    return X.T @ dA1, dA1.sum(axis=0), H.T @ dA2, dA2.sum(axis=0)


def inputs(rng):
    N, D, M, C = draws.sizes(rng, 4, low=3)
    keep = (rng.random((N, M)) < 0.6).astype(float)
    keep[0, :2] = keep[:2, 0] = 1, 0
    return (rng.normal(size=(N, D)), draws.labels(rng, N, C), keep, rng.uniform(0.55, 0.8),
            rng.normal(size=(D, M)), rng.normal(size=M), rng.normal(size=(M, C)), rng.normal(size=C))


def first_sample_wrong(X, labels, keep, q, W1, b1, W2, b2):
    """The arguments with the least likely label for sample 0, so that float32 keeps its error."""
    H = np.maximum(X @ W1 + b1, 0) * keep / q
    labels[0] = (H @ W2 + b2)[0].argmin()
    return X, labels, keep, q, W1, b1, W2, b2


def one_sample(rng):
    X, labels, keep, *rest = first_sample_wrong(*inputs(rng))
    return X[:1], labels[:1], keep[:1], *rest


def large_inputs(rng):
    """Scores of several 1e4; in any precision, the network is sure wherever anything is kept.

    Each node is heard by a sample of large scores, and by one whose scores lie far below those.
    """
    while True:
        X, _, keep, q, W1, b1, W2, b2 = args = inputs(rng)
        X *= 1e4 / np.abs(X).max()
        H = np.maximum(X @ W1 + b1, 0) * keep / q
        *_, second, first = np.sort(H @ W2 + b2, axis=1).T
        sure = (first - second > 500) | (H.max(axis=1) == 0)
        if sure.all() and all((H[rows] > 0).any(axis=0).all()
                              for rows in (first > 800, first < first.max() - 800)):
            return first_sample_wrong(*args)


def none_kept(rng):
    X, labels, keep, *rest = inputs(rng)
    return X, labels, np.zeros_like(keep), *rest


EXERCISE = Function(
    id="04.dropout_gradients",
    title="Dropout",
    section="04 §4",
    points=4,
    prompt=r"""
A network that may lean on any single hidden node memorises easily. *Dropout* silences nodes at random in every step of
the training, another choice for each sample. What is kept is made larger, so that the scores stay the same on average.

The random choice is given: `keep` is $N \times M$, 1 where a hidden value is kept and 0 where it is dropped; $q$ is the
probability of being *kept*.

$$A_1 = XW_1 + \mathbf 1 b_1, \quad H = \frac1q\,\mathrm{keep} \odot \mathrm{ReLU}(A_1), \quad
A_2 = HW_2 + \mathbf 1 b_2, \quad P = \mathrm{softmax}(A_2),$$

$$L = -\frac1N\sum_i \ln P_{iy_i}.$$

$X$ is $N\times D$, $W_1$ is $D\times M$, $W_2$ is $M\times C$; the biases are plain rows, `(M,)` and `(C,)`. Write the
gradients of $L$ in $W_1$, $b_1$, $W_2$ and $b_2$, and return them in this order. The labels $y_i$ count from 0. It may
happen that every node is dropped. Entries of $X$ may be as large as $10^4$, and the scores larger still.
""",
    reference=dropout_gradients,
    inputs=inputs,
    edges={"every node dropped": none_kept, "a single sample": one_sample,
           "inputs of 1e4": large_inputs},
    parts=PARTS,
    misconceptions=MISCONCEPTIONS,
    hints=(
        "The dropout is a product entry by entry with a given table. What does such a product do to a slope?",
        "Write the forward pass as in the chapter, with the table $R = \\mathrm{keep}/q$ in it. Then go back: where "
        "does $H$ occur, and where $R$?",
        "$\\dfrac{\\partial L}{\\partial A_1} = (A_1>0)\\odot R\\odot\\Big(\\dfrac{\\partial L}{\\partial "
        "A_2}\\,W_2^T\\Big)$. For $W_2$: which values does the second layer get to see?",
    ),
)
