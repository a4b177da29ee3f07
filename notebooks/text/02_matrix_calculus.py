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
# # 02 · Differentiate by matrices
#
# Sources: the survival guide §2–3 (S0); the matrix calculus slides, chapters 0 to 2 and example 3-1 (S4).
# [00](00_start_here.ipynb) names the documents. Needs: chapter 01 · about 65 minutes; what is folded below *Deeper* takes as long again;
# the cells alone run in a few seconds.
#
# ## What you will do
# You differentiate matrices by matrices in two ways, entry by entry and by differentials, and use both to fit a
# line, a Gaussian, and a map that contains an inverse.
#
# ## What you will learn
# - to say the shape of any derivative, and where each slope is written
# - to carry the chain rule through matrices
# - to read a gradient off a differential, without indices
# - to judge a claimed formula by the size of what it leaves out

# %%
from mlp_lib import calculus, plotting, showing
from mlp_lib.calculus import check_gradient, derivative
from mlp_lib.networks import sigmoid
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · Too many slopes for a matrix
#
# Take $Z = XY$ with $X$: $4\times3$ and $Y$: $3\times2$. So $Z$ is $4\times2$. Each of its 8 entries may depend on
# each of the 12 entries of $X$.

# %%
n, m, k = 4, 3, 2
rng = np.random.default_rng(2)
X, Y, b = rng.normal(size=(n, m)), rng.normal(size=(m, k)), rng.normal(size=(1, k))
print("X", X.shape, "times Y", Y.shape, "gives Z", (X @ Y).shape)

# %% jupyter={"source_hidden": true}
slopes = derivative(lambda X: X @ Y, X)
assert slopes.size == 96


def all_slopes():
    ax = plotting.show_blocks(slopes, upper=("r", "c"), lower=("i", "j"), ax=plotting.axes_or_new(None, (5, 3.2)))
    return plotting.described(ax, "Eight blocks, one for each entry of Z, in four rows and two columns. In the blocks of "
                              "row r only row r is filled, with a column of Y; all else is blank.")


predict("02 slopes", "Each of 8 numbers may depend on each of 12. How many of the 96 slopes are not zero?",
        all_slopes, choices=(8, 12, 24, 96), answer=lambda _: int(np.count_nonzero(np.abs(slopes) > 1e-9)),
        why="24. Row r of Z reads row r of X and nothing else: 8 entries, three slopes each.")

# %% [markdown]
# The picture has one block for each entry $Z_{rc}$; inside it stands one slope for each entry $X_{ij}$, or a blank for 0.
# *Where* a block is filled depends on its row $r$, and with *which* numbers on its column $c$: left blocks
# hold other numbers than right ones, the columns of $Y$.
#
# 96 slopes do not fit into a matrix. This chapter is about two ways to handle them. The first writes all of them
# down, with four indices (sections 2–4). The second never writes them down at all (sections 5–9).

# %% [markdown]
# ## 2 · Where to write a slope: layout
#
# Let $f$ be a number that depends on a column $\mathbf x$: $n\times1$. Its slopes are written in the
# shape of $\mathbf x$: $\partial f/\partial\mathbf x$ is $n\times1$. The slopes $\partial p_i/\partial x_j$ of *many* numbers fit
# into a matrix in two ways: with $p_i$ in row $i$ (*numerator layout*, the Jacobian $J$), or with $x_j$ in row $j$
# (*denominator layout*, $J^T$). Neither is wrong. Wrong is only to mix them.
#
# **The choice of this book.** A gradient has the shape of what it belongs to. Everything else keeps its indices
# in one fixed order: first those of the output, then those of the input. So `calculus.derivative` returns the shape
# of the output followed by the shape of the input. For vectors that is numerator layout.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: both layouts of one Jacobian, and those of the documents

# %% [markdown]
# **Many by many.** Now $\mathbf p$ has 4 entries and $\mathbf x$ has 3: twelve slopes $\partial p_i/\partial x_j$.
# They fit into a matrix in two ways. A **layout convention** is the choice between them:
#
# - *numerator layout*: row $i$ belongs to $p_i$, the numerator. The matrix is $4\times3$. It is the Jacobian $J$.
# - *denominator layout*: row $j$ belongs to $x_j$, the denominator. The matrix is $3\times4$. It is $J^T$.
#
# One example in both: $\mathbf s = A\mathbf x$ with $A$: $4\times3$, and $p_i = \tanh s_i$. In numerator layout
# $\partial\mathbf s/\partial\mathbf x = A$, and the chain rule puts the **outer** factor first. In denominator layout it is $A^T$,
# and the **inner** factor comes first.

# %% tags=["S3-LAYOUT"]
A, x = rng.normal(size=(4, 3)), rng.normal(size=3)
p = np.tanh(A @ x)
outer_slopes = np.diag(1 - p**2)                         # ∂p/∂s, 4 × 4, the same in both
numerator = outer_slopes @ A                             # (∂p/∂s)(∂s/∂x): 4 × 3
denominator = A.T @ outer_slopes                         # (∂s/∂x)(∂p/∂s): 3 × 4
assert numerator.shape == (4, 3) != denominator.shape == (3, 4)
showing.same("slopes of p in x", numerator_layout=numerator, denominator_layout_transposed=denominator.T,
             measured=derivative(lambda x: np.tanh(A @ x), x))

# %% [markdown]
# The same twelve numbers, transposed.

# %% [markdown]
# The survival guide's example of one number by many: $f=\sum_i x_i^3$ has the column of the $3x_i^2$ as its gradient.

# %% tags=["S0-N1"]
column = np.random.default_rng(1).normal(size=(5, 1))
slope = calculus.gradient(lambda x: np.sum(x**3), column)
showing.same("gradient, a column as x is", formula=3 * column**2, measured=slope)

# %% [markdown]
# The linear algebra slides mix the two: their Jacobian is in numerator layout, their layers and networks are in denominator
# layout, $\frac{\partial L}{\partial s}=\frac{\partial p}{\partial s}\frac{\partial L}{\partial p}$. Read the
# second as $\nabla_xL = J^T\nabla_pL$ with gradients as columns. For a loss $L = \sum_i p_i^3$:

# %% tags=["S3-LAYOUT"]
dL_dp = 3 * p**2
row = dL_dp[None, :] @ numerator                         # (1 × 4)(4 × 3): a row
column = denominator @ dL_dp[:, None]                    # (3 × 4)(4 × 1): a column
assert row.shape == (1, 3)
assert column.shape == (3, 1)
assert np.allclose(row, column.T)
assert check_gradient(lambda x: np.sum(np.tanh(A @ x) ** 3), x, column[:, 0]) < 1e-6
showing.same("dL/dx", row_by_numerator_layout=row, column_by_denominator_layout=column.T)


# %% [markdown]
# **Many by one.** The survival guide says that $\partial\mathbf f/\partial x$, a vector by a number, is "in
# standard notation" transposed. That holds in denominator layout: there $\partial\mathbf f/\partial x$ is a row, so that the
# inner factor can come first, $\frac{dL}{dx} = \frac{\partial\mathbf f}{\partial x}\frac{\partial L}{\partial\mathbf f}$, shapes
# $(1\times5)(5\times1)$. Our $\mathbf f$ holds the powers $x^2,\dots,x^6$, and $L=\sum_i\sin f_i$.

# %% tags=["S0-N1c"]
def powers(x):
    return x ** np.arange(2, 7)                          # (5,)


df_dx = derivative(powers, 1.3)[None, :]                 # 1 × 5, denominator layout
dL_df = np.cos(powers(1.3))[:, None]                     # 5 × 1
measured = derivative(lambda x: np.sum(np.sin(powers(x))), 1.3)
showing.same("dL/dx", denominator_layout=df_dx @ dL_df, numerator_layout=dL_df.T @ df_dx.T, measured=[[measured]])

# %% [markdown]
# For a matrix $G$: $4\times3$ of one number $y$ it is the same. In denominator layout $\partial G/\partial y$ is
# $3\times4$, and $\frac{dL}{dy}$ is the trace of its product with $\frac{\partial L}{\partial G}$: $4\times3$.

# %% tags=["S0-N1c"]
dG_dy = derivative(lambda y: np.sin(y * A), 0.7).T       # 3 × 4
dL_dG = 2 * np.sin(0.7 * A)                              # L = sum of squares; 4 × 3
measured = derivative(lambda y: np.sum(np.sin(y * A) ** 2), 0.7)
showing.same("dL/dy", trace_of_the_product=np.trace(dG_dy @ dL_dG), measured=measured)

# %% [markdown]
# The last entries of $\partial g/\partial Y$ for $Y$: $h_y\times w_y$ carry the sizes of another matrix in the survival guide,
# $Y_{h_xw_x}$. With our $X$: $4\times3$ that would be $Y_{43}$, and $Y$: $3\times2$ has no such entry.

# %% tags=["S0-N1b"]
slope = calculus.gradient(lambda Y: np.sum(np.sin(Y)), Y)
(h_x, w_x), (h_y, w_y) = X.shape, Y.shape
assert np.isclose(slope[h_y - 1, w_y - 1], np.cos(Y[h_y - 1, w_y - 1]))
assert slope.shape == (h_y, w_y) != (h_x, w_x)
showing.refused("Y[4, 3], counting from 1", lambda: Y[h_x - 1, w_x - 1], IndexError)

# %% [markdown]
# ## 3 · A matrix by a matrix
#
# Let $Y$: $2\times5$ be a function of $X$: $4\times3$. Its slopes have two pairs of indices, the
# upper pair for $Y$, the lower pair for $X$:
#
# $$\left(\frac{\partial Y}{\partial X}\right)^{i_1i_2}_{j_1j_2} = \frac{\partial Y_{i_1i_2}}{\partial X_{j_1j_2}}.$$
#
# In numpy: `T[i1, i2, j1, j2]`. An array with more than two indices is called a *tensor* here. Our example is
# $Y = \tanh(CXW)$ with $C$: $2\times4$ and $W$: $3\times5$.

# %%
C, W = rng.normal(size=(2, 4)), rng.normal(size=(3, 5))


def inner(X):
    return np.tanh(C @ X @ W)


print("from", X.shape, "to", inner(X).shape)

# %% jupyter={"source_hidden": true}
dY_dX = derivative(inner, X)

predict("02 shape", "Which shape has derivative(inner, X)?", lambda: str(dY_dX.shape),
        choices=("(4, 3, 2, 5)", "(2, 5, 4, 3)", "(8, 15)", "(2, 3)"),
        why="The output's indices come first: entry [i1, i2, j1, j2] is the slope of Y[i1, i2] in X[j1, j2].")

# %% [markdown]
# One entry says: move $X_{j_1j_2}$ alone, and watch $Y_{i_1i_2}$ alone. One entry is moved by hand. By the chain rule
# with numbers, the slope has to be $(1-Y_{i_1i_2}^2)\,C_{i_1j_1}W_{j_2i_2}$.

# %% tags=["S0-N2"]
i1, i2, j1, j2 = 1, 4, 3, 2
step = np.zeros((4, 3))
step[j1, j2] = 1e-6
by_hand = (inner(X + step) - inner(X - step))[i1, i2] / 2e-6
formula = (1 - inner(X)[i1, i2] ** 2) * C[i1, j1] * W[j2, i2]
showing.same("slope of Y[1, 4] in X[3, 2]", of_the_tensor=dY_dX[i1, i2, j1, j2],
             moved_by_hand=by_hand, formula=formula)

# %% [markdown]
# **A product of two such tensors.** Put a second map after the first: $Z$: $6\times7$ depends on $Y$. The chain rule
# needs a product of $\partial Z/\partial Y$ and $\partial Y/\partial X$. What they share is $Y$, so the product
# sums over *both* indices of $Y$, and leaves the others in their order:
#
# $$\left(\frac{\partial Z}{\partial Y}\frac{\partial Y}{\partial X}\right)^{i_1i_2}_{j_1j_2} =
# \sum_{k_1}\sum_{k_2}\frac{\partial Z_{i_1i_2}}{\partial Y_{k_1k_2}}
# \frac{\partial Y_{k_1k_2}}{\partial X_{j_1j_2}}.$$
#
# `calculus.chain` is this double sum. Both factors are measured, and the slopes of the whole, too:

# %%
P, Q = rng.normal(size=(6, 2)), rng.normal(size=(5, 7))


def outer(Y):
    return P @ np.sin(Y) @ Q


dZ_dY = derivative(outer, inner(X))                      # (6 × 7) × (2 × 5)
dZ_dX = derivative(lambda X: outer(inner(X)), X)         # (6 × 7) × (4 × 3), measured
print("dZ/dX has the shape", dZ_dX.shape)

# %% tags=["S0-N3", "S0-N4b", "mended"]
showing.same("dZ/dX", by_the_chain_rule=calculus.chain(dZ_dY, dY_dX), measured=dZ_dX)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the product for a number, in the survival guide, and in the library

# %% [markdown]
# If $L = f(Y(X))$ is a number, there are no upper indices. What is left has the two indices of $X$:
# $\frac{\partial L}{\partial X_{ij}} = \sum_{k\ell}\frac{\partial f}{\partial Y_{k\ell}}
# \frac{\partial Y_{k\ell}}{\partial X_{ij}}$. Take $f(Y)=\sum\sin Y_{k\ell}$.

# %% tags=["S0-N4"]
df_dY = np.cos(inner(X))                                 # 2 × 5
dL_dX = calculus.chain(df_dY, dY_dX)                     # 4 × 3
showing.slopes("dL/dX", lambda X: np.sum(np.sin(inner(X))), X, dL_dX)

# %% [markdown]
# The survival guide prints the sum with the indices of $Z$ exchanged, $\partial Z_{i_2i_1}$. That is the derivative of $Z^T$.

# %% tags=["S0-N3", "fails-as-printed"]
printed = calculus.chain(dZ_dY, dY_dX).swapaxes(0, 1)
assert printed.shape == (7, 6, 4, 3) != dZ_dX.shape
assert np.allclose(printed, derivative(lambda X: outer(inner(X)).T, X))
showing.differs("dZ/dX", as_printed=printed, measured=dZ_dX)


# %% [markdown]
# Here the shapes give it away. Had $Z$ been square, only the numbers would be wrong. The library's function, with `n_y` for the
# number of indices of $Y$:

# %% tags=["shows:calculus.chain"]
def chain(dZ_dY, dY_dX, n_y=2):
    dZ_dY, dY_dX = np.asarray(dZ_dY), np.asarray(dY_dX)
    outer, inner = dZ_dY.shape[dZ_dY.ndim - n_y :], dY_dX.shape[:n_y]
    if outer != inner:
        raise ValueError(f"Y has shape {outer} in dZ_dY, but {inner} in dY_dX")
    return np.tensordot(dZ_dY, dY_dX, axes=n_y)


# %% [markdown]
# `tensordot` with `axes=2` is the double sum. With it the chain rule of the survival guide holds when $f$ is a matrix, too. And for
# vectors, `n_y=1`, the product is the plain product of two Jacobians.

# %% tags=["S0-N4b"]
assert np.allclose(chain(dZ_dY, dY_dX), dZ_dX)
showing.same("a matrix product", chain=chain(outer_slopes, A, n_y=1), product=numerator)

# %% [markdown]
# ## 4 · One layer: $Z = XY + \mathbf 1_n\mathbf b$
#
# This is the layer of every network in this book. Sizes: $X$: $n\times m$,
# $Y$: $m\times k$, $\mathbf b$: $1\times k$, $\mathbf 1_n$: $n\times1$, so $Z$: $n\times k$. The product
# $\mathbf 1_n\mathbf b$ repeats the bias in every row. By entries: $Z_{rc} = \sum_{i=1}^m X_{ri}Y_{ic} + b_c$.
#
# **Two tensors.** Differentiate the sum for $Z_{rc}$. In $X_{ij}$: the entry occurs only if $r=i$, and its factor is $Y_{jc}$.
# In $Y_{ij}$: it occurs only if $c=j$, and its factor is $X_{ri}$.
#
# $$\frac{\partial Z_{rc}}{\partial X_{ij}} = \begin{cases}Y_{jc}&r=i\\0&\text{else}\end{cases}\qquad
# \frac{\partial Z_{rc}}{\partial Y_{ij}} = \begin{cases}X_{ri}&c=j\\0&\text{else}\end{cases}$$
#
# The first is the picture of section 1. All entries of both are compared; one block of the second stands below.

# %% tags=["S0-E3.1-dZX", "S0-E3.1-dZY"]
Z = X @ Y + b
dZ_dX = derivative(lambda X: X @ Y + b, X)               # (4 × 2) × (4 × 3)
for r, c, i, j in np.ndindex(n, k, n, m):
    assert np.isclose(dZ_dX[r, c, i, j], Y[j, c] if r == i else 0)
dZ_dY = derivative(lambda Y: X @ Y + b, Y)               # (4 × 2) × (3 × 2)
for r, c, i, j in np.ndindex(n, k, m, k):
    assert np.isclose(dZ_dY[r, c, i, j], X[r, i] if c == j else 0)
showing.same("block of Z[2, 1]: column 1 is a row of X", measured=dZ_dY[2, 1], formula=np.outer(X[2], [0, 1]))

# %% [markdown]
# ### Demo: one entry, one block
#
# The tensor of any of seven maps, measured, with the block of one entry of $Z$ lit. Tab moves from control to control;
# the arrow keys move a slider or change a choice. The demo calls the two upper indices $i$, $j$, and writes $\odot$ for a product
# entry by entry.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import tensor_entries

demo = tensor_entries("Z = X Y", n=3, m=4, p=2)
assert demo.T.shape == (3, 2, 3, 4)
demo


# %% [markdown]
# What the maps show is said in what is folded at the end of this section.

# %% [markdown]
# ### From the tensor to a product
#
# Let $L = f(Z)$ be a number. Its slopes in $Z$ form a matrix of the shape of $Z$. The chain rule sums over all entries of $Z$. Watch
# one entry of the result, $\partial L/\partial X_{32}$ (row 3, column 2):
# $\sum_{r}\sum_{c}\frac{\partial L}{\partial Z_{rc}}\frac{\partial Z_{rc}}{\partial X_{32}}$, eight terms.

# %%
def f(Z):
    return np.sum(np.sin(Z) ** 2)


dL_dZ = calculus.gradient(f, Z)                          # 4 × 2
print(dL_dZ.round(3))


# %% jupyter={"source_hidden": true}
def terms_of_one_entry():
    ax = plotting.show_blocks(dZ_dX, upper=("r", "c"), lower=("i", "j"), lit=(2, 1), ax=plotting.axes_or_new(None, (5, 3.2)))
    lit = plotting.described(ax, "Eight blocks of dZ/dX. In each the place in row 3, column 2 is framed. Only in the two blocks of "
                             "row 3 does a number stand in the frame: there row 3 holds a column of Y.")
    return lit, showing.same("terms of ∂L/∂X₃₂", through_the_tensor=terms, row_times_column=by_hand)


terms, by_hand = dL_dZ * dZ_dX[:, :, 2, 1], np.zeros((n, k))
by_hand[2] = dL_dZ[2] * Y.T[:, 1]                        # row 3 of dL/dZ, column 2 of Yᵀ
assert np.count_nonzero(np.abs(terms) > 1e-9) == 2
predict("02 one term", "How many of the eight terms of ∂L/∂X₃₂ are not zero?", terms_of_one_entry, choices=(1, 2, 4, 8),
        answer=lambda _: 2, why="Framed is the slope of each entry of Z in X₃₂. X₃₂ enters row 3 of Z only, which has two entries.")

# %% [markdown]
# Step by step, each line with its reason:
#
# $$\begin{aligned}
# \frac{\partial L}{\partial X_{ij}}
# &= \sum_{r=1}^n\sum_{c=1}^k \frac{\partial L}{\partial Z_{rc}}\frac{\partial Z_{rc}}{\partial X_{ij}} && \text{chain rule}\\
# &= \sum_{c=1}^k \frac{\partial L}{\partial Z_{ic}}\frac{\partial Z_{ic}}{\partial X_{ij}} && \text{only } r=i \text{ is left}\\
# &= \sum_{c=1}^k \frac{\partial L}{\partial Z_{ic}}Y_{jc} && \text{the slope is } Y_{jc}\\
# &= \sum_{c=1}^k \frac{\partial L}{\partial Z_{ic}}(Y^T)_{cj} && Y_{jc}=(Y^T)_{cj}\\
# &= \Big(\frac{\partial L}{\partial Z}Y^T\Big)_{ij} && \text{a row meets a column}
# \end{aligned}$$
#
# The table of the answer holds the eight terms for $i=3$, $j=2$, each in the place of its $Z_{rc}$. Their sum is entry $(3,2)$ of
# the product, and so for every entry:
#
# $$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Z}\,Y^T,\qquad (n\times k)(k\times m) = n\times m.$$

# %% tags=["S0-E3.1-X"]
assert np.allclose(calculus.chain(dL_dZ, dZ_dX), dL_dZ @ Y.T)
assert np.isclose((dL_dZ @ Y.T)[2, 1], terms.sum())
showing.slopes("dL/dX", lambda X: f(X @ Y + b), X, dL_dZ @ Y.T)

# %% [markdown]
# **By $Y$** the same five lines go with the other tensor. Only $c=j$ is left, so it is $r$ that is summed:
#
# $$\frac{\partial L}{\partial Y_{ij}} = \sum_{r=1}^n (X^T)_{ir}\frac{\partial L}{\partial Z_{rj}},\qquad
# \frac{\partial L}{\partial Y} = X^T\frac{\partial L}{\partial Z},\qquad (m\times n)(n\times k)=m\times k.$$

# %% tags=["S0-E3.1-Y"]
terms = dL_dZ * dZ_dY[:, :, 0, 1]                        # those of ∂L/∂Y₁₂
assert np.isclose((X.T @ dL_dZ)[0, 1], terms.sum())
assert np.allclose(calculus.chain(dL_dZ, dZ_dY), X.T @ dL_dZ)
showing.slopes("dL/dY", lambda Y: f(X @ Y + b), Y, X.T @ dL_dZ)

# %% [markdown]
# **The bias.** $b_c$ enters every row of column $c$ with slope 1, so the slopes of all rows add up:
#
# $$\frac{\partial L}{\partial\mathbf b} = \mathbf 1_n^T\frac{\partial L}{\partial Z},
# \qquad (1\times n)(n\times k) = 1\times k.$$

# %% tags=["S0-E3.1-b"]
dL_db = np.ones((1, n)) @ dL_dZ
assert np.allclose(dL_db, dL_dZ.sum(axis=0))
showing.slopes("dL/db", lambda b: f(X @ Y + b), b, dL_db)

# %% [markdown]
# Three short products replace tensors. How much is saved? Take the first layer of the network of chapter 06, with a
# batch of 64: $X$ is $64\times784$, $Y$ is $784\times200$. The gradient in $Y$ has 156,800 numbers.

# %% jupyter={"source_hidden": true}
batch, pixels, units = 64, 784, 200
entries_of_tensor = (batch * units) * (pixels * units)

predict("02 saved", "How many numbers has the tensor of Z by Y?", lambda: f"{entries_of_tensor:,} numbers",
        choices=("as many as the gradient", "64 times as many", "12,800 times as many"),
        answer=lambda _: "12,800 times as many",
        why="One matrix like the gradient for each of the 64 · 200 entries of Z: 16 GB, and all but one number in 200 are zero. "
        "So no program builds the tensor. It is there to understand the products, and to check them.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the lines for $Y$, the bias as a product, a letter of the survival guide

# %% [markdown]
# **The lines for $Y$.** Here is the other tensor, with the slopes in $Y_{12}$ framed (row 1, column 2).

# %% jupyter={"source_hidden": true}
ax = plotting.show_blocks(dZ_dY, upper=("r", "c"), lower=("i", "j"), lit=(0, 1), ax=plotting.axes_or_new(None, (4, 2.8)))
plotting.described(ax, "Eight blocks of three rows and two columns. In the left blocks the left column is "
                   "filled, in the right ones the right column, each with a row of X. The place in row 1, column 2 is "
                   "framed: it is empty in the left blocks and holds the first column of X in the right ones.")

# %% [markdown]
# The frame is empty in the left blocks: column 2 of $Y$ does not enter column 1 of $Z$. In the four right ones it holds
# $X_{11}, X_{21}, X_{31}, X_{41}$. So it is $r$ that is summed:
#
# $$\begin{aligned}
# \frac{\partial L}{\partial Y_{ij}}
# &= \sum_{r=1}^n\sum_{c=1}^k \frac{\partial L}{\partial Z_{rc}}\frac{\partial Z_{rc}}{\partial Y_{ij}} && \text{chain rule}\\
# &= \sum_{r=1}^n \frac{\partial L}{\partial Z_{rj}}\frac{\partial Z_{rj}}{\partial Y_{ij}} && \text{only } c=j \text{ is left}\\
# &= \sum_{r=1}^n \frac{\partial L}{\partial Z_{rj}}X_{ri} && \text{the slope is } X_{ri}\\
# &= \sum_{r=1}^n (X^T)_{ir}\frac{\partial L}{\partial Z_{rj}} && X_{ri}=(X^T)_{ir}\\
# &= \Big(X^T\frac{\partial L}{\partial Z}\Big)_{ij},\qquad (m\times n)(n\times k)=m\times k.
# \end{aligned}$$

# %% [markdown]
# A column of ones times the row $\mathbf b$ repeats it, as numpy does by itself:

# %% tags=["S0-E3.1-Z"]
Z = X @ Y + np.ones((n, 1)) @ b
for r, c in np.ndindex(n, k):
    assert np.isclose(Z[r, c], sum(X[r, i] * Y[i, c] for i in range(m)) + b[0, c])
showing.same("Z", with_a_column_of_ones=Z, numpy_repeats_the_row=X @ Y + b)

# %% [markdown]
# **In the demo** $X+Y$ and $X^T$ hold only ones and zeros. Products with $Y$ are linear in $X$, too: no number of $X$
# stands in their tensors, but numbers of $Y$ do. $X\odot X$ holds $2X$. Maps that act entry by entry fill one place in
# each block.
#
# **A letter.** In the survival guide's example 3.1 $k$ is the number of columns of $Y$, and then also the index that is
# summed up to $m$. Read a fresh letter $s=1,\dots,m$, and $h_z=n$, $w_z=k$. (It stops before the gradient of the bias.)

# %% tags=["S0-E3.1-k"]
h_z, w_z = Z.shape
assert (h_z, w_z) == (n, k)
terms = [X[2, s] * Y[s, 1] for s in range(m)]
assert np.isclose(Z[2, 1], sum(terms) + b[0, 1])
showing.differs("Z[2, 1]", summed_up_to_k=sum(terms[:k]) + b[0, 1], right=Z[2, 1])


# %% [markdown]
# ## 5 · Differentials: the second way
#
# Entry by entry asks: how steep is each entry? The **differential** asks another question: *if the argument
# changes by $dX$, which part of the change of $f$ is linear in $dX$?* That part is called $df$. For a number $f$ it is the sum
# of all slopes, each times its change:
#
# $$df = \sum_{ij}\frac{\partial f}{\partial X_{ij}}\,dX_{ij}.$$
#
# The matrix of the slopes is the gradient $\nabla_Xf$, in the shape of $X$. Let $f_3 = \sum\sin(XY)$; by section 4 its gradient is
# $\cos(XY)\,Y^T$.

# %% tags=["S4-D1.1c"]
def f3(X):
    return np.sum(np.sin(X @ Y))


G = np.cos(X @ Y) @ Y.T                                  # 4 × 3
showing.slopes("gradient of f3", f3, X, G)

# %% [markdown]
# $d$ is written for differentials, and $\partial$ for partial derivatives only.
#
# What is left over must shrink faster than the step. Go in a random direction $dX$, in steps $t\,dX$ with $t$ ever
# shorter, and look at the remainder $f(X+t\,dX)-f(X)-t\,df$.

# %% jupyter={"source_hidden": true} tags=["S4-D1.2b"]
dX = rng.normal(size=X.shape)

predict("02 tenth", "A tenth of the step t: to which share does the remainder shrink?",
        lambda: showing.remainder("what df leaves", f3, X, dX, np.sum(G * dX)),
        choices=("a fiftieth", "a hundredth", "a thousandth"), answer=lambda _: "a hundredth",
        why="It shrinks as the square of t. This is order 2.")

# %% [markdown]
# This is the **instrument** of the chapter: `calculus.remainder_order` measures
# the power of $t$. For a wrong differential it says about 1: if a linear part is forgotten or invented, it stays in the
# remainder, and shrinks as $t$ does. For a right one it says more. If nothing is left at all, it says `inf`.
#
# **Written with a trace.** A sum of products entry by entry is a trace, $\mathrm{Tr}(A)=\sum_iA_{ii}$ for a square $A$:
#
# $$df_3 = \mathrm{Tr}\big((\nabla_Xf_3)^T\,dX\big),\qquad \text{the trace of } (N\times M)(M\times N).$$
#
# Why a trace, if `np.sum(G * dX)` is the same? Because a trace can be turned round: section 6 shows how to move
# $dX$ to the right end. Then the gradient can be read off.
#
# **Why may it be read off?** If $df=\mathrm{Tr}(G^TdX)$ for *every* $dX$, then $G=\nabla_Xf$. For take the $dX$ with a single 1
# at $ij$: the trace is $G_{ij}$. So the trace knows every entry of $G$, and no second $G$ fits.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: small errors, the three derivatives of definition 1-1, entries that are tied

# %% [markdown]
# The trace and the sum of products, for $f_3$:

# %% tags=["S4-D1.2b", "S4-D1.2c"]
square = G.T @ dX                                        # 3 × 3
assert np.isclose(np.trace(square), sum(square[i, i] for i in range(3)))
showing.same("df3", trace=np.trace(square), sum_of_products=np.sum(G * dX))

# %% [markdown]
# How small an error does the instrument see? A slope that is wrong by one per cent:

# %% tags=["S4-D1.2a"]
slope = 1 - np.tanh(0.8) ** 2
wrong = 1.01 * slope * 1.7
assert 0.95 < calculus.remainder_order(np.tanh, 0.8, 1.7, wrong, steps=(1e-4, 1e-5)) < 1.05
print(f"right {calculus.remainder_order(np.tanh, 0.8, 1.7, slope * 1.7):.1f}, wrong by 1 %: "
      f"{calculus.remainder_order(np.tanh, 0.8, 1.7, wrong, steps=(1e-4, 1e-5)):.1f}, "
      f"with longer steps {calculus.remainder_order(np.tanh, 0.8, 1.7, wrong):.1f}")

# %% [markdown]
# The order drops to 1. The steps had to be short: a small wrong part shows only where the
# step is smaller than the error. An order between 1 and 2 means: measure again with shorter steps.
#
# The gradient is read off the trace entry by entry, with a single 1 in $dX$:

# %% tags=["S4-D1.2d"]
units = np.eye(X.size).reshape(-1, *X.shape)             # one for each entry of X
read_off = [np.trace(G.T @ unit) for unit in units]
showing.same("G, entry by entry", read_off=np.reshape(read_off, X.shape), itself=G)

# %% [markdown]
# The matrix calculus slides define three derivatives. For numbers, $f_1'(x)=\lim_{\Delta x\to0}
# \frac{f_1(x+\Delta x)-f_1(x)}{\Delta x}$. A limit can be watched: a tenth of the step, a tenth of the error.

# %% tags=["S4-D1.1a"]
short = np.array([1e-1, 1e-2, 1e-3, 1e-4])
errors = np.abs((np.tanh(0.8 + short) - np.tanh(0.8)) / short - (1 - np.tanh(0.8) ** 2))
showing.order("the quotient", short, errors, 1)

# %% [markdown]
# For a column $\vec x$ with $D$ entries, $\nabla_{\vec x}f_2 = [\partial f_2/\partial x_1,\dots]^T$, a $D\times1$ column.

# %% tags=["S4-D1.1b"]
own = np.random.default_rng(5)
x, a = own.normal(size=(2, 6, 1))
grad = np.cos(a * x) * a                                 # of f2 = sum of sin(a_i x_i)
showing.slopes("gradient of f2", lambda x: np.sum(np.sin(a * x)), x, grad)

# %% [markdown]
# The differentials: $df_1 = f_1'(x)\,dx$ for a number, $df_2 = (\nabla f_2)^T d\vec x$ for a column, shapes $(1\times D)(D\times1)$. (The
# matrix calculus slides write $\partial f$ for a differential.)

# %% tags=["S4-D1.2a"]
dx = own.normal(size=(6, 1))
showing.remainder("what df2 leaves", lambda x: np.sum(np.sin(a * x)), x, dx, (grad.T @ dx).item())

# %% [markdown]
# For a matrix, entry $ij$ is the limit in which *only* $X_{ij}$ moves.

# %% tags=["S4-D1.1c"]
one_at_a_time = np.zeros_like(X)
for i, j in np.ndindex(*X.shape):
    only = np.zeros_like(X)
    only[i, j] = 1e-6
    one_at_a_time[i, j] = (f3(X + only) - f3(X - only)) / 2e-6
showing.same("gradient of f3", one_at_a_time=one_at_a_time, formula=G)

# %% [markdown]
# "Every $dX$" is the catch in reading a gradient off: the entries of $X$ must be **free**. Suppose $S$ must stay symmetric. Then $dS$ is
# symmetric too, and two different matrices give the same trace. Section 9 meets this with a covariance matrix, and chapter 07 with
# the matrix of a convolution.

# %% tags=["S4-D1.2d"]
u, v, dS = own.normal(size=(3, 1)), own.normal(size=(3, 1)), own.normal(size=(3, 3))
one, other = u @ v.T, (u @ v.T + v @ u.T) / 2            # different matrices
assert np.isclose(np.trace(one.T @ (dS + dS.T)), np.trace(other.T @ (dS + dS.T)))
assert not np.isclose(np.trace(one.T @ dS), np.trace(other.T @ dS))
showing.same("for symmetric dS", one=np.trace(one.T @ (dS + dS.T)), other=np.trace(other.T @ (dS + dS.T)))

# %% [markdown]
# The agenda of these slides counts from 0; one slide counts from 1.

# %% tags=["S4-TOC"]
agenda = ["Motivation", "Basics", "Application", "Backpropagation in matrix form", "Deep models"]
assert agenda.index("Application") == 2                  # not 3
print("Application is number", agenda.index("Application") + 1, "of the agenda")

# %% [markdown]
# ## 6 · Laws, and a trace that turns
#
# **The laws.** Every array moves at once: $A$ by $dA$, $B$ by $dB$, and so on. $\odot$ multiplies two arrays of one shape
# entry by entry; $D$ is square and has an inverse; $f(A)$ takes $f$ of every entry, and so does $f'(A)$.
#
# - the product: $d(AC)=(dA)\,C+A\,dC$. It is the product rule, but the order of the factors stays.
# - the inverse: $d(D^{-1})=-D^{-1}(dD)D^{-1}$. It follows from the product: $DD^{-1}=I$ does not change, so
#   $(dD)D^{-1}+D\,d(D^{-1})=0$. For numbers it is the well-known $-dx/x^2$.
# - entry by entry: $d(A\odot B)=(dA)\odot B+A\odot dB$.
# - a function of every entry: $d f(A)=f'(A)\odot dA$. So a gradient passes an activation.

# %%
A, B, dA, dB = rng.normal(size=(4, 4, 3))
C, dC = rng.normal(size=(2, 3, 4))
D, dD = np.eye(3) + 0.3 * rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
inv, det = np.linalg.inv(D), np.linalg.det(D)
print("moved in random directions:",
      ", ".join(f"d{name} {np.shape(d)}" for name, d in zip("ABCD", (dA, dB, dC, dD))))

# %% [markdown]
# The instrument on all four: a right law has order 2, or more. It takes one array, so two are passed as one stack.

# %% tags=["S4-T1.2", "S4-T1.5", "S4-T1.7", "S4-T1.8"]
orders = {
    "product": calculus.remainder_order(lambda P: P[0] @ P[1].T, [A, C.T], [dA, dC.T], dA @ C + A @ dC),
    "inverse": calculus.remainder_order(np.linalg.inv, D, dD, -inv @ dD @ inv, steps=(1e-4, 1e-5)),
    "entry by entry": calculus.remainder_order(lambda P: P[0] * P[1], [A, B], [dA, dB], dA * B + A * dB),
    "function of every entry": calculus.remainder_order(sigmoid, A, dA, sigmoid.derivative(A) * dA)}
showing.same("order of the remainder", measured=np.round([*orders.values()], 1), wanted=[2.0, 2, 2, 2])

# %% [markdown]
# **The determinant.** The matrix calculus slides print its law with the size $N$ of $D$ in it:
# $d|D|=\frac1N|D|\,\mathrm{Tr}(D^{-1}dD)$.

# %% jupyter={"source_hidden": true} tags=["S4-T1.6", "fails-as-printed", "mended"]
printed, mended = det * np.trace(inv @ dD) / 3, det * np.trace(inv @ dD)

predict("02 determinant", "Which order does the instrument measure for the printed law?",
        lambda: (showing.remainder("as printed", np.linalg.det, D, dD, printed, wrong=True),
                 showing.remainder("without the factor 1/N", np.linalg.det, D, dD, mended)),
        choices=("1: it is wrong", "2: it is right", "none is left"), answer=lambda _: "1: it is wrong",
        why="A linear part is missing: two thirds of it. The factor 1/N has no business there.")

# %% [markdown]
# Below, the law is Jacobi's formula: $d|D| = |D|\,\mathrm{Tr}(D^{-1}dD)$.

# %% [markdown]
# ### Demo: first order against step size
#
# Choose a law, and move the step $t=10^{-8}\dots1$ with the arrow keys. Left: the change of each entry divided by $t$
# (dots) on the linear part (bars). Right: the sizes of the change, of its linear part and of the remainder.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import first_order

demo = first_order("inverse")
assert demo.order > 1.9
demo

# %% [markdown]
# On the right, compare how steep the remainder is with how steep the change is. What the demo shows is said in
# what is folded at the end of this section.

# %% [markdown]
# ### The trace
#
# Two properties move $dX$ to the end. The first: $\mathrm{Tr}(AB^T)=\mathrm{Tr}(B^TA)$ for two
# $M\times N$ matrices, although the left product is $M\times M$ and the right one $N\times N$. From it follows the **cyclic rule**: the
# last factor of a product may go to the front.

# %% jupyter={"source_hidden": true} tags=["S4-T2.4"]
E = np.random.default_rng(3).normal(size=(3, 3))
traces = {"Tr(D dD E)": D @ dD @ E, "Tr(E D dD)": E @ D @ dD, "Tr(D E dD)": D @ E @ dD}
assert np.isclose(np.trace(D @ dD @ E), np.trace(E @ D @ dD))
assert not np.isclose(np.trace(D @ dD @ E), np.trace(D @ E @ dD), rtol=0.1)

predict("02 cyclic", "D, dD and E are all 3 × 3. Which equals Tr(D dD E)?",
        lambda: ", ".join(f"{name} = {np.trace(product):.3f}" for name, product in traces.items()),
        choices=("Tr(E D dD)", "Tr(D E dD)", "both of them"), answer=lambda _: "Tr(E D dD)",
        why="It is a rotation, not a free exchange: two neighbours may not change places.")

# %% [markdown]
# The second: a factor $\odot$ changes sides, $\mathrm{Tr}(A^T(B\odot F))=\mathrm{Tr}((A\odot B)^TF)$ for three $M\times N$ matrices. Both sides are
# $\sum_{ij}A_{ij}B_{ij}F_{ij}$.

# %% tags=["S4-T2.5"]
F = np.random.default_rng(4).normal(size=(4, 3))
total = sum(A[i, j] * B[i, j] * F[i, j] for i in range(4) for j in range(3))
showing.same("the sum of all products", left=np.trace(A.T @ (B * F)),
             right=np.trace((A * B).T @ F), sum_of_entries=total)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the laws one by one, the adjugate, the simple traces

# %% [markdown]
# Of the eight laws of theorem 1-1, three are linear themselves: $d(A\pm B)=dA\pm dB$, $d(A^T)=(dA)^T$,
# $d\,\mathrm{Tr}(D)=\mathrm{Tr}(dD)$. Nothing is left over.

# %% tags=["S4-T1.1", "S4-T1.3", "S4-T1.4"]
order_of, AB, dAB = calculus.remainder_order, np.stack([A, B]), np.stack([dA, dB])
assert order_of(lambda P: P[0] - P[1], AB, dAB, dA - dB) == np.inf
assert order_of(np.transpose, A, dA, dA.T) == np.inf
assert order_of(np.trace, D, dD, np.trace(dD)) == np.inf
showing.remainder("d(A + B)", lambda P: P[0] + P[1], AB, dAB, dA + dB)

# %% [markdown]
# What the product leaves has a name: it is $t^2\,dA\,dC$, to the last digit.

# %% tags=["S4-T1.2"]
t = 0.01
left = (A + t * dA) @ (C + t * dC) - A @ C - t * (dA @ C + A @ dC)
showing.same("what is left, divided by t²", measured=left / t**2, product_of_both=dA @ dC)

# %% [markdown]
# **The sizes.** $f\odot(A)$ is $f$ of every entry. (For a column of $N$ entries the list $y_0,\dots,y_N$ stands in the matrix
# calculus slides: one too many.)

# %% tags=["S4-N1"]
values = np.array([[1 / (1 + np.exp(-A[i, j])) for j in range(3)] for i in range(4)])
assert np.allclose(A * B, [[A[i, j] * B[i, j] for j in range(3)] for i in range(4)])
showing.same("sigmoid of A", of_the_matrix=sigmoid(A), entry_by_entry=values)

# %% tags=["S4-N1b"]
column = A[:, :1]
assert sigmoid(column).shape == column.shape == (4, 1)
showing.refused("five entries of four", lambda: [sigmoid(column[i, 0]) for i in range(4 + 1)], IndexError)


# %% [markdown]
# **The determinant with the adjugate.** $|D|D^{-1}=D^*$ is the *adjugate*: the transposed
# matrix of the signed determinants of $D$ without one row and one column. So $d|D|=\mathrm{Tr}(D^*dD)$, for a $D$ without an
# inverse, too.

# %%
def adjugate(D):
    """Adjugate of a square matrix (N, N): ``D @ adjugate(D)`` is ``|D|`` times the identity."""
    minors = [[np.delete(np.delete(D, i, 0), j, 1) for j in range(len(D))] for i in range(len(D))]
    signs = (-1.0) ** np.add.outer(range(len(D)), range(len(D)))
    return (signs * np.linalg.det(minors)).T


showing.same("D times its adjugate", product=D @ adjugate(D), determinant_times_I=det * np.eye(3))

# %% [markdown]
# In other sizes, too. As a gradient: $\nabla_D|D|=(D^*)^T$.

# %% tags=["S4-T1.6", "mended"]
own = np.random.default_rng(6)
for size in (2, 4, 5):
    S = own.normal(size=(size, size))
    shown = showing.slopes("gradient of the determinant, of size 2, 4 and now 5", np.linalg.det, S, adjugate(S).T)
shown

# %% [markdown]
# The law with $1/N$ and without, on logarithmic axes. There a power of $t$ is a straight line, and the power is its slope.

# %% jupyter={"source_hidden": true}
ts = np.logspace(-4, -1, 13)
curves = {"with 1/N": calculus.remainders(np.linalg.det, D, dD, printed, ts),
          "mended": calculus.remainders(np.linalg.det, D, dD, mended, ts)}
ax = plotting.show_curves(curves, x=ts, xlabel="step t", ylabel="remainder", log=True)
ax.set_xscale("log")
plotting.described(ax, "Remainder against step, both axes logarithmic. The law with 1/N falls by ten for a tenth "
                   "of the step, the mended one by a hundred.")

# %% [markdown]
# From the right end to the left the step falls by three powers of ten. The remainder of the law with $1/N$ falls by three too:
# it is a wrong slope. The other falls by six.
#
# **In the demo**, too, a right law has a remainder that is twice as steep as the change. That of the wrong law runs parallel
# to the change: two thirds of it stay unexplained at every step. And near $10^{-8}$ a right remainder drowns in rounding,
# about $10^{-16}$; there no law can be judged.
#
# **Three simple properties of the trace** (theorem 1-2): a number is its own trace; transposing changes nothing; sums come apart.

# %% tags=["S4-T2.1", "S4-T2.2", "S4-T2.3"]
assert np.trace([[2.5]]) == 2.5
assert np.isclose(np.trace(D.T), np.trace(D))
assert np.isclose(np.trace(D + dD), np.trace(D) + np.trace(dD))
showing.same("Tr(D + dD)", of_the_sum=np.trace(D + dD), sum_of_both=np.trace(D) + np.trace(dD))

# %% [markdown]
# And two traces of products of different sizes:

# %% tags=["S4-T2.4"]
assert (A @ B.T).shape == (4, 4)
assert (B.T @ A).shape == (3, 3)
showing.same("two traces, of a 4 × 4 and a 3 × 3 matrix", one=np.trace(A @ B.T), other=np.trace(B.T @ A))


# %% [markdown]
# ## 7 · Read the gradient off
#
# The recipe has four steps: take the differential with the laws; put it into a trace; turn the trace until it reads
# $\mathrm{Tr}(G^TdX)$; then $G$ is the gradient.
#
# **$f=\vec x^TA\vec y$** with $\vec x$: $M\times1$, $A$: $M\times N$, $\vec y$: $N\times1$. What is $\nabla_Af$? The differential is
# $df=\vec x^T(dA)\vec y$, a number, so it is its own trace. Now the cyclic rule: $\mathrm{Tr}(\vec x^T(dA)\vec y) =
# \mathrm{Tr}(\vec y\vec x^TdA) = \mathrm{Tr}((\vec x\vec y^T)^TdA)$. So $\nabla_Af=\vec x\vec y^T$: $M\times N$, found without an index.

# %% tags=["S4-E2.1.3"]
def bilinear(x, A, y):
    return (x.T @ A @ y)[0, 0]


x, y = rng.normal(size=(4, 1)), rng.normal(size=(3, 1))
assert np.isclose(bilinear(x, dA, y), np.trace(y @ x.T @ dA))
assert np.isclose(bilinear(x, dA, y), np.trace((x @ y.T).T @ dA))
showing.slopes("gradient in A", lambda A: bilinear(x, A, y), A, x @ y.T)

# %% [markdown]
# **Linear regression.** $L(\vec w)=\|X\vec w-\vec y\|^2$ with $X$: $M\times N$, $\vec w$: $N\times1$,
# $\vec y$: $M\times1$. Here are $M=30$ points; the columns of $X$ are a constant 1 and the abscissa, so $\vec w$ holds the
# intercept and the slope of a line. The loss is the squared length of the vector of residuals.

# %%
points_rng = np.random.default_rng(2)
at = points_rng.uniform(0, 3, size=30)
X_line = np.column_stack([np.ones(30), at])              # 30 × 2
y_line = 0.5 + 1.2 * at + 0.3 * points_rng.normal(size=30)   # (30,)


def line_loss(w, X=X_line, y=y_line):
    r = X @ w - y
    return r @ r


print("loss of the line 0.5 + 1.2 x:", line_loss(np.array([0.5, 1.2])).round(2))


# %% [markdown]
# Let $\vec r=X\vec w-\vec y$. Then $dL=(d\vec r)^T\vec r+\vec r^Td\vec r=2\vec r^TX\,d\vec w=
# \mathrm{Tr}\big((2X^T\vec r)^Td\vec w\big)$, so $\nabla_wL=2X^T(X\vec w-\vec y)$: $N\times1$.

# %% tags=["S4-E2.2"]
def line_gradient(w, X=X_line, y=y_line):
    return 2 * X.T @ (X @ w - y)


w = np.array([-1.0, 3.0])
showing.slopes("gradient in w", line_loss, w, line_gradient(w))

# %% [markdown]
# At the best $\vec w$ the gradient is zero: $X^TX\vec w=X^T\vec y$, the *normal equations*. They are a linear system,
# $2\times2$ here.

# %% tags=["S4-E2.2"]
w_best = np.linalg.solve(X_line.T @ X_line, X_line.T @ y_line)
print(f"intercept {w_best[0]:.3f}, slope {w_best[1]:.3f}, loss {line_loss(w_best):.2f}")
showing.same("gradient at the solution", formula=line_gradient(w_best), zero=np.zeros(2), atol=1e-10)

# %% jupyter={"source_hidden": true}
ax = plotting.axes_or_new(None)
ax.plot(at, y_line, "o", color=plotting.CYCLE[0], markersize=4, label="points")
ax.plot([0, 3], w_best[0] + w_best[1] * np.array([0, 3]), color=plotting.CYCLE[1], label="best line")
ax.set(xlabel="abscissa", ylabel="$y$")
ax.legend(frameon=False)
plotting.described(ax, "Thirty points that rise from left to right, and the best line through them.")

# %% [markdown]
# The points were made with intercept 0.5 and slope 1.2, and noise. The line passes through the middle of the cloud. No other line has a smaller sum of squared vertical distances: its loss is
# below that of the line from which the points were made.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the same example by x and by y

# %% [markdown]
# Example 1-1 of the matrix calculus slides guesses $\nabla_xf=A\vec y$ and $\nabla_yf=A^T\vec x$. A guess can be measured.

# %% tags=["S4-E1.1"]
assert check_gradient(lambda x: bilinear(x, A, y), x, A @ y) < 1e-6
showing.slopes("gradient in y", lambda y: bilinear(x, A, y), y, A.T @ x)

# %% [markdown]
# **By $\vec x$.** $df=(d\vec x)^TA\vec y$ is a number, so it equals
# its transpose: $\mathrm{Tr}(\vec y^TA^Td\vec x)=\mathrm{Tr}((A\vec y)^Td\vec x)$. So $\nabla_xf=A\vec y$.
# (The matrix calculus slides drop a transpose in the middle, $\mathrm{Tr}(\vec yA^Td\vec x)$. The shapes object:)

# %% tags=["S4-E2.1.1"]
own = np.random.default_rng(7)
dx, dy = own.normal(size=(4, 1)), own.normal(size=(3, 1))
assert np.isclose(bilinear(dx, A, y), np.trace(y.T @ A.T @ dx))
assert np.isclose(bilinear(dx, A, y), np.trace((A @ y).T @ dx))
showing.refused("the middle step", lambda: y @ A.T @ dx)

# %% [markdown]
# **By $\vec y$:** $df=\vec x^TA\,d\vec y=\mathrm{Tr}((A^T\vec x)^Td\vec y)$, so $\nabla_yf=A^T\vec x$: $N\times1$.

# %% tags=["S4-E2.1.2"]
assert np.isclose(bilinear(x, A, dy), np.trace((A.T @ x).T @ dy))
showing.remainder("df", lambda y: bilinear(x, A, y), y, dy, np.trace((A.T @ x).T @ dy))

# %% [markdown]
# All three are read off by definition 1-2, $df=\mathrm{Tr}((\nabla f)^TdX)$ (called 2 there):

# %% tags=["S4-E2.1r"]
pairs = [(A @ y, dx), (A.T @ x, dy), (x @ y.T, dA)]
changes = [bilinear(dx, A, y), bilinear(x, A, dy), bilinear(x, dA, y)]
showing.same("three changes", by_the_trace=[np.trace(G.T @ dX) for G, dX in pairs], of_f=changes)


# %% [markdown]
# ## 8 · Go downhill: steepest descent
#
# Few problems are solved by one linear system. Where none is at hand, step against the gradient: it goes down at right
# angles to the level lines of the loss. Chapter 03 trains that way; how to choose the steps is folded here.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: steepest descent, with its direction, line search, hopping, backtracking, a stopping rule

# %% [markdown]
# Minimise a real $f(\vec x)$ over $\vec x\in\mathbb R^D$. Go on
# with the line, where all can be drawn: $\vec x$ is $\vec w$, $D=2$.
#
# The matrix calculus slides go down in five steps: 1. choose $\vec x_0$; 2. take the direction
# $\vec d_t^*=-\nabla f/\|\nabla f\|_2$; 3. find a step $\alpha_t^*$ by line search, or take 0.0001; 4. move, by
# $\vec x_{t+1}=\vec x_t-\alpha_t^*\vec d_t^*$; 5. do 2 to 4 again.

# %% [markdown]
# Here are fifteen such steps with $\alpha=0.2$, from $\vec w=(-1,3)$.

# %%
def downhill(w):
    g = line_gradient(w)
    return -g / np.linalg.norm(g)


def walk(w, sign, alpha=0.2, steps=15):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] + sign * alpha * downhill(path[-1]))
    return np.array(path)


# %% jupyter={"source_hidden": true} tags=["S4-GD4", "fails-as-printed", "mended"]
w = np.array([-1.0, 3.0])
printed, mended = walk(w, sign=-1), walk(w, sign=+1)
assert (np.diff([line_loss(p) for p in printed]) > 0).all()          # every step climbs
assert line_loss(mended[-1]) < 0.1 * line_loss(w)


def two_walks():
    plane = np.stack(np.meshgrid(np.linspace(-3, 3, 80), np.linspace(-0.5, 6.2, 80)))  # 2 × 80 × 80
    heights = np.sum((np.tensordot(X_line, plane, axes=1) - y_line[:, None, None]) ** 2, axis=0)
    ax = plotting.axes_or_new(None, (4.2, 4.4))
    ax.contour(*plane, heights, levels=[10, 30, 80, 200, 400, 700, 1100], cmap="cividis", linewidths=0.8)
    for path, style, name in ((printed, "s--", "with a minus"), (mended, "o-", "with a plus")):
        ax.plot(*path.T, style, color=plotting.CYCLE[1 if path is printed else 0], markersize=4, label=name)
    ax.plot(*w_best, "k*", markersize=11, label="minimum")
    ax.set(xlabel="intercept $w_1$", ylabel="slope $w_2$", aspect="equal")
    ax.legend(frameon=False, loc="upper left")
    return plotting.described(ax, "Contours of the loss, a long valley. From one start the steps with a minus run up and "
                              "away; those with a plus go straight down into the valley and then hop across it.")


predict("02 sign", "What does the loss do in these steps?",
        lambda: (f"loss: {[round(line_loss(p)) for p in printed[:6]]} ...", two_walks()),
        choices=("it falls", "it climbs", "it jumps to and fro"), answer=lambda _: "it climbs",
        why="The direction d* carries a minus already; two minus signs cancel. With a plus it goes down.")

# %% [markdown]
# The picture of the answer shows both walks. The level lines lie round a long valley. A walk against the gradient crosses them at right angles, and where it has reached
# the valley, it hops across its floor.

# %% [markdown]
# **Which direction?** The differential along a $\vec d$ of length 1 is $\alpha\,\vec d^T\nabla f(\vec x)$; the rest is of order 2:

# %% tags=["S4-TAY"]
d = np.array([0.6, -0.8])
g = line_gradient(w)
showing.remainder("the first order", line_loss, w, d, d @ g)

# %% [markdown]
# So the best direction makes $\vec d^T\nabla f$ as negative as possible. Try 3,600 directions.

# %% jupyter={"source_hidden": true} tags=["S4-B3", "S4-GD2"]
angles = np.linspace(0, 2 * np.pi, 3600, endpoint=False)
circle = np.column_stack([np.cos(angles), np.sin(angles)])
winner, d_best = circle[np.argmin(circle @ g)], -g / np.linalg.norm(g)

predict("02 direction", "Which of the 3,600 directions makes the change most negative?",
        lambda: showing.same("direction", winner=winner, minus_gradient=d_best, atol=2e-3),
        choices=("along the gradient", "against the gradient", "at a right angle to it"),
        answer=lambda _: "against the gradient", why="The product of two directions is smallest where they are opposite.")


# %% [markdown]
# **How far?** Exact *line search* takes the $\alpha$ at which $f(\vec x+\alpha\vec d^*)$ is least. For our $L$ it is a
# parabola in $\alpha$ with the minimum at $\alpha^*=\|\nabla L\|/(2\|X\vec d^*\|^2)$. A sign of a finished search: the new
# gradient is perpendicular to the old direction. Nothing more can be won along it.

# %% tags=["S4-B4"]
def exact_step(w, X=X_line):
    return np.linalg.norm(line_gradient(w)) / (2 * np.sum((X @ downhill(w)) ** 2))


after = w + exact_step(w) * downhill(w)
print(f"exact step {exact_step(w):.3f}: loss {line_loss(w):.1f}, then {line_loss(after):.1f}")
showing.same("new gradient along the old direction", measured=line_gradient(after) @ downhill(w), nothing=0, atol=1e-9)

# %% [markdown]
# **The hopping.** Four rules, 100 steps each: constant $\alpha=0.05$,
# a shrinking $\alpha_t=1/t$, exact line search, and the plain step $-\eta\nabla L$ that is not brought to length 1.

# %% jupyter={"source_hidden": true} tags=["S4-GD3"]
rules = {"constant α = 0.05": lambda w, t: 0.05 * downhill(w),
         "shrinking α = 1/t": lambda w, t: 1 / t * downhill(w),
         "exact line search": lambda w, t: exact_step(w) * downhill(w),
         "plain, η = 0.007": lambda w, t: -0.007 * line_gradient(w)}
gaps = {name: [] for name in rules}
for name, rule in rules.items():
    here = w
    for t in range(1, 101):
        here = here + rule(here, t)
        gaps[name].append(np.linalg.norm(here - w_best))
assert 0.005 < max(gaps["constant α = 0.05"][-20:]) < 0.05           # within α, and never at rest
assert max(gaps["exact line search"][-1], gaps["plain, η = 0.007"][-1]) < 1e-3


def four_rules():
    ax = plotting.show_curves(gaps, xlabel="step", ylabel="distance to the minimum", log=True)
    ax.set_ylim(1e-6, 9)
    return plotting.described(ax, "Distance to the minimum over 100 steps, logarithmic. The constant step jumps to and fro below "
                              "0.05 from step 60 on; the shrinking step falls ever more slowly. Exact search and the plain "
                              "step fall as straight lines, exact search much faster.")


predict("02 hopping", "Which rule never comes to rest?", four_rules, choices=rules, answer=lambda _: "constant α = 0.05",
        why="With a direction of length 1 every step moves exactly α, also next to the minimum. The gradient gets shorter there, "
        "and so do the steps that follow it.")

# %% [markdown]
# The motive of the matrix calculus slides is a network: $L(W^1,\dots,W^H)$, where $W^h$:
# $D_h\times D_{h-1}$ takes layer $h-1$ to layer $h$ as $W\vec x$. Columns are samples there; the library's network `MLP` (chapter 05) has
# rows, so its matrices are transposed, and its loss, the cross-entropy, is explained in [chapter 03](03_softmax.ipynb). Same number:

# %% tags=["S4-MOT"]
from mlp_lib.networks import MLP, cross_entropy

own, sizes = np.random.default_rng(9), (5, 4, 6, 3)
Ws = [own.normal(size=(sizes[h], sizes[h - 1])) for h in (1, 2, 3)]
x_in, label = own.normal(size=5), np.array([2])


def network_loss(W1, W2, W3):
    scores = W3 @ sigmoid(W2 @ sigmoid(W1 @ x_in))
    return cross_entropy(scores[None, :], label)


model = MLP(sizes, sigmoid, dtype=np.float64)
for mine, W_h in zip(model.W, Ws):
    mine[:] = W_h.T
showing.same("loss", columns_as_printed=network_loss(*Ws), rows_of_the_library=model.loss(x_in[None, :], label))

# %% [markdown]
# For such an $f$ nobody writes $\nabla f$ down in one piece. Back-propagation is the means to get
# it: the chain rule of section 3, layer by layer (chapters 04 to 06). What it delivers can be measured:

# %% tags=["S4-BPUSE"]
_, dW, _ = model.gradients(x_in[None, :], label)
for h in range(3):
    def loss_of_one(W_h, h=h):
        return network_loss(*Ws[:h], W_h, *Ws[h + 1:])
    shown = showing.slopes(f"gradient in W{h + 1}", loss_of_one, Ws[h], dW[h].T)
shown

# %% [markdown]
# The problem has a value to reach, and the
# iteration is $\vec x_{t+1}=\vec x_t+\alpha_t\vec d_t$ with $\|\vec d_t\|_2=1$, so the step
# size $\alpha_t$ is the distance moved.

# %% tags=["S4-B1", "S4-B2"]
d = np.array([0.6, -0.8])
w_next = w + 0.25 * d
assert line_loss(w_best) < line_loss(w_next)
showing.same("distance moved", measured=np.linalg.norm(w_next - w), step_size=0.25)

# %% [markdown]
# The direction is found with a **Lagrangian**
# $f+\alpha\vec d^T\nabla f+\lambda(\|\vec d\|^2-1)$. Its slope in $\vec d$ must vanish: $\alpha\nabla f+2\lambda\vec d=0$. It
# needs $\nabla f\ne0$ and $\alpha>0$. The multiplier is $\lambda=\alpha\|\nabla f\|/2$. And there is
# a second solution, $+\nabla f/\|\nabla f\|$ with the opposite $\lambda$: that one is the *worst* direction. (The matrix calculus slides leave these out.)

# %% tags=["S4-LAG"]
alpha = 0.1
lam = alpha * np.linalg.norm(g) / 2
for d, multiplier in ((d_best, lam), (-d_best, -lam)):
    slope = derivative(lambda d, by=multiplier: alpha * d @ g + by * (d @ d - 1), d)
    assert np.allclose(slope, 0, atol=1e-9)
assert np.allclose(circle[np.argmax(alpha * circle @ g)], -d_best, atol=2e-3)
assert np.allclose(circle[np.argmin(-alpha * circle @ g)], -d_best, atol=2e-3)   # α < 0: the wrong one wins
print(f"multipliers: {lam:.2f} at the minimum, {-lam:.2f} at the maximum")

# %% [markdown]
# The exact step against a fine grid:

# %% tags=["S4-B4"]
step, d = exact_step(w), downhill(w)
grid = np.linspace(0, 4, 4001)
best_on_grid = grid[np.argmin([line_loss(w + a * d) for a in grid])]
showing.same("exact step", formula=step, on_a_grid=best_on_grid, atol=1e-3)


# %% [markdown]
# **Backtracking.** Exact search needs a formula for the best step. Mostly there is none. Then try a long step, and
# halve it until it is good enough. Good enough is the **Armijo** condition, with a small $c$:
# $f(\vec x+\alpha\vec d)\le f(\vec x)+c\,\alpha\,\vec d^T\nabla f(\vec x)$.
# It asks for a share $c$ of the decrease that the slope promises.

# %% tags=["S4-GD3"]
def backtrack(f, x, d, slope, alpha=1.0, c=0.3):
    while f(x + alpha * d) > f(x) + c * alpha * slope:
        alpha /= 2
    return alpha


d, slope = downhill(w), -np.linalg.norm(line_gradient(w))
accepted = backtrack(line_loss, w, d, slope, alpha=3.0)
assert line_loss(w + accepted * d) <= line_loss(w) + 0.3 * accepted * slope
assert line_loss(w + 2 * accepted * d) > line_loss(w) + 0.3 * 2 * accepted * slope
print(f"accepted: {accepted:g}")

# %% [markdown]
# The search as a picture: the loss along $\vec d$, the line that Armijo draws, and the steps that were tried.

# %% jupyter={"source_hidden": true}
alphas, tried = np.linspace(0, 3.1, 100), np.array([3.0, 1.5])
ax = plotting.axes_or_new(None)
ax.plot(alphas, [line_loss(w + a * d) for a in alphas], color=plotting.CYCLE[0], label="loss along $d$")
ax.plot(alphas, line_loss(w) + 0.3 * alphas * slope, "--", color=plotting.CYCLE[1], label="Armijo, $c=0.3$")
ax.plot(tried, [line_loss(w + a * d) for a in tried], "ks", markersize=5, label="refused")
ax.plot(accepted, line_loss(w + accepted * d), "o", color=plotting.CYCLE[2], markersize=11, label="accepted")
ax.set(xlabel=r"step $\alpha$", ylabel="loss", ylim=(-100, 620))
ax.legend(frameon=False)
plotting.described(ax, "The loss along the direction is a parabola. The dashed Armijo line falls from the same "
                   "start. Steps 3 and 1.5 lie above the line and are refused; 0.75 lies below it and is accepted.")

# %% [markdown]
# The steps 3 and 1.5 end above the dashed line, although 1.5 does lower the loss: it gains too little for its length.
# The step 0.75 is taken. It is not the best one; it only has to be a real gain.
#
# **Start and end.** The five steps give no end. And where $\nabla f=\vec0$, just where
# we want to go, step 2 divides zero by zero.

# %% tags=["S4-GD5"]
zero = calculus.gradient(lambda x: x @ x, np.zeros(3))
with np.errstate(invalid="ignore"):
    direction = -zero / np.linalg.norm(zero)
assert np.isnan(direction).all()
print(direction)


# %% [markdown]
# So it needs a stopping rule: end when $\|\nabla f\|<\varepsilon$. This is the completed algorithm, with line search.

# %%
def descend(f, gradient, x, tolerance=1e-5, limit=2000):
    """Steepest descent with backtracking from ``x`` (D,); the path, one point a row."""
    path = [x]
    for _ in range(limit):
        g = gradient(path[-1])
        norm = np.linalg.norm(g)
        if norm < tolerance:
            break
        path.append(path[-1] - backtrack(f, path[-1], -g / norm, -norm) * g / norm)
    return np.array(path)


# %% [markdown]
# It stops by itself, at the solution of the normal equations. From the minimum it does not move at all.

# %% tags=["S4-GD5"]
path = descend(line_loss, line_gradient, np.array([-1.0, 3.0]))
assert len(path) < 300
assert len(descend(lambda x: x @ x, lambda x: 2 * x, np.zeros(3))) == 1   # from the minimum
assert np.linalg.norm(line_gradient(path[-1])) < 1e-5
showing.same("the end of the path", descent=path[-1], solved=w_best, atol=1e-5)

# %% [markdown]
# ## 9 · Fit a Gaussian
#
# $N$ points $\vec x_i\in\mathbb R^D$ are drawn from a normal distribution with mean $\vec\mu$: $D\times1$ and covariance
# $\Sigma$: $D\times D$, symmetric and *positive definite* (all its eigenvalues are above 0; [01 §8](01_prerequisites.ipynb)). Its density is
# $(2\pi)^{-D/2}|\Sigma|^{-1/2}e^{-\frac12(\vec x-\vec\mu)^T\Sigma^{-1}(\vec x-\vec\mu)}$. Which $\vec\mu$ and
# $\Sigma$ make the points most likely?
#
# The likelihood is the product of all densities. Its logarithm is a sum. Drop what does not depend on $\vec\mu,\Sigma$ and
# multiply by $-2$; then the most likely parameters *minimise*
# $$L(\vec\mu,\Sigma)=N\log|\Sigma|+\sum_{i=1}^N(\vec x_i-\vec\mu)^T\Sigma^{-1}(\vec x_i-\vec\mu).$$

# %%
from mlp_lib import gaussian

true_mu, true_Sigma = np.array([2.0, -1.0]), np.array([[1.5, 0.8], [0.8, 1.0]])
points = np.random.default_rng(8).multivariate_normal(true_mu, true_Sigma, size=80)
N, D_x = points.shape
mu, Sigma = np.array([1.5, -0.4]), np.array([[2.0, 0.3], [0.3, 0.7]])   # a first guess


def misfit(mu, Sigma, points=points):
    centred = points - mu                                # N × D; points are rows
    return len(points) * np.log(np.linalg.det(Sigma)) + np.sum((centred @ np.linalg.inv(Sigma)) * centred)


print(f"misfit of the guess {misfit(mu, Sigma):.1f}, of the truth {misfit(true_mu, true_Sigma):.1f}")

# %% [markdown]
# With $\vec r_i=\vec x_i-\vec\mu$. **By $\vec\mu$:** $d\vec r_i=-d\vec\mu$, so $dL=-2\sum_i\vec r_i^T\Sigma^{-1}d\vec\mu$, and
# $\nabla_\mu L=-2\Sigma^{-1}\sum_i\vec r_i$. It vanishes at the mean of the points, whatever $\Sigma$ is.
#
# **By $\Sigma$:** the laws of the determinant and of the inverse, then traces:
# $$dL=N\,\mathrm{Tr}(\Sigma^{-1}d\Sigma)-\sum_i\mathrm{Tr}(\vec r_i^T\Sigma^{-1}(d\Sigma)\Sigma^{-1}\vec r_i)
# =\mathrm{Tr}\Big(\big(N\Sigma^{-1}-\Sigma^{-1}\Big[\sum_i\vec r_i\vec r_i^T\Big]\Sigma^{-1}\big)\,d\Sigma\Big).$$
# So $\nabla_\Sigma L=N\Sigma^{-1}-\Sigma^{-1}\big[\sum_i\vec r_i\vec r_i^T\big]\Sigma^{-1}$, at a symmetric $\Sigma$.

# %% tags=["S4-E2.3e", "mended"]
inv, scatter = np.linalg.inv(Sigma), (points - mu).T @ (points - mu)   # the sum of r_i r_iᵀ, D × D
assert check_gradient(lambda mu: misfit(mu, Sigma), mu, -2 * inv @ (points - mu).sum(axis=0)) < 1e-6
showing.slopes("gradient in Σ", lambda S: misfit(mu, S), Sigma, N * inv - inv @ scatter @ inv)

# %% [markdown]
# Set it to zero and multiply by $\Sigma$ from both sides:
# $$\hat\Sigma=\frac1N\sum_{i=1}^N(\vec x_i-\hat\mu)(\vec x_i-\hat\mu)^T,\qquad\hat\mu=\frac1N\sum_{i=1}^N\vec x_i.$$

# %% tags=["S4-E2.3f"]
mu_hat, Sigma_hat = gaussian.fit(points)
assert np.allclose(calculus.gradient(lambda S: misfit(mu_hat, S), Sigma_hat), 0, atol=1e-6)
assert misfit(mu_hat, Sigma_hat) < misfit(true_mu, true_Sigma)
showing.same("Σ", fitted=Sigma_hat, by_numpy=np.cov(points.T, bias=True))

# %% [markdown]
# ### Demo: fit it by hand
#
# The same points, moved to the middle. Three handles: the mean, and two points of the ellipse that encloses what lies within two
# standard deviations. Drag them, or go to a
# handle with Tab and move it with the arrow keys. The caption holds the log likelihood and both gradients.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import fit_gaussian

demo = fit_gaussian(points - true_mu)
assert np.allclose(demo.best[1], Sigma_hat)
demo

# %% [markdown]
# A flat ellipse across the cloud costs most: points off its long axis become all but impossible. What the tasks show is
# said in what is folded here.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the likelihood, each step by Σ, the fit as a function, and by descent

# %% [markdown]
# The misfit is the logarithm of the product of the densities, up to a constant:

# %% tags=["S4-E2.3a"]
q = [(x_i - mu) @ inv @ (x_i - mu) for x_i in points]
densities = (2 * np.pi) ** (-D_x / 2) * np.linalg.det(Sigma) ** -0.5 * np.exp(-0.5 * np.array(q))
log_likelihood = gaussian.log_likelihood(points, mu, Sigma)
assert np.isclose(misfit(mu, Sigma), -2 * log_likelihood - N * D_x * np.log(2 * np.pi))
showing.same("log likelihood", of_the_densities=np.log(np.prod(densities)), library=log_likelihood)


# %% [markdown]
# The gradient in $\vec\mu$, which the matrix calculus slides skip:

# %% tags=["S4-E2.3b"]
def mu_gradient(mu, Sigma):
    return -2 * np.linalg.inv(Sigma) @ (points - mu).sum(axis=0)


showing.slopes("gradient in μ", lambda mu: misfit(mu, Sigma), mu, mu_gradient(mu, Sigma))

# %% [markdown]
# The matrix calculus slides call the two minimisations independent. That is true one
# way only: the best $\vec\mu$ is the mean whatever $\Sigma$ is, but the best $\Sigma$, the mean of $\vec r_i\vec r_i^T$, depends on $\vec\mu$.
# So in the demo the best mean is the same for every ellipse. Near the top the likelihood hardly changes: a fit by eye
# costs little.

# %% tags=["S4-E2.3b"]
for S in (Sigma, np.eye(2), true_Sigma):
    assert np.allclose(mu_gradient(points.mean(axis=0), S), 0, atol=1e-11)
best = [(points - m).T @ (points - m) / N for m in (mu, points.mean(axis=0))]
assert misfit(mu, best[0]) < misfit(mu, best[1])         # the best Σ for this μ is another one
assert not np.allclose(best[0], best[1], rtol=0.1)
showing.differs("the best Σ", for_this_μ=best[0], for_the_mean=best[1])


# %% [markdown]
# **By $\Sigma$, step 1:** $dL=N|\Sigma|^{-1}d|\Sigma|-\sum_i\vec r_i^T\Sigma^{-1}(d\Sigma)\Sigma^{-1}\vec r_i.$

# %% tags=["S4-E2.3c"]
def of_Sigma(S):
    return misfit(mu, S)


dSigma = np.random.default_rng(11).normal(size=(2, 2))
d_det = derivative(lambda t: np.linalg.det(Sigma + t * dSigma), 0.0)
quadratic = sum(r @ inv @ dSigma @ inv @ r for r in points - mu)
step_1 = N / np.linalg.det(Sigma) * d_det - quadratic
showing.remainder("first step", of_Sigma, Sigma, dSigma, step_1, steps=(1e-3, 1e-4))

# %% [markdown]
# **Step 2**, into traces. With the wrong law of the determinant the first term becomes $\frac ND\mathrm{Tr}(\Sigma^{-1}d\Sigma)$.

# %% tags=["S4-E2.3d", "fails-as-printed"]
second_term = np.trace(inv @ scatter @ inv @ dSigma)
assert np.isclose(second_term, quadratic)                # the second term is right
printed = N / D_x * np.trace(inv @ dSigma) - second_term
showing.remainder("as printed", of_Sigma, Sigma, dSigma, printed, steps=(1e-3, 1e-4), wrong=True)

# %% [markdown]
# With the right one, $N\,\mathrm{Tr}(\Sigma^{-1}d\Sigma)$:

# %% tags=["S4-E2.3d", "mended"]
mended = N * np.trace(inv @ dSigma) - second_term
assert np.isclose(mended, step_1)
showing.remainder("mended", of_Sigma, Sigma, dSigma, mended, steps=(1e-3, 1e-4))


# %% [markdown]
# **Step 3.** So the gradient is wrong as well, $\frac ND\Sigma^{-1}-\dots$:

# %% tags=["S4-E2.3e", "fails-as-printed"]
def printed_gradient(mu, S):
    inv = np.linalg.inv(S)
    return N / D_x * inv - inv @ (points - mu).T @ (points - mu) @ inv


measured = calculus.gradient(of_Sigma, Sigma)
assert not np.allclose(printed_gradient(mu, Sigma), measured, rtol=0.1)
assert np.allclose(measured - printed_gradient(mu, Sigma), (N - N / D_x) * inv)   # what is missing
showing.differs("gradient in Σ", as_printed=printed_gradient(mu, Sigma), measured=measured)

# %% [markdown]
# At a $\Sigma$ that is not symmetric the right gradient is transposed ($\Sigma^{-T}$ in the place of every $\Sigma^{-1}$).

# %% tags=["S4-E2.3e", "mended"]
S = Sigma + np.array([[0, 0.2], [0, 0]])                 # not symmetric
inv_S = np.linalg.inv(S)
showing.slopes("gradient in Σ, not symmetric", of_Sigma, S, (N * inv_S - inv_S @ scatter @ inv_S).T)


# %% [markdown]
# The fit as a function. The library's `gaussian.fit` does the same, and refuses points that lie on a line.

# %%
def fit(points):
    mu = points.mean(axis=0)
    centred = points - mu
    return mu, centred.T @ centred / len(points)


# %% [markdown]
# At $\hat\Sigma$ the gradient vanishes. The wrong one vanishes at $D\hat\Sigma$, twice as large here.

# %% tags=["S4-E2.3f"]
assert np.allclose(fit(points)[1], Sigma_hat)
assert misfit(mu_hat, Sigma_hat) < misfit(mu_hat, D_x * Sigma_hat)
showing.same("the wrong gradient at twice the fit", formula=printed_gradient(mu_hat, D_x * Sigma_hat), zero=np.zeros((2, 2)))

# %% [markdown]
# Why are they refused? Forty points exactly on a line. The ellipse around them can be made flatter and flatter.

# %% jupyter={"source_hidden": true}
along = np.random.default_rng(12).normal(size=40)
on_a_line = np.column_stack([along, 2 * along])
mean, flat = on_a_line.mean(axis=0), np.cov(on_a_line.T, bias=True)
likelihoods = [gaussian.log_likelihood(on_a_line, mean, flat + eps * np.eye(2)) for eps in (1e-2, 1e-4, 1e-6, 1e-8)]
assert (np.diff(likelihoods) > 90).all()

predict("02 flat", "The ellipse is made flatter: 1e-2, 1e-4, 1e-6, 1e-8. What happens to the likelihood?",
        lambda: ", ".join(f"{height:.0f}" for height in likelihoods), choices=("it grows without bound", "it reaches a best value", "it falls"),
        answer=lambda _: "it grows without bound", why="Every factor of 100 in flatness adds the same amount, so there is no best Σ.")

# %%
showing.refused("a flat Gaussian", lambda: gaussian.fit(on_a_line))


# %% [markdown]
# **The same fit by descent.** $\Sigma$ must stay symmetric and positive definite; its entries are not free. So we move a
# matrix $B$ with free entries and set $\Sigma=BB^T$. By law 2, $d\Sigma=(dB)B^T+B(dB)^T$. With a symmetric $G=\nabla_\Sigma L$ the
# trace becomes $\mathrm{Tr}(G\,d\Sigma)=\mathrm{Tr}\big((2GB)^TdB\big)$. So $\nabla_BL=2GB$. This is the extra step that tied entries need.

# %%
def goal(theta):
    """Misfit per point; theta (6,) holds mu (2,) and B (2, 2)."""
    mu, B = theta[:2], theta[2:].reshape(2, 2)
    return misfit(mu, B @ B.T) / N


def goal_gradient(theta):
    mu, B = theta[:2], theta[2:].reshape(2, 2)
    dmu, dSigma = gaussian.gradients(points, mu, B @ B.T)             # of the log likelihood
    return -2 / N * np.concatenate([dmu, (2 * dSigma @ B).ravel()])


# %% [markdown]
# Measure the slope, then descend. The start is a circle around the origin.

# %%
start = np.array([0.0, 0.0, 2.0, 0.0, 0.0, 2.0])
assert check_gradient(goal, start, goal_gradient(start)) < 1e-6
path = descend(goal, goal_gradient, start)
B_end = path[-1, 2:].reshape(2, 2)
assert len(path) < 500
assert np.allclose(path[-1, :2], mu_hat, atol=1e-4)
showing.same("Σ", by_descent=B_end @ B_end.T, closed_form=Sigma_hat, atol=1e-4)

# %% [markdown]
# Left: the fit and what the wrong gradient would make of it. Right: the path of the descent.
# Each ellipse encloses what lies within two standard deviations.

# %% jupyter={"source_hidden": true}
fig, (left, right) = plt.subplots(1, 2, figsize=(8.4, 4), layout="constrained", sharex=True, sharey=True)
plotting.show_gaussian(mu_hat, Sigma_hat, ax=left, color=plotting.CYCLE[0], label="fitted")
plotting.show_gaussian(mu_hat, 2 * Sigma_hat, ax=left, color=plotting.CYCLE[1], ls="--", label="twice")
plotting.show_gaussian(true_mu, true_Sigma, ax=left, color="k", ls=":", label="true")
for number, style in zip((0, 2, 5, len(path) - 1), (":", "-.", "--", "-")):
    B = path[number, 2:].reshape(2, 2)
    plotting.show_gaussian(path[number, :2], B @ B.T, ax=right, color=plotting.CYCLE[2], ls=style,
                           label=f"step {number}")
for ax in (left, right):
    ax.plot(*points.T, ".", color="0.5", markersize=4)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.legend(frameon=False, fontsize=8, loc="upper right")
plotting.described(fig, "Left: the fitted ellipse is nearly the true one and holds most points; the one with twice the Σ is "
                   "wider by 1.4 in each direction. Right: a circle at the origin drifts and turns into the fit.")

# %% [markdown]
# The fitted ellipse is close to the one the points were made with. The other is too wide by $\sqrt2$ in every
# direction: it would call far too much normal. On the right the circle drifts to the cloud, and then it tilts.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: through an inverse, example 3-1 of the matrix calculus slides

# %% [markdown]
# $f=\vec x^TA\vec y$ again, but now $\vec y=\sigma\odot(\vec h)$ and $\vec h=B^{-1}\vec z+\vec b$. Sizes: $\vec x$: $M\times1$, $A$: $M\times N$,
# $\vec y,\vec h,\vec z,\vec b$: $N\times1$, $B$: $N\times N$. Wanted: $\nabla_Bf$, through an inverse and an activation. Go backwards, one
# map at a time.

# %%
rng = np.random.default_rng(10)
x, A = rng.normal(size=(4, 1)), rng.normal(size=(4, 3))   # M = 4, N = 3
B = np.eye(3) + 0.4 * rng.normal(size=(3, 3))
z, bias = rng.normal(size=(2, 3, 1))
h = np.linalg.inv(B) @ z + bias
y = sigmoid(h)                                            # N × 1
print("y:", y.ravel().round(3))

# %% [markdown]
# **Steps 1–2.** By section 7, $\nabla_yf=A^T\vec x$: $(N\times M)(M\times1)$.

# %% tags=["S4-E3.1-y"]
df_dy = A.T @ x
assert df_dy.shape == y.shape == (3, 1)
showing.slopes("gradient in y", lambda y: (x.T @ A @ y)[0, 0], y, df_dy)


# %% [markdown]
# **Step 3.** $d\vec y=\sigma'(\vec h)\odot d\vec h$. In the trace the factor $\sigma'(\vec h)$ changes sides:
# $\nabla_hf=\nabla_yf\odot\sigma'(\vec h)$.

# %% tags=["S4-E3.1-h"]
def f_of_h(h):
    return (x.T @ A @ sigmoid(h))[0, 0]


df_dh = df_dy * sigmoid.derivative(h)
dh = rng.normal(size=(3, 1))
assert np.isclose(np.trace(df_dy.T @ (sigmoid.derivative(h) * dh)), np.trace(df_dh.T @ dh))
showing.slopes("gradient in h", f_of_h, h, df_dh)

# %% [markdown]
# **Step 4** starts with $df=\mathrm{Tr}(\nabla_hf^Td\vec h)$. (On the left of it $\mathrm{Tr}(\nabla_hf)$ stands in the matrix calculus slides; but a column has
# no trace. numpy does not object: `np.trace` of a column returns its first entry.)

# %% tags=["S4-E3.1-4"]
df = np.trace(df_dh.T @ dh)
assert 1.95 < calculus.remainder_order(f_of_h, h, dh, df, steps=(1e-3, 1e-4)) < 2.1
assert np.trace(df_dh) == df_dh[0, 0] != df
showing.differs("df", without_dh=np.trace(df_dh), right=df)

# %% [markdown]
# **Step 4.1.** $d\vec h=d(B^{-1})\vec z=-B^{-1}(dB)B^{-1}\vec z$.

# %% tags=["S4-E3.1-41"]
inv, dB = np.linalg.inv(B), rng.normal(size=(3, 3))
linear = -inv @ dB @ inv @ z
showing.remainder("dh", lambda B: np.linalg.inv(B) @ z + bias, B, dB, linear, steps=(1e-3, 1e-4))


# %% [markdown]
# **Steps 4.2–4.3.** Insert it and turn the trace until $dB$ stands last:
# $-\mathrm{Tr}\big(\nabla_hf^TB^{-1}(dB)B^{-1}\vec z\big)=-\mathrm{Tr}\big(B^{-1}\vec z\,\nabla_hf^TB^{-1}dB\big)$. Hence
#
# $$\nabla_Bf=-B^{-T}\,\nabla_hf\,\vec z^T\,B^{-T},\qquad(N\times N)(N\times1)(1\times N)(N\times N).$$

# %% tags=["S4-E3.1-B"]
def f_of_B(B):
    return (x.T @ A @ sigmoid(np.linalg.inv(B) @ z + bias))[0, 0]


df_dB = -inv.T @ df_dh @ z.T @ inv.T
assert np.isclose(-np.trace(df_dh.T @ inv @ dB @ inv @ z), -np.trace(inv @ z @ df_dh.T @ inv @ dB))
showing.slopes("gradient in B", f_of_B, B, df_dB)

# %% [markdown]
# **In one line** the matrix calculus slides leave out one $\odot$ and all brackets: $\nabla_Bf=-B^{-T}A^T\vec x\odot(\sigma(1-\sigma))\vec z^TB^{-T}$. A product of two columns stops.

# %% tags=["S4-E3.1-F", "fails-as-printed"]
showing.refused("two columns", lambda: sigmoid(h) @ (1 - sigmoid(h)))

# %% [markdown]
# And which comes first, $\odot$ or the matrix product? Both readings give a wrong number, with the right shape.

# %% tags=["S4-E3.1-F", "fails-as-printed"]
slope = sigmoid(h) * (1 - sigmoid(h))
from_the_left = ((-inv.T @ A.T @ x) * slope) @ z.T @ inv.T
products_first = (-inv.T @ A.T @ x) * (slope @ z.T @ inv.T)
measured = calculus.gradient(f_of_B, B)
assert from_the_left.shape == products_first.shape == measured.shape
assert not np.allclose(from_the_left, measured, rtol=0.1)
showing.differs("gradient in B", products_first=products_first, measured=measured)

# %% [markdown]
# With brackets: $\nabla_Bf=-B^{-T}\big[(A^T\vec x)\odot\sigma(\vec h)\odot(1-\sigma(\vec h))\big]\vec z^TB^{-T}$.

# %% tags=["S4-E3.1-F", "mended"]
in_one_line = -inv.T @ ((A.T @ x) * sigmoid(h) * (1 - sigmoid(h))) @ z.T @ inv.T
assert np.allclose(in_one_line, df_dB)
showing.slopes("gradient in B", f_of_B, B, in_one_line)

# %% [markdown]
# ## 10 · Break it
#
# ### A square matrix hides a wrong transpose
#
# $L=\sum\sin(A\vec x)$ has the gradient $A^T\cos(A\vec x)$. Forget the transpose. With a tall matrix, $4\times3$, numpy refuses. With a
# square one it gives an answer:

# %%
rng = np.random.default_rng(11)
tall, square, x = rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
print(showing.refused("the tall matrix", lambda: tall @ np.cos(tall @ x)))
measured = calculus.gradient(lambda x: np.sin(square @ x).sum(), x)
showing.differs("the square matrix", without_the_transpose=square @ np.cos(square @ x), measured=measured)

# %% [markdown]
# A vector of the right shape with wrong numbers. This is why no two sizes are equal in
# the checks of this book, wherever the mathematics allows it.
#
# ### Matrices are not numbers
#
# For numbers $d(x^2)=2x\,dx$ and $d(1/x)=-x^{-2}dx$. Write the same for a matrix $D$.

# %% jupyter={"source_hidden": true}
as_numbers = [(lambda D: D @ D, lambda dD: 2 * D @ dD),
              (np.linalg.inv, lambda dD: -np.linalg.inv(D @ D) @ dD)]
for f, claim in as_numbers:
    assert 0.9 < calculus.remainder_order(f, D, dD, claim(dD), steps=(1e-4, 1e-5)) < 1.1
    assert 1.9 < calculus.remainder_order(f, D, np.eye(3), claim(np.eye(3)), steps=(1e-3, 1e-4)) < 2.1

predict("02 numbers", "d(D²) = 2 D dD: for which dD is that right?",
        lambda: showing.remainder("random dD", lambda D: D @ D, D, dD, 2 * D @ dD, steps=(1e-4, 1e-5), wrong=True),
        choices=("for every dD", "for dD = I", "for none"), answer=lambda _: "for dD = I",
        why="For a general dD it is D dD + dD D. The identity may change places with D, so a test with it would have passed.")

# %% [markdown]
# This is why the instrument of this chapter goes in random directions.
#
# ## Exercises
#
# The [exercises of this chapter](exercises/02_matrix_calculus.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check with `check_gradient` or `calculus.remainder_order`.
#
# 1. **Weighted regression.** $L=(X\vec w-\vec y)^TK(X\vec w-\vec y)$ with a given $K$: $M\times M$, not symmetric. Derive $\nabla_wL$ by
#    differentials. Where does $K^T$ appear? Check with `check_gradient` and $M=7$, $N=3$.
# 2. **A tensor.** $Z=XYX^T$ with $X$: $4\times3$, $Y$: $3\times3$. Which entries of $\partial Z/\partial X$ are not zero?
#    Count them in `derivative(...)`.
# 3. **Another law.** Find $d\log|D|$ and $d\,\mathrm{Tr}(D^{-1}A)$. Check both with `calculus.remainder_order`; then read off both
#    gradients.
# 4. **Ridge.** Add $\lambda\|\vec w\|^2$ to the loss of section 7. How do the normal equations change? Check that the
#    gradient vanishes at your solution.
# 5. **Known mean.** Someone tells you the true $\vec\mu$. Which $\Sigma$ is then the most likely? Check with
#    `calculus.gradient(lambda S: misfit(true_mu, S), your_Sigma)`.
#
# ## Summary
#
# A derivative of an array by an array has the output's indices first. Its chain rule sums over the middle array; for a
# layer that leaves $\frac{\partial L}{\partial Z}Y^T$, $X^T\frac{\partial L}{\partial Z}$ and column sums. Differentials reach the
# same gradients without indices; a trace brings $dX$ to the end. What a right one leaves over shrinks as the square of the step.
#
# Next: chapter 03, where a softmax stands at the end of one layer.
