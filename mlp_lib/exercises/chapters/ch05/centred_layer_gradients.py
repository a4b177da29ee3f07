"""Gradients of a layer that takes the mean over the batch away from its scores."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def centred_layer_gradients(X, W, G):
    """Slopes of the loss in X and W for the layer A = tanh(XW - column means of XW).

    X is (N, n), W is (n, d), G is (N, d), the slope of the loss in A. Returns dX, of the shape
    of X, and dW, of the shape of W.
    """
    S = X @ W
    D = G * (1 - np.tanh(S - S.mean(axis=0)) ** 2)
    D = D - D.mean(axis=0)
    return D @ W.T, X.T @ D


def inputs(rng):
    N, n, d = draws.sizes(rng, 3, low=3)
    return rng.normal(size=(N, n)) + 1, rng.normal(size=(n, d)) / 2, rng.normal(size=(N, d))


def two_samples(rng):
    X, W, G = inputs(rng)
    return X[:2], W, G[:2]


def far_from_zero(rng):
    X, W, G = inputs(rng)
    return X + 100, W, G


def error_in_the_centred(X, W, G):
    S = X @ W
    return G * (1 - np.tanh(S - S.mean(axis=0)) ** 2)


def mean_taken_as_constant(X, W, G):
    D = error_in_the_centred(X, W, G)
    return D @ W.T, X.T @ D


def mean_over_the_units(X, W, G):
    D = error_in_the_centred(X, W, G)
    D = D - D.mean(axis=1, keepdims=True)
    return D @ W.T, X.T @ D


def means_of_the_rows(X, W, G):
    S = X @ W
    D = G * (1 - np.tanh(S - S.mean(axis=1, keepdims=True)) ** 2)
    D = D - D.mean(axis=1, keepdims=True)
    return D @ W.T, X.T @ D


def slope_from_the_centred(X, W, G):
    S = X @ W
    D = G * (1 - (S - S.mean(axis=0)) ** 2)
    D = D - D.mean(axis=0)
    return D @ W.T, X.T @ D


def sums_taken_off(X, W, G):
    D = error_in_the_centred(X, W, G)
    D = D - D.sum(axis=0)
    return D @ W.T, X.T @ D


def centred_before_the_slope(X, W, G):
    return mean_taken_as_constant(X, W, G - G.mean(axis=0))


def slope_at_the_raw_scores(X, W, G):
    D = G * (1 - np.tanh(X @ W) ** 2)
    D = D - D.mean(axis=0)
    return D @ W.T, X.T @ D


def without_the_slope(X, W, G):
    D = G - G.mean(axis=0)
    return D @ W.T, X.T @ D


def only_in_the_input(X, W, G):
    return centred_layer_gradients(X, W, G)[0], mean_taken_as_constant(X, W, G)[1]


def only_in_the_weights(X, W, G):
    return mean_taken_as_constant(X, W, G)[0], centred_layer_gradients(X, W, G)[1]


def own_sample_only(X, W, G):
    return mean_taken_as_constant(X, W, G * (1 - 1 / len(X)))


def no_mean_at_all(X, W, G):
    D = G * (1 - np.tanh(X @ W) ** 2)
    return D @ W.T, X.T @ D


def one_mean_for_all(X, W, G):
    S = X @ W
    D = G * (1 - np.tanh(S - S.mean()) ** 2)
    D = D - D.mean()
    return D @ W.T, X.T @ D


def divided_again(X, W, G):
    dX, dW = centred_layer_gradients(X, W, G)
    return dX, dW / len(X)


EXERCISE = Function(
    id="05.centred_layer_gradients",
    title="A layer without a mean",
    section="05 §5",
    points=4,
    prompt=r"""
If all samples of a batch push a unit the same way, its scores drift. One half of *batch normalisation* prevents it:
each column of scores loses its mean over the batch, before the activation.

$$S = XW, \qquad C_{nj} = S_{nj} - \frac1N\sum_{m=1}^N S_{mj}, \qquad A = \tanh(C)$$

$X$ is $N \times n$, $W$ is $n \times d$. The layers above send back $G = \partial E/\partial A$ ($N \times d$). The
factor $\frac1N$ of the mean loss is already in $G$.

Write $\partial E/\partial X$ ($N \times n$) and $\partial E/\partial W$ ($n \times d$). For the first time a sample's
value depends on the *other* samples of its batch.
""",
    reference=centred_layer_gradients,
    inputs=inputs,
    edges={"a batch of two": two_samples, "inputs near 100": far_from_zero},
    parts=("dX", "dW"),
    example="centred_layer_gradients(np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]]),\n"
            "                        np.array([[1.0], [0.5]]), np.array([[1.0], [-1.0], [0.5]]))",
    misconceptions=(
        Misconception(
            "The mean was taken for a constant. It moves, too, when a score moves, and it moves C for all samples of "
            "the batch.", mean_taken_as_constant),
        Misconception(
            "A mean was taken off the error along the wrong axis. The layer takes the mean over the samples, so each "
            "unit has one mean.", mean_over_the_units),
        Misconception(
            "The means are those of the rows, forward and back. The layer takes the mean over the samples, so each "
            "column has one mean.", means_of_the_rows),
        Misconception(
            "G was taken for the error in S. It is the slope in A: tanh and the centring lie between them.",
            lambda X, W, G: (G @ W.T, X.T @ G)),
        Misconception(
            "The slope of tanh was computed as 1 minus the square of what goes in. It is 1 minus the square of what "
            "the tanh gives.", slope_from_the_centred),
        Misconception(
            "On the way back the sum of each column was taken off, not its mean.", sums_taken_off),
        Misconception(
            "One mean is taken over the whole table. Each column has a mean of its own: over which axis?",
            one_mean_for_all),
        Misconception(
            "This is the plain layer: the mean is taken away neither going forward nor on the way back.",
            no_mean_at_all),
        Misconception(
            "The mean was taken off G before the slope of tanh. Going back, tanh comes first and the centring after "
            "it.",
            centred_before_the_slope),
        Misconception(
            "The slope of tanh was computed from the scores before the mean was taken away. Where does tanh act?",
            slope_at_the_raw_scores),
        Misconception(
            "The slope of tanh is missing. G is the slope in the values A, not in what tanh was given.",
            without_the_slope),
        Misconception(
            "dX is right, but for dW the mean was taken for a constant. Both come from the same error in S.",
            only_in_the_input),
        Misconception(
            "dW is right, but for dX the mean was taken for a constant. Both come from the same error in S.",
            only_in_the_weights),
        Misconception(
            "A score moves its own C by 1 - 1/N, that is here. But it moves the C of all other samples as well, "
            "through the mean.", own_sample_only),
        Misconception(
            "dW was divided by the number of samples once more. The factor 1/N is already in G.", divided_again),
    ),
    hints=(
        "Find the error in $C$ first, then the error in $S$. From there on it is the chapter's layer.",
        "One score $S_{mj}$ moves all $C_{nj}$ of its column: its own one up by $1-\\frac1N$, the others down by "
        "$\\frac1N$. The chain rule adds all $N$ ways.",
        "$\\dfrac{\\partial E}{\\partial S_{mj}} = \\sum_n \\dfrac{\\partial E}{\\partial C_{nj}}\\Big([n=m] - "
        "\\frac1N\\Big)$.",
    ),
)
