"""How long the gradient is in each layer of a tanh network of any depth."""

from itertools import pairwise

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import relu, sigmoid, softmax


def gradient_lengths(X, labels, W, b):
    """Frobenius norms of the gradients of the mean cross-entropy in W[0], ..., W[L-1].

    tanh inside, softmax last. X is (N, d0), labels is (N,) of int; W and b are lists of L arrays,
    W[l] is (d_l, d_l+1), b[l] is (d_l+1,). The result is (L,), the layer next to X first.
    """
    values, lengths = [X], []
    for W_l, b_l in zip(W[:-1], b):
        values.append(np.tanh(values[-1] @ W_l + b_l))
    D = softmax(values[-1] @ W[-1] + b[-1]) - np.eye(len(b[-1]))[labels]
    for W_l, below in zip(W[::-1], values[::-1]):
        lengths.append(np.linalg.norm(below.T @ D) / len(X))
        D = (D @ W_l.T) * (1 - below ** 2)
    return np.array(lengths[::-1])


def network(rng, layers):
    N, *d = draws.sizes(rng, layers + 2, low=3, high=9)
    W = [rng.normal(size=size) / np.sqrt(size[0]) for size in pairwise(d)]
    b = [0.3 * rng.normal(size=n) for n in d[1:]]
    return rng.normal(size=(N, d[0])), draws.labels(rng, N, d[-1]), W, b


def inputs(rng):
    return network(rng, int(rng.integers(3, 5)))


def no_hidden_layer(rng):
    return network(rng, 1)


def saturated(rng):
    """Each unit of the first layer at a flat end, in any precision."""
    while True:
        X, labels, W, b = network(rng, 3)
        X *= 1e4
        if np.abs(X @ W[0] + b[0]).min() > 50:
            return X, labels, W, b


def large_scores(rng):
    """One probability of each sample is 1 in any precision; the first sample is wrong."""
    while True:
        X, labels, W, b = network(rng, 1)
        scores = np.sort(1e4 * X @ W[0], axis=1)
        if (scores[:, -1] - scores[:, -2]).min() > 500 and np.ptp(scores[:, -1]) > 1000:
            labels[0] = (X @ W[0])[0].argmin()
            return 1e4 * X, labels, W, b


def one_large(rng):
    X, labels, W, b = large_scores(rng)
    return X[:1], labels[:1], W, b


def backwards(X, labels, W, b, *, hidden=np.tanh, slope=lambda a: 1 - a ** 2, measure=None,
              top=lambda scores, Y: softmax(scores) - Y, collect=np.array):
    """Each layer's values below and its error, sent through ``measure``; the first layer first."""
    values = [X]
    for W_l, b_l in zip(W[:-1], b):
        values.append(hidden(values[-1] @ W_l + b_l))
    D, found = top(values[-1] @ W[-1] + b[-1], np.eye(len(b[-1]))[labels]), []
    for W_l, below in zip(W[::-1], values[::-1]):
        found.append(measure(below, D) if measure else np.linalg.norm(below.T @ D) / len(X))
        D = (D @ W_l.T) * slope(below)
    return collect(found[::-1])


def changed(**ways):
    """`backwards` with one thing done otherwise, as a function of the exercise's arguments."""
    return lambda X, labels, W, b: backwards(X, labels, W, b, **ways)


def measured(measure):
    """Something else than the length, from the gradient in the weights, (d_l, d_l+1)."""
    return changed(measure=lambda below, D: measure(below.T @ D / len(D)))


def measured_times(factor):
    """The lengths, times a function of the number of samples."""
    return lambda X, *rest: factor(len(X)) * gradient_lengths(X, *rest)


def with_softmax(probabilities):
    return changed(top=lambda scores, Y: probabilities(scores) - Y)


def without_biases(hidden, last):
    """The lengths with a share of the hidden layers' biases and of the last one's."""
    return lambda X, labels, W, b: backwards(
        X, labels, W, [*(hidden * b_l for b_l in b[:-1]), last * b[-1]])


def softmax_inside(X, labels, W, b):
    return backwards(X, labels, W, b, hidden=softmax, slope=lambda a: a * (1 - a))


def tanh_on_the_last_layer(X, labels, W, b):
    values = [X]
    for W_l, b_l in zip(W, b):
        values.append(np.tanh(values[-1] @ W_l + b_l))
    D, found = softmax(values[-1]) - np.eye(len(b[-1]))[labels], []
    for W_l, below, above in zip(W[::-1], values[-2::-1], values[::-1]):
        D = D * (1 - above ** 2)
        found.append(np.linalg.norm(below.T @ D) / len(X))
        D = D @ W_l.T
    return np.array(found[::-1])


def sample_by_sample(X, labels, W, b):
    each = [gradient_lengths(X[[n]], labels[[n]], W, b) for n in range(len(X))]
    return np.mean(each, axis=0)


EXERCISE = Function(
    id="05.gradient_lengths",
    title="How long is the gradient in each layer?",
    section="05 §7",
    points=5,
    prompt=r"""
Before a deep network is trained, one number for each layer says whether it will learn: the length of its weight
gradient. The chapter's network had ReLU inside. Yours has **tanh** in all hidden layers and softmax in the last:

$$X^{(l)} = \tanh\big(X^{(l-1)} W^{(l)} + \vec1^{\,T} B^{(l)}\big), \quad l < L, \qquad
P = \mathrm{softmax}\big(X^{(L-1)} W^{(L)} + \vec1^{\,T} B^{(L)}\big)$$

The loss $E$ is the **mean** cross-entropy over the $N$ samples. `W` and `b` are lists of $L$ arrays (`W[0]` is
$W^{(1)}$); $L$ changes from call to call, and may be 1. Labels are class numbers from 0.

Return the $L$ numbers $\left\|\partial E/\partial W^{(l)}\right\|_F$ (the root of the sum of all squared entries), the
layer next to the input first. Inputs may be as large as $10^4$.
""",
    reference=gradient_lengths,
    inputs=inputs,
    edges={"no hidden layer": no_hidden_layer, "inputs of 1e4": saturated,
           "no hidden layer, inputs of 1e4": large_scores, "a single sample of 1e4": one_large},
    example="W = [np.eye(2, 3), np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]])]\n"
            "b = [np.zeros(3), np.array([0.5, 0.0])]\n"
            "gradient_lengths(np.array([[1.0, 0.5], [0.0, 2.0]]), np.array([0, 1]), W, b)",
    misconceptions=(
        Misconception(
            "The slope of tanh is missing on the way down. Through the weights alone you reach the values, not the "
            "scores.", changed(slope=lambda a: 1)),
        Misconception(
            "This is the length for the sum of the losses. E is their mean: each gradient has the factor 1/N.",
            measured_times(lambda N: N)),
        Misconception(
            "The factor 1/N is in it twice. E is the mean of the losses, once.", measured_times(lambda N: 1 / N)),
        Misconception(
            "The factor 1/N went under the root. A gradient that is N times as short has a length that is N times as "
            "short.", measured_times(np.sqrt)),
        Misconception(
            "This is the slope of ReLU, 1 where the value is positive. Here the hidden layers have tanh.",
            changed(slope=lambda a: a > 0)),
        Misconception(
            "Both passes have ReLU inside, as in the chapter. Here the hidden layers have tanh.",
            changed(hidden=relu, slope=lambda a: a > 0)),
        Misconception(
            "The forward pass has ReLU inside. Here the hidden layers have tanh.", changed(hidden=relu)),
        Misconception(
            "Both passes have a sigmoid inside. Here the hidden layers have tanh.",
            changed(hidden=sigmoid, slope=lambda a: a * (1 - a))),
        Misconception(
            "There is no tanh, neither forward nor back.", changed(hidden=lambda s: s, slope=lambda a: 1)),
        Misconception(
            "The tanh is missing in the forward pass.", changed(hidden=lambda s: s)),
        Misconception(
            "The hidden layers have a softmax here. It belongs to the last layer alone; inside there is tanh.",
            softmax_inside),
        Misconception(
            "The last layer has a tanh here, too. Its scores go into softmax as they are.", tanh_on_the_last_layer),
        Misconception(
            "This is the mean of the samples' own lengths. E has one gradient, the mean of the arrays, and its length "
            "is asked for: slopes of opposite sign cancel before it is taken.", sample_by_sample),
        Misconception(
            "The sizes of the entries were added up. The Frobenius norm is the root of the sum of their squares.",
            measured(lambda G: np.abs(G).sum())),
        Misconception(
            "The root of the mean of all squares was taken. The Frobenius norm adds up the squares.",
            measured(lambda G: np.sqrt(np.mean(G ** 2)))),
        Misconception(
            "The mean size of the entries was taken. The Frobenius norm is the root of the sum of their squares.",
            measured(lambda G: np.abs(G).mean())),
        Misconception(
            "The largest entry was taken. The Frobenius norm is the root of the sum of all squares.",
            measured(lambda G: np.abs(G).max())),
        Misconception(
            "The entries were added up with their signs. The Frobenius norm is the root of the sum of their squares.",
            measured(np.sum)),
        Misconception(
            "The nuclear norm was taken, the sum of the stretches. The Frobenius norm adds up all squared entries.",
            measured(lambda G: np.linalg.norm(G, "nuc"))),
        Misconception(
            "The largest sum of a column was taken. The Frobenius norm adds up the squares of all entries.",
            measured(lambda G: np.linalg.norm(G, 1))),
        Misconception(
            "The spectral norm was taken, the largest stretch of a vector. The Frobenius norm adds up all squares.",
            measured(lambda G: np.linalg.norm(G, 2))),
        Misconception(
            "These are the squares of the lengths: the root is missing.", measured(lambda G: np.sum(G ** 2))),
        Misconception(
            "These are the gradients themselves. Of each the length is asked for, one number a layer.",
            changed(measure=lambda below, D: below.T @ D / len(D), collect=tuple)),
        Misconception(
            "These are lengths of the error in the scores, divided by N. The gradient in the weights is a product of "
            "that error with the values below.", changed(measure=lambda below, D: np.linalg.norm(D) / len(D))),
        Misconception(
            "These are lengths of the error in the scores. The gradient in the weights is a product of that error with "
            "the values below, divided by N.", changed(measure=lambda below, D: np.linalg.norm(D))),
        Misconception(
            "These are lengths of the biases' gradients. Those of the weights' gradients are asked for.",
            changed(measure=lambda below, D: np.linalg.norm(D.mean(axis=0)))),
        Misconception(
            "The biases' gradients are counted in each length. The weights' alone are asked for.",
            changed(measure=lambda below, D: np.hypot(np.linalg.norm(below.T @ D), np.linalg.norm(D.sum(axis=0))) / len(D))),
        Misconception(
            "The biases are missing in the forward pass.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, [0 * b_l for b_l in b])),
        Misconception(
            "This is the slope of the sigmoid, a(1-a). What is the slope of tanh, told by its value?",
            changed(slope=lambda a: a * (1 - a))),
        Misconception(
            "The slope of tanh was taken at the value, as if that were the score: tanh is in it twice.",
            changed(slope=lambda a: 1 - np.tanh(a) ** 2)),
        Misconception(
            "The slope of tanh is 1 minus the square of its value: here the square is missing.",
            changed(slope=lambda a: 1 - a)),
        Misconception(
            "The slope of tanh has a plus where a minus belongs: far out a tanh is flat.",
            changed(slope=lambda a: 1 + a ** 2)),
        Misconception(
            "The square of the tanh stands where its slope belongs. Far out a tanh is flat.",
            changed(slope=lambda a: a ** 2)),
        Misconception(
            "The value of the tanh stands where its slope belongs.", changed(slope=lambda a: a)),
        Misconception(
            "The first layer was left out: L numbers are asked for, one for each array of weights.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, b)[1:]),
        Misconception(
            "The last layer was left out: L numbers are asked for, one for each array of weights.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, b)[:-1]),
        Misconception(
            "The numbers are right, but in the order in which they arise: the last layer first.",
            lambda X, labels, W, b: gradient_lengths(X, labels, W, b)[::-1]),
        *(Misconception(words, with_softmax(forward)) for words, forward in softmax_slips.FORWARD),
        *(Misconception(words, changed(top=top)) for words, top in softmax_slips.BACK[:-1]),
        Misconception(
            "The last layer has a tanh in front of its softmax, going forward only. Its scores go into the softmax as "
            "they are.", changed(top=lambda scores, Y: softmax(np.tanh(scores)) - Y)),
        Misconception(
            "These are the lengths of the weights. Those of their gradients were asked for.",
            lambda X, labels, W, b: np.array([np.linalg.norm(W_l) for W_l in W])),
        *(Misconception(f"{which} missing in the forward pass.", without_biases(*used)) for which, used in (
            ("The biases of the hidden layers are", (0, 1)),
            ("The last bias is", (1, 0)))),
        Misconception(
            "The hidden layers have a sigmoid going forward. Here they have tanh.",
            changed(hidden=sigmoid)),
    ),
    hints=(
        "Keep the values of all layers, the input among them. Then one loop from the last layer to the first is "
        "enough.",
        "Of the four lines of section 7 only one knows the activation. Can the slope of tanh be read from its value?",
        "$\\Delta^{(l)} = \\big(1 - X^{(l)}\\odot X^{(l)}\\big)\\odot\\big(\\Delta^{(l+1)}W^{(l+1)T}\\big)$. In the "
        "loop, is the product whose length is asked for taken before $\\Delta$ is carried down, or after?",
    ),
)
