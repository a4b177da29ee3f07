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
# # 09 · Exercises: Lay one photograph over another
#
# Each exercise is a variant of something in chapter 09. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("09.1")` gives the first of three hints; call it again for the next.
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
# ## Exercise 09.1 · Where the rails meet (2 points)
#
# A railway runs straight away from the camera. Its two rails are parallel in the world. In the picture they are not: a
# homography sends the point at infinity, where parallels meet, to a point like any other, the *vanishing point*.
#
# `left` and `right` hold two points $(x,y)$ of each rail, a row a point, in pixels, $y$ down. Where do the rails meet in
# the picture? Give the two coordinates, as in `(30, 20)`.
#
# In homogeneous coordinates the line through two points is their cross product, $\ell = \tilde p\times\tilde q$. For two
# lines a product of the same kind gives their common point.
#
# Assign your answer to `vanishing_point`.
#
# *Builds on chapter 09, §2.*

# %%
left, right = given("09.vanishing_point", NAME).values()
print("left =", left, sep="\n")
print("right =", right, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_09_vanishing_point", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def meeting_point(left, right):
    """Point (x, y) where the lines through two points each meet; both are (2, 2), a row a point."""
    one, two = (np.cross([*line[0], 1], [*line[1], 1]) for line in (left, right))
    u, v, w = np.cross(one, two)
    return np.array([u / w, v / w])


vanishing_point = meeting_point(left, right)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_09_vanishing_point", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("09.vanishing_point", vanishing_point, NAME)

# %% [markdown]
# ## Exercise 09.2 · Eight pairs a draw instead of four (1 point)
#
# Half of the pairs are right. Each right pair is off by a little noise. For each trial of RANSAC you draw four pairs, fit
# a homography, and count who agrees; at the end you fit once more to all who agreed.
#
# A friend says: draw **eight** pairs a trial. Then the noise averages out, and the result gets better. What happens if
# the chance of success is to stay the same?
#
# - **a** – It takes about twice as many trials, for eight is twice four.
# - **b** – It takes fewer trials, for each of them is more precise.
# - **c** – It takes about sixteen times as many trials, and the last fit is hardly any better.
# - **d** – The number of trials stays; only the fit of each trial takes longer.
# - **e** – It takes about sixteen times as many trials, and the result is twice as precise in return.
#
# Assign the letter to `draws_of_eight`.
#
# *Builds on chapter 09, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_09_draws_of_eight", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
draws_of_eight = "c"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_09_draws_of_eight", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("09.draws_of_eight", draws_of_eight)


# %% [markdown]
# ## Exercise 09.3 · Lines under a homography (3 points)
#
# Edges of a house give lines more readily than points. To judge a homography by lines, one moves a line of the first
# picture to the second, and measures how far a point found there is from it.
#
# A line is $\ell=(a,b,c)^T$: the points with $ax+by+c=0$, or $\ell^T\tilde x=0$. Points move by $\tilde x'\cong H\tilde
# x$. Find the line $\ell'$ on which the moved points of $\ell$ lie. Then give the distance of the point $(x',y')$ from
# it, in pixels:
#
# $$d = \frac{|a'x'+b'y'+c'|}{\sqrt{a'^2+b'^2}}.$$
#
# Row $i$ of `lines` ($N\times3$) belongs to row $i$ of `points` ($N\times2$). A line keeps its place if $a,b,c$ are
# multiplied by a factor, and $H$ means the same map if it is; the distance must not change then. A line may be parallel
# to an axis, or run through $(0,0)$.
#
# *Builds on chapter 09, §4.*

# %% nbgrader={"grade": false, "grade_id": "answer_09_distance_to_moved_lines", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distance_to_moved_lines(H, lines, points):
    """Distance in pixels of each point to the image of its line.

    H is (3, 3) and maps points of the first picture to the second. lines is (N, 3), a row
    (a, b, c) for the line a x + b y + c = 0 of the first picture; points is (N, 2), rows (x, y)
    of the second. The result is (N,), not negative.
    """
    ### BEGIN SOLUTION
    moved = lines @ np.linalg.inv(H)
    above = (moved[:, :2] * points).sum(axis=1) + moved[:, 2]
    return np.abs(above) / np.hypot(moved[:, 0], moved[:, 1])
    ### END SOLUTION


# %%
distance_to_moved_lines(np.diag([2.0, 2.0, 1.0]), np.array([[1.0, 0.0, -5.0]]), np.array([[13.0, 8.0]]))

# %% nbgrader={"grade": true, "grade_id": "check_09_distance_to_moved_lines", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("09.distance_to_moved_lines", distance_to_moved_lines)


# %% [markdown]
# ## Exercise 09.4 · Half a pixel lost (3 points)
#
# Points are found faster in small copies of two pictures. A *thumbnail* that is $k$ times smaller is made by taking the
# mean of each block of $k\times k$ pixels. You know the homography $H$ between the full pictures. Where does a point of
# the first thumbnail lie in the second?
#
# As always in this book, the centre of the first pixel is $(0,0)$: in the full picture and in the thumbnail. So the first
# pixel of the thumbnail, at $(0,0)$, is **not** above the point $(0,0)$ of the full picture. With $k=2$ it stands for the
# pixels $0$ and $1$ of each direction: where is their middle?
#
# The first picture is $k_1=$ `k_first` times smaller, the second $k_2=$ `k_second` times; 1 is the full size. `points` is $N\times2$. $H$ may
# have any scale.
#
# *Builds on chapter 09, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_09_between_thumbnails", "locked": false, "schema_version": 3, "solution": true, "task": false}
def between_thumbnails(H, points, k_first, k_second):
    """Map points of the first thumbnail to the second one.

    H is (3, 3) and maps pixels of the first full picture to the second. points is (N, 2), rows
    (x, y) in the first thumbnail. k_first and k_second are whole numbers: how many times smaller
    each thumbnail is. The result is (N, 2), in the second thumbnail.
    """
    ### BEGIN SOLUTION
    x = k_first * (points + 0.5) - 0.5
    u = np.column_stack([x, np.ones(len(x))]) @ H.T
    return (u[:, :2] / u[:, 2:] + 0.5) / k_second - 0.5
    ### END SOLUTION


# %%
between_thumbnails(np.eye(3), np.array([[0.0, 0.0], [10.0, 4.0]]), 2, 4)

# %% nbgrader={"grade": true, "grade_id": "check_09_between_thumbnails", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("09.between_thumbnails", between_thumbnails)


# %% [markdown]
# ## Exercise 09.5 · A similarity from weighted pairs (4 points)
#
# Some points of a photograph are found to a tenth of a pixel, others are blurred. Good pairs should count for more. A
# similarity scales, turns and shifts, and with complex numbers it is a line: write each point as $z=x+iy$, then
#
# $$z' = a\,z + b, \qquad a = s\,e^{i\theta}.$$
#
# Find the complex numbers $a,b$ with the least $\;\sum_n w_n\,|a z_n + b - z'_n|^2\;$, and return the $3\times3$ matrix
# of the map:
#
# $$\begin{pmatrix}\mathrm{Re}\,a&-\mathrm{Im}\,a&\mathrm{Re}\,b\\\mathrm{Im}\,a&\mathrm{Re}\,a&\mathrm{Im}\,b\\0&0&1
# \end{pmatrix}$$
#
# `src` and `dst` are $N\times2$, `weights` is $(N,)$. A pair of weight 0 must not matter at all. Weights need not
# add up to 1. A similarity does not mirror, even if `dst` looks like a mirror image of `src`. The points may lie far from
# $(0,0)$, thousands of times as far as they lie from each other: work about centres, so that no digits are lost.
#
# *Builds on chapter 09, §2.*

# %% nbgrader={"grade": false, "grade_id": "answer_09_weighted_similarity", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_similarity(src, dst, weights):
    """The similarity from src to dst with the least weighted sum of squared distances.

    src and dst are (N, 2), rows (x, y); weights is (N,), not negative. The result is (3, 3):
    [[s cos, -s sin, t_x], [s sin, s cos, t_y], [0, 0, 1]].
    """
    ### BEGIN SOLUTION
    z, z2 = src @ (1, 1j), dst @ (1, 1j)
    mean, mean2 = (np.sum(weights * points) / np.sum(weights) for points in (z, z2))
    u, v = z - mean, z2 - mean2
    a = np.sum(weights * u.conj() * v) / np.sum(weights * abs(u) ** 2)
    b = mean2 - a * mean
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag], [0, 0, 1]])
    ### END SOLUTION


# %%
weighted_similarity(np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 1.0], [3.0, 5.0], [-3.0, 3.0]]), np.array([1.0, 2.0, 3.0])).round(6)

# %% nbgrader={"grade": true, "grade_id": "check_09_weighted_similarity", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("09.weighted_similarity", weighted_similarity)


# %% [markdown]
# ## Exercise 09.6 · The slope of the transfer error (4 points)
#
# The last column of $V$ makes the *algebraic* error small. What one wants small are the distances in the picture. To
# improve an $H$ by gradient descent, one needs their slope.
#
# With $\tilde x_n=(x_n,y_n,1)^T$ and $(u_n,v_n,w_n)^T=H\tilde x_n$, the mean squared transfer error is
#
# $$E(H)=\frac1N\sum_n\bigg[\Big(\frac{u_n}{w_n}-x'_n\Big)^2+\Big(\frac{v_n}{w_n}-y'_n\Big)^2\bigg].$$
#
# Write its gradient in all nine entries of $H$: a $3\times3$ matrix with $\partial E/\partial H_{ij}$ in row $i$, column
# $j$. `src` holds the $(x_n,y_n)$ and `dst` the $(x'_n,y'_n)$, both $N\times2$. $H$ may have any scale, and $w$ any sign.
#
# *Builds on chapter 09, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_09_transfer_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def transfer_gradient(H, src, dst):
    """Gradient of the mean squared transfer error in the nine entries of H.

    H is (3, 3) and maps src to dst, both (N, 2), rows (x, y). The result is (3, 3).
    """
    ### BEGIN SOLUTION
    x = np.column_stack([src, np.ones(len(src))])
    u = x @ H.T
    y = u[:, :2] / u[:, 2:]
    r = 2 * (y - dst) / len(src)
    slope = np.column_stack([r, -(r * y).sum(axis=1)]) / u[:, 2:]
    return slope.T @ x
    ### END SOLUTION


# %%
transfer_gradient(np.eye(3), np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[1.0, 0.0], [1.0, 1.0]]))

# %% nbgrader={"grade": true, "grade_id": "check_09_transfer_gradient", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("09.transfer_gradient", transfer_gradient)


# %% [markdown]
# ## Exercise 09.7 · Project: rectify and stitch (10 points)
#
# You get two grey pictures of one flat scene. The second is seen from the front, the first at a slant. Straighten the
# first, and lay it beside the second, in one picture. All the code is yours, with numpy alone: `mlp_lib.geometry` and
# other libraries are not allowed here.
#
# **What comes in**
#
# - `first` ($h\times w$) and `second` ($h_2\times w_2$): grey levels 0 to 255, uint8.
# - `src` and `dst` ($N\times2$, $N=300$): points $(x,y)$ in the first and the second picture. **Two of five pairs are
#   false.** The others are right, with a noise of 0.4 pixels.
# - `shape`: (rows, columns) of the joined picture. `corner`: its point $(x,y)$ where the first pixel of `second` lies.
#
# **What goes out:** `H, joined`.
#
# - `H` ($3\times3$, any scale) maps points of `first` to `second`.
# - `joined` has the given shape. Where `second` lies, it is `second`, unchanged. Elsewhere it shows `first` through `H`,
#   read between the pixels by bilinear interpolation, and 0 where neither picture is.
#
# **What is measured**, on pictures that you have not seen
#
# - `H` is off by at most 0.45 pixels, as the mean over a grid on the first picture.
# - Where only the first picture is, `joined` differs from an exact bilinear warp by your `H` by at most 1 grey level in the
#   mean.
# - Where `second` lies, `joined` differs from it by at most 0.5 grey levels in the mean.
# - Where neither picture is, the grey levels of `joined` are at most 1 in the mean.
# - It takes at most 10 seconds of the processor (60 in a browser).
#
# Do it in steps: fit four pairs; draw four at random, often, and count who agrees; fit again to those; then lay the
# picture. Look at each step with matplotlib's `imshow`. The cell below your answer tries it on the street of the chapter.
#
# *Builds on chapter 09, §8.*

# %% tags=["instructors-only"]
def lifted(points):
    """Rows (x, y) as (x, y, 1)."""
    return np.column_stack([points, np.ones(len(points))])


# %% tags=["instructors-only"]
def mapped(H, points):
    """Where the homography H takes the rows (x, y) of points."""
    u = lifted(points) @ H.T
    return u[:, :2] / u[:, 2:]


# %% tags=["instructors-only"]
def normalisation(points):
    """Similarity that puts the centre at 0 and the mean distance from it at sqrt(2)."""
    centre = points.mean(axis=0)
    k = np.sqrt(2) / np.hypot(*(points - centre).T).mean()
    return np.array([[k, 0, -k * centre[0]], [0, k, -k * centre[1]], [0, 0, 1]])


# %% tags=["instructors-only"]
def fitted(src, dst):
    """Homography of four or more pairs, by the smallest singular vector."""
    T, T2 = normalisation(src), normalisation(dst)
    x, (x2, y2) = lifted(mapped(T, src)), mapped(T2, dst).T[:, :, None]
    zero = np.zeros_like(x)
    A = np.vstack([np.hstack([x, zero, -x2 * x]), np.hstack([zero, x, -y2 * x])])
    return np.linalg.inv(T2) @ np.linalg.svd(A)[2][-1].reshape(3, 3) @ T


# %% tags=["instructors-only"]
def agreeing(H, src, dst, pixels):
    """Which pairs H maps to within that many pixels."""
    with np.errstate(all="ignore"):
        return np.hypot(*(mapped(H, src) - dst).T) < pixels


# %% tags=["instructors-only"]
def fitted_to_the_right_pairs(src, dst):
    """Homography of the pairs that most draws of four agree on."""
    rng, best = np.random.default_rng(0), np.zeros(len(src), bool)
    for _ in range(500):
        four = rng.choice(len(src), 4, replace=False)
        agree = agreeing(fitted(src[four], dst[four]), src, dst, 2)
        best = agree if agree.sum() > best.sum() else best
    for _ in range(3):
        best = agreeing(fitted(src[best], dst[best]), src, dst, 1.5)
    return fitted(src[best], dst[best])


# %% tags=["instructors-only"]
def between(picture, x, y):
    """Grey levels between the pixels, bilinear."""
    j = np.minimum(x.astype(int), picture.shape[1] - 2)
    i = np.minimum(y.astype(int), picture.shape[0] - 2)
    a, b = x - j, y - i
    above = (1 - a) * picture[i, j] + a * picture[i, j + 1]
    below = (1 - a) * picture[i + 1, j] + a * picture[i + 1, j + 1]
    return (1 - b) * above + b * below


# %% nbgrader={"grade": false, "grade_id": "answer_09_rectify_and_stitch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rectify_and_stitch(first, second, src, dst, shape, corner):
    """Homography from the first picture to the second, and both pictures in one.

    first is (h, w) and second is (h2, w2), grey, uint8. src and dst are (N, 2), rows (x, y) in
    the first and in the second picture; many pairs are false. shape is (rows, columns) of the
    joined picture, and corner is (x, y) of the second picture's first pixel in it. The result is
    H, (3, 3), and the joined picture, an array of that shape with grey levels 0 to 255.
    """
    ### BEGIN SOLUTION
    H = fitted_to_the_right_pairs(src, dst)
    (h, w), joined = first.shape, np.zeros(shape)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    places = np.column_stack([columns.ravel() - corner[0], rows.ravel() - corner[1]])
    x, y = mapped(np.linalg.inv(H), places).T
    inside = (x >= 0) & (x <= w - 1) & (y >= 0) & (y <= h - 1)
    joined.ravel()[inside] = between(first, x[inside], y[inside])
    joined[corner[1] : corner[1] + len(second), corner[0] : corner[0] + second.shape[1]] = second
    return H / H[2, 2], joined
    ### END SOLUTION


# %%
from mlp_lib.datasets import load_matches, load_photograph

street, turned = (np.uint8(255 * load_photograph(name).mean(axis=2))
                  for name in ("leuvenA", "leuvenB"))
H, joined = rectify_and_stitch(street, turned, *load_matches("leuven"), (720, 1100), (250, 60))
joined.shape

# %% nbgrader={"grade": true, "grade_id": "check_09_rectify_and_stitch", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false} tags=["nbval-ignore-output"]
check("09.rectify_and_stitch", rectify_and_stitch)
