"""All gradients of a tanh network with a shortcut that an L1 penalty keeps sparse."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch04.shortcut_mistakes import MISCONCEPTIONS, PARTS
from mlp_lib.exercises.kinds import Function
from mlp_lib.networks import softmax


def shortcut_gradients(X, labels, W1, b1, W2, b2, W3, lam):
    """Gradients of mean cross-entropy plus lam * sum(abs(W3)); W3 leads from X to the scores.

    X is (N, D), labels is (N,) of int, W1 is (D, M), b1 is (M,), W2 is (M, C), b2 is (C,),
    W3 is (D, C), lam is a number >= 0. Returns dW1, db1, dW2, db2, dW3.
    """
    N = len(X)
    H = np.tanh(X @ W1 + b1)
    dA2 = softmax(H @ W2 + X @ W3 + b2)
    dA2[np.arange(N), labels] -= 1
    dA2 /= N
    dA1 = (1 - H**2) * (dA2 @ W2.T)
    dW3 = X.T @ dA2 + lam * np.sign(W3)
    return X.T @ dA1, dA1.sum(axis=0), H.T @ dA2, dA2.sum(axis=0), dW3


def inputs(rng):
    N, D, M, C = draws.sizes(rng, 4, low=3)
    return (rng.normal(size=(N, D)), draws.labels(rng, N, C), 0.5 * rng.normal(size=(D, M)),
            rng.normal(size=M), rng.normal(size=(M, C)), rng.normal(size=C),
            rng.normal(size=(D, C)), rng.uniform(0.1, 0.4))


def one_sample(rng):
    X, labels, *rest = inputs(rng)
    return X[:1], labels[:1], *rest


def large_inputs(rng):
    """Every tanh at its flat end, where its slope is 0 in any form; sure of one class each.

    The scores of some samples lie far below those of others, and one class is never far above 0.
    """
    while True:
        X, labels, W1, b1, W2, b2, W3, _ = args = inputs(rng)
        X *= 1e4 / np.abs(X).max()
        A1 = X @ W1 + b1
        scores = np.tanh(A1) @ W2 + X @ W3 + b2
        *_, second, first = np.sort(scores, axis=1).T
        if (min(np.abs(A1).min(), (first - second).min(), first.min()) > 500
                and np.ptp(first) > 1000 and scores.max(axis=0).min() < 0):
            labels[0] = scores[0].argmin()
            return args


def partly_closed(rng):
    *rest, W3, lam = inputs(rng)
    W3[0] = 0.0
    return *rest, W3, lam


EXERCISE = Function(
    id="04.shortcut_gradients",
    title="A shortcut with a penalty",
    section="04 §4",
    points=5,
    prompt=r"""
What a straight border can do, the hidden nodes need not learn. A *shortcut* leads from the input to the scores
directly. An L1 penalty on its weights makes it sparse: it presses each of them towards 0 with the same force, so only
those stay that are worth it. The hidden layer has a tanh:

$$A_1 = XW_1 + \mathbf 1 b_1, \qquad H = \tanh(A_1), \qquad A_2 = HW_2 + XW_3 + \mathbf 1 b_2, \qquad
P = \mathrm{softmax}(A_2),$$

$$L = -\frac1N\sum_i \ln P_{iy_i} + \lambda \sum_{ij} |W_{3,ij}|.$$

$X$ is $N\times D$, $W_1$ is $D\times M$, $W_2$ is $M\times C$, $W_3$ is $D\times C$; the biases are plain rows.
$\lambda$ is called `lam`. Write the five gradients of $L$ and return them in the order of the arguments:
$W_1, b_1, W_2, b_2, W_3$. The labels $y_i$ count from 0. Where an entry of $W_3$ is exactly 0, the penalty has no
derivative: take 0 for its part there. Entries of $X$ may be as large as $10^4$, and the scores larger still.
""",
    reference=shortcut_gradients,
    inputs=inputs,
    edges={"shortcut weights of 0": partly_closed, "a single sample": one_sample,
           "inputs of 1e4": large_inputs},
    parts=PARTS,
    misconceptions=MISCONCEPTIONS,
    hints=(
        "Start at the top, where nothing is new: the gradient in $A_2$. The shortcut changes how $A_2$ is computed, "
        "not this formula.",
        "$A_2$ is a sum of three terms. On the way back each of them gets the same slope $\\partial L/\\partial A_2$, "
        "and is then treated like a layer of its own. Which parts of the loss contain $W_3$?",
        "$\\dfrac{\\partial L}{\\partial A_1} = (1-H\\odot H)\\odot\\Big(\\dfrac{\\partial L}{\\partial "
        "A_2}W_2^T\\Big)\\;$ and $\\;\\dfrac{\\partial L}{\\partial W_3} = X^T\\,\\dfrac{\\partial L}{\\partial A_2} + "
        "\\lambda\\,\\dfrac{\\partial}{\\partial W_3}\\sum_{ij}|W_{3,ij}|$.",
    ),
)
