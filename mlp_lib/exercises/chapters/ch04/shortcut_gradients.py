"""All gradients of a tanh network with a shortcut that an L1 penalty keeps sparse."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
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


def gradients(args, *, slope=None, shortcut=1.0, divisor=None, penalties=None, errors=None,
              axis=0):
    """Gradients with one thing done otherwise; ``slope`` and ``errors`` take arrays."""
    X, labels, W1, b1, W2, b2, W3, lam = args
    A1 = X @ W1 + b1
    H = np.tanh(A1)
    dA2 = softmax(H @ W2 + shortcut * X @ W3 + b2)
    dA2[np.arange(len(X)), labels] -= 1
    dA2 /= divisor or len(X)
    dA1 = (slope(A1, H) if slope else 1 - H**2) * (dA2 @ W2.T)
    p1, p2, p3 = penalties(W1, W2, W3) if penalties else (0, 0, lam * np.sign(W3))
    return (X.T @ dA1 + p1, dA1.sum(axis=axis), H.T @ dA2 + p2, dA2.sum(axis=axis),
            (errors(dA1, dA2, W2) if errors else X.T @ dA2) + p3)


def inputs(rng):
    N, D, M, C = draws.sizes(rng, 4, low=3)
    return (rng.normal(size=(N, D)), draws.labels(rng, N, C), 0.5 * rng.normal(size=(D, M)),
            rng.normal(size=M), rng.normal(size=(M, C)), rng.normal(size=C),
            rng.normal(size=(D, C)), rng.uniform(0.1, 0.4))


def one_sample(rng):
    X, labels, *rest = inputs(rng)
    return X[:1], labels[:1], *rest


def large_inputs(rng):
    """Every tanh at its flat end, where its slope is 0 in any form; the first sample wrong."""
    while True:
        X, labels, W1, b1, *rest = inputs(rng)
        X *= 1e4
        if np.abs(X @ W1 + b1).min() > 500:
            labels[0] = (X @ rest[2])[0].argmin()
            return X, labels, W1, b1, *rest


def partly_closed(rng):
    *rest, W3, lam = inputs(rng)
    W3[0] = 0.0
    return *rest, W3, lam


def biases_divided_again(*args):
    dW1, db1, dW2, db2, dW3 = shortcut_gradients(*args)
    return dW1, db1 / len(args[0]), dW2, db2 / len(args[0]), dW3


@np.errstate(invalid="ignore")
def by_its_size(*args):
    return gradients(args, penalties=lambda W1, W2, W3: (0, 0, args[7] * W3 / np.abs(W3)))


ONE_SIDED = ("At a weight of exactly 0 the penalty pushes to one side here. The exercise asks for 0 as its part "
             "there.")

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
$W_1, b_1, W_2, b_2, W_3$. Where an entry of $W_3$ is exactly 0, the penalty has no derivative: take 0 for its part
there.
""",
    reference=shortcut_gradients,
    inputs=inputs,
    edges={"shortcut weights of 0": partly_closed, "a single sample": one_sample,
           "inputs of 1e4": large_inputs},
    parts=("dW1", "db1", "dW2", "db2", "dW3"),
    misconceptions=(
        Misconception(
            "The slope of tanh is taken from the pre-activations: 1 minus A1 squared. Which array must be squared, the "
            "one before the tanh or the one after it?",
            lambda *args: gradients(args, slope=lambda A1, H: 1 - A1**2)),
        Misconception(
            "The mask A1 > 0 belongs to a ReLU. The hidden layer here is a tanh: what is its slope?",
            lambda *args: gradients(args, slope=lambda A1, H: A1 > 0)),
        Misconception(
            "The slope is that of a sigmoid, H (1 - H). What is the derivative of tanh, written with its value?",
            lambda *args: gradients(args, slope=lambda A1, H: H * (1 - H))),
        Misconception(
            "The slope of the tanh is missing: the gradient in A1 is not the gradient in H.",
            lambda *args: gradients(args, slope=lambda A1, H: 1.0)),
        Misconception(
            "The tanh is taken twice in its slope. H is the value of the tanh already.",
            lambda *args: gradients(args, slope=lambda A1, H: 1 - np.tanh(H) ** 2)),
        Misconception(
            "The penalty in dW3 is lam in every place. The absolute value falls on the left of 0: which sign does "
            "its slope have there?",
            lambda *args: gradients(args, penalties=lambda *W: (0, 0, args[7]))),
        Misconception(
            "The penalty in dW3 is lam times the weight. That belongs to a square; the slope of the absolute value "
            "does not grow with the weight.",
            lambda *args: gradients(args, penalties=lambda W1, W2, W3: (0, 0, args[7] * W3))),
        Misconception(
            "dW3 has the penalty of an L2 term, which grows with the weight. The absolute value has the same slope "
            "everywhere, but for its sign.",
            lambda *args: gradients(args, penalties=lambda W1, W2, W3: (0, 0, 2 * args[7] * W3))),
        Misconception(
            "The absolute value itself stands in dW3, not its slope. It would press all weights the same way.",
            lambda *args: gradients(args, penalties=lambda W1, W2, W3: (0, 0, args[7] * np.abs(W3)))),
        Misconception(
            "The penalty in dW3 has its sign, but not its strength: lam is missing.",
            lambda *args: gradients(args, penalties=lambda W1, W2, W3: (0, 0, np.sign(W3)))),
        Misconception(
            "The penalty's sign is turned round: a step against this would make the shortcut's weights larger.",
            lambda *args: gradients(args, penalties=lambda W1, W2, W3: (0, 0, -args[7] * np.sign(W3)))),
        Misconception(
            ONE_SIDED, lambda *args: gradients(
                args, penalties=lambda W1, W2, W3: (0, 0, args[7] * np.where(W3 < 0, -1, 1)))),
        Misconception(
            ONE_SIDED, lambda *args: gradients(
                args, penalties=lambda W1, W2, W3: (0, 0, args[7] * np.where(W3 > 0, 1, -1)))),
        Misconception(
            "At a weight of exactly 0 the weight is divided by its size, and 0/0 is nan. The exercise asks for 0 there.",
            by_its_size),
        Misconception(
            "dW3 holds the penalty alone. The shortcut leads to the scores, so the cross-entropy depends on it, too.",
            lambda *args: gradients(args, errors=lambda dA1, dA2, W2: 0.0)),
        Misconception(
            "The slope of tanh is not 1 minus its value: at the value -1 that would be 2, where tanh is flat.",
            lambda *args: gradients(args, slope=lambda A1, H: 1 - H)),
        Misconception(
            "The penalty's part in dW3 is divided by N. In the loss it stands outside of the mean.",
            lambda *args: gradients(
                args, penalties=lambda W1, W2, W3: (0, 0, args[7] * np.sign(W3) / len(args[0])))),
        Misconception(
            "The penalty is missing in dW3.", lambda *args: gradients(args, penalties=lambda *W: (0, 0, 0))),
        Misconception(
            "The penalty is applied to all weights. In this loss it stands for the shortcut alone.",
            lambda *args: gradients(args, penalties=lambda *W: [args[7] * np.sign(V) for V in W])),
        Misconception(
            "The scores are computed without the shortcut, so all probabilities are those of another network. X W3 "
            "belongs in the forward pass.", lambda *args: gradients(args, shortcut=0.0)),
        Misconception(
            "In dW3 the slope has gone through the hidden layer. The shortcut leads from X to the scores directly: "
            "which slope arrives at its upper end?",
            lambda *args: gradients(args, errors=lambda dA1, dA2, W2: args[0].T @ (dA1 @ W2))),
        Misconception(
            "The factor 1/N is missing. The cross-entropy is the mean over the samples.",
            lambda *args: gradients(args, divisor=1)),
        Misconception(
            "The slope in the scores is turned round: labels minus probabilities. A step against this would raise the "
            "cross-entropy.",
            lambda *args: gradients(args, divisor=-len(args[0]))),
        Misconception(
            "The gradients of the biases add up along the rows. A bias serves all samples, so over which index must be "
            "summed?", lambda *args: gradients(args, axis=1)),
        Misconception(
            "The gradients of the biases are means over the samples. The factor 1/N of the loss is contained in the "
            "slope already; the chain rule asks for a sum.", biases_divided_again),
    ),
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
