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
# # 12 · Exercises: Two networks against each other
#
# Each exercise is a variant of something in chapter 12. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("12.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, hint, progress
from mlp_lib.networks import sigmoid


# %% [markdown]
# ## Exercise 12.1 · A game of hinges (2 points)
#
# Another pair of losses for the same game, with scores $s_i$ of $N$ real and $s'_j$ of $M$ made pictures:
#
# $$L_D = \frac1N\sum_i\max(0,\,1-s_i) + \frac1M\sum_j\max(0,\,1+s'_j), \qquad L_G = -\frac1M\sum_j s'_j.$$
#
# The discriminator is content with a real picture whose score is above 1, and with a made one below $-1$. The generator never
# is. No score lies just on an edge.
#
# Write the slopes $\partial L_D/\partial s$, of shape $(N,)$, $\partial L_D/\partial s'$ and $\partial L_G/\partial s'$, both
# of shape $(M,)$.
#
# *Builds on chapter 12, §2.*

# %% nbgrader={"grade": false, "grade_id": "answer_12_hinge_slopes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hinge_slopes(s, s_made):
    """Slopes of L_D in the scores of both, and of L_G in those of made pictures.

    s is (N,), the scores of real pictures; s_made is (M,), those of made ones. Returns three arrays:
    dL_D/ds (N,), dL_D/ds_made (M,) and dL_G/ds_made (M,).
    """
    ### BEGIN SOLUTION
    N, M = len(s), len(s_made)
    return (s < 1) / -N, (s_made > -1) / M, np.full(M, -1 / M)
    ### END SOLUTION


# %%
hinge_slopes(np.array([1.5, 0.2, -3.0]), np.array([-2.0, 0.4]))

# %% nbgrader={"grade": true, "grade_id": "check_12_hinge_slopes", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("12.hinge_slopes", hinge_slopes)


# %% [markdown]
# ## Exercise 12.2 · The best one, with soft labels (3 points)
#
# Two tricks at once. A real number gets the label $t$ instead of 1 (`soft`, a little below 1); a made one keeps its 0. And
# real numbers count $w$ times (`weight`). At a place $x$ where the densities are $p$ and $q$, a discriminator that
# says the probability $D$ then has the loss
#
# $$w\,p\,\big(-t\log D - (1-t)\log(1-D)\big) + q\,\big(-\log(1-D)\big).$$
#
# Write the best $D$ for each place. The function gets $p$ and $q$ as arrays $(n,)$, and the numbers $w$ and $t$.
#
# *Builds on chapter 12, §3.*

# %% nbgrader={"grade": false, "grade_id": "answer_12_best_of_soft_labels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def best_of_soft_labels(p, q, weight, soft):
    """What the best discriminator says where the densities have the values p and q.

    p and q are (n,), of real and of made numbers, all > 0. Real ones count `weight` times, and their
    label is `soft` instead of 1. Returns probabilities (n,).
    """
    ### BEGIN SOLUTION
    return soft * weight * p / (weight * p + q)
    ### END SOLUTION


# %%
best_of_soft_labels(np.array([1.0, 0.5]), np.array([1.0, 2.0]), 2.0, 0.9)

# %% nbgrader={"grade": true, "grade_id": "check_12_best_of_soft_labels", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("12.best_of_soft_labels", best_of_soft_labels)

# %% [markdown]
# ## Exercise 12.3 · What rests, and what is crossed (1 point)
#
# A colleague writes both steps of a pair with a library that finds gradients by itself. In the *generator's* step she wants
# to save time, and hands the discriminator's scores over as plain numbers, cut off from all that made them. The
# discriminator's step is right. What happens in training?
#
# - **a** – All is well: the discriminator rests in this step, so nothing of it is needed.
# - **b** – The generator gets no gradient at all and stays as it was drawn; the discriminator soon tells both apart.
# - **c** – The generator learns, but more slowly: it sees the scores and not the slopes.
# - **d** – The discriminator is moved by the generator's loss, and helps it.
# - **e** – The generator moves the wrong way: the sign of its gradient is turned.
# - **f** – The pictures are right, but only the last layer of the generator learns.
# - **g** – The generator's loss rises without end, and its weights become infinite.
#
# Assign the letter to `what_rests`.
#
# *Builds on chapter 12, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_12_what_rests", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
what_rests = "b"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_12_what_rests", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("12.what_rests", what_rests)


# %% [markdown]
# ## Exercise 12.4 · One step of the pair, by hand (5 points)
#
# A small pair: the generator makes $X' = \tanh(ZU)$, and the discriminator's scores are $s = \tanh(XV)\,w$, without biases.
# Write one step of the game, both by plain gradient descent with the same `rate`:
#
# 1. The discriminator moves on $L_D = \frac1N\sum\zeta(-s_i) + \frac1M\sum\zeta(s'_j)$, on $N$ real and $M$ made samples.
# 2. The generator moves on the non-saturating $L_G = \frac1M\sum\zeta(-s'_j)$. It uses **the same noise** $Z$ and the
#    discriminator **as it is after its step**.
#
# `X` is $(N, n)$, `Z` is $(M, z)$, `U` is $(z, n)$, `V` is $(n, k)$, `w` is $(k,)$. Return the new $U$, $V$ and $w$; the arguments
# stay as they are.
#
# *Builds on chapter 12, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_12_step_of_the_pair", "locked": false, "schema_version": 3, "solution": true, "task": false}
def step_of_the_pair(X, Z, U, V, w, rate):
    """One step of the discriminator, then one of the generator.

    X is (N, n), real samples; Z is (M, z), noise. The generator makes tanh(Z U), U is (z, n); the
    discriminator's scores are tanh(X V) w, V is (n, k) and w is (k,). Returns the new U, V and w.
    """
    ### BEGIN SOLUTION
    made = np.tanh(Z @ U)
    both = np.vstack([X, made])
    K = np.tanh(both @ V)
    slopes = sigmoid(K @ w)
    slopes[: len(X)] = (slopes[: len(X)] - 1) / len(X)
    slopes[len(X):] = slopes[len(X):] / len(Z)
    dV, dw = both.T @ (np.outer(slopes, w) * (1 - K**2)), K.T @ slopes
    V, w = V - rate * dV, w - rate * dw
    K = np.tanh(made @ V)
    slopes = (sigmoid(K @ w) - 1) / len(Z)
    d_made = (np.outer(slopes, w) * (1 - K**2)) @ V.T
    return U - rate * Z.T @ (d_made * (1 - made**2)), V, w
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_12_step_of_the_pair", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check("12.step_of_the_pair", step_of_the_pair)


# %% [markdown]
# ## Exercise 12.5 · Project: repair a collapsing pair (6 points)
#
# A colleague's pair makes points of the plane. The real ones lie in six heaps, equally many in each, and hers always ends in
# **one heap**, sometimes nowhere near any. This is one of her steps, in the names of the chapter:
#
# ```
# made = G.forward(noise)                       # 512 rows
# for _ in range(20):
#     improve G by  -mean softplus(D(made))     # rate 0.05, SGD
# teach D by  mean softplus(-D(real)) + mean softplus(D(made)),  and G by the same gradient   # rate 0.0005
# ```
#
# Write the training anew, with numpy alone, so that the generator makes all six heaps. From the library you may use `sigmoid`.
# You choose sizes, losses, optimizer, steps, and what else the chapter has to calm a game.
#
# You get `X`, $6000\times2$, and `seed`, an integer for all that is random. Return the generator's weights as the list
# `[W1, b1, W2, b2, ...]`. The check feeds it 3,000 rows of normal noise, as many numbers in each as $W^{[1]}$ has rows, with
# **tanh between the layers and none at the end**; the last $W$ has 2 columns. Allowed are 8 layers and 100,000
# numbers.
#
# | | |
# |---|---|
# | points are right | at least 85 % lie in a heap: within four of its spreads of its middle |
# | all heaps | each of the six gets at least 5 % of all points |
# | in time | both, in at most 30 seconds of the processor |
#
# Two hidden layers of 64 units do this in a few seconds. Heaps, their ring and its place are drawn by lot.
#
# *Builds on chapter 12, §10.*

# %% tags=["instructors-only"]
def start(rng, sizes):
    """Weights and biases before any step: the list W1, b1, W2, b2, ..."""
    P = []
    for k in range(len(sizes) - 1):
        m, n = sizes[k], sizes[k + 1]
        P += [rng.normal(size=(m, n)) / np.sqrt(m), np.zeros(n)]
    return P


# %% tags=["instructors-only"]
def forward(P, X):
    """Values of all layers, X first; tanh between the layers, none at the end."""
    values = [X]
    for k in range(0, len(P), 2):
        Z = values[-1] @ P[k] + P[k + 1]
        values.append(np.tanh(Z) if k + 2 < len(P) else Z)
    return values


# %% tags=["instructors-only"]
def backward(P, values, G):
    """Gradients in P and in the first values, from G, the one in the last values."""
    found = []
    for k in range(len(P) - 2, -1, -2):
        if k + 2 < len(P):
            G = G * (1 - values[k // 2 + 1] ** 2)
        found = [values[k // 2].T @ G, G.sum(axis=0), *found]
        G = G @ P[k].T
    return found, G


# %% tags=["instructors-only"]
def adam_step(P, gradients, memory, rate):
    """Move P in place; memory is a dict that is empty at first."""
    mean, square = (memory.setdefault(name, [np.zeros_like(p) for p in P]) for name in "ms")
    memory["n"] = n = memory.get("n", 0) + 1
    for p, g, m, s in zip(P, gradients, mean, square):
        m += 0.5 * (g - m)
        s += 0.01 * (g * g - s)
        p -= rate * (m / (1 - 0.5**n)) / (np.sqrt(s / (1 - 0.99**n)) + 1e-8)


# %% nbgrader={"grade": false, "grade_id": "answer_12_repair_the_pair", "locked": false, "schema_version": 3, "solution": true, "task": false}
def repair_the_pair(X, seed):
    """Train a generator by a game of two networks; returns its weights W1, b1, W2, b2, ...

    X is (N, 2), points of the plane; seed is an int for all that is random. The generator has tanh between
    its layers and none at the end; its inputs are normal random numbers, as many as W1 has rows.
    """
    ### BEGIN SOLUTION
    rng, steps, B = np.random.default_rng(seed), 1500, 128
    middle, size = X.mean(axis=0), X.std()
    G, D = start(rng, (4, 64, 64, 2)), start(rng, (2, 64, 64, 1))
    of_G, of_D, mean = {}, {}, [part.copy() for part in G]
    for step in range(steps):
        rate = 0.003 * min(1, 2 * (1 - step / steps))
        real = (X[rng.integers(len(X), size=B)] - middle) / size
        ways = forward(G, rng.normal(size=(B, 4)))
        both = forward(D, np.vstack([real, ways[-1]]))
        slopes = sigmoid(both[-1]) - (np.arange(2 * B) < B)[:, None]
        adam_step(D, backward(D, both, slopes / B)[0], of_D, rate)
        seen = forward(D, ways[-1])
        d_made = backward(D, seen, (sigmoid(seen[-1]) - 1) / B)[1]
        adam_step(G, backward(G, ways, d_made)[0], of_G, rate)
        for kept, part in zip(mean, G):
            kept += (1 - min(0.995, step / (step + 10))) * (part - kept)
    mean[-2], mean[-1] = mean[-2] * size, mean[-1] * size + middle
    return mean
    ### END SOLUTION


# %%
ring = np.exp(2j * np.pi * np.arange(6000) / 6)
points = np.stack([ring.real, ring.imag], axis=1)
[part.shape for part in repair_the_pair(points, 0)]

# %% nbgrader={"grade": true, "grade_id": "check_12_repair_the_pair", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false} tags=["nbval-ignore-output"]
check("12.repair_the_pair", repair_the_pair)
