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
# Source: the linear algebra slides, from "Eigenvalue and Eigenvector" to their summary table (S3).
# [00](00_start_here.ipynb) names the documents.
# Needs: chapter 01 (products, gradients) · about 65 minutes, and 40 more for the parts that are folded; the
# cells alone run in half a minute.
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
from mlp_lib import datasets, linear_algebra, plotting, showing
from mlp_lib.linear_algebra import as_matrix
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · See it first: what becomes of a circle
#
# A matrix moves every point $x$ of the plane to $Ax$. Take all points of the unit circle, and this $A$. It takes $(1,
# 0)$ to its first column and $(0, 1)$ to its second. And the others?

# %%
turner = np.array([[1.0, -1.0], [1.5, 0.5]])
turner

# %% jupyter={"source_hidden": true}
angle = np.linspace(0, 2 * np.pi, 361)
circle = np.array([np.cos(angle), np.sin(angle)])        # 2 × 361
turned, half_axes, _ = np.linalg.svd(turner)
assert np.allclose(np.linalg.norm((turned.T @ turner @ circle).T / half_axes, axis=1), 1)


def moved_circle():
    axes = plotting.show_circle_map(turner)
    return plotting.described(axes[0], "Left: the unit circle with two perpendicular arrows, v1 and v2. Right: an "
                              "ellipse; its half axes, again perpendicular, are sigma 1 u1 and sigma 2 u2.")


predict("08 circle", "What do the moved points form?", moved_circle, choices=("a circle", "an ellipse", "an oval with one blunt end"),
        answer=lambda _: "an ellipse", why="Two perpendicular arrows of the circle have become its two half axes.")

# %% [markdown]
# Look at the arrows. $v_1$ and $v_2$ are perpendicular, and what they became is perpendicular again. So the matrix did
# three things: it turned $v_1, v_2$ onto the axes, stretched along them by two numbers
# $\sigma_1\ge\sigma_2$, and turned the result to $u_1, u_2$. Every matrix can be read like this. That is the *singular
# value decomposition*, the subject of this chapter.
#
# Does a point stay on its line through the origin? With $y=Ax$, the number $x_1y_2-x_2y_1$ is 0 exactly if it does.
# We go all the way round.

# %%
moved = turner @ circle
across = circle[0] * moved[1] - circle[1] * moved[0]
print(f"between {across.min():.2f} and {across.max():.2f}")

# %% [markdown]
# Never 0: every point leaves its line. A vector that a matrix maps onto its own line is called an *eigenvector*, and
# this matrix has none in the real plane. It has two perpendicular arrows that stay perpendicular all the same. The
# linear algebra slides begin with eigenvectors. So section 3 looks at them first, and at what they cannot do.
#
# ## 2 · Two kinds of system
#
# $Ax = b$ with $b\ne0$ is called *inhomogeneous*. With $A$: $5\times3$ we have five equations for three unknowns. The
# linear algebra slides say that $x$ is unique if $A$ or $A^TA$ can be inverted. Here $A^TA$ can be, and the vector is
# $x=(A^TA)^{-1}A^Tb$.

# %%
rng, m, n = np.random.default_rng(8), 5, 3
A = rng.normal(size=(m, n))
b = rng.normal(size=m)
print(np.column_stack([A, b]).round(2))                  # the last column is b

# %% jupyter={"source_hidden": true} tags=["S3-LIN-INH"]
x = np.linalg.inv(A.T @ A) @ A.T @ b

predict("08 system", "Does this x solve the five equations?", lambda: showing.differs("Ax = b", Ax=A @ x, b=b),
        choices=("yes", "no"), answer=lambda found: "yes" if found.good else "no",
        why="The vector is unique, but it is no solution: with A x only what the three columns can reach is reached.")

# %% [markdown]
# All vectors $Ax$ together form the *range* of $A$. A right side from the range has a solution, and the formula finds
# it: the cell below makes one, with $x=(2,-1,3)$. For any other $b$ the formula gives the *least-squares* solution:
# no other vector brings $Ax$ nearer to $b$ (section 6).
#
# $Ax = 0$ is the *homogeneous* system. The vector $x=0$ always solves it. Others do only if the columns of the matrix
# depend on each other. In $C$ the third column is the sum of the first two, so $(1, 1, -1)$ is a solution, and with it
# all its multiples.

# %% tags=["S3-LIN-INH", "S3-LIN-HOM"]
reachable = A @ np.array([2.0, -1.0, 3.0])
found = np.linalg.inv(A.T @ A) @ A.T @ reachable
C = np.column_stack([A[:, 0], A[:, 1], A[:, 0] + A[:, 1]])
assert np.allclose(C @ [1, 1, -1], 0)
assert np.linalg.matrix_rank(A) == 3                     # Ax = 0 for x = 0 alone
print("C (1, 1, −1) =", (C @ [1, 1, -1]).round(12) + 0.0)
showing.same("x, for a right side from the range", formula=found, made_with=[2, -1, 3])

# %% [markdown]
# ## 3 · Eigenvalues
#
# Let $A$ be square, $n\times n$. If $Ax=\lambda x$ with $x\ne0$, then $x$ is an *eigenvector* and $\lambda$ its
# *eigenvalue*. A triangular matrix has its eigenvalues on the diagonal. Our `turner` has a complex pair: that is why
# it kept no line of the real plane.

# %% tags=["S3-EIG-D"]
T = np.array([[2.0, 1, 0], [0, -1, 3], [0, 0, 4]])
values, X = np.linalg.eig(T)                             # one unit eigenvector a column
X = X * np.sign(X[0])                                    # its sign is free: first entry positive
print("eigenvalues of T", values, " of turner", np.linalg.eigvals(turner).round(2))
showing.same("T X, and each eigenvector times its eigenvalue", TX=T @ X, stretched=X * values)

# %% [markdown]
# **"Eigenvectors are orthonormal."** So the linear algebra slides say, for any square matrix: perpendicular, and of
# length 1. With the unit eigenvectors of $T$ as columns of $X$ this is $X^TX=I$: entry $i,j$ is the product of two
# eigenvectors.

# %% jupyter={"source_hidden": true} tags=["S3-EIG-ON", "fails-as-printed"]
pairs = [abs((X.T @ X)[i, j]) < 1e-9 for i, j in ((0, 1), (0, 2), (1, 2))]

predict("08 eigenvectors", "How many of the three pairs of eigenvectors of T are perpendicular?",
        lambda: showing.differs("X transposed times X", as_printed=np.eye(3), right=X.T @ X),
        choices=(0, 1, 3), answer=lambda _: sum(pairs), why="None of them. The statement needs one word more.")

# %% [markdown]
# Now a *symmetric* matrix, $S=S^T$: its eigenvectors can always be chosen orthonormal. `eigh` is numpy's function
# for this case; it gives the eigenvalues in ascending order. We take $S=T+T^T$.

# %% tags=["S3-EIG-ON", "mended"]
S = T + T.T
values_S, X_S = np.linalg.eigh(S)
assert np.allclose(S @ X_S, X_S * values_S)
showing.same("X transposed times X, for S", product=X_S.T @ X_S, identity=np.eye(3))

# %% [markdown]
# **"The rank is the number of non-zero eigenvalues."** The *rank* is the number of independent columns. Take the
# shift that drops its first entry: $(x_1,x_2,x_3,x_4)\mapsto(x_2,x_3,x_4,0)$. Three of its columns are independent.

# %%
N = np.diag(np.ones(3), k=1)
print(N)
print(N @ [1, 2, 3, 4])

# %% jupyter={"source_hidden": true} tags=["S3-EIG-RK", "fails-as-printed"]
counted = int(np.count_nonzero(np.linalg.eigvals(N)))
assert np.linalg.matrix_rank(N) == 3 != counted

predict("08 shift", "The shift has rank 3. How many of its four eigenvalues are not 0?",
        lambda: counted, choices=(0, 1, 3, 4),
        why="Shift four times, and nothing is left of any vector. So the fourth power of an eigenvalue is 0.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: what eigenvectors can do, and when

# %% [markdown]
# The statement about the rank holds for *diagonalisable* matrices: those with $n$ independent eigenvectors, such as
# symmetric ones. For a symmetric matrix of rank 3 we multiply a $5\times3$ matrix by its transpose. In general one
# has to count singular values, which come in the next section.

# %% tags=["S3-EIG-RK", "mended"]
B = rng.normal(size=(5, 3))
symmetric = B @ B.T                                      # 5 × 5
assert np.sum(np.linalg.eigvalsh(symmetric) > 1e-9) == 3 == np.linalg.matrix_rank(symmetric)
assert np.sum(np.linalg.svd(N, compute_uv=False) > 1e-9) == 3
print("eigenvalues of the symmetric one:", *np.linalg.eigvalsh(symmetric).round(3) + 0.0)
print("singular values of the shift:", *np.linalg.svd(N, compute_uv=False).round(3))

# %% [markdown]
# The linear algebra slides rebuild a matrix from its eigenvectors, $\sum_i\lambda_ix_ix_i^T$, and ask for full rank.
# $T$ has full rank. But each term $x_ix_i^T$ is symmetric, so the sum is, and $T$ is not.

# %% tags=["S3-EIG-SUM", "fails-as-printed"]
printed = sum(values[i] * np.outer(X[:, i], X[:, i]) for i in range(3))
assert np.linalg.matrix_rank(T) == 3
showing.differs("T as a sum", as_printed=printed, right=T)

# %% [markdown]
# The sum needs a *symmetric* matrix. Full rank it does not need: `symmetric` has rank 3 of 5.

# %% tags=["S3-EIG-SUM", "mended"]
values_5, X_5 = np.linalg.eigh(symmetric)
total = sum(value * np.outer(x, x) for value, x in zip(values_5, X_5.T))
showing.same("a symmetric matrix as a sum", sum=total, matrix=symmetric)

# %% [markdown]
# A diagonalisable matrix such as $T$ has a sum too, with another second factor: $T=\sum_i\lambda_ix_iy_i^T$, where the
# $y_i^T$ are the rows of $X^{-1}$. If $X$ is orthogonal, then $X^{-1}=X^T$ and $y_i=x_i$.

# %% tags=["S3-EIG-SUM", "mended"]
Y = np.linalg.inv(X)
total = sum(values[i] * np.outer(X[:, i], Y[i]) for i in range(3))
showing.same("T as a sum", sum=total, matrix=T)

# %% [markdown]
# Eigenvalues count with multiplicity. With it, and with complex ones, a matrix of full rank has $n$ eigenvalues that
# are not 0: their product is the determinant.

# %% tags=["S3-EIG-FR"]
full = rng.normal(size=(4, 4))
assert np.array_equal(np.linalg.eigvals(2 * np.eye(3)), [2, 2, 2])
assert np.abs(np.linalg.eigvals(full)).min() > 1e-3
showing.same("determinant", formula=np.prod(np.linalg.eigvals(full)).real, measured=np.linalg.det(full))

# %% [markdown]
# With complex numbers the condition for orthonormal eigenvectors is *normal*: $PP^*=P^*P$, where $P^*$ is the conjugate
# transpose. And the product is $x_i^*x_j$, not $x_i^Tx_j$. The cyclic shift of four entries is such a matrix.

# %% tags=["S3-EIG-ON", "mended"]
P = np.roll(np.eye(4), 1, axis=0)
_, X_P = np.linalg.eig(P)
assert np.array_equal(P @ P.T, P.T @ P) and not np.allclose(X_P.T @ X_P, np.eye(4))
showing.same("X* X, for the cyclic shift", product=(X_P.conj().T @ X_P).real, identity=np.eye(4))

# %% [markdown]
# Not every matrix has $n$ independent eigenvectors, not even at full rank. All eigenvectors of $J$ are multiples of
# $(1,0,0)$: they solve $(J-2I)x=0$, and the rank of $J-2I$ leaves one dimension.

# %%
J = 2 * np.eye(3) + np.diag(np.ones(2), k=1)
print(J)
print("determinant", round(np.linalg.det(J)), " rank of J − 2I:", np.linalg.matrix_rank(J - 2 * np.eye(3)))

# %% [markdown]
# A matrix that is not square has no eigenvectors: $Ax$ has $m$ entries and $x$ has $n$. (The linear algebra slides
# call it "non-rectangular", which is a slip.)

# %% tags=["S3-EIG-REC"]
showing.refused("eigenvalues of a 5 × 3 matrix", lambda: np.linalg.eig(A), np.linalg.LinAlgError)

# %% [markdown]
# ## 4 · $A = UDV^T$
#
# So eigenvectors serve symmetric matrices well, and others badly. What serves all of them? Any matrix $A$: $m\times
# n$ is a product of three:
#
# $$A = U\,D\,V^T,\qquad U: m\times m,\quad D: m\times n,\quad V: n\times n.$$
#
# $U$ and $V$ are *orthogonal*: their columns are perpendicular unit vectors. $D$ is zero except for its diagonal
# $\sigma_1\ge\sigma_2\ge\dots\ge0$, the *singular values*. Read from the right: $V^T$ turns, $D$ stretches along the
# axes, $U$ turns again. (An orthogonal matrix may also mirror; lengths and angles stay all the same.)

# %% tags=["S3-SVD-D"]
U, s, Vt = np.linalg.svd(A)                              # s holds the diagonal only
D = np.zeros((m, n))
np.fill_diagonal(D, s)
assert np.allclose(U @ D @ Vt, A)
assert np.allclose(U.T @ U, np.eye(m)) and np.allclose(Vt @ Vt.T, np.eye(n))
axes = plotting.show_matrices({"A": A, "U": U, "D": D, "V^T": Vt})
plotting.described(axes[0], "Four tables of numbers: A is 5 by 3, U 5 by 5, D 5 by 3 with three positive numbers on "
                   "its diagonal and nothing else, V transposed 3 by 3.")

# %% [markdown]
# $D$ has the shape of $A$, and three numbers. Its last two rows are empty, so the last two columns of $U$ meet only
# zeros. numpy leaves them out if asked: `full_matrices=False`, the *thin* SVD.
#
# *Every* matrix has these three factors. Also the two that failed us above: the shift $N$ and `turner`. For `turner`,
# $V^T$ only turns, so the circle stays; $D$ makes the ellipse, $U$ turns it. So $\sigma_1$ is the longest stretch of
# a unit vector, and $\sigma_2$ the shortest. We measure both, all the way round in steps of one degree.

# %% tags=["S3-SVD-D"]
for matrix in (N, turner):
    left, stretch, right = np.linalg.svd(matrix)
    assert np.allclose(left * stretch @ right, matrix)
    print("singular values", stretch.round(3))
longest, shortest = stretch                              # of turner
lengths = np.linalg.norm(moved, axis=0)
showing.same("stretch of turner", rtol=1e-3, measured=[lengths.max(), lengths.min()],
             singular_values=[longest, shortest])

# %% [markdown]
# Now by hand. Drag the two columns of the matrix, or use the sliders.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import circle_to_ellipse

circle_to_ellipse(turner)

# %% [markdown]
# What the three tasks show is said at the end of what is folded here.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: how many singular values, and which of the factors are unique

# %% [markdown]
# The diagonal has $\min(m,n)$ entries. (The linear algebra slides list $\sigma_1,\dots,\sigma_n$.) A wide matrix,
# $3\times5$, has five columns of $V$ and no $\sigma_4$ or $\sigma_5$.

# %% tags=["S3-SVD-SH"]
wide = rng.normal(size=(3, 5))
assert len(s) == 3 == min(A.shape)
print({part: array.shape for part, array in np.linalg.svd(wide)._asdict().items()})

# %% [markdown]
# $D$ is unique. $U$ and $V$ are not: the sign of a pair $u_k, v_k$ is free, and the columns of $U$ without a
# singular value may be turned among themselves.

# %% tags=["S3-SVD-U"]
signs, turn = np.array([-1, 1, -1]), np.array([[0.6, -0.8], [0.8, 0.6]])
other_U = np.hstack([U[:, :3] * signs, U[:, 3:] @ turn])
other_Vt = signs[:, None] * Vt
assert np.allclose(other_U.T @ other_U, np.eye(m))
assert not np.allclose(other_U, U)
showing.same("A", with_other_factors=other_U @ D @ other_Vt, matrix=A)

# %% [markdown]
# **In the demo** perpendicular columns of equal length keep the circle. Parallel columns flatten it: $\sigma_2=0$. For a
# symmetric matrix $u_k=\pm v_k$, and then the half axes lie on eigenvectors.
#
# Where singular values are equal, as for the circle, whole bases are free. An orthogonal $Q$ is $(QW^T)\cdot I\cdot W$ with any orthogonal
# $W$; all its singular values are 1.

# %% tags=["S3-SVD-U"]
Q = np.linalg.qr(rng.normal(size=(4, 4))).Q
W = np.linalg.qr(rng.normal(size=(4, 4))).Q                # one of many
assert np.allclose(W @ W.T, np.eye(4)) and np.allclose((Q @ W.T) @ np.eye(4) @ W, Q)
showing.same("singular values of Q", found=np.linalg.svd(Q).S, one=np.ones(4))

# %% [markdown]
# ## 5 · Six properties
#
# ### Property 1: singular or not, and how nearly
#
# A square matrix is *nonsingular*, that is it has an inverse, exactly if no singular value is 0. The product of the
# singular values is $|\det A|$.
#
# Being nearly singular is a matter of degree. Subtract the last term, $\sigma_nu_nv_n^T$, and the matrix is singular.
# Nothing smaller does it. So $\sigma_n/\sigma_1$ is the distance to the nearest singular matrix, relative to the size
# of $A$. Its inverse $\sigma_1/\sigma_n$ is the *condition number*.

# %% tags=["S3-SVD-P1a", "S3-SVD-P1b"]
square = rng.normal(size=(4, 4))
U4, s4, Vt4 = np.linalg.svd(square)
nearest = square - s4[3] * np.outer(U4[:, 3], Vt4[3])
condition = linear_algebra.condition_number(square)
assert np.linalg.matrix_rank(nearest) == 3 and np.isclose(condition, s4[0] / s4[3])
print("singular values", s4.round(3), " condition number", round(condition, 3))
showing.same("size of the determinant", product=np.prod(s4), measured=abs(np.linalg.det(square)))

# %% [markdown]
# **What it does to a solution.** Solve $Ax=b$, then disturb $b$ by $\delta$. How far does $x$ go? Here are two systems
# with the same solution $(1, 1)$, each disturbed by 2 % of its own $|b|$, in all directions.

# %%
mild = np.array([[2.0, 1.0], [-1.0, 2.0]])
bad = np.array([[2.0, 1.9], [1.0, 1.1]])
print([round(linear_algebra.condition_number(M), 1) for M in (mild, bad)])


# %% jupyter={"source_hidden": true}
def disturbed_solutions(M, share=0.02):
    b = M @ np.ones(2)
    return np.linalg.solve(M, b[:, None] + share * np.linalg.norm(b) * circle).T      # one solution a row


clouds = [disturbed_solutions(M) for M in (bad, mild)]
reach = [100 * np.linalg.norm(cloud - 1, axis=1).max() / np.sqrt(2) for cloud in clouds]
assert np.isclose(reach[1], 2)


def two_clouds():
    which = np.repeat([0, 1], len(angle))
    ax = plotting.show_points(np.concatenate(clouds), which, size=4, names=["condition 32.7", "condition 1"])
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return plotting.described(ax, "Solutions of two disturbed systems around (1, 1): a small circle for condition number "
                              "1; for 32.7 a needle that falls at about 45 degrees and is many times longer than the circle.")


predict("08 needle", "With condition number 1 the solution moves by 2 % of its length. By up to how many % does it move "
        "with condition number 32.7?", two_clouds, between=(0, 100), answer=lambda _: reach[0],
        why=f"Up to {reach[0]:.0f} %: 2 % times 32.7, since b of the bad system lies nearly along u1.")

# %% [markdown]
# The disturbance of $b$ was as small in both.
#
# Turn the condition number yourself, and watch the cloud of solutions.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import condition_wobble

condition_wobble()

# %% [markdown]
# For every $b$ and every $\delta$ there is one bound:
# $\frac{|\Delta x|}{|x|}\le\frac{\sigma_1}{\sigma_n}\cdot\frac{|\delta|}{|b|}$. When it is reached, and what the demo shows, is
# said in what is folded at the end of this section.
#
# ### Property 2: rank
#
# The rank of any $m\times n$ matrix is the number of its non-zero singular values. The word *non-zero* is the hard
# part. `thin`, $5\times4$, is a product through 3 dimensions, so its rank is 3. Its fourth singular value is what
# rounding leaves over, hardly ever exactly 0.
#
# So small singular values must count as 0. How small? The linear algebra slides take a fixed tolerance, about
# $10^{-6}$, and call the count the *effective rank*. But a fixed number depends on the unit. Measure lengths in a
# unit of $10^9$ metres, and $I$ becomes $10^{-9}I$:

# %% tags=["S3-SVD-P2a", "S3-SVD-P2b"]
thin = rng.normal(size=(5, 3)) @ rng.normal(size=(3, 4))
s_thin = np.linalg.svd(thin).S
tiny = 1e-9 * np.eye(3)
assert np.sum(s_thin > 1e-9) == 3 == np.linalg.matrix_rank(thin)
print("thin:", s_thin[:3].round(3), "and one below 1e-14:", s_thin[3] < 1e-14)
showing.differs("rank of 1e-9 I", fixed_tolerance=np.sum(np.linalg.svd(tiny).S > 1e-6),
                right=np.linalg.matrix_rank(tiny))


# %% [markdown]
# Completed: a tolerance relative to $\sigma_1$. The usual choice is $\varepsilon\,\sigma_1\max(m,n)$, where
# $\varepsilon$ is the rounding error of the numbers, $2.2\cdot10^{-16}$ for float64. That is how much computing can
# leave over. With it the rank is a count; for measured data choose your own `rtol`. `as_matrix` refuses what is no
# matrix of finite numbers.

# %% tags=["shows:linear_algebra.tolerance", "shows:linear_algebra.rank", "S3-SVD-P2b"]
def tolerance(s, shape, rtol=None):
    rtol = np.finfo(s.dtype).eps * max(shape) if rtol is None else rtol
    if not 0 <= rtol < 1:
        raise ValueError(f"rtol needs to be in [0, 1); got {rtol}")
    return float(rtol * s[0])


def rank(A, *, rtol=None):
    A = as_matrix(A)
    s = np.linalg.svd(A, compute_uv=False)
    return int(np.sum(s > tolerance(s, A.shape, rtol)))


assert rank(tiny) == rank(thin) == rank(1e9 * thin) == 3
print("ranks", rank(tiny), rank(thin), rank(1e9 * thin), rank(np.diag([1, 1e-3, 1e-7]), rtol=1e-6))


# %% [markdown]
# Three times 3, in any unit; and 2 for the entries 1, $10^{-3}$ and $10^{-7}$ with a tolerance of $10^{-6}$.
#
# ### Property 3: inverse and pseudo-inverse
#
# $A=UDV^T$ is easy to undo: undo each factor, in the other order. For a nonsingular square matrix
# $A^{-1}=VD^{-1}U^T$, and $D^{-1}$ holds the reciprocals $1/\sigma_i$. If some $\sigma_i=0$, its reciprocal is
# replaced by 0: $A^+=VD_0^{-1}U^T$, the *pseudo-inverse*. It exists for every shape; then $D_0^{-1}$ is $n\times m$.
# The function leaves out the terms with 0 instead of multiplying by 0.

# %% tags=["shows:linear_algebra.pseudo_inverse"]
def pseudo_inverse(A, *, rtol=None):
    A = as_matrix(A)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    r = np.sum(s > tolerance(s, A.shape, rtol))
    return (Vt[:r].T / s[:r]) @ U[:, :r].T


# %% [markdown]
# ### Property 4: range and null space
#
# The columns of $U$ with a non-zero $\sigma$ are an orthonormal basis of the range: every $Ax$ is made of them, and
# they are as many as the rank.
#
# The *null space* holds all $x$ with $Ax=0$. The linear algebra slides take the columns of $V$ with a zero $\sigma$.
# Is that all of it? `flat` is $3\times5$ of rank 2. It has three singular values, one of them 0.

# %% jupyter={"source_hidden": true} tags=["S3-SVD-P4b"]
flat = rng.normal(size=(3, 2)) @ rng.normal(size=(2, 5))
_, s_flat, Vt_flat = np.linalg.svd(flat)
assert np.sum(s_flat < 1e-12) == 1                       # as printed: one column
assert np.allclose(flat @ Vt_flat[2:].T, 0)

predict("08 null space", "How many independent vectors does flat take to 0?",
        lambda: len(Vt_flat[2:]), choices=(1, 2, 3, 5),
        why="Five dimensions go in and two come out. One column of V has the singular value 0, two more have none at all. All three are taken.")


# %% tags=["shows:linear_algebra.null_space", "S3-SVD-P4b"]
def null_space(A, *, rtol=None):
    A = as_matrix(A)
    m, n = A.shape
    _, s, Vt = np.linalg.svd(A, full_matrices=m < n)
    return Vt[np.sum(s > tolerance(s, A.shape, rtol)):].T


assert np.allclose(flat @ null_space(flat), 0)
showing.same("thin times its null space", product=thin @ null_space(thin), zero=np.zeros((5, 1)))

# %% [markdown]
# ### Property 5: eigenvectors of $A^TA$ and $AA^T$
#
# $A^TA = VD^TU^TUDV^T = VD^TDV^T$. So its eigenvectors are the columns of $V$, and its eigenvalues $\sigma_i^2$.
# In the same way $AA^T = UDD^TU^T$, $5\times5$: the columns of $U$, the same non-zero eigenvalues, and two zeros.

# %% tags=["S3-SVD-P5a", "S3-SVD-P5b"]
assert np.allclose(A.T @ A @ Vt.T, Vt.T * s**2)
assert np.allclose(A @ A.T @ U, U * [*s**2, 0, 0])
assert np.allclose(np.linalg.eigvalsh(A.T @ A)[::-1], s**2)
showing.same("eigenvalues of the 5 × 5 product", found=np.linalg.eigvalsh(A @ A.T)[::-1], squares=[*s**2, 0, 0])

# %% [markdown]
# What ties the two together? $AV=UD$ by columns says $Av_k=\sigma_ku_k$, and $A^TU=VD^T$ says $A^Tu_k=\sigma_kv_k$. That
# is what the first picture showed: $v_k$ goes to $\sigma_ku_k$. All three pairs, with the signs turned so that $u_k$
# begins with a positive number:

# %% tags=["S3-SVD-P5c", "mended"]
first_signs = np.sign(U[0, :3])
assert np.allclose(A.T @ U[:, :3], Vt.T * s)
showing.same("v_k goes to its stretched u_k", Av=A @ Vt.T * first_signs, stretched=U[:, :3] * s * first_signs)

# %% [markdown]
# ### Property 6: the length of a matrix
#
# Turning a matrix changes no length. So the root of the sum of all squared entries, the *Frobenius norm*, is the root
# of the sum of the squared singular values: $\|A\|_F=\sqrt{\sum a_{ij}^2}=\sqrt{\sum\sigma_k^2}$.

# %% tags=["S3-SVD-P6"]
showing.same("Frobenius norm of A", by_entries=np.sqrt(np.sum(A**2)), by_singular_values=np.sqrt(np.sum(s**2)))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: properties 1, 3, 4 and 5 more exactly

# %% [markdown]
# 200 changes of the matrix, each a little smaller than $\sigma_n$ (as a stretch). None of them makes it singular.

# %% tags=["S3-SVD-P1b"]
changes = rng.normal(size=(200, 4, 4))
changes *= 0.99 * s4[3] / np.linalg.norm(changes, 2, axis=(1, 2), keepdims=True)
smallest = np.linalg.svd(square + changes).S[:, 3].min()
assert smallest > 0.009 * s4[3]
print(f"smallest singular value left: {smallest:.3f}")

# %% [markdown]
# 500 random right sides with random disturbances: all stay below the bound.

# %% tags=["S3-SVD-P1b"]
sides, deltas = rng.normal(size=(2, 4, 500))
kept, shifted = np.linalg.solve(square, sides), np.linalg.solve(square, deltas)
growths = (np.linalg.norm(shifted, axis=0) / np.linalg.norm(kept, axis=0)
           * np.linalg.norm(sides, axis=0) / np.linalg.norm(deltas, axis=0))
assert growths.max() <= s4[0] / s4[3]
print(f"largest growth {growths.max():.1f}, condition number {s4[0] / s4[3]:.1f}")

# %% [markdown]
# The bound is reached when $b$ points along $u_1$ and $\delta$ along $u_n$. So in the demo of property 1: the needle grows
# along $v_2$, the direction that $A$ nearly forgets. The wobble is worst for $b$ along $u_1$: there the solution itself is
# shortest, so the same needle is longest by comparison.

# %% tags=["S3-SVD-P1b"]
along_first, along_last = (np.linalg.norm(np.linalg.solve(square, U4[:, k])) for k in (0, 3))
showing.same("growth of the worst disturbance", measured=along_last / along_first, condition_number=s4[0] / s4[3])

# %% [markdown]
# For `thin`, $5\times4$ of rank 3, here is the long form beside it.

# %% tags=["S3-SVD-P3a", "S3-SVD-P3b"]
D0 = np.zeros((4, 5))                                    # n × m
D0[range(3), range(3)] = 1 / s_thin[:3]
assert np.allclose(Vt4.T @ np.diag(1 / s4) @ U4.T, np.linalg.inv(square))
plus = np.linalg.svd(thin).Vh.T @ D0 @ np.linalg.svd(thin).U.T
showing.same("pseudo-inverse of thin", long_form=plus, function=pseudo_inverse(thin))

# %% [markdown]
# Four laws identify the pseudo-inverse: $AA^+A=A$, $A^+AA^+=A^+$, and both products are symmetric.

# %% tags=["S3-SVD-P3b"]
assert np.allclose(plus @ thin @ plus, plus)
assert np.allclose(thin @ plus, (thin @ plus).T)
assert np.allclose(plus @ thin, (plus @ thin).T)
showing.same("the first law", product=thin @ plus @ thin, matrix=thin)

# %% [markdown]
# And its tolerance is part of it. Take a diagonal matrix with the entries 1, 0.5 and $10^{-16}$. Beside 1 the last is
# rounding. Count it as a real singular value, and its reciprocal is $10^{16}$.

# %%
for rtol in (None, 0):
    print("tolerance", rtol, " largest entry", f"{pseudo_inverse(np.diag([1, 0.5, 1e-16]), rtol=rtol).max():.0e}")

# %% [markdown]
# What lies in the range survives a projection on its basis. Our $b$ does not.

# %% tags=["S3-SVD-P4a"]
basis = np.linalg.svd(thin).U[:, :3]                     # m × r
in_range = thin @ [1, -2, 0, 1]
assert not np.allclose(basis @ (basis.T @ b), b)
assert np.allclose(linear_algebra.range_space(thin) @ linear_algebra.range_space(thin).T, basis @ basis.T)
showing.same("a vector of the range", projected=basis @ (basis.T @ in_range), itself=in_range)

# %% [markdown]
# The linear algebra slides tie $U$ and $V$ together the other way round, by $Au_k=\sigma_kv_k$ and $A^Tv_k=\sigma_ku_k$. Look at the shapes:
# $A$ is $5\times3$, and $u_k$ has 5 entries.

# %% tags=["S3-SVD-P5c", "fails-as-printed"]
assert not np.allclose(square @ U4[:, 0], s4[0] * Vt4[0])
showing.refused("A times u1", lambda: A @ U[:, 0])

# %% [markdown]
# ## 6 · Least squares, in three ways
#
# $Ax=b$ has more equations than unknowns, so we make the error $\|Ax-b\|^2$ as small as possible. Its gradient is
# $2A^T(Ax-b)$: $n\times1$. Here it is beside the measured slopes, at a point that is not the best.

# %% tags=["S3-SOL-LS"]
other = x + 1
showing.slopes("gradient of the squared error", lambda x: np.sum((A @ x - b) ** 2), other,
               2 * A.T @ (A @ other - b))

# %% [markdown]
# Set it to 0, and there are the *normal equations* $A^TAx=A^Tb$: what is left over, $Ax-b$, is perpendicular to every
# column of $A$. Three ways lead to their solution.
#
# **Normal equations:** solve $A^TAx=A^Tb$, $n\times n$. Short and quick; written with an inverse it is the formula of
# section 2.
#
# **QR:** write $A=QR$ with orthonormal columns $Q$: $m\times n$ and a triangle $R$: $n\times n$. Then $Rx=Q^Tb$.
#
# **SVD:** $x=V\,D_0^{-1}\,U^Tb = A^+b$. This is numpy's `lstsq`.

# %% tags=["S3-SOL-LS", "S3-TAB-LS"]
Q5, R = np.linalg.qr(A)
by_normal = np.linalg.solve(A.T @ A, A.T @ b)
by_svd = Vt.T @ ((U[:, :3].T @ b) / s)
assert np.allclose(np.linalg.inv(A.T @ A) @ A.T @ b, np.linalg.lstsq(A, b)[0])
assert np.allclose(A.T @ (A @ by_normal - b), 0) and np.allclose(by_svd, pseudo_inverse(A) @ b)
showing.same("x", normal_equations=by_normal, QR=np.linalg.solve(R, Q5.T @ b), SVD=by_svd)


# %% [markdown]
# Why three? They do not lose the same number of digits. We make matrices $30\times5$ with a condition number of our choice, and a right side whose solution we
# know. Then we measure the error of each method.

# %%
def relative_error(condition, method, seed):
    rng = np.random.default_rng(seed)
    U, V = np.linalg.qr(rng.normal(size=(30, 5))).Q, np.linalg.qr(rng.normal(size=(5, 5))).Q
    A = (U * np.geomspace(1, 1 / condition, 5)) @ V.T
    x = V @ np.ones(5)
    found = linear_algebra.least_squares(A, A @ x, method=method)
    return np.linalg.norm(found - x) / np.linalg.norm(x)


# %% jupyter={"source_hidden": true}
conditions = 10.0 ** np.arange(1, 8)
errors = {method: [np.median([relative_error(c, method, seed) for seed in range(20)]) for c in conditions]
          for method in ("normal", "qr", "svd")}
powers = {method: round(np.polyfit(np.log(conditions), np.log(error), 1)[0]) for method, error in errors.items()}
assert powers == {"normal": 2, "qr": 1, "svd": 1}


def error_curves():
    ax = plotting.show_curves(errors, x=conditions, xlabel="condition number of $A$", ylabel="relative error of $x$", log=True)
    ax.set_xscale("log")
    return plotting.described(ax, "Error against condition number, both logarithmic: QR and SVD rise together with slope 1, "
                              "the normal equations with slope 2; at ten million they are wrong in the third digit.")


predict("08 normal equations", "The condition number grows ten times. By how much grows the error of the normal equations?",
        error_curves, choices=("hardly", "ten times", "a hundred times"),
        answer=lambda _: ("hardly", "ten times", "a hundred times")[powers["normal"]],
        why="They work with the squared condition number; QR and SVD do not form the product.")

# %% [markdown]
# At condition number $10^8$ the computed $A^TA$ is singular within rounding, and the library refuses to use it (section
# 12). So: normal equations for well-conditioned columns, QR as the workhorse, SVD where the rank is in doubt.

# %% [markdown]
# ## 7 · Homogeneous systems: the smallest $|Ax|$
#
# Now $Ax=0$. The solution 0 says nothing, and every multiple of a solution is one. So we ask for a vector of length 1:
#
# $$\min_x \|Ax\|^2\quad\text{subject to}\quad\|x\|^2=1.$$
#
# Measured data have noise. Then the rank is $n$, nothing but 0 solves $Ax=0$, and we want the best $x$. Our example
# is $M_7$, seven equations for four unknowns: rank 3, and noise.

# %%
M7 = rng.normal(size=(7, 3)) @ rng.normal(size=(3, 4)) + 0.05 * rng.normal(size=(7, 4))
G = M7.T @ M7                                            # 4 × 4
print("rank", rank(M7), " singular values", np.linalg.svd(M7).S.round(3))


# %% [markdown]
# The fourth singular value is small, and not 0.
#
# ### By Lagrange
#
# Chapter 02 keeps a constraint by a multiplier $\lambda$: $L(x,\lambda)=\|Ax\|^2-\lambda(\|x\|^2-1)$. Its gradient in
# $x$ is $2(A^TAx-\lambda x)$. Set it to 0 and drop the 2: $A^TAx=\lambda x$. So $x$ is an eigenvector of $A^TA$.

# %% tags=["S3-SOL-H3"]
def lagrangian(x, lam):
    return np.sum((M7 @ x) ** 2) - lam * (np.sum(x**2) - 1)


at = rng.normal(size=4)
showing.slopes("gradient of L in x", lambda x: lagrangian(x, 0.7), at, 2 * (G @ at - 0.7 * at))

# %% [markdown]
# There are four such vectors. At a unit eigenvector the constraint term is 0, and the objective is
# $\|Ax\|^2=x^TA^TAx=\lambda x^Tx=\lambda$. So the smallest $\lambda$ wins.

# %% tags=["S3-SOL-H3", "S3-SOL-H4"]
lambdas, E = np.linalg.eigh(G)                           # ascending
assert np.allclose(G @ E - E * lambdas, 0)
assert np.allclose([lagrangian(e, lam) for e, lam in zip(E.T, lambdas)], lambdas)
showing.same("objective at the four eigenvectors", measured=np.sum((M7 @ E) ** 2, axis=0), eigenvalues=lambdas)

# %% [markdown]
# ### By SVD, and by the smallest eigenvector
#
# The eigenvectors of $A^TA$ are the columns of $V$, the eigenvalues are $\sigma_k^2$. So the solution is a column of
# $V$. Since $|Av_k|=\sigma_k$, it is the column for the zero singular value; with noise, the smallest. Both times it is the *last* column of $V$. Among the eigenvectors of $A^TA$ it is the *first*, since eigenvalues come in
# ascending order here. The library uses the SVD: it does not form $A^TA$ and so keeps all digits. The sign is free;
# here it is turned to the library's.

# %% tags=["S3-SOL-H5", "S3-TAB-H", "mended"]
best = linear_algebra.homogeneous_least_squares(M7)
first_of_eigh, last_of_svd = E[:, 0], np.linalg.svd(M7).Vh[-1]
assert np.allclose(thin @ np.linalg.svd(thin).Vh[-1], 0) and np.isclose(np.linalg.norm(M7 @ best), np.linalg.svd(M7).S[-1])
showing.same("x", library=best, first_of_eigh=first_of_eigh * np.sign(best @ first_of_eigh),
             last_of_svd=last_of_svd * np.sign(best @ last_of_svd))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: which column, whether a solution is unique, whether the Lagrangian has a minimum

# %% [markdown]
# The linear algebra slides ask for $m\ge n-1$ and rank $n-1$. Then the null space is one line, and the solution is
# unique up to its sign. With $m=n-1=3$:

# %% tags=["S3-SOL-H1"]
three_by_four = rng.normal(size=(3, 4))
line = null_space(three_by_four)
assert rank(three_by_four) == 3 and line.shape == (4, 1)
assert np.isclose(abs(line[:, 0] @ linear_algebra.homogeneous_least_squares(three_by_four)), 1)
showing.same("A x and A (−x)", product=three_by_four @ np.hstack([line, -line]), zero=np.zeros((3, 2)))

# %% [markdown]
# The linear algebra slides take the column of $V$ for the "null (non-zero)" singular value. With a non-zero one, the
# first column for `thin`, $|Av_1|=\sigma_1$:

# %% tags=["S3-SOL-H5", "fails-as-printed"]
v_first = np.linalg.svd(thin).Vh[0]
assert np.isclose(np.linalg.norm(thin @ v_first), s_thin[0])
showing.differs("length of A v1", as_printed=0, right=np.linalg.norm(thin @ v_first))

# %% [markdown]
# No unit vector does better than the last column. We ask 2,000 of them.

# %% tags=["S3-SOL-H5"]
units = rng.normal(size=(4, 2000))
units /= np.linalg.norm(units, axis=0)
assert np.linalg.norm(M7 @ units, axis=0).min() > np.linalg.norm(M7 @ best)
print(f"last column {np.linalg.norm(M7 @ best):.4f}, best of 2,000 {np.linalg.norm(M7 @ units, axis=0).min():.4f}")

# %% [markdown]
# The linear algebra slides print $\min_x L$. Wanted is a point where the gradient is 0, not a minimum in $x$. For
# $\lambda$ above the smallest eigenvalue $L$ has no minimum: along $e_1$ it falls for ever.

# %% tags=["S3-SOL-H2"]
far = 10.0 ** np.arange(4)
falling = [lagrangian(t * E[:, 0], lambdas[0] + 0.1) for t in far]
assert falling[-1] < -1e4 and (np.diff(falling) < 0).all()
print("L at 1, 10, 100 and 1,000 along e1:", *np.round(falling, 1))

# %% [markdown]
# Below the smallest eigenvalue the minimum is at $x=0$, which breaks the constraint. Only at $\lambda=\lambda_{\min}$
# the two agree: the minimum is $\lambda_{\min}$, and it is reached along the whole line of $e_1$.

# %% tags=["S3-SOL-H2"]
tries = 3 * rng.normal(size=(500, 4))
assert min(lagrangian(p, lambdas[0] - 0.01) for p in tries) > lagrangian(np.zeros(4), lambdas[0] - 0.01)
assert min(lagrangian(p, lambdas[0]) for p in tries) > lambdas[0]
showing.same("L along e1", measured=[lagrangian(t * E[:, 0], lambdas[0]) for t in far[:3]],
             smallest=np.full(3, lambdas[0]))

# %% [markdown]
# In section 6 the formula $(A^TA)^{-1}A^Tb$ needs *full column rank*: independent columns. `C` from section 2 has a
# column too many, and $C^TC$ no inverse. Then many vectors are equally good, and $C^+b$ is the shortest of them. We
# go along the null space from it, to either side.

# %% tags=["S3-SOL-LS"]
shortest_x = pseudo_inverse(C) @ b
assert rank(C.T @ C) == 2
assert np.allclose(C.T @ (C @ shortest_x - b), 0)
for step in (-0.5, 0, 0.5):
    equal = shortest_x + step * null_space(C)[:, 0]
    print(f"step {step:+.1f}: error {np.linalg.norm(C @ equal - b):.4f}, length {np.linalg.norm(equal):.3f}")
    assert np.linalg.norm(equal) >= np.linalg.norm(shortest_x)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ## 8 · Deeper: the Rayleigh quotient

# %% [markdown]
# For a symmetric matrix $M$: $n\times n$, and $x\ne0$:
#
# $$R(M,x)=\frac{x^TMx}{x^Tx}.$$
#
# For $M=A^TA$ it is $\|Ax\|^2/\|x\|^2$, the squared stretch; the length of $x$ cancels. We let $x$ go once round the
# unit circle, with the matrix of the first picture.

# %% jupyter={"source_hidden": true}
M = turner.T @ turner
R = np.array([linear_algebra.rayleigh_quotient(M, point) for point in circle.T])
maxima = int(np.sum((R[:-1] > np.roll(R[:-1], 1)) & (R[:-1] >= np.roll(R[:-1], -1))))


def round_the_circle():
    levels = {"$R(M, x)$": R, r"$\lambda_{\max}=\sigma_1^2$": np.full(361, longest**2),
              r"$\lambda_{\min}=\sigma_2^2$": np.full(361, shortest**2)}
    ax = plotting.show_curves(levels, x=np.degrees(angle), xlabel="angle of $x$ in degrees", ylabel="Rayleigh quotient")
    ax.set(xticks=range(0, 361, 90), ylim=(0, 5))
    return plotting.described(ax, "The Rayleigh quotient against the angle of x: a wave with two maxima and two minima in a "
                              "full turn that touches the largest eigenvalue above and the smallest below.")


predict("08 maxima", "How many maxima has the quotient in one full turn?", round_the_circle, choices=(1, 2, 4),
        answer=lambda _: maxima, why="One at v1 and one at −v1. A quarter turn on come the minima, at v2 and −v2.")

# %% [markdown]
# At an eigenvector the quotient is the eigenvalue: from $A^TAv_i=\lambda_iv_i$ follows
# $\|Av_i\|^2/\|v_i\|^2=\lambda_i$. In between it is a mean of the eigenvalues, weighted by the shares of $|x|^2$
# along the eigenvectors. A mean stays between its extremes:
#
# $$\lambda_{\min}\le R(M,x)\le\lambda_{\max}.$$
#
# This bound is what the minimisation of section 7 rests on. For $M_7^TM_7$ and 500 random vectors:

# %% tags=["S3-RAY-B", "S3-RAY-P"]
found = [linear_algebra.rayleigh_quotient(G, x) for x in rng.normal(size=(500, 4))]
assert lambdas[0] <= min(found) < max(found) <= lambdas[-1]
assert np.allclose([linear_algebra.rayleigh_quotient(G, 3 * v) for v in E.T], lambdas)
print(f"between {min(found):.3f} and {max(found):.3f}; eigenvalues {lambdas[0]:.3f} and {lambdas[-1]:.3f}")

# %% [markdown]
# Walk round the circle yourself.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import rayleigh_circle

rayleigh_circle()

# %% [markdown]
# What the curve does at these angles follows from the gradient, further on in this section.

# %% [markdown]
# The weighted mean, for one random vector:

# %% tags=["S3-RAY-B"]
weights = (E.T @ at) ** 2 / (at @ at)
print("weights", weights.round(3), "sum", weights.sum().round(3))
showing.same("Rayleigh quotient", weighted_mean=weights @ lambdas,
             quotient=linear_algebra.rayleigh_quotient(G, at))


# %% [markdown]
# So "minimise $\|Ax\|^2$ on unit vectors" and "minimise $R(A^TA,x)$" are one problem.
# The second has no constraint, so we can just walk downhill. The gradient is $\frac{2}{x^Tx}(Mx-R\,x)$. It is 0, and the
# curve of the demo level, where $Mx$ lies on the line of $x$: at the eigenvectors. In between the curve rises or falls.

# %% tags=["S3-TAB-H"]
def slope(x):
    return 2 / (x @ x) * (G @ x - linear_algebra.rayleigh_quotient(G, x) * x)


showing.slopes("gradient of the Rayleigh quotient", lambda x: (x @ G @ x) / (x @ x), at, slope(at))

# %% [markdown]
# 3,000 steps downhill from there, and the length set to 1:

# %% tags=["S3-TAB-H"]
walked = at
for _ in range(3000):
    walked = walked - 0.02 * slope(walked)
walked *= np.sign(walked @ best) / np.linalg.norm(walked)
showing.same("the unit vector with the smallest stretch", walked=walked, by_SVD=best)

# %% [markdown]
# The definition holds for *Hermitian* matrices too, $M=M^*$, where $M^*$ is the conjugate transpose:
# $R(M,x)=x^*Mx/x^*x$. It is a real number, also when $M$ and $x$ are complex.

# %% tags=["S3-RAY-D"]
Z = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
H, z = Z + Z.conj().T, Z[0]
R_z = (z.conj() @ H @ z) / (z.conj() @ z)
assert abs(R_z.imag) < 1e-12
assert np.isclose(R_z.real, linear_algebra.rayleigh_quotient(H, (2 - 3j) * z))
showing.same("Rayleigh quotient", formula=R_z.real, library=linear_algebra.rayleigh_quotient(H, z))

# %% [markdown]
# The linear algebra slides call $A^TA$ a covariance matrix. It is a *Gram matrix*: all products of two columns. It is
# $N$ times a covariance matrix only if the columns are centred, each with mean 0. Six columns of 50 measurements,
# divided by 50:

# %% tags=["S3-RAY-COV"]
data = rng.normal(size=(50, 6)) + 5
centred = data - data.mean(axis=0)
assert not np.allclose(data.T @ data / 50, np.cov(data.T, bias=True))
assert np.allclose(centred.T @ centred / 49, np.cov(data.T))  # numpy divides by N − 1 if not told
showing.same("covariance", of_centred_columns=centred.T @ centred / 50, numpy=np.cov(data.T, bias=True))

# %% [markdown]
# ## 9 · Use: fit a line
#
# Eighty points near a line with slope 4. Both coordinates were measured, both with an error.
#
# *Ordinary* least squares writes $y=cx+d$ and minimises the vertical distances: $A$ has the rows $(x_i, 1)$,
# $80\times2$.
#
# *Total* least squares minimises the distances *perpendicular* to the line. A line is all $p$ with $n^T(p-\bar p)=0$,
# with a unit normal $n$ and the mean $\bar p$. The distance of a point is $|n^T(p_i-\bar p)|$. So with the centred
# points as rows of $A$ we minimise $|An|$ over unit vectors: section 7.

# %%
along = np.linspace(-1, 1, 80)[:, None] * np.array([1.0, 4.0]) / np.sqrt(17)
points = 2 * along + np.array([3.0, 1.0]) + 0.2 * rng.normal(size=(80, 2))
rows, middle = np.column_stack([points[:, 0], np.ones(80)]), points.mean(axis=0)
c, d = linear_algebra.least_squares(rows, points[:, 1])
normal = linear_algebra.homogeneous_least_squares(points - middle)
print("ordinary, A:", rows.shape, " total, A:", (points - middle).shape)

# %% jupyter={"source_hidden": true}
total_slope = -normal[0] / normal[1]


def two_lines():
    """The points, and the line that each method finds."""
    ax = plotting.show_points(points, np.zeros(80, int), names=["measured"])
    lines = {f"ordinary, slope {c:.2f}": ([-c, 1.0], d), f"total, slope {total_slope:.2f}": (normal, normal @ middle)}
    plotting.show_lines(lines, ax=ax).set(xlabel="$x$", ylabel="$y$", aspect="equal", xlim=(1, 5), ylim=(-2, 4))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return plotting.described(ax, "Eighty points along a steep line. The total least squares line, with slope "
                              f"{total_slope:.2f}, runs through the middle of them; the ordinary one, with slope {c:.2f}, is clearly "
                              "flatter and misses both ends.")


near = tuple(abs(slope - 4) < 0.5 for slope in (c, total_slope))
predict("08 slope", "The points were made with slope 4. Which of the two finds about this slope?", two_lines,
        choices=("ordinary", "total", "both", "neither"),
        answer=lambda _: {(1, 0): "ordinary", (0, 1): "total", (1, 1): "both", (0, 0): "neither"}[near],
        why="Ordinary least squares takes all errors for errors in y. Those in x spread the points sideways, and that flattens "
        "its line. If x were exact, it would be right.")

# %% [markdown]
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
# (black) to 1 (white). $k$ terms need $k(h+w+1)$ numbers instead of $hw$.

# %%
photograph = datasets.load_photograph("leuvenA")
grey = photograph.astype(float).mean(axis=2)
(height, width), ranks = grey.shape, (5, 20, 60)
print(height, "×", width, {k: f"{k * (height + width + 1) / grey.size:.1%} of the numbers" for k in ranks})

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
kept = {k: low_rank(grey, k) for k in ranks}
lost = {k: np.linalg.norm(grey - kept[k]) / np.linalg.norm(grey) for k in ranks}


def four_streets():
    fig, axes = plt.subplots(2, 2, figsize=(9, 6.8), layout="constrained")
    titles = {f"rank {k}: {lost[k]:.1%} lost": kept[k] for k in ranks}
    for ax, (title, picture) in zip(axes.flat, {f"all {min(grey.shape)}": grey, **titles}.items()):
        plotting.show_photograph(picture, ax=ax, title=title)
    return plotting.described(fig, "A street four times: the photograph; rank 5, a weave of horizontal and vertical bars; rank "
                              "20, where houses and windows can be told; rank 60, a little grainy, nearly the original.", dpi=70)


predict("08 photograph", "What is lost is measured as |A − B| / |A|, all entries together. How many % are lost with 5 of the 563 terms?",
        four_streets, between=(0, 100), answer=lambda _: 100 * lost[5],
        why=f"{lost[5]:.1%}, and {lost[20]:.1%} with 20. Few terms carry most of a photograph: neighbours are alike, walls are straight.")

# %% [markdown]
# Rank 5 is a weave of bars: each term is a column times a row. At 20 you see houses and windows, but no cobbles. At
# 60, with a fifth of the numbers, it takes a second look to see the difference.
#
# **What is lost?** Exactly what was left out (Eckart and Young): $\|A-A_k\|_F^2=\sum_{i>k}\sigma_i^2$. That is
# property 6 for the rest of the sum. And no matrix of rank $k$ does better.
#
# Now move the rank. The demo keeps the two parts of each term, a column and a row, in 2 bytes a number; the original
# has 1 byte a pixel.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import rank_slider

rank_slider(photograph)


# %% [markdown]
# The answer to the second task can be computed from $h$ and $w$; it stands in what is folded here.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the loss in numbers, random numbers, and others that try to do better

# %% [markdown]
# From rank 160 on the parts take more bytes than the photograph: there $2k(h+w)=hw$. Beyond it the "compressed" form is the
# larger one.
#
# What is lost, measured, and by the formula:

# %%
s_grey = np.linalg.svd(grey, compute_uv=False)
assert np.isclose(np.linalg.norm(grey - kept[20], 2), s_grey[20])      # the largest stretch that is lost
showing.same("error at ranks 5, 20 and 60", measured=[np.linalg.norm(grey - kept[k]) for k in ranks],
             formula=[np.sqrt(np.sum(s_grey[k:] ** 2)) for k in ranks])

# %% [markdown]
# How fast do the singular values of a photograph fall? We compare with as many random numbers.

# %%
def error_by_rank(s):
    return np.sqrt(1 - np.cumsum(s**2)[:200] / np.sum(s**2))   # as a share of |A|


noise = np.linalg.svd(rng.normal(size=grey.shape), compute_uv=False)
errors = {"this photograph": error_by_rank(s_grey), "random numbers": error_by_rank(noise)}
ax = plotting.show_curves(errors, xlabel="rank $k$", ylabel="error, as a share")
ax.set(ylim=(0, 1))
plotting.described(ax, "Error against rank: for the photograph it drops to 0.2 within five terms and is below 0.05 at 200; for "
                   "random numbers of the same shape it falls almost on a straight line from 1 to 0.54.")

# %% [markdown]
# A photograph has structure, so few terms carry most of it. Random numbers have none, and cannot be compressed.
#
# Others try, on a piece of $40\times30$ pixels with $k=4$: any four columns, with the
# best rows to them. The best of 300 tries stays behind.

# %%
piece = grey[300:340, 200:230]
tries = []
for _ in range(300):
    columns = piece @ rng.normal(size=(30, 4))           # four columns from the range of the piece
    tries.append(np.linalg.norm(piece - columns @ linear_algebra.least_squares(columns, piece)))
left = np.linalg.norm(piece - low_rank(piece, 4))
assert left < min(tries)
print(f"error by SVD {left:.3f}, best of 300 tries {min(tries):.3f}")

# %% [markdown]
# ## 11 · Use: a map of digits
#
# 2,000 zeros, ones and sevens of MNIST, 784 pixels each: points in a space of 784 dimensions. We want them on paper,
# in two. Which plane shows them best? The one that loses least: the first two columns of $V$ of the centred data.
# This is called *principal component analysis*. Each digit becomes a point: its products with $v_1$ and $v_2$. The
# sign of a column of $V$ is free; we choose it so that zeros have positive coordinates along $v_1$, and sevens along
# $v_2$.

# %%
digits = datasets.load_mnist()
chosen = np.isin(digits.y_train, (0, 1, 7))
X, labels = digits.X_train[chosen][:2000].astype(float), digits.y_train[chosen][:2000]
centred = X - X.mean(axis=0)
_, s_digits, Vt_digits = np.linalg.svd(centred, full_matrices=False)
plane = centred @ Vt_digits[:2].T                        # (2000, 784)(784, 2)
signs = np.sign([plane[labels == 0, 0].mean(), plane[labels == 7, 1].mean()])
plane, directions = plane * signs, Vt_digits[:2] * signs[:, None]
print(plane.shape, "singular values", s_digits[:5].round(1), "…")

# %% jupyter={"source_hidden": true}
kinds = np.array([0, 1, 7])
means = np.array([plane[labels == k].mean(axis=0) for k in kinds])
guessed = kinds[np.linalg.norm(plane[:, None] - means, axis=2).argmin(axis=1)]
mixed = {f"{a} and {b}": int(np.sum((labels == a) & (guessed == b)) + np.sum((labels == b) & (guessed == a)))
         for a, b in ((0, 1), (1, 7), (0, 7))}


def digit_map():
    fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.8), layout="constrained", width_ratios=(2.4, 1, 1))
    plotting.show_points(plane, labels, ax=axes[0], size=6).set(xlabel="along $v_1$", ylabel="along $v_2$", aspect="equal")
    for k in (0, 1):
        plotting.show_image(directions[k], ax=axes[k + 1], signed=True, title=f"$v_{k + 1}$: red adds ink, blue takes it")
    return plotting.described(fig, "Left: three clouds of digits; zeros far from ones along v1, sevens above both along v2, "
                              "touching the ones. Right: v1 and v2 as pictures; v1 is a ring against a stroke, v2 holds the bar of a seven.")


predict("08 digits", "Which two kinds of digits will be hardest to tell apart on the map?", digit_map, choices=tuple(mixed),
        answer=lambda _: max(mixed, key=mixed.get), why="Their clouds touch: a slanted one is half a seven.")

# %% [markdown]
# Nobody told the SVD about labels, and yet three clouds lie apart. The pictures on the right say why. Going along
# $v_1$ adds red and takes blue: it turns the stroke of a one into the ring of a zero. Going along $v_2$ adds the bar
# of a seven.
#
# How much does the plane keep? $(\sigma_1^2+\sigma_2^2)/\sum\sigma_i^2$ of the variance. Is it enough to sort the
# digits? We take the nearest of the three class means on the map.

# %%
random_plane = np.linalg.qr(rng.normal(size=(784, 2))).Q
kept_of = {"this plane": plane, "a random plane": centred @ random_plane}
for name, points_2 in kept_of.items():
    print(f"{name} keeps {np.sum(points_2**2) / np.sum(centred**2):.1%}")
assert np.isclose(np.sum(plane**2) / np.sum(centred**2), np.sum(s_digits[:2] ** 2) / np.sum(s_digits**2))
print(f"sorted right: {np.mean(guessed == labels):.0%}")

# %% [markdown]
# A third of the variance, in 2 of 784 dimensions; a random plane keeps next to nothing. And two numbers a digit are
# enough to sort nine of ten and more.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ## 12 · Deeper: break it

# %% [markdown]
# **Normal equations beyond their digits.** Two columns, nearly equal: $A$: $3\times2$ has a small $e$ below the ones.
# By hand, $A^TA$ has $1+e^2$ on its diagonal and 1 beside it. In float64, $1+10^{-18}$ is 1: the two columns have
# become one.

# %%
e = 1e-9
nearly = np.array([[1, 1], [e, 0], [0, e]])
print("rank", rank(nearly), " of the computed product", rank(nearly.T @ nearly))
print(nearly.T @ nearly)

# %% [markdown]
# What told the columns apart is lost
# before any solving starts. The library says so. QR never forms the product, and solves it.

# %%
b3 = nearly @ np.array([2.0, -1.0])
print("by QR:", linear_algebra.least_squares(nearly, b3, method="qr").round(5))
showing.refused("normal equations", lambda: linear_algebra.least_squares(nearly, b3, method="normal"))

# %% [markdown]
# **Total least squares without centring.** Leave out the mean, and the line is forced through the origin.

# %%
forced = linear_algebra.homogeneous_least_squares(points)
assert np.linalg.norm((points - middle) @ normal) < 0.5 * np.linalg.norm(points @ forced)
print(f"slope {-forced[0] / forced[1]:.2f} through the origin; towards the mean it is {middle[1] / middle[0]:.2f}")

# %% [markdown]
# It points from the origin towards the cloud, and says nothing about the cloud's own direction. The same happens to the
# map of digits: without centring, the first singular vector is little more than the mean digit.

# %%
first = np.linalg.svd(X, full_matrices=False)[2][0]       # v₁ of X
mean = X.mean(axis=0)
print(f"cosine of the angle between the two: {abs(first @ mean) / np.linalg.norm(mean):.2f}")

# %% [markdown]
# **A line on turned paper.** Turn the paper by 1 radian, fit, and turn the line back. The total line is the same as
# before. The ordinary one is not, since "vertical" has changed. Angles in degrees, before and after:

# %%
turn = np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
turned = points @ turn.T
normal_2 = turn.T @ linear_algebra.homogeneous_least_squares(turned - turned.mean(axis=0))
c2, _ = linear_algebra.least_squares(np.column_stack([turned[:, 0], np.ones(80)]), turned[:, 1])
back = turn.T @ [1, c2]
angles = {"total": (total_slope, -normal_2[0] / normal_2[1]), "ordinary": (c, back[1] / back[0])}
print({name: np.degrees(np.arctan(pair)).round(1) % 180 for name, pair in angles.items()})

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/08_svd.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check by numbers, with shapes that differ.
#
# 1. **Ridge.** Minimise $\|Ax-b\|^2+\mu\|x\|^2$. Write the solution with $U$, $\sigma$, $V$: which factor replaces
#    $1/\sigma_i$? What becomes of it for $\mu\to0$ if some $\sigma_i=0$? Check with `showing.slopes`.
# 2. **Weighted least squares.** Equation $i$ counts $w_i$ times. Which $A$ and $b$ do you hand to `least_squares`?
#    Check that your gradient is 0, and that $w_i=2$ equals writing the equation twice.
# 3. **Polar decomposition.** Write a square $A$ as $QS$, with orthogonal $Q$ and symmetric $S$ without negative
#    eigenvalues. Both are made from $U$, $D$, $V$. Check on `turner`; by which angle does it turn?
# 4. **The other end.** Which unit vector makes $|Ax|$ *largest*? Change one sign in `slope` and walk uphill. Why is
#    it slower or quicker than downhill? Compare $\lambda_1-\lambda_2$ with the gap at the other end.
# 5. **Colour.** Stack the three colours of the photograph into one matrix $3h\times w$, and cut it at rank 20.
#    Compare error and numbers with three separate cuts. Which wins, and why?
#
# ## Summary
#
# Every matrix turns, stretches and turns: $A=UDV^T$. Eigenvectors are orthonormal only for symmetric (normal)
# matrices. Singular values give rank, condition, inverse, range and null space. Normal equations square the condition
# number. The last column of $V$ minimises $|Ax|$. Cutting the sum loses exactly the singular values cut off. Five of
# the statements of the linear algebra slides fail when run; each stands here with the word that it lacks. From here
# on, `linear_algebra` does the work.
#
# Next: chapter 09, where the last column of $V$ becomes a homography.
