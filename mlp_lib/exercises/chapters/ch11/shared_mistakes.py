"""Gradients of heads that share their keys and contents, with one thing done otherwise."""

import numpy as np

from mlp_lib.exercises.chapters.ch11 import share_slips
from mlp_lib.exercises.chapters.part_slips import in_one_part
from mlp_lib.exercises.kinds import Misconception

PARTS = "dWQ", "dWK", "dWV"


def apart(A, heads):
    """(N, T, heads * d) to (N, heads, T, d), each head with its neighbouring columns."""
    return A.reshape(*A.shape[:2], heads, -1).swapaxes(1, 2)


def joined(A):
    """The reverse of `apart`."""
    return A.swapaxes(1, 2).reshape(len(A), A.shape[2], -1)


def every_other(A, heads):
    """Column 0 to head 0, column 1 to head 1, and so on."""
    return A.reshape(*A.shape[:2], -1, heads).transpose(0, 3, 1, 2)


def every_other_joined(A):
    return A.transpose(0, 2, 3, 1).reshape(len(A), A.shape[2], -1)


def cut_across(A, heads):
    """The numbers in their order in memory, so that a head gets pieces of all places."""
    return A.reshape(len(A), heads, A.shape[1], -1)


def across_joined(A):
    return A.reshape(len(A), A.shape[2], -1)


def over_batch(X, part):
    return np.einsum("nti,ntj->ij", X, part)


def over_heads(part):
    return part.sum(axis=1)


def by_root(WQ, WK, WV, T):
    return np.sqrt(WK.shape[1])


def changed(*, split=apart, join=joined, split_out=None, scale=by_root, scale_back=None,
            shares=share_slips.shares, back=share_slips.gradient_in_scores, heads_in_k=over_heads,
            heads_in_v=over_heads, weights=over_batch, given=lambda P: P.swapaxes(2, 3),
            ends=lambda dS, Q, K: (dS @ K, dS.swapaxes(2, 3) @ Q)):
    """The three gradients as a function of the exercise's arguments.

    ``split`` and ``join`` take the heads apart and together, ``split_out`` those of G; ``heads_in``
    k and v say what becomes of the heads' parts, ``weights`` makes a gradient in weights from X and
    a slope, ``given`` the matrix that leads back to V, and ``ends`` dQ and dK of each head.
    """
    def answer(X, WQ, WK, WV, G, heads):
        T, sizes = X.shape[1], (WQ, WK, WV, X.shape[1])
        Q, g = split(X @ WQ, heads), (split_out or split)(G, heads)
        K, V = (X @ WK)[:, None], (X @ WV)[:, None]
        P = shares(Q @ K.swapaxes(2, 3) / scale(*sizes), share_slips.allowed(T))
        dS = back(P, g @ V.swapaxes(2, 3)) / (scale_back or scale)(*sizes)
        dQ, dK = ends(dS, Q, K)
        dV = heads_in_v(given(P) @ g)
        return tuple(weights(X, part) for part in (join(dQ), heads_in_k(dK), dV))

    return answer


def in_both(heads):
    return changed(heads_in_k=heads, heads_in_v=heads)


def one(*sizes):
    return 1


def width(WQ, WK, WV, T):
    return np.sqrt(WQ.shape[1])


def last_in_questions(X, WQ, WK, WV, G, heads):
    _, dWK, dWV = changed()(X, WQ, WK, WV, G, heads)
    return changed()(X[-1:], WQ, WK, WV, G[-1:], heads)[0], dWK, dWV


def times(factor):
    """The right gradients times a function of X and heads."""
    return lambda X, *rest: tuple(factor(X, rest[-1]) * part for part in changed()(X, *rest))


def in_some(which, factor):
    """Some of the right gradients times a function of X and heads."""
    def answer(X, *rest):
        return tuple(part * factor(X, rest[-1]) if name in which else part
                     for name, part in zip(PARTS, changed()(X, *rest)))

    return answer


SLIPS = (
    ("{0} alone has the wrong sign; the other parts are right.", lambda N: -1),
    ("{0} alone is divided by the number of sequences.", lambda N: 1 / N),
    ("{0} alone is multiplied by the number of sequences.", lambda N: N),
)
MEMORY = ("The columns are cut into heads in their order in memory, across places: a head gets pieces of several places. "
          "Reshape the last axis to (heads, d) first, then exchange the axes of places and heads.")

MISTAKES = (
    ("Only the last head's part reaches the shared K and V. They serve all heads: what happens to the parts?",
     in_both(lambda part: part[:, -1])),
    ("Only the first head's part reaches the shared K and V. They serve all heads: what happens to the parts?",
     in_both(lambda part: part[:, 0])),
    *((f"Only one head's part is in {name}. It serves all heads: what happens to the parts?",
       changed(**{way: lambda part, a=a: part[:, a]}))
      for name, way in (("dWK", "heads_in_k"), ("dWV", "heads_in_v")) for a in (0, -1)),
    ("The heads' parts in the shared K and V are averaged. The chain rule adds them.",
     in_both(lambda part: part.mean(axis=1))),
    ("In dWK the heads' parts are averaged. The chain rule adds them.",
     changed(heads_in_k=lambda part: part.mean(axis=1))),
    ("In dWV the heads' parts are averaged. The chain rule adds them.",
     changed(heads_in_v=lambda part: part.mean(axis=1))),
    ("dWK and dWV have the columns of each head side by side. There is one K and one V: the heads' parts are added.",
     in_both(joined)),
    ("The heads take every h-th column. The columns of a head stand side by side: reshape to (heads, d), not to "
     "(d, heads).", changed(split=every_other, join=every_other_joined)),
    ("The questions of a head take every h-th column. They stand side by side: reshape to (heads, d), not to (d, heads).",
     changed(split=every_other, join=every_other_joined, split_out=apart)),
    ("The columns of G are given to the heads in turn. Those of one head stand side by side.",
     changed(split_out=every_other)),
    (MEMORY, changed(split=cut_across, join=across_joined)),
    (MEMORY, changed(split=cut_across, join=joined)),
    ("Going back, the heads are put together in their order in memory, across places. Exchange the axes of places and "
     "heads before the reshape.", changed(join=across_joined)),
    ("Going back, the columns of the heads are put together in turn. Those of one head stand side by side.",
     changed(join=every_other_joined)),
    ("Only the first sequence is counted. The weights serve all sequences, so their parts add up.",
     changed(weights=lambda X, part: X[0].T @ part[0])),
    ("Only the last sequence is counted. The weights serve all sequences, so their parts add up.",
     changed(weights=lambda X, part: X[-1].T @ part[-1])),
    ("There is a gradient for each sequence. The weights serve all sequences: over which index must be summed?",
     changed(weights=lambda X, part: X.swapaxes(1, 2) @ part)),
    ("The gradients are means over the sequences. G is the slope of the loss as it is: the parts add up.",
     times(lambda X, heads: 1 / len(X))),
    ("The gradients are divided by the number of all places. G is the slope of the loss as it is.",
     times(lambda X, heads: 1 / (X.shape[0] * X.shape[1]))),
    ("The gradients are divided by the number of places T. G is the slope of the loss as it is.",
     times(lambda X, heads: 1 / X.shape[1])),
    ("All three are divided by the number of heads. Each head has its own columns of G: nothing is averaged.",
     times(lambda X, heads: 1 / heads)),
    ("The sequences are added up before the product. Each sequence's X meets the slopes of that sequence: multiply first, "
     "then add.", changed(weights=lambda X, part: X.sum(axis=0).T @ part.sum(axis=0))),
    ("X is missing: these are the slopes in Q, K and V. In the weights, X transposed stands in front.",
     changed(weights=lambda X, part: part)),
    ("The 1 over root d is missing on the way back. It stands in the scores, so in their slope, too.",
     changed(scale_back=one)),
    ("The 1 over root d is missing in both directions.", changed(scale=one)),
    ("The 1 over root d is missing in the forward pass.", changed(scale=one, scale_back=by_root)),
    ("The scores are divided by d. Their spread grows with the root of d.",
     changed(scale=lambda WQ, WK, WV, T: WK.shape[1])),
    ("On the way back this is divided by d. The scores hold one root of d.",
     changed(scale_back=lambda WQ, WK, WV, T: WK.shape[1])),
    ("The scores are divided by the root of all columns of WQ. A question of one head has d features.",
     changed(scale=width)),
    ("The scores are divided by the root of n. Questions and keys have d features.",
     changed(scale=lambda WQ, WK, WV, T: np.sqrt(len(WQ)))),
    ("The scores are divided by the root of T. Questions and keys have d features.",
     changed(scale=lambda WQ, WK, WV, T: np.sqrt(T))),
    ("The scores are divided by the root of m. Questions and keys have d features.",
     changed(scale=lambda WQ, WK, WV, T: np.sqrt(WV.shape[1]))),
    ("dWV uses P as it stands. Row i of P says from where place i takes; its column says to whom place i gave.",
     changed(given=lambda P: P)),
    ("Slopes in Q and K are exchanged: row i of the slopes in the scores belongs to question i, column j to key j.",
     changed(ends=lambda dS, Q, K: (dS.swapaxes(2, 3) @ K, dS @ Q))),
    ("dWK lacks a transpose: column j of the slopes in the scores belongs to key j.",
     changed(ends=lambda dS, Q, K: (dS @ K, dS @ Q))),
    ("dWQ has a transpose too many: row i of the slopes in the scores belongs to question i.",
     changed(ends=lambda dS, Q, K: (dS.swapaxes(2, 3) @ K, dS.swapaxes(2, 3) @ Q))),
    ("The sign is turned round.", times(lambda X, heads: -1)),
    *((words, changed(shares=forward)) for words, forward in share_slips.FORWARD
      if forward not in (share_slips.without_maximum, share_slips.mask_after_exponential)),
    *((words, changed(back=back)) for words, back in share_slips.BACK),
    *in_one_part(changed(), PARTS, SLIPS),
    ("dWQ alone is divided by the number of heads.", in_some(["dWQ"], lambda X, heads: 1 / heads)),
    ("Only the last sequence is in dWQ. The weights serve all sequences, so their parts add up.", last_in_questions),
)
MISCONCEPTIONS = tuple(Misconception(*pair) for pair in MISTAKES)
