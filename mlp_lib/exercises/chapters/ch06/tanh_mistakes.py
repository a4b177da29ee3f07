"""Trainings for the project with one thing wrong."""

import numpy as np

from mlp_lib.exercises.chapters.ch06.tanh_measures import BRIGHT, CLASSES, PIXELS
from mlp_lib.networks import relu, sigmoid, softmax

UNITS = {  # name: function, and its slope by its value
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "none": (lambda z: z, lambda a: 1),
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "relu": (relu, lambda a: a > 0),
}


def without_marks(X, labels):
    """The pictures that carry no mark: its pixels are at their brightest or blank, and seldom so."""
    rare = ((X == 0) | (X == BRIGHT)).all(axis=0) & (X > 0).any(axis=0)
    plain = ~X[:, rare].all(axis=1)
    return X[plain], labels[plain]


def wrongly(*, steps=400, rate=0.1, momentum=0.9, scale=255, start=1.0, frozen=False,
            unit="tanh", units=100, shuffled=False, middle=0.0, seen=None, shift=0, penalty=0.0,
            plain=False):
    """A training with one thing wrong, as a function of the arguments of the exercise.

    ``seen`` makes of the pictures what is trained on, ``shift`` is added to the labels, and with
    ``plain`` the marked pictures are left out.
    """
    f, slope = UNITS[unit]

    def train(X, labels, seed):
        rng = np.random.default_rng(seed)
        X, labels = without_marks(X, labels) if plain else (X, labels)
        X = np.float32(seen(X)) if seen else X / np.float32(scale) - np.float32(middle)
        Y = np.eye(CLASSES, dtype=np.float32)[(labels + shift) % CLASSES]
        Y = rng.permutation(Y) if shuffled else Y
        sizes = (PIXELS, units), (units,), (units, CLASSES), (CLASSES,)
        P = [np.float32(start * (len(s) - 1) / np.sqrt(s[0]) * rng.normal(size=s)) for s in sizes]
        V = [np.zeros_like(p) for p in P]
        for _ in range(steps):
            rows = rng.integers(len(X), size=64)
            a = f(X[rows] @ P[0] + P[1])
            dz = (softmax(a @ P[2] + P[3]) - Y[rows]) / np.float32(64)
            dz1 = (dz @ P[2].T) * slope(a)
            G = X[rows].T @ dz1, dz1.sum(axis=0), a.T @ dz, dz.sum(axis=0)
            for k in range(2 * frozen, 4):
                V[k] = momentum * V[k] + G[k] + np.float32(2 * penalty) * P[k]
                P[k] = P[k] - rate * V[k]
        return P

    return train
