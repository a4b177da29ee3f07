"""Batch normalisation folded into the linear layer that comes after it."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def fold_into_the_layer_after(gamma, beta, mean, variance, eps, W, b):
    """Weights and bias that do what batch normalisation and then ``H @ W + b`` do, afterwards.

    gamma, beta, mean and variance are (n,), W is (n, d), b is (d,); eps > 0. Returns the new
    weights (n, d) and the new bias (d,).
    """
    factor = gamma / np.sqrt(variance + eps)
    return factor[:, None] * W, b + (beta - mean * factor) @ W


def inputs(rng):
    n, d = draws.sizes(rng, 2, low=3)
    return (rng.uniform(0.5, 2, size=n), rng.normal(size=n), rng.normal(size=n),
            rng.uniform(0.3, 3, size=n), float(rng.uniform(0.2, 0.6)), rng.normal(size=(n, d)),
            rng.normal(size=d))


def idle_unit(rng):
    gamma, beta, mean, variance, *rest = inputs(rng)
    variance[0] = 0
    return gamma, beta, mean, variance, *rest


def switched_off(rng):
    gamma, *rest = inputs(rng)
    gamma[1] = 0
    return gamma, *rest


def inside(variance, eps):
    return np.sqrt(variance + eps)


def changed(*, root=inside, factor=np.divide, weights=lambda f, W: f[:, None] * W,
            bias=lambda b, beta, mean, f, W: b + (beta - mean * f) @ W):
    """The folded layer with one thing done otherwise; ``f`` is gamma over the root."""
    def answer(gamma, beta, mean, variance, eps, W, b):
        f = factor(gamma, root(variance, eps))
        return weights(f, W), bias(b, beta, mean, f, W)

    return answer


EXERCISE = Function(
    id="10.fold_into_the_layer_after",
    title="Folded into the layer after it",
    section="10 §6",
    points=3,
    prompt=r"""
The chapter folded batch normalisation into the layer *before* it. Here it stands *in front of* a linear layer. After the
training, with running mean $m$ and running variance $v$,

$$H = (X - \mathbf 1 m)\,\mathrm{diag}\Big(\frac{\gamma}{\sqrt{v+\varepsilon}}\Big) + \mathbf 1\beta, \qquad
Y = H W + \mathbf 1 b .$$

$\gamma,\beta,m,v$ have $n$ numbers, $W$ is $n\times d$, $b$ has $d$. Find $W'$ ($n\times d$) and $b'$ ($d$) with
$Y = X W' + \mathbf 1 b'$ for every $X$.
""",
    reference=fold_into_the_layer_after,
    inputs=inputs,
    edges={"a unit without variance": idle_unit, "a gamma of 0": switched_off},
    parts=("W'", "b'"),
    example="fold_into_the_layer_after(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([3.0, 1.0]),\n"
            "                          np.array([0.5, 3.5]), 0.5, np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 4.0]]),\n"
            "                          np.array([1.0, 0.0, -2.0]))",
    misconceptions=(
        Misconception(
            "epsilon was added outside the root. It belongs to the variance, inside.",
            changed(root=lambda v, eps: np.sqrt(v) + eps)),
        Misconception("epsilon is missing.", changed(root=lambda v, eps: np.sqrt(v))),
        Misconception(
            "The root is missing: gamma was divided by the variance.", changed(root=lambda v, eps: v + eps)),
        Misconception(
            "The variance was taken for a standard deviation, and epsilon left out.", changed(root=lambda v, eps: v)),
        Misconception(
            "gamma is missing in the factor.", changed(factor=lambda gamma, root: 1 / root)),
        Misconception(
            "gamma was divided by twice, or the root multiplied: the factor is upside down.",
            changed(factor=lambda gamma, root: root / gamma)),
        Misconception(
            "gamma was multiplied by the root. The normalisation divides by it.", changed(factor=np.multiply)),
        Misconception(
            "The weights were left as they are; only the bias is folded.", changed(weights=lambda f, W: W)),
        Misconception(
            "The bias was left as it is; only the weights are folded. What becomes of m and beta?",
            changed(bias=lambda b, beta, mean, f, W: b)),
        Misconception(
            "The old bias is missing in the new one.",
            changed(bias=lambda b, beta, mean, f, W: (beta - mean * f) @ W)),
        Misconception(
            "The running mean is missing in the bias. A layer that gets X itself has to take it off.",
            changed(bias=lambda b, beta, mean, f, W: b + beta @ W)),
        Misconception(
            "beta is missing in the bias.", changed(bias=lambda b, beta, mean, f, W: b - (mean * f) @ W)),
        Misconception(
            "The mean was added to the bias. It is taken off.",
            changed(bias=lambda b, beta, mean, f, W: b + (beta + mean * f) @ W)),
        Misconception(
            "beta was taken off. It is added behind the normalisation.",
            changed(bias=lambda b, beta, mean, f, W: b - (beta + mean * f) @ W)),
        Misconception(
            "Both have the wrong sign in the bias: the mean is taken off, beta is added.",
            changed(bias=lambda b, beta, mean, f, W: b - (beta - mean * f) @ W)),
        Misconception(
            "The mean went into the bias without the factor gamma over the root. It is normalised like X.",
            changed(bias=lambda b, beta, mean, f, W: b + (beta - mean) @ W)),
        Misconception(
            "beta went through the factor as well. It is added behind it.",
            changed(bias=lambda b, beta, mean, f, W: b + ((beta - mean) * f) @ W)),
        Misconception(
            "The factor is twice in the bias: it was multiplied with the new weights, which hold it already.",
            changed(bias=lambda b, beta, mean, f, W: b + (beta - mean * f) @ (f[:, None] * W))),
        Misconception(
            "The factor stands in the bias with the mean, and once more with the sum's other part: beta goes through "
            "the old weights.", changed(bias=lambda b, beta, mean, f, W: b + (beta * f - mean) @ W)),
        Misconception(
            "The factor is squared in the weights.", changed(weights=lambda f, W: (f ** 2)[:, None] * W)),
        Misconception(
            "The weights were divided by the factor. H is X times it, so W gets it, too.",
            changed(weights=lambda f, W: W / f[:, None])),
        Misconception(
            "The parts are in each other's place: weights first, then the bias.",
            lambda *args: fold_into_the_layer_after(*args)[::-1]),
        Misconception(
            "The weights came transposed.",
            changed(weights=lambda f, W: (f[:, None] * W).T)),
        Misconception(
            "The old bias was divided by the number of units, or averaged: it is added as it is.",
            changed(bias=lambda b, beta, mean, f, W: b / len(f) + (beta - mean * f) @ W)),
    ),
    hints=(
        "Put $H$ into $Y$ and multiply out. Which terms hold $X$, which do not?",
        "A diagonal matrix between $X$ and $W$ multiplies the rows of $W$. A term without $X$ is the same in every row of "
        "$Y$: it belongs to the bias.",
        "$Y = X\\,\\mathrm{diag}(f)\\,W + \\mathbf 1\\big((\\beta - m\\odot f)\\,W + b\\big)$ with $f = \\gamma/\\sqrt{v+\\varepsilon}$.",
    ),
)
