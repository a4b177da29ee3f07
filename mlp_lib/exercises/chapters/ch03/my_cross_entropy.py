"""A cross-entropy by hand, with the learner's own probabilities."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception, Number


def mean_cross_entropy(P, y):
    """Mean cross-entropy in nats; P is (3, 4) with rows that sum to 1, y is (3,) of int."""
    return -np.mean(np.log(P[np.arange(len(y)), y]))


def softmax_again(P, y):
    E = np.exp(P)
    return mean_cross_entropy(E / E.sum(axis=1, keepdims=True), y)


EXERCISE = Number(
    id="03.my_cross_entropy",
    title="A cross-entropy by hand",
    section="03 §6",
    points=1,
    prompt=r"""
Three samples, four classes. The rows of $P$ are the probabilities that a network gives; $y$ holds the true classes,
counted from 0.

What is the mean cross-entropy, in nats (natural logarithm)? Four significant digits are enough, as in 1.234.
""",
    reference=mean_cross_entropy,
    tolerance=1e-3,
    misconceptions=(
        Misconception("This is the sum over the samples. The loss of this book is the mean.",
                      lambda P, y: 3 * mean_cross_entropy(P, y)),
        Misconception("The sign is missing: the logarithm of a probability is negative, a loss is positive.",
                      lambda P, y: -mean_cross_entropy(P, y)),
        Misconception("This is in bits (logarithm to base 2). Nats were asked for.",
                      lambda P, y: mean_cross_entropy(P, y) / np.log(2)),
        Misconception("This is with the logarithm to base 10. Softmax uses e, and only the natural one undoes it.",
                      lambda P, y: mean_cross_entropy(P, y) / np.log(10)),
        Misconception("This is the logarithm of the mean probability. The mean of the logarithms is something else.",
                      lambda P, y: -np.log(np.mean(P[np.arange(3), y]))),
        Misconception("The classes in y are counted from 0: class 0 is the first column.",
                      lambda P, y: mean_cross_entropy(P, y - 1)),
        Misconception("This takes the largest probability of each row. The true class need not be the one that the "
                      "network prefers.", lambda P, y: -np.mean(np.log(P.max(axis=1)))),
        Misconception("The softmax was applied once more. The rows of P are probabilities already.",
                      softmax_again),
        Misconception("The sum is divided by the number of classes. The mean is over the samples.",
                      lambda P, y: mean_cross_entropy(P, y) * P.shape[0] / P.shape[1]),
        Misconception("This is the mean over all twelve entries. How many entries of a row does its label keep?",
                      lambda P, y: -np.mean(np.log(P))),
        Misconception("The sum is divided by twelve, the number of all entries. The mean is over the three samples.",
                      lambda P, y: mean_cross_entropy(P, y) / P.shape[1]),
    ),
    hints=(
        "Of each row of $P$ only one entry matters.",
        "Take from each row the probability of the true class: three numbers.",
        "$L = -\\frac13\\big(\\ln P_{1,y_1} + \\ln P_{2,y_2} + \\ln P_{3,y_3}\\big)$, with the columns "
        "counted from 0, as $y$ counts them.",
    ),
)
