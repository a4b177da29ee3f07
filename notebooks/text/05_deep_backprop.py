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
# # 05 · Send the error back through any number of layers
#
# Source: seed 001, *Back-propagation Derivation*, equations (1)–(42); below it is called *the document*.
#
# Needs: chapter 04, or the chain rule, matrix products and softmax · about 90 minutes; the cells alone run in
# under half a minute.
#
# ## What you will do
# You derive one recursion that gives every gradient of a network of any depth. Then you use it to see, before any
# training, that a deep network cannot learn, and to choose the weights with which it can.
#
# ## What you will learn
# - to write backpropagation by entries, for one sample, and for a batch, and to convert between the three
# - to read formulas whose samples are columns in a book whose samples are rows
# - to foretell how much an error shrinks or grows in each layer
# - to choose the size of the first weights by that forecast

# %%
import matplotlib.pyplot as plt
import numpy as np

from mlp_lib import calculus, datasets, networks, plotting
from mlp_lib.networks import MLP, relu, sigmoid, softmax, train

# %% [markdown]
# ## 1 · See it fail first
#
# A network with four hidden layers of 100 sigmoid units, for the digits of MNIST. Two epochs on 20,000 digits.
# With one hidden layer that is enough for about nine right answers in ten.

# %%
digits = datasets.load_mnist()
few = digits.X_train[:20_000], digits.y_train[:20_000]
widths = (784, 100, 100, 100, 100, 10)
steps = {"batch_size": 64, "progress": False, "rng": 0}

# %% [markdown]
# **Predict:** which share of the 10,000 test digits does the deep network get right?

# %% tags=["nbval-ignore-output"]
deep, flat = MLP(widths, sigmoid, rng=0), MLP((784, 100, 10), sigmoid, rng=0)
for net in (deep, flat):
    train(net, few, epochs=2, optimizer=networks.SGD(0.02, momentum=0.9), **steps)
right = [net.accuracy(digits.X_test, digits.y_test) for net in (flat, deep)]
assert right[0] > 0.85
assert right[1] < 0.25
print(f"one hidden layer: {right[0]:.0%}; four hidden layers: {right[1]:.0%}")

# %% [markdown]
# The deep network could do all that the flat one does, and more. But it has learned nothing. Let us look at the
# gradient at its starting weights, over 500 digits: how long is it in each layer?

# %%
start = MLP(widths, sigmoid, rng=0, dtype=np.float64)
_, dW, _ = start.gradients(few[0][:500], few[1][:500])
lengths = [np.linalg.norm(gradient) for gradient in dW]
assert lengths[-1] > 100 * lengths[0]

# %%
ax = plotting.show_curves({"at the start": lengths}, xlabel="layer", ylabel="length of the gradient in W", log=True)
ax.set_xticks(range(1, 6))
plotting.described(ax, "Length of the weight gradient by layer, logarithmic: from about 1 in layer 5 it falls "
                   "steadily to less than a hundredth in layer 1.")

# %% [markdown]
# On a logarithmic axis this is nearly a straight line: from layer to layer the gradient loses about the same
# *factor*. The first layer, which sees the digits, is hardly moved. To understand the factor, we need the formula
# of the gradient in any layer. That is the document's subject.
#
# ## 2 · The map: symbols and sizes
#
# The document numbers the layers $1, \dots, L$; layer 0 is the input. It uses other letters than chapter 06:
#
# | | one sample: a **column** | batch of $N$: samples are **rows** | chapter 06 |
# |---|---|---|---|
# | values | $x^{(l)}$: $d^{(l)}\times1$ | $X^{(l)}$: $N\times d^{(l)}$ | $a$ |
# | scores | $s^{(l)}$: $d^{(l)}\times1$ | $S^{(l)}$: $N\times d^{(l)}$ | $z$ |
# | error | $\delta^{(l)}$: $d^{(l)}\times1$ | $\Delta^{(l)}$: $N\times d^{(l)}$ | dz |
# | target | $y$: $K\times1$ | $Y$: $N\times K$ | $y$ |
# | weights | $W^{(l)}$: $d^{(l-1)}\times d^{(l)}$ | the same | $W$ |
#
# Hidden layers have an activation $\theta$, here ReLU; the last layer has softmax. So $d^{(L)} = K$ classes.
#
# Our example has $L = 4$ layers. All sizes differ, so a wrong transpose cannot hide. Dictionaries hold one array
# for each layer: `W[3]` is $W^{(3)}$.

# %%
N, L, d = 9, 4, (8, 5, 7, 6, 3)
K = d[L]
rng = np.random.default_rng(11)
W = {l: rng.normal(size=(d[l - 1], d[l])) for l in range(1, L + 1)}
b = {l: rng.normal(size=(1, d[l])) for l in range(1, L + 1)}
X = {0: rng.normal(size=(N, d[0]))}
Y = np.eye(K)[rng.integers(K, size=N)]                   # one-hot rows
assert len({N, *d}) == 1 + len(d)

# %% [markdown]
# **The forward pass.** The document gives it unit by unit only:
# $s_j^{(l)} = b_j^{(l)} + \sum_i x_i^{(l-1)} w_{ij}^{(l)}$ (20). Its gradients for a batch need the batch form,
# which is missing:
# $$S^{(l)} = X^{(l-1)} W^{(l)} + \vec1^{\,T} B^{(l)}, \qquad X^{(l)} = \theta(S^{(l)}), \qquad
# N\times d^{(l)} = (N\times d^{(l-1)})(d^{(l-1)}\times d^{(l)}) + (N\times1)(1\times d^{(l)})$$
# $\vec 1$ is a row of $N$ ones.

# %% tags=["S1-FWD"]
ones, S = np.ones((1, N)), {}
for l in range(1, L + 1):
    S[l] = X[l - 1] @ W[l] + ones.T @ b[l]
    X[l] = relu(S[l]) if l < L else softmax(S[l])

# %% [markdown]
# $\vec1^{\,T} B$ repeats the bias row $N$ times. numpy's broadcasting does that by itself:

# %% tags=["S1-FWD"]
for l in range(1, L + 1):
    assert np.allclose(S[l], X[l - 1] @ W[l] + b[l])

# %% [markdown]
# **One sample as a column.** We take sample $n=1$, transpose its rows, and keep them.

# %% tags=["S1-FWD"]
n = 1
x = {l: X[l][[n]].T for l in X}                          # (d[l], 1)
s = {l: S[l][[n]].T for l in S}                          # (d[l], 1)
y = Y[[n]].T                                             # (K, 1)

# %% [markdown]
# Transpose the whole line, and a layer reads $s^{(l)} = W^{(l)T} x^{(l-1)} + B^{(l)T}$: now the transpose of $W$
# stands on the left. $W$ itself is stored the same way for rows and for columns.

# %% tags=["S1-FWD"]
for l in range(1, L + 1):
    assert np.allclose(s[l], W[l].T @ x[l - 1] + b[l].T)

# %% [markdown]
# **Entries**, for a hidden layer (20) and for the layer above it (25). The second is the first with $l+1$ for $l$
# and new names for the indices: $s_k^{(l+1)} = b_k^{(l+1)} + \sum_i x_i^{(l)} w_{ik}^{(l+1)}$.

# %% tags=["S1-E20", "S1-E25"]
l, j, k = 2, 5, 4
assert np.isclose(s[l][j, 0], b[l][0, j] + sum(x[l - 1][i, 0] * W[l][i, j] for i in range(d[l - 1])))
assert np.isclose(s[l + 1][k, 0], b[l + 1][0, k] + sum(x[l][i, 0] * W[l + 1][i, k] for i in range(d[l])))

# %% [markdown]
# **Table 1** of the document lists the sizes that stand in our table. It leaves out the bias, and it gives $y$ the
# size $d^{(l)}\times1$. But $y$ belongs to the last layer only: $K\times1 = d^{(L)}\times1$. Next to a hidden layer
# it does not fit. The document's first lines also point to a "Table 2". There is none: with the bias added, the one
# table names every array.

# %% tags=["S1-T1", "S1-T1b", "S1-T2"]
assert y.shape == (K, 1) == (d[L], 1)
assert all(y.shape != (d[l], 1) for l in range(1, L))
assert ones.shape == (1, N)
for l in range(1, L + 1):
    assert x[l].shape == s[l].shape == (d[l], 1)
    assert X[l].shape == S[l].shape == (N, d[l])
    assert W[l].shape == (d[l - 1], d[l])
    assert b[l].shape == (1, d[l])                       # the entry that is missing
assert Y.shape == (N, K)

# %% [markdown]
# **Three letters with two meanings.** $e$ is the loss of one sample, but in (3) also Euler's number. $L$ counts the
# layers, but in the headings it is also the loss. $E$ is the loss of the batch; that it is the mean,
# $E = \frac1N\sum_n e_n$, is never said. It follows from the factor $\frac1N$ in (9). We check that last point as
# soon as we have (9).
#
# The loss of one sample is $e = -\sum_k y_k \log p_k$ with $p = x^{(L)}$, the softmax output.

# %% tags=["S1-LOSS", "S1-NOT"]
e_n = -(Y * np.log(X[L])).sum(axis=1)                    # (N,): one loss a sample
e = e_n[n]
assert np.isclose(e, -sum(y[k, 0] * np.log(x[L][k, 0]) for k in range(K)))
assert not np.isclose(e, np.e)

# %% [markdown]
# For measuring we need the loss as a function of any parameter. `mean_loss` takes other weights or biases, and a
# choice of samples; with one sample it is $e$. `onward` starts in the middle: it takes the scores of layer $l$ for
# our sample, and goes on to the loss.

# %%
def mean_loss(W=W, b=b, rows=slice(None)):
    """E for the samples in ``rows``: forward pass and mean cross-entropy."""
    values = X[0][rows]
    for l in range(1, L):
        values = relu(values @ W[l] + b[l])
    p = softmax(values @ W[L] + b[L])
    return -(Y[rows] * np.log(p)).sum() / len(p)


assert np.isclose(mean_loss(), e_n.mean())
assert np.isclose(mean_loss(rows=[n]), e)

# %%
def onward(scores, l):
    """e from the scores (d[l], 1) of layer l."""
    for m in range(l + 1, L + 1):
        scores = W[m].T @ relu(scores) + b[m].T
    return -(y * np.log(softmax(scores.T).T)).sum()


assert all(np.isclose(onward(s[l], l), e) for l in s)

# %% [markdown]
# ## 3 · The output layer
#
# **Weights, by entries.** $w_{ij}^{(L)}$ reaches the loss only through score $j$. So the chain rule (1) has one term:
# $$\frac{\partial e}{\partial w_{ij}^{(L)}} = \frac{\partial e}{\partial s_j^{(L)}}\,
# \frac{\partial s_j^{(L)}}{\partial w_{ij}^{(L)}}$$
# We measure all three. The last factor, for all scores and all weights, has $K\times(d^{(L-1)}\times K)$ slopes.

# %% tags=["S1-E1"]
de_dW = calculus.gradient(lambda V: mean_loss({**W, L: V}, rows=[n]), W[L])
de_ds = calculus.gradient(lambda scores: onward(scores, L), s[L])[:, 0]
ds_dW = calculus.derivative(lambda V: (V.T @ x[L - 1] + b[L].T)[:, 0], W[L])
assert ds_dW.shape == (K, d[L - 1], K)
for i, j in np.ndindex(d[L - 1], K):
    assert np.isclose(de_dW[i, j], de_ds[j] * ds_dW[j, i, j], atol=1e-8)
    assert all(ds_dW[k, i, j] == 0 for k in range(K) if k != j)

# %% [markdown]
# **The last factor.** $s_j^{(L)} = b_j^{(L)} + \sum_k w_{kj}^{(L)} x_k^{(L-1)}$. The document prints the upper limit
# $d^{(l-1)}$ with a small $l$. Meant is $d^{(L-1)}$. With the width of another layer, terms are missing.

# %% tags=["S1-E2s"]
j = 1
terms = W[L][:, j] * x[L - 1][:, 0]
assert np.isclose(s[L][j, 0], b[L][0, j] + terms[: d[L - 1]].sum())
assert not np.isclose(s[L][j, 0], b[L][0, j] + terms[: d[1]].sum())

# %% [markdown]
# Its slope in one weight is the value that the weight multiplies: $\partial s_j^{(L)}/\partial w_{ij}^{(L)} =
# x_i^{(L-1)}$ (2).

# %% tags=["S1-E2"]
for i, j in np.ndindex(d[L - 1], K):
    assert np.isclose(ds_dW[j, i, j], x[L - 1][i, 0])

# %% [markdown]
# **The first factor.** (3) writes the loss in terms of the scores:
# $$e = -\sum_k y_k s_k + \sum_k y_k \log\sum_m e^{s_m}$$
# The document uses $k$ for both sums. The inner sum needs a letter of its own, here $m$. Whoever takes the inner
# $k$ for the outer one gets $\log e^{s_k} = s_k$, and a loss that is always 0.

# %% tags=["S1-E3"]
scores, target = s[L][:, 0], y[:, 0]
outer = -sum(target[k] * scores[k] for k in range(K))
inner = np.log(sum(np.exp(scores[m]) for m in range(K)))
assert np.isclose(outer + sum(target[k] * inner for k in range(K)), e)
assert np.isclose(outer + sum(target[k] * np.log(np.exp(scores[k])) for k in range(K)), 0)

# %% [markdown]
# Its slope in $s_j$ has two parts: $-y_j$ from the first sum, and from the second
# $\sum_k y_k \frac{e^{s_j}}{\sum_m e^{s_m}} = \sum_k y_k\, x_j^{(L)}$.

# %% tags=["S1-E3d"]
share = np.exp(scores) / np.exp(scores).sum()
assert np.allclose(share, x[L][:, 0])
for j in range(K):
    assert np.isclose(de_ds[j], -target[j] + sum(target[k] * share[j] for k in range(K)))

# %% [markdown]
# **Equation (4).** $x_j^{(L)}$ does not depend on $k$, so $\sum_k y_k = 1$ is left in front of it:
# $\partial e/\partial s_j^{(L)} = x_j^{(L)} - y_j$.

# %% tags=["S1-E4"]
assert target.sum() == 1
assert np.allclose(de_ds, x[L][:, 0] - target)

# %% [markdown]
# **Predict:** does (4) still hold for a target such as $(0.5, 0.2, 0.1)$, which does not add up to 1?

# %% tags=["S1-E3d", "S1-E4"]
odd = np.array([0.5, 0.2, 0.1])
slope = calculus.gradient(lambda z: -odd @ np.log(softmax(z)), scores)
assert np.allclose(slope, -odd + odd.sum() * softmax(scores))
assert not np.allclose(slope, softmax(scores) - odd)

# %% [markdown]
# No. The line before (4) holds for every target, (4) only for targets that add up to 1, as one-hot rows do.
#
# **The name δ.** The slope of the loss in the *scores* of a layer is called $\delta^{(l)}$. For the last layer
# $\delta_j^{(L)} = x_j^{(L)} - y_j$ (6), and (1) becomes $\partial e/\partial w_{ij}^{(L)} =
# x_i^{(L-1)}\delta_j^{(L)}$ (5).

# %% tags=["S1-E5", "S1-E6"]
for i, j in np.ndindex(d[L - 1], K):
    delta_j = x[L][j, 0] - y[j, 0]                       # (6)
    assert np.isclose(delta_j, de_ds[j])
    assert np.isclose(de_dW[i, j], x[L - 1][i, 0] * delta_j, atol=1e-8)

# %% [markdown]
# **One sample.** All $j$ at once: $\delta^{(L)} = x^{(L)} - y$ (8), a column $K\times1$.

# %% tags=["S1-E8"]
delta = {L: x[L] - y}
assert delta[L].shape == (K, 1)
assert calculus.check_gradient(lambda v: onward(v, L), s[L], delta[L]) < 1e-8

# %% [markdown]
# All $i$ and $j$ at once: $\frac{\partial e}{\partial W^{(L)}} = x^{(L-1)}\delta^{(L)T}$ (7), a column
# $d^{(L-1)}\times1$ times a row $1\times K$.

# %% tags=["S1-E7"]
outer = x[L - 1] @ delta[L].T
assert outer.shape == W[L].shape == (d[L - 1], K)
assert calculus.check_gradient(lambda V: mean_loss({**W, L: V}, rows=[n]), W[L], outer) < 1e-8

# %% [markdown]
# **In rows.** In this book a sample is a row. The row of $\delta$ is $\delta^T$, the row of $x$ is $x^T$, and the
# outer product is (row of values)$^T$ (row of errors). It is the *same* matrix, not its transpose, because $W$ is
# stored the same way.

# %% tags=["S1-E7", "S1-E8"]
x_row, delta_row = X[L - 1][[n]], X[L][[n]] - Y[[n]]     # (1, d[L-1]), (1, K)
assert np.array_equal(delta_row, delta[L].T)
assert np.array_equal(x_row.T @ delta_row, x[L - 1] @ delta[L].T)

# %% [markdown]
# **The batch.** $\Delta^{(L)} = X^{(L)} - Y$ (10), $N\times K$: row $n$ belongs to sample $n$. There is no
# $\frac1N$ in it.

# %% tags=["S1-E10"]
Delta = {L: X[L] - Y}
assert Delta[L].shape == (N, K)
assert np.allclose(Delta[L][[n]].T, delta[L])

# %% [markdown]
# $E$ is the mean of the $e_n$, so its gradient is the mean of the outer products. One matrix product adds them (9):
# $$\frac{\partial E}{\partial W^{(L)}} = \frac1N\, X^{(L-1)T} \Delta^{(L)}, \qquad
# d^{(L-1)}\times K = (d^{(L-1)}\times N)(N\times K)$$
# A matrix product sums over its inner index. The transpose is there to put the samples inside.

# %% tags=["S1-E9", "S1-NOT"]
dW_L = X[L - 1].T @ Delta[L] / N
assert np.allclose(dW_L, np.mean([np.outer(X[L - 1][m], Delta[L][m]) for m in range(N)], axis=0))
assert calculus.check_gradient(lambda V: mean_loss({**W, L: V}), W[L], dW_L) < 1e-8

# %% [markdown]
# And this settles what $E$ is. If $E$ were the *sum* of the $e_n$, its slopes would be $N$ times (9).

# %% tags=["S1-NOT"]
try:
    calculus.check_gradient(lambda V: N * mean_loss({**W, L: V}), W[L], dW_L)
    raise RuntimeError("E could be the sum as well?")
except AssertionError as error:
    print(error)

# %% [markdown]
# The two numbers have the ratio $N = 9$.
#
# ## 4 · The output bias
#
# (11) is the chain rule once more, $\frac{\partial e}{\partial b_j} = \frac{\partial e}{\partial s_j}
# \frac{\partial s_j}{\partial b_j}$. Its last factor is $\partial s_j^{(L)}/\partial b_j^{(L)} = 1$ (12): raise the
# bias by a little, and the score rises by as much.

# %% tags=["S1-E11", "S1-E12"]
de_db = calculus.gradient(lambda v: mean_loss(b={**b, L: v}, rows=[n]), b[L])[0]
ds_db = calculus.jacobian(lambda v: (W[L].T @ x[L - 1])[:, 0] + v, b[L][0])
assert np.allclose(ds_db, np.eye(K))                     # (12): 1 for the same j
assert np.allclose(de_db, de_ds * np.diag(ds_db), atol=1e-8)

# %% [markdown]
# So $\partial e/\partial b_j^{(L)} = \delta_j^{(L)}$ (13), with $\delta_j^{(L)} = x_j^{(L)} - y_j$ (14). The document
# prints $b_i$ on the left of (13), and $s_i$ in the sentence before. The index must be the same on both sides: for
# $i\ne j$ the two numbers differ.

# %% tags=["S1-E13", "S1-E14"]
for i, j in np.ndindex(K, K):
    assert np.isclose(de_db[i], delta[L][j, 0], atol=1e-8) == (i == j)
    assert np.isclose(delta[L][j, 0], x[L][j, 0] - y[j, 0])

# %% [markdown]
# **One sample:** $\partial e/\partial B^{(L)} = \delta^{(L)}$ (15) with $\delta^{(L)} = x^{(L)} - y$ (16). Here $B$ is
# a *column*. For the batch, (17) and (18), $B$ is a *row*:
# $$\frac{\partial E}{\partial B^{(L)}} = \frac1N\,\vec1\,\Delta^{(L)}, \qquad \Delta^{(L)} = X^{(L)} - Y, \qquad
# 1\times K = (1\times N)(N\times K)$$
# Both are right, each in its own convention. First the column:

# %% tags=["S1-E15", "S1-E16", "S1-BSH"]
column = calculus.gradient(lambda v: mean_loss(b={**b, L: v.T}, rows=[n]), b[L].T)
assert column.shape == delta[L].shape == (K, 1)          # B as a column: (15)
assert np.allclose(column, x[L] - y, atol=1e-8)          # (16)

# %% [markdown]
# We choose the row, as in the whole book. Then for one sample $\partial e/\partial B = \delta^T$, and for the batch
# (17) stays as it is.

# %% tags=["S1-BSH"]
row = calculus.gradient(lambda v: mean_loss(b={**b, L: v}, rows=[n]), b[L])
assert np.allclose(row, delta[L].T, atol=1e-8)           # B as a row: the transpose

# %% [markdown]
# (17) sums the rows of $\Delta$ by a product with $\vec1$:

# %% tags=["S1-E17", "S1-E18", "S1-BSH"]
def total_loss(Z):
    return -(Y * np.log(softmax(Z))).sum()


assert calculus.check_gradient(total_loss, S[L], Delta[L]) < 1e-8                    # (18)
db_L = ones @ Delta[L] / N                               # (17)
assert db_L.shape == b[L].shape == (1, K)
assert calculus.check_gradient(lambda v: mean_loss(b={**b, L: v}), b[L], db_L) < 1e-8

# %% [markdown]
# Before (17) the document says that it sums equation (12) over axis 0. That is a wrong number: (12) is the constant
# 1, and its sum is $N$ for every unit. What is summed is (13), that is, the rows of $\Delta$ of (18).

# %% tags=["S1-E17r"]
twelve = np.ones((N, K))                                 # (12) for every sample and unit
assert np.allclose(twelve.sum(axis=0), N)
assert not np.allclose(twelve.sum(axis=0) / N, db_L)
assert np.allclose(Delta[L].sum(axis=0) / N, db_L)

# %% [markdown]
# **The sentence after (18) is wrong as printed.** It calls $\partial E/\partial B^{(L)}$ a column vector of size
# $[1\times d^{(L)}]$. It cannot be both. Take it as a column, and it does not fit the batch. Worse, a step of the
# bias then makes a square, without a word from numpy.

# %% tags=["S1-E17t", "fails-as-printed"]
as_column = db_L.reshape(K, 1)
assert as_column.shape != (ones @ Delta[L]).shape        # (17) gives another shape
assert (b[L] - 0.1 * as_column).shape == (K, K) != b[L].shape
try:
    S[L] + as_column
    raise RuntimeError("a column fits the batch?")
except ValueError as error:
    print(error)

# %% [markdown]
# Mended: it is a *row* of size $1\times d^{(L)}$. A column would be $d^{(L)}\times1$.

# %% tags=["S1-E17t", "mended"]
assert (ones @ Delta[L]).shape == (1, d[L]) == b[L].shape
assert (b[L] - 0.1 * db_L).shape == b[L].shape
assert (S[L] + db_L).shape == S[L].shape

# %% [markdown]
# ## 5 · A hidden layer
#
# Now $w_{ij}^{(l)}$ in any layer $l < L$. We take $l = 2$ for the numbers. The first step is as before (19), and so is
# its last factor (21):
# $$\frac{\partial e}{\partial w_{ij}^{(l)}} = \frac{\partial e}{\partial s_j^{(l)}}\,
# \frac{\partial s_j^{(l)}}{\partial w_{ij}^{(l)}}, \qquad
# \frac{\partial s_j^{(l)}}{\partial w_{ij}^{(l)}} = x_i^{(l-1)}$$

# %% tags=["S1-E19", "S1-E21"]
l = 2
de_dW = calculus.gradient(lambda V: mean_loss({**W, l: V}, rows=[n]), W[l])
de_ds = calculus.gradient(lambda v: onward(v, l), s[l])[:, 0]
ds_dW = calculus.derivative(lambda V: (V.T @ x[l - 1] + b[l].T)[:, 0], W[l])
for i, j in np.ndindex(d[l - 1], d[l]):
    assert np.isclose(ds_dW[j, i, j], x[l - 1][i, 0])                              # (21)
    assert np.isclose(de_dW[i, j], de_ds[j] * ds_dW[j, i, j], atol=1e-8)           # (19)

# %% [markdown]
# What is new is $\partial e/\partial s_j^{(l)}$. Score $j$ makes value $j$ and nothing else (22):
# $$\frac{\partial e}{\partial s_j^{(l)}} = \frac{\partial e}{\partial x_j^{(l)}}\,
# \frac{\partial x_j^{(l)}}{\partial s_j^{(l)}}$$

# %% tags=["S1-E22"]
def from_values(values, l):
    """e from the values (d[l], 1) of a hidden layer l."""
    return onward(W[l + 1].T @ values + b[l + 1].T, l + 1)


de_dx = calculus.gradient(lambda v: from_values(v, l), x[l])[:, 0]
dx_ds = calculus.jacobian(relu, s[l][:, 0])
assert np.allclose(de_ds, de_dx * np.diag(dx_ds), atol=1e-8)

# %% [markdown]
# The last factor is the slope of ReLU (23): 1 where the score is positive, else 0. The document prints
# $\partial x_j/\partial s_i$. It means $\partial x_j/\partial s_j$: for $i\ne j$ the slope is 0, whatever the scores.

# %% tags=["S1-E23"]
slope = relu.derivative(s[l])                            # (d[l], 1)
assert np.array_equal(slope, s[l] > 0)
assert np.allclose(dx_ds, np.diag(slope[:, 0]))
assert 0 < slope.sum() < d[l]                            # some units are on, some off

# %% [markdown]
# **Predict:** what is the slope of ReLU at exactly 0?

# %% tags=["S1-E23"]
h = 1e-6
left, right = (relu(0.0) - relu(-h)) / h, (relu(h) - relu(0.0)) / h
assert (left, right) == (0, 1)
assert relu.derivative(np.zeros(1))[0] == 0

# %% [markdown]
# From the left it is 0, from the right 1: there is no slope at the kink. The 0 in (23) is a convention. Any number
# from 0 to 1 would do, as long as all programs that are compared use the same.
#
# Now $\partial e/\partial x_j^{(l)}$. Look at the picture first. In which ways can unit $j$ of layer $l$ reach the
# loss?

# %%
ax = plotting.show_layers((5, 7, 6, 3), ["$x^{(1)}$", "$x^{(2)}$", "$x^{(3)}$", "$x^{(4)}$"])
for k in range(6):
    ax.plot((1, 2), (1, 2.5 - k), color=plotting.CYCLE[1], linewidth=2, zorder=1)
ax.scatter(1, 1, s=130, color=plotting.CYCLE[1], edgecolor="k", zorder=3)
plotting.described(ax, "Layers of 5, 7, 6 and 3 units; from one unit of the second layer marked lines "
                   "lead to all six units of the third.")

# %% [markdown]
# Through *every* unit $k$ of the next layer. Where several ways lead to the loss, the chain rule adds them (24):
# $$\frac{\partial e}{\partial x_j^{(l)}} = \sum_{k=1}^{d^{(l+1)}} \frac{\partial e}{\partial s_k^{(l+1)}}\,
# \frac{\partial s_k^{(l+1)}}{\partial x_j^{(l)}}$$

# %% tags=["S1-E24"]
de_ds_above = calculus.gradient(lambda v: onward(v, l + 1), s[l + 1])[:, 0]
ds_dx = calculus.jacobian(lambda v: W[l + 1].T @ v + b[l + 1][0], x[l][:, 0])
assert ds_dx.shape == (d[l + 1], d[l])

# %% [markdown]
# The sum over $k$, for every $j$:

# %% tags=["S1-E24"]
for j in range(d[l]):
    total = sum(de_ds_above[k] * ds_dx[k, j] for k in range(d[l + 1]))
    assert np.isclose(de_dx[j], total, atol=1e-8)

# %% [markdown]
# The line from $j$ to $k$ is the weight: $\partial s_k^{(l+1)}/\partial x_j^{(l)} = w_{jk}^{(l+1)}$ (26). With $k$
# down and $j$ across this matrix is $W^{(l+1)T}$.

# %% tags=["S1-E26"]
assert np.allclose(ds_dx, W[l + 1].T)
assert np.isclose(ds_dx[4, 5], W[l + 1][5, 4])

# %% [markdown]
# **The recursion (27).** (26) into (24), and both into (22):
# $$\frac{\partial e}{\partial s_j^{(l)}} = \theta'(s_j^{(l)}) \sum_{k=1}^{d^{(l+1)}}
# \frac{\partial e}{\partial s_k^{(l+1)}}\, w_{jk}^{(l+1)}$$
# The slopes of layer $l$ follow from those of layer $l+1$. Times $x_i^{(l-1)}$ it is the gradient in the weight (28).

# %% tags=["S1-E27", "S1-E28"]
for j in range(d[l]):
    total = sum(de_ds_above[k] * W[l + 1][j, k] for k in range(d[l + 1]))
    assert np.isclose(de_ds[j], slope[j, 0] * total, atol=1e-8)                              # (27)
    for i in range(d[l - 1]):
        assert np.isclose(de_dW[i, j], x[l - 1][i, 0] * slope[j, 0] * total, atol=1e-8)      # (28)

# %% [markdown]
# With the name $\delta$ this is short, and it looks like the output layer: $\partial e/\partial w_{ij}^{(l)} =
# x_i^{(l-1)}\delta_j^{(l)}$ (29), where
# $$\delta_j^{(l)} = \theta'(s_j^{(l)}) \sum_{k=1}^{d^{(l+1)}} \delta_k^{(l+1)}\, w_{jk}^{(l+1)} \tag{30}$$
# We start from (6) and go down, entry by entry, to layer 1.

# %% tags=["S1-E30"]
entry = {L: [x[L][j, 0] - y[j, 0] for j in range(K)]}
for l in (3, 2, 1):
    entry[l] = [relu.derivative(s[l])[j, 0] * sum(entry[l + 1][k] * W[l + 1][j, k] for k in range(d[l + 1]))
                for j in range(d[l])]

# %% [markdown]
# The judge of (30) is the slope of the loss in the scores; of (29), that in the weights.

# %% tags=["S1-E30"]
for l in (3, 2, 1):
    assert calculus.check_gradient(lambda v, l=l: onward(v, l), s[l], np.array(entry[l])[:, None]) < 1e-8

# %% tags=["S1-E29"]
for l in (3, 2, 1):
    by_entries = [[x[l - 1][i, 0] * entry[l][j] for j in range(d[l])] for i in range(d[l - 1])]
    gap = calculus.check_gradient(lambda V, l=l: mean_loss({**W, l: V}, rows=[n]), W[l], np.array(by_entries))
    assert gap < 1e-7

# %% [markdown]
# ### One sample as matrices
#
# The sum over $k$ is row $j$ of $W^{(l+1)}$ times the column $\delta^{(l+1)}$. All rows together (32):
# $$\delta^{(l)} = \theta'(s^{(l)}) \odot \left(W^{(l+1)}\delta^{(l+1)}\right)$$
# The sizes: $d^{(l)}\times1$ entry by entry with $(d^{(l)}\times d^{(l+1)})(d^{(l+1)}\times1)$. Going forward, a
# column met $W^T$. Going back it meets $W$.

# %% tags=["S1-E32"]
for l in (3, 2, 1):
    delta[l] = relu.derivative(s[l]) * (W[l + 1] @ delta[l + 1])         # (32)
    assert delta[l].shape == (d[l], 1)
    assert np.allclose(delta[l][:, 0], entry[l])

# %% [markdown]
# And the weights (31): $\frac{\partial e}{\partial W^{(l)}} = x^{(l-1)}\delta^{(l)T}$, a column times a row.

# %% tags=["S1-E31"]
for l in (3, 2, 1):
    outer = x[l - 1] @ delta[l].T                                        # (31)
    assert calculus.check_gradient(lambda V, l=l: mean_loss({**W, l: V}, rows=[n]), W[l], outer) < 1e-7

# %% [markdown]
# **The sign ⊗.** The document prints $\otimes$ for the product entry by entry. Elsewhere $\otimes$ is the Kronecker
# product, so we write $\odot$. It also prints $W^{l+1}$ without brackets, which looks like a power. Both other
# readings fail.

# %% tags=["S1-E32n"]
l = 2
back = W[l + 1] @ delta[l + 1]                                           # (d[l], 1)
assert np.kron(relu.derivative(s[l]), back).shape == (d[l] ** 2, 1) != delta[l].shape
try:
    np.linalg.matrix_power(W[l], l + 1)                                  # W to the power l + 1
    raise RuntimeError("W has powers?")
except np.linalg.LinAlgError as error:
    print(error)

# %% [markdown]
# Nor does (32) say what comes first, $\otimes$ or the matrix product. **Predict:** does it matter for one column?
# For a whole batch?

# %% tags=["S1-E32n"]
other_order = (relu.derivative(s[l]) * W[l + 1]) @ delta[l + 1]
assert np.allclose(other_order, delta[l])                # one column: the mask scales the rows of W
try:
    relu.derivative(S[l]).T * W[l + 1]                   # a batch has a mask for each sample
    raise RuntimeError("the masks of a batch fit W?")
except ValueError as error:
    print(error)

# %% [markdown]
# For one column both orders agree: to scale the rows of $W$ is to scale the rows of the product. For a batch there
# are $N$ different masks, and only "matrix product first" has a meaning. So we set the brackets.
#
# ### The batch, and the document's transposes
#
# $$\frac{\partial E}{\partial W^{(l)}} = \frac1N\,X^{(l-1)T}\Delta^{(l)} \quad (33), \qquad
# \Delta^{(l)} = \left[\theta'(S^{(l)})^T \odot \left(W^{(l+1)}\Delta^{(l+1)T}\right)\right]^T \quad (34)$$ Why so
# many transposes? (32) wants columns. $\Delta^{(l+1)T}$ is $d^{(l+1)}\times N$: the columns of all samples side by
# side. In the bracket everything is $d^{(l)}\times N$, one column a sample. The outer transpose lays the columns down
# as rows again.

# %% tags=["S1-E34"]
for l in (3, 2, 1):
    Delta[l] = (relu.derivative(S[l]).T * (W[l + 1] @ Delta[l + 1].T)).T
    assert Delta[l].shape == (N, d[l])
    assert np.allclose(Delta[l][[n]].T, delta[l])        # row n is the delta of sample n

# %% [markdown]
# **In rows.** Carry the outer transpose inside. Two laws do it: $(A\odot C)^T = A^T\odot C^T$ and
# $(AC)^T = C^TA^T$. All transposes but one cancel:
# $$\Delta^{(l)} = \theta'(S^{(l)}) \odot \left(\Delta^{(l+1)}\,W^{(l+1)T}\right), \qquad
# N\times d^{(l)}, \quad (N\times d^{(l+1)})(d^{(l+1)}\times d^{(l)})$$
# This is the form of this book. In chapter 06 it reads: da2 is dz3 times $W^{[3]T}$, dz2 is da2 times the slopes.

# %% tags=["S1-E34"]
for l in (3, 2, 1):
    in_rows = relu.derivative(S[l]) * (Delta[l + 1] @ W[l + 1].T)
    assert np.allclose(in_rows, Delta[l])

# %% [markdown]
# The same for a single sample: transpose (32), and its row of $\delta$ is made from the row above.

# %% tags=["S1-E32", "S1-E34"]
for l in (3, 2, 1):
    one_row = relu.derivative(s[l].T) * (delta[l + 1].T @ W[l + 1].T)    # (1, d[l])
    assert np.allclose(one_row, delta[l].T)
    assert np.allclose(one_row, Delta[l][[n]])

# %% [markdown]
# Here are the three tables of that line for $l=2$: nine samples down, seven units across.

# %%
l = 2
axes = plotting.show_matrices({r"\Delta^{(3)}\,W^{(3)T}": Delta[3] @ W[3].T,
                               r"\theta'(S^{(2)})": relu.derivative(S[2]), r"\Delta^{(2)}": Delta[2]})
plotting.described(axes[0], "Three tables of 9 by 7: what comes back through the weights, the mask of ones "
                   "and blanks, and their product, which is blank where the mask is.")

# %% [markdown]
# Zeros are blank. What comes back through the weights fills the whole table. The mask lets a number pass only where
# the unit was on for that sample. Each row has a mask of its own. Three rows are pale: those samples are already read
# right, so there is little error to send back.
#
# The weights (33), for all layers, against measured slopes of $E$:

# %% tags=["S1-E33"]
for l in (3, 2, 1):
    dW_l = X[l - 1].T @ Delta[l] / N
    assert dW_l.shape == (d[l - 1], d[l])
    assert calculus.check_gradient(lambda V, l=l: mean_loss({**W, l: V}), W[l], dW_l) < 1e-7

# %% [markdown]
# ## 6 · The hidden bias
#
# The document derives it once more in full; the pattern is that of section 4. First the chain (35),
# $\frac{\partial e}{\partial b_j} = \frac{\partial e}{\partial s_j}\frac{\partial s_j}{\partial b_j}$ with
# $\partial s_j/\partial b_j = 1$:

# %% tags=["S1-E35"]
l = 3
de_db = calculus.gradient(lambda v: mean_loss(b={**b, l: v}, rows=[n]), b[l])[0]
de_ds = calculus.gradient(lambda v: onward(v, l), s[l])[:, 0]
ds_db = calculus.jacobian(lambda v: (W[l].T @ x[l - 1])[:, 0] + v, b[l][0])
assert np.allclose(ds_db, np.eye(d[l]))
assert np.allclose(de_db, de_ds * np.diag(ds_db), atol=1e-8)

# %% [markdown]
# The slope in the score is the recursion, (36) and (38). The result (37) is $\partial e/\partial b_j^{(l)} =
# \delta_j^{(l)}$. Again the document prints $b_i$ on the left of (37); for $i\ne j$ that fails.

# %% tags=["S1-E36", "S1-E37", "S1-E38"]
for j in range(d[l]):
    total = sum(delta[l + 1][k, 0] * W[l + 1][j, k] for k in range(d[l + 1]))
    assert np.isclose(de_ds[j], relu.derivative(s[l])[j, 0] * total, atol=1e-8)       # (36), (38)
    assert np.isclose(de_db[j], delta[l][j, 0], atol=1e-8)                            # (37)
on = np.flatnonzero(delta[l][:, 0])
assert not np.isclose(de_db[on[0]], delta[l][on[1], 0])

# %% [markdown]
# One sample: $\partial e/\partial B^{(l)} = \delta^{(l)}$ (39), with the recursion (40) for it. As in section 4 the
# column belongs to a column $B$; for our row it is $\delta^{(l)T}$.

# %% tags=["S1-E39", "S1-E40"]
for l in (3, 2, 1):
    forty = relu.derivative(s[l]) * (W[l + 1] @ delta[l + 1])
    assert calculus.check_gradient(lambda v, l=l: onward(v, l), s[l], forty) < 1e-7   # (40)
    gap = calculus.check_gradient(lambda v, l=l: mean_loss(b={**b, l: v}, rows=[n]), b[l], delta[l].T)
    assert gap < 1e-7                                                                 # (39)

# %% [markdown]
# The batch: $\frac{\partial E}{\partial B^{(l)}} = \frac1N\vec1\,\Delta^{(l)}$ (41), a row $1\times d^{(l)}$.

# %% tags=["S1-E41"]
for l in (3, 2, 1):
    db_l = ones @ Delta[l] / N
    assert calculus.check_gradient(lambda v, l=l: mean_loss(b={**b, l: v}), b[l], db_l) < 1e-7

# %% [markdown]
# For $\Delta^{(l)}$ (42) repeats (34), but the transpose now stands *inside* $\theta'(S^{(l)T})$. $\theta'$ acts on
# each entry alone, so this is the same. And both are the row form.

# %% tags=["S1-E42"]
for l in (3, 2, 1):
    assert np.array_equal(relu.derivative(S[l].T), relu.derivative(S[l]).T)
    forty_two = (relu.derivative(S[l].T) * (W[l + 1] @ Delta[l + 1].T)).T
    assert np.allclose(forty_two, relu.derivative(S[l]) * (Delta[l + 1] @ W[l + 1].T))

# %% [markdown]
# ## 7 · All layers in one loop
#
# 42 equations are four lines, and the four lines do not ask how many layers there are:
#
# $$\Delta^{(L)} = X^{(L)} - Y, \quad \Delta^{(l)} = \theta'(S^{(l)})\odot(\Delta^{(l+1)}W^{(l+1)T}), \quad
# \frac{\partial E}{\partial W^{(l)}} = \frac1N X^{(l-1)T}\Delta^{(l)}, \quad
# \frac{\partial E}{\partial B^{(l)}} = \frac1N\vec1\,\Delta^{(l)}$$
#
# For ReLU $\theta'$ can be read from the value: $x>0$ exactly where $s>0$.

# %% tags=["S1-E33", "S1-E34", "S1-E41"]
def backpropagate(X0, Y, W, b):
    """Gradients of E in all W[l] and b[l], l = 1 .. L; ReLU inside, softmax last."""
    X, L, dW, db = {0: X0}, len(W), {}, {}
    for l in range(1, L + 1):
        X[l] = (relu if l < L else softmax)(X[l - 1] @ W[l] + b[l])
    Delta = X[L] - Y
    for l in range(L, 0, -1):
        dW[l], db[l] = X[l - 1].T @ Delta / len(Y), Delta.sum(axis=0, keepdims=True) / len(Y)
        Delta = (X[l - 1] > 0) * (Delta @ W[l].T)        # at l = 1 it is not used any more
    return dW, db

# %% [markdown]
# The same numbers as the single steps above:

# %%
dW, db = backpropagate(X[0], Y, W, b)
for l in range(1, L + 1):
    assert np.allclose(dW[l], X[l - 1].T @ Delta[l] / N)
    assert np.allclose(db[l], ones @ Delta[l] / N)

# %% [markdown]
# And for every depth from 1 to 8 the same as `mlp_lib.networks.MLP`, whose gradients its own tests compare with
# measured slopes. From here on we use `MLP`.

# %%
for depth in range(1, 9):
    sizes = tuple(rng.integers(2, 9, size=depth + 1))
    net = MLP(sizes, relu, init="he", rng=depth, dtype=np.float64)
    inputs, labels = rng.normal(size=(N, sizes[0])), rng.integers(sizes[-1], size=N)
    ours = backpropagate(inputs, np.eye(sizes[-1])[labels], dict(enumerate(net.W, 1)), dict(enumerate(net.b, 1)))
    _, *theirs = net.gradients(inputs, labels)
    for mine, library in zip(ours, theirs):
        assert all(np.allclose(mine[l + 1], library[l]) for l in range(depth))

# %% [markdown]
# **What it saves.** To *measure* a gradient takes two forward passes for every parameter. Backpropagation takes one
# forward pass and one way back, which costs about twice as much. **Predict** how many forward passes measuring takes
# for the network of section 1.

# %%
print(f"{2 * start.theta.size:,} forward passes for one gradient")
assert start.theta.size == 109_810

# %% [markdown]
# ## 8 · What depth does to δ
#
# Now back to the failure of section 1. By (31) the gradient of a weight is a value times an error, and so its length
# is the product of two lengths:
# $\left\|\partial e/\partial W^{(l)}\right\|_F = \|x^{(l-1)}\|\cdot\|\delta^{(l)}\|$. If $\delta$ vanishes, so does
# the gradient.

# %% tags=["S1-E31"]
for l in range(1, L + 1):
    outer = x[l - 1] @ delta[l].T
    assert np.isclose(np.linalg.norm(outer), np.linalg.norm(x[l - 1]) * np.linalg.norm(delta[l]))

# %% [markdown]
# We measure two sizes in each layer: how long $\delta^{(l)}$ is, and how far the samples still differ there (the
# spread of the values). If all samples have become alike, no layer above can tell them apart. `MLP` leaves both in
# its buffers. This function is in the library, too. (Its $\Delta$ has the $\frac1N$ in it, so the typical length of
# one sample's $\delta$ is $\sqrt N$ times the length of the whole table.)

# %% tags=["shows:networks.sizes_by_layer"]
def sizes_by_layer(model, X, Y):
    """Spread of the values, and typical length of one sample's delta, in each layer."""
    X = model.check_inputs(X)
    Y = model.loss_function.check((len(X), model.n_outputs), Y, model.dtype)
    work = model.buffers(len(X))
    model.forward_backward(X, Y, work)
    spread = [np.sqrt(a.var(axis=0).mean()) for a in work.a]
    delta = [np.sqrt(len(X)) * np.linalg.norm(d) for d in work.d]
    return np.array(spread), np.array(delta)

# %% [markdown]
# It agrees with the $\Delta$ of our example:

# %%
from mlp_lib.networks import sizes_by_layer

small = MLP(d, relu, dtype=np.float64)
for own, ours in zip(small.W + small.b, [*W.values(), *b.values()]):
    own[:] = ours
spread, lengths = sizes_by_layer(small, X[0], Y.argmax(axis=1))
assert np.allclose(lengths, [np.sqrt((Delta[l] ** 2).sum(axis=1).mean()) for l in range(1, L + 1)])

# %% [markdown]
# ### A forecast
#
# Take the weights of layer $l+1$ as random, with mean 0 and standard deviation $\sigma$. In (30) the sum over $k$ is
# then random as well, with variance $\sigma^2\|\delta^{(l+1)}\|^2$: variances of independent terms add. Unit $j$
# keeps the share $\theta'(s_j)^2$ of it. Over all $d^{(l)}$ units:
# $$\|\delta^{(l)}\|^2 \approx d^{(l)}\,\sigma^2\,\overline{\theta'^2}\;\|\delta^{(l+1)}\|^2$$
# The bar is the mean over the units. So one layer multiplies $\delta$ by the factor
# $\sigma\sqrt{d}\,\cdot$ (root mean square of $\theta'$). Two numbers decide: the weights and the slopes.
#
# First we test one step of it, many times over: one $\delta^{(l+1)}$, two thousand random $W$.

# %%
above, mask, sigma = rng.normal(size=6), rng.uniform(size=7), 0.3
tries = mask * (rng.normal(scale=sigma, size=(2000, 7, 6)) @ above)      # (2000, 7): one delta a row
mean_square = (tries**2).sum(axis=1).mean()
forecast = 7 * sigma**2 * np.mean(mask**2) * np.sum(above**2)
assert np.isclose(mean_square, forecast, rtol=0.05)

# %% [markdown]
# Now whole networks: 30 layers, 100 units in each, two activations and four initialisations. For equal widths
# *xavier* has $\sigma = 1/\sqrt d$, *he* has $\sigma=\sqrt{2/d}$, and two are fixed numbers, 0.02 and 0.3.
# **Predict** for each whether $\delta$ shrinks or grows on its way down.

# %%
width, schemes = 100, ("xavier", "he", 0.02, 0.3)
noise, marks = rng.normal(size=(64, width)), rng.integers(10, size=64)


def tower(depth, hidden, init, rng=0):
    """Network of ``depth`` layers, each of 100 units but the last of 10."""
    return MLP((width,) * depth + (10,), hidden, init=init, rng=rng, dtype=np.float64)

# %%
towers = {f: {init: tower(30, f, init) for init in schemes} for f in (sigmoid, relu)}
sizes = {f: {init: sizes_by_layer(net, noise, marks) for init, net in nets.items()} for f, nets in towers.items()}
for f in sizes:
    assert all(sizes[f][init][1][0] < 1e-3 * sizes[f][init][1][-1] for init in ("xavier", 0.02))
assert sizes[sigmoid]["he"][1][0] < 1e-12
assert 0.2 < sizes[relu]["he"][1][0] / sizes[relu]["he"][1][-1] < 5
assert sizes[relu][0.3][1][0] > 1e6

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained", sharey=True)
for ax, f in zip(axes, sizes):
    curves = {str(init): pair[1] for init, pair in sizes[f].items()}
    plotting.show_curves(curves, ax=ax, xlabel="layer $l$", ylabel=r"length of $\delta^{(l)}$", log=True)
    ax.set_title(f.name)
plotting.described(fig, "Length of delta by layer, logarithmic, sigmoid left and ReLU right. All lines are "
                   "straight: sigmoid always falls towards layer 1; ReLU falls with xavier and 0.02, stays "
                   "level with he, and rises with 0.3.")

# %% [markdown]
# Read from right to left, the way of the error. Every line is nearly straight: a constant factor for each layer.
# After 30 layers a factor of 0.24 has become $10^{-18}$, and one of 2.1 has become $10^{10}$. The gradient *vanishes*
# or *explodes*. Only one line stays level: ReLU with *he*.
#
# Does the forecast give these factors? Here it is for all hidden layers of a network. This function is in the library,
# too.

# %% tags=["shows:networks.delta_factors"]
def delta_factors(model, X):
    """Forecast of the factors by which each hidden layer multiplies the length of delta."""
    values = model.forward(model.check_inputs(X))[:-1]
    slopes = [model.hidden.derivative_from_value(a) for a in values]
    squares = [slope.shape[1] * np.mean(slope**2) * np.mean(W**2)
               for slope, W in zip(slopes, model.W[1:])]
    return np.sqrt(squares)

# %% [markdown]
# For each of the eight networks we compare the factor a layer, as a geometric mean over the 29 hidden layers.

# %%
def factor_a_layer(net):
    """Measured factor of delta a layer, and the forecast: geometric means."""
    _, delta = sizes_by_layer(net, noise, marks)
    forecast = delta_factors(net, noise)
    return (delta[0] / delta[-1]) ** (1 / len(forecast)), np.exp(np.mean(np.log(forecast)))

# %%
for f, nets in towers.items():
    for init, net in nets.items():
        measured, forecast = factor_a_layer(net)
        assert np.isclose(measured, forecast, rtol=0.06)
        print(f"{f.name:8} {init!s:7} measured {measured:.2f}   forecast {forecast:.2f}")

# %% [markdown]
# The forecast is right to a few percent. So we can read off why:
#
# - **ReLU**: half of the units are on, so $\overline{\theta'^2} = \frac12$ and the factor is $\sigma\sqrt{d/2}$. It
#   is 1 for $\sigma = \sqrt{2/d}$. This is where *he* comes from.
# - **Sigmoid**: $\theta' \le \frac14$, so the factor is at most $\sigma\sqrt d/4$. With *xavier* this is about
#   $\frac14$ at most wherever two layers of equal width meet. (The last step, from 100 units to 10, has a larger
#   $\sigma$ and a factor of 0.32.)
#
# The share of units that are on, and the bound for sigmoid:

# %%
assert np.isclose(np.mean(towers[relu]["he"].forward(noise)[5] > 0), 0.5, atol=0.1)
for net in towers[sigmoid].values():
    sigmas = np.array([np.sqrt(np.mean(W**2)) for W in net.W[1:]])
    assert (delta_factors(net, noise) <= sigmas * np.sqrt(width) / 4).all()
*between, last = delta_factors(towers[sigmoid]["xavier"], noise)
assert max(between) < 0.26
assert np.isclose(last, 0.32, atol=0.01)

# %% [markdown]
# So sigmoid would need about $\sigma = 4/\sqrt d$. But larger weights make larger scores, and there the slope is less
# than $\frac14$. It needs even more, and then its units saturate.
#
# ### And the way forward?
#
# The values can vanish, too. **Predict** the same four initialisations for the *spread* of the values. Does a
# sigmoid keep the samples apart?

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained", sharey=True)
for ax, f in zip(axes, sizes):
    curves = {str(init): pair[0][:-1] for init, pair in sizes[f].items()}
    plotting.show_curves(curves, ax=ax, xlabel="layer $l$", ylabel="spread of the values", log=True)
    ax.set_title(f.name)
plotting.described(fig, "Spread of the values by layer, logarithmic. Sigmoid: it falls in every case, down to the "
                   "rounding error of 1e-16 and no further. ReLU: falls with xavier and 0.02, nearly level with "
                   "he, rises with 0.3.")

# %% [markdown]
# With sigmoid the samples become alike in all four cases: a sigmoid squeezes every difference at least fourfold, just
# as it squeezes $\delta$, and these weights do not make up for it. With xavier, after some 25 layers all 64 samples
# are *the same* to 16 digits. There the line stops falling, because what is left is rounding; no layer above can
# bring back what is lost. With ReLU the spread runs as $\delta$ does, in the other direction. *he* keeps it nearly
# level.
#
# ### Against depth
#
# Last, depth itself: networks of 2 to 38 layers, and the length of $\delta^{(1)}$, the error that reaches the first
# layer.

# %%
depths = range(2, 39, 4)
reach = {f: {str(init): [sizes_by_layer(tower(depth, f, init, rng=1), noise, marks)[1][0] for depth in depths]
             for init in schemes} for f in (sigmoid, relu)}
for f in reach:
    assert reach[f]["xavier"][-1] < 1e-3 * reach[f]["xavier"][0]
assert 0.1 < reach[relu]["he"][-1] / reach[relu]["he"][0] < 10
assert reach[relu]["0.3"][-1] > 1e8 * reach[relu]["0.3"][0]

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained", sharey=True)
for ax, (f, curves) in zip(axes, reach.items()):
    plotting.show_curves(curves, x=list(depths), ax=ax, xlabel="number of layers $L$", log=True,
                         ylabel=r"length of $\delta^{(1)}$")
    ax.set_title(f.name)
plotting.described(fig, "Length of delta in layer 1 against the number of layers, logarithmic: straight lines "
                   "down for sigmoid; for ReLU down with xavier and 0.02, level with he, up with 0.3.")

# %% [markdown]
# Straight lines once more, so the error at the bottom depends on the depth *exponentially*. A network of three layers
# forgives a poor factor. One of thirty does not.
#
# ## 9 · Five layers on MNIST
#
# Back to the network of section 1. The forecast names two cures. Either another activation with its initialisation:
# ReLU and *he*. Or the same sigmoid with larger weights: $\sigma = 4/\sqrt d$, four times *lecun*, which has
# $1/\sqrt d$. And it names a way to spoil ReLU: small fixed weights of 0.01.

# %%
names = ("sigmoid, xavier", "ReLU, 0.01", "sigmoid, 4 × lecun", "ReLU, he")
kinds = (sigmoid, "xavier"), (relu, 0.01), (sigmoid, "lecun"), (relu, "he")
nets = {name: MLP(widths, f, init=init, rng=0) for name, (f, init) in zip(names, kinds)}
nets["sigmoid, 4 × lecun"].theta *= 4
at_start = {name: sizes_by_layer(net, few[0][:500], few[1][:500])[1] for name, net in nets.items()}
for name in names[:2]:
    assert at_start[name][0] < 0.01 * at_start[name][-1]
for name in names[2:]:
    assert at_start[name][0] > 0.1 * at_start[name][-1]

# %% [markdown]
# All four get the same digits, the same steps and five epochs. **Predict** which of them learn.

# %%
runs = {name: train(net, few, epochs=5, optimizer=networks.SGD(0.02, momentum=0.9), **steps)
        for name, net in nets.items()}
right = {name: net.accuracy(digits.X_test, digits.y_test) for name, net in nets.items()}
assert right["ReLU, 0.01"] < 0.2
assert min(right[name] for name in names[2:]) > 0.9

# %%
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
plotting.show_curves(at_start, ax=axes[0], xlabel="layer", ylabel=r"length of $\delta$ at the start", log=True)
plotting.show_curves({name: run.loss for name, run in runs.items()}, ax=axes[1], ylabel="training loss")
for ax in axes:
    ax.set_xticks(range(1, 6))
plotting.described(fig, "Left: delta by layer before training; steep for sigmoid with xavier and ReLU with 0.01, "
                   "nearly level for the other two. Right: loss by epoch; the level two fall at once, sigmoid "
                   "with xavier after three flat epochs, ReLU with 0.01 never leaves log 10.")

# %% [markdown]
# The picture on the left was made before the first step, and it foretold the one on the right. The loss of pure
# guessing is $\log 10 = 2.30$. The two networks with a level $\delta$ learn at once. Sigmoid with xavier spends
# three epochs there before it moves: vanishing is not death, but it costs time, and more with each layer.
# ReLU with 0.01 does not get off at all. In numbers:

# %% tags=["nbval-ignore-output"]
for name, share in right.items():
    print(f"{name:20} {share:.1%} of the test digits")

# %% [markdown]
# What did ReLU with 0.01 learn in five epochs? **Predict** its answers.

# %%
answers = np.unique(nets["ReLU, 0.01"].predict(digits.X_test))
assert answers.size == 1
assert np.isclose(right["ReLU, 0.01"], np.mean(digits.y_test == answers[0]))

# %% [markdown]
# One digit for all 10,000 pictures. The last bias is the only parameter whose gradient has any size: (17) needs no
# values and no lower layer. So the network learns how frequent each digit is, and no more.
#
# ## 10 · Move it yourself
#
# Left is the spread of the values, which runs forward; right the length of $\delta$, which runs back. The scale is
# $\sigma\sqrt d$: at 1 it is *xavier*, at 1.41 *he*. The dashed line is what the forecast makes of the last
# $\delta$.
#
# 1. Take ReLU and find the scale at which both lines are level.
# 2. Take sigmoid. **Predict** whether there is such a scale. Try up to 20.
# 3. Take tanh at scale 1. **Predict** which of the two shrinks on its way: the spread, $\delta$, or both?
# 4. Change the width only. What changes, and what does not?

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import delta_through_depth

demo = delta_through_depth()
assert demo.delta.shape == (20,)
demo

# %% [markdown]
# The width changes hardly anything, because the scale is measured in units of $1/\sqrt d$. It only makes the lines
# smoother: the forecast is about a mean over units, and a wide layer has more of them.
#
# Tasks 2 and 3 in numbers: what 20 layers leave of the spread, and of $\delta$ on its way back.

# %%
from mlp_lib.networks import tanh

for f, scale in ((tanh, 1), (sigmoid, 1), (sigmoid, 10), (sigmoid, 20)):
    spread, delta = sizes_by_layer(tower(20, f, scale / np.sqrt(width)), noise, marks)
    print(f"{f.name:8} scale {scale:2}: spread times {spread[-2] / spread[0]:.2g}, δ times {delta[0] / delta[-1]:.2g}")

# %% [markdown]
# With tanh at scale 1 both shrink, and gently. Sigmoid loses twelve powers of ten there. No scale levels both of its
# lines: $\delta$ is nearly level at 10, not 4, where the spread still falls sevenfold; at 20 $\delta$ explodes. And look
# at the units at scale 10: with a $\sigma$ of $10/\sqrt{100} = 1$, how many have less than a tenth of the largest slope?

# %%
steep = tower(20, sigmoid, 1.0)
slopes = sigmoid.derivative_from_value(steep.forward(noise)[10])
assert 0.9 < factor_a_layer(steep)[0] < 1.05
assert np.mean(slopes < 0.025) > 0.5

# %% [markdown]
# More than half. They are saturated and hardly learn; the others carry the whole error. Level is needed, but it is not
# all.
#
# ## 11 · Break it
#
# ### Forget the slope of the activation
#
# $\Delta^{(l)} = \Delta^{(l+1)}W^{(l+1)T}$, without $\theta'$. The shapes are right.

# %%
no_mask = X[1].T @ (Delta[3] @ W[3].T) / N
assert no_mask.shape == W[2].shape
try:
    calculus.check_gradient(lambda V: mean_loss({**W, 2: V}), W[2], no_mask)
    raise RuntimeError("the mask is not needed?")
except AssertionError as error:
    print(error)

# %% [markdown]
# ### Forget the transposes in a square network
#
# Let all layers and the batch have the same size 6. Now (34) without any transpose runs: $\theta'(S)\odot(W\Delta)$.
# **Predict:** what does it get right?

# %%
square, batch = rng.normal(size=(3, 6, 6)), rng.normal(size=(6, 6))
scores_1 = batch @ square[0]
error_above = relu(scores_1) @ square[1]                 # of the loss ||S2||² / 2: the slope is S2 itself
right_form = relu.derivative(scores_1) * (error_above @ square[1].T)
wrong_form = relu.derivative(scores_1) * (square[1] @ error_above)
assert calculus.check_gradient(lambda Z: np.sum((relu(Z) @ square[1]) ** 2) / 2, scores_1, right_form) < 1e-7
assert wrong_form.shape == right_form.shape
assert not np.allclose(wrong_form, right_form)
assert np.array_equal(wrong_form == 0, right_form == 0)

# %% [markdown]
# Only the shape and the zeros. $W\Delta$ mixes the samples, which never met going forward. This is why our example
# has no two equal sizes.
#
# ### Step first, then go on
#
# A tempting loop: as soon as $\partial E/\partial W^{(l+1)}$ is known, take the step, and go on to layer $l$ with the
# weights already changed. How far is the gradient off?

# %%
def hasty(rate):
    """Gradient in W[3] when W[4] has made its step before delta goes through it."""
    moved = W[4] - rate * X[3].T @ Delta[4] / N
    return X[2].T @ (relu.derivative(S[3]) * (Delta[4] @ moved.T)) / N


true = X[2].T @ Delta[3] / N
off = [np.linalg.norm(hasty(rate) - true) / np.linalg.norm(true) for rate in (0.01, 0.1, 1.0)]
assert np.allclose(np.array(off) / off[0], (1, 10, 100))
print("relative error:", np.round(off, 3))

# %% [markdown]
# The error grows with the step size, exactly in proportion. With small steps it hides: the training works, only a
# little worse, and nobody looks for it. Keep all gradients of one step at one point.
#
# ### Switch a whole layer off
#
# A bias of $-50$ in layer 2 of our ReLU network. No score there is positive any more. **Predict** which gradients are
# exactly 0.

# %%
dW_off, db_off = backpropagate(X[0], Y, W, {**b, 2: b[2] - 50})
assert [bool(dW_off[l].any()) for l in range(1, L + 1)] == [False, False, False, True]
assert [bool(db_off[l].any()) for l in range(1, L + 1)] == [False, False, True, True]

# %% [markdown]
# Layers 1 and 2 get nothing, since $\theta' = 0$ for all samples. $W^{(3)}$ gets nothing for another reason: its
# values $x^{(2)}$ are 0. Its bias and layer 4 do move. But they are above the dead layer, and can never wake it: its
# own bias has the gradient 0. A dead ReLU layer stays dead.
#
# ## Exercises
#
# The [exercises of this chapter](exercises/05_deep_backprop.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check.
#
# 1. **tanh.** Replace ReLU by tanh. Which of the four lines of section 7 changes, and how? Check with
#    `calculus.check_gradient`. *Predict* the factor of $\delta$ at $\sigma = 1/\sqrt d$ for small scores. Measure it.
# 2. **A shortcut.** Let $X^{(l)} = X^{(l-1)} + \theta(S^{(l)})$, all hidden layers equally wide. Write the recursion
#    for the error in $X^{(l)}$. *Predict* what 30 layers do to it now. Check with a measured slope.
# 3. **Squared error.** Take $e = \|x^{(L)} - y\|^2$ with no activation on the last layer. Which lines change? Check
#    for $L = 4$ with `MLP(..., loss=squared_error)`.
# 4. **Your own scale.** Find $\sigma$ for sigmoid so that $\delta$ in 30 layers of 100 units loses less than a factor
#    of ten. Check with `sizes_by_layer`. What has happened to the units?
# 5. **Unequal widths.** A layer leads from 400 units to 100. Which $\sigma$ keeps the values, which keeps $\delta$?
#    *xavier* is a compromise; between which two? Check with `MLP((400, 100, ...))`.
#
# ## Summary
#
# $\delta^{(l)}$ is the slope of the loss in the scores of layer $l$. One recursion carries it down: through $W^T$,
# then times $\theta'$. Values times $\delta$ is the gradient. The document writes samples as columns; transposing its
# (34) and (42) gives the row form. A layer multiplies $\delta$ by about $\sigma\sqrt d\cdot\mathrm{rms}(\theta')$:
# keep that near 1. New in the library: `networks.sizes_by_layer` and `networks.delta_factors` (§8).
#
# Next: chapter 06, the same recursion for three sigmoid layers, trained to 98 %.
