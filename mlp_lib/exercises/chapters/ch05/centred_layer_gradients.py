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


def columns(S):
    return S - S.mean(axis=0)


def rows(S):
    return S - S.mean(axis=1, keepdims=True)


def everything(S):
    return S - S.mean()


def nothing(S):
    return S


def of_the_value(A):
    return 1 - A ** 2


def changed(*, forward=columns, back=columns, slope=of_the_value, sent=nothing, output=np.tanh):
    """The gradients with one thing done otherwise.

    ``forward`` centres the scores, ``back`` the error in them, ``sent`` what comes in from above;
    ``slope`` takes the values of the layer.
    """
    def answer(X, W, G):
        D = back(sent(G) * slope(output(forward(X @ W))))
        return D @ W.T, X.T @ D

    return answer


def other_slope(slope):
    """The gradients with a slope from the scores and the centred scores."""
    def answer(X, W, G):
        S = X @ W
        D = columns(G * slope(S, columns(S)))
        return D @ W.T, X.T @ D

    return answer


mean_taken_as_constant = changed(back=nothing)


def mean_of_what_came(X, W, G):
    D = G * (1 - np.tanh(columns(X @ W)) ** 2) - G.mean(axis=0)
    return D @ W.T, X.T @ D


def only_in_the_input(X, W, G):
    return centred_layer_gradients(X, W, G)[0], mean_taken_as_constant(X, W, G)[1]


def only_in_the_weights(X, W, G):
    return mean_taken_as_constant(X, W, G)[0], centred_layer_gradients(X, W, G)[1]


def standardised(X, W, G):
    S = X @ W
    C, spread = columns(S), S.std(axis=0)
    D = G * (1 - np.tanh(C / spread) ** 2)
    Z = C / spread
    D = (columns(D) - Z * (D * Z).mean(axis=0)) / spread
    return D @ W.T, X.T @ D


def means_of_the_slopes(X, W, G):
    T = 1 - np.tanh(columns(X @ W)) ** 2
    D = G * T - T * (G * T).mean(axis=0)
    return D @ W.T, X.T @ D


def times(first, second):
    """The right gradients, each times a function of the number of samples."""
    def answer(X, W, G):
        dX, dW = centred_layer_gradients(X, W, G)
        return first(len(X)) * dX, second(len(X)) * dW

    return answer


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
            "unit has one mean.", changed(back=rows)),
        Misconception(
            "Going forward the means are those of the rows. The layer takes the mean over the samples, so each column "
            "has one mean.", changed(forward=rows)),
        Misconception(
            "The means are those of the rows, forward and back. The layer takes the mean over the samples, so each "
            "column has one mean.", changed(forward=rows, back=rows)),
        Misconception(
            "One mean is taken over the whole table. Each column has a mean of its own: over which axis?",
            changed(forward=everything, back=everything)),
        Misconception(
            "Going forward one mean is taken over the whole table. Each column has a mean of its own: over which axis?",
            changed(forward=everything)),
        Misconception(
            "On the way back one mean is taken over the whole table. Each column has a mean of its own: over which axis?",
            changed(back=everything)),
        Misconception(
            "G was taken for the error in S. It is the slope in A: tanh and the centring lie between them.",
            lambda X, W, G: (G @ W.T, X.T @ G)),
        Misconception(
            "The slope of tanh was computed as 1 minus the square of what goes in. It is 1 minus the square of what "
            "the tanh gives.", other_slope(lambda S, C: 1 - C ** 2)),
        Misconception(
            "The slope of tanh was computed as 1 minus the square of the scores. It is 1 minus the square of what the "
            "tanh gives.", other_slope(lambda S, C: 1 - S ** 2)),
        Misconception(
            "The slope of tanh is 1 minus the square of its value: here the square is missing.",
            changed(slope=lambda A: 1 - A)),
        Misconception(
            "The slope of tanh was taken at the value, as if that were the score: tanh is in it twice.",
            changed(slope=lambda A: 1 - np.tanh(A) ** 2)),
        Misconception(
            "The square of the tanh stands where its slope belongs. Far out a tanh is flat.",
            changed(slope=lambda A: A ** 2)),
        Misconception(
            "The slope of tanh has a plus where a minus belongs: far out a tanh is flat.",
            changed(slope=lambda A: 1 + A ** 2)),
        Misconception(
            "The value of the tanh stands where its slope belongs.", changed(slope=nothing)),
        Misconception(
            "This is the slope of a sigmoid, a (1 - a). What is the slope of tanh, told by its value?",
            changed(slope=lambda A: A * (1 - A))),
        Misconception(
            "This is the mask of a ReLU. The layer has a tanh: what is its slope?",
            changed(slope=lambda A: A > 0)),
        Misconception(
            "On the way back the sum of each column was taken off, not its mean.",
            changed(back=lambda D: D - D.sum(axis=0))),
        Misconception(
            "On the way back the mean was added. A score moves the C of the other samples down.",
            changed(back=lambda D: D + D.mean(axis=0))),
        Misconception(
            "On the way back only the mean is left. A score moves its own C as well.",
            changed(back=lambda D: 0 * D + D.mean(axis=0))),
        Misconception(
            "Going forward the mean was added. It is taken away from each score.",
            changed(forward=lambda S: S + S.mean(axis=0))),
        Misconception(
            "Going forward the sum of each column was taken off, not its mean.",
            changed(forward=lambda S: S - S.sum(axis=0))),
        Misconception(
            "Here the scores are divided by their spread as well. The layer takes the mean away, and no more.",
            standardised),
        Misconception(
            "This is the plain layer: the mean is taken away neither going forward nor on the way back.",
            changed(forward=nothing, back=nothing)),
        Misconception(
            "The mean was taken off G before the slope of tanh. Going back, tanh comes first and the centring after "
            "it.", changed(sent=columns, back=nothing)),
        Misconception(
            "The mean was taken off G as well. Going back, tanh comes first, and the centring after it, once.",
            changed(sent=columns)),
        Misconception(
            "The mean that is taken off was multiplied with the slope of tanh once more. The tanh is passed when the "
            "centring comes.", means_of_the_slopes),
        Misconception(
            "The slope of tanh was computed from the scores before the mean was taken away. Where does tanh act?",
            changed(forward=nothing)),
        Misconception(
            "The slope of tanh is missing. G is the slope in the values A, not in what tanh was given.",
            changed(slope=lambda A: 1)),
        Misconception(
            "dX is right, but for dW the mean was taken for a constant. Both come from the same error in S.",
            only_in_the_input),
        Misconception(
            "dW is right, but for dX the mean was taken for a constant. Both come from the same error in S.",
            only_in_the_weights),
        Misconception(
            "A score moves its own C by 1 - 1/N, that is here. But it moves the C of all other samples as well, "
            "through the mean.", changed(back=lambda D: D * (1 - 1 / len(D)))),
        Misconception(
            "The error is multiplied by 1 - 1/N and loses its mean, too. Taking the mean off holds that factor already.",
            changed(back=lambda D: columns(D) * (1 - 1 / len(D)))),
        Misconception(
            "dW was divided by the number of samples once more. The factor 1/N is already in G.",
            times(lambda N: 1, lambda N: 1 / N)),
        Misconception(
            "dX was divided by the number of samples. The factor 1/N is already in G.",
            times(lambda N: 1 / N, lambda N: 1)),
        Misconception(
            "Both were divided by the number of samples once more. The factor 1/N is already in G.",
            times(lambda N: 1 / N, lambda N: 1 / N)),
        Misconception(
            "The mean that is taken off is that of G. What goes back through the centring is G times the slope of tanh: "
            "its mean is wanted.", mean_of_what_came),
        Misconception(
            "Going back, the sum of each column is divided by N - 1. The mean that the layer takes off is over N.",
            changed(back=lambda D: D - D.sum(axis=0) / (len(D) - 1))),
    ),
    hints=(
        "Find the error in $C$ first, then the error in $S$. From there on it is the chapter's layer.",
        "One score $S_{mj}$ moves all $C_{nj}$ of its column: its own one up by $1-\\frac1N$, the others down by "
        "$\\frac1N$. The chain rule adds all $N$ ways.",
        "$\\dfrac{\\partial E}{\\partial S_{mj}} = \\sum_n \\dfrac{\\partial E}{\\partial C_{nj}}\\Big([n=m] - "
        "\\frac1N\\Big)$.",
    ),
)
