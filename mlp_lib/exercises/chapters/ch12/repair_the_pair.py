"""Project: a pair whose generator makes one thing only, repaired."""

import numpy as np

from mlp_lib.exercises.chapters.ch12.pair_measures import PLACES, Heaps, measure
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.exercises.projects import Project
from mlp_lib.networks import sigmoid

POINTS, NEAR, LEAST, SECONDS = 6000, 0.85, 0.05, 30


def start(rng, sizes):
    """Weights and biases before any step: the list W1, b1, W2, b2, ..."""
    P = []
    for k in range(len(sizes) - 1):
        m, n = sizes[k], sizes[k + 1]
        P += [rng.normal(size=(m, n)) / np.sqrt(m), np.zeros(n)]
    return P


def forward(P, X):
    """Values of all layers, X first; tanh between the layers, none at the end."""
    values = [X]
    for k in range(0, len(P), 2):
        Z = values[-1] @ P[k] + P[k + 1]
        values.append(np.tanh(Z) if k + 2 < len(P) else Z)
    return values


def backward(P, values, G):
    """Gradients in P and in the first values, from G, the one in the last values."""
    found = []
    for k in range(len(P) - 2, -1, -2):
        if k + 2 < len(P):
            G = G * (1 - values[k // 2 + 1] ** 2)
        found = [values[k // 2].T @ G, G.sum(axis=0), *found]
        G = G @ P[k].T
    return found, G


def adam_step(P, gradients, memory, rate):
    """Move P in place; memory is a dict that is empty at first."""
    mean, square = (memory.setdefault(name, [np.zeros_like(p) for p in P]) for name in "ms")
    memory["n"] = n = memory.get("n", 0) + 1
    for p, g, m, s in zip(P, gradients, mean, square):
        m += 0.5 * (g - m)
        s += 0.01 * (g * g - s)
        p -= rate * (m / (1 - 0.5**n)) / (np.sqrt(s / (1 - 0.99**n)) + 1e-8)


def repair_the_pair(X, seed):
    """Train a generator by a game of two networks; returns its weights W1, b1, W2, b2, ...

    X is (N, 2), points of the plane; seed is an int for all that is random. The generator has tanh between
    its layers and none at the end; its inputs are normal random numbers, as many as W1 has rows.
    """
    rng, steps, B = np.random.default_rng(seed), 1500, 128
    middle, size = X.mean(axis=0), X.std()
    G, D = start(rng, (4, 64, 64, 2)), start(rng, (2, 64, 64, 1))
    of_G, of_D, mean = {}, {}, [part.copy() for part in G]
    for step in range(steps):
        rate = 0.003 * min(1, 2 * (1 - step / steps))
        real = (X[rng.integers(len(X), size=B)] - middle) / size
        ways = forward(G, rng.normal(size=(B, 4)))
        both = forward(D, np.vstack([real, ways[-1]]))
        slopes = sigmoid(both[-1]) - (np.arange(2 * B) < B)[:, None]
        adam_step(D, backward(D, both, slopes / B)[0], of_D, rate)
        seen = forward(D, ways[-1])
        d_made = backward(D, seen, (sigmoid(seen[-1]) - 1) / B)[1]
        adam_step(G, backward(G, ways, d_made)[0], of_G, rate)
        for kept, part in zip(mean, G):
            kept += (1 - min(0.995, step / (step + 10))) * (part - kept)
    mean[-2], mean[-1] = mean[-2] * size, mean[-1] * size + middle
    return mean


def hidden(rng):
    """Where the heaps lie, and how wide they are."""
    turns = 2 * np.pi * (np.arange(PLACES) / PLACES + rng.random())
    radius = rng.uniform(2, 4)
    ring = radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return Heaps(ring + radius * np.array([1.5, 1.0]) + rng.normal(size=2), 0.06 * radius)


def inputs(rng):
    heaps = hidden(rng)
    which = rng.integers(PLACES, size=POINTS)
    X = heaps.centres[which] + heaps.spread * rng.normal(size=(POINTS, 2))
    return X, int(rng.integers(2**31))


def heaps_of(X):
    """The six middles of the heaps of X, found by their angle."""
    centred = X - X.mean(axis=0)
    turn = np.angle(np.exp(6j * np.arctan2(*centred.T[::-1])).mean()) / 6
    sector = np.round((np.arctan2(*centred.T[::-1]) - turn) / (np.pi / 3)).astype(int) % PLACES
    return np.array([X[sector == k].mean(axis=0) for k in range(PLACES)])


def points(of_X):
    """Generator that only makes certain points: ``of_X`` gives (points, their shares)."""
    def answer(X, seed):
        targets, shares = of_X(X)
        edges = np.cumsum(shares)[:-1]
        noise = np.sort(np.random.default_rng(0).normal(size=100_000))
        cuts = noise[(edges * len(noise)).astype(int)]
        W1, b1 = np.full((1, len(cuts)), 500.0), -500.0 * cuts
        W2 = np.diff(targets, axis=0) / 2
        return [W1, b1, W2, targets[0] + W2.sum(axis=0)]

    return answer


def cloud(width, shift=0.0, at_middle=True):
    """Generator of one round cloud, its width and its place by the size of the data."""
    def answer(X, seed):
        size = X.std(axis=0).mean()
        return [width * size * np.eye(2), X.mean(axis=0) * at_middle + shift * size]

    return answer


def bridged(X):
    """Generator that goes round through all the heaps, and stays too long between them."""
    targets = heaps_of(X)
    cuts = np.array([-0.97, -0.43, 0.0, 0.43, 0.97])
    W2 = np.diff(targets, axis=0) / 2
    return [np.full((1, 5), 6.0), -6.0 * cuts, W2, targets[0] + W2.sum(axis=0)]


EXERCISE = Project(
    id="12.repair_the_pair",
    title="Project: repair a collapsing pair",
    section="12 §10",
    points=6,
    prompt=r"""
A colleague's pair makes points of the plane. The real ones lie in six heaps, equally many in each, and hers always ends in
**one heap**, sometimes nowhere near any. This is one of her steps, in the names of the chapter:

```
made = G.forward(noise)                       # 512 rows
for _ in range(20):
    improve G by  -mean softplus(D(made))     # rate 0.05, SGD
teach D by  mean softplus(-D(real)) + mean softplus(D(made)),  and G by the same gradient   # rate 0.0005
```

Write the training anew, with numpy alone, so that the generator makes all six heaps. From the library you may use `sigmoid`.
You choose sizes, losses, optimizer, steps, and what else the chapter has to calm a game.

You get `X`, $6000\times2$, and `seed`, an integer for all that is random. Return the generator's weights as the list
`[W1, b1, W2, b2, ...]`. The check feeds it 3,000 rows of normal noise, as many numbers in each as $W^{[1]}$ has rows, with
**tanh between the layers and none at the end**; the last $W$ has 2 columns. Allowed are 8 layers and 100,000
numbers.

| | |
|---|---|
| points are right | at least 85 % lie in a heap: within four of its spreads of its middle |
| all heaps | each of the six gets at least 5 % of all points |
| in time | both, in at most 30 seconds of the processor |

Two hidden layers of 64 units do this in a few seconds. Heaps, their ring and its place are drawn by lot.
""",
    reference=repair_the_pair,
    helpers=(start, forward, backward, adam_step),
    inputs=inputs,
    truth=hidden,
    measure=measure,
    without=("networks.adversarial", "networks.stack", "networks.mlp", "networks.optimizers", "Duel",
             "MLP", "Stack", "Adam", "SGD", "train", "torch", "tensorflow", "keras", "jax",
             "autograd", "sklearn"),
    goals={
        "near": (lambda share: share >= NEAR, f"at least {NEAR} of the points in a heap"),
        "least": (lambda share: share >= LEAST, f"at least {LEAST} of all points in each heap"),
        "seconds": (lambda time: time <= SECONDS, f"at most {SECONDS} seconds of the processor"),
    },
    example="ring = np.exp(2j * np.pi * np.arange(6000) / 6)\n"
            "points = np.stack([ring.real, ring.imag], axis=1)\n"
            "[part.shape for part in repair_the_pair(points, 0)]",
    misconceptions=(
        Misconception(
            "All points are one and the same, in a heap: this is the collapse itself. Does the generator make many "
            "steps, or far larger ones, for each one of the discriminator? Let them move in turn, at like rates.",
            points(lambda X: (np.repeat(heaps_of(X)[:1], 2, axis=0), np.full(2, 0.5)))),
        Misconception(
            "All points are one and the same, in the middle of the ring, where no real one is. That is what a squared "
            "distance to real points asks for: the mean. Only the discriminator should judge.",
            points(lambda X: (np.repeat(X.mean(axis=0, keepdims=True), 2, axis=0), np.full(2, 0.5)))),
        Misconception(
            "The points lie far outside the ring. Does the generator run away from the real points? Look at the sign of "
            "its slopes at the scores, and at the labels that the discriminator gets.",
            cloud(0.3, shift=8.0)),
        Misconception(
            "The weights are not finite. The steps were too large, or a sum over the batch stands where the loss has a "
            "mean.", lambda X, seed: [np.full((2, 2), np.nan), np.zeros(2)]),
        Misconception(
            "Some heaps are right, others get nothing. The generator jumps between heaps while it trains: smaller "
            "steps at the end, and the mean of its weights over the last ones, hold it.",
            points(lambda X: (heaps_of(X)[:3], np.full(3, 1 / 3)))),
        Misconception(
            "One round cloud lies over all the ring, and hardly any heap can be seen in it: a single layer, or a "
            "training that has just begun. Has the generator a hidden layer with tanh, and does a gradient come "
            "through the discriminator to all its weights?", cloud(1.0)),
        Misconception(
            "The points still lie where a generator starts, around (0, 0). Does a gradient reach it at all? Where the "
            "discriminator is sure, the loss that belongs to the game has none: take the other one.",
            cloud(0.2, at_middle=False)),
        Misconception(
            "All six heaps are there, but one gets less than its share. Train longer, with smaller steps at the "
            "end: the discriminator learns only slowly that a heap is too rare.",
            points(lambda X: (heaps_of(X), np.array([0.035, 0.193, 0.193, 0.193, 0.193, 0.193])))),
        Misconception(
            "All six heaps are there, and too many points lie on the bridges between them. More units or layers make "
            "the generator steeper; a mean of its weights and smaller last steps make it calmer.",
            lambda X, seed: bridged(X)),
    ),
    symptoms={
        3: lambda m: not m["finite"],
        6: lambda m: m["start"] < 0.6 and m["spread"] < 0.6,
        2: lambda m: m["away"] > 0.5,
        1: lambda m: m["spread"] < 0.1 and m["middle"] < 0.5,
        0: lambda m: m["spread"] < 0.15,
        4: lambda m: m["heaps"] < 6 and m["near"] > 0.4,
        7: lambda m: m["heaps"] == 6 and m["near"] >= NEAR,
        8: lambda m: m["heaps"] == 6 and m["near"] > 0.4,
        5: lambda m: m["near"] <= 0.4,
    },
    hints=(
        "Count what is wrong in her step: whose turn, which loss, which gradient goes where, which rates, which noise.",
        "Scale the points to mean 0 and spread 1 first, and put the scale into the last layer at the end. Adam with a "
        "first share of 0.5 at 0.003 for both, batches of 128, 1,500 steps.",
        "Let both rates fall to 0 in the second half, and return the running mean $\\bar\\theta \\to 0.995\\,\\bar\\theta "
        "+ 0.005\\,\\theta$ of the generator's weights.",
    ),
)
