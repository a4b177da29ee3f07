"""Which pixels speak for a class: the slope of a log-probability in the input."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.chapters.ch06 import hidden_slips
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import sigmoid, softmax

SIGMOID = (hidden_slips.sigmoid_slope,) * 2


def saliency(X, classes, W1, b1, W2, b2, W3, b3):
    """Slopes of ln(probability of the given class) of each sample in its own pixels.

    X is (B, n0), classes is (B,) of int; W1 is (n0, n1), b1 is (n1,), and so on up to K classes;
    sigmoid, sigmoid, softmax. The result is (B, n0).
    """
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    dz3 = np.eye(len(b3))[classes] - softmax(a2 @ W3 + b3)
    dz2 = (dz3 @ W3.T) * a2 * (1 - a2)
    dz1 = (dz2 @ W2.T) * a1 * (1 - a1)
    return dz1 @ W1.T


def inputs(rng):
    B, n0, n1, n2, K = draws.sizes(rng, 5)
    shapes = (n0, n1), (n1,), (n1, n2), (n2,), (n2, K), (K,)
    return (rng.normal(size=(B, n0)), draws.labels(rng, B, K),
            *(rng.normal(size=shape) for shape in shapes))


def certain(rng):
    """The given class has practically no probability: its logarithm is far below 0."""
    X, classes, W1, b1, W2, b2, W3, b3 = inputs(rng)
    b3 = 1e3 * (np.arange(len(b3)) == len(b3) - 1)
    return X, np.zeros_like(classes), W1, b1, W2, b2, W3, b3


def large_scores(rng):
    """Scores of several 1e4, in any precision sure of one class each, which is not the given one.

    Those of some samples lie far below those of others, and one class is never far above 0.
    """
    while True:
        X, _, W1, b1, W2, b2, W3, b3 = inputs(rng)
        W3 = 1e4 * W3
        scores = sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2) @ W3 + b3
        *_, second, first = np.sort(scores, axis=1).T
        if (min((first - second).min(), first.min()) > 500 and np.ptp(first) > 1000
                and scores.max(axis=0).min() < 0):
            return X, scores.argmin(axis=1), W1, b1, W2, b2, W3, b3


def log_slope(y, p):
    return y - p


def changed(error=log_slope, *, slopes=SIGMOID, hidden=sigmoid, probabilities=softmax,
            used=(1, 1, 1)):
    """The map with one thing done otherwise.

    ``error`` gives the slopes in the scores from one-hot classes and probabilities, ``slopes``
    those of both hidden layers from their values; ``used`` are shares of the biases.
    """
    def walked(X, classes, W1, b1, W2, b2, W3, b3):
        a1 = hidden(X @ W1 + used[0] * b1)
        a2 = hidden(a1 @ W2 + used[1] * b2)
        dz3 = error(np.eye(len(b3))[classes], probabilities(a2 @ W3 + used[2] * b3))
        dz2 = (dz3 @ W3.T) * slopes[1](a2)
        return ((dz2 @ W2.T) * slopes[0](a1)) @ W1.T

    return walked


def of_the_probability(y, p):
    return (p * y).sum(axis=1, keepdims=True) * (y - p)


def of_the_likeliest(X, classes, W1, b1, W2, b2, W3, b3):
    scores = sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2) @ W3 + b3
    return saliency(X, scores.argmax(axis=1), W1, b1, W2, b2, W3, b3)


@np.errstate(invalid="ignore")
def divided_by_the_probability(y, p):
    return of_the_probability(y, p) / (p * y).sum(axis=1, keepdims=True)


def never_divided_by_zero(small):
    """What an epsilon beside the probability makes of its logarithm's slope."""
    return lambda y, p: of_the_probability(y, p) / ((p * y).sum(axis=1, keepdims=True) + small)


@np.errstate(divide="ignore", invalid="ignore", over="ignore")
def logarithm_alone(y, p):
    return y / p


def of_one_class(y, p):
    return y[:1] - p


def in_the_first(X, classes, W1, b1, W2, b2, W3, b3):
    """Slopes in the scores of layer 1, (B, n1)."""
    units = np.eye(W1.shape[1])
    return saliency(X @ W1, classes, units, b1, W2, b2, W3, b3)


def in_the_second(X, classes, W1, b1, W2, b2, W3, b3):
    """Slopes in the scores of layer 2, (B, n2)."""
    a2 = sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2)
    return ((np.eye(len(b3))[classes] - softmax(a2 @ W3 + b3)) @ W3.T) * a2 * (1 - a2)


def in_the_values_of_the_first(X, classes, W1, b1, W2, *rest):
    """Slopes in the values of layer 1, (B, n1)."""
    return in_the_second(X, classes, W1, b1, W2, *rest) @ W2.T


EPSILON = ("Where the class has practically no probability your map is 0: a small number beside the probability keeps the "
           "division finite, but it swallows the slope. Differentiate the logarithm on paper: the division cancels.")

EXERCISE = Function(
    id="06.saliency",
    title="Which pixels speak for a class?",
    section="06 §5",
    points=3,
    prompt=r"""
The network of the chapter (sigmoid, sigmoid, softmax) is trained and stays as it is. For a given picture and a given
class, which pixels would make that class more probable if they had a little more ink? The answer is a picture itself, a
*saliency map*: the slopes

$$M_{iq} = \frac{\partial \ln \hat y^{(i)}_{c_i}}{\partial x^{[i]}_q}$$

of the logarithm of the probability that sample $i$ gets for class $c_i$. There is no loss here and no mean: each sample
has a map of its own.

Write $M$ ($B \times n_0$) for a batch $X$ ($B \times n_0$) with the classes $c$. Weights are $n_0\times n_1$,
$n_1\times n_2$, $n_2\times K$; a bias is a row with one entry a unit. Classes count from 0. The probability of the class
may be practically 0; its logarithm still has a slope. The scores $z^{[3]}$ may be as large as several $10^4$.
""",
    reference=saliency,
    inputs=inputs,
    edges={"a class of no probability": certain, "scores of 1e4": large_scores},
    example="saliency(np.array([[0.0, 1.0]]), np.array([1]), np.eye(2), np.zeros(2), np.eye(2), np.zeros(2),\n"
            "         np.array([[1.0, 0.0], [0.0, 2.0]]), np.zeros(2))",
    misconceptions=(
        Misconception(
            "The map was divided by the number of samples. There is no mean in this exercise: each sample has its own "
            "map.", lambda X, *rest: saliency(X, *rest) / len(X)),
        Misconception(
            "The sign is turned round: this is the slope of the loss. Where it is positive, ink makes the class less "
            "probable.", lambda *args: -saliency(*args)),
        Misconception(
            "This is the gradient of the chapter's mean loss in the pixels. Here the logarithm itself is asked, without "
            "minus and without mean.", lambda X, *rest: -saliency(X, *rest) / len(X)),
        Misconception(
            "This is the slope of the score of the class. The probability depends on the other scores as well, through "
            "the denominator of softmax.", changed(lambda y, p: y)),
        Misconception(
            "This is the slope of the probability itself. The slope of its logarithm is another.",
            changed(of_the_probability)),
        Misconception(
            "Only the score of the class itself has a part. Its probability falls when another score rises, so the "
            "other scores have slopes, too.", changed(lambda y, p: y * (1 - p))),
        Misconception(
            "These are the maps of the most probable class. The class is given, and the network may think another one "
            "more probable.", of_the_likeliest),
        Misconception(
            "Your map is nan where the probability of the class is practically 0: either 0 was divided by 0, or an "
            "exponential became inf. Differentiate the logarithm on paper: the division cancels.",
            changed(divided_by_the_probability)),
        Misconception(
            "At the top stands the slope of the logarithm in the probability alone. From the scores to the "
            "probability there is the softmax, and it has slopes, too.",
            changed(logarithm_alone)),
        Misconception(
            "This stops at the scores of layer 1. The pixels are one step further down, below the first weights.",
            in_the_first),
        Misconception(
            "This is the gradient in the first weights. The slopes in the pixels are asked for, and each sample has "
            "its own.", lambda X, classes, *rest: X.T @ in_the_first(X, classes, *rest)),
        Misconception(
            "Only sizes are left: all entries are positive. The sign says whether more ink helps or hurts.",
            lambda *args: np.abs(saliency(*args))),
        *(Misconception(EPSILON, changed(never_divided_by_zero(small))) for small in (1e-12, 1e-8, 1e-7)),
        Misconception(
            "These are the maps of the first sample's class. Each sample has a class of its own.",
            changed(of_one_class)),
        Misconception(
            "The classes are missing: at the top stand the probabilities alone. What becomes of the entry of the class?",
            changed(lambda y, p: -p)),
        Misconception(
            "At the top the probability is added at the class. The slope is 1 minus the probability there.",
            changed(lambda y, p: y + p)),
        Misconception(
            "The slope of the logarithm was multiplied by the probabilities once more.",
            changed(lambda y, p: (y - p) * p)),
        Misconception(
            "y - p is the slope in the scores already. Here it is multiplied by p (1 - p) once more.",
            changed(lambda y, p: (y - p) * p * (1 - p))),
        Misconception(
            "The pixels themselves are multiplied with their slopes. The slopes alone are asked for.",
            lambda X, *rest: X * saliency(X, *rest)),
        Misconception(
            "The maps are added up over the samples. Each sample has a map of its own.",
            lambda *args: saliency(*args).sum(axis=0)),
        Misconception(
            "The map is squared: the sign, which says whether more ink helps or hurts, is lost.",
            lambda *args: saliency(*args) ** 2),
        Misconception(
            "This stops at the scores of layer 2. The pixels are two steps further down.", in_the_second),
        Misconception(
            "This stops at the values of layer 1. Their slope leads to the scores, and the first weights to the pixels.",
            in_the_values_of_the_first),
        *(Misconception(words, changed(probabilities=forward)) for words, forward in softmax_slips.FORWARD[1:]),
        *(Misconception(*pair) for pair in (*hidden_slips.other_units(changed, "sigmoid"),
                                            *hidden_slips.slopes(changed, hidden_slips.OF_SIGMOID, SIGMOID[0]),
                                            *hidden_slips.biases(changed))),
        Misconception(
            "The 1 stands in whole columns, in every row. Each sample has one class: pick one entry of each row, by the "
            "row's number and its class.", changed(lambda y, p: (y.sum(axis=0) > 0) - p)),
        Misconception(
            "Each class is taken one too low, as if the classes counted from 1. They count from 0.",
            changed(lambda y, p: np.roll(y, -1, axis=1) - p)),
    ),
    hints=(
        "The chapter goes back as far as dz1. One step is left, and it is the same as from dz2 to da1.",
        "At the top: what is the slope of $\\ln\\hat y_c$ in the scores? Compare with Lemma 2, which is about "
        "$-\\ln\\hat y_c$.",
        "$\\dfrac{\\partial \\ln\\hat y_c}{\\partial z^{[3]}_j} = [\\,j=c\\,] - \\hat y_j$, and at the bottom "
        "$\\dfrac{\\partial z^{[1]}_r}{\\partial x_q} = w^{[1]}_{qr}$.",
    ),
)
