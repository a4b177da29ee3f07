"""Gradients of a residual block that normalises first."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def prenormalised_block_gradients(X, W, G):
    """Slopes of the loss in X and W for the block Y = X + tanh(Z) W, Z = X / r by rows.

    r is the root of the mean square of a row. X and G are (N, d), W is (d, d); G is the slope of
    the loss in Y. Returns dX (N, d) and dW (d, d).
    """
    r = np.sqrt((X ** 2).mean(axis=1, keepdims=True))
    Z = X / r
    A = np.tanh(Z)
    D = (G @ W.T) * (1 - A ** 2)
    D = (D - Z * (Z * D).mean(axis=1, keepdims=True)) / r
    return G + D, A.T @ G


def inputs(rng):
    N, d = draws.sizes(rng, 2, low=3)
    return (rng.normal(size=(N, d)) * 2 + 0.5, rng.normal(size=(d, d)) / np.sqrt(d),
            rng.normal(size=(N, d)))


def one_row(rng):
    X, W, G = inputs(rng)
    return X[:1], W, G[:1]


def branch_at_zero(rng):
    X, W, G = inputs(rng)
    return X, 0 * W, G


def means(A):
    return A.mean(axis=1, keepdims=True)


def lengths(X):
    return np.sqrt(means(X ** 2))


def project(D, Z, r):
    return (D - Z * means(Z * D)) / r


def changed(*, size=lengths, carry=lambda G, W: G @ W.T, slope=lambda A, Z, X: 1 - A ** 2,
            back=project, join=lambda G, D, r: G + D, weights=lambda A, G, Z, X: A.T @ G):
    """The gradients with one thing done otherwise."""
    def answer(X, W, G):
        r = size(X)
        Z = X / r
        A = np.tanh(Z)
        D = back(carry(G, W) * slope(A, Z, X), Z, r)
        return join(G, D, r), weights(A, G, Z, X)

    return answer


def without_mean(X, W, G):
    C = X - means(X)
    r = lengths(C)
    Z = C / r
    A = np.tanh(Z)
    D = project((G @ W.T) * (1 - A ** 2), Z, r)
    return G + D - means(D), A.T @ G


def from_all(X, W, G):
    r = lengths(X)
    Z = X / r
    A = np.tanh(Z)
    return project(G + (G @ W.T) * (1 - A ** 2), Z, r), A.T @ G


EXERCISE = Function(
    id="10.prenormalised_block_gradients",
    title="A block that normalises first",
    section="10 §8",
    points=4,
    prompt=r"""
The block of many modern networks: a branch that normalises first, and what came in beside it. Each row of $X$ ($N\times
d$) is divided by the root $r_i$ of its mean square (RMS normalisation, without scale and without $\varepsilon$):

$$Z = \mathrm{diag}(r)^{-1} X, \qquad r_i = \sqrt{\tfrac1d\sum_j x_{ij}^2}, \qquad Y = X + \tanh(Z)\,W .$$

$W$ is $d \times d$, and $G = \partial L/\partial Y$ is $N \times d$. Write $\partial L/\partial X$ and $\partial L/\partial
W$. All matrices but the batch are square here, so a wrong transpose does not stop with an error.
""",
    reference=prenormalised_block_gradients,
    inputs=inputs,
    edges={"a batch of one": one_row, "weights of 0": branch_at_zero},
    parts=("dX", "dW"),
    example="prenormalised_block_gradients(np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 2.0]]),\n"
            "                              np.array([[1.0, 0.5], [-1.0, 2.0]]),\n"
            "                              np.array([[1.0, 0.0], [0.5, -1.0], [2.0, 1.0]]))",
    misconceptions=(
        Misconception(
            "The branch is forgotten on the way back: dX is G alone. X reaches Y beside the branch and through it, and "
            "the two ways add up.", changed(join=lambda G, D, r: G + 0 * D)),
        Misconception(
            "What goes beside the branch is forgotten: dX is what the branch sends back, and no more. X reaches Y in "
            "two ways, and they add up.", changed(join=lambda G, D, r: D)),
        Misconception(
            "The size r was taken for a constant. It moves with the row: what is along z has to be taken off.",
            changed(back=lambda D, Z, r: D / r)),
        Misconception(
            "The mean was taken off on the way back. Going forward this normalisation takes no mean off.",
            changed(back=lambda D, Z, r: project(D, Z, r) - means(D) / r)),
        Misconception(
            "The rows lose their mean here: that is layer normalisation. This one only divides by the root of the mean "
            "square.", without_mean),
        Misconception(
            "G itself was sent through the normalisation as well. What goes beside the branch is not normalised.",
            from_all),
        Misconception(
            "What goes beside the branch was divided by r. It is X itself, not Z.",
            changed(join=lambda G, D, r: G / r + D)),
        Misconception(
            "What goes beside the branch is counted twice.", changed(join=lambda G, D, r: 2 * G + D)),
        Misconception(
            "The two ways were subtracted. They add up.", changed(join=lambda G, D, r: G - D)),
        Misconception(
            "The transpose of W is missing on the way back. All sizes agree, but the entries meet the wrong partners.",
            changed(carry=lambda G, W: G @ W)),
        Misconception(
            "W is missing on the way back through the branch.", changed(carry=lambda G, W: G)),
        Misconception(
            "dW is transposed: its rows belong to what W multiplies, its columns to Y.",
            changed(weights=lambda A, G, Z, X: G.T @ A)),
        Misconception(
            "dW was made with Z. W multiplies tanh(Z).", changed(weights=lambda A, G, Z, X: Z.T @ G)),
        Misconception(
            "dW was made with X. W multiplies tanh(Z).", changed(weights=lambda A, G, Z, X: X.T @ G)),
        Misconception(
            "The batch was not summed in dW: here is a matrix for each row. One W serves all rows.",
            changed(weights=lambda A, G, Z, X: A[:, :, None] * G[:, None, :])),
        Misconception(
            "dW was divided by the number of rows. What the loss averages is in G already.",
            changed(weights=lambda A, G, Z, X: A.T @ G / len(G))),
        Misconception(
            "dW holds the slope of tanh. W stands behind the tanh, so the way to it does not pass there.",
            changed(weights=lambda A, G, Z, X: (1 - A ** 2).T @ G)),
        Misconception(
            "dW was multiplied by the slope of tanh as well. W stands behind the tanh.",
            changed(weights=lambda A, G, Z, X: (A * (1 - A ** 2)).T @ G)),
        Misconception(
            "The slope of tanh is missing in dX.", changed(slope=lambda A, Z, X: 1)),
        Misconception(
            "The slope of tanh was computed as 1 minus the square of what goes in. It is 1 minus the square of what "
            "the tanh gives.", changed(slope=lambda A, Z, X: 1 - Z ** 2)),
        Misconception(
            "The slope of tanh was taken at X. The tanh acts on Z.",
            changed(slope=lambda A, Z, X: 1 - np.tanh(X) ** 2)),
        Misconception(
            "The slope of tanh is 1 minus the square of its value: here the square is missing.",
            changed(slope=lambda A, Z, X: 1 - A)),
        Misconception(
            "The slope of tanh was taken at the value, as if that were the score: tanh is in it twice.",
            changed(slope=lambda A, Z, X: 1 - np.tanh(A) ** 2)),
        Misconception(
            "The square of the tanh stands where its slope belongs.", changed(slope=lambda A, Z, X: A ** 2)),
        Misconception(
            "The value of the tanh stands where its slope belongs.", changed(slope=lambda A, Z, X: A)),
        Misconception(
            "The slope of tanh has a plus where a minus belongs.", changed(slope=lambda A, Z, X: 1 + A ** 2)),
        Misconception(
            "This is the slope of a sigmoid, a (1 - a). What is the slope of tanh, told by its value?",
            changed(slope=lambda A, Z, X: A * (1 - A))),
        Misconception(
            "This is the mask of a ReLU. The branch has a tanh.", changed(slope=lambda A, Z, X: A > 0)),
        Misconception(
            "The factor 1/r is missing on the way back.", changed(back=lambda D, Z, r: project(D, Z, 1))),
        Misconception(
            "The way back was multiplied by r. Going forward the row is divided by it, and so is the way back.",
            changed(back=lambda D, Z, r: project(D, Z, 1 / r))),
        Misconception(
            "The way back was divided by the mean square, not by its root.",
            changed(back=lambda D, Z, r: project(D, Z, r ** 2))),
        Misconception(
            "What is along z was taken off as a sum. It is Z times the mean of Z times the error.",
            changed(back=lambda D, Z, r: (D - Z * (Z * D).sum(axis=1, keepdims=True)) / r)),
        Misconception(
            "What is along z was added. It has to be taken off: a longer row has the same Z.",
            changed(back=lambda D, Z, r: (D + Z * means(Z * D)) / r)),
        Misconception(
            "In the projection X stands in place of Z: each Z in it carries a factor 1/r.",
            changed(back=lambda D, Z, r: (D - Z * r * means(Z * r * D)) / r)),
        Misconception(
            "In the projection one of the two Z is an X.",
            changed(back=lambda D, Z, r: (D - Z * r * means(Z * D)) / r)),
        Misconception(
            "The projection lacks the factor Z in front: each entry loses its own share of what is along z.",
            changed(back=lambda D, Z, r: (D - means(Z * D)) / r)),
        Misconception(
            "The mean of the projection runs over the batch. Each row was normalised by itself.",
            changed(back=lambda D, Z, r: (D - Z * (Z * D).mean(axis=0)) / r)),
        Misconception(
            "r was made from the sum of the squares, not from their mean.",
            changed(size=lambda X: np.sqrt((X ** 2).sum(axis=1, keepdims=True)))),
        Misconception(
            "r is the length of the row, forward and back: a sum of squares. It is the root of their mean.",
            changed(size=lambda X: np.sqrt((X ** 2).sum(axis=1, keepdims=True)),
                    back=lambda D, Z, r: (D - Z * (Z * D).sum(axis=1, keepdims=True)) / r)),
        Misconception(
            "r was made from the columns. Each row has its own.",
            changed(size=lambda X: np.sqrt((X ** 2).mean(axis=0)),
                    back=lambda D, Z, r: (D - Z * (Z * D).mean(axis=0)) / r)),
        Misconception(
            "r was made from the columns going forward. Each row has its own.",
            changed(size=lambda X: np.sqrt((X ** 2).mean(axis=0)))),
        Misconception(
            "The root is missing: the row was divided by its mean square.",
            changed(size=lambda X: means(X ** 2))),
        Misconception(
            "The standard deviation of the row was taken for r. It takes the mean off; r does not.",
            changed(size=lambda X: X.std(axis=1, keepdims=True))),
        Misconception(
            "There is no normalisation, neither forward nor back.",
            changed(size=lambda X: 1, back=lambda D, Z, r: D)),
        Misconception(
            "The normalisation is not passed on the way back: neither the projection nor 1/r.",
            changed(back=lambda D, Z, r: D)),
        Misconception(
            "dX was divided by the number of rows. What the loss averages is in G already.",
            changed(join=lambda G, D, r: (G + D) / len(G))),
    ),
    hints=(
        "Write $dY = dX + dA\\,W + A\\,dW$ with $A = \\tanh(Z)$. Which of the three holds $X$?",
        "The first term alone would give $\\partial L/\\partial X = G$. What the branch adds goes through $W$, then "
        "tanh, then the normalisation, each by its own rule from the chapter.",
        "$D = (G W^T)\\odot(1-A\\odot A)$ is what arrives at $Z$. For one row $dz = \\frac1r\\big(I - \\frac1d zz^T\\big)dx$.",
    ),
)
