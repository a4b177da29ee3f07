"""The gradient of a block with two branches side by side, behind one normalisation."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch11.branch_mistakes import MISCONCEPTIONS
from mlp_lib.exercises.kinds import Function


def two_branches_gradient(X, P, A, B, C, G, eps):
    """Gradient in X of a block X + P @ Z @ A + max(Z @ B, 0)**2 @ C, where Z is X normalised by rows.

    X and G are (T, n), G the gradient in what the block gives; P is (T, T), A (n, n), B (n, k),
    C (k, n); eps > 0 is added to the variance. The result is (T, n).
    """
    centred = X - X.mean(axis=1, keepdims=True)
    r = np.sqrt(np.mean(centred ** 2, axis=1, keepdims=True) + eps)
    Z = centred / r
    dZ = P.T @ G @ A.T + (G @ C.T * 2 * np.maximum(Z @ B, 0)) @ B.T
    along = (Z * dZ).mean(axis=1, keepdims=True)
    return G + (dZ - dZ.mean(axis=1, keepdims=True) - Z * along) / r


def inputs(rng):
    T, n, k = draws.sizes(rng, 3, low=3)
    P = np.tril(rng.uniform(0.2, 1, size=(T, T)))
    return (1.5 * rng.normal(size=(T, n)) + 0.5, P / P.sum(axis=1, keepdims=True),
            rng.normal(size=(n, n)) / np.sqrt(n), rng.normal(size=(n, k)) / np.sqrt(n),
            rng.normal(size=(k, n)) / np.sqrt(k), rng.normal(size=(T, n)), rng.uniform(0.2, 0.6))


def one_row(rng):
    X, P, *weights, G, eps = inputs(rng)
    return X[:1], P[:1, :1], *weights, G[:1], eps


def equal_entries(rng):
    """A row without any variance: only eps keeps it from 0/0."""
    X, *rest = inputs(rng)
    X[1] = 2.0
    return X, *rest


EXERCISE = Function(
    id="11.two_branches_gradient",
    title="Two branches side by side",
    section="11 §9",
    points=4,
    prompt=r"""
In the chapter's block the small network comes after the attention. Some large models put both **side by side**: they read
the same normalised rows, and both are added to what came in (Chowdhery et al., *PaLM*, 2022). The small network here has
a ReLU that is squared (So et al., *Primer*, 2021):

$$Y = X + P Z A + \big(\max(ZB, 0)\big)^2\, C, \qquad Z = \mathrm{norm}(X).$$

$X$, $Z$ and $Y$ are $T\times n$; $A$ is $n\times n$, $B$ is $n\times k$, $C$ is $k\times n$; the square is taken entry by
entry. $P$ ($T\times T$) holds the shares of the attention; take them as fixed. The normalisation is that of each row by
itself, without factor and shift:

$$z_{ij} = \frac{x_{ij} - \mu_i}{r_i}, \qquad \mu_i = \frac1n\sum_j x_{ij}, \qquad
r_i = \sqrt{\frac1n\sum_j (x_{ij}-\mu_i)^2 + \varepsilon}.$$

You get $G = \partial L/\partial Y$ ($T\times n$) and $\varepsilon > 0$. Write $\partial L/\partial X$ ($T\times n$). There
may be a single row, and all entries of a row may be equal.
""",
    reference=two_branches_gradient,
    inputs=inputs,
    edges={"a single row": one_row, "a row of equal entries": equal_entries},
    example="X, P = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -3.0]]), np.array([[1.0, 0.0], [0.25, 0.75]])\n"
            "A, B = np.array([[0.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.0, 1.0, 1.0]]), np.array([[1.0], [0.5], [0.0]])\n"
            "np.round(two_branches_gradient(X, P, A, B, np.array([[1.0, 0.0, -1.0]]), X, 0.1), 4)",
    misconceptions=MISCONCEPTIONS,
    hints=(
        "In how many ways does $X$ reach $Y$? In how many does $Z$? Each way brings a gradient, and they add up.",
        "Find the gradient in $Z$ first: one part through $A$ and $P$, one through $C$, the squared ReLU and $B$. Only then "
        "go through the normalisation, once, with their sum.",
        "Row by row, $\\;\\dfrac{\\partial L}{\\partial x_i} = g_i + \\dfrac1{r_i}\\Big(\\mathrm dz_i - "
        "\\overline{\\mathrm dz_i} - z_i\\,\\overline{z_i\\odot\\mathrm dz_i}\\Big)$, where a bar is the mean over the $n$ "
        "entries and $\\mathrm dz_i$ is the row of $P^TGA^T + \\dots$",
    ),
)
