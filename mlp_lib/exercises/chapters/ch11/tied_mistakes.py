"""Gradients of a table that is used twice, with one thing done otherwise."""

import numpy as np

from mlp_lib.exercises.chapters import softmax_slips
from mlp_lib.exercises.kinds import Misconception
from mlp_lib.networks import softmax


def added(dE, words, back):
    np.add.at(dE, words, back)
    return dE


def by_counting(targets):
    """The share of each place in the mean, (N, T)."""
    return (targets != 0) / np.count_nonzero(targets)


def changed(*, weights=by_counting, top=lambda S, Y: softmax(S) - Y, forward=lambda A: A,
            backward=lambda A: A.T, below=lambda X, Z: Z, scoring=1, into=added, table=lambda E: E):
    """The gradient as a function of the exercise's arguments.

    ``weights`` makes of the targets what each place counts, ``top`` takes scores and one-hot
    targets, ``below`` the features read and those scored, ``into`` the scoring part of the result,
    the words and what came back to them; ``table`` gives the table that the way back passes.
    """
    def answer(E, A, words, targets):
        w, y, share = words.ravel(), targets.ravel(), weights(targets).ravel()
        X = E[w]
        Z = X @ forward(A)
        dS = top(Z @ E.T, np.eye(len(E))[y]) * share[:, None]
        return into(scoring * dS.T @ below(X, Z), w, dS @ table(E) @ backward(A))

    return answer


def added_by_index(dE, words, back):
    dE[words] += back
    return dE


def overwritten(dE, words, back):
    dE[words] = back
    return dE


def mean_of_a_word(dE, words, back):
    counts = np.bincount(words, minlength=len(dE))
    return dE + added(np.zeros_like(dE), words, back) / np.maximum(counts, 1)[:, None]


def without_row_0(dE, words, back):
    added(dE, words, back)[0] = 0
    return dE


def in_the_targets_rows(E, A, words, targets):
    """What goes back is added to the rows of the targets."""
    scoring = changed(into=lambda dE, words, back: dE)(E, A, words, targets)

    def back(dE, words, back):
        return added(scoring, targets.ravel(), back)

    return changed(into=back)(E, A, words, targets)


@np.errstate(divide="ignore", invalid="ignore")
def sequence_by_sequence(targets):
    counts = targets != 0
    return counts / counts.sum(axis=1, keepdims=True) / len(targets)


def those_with_words(targets):
    counts = targets != 0
    lengths = counts.sum(axis=1, keepdims=True)
    return counts / np.maximum(lengths, 1) / np.count_nonzero(lengths)


def last_places(targets):
    """The last place of each sequence alone."""
    counts = targets != 0
    last = counts & (np.cumsum(counts, axis=1) == counts.sum(axis=1, keepdims=True))
    return last / last.sum()


def by_the_words(E, A, words, targets):
    """Places with the word 0 are left out, not those with the target 0."""
    return changed(weights=lambda targets: by_counting(words))(E, A, words, targets)


def along_the_sequences(E, A, words, targets):
    """The softmax is taken over the places of each sequence."""
    def top(S, Y):
        places = S.reshape(*words.shape, -1).swapaxes(1, 2)
        return softmax(places).swapaxes(1, 2).reshape(S.shape) - Y

    return changed(top=top)(E, A, words, targets)


def times(factor):
    """The right gradient times a function of the targets."""
    return lambda E, A, words, targets: factor(targets) * changed()(E, A, words, targets)


SEQUENCES = ("The mean was taken in each sequence, and then over the sequences: so a word of a short one counts more. L is "
             "one mean over all places that count.")
REPEATED = ("A word that comes more than once keeps only what its last place brought. With an array of indices, += and = "
            "write each row once. All places of a word add up.")

MISTAKES = (
    (REPEATED, changed(into=added_by_index)),
    (REPEATED, changed(into=overwritten)),
    ("Only the reading of the words is here. The table also makes the scores, and has a gradient from there.",
     changed(scoring=0)),
    ("Only the scores' use of the table is here. Each word was also read from it: what goes on back to the rows that "
     "were read?", changed(into=lambda dE, words, back: dE)),
    ("Padding is counted: places with the target 0 are in the mean, as if word 0 should come there.",
     changed(weights=lambda targets: np.full(targets.shape, 1 / targets.size))),
    ("Padding is left out of the sum, but not out of the number that divides it. How many places count?",
     times(lambda targets: np.count_nonzero(targets) / targets.size)),
    ("Padding is left out of the number that divides, but not out of the sum.",
     changed(weights=lambda targets: np.full(targets.shape, 1 / np.count_nonzero(targets)))),
    ("This is divided by the number of sequences. L is a mean over the places that count.",
     times(lambda targets: np.count_nonzero(targets) / len(targets))),
    ("This is divided by the length T. L is a mean over the places that count.",
     times(lambda targets: np.count_nonzero(targets) / targets.shape[1])),
    ("This is the gradient of the sum of the losses. L is their mean over the places that count.",
     times(np.count_nonzero)),
    ("This is divided by the number of places that count twice.",
     times(lambda targets: 1 / np.count_nonzero(targets))),
    ("Places are left out by their words. It is the target that says whether a place counts: the last word of a sequence has "
     "none.", by_the_words),
    ("What goes back to the words is added twice. The gradient has two parts, each once.",
     changed(into=lambda dE, words, back: added(added(dE, words, back), words, back))),
    (SEQUENCES, changed(weights=sequence_by_sequence)),
    (SEQUENCES, changed(weights=those_with_words)),
    ("Only the last word of each sequence is in the loss. Every place that has a target counts.",
     changed(weights=last_places)),
    ("The row of word 0 was set to zero. It is no target, but it has a score at each place, and the softmax "
     "presses that down.", changed(into=without_row_0)),
    ("A is not transposed on the way back. It is square, so no error stops you: which index does the sum run over?",
     changed(backward=lambda A: A)),
    ("A is missing on the way back to the words: the slope in z is not the slope in the row that was read.",
     changed(backward=lambda A: np.eye(len(A)))),
    ("A is missing in both directions. It stands between the row that is read and the scores.",
     changed(forward=lambda A: np.eye(len(A)), backward=lambda A: np.eye(len(A)))),
    ("A is missing in the forward pass.", changed(forward=lambda A: np.eye(len(A)))),
    ("A is transposed in the forward pass.", changed(forward=lambda A: A.T)),
    ("A is transposed in the forward pass, and not on the way back. It is the other way round.",
     changed(forward=lambda A: A.T, backward=lambda A: A)),
    ("The scores' part of the gradient uses the rows as they were read. What stands in front of the table's transpose "
     "in the scores?", changed(below=lambda X, Z: X)),
    ("What goes back to the words is divided by how often each comes. Places that share a row add up.",
     changed(into=mean_of_a_word)),
    ("What goes back is added to the rows of the targets. It belongs to the rows that were read, those of the words.",
     in_the_targets_rows),
    ("The two parts are subtracted. A table that is used twice has the sum of two gradients.",
     changed(into=lambda dE, words, back: dE - added(np.zeros_like(dE), words, back))),
    ("The result is transposed. It has the shape of E, one row for each word.",
     lambda *args: changed()(*args).T),
    ("The sign is turned round: labels minus probabilities. A step against this would raise the loss.",
     times(lambda targets: -1)),
    ("The softmax is taken along the places of a sequence. The probabilities of one place, over all words, sum to 1.",
     along_the_sequences),
    *((words, changed(top=lambda S, Y, forward=forward: forward(S) - Y))
      for words, forward in softmax_slips.FORWARD),
    *((words, changed(top=top)) for words, top in softmax_slips.BACK),
)
MISCONCEPTIONS = tuple(Misconception(*pair) for pair in MISTAKES)
