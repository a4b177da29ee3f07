"""A backward pass by hand, with the learner's own weights."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception, Number


def first_weights_gradient(x, W1, w2, t):
    """Gradient of (s - t)**2 in W1; x is (2,), W1 is (2, 3), w2 is (3,), t is a number."""
    a = x @ W1
    s = np.maximum(a, 0) @ w2
    return np.outer(x, 2.0 * (s - t) * w2 * (a > 0))


def without_relu(x, W1, w2, t):
    a = x @ W1
    return np.outer(x, 2.0 * (a @ w2 - t) * w2 * (a > 0))


def without_mask(x, W1, w2, t):
    return np.outer(x, 2.0 * (np.maximum(x @ W1, 0) @ w2 - t) * w2)


def without_relu_at_all(x, W1, w2, t):
    return np.outer(x, 2.0 * (x @ W1 @ w2 - t) * w2)


def without_second_weights(x, W1, w2, t):
    a = x @ W1
    return np.outer(x, 2.0 * (np.maximum(a, 0) @ w2 - t) * (a > 0))


def in_the_second_weights(x, W1, w2, t):
    h = np.maximum(x @ W1, 0)
    return 2.0 * (h @ w2 - t) * h


EXERCISE = Number(
    id="04.my_backward_pass",
    title="A backward pass by hand",
    section="04 §4",
    points=2,
    prompt=r"""
A network as small as possible, and one sample: a row $x$ with two features, three hidden nodes with ReLU, one output.
There are no biases.

$$a = xW_1 \;(1\times3), \qquad h = \max(a, 0), \qquad s = h\,w_2^T, \qquad L = (s - t)^2.$$

$x$, $W_1$ ($2\times3$), $w_2$ (three numbers) and the target $t$ are given. What is $\partial L/\partial W_1$? Give
all six entries, in the shape of $W_1$, as a list of two rows. Do it with pencil and paper.
""",
    reference=first_weights_gradient,
    misconceptions=(
        Misconception(
            "No entry is held back. Which hidden node is silent for this sample, and what can its weights change then?",
            without_mask),
        Misconception(
            "The output was computed without the ReLU: a negative pre-activation does not reach it. Redo the forward "
            "pass.",
            without_relu),
        Misconception(
            "There is no ReLU in your network, neither forward nor back. Which entry of a is negative, and what does "
            "the ReLU make of it?",
            without_relu_at_all),
        Misconception(
            "The target is missing: this is the gradient of s squared.",
            lambda x, W1, w2, t: first_weights_gradient(x, W1, w2, 0)),
        Misconception(
            "The factor 2 is missing: it comes from the square.",
            lambda x, W1, w2, t: first_weights_gradient(x, W1, w2, t) / 2),
        Misconception(
            "The sign is turned round. The derivative of (s - t) squared in s has the sign of s - t.",
            lambda x, W1, w2, t: -first_weights_gradient(x, W1, w2, t)),
        Misconception(
            "Every entry is right, but this is the transpose. A gradient has the shape of what it belongs to, 2 by 3.",
            lambda x, W1, w2, t: first_weights_gradient(x, W1, w2, t).T),
        Misconception(
            "The way back skips w2: each hidden node is blamed in proportion to the weight by which it feeds the "
            "output.",
            without_second_weights),
        Misconception(
            "This is the gradient in w2, one entry for each hidden node. The weights below the ReLU were asked for.",
            in_the_second_weights),
    ),
    hints=(
        "First forward: $a$, then $h$, then $s$. Then $\\partial L/\\partial s$.",
        "Now back, one link at a time: from $s$ to $h$, through the ReLU to $a$, and from $a$ to $W_1$. After each "
        "link the slope has the shape of the array that it belongs to.",
        "With $g = \\partial L/\\partial s$: $\\;\\partial L/\\partial a_j = g\\,w_{2,j}$ where $a_j>0$, else 0, and "
        "$\\;\\partial L/\\partial W_{1,ij} = x_i\\,\\partial L/\\partial a_j$.",
    ),
)
