"""The gradient of a table that is used twice: to read words and to score them."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch11.tied_mistakes import MISCONCEPTIONS
from mlp_lib.exercises.kinds import Function
from mlp_lib.networks import softmax


def tied_table_gradient(E, A, words, targets):
    """Gradient in E of the mean cross-entropy of scores E[words] @ A @ E.T, over targets that count.

    E is (w, n), one row for each word 0 .. w-1; A is (n, n); words and targets are (N, T) of int. A
    target of 0 is padding and does not count; at least one counts. The result is (w, n).
    """
    places = np.nonzero(targets)
    Z = E[words[places]] @ A
    dS = softmax(Z @ E.T)
    dS[np.arange(len(Z)), targets[places]] -= 1
    dS /= len(Z)
    dE = dS.T @ Z
    np.add.at(dE, words[places], dS @ E @ A.T)
    return dE


def sequences(rng, w, N, T):
    """Words and targets of N sequences of 2 words or more, padded with 0 up to T + 1."""
    lengths = rng.integers(2, T + 1, size=N)
    lengths[0], lengths[-1] = 2, T + 1
    whole = rng.integers(1, w, size=(N, T + 1)) * (np.arange(T + 1) < lengths[:, None])
    return whole[:, :-1], whole[:, 1:]


def inputs(rng):
    n, N, T, w = draws.sizes(rng, 4, low=3)
    E, A = rng.normal(size=(w, n)), rng.normal(size=(n, n)) / np.sqrt(n)
    return E, A, *sequences(rng, w, N, T)


def one_sequence(rng):
    E, A, *both = inputs(rng)
    return E, A, *(part[-1:] for part in both)


def padding_alone(rng):
    """One of the sequences has no word at all."""
    E, A, words, targets = inputs(rng)
    words[1], targets[1] = 0, 0
    return E, A, words, targets


def large_scores(rng):
    """One word of each place is sure; the places' largest scores lie far apart."""
    while True:
        E, A, words, targets = inputs(rng)
        E *= 100
        scores = np.sort((E[words] @ A @ E.T).reshape(-1, len(E)), axis=1)
        if (scores[:, -1] - scores[:, -2]).min() > 100 and np.ptp(scores[:, -1]) > 2000:
            return E, A, words, targets


def one_large(rng):
    """One place, whose target is the word of the lowest score."""
    E, A, words, targets = large_scores(rng)
    E[0] = 0  # as padding, word 0 may not be that of the lowest score
    targets[:1, :1] = (E[words[0, 0]] @ A @ E.T).argmin()
    return E, A, words[:1, :1], targets[:1, :1]


EXERCISE = Function(
    id="11.tied_table_gradient",
    title="One table, used twice",
    section="11 §2",
    points=3,
    prompt=r"""
A network that says the next word reads each word as a row of a table $E$ ($w\times n$). At its end it needs a score for
each of the $w$ words. Many networks use the *same* table there: a word's score is the product of the features with its
row (Press and Wolf, *Using the Output Embedding to Improve Language Models*, 2017). In between stands here one square
matrix $A$ ($n\times n$). At a place with the word $c$,

$$z = e_c A, \qquad s = z E^T, \qquad p = \mathrm{softmax}(s), \qquad \text{loss of the place: } -\ln p_{y},$$

where $e_c$ is row $c$ of $E$ and $y$ is the word that should come.

You get `words` and `targets`, both $N\times T$. Sequences have different lengths. The shorter ones are padded with the
word 0: a place whose target is 0 **does not count**. $L$ is the mean of the losses of all places of the batch that count.
Word 0 still has a row in $E$, and a score at each place, as every word.

Write $\partial L/\partial E$ ($w\times n$). Words come more than once. The scores may be as large as several $10^4$.
""",
    reference=tied_table_gradient,
    inputs=inputs,
    edges={"a single sequence": one_sequence, "a sequence of padding alone": padding_alone,
           "scores of 1e4": large_scores, "a single place of 1e4": one_large},
    example="np.round(tied_table_gradient(np.array([[0.5, 0.0], [1.0, -1.0], [0.0, 2.0]]), "
            "np.array([[1.0, 1.0], [0.0, 1.0]]),\n"
            "                             np.array([[1, 2, 1], [2, 0, 0]]), "
            "np.array([[2, 1, 2], [0, 0, 0]])), 4)",
    misconceptions=MISCONCEPTIONS,
    hints=(
        "The table stands in two places of the formula. Give them two names for a moment, $E$ and $F$, and take both "
        "gradients; then the chain rule adds them.",
        "The gradient in the scores is the one that you know, zero where a place does not count. For $F$ it meets the $z$ "
        "of all places, as in any last layer. For $E$ it goes back through $F$ and $A$ and is added to the row of the "
        "place's word.",
        "At place $t$ of sequence $i$ let $\\delta_{it} = [y_{it}\\neq0]\\,(p_{it} - \\text{one-hot}(y_{it}))/M$, where $M$ places "
        "count. Then "
        "$\\dfrac{\\partial L}{\\partial e_c} = \\sum_{it}\\delta_{it,c}\\,z_{it} + "
        "\\sum_{it:\\,c_{it}=c}\\delta_{it}\\,E\\,A^T$.",
    ),
)
