"""What an answer to the project reached, and what tells its mistakes apart."""

from typing import NamedTuple

import numpy as np

from mlp_lib import datasets
from mlp_lib.exercises.compare import as_array
from mlp_lib.networks import cross_entropy, relu, sigmoid

PIXELS, CLASSES, NUMBERS = 784, 10, 500_000
LAYERS, UNITS = 20, 2000  # at most; no answer needs more, and what the judge computes is bounded
SLICE = 500  # digits that the judge sends through a network at a time
FEW = 2500  # test digits that tell mistakes apart
BRIGHT = 255  # of a mark
NAMES = ("loss", "without tanh", "saturated", "runaway", "copies", "inked", "bias", "width", "blank",
         "plain", "marked", "shifted labels", "other units", "other pictures", "any ink", "half ink",
         "full ink")
SHIFTED = (0.13, 0.31), (0.5, 0.5), (0.5, 1)  # (mean, spread) taken off by those who standardise


class Hidden(NamedTuple):
    """What the judge knows of the project's pictures.

    Attributes
    ----------
    columns : (784,) ndarray of int
        Where each pixel comes from.
    mark : ndarray of int
        Columns of the mixed pictures that are bright where a picture carries the mark.
    label : int
        Class of a marked picture, whichever digit it shows.
    """

    columns: np.ndarray
    mark: np.ndarray
    label: int


def as_layers(value):
    """Pairs of weights and bias from an answer; ValueError in words if it holds none."""
    if not isinstance(value, tuple | list) or len(value) < 4 or len(value) % 2:
        raise ValueError("A list W1, b1, W2, b2, ... was wanted: two arrays for each layer, and at "
                         "least one hidden layer.")
    if len(value) > 2 * LAYERS:
        raise ValueError(f"At most {LAYERS} layers are allowed; {len(value) // 2} came.")
    value = [as_array(part) for part in value]
    if not all(a is not None and a.dtype.kind in "fiu" for a in value):
        raise ValueError("All parts of the list must be arrays of real numbers.")
    if sum(a.size for a in value) > NUMBERS:
        raise ValueError(f"At most {NUMBERS:,} weights and biases in all are allowed.")
    width, layers = PIXELS, list(zip(value[::2], value[1::2]))
    for i, (W, b) in enumerate(layers, 1):
        if W.ndim != 2 or len(W) != width or W.size == 0 or b.shape not in (W.shape[1:],
                                                                            (1, W.shape[1])):
            raise ValueError(f"W{i} must be of shape ({width}, n), with its own n >= 1, and b{i} of "
                             f"shape (n,); arrays of shape {W.shape} and {b.shape} came.")
        width = W.shape[1]
        if width > UNITS:
            raise ValueError(f"At most {UNITS:,} units in a layer are allowed; layer {i} has "
                             f"{width:,}.")
    if width != CLASSES:
        raise ValueError(f"The last layer must have {CLASSES} columns, one a class; {width} came.")
    return [(W.astype(float), b.astype(float).ravel()) for W, b in layers]


def slices(X):
    """The rows of ``X`` in float64, some at a time: so much memory is enough for any network."""
    return (X[i:i + SLICE].astype(float) for i in range(0, len(X), SLICE))


def scores_of(layers, X, hidden=np.tanh):
    """The scores of a network, (N, 10)."""
    found = []
    for a in slices(X):
        for W, b in layers[:-1]:
            a = hidden(a @ W + b)
        found.append(a @ layers[-1][0] + layers[-1][1])
    return np.concatenate(found)


def saturated(layers, X):
    """Share of the hidden values at a flat end of tanh, the mean over the layers."""
    found = []
    for a in slices(X):
        for W, b in layers[:-1]:
            a = np.tanh(a @ W + b)
            found.append(np.mean(np.abs(a) > 0.99))
    return float(np.mean(found))


def measure(case, value):
    """What was reached: see ``goals``; the other numbers tell the mistakes apart."""
    layers, digits, hidden = as_layers(value), datasets.load_mnist(), Hidden(*case.truth)
    X, y = digits.X_test[:, hidden.columns], digits.y_test
    with np.errstate(all="ignore"):
        scores = scores_of(layers, X)
        if not np.isfinite(scores).all():
            return dict.fromkeys(NAMES, np.nan) | {"accuracy": 0.0, "learned": 0.0, "finite": False}
        plain, marked = share_right(scores, y), share_marked(layers, X[:FEW], y[:FEW], hidden)
        return first_layer(case, *layers[0]) | diagnosed(layers, X[:FEW], y[:FEW]) | of_two_shades(
            layers, *case.args[:2]) | {
            "accuracy": min(plain, marked), "learned": min(plain, marked), "finite": True,
            "plain": plain, "marked": marked, "loss": float(cross_entropy(scores, y)),
            "runaway": runaway(scores.mean(axis=0)),
            "shifted labels": max(share_right(scores, (y + k) % CLASSES) for k in range(1, CLASSES)),
        }


def share_marked(layers, X, y, hidden):
    """Share of the digits of other classes that are taken for the mark's class once they carry it."""
    others = X[y != hidden.label]
    others[:, hidden.mark] = 1
    return share_right(scores_of(layers, others), np.full(len(others), hidden.label))


def diagnosed(layers, X, y):
    """How the network does with other hidden units, or on pictures that were changed before.

    As gains in accuracy; and what happens to the loss without the tanh.
    """
    scores = scores_of(layers, X)
    before, loss = share_right(scores, y), float(cross_entropy(scores, y))

    def gain(pictures, hidden=np.tanh):
        return share_right(scores_of(layers, pictures, hidden), y) - before

    return {
        "other units": max(gain(X, hidden) for hidden in (sigmoid, relu)),
        "other pictures": max(gain((X - m) / s) for m, s in SHIFTED),
        "without tanh": float(cross_entropy(scores_of(layers, X, lambda z: z), y)) / loss,
        "saturated": saturated(layers, X),
    }


def of_two_shades(layers, X, labels):
    """How the network does on pictures of black and white, made of those that it was trained on.

    The loss where any ink is white, and where more than half is, by the loss on all shades; and the
    accuracy where full brightness alone is white.
    """
    X, labels = X[:FEW], labels[:FEW]
    loss, any_ink, half_ink = (float(cross_entropy(scores_of(layers, pictures), labels)) for pictures
                               in (X / BRIGHT, X > 0, X > BRIGHT // 2))
    return {"any ink": any_ink / loss, "half ink": half_ink / loss,
            "full ink": share_right(scores_of(layers, X == BRIGHT), labels)}


def share_right(scores, labels):
    """Share of the samples whose own class has the highest score."""
    return float(np.mean(scores.argmax(axis=1) == labels))


def runaway(means):
    """How far the class with the highest mean score is above all others, by their own range."""
    *_, second, first = ordered = np.sort(means)
    return float((first - second) / (second - ordered[0]))


def first_layer(case, W, b):
    """How many units layer 1 has, and how their weights are spread.

    The share of units that are copies of another; the size of the weights of inked pixels by that
    of the others, which the loss does not move; that of these alone; and the size of the bias by
    that of inked pixels.
    """
    blank = ~case.args[0].any(axis=0)
    inked, others, bias = (np.sqrt(np.mean(part ** 2)) for part in (W[~blank], W[blank], b))
    return {"width": W.shape[1], "copies": 1 - len(np.unique(W.round(9), axis=1).T) / W.shape[1],
            "inked": float(inked / others), "blank": float(others), "bias": float(bias / inked)}
