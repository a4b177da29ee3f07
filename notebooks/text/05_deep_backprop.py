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
# Source: *the L-layer note* (001, *Back-propagation Derivation*), equations (1)–(42).
#
# Needs: chapter 04, or the chain rule, matrix products and softmax · about 65 minutes, three
# quarters of an hour more with the parts that are folded.
#
# ## What you will do
# You derive one recursion that gives every gradient of a network of any depth. Then you use it to foretell, before any
# training, how a network of many layers will learn, and to choose the weights that it starts from.
#
# ## What you will learn
# - to write backpropagation by entries, for one sample, and for a batch
# - to count what a gradient costs
# - to foretell how much an error shrinks or grows in each layer
# - to choose the size of the first weights by that forecast

# %%
from mlp_lib import browser, calculus, datasets, networks, plotting, showing
from mlp_lib.networks import MLP, relu, sigmoid, sizes_by_layer, softmax, train
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · One hidden layer, and four
#
# Two networks for the digits of MNIST: one with a single hidden layer of 100 sigmoid units, one with four of them. Both
# get the same two epochs on 20,000 digits. That is enough for the flat network to read about nine of ten test digits.

# %%
digits = datasets.load_mnist()
few = digits.X_train[:20_000], digits.y_train[:20_000]
widths = (784, 100, 100, 100, 100, 10)
deep, flat = MLP(widths, sigmoid, rng=0), MLP((784, 100, 10), sigmoid, rng=0)
steps = {"batch_size": 64, "progress": False, "rng": 0}
for net in (deep, flat):
    train(net, few, epochs=2, optimizer=networks.SGD(0.02, momentum=0.9), **steps)
print(f"weights and biases: {flat.theta.size:,} in the flat network, {deep.theta.size:,} in the deep one")
print(f"the flat network reads {10 * flat.accuracy(digits.X_test, digits.y_test):.0f} of 10 test digits")

# %% jupyter={"source_hidden": true}
share = deep.accuracy(digits.X_test, digits.y_test)
assert share < 0.25
assert np.bincount(deep.predict(digits.X_test)).max() > 9000

predict("05 deep", "And the deep network? How many of ten test digits does it read?", lambda: round(10 * share),
        choices=(1, 5, 9, 10), why="It answers one and the same digit to nearly everything: that is pure guessing.")

# %% [markdown]
# To understand the answer, we go back to the starting weights, and to the gradient of the deep network there, over 500
# digits: a matrix of slopes for each of the five layers.

# %%
start = MLP(widths, sigmoid, rng=0, dtype=np.float64)
_, dW, _ = start.gradients(few[0][:500], few[1][:500])
print("gradients in W:", [gradient.shape for gradient in dW])

# %% jupyter={"source_hidden": true}
lengths = [float(np.linalg.norm(gradient)) for gradient in dW]


def by_depth():
    """Length of the gradient against the layer."""
    ax = plotting.show_curves({"at the start": lengths}, xlabel="layer", ylabel="length of the gradient in W", log=True)
    ax.set_xticks(range(1, 6))
    return plotting.described(ax, "Length of the weight gradient by layer, logarithmic: " + ", ".join(
        f"{length:.2g} in layer {l}" for l, length in enumerate(lengths, 1)) + ": nearly a straight line.")


predict("05 lengths", "The length of a matrix is the root of the sum of its squares. How long is the gradient of layer 1, the "
        "largest of the five, beside that of layer 5?", by_depth,
        choices=("longer", "about as long", "less than a hundredth"),
        answer=lambda _: {True: "less than a hundredth"}[lengths[-1] > 100 * lengths[0]],
        why="On a logarithmic axis this is nearly a straight line: from layer to layer, downwards, the gradient loses about "
        "the same factor. The first layer, which sees the digits, is hardly moved.")

# %% [markdown]
# Where does this come from? To see that, we need the formula of the gradient in any layer.
#
# ## 2 · The map: symbols and sizes
#
# The layers are numbered $1, \dots, L$; layer 0 is the input. The number stands above the letter, in brackets.
# A sample is a row, as everywhere in this book.
#
# | | one sample | batch of $N$ samples | in chapter 04 |
# |---|---|---|---|
# | values | $x^{(l)}$: $1\times d^{(l)}$ | $X^{(l)}$: $N\times d^{(l)}$ | $X$, $H^{(1)}$, $P$ |
# | scores | $s^{(l)}$: $1\times d^{(l)}$ | $S^{(l)}$: $N\times d^{(l)}$ | $A^{(l)}$ |
# | target | $y$: $1\times K$ | $Y$: $N\times K$ | $Y$ |
# | weights | $W^{(l)}$: $d^{(l-1)}\times d^{(l)}$ | the same | $W^{(l)}$ |
# | bias | $b^{(l)}$: $1\times d^{(l)}$ | the same | $\mathbf b^{(l)}$ |
#
# Hidden layers have an activation $\theta$, here ReLU; the last layer has softmax. So $d^{(L)} = K$ classes.
#
# The example has $L = 4$ layers. All sizes differ, so a wrong transpose cannot hide. Dictionaries hold one array
# for each layer: `W[3]` is $W^{(3)}$.

# %%
N, L, d = 9, 4, (8, 5, 7, 6, 3)
K = d[L]
rng = np.random.default_rng(11)
W = {l: rng.normal(size=(d[l - 1], d[l])) for l in range(1, L + 1)}
b = {l: rng.normal(size=(1, d[l])) for l in range(1, L + 1)}
X, S = {0: rng.normal(size=(N, d[0]))}, {}
Y = np.eye(K)[rng.integers(K, size=N)]                   # one-hot rows
print("weights:", {l: W[l].shape for l in W})

# %% [markdown]
# **The forward pass**, for the whole batch:
# $$S^{(l)} = X^{(l-1)} W^{(l)} + \mathbf 1_N\, b^{(l)}, \qquad X^{(l)} = \theta(S^{(l)}), \qquad
# N\times d^{(l)} = (N\times d^{(l-1)})(d^{(l-1)}\times d^{(l)}) + (N\times1)(1\times d^{(l)})$$
# The column $\mathbf 1_N$ of ones repeats the bias row $N$ times. numpy's broadcasting does that by itself.

# %% tags=["S1-FWD"]
for l in range(1, L + 1):
    S[l] = X[l - 1] @ W[l] + b[l]
    X[l] = relu(S[l]) if l < L else softmax(S[l])
showing.same("scores of layer 4", broadcast=S[L], with_ones=X[L - 1] @ W[L] + np.ones((N, 1)) @ b[L])

# %% [markdown]
# Nine rows of three scores. **By entries**, and for one sample: score $j$ of layer $l$ reads column $j$ of the weights (20),
# $$s_j^{(l)} = b_j^{(l)} + \sum_i x_i^{(l-1)} w_{ij}^{(l)}, \qquad
# s_k^{(l+1)} = b_k^{(l+1)} + \sum_i x_i^{(l)} w_{ik}^{(l+1)}.$$
# The second (25) is the first, one layer higher. We take sample $n=1$: its row of each table.

# %% tags=["S1-E20", "S1-E25", "S1-FWD"]
n, l = 1, 2
x, s, y = {l: X[l][[n]] for l in X}, {l: S[l][[n]] for l in S}, Y[[n]]
summed = [b[l][0, j] + sum(x[l - 1][0, i] * W[l][i, j] for i in range(d[l - 1])) for j in range(d[l])]
above = [b[l + 1][0, k] + sum(x[l][0, i] * W[l + 1][i, k] for i in range(d[l])) for k in range(d[l + 1])]
assert np.allclose(s[l + 1][0], above)
showing.same("scores of sample 1 in layer 2", row_of_the_batch=s[l][0], summed=summed)

# %% [markdown]
# **The loss** of one sample is $e = -\sum_k y_k \log x_k^{(L)}$: minus the logarithm of what the softmax gives the true
# class. The loss of the batch is the mean, $E = \frac1N\sum_n e_n$.
#
# To measure slopes, we need the loss as a function of any array. `mean_loss` takes other weights or biases, and a
# choice of samples; with one sample it is $e$. `onward` starts in the middle: it takes the scores of layer $l$ for our
# sample, and goes on to the loss.

# %%
def mean_loss(W=W, b=b, rows=slice(None)):
    """E for the samples in ``rows``: forward pass and mean cross-entropy."""
    values = X[0][rows]
    for l in range(1, L):
        values = relu(values @ W[l] + b[l])
    p = softmax(values @ W[L] + b[L])
    return -(Y[rows] * np.log(p)).sum() / len(p)


def onward(scores, l):
    """e from the scores (1, d[l]) of layer l."""
    for m in range(l + 1, L + 1):
        scores = relu(scores) @ W[m] + b[m]
    return -(y * np.log(softmax(scores))).sum()

# %% [markdown]
# From wherever we start, the loss of sample 1 is the same number:

# %% tags=["S1-LOSS"]
e = -sum(y[0, k] * np.log(x[L][0, k]) for k in range(K))
assert np.isclose(mean_loss(), np.mean([mean_loss(rows=[m]) for m in range(N)]))
showing.same("e", summed=e, from_the_input=mean_loss(rows=[n]), from_layer_2=onward(s[2], 2))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the L-layer note's columns, its table of sizes, its letters

# %% [markdown]
# The L-layer note writes one sample as a *column* $d^{(l)}\times1$, and a batch in rows. Transpose a layer, and it reads
# $s^{(l)} = W^{(l)T} x^{(l-1)} + b^{(l)T}$: now the transpose of $W$ stands on the left. $W$ itself is stored the same
# way. The L-layer note gives the forward pass by entries only; its gradients for a batch need the batch form of section 2.

# %% tags=["S1-FWD"]
column = {"x": {l: x[l].T for l in x}, "s": {l: s[l].T for l in s}}
showing.same("scores of layer 3 as a column", transposed=column["s"][3],
             in_columns=W[3].T @ column["x"][2] + b[3].T)

# %% [markdown]
# Its **table of sizes** has no line for the bias, and gives $y$ the size $d^{(l)}\times1$. But $y$ belongs to the last
# layer alone. Its first lines point to a second table; there is none. With the bias added, the one table names every
# array.

# %% tags=["S1-T1", "S1-T1b", "S1-T2"]
for l in range(1, L + 1):
    assert column["x"][l].shape == column["s"][l].shape == (d[l], 1)
    assert X[l].shape == S[l].shape == (N, d[l])
    assert W[l].shape == (d[l - 1], d[l])
    assert b[l].shape == (1, d[l])                       # the line that is missing
assert all(y.T.shape != (d[l], 1) for l in range(1, L))
showing.same("size of y and of the last layer", y=y.T.shape, last_layer=column["x"][L].shape)

# %% [markdown]
# Three letters have two meanings there. $e$ is the loss of one sample, and in (3) also Euler's number. $L$ counts the
# layers, and in the headings it is also the loss. And $E$: that it is the mean is never said. It follows from the factor
# $\frac1N$ of (9), as section 3 shows.

# %% tags=["S1-NOT"]
showing.differs("two meanings of e", loss_of_sample_1=e, Eulers_number=np.e)

# %% [markdown]
# ## 3 · The output layer
#
# $w_{ij}^{(L)}$ reaches the loss only through score $j$. So the chain rule (1) has one term:
# $$\frac{\partial e}{\partial w_{ij}^{(L)}} = \frac{\partial e}{\partial s_j^{(L)}}\,
# \frac{\partial s_j^{(L)}}{\partial w_{ij}^{(L)}}$$
# We measure all three. The last factor, for all scores and all weights, has $K\times(d^{(L-1)}\times K)$ slopes.

# %% tags=["S1-E1"]
de_dW = calculus.gradient(lambda V: mean_loss({**W, L: V}, rows=[n]), W[L])
de_ds = calculus.gradient(lambda scores: onward(scores, L), s[L])[0]
ds_dW = calculus.derivative(lambda V: (x[L - 1] @ V + b[L])[0], W[L])
product = [[de_ds[j] * ds_dW[j, i, j] for j in range(K)] for i in range(d[L - 1])]
showing.same("de/dW of layer 4", measured=de_dW, product=product, atol=1e-8)

# %% [markdown]
# **The last factor** is the value that the weight multiplies: $\partial s_j^{(L)}/\partial w_{ij}^{(L)} =
# x_i^{(L-1)}$ (2).
#
# **The first factor.** Written with the scores, the loss is (3)
# $$e = -\sum_k y_k s_k + \sum_k y_k \log\sum_m e^{s_m}.$$
# Its slope in $s_j$ has two parts: $-y_j$ from the first sum, and from the second
# $\sum_k y_k \frac{e^{s_j}}{\sum_m e^{s_m}} = \sum_k y_k\, x_j^{(L)}$. Here $x_j^{(L)}$ does not depend on $k$, and $\sum_k y_k = 1$.
# So this is *what the network said minus what was true* (4): $\partial e/\partial s_j^{(L)} = x_j^{(L)} - y_j$.

# %% tags=["S1-E3", "S1-E3d", "S1-E4"]
scores, target = s[L][0], y[0]
in_scores = -target @ scores + target.sum() * np.log(np.exp(scores).sum())                 # (3)
two_parts = -target + sum(target[k] * np.exp(scores) / np.exp(scores).sum() for k in range(K))
assert np.isclose(in_scores, e)
assert np.allclose(two_parts, x[L] - y)
showing.slopes("de/ds of layer 4", lambda v: onward(v, L), s[L], x[L] - y)

# %% [markdown]
# **The name δ.** The slope of a sample's loss in the *scores* of a layer is called $\delta^{(l)}$. It is a row like $s^{(l)}$.
# For the last layer $\delta_j^{(L)} = x_j^{(L)} - y_j$ (6), and (1) becomes $\partial e/\partial w_{ij}^{(L)} =
# x_i^{(L-1)}\delta_j^{(L)}$ (5): all products of a value and an error, $x^{(L-1)T}\delta^{(L)}$.

# %% tags=["S1-E5", "S1-E6"]
delta = {L: x[L] - y}
by_entries = [[x[L - 1][0, i] * delta[L][0, j] for j in range(K)] for i in range(d[L - 1])]
assert np.allclose(by_entries, x[L - 1].T @ delta[L])
showing.slopes("de/dW of layer 4", lambda V: mean_loss({**W, L: V}, rows=[n]), W[L], by_entries)

# %% [markdown]
# **The batch.** $\Delta^{(L)} = X^{(L)} - Y$ (10), $N\times K$: row $n$ belongs to sample $n$. There is no
# $\frac1N$ in it. $E$ is the mean of the $e_n$, so its gradient is the mean of the nine outer products. One matrix
# product adds them (9):
# $$\frac{\partial E}{\partial W^{(L)}} = \frac1N\, X^{(L-1)T} \Delta^{(L)}, \qquad
# d^{(L-1)}\times K = (d^{(L-1)}\times N)(N\times K)$$
# A matrix product sums over its inner index. The transpose is there to put the samples inside.

# %% tags=["S1-E9", "S1-E10", "S1-NOT"]
Delta = {L: X[L] - Y}
dW_L = X[L - 1].T @ Delta[L] / N
assert np.allclose(dW_L, np.mean([np.outer(X[L - 1][m], Delta[L][m]) for m in range(N)], axis=0))
showing.slopes("dE/dW of layer 4", lambda V: mean_loss({**W, L: V}), W[L], dW_L)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a factor measured, an odd target, the sum instead of the mean, columns, and two slips

# %% [markdown]
# The last factor of (1) is the value that the weight multiplies (2). Measured, for score 1:

# %% tags=["S1-E2"]
assert not any(ds_dW[k, :, j].any() for j in range(K) for k in range(K) if k != j)
showing.same("slopes of score 1 in its six weights", measured=ds_dW[1, :, 1], values=x[L - 1][0])

# %% [markdown]
# A 0 among them belongs to a unit that is off.
#
# Now back to (4), with another target.

# %% jupyter={"source_hidden": true} tags=["S1-E3d", "S1-E4"]
odd = np.array([0.5, 0.2, 0.1])
slope = calculus.gradient(lambda z: -odd @ np.log(softmax(z)), scores)
assert np.allclose(slope, -odd + odd.sum() * softmax(scores))

predict("05 target", "Take the target (0.5, 0.2, 0.1), which adds up to 0.8, and the same loss. Is the slope in the "
        "scores still what the network said minus what was true?",
        lambda: showing.differs("slope for this target", said_minus_true=softmax(scores) - odd, measured=slope),
        choices=("yes", "no"), answer=lambda _: "no",
        why="The two parts are right for every target. Only where the target adds up to 1 does the second become x.")

# %% [markdown]
# The factor $\frac1N$ of (9) settles what $E$ is. If it were the *sum* of the $e_n$, its slopes would be $N$ times as
# large:

# %% tags=["S1-NOT"]
showing.refused("(9) for the sum of the losses", lambda: calculus.check_gradient(
    lambda V: N * mean_loss({**W, L: V}), W[L], dW_L), AssertionError)

# %% [markdown]
# The two numbers have the ratio $N = 9$. In the L-layer note's **columns** $\delta^{(L)} = x^{(L)} - y$ (8) is $K\times1$, and the
# weights' gradient is $x^{(L-1)}\delta^{(L)T}$ (7), a column times a row. It is the *same* matrix as in rows, not its
# transpose, because $W$ is stored the same way.

# %% tags=["S1-E7", "S1-E8"]
delta_column = x[L].T - y.T                              # (K, 1)
assert np.array_equal(delta_column, delta[L].T)
showing.same("de/dW of layer 4", columns=x[L - 1].T @ delta_column.T, rows=x[L - 1].T @ delta[L])

# %% [markdown]
# Before (2) the L-layer note prints the upper limit $d^{(l-1)}$, with a small $l$. Meant is $d^{(L-1)}$. With the width of another
# layer, terms are missing.

# %% tags=["S1-E2s"]
terms = W[L][:, 1] * x[L - 1][0]
assert np.isclose(s[L][0, 1], b[L][0, 1] + terms[: d[L - 1]].sum())
showing.differs("score 1 of layer 4", as_printed=b[L][0, 1] + terms[: d[1]].sum(), right=s[L][0, 1])

# %% [markdown]
# In (3) it uses $k$ for both sums. Whoever takes the inner $k$ for the outer one gets $\log e^{s_k} = s_k$, and a loss
# that is always 0.

# %% tags=["S1-E3"]
one_letter = -target @ scores + sum(target[k] * np.log(np.exp(scores[k])) for k in range(K))
showing.differs("e", one_letter_for_both=one_letter, right=e)

# %% [markdown]
# ## 4 · The output bias
#
# (11) is the chain rule once more, $\frac{\partial e}{\partial b_j} = \frac{\partial e}{\partial s_j}
# \frac{\partial s_j}{\partial b_j}$. Its last factor is $\partial s_j^{(L)}/\partial b_j^{(L)} = 1$ (12): raise the
# bias by a little, and the score rises by as much. So the bias's gradient is the error itself,
# $\partial e/\partial b_j^{(L)} = \delta_j^{(L)}$ (13), with $\delta_j^{(L)} = x_j^{(L)} - y_j$ (14).

# %% tags=["S1-E11", "S1-E12", "S1-E13", "S1-E14"]
ds_db = calculus.jacobian(lambda v: (x[L - 1] @ W[L])[0] + v, b[L][0])
assert np.allclose(ds_db, np.eye(K))                     # (12)
assert np.allclose(de_ds @ ds_db, x[L] - y, atol=1e-8)   # (11)
showing.slopes("de/db of layer 4", lambda v: mean_loss(b={**b, L: v}, rows=[n]), b[L], delta[L])

# %% [markdown]
# For the batch (17) it is the mean of the rows of $\Delta^{(L)}$ (18). A row of $N$ ones adds the rows up, and so does `sum(axis=0)`:
# $$\frac{\partial E}{\partial b^{(L)}} = \frac1N\,\mathbf 1_N^T\,\Delta^{(L)}, \qquad 1\times K = (1\times N)(N\times K)$$

# %% tags=["S1-E17", "S1-E18"]
db_L = np.ones((1, N)) @ Delta[L] / N
assert np.allclose(db_L, Delta[L].mean(axis=0, keepdims=True))
showing.slopes("dE/db of layer 4", lambda v: mean_loss(b={**b, L: v}), b[L], db_L)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a bias as a column, and three slips

# %% [markdown]
# For one sample the L-layer note has $\partial e/\partial B^{(L)} = \delta^{(L)}$ (15) with $\delta^{(L)} = x^{(L)} - y$ (16): there $B$ is a
# *column*. For the batch, (17) and (18), its $B$ is a *row*. Both are right, each in its own convention.

# %% tags=["S1-E15", "S1-E16", "S1-BSH"]
column_b = calculus.gradient(lambda v: mean_loss(b={**b, L: v.T}, rows=[n]), b[L].T)
assert column_b.shape == (K, 1) != db_L.shape
showing.same("de/dB of layer 4", measured=column_b, delta=x[L].T - y.T, atol=1e-8)

# %% [markdown]
# (13) has $b_i$ on the left and $\delta_j$ on the right. The index must be the same: for $i\ne j$ the two numbers differ.

# %% tags=["S1-E13"]
showing.differs("slope in the bias of unit 0", delta_of_unit_1=delta[L][0, 1], measured=column_b[0, 0])

# %% [markdown]
# Before (17) the L-layer note says that it sums equation (12) over the samples. (12) is the constant 1. What is summed is (13).

# %% tags=["S1-E17r"]
twelve = np.ones((N, K))                                 # (12) for every sample and unit
showing.differs("dE/db of layer 4", mean_of_12=twelve.mean(axis=0), mean_of_13=db_L[0])

# %% [markdown]
# **A sentence that is wrong as printed.** The L-layer note calls this gradient a *column* of size $1\times d^{(L)}$. It is
# a row. numpy does not stop a column: a step of the bias then makes a square.

# %% tags=["S1-E17t", "fails-as-printed", "mended"]
as_column = db_L.reshape(K, 1)
assert db_L.shape == (1, K) == b[L].shape
showing.differs("the bias after a step", with_a_column=b[L] - 0.1 * as_column, with_a_row=b[L] - 0.1 * db_L)

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
de_ds = calculus.gradient(lambda v: onward(v, l), s[l])[0]
ds_dW = calculus.derivative(lambda V: (x[l - 1] @ V + b[l])[0], W[l])
assert all(np.allclose(ds_dW[j, :, j], x[l - 1][0]) for j in range(d[l]))                  # (21)
showing.same("de/dW of layer 2", measured=de_dW, product=np.outer(x[l - 1][0], de_ds), atol=1e-8)

# %% [markdown]
# What is new is $\partial e/\partial s_j^{(l)}$. Score $j$ makes value $j$ and nothing else (22):
# $$\frac{\partial e}{\partial s_j^{(l)}} = \frac{\partial e}{\partial x_j^{(l)}}\,
# \frac{\partial x_j^{(l)}}{\partial s_j^{(l)}}, \qquad \frac{\partial x_j^{(l)}}{\partial s_j^{(l)}} = \theta'(s_j^{(l)})$$
# The last factor is the slope of ReLU (23): 1 where the score is positive, 0 where it is negative.

# %% tags=["S1-E22", "S1-E23"]
def from_values(values, l):
    """e from the values (1, d[l]) of a hidden layer l."""
    return onward(values @ W[l + 1] + b[l + 1], l + 1)


de_dx = calculus.gradient(lambda v: from_values(v, l), x[l])[0]
slope = relu.derivative(s[l])                            # (1, d[l])
dx_ds = calculus.jacobian(relu, s[l][0])
assert np.allclose(dx_ds, np.diag(slope[0]))             # (23)
showing.same("de/ds of layer 2", measured=de_ds, product=de_dx * slope[0], atol=1e-8)


# %% [markdown]
# Now $\partial e/\partial x_j^{(l)}$: the slope of the loss in the *value* of a unit. In which ways can that value reach
# the loss?

# %% jupyter={"source_hidden": true}
def ways():
    """The network, with the lines that lead out of one unit of layer 2."""
    ax = plotting.show_layers(d, [f"$x^{{({l})}}$" for l in range(L + 1)])
    for k in range(d[3]):
        ax.plot((2, 3), (1, 2.5 - k), color=plotting.CYCLE[1], linewidth=2, zorder=1)
    ax.scatter(2, 1, s=130, color=plotting.CYCLE[1], edgecolor="k", zorder=3)
    return plotting.described(ax, "Layers of 8, 5, 7, 6 and 3 circles, the input white; from one unit of layer 2 "
                              "marked lines lead to all six units of layer 3.")


touched = calculus.jacobian(lambda v: v @ W[3] + b[3][0], x[2][0])[:, 2]
predict("05 ways", "Layers 2, 3 and 4 have 7, 6 and 3 units. The value of one unit of layer 2 changes. How many scores "
        "of layer 3 feel it?", ways, choices=(1, 6, 7, 18), answer=lambda _: np.count_nonzero(touched),
        why="Every unit of a layer reads every unit of the layer before it.")

# %% [markdown]
# Where several ways lead to the loss, the chain rule adds them (24). Each goes through a score $k$ of the next layer:
# $$\frac{\partial e}{\partial x_j^{(l)}} = \sum_k \frac{\partial e}{\partial s_k^{(l+1)}}\,
# \frac{\partial s_k^{(l+1)}}{\partial x_j^{(l)}}, \qquad \frac{\partial s_k^{(l+1)}}{\partial x_j^{(l)}} = w_{jk}^{(l+1)}$$
# The line from $j$ to $k$ is the weight (26). With $k$ down and $j$ across these slopes are $W^{(l+1)T}$.

# %% tags=["S1-E24", "S1-E26"]
de_ds_above = calculus.gradient(lambda v: onward(v, l + 1), s[l + 1])[0]
assert np.allclose(calculus.jacobian(lambda v: v @ W[l + 1] + b[l + 1][0], x[l][0]), W[l + 1].T)     # (26)
added = [sum(de_ds_above[k] * W[l + 1][j, k] for k in range(d[l + 1])) for j in range(d[l])]
showing.same("de/dx of layer 2", measured=de_dx, added=added, atol=1e-8)

# %% [markdown]
# The sum runs over *every* unit $k$ of the next layer, from 1 to $d^{(l+1)}$.
#
# **The recursion (27).** (26) into (24), and both into (22): the slopes of layer $l$ follow from those of layer $l+1$.
# With the name δ this is (30),
# $$\delta_j^{(l)} = \theta'(s_j^{(l)}) \sum_{k=1}^{d^{(l+1)}} \delta_k^{(l+1)}\, w_{jk}^{(l+1)}.$$
# We start from $\delta^{(L)}$ and go down to layer 1, entry by entry.

# %% tags=["S1-E27", "S1-E30"]
entry = {L: delta[L][0]}
for l in (3, 2, 1):
    entry[l] = [relu.derivative(s[l])[0, j] * sum(entry[l + 1][k] * W[l + 1][j, k] for k in range(d[l + 1]))
                for j in range(d[l])]
    assert calculus.check_gradient(lambda v, l=l: onward(v, l), s[l], [entry[l]]) < 1e-6
showing.same("de/ds of layer 2", measured=de_ds, recursion=entry[2], atol=1e-8)

# %% [markdown]
# ### As matrices
#
# The sum over $k$ is the row $\delta^{(l+1)}$ times row $j$ of $W^{(l+1)}$. All of them together, for one sample and for the batch (34):
# $$\delta^{(l)} = \theta'(s^{(l)}) \odot \left(\delta^{(l+1)}\,W^{(l+1)T}\right), \qquad
# \Delta^{(l)} = \theta'(S^{(l)}) \odot \left(\Delta^{(l+1)}\,W^{(l+1)T}\right)$$
# The sizes: $N\times d^{(l)}$, entry by entry with $(N\times d^{(l+1)})(d^{(l+1)}\times d^{(l)})$. The matrix product comes
# first, then the mask. Below it stand the three tables of that line for $l=2$: nine samples down, seven units across.

# %% tags=["S1-E34"]
for l in (3, 2, 1):
    delta[l] = relu.derivative(s[l]) * (delta[l + 1] @ W[l + 1].T)       # (1, d[l])
    Delta[l] = relu.derivative(S[l]) * (Delta[l + 1] @ W[l + 1].T)       # (N, d[l])
    assert np.allclose(Delta[l][[n]], delta[l])
showing.same("δ of sample 1 in layer 1", row_of_the_batch=Delta[1][n], by_entries=entry[1])

# %%
axes = plotting.show_matrices({r"\Delta^{(3)}\,W^{(3)T}": Delta[3] @ W[3].T,
                               r"\theta'(S^{(2)})": relu.derivative(S[2]), r"\Delta^{(2)}": Delta[2]})
plotting.described(axes[0], "Three tables of 9 by 7: what comes back through the weights, the mask of ones "
                   "and blanks, and their product, which is blank where the mask is.")

# %% [markdown]
# Zeros are blank. What comes back through the weights fills the whole table. The mask lets a number pass only where
# the unit was on for that sample. Each row has a mask of its own. Three rows are pale: those samples are already read
# right, so there is little error to send back.
#
# The weights' gradient is (9), one layer lower (33): $\frac{\partial E}{\partial W^{(l)}} = \frac1N\,X^{(l-1)T}\Delta^{(l)}$.

# %% tags=["S1-E33"]
for l in (3, 2, 1):
    dW_l = X[l - 1].T @ Delta[l] / N
    shown = showing.slopes(f"dE/dW of layer {l}", lambda V, l=l: mean_loss({**W, l: V}), W[l], dW_l)
shown

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the kink of ReLU, the weights by entries, and the same in columns

# %% [markdown]
# (23) leaves one place out: a score of exactly 0, where ReLU has its corner. A program must put some number there, and
# ours puts 0. Now ask the function itself, not the program.

# %% jupyter={"source_hidden": true} tags=["S1-E23"]
h = 1e-6
sides = [float(relu(0.0) - relu(-h)) / h, float(relu(h) - relu(0.0)) / h]
assert sides == [0, 1]
assert relu.derivative(np.zeros(1))[0] == 0

predict("05 kink", "What is the slope of ReLU where the score is exactly 0?",
        lambda: f"measured from the left {sides[0]:.0f}, from the right {sides[1]:.0f}",
        choices=("0", "1/2", "1", "there is none"), answer=lambda _: "there is none",
        why="The 0 in (23) is a convention. Any number from 0 to 1 would do, if all programs that are compared use it.")

# %% [markdown]
# Times $x_i^{(l-1)}$ the error of (30) is the gradient in the weight, (28) and (29). It looks like the output layer:
# $\partial e/\partial w_{ij}^{(l)} = x_i^{(l-1)}\delta_j^{(l)}$. Here for layer 1, at the very end of the way back:

# %% tags=["S1-E28", "S1-E29"]
for l in (3, 2, 1):
    by_entries = [[x[l - 1][0, i] * entry[l][j] for j in range(d[l])] for i in range(d[l - 1])]
    shown = showing.slopes(f"de/dW of layer {l}", lambda V, l=l: mean_loss({**W, l: V}, rows=[n]), W[l], by_entries)
shown

# %% [markdown]
# In columns the recursion is $\delta^{(l)} = \theta'(s^{(l)}) \odot (W^{(l+1)}\delta^{(l+1)})$ (32), and
# $\partial e/\partial W^{(l)} = x^{(l-1)}\delta^{(l)T}$ (31). Going forward, a column met $W^T$. Going back it meets $W$.

# %% tags=["S1-E31", "S1-E32"]
delta_column = {L: x[L].T - y.T}
for l in (3, 2, 1):
    delta_column[l] = relu.derivative(s[l].T) * (W[l + 1] @ delta_column[l + 1])           # (32), (d[l], 1)
    outer = x[l - 1].T @ delta_column[l].T                                                 # (31)
    assert calculus.check_gradient(lambda V, l=l: mean_loss({**W, l: V}, rows=[n]), W[l], outer) < 1e-6
showing.same("δ of layer 1", columns=delta_column[1].T, rows=delta[1])

# %% [markdown]
# **The sign ⊗.** The L-layer note writes $\otimes$ for the product entry by entry. Elsewhere $\otimes$ is the Kronecker
# product, which has other sizes:

# %% tags=["S1-E32n"]
l = 2
back = W[l + 1] @ delta_column[l + 1]                                                      # (d[l], 1)
showing.differs("the sign ⊗", Kronecker=np.kron(relu.derivative(s[l].T), back), entry_by_entry=delta_column[l])

# %% [markdown]
# Its $W^{l+1}$ without brackets looks like a power; $W^{(2)}$ is not square and has none. And it has no brackets that
# say what comes first, $\otimes$ or the matrix product. For one column that does not matter: to scale the rows of $W$
# is to scale the rows of the product. A batch has $N$ different masks, and only "matrix product first" has a meaning.

# %% tags=["S1-E32n"]
other_order = (relu.derivative(s[l].T) * W[l + 1]) @ delta_column[l + 1]
assert np.allclose(other_order, delta_column[l])
showing.refused("the masks of a batch on W", lambda: relu.derivative(S[l]).T * W[l + 1])

# %% [markdown]
# For the batch the L-layer note has $\Delta^{(l)} = [\theta'(S^{(l)})^T \odot (W^{(l+1)}\Delta^{(l+1)T})]^T$ (34). (32) wants columns, so
# the samples are laid side by side, and laid down again at the end. Carry the outer transpose inside, by
# $(A\odot C)^T = A^T\odot C^T$ and $(AC)^T = C^TA^T$. All transposes but one cancel.

# %% tags=["S1-E34"]
in_columns = (relu.derivative(S[l]).T * (W[l + 1] @ Delta[l + 1].T)).T
showing.same("Δ of layer 2", with_the_transposes=in_columns, in_rows=Delta[l])

# %% [markdown]
# (23) is printed as $\partial x_j/\partial s_i$ with two letters. For $i\ne j$ that slope is 0, whatever the scores.

# %% tags=["S1-E23"]
on = int(np.flatnonzero(slope[0])[0])
showing.differs("slope of a value of layer 2", in_another_score=dx_ds[on, on - 1], in_its_own=dx_ds[on, on])

# %% [markdown]
# ## 6 · The hidden bias
#
# The pattern is that of section 4: the bias has the factor 1, and so $\partial e/\partial b_j^{(l)} = \delta_j^{(l)}$ (37). For the batch (41)
# $$\frac{\partial E}{\partial b^{(l)}} = \frac1N\,\mathbf 1_N^T\,\Delta^{(l)}, \qquad 1\times d^{(l)}.$$

# %% tags=["S1-E41"]
for l in (3, 2, 1):
    shown = showing.slopes(f"dE/db of layer {l}", lambda v, l=l: mean_loss(b={**b, l: v}), b[l],
                           Delta[l].sum(axis=0, keepdims=True) / N)
shown

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the L-layer note's full derivation of it

# %% [markdown]
# The chain (35) is $\frac{\partial e}{\partial b_j} = \frac{\partial e}{\partial s_j}\frac{\partial s_j}{\partial b_j}$ with
# $\partial s_j/\partial b_j = 1$. The slope in the score is the recursion, (36) and (38).

# %% tags=["S1-E35", "S1-E36", "S1-E38"]
l = 3
de_db = calculus.gradient(lambda v: mean_loss(b={**b, l: v}, rows=[n]), b[l])[0]
ds_db = calculus.jacobian(lambda v: (x[l - 1] @ W[l])[0] + v, b[l][0])
assert np.allclose(ds_db, np.eye(d[l]))
recursion = [relu.derivative(s[l])[0, j] * sum(delta[L][0, k] * W[L][j, k] for k in range(K)) for j in range(d[l])]
showing.same("de/db of layer 3", measured=de_db, recursion=recursion, atol=1e-8)

# %% [markdown]
# Again (37) has $b_i$ on the left and $\delta_j$ on the right. For $i\ne j$ that fails:

# %% tags=["S1-E37"]
on = np.flatnonzero(delta[l][0])
assert np.allclose(de_db, delta[l][0], atol=1e-8)        # (37), with the same letter on both sides
showing.differs("slope in the bias of a unit that is on", delta_of_the_next=delta[l][0, on[1]], measured=de_db[on[0]])

# %% [markdown]
# One sample: $\partial e/\partial B^{(l)} = \delta^{(l)}$ (39), with the recursion (40), in columns.

# %% tags=["S1-E39", "S1-E40"]
forty = relu.derivative(s[l].T) * (W[l + 1] @ delta[l + 1].T)
assert calculus.check_gradient(lambda v: mean_loss(b={**b, l: v.T}, rows=[n]), b[l].T, forty) < 1e-6
showing.same("de/dB of layer 3, as a column", by_40=forty, rows=delta[l].T)

# %% [markdown]
# For $\Delta^{(l)}$ (42) repeats (34), but the transpose stands *inside* $\theta'(S^{(l)T})$. $\theta'$ acts on
# each entry alone, so this is the same.

# %% tags=["S1-E42"]
forty_two = (relu.derivative(S[l].T) * (W[l + 1] @ Delta[l + 1].T)).T
showing.same("Δ of layer 3", by_42=forty_two, in_rows=Delta[l])

# %% [markdown]
# ## 7 · All layers in one loop
#
# 42 equations are four lines, and the four lines do not ask how many layers there are:
#
# $$\Delta^{(L)} = X^{(L)} - Y, \quad \Delta^{(l)} = \theta'(S^{(l)})\odot(\Delta^{(l+1)}W^{(l+1)T}), \quad
# \frac{\partial E}{\partial W^{(l)}} = \frac1N X^{(l-1)T}\Delta^{(l)}, \quad
# \frac{\partial E}{\partial b^{(l)}} = \frac1N\mathbf 1_N^T\,\Delta^{(l)}$$
#
# For ReLU $\theta'$ can be read from the value: $x>0$ exactly where $s>0$.

# %%
def forward(X0, W, b):
    """Values X[l] of all layers, l = 0 .. L; ReLU inside, softmax last."""
    X, L = {0: X0}, len(W)
    for l in range(1, L + 1):
        X[l] = (relu if l < L else softmax)(X[l - 1] @ W[l] + b[l])
    return X

# %% tags=["S1-E33", "S1-E34", "S1-E41"]
def backpropagate(X0, Y, W, b):
    """Gradients of E in all W[l] and b[l], l = 1 .. L."""
    X, L, dW, db = forward(X0, W, b), len(W), {}, {}
    Delta = X[L] - Y
    for l in range(L, 0, -1):
        dW[l], db[l] = X[l - 1].T @ Delta / len(Y), Delta.sum(axis=0, keepdims=True) / len(Y)
        if l > 1:
            Delta = (X[l - 1] > 0) * (Delta @ W[l].T)
    return dW, db


dW, db = backpropagate(X[0], Y, W, b)
assert all(np.allclose(db[l], Delta[l].mean(axis=0)) for l in db)
showing.same("dE/dW of layer 2", loop=dW[2], single_steps=X[1].T @ Delta[2] / N)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: every depth from 1 to 8, against the library

# %% [markdown]
# For every depth from 1 to 8 the loop must give what `mlp_lib.networks.MLP` gives, whose gradients its own tests compare
# with measured slopes. The last of the eight stands below.

# %%
for depth in range(1, 9):
    sizes = tuple(rng.integers(2, 9, size=depth + 1))
    net = MLP(sizes, relu, init="he", rng=depth, dtype=np.float64)
    inputs, labels = rng.normal(size=(N, sizes[0])), rng.integers(sizes[-1], size=N)
    ours = backpropagate(inputs, np.eye(sizes[-1])[labels], dict(enumerate(net.W, 1)), dict(enumerate(net.b, 1)))
    _, *theirs = net.gradients(inputs, labels)
    for mine, library in zip(ours, theirs):
        assert all(np.allclose(mine[l + 1], library[l]) for l in range(depth))
showing.same("dE/dW of layer 1 of 8", loop=ours[0][1], library=theirs[0][0])

# %% [markdown]
# ### What a gradient costs
#
# From here on `mlp_lib.networks.MLP` does this work. What does it cost?
#
# Nearly all the work of a network is in its matrix products. The product of an $a\times b$ and a $b\times c$ matrix takes
# $abc$ multiplications. An array of the following kind counts them while it is used. (A click on the three dots opens its code.)

# %% jupyter={"source_hidden": true}
class Counted(np.ndarray):
    """An array that counts the multiplications of its matrix products."""

    products = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        A, *others = inputs = [np.asarray(array) for array in inputs]
        if ufunc is np.matmul:
            Counted.products += A.size * others[0].shape[1]
        return getattr(ufunc, method)(*inputs, **options).view(Counted)


def multiplications(f, *given):
    """How many multiplications the matrix products of ``f(*given)`` take."""
    Counted.products = 0
    f(*given)
    return Counted.products

# %% [markdown]
# One forward pass of the network of section 1, with ReLU, for one digit:

# %%
W_big = {l: A.view(Counted) for l, A in enumerate(start.W, 1)}
b_big = dict(enumerate(start.b, 1))
digit, answer = few[0][:1].astype(float), np.eye(10)[few[1][:1]].view(Counted)
one_pass = multiplications(forward, digit, W_big, b_big)
print(f"{one_pass:,} multiplications")

# %% jupyter={"source_hidden": true}
both_ways = multiplications(backpropagate, digit, answer, W_big, b_big)
assert both_ways == one_pass + sum(A.size for A in start.W) + sum(A.size for A in start.W[1:])

predict("05 cost", f"That is one multiplication for each weight. backpropagate goes forward, and then back for all "
        f"{start.theta.size:,} gradients. How many forward passes is that worth?",
        lambda: f"{both_ways:,} multiplications, {both_ways / one_pass:.1f} forward passes",
        choices=("2 to 3", "about 10", "about 100,000"), answer=lambda _: "2 to 3",
        why="On the way back each layer has two products of the same size: one for its weights, one to carry the error "
        "down. The first layer has no error to carry.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: what measured slopes cost, for growing networks and by the clock

# %% [markdown]
# And measured? Each weight and bias is moved a little up and a little down, and each time the loss is computed anew: two
# forward passes for each of the 109,810 parameters. Here are both counts for networks of growing width, five layers each:

# %%
sizes, back, measured = [], [], []
for width in (3, 10, 30, 100, 300):
    net = MLP((width,) * 5 + (10,), relu, dtype=np.float64)
    Ws, bs = {l: A.view(Counted) for l, A in enumerate(net.W, 1)}, dict(enumerate(net.b, 1))
    sizes.append(net.theta.size)
    back.append(multiplications(backpropagate, np.ones((1, width)), np.eye(10)[:1].view(Counted), Ws, bs))
    measured.append(2 * net.theta.size * multiplications(forward, np.ones((1, width)), Ws, bs))
for row in zip(sizes, measured, back):
    print("{:7,} parameters: {:17,} measured, {:9,} by the loop".format(*row))

# %%
ax = plotting.show_curves({"measured slopes": measured, "backpropagation": back}, x=sizes, log=True,
                          xlabel="weights and biases", ylabel="multiplications")
ax.set_xscale("log")
plotting.described(ax, "Multiplications for one gradient against the number of parameters, both axes logarithmic: two "
                   "straight lines. Measured slopes rise twice as steeply, from twelve thousand to 264 thousand million; "
                   "backpropagation ends at one million.")

# %% [markdown]
# Both axes are logarithmic. Ten times the parameters cost backpropagation ten times as much, and the measured slopes a
# hundred times. The last point of the lower line is about one million, the one above it about 264 thousand million. And
# the clock? The small network of this chapter has 135 weights:

# %%
import timeit

by_loop = min(timeit.repeat(lambda: backpropagate(X[0], Y, W, b), number=1, repeat=5))
slopes = [lambda l=l: calculus.gradient(lambda V: mean_loss({**W, l: V}), W[l]) for l in W]
by_slopes = timeit.timeit(lambda: [measure() for measure in slopes], number=1)
print("measured slopes take more than 10 times as long:", by_slopes > 10 * by_loop)

# %% [markdown]
# Even with so few. This is why the book derives gradients, and measures only to check them.

# %% [markdown]
# ## 8 · What depth does to δ
#
# Now back to the failure of section 1. For one sample the gradient of a weight is a value times an error, and so its
# length is the product of two lengths:
# $\left\|\partial e/\partial W^{(l)}\right\|_F = \|x^{(l-1)}\|\cdot\|\delta^{(l)}\|$. If $\delta$ vanishes, so does
# the gradient.
#
# `networks.sizes_by_layer` measures two sizes in each layer: how long $\delta^{(l)}$ is, and how far the samples still
# differ there (the *spread* of the values). If all samples have become alike, no layer above can tell them apart.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: how the library measures it, and the product of two lengths

# %% [markdown]
# `MLP` leaves the values and the errors in its buffers. Its `work.d` has the $\frac1N$ in it, so the typical length of
# one sample's $\delta$ is $\sqrt N$ times the length of the whole table.

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
# On our example it must agree with the $\Delta$ of section 5:

# %%
small = MLP(d, relu, dtype=np.float64)
for own, ours in zip(small.W + small.b, [*W.values(), *b.values()]):
    own[:] = ours
_, lengths = sizes_by_layer(small, X[0], Y.argmax(axis=1))
showing.same("length of δ in layers 1 to 4", library=lengths,
             ours=[np.sqrt((Delta[l] ** 2).sum(axis=1).mean()) for l in range(1, L + 1)])

# %% [markdown]
# The length of each layer's gradient is indeed a product of two lengths:

# %% tags=["S1-E31"]
of_gradients = [np.linalg.norm(x[l - 1].T @ delta[l]) for l in range(1, L + 1)]
showing.same("lengths in layers 1 to 4", of_the_gradient=of_gradients,
             product=[np.linalg.norm(x[l - 1]) * np.linalg.norm(delta[l]) for l in range(1, L + 1)])

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
print(f"squared length of δ: mean of 2000 {mean_square:.3f}, forecast {forecast:.3f}")

# %% [markdown]
# Now whole networks: 30 layers, 100 units in each, two activations and four initialisations. For equal widths
# *xavier* has $\sigma = 1/\sqrt d = 0.1$, *he* has $\sigma=\sqrt{2/d} = 0.14$, and two are fixed numbers, 0.02 and 0.3.

# %%
width, schemes = 100, ("xavier", "he", 0.02, 0.3)
noise, marks = rng.normal(size=(64, width)), rng.integers(10, size=64)


def tower(depth, hidden, init, rng=0):
    """Network of ``depth`` layers, each of 100 units but the last of 10."""
    return MLP((width,) * depth + (10,), hidden, init=init, rng=rng, dtype=np.float64)


towers = {f: {init: tower(30, f, init) for init in schemes} for f in (sigmoid, relu)}
sizes = {f: {init: sizes_by_layer(net, noise, marks) for init, net in nets.items()} for f, nets in towers.items()}
print("length of δ in layer 30:", {f.name: f"{sizes[f]['he'][1][-1]:.2f}" for f in sizes})

# %% jupyter={"source_hidden": true}
def by_layer(which, ylabel, alt, label="{init}"):
    """One of the two sizes against the layer, for sigmoid and ReLU."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained", sharey=True)
    for ax, f in zip(axes, sizes):
        curves = {label.format(init=init, factor=(pair[1][0] / pair[1][-1]) ** (1 / 29)): which(pair)
                  for init, pair in sizes[f].items()}
        plotting.show_curves(curves, ax=ax, xlabel="layer $l$", ylabel=ylabel, log=True)
        ax.set_title(f.name)
    return plotting.described(fig, alt)


for f in sizes:
    assert all(sizes[f][init][1][0] < 1e-3 * sizes[f][init][1][-1] for init in ("xavier", 0.02))
assert sizes[sigmoid]["he"][1][0] < 1e-12
assert 0.2 < sizes[relu]["he"][1][0] / sizes[relu]["he"][1][-1] < 5
assert sizes[relu][0.3][1][0] > 1e6

predict("05 towers", "Eight networks. In which does δ come down through 30 layers with about the length that it started with?",
        lambda: by_layer(lambda pair: pair[1], r"length of $\delta^{(l)}$",
                         "Length of delta by layer, logarithmic, sigmoid left and ReLU right. All lines are straight: sigmoid "
                         "always falls towards layer 1; ReLU falls with xavier and 0.02, stays level with he, and rises with 0.3.",
                         label="{init}: × {factor:.2f} a layer"),
        choices=("ReLU with he", "sigmoid with xavier", "both with xavier", "none"), answer=lambda _: "ReLU with he",
        why="A factor that is a little off 1 is taken to the power 29.")

# %% [markdown]
# Read from right to left, the way of the error. On this axis a straight line means a constant factor for each layer.
#
# Does the forecast give these factors? `networks.delta_factors` computes it for each hidden layer, from the mean squares
# of its slopes and of the weights above it. For each of the eight networks we divide the forecast by what was measured,
# both as geometric means over the 29 hidden layers.

# %% tags=["shows:networks.delta_factors"]
def delta_factors(model, X):
    """Forecast of the factors by which each hidden layer multiplies the length of delta."""
    values = model.forward(model.check_inputs(X))[:-1]
    slopes = [model.hidden.derivative_from_value(a) for a in values]
    squares = [slope.shape[1] * np.mean(slope**2) * np.mean(W**2)
               for slope, W in zip(slopes, model.W[1:])]
    return np.sqrt(squares)

# %%
def factor_a_layer(net):
    """Measured factor of delta a layer, and the forecast: geometric means."""
    _, delta = sizes_by_layer(net, noise, marks)
    forecast = delta_factors(net, noise)
    return (delta[0] / delta[-1]) ** (1 / len(forecast)), np.exp(np.mean(np.log(forecast)))


for f, nets in towers.items():
    for init, net in nets.items():
        measured, forecast = factor_a_layer(net)
        assert np.isclose(measured, forecast, rtol=0.06)
        print(f"{f.name:8} {init!s:7} forecast / measured {forecast / measured:.2f}")
print(f"ReLU with he: {np.mean(towers[relu]['he'].forward(noise)[5] > 0):.0%} of the units of layer 6 are on")

# %% [markdown]
# All eight are right to a few percent. So we can read off why:
#
# - **ReLU**: half of the units are on, so $\overline{\theta'^2} = \frac12$ and the factor is $\sigma\sqrt{d/2}$. It
#   is 1 for $\sigma = \sqrt{2/d}$. This is where *he* comes from.
# - **Sigmoid**: $\theta' \le \frac14$, so the factor is at most $\sigma\sqrt d/4$. With *xavier* this is
#   about $\frac14$; the picture says 0.24.
#
# Through 29 layers a factor of 0.24 becomes $10^{-18}$, and one of 2.18 nearly $10^{10}$. The gradient *vanishes* or
# *explodes*. One line alone stays level.
#
# So sigmoid would need about $\sigma = 4/\sqrt d$. But larger weights make larger scores, and there the slope is less
# than $\frac14$. It needs even more, and then its units saturate.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the way forward, and depth itself from 2 to 38 layers

# %% [markdown]
# So far we followed the error back. Now the values, on their way forward: the spread says how far the 64 samples still
# differ in a layer.

# %% jupyter={"source_hidden": true}
spreads = {init: pair[0] for init, pair in sizes[sigmoid].items()}
assert all(spread[-2] < 0.01 * spread[0] for spread in spreads.values())
assert spreads["xavier"][25] < 1e-14

predict("05 spread", "The same eight networks. With which first weights does sigmoid keep its samples apart up to layer 29?",
        lambda: by_layer(lambda pair: pair[0][:-1], "spread of the values",
                         "Spread of the values by layer, logarithmic. Sigmoid: it falls in every case, down to the rounding error of "
                         "1e-16 and no further. ReLU: falls with xavier and 0.02, nearly level with he, rises with 0.3."),
        choices=("xavier", "0.3", "all four", "none of the four"), answer=lambda _: "none of the four",
        why="A sigmoid squeezes every difference at least fourfold, just as it squeezes δ.")

# %% [markdown]
# **Depth itself.** The length of $\delta^{(1)}$, the error that reaches the first layer, in networks of 2 to 38 layers.

# %%
depths = range(2, 39, 4)
reach = {f: {str(init): [sizes_by_layer(tower(depth, f, init, rng=1), noise, marks)[1][0] for depth in depths]
             for init in schemes} for f in (sigmoid, relu)}
for f in reach:
    assert reach[f]["xavier"][-1] < 1e-3 * reach[f]["xavier"][0]
assert 0.1 < reach[relu]["he"][-1] / reach[relu]["he"][0] < 10
print("what reaches layer 1 of 38, ReLU:", {init: f"{values[-1]:.0e}" for init, values in reach[relu].items()})

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
# And the picture of the spread: none of the four first weights makes up for the fourfold squeeze of a sigmoid. With xavier,
# after some 25 layers all 64 samples are *the same* to 16 digits. There the line stops falling, because what is left is
# rounding; no layer above can bring back what is lost. With ReLU the spread runs as $\delta$ does, in the other direction:
# *he* keeps it nearly level.

# %% [markdown]
# ## 9 · Five layers on MNIST
#
# Back to the network of section 1, and three others beside it. Sigmoid starts from *xavier*, as there, or from
# $\sigma = 4/\sqrt d$: that is four times *lecun*, which has $1/\sqrt d$. ReLU starts from *he*, or from a fixed $\sigma$ of
# 0.01. The length of $\delta$ before any training:

# %%
names = ("sigmoid, xavier", "ReLU, 0.01", "sigmoid, 4 × lecun", "ReLU, he")
kinds = (sigmoid, "xavier"), (relu, 0.01), (sigmoid, "lecun"), (relu, "he")
nets = {name: MLP(widths, f, init=init, rng=0) for name, (f, init) in zip(names, kinds)}
nets["sigmoid, 4 × lecun"].theta *= 4
at_start = {name: sizes_by_layer(net, few[0][:500], few[1][:500])[1] for name, net in nets.items()}
for name, sizes in at_start.items():
    print(f"{name:20}", *(f"{size:8.1g}" for size in sizes))

# %% [markdown]
# A column for each layer, 1 to 5. All four get the same digits, the same steps and five epochs; the bar counts networks.

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm

runs = {}
for name, net in tqdm(nets.items()):
    runs[name] = train(net, few, epochs=5, optimizer=networks.SGD(0.02, momentum=0.9), **steps)

# %% jupyter={"source_hidden": true}
def losses():
    """Training loss by epoch, of the four networks."""
    curves = {f"{name}: {right[name]:.0%} right": run.loss for name, run in runs.items()}
    ax = plotting.show_curves(curves, ylabel="training loss")
    ax.set_xticks(range(1, 6))
    return plotting.described(ax, "Loss by epoch: sigmoid with 4 times lecun and ReLU with he fall at once, sigmoid with "
                              "xavier after three flat epochs, ReLU with 0.01 never leaves 2.3.")


right = {name: net.accuracy(digits.X_test, digits.y_test) for name, net in nets.items()}
assert right["ReLU, 0.01"] < 0.2
assert browser.HERE or min(right[name] for name in names[2:]) > 0.9
assert browser.HERE or runs["sigmoid, xavier"].loss[1] > 2.2 > runs["sigmoid, 4 × lecun"].loss[0]

predict("05 learn", "Which of the four learn from the first epoch on?", losses,
        choices=("those with sigmoid", "those with ReLU", "those whose δ is level", "all four"),
        answer=lambda _: "those whose δ is level", why="The table above was made before the first step, and it foretold this.")

# %% [markdown]
# The loss of pure guessing is $\log 10 = 2.30$. Now one of the four alone.

# %% jupyter={"source_hidden": true}
answers = np.unique(nets["ReLU, 0.01"].predict(digits.X_test))
assert np.isclose(right["ReLU, 0.01"], np.mean(digits.y_test == answers[0]))

predict("05 answers", "ReLU with 0.01 has seen 20,000 digits five times. How many different answers does it give to the "
        "10,000 test digits?", lambda: len(answers), choices=(1, 2, 5, 10),
        why="The last bias is the only parameter whose gradient has any size: it needs no values and no lower layer. So the "
        "network learns which digit is the most frequent, and no more.")

# %% [markdown]
# ## 10 · Move it yourself
#
# Left is the spread of the values, which runs forward; right the length of $\delta$, which runs back. The scale is
# $\sigma\sqrt d$: at 1 it is *xavier*, at 1.41 *he*. The dashed line is what the forecast makes of the last
# $\delta$. The tasks stand with the demo.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import delta_through_depth

demo = delta_through_depth()
assert demo.delta.shape == (20,)
demo

# %% [markdown]
# In section 9 sigmoid with xavier spent three epochs at the loss of guessing before it moved: vanishing is not death, but
# it costs time, and more with each layer.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: what becomes of tasks 2 to 4

# %% [markdown]
# Tasks 2 and 3 in numbers: what 20 layers leave of the spread, and of $\delta$ on its way back.

# %%
from mlp_lib.networks import tanh

for f, scale in ((tanh, 1), (sigmoid, 1), (sigmoid, 10), (sigmoid, 20)):
    spread, delta = sizes_by_layer(tower(20, f, scale / np.sqrt(width)), noise, marks)
    print(f"{f.name:8} scale {scale:2}: spread times {spread[-2] / spread[0]:.2g}, δ times {delta[0] / delta[-1]:.2g}")

# %% [markdown]
# With tanh at scale 1 both shrink, and gently. Sigmoid loses twelve powers of ten there. No scale levels both of its
# lines: $\delta$ is nearly level at 10, not 4, where the spread still falls sevenfold; at 20 $\delta$ explodes. And look
# at the units at scale 10: how many have less than a tenth of the largest slope, $\frac14$?

# %%
steep = tower(20, sigmoid, 1.0)                          # scale 10: σ = 10 / √100
slopes = sigmoid.derivative_from_value(steep.forward(noise)[10])
assert 0.9 < factor_a_layer(steep)[0] < 1.05
print(f"{np.mean(slopes < 0.025):.0%} of the units of layer 11")

# %% [markdown]
# More than half. They are *saturated* and hardly learn; the others carry the whole error. Level is needed, but it is not
# all.
#
# Task 4: the width changes hardly anything, because the scale is measured in units of $1/\sqrt d$. It only makes the lines
# smoother: the forecast is about a mean over units, and a wide layer has more of them.

# %% [markdown]
# ## 11 · Break it
#
# ### Switch a whole layer off
#
# A bias of $-50$ in layer 2 of our ReLU network: no score there is positive any more. Each of the four layers has a
# gradient in its weights and one in its bias.

# %% jupyter={"source_hidden": true}
dW_off, db_off = backpropagate(X[0], Y, W, {**b, 2: b[2] - 50})
alive = [f"W{l}" for l in dW_off if dW_off[l].any()] + [f"b{l}" for l in db_off if db_off[l].any()]
assert sorted(alive) == ["W4", "b3", "b4"]

predict("05 off", "Which of the eight gradients are not exactly 0?", lambda: ", ".join(sorted(alive)),
        choices=("W1, b1", "W4, b3, b4", "W3, W4, b3, b4", "all but those of layer 2"), answer=lambda _: "W4, b3, b4",
        why="Layers 1 and 2 get nothing through the mask of zeros. W3 gets nothing because its values x(2) are 0.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: three mistakes that keep every shape

# %% [markdown]
# #### Forget the slope of the activation
#
# $\Delta^{(l)} = \Delta^{(l+1)}W^{(l+1)T}$, without $\theta'$. The shapes are right.

# %%
no_mask = X[1].T @ (Delta[3] @ W[3].T) / N
assert no_mask.shape == W[2].shape
showing.refused("a gradient without the mask", lambda: calculus.check_gradient(
    lambda V: mean_loss({**W, 2: V}), W[2], no_mask), AssertionError)

# %% [markdown]
# #### Forget the transposes in a square network
#
# Let all layers and the batch have the same size 6. Now the recursion runs without any transpose, and with the factors
# the other way round: $\theta'(S)\odot(W\Delta)$.

# %% jupyter={"source_hidden": true}
square, batch = rng.normal(size=(3, 6, 6)), rng.normal(size=(6, 6))
scores_1 = batch @ square[0]
error_above = relu(scores_1) @ square[1]                 # of the loss ||S2||² / 2: the slope is S2 itself
right_form = relu.derivative(scores_1) * (error_above @ square[1].T)
wrong_form = relu.derivative(scores_1) * (square[1] @ error_above)
assert calculus.check_gradient(lambda Z: np.sum((relu(Z) @ square[1]) ** 2) / 2, scores_1, right_form) < 1e-6
assert np.array_equal(wrong_form == 0, right_form == 0)

predict("05 square", "What does this wrong form get right?",
        lambda: showing.differs("Δ in a square network", without_transposes=wrong_form, right=right_form),
        choices=("the shape alone", "the shape and the zeros", "the shape, the zeros and the signs"),
        answer=lambda _: "the shape and the zeros", why="WΔ mixes the samples, which never met going forward.")


# %% [markdown]
# No error is raised. This is why the example of this chapter has no two equal sizes.

# %% [markdown]
# #### Step first, then go on
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
print("relative error at rates 0.01, 0.1 and 1:", np.round(off, 3))

# %% [markdown]
# The error grows with the step size, exactly in proportion. With small steps it hides: the training works, only a
# little worse, and nobody looks for it. Keep all gradients of one step at one point.
#
# Of the three mistakes the one with the transposes looks best: its zeros are right, because both forms share the mask.

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/05_deep_backprop.ipynb) check your answers and say which mistake a wrong one is.
# The questions folded here are open.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: five open questions

# %% [markdown]
# Answer first, then check.
#
# 1. **tanh.** Replace ReLU by tanh. Which of the four lines of section 7 changes, and how? Check with
#    `calculus.check_gradient`. Say the factor of $\delta$ at $\sigma = 1/\sqrt d$ for small scores, then measure it.
# 2. **A shortcut.** Let $X^{(l)} = X^{(l-1)} + \theta(S^{(l)})$, all hidden layers equally wide. Write the recursion
#    for the error in $X^{(l)}$. What do 30 layers do to it now? Check with a measured slope.
# 3. **Squared error.** Take $e = \|x^{(L)} - y\|^2$ with no activation on the last layer. Which lines change? Check
#    for $L = 4$ with `MLP(..., loss=squared_error)`.
# 4. **Your own scale.** Find $\sigma$ for sigmoid so that $\delta$ in 30 layers of 100 units loses less than a factor
#    of ten. Check with `sizes_by_layer`. What has happened to the units?
# 5. **Unequal widths.** A layer leads from 400 units to 100. Which $\sigma$ keeps the values, which keeps $\delta$?
#    *xavier* is a compromise; between which two? Check with `MLP((400, 100, ...))`.

# %% [markdown]
# ## Summary
#
# $\delta^{(l)}$ is the slope of a sample's loss in the scores of layer $l$. One recursion carries it down: through $W^T$,
# then times $\theta'$. Values times $\delta$ is the gradient. All gradients together cost two to three forward passes. A
# layer multiplies $\delta$ by about $\sigma\sqrt d\cdot\mathrm{rms}(\theta')$: keep that near 1. A ReLU layer that is off for
# every sample stays dead: what still moves is above it, and its own bias has the gradient 0. New in the library:
# `networks.sizes_by_layer` and `networks.delta_factors` (§8).
#
# Next: chapter 06, the same recursion for three sigmoid layers, trained to 98 %.
