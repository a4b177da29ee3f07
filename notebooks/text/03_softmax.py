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
# Sources: seed 000 §4 (A. Ingel, *Matrix Calculus Survival Guide*; here *the guide*), seed 003 from
# "Activation Functions" to the Jacobian of the regression loss (D. Min, *Basic Linear Algebra for AI and Computer
# Vision*; *the slides*), seed 004 example 4-1 (Y. Chen, *Backpropagation – A Perspective of Matrix Calculus*;
# *the lecture*).
# Needs: 01 Jacobian, 02 differentials and the trace · about two hours; the cells alone run in half a minute.
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
import matplotlib.pyplot as plt
import numpy as np

from mlp_lib import calculus, datasets, networks, plotting, showing
from mlp_lib.networks import MLP, train
from mlp_lib.questions import predict

# %% [markdown]
# ## 1 · See it fail first
#
# Four clouds of points, one a class. The classes are called 0, 1, 2 and 3. A natural first idea is to predict that
# number: fit a plane $x^Tw + b$ to it by least squares, and round. The clouds hardly touch.

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
# The answers are parallel stripes, in the order 0, 1, 2, 3. A plane can only rise in one direction, but the clouds
# stand in a circle. The number of a class is a name, not a quantity: class 3 is not three times class 1.
#
# So we ask for four numbers instead of one: a *score* for each class. Then we need a way from scores to
# probabilities, a number that says how bad they are, and its gradient. That is this chapter.

# %% [markdown]
# ## 2 · Activations
#
# A network is a chain of simple functions. The slides announce which ones they use: the activations softmax, sigmoid,
# ReLU and leaky ReLU; the losses regression (L1, L2), hinge, cross-entropy and log likelihood. `mlp_lib` holds all
# of them. Log likelihood is cross-entropy with one sure class; section 6 shows it.

# %% tags=["S3-NN-LIST"]
assert {"sigmoid", "relu", "leaky_relu"} <= set(networks.ELEMENTWISE)
assert networks.softmax.name == "softmax"
assert set(networks.LOSSES) == {"absolute_error", "squared_error", "hinge", "cross_entropy"}
print(*networks.ELEMENTWISE, sep=", ")
print(*networks.LOSSES, sep=", ")

# %% [markdown]
# First the *element-wise* activations: every entry of an array goes through the same function of one number. We write
# each one out in plain numpy, and compare with the library on eight numbers.

# %%
x = np.linspace(-3.5, 3.5, 8)
print(x)

# %% [markdown]
# **Sigmoid**, $\sigma(x) = \dfrac{1}{1+e^{-x}}$. It squeezes any number into $(0, 1)$.

# %% tags=["S3-ACT-SIG"]
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


showing.same("sigmoid", formula=sigmoid(x), library=networks.sigmoid(x))

# %% [markdown]
# Its value at 0 is in the middle, and it is symmetric about that point.

# %% tags=["S3-ACT-SIG"]
assert sigmoid(0) == 0.5
showing.same("sigmoid to the right and to the left", sum_of_both=sigmoid(x) + sigmoid(-x), one=np.ones(8))

# %% [markdown]
# **tanh**, $\tanh(x) = \dfrac{e^x-e^{-x}}{e^x+e^{-x}}$. It is a sigmoid in disguise: $\tanh(x) = 2\sigma(2x)-1$, half
# as wide, and between $-1$ and $1$.

# %% tags=["S3-ACT-TANH"]
def tanh(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


assert np.allclose(tanh(x), 2 * sigmoid(2 * x) - 1)
showing.same("tanh", formula=tanh(x), library=networks.tanh(x))

# %% [markdown]
# **ReLU**, $\max(0, x)$: what is negative becomes 0, what is positive stays.

# %% tags=["S3-ACT-RELU"]
def relu(x):
    return np.maximum(0, x)


assert np.array_equal(relu(np.array([-2.0, 0, 5])), [0, 0, 5])
showing.same("relu", formula=relu(x), library=networks.relu(x))

# %% [markdown]
# **Leaky ReLU**, $\max(0.1x, x)$: the left side keeps a tenth. Why does a maximum do that? For $x<0$ the number
# $0.1x$ is the larger one.

# %% tags=["S3-ACT-LRELU"]
def leaky_relu(x):
    return np.maximum(0.1 * x, x)


assert np.allclose(leaky_relu(x), np.where(x > 0, x, 0.1 * x))
showing.same("leaky_relu", formula=leaky_relu(x), library=networks.leaky_relu(x))

# %% [markdown]
# **ELU**, $x$ for $x\ge0$, and $\alpha(e^x-1)$ for $x<0$. Below, $\alpha=1$ unless we say otherwise.

# %% tags=["S3-ACT-ELU"]
def elu(x, alpha=1.0):
    return np.where(x >= 0, x, alpha * (np.exp(x) - 1))


showing.same("elu", formula=elu(x), library=networks.elu(x))

# %% [markdown]
# Far left it levels off at $-\alpha$.

# %% tags=["S3-ACT-ELU"]
assert np.isclose(elu(-30.0, 1.7), -1.7)
showing.same("elu with α = 1.7", formula=elu(x, 1.7), library=networks.Elu(1.7)(x))

# %% [markdown]
# **Maxout**, $\max(w_1^Tx+b_1,\ w_2^Tx+b_2)$. This one is not element-wise: it takes a whole vector $x$
# ($d\times1$) and gives one number, the larger of two linear pieces. In code the vector is `v`, with $d=5$.

# %%
def maxout(v, w1, b1, w2, b2):
    return np.maximum(w1 @ v + b1, w2 @ v + b2)


# %% [markdown]
# The library's `maxout` takes the pieces that are already computed.

# %% tags=["S3-ACT-MAXOUT"]
rng = np.random.default_rng(3)
(v, w1, w2), b1, b2 = rng.normal(size=(3, 5)), 0.3, -0.2
pieces = np.array([w1 @ v + b1, w2 @ v + b2])
assert maxout(v, w1, b1, w2, b2) == networks.maxout(pieces) == pieces.max()
print(f"pieces {pieces.round(3)}, maxout {networks.maxout(pieces):.3f}")

# %% [markdown]
# Choose the pieces and you get other activations. With $w_1=0$, $b_1=0$ it is the ReLU of $w_2^Tx+b_2$. With
# $w_1=-w_2$ and no bias it is an absolute value.

# %% tags=["S3-ACT-MAXOUT"]
zero = np.zeros(5)
assert maxout(v, zero, 0, w2, b2) == relu(w2 @ v + b2)
assert maxout(-v, zero, 0, w2, b2) == relu(-w2 @ v + b2)
assert maxout(v, -w2, 0, w2, 0) == abs(w2 @ v)
print("relu and the absolute value are both maxouts:", round(maxout(v, zero, 0, w2, b2), 3), round(maxout(v, -w2, 0, w2, 0), 3))

# %% [markdown]
# ### The six curves and their slopes
#
# The slides show six plots; in the text that we have they are lost. So we draw them anew, each with its slope.

# %%
line = np.linspace(-4, 4, 321)
graphs = {name: (f(line), f.derivative(line)) for name, f in networks.ELEMENTWISE.items()}
del graphs["identity"]
print(*graphs)

# %% [markdown]
# For maxout we need pieces of one input number. We take $-0.5x-1$ and $x$.

# %% tags=["S3-FIG-ACT"]
two = np.stack([-0.5 * line - 1, line], axis=-1)         # (321, 2)
won = networks.maxout.derivative(two)                 # 1 at the winning piece
graphs["maxout"] = networks.maxout(two), won @ [-0.5, 1]
assert set(graphs) == {"sigmoid", "leaky_relu", "tanh", "maxout", "relu", "elu"}
print("six graphs:", *graphs)

# %% [markdown]
# Look for the slopes with a jump, and for the one that is never above $\frac14$.

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
# The sigmoid's slope stays at or below $\frac14$.
#
# ### Their derivatives
#
# The slides derive the slope of the sigmoid only:
# $$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2} = \frac{1+e^{-x}-1}{1+e^{-x}}\cdot\frac{1}{1+e^{-x}}
# = (1-\sigma(x))\,\sigma(x)$$

# %% tags=["S3-JSG-S"]
e = np.exp(-x)
assert np.allclose(e / (1 + e) ** 2, (1 - sigmoid(x)) * sigmoid(x))
measured = np.array([calculus.derivative(sigmoid, at) for at in x])
showing.same("slope of the sigmoid", formula=(1 - sigmoid(x)) * sigmoid(x), measured=measured)

# %% [markdown]
# The list needs the others too. We complete it:
#
# | | slope |
# |---|---|
# | sigmoid | $\sigma(1-\sigma)$ |
# | tanh | $1-\tanh^2x$ |
# | ReLU | $1$ for $x>0$, $0$ for $x<0$ |
# | leaky ReLU | $1$ for $x>0$, $0.1$ for $x<0$ |
# | ELU | $1$ for $x>0$, $\alpha e^x$ for $x<0$ |
# | maxout | the slope of the piece that wins |
#
# Each one is compared with measured slopes, and with the library. None of our eight numbers is 0: a slope at a
# corner is a question of its own, which comes next.

# %% tags=["S3-ACT-DER"]
slopes = {
    "sigmoid": (sigmoid, sigmoid(x) * (1 - sigmoid(x))),
    "tanh": (tanh, 1 - tanh(x) ** 2),
    "relu": (relu, np.where(x > 0, 1, 0)),
    "leaky_relu": (leaky_relu, np.where(x > 0, 1, 0.1)),
    "elu": (elu, np.where(x > 0, 1, np.exp(x))),
}
for name, (f, slope) in slopes.items():
    measured = np.diag(calculus.jacobian(f, x))
    assert np.allclose(measured, slope)
    assert np.allclose(networks.ELEMENTWISE[name].derivative(x), slope)
showing.same("slope of ELU", formula=slopes["elu"][1], measured=measured)

# %% [markdown]
# Maxout has gradients in all that it reads. With $r$ for the winning piece: $w_r$ in the input, $x$ in $w_r$, 1 in $b_r$.

# %% tags=["S3-ACT-DER"]
r = pieces.argmax()
assert np.array_equal(networks.maxout.derivative(pieces), np.eye(2)[r])
showing.slopes("maxout in v: the weights of the winner", lambda v: maxout(v, w1, b1, w2, b2), v, (w1, w2)[r])

# %% [markdown]
# The losing piece gets 0, since a small change does not make it win.

# %% tags=["S3-ACT-DER"]
assert calculus.check_gradient(lambda w: maxout(v, w1, b1, w, b2), w2, v * (r == 1)) < 1e-8
assert np.isclose(calculus.gradient(lambda b: maxout(v, w1, b, w2, b2), b1), r == 0)
showing.slopes("maxout in w1", lambda w: maxout(v, w, b1, w2, b2), w1, v * (r == 0))

# %% [markdown]
# ### At the corner
#
# At $x=0$ the ReLU has two slopes: 0 from the left, 1 from the right. We measure both for every function.

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

# %% [markdown]
# Sigmoid and tanh have no corner anywhere.
#
# A program must return *some* number at 0. Any number between the two slopes will do. The library takes the left
# slope for ReLU and leaky ReLU, and the right one for ELU. Where two pieces of maxout tie, the first one wins.

# %% tags=["S3-ACT-DER"]
assert networks.relu.derivative(0.0) == 0
assert networks.leaky_relu.derivative(0.0) == 0.1
assert networks.Elu(2).derivative(0.0) == 1
assert np.array_equal(networks.maxout.derivative([0.4, 0.4]), [1, 0])
print("at 0:", *(float(f.derivative(0.0)) for f in (networks.relu, networks.leaky_relu, networks.Elu(2))))

# %% [markdown]
# Take care when you measure at a corner. A central difference looks to both sides and returns the *mean* of the two
# slopes. A check there fails, whatever you claim: there is no gradient to compare with. So choose points off the corner.

# %%
at = np.zeros(3)
assert np.isclose(calculus.gradient(lambda z: relu(z).sum(), at), 0.5).all()
try:
    calculus.check_gradient(lambda z: relu(z).sum(), at, networks.relu.derivative(at))
    raise RuntimeError("the check passed at a corner")
except AssertionError as error:
    print(error)

# %% [markdown]
# ### A vector of sigmoids
#
# Applied to a vector $s$ ($n\times1$), entry $j$ of the result depends on $s_j$ alone. So the Jacobian is diagonal:
# $\dfrac{\partial p}{\partial s} = \mathrm{diag}\big((1-\sigma(s_j))\,\sigma(s_j)\big)$, of size $n\times n$.

# %% tags=["S3-JSG-V"]
s = rng.normal(size=5)
J = calculus.jacobian(sigmoid, s)
showing.same("Jacobian of the sigmoid, entry by entry", measured=J, formula=np.diag((1 - sigmoid(s)) * sigmoid(s)))

# %% [markdown]
# A product with this matrix is a product entry by entry. No program stores its $n^2-n$ zeros.
#
# ## 3 · The gallery
#
# Choose an activation, and move the point $z$ along it. Above is the value with its tangent, below the derivative. By
# keyboard: Tab goes from control to control, the arrow keys change it.
#
# 1. Put $z$ at 0 and go through all activations. Which ones have a kink? Then move one notch to either side.
# 2. **Predict** where the sigmoid's slope has dropped below a tenth of its largest value, 0.025, and look.
# 3. Give ELU other values of $\alpha$. For which one does the kink at 0 vanish?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import activation_gallery

activation_gallery()

# %% [markdown]
# The sigmoid is that flat from about $z=3.6$ on. A gradient that comes back through a flat end is multiplied by almost 0:
# this is the price of sigmoid and tanh. The price of ReLU is its left side, where the slope *is* 0.

# %% [markdown]
# ## 4 · Softmax
#
# A picture of a cat is shown to a classifier with three classes. It gives three *scores*: cat 3.2, car 5.1,
# frog $-1.7$. Scores are any real numbers. We want probabilities: positive, with sum 1, and larger for a larger score.
#
# The slides do it in two steps. First, $e^s$ makes all of them positive.

# %% tags=["S3-SM-EX"]
cat_scores = np.array([3.2, 5.1, -1.7])
exponentials = np.exp(cat_scores)
print(exponentials.round(2))
assert np.allclose(exponentials, [24.5, 164.0, 0.18], atol=0.05)

# %% [markdown]
# Then the division by the sum makes the sum 1.

# %% tags=["S3-SM-EX"]
cat_p = exponentials / exponentials.sum()
print(cat_p.round(2))
assert np.allclose(cat_p, [0.13, 0.87, 0.00], atol=0.005)

# %%
fig, axes = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
steps = {"score $s$": cat_scores, "$e^s$": exponentials, "probability $p$": cat_p}
for ax, (label, numbers) in zip(axes, steps.items()):
    bars = ax.bar(["cat", "car", "frog"], numbers, color=plotting.CYCLE[0])
    ax.bar_label(bars, fmt="{:.2f}", padding=1)
    ax.axhline(0, color="k", linewidth=0.8)
    ax.set(xlabel="class", ylabel=label)
    ax.margins(y=0.2)
plotting.described(fig, "Bars for cat, car and frog. Scores 3.2, 5.1, minus 1.7; their exponentials 24.5, 164, "
                   "0.18; the probabilities 0.13, 0.87, 0.00 have the same shape as the exponentials.")

# %% [markdown]
# The exponential stretches the differences: a lead of 1.9 in the scores becomes a factor $e^{1.9}\approx 6.7$. The last
# step only changes the scale of the axis. The classifier is 87 % sure of a car. It is wrong, and section 6 will
# put a number on that.
#
# **As a formula.** The scores of an image $x_i$ ($d\times1$) are $s = Wx_i+b$. $W$ is $C\times d$; its rows are
# $w_1^T,\dots,w_C^T$, one for each class. So $s_k = w_k^Tx_i+b_k$.

# %% tags=["S3-SM-D"]
C, d = 3, 4
W, b, x_i = rng.normal(size=(C, d)), rng.normal(size=C), rng.normal(size=d)
s = W @ x_i + b                                          # (C,)
showing.same("scores", as_a_product=s, row_by_row=[W[k] @ x_i + b[k] for k in range(C)])

# %% [markdown]
# The probability that the image shows class $k$ is
# $$P(Y=k\mid X=x_i) = p_k = \frac{e^{s_k}}{\sum_{j=1}^C e^{s_j}}.$$

# %% tags=["S3-SM-D"]
p = np.array([np.exp(s[k]) / sum(np.exp(s[j]) for j in range(C)) for k in range(C)])
assert np.isclose(p.sum(), 1)
showing.same("probabilities", formula=p, library=networks.softmax(s))

# %% [markdown]
# **For a whole batch.** The guide has one sample a row, and applies softmax to each row of a matrix:
# $\mathrm{softmax}(Z)_{ij} = e^{Z_{ij}} / \sum_k e^{Z_{ik}}$. The result has the shape of $Z$. Which axis must the sum
# run over, so that every *row* has sum 1?

# %%
def softmax(Z):
    E = np.exp(Z)
    return E / E.sum(axis=-1, keepdims=True)


# %% [markdown]
# The last axis runs along a row, so `axis=-1` serves a matrix and a single vector alike. Four samples, three classes:

# %% tags=["S0-S4-SM"]
Z = rng.normal(size=(4, 3))
P = softmax(Z)
assert P.shape == Z.shape
assert np.allclose(P.sum(axis=1), 1)
showing.same("P, row by row", formula=P, library=networks.softmax(Z))

# %% [markdown]
# And the printed formula, entry by entry:

# %% tags=["S0-S4-SM"]
entries = [[np.exp(Z[i, j]) / sum(np.exp(Z[i, k]) for k in range(3)) for j in range(3)] for i in range(4)]
showing.same("P", entry_by_entry=entries, of_the_matrix=P)

# %% [markdown]
# **Scores are logarithms.** Take the logarithm of the definition: $\log p_k = s_k - \log\sum_j e^{s_j}$. The last
# term is the same for all $k$. So a score is a log probability, up to a constant that nobody knows. We let all
# scores grow by 2.5.

# %% jupyter={"source_hidden": true} tags=["S3-SM-SC"]
s = rng.normal(size=5)
assert np.allclose(np.log(softmax(s)), s - np.log(np.exp(s).sum()))
assert np.allclose(softmax(s + 2.5), softmax(s))
assert np.allclose(softmax(np.log(softmax(s))), softmax(s))

predict("03 shift", "All scores grow by 2.5. What happens to the probabilities?",
        lambda: showing.same("p", before=softmax(s), after=softmax(s + 2.5)),
        choices=("they all grow", "the largest grows", "nothing"), answer=lambda _: "nothing",
        why="The constant cancels: only differences of scores count.")

# %% [markdown]
# And who starts from log probabilities as scores gets the probabilities back.
#
# ### Temperature
#
# Divide all scores by a number $T>0$ first: $p = \mathrm{softmax}(s/T)$. For a small $T$ the differences grow, for a
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
# the grey line, stands between them; hence its name. The order of the classes never changes.
#
# ### Overflow, and the cure
#
# Exponentials grow fast. Take the scores $(800, 799, -800)$. The right answer follows from the differences: about 0.73,
# 0.27 and 0.

# %% jupyter={"source_hidden": true}
large = np.array([800.0, 799.0, -800.0])
with np.errstate(over="ignore", invalid="ignore"):
    naive = softmax(large)
assert np.isnan(naive[:2]).all()

predict("03 overflow", "What does our softmax give for the score 800?", lambda: f"{naive[0]}",
        choices=("0.73", "1.0", "inf", "nan"),
        why="exp(800) is more than a float64 can hold, so it becomes inf, and inf / inf is nan: not a number.")

# %% [markdown]
# How large may a score be?
# The limit is the logarithm of the largest number.

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
# The cure: a common shift changes nothing, so subtract the largest score. Now every exponent is at most 0, the
# largest exponential is exactly 1, and the sum is at least 1. Nothing can overflow, and nothing is divided by 0.

# %%
def stable_softmax(Z):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


print(stable_softmax(large).round(4))
assert np.array_equal(stable_softmax(large), networks.softmax(large))
assert np.allclose(stable_softmax(Z), softmax(Z))

# %% [markdown]
# One trap is left. The third probability is 0 in the computer, and $\log 0$ is $-\infty$. If a logarithm is wanted, do
# not take it of a probability. Shift inside the formula for $\log p$: with $m=\max_j s_j$,
# $$\log p_k = (s_k - m) - \log\sum_j e^{s_j-m}.$$

# %%
def log_softmax(s):
    shifted = s - s.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


with np.errstate(divide="ignore"):
    assert np.log(stable_softmax(large))[2] == -np.inf
print([f"{number:.4f}" for number in log_softmax(large)])
assert np.isclose(log_softmax(large)[2], -1600.3133)
assert np.allclose(log_softmax(s), np.log(softmax(s)))

# %% [markdown]
# The true value is $-1600.3$, a plain number. This is why the library's cross-entropy asks for *scores*.

# %% [markdown]
# ## 5 · The derivative of softmax, in three ways
#
# $p = \mathrm{softmax}(s)$ takes $n$ numbers to $n$ numbers, so its derivative is an $n\times n$ Jacobian
# $D = \partial p/\partial s$. Entry $D_{ab}$ says how $p_a$ moves when $s_b$ does. Every probability depends on every
# score, through the sum.

# %% jupyter={"source_hidden": true}
n = 4
s = rng.normal(size=n)
p = softmax(s)
D = calculus.jacobian(softmax, s)                        # the judge: measured

predict("03 signs", "Which signs has the Jacobian of softmax?", lambda: "\n".join(str(row) for row in D.round(3)),
        choices=("all plus", "plus on the diagonal, minus off it", "minus on the diagonal, plus off it"),
        answer=lambda _: "plus on the diagonal, minus off it", why="A score lifts its own probability and lowers all others.")

# %% [markdown]
# **Way 1: entry by entry.** The quotient rule on $e^{s_a}/S$, with $S=\sum_j e^{s_j}$:
#
# - $a = b$: $\dfrac{e^{s_a}(S - e^{s_a})}{S^2} = p_a(1-p_a)$
# - $a \ne b$: $-\dfrac{e^{s_a}e^{s_b}}{S^2} = -p_ap_b$
#
# Both lines in one, with $\delta_{ab}=1$ for $a=b$ and 0 otherwise: $D_{ab} = p_a(\delta_{ab}-p_b)$.

# %% tags=["S3-JSM-D"]
S = np.exp(s).sum()
entries = np.empty((n, n))
for a, b in np.ndindex(n, n):
    entries[a, b] = p[a] * ((a == b) - p[b])
    if a == b:
        assert np.isclose(entries[a, b], np.exp(s[a]) * (S - np.exp(s[a])) / S**2)
    else:
        assert np.isclose(entries[a, b], -np.exp(s[a]) * np.exp(s[b]) / S**2)
assert np.allclose(entries, entries.T)
showing.same("D", entry_by_entry=entries, measured=D)

# %% [markdown]
# **Way 2: as a matrix.** All entries at once:
# $$\frac{\partial p}{\partial s} = \frac{\mathrm{diag}(e^s)\,S - e^s(e^s)^T}{S^2} = \mathrm{diag}(p) - pp^T$$
# A diagonal matrix minus an outer product; all of them $n\times n$.

# %% tags=["S3-JSM-V"]
e = np.exp(s)
matrix = (np.diag(e) * S - np.outer(e, e)) / S**2
assert np.allclose(matrix, np.diag(p) - np.outer(p, p))
assert np.allclose(matrix, networks.softmax.jacobian(s))
showing.same("D", as_matrices=matrix, measured=D)

# %% [markdown]
# **Way 3: by the differential.** Chapter 02's laws need no indices. With $p = e/(\mathbf 1^Te)$ and $e=\exp(s)$
# entry by entry: $\partial e = e\odot\partial s$, and by the law of the quotient
# $$\partial p = \frac{\partial e}{S} - \frac{e\,(\mathbf 1^T\partial e)}{S^2} = p\odot\partial s - p\,(p^T\partial s).$$
# This is a linear map of $\partial s$. Apply it to the $n$ unit vectors, and the results are the columns of $D$.

# %%
def differential(ds):
    return p * ds - p * (p @ ds)


columns = np.column_stack([differential(unit) for unit in np.eye(n)])
assert np.allclose(columns, entries)
showing.same("D", by_the_differential=columns, as_matrices=matrix)

# %% [markdown]
# All three agree. The third is also the cheapest to *use*: it needs about $4n$ operations, and no matrix at all.
#
# Is it really a differential? Then what it misses must shrink like the square of the step.

# %% jupyter={"source_hidden": true}
direction = rng.normal(size=n)
h = 10.0 ** -np.arange(1, 5)
miss = np.array([np.linalg.norm(softmax(s + k * direction) - p - differential(k * direction)) for k in h])

predict("03 order", "The step gets ten times smaller. How many times smaller gets what the differential misses?",
        lambda: showing.order("what it misses", h, miss, 2), choices=(10, 20, 100), answer=lambda _: 100,
        why="Order 2: a hundred times, each time.")

# %% [markdown]
# What the matrix says: every row and column has sum 0, since probability is only moved. So a common shift of all scores,
# the direction $(1,\dots,1)$, leads to 0. It is the only such direction; the rank is $n-1$. No
# eigenvalue is negative.

# %%
assert np.allclose(D.sum(axis=0), 0)
assert np.allclose(D.sum(axis=1), 0)
assert np.linalg.matrix_rank(matrix) == n - 1
assert np.linalg.eigvalsh(matrix).min() > -1e-12
print("rank", np.linalg.matrix_rank(matrix), "of", n)

# %% [markdown]
# With a temperature the chain rule adds one factor: $\partial p/\partial s = \frac1T\big(\mathrm{diag}(p)-pp^T\big)$
# with $p=\mathrm{softmax}(s/T)$.

# %%
T = 2.5
p_T = softmax(s / T)
showing.same("with T = 2.5", measured=calculus.jacobian(lambda s: softmax(s / T), s), formula=(np.diag(p_T) - np.outer(p_T, p_T)) / T)

# %% [markdown]
# ## 6 · Losses
#
# A loss is one number that says how bad the scores are, on one sample or on average over the training data. The better
# the scores, the smaller it should be. We try all four of the library: the true class is 1 of 0, 1, 2, and one set of
# scores is better than the other.

# %% tags=["S3-LOSS-D"]
better, worse, target = np.array([[0.1, 0.9, 0.0]]), np.array([[0.8, 0.2, 0.3]]), np.array([[0.0, 1.0, 0.0]])
for name, loss in networks.LOSSES.items():
    truth = np.array([1]) if name == "hinge" else target
    assert np.ndim(loss(better, truth)) == 0
    assert loss(better, truth) < loss(worse, truth)
    print(f"{name}: {loss(better, truth):.2f} and {loss(worse, truth):.2f}")

# %% [markdown]
# ### Regression losses: L1 and L2
#
# They compare the scores with a target vector $y$ directly. The slides print $|y_i-s_i|$ and $(y_i-s_i)^2$. For vectors
# that can mean several things: a vector of absolute values, the length, or a sum. The example decides. Class 2 of
# ten is true, the scores are $0.1, 0.7, 0, \dots, 0.2$:
# $|0-0.1|+|1-0.7|+|0-0.2| = 0.6$.

# %% tags=["S3-REG-EX"]
y10, s10 = np.zeros(10), np.zeros(10)
y10[1] = 1
s10[[0, 1, 9]] = 0.1, 0.7, 0.2
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
# ### Log likelihood
#
# The slides write the true class as a vector $z_i$ ($C\times1$) with a single 1, at place $j$ (*one-hot*). The loss is
# $L_i = -\log p_j$: how surprised we are by what happened. The product $z_i^Tp$ picks $p_j$.

# %% tags=["S3-LL-D"]
z_i, p_i = y10, s10                                      # the same numbers as above
assert z_i.sum() == 1
j = z_i.argmax()
showing.same("one number is left", product=-np.log(z_i @ p_i), entry=-np.log(p_i[j]))

# %% [markdown]
# The slides' example has class 2 of ten and $p=(0.1, 0.7, 0,\dots,0.2)^T$, so $L_i=-\log 0.7\approx0.357$. Class 2 is
# index 1 in numpy, which counts from 0.

# %% tags=["S3-LL-EX"]
assert j == 1
L_i = -np.log(p_i[j])
assert np.isclose(L_i, 0.357, atol=5e-4)
print(f"loss {L_i:.3f}")

# %% [markdown]
# $p$ must be normalised. The slides write $|p|=1$, the same bars as in the L1 loss. It means
# $\sum_kp_k=1$. The Euclidean length of this $p$ is 0.73.

# %% tags=["S3-LL-NORM"]
assert np.isclose(p_i.sum(), 1)
assert np.isclose(np.linalg.norm(p_i), 0.735, atol=5e-4)
print(f"sum {p_i.sum():.3f}, length {np.linalg.norm(p_i):.3f}")

# %% [markdown]
# **On scores.** Put softmax in: $L_i = -\log\Big(e^{s_{y_i}}/\sum_j e^{s_j}\Big)$, where $y_i$ is the true class. The slides
# call this pair, softmax and log likelihood, the *softmax classifier*. The library does both in one step.

# %% tags=["S3-LL-SM"]
s, y_i = rng.normal(size=5), 3
L_i = -np.log(np.exp(s[y_i]) / np.exp(s).sum())
assert np.isclose(L_i, -log_softmax(s)[y_i])
showing.same("loss", formula=L_i, library=networks.cross_entropy(s[None], np.array([y_i])))

# %% [markdown]
# **The cat.** The true class had $p=0.13$. The slides print $-\log(0.13) = 0.89$. Compute it.

# %% tags=["S3-LL-SMEX", "fails-as-printed"]
printed = 0.89
assert not np.isclose(-np.log(0.13), printed, atol=0.5)
assert np.isclose(-np.log10(0.13), printed, atol=5e-3)
print(f"ln: {-np.log(0.13):.2f}   log10: {-np.log10(0.13):.2f}")

# %% [markdown]
# The printed 0.89 fails, because it is the logarithm to base 10. Softmax uses $e$, and only the natural logarithm undoes $e$:
# $\log p_k = s_k-\log\sum_je^{s_j}$ holds for no other base. The right loss is $-\ln 0.13 = 2.04$.

# %% tags=["S3-LL-SMEX", "mended"]
assert np.isclose(-np.log(0.13), 2.04, atol=5e-3)
assert np.isclose(networks.cross_entropy(cat_scores[None], np.array([0])), 2.04, atol=5e-3)
assert not np.isclose(np.log10(cat_p[0]), cat_scores[0] - np.log10(exponentials.sum()))
print(f"{networks.cross_entropy(cat_scores[None], np.array([0])):.2f}")

# %% [markdown]
# The base only changes the loss by a factor, here 2.30. But a gradient that is derived with $\ln$ and a loss that is
# computed with $\log_{10}$ do not fit together, and a check by slopes would complain.
#
# ### Cross-entropy
#
# The slides name it beside the log likelihood and do not define it. Here it is: for target probabilities
# $z_{i1},\dots,z_{iC}$ with sum 1,
# $$L_i = -\sum_j z_{ij}\log p_j.$$
# With a one-hot $z_i$ a single term is left, and it *is* the log likelihood loss. But the targets may also be unsure.

# %% tags=["S3-LOSS-CE"]
one_hot, unsure = np.eye(5)[[y_i]], np.array([[0.1, 0.0, 0.2, 0.6, 0.1]])
p = softmax(s)
assert np.isclose(-(one_hot[0] * np.log(p)).sum(), L_i)
showing.same("an unsure target", formula=-(unsure[0] * np.log(p)).sum(), library=networks.cross_entropy(s[None], unsure))

# %% [markdown]
# ### Hinge
#
# Also named and never defined. The usual form for several classes: the true score should lead every other by at least 1, and what is
# missing is the loss, $L_i = \sum_{j\neq y_i}\max(0,\ s_j-s_{y_i}+1)$.
#
# For the cat: $\max(0,\ 5.1-3.2+1) + \max(0,\ -1.7-3.2+1) = 2.9 + 0$.

# %% tags=["S3-LOSS-HINGE"]
def hinge(s, y):
    return sum(max(0, s[j] - s[y] + 1) for j in range(len(s)) if j != y)


assert np.isclose(hinge(cat_scores, 0), 2.9)
assert np.isclose(hinge(cat_scores, 0), networks.hinge(cat_scores[None], np.array([0])))
showing.same("hinge", formula=hinge(s, y_i), library=networks.hinge(s[None], np.array([y_i])))

# %% [markdown]
# Its gradient: each class that violates the margin is pushed down by 1, and the true class up by their number. We measure
# it, on a batch of six with five classes.

# %% tags=["S3-LOSS-HINGE"]
scores, truth = 2 * rng.normal(size=(6, 5)), rng.integers(5, size=6)
violates = scores - scores[range(6), truth][:, None] + 1 > 0
violates[range(6), truth] = False
grad = violates.astype(float)
grad[range(6), truth] = -violates.sum(axis=1)
assert np.allclose(networks.hinge.gradient(scores, truth), grad / 6)
showing.slopes("gradient of the hinge", lambda z: networks.hinge(z, truth), scores, grad / 6)

# %% [markdown]
# ### What each loss wants
#
# Two classes. The true one has the score $s$, the other one 0. We let $s$ run from $-3$ to 5.

# %% jupyter={"source_hidden": true}
line = np.linspace(-3, 5, 161)
pairs = np.column_stack([line, np.zeros(161)])[:, None]  # 161 batches of one row
curves = {name: [loss(pair, np.array([0] if name == "hinge" else [[1, 0]])) for pair in pairs]
          for name, loss in networks.LOSSES.items()}


def four_losses():
    ax = plotting.show_curves(curves, x=line, xlabel="score $s$ of the true class")
    ax.set_ylim(-0.2, 17)
    return plotting.described(ax, "Four losses against the true class's score. Cross-entropy falls towards 0 for ever; hinge "
                              "is 0 from 1 on; absolute and squared error have their minimum at 1 and rise again.")


predict("03 too good", "Which of the losses punish a score that is too good?", four_losses,
        choices=("none", "cross-entropy", "hinge", "absolute and squared error"), answer=lambda _: "absolute and squared error",
        why="They want the score to be 1. Cross-entropy always wants a little more, hinge is content at 1.")

# %% [markdown]
# To punish a score of 5 that is clearly right makes no sense for classes. For the pixels of a picture it does.

# %% [markdown]
# ### The gradient of the linear layer
#
# Scores come from $s=Wx+b$, with $W$ ($n\times d$), rows $w_j^T$, and $x$ ($d\times1$). The slides list its derivatives. In $b$ it
# is the identity, $n\times n$: bias $j$ moves score $j$, one to one.

# %% tags=["S3-JL-B"]
n, d = 3, 4
W, b, x_i = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)
showing.same("scores in b", measured=calculus.jacobian(lambda b: W @ x_i + b, b), identity=np.eye(n))

# %% [markdown]
# In one row of weights: only score $j$ reads $w_j$. The slides print
# $\partial s/\partial w_j = [0\ \cdots\ x\ \cdots\ 0]$, of size $d\times n$, with $x$ in column $j$. Earlier, on the slide
# "Jacobian", they put the outputs in the rows: that gives $n\times d$. Both hold the same numbers. They are two *layouts*,
# and one is the transpose of the other.

# %% tags=["S3-JL-W"]
j = 1


def scores_of_row(w_j):
    rows = [w_j if k == j else W[k] for k in range(n)]
    return np.stack(rows) @ x_i + b


printed = np.zeros((d, n))                               # denominator layout: inputs down
printed[:, j] = x_i
measured = calculus.jacobian(scores_of_row, W[j])        # numerator layout: outputs down
showing.same("scores in row 1 of W", measured=measured, printed_transposed=printed.T)

# %% [markdown]
# In the input: the slides print $\partial s/\partial x = [w_1\cdots w_n] = W^T$, $d\times n$. With outputs in the rows it is
# $W$ itself. This book always puts the outputs first.

# %% tags=["S3-JL-X"]
measured = calculus.jacobian(lambda x_i: W @ x_i + b, x_i)
showing.same("scores in x", measured=measured, W=W)

# %% [markdown]
# **L2 through the layer.** $L=\sum_j(y_j-w_j^Tx-b_j)^2$. The chain rule gives
# $\dfrac{\partial L}{\partial w_j} = -2(y_j-w_j^Tx-b_j)\,x$, one vector for each row of $W$.

# %% tags=["S3-JRG-B"]
y = rng.normal(size=n)
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
# Where does $-\log p$ come from? From a question: which parameters make the data that we saw most likely?
#
# Take the smallest case, a coin that fell heads 7 times in 10. If heads has probability $p$, the throws have the
# likelihood $p^7(1-p)^3$. Its negative logarithm, divided by 10, is the mean log likelihood loss.

# %%
p = np.linspace(0.01, 0.99, 99)
likelihood = p**7 * (1 - p) ** 3
mean_loss = -(7 * np.log(p) + 3 * np.log(1 - p)) / 10
assert np.isclose(p[likelihood.argmax()], 0.7)
assert np.isclose(p[mean_loss.argmin()], 0.7)
print(f"likelihood largest at {p[likelihood.argmax()]:.1f}, loss smallest at {p[mean_loss.argmin()]:.1f}")

# %%
fig, axes = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
for ax, curve, label in zip(axes, (likelihood, mean_loss), ("likelihood", "mean of $-\\log p$")):
    plotting.show_curves({label: curve}, x=p, ax=ax, xlabel="probability $p$ of heads", ylabel=label)
    ax.get_legend().remove()
    ax.axvline(0.7, color=plotting.CYCLE[1], linestyle="--")
plotting.described(fig, "Left: the likelihood of 7 heads in 10 throws, highest at 0.7. Right: the mean negative "
                   "logarithm, lowest at the same place.")

# %% [markdown]
# The same place, 0.7. The logarithm grows with its argument, so it keeps the place of the maximum; the minus sign turns it
# over. That is the slides' remark: to minimise the loss is to maximise the likelihood.
#
# Now in scores, with four classes and no input. The data are 600 throws of a loaded die with four sides, and $f$ are the
# *frequencies* of its sides.

# %%
throws = np.random.default_rng(4).choice(4, size=600, p=[0.1, 0.2, 0.3, 0.4])
f = np.bincount(throws, minlength=4) / 600
print(f.round(3))


# %% [markdown]
# The mean loss has the gradient $p - f$ in the scores.

# %% tags=["S3-LL-MLE"]
def mean_surprise(s):
    return networks.cross_entropy(np.tile(s, (600, 1)), throws)


s = np.array([0.3, -0.2, 0.5, 0.1])
showing.slopes("gradient in the scores", mean_surprise, s, softmax(s) - f)

# %% [markdown]
# So it is 0 exactly where $p=f$. There no step leads to a smaller loss; we try 200.

# %% tags=["S3-LL-MLE"]
best = np.log(f)
assert all(mean_surprise(best) < mean_surprise(best + rng.normal(size=4)) for _ in range(200))
showing.same("probabilities of the best scores", softmax=softmax(best), counted=f)

# %% [markdown]
# So the most likely die is the one that shows what was counted. The likelihood itself, a product of 600 small numbers, is
# another matter.

# %% jupyter={"source_hidden": true} tags=["S3-LL-MLE"]
log_likelihood = np.log(f[throws]).sum()
assert np.isclose(log_likelihood, -600 * mean_surprise(best))

predict("03 product", "A product of 600 numbers between 0.1 and 0.4: what is it in float64?",
        lambda: f"{float(np.prod(f[throws]))}", choices=("0.0", "1e-77", "nan"),
        why=f"It underflows. The sum of the logarithms is {log_likelihood:.1f}, a number like any other.")

# %% [markdown]
# A sum of logarithms neither underflows nor overflows. That is the second reason for the
# logarithm.

# %% [markdown]
# ## 8 · The gradient, by the guide
#
# Now all together, for a batch. The guide's letters: $N$ samples, $D$ features, $C$ classes. $X$ is $N\times D$ with a
# sample a row, $Y$ is $N\times C$ with one-hot rows, $W$ is $D\times C$.

# %% tags=["S0-S4-N"]
N, D, C = 6, 5, 4
rng = np.random.default_rng(8)
X, W = rng.normal(size=(N, D)), rng.normal(size=(D, C))
c = rng.integers(C, size=N)                              # the guide's classes 1..C are 0..C-1 here
Y = np.zeros((N, C))
for i in range(N):
    Y[i, c[i]] = 1
assert np.array_equal(Y, np.eye(C)[c])
assert np.array_equal(Y.sum(axis=1), np.ones(N))
print("classes", c)
print(Y.astype(int))

# %% [markdown]
# **Forward.** $Z = XW$ and $P=\mathrm{softmax}(Z)$, both $N\times C$.

# %% tags=["S0-S4-F"]
Z = X @ W                                                # (N, D) (D, C) -> (N, C)
P = softmax(Z)
assert Z.shape == P.shape == (N, C)
print("P", P.shape, "its rows sum to", P.sum(axis=1).round(12))

# %% [markdown]
# There is no bias in this section of the guide. That is no loss: give $X$ a column of ones, and one more row of $W$ plays
# its part.

# %% tags=["S0-S4-F"]
b = rng.normal(size=C)
showing.same("Z with biases", a_column_of_ones=np.column_stack([X, np.ones(N)]) @ np.vstack([W, b]), b_added=X @ W + b)

# %% [markdown]
# **The loss.** The guide prints $L=-\frac1N\sum_{i=1}^N Y_i\odot\log P_i$, where $Y_i$ is row $i$. Which shape
# is that?

# %% tags=["S0-S4-L", "fails-as-printed"]
printed = -sum(Y[i] * np.log(P[i]) for i in range(N)) / N
assert printed.shape == (C,) != ()
try:
    calculus.check_gradient(lambda Z: -(Y * np.log(softmax(Z))).sum(axis=0) / N, Z, (P - Y) / N)
    raise RuntimeError("a row passed as a loss")
except ValueError as error:
    print(error)

# %% [markdown]
# A sum of rows is a row. It has one entry for each class, but a loss is one number. The sum over the classes is missing:
# $$L=-\frac1N\sum_i\sum_j Y_{ij}\log P_{ij} = -\frac1N\sum_i Y_i(\log P_i)^T.$$

# %% tags=["S0-S4-L", "mended"]
L = -(Y * np.log(P)).sum() / N
assert np.ndim(L) == 0
assert np.isclose(L, -sum(Y[i] @ np.log(P[i]) for i in range(N)) / N)
assert np.isclose(L, printed.sum())
showing.same("L", mended=L, library=networks.cross_entropy(Z, Y))

# %% [markdown]
# With the class indices $c_1,\dots,c_N$ no multiplication by zeros is needed: $L=-\frac1N\sum_i\log P_{ic_i}$. In numpy, a
# pair of index lists picks one entry from every row.

# %% tags=["S0-S4-Lc"]
assert np.isclose(L, -sum(np.log(P[i, c[i]]) for i in range(N)) / N)
assert np.isclose(L, -np.log(P[np.arange(N), c]).mean())
showing.same("L", by_class_numbers=-np.log(P[np.arange(N), c]).mean(), library=networks.cross_entropy(Z, c))

# %% [markdown]
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
# It agrees with the chain rule that uses the whole tensor $\partial Z/\partial W$, of shape $N\times C\times D\times C$.

# %% tags=["S0-S4-dW"]
dZ_dW = calculus.derivative(lambda W: X @ W, W)
assert dZ_dW.shape == (N, C, D, C)
showing.same("dL/dW", product=X.T @ dL_dZ, chain_through_the_tensor=calculus.chain(dL_dZ, dZ_dW))

# %% [markdown]
# ### In the scores
#
# What is left is $\partial L/\partial Z$, entry by entry:
# $$\frac{\partial L}{\partial Z_{ij}} = -\frac1N\sum_{k=1}^N\frac{\partial}{\partial Z_{ij}}\log P_{kc_k}.$$
# The guide has three cases. **Case $i\ne k$: rows do not mix.** Row $k$ of $P$ depends on row $k$ of $Z$ only, so the derivative is 0.

# %% tags=["S0-S4-row"]
slopes = calculus.derivative(lambda Z: np.log(softmax(Z))[np.arange(N), c], Z)
assert slopes.shape == (N, N, C)                         # [k, i, j]
for k, i in np.ndindex(N, N):
    assert np.any(slopes[k, i]) == (i == k)
print("slopes", slopes.shape, "of which not zero in", sum(bool(np.any(slopes[k, i])) for k, i in np.ndindex(N, N)), "of", N * N, "pairs of rows")

# %% [markdown]
# The picture shows it for the probabilities themselves, with two rows and three classes. Each block belongs to one entry of
# $P$, and holds its slopes in all entries of $Z$, in hundredths.

# %%
two_rows = calculus.derivative(softmax, np.array([[1.0, 0.2, -0.5], [0.3, 0.9, 0.1]]))
assert two_rows.shape == (2, 3, 2, 3)
assert not two_rows[0, :, 1].any()
ax = plotting.show_blocks(100 * two_rows)
plotting.described(ax, "Two by three blocks, each 2 by 3. In the upper blocks only the first row is filled, in the "
                   "lower blocks only the second. In each, one entry is positive and two are negative.")

# %% [markdown]
# In block row $i_1$ only row $j_1=i_1$ is filled: half of the tensor is empty, and with $N$ rows all but $1/N$ of it. Each filled
# row is a row of the softmax Jacobian: positive at its own score, negative at the others.
#
# **Case $i=k$, $j\ne c_k$.** The guide prints this chain:
# $$\frac{\partial_{Z_{ij}}e^{Z_{kc_k}}}{P_{kc_k}} = \frac{-e^{Z_{kc_k}}e^{Z_{ij}}}{\big(\sum_le^{Z_{kl}}\big)^2}
# = -\frac{P_{kc_k}P_{kj}}{P_{kc_k}} = -P_{kj}.$$
# Four expressions, three equals signs. We compute each expression at one entry.

# %% tags=["S0-S4-D1", "fails-as-printed"]
k = 2
own, j = c[k], (c[k] + 1) % C                            # j is another class
E = np.exp(Z[k])
first = calculus.derivative(lambda z: np.exp(z[own]), Z[k])[j] / P[k, own]
second = -E[own] * E[j] / E.sum() ** 2
third, fourth = -P[k, own] * P[k, j] / P[k, own], -P[k, j]
print(np.round([first, second, third, fourth], 4), "measured:", slopes[k, k, j].round(4))
assert np.isclose(fourth, slopes[k, k, j])
assert np.isclose(third, fourth)
assert first == 0
assert not np.isclose(first, second)
assert not np.isclose(second, third)

# %% [markdown]
# The end is right, the way is not. The first expression differentiates $e^{Z_{kc_k}}$, which does not contain $Z_{kj}$ at
# all: it is 0. Meant is $P_{kc_k}$. The second lacks the factor $1/P_{kc_k}$, which returns in the third. Mended:
# $$\frac{\partial_{Z_{ij}}P_{kc_k}}{P_{kc_k}} = \frac{1}{P_{kc_k}}\cdot
# \frac{-e^{Z_{kc_k}}e^{Z_{ij}}}{\big(\sum_le^{Z_{kl}}\big)^2} = -\frac{P_{kc_k}P_{kj}}{P_{kc_k}} = -P_{kj}.$$

# %% tags=["S0-S4-D1", "mended"]
first = calculus.derivative(lambda z: softmax(z)[own], Z[k])[j] / P[k, own]
second = -E[own] * E[j] / E.sum() ** 2 / P[k, own]
showing.same("four expressions, mended", expressions=[first, second, third, fourth], measured=[slopes[k, k, j]] * 4)

# %% [markdown]
# **Case $i=k$, $j=c_k$.** Printed:
# $$\frac{e^{Z_{kc_k}}\big(\sum_le^{Z_{kl}}\big) - e^{Z_{kc_k}}e^{Z_{ij}}}{\big(\sum_le^{Z_{kl}}\big)^2} = 1-P_{kj}.$$

# %% tags=["S0-S4-D2", "fails-as-printed"]
j = own
fraction = (E[own] * E.sum() - E[own] * E[j]) / E.sum() ** 2
print(np.round([fraction, 1 - P[k, j]], 4), "measured:", slopes[k, k, j].round(4))
assert np.isclose(1 - P[k, j], slopes[k, k, j])
assert not np.isclose(fraction, 1 - P[k, j])
assert np.isclose(fraction, P[k, j] * (1 - P[k, j]))

# %% [markdown]
# The fraction is the derivative of $P_{kc_k}$, not of its logarithm. It is $P_{kj}(1-P_{kj})$. Divide by $P_{kc_k}$, and the line holds.

# %% tags=["S0-S4-D2", "mended"]
assert np.isclose(fraction / P[k, own], 1 - P[k, j])
showing.same("mended", divided=fraction / P[k, own], measured=slopes[k, k, j])

# %% [markdown]
# Both slips have one cause: $\log P$ brings a factor $1/P$, and it was lost in between. The results are right, so the
# conclusion is, too:
# $$\frac{\partial L}{\partial Z_{ij}} = \begin{cases}\frac1N P_{ij}, & j\ne c_i\\[2pt] \frac1N(P_{ij}-1), & j=c_i\end{cases}
# \qquad\text{that is}\qquad \frac{\partial L}{\partial Z}=\frac1N(P-Y).$$

# %% tags=["S0-S4-dZ"]
dZ = (P - Y) / N                                         # (N, C)
by_cases = [[(P[i, j] - 1) / N if j == c[i] else P[i, j] / N for j in range(C)] for i in range(N)]
showing.same("dL/dZ", both_cases=by_cases, in_one=dZ)

# %% [markdown]
# The judge is the loss itself.

# %% tags=["S0-S4-dZ"]
assert np.allclose(networks.cross_entropy.gradient(Z, c), dZ)
showing.slopes("dL/dZ", loss_of_scores, Z, dZ)

# %% [markdown]
# *What was said, minus what was true*, over $N$. All exponentials and logarithms have cancelled. With the product of before:
# $$\frac{\partial L}{\partial W} = \frac1N X^T(P-Y),\qquad (D\times N)(N\times C)=D\times C.$$

# %% tags=["S0-S4-G"]
dW = X.T @ (P - Y) / N
assert dW.shape == W.shape == (D, C)
showing.slopes("dL/dW = Xᵀ(P - Y)/N", lambda W: loss_of_scores(X @ W), W, dW)

# %% [markdown]
# The library's network with one layer is softmax regression. Give it these weights, and it finds the same gradient.

# %%
model = MLP((D, C), dtype=np.float64)
model.W[0][:] = W
loss, grad_W, grad_b = model.gradients(X, c)
assert np.isclose(loss, L)
assert np.allclose(grad_b[0], dZ.sum(axis=0))
showing.same("dL/dW", of_the_class_MLP=grad_W[0], ours=dW)

# %% [markdown]
# ## 9 · The same gradient, by differentials
#
# The lecture has one sample, and columns. In its letters $W$ is $M\times N$; with ours it is $C\times D$:
# $h = Wx$, $L=-y^T\log\odot(\sigma(h))$, and $\sigma(h) = \dfrac{\exp\odot(h)}{\mathbf 1^T\exp\odot(h)}$. Here $\exp\odot$ and $\log\odot$ act
# entry by entry, $\sigma$ is softmax, and $y$ is one-hot. There is no bias. The lecture calls it "logistics regression";
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
# $\partial L = \mathrm{Tr}(-y^T\partial z)$.

# %% tags=["S4-E4.1-1"]
def z_of(h):
    return h - np.log(one.T @ np.exp(h)) * one


assert np.isclose(L_1.item(), (-y_1.T @ z_of(h)).item())
showing.same("z", formula=z_of(h), logarithm=np.log(sigma_h))

# %% [markdown]
# To test the differential we move $h$ by a small $\partial h$, and watch $z$ and $L$ move.

# %% tags=["S4-E4.1-1"]
dh = 1e-6 * rng.normal(size=(C, 1))
moved = z_of(h + dh) - z_of(h)
showing.same("change of the loss, in millionths", of_the_loss=1e6 * (-y_1.T @ z_of(h + dh) - L_1).item(),
             trace=1e6 * np.trace(-y_1.T @ moved), rtol=1e-4)

# %% [markdown]
# **Step 2: the differential of $z$.** The lecture's second line is a misprint:
# $\partial h-\frac{1}{\mathbf 1^T\exp\odot(h)}\mathbf 1^T\partial(\exp\odot(h)\cdot\mathbf 1)$. This fails because both
# $\exp\odot(h)$ and $\mathbf 1$ are $C\times1$, and such a product does not exist.

# %% tags=["S4-E4.1-2", "fails-as-printed"]
showing.refused("as printed", lambda: np.exp(h) @ one)

# %% [markdown]
# The $\mathbf 1$ belongs in front, as in the lecture's next line:
# $\partial z = \partial h-\mathbf 1\,\frac{1}{\mathbf 1^T\exp\odot(h)}\,\mathbf 1^T\,\partial(\exp\odot(h))$. The shapes:
# $C\times1$ times a number times $1\times C$ times $C\times1$.

# %% tags=["S4-E4.1-2", "mended"]
d_exp = np.exp(h + dh) - np.exp(h)
dz = dh - one @ (one.T @ d_exp) / (one.T @ np.exp(h))
assert dz.shape == h.shape == (C, 1)
showing.same("dz, in millionths", mended=1e6 * dz, measured=1e6 * moved, rtol=1e-4)

# %% [markdown]
# The exponential acts entry by entry, so $\partial(\exp\odot(h)) = \exp'(h)\odot\partial h$, and $\exp'=\exp$. That is the last line:
# $\partial z = \partial h-\mathbf 1\,\frac{1}{\mathbf 1^T\exp\odot(h)}\,\mathbf 1^T(\exp'(h)\odot\partial h)$. It is linear in $\partial h$, so
# it must equal the measured Jacobian times $\partial h$, for any $\partial h$.

# %% tags=["S4-E4.1-2b"]
dh = rng.normal(size=(C, 1))                             # linear: it need not be small
dz = dh - one @ (one.T @ (np.exp(h) * dh)) / (one.T @ np.exp(h))
J = calculus.jacobian(lambda h: np.log(softmax(h)), h[:, 0])
showing.same("dz", formula=dz, Jacobian_times_dh=J @ dh)

# %% [markdown]
# **Step 3: under the trace.** Put $\partial z$ into $\mathrm{Tr}(-y^T\partial z)$. Two facts clear it up: $y^T\mathbf 1=1$, and trace
# property 5, $\mathrm{Tr}(A^T(B\odot C)) = \mathrm{Tr}((A\odot B)^TC)$, which moves the product entry by entry away from $\partial h$:
# $$\mathrm{Tr}(\partial L) = -\mathrm{Tr}(y^T\partial h) +
# \mathrm{Tr}\Big(\frac{(\exp\odot(h))^T}{\mathbf 1^T\exp\odot(h)}\,\partial h\Big)$$

# %% tags=["S4-E4.1-3"]
e = np.exp(h)
assert (y_1.T @ one).item() == 1
assert np.isclose(np.trace(one.T @ (e * dh)), np.trace((one * e).T @ dh))
dL = -np.trace(y_1.T @ dh) + np.trace(e.T / (one.T @ e) @ dh)
showing.same("dL", expanded=dL, trace=np.trace(-y_1.T @ dz))

# %% [markdown]
# **Step 4: read off.** Together the two terms are $\mathrm{Tr}\big((\sigma(h)-y)^T\partial h\big)$. So $\nabla_hL=\sigma(h)-y$.

# %% tags=["S4-E4.1-4"]
grad_h = sigma_h - y_1                                   # (C, 1)
assert np.isclose(dL, np.trace(grad_h.T @ dh))
showing.slopes("dL/dh", lambda h: -(y_1.T @ z_of(h)).item(), h, grad_h)

# %% [markdown]
# Since $\partial h=\partial(W)\,x$, the trace turns into $\mathrm{Tr}\big((\nabla_hL\;x^T)^T\partial W\big)$. So
# $\nabla_WL=\nabla_hL\;x^T$, $(C\times1)(1\times D)$.

# %% tags=["S4-E4.1-4"]
grad_V = grad_h @ x_1.T
assert grad_V.shape == V.shape == (C, D)
showing.slopes("dL/dV", lambda V: -(y_1.T @ z_of(V @ x_1)).item(), V, grad_V)

# %% [markdown]
# No index, no case distinction, no Jacobian. Do the guide and the lecture agree? The lecture's $W$ is the guide's
# transposed, and so is its gradient. Add the samples, divide by $N$:

# %%
columns = [(P[[i]] - Y[[i]]).T @ X[[i]] for i in range(N)]       # (C, 1) (1, D) each
showing.same("dL/dW", columns_summed=sum(columns).T / N, in_one_product=X.T @ (P - Y) / N)

# %% [markdown]
# ## 10 · Scores, probabilities, loss, gradient
#
# The whole chain, alive, for one sample: scores, probabilities, the loss of the true class, and the gradient. Tab and the
# arrow keys move the scores, the true class and the temperature. The demo calls the scores $z$, and counts classes from 1.
#
# 1. Move one score only. Which bars of the gradient change?
# 2. Make the true class right and sure. **Predict** the gradient. Then make another class sure.
# 3. Press *Step down the gradient* several times. Which scores move, and when do they slow down?
# 4. Lower the temperature below 1 while a wrong class leads. What happens to the loss?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import scores_to_gradient

scores_to_gradient()

# %% [markdown]
# All bars change, since every probability depends on every score, and their sum is always 0. At $T=1$ no entry of $p-y$ leaves
# $[-1, 1]$: a bad mistake pushes with full force, and never with more. The steps get short by themselves as $p$ approaches $y$. At
# another temperature the gradient is $(p-y)/T$.

# %% [markdown]
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
# It starts at $\log 4$, since zero weights give four equal probabilities, and it falls at every step. What
# shape have the borders between the classes?

# %%
def most_likely(points):
    return (points @ weights[:2] + weights[2]).argmax(axis=1)


share = np.mean(most_likely(points) == classes)
assert share > 0.95
print(f"right: {share:.0%}")

# %%
ax = plotting.show_regions(most_likely, points, classes)
plotting.described(ax, "The four clouds again. Four wedges with straight borders meet near the middle; nearly "
                   "every point lies in the wedge of its class.")

# %% [markdown]
# Four wedges with straight borders. Between two classes the border is where their scores are equal:
# $x^T(w_j-w_k)+b_j-b_k=0$, a line. From 51 % to 99 %, with the same straight ingredients: what changed is that every class
# has a score of its own.

# %% [markdown]
# ### Watch the regions
#
# Here softmax regression trains before your eyes. The colours are mixed by the probabilities, so a soft border means an
# unsure answer. *Start* trains, *Pause* holds it, *Step* takes one step with all points. Space and Enter press a button.
#
# 1. Start with the blobs. The borders swing into place, and then they get sharper and sharper.
# 2. **Predict** what happens to three spirals. Then choose them.
# 3. Stay with the spirals and raise the learning rate to 10 and to 30. What does the loss do?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import softmax_regions

softmax_regions()

# %% [markdown]
# On the spirals the borders stay straight, and more than a third of the points stay wrong, however long it trains. No straight
# border fits, so more steps cannot help, and longer ones only make the loss jump. Chapter 04 puts a layer in between.

# %% [markdown]
# ## 12 · Read digits
#
# MNIST: 60,000 pictures of $28\times28=784$ grey values to learn from, 10,000 to test. Softmax regression on them is
# `MLP((784, 10))`: a $784\times10$ matrix and 10 biases. A very small penalty `l2`, $\lambda\|W\|^2$, keeps weights
# that do not help near 0; section 13 shows why one wants it. An *epoch* is one pass over all training pictures, here in
# batches of 256. *Momentum* 0.9 keeps nine tenths of the last step, and `cosine` lowers the learning rate to 0; chapter
# 06 explains both.

# %% tags=["nbval-ignore-output"]
digits = datasets.load_mnist()
model = MLP((784, 10), init="zeros", l2=1e-4)
run = train(model, (digits.X_train, digits.y_train), epochs=10, batch_size=256,
            optimizer=networks.SGD(0.2, momentum=0.9), schedule=networks.cosine,
            validation=(digits.X_test, digits.y_test), progress=False)
accuracy = model.accuracy(digits.X_test, digits.y_test)
assert accuracy >= 0.92
print(f"test accuracy {accuracy:.1%}")

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
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

# %% tags=["nbval-ignore-output"]
assert model.W[0].shape == (784, 10)
axes = plotting.show_images(model.W[0].T, titles=range(10), columns=5, signed=True, size=1.4)
plotting.described(axes[0, 0], "Ten weight pictures, red for positive and blue for negative. The 0 has a blue stroke "
                   "in the middle of a pale red ring; the 1 a red stroke with blue on both sides.")

# %% [markdown]
# The 0 has a blue stroke in the middle of a pale red ring: ink in the middle speaks against a 0. The 1 is the opposite, a red
# stroke with blue on both sides. Others need goodwill: each picture is one *template* for all ways to write its digit, and
# also against the digits that look alike. The rim is white. No training picture has ink in 67 of its pixels, so by $X^T(P-Y)$ their
# gradient is 0. These weights started at 0 and never moved.

# %%
never = digits.X_train.max(axis=0) == 0                  # pixels without any ink
assert never.sum() == 67
assert not model.W[0][never].any()
assert np.abs(model.W[0][~never]).max() > 0.1
print(never.sum(), "pixels never have ink; their weights are all 0")

# %% [markdown]
# ### Its worst mistakes
#
# The loss of each test digit is its surprise. We look at the ten largest. Above each: true digit → answer.

# %% tags=["nbval-ignore-output"]
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
# Without it the gradient is that of the *sum*. We train on seven clouds that overlap, once with each.

# %%
crowded, crowd = datasets.blobs(400, 7, rng=3)
with_ones, Y_crowd = np.column_stack([crowded, np.ones(400)]), np.eye(7)[crowd]
runs = {"mean": [], "sum": []}
for curve, divisor in zip(runs.values(), (400, 1)):
    weights = np.zeros((3, 7))
    for _step in range(200):
        curve.append(networks.cross_entropy(with_ones @ weights, crowd))
        weights -= 0.5 * with_ones.T @ (stable_softmax(with_ones @ weights) - Y_crowd) / divisor
assert runs["mean"][-1] < 0.5
assert max(runs["sum"]) > 20
assert min(runs["sum"][3:]) > 2
print({name: [round(value, 2) for value in curve[::50]] for name, curve in runs.items()})

# %%
ax = plotting.show_curves(runs, xlabel="step", log=True)
plotting.described(ax, "Loss by step on a logarithmic axis. With the mean it falls smoothly below 0.5; with the sum it "
                   "jumps to nearly 50, falls to about 5, and keeps jumping up again.")

# %% [markdown]
# The direction is right, but the step is 400 times too long. It jumps over the minimum, again and again. Divided by $N$, one
# learning rate serves a batch of any size. (The four clouds of section 1 would have forgiven it, since they hardly overlap.
# An error that only shows on other data is the worst kind.)
#
# ### Take the logarithm of a probability
#
# Here is the loss as it is often written first. The network is confident and wrong by 800.

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
# From the scores, the loss is 800 and the slope $-1$.
#
# ### Data without any mistakes
#
# Twelve points in three clouds that do not touch. Straight borders separate them perfectly.

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

predict("03 separable", "No mistake is left after a few steps. Do the weights come to rest?",
        lambda: ", ".join(f"{lengths[0, n]:.2f} after {n}" for n in (100, 1000, 5000)),
        choices=("yes, soon", "no, they grow and grow"), answer=lambda _: "no, they grow and grow",
        why="Twice the weights give the same borders and surer probabilities, so the loss can always fall a little.")

# %% [markdown]
# The loss has no minimum, only the limit 0. This is a temperature that goes to 0. A penalty $\lambda\|W\|^2$ ends it.

# %%
assert lengths[0, 5000] > 1.3 * lengths[0, 100]
assert final[0] < 0.001 < final[0.01]
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
# 1. **Two classes.** Show that softmax with two scores is a sigmoid of one number. *Predict* which. Check both functions at
#    ten random pairs; then write $p-y$ for the sigmoid.
# 2. **Temperature.** Let $L$ be the cross-entropy of $\mathrm{softmax}(Z/T)$. Find $\partial L/\partial Z$ and the number
#    $\partial L/\partial T$. *Predict* the sign of the latter when every row is right and unsure.
# 3. **Label smoothing.** Replace each one-hot row by $0.9\,y+0.1/C$. What is the gradient in $Z$? At which scores is it 0, and why does
#    the last part of *Break it* then end by itself? Train it and watch the length of $W$.
# 4. **Softplus**, $\log(1+e^x)$. Write it so that it does not overflow at $x=1000$. *Predict* its slope: you know that function.
#    Check at $-1000, 0, 1000$.
# 5. **Hinge on MNIST.** Give `MLP` the argument `loss=networks.hinge`. *Predict* whether it beats 92 %. What can its
#    scores no longer tell you?
#
# ## Summary
#
# Softmax turns scores into probabilities; only differences count, so subtract the maximum. Its Jacobian is
# $\mathrm{diag}(p)-pp^T$. With the log likelihood, all of it shrinks to $\frac1N(P-Y)$, and
# $\frac1NX^T(P-Y)$ in the weights: by entries and by differentials. Three
# lines of the guide, one of them its loss, one line of the lecture and one number of the slides failed when run. Straight borders read 92 % of the digits and no spiral.
#
# Next: chapter 04, a second layer, and borders that bend.
