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
# # 10 · Thirty layers: normalisation and residual connections
#
# Sources: the matrix calculus slides (004) name both as future work, without a formula. They were proposed by Ioffe
# and Szegedy, *Batch Normalization* (2015), and by He, Zhang, Ren and Sun, *Deep Residual Learning for Image
# Recognition* (2015). Every formula of this chapter is derived in it, and measured.
#
# Needs: differentials (chapter 02) and the error through depth (chapter 05) · about 70 minutes, half an hour
# more with the parts that are folded.
#
# ## What you will do
# You see a network of thirty layers that hardly learns. Then you derive the gradients of its two remedies, measure
# every one of them, and make it learn.
#
# ## What you will learn
# - to read batch normalisation as two projections, and to say what each of them loses
# - to foretell what follows from that for the weights, for small batches, and after the training
# - to say why adding what came in keeps the way back open, and what the first weights must then be
# - to recognise the mistakes that public code makes here

# %%
import numpy as np
from tqdm.auto import tqdm

from mlp_lib import browser, calculus, datasets, networks, plotting, showing
from mlp_lib.networks import BatchNorm, DeepNet, LayerNorm, RMSNorm, sizes_by_block, train
from mlp_lib.questions import predict

# %% [markdown]
# ## 1 · See it fail first
#
# Chapter 05 ended well: ReLU layers whose first weights are *he* bring the error $\delta$ down through 30 layers with
# the length that it started with. So here is a network of 30 hidden layers with 64 units each, and a flat one with a
# single hidden layer. Both get the same two epochs on 20,000 digits. The bar counts networks.

# %% tags=["nbval-ignore-output"]
digits = datasets.load_mnist()
few = digits.X_train[:20_000], digits.y_train[:20_000]
widths = (784, *[64] * 30, 10)
plain, flat = DeepNet(widths, rng=0), DeepNet((784, 64, 10), rng=0)
steps = {"epochs": 2, "batch_size": 64, "optimizer": networks.SGD(0.02, momentum=0.9), "rng": 0}


def learn(net):
    """Train the network; the loss of each step."""
    return [step.loss for step in networks.iterate(net, few, **steps)]


losses = dict(zip(("flat", "plain"), map(learn, tqdm((flat, plain)))))

# %%
test = digits.X_test, digits.y_test
print(f"the flat network reads {10 * flat.accuracy(*test):.0f} of 10 test digits")

# %% jupyter={"source_hidden": true}
def every_40(kinds):
    """Loss through the training, as means over 40 steps."""
    many = len(losses["flat"]) // 40
    curves = {f"{kind}: reads {net.accuracy(*test):.0%}": np.reshape(losses[kind][: 40 * many], (many, 40)).mean(axis=1)
              for kind, net in kinds.items()}
    ax = plotting.show_curves(curves, x=range(20, 40 * many, 40), xlabel="step", ylabel="training loss")
    ax.set_ylim(0, 4.5)
    return ax


assert plain.accuracy(*test) < 0.65
in_time = every_40({"flat": flat, "plain": plain})
both_losses = plotting.described(in_time, "Training loss by step: flat falls at once to 0.3; plain jumps up and down, and stays "
                                 "above 1.")

predict("10 deep", "And the network of 30 layers? How many of ten test digits does it read?", lambda: both_losses,
        choices=("all ten", "9", "8", "6 or fewer"), answer=lambda _: "6 or fewer",
        why="Its loss jumps up and down, back to 2.3, the loss of guessing. That δ has a good length was not enough.")

# %% [markdown]
# "Plain" is the network of 30 layers. So what else is wrong? `networks.sizes_by_block` measures two things behind
# each layer, before any training: the length of $\delta$, and how *alike* the samples are. For that it takes the
# cosine of the angle between the values of two digits, and the mean over all pairs. A cosine of 1 means that two
# digits point the same way.

# %%
some = digits.X_train[:500], digits.y_train[:500]
alike, delta = sizes_by_block(DeepNet(widths, rng=0, dtype=np.float64), *some)
print("length of δ behind layer", {l: f"{delta[l - 1]:.1f}" for l in (1, 10, 20, 30)})

ax = plotting.show_curves({"plain": alike[:-1]}, xlabel="layer", ylabel="mean cosine of two digits")
plotting.described(ax, "Mean cosine of two digits by layer: it rises from about 0.5 behind the first layer to above 0.9 "
                   "behind the last.")

# %% [markdown]
# $\delta$ is level, as chapter 05 promised. But the digits have become alike: behind the last layer nearly all point
# in the same direction. The error arrives, and it is the same error for all of them. What they have in common is
# their *mean*. So take it off.
#
# ## 2 · Take off the mean
#
# A batch is a matrix $X$ of $N\times n$: a sample a row, a unit a column. To take the mean of each column off is a
# matrix product from the left, with the **centring matrix**
# $$C = I - \tfrac1N\,\mathbf 1\mathbf 1^T, \qquad N\times N .$$
# Here $\mathbf 1$ is the column of $N$ ones: $\mathbf 1^TX/N$ is the row of means, and $\mathbf 1$ in front of it
# repeats that row $N$ times.

# %% tags=["B10-C"]
N, n = 6, 3
rng = np.random.default_rng(10)
X = rng.normal(size=(N, n)) * (1, 3, 0.5) + (2, 0, -1)
one = np.ones((N, 1))
C = np.eye(N) - one @ one.T / N
showing.same("C X", matrix=C @ X, by_hand=X - X.mean(axis=0))

# %% [markdown]
# Whoever takes off the mean twice has taken it off once: $CC = C$. And $C^T = C$. A matrix with these two properties
# is a *projection*: it keeps the columns whose sum is 0 as they are, and makes 0 of what is constant,
# $C\mathbf 1 = 0$. So one of its eigenvalues is 0, and all the others are 1.

# %% tags=["B10-C"]
assert np.allclose(C, C.T)
assert np.allclose(C @ C, C)
assert np.allclose(C @ one, 0)
showing.same("eigenvalues of C", measured=np.linalg.eigvalsh(C), wanted=[0] + [1] * (N - 1))

# %% [markdown]
# The variances of the columns are sums of squares of $CX$, divided by $N$. They stand on the diagonal of
# $\tfrac1N (CX)^TCX = \tfrac1N X^TCX$: of the two $C$ one is enough.

# %% tags=["B10-MV"]
showing.same("variances of the columns", matrices=np.diag(X.T @ C @ X) / N, numpy=X.var(axis=0))

# %% [markdown]
# ## 3 · Batch normalisation
#
# Now divide each column by its standard deviation $s_j$, the root of that variance. Then let each unit choose a scale
# $\gamma_j$ and a shift $\beta_j$ of its own, which are learned:
# $$Z = C X S^{-1}, \qquad Y = Z\,\Gamma + \mathbf 1\beta, \qquad S = \mathrm{diag}(s),\; \Gamma = \mathrm{diag}(\gamma)$$
# A factor for each *column* is a diagonal matrix on the *right*. In numpy it is a row that is broadcast.

# %% tags=["B10-BN"]
s = X.std(axis=0)
Z = C @ X / s
gamma, beta = np.array([1.5, -0.5, 2.0]), np.array([0.3, 1.0, -2.0])
layer = BatchNorm(n, eps=0.0)
layer.gamma[:], layer.beta[:] = gamma, beta
Y = C @ X @ np.diag(1 / s) @ np.diag(gamma) + one @ beta[None]
showing.same("Y", matrices=Y, library=layer.forward(X))

# %%
axes = plotting.show_matrices({"X": X, "C\\,X": C @ X, "Z": Z, "Y": Y})
plotting.described(axes[0], "Four tables of 6 by 3. X has columns of different means and spreads; in CX every column adds up "
                   "to 0; in Z all columns have numbers of about the same size; Y has a scale and a shift for each.")

# %% [markdown]
# The second column of $X$ is the widest, the third the narrowest. In $Z$ all three have mean 0 and mean square 1. $Y$
# has spreads and means again, but now they are parameters, and no longer what the layers below happen to send.

# %% jupyter={"source_hidden": true} tags=["B10-INV"]
moved = X * (10, 2, 0.1) + (5, -3, 100)
shown_moved = showing.same("Z", of_X=Z, of_the_moved_X=C @ moved / moved.std(axis=0))

predict("10 shift", "Multiply the columns of X by 10, 2 and 0.1, and add 5, -3 and 100 to them. What changes in Z?",
        lambda: shown_moved, choices=("everything", "the signs", "nothing"), answer=lambda _: "nothing",
        why="The shift is taken off with the mean, and a positive factor is in the spread as well.")

# %% [markdown]
# $Z$ does not see a shift or a stretch of its column. What is not seen cannot have a slope. So before any calculation
# it is clear what the gradient must be: blind in two directions. Now derive it.
#
# ## 4 · The way back: two projections
#
# Take one column $x$, with its spread $s$ and its $z = Cx/s$. From $s^2 = \frac1N x^TCx$ follows
# $2s\,ds = \frac2N x^TC\,dx$, and so
# $$ds = \tfrac1N\, z^T dx .$$
# The spread grows along $z$: numbers above the mean have to go up, the others down.

# %% tags=["B10-DS"]
x, z = X[:, 1], Z[:, 1]
showing.slopes("ds/dx", lambda x: x.std(), x, z / N)

# %% [markdown]
# Then by the rule for a quotient
# $$dz = \frac{C\,dx}{s} - \frac{Cx}{s^2}\,ds = \frac1s\Big(C - \tfrac1N zz^T\Big)dx = \frac1s\,P\,dx .$$
# The whole Jacobian is one matrix $P$ and the factor $1/s$:

# %% tags=["B10-DZ"]
P = C - np.outer(z, z) / N
J = calculus.jacobian(lambda x: (x - x.mean()) / x.std(), x)
showing.same("dz/dx", formula=P / x.std(), measured=J, atol=1e-7)

# %%
axes = plotting.show_matrices({"C": C, r"\frac{1}{N}\,zz^T": np.outer(z, z) / N, "P": P})
plotting.described(axes[0], "Three tables of 6 by 6: C with 0.83 on the diagonal and -0.17 elsewhere, the products of the "
                   "entries of z, and their difference P.")

# %% [markdown]
# $C$ projects. So does $I - \frac1N zz^T$, because $z$ has the squared length $N$: it takes off what is along $z$.
# And $z$ has mean 0 already, $Cz = z$. So the two projections do not disturb each other, and one after the other they
# are $P$.

# %% tags=["B10-P"]
assert np.isclose(z @ z, N)
assert np.allclose(P @ P, P)
assert np.allclose(P, P.T)
assert np.allclose(P @ np.column_stack([one[:, 0], z]), 0)
showing.same("P", formula=P, one_after_the_other=C @ (np.eye(N) - np.outer(z, z) / N))

# %% [markdown]
# For a batch of three samples this can be drawn. Look along the direction $(1,1,1)$: what $C$ takes off lies in the
# line of sight and is not seen. Normalisation sends the point $Cx$ along its ray to the circle of radius $\sqrt3$. A
# gradient $g$ that arrives at $z$ loses what points along that ray.

# %%
ax = plotting.show_normalised_column([2.4, 0.9, -1.8], [0.2, 1.6, -0.7])
plotting.described(ax, "A circle; the point Cx outside it, and z on the circle on the same ray. At z three arrows: g without "
                   "its mean, its part along the ray, dashed, and the rest, which touches the circle.")

# %% [markdown]
# What is left touches the circle. To move $z$ off the circle is impossible, whatever happens to $x$; so no slope can
# ask for it.

# %% jupyter={"source_hidden": true} tags=["B10-EIG"]
long = rng.normal(size=8) * 2 + 1
J8 = calculus.jacobian(lambda x: (x - x.mean()) / x.std(), long)
values = np.linalg.eigvalsh(J8)
assert np.allclose(values, [0] * 2 + [1 / long.std()] * 6, atol=1e-6)


def eigenvalues():
    """Eigenvalues of the Jacobian of eight numbers."""
    ax = plotting.show_curves({"eigenvalues of dz/dx": values, "1 / s": [1 / long.std()] * 8}, xlabel="number", ylabel="")
    return plotting.described(ax, "Eight eigenvalues in rising order: two are 0, the other six equal 1 over the spread.")


predict("10 eigenvalues", "A batch of eight samples. How many of the eight eigenvalues of the Jacobian of one column are 0?",
        eigenvalues, choices=(0, 1, 2, 7), answer=lambda _: 2,
        why="The directions 1 and z are lost. On everything else the Jacobian is the number 1/s.")

# %% [markdown]
# **The gradient.** Let $G = \nabla_Y L$ be what arrives, $N\times n$. From
# $dY = dZ\,\Gamma + Z\,d\Gamma + \mathbf 1\,d\beta$ follow, sums over the batch, the gradients of scale and shift:
# $$\nabla_\beta L = \mathbf 1^TG, \qquad \nabla_\gamma L = \mathbf 1^T (G\odot Z)$$

# %% tags=["B10-GB"]
G = rng.normal(size=(N, n))


def loss(X=X, gamma=gamma, beta=beta):
    """A loss whose gradient in Y is G."""
    return np.sum(G * ((X - X.mean(axis=0)) / X.std(axis=0) * gamma + beta))


assert calculus.check_gradient(lambda b: loss(beta=b), beta, G.sum(axis=0)) < 1e-6
showing.slopes("∇ in γ", lambda g: loss(gamma=g), gamma, (G * Z).sum(axis=0))

# %% [markdown]
# To $Z$ arrives $G\Gamma$. In each column $P$ is symmetric, so on the way back it stands as it is. The products
# $\frac1N z_jz_j^Tg$ of all columns at once are $Z$ times the row of means of $Z\odot G\Gamma$:
# $$\nabla_X L = \Big(C\,G\Gamma - Z\odot \mathbf 1\,\overline{Z\odot G\Gamma}\Big)S^{-1}, \qquad \overline A = \tfrac1N\mathbf 1^TA .$$

# %% tags=["B10-GX"]
dZ = G * gamma
dX = (C @ dZ - Z * (Z * dZ).mean(axis=0)) / s
layer.forward(X)
assert np.allclose(layer.backward(G), dX)
showing.slopes("∇ in X", loss, X, dX)

# %% [markdown]
# Both blind directions can be read off the columns of the gradient: they add up to 0, and so do their products with
# $Z$.

# %% tags=["B10-GX"]
showing.same("sums of the columns", of_the_gradient=dX.sum(axis=0), of_its_product_with_Z=(dX * Z).sum(axis=0), zero=np.zeros(n))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: three ways from X to Z, and how the library does it

# %% [markdown]
# Ioffe and Szegedy derive the gradient by the chain rule. $X$ reaches $Z$ in three ways: directly, through the mean
# $m$, and through the variance $v = s^2$. By entries, with $\delta = G\Gamma$, the slopes in the variance and in the
# mean are
# $$\frac{\partial L}{\partial v_j} = -\frac1{2 s_j^3}\sum_i \delta_{ij}(x_{ij} - m_j), \qquad
# \frac{\partial L}{\partial m_j} = -\frac1{s_j}\sum_i\delta_{ij},$$
# and the three ways add up to
# $\frac{\delta_{ij}}{s_j} + \frac2N(x_{ij}-m_j)\frac{\partial L}{\partial v_j} + \frac1N\frac{\partial L}{\partial m_j}$.
# The first projection is the way through the mean, the second the way through the variance.

# %% tags=["B10-WAYS"]
in_variance = -(dZ * (X - X.mean(axis=0))).sum(axis=0) / (2 * s**3)
in_mean = -dZ.sum(axis=0) / s
three_ways = dZ / s + 2 / N * (X - X.mean(axis=0)) * in_variance + in_mean / N
showing.same("∇ in X", projections=dX, three_ways=three_ways)

# %% [markdown]
# The library's function works on any axis. It needs nothing but $Z$, $1/s$ and what arrives at $Z$:

# %%
showing.same("∇ in X", library=networks.normalise_gradient(Z, 1 / s, dZ, 0), projections=dX)

# %% [markdown]
# ## 5 · What follows from the two projections
#
# Now put a layer $AW + \mathbf 1 b$ in front, as in a network: $X = AW + \mathbf 1b$, with values $A$ of $N\times4$.

# %%
A, W = rng.normal(size=(N, 4)), rng.normal(size=(4, n))


def behind(W):
    """Loss as a function of the weights of the layer before, and its gradient."""
    scores = A @ W
    value = loss(scores)
    layer.forward(scores)
    return value, A.T @ layer.backward(G)


value, dW = behind(W)
showing.slopes("∇ in W", lambda V: behind(V)[0], W, dW)

# %% [markdown]
# **The bias before it is idle.** Its gradient $\mathbf 1^T\nabla_X L$ is the sum of the columns above: 0. $\beta$
# does its work.
#
# **The gradient stands at right angles to the weights.** Column $j$ of $W$ makes column $j$ of $X$ and no other.
# Stretch it, and $Z$ does not change. So the slope along the column itself is 0: $\;w_j^T\nabla_{w_j}L = 0$.

# %% tags=["B10-PERP"]
of_bias = layer.backward(G).sum(axis=0)
showing.same("slopes", in_b=of_bias, in_the_length_of_W=(W * dW).sum(axis=0), zero=np.zeros(n))

# %% jupyter={"source_hidden": true} tags=["B10-LEN"]
_, at_ten = behind(10 * W)
assert np.allclose(at_ten, dW / 10)

predict("10 ten", "The loss at 10 W is the loss at W. And the gradient there?",
        lambda: showing.same("∇ in W", at_10_W=at_ten, a_tenth=dW / 10),
        choices=("ten times as long", "the same", "a tenth", "0"), answer=lambda _: "a tenth",
        why="The factor 1/s: the spread is ten times as large.")

# %% [markdown]
# A step goes at right angles to $w$, so Pythagoras gives the new length:
# $\|w - \eta\nabla\|^2 = \|w\|^2 + \eta^2\|\nabla\|^2$.

# %% tags=["B10-LEN"]
after = W - 0.5 * dW
showing.same("squared lengths of the columns", after_the_step=(after**2).sum(axis=0),
             pythagoras=(W**2).sum(axis=0) + 0.25 * (dW**2).sum(axis=0))

# %% jupyter={"source_hidden": true}
walk, lengths, gradients = W.copy(), [], []
for _ in range(60):
    _, slope = behind(walk)
    lengths.append(np.linalg.norm(walk))
    gradients.append(np.linalg.norm(slope))
    walk = walk - 0.5 * slope
assert (np.diff(lengths) > 0).all()


def longer():
    """Length of the weights and of their gradient through 60 steps."""
    ax = plotting.show_curves({"length of W": lengths, "length of its gradient": gradients}, xlabel="step", ylabel="length")
    return plotting.described(ax, "Length of W by step: it rises at every step, fast at first and then slowly; the length of the "
                              "gradient falls.")


predict("10 steps", "60 such steps with a fixed rate. What does the length of W do?", longer,
        choices=("it falls", "it rises and falls", "it rises at every step"), answer=lambda _: "it rises at every step",
        why="A square is added each time. Longer weights have shorter gradients, so the steps become small by themselves.")

# %% [markdown]
# A rate that is too large mends itself: the weights grow until the steps fit. This is one reason why normalised
# networks bear large rates. It is also why a penalty on the weights' length means something else here: it cannot make
# the function simpler, only the steps larger.
#
# **Small batches.** $P$ has $N-2$ directions left. Take a batch of two samples.

# %% jupyter={"source_hidden": true} tags=["B10-TWO"]
two, g_two = rng.normal(size=(2, n)), rng.normal(size=(2, n))
pair_layer = BatchNorm(n, eps=0.0)
z_two = pair_layer.forward(two).copy()
back_two = pair_layer.backward(g_two)
assert np.allclose(np.abs(z_two), 1)
assert np.allclose(back_two, 0)

predict("10 two", "What is Z for a batch of two samples, and what is the gradient in X?",
        lambda: showing.same("batch of two", size_of_Z=np.abs(z_two), one=np.ones((2, n))),
        choices=("Z is any number, the gradient too", "Z is 1 and -1, the gradient is 0", "Z is 0, the gradient is 0"),
        answer=lambda _: "Z is 1 and -1, the gradient is 0",
        why="With two numbers the circle has shrunk to two points: nothing is left that could move.")

# %% [markdown]
# Only the order of the two is left. And a batch of one has no spread at all. Without more it would give 0 for every
# input; the layer refuses it.

# %%
showing.refused("a batch of one", lambda: layer.forward(X[:1]))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a column without spread

# %% [markdown]
# A unit may give the same number for all samples, such as 0 behind a ReLU. Then
# $Z = 0/0$. So a small $\varepsilon$ is added to the variance: $s_\varepsilon = \sqrt{s^2+\varepsilon}$, inside the
# root. The formulas keep their form, with $s_\varepsilon$ for $s$. But now $\frac1N z^Tz = s^2/s_\varepsilon^2$ is
# below 1, and along $z$ the eigenvalue is no longer 0: it is $\varepsilon/s_\varepsilon^3$.

# %% tags=["B10-EPS"]
eps = 0.5                                                # large, so that it is seen
root = np.sqrt(x.var() + eps)
J_eps = calculus.jacobian(lambda x: (x - x.mean()) / np.sqrt(x.var() + eps), x)
assert np.allclose(J_eps, (C - np.outer(C @ x, C @ x) / root**2 / N) / root, atol=1e-7)
showing.same("slope along z", measured=J_eps @ z, formula=eps / root**3 * z, atol=1e-7)

# %% [markdown]
# With $\varepsilon = 10^{-5}$ that is nothing, as long as the spread is not small itself. Where $s = 0$ the Jacobian
# is $C/\sqrt\varepsilon$: finite, and large.

# %% [markdown]
# ## 6 · In training, and afterwards
#
# In training the answer to a digit depends on the other digits of its batch. Afterwards that must not be: one digit,
# one answer. So the layer remembers what means and variances it has seen, each batch with the share $\mu$, and uses
# them when the training is over:
# $$m \leftarrow m + \mu\,(m_\text{batch} - m).$$
# After $T$ batches the one that was $k$ batches ago counts with the weight $\mu(1-\mu)^k$.

# %% tags=["B10-RUN"]
batches = rng.normal(4, 2, size=(50, 20, n))             # 50 batches of 20 samples
remembering = BatchNorm(n, momentum=0.1)
for batch in batches:
    remembering.forward(batch)
weights = 0.1 * 0.9 ** np.arange(49, -1, -1)
showing.same("running mean", library=remembering.running_mean, weighted=weights @ batches.mean(axis=1))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the variance of a small batch

# %% [markdown]
# For the variance there is a catch. A batch measures its spread from its own mean, and that lies in the middle of the
# batch. So its variance is too small on average, by the factor $\frac{N-1}N$; that is the trace of $C$ over $N$. What
# is remembered is $\frac N{N-1}$ times as much. In the normalisation itself the division stays by $N$. Thousands of
# batches of four, drawn with the variance 9:

# %% tags=["B10-UNB"]
small = rng.normal(scale=3, size=(40_000, 4)).var(axis=1)
assert np.isclose(np.trace(C), N - 1)
assert np.isclose(small.mean() * 4 / 3, 9, rtol=0.03)
print(f"mean variance in a batch: {small.mean():.1f}, times 4/3: {small.mean() * 4 / 3:.1f}")

# %% [markdown]
# ### Two layers become one
#
# Afterwards $m$ and $s$ are fixed numbers. Then the layer is $y = (x - m)\,\gamma/s + \beta$, and
# $x = aW + b$ comes from a layer before. Two linear steps in a row are one: weights $W\,\mathrm{diag}(\gamma/s)$ and
# bias $(b - m)\,\gamma/s + \beta$. In use, batch normalisation costs nothing.

# %% tags=["B10-FOLD"]
remembering.gamma[:], remembering.beta[:] = gamma, beta
b = rng.normal(size=n)
W_folded, b_folded = remembering.folded(W, b)
factor = gamma / np.sqrt(remembering.running_variance + remembering.eps)
assert np.allclose(W_folded, W @ np.diag(factor))
showing.same("one layer instead of two", folded=A @ W_folded + b_folded,
             both=remembering.forward(A @ W + b, training=False))

# %% [markdown]
# **The classic mistake** is to forget the switch: the network is asked, but it still normalises by the batch. A small
# normalised network, one epoch:

# %%
switch = DeepNet((784, 64, 64, 10), norm="batch", rng=0)
train(switch, few, **{**steps, "epochs": 1}, progress=False)
print(f"asked as it should be: {10 * switch.accuracy(*test):.0f} of 10 test digits")


# %% jupyter={"source_hidden": true}
def right_in_batches(order, size=100):
    """Share of right answers when every batch of test digits is normalised by itself."""
    right = 0
    for rows in np.split(order, len(order) // size):
        scores = test[0][rows].astype(np.float32)
        for part in switch.layers:
            scores = part.forward(scores)                # training=True: the mistake
        right += (scores.argmax(axis=1) == test[1][rows]).sum()
    return right / len(order)


forgotten = {"mixed": right_in_batches(np.random.default_rng(0).permutation(10_000)),
             "sorted": right_in_batches(np.argsort(test[1], kind="stable"))}
assert browser.HERE or forgotten["mixed"] > 0.85
assert browser.HERE or forgotten["sorted"] < 0.55

predict("10 switch", "Now the switch is forgotten. The 10,000 test digits come in batches of 100: once mixed, once sorted, first all "
        "zeros, then all ones. What happens to its answers?",
        lambda: ", ".join(f"{name}: {10 * part:.0f} of 10 right" for name, part in forgotten.items()),
        choices=("both stay right", "both are guesses", "mixed stays right, sorted fails"),
        answer=lambda _: "mixed stays right, sorted fails",
        why="A batch of zeros alone is normalised to look like a batch of everything.")

# %% [markdown]
# This is what makes the mistake hard to find: on a mixed test set nothing is seen of it. It shows when the program is
# in use, and a single digit arrives, or ten of the same kind.
#
# ## 7 · The same along the rows
#
# Ba, Kiros and Hinton, *Layer Normalization* (2016), normalise each *row* by itself, over its $n$ units. Then a
# sample does not depend on the others: no running means, no switch, and a batch of one is nothing special. The
# centring matrix, now $n\times n$, moves to the right side, and $S$, now $N\times N$, to the left:
# $$Z = S^{-1}X C_n, \qquad \nabla_X L = S^{-1}\Big(G\Gamma C_n - Z\odot\overline{Z\odot G\Gamma}\Big), \qquad \text{the bar is now the mean of a row.}$$

# %% tags=["B10-LN"]
def by_rows(X):
    """Loss behind layer normalisation."""
    Z = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    return np.sum(G * (Z * gamma + beta))


C_n, s_rows = np.eye(n) - 1 / n, X.std(axis=1, keepdims=True)
Z_rows = X @ C_n / s_rows
dX_rows = (dZ @ C_n - Z_rows * (Z_rows * dZ).mean(axis=1, keepdims=True)) / s_rows
showing.slopes("∇ in X, by rows", by_rows, X, dX_rows)

# %% [markdown]
# The scale $\gamma$ still belongs to a *column*: its gradient sums over the batch, as before. That it stands inside
# the projection, $G\Gamma$ and not $G$, is often forgotten.
#
# **RMS normalisation** (Zhang and Sennrich, *Root Mean Square Layer Normalization*, 2019) leaves out the mean:
# $Z = X/r$ with $r^2$ the mean square of a row. One projection is left, along $z$.

# %% tags=["B10-RMS"]
r = np.sqrt((X**2).mean(axis=1, keepdims=True))
Z_rms = X / r
dX_rms = (dZ - Z_rms * (Z_rms * dZ).mean(axis=1, keepdims=True)) / r
showing.slopes("∇ in X, RMS", lambda X: np.sum(dZ * X / np.sqrt((X**2).mean(axis=1, keepdims=True))), X, dX_rms)

# %% tags=["B10-LN", "B10-RMS"]
for kind, ours in ((LayerNorm, dX_rows), (RMSNorm, dX_rms)):
    library = kind(n, eps=0.0)
    library.gamma[:] = gamma
    library.forward(X)
    assert np.allclose(library.backward(G), ours)
    print(f"{kind.__name__:9} sums of the rows of the gradient are 0: {np.allclose(ours.sum(axis=1), 0)}")

# %% [markdown]
# | | means along | lost on the way back | after the training |
# |---|---|---|---|
# | batch normalisation | a column: the batch | $\mathbf 1$ and $z$ of each column | running means |
# | layer normalisation | a row: the units | $\mathbf 1$ and $z$ of each row | the same |
# | RMS normalisation | a row | $z$ of each row | the same |
#
# That is the first remedy. Now the other.
#
# ## 8 · Residual connections
#
# He, Zhang, Ren and Sun (2015) leave the layers as they are and add what came in: $Y = X + F(X)$, with a *branch* $F$
# of some layers. Then $dY = dX + dF$, and on the way back
# $$\nabla_X L = G + F'(G),$$
# where $F'(G)$ is what the branch sends back. The first term is $G$ itself, untouched. Take $F(X) = \tanh(X)\,V$:

# %% tags=["B10-RES"]
V = rng.normal(size=(n, n))
branch = (G @ V.T) * (1 - np.tanh(X) ** 2)
showing.slopes("∇ in X", lambda X: np.sum(G * (X + np.tanh(X) @ V)), X, G + branch)

# %% [markdown]
# For one sample the Jacobian of a block is $I + J_l$, and that of many blocks is the product of these. Without the
# connection it is the product of the $J_l$. Three blocks, from one row $x$ of three numbers:

# %% tags=["B10-PROD"]
Vs, start = rng.normal(size=(3, n, n)) / 2, X[0]


def through(x, keep=1):
    """One row through three blocks; with ``keep=0`` without the connections."""
    for V in Vs:
        x = keep * x + np.tanh(x) @ V
    return x


product, row = np.eye(n), start
for V in Vs:
    J_l = V.T @ np.diag(1 - np.tanh(row) ** 2)
    product, row = (np.eye(n) + J_l) @ product, row + np.tanh(row) @ V
showing.same("Jacobian of three blocks", product=product, measured=calculus.jacobian(through, start), atol=1e-7)

# %% [markdown]
# Multiply it out for $L$ blocks: each block is gone through or gone round. That makes $2^L$ ways, and the error comes
# back as the sum over all of them. One way goes round every block, and its factor is $I$. Now 50 random matrices of
# $20\times20$, with entries of the size $1/\sqrt{20}$, so that a random vector keeps its length on average. Their
# product has 20 singular values: by what it stretches some direction. How far do the smallest and the largest get
# apart?

# %%
def ends(factors):
    """Smallest and largest singular value of the product of 1, 2, ... of the matrices."""
    forth = back = np.eye(len(factors[0]))
    for factor in factors:
        forth, back = factor @ forth, back @ np.linalg.inv(factor)
        yield 1 / np.linalg.norm(back, 2), np.linalg.norm(forth, 2)


blocks = rng.normal(size=(50, 20, 20)) / np.sqrt(20)
low, high = np.transpose(list(ends(blocks[:1])))
print(f"one matrix: from {low[0]:.2g} to {high[0]:.2g}")

# %% jupyter={"source_hidden": true}
around = np.eye(20) + blocks / np.sqrt(50)
without, with_them = (np.transpose(list(ends(each))) for each in (blocks, around))
assert without[1, -1] / without[0, -1] > 1e20
assert with_them.max() < 10
assert with_them.min() > 0.1


def stretches():
    """Smallest and largest singular value of the product, by the number of blocks."""
    curves = {"without, largest": without[1], "without, smallest": without[0],
              "with, largest": with_them[1], "with, smallest": with_them[0]}
    ax = plotting.show_curves(curves, xlabel="blocks", ylabel="singular value", log=True)
    return plotting.described(ax, "Smallest and largest singular value by the number of blocks, logarithmic. Without connections "
                              "the smallest falls in a straight line by tens of powers of ten; with them both stay between a tenth and ten.")


predict("10 singular", "By which factor is the largest singular value of the product of all 50 larger than the smallest?",
        stretches, choices=("about a hundred", "about a million", "more than 10 to the 20"),
        answer=lambda _: "more than 10 to the 20",
        why="Each matrix squeezes some direction, and the next ones squeeze it on. I + J turns and squeezes little.")

# %% [markdown]
# The lines "with" are for $I + J_l/\sqrt{50}$. They stay between a tenth and ten, the lines without part by dozens.
# That the *length* of $\delta$ is kept says nothing about its direction: without the connections all errors are
# squeezed into the one direction that is stretched most. Going forward it is the same with the digits, and that is
# what section 1 saw.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: all the ways, one by one

# %% [markdown]
# Four blocks, 16 ways. For each choice of blocks that are gone through, the product of their $J_l$; the sum is the
# product of all $I + J_l$.

# %% tags=["B10-PATHS"]
from itertools import combinations

ways = [np.eye(20)]
for many in (1, 2, 3, 4):
    for chosen in combinations(blocks[:4], many):
        ways.append(np.linalg.multi_dot([np.eye(20), *chosen[::-1]]))
product_of_4 = np.linalg.multi_dot([np.eye(20) + block for block in blocks[3::-1]])
assert len(ways) == 2**4
showing.same("sum of 16 ways, first corner", product=product_of_4[:3, :3], ways=sum(ways)[:3, :3])

# %% [markdown]
# ### What the first weights must be
#
# Why $1/\sqrt{50}$? A random $J$ with entries of variance $1/d$ makes of a vector $v$ one of the same mean square
# length, in a random direction. So $\|v + \alpha Jv\|^2$ is $(1+\alpha^2)\|v\|^2$ on average, and after $L$ blocks
# $$\text{mean of}\;\|v_L\|^2 = (1+\alpha^2)^L\,\|v_0\|^2 .$$
# With $\alpha = 1$ that is $2^L$. With $\alpha = 1/\sqrt L$ it stays below $e$, however many blocks there are. Two
# thousand tries with 10 blocks:

# %% tags=["B10-GROW"]
for name, alpha in (("1", 1), ("1/√10", 10**-0.5)):
    tries = np.ones((2000, 20)) / np.sqrt(20)
    for _ in range(10):
        tries = tries + alpha * np.einsum("nij,nj->ni", rng.normal(size=(2000, 20, 20)) / np.sqrt(20), tries)
    found = (tries**2).sum(axis=1).mean()
    assert np.isclose(found, (1 + alpha**2) ** 10, rtol=0.15)
    print(f"α = {name:5}  mean squared length {found:.3g}, formula {(1 + alpha**2) ** 10:.4g}")

# %% [markdown]
# In our network a branch is a ReLU and weights with the deviation $\sigma$: $F(X) = \max(X, 0)\,W$. The ReLU lets
# half of the mean square pass, so $\alpha^2 = d\sigma^2/2$. *he* was made for $\alpha = 1$.

# %% jupyter={"source_hidden": true}
def mean_squares(net):
    """Mean square of the values behind each hidden layer, for 500 digits."""
    values, found = some[0].astype(float), []
    for part in net.layers[:-1]:
        values = part.forward(values)
        found.append(np.mean(values**2))
    return np.array(found)


squares = {init: mean_squares(DeepNet(widths, residual=True, init=init, rng=0, dtype=np.float64)) for init in ("he", 0.03)}
grown = {init: found[-1] / found[0] for init, found in squares.items()}
assert grown["he"] > 1e6
assert grown[0.03] < 5

predict("10 he", "29 residual blocks of 64 units whose weights start as he. By which factor does the mean square of the values grow?",
        lambda: f"about 10 to the {np.log10(grown['he']):.0f}; the formula says 2 to the 29, that is 5e+08",
        choices=("about 30", "about a thousand", "more than a million"), answer=lambda _: "more than a million",
        why="Each block doubles it: it adds as much as came in.")

# %% [markdown]
# For $\alpha = 1/\sqrt{30}$ and $d = 64$ the rule asks for $\sigma = \sqrt{2/64}/\sqrt{30} = 0.03$:

# %%
print(f"with σ = 0.03 the mean square grows by the factor {grown[0.03]:.1f}; (1 + α²)²⁹ is {(1 + 64 * 0.03**2 / 2) ** 29:.1f}")

# %% [markdown]
# Another remedy is to start the last weights of each branch at 0. Then every block is the identity at first, and
# $\delta$ comes down exactly as it started.
#
# ## 9 · Both together
#
# Four kinds of networks: with a normalisation in each layer or without, with residual connections or without. All
# have the same he weights, and 30 layers.

# %%
kinds = {"plain": {}, "normalised": {"norm": "batch"}, "residual": {"residual": True},
         "both": {"norm": "batch", "residual": True}}
sizes = {kind: sizes_by_block(DeepNet(widths, rng=0, dtype=np.float64, **options), *some) for kind, options in kinds.items()}
print("cosine of two digits behind layer 30:", {kind: f"{alike[-2]:.1f}" for kind, (alike, _) in sizes.items()})

# %% [markdown]
# Normalisation alone does what it was called for: the digits stay apart. And $\delta$?

# %% jupyter={"source_hidden": true}
factors = {kind: delta[0] / delta[-1] for kind, (_, delta) in sizes.items()}
assert 100 < factors["normalised"] < factors["residual"]
assert 0.2 < factors["plain"] < 5
assert factors["both"] < 40


def four():
    """Length of δ by layer, of the four kinds."""
    ax = plotting.show_curves({kind: delta for kind, (_, delta) in sizes.items()}, xlabel="layer",
                              ylabel=r"length of $\delta$", log=True)
    return plotting.described(ax, "Length of delta by layer, logarithmic, read from right to left: plain stays level, normalised rises "
                              "in a straight line to a few hundred, residual to some ten thousand, both to about sixteen.")


predict("10 kinds", "In which of the four does δ grow more than a hundredfold on its way down?", four,
        choices=("residual", "normalised and residual", "all but plain", "none"), answer=lambda _: "normalised and residual",
        why="The residual one because he is too large for it. That a normalised network explodes, too, is a surprise.")

# %% [markdown]
# Both can be forecast, and the folded part derives and measures it: normalisation alone multiplies $\delta$ by about 1.21 a layer, whatever the
# first weights are. With the residual connection besides, the values grow by a sum, so the fourth line is tame.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: both forecasts, derived

# %% [markdown]
# Why does the normalised line rise? Its forecast fits on one line. Behind a ReLU a unit that was normal with variance
# 1 has the variance $\frac12 - \frac1{2\pi} = \frac{\pi-1}{2\pi}$; the weights multiply that by $d\sigma^2$, and the
# next normalisation divides by its root. The way back has the factor $d\sigma^2\cdot\frac12$ in the square, for the
# weights and the slopes. What remains of both is
# $$\Big(\frac{\|\delta^{(l)}\|}{\|\delta^{(l+1)}\|}\Big)^2 \approx \frac{d\sigma^2/2}{d\sigma^2\,(\pi-1)/(2\pi)} = \frac{\pi}{\pi-1} = 1.47 .$$
# No $\sigma$ is left in it. A layer multiplies $\delta$ by about 1.21, whatever the first weights are.

# %% tags=["B10-EXP"]
_, delta = sizes["normalised"]
measured = (delta[0] / delta[-2]) ** (1 / 29)
assert np.isclose(measured, np.sqrt(np.pi / (np.pi - 1)), rtol=0.03)
print(f"factor a layer: measured {measured:.2f}, forecast {np.sqrt(np.pi / (np.pi - 1)):.2f}; to the power 29: "
      f"{np.sqrt(np.pi / (np.pi - 1)) ** 29:.0f}")

# %% [markdown]
# And why is the fourth so tame? In a block that normalises *first*, $Y = X + F(\mathrm{norm}(X))$, the branch adds
# the same amount each time, however large $X$ has become. So the mean square grows by a *sum* and not by a product:
# with he it is $m_l = m_0 + l$. The factor of $\delta$ in block $l$ is then near $1 + \frac1{2l}$, and many of these
# make a power of the depth, not an exponential.

# %% tags=["B10-PRE"]
squares["both"] = mean_squares(DeepNet(widths, norm="batch", residual=True, rng=0, dtype=np.float64))
added = np.diff(squares["both"])
assert np.isclose(added.mean(), 1, rtol=0.2)
print(f"a block adds {added.mean():.1f} to the mean square on average")

ax = plotting.show_curves({"residual, he": squares["he"], "residual, 0.03": squares[0.03], "both, he": squares["both"]},
                          xlabel="layer", ylabel="mean square of the values", log=True)
plotting.described(ax, "Mean square of the values by layer, logarithmic: residual with he rises in a straight line by eight powers of "
                   "ten; with 0.03 it hardly rises; both with he rises quickly at first and then more and more slowly, to about 30.")

# %% [markdown]
# On this axis the product is a straight line. The sum bends and ends near 30. So with both remedies even he is
# harmless; smaller weights are better still.

# %% [markdown]
# ## 10 · Thirty layers on MNIST
#
# Now they learn. The plain network of section 1 had he, the best that there is for it. The normalised one takes he as
# well, the two with residual connections take 0.03. The digits, the steps and the two epochs are those of section 1.
# The bar counts networks.

# %% tags=["nbval-ignore-output"]
small_start = {"residual": {"init": 0.03}, "both": {"init": 0.03}}
nets = {"plain": plain}
for kind in tqdm(("normalised", "residual", "both")):
    nets[kind] = DeepNet(widths, rng=0, **kinds[kind], **small_start.get(kind, {}))
    losses[kind] = learn(nets[kind])

# %% jupyter={"source_hidden": true}
read = {kind: net.accuracy(*test) for kind, net in nets.items()}
assert read["plain"] < 0.65
assert browser.HERE or read["normalised"] > 0.3
assert browser.HERE or read["residual"] > 0.8
assert browser.HERE or read["both"] > max(0.9, read["residual"])


falling = plotting.described(every_40(nets), "Training loss by step: plain jumps up and down above 1; normalised falls slowly and "
                             "stays above 1; residual and both fall at once, together, to about 0.2.")

predict("10 learn", "Which of the four read at least 8 of ten test digits after two epochs?", lambda: falling,
        choices=("all but plain", "residual and both", "both alone", "none"), answer=lambda _: "residual and both",
        why="Normalised learns, but its exploding δ makes the lowest layers jump. With the connections δ has a good length everywhere.")

# %% [markdown]
# Plain comes down from $\log 10 = 2.3$, the loss of guessing, and jumps back. Normalised comes down steadily, and
# slowly. The two with connections fall together; the normalisation in the branches adds the last few percent.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: is the plain network hopeless?

# %% [markdown]
# The same plain network, with a twentieth of the rate:

# %%
slow = DeepNet(widths, rng=0)
train(slow, few, **{**steps, "optimizer": networks.SGD(0.001, momentum=0.9)}, progress=False)
print(f"plain, rate 0.001: {10 * slow.accuracy(*test):.0f} of 10 test digits")

# %% [markdown]
# It does learn, though less than both together at the larger rate. What the remedies widen is the *window* of rates
# and first weights in which a deep network learns.

# %% [markdown]
# ## 11 · Move it yourself
#
# Left is how alike two random samples are, which runs forward; right the length of $\delta$, which runs back. The
# dashed line is the plain network with the same weights. The scale is $\sigma\sqrt d$: 1.41 is *he*. The tasks stand
# with the demo.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import four_kinds

demo = four_kinds()
assert demo.delta.shape == (30,)
demo

# %% [markdown]
# The scale moves a normalised network hardly at all: each normalisation divides it out again, and only the last
# layer, which has none, still feels it. With residual connections alone the scale decides everything.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ## 12 · Deeper: break it

# %% [markdown]
# Three mistakes that keep every shape, and are found in much public code.
#
# **Mean and spread taken for constants.** Then nothing is projected, and $\nabla_X L$ is $G\Gamma S^{-1}$:

# %%
showing.differs("∇ in X", without_projections=dZ / s, right=dX)

# %% [markdown]
# **$G$ instead of $G\Gamma$ in the projection**, with $\gamma$ multiplied in at the end. In batch normalisation that
# is allowed: $\gamma_j$ is one factor for the whole column. Along rows it is not:

# %%
late = gamma * (G @ C_n - Z_rows * (Z_rows * G).mean(axis=1, keepdims=True)) / s_rows
early_columns = (C @ G - Z * (Z * G).mean(axis=0)) / s * gamma
assert np.allclose(early_columns, dX)
showing.differs("∇ in X, by rows", gamma_at_the_end=late, right=dX_rows)

# %% [markdown]
# **The connection forgotten on the way back.** The way forward has $X + F(X)$, the way back only $F'(G)$. The network
# of section 10, "residual", before any training:

# %% jupyter={"source_hidden": true}
net = DeepNet(widths, rng=0, residual=True, init=0.03, dtype=np.float64)
_, right_delta = sizes_by_block(net, *some)
error = np.random.default_rng(1).normal(size=(500, 64))
for block in reversed(net.layers[1:-1]):
    error = block.inner[0].backward(error)               # what the branch sends back, and no more
left = np.linalg.norm(error) / np.sqrt(error.size)
assert left < 1e-15

predict("10 forgotten", "29 blocks, and the error takes the branches only. How much of its length is left at the bottom?",
        lambda: f"less than 1e-15; with the connections it is {right_delta[0] / right_delta[-1]:.0f} times as long as at the top",
        choices=("about all of it", "about a tenth", "nothing that matters"), answer=lambda _: "nothing that matters",
        why="A branch alone has a factor of about 0.17. The first weights were chosen small because G comes back besides.")

# %% [markdown]
# The forward pass is right in all three, and so is the loss. Only a measured slope tells.

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/10_normalisation_residuals.ipynb) check your answers and say which mistake
# a wrong one is. The questions here are open. Answer first, then check.
#
# 1. **Centred only.** Leave out the division by $s$: $Z = CX$. What is the gradient, what is lost, and what becomes
#    of the statement that $\nabla_W$ stands at right angles to $W$?
# 2. **The last weights at 0.** Let the last weights of each branch start at 0. What are the gradients in the first
#    step, in the last weights and in those before? Check with `DeepNet(..., residual=True, init=1e-9)`.
# 3. **Normalise after the sum**, $Y = \mathrm{norm}(X + F(X))$. Is there still a way on which $G$ comes back
#    untouched? Measure $\delta$ through 30 blocks.
# 4. **Layer normalisation in section 9.** Run `kinds` with `norm="layer"`. Which of the two, alike or $\delta$, is
#    mended?
#
# ## Summary
#
# Batch normalisation is $Z = CXS^{-1}$, and its Jacobian in a column is $P/s$, with $P = C - \frac1Nzz^T$: what is
# constant and what is along $z$ does not come back. So the bias before it is idle, $\nabla_W$ stands at right angles
# to $W$, and a batch of two teaches nothing. Layer normalisation does the same along rows. A residual connection
# makes each Jacobian $I + J_l$: the product stays near $I$ if the branches are of the size $1/\sqrt L$. Both together
# let the mean square grow by a sum, not by a product, and thirty layers learn. New in the library:
# `networks.BatchNorm`, `LayerNorm`, `RMSNorm`, `Residual`, `DeepNet` and `sizes_by_block`.
