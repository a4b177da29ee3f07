"""What an answer to the project reached, and what tells its mistakes apart."""

import numpy as np

from mlp_lib import datasets
from mlp_lib.exercises.compare import as_array
from mlp_lib.networks import cross_entropy, relu, sigmoid

PIXELS, CLASSES, NUMBERS = 784, 10, 500_000
LAYERS = 20  # the judge keeps what each gives for 10,000 digits
NAMES = ("loss", "without tanh", "saturated", "runaway", "copies", "inked", "bias", "width",
         "other units", "other pictures")
SHIFTED = (0.13, 0.31), (0.5, 0.5), (0.5, 1)  # (mean, spread) taken off by those who standardise


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
    if width != CLASSES:
        raise ValueError(f"The last layer must have {CLASSES} columns, one a class; {width} came.")
    return [(W.astype(float), b.astype(float).ravel()) for W, b in layers]


def forward(layers, X, hidden=np.tanh):
    """Values of all hidden layers, then the scores."""
    values = [X]
    for W, b in layers[:-1]:
        values.append(hidden(values[-1] @ W + b))
    return [*values[1:], values[-1] @ layers[-1][0] + layers[-1][1]]


def measure(case, value):
    """What was reached: see ``goals``; the other numbers tell the mistakes apart."""
    layers, digits = as_layers(value), datasets.load_mnist()
    X, y = digits.X_test[:, case.truth].astype(float), digits.y_test
    with np.errstate(all="ignore"):
        *values, scores = forward(layers, X)
        if not np.isfinite(scores).all():
            return dict.fromkeys(NAMES, np.nan) | {"accuracy": 0.0, "learned": 0.0, "finite": False}
        straight = forward(layers, X, lambda z: z)[-1]
        accuracy, loss = share_right(scores, y), float(cross_entropy(scores, y))
        return first_layer(case, *layers[0]) | {
            "accuracy": accuracy, "learned": accuracy, "finite": True, "loss": loss,
            "other units": max(share_right(forward(layers, X, hidden)[-1], y)
                               for hidden in (sigmoid, relu)),
            "other pictures": max(share_right(forward(layers, (X - m) / s)[-1], y)
                                  for m, s in SHIFTED),
            "without tanh": float(cross_entropy(straight, y)) / loss,
            "saturated": float(np.mean([np.mean(np.abs(a) > 0.99) for a in values])),
            "runaway": runaway(scores.mean(axis=0)),
        }


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
    of the others, which the loss does not move; and the size of the bias by that of the former.
    """
    blank = ~case.args[0].any(axis=0)
    inked, others, bias = (np.sqrt(np.mean(part ** 2)) for part in (W[~blank], W[blank], b))
    return {"width": W.shape[1], "copies": 1 - len(np.unique(W.round(9), axis=1).T) / W.shape[1],
            "inked": float(inked / others), "bias": float(bias / inked)}
