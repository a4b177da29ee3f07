"""Least squares with a penalty on the length of x."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def ridge_solution(A, b, mu):
    """The x that minimises |A x - b|^2 + mu |x|^2.

    A is (m, n) of any rank, b is (m,), mu > 0. The result is (n,).
    """
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return Vt.T @ (s / (s**2 + mu) * (U.T @ b))


def by_factors(factors):
    """Solution with the factors given in place of 1 / sigma."""
    def solution(A, b, mu):
        U, s, Vt = np.linalg.svd(A, full_matrices=False)
        return Vt.T @ (factors(s, mu) * (U.T @ b))

    return solution


def in_coordinates(A, b, mu):
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    return s / (s**2 + mu) * (U.T @ b)


def v_not_transposed(A, b, mu):
    U, s, Vt = np.linalg.svd(A)
    factors = np.zeros(len(Vt))
    factors[: len(s)] = s / (s**2 + mu) * (U.T @ b)[: len(s)]
    return Vt @ factors


def soft_threshold(A, b, mu):
    found = A.T @ b
    return np.sign(found) * np.maximum(np.abs(found) - mu, 0) / (np.sum(A**2, axis=0) + mu)


def first_entry_free(A, b, mu):
    penalty = mu * np.eye(A.shape[1])
    penalty[0, 0] = 0
    return np.linalg.lstsq(A.T @ A + penalty, A.T @ b)[0]


def inputs(rng):
    n, m = sorted(draws.sizes(rng, 2, low=3))
    return rng.normal(size=(m, n)), rng.normal(size=m), rng.uniform(0.3, 0.9)


def more_unknowns(rng):
    A, _, mu = inputs(rng)
    return A.T, rng.normal(size=A.shape[1]), mu


def column_too_many(rng):
    A, b, mu = inputs(rng)
    A[:, 2] = A[:, 0] + A[:, 1]
    return A, b, mu


def one_column(rng):
    A, b, mu = inputs(rng)
    return A[:, :1], b, mu


def one_equation(rng):
    A, b, mu = inputs(rng)
    return A[:1], b[:1], mu


def zeros_but_for_a_column(rng):
    A, b, mu = inputs(rng)
    A[:, 1:] = 0
    return A, b, mu


def large_mu(rng):
    A, b, _ = inputs(rng)
    return A, b, 40.0


EXERCISE = Function(
    id="08.ridge_solution",
    title="Ridge regression",
    section="08 §6",
    points=2,
    prompt=r"""
Where columns of $A$ are nearly dependent, the least-squares solution is wild: large numbers that cancel. *Ridge
regression* charges for the length of $x$. It minimises

$$f(x) = \|Ax - b\|^2 + \mu\,\|x\|^2, \qquad \mu > 0,$$

for $A$ of $m \times n$ and $b$ of $m$ entries. The penalty of a network, $\lambda\|W\|^2$, is the same thing.

Write the $x$ of $n$ entries that minimises $f$. It exists for every shape and every rank: $m < n$ and dependent
columns must work, and columns of zeros, too.
""",
    reference=ridge_solution,
    inputs=inputs,
    edges={"more unknowns than equations": more_unknowns, "a column too many": column_too_many,
           "one column": one_column, "one equation": one_equation, "zeros but for a column": zeros_but_for_a_column,
           "a mu of 40": large_mu},
    example="ridge_solution(np.array([[3.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([10.0, 2.0, 5.0]), 1.0).round(6)",
    misconceptions=(
        Misconception(
            "The penalty has no effect here: this is the least-squares solution.",
            lambda A, b, mu: np.linalg.pinv(A) @ b),
        Misconception(
            "Mu is added to the singular value. In the gradient it stands beside the product of A transposed with A: "
            "what are the eigenvalues of that?", by_factors(lambda s, mu: 1 / (s + mu))),
        Misconception(
            "A singular value is missing above the fraction bar. For mu = 0 the factor must become 1/sigma.",
            by_factors(lambda s, mu: 1 / (s**2 + mu))),
        Misconception(
            "Mu is subtracted. The penalty pulls x towards 0, so it makes each denominator larger, and none can become "
            "0.", by_factors(lambda s, mu: s / (s**2 - mu))),
        Misconception(
            "What numpy hands out is V transposed, and it has to be transposed once more to be V.", v_not_transposed),
        Misconception(
            "Mu is squared. It multiplies a squared length already, so it enters as it is.",
            by_factors(lambda s, mu: s / (s**2 + mu**2))),
        Misconception(
            "Mu is counted twice. Both squares give a 2 when they are differentiated, and it cancels.",
            by_factors(lambda s, mu: s / (s**2 + 2 * mu))),
        Misconception(
            "Mu counts half. Both squares give a 2 when they are differentiated: is it missing in the slope of the "
            "penalty?", by_factors(lambda s, mu: s / (s**2 + mu / 2))),
        Misconception(
            "Mu is multiplied by the number of equations. That belongs to a mean of squares; here f holds their sum.",
            lambda A, b, mu: ridge_solution(A, b, mu * len(b))),
        Misconception(
            "Mu is divided by the number of equations. That belongs to a mean of squares; here f holds their sum.",
            lambda A, b, mu: ridge_solution(A, b, mu / len(b))),
        Misconception(
            "Mu has no effect on how strong the penalty is: it counts as 1.",
            lambda A, b, mu: ridge_solution(A, b, 1.0)),
        Misconception(
            "The square of the singular value below the bar is missing. The eigenvalues of the product of A transposed "
            "with A are squares.", by_factors(lambda s, mu: s / (s + mu))),
        Misconception(
            "A singular value too many stands above the fraction bar. For mu = 0 the factor must become 1/sigma.",
            by_factors(lambda s, mu: s**2 / (s**2 + mu))),
        Misconception(
            "The least-squares solution is shortened by one factor for all directions. The penalty shortens a direction "
            "the more, the smaller its singular value is.", lambda A, b, mu: np.linalg.pinv(A) @ b / (1 + mu)),
        Misconception(
            "The first entry of x is not charged for. The penalty holds all entries.", first_entry_free),
        Misconception(
            "A and b were centred first. Here no constant is fitted beside x, and f holds A and b as they are.",
            lambda A, b, mu: ridge_solution(A - A.mean(axis=0), b - b.mean(), mu)),
        Misconception(
            "These are the coordinates of x in the basis of the right singular vectors. Put the basis back: multiply "
            "by V.", in_coordinates),
        Misconception(
            "This is the product of A and x. Asked is x itself.",
            lambda A, b, mu: A @ ridge_solution(A, b, mu)),
        Misconception(
            "Mu is added to every entry of the product of A transposed with A. The gradient of the penalty is 2 mu x: "
            "by which matrix is x multiplied there?",
            lambda A, b, mu: np.linalg.lstsq(A.T @ A + mu, A.T @ b)[0]),
        Misconception(
            "Mu enters by its root. Only where rows are written below A, and squared afterwards, is the root needed.",
            lambda A, b, mu: ridge_solution(A, b, np.sqrt(mu))),
        Misconception(
            "Mu is multiplied by the number of unknowns. It stands before the squared length of x as it is.",
            lambda A, b, mu: ridge_solution(A, b, mu * A.shape[1])),
        Misconception(
            "Mu is added to A itself. In the gradient it stands beside the product of A transposed with A.",
            lambda A, b, mu: np.linalg.lstsq(A + mu * np.eye(*A.shape), b)[0]),
        Misconception(
            "The squares of A are averaged over the m equations, and what stands on the right is not. In f there is no "
            "mean.", lambda A, b, mu: ridge_solution(A, b, mu * len(b)) * len(b)),
        Misconception(
            "This is twice x. The 2 of the derivative stands on both sides, and cancels.",
            lambda A, b, mu: 2 * ridge_solution(A, b, mu)),
        Misconception(
            "Everything has the wrong sign. Where A is the identity and mu is small, x is nearly b.",
            lambda A, b, mu: -ridge_solution(A, b, mu)),
        Misconception(
            "The matrix multiplies where its inverse belongs. The derivative of f gives an equation for x, which has to "
            "be solved.", lambda A, b, mu: (A.T @ A + mu * np.eye(A.shape[1])) @ (A.T @ b)),
        Misconception(
            "Each entry of x is found as if the others were 0. Columns of A that are not perpendicular share what they "
            "explain.", lambda A, b, mu: A.T @ b / (np.sum(A**2, axis=0) + mu)),
        Misconception(
            "A fixed amount is taken off, which is what a penalty on absolute values does. The penalty here is a square.",
            soft_threshold),
        Misconception(
            "b is centred first. f takes it as it is.",
            lambda A, b, mu: ridge_solution(A, b - b.mean(), mu)),
        Misconception(
            "One over mu is added. The larger mu is, the more the length of x costs.",
            lambda A, b, mu: ridge_solution(A, b, 1 / mu)),
    ),
    hints=(
        "Set the gradient of $f$ to 0. Then put $A = UDV^T$ into it.",
        "In the coordinates $y = V^Tx$ and $c = U^Tb$ the problem falls apart into one small problem for each "
        "$\\sigma_i$.",
        "For one of them: $(\\sigma_i y_i - c_i)^2 + \\mu y_i^2$ has its minimum where $(\\sigma_i^2 + \\mu)\\,y_i = "
        "\\sigma_i c_i$.",
    ),
)
