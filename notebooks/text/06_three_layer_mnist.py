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
# # 06 · Train a three-layer network on MNIST
#
# Source: seed 002, equations (1)–(55) (E. Leifer and J. Troendle, *Gradient Matrices Calculations for
# a1.mlp.3.layers.py*, 2021); below it is called *the document*.
#
# Needs: matrix products, the chain rule, softmax · about two hours; the cells alone run in under a minute.
#
# ## What you will do
# You derive the eleven gradient arrays of a three-layer sigmoid network, measure every one of them, and then
# train the network on 60,000 handwritten digits until it reads 98 of 100 new ones.
#
# ## What you will learn
# - to say the shape of every array before you compute it
# - to turn a sum over samples into one matrix product
# - to find a misprint in a formula by measuring slopes
# - to read a trained network: curves, confusions, mistakes, weights

# %%
import matplotlib.pyplot as plt
import numpy as np

from mlp_lib import calculus, datasets, networks, plotting
from mlp_lib.networks import MLP, NonFiniteLoss, sigmoid, softmax, train

# %% [markdown]
# ## 1 · See it fail first
#
# MNIST holds 70,000 grey pictures of handwritten digits, $28\times28$ pixels each. A picture is stored as one
# row of numbers between 0 (paper) and 1 (ink).

# %%
digits = datasets.load_mnist()
print(digits.X_train.shape, digits.X_test.shape)

# %% [markdown]
# A misprint meets us at once. The document says $n_0 = 28\times28 = 284$. Build the first weight matrix with
# that size, and the first product stops.

# %% tags=["S2-DIM", "fails-as-printed"]
try:
    digits.X_train[:5] @ np.zeros((284, 200))
    raise AssertionError("284 pixels fit?")
except ValueError as error:
    print(error)
    assert digits.X_train.shape[1] == 784 != 284

# %% [markdown]
# The right number is $28\cdot28 = 784$. With it the sizes of the document are $784 \to 200 \to 100 \to 10$.

# %% tags=["S2-DIM", "mended"]
untrained = MLP((784, 200, 100, 10), rng=0)
assert 28 * 28 == 784 == digits.X_train.shape[1]
assert untrained.W[0].shape == (784, 200)

# %% [markdown]
# The weights are random. **Predict:** which share of the 10,000 test digits does this network get right?

# %%
share = untrained.accuracy(digits.X_test, digits.y_test)
assert share < 0.25
print(f"right before any training: {share:.0%}")

# %% [markdown]
# Here are twenty test digits. Above each: the true digit, then the network's guess.

# %%
guesses = untrained.predict(digits.X_test[:20])
titles = [f"{t} → {g}" for t, g in zip(digits.y_test, guesses)]
axes = plotting.show_images(digits.X_test[:20], titles=titles)
plotting.described(axes[0, 0], "Twenty test digits; the untrained guesses hardly depend on the picture.")

# %% [markdown]
# The guesses hardly depend on the picture: nearly every digit gets the same answer, and that is right for
# about one digit in ten. All the rest of the chapter is about one question: in which direction should each of
# the 178,110 weights and biases move?
#
# ## 2 · The map: sizes and the forward pass
#
# A batch has $B$ samples, one a row. Everything that depends on the sample has $B$ rows. Weights and biases
# belong to all samples, so they do not.
#
# ```
# forward    X ──W1,b1──► z1 ──σ──► a1 ──W2,b2──► z2 ──σ──► a2 ──W3,b3──► z3 ──softmax──► ŷ ──y──► L
#
# step 1     dz3  from ŷ and y       dW3  from a2 and dz3       db3  from dz3
# step 2     da2  from dz3 and W3    dz2  from da2 and a2       dW2  from a1 and dz2       db2  from dz2
# step 3     da1  from dz2 and W2    dz1  from da1 and a1       dW1  from X  and dz1       db1  from dz1
# ```
#
# `dz3` stands for the slopes of the loss in z3, and so on. Read a line of the map as "made from": no array needs
# anything that does not stand before it.
#
# | layer $l$ | scores $z$ | values $a$ | weights $W$ | bias $b$ |
# |---|---|---|---|---|
# | 0 | | $X$: $B\times n_0$ | | |
# | 1 | $B\times n_1$ | sigmoid, $B\times n_1$ | $n_0\times n_1$ | $1\times n_1$ |
# | 2 | $B\times n_2$ | sigmoid, $B\times n_2$ | $n_1\times n_2$ | $1\times n_2$ |
# | 3 | $B\times K$ | softmax $\hat y$, $B\times K$ | $n_2\times K$ | $1\times K$ |
#
# A gradient has the shape of the thing that it belongs to: dW2 has the shape of W2, dz2 that of z2.
#
# We derive on a small example. All five sizes differ, so a wrong transpose cannot hide.

# %%
B, n0, n1, n2, K = 4, 7, 5, 6, 3
rng = np.random.default_rng(6)
X = rng.normal(size=(B, n0))
W1, W2, W3 = (rng.normal(size=size) for size in ((n0, n1), (n1, n2), (n2, K)))
b1, b2, b3 = (rng.normal(size=(1, n)) for n in (n1, n2, K))
labels = rng.integers(K, size=B)
y = np.eye(K)[labels]                                    # one-hot rows

# %% [markdown]
# **Index base.** The document counts from 0, but it calls the only row of a $1\times K$ array row 1. Read
# $(1, t)$ as "the single row, entry $t$". In numpy that row is row 0; row 1 does not exist.

# %% tags=["S2-IDX"]
assert b3.shape == (1, K)
assert b3[0, 0] == b3.ravel()[0]
try:
    b3[1, 0]
    raise AssertionError("there is a row 1?")
except IndexError as error:
    print(error)

# %% [markdown]
# **Layer 1.** $z^{[1,i]} = X^{[i]} W^{[1]} + b^{[1]}$, where $[1,i]$ means layer 1, sample $i$ (37). By
# entries (47): $z_r^{[1,i]} = \sum_{q=0}^{n_0-1} x_q^{[i]} w_{qr}^{[1]} + b_r^{[1]}$. One line of numpy does all
# samples. We check one row and one entry.

# %% tags=["S2-E37", "S2-E47"]
z1 = X @ W1 + b1                                         # (B, n1)
i, r = 1, 2
entry = sum(X[i, q] * W1[q, r] for q in range(n0)) + b1[0, r]
assert z1.shape == (B, n1)
assert np.isclose(z1[i, r], entry)
assert np.allclose(z1[[i]], X[[i]] @ W1 + b1)

# %% [markdown]
# $a^{[1,i]} = \mathrm{sigmoid}(z^{[1,i]})$ (38). The document drops the $i$ on the right. Without it the right
# side is the whole batch, and the left side one row.

# %% tags=["S2-E38"]
a1 = sigmoid(z1)
assert np.allclose(a1[[i]], sigmoid(z1[[i]]))
assert sigmoid(z1).shape == (B, n1) != a1[[i]].shape

# %% [markdown]
# Next to (38) the document gives $a^{[1,i]}$ the size $B\times n_1$. Take that literally: put $B$ equal rows
# into the next layer, and $z^{[2,i]}$ is no longer the $1\times n_2$ row that the document needs in (21).

# %% tags=["S2-E37s", "fails-as-printed", "mended"]
printed = np.repeat(a1[[i]], B, axis=0)                  # B × n1, as printed
assert (printed @ W2 + b2).shape == (B, n2) != (1, n2)
assert a1[[i]].shape == (1, n1)                          # mended: one sample is one row
assert (a1[[i]] @ W2 + b2).shape == (1, n2)
assert a1.shape == (B, n1)

# %% [markdown]
# **Layer 2** repeats the pattern: $z^{[2,i]} = a^{[1,i]}W^{[2]} + b^{[2]}$ (21), $a^{[2,i]} =
# \mathrm{sigmoid}(z^{[2,i]})$ (22), and by entries $z_r^{[2,i]} = \sum_{q=0}^{n_1-1} a_q^{[1,i]} w_{qr}^{[2]} +
# b_r^{[2]}$ (31).

# %% tags=["S2-E21", "S2-E22", "S2-E31"]
z2 = a1 @ W2 + b2                                        # (B, n2)
a2 = sigmoid(z2)
entry = sum(a1[i, q] * W2[q, r] for q in range(n1)) + b2[0, r]
assert z2.shape == (B, n2)
assert np.isclose(z2[i, r], entry)
assert np.allclose(z2[[i]], a1[[i]] @ W2 + b2)
assert np.allclose(a2[[i]], 1 / (1 + np.exp(-z2[[i]])))

# %% [markdown]
# **Layer 3** ends in softmax: $z^{[3,i]} = a^{[2,i]}W^{[3]} + b^{[3]}$ (3), $\hat y^{(i)} = a^{[3,i]} =
# \mathrm{softmax}(z^{[3,i]})$ (4). Each row of $\hat y$ holds $K$ probabilities.

# %% tags=["S2-E3", "S2-E4"]
z3 = a2 @ W3 + b3                                        # (B, K)
y_hat = softmax(z3)
assert np.allclose(z3[[i]], a2[[i]] @ W3 + b3)
assert z3.shape == (B, K)
assert np.allclose(y_hat, np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True))
assert (y_hat > 0).all()
assert np.allclose(y_hat.sum(axis=1), 1)

# %% [markdown]
# The list of shapes writes the bias as $b^{[3,i]}$. That is a slip: the bias has no sample index. Take
# $a^{[2]}W^{[3]}$ away from the scores and the same row is left for every sample.

# %% tags=["S2-E3s"]
left_over = z3 - a2 @ W3
assert np.allclose(left_over, np.repeat(b3, B, axis=0))
assert b3.shape == (1, K)

# %% [markdown]
# By entries, (15): $z_j^{[3,i]} = \sum_{q=0}^{n_2-1} a_q^{[2,i]} w_{qj}^{[3]} + b_j^{[3]}$. Before Lemma 3 the
# document names the entries $a_j^{[2,i]}$ only for $j < K$, as entries of $a_j^{[2,i]}$ itself. Meant is entry
# $j$ of $a^{[2,i]}$, for all $j < n_2$. With $K$ terms the sum comes out wrong.

# %% tags=["S2-E15", "S2-NTa"]
j = 1
terms = a2[i] * W3[:, j]
assert terms.shape == (n2,)
assert np.isclose(z3[i, j], terms.sum() + b3[0, j])
assert not np.isclose(z3[i, j], terms[:K].sum() + b3[0, j])

# %% [markdown]
# **Superscripts.** Square brackets with two entries are layer and sample. $(i)$ and a lone $[i]$ both mean
# sample $i$. All of them are the same row: sample $i$ goes through the network without meeting the others.

# %% tags=["S2-SUP"]
row = softmax(sigmoid(sigmoid(X[[i]] @ W1 + b1) @ W2 + b2) @ W3 + b3)
assert np.allclose(row, y_hat[[i]])

# %% [markdown]
# In one place the rows of $\hat y$ are printed $\hat y_i^{(i)}$. The lower $i$ is too much: with it we get entry
# $i$ of row $i$, one number, and for $i \ge K$ nothing at all.

# %% tags=["S2-YH"]
assert y.shape == y_hat.shape == (B, K)
assert y_hat[i].shape == (K,)
assert np.ndim(y_hat[i, i]) == 0
assert K < B                                             # so y_hat[3, 3] does not exist

# %% [markdown]
# The document calls $\hat y^{(i)}$ once a $10\times1$ column and once a $1\times K$ row. Only the row fits
# $aW + b$. A column is worse than an error here: numpy broadcasts it in silence to a square.

# %% tags=["S2-YSH"]
row = a2[[i]] @ W3
assert (row + b3).shape == (1, K) == y_hat[[i]].shape
assert (row.T + b3).shape == (K, K)                      # the column: no error, and nonsense

# %% [markdown]
# **The loss.** For one sample $L_{CE}^{[i]} = -\sum_j y_j^{(i)} \log \hat y_j^{(i)}$ (2). Since $y$ is one-hot,
# one term is left: minus the logarithm of the probability that the true class got.

# %% tags=["S2-E2"]
L_CE = -(y * np.log(y_hat)).sum(axis=1)                  # (B,)
assert np.allclose(L_CE, [-np.log(y_hat[s, labels[s]]) for s in range(B)])

# %% [markdown]
# For the batch $L = \frac1B \sum_i L_{CE}^{[i]}$ (1). The library takes the scores, not the probabilities;
# section *Break it* shows why.

# %% tags=["S2-E1"]
from mlp_lib.networks import cross_entropy

L = L_CE.sum() / B
assert np.isclose(L, cross_entropy(z3, labels))
print(f"L = {L:.6f}")

# %% [markdown]
# **Note 1** of the document: $L_{CE}$ without index always belongs to one sample. Check: the slope of
# $L_{CE}^{[k]}$ in the scores of sample $i$ is 0 unless $k = i$. `calculus.derivative` measures all slopes of
# an array by an array; its result has the shape of the output followed by the shape of the input.

# %% tags=["S2-N1"]
def losses_of_scores(z, y):
    """Cross-entropy of each row of scores: (B, K) and one-hot (B, K) to (B,)."""
    return -(y * np.log(softmax(z))).sum(axis=1)


slopes = calculus.derivative(lambda z: losses_of_scores(z, y), z3)
assert slopes.shape == (B, B, K)
assert np.array_equal(np.abs(slopes).max(axis=2) > 1e-12, np.eye(B, dtype=bool))

# %% [markdown]
# From here on every formula is compared with measured slopes. `calculus.check_gradient(f, where, gradient)`
# walks a little way in five random directions, and stops with both numbers if the gradient promised another
# slope. It returns the largest relative difference. For it we need the whole loss as a function in which any one
# array can be replaced.

# %%
def mean_loss(X=X, y=y, W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3):
    """Forward pass and mean cross-entropy; every array can be replaced by name."""
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    return losses_of_scores(a2 @ W3 + b3, y).sum() / len(X)


assert np.isclose(mean_loss(), L)
assert np.isclose(mean_loss(X[[i]], y[[i]]), L_CE[i])    # one sample alone: L_CE

# %% [markdown]
# ## 3 · Step 1: from the output to the second hidden layer
#
# We look at one sample $i$ and work with three maps: scores to loss, weights to scores, bias to scores.
#
# $$\mathbb R^K \to \mathbb R, \qquad \mathbb R^{n_2\times K}\to\mathbb R^K, \qquad \mathbb R^K\to\mathbb R^K$$
#
# **Predict** the shape of each derivative before you run the cell. How many indices does the middle one have?

# %% tags=["S2-E4m"]
dL_dz3 = calculus.derivative(lambda z: -y[i] @ np.log(softmax(z)), z3[i])
dz3_dW3 = calculus.derivative(lambda W: a2[i] @ W + b3[0], W3)
dz3_db3 = calculus.derivative(lambda b: a2[i] @ W3 + b, b3[0])
assert dL_dz3.shape == (K,)
assert dz3_dW3.shape == (K, n2, K)
assert dz3_db3.shape == (K, K)

# %% [markdown]
# The middle one is a tensor of size $K\times(n_2\times K)$: a whole matrix of slopes for each of the $K$
# scores. The plan is the chain rule (5): multiply `dL_dz3` by it. First we find both factors as formulas.
#
# **Lemma 1.** With $\sigma_j(z) = e^{z_j}/\sum_t e^{z_t}$, the slope of probability $j$ in its own score is
# $\sigma_j(1-\sigma_j)$ (7). This is also the case $t = j$ of Lemma 2 (11).

# %% tags=["S2-L1", "S2-E11"]
p = y_hat[i]                                             # (K,)
J = calculus.jacobian(softmax, z3[i])                    # J[t, j]: slope of p_t in z_j
assert np.allclose(np.diag(J), p * (1 - p))

# %% [markdown]
# The proof (8) is the quotient rule: $\frac{e^{z_j}\sum e^{z_t} - e^{2z_j}}{(\sum e^{z_t})^2} = \sigma_j -
# \sigma_j^2$.

# %% tags=["S2-E8"]
e = np.exp(z3[i])
assert np.allclose((e * e.sum() - e**2) / e.sum() ** 2, p - p**2)

# %% [markdown]
# Lemma 1 lists the scores as $(z_0, z_2, \dots)$; $z_1$ is missing by a slip. The sum needs all of them.

# %% tags=["S2-L1z"]
assert np.allclose(e / e[[0, 1, 2]].sum(), p)
assert not np.allclose(e / e[[0, 2]].sum(), p)

# %% [markdown]
# Lemma 1 is only half of the derivative: raising one score also lowers all *other* probabilities. The
# document gives that half later, inside a proof (12): $d\hat y_t/dz_j = -\hat y_t\hat y_j$ for $t\ne j$.
# Together: $\partial\sigma_t/\partial z_j = \sigma_t(I(t=j) - \sigma_j)$, where $I(t=j)$ is 1 if $t=j$ and 0
# otherwise.

# %% tags=["S2-E12", "S2-L1o"]
off = ~np.eye(K, dtype=bool)
assert np.allclose(J[off], -np.outer(p, p)[off])
assert np.allclose(J, np.diag(p) - np.outer(p, p))
assert np.allclose(J.sum(axis=0), 0)                     # probability is moved, not made

# %% [markdown]
# **Lemma 2** (9): $\left(\partial L_{CE}/\partial z^{[3,i]}\right)_{1,j} = \hat y_j^{(i)} - y_j^{(i)}$.
# The proof starts with the chain rule through $\hat y$ (10): $-\sum_t \frac{y_t}{\hat y_t}\,
# \frac{d\hat y_t}{dz_j}$.

# %% tags=["S2-E10", "S2-L2"]
assert np.allclose(-(y[i] / p) @ J, dL_dz3)              # (10)
assert np.allclose(dL_dz3, p - y[i])                     # (9)

# %% [markdown]
# The proof (13) inserts both cases, cancels $\hat y_t$, and uses $\sum_t y_t = 1$. Each of its lines is a number
# for each $j$, so each can be checked. Below, index $t$ runs down and $j$ runs across.

# %% tags=["S2-E13"]
same = np.eye(K)                                         # I(t = j)
y_t, p_t = y[i][:, None], p[:, None]
line_1 = -(y_t / p_t * (p * (1 - p) * same - p_t * p * (1 - same))).sum(axis=0)
line_2 = -(y[i] * (1 - p) * same - y_t * p * (1 - same)).sum(axis=0)
line_3 = -y[i] + y[i] * p + (y_t * p * (1 - same)).sum(axis=0)
assert y[i].sum() == 1
assert np.allclose([line_1, line_2, line_3], p - y[i])

# %% [markdown]
# So the first factor is as plain as can be: *what the network said, minus what was true*.
#
# **Lemma 3** (14) is the second factor:
# $\left(\partial z^{[3,i]}/\partial W^{[3]}\right)_{t,(r,j)} = I(t=j)\,a_r^{[2,i]}$. The proof (16)
# differentiates $z_t = \sum_q a_q w_{qt} + b_t$ in $w_{rj}$: score $t$ only reads column $t$ of the weights. We go
# through all $K\cdot n_2\cdot K$ entries.

# %% tags=["S2-E16"]
for t, r, j in np.ndindex(K, n2, K):
    assert np.isclose(dz3_dW3[t, r, j], (t == j) * a2[i, r])

# %% [markdown]
# As one expression, with the indicator as the identity matrix, and for the bias
# $\left(\partial z^{[3,i]}/\partial b^{[3]}\right)_{t,j} = I(t=j)$:

# %% tags=["S2-L3"]
assert np.allclose(dz3_dW3, np.einsum("tj,r->trj", np.eye(K), a2[i]))
assert np.allclose(dz3_db3, np.eye(K))

# %% [markdown]
# The proof for the bias (17) prints the denominator as "$Wb[3]$". It is $b^{[3]}$: with the weights
# there would be three indices, not the two that stand there.

# %% tags=["S2-E17"]
for t, j in np.ndindex(K, K):
    assert np.isclose(dz3_db3[t, j], t == j)
assert dz3_db3.ndim == 2
assert dz3_dW3.ndim == 3

# %% [markdown]
# Now look at the tensor itself. **Predict:** of its 54 numbers, how many are not zero?

# %%
assert np.count_nonzero(dz3_dW3) == n2 * K
axes = plotting.show_tensor(dz3_dW3, name=r"\partial z_{t}/\partial w_{rj}")
plotting.described(axes[0], "Three 6 by 3 slices, t = 0, 1, 2. In slice t only column t is filled, "
                   "with the six values of a2; all else is zero.")

# %% [markdown]
# One slice for each score $t$. In slice $t$ only column $t$ is filled, each time with the same six numbers:
# the values $a^{[2,i]}$. Two thirds of the tensor are zeros; for $K=10$ it is nine tenths. This is why no
# program stores it.
#
# **The chain rule (5)** joins both factors. By entries (6) it sums over the index $t$ that they share:
# $$\left(\frac{\partial L_{CE}}{\partial W^{[3]}}\right)_{(r,j)} = \sum_{t=0}^{K-1}
# \left(\frac{\partial L_{CE}}{\partial z^{[3,i]}}\right)_{1,t}
# \left(\frac{\partial z^{[3,i]}}{\partial W^{[3]}}\right)_{t,(r,j)}$$
# $K$ times $K\times(n_2\times K)$ leaves $n_2\times K$, the shape of $W^{[3]}$. The judge is the slope of the
# whole loss of sample $i$.

# %% tags=["S2-E5"]
dL_dW3 = calculus.chain(dL_dz3, dz3_dW3, n_y=1)
dL_db3 = calculus.chain(dL_dz3, dz3_db3, n_y=1)
assert dL_dW3.shape == (n2, K)
assert dL_db3.shape == (K,)
assert calculus.check_gradient(lambda W: mean_loss(X[[i]], y[[i]], W3=W), W3, dL_dW3) < 1e-8
assert np.allclose(dL_db3, calculus.gradient(lambda b: mean_loss(X[[i]], y[[i]], b3=b), b3[0]))

# %% [markdown]
# The sum (6), written out for every entry:

# %% tags=["S2-E6"]
for r, j in np.ndindex(n2, K):
    assert np.isclose(dL_dW3[r, j], sum(dL_dz3[t] * dz3_dW3[t, r, j] for t in range(K)))
    assert np.isclose(dL_db3[j], sum(dL_dz3[t] * dz3_db3[t, j] for t in range(K)))

# %% [markdown]
# **Lemma 4** (18). In that sum the indicator keeps one term, $t=j$. The tensor is gone:
# $$\left(\frac{\partial L_{CE}}{\partial W^{[3]}}\right)_{(r,j)} = (\hat y_j - y_j)\,a_r^{[2,i]}, \qquad
# \left(\frac{\partial L_{CE}}{\partial b^{[3]}}\right)_{(1,j)} = \hat y_j - y_j$$
# A column of $n_2$ values times a row of $K$ errors: an outer product.

# %% tags=["S2-L4"]
assert np.allclose(dL_dW3, np.outer(a2[i], y_hat[i] - y[i]))
assert np.allclose(dL_db3, y_hat[i] - y[i])

# %% [markdown]
# ### Note 2: the batch, and a factor $B$
#
# The document's program stacks the rows of Lemma 2: $dz_3 = \hat y - y$, size $B\times K$. There is no $1/B$
# in it. So it holds $B$ times the slopes of the mean loss.

# %% tags=["S2-N2.1", "S2-MAT"]
dz3 = y_hat - y                                          # (B, K)
assert dz3.shape == (B, K)
assert np.allclose(dz3[i], dL_dz3)
assert calculus.check_gradient(lambda z: losses_of_scores(z, y).mean(), z3, dz3 / B) < 1e-8

# %% [markdown]
# For the weights the outer products of all samples are added (19):
# $$B\left(\frac{\partial L}{\partial W^{[3]}}\right)_{r,j} = \sum_{i=0}^{B-1} a_r^{[2,i]}\,(\hat y_j^{(i)}-y_j^{(i)})$$
# Why does the program write this as $a_2^T\,dz_3$? In a matrix product the *inner* index is summed. The
# product of $a_2^T$, $n_2\times B$, and $dz_3$, $B\times K$, sums over the sample $i$. The transpose stands
# there for one reason: to put $i$ inside.

# %% tags=["S2-E19", "S2-MAT"]
dW3 = a2.T @ dz3                                         # (n2, B) (B, K) -> (n2, K)
assert np.allclose(dW3, sum(np.outer(a2[s], dz3[s]) for s in range(B)))
assert calculus.check_gradient(lambda W: mean_loss(W3=W), W3, dW3 / B) < 1e-8

# %% [markdown]
# The bias (20) meets every sample with factor 1, so its sum has no $a$ in it. The document prints "$Wb[3]$"
# and the index $(r,j)$ on the left; right is $B\,(\partial L/\partial b^{[3]})_{1,j}$.

# %% tags=["S2-E20", "S2-MAT"]
db3 = dz3.sum(axis=0, keepdims=True)                     # (1, K)
assert db3.shape == b3.shape == (1, K)
assert calculus.check_gradient(lambda b: mean_loss(b3=b), b3, db3 / B) < 1e-8

# %% [markdown]
# What if you forget the division by $B$? **Predict** the ratio of the two numbers in the message.

# %% tags=["S2-E19"]
try:
    calculus.check_gradient(lambda W: mean_loss(W3=W), W3, dW3)
    raise RuntimeError("the check let a factor B pass")
except AssertionError as error:
    print(error)
assert np.allclose(dW3 / calculus.gradient(lambda W: mean_loss(W3=W), W3), B)

# %% [markdown]
# The ratio is $B = 4$ in every entry. The direction is right, the length is not: with the sum, the step
# grows with the batch size. Whoever steps by the sums must divide by $B$ somewhere, or take a learning rate $B$
# times smaller. We keep the document's eleven names for the *sums*, and divide by $B$ when we compare with slopes
# of $L$.
#
# ## 4 · Step 2: from the second to the first hidden layer
#
# Three new maps (23)–(25): $z^{[2]}\to a^{[2]}$, $W^{[2]}\to z^{[2]}$, $b^{[2]}\to z^{[2]}$, all into
# $\mathbb R^{n_2}$.

# %% tags=["S2-E23"]
da2_dz2 = calculus.derivative(sigmoid, z2[i])
dz2_dW2 = calculus.derivative(lambda W: a1[i] @ W + b2[0], W2)
dz2_db2 = calculus.derivative(lambda b: a1[i] @ W2 + b, b2[0])
assert da2_dz2.shape == dz2_db2.shape == (n2, n2)
assert dz2_dW2.shape == (n2, n1, n2)

# %% [markdown]
# **Through the weights (27).** $z_j^{[3]} = \sum_r a_r^{[2]} w_{rj}^{[3]} + b_j$, so
# $\left(\partial z^{[3,i]}/\partial a^{[2,i]}\right)_{(j,r)} = w_{rj}^{[3]}$. The indices change places:
# the $K\times n_2$ matrix is $W^{[3]}$ transposed.

# %% tags=["S2-E27"]
dz3_da2 = calculus.derivative(lambda a: a @ W3 + b3[0], a2[i])
assert dz3_da2.shape == (K, n2)
assert np.allclose(dz3_da2, W3.T)

# %% [markdown]
# **At the values (28).** $\left(\partial L_{CE}/\partial a^{[2,i]}\right)_{1,r} = \sum_j (\hat y_j - y_j)\,
# w_{rj}^{[3]}$. A hidden unit is blamed by every class that it feeds, in proportion to the weight.

# %% tags=["S2-E28"]
dL_da2 = dL_dz3 @ dz3_da2                                # (K,) (K, n2) -> (n2,)
assert np.allclose(dL_da2, [sum((p[j] - y[i, j]) * W3[r, j] for j in range(K)) for r in range(n2)])
assert calculus.check_gradient(lambda a: -y[i] @ np.log(softmax(a @ W3 + b3[0])), a2[i], dL_da2) < 1e-8

# %% [markdown]
# **Lemma 5.** $\sigma(x) = 1/(1+e^{-x})$ has the slope $\sigma(x)\,[1-\sigma(x)]$. The document leaves the proof
# to you: with $u = e^{-x}$ it is $u/(1+u)^2 = \frac{1}{1+u}\cdot\frac{u}{1+u}$. We measure it at 201 places.

# %% tags=["S2-L5"]
x = np.linspace(-8, 8, 201)
slope = sigmoid(x) * (1 - sigmoid(x))
assert np.allclose(np.diag(calculus.jacobian(sigmoid, x)), slope)

# %% [markdown]
# **Predict:** where is the slope largest, and how large is it there?

# %%
ax = plotting.show_curves({r"$\sigma(x)$": sigmoid(x), r"slope $\sigma(1-\sigma)$": slope},
                          x=x, xlabel="$x$", ylabel="value")
plotting.described(ax, "The sigmoid climbs from 0 to 1; its slope is a bell of height one quarter at x = 0 "
                   "and is nearly zero beyond x = 6 on either side.")
assert slope.max() == slope[100] == 0.25
assert slope[0] < 0.0004

# %% [markdown]
# The slope is at most $\frac14$, at $x=0$, and nearly zero for $|x|>6$. So a step back through a sigmoid
# shrinks every entry of the gradient at least fourfold, and a unit with a large score passes on almost nothing:
# it is *saturated*. We meet this again in *Break it*.
#
# **The Jacobian (29)** of a layer of sigmoids: unit $r$ depends on score $r$ alone, so
# $\left(\partial a^{[2]}/\partial z^{[2]}\right)_{r,q} = I(r=q)\,a_r(1-a_r)$.

# %% tags=["S2-E29"]
assert np.allclose(da2_dz2, np.diag(a2[i] * (1 - a2[i])))

# %% [markdown]
# **At the scores (30).** A product with a diagonal matrix is a product entry by entry. The $n_2\times n_2$
# matrix need not be stored either.

# %% tags=["S2-E30"]
dL_dz2 = dL_da2 @ da2_dz2                                # (n2,) (n2, n2) -> (n2,)
assert np.allclose(dL_dz2, dL_da2 * a2[i] * (1 - a2[i]))

# %% [markdown]
# **The tensor again (32).** Same pattern as Lemma 3, one layer lower:
# $\left(\partial z^{[2]}/\partial W^{[2]}\right)_{t,(q,r)} = I(t=r)\,a_q^{[1]}$ and
# $\left(\partial z^{[2]}/\partial b^{[2]}\right)_{t,r} = I(t=r)$.

# %% tags=["S2-E32"]
assert np.allclose(dz2_dW2, np.einsum("tr,q->tqr", np.eye(n2), a1[i]))
assert np.allclose(dz2_db2, np.eye(n2))

# %% [markdown]
# **The chain of four factors (26)**, with their shapes:
# $$\frac{\partial L_{CE}}{\partial W^{[2]}} = \underbrace{\frac{\partial L_{CE}}{\partial z^{[3]}}}_{1\times K}\cdot
# \underbrace{\frac{\partial z^{[3]}}{\partial a^{[2]}}}_{K\times n_2}\cdot
# \underbrace{\frac{\partial a^{[2]}}{\partial z^{[2]}}}_{n_2\times n_2}\cdot
# \underbrace{\frac{\partial z^{[2]}}{\partial W^{[2]}}}_{n_2\times(n_1\times n_2)}$$
# We multiply from the left. Then every intermediate result is one row; from the right it would be a tensor.

# %% tags=["S2-E26"]
row = dL_dz3 @ dz3_da2 @ da2_dz2                         # (n2,)
dL_dW2 = calculus.chain(row, dz2_dW2, n_y=1)
dL_db2 = calculus.chain(row, dz2_db2, n_y=1)
assert dL_dW2.shape == (n1, n2)
assert dL_db2.shape == (n2,)
assert calculus.check_gradient(lambda W: mean_loss(X[[i]], y[[i]], W2=W), W2, dL_dW2) < 1e-8
assert calculus.check_gradient(lambda b: mean_loss(X[[i]], y[[i]], b2=b), b2[0], dL_db2) < 1e-8

# %% [markdown]
# The indicator leaves an outer product once more: $(\partial L_{CE}/\partial W^{[2]})_{q,r} =
# (\partial L_{CE}/\partial z^{[2]})_{1,r}\,a_q^{[1]}$ (33), and for the bias the row itself (34).

# %% tags=["S2-E33", "S2-E34"]
assert np.allclose(dL_dW2, np.outer(a1[i], dL_dz2))      # (33)
assert np.allclose(dL_db2, dL_dz2)                       # (34)

# %% [markdown]
# ### Note 3: the four lines of the program
#
# da2 stacks (28) over the batch. Row $i$ is $dz_3^{(i)}\,W^{[3]T}$, so all rows are one product:
# $(B\times K)(K\times n_2)$. Here nothing is summed over samples. Each keeps its own row.

# %% tags=["S2-N3.1", "S2-MAT"]
da2 = dz3 @ W3.T                                         # (B, n2)
assert da2.shape == (B, n2)
assert np.allclose(da2[i], dL_da2)

# %% [markdown]
# dz2 stacks (30). The mask $a_2(1-a_2)$ is a table of $B\times n_2$ numbers, one for each sample and unit.

# %% tags=["S2-N3.2", "S2-MAT"]
dz2 = da2 * a2 * (1 - a2)                                # (B, n2)
assert dz2.shape == (B, n2)
assert np.allclose(dz2[i], dL_dz2)

# %% [markdown]
# dW2 (35) sums over the samples, and so $a_1^T\,dz_2$. The document prints the index pair $(r,i)$ on the left.
# It must be $(q,r)$: $i$ is what the sum runs over, so it cannot be left on the other side.

# %% tags=["S2-E35", "S2-MAT"]
dW2 = a1.T @ dz2                                         # (n1, B) (B, n2) -> (n1, n2)
q, r = 3, 4
assert np.isclose(dW2[q, r], sum(dz2[s, r] * a1[s, q] for s in range(B)))
assert calculus.check_gradient(lambda W: mean_loss(W2=W), W2, dW2 / B) < 1e-8

# %% [markdown]
# db2 (36) is the sum of the rows.

# %% tags=["S2-E36", "S2-MAT"]
db2 = dz2.sum(axis=0, keepdims=True)                     # (1, n2)
assert db2.shape == (1, n2)
assert calculus.check_gradient(lambda b: mean_loss(b2=b), b2, db2 / B) < 1e-8

# %% [markdown]
# ## 5 · Step 3: from the first hidden layer to the input
#
# The third step is the second with all indices one lower: $a^{[1]}$ becomes $X$, $n_1$ becomes $n_0$. The
# maps are (39)–(41).

# %% tags=["S2-E39"]
da1_dz1 = calculus.derivative(sigmoid, z1[i])
dz1_dW1 = calculus.derivative(lambda W: X[i] @ W + b1[0], W1)
dz1_db1 = calculus.derivative(lambda b: X[i] @ W1 + b, b1[0])
assert da1_dz1.shape == dz1_db1.shape == (n1, n1)
assert dz1_dW1.shape == (n1, n0, n1)

# %% [markdown]
# **Equation (43) is wrong as printed.** It says $\left(\partial z^{[2,i]}/\partial a^{[1,i]}\right)_{(j,r)} =
# w_{rj}^{[1]}$, for $j<n_2$ and $r<n_1$. Try to build that matrix.

# %% tags=["S2-E43", "fails-as-printed"]
try:
    np.array([[W1[r, j] for r in range(n1)] for j in range(n2)])
    raise AssertionError("the printed (43) has entries")
except IndexError as error:
    print(error)
    assert W1.shape == (n0, n1) != (n1, n2)

# %% [markdown]
# $W^{[1]}$ has no column for $j = n_1$. The scores $z^{[2]}$ are made with the weights of layer *two*, so it must
# be $w_{rj}^{[2]}$: the matrix $W^{[2]T}$.

# %% tags=["S2-E43", "mended"]
dz2_da1 = calculus.derivative(lambda a: a @ W2 + b2[0], a1[i])
assert dz2_da1.shape == (n2, n1)
assert np.allclose(dz2_da1, W2.T)

# %% [markdown]
# **Equation (44) inherits the error:** it multiplies $\partial L_{CE}/\partial z^{[2]}$ by the weights of
# layer 1.

# %% tags=["S2-E44", "fails-as-printed"]
try:
    dL_dz2 @ W1.T
    raise AssertionError("the printed (44) has a value")
except ValueError as error:
    print(error)
    assert dL_dz2.shape == (n2,) != W1.T.shape[:1]

# %% [markdown]
# Mended: $\left(\partial L_{CE}/\partial a^{[1,i]}\right)_{1,r} = \sum_{j=0}^{n_2-1}
# \left(\partial L_{CE}/\partial z^{[2,i]}\right)_{1,j}\,w_{rj}^{[2]}$.

# %% tags=["S2-E44", "mended"]
dL_da1 = dL_dz2 @ W2.T                                   # (n2,) (n2, n1) -> (n1,)
assert np.allclose(dL_da1, dL_dz2 @ dz2_da1)
loss_of_a1 = calculus.derivative(lambda a: -y[i] @ np.log(softmax(sigmoid(a @ W2 + b2) @ W3 + b3)[0]), a1[i])
assert np.allclose(dL_da1, loss_of_a1)

# %% [markdown]
# We were lucky that it stopped. **Predict:** what does the printed form do in a network whose layers all have
# the same width?

# %% tags=["S2-E44", "fails-as-printed"]
V1, V2 = rng.normal(size=(2, 8, 8))                      # two square layers
g, a = rng.normal(size=(2, 8))                           # gradient at z2, values a1
assert calculus.check_gradient(lambda a: g @ (a @ V2), a, g @ V2.T) < 1e-8
try:
    calculus.check_gradient(lambda a: g @ (a @ V2), a, g @ V1.T)
    raise RuntimeError("the printed form passed")
except AssertionError as error:
    print(error)

# %% [markdown]
# It runs without a word and gives wrong numbers. Only the measured slope noticed. This is why the small example
# has five different sizes, and why we measure.
#
# After (44) the document announces $\partial L_{CE}/\partial z^{[1,i]}$ as $1\times n_2$. It is $1\times n_1$,
# the shape of $z^{[1,i]}$. The sigmoid's Jacobian (45) is diagonal as before, and so (46) is a product
# entry by entry.

# %% tags=["S2-E45", "S2-E46", "S2-E44t"]
assert np.allclose(da1_dz1, np.diag(a1[i] * (1 - a1[i])))       # (45)
dL_dz1 = dL_da1 @ da1_dz1
assert np.allclose(dL_dz1, dL_da1 * a1[i] * (1 - a1[i]))        # (46)
assert dL_dz1.shape == z1[i].shape == (n1,) != (n2,)

# %% [markdown]
# The tensor (48), for the last time: $\left(\partial z^{[1]}/\partial W^{[1]}\right)_{t,(q,r)} =
# I(t=r)\,x_q$, and $I(t=r)$ for the bias.

# %% tags=["S2-E48"]
assert np.allclose(dz1_dW1, np.einsum("tr,q->tqr", np.eye(n1), X[i]))
assert np.allclose(dz1_db1, np.eye(n1))

# %% [markdown]
# The chain (42): $1\times n_2$, $n_2\times n_1$, $n_1\times n_1$, $n_1\times(n_0\times n_1)$.

# %% tags=["S2-E42"]
row = dL_dz2 @ dz2_da1 @ da1_dz1                         # (n1,)
dL_dW1 = calculus.chain(row, dz1_dW1, n_y=1)
dL_db1 = calculus.chain(row, dz1_db1, n_y=1)
assert dL_dW1.shape == (n0, n1)
assert dL_db1.shape == (n1,)
assert calculus.check_gradient(lambda W: mean_loss(X[[i]], y[[i]], W1=W), W1, dL_dW1) < 1e-8
assert calculus.check_gradient(lambda b: mean_loss(X[[i]], y[[i]], b1=b), b1[0], dL_db1) < 1e-8

# %% [markdown]
# And the outer product (49), with the bias (50). The left side of (50) is indexed $r$ only; elsewhere, and
# here, it is $(1,r)$. The value is right.

# %% tags=["S2-E49", "S2-E50"]
assert np.allclose(dL_dW1, np.outer(X[i], dL_dz1))       # (49)
assert np.allclose(dL_db1, dL_dz1)                       # (50)
assert dL_db1[None, :].shape == b1.shape == (1, n1)

# %% [markdown]
# ### Note 4: the last four lines
#
# da1 stacks (44), in its mended form. With (44) as printed the line could not even run.

# %% tags=["S2-N4.1", "S2-MAT"]
da1 = dz2 @ W2.T                                         # (B, n1)
assert da1.shape == (B, n1)
assert np.allclose(da1[i], dL_da1)
gap = calculus.check_gradient(
    lambda a: losses_of_scores(sigmoid(a @ W2 + b2) @ W3 + b3, y).mean(), a1, da1 / B)
assert gap < 1e-8

# %% [markdown]
# dz1 stacks (46).

# %% tags=["S2-N4.2", "S2-MAT"]
dz1 = da1 * a1 * (1 - a1)                                # (B, n1)
assert dz1.shape == (B, n1)
assert np.allclose(dz1[i], dL_dz1)

# %% [markdown]
# dW1 (51) is printed with the index $(r,j)$ on the left; the right side has $q$ and $r$, so it is $(q,r)$.

# %% tags=["S2-E51", "S2-MAT"]
dW1 = X.T @ dz1                                          # (n0, B) (B, n1) -> (n0, n1)
assert np.isclose(dW1[6, 4], sum(dz1[s, 4] * X[s, 6] for s in range(B)))
assert calculus.check_gradient(lambda W: mean_loss(W1=W), W1, dW1 / B) < 1e-8

# %% [markdown]
# db1 (52) has $b^{[2]}$ in its middle term; it must be $b^{[1]}$. A sum of slopes in $b^{[2]}$ has $n_2$
# entries, not $n_1$.

# %% tags=["S2-E52", "S2-MAT"]
db1 = dz1.sum(axis=0, keepdims=True)                     # (1, n1)
assert db1.shape == b1.shape == (1, n1) != b2.shape
assert calculus.check_gradient(lambda b: mean_loss(b1=b), b1, db1 / B) < 1e-8

# %% [markdown]
# ## 6 · Eleven lines, and the library
#
# The document proves everything entry by entry and never writes the matrix forms that the program uses. Here
# they are together. The eleven arrays are named as in the document.

# %% tags=["S2-MAT"]
def three_steps(X, y, W1, b1, W2, b2, W3, b3):
    """B times the gradients of the mean loss: a dict from the name of a parameter to its array."""
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    dz3 = softmax(a2 @ W3 + b3) - y                                         # step 1
    dW3, db3 = a2.T @ dz3, dz3.sum(axis=0, keepdims=True)
    da2 = dz3 @ W3.T                                                        # step 2
    dz2 = da2 * a2 * (1 - a2)
    dW2, db2 = a1.T @ dz2, dz2.sum(axis=0, keepdims=True)
    da1 = dz2 @ W2.T                                                        # step 3
    dz1 = da1 * a1 * (1 - a1)
    dW1, db1 = X.T @ dz1, dz1.sum(axis=0, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}


sums = three_steps(X, y, W1, b1, W2, b2, W3, b3)
assert np.array_equal(sums["W1"], dW1)
assert np.array_equal(sums["b3"], db3)

# %% [markdown]
# All six against measured slopes at once:

# %% tags=["S2-MAT"]
parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
for name, value in parameters.items():
    gap = calculus.check_gradient(lambda V, name=name: mean_loss(**{name: V}), value, sums[name] / B)
    assert gap < 1e-8, name

# %% [markdown]
# From here on `mlp_lib.networks.MLP` does this work. It gives the gradient of the *mean* loss, without the
# factor $B$. It must give our numbers, so we copy our weights into it and compare.

# %%
small = MLP((n0, n1, n2, K), dtype=np.float64)
for own, ours in zip(small.W + small.b, (W1, W2, W3, b1, b2, b3)):
    own[:] = ours
loss, dW, db = small.gradients(X, labels)
assert np.isclose(loss, L)
assert all(np.allclose(B * own, ours) for own, ours in zip(dW, (dW1, dW2, dW3)))
assert all(np.allclose(B * own, ours) for own, ours in zip(db, (db1, db2, db3)))

# %% [markdown]
# ## 7 · Note 5: the $L^2$ penalty
#
# $$L^\lambda = L + \lambda\left(\|W^{[1]}\|^2 + \|W^{[2]}\|^2 + \|W^{[3]}\|^2\right) \tag{53}$$
#
# Large weights cost something; biases are free. The document writes $\|\cdot\|_2$, which for a matrix usually
# is the largest singular value. Its equation (54) shows that the sum of all squares is meant, the Frobenius
# norm. The two differ:

# %% tags=["S2-E53"]
lam = 0.1
frobenius = sum(np.sum(W**2) for W in (W1, W2, W3))
spectral = sum(np.linalg.norm(W, 2) ** 2 for W in (W1, W2, W3))
small.l2 = lam
assert np.isclose(small.loss(X, labels), L + lam * frobenius)
assert spectral < 0.9 * frobenius

# %% [markdown]
# By entries (54): $\partial L^\lambda/\partial w_{rj} = \partial L/\partial w_{rj} + 2\lambda w_{rj}$. The
# sum inside has the printed limit $r_0-1$; there is no $r_0$, it is $n_0-1$: all rows of $W^{[1]}$. The spectral
# reading would have another slope.

# %% tags=["S2-E54"]
penalty = sum(W1[q, k] ** 2 for q in range(n0) for k in range(n1))
assert np.isclose(penalty, np.sum(W1**2))
assert np.allclose(calculus.gradient(lambda W: lam * np.sum(W**2), W1), 2 * lam * W1)
assert not np.allclose(calculus.gradient(lambda W: np.linalg.norm(W, 2) ** 2, W1), 2 * W1)

# %% [markdown]
# As matrices (55): $\partial L^\lambda/\partial W^{[1]} = \partial L/\partial W^{[1]} + 2\lambda W^{[1]}$.
# Every step pulls each weight towards 0, in proportion to its size.

# %% tags=["S2-E55"]
with_penalty = dW1 / B + 2 * lam * W1
assert calculus.check_gradient(lambda W: mean_loss(W1=W) + lam * np.sum(W**2), W1, with_penalty) < 1e-8
assert np.allclose(small.gradients(X, labels)[1][0], with_penalty)

# %% [markdown]
# **The scale matters.** The program's dW1 is the sum over the batch, $B$ times the gradient of $L$. What if
# $2\lambda W$ is added to that sum, and the result divided by $B$ afterwards? **Predict** which penalty is
# minimised then: $\lambda B$, $\lambda$ or $\lambda/B$?

# %% tags=["S2-N5s"]
mixed = (dW1 + 2 * lam * W1) / B
assert calculus.check_gradient(lambda W: mean_loss(W1=W) + lam / B * np.sum(W**2), W1, mixed) < 1e-8
try:
    calculus.check_gradient(lambda W: mean_loss(W1=W) + lam * np.sum(W**2), W1, mixed)
    raise RuntimeError("the mixed form passed as the gradient of (53)")
except AssertionError as error:
    print(error)

# %% [markdown]
# It is $\lambda/B$: the penalty would weaken when the batch grows. Divide first, then add: dW1$/B +
# 2\lambda W^{[1]}$.
#
# ## 8 · Train on all of MNIST
#
# The sizes of the document, all 60,000 digits, and this configuration:
#
# | | |
# |---|---|
# | network | 784–200–100–10, sigmoid, float32, `rng=0` |
# | penalty | $\lambda = 10^{-5}$ on all weights |
# | step | SGD, learning rate 0.5, momentum 0.9, batches of 64 |
# | schedule | 12 epochs; the rate falls to 0 along half a cosine |
#
# Momentum keeps nine tenths of the last step and adds the new gradient to it. It averages over recent batches
# and so steadies the direction.

# %%
model = MLP((784, 200, 100, 10), l2=1e-5, rng=0)
settings = {"batch_size": 64, "optimizer": networks.SGD(0.5, momentum=0.9), "schedule": networks.cosine}
assert model.theta.size == 784 * 200 + 200 + 200 * 100 + 100 + 100 * 10 + 10
print(model)

# %% [markdown]
# **Predict** the accuracy after the first epoch. The test digits are measured after each epoch, for the curves
# only: no choice is made by them.

# %% tags=["nbval-ignore-output"]
history = train(model, (digits.X_train, digits.y_train), epochs=12, rng=0, **settings,
                validation=(digits.X_test, digits.y_test))
accuracy = model.accuracy(digits.X_test, digits.y_test)
assert accuracy >= 0.98
print(f"test accuracy {accuracy:.2%} after {sum(history.seconds):.0f} s of training")

# %% [markdown]
# More than 98 of 100 new digits are read correctly. Now the way there.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
plotting.show_curves({"training": history.loss, "test": history.validation_loss}, ax=left, log=True)
errors = {"training": 1 - np.array(history.accuracy), "test": 1 - np.array(history.validation_accuracy)}
plotting.show_curves(errors, ax=right, ylabel="share of errors", log=True)
plotting.described(fig, "Loss and share of errors by epoch, logarithmic. Training falls to the end; "
                   "test levels off near two percent errors.")

# %% [markdown]
# Both training curves fall to the end. The test curves fall ever more slowly, and from about the ninth epoch on they
# are level: the network still learns its training digits better, but hardly gains on new ones. The gap between the two
# is called *overfitting*. Section 9 asks what $\lambda$ does about it.
#
# Which digits are mixed up? We count the pairs (true, predicted).

# %% tags=["nbval-ignore-output"]
predicted = model.predict(digits.X_test)
counts = np.zeros((10, 10), int)
np.add.at(counts, (digits.y_test, predicted), 1)
assert np.isclose(counts.trace() / 10_000, accuracy)
assert counts.sum() == 10_000

# %% [markdown]
# The three pairs that are mixed up most:

# %% tags=["nbval-ignore-output"]
mistakes = counts - np.diag(np.diag(counts))
for place in np.argsort(mistakes.ravel())[::-1][:3]:
    true, read = divmod(place, 10)
    print(f"{true} read as {read}: {counts[true, read]} times")

# %%
ax = plotting.show_confusion(counts)
plotting.described(ax, "Confusion matrix, true digit by row, predicted by column; the diagonal holds about "
                   "1000 in each row, the mistakes lie in few cells such as 4 and 9.")

# %% [markdown]
# A row is a true digit. The diagonal holds the right answers and is left uncoloured; the darker a cell off the
# diagonal, the more mistakes. They are not spread evenly. Many sit at pairs that people mix up, too, when they are
# written in haste, such as 4 and 9.
#
# The *worst* mistakes are those with the highest loss: the network gave the true digit almost no probability.

# %%
p_true = model.predict_proba(digits.X_test)[np.arange(10_000), digits.y_test]
worst = np.argsort(p_true)[:20]
assert (predicted[worst] != digits.y_test[worst]).all()
assert p_true[worst].max() < 0.01
assert np.median(model.predict_proba(digits.X_test[worst]).max(axis=1)) > 0.9
titles = [f"{t} → {g}" for t, g in zip(digits.y_test[worst], predicted[worst])]
axes = plotting.show_images(digits.X_test[worst], titles=titles)
plotting.described(axes[0, 0], "The twenty test digits with the highest loss, many of them badly written.")

# %% [markdown]
# Above each picture stand the true digit and the network's answer. Some are hard for you, too. Others are
# clear, and the network is wrong *and* sure: the true class got less than one percent, and in most of the twenty
# the wrong answer got more than 90.
#
# What did the first layer learn? Column $r$ of $W^{[1]}$ has 784 entries, one for each pixel, so it can be drawn
# as a picture. Above: ten units before the training (the same seed, so the same start). Below: the same
# ten after it. Each picture has its own colour range.

# %%
assert np.array_equal(untrained.theta, MLP((784, 200, 100, 10), l2=1e-5, rng=0).theta)
units = np.vstack([untrained.W[0].T[:10], model.W[0].T[:10]])              # (20, 784)
largest = np.abs(units).max(axis=1, keepdims=True)
assert np.median(largest[10:] / largest[:10]) > 2
axes = plotting.show_images(units / largest, signed=True)
plotting.described(axes[0, 0], "Weights of ten first-layer units as pictures: noise before training, "
                   "patches and strokes of both signs in most of them after it.")

# %% [markdown]
# Red pixels raise the unit's score, blue ones lower it. In most of them the noise has turned into blobs and bent
# strokes: the unit asks for ink here and for paper there. One or two have hardly learned, and still look like their
# start. Around the blobs the noise looks paler, mainly because the largest weight more than doubled, and the colours with it.
#
# Some of it has really shrunk. 67 pixels, most of them in the corners, are 0 in all 60,000 digits. By (49) the
# digits have no say in their weights: only the penalty moves them, by (55). Each step multiplies them by nearly the
# same factor, and momentum 0.9 makes a step ten times as long. **Predict:** which share of them is left after
# $12\cdot938$ steps at a mean rate of 0.25?

# %%
blank = ~digits.X_train.any(axis=0)                                         # (784,)
left_over = model.W[0][blank] / untrained.W[0][blank]
expected = np.exp(-2 * 1e-5 * 10 * 0.25 * 12 * 938)
assert np.allclose(left_over, expected, rtol=0.02)
print(f"{blank.sum()} pixels are never inked; of their weights {left_over.mean():.2f} is left, forecast {expected:.2f}")

# %% [markdown]
# All of these weights shrank by the same factor, and the formula foretold it. This slow fading is why the $L^2$
# penalty is also called *weight decay*.
#
# ## 9 · What λ does
#
# Four networks, three epochs each, with $\lambda = 0, 10^{-5}, 10^{-4}, 10^{-3}$. To choose $\lambda$ by the test
# digits would spoil them as a judge. So we train on the first 50,000 digits and hold back the last 10,000.
#
# **Predict** for growing $\lambda$: does the training loss rise or fall? The held-back loss? The weights?

# %%
fit = digits.X_train[:50_000], digits.y_train[:50_000]
held = digits.X_train[50_000:], digits.y_train[50_000:]
penalties = [0, 1e-5, 1e-4, 1e-3]
nets = [MLP((784, 200, 100, 10), l2=l2, rng=0) for l2 in penalties]
for net in nets:
    train(net, fit, epochs=3, rng=0, progress=False, **settings)

# %% [markdown]
# For each we measure the loss without the penalty, on both parts, and the length of the weights.

# %%
def plain_loss(net, X, y):
    """Mean cross-entropy without the penalty."""
    return net.loss(X, y) - net.penalty()


loss_fit = np.array([plain_loss(net, *fit) for net in nets])
loss_held = np.array([plain_loss(net, *held) for net in nets])
norms = np.array([[np.linalg.norm(W) for W in net.W] for net in nets])          # (4, 3)
assert sum(W.size for W in nets[0].W) == 177_800
assert (np.diff(norms[:, 0]) < 0).all()
assert loss_held[3] > 2 * loss_held[1]
assert loss_held[0] - loss_fit[0] > loss_held[2] - loss_fit[2] > loss_held[3] - loss_fit[3]

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
ticks = [f"{l2:g}" for l2 in penalties]
plotting.show_curves({"trained on": loss_fit, "held back": loss_held}, x=ticks, ax=left, xlabel="λ")
layers = {f"layer {k + 1}": norms[:, k] for k in range(3)}
plotting.show_curves(layers, x=ticks, ax=right, xlabel="λ", ylabel="norm of the weights")
plotting.described(fig, "Left: both losses against lambda; the gap closes, and at 0.001 both are several "
                   "times higher. Right: the norms of all three layers fall with lambda.")

# %% [markdown]
# The right side is simple: the larger $\lambda$, the shorter the weights. On the left the gap between the two
# losses closes as $\lambda$ grows. (At $10^{-3}$ the held-back loss is even the lower one: those 10,000 digits are a
# little easier.) But a closed gap is not the aim, a low held-back loss is. Up to $10^{-5}$ little changes; at
# $10^{-3}$ the penalty is so strong that the network cannot even fit its training digits. $\lambda$ looks tiny
# because it multiplies a sum of 177,800 squares, while $L$ is a mean.
#
# ## 10 · Watch it learn
#
# Now the same training, alive. *Start* trains, *Pause* holds it, *Step* takes one batch. Learning rate and
# $\lambda$ act at once; another size, activation or batch starts over.
#
# 1. Start with the settings as they are. **Predict** after how many steps the accuracy passes 90 %.
# 2. Raise the learning rate while it runs, one notch at a time. Where does the loss stop falling?
# 3. Set $\lambda = 0.01$ and watch the pictures of the weights.

# %% tags=["nbval-ignore-output"]
from mlp_lib.demos import draw_a_digit, watch_it_learn

demo = watch_it_learn(sizes=(200, 100), learning_rate=0.3, l2=0.0)
assert demo.model.sizes == (784, 200, 100, 10)
demo

# %% [markdown]
# The loss falls fast in the first few hundred steps and then slowly. The pictures turn from noise into strokes at
# the same time. With a large $\lambda$ they fade: the pull towards 0 wins over the digits.
#
# ## 11 · Draw a digit
#
# The network that you trained reads your own digits. Draw in the square with mouse, pen or finger. By keyboard,
# choose a test digit by its number, or jump to the next mistake.
#
# MNIST's digits were scaled to 20 pixels and moved so that their centre of mass is in the middle. The pad does the
# same to your drawing; the left picture shows what the network gets. **Predict:** what does it make of
# a letter, or of a 7 with a bar?

# %% tags=["nbval-ignore-output"]
pad = draw_a_digit(model)
assert pad.model is model
pad

# %% [markdown]
# The ten bars add up to 1, whatever you draw. Softmax has no "none of these": a letter is read as some digit, and
# sometimes with great confidence.
#
# ## 12 · Break it
#
# ### A step too large
#
# 10,000 digits, three epochs, plain SGD, three learning rates. **Predict:** does the loss at rate 50 overflow?

# %%
few = digits.X_train[:10_000], digits.y_train[:10_000]
wild = {rate: MLP((784, 200, 100, 10), rng=0) for rate in (0.5, 5, 50)}
runs = {rate: train(net, few, epochs=3, batch_size=64, optimizer=networks.SGD(rate), progress=False)
        for rate, net in wild.items()}
assert runs[50].accuracy[-1] < 0.2
assert runs[50].loss[-1] > 10
assert runs[5].accuracy[-1] > 0.8

# %% [markdown]
# We count the saturated units of layer 2: those whose slope $a(1-a)$ is below one millionth.

# %%
slopes = {rate: net.hidden.derivative_from_value(net.forward(few[0])[1]) for rate, net in wild.items()}
dead = {rate: float(np.mean(slope < 1e-6)) for rate, slope in slopes.items()}
assert dead[0.5] < 0.01
assert dead[50] > 0.5

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
plotting.show_curves({f"rate {k:g}": run.loss for k, run in runs.items()}, ax=left, log=True)
left.set_xticks([1, 2, 3])
right.bar([f"{k:g}" for k in dead], dead.values(), color=plotting.CYCLE[0])
right.set(xlabel="learning rate", ylabel="saturated share of layer 2", ylim=(0, 1))
plotting.described(fig, "Left: loss by epoch; rates 0.5 and 5 learn, rate 50 stays above 100. Right: the "
                   "saturated share of layer 2: none, hardly any, and most of it at rate 50.")

# %% [markdown]
# Rate 5 stumbles first and then overtakes. Rate 50 never learns, and yet nothing overflows. A sigmoid cannot
# exceed 1, so the values stay finite whatever the weights. The damage is quieter: the first steps throw the
# scores far out, the units saturate, and their factor $a(1-a)$ in (30) is practically 0. No gradient comes
# through any more. Only the last layer still moves, by steps that are far too large, and the network guesses at
# chance.
#
# Only an absurd step reaches the end of float32. Then the training stops and says where.

# %% tags=["nbval-ignore-output"]
try:
    train(MLP((784, 200, 100, 10), rng=0), few, optimizer=networks.SGD(1e30), progress=False)
    raise AssertionError("a step of 1e30 went through")
except NonFiniteLoss as error:
    print(error)

# %% [markdown]
# ### All weights zero
#
# Start from zeros. **Predict:** which of the three dW are zero at the first step? And later: in how many ways
# do the 200 units of layer 1 differ?

# %%
zero = MLP((784, 200, 100, 10), init="zeros", dtype=np.float64)
loss, dW, db = zero.gradients(few[0][:64], few[1][:64])
assert np.isclose(loss, np.log(10))
assert not dW[0].any()
assert not dW[1].any()
assert dW[2].any()

# %% [markdown]
# The loss is $\log 10$: all classes are equally likely. $W^{[3]}=0$ gives da2 $=0$ by (28), so nothing reaches the
# lower layers. Layer 3 does move, and after that so do the others. Train on, and look at the units.

# %%
train(zero, few, epochs=3, batch_size=64, optimizer=networks.SGD(0.5), progress=False)
assert np.abs(zero.W[0]).max() > 0.01
assert np.allclose(zero.W[0], zero.W[0][:, :1])
assert np.allclose(zero.W[2], zero.W[2][:1])
assert zero.accuracy(digits.X_test, digits.y_test) < 0.5

# %%
axes = plotting.show_images(zero.W[0].T[:10], signed=True)
plotting.described(axes[0, 0], "Ten first-layer units of the network that started from zeros: ten times "
                   "the very same picture.")

# %% [markdown]
# Ten units, one picture. All units of a layer began equal, saw the same inputs and were blamed equally, so they
# made equal steps. By (28) equal rows of $W^{[3]}$ give equal columns of da2, and so on down. 200 units do the
# work of one. Random weights are there to break this symmetry.
#
# ### Softmax without subtracting the row maximum
#
# The formula of Lemma 1, typed as it stands. **Predict** the result for the scores $(1000, 0, -1000)$.

# %%
scores = np.array([1000.0, 0.0, -1000.0])
with np.errstate(over="ignore", invalid="ignore"):
    naive = np.exp(scores) / np.exp(scores).sum()
print(naive)
assert np.isnan(naive[0])

# %% [markdown]
# $e^{1000}$ is larger than any float64 (the limit is near $e^{709}$), so it becomes `inf`, and `inf/inf` is `nan`. One
# such entry makes the loss `nan`, and after one step all weights of layers 1 and 2, too. The cure costs nothing: a
# common factor cancels, $e^{z_j}/\sum_t e^{z_t} = e^{z_j-m}/\sum_t e^{z_t-m}$. Take $m=\max_t z_t$. Then every exponent
# is at most 0.

# %%
shifted = np.exp(scores - scores.max())
print(shifted / shifted.sum())
assert np.array_equal(shifted / shifted.sum(), softmax(scores))

# %% [markdown]
# The zeros are still a trap: $\log 0$ is $-\infty$. So the library's loss never takes the logarithm of a
# probability. It computes $\log\hat y_j = z_j - m - \log\sum_t e^{z_t-m}$ from the scores.

# %%
assert cross_entropy(scores[None], np.array([2])) == 2000
assert cross_entropy(scores[None], np.array([0])) == 0

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/06_three_layer_mnist.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open.
#
# Answer first, then check. The tool is always the same: write your gradient, and let
# `calculus.check_gradient(f, where, gradient)` judge it.
#
# 1. **Temperature.** Let $\hat y = \mathrm{softmax}(z^{[3]}/T)$ with $T=3$. Which of the eleven lines change, and
#    how? *Predict* whether dz2 grows or shrinks. Check dW1 with your own `mean_loss`.
# 2. **tanh.** Replace the sigmoid of layer 2 by tanh. One line of step 2 changes. *Predict* which, and check dW2.
# 3. **Weighted samples.** Sample $i$ counts $c_i$ times: $L=\frac1B\sum_i c_i L_{CE}^{[i]}$. Where does $c$ enter, so
#    that it is written once only? What shape must it have? Check dW3, dW2 and dW1.
# 4. **A linear layer.** Leave out the sigmoid of layer 2 altogether. Write the new step 2. *Predict* what the two
#    layers $W^{[2]}, W^{[3]}$ can do together that one could not. Check dW2.
# 5. **Penalise a sum of absolute values**, $\lambda\sum|w|$, instead of squares. Which term replaces $2\lambda W$?
#    *Predict* what happens to weights that are nearly 0. Check at a point without zeros; why there?
#
# ## Summary
#
# The error $\hat y - y$ goes back layer by layer: through weights it is multiplied by $W^T$, through a sigmoid by
# $a(1-a)$. A weight's gradient is (values below)$^T$ times (errors above); this product sums over the samples. The
# document's program holds $B$ times the gradient of the mean loss. Four of its statements fail when run. Here shapes
# showed which; in a network with equal widths only measured slopes would. `MLP` and `train` do the rest.
#
# Next: chapter 07, a convolution in place of the first product.
