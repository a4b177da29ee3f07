"""Project: a masked head, forward and back and trained, that finds out where a word was copied from."""

import numpy as np

from mlp_lib.exercises.chapters.ch11.head_measures import ACCURACY, Rule, measure
from mlp_lib.exercises.chapters.ch11.head_mistakes import MISCONCEPTIONS, SYMPTOMS
from mlp_lib.exercises.projects import Project
from mlp_lib.networks import softmax

SEQUENCES, SECONDS, CLOSE = 160, 10, 1e-3


def gradients(parameters, words):
    """Gradients of the mean cross-entropy of the next word in E, S, WQ, WK, WV, U."""
    E, S, WQ, WK, WV, U = parameters
    before, after, root = words[:, :-1], words[:, 1:], np.sqrt(WQ.shape[1])
    X = E[before] + S
    Q, K, V = X @ WQ, X @ WK, X @ WV
    A = np.where(np.tri(len(S), dtype=bool), Q @ K.swapaxes(1, 2) / root, -np.inf)
    P = softmax(A)
    H = P @ V
    dscores = (softmax(H @ U) - np.eye(len(E))[after]) / after.size
    dH = dscores @ U.T
    dP = dH @ V.swapaxes(1, 2)
    dA = P * (dP - (P * dP).sum(axis=2, keepdims=True)) / root
    slopes = dQ, dK, dV = dA @ K, dA.swapaxes(1, 2) @ Q, P.swapaxes(1, 2) @ dH
    dX = dQ @ WQ.T + dK @ WK.T + dV @ WV.T
    dE = np.zeros_like(E)
    np.add.at(dE, before, dX)
    pairs = *((X, part) for part in slopes), (H, dscores)
    return [dE, dX.sum(axis=0), *(np.einsum("nti,ntj->ij", *pair) for pair in pairs)]


def train_a_masked_head(words, start, seed):
    """Gradients of a masked head at its start, and its parameters after a training.

    words is (N, T) of int, 0 .. w-1; start is the list E (w, n), S (T-1, n), WQ (n, d), WK (n, d),
    WV (n, m), U (m, w); seed is an int for all that is random. Returns two lists like start: the
    gradients at start over all sequences, and the trained parameters.
    """
    rng, batch, steps, rate, momentum = np.random.default_rng(seed), 32, 400, 0.5, 0.9
    parameters = [part.copy() for part in start]
    velocities = [np.zeros_like(part) for part in start]
    for step in range(steps):
        rows = rng.integers(len(words), size=batch)
        for p, v, g in zip(parameters, velocities, gradients(parameters, words[rows])):
            v *= momentum
            v += g
            p -= rate * (1 - step / steps) * v
    return gradients(start, words), parameters


def hidden(rng):
    """How many words there are, and the `Rule` of the second half."""
    k = int(rng.integers(7, 10))
    w = 2 * k - int(rng.integers(2, 5))  # other than the T - 1 places
    return Rule(rng.permutation(k), rng.permutation(w))


def inputs(rng):
    rule = hidden(rng)
    w, T = len(rule.words), 2 * len(rule.places)
    n, d, m = (int(size) for size in rng.choice(np.arange(20, 31), 3, replace=False))
    shapes = (w, n), (T - 1, n), (n, d), (n, d), (n, m), (m, w)
    sizes = 0.5, 0.5, *(np.sqrt(1 / rows) for rows, _ in shapes[2:])
    start = [size * rng.normal(size=shape) for size, shape in zip(sizes, shapes)]
    return rule.sequences(rng, SEQUENCES), start, int(rng.integers(2**31))


EXERCISE = Project(
    id="11.train_a_masked_head",
    title="Project: a masked head of your own",
    section="11 §5",
    points=6,
    prompt=r"""
Now write a head yourself, with numpy alone: the way forward, the way back, and the training. From the library you may use
`softmax`.

You get `words` ($N\times T$), 160 sequences of whole numbers from 0 to $w-1$. Their first half was drawn by lot. The second
half follows from the first by a **rule**: each of its places copies the word of one place of the first half, always of
the same one, but in a secret script, in which each word stands for another. Places and script were drawn by lot, and you are
not told. A head can find both: where to look, and what to say then. At each place it says the **next** word, from the
words up to there:

$$X = E_{\text{words}} + S, \qquad Q = XW_Q, \quad K = XW_K, \quad V = XW_V, \qquad
P = \mathrm{softmax}\Big(\frac{QK^T}{\sqrt d} + M\Big), \qquad \text{scores} = PV\,U,$$

with the causal mask $M$. The table $E$ is $w\times n$ and the positions $S$ are $(T-1)\times n$: the last word has no
next one, so $T-1$ words go in. $W_Q$ and $W_K$ are $n\times d$, $W_V$ is $n\times m$, $U$ is $m\times w$. The loss $L$ is
the mean of $-\ln p$ of the next word over **all** $N(T-1)$ places, also those of the first half, where nobody can know it.

`start` is the list of the parameters $E, S, W_Q, W_K, W_V, U$, drawn by lot, and `seed` is an integer for all that is
random. Return two lists of six arrays, shaped like `start`:

1. the gradients of $L$ over all given sequences, **at** `start`;
2. the parameters after your training from there. Take steps as in chapter 06, with momentum.

Leave `start` as it is.

**What is measured**, the training on 500 new sequences of the same rule:

| | |
|---|---|
| the way back is right | each gradient to a thousandth of its largest entry |
| it learns | half of the words in the second half are right |
| it learns well | 98 % of them are right |
| in time | all this in at most 10 seconds of the processor with one thread for the matrix products |

Four hundred steps of 32 sequences are enough, and take a tenth of that time.
""",
    reference=train_a_masked_head,
    helpers=(gradients,),
    inputs=inputs,
    truth=hidden,
    measure=measure,
    without=("networks.attention", "networks.transformer", "networks.embedding", "networks.layers",
             "networks.stack", "networks.training", "attend", "attend_gradients", "SelfAttention",
             "Transformer", "Embedding", "Linear", "Stack", "train", "torch", "tensorflow", "keras",
             "jax", "autograd", "sklearn"),
    goals={
        "gradients": (lambda apart: apart <= CLOSE,
                      f"gradients at most {CLOSE} of their largest entry away from the right ones"),
        "learned": (lambda share: share >= 0.5, "at least 0.5 of the words in the second half"),
        "accuracy": (lambda share: share >= ACCURACY,
                     f"at least {ACCURACY} of the words in the second half"),
        "seconds": (lambda time: time <= SECONDS, f"at most {SECONDS} seconds of the processor"),
    },
    example="rng, w, T, n, d, m = np.random.default_rng(0), 5, 8, 7, 3, 4\n"
            "shapes = (w, n), (T - 1, n), (n, d), (n, d), (n, m), (m, w)\n"
            "few = train_a_masked_head(rng.integers(w, size=(20, T)), [rng.normal(size=size) / 3 for size in shapes], 0)\n"
            "[part.shape for part in few[0]], [part.shape for part in few[1]]",
    misconceptions=MISCONCEPTIONS,
    symptoms=SYMPTOMS,
    hints=(
        "Write one function that gives the six gradients for any parameters and any sequences. Check each with measured "
        "slopes on a few short sequences, before any training.",
        "From the end: the slope in the scores is that of chapter 03, divided by the number of places. Then $U$ and $H$, then "
        "the head of this chapter. $X$ goes three ways, so three slopes come back to it. From $X$ they go on to $S$ and to "
        "the rows of $E$.",
        "$\\nabla_X = \\nabla_QW_Q^T + \\nabla_KW_K^T + \\nabla_VW_V^T$ for each sequence; $\\nabla_S$ is the sum of "
        "$\\nabla_X$ over the sequences, and row $c$ of $\\nabla_E$ is its sum over all places with the word $c$ "
        "(`np.add.at`).",
    ),
)
