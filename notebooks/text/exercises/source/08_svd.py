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
# # 08 · Exercises: SVD
#
# Each exercise is a variant of something in chapter 08. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("08.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, given, hint, progress
from mlp_lib.linear_algebra import homogeneous_least_squares, null_space

# %% [markdown]
# Some exercises give you numbers of your own. Write your name here; in a class, the id that your teacher gave you.

# %%
NAME = "Ada Lovelace"

# %% [markdown]
# ## Exercise 08.1 · What the cut loses (1 point)
#
# A matrix $A$ of $7 \times 5$ has the singular values `s` $= (\sigma_1, \dots, \sigma_5)$. Let $A_k$ be the best matrix
# of rank `k`: of the sum $\sum_i \sigma_i u_i v_i^T$ it keeps the first $k$ terms.
#
# How large is the error, measured as a share of $A$,
#
# $$\frac{\|A - A_k\|_F}{\|A\|_F}\;?$$
#
# It is a number between 0 and 1, no percentage; give four digits behind the point.
#
# Assign your answer to `my_lost_share`.
#
# *Builds on chapter 08, §10.*

# %%
s, k = given("08.my_lost_share", NAME).values()
print("s =", s, sep="\n")
print("k =", k, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_08_my_lost_share", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def lost_share(s, k):
    """Error of the best matrix of rank k as a share of the matrix; s is (5,), descending."""
    return np.sqrt(np.sum(s[k:] ** 2) / np.sum(s**2))


my_lost_share = lost_share(s, k)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_08_my_lost_share", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("08.my_lost_share", my_lost_share, NAME)

# %% [markdown]
# ## Exercise 08.2 · All eigenvalues are 1 (1 point)
#
# Of a real matrix $A$ of $3 \times 3$ you know only this: all its eigenvalues are 1, counted with multiplicity three.
# $A$ need not be symmetric.
#
# What follows?
#
# - **a** – $A$ is the identity.
# - **b** – All its singular values are 1, so $|Ax| = |x|$ for every $x$.
# - **c** – $|Ax| \ge |x|$ for every $x$: the smallest eigenvalue bounds how far a vector can shrink.
# - **d** – There are three independent vectors that $A$ leaves as they are.
# - **e** – $A$ has rank 3, but its condition number may be as large as you like.
#
# Assign the letter to `eigenvalues_all_one`.
#
# *Builds on chapter 08, §3.*

# %% nbgrader={"grade": false, "grade_id": "answer_08_eigenvalues_all_one", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
eigenvalues_all_one = "e"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_08_eigenvalues_all_one", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("08.eigenvalues_all_one", eigenvalues_all_one)


# %% [markdown]
# ## Exercise 08.3 · Ridge regression (2 points)
#
# Where columns of $A$ are nearly dependent, the least-squares solution is wild: large numbers that cancel. *Ridge
# regression* charges for the length of $x$. It minimises
#
# $$f(x) = \|Ax - b\|^2 + \mu\,\|x\|^2, \qquad \mu > 0,$$
#
# for $A$ of $m \times n$ and $b$ of $m$ entries. The penalty of a network, $\lambda\|W\|^2$, is the same thing.
#
# Write the $x$ of $n$ entries that minimises $f$. It exists for every shape and every rank: $m < n$ and dependent
# columns must work, and columns of zeros, too.
#
# *Builds on chapter 08, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_08_ridge_solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ridge_solution(A, b, mu):
    """The x that minimises |A x - b|^2 + mu |x|^2.

    A is (m, n) of any rank, b is (m,), mu > 0. The result is (n,).
    """
    ### BEGIN SOLUTION
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return Vt.T @ (s / (s**2 + mu) * (U.T @ b))
    ### END SOLUTION


# %%
ridge_solution(np.array([[3.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([10.0, 2.0, 5.0]), 1.0).round(6)

# %% nbgrader={"grade": true, "grade_id": "check_08_ridge_solution", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("08.ridge_solution", ridge_solution)


# %% [markdown]
# ## Exercise 08.4 · A line through a cloud (3 points)
#
# Section 9 fits a line to points of the plane, by its normal. In a space of $d$ dimensions a line has many normals, and
# one direction. Write the line as $p = q + t\,v$ with a point $q$, a unit vector $v$ and all numbers $t$.
#
# The rows of `points` ($N \times d$) are measured with errors in every coordinate. Let $r_i$ be the distance
# of point $i$ from the line, measured perpendicular to it. The best line minimises
#
# $$r_1^2 + r_2^2 + \dots + r_N^2.$$
#
# Return the $N$ distances from that line. (The sign of $v$ is free, the distances are not.) The line may be
# parallel to an axis, $d$ may be 2, $N$ may be less than $d$. The cloud may lie far from the origin, a million times as
# far as it is wide: six digits of the distances are to be right there, too.
#
# *Builds on chapter 08, §9.*

# %% nbgrader={"grade": false, "grade_id": "answer_08_distances_from_best_line", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distances_from_best_line(points):
    """Distance of each point from the line that fits them best.

    points is (N, d), a point a row. The line minimises the sum of the squared distances,
    measured perpendicular to it. The result is (N,).
    """
    ### BEGIN SOLUTION
    centred = points - points.mean(axis=0)
    direction = np.linalg.svd(centred, full_matrices=False).Vh[0]
    across = centred - np.outer(centred @ direction, direction)
    return np.linalg.norm(across, axis=1)
    ### END SOLUTION


# %%
distances_from_best_line(np.array([[0.0, 0, 1], [2, 0, -1], [4, 0, -1], [6, 0, 1]])).round(3)

# %% nbgrader={"grade": true, "grade_id": "check_08_distances_from_best_line", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("08.distances_from_best_line", distances_from_best_line)


# %% [markdown]
# ## Exercise 08.5 · Smallest stretch, one direction forbidden (3 points)
#
# You know one solution $c$ of a homogeneous problem and want the next best, or $c$ is a direction that makes no sense.
# So there are two constraints now:
#
# $$\min_x \|Ax\|^2 \quad\text{subject to}\quad \|x\|^2 = 1 \ \text{ and }\ c^Tx = 0.$$
#
# $A$ is $m \times n$ with $m > n$; $c$ has $n$ entries, is not zero, and has any length. With $x$ also $-x$ is a
# solution, so return the matrix $x\,x^T$ of $n \times n$, which is the same for both. No other unit vector is as good.
#
# *Builds on chapter 08, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_08_smallest_stretch_across", "locked": false, "schema_version": 3, "solution": true, "task": false}
def smallest_stretch_across(A, c):
    """Projector x x^T of the unit vector x with c^T x = 0 that makes |A x| smallest.

    A is (m, n) with m > n, c is (n,), not zero and of any length. The result is (n, n).
    """
    ### BEGIN SOLUTION
    across = null_space(c[None, :])
    x = across @ homogeneous_least_squares(A @ across)
    return np.outer(x, x)
    ### END SOLUTION


# %%
smallest_stretch_across(np.diag([1.0, 2.0, 3.0, 4.0])[:, :3], np.array([5.0, 0.0, 0.0])).round(6) + 0.0

# %% nbgrader={"grade": true, "grade_id": "check_08_smallest_stretch_across", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("08.smallest_stretch_across", smallest_stretch_across)


# %% [markdown]
# ## Exercise 08.6 · Turn one cloud onto another (4 points)
#
# Two scans of one object, point by point: the rows of $A$ and $B$ ($m \times n$, $m > n$). The second scan is turned
# about the origin, and noisy. Which rotation $R$ ($n \times n$) lays $A$ on $B$?
#
# $$\min_R \|A R - B\|_F^2 \quad\text{subject to}\quad R^TR = I,\ \ \det R = +1.$$
#
# The rows of $AR$ are the turned points. The determinant keeps mirror images out: an orthogonal matrix with determinant
# $-1$ mirrors. Even if $B$ looks like a mirror image of $A$, the best *rotation* is wanted. Both scans stay where they
# are: do not centre them.
#
# *Builds on chapter 08, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_08_rotation_between", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rotation_between(A, B):
    """The rotation R for which A R is nearest to B: orthogonal, with determinant +1.

    A and B are (m, n), a point a row, with m > n. The result is (n, n).
    """
    ### BEGIN SOLUTION
    U, _, Vt = np.linalg.svd(A.T @ B)
    U[:, -1] *= np.linalg.det(U) * np.linalg.det(Vt)
    return U @ Vt
    ### END SOLUTION


# %%
rotation_between(np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([[0.0, 2.0], [-1.0, 0.0], [-1.0, 1.0]])).round(6) + 0.0

# %% nbgrader={"grade": true, "grade_id": "check_08_rotation_between", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("08.rotation_between", rotation_between)

# %% [markdown]
# ## Exercise 08.7 · The Rayleigh quotient without symmetry, derived (5 points)
#
# Let $R(x) = \dfrac{x^TAx}{x^Tx}$ for a real $n \times n$ matrix $A$ that need **not** be symmetric, and a real
# $x \ne 0$.
#
# 1. Derive $\nabla R(x)$, and say where the derivation differs from that of section 8.
# 2. Show that $\nabla R(x)$ is perpendicular to $x$. Which property of $R$ is behind this?
# 3. At which $x$ is $\nabla R(x) = 0$, and which values has $R$ there? Are these the eigenvectors of $A$? Give an
#    example of $2 \times 2$ that decides it.
#
# A person reads your answer. What earns points:
#
# - (1) The numerator is differentiated without the use of symmetry, with a term for each place of $x$ in it.
# - (1) The quotient rule, and the gradient in a closed form that becomes the chapter's formula for $A = A^T$.
# - (1) $x^T\nabla R = 0$ is computed, and the property of $R$ that makes it so is named.
# - (1) All points with $\nabla R = 0$ are described, and the values of $R$ there.
# - (1) An example in numbers decides whether they are the eigenvectors of $A$.
#
# *Builds on chapter 08, §8.*

# %% [markdown] nbgrader={"grade": true, "grade_id": "written_08_rayleigh_in_words", "locked": false, "points": 5, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **1.** The numerator $p = x^TAx$ has the differential $dp = dx^TAx + x^TA\,dx = x^T(A^T + A)\,dx$: a number equals its
# transpose, so $dx^TAx = x^TA^T\,dx$. The denominator $q = x^Tx$ has $dq = 2x^T\,dx$. With $dR = (dp - R\,dq)/q$,
#
# $$\nabla R(x) = \frac{1}{x^Tx}\big((A + A^T)\,x - 2R\,x\big).$$
#
# In section 8 the two terms of $dp$ are equal, since $A^T = A$, and a factor 2 can be taken out.
#
# **2.** $x^T(A + A^T)x = 2x^TAx = 2R\,x^Tx$. So $x^T\nabla R = \frac{1}{x^Tx}(2R\,x^Tx - 2R\,x^Tx) = 0$. The reason:
# $R(tx) = R(x)$ for all $t \ne 0$. $R$ is constant along the line of $x$, so the slope in that direction is 0.
#
# **3.** $\nabla R(x) = 0$ says $Sx = R\,x$ with the symmetric part $S = \frac12(A + A^T)$. So it vanishes exactly at
# the eigenvectors of $S$, and there $R$ is the eigenvalue of $S$. In fact $x^TAx = x^TSx$ for all $x$: $R$ knows
# nothing of $A$ but $S$. Take $A$ with the rows $(0, 1)$ and $(0, 0)$. Its eigenvectors are the multiples of $(1, 0)$,
# with $R = 0$, and there $\nabla R = (0, 1) \ne 0$. $S$ has the eigenvectors $(1, 1)$ and $(1, -1)$ with $\pm\frac12$:
# the largest and the smallest value of $R$.
# ### END SOLUTION
