"""The gradients of the project's head, with one thing done otherwise: its wrong ways back."""

import numpy as np

from mlp_lib.exercises.chapters.ch11 import share_slips
from mlp_lib.networks import softmax


def add_up(E, before, dX):
    dE = np.zeros_like(E)
    np.add.at(dE, before, dX)
    return dE


def over_all(after):
    """What each place counts in the mean."""
    return np.full(after.shape, 1 / after.size)


def by_root(WQ, before):
    return np.sqrt(WQ.shape[1])


def one(WQ, before):
    return 1


def from_all(dQ, dK, dV, WQ, WK, WV):
    return dQ @ WQ.T + dK @ WK.T + dV @ WV.T


def sums(X, part):
    return np.tensordot(X, part, axes=((0, 1), (0, 1)))


def ends(dA, Q, K):
    return dA @ K, dA.swapaxes(1, 2) @ Q


def gradients(parameters, words, *, scale=by_root, scale_back=None, shares=share_slips.shares,
              back=share_slips.gradient_in_scores, targets=lambda words: words[:, 1:],
              weights=over_all, positions=True, into=add_up, features=from_all, batch=sums,
              places=lambda dX: dX.sum(axis=0), ends=ends, given=lambda P: P.swapaxes(1, 2),
              asked=lambda Q, K: Q @ K.swapaxes(1, 2), sign=1):
    """The six gradients.

    ``targets`` and ``weights`` say which word is wanted at a place and what the place counts;
    ``features`` puts the three slopes together, ``into`` and ``places`` make the gradients in E
    and S of them, ``batch`` those in weights; ``ends`` gives dQ and dK, ``given`` leads back to V.
    """
    E, S, WQ, WK, WV, U = parameters
    before, after = words[:, :-1], targets(words)
    X = E[before] + positions * S
    Q, K, V = X @ WQ, X @ WK, X @ WV
    P = shares(asked(Q, K) / scale(WQ, before), share_slips.allowed(len(S)))
    H = P @ V
    dZ = sign * (probabilities(H @ U) - np.eye(len(E))[after]) * weights(after)[..., None]
    dH = dZ @ U.T
    dA = back(P, dH @ V.swapaxes(1, 2)) / (scale_back or scale)(WQ, before)
    dQ, dK = ends(dA, Q, K)
    dV = given(P) @ dH
    dX = features(dQ, dK, dV, WQ, WK, WV)
    return [into(E, before, dX), places(dX), *(batch(X, part) for part in (dQ, dK, dV)),
            batch(H, dZ)]


def scores(parameters, before):
    """Scores of the next word at each place, (N, T - 1, w)."""
    E, S, WQ, WK, WV, U = parameters
    X = E[before] + S
    A = (X @ WQ) @ (X @ WK).swapaxes(1, 2) / np.sqrt(WQ.shape[1])
    if not np.isfinite(A).all():
        return np.full((*before.shape, U.shape[1]), np.nan)
    return share_slips.shares(A, share_slips.allowed(len(S))) @ (X @ WV) @ U


def probabilities(Z):
    return softmax(Z) if np.isfinite(Z).all() else np.full(Z.shape, np.nan)


def changed(**ways):
    """`gradients` with one thing done otherwise."""
    return lambda parameters, words: gradients(parameters, words, **ways)


def times(factor):
    """The right gradients times a function of the words."""
    return changed(weights=lambda after: over_all(after) * factor(after))


def assigned(E, before, dX):
    dE = np.zeros_like(E)
    dE[before] = dX
    return dE


def mean_of_a_word(E, before, dX):
    counts = np.bincount(before.ravel(), minlength=len(E))
    return add_up(E, before, dX) / np.maximum(counts, 1)[:, None]


def second_half(after):
    """Only the places whose next word can be known."""
    late = np.arange(after.shape[1]) >= after.shape[1] // 2
    return np.broadcast_to(late / (late.sum() * len(after)), after.shape)


def last_place(after):
    return np.broadcast_to((np.arange(after.shape[1]) == after.shape[1] - 1) / len(after), after.shape)


def exchanged(parameters, words):
    dE, dS, dWQ, dWK, *rest = gradients(parameters, words)
    return [dE, dS, dWK, dWQ, *rest]


# what gives no numbers is no way to be told from another
OVERFLOWS = (share_slips.without_maximum, share_slips.mask_after_exponential,
             share_slips.strictly_before)

SLIPS = (
    ("The word itself is wanted at each place, not the next one.", changed(targets=lambda words: words[:, :-1])),
    ("The word before is wanted at each place, not the next one.",
     changed(targets=lambda words: np.roll(words, 1, axis=1)[:, :-1])),
    ("Only the second half is in the loss. L is the mean over all places; the first half cannot be known, and counts all "
     "the same.", changed(weights=second_half)),
    ("Only the last place is in the loss. L is the mean over all places.", changed(weights=last_place)),
    ("This is divided by the number of sequences alone. L is a mean over all places of all sequences.",
     times(lambda after: after.shape[1])),
    ("This is divided by the number of places of one sequence. L is a mean over all places of all sequences.",
     times(len)),
    ("This is divided by N T. T - 1 words have a next one, so L is a mean over N (T - 1) places.",
     times(lambda after: after.shape[1] / (after.shape[1] + 1))),
    ("These are gradients of the sum over all places. L is their mean.", times(lambda after: after.size)),
    ("These are divided by the number of places twice. L is one mean.", times(lambda after: 1 / after.size)),
    ("The sign is turned round: labels minus probabilities. A step against this would raise the loss.",
     changed(sign=-1)),
    ("The positions are missing in X: the head does not know where a word stands.", changed(positions=False)),
    ("A word that comes more than once keeps only what its last place brought. With an array of indices, += writes each row "
     "once. All places of a word add up: np.add.at does that.", changed(into=assigned)),
    ("The gradient in E is a mean over the places of each word. They add up.", changed(into=mean_of_a_word)),
    ("The gradient in S is a mean over the sequences. All sequences share the positions, so their parts add up.",
     changed(places=lambda dX: dX.mean(axis=0))),
    ("Only the way over the contents leads back to X. X also makes the questions and the keys, and the three slopes add up.",
     changed(features=lambda dQ, dK, dV, WQ, WK, WV: dV @ WV.T)),
    ("The way over the contents is missing in the slope in X. X makes questions, keys and contents, and three slopes add up.",
     changed(features=lambda dQ, dK, dV, WQ, WK, WV: dQ @ WQ.T + dK @ WK.T)),
    ("The way over the keys is missing in the slope in X. X makes questions, keys and contents, and three slopes add up.",
     changed(features=lambda dQ, dK, dV, WQ, WK, WV: dQ @ WQ.T + dV @ WV.T)),
    ("The way over the questions is missing in the slope in X. X makes questions, keys and contents, and three slopes add "
     "up.", changed(features=lambda dQ, dK, dV, WQ, WK, WV: dK @ WK.T + dV @ WV.T)),
    ("Only the last sequence is in the gradients of the weights. They serve all sequences: the parts add up.",
     changed(batch=lambda X, part: X[-1].T @ part[-1])),
    ("The gradients of the weights are means over the sequences. The slope in the scores holds the mean already.",
     changed(batch=lambda X, part: sums(X, part) / len(X))),
    ("The 1 over root d is missing on the way back. It stands in the scores, so in their slope, too.",
     changed(scale_back=one)),
    ("The 1 over root d is missing in both directions.", changed(scale=one)),
    ("The 1 over root d is missing in the forward pass.", changed(scale=one, scale_back=by_root)),
    ("The scores are divided by d. Their spread grows with the root of d.",
     changed(scale=lambda WQ, before: WQ.shape[1])),
    ("On the way back this is divided by d. The scores hold one root of d.",
     changed(scale_back=lambda WQ, before: WQ.shape[1])),
    ("The scores are divided by the root of n. Questions and keys have d features.",
     changed(scale=lambda WQ, before: np.sqrt(len(WQ)))),
    ("Questions and keys have changed roles: row i of the shares belongs to question i.",
     changed(asked=lambda Q, K: K @ Q.swapaxes(1, 2), ends=lambda dA, Q, K: ends(dA, K, Q)[::-1])),
    ("Slopes in Q and K have a transpose in the wrong place: row i of the slopes in the scores belongs to question i, "
     "column j to key j.", changed(ends=lambda dA, Q, K: (dA.swapaxes(1, 2) @ K, dA @ Q))),
    ("The slope in K lacks its transpose: column j of the slopes in the scores belongs to key j.",
     changed(ends=lambda dA, Q, K: (dA @ K, dA @ Q))),
    ("The gradients in WQ and WK are exchanged. The list goes E, S, WQ, WK, WV, U.", exchanged),
    ("The slope in V uses P as it stands. Row i of P says from where place i takes; its column says to whom it gave.",
     changed(given=lambda P: P)),
    *((words, changed(shares=forward)) for words, forward in share_slips.FORWARD
      if forward not in OVERFLOWS),
    *((words, changed(back=back)) for words, back in share_slips.BACK),
)
