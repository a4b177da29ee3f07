"""The slope of the cross-entropy in the temperature."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import softmax


def temperature_slope(Z, labels, T):
    """Derivative in T of the mean cross-entropy of softmax(Z / T); one number.

    Z is (N, C), labels is (N,) of int, T is a number > 0.
    """
    N = len(Z)
    G = softmax(Z / T)
    G[np.arange(N), labels] -= 1
    return -np.sum(G * Z) / (N * T**2)


def errors(Z, labels, T=1.0):
    """Probabilities minus one-hot labels, (N, C)."""
    G = softmax(Z / T)
    G[np.arange(len(Z)), labels] -= 1
    return G


def inputs(rng):
    N, C = draws.sizes(rng, 2, low=3)
    return 2 * rng.normal(size=(N, C)), draws.labels(rng, N, C), rng.uniform(1.5, 3)


def extreme_scores(rng):
    Z, labels, T = inputs(rng)
    labels[0] = Z[0].argmin()
    return 1e4 * Z, labels, T


def true_class_alone(Z, labels, T):
    true = (np.arange(len(Z)), labels)
    return -np.sum(errors(Z, labels, T)[true] * Z[true]) / (len(Z) * T**2)


@np.errstate(over="ignore", invalid="ignore")
def plain_exponentials(Z, labels, T):
    E = np.exp(Z / T)
    G = E / E.sum(axis=1, keepdims=True)
    G[np.arange(len(Z)), labels] -= 1
    return -np.sum(G * Z) / (len(Z) * T**2)


def with_softmax(probabilities):
    """The slope with another function in the place of softmax."""
    def answer(Z, labels, T):
        G = probabilities(Z / T)
        G[np.arange(len(Z)), labels] -= 1
        return -np.sum(G * Z) / (len(Z) * T**2)

    return answer


def labels_in_all_rows(Z, labels, T):
    G = softmax(Z / T)
    G[:, labels] -= 1
    return -np.sum(G * Z) / (len(Z) * T**2)


def one_for_each_sample(Z, labels, T):
    return -np.sum(errors(Z, labels, T) * Z, axis=1) / T**2


def without_weights(Z, labels, T):
    """The plain mean of a row of scores in the place of the one by probability."""
    return np.mean(Z[np.arange(len(Z)), labels] - Z.mean(axis=1)) / T**2


def largest_for_true(Z, labels, T):
    return temperature_slope(Z, Z.argmax(axis=1), T)


def losses(Z, labels, T):
    shifted = (Z - Z.max(axis=1, keepdims=True)) / T
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(Z)), labels]


@np.errstate(divide="ignore")
def losses_of_rounded(Z, labels, T):
    return -np.log(softmax(Z / T)[np.arange(len(Z)), labels])


def scores_cut_off(Z, labels, T, cut=500):
    return temperature_slope(np.clip(Z, -cut, cut), labels, T)


def exponents_cut_off(Z, labels, T, cut=500):
    return -np.sum(errors(np.clip(Z / T, -cut, cut), labels) * Z) / (len(Z) * T**2)


OVERFLOW = ("With scores of 1e4 this is nan. Either the softmax is: exp(1e4) is inf, and inf/inf is nan; and with one "
            "maximum taken off the whole table, a row far below it is all 0, and 0/0 is nan too. Or you divide by the "
            "probability of the true class, and it is 0 in the computer. What may be added to each row of scores "
            "without changing its probabilities, and which factor cancels before any number is computed?")

CUT = ("The scores are cut off, so two of them that are far apart may become equal. Nothing has to be cut: what may be "
       "added to a row of scores without changing its probabilities?")

EXERCISE = Function(
    id="03.temperature_slope",
    title="The slope in the temperature",
    section="03 §8",
    points=3,
    prompt=r"""
A trained network is often too sure of itself. *Temperature scaling* mends that after the training: all scores are
divided by one number $T > 0$, and only $T$ is trained, on data that the network has not seen. The weights and the
scores $Z$ ($N \times C$) stay as they are. The loss is

$$L(T) = -\frac1N \sum_{i=1}^N \ln P_{i y_i}, \qquad P = \mathrm{softmax}(Z/T) \text{ row by row}.$$

Write $\mathrm dL/\mathrm dT$, one number. The labels $y_i$ count from 0. Scores may be as large as $10^4$.
""",
    reference=temperature_slope,
    inputs=inputs,
    edges={"scores of 1e4": extreme_scores},
    example="np.round(temperature_slope(np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([0, 2]), 2.0), 4)",
    misconceptions=(
        Misconception(
            "The factor 1/N is missing. The loss is the mean over the samples, so its slope is too.",
            lambda Z, labels, T: len(Z) * temperature_slope(Z, labels, T)),
        Misconception(
            "This is the mean over all N times C entries. The mean is over the samples; the classes are added up.",
            lambda Z, labels, T: temperature_slope(Z, labels, T) / Z.shape[1]),
        Misconception(
            "The sign is turned round. A larger T makes Z/T smaller: which sign does the derivative of 1/T have?",
            lambda Z, labels, T: -temperature_slope(Z, labels, T)),
        Misconception(
            "One factor 1/T is missing. What is the derivative of Z/T in T?",
            lambda Z, labels, T: T * temperature_slope(Z, labels, T)),
        Misconception(
            "This is the slope in 1/T, not in T. One more link of the chain rule leads from 1/T to T.",
            lambda Z, labels, T: np.sum(errors(Z, labels, T) * Z) / len(Z)),
        Misconception(
            "The probabilities are those at temperature 1. The loss is that of softmax(Z/T): where does T enter?",
            lambda Z, labels, T: -np.sum(errors(Z, labels) * Z) / (len(Z) * T**2)),
        Misconception(
            "This is the gradient in Z. But T is one number, and every score depends on it: their effects add up.",
            lambda Z, labels, T: errors(Z, labels, T) / (len(Z) * T)),
        Misconception(
            "The entries are not added up. T is one number, and every entry of Z/T moves with it.",
            lambda Z, labels, T: -errors(Z, labels, T) * Z / (len(Z) * T**2)),
        Misconception(
            "Only the score of the true class counts here. The other scores are divided by T too, and each of them "
            "moves the probability.", true_class_alone),
        Misconception(
            "Z is divided by T once too often. The derivative of Z/T in T holds Z itself, not Z/T.",
            lambda Z, labels, T: temperature_slope(Z, labels, T) / T),
        Misconception(
            "This is the gradient in Z times Z, added up. How does an entry of Z/T move when T moves? Mind its sign, "
            "too.",
            lambda Z, labels, T: -T * temperature_slope(Z, labels, T)),
        Misconception(
            "The labels are missing: this is the effect of T on the logarithm of the sum alone. The score of the true "
            "class is divided by T too.",
            lambda Z, labels, T: -np.sum(softmax(Z / T) * Z) / (len(Z) * T**2)),
        Misconception(
            "The derivative of Z/T in T is taken as -Z. That would be right for a product with -T; here T stands below "
            "the fraction bar.",
            lambda Z, labels, T: T**2 * temperature_slope(Z, labels, T)),
        Misconception(
            "Z is missing in the chain: each entry of Z/T moves in proportion to its own score. Without it the rows of "
            "P - Y just add up to 0.",
            lambda Z, labels, T: -np.sum(errors(Z, labels, T)) / (len(Z) * T**2)),
        Misconception(
            "Only the score of the true class is divided by T here. The sum in the softmax depends on T too.",
            lambda Z, labels, T: np.mean(Z[np.arange(len(Z)), labels]) / T**2),
        *(Misconception(words, with_softmax(forward)) for words, forward in softmax_slips.NORMALISED),
        Misconception(
            "There is no softmax: the scores themselves stand where the probabilities belong.",
            with_softmax(lambda U: U.copy())),
        Misconception(
            "The 1 is subtracted in whole columns, in every row. Each row has one label: pick one entry of each row, "
            "by the row's number and its label.", labels_in_all_rows),
        Misconception(
            "Each label is taken one too low, as if the classes counted from 1. They count from 0.",
            lambda Z, labels, T: temperature_slope(Z, labels - 1, T)),
        Misconception(
            "This is one number a sample. L is their mean, and so is its slope.", one_for_each_sample),
        Misconception(
            "From the score of the true class the plain mean of its row is taken off. In the row each score counts by "
            "its probability.", without_weights),
        Misconception(
            "The labels play no role: the largest score of a row is taken for that of the true class.",
            largest_for_true),
        *(Misconception(*pair) for found in (losses, losses_of_rounded)
          for pair in softmax_slips.the_loss_itself(found, "slope in T")),
        Misconception(CUT, scores_cut_off),
        Misconception(CUT, exponents_cut_off),
        Misconception(OVERFLOW, plain_exponentials),
        Misconception(
            "The largest score of a row stands where the mean of its scores by probability belongs.",
            lambda Z, labels, T: np.mean(Z[np.arange(len(Z)), labels] - Z.max(axis=1)) / T**2),
    ),
    hints=(
        "Name the inner matrix: $U = Z/T$. The chapter knows $\\partial L/\\partial U$.",
        "Every entry of $U$ depends on $T$. So the chain rule has a sum over all entries.",
        "$\\dfrac{\\mathrm dL}{\\mathrm dT} = \\sum_{ij} \\dfrac{\\partial L}{\\partial U_{ij}}\\,"
        "\\dfrac{\\mathrm dU_{ij}}{\\mathrm dT}$ with $\\;U_{ij} = Z_{ij}\\,T^{-1}$.",
    ),
)
