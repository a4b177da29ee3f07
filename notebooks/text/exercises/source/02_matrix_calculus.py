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
# # 02 · Exercises: Tensors, differentials, traces
#
# Each exercise is a variant of something in chapter 02. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("02.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, given, hint, progress

# %% [markdown]
# Some exercises give you numbers of your own. Write your name here; in a class, the id that your teacher gave you.

# %%
NAME = "Ada Lovelace"

# %% [markdown]
# ## Exercise 02.1 · A tensor that is mostly empty (1 point)
#
# The gradient of a layer's weights contains a product of the form $Z = X^TY$, with $X$: $n\times m$ and $Y$:
# $n\times k$. All entries of $Y$ differ from zero.
#
# Think of the tensor $\partial Z/\partial X$, as `calculus.derivative` returns it.
#
# 1. What is its shape?
# 2. How many of its entries are not zero?
#
# Answer with a tuple that holds the shape and the count. For example `((9, 8, 7, 6), 100)`.
#
# Assign your answer to `my_tensor`.
#
# *Builds on chapter 02, §4.*

# %%
n, m, k = given("02.my_tensor", NAME).values()
print("n =", n, sep="\n")
print("m =", m, sep="\n")
print("k =", k, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_02_my_tensor", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def shape_and_count(n, m, k):
    """Shape of the derivative of X^T Y in X, and how many of its entries depend on Y."""
    return (m, k, n, m), m * k * n


my_tensor = shape_and_count(n, m, k)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_02_my_tensor", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("02.my_tensor", my_tensor, NAME)

# %% [markdown]
# ## Exercise 02.2 · The differential in the middle (1 point)
#
# You have taken a differential, and your page ends with
#
# $$df = \mathrm{Tr}\big(P\,(dX)\,Q\big).$$
#
# All three matrices are $3\times3$, so no shape will warn you. They have no special form, and the entries of $X$ are
# free. What is $\nabla_Xf$?
#
# - **a** – $PQ$
# - **b** – $QP$
# - **c** – $Q^TP^T$
# - **d** – $P^TQ^T$
# - **e** – It cannot be read off: $dX$ has a factor on both sides.
#
# Assign the letter to `where_the_trace_ends`.
#
# *Builds on chapter 02, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_02_where_the_trace_ends", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
where_the_trace_ends = "d"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_02_where_the_trace_ends", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("02.where_the_trace_ends", where_the_trace_ends)


# %% [markdown]
# ## Exercise 02.3 · A fit with entries of different weight (2 points)
#
# A table $C$ of ratings is to be explained by a few numbers $X$: $AXB$ should come near $C$. Some entries of the table
# are reliable, some less so, and some nobody ever gave. So each has a weight $K_{ij}\ge0$, and 0 means unknown:
#
# $$L(X) = \sum_{ij} K_{ij}\,\big((AXB)_{ij} - C_{ij}\big)^2.$$
#
# $X$ is $n\times m$, $A$ is $p\times n$, $B$ is $m\times q$; $C$ and $K$ are $p\times q$.
#
# Write $\nabla_XL$. What stands in $C$ at an unknown place may be any finite number, however large.
#
# *Builds on chapter 02, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_02_masked_fit_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def masked_fit_gradient(X, A, B, C, K):
    """Gradient in X of the sum over all entries of K * (A X B - C)**2.

    X is (n, m), A is (p, n), B is (m, q), C and K are (p, q). The result is (n, m).
    """
    ### BEGIN SOLUTION
    return 2 * A.T @ (K * (A @ X @ B - C)) @ B.T
    ### END SOLUTION


# %%
A, K = np.array([[1.0], [2.0], [0.0]]), np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
masked_fit_gradient(np.ones((1, 2)), A, np.eye(2), np.zeros((3, 2)), K)

# %% nbgrader={"grade": true, "grade_id": "check_02_masked_fit_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("02.masked_fit_gradient", masked_fit_gradient)


# %% [markdown]
# ## Exercise 02.4 · How noisy are the sensors? (2 points)
#
# An instrument has $D$ sensors. How their errors vary together is known from the factory: the covariance is
# $\Sigma = s\,S$ with a known matrix $S$. How strong the noise is today is not known; it is the one number $s > 0$. The
# true values $\vec\mu$ are not known either.
#
# You take $N$ readings $\vec x_i$. As in the chapter, the most likely parameters minimise
#
# $$L(\vec\mu, s) = N\log|sS| + \sum_{i=1}^N(\vec x_i-\vec\mu)^T(sS)^{-1}(\vec x_i-\vec\mu).$$
#
# Write a function that returns the $s$ of the minimum. `points` is $N\times D$, a reading in each row; `S` is
# $D\times D$, symmetric and positive definite. There may be a single sensor: then `S` is $1\times1$.
#
# *Builds on chapter 02, §9.*

# %% nbgrader={"grade": false, "grade_id": "answer_02_noise_level", "locked": false, "schema_version": 3, "solution": true, "task": false}
def noise_level(points, S):
    """Most likely s if the points are drawn with covariance s S, s and the mean unknown.

    points is (N, D), one a row; S is (D, D), symmetric and positive definite. One number.
    """
    ### BEGIN SOLUTION
    N, D = points.shape
    centred = points - points.mean(axis=0)
    return np.sum(centred @ np.linalg.inv(S) * centred) / (N * D)
    ### END SOLUTION


# %%
points = np.array([[0.0, 1.0], [2.0, 1.0], [1.0, 4.0]])
print(np.round(noise_level(points, np.array([[2.0, 0.0], [0.0, 1.0]])), 4))

# %% nbgrader={"grade": true, "grade_id": "check_02_noise_level", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("02.noise_level", noise_level)


# %% [markdown]
# ## Exercise 02.5 · The tensor of a Gram matrix (3 points)
#
# The rows of $X$ ($n\times m$) describe $n$ things by $m$ features. How alike are two of them? With a weight $w_j$ for
# each feature, all answers are in the matrix
#
# $$G = X\,\mathrm{diag}(w)\,X^T, \qquad G_{ab} = \sum_{j=1}^m w_jX_{aj}X_{bj}.$$
#
# Write the whole tensor $\partial G/\partial X$ as an array `T` of shape $(n, n, n, m)$, with the upper indices first:
# `T[a, b, i, j]` is $\partial G_{ab}/\partial X_{ij}$. Mind the diagonal of $G$. The weights may be negative.
#
# *Builds on chapter 02, §3.*

# %% nbgrader={"grade": false, "grade_id": "answer_02_weighted_gram_tensor", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_gram_tensor(X, w):
    """Derivative in X of G = X diag(w) X^T, upper indices first.

    X is (n, m), w is (m,). The result is (n, n, n, m): entry [a, b, i, j] is dG_ab / dX_ij.
    """
    ### BEGIN SOLUTION
    left = np.einsum("ai,bj,j->abij", np.eye(len(X)), X, w)
    return left + left.swapaxes(0, 1)
    ### END SOLUTION


# %%
T = weighted_gram_tensor(np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 1.0]]), np.array([1.0, 2.0, 3.0]))
np.asarray(T)[0, 1]  # the slopes of G[0, 1]

# %% nbgrader={"grade": true, "grade_id": "check_02_weighted_gram_tensor", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("02.weighted_gram_tensor", weighted_gram_tensor)


# %% [markdown]
# ## Exercise 02.6 · Which measurement tells most? (3 points)
#
# An experiment is planned: row $i$ of $X$ ($n\times m$, $n>m$) describes measurement $i$, and $w_i\ge0$ says how often
# it is taken. How much is learned is measured by
#
# $$f(w) = \ln\big|S\big|, \qquad S = X^T\,\mathrm{diag}(w)\,X.$$
#
# $S$ is $m\times m$; take it as invertible. The gradient of $f$ in $w$ tells which measurement is worth repeating. Write
# it: $n$ entries.
#
# Some $w_i$ may be zero, and the columns of $X$ may come in very different units.
#
# *Builds on chapter 02, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_02_information_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def information_gradient(w, X):
    """Gradient in w of ln det(X^T diag(w) X).

    w is (n,), not negative; X is (n, m) with n > m. The result is (n,).
    """
    ### BEGIN SOLUTION
    S = X.T @ (w[:, None] * X)
    return np.sum(X @ np.linalg.inv(S) * X, axis=1)
    ### END SOLUTION


# %%
X = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 9.0]])
np.round(information_gradient(np.ones(4), X), 4)

# %% nbgrader={"grade": true, "grade_id": "check_02_information_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("02.information_gradient", information_gradient)

# %% [markdown]
# ## Exercise 02.7 · Twice through an inverse, derived (5 points)
#
# Let
#
# $$f(X) = \vec a^T\big(XX^T + \lambda I\big)^{-1}\vec b$$
#
# with $X$: $n\times m$, two fixed columns $\vec a$ and $\vec b$ of $n$ entries, and $\lambda > 0$. Every prediction
# of ridge regression has such a form.
#
# Derive $\nabla_Xf$ by differentials and the trace. Name the law or property that each step uses. Say where you use that
# $S = XX^T + \lambda I$ is symmetric. At the end, test your result on the case $n = m = 1$.
#
# A person reads your answer. What earns points:
#
# - (1) The differential of the inverse: right sign, right order of the factors, law named.
# - (1) The differential of $XX^T + \lambda I$: every term, nothing invented for $\lambda I$.
# - (1) Each term is brought into a trace that ends with $dX$, and each step names its property.
# - (1) The gradient is read off with the transpose of the rule; its shape is given, and the symmetry of $S$ is named where it is used.
# - (1) The case $n=m=1$ is worked out and compared with the derivative known from school.
#
# *Builds on chapter 02, §10.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_02_inverse_in_words", "locked": false, "points": 5, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Let $S = XX^T+\lambda I$. It is its own transpose, so $S^{-1}$ is symmetric too. Put $\vec u = S^{-1}\vec a$ and
# $\vec v = S^{-1}\vec b$; because of the symmetry $\vec a^TS^{-1} = \vec u^T$.
#
# Law 5: $df = -\vec a^TS^{-1}(dS)S^{-1}\vec b = -\vec u^T(dS)\,\vec v$.
#
# Laws 2 and 3, and $d(\lambda I) = 0$: $dS = (dX)X^T + X(dX)^T$. So
#
# $$df = -\vec u^T(dX)X^T\vec v - \vec u^TX(dX)^T\vec v.$$
#
# Each term is a number, hence its own trace. First term, by the cyclic rule:
# $\mathrm{Tr}(\vec u^T(dX)X^T\vec v) = \mathrm{Tr}(X^T\vec v\,\vec u^TdX)$. Second term, transposed first (property 2):
# $\mathrm{Tr}(\vec v^T(dX)X^T\vec u) = \mathrm{Tr}(X^T\vec u\,\vec v^TdX)$. Together
#
# $$df = -\mathrm{Tr}\big(X^T(\vec v\vec u^T+\vec u\vec v^T)\,dX\big).$$
#
# What stands before $dX$ is the transpose of the gradient:
#
# $$\nabla_Xf = -(\vec u\vec v^T + \vec v\vec u^T)\,X, \qquad (n\times n)(n\times m) = n\times m.$$
#
# For $n=m=1$: $u = a/(x^2+\lambda)$, $v = b/(x^2+\lambda)$, and the result is $-2abx/(x^2+\lambda)^2$. This is the
# derivative of $ab/(x^2+\lambda)$.
# ### END SOLUTION
