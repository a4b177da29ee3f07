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
# # 10 · Exercises: Normalisation and residual connections
#
# Each exercise is a variant of something in chapter 10. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("10.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, hint, progress

# %% [markdown]
# ## Exercise 10.1 · Running means used in training (1 point)
#
# Somebody normalises with the *running* mean and variance in training already, "because a batch alone is noisy". They are
# moved a little after each batch; in the gradient they count as constants. So the layer is $Y = (X - \mathbf
# 1m)\,\mathrm{diag}(\gamma/\sqrt{v+\varepsilon}) + \mathbf 1\beta$ with fixed $m$ and $v$. For this layer the gradient is
# right.
#
# What is lost?
#
# - **a** – Nothing: after some hundred batches the running means are those of a batch.
# - **b** – $\gamma$ and $\beta$ have the gradient 0 and cannot learn any more.
# - **c** – The gradient in the weights before the layer is no longer at right angles to them: their length counts again, and so does the bias.
# - **d** – Batches of one and of two samples become impossible.
# - **e** – The layer can no longer be folded into the one before it after the training.
#
# Assign the letter to `means_that_stand_still`.
#
# *Builds on chapter 10, §5 and §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_10_means_that_stand_still", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
means_that_stand_still = "c"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_10_means_that_stand_still", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("10.means_that_stand_still", means_that_stand_still)


# %% [markdown]
# ## Exercise 10.2 · Folded into the layer after it (3 points)
#
# The chapter folded batch normalisation into the layer *before* it. Here it stands *in front of* a linear layer. After the
# training, with running mean $m$ and running variance $v$,
#
# $$H = (X - \mathbf 1 m)\,\mathrm{diag}\Big(\frac{\gamma}{\sqrt{v+\varepsilon}}\Big) + \mathbf 1\beta, \qquad
# Y = H W + \mathbf 1 b .$$
#
# $\gamma,\beta,m,v$ have $n$ numbers, $W$ is $n\times d$, $b$ has $d$. Find $W'$ ($n\times d$) and $b'$ ($d$) with
# $Y = X W' + \mathbf 1 b'$ for every $X$.
#
# *Builds on chapter 10, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_10_fold_into_the_layer_after", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fold_into_the_layer_after(gamma, beta, mean, variance, eps, W, b):
    """Weights and bias that do what batch normalisation and then ``H @ W + b`` do, afterwards.

    gamma, beta, mean and variance are (n,), W is (n, d), b is (d,); eps > 0. Returns the new
    weights (n, d) and the new bias (d,).
    """
    ### BEGIN SOLUTION
    factor = gamma / np.sqrt(variance + eps)
    return factor[:, None] * W, b + (beta - mean * factor) @ W
    ### END SOLUTION


# %%
fold_into_the_layer_after(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([3.0, 1.0]),
                          np.array([0.5, 3.5]), 0.5, np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 4.0]]),
                          np.array([1.0, 0.0, -2.0]))

# %% nbgrader={"grade": true, "grade_id": "check_10_fold_into_the_layer_after", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("10.fold_into_the_layer_after", fold_into_the_layer_after)


# %% [markdown]
# ## Exercise 10.3 · Batch normalisation with padding (4 points)
#
# The last batch of an epoch is often too short. Some programs fill it up with rows that mean nothing, and say which rows
# are *real*. Batch normalisation must not count the others.
#
# Write the training pass. $X$ is $N\times n$; `real` is 1 for the $k \ge 2$ rows that count and 0 for padding. For each column, with the
# mean $m_j$ and the mean squared deviation $v_j$ of the **real** rows,
#
# $$z_{ij} = \frac{x_{ij}-m_j}{\sqrt{v_j+\varepsilon}} \;\text{ in real rows}, \qquad z_{ij} = 0 \;\text{ in the others.}$$
#
# The running mean and variance go on by the share `momentum` ($\mu$): $\text{mean} \leftarrow \text{mean} + \mu\,(m -
# \text{mean})$, and the variance by the same rule. What is remembered of the variance is, as in the chapter, the **unbiased**
# one.
#
# Return $Z$, the new running mean and the new running variance. Leave what you were given as it is.
#
# *Builds on chapter 10, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_10_padded_batch_statistics", "locked": false, "schema_version": 3, "solution": true, "task": false}
def padded_batch_statistics(X, real, mean, variance, momentum, eps):
    """Normalised batch, new running mean and new running variance, in training.

    X is (N, n), real is (N,), 1 for at least two rows and 0 for padding; mean and variance are (n,), the
    running ones so far; momentum is the share of the batch in the new ones. Returns Z (N, n),
    with 0 in the rows that are not real, and the new running mean and variance, (n,) each.
    """
    ### BEGIN SOLUTION
    R = X[real == 1]
    m, v, k = R.mean(axis=0), R.var(axis=0), len(R)
    Z = real[:, None] * (X - m) / np.sqrt(v + eps)
    return Z, mean + momentum * (m - mean), variance + momentum * (v * k / (k - 1) - variance)
    ### END SOLUTION


# %%
padded_batch_statistics(np.array([[1.0, 4.0], [3.0, 0.0], [9.0, 9.0], [2.0, 5.0]]),
                        np.array([1, 1, 0, 1]), np.array([0.0, 1.0]),
                        np.array([1.0, 2.0]), 0.25, 0.5)

# %% nbgrader={"grade": true, "grade_id": "check_10_padded_batch_statistics", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("10.padded_batch_statistics", padded_batch_statistics)


# %% [markdown]
# ## Exercise 10.4 · Layer normalisation with an epsilon (4 points)
#
# Layer normalisation as programs have it: with a small $\varepsilon$, so that a row whose numbers are all the same is no
# trouble. For each row $i$ of $X$ ($N\times n$), with its mean $m_i$ and the mean $v_i$ of its squared deviations,
#
# $$z_{ij} = \frac{x_{ij} - m_i}{\sqrt{v_i + \varepsilon}}, \qquad y_{ij} = \gamma_j z_{ij} + \beta_j .$$
#
# The layers above send back $G = \partial L/\partial Y$ ($N \times n$). Write $\partial L/\partial X$ ($N \times n$),
# $\partial L/\partial\gamma$ and $\partial L/\partial\beta$ ($n$ each). $\varepsilon$ need not be small.
#
# *Builds on chapter 10, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_10_layer_norm_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer_norm_gradients(X, gamma, G, eps):
    """Slopes of the loss in X, gamma and beta for layer normalisation.

    X is (N, n), gamma is (n,), G is (N, n), the slope of the loss in Y; eps > 0. Returns dX
    (N, n), dgamma (n,) and dbeta (n,).
    """
    ### BEGIN SOLUTION
    C = X - X.mean(axis=1, keepdims=True)
    s = np.sqrt((C ** 2).mean(axis=1, keepdims=True) + eps)
    Z, D = C / s, G * gamma
    D = D - D.mean(axis=1, keepdims=True) - Z * (Z * D).mean(axis=1, keepdims=True)
    return D / s, (G * Z).sum(axis=0), G.sum(axis=0)
    ### END SOLUTION


# %%
layer_norm_gradients(np.array([[1.0, 2.0, 6.0], [0.0, 4.0, -1.0]]), np.array([1.0, 0.5, 2.0]),
                     np.array([[1.0, 0.0, -1.0], [0.5, 1.0, 2.0]]), 0.5)

# %% nbgrader={"grade": true, "grade_id": "check_10_layer_norm_gradients", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("10.layer_norm_gradients", layer_norm_gradients)


# %% [markdown]
# ## Exercise 10.5 · A block that normalises first (4 points)
#
# The block of many modern networks: a branch that normalises first, and what came in beside it. Each row of $X$ ($N\times
# d$) is divided by the root $r_i$ of its mean square (RMS normalisation, without scale and without $\varepsilon$):
#
# $$Z = \mathrm{diag}(r)^{-1} X, \qquad r_i = \sqrt{\tfrac1d\sum_j x_{ij}^2}, \qquad Y = X + \tanh(Z)\,W .$$
#
# $W$ is $d \times d$, and $G = \partial L/\partial Y$ is $N \times d$. Write $\partial L/\partial X$ and $\partial L/\partial
# W$. All matrices but the batch are square here, so a wrong transpose does not stop with an error.
#
# *Builds on chapter 10, §8.*

# %% nbgrader={"grade": false, "grade_id": "answer_10_prenormalised_block_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def prenormalised_block_gradients(X, W, G):
    """Slopes of the loss in X and W for the block Y = X + tanh(Z) W, Z = X / r by rows.

    r is the root of the mean square of a row. X and G are (N, d), W is (d, d); G is the slope of
    the loss in Y. Returns dX (N, d) and dW (d, d).
    """
    ### BEGIN SOLUTION
    r = np.sqrt((X ** 2).mean(axis=1, keepdims=True))
    Z = X / r
    A = np.tanh(Z)
    D = (G @ W.T) * (1 - A ** 2)
    D = (D - Z * (Z * D).mean(axis=1, keepdims=True)) / r
    return G + D, A.T @ G
    ### END SOLUTION


# %%
prenormalised_block_gradients(np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 2.0]]),
                              np.array([[1.0, 0.5], [-1.0, 2.0]]),
                              np.array([[1.0, 0.0], [0.5, -1.0], [2.0, 1.0]]))

# %% nbgrader={"grade": true, "grade_id": "check_10_prenormalised_block_gradients", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("10.prenormalised_block_gradients", prenormalised_block_gradients)
