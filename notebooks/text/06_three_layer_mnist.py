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
# Source: *the MNIST note* (002, E. Leifer and J. Troendle, *Gradient Matrices Calculations for a1.mlp.3.layers.py*,
# 2021), equations (1)–(55).
#
# Needs: matrix products, the chain rule, softmax · about 65 minutes, an hour more with the parts that are
# folded.
#
# ## What you will do
# You derive the eleven gradient arrays of a three-layer sigmoid network, measure every one of them, and then
# train the network on 60,000 handwritten digits until it reads 98 of 100 new ones.
#
# ## What you will learn
# - to say the shape of every array before you compute it
# - to turn a sum over samples into one matrix product
# - to find an error in a formula by measuring slopes
# - to read a trained network: curves, confusions, mistakes, weights

# %%
from mlp_lib import browser, calculus, datasets, networks, plotting, showing
from mlp_lib.networks import MLP, NonFiniteLoss, cross_entropy, sigmoid, softmax, train
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · See it fail first
#
# MNIST holds 70,000 grey pictures of handwritten digits, $28\times28$ pixels each. A picture is stored as one
# row of numbers between 0 (paper) and 1 (ink).

# %%
digits = datasets.load_mnist()
print(digits.X_train.shape, digits.X_test.shape)

# %% [markdown]
# A misprint meets us at once. The MNIST note says $n_0 = 28\times28 = 284$. Build the first weight matrix with
# that size, and the first product stops. The right number is 784, so the sizes are $784 \to 200 \to 100 \to 10$. Here is a
# network of these sizes. Its weights are random; nothing has been learned.

# %% tags=["S2-DIM", "fails-as-printed", "mended"]
untrained = MLP((784, 200, 100, 10), rng=0)
assert untrained.W[0].shape == (784, 200)
assert 28 * 28 == 784 == digits.X_train.shape[1] != 284
showing.refused("five digits times W1 with 284 rows", lambda: digits.X_train[:5] @ np.zeros((284, 200)))

# %% jupyter={"source_hidden": true}
share = untrained.accuracy(digits.X_test, digits.y_test)
assert share < 0.25


def gallery():
    """Twenty test digits with the guesses of the untrained network."""
    titles = [f"{t} → {g}" for t, g in zip(digits.y_test, untrained.predict(digits.X_test[:20]))]
    axes = plotting.show_images(digits.X_test[:20], titles=titles)
    return plotting.described(axes[0, 0], f"Right before any training: {share:.0%}. Twenty test digits, each with the true digit "
                              "and the guess; the guesses hardly depend on the picture.")


predict("06 untrained", "Which share of the 10,000 test digits does it get right?", gallery,
        choices=("none", "about one in ten", "about one in two"), answer=lambda _: "about one in ten",
        why="Nearly every digit gets the same answer, and that is right for about one digit in ten.")

# %% [markdown]
# All the rest of the chapter is about one question: in which direction should each of the 178,110 weights and biases
# move?
#
# ## 2 · The map: sizes and the forward pass
#
# A batch has $B$ samples, one a row. Everything that depends on the sample has $B$ rows. Weights and biases
# belong to all samples, so they do not.
#
# ```
# forward  X ──W1,b1──► z1 ──σ──► a1 ──W2,b2──► z2 ──σ──► a2 ──W3,b3──► z3 ──softmax──► ŷ ──y──► L
#
# step 1                      dz3 from ŷ, y       dW3 from a2, dz3   db3 from dz3
# step 2  da2 from dz3, W3    dz2 from da2, a2    dW2 from a1, dz2   db2 from dz2
# step 3  da1 from dz2, W2    dz1 from da1, a1    dW1 from X, dz1    db1 from dz1
# ```
#
# `dz3` stands for the slopes of the loss in z3, and so on. Read a line of the map as "made from": no array needs
# anything that does not stand before it. The letters are those of the MNIST note; in chapter 05 $z$ is $S$, $a$ is $X$ and
# dz is $\Delta$.
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
print("X", X.shape, "W1", W1.shape, "W2", W2.shape, "W3", W3.shape, "y", y.shape)

# %% [markdown]
# **Forward.** Each layer takes the values below it times its weights, plus its bias: $z^{[1,i]} = X^{[i]} W^{[1]} +
# b^{[1]}$, where $[1,i]$ means layer 1, sample $i$ (37), and $a^{[1,i]} = \mathrm{sigmoid}(z^{[1,i]})$ (38). Layer 2
# repeats the pattern (21), (22). Layer 3 ends in softmax: $z^{[3,i]} = a^{[2,i]}W^{[3]} + b^{[3]}$ (3) and $\hat y^{(i)} =
# \mathrm{softmax}(z^{[3,i]})$ (4). One line of numpy does all samples; each row of $\hat y$ holds $K$ probabilities.

# %% tags=["S2-E3", "S2-E4"]
i, z1 = 1, X @ W1 + b1                                   # (B, n1)
a1 = sigmoid(z1)
z2 = a1 @ W2 + b2                                        # (B, n2)
a2 = sigmoid(z2)
z3 = a2 @ W3 + b3                                        # (B, K)
y_hat = softmax(z3)
showing.same("probabilities", softmax=y_hat, formula=np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True))

# %% [markdown]
# **The loss.** For one sample $L_{CE}^{[i]} = -\sum_j y_j^{(i)} \log \hat y_j^{(i)}$ (2). Since $y$ is one-hot,
# one term is left: minus the logarithm of the probability that the true class got. For the batch it is the mean,
# $L = \frac1B \sum_i L_{CE}^{[i]}$ (1). The library takes the scores, not the probabilities; *Break it* shows why.
#
# From here on every formula stands beside measured slopes. For that we need the whole loss as a function in which any
# one array can be replaced.

# %%
def losses_of_scores(z, y):
    """Cross-entropy of each row of scores: (B, K) and one-hot (B, K) to (B,)."""
    return -(y * np.log(softmax(z))).sum(axis=1)


def mean_loss(X=X, y=y, W1=W1, b1=b1, W2=W2, b2=b2, W3=W3, b3=b3):
    """Forward pass and mean cross-entropy; every array can be replaced by name."""
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    return losses_of_scores(a2 @ W3 + b3, y).sum() / len(X)

# %% tags=["S2-E1", "S2-E2"]
L_CE = -np.log([y_hat[s, labels[s]] for s in range(B)])  # (B,): of the true class
assert np.isclose(mean_loss(X[[i]], y[[i]]), L_CE[i])    # one sample alone
L = L_CE.sum() / B
showing.same("L", mean=L, mean_loss=mean_loss(), library=cross_entropy(z3, labels))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the forward pass by entries; the MNIST note's indices and shapes, and where they slip

# %% [markdown]
# **Layer 1 by entries** (47): $z_r^{[1,i]} = \sum_{q=0}^{n_0-1} x_q^{[i]} w_{qr}^{[1]} + b_r^{[1]}$. We check the row of
# sample $i=1$.

# %% tags=["S2-E37", "S2-E38", "S2-E47"]
by_entries = [sum(X[i, q] * W1[q, r] for q in range(n0)) + b1[0, r] for r in range(n1)]
showing.same("z1 of sample 1", row_of_the_batch=z1[i], by_entries=by_entries)

# %% [markdown]
# **Layer 2** by entries (31), with $n_1$ terms in the sum; then the sigmoid.

# %% tags=["S2-E21", "S2-E22", "S2-E31"]
by_entries = [sum(a1[i, q] * W2[q, r] for q in range(n1)) + b2[0, r] for r in range(n2)]
showing.same("a2 of sample 1", row_of_the_batch=a2[i], by_entries=1 / (1 + np.exp(-np.array(by_entries))))

# %% [markdown]
# **Index base.** The MNIST note counts from 0, but it calls the only row of a $1\times K$ array row 1. Read
# $(1, t)$ as "the single row, entry $t$". In numpy that row is row 0.

# %% tags=["S2-IDX"]
assert b3.shape == (1, K)
showing.refused("row 1 of b3", lambda: b3[1, 0], IndexError)

# %% [markdown]
# **Superscripts.** Square brackets with two entries are layer and sample. $(i)$ and a lone $[i]$ both mean
# sample $i$: it goes through the network without meeting the others.

# %% tags=["S2-SUP"]
alone = softmax(sigmoid(sigmoid(X[[i]] @ W1 + b1) @ W2 + b2) @ W3 + b3)
showing.same("ŷ of sample 1", alone=alone[0], row_of_the_batch=y_hat[i])

# %% [markdown]
# **Note 1** says that $L_{CE}$ without index always belongs to one sample. The slope of $L_{CE}^{[k]}$ in the scores of
# sample $i$ is 0 unless $k = i$. Here is the largest slope of each loss (down) in the scores of each sample (across):

# %% tags=["S2-N1"]
slopes = calculus.derivative(lambda z: losses_of_scores(z, y), z3)      # (B, B, K)
largest = np.abs(slopes).max(axis=2)
showing.same("only on the diagonal", measured=largest, diagonal=np.diag(np.diag(largest)))

# %% [markdown]
# Next to (38) the MNIST note gives $a^{[1,i]}$ the size $B\times n_1$; it drops the $i$ on the right, too. Put $B$ equal rows
# into the next layer, and $z^{[2,i]}$ is no longer the one row that (21) needs.

# %% tags=["S2-E37s", "S2-E38", "fails-as-printed", "mended"]
assert sigmoid(z1).shape == (B, n1) != a1[[i]].shape == (1, n1)
showing.differs("z2 of sample 1", as_printed=np.repeat(a1[[i]], B, axis=0) @ W2 + b2, right=a1[[i]] @ W2 + b2)

# %% [markdown]
# The bias is written $b^{[3,i]}$ once. It has no sample index: take $a^{[2]}W^{[3]}$ away from the scores, and the same
# row is left for every sample.

# %% tags=["S2-E3s"]
showing.same("what is left of z3", measured=z3 - a2 @ W3, bias_in_each_row=np.repeat(b3, B, axis=0))

# %% [markdown]
# Before Lemma 3 the entries $a_j^{[2,i]}$ are named only for $j < K$. Meant are all $j < n_2$. With $K$ terms the sum (15)
# comes out wrong.

# %% tags=["S2-E15", "S2-NTa"]
terms = a2[i] * W3[:, 1]
assert np.isclose(z3[i, 1], terms.sum() + b3[0, 1])
showing.differs("score 1 of sample 1", K_terms=terms[:K].sum() + b3[0, 1], all_terms=z3[i, 1])

# %% [markdown]
# The rows of $\hat y$ are once $\hat y_i^{(i)}$. The lower $i$ is too much: with it we get one number, and for $i \ge K$
# nothing at all.

# %% tags=["S2-YH"]
assert np.ndim(y_hat[i, i]) == 0
showing.refused("entry 3 of row 3", lambda: y_hat[3, 3], IndexError)

# %% [markdown]
# $\hat y^{(i)}$ is called once a $10\times1$ column and once a $1\times K$ row. Only the row fits $aW + b$. A column is worse
# than an error: numpy broadcasts it in silence to a square.

# %% tags=["S2-YSH"]
row = a2[[i]] @ W3
assert (row + b3).shape == (1, K) == y_hat[[i]].shape
showing.differs("scores of sample 1", as_a_column=row.T + b3, as_a_row=row + b3)

# %% [markdown]
# ## 3 · Step 1: from the output to the second hidden layer
#
# We look at one sample $i$ and work with three maps: scores to loss, weights to scores, bias to scores.
#
# $$\mathbb R^K \to \mathbb R, \qquad \mathbb R^{n_2\times K}\to\mathbb R^K, \qquad \mathbb R^K\to\mathbb R^K$$
#
# `calculus.derivative` measures all slopes of an array in an array; its result has the shape of the output followed by
# the shape of the input. So the middle one is a tensor, $K\times(n_2\times K)$: a whole matrix of slopes for each score.

# %% tags=["S2-E4m"]
dL_dz3 = calculus.derivative(lambda z: -y[i] @ np.log(softmax(z)), z3[i])
dz3_dW3 = calculus.derivative(lambda W: a2[i] @ W + b3[0], W3)
dz3_db3 = calculus.derivative(lambda b: a2[i] @ W3 + b, b3[0])
assert dz3_dW3.shape == (K, n2, K)
print("slopes:", dL_dz3.size, "of the loss,", dz3_dW3.size, "in the weights,", dz3_db3.size, "in the bias")

# %% [markdown]
# The plan is the chain rule: multiply the first by the second. First we find both factors as formulas.
#
# **Lemma 1.** With $p_j = e^{z_j}/\sum_t e^{z_t}$, the slope of probability $j$ in its own score is $p_j(1-p_j)$ (7). But
# raising one score also lowers all *other* probabilities: $\partial p_t/\partial z_j = -p_t\,p_j$ for $t\ne j$ (12). Together
# $\partial p_t/\partial z_j = p_t(I(t=j) - p_j)$ (11), where $I(t=j)$ is 1 if $t=j$ and 0 otherwise.

# %% tags=["S2-L1", "S2-E11", "S2-E12", "S2-L1o"]
p = y_hat[i]                                             # (K,)
J = calculus.jacobian(softmax, z3[i])                    # J[t, j]: slope of p_t in z_j
showing.same("slopes of the probabilities", measured=J, formula=np.diag(p) - np.outer(p, p))

# %% [markdown]
# Each column adds up to 0: probability is moved, not made.
#
# **Lemma 2** (9): $\left(\partial L_{CE}/\partial z^{[3,i]}\right)_{1,j} = \hat y_j^{(i)} - y_j^{(i)}$.
# The proof starts with the chain rule through $\hat y$ (10): $-\sum_t \frac{y_t}{\hat y_t}\,
# \frac{\partial\hat y_t}{\partial z_j}$.

# %% tags=["S2-E10", "S2-L2"]
assert np.allclose(J.sum(axis=0), 0)
showing.same("slopes of the loss in z3", measured=dL_dz3, through_ŷ=-(y[i] / p) @ J, formula=p - y[i])

# %% [markdown]
# So the first factor is as plain as can be: *what the network said, minus what was true*. The second factor is the
# tensor, of 54 numbers.

# %% jupyter={"source_hidden": true} tags=["S2-L3"]
def slices():
    """The tensor of slopes of the scores in the weights."""
    axes = plotting.show_tensor(dz3_dW3, name=r"\partial z_{t}/\partial w_{rj}")
    return plotting.described(axes[0], "Three 6 by 3 slices, t = 0, 1, 2. In slice t only column t is filled, "
                              "with the six values of a2; all else is zero.")


predict("06 zeros", "Three scores, and 6 × 3 weights: 54 slopes. How many of them are not 0?", slices,
        choices=(3, 6, 18, 54), answer=lambda _: np.count_nonzero(dz3_dW3),
        why="Score t reads column t of the weights, and no other.")

# %% [markdown]
# **Lemma 4** (18). The chain rule (5) multiplies both factors and sums over the index $t$ that they share. No tensor is
# left:
# $$\left(\frac{\partial L_{CE}}{\partial W^{[3]}}\right)_{(r,j)} = (\hat y_j - y_j)\,a_r^{[2,i]}, \qquad
# \left(\frac{\partial L_{CE}}{\partial b^{[3]}}\right)_{(1,j)} = \hat y_j - y_j$$
# A column of $n_2$ values times a row of $K$ errors: an outer product.

# %% tags=["S2-L4"]
showing.slopes("dL_CE/dW3", lambda W: mean_loss(X[[i]], y[[i]], W3=W), W3, np.outer(a2[i], y_hat[i] - y[i]))

# %% [markdown]
# Where has the tensor gone? It has one slice for each score $t$. In slice $t$ only column $t$ is filled, each time with the
# same six numbers: the values $a^{[2,i]}$. **Lemma 3** (14) says it:
# $\left(\partial z^{[3,i]}/\partial W^{[3]}\right)_{t,(r,j)} = I(t=j)\,a_r^{[2,i]}$. For the bias it is $I(t=j)$ alone. In the sum
# over $t$ the indicator keeps one term, $t=j$. Two thirds of the tensor are zeros; for $K=10$ it is nine tenths. This is why
# no program stores it.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the chain rule by entries, and the proofs of the lemmas, line by line

# %% [markdown]
# **The chain rule (5)** joins both factors. By entries (6) it sums over the index $t$ that they share:
# $$\left(\frac{\partial L_{CE}}{\partial W^{[3]}}\right)_{(r,j)} = \sum_{t=0}^{K-1}
# \left(\frac{\partial L_{CE}}{\partial z^{[3,i]}}\right)_{1,t}
# \left(\frac{\partial z^{[3,i]}}{\partial W^{[3]}}\right)_{t,(r,j)}$$
# $K$ times $K\times(n_2\times K)$ leaves $n_2\times K$, the shape of $W^{[3]}$.

# %% tags=["S2-E5", "S2-E6"]
dL_dW3 = calculus.chain(dL_dz3, dz3_dW3, n_y=1)
for r, j in np.ndindex(n2, K):
    assert np.isclose(dL_dW3[r, j], sum(dL_dz3[t] * dz3_dW3[t, r, j] for t in range(K)))
showing.slopes("dL_CE/dW3", lambda W: mean_loss(X[[i]], y[[i]], W3=W), W3, dL_dW3)

# %% [markdown]
# Its outcome is the outer product of Lemma 4:

# %% tags=["S2-L4"]
assert np.allclose(calculus.chain(dL_dz3, dz3_db3, n_y=1), y_hat[i] - y[i])
showing.same("dL_CE/dW3", chain_rule=dL_dW3, outer_product=np.outer(a2[i], y_hat[i] - y[i]), atol=1e-8)

# %% [markdown]
# The proof of Lemma 3 (16) differentiates $z_t = \sum_q a_q w_{qt} + b_t$ in $w_{rj}$:

# %% tags=["S2-E16", "S2-L3"]
for t, r, j in np.ndindex(K, n2, K):
    assert np.isclose(dz3_dW3[t, r, j], (t == j) * a2[i, r])
showing.same("slopes of the scores in the bias", measured=dz3_db3, formula=np.eye(K))

# %% [markdown]
# The proof of Lemma 1 (8) is the quotient rule: $\frac{e^{z_j}\sum e^{z_t} - e^{2z_j}}{(\sum e^{z_t})^2} = p_j - p_j^2$.

# %% tags=["S2-E8"]
e = np.exp(z3[i])
showing.same("diagonal of J", quotient_rule=(e * e.sum() - e**2) / e.sum() ** 2, formula=p - p**2, measured=np.diag(J))

# %% [markdown]
# Lemma 1 lists the scores as $(z_0, z_2, \dots)$; $z_1$ is missing by a slip. The sum needs all of them.

# %% tags=["S2-L1z"]
assert np.allclose(e / e[[0, 1, 2]].sum(), p)
showing.differs("probabilities", without_z1=e / e[[0, 2]].sum(), right=p)

# %% [markdown]
# The proof of Lemma 2 (13) inserts both cases, cancels $\hat y_t$, and uses $\sum_t y_t = 1$. Each of its lines is a number
# for each $j$, so each can be checked. Below, index $t$ runs down and $j$ runs across.

# %% tags=["S2-E13"]
same = np.eye(K)                                         # I(t = j)
y_t, p_t = y[i][:, None], p[:, None]
line_1 = -(y_t / p_t * (p * (1 - p) * same - p_t * p * (1 - same))).sum(axis=0)
line_2 = -(y[i] * (1 - p) * same - y_t * p * (1 - same)).sum(axis=0)
line_3 = -y[i] + y[i] * p + (y_t * p * (1 - same)).sum(axis=0)
showing.same("lines of the proof", line_1=line_1, line_2=line_2, line_3=line_3, formula=p - y[i])

# %% [markdown]
# The proof for the bias (17) prints the denominator as "$Wb[3]$". It is $b^{[3]}$: with the weights there would be three
# indices, not the two that stand there.

# %% tags=["S2-E17"]
assert all(np.isclose(dz3_db3[t, j], t == j) for t, j in np.ndindex(K, K))
showing.differs("slopes of the scores", in_the_weights=dz3_dW3, in_the_bias=dz3_db3)

# %% [markdown]
# ### Note 2: the batch, and a factor $B$
#
# The MNIST note's program stacks the rows of Lemma 2: $dz_3 = \hat y - y$, size $B\times K$. There is no $1/B$
# in it. So it holds $B$ times the slopes of the mean loss.

# %% tags=["S2-N2.1", "S2-MAT"]
dz3 = y_hat - y                                          # (B, K)
assert np.allclose(dz3[i], dL_dz3)
showing.slopes("dL/dz3", lambda z: losses_of_scores(z, y).mean(), z3, dz3 / B)

# %% [markdown]
# For the weights the outer products of all samples are added (19):
# $$B\left(\frac{\partial L}{\partial W^{[3]}}\right)_{r,j} = \sum_{i=0}^{B-1} a_r^{[2,i]}\,(\hat y_j^{(i)}-y_j^{(i)})$$
# Why does the program write this as $a_2^T\,dz_3$? In a matrix product the *inner* index is summed. The
# product of $a_2^T$, $n_2\times B$, and $dz_3$, $B\times K$, sums over the sample $i$. The transpose stands
# there for one reason: to put $i$ inside.

# %% tags=["S2-E19", "S2-MAT"]
dW3 = a2.T @ dz3                                         # (n2, B) (B, K) -> (n2, K)
assert np.allclose(dW3, sum(np.outer(a2[s], dz3[s]) for s in range(B)))
showing.slopes("dL/dW3", lambda W: mean_loss(W3=W), W3, dW3 / B)

# %% [markdown]
# The bias (20) meets every sample with factor 1, so its sum has no $a$ in it. Below it: what the check says if somebody
# forgets the division by $B$.

# %% tags=["S2-E20", "S2-MAT"]
db3 = dz3.sum(axis=0, keepdims=True)                     # (1, K)
showing.slopes("dL/db3", lambda b: mean_loss(b3=b), b3, db3 / B)

# %% tags=["S2-E19"]
showing.refused("dW3 as the gradient of L", lambda: calculus.check_gradient(
    lambda W: mean_loss(W3=W), W3, dW3), AssertionError)

# %% [markdown]
# The ratio of the two numbers is $B = 4$. The direction is right, the length is not: with the sum, the step grows with
# the batch size. Whoever steps by the sums must divide by $B$ somewhere, or take a learning rate $B$ times smaller. The
# eleven names stay with the *sums*; beside slopes of $L$ they are divided by $B$.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the sum of a few digits beside that of 10,000

# %% [markdown]
# Each sample adds one outer product, and each pulls its own way. In the network of section 1 we add them for 1, 4, 16
# and 64 digits, and compare the sum with that of 10,000 digits: 1 means that both point the same way, 0 that they are
# at right angles.

# %%
many = MLP((784, 200, 100, 10), rng=0, dtype=np.float64)
*_, values, scores = many.forward(digits.X_train[:10_000])              # a2 and z3
errors = softmax(scores) - np.eye(10)[digits.y_train[:10_000]]
sums = {m: values[:m].T @ errors[:m] for m in (1, 4, 16, 64, 10_000)}   # each (100, 10)
print("size of each sum:", sums[1].shape)

# %% jupyter={"source_hidden": true}
whole = sums[10_000] / np.linalg.norm(sums[10_000])
cosines = {m: float((A * whole).sum() / np.linalg.norm(A)) for m, A in sums.items()}


def growing():
    """The sums as pictures, a row for each class."""
    fig, axes = plt.subplots(len(sums), 1, figsize=(6, 5.2), layout="constrained")
    for ax, (m, A) in zip(axes, sums.items()):
        plotting.show_image(A.T, ax=ax, signed=True, title=f"{m:,} digit{'s' * (m > 1)}: cosine {cosines[m]:.2f}")
        ax.set_aspect("auto")
    return plotting.described(fig, "Five pictures of 10 rows and 100 columns. Cosine with the last: " +
                              ", ".join(f"after {m:,} {cosine:.2f}" for m, cosine in cosines.items()) + ".")


predict("06 growing", "64 of 10,000 digits are one in 156. What is the cosine of the two sums?", growing, between=(-1, 1),
        answer=lambda _: cosines[64], why="What single digits add by chance cancels soon; what they have in common grows.")

# %% [markdown]
# A row is a class, a column is a hidden unit. One sample makes stripes: it wants the score of its own class up (blue) and
# all others down.

# %% [markdown]
# ## 4 · Step 2: from the second to the first hidden layer
#
# **Through the weights (27).** $z_j^{[3]} = \sum_r a_r^{[2]} w_{rj}^{[3]} + b_j$, so
# $\left(\partial z^{[3,i]}/\partial a^{[2,i]}\right)_{(j,r)} = w_{rj}^{[3]}$. The indices change places:
# the $K\times n_2$ matrix is $W^{[3]}$ transposed. So at the values (28)
# $$\left(\partial L_{CE}/\partial a^{[2,i]}\right)_{1,r} = \sum_j (\hat y_j - y_j)\, w_{rj}^{[3]}.$$
# A hidden unit is blamed by every class that it feeds, in proportion to the weight.

# %% tags=["S2-E27", "S2-E28"]
dz3_da2 = calculus.derivative(lambda a: a @ W3 + b3[0], a2[i])
assert np.allclose(dz3_da2, W3.T)                        # (27), (K, n2)
dL_da2 = (y_hat[i] - y[i]) @ W3.T                        # (K,) (K, n2) -> (n2,)
showing.slopes("dL_CE/da2", lambda a: -y[i] @ np.log(softmax(a @ W3 + b3[0])), a2[i], dL_da2)

# %% [markdown]
# **Lemma 5.** $\sigma(x) = 1/(1+e^{-x})$ has the slope $\sigma(x)\,[1-\sigma(x)]$. The MNIST note leaves the proof
# to you: with $u = e^{-x}$ it is $u/(1+u)^2 = \frac{1}{1+u}\cdot\frac{u}{1+u}$. We measure it at 201 places from $-8$ to 8.

# %% tags=["S2-L5"]
x = np.linspace(-8, 8, 201)
slope = sigmoid(x) * (1 - sigmoid(x))
showing.same("slope of the sigmoid", measured=np.diag(calculus.jacobian(sigmoid, x)), formula=slope)

# %% jupyter={"source_hidden": true}
def bell():
    """The sigmoid and its slope."""
    ax = plotting.show_curves({r"$\sigma(x)$": sigmoid(x), r"slope $\sigma(1-\sigma)$": slope},
                              x=x, xlabel="$x$", ylabel="value")
    return plotting.described(ax, "The sigmoid climbs from 0 to 1; its slope is a bell of height one quarter at x = 0 "
                              "and is nearly zero beyond x = 6 on either side.")


assert slope.max() == slope[100]
assert slope[0] < 0.0004
predict("06 slope", "How large can this slope be at most?", bell, choices=("1/4", "1/2", "1", "as large as you like"),
        answer=lambda _: {0.25: "1/4"}[slope.max()], why="σ (1 − σ) is largest where σ is one half: at x = 0.")

# %% [markdown]
# A step back through a sigmoid multiplies every entry of the gradient by such a slope. For $|x|>6$ it is nearly zero: a unit
# with a large score passes on almost nothing. It is *saturated*.
#
# **At the scores.** Unit $r$ depends on score $r$ alone, so the Jacobian of a layer of sigmoids (29) is diagonal,
# $\left(\partial a^{[2]}/\partial z^{[2]}\right)_{r,q} = I(r=q)\,a_r(1-a_r)$. A product with a diagonal matrix is a product
# entry by entry (30).

# %% tags=["S2-E29", "S2-E30"]
da2_dz2 = calculus.derivative(sigmoid, z2[i])
assert np.allclose(da2_dz2, np.diag(a2[i] * (1 - a2[i])))               # (29), (n2, n2)
dL_dz2 = dL_da2 * a2[i] * (1 - a2[i])                                   # (30), (n2,)
showing.slopes("dL_CE/dz2", lambda z: -y[i] @ np.log(softmax(sigmoid(z) @ W3 + b3[0])), z2[i], dL_dz2)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the weights of layer 2, one sample; the chain of four factors

# %% [markdown]
# **At the weights** the pattern of Lemma 3 comes again, one layer lower, and leaves an outer product: $(\partial L_{CE}/\partial
# W^{[2]})_{q,r} = (\partial L_{CE}/\partial z^{[2]})_{1,r}\,a_q^{[1]}$ (33), and for the bias the row itself (34).

# %% tags=["S2-E33", "S2-E34"]
assert calculus.check_gradient(lambda b: mean_loss(X[[i]], y[[i]], b2=b), b2[0], dL_dz2) < 1e-6
showing.slopes("dL_CE/dW2", lambda W: mean_loss(X[[i]], y[[i]], W2=W), W2, np.outer(a1[i], dL_dz2))

# %% [markdown]
# The MNIST note goes through three new maps (23)–(25) and the tensor (32),
# $\left(\partial z^{[2]}/\partial W^{[2]}\right)_{t,(q,r)} = I(t=r)\,a_q^{[1]}$.

# %% tags=["S2-E23", "S2-E32"]
dz2_dW2 = calculus.derivative(lambda W: a1[i] @ W + b2[0], W2)
dz2_db2 = calculus.derivative(lambda b: a1[i] @ W2 + b, b2[0])
assert da2_dz2.shape == dz2_db2.shape == (n2, n2)
assert np.allclose(dz2_db2, np.eye(n2))
showing.same("slopes of score 2 in the weights", measured=dz2_dW2[2], formula=np.outer(a1[i], np.eye(n2)[2]))

# %% [markdown]
# The whole chain (26), with the shapes of its factors:
# $$\frac{\partial L_{CE}}{\partial W^{[2]}} = \underbrace{\frac{\partial L_{CE}}{\partial z^{[3]}}}_{1\times K}\cdot
# \underbrace{\frac{\partial z^{[3]}}{\partial a^{[2]}}}_{K\times n_2}\cdot
# \underbrace{\frac{\partial a^{[2]}}{\partial z^{[2]}}}_{n_2\times n_2}\cdot
# \underbrace{\frac{\partial z^{[2]}}{\partial W^{[2]}}}_{n_2\times(n_1\times n_2)}$$
# Multiply from the left. Then every intermediate result is one row; from the right it would be a tensor.

# %% tags=["S2-E26"]
row = dL_dz3 @ dz3_da2 @ da2_dz2                         # (n2,)
assert np.allclose(calculus.chain(row, dz2_db2, n_y=1), dL_dz2)
showing.same("dL_CE/dW2", chain=calculus.chain(row, dz2_dW2, n_y=1), outer_product=np.outer(a1[i], dL_dz2), atol=1e-8)

# %% [markdown]
# ### Note 3: the four lines of the program
#
# da2 stacks (28) over the batch. Row $i$ is $dz_3^{(i)}\,W^{[3]T}$, so all rows are one product:
# $(B\times K)(K\times n_2)$. Here nothing is summed over samples; each keeps its own row. dz2 stacks (30). Its mask
# $a_2(1-a_2)$ is a table of $B\times n_2$ numbers, one for each sample and unit. None is larger than $\frac14$, so it shrinks
# every entry at least fourfold.

# %% tags=["S2-N3.1", "S2-N3.2", "S2-MAT"]
da2 = dz3 @ W3.T                                         # (B, n2)
dz2 = da2 * a2 * (1 - a2)                                # (B, n2)
assert np.allclose(da2[i], dL_da2)
showing.same("dz2 of sample 1", row_of_the_batch=dz2[i], one_sample=dL_dz2)

# %% [markdown]
# dW2 (35) sums over the samples, and so it is $a_1^T\,dz_2$. db2 (36) is the sum of the rows of dz2.

# %% tags=["S2-E35", "S2-E36", "S2-MAT"]
dW2 = a1.T @ dz2                                         # (n1, B) (B, n2) -> (n1, n2)
db2 = dz2.sum(axis=0, keepdims=True)                     # (1, n2)
assert calculus.check_gradient(lambda b: mean_loss(b2=b), b2, db2 / B) < 1e-6
showing.slopes("dL/dW2", lambda W: mean_loss(W2=W), W2, dW2 / B)

# %% [markdown]
# ## 5 · Step 3: from the first hidden layer to the input
#
# The third step is the second with all indices one lower: $a^{[1]}$ becomes $X$, $n_1$ becomes $n_0$.
#
# **Equation (43) is wrong as printed.** It says $\left(\partial z^{[2,i]}/\partial a^{[1,i]}\right)_{(j,r)} =
# w_{rj}^{[1]}$, for $j<n_2$ and $r<n_1$. $W^{[1]}$ has no column for $j = n_1$. The scores $z^{[2]}$ are made with the
# weights of layer *two*: it must be $w_{rj}^{[2]}$, the matrix $W^{[2]T}$.

# %% tags=["S2-E43", "fails-as-printed", "mended"]
dz2_da1 = calculus.derivative(lambda a: a @ W2 + b2[0], a1[i])
assert np.allclose(dz2_da1, W2.T)                        # mended, (n2, n1)
showing.refused("(43) as printed", lambda: [[W1[r, j] for r in range(n1)] for j in range(n2)], IndexError)

# %% [markdown]
# **(44) inherits the error:** it multiplies $\partial L_{CE}/\partial z^{[2]}$ by the weights of layer 1.

# %% tags=["S2-E44", "fails-as-printed"]
assert dL_dz2.shape == (n2,) != W1.T.shape[:1]
showing.refused("(44) as printed", lambda: dL_dz2 @ W1.T)

# %% jupyter={"source_hidden": true} tags=["S2-E44", "fails-as-printed"]
V1, V2 = rng.normal(size=(2, 8, 8))                      # two square layers
g, a = rng.normal(size=(2, 8))                           # gradient at z2, values a1
assert calculus.check_gradient(lambda a: g @ (a @ V2), a, g @ V2.T) < 1e-6

predict("06 square", "It stopped because our sizes differ. What does (44) as printed do in a network whose layers all have the "
        "same width?", lambda: showing.refused("(44) as printed, width 8", lambda: calculus.check_gradient(
            lambda a: g @ (a @ V2), a, g @ V1.T), AssertionError),
        choices=("it stops as well", "it runs, and is right", "it runs, and is wrong"), answer=lambda _: "it runs, and is wrong",
        why="No shape complains. The measured slope alone noticed: this is why our sizes differ, and why we measure.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: step 3 for one sample, its maps, tensor and chain, and three slips

# %% [markdown]
# Mended: $\left(\partial L_{CE}/\partial a^{[1,i]}\right)_{1,r} = \sum_{j=0}^{n_2-1}
# \left(\partial L_{CE}/\partial z^{[2,i]}\right)_{1,j}\,w_{rj}^{[2]}$. The sigmoid's Jacobian (45) is diagonal as before, and
# so (46) is a product entry by entry.

# %% tags=["S2-E44", "S2-E45", "S2-E46", "mended"]
dL_da1 = dL_dz2 @ W2.T                                   # (44) mended: (n2,) (n2, n1) -> (n1,)
dL_dz1 = dL_da1 * a1[i] * (1 - a1[i])                    # (46)
assert np.allclose(calculus.derivative(sigmoid, z1[i]), np.diag(a1[i] * (1 - a1[i])))      # (45)
showing.slopes("dL_CE/dz1", lambda z: -y[i] @ np.log(softmax(sigmoid(sigmoid(z) @ W2 + b2[0]) @ W3 + b3[0])),
               z1[i], dL_dz1)

# %% [markdown]
# At the weights the outer product (49), and for the bias the row itself (50):

# %% tags=["S2-E49", "S2-E50"]
assert calculus.check_gradient(lambda b: mean_loss(X[[i]], y[[i]], b1=b), b1[0], dL_dz1) < 1e-6
showing.slopes("dL_CE/dW1", lambda W: mean_loss(X[[i]], y[[i]], W1=W), W1, np.outer(X[i], dL_dz1))

# %% [markdown]
# The maps are (39)–(41), the tensor is (48), $\left(\partial z^{[1]}/\partial W^{[1]}\right)_{t,(q,r)} = I(t=r)\,x_q$.

# %% tags=["S2-E39", "S2-E48"]
da1_dz1 = calculus.derivative(sigmoid, z1[i])
dz1_dW1 = calculus.derivative(lambda W: X[i] @ W + b1[0], W1)
dz1_db1 = calculus.derivative(lambda b: X[i] @ W1 + b, b1[0])
assert da1_dz1.shape == dz1_db1.shape == (n1, n1)
assert np.allclose(dz1_db1, np.eye(n1))
showing.same("slopes of score 2 in the weights", measured=dz1_dW1[2], formula=np.outer(X[i], np.eye(n1)[2]))

# %% [markdown]
# The chain (42): $1\times n_2$, $n_2\times n_1$, $n_1\times n_1$, $n_1\times(n_0\times n_1)$.

# %% tags=["S2-E42"]
row = dL_dz2 @ dz2_da1 @ da1_dz1                         # (n1,)
assert np.allclose(calculus.chain(row, dz1_db1, n_y=1), dL_dz1)
showing.same("dL_CE/dW1", chain=calculus.chain(row, dz1_dW1, n_y=1), outer_product=np.outer(X[i], dL_dz1), atol=1e-8)

# %% [markdown]
# After (44) the MNIST note announces $\partial L_{CE}/\partial z^{[1,i]}$ as $1\times n_2$. It is $1\times n_1$, the shape of
# $z^{[1,i]}$. (The left sides of (20), (35), (50) and (51) carry a wrong index, too; their values are right.)

# %% tags=["S2-E44t"]
assert dL_dz1.shape == z1[i].shape == (n1,)
showing.differs("slopes at z1", as_announced=np.zeros(n2), right=dL_dz1)

# %% [markdown]
# ### Note 4: the last four lines
#
# (44) mended takes the weights of layer two: $\left(\partial L_{CE}/\partial a^{[1,i]}\right)_{1,r} = \sum_j
# \left(\partial L_{CE}/\partial z^{[2,i]}\right)_{1,j}\,w_{rj}^{[2]}$. da1 stacks it, and dz1 stacks (46), the product
# with $a_1(1-a_1)$ entry by entry.

# %% tags=["S2-N4.1", "S2-N4.2", "S2-MAT"]
da1 = dz2 @ W2.T                                         # (B, n1)
dz1 = da1 * a1 * (1 - a1)                                # (B, n1)
showing.slopes("dL/dz1", lambda z: losses_of_scores(sigmoid(sigmoid(z) @ W2 + b2) @ W3 + b3, y).mean(), z1, dz1 / B)

# %% [markdown]
# dW1 (51) sums outer products of the samples, db1 (52) the rows of dz1.

# %% tags=["S2-E51", "S2-E52", "S2-MAT"]
dW1 = X.T @ dz1                                          # (n0, B) (B, n1) -> (n0, n1)
db1 = dz1.sum(axis=0, keepdims=True)                     # (1, n1)
assert db1.shape == b1.shape == (1, n1) != b2.shape      # the MNIST note has b2 in (52)
assert calculus.check_gradient(lambda b: mean_loss(b1=b), b1, db1 / B) < 1e-6
showing.slopes("dL/dW1", lambda W: mean_loss(W1=W), W1, dW1 / B)

# %% [markdown]
# ## 6 · Eleven lines, and the library
#
# The MNIST note proves everything entry by entry and never writes the matrix forms that its program uses. Here
# they are together, under its eleven names; then all six gradients against measured slopes at once, of which the last
# stands below.

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

# %% tags=["S2-MAT"]
sums = three_steps(X, y, W1, b1, W2, b2, W3, b3)
parameters = {"W3": W3, "b3": b3, "W2": W2, "b2": b2, "W1": W1, "b1": b1}
for name, value in parameters.items():
    shown = showing.slopes(f"dL/d{name}", lambda V, k=name: mean_loss(**{k: V}), value, sums[name] / B)
shown

# %% [markdown]
# From here on `mlp_lib.networks.MLP` does this work. It gives the gradient of the *mean* loss, without the
# factor $B$. It must give our numbers, so we copy our weights into it and compare.

# %%
small = MLP((n0, n1, n2, K), dtype=np.float64)
for own, ours in zip(small.W + small.b, (W1, W2, W3, b1, b2, b3)):
    own[:] = ours
loss, dW, db = small.gradients(X, labels)
assert all(np.allclose(B * own, ours) for own, ours in zip([*dW, *db], (dW1, dW2, dW3, db1, db2, db3)))
showing.same("dL/dW2", library=dW[1], ours=dW2 / B)

# %% [markdown]
# ## 7 · Note 5: the $L^2$ penalty
#
# $$L^\lambda = L + \lambda\left(\|W^{[1]}\|^2 + \|W^{[2]}\|^2 + \|W^{[3]}\|^2\right) \tag{53}$$
#
# Large weights cost something; biases are free. $\|W\|^2$ is the sum of all squares. By entries (54) each weight adds
# $2\lambda w_{rj}$ to its slope, and as matrices (55) $\partial L^\lambda/\partial W^{[1]} = \partial L/\partial W^{[1]} +
# 2\lambda W^{[1]}$. Every step pulls each weight towards 0, in proportion to its size.

# %% tags=["S2-E53", "S2-E55"]
lam = 0.1
small.l2 = lam
assert np.isclose(small.loss(X, labels), L + lam * sum(np.sum(W**2) for W in (W1, W2, W3)))
with_penalty = dW1 / B + 2 * lam * W1
assert np.allclose(small.gradients(X, labels)[1][0], with_penalty)
showing.slopes("with the penalty", lambda W: mean_loss(W1=W) + lam * np.sum(W**2), W1, with_penalty)

# %% jupyter={"source_hidden": true} tags=["S2-N5s"]
def mixed(rows):
    """What somebody's program makes of the first samples: the penalty goes into the sum, then all is divided."""
    return (three_steps(X[:rows], y[:rows], W1, b1, W2, b2, W3, b3)["W1"] + 2 * lam * W1) / rows


def pull(rows):
    """What it adds to the measured slopes of the mean loss, as a multiple of the weights."""
    slopes = calculus.gradient(lambda W: mean_loss(X[:rows], y[:rows], W1=W), W1)
    return float(np.mean((mixed(rows) - slopes) / W1))


assert calculus.check_gradient(lambda W: mean_loss(W1=W) + lam / B * np.sum(W**2), W1, mixed(B)) < 1e-6
predict("06 penalty", "The program's dW1 is the sum over the batch. Somebody adds 2λW1 to that sum, divides the result by B "
        "afterwards, and then takes batches four times as large. How strong is the pull on a weight now?",
        lambda: "\n".join(f"batch of {rows}: the weight times {pull(rows):.2f}" for rows in (1, 2, 4)),
        choices=("four times as strong", "as before", "a quarter as strong"),
        answer=lambda _: {4: "four times as strong", 1: "as before", 0.25: "a quarter as strong"}[round(pull(4) / pull(1), 3)],
        why="Wanted is 2λ = 0.20 for every batch. Minimised is L with the penalty λ/B. Divide first, then add: dW1/B + 2λW1.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: which norm, and how many rows

# %% [markdown]
# The MNIST note writes $\|\cdot\|_2$, which for a matrix usually is the largest singular value. (54) shows that the sum of
# all squares is meant, the *Frobenius* norm. The two differ, and so do their slopes:

# %% tags=["S2-E53", "S2-E54"]
spectral = calculus.gradient(lambda W: lam * np.linalg.norm(W, 2) ** 2, W1)
assert np.allclose(calculus.gradient(lambda W: lam * np.sum(W**2), W1), 2 * lam * W1)
showing.differs("slopes of the penalty", largest_singular_value=spectral, sum_of_squares=2 * lam * W1)

# %% [markdown]
# The sum inside (54) has the limit $r_0-1$. There is no $r_0$; it is $n_0-1$: all rows of $W^{[1]}$.

# %% tags=["S2-E54"]
showing.same("squares of W1", all_rows=sum(W1[q, k] ** 2 for q in range(n0) for k in range(n1)), numpy=np.sum(W1**2))

# %% [markdown]
# ## 8 · Train on all of MNIST
#
# The sizes of the MNIST note, all 60,000 digits, and this configuration:
#
# | | |
# |---|---|
# | network | 784–200–100–10, sigmoid, float32, `rng=0` |
# | penalty | $\lambda = 10^{-5}$ on all weights |
# | step | SGD, learning rate 0.5, momentum 0.9, batches of 64 |
# | schedule | 12 epochs; the rate falls to 0 along half a cosine |
#
# Why batches? A few digits can even point the wrong way. 64 give a good direction for a step, at about a thousandth
# of the cost of all 60,000. Momentum keeps nine tenths of the last step and adds the new gradient to it. It averages
# over recent batches and so steadies the direction. The test digits are measured after each epoch, for the curves
# only: no choice is made by them.

# %% tags=["nbval-ignore-output"]
model = MLP((784, 200, 100, 10), l2=1e-5, rng=0)
settings = {"batch_size": 64, "optimizer": networks.SGD(0.5, momentum=0.9), "schedule": networks.cosine}
history = train(model, (digits.X_train, digits.y_train), epochs=12, rng=0, **settings,
                validation=(digits.X_test, digits.y_test))
accuracy = model.accuracy(digits.X_test, digits.y_test)
assert browser.HERE or accuracy >= 0.98
print(f"test accuracy {accuracy:.2%}")

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
plotting.show_curves({"training": history.loss, "test": history.validation_loss}, ax=left, log=True)
errors = {"training": 1 - np.array(history.accuracy), "test": 1 - np.array(history.validation_accuracy)}
plotting.show_curves(errors, ax=right, ylabel="share of errors", log=True)
plotting.described(fig, "Loss and share of errors by epoch, logarithmic. Training falls to the end; "
                   "test levels off near two percent errors.")

# %% [markdown]
# More than 98 of 100 new digits are read correctly. Both training curves fall to the end. The test curves fall ever more slowly, and from about the ninth epoch on they
# are level: the network still learns its training digits better, but hardly gains on new ones. The gap between the two
# is called *overfitting*. Section 9 asks what $\lambda$ does about it.
#
# Which digits are mixed up? We count the pairs (true, predicted).

# %%
predicted = model.predict(digits.X_test)
counts = np.zeros((10, 10), int)
np.add.at(counts, (digits.y_test, predicted), 1)
assert np.isclose(counts.trace() / 10_000, accuracy)
plotting.described(plotting.show_confusion(counts), "Confusion matrix, true digit by row, predicted by column; "
                   "the diagonal holds about 1000 in each row, the mistakes lie in few cells such as 4 and 9.")

# %% [markdown]
# A row is a true digit. The diagonal holds the right answers and is left uncoloured; the darker a cell off the
# diagonal, the more mistakes. They are not spread evenly. Many sit at pairs that people mix up, too, when they are
# written in haste, such as 4 and 9.
#
# The *worst* mistakes are those with the highest loss: the network gave the true digit almost no probability.

# %%
p_true = model.predict_proba(digits.X_test)[np.arange(10_000), digits.y_test]
worst = np.argsort(p_true)[:20]
assert p_true[worst].max() < 0.01
titles = [f"{t} → {g}" for t, g in zip(digits.y_test[worst], predicted[worst])]
axes = plotting.show_images(digits.X_test[worst], titles=titles)
plotting.described(axes[0, 0], "The twenty test digits with the highest loss, many of them badly written.")

# %% [markdown]
# Above each picture stand the true digit and the network's answer. Some are hard for you, too. Others are
# clear, and the network is wrong *and* sure: the true class got less than one percent.
#
# What did the first layer learn? Column $r$ of $W^{[1]}$ has 784 entries, one for each pixel, so it can be drawn
# as a picture. Above: ten units before the training (the same seed, so the same start). Below: the same
# ten after it. Each picture has its own colour range.

# %%
units = np.vstack([untrained.W[0].T[:10], model.W[0].T[:10]])              # (20, 784)
largest = np.abs(units).max(axis=1, keepdims=True)
assert browser.HERE or np.median(largest[10:] / largest[:10]) > 2
axes = plotting.show_images(units / largest, signed=True)
plotting.described(axes[0, 0], "Weights of ten first-layer units as pictures: noise before training, "
                   "patches and strokes of both signs in most of them after it.")

# %% [markdown]
# Red pixels raise the unit's score, blue ones lower it. In most of them the noise has turned into blobs and bent
# strokes: the unit asks for ink here and for paper there. Around the blobs the noise looks paler, mainly because the
# largest weight more than doubled, and the colours with it.
#
# ## 9 · What λ does
#
# Two measurements are folded here: how fast weights fade that only the penalty moves, and what becomes of the loss when
# $\lambda$ grows from 0 to $10^{-3}$.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: how fast weights fade, and four values of λ

# %% [markdown]
# In the pictures of section 8 some of the noise has really shrunk. 67 pixels, most of them in the corners, are 0 in all
# 60,000 digits. By (51) the
# digits have no say in their weights: only the penalty moves them, by (55). Each step multiplies them by nearly the
# same factor $1 - 2\lambda\cdot$rate, and momentum 0.9 makes a step ten times as long.

# %% jupyter={"source_hidden": true}
blank = ~digits.X_train.any(axis=0)                                         # (784,)
left_over = model.W[0][blank] / untrained.W[0][blank]
expected = np.exp(-2 * 1e-5 * 10 * 0.25 * 12 * 938)
assert blank.sum() == 67
assert browser.HERE or np.allclose(left_over, expected, rtol=0.02)

predict("06 decay", "There were 12 · 938 steps, the mean rate was 0.25, λ is 0.00001. Which share of these weights is left?",
        lambda: round(float(left_over.mean()), 2), between=(0, 1),
        why="The formula foretells exp(−2 · 0.00001 · 10 · 0.25 · 11,256) = 0.57.")

# %% [markdown]
# All of these weights shrank by the same factor, and the formula foretold it. This slow fading is why the $L^2$
# penalty is also called *weight decay*.

# %% [markdown]
# Four networks, three epochs each, with $\lambda = 0, 10^{-5}, 10^{-4}, 10^{-3}$. To choose $\lambda$ by the test
# digits would spoil them as a judge. So we train on the first 50,000 digits and hold back the last 10,000. The bar counts
# networks.

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm

fit = digits.X_train[:50_000], digits.y_train[:50_000]
held = digits.X_train[50_000:], digits.y_train[50_000:]
penalties = [0, 1e-5, 1e-4, 1e-3]
nets = [MLP((784, 200, 100, 10), l2=l2, rng=0) for l2 in penalties]
for net in tqdm(nets):
    train(net, fit, epochs=3, rng=0, progress=False, **settings)

# %% jupyter={"source_hidden": true}
loss_fit, loss_held = (np.array([net.loss(*(each[: browser.suits(len(each), 1000)] for each in part)) - net.penalty() for net in nets])
                       for part in (fit, held))
norms = np.array([[np.linalg.norm(W) for W in net.W] for net in nets])          # (4, 3)
assert (np.diff(norms[:, 0]) < 0).all()
assert browser.HERE or loss_held[3] > 2 * loss_held[1]
assert browser.HERE or loss_held[0] - loss_fit[0] > loss_held[2] - loss_fit[2] > loss_held[3] - loss_fit[3]


def with_lambda():
    """Both losses without the penalty, and the norms of the weights, against lambda."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    ticks = [f"{l2:g}" for l2 in penalties]
    plotting.show_curves({"trained on": loss_fit, "held back": loss_held}, x=ticks, ax=left, xlabel="λ", ylabel="loss, no penalty")
    layers = {f"layer {k + 1}": norms[:, k] for k in range(3)}
    plotting.show_curves(layers, x=ticks, ax=right, xlabel="λ", ylabel="norm of the weights")
    return plotting.described(fig, "Left: both losses against lambda; the gap closes, and at 0.001 both are several "
                              "times higher. Right: the norms of all three layers fall with lambda.")


predict("06 lambda", "We measure the loss without the penalty. From λ = 0 to λ = 0.001, what happens on the digits that were held "
        "back?", with_lambda, choices=("it falls and falls", "it stays", "in the end it is several times as high"),
        answer=lambda _: "in the end it is several times as high",
        why="λ looks tiny because it multiplies a sum of 177,800 squares, while L is a mean.")

# %% [markdown]
# The right side is simple: the larger $\lambda$, the shorter the weights. On the left look at two things, at the height of
# the lines and at the gap between them. A closed gap is not the aim, a low held-back loss is. (Where that is even the lower
# of the two: those 10,000 digits are a little easier.)

# %% [markdown]
# ## 10 · Watch it learn
#
# Now a training that you can steer. The network and the batches are those of section 8; the steps are simpler: plain SGD
# at a constant rate of 0.3, without momentum, schedule or penalty. *Start* trains, *Pause* holds it, *Step* takes one batch.
# Learning rate and $\lambda$ act at once; another size, activation or batch starts over. The tasks stand with the demo.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import draw_a_digit, watch_it_learn

demo = watch_it_learn(sizes=(200, 100), learning_rate=0.3, l2=0.0)
assert demo.model.sizes == (784, 200, 100, 10)
demo

# %% [markdown]
# Left above is the loss of the batches, on a logarithmic axis that grows with it; below it the accuracy on 1,000 test
# digits. Right are columns of $W^{[1]}$, as in section 8.
#
# ## 11 · Draw a digit
#
# The network that you trained reads your own digits. Draw in the square with mouse, pen or finger. By keyboard,
# choose a test digit by its number, or jump to the next mistake.
#
# MNIST's digits were scaled to 20 pixels and moved so that their centre of mass is in the middle. The pad does the
# same to your drawing; the left picture shows what the network gets.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
pad = draw_a_digit(model)
assert pad.model is model
pad

# %% [markdown]
# The ten bars add up to 1, whatever you draw.
#
# ## 12 · Break it
#
# ### Larger and larger steps
#
# 10,000 digits, three epochs, plain SGD, three learning rates: 0.5, 5 and 50.

# %%
few = digits.X_train[:10_000], digits.y_train[:10_000]
wild = {rate: MLP((784, 200, 100, 10), rng=0) for rate in (0.5, 5, 50)}
runs = {rate: train(net, few, epochs=3, batch_size=64, optimizer=networks.SGD(rate), progress=False)
        for rate, net in wild.items()}
print("accuracy above 80 % at rate 0.5 and 5:", [bool(runs[rate].accuracy[-1] > 0.8) for rate in (0.5, 5)])

# %% jupyter={"source_hidden": true}
slopes = {rate: net.hidden.derivative_from_value(net.forward(few[0])[1]) for rate, net in wild.items()}
dead = {rate: float(np.mean(slope < 1e-6)) for rate, slope in slopes.items()}
assert dead[0.5] < 0.01
assert dead[50] > 0.5
assert runs[50].accuracy[-1] < 0.2
assert np.isfinite(runs[50].loss[-1])
assert runs[50].loss[-1] > 10


def too_large():
    """Loss by epoch, and the saturated share of layer 2."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    plotting.show_curves({f"rate {k:g}": run.loss for k, run in runs.items()}, ax=left, log=True)
    left.set_xticks([1, 2, 3])
    right.bar([f"{k:g}" for k in dead], dead.values(), color=plotting.CYCLE[0])
    right.set(xlabel="learning rate", ylabel="saturated share of layer 2", ylim=(0, 1))
    return plotting.described(fig, "Left: loss by epoch; rates 0.5 and 5 learn, rate 50 stays above 100. Right: the "
                              "saturated share of layer 2: none, hardly any, and most of it at rate 50.")


predict("06 rate", "And at rate 50?", too_large, choices=("it learns as well", "the loss becomes infinite",
        "the loss stays finite, and nothing is learned"), answer=lambda _: "the loss stays finite, and nothing is learned",
        why="A sigmoid cannot exceed 1, so the values stay finite whatever the weights.")

# %% [markdown]
# Rate 5 stumbles first and then overtakes. In the right picture a unit counts as saturated where its slope $a(1-a)$ is below
# one millionth.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: all weights zero; the end of float32; softmax without subtracting the row maximum

# %% [markdown]
# **All weights zero.** Start from zeros.

# %% jupyter={"source_hidden": true}
zero = MLP((784, 200, 100, 10), init="zeros", dtype=np.float64)
loss, dW, db = zero.gradients(few[0][:64], few[1][:64])
assert np.isclose(loss, np.log(10))

predict("06 zero", "Which of dW1, dW2 and dW3 are not 0 at the first step?",
        lambda: ", ".join(f"dW{k}: {np.abs(gradient).max():.2f}" for k, gradient in enumerate(dW, 1)),
        choices=("none", "dW3", "dW2 and dW3", "all three"),
        answer=lambda _: {(False, False, True): "dW3"}[tuple(bool(gradient.any()) for gradient in dW)],
        why="W3 = 0 gives da2 = 0 by (28), so nothing reaches the lower layers. The values a2 are 0.5, so layer 3 does move.")

# %% [markdown]
# Train on for three epochs, and look at ten of the 200 units of layer 1.

# %%
train(zero, few, epochs=3, batch_size=64, optimizer=networks.SGD(0.5), progress=False)
assert np.allclose(zero.W[0], zero.W[0][:, :1])
assert zero.accuracy(digits.X_test, digits.y_test) < 0.5
axes = plotting.show_images(zero.W[0].T[:10], signed=True)
plotting.described(axes[0, 0], "Ten first-layer units of the network that started from zeros: ten times "
                   "the very same picture.")

# %% [markdown]
# From the third step on all layers moved. Ten units, one picture. All units of a layer began equal, saw the same
# inputs and were blamed equally, so they made equal steps. By (28) equal rows of $W^{[3]}$ give equal columns of da2,
# and so on down. 200 units do the work of one. Random weights are there to break this symmetry.

# %% [markdown]
# At rate 50 the damage was quiet: the first steps threw the scores far out, the units saturated, and no gradient came
# through (30) any more. Only the last layer still moved, by steps that were far too large. Yet all numbers stayed finite.
# Only an absurd step reaches the end of float32. Then the training stops and says where.

# %% tags=["nbval-ignore-output"]
showing.refused("a step of 1e30", lambda: train(
    MLP((784, 200, 100, 10), rng=0), few, optimizer=networks.SGD(1e30), progress=False), NonFiniteLoss)

# %% [markdown]
# The formula of Lemma 1, typed as it stands, for the scores $(1000, 0, -1000)$:

# %%
scores = np.array([1000.0, 0.0, -1000.0])
with np.errstate(over="ignore", invalid="ignore"):
    naive = np.exp(scores) / np.exp(scores).sum()
assert np.isnan(naive[0])
print(naive)

# %% [markdown]
# $e^{1000}$ is larger than any float64 (the limit is near $e^{709}$), so it becomes `inf`, and `inf/inf` is `nan`. One
# such entry makes the loss `nan`, and after one step all weights of layers 1 and 2, too. The cure costs nothing: a
# common factor cancels, $e^{z_j}/\sum_t e^{z_t} = e^{z_j-m}/\sum_t e^{z_t-m}$. Take $m=\max_t z_t$. Then every exponent
# is at most 0.

# %%
shifted = np.exp(scores - scores.max())
showing.same("softmax", shifted=shifted / shifted.sum(), library=softmax(scores))

# %% [markdown]
# The zeros are still a trap: $\log 0$ is $-\infty$. So the library's loss never takes the logarithm of a
# probability. It computes $\log\hat y_j = z_j - m - \log\sum_t e^{z_t-m}$ from the scores.

# %%
losses = [float(cross_entropy(scores[None], np.array([k]))) for k in range(3)]
assert losses == [0, 1000, 2000]
print("losses for the three classes:", losses)

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
#    how? Does dz2 grow or shrink? Check dW1 with your own `mean_loss`.
# 2. **tanh.** Replace the sigmoid of layer 2 by tanh. One line of step 2 changes. Which? Check dW2.
# 3. **Weighted samples.** Sample $i$ counts $c_i$ times: $L=\frac1B\sum_i c_i L_{CE}^{[i]}$. Where does $c$ enter, so
#    that it is written once only? What shape must it have? Check dW3, dW2 and dW1.
# 4. **A linear layer.** Leave out the sigmoid of layer 2 altogether. Write the new step 2. What can the two
#    layers $W^{[2]}, W^{[3]}$ do together that one could not? Check dW2.
# 5. **Penalise a sum of absolute values**, $\lambda\sum|w|$, instead of squares. Which term replaces $2\lambda W$?
#    What happens to weights that are nearly 0? Check at a point without zeros; why there?
#
# ## Summary
#
# The error $\hat y - y$ goes back layer by layer: through weights it is multiplied by $W^T$, through a sigmoid by
# $a(1-a)$. A weight's gradient is (values below)$^T$ times (errors above); this product sums over the samples. The
# MNIST note's program holds $B$ times the gradient of the mean loss. Four of its statements fail when run. Here shapes
# showed which; in a network with equal widths only measured slopes would. Steps that are too large saturate the units, and
# then no error comes through them. With a large $\lambda$ the pull towards 0 wins over the digits, and the pictures of the
# weights fade. Softmax has no "none of these": a letter is read as some digit, and sometimes with great confidence. `MLP`
# and `train` do the rest.
#
# Next: chapter 07, a convolution in place of the first product.
