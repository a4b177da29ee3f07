"""The gradient of a block with two branches, with one thing done otherwise."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception


def relu(U):
    return np.maximum(U, 0)


def mean(X):
    return X.mean(axis=1, keepdims=True)


def root(centred, eps):
    return np.sqrt(mean(centred ** 2) + eps)


def projected(dZ, Z, r):
    return (dZ - mean(dZ) - Z * mean(Z * dZ)) / r


def attended(P, G, A):
    return P.T @ G @ A.T


def changed(*, centre=mean, root=root, back=projected, attention=attended, slope=lambda U: 2 * relu(U),
            network=lambda G, C, S, B: (G @ C.T * S) @ B.T, around=lambda G, dX: G + dX,
            before=lambda Z, X: Z):
    """The gradient as a function of the exercise's arguments.

    ``centre`` is what goes off X and ``root`` what divides, ``back`` takes dZ, Z and r,
    ``attention`` and ``network`` make the two parts of dZ, ``slope`` that of the squared ReLU,
    ``before`` what the network reads, and ``around`` adds what leads past the branches.
    """
    def answer(X, P, A, B, C, G, eps):
        centred = X - centre(X)
        r = root(centred, eps)
        Z = centred / r
        dZ = attention(P, G, A) + network(G, C, slope(before(Z, X) @ B), B)
        return around(G, back(dZ, Z, r))

    return answer


def past_the_normalisation(X, P, A, B, C, G, eps):
    """What the branches bring is taken for the gradient in X."""
    return changed(back=lambda dZ, Z, r: dZ)(X, P, A, B, C, G, eps)


def one_after_the_other(X, P, A, B, C, G, eps):
    """The chapter's order: the network reads, normalised, what the attention gave."""
    zero = np.zeros_like(A)
    Y = X + P @ ((X - mean(X)) / root(X - mean(X), eps)) @ A
    middle = changed()(Y, P, zero, B, C, G, eps)
    return changed()(X, P, A, 0 * B, C, middle, eps)


def chained_back(X, P, A, B, C, G, eps):
    """Going back, the second branch gets what comes out of the first."""
    Z = (X - mean(X)) / root(X - mean(X), eps)
    dZ = (G @ C.T * 2 * relu(Z @ B)) @ B.T
    return G + projected(attended(P, G + dZ, A) + dZ, Z, root(X - mean(X), eps))


def with_the_input(X, P, A, B, C, G, eps):
    """X stands where the part along Z has its second Z."""
    return changed(back=lambda dZ, Z, r: (dZ - mean(dZ) - X * mean(Z * dZ)) / r)(X, P, A, B, C, G, eps)


def columns(X):
    return X.mean(axis=0, keepdims=True)


def over_the_columns(X, P, A, B, C, G, eps):
    """Batch normalisation: mean and variance of each feature over the rows."""
    r = np.sqrt(columns((X - columns(X)) ** 2) + eps)
    Z = (X - columns(X)) / r
    dZ = attended(P, G, A) + (G @ C.T * 2 * relu(Z @ B)) @ B.T
    return G + (dZ - columns(dZ) - Z * columns(Z * dZ)) / r


def over_the_whole_table(X, P, A, B, C, G, eps):
    r = np.sqrt(np.var(X) + eps)
    Z = (X - X.mean()) / r
    dZ = attended(P, G, A) + (G @ C.T * 2 * relu(Z @ B)) @ B.T
    return G + (dZ - dZ.mean() - Z * np.mean(Z * dZ)) / r


@np.errstate(divide="ignore", invalid="ignore")
def without_eps(X, P, A, B, C, G, eps):
    return changed()(X, P, A, B, C, G, 0.0)


@np.errstate(divide="ignore", invalid="ignore")
def eps_outside(X, P, A, B, C, G, eps):
    return changed(root=lambda centred, eps: root(centred, 0.0) + eps)(X, P, A, B, C, G, eps)


def eps_outside_and_back(X, P, A, B, C, G, eps):
    """The exact gradient of the normalisation with eps outside of the root."""
    def back(dZ, Z, r):
        with np.errstate(divide="ignore", invalid="ignore"):
            return (dZ - mean(dZ) - Z * mean(Z * dZ) * r / (r - eps)) / r

    return changed(root=lambda centred, eps: root(centred, 0.0) + eps, back=back)(
        X, P, A, B, C, G, eps)


def over_one_less(centred, eps):
    return np.sqrt((centred ** 2).sum(axis=1, keepdims=True) / (centred.shape[1] - 1) + eps)


def length(centred, eps):
    return np.sqrt((centred ** 2).sum(axis=1, keepdims=True) + eps)


def no_mean(X):
    return 0.0


OUTSIDE = "Here eps is added after the root. It stands under the root."

MISTAKES = (
    ("The way past the branches is forgotten: X is also added as it is, so G comes back to it unchanged.",
     changed(around=lambda G, dX: dX)),
    ("G is added twice, once for each branch. X is added once, beside both.",
     changed(around=lambda G, dX: 2 * G + dX)),
    ("What leads past the branches went through the normalisation, too. It leads past that as well.",
     lambda X, P, A, B, C, G, eps: changed(
         attention=lambda P, G, A: attended(P, G, A) + G, around=lambda G, dX: dX)(X, P, A, B, C, G, eps)),
    ("The way past the branches is subtracted. All ways add up.", changed(around=lambda G, dX: dX - G)),
    ("The normalisation is passed as if it only divided by r. Its mean and its r depend on all entries of the row: two "
     "parts of the slope are lost on the way back.", changed(back=lambda dZ, Z, r: dZ / r)),
    ("The mean of the slopes stays in. What is added to all entries of a row goes off with its mean, so that part of "
     "the slope must go off, too.", changed(back=lambda dZ, Z, r: (dZ - Z * mean(Z * dZ)) / r)),
    ("The part of the slopes along Z stays in. A row that becomes longer is divided by more, so that part must go off, "
     "too.", changed(back=lambda dZ, Z, r: (dZ - mean(dZ)) / r)),
    ("The division by r is missing on the way back.", changed(back=lambda dZ, Z, r: projected(dZ, Z, 1))),
    ("The way back multiplies by r. The normalisation divides by it, and so does its slope.",
     changed(back=lambda dZ, Z, r: projected(dZ, Z, 1 / r))),
    ("The way back divides by r twice. Z is divided by r already.",
     changed(back=lambda dZ, Z, r: projected(dZ, Z, r ** 2))),
    ("The normalisation is missing on the way back: the gradient in Z is not the gradient in X.",
     past_the_normalisation),
    ("Sums over the row go off where means belong.",
     changed(back=lambda dZ, Z, r: projected(dZ, Z, r) - (dZ.shape[1] - 1) * (mean(dZ) + Z * mean(Z * dZ)) / r)),
    ("The part along Z is a sum over the row. Under the root stands a mean.",
     changed(back=lambda dZ, Z, r: (dZ - mean(dZ) - Z * (Z * dZ).sum(axis=1, keepdims=True)) / r)),
    ("The part along Z lacks the second Z: one number goes off the whole row.",
     changed(back=lambda dZ, Z, r: (dZ - mean(dZ) - mean(Z * dZ)) / r)),
    ("In the part along Z stands X. The row after the normalisation belongs there.", with_the_input),
    ("The part along Z is added. What makes a row longer is lost.",
     changed(back=lambda dZ, Z, r: (dZ - mean(dZ) + Z * mean(Z * dZ)) / r)),
    ("The part along Z counts twice. The square gives a factor 2, and the root one half.",
     changed(back=lambda dZ, Z, r: (dZ - mean(dZ) - 2 * Z * mean(Z * dZ)) / r)),
    ("The part along Z counts half. The root gives one half, and the square under it a factor 2.",
     changed(back=lambda dZ, Z, r: (dZ - mean(dZ) - Z * mean(Z * dZ) / 2) / r)),
    ("On the way back the means are taken down the columns. Each row was normalised by itself.",
     changed(back=lambda dZ, Z, r: (dZ - columns(dZ) - Z * columns(Z * dZ)) / r)),
    ("The normalisation runs down the columns, over the places. Here each row is normalised by itself.",
     over_the_columns),
    ("The normalisation is over the whole table. Here each row is normalised by itself.", over_the_whole_table),
    ("No mean goes off, neither forward nor back: this is RMS normalisation. Here the mean goes off first.",
     changed(centre=no_mean, back=lambda dZ, Z, r: (dZ - Z * mean(Z * dZ)) / r)),
    ("No mean goes off X in the forward pass.", changed(centre=no_mean)),
    ("eps is missing. For a row of equal entries this is 0/0.", without_eps),
    (OUTSIDE, eps_outside),
    (OUTSIDE, eps_outside_and_back),
    ("eps is squared here. It is added to the variance as it is.",
     lambda X, P, A, B, C, G, eps: changed()(X, P, A, B, C, G, eps ** 2)),
    ("The variance is divided by n - 1. There stands the mean of the squares, over n.", changed(root=over_one_less)),
    ("This divides by the length of the row. The root holds the mean of the squares, not their sum.",
     changed(root=length)),
    ("The variance divides, not its root.", changed(root=lambda centred, eps: root(centred, eps) ** 2)),
    ("Only the attention's branch is here. Z goes into both, so two slopes come back to it.",
     changed(network=lambda G, C, S, B: 0)),
    ("Only the small network's branch is here. Z goes into both, so two slopes come back to it.",
     changed(attention=lambda P, G, A: 0)),
    ("The slopes of the two branches are subtracted. Z goes into both, and the ways add up.",
     changed(network=lambda G, C, S, B: -(G @ C.T * S) @ B.T)),
    ("The two branches are passed one after the other, as in the chapter's block. Here they stand side by side: both get "
     "G, and both read the same Z.", one_after_the_other),
    ("What comes back through the small network was also sent through the attention. The branches stand side by side: "
     "each gets G.", chained_back),
    ("P is not transposed. Row i of P says from where place i takes; its column says to whom place i gave.",
     changed(attention=lambda P, G, A: P @ G @ A.T)),
    ("A is not transposed. It is square, so no error stops you: which index does the sum run over?",
     changed(attention=lambda P, G, A: P.T @ G @ A)),
    ("Neither P nor A is transposed. A product that goes back has both factors turned round.",
     changed(attention=lambda P, G, A: P @ G @ A)),
    ("P is missing on the way back through the attention: each place also gave to others.",
     changed(attention=lambda P, G, A: G @ A.T)),
    ("A is missing on the way back through the attention.", changed(attention=lambda P, G, A: P.T @ G)),
    ("The slope of the squared ReLU is taken for the mask of a plain one. The square has a slope of its own.",
     changed(slope=lambda U: U > 0)),
    ("The slope of the squared ReLU lacks the 2 of the square.", changed(slope=relu)),
    ("The slope of the squared ReLU is 2 everywhere that it is not 0. It grows with the entry.",
     changed(slope=lambda U: 2 * (U > 0))),
    ("The slope of the square is here without that of the ReLU: a negative entry has no slope.",
     changed(slope=lambda U: 2 * U)),
    ("The squared ReLU itself stands where its slope belongs.", changed(slope=lambda U: relu(U) ** 2)),
    ("The slope of the squared ReLU is missing.", changed(slope=lambda U: 1)),
    ("The small network reads X, not Z. Both branches read the normalised rows.", changed(before=lambda Z, X: X)),
    ("This is divided by the number of rows. G is the slope of the loss as it is: no mean is left to take.",
     lambda *args: changed()(*args) / len(args[0])),
    ("The sign is turned round.", lambda *args: -changed()(*args)),
    ("This is the gradient in Z, without the way past the branches. It still has to go through the normalisation.",
     changed(back=lambda dZ, Z, r: dZ, around=lambda G, dX: dX)),
    ("This is what the branches bring, divided by r. Two parts of it are lost in the normalisation, and the way past the "
     "branches is missing.", changed(back=lambda dZ, Z, r: dZ / r, around=lambda G, dX: dX)),
)
MISCONCEPTIONS = tuple(Misconception(*pair) for pair in MISTAKES)
