"""Gradients of layer normalisation with an epsilon."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def layer_norm_gradients(X, gamma, G, eps):
    """Slopes of the loss in X, gamma and beta for layer normalisation.

    X is (N, n), gamma is (n,), G is (N, n), the slope of the loss in Y; eps > 0. Returns dX
    (N, n), dgamma (n,) and dbeta (n,).
    """
    C = X - X.mean(axis=1, keepdims=True)
    s = np.sqrt((C ** 2).mean(axis=1, keepdims=True) + eps)
    Z, D = C / s, G * gamma
    D = D - D.mean(axis=1, keepdims=True) - Z * (Z * D).mean(axis=1, keepdims=True)
    return D / s, (G * Z).sum(axis=0), G.sum(axis=0)


def inputs(rng):
    N, n = draws.sizes(rng, 2, low=3)
    return (rng.normal(size=(N, n)) * 1.5 + rng.normal(size=(N, 1)), rng.uniform(0.5, 2, size=n),
            rng.normal(size=(N, n)), float(rng.uniform(0.2, 0.6)))


def one_row(rng):
    X, gamma, G, eps = inputs(rng)
    return X[:1], gamma, G[:1], eps


def row_without_spread(rng):
    X, gamma, G, eps = inputs(rng)
    X[1] = X[1, 0]
    return X, gamma, G, eps


def means(A):
    return A.mean(axis=1, keepdims=True)


def both(Z, D, C, s):
    return (D - means(D) - Z * means(Z * D)) / s


def inside(C, eps):
    return np.sqrt(means(C ** 2) + eps)


def changed(*, centre=lambda X: X - means(X), spread=inside, send=np.multiply, back=both,
            scale=lambda G, Z, C, X: (G * Z).sum(axis=0), shift=lambda G: G.sum(axis=0)):
    """The gradients with one thing done otherwise."""
    def answer(X, gamma, G, eps):
        C = centre(X)
        s = spread(C, eps)
        return back(C / s, send(G, gamma), C, s), scale(G, C / s, C, X), shift(G)

    return answer


def gamma_at_the_end(X, gamma, G, eps):
    dX, *rest = layer_norm_gradients(X, np.ones_like(gamma), G, eps)
    return gamma * dX, *rest


def of_the_columns(X, gamma, G, eps):
    C = X - X.mean(axis=0)
    s = np.sqrt((C ** 2).mean(axis=0) + eps)
    Z, D = C / s, G * gamma
    return (D - D.mean(axis=0) - Z * (Z * D).mean(axis=0)) / s, (G * Z).sum(axis=0), G.sum(axis=0)


def others_first(X, gamma, G, eps):
    dX, dgamma, dbeta = layer_norm_gradients(X, gamma, G, eps)
    return dX, dbeta, dgamma


def outside(C, eps):
    return np.sqrt(means(C ** 2)) + eps


def of_the_outside(Z, D, C, s):
    sigma = np.sqrt(means(C ** 2))
    return (D - means(D)) / s - C * means(C * D) / (sigma * s ** 2)


def one_less(C, eps):
    return np.sqrt((C ** 2).sum(axis=1, keepdims=True) / (C.shape[1] - 1) + eps)


def over_one_less(Z, D, C, s):
    return (D - means(D) - Z * (Z * D).sum(axis=1, keepdims=True) / (Z.shape[1] - 1)) / s


def totals(A):
    return A.sum(axis=1, keepdims=True)


EXERCISE = Function(
    id="10.layer_norm_gradients",
    title="Layer normalisation with an epsilon",
    section="10 §7",
    points=4,
    prompt=r"""
Layer normalisation as programs have it: with a small $\varepsilon$, so that a row whose numbers are all the same is no
trouble. For each row $i$ of $X$ ($N\times n$), with its mean $m_i$ and the mean $v_i$ of its squared deviations,

$$z_{ij} = \frac{x_{ij} - m_i}{\sqrt{v_i + \varepsilon}}, \qquad y_{ij} = \gamma_j z_{ij} + \beta_j .$$

The layers above send back $G = \partial L/\partial Y$ ($N \times n$). Write $\partial L/\partial X$ ($N \times n$),
$\partial L/\partial\gamma$ and $\partial L/\partial\beta$ ($n$ each). $\varepsilon$ need not be small.
""",
    reference=layer_norm_gradients,
    inputs=inputs,
    edges={"a batch of one": one_row, "a row without spread": row_without_spread},
    parts=("dX", "dgamma", "dbeta"),
    example="layer_norm_gradients(np.array([[1.0, 2.0, 6.0], [0.0, 4.0, -1.0]]), np.array([1.0, 0.5, 2.0]),\n"
            "                     np.array([[1.0, 0.0, -1.0], [0.5, 1.0, 2.0]]), 0.5)",
    misconceptions=(
        Misconception(
            "Mean and spread were taken for constants: what comes back is only scaled. But both move when an entry of "
            "the row moves. Two projections are missing.", changed(back=lambda Z, D, C, s: D / s)),
        Misconception(
            "The spread was taken for a constant. It moves with the row, too: what is along z has to be taken off.",
            changed(back=lambda Z, D, C, s: (D - means(D)) / s)),
        Misconception(
            "The mean was taken for a constant. It moves with the row, too: what is constant along the row has to be "
            "taken off.", changed(back=lambda Z, D, C, s: (D - Z * means(Z * D)) / s)),
        Misconception(
            "gamma is missing on the way back to X. What arrives at Z is G times gamma.",
            changed(send=lambda G, gamma: G)),
        Misconception(
            "gamma was multiplied in after the projections. It differs from entry to entry of a row, so it has to come "
            "before the means over the row are taken.", gamma_at_the_end),
        Misconception(
            "What arrives at Z was divided by gamma. Going forward Z is multiplied by it, and so is the way back.",
            changed(send=np.divide)),
        Misconception(
            "dgamma and dbeta were not added up. One gamma serves all rows of the batch, so its gradient gathers what "
            "comes from each of them.", changed(scale=lambda G, Z, C, X: G * Z, shift=lambda G: G)),
        Misconception(
            "dgamma was not added up over the batch. One gamma serves all rows.",
            changed(scale=lambda G, Z, C, X: G * Z)),
        Misconception(
            "dbeta was not added up over the batch. One beta serves all rows.", changed(shift=lambda G: G)),
        Misconception(
            "dgamma and dbeta are means over the batch. They are sums: what the loss averages is in G already.",
            changed(scale=lambda G, Z, C, X: (G * Z).mean(axis=0), shift=lambda G: G.mean(axis=0))),
        Misconception(
            "dgamma is a mean over the batch. It is a sum: what the loss averages is in G already.",
            changed(scale=lambda G, Z, C, X: (G * Z).mean(axis=0))),
        Misconception(
            "dbeta is a mean over the batch. It is a sum: what the loss averages is in G already.",
            changed(shift=lambda G: G.mean(axis=0))),
        Misconception(
            "dgamma and dbeta were added up along the rows. The statistics run along a row, but gamma and beta belong "
            "to a column.", changed(scale=lambda G, Z, C, X: (G * Z).sum(axis=1), shift=lambda G: G.sum(axis=1))),
        Misconception(
            "dgamma was added up along the rows. The statistics run along a row, but gamma belongs to a column.",
            changed(scale=lambda G, Z, C, X: (G * Z).sum(axis=1))),
        Misconception(
            "dbeta was added up along the rows. The statistics run along a row, but beta belongs to a column.",
            changed(shift=lambda G: G.sum(axis=1))),
        Misconception(
            "dgamma was made with X. gamma multiplies Z, so Z is its slope.",
            changed(scale=lambda G, Z, C, X: (G * X).sum(axis=0))),
        Misconception(
            "dgamma was made with the deviations from the mean. gamma multiplies Z, so Z is its slope: divide by the "
            "root.", changed(scale=lambda G, Z, C, X: (G * C).sum(axis=0))),
        Misconception(
            "epsilon was added outside the root. It belongs to the variance, inside.", changed(spread=outside)),
        Misconception(
            "epsilon was added to the standard deviation, and the gradient was derived for that. It belongs to the "
            "variance, inside the root.", changed(spread=outside, back=of_the_outside)),
        Misconception(
            "epsilon is missing.", changed(spread=lambda C, eps: np.sqrt(means(C ** 2)))),
        Misconception(
            "The variance was divided by n - 1. The layer takes the mean of the squared deviations, over n.",
            changed(spread=one_less)),
        Misconception(
            "The variance was divided by n - 1, forward and back. The layer takes the mean of the squared deviations, "
            "over n.", changed(spread=one_less, back=over_one_less)),
        Misconception(
            "On the way back the mean along z was divided by n - 1. The mean of the squares is over n.",
            changed(back=over_one_less)),
        Misconception(
            "The squared deviations were added up, not averaged.",
            changed(spread=lambda C, eps: np.sqrt(totals(C ** 2) + eps))),
        Misconception(
            "Mean and variance were taken of the columns: that is batch normalisation. Here each row is normalised by "
            "itself.", of_the_columns),
        Misconception(
            "The mean was not taken off: that is RMS normalisation.",
            changed(centre=lambda X: X, back=lambda Z, D, C, s: (D - Z * means(Z * D)) / s)),
        Misconception(
            "The mean was not taken off going forward.", changed(centre=lambda X: X)),
        Misconception(
            "The projections take off sums. A mean is taken off, so that what is left has the mean 0.",
            changed(back=lambda Z, D, C, s: (D - totals(D) - Z * totals(Z * D)) / s)),
        Misconception(
            "The sum of Z times the error was taken, not its mean.",
            changed(back=lambda Z, D, C, s: (D - means(D) - Z * totals(Z * D)) / s)),
        Misconception(
            "A sum stands where the mean of the error is to be taken off.",
            changed(back=lambda Z, D, C, s: (D - totals(D) - Z * means(Z * D)) / s)),
        Misconception(
            "What is along z was added. It has to be taken off: it would only stretch the row, which Z does not see.",
            changed(back=lambda Z, D, C, s: (D - means(D) + Z * means(Z * D)) / s)),
        Misconception(
            "The mean was added. It has to be taken off: it would only shift the row, which Z does not see.",
            changed(back=lambda Z, D, C, s: (D + means(D) - Z * means(Z * D)) / s)),
        Misconception(
            "The factor 1/s is missing on the way back.", changed(back=lambda Z, D, C, s: both(Z, D, C, 1))),
        Misconception(
            "The way back was multiplied by the root. Going forward the row is divided by it, and so is the way back.",
            changed(back=lambda Z, D, C, s: both(Z, D, C, 1 / s))),
        Misconception(
            "The way back was divided by the variance, not by its root.",
            changed(back=lambda Z, D, C, s: both(Z, D, C, s ** 2))),
        Misconception(
            "The root is missing: the row was divided by the variance.",
            changed(spread=lambda C, eps: means(C ** 2) + eps)),
        Misconception(
            "In the second projection the deviations stand in place of Z: each Z in it carries a factor 1/s.",
            changed(back=lambda Z, D, C, s: (D - means(D) - C * means(C * D)) / s)),
        Misconception(
            "In the second projection one of the two Z is a deviation that was not divided by the root.",
            changed(back=lambda Z, D, C, s: (D - means(D) - C * means(Z * D)) / s)),
        Misconception(
            "The second projection lacks the factor Z in front: each entry loses its own share of what is along z.",
            changed(back=lambda Z, D, C, s: (D - means(D) - means(Z * D)) / s)),
        Misconception(
            "The means of the projections run over the batch. The way back runs along the same axis as the way forward.",
            changed(back=lambda Z, D, C, s: (D - D.mean(axis=0) - Z * (Z * D).mean(axis=0)) / s)),
        Misconception(
            "dX was divided by the number of rows. What the loss averages is in G already.",
            changed(back=lambda Z, D, C, s: both(Z, D, C, s) / len(Z))),
        Misconception(
            "dgamma and dbeta are in each other's place.", others_first),
        Misconception(
            "dX has the wrong sign.", changed(back=lambda Z, D, C, s: -both(Z, D, C, s))),
    ),
    hints=(
        "Three small steps: from $G$ to $\\gamma$ and $\\beta$, from $G$ to $Z$, from $Z$ to one row of $X$. Only the "
        "last mixes the entries of a row.",
        "Let $s=\\sqrt{v+\\varepsilon}$. From $s^2 = \\frac1n\\|x-m\\|^2 + \\varepsilon$ find $ds$ in terms of $z$ and $dx$. Does "
        "$\\varepsilon$ change its form?",
        "$dz = \\frac1s\\Big(dx - \\overline{dx} - z\\,\\overline{z\\odot dx}\\Big)$ for one row; this matrix is symmetric.",
    ),
)
