"""How long the gradient is in each layer of a tanh network of any depth."""

from itertools import pairwise

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import softmax


def gradient_lengths(X, labels, W, b):
    """Frobenius norms of the gradients of the mean cross-entropy in W[0], ..., W[L-1].

    tanh inside, softmax last. X is (N, d0), labels is (N,) of int; W and b are lists of L arrays,
    W[l] is (d_l, d_l+1), b[l] is (d_l+1,). The result is (L,), the layer next to X first.
    """
    values, lengths = [X], []
    for W_l, b_l in zip(W[:-1], b):
        values.append(np.tanh(values[-1] @ W_l + b_l))
    D = softmax(values[-1] @ W[-1] + b[-1]) - np.eye(len(b[-1]))[labels]
    for W_l, below in zip(W[::-1], values[::-1]):
        lengths.append(np.linalg.norm(below.T @ D) / len(X))
        D = (D @ W_l.T) * (1 - below ** 2)
    return np.array(lengths[::-1])


def network(rng, layers):
    N, *d = draws.sizes(rng, layers + 2, low=3, high=9)
    W = [rng.normal(size=size) / np.sqrt(size[0]) for size in pairwise(d)]
    b = [0.3 * rng.normal(size=n) for n in d[1:]]
    return rng.normal(size=(N, d[0])), draws.labels(rng, N, d[-1]), W, b


def inputs(rng):
    return network(rng, int(rng.integers(3, 5)))


def no_hidden_layer(rng):
    return network(rng, 1)


def saturated(rng):
    """Each unit of the first layer at a flat end, in any precision."""
    while True:
        X, labels, W, b = network(rng, 3)
        X *= 1e4
        if np.abs(X @ W[0] + b[0]).min() > 50:
            return X, labels, W, b


def large_scores(rng):
    """One probability of each sample is 1 in any precision; the first sample is wrong."""
    while True:
        X, labels, W, b = network(rng, 1)
        scores = np.sort(1e4 * X @ W[0], axis=1)
        if (scores[:, -1] - scores[:, -2]).min() > 500:
            labels[0] = (X @ W[0])[0].argmin()
            return 1e4 * X, labels, W, b


def backwards(X, labels, W, b, *, hidden=np.tanh, slope=lambda a: 1 - a ** 2, measure=None):
    """Each layer's values below and its error, sent through ``measure``; the first layer first."""
    values = [X]
    for W_l, b_l in zip(W[:-1], b):
        values.append(hidden(values[-1] @ W_l + b_l))
    D, found = softmax(values[-1] @ W[-1] + b[-1]) - np.eye(len(b[-1]))[labels], []
    for W_l, below in zip(W[::-1], values[::-1]):
        found.append(measure(below, D) if measure else np.linalg.norm(below.T @ D) / len(X))
        D = (D @ W_l.T) * slope(below)
    return np.array(found[::-1])


def tanh_on_the_last_layer(X, labels, W, b):
    values = [X]
    for W_l, b_l in zip(W, b):
        values.append(np.tanh(values[-1] @ W_l + b_l))
    D, found = softmax(values[-1]) - np.eye(len(b[-1]))[labels], []
    for W_l, below, above in zip(W[::-1], values[-2::-1], values[::-1]):
        D = D * (1 - above ** 2)
        found.append(np.linalg.norm(below.T @ D) / len(X))
        D = D @ W_l.T
    return np.array(found[::-1])


def sample_by_sample(X, labels, W, b):
    each = [gradient_lengths(X[[n]], labels[[n]], W, b) for n in range(len(X))]
    return np.mean(each, axis=0)


EXERCISE = Function(
    id="05.gradient_lengths",
    title="How long is the gradient in each layer?",
    section="05 §7",
    points=5,
    prompt=r"""
Before a deep network is trained, one number for each layer says whether it will learn: the length of its weight
gradient. The chapter's network had ReLU inside. Yours has **tanh** in all hidden layers and softmax in the last:

$$X^{(l)} = \tanh\big(X^{(l-1)} W^{(l)} + \vec1^{\,T} B^{(l)}\big), \quad l < L, \qquad
P = \mathrm{softmax}\big(X^{(L-1)} W^{(L)} + \vec1^{\,T} B^{(L)}\big)$$

The loss $E$ is the **mean** cross-entropy over the $N$ samples. `W` and `b` are lists of $L$ arrays (`W[0]` is
$W^{(1)}$); $L$ changes from call to call, and may be 1. Labels are class numbers from 0.

Return the $L$ numbers $\left\|\partial E/\partial W^{(l)}\right\|_F$ (the root of the sum of all squared entries), the
layer next to the input first. Inputs may be as large as $10^4$.
""",
    reference=gradient_lengths,
    inputs=inputs,
    edges={"no hidden layer": no_hidden_layer, "inputs of 1e4": saturated,
           "no hidden layer, inputs of 1e4": large_scores},
    example="W = [np.eye(2, 3), np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]])]\n"
            "b = [np.zeros(3), np.array([0.5, 0.0])]\n"
            "gradient_lengths(np.array([[1.0, 0.5], [0.0, 2.0]]), np.array([0, 1]), W, b)",
    misconceptions=(
        Misconception(
            "The slope of tanh is missing on the way down. Through the weights alone you reach the values, not the "
            "scores.", lambda X, labels, W, b: backwards(X, labels, W, b, slope=lambda a: 1)),
        Misconception(
            "This is the length for the sum of the losses. E is their mean: each gradient has the factor 1/N.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, b) * len(X)),
        Misconception(
            "This is the slope of ReLU, 1 where the value is positive. Here the hidden layers have tanh.",
            lambda X, labels, W, b: backwards(X, labels, W, b, slope=lambda a: a > 0)),
        Misconception(
            "Both passes have ReLU inside, as in the chapter. Here the hidden layers have tanh.",
            lambda X, labels, W, b: backwards(
                X, labels, W, b, hidden=lambda s: np.maximum(s, 0), slope=lambda a: a > 0)),
        Misconception(
            "The last layer has a tanh here, too. Its scores go into softmax as they are.", tanh_on_the_last_layer),
        Misconception(
            "This is the mean of the samples' own lengths. E has one gradient, the mean of the arrays, and its length "
            "is asked for: slopes of opposite sign cancel before it is taken.", sample_by_sample),
        Misconception(
            "The sizes of the entries were added up. The Frobenius norm is the root of the sum of their squares.",
            lambda X, labels, W, b: backwards(
                X, labels, W, b, measure=lambda below, D: np.abs(below.T @ D).sum() / len(D))),
        Misconception(
            "The biases are missing in the forward pass.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, [0 * b_l for b_l in b])),
        Misconception(
            "This is the slope of the sigmoid, a(1-a). What is the slope of tanh, told by its value?",
            lambda X, labels, W, b: backwards(X, labels, W, b, slope=lambda a: a * (1 - a))),
        Misconception(
            "The slope of tanh was taken at the value, as if that were the score: tanh is in it twice.",
            lambda X, labels, W, b: backwards(X, labels, W, b, slope=lambda a: 1 - np.tanh(a) ** 2)),
        Misconception(
            "The slope of tanh is 1 minus the square of its value: here the square is missing.",
            lambda X, labels, W, b: backwards(X, labels, W, b, slope=lambda a: 1 - a)),
        Misconception(
            "These are lengths of the error in the scores. The gradient in the weights is a product of that error with "
            "the values below.",
            lambda X, labels, W, b: backwards(X, labels, W, b, measure=lambda below, D: np.linalg.norm(D) / len(D))),
        Misconception(
            "These are the squares of the lengths: the root is missing.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, b) ** 2),
        Misconception(
            "The spectral norm was taken, the largest stretch of a vector. The Frobenius norm adds up all squares.",
            lambda X, labels, W, b: backwards(
                X, labels, W, b, measure=lambda below, D: np.linalg.norm(below.T @ D, 2) / len(D))),
        Misconception(
            "The numbers are right, but in the order in which they arise: the last layer first.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, b)[::-1]),
    ),
    hints=(
        "Keep the values of all layers, the input among them. Then one loop from the last layer to the first is "
        "enough.",
        "Of the four lines of section 7 only one knows the activation. Can the slope of tanh be read from its value?",
        "$\\Delta^{(l)} = \\big(1 - X^{(l)}\\odot X^{(l)}\\big)\\odot\\big(\\Delta^{(l+1)}W^{(l+1)T}\\big)$. In the "
        "loop, is the product whose length is asked for taken before $\\Delta$ is carried down, or after?",
    ),
)
