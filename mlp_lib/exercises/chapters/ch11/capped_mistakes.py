"""Gradients of a head whose scores are capped, with one thing done otherwise."""

import numpy as np

from mlp_lib.exercises.chapters.ch11 import share_slips
from mlp_lib.exercises.chapters.part_slips import in_one_part
from mlp_lib.exercises.kinds import Misconception

PARTS = "dQ", "dK"


def cap(A, c):
    return c * np.tanh(A / c)


def slope(A, c):
    return 1 - np.tanh(A / c) ** 2


def by_root(Q, V):
    return np.sqrt(Q.shape[1])


def changed(*, scale=by_root, scale_back=None, scale_after=None, cap=cap, slope=slope,
            shares=share_slips.shares, back=share_slips.gradient_in_scores,
            scores=lambda Q, K: Q @ K.T, ends=lambda dA, Q, K: (dA @ K, dA.T @ Q),
            gradient=lambda G, V: G @ V.T):
    """The two gradients as a function of the exercise's arguments.

    ``scale`` takes Q and V and divides the scores before the cap, ``scale_after`` after it, and
    ``scale_back`` what comes back; ``gradient`` makes dP, and ``ends`` dQ and dK of dA.
    """
    def answer(Q, K, V, G, c):
        A = scores(Q, K) / scale(Q, V)
        B = cap(A, c) / (scale_after(Q, V) if scale_after else 1)
        P = shares(B, share_slips.allowed(len(Q)))
        dA = back(P, gradient(G, V)) * slope(A, c) / (scale_back or scale)(Q, V)
        return ends(dA, Q, K)

    return answer


def one(Q, V):
    return 1


def mask_before_the_cap(Q, K, V, G, c):
    """A forbidden score becomes -c, and has a share."""
    may = share_slips.allowed(len(Q))
    kept = changed(shares=lambda B, may: share_slips.softmax(np.where(may, B, -c)),
                   slope=lambda A, c: np.where(may, slope(A, c), 0))
    return kept(Q, K, V, G, c)


def times(factor):
    """Both gradients, times a function of Q, V and c."""
    return lambda Q, K, V, G, c: tuple(factor(Q, V, c) * part for part in changed()(Q, K, V, G, c))


def the_output(Q, K, V, G, c):
    B = cap(Q @ K.T / by_root(Q, V), c)
    return share_slips.shares(B, share_slips.allowed(len(Q))) @ V


SLIPS = (
    ("{0} alone has the wrong sign; the other is right.", lambda T: -1),
    ("{0} alone is divided by the number of places.", lambda T: 1 / T),
    ("{0} alone is multiplied by the number of places.", lambda T: T),
)

MISTAKES = (
    ("The slope of the cap is missing: the gradient in the capped scores is not the gradient in A.",
     changed(slope=lambda A, c: 1)),
    ("The cap is missing in both directions: these are the gradients of the chapter's head.",
     changed(cap=lambda A, c: A, slope=lambda A, c: 1)),
    ("The cap is missing in the forward pass.", changed(cap=lambda A, c: A)),
    ("The slope of the cap is taken as 1 minus B squared. B is c times the tanh: the square of the tanh alone belongs "
     "there.", changed(slope=lambda A, c: 1 - cap(A, c) ** 2)),
    ("The slope of the cap is divided by c. The c in front of the tanh cancels the one inside.",
     changed(slope=lambda A, c: slope(A, c) / c)),
    ("The slope of the cap is multiplied by c. The inner derivative is 1/c, and cancels it.",
     changed(slope=lambda A, c: slope(A, c) * c)),
    ("The slope of the tanh is taken at A. What goes into it is A / c.",
     changed(slope=lambda A, c: 1 - np.tanh(A) ** 2)),
    ("The tanh is taken twice in its slope: where its value stands, no further tanh belongs.",
     changed(slope=lambda A, c: 1 - np.tanh(cap(A, c) / c) ** 2)),
    ("The value of the tanh stands where its slope belongs.", changed(slope=lambda A, c: np.tanh(A / c))),
    ("The slope of the cap is 1 minus the square of the tanh: here the square is missing.",
     changed(slope=lambda A, c: 1 - np.tanh(A / c))),
    ("The square of the tanh stands where its slope belongs. A score far beyond the cap has no slope.",
     changed(slope=lambda A, c: np.tanh(A / c) ** 2)),
    ("The slope of the tanh has a plus where a minus belongs: far out a tanh is flat.",
     changed(slope=lambda A, c: 1 + np.tanh(A / c) ** 2)),
    ("The scores are cut off at c, with a corner. The exercise bends them with a tanh.",
     changed(cap=lambda A, c: np.clip(A, -c, c), slope=lambda A, c: abs(A) < c)),
    ("The cap lacks the c in front: all scores end between -1 and 1.",
     changed(cap=lambda A, c: np.tanh(A / c), slope=lambda A, c: slope(A, c) / c)),
    ("The cap lacks the c in front, in the forward pass: all scores end between -1 and 1.",
     changed(cap=lambda A, c: np.tanh(A / c))),
    ("The cap lacks the 1/c inside.",
     changed(cap=lambda A, c: c * np.tanh(A), slope=lambda A, c: c * (1 - np.tanh(A) ** 2))),
    ("The mask comes before the cap: the tanh makes -c of minus infinity, and what is forbidden gets a share. Cap "
     "first, then forbid.", mask_before_the_cap),
    ("The 1 over root d is missing on the way back. It stands in the scores, so in their slope, too.",
     changed(scale_back=one)),
    ("The 1 over root d is missing in both directions.", changed(scale=one)),
    ("The 1 over root d is missing in the forward pass.", changed(scale=one, scale_back=by_root)),
    ("The scores are divided by d. Their spread grows with the root of d.", changed(scale=lambda Q, V: Q.shape[1])),
    ("On the way back this is divided by d. The scores hold one root of d.",
     changed(scale_back=lambda Q, V: Q.shape[1])),
    ("The scores are divided by the root of T. It is the number of features, d, that makes a product large.",
     changed(scale=lambda Q, V: np.sqrt(len(Q)))),
    ("The scores are divided by the root of m. Questions and keys have d features.",
     changed(scale=lambda Q, V: np.sqrt(V.shape[1]))),
    ("The scores are divided by the root of d behind the cap. It stands in A, before the tanh.",
     changed(scale=one, scale_back=by_root, scale_after=by_root)),
    ("Questions and keys have changed roles in the scores. Row i of the shares belongs to question i.",
     changed(scores=lambda Q, K: K @ Q.T)),
    ("Questions and keys have changed roles everywhere. Row i of the shares belongs to question i.",
     changed(scores=lambda Q, K: K @ Q.T, ends=lambda dA, Q, K: (dA.T @ K, dA @ Q))),
    ("Both gradients have a transpose in the wrong place. Row i of the slopes belongs to question i, column j to "
     "key j.", changed(ends=lambda dA, Q, K: (dA.T @ K, dA @ Q))),
    ("dK lacks its transpose: column j of the slopes in the scores belongs to key j.",
     changed(ends=lambda dA, Q, K: (dA @ K, dA @ Q))),
    ("dQ has a transpose too many: row i of the slopes in the scores belongs to question i.",
     changed(ends=lambda dA, Q, K: (dA.T @ K, dA.T @ Q))),
    ("In each gradient stands the factor itself. The slope of a product in one factor holds the other one.",
     changed(ends=lambda dA, Q, K: (dA @ Q, dA.T @ K))),
    ("dQ lacks the 1 over root d. The scores hold it, so it stands in both slopes.",
     changed(ends=lambda dA, Q, K: (by_root(Q, K) * dA @ K, dA.T @ Q))),
    ("dK lacks the 1 over root d. The scores hold it, so it stands in both slopes.",
     changed(ends=lambda dA, Q, K: (dA @ K, by_root(Q, K) * dA.T @ Q))),
    ("Both are right, in the wrong order: first the gradient in Q.",
     changed(ends=lambda dA, Q, K: (dA.T @ Q, dA @ K))),
    ("G and V have changed places: row i of the gradient in the shares belongs to what place i gave out.",
     changed(gradient=lambda G, V: V @ G.T)),
    ("This is divided by the number of places. G is the slope of the loss as it is: no mean is left to take.",
     times(lambda Q, V, c: 1 / len(Q))),
    ("The sign is turned round.", times(lambda Q, V, c: -1)),
    ("This is what the head gives. Its gradients in Q and K were asked for.", the_output),
    *((words, changed(shares=forward)) for words, forward in share_slips.FORWARD),
    *((words, changed(back=back)) for words, back in share_slips.BACK),
    *in_one_part(changed(), PARTS, SLIPS),
)
MISCONCEPTIONS = tuple(Misconception(*pair) for pair in MISTAKES)
