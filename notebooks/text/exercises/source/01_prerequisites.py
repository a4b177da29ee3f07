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
# # 01 · Exercises: Slopes, Jacobians, Hessians
#
# Each exercise is a variant of something in chapter 01. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("01.1")` gives the first of three hints; call it again for the next.
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
# ## Exercise 01.1 · Three shapes (1 point)
#
# If you know the shape of a result before you compute it, you find most mistakes early. A vector $x$ of `inputs`
# numbers is turned into a vector $h$ of `hidden` numbers, and $h$ into a vector $o$ of `outputs` numbers. At the end
# there is one number, $L = \sum_i o_i^2$.
#
# In the layout of this book, what is the shape of
#
# 1. the Jacobian of $o$ in $x$,
# 2. the gradient of $L$ in $x$,
# 3. the Hessian of $L$ in $x$?
#
# Answer with a tuple of three shapes, written as numpy writes them. For example `((9, 8), (7,), (6, 5))`.
#
# Assign your answer to `my_shapes`.
#
# *Builds on chapter 01, §8.*

# %%
inputs, hidden, outputs = given("01.my_shapes", NAME).values()
print("inputs =", inputs, sep="\n")
print("hidden =", hidden, sep="\n")
print("outputs =", outputs, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_01_my_shapes", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def shapes(inputs, hidden, outputs):
    """Shapes of the Jacobian of o in x, of the gradient and of the Hessian of L in x."""
    return (outputs, inputs), (inputs,), (inputs, inputs)


my_shapes = shapes(inputs, hidden, outputs)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_01_my_shapes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("01.my_shapes", my_shapes, NAME)

# %% [markdown]
# ## Exercise 01.2 · A smaller step (1 point)
#
# You measure a slope with the central difference. The function is smooth, and its values and slopes are near 1. With
# $h = 10^{-2}$ the slope is wrong by about $10^{-5}$. You want it better and try $h = 10^{-3}$ and $h = 10^{-13}$, in
# float64.
#
# What are the two errors, roughly?
#
# - **a** – $10^{-6}$ and $10^{-16}$
# - **b** – $10^{-7}$ and $10^{-27}$
# - **c** – $10^{-7}$ and $10^{-3}$
# - **d** – $10^{-7}$ and $10^{-16}$
# - **e** – $10^{-5}$ both times
#
# Assign the letter to `size_of_the_step`.
#
# *Builds on chapter 01, §3.*

# %% nbgrader={"grade": false, "grade_id": "answer_01_size_of_the_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
size_of_the_step = "c"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_01_size_of_the_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("01.size_of_the_step", size_of_the_step)


# %% [markdown]
# ## Exercise 01.3 · A slope at the edge (2 points)
#
# At the edge of a table there is no point on the other side, so the central difference is not possible. The one-sided
# difference is, but its error has order 1. A third point mends that. For each of $K$ curves
# three values are known:
#
# $$f(a),\quad f(a+h),\quad f(a+2h).$$
#
# Combine them into a slope **at $a$** whose error has order 2: halve $h$, and a quarter of the error is left. For every
# parabola the result is exact.
#
# `values` is $K\times3$, one curve in each row; `h` is one number. The result has $K$ entries. At the right edge of a
# table the three points go to the left; then $h$ is negative, and the formula is the same.
#
# *Builds on chapter 01, §3.*

# %% nbgrader={"grade": false, "grade_id": "answer_01_slope_at_the_edge", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slope_at_the_edge(values, h):
    """Slopes at the first of three points, with an error of order h**2.

    values is (K, 3): for each of K curves f(a), f(a + h), f(a + 2h). The result is (K,).
    """
    ### BEGIN SOLUTION
    short = (values[:, 1] - values[:, 0]) / h
    long = (values[:, 2] - values[:, 0]) / (2 * h)
    return 2 * short - long
    ### END SOLUTION


# %%
slope_at_the_edge(np.array([[0.0, 1.0, 4.0], [3.0, 5.0, 7.0]]), 1.0)  # x**2 and 3 + 2x, both at 0

# %% nbgrader={"grade": true, "grade_id": "check_01_slope_at_the_edge", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("01.slope_at_the_edge", slope_at_the_edge)

# %% [markdown]
# ## Exercise 01.4 · The largest step of a walk (2 points)
#
# A valley with its minimum at the origin:
#
# $$f(x_1, x_2) = p\,x_1^2 + q\,x_1x_2 + s\,x_2^2.$$
#
# You walk down, $x \leftarrow x - \eta\nabla f(x)$, from a random start. For small $\eta$ the walk arrives. Beyond a
# certain $\eta$ it runs away. Which $\eta$ is that limit? Four significant digits are enough, as in 0.05123.
#
# Assign your answer to `my_largest_step`.
#
# *Builds on chapter 01, §9.*

# %%
p, q, s = given("01.my_largest_step", NAME).values()
print("p =", p, sep="\n")
print("q =", q, sep="\n")
print("s =", s, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_01_my_largest_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def largest_step(p, q, s):
    """Step size above which descent on p x1^2 + q x1 x2 + s x2^2 runs away."""
    return 2 / np.linalg.eigvalsh([[2 * p, q], [q, 2 * s]])[-1]


my_largest_step = largest_step(p, q, s)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_01_my_largest_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("01.my_largest_step", my_largest_step, NAME)


# %% [markdown]
# ## Exercise 01.5 · Three links of a chain (3 points)
#
# Three links, each with its own kind of slope:
#
# $$y = \sin(Az), \qquad x = \tanh(By), \qquad h = c\cdot x = \sum_j c_jx_j.$$
#
# $z$ has $k$ entries, $A$ is $m\times k$, $B$ is $n\times m$, $c$ has $n$ entries. Sine and tanh are taken entry by
# entry.
#
# Write the gradient of the number $h$ in $z$. It has $k$ entries.
#
# *Builds on chapter 01, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_01_three_link_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def three_link_gradient(z, A, B, c):
    """Gradient of c . tanh(B sin(A z)) in z.

    z is (k,), A is (m, k), B is (n, m), c is (n,). The result is (k,).
    """
    ### BEGIN SOLUTION
    s = A @ z
    t = np.tanh(B @ np.sin(s))
    by_y = B.T @ (c * (1 - t**2))
    return A.T @ (np.cos(s) * by_y)
    ### END SOLUTION


# %%
A = np.array([[1.0, 0.5], [0.0, 2.0], [1.0, 1.0]])
np.round(three_link_gradient(np.array([0.5, -1.0]), A, np.eye(3), np.array([1.0, -1.0, 2.0])), 4)

# %% nbgrader={"grade": true, "grade_id": "check_01_three_link_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("01.three_link_gradient", three_link_gradient)


# %% [markdown]
# ## Exercise 01.6 · The Jacobian of a normalised vector (3 points)
#
# Many networks scale every vector to about the same size before they go on. *RMS normalisation* divides by the root mean
# square:
#
# $$y_i = \frac{x_i}{r}, \qquad r = \sqrt{\frac1n\sum_{k=1}^n x_k^2 + \varepsilon}, \qquad \varepsilon > 0.$$
#
# Write the Jacobian, $J_{ij} = \partial y_i/\partial x_j$: $n\times n$, from $x$ with $n$ entries and the number
# $\varepsilon$. The $\varepsilon$ is there so that $x = 0$ is allowed; your Jacobian has to allow it too.
#
# *Builds on chapter 01, §8.*

# %% nbgrader={"grade": false, "grade_id": "answer_01_rms_norm_jacobian", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rms_norm_jacobian(x, epsilon):
    """Jacobian of y = x / sqrt(mean of x**2 + epsilon).

    x is (n,), epsilon > 0. The result is (n, n), rows for y, columns for x.
    """
    ### BEGIN SOLUTION
    n = len(x)
    r = np.sqrt(np.mean(x**2) + epsilon)
    y = x / r
    return (np.eye(n) - np.outer(y, y) / n) / r
    ### END SOLUTION


# %%
np.round(rms_norm_jacobian(np.array([3.0, -1.0, 2.0]), 0.1), 4)

# %% nbgrader={"grade": true, "grade_id": "check_01_rms_norm_jacobian", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("01.rms_norm_jacobian", rms_norm_jacobian)


# %% [markdown]
# ## Exercise 01.7 · A Hessian for robust fitting (3 points)
#
# A sum of squares lets one wild measurement pull the whole fit. The function $\ln\cosh r$ does not: near 0 it is the
# parabola $\frac12r^2$, far away the straight line $|r| - \ln 2$. The loss of a fit with it is
#
# $$f(x) = \sum_{i=1}^K w_i\,\ln\cosh r_i, \qquad r = Ax - b.$$
#
# $x$ has $n$ entries, $A$ is $K\times n$, $b$ and the weights $w$ have $K$ entries, and $w_i\ge0$: a weight may be 0.
#
# For Newton's step one needs the Hessian of $f$ in $x$: $n\times n$. Write it. A residual may be as large as $10^4$.
#
# *Builds on chapter 01, §8.*

# %% nbgrader={"grade": false, "grade_id": "answer_01_log_cosh_hessian", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_cosh_hessian(x, A, b, w):
    """Hessian in x of the sum over i of w_i ln cosh(r_i), with r = A x - b.

    x is (n,), A is (K, n), b and w are (K,), w is not negative. The result is (n, n).
    """
    ### BEGIN SOLUTION
    curvature = w * (1 - np.tanh(A @ x - b) ** 2)
    return A.T @ (curvature[:, None] * A)
    ### END SOLUTION


# %%
A = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]])
np.round(log_cosh_hessian(np.array([0.5, -1.0]), A, np.array([0.0, 1.0, -1.0]), np.ones(3)), 4)

# %% nbgrader={"grade": true, "grade_id": "check_01_log_cosh_hessian", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("01.log_cosh_hessian", log_cosh_hessian)
