"""The derivative of a weighted Gram matrix, a tensor with four indices."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def weighted_gram_tensor(X, w):
    """Derivative in X of G = X diag(w) X^T, upper indices first.

    X is (n, m), w is (m,). The result is (n, n, n, m): entry [a, b, i, j] is dG_ab / dX_ij.
    """
    left = np.einsum("ai,bj,j->abij", np.eye(len(X)), X, w)
    return left + left.swapaxes(0, 1)


def inputs(rng):
    n, m = draws.sizes(rng, 2, high=5)
    return rng.normal(size=(n, m)), rng.normal(size=m)


def single_column(rng):
    return rng.normal(size=(4, 1)), rng.normal(size=1)


def left(X, w):
    return np.einsum("ai,bj,j->abij", np.eye(len(X)), X, w)


def diagonal_once(X, w):
    full = weighted_gram_tensor(X, w)
    same = np.arange(len(X))
    full[same, same] /= 2
    return full


def diagonal_twice(X, w):
    full = weighted_gram_tensor(X, w)
    same = np.arange(len(X))
    full[same, same] *= 2
    return full


def diagonal_left_out(X, w):
    full = weighted_gram_tensor(X, w)
    same = np.arange(len(X))
    full[same, same] = 0
    return full


def own_row(X, w):
    own = np.einsum("ai,aj,j->aij", np.eye(len(X)), X, w)
    return own[:, None] + own[None, :]


@np.errstate(invalid="ignore")
def roots_of_weights(X, w):
    return np.sqrt(w) * weighted_gram_tensor(np.sqrt(w) * X, np.ones_like(w))


def weights_on_one_side(X, w):
    return left(X, w) + left(X, np.ones_like(w)).swapaxes(0, 1)


EXERCISE = Function(
    id="02.weighted_gram_tensor",
    title="The tensor of a Gram matrix",
    section="02 §3",
    points=3,
    prompt=r"""
The rows of $X$ ($n\times m$) describe $n$ things by $m$ features. How alike are two of them? With a weight $w_j$ for
each feature, all answers are in the matrix

$$G = X\,\mathrm{diag}(w)\,X^T, \qquad G_{ab} = \sum_{j=1}^m w_jX_{aj}X_{bj}.$$

Write the whole tensor $\partial G/\partial X$ as an array `T` of shape $(n, n, n, m)$, with the upper indices first:
`T[a, b, i, j]` is $\partial G_{ab}/\partial X_{ij}$. Mind the diagonal of $G$. The weights may be negative.
""",
    reference=weighted_gram_tensor,
    inputs=inputs,
    edges={"a single feature": single_column},
    example="T = weighted_gram_tensor(np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 1.0]]), np.array([1.0, 2.0, 3.0]))\n"
            "np.asarray(T)[0, 1]  # the slopes of G[0, 1]",
    misconceptions=(
        Misconception(
            "Only the first X moves here. X occurs twice in G, and both places move.", left),
        Misconception(
            "Only the second X moves here. X occurs twice in G, and both places move.",
            lambda X, w: left(X, w).swapaxes(0, 1)),
        Misconception(
            "This is the rule for numbers, twice x. In a matrix product the two places are different rows; they give "
            "two different terms.",
            lambda X, w: 2 * left(X, w)),
        Misconception(
            "The weights w are missing.",
            lambda X, w: weighted_gram_tensor(X, np.ones_like(w))),
        Misconception(
            "The weights are in one of the two terms only. G has them between the two X: they stay, whichever X moves.",
            weights_on_one_side),
        Misconception(
            "The weights are split into two roots, and the root of a negative weight is nan. G is linear in the "
            "weights: no root is needed.", roots_of_weights),
        Misconception(
            "The weights count twice. In G they stand once, between the two X.",
            lambda X, w: weighted_gram_tensor(X, w**2)),
        Misconception(
            "The indices of X come first. In this book those of the output come first, then those of the input.",
            lambda X, w: weighted_gram_tensor(X, w).transpose(2, 3, 0, 1)),
        Misconception(
            "The diagonal of G is half of what it should be. There both factors are the same entry of X, and it is "
            "squared.", diagonal_once),
        Misconception(
            "The diagonal of G is twice what it should be. There both terms fall on the same entry; their sum is the "
            "factor 2 already.", diagonal_twice),
        Misconception(
            "The row of X is the wrong one: the entry that moves stands itself in its slope. What is left of a product "
            "when one of its two factors is differentiated?", own_row),
        Misconception(
            "The diagonal of G has no slopes here. If a = b the product is a square of the same entry: it has a slope, "
            "and the sum of both terms gives it.", diagonal_left_out),
        Misconception(
            "The signs of the weights are lost. The weights may be negative, and G is linear in them.",
            lambda X, w: weighted_gram_tensor(X, np.abs(w))),
        Misconception(
            "One of the two terms has a minus. Both places of X move, and what they do adds up.",
            lambda X, w: left(X, w) - left(X, w).swapaxes(0, 1)),
        Misconception(
            "Everything is half of what it should be. Each of the two terms of the product rule counts in full.",
            lambda X, w: weighted_gram_tensor(X, w) / 2),
        Misconception(
            "Everything is twice what it should be. The product rule has two terms: their sum is all of it.",
            lambda X, w: 2 * weighted_gram_tensor(X, w)),
        Misconception(
            "Everything has the wrong sign. If all that is multiplied is positive, G grows with each entry of X.",
            lambda X, w: -weighted_gram_tensor(X, w)),
    ),
    hints=(
        "Take one entry, $G_{ab}$, and one number, $X_{ij}$. Where in the sum does it occur? Treat $a\\ne b$ first.",
        "It is in the first factor if $i=a$, and in the second if $i=b$. Each gives a term, and terms add. What "
        "happens if $a=b$?",
        "$\\dfrac{\\partial X_{ak}}{\\partial X_{ij}} = [\\,a=i\\,][\\,k=j\\,]$, where a bracket is 1 if it "
        "holds, else 0. Now the product rule in $\\sum_k w_kX_{ak}X_{bk}$.",
    ),
)
