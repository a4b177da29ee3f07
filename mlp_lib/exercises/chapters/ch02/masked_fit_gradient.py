"""The gradient of a weighted squared error of A X B."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def masked_fit_gradient(X, A, B, C, K):
    """Gradient in X of the sum over all entries of K * (A X B - C)**2.

    X is (n, m), A is (p, n), B is (m, q), C and K are (p, q). The result is (n, m).
    """
    return 2 * A.T @ (K * (A @ X @ B - C)) @ B.T


def inputs(rng):
    n, m, p, q = draws.sizes(rng, 4, high=7)
    return (rng.normal(size=(n, m)), rng.normal(size=(p, n)), rng.normal(size=(m, q)),
            rng.normal(size=(p, q)), rng.uniform(0.3, 2, size=(p, q)))


def unknown_entries(rng):
    X, A, B, C, K = inputs(rng)
    K[0, 1:] = K[1:, 0] = 0
    C[0, 1:] = 1e4
    return X, A, B, C, K


def huge_at_unknown(rng):
    X, A, B, C, K = unknown_entries(rng)
    C[0, 1:] = rng.choice([-1e200, 1e200, 3.0], size=C.shape[1] - 1)
    C[0, 1] = 1e200
    return X, A, B, C, K


def of_residual(A, B, R):
    return 2 * A.T @ R @ B.T


def residual(X, A, B, C):
    return A @ X @ B - C


def loss(X, A, B, C, K):
    known = np.where(K > 0, residual(X, A, B, C), 0)
    return np.sum(K * known**2)


@np.errstate(over="ignore", invalid="ignore")
def squared_before_masked(X, A, B, C, K):
    """The slope from the squares, each divided by its residual again."""
    R = residual(X, A, B, C)
    return of_residual(A, B, K * R**2 / R)


def unknown_taken_for_zero(X, A, B, C, K):
    known = K > 0
    return of_residual(A, B, np.where(known, K, 1) * (A @ X @ B - np.where(known, C, 0)))


def multiplied_out(X, A, B, C, K):
    """The part that holds C is set up without K and taken off where K is 0."""
    all_of_it = of_residual(A, B, np.where(K > 0, K, 1) * residual(X, A, B, C))
    return all_of_it - of_residual(A, B, np.where(K > 0, 0, 1) * residual(X, A, B, C))


EXERCISE = Function(
    id="02.masked_fit_gradient",
    title="A fit with entries of different weight",
    section="02 §7",
    points=2,
    prompt=r"""
A table $C$ of ratings is to be explained by a few numbers $X$: $AXB$ should come near $C$. Some entries of the table
are reliable, some less so, and some nobody ever gave. So each has a weight $K_{ij}\ge0$, and 0 means unknown:

$$L(X) = \sum_{ij} K_{ij}\,\big((AXB)_{ij} - C_{ij}\big)^2.$$

$X$ is $n\times m$, $A$ is $p\times n$, $B$ is $m\times q$; $C$ and $K$ are $p\times q$.

Write $\nabla_XL$. What stands in $C$ at an unknown place may be any finite number, however large.
""",
    reference=masked_fit_gradient,
    inputs=inputs,
    edges={"unknown entries": unknown_entries, "1e200 at unknown places": huge_at_unknown},
    example="A, K = np.array([[1.0], [2.0], [0.0]]), np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])\n"
            "masked_fit_gradient(np.ones((1, 2)), A, np.eye(2), np.zeros((3, 2)), K)",
    misconceptions=(
        Misconception(
            "The weights K are missing: this is the gradient of the plain sum of squares.",
            lambda X, A, B, C, K: of_residual(A, B, residual(X, A, B, C))),
        Misconception(
            "The weights count twice. In the loss they stand outside the square.",
            lambda X, A, B, C, K: of_residual(A, B, K**2 * residual(X, A, B, C))),
        Misconception(
            "The factor 2 is missing. This loss is a sum of squares, with no half in front of it.",
            lambda X, A, B, C, K: masked_fit_gradient(X, A, B, C, K) / 2),
        Misconception(
            "The sign is turned round. A step against this gradient would raise the loss.",
            lambda X, A, B, C, K: -masked_fit_gradient(X, A, B, C, K)),
        Misconception(
            "The weights are used as a mask: every known entry counts the same. How reliable it is has to count too.",
            lambda X, A, B, C, K: of_residual(A, B, (K > 0) * residual(X, A, B, C))),
        Misconception(
            "The weights are on C only. They belong to the whole residual, to AXB too.",
            lambda X, A, B, C, K: of_residual(A, B, A @ X @ B - K * C)),
        Misconception(
            "The weights are on AXB only. They belong to the whole residual, to C too.",
            lambda X, A, B, C, K: of_residual(A, B, K * (A @ X @ B) - C)),
        Misconception(
            "This is divided by the number of entries. The loss is a sum here, not a mean.",
            lambda X, A, B, C, K: masked_fit_gradient(X, A, B, C, K) / C.size),
        Misconception(
            "This is divided by the number of known entries. The loss is a sum here, not a mean.",
            lambda X, A, B, C, K: masked_fit_gradient(X, A, B, C, K) / np.count_nonzero(K)),
        Misconception(
            "This is divided by the sum of the weights. The loss is a plain sum here, not a weighted mean.",
            lambda X, A, B, C, K: masked_fit_gradient(X, A, B, C, K) / K.sum()),
        Misconception(
            "Unknown entries count as if a 0 were known there. Their weight is 0: they must not pull at all.",
            unknown_taken_for_zero),
        Misconception(
            "Right, until something huge stands at an unknown place. There it comes into the sum and is taken off "
            "again, and all digits are lost. An unknown entry must not come in at all.", multiplied_out),
        Misconception(
            "Right, until something huge stands at an unknown place. Its square is inf, and 0 times inf is nan. The "
            "gradient needs no square.", squared_before_masked),
        Misconception(
            "This is the loss, one number. Its gradient in X was asked for.", loss),
        Misconception(
            "The square root of the weights is taken. In the loss each weight stands as it is, outside the square.",
            lambda X, A, B, C, K: of_residual(A, B, np.sqrt(K) * residual(X, A, B, np.where(K > 0, C, 0)))),
        Misconception(
            "The table is added, not taken off. AXB should come near C: the residual is their difference.",
            lambda X, A, B, C, K: of_residual(A, B, K * residual(X, A, B, -C))),
        Misconception(
            "The table C is missing. The slope depends on how far AXB is from it.",
            lambda X, A, B, C, K: of_residual(A, B, K * (A @ X @ B))),
        *(Misconception(
            "Only the signs of the residuals are here. That is the slope of their absolute values; here they are "
            "squared.",
            lambda X, A, B, C, K, k=k: k * of_residual(A, B, K * np.sign(residual(X, A, B, C)))) for k in (0.5, 1)),
        Misconception(
            "The residuals are squared in the gradient, too. The slope of a square is twice what is squared.",
            lambda X, A, B, C, K: of_residual(A, B, K * np.where(K > 0, residual(X, A, B, C), 0) ** 2)),
        Misconception(
            "The weights are inside the square, as factors of AXB alone. They stand outside, in front of the square.",
            lambda X, A, B, C, K: of_residual(A, B, K**2 * residual(X, A, B, np.where(K > 0, C / np.where(K > 0, K, 1), 0)))),
    ),
    hints=(
        "Name the residual: $R = AXB - C$. What is $dR$?",
        "Write $dL$ as a sum over the entries, and then as a trace. Property 5 of the trace says on which side of the "
        "transpose the weights may stand.",
        "$dL = 2\\,\\mathrm{Tr}\\big((K\\odot R)^T A\\,(dX)\\,B\\big)$. Now turn the trace.",
    ),
)
