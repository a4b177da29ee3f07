# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: all
#     notebook_metadata_filter: kernelspec,jupytext,-all
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 · Exercises: Attention and a transformer
#
# Each exercise is a variant of something in chapter 11. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("11.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, hint, progress
from mlp_lib.networks import softmax


# %% [markdown]
# ## Exercise 11.1 · One table, used twice (3 points)
#
# A network that says the next word reads each word as a row of a table $E$ ($w\times n$). At its end it needs a score for
# each of the $w$ words. Many networks use the *same* table there: a word's score is the product of the features with its
# row (Press and Wolf, *Using the Output Embedding to Improve Language Models*, 2017). In between stands here one square
# matrix $A$ ($n\times n$). At a place with the word $c$,
#
# $$z = e_c A, \qquad s = z E^T, \qquad p = \mathrm{softmax}(s), \qquad \text{loss of the place: } -\ln p_{y},$$
#
# where $e_c$ is row $c$ of $E$ and $y$ is the word that should come.
#
# You get `words` and `targets`, both $N\times T$. Sequences have different lengths. The shorter ones are padded with the
# word 0: a place whose target is 0 **does not count**. $L$ is the mean of the losses of all places of the batch that count.
# Word 0 still has a row in $E$, and a score at each place, as every word.
#
# Write $\partial L/\partial E$ ($w\times n$). Words come more than once. The scores may be as large as several $10^4$.
#
# *Builds on chapter 11, §2.*

# %% nbgrader={"grade": false, "grade_id": "answer_11_tied_table_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def tied_table_gradient(E, A, words, targets):
    """Gradient in E of the mean cross-entropy of scores E[words] @ A @ E.T, over targets that count.

    E is (w, n), one row for each word 0 .. w-1; A is (n, n); words and targets are (N, T) of int. A
    target of 0 is padding and does not count; at least one counts. The result is (w, n).
    """
    ### BEGIN SOLUTION
    places = np.nonzero(targets)
    Z = E[words[places]] @ A
    dS = softmax(Z @ E.T)
    dS[np.arange(len(Z)), targets[places]] -= 1
    dS /= len(Z)
    dE = dS.T @ Z
    np.add.at(dE, words[places], dS @ E @ A.T)
    return dE
    ### END SOLUTION


# %%
np.round(tied_table_gradient(np.array([[0.5, 0.0], [1.0, -1.0], [0.0, 2.0]]), np.array([[1.0, 1.0], [0.0, 1.0]]),
                             np.array([[1, 2, 1], [2, 0, 0]]), np.array([[2, 1, 2], [0, 0, 0]])), 4)

# %% nbgrader={"grade": true, "grade_id": "check_11_tied_table_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("11.tied_table_gradient", tied_table_gradient)


# %% [markdown]
# ## Exercise 11.2 · A head whose scores are capped (4 points)
#
# Scores that grow without bound make the softmax saturate. Some language models bound them softly: a $\tanh$ lets small
# scores through nearly as they are, and no score beyond $\pm c$ (Gemma Team, *Gemma 2*, 2024). For one causal head,
#
# $$A = \frac{QK^T}{\sqrt d}, \qquad B = c\,\tanh\frac{A}{c}, \qquad P = \mathrm{softmax}(B + M), \qquad H = PV.$$
#
# $Q$ and $K$ are $T\times d$, $V$ is $T\times m$. The mask $M$ ($T\times T$) is 0 where row $i$ may look at row $j$, that
# is for $j\le i$, and $-\infty$ elsewhere. Softmax is taken of each row.
#
# You get $G = \partial L/\partial H$ ($T\times m$). Write $\partial L/\partial Q$ and $\partial L/\partial K$, each
# $T\times d$, in this order. There may be a single place, $T=1$. The scores $A$ may be as large as $10^8$, and the cap
# $c$ as large as $10^4$.
#
# *Builds on chapter 11, §5.*

# %% nbgrader={"grade": false, "grade_id": "answer_11_capped_head_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def capped_head_gradients(Q, K, V, G, c):
    """Gradients in Q and K of a causal head whose scores A = Q @ K.T / sqrt(d) become c * tanh(A / c).

    Q and K are (T, d), V is (T, m), c > 0; G is (T, m), the gradient of the loss in what the head
    gives. Row i may look at the rows 0 .. i. Returns dQ and dK, each (T, d).
    """
    ### BEGIN SOLUTION
    T, d = Q.shape
    t = np.tanh(Q @ K.T / np.sqrt(d) / c)
    P = softmax(np.where(np.tri(T, dtype=bool), c * t, -np.inf))
    dP = G @ V.T
    dB = P * (dP - (P * dP).sum(axis=1, keepdims=True))
    dA = dB * (1 - t ** 2) / np.sqrt(d)
    return dA @ K, dA.T @ Q
    ### END SOLUTION


# %%
Q, K = np.array([[1.0, 0.0], [0.5, 2.0], [1.0, 1.0]]), np.array([[0.0, 1.0], [2.0, 1.0], [1.0, -1.0]])
V, G = np.array([[1.0], [0.0], [2.0]]), np.array([[1.0], [-1.0], [1.0]])
capped_head_gradients(Q, K, V, G, 1.5)

# %% nbgrader={"grade": true, "grade_id": "check_11_capped_head_gradients", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("11.capped_head_gradients", capped_head_gradients)


# %% [markdown]
# ## Exercise 11.3 · Two branches side by side (4 points)
#
# In the chapter's block the small network comes after the attention. Some large models put both **side by side**: they read
# the same normalised rows, and both are added to what came in (Chowdhery et al., *PaLM*, 2022). The small network here has
# a ReLU that is squared (So et al., *Primer*, 2021):
#
# $$Y = X + P Z A + \big(\max(ZB, 0)\big)^2\, C, \qquad Z = \mathrm{norm}(X).$$
#
# $X$, $Z$ and $Y$ are $T\times n$; $A$ is $n\times n$, $B$ is $n\times k$, $C$ is $k\times n$; the square is taken entry by
# entry. $P$ ($T\times T$) holds the shares of the attention; take them as fixed. The normalisation is that of each row by
# itself, without factor and shift:
#
# $$z_{ij} = \frac{x_{ij} - \mu_i}{r_i}, \qquad \mu_i = \frac1n\sum_j x_{ij}, \qquad
# r_i = \sqrt{\frac1n\sum_j (x_{ij}-\mu_i)^2 + \varepsilon}.$$
#
# You get $G = \partial L/\partial Y$ ($T\times n$) and $\varepsilon > 0$. Write $\partial L/\partial X$ ($T\times n$). There
# may be a single row, and all entries of a row may be equal.
#
# *Builds on chapter 11, §9.*

# %% nbgrader={"grade": false, "grade_id": "answer_11_two_branches_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def two_branches_gradient(X, P, A, B, C, G, eps):
    """Gradient in X of a block X + P @ Z @ A + max(Z @ B, 0)**2 @ C, where Z is X normalised by rows.

    X and G are (T, n), G the gradient in what the block gives; P is (T, T), A (n, n), B (n, k),
    C (k, n); eps > 0 is added to the variance. The result is (T, n).
    """
    ### BEGIN SOLUTION
    centred = X - X.mean(axis=1, keepdims=True)
    r = np.sqrt(np.mean(centred ** 2, axis=1, keepdims=True) + eps)
    Z = centred / r
    dZ = P.T @ G @ A.T + (G @ C.T * 2 * np.maximum(Z @ B, 0)) @ B.T
    along = (Z * dZ).mean(axis=1, keepdims=True)
    return G + (dZ - dZ.mean(axis=1, keepdims=True) - Z * along) / r
    ### END SOLUTION


# %%
X, P = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -3.0]]), np.array([[1.0, 0.0], [0.25, 0.75]])
A, B = np.array([[0.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.0, 1.0, 1.0]]), np.array([[1.0], [0.5], [0.0]])
np.round(two_branches_gradient(X, P, A, B, np.array([[1.0, 0.0, -1.0]]), X, 0.1), 4)

# %% nbgrader={"grade": true, "grade_id": "check_11_two_branches_gradient", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("11.two_branches_gradient", two_branches_gradient)


# %% [markdown]
# ## Exercise 11.4 · Many questions, one key (5 points)
#
# A network that writes word by word keeps the keys and contents of all words before. With many heads that is a lot to keep.
# So let the $h$ heads **share**: each has questions of its own, but there is one $K$ and one $V$ for all (Shazeer, *Fast
# Transformer Decoding*, 2019). For each sequence $X$ ($T\times n$) of a batch of $N$,
#
# $$Q = XW_Q, \quad K = XW_K, \quad V = XW_V, \qquad P_a = \mathrm{softmax}\Big(\frac{Q_aK^T}{\sqrt d} + M\Big), \qquad
# H_a = P_aV, \qquad a = 1,\dots,h.$$
#
# $W_Q$ is $n\times hd$: its first $d$ columns are those of head 1, and so on, and $Q_a$ ($T\times d$) are the columns of
# head $a$. $W_K$ is $n\times d$ and $W_V$ is $n\times m$. The mask $M$ is causal: row $i$ may look at row $j$ for $j\le i$.
# The result $H$ ($T\times hm$) holds $H_1, \dots, H_h$ side by side.
#
# You get the whole batch: `X` ($N\times T\times n$) and `G` ($N\times T\times hm$), the gradient of the loss in $H$; the
# number of heads is called `heads`. Write the gradients in $W_Q$, $W_K$ and $W_V$ and return them in this order.
#
# *Builds on chapter 11, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_11_shared_key_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shared_key_gradients(X, WQ, WK, WV, G, heads):
    """Gradients in WQ, WK and WV of causal heads that have questions of their own, one K and one V.

    X is (N, T, n), WQ is (n, heads * d), with the d columns of each head side by side, WK is
    (n, d), WV is (n, m); G is (N, T, heads * m), the gradient in the heads' outputs side by side.
    Returns dWQ, dWK and dWV, shaped like WQ, WK and WV.
    """
    ### BEGIN SOLUTION
    N, T = X.shape[:2]
    Q, g = (A.reshape(N, T, heads, -1).swapaxes(1, 2) for A in (X @ WQ, G))
    K, V = (X @ W for W in (WK, WV))
    root = np.sqrt(WK.shape[1])
    S = Q @ K[:, None].swapaxes(2, 3) / root
    P = softmax(np.where(np.tri(T, dtype=bool), S, -np.inf))
    dP = g @ V[:, None].swapaxes(2, 3)
    dS = P * (dP - (P * dP).sum(axis=3, keepdims=True)) / root
    dQ = (dS @ K[:, None]).swapaxes(1, 2).reshape(N, T, -1)
    dK, dV = (np.einsum("nhij,nhic->njc", A, B) for A, B in ((dS, Q), (P, g)))
    return tuple(np.einsum("nti,ntj->ij", X, part) for part in (dQ, dK, dV))
    ### END SOLUTION


# %%
X = np.array([[[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]])
WQ, WK, WV = np.array([[1.0, 0.5], [0.0, -1.0]]), np.array([[1.0], [2.0]]), np.array([[0.5], [1.0]])
G = np.array([[[1.0, 0.0], [-1.0, 2.0], [0.5, 1.0]]])
shared_key_gradients(X, WQ, WK, WV, G, 2)

# %% nbgrader={"grade": true, "grade_id": "check_11_shared_key_gradients", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check("11.shared_key_gradients", shared_key_gradients)


# %% [markdown]
# ## Exercise 11.5 · Project: a masked head of your own (6 points)
#
# Now write a head yourself, with numpy alone: the way forward, the way back, and the training. From the library you may use
# `softmax`.
#
# You get `words` ($N\times T$), 160 sequences of whole numbers from 0 to $w-1$. Their first half was drawn by lot. The second
# half follows from the first by a **rule**: each of its places copies the word of one place of the first half, always of
# the same one, but in a secret script, in which each word stands for another. Places and script were drawn by lot, and you are
# not told. A head can find both: where to look, and what to say then. At each place it says the **next** word, from the
# words up to there:
#
# $$X = E_{\text{words}} + S, \qquad Q = XW_Q, \quad K = XW_K, \quad V = XW_V, \qquad
# P = \mathrm{softmax}\Big(\frac{QK^T}{\sqrt d} + M\Big), \qquad \text{scores} = PV\,U,$$
#
# with the causal mask $M$. The table $E$ is $w\times n$ and the positions $S$ are $(T-1)\times n$: the last word has no
# next one, so $T-1$ words go in. $W_Q$ and $W_K$ are $n\times d$, $W_V$ is $n\times m$, $U$ is $m\times w$. The loss $L$ is
# the mean of $-\ln p$ of the next word over **all** $N(T-1)$ places, also those of the first half, where nobody can know it.
#
# `start` is the list of the parameters $E, S, W_Q, W_K, W_V, U$, drawn by lot, and `seed` is an integer for all that is
# random. Return two lists of six arrays, shaped like `start`:
#
# 1. the gradients of $L$ over all given sequences, **at** `start`;
# 2. the parameters after your training from there. Take steps as in chapter 06, with momentum.
#
# Leave `start` as it is.
#
# **What is measured**, the training on 500 new sequences of the same rule:
#
# | | |
# |---|---|
# | the way back is right | each gradient to a thousandth of its largest entry |
# | it learns | half of the words in the second half are right |
# | it learns well | 98 % of them are right |
# | in time | all this in at most 10 seconds of the processor with one thread for the matrix products |
#
# Four hundred steps of 32 sequences are enough, and take a tenth of that time.
#
# *Builds on chapter 11, §5.*

# %% tags=["instructors-only"]
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


# %% nbgrader={"grade": false, "grade_id": "answer_11_train_a_masked_head", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_a_masked_head(words, start, seed):
    """Gradients of a masked head at its start, and its parameters after a training.

    words is (N, T) of int, 0 .. w-1; start is the list E (w, n), S (T-1, n), WQ (n, d), WK (n, d),
    WV (n, m), U (m, w); seed is an int for all that is random. Returns two lists like start: the
    gradients at start over all sequences, and the trained parameters.
    """
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %%
rng, w, T, n, d, m = np.random.default_rng(0), 5, 8, 7, 3, 4
shapes = (w, n), (T - 1, n), (n, d), (n, d), (n, m), (m, w)
few = train_a_masked_head(rng.integers(w, size=(20, T)), [rng.normal(size=size) / 3 for size in shapes], 0)
[part.shape for part in few[0]], [part.shape for part in few[1]]

# %% nbgrader={"grade": true, "grade_id": "check_11_train_a_masked_head", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false} tags=["nbval-ignore-output"]
check("11.train_a_masked_head", train_a_masked_head)
