"""Gradients of the tanh network with weighted samples, with one thing done otherwise."""

import numpy as np

from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.chapters.ch06 import hidden_slips
from mlp_lib.exercises.chapters.part_slips import in_one_part, in_the_biases, over_samples
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.networks import softmax

PARTS = "dW1", "db1", "dW2", "db2", "dW3", "db3"
TANH = (hidden_slips.tanh_slope,) * 2


def mean_shares(c):
    return c / c.sum()


def network(X, parameters, hidden=np.tanh, used=(1, 1, 1)):
    """Scores and values of both hidden layers, and the scores of the last."""
    W1, b1, W2, b2, W3, b3 = parameters
    z1 = X @ W1 + used[0] * b1
    a1 = hidden(z1)
    z2 = a1 @ W2 + used[1] * b2
    a2 = hidden(z2)
    return z1, a1, z2, a2, a2 @ W3 + used[2] * b3


def changed(*, slopes=TANH, hidden=np.tanh, used=(1, 1, 1), probabilities=softmax, top=None,
            shares=mean_shares, sums=(over_samples,) * 3, of_scores=False, anew=None, blamed=None):
    """The gradients as a function of the exercise's arguments.

    ``slopes`` take the values of layer 1 and of layer 2, or with ``of_scores`` their scores;
    ``top`` gives the error of each sample from scores, labels and c, ``shares`` what it is
    multiplied with, and ``anew`` what it is multiplied with in each layer below. ``blamed`` says
    what the gradients of the biases add up, of the errors in values and in scores.
    """
    def answer(X, y, c, *parameters):
        _, _, W2, _, W3, _ = parameters
        z1, a1, z2, a2, z3 = network(X, parameters, hidden, used)
        dz3 = (top(z3, y, c) if top else probabilities(z3) - y) * shares(c)[:, None]
        more = anew(c)[:, None] if anew else 1
        da2 = (dz3 @ W3.T) * more
        dz2 = da2 * slopes[1](z2 if of_scores else a2)
        da1 = (dz2 @ W2.T) * more
        dz1 = da1 * slopes[0](z1 if of_scores else a1)
        D = (da1, da2, dz3) if blamed else (dz1, dz2, dz3)
        db1, db2, db3 = (total(errors) for total, errors in zip(sums, D))
        return X.T @ dz1, db1, a1.T @ dz2, db2, a2.T @ dz3, db3

    return answer


def biases_unweighted(X, y, c, *rest):
    weighted, plain = changed()(X, y, c, *rest), changed()(X, y, np.ones_like(c), *rest)
    return tuple(plain[i] if i % 2 else weighted[i] for i in range(6))


def last_bias_unweighted(X, y, c, *parameters):
    P = softmax(network(X, parameters)[-1])
    return (*changed()(X, y, c, *parameters)[:-1], (P - y).sum(axis=0) / c.sum())


def times(W, b):
    """The right gradients, those of the weights times one number and of the biases another."""
    def answer(X, *rest):
        factors = (W(len(X)), b(len(X))) * 3
        return tuple(k * part for k, part in zip(factors, changed()(X, *rest)))

    return answer


def loss(X, y, c, *parameters):
    P = softmax(network(X, parameters)[-1])
    with np.errstate(divide="ignore"):
        return np.average(-np.log((P * y).sum(axis=1)), weights=c)


def same(N):
    return 1


ANEW = ("The weights of the samples came in anew at each layer. They stand once in the loss; after they have entered "
        "the error at the top, they travel down with it.")

MISTAKES = (
    ("The sum was divided by the number of samples. A weighted mean is divided by the sum of the weights.",
     changed(shares=lambda c: c / len(c))),
    ("This is the gradient of the weighted sum. The loss is divided by the sum of the weights.",
     changed(shares=lambda c: c)),
    ("There are two means here: the sum is divided by the sum of the weights, and by the number of samples "
     "once more.", changed(shares=lambda c: c / c.sum() / len(c))),
    ("The weights of the samples have no effect: all samples count the same.",
     changed(shares=lambda c: np.ones_like(c) / len(c))),
    ("The weights of the samples have no effect, and there is no mean: every sample counts fully.",
     changed(shares=np.ones_like)),
    ("The sum was divided by the number of samples that count. A weighted mean is divided by the sum of the "
     "weights.", changed(shares=lambda c: c / np.count_nonzero(c))),
    ("The sum was divided by the mean of the weights. A weighted mean is divided by their sum.",
     changed(shares=lambda c: c / c.mean())),
    ("The sum was divided by the largest weight. A weighted mean is divided by the sum of the weights.",
     changed(shares=lambda c: c / c.max())),
    ("The weights stand below the fraction only. In the sum above it each sample has its own weight, too.",
     changed(shares=lambda c: np.ones_like(c) / c.sum())),
    ("The weights are squared. In the loss each stands once.", changed(shares=lambda c: c ** 2 / c.sum())),
    ("The weights are squared. In the loss each stands once.", changed(shares=lambda c: c ** 2 / (c ** 2).sum())),
    ("The sum of the weights divides twice. It stands once below the fraction.",
     changed(shares=lambda c: c / c.sum() ** 2)),
    ("The weight was put on the one-hot row alone. It multiplies the whole loss of its sample, so the whole "
     "error.", changed(top=lambda z, y, c: softmax(z) - c[:, None] * y, shares=lambda c: np.ones_like(c) / c.sum())),
    ("The weight was put on the probabilities alone. It multiplies the whole loss of its sample, so the whole "
     "error.", changed(top=lambda z, y, c: c[:, None] * softmax(z) - y, shares=lambda c: np.ones_like(c) / c.sum())),
    (ANEW, changed(anew=lambda c: c)),
    (ANEW, changed(anew=mean_shares)),
    ("The gradients of the biases are means over the samples. The loss's own mean is contained in the error at "
     "the top; the chain rule asks for a sum.", times(same, lambda N: 1 / N)),
    ("The gradients of the weights are divided by the number of samples once more. The loss's own mean is contained in "
     "the error at the top.", times(lambda N: 1 / N, same)),
    ("The biases do not know the weights of the samples. Their gradient sums the same errors as that of the "
     "weights.", biases_unweighted),
    ("The gradients of the first two biases add up the errors in the values. The biases stand below the tanh.",
     changed(blamed=True)),
    ("The slope of tanh was taken from the scores: 1 minus the square of what goes in. It is 1 minus the square of "
     "what the tanh gives.", changed(slopes=(lambda z: 1 - z ** 2,) * 2, of_scores=True)),
    ("The sign is turned round: labels minus probabilities. A step against this would raise the loss.",
     times(lambda N: -1, lambda N: -1)),
    ("This is the loss. Its six gradients were asked for.", loss),
    *hidden_slips.other_units(changed, "tanh"),
    *hidden_slips.slopes(changed, hidden_slips.OF_TANH, TANH[0]),
    *hidden_slips.biases(changed),
    ("The scores are multiplied by the weights of the samples. The weights stand in front of each sample's loss, outside "
     "of the softmax.", changed(top=lambda z, y, c: softmax(c[:, None] * z) - y)),
    ("db3 adds up the samples without their weights. What the samples say about the last bias is weighted as well.",
     last_bias_unweighted),
    *((words, changed(probabilities=forward)) for words, forward in softmax_slips.FORWARD),
    *((words, changed(top=lambda z, y, c, top=top: top(z, y))) for words, top in softmax_slips.BACK),
    *in_the_biases(changed, ("db1", "db2", "db3")),
    *in_one_part(changed(), PARTS),
)
MISCONCEPTIONS = tuple(Misconception(*pair) for pair in MISTAKES)
