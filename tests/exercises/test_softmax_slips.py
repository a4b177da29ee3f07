"""A softmax that overflows, or has one maximum for the batch, is named in every exercise."""

import numpy as np
import pytest

from mlp_lib.exercises import catalogue, checking
from mlp_lib.networks import sigmoid


def naive(scores):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(scores)
        return powers / powers.sum(axis=1, keepdims=True)


def one_maximum(scores):
    with np.errstate(invalid="ignore"):
        powers = np.exp(scores - np.max(scores))
        return powers / powers.sum(axis=1, keepdims=True)


def careful(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def back(layers, top, slope):
    """Gradients in weights and biases from ``top``, the slope in the scores."""
    found = []
    for W, below in layers[::-1]:
        found += [top.sum(axis=0), below.T @ top]
        top = (top @ W.T) * slope(below)
    return found[::-1]


def tanh_slope(a):
    return 1 - a**2


def dropout(softmax):
    def answer(X, labels, keep, q, W1, b1, W2, b2):
        A = X @ W1 + b1
        H = np.maximum(A, 0) * keep / q
        G = (softmax(H @ W2 + b2) - np.eye(len(b2))[labels]) / len(X)
        D = (G @ W2.T) * (A > 0) * keep / q
        return X.T @ D, D.sum(axis=0), H.T @ G, G.sum(axis=0)

    return answer


def shortcut(softmax):
    def answer(X, labels, W1, b1, W2, b2, W3, lam):
        H = np.tanh(X @ W1 + b1)
        G = (softmax(H @ W2 + X @ W3 + b2) - np.eye(len(b2))[labels]) / len(X)
        return (*back([(W1, X), (W2, H)], G, tanh_slope), X.T @ G + lam * np.sign(W3))

    return answer


def lengths(softmax):
    def answer(X, labels, W, b):
        values = [X]
        for W_l, b_l in zip(W[:-1], b):
            values.append(np.tanh(values[-1] @ W_l + b_l))
        G = (softmax(values[-1] @ W[-1] + b[-1]) - np.eye(len(b[-1]))[labels]) / len(X)
        found = back(list(zip(W, values, strict=True)), G, tanh_slope)
        return [np.linalg.norm(part) for part in found[::2]]

    return answer


def saliency(softmax):
    def answer(X, classes, W1, b1, W2, b2, W3, b3):
        H1 = sigmoid(X @ W1 + b1)
        H2 = sigmoid(H1 @ W2 + b2)
        D = np.eye(len(b3))[classes] - softmax(H2 @ W3 + b3)
        for W, H in ((W3, H2), (W2, H1)):
            D = (D @ W.T) * H * (1 - H)
        return D @ W1.T

    return answer


def weighted(softmax):
    def answer(X, y, c, W1, b1, W2, b2, W3, b3):
        H1 = np.tanh(X @ W1 + b1)
        H2 = np.tanh(H1 @ W2 + b2)
        G = (softmax(H2 @ W3 + b3) - y) * (c / c.sum())[:, None]
        return back([(W1, X), (W2, H1), (W3, H2)], G, tanh_slope)

    return answer


ANSWERS = {"04.6": dropout, "04.7": shortcut, "05.6": lengths, "06.5": saliency, "06.6": weighted}


@pytest.mark.parametrize("label", ANSWERS)
def test_a_softmax_that_overflows_on_large_scores_is_named(label):
    _, exercise = catalogue.find(label)

    def verdict(softmax):
        return checking.judged(label, exercise, ANSWERS[label](softmax), "Ada")

    assert verdict(careful).passed
    # in 06.5 it gives the same numbers as a division by a probability of 0, and shares its name
    overflow = "an exponential became inf" if label == "06.5" else "inf/inf is nan"
    for softmax, words in ((naive, overflow), (one_maximum, "One maximum is subtracted")):
        found = verdict(softmax)
        assert (found.status, words in found.sentence) == ("misconception", True), found
