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
# # 03 · Turn scores into probabilities
#
# Sources: the survival guide §4, the linear algebra slides from "Activation Functions" to the Jacobian of the regression
# loss, the matrix calculus slides' example 4-1 ([who wrote them](00_start_here.ipynb)).
#
# Needs: 01 Jacobian, 02 differentials and the trace · about 65 minutes. What is folded under *Deeper* takes as
# long again, and nothing after it needs it. The cells alone run in half a minute.
#
# ## What you will do
# You derive the derivative of softmax in three ways and the gradient of softmax regression in two, and train it to
# read more than 92 of 100 handwritten digits.
#
# ## What you will learn
# - to write each activation with its slope, and to say what happens at its corner
# - to turn scores into probabilities without overflow
# - to choose a loss, and to find its gradient in the scores
# - to measure a derivation line by line, and so find the line that is wrong

# %%
from mlp_lib import browser, calculus, datasets, networks, plotting, showing
from mlp_lib.networks import MLP, train
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · See it fail first
#
# Four clouds of points, one a class. The classes are called 0, 1, 2 and 3. A natural first idea is to predict that
# number: fit a plane $xw + b$ to it, with a point $x$ as a row, by least squares, and round. The clouds hardly touch.

# %% jupyter={"source_hidden": true}
points, classes = datasets.blobs(400, 4, rng=3)
padded = np.column_stack([points, np.ones(400)])         # a column of ones for b
plane = np.linalg.lstsq(padded, classes, rcond=None)[0]


def rounded(points):
    """Nearest class number on the fitted plane: (M, 2) to (M,)."""
    number = points @ plane[:2] + plane[2]
    return np.clip(np.rint(number), 0, 3).astype(int)


share = np.mean(rounded(points) == classes)
assert share < 0.6


def regions():
    ax = plotting.show_regions(rounded, points, classes)
    ax.legend(title="class", loc="upper left", bbox_to_anchor=(1, 1))
    return plotting.described(ax, "Four clouds on a circle, and the answers of the rounded plane: parallel diagonal "
                              "stripes. Each stripe cuts through two clouds.")


predict("03 rounding", "Which share of the points gets its own class number by rounding?", regions,
        choices=("nearly all", "three quarters", "about half or less"), answer=lambda _: "about half or less",
        why=f"It is {share:.0%}. A plane rises in one direction only, and class 3 is no nearer to 2 than to 0.")


# %% [markdown]
# The number of a class is a name, not a quantity: class 3 is not three times class 1.
#
# So ask for four numbers instead of one: a *score* for each class. What is needed then is a way from scores to
# probabilities, a number that says how bad they are, and its gradient. That is this chapter.

# %% [markdown]
# ## 2 · Activations
#
# A network is a chain of simple functions. Between two of its matrices stands an *activation*. These five act entry by
# entry: every number of an array goes through the same function of one number.
#
# | | value | |
# |---|---|---|
# | sigmoid | $\sigma(x) = \dfrac{1}{1+e^{-x}}$ | squeezes any number into $(0, 1)$ |
# | tanh | $\dfrac{e^x-e^{-x}}{e^x+e^{-x}} = 2\sigma(2x)-1$ | a sigmoid, half as wide, between $-1$ and $1$ |
# | ReLU | $\max(0, x)$ | what is negative becomes 0 |
# | leaky ReLU | $\max(0.1x, x)$ | the left side keeps a tenth |
# | ELU | $x$ for $x\ge0$, $\alpha(e^x-1)$ for $x<0$ | levels off at $-\alpha$; here $\alpha=1$ |
#
# The five functions are written out in the folded cell. Their values at eight numbers, beside the library's:

# %% jupyter={"source_hidden": true}
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def tanh(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def relu(x):
    return np.maximum(0, x)


def leaky_relu(x):
    return np.maximum(0.1 * x, x)


def elu(x, alpha=1.0):
    return np.where(x >= 0, x, alpha * (np.exp(x) - 1))


# %% tags=["S3-ACT-SIG", "S3-ACT-TANH", "S3-ACT-RELU", "S3-ACT-LRELU", "S3-ACT-ELU"]
x, own = np.linspace(-3.5, 3.5, 8), (sigmoid, tanh, relu, leaky_relu, elu)
assert np.allclose(tanh(x), 2 * sigmoid(2 * x) - 1) and np.isclose(elu(-30.0, 1.7), -1.7)
showing.same("one activation a row, one number a column", formula=[f(x) for f in own],
             library=[networks.ELEMENTWISE[f.__name__](x) for f in own])

# %% [markdown]
# The eight numbers run from $-3.5$ to $3.5$. The first row climbs from 0.029, and hardly moves at either end; the third is 0 for all that is
# negative.
#
# ## 3 · The gallery
#
# Choose an activation, and move the point $z$ along it. Above is the value with its tangent, below the derivative. By
# keyboard: Tab goes from control to control, the arrow keys change it. The tasks are part of the demo.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import activation_gallery

activation_gallery()

# %% [markdown]
# A gradient that comes back through a flat end is multiplied by almost 0:
# this is the price of sigmoid and tanh. The price of ReLU is its left side, where the slope *is* 0.
#
# ### The slopes
#
# The slope of the sigmoid is a product of two values of the sigmoid itself:
# $$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2} = \frac{1+e^{-x}-1}{1+e^{-x}}\cdot\frac{1}{1+e^{-x}}
# = (1-\sigma(x))\,\sigma(x)$$
# It is largest in the middle: $\frac12\cdot\frac12=\frac14$. The others:
#
# | | slope |
# |---|---|
# | tanh | $1-\tanh^2x$ |
# | ReLU | $1$ for $x>0$, $0$ for $x<0$ |
# | leaky ReLU | $1$ for $x>0$, $0.1$ for $x<0$ |
# | ELU | $1$ for $x>0$, $\alpha e^x$ for $x<0$ |
#
# None of the eight numbers is 0: a slope at a corner is a question of its own, which comes next.

# %% tags=["S3-ACT-DER", "S3-JSG-S"]
slopes = (sigmoid(x) * (1 - sigmoid(x)), 1 - tanh(x) ** 2, np.where(x > 0, 1, 0), np.where(x > 0, 1, 0.1),
          np.where(x > 0, 1, np.exp(x)))
assert np.allclose(slopes, [networks.ELEMENTWISE[f.__name__].derivative(x) for f in own])
assert np.allclose(slopes[0], np.exp(-x) / (1 + np.exp(-x)) ** 2)
showing.same("one slope a row", formula=slopes, measured=[np.diag(calculus.jacobian(f, x)) for f in own])


# %% [markdown]
# ### At the corner
#
# At $x=0$ the ReLU has two slopes: 0 from the left, 1 from the right. Measure both for every function.

# %% jupyter={"source_hidden": true} tags=["S3-ACT-DER"]
def two_slopes(f, h=1e-7):
    """Slopes of ``f`` at 0, from the left and from the right."""
    return [(f(0.0) - f(-h)) / h, (f(h) - f(0.0)) / h]


assert np.allclose(two_slopes(relu), [0, 1])
assert np.allclose(two_slopes(leaky_relu), [0.1, 1])
assert np.allclose(two_slopes(elu), [1, 1])
assert np.allclose(two_slopes(lambda x: elu(x, 2)), [2, 1])
assert np.allclose(two_slopes(sigmoid), [0.25, 0.25])

predict("03 corner", "Which pair of slopes, from the left and from the right, has ELU with α = 2?",
        lambda: ", ".join(f"{slope:.0f}" for slope in two_slopes(lambda x: elu(x, 2))), choices=("0, 1", "1, 1", "2, 1", "2, 2"),
        why="With α = 2 it comes in steeper than it leaves. With α = 1 both slopes are 1: no corner.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: checks at a corner, maxout, the six curves, a vector of sigmoids

# %% [markdown]
# **A check at a corner.** Take care when you measure at a corner: a central difference looks to both sides
# and returns the *mean* of the two slopes. A check there fails, whatever you claim: there is no gradient to compare with.

# %%
at = np.zeros(3)
showing.refused("the slope of ReLU at 0", lambda: calculus.check_gradient(lambda z: relu(z).sum(), at, [0, 0, 0]), AssertionError)


# %% [markdown]
# The linear algebra slides name one more activation, **maxout**: $\max(w_1^Tx+b_1,\ w_2^Tx+b_2)$. It is not element-wise: it takes a whole vector $x$
# ($d\times1$) and gives one number, the larger of two linear pieces. In code the vector is `v`, with $d=5$.

# %%
def maxout(v, w1, b1, w2, b2):
    return np.maximum(w1 @ v + b1, w2 @ v + b2)


# %% [markdown]
# The library's `maxout` takes the pieces that are already computed.

# %% tags=["S3-ACT-MAXOUT"]
draw = np.random.default_rng(3)
(v, w1, w2), b1, b2 = draw.normal(size=(3, 5)), 0.3, -0.2
pieces = np.array([w1 @ v + b1, w2 @ v + b2])
assert maxout(v, w1, b1, w2, b2) == networks.maxout(pieces) == pieces.max()
print(f"pieces {pieces.round(3)}, maxout {networks.maxout(pieces):.3f}")

# %% [markdown]
# Other pieces give other activations. With $w_1=0$, $b_1=0$ it is the ReLU of $w_2^Tx+b_2$. With
# $w_1=-w_2$ and no bias it is an absolute value.

# %% tags=["S3-ACT-MAXOUT"]
zero = np.zeros(5)
assert maxout(-v, zero, 0, w2, b2) == relu(-w2 @ v + b2)
showing.same("relu and the absolute value", maxout=[maxout(v, zero, 0, w2, b2), maxout(v, -w2, 0, w2, 0)],
             direct=[relu(w2 @ v + b2), abs(w2 @ v)])

# %% [markdown]
# Maxout has gradients in all that it reads. With $r$ for the winning piece: $w_r$ in the input, $x$ in $w_r$, 1 in $b_r$.

# %% tags=["S3-ACT-DER"]
r = pieces.argmax()
assert np.array_equal(networks.maxout.derivative(pieces), np.eye(2)[r])
showing.slopes("maxout in v: the weights of the winner", lambda v: maxout(v, w1, b1, w2, b2), v, (w1, w2)[r])

# %% [markdown]
# The losing piece gets 0, since a small change does not make it win.

# %% tags=["S3-ACT-DER"]
assert np.isclose(calculus.gradient(lambda b: maxout(v, w1, b, w2, b2), b1), r == 0)
showing.slopes("maxout in w2", lambda w: maxout(v, w1, b1, w, b2), w2, v * (r == 1))

# %% [markdown]
# All six with their slopes; the drawings of the linear algebra slides are lost in the text that is left of them. For maxout, the
# pieces are $-0.5x-1$ and $x$.

# %% tags=["S3-FIG-ACT"]
line = np.linspace(-4, 4, 321)
graphs = {name: (f(line), f.derivative(line)) for name, f in networks.ELEMENTWISE.items() if name != "identity"}
two = np.stack([-0.5 * line - 1, line], axis=-1)         # (321, 2)
graphs["maxout"] = networks.maxout(two), networks.maxout.derivative(two) @ [-0.5, 1]
assert set(graphs) == {"sigmoid", "leaky_relu", "tanh", "maxout", "relu", "elu"}
print(*graphs)

# %%
fig, axes = plt.subplots(2, 3, figsize=(9, 5), layout="constrained", sharex=True)
for ax, (name, (value, slope)) in zip(axes.flat, graphs.items()):
    plotting.show_curves({"value": value, "slope": slope}, x=line, ax=ax, xlabel="$x$", ylabel="")
    ax.set_title(name.replace("_", " "))
plotting.described(fig, "Six panels, each an activation and its slope. Sigmoid and tanh: bell-shaped slopes. "
                   "ReLU, leaky ReLU and maxout: slopes that jump. ELU: a slope that bends at 0.")

# %% [markdown]
# Sigmoid and tanh are flat on both sides, so their slopes are bells that die out. The slope of ReLU, leaky ReLU
# and maxout is a step: it jumps where the pieces meet. The slope of ELU reaches 1 without a jump, but with a bend.
#
# A program must return *some* number at a corner. Any number between the two slopes will do. The library takes the left
# slope for ReLU and leaky ReLU, and the right one for ELU. Where two pieces of maxout tie, the first one wins.

# %% tags=["S3-ACT-DER"]
assert networks.relu.derivative(0.0) == 0
assert networks.leaky_relu.derivative(0.0) == 0.1
assert networks.Elu(2).derivative(0.0) == 1
assert np.array_equal(networks.maxout.derivative([0.4, 0.4]), [1, 0])
print("at 0:", *(float(f.derivative(0.0)) for f in (networks.relu, networks.leaky_relu, networks.Elu(2))))

# %% [markdown]
# Three functions, three choices. The linear algebra slides also say which activations and losses a network has; `mlp_lib` has them all:

# %% tags=["S3-NN-LIST"]
assert {"sigmoid", "relu", "leaky_relu"} <= set(networks.ELEMENTWISE)
assert networks.softmax.name == "softmax"
assert set(networks.LOSSES) == {"absolute_error", "squared_error", "hinge", "cross_entropy"}
print(*networks.ELEMENTWISE, sep=", ")
print(*networks.LOSSES, sep=", ")

# %% [markdown]
# **A vector of sigmoids.** Applied to a vector, entry $j$ of the result depends on entry $j$ alone. So the Jacobian is diagonal, with
# $(1-\sigma(x_j))\,\sigma(x_j)$ at place $j$.

# %% tags=["S3-JSG-V"]
J = calculus.jacobian(sigmoid, x[:5])
showing.same("Jacobian of the sigmoid, entry by entry", measured=J, formula=np.diag((1 - sigmoid(x[:5])) * sigmoid(x[:5])))

# %% [markdown]
# A product with this matrix is a product entry by entry. No program stores its zeros.

# %% [markdown]
# ## 4 · Softmax
#
# A picture of a cat is shown to a classifier with three classes. It gives three *scores*: cat 3.2, car 5.1,
# frog $-1.7$. Scores are any real numbers. Wanted are probabilities: positive, with sum 1, and larger for a larger score.
# Two steps do it. First, $e^z$ makes all of them positive; then the division by their sum makes the sum 1.

# %% jupyter={"source_hidden": true} tags=["S3-SM-EX"]
cat_scores = np.array([3.2, 5.1, -1.7])
exponentials = np.exp(cat_scores)
cat_p = exponentials / exponentials.sum()
assert np.allclose(exponentials, [24.5, 164.0, 0.18], atol=0.05)
assert np.allclose(cat_p, [0.13, 0.87, 0.00], atol=0.005)
fig, axes = plt.subplots(1, 3, figsize=(9, 2.3), layout="constrained")
steps = {"score $z$": cat_scores, "$e^z$": exponentials, "probability $p$": cat_p}
for ax, (label, numbers) in zip(axes, steps.items()):
    bars = ax.bar(["cat", "car", "frog"], numbers, color=plotting.CYCLE[0])
    ax.bar_label(bars, fmt="{:.2f}", padding=1)
    ax.axhline(0, color="k", linewidth=0.8)
    ax.set(ylabel=label)
    ax.margins(y=0.2)
plotting.described(fig, "Bars for cat, car and frog. Scores 3.2, 5.1, minus 1.7; their exponentials 24.53, 164.02, "
                   "0.18; the probabilities 0.13, 0.87, 0.00 have the same shape as the exponentials.")


# %% [markdown]
# The exponential stretches the differences: a lead of 1.9 in the scores becomes a factor $e^{1.9}\approx 6.7$. The last
# step only changes the scale of the axis. The classifier is 87 % sure of a car. It is wrong, and section 6 will
# put a number on that.
#
# **As a formula.** A sample is a row $x$, $1\times D$. Its scores are $z = xW+b$, where $W$ is $D\times C$: column $k$ of $W$ and entry $k$
# of $b$ belong to class $k$. A batch of $N$ samples is a matrix $X$, $N\times D$, and softmax is taken of each row of $Z=XW+b$:
# $$P_{ik} = \mathrm{softmax}(Z)_{ik} = \frac{e^{Z_{ik}}}{\sum_{j=1}^C e^{Z_{ij}}}$$
# is the probability that sample $i$ is of class $k$. Which axis must the sum in the code run over?

# %% tags=["S0-S4-SM", "S3-SM-D"]
def softmax(Z):
    E = np.exp(Z)
    return E / E.sum(axis=-1, keepdims=True)


rng = np.random.default_rng(3)
X, W, b = rng.normal(size=(4, 5)), rng.normal(size=(5, 3)), rng.normal(size=3)
Z = X @ W + b
entries = [[np.exp(Z[i, k]) / sum(np.exp(Z[i, j]) for j in range(3)) for k in range(3)] for i in range(4)]
assert np.allclose(softmax(Z).sum(axis=1), 1)
showing.same("P", entry_by_entry=entries, softmax=softmax(Z), library=networks.softmax(Z))

# %% [markdown]
# Four samples, three classes, and in every *row* the sum 1. The last axis runs along a row, so `axis=-1` serves a matrix and a single
# vector alike.
#
# **Scores are logarithms.** Take the logarithm of the definition: $\log p_k = z_k - \log\sum_j e^{z_j}$. Now let all
# scores grow by 2.5.

# %% jupyter={"source_hidden": true} tags=["S3-SM-SC"]
z = rng.normal(size=5)
assert np.allclose(np.log(softmax(z)), z - np.log(np.exp(z).sum()))
assert np.allclose(softmax(z + 2.5), softmax(z))
assert np.allclose(softmax(np.log(softmax(z))), softmax(z))

predict("03 shift", "All scores grow by 2.5. What happens to the probabilities?",
        lambda: showing.same("p", before=softmax(z), after=softmax(z + 2.5)),
        choices=("they all grow", "the largest grows", "nothing"), answer=lambda _: "nothing",
        why="The constant cancels: only differences of scores count.")

# %% [markdown]
# And who starts from log probabilities as scores gets the probabilities back.
#
# ### Overflow, and the cure
#
# Exponentials grow fast. Take the scores $(800, 799, -800)$. The right probabilities are about 0.73,
# 0.27 and 0.

# %% jupyter={"source_hidden": true}
large = np.array([800.0, 799.0, -800.0])
with np.errstate(over="ignore", invalid="ignore"):
    naive = softmax(large)
assert np.isnan(naive[:2]).all()

predict("03 overflow", "What does this softmax give for the score 800?", lambda: f"{naive[0]}",
        choices=("0.73", "1.0", "inf", "nan"),
        why="exp(800) is more than a float64 can hold, so it becomes inf, and inf / inf is nan: not a number.")


# %% [markdown]
# In float32, in which networks are trained, a score of 89 is already too much. The cure: first subtract the largest score from all of them. Now every exponent is at most 0, the
# largest exponential is exactly 1, and the sum is at least 1. Nothing can overflow, and nothing is divided by 0.

# %%
def stable_softmax(Z):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


print(stable_softmax(large).round(4))
assert np.array_equal(stable_softmax(large), networks.softmax(large))
assert np.allclose(stable_softmax(Z), softmax(Z))

# %% [markdown]
# The shift is free: $\log\sum_je^{z_j}$ shifts by as much as the scores do. So a score is a log probability, up to a constant that
# nobody knows.
#
# One trap is left. The third probability is 0 in the computer, and $\log 0$ is $-\infty$. If a logarithm is wanted, do
# not take it of a probability. Shift inside the formula for $\log p$: with $m=\max_j z_j$,
# $$\log p_k = (z_k - m) - \log\sum_j e^{z_j-m}.$$

# %%
def log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


with np.errstate(divide="ignore"):
    assert np.log(stable_softmax(large))[2] == -np.inf
print([f"{number:.4f}" for number in log_softmax(large)])
assert np.isclose(log_softmax(large)[2], -1600.3133)
assert np.allclose(log_softmax(z), np.log(softmax(z)))

# %% [markdown]
# The true value is $-1600.3$, a plain number. This is why the library's cross-entropy asks for *scores*.
#
# ## 5 · The derivative of softmax, in three ways
#
# $p = \mathrm{softmax}(z)$ takes $n$ numbers to $n$ numbers, so its derivative is an $n\times n$ Jacobian
# $D = \partial p/\partial z$. Entry $D_{ab}$ says how $p_a$ moves when $z_b$ does. Every probability depends on every
# score, through the sum.

# %% jupyter={"source_hidden": true}
n = 4
z = rng.normal(size=n)
p = softmax(z)
D = calculus.jacobian(softmax, z)                        # the judge: measured

predict("03 sums", "A row of D says how one probability moves with each of the four scores. What is the sum of a row?",
        lambda: showing.same("sums of the four rows", measured=D.sum(axis=1), zero=np.zeros(n)),
        choices=("0", "1", "the probability itself", "every row has another"), answer=lambda _: "0",
        why="Let all scores grow alike: by section 4 no probability moves. So the slopes of a row cancel.")

# %% [markdown]
# **Way 1: entry by entry.** Take the quotient rule on $e^{z_a}/S$, with $S=\sum_j e^{z_j}$. In $z_b$ the denominator has the slope
# $e^{z_b}$, and the numerator has the slope $\delta_{ab}\,e^{z_a}$, where $\delta_{ab}=1$ for $a=b$ and 0 otherwise:
# $$D_{ab} = \frac{\delta_{ab}\,e^{z_a}S - e^{z_a}e^{z_b}}{S^2} = p_a(\delta_{ab}-p_b)$$
#
# **Way 2: as a matrix.** All entries at once, a diagonal matrix minus an outer product; all of them $n\times n$:
# $$\frac{\partial p}{\partial z} = \frac{\mathrm{diag}(e^z)\,S - e^z(e^z)^T}{S^2} = \mathrm{diag}(p) - pp^T$$

# %% tags=["S3-JSM-D", "S3-JSM-V"]
S, e = np.exp(z).sum(), np.exp(z)
entries = [[(e[a] * (S - e[a]) if a == b else -e[a] * e[b]) / S**2 for b in range(n)] for a in range(n)]
matrix = (np.diag(e) * S - np.outer(e, e)) / S**2
assert np.allclose(entries, [[p[a] * ((a == b) - p[b]) for b in range(n)] for a in range(n)])
assert np.allclose(matrix, np.diag(p) - np.outer(p, p)) and np.allclose(matrix, networks.softmax.jacobian(z))
showing.same("D", entry_by_entry=entries, as_matrices=matrix, measured=D)


# %% [markdown]
# In cases, $D_{ab}$ is $p_a(1-p_a)$ for $a=b$ and $-p_ap_b$ for $a\ne b$: positive on the diagonal, negative off it. A score lifts
# its own probability and lowers all others.
#
# **Way 3: by the differential.** Chapter 02's laws need no indices. With $p = e/S$, $S = \sum_je_j$ and $e=\exp(z)$
# entry by entry: $de = e\odot dz$, and by the law of the quotient
# $$dp = \frac{de}{S} - \frac{e\,\sum_j de_j}{S^2} = p\odot dz - p\,\Big(\sum_jp_j\,dz_j\Big).$$
# This is a linear map of $dz$. Apply it to the $n$ unit vectors, and the results are the columns of $D$.

# %%
def differential(dz):
    return p * dz - p * (p @ dz)


columns = np.column_stack([differential(unit) for unit in np.eye(n)])
assert np.allclose(columns, entries)
showing.same("D", by_the_differential=columns, as_matrices=matrix)

# %% [markdown]
# All three agree. The third is also the cheapest to *use*: it needs about $4n$ operations, and no matrix at all.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: what the differential misses, temperature, the rank of the Jacobian, how large a score may be

# %% [markdown]
# Is way 3 really a differential? Then what it misses must shrink faster than the step.

# %% jupyter={"source_hidden": true}
direction = rng.normal(size=n)
h = 10.0 ** -np.arange(1, 5)
miss = np.array([np.linalg.norm(softmax(z + k * direction) - p - differential(k * direction)) for k in h])

predict("03 order", "The step gets ten times smaller. How many times smaller gets what the differential misses?",
        lambda: showing.order("what it misses", h, miss, 2), choices=(10, 20, 100), answer=lambda _: 100,
        why="Order 2: a hundred times, each time.")

# %% [markdown]
# Every column has sum 0, too, since probability is only moved. That the rows have it says that a common shift of all scores,
# the direction $(1,\dots,1)$, leads to 0. It is the only such direction; the rank is $n-1$.

# %%
assert np.linalg.matrix_rank(matrix) == n - 1
showing.same("sums", of_rows=D.sum(axis=1), of_columns=D.sum(axis=0), zero=np.zeros(n))

# %% [markdown]
# **Temperature.** Divide all scores by a number $T>0$ first: $p = \mathrm{softmax}(z/T)$. For a small $T$ the differences grow, for a
# large $T$ they vanish. In the picture, what are the two limits?

# %%
T = np.logspace(-1, 2, 61)
by_T = softmax(cat_scores / T[:, None])                  # (61, 3)
assert np.allclose(by_T[0], [0, 1, 0], atol=1e-8)
assert np.allclose(by_T[-1], 1 / 3, atol=0.015)
ax = plotting.show_curves(dict(zip(["cat", "car", "frog"], by_T.T)), x=T, xlabel="temperature $T$",
                          ylabel="probability")
ax.set_xscale("log")
ax.axvline(1, color="0.6", linewidth=1)
plotting.described(ax, "Probabilities of cat, car and frog against temperature. At 0.1 car has 1, the others 0; "
                   "at 100 all three are near one third. A grey line marks temperature 1.")

# %% [markdown]
# At the left the largest score takes everything: the *hard* maximum. At the right all classes are equal. Softmax, at
# the grey line, stands between them; hence its name. The order of the classes never changes. The chain rule adds one factor to the
# Jacobian: $\partial p/\partial z = \frac1T\big(\mathrm{diag}(p)-pp^T\big)$ with $p=\mathrm{softmax}(z/T)$.

# %%
T = 2.5
p_T = softmax(z / T)
showing.same("with T = 2.5", measured=calculus.jacobian(lambda z: softmax(z / T), z), formula=(np.diag(p_T) - np.outer(p_T, p_T)) / T)

# %% [markdown]
# **How large may a score be?** The limit is the logarithm of the largest number.

# %%
limits = {kind: float(np.log(np.finfo(kind).max)) for kind in ("float32", "float64")}
print({kind: round(limit, 1) for kind, limit in limits.items()})

# %% [markdown]
# In float32, in which networks are trained, a score of 89 is enough.

# %%
with np.errstate(over="ignore"):
    beyond = np.exp(np.float32(89)), np.exp(710.0)
assert np.isinf(beyond).all()
print("exp(89) in float32 and exp(710) in float64:", *map(float, beyond))

# %% [markdown]
# ## 6 · Losses
#
# A loss is one number that says how bad the scores are, on one sample or on average over the training data. The library has four.
# For one sample with the scores $z$, the true class $c$, or a target $y$ with an entry for each class:
#
# | | |
# |---|---|
# | cross-entropy | $-\sum_j y_j\log p_j$ with $p=\mathrm{softmax}(z)$ |
# | hinge | $\sum_{j\ne c}\max(0,\ z_j-z_c+1)$: the true score should lead every other by 1 |
# | absolute error, L1 | $\sum_j \lvert y_j-z_j\rvert$ |
# | squared error, L2 | $\sum_j (y_j-z_j)^2$ |
#
# The better the scores, the smaller it should be.
#
# ### Log likelihood
#
# Write the true class as a row $y$ with a single 1, at its place (*one-hot*). One term of the cross-entropy is left, the *log likelihood*
# loss: $-\log p_c$, how surprised one is by what happened. In scores it is $-\log\Big(e^{z_c}/\sum_j e^{z_j}\Big)$. The target may also be
# unsure: probabilities $y_1,\dots,y_C$ with sum 1. The library does softmax and loss in one step:

# %% tags=["S3-LL-SM", "S3-LOSS-CE"]
z, c = rng.normal(size=5), 3
p, sure, unsure = softmax(z), np.eye(5)[c], np.array([0.1, 0.0, 0.2, 0.6, 0.1])
by_formula = [-(y * np.log(p)).sum() for y in (sure, unsure)]
assert np.isclose(by_formula[0], -np.log(np.exp(z[c]) / np.exp(z).sum()))
showing.same("a sure and an unsure target", formula=by_formula,
             library=[networks.cross_entropy(z[None], y[None]) for y in (sure, unsure)])

# %% [markdown]
# **The cat.** Its class had $p=0.13$, so the loss is $-\ln 0.13=2.04$. The linear algebra slides print 0.89, the logarithm to
# base 10. Softmax uses $e$, and only the natural logarithm undoes $e$. A loss in natural logarithms is said to be in *nats*.

# %% tags=["S3-LL-SMEX", "fails-as-printed", "mended"]
right, printed = -np.log(0.13), -np.log10(0.13)
assert round(printed, 2) == 0.89
assert np.isclose(right, networks.cross_entropy(cat_scores[None], np.array([0])), atol=5e-3)
showing.differs("loss of the cat", as_printed=printed, right=right)

# %% [markdown]
# ### What each loss wants
#
# Two classes. The true one has the score $z$, the other one 0. Let $z$ run from $-3$ to 5.

# %% jupyter={"source_hidden": true}
line = np.linspace(-3, 5, 161)
pairs = np.column_stack([line, np.zeros(161)])[:, None]  # 161 batches of one row
curves = {name: [loss(pair, np.array([0] if name == "hinge" else [[1, 0]])) for pair in pairs]
          for name, loss in networks.LOSSES.items()}


def four_losses():
    ax = plotting.show_curves(curves, x=line, xlabel="score $z$ of the true class")
    ax.set_ylim(-0.2, 17)
    return plotting.described(ax, "Four losses against the true class's score. Cross-entropy falls towards 0 for ever; hinge "
                              "is 0 from 1 on; absolute and squared error have their minimum at 1 and rise again.")


predict("03 too good", "Which of the losses punish a score that is too good?", four_losses,
        choices=("none", "cross-entropy", "hinge", "absolute and squared error"), answer=lambda _: "absolute and squared error",
        why="They want the score to be 1. Cross-entropy always wants a little more, hinge is content at 1.")

# %% [markdown]
# Classes and the pixels of a picture need different losses: a class should win, a pixel should be hit.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: better and worse scores; L1, L2 and hinge with their gradients; the linear layer in columns

# %% [markdown]
# All four losses on two sets of scores. The true class is 1 of 0, 1, 2, and the first scores are the better ones.

# %% tags=["S3-LOSS-D"]
better, worse, target = np.array([[0.1, 0.9, 0.0]]), np.array([[0.8, 0.2, 0.3]]), np.array([[0.0, 1.0, 0.0]])
for name, loss in networks.LOSSES.items():
    truth = np.array([1]) if name == "hinge" else target
    assert np.ndim(loss(better, truth)) == 0
    assert loss(better, truth) < loss(worse, truth)
    print(f"{name}: {loss(better, truth):.2f} and {loss(worse, truth):.2f}")

# %% [markdown]
# All four agree. An example of log likelihood with ten classes: class 2 is true, which is index 1 in numpy, and
# $p=(0.1, 0.7, 0,\dots,0.2)$. The product $y\,p^T$ picks $p_c$.

# %% tags=["S3-LL-D", "S3-LL-EX"]
y10, p10 = np.zeros(10), np.zeros(10)
y10[1] = 1
p10[[0, 1, 9]] = 0.1, 0.7, 0.2
assert np.isclose(-np.log(p10[1]), 0.357, atol=5e-4)
showing.same("loss", product=-np.log(y10 @ p10), entry=-np.log(p10[1]))

# %% [markdown]
# $-\log 0.7$ is 0.357. The linear algebra slides write L1 and L2 as $|y_i-s_i|$ and $(y_i-s_i)^2$, with $s$ for the scores. For vectors
# that can mean several things: a vector of absolute values, the length, or a sum. The example decides. Class 2 of
# ten is true, the scores are $0.1, 0.7, 0, \dots, 0.2$:
# $|0-0.1|+|1-0.7|+|0-0.2| = 0.6$.

# %% tags=["S3-REG-EX"]
s10 = p10                                                # the same numbers as above
assert np.isclose(np.abs(y10 - s10).sum(), 0.6)
showing.same("absolute error", summed=np.abs(y10 - s10).sum(), library=networks.absolute_error(s10[None], y10[None]))

# %% [markdown]
# So the bars mean the 1-norm: L1 is $\|y-s\|_1=\sum_j|y_j-s_j|$, and L2 is $\|y-s\|_2^2=\sum_j(y_j-s_j)^2$. The length
# of the vector would give 0.374, not 0.6.

# %% tags=["S3-REG-D"]
assert np.isclose(np.linalg.norm(y10 - s10, ord=1), 0.6)
assert np.isclose(((y10 - s10) ** 2).sum(), 0.14)
assert np.isclose(networks.squared_error(s10[None], y10[None]), np.linalg.norm(y10 - s10) ** 2)
showing.differs("lengths of y - s", the_1_norm=np.linalg.norm(y10 - s10, ord=1), the_2_norm=np.linalg.norm(y10 - s10))

# %% [markdown]
# The same bars in $|p|=1$, for probabilities, also mean the 1-norm, $\sum_kp_k=1$. The Euclidean length of this $p$ is 0.73.

# %% tags=["S3-LL-NORM"]
assert np.isclose(p10.sum(), 1)
assert np.isclose(np.linalg.norm(p10), 0.735, atol=5e-4)
print(f"sum {p10.sum():.3f}, length {np.linalg.norm(p10):.3f}")


# %% [markdown]
# **Hinge** is named there and never defined; the table has the usual form for several classes.
# For the cat: $\max(0,\ 5.1-3.2+1) + \max(0,\ -1.7-3.2+1) = 2.9 + 0$.

# %% tags=["S3-LOSS-HINGE"]
def hinge(z, c):
    return sum(max(0, z[j] - z[c] + 1) for j in range(len(z)) if j != c)


assert np.isclose(hinge(cat_scores, 0), 2.9)
showing.same("hinge of the cat and of five classes", formula=[hinge(cat_scores, 0), hinge(z, c)],
             library=[networks.hinge(cat_scores[None], np.array([0])), networks.hinge(z[None], np.array([c]))])

# %% [markdown]
# Its gradient: each class that violates the margin is pushed down by 1, and the true class up by their number. A batch of six with five classes:

# %% tags=["S3-LOSS-HINGE"]
scores, truth = 2 * rng.normal(size=(6, 5)), rng.integers(5, size=6)
violates = scores - scores[range(6), truth][:, None] + 1 > 0
violates[range(6), truth] = False
grad = violates.astype(float)
grad[range(6), truth] = -violates.sum(axis=1)
assert np.allclose(networks.hinge.gradient(scores, truth), grad / 6)
showing.slopes("gradient of the hinge", lambda z: networks.hinge(z, truth), scores, grad / 6)

# %% [markdown]
# **The linear layer and L2, in columns.** The linear algebra slides write a sample as a column $x$ ($d\times1$), and its scores as $s=Wx+b$. Their $W$ ($n\times d$) is the transpose of the
# one above; its rows are $w_j^T$. The probabilities are the same.

# %% tags=["S3-SM-D"]
n, d = 3, 4
draw = np.random.default_rng(5)
W, b, x_i = draw.normal(size=(n, d)), draw.normal(size=n), draw.normal(size=d)
s = W @ x_i + b
by_class = [np.exp(W[k] @ x_i + b[k]) / sum(np.exp(W[j] @ x_i + b[j]) for j in range(n)) for k in range(n)]
showing.same("probabilities", row_by_row=by_class, softmax=softmax(s), as_a_row=softmax(x_i[None] @ W.T + b)[0])

# %% [markdown]
# The derivatives of this layer. In $b$ it is the identity, $n\times n$: bias $j$ moves score $j$, one to one.

# %% tags=["S3-JL-B"]
showing.same("scores in b", measured=calculus.jacobian(lambda b: W @ x_i + b, b), identity=np.eye(n))

# %% [markdown]
# In one row of weights: only score $j$ reads $w_j$. These slides write
# $\partial s/\partial w_j = [0\ \cdots\ x\ \cdots\ 0]$, of size $d\times n$, with $x$ in column $j$; where they define the
# Jacobian, they put the outputs in the rows: that gives $n\times d$. Both hold the same numbers. They are two *layouts*,
# and one is the transpose of the other.

# %% tags=["S3-JL-W"]
j = 1


def scores_of_row(w_j):
    rows = [w_j if k == j else W[k] for k in range(n)]
    return np.stack(rows) @ x_i + b


theirs = np.zeros((d, n))                                # denominator layout: inputs down
theirs[:, j] = x_i
measured = calculus.jacobian(scores_of_row, W[j])        # numerator layout: outputs down
showing.same("scores in row 1 of W", measured=measured, theirs_transposed=theirs.T)

# %% [markdown]
# In the input: these slides write $\partial s/\partial x = [w_1\cdots w_n] = W^T$, $d\times n$. With outputs in the rows it is
# $W$ itself. This book always puts the outputs first.

# %% tags=["S3-JL-X"]
measured = calculus.jacobian(lambda x_i: W @ x_i + b, x_i)
showing.same("scores in x", measured=measured, W=W)

# %% [markdown]
# **L2 through the layer.** $L=\sum_j(y_j-w_j^Tx-b_j)^2$. The chain rule gives
# $\dfrac{\partial L}{\partial w_j} = -2(y_j-w_j^Tx-b_j)\,x$, one vector for each row of $W$.

# %% tags=["S3-JRG-B"]
y = draw.normal(size=n)
rows = np.array([-2 * (y[j] - W[j] @ x_i - b[j]) * x_i for j in range(n)])
showing.slopes("squared error in W", lambda W: ((y - W @ x_i - b) ** 2).sum(), W, rows)

# %% [markdown]
# Stacked like this they are the product of a column and a row:
# $$\frac{\partial L}{\partial W} = -2\underbrace{(y-Wx-b)}_{n\times1}\,\underbrace{x^T}_{1\times d},\qquad
# \frac{\partial L}{\partial b} = -2\,(y-Wx-b).$$

# %% tags=["S3-JRG-B"]
error = y - W @ x_i - b
assert np.allclose(-2 * np.outer(error, x_i), rows)
db = -2 * error
showing.slopes("squared error in b", lambda b: ((y - W @ x_i - b) ** 2).sum(), b, db)

# %% [markdown]
# Without a bias the same with $b=0$: $\partial L/\partial W = -2(y-Wx)\,x^T$.

# %% tags=["S3-JRG-0"]
dW = -2 * np.outer(y - W @ x_i, x_i)
showing.slopes("without b", lambda W: ((y - W @ x_i) ** 2).sum(), W, dW)

# %% [markdown]
# ## 7 · Maximum likelihood
#
# Where does $-\log p$ come from? From a question: which parameters make the data that one saw most likely? The likelihood of the data is
# the product of the probabilities $p_c$ of its samples. The logarithm grows with its argument, so it keeps the place of the maximum; the
# minus sign turns it over. To minimise the mean of $-\log p_c$ is to maximise the likelihood.
#
# The logarithm does more. Here are 600 throws of a loaded die with four sides.

# %% jupyter={"source_hidden": true}
throws = np.random.default_rng(4).choice(4, size=600, p=[0.1, 0.2, 0.3, 0.4])
f = np.bincount(throws.astype(int), minlength=4) / 600   # how often each side came
log_likelihood = np.log(f[throws]).sum()

predict("03 product", "A product of 600 numbers between 0.1 and 0.4: what is it in float64?",
        lambda: f"{float(np.prod(f[throws]))}", choices=("0.0", "1e-77", "nan"),
        why=f"It underflows. The sum of the logarithms is {log_likelihood:.1f}, a number like any other.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the most likely coin, and the most likely die

# %% [markdown]
# The smallest case is a coin that fell heads 7 times in 10. If heads has probability $p$, the throws have the
# likelihood $p^7(1-p)^3$. Its negative logarithm, divided by 10, is the mean log likelihood loss.

# %% jupyter={"source_hidden": true} tags=["S3-LL-MLE"]
p = np.linspace(0.01, 0.99, 99)
likelihood = p**7 * (1 - p) ** 3
mean_loss = -(7 * np.log(p) + 3 * np.log(1 - p)) / 10
assert np.isclose(p[likelihood.argmax()], 0.7) and np.isclose(p[mean_loss.argmin()], 0.7)
fig, axes = plt.subplots(1, 2, figsize=(8, 2.4), layout="constrained")
for ax, curve, label in zip(axes, (likelihood, mean_loss), ("likelihood", "mean of $-\\log p$")):
    plotting.show_curves({label: curve}, x=p, ax=ax, xlabel="probability $p$ of heads", ylabel=label)
    ax.get_legend().remove()
    ax.axvline(0.7, color=plotting.CYCLE[1], linestyle="--")
plotting.described(fig, "Left: the likelihood of 7 heads in 10 throws, highest at 0.7. Right: the mean negative "
                   "logarithm, lowest at the same place.")


# %% [markdown]
# The same place, 0.7.
#
# Now the die in scores: four classes and no input. With $f$ for the frequencies of the sides, the mean loss has the gradient $p - f$ in
# the scores.

# %% tags=["S3-LL-MLE"]
def mean_surprise(s):
    return networks.cross_entropy(np.tile(s, (600, 1)), throws)


s = np.array([0.3, -0.2, 0.5, 0.1])
showing.slopes("gradient in the scores", mean_surprise, s, softmax(s) - f)

# %% [markdown]
# So it is 0 exactly where $p=f$. There no step leads to a smaller loss; 200 are tried.

# %% tags=["S3-LL-MLE"]
best = np.log(f)
assert all(mean_surprise(best) < mean_surprise(best + rng.normal(size=4)) for _ in range(200))
showing.same("probabilities of the best scores", softmax=softmax(best), counted=f)

# %% [markdown]
# So the most likely die is the one that shows what was counted. Its log likelihood is minus 600 times the mean loss:

# %% tags=["S3-LL-MLE"]
showing.same("log likelihood", summed=log_likelihood, from_the_mean_loss=-600 * mean_surprise(best))

# %% [markdown]
# ## 8 · The gradient, for a batch
#
# Now all together. There are $N$ samples, $D$ features, $C$ classes. $X$ is $N\times D$ with a
# sample a row, $Y$ is $N\times C$ with one-hot rows, $W$ is $D\times C$. **Forward:** $Z = XW$ and $P=\mathrm{softmax}(Z)$, both $N\times C$.
#
# There is no bias, as in the survival guide, and that is no loss: with a column of ones in $X$, one more row of $W$ plays its part.

# %% tags=["S0-S4-N", "S0-S4-F"]
N, D, C = 6, 5, 4
rng = np.random.default_rng(8)
X, W = rng.normal(size=(N, D)), rng.normal(size=(D, C))
c = rng.integers(C, size=N)                              # classes 1..C of the survival guide are 0..C-1
Y = np.eye(C)[c]
Z = X @ W                                                # (N, D) (D, C) -> (N, C)
P = softmax(Z)
assert all(Y[i, c[i]] == 1 for i in range(N)) and np.array_equal(Y.sum(axis=1), np.ones(N))
print("classes", c, " Z", Z.shape, " P", P.shape)

# %% [markdown]
# **The loss** is the mean over the samples of what section 6 says for one:
# $$L=-\frac1N\sum_{i=1}^N\sum_{j=1}^C Y_{ij}\log P_{ij} = -\frac1N\sum_{i=1}^N\log P_{ic_i}.$$
# On the right, the class indices $c_1,\dots,c_N$ save the multiplications by zeros. The survival guide prints $-\frac1N\sum_i Y_i\odot\log P_i$, where $Y_i$ is row $i$. Is that a loss?

# %% tags=["S0-S4-L", "S0-S4-Lc", "fails-as-printed", "mended"]
printed = -sum(Y[i] * np.log(P[i]) for i in range(N)) / N
L = -(Y * np.log(P)).sum() / N
assert np.isclose(L, printed.sum()) and np.isclose(L, networks.cross_entropy(Z, Y))
assert np.isclose(L, -np.log(P[np.arange(N), c]).mean())    # two lists of indices pick one entry of each row
showing.differs("L", as_printed=printed, right=L)


# %% [markdown]
# A sum of rows is a row, with one number for each class. A loss is one number: the sum over the classes is missing.
#
# ### Through the product
#
# $L = f(Z) = f(XW)$. Chapter 02's example 3.1 says what a product does to a gradient:
# $\dfrac{\partial L}{\partial W}=X^T\dfrac{\partial L}{\partial Z}$, shapes $(D\times N)(N\times C) = D\times C$.

# %% tags=["S0-S4-dW"]
def loss_of_scores(Z):
    return -(Y * np.log(softmax(Z))).sum() / N


dL_dZ = calculus.gradient(loss_of_scores, Z)             # measured, (N, C)
showing.slopes("dL/dW", lambda W: loss_of_scores(X @ W), W, X.T @ dL_dZ)

# %% [markdown]
# ### In the scores
#
# Here $\partial L/\partial Z$ was measured. To derive it, go, entry by entry:
# $$\frac{\partial L}{\partial Z_{ij}} = -\frac1N\sum_{k=1}^N\frac{\partial}{\partial Z_{ij}}\log P_{kc_k}.$$
# There are three cases. **Case $i\ne k$: rows do not mix.** Row $k$ of $P$ depends on row $k$ of $Z$ only, so the derivative is 0. The picture shows it for the probabilities, with two rows and three classes. Each block belongs to one entry $P_{k\ell}$, and holds its slopes in all entries $Z_{ij}$, in hundredths.

# %% jupyter={"source_hidden": true} tags=["S0-S4-row"]
slopes = calculus.derivative(lambda Z: np.log(softmax(Z))[np.arange(N), c], Z)    # [k, i, j]
for k, i in np.ndindex(N, N):
    assert np.any(slopes[k, i]) == (i == k)
two_rows = calculus.derivative(softmax, np.array([[1.0, 0.2, -0.5], [0.3, 0.9, 0.1]]))
ax = plotting.show_blocks(100 * two_rows, upper=("k", r"\ell"), lower=("i", "j"))
plotting.described(ax, "Two by three blocks, each 2 by 3. In the upper blocks only the first row is filled, in the "
                   "lower blocks only the second. In each, one entry is positive and two are negative.")

# %% [markdown]
# In the upper blocks only the first row is filled, in the lower ones only the second. Each filled
# row is a row of the softmax Jacobian: positive at its own score, negative at the others.
#
# **Case $i=k$.** The logarithm brings a factor $1/P_{kc_k}$, and section 5 says what the slope of $P_{kc_k}$ is:
# $$\frac{\partial}{\partial Z_{kj}}\log P_{kc_k} = \frac{1}{P_{kc_k}}\cdot\frac{\partial P_{kc_k}}{\partial Z_{kj}}
# = \frac{P_{kc_k}(\delta_{jc_k}-P_{kj})}{P_{kc_k}} = \begin{cases}-P_{kj}, & j\ne c_k\\ 1-P_{kj}, & j=c_k\end{cases}$$
# That is row $k$ of $Y-P$. Put it into the sum, where only $k=i$ is left:
# $$\frac{\partial L}{\partial Z_{ij}} = \begin{cases}\frac1N P_{ij}, & j\ne c_i\\[2pt] \frac1N(P_{ij}-1), & j=c_i\end{cases}
# \qquad\text{that is}\qquad \frac{\partial L}{\partial Z}=\frac1N(P-Y).$$
# The judge is the loss itself.

# %% tags=["S0-S4-dZ"]
dZ = (P - Y) / N                                         # (N, C)
by_cases = [[(P[i, j] - 1) / N if j == c[i] else P[i, j] / N for j in range(C)] for i in range(N)]
assert np.allclose(slopes[np.arange(N), np.arange(N)], Y - P)
assert np.allclose(by_cases, dZ) and np.allclose(networks.cross_entropy.gradient(Z, c), dZ)
showing.slopes("dL/dZ", loss_of_scores, Z, dZ)

# %% [markdown]
# *What was said, minus what was true*, over $N$. All exponentials and logarithms have cancelled. With the product of before:
# $$\frac{\partial L}{\partial W} = \frac1N X^T(P-Y),\qquad (D\times N)(N\times C)=D\times C.$$

# %% tags=["S0-S4-G"]
dW = X.T @ (P - Y) / N
assert dW.shape == W.shape == (D, C)
showing.slopes("dL/dW = Xᵀ(P - Y)/N", lambda W: loss_of_scores(X @ W), W, dW)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: biases, the library, the tensor of the product, and where the survival guide's chain breaks

# %% [markdown]
# A column of ones in $X$ and the biases as one more row of $W$:

# %% tags=["S0-S4-F"]
b = rng.normal(size=C)
showing.same("Z with biases", a_column_of_ones=np.column_stack([X, np.ones(N)]) @ np.vstack([W, b]), b_added=X @ W + b)

# %% [markdown]
# The library's network with one layer is softmax regression. With these weights it finds the same gradient.

# %%
model = MLP((D, C), dtype=np.float64)
model.W[0][:] = W
loss, grad_W, grad_b = model.gradients(X, c)
assert np.isclose(loss, L)
assert np.allclose(grad_b[0], dZ.sum(axis=0))
showing.same("dL/dW", of_the_class_MLP=grad_W[0], ours=dW)

# %% [markdown]
# The product rule agrees with the chain rule that uses the whole tensor $\partial Z/\partial W$, of shape $N\times C\times D\times C$.

# %% tags=["S0-S4-dW"]
dZ_dW = calculus.derivative(lambda W: X @ W, W)
assert dZ_dW.shape == (N, C, D, C)
showing.same("dL/dW", product=X.T @ dL_dZ, chain_through_the_tensor=calculus.chain(dL_dZ, dZ_dW))

# %% [markdown]
# **Case $i=k$, $j\ne c_k$** stands in the survival guide as
# $$\frac{\partial_{Z_{ij}}e^{Z_{kc_k}}}{P_{kc_k}} = \frac{-e^{Z_{kc_k}}e^{Z_{ij}}}{\big(\sum_le^{Z_{kl}}\big)^2}
# = -\frac{P_{kc_k}P_{kj}}{P_{kc_k}} = -P_{kj}.$$
# Four expressions, three equals signs. Each is computed at one entry:

# %% tags=["S0-S4-D1", "fails-as-printed"]
k = 2
own_class, j = c[k], (c[k] + 1) % C                      # j is another class
E = np.exp(Z[k])
first = calculus.derivative(lambda z: np.exp(z[own_class]), Z[k])[j] / P[k, own_class]
second = -E[own_class] * E[j] / E.sum() ** 2
third, fourth = -P[k, own_class] * P[k, j] / P[k, own_class], -P[k, j]
assert first == 0 and np.isclose(third, fourth)
showing.differs("four expressions", as_printed=[first, second, third, fourth], measured=[slopes[k, k, j]] * 4)

# %% [markdown]
# The first differentiates $e^{Z_{kc_k}}$, which does not contain $Z_{kj}$; meant is $P_{kc_k}$. The second lacks the factor
# $1/P_{kc_k}$, which returns in the third.

# %% tags=["S0-S4-D1", "mended"]
first = calculus.derivative(lambda z: softmax(z)[own_class], Z[k])[j] / P[k, own_class]
second = -E[own_class] * E[j] / E.sum() ** 2 / P[k, own_class]
showing.same("four expressions, mended", expressions=[first, second, third, fourth], measured=[slopes[k, k, j]] * 4)

# %% [markdown]
# **Case $i=k$, $j=c_k$** lost the same factor: the fraction $\dfrac{e^{Z_{kc_k}}\big(\sum_le^{Z_{kl}}\big) - e^{Z_{kc_k}}e^{Z_{ij}}}{\big(\sum_le^{Z_{kl}}\big)^2}$ is said to be $1-P_{kj}$.

# %% tags=["S0-S4-D2", "fails-as-printed"]
j = own_class
fraction = (E[own_class] * E.sum() - E[own_class] * E[j]) / E.sum() ** 2
assert np.isclose(1 - P[k, j], slopes[k, k, j])
showing.differs("1 - P", as_printed=fraction, right=1 - P[k, j])

# %% [markdown]
# The fraction is the derivative of $P_{kc_k}$, not of its logarithm. Divided by $P_{kc_k}$, it is right.

# %% tags=["S0-S4-D2", "mended"]
showing.same("mended", divided=fraction / P[k, own_class], measured=slopes[k, k, j])

# %% [markdown]
# ## 9 · The same gradient, by differentials
#
# Chapter 02's other way needs no index and no case, and ends at the same $\frac1NX^T(P-Y)$. It is worked out here, and again for one
# sample in the letters of the matrix calculus slides.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the proof by differentials, and example 4-1 of the matrix calculus slides

# %% [markdown]
# First simplify: $\log P = Z-\ell\,\mathbf 1^T$, where row $i$ of the column $\ell$ is
# $\log\sum_je^{Z_{ij}}$, and $\mathbf 1$ is a column of $C$ ones. The differential of that logarithm is $\sum_jP_{ij}\,dZ_{ij}$. So
# $$d\log P = dZ-\big((P\odot dZ)\,\mathbf 1\big)\,\mathbf 1^T,$$
# from each row its mean by the probabilities is taken off. What this misses must shrink like the square of the step:

# %%
direction = rng.normal(size=(N, C))
d_log_P = direction - (P * direction).sum(axis=1, keepdims=True)
showing.remainder("d log P", log_softmax, Z, direction, d_log_P)

# %% [markdown]
# Order 2: it is the differential. The loss is $L=-\frac1N\mathrm{Tr}(Y^T\log P)$. Every row of $Y$ has the sum 1, so the part that is the same
# for a whole row is counted once:
# $$dL = -\tfrac1N\mathrm{Tr}(Y^TdZ)+\tfrac1N\mathrm{Tr}(P^TdZ) = \tfrac1N\mathrm{Tr}\big((P-Y)^TdZ\big).$$
# With $dZ=X\,dW$ this is $\mathrm{Tr}\big((\frac1NX^T(P-Y))^TdW\big)$. What stands before $dW$, transposed, is the gradient.

# %%
dW_small = rng.normal(size=(D, C))
moved = X @ dW_small                                     # dZ
from_log_P = -np.trace(Y.T @ (moved - (P * moved).sum(axis=1, keepdims=True))) / N
showing.same("dL", from_d_log_P=from_log_P, in_dZ=np.trace((P - Y).T @ moved) / N, in_dW=np.trace(dW.T @ dW_small))

# %% [markdown]
# **Example 4-1, step by step.** One sample, in columns; these slides write $\partial$ where this book writes $d$.

# %% [markdown]
# In their letters $W$ is $M\times N$; here it is $C\times D$:
# $h = Wx$, $L=-y^T\log\odot(\sigma(h))$, and $\sigma(h) = \dfrac{\exp\odot(h)}{\mathbf 1^T\exp\odot(h)}$. Here $\exp\odot$ and $\log\odot$ act
# entry by entry, $\sigma$ is softmax, and $y$ is one-hot. There is no bias. They call it "logistics regression";
# the field says *softmax regression*, or multinomial logistic regression.

# %% tags=["S4-E4.1-0"]
V, x_1, y_1 = W.T, X[[0]].T, Y[[0]].T                    # (C, D), (D, 1), (C, 1): columns
one = np.ones((C, 1))
h = V @ x_1
sigma_h = np.exp(h) / (one.T @ np.exp(h))
L_1 = -y_1.T @ np.log(sigma_h)
assert L_1.shape == (1, 1)
assert np.allclose(sigma_h.T, P[0])
showing.same("loss of the first sample", as_a_column=L_1.item(), as_a_row=networks.cross_entropy(Z[:1], c[:1]))

# %% [markdown]
# **Step 1: simplify before you differentiate.** The logarithm of the quotient is
# $z := \log\odot(\sigma(h)) = h-\log(\mathbf 1^T\exp\odot(h))\,\mathbf 1$. Then $L=-y^Tz$ and
# $dL = \mathrm{Tr}(-y^Tdz)$.

# %% tags=["S4-E4.1-1"]
def z_of(h):
    return h - np.log(one.T @ np.exp(h)) * one


assert np.isclose(L_1.item(), (-y_1.T @ z_of(h)).item())
showing.same("z", formula=z_of(h), logarithm=np.log(sigma_h))

# %% [markdown]
# To test the differential, move $h$ by a small $dh$, and watch $z$ and $L$ move.

# %% tags=["S4-E4.1-1"]
dh = 1e-6 * rng.normal(size=(C, 1))
moved = z_of(h + dh) - z_of(h)
showing.same("change of the loss, in millionths", of_the_loss=1e6 * (-y_1.T @ z_of(h + dh) - L_1).item(),
             trace=1e6 * np.trace(-y_1.T @ moved), rtol=1e-4)

# %% [markdown]
# **Step 2: the differential of $z$.** In the second line, $dh-\frac{1}{\mathbf 1^T\exp\odot(h)}\mathbf 1^Td(\exp\odot(h)\cdot\mathbf 1)$,
# the last $\mathbf 1$ stands on the wrong side: $\exp\odot(h)$ and $\mathbf 1$ are both $C\times1$, and have no product.

# %% tags=["S4-E4.1-2", "fails-as-printed"]
showing.refused("as printed", lambda: np.exp(h) @ one)

# %% [markdown]
# It belongs in front, as in the next line: $dz = dh-\mathbf 1\,\frac{1}{\mathbf 1^T\exp\odot(h)}\,\mathbf 1^T\,d(\exp\odot(h))$. The shapes:
# $C\times1$ times a number times $1\times C$ times $C\times1$.

# %% tags=["S4-E4.1-2", "mended"]
d_exp = np.exp(h + dh) - np.exp(h)
dz = dh - one @ (one.T @ d_exp) / (one.T @ np.exp(h))
assert dz.shape == h.shape == (C, 1)
showing.same("dz, in millionths", mended=1e6 * dz, measured=1e6 * moved, rtol=1e-4)

# %% [markdown]
# The exponential acts entry by entry, so $d(\exp\odot(h)) = \exp'(h)\odot dh$, and $\exp'=\exp$. That is the last line:
# $dz = dh-\mathbf 1\,\frac{1}{\mathbf 1^T\exp\odot(h)}\,\mathbf 1^T(\exp'(h)\odot dh)$. It is linear in $dh$, so
# it must equal the measured Jacobian times $dh$, for any $dh$.

# %% tags=["S4-E4.1-2b"]
dh = rng.normal(size=(C, 1))                             # linear: it need not be small
dz = dh - one @ (one.T @ (np.exp(h) * dh)) / (one.T @ np.exp(h))
J = calculus.jacobian(lambda h: np.log(softmax(h)), h[:, 0])
showing.same("dz", formula=dz, Jacobian_times_dh=J @ dh)

# %% [markdown]
# **Step 3: under the trace.** Put $dz$ into $\mathrm{Tr}(-y^Tdz)$. Two facts clear it up: $y^T\mathbf 1=1$, and trace
# property 5, $\mathrm{Tr}(A^T(B\odot C)) = \mathrm{Tr}((A\odot B)^TC)$, which moves the product entry by entry away from $dh$:
# $$\mathrm{Tr}(dL) = -\mathrm{Tr}(y^Tdh) +
# \mathrm{Tr}\Big(\frac{(\exp\odot(h))^T}{\mathbf 1^T\exp\odot(h)}\,dh\Big)$$

# %% tags=["S4-E4.1-3"]
e = np.exp(h)
assert (y_1.T @ one).item() == 1
assert np.isclose(np.trace(one.T @ (e * dh)), np.trace((one * e).T @ dh))
dL = -np.trace(y_1.T @ dh) + np.trace(e.T / (one.T @ e) @ dh)
showing.same("dL", expanded=dL, trace=np.trace(-y_1.T @ dz))

# %% [markdown]
# **Step 4: read off.** Together the two terms are $\mathrm{Tr}\big((\sigma(h)-y)^Tdh\big)$. So $\nabla_hL=\sigma(h)-y$.

# %% tags=["S4-E4.1-4"]
grad_h = sigma_h - y_1                                   # (C, 1)
assert np.isclose(dL, np.trace(grad_h.T @ dh))
showing.slopes("dL/dh", lambda h: -(y_1.T @ z_of(h)).item(), h, grad_h)

# %% [markdown]
# Since $dh=(dW)\,x$, the trace turns into $\mathrm{Tr}\big((\nabla_hL\;x^T)^TdW\big)$. So
# $\nabla_WL=\nabla_hL\;x^T$, $(C\times1)(1\times D)$.

# %% tags=["S4-E4.1-4"]
grad_V = grad_h @ x_1.T
assert grad_V.shape == V.shape == (C, D)
showing.slopes("dL/dV", lambda V: -(y_1.T @ z_of(V @ x_1)).item(), V, grad_V)

# %% [markdown]
# No index, no case distinction, no Jacobian. This $W$ is the transpose of section 8's,
# and so is its gradient. Add the samples, divide by $N$:

# %%
columns = [(P[[i]] - Y[[i]]).T @ X[[i]] for i in range(N)]       # (C, 1) (1, D) each
showing.same("dL/dW", columns_summed=sum(columns).T / N, in_one_product=X.T @ (P - Y) / N)

# %% [markdown]
# ## 10 · Scores, probabilities, loss, gradient
#
# The whole chain, alive, for one sample: scores, probabilities, the loss of the true class, and the gradient. Tab and the
# arrow keys move the scores, the true class and the temperature $T$, by which the scores are divided first.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import scores_to_gradient

scores_to_gradient()

# %% [markdown]
# All bars change, since every probability depends on every score, and their sum is always 0. At $T=1$ no entry of $p-y$ leaves
# $[-1, 1]$: a bad mistake pushes with full force, and never with more. The steps get short by themselves as $p$ approaches $y$. At
# another temperature the gradient is $(p-y)/T$.
#
# ## 11 · Learn the four clouds
#
# Back to the clouds of section 1. The loop is the gradient that you have just derived, and a step against it. The column of
# ones stands for the bias.

# %%
Y_clouds = np.eye(4)[classes]
weights = np.zeros((3, 4))                               # D = 2 coordinates and the ones
history = []
for _step in range(200):
    P_clouds = stable_softmax(padded @ weights)
    history.append(networks.cross_entropy(padded @ weights, classes))
    weights -= 0.5 * padded.T @ (P_clouds - Y_clouds) / 400
assert np.isclose(history[0], np.log(4))
assert (np.diff(history) < 0).all()
print(f"loss: {history[0]:.3f} at first, {history[-1]:.3f} after 200 steps")

# %% [markdown]
# It starts at $\log 4$, since zero weights give four equal probabilities, and it falls at every step.

# %% jupyter={"source_hidden": true}
def most_likely(points):
    return (points @ weights[:2] + weights[2]).argmax(axis=1)


share = np.mean(most_likely(points) == classes)
assert share > 0.95


def four_regions():
    ax = plotting.show_regions(most_likely, points, classes)
    ax.set_title(f"{share:.0%} right", fontsize=10)
    return plotting.described(ax, "The four clouds again. Four wedges with straight borders meet near the middle; nearly every "
                              "point lies in the wedge of its class.")


predict("03 borders", "Which shape have the borders between the four classes now?", four_regions,
        choices=("parallel lines", "straight pieces that meet in the middle", "curves around the clouds"),
        answer=lambda _: "straight pieces that meet in the middle",
        why="Between two classes the border is where their scores are equal: x (w_j - w_k) + b_j - b_k = 0, a line.")

# %% [markdown]
# What changed since section 1 is that every class has a score of its own: now 99 % are right.
#
# ### Watch the regions
#
# Here softmax regression trains before your eyes. The colours are mixed by the probabilities, so a soft border means an
# unsure answer. *Start* trains, *Pause* holds it, *Step* takes one step with all points. Space and Enter press a button.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import softmax_regions

softmax_regions()

# %% [markdown]
# On the blobs the borders swing into place, and then they get sharper and sharper. On the spirals they stay straight, and more than a third of the points stay wrong, however long it trains. No straight
# border fits, so more steps cannot help, and longer ones only make the loss jump. Chapter 04 puts a layer in between.
#
# ## 12 · Read digits
#
# MNIST: 60,000 pictures of $28\times28=784$ grey values to learn from, 10,000 to test. Softmax regression on them is
# `MLP((784, 10))`: a $784\times10$ matrix and 10 biases. A very small penalty `l2`, $\lambda\|W\|^2$, keeps weights
# that do not help near 0; section 13 shows why one wants it. An *epoch* is one pass over all training pictures, here in
# batches of 256. *Momentum* 0.9 keeps nine tenths of the last step, and `cosine` lowers the learning rate to 0;
# [chapter 06](06_three_layer_mnist.ipynb) explains both.

# %% tags=["nbval-ignore-output"]
digits = datasets.load_mnist()
model = MLP((784, 10), init="zeros", l2=1e-4)
run = train(model, (digits.X_train, digits.y_train), epochs=10, batch_size=256,
            optimizer=networks.SGD(0.2, momentum=0.9), schedule=networks.cosine,
            validation=(digits.X_test, digits.y_test))
accuracy = model.accuracy(digits.X_test, digits.y_test)
assert browser.HERE or accuracy >= 0.92
print(f"test accuracy {accuracy:.1%}")

# %% jupyter={"source_hidden": true}
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.4), layout="constrained")
plotting.show_curves({"training": run.loss, "test": run.validation_loss}, ax=left)
plotting.show_curves({"training": run.accuracy, "test": run.validation_accuracy}, ax=right, ylabel="accuracy")
plotting.described(fig, "Loss and accuracy by epoch, training and test. The loss falls from 0.39 to 0.26, the "
                   "accuracy rises from 0.89 to 0.93; after a few epochs little changes.")

# %% [markdown]
# More than 92 of 100, after a few seconds. The two curves stay close together: with so few weights there is little room to learn by heart. And
# they level off: more epochs will not help. It is the straight borders again, now in 784 dimensions.
#
# ### What has it learned?
#
# Column $j$ of $W$ is multiplied with the picture, pixel by pixel, and gives score $j$. So each column can be drawn as a
# picture. Red pixels raise the score when there is ink, blue ones lower it.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
never = digits.X_train.max(axis=0) == 0                  # pixels without any ink
assert never.sum() == 67 and not model.W[0][never].any() and np.abs(model.W[0][~never]).max() > 0.1
axes = plotting.show_images(model.W[0].T, titles=range(10), columns=5, signed=True, size=1.2)
plotting.described(axes[0, 0], "Ten weight pictures, red for positive and blue for negative. The 0 has a blue stroke "
                   "in the middle of a pale red ring; the 1 a red stroke with blue on both sides.")

# %% [markdown]
# The 0 has a blue stroke in the middle of a pale red ring: ink in the middle speaks against a 0. The 1 is the opposite, a red
# stroke with blue on both sides. Others need goodwill: each picture is one *template* for all ways to write its digit, and
# also against the digits that look alike. The rim is white. No training picture has ink in 67 of its pixels, so by $X^T(P-Y)$ their
# gradient is 0. These weights started at 0 and never moved.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: its worst mistakes

# %% [markdown]
# The loss of each test digit is its surprise. Here are the ten largest. Above each: true digit → answer.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
scores = model.predict_scores(digits.X_test)             # (10000, 10)
shifted = scores - scores.max(axis=1, keepdims=True)
surprise = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(10_000), digits.y_test]
worst = surprise.argsort()[::-1][:10]
assert surprise[worst].min() > 6
titles = [f"{digits.y_test[i]} → {scores[i].argmax()}" for i in worst]
axes = plotting.show_images(digits.X_test[worst], titles=titles, columns=5, size=1.2)
plotting.described(axes[0, 0], "The ten test digits with the largest loss, with the true digit and the answer "
                   "above each. Some are odd shapes, others a person reads without trouble.")

# %% [markdown]
# Some are odd, but several are plain to a person. A template compares pixel by pixel; a stroke that is moved by a few pixels, or
# leans, meets the wrong weights.

# %% [markdown]
# ## 13 · Break it
#
# ### Forget the $1/N$
#
# Without it the gradient is that of the *sum*. Train on seven clouds that overlap, once with each.

# %% jupyter={"source_hidden": true}
crowded, crowd = datasets.blobs(400, 7, rng=3)
with_ones, Y_crowd = np.column_stack([crowded, np.ones(400)]), np.eye(7)[crowd]
runs = {"mean": [], "sum": []}
for curve, divisor in zip(runs.values(), (400, 1)):
    weights = np.zeros((3, 7))
    for _step in range(200):
        curve.append(networks.cross_entropy(with_ones @ weights, crowd))
        weights -= 0.5 * with_ones.T @ (stable_softmax(with_ones @ weights) - Y_crowd) / divisor
assert runs["mean"][-1] < 0.5 < 2 < min(runs["sum"][3:]) and max(runs["sum"]) > 20
ax = plotting.show_curves(runs, xlabel="step", log=True)
plotting.described(ax, "Loss by step on a logarithmic axis. With the mean it falls smoothly below 0.5; with the sum it "
                   "jumps to nearly 50, falls to about 5, and keeps jumping up again.")

# %% [markdown]
# The direction is right, but the step is 400 times too long. It jumps over the minimum, again and again. Divided by $N$, one
# learning rate serves a batch of any size. (The four clouds of section 1 would have forgiven it, since they hardly overlap.
# An error that only shows on other data is the worst kind.)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the logarithm of a probability, and data without any mistakes

# %% [markdown]
# **A logarithm of a probability.** Here is the loss as it is often written first. The network is confident and wrong by 800.

# %%
confident = np.array([[800.0, 0.0, -3.0]])
with np.errstate(divide="ignore"):
    written_first = -np.log(stable_softmax(confident)[0, 1])
assert written_first == np.inf
assert networks.cross_entropy(confident, np.array([1])) == 800
print("written first:", float(written_first), " from the scores:", networks.cross_entropy(confident, np.array([1])))

# %% [markdown]
# $e^{-800}$ rounds to 0, and the loss is infinite though its true value is 800. A common patch adds a tiny number inside
# the logarithm. What does `log(p + 1e-12)` make of 800?

# %% jupyter={"source_hidden": true}
def patched(z):
    return -np.log(stable_softmax(z)[0, 1] + 1e-12)


assert np.isclose(patched(confident), 27.6, atol=0.05)
assert not calculus.gradient(patched, confident).any()
assert networks.cross_entropy.gradient(confident, np.array([1]))[0, 1] == -1

predict("03 patch", "What does log(p + 1e-12) make of the loss 800, and of its slope?",
        lambda: f"{patched(confident):.1f}, slope {abs(calculus.gradient(patched, confident)[0, 1]):.0f}",
        choices=("800.0, slope 1", "27.6, slope 1", "27.6, slope 0"),
        why="The slope is 0: where the network is most wrong, it learns nothing. From the scores the slope is -1.")

# %% [markdown]
# **Data without any mistakes.** Twelve points in three clouds that do not touch. Straight borders separate them perfectly.

# %% jupyter={"source_hidden": true}
easy = datasets.blobs(12, 3, rng=1)
lengths, final = {}, {}
for l2 in (0, 0.01):
    net = MLP((2, 3), l2=l2, init="zeros", dtype=np.float64)
    for epochs in (100, 1000, 5000):
        train(net, easy, epochs=epochs, batch_size=12, optimizer=networks.SGD(1.0), progress=False)
        lengths[l2, epochs] = np.linalg.norm(net.W[0])
        final[l2] = net.loss_function(net.predict_scores(easy[0]), easy[1])
    assert net.accuracy(*easy) == 1
assert lengths[0, 5000] > 1.3 * lengths[0, 100]
assert final[0] < 0.001 < final[0.01]

predict("03 separable", "No mistake is left after a few steps. Do the weights come to rest?",
        lambda: ", ".join(f"{lengths[0, n]:.2f} after {n}" for n in (100, 1000, 5000)),
        choices=("yes, soon", "no, they grow and grow"), answer=lambda _: "no, they grow and grow",
        why="Twice the weights give the same borders and surer probabilities, so the loss can always fall a little.")

# %% [markdown]
# The same twelve points, now with a penalty $\lambda\|W\|^2$ on the weights, $\lambda=0.01$.

# %%
assert np.isclose(lengths[0.01, 1000], lengths[0.01, 5000])
print("with a penalty:", ", ".join(f"{lengths[0.01, n]:.2f} after {n}" for n in (100, 1000, 5000)))

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/03_softmax.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check. Your gradient goes to `calculus.check_gradient(f, where, gradient)`.
#
# 1. **Two classes.** Show that softmax with two scores is a sigmoid of one number. Of which one? Check both functions at
#    ten random pairs; then write $p-y$ for the sigmoid.
# 2. **Temperature.** Let $L$ be the cross-entropy of $\mathrm{softmax}(Z/T)$. Find $\partial L/\partial Z$ and the number
#    $\partial L/\partial T$. Which sign has the latter when every row is right and unsure?
# 3. **Label smoothing.** Replace each one-hot row by $0.9\,y+0.1/C$. What is the gradient in $Z$? At which scores is it 0, and what
#    does that change in the last part of *Break it*? Train it and watch the length of $W$.
# 4. **Softplus**, $\log(1+e^x)$. Write it so that it does not overflow at $x=1000$. Its slope is a function that you know; which one?
#    Check at $-1000, 0, 1000$.
# 5. **Hinge on MNIST.** Give `MLP` the argument `loss=networks.hinge`. Does it beat 92 %? What can its
#    scores no longer tell you?
#
# ## Summary
#
# Softmax turns scores into probabilities; only differences count, so subtract the maximum. Its Jacobian is
# $\mathrm{diag}(p)-pp^T$. With the log likelihood, all of it shrinks to $\frac1N(P-Y)$, and
# $\frac1NX^T(P-Y)$ in the weights: by entries and by differentials. Straight borders read 92 % of the digits and no spiral.
#
# Next: chapter 04, a second layer, and borders that bend.
