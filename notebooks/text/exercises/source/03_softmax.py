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
# ## Exercise 03.1 · A cross-entropy by hand (1 point)
#
# Three samples, four classes. The rows of $P$ are the probabilities that a network gives; $y$ holds the true classes,
# counted from 0.
#
# What is the mean cross-entropy, in nats (natural logarithm)? Four significant digits are enough, as in 1.234.
#
# Assign your answer to `my_cross_entropy`.
#
# *Builds on chapter 03, §6.*

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
# ## Exercise 03.2 · Label smoothing (2 points)
#
# A network that must put probability 1 on one class pushes its scores ever further apart. *Label smoothing* asks for
# less. A share $\varepsilon$ of the probability is spread evenly over all $C$ classes. The true class gets the rest on
# top:
#
# $$T_{ij} = \frac{\varepsilon}{C} + (1-\varepsilon)\,[\,j = y_i\,].$$
#
# Here $[\,j = y_i\,]$ is 1 for the true class, else 0.
#
# The loss is the mean cross-entropy $L = -\frac1N \sum_{ij} T_{ij} \ln P_{ij}$ with $P = \mathrm{softmax}(Z)$, row by
# row.
#
# Write the gradient of $L$ in the scores $Z$ ($N \times C$). The labels $y_i$ count from 0. Scores may be as large as
# $10^4$.
#
# *Builds on chapter 03, §8.*

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
np.round(label_smoothing_gradient(np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([0, 2]), 0.1), 4)

# %% nbgrader={"grade": true, "grade_id": "check_03_label_smoothing_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("03.label_smoothing_gradient", label_smoothing_gradient)

# %% [markdown]
# ## Exercise 03.3 · A constant added to the scores (1 point)
#
# The score rows of a batch are $Z$ ($N \times C$). To **each row** you add a number of its own: $Z_{ij} + c_i$.
# What happens to the probabilities $P = \mathrm{softmax}(Z)$, and to the gradient $\partial L/\partial Z$ of the mean
# cross-entropy?
#
# - **a** – The probabilities grow with $c_i$; the gradient grows too.
# - **b** – The probabilities stay, the gradient stays.
# - **c** – The probabilities stay, the gradient is multiplied by $e^{c_i}$.
# - **d** – Both stay only if all $c_i$ are the same number.
# - **e** – The probabilities stay, and the gradient becomes zero.
#
# Assign the letter to `shift_of_scores`.
#
# *Builds on chapter 03, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_03_shift_of_scores", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
shift_of_scores = "b"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_03_shift_of_scores", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("03.shift_of_scores", shift_of_scores)


# %% [markdown]
# ## Exercise 03.4 · Several labels at once (2 points)
#
# A photograph may show a dog *and* a beach. So each of $K$ labels gets a yes or no of its own. Its probability is the
# sigmoid of its own score, $P_{ij} = \sigma(Z_{ij})$, and a row of $P$ need not sum to 1. With $Y_{ij} \in \{0, 1\}$ the
# loss is summed over the labels and averaged over the samples:
#
# $$L = -\frac1N \sum_{i=1}^N \sum_{j=1}^K \Big( Y_{ij} \ln P_{ij} + (1 - Y_{ij}) \ln(1 - P_{ij}) \Big).$$
#
# Write $L$ from the scores $Z$ ($N \times K$) and the labels $Y$ ($N \times K$). Scores lie between $-2\cdot10^4$ and
# $2\cdot10^4$, and the result must be right there too: a label that is wrong by $10^4$ costs $10^4$.
#
# *Builds on chapter 03, §13.*

# %% nbgrader={"grade": false, "grade_id": "answer_03_multi_label_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def multi_label_loss(Z, Y):
    """Cross-entropy of yes-or-no labels: summed over the labels, mean over the samples.

    Z is (N, K), the scores; Y is (N, K) of 0 and 1. The result is one number, in nats.
    """
    ### BEGIN SOLUTION
    return np.sum(np.logaddexp(0, Z) - Y * Z) / len(Z)
    ### END SOLUTION


# %%
np.round(multi_label_loss(np.array([[2.0, -1.0, 0.0], [0.5, 1.0, -3.0]]), np.array([[1, 0, 1], [0, 1, 0]])), 4)

# %% nbgrader={"grade": true, "grade_id": "check_03_multi_label_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("03.multi_label_loss", multi_label_loss)


# %% [markdown]
# ## Exercise 03.5 · Softmax with a temperature, derived (4 points)
#
# Let $p_j = \dfrac{e^{z_j/T}}{\sum_{k=1}^C e^{z_k/T}}$ with a temperature $T > 0$, and $\ell = -\ln p_y$ for the true
# class $y$.
#
# Derive $\partial p_j/\partial z_k$ and $\partial \ell/\partial z_k$, each step with its reason. Then say what $\partial
# \ell/\partial z$ tends to when $T$ grows without end, and how fast.
#
# A person reads your answer. What earns points:
#
# - (1) The quotient rule, or the logarithm, is applied with the inner derivative $1/T$.
# - (1) $\partial p_j/\partial z_k$ is derived for $j=k$ and for $j\ne k$, or for both in one line.
# - (1) $\partial \ell/\partial z_k$ follows from it, and all factors $p_y$ cancel before the last line.
# - (1) The limit is right, with its speed, and it is said which factor brings it about and which does not.
#
# *Builds on chapter 03, §5.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_03_softmax_in_words", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# With $u_k = z_k/T$ the quotient rule gives, for $S = \sum_k e^{u_k}$,
#
# $$\frac{\partial p_j}{\partial u_k} = \frac{[j=k]\,e^{u_j}S - e^{u_j}e^{u_k}}{S^2} = p_j([j=k]-p_k).$$
#
# Since $\partial u_k/\partial z_k = 1/T$,
#
# $$\frac{\partial p_j}{\partial z_k} = \frac1T\,p_j([j=k]-p_k), \qquad
# \frac{\partial \ell}{\partial z_k} = -\frac{1}{p_y}\,\frac{\partial p_y}{\partial z_k}
# = -\frac1T\,([y=k]-p_k) = \frac1T\,(p_k - [k=y]).$$
#
# When $T$ grows, all $z_k/T$ go to 0 and $p_k$ goes to $1/C$. The bracket then tends to $\frac1C-[k=y]$, which is not 0.
# So the gradient goes to 0 like $1/T$, because of the factor in front alone:
# $T\,\partial\ell/\partial z_k \to \frac1C-[k=y]$.
# ### END SOLUTION

# %% [markdown]
# ## Exercise 03.6 · The slope in the temperature (3 points)
#
# A trained network is often too sure of itself. *Temperature scaling* mends that after the training: all scores are
# divided by one number $T > 0$, and only $T$ is trained, on data that the network has not seen. The weights and the
# scores $Z$ ($N \times C$) stay as they are. The loss is
#
# $$L(T) = -\frac1N \sum_{i=1}^N \ln P_{i y_i}, \qquad P = \mathrm{softmax}(Z/T) \text{ row by row}.$$
#
# Write $\mathrm dL/\mathrm dT$, one number. The labels $y_i$ count from 0. Scores may be as large as $10^4$.
#
# *Builds on chapter 03, §8.*

# %% nbgrader={"grade": false, "grade_id": "answer_03_temperature_slope", "locked": false, "schema_version": 3, "solution": true, "task": false}
def temperature_slope(Z, labels, T):
    """Derivative in T of the mean cross-entropy of softmax(Z / T); one number.

    Z is (N, C), labels is (N,) of int, T is a number > 0.
    """
    ### BEGIN SOLUTION
    N = len(Z)
    G = softmax(Z / T)
    G[np.arange(N), labels] -= 1
    return -np.sum(G * Z) / (N * T**2)
    ### END SOLUTION


# %%
np.round(temperature_slope(np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([0, 2]), 2.0), 4)

# %% nbgrader={"grade": true, "grade_id": "check_03_temperature_slope", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("03.temperature_slope", temperature_slope)


# %% [markdown]
# ## Exercise 03.7 · Focal loss (4 points)
#
# Where nearly all samples are easy, as in the search for small objects in large pictures, their many small losses drown
# the few hard ones. The *focal loss* turns down what is already right. With $p_i = P_{iy_i}$, the probability that sample
# $i$ gives its true class,
#
# $$L = -\frac1N \sum_{i=1}^N (1 - p_i)^\gamma \ln p_i, \qquad P = \mathrm{softmax}(Z) \text{ row by row}, \quad
# \gamma \ge 1.$$
#
# Write the gradient of $L$ in the scores $Z$ ($N \times C$). The labels $y_i$ count from 0. Scores may be as large as
# $10^4$: then some $p_i$ are 0 or 1 in the computer, and no entry of the result may be nan.
#
# *Builds on chapter 03, §8.*

# %% nbgrader={"grade": false, "grade_id": "answer_03_focal_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def focal_gradient(Z, labels, gamma):
    """Gradient of the mean focal loss in the scores.

    Z is (N, C), labels is (N,) of int, gamma is a number >= 1. The result is (N, C).
    """
    ### BEGIN SOLUTION
    N = len(Z)
    true = (np.arange(N), labels)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_P = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_p = log_P[true]
    p = np.exp(log_p)
    slope = gamma * (1 - p) ** (gamma - 1) * p * log_p - (1 - p) ** gamma
    inner = -np.exp(log_P)
    inner[true] += 1
    return slope[:, None] * inner / N
    ### END SOLUTION


# %%
np.round(focal_gradient(np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.5]]), np.array([0, 2]), 2.0), 4)

# %% nbgrader={"grade": true, "grade_id": "check_03_focal_gradient", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("03.focal_gradient", focal_gradient)
