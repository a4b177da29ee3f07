"""What a cut at rank k loses, with the learner's own singular values."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception, Number


def lost_share(s, k):
    """Error of the best matrix of rank k as a share of the matrix; s is (5,), descending."""
    return np.sqrt(np.sum(s[k:] ** 2) / np.sum(s**2))


EXERCISE = Number(
    id="08.my_lost_share",
    title="What the cut loses",
    section="08 §10",
    points=1,
    prompt=r"""
A matrix $A$ of $7 \times 5$ has the singular values `s` $= (\sigma_1, \dots, \sigma_5)$. Let $A_k$ be the best matrix
of rank `k`: of the sum $\sum_i \sigma_i u_i v_i^T$ it keeps the first $k$ terms.

How large is the error, measured as a share of $A$,

$$\frac{\|A - A_k\|_F}{\|A\|_F}\;?$$

It is a number between 0 and 1, no percentage; give four digits behind the point.
""",
    reference=lost_share,
    tolerance=1e-3,
    misconceptions=(
        Misconception(
            "This is the share of the squares. A norm is the root of a sum of squares: one root is missing.",
            lambda s, k: lost_share(s, k) ** 2),
        Misconception(
            "The singular values themselves are added. In the Frobenius norm their squares are added, as with the "
            "entries of a matrix.", lambda s, k: np.sum(s[k:]) / np.sum(s)),
        Misconception(
            "This is the share that was kept. Asked is the norm of what was cut off.",
            lambda s, k: np.sqrt(np.sum(s[:k] ** 2) / np.sum(s**2))),
        Misconception(
            "This is 1 minus the share that was kept. Norms of the two parts do not add up to the norm of the whole; "
            "which quantity does?", lambda s, k: 1 - np.sqrt(np.sum(s[:k] ** 2) / np.sum(s**2))),
        Misconception(
            "This is the largest stretch of the error relative to that of A: the spectral norm. Asked is the "
            "Frobenius norm, in which all terms cut off have a part.", lambda s, k: s[k] / s[0]),
        Misconception(
            "One term too many is cut off. The matrix of rank k keeps k terms.",
            lambda s, k: lost_share(s, k - 1)),
        Misconception(
            "A term too few is cut off. Singular values are numbered from 1, entries of an array from 0: which entry "
            "of s is the first that is lost?", lambda s, k: lost_share(s, k + 1)),
        Misconception(
            "This is the error itself. Divide it by the norm of A.",
            lambda s, k: np.sqrt(np.sum(s[k:] ** 2))),
        Misconception(
            "This is a percentage. The share itself was asked, a number between 0 and 1.",
            lambda s, k: 100 * lost_share(s, k)),
        Misconception(
            "Only the first of the terms that are cut off is counted. All of them are lost.",
            lambda s, k: s[k] / np.sqrt(np.sum(s**2))),
        Misconception(
            "Above the fraction bar the singular values are added, below it their squares. Both are Frobenius norms: "
            "squares are added, then the root is taken.", lambda s, k: np.sum(s[k:]) / np.sqrt(np.sum(s**2))),
        Misconception(
            "These are means of squares. A norm is made of sums, and the two sums have different numbers of terms.",
            lambda s, k: np.sqrt(np.mean(s[k:] ** 2) / np.mean(s**2))),
        Misconception(
            "The squares that were lost are compared with those that were kept. Asked is the share of the whole, and "
            "norms, not their squares.", lambda s, k: np.sum(s[k:] ** 2) / np.sum(s[:k] ** 2)),
        Misconception(
            "This is the error as a share of what was kept. Asked is its share of the whole matrix.",
            lambda s, k: np.sqrt(np.sum(s[k:] ** 2) / np.sum(s[:k] ** 2))),
        Misconception(
            "This is the share of the squares that was kept. Asked is the cut part, and norms, not their squares.",
            lambda s, k: np.sum(s[:k] ** 2) / np.sum(s**2)),
    ),
    hints=(
        "Property 6 gives the norm of a matrix from its singular values. Which singular values has $A - A_k$?",
        "The terms that were left out are a matrix with just these singular values: those from $k+1$ on.",
        "$\\|A-A_k\\|_F^2 = \\sigma_{k+1}^2 + \\dots + \\sigma_5^2$.",
    ),
)
