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
# Source: seed 003, from "Estimating Geometric Transformation" to "Image Stitching using Homography" (D. Min, *Basic
# Linear Algebra for AI and Computer Vision*); below it is called *the deck*.
#
# Needs: chapter 08 (least squares, the last column of $V$) · about 100 minutes; the cells alone run in half a minute.
#
# ## What you will do
# From pairs of points, many of them false, you compute the matrix that maps one photograph onto another. With it you
# flatten a wall that was seen at a slant and join two pictures of a street into one.
#
# ## What you will learn
# - to say what each class of transformations preserves, and how many pairs fix it
# - to turn $x'\cong Hx$ into a system $Ah=0$, and to solve it
# - to fit in spite of false pairs
# - to tell when two photographs are related by a homography, and what holds when they are not

# %%
import matplotlib.pyplot as plt
import numpy as np

from mlp_lib import calculus, datasets, geometry, linear_algebra, plotting
from mlp_lib.geometry import as_pairs, stitch, warp

# %% [markdown]
# ## 1 · See it fail first: which pairs are right?
#
# Two photographs of one wall. A program compared small patches and paired those that look alike: 652 pairs. A point is
# a row $(x,y)$, in pixels. $x$ points right and $y$ points **down**; the centre of the first pixel is $(0,0)$.

# %%
wall, slanted = (datasets.load_photograph(name) for name in ("graf1", "graf3"))
src, dst = datasets.load_matches("graf")
print(wall.shape, src.shape, dst.shape)

# %% [markdown]
# **Predict:** how many of the pairs are right? Here is every tenth of them.

# %%
ax = plotting.show_matches(wall, slanted, src[::10], dst[::10])
plotting.described(ax, "A wall with graffiti from two viewpoints, and 66 lines between points that look alike; "
                   "some lines cross the others.", colours=48)

# %% [markdown]
# Most lines run together, some cross them. Lines that cross the crowd are false, for graffiti repeats its shapes. So
# the question has two parts. Which map takes the left wall to the right one? And how does one find it among lies? The
# true map of this pair was measured and published, so every answer can be judged.

# %%
truth = datasets.load_ground_truth()
is_right = geometry.transfer_error(truth, src, dst) < 3               # within 3 pixels
print(f"{is_right.sum()} of {len(src)} pairs are right")
assert 0.5 < is_right.mean() < 0.6

# %% [markdown]
# `transfer_error` maps each point of the left picture and measures the distance to its partner, in pixels. We shall
# judge a map by the mean of that error on a grid of 400 points over the whole picture.

# %%
columns, rows = np.meshgrid(np.linspace(0, 799, 20), np.linspace(0, 639, 20))
grid = np.column_stack([columns.ravel(), rows.ravel()])               # (400, 2)

# %% [markdown]
# The mean over that grid is one number for a map:

# %%
def grid_error(H):
    """Mean distance in pixels between what H and the truth make of the grid."""
    return geometry.transfer_error(H, grid, geometry.apply(truth, grid)).mean()


# %% [markdown]
# ## 2 · The ladder of transformations
#
# **The general form.** The deck writes $x'=M\tilde x$ with $\tilde x=(x,y,1)^T$: $M$ is $2\times3$, $\tilde x$ is
# $3\times1$. The appended 1 lets one product turn *and* shift. For points as rows:

# %%
M = np.array([[1.2, -0.4, 30.0], [0.3, 0.9, -10.0]])                  # 2 × 3
points = np.array([[0, 0], [60, 0], [60, 40], [0, 40], [20, 10.0]])   # N × 2, N = 5
tilde = np.column_stack([points, np.ones(5)])                         # N × 3

# %% [markdown]
# A third row $(0,0,1)$ makes the same map a $3\times3$ matrix, as the library wants it.

# %% tags=["S3-GEO-D"]
H = np.vstack([M, [0, 0, 1]])
assert np.allclose(geometry.apply(H, points), tilde @ M.T)

# %% [markdown]
# That serves four of the five classes. The last one, the projective, needs a $3\times3$ matrix $\tilde H$ and a
# division: $\tilde x'\cong\tilde H\tilde x$, where $\cong$ means equal up to a factor. The result is $(u/w, v/w)$. The
# first two rows alone give something else.

# %% tags=["S3-GEO-D"]
H = np.vstack([M, [0.004, 0.002, 1]])
u, v, w = H @ tilde.T
assert np.allclose(geometry.apply(H, points), np.column_stack([u / w, v / w]))
assert np.allclose(geometry.apply(-7 * H, points), geometry.apply(H, points))
assert not np.allclose(geometry.apply(H, points), tilde @ M.T)

# %% [markdown]
# The deck's five classes, each a step up. Each contains the one before it.
#
# | class | matrix | degrees of freedom | preserves |
# |---|---|---|---|
# | translation | $[I\ \ t]$, $2\times3$ | 2 | orientation |
# | rigid | $[R\ \ t]$, $2\times3$ | 3 | lengths |
# | similarity | $[sR\ \ t]$, $2\times3$ | 4 | angles |
# | affine | $[A]$, $2\times3$ | 6 | parallelism |
# | projective | $[\tilde H]$, $3\times3$ | 8 | straight lines |
#
# One function each, from its parameters $p$ to a $3\times3$ matrix; $\theta$ is an angle in radians.

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

# %% [markdown]
# **Predict:** the deck gives the projective matrix nine entries but eight degrees of freedom. Where is the ninth?
# Degrees of freedom can be measured: move the parameters a little, and count the independent ways in which the mapped
# points move. That is the rank of a derivative.

# %% tags=["S3-GEO-L", "S3-GEO-T5"]
square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [0.3, 0.2]])
freedom = {}
for name, (make, p) in classes.items():
    slopes = calculus.derivative(lambda p, make=make: geometry.apply(make(p), square), np.array(p, float))
    freedom[name] = linear_algebra.rank(slopes.reshape(10, -1), rtol=1e-6)
print(freedom)
assert list(freedom.values()) == [2, 3, 4, 6, 8]

# %% [markdown]
# A common factor on all nine entries moves no point: that is the ninth. The deck's pictures are lost in the text, so
# here they are drawn anew: one square grid, five maps.

# %% tags=["S3-GEO-L"]
fig, axes = plt.subplots(1, 5, figsize=(10, 2.6), layout="constrained", sharey=True)
for ax, (name, H) in zip(axes, rungs.items()):
    plotting.show_plane_map(lambda p, H=H: geometry.apply(H, p), ax=ax)
    ax.set(title=f"{name}: {freedom[name]}", xlabel="$x$", xlim=(-4.3, 4.3), ylim=(3.6, -3.6), ylabel="")
axes[0].set_ylabel("$y$, down")
plotting.described(fig, "A square grid under five maps: shifted; also turned; also shrunk; sheared to a grid of "
                   "parallelograms; and a grid whose lines are straight but converge.")

# %% [markdown]
# From left to right the grid keeps less and less. The number is what each class may choose. Now each claim of the
# table, measured, and beside it what the step gave up.
#
# **Translation.** Every difference of two points stays the same vector: direction *and* length.

# %% tags=["S3-GEO-T1"]
sides = square[1:] - square[:-1]                                      # (4, 2)
moved = geometry.apply(rungs["translation"], square)
assert np.allclose(moved[1:] - moved[:-1], sides)
assert np.array_equal(rungs["translation"][:2, :2], np.eye(2))

# %% [markdown]
# **Rigid.** Lengths stay. Directions do not: all of them turn by $\theta$. ($R$ is a rotation, $R^TR=I$ and $\det R=1$.)

# %%
R, turned = rungs["rigid"][:2, :2], geometry.apply(rungs["rigid"], square)

# %% [markdown]
# The lengths before and after:

# %% tags=["S3-GEO-T2"]
new_sides = turned[1:] - turned[:-1]
assert np.allclose(R.T @ R, np.eye(2))
assert np.isclose(np.linalg.det(R), 1)
assert np.allclose(np.hypot(*new_sides.T), np.hypot(*sides.T))
assert not np.allclose(new_sides, sides)

# %% [markdown]
# **Similarity.** All lengths are multiplied by the same $s$, so angles stay.

# %%
def cosines(points):
    """Cosine of the angle at each corner of the polygon."""
    there, back = np.roll(points, -1, axis=0) - points, np.roll(points, 1, axis=0) - points
    return (there * back).sum(axis=1) / np.hypot(*there.T) / np.hypot(*back.T)

# %% [markdown]
# Lengths by the factor, angles unchanged:

# %% tags=["S3-GEO-T3"]
shrunk = geometry.apply(rungs["similarity"], square)
assert np.allclose(np.hypot(*(shrunk[1:] - shrunk[:-1]).T), 0.6 * np.hypot(*sides.T))
assert np.allclose(cosines(shrunk), cosines(square))

# %% [markdown]
# **Affine.** Angles change. Parallel sides stay parallel, and the ratio of their lengths stays.

# %% tags=["S3-GEO-T4"]
sheared = geometry.apply(rungs["affine"], square)
assert not np.allclose(cosines(sheared), cosines(square), atol=0.1)
assert np.allclose(sheared[1] - sheared[0], sheared[2] - sheared[3])

# %% [markdown]
# **Projective.** Parallel sides meet. Three points on a line stay on a line: the determinant of their homogeneous
# coordinates stays 0. Midpoints do not stay midpoints.

# %%
def homogeneous(points):
    return np.column_stack([points, np.ones(len(points))])

# %% [markdown]
# The middle one of three points, before and after:

# %% tags=["S3-GEO-T5"]
on_a_line = np.array([[-1, -1], [0, -0.5], [1, 0]])
a, b, c = seen = geometry.apply(rungs["projective"], on_a_line)
assert abs(np.linalg.det(homogeneous(seen))) < 1e-12
assert not np.allclose(b, (a + c) / 2, atol=0.01)

# %% [markdown]
# And two parallel sides of the square are no longer parallel:

# %% tags=["S3-GEO-T5"]
p0, p1, p2, p3, _ = geometry.apply(rungs["projective"], square)
assert abs(np.linalg.det([p1 - p0, p2 - p3])) > 0.1

# %% [markdown]
# Maps are put together by multiplying their matrices, the first one on the right, and undone by the inverse. The
# order matters.

# %%
turn, tilt = rungs["rigid"], rungs["projective"]
both = geometry.compose(tilt, turn)
assert np.allclose(geometry.apply(both, square), geometry.apply(tilt, geometry.apply(turn, square)))
assert not np.allclose(geometry.apply(turn @ tilt, square), geometry.apply(both, square))
assert np.allclose(geometry.apply(geometry.inverse(both), geometry.apply(both, square)), square)

# %% [markdown]
# Climb the ladder yourself: one slider a degree of freedom. **Predict** for each slider which line of the caption
# changes first.

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import ladder

ladder()

# %% [markdown]
# The caption measures what is left. Shifts and the angle change none of its numbers. Scale changes the lengths. So does
# stretch; the right angles of this square stay, for its sides lie along the stretch, but a diagonal turns. Shear changes
# lengths and angles. A tilt changes parallels, too. Lines hold always.
#
# ## 3 · An affine map from pairs
#
# Six unknowns. One pair $(x,y)\to(x',y')$ gives two linear equations in them:
#
# $$\begin{pmatrix}x&y&1&0&0&0\\0&0&0&x&y&1\end{pmatrix}(a,b,c,d,e,f)^T=\begin{pmatrix}x'\\y'\end{pmatrix}$$

# %% tags=["S3-AFF-1"]
M = np.array([[1.2, -0.4, 30.0], [0.3, 0.9, -10.0]])                  # a b c; d e f
x, y = 7.0, 11.0
two_rows = np.array([[x, y, 1, 0, 0, 0], [0, 0, 0, x, y, 1]])         # 2 × 6
assert np.allclose(two_rows @ M.ravel(), M @ [x, y, 1])

# %% [markdown]
# $N\ge3$ pairs give a $2N\times6$ system $Ax=b$. The deck solves it by the normal equations, $x=(A^TA)^{-1}A^Tb$. Take
# all right pairs of the wall: $N = 364$.

# %%
def affine_system(src, dst):
    A = np.zeros((2 * len(src), 6))
    A[::2, :3] = A[1::2, 3:] = homogeneous(src)
    return A, dst.ravel()                                             # (2N, 6), (2N,)

# %% [markdown]
# As printed, and as the library has it:

# %% tags=["S3-AFF-N"]
p, q = src[is_right], dst[is_right]
A, b = affine_system(p, q)
printed = np.linalg.inv(A.T @ A) @ A.T @ b
assert A.shape == (2 * len(p), 6)
assert np.allclose(printed.reshape(2, 3), geometry.fit_affine(p, q)[:2])

# %% [markdown]
# "$N\ge3$" is not enough. Put all the points on one line, however many, and $A^TA$ is singular. Nothing then says what
# happens beside the line.

# %% tags=["S3-AFF-N"]
line = np.array([[0, 1], [1, 3], [2, 5], [3, 7], [4, 9.0]])           # y = 2x + 1
A, _ = affine_system(line, line)
assert linear_algebra.rank(A.T @ A) == 4 < 6

# %% [markdown]
# The library names the cause.

# %% tags=["S3-AFF-N"]
try:
    geometry.fit_affine(line, line)
    raise AssertionError("five points on a line fixed an affine map")
except ValueError as error:
    print(error)

# %% [markdown]
# The library does not form $A^TA$ either: chapter 08 showed that this squares the condition number. **Predict:** the wall
# is flat and all these pairs are right. Is an affine map good enough?

# %%
fits = (geometry.fit_translation, geometry.fit_rigid, geometry.fit_similarity, geometry.fit_affine)
errors = {fit.__name__.removeprefix("fit_"): grid_error(fit(p, q)) for fit in fits}
print({name: f"{error:.1f} px" for name, error in errors.items()})
assert list(errors.values()) == sorted(errors.values(), reverse=True)
assert errors["affine"] > 10

# %% [markdown]
# Every step up helps, and 15 pixels remain. An affine map keeps parallels. A camera does not: the far end of a wall is
# smaller.
#
# ## 4 · The homography
#
# **When does one exist?** The deck: if all points lie on one plane. A camera maps a point $X$ of space, $3\times1$, to
# $K(RX+t)$, and that is divided by its third entry. $K$ is $3\times3$, $R$ a rotation, $t$ $3\times1$.

# %%
K = np.array([[800.0, 0, 320], [0, 780, 240], [0, 0, 1]])


def rotation(axis, angle):
    """Turn by an angle in radians about axis 0, 1 or 2 of space."""
    i, j = (axis + 1) % 3, (axis + 2) % 3
    R = np.eye(3)
    R[[i, j, i, j], [i, j, j, i]] = np.cos(angle), np.cos(angle), -np.sin(angle), np.sin(angle)
    return R

# %% [markdown]
# The camera itself is one product and one division:

# %%
def photograph(X, R, t=(0, 0, 0)):
    """Pixels (N, 2) of points X (N, 3)."""
    seen = (X @ R.T + t) @ K.T
    return seen[:, :2] / seen[:, 2:]


# %% [markdown]
# Two views of 30 points on a plane: one $H$ fits to rounding. Lift the points off the plane, and no $H$ fits.

# %%
rng = np.random.default_rng(9)
flat = np.column_stack([rng.uniform(-2, 2, (30, 2)), np.full(30, 8.0)])
deep = flat + np.outer(rng.uniform(-2, 2, 30), [0, 0, 1])

# %% [markdown]
# The second camera stands elsewhere and looks another way. We fit, and note the worst pair.

# %% tags=["S3-HG-PLANE"]
R, t = rotation(1, 0.3) @ rotation(0, 0.1), (1.5, -0.4, 0.3)
worst = {}
for name, X in {"plane": flat, "depth": deep}.items():
    first, second = photograph(X, np.eye(3)), photograph(X, R, t)
    worst[name] = geometry.transfer_error(geometry.fit_homography(first, second), first, second).max()
assert worst["plane"] < 1e-8
assert worst["depth"] > 5

# %% [markdown]
# The deck's note is too strict. There is a second case: a camera that only *turns*, $t=0$. Then every scene will do, and
# $H=KRK^{-1}$. This is the case of panoramas: stand still, turn, and stitch.

# %% tags=["S3-HG-PLANE"]
H = K @ R @ np.linalg.inv(K)
first, second = photograph(deep, np.eye(3)), photograph(deep, R)
assert geometry.transfer_error(H, first, second).max() < 1e-9
assert np.allclose(geometry.fit_homography(first, second), H / H[2, 2])

# %% [markdown]
# **The defining relation.** $x'\cong Hx$ says: $x'$ and $Hx$, both $3\times1$, have the same direction. Then their cross
# product is 0, whatever the unknown factor.

# %% tags=["S3-HG-REL"]
x_first, x_second = homogeneous(first), homogeneous(second)           # N × 3
assert np.allclose(np.cross(x_second, x_first @ H.T), 0, atol=1e-6)
assert not np.allclose(x_second, x_first @ H.T, atol=1)               # not equal: a factor
assert not np.allclose(np.cross(x_second, x_first @ R.T), 0, atol=1)  # a wrong H shows

# %% [markdown]
# The cross product has three entries, but they are not independent: the matrix that takes $x'\times$ has rank 2. So a
# pair gives **two** equations, and eight unknowns need four pairs. Ordered by the nine entries of $H$, row by row, the
# deck's two rows are:
#
# $$\begin{pmatrix}x&y&1&0&0&0&-x'x&-x'y&-x'\\0&0&0&x&y&1&-y'x&-y'y&-y'\end{pmatrix}h=0$$

# %%
(x, y), (x2, y2), h = first[3], second[3], H.ravel()
printed = np.array([[x, y, 1, 0, 0, 0, -x2 * x, -x2 * y, -x2],
                    [0, 0, 0, x, y, 1, -y2 * x, -y2 * y, -y2]])       # 2 × 9

# %% [markdown]
# The cross product itself, with $h$ put back into $H$:

# %% tags=["S3-HG-DLT"]
u, v, w = np.cross([x2, y2, 1], H @ [x, y, 1])
assert np.allclose(printed @ h, [v, -u], atol=1e-6)
assert np.allclose(x2 * u + y2 * v + w, 0, atol=1e-4)                 # the third follows from the two

# %% [markdown]
# So the rows are two entries of the cross product, one with its sign changed. All pairs together give the $2N\times9$ matrix of
# the *direct linear transformation*. This is the library's function:

# %% tags=["shows:geometry.dlt_matrix"]
def dlt_matrix(src, dst):
    src, dst = as_pairs(src, dst)                # checks: as many, (N, 2), finite
    A = np.zeros((len(src), 2, 9))
    A[:, 0, 0:2] = A[:, 1, 3:5] = src
    A[:, 0, 2] = A[:, 1, 5] = 1
    A[:, :, 6:8] = -dst[:, :, None] * src[:, None, :]
    A[:, :, 8] = -dst
    return A.reshape(-1, 9)


# %% tags=["S3-HG-DLT"]
A = dlt_matrix(first, second)
assert A.shape == (2 * len(first), 9)
assert np.array_equal(A[6:8], printed)                                # rows of pair 3
assert np.array_equal(A, geometry.dlt_matrix(first, second))
assert np.allclose(A @ h, 0, atol=1e-6)

# %% [markdown]
# **Why SVD?** Ask least squares for $Ah=0$, and it answers $h=0$: true and useless. We want $|Ah|$ small for $|h|=1$. That is
# the homogeneous problem of chapter 08, and its solution is the right singular vector of the *smallest* singular value. Up to
# a factor: $h$ and $-h$ serve alike.

# %% tags=["S3-HG-SVD"]
assert not linear_algebra.least_squares(A, np.zeros(len(A))).any()
U, sigma, Vt = np.linalg.svd(A)
found = Vt[-1].reshape(3, 3)
assert sigma[8] < 1e-9 * sigma[0] < sigma[7]
assert np.allclose(found / found[2, 2], H / H[2, 2])

# %% [markdown]
# Is it the smallest? A thousand other directions:

# %% tags=["S3-HG-SVD"]
others = np.random.default_rng(1).normal(size=(9, 1000))
assert (np.linalg.norm(A @ others, axis=0) > sigma[8] * np.linalg.norm(others, axis=0)).all()

# %% [markdown]
# One could also set $h_{33}=1$ and solve for eight unknowns. That fails when the true $h_{33}$ is 0: when the point $(0,0)$ goes to
# infinity. The SVD does not mind.

# %%
at_infinity = np.array([[2.0, 0, 1], [0, 3, 1], [1, 1, 0]])
corners = np.array([[1, 1], [3, 1], [3, 2], [1, 2.0]])
fitted = geometry.fit_homography(corners, geometry.apply(at_infinity, corners))
assert np.allclose(fitted / fitted[0, 0], at_infinity / at_infinity[0, 0])

# %% [markdown]
# $N\ge4$ is again not enough. If three of four points lie on a line, and so do their partners, the rank of $A$ is 7 or less
# where 8 is needed, and two different $h$ give 0. (If only the points do, the one $h$ is a matrix of rank 1, no
# homography.) **Predict:** does a fifth pair on the same line help?

# %% tags=["S3-HG-SVD"]
three = np.array([[0, 0], [1, 1], [2, 2], [0, 2.0]])
assert linear_algebra.rank(dlt_matrix(three, three)) == 7
bent = np.array([[0, 0], [1, 0], [3, 2], [0, 2.0]])
assert linear_algebra.rank(dlt_matrix(three, bent)) == 8
assert linear_algebra.rank(np.linalg.svd(dlt_matrix(three, bent))[2][-1].reshape(3, 3)) == 1
assert linear_algebra.rank(dlt_matrix(*[np.vstack([three, [3, 3]])] * 2)) == 7

# %% [markdown]
# No. The library refuses.

# %% tags=["S3-HG-SVD"]
try:
    geometry.fit_homography(three, three)
    raise AssertionError("three of four on a line went through")
except ValueError as error:
    print(error)

# %% [markdown]
# Now the wall. The 364 right pairs and eight degrees of freedom:

# %%
errors["projective"] = grid_error(geometry.fit_homography(p, q))
print(f"affine {errors['affine']:.1f} px, projective {errors['projective']:.2f} px")
assert errors["projective"] < 0.5

# %% [markdown]
# From 15 pixels to less than a half. (These pairs were chosen because they obey a homography. Section 6 shows what became of
# the others.)
#
# ### A photograph by four corners
#
# Four pairs fix a homography, so four corners that you drag will do. **Predict:** what does the middle of the picture do
# when one corner comes close to the line through two others?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import four_corners

four_corners()

# %% [markdown]
# Close to that line one part of the picture is blown up and the rest crushed. Beyond it the corners are no longer convex, and no
# camera could have made the view: the demo says so.
#
# ## 5 · What normalising the points buys
#
# The entries of $A$ are as unlike as $1$, $x\approx500$ and $x'x\approx250{,}000$. Hartley's cure: shift each set of points to mean 0,
# scale it to mean distance $\sqrt2$, fit, and undo both: $H=T'^{-1}\hat HT$.

# %%
T, T2 = geometry.normalisation(p), geometry.normalisation(q)
p_hat, q_hat = geometry.apply(T, p), geometry.apply(T2, q)
assert np.allclose(p_hat.mean(axis=0), 0)
assert np.isclose(np.hypot(*p_hat.T).mean(), np.sqrt(2))

# %% [markdown]
# Fit there, and come back:

# %%
H_hat = geometry.fit_homography(p_hat, q_hat, normalise=False)
H = geometry.inverse(T2) @ H_hat @ T
assert np.allclose(H / H[2, 2], geometry.fit_homography(p, q))

# %% [markdown]
# How hard is the problem for the computer? The solution is one direction among nine. It is told from the others by the
# singular values: the ratio $\sigma_1/\sigma_8$ says how many digits that costs.

# %% tags=["S3-HG-SVD"]
ratio = {}
for name, pairs in {"pixels": (p, q), "normalised": (p_hat, q_hat)}.items():
    sigma = np.linalg.svd(dlt_matrix(*pairs), compute_uv=False)
    ratio[name] = sigma[0] / sigma[7]
print({name: f"{value:.2g}" for name, value in ratio.items()})
assert ratio["pixels"] > 1e6
assert ratio["normalised"] < 10

# %% [markdown]
# Six digits. The deck's summary table also offers another way to the same $h$: the eigenvector of $A^TA$ with the smallest
# eigenvalue. That squares the ratio: twelve digits of float64's sixteen. **Predict:** what if the camera had ten times as many
# pixels a side? We pretend so by multiplying all coordinates by a factor, fit, and go back.

# %%
def fit_scaled(factor, how, normalise):
    """Homography from factor * p, factor * q; h by "SVD" or as "eigenvector" of A^T A."""
    S, T, T2 = np.diag([factor, factor, 1.0]), np.eye(3), np.eye(3)
    if normalise:
        T, T2 = geometry.normalisation(factor * p), geometry.normalisation(factor * q)
    A = dlt_matrix(geometry.apply(T @ S, p), geometry.apply(T2 @ S, q))
    h = np.linalg.svd(A)[2][-1] if how == "SVD" else np.linalg.eigh(A.T @ A)[1][:, 0]
    return np.linalg.inv(T2 @ S) @ h.reshape(3, 3) @ T @ S


factors = (1, 3, 10, 30, 100)
ways = {"SVD": ("SVD", False), "eigenvector": ("eigenvector", False), "eigenvector, normalised": ("eigenvector", True)}

# %% [markdown]
# Three ways, five factors:

# %%
by_scale = {name: [grid_error(fit_scaled(k, *way)) for k in factors] for name, way in ways.items()}
assert by_scale["eigenvector"][-1] > 10
assert max(by_scale["SVD"]) < 0.5
assert max(by_scale["eigenvector, normalised"]) < 0.5

# %% [markdown]
# There is a second gain, and it matters for the SVD, too. Where the pairs are not exact, the plain fit depends on where
# you put the origin. We move it, fit, and move back.

# %%
shifts, by_origin = (0, 10, 100, 1000, 10_000), {"SVD": [], "SVD, normalised": []}
for shift in shifts:
    there = np.array([[1, 0, shift], [0, 1, shift], [0, 0, 1]])
    for found, normalise in zip(by_origin.values(), (False, True)):
        H = geometry.fit_homography(p + shift, q + shift, normalise=normalise)
        found.append(grid_error(np.linalg.inv(there) @ H @ there))
assert np.ptp(by_origin["SVD, normalised"]) < 1e-6
assert np.ptp(by_origin["SVD"]) > 0.05

# %%
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
# So far the truth chose the right pairs for us. Now we have all 652, and do not know which are which. **Predict:** 44 %
# miss by 3 pixels or more. How far off is the least-squares homography?

# %%
missed_by = geometry.transfer_error(truth, src, dst)
print(f"{(missed_by >= 30).sum()} pairs miss by 30 pixels or more, the worst by {missed_by.max():.0f}")
everything = geometry.fit_homography(src, dst)
print(f"grid error from all pairs: {grid_error(everything):.0f} px")
assert grid_error(everything) > 30

# %% [markdown]
# Useless. Least squares squares: a pair that is 300 pixels off counts like 90,000 pairs that are 1 pixel off. RANSAC turns the
# question round. Draw **four** pairs at random, fit exactly, and count who agrees to 2 pixels. Wild pairs do not agree with
# each other.

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
# How many trials does it need? Four pairs are all right with probability $r^4$, where $r$ is the share of right ones. To
# meet such a four at least once with probability $c$, draw $\log(1-c)/\log(1-r^4)$ times.

# %%
r = is_right.mean()
needed = np.ceil(np.log(1 - 0.999) / np.log(1 - r**4))
assert needed == geometry.trials_needed(r, 4, 0.999)
print(f"r = {r:.2f}: {needed:.0f} trials; r = 0.2: {geometry.trials_needed(0.2, 4):,.0f}")

# %% [markdown]
# The share enters with its fourth power. The library draws in batches, estimates $r$ as it goes, and stops early. It fits the
# best few again, to all who agree, with the least sum of squared distances. Where nearly as many agree with one as with
# another, it takes the one they agree with most closely: many pairs here miss by only 3 to 10 pixels, and a plain
# count falls for a map halfway to them.

# %%
H, inliers = geometry.fit_robust(src, dst, threshold=3.0, rng=0)
print(f"{inliers.sum()} agree; {(inliers & is_right).sum()} of them right; grid error {grid_error(H):.2f} px")
assert grid_error(H) < 1.5
assert (inliers & is_right).sum() > 0.95 * inliers.sum()

# %%
ax = plotting.show_matches(wall, slanted, src[::8], dst[::8], right=inliers[::8])
plotting.described(ax, "The wall twice; blue lines, all in one sweep, join the pairs that agree; of the orange "
                   "ones some go in every direction, more than half run side by side along the lower edge.", colours=48)

# %% [markdown]
# Nobody told the program which lines are right. The blue ones agree on one map. Many orange ones agree on nothing; but a bundle at the
# bottom agrees among itself. **Predict:** by how much do these miss, judged by the published map?

# %%
strip = ~inliers & (src[:, 1] > 520)
print(f"{strip.sum()} pairs near the lower edge, off by {np.median(missed_by[strip]):.0f} px in the median")
_, together = geometry.fit_robust(src[strip], dst[strip])
assert together.sum() > 100
assert 3 < np.median(missed_by[strip]) < 10

# %% [markdown]
# These points have a homography of their own, and it is not that of the wall: the strip below the white line seems to lie in
# another plane. No single homography serves both, and the larger part won. Half a
# pixel of error there, although 290 of 652 pairs were thrown out.
#
# Now choose the threshold and the number of trials. **Predict:** what goes wrong with a threshold of 30 pixels? Of 0.3? The black
# outline is the frame of the left picture as $H$ sees it, the dotted one as the truth does.

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import ransac

ransac()

# %% [markdown]
# At 30 pixels the strip below the ledge is let in, and the error triples. At 0.3 most right pairs are thrown out, and few are left to average
# over. With three trials it may settle on a map that serves wall and strip halfway, or find none: draw again a few times.
#
# ## 7 · Map a picture, not only points
#
# The obvious way: send each pixel to its new place and colour it there. **Predict:** what does the result look like where
# the map enlarges?

# %%
crop = wall[270:330, 470:550]                                         # 60 × 80
H_grow = np.array([[1.8, 0.3, 0], [-0.2, 1.8, 16], [0, 0, 1.0]])
ys, xs = np.mgrid[:60, :80]
places = geometry.apply(H_grow, np.column_stack([xs.ravel(), ys.ravel()])).round().astype(int)

# %% [markdown]
# Now colour those places that lie inside:

# %%
forward = np.zeros((120, 150, 3), np.float32)
inside = ((places >= 0) & (places < [150, 120])).all(axis=1)
forward[places[inside, 1], places[inside, 0]] = crop.reshape(-1, 3)[inside]

# %% [markdown]
# The other way asks for each pixel of the *result* where it comes from, $H^{-1}x'$, and looks there. `warp` does that.

# %%
backward = warp(crop, H_grow, (120, 150))
fig, axes = plt.subplots(1, 3, figsize=(7.5, 2.3), layout="constrained", width_ratios=(80, 150, 150))
for ax, picture, title in zip(axes, (crop, forward, backward), ("crop", "forward", "inverse")):
    plotting.show_photograph(picture, ax=ax, title=title)
plotting.described(fig, "A crop of the wall; sent forward it is riddled with black holes; mapped back it is whole.",
                   colours=64)

# %% [markdown]
# Forward, most pixels of the result get nothing. Mapped back, every one gets an answer. We count the holes.

# %%
covered = warp(np.ones((60, 80), np.float32), H_grow, (120, 150)) == 1
holes = covered & ~forward.any(axis=2)
print(f"{holes.sum() / covered.sum():.0%} of the covered pixels are holes")
assert holes.sum() > 0.5 * covered.sum()

# %% [markdown]
# $H^{-1}x'$ is seldom a whole pixel. *Bilinear interpolation* takes the four round it, each weighted by its nearness: with
# $a,b$ the fractions of $x,y$, the weights are $(1-a)(1-b)$, $a(1-b)$, $(1-a)b$, $ab$. We check one pixel by hand.

# %%
x, y = geometry.apply(geometry.inverse(H_grow), [[70, 60]])[0]
i, j = int(y), int(x)
b, a = y - i, x - j
weights = np.array([[(1 - a) * (1 - b), a * (1 - b)], [(1 - a) * b, a * b]])
assert np.isclose(weights.sum(), 1)

# %% [markdown]
# The four pixels, weighted:

# %%
by_hand = (weights[:, :, None] * crop[i:i + 2, j:j + 2]).sum(axis=(0, 1))
assert np.allclose(backward[60, 70], by_hand, atol=1e-5)

# %% [markdown]
# **Flatten the slanted wall.** Our robust $H$ maps the left picture to the right one. Its inverse takes the right one back.

# %%
flattened = warp(slanted, geometry.inverse(H), wall.shape[:2])
fig, axes = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
for ax, picture, title in zip(axes, (slanted, flattened, wall), ("slanted", "flattened", "the other photograph")):
    plotting.show_photograph(picture, ax=ax, title=title)
plotting.described(fig, "The slanted wall, the same picture warped, and the frontal photograph: the last two agree "
                   "letter for letter.", dpi=72, colours=48)

# %% [markdown]
# The second picture is made from the first alone, and matches the third. How well? We compare inside, where there is
# something to compare, and by grey levels of 0 to 255.

# %%
seen = warp(np.ones(slanted.shape[:2], np.float32), geometry.inverse(H), wall.shape[:2]) > 0.999
difference = 255 * np.abs(flattened - wall).mean(axis=2)
wrong = 255 * np.abs(slanted - wall).mean(axis=2)
print(f"{difference[seen].mean():.0f} grey levels; unwarped {wrong[seen].mean():.0f}")
assert difference[seen].mean() < 0.5 * wrong[seen].mean()

# %% [markdown]
# ## 8 · Stitch two photographs
#
# The deck shows a stitched picture and no steps. They are: **match, estimate $H$, map back, interpolate, blend.** Here is a
# street, photographed twice, with 332 pairs.

# %%
street_1, street_2 = (datasets.load_photograph(name) for name in ("leuvenA", "leuvenB"))
street_src, street_dst = datasets.load_matches("leuven")              # match
H_street, agree = geometry.fit_robust(street_src, street_dst)           # estimate
print(f"{agree.sum()} of {len(agree)} pairs agree")

# %% [markdown]
# Fewer than half. Is that chance? We shuffle the partners, so that no pair is right, and ask again:

# %% tags=["S3-HG-STITCH"]
assert agree.sum() >= 100
try:
    geometry.fit_robust(street_src, np.random.default_rng(0).permutation(street_dst))
    raise AssertionError("pairs that have nothing to do with each other agreed")
except ValueError as error:
    print(error)

# %% [markdown]
# **Predict:** the first picture is mapped into the frame of the second. On which side does the result grow?

# %% tags=["S3-HG-STITCH"]
panorama, (x0, y0), share = stitch(street_1, street_2, H_street)      # map back, interpolate, blend
frame = np.array([[0, 0], [750, 0], [750, 562], [0, 562]])
box = geometry.apply(H_street, frame)                                 # where the first comes to lie
low, high = np.vstack([box, frame]).min(axis=0), np.vstack([box, frame]).max(axis=0)
assert (np.abs(panorama.shape[1::-1] - (high - low)) <= 2).all()
assert (share.min(), share.max()) == (0, 1)

# %%
ax = plotting.show_photograph(panorama, ax=plotting.axes_or_new(None, (8, 4.8)))
ax.plot(*(box[[0, 1, 2, 3, 0]] + np.array([x0, y0])).T, color=plotting.CYCLE[1], linewidth=2)
plotting.described(ax, "Both street pictures in one, wider than each; an orange outline, a slanted quadrilateral at the right, shows "
                   "where the first one came to lie.", dpi=64, colours=96)

# %% [markdown]
# The houses at the right come from the first picture; the orange outline is its frame. Black is where neither camera looked. In
# the overlap *feathering* mixes the two: each is weighted by the distance to its own border, so it fades out before it
# ends.
#
# Why blend at all? The two pictures differ in brightness. A hard cut shows that as a seam. Here is one: `owner` is 1 where
# a pixel is taken from the first picture.

# %%
cut, _, owner = stitch(street_1, street_2, H_street, blend=0.0)

# %% [markdown]
# The cut runs where the owner changes inside the overlap. We measure the mean jump across it, from pixel to pixel.

# %% tags=["S3-HG-STITCH"]
overlap = (share[:, 1:] > 0) & (share[:, 1:] < 1)
seam = overlap & (np.abs(np.diff(owner, axis=1)) > 0.5)
jumps = {name: 255 * np.abs(np.diff(picture.mean(axis=2), axis=1))[seam].mean()
         for name, picture in {"cut": cut, "feathered": panorama}.items()}
print({name: f"{jump:.1f} grey levels" for name, jump in jumps.items()})
assert jumps["cut"] > 1.5 * jumps["feathered"]

# %% [markdown]
# Change the blend, and look along the seam. **Predict:** where do you see double in the average?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import blend_and_seam

blend_and_seam()

# %% [markdown]
# The average shows double wherever the map is off, over the whole overlap: look at the wall and pillars in front. The hard cut shows nothing
# double, but a step of brightness in the sky. A band is a compromise.
#
# ## 9 · Click the pairs yourself
#
# A program paired the points so far. You can do it, too: put each numbered handle on the same spot in both pictures. The
# defaults lie near, but not well. **Predict:** how small can you make the grid error with five pairs?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import pick_matches

pick = pick_matches()
assert pick.src.shape == pick.dst.shape == (5, 2)
pick

# %% [markdown]
# The crosses show where the fit puts each point of the first picture. Five pairs give ten equations for eight unknowns, so hardly anything is
# averaged out: care at the handles is all. `pick.src` and `pick.dst` are your points, (5, 2) each; fit them as before.

# %%
yours = geometry.fit_homography(pick.src, pick.dst)
assert grid_error(yours) < 30

# %% [markdown]
# Move the handles, run the cell above again, and `yours` is the new map.
#
# ## 10 · Calibrate a camera from a plane
#
# The deck's table of contents announces camera calibration and epipolar geometry. No slide treats them. Both follow
# from what we have; here they are in brief.
#
# A plane of the scene, $Z=0$, is seen by $H\cong K[r_1\ r_2\ t]$: the columns $r_1,r_2$, each $3\times1$, are the first two
# of the rotation, and $K$ holds the camera: focal lengths and centre, in pixels. Three views of a grid of $6\times4$ points:

# %%
board = np.stack(np.meshgrid(np.arange(6), np.arange(4.0)), axis=-1).reshape(-1, 2)       # (24, 2)
poses = [(rotation(0, 0.5), (-2, -1, 9)), (rotation(1, -0.6), (-3, -2, 10)),
         (rotation(0, -0.4) @ rotation(1, 0.4), (-3, -1.5, 11))]
on_plane = np.column_stack([board, np.zeros(24)])
views = [photograph(on_plane, R, t) for R, t in poses]
plates = [geometry.fit_homography(board, view) for view in views]

# %%
ax = plotting.axes_or_new(None, (5, 3.8))
for k, view in enumerate(views):
    for line in (*view.reshape(4, 6, 2), *view.reshape(4, 6, 2).swapaxes(0, 1)):
        ax.plot(*line.T, color=plotting.CYCLE[k], linewidth=1)
ax.set(xlabel="$x$ in pixels", ylabel="$y$ in pixels, down", xlim=(0, 640), ylim=(480, 0), aspect="equal")
plotting.described(ax, "Three views of one grid of four by six points, each tilted another way.")

# %% [markdown]
# We know the grid, we see three tilted pictures of it, and ask for the camera. The law: in each view
# $r_1\cong K^{-1}h_1$ and $r_2\cong K^{-1}h_2$ are perpendicular and equally long. That is two equations a view, linear in
# $K^{-T}K^{-1}$, which has five unknowns up to a factor: three views suffice. (Zhang, 2000.)

# %% tags=["S3-CONT"]
found = geometry.calibrate(plates)
assert np.allclose(found, K, atol=1e-6)

# %% [markdown]
# And the law, view by view:

# %% tags=["S3-CONT"]
for H in plates:
    r1, r2, _ = (np.linalg.inv(found) @ H).T
    assert abs(r1 @ r2) < 1e-9 * (r1 @ r1)
    assert np.isclose(r1 @ r1, r2 @ r2)

# %% [markdown]
# Exact points give the exact $K$. Real corners are off by a fraction of a pixel. **Predict:** by how much is the focal length of
# 800 off for 0.1 pixels?

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
#
# ## 11 · Epipolar geometry: two views of any scene
#
# Did the camera in the street only turn? Then one homography fits all right pairs. Only 128 of 332 agreed. Are the other
# 204 all false? If the camera also *moved*, a weaker law holds. There is a $3\times3$ matrix $F$ of rank 2
# with $x'^TFx=0$: the partner of $x$ lies somewhere on the line $Fx$.
#
# Each pair gives one equation in nine unknowns up to a factor: eight pairs (the *eight-point algorithm*; again the last
# column of $V$, and normalised). We wrap it in the loop of section 6.

# %%
def distance(F, src, dst):
    """How far each dst is from the epipolar line of its src, in pixels."""
    return np.abs((geometry.epipolar_lines(F, src) * homogeneous(dst)).sum(axis=1))

# %% [markdown]
# Three hundred times eight pairs; a pair agrees if it is within 1 pixel of its line.

# %%
rng = np.random.default_rng(11)
fits_F = np.zeros(len(street_src), bool)
for _ in range(300):
    eight = rng.choice(len(street_src), 8, replace=False)
    try:
        near = distance(geometry.fit_fundamental(street_src[eight], street_dst[eight]), street_src, street_dst) < 1
    except ValueError:
        continue
    fits_F = near if near.sum() > fits_F.sum() else fits_F
print(f"on their epipolar lines: {fits_F.sum()} of {len(fits_F)} pairs")

# %% [markdown]
# Fit once more to all of these, and test the law: rank 2, and every one of them within a few pixels of its line.

# %% tags=["S3-CONT"]
F = geometry.fit_fundamental(street_src[fits_F], street_dst[fits_F])
assert linear_algebra.rank(F, rtol=1e-9) == 2
Fx = homogeneous(street_src) @ F.T                                    # N × 3: the lines
law = np.abs((homogeneous(street_dst) * Fx).sum(axis=1)) / np.hypot(*Fx[:, :2].T)   # |x2ᵀFx| in pixels
assert np.allclose(law, distance(F, street_src, street_dst))
assert law[fits_F].max() < 3

# %% [markdown]
# Those who agreed are near their lines, the others are not.

# %% tags=["S3-CONT"]
assert np.median(distance(F, street_src, street_dst)[fits_F]) < 0.5
assert np.median(distance(F, street_src, street_dst)[~fits_F]) > 10
assert fits_F.sum() > 1.3 * agree.sum()

# %% [markdown]
# All lines $Fx$ pass through one point, the *epipole* $e'$ with $F^Te'=0$: the picture of the other camera's place.
# **Predict:** where in the street picture does it lie, if the photographer stepped forward?

# %% tags=["S3-CONT"]
e2 = np.linalg.svd(F)[0][:, 2]
epipole = e2[:2] / e2[2]
lines = geometry.epipolar_lines(F, street_src[fits_F])
assert np.abs(lines @ [*epipole, 1]).max() < 1e-6
print("epipole in the second picture:", epipole.round())

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
chosen = np.flatnonzero(fits_F)[::18]
for ax, picture, marks, others, G in zip(axes, (street_1, street_2), (street_src, street_dst),
                                         (street_dst, street_src), (F.T, F)):
    plotting.show_photograph(0.5 + picture.mean(axis=2) / 2, ax=ax)
    for a, b, c in geometry.epipolar_lines(G, others[chosen]):
        ax.axline((-a * c, -b * c), slope=-a / b, color=plotting.CYCLE[5], linewidth=1)
    ax.plot(*marks[chosen].T, "o", color=plotting.CYCLE[1], markersize=5)
    ax.set(xlim=(0, 750), ylim=(562, 0))
plotting.described(fig, "The street twice with a dozen marked points in each; every point lies on its line, and in each "
                   "picture the lines meet in one point.", dpi=72, colours=64)

# %% [markdown]
# Each orange point sits on the line that its partner in the *other* picture drew. The lines meet in the epipole, and it lies
# inside the picture: the camera went along the street. So it did move, and section 8 could not be perfect. After a move
# each plane has a homography of its own. The one we found serves 128 pairs; what lies elsewhere is seen double.
#
# How far off is the homography for those who obey $F$ but not $H$?

# %%
parallax = geometry.transfer_error(H_street, street_src, street_dst)[fits_F & ~agree]
print(f"{len(parallax)} pairs, off by {np.median(parallax):.0f} px in the median")
assert np.median(parallax) > 3

# %% [markdown]
# Ten pixels, where 3 were allowed. (A false pair can also lie near its epipolar line by chance: the law asks for one number,
# a homography for two.)
#
# ## 12 · Break it
#
# ### A point on the horizon
#
# The line $h_{31}x+h_{32}y+h_{33}=0$ goes to infinity. **Predict** what `apply` says to a point on it.

# %%
horizon = np.array([[1, 0, 0], [0, 1, 0], [0.01, 0, -1.0]])
assert np.allclose(geometry.apply(horizon, [[99.9, 0], [100.1, 0]])[:, 0], [-99_900, 100_100])

# %% [markdown]
# On the line itself:

# %%
try:
    geometry.apply(horizon, [[100, 50]])
    raise AssertionError("a point at infinity came back")
except ValueError as error:
    print(error)

# %% [markdown]
# A step of 0.2 pixels, from one side of the horizon to the other, is a leap across the whole plane.
#
# ### Eight points on a wall
#
# **Predict:** the eight-point algorithm on pairs that one homography maps exactly. Is there an $F$?

# %%
onto = geometry.apply(truth, p)
try:
    geometry.fit_fundamental(p, onto)
    raise AssertionError("a plane fixed the epipolar geometry")
except ValueError as error:
    print(error)

# %% [markdown]
# There are too many. For *every* vector $e'$, the matrix $F=[e']_\times H$ satisfies the law. A plane says nothing about where
# the other camera stood.

# %%
for e in np.random.default_rng(12).normal(size=(5, 3)):
    G = np.cross(e, truth.T).T                                        # [e]× H: column by column
    assert np.allclose((homogeneous(onto) * (homogeneous(p) @ G.T)).sum(axis=1) / 1e6, 0, atol=1e-8)

# %% [markdown]
# ### One lie in a hundred
#
# **Predict:** 99 exact pairs and a single false one. How far off is the plain fit?

# %%
few, onto_few = p[:100], geometry.apply(truth, p[:100])
lied = onto_few.copy()
lied[0] += 300, -200

# %% [markdown]
# Both fits, judged on the grid:

# %%
print(f"plain {grid_error(geometry.fit_homography(few, lied)):.1f} px, "
      f"robust {grid_error(geometry.fit_robust(few, lied)[0]):.6f} px")
assert grid_error(geometry.fit_homography(few, lied)) > 3
assert grid_error(geometry.fit_robust(few, lied)[0]) < 1e-6

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/09_homography.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check by numbers.
#
# 1. **Cross-ratio.** A homography keeps neither lengths nor ratios. For four points on a line it keeps
#    $\frac{AC\cdot BD}{BC\cdot AD}$. *Predict* what happens to it under an affine map. Check with `rungs`.
# 2. **Lines.** Points move by $x'\cong Hx$. How does a line $\ell$, with $\ell^Tx=0$, move? *Predict* whether $H$, $H^T$ or $H^{-T}$.
#    Check that the moved points lie on the moved line.
# 3. **A mirror.** May a rigid map flip the picture? Flip `dst` in $x$ and call `fit_rigid`. What does it return, and why? Which
#    sign tells a flip in an affine map?
# 4. **The sign of RANSAC's luck.** Measure in 200 runs how often 20 trials find fewer than 200 agreeing pairs. Compare with
#    $(1-r^4)^{20}$. *Predict* which is larger, and why.
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
# This is the last chapter. Chapter 00 leads back to all the others.
