"""The gradient of the focal loss, which turns away from what is already right."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import softmax


def focal_gradient(Z, labels, gamma):
    """Gradient of the mean focal loss in the scores.

    Z is (N, C), labels is (N,) of int, gamma is a number >= 1. The result is (N, C).
    """
    N = len(Z)
    true = (np.arange(N), labels)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_P = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_p = log_P[true]
    p = np.exp(log_p)
    slope = gamma * (1 - p) ** (gamma - 1) * p * log_p - (1 - p) ** gamma
    inner = -np.exp(log_P)
    inner[true] += 1
    return slope[:, None] * inner / N


def with_slope(Z, labels, slope):
    """Gradient for a given derivative of the loss in ln p; ``slope`` takes p and ln p."""
    true = (np.arange(len(Z)), labels)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))[true]
    inner = -softmax(Z)
    inner[true] += 1
    return slope(np.exp(log_p), log_p)[:, None] * inner / len(Z)


def inputs(rng):
    N, C = draws.sizes(rng, 2, low=3)
    return 2 * rng.normal(size=(N, C)), draws.labels(rng, N, C), rng.uniform(1.5, 3)


def extreme_scores(rng):
    Z, labels, gamma = inputs(rng)
    labels[:2] = Z[0].argmin(), Z[1].argmax()
    return 1e4 * Z, labels, gamma


def gamma_of_one(rng):
    Z, labels, _ = inputs(rng)
    return Z, labels, 1.0


def factor_held_fixed(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: -((1 - p) ** gamma))


def factor_alone(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: gamma * (1 - p) ** (gamma - 1) * p * log_p)


def inner_sign_lost(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: -gamma * (1 - p) ** (gamma - 1) * p * log_p
                      - (1 - p) ** gamma)


def inner_p_lost(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: gamma * (1 - p) ** (gamma - 1) * log_p
                      - (1 - p) ** gamma)


@np.errstate(divide="ignore", invalid="ignore")
def slope_in_p(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: gamma * (1 - p) ** (gamma - 1) * log_p
                      - (1 - p) ** gamma / p)


def gamma_in_front_lost(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: (1 - p) ** (gamma - 1) * p * log_p
                      - (1 - p) ** gamma)


def power_not_lowered(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: gamma * (1 - p) ** gamma * p * log_p
                      - (1 - p) ** gamma)


def true_column_alone(Z, labels, gamma):
    return focal_gradient(Z, labels, gamma) * np.eye(Z.shape[1])[labels]


def with_softmax(probabilities):
    """The gradient with another function in the place of softmax."""
    @np.errstate(divide="ignore", invalid="ignore")
    def answer(Z, labels, gamma):
        P = probabilities(Z)
        Y = np.eye(Z.shape[1])[labels]
        p = P[np.arange(len(Z)), labels]
        log_p = np.log(np.where(p > 0, p, 1))
        slope = gamma * (1 - p) ** (gamma - 1) * p * log_p - (1 - p) ** gamma
        return slope[:, None] * (Y - P) / len(Z)

    return answer


def labels_in_all_rows(Z, labels, gamma):
    log_p, factor = logarithm_and_factor(Z, labels, gamma)
    p = np.exp(log_p)
    slope = gamma * (1 - p) ** (gamma - 1) * p * log_p - factor
    inner = -softmax(Z)
    inner[:, labels] += 1
    return slope[:, None] * inner / len(Z)


def powers_of_p(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: gamma * p ** (gamma - 1) * p * log_p
                      - (1 - p) ** gamma)


def factor_of_p(Z, labels, gamma):
    """The gradient of the loss with p to the gamma in front of the logarithm."""
    return with_slope(Z, labels, lambda p, log_p: -gamma * p ** gamma * log_p - p ** gamma)


def logarithm_and_factor(Z, labels, gamma):
    """ln p and (1 - p) to the gamma of each sample."""
    true = (np.arange(len(Z)), labels)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))[true]
    return log_p, (1 - np.exp(log_p)) ** gamma


def losses(Z, labels, gamma):
    log_p, factor = logarithm_and_factor(Z, labels, gamma)
    return -factor * log_p


@np.errstate(divide="ignore", invalid="ignore")
def losses_of_rounded(Z, labels, gamma):
    p = softmax(Z)[np.arange(len(Z)), labels]
    return -((1 - p) ** gamma) * np.log(p)


def factor_for_every_class(Z, labels, gamma):
    P = softmax(Z)
    Y = np.eye(Z.shape[1])[labels]
    return (1 - P) ** gamma * (P - Y) / len(Z)


@np.errstate(divide="ignore", invalid="ignore")
def logarithm_of_rounded(Z, labels, gamma, P=None):
    P = softmax(Z) if P is None else P
    true = (np.arange(len(Z)), labels)
    p = P[true]
    slope = gamma * (1 - p) ** (gamma - 1) * p * np.log(p) - (1 - p) ** gamma
    P[true] -= 1
    return -slope[:, None] * P / len(Z)


@np.errstate(over="ignore", divide="ignore", invalid="ignore")
def plain_exponentials(Z, labels, gamma):
    E = np.exp(Z)
    return logarithm_of_rounded(Z, labels, gamma, E / E.sum(axis=1, keepdims=True))


@np.errstate(invalid="ignore")
def divided_by_the_rest(Z, labels, gamma):
    return with_slope(Z, labels, lambda p, log_p: (1 - p) ** gamma
                      * (gamma * p * log_p / (1 - p) - 1))


def lost_where_hopeless(Z, labels, gamma):
    return np.nan_to_num(logarithm_of_rounded(Z, labels, gamma))


OVERFLOW = ("With scores of 1e4 the softmax is nan: exp(1e4) is inf, and inf/inf is nan. What may be added to a row of "
            "scores without changing its probabilities? If a maximum is subtracted already: each row needs its own, "
            "and of the very numbers that go into exp; else all of a row may become 0, and 0/0 is nan too.")

EXERCISE = Function(
    id="03.focal_gradient",
    title="Focal loss",
    section="03 §8",
    points=4,
    prompt=r"""
Where nearly all samples are easy, as in the search for small objects in large pictures, their many small losses drown
the few hard ones. The *focal loss* turns down what is already right. With $p_i = P_{iy_i}$, the probability that sample
$i$ gives its true class,

$$L = -\frac1N \sum_{i=1}^N (1 - p_i)^\gamma \ln p_i, \qquad P = \mathrm{softmax}(Z) \text{ row by row}, \quad
\gamma \ge 1.$$

Write the gradient of $L$ in the scores $Z$ ($N \times C$). The labels $y_i$ count from 0. Scores may be as large as
$10^4$: then some $p_i$ are 0 or 1 in the computer, and no entry of the result may be nan.
""",
    reference=focal_gradient,
    inputs=inputs,
    edges={"scores of 1e4": extreme_scores, "gamma of 1": gamma_of_one},
    example="np.round(focal_gradient(np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([0, 2]), 2.0), 4)",
    misconceptions=(
        Misconception(
            "The factor (1 - p) to the gamma is treated as a constant here. It depends on the scores too: which rule "
            "differentiates a product?", factor_held_fixed),
        Misconception(
            "This differentiates the factor (1 - p) to the gamma only, and holds the logarithm fixed. A product has "
            "two terms.", factor_alone),
        Misconception(
            "One sign inside is lost: what is the derivative of 1 - p in p? The two terms of the product rule pull in "
            "the same direction.", inner_sign_lost),
        Misconception(
            "One sign inside is lost: what is the derivative of 1 - p in p? The two terms of the product rule pull in "
            "the same direction.", lambda Z, labels, gamma: -inner_sign_lost(Z, labels, gamma)),
        Misconception(
            "A factor p is missing in one term. There the derivative is taken in p; on the way from p to the scores "
            "stands the derivative of p, not that of ln p.", inner_p_lost),
        Misconception(
            "The derivative of the loss in p is multiplied by the derivative of ln p in the scores. Take either both "
            "in p or both in ln p.", slope_in_p),
        Misconception(
            "This is the gradient of the plain cross-entropy: gamma has no effect on it.",
            lambda Z, labels, gamma: with_slope(Z, labels, lambda p, log_p: -np.ones_like(p))),
        Misconception(
            "The exponent gamma is missing as a factor. What is the derivative of a power?", gamma_in_front_lost),
        Misconception(
            "The power is not lowered by one. What is the derivative of a power?", power_not_lowered),
        Misconception(
            "Only the true class has a slope here. Through the sum in the softmax every score of the row moves p.",
            true_column_alone),
        Misconception(
            "Every class gets a factor from its own probability here. A sample has a single factor, made from the "
            "probability of its true class.", factor_for_every_class),
        Misconception(
            "The factor 1/N is missing. The loss is the mean over the samples, so its gradient is divided by their "
            "number.", lambda Z, labels, gamma: len(Z) * focal_gradient(Z, labels, gamma)),
        Misconception(
            "The sign is turned round. A step against this would raise the loss.",
            lambda Z, labels, gamma: -focal_gradient(Z, labels, gamma)),
        Misconception(
            "This is divided by the number of all entries, N times C. The mean is over the samples; the classes are "
            "added up.",
            lambda Z, labels, gamma: focal_gradient(Z, labels, gamma) / Z.shape[1]),
        Misconception(OVERFLOW, plain_exponentials),
        Misconception(
            "One maximum is subtracted from the whole table. A row far below it then has nothing but zeros, and 0/0 is "
            "nan. Each row has a maximum of its own.", with_softmax(softmax_slips.one_maximum)),
        *(Misconception(words, with_softmax(forward)) for words, forward in softmax_slips.NORMALISED),
        Misconception(
            "The 1 is put into whole columns, in every row. Each row has one label: pick one entry of each row, by the "
            "row's number and its label.", labels_in_all_rows),
        Misconception(
            "Each label is taken one too low, as if the classes counted from 1. They count from 0.",
            lambda Z, labels, gamma: focal_gradient(Z, labels - 1, gamma)),
        Misconception(
            "Where the factor is differentiated, p to the power stands in place of 1 - p to the power.", powers_of_p),
        Misconception(
            "The factor is p to the gamma here. It should be 1 - p to the gamma: what is already right is turned down.",
            factor_of_p),
        *(Misconception(*pair) for found in (losses, losses_of_rounded)
          for pair in softmax_slips.the_loss_itself(found, "gradient in the scores")),
        Misconception(
            "With scores of 1e4 some probability is exactly 1. A division by 1 - p is then 0/0: lower the power by "
            "hand. And if a tiny number is added to p, 1 - p is even negative, and a broken power of it is nan.",
            divided_by_the_rest),
        Misconception(
            "With scores of 1e4 the rows with p = 0 come out as 0: a nan was replaced, or p was cut off below the "
            "fraction bar only. These samples are the most wrong, and their gradient is the largest. Which factors p "
            "cancel before any number is computed?", lost_where_hopeless),
        Misconception(
            "With scores of 1e4 some probability is exactly 0. Its logarithm is -inf, one over it is inf, and 0 times "
            "either is nan. The chapter has a way to ln p that does not go through p; and a factor 1/p cancels before "
            "any number is computed.", logarithm_of_rounded),
        Misconception(
            "This is divided by the number of classes. The mean is over the samples, the rows of Z.",
            lambda Z, labels, gamma: focal_gradient(Z, labels, gamma) * len(Z) / Z.shape[1]),
    ),
    hints=(
        "One sample is enough: rows do not mix. Its loss depends on the scores through one number, $p = p_y$.",
        "Differentiate in $\\ln p$ first, then $\\ln p$ in the scores. The second part is the chapter's: "
        "$\\partial \\ln p_y/\\partial z_k = [k=y] - p_k$, where $[k=y]$ is 1 for $k=y$, else 0.",
        "With $\\ell = -(1-p)^\\gamma \\ln p$ and $\\mathrm dp = p\\;\\mathrm d\\ln p$: "
        "$\\;\\mathrm d\\ell = \\gamma(1-p)^{\\gamma-1}\\ln p\\;\\mathrm dp - (1-p)^\\gamma\\;\\mathrm d\\ln p$.",
    ),
)
