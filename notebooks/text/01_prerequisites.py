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
# # 01 · Measure slopes and follow them downhill
#
# Source: the survival guide §1 (S0); the linear algebra slides, Derivative to Hessian (S3). [00](00_start_here.ipynb) names
# the documents. Needs: school calculus, a little Python · about 65 minutes; what is folded below *Deeper* takes as long again;
# the cells alone run in seconds.
#
# ## What you will do
# You measure derivatives, from one number to a whole matrix of them, and walk down a landscape with six valleys.
#
# ## What you will learn
# - to say the shape of a product, a gradient, a Jacobian and a Hessian before you compute it
# - to measure a slope, and to know how far the number can be trusted
# - to write the chain rule with the right arguments
# - to descend with a step that neither creeps nor explodes

# %%
from mlp_lib import plotting, showing
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(1)


# %% [markdown]
# ## 1 · See it fail first
#
# The linear algebra slides want the lowest point of $f(x) = x^2-4x+3$. Its slope is $f'(x) = 2x-4$. The lowest point should lie in
# the direction of $-f'$.

# %%
def parabola(x):
    return x**2 - 4 * x + 3


# %% [markdown]
# The printed rule is $d\theta \leftarrow -f'(x)$. So move by exactly $-f'(x)$, from $x = 0.5$ on. The
# thin line in the picture will be the minimum, $x = 2$.

# %% jupyter={"source_hidden": true} tags=["S3-DER-GD"]
x, path = 0.5, [0.5]
for _ in range(8):
    x = x - (2 * x - 4)
    path.append(x)
assert path == [0.5, 3.5] * 4 + [0.5]


def eight_steps():
    ax = plotting.show_curves({"as printed": path}, x=range(9), xlabel="step", ylabel="$x$")
    ax.axhline(2, color="0.5", linewidth=0.8)
    ax.set_ylim(0, 4.5)
    return plotting.described(ax, "x jumps between 0.5 and 3.5 at every step and never comes near the minimum at 2.")


predict("01 eight steps", "Where are we after eight steps?", eight_steps,
        choices=("at 0.5 again", "at 2", "at 3.5", "far away"), answer=lambda _: "at 0.5 again",
        why="From 0.5 to 3.5 and back, for ever. The direction was right each time.")

# %% [markdown]
# Section 4 comes back to this walk. First we need to know what a slope is, and how to measure one.

# %% [markdown]
# ## 2 · A matrix is a table, and it is a map
#
# A real $n\times m$ matrix is a table with $n$ rows and $m$ columns. On paper both count from 1, in numpy from 0.
#
# **The product.** $A$ is $n\times m$, $B$ is $m\times k$, and $AB$ is $n\times k$. The two inner sizes must agree, and
# they disappear:
#
# $$(AB)_{j\ell} = \sum_{i=1}^m A_{ji}B_{i\ell}$$
#
# Row $j$ of $A$ meets column $\ell$ of $B$.

# %% tags=["S0-P2"]
n, m, k = 3, 4, 5
A, B = rng.integers(-5, 10, size=(n, m)), rng.integers(-5, 10, size=(m, k))
AB = [[sum(A[j, i] * B[i, c] for i in range(m)) for c in range(k)] for j in range(n)]
showing.same("AB", by_the_sum=AB, by_numpy=A @ B)

# %% [markdown]
# And the other order? $B$ is $4\times5$, $A$ is $3\times4$.

# %% jupyter={"source_hidden": true}
predict("01 order", "What does numpy answer to B @ A?",
        lambda: showing.refused("B @ A", lambda: B @ A),
        choices=("a 4 × 4 matrix", "a 5 × 3 matrix", "it refuses"), answer=lambda _: "it refuses",
        why="Rows of length 5 would have to meet columns of length 3. In numpy's words: the k of B is 5, the k of A is 3.")

# %% [markdown]
# ### Demo: one entry of a product
#
# Choose a row $i$ and a column $j$ with the sliders (Tab goes from one to the next, the arrow keys move it). The row of
# $A$, the column of $B$ and the entry of $AB$ light up; $B$ stands above the product, so that they meet there. *Show it*
# writes the entry down. The tasks are part of the demo.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import matrix_product

demo = matrix_product(A[:2, :3], B[:3, :4])
demo

# %% [markdown]
# Each entry needs one row and one column and nothing else. So the entries can be computed in any order, or all at once.
# This is one reason why computers are fast at products.
#
# **Why layers are products.** One sample is a row of $D$ numbers, a batch $X$ has $N$ rows, and weights
# $W$ of shape $D\times C$ turn each row into $C$ numbers. First in the plane, where it can be seen: $D = C = 2$.
# The grey grid goes in, the blue one comes out. The two grey arrows are
# $(1,0)$ and $(0,1)$; the blue and the orange one are what becomes of them.

# %%
W2, b2 = np.array([[1.5, 0.5], [-0.5, 1.0]]), np.array([2.0, 1.0])
_, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
plotting.show_plane_map(lambda X: X @ W2, ax=axes[0]).set_title("$XW$")
plotting.show_plane_map(lambda X: X @ W2 + b2, ax=axes[1]).set_title("$XW + b$")
plotting.described(axes[0], "Left: a square grid becomes a slanted one around the same origin. "
                   "Right: the same slanted grid, moved up and right.")

# %% [markdown]
# The arrow $(1,0)$ lands on the first row of $W$, the arrow $(0,1)$ on the second. Straight lines stay straight,
# parallels stay parallel. Without a bias the origin stays where it is: the map is linear. A bias moves everything by
# the same step: the map is affine.
#
# **The transpose** swaps the two numbers that go in: $(A^T)_{ij} = A_{ji}$. Rows become columns; an $n\times m$ matrix becomes
# $m\times n$. The transpose of a product is the product of the transposes in the *other* order; in the same order the sizes would
# not even meet: $A^TB^T$ is $4\times3$ times $5\times4$.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the transpose, a matrix as a function, two more readings of a product, linear and affine in numbers

# %% tags=["S0-P3"]
assert all(A.T[i, j] == A[j, i] for i in range(m) for j in range(n))
showing.same("the transpose of a product", transposed=(A @ B).T, in_the_other_order=B.T @ A.T)


# %% [markdown]
# A matrix is also a function: give it a row number $i$ and a column number $j$, and it returns the number $A_{ij}$ at that place.
# From the values of the function, counting as on paper, we build the table again.

# %% tags=["S0-P1"]
def entry(i, j):
    return A[i - 1, j - 1]


table = [[entry(i, j) for j in range(1, m + 1)] for i in range(1, n + 1)]
showing.same("A", by_the_function=table, as_numpy_keeps_it=A)

# %% [markdown]
# One product, two more ways to read it. Each row of $AB$ is a row of $A$ times the whole of $B$. And $AB$ is a sum of
# $m$ tables: column $i$ of $A$ spread over row $i$ of $B$. Backpropagation uses the second reading: it sums over
# samples.

# %%
outer_products = [np.outer(A[:, i], B[i]) for i in range(m)]
assert np.array_equal((A @ B)[1], A[1] @ B)
showing.same("AB", as_a_product=A @ B, as_a_sum_of_4_tables=sum(outer_products))

# %% [markdown]
# Linear means: sums and multiples pass through. With three different sizes:

# %% tags=["S0-P2b"]
N, D, C = 6, 4, 3
own = np.random.default_rng(2)
X, Y = own.normal(size=(2, N, D))                        # two batches of the same shape
W, b = own.normal(size=(D, C)), own.normal(size=C)
showing.same("(2X - 3Y) W", first_the_sum=(2 * X - 3 * Y) @ W, first_the_products=2 * (X @ W) - 3 * (Y @ W))

# %% [markdown]
# A bias breaks linearity: on the right side it comes twice. What is left is that *differences* pass through $W$. This is
# why $b$ drops out when we differentiate in $X$.

# %% tags=["S0-P2b"]
assert np.allclose((X - Y) @ W, (X @ W + b) - (Y @ W + b))
showing.differs("with a bias", layer_of_the_sum=(X + Y) @ W + b, sum_of_the_layers=(X @ W + b) + (Y @ W + b))


# %% [markdown]
# ## 3 · The derivative is a limit
#
# Take two points on the graph of $f(x) = x^2-4x+3$, at $a = 3$ and at $3+h$. The line through them is a secant. Its slope is rise
# over run. For $h = 2$ it is 4.

# %% jupyter={"source_hidden": true}
def secants():
    ax = plotting.show_secants(parabola, 3.0, (2, 1, 0.5), 2.0, x=np.linspace(0, 5.5, 100))
    return plotting.described(ax, "A parabola and secants from x = 3. For h = 2, 1 and 0.5 their slopes are 4, 3 and 2.5; the "
                              "tangent has slope 2.")


predict("01 secants", "Now h shrinks: 2, then 1, then 0.5, and on to 0. Where does the slope of the secant go?", secants,
        choices=("to 0", "to 2", "to 4", "beyond every number"), answer=lambda _: "to 2",
        why="The slopes are 4, 3, 2.5: each is 2 + h. The secants turn into the tangent.")

# %% [markdown]
# The number that they come to is the derivative,
# $\dfrac{df}{dx}(a) = \lim_{x\to a}\dfrac{f(x)-f(a)}{x-a}$, or with $x = a+\Delta x$ the limit of
# $\dfrac{f(a+\Delta x)-f(a)}{\Delta x}$. Halve $h$ twenty times, from both sides.

# %% tags=["S0-P4", "S3-DER-D"]
a, h = 3.0, np.concatenate([2.0 ** -np.arange(20), -(2.0 ** -np.arange(20))])
quotient = (parabola(x := a + h) - parabola(a)) / (x - a)
other = (parabola(a + h) - parabola(a)) / h
assert np.array_equal(quotient, other)
showing.same("how far each is off", slope_of_the_secant=other - (2 * a - 4), second_point=x - a)

# %% [markdown]
# The slope of the secant is off by exactly $h$, as the second point is. Nothing was special about $a = 3$: at every $a$ there is such a limit, so the derivative is
# again a function, $f'(a) = 2a-4$.
#
# **What the sign says.** Where $f' > 0$ the function rises to the right, where $f' < 0$ it falls, and where
# $f' = 0$ it is flat. So the minimum lies in the direction of $-f'$. (In a small neighbourhood, and for smooth functions;
# section 10 has one that breaks it.)

# %% [markdown]
# ### How far can a measured slope be trusted?
#
# A computer cannot take the limit. It takes some $h$ and lives with an error. Two recipes:
#
# - *one-sided*: $\dfrac{f(a+h)-f(a)}{h}$, with an error near $\frac h2 f''(a)$;
# - *central*: $\dfrac{f(a+h)-f(a-h)}{2h}$, with an error near $\frac{h^2}6 f'''(a)$.
#
# For the parabola $f'''=0$, so central is exact there. Take $\sin$ at 1, whose slope is $\cos 1$.

# %% jupyter={"source_hidden": true}
h = 10.0 ** -np.arange(1, 16)
one_sided = abs((np.sin(1 + h) - np.sin(1)) / h - np.cos(1))
central = abs((np.sin(1 + h) - np.sin(1 - h)) / (2 * h) - np.cos(1))


def errors():
    ax = plotting.show_curves({"one-sided": one_sided, "central": central}, x=h, xlabel="$h$", ylabel="error", log=True)
    ax.set_xscale("log")
    return plotting.described(ax, "Errors against h, both axes logarithmic. From the right both fall, central twice as steeply; then both rise again towards small h.")


predict("01 smallest h", "Take h = 0.1, 0.01, ... down to 1e-15. Which h gives the best slope?", errors,
        choices=("the smallest", "one in the middle", "the largest"), answer=lambda _: "one in the middle",
        why="Read it from right to left: both errors fall, then they turn and rise again, and the points scatter.")

# %% [markdown]
# Both axes of that picture count in powers of ten. An error of the form $c\,h^p$ is a straight line there, and its
# slope is the *order* $p$. Order 1: a tenth of the step, a tenth of the error. Order 2: a hundredth.

# %% tags=["S0-P4"]
showing.order("one-sided", h[:6], one_sided[:6], 1, within=0.05)

# %% tags=["S0-P4"]
showing.order("central", h[:4], central[:4], 2, within=0.05)

# %% [markdown]
# The other part of the error is rounding. A float64 holds about 16 digits. $\sin(1+h)$ and $\sin(1-h)$ agree in more and more of them,
# so their difference has fewer and fewer left. The rounding error is near $10^{-16}$, and the division by $h$ blows
# it up to $10^{-16}/h$. The best $h$ balances both errors: near $10^{-8}$ one-sided, near $10^{-5}$ central.
#
# `calculus.derivative` takes central differences for several $h$, of which those count that agree best
# with each other (and, where the function accepts complex numbers, a step in the imaginary direction). It is the judge of this book.

# %%
from mlp_lib.calculus import derivative

points = [("sin at 1", np.sin, 1.0), ("parabola at 3", parabola, 3.0), ("parabola at 2", parabola, 2.0)]
measured = [derivative(f, at) for _, f, at in points]
showing.same("three slopes", measured=measured, formula=[np.cos(1), 2, 0], atol=1e-15, rtol=0)

# %% [markdown]
# ### Demo: from secant to tangent
#
# Left the secant and the tangent, right the error for every $h$. The slider `log₁₀ h` is the exponent of $h$.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import secant_to_tangent

demo = secant_to_tangent("sin x", at=1.0)
demo

# %% [markdown]
# The dotted lines have the orders 1 and 2. The one-sided errors run along the first, the central ones along the second,
# until they meet the noise that rises to the left.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the parabola at eleven places, the best step, a complex step

# %% [markdown]
# The signs of rise and slope at eleven places, and on which side of each the minimum lies:

# %% tags=["S0-P4b", "S3-DER-SGN"]
a, h = np.linspace(-3, 7, 11), 2.0**-10                  # a power of 2: no rounding
assert np.array_equal(np.sign(2 - a), np.sign(-(2 * a - 4)))
showing.same("signs", of_the_rise=np.sign(parabola(a + h) - parabola(a - h)), of_the_slope=np.sign(2 * a - 4))

# %% [markdown]
# The derivative as a function, $f'(a) = 2a-4$:

# %% tags=["S0-P4", "S3-DER-EX"]
h = 2.0**-20
quotients = (parabola(a + h) - parabola(a)) / h
showing.same("f'(a) for eleven a", quotient=quotients, formula=2 * a - 4, atol=2 * h)

# %% [markdown]
# It is 0 at $a = 2$. There $f$ has its least value, $-1$: completing the square gives $f(x) = (x-2)^2 - 1$, and a square
# is never negative.

# %% tags=["S3-DER-EX"]
assert parabola(2) == -1
showing.same("f(a)", as_given=parabola(a), square_minus_1=(a - 2) ** 2 - 1)

# %% [markdown]
# The best $h$ of the picture:

# %%
h = 10.0 ** -np.arange(1, 16)
best_one, best_two = h[one_sided.argmin()], h[central.argmin()]
assert 1e-9 <= best_one <= 1e-7
assert 1e-7 <= best_two <= 1e-4
print(f"best h: one-sided {best_one:.0e}, central {best_two:.0e}")

# %% [markdown]
# There is a way round rounding, for functions that accept complex numbers: go in the imaginary direction. Since
# $f(a+ih) = f(a) + ihf'(a) + \dots$, the imaginary part over $h$ is the slope. Nothing is subtracted, so $h$ may be
# as small as $10^{-30}$.

# %%
complex_step = np.sin(1 + 1e-30j).imag / 1e-30
showing.same("slope of sin at 1", complex_step=complex_step, cosine=np.cos(1), atol=1e-15, rtol=0)


# %% [markdown]
# ## 4 · One step, and how long it should be
#
# Back to the walk that failed. The printed rule $d\theta\leftarrow-f'(x)$ names a direction, but no length and no
# update. Complete, it reads
#
# $$\theta \leftarrow \theta - \eta f'(\theta), \qquad \eta > 0 \text{ the step size (learning rate)}.$$
#
# For our parabola, $\theta - 2$ becomes $\theta - 2 - \eta(2\theta - 4) = (1-2\eta)(\theta-2)$. Each step multiplies
# the distance from the minimum by $1-2\eta$.

# %%
def walk(x, rate, steps):
    path = [x]
    for _ in range(steps):
        path.append(path[-1] - rate * (2 * path[-1] - 4))
    return np.array(path)


# %% [markdown]
# The factor, checked on a walk with $\eta = 0.9$: it is $-0.8$. With $\eta = 1$ it is $-1$: the walk jumps between
# $x$ and $4-x$. This is the failure of section 1. Then four step sizes: 0.1, 0.5, 0.9 and 1.

# %% tags=["S3-DER-GD"]
for rate in (0.1, 0.5, 0.9):
    assert abs(walk(0.5, rate, 30)[-1] - 2) < 0.002
assert np.array_equal(walk(0.5, 1, 4), [0.5, 3.5, 0.5, 3.5, 0.5])
showing.same("distance from 2 with a step size of 0.9", walked=walk(0.5, 0.9, 6) - 2,
             by_the_factor=(1 - 2 * 0.9) ** np.arange(7) * (0.5 - 2))

# %% jupyter={"source_hidden": true}
rates = (0.1, 0.5, 0.9, 1)


def four_walks():
    ax = plotting.show_curves({rf"$\eta={r:g}$": walk(0.5, r, 12) for r in rates}, x=range(13), xlabel="step", ylabel="$x$")
    ax.set_ylim(0, 5.7)
    return plotting.described(ax, "Four walks from 0.5. Rate 0.1 creeps to 2, 0.5 arrives in one step, 0.9 swings around 2 and narrows, 1 swings for ever.")


predict("01 step size", "Which of the four arrives first?", four_walks, choices=rates, answer=lambda _: 0.5,
        why="With 0.5 the factor is 0: one step. 0.1 creeps, 0.9 overshoots less and less, 1 swings for ever.")

# %% [markdown]
# Beyond 1 the distance grows with each step. The limit is $\eta < 2/f''$, here $2/2$. A steep valley needs a small step.

# %% [markdown]
# ## 5 · Partial derivatives and the gradient
#
# Now a function of two variables, the *six-hump camel function*:
#
# $$f(x_1,x_2) = \left(4 - 2.1x_1^2 + \tfrac13x_1^4\right)x_1^2 + x_1x_2 + \left(-4+4x_2^2\right)x_2^2$$
#
# A cut through it: hold $x_1 = 1.2$ and let only $x_2$ run. Along the cut, $f$ is a function of one variable. Its
# slope we can measure already.

# %%
from mlp_lib.surfaces import six_hump_camel, six_hump_camel_gradient


def cut(x2):
    return six_hump_camel(np.stack(np.broadcast_arrays(1.2, x2), axis=-1))


slope = derivative(cut, -0.4)
print(f"slope along the cut at -0.4: {slope:.4f}")

# %% [markdown]
# Left: the landscape from above, dark is low, with the cut as a white line. Right: the height along the cut, and the
# tangent at the ring.

# %% jupyter={"source_hidden": true}
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained", width_ratios=(1.5, 1))
plotting.show_landscape(six_hump_camel, ax=left).axvline(1.2, color="w")
plotting.show_curves({"height along the cut": cut(t := np.linspace(-1, 1, 201))}, x=t, ax=right, xlabel="$x_2$", ylabel="$f(1.2, x_2)$")
right.axline((-0.4, cut(-0.4)), slope=slope, color="0.5", linestyle="--")
for ax, at, colour in ((left, (1.2, -0.4), "w"), (right, (-0.4, cut(-0.4)), "k")):
    ax.plot(*at, "o", color=colour, markersize=9, markerfacecolor="none", markeredgewidth=2)
plotting.described(figure, "Left: the landscape from above and a vertical line at x1 = 1.2. Right: the height along it, a curve with two valleys, and its tangent at x2 = -0.4.")

# %% [markdown]
# The cut is an ordinary curve of one variable, with an ordinary tangent. Its slope is the *partial derivative*: move
# one coordinate, hold the others.
#
# $$\frac{\partial g}{\partial x_i}(a) = \lim_{x_i\to a_i}
# \frac{g(a_1,\dots,x_i,\dots,a_n) - g(a_1,\dots,a_i,\dots,a_n)}{x_i-a_i}$$

# %% [markdown]
# **The gradient** collects all partial derivatives at a point, $\nabla f = \dfrac{\partial f}{\partial\mathbf x} =
# \left(\dfrac{\partial f}{\partial x_1},\dots,\dfrac{\partial f}{\partial x_n}\right)^T$: a column of $n$ numbers, as
# $\mathbf x$ is. In numpy a vector is neither row nor column; the rule to keep is that *a gradient has the shape of
# what it belongs to*. `calculus.gradient` moves each coordinate in turn.
#
# For the camel
#
# $$\nabla f = \begin{pmatrix}2x_1^5-8.4x_1^3+8x_1+x_2\\ 16x_2^3-8x_2+x_1\end{pmatrix}.$$
#
# It stands beside measured slopes at fifty points, partial by partial.

# %% tags=["S3-GRD-D", "S3-GRD-EX"]
from mlp_lib.calculus import check_gradient, gradient

x1, x2 = points = rng.uniform(-2, 2, size=(2, 50))
formula = np.array([2 * x1**5 - 8.4 * x1**3 + 8 * x1 + x2, 16 * x2**3 - 8 * x2 + x1])
measured = np.array([gradient(six_hump_camel, point) for point in points.T])
showing.same("gradients of the camel", measured=measured, formula=formula.T)

# %% [markdown]
# With many variables it is too dear to move them one
# by one. `check_gradient` moves all at once, in a random direction $v$ of length 1, and compares the measured slope
# with $\nabla f\cdot v$. A check is worth something only if it can fail: we add 0.01 to one partial derivative of the right gradient.

# %%
here = np.array([1.2, -0.4])
grad = six_hump_camel_gradient(here)
print("the right one: difference below 1e-6", check_gradient(six_hump_camel, here, grad) < 1e-6)
wrong = grad + np.array([0, 0.01])
showing.refused("0.01 too much", lambda: check_gradient(six_hump_camel, here, wrong), AssertionError)


# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: partial derivatives of three variables, the camel and the library's gradient

# %% [markdown]
# A test of the limit with three variables: $g(x) = x_1^2x_2 + x_1\sin x_3$. By hand: $\ \partial g/\partial x_1 = 2x_1x_2 + \sin x_3$,
# $\ \partial g/\partial x_2 = x_1^2$, $\ \partial g/\partial x_3 = x_1\cos x_3$.

# %%
def g(x):
    return x[0] ** 2 * x[1] + x[0] * np.sin(x[2])


def g_partials(x):
    return np.array([2 * x[0] * x[1] + np.sin(x[2]), x[0] ** 2, x[0] * np.cos(x[2])])


# %% [markdown]
# The limit, as printed, with $h = 10^{-7}$. Row $i$ of `np.eye(3)` moves coordinate $i$ and no other.

# %% tags=["S0-P5"]
a = np.array([1.3, -0.7, 2.1])
quotients = np.array([(g(a + 1e-7 * e) - g(a)) / 1e-7 for e in np.eye(3)])
showing.same("three partial derivatives", quotient=quotients, by_hand=g_partials(a), atol=1e-5)

# %% tags=["S0-P7"]
assert gradient(g, a).shape == a.shape == (3,)
showing.same("gradient of g", measured=gradient(g, a), by_hand=g_partials(a), rtol=1e-12)

# %% [markdown]
# The library's camel takes one point, or many at once: the last axis holds $x_1, x_2$. Fifty points, and the formula.

# %% tags=["S3-GRD-EX"]
formula = (4 - 2.1 * x1**2 + x1**4 / 3) * x1**2 + x1 * x2 + (-4 + 4 * x2**2) * x2**2
showing.same("f at fifty points", library=six_hump_camel(points.T), formula=formula)

# %% [markdown]
# **A partial derivative is a derivative.** Fix all coordinates but one and call the rest $h$:
# $h(x_i) = g(a_1,\dots,x_i,\dots,a_n)$. Then $dh/dx_i = \partial g/\partial x_i$ everywhere on that line. So
# everything we know about derivatives holds for partial ones.

# %% tags=["S0-P5b"]
along = [derivative(lambda x3: g([a[0], a[1], x3]), t) for t in (-2.0, 0.0, 2.1)]
by_hand = [g_partials(np.array([a[0], a[1], t]))[2] for t in (-2.0, 0.0, 2.1)]
showing.same("slope in the third coordinate, at three places", derivative=along, partial=by_hand, rtol=1e-12)


# %% [markdown]
# This is how the library measures a gradient. It makes sure that $f$ returns one number, so that the result has the shape of $x$.

# %% tags=["shows:calculus.gradient"]
def gradient(f, x, *, step=1e-5):
    result = derivative(f, x, step=step)
    if result.shape != np.shape(x):
        extra = result.shape[: result.ndim - np.ndim(x)]
        raise ValueError(f"a gradient needs one number f(x); got shape {extra}")
    return result


# %% [markdown]
# ## 6 · The gradient points uphill, and nothing is steeper
#
# From a point we can leave in any direction. Which one climbs fastest? Try 3,600 directions, each of length 1,
# and measure the slope along each.
# Angles count from the $x_1$ axis anticlockwise, so 90° is straight up.

# %% jupyter={"source_hidden": true}
angles = np.linspace(-180, 180, 3600, endpoint=False)
V = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=-1)
h = 1e-5
slopes = (six_hump_camel(here + h * V) - six_hump_camel(here - h * V)) / (2 * h)


def all_directions():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained", width_ratios=(1.5, 1))
    plotting.show_landscape(six_hump_camel, x=(0.5, 2), y=(-1, 0.2), ax=left).set_aspect("equal")
    left.annotate("", here + 0.15 * grad, here, arrowprops={"arrowstyle": "-|>", "color": "w", "lw": 2})
    plotting.show_curves({"slope": slopes}, x=angles, ax=right, xlabel="angle in degrees", ylabel="slope")
    right.axvline(np.degrees(np.arctan2(grad[1], grad[0])), color="0.5", linestyle="--")
    return plotting.described(figure, "Left: the gradient arrow crosses the level lines at a right angle. Right: slope against direction is one wave of a cosine; its top lies at the gradient's angle.")


predict("01 directions", "What does the curve of slope against angle look like?", all_directions,
        choices=("one sharp peak", "one smooth wave", "two waves", "flat with jumps"), answer=lambda _: "one smooth wave",
        why="It is a cosine, largest along the gradient, smallest against it. The arrow crosses the level lines at right angles.")

# %% [markdown]
# In direction $v$ the slope is $\nabla f\cdot v$: two partial derivatives are enough to know it in every direction. No other
# direction climbs as fast as the gradient's own.
#
# Two words of care. All this is local: a step that is too long can go up even along $-\nabla f$. And where
# $\nabla f = 0$ there is no steepest direction at all; the origin of the camel is such a point.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the best of 3,600 directions, and of 20,000 in five dimensions

# %% [markdown]
# The 3,600 slopes, by the gradient: $\nabla f\cdot v = \|\nabla f\|\cos\varphi$, where $\varphi$ is the angle between $\nabla f$
# and $v$. Across the gradient, at $\varphi = 90°$, the slope is 0.

# %%
showing.same("slopes in 3,600 directions", measured=slopes, by_the_gradient=V @ grad, atol=1e-8)

# %% [markdown]
# So the best of the 3,600 directions is the gradient's own, the worst is its negative, and the best slope is the length
# of the gradient.

# %% tags=["S0-P7b"]
unit = grad / np.linalg.norm(grad)
assert np.allclose(V[slopes.argmin()], -unit, atol=1e-3)
assert np.isclose(slopes.max(), np.linalg.norm(grad), rtol=1e-6)
showing.same("the steepest direction", of_3600=V[slopes.argmax()], of_the_gradient=unit, atol=1e-3)


# %% [markdown]
# In five dimensions nobody can look, but we can still measure. $q(x) = \sum_i\cos x_i + \prod_i x_i$, and 20,000
# random directions.

# %%
def q(x):
    return np.cos(x).sum(axis=-1) + x.prod(axis=-1)


start = np.array([0.5, -1.2, 2.0, 1.1, 0.7])
V5 = np.random.default_rng(3).standard_normal((20_000, 5))
V5 /= np.linalg.norm(V5, axis=1, keepdims=True)
slopes5 = (q(start + h * V5) - q(start - h * V5)) / (2 * h)
print(f"steepest of 20,000 directions: {slopes5.max():.2f} up, {slopes5.min():.2f} down")

# %% [markdown]
# The best of them comes near the gradient's slope, $\|\nabla q\|$. None climbs faster, and none falls faster than
# $-\|\nabla q\|$.

# %% tags=["S0-P7b"]
steepest = np.linalg.norm(gradient(q, start))
assert 0.9 * steepest < slopes5.max() < steepest
assert -0.9 * steepest > slopes5.min() > -steepest
print(f"length of the gradient: {steepest:.2f}")

# %% [markdown]
# At the origin of the camel the gradient is 0, and yet it rises to the right and falls above:

# %%
assert not six_hump_camel_gradient([0.0, 0.0]).any()
heights = six_hump_camel([[0.1, 0.0], [0.0, 0.0], [0.0, 0.1]])
assert heights[0] > heights[1] > heights[2]
print("to the right, at the origin, above it:", heights.round(4))


# %% [markdown]
# ## 7 · The chain rule
#
# ### One variable
#
# In this section $h$ is a function of a function, $h(x) = g(f(x))$, with $f$ inside. A small step in $x$ is stretched by $f'$, and
# the result is stretched by $g'$. So the slopes multiply: $h'(x) = g'(f(x))\,f'(x)$. Mind the place: $g'$ is taken *at* $f(x)$, not
# at $x$.
#
# An example: $h(x) = 3(2x^2-1)^2 - 2(2x^2-1) + 5$. The inner function is $f = 2x^2-1$, with slope $4x$. The
# outer one is $g = 3f^2-2f+5$, with slope $6f-2$. Do it in your head.

# %%
def inner(x):
    return 2 * x**2 - 1


def outer(f):
    return 3 * f**2 - 2 * f + 5


# %% jupyter={"source_hidden": true}
predict("01 chain", "What is h'(1)?",
        lambda: round(float((6 * inner(1) - 2) * 4 * 1)), choices=(4, 8, 16, 20),
        why="The inner value is f(1) = 1, its slope is 4. The outer slope at 1 is 6 - 2 = 4. The slopes multiply.")

# %% [markdown]
# The same at eight other places. For every $x$ it is the slope of the outer function, $3\cdot2(2x^2-1)-2$, times the slope of the inner
# one, $2\cdot2x$. Beside the product stands what `derivative` measures on the whole function, which knows nothing of a chain.

# %% tags=["S3-CH-EX"]
x = np.linspace(-1.8, 1.8, 8)
chained = (6 * inner(x) - 2) * 4 * x
measured = [derivative(lambda t: outer(inner(t)), point) for point in x]
showing.same("h'(x) at eight points", by_the_chain_rule=chained, measured=measured, rtol=1e-9)

# %% [markdown]
# ### Many variables
#
# Now $y\in\mathbb R^m$ goes through $n$ inner functions $f_1,\dots,f_n$ into $g:\mathbb R^n\to\mathbb R$, and
# $h(y) = g(f_1(y),\dots,f_n(y))$. In the demo $h = g(f_1, f_2)$, with
# $m = 3$ and $n = 2$: $f_1 = y_1y_2+y_3$, $f_2 = \sin y_1-y_2y_3^2$, $g = x_1^2x_2+x_2^3$. Slopes along a way multiply; ways add.
#
# ### Demo: the ways of the chain rule
#
# Press a ring on an edge, or an input $y_i$: by mouse, or with Tab and Enter. The sliders move the point.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import chain_graph

demo = chain_graph((0.8, -1.5, 0.6))
demo


# %% [markdown]
# In a formula:
#
# $$\frac{\partial h}{\partial y_i}(a) = \sum_{j=1}^n \frac{\partial g}{\partial x_j}\big(f_1(a),\dots,f_n(a)\big)
# \,\frac{\partial f_j}{\partial y_i}(a)$$
#
# Every $\partial g/\partial x_j$ takes the *whole* inner point. The inner slopes make a table, $n\times m$, one row for each $f_j$;
# the sum over $j$ is a row of $n$ slopes times this table. At the point of the demo, against measured slopes:

# %%
def f(y):
    return np.array([y[0] * y[1] + y[2], np.sin(y[0]) - y[1] * y[2] ** 2])


def f_slopes(y):
    return np.array([[y[1], y[0], 1.0], [np.cos(y[0]), -y[2] ** 2, -2 * y[1] * y[2]]])


def g_slopes(x1, x2):
    return np.array([2 * x1 * x2, x1**2 + 3 * x2**2])


# %% tags=["S0-P6", "S0-P6b", "mended"]
def h_of(y):
    x1, x2 = f(y)
    return x1**2 * x2 + x2**3


a = np.array([0.8, -1.5, 0.6])
showing.slopes("gradient of h", h_of, a, g_slopes(*f(a)) @ f_slopes(a))


# %% [markdown]
# The first number is what the demo added up for $y_1$. This is why the rest of the book uses matrices: the sums over ways are matrix
# products, one a level. Backpropagation multiplies them from the left, starting at the single number $h$, so that a row meets a
# table at every step and never a table another table.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a network as a chain, other places, more functions, three levels

# %% [markdown]
# **A network is such a chain.** In this book rows are samples, $xU$, so the weight $U_{pq}$ leads from input $p$ to
# unit $q$. A small network: 4 inputs, 5 hidden units, 3 outputs, tanh in both layers. There is one way only from the weight
# $U_{pq}$ to the output $o_i$: through hidden unit $q$. Four slopes
# lie on it, from the output back: of the outer tanh, of the second product, of the inner tanh, of the first product.

# %%
def network(x, U1, U2):
    return np.tanh(np.tanh(x @ U1) @ U2)


own = np.random.default_rng(6)
x, U1, U2 = own.normal(size=4), own.normal(size=(4, 5)), own.normal(size=(5, 3))
hidden, o = np.tanh(x @ U1), network(x, U1, U2)
print("three outputs:", o.round(4))

# %% jupyter={"source_hidden": true} tags=["S3-CH-MLP"]
measured = derivative(lambda U: network(x, U, U2), U1)   # (3, 4, 5): output, from, to
i, p, q = np.ogrid[:3, :4, :5]
chained = (1 - o[i] ** 2) * U2[q, i] * (1 - hidden[q] ** 2) * x[p]
assert np.allclose(chained, measured, rtol=1e-7)

predict("01 four slopes", "Which of the four slopes depend on p, where the weight comes from?",
        lambda: showing.same("60 slopes of 3 outputs in 20 weights", by_the_chain_rule=chained, measured=measured),
        choices=("all four", "the two in the middle", "the last one alone", "none"), answer=lambda _: "the last one alone",
        why="Only the input carries the index p. The other three belong to the unit that the weight leads to.")

# %% [markdown]
# Multiplied out, the slope of $3(2x^2-1)^2 - 2(2x^2-1) + 5$ is $48x^3-32x$:

# %% tags=["S3-CH-EX"]
x = np.linspace(-2, 2, 9)
showing.same("h'(x) at nine points", by_the_chain_rule=(6 * inner(x) - 2) * 4 * x, multiplied_out=48 * x**3 - 32 * x)

# %% [markdown]
# Take $g'$ at the wrong place, at $x$ instead of $f(x)$, and at $x = 2$ you get 80. The slope there is 320.

# %%
showing.differs("h'(2)", slope_of_g_at_x=(6 * 2 - 2) * 4 * 2, slope_of_g_at_f=(6 * inner(2) - 2) * 4 * 2)

# %% [markdown]
# Once more with other functions: $g = \tanh$ with slope $1-\tanh^2$, and $f = \exp$, which is its own slope.

# %% tags=["S3-CH-D"]
at_three = np.array([-1.0, 0.3, 0.9])
two = (1 - np.tanh(np.exp(at_three)) ** 2) * np.exp(at_three)
slopes_found = [derivative(lambda s: np.tanh(np.exp(s)), at) for at in at_three]
showing.same("two functions, three points", by_the_chain_rule=two, measured=slopes_found, rtol=1e-9)

# %% [markdown]
# Three functions, one more factor: with $h(x) = g(f(s(x)))$ it is $h'(x) = g'(f(s(x)))\;f'(s(x))\;s'(x)$. Put $s = \sin$ inside.

# %% tags=["S3-CH-D"]
innermost = np.sin(at_three)
three = (1 - np.tanh(np.exp(innermost)) ** 2) * np.exp(innermost) * np.cos(at_three)
slopes_found = [derivative(lambda s: np.tanh(np.exp(np.sin(s))), at) for at in at_three]
showing.same("three functions, three points", by_the_chain_rule=three, measured=slopes_found, rtol=1e-9)


# %% [markdown]
# The survival guide puts $f_j(a)$ alone into $\partial g/\partial x_j$. But that is a function of $n$ numbers.

# %% tags=["S0-P6", "fails-as-printed"]
def g_1(x1, x2):
    return g_slopes(x1, x2)[0]


showing.refused("as printed", lambda: g_1(f(a)[0]) * f_slopes(a)[0], TypeError)

# %% [markdown]
# With $f_j(a)$ in every place it runs, and the result is wrong.

# %% tags=["S0-P6", "fails-as-printed"]
f1, f2 = f(a)
repeated = np.array([g_slopes(f1, f1)[0], g_slopes(f2, f2)[1]]) @ f_slopes(a)
measured_gradient = gradient(h_of, a)
assert not np.isclose(repeated, measured_gradient, rtol=0.05).any()
showing.differs("gradient of h", one_number_repeated=repeated, measured=measured_gradient)

# %% [markdown]
# The right form holds at all points. Here are twenty, with the sum written out.

# %% tags=["S0-P6b"]
for y in np.random.default_rng(4).normal(size=(20, 3)):
    row, table = g_slopes(*f(y)), f_slopes(y)
    by_entries = [sum(row[j] * table[j, i] for j in range(2)) for i in range(3)]
    shown = showing.slopes("gradient of h, at the last of twenty points", h_of, y, by_entries)
shown


# %% [markdown]
# **Three levels.** Let $y$ itself come from $z\in\mathbb R^k$ through $F_1,\dots,F_m:\mathbb R^k\to\mathbb R$; here $k = 4$.
# With a letter $r$ of its own for the sum over $y$ (the survival guide takes $k$ for both):
#
# $$\frac{\partial h}{\partial z_i} = \sum_{j=1}^n\sum_{r=1}^m \frac{\partial g}{\partial x_j}\,
# \frac{\partial f_j}{\partial y_r}\,\frac{\partial F_r}{\partial z_i}, \qquad i = 1,\dots,k.$$

# %%
def F(z):
    return np.array([z[0] * z[3], np.sin(z[1]) + z[2], z[2] * z[3] - z[0]])


def F_slopes(z):
    return np.array([[z[3], 0, 0, z[0]], [0, np.cos(z[1]), 1, 0], [-1, 0, z[3], z[2]]])


# %% [markdown]
# Three tables of slopes, of shapes $(n)$, $n\times m$ and $m\times k$: 2, 2 × 3 and 3 × 4. Each is taken at its own
# point: $F(z)$ for the middle one, $f(F(z))$ for the left one.

# %%
z = np.array([0.9, -0.4, 1.7, 0.3])
y = F(z)
dg, df, dF = g_slopes(*f(y)), f_slopes(y), F_slopes(z)
showing.refused("r = 4", lambda: df[:, 3], IndexError)

# %% [markdown]
# The double sum, entry by entry, is the measured gradient.

# %% tags=["S0-P6c"]
double = [sum(dg[j] * df[j, r] * dF[r, i] for j in range(2) for r in range(3)) for i in range(4)]
showing.slopes("gradient in z", lambda z: h_of(F(z)), z, double)

# %% [markdown]
# As matrices it is one product of three. With $\partial f_j(F(z))/\partial z_i$ under a
# single sum it is the same product with the last two multiplied first.

# %% tags=["S0-P6c"]
assert np.allclose(df @ dF, derivative(lambda z: f(F(z)), z), rtol=1e-9)
showing.same("gradient in z", double_sum=double, product_of_three=dg @ df @ dF)

# %% [markdown]
# **Two readings of a weight.** In the network above, the slope of $o_i$ in $U_{pq}$ is
# $(1-o_i^2)\;U^2_{qi}\;(1-\mathrm{hidden}_q^2)\;x_p$. The linear algebra slides ask for $\partial o_i/\partial u^1_{23}$ of a network. Is $u_{23}$ the
# weight *from* 2 *to* 3, or *to* 2 *from* 3? Both are in use: with $xU$ the first, with $Ux$ the second. It matters:

# %% tags=["S3-CH-MLP"]
from_2_to_3, to_2_from_3 = measured[:, 1, 2], measured[:, 2, 1]
assert not np.isclose(from_2_to_3, to_2_from_3).any()
showing.differs("three outputs", from_2_to_3=from_2_to_3, to_2_from_3=to_2_from_3)

# %% [markdown]
# ## 8 · Jacobian and Hessian
#
# ### The Jacobian: a map from vectors to vectors
#
# The tables of slopes in section 7 have a name. For $\mathbf f:\mathbb R^d\to\mathbb R^m$ the *Jacobian* holds the slopes
#
# $$J_{ij} = \frac{\partial f_i}{\partial x_j}.$$
#
# Row $i$ belongs to output $i$, column $j$ to input $j$. For example
# $\mathbf f(\mathbf x) = (2x_1+x_2^2,\ -x_1^2+3x_2,\ 4x_1x_2)^T$.

# %%
from mlp_lib.calculus import jacobian


def three_outputs(x):
    return np.array([2 * x[0] + x[1] ** 2, -(x[0] ** 2) + 3 * x[1], 4 * x[0] * x[1]])


# %% jupyter={"source_hidden": true} tags=["S3-JAC-EX"]
at_2_1 = jacobian(three_outputs, np.array([2.0, 1.0]))
by_hand = [[2, 2], [-4, 3], [4, 8]]

predict("01 jacobian", "Which shape has the Jacobian of this function?",
        lambda: showing.same("Jacobian at (2, 1)", measured=at_2_1, by_hand=by_hand, rtol=1e-9),
        choices=("2 × 3", "3 × 2", "3 × 3"), answer=lambda _: "3 × 2",
        why="Three outputs down, two inputs across. By hand the rows are (2, 2 x2), (-2 x1, 3), (4 x2, 4 x1).")


# %% [markdown]
# **What it does.** $J\,\Delta\mathbf x$ says how the output moves after a small step $\Delta\mathbf x$. To see it, take the first two
# outputs alone, a map of the plane, around $(2,1)$. Blue: a square grid as the map bends it. Orange: the same grid as the Jacobian
# of the middle says. Left the grid reaches one unit from the middle, right a quarter.

# %% jupyter={"source_hidden": true}
def plane(x):
    return three_outputs(x)[:2]


figure, axes = plt.subplots(1, 2, figsize=(8, 3.7), layout="constrained")
for ax, reach in zip(axes, (1, 0.25)):
    plotting.show_tangent_grid(plane, [2, 1], jacobian(plane, np.array([2.0, 1.0])), reach=reach, ax=ax)
axes[0].legend(frameon=False)
plotting.described(figure, "Two grids over each other, a bent blue one and a straight dashed one. Left they touch in the middle "
                   "and part towards the corners; right, a quarter of the size, they all but agree.")

# %% [markdown]
# Around the middle the two are hard to tell apart; towards the corners they part. Read the axes: on the left the corners are off by
# one unit both ways, on the right by a sixteenth, at a quarter of the reach.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the Jacobian of section 7, the other layout, the library's function

# %% [markdown]
# The function $f$ of section 7 goes from $\mathbb R^3$ to $\mathbb R^2$. Two outputs, three inputs: its Jacobian is $2\times3$. One entry is checked by moving one input and watching one output, and
# then all of them.

# %% tags=["S3-JAC-D"]
J = jacobian(f, a)
i, j, h = 1, 2, 1e-6
step = h * np.eye(3)[j]
assert np.isclose(J[i, j], (f(a + step)[i] - f(a - step)[i]) / (2 * h))
showing.same("Jacobian of f", measured=J, by_hand=f_slopes(a), rtol=1e-12)

# %% [markdown]
# The formula of the example at two points:

# %% tags=["S3-JAC-EX"]
for x1, x2 in ((2.0, 1.0), (-0.3, 1.7)):
    by_hand = np.array([[2, 2 * x2], [-2 * x1, 3], [4 * x2, 4 * x1]])
    shown = showing.same("Jacobian at the last of two points", by_hand=by_hand,
                         measured=jacobian(three_outputs, np.array([x1, x2])), rtol=1e-9)
shown

# %% [markdown]
# Beside it the linear algebra slides say that this matrix is defined as $2\times3$. Such a matrix cannot be multiplied by a step of two numbers.

# %% tags=["S3-JAC-NOTE", "fails-as-printed"]
dx = np.array([1e-4, -2e-4])
assert at_2_1.shape != (2, 3)
showing.refused("a 2 × 3 Jacobian times a step of two numbers", lambda: at_2_1.reshape(2, 3) @ dx)

# %% [markdown]
# $J$ is $3\times2$ (*numerator layout*: outputs down, inputs across). The $2\times3$ matrix is its transpose (*denominator
# layout*); with it a step is a row: $\Delta\mathbf x\,J^T$. Those slides change over to it later.

# %% tags=["S3-JAC-NOTE", "mended"]
moved = three_outputs(np.array([2.0, 1.0]) + dx) - three_outputs(np.array([2.0, 1.0]))
assert np.allclose(dx @ at_2_1.T, moved, atol=1e-6)
showing.same("how the output moves", by_the_Jacobian=at_2_1 @ dx, measured=moved, atol=1e-6)


# %% [markdown]
# The library measures a Jacobian so:

# %% tags=["shows:calculus.jacobian"]
def jacobian(f, x, *, step=1e-5):
    result = derivative(f, x, step=step)
    if np.ndim(x) != 1 or result.ndim != 2:
        shape = result.shape[: result.ndim - np.ndim(x)]
        raise ValueError(f"a Jacobian needs vectors; got x {np.shape(x)}, f(x) {shape}")
    return result


# %% [markdown]
# ### The Hessian: slopes of slopes
#
# A gradient is itself a map from $\mathbb R^n$ to $\mathbb R^n$. Its Jacobian holds the second derivatives and is
# called the *Hessian*, $n\times n$: $H_{ij} = \frac{\partial^2 f}{\partial x_i\,\partial x_j}$. For smooth $f$ the order does not
# matter, $H = H^T$. For the camel
#
# $$H = \begin{pmatrix}10x_1^4-25.2x_1^2+8&1\\1&48x_2^2-8\end{pmatrix}, \qquad
# H|_{(0,1)} = \begin{pmatrix}8&1\\1&40\end{pmatrix}.$$

# %% tags=["S3-HES-EX"]
from mlp_lib.calculus import hessian

at_0_1 = hessian(six_hump_camel, np.array([0.0, 1.0]))
showing.same("Hessian of the camel at (0, 1)", by_hand=[[8, 1], [1, 40]], measured=at_0_1, atol=1e-4)

# %% [markdown]
# **A fitted bowl.** Near a point, $f(x+d) \approx f(x) + \nabla f\cdot d + \frac12\, d^THd$: height, slope and bend of $f$. Below, the
# level lines of the camel (blue) and of this fit (orange, dashed), left around one of its minima, right around the origin. The
# black lines are the two directions, always at right angles, in which the fit bends least and most. How much it bends there
# are the *eigenvalues* of $H$ (chapter 08 is about them); they stand at the ends.

# %% jupyter={"source_hidden": true}
figure, axes = plt.subplots(1, 2, figsize=(8, 3.9), layout="constrained")
for ax, at in zip(axes, np.array([[0.0898, -0.7127], [0.0, 0.0]])):
    plotting.show_bowl(six_hump_camel, at, six_hump_camel_gradient(at), hessian(six_hump_camel, at), reach=0.25, ax=ax)
plotting.described(figure, "Left: level lines of the camel around a minimum are nearly ellipses; the dashed ellipses of the fit run "
                   "close beside them, closest in the middle; labels 7.7 and 16.5. Right: around the origin both are "
                   "hyperbolas, in the middle one on the other; labels -8.1 and 8.1.")

# %% [markdown]
# The nearer to the middle, the closer the dashed lines are to the blue ones. Left a gap
# shows even at the innermost ring. There both curvatures are positive, 7.7 and 16.5: a bowl, walls on all sides. Such
# a Hessian is called *positive definite*. Right one is $-8.1$ and one $8.1$: a saddle, up in one direction and down in the other.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: how good the fit is, Hessians by hand, and the library's function

# %% [markdown]
# How good is the fit? Go from $(0,1)$ in a direction $d$, ever shorter steps $t$, and keep what the gradient leaves over, and what is
# left when the Hessian's part is taken off, too.

# %%
x, d, t = np.array([0.0, 1.0]), np.array([0.6, -0.8]), 0.1 / 2.0 ** np.arange(6)
change = six_hump_camel(x + np.outer(t, d)) - six_hump_camel(x)
after_gradient = change - t * (six_hump_camel_gradient(x) @ d)
after_hessian = after_gradient - t**2 / 2 * (d @ at_0_1 @ d)
showing.order("what the gradient leaves", t, np.abs(after_gradient), 2)

# %% jupyter={"source_hidden": true}
orders = [np.polyfit(np.log(t), np.log(np.abs(left)), 1)[0] for left in (after_gradient, after_hessian)]
assert np.allclose(orders, [2, 3], atol=0.1)

predict("01 remainders", "Halve the step t. To which share does what the Hessian leaves shrink?",
        lambda: showing.order("what the Hessian leaves", t, np.abs(after_hessian), 3), choices=("a half", "a quarter", "an eighth"),
        answer=lambda _: "an eighth", why="Order 3: a half three times over. What the gradient leaves has order 2. Each derivative that is known buys one more power.")

# %% [markdown]
# The Hessian of $x_1^2x_2 + x_1\sin x_3$ of section 5. Its partial derivatives are known there; we differentiate them
# once more. Entry $(i,j)$ is partial derivative $i$, moved in $x_j$. (It is one derivative in $x_i$ and one in $x_j$, not one in the
# product, as $\partial x_ix_j$ would say.)

# %% tags=["S3-HES-D"]
s, c = np.sin(a[2]), np.cos(a[2])
by_hand_g = np.array([[2 * a[1], 2 * a[0], c], [2 * a[0], 0, 0], [c, 0, -a[0] * s]])
measured_g = jacobian(g_partials, a)
assert np.allclose(measured_g, measured_g.T, atol=1e-9)      # either order of the two derivatives
showing.same("Hessian of g", by_hand=by_hand_g, measured=measured_g, atol=1e-9)

# %% [markdown]
# The library needs the function only, not its partial derivatives. Measuring twice costs digits: about eight are left.

# %% tags=["S3-HES-D"]
measured_g = hessian(lambda x: x[0] ** 2 * x[1] + x[0] * np.sin(x[2]), a)
showing.same("Hessian of g", by_hand=by_hand_g, from_g_alone=measured_g, atol=1e-6)

# %% [markdown]
# The formula of the camel's Hessian at ten points:

# %% tags=["S3-HES-EX"]
for x1, x2 in np.random.default_rng(5).uniform(-2, 2, size=(10, 2)):
    by_hand = [[10 * x1**4 - 25.2 * x1**2 + 8, 1], [1, 48 * x2**2 - 8]]
    shown = showing.same("Hessian of the camel at the last of ten points", by_hand=by_hand,
                         measured=hessian(six_hump_camel, np.array([x1, x2])), atol=1e-4)
shown


# %% [markdown]
# The library measures the gradient of a measured gradient, and averages the two measurements of each pair.

# %% tags=["shows:calculus.hessian"]
def hessian(f, x, *, step=1e-4):
    H = jacobian(lambda point: gradient(f, point), x, step=step)
    return (H + H.T) / 2


# %% [markdown]
# ## 9 · Six valleys
#
# Now all of it together: walk down the camel, $x \leftarrow x - \eta\nabla f(x)$. The walk is written for one point
# and for many at once. Sixty random starts, 600 steps each.

# %%
def descend(x, rate, steps):
    path = [np.asarray(x)]
    for _ in range(steps):
        path.append(path[-1] - rate * six_hump_camel_gradient(path[-1]))
    return np.stack(path)


# %% jupyter={"source_hidden": true}
starts = np.random.default_rng(9).uniform((-2, -1), (2, 1), size=(60, 2))
paths = descend(starts, rate=0.02, steps=600)            # (601, 60, 2)
ends = paths[-1]
assert np.abs(six_hump_camel_gradient(ends)).max() < 1e-9
minima, arrived = np.unique(ends.round(4), axis=0, return_counts=True)
curvatures = np.array([np.linalg.eigvalsh(hessian(six_hump_camel, point)) for point in minima])
assert len(minima) == 6
assert curvatures.min() > 4
lowest = int(arrived[six_hump_camel(minima) < -1].sum())


def places():
    lines = zip(minima, six_hump_camel(minima), arrived, curvatures.round(1))
    return "\n".join(f"({x1:7.4f}, {x2:7.4f})  f = {height:7.4f}  reached by {count:2}, curvatures {low} and {high}"
                     for (x1, x2), height, count, (low, high) in lines)


predict("01 sixty starts", "Two of the six valleys are the lowest. How many of the sixty walks end in one of these two?", places,
        between=(0, 60), answer=lambda _: lowest, why="The two lowest valleys are in the middle, and the ground slopes towards "
        "them from far away. But many walks end elsewhere.")

# %% [markdown]
# The valleys come in pairs, because $f(-x) = f(x)$. The two at $\pm(0.0898, -0.7127)$ are the lowest, $f = -1.0316$. The
# other four are minima too: all curvatures are positive. Here is a walk into each of them.

# %% jupyter={"source_hidden": true}
chosen = [np.flatnonzero((ends.round(4) == point).all(axis=1))[0] for point in minima]
levels = np.r_[-1.1:2.9:0.1, 3:6.5:0.5]                  # closer where it is low, to see the flat valleys
ax = plotting.show_landscape(six_hump_camel, levels=levels, ax=plotting.axes_or_new(None, (8, 3.7)))
plotting.show_paths([paths[:, number] for number in chosen], ax=ax).set_aspect("equal")
plotting.described(ax, "The landscape from above with its level lines, both axes in one scale: two deep valleys near the middle, two at the "
                   "left and right edges, two flat hollows high up; a white path leads down into each of the six, across the level lines.")

# %% [markdown]
# Each path crosses the level lines at right angles, goes straight down the slope on which it started, and ends in the valley there.
# Gradient descent finds *a* minimum, not *the* minimum. Where it ends depends on where it starts. The steps are long on steep
# ground and short near the bottom, although $\eta$ is the same.

# %% [markdown]
# ### Demo: choose the start yourself
#
# Drag the orange dot, or move to it with Tab and use the arrow keys (with Shift: larger steps). The path follows; on the right
# are the heights along it, and the dashed line is the lowest value of all.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import descend_camel

demo = descend_camel((-1.2, 0.9), learning_rate=0.02)
demo

# %% [markdown]
# The walk knows nothing but the slope where it stands. It cannot see that there is a deeper valley next door.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: how large the step may be

# %% [markdown]
# As in section 4, the limit is 2 over the curvature, here over the largest eigenvalue of the
# Hessian. At the bottoms it is below 24, so $\eta < 2/24 = 0.083$ holds a walk in each of them. At the steep rim,
# $x_1 = \pm2$, it is 67. A walk that shall not jump there needs $\eta < 2/67 = 0.03$; we took 0.02.

# %%
deepest = np.array([np.linalg.eigvalsh(hessian(six_hump_camel, point)).max() for point in minima])
rim = np.linalg.eigvalsh(hessian(six_hump_camel, np.array([2.0, 0.0]))).max()
assert deepest.max() < 24 < rim < 68
print(deepest.round(1), rim.round(1))

# %% [markdown]
# ## 10 · Break it
#
# Four walks from $(1.9, 0.5)$, twelve steps each, with $\eta = 0.02,\ 0.1,\ 0.2$ and $0.3$.

# %% jupyter={"source_hidden": true}
rates = (0.02, 0.1, 0.2, 0.3)
with np.errstate(over="ignore", invalid="ignore"):
    walks = {rate: descend([1.9, 0.5], rate, 12) for rate in rates}
assert np.allclose(walks[0.02][-1], [1.607, 0.569], atol=0.03)
assert np.allclose(walks[0.1][-1], [-0.090, 0.713], atol=0.01)
assert np.abs(six_hump_camel_gradient(walks[0.2])).max(axis=1).min() > 0.5
assert not np.isfinite(walks[0.3]).all()


def first_points():
    return "\n".join(f"{rate}: " + "  ".join(f"({x1:.3g}, {x2:.3g})" for x1, x2 in path[:5]) + " ..."
                     for rate, path in walks.items())


predict("01 too large", "How many of the four stay in the valley above which they start, near (1.61, 0.57)?", first_points,
        choices=("all four", "three", "two", "one"), answer=lambda _: "one",
        why="Only 0.02 goes down into it. 0.1 jumps out with its first step, 0.2 wanders, 0.3 is thrown up a wall.")

# %% [markdown]
# How far a step goes depends on $\eta$ and on the slope: on steeper ground the same $\eta$ goes further. And the limit of
# section 4, 2 over the curvature, is another one at every place.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a kink; a function that wobbles; partial derivatives, and no slope

# %% [markdown]
# **A kink.** $|x|$ has no derivative at 0: from the right the slope is 1, from the left $-1$. The central difference does not
# notice. It takes the mean of the two and returns 0, without a warning.

# %%
h = 1e-6
right, left = (abs(h) - abs(0)) / h, (abs(-h) - abs(0)) / -h
assert (right, left) == (1, -1)
assert derivative(np.abs, 0.0) == 0
print(f"from the right {right:g}, from the left {left:g}, central {derivative(np.abs, 0.0):g}")


# %% [markdown]
# The activation ReLU, $\max(0, x)$, has such a kink. So in this book gradients are checked at points that stay away from it; `check_gradient` says
# so where one does not.

# %% [markdown]
# $w(x) = \frac x2 + x^2\sin\frac1x$, with $w(0) = 0$. Its slope at 0 is $\frac12$. So it rises at 0.

# %%
def wobble(x):
    return x / 2 + x**2 * np.sin(1 / x)


h = 10.0 ** -np.arange(1, 9)
assert np.all(abs(wobble(h) / h - 0.5) <= h)             # the quotient at 0 tends to 1/2
print("quotients at 0:", (wobble(h[:4]) / h[:4]).round(3))

# %% [markdown]
# Does it rise in some neighbourhood of 0? Look at the slopes at $x = \frac1{2\pi k}$, ever nearer to 0.

# %%
falling = 1 / (2 * np.pi * np.array([1, 10, 100]))
near_0 = [derivative(wobble, x, step=1e-8) for x in falling]
showing.same("slopes for k = 1, 10, 100", measured=near_0, minus_a_half=[-0.5] * 3, atol=1e-4)


# %% [markdown]
# They are all near $-\frac12$: as near to 0 as one likes there are points where $w$ falls. A positive slope at one point
# says that nearby values to the right are larger than $w(0)$, not that the function rises there. If the derivative is
# also continuous, it does; this is what "smooth" means in section 3.
#
# **Partial derivatives, and no slope.** $u(x_1,x_2) = \dfrac{x_1x_2}{x_1^2+x_2^2}$, with $u(0,0) = 0$. On both axes $u$ is 0, so
# both partial derivatives at the origin are 0.

# %%
def u(x):
    return x[0] * x[1] / (x @ x) if x.any() else 0.0


# %% [markdown]
# First the gradient at the origin, then points on the diagonal.

# %%
assert not gradient(u, np.zeros(2)).any()
diagonal = [u(np.array([h, h])) for h in (1e-1, 1e-5, 1e-9)]
showing.same("u on the diagonal, ever nearer", measured=diagonal, a_half=[0.5] * 3)

# %% [markdown]
# The gradient says "flat", and the function jumps to $\frac12$. The partial derivatives look along the axes only. That
# they speak for all directions is true where they are continuous, as in every network of this book away from its
# kinks.

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/01_prerequisites.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check.
#
# 1. **A better quotient.** $\dfrac{8\big(f(a+h)-f(a-h)\big)-\big(f(a+2h)-f(a-2h)\big)}{12h}$ uses four points.
#    What is its order, and its best $h$? Check with the cells of section 3.
# 2. **Momentum.** Change `walk` so that each step keeps half of the step before. Does $\eta=1$ now
#    arrive? Check that the last value lies within 0.001 of 2.
# 3. **Four levels.** Put $z = G(t)$ with a $G:\mathbb R^2\to\mathbb R^4$ of your own before the chain of section 7 (its folded part has
#    three levels). Which matrix is added, of which shape, on which side? Check with `check_gradient`.
# 4. **Which start ends where?** Start `descend` on a grid of 200 × 100 points and colour each by the minimum it
#    reaches. Is the border between two colours straight? Check: six colours and no more.
# 5. **Newton's step.** Replace $\eta\nabla f$ by $H^{-1}\nabla f$ (`np.linalg.solve`). Where does it go from
#    near the saddle at the origin, and why? Check the gradient and the eigenvalues at the end.
#
# ## Summary
#
# A derivative is a limit; a measured one has an error of order 1 or 2 until rounding takes over. A gradient has the
# shape of its point, is the steepest direction, and needs a step size. Slopes along a way multiply, ways add: products
# of Jacobians, outputs down, inputs across. A Hessian fits a bowl or a saddle. `gradient`, `jacobian`, `hessian` and
# `check_gradient` took over from there.
#
# Next: [02](02_matrix_calculus.ipynb), where the variable is a whole matrix.
