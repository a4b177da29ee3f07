"""All gradients of a two-layer network with dropout, for a given mask."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
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


def gradients(args, forward, back, top=None, divisor=None, axis=0):
    """Gradients with given factors on the hidden values: forward, in the way back, in dW2.

    The gradients of the biases are sums along ``axis``.
    """
    X, labels, _, _, W1, b1, W2, b2 = args
    A1 = X @ W1 + b1
    H = np.maximum(A1, 0)
    dA2 = softmax(H * forward @ W2 + b2)
    dA2[np.arange(len(X)), labels] -= 1
    dA2 /= divisor or len(X)
    dA1 = (A1 > 0) * back * (dA2 @ W2.T)
    values = H * (forward if top is None else top)
    return X.T @ dA1, dA1.sum(axis=axis), values.T @ dA2, dA2.sum(axis=axis)


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
    X, *rest = inputs(rng)
    return first_sample_wrong(1e4 * X, *rest)


def none_kept(rng):
    X, labels, keep, *rest = inputs(rng)
    return X, labels, np.zeros_like(keep), *rest


def plain(*args):
    return gradients(args, 1.0, 1.0)


def relu_forgotten(X, labels, keep, q, W1, b1, W2, b2):
    *_, dW2, db2 = dropout_gradients(X, labels, keep, q, W1, b1, W2, b2)
    H = np.maximum(X @ W1 + b1, 0) * keep / q
    dA2 = softmax(H @ W2 + b2)
    dA2[np.arange(len(X)), labels] -= 1
    dA1 = keep / q * (dA2 @ W2.T) / len(X)
    return X.T @ dA1, dA1.sum(axis=0), dW2, db2


def biases_divided_again(*args):
    dW1, db1, dW2, db2 = dropout_gradients(*args)
    return dW1, db1 / len(args[0]), dW2, db2 / len(args[0])


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
gradients of $L$ in $W_1$, $b_1$, $W_2$ and $b_2$, and return them in this order. It may happen that every node is
dropped.
""",
    reference=dropout_gradients,
    inputs=inputs,
    edges={"every node dropped": none_kept, "a single sample": one_sample,
           "inputs of 1e4": large_inputs},
    parts=("dW1", "db1", "dW2", "db2"),
    misconceptions=(
        Misconception(
            "The way back does not know of the dropout. A node that was dropped for a sample has no influence on its "
            "loss, so it takes no blame.", lambda *args: gradients(args, args[2] / args[3], 1.0)),
        Misconception(
            "The way back has the factor 1/q, but not keep. A node that was dropped for a sample has no influence on "
            "its loss, so it takes no blame.", lambda *args: gradients(args, args[2] / args[3], 1 / args[3])),
        Misconception(
            "The factor 1/q stands on the way back only. The kept values are made larger in the forward pass, too.",
            lambda *args: gradients(args, args[2], args[2] / args[3])),
        Misconception(
            "dW2 uses the kept values before they were made larger. Which values does the second layer get to see?",
            lambda *args: gradients(args, args[2] / args[3], args[2] / args[3], top=args[2])),
        Misconception(
            "The way back has the mask, but not the factor 1/q. What multiplies a value forward multiplies its slope "
            "backward.", lambda *args: gradients(args, args[2] / args[3], args[2])),
        Misconception(
            "The factor 1/q is missing everywhere. The kept values are made larger in the forward pass.",
            lambda *args: gradients(args, args[2], args[2])),
        Misconception(
            "The kept values are multiplied by q, so they become smaller. They have to be made larger.",
            lambda *args: gradients(args, args[2] * args[3], args[2] * args[3])),
        Misconception(
            "This divides by 1 - q. Here q is the probability that a node is kept, not that it is dropped.",
            lambda *args: gradients(args, args[2] / (1 - args[3]), args[2] / (1 - args[3]))),
        Misconception(
            "dW2 uses the hidden values before the dropout. Which values does the second layer get to see?",
            lambda *args: gradients(args, args[2] / args[3], args[2] / args[3], top=1.0)),
        Misconception(
            "These are the gradients without dropout: keep has no effect. It belongs in the forward pass too.",
            plain),
        Misconception(
            "Going forward nothing is dropped. keep belongs in H as well as on the way back.",
            lambda *args: gradients(args, 1.0, args[2] / args[3])),
        Misconception(
            "This keeps what should be dropped: keep is 1 where a value stays.",
            lambda *args: gradients(args, (1 - args[2]) / args[3], (1 - args[2]) / args[3])),
        Misconception(
            "The factor 1/N is missing. The loss is the mean over the samples.",
            lambda *args: gradients(args, args[2] / args[3], args[2] / args[3], divisor=1)),
        Misconception(
            "The sign is turned round: labels minus probabilities. A step against this would raise the loss.",
            lambda *args: tuple(-part for part in dropout_gradients(*args))),
        Misconception(
            "The gradients of the biases add up along the rows. A bias serves all samples, so over which index must be "
            "summed?", lambda *args: gradients(args, args[2] / args[3], args[2] / args[3], axis=1)),
        Misconception(
            "The gradients of the biases are means over the samples. The factor 1/N of the loss is contained in the "
            "slope already; the chain rule asks for a sum.", biases_divided_again),
        Misconception(
            "The ReLU is missing on the way back: what the dropout keeps is masked by A1 > 0 too.",
            relu_forgotten),
    ),
    hints=(
        "The dropout is a product entry by entry with a given table. What does such a product do to a slope?",
        "Write the forward pass as in the chapter, with the table $R = \\mathrm{keep}/q$ in it. Then go back: where "
        "does $H$ occur, and where $R$?",
        "$\\dfrac{\\partial L}{\\partial A_1} = (A_1>0)\\odot R\\odot\\Big(\\dfrac{\\partial L}{\\partial "
        "A_2}\\,W_2^T\\Big)$. For $W_2$: which values does the second layer get to see?",
    ),
)
