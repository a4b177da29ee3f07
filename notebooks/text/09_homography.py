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
# # 09 · Lay one photograph over another
#
# Source: *the linear algebra slides*, from "Estimating Geometric Transformation" to "Image Stitching using Homography".
#
# Needs: chapter 08 (least squares, the last column of $V$) · about 65 minutes, and an hour more with what is
# folded; the cells alone run in half a minute.
#
# ## What you will do
# From pairs of points, many of them false, you compute the matrix that maps one photograph onto another. With it you
# flatten a wall that was seen at a slant, and join two pictures of a street into one.
#
# ## What you will learn
# - to say what each class of transformations preserves, and how many pairs fix it
# - to turn $x'\cong Hx$ into a system $Ah=0$, and to solve it
# - to fit in spite of false pairs
# - to tell when two photographs are related by a homography, and what holds when they are not

# %%
from mlp_lib import calculus, datasets, geometry, linear_algebra, plotting, showing
from mlp_lib.geometry import as_pairs, stitch, warp
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · See it fail first: which pairs are right?
#
# Two photographs of one wall. A program compared small patches and paired those that look alike: 652 pairs. A point is
# a row $(x,y)$, in pixels. $x$ points right and $y$ points **down**; the centre of the first pixel is $(0,0)$. Every tenth
# pair is drawn, as a line from the left picture to the right one.

# %%
wall, slanted = (datasets.load_photograph(name) for name in ("graf1", "graf3"))
src, dst = datasets.load_matches("graf")
print("picture", wall.shape, "· points on the left", src.shape, "· on the right", dst.shape)
ax = plotting.show_matches(wall, slanted, src[::10], dst[::10])
plotting.described(ax, "A wall with graffiti from two viewpoints, and 66 lines between points that look "
                   "alike; some lines cross the others.", colours=48)

# %% [markdown]
# Most lines run together, some cross them. Lines that cross the crowd are false, for graffiti repeats its shapes. So
# the question has two parts. Which map takes the left wall to the right one? And how does one find it among lies?
#
# The true map of this pair was measured and published: nine numbers. `transfer_error` sends each point of the left
# picture through a map, and measures the distance to its partner in pixels. A pair is called right here if that is
# less than 3.

# %%
truth = datasets.load_ground_truth()
is_right = geometry.transfer_error(truth, src, dst) < 3               # within 3 pixels
print("\n".join("  ".join(f"{entry:11.6f}" for entry in row) for row in truth))

# %% jupyter={"source_hidden": true}
number = int(is_right.sum())
assert 0.5 < number / len(src) < 0.6

predict("09 right pairs", "How many of the 652 pairs are right?", lambda: number, between=(0, len(src)),
        why="56 %. The crowd of lines looks cleaner than it is: a pair can miss by 5 pixels, and nobody sees it.")

# %% [markdown]
# From here on a map is judged by one number: the mean distance in pixels between what it makes of 400 points, spread
# over the whole left picture, and what the truth makes of them.

# %%
columns, rows = np.meshgrid(np.linspace(0, 799, 20), np.linspace(0, 639, 20))
grid = np.column_stack([columns.ravel(), rows.ravel()])               # (400, 2)


def grid_error(H):
    """Mean distance in pixels between what H and the truth make of the grid."""
    return geometry.transfer_error(H, grid, geometry.apply(truth, grid)).mean()


print(f"a map that moves nothing: {grid_error(np.eye(3)):.0f} pixels")

# %% [markdown]
# 116 pixels off without any map. Less than 1 is the aim.
#
# ## 2 · The ladder of transformations
#
# **The general form.** A $2\times3$ matrix $M$ takes $\tilde x=(x,y,1)^T$ to the new point: $x'=M\tilde x$. The appended
# 1 lets one product turn *and* shift. For points as rows that is $\tilde XM^T$. A third row $(0,0,1)$ makes the same map a
# $3\times3$ matrix, as the library wants it.

# %% tags=["S3-GEO-D"]
M = np.array([[1.2, -0.4, 30.0], [0.3, 0.9, -10.0]])                  # 2 × 3
points = np.array([[0, 0], [60, 0], [60, 40], [0, 40], [20, 10.0]])   # N × 2, N = 5
tilde = np.column_stack([points, np.ones(5)])                         # N × 3
showing.same("mapped points", product=tilde @ M.T, library=geometry.apply(np.vstack([M, [0, 0, 1]]), points))

# %% [markdown]
# That serves four of the five classes below. The last one, the projective, has another third row, and needs a division:
# $\tilde x'\cong H\tilde x$, where $\cong$ means *equal up to a factor*. With $H\tilde x=(u,v,w)^T$ the new point is
# $(u/w,\,v/w)$. The first two rows alone give something else.

# %% tags=["S3-GEO-D"]
H = np.vstack([M, [0.004, 0.002, 1]])
uvw = tilde @ H.T                                                     # N × 3
assert all(np.allclose(geometry.apply(k * H, points), uvw[:, :2] / uvw[:, 2:]) for k in (1, -7))
showing.differs("mapped points", two_rows_alone=uvw[:, :2], divided_by_w=uvw[:, :2] / uvw[:, 2:])

# %% [markdown]
# Only the point $(0,0)$ has $w=1$, and agrees. A common factor cancels in the division: $-7H$ is the same map as $H$.
#
# **Five classes**, each a step up; each contains the one before it. One function each, from its parameters $p$ to a
# $3\times3$ matrix. $\theta$ is an angle in radians, $s$ a scale, $t_x,t_y$ a shift.
#
# | class | matrix | preserves |
# |---|---|---|
# | translation | $[I\ \ t]$, $2\times3$ | orientation |
# | rigid | $[R\ \ t]$, $2\times3$ | lengths |
# | similarity | $[sR\ \ t]$, $2\times3$ | angles |
# | affine | $[A]$, $2\times3$ | parallelism |
# | projective | $[\tilde H]$, $3\times3$ | straight lines |

# %%
def similarity(p):
    s, theta, t_x, t_y = p
    c, z = s * np.cos(theta), s * np.sin(theta)
    return np.array([[c, -z, t_x], [z, c, t_y], [0, 0, 1]])


classes = {
    "translation": (lambda p: similarity([1, 0, *p]), [0.8, -0.5]),
    "rigid": (lambda p: similarity([1, *p]), [0.5, 0.8, -0.5]),
    "similarity": (similarity, [0.6, 0.5, 0.8, -0.5]),
    "affine": (lambda p: np.vstack([np.reshape(p, (2, 3)), [0, 0, 1]]), [0.9, 0.5, 0.8, -0.2, 0.6, -0.5]),
    "projective": (lambda p: np.reshape(p, (3, 3)), [0.9, 0.4, 0.3, -0.2, 0.8, -0.3, 0.12, 0.1, 1]),
}
rungs = {name: make(p) for name, (make, p) in classes.items()}
print({name: f"{len(p)} parameters" for name, (_, p) in classes.items()})

# %% [markdown]
# How much can a class choose? That can be measured: move the parameters a little, and count the independent ways in
# which five mapped points move. It is the rank of a derivative. The count is called the *degrees of freedom*.

# %% jupyter={"source_hidden": true} tags=["S3-GEO-L", "S3-GEO-T5"]
square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [0.3, 0.2]])
freedom = {}
for name, (make, p) in classes.items():
    slopes = calculus.derivative(lambda p, make=make: geometry.apply(make(p), square), np.array(p, float))
    freedom[name] = linear_algebra.rank(slopes.reshape(10, -1), rtol=1e-6)
assert list(freedom.values()) == [2, 3, 4, 6, 8]

predict("09 freedom", "The projective matrix has nine entries. How many degrees of freedom has it?", lambda: freedom,
        choices=(6, 7, 8, 9), answer=lambda found: found["projective"],
        why="A common factor on all nine entries moves no point: that is the ninth.")

# %% [markdown]
# One square grid, and the five maps:

# %% jupyter={"source_hidden": true} tags=["S3-GEO-L"]
fig, axes = plt.subplots(1, 5, figsize=(10, 2.6), layout="constrained", sharey=True)
for ax, (name, H) in zip(axes, rungs.items()):
    plotting.show_plane_map(lambda p, H=H: geometry.apply(H, p), ax=ax)
    ax.set(title=name, xlabel="$x$", xlim=(-4.3, 4.3), ylim=(3.6, -3.6), ylabel="")
axes[0].set_ylabel("$y$, down")
plotting.described(fig, "A square grid under five maps: shifted; also turned; also shrunk; sheared to a grid of "
                   "parallelograms; and a grid whose lines are straight but converge.")

# %% [markdown]
# From left to right the grid keeps less and less: first its direction goes, then its lengths, its right angles, its
# parallels. Its lines stay straight to the end.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: what each class keeps and gives up; one map after another

# %% [markdown]
# **Translation.** Every difference of two points stays the same vector: direction *and* length.

# %% tags=["S3-GEO-T1"]
sides = square[1:] - square[:-1]                                      # (4, 2)
moved = geometry.apply(rungs["translation"], square)
assert np.array_equal(rungs["translation"][:2, :2], np.eye(2))
showing.same("differences of neighbours", before=sides, after=moved[1:] - moved[:-1])

# %% [markdown]
# **Rigid.** Lengths stay. Directions do not: all of them turn by $\theta$. ($R$ is a rotation, $R^TR=I$ and $\det R=1$.)

# %% tags=["S3-GEO-T2"]
R, turned = rungs["rigid"][:2, :2], geometry.apply(rungs["rigid"], square)
new_sides = turned[1:] - turned[:-1]
assert np.allclose(R.T @ R, np.eye(2))
assert np.isclose(np.linalg.det(R), 1)
assert not np.allclose(new_sides, sides)
showing.same("lengths", before=np.hypot(*sides.T), after=np.hypot(*new_sides.T))

# %% [markdown]
# **Similarity.** All lengths are multiplied by the same $s=0.6$, so angles stay.

# %% tags=["S3-GEO-T3"]
def cosines(points):
    """Cosine of the angle at each corner of the polygon."""
    there, back = np.roll(points, -1, axis=0) - points, np.roll(points, 1, axis=0) - points
    return (there * back).sum(axis=1) / np.hypot(*there.T) / np.hypot(*back.T)


shrunk = geometry.apply(rungs["similarity"], square)
assert np.allclose(np.hypot(*(shrunk[1:] - shrunk[:-1]).T), 0.6 * np.hypot(*sides.T))
showing.same("cosines of the angles", before=cosines(square), after=cosines(shrunk))

# %% [markdown]
# **Affine.** Angles change. (A stretch along two sides of a square keeps its right angles, but it turns the diagonals.) Parallel sides stay parallel, and the ratio of their lengths stays.

# %% tags=["S3-GEO-T4"]
sheared = geometry.apply(rungs["affine"], square)
assert not np.allclose(cosines(sheared), cosines(square), atol=0.1)
showing.same("opposite sides", upper=sheared[1] - sheared[0], lower=sheared[2] - sheared[3])

# %% [markdown]
# **Projective.** Parallel sides meet: the two directions differ.

# %% tags=["S3-GEO-T5"]
p0, p1, p2, p3, _ = geometry.apply(rungs["projective"], square)
upper, lower = (p1 - p0) / np.hypot(*(p1 - p0)), (p2 - p3) / np.hypot(*(p2 - p3))
showing.differs("directions of opposite sides", upper=upper, lower=lower)

# %% [markdown]
# Three points on a line stay on a line: the determinant of their homogeneous coordinates stays 0. But the midpoint does
# not stay the midpoint.

# %% tags=["S3-GEO-T5"]
a, b, c = seen = geometry.apply(rungs["projective"], np.array([[-1, -1], [0, -0.5], [1, 0]]))
assert abs(np.linalg.det(np.column_stack([seen, np.ones(3)]))) < 1e-12
showing.differs("middle point", mapped=b, middle_of_the_mapped_ends=(a + c) / 2)

# %% [markdown]
# **One map after another.** Maps are put together by multiplying their matrices, the first one on the right, and undone by the
# inverse. The order matters: turn and then tilt is not tilt and then turn.

# %%
turn, tilt = rungs["rigid"], rungs["projective"]
both, in_turn = geometry.compose(tilt, turn), geometry.apply(tilt, geometry.apply(turn, square))
assert np.allclose(geometry.apply(geometry.inverse(both), in_turn), square)
showing.differs("the square", turned_first=in_turn, tilted_first=geometry.apply(turn @ tilt, square))

# %% [markdown]
# ### Demo: climb the ladder
#
# One slider for each degree of freedom. The caption measures what is left; the tasks stand below it.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import ladder

ladder()

# %% [markdown]
# One number of the caption holds at every setting. Which?
#
# ## 3 · An affine map from pairs
#
# Six unknowns. One pair $(x,y)\to(x',y')$ gives two linear equations in them:
#
# $$\begin{pmatrix}x&y&1&0&0&0\\0&0&0&x&y&1\end{pmatrix}(a,b,c,d,e,f)^T=\begin{pmatrix}x'\\y'\end{pmatrix}$$

# %% tags=["S3-AFF-1"]
x, y = 7.0, 11.0
two_rows = np.array([[x, y, 1, 0, 0, 0], [0, 0, 0, x, y, 1]])         # 2 × 6; M holds a b c, d e f
showing.same("x', y'", two_rows=two_rows @ M.ravel(), map=M @ [x, y, 1])

# %% [markdown]
# $N\ge3$ pairs give $2N$ equations for six unknowns, $Ax=b$, and least squares solves them, as in chapter 08.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the normal equations, and five points on a line

# %% [markdown]
# The linear algebra slides solve by the normal equations, $x=(A^TA)^{-1}A^Tb$. Take all right pairs of the wall, $N = 364$.

# %% tags=["S3-AFF-N"]
def affine_system(src, dst):
    A = np.zeros((2 * len(src), 6))
    A[::2, :3] = A[1::2, 3:] = np.column_stack([src, np.ones(len(src))])
    return A, dst.ravel()                                             # (2N, 6), (2N,)


A, b = affine_system(src[is_right], dst[is_right])
normal = np.linalg.inv(A.T @ A) @ A.T @ b
fitted = geometry.fit_affine(src[is_right], dst[is_right])[:2]
S = np.array([1, 1, 1000])                                            # shift in units of 1000 pixels
showing.same("the wall's affine map", normal_equations=normal.reshape(2, 3) / S, library=fitted / S)

# %% [markdown]
# (The library does not form $A^TA$: chapter 08 showed that this squares the condition number.)
#
# $N\ge3$ is not enough. Put all the points on one line, however many, and $A^TA$ is singular: nothing says what happens
# beside the line. The library names the cause.

# %% tags=["S3-AFF-N"]
line = np.array([[0, 1], [1, 3], [2, 5], [3, 7], [4, 9.0]])           # y = 2x + 1
A_line, _ = affine_system(line, line)
print("rank", linear_algebra.rank(A_line.T @ A_line), "of", len(A_line.T), "unknowns")
showing.refused("an affine map from a line", lambda: geometry.fit_affine(line, line))

# %% [markdown]
# ### Which class is good enough?
#
# Fit the first four classes to the right pairs of the wall, all 364 of them.

# %%
p, q = src[is_right], dst[is_right]
fits = (geometry.fit_translation, geometry.fit_rigid, geometry.fit_similarity, geometry.fit_affine)
print("pairs", p.shape, q.shape)

# %% jupyter={"source_hidden": true}
errors = {fit.__name__.removeprefix("fit_"): grid_error(fit(p, q)) for fit in fits}
assert list(errors.values()) == sorted(errors.values(), reverse=True)
assert errors["affine"] > 10

predict("09 affine", "The wall is flat, and all 364 pairs are right. What grid error does the best affine map leave?",
        lambda: {name: f"{error:.1f} px" for name, error in errors.items()},
        choices=("less than 1 pixel", "about 5 pixels", "about 15 pixels"), answer=lambda _: "about 15 pixels",
        why="Every step up helps, and 15 pixels remain. An affine map keeps parallels; a camera does not: the far "
        "end of a wall is smaller.")

# %% [markdown]
# ## 4 · The homography
#
# **When is there one?** The linear algebra slides say: if all points lie on one plane. Two cameras can try it. A camera
# takes a point $X$ of space to $K(RX+t)$, and divides by the third entry. $R$ turns and $t$ shifts the scene to where the
# camera is; $K$ holds its focal lengths and its centre, in pixels.

# %%
K = np.array([[800.0, 0, 320], [0, 780, 240], [0, 0, 1]])


def unit(V):
    return V / np.linalg.norm(V, axis=1, keepdims=True)               # each row of length 1


def rotation(axis, angle):
    """Turn by an angle in radians about axis 0, 1 or 2 of space."""
    i, j = (axis + 1) % 3, (axis + 2) % 3
    R = np.eye(3)
    R[[i, j, i, j], [i, j, j, i]] = np.cos(angle), np.cos(angle), -np.sin(angle), np.sin(angle)
    return R


def photograph(X, R, t=(0, 0, 0)):
    """Pixels (N, 2) of points X (N, 3)."""
    seen = (X @ R.T + t) @ K.T
    return seen[:, :2] / seen[:, 2:]


# %% [markdown]
# 30 points on a plane, and the same points lifted off it by up to 2. The second camera looks another way, $R$. It *moves*
# there by $t$, or it only *turns* on the spot, $t=0$.

# %%
rng = np.random.default_rng(9)
flat = np.column_stack([rng.uniform(-2, 2, (30, 2)), np.full(30, 8.0)])
deep = flat + np.outer(rng.uniform(-2, 2, 30), [0, 0, 1])
R, t = rotation(1, 0.3) @ rotation(0, 0.1), (1.5, -0.4, 0.3)
first, second = photograph(deep, np.eye(3)), photograph(deep, R, t)
print("the first lifted point is seen at", first[0].round(1), "and, after the move, at", second[0].round(1))

# %% jupyter={"source_hidden": true} tags=["S3-HG-PLANE"]
def worst_pair(X, t):
    """Largest miss in pixels of the homography that fits both pictures of X best."""
    first, second = photograph(X, np.eye(3)), photograph(X, R, t)
    return geometry.transfer_error(geometry.fit_homography(first, second), first, second).max()


worst = {"plane, moved": worst_pair(flat, t), "depth, moved": worst_pair(deep, t), "depth, turned": worst_pair(deep, 0)}
assert max(worst["plane, moved"], worst["depth, turned"]) < 1e-8
assert worst["depth, moved"] > 5

predict("09 depth", "A homography is fitted to the two pictures. Where are points left that it misses by pixels?",
        lambda: {name: f"{miss:.1f} px" for name, miss in worst.items()},
        choices=("nowhere", "depth, moved", "depth, turned", "with depth, always"), answer=lambda _: "depth, moved",
        why="One plane is enough, and so is a camera that only turns. The note on the linear algebra slides is too strict.")

# %% [markdown]
# ### The equations of a pair
#
# $x'\cong Hx$ says: $x'$ and $Hx$, both $3\times1$, have the same direction, though not the same length. Then their cross
# product is 0, whatever the unknown factor. It has three entries, but the third follows from the other two. So a pair gives **two** equations, and
# eight unknowns need four pairs. Ordered by the nine entries of $H$, row by row, the two rows are:
#
# $$\begin{pmatrix}x&y&1&0&0&0&-x'x&-x'y&-x'\\0&0&0&x&y&1&-y'x&-y'y&-y'\end{pmatrix}h=0$$
#
# They hold the cross product for *any* $h$: its second entry, and its first with the sign changed. Here for one pair of
# pixels, number 3, and nine random numbers.

# %% tags=["S3-HG-DLT"]
first, second = photograph(deep, np.eye(3)), photograph(deep, R)      # the third case
(x, y), (x2, y2), any_h = first[3], second[3], rng.normal(size=9) / 1000
two_rows = np.array([[x, y, 1, 0, 0, 0, -x2 * x, -x2 * y, -x2],
                     [0, 0, 0, x, y, 1, -y2 * x, -y2 * y, -y2]])      # 2 × 9
u, v, w = np.cross([x2, y2, 1], any_h.reshape(3, 3) @ [x, y, 1])
assert np.isclose(x2 * u + y2 * v + w, 0, atol=1e-4)                  # the third follows from the two
showing.same("two equations", rows_times_h=two_rows @ any_h, from_the_cross_product=[v, -u])

# %% [markdown]
# All pairs together give the $2N\times9$ matrix of the *direct linear transformation*. This is the library's function.
# Rows 6 and 7 belong to pair 3; of nine columns seven are shown.

# %% tags=["shows:geometry.dlt_matrix", "S3-HG-DLT"]
def dlt_matrix(src, dst):
    src, dst = as_pairs(src, dst)                # checks: as many, (N, 2), finite
    A = np.zeros((len(src), 2, 9))
    A[:, 0, 0:2] = A[:, 1, 3:5] = src
    A[:, 0, 2] = A[:, 1, 5] = 1
    A[:, :, 6:8] = -dst[:, :, None] * src[:, None, :]
    A[:, :, 8] = -dst
    return A.reshape(-1, 9)


A = dlt_matrix(first, second)
showing.same("rows 6 and 7 of 60", library=A[6:8], by_hand=two_rows)

# %% [markdown]
# ### A case in which H is known
#
# A camera that only turns sees *every* scene by a homography, $H=KRK^{-1}$. This is the case of panoramas: stand still,
# turn, and stitch. Two helpers: `homogeneous` appends the 1 to points, `in_thousands` writes a map for coordinates in units of
# 1000 pixels, so that its numbers are of like size.

# %%
def homogeneous(points):
    return np.column_stack([points, np.ones(len(points))])


def in_thousands(H):
    S = np.diag([1000.0, 1000, 1])
    H = np.linalg.inv(S) @ H @ S
    return H / H[2, 2]

# %% [markdown]
# $x'$ and $Hx$ of the first three points, as rows:

# %% tags=["S3-HG-REL", "S3-HG-PLANE"]
H = K @ R @ np.linalg.inv(K)
x_first, x_second = homogeneous(first), homogeneous(second)           # N × 3
assert np.allclose(np.cross(x_second, x_first @ H.T), 0, atol=1e-6)
showing.same("directions, of length 1", seen=unit(x_second[:3]), by_H=unit(x_first[:3] @ H.T))

# %% [markdown]
# ### Solve it
#
# Now forget this $H$, and find it: $Ah=0$ has to be solved, or with real pairs, $|Ah|$ has to be small. Chapter 08 knows two tools, least squares and the
# SVD.

# %% jupyter={"source_hidden": true} tags=["S3-HG-SVD"]
solved = np.abs(linear_algebra.least_squares(A, np.zeros(len(A))))
assert not solved.any()

predict("09 zero", "Least squares is asked for the h with the smallest |Ah|. What does it answer?", lambda: f"h = {solved}",
        choices=("the right h", "the right h, up to a factor", "h = 0"), answer=lambda _: "h = 0",
        why="True and useless: no vector has a smaller |Ah| than 0.")

# %% [markdown]
# The homogeneous problem of chapter 08 asks for the smallest $|Ah|$ among all $h$ *of length 1*. Its solution is the right
# singular vector of the *smallest* singular value: as good as any multiple of it, $-h$ too.

# %% tags=["S3-HG-SVD"]
A = dlt_matrix(first / 1000, second / 1000)                           # in thousands: section 5 says why
U, sigma, Vt = np.linalg.svd(A)
found = Vt[-1].reshape(3, 3)
showing.same("H", last_column_of_V=found / found[2, 2], KRK_inverse=in_thousands(H))

# %% [markdown]
# $N\ge4$ is again not enough. If three of four points lie on a line, and so do their partners, $A$ has rank 7. There
# are nine unknowns and one free factor, so 8 are needed: two different $h$ give 0.
#
# Now the wall: 364 right pairs, eight degrees of freedom.

# %%
errors["projective"] = grid_error(geometry.fit_homography(p, q))
print(f"affine {errors['affine']:.1f} px, projective {errors['projective']:.2f} px")
assert errors["projective"] < 0.5

# %% [markdown]
# From 15 pixels to less than a half. (These pairs were chosen because they obey a homography. Section 6 shows what became of
# the others.)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the smallest of all, the last entry, three points on a line

# %% [markdown]
# A thousand random directions, and $|Ah|$ for each of them, of length 1:

# %% tags=["S3-HG-SVD"]
others = np.random.default_rng(1).normal(size=(9, 1000))
lengths = np.linalg.norm(A @ others, axis=0) / np.linalg.norm(others, axis=0)
print(f"least of 1000: {lengths.min():.3f}; last column of V: {np.linalg.norm(A @ Vt[-1]):.3f}")
assert (lengths > sigma[8]).all()

# %% [markdown]
# One could also set $h_{33}=1$ and solve for eight unknowns. That fails when the true $h_{33}$ is 0: when the point $(0,0)$
# goes to infinity. The SVD does not mind.

# %%
at_infinity = np.array([[2.0, 0, 1], [0, 3, 1], [1, 1, 0]])
corners = np.array([[1, 1], [3, 1], [3, 2], [1, 2.0]])
fitted = geometry.fit_homography(corners, geometry.apply(at_infinity, corners))
showing.same("H, divided by its first entry", fitted=fitted / fitted[0, 0], true=at_infinity / at_infinity[0, 0])

# %% [markdown]
# Three of four points on a line leave $A$ with rank 7, if their partners lie on a line, too. Does one more pair help?

# %% jupyter={"source_hidden": true} tags=["S3-HG-SVD"]
three = np.array([[0, 0], [1, 1], [2, 2], [0, 2.0]])
five = np.vstack([three, [3, 3]])
assert linear_algebra.rank(dlt_matrix(three, three)) == linear_algebra.rank(dlt_matrix(five, five)) == 7

predict("09 fifth pair", "A fifth pair lies on the same line. Which rank has A now?",
        lambda: int(linear_algebra.rank(dlt_matrix(five, five))), choices=(7, 8, 9),
        why="A map that keeps three points of a line keeps all of its points: the fifth pair says nothing new.")

# %% [markdown]
# And if three points lie on a line, but their partners do not? Then the rank is 8, and the one $h$ is a matrix of rank
# 1, which is no homography.

# %% tags=["S3-HG-SVD"]
bent = np.array([[0, 0], [1, 0], [3, 2], [0, 2.0]])
only = np.linalg.svd(dlt_matrix(three, bent))[2][-1].reshape(3, 3)
assert linear_algebra.rank(only) == 1
print("rank of A:", linear_algebra.rank(dlt_matrix(three, bent)), "· of the only H:", linear_algebra.rank(only))

# %% [markdown]
# If both lie on a line, the library refuses, and says which points are to blame.

# %% tags=["S3-HG-SVD"]
showing.refused("a homography, three of four points on a line", lambda: geometry.fit_homography(three, three))

# %% [markdown]
# ### Demo: a photograph by four corners
#
# Four pairs fix a homography, so four corners that you drag will do. In the end drag one beyond the line through two others.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import four_corners

four_corners()

# %% [markdown]
# Section 12 says what happens near that line, below *Deeper*.
#
# ## 5 · What normalising the points buys
#
# The entries of $A$ are as unlike as $1$, $x\approx500$ and $x'x\approx250{,}000$. Hartley's cure: shift each set of points to mean 0,
# scale it to mean distance $\sqrt2$, fit, and undo both: $H=T'^{-1}\hat HT$. In pixels the problem costs six of float64's
# sixteen digits, normalised less than one. So this wall can be fitted either way; but the normalised answer does not depend
# on where the origin of the picture lies, either. What is folded here measures both.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the digits that it costs, there and back, larger pictures, another origin

# %% [markdown]
# Normalised, for the right pairs of the wall:

# %%
T, T2 = geometry.normalisation(p), geometry.normalisation(q)
p_hat, q_hat = geometry.apply(T, p), geometry.apply(T2, q)
showing.same("mean of x and y, mean distance", normalised=[*p_hat.mean(axis=0), np.hypot(*p_hat.T).mean()],
             wanted=[0, 0, np.sqrt(2)])

# %% [markdown]
# How hard is the problem for the computer? The solution is one direction among nine. It is told from the others by the
# singular values: the ratio $\sigma_1/\sigma_8$ says how many digits that costs.

# %% tags=["S3-HG-SVD"]
for name, pairs in {"pixels": (p, q), "normalised": (p_hat, q_hat)}.items():
    sigma = np.linalg.svd(dlt_matrix(*pairs), compute_uv=False)
    print(f"{name}: {sigma[0] / sigma[7]:.2g}")
assert sigma[0] / sigma[7] < 10

# %% [markdown]
# Six digits in pixels, less than one when normalised.

# %% [markdown]
# Fit the normalised points, and come back. The library does just this:

# %%
H_hat = geometry.fit_homography(p_hat, q_hat, normalise=False)
H = geometry.inverse(T2) @ H_hat @ T
showing.same("the wall's homography", there_and_back=in_thousands(H),
             library=in_thousands(geometry.fit_homography(p, q)))

# %% [markdown]
# Another way to the same $h$ is the eigenvector of $A^TA$ with the smallest eigenvalue. That squares the ratio: twelve digits of
# sixteen. What if the camera had ten times as many pixels a side? Pretend so: multiply all coordinates by a factor, fit, and
# go back.

# %%
def fit_scaled(factor, how, normalise):
    """Homography from factor * p, factor * q; h by "SVD" or as "eigenvector" of A^T A."""
    S, T, T2 = np.diag([factor, factor, 1.0]), np.eye(3), np.eye(3)
    if normalise:
        T, T2 = geometry.normalisation(factor * p), geometry.normalisation(factor * q)
    A = dlt_matrix(geometry.apply(T @ S, p), geometry.apply(T2 @ S, q))
    h = np.linalg.svd(A)[2][-1] if how == "SVD" else np.linalg.eigh(A.T @ A)[1][:, 0]
    return np.linalg.inv(T2 @ S) @ h.reshape(3, 3) @ T @ S

# %% [markdown]
# Three ways, five factors. Which of them stay below half a pixel?

# %%
factors = (1, 3, 10, 30, 100)
ways = {"SVD": ("SVD", False), "eigenvector": ("eigenvector", False),
        "eigenvector, normalised": ("eigenvector", True)}
by_scale = {name: [grid_error(fit_scaled(k, *way)) for k in factors] for name, way in ways.items()}
print({name: bool(max(found) < 0.5) for name, found in by_scale.items()})
assert by_scale["eigenvector"][-1] > 10
assert max(by_scale["SVD"]) < 0.5
assert max(by_scale["eigenvector, normalised"]) < 0.5

# %% [markdown]
# The second gain matters for the SVD, too. Where the pairs are not exact, the plain fit depends on where the origin is put.
# Move it, fit, and move back:

# %%
shifts, by_origin = (0, 10, 100, 1000, 10_000), {"SVD": [], "SVD, normalised": []}
for shift in shifts:
    there = np.array([[1, 0, shift], [0, 1, shift], [0, 0, 1]])
    for found, normalise in zip(by_origin.values(), (False, True)):
        H = geometry.fit_homography(p + shift, q + shift, normalise=normalise)
        found.append(grid_error(np.linalg.inv(there) @ H @ there))
print({name: f"least {min(found):.2f} px, most {max(found):.2f} px" for name, found in by_origin.items()})
assert np.ptp(by_origin["SVD, normalised"]) < 1e-6
assert np.ptp(by_origin["SVD"]) > 0.05

# %% [markdown]
# Both experiments as curves:

# %% jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
plotting.show_curves(by_scale, x=[f"{k:g}" for k in factors], ax=axes[0], log=True,
                     xlabel="coordinates multiplied by", ylabel="grid error in pixels")
plotting.show_curves(by_origin, x=[f"{k:g}" for k in shifts], ax=axes[1],
                     xlabel="origin moved by, in pixels", ylabel="grid error in pixels")
axes[1].set_ylim(0, 0.7)
plotting.described(fig, "Left: with larger coordinates the eigenvector of the plain system goes astray, up to tens of pixels; SVD and "
                   "normalised stay level. Right: the plain SVD wanders with the origin, the normalised one is level.")

# %% [markdown]
# Left: the eigenvector needs the normalised points; the SVD gets along without. Right: the plain fit is an accident of the
# coordinates, now better, now worse. Nobody chose the corner of the picture for its virtue. The normalised fit gives one
# answer, in any unit and from any origin.

# %% [markdown]
# ## 6 · Fit in spite of false pairs
#
# So far the truth chose the right pairs. Now there are all 652, and nobody says which are which.

# %% jupyter={"source_hidden": true}
everything = geometry.fit_homography(src, dst)
assert grid_error(everything) > 30

predict("09 all pairs", "A homography is fitted to all 652 pairs by least squares. What is its grid error?",
        lambda: f"{grid_error(everything):.0f} px", choices=("about 1 px", "about 10 px", "about 80 px"),
        answer=lambda _: {0: "about 1 px", 1: "about 10 px", 2: "about 80 px"}[round(np.log10(grid_error(everything)))],
        why="Least squares squares: a pair that is 300 pixels off counts like 90,000 pairs that are 1 pixel off.")

# %% [markdown]
# RANSAC turns the question round. Draw **four** pairs at random, fit exactly, and count who agrees to 2 pixels. Wild
# pairs do not agree with each other.

# %%
rng, best = np.random.default_rng(9), np.zeros(len(src), bool)
for _ in range(200):
    four = rng.choice(len(src), 4, replace=False)
    try:
        H = geometry.fit_homography(src[four], dst[four])
        agree = geometry.transfer_error(H, src, dst) < 2
    except ValueError:                           # three on a line, or a point sent to infinity
        continue
    best = agree if agree.sum() > best.sum() else best
print(f"{best.sum()} pairs agree, {(best & is_right).sum()} of them are right")
assert (best & is_right).sum() > 0.9 * best.sum() > 250

# %% [markdown]
# Not one false pair is among the 304.
#
# How many trials does it need? Four pairs are all right with probability $r^4$, where $r$ is the share of right ones. To
# meet such a four at least once with probability $c$, draw $\log(1-c)/\log(1-r^4)$ times. For $c=0.999$ and the wall's $r=0.56$ that is 68.

# %% jupyter={"source_hidden": true}
r = is_right.mean()
assert np.ceil(np.log(1 - 0.999) / np.log(1 - r**4)) == geometry.trials_needed(r, 4, 0.999) == 68

predict("09 trials", "A little more than half of the pairs are right, and 68 trials will do. How many does it need if a "
        "fifth is right?", lambda: f"{geometry.trials_needed(0.2, 4):,.0f}", choices=("about 200", "about 700", "about 4,000", "about 70,000"),
        answer=lambda _: f"about {int(round(geometry.trials_needed(0.2, 4), -3)):,}",
        why="The share enters with its fourth power: 0.56 to the fourth is 61 times 0.2 to the fourth.")

# %% [markdown]
# The library's `fit_robust` draws in batches, estimates $r$ as it goes, and stops early. It fits the best few again, to all
# who agree. Where nearly as many agree with one as with another, it takes the one they agree with most closely. In blue the
# pairs that agree, in orange the others.

# %%
H, inliers = geometry.fit_robust(src, dst, threshold=3.0, rng=0)
print(f"{inliers.sum()} agree; {(inliers & is_right).sum()} of them right; grid error {grid_error(H):.2f} px")
assert grid_error(H) < 1.5
assert (inliers & is_right).sum() > 0.95 * inliers.sum()
ax = plotting.show_matches(wall, slanted, src[::8], dst[::8], right=inliers[::8])
plotting.described(ax, "The wall twice; blue lines, all in one sweep, join the pairs that agree; of the "
                   "orange ones some go in every direction, more than half run side by side along the "
                   "lower edge.", colours=48)

# %% [markdown]
# 0.57 pixels, where all pairs together gave 81, and nobody told the program which lines are right. The blue ones agree on one map. Many orange ones agree on nothing; but a bundle at the
# bottom agrees among itself.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the bundle at the bottom

# %% [markdown]
# By how much do these pairs miss, judged by the published map? And do they agree on a map of their own?

# %%
missed_by = geometry.transfer_error(truth, src, dst)
strip = ~inliers & (src[:, 1] > 520)
_, together = geometry.fit_robust(src[strip], dst[strip])
print(f"{strip.sum()} pairs, off by {np.median(missed_by[strip]):.0f} px in the median; "
      f"{together.sum()} of them agree with each other")
assert together.sum() > 100
assert 3 < np.median(missed_by[strip]) < 10

# %% [markdown]
# These points have a homography of their own, and it is not that of the wall: the strip below the white line seems to lie in
# another plane. No single homography serves both, and the larger part won. That is why the library asks how closely the
# pairs agree: a plain count falls for a map halfway to the strip. A threshold so wide that it lets the strip in triples the
# error; one so narrow that most right pairs are thrown out leaves few to average over; and with few trials the best map
# found may be one that serves wall and strip halfway.

# %% [markdown]
# ### Demo: threshold and trials
#
# Choose how close a pair has to come, and how many fours are drawn. Blue lines join pairs that agree, orange ones the others.
# The green outline is the frame of the left picture as $H$ sees it, the dotted one as the truth does.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import ransac

ransac()

# %% [markdown]
# Look at the strip below the ledge as well as at the error.
#
# ## 7 · Map a picture, not only points
#
# To send each pixel to its new place would leave holes. `warp` asks for each pixel of the *result* where it comes from,
# $H^{-1}x'$, and looks there. Folded here: how many holes, and what a place between four pixels is given.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: forward and inverse, and between the pixels

# %% [markdown]
# The obvious way: send each pixel to its new place and colour it there. Take a crop of the wall, 60 × 80 pixels, and a map that
# makes it nearly twice as wide and as high.

# %%
crop = wall[270:330, 470:550]                                         # 60 × 80
H_grow = np.array([[1.8, 0.3, 0], [-0.2, 1.8, 16], [0, 0, 1.0]])
ys, xs = np.mgrid[:60, :80]
places = geometry.apply(H_grow, np.column_stack([xs.ravel(), ys.ravel()])).round().astype(int)
forward = np.zeros((120, 150, 3), np.float32)
inside = ((places >= 0) & (places < [150, 120])).all(axis=1)
forward[places[inside, 1], places[inside, 0]] = crop.reshape(-1, 3)[inside]
print(inside.sum(), "of", len(places), "pixels come to lie inside the new picture")

# %% jupyter={"source_hidden": true}
covered = warp(np.ones((60, 80), np.float32), H_grow, (120, 150)) == 1
holes = covered & ~forward.any(axis=2)
assert holes.sum() > 0.5 * covered.sum()

predict("09 holes", "Of the pixels that the crop now covers, how many percent were never coloured?",
        lambda: int(round(100 * holes.sum() / covered.sum())), between=(0, 100),
        why="The area is 3.3 times as large, and the crop has no more pixels than before.")

# %% [markdown]
# The other way asks for each pixel of the *result* where it comes from. `warp` does that.

# %%
backward = warp(crop, H_grow, (120, 150))
fig, axes = plt.subplots(1, 3, figsize=(7.5, 2.3), layout="constrained", width_ratios=(80, 150, 150))
for ax, picture, title in zip(axes, (crop, forward, backward), ("crop", "forward", "inverse")):
    plotting.show_photograph(picture, ax=ax, title=title)
plotting.described(fig, "A crop of the wall; sent forward it is riddled with black holes; mapped back it "
                   "is whole.", colours=64)

# %% [markdown]
# Forward, the pixels of the crop lie scattered over black. Mapped back, every pixel of the result gets an answer.

# %% [markdown]
# $H^{-1}x'$ is seldom a whole pixel. *Bilinear interpolation* takes the four round it, each weighted by its nearness: with
# $a,b$ the fractions of $x,y$, the weights are $(1-a)(1-b)$, $a(1-b)$, $(1-a)b$, $ab$.

# %%
x, y = geometry.apply(geometry.inverse(H_grow), [[70, 60]])[0]
i, j = int(y), int(x)
b, a = y - i, x - j
weights = np.array([[(1 - a) * (1 - b), a * (1 - b)], [(1 - a) * b, a * b]])
print(f"the pixel (70, 60) comes from ({x:.2f}, {y:.2f}); weights, row by row: {weights.ravel().round(3)}")
assert np.isclose(weights.sum(), 1)

# %% [markdown]
# The four pixels, weighted, in red, green and blue:

# %%
by_hand = (weights[:, :, None] * crop[i:i + 2, j:j + 2]).sum(axis=(0, 1))
showing.same("colour of the pixel (70, 60)", by_hand=by_hand, warp=backward[60, 70], atol=1e-5)

# %% [markdown]
# ### Flatten the slanted wall
#
# The robust $H$ maps the left picture to the right one. Its inverse takes the right one back. The difference to the other
# photograph is measured inside, where there is something to compare, in grey levels of 0 to 255.

# %%
flattened = warp(slanted, geometry.inverse(H), wall.shape[:2])
seen = warp(np.ones(slanted.shape[:2], np.float32), geometry.inverse(H), wall.shape[:2]) > 0.999
grey = [255 * np.abs(picture - wall).mean(axis=2)[seen].mean() for picture in (flattened, slanted)]
assert grey[0] < 0.5 * grey[1]
print(f"off by {grey[0]:.0f} grey levels; before it was flattened by {grey[1]:.0f}")
fig, axes = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
names = ("slanted", "flattened", "the other photograph")
for ax, picture, title in zip(axes, (slanted, flattened, wall), names):
    plotting.show_photograph(picture, ax=ax, title=title)
plotting.described(fig, "The slanted wall, the same picture warped, and the frontal photograph: the last "
                   "two agree letter for letter.", dpi=72, colours=48)

# %% [markdown]
# The second picture is made from the first alone, and matches the third. It is off by 18 grey levels of 255, where
# the slanted one was off by 67. What is left is light and sharpness: the camera stood elsewhere.
#
# ## 8 · Stitch two photographs
#
# The linear algebra slides show a stitched picture and no steps. They are: **match, estimate $H$, map back, interpolate, blend.** Here is a
# street, photographed twice, with 332 pairs; every sixth is drawn, blue if it agrees.

# %%
street_1, street_2 = (datasets.load_photograph(name) for name in ("leuvenA", "leuvenB"))
street_src, street_dst = datasets.load_matches("leuven")              # match
H_street, agree = geometry.fit_robust(street_src, street_dst)         # estimate
print(f"{agree.sum()} of {len(agree)} pairs agree")
ax = plotting.show_matches(street_1, street_2, street_src[::6], street_dst[::6], right=agree[::6])
plotting.described(ax, "A street of brick houses, photographed twice; blue lines join pairs that agree, "
                   "orange ones the others.", colours=48)

# %% [markdown]
# Fewer than half; that this is no chance, and why, is measured at the end of the section. Now the first picture is mapped
# into the frame of the second. `stitch` does the last three steps. `share` is the weight of the first picture in each pixel.

# %% tags=["S3-HG-STITCH"]
panorama, (x0, y0), share = stitch(street_1, street_2, H_street)      # map back, interpolate, blend
print(f"share of the first picture: from {share.min():g} to {share.max():g}")
assert (share.min(), share.max()) == (0, 1)

# %% jupyter={"source_hidden": true} tags=["S3-HG-STITCH"]
frame = np.array([[0, 0], [750, 0], [750, 562], [0, 562]])
box = geometry.apply(H_street, frame)                                 # where the first comes to lie
low, high = np.vstack([box, frame]).min(axis=0), np.vstack([box, frame]).max(axis=0)
growth = {"left": -low[0], "right": high[0] - 750, "top": -low[1], "bottom": high[1] - 562}
assert (np.abs(panorama.shape[1::-1] - (high - low)) <= 2).all()


def joined():
    """The joined picture, and the frame of the first one in it."""
    ax = plotting.show_photograph(panorama, ax=plotting.axes_or_new(None, (8, 4.8)))
    ax.plot(*(box[[0, 1, 2, 3, 0]] + np.array([x0, y0])).T, color=plotting.CYCLE[1], linewidth=2)
    more = ", ".join(f"{round(pixels)} px more at the {side}" for side, pixels in growth.items())
    return plotting.described(ax, f"Both street pictures in one, {more}; an orange outline, a slanted quadrilateral at the right, "
                              "shows where the first one came to lie.", dpi=64, colours=96)


predict("09 growth", "On which side does the joined picture grow most, compared with the second picture?", joined,
        choices=tuple(growth), answer=lambda _: max(growth, key=growth.get),
        why=f"By {round(growth['right'])} pixels at the right. The homography blows the far end of the first picture up, and so it "
        f"sticks out above and below, too: by {round(growth['top'])} and {round(growth['bottom'])}.")

# %% [markdown]
# An orange frame in the joined picture is that of the first one; what it holds alone comes from there. Black is where neither
# camera looked. In the overlap *feathering* mixes the two: each is weighted by the distance to its own border, so it fades out
# before it ends.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: is it chance? And the seam, measured

# %% [markdown]
# Fewer than half of the pairs agree. Is that chance? Shuffle the partners, so that no pair is right, and ask again.

# %% tags=["S3-HG-STITCH"]
shuffled = np.random.default_rng(0).permutation(street_dst)
showing.refused("332 shuffled pairs", lambda: geometry.fit_robust(street_src, shuffled))

# %% [markdown]
# 5 agree, and four of them are the pairs that were drawn. So 128 are no chance.

# %% [markdown]
# Why blend at all? The two pictures differ in brightness, and a hard cut shows that as a seam. `owner` is 1 where a pixel is
# taken from the first picture. The cut runs where the owner changes inside the overlap. The mean jump across it, from pixel to
# pixel:

# %% tags=["S3-HG-STITCH"]
cut, _, owner = stitch(street_1, street_2, H_street, blend=0.0)
overlap = (share[:, 1:] > 0) & (share[:, 1:] < 1)
seam = overlap & (np.abs(np.diff(owner, axis=1)) > 0.5)
jumps = {name: 255 * np.abs(np.diff(picture.mean(axis=2), axis=1))[seam].mean()
         for name, picture in {"cut": cut, "feathered": panorama}.items()}
print({name: f"{jump:.1f} grey levels" for name, jump in jumps.items()})
assert jumps["cut"] > 1.5 * jumps["feathered"]

# %% [markdown]
# The step is five times as high where the pictures are cut. 3.9 grey levels is what neighbours differ by anyway. An average of
# the two would have no step, but it shows double wherever the map is off, over the whole overlap. A band is a compromise.

# %% [markdown]
# ### Demo: blend and seam
#
# How the two pictures share the overlap is a choice. The lower curve follows the row that is marked in the picture.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import blend_and_seam

blend_and_seam()

# %% [markdown]
# ## 9 · Click the pairs yourself
#
# A program paired the points so far. You can do it, too, and see how good five pairs can be.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: five pairs by hand

# %% [markdown]
# Put each numbered handle on the same spot in both pictures. The defaults lie near, but not well.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import pick_matches

pick = pick_matches()
pick

# %% [markdown]
# The crosses show where the fit puts each point of the first picture, and the caption how far your map is off. `pick.src`
# and `pick.dst` are your points, (5, 2) each, for a cell of your own.
#
# Five pairs give ten equations for eight unknowns, so hardly anything is averaged out: care at the handles is all.

# %% [markdown]
# ## 10 · Calibrate a camera from a plane
#
# The table of contents of the linear algebra slides announces camera calibration and epipolar geometry, and no slide treats them. Both follow
# from what stands above. Calibration asks for $K$: the focal lengths and the centre of a camera, from pictures of a flat grid.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the camera from three views of a grid

# %% [markdown]
# A plane of the scene, $Z=0$, is seen by $H\cong K[r_1\ r_2\ t]$: the columns $r_1,r_2$, each $3\times1$, are the first two
# of the rotation. Three views of a grid of $6\times4$ points:

# %%
board = np.stack(np.meshgrid(np.arange(6), np.arange(4.0)), axis=-1).reshape(-1, 2)       # (24, 2)
poses = [(rotation(0, 0.5), (-2, -1, 9)), (rotation(1, -0.6), (-3, -2, 10)),
         (rotation(0, -0.4) @ rotation(1, 0.4), (-3, -1.5, 11))]
on_plane = np.column_stack([board, np.zeros(24)])
views = [photograph(on_plane, R, t) for R, t in poses]
plates = [geometry.fit_homography(board, view) for view in views]
print("corners, as the three views see them:", *[view[0].round(1) for view in views])

# %% [markdown]
# The grid in the three pictures:

# %% jupyter={"source_hidden": true}
ax = plotting.axes_or_new(None, (5, 3.8))
for k, view in enumerate(views):
    for line in (*view.reshape(4, 6, 2), *view.reshape(4, 6, 2).swapaxes(0, 1)):
        ax.plot(*line.T, color=plotting.CYCLE[k], linewidth=1)
ax.set(xlabel="$x$ in pixels", ylabel="$y$ in pixels, down", xlim=(0, 640), ylim=(480, 0), aspect="equal")
plotting.described(ax, "Three views of one grid of four by six points, each tilted another way.")

# %% [markdown]
# The grid is known, three tilted pictures of it are seen, and the camera is wanted. The law: in each view
# $r_1\cong K^{-1}h_1$ and $r_2\cong K^{-1}h_2$ are perpendicular and equally long. That is two equations a view, linear in
# $K^{-T}K^{-1}$, which has five unknowns up to a factor: three views suffice. (Zhang, 2000.)

# %% tags=["S3-CONT"]
found_K = geometry.calibrate(plates)
showing.same("K", calibrated=found_K, true=K, atol=1e-6)

# %% [markdown]
# And the law, view by view: cosine of the angle between $r_1$ and $r_2$, and the ratio of their lengths.

# %% tags=["S3-CONT"]
r1, r2 = (np.array([np.linalg.inv(found_K) @ H[:, k] for H in plates]) for k in (0, 1))   # rows: views
lengths = np.linalg.norm(r1, axis=1), np.linalg.norm(r2, axis=1)
law = np.column_stack([(r1 * r2).sum(axis=1) / lengths[0] / lengths[1], lengths[0] / lengths[1]])
showing.same("cosine and ratio, of three views", found=law, wanted=[[0, 1]] * 3)

# %% [markdown]
# Exact points give the exact $K$. Real corners are off by a fraction of a pixel. By how much is the focal length of 800 off
# for 0.1 pixels?

# %%
rng, off = np.random.default_rng(10), []
for _ in range(50):
    noisy = [geometry.fit_homography(board, view + rng.normal(0, 0.1, view.shape)) for view in views]
    off.append(geometry.calibrate(noisy)[0, 0] - 800)
size = np.sqrt(np.mean(np.square(off)))
print(f"focal length: off by {size:.1f} pixels (root of the mean square of 50 trials)")
assert 0.5 < size < 10

# %% [markdown]
# Some ten times the noise of a corner, and that with 24 corners in each of three views. So one takes many views, and refines.

# %% [markdown]
# ## 11 · Epipolar geometry: two views of any scene
#
# Did the camera in the street only turn? Then one homography fits all right pairs. Only 128 of 332 agreed. Are the other
# 204 all false? If the camera also *moved*, a weaker law holds. There is a $3\times3$ matrix $F$ of rank 2
# with $x'^TFx=0$: the partner of $x$ lies somewhere on the line $Fx$. The camera in the street did move, and so what lies
# off the one plane that was found is seen double in the joined picture.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: find F, and where the photographer went

# %% [markdown]
# Each pair gives one equation in nine unknowns up to a factor: eight pairs (the *eight-point algorithm*; again the last
# column of $V$, and normalised). The loop is that of section 6: three hundred times eight pairs; a pair agrees if it is
# within 1 pixel of its line.

# %%
def distance(F, src, dst):
    """How far each dst is from the epipolar line of its src, in pixels."""
    return np.abs((geometry.epipolar_lines(F, src) * homogeneous(dst)).sum(axis=1))


rng = np.random.default_rng(11)
fits_F = np.zeros(len(street_src), bool)
for _ in range(300):
    eight = rng.choice(len(street_src), 8, replace=False)
    try:
        F = geometry.fit_fundamental(street_src[eight], street_dst[eight])
        near = distance(F, street_src, street_dst) < 1
    except ValueError:
        continue
    fits_F = near if near.sum() > fits_F.sum() else fits_F
print(f"on their epipolar lines: {fits_F.sum()} of {len(fits_F)} pairs")

# %% [markdown]
# 218 instead of 128. Fit once more to all of these, and test the law: rank 2, and $|x'^TFx|$ as a distance in pixels.

# %% tags=["S3-CONT"]
F = geometry.fit_fundamental(street_src[fits_F], street_dst[fits_F])
assert linear_algebra.rank(F, rtol=1e-9) == 2
Fx = homogeneous(street_src) @ F.T                                    # N × 3: the lines
law = np.abs((homogeneous(street_dst) * Fx).sum(axis=1)) / np.hypot(*Fx[:, :2].T)
assert np.allclose(law, distance(F, street_src, street_dst))
assert law[fits_F].max() < 3
assert fits_F.sum() > 1.3 * agree.sum()
print(f"median distance: {np.median(law[fits_F]):.2f} px of those that agree, "
      f"{np.median(law[~fits_F]):.0f} px of the others")

# %% [markdown]
# All lines $Fx$ pass through one point, the *epipole* $e'$ with $F^Te'=0$: it is where the second picture shows the place of
# the first camera.

# %% jupyter={"source_hidden": true} tags=["S3-CONT"]
e2 = np.linalg.svd(F)[0][:, 2]
epipole = e2[:2] / e2[2]
lines = geometry.epipolar_lines(F, street_src[fits_F])
assert np.abs(lines @ [*epipole, 1]).max() < 1e-6
assert ((0 < epipole) & (epipole < [750, 562])).all()


def lines_in_both():
    """A dozen points in both pictures, each with the line that its partner draws."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    chosen = np.flatnonzero(fits_F)[::18]
    for ax, picture, marks, others, G in zip(axes, (street_1, street_2), (street_src, street_dst),
                                             (street_dst, street_src), (F.T, F)):
        plotting.show_photograph(0.5 + picture.mean(axis=2) / 2, ax=ax)
        for a, b, c in geometry.epipolar_lines(G, others[chosen]):
            ax.axline((-a * c, -b * c), slope=-a / b, color=plotting.CYCLE[5], linewidth=1)
        ax.plot(*marks[chosen].T, "o", color=plotting.CYCLE[1], markersize=5)
        ax.set(xlim=(0, 750), ylim=(562, 0))
    return plotting.described(fig, "The street twice with a dozen marked points in each; every point lies on its line, and in "
                              f"each picture the lines meet in one point, in the second at ({epipole[0]:.0f}, {epipole[1]:.0f}) of "
                              "750 × 562.", dpi=72, colours=64)


predict("09 epipole", "Suppose the photographer walked along the street between the two pictures. Where does the "
        "epipole lie?", lines_in_both,
        choices=("inside the picture", "far to the left or right", "far above or below"),
        answer=lambda _: "inside the picture",
        why="Who walks along the view has the other place straight before or behind the camera.")

# %% [markdown]
# In the picture each orange point sits on the line that its partner in the *other* one drew, and the lines meet in the
# epipole. So the camera did move, and section 8 could not be perfect. How far off is the homography for those who obey $F$
# but not $H$?

# %%
parallax = geometry.transfer_error(H_street, street_src, street_dst)[fits_F & ~agree]
print(f"{len(parallax)} pairs, off by {np.median(parallax):.0f} px in the median")
assert np.median(parallax) > 3

# %% [markdown]
# Ten pixels, where 3 were allowed. After a move each plane has a homography of its own. The one that was found serves 128
# pairs; what lies elsewhere is seen double. (A false pair can also lie near its epipolar line by chance: the law asks for one
# number, a homography for two.)

# %% [markdown]
# ## 12 · Break it
#
# ### One lie in a hundred
#
# Take 100 exact pairs, and turn one of them into a lie of 360 pixels.

# %% jupyter={"source_hidden": true}
few, lied = p[:100], geometry.apply(truth, p[:100])
lied[0] += 300, -200
plain, robust = (grid_error(H) for H in (geometry.fit_homography(few, lied), geometry.fit_robust(few, lied)[0]))
assert plain > 3
assert robust < 1e-6

predict("09 one lie", "99 exact pairs and a single false one. How far off is the plain fit?",
        lambda: f"plain {plain:.1f} px, robust {robust:.1f} px", choices=("0.2 px", "4 px", "16 px"),
        answer=lambda _: "16 px", why="One lie in a hundred spoils least squares: where the pairs end, nothing holds the map. The robust fit "
        "does not notice it.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a point on the horizon, eight points on a wall

# %% [markdown]
# In the demo of the four corners, close to the line through two others, one part of the picture is blown up and the rest
# crushed. Beyond it the corners are no longer convex, and no camera could have made the view.
#
# The line $h_{31}x+h_{32}y+h_{33}=0$ goes to infinity. With this $H$ that is $x=100$. Two points close to it, on either side:

# %%
horizon = np.array([[1, 0, 0], [0, 1, 0], [0.01, 0, -1.0]])
print(geometry.apply(horizon, [[99.9, 0], [100.1, 0]])[:, 0].round())

# %% [markdown]
# A step of 0.2 pixels, from one side of the horizon to the other, is a leap across the whole plane. On the line itself:

# %%
showing.refused("a point on the horizon", lambda: geometry.apply(horizon, [[100, 50]]))

# %% [markdown]
# **Eight points on a wall.** The eight-point algorithm, on pairs that one homography maps exactly. Is there an $F$?

# %%
onto = geometry.apply(truth, p)
showing.refused("an F from one wall", lambda: geometry.fit_fundamental(p, onto))

# %% [markdown]
# There are too many. For *every* vector $e'$, the matrix $F=[e']_\times H$ satisfies the law. A plane says nothing about where
# the other camera stood. For five random $e'$, the worst distance from a line:

# %%
for e in np.random.default_rng(12).normal(size=(5, 3)):
    G = np.cross(e, truth.T).T                                        # [e]× H: column by column
    miss = np.abs((geometry.epipolar_lines(G, p) * homogeneous(onto)).sum(axis=1)).max()
    print(f"{miss:.3f} px", end="  ")

# %% [markdown]
# Five matrices, and all 364 pairs lie on the lines of each.

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/09_homography.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open. Answer first, then check by numbers.
#
# 1. **Cross-ratio.** A homography keeps neither lengths nor ratios. For four points on a line it keeps
#    $\frac{AC\cdot BD}{BC\cdot AD}$. What happens to it under an affine map? Check with `rungs`.
# 2. **Lines.** Points move by $x'\cong Hx$. How does a line $\ell$, with $\ell^Tx=0$, move: by $H$, $H^T$ or $H^{-T}$?
#    Check that the moved points lie on the moved line.
# 3. **A mirror.** May a rigid map flip the picture? Flip `dst` in $x$ and call `fit_rigid`. What does it return, and why? Which
#    sign tells a flip in an affine map?
# 4. **The sign of RANSAC's luck.** Measure in 200 runs how often 20 trials find fewer than 200 agreeing pairs. Compare with
#    $(1-r^4)^{20}$. Which is larger, and why?
# 5. **Your own wall.** Photograph a door at a slant. Take its four corners, its true width and height, and flatten it with
#    `fit_homography` and `warp`. Check: are the panels' corners at right angles?
#
# ## Summary
#
# Points gain a 1, maps become matrices; each class of the ladder gives up one thing and gains freedom. Two equations a
# pair, and the last column of $V$: that is the fit. Normalising makes it independent of the coordinates, RANSAC of lies.
# Pictures are mapped back, not forward. A homography needs a plane or a camera that only turns; otherwise $F$ holds.
# From here on `geometry` does the work.
#
# The documents end here. [Chapter 10](10_normalisation_residuals.ipynb), [11](11_transformer.ipynb) and
# [12](12_adversarial.ipynb) go on from what chapter 07 names as further work. [Appendix A](A_notation_and_errata.ipynb) holds
# all formulas, and [the start](00_start_here.ipynb) leads back to all the others.
