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
# # 08 · Take any matrix apart
#
# Source: seed 003, from "Eigenvalue and Eigenvector" to the summary table (D. Min, *Basic Linear Algebra for AI and
# Computer Vision*); below it is called *the deck*.
#
# Needs: chapter 01 (products, gradients) · about 100 minutes; the cells alone run in a few seconds.
#
# ## What you will do
# You take matrices apart into turns and stretches. With the parts you solve systems that have no solution, fit lines,
# compress a photograph, and lay handwritten digits out on a map.
#
# ## What you will learn
# - to read rank, range, null space and condition off the singular values
# - to choose between normal equations, QR and SVD, and to say what each costs in digits
# - to find the unit vector that makes $|Ax|$ smallest, in three ways
# - to say exactly what an approximation of rank $k$ loses

# %%
import matplotlib.pyplot as plt
import numpy as np

from mlp_lib import datasets, linear_algebra, plotting
from mlp_lib.calculus import check_gradient
from mlp_lib.linear_algebra import as_matrix

# %% [markdown]
# ## 1 · See it first: a circle becomes an ellipse
#
# A matrix moves every point $x$ of the plane to $Ax$. Take all points of the unit circle, and this $A$:

# %%
turner = np.array([[1.0, -1.0], [1.5, 0.5]])

# %% [markdown]
# **Predict:** what shape do the moved points form? Does any point stay on its ray from the origin?

# %%
axes = plotting.show_circle_map(turner)
plotting.described(axes[0], "Left: the unit circle with two perpendicular arrows, v1 and v2. Right: an ellipse; "
                   "its half axes, again perpendicular, are sigma 1 u1 and sigma 2 u2.")

# %% [markdown]
# An ellipse. Two perpendicular arrows $v_1$, $v_2$ of the circle became its two half axes, which are perpendicular
# again. So the matrix did three things: it turned $v_1, v_2$ onto the axes, stretched along them by two numbers
# $\sigma_1\ge\sigma_2$, and turned the result to $u_1, u_2$. Every matrix can be read like this. That is the *singular
# value decomposition*, the subject of this chapter.
#
# Does a point stay on its ray? Ask for the angle between $x$ and $Ax$, all the way round.

# %%
angle = np.linspace(0, 2 * np.pi, 361)
x = np.array([np.cos(angle), np.sin(angle)])             # 2 × 361
across = x[0] * (turner @ x)[1] - x[1] * (turner @ x)[0]
assert (across > 0.5).all()                              # never 0: every point leaves its ray

# %% [markdown]
# No point does. A vector that a matrix maps onto its own line is called an eigenvector, and this matrix has none in the
# real plane. The ellipse it has all the same. The deck begins with eigenvectors, so we look at them first, and at what
# they cannot do.
#
# ## 2 · Two kinds of system
#
# $Ax = b$ with $b\ne0$ is called *inhomogeneous* (the deck writes "heterogeneous"). The deck says that $x$ is unique if
# $A$ or $A^TA$ can be inverted. Unique, yes. But if only $A^TA$ can be inverted, this $x$ need not solve the system.
# With $A$: $5\times3$ we have five equations for three unknowns.

# %%
rng = np.random.default_rng(8)
m, n = 5, 3
A = rng.normal(size=(m, n))
b = rng.normal(size=m)

# %% [markdown]
# The unique vector is $x=(A^TA)^{-1}A^Tb$. **Predict:** is $Ax = b$?

# %% tags=["S3-LIN-INH"]
x = np.linalg.inv(A.T @ A) @ A.T @ b
assert np.linalg.norm(A @ x - b) > 0.1                   # no solution, only the nearest

# %% [markdown]
# No. Now a right side that is made as some $Ax$, so that there is something to find:

# %% tags=["S3-LIN-INH"]
reachable = A @ np.array([2.0, -1.0, 3.0])               # a right side in the range of A
x = np.linalg.inv(A.T @ A) @ A.T @ reachable
assert np.allclose(x, [2, -1, 3])
assert np.allclose(A @ x, reachable)

# %% [markdown]
# So the formula solves the system only if $b$ is some $Ax$ to begin with. All such $b$ form the *range* of $A$. Otherwise $x$ is the
# *least-squares* solution: no other vector brings $Ax$ nearer to $b$ (section 6).
#
# $Ax = 0$ is the *homogeneous* system. The vector $x=0$ always solves it. Are there others? That depends on the
# columns of $A$: here the third column of $C$ is the sum of the first two.

# %% tags=["S3-LIN-HOM"]
C = np.column_stack([A[:, 0], A[:, 1], A[:, 0] + A[:, 1]])
assert not (A @ np.zeros(n)).any()
assert np.allclose(C @ np.array([1.0, 1, -1]), 0)        # another solution, and all its multiples
directions = rng.normal(size=(n, 1000))
assert np.linalg.norm(A @ directions, axis=0).min() > 0.01

# %% [markdown]
# ## 3 · Eigenvalues, and what the deck leaves out
#
# Let $A$ be square, $n\times n$. If $Ax=\lambda x$ with $x\ne0$, then $x$ is an *eigenvector* and $\lambda$ its
# *eigenvalue*. The deck writes $\sigma$ for it; we keep $\sigma$ for singular values. Two things have to be added.
# First, $x\ne0$: the zero vector would belong to any number.

# %% tags=["S3-EIG-D"]
T = np.array([[2.0, 1, 0], [0, -1, 3], [0, 0, 4]])       # eigenvalues: its diagonal
values, vectors = np.linalg.eig(T)                       # one eigenvector a column
assert np.allclose(T @ vectors, vectors * values)
assert np.allclose(np.sort(values), [-1, 2, 4])
assert np.array_equal(T @ np.zeros(3), 17 * np.zeros(3))

# %% [markdown]
# Second, eigenvalues may be complex, and they count with multiplicity. Our `turner` has a complex pair: that is why
# it kept no line. And $2I$ has the eigenvalue 2 three times.

# %% tags=["S3-EIG-D"]
pair = np.linalg.eigvals(turner)
assert np.iscomplex(pair).all()
assert np.isclose(pair[0], np.conj(pair[1]))
assert np.array_equal(np.linalg.eigvals(2 * np.eye(3)), [2, 2, 2])

# %% [markdown]
# **"Eigenvectors are orthonormal."** The deck prints $x_i^Tx_j=1$ if $i=j$ and 0 otherwise, for any square matrix.
# With the eigenvectors of $T$ as columns of $X$ this says $X^TX=I$. **Predict** the off-diagonal numbers.

# %% tags=["S3-EIG-ON", "fails-as-printed"]
X = vectors                                              # unit columns
print((X.T @ X).round(2))
assert np.allclose(np.diag(X.T @ X), 1)
assert not np.allclose(X.T @ X, np.eye(3))

# %% [markdown]
# This fails: the eigenvectors of $T$ are not perpendicular. What the deck leaves out is *symmetric*. If $S=S^T$, then
# eigenvectors can be chosen orthonormal. `eigh` is numpy's function for this case.

# %% tags=["S3-EIG-ON", "mended"]
S = T + T.T
values_S, X_S = np.linalg.eigh(S)                        # ascending eigenvalues
assert np.allclose(S @ X_S, X_S * values_S)
assert np.allclose(X_S.T @ X_S, np.eye(3))

# %% [markdown]
# With complex numbers the condition is *normal*: $PP^*=P^*P$, where $P^*$ is the conjugate transpose. And the product
# is $x_i^*x_j$, not $x_i^Tx_j$. The cyclic shift of four entries is such a matrix.

# %% tags=["S3-EIG-ON", "mended"]
P = np.roll(np.eye(4), 1, axis=0)
_, X_P = np.linalg.eig(P)
assert np.array_equal(P @ P.T, P.T @ P)
assert np.allclose(X_P.conj().T @ X_P, np.eye(4))
assert not np.allclose(X_P.T @ X_P, np.eye(4))

# %% [markdown]
# **Full rank.** A matrix of full rank has $n$ non-zero eigenvalues. True, with multiplicity and with complex ones. Their
# product is the determinant, so none of them can be 0.

# %% tags=["S3-EIG-FR"]
full = rng.normal(size=(4, 4))
values = np.linalg.eigvals(full)
assert len(values) == 4
assert np.abs(values).min() > 1e-3
assert np.isclose(np.prod(values), np.linalg.det(full))

# %% [markdown]
# **"The rank is the number of non-zero eigenvalues."** Printed for any square matrix. Take the shift that drops its
# first entry: $(x_1,x_2,x_3,x_4)\mapsto(x_2,x_3,x_4,0)$. **Predict** its rank, and its eigenvalues.

# %% tags=["S3-EIG-RK", "fails-as-printed"]
N = np.diag(np.ones(3), k=1)
assert np.array_equal(N @ [1, 2, 3, 4], [2, 3, 4, 0])
assert np.count_nonzero(np.linalg.eigvals(N)) == 0       # printed: rank 0
assert np.linalg.matrix_rank(N) == 3

# %% [markdown]
# Rank 3, and no eigenvalue but 0. The statement holds for *diagonalisable* matrices, such as symmetric ones: those with
# $n$ independent eigenvectors. In general one has to count singular values, which we meet in the next section.

# %% tags=["S3-EIG-RK", "mended"]
B = rng.normal(size=(5, 3))
symmetric = B @ B.T                                      # 5 × 5, rank 3
assert np.sum(np.abs(np.linalg.eigvalsh(symmetric)) > 1e-9) == 3 == np.linalg.matrix_rank(symmetric)
assert np.sum(np.linalg.svd(N, compute_uv=False) > 1e-9) == 3

# %% [markdown]
# Not every matrix has $n$ independent eigenvectors, not even at full rank. Here all eigenvectors of $J$ are multiples of
# $(1,0,0)$: the null space of $J-2I$ has one dimension.

# %%
J = 2 * np.eye(3) + np.diag(np.ones(2), k=1)
assert np.isclose(np.linalg.det(J), 8)
assert np.linalg.matrix_rank(J - 2 * np.eye(3)) == 2
assert np.allclose(np.abs(np.linalg.eig(J)[1]), [[1, 1, 1], [0, 0, 0], [0, 0, 0]], atol=1e-4)

# %% [markdown]
# **"For full rank: $\sum_i\sigma_ix_ix_i^T$."** The deck prints this sum without a left side; meant is $A=$. Full rank is
# said to be enough. $T$ has full rank. But each term $x_ix_i^T$ is symmetric, so the sum is, and $T$ is not.

# %% tags=["S3-EIG-SUM", "fails-as-printed"]
values, X = np.linalg.eig(T)
printed = sum(values[i] * np.outer(X[:, i], X[:, i]) for i in range(3))
assert np.linalg.matrix_rank(T) == 3
assert np.allclose(printed, printed.T)
assert not np.allclose(printed, T)

# %% [markdown]
# The sum needs a *symmetric* matrix and orthonormal $x_i$. Full rank it does not need: `symmetric` has rank 3 of 5.

# %% tags=["S3-EIG-SUM", "mended"]
values_5, X_5 = np.linalg.eigh(symmetric)
total = sum(value * np.outer(x, x) for value, x in zip(values_5, X_5.T))
assert np.allclose(total, symmetric)

# %% [markdown]
# A diagonalisable matrix such as $T$ has a sum too, with another second factor: $A=\sum_i\lambda_ix_iy_i^T$, where the
# $y_i^T$ are the rows of $X^{-1}$. If $X$ is orthogonal, then $X^{-1}=X^T$ and $y_i=x_i$.

# %% tags=["S3-EIG-SUM", "mended"]
Y = np.linalg.inv(X)
total = sum(values[i] * np.outer(X[:, i], Y[i]) for i in range(3))
assert np.allclose(total, T)

# %% [markdown]
# **Beyond square.** The deck then generalises the sum to a "non-rectangular" $m\times n$ matrix. That is a slip: read
# *non-square*, that is rectangular. For such a matrix $Ax=\lambda x$ cannot even be written: $Ax$ has $m$ entries, $x$
# has $n$.

# %% tags=["S3-EIG-REC"]
try:
    np.linalg.eig(A)
    raise AssertionError("eigenvalues of a 5 × 3 matrix?")
except np.linalg.LinAlgError as error:
    print(error)
assert np.linalg.svd(A).S.shape == (3,)                  # singular values it has

# %% [markdown]
# ## 4 · $A = UDV^T$
#
# Any matrix $A$: $m\times n$ is a product of three:
#
# $$A = U\,D\,V^T,\qquad U: m\times m,\quad D: m\times n,\quad V: n\times n.$$
#
# $U$ and $V$ are orthogonal: their columns are perpendicular unit vectors. $D$ is zero except for its diagonal
# $\sigma_1\ge\sigma_2\ge\dots\ge0$, the *singular values*. Read from the right: $V^T$ turns, $D$ stretches along the
# axes, $U$ turns again. (An orthogonal matrix may also mirror; lengths and angles stay all the same.)

# %% tags=["S3-SVD-D"]
U, s, Vt = np.linalg.svd(A)                              # s holds the diagonal only
D = np.zeros((m, n))
np.fill_diagonal(D, s)
assert np.allclose(U @ D @ Vt, A)

# %% [markdown]
# The shapes, the orthogonal factors, the order on the diagonal:

# %% tags=["S3-SVD-D"]
assert (U.shape, D.shape, Vt.shape) == ((5, 5), (5, 3), (3, 3))
assert np.allclose(U.T @ U, np.eye(m))
assert np.allclose(Vt @ Vt.T, np.eye(n))
assert s[0] >= s[1] >= s[2] >= 0

# %%
axes = plotting.show_matrices({"A": A, "U": U, "D": D, "V^T": Vt})
plotting.described(axes[0], "Four tables of numbers: A is 5 by 3, U 5 by 5, D 5 by 3 with three positive numbers on "
                   "its diagonal and nothing else, V transposed 3 by 3.")

# %% [markdown]
# $D$ has the shape of $A$, and three numbers. Its last two rows are empty, so the last two columns of $U$ meet only
# zeros. numpy leaves them out if asked: `full_matrices=False`, the *thin* SVD.
#
# "Every matrix has one." Also the two that failed us above: $J$, which lacks eigenvectors, and `turner`, which has no
# real ones.

# %% tags=["S3-SVD-D"]
for matrix in (J, turner, N, np.zeros((2, 3))):
    left, stretch, right = np.linalg.svd(matrix, full_matrices=False)
    assert np.allclose((left * stretch) @ right, matrix)

# %% [markdown]
# **How many?** The deck lists the diagonal as $\sigma_1,\dots,\sigma_n$. It has $\min(m,n)$ entries. For a wide matrix,
# $3\times5$, there is no $\sigma_4$ or $\sigma_5$.

# %% tags=["S3-SVD-SH"]
wide = rng.normal(size=(3, 5))
assert len(np.linalg.svd(wide).S) == 3 == min(wide.shape)
assert np.linalg.svd(wide).Vh.shape == (5, 5)            # five right vectors, two without a σ
assert len(s) == 3 == min(A.shape)

# %% [markdown]
# **Unique?** $D$ is. $U$ and $V$ are not: the sign of a pair $u_k, v_k$ is free, and the columns of $U$ without a
# singular value may be turned among themselves.

# %% tags=["S3-SVD-U"]
signs, turn = np.array([-1, 1, -1]), np.array([[0.6, -0.8], [0.8, 0.6]])
other_U = np.hstack([U[:, :3] * signs, U[:, 3:] @ turn])
other_Vt = signs[:, None] * Vt
assert np.allclose(other_U @ D @ other_Vt, A)
assert np.allclose(other_U.T @ other_U, np.eye(m))
assert not np.allclose(other_U, U)

# %% [markdown]
# Where singular values are equal, whole bases are free. An orthogonal $Q$ is $(QW^T)\cdot I\cdot W$ with any orthogonal
# $W$.

# %% tags=["S3-SVD-U"]
Q = np.linalg.qr(rng.normal(size=(4, 4))).Q
assert np.allclose(np.linalg.svd(Q).S, 1)
W = np.kron([[0, -1], [1, 0]], [[0.6, -0.8], [0.8, 0.6]])                # one of many
assert np.allclose(W @ W.T, np.eye(4))
assert np.allclose((Q @ W.T) @ np.eye(4) @ W, Q)

# %% [markdown]
# **Back to the circle.** $V^T$ only turns, so the circle stays. $D$ makes the ellipse, $U$ turns it. So $\sigma_1$ is the
# longest stretch of a unit vector, $\sigma_2$ the shortest. Check, all the way round:

# %%
lengths = np.linalg.norm(turner @ np.array([np.cos(angle), np.sin(angle)]), axis=0)
longest, shortest = np.linalg.svd(turner).S
assert shortest <= lengths.min() < shortest + 1e-3
assert longest - 1e-3 < lengths.max() <= longest

# %% [markdown]
# Now by hand. Drag the two columns of the matrix, or use the sliders.
#
# 1. Make the ellipse a circle again, without going back to $I$.
# 2. Make it a line. What do the two columns have in common then?
# 3. **Predict** $u_1$ and $v_1$ for a symmetric matrix, then see.

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import circle_to_ellipse

circle_to_ellipse(turner)

# %% [markdown]
# Perpendicular columns of equal length keep the circle. Parallel columns flatten it: $\sigma_2=0$. For a symmetric
# matrix $u_k=\pm v_k$, and then the half axes lie on eigenvectors.
#
# ## 5 · Six properties
#
# ### Property 1: singular or not, and how nearly
#
# A square matrix is nonsingular exactly if no singular value is 0. The product of the singular values is $|\det A|$.

# %% tags=["S3-SVD-P1a"]
square = rng.normal(size=(4, 4))
s4 = np.linalg.svd(square).S
assert np.isclose(np.prod(s4), abs(np.linalg.det(square)))
assert s4[-1] > 0.01
singular = np.column_stack([square[:, :3], square[:, :3].sum(axis=1)])
assert np.linalg.svd(singular).S[-1] < 1e-14

# %% [markdown]
# Being nearly singular is a matter of degree. Subtract the last term, $\sigma_nu_nv_n^T$, and the matrix is singular.
# Nothing smaller does it. So $\sigma_n$ is the distance to the nearest singular matrix, and
# $\sigma_n/\sigma_1$ the distance relative to the size of $A$. Its inverse $\sigma_1/\sigma_n$ is the *condition
# number*.

# %% tags=["S3-SVD-P1b"]
U4, s4, Vt4 = np.linalg.svd(square)
assert np.isclose(np.linalg.det(square - s4[3] * np.outer(U4[:, 3], Vt4[3])), 0)
for E in rng.normal(size=(200, 4, 4)):                   # 200 changes, each a little smaller
    E *= 0.99 * s4[3] / np.linalg.norm(E, 2)
    assert np.linalg.svd(square + E).S[3] > 0.009 * s4[3]
assert np.isclose(linear_algebra.condition_number(square), s4[0] / s4[3])

# %% [markdown]
# **What it does to a solution.** Solve $Ax=b$, then disturb $b$ by $\delta$. How far does $x$ go? Here are two systems
# with the same solution $(1, 1)$, each disturbed by 2 % of its own $|b|$.

# %%
mild = np.array([[2.0, 1.0], [-1.0, 2.0]])
bad = np.array([[2.0, 1.9], [1.0, 1.1]])
print([round(linear_algebra.condition_number(M), 1) for M in (mild, bad)])

# %% [markdown]
# **Predict:** the disturbances of a system all have the same length, and go all round. What shape and size do the two
# clouds of solutions have?

# %%
def disturbed_solutions(M, share=0.02):
    b = M @ np.ones(2)
    delta = share * np.linalg.norm(b) * np.array([np.cos(angle), np.sin(angle)])
    return np.linalg.solve(M, b[:, None] + delta).T      # one solution a row


clouds = [disturbed_solutions(M) for M in (bad, mild)]
reach = [np.linalg.norm(cloud - 1, axis=1).max() / np.sqrt(2) for cloud in clouds]
print([f"{share:.0%}" for share in reach])

# %%
which = np.repeat([0, 1], len(angle))
ax = plotting.show_points(np.concatenate(clouds), which, size=4, names=["condition 32.7", "condition 1"])
ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
plotting.described(ax, "Solutions of two disturbed systems around (1, 1): a small circle for condition number 1; for 32.7 "
                   "a needle that falls at about 45 degrees and is many times longer than the circle.")

# %% [markdown]
# With condition number 1 the solution moves by 2 %, as $b$ does. With 32.7 it moves by up to 65 %, although $b$ was
# disturbed as little. The needle points along $v_2$: the direction that $A$ nearly forgets.
#
# The bound: $\frac{|\Delta x|}{|x|}\le\frac{\sigma_1}{\sigma_n}\cdot\frac{|\delta|}{|b|}$. It is reached when $b$ points
# along $u_1$ and $\delta$ along $u_n$.

# %% tags=["S3-SVD-P1b"]
kappa = linear_algebra.condition_number(square)
for b4, delta in zip(rng.normal(size=(500, 4)), 1e-3 * rng.normal(size=(500, 4))):
    x4, moved = np.linalg.solve(square, b4), np.linalg.solve(square, b4 + delta)
    growth = np.linalg.norm(moved - x4) / np.linalg.norm(x4) * np.linalg.norm(b4) / np.linalg.norm(delta)
    assert growth <= kappa * (1 + 1e-6)

# %% [markdown]
# 500 random pairs stay below the bound. The worst pair reaches it:

# %% tags=["S3-SVD-P1b"]
worst = np.linalg.norm(np.linalg.solve(square, U4[:, 3])) / np.linalg.norm(np.linalg.solve(square, U4[:, 0]))
assert np.isclose(worst, kappa)

# %% [markdown]
# Turn the condition number yourself, and watch the cloud of solutions.
#
# 1. Raise the condition number to 100. In which direction does the needle grow?
# 2. Turn $b$ to $u_1$, then to $u_2$. When is the *relative* wobble worst?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import condition_wobble

condition_wobble()

# %% [markdown]
# The needle grows along $v_2$. The wobble is worst for $b$ along $u_1$: there the solution itself is shortest, so the same
# needle is longest by comparison.
#
# ### Property 2: rank
#
# The rank of any $m\times n$ matrix is the number of its non-zero singular values. The word *non-zero* is the hard part.
# This $5\times4$ matrix is a product through 3 dimensions, so its rank is 3.

# %% tags=["S3-SVD-P2a"]
thin = rng.normal(size=(5, 3)) @ rng.normal(size=(3, 4))
s_thin = np.linalg.svd(thin).S
assert np.sum(s_thin > 1e-9) == 3 == np.linalg.matrix_rank(thin)
assert 0 <= s_thin[3] < 1e-14                            # nearly 0: what rounding leaves over

# %% [markdown]
# So small singular values must count as 0. The deck takes a fixed tolerance, about $10^{-6}$: the *effective rank*. That is
# incomplete: it depends on the unit. Measure lengths in a unit of $10^9$ metres, and $I$ becomes $10^{-9}I$:

# %% tags=["S3-SVD-P2b"]
tiny = 1e-9 * np.eye(3)
assert np.sum(np.linalg.svd(tiny).S > 1e-6) == 0         # rank 0, as printed
assert np.isclose(np.linalg.cond(tiny), 1)               # yet nothing is better conditioned

# %% [markdown]
# Completed: a tolerance relative to $\sigma_1$. The usual choice is $\varepsilon\,\sigma_1\max(m,n)$, where $\varepsilon$ is
# the rounding error of the numbers, $2.2\cdot10^{-16}$ for float64. That is how much computing can leave over.


# %% tags=["shows:linear_algebra.tolerance"]
def tolerance(s, shape, rtol=None):
    rtol = np.finfo(s.dtype).eps * max(shape) if rtol is None else rtol
    if not 0 <= rtol < 1:
        raise ValueError(f"rtol needs to be in [0, 1); got {rtol}")
    return float(rtol * s[0])


# %% [markdown]
# With it the rank is a count. `as_matrix` refuses what is no matrix of finite numbers.


# %% tags=["shows:linear_algebra.rank", "S3-SVD-P2b"]
def rank(A, *, rtol=None):
    A = as_matrix(A)
    s = np.linalg.svd(A, compute_uv=False)
    return int(np.sum(s > tolerance(s, A.shape, rtol)))


assert rank(tiny) == 3
assert rank(thin) == rank(1e9 * thin) == 3
assert rank(np.diag([1, 1e-3, 1e-7]), rtol=1e-6) == 2    # measured data: choose your own

# %% [markdown]
# ### Property 3: inverse and pseudo-inverse
#
# $A=UDV^T$ is easy to undo: undo each factor, in the other order. For a nonsingular square matrix
# $A^{-1}=VD^{-1}U^T$, and $D^{-1}$ holds the reciprocals $1/\sigma_i$.

# %% tags=["S3-SVD-P3a"]
inverse = Vt4.T @ np.diag(1 / s4) @ U4.T
assert np.allclose(inverse, np.linalg.inv(square))

# %% [markdown]
# If some $\sigma_i=0$, its reciprocal is replaced by 0: $A^+=VD_0^{-1}U^T$, the *pseudo-inverse*. The deck states it for
# square matrices. It holds for every shape, if $D_0^{-1}$ is $n\times m$.


# %% tags=["shows:linear_algebra.pseudo_inverse"]
def pseudo_inverse(A, *, rtol=None):
    A = as_matrix(A)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    r = np.sum(s > tolerance(s, A.shape, rtol))
    return (Vt[:r].T / s[:r]) @ U[:, :r].T


# %% [markdown]
# The function leaves out the terms with 0 instead of multiplying by 0. For `thin`, $5\times4$ of rank 3, here is the
# long form beside it.

# %% tags=["S3-SVD-P3b"]
D0 = np.zeros((4, 5))                                    # n × m
D0[range(3), range(3)] = 1 / s_thin[:3]
plus = np.linalg.svd(thin).Vh.T @ D0 @ np.linalg.svd(thin).U.T
assert plus.shape == (4, 5)
assert np.allclose(plus, pseudo_inverse(thin))

# %% [markdown]
# Four laws identify the pseudo-inverse: $AA^+A=A$, $A^+AA^+=A^+$, and both products are symmetric.

# %% tags=["S3-SVD-P3b"]
assert np.allclose(thin @ plus @ thin, thin)
assert np.allclose(plus @ thin @ plus, plus)
assert np.allclose(thin @ plus, (thin @ plus).T)
assert np.allclose(plus @ thin, (plus @ thin).T)

# %% [markdown]
# ### Property 4: range and null space
#
# The columns of $U$ with a non-zero $\sigma$ are an orthonormal basis of the *range*: of all vectors $Ax$. Every $Ax$ is
# made of them, and they are as many as the rank.

# %% tags=["S3-SVD-P4a"]
basis = np.linalg.svd(thin).U[:, :3]                     # m × r
reached = thin @ rng.normal(size=(4, 7))                 # seven vectors of the range
assert np.allclose(basis @ (basis.T @ reached), reached)
assert not np.allclose(basis @ (basis.T @ b), b)         # b is not one of them
from_library = linear_algebra.range_space(thin)          # the same space, if not the same signs
assert np.allclose(from_library @ from_library.T, basis @ basis.T)

# %% [markdown]
# The *null space* holds all $x$ with $Ax=0$. The deck takes the columns of $V$ with a zero $\sigma$. For a wide matrix that
# is incomplete. **Predict:** `flat` is $3\times5$ of rank 2. How many columns of $V$ have $\sigma=0$, and how many
# dimensions has the null space?

# %% tags=["S3-SVD-P4b"]
flat = rng.normal(size=(3, 2)) @ rng.normal(size=(2, 5))
_, s_flat, Vt_flat = np.linalg.svd(flat)
assert np.sum(s_flat < 1e-12) == 1                       # as printed: one column
assert np.allclose(flat @ Vt_flat[2:].T, 0)              # all three columns from r + 1 on
assert len(Vt_flat[2:]) == 3 == 5 - 2

# %% [markdown]
# One column has the singular value 0, and two more have none at all. Take all columns from $r+1$ to $n$.


# %% tags=["shows:linear_algebra.null_space", "S3-SVD-P4b"]
def null_space(A, *, rtol=None):
    A = as_matrix(A)
    m, n = A.shape
    _, s, Vt = np.linalg.svd(A, full_matrices=m < n)
    return Vt[np.sum(s > tolerance(s, A.shape, rtol)):].T


assert null_space(flat).shape == (5, 3)
assert np.allclose(flat @ null_space(flat), 0)
assert null_space(thin).shape == (4, 1)

# %% [markdown]
# ### Property 5: eigenvectors of $A^TA$ and $AA^T$
#
# $A^TA = VD^TU^TUDV^T = VD^TDV^T$. So its eigenvectors are the columns of $V$, and its eigenvalues $\sigma_i^2$.

# %% tags=["S3-SVD-P5a"]
assert np.allclose(A.T @ A @ Vt.T, Vt.T * s**2)
assert np.allclose(np.linalg.eigvalsh(A.T @ A)[::-1], s**2)

# %% [markdown]
# In the same way $AA^T = UDD^TU^T$, $5\times5$: the columns of $U$, the same non-zero eigenvalues, and two zeros.

# %% tags=["S3-SVD-P5b"]
assert np.allclose(A @ A.T @ U, U * [*s**2, 0, 0])
assert np.allclose(np.linalg.eigvalsh(A @ A.T)[::-1], [*s**2, 0, 0])

# %% [markdown]
# The deck ties the two together by $Au_k=\sigma_kv_k$ and $A^Tv_k=\sigma_ku_k$. Look at the shapes: $A$ is $5\times3$, and
# $u_k$ has 5 entries.

# %% tags=["S3-SVD-P5c", "fails-as-printed"]
try:
    A @ U[:, 0]
    raise AssertionError("(5 × 3)(5 × 1) fits?")
except ValueError as error:
    print(error)
assert (square @ U4[:, 0]).shape == Vt4[0].shape         # square: the shapes fit,
assert not np.allclose(square @ U4[:, 0], s4[0] * Vt4[0])  # and the numbers are wrong

# %% [markdown]
# This fails; the roles are exchanged. $AV=UD$ by columns says $Av_k=\sigma_ku_k$, and $A^TU=VD^T$ says
# $A^Tu_k=\sigma_kv_k$. That is what the first picture showed: $v_k$ goes to $\sigma_ku_k$.

# %% tags=["S3-SVD-P5c", "mended"]
for k in range(3):
    assert np.allclose(A @ Vt[k], s[k] * U[:, k])
    assert np.allclose(A.T @ U[:, k], s[k] * Vt[k])

# %% [markdown]
# ### Property 6: the Frobenius norm
#
# Turning a matrix changes no length. So the root of the sum of all squared entries is the root of the sum of the
# squared singular values: $\|A\|_F=\sqrt{\sum a_{ij}^2}=\sqrt{\sum\sigma_k^2}$.

# %% tags=["S3-SVD-P6"]
assert np.isclose(np.sqrt(np.sum(A**2)), np.sqrt(np.sum(s**2)))
assert np.isclose(np.linalg.norm(Q @ square), np.linalg.norm(square))

# %% [markdown]
# ## 6 · Least squares, in three ways
#
# $Ax=b$ has more equations than unknowns, so we make the error $\|Ax-b\|^2$ as small as possible. Its gradient is
# $2A^T(Ax-b)$: $n\times1$. Set it to 0, and we have the *normal equations* $A^TAx=A^Tb$.

# %% tags=["S3-SOL-LS", "S3-TAB-LS"]
x = np.linalg.inv(A.T @ A) @ A.T @ b                     # the printed formula
assert check_gradient(lambda x: np.sum((A @ x - b) ** 2), x + 1, 2 * A.T @ (A @ (x + 1) - b)) < 1e-6
assert np.allclose(A.T @ (A @ x - b), 0)
for other in x + rng.normal(size=(500, 3)):
    assert np.linalg.norm(A @ other - b) > np.linalg.norm(A @ x - b)

# %% [markdown]
# The condition $A^T(Ax-b)=0$ says: what is left over is perpendicular to every column of $A$. The deck's table adds
# MATLAB's `A\b`; in numpy that is `np.linalg.lstsq`.

# %% tags=["S3-TAB-LS"]
assert np.allclose(x, np.linalg.lstsq(A, b)[0])
assert np.allclose(x, pseudo_inverse(A) @ b)

# %% [markdown]
# The formula is incomplete: it needs full column rank. `C` from section 2 has a column too many. Then many vectors are
# equally good, and $A^+b$ is the shortest of them.

# %% tags=["S3-SOL-LS"]
assert rank(C.T @ C) == 2                                # no inverse
shortest_x = pseudo_inverse(C) @ b
other = shortest_x + 0.5 * null_space(C)[:, 0]
assert np.allclose(C.T @ (C @ shortest_x - b), 0)
assert np.isclose(np.linalg.norm(C @ other - b), np.linalg.norm(C @ shortest_x - b))
assert np.linalg.norm(other) > np.linalg.norm(shortest_x)

# %% [markdown]
# Three ways to the same $x$. **Normal equations:** solve $A^TAx=A^Tb$, $n\times n$. Short and quick.
#
# **QR:** write $A=QR$ with orthonormal columns $Q$: $m\times n$ and a triangle $R$: $n\times n$. Then $Rx=Q^Tb$.
#
# **SVD:** $x=V\,D_0^{-1}\,U^Tb$.

# %%
Q5, R = np.linalg.qr(A)
thin_U = U[:, :3]
by_normal = np.linalg.solve(A.T @ A, A.T @ b)
by_qr = np.linalg.solve(R, Q5.T @ b)
by_svd = Vt.T @ ((thin_U.T @ b) / s)
assert np.allclose(by_normal, by_qr)
assert np.allclose(by_qr, by_svd)

# %% [markdown]
# The library has all three: `least_squares(A, b, method=...)`. Why three? $A^TA$ has the eigenvalues $\sigma_i^2$, so its
# condition number is the square of that of $A$. Forming it doubles the number of digits that are lost.

# %%
assert np.isclose(linear_algebra.condition_number(A.T @ A), linear_algebra.condition_number(A) ** 2)
for method, by_hand in {"normal": by_normal, "qr": by_qr, "svd": by_svd}.items():
    assert np.allclose(linear_algebra.least_squares(A, b, method=method), by_hand)

# %% [markdown]
# **An experiment.** We make matrices $30\times5$ with a condition number of our choice, and a right side whose solution we
# know. Then we measure the error of each method.


# %%
def relative_error(condition, method, seed):
    rng = np.random.default_rng(seed)
    U, V = np.linalg.qr(rng.normal(size=(30, 5))).Q, np.linalg.qr(rng.normal(size=(5, 5))).Q
    A = (U * np.geomspace(1, 1 / condition, 5)) @ V.T
    x = V @ np.ones(5)
    found = linear_algebra.least_squares(A, A @ x, method=method)
    return np.linalg.norm(found - x) / np.linalg.norm(x)


# %% [markdown]
# **Predict:** if the condition number grows ten times, by how much does the error of each method grow?

# %%
conditions = 10.0 ** np.arange(1, 8)
errors = {method: [np.median([relative_error(c, method, seed) for seed in range(20)]) for c in conditions]
          for method in ("normal", "qr", "svd")}
orders = {method: np.polyfit(np.log(conditions), np.log(error), 1)[0] for method, error in errors.items()}
assert 1.8 < orders["normal"] < 2.2
assert 0.8 < orders["qr"] < 1.2
assert 0.7 < orders["svd"] < 1.2

# %%
ax = plotting.show_curves(errors, x=conditions, xlabel="condition number of $A$", ylabel="relative error of $x$", log=True)
ax.set_xscale("log")
plotting.described(ax, "Error against condition number, both logarithmic: QR and SVD rise together with slope 1, the normal "
                   "equations with slope 2; at ten million they are wrong in the third digit.")

# %% [markdown]
# QR and SVD lose one digit for each factor of ten. The normal equations lose two. At condition number $10^7$ they have
# three digits left where QR has ten. At $10^8$ they have none: $A^TA$ is singular within rounding, and the library
# refuses (section 12). So: normal equations for well-conditioned columns, QR as the workhorse, SVD where the rank is in
# doubt.
#
# ## 7 · Homogeneous systems: the smallest $|Ax|$
#
# Now $Ax=0$. The solution 0 says nothing, and every multiple of a solution is one. So we ask for a vector of length 1:
#
# $$\min_x \|Ax\|^2\quad\text{subject to}\quad\|x\|^2=1.$$
#
# The deck asks for $m\ge n-1$ and rank $n-1$. Then the null space is one line, and the solution is unique up to its sign.
# With $m=n-1=3$:

# %% tags=["S3-SOL-H1"]
three_by_four = rng.normal(size=(3, 4))
line = null_space(three_by_four)
assert rank(three_by_four) == 3 == three_by_four.shape[1] - 1
assert line.shape == (4, 1)
assert np.allclose(three_by_four @ -line, 0)             # x and −x
found = linear_algebra.homogeneous_least_squares(three_by_four)
assert np.allclose(np.abs(line[:, 0] @ found), 1)

# %% [markdown]
# Measured data have noise. Then the rank is $n$, nothing but 0 solves $Ax=0$, and we want the best $x$. Our example from here
# on is $M_7$, seven equations for four unknowns: rank 3, and noise.

# %%
M7 = rng.normal(size=(7, 3)) @ rng.normal(size=(3, 4)) + 0.05 * rng.normal(size=(7, 4))
G = M7.T @ M7                                            # 4 × 4
assert rank(M7) == 4

# %% [markdown]
# ### By Lagrange
#
# Give the constraint a multiplier $\lambda$: $L(x,\lambda)=\|Ax\|^2-\lambda(\|x\|^2-1)$. Its gradient in $x$ is
# $2(A^TAx-\lambda x)$. Set it to 0 and drop the 2: $A^TAx=\lambda x$. So $x$ is an eigenvector of $A^TA$.

# %% tags=["S3-SOL-H3"]
def lagrangian(x, lam):
    return np.sum((M7 @ x) ** 2) - lam * (np.sum(x**2) - 1)


x = rng.normal(size=4)
assert check_gradient(lambda x: lagrangian(x, 0.7), x, 2 * (G @ x - 0.7 * x)) < 1e-6
lambdas, E = np.linalg.eigh(G)                           # ascending
for lam, e in zip(lambdas, E.T):
    assert np.allclose(G @ e - lam * e, 0)

# %% [markdown]
# At a unit eigenvector the constraint term is 0, and the objective is $\|Ax\|^2=x^TA^TAx=\lambda x^Tx=\lambda$. So the
# smallest $\lambda$ wins.

# %% tags=["S3-SOL-H4"]
for lam, e in zip(lambdas, E.T):
    assert np.isclose(np.sum((M7 @ e) ** 2), lam)
    assert np.isclose(lagrangian(e, lam), lam)
assert lambdas[0] == lambdas.min()

# %% [markdown]
# The deck prints $\min_x L$. Read with care: wanted is a point where the gradient is 0, not a minimum in $x$. For $\lambda$ above
# the smallest eigenvalue $L$ has no minimum: along $e_1$ it falls for ever.

# %% tags=["S3-SOL-H2"]
far = 10.0 ** np.arange(4)
falling = [lagrangian(t * E[:, 0], lambdas[0] + 0.1) for t in far]
assert falling[-1] < -1e4
assert (np.diff(falling) < 0).all()

# %% [markdown]
# Below the smallest eigenvalue the minimum is at $x=0$, which breaks the constraint. Only at $\lambda=\lambda_{\min}$ the two
# agree: the minimum is $\lambda_{\min}$, and it is reached along the whole line of $e_1$.

# %% tags=["S3-SOL-H2"]
points = 3 * rng.normal(size=(500, 4))
assert min(lagrangian(p, lambdas[0] - 0.01) for p in points) > lagrangian(np.zeros(4), lambdas[0] - 0.01)
assert min(lagrangian(p, lambdas[0]) for p in points) > lambdas[0]
assert np.allclose([lagrangian(t * E[:, 0], lambdas[0]) for t in far], lambdas[0])

# %% [markdown]
# ### By SVD
#
# The eigenvectors of $A^TA$ are the columns of $V$, the eigenvalues are $\sigma_k^2$. So the solution is a column of $V$. Which
# one? The deck says: the one for the "null (non-zero)" singular value. Null and non-zero contradict each other.
# Take a non-zero one:

# %% tags=["S3-SOL-H5", "fails-as-printed"]
_, s3, Vt3 = np.linalg.svd(three_by_four)                # three σ, all non-zero
for sigma, v in zip(s3, Vt3):
    assert sigma > 0.1
    assert np.isclose(np.linalg.norm(three_by_four @ v), sigma)
    assert not np.allclose(three_by_four @ v, 0)         # no solution of Ax = 0

# %% [markdown]
# This fails: $|Av_k|=\sigma_k$, which is not 0. Right is the column for the zero singular value; with noise, the smallest. Both
# times it is the *last* column of $V$.

# %% tags=["S3-SOL-H5", "mended"]
assert np.allclose(three_by_four @ Vt3[-1], 0)
_, s7, Vt7 = np.linalg.svd(M7)
assert np.isclose(np.linalg.norm(M7 @ Vt7[-1]), s7[-1])

# %% [markdown]
# No unit vector does better than the last column. We ask 2,000 of them.

# %% tags=["S3-SOL-H5"]
units = rng.normal(size=(4, 2000))
units /= np.linalg.norm(units, axis=0)
assert np.linalg.norm(M7 @ units, axis=0).min() > s7[-1]

# %% [markdown]
# ### By the smallest eigenvector
#
# The last line of the deck's table: the eigenvector of $A^TA$ for the smallest eigenvalue, there called $v_1$. Mind the
# order. Eigenvalues come in ascending order here, so it is the *first*; singular values descend, so it is the *last*.

# %% tags=["S3-TAB-H"]
x = linear_algebra.homogeneous_least_squares(M7)
assert np.isclose(abs(x @ E[:, 0]), 1)                   # first of eigh
assert np.isclose(abs(x @ Vt7[-1]), 1)                   # last of svd
assert np.allclose(lambdas, s7[::-1] ** 2)
assert np.isclose(np.linalg.norm(M7 @ x), s7[-1])

# %% [markdown]
# Three ways, one vector. Prefer the SVD: it does not form $A^TA$, so it keeps all digits, as in section 6.
#
# ## 8 · The Rayleigh quotient
#
# For a Hermitian matrix $M=M^*$, $n\times n$, and $x\ne0$:
#
# $$R(M,x)=\frac{x^*Mx}{x^*x}.$$
#
# It is a real number, also when $M$ and $x$ are complex. The length of $x$ cancels.

# %% tags=["S3-RAY-D"]
Z = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
H = Z + Z.conj().T
z = rng.normal(size=4) + 1j * rng.normal(size=4)
R_z = (z.conj() @ H @ z) / (z.conj() @ z)
assert abs(R_z.imag) < 1e-12
assert np.isclose(R_z.real, linear_algebra.rayleigh_quotient(H, z))
assert np.isclose(R_z.real, linear_algebra.rayleigh_quotient(H, (2 - 3j) * z))

# %% [markdown]
# For $M=A^TA$ it is $\|Ax\|^2/\|x\|^2$, the squared stretch. At an eigenvector $v_i$ it is the eigenvalue: from
# $v_i^TA^TAv_i=\lambda_iv_i^Tv_i$ follows $\|Av_i\|^2/\|v_i\|^2=\lambda_i$.

# %% tags=["S3-RAY-P"]
for lam, v in zip(lambdas, E.T):
    assert np.isclose(np.sum((M7 @ (3 * v)) ** 2) / np.sum((3 * v) ** 2), lam)
    assert np.isclose(linear_algebra.rayleigh_quotient(G, 3 * v), lam)

# %% [markdown]
# Here is $R$ round the unit circle, for $M=A^TA$ with the matrix of the first picture. **Predict:** how many maxima?

# %%
M = turner.T @ turner
R = [linear_algebra.rayleigh_quotient(M, [np.cos(t), np.sin(t)]) for t in angle]
levels = {"$R(M, x)$": R, r"$\lambda_{\max}=\sigma_1^2$": np.full(361, longest**2),
          r"$\lambda_{\min}=\sigma_2^2$": np.full(361, shortest**2)}

# %%
ax = plotting.show_curves(levels, x=np.degrees(angle), xlabel="angle of $x$ in degrees", ylabel="Rayleigh quotient")
ax.set(xticks=range(0, 361, 90), ylim=(0, 5))
plotting.described(ax, "The Rayleigh quotient against the angle of x: a wave with two maxima and two minima in a full turn "
                   "that touches the largest eigenvalue above and the smallest below.")

# %% [markdown]
# Two: at $v_1$ and at $-v_1$. A quarter turn on come the minima, at $\pm v_2$. The curve never leaves the band between the
# eigenvalues. This bound is what the minimisation of section 7 rests on, and the deck does not state it:
#
# $$\lambda_{\min}\le R(M,x)\le\lambda_{\max},$$
#
# with equality at the eigenvectors of the two.

# %% tags=["S3-RAY-B"]
quotients = [linear_algebra.rayleigh_quotient(G, x) for x in rng.normal(size=(500, 4))]
assert lambdas[0] <= min(quotients) < max(quotients) <= lambdas[-1]
assert np.isclose(linear_algebra.rayleigh_quotient(G, E[:, 0]), lambdas[0])
assert np.isclose(linear_algebra.rayleigh_quotient(G, E[:, -1]), lambdas[-1])

# %% [markdown]
# The reason: in the basis of eigenvectors $R$ is a weighted mean of the eigenvalues, and a mean stays between its
# extremes.

# %% tags=["S3-RAY-B"]
x = rng.normal(size=4)
weights = (E.T @ x) ** 2 / (x @ x)                       # shares along the eigenvectors
assert np.isclose(weights.sum(), 1)
assert np.isclose(weights @ lambdas, linear_algebra.rayleigh_quotient(G, x))

# %% [markdown]
# So "minimise $\|Ax\|^2$ on unit vectors" and "minimise $R(A^TA,x)$" are one problem, the last row of the deck's table.
# The second has no constraint, so we can just walk downhill. The gradient is $\frac{2}{x^Tx}(Mx-R\,x)$.


# %% tags=["S3-TAB-H"]
def slope(x):
    return 2 / (x @ x) * (G @ x - linear_algebra.rayleigh_quotient(G, x) * x)


x = rng.normal(size=4)
assert check_gradient(lambda x: (x @ G @ x) / (x @ x), x, slope(x)) < 1e-6
for _ in range(3000):
    x = x - 0.02 * slope(x)
x /= np.linalg.norm(x)
assert np.isclose(abs(x @ linear_algebra.homogeneous_least_squares(M7)), 1)

# %% [markdown]
# Walk round the circle yourself. **Predict** at which angles the arrow $Mx$ lies on the line of $x$.

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import rayleigh_circle

rayleigh_circle()

# %% [markdown]
# At the eigenvectors, and there the curve is level. In between $Mx$ leaves the line of $x$, and the curve rises or falls.
#
# **A name.** The deck calls $A^TA$ a covariance matrix. It is a *Gram matrix*: all products of two columns. It is $N$ times a
# covariance matrix only if the columns are centred, each with mean 0. Six columns of 50 measurements:

# %% tags=["S3-RAY-COV"]
data = rng.normal(size=(50, 6)) + 5
centred = data - data.mean(axis=0)
covariance = np.cov(data.T, bias=True)                   # divided by N
assert np.allclose(centred.T @ centred / 50, covariance)
assert not np.allclose(data.T @ data / 50, covariance)
assert np.allclose(centred.T @ centred / 49, np.cov(data.T))  # divided by N − 1

# %% [markdown]
# ## 9 · Use: fit a line
#
# Eighty points near a steep line. Both coordinates were measured, both with an error.

# %%
along = np.linspace(-1, 1, 80)[:, None] * np.array([1.0, 4.0]) / np.sqrt(17)
points = 2 * along + np.array([3.0, 1.0]) + 0.2 * rng.normal(size=(80, 2))

# %% [markdown]
# *Ordinary* least squares writes $y=cx+d$ and minimises the vertical distances: $A$ has the rows $(x_i, 1)$, $80\times2$.

# %%
c, d = linear_algebra.least_squares(np.column_stack([points[:, 0], np.ones(80)]), points[:, 1])
print(f"slope {c:.2f}; the points were made with slope 4")
assert c < 3

# %% [markdown]
# Far too flat: it takes the errors in $x$ for the truth. *Total* least squares minimises the distances *perpendicular* to the
# line. A line is all $p$ with $n^T(p-\bar p)=0$, with a unit normal $n$. The distance of a point is $|n^T(p_i-\bar p)|$.
# So with the centred points as rows of $A$ we minimise $|An|$ over unit vectors: section 7.

# %%
middle = points.mean(axis=0)
normal = linear_algebra.homogeneous_least_squares(points - middle)
total_slope = -normal[0] / normal[1]
print(f"slope {total_slope:.2f}")
assert abs(np.degrees(np.arctan(total_slope) - np.arctan(4))) < 3

# %%
lines = {"ordinary": ([-c, 1.0], d), "total": (normal, normal @ middle)}
ax = plotting.show_points(points, np.zeros(80, int), names=["measured"])
plotting.show_lines(lines, ax=ax).set(xlabel="$x$", ylabel="$y$", aspect="equal", xlim=(1, 5), ylim=(-2, 4))
plotting.described(ax, "Eighty points along a steep line. The total least squares line runs through the middle of them; the "
                   "ordinary one is clearly flatter and misses both ends.")

# %% [markdown]
# The dashed line follows the points; the solid one is too flat. There is also a reason without statistics. Turn the paper:
# the total line turns with it, the ordinary one does not, since "vertical" has changed.

# %%
turn = np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
turned = points @ turn.T
turned_normal = linear_algebra.homogeneous_least_squares(turned - turned.mean(axis=0))
assert np.isclose(abs(turned_normal @ (turn @ normal)), 1)
c2, _ = linear_algebra.least_squares(np.column_stack([turned[:, 0], np.ones(80)]), turned[:, 1])
ordinary = turn @ [1, c]
assert abs(np.degrees(np.arctan2(ordinary[1], ordinary[0]) % np.pi - np.arctan(c2) % np.pi)) > 3

# %% [markdown]
# Neither is the better method as such. If $x$ is exact, ordinary least squares is right.
#
# ## 10 · Use: compress a photograph
#
# A grey photograph is a matrix. Written as a sum, $A=\sum_k\sigma_ku_kv_k^T$, its terms come in order of size. Keep the
# first $k$ terms: that is the best matrix of rank $k$.


# %% tags=["shows:linear_algebra.low_rank"]
import operator


def low_rank(A, k):
    A, k = as_matrix(A), operator.index(k)
    if not 0 <= k <= min(A.shape):
        raise ValueError(f"need k in 0..{min(A.shape)} for A {A.shape}; got {k}")
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k]


# %% [markdown]
# The photograph shows a street in Leuven. We take the mean of its three colours: numbers from 0
# (black) to 1 (white).

# %%
photograph = datasets.load_photograph("leuvenA")
grey = photograph.astype(float).mean(axis=2)
height, width = grey.shape
print(height, "×", width)

# %% [markdown]
# $k$ terms need $k(h+w+1)$ numbers instead of $hw$. **Predict:** how many of the 563 terms do you need until you
# can count the windows?

# %%
ranks = (5, 20, 60)
kept = {k: low_rank(grey, k) for k in ranks}
shares = {k: k * (height + width + 1) / grey.size for k in ranks}
print({k: f"{share:.1%} of the numbers" for k, share in shares.items()})

# %%
fig, axes = plt.subplots(2, 2, figsize=(9, 6.8), layout="constrained")
for ax, (title, picture) in zip(axes.flat, {"all 563": grey, **{f"rank {k}": kept[k] for k in ranks}}.items()):
    plotting.show_photograph(picture, ax=ax, title=title)
plotting.described(fig, "A street four times: the photograph; rank 5, a weave of horizontal and vertical bars; rank 20, where "
                   "houses and windows can be told; rank 60, a little grainy, nearly the original.", dpi=70)

# %% [markdown]
# Rank 5 is a weave of bars: each term is a column times a row. At 20 you see houses and windows,
# but no cobbles. At 60, with a fifth of the numbers, it takes a second look to see the difference.
#
# **What is lost?** Exactly what was left out (Eckart and Young): $\|A-A_k\|_F^2=\sum_{i>k}\sigma_i^2$, and the largest stretch of
# the difference is $\sigma_{k+1}$. The first half is property 6 for the rest of the sum.

# %%
s_grey = np.linalg.svd(grey, compute_uv=False)
for k in ranks:
    assert np.isclose(np.linalg.norm(grey - kept[k]), np.sqrt(np.sum(s_grey[k:] ** 2)))
assert np.isclose(np.linalg.norm(grey - kept[20], 2), s_grey[20])

# %% [markdown]
# And no matrix of rank $k$ does better. We let others try, on a piece of $40\times30$ pixels with $k=4$: any four columns, with the
# best rows to them. The best of 300 tries stays behind.

# %%
piece = grey[300:340, 200:230]
best = np.linalg.norm(piece - low_rank(piece, 4))
tries = []
for _ in range(300):
    columns = piece @ rng.normal(size=(30, 4))           # four columns from the range of the piece
    rows = linear_algebra.least_squares(columns, piece)
    tries.append(np.linalg.norm(piece - columns @ rows))
assert best < min(tries)

# %% [markdown]
# How fast do the singular values of a photograph fall? We compare with as many random numbers.


# %%
def error_by_rank(s):
    return np.sqrt(1 - np.cumsum(s**2)[:200] / np.sum(s**2))   # as a share of |A|


noise = np.linalg.svd(rng.normal(size=grey.shape), compute_uv=False)
photo_error, noise_error = error_by_rank(s_grey), error_by_rank(noise)
assert photo_error[59] < 0.1 < 0.7 < noise_error[59]

# %%
ax = plotting.show_curves({"this photograph": photo_error, "random numbers": noise_error}, xlabel="rank $k$",
                          ylabel="error, as a share")
ax.set(ylim=(0, 1))
plotting.described(ax, "Error against rank: for the photograph it drops to 0.2 within five terms and is below 0.05 at 200; for "
                   "random numbers of the same shape it falls almost on a straight line from 1 to 0.54.")

# %% [markdown]
# A photograph has structure: neighbours are alike, walls are straight. So few terms carry most of it. Random numbers have
# none, and cannot be compressed.
#
# Now move the rank. **Predict:** at which rank do the parts take more bytes than the photograph?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import rank_slider

rank_slider(photograph)

# %% [markdown]
# The demo keeps the parts in 2 bytes a number; the original has 1 byte a pixel. Find the rank at which the parts
# take as much room as the original: $2k(h+w)=hw$, $k=160$. Beyond it the "compressed" form is the larger one.
#
# ## 11 · Use: a map of digits
#
# 2,000 digits of MNIST, 784 pixels each: points in a space of 784 dimensions. We want them on paper, in two. Which plane
# shows them best? The one that loses least: the first two columns of $V$ of the centred data. This is called *principal
# component analysis*.

# %%
digits = datasets.load_mnist()
chosen = np.isin(digits.y_train, (0, 1, 7))
X, labels = digits.X_train[chosen][:2000].astype(float), digits.y_train[chosen][:2000]
centred = X - X.mean(axis=0)
_, s_digits, Vt_digits = np.linalg.svd(centred, full_matrices=False)

# %% [markdown]
# The sign of a column of $V$ is free. We choose it so that zeros have positive coordinates along $v_1$, and sevens along
# $v_2$.

# %%
plane = centred @ Vt_digits[:2].T                        # (2000, 784)(784, 2)
signs = np.sign([plane[labels == 0, 0].mean(), plane[labels == 7, 1].mean()])
plane, directions = plane * signs, Vt_digits[:2] * signs[:, None]

# %% [markdown]
# **Predict:** zeros, ones and sevens. Which two kinds will be hard to tell apart on the map?

# %%
fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.8), layout="constrained", width_ratios=(2.4, 1, 1))
plotting.show_points(plane, labels, ax=axes[0], size=6).set(xlabel="along $v_1$", ylabel="along $v_2$", aspect="equal")
for k in (0, 1):
    plotting.show_image(directions[k], ax=axes[k + 1], signed=True, title=f"$v_{k + 1}$: red adds ink, blue takes it")
plotting.described(fig, "Left: three clouds of digits; zeros far from ones along v1, sevens above both along v2, touching the "
                   "ones. Right: v1 and v2 as pictures; v1 is a ring against a stroke, v2 holds the bar of a seven.")

# %% [markdown]
# Nobody told the SVD about labels, and yet three clouds lie apart. The pictures on the right say why. Going along $v_1$ adds
# red and takes blue: it turns the stroke of a one into the ring of a zero. Going along $v_2$ adds the bar of a seven.
# Ones and sevens touch: a slanted one is half a seven.
#
# How much does the plane keep? $(\sigma_1^2+\sigma_2^2)/\sum\sigma_i^2$ of the variance. A random plane keeps next to
# nothing.

# %%
share = np.sum(s_digits[:2] ** 2) / np.sum(s_digits**2)
random_plane = np.linalg.qr(rng.normal(size=(784, 2))).Q
random_share = np.sum((centred @ random_plane) ** 2) / np.sum(centred**2)
print(f"kept: {share:.0%}")
assert np.isclose(np.sum(plane**2) / np.sum(centred**2), share)
assert random_share < 0.02 < 0.3 < share

# %% [markdown]
# A third of the variance, in 2 of 784 dimensions. And it is enough to sort most digits: take the nearest of the
# three class means on the map.

# %%
means = np.array([plane[labels == k].mean(axis=0) for k in (0, 1, 7)])
nearest = np.linalg.norm(plane[:, None] - means, axis=2).argmin(axis=1)
right = np.mean(np.array([0, 1, 7])[nearest] == labels)
print(f"right: {right:.0%}")
assert right > 0.85

# %% [markdown]
# ## 12 · Break it
#
# ### Normal equations beyond their digits
#
# Two columns, nearly equal: $A$: $3\times2$ has a small $e$ below the ones. **Predict** $A^TA$ in float64 for $e=10^{-9}$.

# %%
e = 1e-9
nearly = np.array([[1, 1], [e, 0], [0, e]])
print(nearly.T @ nearly)
assert rank(nearly) == 2
assert np.array_equal(nearly.T @ nearly, np.ones((2, 2)))

# %% [markdown]
# $1+e^2$ is rounded to 1: the two columns have become one, and $A^TA$ is exactly singular. What told them apart is lost
# before any solving starts. The library says so. QR never forms the product, and solves it.

# %%
b3 = nearly @ np.array([2.0, -1.0])
try:
    linear_algebra.least_squares(nearly, b3, method="normal")
    raise AssertionError("solved from a singular matrix?")
except ValueError as error:
    print(error)
assert np.allclose(linear_algebra.least_squares(nearly, b3, method="qr"), [2, -1], atol=1e-5)

# %% [markdown]
# ### A pseudo-inverse without tolerance
#
# Take a diagonal matrix with the entries 1, 0.5 and $10^{-16}$. Beside 1 the last is rounding. Count it as a real singular
# value, and its reciprocal is $10^{16}$.

# %%
wild = pseudo_inverse(np.diag([1, 0.5, 1e-16]), rtol=0)
assert np.isclose(wild.max(), 1e16)
assert np.isclose(pseudo_inverse(np.diag([1, 0.5, 1e-16])).max(), 2)

# %% [markdown]
# That is why the tolerance is part of the function, and not a detail.
#
# ### Total least squares without centring
#
# Leave out the mean, and the line is forced through the origin. **Predict** where it runs.

# %%
forced = linear_algebra.homogeneous_least_squares(points)
assert np.linalg.norm((points - middle) @ normal) < 0.5 * np.linalg.norm(points @ forced)
forced_slope = -forced[0] / forced[1]
assert abs(forced_slope - 4) > 3
print(f"slope {forced_slope:.2f} through the origin")

# %% [markdown]
# It points from the origin towards the cloud, and says nothing about the cloud's own direction. The same happens to the
# map of digits: without centring, the first singular vector is little more than the mean digit.

# %%
first = np.linalg.eigh(X.T @ X).eigenvectors[:, -1]       # property 5: this is v₁ of X
mean = X.mean(axis=0)
assert abs(first @ mean) / np.linalg.norm(mean) > 0.95

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/08_svd.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check by numbers, with shapes that differ.
#
# 1. **Ridge.** Minimise $\|Ax-b\|^2+\mu\|x\|^2$. Write the solution with $U$, $\sigma$, $V$: which factor replaces $1/\sigma_i$?
#    *Predict* what becomes of it for $\mu\to0$ if some $\sigma_i=0$. Check with `check_gradient`.
# 2. **Weighted least squares.** Equation $i$ counts $w_i$ times. Which $A$ and $b$ do you hand to `least_squares`? Check that
#    your gradient is 0, and that $w_i=2$ equals writing the equation twice.
# 3. **Polar decomposition.** Write a square $A$ as $QS$, with orthogonal $Q$ and symmetric $S$ without negative eigenvalues. Both
#    are made from $U$, $D$, $V$. Check on `turner`; by which angle does it turn?
# 4. **The other end.** Which unit vector makes $|Ax|$ *largest*? Change one sign in `slope` and walk uphill. Why is it slower or
#    quicker than downhill? Compare $\lambda_1-\lambda_2$ with the gap at the other end.
# 5. **Colour.** Stack the three colours of the photograph into one matrix $3h\times w$, and cut it at rank 20. Compare error and numbers
#    with three separate cuts. *Predict* which wins, and why.
#
# ## Summary
#
# Every matrix turns, stretches and turns: $A=UDV^T$. Eigenvectors are orthonormal only for symmetric (normal) matrices.
# Singular values give rank, condition, inverse, range and null space. Normal equations square the condition number. The
# last column of $V$ minimises $|Ax|$. Cutting the sum loses exactly the singular values cut off. Four of the deck's statements
# and one of its recipes fail when run. From here on, `linear_algebra` does the work.
#
# Next: chapter 09, where the last column of $V$ becomes a homography.
