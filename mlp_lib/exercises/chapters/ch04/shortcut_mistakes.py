"""Gradients of the network with a shortcut and a penalty, with one thing done otherwise."""

import numpy as np

from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.chapters.part_slips import in_one_part, in_the_biases, over_samples
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.networks import relu, sigmoid, softmax

PARTS = "dW1", "db1", "dW2", "db2", "dW3"


def changed(*, hidden=np.tanh, slope=lambda A1, H: 1 - H ** 2, shortcut=1, probabilities=softmax,
            top=None, direct=None, values=None, blamed=None, sums=(over_samples, over_samples),
            penalties=None, used=(1, 1)):
    """The gradients as a function of the exercise's arguments.

    ``slope`` takes the pre-activations and the hidden values, ``values`` gives what W2 is blamed
    with and ``direct`` the cross-entropy's part of dW3, ``blamed`` what db1 adds up, ``top`` N
    times the slope in the scores, ``penalties`` what is added to dW1, dW2 and dW3, and ``used``
    the shares of the biases.
    """
    def answer(X, labels, W1, b1, W2, b2, W3, lam):
        A1 = X @ W1 + used[0] * b1
        H, Y = hidden(A1), np.eye(len(b2))[labels]
        scores = H @ W2 + shortcut * X @ W3 + used[1] * b2
        dA2 = (top(scores, Y) if top else probabilities(scores) - Y) / len(X)
        dH = dA2 @ W2.T
        dA1 = slope(A1, H) * dH
        p1, p2, p3 = penalties(W1, W2, W3, lam) if penalties else (0, 0, lam * np.sign(W3))
        dW3 = direct(X, dA1, dA2, W2) if direct else X.T @ dA2
        return (X.T @ dA1 + p1, sums[0](blamed(dA1, dH) if blamed else dA1),
                (values(A1, H) if values else H).T @ dA2 + p2, sums[1](dA2), dW3 + p3)

    return answer


def penalised(part):
    """Another part of the penalty in dW3; ``part`` takes W3 and lam."""
    return changed(penalties=lambda W1, W2, W3, lam: (0, 0, part(W3, lam)))


def times(*factors):
    """The right gradients, each times one of five functions of the number of samples.

    Of dW3 the part of the cross-entropy alone is changed.
    """
    def answer(X, labels, W1, b1, W2, b2, W3, lam):
        found = changed()(X, labels, W1, b1, W2, b2, W3, 0)
        *rest, dW3 = (factor(len(X)) * part for factor, part in zip(factors, found))
        return *rest, dW3 + lam * np.sign(W3)

    return answer


def penalty_in_the_mean(X, *rest):
    return penalised(lambda W3, lam: lam * np.sign(W3) / len(X))(X, *rest)


def loss(X, labels, W1, b1, W2, b2, W3, lam):
    P = softmax(np.tanh(X @ W1 + b1) @ W2 + X @ W3 + b2)
    with np.errstate(divide="ignore"):
        return lam * np.abs(W3).sum() - np.mean(np.log(P[np.arange(len(X)), labels]))


@np.errstate(invalid="ignore")
def by_its_size(W3, lam):
    return lam * W3 / np.abs(W3)


def same(N):
    return 1


def divided(N):
    return 1 / N


def summed(N):
    return N


ONE_SIDED = ("At a weight of exactly 0 the penalty pushes to one side here. The exercise asks for 0 as its part "
             "there.")

MISTAKES = (
    ("The slope of tanh is taken from the pre-activations: 1 minus A1 squared. Which array must be squared, the "
     "one before the tanh or the one after it?", changed(slope=lambda A1, H: 1 - A1 ** 2)),
    ("The mask A1 > 0 belongs to a ReLU. The hidden layer here is a tanh: what is its slope?",
     changed(slope=lambda A1, H: A1 > 0)),
    ("The hidden layer is a ReLU here, forward and back. The exercise has a tanh.",
     changed(hidden=relu, slope=lambda A1, H: A1 > 0)),
    ("The hidden layer is a sigmoid here, forward and back. The exercise has a tanh.",
     changed(hidden=sigmoid, slope=lambda A1, H: H * (1 - H))),
    ("Going forward the hidden layer is a sigmoid here, and its slope is that of a tanh. The exercise has a tanh.",
     changed(hidden=sigmoid)),
    ("Going forward the hidden layer is a ReLU here. The exercise has a tanh.", changed(hidden=relu)),
    ("The slope is that of a sigmoid, H (1 - H). What is the derivative of tanh, written with its value?",
     changed(slope=lambda A1, H: H * (1 - H))),
    ("The slope of the tanh is missing: the gradient in A1 is not the gradient in H.",
     changed(slope=lambda A1, H: 1.0)),
    ("The tanh is missing going forward: H is tanh(A1), not A1.", changed(hidden=lambda A1: A1)),
    ("There is no tanh, neither forward nor back.", changed(hidden=lambda A1: A1, slope=lambda A1, H: 1.0)),
    ("The tanh is taken twice in its slope. H is the value of the tanh already.",
     changed(slope=lambda A1, H: 1 - np.tanh(H) ** 2)),
    ("The value of the tanh stands where its slope belongs.", changed(slope=lambda A1, H: H)),
    ("The square of the tanh stands where its slope belongs. Far out, where tanh is flat, that would be 1.",
     changed(slope=lambda A1, H: H ** 2)),
    ("The slope of tanh has a plus where a minus belongs: far out a tanh is flat.",
     changed(slope=lambda A1, H: 1 + H ** 2)),
    ("The slope of tanh has its sign turned round: a tanh rises everywhere.", changed(slope=lambda A1, H: H ** 2 - 1)),
    ("The slope of tanh is not 1 minus its value: at the value -1 that would be 2, where tanh is flat.",
     changed(slope=lambda A1, H: 1 - H)),
    ("The penalty in dW3 is lam in every place. The absolute value falls on the left of 0: which sign does "
     "its slope have there?", penalised(lambda W3, lam: lam)),
    ("The penalty in dW3 is lam times the weight. That belongs to a square; the slope of the absolute value "
     "does not grow with the weight.", penalised(lambda W3, lam: lam * W3)),
    ("dW3 has the penalty of an L2 term, which grows with the weight. The absolute value has the same slope "
     "everywhere, but for its sign.", penalised(lambda W3, lam: 2 * lam * W3)),
    ("The absolute value itself stands in dW3, not its slope. It would press all weights the same way.",
     penalised(lambda W3, lam: lam * np.abs(W3))),
    ("The whole penalty, one number, was added to each entry of dW3. Its slope in each weight was asked for.",
     penalised(lambda W3, lam: lam * np.abs(W3).sum())),
    ("The penalty in dW3 has its sign, but not its strength: lam is missing.", penalised(lambda W3, lam: np.sign(W3))),
    ("The penalty in dW3 counts twice. The slope of the absolute value is 1 or -1; a 2 belongs to a square.",
     penalised(lambda W3, lam: 2 * lam * np.sign(W3))),
    ("The penalty in dW3 counts half. The slope of the absolute value is 1 or -1.",
     penalised(lambda W3, lam: lam / 2 * np.sign(W3))),
    ("The penalty in dW3 presses positive weights only. A negative weight is pressed towards 0, too.",
     penalised(lambda W3, lam: lam * (W3 > 0))),
    ("The penalty's sign is turned round: a step against this would make the shortcut's weights larger.",
     penalised(lambda W3, lam: -lam * np.sign(W3))),
    (ONE_SIDED, penalised(lambda W3, lam: lam * np.where(W3 < 0, -1, 1))),
    (ONE_SIDED, penalised(lambda W3, lam: lam * np.where(W3 > 0, 1, -1))),
    ("At a weight of exactly 0 the weight is divided by its size, and 0/0 is nan. The exercise asks for 0 there.",
     penalised(by_its_size)),
    ("The penalty's part in dW3 is divided by N. In the loss it stands outside of the mean.", penalty_in_the_mean),
    ("The penalty's part in dW3 is divided by the number of weights. The loss holds their sum.",
     penalised(lambda W3, lam: lam * np.sign(W3) / W3.size)),
    ("The penalty is missing in dW3.", penalised(lambda W3, lam: 0)),
    ("The penalty is applied to all weights. In this loss it stands for the shortcut alone.",
     changed(penalties=lambda *W: [W[3] * np.sign(V) for V in W[:3]])),
    ("dW3 holds the penalty alone. The shortcut leads to the scores, so the cross-entropy depends on it, too.",
     changed(direct=lambda X, dA1, dA2, W2: 0.0)),
    ("In dW3 the slope has gone through the hidden layer. The shortcut leads from X to the scores directly: "
     "which slope arrives at its upper end?", changed(direct=lambda X, dA1, dA2, W2: X.T @ (dA1 @ W2))),
    ("The scores are computed without the shortcut, so all probabilities are those of another network. X W3 "
     "belongs in the forward pass.", changed(shortcut=0)),
    ("dW2 uses the pre-activations. Which values does the second layer get to see?",
     changed(values=lambda A1, H: A1)),
    ("db1 adds up the slope in the hidden values. The bias stands below the tanh.", changed(blamed=lambda dA1, dH: dH)),
    ("The first bias is missing in the forward pass.", changed(used=(0, 1))),
    ("The second bias is missing in the forward pass.", changed(used=(1, 0))),
    ("Both biases are missing in the forward pass.", changed(used=(0, 0))),
    ("The factor 1/N is missing. The cross-entropy is the mean over the samples.", times(*[summed] * 5)),
    ("The factor 1/N is in it twice. The cross-entropy is the mean over the samples, once.", times(*[divided] * 5)),
    ("The gradients of the weights are divided by N once more. The slope in the scores holds the factor 1/N already.",
     times(divided, same, divided, same, divided)),
    ("The gradients of the biases have no factor 1/N. They add up the same slopes as those of the weights.",
     times(same, summed, same, summed, same)),
    ("The gradients of the weights have no factor 1/N. They are made of the same slopes as those of the biases.",
     times(summed, same, summed, same, summed)),
    ("The gradients of the biases are means over the samples. The factor 1/N of the loss is contained in the "
     "slope already; the chain rule asks for a sum.", times(same, divided, same, divided, same)),
    ("In dW3 the slope of the cross-entropy is divided by N once more. It holds the factor 1/N already.",
     times(same, same, same, same, divided)),
    ("In dW3 the slope of the cross-entropy has no factor 1/N. It is made of the same slopes as dW2.",
     times(same, same, same, same, summed)),
    ("The slope in the scores is turned round: labels minus probabilities. A step against this would raise the "
     "cross-entropy.", times(*[lambda N: -1] * 5)),
    ("This is the loss. Its five gradients were asked for.", loss),
    *((words, changed(probabilities=forward)) for words, forward in softmax_slips.FORWARD),
    *((words, changed(top=top)) for words, top in softmax_slips.BACK),
    *in_the_biases(changed, ("db1", "db2")),
    *in_one_part(changed(), PARTS),
)
MISCONCEPTIONS = tuple(Misconception(*pair) for pair in MISTAKES)
