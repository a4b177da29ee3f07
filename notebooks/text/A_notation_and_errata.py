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
# # A · Convert the notations, mend the misprints
#
# Source: all five documents. Here 000 is *the guide* (A. Ingel), 001 *the derivation*, 002 *the program* (E. Leifer and
# J. Troendle), 003 *the slides* (D. Min), 004 *the lecture* (Y. Chen).
#
# Needs: chapter 04 for the conversions; each misprint stands by itself · 40 minutes, or look things up · the cells run
# in a few seconds.
#
# ## What you will do
# You compute the gradients of one network in five notations, and turn each into every other. Then you see all 24 wrong
# statements of the documents fail, and hold once they are mended.
#
# ## What you will learn
# - to ask of a text: is a sample a row or a column, which way does W go, where is the 1/N?
# - to carry a gradient from one convention to another, and to check it
# - to find any formula of the five documents in this book

# %%
import matplotlib.pyplot as plt
import numpy as np

from mlp_lib import calculus, datasets, networks, plotting
from mlp_lib.networks import MLP

# %% [markdown]
# ## 1 · See it fail first
#
# One network serves for all conversions: 7 samples, 5 inputs, 4 hidden units, 3 classes. No two sizes are equal.

# %%
N, D, M, C = 7, 5, 4, 3
rng = np.random.default_rng(10)
net = MLP((D, M, C), rng=rng, dtype=np.float64)
net.theta[:] = rng.normal(size=net.theta.size)
X, labels = rng.normal(size=(N, D)), rng.permutation(np.arange(N) % C)
Y = np.eye(C)[labels]                                    # one-hot rows

# %% [markdown]
# The hidden activation $f$ is no matter of notation. Documents 000 and 001 take ReLU, 002 to 004 the sigmoid. To compare
# the notations alone, all five get the sigmoid here.

# %%
(W1, W2), (b1, b2) = net.W, (b[None] for b in net.b)     # biases as rows


def f(scores):
    return 1 / (1 + np.exp(-scores))


def f_slope(scores):
    return f(scores) * (1 - f(scores))


# %% [markdown]
# Now mix two documents. From 002 we take $z^{[1]} = XW^{[1]} + b^{[1]}$. From 004 we take that the second layer is made
# of $z_1$. **Predict:** where does numpy complain?

# %%
z1 = X @ W1 + b1                                         # as 002 writes it
mixed = z1 @ W2 + b2                                     # as 004 writes it
right = f(z1) @ W2 + b2
assert mixed.shape == right.shape
print(f"loss {networks.cross_entropy(right, labels):.3f}, mixed {networks.cross_entropy(mixed, labels):.3f}")
assert not np.isclose(networks.cross_entropy(mixed, labels), networks.cross_entropy(right, labels))

# %% [markdown]
# Nowhere. The shapes agree, and the loss is wrong. In 002 $z$ is the score, before the activation; in 004 it is the value,
# after it. In 003 it is something else again: the target. Here are the letters that change their meaning.

# %%
letters = {
    "a, A": ["score", "", "value", "", ""],
    "h, H": ["value", "", "", "value", "score"],
    "p, P": ["probability", "probability", "", "value", ""],
    "s, S": ["", "score", "", "score", ""],
    "x, X": ["input", "value", "input", "input", "input"],
    "y, Y": ["target", "target", "target", "class", "target"],
    "z, Z": ["score", "", "score", "target", "value"],
}
_, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
plotting.show_labels(list(letters.values()), ax=ax, xlabel="", ylabel="letter").set_aspect("auto")
ax.set_xticks(range(5), ["000\nguide", "001\nderivation", "002\nprogram", "003\nslides", "004\nlecture"])
ax.set_yticks(range(7), letters)
plotting.described(ax, "Seven letters by five documents, coloured by meaning. z is a score in 000 and 002, the target "
                   "in 003, a value in 004; a, h, p, x and y change their meaning, too; only s always is the score.")

# %% [markdown]
# Only $s$ always means the same. In 001 $x^{(l)}$ is the value of any layer, so $x^{(0)}$ is the input and $x^{(L)}$ the
# probabilities. In 003 $p_1$ is a hidden value and $p_2$ holds the probabilities; $h$ stands in its listing only.
#
# ## 2 · The conventions side by side
#
# | | 000 guide | 001 derivation | 002 program | 003 slides | 004 lecture | `mlp_lib` |
# |---|---|---|---|---|---|---|
# | one sample | row of $X$ | column $x$; batch: row | row $X^{[i]}$ | column $x$; listing: row | column $\vec x$ | row of `X` |
# | before $f$ | $A^{(1)}$, also $Z$ | $s^{(l)}$, $S^{(l)}$ | $z^{[l,i]}$ | $s_1$ | $\vec h_1$ | scores |
# | after $f$ | $H^{(1)}$ | $x^{(l)}$, $X^{(l)}$ | $a^{[l,i]}$ | $p_1$ | $\vec z_1$ | values |
# | probabilities | $P$ | $x^{(L)}$ | $\hat y$ | $p_2$ | $\sigma_2(\vec h_2)$ | `predict_proba` |
# | target | $Y$, classes $c$ | $y$, $Y$ | $y$ | $z$, class $y$ | $\vec y$ | labels, or `Y` |
# | error in the scores | $\partial L/\partial A$ | $\delta^{(l)}$, $\Delta^{(l)}$ | dz | $\partial L/\partial s$ | $\nabla_{\vec h}L$ | `d` |
# | layers are | $(1),(2)$ | $(1)\dots(L)$, input $(0)$ | $[1],[2],[3]$ | $1,2$ | $1,2$ | `W[0]`, `W[1]`, … |
# | entries count from | 1 | 1 | 0, a lone row is 1 | 1 | 1 (twice 0) | 0 |
# | the loss is | mean, $1/N$ | $e$ of one sample, $E$ mean | $L$ mean; dW is $B$ times its slope | of one sample; listing: sum | of one sample | mean |
# | $W$ is | from × to | from × to | from × to | to × from; listing: from × to | to × from | from × to |
# | bias is | row $1\times M$ | column; batch: row | row | column | column | `(M,)` |
# | derivative of a scalar | shape of the thing | shape of the thing | shape of the thing | shape of the thing | shape of the thing | shape of the thing |
# | of scores by values | tensor, outputs first | by entries | outputs × inputs | Jacobian slide: outputs × inputs; later: inputs × outputs | differentials instead | `derivative`: outputs first |
# | product by entries | $\odot$ | $\otimes$ | written out | $\otimes$ | $\odot$ | `*` |
#
# Where $W$ points, where the mean is taken, which shape a bias and a derivative has: the next two sections check these rows.
#
# ## 3 · Five times the same gradients
#
# First the ones that all others have to meet: those of the library. `dW` and `db` hold one array a layer.

# %%
loss, dW, db = net.gradients(X, Y)
library = dW[0], db[0][None], dW[1], db[1][None]         # of W1, b1, W2, b2


# %% [markdown]
# Six programs that agree could all be wrong. So the library meets the measured slope first.

# %%
def loss_of(W):
    return networks.cross_entropy(f(X @ W + b1) @ W2 + b2, labels)


assert calculus.check_gradient(loss_of, W1, library[0]) < 1e-8


# %% [markdown]
# ### 000, the guide
#
# Samples are rows, and $1/N$ enters with the first error: $\partial L/\partial A^{(2)} = \frac1N(P-Y)$. The column of ones
# $\mathbf 1_N$ copies the bias to all rows, and its transpose adds up the rows.

# %%
def guide(X, Y, W1, b1, W2, b2):
    ones = np.ones((len(X), 1))
    A1 = X @ W1 + ones @ b1                              # N × M
    H1 = f(A1)
    E = np.exp(H1 @ W2 + ones @ b2)                      # N × C
    P = E / E.sum(axis=1, keepdims=True)
    dA2 = (P - Y) / len(X)
    dA1 = f_slope(A1) * (dA2 @ W2.T)
    return X.T @ dA1, ones.T @ dA1, H1.T @ dA2, ones.T @ dA2


# %% [markdown]
# Nothing has to be converted.

# %%
def agree(ours, theirs):
    return all(a.shape == b.shape and np.allclose(a, b) for a, b in zip(ours, theirs, strict=True))


in_000 = guide(X, Y, W1, b1, W2, b2)
assert agree(in_000, library)


# %% [markdown]
# ### 001, the derivation
#
# For a batch, too, samples are rows. But $\Delta^{(l)}$ has no $1/N$: it enters with the weights, (9), (17), (33), (41).
# Equation (34) turns both factors and turns the result back; $\vec 1$ is a row $1\times N$.

# %%
def derivation(X0, Y, W1, B1, W2, B2):
    one = np.ones((1, len(X0)))
    S1 = X0 @ W1 + B1                                    # N × d1
    X1 = f(S1)
    E = np.exp(X1 @ W2 + B2)
    Delta2 = E / E.sum(axis=1, keepdims=True) - Y        # N × d2
    Delta1 = (f_slope(S1).T * (W2 @ Delta2.T)).T         # N × d1
    return tuple(A / len(X0) for A in (X0.T @ Delta1, one @ Delta1, X1.T @ Delta2, one @ Delta2))


in_001 = derivation(X, Y, W1, b1, W2, b2)
assert agree(in_001, library)

# %% [markdown]
# For one sample the same document writes columns, though $W$ stays from × to: $s = W^Tx + b$, and by (7)
# $\partial e/\partial W^{(L)} = x^{(L-1)}\delta^{(L)T}$. The mean of these outer products is (9).

# %%
of_each = []
for x, y in zip(f(X @ W1 + b1)[:, :, None], Y[:, :, None]):       # columns d1 × 1 and d2 × 1
    e = np.exp(W2.T @ x + b2.T)
    of_each.append(x @ (e / e.sum() - y).T)              # (d1, 1) (1, d2)
assert agree([np.mean(of_each, axis=0)], [library[2]])


# %% [markdown]
# ### 002, the program
#
# Rows again. Its arrays dW and db are *sums* over the batch, by Note 2: $B$ times the slope of the mean loss. (The document
# has three layers; here one hidden layer is left out.)

# %%
def program(X, y, W1, b1, W2, b2):
    z1 = X @ W1 + b1                                     # B × n1
    a1 = f(z1)
    e = np.exp(a1 @ W2 + b2)
    dz2 = e / e.sum(axis=1, keepdims=True) - y           # B × K
    da1 = dz2 @ W2.T
    dz1 = da1 * f_slope(z1)
    return X.T @ dz1, dz1.sum(axis=0, keepdims=True), a1.T @ dz2, dz2.sum(axis=0, keepdims=True)


# %% [markdown]
# To convert, divide by $B$.

# %%
in_002 = program(X, Y, W1, b1, W2, b2)
assert not agree(in_002, library)
assert agree([A / N for A in in_002], library)


# %% [markdown]
# ### 003, the slides
#
# One sample, a column; the loss is that sample's. $W$ goes to × from: its row $j$ belongs to score $j$. The chain rule runs
# from right to left, with derivatives in the layout inputs × outputs: $\partial L/\partial s_2 = D\,\partial L/\partial p_2$.

# %%
def slides(x, z, W1, b1, W2, b2):
    s1 = W1 @ x + b1                                     # h × 1
    p1 = f(s1)
    e = np.exp(W2 @ p1 + b2)
    p2 = e / e.sum()                                     # n × 1
    D = np.diag(p2[:, 0]) - p2 @ p2.T                    # n × n
    g_s2 = D @ (-z / p2)                                 # ∂L/∂p2 is −1/p_y in row y, else 0
    g_s1 = np.diag(f_slope(s1)[:, 0]) @ (W2.T @ g_s2)
    return g_s1 @ x.T, g_s1, g_s2 @ p1.T, g_s2


# %% [markdown]
# To convert there, turn everything: samples, weights, biases. To convert back, take the mean over the samples, and turn it.

# %%
turned = W1.T, b1.T, W2.T, b2.T


def mean_over_samples(one_sample):
    """Mean of each gradient over the columns of X.T and Y.T, taken one by one."""
    found = [one_sample(X.T[:, [i]], Y.T[:, [i]], *turned) for i in range(N)]
    return [np.mean(arrays, axis=0) for arrays in zip(*found)]


in_003 = mean_over_samples(slides)
assert in_003[0].shape == (M, D)
assert agree([A.T for A in in_003], library)


# %% [markdown]
# ### 004, the lecture
#
# Columns and one sample, too. Other letters, and no Jacobian: the gradient is read off the differential. The two errors
# differ by one activation, so $\nabla_{\vec z_1}L = W_2^T\nabla_{\vec h_2}L$ stands between them.

# %%
def lecture(x, y, W1, b1, W2, b2):
    h1 = W1 @ x + b1                                     # M1 × 1
    z1 = f(h1)
    sigma2 = np.exp(W2 @ z1 + b2)
    sigma2 = sigma2 / (np.ones((1, len(y))) @ sigma2)
    at_h2 = sigma2 - y                                   # M2 × 1
    at_h1 = (W2.T @ at_h2) * f_slope(h1)
    return at_h1 @ x.T, at_h1, at_h2 @ z1.T, at_h2


in_004 = mean_over_samples(lecture)
assert agree(in_004, in_003)
assert agree([A.T for A in in_004], library)


# %% [markdown]
# ### Each into each
#
# Two acts are enough: a transposition, and a division by $N$. With the way there and the way back for each document, any
# gradient can go from any to any.

# %%
def same(A):
    return A


to_library = {"000": same, "001": same, "002": lambda A: A / N, "003": np.transpose, "004": np.transpose}
from_library = {**to_library, "002": lambda A: A * N}
native = {"000": in_000, "001": in_001, "002": in_002, "003": in_003, "004": in_004}

# %% [markdown]
# All 25 pairs, four gradients each:

# %%
for here, there in np.array(np.meshgrid(list(native), list(native))).reshape(2, -1).T:
    converted = [from_library[there](to_library[here](A)) for A in native[here]]
    assert agree(converted, native[there])

# %% [markdown]
# One way is closed. From the gradients of single samples you get their mean; from the mean you do not get them back.
# **Predict:** how far is a single sample's gradient from the mean?

# %%
single = slides(X.T[:, [2]], Y.T[:, [2]], *turned)
away = np.linalg.norm(single[0] - in_003[0]) / np.linalg.norm(in_003[0])
print(f"{away:.1f} times the length of the mean")
assert away > 0.5


# %% [markdown]
# So a formula for one sample is not wrong by a factor: it answers another question.
#
# ### The listing of the slides
#
# The program at the end of 003 uses neither of its conventions: rows, $W$ from × to, no bias, and the *sum* of the squared
# errors over all samples and outputs. The library's `squared_error` is the mean over the samples.

# %%
def listing(x, y, w1, w2):
    h = 1 / (1 + np.exp(-x.dot(w1)))
    grad_y_pred = 2.0 * (h.dot(w2) - y)
    grad_h = grad_y_pred.dot(w2.T)
    return x.T.dot(grad_h * h * (1 - h)), h.T.dot(grad_y_pred)


plain = MLP((D, M, C), loss=networks.squared_error, rng=0, dtype=np.float64)       # biases are 0
assert agree([A / N for A in listing(X, Y, *plain.W)], plain.gradients(X, Y)[1])

# %% [markdown]
# ## 4 · Layout: a vector by a vector
#
# For a scalar loss all five agree: its derivative has the shape of the thing. They part where scores are differentiated by
# values. For one sample $z_2 = aW_2 + b_2$ takes $M$ values to $C$ scores.

# %%
a = f(X @ W1 + b1)[2]                                    # (M,)
J = calculus.jacobian(lambda a: a @ W2 + b2[0], a)
print(J.shape)
assert np.allclose(J, W2.T)

# %% [markdown]
# $C\times M$, outputs × inputs: so write 002 in (27), and the Jacobian slide of 003. From its "Linear equation" slides on 003
# writes inputs × outputs, $\partial s/\partial x = W^T$ with its own $W$. The chain rule turns round with it.

# %%
g = rng.normal(size=C)                                   # a slope that arrives at the scores
slides_W2 = W2.T                                         # to × from
assert np.allclose(slides_W2.T, J.T)                     # 003: M × C
assert np.allclose(g @ J, slides_W2.T @ g)               # 002 from the left, 003 from the right

# %% [markdown]
# 000 does not flatten. For the whole batch it has a tensor with all outputs first, then all inputs, and its product sums over
# two indices.

# %%
T = calculus.derivative(lambda H: H @ W2 + b2, f(X @ W1 + b1))
assert T.shape == (N, C, N, M)
assert np.allclose(T[2, :, 2, :], J)
assert np.allclose(np.tensordot(np.tile(g, (N, 1)), T, axes=2)[2], g @ J)

# %% [markdown]
# 001 has entries only: $\partial s_k/\partial x_j = w_{jk}$, (26). 004 has none of these. It reads $W_2^T\nabla L$ off
# $\mathrm{Tr}(\nabla L^TW_2\,dz)$. All of them send the same numbers down.

# %%
by_entries = [sum(g[k] * W2[j, k] for k in range(C)) for j in range(M)]
assert np.allclose(by_entries, g @ J)

# %% [markdown]
# ## 5 · Switch the convention
#
# One derivation, five ways to write it: the gradient of a softmax layer's $W$, without a bias. Left are the formulas with
# their shapes, right the numbers of 4 samples with 3 inputs and 2 classes. Orange is one weight, and all that its slope is
# made of; blue is one sample.
#
# 1. Go from 000 to 001. **Predict** which table changes.
# 2. Go on to 003. Where is the orange weight now? Move the sample: which tables stay?
# 3. Which documents show the library's numbers in their *gradient* line?
#
# By keyboard: Tab to the list, Space opens it, arrow keys and Enter choose; arrow keys move a slider.

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import switch_convention

demo = switch_convention()
assert np.allclose(demo.arrays["dW"], demo.library)
demo

# %% [markdown]
# From 000 to 001 only the error changes, by the factor $N=4$. In 003 and 004 the weight is mirrored, and the gradient is one
# sample's; the mean of all is the library's, mirrored. 000 and 001 show the library's numbers as they are. The update is the
# same step in all five. (Only the slides' listing and the lecture print an update; the others stop at the gradient. The
# lecture divides its direction by its length, so its own step is longer or shorter.)
#
# ## 6 · The 24 wrong statements
#
# Each cell lets the printed form fail and the mended form hold. Two helpers keep them short: does a call stop, and does a
# claimed gradient stand the measurement?

# %%
def stops(error, call):
    """Whether ``call()`` raises ``error``."""
    try:
        call()
    except error:
        return True
    return False


def is_gradient(function, at, claimed):
    """Whether measured slopes of ``function`` agree with ``claimed``."""
    return not stops(AssertionError, lambda: calculus.check_gradient(function, at, claimed))


# %% [markdown]
# And do the helpers see anything? One of each kind:

# %%
assert stops(ValueError, lambda: np.ones((2, 3)) @ np.ones((2, 3)))
assert not stops(ValueError, lambda: np.ones((2, 3)) @ np.ones((3, 2)))
assert is_gradient(np.sum, W1, np.ones((D, M)))
assert not is_gradient(np.sum, W1, np.full((D, M), 0.9))


# %% [markdown]
# ### 000, the guide
#
# **S0-P6 · Chain rule with arguments** ([chapter 01](01_prerequisites.ipynb)). Printed:
# $\frac{\partial h}{\partial y_i}(a)=\sum_j\frac{\partial g}{\partial x_j}(f_j(a))\frac{\partial f_j}{\partial y_i}(a)$.
# This fails because $f_j(a)$ is one number, and $\partial g/\partial x_j$ needs the point $(f_1(a),\dots,f_n(a))$. Take
# $f(y)=Ay$ and $g(x) = x_1^2x_2$.

# %% tags=["S0-P6", "fails-as-printed", "mended"]
def g_slopes(x):
    return np.array([2 * x[0] * x[1], x[0] ** 2])


A, a = rng.normal(size=(2, 3)), rng.normal(size=3)
assert stops(IndexError, lambda: g_slopes((A @ a)[0]) @ A)
assert is_gradient(lambda y: (A @ y)[0] ** 2 * (A @ y)[1], a, g_slopes(A @ a) @ A)


# %% [markdown]
# **S0-N3 · Product of two derivatives** ([chapter 02](02_matrix_calculus.ipynb)). Printed: the sum over $k_1k_2$ of
# $\frac{\partial X_{i_2i_1}}{\partial Y_{k_1k_2}}\frac{\partial Y_{k_1k_2}}{\partial Z_{j_1j_2}}$. This fails because
# $i_2i_1$ belongs to $X^T$. It has to be $X_{i_1i_2}$. Take $Y=PZQ$ and $X=R\,(Y\odot Y)\,S$.

# %% tags=["S0-N3", "fails-as-printed", "mended"]
P, Q, R, S, Z = (rng.normal(size=s) for s in ((4, 2), (3, 5), (6, 4), (5, 7), (2, 3)))
dX_dY = calculus.derivative(lambda Y: R @ Y**2 @ S, P @ Z @ Q)
dY_dZ = calculus.derivative(lambda Z: P @ Z @ Q, Z)
dX_dZ = calculus.derivative(lambda Z: R @ (P @ Z @ Q) ** 2 @ S, Z)
assert np.einsum("bakl,klcd->abcd", dX_dY, dY_dZ).shape == (7, 6, 2, 3) != dX_dZ.shape
assert np.allclose(np.einsum("abkl,klcd->abcd", dX_dY, dY_dZ), dX_dZ)

# %% [markdown]
# **S0-S4-L · Loss of the softmax layer** ([chapter 03](03_softmax.ipynb)). Printed:
# $L=-\frac1N\sum_i Y_i\odot\log P_i$. This fails because $Y_i$ and $P_i$ are rows, and a sum of rows is a row. The sum over
# the classes is missing.

# %% tags=["S0-S4-L", "fails-as-printed", "mended"]
P = np.exp(X @ W1)[:, :C] / np.exp(X @ W1)[:, :C].sum(axis=1, keepdims=True)     # any probabilities
printed = -sum(Y[i] * np.log(P[i]) for i in range(N)) / N
assert printed.shape == (C,) != ()
assert np.isclose(-(Y * np.log(P)).sum() / N, networks.cross_entropy(np.log(P), labels))

# %% [markdown]
# **S0-S4-D1 · Log-softmax, $j\ne c_k$** ([chapter 03](03_softmax.ipynb)). Printed:
# $\frac{\partial_{Z_{ij}}e^{Z_{kc_k}}}{P_{kc_k}}=\frac{-e^{Z_{kc_k}}e^{Z_{ij}}}{(\sum_l e^{Z_{kl}})^2}=\dots=-P_{kj}$, with
# $i=k$. The end is right. This fails because the first fraction is 0 (it differentiates $e^{Z_{kc_k}}$, not $P_{kc_k}$), and
# the second lacks $1/P_{kc_k}$. One row of scores, its class $c$, and another class $j$:

# %%
Z, c, j = rng.normal(size=C), 0, 2
E, p = np.exp(Z), np.exp(Z) / np.exp(Z).sum()
slopes = calculus.gradient(lambda Z: np.log(np.exp(Z[c]) / np.exp(Z).sum()), Z)

# %% [markdown]
# The first fraction, the second, and the second times $1/P_{kc_k}$ beside the end of the chain:

# %% tags=["S0-S4-D1", "fails-as-printed", "mended"]
second = -E[c] * E[j] / E.sum() ** 2
assert calculus.gradient(lambda Z: np.exp(Z[c]), Z)[j] == 0
assert not np.isclose(second, slopes[j])
assert np.allclose([second / p[c], -p[j]], slopes[j])

# %% [markdown]
# **S0-S4-D2 · Log-softmax, $j=c_k$** ([chapter 03](03_softmax.ipynb)). Printed:
# $\frac{e^{Z_{kc_k}}\sum_l e^{Z_{kl}}-e^{Z_{kc_k}}e^{Z_{ij}}}{(\sum_l e^{Z_{kl}})^2}=1-P_{kj}$. This fails because the
# fraction is the slope of $P_{kc_k}$. It needs the factor $1/P_{kc_k}$, too.

# %% tags=["S0-S4-D2", "fails-as-printed", "mended"]
fraction = (E[c] * E.sum() - E[c] * E[c]) / E.sum() ** 2
assert not np.isclose(fraction, 1 - p[c])
assert np.allclose([fraction / p[c], 1 - p[c]], slopes[c])

# %% [markdown]
# **S0-S5-L · Loss of the two-layer network** ([chapter 04](04_two_layer.ipynb)). Printed:
# $L_{ce}=-\frac1N\sum_iY_i\odot\log P_i$. This fails as S0-S4-L does. The mended form can also be written
# $-\frac1N\sum_iY_i(\log P_i)^T$.

# %% tags=["S0-S5-L", "fails-as-printed", "mended"]
P = net.predict_proba(X)
assert stops(TypeError, lambda: float(-sum(Y[i] * np.log(P[i]) for i in range(N)) / N))
assert np.isclose(-sum(Y[i] @ np.log(P[i]).T for i in range(N)) / N, loss)


# %% [markdown]
# **S0-S5-G1 · Gradient of $W^{(1)}$** ([chapter 04](04_two_layer.ipynb)). Printed:
# $X^T\big((A^{(1)}>0)\odot(\frac1N(P-Y))(W^{(2)})^T\big)$. This fails because $\odot$ meets $N\times M$ and $N\times C$. The
# bracket has to close after $(W^{(2)})^T$. First the ReLU network's loss, and its error in the scores:

# %%
def relu_scores(W):
    return np.maximum(X @ W + b1, 0) @ W2 + b2


mask, error = X @ W1 + b1 > 0, networks.cross_entropy.gradient(relu_scores(W1), labels)

# %% [markdown]
# `error` is $\frac1N(P-Y)$. Now the two ways to set the bracket:

# %% tags=["S0-S5-G1", "fails-as-printed", "mended"]
assert stops(ValueError, lambda: X.T @ ((mask * error) @ W2.T))
mended = X.T @ (mask * (error @ W2.T))
assert is_gradient(lambda W: networks.cross_entropy(relu_scores(W), labels), W1, mended)

# %% [markdown]
# ### 001, the derivation
#
# **S1-E17t · Shape of the bias gradient** ([chapter 05](05_deep_backprop.ipynb)). Printed: $\partial E/\partial B^{(L)}$ is
# a $[1\times d^{(L)}]$ column vector. This fails because $1\times d$ is a row. A column would turn the bias into a square.

# %% tags=["S1-E17t", "fails-as-printed", "mended"]
gradient = in_001[3]                                     # by (17)
assert (b2 - 0.1 * gradient.reshape(C, 1)).shape == (C, C) != b2.shape
assert gradient.shape == (1, C) == (b2 - 0.1 * gradient).shape

# %% [markdown]
# ### 002, the program
#
# All four are taught in [chapter 06](06_three_layer_mnist.ipynb).
#
# **S2-DIM · Number of pixels.** Printed: $n_0=28\times28=284$. This fails because it is 784.

# %% tags=["S2-DIM", "fails-as-printed", "mended"]
digits = datasets.load_mnist().X_test[:2]
assert 28 * 28 != 284
assert stops(ValueError, lambda: digits @ np.zeros((284, 200)))
assert (digits @ np.zeros((784, 200))).shape == (2, 200)

# %% [markdown]
# **S2-E37s · Shape of $a^{[1,i]}$.** Printed: $B\times n_1$. This fails because it is one sample's row, $1\times n_1$;
# the stacked batch is $B\times n_1$. The next layer shows it: $z^{[2,i]}$ has to be one row.

# %% tags=["S2-E37s", "fails-as-printed", "mended"]
a1 = f(X @ W1 + b1)
assert (np.tile(a1[[2]], (N, 1)) @ W2 + b2).shape == (N, C) != (1, C)
assert (a1[[2]] @ W2 + b2).shape == (1, C)

# %% [markdown]
# **S2-E43 · Scores by values.** Printed: $(\partial z^{[2,i]}/\partial a^{[1,i]})_{(j,r)}=w_{rj}^{[1]}$. This fails because
# the weight belongs to layer 2, and $W^{[1]}$ has another size.

# %% tags=["S2-E43", "fails-as-printed", "mended"]
measured = calculus.jacobian(lambda a: a @ W2 + b2[0], a1[2])
assert W1.T.shape != measured.shape
assert np.allclose(W2.T, measured)


# %% [markdown]
# **S2-E44 · Gradient at $a^{[1]}$.** Printed: $\sum_j(\partial L/\partial z^{[2,i]})_{1,j}\,w_{rj}^{[1]}$. This fails for
# the same reason; with $w_{rj}^{[2]}$ it holds.

# %% tags=["S2-E44", "fails-as-printed", "mended"]
dz2 = networks.cross_entropy.gradient(a1 @ W2 + b2, labels)
assert stops(ValueError, lambda: dz2 @ W1.T)
assert is_gradient(lambda a: networks.cross_entropy(a @ W2 + b2, labels), a1, dz2 @ W2.T)

# %% [markdown]
# ### 003, the slides
#
# The first five belong to [chapter 08](08_svd.ipynb).
#
# **S3-EIG-ON · Orthonormal eigenvectors.** Printed for any $n\times n$ matrix: $x_i^Tx_j=\delta_{ij}$. This fails because it
# needs a symmetric (or normal) matrix.

# %% tags=["S3-EIG-ON", "fails-as-printed", "mended"]
A = np.triu(rng.normal(size=(4, 4))) + np.diag([1, 3, 5, 7])      # its eigenvalues differ, and are real
x, y = np.linalg.eig(A)[1], np.linalg.eigh(A + A.T)[1]
assert not np.allclose(x.T @ x, np.eye(4), atol=0.01)
assert np.allclose(y.T @ y, np.eye(4))

# %% [markdown]
# **S3-EIG-RK · Rank by eigenvalues.** Printed: the rank is the number of eigenvalues that are not zero. This fails because
# some matrices lack eigenvectors. The number of *singular values* that are not zero always is the rank.

# %% tags=["S3-EIG-RK", "fails-as-printed", "mended"]
A = np.array([[0.0, 1.0], [0.0, 0.0]])
assert np.count_nonzero(np.linalg.eigvals(A)) == 0
assert np.count_nonzero(np.linalg.svd(A, compute_uv=False)) == 1 == np.linalg.matrix_rank(A)


# %% [markdown]
# **S3-EIG-SUM · Spectral sum.** Printed for full rank: $\sum_i\sigma_ix_ix_i^T$ (the left side, $A$, is missing). This fails
# because $A$ must be symmetric, with orthonormal $x_i$; its rank does not matter. For any diagonalisable $A$ put rows of
# $X^{-1}$ in place of $x_i^T$. A sum of that kind:

# %%
def spectral_sum(values, left, right):
    return sum(s * np.outer(u, v) for s, u, v in zip(values, left.T, right))


# %% [markdown]
# A matrix of full rank that is not symmetric, and a symmetric one of rank 2:

# %% tags=["S3-EIG-SUM", "fails-as-printed", "mended"]
A, flat = np.array([[2.0, 1, 0], [0, 3, 1], [0, 0, 5]]), np.array([[1.0, 2, 0], [2, 4, 0], [0, 0, 3]])
values, x = np.linalg.eig(A)
assert not np.allclose(spectral_sum(values, x, x.T), A, atol=0.1)
assert np.allclose(spectral_sum(values, x, np.linalg.inv(x)), A)
values, x = np.linalg.eigh(flat)
assert np.allclose(spectral_sum(values, x, x.T), flat)

# %% [markdown]
# **S3-SVD-P5c · Pairs of singular vectors.** Printed: $Au_k=\sigma_kv_k$, $A^Tv_k=\sigma_ku_k$. This fails because $u$ and
# $v$ are exchanged. If $A$ is not square, the products do not exist.

# %% tags=["S3-SVD-P5c", "fails-as-printed", "mended"]
A = rng.normal(size=(5, 3))
U, s, Vt = np.linalg.svd(A)
assert stops(ValueError, lambda: A @ U[:, 1])
assert np.allclose(A @ Vt[1], s[1] * U[:, 1])
assert np.allclose(A.T @ U[:, 1], s[1] * Vt[1])

# %% [markdown]
# **S3-SOL-H5 · Which column of $V$ solves $Ax=0$.** Printed: the one for the "null (non-zero)" singular value. This fails
# because a vector with singular value $\sigma$ has $\|Ax\|=\sigma$. It has to be the one for zero; with noise, the smallest.

# %% tags=["S3-SOL-H5", "fails-as-printed", "mended"]
A[:, 2] = A[:, 0] + A[:, 1]                              # rank 2
U, s, Vt = np.linalg.svd(A)
assert np.linalg.norm(A @ Vt[0]) > 1
assert np.allclose(A @ Vt[2], 0)


# %% [markdown]
# **S3-JAC-NOTE · Layout of the Jacobian** ([chapter 01](01_prerequisites.ipynb)). Printed beside a $3\times2$ matrix: it is
# defined as $2\times3$. This fails because three outputs and two inputs make $3\times2$ by the slide's own definition; the
# transpose is the other layout.

# %% tags=["S3-JAC-NOTE", "fails-as-printed", "mended"]
def from_the_slide(x):
    return np.array([2 * x[0] + x[1] ** 2, -x[0] ** 2 + 3 * x[1], 4 * x[0] * x[1]])


J = calculus.jacobian(from_the_slide, np.array([2.0, 1.0]))
assert J.shape != (2, 3)
assert np.allclose(J, [[2, 2], [-4, 3], [4, 8]])         # as printed, and 3 × 2

# %% [markdown]
# **S3-LL-SMEX · The cat** ([chapter 03](03_softmax.ipynb)). Printed: $-\log(0.13)=0.89$. This fails because the logarithm of
# these slides is the natural one; 0.89 comes from base 10.

# %% tags=["S3-LL-SMEX", "fails-as-printed", "mended"]
assert round(-np.log(0.13), 2) == 2.04 != 0.89
assert round(-np.log10(0.13), 2) == 0.89

# %% [markdown]
# ### 004, the lecture
#
# All five are taught in [chapter 02](02_matrix_calculus.ipynb).
#
# **S4-GD4 · Update.** Printed: $x_{t+1}=x_t-\alpha_td_t^*$. This fails because $d^*=-\nabla f/\|\nabla f\|$ already
# points downhill. It has to be a plus.

# %% tags=["S4-GD4", "fails-as-printed", "mended"]
x = rng.normal(size=D)
downhill = -2 * x / np.linalg.norm(2 * x)                # of f(x) = ‖x‖²
assert np.sum((x - 0.1 * downhill) ** 2) > np.sum(x**2)
assert np.sum((x + 0.1 * downhill) ** 2) < np.sum(x**2)

# %% [markdown]
# **S4-T1.6 · Law of the determinant.** Printed: $d|D|=\frac1N|D|\,\mathrm{Tr}(D^{-1}dD)$. This fails because there is no
# $1/N$. A right differential leaves a remainder that shrinks as the square of the step.

# %% tags=["S4-T1.6", "fails-as-printed", "mended"]
A, dA = 2 * np.eye(3) + 0.5 * rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
right = np.linalg.det(A) * np.trace(np.linalg.inv(A) @ dA)
assert calculus.remainder_order(np.linalg.det, A, dA, right / 3) < 1.2
assert calculus.remainder_order(np.linalg.det, A, dA, right) > 1.8


# %% [markdown]
# **S4-E2.3d · The misfit in traces** ($-2$ times the log-likelihood, without constants; as in chapter 02). Printed: the
# first term is $\frac ND\mathrm{Tr}(\Sigma^{-1}d\Sigma)$. This fails because law 6 does. It has to be
# $N\,\mathrm{Tr}(\Sigma^{-1}d\Sigma)$. The points are as many as above, in the plane of the first two inputs.

# %%
def misfit(Sigma):
    return N * np.log(np.linalg.det(Sigma)) + np.trace(np.linalg.inv(Sigma) @ scatter)


scatter = (X[:, :2] - X[:, :2].mean(axis=0)).T @ (X[:, :2] - X[:, :2].mean(axis=0))
Sigma, dSigma = np.array([[1.5, 0.4], [0.4, 0.8]]), np.array([[0.3, 0.2], [0.2, -0.5]])

# %% [markdown]
# The remainder again, with the printed first term and with the mended one ($D=2$):

# %% tags=["S4-E2.3d", "fails-as-printed", "mended"]
inv = np.linalg.inv(Sigma)
first, second = np.trace(inv @ dSigma), np.trace(inv @ scatter @ inv @ dSigma)
assert calculus.remainder_order(misfit, Sigma, dSigma, N / 2 * first - second) < 1.2
assert calculus.remainder_order(misfit, Sigma, dSigma, N * first - second) > 1.8

# %% [markdown]
# **S4-E2.3e · Gradient by $\Sigma$.** Printed:
# $\frac ND\Sigma^{-1}-\sum_i\Sigma^{-1}(x_i-\mu)(x_i-\mu)^T\Sigma^{-1}$. This fails because the $1/D$ is inherited. Without
# it the gradient holds.

# %% tags=["S4-E2.3e", "fails-as-printed", "mended"]
assert not is_gradient(misfit, Sigma, N / 2 * inv - inv @ scatter @ inv)
assert is_gradient(misfit, Sigma, N * inv - inv @ scatter @ inv)


# %% [markdown]
# **S4-E3.1-F · Gradient through an inverse.** Printed:
# $\nabla_Bf=-B^{-T}A^Tx\odot(\sigma\odot(h)(1-\sigma\odot(h)))z^TB^{-T}$. This fails because brackets and an $\odot$ are
# missing: read from the left, the numbers are wrong. It has to be
# $-B^{-T}\big[(A^Tx)\odot\sigma(h)\odot(1-\sigma(h))\big]z^TB^{-T}$. The function:

# %%
def through_inverse(B):
    return (x.T @ A @ f(np.linalg.inv(B) @ z + b))[0, 0]


x, A, z, b = (rng.normal(size=size) for size in ((4, 1), (4, 3), (3, 1), (3, 1)))
B = 2 * np.eye(3) + 0.3 * rng.normal(size=(3, 3))

# %% [markdown]
# And the two readings of its gradient:

# %% tags=["S4-E3.1-F", "fails-as-printed", "mended"]
turned_inv, slope = np.linalg.inv(B).T, f_slope(np.linalg.inv(B) @ z + b)
assert not is_gradient(through_inverse, B, ((-turned_inv @ A.T @ x) * slope) @ z.T @ turned_inv)
assert is_gradient(through_inverse, B, -turned_inv @ ((A.T @ x) * slope) @ z.T @ turned_inv)

# %% [markdown]
# ## 7 · The 36 misprints
#
# These are slips that nothing later inherits. The table is made from the index. First, the index and the chapters.

# %%
import json
import re
from collections import Counter
from html import escape

from IPython.display import HTML

formulas = datasets.load_formulas()
counts = Counter(formula.verdict for formula in formulas)
assert counts["wrong"] == 24
assert counts["typo"] == 36


# %% [markdown]
# A cell that teaches a formula carries its number as a tag. So the section of each formula can be read off the notebooks.

# %%
def sections(notebook):
    """Section in which each tag of a notebook stands first: a dict from tag to heading."""
    found, heading = {}, ""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            heading = (re.findall("^## (.+)$", "".join(cell["source"]), re.M) or [heading])[-1]
        for tag in cell["metadata"].get("tags", []):
            found.setdefault(tag, heading)
    return found


books = {path.name[:2]: path for path in (datasets.DATA.parent / "notebooks").glob("0[1-9]_*.ipynb")}
taught = {chapter: sections(path) for chapter, path in books.items()}
assert all(row.id in taught[row.chapter] for row in formulas if row.chapter in books)


# %% [markdown]
# A link opens the chapter, and names the section; JupyterLab's list of contents, on the left, goes there. A chapter that is
# not there yet has no link.

# %%
def link(row):
    if row.chapter not in books:
        return f"chapter {row.chapter}"
    section = taught[row.chapter][row.id].split(" ")[0]
    return f'<a href="{books[row.chapter].name}">{row.chapter}, § {section}</a>'


def table(names, rows):
    left = 'style="text-align: left"'
    head = "".join(f'<th scope="col" {left}>{name}</th>' for name in names)
    lines = "".join("<tr>" + "".join(f"<td {left}>{x}</td>" for x in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


# %% [markdown]
# The misprints, each with its right reading:

# %% tags=["nbval-ignore-output"]
typos = [row for row in formulas if row.verdict == "typo"]
assert all(row.correction for row in typos)
HTML(table(["number", "as it stands", "right", "where"], [
    (row.id, escape(row.statement), escape(row.correction), link(row)) for row in typos]))

# %% [markdown]
# Most of them are an index that is missing or belongs elsewhere. None changes a shape or a number, if you read on with the
# right one.
#
# ## 8 · The formula index
#
# All 379 numbered statements. Open a chapter, or search the page for a number once its chapter is open. *incomplete* means
# that a condition or a case is missing, *ambiguous* that only one of two readings holds; the chapter says which.

# %% tags=["nbval-ignore-output"]
def chapter_table(chapter):
    rows = [row for row in formulas if row.chapter == chapter]
    lines = [(row.id, escape(row.title), row.verdict, link(row)) for row in rows]
    name = books[chapter].stem[3:].replace("_", " ") if chapter in books else "in preparation"
    return (f"<details><summary>Chapter {chapter}, {name}: {len(rows)} formulas</summary>"
            + table(["number", "title", "verdict", "where"], lines) + "</details>")


chapters = sorted({row.chapter for row in formulas})
index = "".join(chapter_table(chapter) for chapter in chapters)
assert all(index.count(f">{row.id}</td>") == 1 for row in formulas)
HTML(index)

# %% [markdown]
# `S2-E19` is equation 19 of document 002; `P` and `N` are the guide's prerequisites and notations, `L` lemmas, `T` tables or
# items of a theorem, `NET` the networks of the slides. In Python, `datasets.load_formulas()` gives the same rows with the
# full statements.
#
# ## 9 · Break it
#
# ### Forget the 1/B
#
# Take 002's dW for the gradient of the mean loss, and step with a rate that suits the mean. **Predict** what the loss does on
# a batch of 700 samples: the 7 from above, a hundred times.

# %%
many, targets = np.tile(X, (100, 1)), np.tile(Y, (100, 1))


def loss_after(gradients, rate=0.5):
    V1, c1, V2, c2 = (A - rate * G for A, G in zip((W1, b1, W2, b2), gradients))
    return networks.cross_entropy(f(many @ V1 + c1) @ V2 + c2, targets)


summed = program(many, targets, W1, b1, W2, b2)
print(f"before {loss:.2f}, mean {loss_after([G / 700 for G in summed]):.2f}, sum {loss_after(summed):.0f}")
assert loss_after([G / 700 for G in summed]) < loss < loss_after(summed) / 10

# %% [markdown]
# No shape has changed, and no error is raised. The step is 700 times too long. A rate belongs to the convention that it was
# chosen in.
#
# ### Forget to turn W
#
# A layer with as many outputs as inputs, and a step that takes the column form's gradient as it is. **Predict:** error, or
# wrong numbers?

# %%
V = rng.normal(size=(D, D))                              # from × to
g_column = rng.normal(size=(D, N)) @ X                   # to × from
assert (V - 0.1 * g_column).shape == (V - 0.1 * g_column.T).shape
assert not np.allclose(V - 0.1 * g_column, V - 0.1 * g_column.T)

# %% [markdown]
# Wrong numbers. With $D\ne M$ numpy would have said so:

# %%
assert stops(ValueError, lambda: W1 - 0.1 * in_003[0])
assert not stops(ValueError, lambda: W1 - 0.1 * in_003[0].T)

# %% [markdown]
# Square sizes hide a wrong transpose. This is why no network of this appendix has two equal sizes.
#
# ## Exercises
#
# Answer first, then check with `agree`.
#
# 1. **ReLU.** Replace `f` and `f_slope`. Which of the five programs change? *Predict*, run section 3 again, and compare with
#    `other = MLP((D, M, C), relu, dtype=np.float64)` after `from mlp_lib.networks import relu` and
#    `other.theta[:] = net.theta`.
# 2. **Layers from 0.** Write 001's (33), (34) for layers that count from 0, as Python's lists do. Which index is the input's?
#    Check on `net`.
# 3. **A sixth convention.** PyTorch's `Linear` holds $W$ as to × from, but samples are rows: $XW^T+b$. *Predict* the gradient
#    of $W$, and add the document "torch" to `native`, `to_library` and `from_library`.
# 4. **The sum and the rate.** With the sum instead of the mean, and the rate divided by the batch size, is every step the
#    same? And with an $L^2$ penalty $\lambda\|W\|^2$? Check on `MLP(..., l2=0.1)`.
# 5. **Find one yourself.** Pick a row whose verdict is *incomplete*, write down a case in which it fails, and check it.
#
# ## Summary
#
# Five documents, two differences that matter for the numbers: a transposition, and where the mean is taken. The letters
# change more than the mathematics: $z$ alone has three meanings. 24 statements are wrong as printed. Half of them
# fail by their shapes, a quarter against a measured slope or differential. The last quarter, such as a logarithm of the
# wrong base, only show when a number is computed again.
#
# Back to [the start](00_start_here.ipynb).
