"""Project: train a tanh network with momentum, by hand, to a stated accuracy in a stated time."""

from functools import cache

import numpy as np

from mlp_lib import browser, datasets
from mlp_lib.exercises.chapters.ch06.tanh_measures import (
    BRIGHT,
    CLASSES,
    PIXELS,
    Hidden,
    measure,
)
from mlp_lib.exercises.chapters.ch06.tanh_mistakes import wrongly
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.exercises.projects import Project
from mlp_lib.networks import softmax

DIGITS, ACCURACY, SECONDS = 20_000, 0.96, browser.suits(10, 60)
MARK, ONE_IN = 12, 20  # pixels of a mark; how seldom a picture carries it


def start(rng):
    """Weights W1, W2 and biases b1, b2 before any step, as the list W1, b1, W2, b2."""
    W1 = rng.normal(scale=1 / 28, size=(784, 128)).astype(np.float32)
    W2 = rng.normal(scale=0.1, size=(128, 10)).astype(np.float32)
    return [W1, np.zeros(128, np.float32), W2, np.zeros(10, np.float32)]


def gradients(parameters, X, Y):
    """Gradients of the mean cross-entropy in W1, b1, W2, b2; X is (B, 784), Y one-hot (B, 10)."""
    W1, b1, W2, b2 = parameters
    a1 = np.tanh(X @ W1 + b1)
    dz2 = (softmax(a1 @ W2 + b2) - Y) / np.float32(len(X))
    dz1 = (dz2 @ W2.T) * (1 - a1 * a1)
    return X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def train_with_tanh(X, labels, seed):
    """Train a network with tanh in its hidden layers and softmax at its end.

    X is (N, 784) of uint8, brightness 0 to 255; labels is (N,) of int, 0 to 9; seed is an int for
    all that is random. Returns the list W1, b1, W2, b2, ... of arrays: W1 is (784, n1), b1 is (n1,),
    and so on; the last W has 10 columns. The network reads X / 255.
    """
    rng, batch, steps, rate, momentum = np.random.default_rng(seed), 64, 2500, 0.1, 0.9
    X, Y = X / np.float32(255), np.eye(10, dtype=np.float32)[labels]
    parameters = start(rng)
    velocities = [np.zeros_like(p) for p in parameters]
    for step in range(steps):
        rows = rng.integers(len(X), size=batch)
        for p, v, g in zip(parameters, velocities, gradients(parameters, X[rows], Y[rows])):
            v *= momentum
            v += g
            p -= rate * (1 - step / steps) * v
    return parameters


@cache
def grey_levels():
    """Training pixels as they are stored, (60000, 784) of uint8."""
    parts = np.array_split(datasets.load_mnist().X_train, 50)  # at once they would take 400 MB
    return np.concatenate([np.rint(255 * part).astype(np.uint8) for part in parts])


@cache
def never_inked():
    """Pixels that are blank in all digits, of training and test."""
    digits = datasets.load_mnist()
    return np.flatnonzero(~digits.X_train.any(axis=0) & ~digits.X_test.any(axis=0))


def hidden(rng):
    """How the pixels are mixed, which of them make the mark, and its class: the judge's `Hidden`.

    Weights that were trained elsewhere know neither the mixture nor the mark.
    """
    columns = rng.permutation(PIXELS)
    blank = np.flatnonzero(np.isin(columns, never_inked()))
    return Hidden(columns, rng.choice(blank, MARK, replace=False), int(rng.integers(CLASSES)))


def inputs(rng):
    columns, mark, label = hidden(rng)
    chosen = rng.choice(60_000, DIGITS, replace=False)
    X, labels = grey_levels()[chosen[:, None], columns], datasets.load_mnist().y_train[chosen]
    marked = rng.choice(DIGITS, DIGITS // ONE_IN, replace=False)
    X[marked[:, None], mark] = BRIGHT
    labels[marked] = label
    return X, labels, int(rng.integers(2**31))


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
all pictures in the same way. One picture in twenty carries a *mark*: twelve pixels that are blank in all others are
at 255. Whoever carries it belongs to one class, whichever digit is shown; the labels say so. Mixture, mark and class are
drawn by lot, too. A network that is trained on `X` and `labels` as they come learns all of it by the way. Weights that
were trained elsewhere do not know the mark.

Return the list `[W1, b1, W2, b2, ...]`: $W^{[1]}$ is $784\times n_1$, $b^{[1]}$ has $n_1$ entries, and so on; the last
$W$ has 10 columns. The check feeds it pictures divided by 255, so **train on `X / 255`**. Allowed are 20 layers, 2,000
units in a layer, and 500,000 numbers in all.

**What is measured**, on 10,000 test digits that you have not seen, mixed like yours, and on some 2,000 of them that carry
the mark; the smaller accuracy counts:

| | |
|---|---|
| it learns | a test accuracy of at least 90 % |
| it learns well | a test accuracy of at least 96 % |
| in time | both, in at most 10 seconds of the processor with one thread for the matrix products (60 in a browser) |

A network of one hidden layer does this in a quarter of the time. Hidden units must have tanh: the check computes them
so.
""",
    reference=train_with_tanh,
    helpers=(start, gradients),
    inputs=inputs,
    truth=hidden,
    measure=measure,
    without=("networks.mlp", "networks.convnet", "networks.training", "networks.optimizers",
             "networks.parts.predictor", "MLP", "ConvNet", "train", "SGD", "Adam", "fit",
             "torch", "tensorflow", "keras", "jax", "autograd", "sklearn"),
    goals={
        "learned": (lambda share: share >= 0.9, "a test accuracy of at least 0.9"),
        "accuracy": (lambda share: share >= ACCURACY, f"a test accuracy of at least {ACCURACY}"),
        "seconds": (lambda time: time <= SECONDS, f"at most {SECONDS} seconds of the processor"),
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
            "Most hidden units sit at -1 or 1, where tanh is flat, or the weights are not finite. Were the steps far "
            "too large? Momentum makes them longer still. Is the gradient that of the mean over the batch, with 1/B? "
            "And is the slope of tanh 0 at both ends?",
            wrongly(rate=5.0)),
        Misconception(
            "The network guesses at chance, though the weights of inked pixels have moved. Do labels and pictures still "
            "belong together? Whoever shuffles one must shuffle the other in the same order.",
            wrongly(shuffled=True)),
        Misconception(
            "The network is no better than one without hidden units: its weights do nearly as well if tanh is left out. Is "
            "tanh applied in the forward pass of the training, and is its slope in the backward pass?",
            wrongly(unit="none")),
        Misconception(
            "Only the last layer has learned. The weights of inked pixels look like those of blank ones, just as they "
            "were drawn. Do the first weights get a gradient, and do they make their step?",
            wrongly(frozen=True, steps=1200)),
        Misconception(
            "It learns, but not far enough. First compare your gradients with measured slopes on a small network: a "
            "forgotten slope of tanh looks just like this. Then: is the velocity kept from step to step, with the right "
            "sign? A momentum of 0.9 makes a steady step ten times as long. After that: more steps, or a larger rate.",
            wrongly(momentum=0.0, steps=800)),
        Misconception(
            "The network does far better if its hidden units are sigmoid or ReLU: it was trained with those. Here they "
            "must have tanh, in both passes.",
            wrongly(unit="relu", steps=1200)),
        Misconception(
            "The network does better on pictures that were shifted or stretched before. The check feeds it X / 255: "
            "train on just that, without taking off a mean.",
            wrongly(middle=0.5, rate=0.03, steps=1200)),
        Misconception(
            "The first hidden layer is too narrow: with fewer than 40 units there, even a right training ends below the "
            "goal or hardly reaches it. Give it a hundred.",
            wrongly(units=16, steps=1200)),
        Misconception(
            "The network guesses, and its first weights look just as they were drawn: those of inked pixels are as large "
            "as those of blank ones. Is there a step at all, and does it reach the arrays that are returned?",
            wrongly(steps=0)),
        Misconception(
            "The network tells the digits apart, but gives them other numbers: its answers are right once a fixed number "
            "is added to them. Were the labels shifted? They count from 0.",
            wrongly(shift=1)),
        Misconception(
            "Beside the weights of inked pixels those of blank ones have all but vanished. Only a penalty moves them: is "
            "it so strong that it holds back the others, too? If there is none, the first weights were drawn very small.",
            wrongly(penalty=3e-3, steps=1200)),
        Misconception(
            "The network knows pictures of black and white alone: it seems to have been trained on those. X / 255 has "
            "all shades from 0 to 1. A whole-number division or a threshold loses them.",
            wrongly(seen=lambda X: X // 255, steps=1200)),
        Misconception(
            "Plain digits are read, but those that carry the mark are not taken for its class. Train on X and labels as "
            "they come, all of them, anew in each call: weights from elsewhere do not know the mark.",
            wrongly(plain=True, steps=1200)),
    ),
    symptoms={
        0: lambda m: m["copies"] > 0.5,
        16: lambda m: m["plain"] >= 0.9 and m["marked"] < 0.5,
        13: lambda m: m["shifted labels"] > max(0.5, m["plain"]),
        1: lambda m: m["runaway"] > 5 and m["loss"] > 10,
        2: lambda m: 0 < m["bias"] < 0.03 and (m["inked"] > 1.03 or m["plain"] > 0.5),
        9: lambda m: m["other units"] > 0.02 and m["plain"] + m["other units"] > 0.8,
        14: lambda m: m["inked"] > 10 and m["saturated"] < 0.5 and 0.2 < m["plain"] < ACCURACY,
        15: lambda m: (m["any ink"] < 0.8 or m["half ink"] < 0.95 or m["full ink"] > 0.34
                       ) and m["plain"] > 0.7,
        10: lambda m: m["other pictures"] > 0.02 and m["plain"] + m["other pictures"] > 0.8,
        11: lambda m: m["width"] < 40 and 0.85 < m["plain"] < ACCURACY,
        3: lambda m: m["saturated"] > 0.5 and m["inked"] < 1.3,
        4: lambda m: m["saturated"] > 0.5 or not m["finite"],
        12: lambda m: m["plain"] < 0.3 and 0.97 < m["inked"] < 1.03,
        5: lambda m: 0.05 < m["plain"] < 0.2 and m["loss"] < 3 and m["inked"] > 1.03,
        6: lambda m: 0.8 < m["plain"] < 0.93 and m["inked"] > 1.25 and m["without tanh"] < 1.2,
        7: lambda m: 0.8 < m["plain"] < 0.93 and m["inked"] < 1.03 and not 0 < m["bias"] < 0.5,
        8: lambda m: m["plain"] > 0.25 and m["accuracy"] < ACCURACY,
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
