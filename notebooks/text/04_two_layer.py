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
# # 04 · Derive and train two-layer networks
#
# Sources: the survival guide §5, the linear algebra slides from "Neural Networks: Architectures" to their training listing,
# the matrix calculus slides' example 4-2 ([who wrote them](00_start_here.ipynb)).
#
# Needs: 02 differentials, 03 softmax and its gradient · about 65 minutes. What is folded under *Deeper* takes as long
# again, and nothing after it needs it. The cells alone run in half a minute.
#
# ## What you will do
# You put a second layer on softmax regression, derive all its gradients, by entries and by differentials, and train it on
# three spirals that no straight line can separate.
#
# ## What you will learn
# - to take a gradient back through a layer and through a ReLU, with the shape of every step
# - to turn a formula for samples in rows into one for samples in columns, and back
# - to read what a hidden unit does off a picture of the plane
# - to tell a network that has learned from one that has memorised

# %%
from mlp_lib import calculus, datasets, networks, plotting, showing
from mlp_lib.networks import MLP, relu, sigmoid, softmax, train
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · See it fail first
#
# Chapter 03 ended with straight borders. Here are 300 points on three spiral arms, one class an arm, and a softmax
# regression that is trained on them until it stands still.

# %%
points, classes = datasets.spirals(300, 3, rng=4)
straight = MLP((2, 3), rng=0)
train(straight, (points, classes), epochs=200, optimizer=networks.SGD(0.5), progress=False)

# %% jupyter={"source_hidden": true}
share = straight.accuracy(points, classes)
assert 0.5 < share < 0.65


def three_wedges():
    ax = plotting.show_regions(straight.predict, points, classes)
    ax.set_title(f"{share:.0%} right", fontsize=10)
    return plotting.described(ax, f"{share:.0%} right. Three spiral arms of points, and three wedges that meet near the middle. "
                              "Each wedge holds points of all three classes.")


predict("04 spirals", "Three spiral arms, straight borders. Which share is right?", three_wedges,
        choices=("about a third", "a little more than half", "nearly all"), answer=lambda _: "a little more than half",
        why="Near the outer ends the arms lie apart; further in, each straight border cuts through all of them.")

# %% [markdown]
# Straight borders cut the plane into three wedges, and each arm winds through all of them. The training stands still: these are
# the best straight borders.
#
# What if the plane is bent before it is cut? That is what a second layer is for.
#
# ## 2 · Layers, and how to count them
#
# Each row of $X$ is a sample. One layer makes scores of it at once; more layers put a maximum with 0, entry by entry, between two
# linear maps:
#
# | layers | scores |
# |---|---|
# | 1 | $XW+b$ |
# | 2 | $\max(0,\ XW^{(1)}+b^{(1)})\,W^{(2)}+b^{(2)}$ |
# | 3 | $\max\big(0,\ \max(0,\ XW^{(1)}+b^{(1)})\,W^{(2)}+b^{(2)}\big)\,W^{(3)}+b^{(3)}$ |
#
# A layer is a set of weights. So the input is not counted: a "2-layer network" has one hidden layer, a
# "3-layer network" has two. Every unit is joined to all units of the layer before: such layers are called *fully connected*.

# %% jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
for ax, sizes in zip(axes, ((5, 3), (5, 4, 3), (5, 4, 6, 3))):
    plotting.show_layers(sizes, ["input", *(["hidden"] * (len(sizes) - 2)), "scores"], ax=ax)
    ax.set_title(f"{len(sizes) - 1} layer{'s' * (len(sizes) > 2)} of weights", fontsize=10)
plotting.described(fig, "Three networks as circles and lines: 5 inputs to 3 scores; with 4 hidden units between; with 4 and then 6 hidden units between.")

# %% [markdown]
# The white circles are the input, and have nothing to compute. The lines are the weights, one each.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: one, two and three layers in the columns of the linear algebra slides

# %% [markdown]
# These slides write a sample as a *column* $x$. With $d$ inputs and $C$ scores, the linear score is
# $f = Wx + b$, with $W: C\times d$, $x: d\times1$, $f$ and $b: C\times1$; their $W$ is the transpose of the one above.

# %% tags=["S3-ARCH-1"]
d, H, n = 5, 4, 3
draw = np.random.default_rng(4)
x, W, b = draw.normal(size=(d, 1)), draw.normal(size=(n, d)), draw.normal(size=(n, 1))
showing.same("f", column=W @ x + b, row_turned=(x.T @ W.T + b.T).T)

# %% [markdown]
# Two layers, with $H$ hidden units: $f = W_2\max(0,\,W_1x+b_1)+b_2$, where $W_1$ is $H\times d$ and $W_2$ is $C\times H$. In the code their
# weights are called `V1`, `V2`, so that the rows keep their names.

# %% tags=["S3-ARCH-2"]
V1, c1 = draw.normal(size=(H, d)), draw.normal(size=(H, 1))
V2, c2 = draw.normal(size=(n, H)), draw.normal(size=(n, 1))
hidden = np.maximum(0, V1 @ x + c1)                      # (H, 1)
showing.same("f", product=V2 @ hidden + c2, sum_over_the_hidden_units=sum(V2[:, [k]] * hidden[k, 0] for k in range(H)) + c2)

# %% [markdown]
# Three layers put one more maximum and one more map around it. The library must give the same numbers, with the transposed weights.

# %% tags=["S3-ARCH-3"]
three = MLP((d, H, 6, n), relu, dtype=np.float64, rng=1)
V1, V2, V3 = (V.T for V in three.W)
c1, c2, c3 = draw.normal(size=(H, 1)), draw.normal(size=(6, 1)), draw.normal(size=(n, 1))
for own, ours in zip(three.b, (c1, c2, c3)):
    own[:] = ours[:, 0]
f3 = V3 @ np.maximum(0, V2 @ np.maximum(0, V1 @ x + c1) + c2) + c3
showing.same("three layers", in_columns=f3, class_MLP_in_rows=three.predict_scores(x.T).T)

# %% [markdown]
# And the count: one hidden layer fewer than matrices.

# %% tags=["S3-ARCH-N"]
for sizes in ((d, n), (d, H, n), (d, H, 6, n)):
    model = MLP(sizes, relu)
    assert len(model.W) == len(sizes) - 1
    print(len(sizes) - 2, "hidden layers,", len(model.W), "matrices")

# %% [markdown]
# ## 3 · The forward pass
#
# $N$ samples, $D$ features, $M$ hidden units, $C$ classes. All four sizes differ below, so that a wrong transpose cannot hide.
#
# | | shape | |
# |---|---|---|
# | $X$ | $N\times D$ | a sample a row |
# | $W^{(1)},\ b^{(1)}$ | $D\times M,\ 1\times M$ | entry $W^{(1)}_{ij}$: from feature $i$ to hidden unit $j$ |
# | $W^{(2)},\ b^{(2)}$ | $M\times C,\ 1\times C$ | from hidden unit to class |
# | $Y$ | $N\times C$ | one-hot rows |
# | $\mathbf 1$ | $N\times1$ | a column of ones: $\mathbf 1b$ copies the bias to every row |
#
# **Why the maximum?** Without it the two maps are one map,
# $(XW^{(1)}+\mathbf 1b^{(1)})W^{(2)}+\mathbf 1b^{(2)} = X\,(W^{(1)}W^{(2)})+\mathbf 1\,(b^{(1)}W^{(2)}+b^{(2)})$: all the
# weights of two layers would buy nothing.

# %% tags=["S0-S5-N"]
N, D, M, C = 6, 5, 4, 3
rng = np.random.default_rng(10)
X, ones = rng.normal(size=(N, D)), np.ones((N, 1))
W1, b1 = rng.normal(size=(D, M)), rng.normal(size=(1, M))
W2, b2 = rng.normal(size=(M, C)), rng.normal(size=(1, C))
c = rng.integers(C, size=N)                              # class of each sample, counted from 0
Y = np.eye(C)[c]
one_map = X @ (W1 @ W2) + ones @ (b1 @ W2 + b2)
assert np.allclose((X @ W1 + ones @ b1) @ W2 + ones @ b2, one_map)
showing.differs("scores", without_the_maximum=one_map, with_it=np.maximum(X @ W1 + b1, 0) @ W2 + b2)


# %% [markdown]
# With the maximum the scores are others: the two layers are no longer one. In numpy, `X @ W1 + b1` needs no column of ones: a single row is added to every row.
#
# **Layer 1:** $A^{(1)} = XW^{(1)}+\mathbf 1b^{(1)}$, the *pre-activations*, then $H^{(1)}=\mathrm{ReLU}(A^{(1)})$, both $N\times M$. ReLU takes
# $\max(\cdot,0)$ of each entry by itself. **Layer 2:** $A^{(2)} = H^{(1)}W^{(2)}+\mathbf 1b^{(2)}$, then $P = \mathrm{softmax}(A^{(2)})$, row by row, both $N\times C$.

# %% tags=["S0-S5-F"]
def forward(X, W1, b1, W2, b2):
    A1 = X @ W1 + b1                                     # (N, M)
    H1 = relu(A1)
    A2 = H1 @ W2 + b2                                    # (N, C)
    return A1, H1, A2, softmax(A2)


A1, H1, A2, P = forward(X, W1, b1, W2, b2)
small = MLP((D, M, C), relu, dtype=np.float64)
for own, ours in zip(small.W + small.b, (W1, W2, b1[0], b2[0])):
    own[:] = ours
assert np.allclose(P.sum(axis=1), 1)
showing.same("P", forward=P, class_MLP=small.predict_proba(X))

# %% [markdown]
# **The loss.** The survival guide prints it as $L_{ce} = -\frac1N\sum_{i=1}^N Y_i\odot\log P_i$, where $Y_i$ is row $i$.

# %% jupyter={"source_hidden": true} tags=["S0-S5-L", "fails-as-printed"]
printed = -sum(Y[i] * np.log(P[i]) for i in range(N)) / N
assert printed.shape == (C,) != ()

predict("04 loss", "What kind of object is the printed loss?", lambda: str(printed.round(3)),
        choices=("a number", "a row", "a matrix"), answer=lambda _: "a row",
        why="One entry a class: the product entry by entry keeps the classes apart, and nothing adds them up.")

# %% [markdown]
# The loss of chapter 03 is $L=-\frac1N\sum_{i=1}^N\sum_{j=1}^C Y_{ij}\log P_{ij}$. With class numbers $c_1,\dots,c_N$ instead of one-hot
# rows it is $-\frac1N\sum_i\log P_{ic_i}$.

# %% tags=["S0-S5-L", "S0-S5-Lc", "mended"]
L = -(Y * np.log(P)).sum() / N
assert np.isclose(L, printed.sum()) and np.isclose(L, small.loss(X, Y))
showing.same("L", with_one_hot_rows=L, with_class_numbers=-np.log(P[np.arange(N), c]).mean(),
             library=networks.cross_entropy(A2, c))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: entries of the forward pass, and a word with two meanings

# %% [markdown]
# ReLU and softmax, entry by entry: $\max(A^{(1)}_{ij}, 0)$, and $P_{ij} = e^{A^{(2)}_{ij}} / \sum_k e^{A^{(2)}_{ik}}$.

# %% tags=["S0-S5-RE"]
entries = [[max(A1[i, j], 0) for j in range(M)] for i in range(N)]
showing.same("H", entry_by_entry=entries, maximum=H1)

# %% tags=["S0-S5-SM"]
entries = [[np.exp(A2[i, j]) / sum(np.exp(A2[i, k]) for k in range(C)) for j in range(C)] for i in range(N)]
showing.same("P", entry_by_entry=entries, softmax=P)

# %% [markdown]
# The survival guide calls $A^{(1)}$ the *activations*: the numbers *before* the ReLU. Most authors, and this library, use the
# word for the numbers *after* it, $H^{(1)}$. The two are easy to tell apart: only one can be negative.

# %% tags=["S0-S5-ACT"]
assert (A1 < 0).any()
assert (H1 >= 0).all()
showing.same("H, which the library hands out", library=small.forward(X)[0], ours=H1)


# %% [markdown]
# ## 4 · The gradients
#
# The hardest one is that of $W^{(1)}$: on the way to it stands everything that the
# other three need. The way back through the network, from right to left:
#
# ```
# forward    X ──W1,b1──► A1 ──ReLU──► H1 ──W2,b2──► A2 ──softmax──► P ──Y──► L
# backward   dW1,db1 ◄── dA1 ◄─────── dH1 ◄── dW2,db2 ◄── dA2 ◄────────────── 1
# ```
#
# In code, `dA1` is the name of the gradient $\partial L/\partial A^{(1)}$, and has the shape of $A^{(1)}$; it is no differential. The judge needs
# the loss as a function in which any one array can be replaced, and no pre-activation at the corner of the ReLU.

# %%
def loss(X=X, W1=W1, b1=b1, W2=W2, b2=b2):
    """Mean cross-entropy; every array can be replaced by name."""
    return networks.cross_entropy(np.maximum(X @ W1 + b1, 0) @ W2 + b2, Y)


def loss_of_H1(H1):
    return networks.cross_entropy(H1 @ W2 + b2, Y)


assert np.isclose(loss(), L)
assert np.isclose(loss_of_H1(H1), L)
assert np.abs(A1).min() > 0.01
print(f"loss {loss():.6f}, nearest entry of A1 to the kink {np.abs(A1).min():.3f}")

# %% [markdown]
# **At the top** nothing is new: $\dfrac{\partial L}{\partial A^{(2)}} = \frac1N(P-Y)$, $N\times C$, as in chapter 03.

# %% tags=["S0-S5-Z"]
dA2 = (P - Y) / N                                        # (N, C)
showing.slopes("dL/dA2", lambda A2: networks.cross_entropy(A2, Y), A2, dA2)

# %% [markdown]
# **Back through layer 2.** $A^{(2)}=H^{(1)}W^{(2)}+\dots$ is chapter 02's example 3.1, with $H^{(1)}$ as the left
# factor. So
# $$\frac{\partial L}{\partial H^{(1)}} = \frac{\partial L}{\partial A^{(2)}}\,(W^{(2)})^T,\qquad
# (N\times C)(C\times M) = N\times M.$$
# Each hidden unit is blamed by every class that it feeds, in proportion to the weight.

# %% tags=["S0-S5-H"]
dH1 = dA2 @ W2.T                                         # (N, C) (C, M) -> (N, M)
assert dH1.shape == H1.shape
assert np.isclose(dH1[1, 2], sum(dA2[1, k] * W2[2, k] for k in range(C)))
showing.slopes("dL/dH1", loss_of_H1, H1, dH1)

# %% [markdown]
# **Back through the ReLU.** The derivative of a matrix by a matrix has four indices:
# $$\frac{\partial H^{(1)}_{ij}}{\partial A^{(1)}_{km}} = 1 \text{ if } (i,j)=(k,m) \text{ and } A^{(1)}_{km}>0,
# \text{ else } 0.$$
# Look at a small case first.

# %% jupyter={"source_hidden": true}
tiny = np.array([[-1.5, 0.5, 2.0], [0.3, -0.2, -0.7]])
ax = plotting.show_blocks(calculus.derivative(relu, tiny), upper=("i", "j"), lower=("k", "m"))
plotting.described(ax, "Two by three blocks, each 2 by 3. Blocks 12, 13 and 21 hold a single 1, at their own place; the other three are empty.")

# %% [markdown]
# One block for each entry of $H$. A block has a single 1, in its own place, if the entry of $A$ there is positive.
# Otherwise it is empty. So the ones fit into a table, the **mask** $(A^{(1)}>0)$, $N\times M$.
#
# The chain rule sums over the tensor's first two indices. All but one term are 0, and so the sum is a product entry
# by entry: $\dfrac{\partial L}{\partial A^{(1)}} = (A^{(1)}>0)\odot\dfrac{\partial L}{\partial H^{(1)}}$.
# A unit that was silent for a sample takes no blame for it.

# %% tags=["S0-S5-MH"]
mask = (A1 > 0).astype(float)
dA1 = mask * dH1                                         # (N, M)
assert np.allclose(dA1, calculus.chain(dH1, calculus.derivative(relu, A1)))
showing.slopes("dL/dA1", lambda A1: loss_of_H1(relu(A1)), A1, dA1)

# %% [markdown]
# **Back through layer 1.** $A^{(1)} = XW^{(1)}+\mathbf 1b^{(1)}$ is the same example 3.1, now with $W^{(1)}$ as the right factor:
# $\dfrac{\partial L}{\partial W^{(1)}} = X^T\,\dfrac{\partial L}{\partial A^{(1)}}$, $(D\times N)(N\times M)=D\times M$. **Put together**, the three factors give
# $$\frac{\partial L}{\partial W^{(1)}} = X^T\Big((A^{(1)}>0)\odot\Big(\frac{\partial L}{\partial
# A^{(2)}}\,(W^{(2)})^T\Big)\Big) = \frac1N X^T\Big((A^{(1)}>0)\odot\big((P-Y)(W^{(2)})^T\big)\Big).$$

# %% tags=["S0-S5-C", "S0-S5-G2", "mended"]
dW1 = X.T @ (mask * (dA2 @ W2.T))                        # (D, N) (N, M) -> (D, M)
assert np.allclose(dW1, X.T @ dA1) and np.allclose(dW1, X.T @ (mask * ((P - Y) @ W2.T)) / N)
showing.slopes("dL/dW1", lambda W1: loss(W1=W1), W1, dW1)

# %% [markdown]
# **An order of brackets.** One line before this result, the survival guide sets them like this:
# $X^T\Big((A^{(1)}>0)\odot\Big(\frac1N(P-Y)\Big)(W^{(2)})^T\Big)$. Read from left to right, $\odot$ meets the mask and $P-Y$ first.

# %% tags=["S0-S5-G1", "fails-as-printed"]
showing.refused("the printed line", lambda: X.T @ ((mask * ((P - Y) / N)) @ W2.T))

# %% [markdown]
# $N\times M$ and $N\times C$ have no product entry by entry: the sizes differ. In a network with as many hidden units as classes,
# the same line runs.

# %% jupyter={"source_hidden": true} tags=["S0-S5-G1", "fails-as-printed"]
V1, V2, e1 = rng.normal(size=(D, C)), rng.normal(size=(C, C)), rng.normal(size=(1, C))      # M = C
wrong = X.T @ (((X @ V1 + e1 > 0) * (forward(X, V1, e1, V2, b2)[-1] - Y) / N) @ V2.T)
measured = calculus.gradient(lambda V: loss(W1=V, b1=e1, W2=V2), V1)

predict("04 brackets", "As many hidden units as classes: the line with the wrong brackets runs. Is its result right?",
        lambda: showing.differs("dL/dW1", as_printed=wrong, measured=measured), choices=("yes", "no"), answer=lambda _: "no",
        why="The product with the weights must come first, then the mask. No shape says so; only the measured slope noticed.")


# %% [markdown]
# ### The other three
#
# The last two factors hold all that the other parameters need. $W^{(2)}$ is the *right* factor
# in $H^{(1)}W^{(2)}$, so the left one is transposed and comes first:
# $$\frac{\partial L}{\partial W^{(2)}} = (H^{(1)})^T\,\frac{\partial L}{\partial A^{(2)}},\qquad (M\times N)(N\times C) = M\times C.$$
# A bias enters as $\mathbf 1b$: a product with the left factor $\mathbf 1$. The same rule gives
# $$\frac{\partial L}{\partial b^{(2)}} = \mathbf 1^T\,\frac{\partial L}{\partial A^{(2)}},\qquad
# \frac{\partial L}{\partial b^{(1)}} = \mathbf 1^T\,\frac{\partial L}{\partial A^{(1)}}.$$
# A row of ones times a matrix adds up its rows, so numpy's `sum(axis=0)` does it. All of it is one short function. It gives the loss and
# four gradients, each with the shape of its parameter.

# %% tags=["S0-S5-MISS", "S0-S5-G2"]
def two_layers(X, Y, W1, b1, W2, b2):
    A1, H1, A2, P = forward(X, W1, b1, W2, b2)
    dA2 = (P - Y) / len(X)
    dA1 = (A1 > 0) * (dA2 @ W2.T)
    gradients = {"W1": X.T @ dA1, "b1": dA1.sum(axis=0, keepdims=True),
                 "W2": H1.T @ dA2, "b2": dA2.sum(axis=0, keepdims=True)}
    return networks.cross_entropy(A2, Y), gradients


value, gradients = two_layers(X, Y, W1, b1, W2, b2)
for name, parameter in {"W1": W1, "b1": b1, "b2": b2, "W2": W2}.items():
    shown = showing.slopes(f"dL/d{name}", lambda V, name=name: loss(**{name: V}), parameter, gradients[name])
shown

# %% [markdown]
# The four were measured; the last one, of $W^{(2)}$, stands here.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the library's gradients, the whole tensor, the corner of the ReLU, and any function of XW + b

# %% [markdown]
# The library's network finds the same four. It holds a bias as a plain row.

# %%
own_loss, dW, db = small.gradients(X, Y)
assert np.isclose(own_loss, value)
assert all(np.allclose(db[k], gradients[f"b{k + 1}"][0]) for k in (0, 1)) and np.allclose(dW[1], gradients["W2"])
showing.same("dL/dW1", library=dW[0], two_layers=gradients["W1"])

# %% [markdown]
# The slopes of $H^{(1)}$, all $24\cdot24$ entries. The survival guide's condition for a 1 is $A_{ij}>0$, without the layer's number: it is $A^{(1)}$,
# the other one has the wrong shape.

# %% tags=["S0-S5-J"]
J = calculus.derivative(relu, A1)                        # (N, M, N, M)
assert J.shape == (N, M, N, M)
for i, j, k, m in np.ndindex(J.shape):
    assert np.isclose(J[i, j, k, m], (i, j) == (k, m) and A1[k, m] > 0)
print("of", J.size, "slopes", int(J.sum()), "are 1, the others 0")

# %% tags=["S0-S5-M"]
assert mask.shape == (N, M) != A2.shape
assert all(mask[i, j] == (1 if A1[i, j] > 0 else 0) for i, j in np.ndindex(N, M))
print(mask.astype(int))

# %% [markdown]
# The survival guide gives the value 0 also where $A^{(1)}_{km}=0$. There ReLU has no
# derivative: the slope is 0 on the left and 1 on the right. The 0 is a choice. What is known is that every $g$ between 0
# and 1 keeps the line $g\,z$ below the curve, for all $z$; such a $g$ is called a *subgradient*.

# %% tags=["S0-S5-J"]
z = np.linspace(-2, 2, 41)
below = {g: bool(np.all(g * z <= relu(z))) for g in (-0.2, 0, 0.5, 1, 1.2)}
print(below)
assert [g for g, fits in below.items() if fits] == [0, 0.5, 1]
assert relu.derivative(0.0) == 0                         # the library's choice too
assert relu(1e-9) / 1e-9 == 1
assert relu(-1e-9) == 0


# %% [markdown]
# A pre-activation that is exactly 0 is rare, so the choice hardly ever matters. But it is a choice.
#
# The rule for layer 1 holds for *any* function $f$ of $A^{(1)}$, and the bias changes nothing in it. Here is an $f$ that has nothing to do
# with networks, without and with bias.

# %% tags=["S0-S5-A1"]
def f(A):
    return np.sin(A).sum() + (A[0] * A[1]).sum()


for bias in (0 * b1, b1):
    slope = calculus.gradient(f, X @ W1 + bias)          # df/dA, (N, M)
    shown = showing.slopes("df/dW1, with a bias", lambda W, bias=bias: f(X @ W + bias), W1, X.T @ slope)
shown

# %% [markdown]
# ## 5 · Step through it
#
# The same pass, one matrix at a time, in a network so small that every number fits on the page: 4 samples, 5 features,
# 3 hidden units, 2 classes. The upper strip is the map: each array in its place, its gradient right below it, both with
# the same shape. The lower part is the formula of the step, on numbers.
#
# *Next* and *Back* walk through the 12 steps. *row* and *column* choose an entry; what it is made of lights up. By
# keyboard: Tab to a slider, then the arrow keys. The tasks are part of the demo.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import step_through, two_layer_regions

walk = step_through()
assert len({*walk.arrays["X"].shape, *walk.arrays["W2"].shape}) == 4      # all sizes differ
walk

# %% [markdown]
# Forward, the arrays fill from left to right; backward, their gradients fill from right to left. No step needs anything
# that is not there yet. Below an array stands its gradient, in the same shape. Three have none: $X$, because nobody changes the
# data; $P$, because softmax and loss are passed in one stride; and $L$, whose slope in itself is 1.
#
# ## 6 · Train it on the spirals
#
# Back to the three arms. 20 hidden units, all 300 points in every step, a learning rate of 0.5. The loop is all there is
# to gradient descent: compute, subtract.

# %%
def descend(parameters, rate, steps):
    """Losses of gradient descent on the spirals; ``parameters`` are changed in place."""
    found, one_hot = [], np.eye(3)[classes]
    for _ in range(steps):
        value, gradients = two_layers(points, one_hot, **parameters)
        found.append(value)
        for name, gradient in gradients.items():
            parameters[name] -= rate * gradient
    return found


rng = np.random.default_rng(0)
mine = {"W1": rng.normal(size=(2, 20)), "b1": np.zeros((1, 20)),
        "W2": 0.3 * rng.normal(size=(20, 3)), "b2": np.zeros((1, 3))}
falling = descend(mine, 0.5, 2000)
print("loss after 0, 500, 1000, 1500 and 2000 steps:",
      *(f"{falling[k]:.3f}" for k in (0, 500, 1000, 1500, -1)))

# %% [markdown]
# What has become of the points?

# %% jupyter={"source_hidden": true}
guesses = forward(points, **mine)[-1].argmax(axis=1)
assert falling[-1] < 0.02 < 1 < falling[0]
assert (guesses == classes).mean() > 0.99

predict("04 two layers", "Which share is right now?", lambda: f"{np.mean(guesses == classes):.0%}",
        choices=("70%", "85%", "100%"), answer=lambda _: "100%", why="The borders bend along the arms.")

# %% [markdown]
# From here on the library does this: `train` takes batches of 32 and a momentum ([chapter 06](06_three_layer_mnist.ipynb) explains both), `init="he"` starts with
# weights of the spread $\sqrt{2/n_{in}}$, and an epoch is one pass over all points. How many hidden units are enough? Five
# starts for each of six widths.

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm

fast = {"epochs": 300, "batch_size": 32, "optimizer": networks.SGD(0.3, momentum=0.9), "progress": False}
starts, shares = {}, {}
for width in tqdm((2, 3, 5, 7, 10, 20)):
    starts[width] = [MLP((2, width, 3), relu, init="he", rng=seed) for seed in range(5)]
    for net in starts[width]:
        train(net, (points, classes), **fast)
    shares[width] = [net.accuracy(points, classes) for net in starts[width]]

# %% jupyter={"source_hidden": true}
widths, five = [*shares], np.array([*shares.values()])   # (6, 5)
assert five[0].max() < 0.85 and five[2].max() > 0.99 > five[2].min() and five[-1].min() > 0.99


def extremes():
    curves = {"best of five": five.max(axis=1), "worst of five": five.min(axis=1)}
    ax = plotting.show_curves(curves, x=[str(width) for width in widths], xlabel="hidden units", ylabel="share right")
    return plotting.described(ax, "Share of right points against the number of hidden units. The best run is perfect from five on, "
                              "the worst from seven on; with two units even the best has only 70 percent.")


predict("04 width", "How many hidden units are enough for all points, from each of the five starts?", extremes,
        choices=(2, 3, 5, 7, 20), answer=lambda _: min(w for w, share in zip(widths, five.min(axis=1)) if share > 0.99),
        why="Five can be enough, if they start in the right places. With too few, the start decides.")

# %% [markdown]
# The wider a network, the less hangs on its start: this is one reason to make networks wider than necessary.
#
# What does a hidden unit do? Its pre-activation is 0 on a straight line. On one side of it the unit is silent, on
# the other it speaks, louder the farther away. Below are these lines on the regions, for the *middle* one of the five starts each: a
# single start says little, since 3 units may beat 5 by luck.

# %% jupyter={"source_hidden": true}
fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.7), layout="constrained", sharey=True)
for ax, width in zip(axes, (3, 5, 20)):
    middle = np.argsort(shares[width], kind="stable")[2]
    net = starts[width][middle]
    plotting.show_regions(net.predict, points, classes, ax=ax)
    plotting.show_unit_lines(net.W[0], net.b[0], ax=ax)
    ax.set_title(f"{width} hidden units: {shares[width][middle]:.0%} right", fontsize=10)
    ax.label_outer()
plotting.described(fig, "The spirals with the regions of three networks. With 3 hidden units there are few corners, and part of "
                   "each arm is lost; with 20 the regions follow all three arms. Black lines cross the plane.")

# %% [markdown]
# The borders are straight pieces that bend only where they cross a black line: there one unit falls silent or begins to
# speak. Each line can give a border one more corner, and three arms need many.
#
# ### Watch the regions
#
# The same training, alive. *Start* trains and *Pause* holds; *Step* takes ten steps at once. The learning rate acts at once; another
# data set, width or activation starts over. The lines are the hidden units.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import two_layer_regions

regions = two_layer_regions(hidden=20, activation="relu", learning_rate=0.5)
assert regions.model.sizes == (2, 20, 3)
regions

# %% [markdown]
# The lines wander to where the arms touch. For *identity*, think of section 3; section 7 trains with sigmoids; and *Break it*
# comes back to lines that have left the picture.
#
# ## 7 · Four networks
#
# The same rules serve other networks. Four small ones: one layer or two, sigmoids inside, and at the end either sigmoids with a squared error
# or softmax with cross-entropy. Blue arrows compute; orange arrows carry the slope of the loss back, and into the parameters. Here are the two layers:

# %% jupyter={"source_hidden": true}
ax = plotting.show_graph(
    ["X", "A_1", "H_1", "A_2", "L"], ["XW_1+b_1", r"\sigma", "H_1W_2+b_2", "\\mathrm{loss}"],
    [r"G_1\,W_1^T", r"\odot\,\sigma'(A_1)", r"G_2\,W_2^T", "G_2"],
    {1: ("W_1,\\ b_1", r"X^TG_1,\ \mathbf{1}^TG_1"), 3: ("W_2,\\ b_2", r"H_1^TG_2,\ \mathbf{1}^TG_2")})
plotting.described(ax, "Chain X, A1, H1, A2, L. Forward: X W1 plus b1, sigmoid, H1 W2 plus b2, loss. Backward, in orange: G2, times "
                   "W2 transposed, times the slopes of the sigmoid, times W1 transposed. Into W2 and b2 goes H1 transposed G2; into W1, X transposed G1.")

# %% [markdown]
# Read it from right to left: $G_2=\partial L/\partial A_2$ is the slope at the top, $G_1=(G_2W_2^T)\odot\sigma'(A_1)$ that below. At each of them
# the slope branches off into the parameters. With one layer, the lower half is missing: $A_1$ is the end, and $X^TG_1$ its gradient.
# Only the top knows the loss:
#
# | end | $G$ at the top |
# |---|---|
# | $P=\sigma(A)$, squared error $\frac1N\sum(P-Y)^2$ | $\frac2N(P-Y)\odot P\odot(1-P)$ |
# | $P=\mathrm{softmax}(A)$, cross-entropy | $\frac1N(P-Y)$ |

# %%
H = sigmoid(X @ W1 + b1)
Q, P = sigmoid(H @ W2 + b2), softmax(H @ W2 + b2)
tops = {"squared error": 2 / N * (Q - Y) * Q * (1 - Q), "softmax": (P - Y) / N}
ends = {"squared error": (sigmoid, networks.squared_error), "softmax": (None, networks.cross_entropy)}
for name, (output, loss_function) in ends.items():
    net = MLP((D, M, C), sigmoid, output=output, loss=loss_function, dtype=np.float64)
    for own, ours in zip(net.W + net.b, (W1, W2, b1[0], b2[0])):
        own[:] = ours
    _, dW, db = net.gradients(X, Y)
    G1 = (tops[name] @ W2.T) * H * (1 - H)
    assert np.allclose(dW[0], X.T @ G1) and np.allclose(db[0], G1.sum(axis=0))
    assert np.allclose(dW[1], H.T @ tops[name])
showing.same(f"dL/dW1, {name}", ours=X.T @ G1, library=dW[0])

# %% [markdown]
# Now train them on the spirals. Two have one layer, two have two; two end in squared error, two in softmax.

# %% jupyter={"source_hidden": true}
truths = {"squared error": np.eye(3)[classes], "softmax": classes}
nets = {(len(sizes) - 1, name): MLP(sizes, sigmoid, output=output, loss=loss_function, rng=0)
        for sizes in ((2, 3), (2, 20, 3)) for name, (output, loss_function) in ends.items()}
for (_, name), net in nets.items():
    train(net, (points, truths[name]), **fast)
right = {key: net.accuracy(points, classes) for key, net in nets.items()}
assert max(right[1, name] for name in ends) < 0.65
assert min(right[2, name] for name in ends) > 0.98


def four_regions():
    fig, axes = plt.subplots(1, 4, figsize=(10, 3.1), layout="constrained", sharey=True)
    for ax, (key, net) in zip(axes, nets.items()):
        plotting.show_regions(net.predict, points, classes, ax=ax, steps=120)
        ax.set_title(f"{key[0]} layer{'s' * (key[0] > 1)}, {key[1]}\n{right[key]:.0%} right", fontsize=9)
        ax.label_outer()
    return plotting.described(fig, "Four pictures of the spirals. One layer, with either loss: three wedges, about 60 percent right. "
                              "Two layers, with either loss: curved regions along the arms, nearly all right.")


predict("04 four", "What matters more for the spirals, the loss or the second layer?", four_regions,
        choices=("the loss", "the second layer"), answer=lambda _: "the second layer",
        why="One layer cannot bend its borders, whatever the loss.")

# %% [markdown]
# Compare with the pictures of section 6: where a border of sigmoids bends, it bends smoothly, without the corners of the ReLU.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the four networks, derived in the columns of the linear algebra slides

# %% [markdown]
# The linear algebra slides derive the four networks for one sample. It is a
# column $x$, the truth a column $z$; $g_s$ is short for $\partial L/\partial s$. In the code their weights and biases are `V1`, `c1`, `V2`, `c2`.
#
# They word the task as "gradients of $W, b, s, p$ with respect to the loss". It is the other way round: $W$ is no function of
# $L$. Here are two different $W$ with the same loss:

# %% tags=["S3-NET-WORD"]
d, h, n = 5, 4, 3
rng = np.random.default_rng(7)
x, z = rng.normal(size=(d, 1)), rng.random(size=(n, 1))
W, b = rng.normal(size=(n, d)), rng.normal(size=(n, 1))


def squared(W=W, b=b, x=x):
    """Loss of the one-layer network with sigmoid and squared error."""
    return np.sum((z - sigmoid(W @ x + b)) ** 2)


other = W + rng.normal(size=(n, 1)) @ (np.eye(d)[[0]] - x[0] / (x.T @ x) * x.T)   # the change times x is 0
assert not np.allclose(other, W)
assert np.isclose(squared(other), squared(W))
assert calculus.gradient(squared, W).shape == W.shape
showing.same("loss of two different W", one=squared(other), other=squared(W))

# %% [markdown]
# #### Net 1: one layer, squared error

# %%
ax = plotting.show_graph(["x", "s", "p", "L"], ["Wx+b", r"\sigma", r"\|z-p\|^2"],
                         [r"W^T", r"\mathrm{diag}(\sigma'(s))", "-2(z-p)"],
                         {1: ("W,\\ b", r"g_s x^T,\ g_s")})
plotting.described(ax, "Chain x, s, p, L. Forward: W x plus b, sigmoid, squared distance to z. Backward: minus 2 (z minus p), the diagonal matrix of slopes, W transposed. Into W goes g_s times x transposed.")

# %% [markdown]
# **Forward.** $s = Wx+b$ ($n\times1$), $p=\sigma(s)$, $L=\|z-p\|^2$. By rows: $s_j = w_j^Tx+b_j$.

# %% tags=["S3-NET1-F"]
s = W @ x + b                                            # (n, d) (d, 1) -> (n, 1)
p = sigmoid(s)
assert all(np.isclose(s[j, 0], W[j] @ x[:, 0] + b[j, 0]) for j in range(n))
showing.same("loss", function=squared(), summed=sum((z[j, 0] - p[j, 0]) ** 2 for j in range(n)))

# %% [markdown]
# **At $p$:** $g_p = -2(z-p)$.

# %% tags=["S3-NET1-P"]
g_p = -2 * (z - p)
showing.slopes("slope at p", lambda p: np.sum((z - p) ** 2), p, g_p)

# %% [markdown]
# **At $s$:** each $p_j$ depends on $s_j$ alone, so the Jacobian is diagonal:
# $g_s = \mathrm{diag}\big((1-\sigma(s_j))\,\sigma(s_j)\big)\,g_p$. Times a diagonal matrix is a product entry by entry.
# (These slides write it $\otimes$, a sign that elsewhere means the Kronecker product; that one would have $n^2$ entries.)

# %% tags=["S3-NET1-S"]
g_s = (1 - sigmoid(s)) * sigmoid(s) * g_p                # (n, 1)
assert np.allclose(g_s, np.diag((p * (1 - p))[:, 0]) @ g_p)
assert np.kron(p, g_p).shape == (n * n, 1) != g_s.shape
showing.slopes("slope at s", lambda s: np.sum((z - sigmoid(s)) ** 2), s, g_s)

# %% [markdown]
# **At a row $w_j$.** Write the row as a column $d\times1$. Only $s_j$ depends on it, with the slopes $x$. These slides call
# the $d\times n$ matrix of these slopes $X_j$: zeros, and $x$ in column $j$. Then $\partial L/\partial w_j = X_jg_s =
# (g_s)_j\,x$.

# %% tags=["S3-NET1-WJ"]
j = 1


def with_row(w):
    return np.vstack([W[:j], w[None], W[j + 1:]])


X_j = calculus.derivative(lambda w: with_row(w) @ x[:, 0], W[j]).T     # slides: derivative (d, n), s across
assert np.allclose(X_j, np.outer(x, np.eye(n)[j]))
assert np.allclose(X_j @ g_s, g_s[j] * x)
showing.slopes("row 1 of W", lambda w: squared(with_row(w)), W[j], g_s[j, 0] * x[:, 0])

# %% [markdown]
# **At $W$:** the columns $\partial L/\partial w_1,\dots,\partial L/\partial w_n$ side by side are $d\times n$; transposed
# they have the shape of $W$. That is an outer product, $g_s\,x^T$: $(n\times1)(1\times d)$.

# %% tags=["S3-NET1-W"]
g_W = g_s @ x.T                                          # (n, d)
assert np.allclose(g_W, np.hstack([g_s[j] * x for j in range(n)]).T)
showing.slopes("slope at W", squared, W, g_W)

# %% [markdown]
# **At $b$:** $\partial s/\partial b$ is the identity, so $g_b = g_s$.

# %% tags=["S3-NET1-B"]
showing.slopes("slope at b", lambda b: squared(b=b), b, g_s)

# %% [markdown]
# **At $x$:** $g_x = W^Tg_s$. Training does not need it here: $x$ is data. In a second layer the same rule takes the slope
# to the layer below.

# %% tags=["S3-NET1-X"]
g_x = W.T @ g_s                                          # (d, n) (n, 1) -> (d, 1)
assert g_x.shape == x.shape
showing.slopes("slope at x", lambda x: squared(x=x), x, g_x)

# %% [markdown]
# #### Net 2: two layers, squared error
#
# This one is drawn, and its forward pass is not written. Here it is:
# $$s_1=W_1x+b_1,\quad p_1=\sigma(s_1),\quad s_2=W_2p_1+b_2,\quad p_2=\sigma(s_2),\quad L=\|z-p_2\|^2.$$
# $W_1$ is $h\times d$, $W_2$ is $n\times h$.

# %% tags=["S3-NET2-F"]
V1, c1 = rng.normal(size=(h, d)), rng.normal(size=(h, 1))
V2, c2 = rng.normal(size=(n, h)), rng.normal(size=(n, 1))


def squared_2(V1=V1, c1=c1, V2=V2, c2=c2):
    return np.sum((z - sigmoid(V2 @ sigmoid(V1 @ x + c1) + c2)) ** 2)


s1 = V1 @ x + c1                                         # (h, 1)
p1 = sigmoid(s1)
s2 = V2 @ p1 + c2                                        # (n, 1)
p2 = sigmoid(s2)
assert [V.shape for V in (s1, p1, s2, p2)] == [(h, 1), (h, 1), (n, 1), (n, 1)]
showing.same("loss", function=squared_2(), of_p2=np.sum((z - p2) ** 2))

# %% jupyter={"source_hidden": true}
ax = plotting.show_graph(
    ["x", "s_1", "p_1", "s_2", "p_2", "L"], ["W_1x+b_1", r"\sigma", "W_2p_1+b_2", r"\sigma", r"\|z-p_2\|^2"],
    ["W_1^T", r"\mathrm{diag}(\sigma')", "W_2^T", r"\mathrm{diag}(\sigma')", "-2(z-p_2)"],
    {1: ("W_1,\\ b_1", r"g_{s_1}x^T,\ g_{s_1}"), 3: ("W_2,\\ b_2", r"g_{s_2}p_1^T,\ g_{s_2}")})
plotting.described(ax, "Chain x, s1, p1, s2, p2, L: net 1 twice in a row. The orange arrows carry minus 2 (z minus p2), diagonal, W2 transposed, diagonal, W1 transposed.")

# %% [markdown]
# It is net 1 twice. What net 1 did with $x$, the upper layer does with $p_1$.
#
# **Top layer:** $g_{p_2}=-2(z-p_2)$, $g_{s_2}=\mathrm{diag}(\sigma'(s_2))\,g_{p_2}$, $g_{W_2}=g_{s_2}p_1^T$,
# $g_{b_2}=g_{s_2}$.

# %% tags=["S3-NET2-G2"]
g_p2 = -2 * (z - p2)
g_s2 = sigmoid.derivative(s2) * g_p2                     # (n, 1)
assert calculus.check_gradient(lambda V: squared_2(V2=V), V2, g_s2 @ p1.T) < 1e-6
showing.slopes("slope at b2", lambda v: squared_2(c2=v), c2, g_s2)

# %% [markdown]
# **Lower layer:** $g_{p_1}=W_2^Tg_{s_2}$, $g_{s_1}=\mathrm{diag}(\sigma'(s_1))\,g_{p_1}$, $g_{W_1}=g_{s_1}x^T$,
# $g_{b_1}=g_{s_1}$.

# %% tags=["S3-NET2-G1"]
g_p1 = V2.T @ g_s2                                       # (h, n) (n, 1) -> (h, 1)
g_s1 = sigmoid.derivative(s1) * g_p1
assert calculus.check_gradient(lambda v: squared_2(c1=v), c1, g_s1) < 1e-6
showing.slopes("slope at W1", lambda V: squared_2(V1=V), V1, g_s1 @ x.T)

# %% [markdown]
# **The picture as a program.** The drawings of these slides are lost in the text that is left of them. Are these
# right? Take the orange arrows as a list of matrices and multiply from right to left. At each node the product must be
# the measured slope.

# %% tags=["S3-FIG-NET"]
def end_of(node, value):
    """Loss of net 2, computed from the value of one node on."""
    steps = [lambda x: V1 @ x + c1, sigmoid, lambda p: V2 @ p + c2, sigmoid, lambda p: np.sum((z - p) ** 2)]
    for step in steps[node:]:
        value = step(value)
    return value


orange = [V1.T, np.diag(sigmoid.derivative(s1)[:, 0]), V2.T, np.diag(sigmoid.derivative(s2)[:, 0]), -2 * (z - p2)]
slope = np.ones((1, 1))
for node in (4, 3, 2, 1, 0):
    slope = orange[node] @ slope
    shown = showing.slopes("slope at x, after the nodes above it", lambda v, k=node: end_of(k, v), (x, s1, p1, s2, p2)[node], slope)
shown

# %% [markdown]
# #### Net 3: one layer, softmax and log likelihood
#
# $s=Wx+b$, $p=\mathrm{softmax}(s)$, $L=-\log p_y$, where $y$ is the true class: $z$ is now one-hot with $z_y=1$.
# The library's softmax works along rows, so a column is turned, and turned back.

# %% tags=["S3-NET3-F"]
def column_softmax(s):
    return softmax(s.T).T


y = 2
z = np.eye(n)[:, [y]]                                    # (n, 1)
p = column_softmax(s)
assert p.shape == (n, 1)
assert np.isclose(p.sum(), 1)
assert np.allclose(p, np.exp(s) / np.exp(s).sum())
showing.same("loss", one_entry=-np.log(p[y, 0]), all_entries=-(z * np.log(p)).sum())

# %% [markdown]
# Only two arrows differ from net 1. The first is the slope **at $p$**; here $p$ is taken as a free variable.

# %% jupyter={"source_hidden": true} tags=["S3-NET3-P"]
true = p[y]
g_p = -z / true
assert calculus.check_gradient(lambda p: -np.log(p[y, 0]), p, g_p) < 1e-6
assert np.count_nonzero(g_p) == 1

predict("04 wrong class", "Add a tenth to a wrong class's probability. How does -log p_y change?",
        lambda: showing.slopes("slope at p", lambda p: -np.log(p[y, 0]), p, g_p),
        choices=("it grows", "it falls", "not at all"), answer=lambda _: "not at all",
        why="L looks at p_y only. The other classes enter one step later, where they share one sum.")

# %% [markdown]
# **At $s$:** the Jacobian is chapter 03's $D$, $D_{ab}=p_a(\delta_{ab}-p_b)$. It works on $g_p=-z/p_y$:
# $$g_s = D\,g_p = -\frac1{p_y}\,(D_{1y},\dots,D_{ny})^T = p - z.$$

# %% tags=["S3-NET3-S"]
J = np.diag(p[:, 0]) - p @ p.T                           # (n, n)
g_s = J @ g_p
assert np.allclose(g_s, -J[:, [y]] / p[y])
assert np.allclose(g_s, p - z)
showing.slopes("slope at s", lambda s: -np.log(column_softmax(s)[y, 0]), s, p - z)

# %% [markdown]
# **Below $s$** nothing changes: $g_W=g_sx^T$, $g_b=g_s$.

# %% tags=["S3-NET3-W"]
def likelihood(W=W, b=b, x=x):
    return -np.log(column_softmax(W @ x + b)[y, 0])


assert calculus.check_gradient(lambda b: likelihood(b=b), b, g_s) < 1e-6
showing.slopes("slope at W", likelihood, W, g_s @ x.T)

# %% [markdown]
# And $g_x=W^Tg_s$.

# %% tags=["S3-NET3-X"]
showing.slopes("slope at x", lambda x: likelihood(x=x), x, W.T @ g_s)

# %% [markdown]
# #### Net 4: two layers, softmax
#
# The lower layer of net 2, the upper end of net 3.

# %% jupyter={"source_hidden": true}
ax = plotting.show_graph(
    ["x", "s_1", "p_1", "s_2", "p_2", "L"], ["W_1x+b_1", r"\sigma", "W_2p_1+b_2", r"\mathrm{softmax}", r"-\log p_{2,y}"],
    ["W_1^T", r"\mathrm{diag}(\sigma')", "W_2^T", "D", "-z/p_{2,y}"],
    {1: ("W_1,\\ b_1", r"g_{s_1}x^T,\ g_{s_1}"), 3: ("W_2,\\ b_2", r"g_{s_2}p_1^T,\ g_{s_2}")})
plotting.described(ax, "Chain x, s1, p1, s2, p2, L as in net 2; the last two maps are softmax and minus the logarithm, and their backward products are D and minus z over p.")

# %% [markdown]
# Only the last two pairs of arrows are new. The formulas for them carry no layer number: $D_{ab}=p_a(\delta_{ab}-p_b)$
# and $-1/p_y$. There are two $p$ here. Which one is meant? With $p_1$ the matrix $D$ is $h\times h$, and finds nothing
# of that size to multiply.

# %% tags=["S3-NET4-IDX"]
p2 = column_softmax(s2)                                  # (n, 1)
D1, D2 = np.diag(p1[:, 0]) - p1 @ p1.T, np.diag(p2[:, 0]) - p2 @ p2.T
assert D1.shape == (h, h) != D2.shape == (n, n)
showing.refused("with p1, as printed", lambda: D1 @ (-z / p2[y]))

# %% [markdown]
# So it is $p_2$, the output. **Top layer:** $g_{s_2}=D\,g_{p_2}=p_2-z$, $g_{W_2}=g_{s_2}p_1^T$, $g_{b_2}=g_{s_2}$.

# %% tags=["S3-NET4-G2"]
def likelihood_2(V1=V1, c1=c1, V2=V2, c2=c2):
    return -np.log(column_softmax(V2 @ sigmoid(V1 @ x + c1) + c2)[y, 0])


g_p2 = -z / p2[y]
g_s2 = D2 @ g_p2
assert np.allclose(g_s2, p2 - z)
assert calculus.check_gradient(lambda v: likelihood_2(c2=v), c2, g_s2) < 1e-6
showing.slopes("slope at W2", lambda V: likelihood_2(V2=V), V2, g_s2 @ p1.T)

# %% [markdown]
# **Lower layer:** word for word that of net 2.

# %% tags=["S3-NET4-G1"]
g_p1 = V2.T @ g_s2
g_s1 = sigmoid.derivative(s1) * g_p1
assert calculus.check_gradient(lambda v: likelihood_2(c1=v), c1, g_s1) < 1e-6
showing.slopes("slope at W1", lambda V: likelihood_2(V1=V), V1, g_s1 @ x.T)

# %% [markdown]
# ## 8 · Columns and rows side by side
#
# Many texts stack samples as columns. Everything in one form is the transpose of the same thing in the
# other, and $(AB)^T=B^TA^T$ turns the factors round:
#
# | | samples are rows (here, the survival guide) | samples are columns (both sets of slides) |
# |---|---|---|
# | data | $X$: $N\times D$ | $X^T$: $D\times N$ |
# | weights | $W$: from × to | $W^T$: to × from |
# | layer | $XW+\mathbf 1b$ | $W^TX^T+b^T\mathbf 1^T$ |
# | slope below | $G\,W^T$ | $W\,G^T$ |
# | slope of the weights | $X^TG$ | $G^TX$ |
# | slope of the bias | sum over rows | sum over columns |
#
# Here $W$, $G$ and $X$ in the right column are those of the left one. Written in its own letters, the column form says
# $W X$, $W^TG$ and $GX^T$.
#
# Do not mix the two. Columns that are fed into a layer of the row form usually stop with an error. Now take 5 samples of 5 features, and 5 units.

# %% jupyter={"source_hidden": true}
square, V = np.random.default_rng(7).normal(size=(2, 5, 5))     # 5 samples of 5 features, and weights
assert np.allclose(square @ V, (V.T @ square.T).T)              # the right way

predict("04 square", "All matrices are 5 × 5. Samples come as columns, the layer expects rows. What happens?",
        lambda: showing.differs("a layer", rows=square @ V, mixed=(square.T @ V).T),
        choices=("an error", "the right numbers", "wrong numbers, and no error"), answer=lambda _: "wrong numbers, and no error",
        why="Every mixture of square matrices runs. A shape is only a witness if no two sizes are equal.")


# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: both programs, checked against each other

# %% [markdown]
# Net 4 for a batch of $N=6$, in rows and in columns:

# %%
def by_rows(X, Y, W1, b1, W2, b2):
    """Gradients of the mean cross-entropy; samples are rows."""
    P1 = sigmoid(X @ W1 + b1)                            # (N, h)
    G2 = (softmax(P1 @ W2 + b2) - Y) / X.shape[0]        # (N, n)
    G1 = (G2 @ W2.T) * P1 * (1 - P1)                     # (N, h)
    return X.T @ G1, G1.sum(axis=0, keepdims=True), P1.T @ G2, G2.sum(axis=0, keepdims=True)


def by_columns(X, Y, W1, b1, W2, b2):
    """The same; samples are columns."""
    P1 = sigmoid(W1 @ X + b1)                            # (h, N)
    G2 = (column_softmax(W2 @ P1 + b2) - Y) / X.shape[1] # (n, N)
    G1 = (W2.T @ G2) * P1 * (1 - P1)                     # (h, N)
    return G1 @ X.T, G1.sum(axis=1, keepdims=True), G2 @ P1.T, G2.sum(axis=1, keepdims=True)

# %% [markdown]
# Each is checked by transposing the other: turn all six arrays, run the other program, turn the four results.

# %%
columns = [rng.normal(size=(d, N)), np.eye(n)[rng.integers(n, size=N)].T, V1, c1, V2, c2]
rows = [A.T for A in columns]
for one, other in zip(by_columns(*columns), by_rows(*rows)):
    assert one.shape == other.shape[::-1]
    assert np.allclose(one, other.T)                     # columns from rows
for one, other in zip(by_rows(*rows), by_columns(*(A.T for A in rows))):
    assert np.allclose(one, other.T)                     # rows from columns
showing.same("dL/dW1", columns=by_columns(*columns)[0], rows_transposed=by_rows(*rows)[0].T)

# %% [markdown]
# Two programs that agree could both be wrong. So one of them also meets the measured slope.

# %%
def batch_loss(weights):
    scores = V2 @ sigmoid(weights @ columns[0] + c1) + c2     # (n, N)
    return networks.cross_entropy(scores.T, columns[1].T)


showing.slopes("dL/dW1 in columns", batch_loss, V1, by_columns(*columns)[0])

# %% [markdown]
# ## 9 · The same gradients, by differentials
#
# The method of chapter 02: write the differential, put it into a trace, turn it until it reads $\mathrm{Tr}(G^Td\,\cdot)$;
# then $G$ is the gradient. At the top it is $G_2=\frac1N(P-Y)$, so $dL=\mathrm{Tr}(G_2^T\,dA^{(2)})$. Let $W^{(1)}$ move, and go down:
#
# | what moves | in the trace | gradient |
# |---|---|---|
# | $dA^{(2)}=dH^{(1)}\,W^{(2)}$ | $\mathrm{Tr}(G_2^T\,dH^{(1)}\,W^{(2)})=\mathrm{Tr}\big((G_2(W^{(2)})^T)^T\,dH^{(1)}\big)$ | $B=G_2(W^{(2)})^T$ |
# | $dH^{(1)}=(A^{(1)}>0)\odot dA^{(1)}$ | $\mathrm{Tr}\big(B^T((A^{(1)}>0)\odot dA^{(1)})\big)=\mathrm{Tr}\big((B\odot(A^{(1)}>0))^T\,dA^{(1)}\big)$ | $G_1=B\odot(A^{(1)}>0)$ |
# | $dA^{(1)}=X\,dW^{(1)}$ | $\mathrm{Tr}(G_1^TX\,dW^{(1)})=\mathrm{Tr}\big((X^TG_1)^T\,dW^{(1)}\big)$ | $X^TG_1$ |
#
# The first line turns the factors round cyclically; the second is chapter 02's fifth property of the trace. In numbers, for one random $dW^{(1)}$:

# %%
move = np.random.default_rng(9).normal(size=W1.shape)    # dW1; all that follows is linear in it
moves = mask * (X @ move)                                # dH1
G2 = dA2
Gb, G1 = G2 @ W2.T, (G2 @ W2.T) * mask
showing.same("dL", in_dA2=np.trace(G2.T @ moves @ W2), in_dH1=np.trace(Gb.T @ moves),
             in_dA1=np.trace(G1.T @ X @ move), in_dW1=np.trace((X.T @ G1).T @ move))

# %% [markdown]
# Four times the same number. Is it really the differential of the loss? Then what it misses shrinks like the square of the step:

# %%
showing.remainder("dL in dW1", lambda W1: loss(W1=W1), W1, move, np.trace((X.T @ G1).T @ move),
                  steps=(1e-2, 1e-3, 1e-4))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: example 4-2 of the matrix calculus slides, in columns
#
# It is net 4 with other letters; these slides write $\partial$ where this book writes $d$.

# %% [markdown]
# | | linear algebra slides | matrix calculus slides | sizes |
# |---|---|---|---|
# | pre-activation, layer 1 | $s_1$ | $\vec h_1 = W_1\vec x+\vec b_1$ | $M_1\times1$ |
# | hidden value | $p_1$ | $\vec z_1=\sigma_1\odot(\vec h_1)$ | $M_1\times1$ |
# | pre-activation, layer 2 | $s_2$ | $\vec h_2=W_2\vec z_1+\vec b_2$ | $M_2\times1$ |
# | truth | $z$ | $\vec y$ | $M_2\times1$ |
#
# And $L=-\vec y^T\log\odot(\sigma_2(\vec h_2))$ with softmax $\sigma_2$. Mind the $z$: here it is a hidden value.

# %% tags=["S4-E4.2-0"]
M0, M1, M2, truth = d, h, n, z                           # truth is their y


def loss_of_h2(h2):
    return (-truth.T @ np.log(column_softmax(h2)))[0, 0]     # (1, M2) (M2, 1)


def loss_of_V1(V1):
    return loss_of_h2(V2 @ sigmoid(V1 @ x + c1) + c2)


h1 = V1 @ x + c1
z1 = sigmoid(h1)
h2 = V2 @ z1 + c2
assert (h1.shape, z1.shape, h2.shape) == ((M1, 1), (M1, 1), (M2, 1))
showing.same("loss", of_h2=loss_of_h2(h2), of_net_4=likelihood_2())

# %% [markdown]
# **Step 1.** $\nabla_{h_2}L=\sigma_2(\vec h_2)-\vec y$, from example 4-1.

# %%
draw = np.random.default_rng(9)
dh2, dz1, dh1, dV1 = (draw.normal(size=V.shape) for V in (h2, z1, h1, V1))
grad_h2 = column_softmax(h2) - truth
showing.remainder("dL in dh2", loss_of_h2, h2, dh2, np.trace(grad_h2.T @ dh2))

# %% [markdown]
# Then $d\vec h_2=W_2\,d\vec z_1$, and
# $$d L=\mathrm{Tr}\big((\nabla_{h_2}L)^TW_2\,d\vec z_1\big)=\mathrm{Tr}\big((W_2^T\nabla_{h_2}L)^Td\vec z_1\big)
# \ \Rightarrow\ \nabla_{z_1}L=W_2^T\,\nabla_{h_2}L.$$
# In three places of this step the index 2 is missing in $\nabla_hL$. With $h_1$ the
# shapes do not fit.

# %% tags=["S4-E4.2-1"]
grad_z1 = V2.T @ grad_h2                                 # (M1, M2) (M2, 1) -> (M1, 1)
assert calculus.remainder_order(lambda z1: V2 @ z1 + c2, z1, dz1, V2 @ dz1) == np.inf
assert np.isclose(np.trace(grad_h2.T @ V2 @ dz1), np.trace(grad_z1.T @ dz1))
assert V2.T.shape[1] == M2 != h1.shape[0]
showing.remainder("dL in dz1", lambda z1: loss_of_h2(V2 @ z1 + c2), z1, dz1, np.trace(grad_z1.T @ dz1))

# %% [markdown]
# **Step 2.** $d\vec z_1=\sigma_1'(\vec h_1)\odot d\vec h_1$ with $\sigma_1'=\sigma_1\odot(1-\sigma_1)$. Now the
# product $\odot$ stands inside the trace. The fifth property of chapter 02 moves it: $\mathrm{Tr}(A^T(B\odot C)) =
# \mathrm{Tr}((A\odot B)^TC)$. So $\nabla_{h_1}L=\nabla_{z_1}L\odot\sigma_1'(\vec h_1)$.

# %% tags=["S4-E4.2-2"]
slope = z1 * (1 - z1)
grad_h1 = grad_z1 * slope                                # (M1, 1)
assert calculus.remainder_order(sigmoid, h1, dh1, slope * dh1) > 1.9
assert np.isclose(np.trace(grad_z1.T @ (slope * dh1)), np.trace(grad_h1.T @ dh1))
showing.slopes("dL/dh1", lambda h1: loss_of_h2(V2 @ sigmoid(h1) + c2), h1, grad_h1)

# %% [markdown]
# **Step 3.** $d\vec h_1=(d W_1)\vec x$. The cyclic rule takes $\vec x$ to the front:
# $$\mathrm{Tr}\big((\nabla_{h_1}L)^T(d W_1)\vec x\big) = \mathrm{Tr}\big((\nabla_{h_1}L\,\vec x^T)^Td W_1\big)
# \ \Rightarrow\ \nabla_{W_1}L=\nabla_{h_1}L\,\vec x^T.$$

# %% tags=["S4-E4.2-3"]
grad_V1 = grad_h1 @ x.T                                  # (M1, 1) (1, M0) -> (M1, M0)
assert np.isclose(np.trace(grad_h1.T @ dV1 @ x), np.trace(grad_V1.T @ dV1))
assert calculus.remainder_order(loss_of_V1, V1, dV1, np.trace(grad_V1.T @ dV1)) > 1.9
showing.slopes("dL/dV1", loss_of_V1, V1, grad_V1)

# %% [markdown]
# **Completed.** $W_2$, $\vec b_1$ and $\vec b_2$ are not treated. In $d\vec h_2$ let $W_2$ move instead of $\vec z_1$:
# $d\vec h_2=(d W_2)\vec z_1$, so $\nabla_{W_2}L=\nabla_{h_2}L\,\vec z_1^T$ by the same cyclic rule. A bias moves its $\vec h$
# one to one: $\nabla_{b_2}L=\nabla_{h_2}L$, $\nabla_{b_1}L=\nabla_{h_1}L$.

# %% tags=["S4-E4.2-M"]
assert calculus.check_gradient(lambda V: loss_of_h2(V @ z1 + c2), V2, grad_h2 @ z1.T) < 1e-6
assert calculus.check_gradient(lambda v: loss_of_h2(V2 @ z1 + v), c2, grad_h2) < 1e-6
showing.slopes("dL/db1", lambda v: loss_of_h2(V2 @ sigmoid(V1 @ x + v) + c2), c1, grad_h1)

# %% [markdown]
# Three ways, one result. By entries you see why each factor stands where it does; by the graph you see the order; by
# differentials you need neither indices nor tensors.

# %%
assert np.allclose(grad_V1, g_s1 @ x.T)                  # net 4
assert np.allclose(grad_V1, by_columns(x, truth, V1, c1, V2, c2)[0])
showing.same("dL/dW1", by_differentials=grad_V1, by_rows=by_rows(x.T, truth.T, V1.T, c1.T, V2.T, c2.T)[0].T)

# %% [markdown]
# ## 10 · Twenty lines that train a network
#
# The linear algebra slides end with twenty lines of numpy that train a two-layer network. Here are its numbers and its arithmetic in
# other words: $N=64$ samples, $D_{in}=1000$ features, $H=100$ hidden units, $D_{out}=10$ outputs. Inputs *and targets* are drawn at random:
# there is nothing to discover in them.
#
# One pass: $h=\sigma(xw_1)$, $\hat y = hw_2$, the loss is the sum of all squared differences. Then
# $g=2(\hat y-y)$, and back: $h^Tg$ for $w_2$, and $x^T\big((g\,w_2^T)\odot h\odot(1-h)\big)$ for $w_1$. By now you can read this at sight.

# %%
N, D_in, H, D_out = 64, 1000, 100, 10
draw = np.random.default_rng(4)
x, y = draw.standard_normal((N, D_in)), draw.standard_normal((N, D_out))
start = draw.standard_normal((D_in, H)), draw.standard_normal((H, D_out))
print("x", x.shape, "y", y.shape, "w1", start[0].shape, "w2", start[1].shape)


# %% tags=["S3-CODE"]
def listing(w1, w2):
    h = 1 / (1 + np.exp(-x @ w1))                        # (N, H)
    y_pred = h @ w2                                      # (N, D_out)
    g = 2 * (y_pred - y)
    return np.square(y_pred - y).sum(), x.T @ ((g @ w2.T) * h * (1 - h)), h.T @ g


_, grad_w1, grad_w2 = listing(*start)
assert calculus.check_gradient(lambda w1: listing(w1, start[1])[0], start[0], grad_w1, atol=1e-4) < 1e-6
showing.slopes("gradient in w2", lambda w2: listing(start[0], w2)[0], start[1], grad_w2, atol=1e-4)

# %% [markdown]
# It is right. Now 2,000 steps with the learning rate $10^{-4}$. A network
# that always answers 0 has the loss 675. (One thread is enough for matrices of this size; several would wait for each other.)

# %% tags=["S3-CODE-CONV", "nbval-ignore-output"]
from threadpoolctl import threadpool_limits

w1, w2 = start[0].copy(), start[1].copy()
losses = []
with threadpool_limits(1):
    for _ in tqdm(range(2000)):
        value, grad_w1, grad_w2 = listing(w1, w2)
        losses.append(value)
        w1 -= 1e-4 * grad_w1
        w2 -= 1e-4 * grad_w2
assert (np.diff(losses) < 0).all() and 2e4 < losses[0] < 4e4 and 4 < losses[-1] < 11
assert round(np.square(y).sum()) == 675                  # always answer 0
print(f"loss {losses[0]:.0f} at the start, {losses[-1]:.2f} at the end")


# %% [markdown]
# It trains: about one hundredth of what the answer 0 would cost, and still falling. Now take 64 fresh pairs from the same source.

# %% jupyter={"source_hidden": true} tags=["S3-CODE-CONV"]
def cost(x, y):
    return np.square(sigmoid(x @ w1) @ w2 - y).sum()


fresh_x, fresh_y = draw.standard_normal(x.shape), draw.standard_normal(y.shape)
assert cost(x, y) < 0.02 * np.square(y).sum()
assert cost(fresh_x, fresh_y) > 5 * np.square(fresh_y).sum()
assert cost(x + 0.1 * fresh_x, y) > 10 * cost(x, y)      # its own inputs, with a little noise

predict("04 noise", "The loss of the answer 0 on fresh pairs is about 640. What is the loss of the trained network there?",
        lambda: f"{cost(fresh_x, fresh_y) / np.square(fresh_y).sum():.0f} times as much", choices=("a hundredth", "about the same", "many times as much"),
        answer=lambda _: "many times as much", why="It has learned its 64 pairs by heart. Even its own inputs with a little noise cost ten times as much.")

# %% [markdown]
# A network that knows the answers to its own samples and to no others has *memorised* them. A loss that falls to the end does not
# tell this from learning: only fresh samples do.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the curve, and which matrix moves

# %% [markdown]
# The loss on the 64 pairs:

# %% jupyter={"source_hidden": true}
ax = plotting.show_curves({"the listing": losses}, xlabel="step", ylabel="summed squared error", log=True)
ax.axhline(np.square(y).sum(), color="0.5", linestyle=":")
ax.text(2000, 1.15 * np.square(y).sum(), "always answer 0", ha="right", va="bottom", fontsize=9)
plotting.described(ax, "The loss on a logarithmic axis falls steeply from 31,000 to below 675 in some hundred steps, then steadily to about 7 at step 2,000, where it still falls.")

# %% [markdown]
# It falls steeply, then steadily, and has not come to rest. How can it memorise? Look at the hidden values at the start: 64 rows, 100 columns. The rows are independent, so *any* 64
# targets can be met exactly by the second layer alone. And that is nearly what happens.

# %% tags=["S3-CODE-CONV"]
h = sigmoid(x @ start[0])                                # (64, 100), at the start
perfect = np.linalg.lstsq(h, y)[0]                       # (100, 10)
assert np.linalg.matrix_rank(h) == N and np.abs(h @ perfect - y).max() < 1e-9
moved = [float(np.linalg.norm(new - old) / np.linalg.norm(old)) for new, old in zip((w1, w2), start)]
saturated = float(np.mean(h * (1 - h) < 0.01))
assert moved[0] < 0.05 < 0.3 < moved[1] and saturated > 0.8
print(f"moved: w1 {moved[0]:.1%}, w2 {moved[1]:.0%} of its length; slopes below 0.01: {saturated:.0%}")


# %% [markdown]
# The first matrix hardly moves. Each pre-activation is a sum of 1,000 products of random numbers, and so has a spread of
# $\sqrt{1000}\approx32$. There the sigmoid is flat, and its slope lets nothing through.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: where the listing and its slides differ, and the same with mlp_lib

# %% [markdown]
# The listing stands after net 2 as its implementation. Four things are different:
#
# | | net 2 | listing |
# |---|---|---|
# | samples | columns, $Wx$ | rows, $xw$ |
# | bias | $b_1,b_2$ | none |
# | output | $\sigma(s_2)$ | $s_2$ itself |
# | loss | of one sample | *sum* over all 640 targets |
#
# Its legend calls $H$ the input feature size of the second layer: that is what the first layer gives. With these four changes the formulas of net 2 become the listing:

# %% tags=["S3-CODE-GAP", "S3-CODE-LEG"]
def net_2_changed(X, Z, V1, V2):
    P1 = sigmoid(V1 @ X)
    G2 = -2 * (Z - V2 @ P1)
    G1 = sigmoid.derivative(V1 @ X) * (V2.T @ G2)
    return G1 @ X.T, G2 @ P1.T


assert sigmoid(x @ start[0]).shape == (N, H)             # what the second layer gets
_, *ours = listing(*start)
theirs = net_2_changed(x.T, y.T, start[0].T, start[1].T)
assert all(np.allclose(one, other.T) for one, other in zip(ours, theirs))
showing.same("gradient in w2", listing=ours[1], net_2_changed=theirs[1].T)

# %% [markdown]
# The learning rate hangs on the last difference. The library's loss is the *mean* over the samples, 64 times smaller. For the same
# steps the rate must be $64\cdot10^{-4}$. Ten steps of the library's gradients, weights only: they must be the listing's steps.

# %% tags=["S3-CODE-GAP"]
twin = MLP((D_in, H, D_out), sigmoid, loss=networks.squared_error, dtype=np.float64)
for own, ours in zip(twin.W, start):
    own[:] = ours
for step in range(10):
    value, dW, _ = twin.gradients(x, y)
    assert np.isclose(N * value, losses[step])
    for own, gradient in zip(twin.W, dW):
        own -= N * 1e-4 * gradient
print(f"loss after {step} steps: library {N * value:.0f}, listing {losses[step]:.0f}")

# %% [markdown]
# To the last digit that is shown. Now `train` does the 2,000 steps, biases included. Beside it the same network with Xavier's start,
# weights of the spread $\sqrt{2/(n_{in}+n_{out})}$ instead of 1.

# %% tags=["nbval-ignore-output"]
as_listed = MLP((D_in, H, D_out), sigmoid, loss=networks.squared_error, dtype=np.float64)
for own, ours in zip(as_listed.W, start):
    own[:] = ours
xavier = MLP((D_in, H, D_out), sigmoid, loss=networks.squared_error, dtype=np.float64, rng=0)
runs = {}
for name, net in {"weights of spread 1": as_listed, "Xavier": xavier}.items():
    runs[name] = train(net, (x, y), epochs=2000, batch_size=N, optimizer=networks.SGD(N * 1e-4))
assert 4 < N * runs["weights of spread 1"].loss[-1] < 11
assert N * runs["Xavier"].loss[-1] < 1e-4

# %% jupyter={"source_hidden": true}
ax = plotting.show_curves({name: N * np.array(run.loss) for name, run in runs.items()},
                          xlabel="step", ylabel="summed squared error", log=True)
plotting.described(ax, "Two losses on a logarithmic axis over 2,000 steps: weights of spread 1 fall from 31,000 to 7; with Xavier's start the loss falls from 1,000 to below a millionth, along a straight line.")

# %% [markdown]
# The upper curve is the listing's, with biases. Xavier's start keeps the pre-activations near 0, where the sigmoid has a slope.
# Then both layers learn, and after some hundred steps the loss falls by nearly the same factor in every step: a straight line here.
# It memorises far better. It still knows nothing: fresh pairs would show it.

# %% [markdown]
# ## 11 · Break it

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the mask from the wrong array
#
# It runs, the loss falls, and the gradient is wrong.

# %% [markdown]
# A mistake seen in published code: the slope of the ReLU is asked of its *output*, as $H\ge0$ instead of $A>0$. The same training with it, 2,000 steps:

# %%
def wrong_mask(X, Y, W1, b1, W2, b2):
    _, H1, _, P = forward(X, W1, b1, W2, b2)
    dA2 = (P - Y) / len(X)
    dA1 = (H1 >= 0) * (dA2 @ W2.T)
    return {"W1": X.T @ dA1, "b1": dA1.sum(axis=0, keepdims=True),
            "W2": H1.T @ dA2, "b2": dA2.sum(axis=0, keepdims=True)}


rng = np.random.default_rng(0)
theirs = {"W1": rng.normal(size=(2, 20)), "b1": np.zeros((1, 20)),
          "W2": 0.3 * rng.normal(size=(20, 3)), "b2": np.zeros((1, 3))}
one_hot, slipping = np.eye(3)[classes], []
for _ in range(2000):
    slipping.append(two_layers(points, one_hot, **theirs)[0])
    for name, gradient in wrong_mask(points, one_hot, **theirs).items():
        theirs[name] -= 0.5 * gradient
print(f"last loss: {slipping[-1]:.2f} with the wrong mask, {falling[-1]:.3f} with the right one")

# %% jupyter={"source_hidden": true}
assert slipping[-1] > 0.4 > 20 * falling[-1]
ax = plotting.show_curves({"mask from $A > 0$": falling, r"mask from $H \geq 0$": slipping}, xlabel="step", log=True)
plotting.described(ax, "Loss by step, logarithmic. With the right mask it falls from 1.3 to below 0.01; with the wrong one it falls to about 0.55 and then stays there, even rising a little.")

# %% [markdown]
# The mask is 1 everywhere: nothing of $H$ is below 0. The backward pass then belongs to a network without ReLU, the forward pass does
# not. The nasty part: at first the loss falls, no error shows, and the curve looks like a hard problem. A measured slope catches it at
# once, in the small network of section 3:

# %%
claimed = wrong_mask(X, Y, W1, b1, W2, b2)["W1"]
showing.differs("dL/dW1", with_the_wrong_mask=claimed, measured=calculus.gradient(lambda V: loss(W1=V), W1))

# %% [markdown]
# ### A step too large: dead units
#
# A unit is *dead* if its output is 0 for all 300 points. Then its mask is 0 for every sample and its gradient exactly 0. Five learning rates, plain SGD, 50 epochs,
# 20 hidden units.

# %% jupyter={"source_hidden": true}
rates, dead, rough = (0.3, 3, 10, 30, 100), [], []
for rate in rates:
    net = MLP((2, 20, 3), relu, init="he", rng=0, dtype=np.float64)
    train(net, (points, classes), epochs=50, optimizer=networks.SGD(rate), progress=False)
    silent = ~net.forward(points)[0].any(axis=0)         # (20,)
    dead.append(int(silent.sum()))
    rough.append(net.accuracy(points, classes))
    assert not net.gradients(points, classes)[1][0][:, silent].any()
assert dead[0] == 0 and rough[0] > 0.9 > 0.5 > rough[-1]


def dead_units():
    fig, axes = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
    for ax, values, label in ((axes[0], dead, "dead units of 20"), (axes[1], rough, "share right")):
        ax.bar([f"{rate:g}" for rate in rates], values, color=plotting.CYCLE[0])
        ax.set(xlabel="learning rate", ylabel=label)
    return plotting.described(fig, "Left: no dead unit at rate 0.3, most at 3, nearly all from 10 on. Right: nearly all points right at 0.3, one third at 30 and 100.")


predict("04 dead", "Which is the first of these learning rates at which more than half of the units die?", dead_units,
        choices=rates, answer=lambda _: next(rate for rate, units in zip(rates, dead) if units > 10),
        why="One large step throws a unit's line past all the points, and from then on no gradient moves it.")

# %% [markdown]
# Nothing revives a dead unit. With all of them dead, only the last bias is left, and the network gives every point the same answer.
# Leaky ReLU keeps a small slope for this case.
#
# ### All weights zero
#
# [Chapter 06](06_three_layer_mnist.ipynb) does this with sigmoids. Here are ReLUs, on the spirals.

# %% jupyter={"source_hidden": true}
zero = MLP((2, 20, 3), relu, init="zeros", dtype=np.float64)
value, dW, db = zero.gradients(points, classes)
assert np.isclose(value, np.log(3))
assert not any(gradient.any() for gradient in (*dW, db[0]))
assert np.abs(db[1]).max() < 1e-12

predict("04 zeros", "ReLU network, all weights and biases zero. Which of the four gradients are not 0?",
        lambda: ", ".join(f"{name}: {np.abs(g).max():.0f}" for name, g in zip(("W1", "W2", "b1", "b2"), (*dW, *db))),
        choices=("those of the last layer", "that of b2 alone", "none"), answer=lambda _: "none",
        why="H = 0 and W2 = 0 stop all but b2; and b2 sees three classes of 100 points each, so its errors cancel.")

# %% [markdown]
# This is why a start is random.
#
# ## Exercises
#
# The [exercises of this chapter](exercises/04_two_layer.ipynb) check your answers and say which mistake a wrong one is.
# The questions folded here are open.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: five open questions

# %% [markdown]
# Answer first, then check. Your gradient goes to `calculus.check_gradient(f, where, gradient)`.
#
# 1. **Leaky ReLU.** Replace the mask by the right table for $\max(0.1a, a)$. What happens to the dead units of section 11? Then
#    train with `hidden=leaky_relu` at rate 3.
# 2. **A shortcut.** Let $A^{(2)} = H^{(1)}W^{(2)}+XW^{(3)}+\mathbf 1b^{(2)}$. Find $\partial L/\partial W^{(3)}$, and which of the other four formulas
#    change. Check all five.
# 3. **Columns.** Write `two_layers` for samples in columns. Which two lines need `axis=1`? Check it by transposing.
# 4. **A learnable kink.** $H=\max(A,\,0)\odot(\mathbf 1s)$ with a row $s$, $1\times M$. Find $\partial L/\partial s$ by
#    differentials; what shape must it have?
# 5. **Memory.** Give the listing 200 samples instead of 64, with the same 100 hidden units. Can the second layer alone
#    still meet them? The rank tells you. Then train both layers, once from weights of spread 1 and once from Xavier's start. Which one
#    memorises, and which matrix did it?

# %% [markdown]
# ## Summary
#
# Through weights a slope is multiplied by $W^T$, through a ReLU by the mask $A>0$; a weight's gradient is (values below)$^T$(slopes above). Rows
# or columns is a transposition. Entries, graphs and differentials give
# the same gradients. A loss that falls may be memory. Hidden units are lines that bend the borders.
#
# Next: chapter 05, the same recursion for any number of layers.
