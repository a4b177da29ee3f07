"""Cross-entropy of independent yes-or-no labels, from scores of any size."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import sigmoid


def multi_label_loss(Z, Y):
    """Cross-entropy of yes-or-no labels: summed over the labels, mean over the samples.

    Z is (N, K), the scores; Y is (N, K) of 0 and 1. The result is one number, in nats.
    """
    return np.sum(np.logaddexp(0, Z) - Y * Z) / len(Z)


def inputs(rng):
    N, K = draws.sizes(rng, 2, low=3)
    Y = rng.integers(2, size=(N, K))
    Y[0, :2] = 0, 1
    return 2 * rng.normal(size=(N, K)), Y


def scores_of(size):
    """Inputs with scores of one size and both signs, some right and some wrong."""
    def make(rng):
        Z, Y = inputs(rng)
        Z = rng.uniform(0.5, 1.5, Z.shape) * rng.choice([-1, 1], Z.shape)
        Z[:2] = np.abs(Z[:2]) * [[-1], [1]]
        Y[:2, 0], Y[:2, 1] = 1, 0
        return size * Z, Y

    return make


@np.errstate(divide="ignore", invalid="ignore")
def as_written(Z, Y, epsilon=0.0):
    P = sigmoid(Z)
    return -np.sum(Y * np.log(P + epsilon) + (1 - Y) * np.log(1 - P + epsilon)) / len(Z)


@np.errstate(divide="ignore", invalid="ignore")
def clipped(Z, Y, epsilon):
    P = np.clip(sigmoid(Z), epsilon, 1 - epsilon)
    return -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / len(Z)


@np.errstate(divide="ignore", invalid="ignore")
def both_sigmoids(Z, Y):
    return -np.sum(Y * np.log(sigmoid(Z)) + (1 - Y) * np.log(sigmoid(-Z))) / len(Z)


@np.errstate(divide="ignore", invalid="ignore")
def picked(Z, Y):
    P = sigmoid(Z)
    return -np.sum(np.log(np.where(Y == 1, P, 1 - P))) / len(Z)


@np.errstate(over="ignore")
def plain_exponential(Z, Y):
    return np.sum(np.log(1 + np.exp(Z)) - Y * Z) / len(Z)


def softmax_instead(Z, Y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return -np.sum(Y * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))) / len(Z)


@np.errstate(over="ignore")
def one_sign_of_the_stable_form(Z, Y):
    return np.sum(np.maximum(Z, 0) - Y * Z + np.log(1 + np.exp(-Z))) / len(Z)


OVERFLOW = ("Large scores make this nan or inf: the sigmoid gives exactly 0 or 1 there, and the logarithm of 0 is "
            "-inf. Take the logarithm by hand before you put in numbers: what is ln(1 + exp(z)) for a large z?")
PATCH = ("A tiny number hides the infinity, but now it sets a limit: a label that is wrong by 1e4 costs no more than "
         "minus the logarithm of that number. Simplify the logarithm of the sigmoid instead.")
CUT = ("The scores are cut off, so a label that is wrong by 1e4 costs no more than one that is wrong by the cut. "
       "Nothing has to be cut if the logarithm is simplified first.")

EXERCISE = Function(
    id="03.multi_label_loss",
    title="Several labels at once",
    section="03 §13",
    points=2,
    prompt=r"""
A photograph may show a dog *and* a beach. So each of $K$ labels gets a yes or no of its own. Its probability is the
sigmoid of its own score, $P_{ij} = \sigma(Z_{ij})$, and a row of $P$ need not sum to 1. With $Y_{ij} \in \{0, 1\}$ the
loss is summed over the labels and averaged over the samples:

$$L = -\frac1N \sum_{i=1}^N \sum_{j=1}^K \Big( Y_{ij} \ln P_{ij} + (1 - Y_{ij}) \ln(1 - P_{ij}) \Big).$$

Write $L$ from the scores $Z$ ($N \times K$) and the labels $Y$ ($N \times K$). Scores lie between $-2\cdot10^4$ and
$2\cdot10^4$, and the result must be right there too: a label that is wrong by $10^4$ costs $10^4$.
""",
    reference=multi_label_loss,
    inputs=inputs,
    edges={f"scores of {size:g}": scores_of(size) for size in (100, 1000, 10000)},
    example="np.round(multi_label_loss(np.array([[2.0, -1.0, 0.0], [0.5, 1.0, -3.0]]), "
            "np.array([[1, 0, 1], [0, 1, 0]])), 4)",
    misconceptions=(
        Misconception(OVERFLOW, as_written),
        Misconception(OVERFLOW, picked),
        Misconception(
            "Right up to scores of some hundreds. Then the large exponential is inf, the logarithm is infinite, and 0 "
            "times inf is nan. For a large z, what is left of ln(1 + exp(z)), and how can it be computed without the "
            "large exponential?", both_sigmoids),
        *(Misconception(PATCH, lambda Z, Y, epsilon=epsilon: as_written(Z, Y, epsilon))
          for epsilon in (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-14, 1e-15, 1e-16, 1e-20,
                          1e-300)),
        *(Misconception(PATCH, lambda Z, Y, epsilon=epsilon: clipped(Z, Y, epsilon))
          for epsilon in (1e-4, 1e-5, 1e-6, 1e-7, 1e-15, 1e-16, np.finfo(float).eps)),
        *(Misconception(CUT, lambda Z, Y, cut=cut: multi_label_loss(np.clip(Z, -cut, cut), Y))
          for cut in (20, 30, 50, 100, 500, 700)),
        Misconception(
            "The formula is right, but exp(1000) is inf already. For a large z, what is left of ln(1 + exp(z)), and "
            "how can it be computed without the large exponential?", plain_exponential),
        Misconception(
            "The largest of z and 0 is taken out, but exp(-z) is left inside. That is right for a positive z only. For "
            "a negative one, which exponential is the small one?", one_sign_of_the_stable_form),
        Misconception(
            "Only the labels that are 0 count here. A label that is 1 costs something too, if its probability is not "
            "1: the first term of the sum is missing.",
            lambda Z, Y: np.sum((1 - Y) * np.logaddexp(0, Z)) / len(Z)),
        Misconception(
            "Only the labels that are 1 count here. A label that is 0 costs something too, if its probability is not "
            "0: the second term of the sum is missing.",
            lambda Z, Y: np.sum(Y * np.logaddexp(0, -Z)) / len(Z)),
        Misconception(
            "This is the mean over all N times K entries. The labels of a sample are summed; the mean is over the N "
            "samples.", lambda Z, Y: multi_label_loss(Z, Y) / Z.shape[1]),
        Misconception(
            "This is the mean over the labels and the sum over the samples. It should be the other way round.",
            lambda Z, Y: multi_label_loss(Z, Y) * len(Z) / Z.shape[1]),
        Misconception(
            "This is the sum over the samples. The loss of this book is their mean.",
            lambda Z, Y: multi_label_loss(Z, Y) * len(Z)),
        Misconception(
            "The sign is missing: logarithms of probabilities are negative, a loss is positive.",
            lambda Z, Y: -multi_label_loss(Z, Y)),
        Misconception(
            "This is the cross-entropy of a softmax. It makes the labels of a row compete for a probability of 1; here "
            "each label is a question of its own.", softmax_instead),
        Misconception(
            "Labels 0 and 1 are swapped: a score that is right costs most here. Which of the two terms belongs to a "
            "label that is 1?", lambda Z, Y: multi_label_loss(Z, 1 - Y)),
        Misconception(
            "This is one number a sample. The loss is their mean, a single number.",
            lambda Z, Y: np.sum(np.logaddexp(0, Z) - Y * Z, axis=1)),
        Misconception(
            "This is one number a label, the mean over the samples. The labels are summed, too.",
            lambda Z, Y: np.mean(np.logaddexp(0, Z) - Y * Z, axis=0)),
        Misconception(
            "This is one number for each entry. They are summed over the labels and averaged over the samples.",
            lambda Z, Y: np.logaddexp(0, Z) - Y * Z),
        Misconception(
            "This is in bits, with the logarithm to base 2. The loss has the natural one.",
            lambda Z, Y: multi_label_loss(Z, Y) / np.log(2)),
        Misconception(
            "Only the largest cost counts here. The costs of all labels are summed, and averaged over the samples.",
            lambda Z, Y: np.max(np.logaddexp(0, Z) - Y * Z)),
        Misconception(
            "The product of label and score is added, not taken off. For a label that is 1, a larger score must cost less.",
            lambda Z, Y: np.sum(np.logaddexp(0, Z) + Y * Z) / len(Z)),
        Misconception(
            "Every label counts as 1 here: Y is not used. Which of the two terms belongs to a label that is 0?",
            lambda Z, Y: multi_label_loss(Z, np.ones_like(Y))),
    ),
    hints=(
        "Look at one entry. If $Y = 1$ it costs $-\\ln\\sigma(z)$, if $Y = 0$ it costs $-\\ln(1-\\sigma(z))$.",
        "Put $\\sigma(z) = 1/(1+e^{-z})$ in, and simplify before any number is computed. Then cure what can overflow, "
        "as the chapter does for $\\log p$.",
        "$-\\ln\\sigma(z) = \\ln(1+e^{-z}) = \\ln(1+e^{z}) - z\\;$ and $\\;-\\ln(1-\\sigma(z)) = \\ln(1+e^{z})$, with "
        "$\\;\\ln(e^a+e^b) = m + \\ln(e^{a-m}+e^{b-m})$, $m = \\max(a, b)$.",
    ),
)
