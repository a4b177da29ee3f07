"""Wrong ways to write softmax and its way back, for the exercises of any chapter.

`FORWARD` holds functions of scores (N, C), `BACK` functions of scores and one-hot labels that
give N times the gradient of the mean cross-entropy in the scores. Both are pairs with a sentence,
and so is `NORMALISED`, those of `FORWARD` that normalise along another axis than that of a row.
"""

import numpy as np

from mlp_lib.networks import sigmoid, softmax


@np.errstate(over="ignore", invalid="ignore")
def without_maximum(scores):
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


@np.errstate(invalid="ignore")
def one_maximum(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(axis=1, keepdims=True)


def over_the_whole_array(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def rows_over_the_whole_array(scores):
    """As `over_the_whole_array`, after each row's own maximum was subtracted."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum()


def down_the_columns(scores):
    return softmax(scores.T).T


FORWARD = (
    ("exp of a large score is inf, and inf/inf is nan. Subtract the largest score of each row "
     "before the exponential; the softmax stays the same.", without_maximum),
    ("One maximum is subtracted from the whole batch. A row that lies far below it becomes 0/0, "
     "which is nan. Each row needs its own maximum.", one_maximum),
    ("The softmax is normalised over the whole array. Each sample has probabilities of its own: "
     "along which axis do they sum to 1?", over_the_whole_array),
    ("The softmax is normalised over the whole array, each row with its own maximum. Each sample "
     "has probabilities of its own: along which axis do they sum to 1?", rows_over_the_whole_array),
    ("The softmax is taken down the columns, over the samples. The probabilities of one sample "
     "are a row.", down_the_columns),
    ("There is no softmax: the scores themselves stand where the probabilities belong.",
     lambda scores: scores),
    ("A sigmoid of each score stands where the softmax belongs. The probabilities of all classes "
     "sum to 1.", sigmoid),
)

NORMALISED = FORWARD[2:5]


def the_loss_itself(losses, what):
    """Pairs for an answer that is the mean of ``losses``, or all of them, instead of ``what``."""
    return (
        (f"This is the loss. Its {what} was asked for.", lambda *given: np.mean(losses(*given))),
        (f"This is the loss of each sample. The {what} of their mean was asked for.", losses),
    )


def labels_in_all_rows(scores, Y):
    """What ``P[:, labels] -= 1`` gives: each class that occurs is lowered once, in all rows."""
    return softmax(scores) - (Y.sum(axis=0) > 0)


def with_its_own_slope(scores, Y):
    P = softmax(scores)
    return (P - Y) * P * (1 - P)


BACK = (
    ("The 1 is subtracted in whole columns, in every row. Each row has one label: pick one entry "
     "of each row, by the row's number and its label.", labels_in_all_rows),
    ("The labels are missing: at the top stand the probabilities alone. What becomes of the entry "
     "of the label?", lambda scores, Y: softmax(scores)),
    ("The 1 is added at the label. The slope in the scores is the probability minus 1 there.",
     lambda scores, Y: softmax(scores) + Y),
    ("Only the score of the label has a slope here. The other scores stand in the denominator of "
     "the softmax, so they have one, too.", lambda scores, Y: (softmax(scores) - Y) * Y),
    ("Each label is taken one too low, as if the classes counted from 1. They count from 0.",
     lambda scores, Y: softmax(scores) - np.roll(Y, -1, axis=1)),
    ("P - Y is the slope in the scores already. Here it is multiplied by P (1 - P), the slope of "
     "a probability, once more.", with_its_own_slope),
)
