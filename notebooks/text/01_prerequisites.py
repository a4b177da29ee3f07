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
# the documents. Needs: school calculus, a little Python · about two hours; the cells alone run in seconds.
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
import matplotlib.pyplot as plt
import numpy as np

from mlp_lib import plotting, showing
from mlp_lib.questions import predict

rng = np.random.default_rng(1)

# %% [markdown]
# ## 1 · See it fail first
#
# The slides want the lowest point of $f(x) = x^2-4x+3$. Its slope is $f'(x) = 2x-4$. The lowest point should lie in
# the direction of $-f'$.


# %%
def parabola(x):
    return x**2 - 4 * x + 3


# %% [markdown]
# The slides print the rule $d\theta \leftarrow -f'(x)$. So we move by exactly $-f'(x)$. We start at $x = 0.5$. The
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
# The rule lacks something, which section 4 names. First we need to know what a slope is, and how to measure one.
#
# ## 2 · A matrix is a table, and it is a map
#
# A real $n\times m$ matrix is a table with $n$ rows and $m$ columns. It is also a function: give it a row number $i$
# and a column number $j$, and it returns the number $A_{ij}$ at that place.
#
# On paper both count from 1. In numpy they count from 0.

# %%
n, m, k = 3, 4, 5
A = rng.integers(-5, 10, size=(n, m))
A

# %% [markdown]
# Here is the function, counting as on paper. From its values we build the table again.


# %% tags=["S0-P1"]
def entry(i, j):
    return A[i - 1, j - 1]


table = [[entry(i, j) for j in range(1, m + 1)] for i in range(1, n + 1)]
showing.same("A", by_the_function=table, as_numpy_keeps_it=A)

# %% [markdown]
# **The product.** $A$ is $n\times m$, $B$ is $m\times k$, and $AB$ is $n\times k$. The two inner sizes must agree, and
# they disappear:
#
# $$(AB)_{j\ell} = \sum_{i=1}^m A_{ji}B_{i\ell}$$
#
# Row $j$ of $A$ meets column $\ell$ of $B$.

# %% tags=["S0-P2"]
B = rng.integers(-5, 10, size=(m, k))
AB = [[sum(A[j, i] * B[i, c] for i in range(m)) for c in range(k)] for j in range(n)]
showing.same("AB", by_the_sum=AB, by_numpy=A @ B)

# %% [markdown]
# The other order, $BA$, asks for rows of length 5 to meet columns of length 3. numpy refuses.

# %%
showing.refused("B @ A", lambda: B @ A)

# %% [markdown]
# One product, two more ways to read it. Each row of $AB$ is a row of $A$ times the whole of $B$. And $AB$ is a sum of
# $m$ tables: column $i$ of $A$ spread over row $i$ of $B$. Backpropagation uses the second reading: it sums over
# samples.

# %%
outer_products = [np.outer(A[:, i], B[i]) for i in range(m)]
assert np.array_equal((A @ B)[1], A[1] @ B)
showing.same("AB", as_a_product=A @ B, as_a_sum_of_4_tables=sum(outer_products))

# %% [markdown]
# **Why layers are products.** One sample is a row of $D$ numbers, a batch $X$ has $N$ rows, and weights
# $W$ of shape $D\times C$ turn each row into $C$ numbers. First in the plane, where it can be seen: $D = C = 2$.
# The grey grid goes in, the blue one comes out. The two grey arrows are
# $(1,0)$ and $(0,1)$; the blue and the orange one are what becomes of them.

# %%
W2, b2 = np.array([[1.5, 0.5], [-0.5, 1.0]]), np.array([2.0, 1.0])
_, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
plotting.show_plane_map(lambda X: X @ W2, ax=axes[0]).set_title("$XW$")
plotting.show_plane_map(lambda X: X @ W2 + b2, ax=axes[1]).set_title("$XW + b$")
plotting.described(axes[0], "Left: a square grid becomes a slanted one around the same origin. Right: the same slanted grid, moved up and right.")

# %% [markdown]
# The arrow $(1,0)$ lands on the first row of $W$, the arrow $(0,1)$ on the second. Straight lines stay straight,
# parallels stay parallel. Without a bias the origin stays where it is: the map is linear. A bias moves everything by
# the same step: the map is affine.
#
# In numbers, with three different sizes. Linear means: sums and multiples pass through.

# %% tags=["S0-P2b"]
N, D, C = 6, 4, 3
X, Y = rng.normal(size=(2, N, D))                        # two batches of the same shape
W, b = rng.normal(size=(D, C)), rng.normal(size=C)
showing.same("(2X - 3Y) W", first_the_sum=(2 * X - 3 * Y) @ W, first_the_products=2 * (X @ W) - 3 * (Y @ W))

# %% [markdown]
# A bias breaks linearity: on the right side it comes twice. What is left is that *differences* pass through $W$. This is
# why $b$ drops out when we differentiate in $X$.

# %% tags=["S0-P2b"]
assert np.allclose((X - Y) @ W, (X @ W + b) - (Y @ W + b))
showing.differs("with a bias", layer_of_the_sum=(X + Y) @ W + b, sum_of_the_layers=(X @ W + b) + (Y @ W + b))

# %% [markdown]
# **The transpose** swaps the two numbers that go in: $(A^T)_{ij} = A_{ji}$. Rows become columns; the table is
# mirrored in its main diagonal. An $n\times m$ matrix becomes $m\times n$.

# %% tags=["S0-P3"]
assert A.T.shape == (m, n)
assert all(A.T[i, j] == A[j, i] for i in range(m) for j in range(n))
assert np.array_equal(np.diag(A.T), np.diag(A))
showing.same("the transpose of a product", transposed=(A @ B).T, in_the_other_order=B.T @ A.T)

# %% [markdown]
# The last line is a rule that we shall need often: the transpose of a product is the product of the transposes in the
# *other* order. In the same order the sizes would not even meet: $A^TB^T$ is $4\times3$ times $5\times4$.
#
# ### Demo: one entry of a product
#
# Choose a row $i$ and a column $j$ with the sliders (Tab goes from one to the next, the arrow keys move it). The row of
# $A$, the column of $B$ and the entry of $AB$ light up; $B$ stands above the product, so that they meet there.
#
# 1. Before you move a slider, compute the next entry in your head.
# 2. **Predict:** move $j$ only. Which of the two factors stays lit?
# 3. *New matrices* draws other numbers.

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import matrix_product

demo = matrix_product(A[:2, :3], B[:3, :4])
demo

# %% [markdown]
# Each entry needs one row and one column and nothing else. So the entries can be computed in any order, or all at once.
# This is one reason why computers are fast at products.
#
# ## 3 · The derivative is a limit
#
# Take two points on the graph, at $a$ and at $a+h$. The line through them is a secant. Its slope is rise over run.
# **Predict:** what happens to the secant when $h$ shrinks?

# %%
ax = plotting.show_secants(parabola, 3.0, (2, 1, 0.5), 2.0, x=np.linspace(0, 5.5, 100))
plotting.described(ax, "A parabola and secants from x = 3. For h = 2, 1 and 0.5 their slopes are 4, 3 and 2.5; the tangent has slope 2.")

# %% [markdown]
# The slopes are 4, 3, 2.5: each is $2 + h$. The secants turn into the tangent, whose slope is 2.
#
# The guide writes $\dfrac{df}{dx}(a) = \lim_{x\to a}\dfrac{f(x)-f(a)}{x-a}$, the slides
# $f'(x) = \lim_{\Delta x\to0}\dfrac{f(x+\Delta x)-f(x)}{\Delta x}$. It is the same limit: put $x = a + \Delta x$.
# We halve $h$ twenty times, from both sides. The distance from 2 is exactly $h$.

# %% tags=["S0-P4", "S3-DER-D"]
a, h = 3.0, np.concatenate([2.0 ** -np.arange(20), -(2.0 ** -np.arange(20))])
guide = (parabola(x := a + h) - parabola(a)) / (x - a)
slides = (parabola(a + h) - parabola(a)) / h
assert np.array_equal(guide, slides)
showing.same("distance from 2", of_the_slope=slides - 2, of_the_point=h)

# %% [markdown]
# Nothing was special about $a = 3$. At every $a$ there is such a limit, so the derivative is again a function:
# $f'(a) = 2a-4$.

# %% tags=["S0-P4", "S3-DER-EX"]
a, h = np.linspace(-3, 7, 11), 2.0**-20
quotients = (parabola(a + h) - parabola(a)) / h
showing.same("f'(a) for eleven a", quotient=quotients, formula=2 * a - 4, atol=2 * h)

# %% [markdown]
# It is 0 at $a = 2$. There $f$ has its least value, $-1$: completing the square gives $f(x) = (x-2)^2 - 1$, and a square
# is never negative.

# %% tags=["S3-DER-EX"]
assert parabola(2) == -1
showing.same("f(a)", as_given=parabola(a), square_minus_1=(a - 2) ** 2 - 1)

# %% [markdown]
# **What the sign says.** Where $f' > 0$ the function rises to the right, where $f' < 0$ it falls, and where
# $f' = 0$ it is flat. So the minimum lies in the direction of $-f'$. The claim is about a small neighbourhood, and
# about smooth functions; section 10 has one that breaks it.

# %% tags=["S0-P4b", "S3-DER-SGN"]
slopes, h = 2 * a - 4, 2.0**-10                          # a power of 2: no rounding
assert np.array_equal(np.sign(2 - a), np.sign(-slopes))
showing.same("signs", of_the_rise=np.sign(parabola(a + h) - parabola(a - h)), of_the_slope=np.sign(slopes))

# %% [markdown]
# ### How far can a measured slope be trusted?
#
# A computer cannot take the limit. It takes some $h$ and lives with an error. Two recipes:
#
# - *one-sided*: $\dfrac{f(a+h)-f(a)}{h}$, with an error near $\frac h2 f''(a)$;
# - *central*: $\dfrac{f(a+h)-f(a-h)}{2h}$, with an error near $\frac{h^2}6 f'''(a)$.
#
# For the parabola $f'''=0$, so central is exact there. We take $\sin$ at 1, whose slope is $\cos 1$.

# %% jupyter={"source_hidden": true}
h = 10.0 ** -np.arange(1, 16)
one_sided = abs((np.sin(1 + h) - np.sin(1)) / h - np.cos(1))
central = abs((np.sin(1 + h) - np.sin(1 - h)) / (2 * h) - np.cos(1))


def errors():
    ax = plotting.show_curves({"one-sided": one_sided, "central": central}, x=h, xlabel="$h$", ylabel="error", log=True)
    ax.set_xscale("log")
    return plotting.described(ax, "Errors against h, both axes logarithmic. From the right both fall, central twice as steeply; then both rise again towards small h.")


predict("01 smallest h", "We take h = 0.1, 0.01, ... down to 1e-15. Which h gives the best slope?", errors,
        choices=("the smallest", "one in the middle", "the largest"), answer=lambda _: "one in the middle",
        why="Read it from right to left: both errors fall, then they turn and rise again, and the points scatter.")

# %% [markdown]
# Both axes of that picture count in powers of ten. An error of the form $c\,h^p$ is a straight line there, and its
# slope is the *order* $p$. We measure the two orders on the straight parts.

# %% tags=["S0-P4"]
showing.order("one-sided", h[:6], one_sided[:6], 1, within=0.05)

# %% [markdown]
# Order 1: a tenth of the step, a tenth of the error. And central:

# %% tags=["S0-P4"]
showing.order("central", h[:4], central[:4], 2, within=0.05)

# %% [markdown]
# Order 2: a tenth of the step, a hundredth of the error. Why do the curves turn? A float64 holds about 16 digits. $\sin(1+h)$ and $\sin(1-h)$ agree in more and more of them,
# so their difference has fewer and fewer left. The rounding error is near $10^{-16}$, and the division by $h$ blows
# it up to $10^{-16}/h$. The best $h$ balances both errors: near $10^{-8}$ one-sided, near $10^{-5}$ central.

# %%
best_one, best_two = h[one_sided.argmin()], h[central.argmin()]
assert 1e-9 <= best_one <= 1e-7
assert 1e-7 <= best_two <= 1e-4
assert one_sided[-1] > 1e-3 > one_sided[7]               # h = 1e-15 against h = 1e-8
print(f"best h: one-sided {best_one:.0e}, central {best_two:.0e}")

# %% [markdown]
# There is a way round rounding, for functions that accept complex numbers: go in the imaginary direction. Since
# $f(a+ih) = f(a) + ihf'(a) + \dots$, the imaginary part over $h$ is the slope. Nothing is subtracted, so $h$ may be
# as small as $10^{-30}$.

# %%
complex_step = np.sin(1 + 1e-30j).imag / 1e-30
showing.same("slope of sin at 1", complex_step=complex_step, cosine=np.cos(1), atol=1e-15, rtol=0)

# %% [markdown]
# `calculus.derivative` puts this together: central differences for several $h$, of which those count that agree best
# with each other, and where the complex step agrees with them, its more exact number. It is the judge of this book.

# %%
from mlp_lib.calculus import derivative

points = [("sin at 1", np.sin, 1.0), ("parabola at 3", parabola, 3.0), ("parabola at 2", parabola, 2.0)]
measured = [derivative(f, at) for _, f, at in points]
showing.same("three slopes", measured=measured, formula=[np.cos(1), 2, 0], atol=1e-15, rtol=0)

# %% [markdown]
# ### Demo: from secant to tangent
#
# Left the secant and the tangent, right the error for every $h$. The slider `log₁₀ h` is the exponent of $h$.
#
# 1. Move it to the left (arrow keys). When can you no longer tell secant and tangent apart? The error goes on falling.
# 2. Go on. Where does the error turn? **Predict** it for *central*, then choose central.
# 3. Choose the parabola and *central*. Why is there nothing but noise in the error plot?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import secant_to_tangent

demo = secant_to_tangent("sin x", at=1.0)
demo

# %% [markdown]
# The dotted lines have the orders 1 and 2. The one-sided errors run along the first, the central ones along the second,
# until they meet the noise that rises to the left.
#
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
# $x$ and $4-x$. This is the failure of section 1.

# %% tags=["S3-DER-GD"]
for rate in (0.1, 0.5, 0.9):
    assert abs(walk(0.5, rate, 30)[-1] - 2) < 0.002
assert np.array_equal(walk(0.5, 1, 4), [0.5, 3.5, 0.5, 3.5, 0.5])
showing.same("distance from 2 with a step size of 0.9", walked=walk(0.5, 0.9, 6) - 2,
             by_the_factor=(1 - 2 * 0.9) ** np.arange(7) * (0.5 - 2))

# %% [markdown]
# Now four step sizes: 0.1, 0.5, 0.9 and 1.

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
#
# ## 5 · Partial derivatives and the gradient
#
# Now a function of two variables, the *six-hump camel function* of the slides:
#
# $$f(x_1,x_2) = \left(4 - 2.1x_1^2 + \tfrac13x_1^4\right)x_1^2 + x_1x_2 + \left(-4+4x_2^2\right)x_2^2$$
#
# The library has it.

# %%
from mlp_lib.surfaces import six_hump_camel

six_hump_camel([1.2, -0.4]).round(4)

# %% [markdown]
# It takes one point, or many at once: the last axis holds $x_1, x_2$. Here are fifty points, and the formula.

# %% tags=["S3-GRD-EX"]
x1, x2 = points = rng.uniform(-2, 2, size=(2, 50))
formula = (4 - 2.1 * x1**2 + x1**4 / 3) * x1**2 + x1 * x2 + (-4 + 4 * x2**2) * x2**2
showing.same("f at fifty points", library=six_hump_camel(points.T), formula=formula)

# %% [markdown]
# A cut through it: hold $x_1 = 1.2$ and let only $x_2$ run. Along the cut, $f$ is a function of one variable. Its
# slope we can measure already.


# %%
def cut(x2):
    return six_hump_camel(np.stack(np.broadcast_arrays(1.2, x2), axis=-1))


slope = derivative(cut, -0.4)
print(f"slope along the cut at -0.4: {slope:.4f}")

# %% [markdown]
# Left: the landscape from above, dark is low, with the cut as a white line. Right: the height along the cut, and the
# tangent at the ring.

# %%
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
#
# We test this with three variables: $g(x) = x_1^2x_2 + x_1\sin x_3$.


# %%
def g(x):
    return x[0] ** 2 * x[1] + x[0] * np.sin(x[2])


# %% [markdown]
# By hand: $\ \partial g/\partial x_1 = 2x_1x_2 + \sin x_3$, $\ \partial g/\partial x_2 = x_1^2$,
# $\ \partial g/\partial x_3 = x_1\cos x_3$.


# %%
def g_partials(x):
    return np.array([2 * x[0] * x[1] + np.sin(x[2]), x[0] ** 2, x[0] * np.cos(x[2])])


# %% [markdown]
# The limit, as printed, with $h = 10^{-7}$. Row $i$ of `np.eye(3)` moves coordinate $i$ and no other.

# %% tags=["S0-P5"]
a = np.array([1.3, -0.7, 2.1])
quotients = np.array([(g(a + 1e-7 * e) - g(a)) / 1e-7 for e in np.eye(3)])
showing.same("three partial derivatives", quotient=quotients, by_hand=g_partials(a), atol=1e-5)

# %% [markdown]
# **A partial derivative is a derivative.** Fix all coordinates but one and call the rest $h$:
# $h(x_i) = g(a_1,\dots,x_i,\dots,a_n)$. Then $dh/dx_i = \partial g/\partial x_i$ everywhere on that line. So
# everything we know about derivatives holds for partial ones.

# %% tags=["S0-P5b"]
along = [derivative(lambda x3: g([a[0], a[1], x3]), t) for t in (-2.0, 0.0, 2.1)]
by_hand = [g_partials(np.array([a[0], a[1], t]))[2] for t in (-2.0, 0.0, 2.1)]
showing.same("slope in the third coordinate, at three places", derivative=along, partial=by_hand, rtol=1e-12)

# %% [markdown]
# **The gradient** collects all partial derivatives at a point, $\nabla f = \dfrac{\partial f}{\partial\mathbf x} =
# \left(\dfrac{\partial f}{\partial x_1},\dots,\dfrac{\partial f}{\partial x_n}\right)^T$: a column of $n$ numbers, as
# $\mathbf x$ is. In numpy a vector is neither row nor column; the rule to keep is that *a gradient has the shape of
# what it belongs to*.
#
# This is how the library measures one. `derivative` moves each coordinate in turn; `gradient` makes sure that $f$
# returns one number, so that the result has the shape of $x$.


# %% tags=["shows:calculus.gradient"]
def gradient(f, x, *, step=1e-5):
    result = derivative(f, x, step=step)
    if result.shape != np.shape(x):
        extra = result.shape[: result.ndim - np.ndim(x)]
        raise ValueError(f"a gradient needs one number f(x); got shape {extra}")
    return result


# %% [markdown]
# From here on we import it. The measured gradient of $g$ is the column that we derived.

# %% tags=["S0-P7"]
from mlp_lib.calculus import check_gradient, gradient

assert gradient(g, a).shape == a.shape == (3,)
showing.same("gradient of g", measured=gradient(g, a), by_hand=g_partials(a), rtol=1e-12)

# %% [markdown]
# For the camel the slides give
#
# $$\nabla f = \begin{pmatrix}2x_1^5-8.4x_1^3+8x_1+x_2\\ 16x_2^3-8x_2+x_1\end{pmatrix}.$$
#
# We compare it with measured slopes at fifty points, partial by partial.

# %% tags=["S3-GRD-D", "S3-GRD-EX"]
formula = np.array([2 * x1**5 - 8.4 * x1**3 + 8 * x1 + x2, 16 * x2**3 - 8 * x2 + x1])
measured = np.array([gradient(six_hump_camel, point) for point in points.T])
showing.same("gradients of the camel", measured=measured, formula=formula.T)

# %% [markdown]
# The library has this gradient too, as `six_hump_camel_gradient`. With many variables it is too dear to move them one
# by one. `check_gradient` moves all at once, in a random direction $v$ of length 1, and compares the measured slope
# with $\nabla f\cdot v$. It returns the largest relative difference.

# %%
from mlp_lib.surfaces import six_hump_camel_gradient

here = np.array([1.2, -0.4])
grad = six_hump_camel_gradient(here)
worst = check_gradient(six_hump_camel, here, grad)
assert worst < 1e-7
print("relative difference below 1e-7")

# %% [markdown]
# A check is worth something only if it can fail. We add 0.01 to one partial derivative.

# %%
try:
    check_gradient(six_hump_camel, here, grad + np.array([0, 0.01]))
    raise LookupError("the wrong gradient passed")
except AssertionError as error:
    print(error)

# %% [markdown]
# ## 6 · The gradient points uphill, and nothing is steeper
#
# From a point we can leave in any direction. Which one climbs fastest? We try 3,600 directions, each of length 1,
# and measure the slope along each.
# The picture will have the gradient as an arrow from our point on the left, and on the right the 3,600 slopes with a dashed
# line at the gradient's angle. Angles count from the $x_1$ axis anticlockwise, so 90° is straight up.

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
# In direction $v$ the slope is
# $\nabla f\cdot v = \|\nabla f\|\cos\varphi$, where $\varphi$ is the angle between the two. It is largest for
# $\varphi = 0$, along the gradient, and smallest for $\varphi = 180°$, against it. Across it, the slope is 0.

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
V5 = rng.standard_normal((20_000, 5))
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
# Two words of care. All this is local: a step that is too long can go up even along $-\nabla f$. And where
# $\nabla f = 0$ there is no steepest direction at all; the origin of the camel is such a point.

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
# A function of a function: $f(x) = g(h(x))$. A small step in $x$ is stretched by $h'$, and the result is stretched by
# $g'$. So the slopes multiply: $f'(x) = g'(h(x))\,h'(x)$. Mind the place: $g'$ is taken *at* $h(x)$, not at $x$.
#
# The slides' example: $f(x) = 3(2x^2-1)^2 - 2(2x^2-1) + 5$. The inner function is $h = 2x^2-1$, with slope $4x$. The
# outer one is $g = 3h^2-2h+5$, with slope $6h-2$.


# %%
def inner(x):
    return 2 * x**2 - 1


def outer(h):
    return 3 * h**2 - 2 * h + 5


# %% [markdown]
# Do it in your head.

# %% jupyter={"source_hidden": true}
predict("01 chain", "What is f'(1)?", lambda: round(float((6 * inner(1) - 2) * 4 * 1)), choices=(4, 8, 16, 20),
        why="The inner value is h(1) = 1, its slope is 4. The outer slope at 1 is 6 - 2 = 4. The slopes multiply.")

# %% [markdown]
# For every $x$ the product is $(3\cdot2(2x^2-1)-2)(2\cdot2x) = 48x^3-32x$.

# %% tags=["S3-CH-EX"]
x = np.linspace(-2, 2, 9)
chained = (6 * inner(x) - 2) * 4 * x
assert np.allclose(chained, 48 * x**3 - 32 * x)
measured = [derivative(lambda t: outer(inner(t)), point) for point in x]
showing.same("f'(x) at nine points", by_the_chain_rule=chained, measured=measured, rtol=1e-9)

# %% [markdown]
# Take $g'$ at the wrong place, at $x$ instead of $h(x)$, and at $x = 2$ you get 80. The slope there is 320.

# %%
showing.differs("f'(2)", slope_of_g_at_x=(6 * 2 - 2) * 4 * 2, slope_of_g_at_h=(6 * inner(2) - 2) * 4 * 2)

# %% [markdown]
# Once more with other functions: $g = \tanh$ with slope $1-\tanh^2$, and $h = \exp$, which is its own slope.

# %% tags=["S3-CH-D"]
x = np.array([-1.0, 0.3, 0.9])
two = (1 - np.tanh(np.exp(x)) ** 2) * np.exp(x)
measured = [derivative(lambda s: np.tanh(np.exp(s)), at) for at in x]
showing.same("two functions, three points", by_the_chain_rule=two, measured=measured, rtol=1e-9)

# %% [markdown]
# Three functions, one more factor: $\big(g(h(i(x)))\big)' = g'(h(i(x)))\;h'(i(x))\;i'(x)$. We put $i = \sin$ inside.

# %% tags=["S3-CH-D"]
i = np.sin(x)
three = (1 - np.tanh(np.exp(i)) ** 2) * np.exp(i) * np.cos(x)
measured = [derivative(lambda s: np.tanh(np.exp(np.sin(s))), at) for at in x]
showing.same("three functions, three points", by_the_chain_rule=three, measured=measured, rtol=1e-9)

# %% [markdown]
# ### Many variables
#
# Now $y\in\mathbb R^m$ goes through $n$ inner functions $f_1,\dots,f_n$ into $g:\mathbb R^n\to\mathbb R$. Here
# $m = 3$ and $n = 2$:
#
# ```
#  y1 ──┬──► f1 = y1·y2 + y3 ───────────┐
#  y2 ──┼                               ├──► g = x1²·x2 + x2³ ──► h
#  y3 ──┴──► f2 = sin y1 − y2·y3² ──────┘
# ```
#
# There are two ways from $y_i$ to $h$, one through each $f_j$. Slopes along a way multiply; ways add.


# %%
def f(y):
    return np.array([y[0] * y[1] + y[2], np.sin(y[0]) - y[1] * y[2] ** 2])


def g(x1, x2):
    return x1**2 * x2 + x2**3


# %% [markdown]
# The outer slopes are functions of two numbers, as $g$ is: $\partial g/\partial x_1 = 2x_1x_2$ and
# $\partial g/\partial x_2 = x_1^2+3x_2^2$.


# %%
def g_1(x1, x2):
    return 2 * x1 * x2


def g_2(x1, x2):
    return x1**2 + 3 * x2**2


# %% [markdown]
# The inner slopes $\partial f_j/\partial y_i$ make a table, $n\times m$, one row for each $f_j$.


# %%
def f_slopes(y):
    return np.array([[y[1], y[0], 1.0], [np.cos(y[0]), -y[2] ** 2, -2 * y[1] * y[2]]])


# %% [markdown]
# At a point $a$, compared with what is measured:

# %%
a = np.array([0.8, -1.5, 0.6])
showing.same("inner slopes", by_hand=f_slopes(a), measured=derivative(f, a), rtol=1e-12)

# %% [markdown]
# The guide prints $\dfrac{\partial h}{\partial y_i}(a) = \sum_j \dfrac{\partial g}{\partial x_j}\big(f_j(a)\big)
# \dfrac{\partial f_j}{\partial y_i}(a)$. This fails, because $\partial g/\partial x_j$ is a function of $n$ numbers
# and $f_j(a)$ is one number. Python says so.

# %% tags=["S0-P6", "fails-as-printed"]
showing.refused("as printed", lambda: sum(slope(f(a)[j]) * f_slopes(a)[j] for j, slope in enumerate((g_1, g_2))), TypeError)

# %% [markdown]
# Could one put $f_j(a)$ into every place? Then it runs, and the result is wrong. The measured gradient shows it.

# %% tags=["S0-P6", "fails-as-printed"]
f1, f2 = f(a)
repeated = g_1(f1, f1) * f_slopes(a)[0] + g_2(f2, f2) * f_slopes(a)[1]
measured = gradient(lambda y: g(*f(y)), a)
assert not np.isclose(repeated, measured, rtol=0.05).any()
showing.differs("gradient of h", one_number_repeated=repeated, measured=measured)

# %% [markdown]
# Mended, every $\partial g/\partial x_j$ takes the *whole* inner point:
#
# $$\frac{\partial h}{\partial y_i}(a) = \sum_{j=1}^n \frac{\partial g}{\partial x_j}\big(f_1(a),\dots,f_n(a)\big)
# \,\frac{\partial f_j}{\partial y_i}(a)$$

# %% tags=["S0-P6", "mended"]
mended = g_1(f1, f2) * f_slopes(a)[0] + g_2(f1, f2) * f_slopes(a)[1]
showing.same("gradient of h", mended=mended, measured=measured, rtol=1e-12)

# %% [markdown]
# Mostly the arguments are left out: $\dfrac{\partial h}{\partial y_i} = \sum_j \dfrac{\partial g}{\partial x_j}
# \dfrac{\partial f_j}{\partial y_i}$. That is right, as an equation between functions of $y$, as long as one
# remembers where each factor is taken. The sum over $j$ is a product: a row of $n$ slopes times the $n\times m$ table.
# We check all $m$ entries at twenty points.

# %% tags=["S0-P6b"]
for y in rng.normal(size=(20, 3)):
    g_slopes = np.array([g_1(*f(y)), g_2(*f(y))])
    by_entries = [sum(g_slopes[j] * f_slopes(y)[j, i] for j in range(2)) for i in range(3)]
    assert np.allclose(by_entries, g_slopes @ f_slopes(y))
    shown = showing.slopes("gradient of h, at the last of twenty points", lambda y: g(*f(y)), y, g_slopes @ f_slopes(y))
shown

# %% [markdown]
# ### Three levels
#
# Let $y$ itself come from $z\in\mathbb R^k$ through $F_1,\dots,F_m:\mathbb R^k\to\mathbb R$; here $k = 4$. The guide
# prints $\sum_{j=1}^n\sum_{k=1}^m g_{x_j}\,\partial f_j/\partial y_k\,\partial F_k/\partial z_i$. This is a
# misprint: $k$ is the length of $z$ and the summation index at once. Whoever sums up to that $k$ asks for
# $y_4$, which does not exist. With a fresh letter $r$ it reads
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
dg, df, dF = np.array([g_1(*f(y)), g_2(*f(y))]), f_slopes(y), F_slopes(z)
assert df.shape[1] == 3 < len(z)                         # summed up to k = 4, r would run out of y
showing.refused("r = 4", lambda: df[:, 3], IndexError)

# %% [markdown]
# The double sum, entry by entry, is the measured gradient.

# %% tags=["S0-P6c"]
double = [sum(dg[j] * df[j, r] * dF[r, i] for j in range(2) for r in range(3)) for i in range(4)]
showing.slopes("gradient in z", lambda z: g(*f(F(z))), z, double)

# %% [markdown]
# As matrices it is one product of three. The guide has a middle form, with $\partial f_j(F(z))/\partial z_i$ under a
# single sum. It is the same product with the last two multiplied first.

# %% tags=["S0-P6c"]
assert np.allclose(df @ dF, derivative(lambda z: f(F(z)), z), rtol=1e-9)
showing.same("gradient in z", double_sum=double, product_of_three=dg @ df @ dF)

# %% [markdown]
# This is why the rest of the book uses matrices: the sums over ways are matrix products, one a level. Backpropagation
# multiplies them from the left, starting at the single number $h$, so that a row meets a table at every step and
# never a table another table.
#
# ### A network is such a chain
#
# The slides draw a multi-layer perceptron and ask for $\partial o_i/\partial u^1_{23}$. The drawing is lost, and with
# it what the indices mean. $u^1$ is a weight of the first layer, $o_i$ an output; but is $u_{23}$ the weight *from* 2
# *to* 3, or *to* 2 *from* 3? Both are in use. In this book rows are samples, $xU$, so $U_{pq}$ leads from input $p$ to
# unit $q$. With $Ux$ it is the other way round.
#
# A small network shows that it matters: 4 inputs, 5 hidden units, 3 outputs, tanh in both layers.


# %%
def network(x, U1, U2):
    return np.tanh(np.tanh(x @ U1) @ U2)


x, U1, U2 = rng.normal(size=4), rng.normal(size=(4, 5)), rng.normal(size=(5, 3))
hidden, o = np.tanh(x @ U1), network(x, U1, U2)
print("three outputs:", o.round(4))

# %% [markdown]
# There is one way only from the weight $U_{pq}$ to the output $o_i$: through hidden unit $q$. Its four slopes, from
# the output back: $1-o_i^2$, the weight $U^2_{qi}$, $1-\mathrm{hidden}_q^2$, and the input $x_p$.

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
# The two readings of $u_{23}$, for the three outputs:

# %% tags=["S3-CH-MLP"]
from_2_to_3, to_2_from_3 = measured[:, 1, 2], measured[:, 2, 1]
assert not np.isclose(from_2_to_3, to_2_from_3).any()
showing.differs("three outputs", from_2_to_3=from_2_to_3, to_2_from_3=to_2_from_3)

# %% [markdown]
# Two different weights, with different slopes. Chapter 06 builds on exactly this.
#
# ## 8 · Jacobian and Hessian
#
# ### The Jacobian: a map from vectors to vectors
#
# The tables of slopes in section 7 have a name. For $\mathbf f:\mathbb R^d\to\mathbb R^m$ the *Jacobian* is the
# $m\times d$ matrix
#
# $$J_{ij} = \frac{\partial f_i}{\partial x_j}.$$
#
# Row $i$ belongs to output $i$, column $j$ to input $j$. The library measures it so:


# %% tags=["shows:calculus.jacobian"]
def jacobian(f, x, *, step=1e-5):
    result = derivative(f, x, step=step)
    if np.ndim(x) != 1 or result.ndim != 2:
        shape = result.shape[: result.ndim - np.ndim(x)]
        raise ValueError(f"a Jacobian needs vectors; got x {np.shape(x)}, f(x) {shape}")
    return result


# %% [markdown]
# The function $f$ of section 7 goes from $\mathbb R^3$ to $\mathbb R^2$. Two outputs, three inputs: its Jacobian is $2\times3$. We check one entry by moving one input and watching one output, and
# then all of them.

# %% tags=["S3-JAC-D"]
from mlp_lib.calculus import jacobian

J = jacobian(f, a)
i, j, h = 1, 2, 1e-6
step = h * np.eye(3)[j]
assert np.isclose(J[i, j], (f(a + step)[i] - f(a - step)[i]) / (2 * h))
showing.same("Jacobian of f", measured=J, by_hand=f_slopes(a), rtol=1e-12)

# %% [markdown]
# The slides' example: $\mathbf f(\mathbf x) = (2x_1+x_2^2,\ -x_1^2+3x_2,\ 4x_1x_2)^T$, with
#
# $$J = \begin{pmatrix}2&2x_2\\-2x_1&3\\4x_2&4x_1\end{pmatrix}, \qquad
# J|_{(2,1)} = \begin{pmatrix}2&2\\-4&3\\4&8\end{pmatrix}.$$


# %%
def three_outputs(x):
    return np.array([2 * x[0] + x[1] ** 2, -(x[0] ** 2) + 3 * x[1], 4 * x[0] * x[1]])


# %% [markdown]
# The formula first, at two points.

# %% tags=["S3-JAC-EX"]
for x1, x2 in ((2.0, 1.0), (-0.3, 1.7)):
    printed = np.array([[2, 2 * x2], [-2 * x1, 3], [4 * x2, 4 * x1]])
    shown = showing.same("Jacobian at the last of two points", printed=printed,
                         measured=jacobian(three_outputs, np.array([x1, x2])), rtol=1e-9)
shown

# %% [markdown]
# And the numbers at $(2,1)$.

# %% tags=["S3-JAC-EX"]
at_2_1 = jacobian(three_outputs, np.array([2.0, 1.0]))
assert np.allclose(at_2_1, [[2, 2], [-4, 3], [4, 8]])
at_2_1.round(9)

# %% [markdown]
# Beside it the slides say that a $2\times3$ or a $3\times2$ matrix can be used, and that here it is defined as
# $2\times3$. This fails, because the matrix they print, by their own definition, is $3\times2$: three outputs, two
# inputs. A $2\times3$ matrix cannot even be multiplied by a step $\Delta\mathbf x$ of two numbers.

# %% tags=["S3-JAC-NOTE", "fails-as-printed"]
dx = np.array([1e-4, -2e-4])
assert at_2_1.shape != (2, 3)
showing.refused("a 2 × 3 Jacobian times a step of two numbers", lambda: at_2_1.reshape(2, 3) @ dx)

# %% [markdown]
# Mended: $J$ is $3\times2$ (*numerator layout*: outputs down, inputs across), and $J\,\Delta\mathbf x$ predicts how
# the output moves. The $2\times3$ matrix is its transpose (*denominator layout*). The slides change over to it later,
# without a word, from their pages on the linear equation on. With it a step is a row: $\Delta\mathbf x\,J^T$.

# %% tags=["S3-JAC-NOTE", "mended"]
moved = three_outputs(np.array([2.0, 1.0]) + dx) - three_outputs(np.array([2.0, 1.0]))
assert np.allclose(dx @ at_2_1.T, moved, atol=1e-6)
showing.same("how the output moves", by_the_Jacobian=at_2_1 @ dx, measured=moved, atol=1e-6)

# %% [markdown]
# ### The Hessian: slopes of slopes
#
# A gradient is itself a map from $\mathbb R^n$ to $\mathbb R^n$. Its Jacobian holds the second derivatives and is
# called the *Hessian*, $n\times n$:
#
# $$H_{ij} = \frac{\partial^2 f}{\partial x_i\,\partial x_j}.$$
#
# The slides print $\partial x_ix_j$ in every denominator; a $\partial$ is missing. It is not a derivative in the
# product $x_ix_j$, but one derivative in $x_i$ and one in $x_j$.
#
# The library measures the gradient of a measured gradient. For smooth $f$ the order does not matter, $H = H^T$, so it
# averages the two measurements of each pair.


# %% tags=["shows:calculus.hessian"]
def hessian(f, x, *, step=1e-4):
    H = jacobian(lambda point: gradient(f, point), x, step=step)
    return (H + H.T) / 2


# %% [markdown]
# We test it on the $x_1^2x_2 + x_1\sin x_3$ of section 5. Its partial derivatives are known there; we differentiate them
# once more. Entry $(i,j)$ is partial derivative $i$, moved in $x_j$.

# %% tags=["S3-HES-D"]
s, c = np.sin(a[2]), np.cos(a[2])
by_hand = np.array([[2 * a[1], 2 * a[0], c], [2 * a[0], 0, 0], [c, 0, -a[0] * s]])
measured = jacobian(g_partials, a)
assert np.allclose(measured, measured.T, atol=1e-9)      # either order of the two derivatives
showing.same("Hessian of g", by_hand=by_hand, measured=measured, atol=1e-9)

# %% [markdown]
# The library needs the function only, not its partial derivatives. Measuring twice costs digits: about eight are left.

# %% tags=["S3-HES-D"]
from mlp_lib.calculus import hessian

measured = hessian(lambda x: x[0] ** 2 * x[1] + x[0] * np.sin(x[2]), a)
showing.same("Hessian of g", by_hand=by_hand, from_g_alone=measured, atol=1e-6)

# %% [markdown]
# For the camel the slides give
#
# $$H = \begin{pmatrix}10x_1^4-25.2x_1^2+8&1\\1&48x_2^2-8\end{pmatrix}, \qquad
# H|_{(0,1)} = \begin{pmatrix}8&1\\1&40\end{pmatrix}.$$

# %% tags=["S3-HES-EX"]
for x1, x2 in rng.uniform(-2, 2, size=(10, 2)):
    printed = [[10 * x1**4 - 25.2 * x1**2 + 8, 1], [1, 48 * x2**2 - 8]]
    shown = showing.same("Hessian of the camel at the last of ten points", printed=printed,
                         measured=hessian(six_hump_camel, np.array([x1, x2])), atol=1e-4)
shown

# %% [markdown]
# And the numbers at $(0,1)$.

# %% tags=["S3-HES-EX"]
at_0_1 = hessian(six_hump_camel, np.array([0.0, 1.0]))
assert np.allclose(at_0_1, [[8, 1], [1, 40]], atol=1e-5)
at_0_1.round(4)

# %% [markdown]
# What is it good for? Near a point, $f(x+td) \approx f(x) + t\,\nabla f\cdot d + \frac{t^2}2\, d^THd$. We go from
# $(0,1)$ in a direction $d$, ever shorter steps $t$, and keep what each of the two parts leaves over.

# %%
x, d, t = np.array([0.0, 1.0]), np.array([0.6, -0.8]), 0.1 / 2.0 ** np.arange(6)
change = six_hump_camel(x + np.outer(t, d)) - six_hump_camel(x)
after_gradient = change - t * (six_hump_camel_gradient(x) @ d)
after_hessian = after_gradient - t**2 / 2 * (d @ at_0_1 @ d)
showing.order("what the gradient leaves", t, np.abs(after_gradient), 2)

# %% [markdown]
# What the gradient leaves shrinks with the square of $t$. And what the Hessian leaves?

# %% jupyter={"source_hidden": true}
orders = [np.polyfit(np.log(t), np.log(np.abs(left)), 1)[0] for left in (after_gradient, after_hessian)]
assert np.allclose(orders, [2, 3], atol=0.1)

predict("01 remainders", "Halve the step t. To which share does what the Hessian leaves shrink?",
        lambda: showing.order("what the Hessian leaves", t, np.abs(after_hessian), 3), choices=("a half", "a quarter", "an eighth"),
        answer=lambda _: "an eighth", why="Order 3: a half three times over. What the gradient leaves has order 2.")

# %% [markdown]
# Each derivative that is known buys one more power of the step.

# %% [markdown]
# ## 9 · Six valleys
#
# Now all of it together: walk down the camel, $x \leftarrow x - \eta\nabla f(x)$. The walk is written for one point
# and for many at once.


# %%
def descend(x, rate, steps):
    path = [np.asarray(x)]
    for _ in range(steps):
        path.append(path[-1] - rate * six_hump_camel_gradient(path[-1]))
    return np.stack(path)


# %% [markdown]
# Sixty random starts, 600 steps each.

# %% jupyter={"source_hidden": true}
starts = rng.uniform((-2, -1), (2, 1), size=(60, 2))
paths = descend(starts, rate=0.02, steps=600)            # (601, 60, 2)
ends = paths[-1]
assert np.abs(six_hump_camel_gradient(ends)).max() < 1e-9
minima, arrived = np.unique(ends.round(4), axis=0, return_counts=True)

predict("01 sixty starts", "In how many different places do the sixty walks end?", lambda: len(minima), choices=(1, 2, 6, 60),
        why="Every walk has come to a point with gradient 0; rounded to four digits there are six of them.")

# %% [markdown]
# Here are the places, rounded to four digits, with the height of each and how many walks came there.

# %%
assert len(minima) == 6
for (x1, x2), count in zip(minima, arrived):
    print(f"({x1:7.4f}, {x2:7.4f})   f = {six_hump_camel([x1, x2]):7.4f}   reached by {count}")

# %% [markdown]
# They come in pairs, because $f(-x) = f(x)$. The two at $\pm(0.0898, -0.7127)$ are the lowest, $f = -1.0316$. The
# other four are minima too: walls on all sides. The Hessian proves it. It bends in every direction, and most and
# least in two directions at right angles. These two curvatures are its *eigenvalues* (chapter 08 is about them). At each of
# the six both are positive.

# %%
curvatures = np.array([np.linalg.eigvalsh(hessian(six_hump_camel, point)) for point in minima])
assert curvatures.min() > 4
print(curvatures.round(1))

# %% [markdown]
# At the origin, where the gradient is 0 too, one is negative: a saddle, up in one direction and down in the other.

# %%
low, high = np.linalg.eigvalsh(hessian(six_hump_camel, np.zeros(2)))
assert low < 0 < high
print(f"at the origin: {low:.1f} and {high:.1f}")

# %% [markdown]
# Here is a walk into each of them.

# %%
chosen = [np.flatnonzero((ends.round(4) == point).all(axis=1))[0] for point in minima]
levels = np.r_[-1.1:2.9:0.1, 3:6.5:0.5]                  # closer where it is low, to see the flat valleys
ax = plotting.show_landscape(six_hump_camel, levels=levels, ax=plotting.axes_or_new(None, (7.5, 4)))
plotting.show_paths([paths[:, number] for number in chosen], ax=ax)
plotting.described(ax, "The landscape from above with its level lines: two deep valleys near the middle, two at the left and right edges, two flat hollows high up; a white path leads down into each of the six.")

# %% [markdown]
# Each path goes straight down the slope on which it started, and ends in the valley there. (The right angle between path and
# level lines is not seen here: the two axes have different scales.) Gradient
# descent finds *a* minimum, not *the* minimum. Where it ends depends on where it starts. The steps are long on steep
# ground and short near the bottom, although $\eta$ is the same.
#
# How large may $\eta$ be? As in section 4, the limit is 2 over the curvature, here over the largest eigenvalue of the
# Hessian. At the bottoms it is below 24, so $\eta < 2/24 = 0.083$ holds a walk in each of them. At the steep rim,
# $x_1 = \pm2$, it is 67. A walk that shall not jump there needs $\eta < 2/67 = 0.03$; we took 0.02.

# %%
deepest = np.array([np.linalg.eigvalsh(hessian(six_hump_camel, point)).max() for point in minima])
rim = np.linalg.eigvalsh(hessian(six_hump_camel, np.array([2.0, 0.0]))).max()
assert deepest.max() < 24 < rim < 68
print(deepest.round(1), rim.round(1))

# %% [markdown]
# ### Demo: choose the start yourself
#
# Drag the orange dot, or move to it with Tab and use the arrow keys (with Shift: larger steps). The path follows; on the right
# are the heights along it, and the dashed line is the lowest value of all.
#
# 1. Find a start for each of the six valleys.
# 2. Push the start slowly over the ridge between two valleys. What happens to the end?
# 3. **Predict:** raise the learning rate notch by notch. At which does the path first jump out of its valley? At which
#    does it run away?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import descend_camel

demo = descend_camel((-1.2, 0.9), learning_rate=0.02)
demo

# %% [markdown]
# The end does not follow the start: it stays in one valley, and then it is in another. Near the ridge a tiny change of
# the start decides.
#
# ## 10 · Break it
#
# ### A step too large
#
# Four walks from $(1.9, 0.5)$, twelve steps each, with $\eta = 0.02,\ 0.1,\ 0.2$ and $0.3$; here are the first five points of
# each.

# %%
with np.errstate(over="ignore", invalid="ignore"):
    walks = {rate: descend([1.9, 0.5], rate, 12) for rate in (0.02, 0.1, 0.2, 0.3)}
for rate, path in walks.items():
    print(rate, "  ".join(f"({x1:.3g}, {x2:.3g})" for x1, x2 in path[:5]), "...")

# %% [markdown]
# - 0.02 goes down into the valley it started above, near $(1.61, 0.57)$.
# - 0.1 jumps out of that valley with its first step, and ends in another one, near $(-0.09, 0.71)$.
# - 0.2 is too long for every valley it meets. It wanders about and never settles.
# - 0.3 is thrown up a wall, where the slope is larger, so the next step is longer still. Soon the numbers are infinite.
#
# The direction was right each time. The length was not.

# %%
assert np.allclose(walks[0.02][-1], [1.607, 0.569], atol=0.03)
assert np.allclose(walks[0.1][-1], [-0.090, 0.713], atol=0.01)
assert np.abs(six_hump_camel_gradient(walks[0.2])).max(axis=1).min() > 0.5
assert not np.isfinite(walks[0.3]).all()
print("after twelve steps:", {rate: walk[-1].round(2).tolist() for rate, walk in walks.items() if rate < 0.2})

# %% [markdown]
# ### A kink
#
# $|x|$ has no derivative at 0: from the right the slope is 1, from the left $-1$. The central difference does not
# notice. It takes the mean of the two and returns 0, without a warning.

# %%
h = 1e-6
right, left = (abs(h) - abs(0)) / h, (abs(-h) - abs(0)) / -h
assert (right, left) == (1, -1)
assert derivative(np.abs, 0.0) == 0
print(f"from the right {right:g}, from the left {left:g}, central {derivative(np.abs, 0.0):g}")

# %% [markdown]
# ReLU has such a kink. So in this book gradients are checked at points that stay away from it; `check_gradient` says
# so where one does not.
#
# ### A function that wobbles
#
# $w(x) = \frac x2 + x^2\sin\frac1x$, with $w(0) = 0$. Its slope at 0 is $\frac12$. So it rises at 0.


# %%
def wobble(x):
    return x / 2 + x**2 * np.sin(1 / x)


h = 10.0 ** -np.arange(1, 9)
assert np.all(abs(wobble(h) / h - 0.5) <= h)             # the quotient at 0 tends to 1/2
print("quotients at 0:", (wobble(h[:4]) / h[:4]).round(3))

# %% [markdown]
# Does it rise in some neighbourhood of 0? We look at the slopes at $x = \frac1{2\pi k}$, ever nearer to 0.

# %% jupyter={"source_hidden": true}
falling = 1 / (2 * np.pi * np.array([1, 10, 100]))
near_0 = [derivative(wobble, x, step=1e-8) for x in falling]
assert np.allclose(near_0, -0.5, atol=1e-4)

predict("01 wobble", "The slope at 0 is 1/2. What is the slope at the points 1/(2 pi k)?",
        lambda: showing.same("slopes for k = 1, 10, 100", measured=near_0, minus_a_half=[-0.5] * 3, atol=1e-4),
        choices=("near 1/2", "near 0", "near -1/2"), answer=lambda _: "near -1/2",
        why="It does not rise in any neighbourhood: as near to 0 as one likes there are points where it falls.")

# %% [markdown]
# A positive slope at one point
# says that nearby values to the right are larger than $w(0)$, not that the function rises there. If the derivative is
# also continuous, it does; this is what "smooth" means in section 3.
#
# ### Partial derivatives, and no slope
#
# $u(x_1,x_2) = \dfrac{x_1x_2}{x_1^2+x_2^2}$, with $u(0,0) = 0$. On both axes $u$ is 0, so both partial derivatives at
# the origin are 0.


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
#
# ## Exercises
#
# The [exercises of this chapter](exercises/01_prerequisites.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check.
#
# 1. **A better quotient.** $\dfrac{8\big(f(a+h)-f(a-h)\big)-\big(f(a+2h)-f(a-2h)\big)}{12h}$ uses four points.
#    *Predict* its order and its best $h$. Check with the cells of section 3.
# 2. **Momentum.** Change `walk` so that each step keeps half of the step before. *Predict* whether $\eta=1$ now
#    arrives. Check that the last value lies within 0.001 of 2.
# 3. **Four levels.** Put $z = G(t)$ with a $G:\mathbb R^2\to\mathbb R^4$ of your own before section 7's chain. Which
#    matrix is added, of which shape, on which side? Check with `check_gradient`.
# 4. **Which start ends where?** Start `descend` on a grid of 200 × 100 points and colour each by the minimum it
#    reaches. *Predict* whether the border between two colours is straight. Check: six colours and no more.
# 5. **Newton's step.** Replace $\eta\nabla f$ by $H^{-1}\nabla f$ (`np.linalg.solve`). *Predict* where it goes from
#    near the saddle at the origin, and why. Check the gradient and the eigenvalues at the end.
#
# ## Summary
#
# A derivative is a limit; a measured one has an error of order 1 or 2 until rounding takes over. A gradient has the
# shape of its point, is the steepest direction, and needs a step size. Slopes along a way multiply, ways add: products
# of Jacobians, outputs down, inputs across. Three printed statements failed when run: a rule without a step
# size, a chain rule, a layout. `gradient`, `jacobian`, `hessian` and `check_gradient` took over from there.
#
# Next: [02](02_matrix_calculus.ipynb), where the variable is a whole matrix.
