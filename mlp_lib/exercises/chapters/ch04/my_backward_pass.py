"""A backward pass by hand, with the learner's own weights."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception, Number


def first_weights_gradient(x, W1, w2, t):
    """Gradient of (s - t)**2 in W1; x is (2,), W1 is (2, 3), w2 is (3,), t is a number."""
    a = x @ W1
    s = np.maximum(a, 0) @ w2
    return np.outer(x, 2.0 * (s - t) * w2 * (a > 0))


def forward(x, W1, w2):
    """The pre-activations (3,), the hidden values (3,) and the output."""
    a = x @ W1
    h = np.maximum(a, 0)
    return a, h, h @ w2


def with_factor(factor):
    """Another number than twice the error in front; ``factor`` takes s and t."""
    def answer(x, W1, w2, t):
        a, _, s = forward(x, W1, w2)
        return np.outer(x, factor(s, t) * w2 * (a > 0))

    return answer


def with_nodes(nodes):
    """Something else at the nodes than w2 with its mask; ``nodes`` takes a, h and w2."""
    def answer(x, W1, w2, t):
        a, h, s = forward(x, W1, w2)
        return np.outer(x, 2.0 * (s - t) * nodes(a, h, w2))

    return answer


def with_rows(table):
    """Something else than the outer product with x; ``table`` takes x, W1 and the slope in a."""
    def answer(x, W1, w2, t):
        a, _, s = forward(x, W1, w2)
        return table(x, W1, 2.0 * (s - t) * w2 * (a > 0))

    return answer


def without_relu(x, W1, w2, t):
    a = x @ W1
    return np.outer(x, 2.0 * (a @ w2 - t) * w2 * (a > 0))


def without_relu_at_all(x, W1, w2, t):
    return np.outer(x, 2.0 * (x @ W1 @ w2 - t) * w2)


def masked_by_the_weights(x, W1, w2, t):
    return with_nodes(lambda a, h, w2: w2)(x, W1, w2, t) * (W1 > 0)


def in_the_second_weights(x, W1, w2, t):
    _, h, s = forward(x, W1, w2)
    return 2.0 * (s - t) * h


def in_the_hidden_values(x, W1, w2, t):
    return 2.0 * (forward(x, W1, w2)[2] - t) * w2


def loss(x, W1, w2, t):
    return float((forward(x, W1, w2)[2] - t) ** 2)


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
            with_nodes(lambda a, h, w2: w2)),
        Misconception(
            "The output was computed without the ReLU: a negative pre-activation does not reach it. Redo the forward "
            "pass.",
            without_relu),
        Misconception(
            "There is no ReLU in your network, neither forward nor back. Which entry of a is negative, and what does "
            "the ReLU make of it?",
            without_relu_at_all),
        Misconception(
            "The target is missing: this is the gradient of s squared.", with_factor(lambda s, t: 2.0 * s)),
        Misconception(
            "The target was added. The loss takes it away from s.", with_factor(lambda s, t: 2.0 * (s + t))),
        Misconception(
            "The factor 2 is missing: it comes from the square.", with_factor(lambda s, t: s - t)),
        Misconception(
            "The factor 2 is in it twice. The square gives it once.", with_factor(lambda s, t: 4.0 * (s - t))),
        Misconception(
            "The sign is turned round. The derivative of (s - t) squared in s has the sign of s - t.",
            with_factor(lambda s, t: -2.0 * (s - t))),
        Misconception(
            "The sign is turned round, and the factor 2 is missing. What is the derivative of (s - t) squared in s?",
            with_factor(lambda s, t: -1.0 * (s - t))),
        Misconception(
            "The square itself stands where its slope belongs. Differentiate (s - t) squared in s.",
            with_factor(lambda s, t: (s - t) ** 2)),
        Misconception(
            "The square itself stands where its slope belongs, with a 2 in front. When a square is differentiated, its "
            "exponent falls.", with_factor(lambda s, t: 2.0 * (s - t) ** 2)),
        Misconception(
            "At the top stands the output s. The way back starts with the slope of the loss in s.",
            with_factor(lambda s, t: s)),
        Misconception(
            "The output s is a factor too many. The slope of the loss in s is all that comes from the top.",
            with_factor(lambda s, t: 2.0 * (s - t) * s)),
        Misconception(
            "This is the slope of the output s. The chain rule has one more link, from s to the loss.",
            with_factor(lambda s, t: 1.0)),
        Misconception(
            "At the top stands a 2 alone. How far s is from the target belongs to the slope of a square.",
            with_factor(lambda s, t: 2.0)),
        Misconception(
            "The way back skips w2: each hidden node is blamed in proportion to the weight by which it feeds the "
            "output.",
            with_nodes(lambda a, h, w2: a > 0)),
        Misconception(
            "The mask is that of w2. The ReLU acts on a: where is a positive?",
            with_nodes(lambda a, h, w2: w2 * (w2 > 0))),
        Misconception(
            "The mask is that of W1. The ReLU acts on a: where is a positive?", masked_by_the_weights),
        Misconception(
            "The mask is turned round: the silent node learns, and the two others do not.",
            with_nodes(lambda a, h, w2: w2 * (a < 0))),
        Misconception(
            "The hidden value h stands where the slope of the ReLU belongs. That slope is 1 or 0.",
            with_nodes(lambda a, h, w2: w2 * h)),
        Misconception(
            "The pre-activation a stands where the slope of the ReLU belongs. That slope is 1 or 0.",
            with_nodes(lambda a, h, w2: w2 * a)),
        Misconception(
            "The hidden values h stand where w2 belongs. Which number leads from a hidden node to the output?",
            with_nodes(lambda a, h, w2: h)),
        Misconception(
            "w2 is in it twice. It leads from a hidden node to the output once.",
            with_nodes(lambda a, h, w2: w2 ** 2 * (a > 0))),
        Misconception(
            "The last link is missing: both rows hold the slope in a. An entry of W1 moves a by the feature that it is "
            "multiplied with.", with_rows(lambda x, W1, da: np.outer(np.ones(2), da))),
        Misconception(
            "The two rows have changed places: the first row of W1 is multiplied with the first feature.",
            with_rows(lambda x, W1, da: np.outer(x[::-1], da))),
        Misconception(
            "The features are squared. An entry of W1 moves a by its feature, as it is.",
            with_rows(lambda x, W1, da: np.outer(x ** 2, da))),
        Misconception(
            "The weights themselves stand where x belongs. What is the derivative of x times w in w?",
            with_rows(lambda x, W1, da: W1 * da)),
        Misconception(
            "Every entry is right, but this is the transpose. A gradient has the shape of what it belongs to, 2 by 3.",
            with_rows(lambda x, W1, da: np.outer(da, x))),
        Misconception(
            "This is the gradient in a, one entry for each hidden node. One link is left, from a to W1.",
            with_rows(lambda x, W1, da: da)),
        Misconception(
            "This is the gradient in x, one entry for each feature. The weights between x and a were asked for.",
            with_rows(lambda x, W1, da: W1 @ da)),
        Misconception(
            "This is the gradient in w2, one entry for each hidden node. The weights below the ReLU were asked for.",
            in_the_second_weights),
        Misconception(
            "This is the gradient in h, one entry for each hidden node. Two links are left: through the ReLU to a, and "
            "from a to W1.", in_the_hidden_values),
        Misconception(
            "This is the loss. Its gradient in W1 was asked for, six entries.", loss),
    ),
    hints=(
        "First forward: $a$, then $h$, then $s$. Then $\\partial L/\\partial s$.",
        "Now back, one link at a time: from $s$ to $h$, through the ReLU to $a$, and from $a$ to $W_1$. After each "
        "link the slope has the shape of the array that it belongs to.",
        "With $g = \\partial L/\\partial s$: $\\;\\partial L/\\partial a_j = g\\,w_{2,j}$ where $a_j>0$, else 0, and "
        "$\\;\\partial L/\\partial W_{1,ij} = x_i\\,\\partial L/\\partial a_j$.",
    ),
)
