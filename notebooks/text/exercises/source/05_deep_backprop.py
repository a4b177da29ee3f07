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
# # 05 · Exercises: Backpropagation through any number of layers
#
# Each exercise is a variant of something in chapter 05. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("05.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, given, hint, progress
from mlp_lib.networks import softmax

# %% [markdown]
# Some exercises give you numbers of your own. Write your name here; in a class, the id that your teacher gave you.

# %%
NAME = "Ada Lovelace"


# %% [markdown]
# ## Exercise 05.1 · Back through a stretched tanh (2 points)
#
# A plain tanh never quite reaches the values $\pm1$. Some networks therefore stretch it: a hidden layer has the values
#
# $$X = c \tanh(k\,S), \qquad c, k > 0,$$
#
# entry by entry, from the scores $S$ ($N \times d$). To save memory the scores were thrown away. What is left is $X$,
# the error of the layer above, $\Delta^{\text{above}}$ ($N \times d^{\text{above}}$), and the weights between the two
# layers, $W^{\text{above}}$ ($d \times d^{\text{above}}$). As in the chapter, $\Delta$ holds the slopes of each sample's
# own loss, without $\frac1N$.
#
# Write the error in the scores of this layer, $\Delta$ ($N \times d$). Use $X$ only, not the scores. Units may be
# saturated: then $X$ is exactly $c$ or $-c$.
#
# *Builds on chapter 05, §5.*

# %% nbgrader={"grade": false, "grade_id": "answer_05_error_through_scaled_tanh", "locked": false, "schema_version": 3, "solution": true, "task": false}
def error_through_scaled_tanh(Delta_above, W_above, X, c, k):
    """Error in the scores of a layer whose values are X = c tanh(k S).

    Delta_above is (N, d_above), W_above is (d, d_above), X is (N, d); c, k > 0.
    The result is (N, d).
    """
    ### BEGIN SOLUTION
    return (Delta_above @ W_above.T) * c * k * (1 - (X / c) ** 2)
    ### END SOLUTION


# %%
error_through_scaled_tanh(np.array([[1.0, -2.0]]), np.array([[0.5, 1.0], [2.0, 0.0], [1.0, 1.0]]),
                          np.array([[0.0, 1.2, -0.9]]), 1.5, 0.5)

# %% nbgrader={"grade": true, "grade_id": "check_05_error_through_scaled_tanh", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("05.error_through_scaled_tanh", error_through_scaled_tanh)

# %% [markdown]
# ## Exercise 05.2 · What the way back costs (1 point)
#
# A network has three layers: $d^{(0)}$ inputs, then $d^{(1)}$, $d^{(2)}$ and $d^{(3)}$ units. A batch has $N$ samples.
# `d` holds $d^{(0)}, d^{(1)}, d^{(2)}, d^{(3)}$ in this order.
#
# The forward pass is done and $\Delta^{(3)}$ is known. How many **multiplications** do the **matrix products** take that
# are still needed for the gradients of all three weight matrices? The product of an $a\times b$ and a $b\times c$ matrix
# takes $a\,b\,c$ of them.
#
# Leave out products entry by entry, the factor $\frac1N$, and the biases.
#
# Assign your answer to `multiplications_going_back`.
#
# *Builds on chapter 05, §7.*

# %%
N, d = given("05.multiplications_going_back", NAME).values()
print("N =", N, sep="\n")
print("d =", d, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_05_multiplications_going_back", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def products_of_the_way_back(N, d):
    """Multiplications in the matrix products of the backward pass; d holds d0, d1, d2, d3."""
    d0, d1, d2, d3 = map(int, d)
    return N * (d2 * d3 + d2 * d3 + d1 * d2 + d1 * d2 + d0 * d1)


multiplications_going_back = products_of_the_way_back(N, d)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_05_multiplications_going_back", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("05.multiplications_going_back", multiplications_going_back, NAME)

# %% [markdown]
# ## Exercise 05.3 · A bias that a mean takes away (1 point)
#
# A hidden layer first computes $S = XW + \vec1^{\,T} B$ for a batch of $N$ samples. Then, before the activation, the mean
# over the batch is taken away from each column: $C_{nj} = S_{nj} - \frac1N\sum_m S_{mj}$. The values are $\theta(C)$.
#
# What is $\partial E/\partial B$ of this layer?
#
# - **a** – As in the chapter: $\frac1N$ times the sum of the rows of the error in $C$.
# - **b** – Zero, for every batch and every activation.
# - **c** – Zero only if the columns of $XW$ have the mean 0 before the bias is added.
# - **d** – As in the chapter, but smaller by the factor $1-\frac1N$.
# - **e** – Zero only if $\theta$ is linear, because otherwise the samples have different slopes.
#
# Assign the letter to `bias_before_the_mean`.
#
# *Builds on chapter 05, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_05_bias_before_the_mean", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
bias_before_the_mean = "b"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_05_bias_before_the_mean", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("05.bias_before_the_mean", bias_before_the_mean)


# %% [markdown]
# ## Exercise 05.4 · Shortcuts around the layers (3 points)
#
# In a very deep network the error fades from layer to layer. *Residual* networks have a cure: each layer passes on what
# came in, and adds what it makes of it. All layers are $d$ units wide:
#
# $$S^{(l)} = X^{(l-1)} W^{(l)} + \vec1^{\,T} B^{(l)}, \qquad X^{(l)} = X^{(l-1)} + \tanh(S^{(l)}), \quad l = 1, \dots,
# m.$$
#
# You get the slope of the loss in the last values, $G = \partial E/\partial X^{(m)}$ ($N \times d$), all weights
# ($m \times d \times d$, `W[0]` is $W^{(1)}$) and all scores ($m \times N \times d$, `S[0]` is $S^{(1)}$).
#
# Write the slope in the values that enter the first of these layers, $\partial E/\partial X^{(0)}$ ($N \times d$), for
# any number $m$ of layers. All matrices are square here, so a wrong transpose does not stop with an error.
#
# *Builds on chapter 05, §5.*

# %% nbgrader={"grade": false, "grade_id": "answer_05_error_through_shortcuts", "locked": false, "schema_version": 3, "solution": true, "task": false}
def error_through_shortcuts(G, W, S):
    """Slope of the loss in the values X0 that enter m layers with a shortcut.

    G is (N, d), the slope in the values of the last layer; W is (m, d, d) and S is (m, N, d):
    W[0] and S[0] are the weights and scores of the first layer. The result is (N, d).
    """
    ### BEGIN SOLUTION
    for W_l, S_l in zip(W[::-1], S[::-1]):
        G = G + (G * (1 - np.tanh(S_l) ** 2)) @ W_l.T
    return G
    ### END SOLUTION


# %%
error_through_shortcuts(np.array([[1.0, -1.0]]), np.array([[[2.0, 1.0], [0.0, 3.0]]]),
                        np.array([[[0.0, 0.5]]]))

# %% nbgrader={"grade": true, "grade_id": "check_05_error_through_shortcuts", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("05.error_through_shortcuts", error_through_shortcuts)


# %% [markdown]
# ## Exercise 05.5 · A layer without a mean (4 points)
#
# If all samples of a batch push a unit the same way, its scores drift. One half of *batch normalisation* prevents it:
# each column of scores loses its mean over the batch, before the activation.
#
# $$S = XW, \qquad C_{nj} = S_{nj} - \frac1N\sum_{m=1}^N S_{mj}, \qquad A = \tanh(C)$$
#
# $X$ is $N \times n$, $W$ is $n \times d$. The layers above send back $G = \partial E/\partial A$ ($N \times d$). The
# factor $\frac1N$ of the mean loss is already in $G$.
#
# Write $\partial E/\partial X$ ($N \times n$) and $\partial E/\partial W$ ($n \times d$). For the first time a sample's
# value depends on the *other* samples of its batch.
#
# *Builds on chapter 05, §5.*

# %% nbgrader={"grade": false, "grade_id": "answer_05_centred_layer_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def centred_layer_gradients(X, W, G):
    """Slopes of the loss in X and W for the layer A = tanh(XW - column means of XW).

    X is (N, n), W is (n, d), G is (N, d), the slope of the loss in A. Returns dX, of the shape
    of X, and dW, of the shape of W.
    """
    ### BEGIN SOLUTION
    S = X @ W
    D = G * (1 - np.tanh(S - S.mean(axis=0)) ** 2)
    D = D - D.mean(axis=0)
    return D @ W.T, X.T @ D
    ### END SOLUTION


# %%
centred_layer_gradients(np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]]),
                        np.array([[1.0], [0.5]]), np.array([[1.0], [-1.0], [0.5]]))

# %% nbgrader={"grade": true, "grade_id": "check_05_centred_layer_gradients", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("05.centred_layer_gradients", centred_layer_gradients)


# %% [markdown]
# ## Exercise 05.6 · How long is the gradient in each layer? (5 points)
#
# Before a deep network is trained, one number for each layer says whether it will learn: the length of its weight
# gradient. The chapter's network had ReLU inside. Yours has **tanh** in all hidden layers and softmax in the last:
#
# $$X^{(l)} = \tanh\big(X^{(l-1)} W^{(l)} + \vec1^{\,T} B^{(l)}\big), \quad l < L, \qquad
# P = \mathrm{softmax}\big(X^{(L-1)} W^{(L)} + \vec1^{\,T} B^{(L)}\big)$$
#
# The loss $E$ is the **mean** cross-entropy over the $N$ samples. `W` and `b` are lists of $L$ arrays (`W[0]` is
# $W^{(1)}$); $L$ changes from call to call, and may be 1. Labels are class numbers from 0.
#
# Return the $L$ numbers $\left\|\partial E/\partial W^{(l)}\right\|_F$ (the root of the sum of all squared entries), the
# layer next to the input first. Inputs may be as large as $10^4$.
#
# *Builds on chapter 05, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_05_gradient_lengths", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_lengths(X, labels, W, b):
    """Frobenius norms of the gradients of the mean cross-entropy in W[0], ..., W[L-1].

    tanh inside, softmax last. X is (N, d0), labels is (N,) of int; W and b are lists of L arrays,
    W[l] is (d_l, d_l+1), b[l] is (d_l+1,). The result is (L,), the layer next to X first.
    """
    ### BEGIN SOLUTION
    values, lengths = [X], []
    for W_l, b_l in zip(W[:-1], b):
        values.append(np.tanh(values[-1] @ W_l + b_l))
    D = softmax(values[-1] @ W[-1] + b[-1]) - np.eye(len(b[-1]))[labels]
    for W_l, below in zip(W[::-1], values[::-1]):
        lengths.append(np.linalg.norm(below.T @ D) / len(X))
        D = (D @ W_l.T) * (1 - below ** 2)
    return np.array(lengths[::-1])
    ### END SOLUTION


# %%
W = [np.eye(2, 3), np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]])]
b = [np.zeros(3), np.array([0.5, 0.0])]
gradient_lengths(np.array([[1.0, 0.5], [0.0, 2.0]]), np.array([0, 1]), W, b)

# %% nbgrader={"grade": true, "grade_id": "check_05_gradient_lengths", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check("05.gradient_lengths", gradient_lengths)

# %% [markdown]
# ## Exercise 05.7 · Units with a gain, derived (5 points)
#
# Every unit of every layer gets one more number, a *gain* $g_j^{(l)}$, which scales its weighted sum before the bias is
# added:
#
# $$u_j^{(l)} = \sum_i x_i^{(l-1)} w_{ij}^{(l)}, \qquad s_j^{(l)} = g_j^{(l)} u_j^{(l)} + b_j^{(l)}, \qquad
# x_j^{(l)} = \theta(s_j^{(l)}).$$
#
# Let $\delta_j^{(l)} = \partial e/\partial s_j^{(l)}$ for one sample, and assume that $\delta^{(l+1)}$ is known.
#
# 1. Derive by entries $\partial e/\partial b_j^{(l)}$, $\partial e/\partial g_j^{(l)}$ and
#    $\partial e/\partial w_{ij}^{(l)}$ in terms of $\delta_j^{(l)}$.
# 2. Derive the recursion from $\delta^{(l+1)}$ to $\delta_j^{(l)}$.
# 3. Write all of it for a batch whose samples are rows ($X$, $U$, $\Delta$ with $N$ rows; $g$ and $b$ are rows
#    $1\times d$), with the factor $\frac1N$ of the mean loss where it belongs. Give the shape of every array.
# 4. One unit has $g_j^{(l)} = 0$. Which of its parameters can still learn in the next step?
#
# A person reads your answer. What earns points:
#
# - (1) By entries: $\partial e/\partial b_j = \delta_j$ and $\partial e/\partial g_j = \delta_j u_j$, each by the chain rule through $s_j$ alone.
# - (1) By entries: $\partial e/\partial w_{ij} = \delta_j\, g_j\, x_i^{(l-1)}$, with the gain.
# - (1) The recursion $\delta_j^{(l)} = \theta'(s_j^{(l)})\sum_k \delta_k^{(l+1)} g_k^{(l+1)} w_{jk}^{(l+1)}$: the sum over $k$ is argued for, and the gain is that of the layer **above**.
# - (1) The batch form with samples as rows and shapes that fit: $\Delta\odot g$ (broadcast) before the product with $X^T$ or $W^T$; $\frac1N$ in the three parameter gradients, none in $\Delta$.
# - (1) For $g_j = 0$: its weights get no gradient and it sends nothing down; its gain (as $u_j \ne 0$) and its bias still learn.
#
# *Builds on chapter 05, §5.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_05_gain_in_words", "locked": false, "points": 5, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **Entries.** $b_j$, $g_j$ and $w_{ij}$ of layer $l$ reach the loss through $s_j$ only. So each slope is
# $\delta_j$ times one factor: $\partial s_j/\partial b_j = 1$, $\partial s_j/\partial g_j = u_j$, and
# $\partial s_j/\partial w_{ij} = g_j\,\partial u_j/\partial w_{ij} = g_j x_i^{(l-1)}$:
#
# $$\frac{\partial e}{\partial b_j^{(l)}} = \delta_j^{(l)}, \qquad \frac{\partial e}{\partial g_j^{(l)}} = \delta_j^{(l)}
# u_j^{(l)}, \qquad \frac{\partial e}{\partial w_{ij}^{(l)}} = \delta_j^{(l)} g_j^{(l)} x_i^{(l-1)}.$$
#
# **Recursion.** $x_j^{(l)}$ reaches the loss through all scores of the layer above, and $\partial s_k^{(l+1)}/\partial
# x_j^{(l)} = g_k^{(l+1)} w_{jk}^{(l+1)}$. The ways add up, and $\partial x_j/\partial s_j = \theta'(s_j)$:
#
# $$\delta_j^{(l)} = \theta'(s_j^{(l)}) \sum_k \delta_k^{(l+1)} g_k^{(l+1)} w_{jk}^{(l+1)}.$$
#
# **Batch.** With $U^{(l)} = X^{(l-1)}W^{(l)}$ ($N\times d^{(l)}$) and $g^{(l)}$ repeated for each row, let $\Gamma^{(l)}
# = \Delta^{(l)}\odot g^{(l)}$ ($N\times d^{(l)}$). Then
#
# $$\Delta^{(l)} = \theta'(S^{(l)})\odot\big(\Gamma^{(l+1)} W^{(l+1)T}\big), \qquad
# \frac{\partial E}{\partial W^{(l)}} = \frac1N X^{(l-1)T}\,\Gamma^{(l)},$$
# $$\frac{\partial E}{\partial g^{(l)}} = \frac1N\,\vec1\,\big(\Delta^{(l)}\odot U^{(l)}\big), \qquad
# \frac{\partial E}{\partial B^{(l)}} = \frac1N\,\vec1\,\Delta^{(l)}.$$
#
# The sizes are $N\times d^{(l)}$, $d^{(l-1)}\times d^{(l)}$, and twice $1\times d^{(l)}$.
#
# **A gain of 0.** The unit's weights have the gradient 0, and nothing goes down through it. Its bias learns by
# $\delta_j$. Its gain learns by $\delta_j u_j$, so the unit can come back, unlike a dead ReLU.
# ### END SOLUTION
