"""All gradients of a three-layer tanh network whose samples count differently."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch06.weighted_mistakes import MISCONCEPTIONS, PARTS
from mlp_lib.exercises.kinds import Function
from mlp_lib.networks import softmax


def weighted_tanh_gradients(X, y, c, W1, b1, W2, b2, W3, b3):
    """Gradients of the weighted mean cross-entropy of a network tanh, tanh, softmax.

    X is (B, n0), y is (B, K) one-hot, c is (B,), weights of the samples, >= 0, not all 0; W1 is
    (n0, n1), b1 is (n1,), and so on. Returns dW1, db1, dW2, db2, dW3, db3, shaped like W1, b1, ...
    """
    a1 = np.tanh(X @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (softmax(a2 @ W3 + b3) - y) * c[:, None] / c.sum()
    dz2 = (dz3 @ W3.T) * (1 - a2 ** 2)
    dz1 = (dz2 @ W2.T) * (1 - a1 ** 2)
    return X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0), a2.T @ dz3, dz3.sum(axis=0)


def inputs(rng):
    B, n0, n1, n2, K = draws.sizes(rng, 5)
    shapes = (n0, n1), (n1,), (n1, n2), (n2,), (n2, K), (K,)
    return (rng.normal(size=(B, n0)), np.eye(K)[draws.labels(rng, B, K)], rng.uniform(0.5, 3, size=B),
            *(rng.normal(size=shape) / 2 for shape in shapes))


def left_out(rng):
    X, y, c, *rest = inputs(rng)
    return X, y, np.append(0.0, c[1:] + 1), *rest


def large_scores(rng):
    """Scores of several 1e4, in any precision sure of one class each, which is not the label's.

    Those of some samples lie far below those of others, and one class is never far above 0.
    """
    while True:
        X, _, c, W1, b1, W2, b2, W3, b3 = inputs(rng)
        W3 = 1e4 * W3
        scores = np.tanh(np.tanh(X @ W1 + b1) @ W2 + b2) @ W3 + b3
        *_, second, first = np.sort(scores, axis=1).T
        if (min((first - second).min(), first.min()) > 500 and np.ptp(first) > 1000
                and scores.max(axis=0).min() < 0):
            return X, np.eye(len(b3))[scores.argmin(axis=1)], c, W1, b1, W2, b2, W3, b3


EXERCISE = Function(
    id="06.weighted_tanh_gradients",
    title="Three tanh layers, weighted samples",
    section="06 §6",
    points=5,
    prompt=r"""
Some digits are rare, some are badly written. So sample $i$ gets a weight $c_i \ge 0$, and the loss becomes the weighted
mean

$$L = \frac{\sum_i c_i\,L_{CE}^{[i]}}{\sum_i c_i}.$$

The network is the chapter's, with **tanh** in place of the sigmoid: $X \to \tanh \to \tanh \to$ softmax, sizes
$n_0, n_1, n_2, K$; $y$ is one-hot ($B\times K$).

Write all gradients of $L$ and return them in the order $W^{[1]}, b^{[1]}, W^{[2]}, b^{[2]}, W^{[3]}, b^{[3]}$, each
shaped like its parameter. Here a bias is an array of one axis, such as $(n_1,)$. They are gradients of $L$ itself, not
a multiple of it. Some weights of samples may be 0. The scores of the last layer may be as large as several $10^4$.
""",
    reference=weighted_tanh_gradients,
    inputs=inputs,
    edges={"a sample of weight 0": left_out, "scores of 1e4": large_scores},
    parts=PARTS,
    misconceptions=MISCONCEPTIONS,
    hints=(
        "Only two things are new. Which of the eleven lines know the activation? Which one is the first that meets the "
        "loss?",
        "The backward pass is linear in the error at the top. What enters there once reaches all six gradients.",
        "$(\\mathrm{dz3})_{ij} = \\dfrac{c_i}{\\sum_s c_s}\\,(\\hat y_j^{(i)} - y_j^{(i)})$, and a tanh unit passes on "
        "the share $1-a^2$.",
    ),
)
