"""One step of the recursion through a stretched tanh, from its values alone."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def error_through_scaled_tanh(Delta_above, W_above, X, c, k):
    """Error in the scores of a layer whose values are X = c tanh(k S).

    Delta_above is (N, d_above), W_above is (d, d_above), X is (N, d); c, k > 0.
    The result is (N, d).
    """
    return (Delta_above @ W_above.T) * c * k * (1 - (X / c) ** 2)


def inputs(rng):
    N, d, d_above = draws.sizes(rng, 3)
    c, k = rng.uniform(1.3, 2.0), rng.uniform(0.4, 0.8)
    X = c * np.tanh(k * 2 * rng.normal(size=(N, d)))
    return rng.normal(size=(N, d_above)), rng.normal(size=(d, d_above)), X, c, k


def saturated(rng):
    Delta_above, W_above, X, c, k = inputs(rng)
    X[0] = c * np.sign(X[0])
    return Delta_above, W_above, X, c, k


def sloped(slope):
    """The error with another slope of the activation, from X, c and k."""
    return lambda D, W, X, c, k: (D @ W.T) * slope(X, c, k)


TWICE = "X was treated as scores and sent through tanh once more. X already is what came out of it."

EXERCISE = Function(
    id="05.error_through_scaled_tanh",
    title="Back through a stretched tanh",
    section="05 §5",
    points=2,
    prompt=r"""
A plain tanh never quite reaches the values $\pm1$. Some networks therefore stretch it: a hidden layer has the values

$$X = c \tanh(k\,S), \qquad c, k > 0,$$

entry by entry, from the scores $S$ ($N \times d$). To save memory the scores were thrown away. What is left is $X$,
the error of the layer above, $\Delta^{\text{above}}$ ($N \times d^{\text{above}}$), and the weights between the two
layers, $W^{\text{above}}$ ($d \times d^{\text{above}}$). As in the chapter, $\Delta$ holds the slopes of each sample's
own loss, without $\frac1N$.

Write the error in the scores of this layer, $\Delta$ ($N \times d$). Use $X$ only, not the scores. Units may be
saturated: then $X$ is exactly $c$ or $-c$.
""",
    reference=error_through_scaled_tanh,
    inputs=inputs,
    edges={"a sample that saturates all units": saturated},
    example="error_through_scaled_tanh(np.array([[1.0, -2.0]]), np.array([[0.5, 1.0], [2.0, 0.0], [1.0, 1.0]]),\n"
            "                          np.array([[0.0, 1.2, -0.9]]), 1.5, 0.5)",
    misconceptions=(
        Misconception(
            "The inner derivative is missing: the score stands inside as k times S. What does the chain rule make of "
            "that k?",
            sloped(lambda X, c, k: c * (1 - (X / c) ** 2))),
        Misconception(
            "This is the slope of the plain tanh, 1 minus the square of the value. Here the value is c times a tanh, "
            "so X squared is not the square of the tanh.",
            sloped(lambda X, c, k: (1 - X ** 2))),
        Misconception(
            "This is the slope of the plain tanh. The stretching has two numbers, one in front of the tanh and one "
            "inside: what does each do to the slope?",
            sloped(lambda X, c, k: (1 - (X / c) ** 2))),
        Misconception(
            "The factors c and k are there, but X squared stands for the square of the tanh. X is c times the tanh.",
            sloped(lambda X, c, k: c * k * (1 - X ** 2))),
        Misconception(
            "There is one factor c too many. The difference of the squares of c and X is the slope of the plain tanh "
            "times c squared.",
            sloped(lambda X, c, k: k * (c ** 2 - X ** 2))),
        Misconception(
            TWICE, sloped(lambda X, c, k: c * k * (1 - np.tanh(k * X) ** 2))),
        Misconception(
            TWICE, sloped(lambda X, c, k: c * k * (1 - np.tanh(X) ** 2))),
        Misconception(
            "X squared was divided by c, not by c squared. The tanh is X divided by c, and all of it is squared.",
            sloped(lambda X, c, k: c * k * (1 - X ** 2 / c))),
        Misconception(
            "The slope of tanh is 1 minus the square of its value: here the square is missing.",
            sloped(lambda X, c, k: c * k * (1 - X / c))),
        Misconception(
            "The slope of the activation is missing. What comes back through the weights is the slope in the values; "
            "the scores are one step further down.",
            lambda D, W, X, c, k: D @ W.T),
        Misconception(
            "The factor c in front of the tanh is missing: it stretches the slope as well.",
            sloped(lambda X, c, k: k * (1 - (X / c) ** 2))),
        Misconception(
            "This has a column for each sample. In this book a sample is a row.",
            lambda D, W, X, c, k: error_through_scaled_tanh(D, W, X, c, k).T),
        Misconception(
            "The error was divided by the number of samples. In the recursion it belongs to one sample each; the mean "
            "is taken later, in the gradients of weights and biases.",
            lambda D, W, X, c, k: error_through_scaled_tanh(D, W, X, c, k) / len(X)),
        Misconception(
            TWICE, sloped(lambda X, c, k: c * k * (1 - np.tanh(X / c) ** 2))),
        Misconception(
            "The factor k is there, but c is missing twice: it stretches the slope, and X is c times the tanh.",
            sloped(lambda X, c, k: k * (1 - X ** 2))),
        Misconception(
            "The factor c is there, but k is missing, and X squared stands for the square of the tanh. X is c times "
            "the tanh.", sloped(lambda X, c, k: c * (1 - X ** 2))),
        Misconception(
            "The difference was squared. The slope of tanh is 1 minus the square of its value.",
            sloped(lambda X, c, k: c * k * (1 - X / c) ** 2)),
        Misconception(
            "The slope of tanh has a plus where a minus belongs: far out a tanh is flat.",
            sloped(lambda X, c, k: c * k * (1 + (X / c) ** 2))),
        Misconception(
            "The square of the tanh stands where its slope belongs. Where a unit is saturated the slope is 0.",
            sloped(lambda X, c, k: c * k * (X / c) ** 2)),
        Misconception(
            "Nothing of the tanh is left but its two factors. How steep is it where the unit stands?",
            sloped(lambda X, c, k: c * k)),
        Misconception(
            "The value itself stands where its slope belongs.", sloped(lambda X, c, k: X)),
        Misconception(
            "The slope is divided by k. The score stands inside as k times S: what does the chain rule make of that k?",
            sloped(lambda X, c, k: c / k * (1 - (X / c) ** 2))),
        Misconception(
            "The slope is divided by c. What stretches the values stretches their slope.",
            sloped(lambda X, c, k: k / c * (1 - (X / c) ** 2))),
        Misconception(
            "c squared minus X squared is c squared times the slope of the plain tanh, and the factor k is missing.",
            sloped(lambda X, c, k: c ** 2 - X ** 2)),
        Misconception(
            "There is one factor k too many.", sloped(lambda X, c, k: c * k ** 2 * (1 - (X / c) ** 2))),
        Misconception(
            "k is under the square as well. X is c tanh(k S) already: the tanh is X divided by c.",
            sloped(lambda X, c, k: c * k * (1 - (k * X / c) ** 2))),
        Misconception(
            "The value was multiplied by c. X is c times the tanh: how do you get the tanh back?",
            sloped(lambda X, c, k: c * k * (1 - (c * X) ** 2))),
        Misconception(
            "This is the slope of a sigmoid, a (1 - a). What is the slope of tanh, told by its value?",
            sloped(lambda X, c, k: c * k * X / c * (1 - X / c))),
        Misconception(
            "This is the slope of a sigmoid, a (1 - a). What is the slope of tanh, told by its value?",
            sloped(lambda X, c, k: X * (1 - X))),
        Misconception(
            "This is the slope of the activation alone. The error of the layer above comes through the weights.",
            lambda D, W, X, c, k: c * k * (1 - (X / c) ** 2)),
        Misconception(
            "The sign is turned round: this activation rises everywhere, so the error keeps its sign.",
            lambda D, W, X, c, k: -error_through_scaled_tanh(D, W, X, c, k)),
        Misconception(
            "The errors are added up over the samples. Each sample has an error of its own.",
            lambda D, W, X, c, k: error_through_scaled_tanh(D, W, X, c, k).sum(axis=0)),
        Misconception(
            "c and k have changed places in the fraction in front: it is k that comes out of the inside, and c that X was stretched by.",
            lambda Delta_above, W_above, X, c, k: Delta_above @ W_above.T * c / k * (c**2 - X**2)),
    ),
    hints=(
        "Two things happen on the way back: first through the weights, then through the activation. The first does not "
        "depend on which activation it is.",
        "Differentiate $c\\tanh(kS)$ in $S$ as it stands. Then ask which part of the result you can read from $X$.",
        "$\\dfrac{\\mathrm dX}{\\mathrm dS} = c\\,k\\,\\big(1 - \\tanh^2(kS)\\big)$, and $\\tanh(kS) = X/c$.",
    ),
)
