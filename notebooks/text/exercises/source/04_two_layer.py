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
# # 04 · Exercises: Two-layer networks
#
# Each exercise is a variant of something in chapter 04. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("04.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, given, hint, progress
from mlp_lib.networks import sigmoid, softmax

# %% [markdown]
# Some exercises give you numbers of your own. Write your name here; in a class, the id that your teacher gave you.

# %%
NAME = "Ada Lovelace"

# %% [markdown]
# ## Exercise 04.1 · A backward pass by hand (2 points)
#
# A network as small as possible, and one sample: a row $x$ with two features, three hidden nodes with ReLU, one output.
# There are no biases.
#
# $$a = xW_1 \;(1\times3), \qquad h = \max(a, 0), \qquad s = h\,w_2^T, \qquad L = (s - t)^2.$$
#
# $x$, $W_1$ ($2\times3$), $w_2$ (three numbers) and the target $t$ are given. What is $\partial L/\partial W_1$? Give
# all six entries, in the shape of $W_1$, as a list of two rows. Do it with pencil and paper.
#
# Assign your answer to `my_backward_pass`.
#
# *Builds on chapter 04, §4.*

# %%
x, W1, w2, t = given("04.my_backward_pass", NAME).values()
print("x =", x, sep="\n")
print("W1 =", W1, sep="\n")
print("w2 =", w2, sep="\n")
print("t =", t, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_04_my_backward_pass", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def first_weights_gradient(x, W1, w2, t):
    """Gradient of (s - t)**2 in W1; x is (2,), W1 is (2, 3), w2 is (3,), t is a number."""
    a = x @ W1
    s = np.maximum(a, 0) @ w2
    return np.outer(x, 2.0 * (s - t) * w2 * (a > 0))


my_backward_pass = first_weights_gradient(x, W1, w2, t)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_04_my_backward_pass", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("04.my_backward_pass", my_backward_pass, NAME)


# %% [markdown]
# ## Exercise 04.2 · Back through a GELU (2 points)
#
# Many networks of today have no ReLU but a *GELU*: a ReLU without the corner. In its fast form, entry by entry,
#
# $$H = A \odot \sigma(1.702\,A),$$
#
# with $A$ and $H$ of shape $N \times M$ and the sigmoid $\sigma$. Far to the right it is close to $A$, far to the left
# close to 0. In between it dips a little below 0.
#
# You get $A$ and $\partial L/\partial H$, called `dH`. Write $\partial L/\partial A$. Entries of $A$ may be as large as
# $10^4$, with either sign.
#
# *Builds on chapter 04, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_04_gelu_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gelu_backward(A, dH):
    """Gradient in the pre-activations A, from the gradient dH in H = A * sigmoid(1.702 * A).

    A and dH are (N, M). The result is (N, M).
    """
    ### BEGIN SOLUTION
    S = sigmoid(1.702 * A)
    return dH * (S + 1.702 * A * S * (1 - S))
    ### END SOLUTION


# %%
np.round(gelu_backward(np.array([[-2.0, 0.5], [1.0, 3.0]]), np.array([[1.0, 1.0], [2.0, -1.0]])), 4)

# %% nbgrader={"grade": true, "grade_id": "check_04_gelu_backward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("04.gelu_backward", gelu_backward)

# %% [markdown]
# ## Exercise 04.3 · The same function, other weights (1 point)
#
# A two-layer network: $H = \mathrm{ReLU}(XW_1 + \mathbf 1 b_1)$, scores $A_2 = HW_2 + \mathbf 1 b_2$, mean
# cross-entropy. You multiply $W_1$ and $b_1$ by 10 and divide $W_2$ by 10. What happens to the scores and to the four
# gradients?
#
# - **a** – The scores change: a ReLU is not linear, so the 10 does not pass through it.
# - **b** – The scores stay, so the loss stays, so all four gradients stay.
# - **c** – The scores stay. The gradients of $W_1$ and $b_1$ become 10 times as large, that of $W_2$ a tenth, that of $b_2$ stays.
# - **d** – The scores stay. The gradients of $W_1$ and $b_1$ become a tenth, that of $W_2$ 10 times as large, that of $b_2$ stays.
# - **e** – The scores stay. The gradients of $W_1$ and $b_1$ stay, because the mask stays; that of $W_2$ becomes 10 times as large.
#
# Assign the letter to `rescaled_layers`.
#
# *Builds on chapter 04, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_04_rescaled_layers", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
rescaled_layers = "d"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_04_rescaled_layers", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("04.rescaled_layers", rescaled_layers)


# %% [markdown]
# ## Exercise 04.4 · Huber loss with weighted samples (2 points)
#
# With the squared error a single wild target pulls the whole network: the slope grows with the error. The *Huber loss*
# is a square near 0 and a straight line far out:
#
# $$\rho(r) = \begin{cases} \tfrac12 r^2 & |r| \le \delta \\ \delta\,(|r| - \tfrac12\delta) & |r| > \delta. \end{cases}$$
#
# Some samples are also measured better than others. Sample $i$ gets the weight $w_i \ge 0$, and the loss is the
# *weighted mean* of the samples' losses:
#
# $$L = \frac{1}{\sum_i w_i}\sum_{i=1}^N w_i \sum_{j=1}^K \rho(S_{ij} - Y_{ij}).$$
#
# Write the gradient of $L$ in the outputs $S$ ($N \times K$) of the last layer. The targets $Y$ are $N \times K$,
# `weights` is `(N,)` and its sum is not 0.
#
# *Builds on chapter 04, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_04_weighted_huber_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_huber_gradient(S, Y, weights, delta):
    """Gradient of the weighted mean Huber loss in the outputs S.

    S and Y are (N, K), weights is (N,) with entries >= 0 and a sum > 0, delta is a number > 0.
    The result is (N, K).
    """
    ### BEGIN SOLUTION
    slope = np.clip(S - Y, -delta, delta)
    return weights[:, None] * slope / weights.sum()
    ### END SOLUTION


# %%
np.round(weighted_huber_gradient(np.array([[0.5, 3.0], [1.0, -2.0], [0.3, 0.1]]), np.zeros((3, 2)),
                                 np.array([1.0, 2.0, 5.0]), 1.0), 4)

# %% nbgrader={"grade": true, "grade_id": "check_04_weighted_huber_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("04.weighted_huber_gradient", weighted_huber_gradient)


# %% [markdown]
# ## Exercise 04.5 · A leak that is learned (3 points)
#
# Leaky ReLU keeps a tenth of what is negative. Why a tenth? In a *parametric ReLU* each hidden node learns its own slope
# $s_j$, and gradient descent moves it like a weight, below 0 or above 1 if that helps:
#
# $$H_{ij} = \begin{cases} A_{ij} & A_{ij} > 0 \\ s_j\,A_{ij} & \text{else} \end{cases}$$
#
# $A$ and $H$ are $N \times M$; `slopes` is `(M,)` and serves all $N$ samples. You get $A$, `slopes` and
# $\partial L/\partial H$, called `dH`. It already contains the factor $1/N$ of the mean.
#
# Write $\partial L/\partial A$ and $\partial L/\partial s$, and return both, in this order.
#
# *Builds on chapter 04, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_04_prelu_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def prelu_gradients(A, slopes, dH):
    """Gradients in A and in the slopes, from dH, the gradient in H.

    H is A where A > 0, else slopes * A, with one slope for each hidden node. A and dH are (N, M),
    slopes is (M,). Returns dA, (N, M), and dslopes, (M,).
    """
    ### BEGIN SOLUTION
    positive = A > 0
    dA = np.where(positive, 1.0, slopes) * dH
    dslopes = np.sum(np.where(positive, 0.0, A) * dH, axis=0)
    return dA, dslopes
    ### END SOLUTION


# %%
for part in prelu_gradients(np.array([[1.0, -2.0], [-0.5, 3.0], [-1.0, -1.0]]), np.array([0.1, 0.2]),
                            np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0]])):
    print(np.round(part, 4))

# %% nbgrader={"grade": true, "grade_id": "check_04_prelu_gradients", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("04.prelu_gradients", prelu_gradients)


# %% [markdown]
# ## Exercise 04.6 · Dropout (4 points)
#
# A network that may lean on any single hidden node memorises easily. *Dropout* silences nodes at random in every step of
# the training, another choice for each sample. What is kept is made larger, so that the scores stay the same on average.
#
# The random choice is given: `keep` is $N \times M$, 1 where a hidden value is kept and 0 where it is dropped; $q$ is the
# probability of being *kept*.
#
# $$A_1 = XW_1 + \mathbf 1 b_1, \quad H = \frac1q\,\mathrm{keep} \odot \mathrm{ReLU}(A_1), \quad
# A_2 = HW_2 + \mathbf 1 b_2, \quad P = \mathrm{softmax}(A_2),$$
#
# $$L = -\frac1N\sum_i \ln P_{iy_i}.$$
#
# $X$ is $N\times D$, $W_1$ is $D\times M$, $W_2$ is $M\times C$; the biases are plain rows, `(M,)` and `(C,)`. Write the
# gradients of $L$ in $W_1$, $b_1$, $W_2$ and $b_2$, and return them in this order. The labels $y_i$ count from 0. It may
# happen that every node is dropped. Entries of $X$ may be as large as $10^4$, and the scores larger still.
#
# *Builds on chapter 04, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_04_dropout_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_gradients(X, labels, keep, q, W1, b1, W2, b2):
    """Gradients of the mean cross-entropy of a ReLU network with dropout after the ReLU.

    X is (N, D), labels is (N,) of int, keep is (N, M) of 0 and 1, q is a number in (0, 1],
    W1 is (D, M), b1 is (M,), W2 is (M, C), b2 is (C,). Returns dW1, db1, dW2, db2.
    """
    ### BEGIN SOLUTION
    N = len(X)
    A1 = X @ W1 + b1
    scale = keep / q
    H = np.maximum(A1, 0) * scale
    dA2 = softmax(H @ W2 + b2)
    dA2[np.arange(N), labels] -= 1
    dA2 /= N
    dA1 = (A1 > 0) * scale * (dA2 @ W2.T)
    return X.T @ dA1, dA1.sum(axis=0), H.T @ dA2, dA2.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_04_dropout_gradients", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("04.dropout_gradients", dropout_gradients)


# %% [markdown]
# ## Exercise 04.7 · A shortcut with a penalty (5 points)
#
# What a straight border can do, the hidden nodes need not learn. A *shortcut* leads from the input to the scores
# directly. An L1 penalty on its weights makes it sparse: it presses each of them towards 0 with the same force, so only
# those stay that are worth it. The hidden layer has a tanh:
#
# $$A_1 = XW_1 + \mathbf 1 b_1, \qquad H = \tanh(A_1), \qquad A_2 = HW_2 + XW_3 + \mathbf 1 b_2, \qquad
# P = \mathrm{softmax}(A_2),$$
#
# $$L = -\frac1N\sum_i \ln P_{iy_i} + \lambda \sum_{ij} |W_{3,ij}|.$$
#
# $X$ is $N\times D$, $W_1$ is $D\times M$, $W_2$ is $M\times C$, $W_3$ is $D\times C$; the biases are plain rows.
# $\lambda$ is called `lam`. Write the five gradients of $L$ and return them in the order of the arguments:
# $W_1, b_1, W_2, b_2, W_3$. The labels $y_i$ count from 0. Where an entry of $W_3$ is exactly 0, the penalty has no
# derivative: take 0 for its part there. Entries of $X$ may be as large as $10^4$, and the scores larger still.
#
# *Builds on chapter 04, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_04_shortcut_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shortcut_gradients(X, labels, W1, b1, W2, b2, W3, lam):
    """Gradients of mean cross-entropy plus lam * sum(abs(W3)); W3 leads from X to the scores.

    X is (N, D), labels is (N,) of int, W1 is (D, M), b1 is (M,), W2 is (M, C), b2 is (C,),
    W3 is (D, C), lam is a number >= 0. Returns dW1, db1, dW2, db2, dW3.
    """
    ### BEGIN SOLUTION
    N = len(X)
    H = np.tanh(X @ W1 + b1)
    dA2 = softmax(H @ W2 + X @ W3 + b2)
    dA2[np.arange(N), labels] -= 1
    dA2 /= N
    dA1 = (1 - H**2) * (dA2 @ W2.T)
    dW3 = X.T @ dA2 + lam * np.sign(W3)
    return X.T @ dA1, dA1.sum(axis=0), H.T @ dA2, dA2.sum(axis=0), dW3
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_04_shortcut_gradients", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check("04.shortcut_gradients", shortcut_gradients)
