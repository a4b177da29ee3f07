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
# # 03 · Exercises: Softmax and losses
#
# Each exercise is a variant of something in chapter 03. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("03.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. Lists, float32 and any order of operations are fine.

# %%
import numpy as np

from mlp_lib.activations import softmax
from mlp_lib.exercises import check, given, hint, progress

# %% [markdown]
# Some exercises give you numbers of your own. Write your name here; in a class, the id that your teacher gave you.

# %%
NAME = "Ada Lovelace"


# %% [markdown]
# ## Exercise 03.1 · Label smoothing (3 points)
#
# A network that must put probability 1 on one class pushes its scores ever further apart. *Label smoothing* asks for
# less. Of the probability, $\varepsilon$ is spread evenly over all $C$ classes, and the true class gets the rest on top:
#
# $$T_{ij} = \frac{\varepsilon}{C} + (1-\varepsilon)\,[\,j = y_i\,].$$
#
# The loss is the mean cross-entropy $L = -\frac1N \sum_{ij} T_{ij} \ln P_{ij}$ with $P = \mathrm{softmax}(Z)$, row by row.
#
# Write the gradient of $L$ in the scores $Z$ ($N \times C$). Scores may be as large as $10^4$.
#
# *Ground: chapter 03, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_03_label_smoothing_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def label_smoothing_gradient(Z, labels, epsilon):
    """Gradient of the mean cross-entropy with smoothed labels, in the scores.

    Z is (N, C), labels is (N,) of int, 0 <= epsilon < 1. The result is (N, C).
    """
    ### BEGIN SOLUTION
    N, C = Z.shape
    T = np.full((N, C), epsilon / C)
    T[np.arange(N), labels] += 1 - epsilon
    return (softmax(Z) - T) / N
    ### END SOLUTION


# %%
label_smoothing_gradient(np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([0, 2]), 0.1)

# %% nbgrader={"grade": true, "grade_id": "check_03_label_smoothing_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("03.label_smoothing_gradient", label_smoothing_gradient)

# %% [markdown]
# ## Exercise 03.2 · A cross-entropy by hand (1 point)
#
# Three samples, four classes. The rows of $P$ are the probabilities that a network gives; $y$ holds the true classes,
# counted from 0.
#
# What is the mean cross-entropy, in nats (natural logarithm)? Four digits are enough.
#
# Assign your answer to `my_cross_entropy`.
#
# *Ground: chapter 03, §5.*

# %%
P, y = given("03.my_cross_entropy", NAME).values()
print("P =", P, sep="\n")
print("y =", y, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_03_my_cross_entropy", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def mean_cross_entropy(P, y):
    """Mean cross-entropy in nats; P is (3, 4) with rows that sum to 1, y is (3,) of int."""
    return -np.mean(np.log(P[np.arange(len(y)), y]))


my_cross_entropy = mean_cross_entropy(P, y)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_03_my_cross_entropy", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("03.my_cross_entropy", my_cross_entropy, NAME)

# %% [markdown]
# ## Exercise 03.3 · A constant added to the scores (1 point)
#
# The score rows of a batch are $Z$ ($N \times C$). To **each row** you add a number of its own: $Z_{ij} + c_i$.
# What happens to the probabilities $P = \mathrm{softmax}(Z)$ and to $\partial L/\partial Z$ of the cross-entropy?
#
# - **a** – The probabilities grow with $c_i$; the gradient grows too.
# - **b** – The probabilities stay, the gradient stays.
# - **c** – The probabilities stay, the gradient is multiplied by $e^{c_i}$.
# - **d** – Both stay only if all $c_i$ are the same number.
# - **e** – The probabilities stay, and the gradient becomes zero.
#
# Assign the letter to `shift_of_scores`.
#
# *Ground: chapter 03, §3.*

# %% nbgrader={"grade": false, "grade_id": "answer_03_shift_of_scores", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
shift_of_scores = "b"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_03_shift_of_scores", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("03.shift_of_scores", shift_of_scores)

# %% [markdown]
# ## Exercise 03.4 · Softmax with a temperature, derived (4 points)
#
# Let $p_j = \dfrac{e^{z_j/\tau}}{\sum_k e^{z_k/\tau}}$ with a temperature $\tau > 0$, and $\ell = -\ln p_y$.
#
# Derive $\partial p_j/\partial z_k$ and $\partial \ell/\partial z_k$. Say in one sentence what a large $\tau$ does to the
# gradient.
#
# A person reads your answer. What earns points:
#
# - (1) The quotient rule, or the logarithm, applied with the inner derivative $1/\tau$.
# - (1) $\partial p_j/\partial z_k = \frac1\tau\,p_j([j=k]-p_k)$, both cases shown.
# - (1) $\partial \ell/\partial z_k = \frac1\tau(p_k - [k=y])$.
# - (1) A large $\tau$ makes the gradient small twice: by $1/\tau$, and because $p$ becomes even.
#
# *Ground: chapter 03, §4.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_03_softmax_in_words", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# With $u_k = z_k/\tau$ the chapter gives $\partial p_j/\partial u_k = p_j([j=k]-p_k)$. Since $\partial u_k/\partial z_k =
# 1/\tau$,
#
# $$\frac{\partial p_j}{\partial z_k} = \frac1\tau\,p_j([j=k]-p_k), \qquad
# \frac{\partial \ell}{\partial z_k} = -\frac{1}{p_y}\,\frac{\partial p_y}{\partial z_k} = \frac1\tau\,(p_k - [k=y]).$$
#
# A large $\tau$ shrinks the gradient by $1/\tau$, and brings $p$ near $1/C$, so that it says little about the scores.
# ### END SOLUTION
