"""Project: train a tanh network with momentum, by hand, to a stated accuracy in a stated time."""

from functools import cache

import numpy as np

from mlp_lib import datasets
from mlp_lib.activations import softmax
from mlp_lib.exercises.kinds import Misconception, Project
from mlp_lib.losses import cross_entropy

DIGITS, PIXELS, CLASSES = 20_000, 784, 10
ACCURACY, SECONDS, NUMBERS = 0.96, 10, 500_000
NAMES = ("loss", "without tanh", "saturated", "runaway", "copies", "inked", "bias")


def train_with_tanh(X, labels, seed):
    """Train a network with tanh in its hidden layers and softmax at its end.

    X is (N, 784) of uint8, brightness 0 to 255; labels is (N,) of int, 0 to 9; seed is an int for
    all that is random. Returns the list W1, b1, W2, b2, ... of arrays: W1 is (784, n1), b1 is (n1,),
    and so on; the last W has 10 columns. The network reads X / 255.
    """
    rng, batch, steps, rate, momentum = np.random.default_rng(seed), 64, 2500, 0.1, 0.9
    X, Y = X / np.float32(255), np.eye(10, dtype=np.float32)[labels]
    W1 = rng.normal(scale=1 / 28, size=(784, 128)).astype(np.float32)
    W2 = rng.normal(scale=0.1, size=(128, 10)).astype(np.float32)
    parameters = [W1, np.zeros(128, np.float32), W2, np.zeros(10, np.float32)]
    velocities = [np.zeros_like(p) for p in parameters]
    for step in range(steps):
        rows = rng.integers(len(X), size=batch)
        W1, b1, W2, b2 = parameters
        a1 = np.tanh(X[rows] @ W1 + b1)
        dz2 = (softmax(a1 @ W2 + b2) - Y[rows]) / np.float32(batch)
        dz1 = (dz2 @ W2.T) * (1 - a1 * a1)
        gradients = X[rows].T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)
        for p, v, g in zip(parameters, velocities, gradients):
            v *= momentum
            v += g
            p -= rate * (1 - step / steps) * v
    return parameters


def hidden_columns(rng):
    """Where the pixels of the pictures come from: a permutation that only the judge knows.

    With it, weights that were trained elsewhere are of no use.
    """
    return rng.permutation(PIXELS)


@cache
def grey_levels():
    """Training pixels as they are stored, (60000, 784) of uint8."""
    return np.rint(255 * datasets.load_mnist().X_train).astype(np.uint8)


def inputs(rng):
    columns = hidden_columns(rng)
    chosen = rng.choice(60_000, DIGITS, replace=False)
    labels = datasets.load_mnist().y_train[chosen]
    return grey_levels()[chosen[:, None], columns], labels, int(rng.integers(2**31))


def as_layers(value):
    """Pairs of weights and bias from an answer; ValueError in words if it holds none."""
    if not isinstance(value, tuple | list) or len(value) < 4 or len(value) % 2:
        raise ValueError("A list W1, b1, W2, b2, ... was wanted: two arrays for each layer, and at "
                         "least one hidden layer.")
    if not all(isinstance(a, np.ndarray) and a.dtype.kind in "fiu" for a in value):
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
        accuracy, loss = float(np.mean(scores.argmax(axis=1) == y)), float(cross_entropy(scores, y))
        return first_layer(case, *layers[0]) | {
            "accuracy": accuracy, "learned": accuracy, "finite": True, "loss": loss,
            "without tanh": float(cross_entropy(straight, y)) / loss,
            "saturated": float(np.mean([np.mean(np.abs(a) > 0.99) for a in values])),
            "runaway": runaway(scores.mean(axis=0)),
        }


def runaway(means):
    """How far the class with the highest mean score is above all others, by their own range."""
    *_, second, first = ordered = np.sort(means)
    return float((first - second) / (second - ordered[0]))


def first_layer(case, W, b):
    """How the weights of layer 1 are spread.

    The share of units that are copies of another; the size of the weights of inked pixels by that
    of the others, which the loss does not move; and the size of the bias by that of the former.
    """
    blank = ~case.args[0].any(axis=0)
    inked, others, bias = (np.sqrt(np.mean(part ** 2)) for part in (W[~blank], W[blank], b))
    return {"copies": 1 - len(np.unique(W.round(9), axis=1).T) / W.shape[1],
            "inked": float(inked / others), "bias": float(bias / inked)}


def wrongly(*, steps=400, rate=0.1, momentum=0.9, scale=255, start=1.0, frozen=False,
            linear=False, shuffled=False):
    """A training with one thing wrong, as a function of the arguments of the exercise."""
    f, slope = (lambda z: z, lambda a: 1) if linear else (np.tanh, lambda a: 1 - a * a)

    def train(X, labels, seed):
        rng = np.random.default_rng(seed)
        X, Y = X / np.float32(scale), np.eye(CLASSES, dtype=np.float32)[labels]
        Y = rng.permutation(Y) if shuffled else Y
        sizes = (PIXELS, 100), (100,), (100, CLASSES), (CLASSES,)
        P = [np.float32(start * (len(s) - 1) / np.sqrt(s[0]) * rng.normal(size=s)) for s in sizes]
        V = [np.zeros_like(p) for p in P]
        for _ in range(steps):
            rows = rng.integers(len(X), size=64)
            a = f(X[rows] @ P[0] + P[1])
            dz = (softmax(a @ P[2] + P[3]) - Y[rows]) / np.float32(64)
            dz1 = (dz @ P[2].T) * slope(a)
            G = X[rows].T @ dz1, dz1.sum(axis=0), a.T @ dz, dz.sum(axis=0)
            for k in range(2 * frozen, 4):
                V[k] = momentum * V[k] + G[k]
                P[k] = P[k] - rate * V[k]
        return P

    return train


EXERCISE = Project(
    id="06.train_with_tanh",
    title="Project: train it yourself, with tanh and momentum",
    section="06 §8",
    points=6,
    prompt=r"""
Now write the whole training yourself, with numpy alone: the forward pass with **tanh** in all hidden layers and softmax
at the end, the backward pass, and **momentum**. You choose the number of hidden layers, their widths, the first
weights, the batches, the steps. From the library you may use `softmax`.

You get `X` (20,000 training digits, one a row, $N \times 784$), `labels` ($N$ class numbers, 0 to 9) and `seed`, an
integer for all that is random. Brightness comes as it is stored in the files: whole numbers of 8 bits (`uint8`), from 0
to 255. Twenty thousand digits, not 60,000, keep the check short. They were drawn by lot, and their pixels were mixed,
all pictures in the same way. To a network of this kind that makes no difference. But weights that were trained
elsewhere do not fit.

Return the list `[W1, b1, W2, b2, ...]`: $W^{[1]}$ is $784\times n_1$, $b^{[1]}$ has $n_1$ entries, and so on; the last
$W$ has 10 columns. The check feeds it pictures divided by 255, so **train on `X / 255`**. At most 500,000 numbers in
all.

**What is measured**, on 10,000 test digits that you have not seen, mixed like yours:

| | |
|---|---|
| it learns | a test accuracy of at least 90 % |
| it learns well | a test accuracy of at least 96 % |
| in time | both, in at most 10 seconds with one thread for the matrix products |

A network of one hidden layer does this in a quarter of the time. Hidden units must have tanh: the check computes them
so.
""",
    reference=train_with_tanh,
    inputs=inputs,
    truth=hidden_columns,
    measure=measure,
    goals={
        "learned": (lambda share: share >= 0.9, "a test accuracy of at least 0.9"),
        "accuracy": (lambda share: share >= ACCURACY, f"a test accuracy of at least {ACCURACY}"),
        "seconds": (lambda time: time <= SECONDS, f"at most {SECONDS} seconds"),
    },
    example="from mlp_lib import datasets\n\n"
            "digits = datasets.load_mnist()\n"
            "few = np.rint(255 * digits.X_train[:1000]).astype(np.uint8)\n"
            "[part.shape for part in train_with_tanh(few, digits.y_train[:1000], 0)]",
    misconceptions=(
        Misconception(
            "Units of the first hidden layer are copies of each other. They started with equal weights, so they were "
            "blamed equally and made equal steps. Start from random weights.",
            wrongly(start=0.0)),
        Misconception(
            "The network is surer of its wrong answers than any guess: the loss was driven up, not down. Which way "
            "does the gradient point, and which way must the step go?",
            wrongly(rate=-0.1)),
        Misconception(
            "The weights of the pixels have moved hundreds of times further than the biases: the network was trained "
            "on brightness up to 255. Divide X by 255 first, as the check does.",
            wrongly(scale=1)),
        Misconception(
            "Most hidden units sit at -1 or 1 for nearly all digits, where tanh is flat, and they have hardly moved "
            "from their start. The first weights are too large: how large is a sum of 784 terms?",
            wrongly(start=28.0)),
        Misconception(
            "Most hidden units sit at -1 or 1, where tanh is flat, or the weights are not finite: the steps were far "
            "too large. Momentum makes them longer still. And is the gradient that of the mean over the batch, with "
            "1/B?",
            wrongly(rate=5.0)),
        Misconception(
            "The network guesses at chance, though its weights have moved. Do labels and pictures still belong "
            "together? Whoever shuffles one must shuffle the other in the same order.",
            wrongly(shuffled=True)),
        Misconception(
            "The network is no better than one without hidden units: its weights do as well if tanh is left out. Is "
            "tanh applied in the forward pass of the training, and is its slope in the backward pass?",
            wrongly(linear=True)),
        Misconception(
            "Only the last layer has learned. The weights of inked pixels look like those of blank ones, just as they "
            "were drawn. Do the first weights get a gradient, and do they make their step?",
            wrongly(frozen=True, steps=1200)),
        Misconception(
            "It learns the right thing, but not fast enough. Is the velocity kept from step to step, with the right "
            "sign? A momentum of 0.9 makes a steady step ten times as long. After that: more steps, or a larger rate.",
            wrongly(momentum=0.0, steps=800)),
    ),
    symptoms={
        0: lambda m: m["copies"] > 0.5,
        1: lambda m: m["runaway"] > 5 and m["loss"] > 10,
        2: lambda m: 0 < m["bias"] < 0.03 and m["inked"] > 1.03,
        3: lambda m: m["saturated"] > 0.5 and m["inked"] < 1.3,
        4: lambda m: m["saturated"] > 0.5 or not m["finite"],
        5: lambda m: 0.05 < m["accuracy"] < 0.2 and m["loss"] < 3,
        6: lambda m: 0.8 < m["accuracy"] < 0.93 and m["inked"] > 1.25 and m["without tanh"] < 1.2,
        7: lambda m: 0.8 < m["accuracy"] < 0.93 and m["inked"] < 1.03,
        8: lambda m: 0.25 < m["accuracy"] < ACCURACY,
    },
    hints=(
        "Take the eleven lines of the chapter and leave out one hidden layer. Which lines know the activation?",
        "One velocity for each parameter, all zero at the start. Draw a batch, compute all gradients at one point, "
        "then move all parameters. Let the rate fall towards the end: the last steps need to be small.",
        "$\\mathrm{dz1} = (\\mathrm{dz2}\\,W^{[2]T})\\odot(1-a_1\\odot a_1)$, and for every parameter "
        "$V \\to \\mu V + \\frac1B\\,\\mathrm dW$, $\\;W \\to W - \\eta V$. Weights of size $1/\\sqrt{784}$ are a good "
        "start.",
    ),
)
