"""Gradients of the network with dropout, with one thing done otherwise."""

import numpy as np

from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.chapters.part_slips import in_one_part, in_the_biases, over_samples
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.networks import relu, softmax

PARTS = "dW1", "db1", "dW2", "db2"


def share(keep, q):
    """What dropout multiplies a hidden value with."""
    return keep / q


def changed(*, forward=share, back=share, hidden=relu, slope=lambda A1: A1 > 0, probabilities=softmax,
            top=None, values=None, blamed=None, sums=(over_samples, over_samples), used=(1, 1)):
    """The gradients as a function of the exercise's arguments.

    ``forward`` and ``back`` give the tables of dropout, ``values`` what the second layer's weights
    are blamed with, ``blamed`` what db1 adds up, ``top`` N times the slope in the scores, ``used``
    the shares of the biases.
    """
    def answer(X, labels, keep, q, W1, b1, W2, b2):
        A1 = X @ W1 + used[0] * b1
        H, Y = hidden(A1) * forward(keep, q), np.eye(len(b2))[labels]
        scores = H @ W2 + used[1] * b2
        dA2 = (top(scores, Y) if top else probabilities(scores) - Y) / len(X)
        dH = dA2 @ W2.T
        dA1 = slope(A1) * dH * back(keep, q)
        V = values(A1, H, keep, q) if values else H
        db1 = sums[0](blamed(dA1, dH) if blamed else dA1)
        return X.T @ dA1, db1, V.T @ dA2, sums[1](dA2)

    return answer


def both(table):
    return changed(forward=table, back=table)


def loss(X, labels, keep, q, W1, b1, W2, b2):
    P = softmax(relu(X @ W1 + b1) * keep / q @ W2 + b2)
    with np.errstate(divide="ignore"):
        return -np.mean(np.log(P[np.arange(len(X)), labels]))


def times(W, b):
    """The right gradients, those of the weights times one number and of the biases another."""
    def answer(X, *rest):
        factors = [f(len(X)) for f in (W, b, W, b)]
        return tuple(k * part for k, part in zip(factors, changed()(X, *rest)))

    return answer


def one(*_):
    return 1.0


MISTAKES = (
    ("The way back does not know of the dropout. A node that was dropped for a sample has no influence on its "
     "loss, so it takes no blame.", changed(back=one)),
    ("The way back has the factor 1/q, but not keep. A node that was dropped for a sample has no influence on "
     "its loss, so it takes no blame.", changed(back=lambda keep, q: 1 / q)),
    ("The factor 1/q stands on the way back only. The kept values are made larger in the forward pass, too.",
     changed(forward=lambda keep, q: keep)),
    ("dW2 uses the kept values before they were made larger. Which values does the second layer get to see?",
     changed(values=lambda A1, H, keep, q: relu(A1) * keep)),
    ("The way back has the mask, but not the factor 1/q. What multiplies a value forward multiplies its slope "
     "backward.", changed(back=lambda keep, q: keep)),
    ("The factor 1/q is missing everywhere. The kept values are made larger in the forward pass.",
     both(lambda keep, q: keep)),
    ("The kept values are multiplied by q, so they become smaller. They have to be made larger.",
     both(lambda keep, q: keep * q)),
    ("On the way back the slope is multiplied by q. Going forward the values were divided by it: what multiplies a "
     "value forward multiplies its slope backward.", changed(back=lambda keep, q: keep * q)),
    ("This divides by 1 - q. Here q is the probability that a node is kept, not that it is dropped.",
     both(lambda keep, q: keep / (1 - q))),
    ("The factor 1/q is in it twice, forward and back. The kept values are made larger once.",
     both(lambda keep, q: keep / q ** 2)),
    ("Going forward the factor 1/q is in it twice. The kept values are made larger once.",
     changed(forward=lambda keep, q: keep / q ** 2)),
    ("On the way back the factor 1/q is in it twice. H holds it already: what multiplied a value once multiplies its "
     "slope once.", changed(back=lambda keep, q: keep / q ** 2)),
    ("dW2 has the factor 1/q twice. The values that the second layer gets to see are H, and H holds it already.",
     changed(values=lambda A1, H, keep, q: H / q)),
    ("The values are divided by the share of nodes that this mask keeps. The exercise divides by q.",
     both(lambda keep, q: keep / np.maximum(keep.mean(), 1e-300))),
    ("Going forward the values are divided by the share of nodes that this mask keeps. The exercise divides by q.",
     changed(forward=lambda keep, q: keep / np.maximum(keep.mean(), 1e-12))),
    ("dW2 uses the hidden values before the dropout. Which values does the second layer get to see?",
     changed(values=lambda A1, H, keep, q: relu(A1))),
    ("dW2 uses the pre-activations. Which values does the second layer get to see?",
     changed(values=lambda A1, H, keep, q: A1)),
    ("dW2 uses the pre-activations, with dropout. Which values does the second layer get to see?",
     changed(values=lambda A1, H, keep, q: A1 * keep / q)),
    ("These are the gradients without dropout: keep has no effect. It belongs in the forward pass too.",
     both(one)),
    ("keep has no effect, neither forward nor back: all nodes are made larger. Which are dropped?",
     both(lambda keep, q: 1 / q)),
    ("Going forward nothing is dropped. keep belongs in H as well as on the way back.", changed(forward=one)),
    ("Going forward nothing is dropped, but all is made larger. keep belongs in H as well as on the way back.",
     changed(forward=lambda keep, q: 1 / q)),
    ("This keeps what should be dropped: keep is 1 where a value stays.", both(lambda keep, q: (1 - keep) / q)),
    ("On the way back the mask of the dropout is turned round: keep is 1 where a value stays.",
     changed(back=lambda keep, q: (1 - keep) / q)),
    ("The factor 1/N is missing. The loss is the mean over the samples.", times(lambda N: N, lambda N: N)),
    ("The factor 1/N is in it twice. The loss is the mean over the samples, once.",
     times(lambda N: 1 / N, lambda N: 1 / N)),
    ("The gradients of the weights are divided by N once more. The slope in the scores holds the factor 1/N already.",
     times(lambda N: 1 / N, lambda N: 1)),
    ("The gradients of the biases have no factor 1/N. They add up the same slopes as those of the weights.",
     times(lambda N: 1, lambda N: N)),
    ("The gradients of the weights have no factor 1/N. They are made of the same slopes as those of the biases.",
     times(lambda N: N, lambda N: 1)),
    ("The sign is turned round: labels minus probabilities. A step against this would raise the loss.",
     times(lambda N: -1, lambda N: -1)),
    ("The gradients of the biases are means over the samples. The factor 1/N of the loss is contained in the "
     "slope already; the chain rule asks for a sum.", times(lambda N: 1, lambda N: 1 / N)),
    ("db1 adds up the slope in the hidden values. The bias stands below the dropout and the ReLU.",
     changed(blamed=lambda dA1, dH: dH)),
    ("The ReLU is missing on the way back: what the dropout keeps is masked by A1 > 0 too.", changed(slope=one)),
    ("The mask of the ReLU is turned round on the way back: a slope passes where A1 is positive.",
     changed(slope=lambda A1: A1 < 0)),
    ("On the way back the value of the ReLU stands where its slope belongs, which is 1 or 0.", changed(slope=relu)),
    ("On the way back A1 stands where the slope of the ReLU belongs, which is 1 or 0.", changed(slope=lambda A1: A1)),
    ("The ReLU is missing going forward: a negative pre-activation does not reach the scores.",
     changed(hidden=lambda A1: A1)),
    ("There is no ReLU, neither forward nor back.", changed(hidden=lambda A1: A1, slope=one)),
    ("Both the dropout and the ReLU are missing on the way back.", changed(slope=one, back=one)),
    ("The first bias is missing in the forward pass.", changed(used=(0, 1))),
    ("The second bias is missing in the forward pass.", changed(used=(1, 0))),
    ("Both biases are missing in the forward pass.", changed(used=(0, 0))),
    ("This is the loss. Its four gradients were asked for.", loss),
    *((words, changed(probabilities=forward)) for words, forward in softmax_slips.FORWARD),
    *((words, changed(top=top)) for words, top in softmax_slips.BACK),
    *in_the_biases(changed, ("db1", "db2")),
    *in_one_part(changed(), PARTS),
)
MISCONCEPTIONS = tuple(Misconception(*pair) for pair in MISTAKES)
