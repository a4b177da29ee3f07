"""The gradient of the cross-entropy with smoothed labels, in the scores."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import softmax


def label_smoothing_gradient(Z, labels, epsilon):
    """Gradient of the mean cross-entropy with smoothed labels, in the scores.

    Z is (N, C), labels is (N,) of int, 0 <= epsilon < 1. The result is (N, C).
    """
    N, C = Z.shape
    T = np.full((N, C), epsilon / C)
    T[np.arange(N), labels] += 1 - epsilon
    return (softmax(Z) - T) / N


def targets(Z, labels, others, own):
    """Rows with ``others`` in every place but the label's, which holds ``own``."""
    T = np.full(Z.shape, others)
    T[np.arange(len(Z)), labels] = own
    return T


def smoothed(Z, labels, epsilon):
    C = Z.shape[1]
    return targets(Z, labels, epsilon / C, epsilon / C + 1 - epsilon)


def inputs(rng):
    N, C = draws.sizes(rng, 2, low=3)
    return 2 * rng.normal(size=(N, C)), draws.labels(rng, N, C), rng.uniform(0.1, 0.3)


def extreme_scores(rng):
    Z, labels, epsilon = inputs(rng)
    return 1e4 * Z, labels, epsilon


def hard_labels(Z, labels, epsilon):
    return label_smoothing_gradient(Z, labels, 0.0)


def shared_by_the_others(Z, labels, epsilon):
    C = Z.shape[1]
    return (softmax(Z) - targets(Z, labels, epsilon / (C - 1), 1 - epsilon)) / len(Z)


def smoothed_without_the_share(Z, labels, epsilon):
    C = Z.shape[1]
    return (softmax(Z) - targets(Z, labels, epsilon / C, 1 - epsilon)) / len(Z)


@np.errstate(over="ignore", invalid="ignore")
def plain_exponentials(Z, labels, epsilon):
    E = np.exp(Z)
    return (E / E.sum(axis=1, keepdims=True) - smoothed(Z, labels, epsilon)) / len(Z)


@np.errstate(invalid="ignore")
def one_maximum_for_all(Z, labels, epsilon):
    E = np.exp(Z - Z.max())
    return (E / E.sum(axis=1, keepdims=True) - smoothed(Z, labels, epsilon)) / len(Z)


def share_not_divided(Z, labels, epsilon):
    return (softmax(Z) - targets(Z, labels, epsilon, 1.0)) / len(Z)


def more_than_one(Z, labels, epsilon, own):
    return (softmax(Z) - targets(Z, labels, epsilon / Z.shape[1], own)) / len(Z)


def nothing_for_the_others(Z, labels, epsilon):
    return (softmax(Z) - targets(Z, labels, 0.0, 1 - epsilon)) / len(Z)


def with_softmax(probabilities):
    """The gradient with another function in the place of softmax."""
    return lambda Z, labels, epsilon: (probabilities(Z) - smoothed(Z, labels, epsilon)) / len(Z)


def labels_in_all_rows(Z, labels, epsilon):
    T = np.full(Z.shape, epsilon / Z.shape[1])
    T[:, labels] += 1 - epsilon
    return (softmax(Z) - T) / len(Z)


def with_its_own_slope(Z, labels, epsilon):
    P = softmax(Z)
    return (P - smoothed(Z, labels, epsilon)) * P * (1 - P) / len(Z)


def own_share_alone(Z, labels, epsilon):
    """The smoothed target at the label, and 0 for the other classes."""
    Y = np.eye(Z.shape[1])[labels]
    return (softmax(Z) - Y * smoothed(Z, labels, epsilon)) / len(Z)


def others_share(Z, labels, epsilon):
    """As it comes if the share is spread over C - 1 classes, and added at the label too."""
    share = epsilon / (Z.shape[1] - 1)
    return more_than_one(Z, labels, share * Z.shape[1], share + 1 - epsilon)


def loss(Z, labels, epsilon):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_P = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(smoothed(Z, labels, epsilon) * log_P) / len(Z)


@np.errstate(divide="ignore", invalid="ignore")
def loss_of_rounded(Z, labels, epsilon):
    return -np.sum(smoothed(Z, labels, epsilon) * np.log(softmax(Z))) / len(Z)


@np.errstate(divide="ignore")
def slope_in_probabilities(Z, labels, epsilon):
    return -smoothed(Z, labels, epsilon) / softmax(Z) / len(Z)


@np.errstate(divide="ignore", invalid="ignore")
def divided_and_multiplied(Z, labels, epsilon):
    P, G = softmax(Z), slope_in_probabilities(Z, labels, epsilon)
    return P * (G - np.sum(P * G, axis=1, keepdims=True))


def scores_cut_off(Z, labels, epsilon, cut=500):
    return label_smoothing_gradient(np.clip(Z, -cut, cut), labels, epsilon)


TOO_MUCH = ("The target rows sum to more than 1: what is spread over all classes must first be taken from the true "
            "one.")

EXERCISE = Function(
    id="03.label_smoothing_gradient",
    title="Label smoothing",
    section="03 §8",
    points=2,
    prompt=r"""
A network that must put probability 1 on one class pushes its scores ever further apart. *Label smoothing* asks for
less. A share $\varepsilon$ of the probability is spread evenly over all $C$ classes. The true class gets the rest on
top:

$$T_{ij} = \frac{\varepsilon}{C} + (1-\varepsilon)\,[\,j = y_i\,].$$

Here $[\,j = y_i\,]$ is 1 for the true class, else 0.

The loss is the mean cross-entropy $L = -\frac1N \sum_{ij} T_{ij} \ln P_{ij}$ with $P = \mathrm{softmax}(Z)$, row by
row.

Write the gradient of $L$ in the scores $Z$ ($N \times C$). The labels $y_i$ count from 0. Scores may be as large as
$10^4$.
""",
    reference=label_smoothing_gradient,
    inputs=inputs,
    edges={"scores of 1e4": extreme_scores},
    example="np.round(label_smoothing_gradient(np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), "
            "np.array([0, 2]), 0.1), 4)",
    misconceptions=(
        Misconception(
            "The factor 1/N is missing. The loss is the mean over the samples, so its gradient is divided by their "
            "number.",
            lambda Z, labels, epsilon: softmax(Z) - smoothed(Z, labels, epsilon)),
        Misconception(
            "The sign is turned round: this is targets minus probabilities. A step against it would raise the loss.",
            lambda Z, labels, epsilon: -label_smoothing_gradient(Z, labels, epsilon)),
        Misconception(
            "This is the gradient for hard labels: epsilon has no effect on it. Which targets take the place of the "
            "one-hot rows?", hard_labels),
        Misconception(
            "Here epsilon is shared among the other classes only. In this exercise it is spread over all C classes, "
            "the true one too.", shared_by_the_others),
        Misconception(
            "The target rows do not sum to 1: the true class has lost its own share epsilon/C.",
            smoothed_without_the_share),
        Misconception(
            "Every class gets a whole epsilon here. It is one epsilon that all C classes share.", share_not_divided),
        Misconception(TOO_MUCH, lambda Z, labels, epsilon: more_than_one(Z, labels, epsilon, 1.0)),
        Misconception(
            TOO_MUCH, lambda Z, labels, epsilon: more_than_one(Z, labels, epsilon, 1 + epsilon / Z.shape[1])),
        Misconception(
            "Only the hard part of the targets is here. The share that is spread over all classes has a gradient too.",
            lambda Z, labels, epsilon: (1 - epsilon) * hard_labels(Z, labels, epsilon)),
        Misconception(
            "Epsilon is taken from the true class, and nobody gets it: the target rows do not sum to 1.",
            nothing_for_the_others),
        Misconception(
            "The two shares are exchanged: the true class gets epsilon, and the rest is spread. For a small epsilon "
            "the true class should keep nearly all.",
            lambda Z, labels, epsilon: label_smoothing_gradient(Z, labels, 1 - epsilon)),
        Misconception(
            "Epsilon is divided by the number of samples. It is shared among the classes of one sample.",
            lambda Z, labels, epsilon: (softmax(Z) - targets(
                Z, labels, epsilon / len(Z), epsilon / len(Z) + 1 - epsilon)) / len(Z)),
        Misconception(
            "This is divided by the number of all entries, N times C. The mean is over the samples; the classes are "
            "added up.",
            lambda Z, labels, epsilon: label_smoothing_gradient(Z, labels, epsilon) / Z.shape[1]),
        Misconception(
            "This is divided by the number of classes. The mean is over the samples, the rows of Z.",
            lambda Z, labels, epsilon: (softmax(Z) - smoothed(Z, labels, epsilon)) / Z.shape[1]),
        Misconception(
            "This is the gradient in the probabilities P. One link is left, from the scores to P.",
            slope_in_probabilities),
        Misconception(
            "The scores are cut off, so two of them that are far apart may become equal. Nothing has to be cut: what "
            "may be added to a row of scores without changing its probabilities?", scores_cut_off),
        Misconception(
            "One maximum is subtracted from the whole table. A row far below it then has nothing but zeros, and 0/0 "
            "is nan. Each row has a maximum of its own.", one_maximum_for_all),
        Misconception(
            "The exponentials overflow: exp(1e4) is inf, and inf/inf is nan. What may be added to a row of scores "
            "without changing its probabilities?", plain_exponentials),
        Misconception(
            "With scores of 1e4 this divides by probabilities that are 0 in the computer, and 0 times inf is nan. "
            "Multiply by the Jacobian of the softmax on paper first: the probabilities below the fraction bar cancel.",
            divided_and_multiplied),
        *(Misconception(words, with_softmax(forward)) for words, forward in softmax_slips.NORMALISED),
        Misconception(
            "There is no softmax: the scores themselves stand where the probabilities belong.",
            with_softmax(lambda Z: Z)),
        Misconception(
            "The rest is added in whole columns, in every row. Each row has one label: pick one entry of each row, by "
            "the row's number and its label.", labels_in_all_rows),
        Misconception(
            "Each label is taken one too low, as if the classes counted from 1. They count from 0.",
            lambda Z, labels, epsilon: label_smoothing_gradient(Z, labels - 1, epsilon)),
        Misconception(
            "P - T is the slope in the scores already. Here it is multiplied by P (1 - P), the slope of a probability, "
            "once more.", with_its_own_slope),
        Misconception(
            "The other classes have a target of 0 here. Each of them gets epsilon/C of the probability.",
            own_share_alone),
        Misconception(
            "Epsilon is divided by C - 1 and yet spread over all C classes, so the target rows sum to more than 1.",
            others_share),
        Misconception("This is the loss, one number. Its gradient in the scores was asked for.", loss),
        Misconception("This is the loss, one number, and not finite with scores of 1e4. Its gradient in the scores was "
                      "asked for.", loss_of_rounded),
    ),
    hints=(
        "Only the targets differ from the chapter's case. Write down one row of $T$ for $C = 3$ and "
        "$\\varepsilon = 0.3$, and check that it sums to 1.",
        "In the derivation for hard labels, where is it used that $Y$ is one-hot? Only in that each row sums to 1.",
        "For any $T$: $\\;\\dfrac{\\partial L}{\\partial Z_{ij}} = \\dfrac1N\\Big(P_{ij}\\sum_k T_{ik} "
        "- T_{ij}\\Big)$. What is the sum of a row here?",
    ),
)
