"""The best discriminator where labels are soft and the two kinds come unequally often."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def best_of_soft_labels(p, q, weight, soft):
    """What the best discriminator says where the densities have the values p and q.

    p and q are (n,), of real and of made numbers, all > 0. Real ones count `weight` times, and their
    label is `soft` instead of 1. Returns probabilities (n,).
    """
    return soft * weight * p / (weight * p + q)


def inputs(rng):
    (n,) = draws.sizes(rng, 1, low=4, high=9)
    return (rng.uniform(0.1, 2, n), rng.uniform(0.1, 2, n), float(rng.uniform(1.5, 4)),
            float(rng.uniform(0.7, 0.95)))


def hard_labels(rng):
    return *inputs(rng)[:3], 1.0


def far_from_made(rng):
    p, _, weight, soft = inputs(rng)
    return p, np.full(len(p), 1e-9), weight, soft


def wrong(ratio):
    """An answer from p, q, weight and soft, as a mistake."""
    return lambda p, q, weight, soft: ratio(p, q, weight, soft)


EXERCISE = Function(
    id="12.best_of_soft_labels",
    title="The best one, with soft labels",
    section="12 §3",
    points=3,
    prompt=r"""
Two tricks at once. A real number gets the label $t$ instead of 1 (`soft`, a little below 1); a made one keeps its 0. And
real numbers count $w$ times (`weight`). At a place $x$ where the densities are $p$ and $q$, a discriminator that
says the probability $D$ then has the loss

$$w\,p\,\big(-t\log D - (1-t)\log(1-D)\big) + q\,\big(-\log(1-D)\big).$$

Write the best $D$ for each place. The function gets $p$ and $q$ as arrays $(n,)$, and the numbers $w$ and $t$.
""",
    reference=best_of_soft_labels,
    inputs=inputs,
    edges={"hard labels": hard_labels, "where made numbers hardly come": far_from_made},
    example="best_of_soft_labels(np.array([1.0, 0.5]), np.array([1.0, 2.0]), 2.0, 0.9)",
    misconceptions=(
        Misconception(
            "The weight is missing: real numbers count w times, wherever p stands.",
            wrong(lambda p, q, w, t: t * p / (p + q))),
        Misconception(
            "The soft label is missing. Where made numbers never come, the best answer is t, not 1.",
            wrong(lambda p, q, w, t: w * p / (w * p + q))),
        Misconception(
            "This is the plain p/(p + q): neither the weight nor the soft label is in it.",
            wrong(lambda p, q, w, t: p / (p + q))),
        Misconception(
            "The label stands below as well. Set the slope to 0: the parts with 1 - D have w p (1 - t) + q in front.",
            wrong(lambda p, q, w, t: t * w * p / (t * w * p + q))),
        Misconception(
            "This is the probability of being made. Asked is that of being real.",
            wrong(lambda p, q, w, t: 1 - t * w * p / (w * p + q))),
        Misconception(
            "p and q are swapped.", wrong(lambda p, q, w, t: t * w * q / (w * q + p))),
        Misconception(
            "The weight was put on the made numbers. Real ones count w times.",
            wrong(lambda p, q, w, t: t * p / (p + w * q))),
        Misconception(
            "The weight stands above only: the sum below is that of all that comes, and there real numbers count w times, "
            "too.", wrong(lambda p, q, w, t: t * w * p / (p + q))),
        Misconception(
            "The weight stands below only. In front of log D stands w p t.",
            wrong(lambda p, q, w, t: t * p / (w * p + q))),
        Misconception(
            "This is a score, the logarithm of the odds. Asked is the probability.",
            wrong(lambda p, q, w, t: np.log(t * w * p) - np.log(w * p * (1 - t) + q))),
        Misconception(
            "These are odds: what is for real over what is against. The probability divides by both together.",
            wrong(lambda p, q, w, t: t * w * p / (w * p * (1 - t) + q))),
        Misconception(
            "The made numbers were given the label 1 - t. They keep their 0.",
            wrong(lambda p, q, w, t: (t * w * p + (1 - t) * q) / (w * p + q))),
        Misconception(
            "The label was taken off instead of multiplied: where made numbers never come, the best answer is t.",
            wrong(lambda p, q, w, t: w * p / (w * p + q) - (1 - t))),
        Misconception(
            "1 - t stands where t belongs: t is the label itself.",
            wrong(lambda p, q, w, t: (1 - t) * w * p / (w * p + q))),
    ),
    hints=(
        "Each place is a problem of its own, in one unknown D. Collect what stands in front of log D and of log(1 − D).",
        "A sum of −a log D − b log(1 − D) is least at one D. Find it for plain a and b first.",
        "$a = w\\,p\\,t$ and $b = w\\,p\\,(1-t) + q$; the slope $-\\frac aD + \\frac b{1-D}$ is 0.",
    ),
)
