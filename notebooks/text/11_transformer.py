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
# # 11 · Attention and a transformer
#
# Beyond the five documents. Source of the network: A. Vaswani et al., *Attention Is All You Need* (2017).
#
# Needs: softmax and its Jacobian (chapter 03), the recursion of chapter 05; layer normalisation and the residual
# connection (chapter 10) · about 70 minutes, half an hour more with the parts that are folded.
#
# ## What you will do
# You derive every gradient of a transformer, measure each, and train it to write digits row by row: it sees the top
# half of a digit and draws the rest. Then the same blocks read digits.
#
# ## What you will learn
# - to write attention as three matrix products and a softmax, and its gradient as six products
# - to say what a mask forbids, on the way forward and on the way back
# - to put a whole block's gradient together from parts that you have
# - to see what goes wrong without the scale, the mask, the positions, the slow start

# %%
import numpy as np

from mlp_lib import browser, calculus, datasets, networks, plotting, showing
from mlp_lib.networks import Gelu, LayerNorm, Linear, Residual, attend, attend_gradients, softmax
from mlp_lib.questions import predict

# %% [markdown]
# ## 1 · See it fail first
#
# Cover the lower half of a digit. What belongs there? Two ways to guess it need no learning worth the name: the
# *mean* of all 60,000 digits, or the *last row* that was seen, again and again.

# %% jupyter={"source_hidden": true}
digits = datasets.load_mnist()
seen = digits.X_test[:8].reshape(-1, 28, 28).copy()
guesses = {"mean digit": np.broadcast_to(digits.X_train.mean(axis=0).reshape(28, 28), seen.shape).copy(),
           "last row again": np.repeat(seen[:, 13:14], 28, axis=1)}
for guess in guesses.values():
    guess[:, :14] = seen[:, :14]
axes = plotting.show_images(np.vstack([seen, *guesses.values()]), columns=8)
plotting.described(axes[0, 0], "Eight test digits; below, their top halves with the mean digit underneath, "
                   "a grey cloud; below that, their top halves with row 14 repeated, straight stripes.")

# %% [markdown]
# The digits themselves, and the two guesses: a grey cloud, and stripes. The cloud knows digits and not this one. The
# stripes know only its last row.

# %% jupyter={"source_hidden": true}
below = digits.X_test.reshape(-1, 28, 28)[:, 14:]
off = {"mean digit": np.sqrt(np.mean((below - digits.X_train.mean(axis=0).reshape(28, 28)[14:]) ** 2)),
       "last row again": np.sqrt(np.mean((below - digits.X_test.reshape(-1, 28, 28)[:, 13:14]) ** 2))}
assert off["last row again"] > 1.2 * off["mean digit"]

predict("11 guesses", "Over all test digits: which of the two is nearer to the lower half, pixel by pixel?",
        lambda: ", ".join(f"{name}: off by {gap:.2f}" for name, gap in off.items()),
        choices=("mean digit", "last row again"), answer=lambda _: min(off, key=off.get),
        why="(The root of the mean square of what the pixels are off.) A cloud is nowhere far off; a stripe is "
        "wrong twice, where it is and where it is not.")

# %% [markdown]
# Whoever draws the rest well must look back. A loop that opened eight rows above has to close; a bar at the top says
# that a stem will follow. *Which* of the rows above matters differs from digit to digit and from row to row, so fixed
# weights will not do. With **attention** each row computes for itself how much it takes from every other.
#
# ## 2 · A digit as a sentence of 28 words
#
# To say what may come next, and how surely, we want classes and a softmax. So each row of 28 pixels becomes one of
# 512 *words*. The words are found by sorting rows into 512 groups and taking the mean of each, again and again; this
# is called *k-means*. Word 0 is the row without ink. The more ink, the higher the number.

# %%
vocabulary = datasets.row_words(digits.X_train, 512)
words = {"train": vocabulary.words(digits.X_train[: browser.suits(60_000, 6_000)]), "test": vocabulary.words(digits.X_test)}
print("words:", words["train"].shape, "and", words["test"].shape)
axes = plotting.show_images(np.vstack([digits.X_test[:8], vocabulary.pictures(words["test"][:8])]),
                            columns=8)
plotting.described(axes[0, 0], "Eight test digits, and below them the same digits made of the 512 rows: "
                   "slightly blurred, each easy to read.")

# %% [markdown]
# Above the digits, below what the 28 words say of them. From here on a digit is a row of $T = 28$ whole numbers, and
# the network has to say the next one from those before it.
#
# **The map.** One sequence is a matrix: a row for each of its $T$ places, a column for each of $n$ features.
#
# | | shape | |
# |---|---|---|
# | one-hot words $O$ | $T\times w$ | of $w$ words that there are |
# | table $E$, positions $S$ | $w\times n$, $T\times n$ | learned |
# | features $X$ | $T\times n$ | what goes through the network |
# | questions $Q$, keys $K$ | $T\times d$ | of one head |
# | contents $V$ | $T\times m$ | of one head |
# | scores, shares $P$ | $T\times T$ | row $i$: how much place $i$ takes from each place |
#
# $G$ is always the slope of the loss in the output of what is looked at, and $\nabla_A$ that in $A$, of the shape of
# $A$. The small example has sizes that all differ: $T=5$, $w=7$, $n=6$, $d=4$, $m=3$. To measure, we take as the loss
# the sum of $G\odot$ output with a fixed random $G$: its slope in the output is $G$.

# %%
T, w, n, d, m = 5, 7, 6, 4, 3
rng = np.random.default_rng(11)
sentence = np.array([2, 5, 2, 0, 2])
O = np.eye(w)[sentence]                                  # (T, w)
E, places = rng.normal(size=(w, n)), rng.normal(size=(T, n))
print("O", O.shape, "E", E.shape)

# %% [markdown]
# **Embedding.** Each word gets the row of the table $E$ that has its number. That is the product with one-hot rows,
# $X = OE$, $T\times n = (T\times w)(w\times n)$. So it is linear, and its gradient is that of chapter 05: $\nabla_E =
# O^T G$.

# %% tags=["B11-EMB", "B11-EMB-G"]
G = rng.normal(size=(T, n))
assert np.array_equal(E[sentence], O @ E)
showing.slopes("gradient in the table", lambda E: (G * E[sentence]).sum(), E, O.T @ G)

# %% [markdown]
# **Positions.** A word says what stands in a row, not where. A second table $S$ holds a row for each *place*, and is
# added: $X = OE + S$. Its gradient is $G$, summed over the sequences of a batch.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: which words get a gradient, and the one in the positions

# %% jupyter={"source_hidden": true}
predict("11 table", "The sentence is 2, 5, 2, 0, 2. How many of the seven rows of ∇E are not 0?",
        lambda: int((O.T @ G).any(axis=1).sum()), choices=(1, 3, 5, 7),
        why="Only words that occur get a gradient. The row of word 2 is a sum: three places have that word.")

# %% [markdown]
# $O^TG$ adds each row of $G$ to the row of its word. No product is computed for that: the library sorts the rows and
# adds.
#
# Now the positions, with a batch of two: the sentence, and the same words from back to front.

# %% tags=["B11-POS"]
batch = np.stack([sentence, sentence[::-1]])             # (2, T)
G2 = rng.normal(size=(2, T, n))
showing.slopes("gradient in the positions", lambda S: (G2 * (E[batch] + S)).sum(), places, G2.sum(axis=0))

# %% [markdown]
# ## 3 · One head
#
# A head compares each *question* with each *key*. The scores are the products of their rows, over $\sqrt d$ (section 4 says why).
# Softmax, row by row, makes shares of them; the output mixes the *contents* by these shares:
# $$S = \frac{QK^T}{\sqrt d}, \qquad P = \mathrm{softmax}(S), \qquad H = PV, \qquad
# T\times m = (T\times T)(T\times m)$$

# %% tags=["B11-HEAD"]
Q, K, V = rng.normal(size=(T, d)), rng.normal(size=(T, d)), rng.normal(size=(T, m))
P = softmax(Q @ K.T / np.sqrt(d))
showing.same("output of place 3", product=(P @ V)[3], mixture=sum(P[3, j] * V[j] for j in range(T)))

# %% [markdown]
# **Back, in four steps.** Start from $H = PV$. It is a product: $dH = dP\,V + P\,dV$, so
# $$\nabla_V = P^TG, \qquad \nabla_P = GV^T, \qquad T\times T = (T\times m)(m\times T)$$
# The transpose of $P$ is worth a look. Forward, row $i$ of $P$ says from where place $i$ *takes*. Backward, column $j$ says to whom place
# $j$ *gave*; from all of those it gets slopes, by the same shares.

# %% tags=["B11-DV", "B11-DP"]
G = rng.normal(size=(T, m))
dP = G @ V.T                                             # (T, T)
calculus.check_gradient(lambda V: (G * (P @ V)).sum(), V, P.T @ G)
showing.slopes("gradient in P", lambda P: (G * (P @ V)).sum(), P, dP)

# %% [markdown]
# **Through the softmax.** Row $i$ of $P$ depends on row $i$ of $S$ alone, by the Jacobian of chapter 03, $J = \mathrm{diag}(p) -
# p\,p^T$. So row $i$ of the slope is $J\,\nabla_{p}$, that is $p\odot\nabla_p - p\,(p^T\nabla_p)$. For all rows at once:
# $$\nabla_S = P\odot\big(\nabla_P - r\,\mathbf 1^T\big), \qquad r = \text{row sums of } P\odot\nabla_P, \quad T\times1$$

# %% tags=["B11-DS"]
dS = P * (dP - (P * dP).sum(axis=1, keepdims=True))
jacobian = np.diag(P[3]) - np.outer(P[3], P[3])          # (T, T), of row 3
assert np.allclose(dS[3], jacobian @ dP[3])
showing.slopes("gradient in the scores", lambda S: (G * (softmax(S) @ V)).sum(), Q @ K.T / np.sqrt(d), dS)

# %% [markdown]
# The mistake that is made most often is to stop at $P\odot\nabla_P$, as if softmax were an element-wise activation:

# %% tags=["B11-DS"]
showing.differs("gradient in the scores", element_wise=P * dP, with_the_row_sums=dS)

# %% jupyter={"source_hidden": true}
predict("11 row of scores", "What is the sum of a row of the gradient in the scores?",
        lambda: showing.same("sums of the rows", gradient=dS.sum(axis=1), zero=np.zeros(T)),
        choices=("0", "1", "another number in each row"), answer=lambda _: "0",
        why="A number that is added to a whole row of scores changes no share. So along that direction the slope is 0.")

# %% [markdown]
# $P\odot\nabla_P$ alone has no such sums: a quick test for code that you are given.
#
# **Into questions and keys.** $S = QK^T/\sqrt d$ is a product again: $dS = (dQ\,K^T + Q\,dK^T)/\sqrt d$. So
# $$\nabla_Q = \frac{\nabla_S\,K}{\sqrt d}, \qquad \nabla_K = \frac{\nabla_S^T\,Q}{\sqrt d}, \qquad
# T\times d = (T\times T)(T\times d)$$

# %% tags=["B11-DQ", "B11-DK"]
def head(Q=Q, K=K, V=V):
    return softmax(Q @ K.T / np.sqrt(d)) @ V


calculus.check_gradient(lambda Q: (G * head(Q=Q)).sum(), Q, dS @ K / np.sqrt(d))
showing.slopes("gradient in K", lambda K: (G * head(K=K)).sum(), K, dS.T @ Q / np.sqrt(d))

# %% [markdown]
# (The one in $Q$ was measured in the same cell.) These four steps are the library's `attend_gradients`.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the library beside what we have

# %% [markdown]
# `attend_gradients` takes any number of sequences and heads at once, as further indices in front. Here is one:

# %%
ours = dS @ K / np.sqrt(d), dS.T @ Q / np.sqrt(d), P.T @ G
showing.same("all three gradients", by_hand=np.hstack(ours),
             library=np.hstack(attend_gradients(Q, K, V, P, G)))

# %% [markdown]
# ### The four projections
#
# $Q$, $K$ and $V$ come from the same features $X$, by three weight matrices: $Q = XW_Q$, $K = XW_K$, $V = XW_V$. A fourth one, $W_O$, brings the $m$ columns of $H$ back to $n$ features: $Y = HW_O$.
# (*Self*-attention: the sequence asks itself.) For weights the rule is as ever, values below transposed times slopes above:
# $$\nabla_{W_O} = H^TG, \quad \nabla_H = GW_O^T, \qquad \nabla_{W_Q} = X^T\nabla_Q, \quad \nabla_{W_K} = X^T\nabla_K, \quad
# \nabla_{W_V} = X^T\nabla_V$$
# The features went three ways, so three slopes come back, and are added:
# $$\nabla_X = \nabla_QW_Q^T + \nabla_KW_K^T + \nabla_VW_V^T$$

# %%
X = E[sentence] + places                                 # (T, n)
shapes = {"Q": (n, d), "K": (n, d), "V": (n, m), "O": (m, n)}
W = {name: rng.normal(size=size) / np.sqrt(n) for name, size in shapes.items()}
G = rng.normal(size=(T, n))


def self_attention(X=X, W=W):
    return head(X @ W["Q"], X @ W["K"], X @ W["V"]) @ W["O"]


def with_weights(name):
    """The loss as a function of one of the four weight matrices."""
    return lambda A: (G * self_attention(W={**W, name: A})).sum()


print("out:", self_attention().shape)

# %% [markdown]
# One way back gives all of them, starting from $G$ and ending at $\nabla_Q$, $\nabla_K$, $\nabla_V$:

# %% tags=["B11-WO"]
Q, K, V = X @ W["Q"], X @ W["K"], X @ W["V"]
(H, P), dH = attend(Q, K, V), G @ W["O"].T               # dH: (T, m)
dQ, dK, dV = attend_gradients(Q, K, V, P, dH)
showing.slopes("gradient in W_O", with_weights("O"), W["O"], H.T @ G)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the other three and the features, measured

# %% [markdown]
# The way back above has made all that they need.

# %% tags=["B11-WQKV"]
calculus.check_gradient(with_weights("K"), W["K"], X.T @ dK)
calculus.check_gradient(with_weights("V"), W["V"], X.T @ dV)
showing.slopes("gradient in W_Q", with_weights("Q"), W["Q"], X.T @ dQ)

# %% [markdown]
# $W_K$ and $W_V$ were measured in the same cell. Now the features, with the sum of three slopes:

# %% tags=["B11-DX"]
dX = dQ @ W["Q"].T + dK @ W["K"].T + dV @ W["V"].T
showing.slopes("gradient in X", lambda X: (G * self_attention(X)).sum(), X, dX)

# %% [markdown]
# ## 4 · Why the root of d
#
# Let the entries of a question and a key be independent, with mean 0 and variance 1. Their product $q^Tk$ is a sum of
# $d$ terms of variance 1 each: it has variance $d$. Over $\sqrt d$ it has variance 1, whatever $d$ is. 4,000 pairs
# for each width:

# %% tags=["B11-SQRT"]
widths = np.array([4, 64, 1024])
products = [np.prod(rng.normal(size=(2, 4000, width)), axis=0).sum(axis=1) for width in widths]
assert np.allclose([p.var() for p in products], widths, rtol=0.1)
print("variance over d:", *(f"{p.var() / width:.1f}" for p, width in zip(products, widths)))

# %% [markdown]
# Without the root a wide head starts saturated, like the sigmoids of chapter 05: hardly any slope reaches $Q$ and $K$.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: how much comes through the softmax

# %% [markdown]
# A softmax over 28 places: take one question and 28 keys, 200 times, and keep the largest of the 28 shares.

# %% jupyter={"source_hidden": true}
def largest(width, scale):
    """Mean of the largest share among 28, and of the slopes that come through."""
    source = np.random.default_rng(1)
    q, k = source.normal(size=(200, 1, width)), source.normal(size=(200, 28, width))
    shares = softmax((q * k).sum(axis=2) / scale)
    return shares.max(axis=1).mean(), (shares * (1 - shares)).sum(axis=1).mean()


found = largest(1024, 1)[0]
assert found > 0.85

predict("11 share", "d = 1024, and the scores are not divided by √d. How large is the largest of the 28 shares, on average?",
        lambda: f"{found:.1f}", choices=("about 1/28", "about 1/4", "more than 0.8"), answer=lambda _: "more than 0.8",
        why="Scores with a standard deviation of 32 lie far apart, and softmax gives nearly all to the largest.")

# %%
with_root, without = ([largest(width, scale)[1] for width, scale in zip(widths, scales)]
                      for scales in (np.sqrt(widths), np.ones(3)))
ax = plotting.show_curves({"over √d": with_root, "as they are": without}, x=[str(width) for width in widths],
                          xlabel="d", ylabel="sum of p(1 − p)")
ax.set_ylim(0, 1)
plotting.described(ax, "Sum of p times 1 minus p over the 28 shares, for d of 4, 64 and 1024: near 0.9 with "
                   "the root, and falling to nearly nothing without it.")

# %% [markdown]
# The diagonal of the Jacobian is $p_j(1-p_j)$. Its sum says how much of a slope can come through the softmax. With
# the root it is the same for every $d$. Without it, next to nothing for wide heads.

# %% [markdown]
# ## 5 · The mask: no row may see what comes later
#
# The network has to say word $i+1$ at place $i$. If place $i$ could look at later places, the answer would stand before it. So their
# scores get $-\infty$, and their shares become exactly 0:
# $$P = \mathrm{softmax}(S + M), \qquad M_{ij} = 0 \text{ for } j\le i, \quad -\infty \text{ for } j>i$$

# %% tags=["B11-MASK"]
M = networks.causal_mask(T)
P_seen = softmax(Q @ K.T / np.sqrt(d) + M)               # (T, T)
short = softmax(Q[[2]] @ K[:3].T / np.sqrt(d))           # place 2 alone with the places that it sees
showing.same("shares of place 2", masked=P_seen[2], without_the_later_places=np.append(short, [0, 0]))

# %% [markdown]
# A mask is the same as if the later places did not exist. It has to stand *before* the softmax. Zeros put into $P$
# afterwards leave rows that do not add up to 1, and the later scores still have a say through the sum of the
# exponentials:

# %%
showing.differs("shares of place 2", masked_afterwards=np.tril(P)[2], masked_before=P_seen[2])

# %% [markdown]
# **Back.** The formula for $\nabla_S$ stands as it is. It has the factor $P_{ij}$, so a forbidden score has slope 0.

# %% tags=["B11-MASK-G"]
def masked(X=X):
    return softmax(X @ W["Q"] @ (X @ W["K"]).T / np.sqrt(d) + M) @ (X @ W["V"]) @ W["O"]


dP = dH @ V.T
dS = P_seen * (dP - (P_seen * dP).sum(axis=1, keepdims=True))
assert not np.triu(dS, 1).any()
dX = dS @ K / np.sqrt(d) @ W["Q"].T + dS.T @ Q / np.sqrt(d) @ W["K"].T + P_seen.T @ dH @ W["V"].T
showing.slopes("gradient in X, masked", lambda X: (G * masked(X)).sum(), X, dX)

# %% [markdown]
# Now the loss shall depend on the output of place 2 alone: $G$ is 0 but for its row 2. (Places count from 0.)

# %% jupyter={"source_hidden": true}
def reached(at):
    """Lengths of the rows of the gradient in X if only place `at` counts in the loss."""
    layer = calculus.gradient(lambda X: (G * masked(X))[at].sum(), X)
    return np.linalg.norm(layer, axis=1)


lengths = reached(2)
assert np.allclose(lengths[3:], 0, atol=1e-8)
assert lengths[:3].min() > 0.01

predict("11 reach", "Which rows of the gradient in X are not 0?",
        lambda: "lengths of the rows: " + ", ".join(f"{length:.2f}" for length in lengths.round(6) + 0.0),
        choices=("row 2 alone", "rows 0, 1 and 2", "rows 2, 3 and 4", "all five"), answer=lambda _: "rows 0, 1 and 2",
        why="What flows forward from place j to place i flows back from i to j. Forward, only earlier places reach place 2.")

# %% [markdown]
# So the matrix of all slopes $\partial Y_i/\partial X_j$ is lower triangular, in blocks of $n\times n$. This is why
# training is cheap. One way forward makes all $T$ predictions of a sequence, each from its own past, and one way back
# sends all their slopes home.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: all the blocks

# %% [markdown]
# The length of each block:

# %% tags=["B11-CAUSAL"]
blocks = calculus.derivative(masked, X)                  # (T, n, T, n)
size = np.sqrt((blocks**2).sum(axis=(1, 3)))             # (T, T)
showing.same("above the diagonal", blocks=np.triu(size.round(8), 1), zero=np.zeros((T, T)))

# %%
axes = plotting.show_matrices({r"\|\partial Y_i/\partial X_j\|": size.round(8)})
plotting.described(axes[0], "A table of 5 by 5 lengths: all above the diagonal is empty.")

# %% [markdown]
# Row 0 has one entry: the first place sees nothing but itself.

# %% [markdown]
# ## 6 · Several heads
#
# One head mixes by one set of shares. A row that needs the row above *and* the top of the loop needs two. So take $h$ heads, each with
# $d = m = n/h$ columns, and put their outputs side by side before $W_O$. The product with $W_O$ is then a sum: $W_O$ falls into $h$ blocks of
# rows,
# $$Y = [H_1 \cdots H_h]\,W_O = \sum_k H_kW_O^{(k)}, \qquad \nabla_{H_k} = G\,W_O^{(k)T}$$

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: two heads, their weights, and the library's layer

# %% tags=["B11-HEADS", "B11-HEADS-G"]
wide, (H1, H2) = rng.normal(size=(n, n)), rng.normal(size=(2, T, n // 2))    # W_O, two heads
assert np.allclose(np.hstack([H1, H2]) @ wide, H1 @ wide[:3] + H2 @ wide[3:])
showing.slopes("gradient in head 2", lambda A: (G * (np.hstack([H1, A]) @ wide)).sum(), H2,
               G @ wide[3:].T)

# %% jupyter={"source_hidden": true}
counts = {k: networks.SelfAttention(64, k).n_parameters for k in (1, 4)}

predict("11 heads", "An attention layer of width 64 with 4 heads has how many weights, beside one with a single head?",
        lambda: ", ".join(f"{k} head{'s' * (k > 1)}: {count:,}" for k, count in counts.items()),
        choices=("a quarter", "as many", "four times as many"),
        answer=lambda _: {1.0: "as many", 4.0: "four times as many", 0.25: "a quarter"}[counts[4] / counts[1]],
        why="The heads share the columns among them. All four matrices stay 64 × 64, whatever h is, and so does the work.")

# %% [markdown]
# The library keeps $W_Q$, $W_K$, $W_V$ of all heads in one matrix of $n\times3n$: one product makes everything. Here
# is its layer with two heads beside what we have, with one more thing that it has: biases.

# %% tags=["B11-HEADS"]
layer = networks.SelfAttention(n, heads=2, causal=True)
into, out = layer.inner
columns = np.split(X @ into.W + into.b, 6, axis=1)       # Q1 Q2 K1 K2 V1 V2
both = [attend(columns[k], columns[2 + k], columns[4 + k], M)[0] for k in range(2)]
showing.same("two masked heads", by_hand=np.hstack(both) @ out.W + out.b,
             library=layer.forward(X[None])[0])

# %% [markdown]
# ## 7 · Attention does not know the order
#
# Nothing in $\mathrm{softmax}(QK^T/\sqrt d)\,V$ says which row stands above which. Let $\Pi$ be a permutation of the
# places, and give the unmasked head the rows of $X$ in another order.

# %% jupyter={"source_hidden": true} tags=["B11-PERM"]
order = np.array([3, 0, 4, 1, 2])
Pi = np.eye(T)[order]
assert np.allclose(self_attention(Pi @ X), Pi @ self_attention(X))

predict("11 order", "What becomes of the output?",
        lambda: showing.same("output for the rows in another order", of_the_permuted=self_attention(Pi @ X),
                             permuted_output=Pi @ self_attention(X)),
        choices=("it stays the same", "its rows change places in the same way", "all its numbers change"),
        answer=lambda _: "its rows change places in the same way",
        why="Π X makes ΠQ, ΠK, ΠV. Then ΠQKᵀΠᵀ has its rows and columns moved, and ΠᵀΠ = I brings the mixture home.")

# %% [markdown]
# $\mathrm{att}(\Pi X) = \Pi\,\mathrm{att}(X)$. So for attention a sequence is a bag of rows. The positions of section
# 2 are what tells a 6 from a 9. Section 13 takes them away.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ## 8 · Deeper: GELU

# %% [markdown]
# Between two linear layers a block has one activation, a smooth ReLU (D. Hendrycks and K. Gimpel, *Gaussian Error Linear Units*, 2016):
# $$g(z) = \tfrac z2\,(1+\tanh u), \qquad u = \sqrt{2/\pi}\,(z + 0.044715\,z^3)$$
# By the rule for products, with $u' = \sqrt{2/\pi}\,(1 + 3\cdot0.044715\,z^2)$:
# $$g'(z) = \tfrac12(1+\tanh u) + \tfrac z2\,(1-\tanh^2u)\,u'$$

# %% tags=["B11-GELU"]
z = np.linspace(-4, 4, 9)
u, du = np.sqrt(2 / np.pi) * (z + 0.044715 * z**3), np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)
slope = (1 + np.tanh(u)) / 2 + z / 2 * (1 - np.tanh(u) ** 2) * du
showing.slopes("slope of GELU", lambda z: Gelu().forward(z).sum(), z, slope)

# %% jupyter={"source_hidden": true}
fine = np.linspace(-4, 4, 401)
gelu = Gelu()
value, steep = gelu.forward(fine).copy(), gelu.backward(np.ones(401)).copy()


def drawn():
    """GELU and its slope."""
    ax = plotting.show_curves({"g(z)": value, "slope": steep}, x=fine, xlabel="z", ylabel="")
    return plotting.described(ax, "GELU dips to about minus 0.17 left of 0 and then follows z; its slope is below 0 left of minus 0.75, "
                              "and goes above 1 near 1.4.")


predict("11 gelu", "ReLU only ever has the slopes 0 and 1. What about this one?", drawn,
        choices=("between 0 and 1", "it goes below 0 and above 1"),
        answer=lambda _: "it goes below 0 and above 1" if steep.min() < 0 and steep.max() > 1 else "between 0 and 1",
        why="Left of its lowest point g falls. Two values of z can have the same g, so its slope cannot be found from g.")

# %% [markdown]
# It has no kink and no dead half: a unit that is below 0 still gets a slope.

# %% [markdown]
# ## 9 · The block, and its whole gradient
#
# A block has two halves. Each normalises its rows (chapter 10), computes something, and *adds* that to what came in:
# $$X_1 = X + \mathrm{att}(\mathrm{LN}(X)), \qquad X_2 = X_1 + \mathrm{gelu}(\mathrm{LN}(X_1)\,W_1+b_1)\,W_2+b_2$$
# with $W_1$ of $n\times4n$ and $W_2$ of $4n\times n$; gelu, $g$ in the picture, is a smooth ReLU (section 8). Attention moves information between places; the other half works on each place by itself.
# (Vaswani et al. normalise after the sum; today one normalises first, as in R. Xiong et al., *On Layer Normalization in the Transformer
# Architecture*, 2020.)
#
# Back, each half is $G$ plus what comes through it. In one picture, with blue for values and orange for slopes:

# %% jupyter={"source_hidden": true}
nodes = {
    "X": ((0, 2.6), "T × n", r"G_1 + \mathrm{LN}^{\leftarrow}\nabla_Z"), "Z": ((1.15, 2.6), "T × n", r"\sum\,\nabla_AW_A^T"),
    "Q": ((2.4, 3.5), "T × d", r"\nabla_SK/\sqrt{d}"), "K": ((2.4, 2.6), "T × d", r"\nabla_S^TQ/\sqrt{d}"),
    "V": ((2.4, 1.7), "T × d", r"P^T\nabla_H"), "P": ((3.55, 3.1), "T × T", r"\nabla_HV^T"), "H": ((4.6, 2.6), "T × d", r"G_1W_O^T"),
    "X_1": ((5.7, 2.6), "T × n", r"G_1=G + \mathrm{LN}^{\leftarrow}\nabla_{Z_1}"), "X_1\\,": ((0, 0.3), "T × n", "G_1"),
    "Z_1": ((1.25, 0.3), "T × n", r"\nabla_UW_1^T"), "U": ((2.6, 0.3), "T × 4n", r"\nabla_F\odot g'(U)"),
    "F": ((4.1, 0.3), "T × 4n", "GW_2^T"), "X_2": ((5.7, 0.3), "T × n", "G"),
}
links = [("X", "Z", r"\mathrm{LN}"), ("Z", "Q", "W_Q"), ("Z", "K", "W_K"), ("Z", "V", "W_V"), ("Q", "P", ""), ("K", "P", r"\mathrm{softmax}"),
         ("P", "H", "PV"), ("V", "H", ""), ("H", "X_1", "W_O"), ("X_1\\,", "Z_1", r"\mathrm{LN}"), ("Z_1", "U", "W_1,\\ b_1"),
         ("U", "F", "g"), ("F", "X_2", "W_2,\\ b_2")]
ax = plotting.show_flow(nodes, links, around=[("X", "X_1", 0.18), ("X_1\\,", "X_2", 0.09)])
plotting.described(ax, "The two halves of a block. Above: X, normalised to Z, from it Q, K and V, shares P, output H, and X1, with a way round from X "
                   "to X1. Below: X1, normalised to Z1, U, F, X2, with a way round. Under each node its shape and the slope of the loss in it.")

# %% [markdown]
# Read the orange from right to left, lower half first. $G$ enters at $X_2$ and takes both ways back to $X_1$: round,
# unchanged, and through $W_2^T$, $g'$, $W_1^T$ and the normalisation. Their sum is $G_1$. Then the same in the upper
# half. ($A$ stands for $Q$, $K$ and $V$; $\mathrm{LN}^\leftarrow$ is the way back of chapter 10.) At each arrow with
# a weight the slope branches off into it: values at its start transposed, times the slope at its end.
#
# The lower half first. Its sum:

# %% tags=["B11-FFN"]
N = 2                                                    # sequences; all sizes still differ
X = rng.normal(size=(N, T, n))
G = rng.normal(size=(N, T, n))
norm, first, gelu, second = LayerNorm(n), Linear(n, 4 * n), Gelu(), Linear(4 * n, n)


def lower_half(X):
    return X + second.forward(gelu.forward(first.forward(norm.forward(X))))


lower_half(X)
dX = G + norm.backward(first.backward(gelu.backward(second.backward(G))))
showing.slopes("gradient through the lower half", lambda X: (G * lower_half(X)).sum(), X, dX)

# %% [markdown]
# `Residual` does exactly that for any layers in a row. So a block is two of them, and its way back is theirs in
# reverse. Here is a whole one, with two masked heads, and its gradient in $X$.

# %% tags=["B11-BLOCK"]
block = networks.Chain(
    Residual(LayerNorm(n), networks.SelfAttention(n, heads=2, causal=True)),
    Residual(LayerNorm(n), Linear(n, 4 * n), Gelu(), Linear(4 * n, n)))
theta, grad = rng.normal(size=(2, block.n_parameters)) / 2
block.lay_out(theta, grad)                               # parameters and gradients in one row each
block.forward(X)
dX = block.backward(G).copy()
showing.slopes("gradient through the block", lambda X: (G * block.forward(X)).sum(), X, dX)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: all parameters of the block, and a check that fails

# %% [markdown]
# The gradient in all of its parameters at once. They lie in one row `theta`: two scales and two shifts, four projections, two
# layers, with their biases.

# %% tags=["B11-BLOCK", "B11-COUNT"]
def value_at(numbers):
    theta[:] = numbers
    return (G * block.forward(X)).sum()


assert theta.size == 12 * n**2 + 13 * n
showing.slopes(f"gradient in all {theta.size} parameters", value_at, theta.copy(), grad.copy())

# %% [markdown]
# $12n^2 + 13n$ parameters: $4n^2$ in the projections, $8n^2$ in the two layers, and the rest are biases, scales,
# shifts. Every one of the 510 has just been moved, in five random directions together, and the slopes agree.
#
# A check that cannot fail is worth nothing. Here is the way round forgotten on the way back, a slip that trains quite
# well:

# %%
att = block.inner[0].inner[0]
block.forward(X)
upper = block.inner[1].backward(G)
showing.differs("gradient in X", way_round_forgotten=att.backward(upper)[0], right=dX[0])

# %% [markdown]
# ## 10 · The whole transformer
#
# From the words to the scores of the next word:
# $$X = O'E + S \;\to\; \text{block} \to \dots \to \text{block} \;\to\; \mathrm{LN} \;\to\; Z = XW + b, \qquad T\times w$$
# $O'$ holds the words moved one place on, with a start sign in front: at place $i$ the network sees words 0 to $i-1$, and has to say word $i$.
# The loss is the cross-entropy of chapter 03, the mean over all $NT$ places. So its slope in the scores is $(P-Y)/(NT)$, with $P$ their
# softmax and $Y$ the one-hot words.

# %% tags=["B11-LOSS"]
said = rng.integers(w, size=(N, T))
Y, Z = np.eye(w)[said], rng.normal(size=(N, T, w))       # (N, T, w)
showing.slopes("gradient in the scores", lambda Z: -(Y * np.log(softmax(Z))).sum() / (N * T), Z,
               (softmax(Z) - Y) / (N * T))

# %% [markdown]
# All of it is the library's `Transformer`: a list of layers, whose ways back run in reverse. There is no graph and no
# automatic differentiation. Here is a small one, in float64, and the gradient of its loss in every parameter.

# %% tags=["B11-NET"]
small = networks.Transformer(w, T, width=n, heads=2, blocks=2, dtype=np.float64)
loss, gradient = small.gradient(said, said)              # the words are inputs and targets


def loss_at(numbers):
    small.theta[:] = numbers
    return small.gradient(said, said)[0]


showing.slopes(f"gradient in all {gradient.size:,} parameters", loss_at, small.theta.copy(), gradient)

# %% [markdown]
# The chain is closed: from the words to the loss, and back into the table, the places, and two blocks.
# (`python -m tests.benchmarks.transformer` lays the same gradients beside those of PyTorch.)
#
# ## 11 · Train it to write
#
# 512 words, width 64, four heads, two blocks: 168,000 parameters. It sees each of the 60,000 digits *once*, in
# batches of 64. So the loss of a batch is always that of digits it has not seen. The steps are Adam's. The rate
# climbs for a tenth of the way, then falls along half a cosine (section 13 says why). The bar counts batches; this
# takes about a minute.

# %% tags=["nbval-ignore-output"]
from tqdm.auto import tqdm


def warm_up(t):
    """Factor on the rate at the share t of the training: up to 1, then down to 0."""
    return min(1, t / 0.1) * networks.cosine(t)


writer = networks.Transformer(512, 28, width=64, heads=4, blocks=2)
known = words["train"][: browser.suits(60_000, 2_560)]
run = networks.iterate(writer, (known, known), epochs=1, batch_size=64, optimizer=networks.Adam(3e-3),
                       schedule=warm_up)
losses = [step.loss for step in tqdm(run, total=-(-len(known) // 64))]

# %% [markdown]
# **What to compare with.** Anything that gives each word a probability has a loss. Three ways that look back less, or
# not at all:
#
# - *mean digit*: how often each word stands at this place, whatever came before;
# - *last row again*: the word above with the share of places where that is so, else as the mean digit;
# - *the row above*: how often each word follows that word, mixed with the mean digit where the word above is rare.

# %% tags=["nbval-ignore-output"]
first, then = words["train"][:, :-1], words["train"][:, 1:]
counts = np.stack([np.bincount(column, minlength=512) for column in words["train"].T]) + 0.1
often = counts / counts.sum(axis=1, keepdims=True)       # (28, 512)
pairs = np.bincount((512 * first + then).ravel(), minlength=512**2).reshape(512, 512)
said, above = words["test"], np.pad(words["test"][:, :-1], ((0, 0), (1, 0)))
at_place, a = often[np.arange(28), said], np.mean(then == first)            # (10000, 28), a number
guesses = {"mean digit": at_place, "last row again": a * (above == said) + (1 - a) * at_place,
           "the row above": (pairs[above, said] + 20 * at_place) / (pairs.sum(axis=1)[above] + 20)}
nats = {name: -np.log(p).mean() for name, p in guesses.items()}
print("nats a word:", {name: f"{loss:.1f}" for name, loss in nats.items()})
print("all words alike:", f"{np.log(512):.1f}")

# %% [markdown]
# Every guess is better than all words alike. The row above alone tells most.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
final = writer.loss(words["test"][:2000], words["test"][:2000])
assert browser.HERE or final < 0.97 * nats["the row above"] < nats["last row again"] < nats["mean digit"]


def learned():
    """Loss of the training beside the three guesses."""
    each = browser.suits(20, 4)
    means = np.array(losses[: len(losses) // each * each]).reshape(-1, each).mean(axis=1)
    ax = plotting.show_curves({"transformer": means}, x=each * np.arange(1, len(means) + 1), xlabel="batch", ylabel="nats a word")
    for (name, loss), colour in zip(nats.items(), plotting.CYCLE[1:]):
        ax.axhline(loss, color=colour, linestyle="--", label=name)
    ax.legend(frameon=False, fontsize=8)
    return plotting.described(ax, f"Loss by batch: it falls quickly below the three dashed lines and ends at {final:.1f} nats a word.")


predict("11 loss", "Where does the loss of the transformer end, on digits that it has not seen?", learned,
        choices=("between the mean digit and the last row", "at the row above", "below all three"), answer=lambda _: "below all three",
        why="It sees the row above as well, and whatever else stands higher.")

# %% [markdown]
# A nat is a factor $e$ in the probability of the right word. The gap to the row above is what the rows further up
# tell. Now let it write: it gets 14 rows, says 512 probabilities for row 15, draws one word by them, and goes on with
# that. Scores are divided by a *temperature* before the softmax; 0.7 makes it a little more careful than it is.

# %% tags=["nbval-ignore-output"]
chosen = np.array([0, 1, 3, 4, 8, 11, 18, 61])
drawn = [writer.write(words["test"][chosen], 14, temperature=0.7, rng=seed) for seed in range(3)]
pictures = [digits.X_test[chosen], *map(vocabulary.pictures, drawn)]
axes = plotting.show_images(np.vstack(pictures), columns=8)
for ax in axes[1:].ravel():
    ax.axhline(13.5, color=plotting.CYCLE[1], linewidth=1)
plotting.described(axes[0, 0], "Eight test digits; below each, three times its top half and what the "
                   "transformer drew below the orange line: strokes go on, loops close, the endings differ.")

# %% [markdown]
# Above the line are the first 14 rows of the digit, below it what the network drew. Strokes go on where they were,
# and loops close. Where the top half leaves it open, the endings differ. Not every one is a digit, and not every one
# is the digit that it was: the top of a 2 may end as a 3.
#
# **What it looks at.** The shares $P$ of each head are still there. Here are those for the first digit, the 7: one
# picture a head, row $i$ says from which of the rows above place $i$ takes.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
writer.predict_scores(words["test"][:1])
shares = np.concatenate([P[0] for P in writer.attentions()])                # (8, 28, 28)
assert not np.triu(shares, 1).any()
titles = [f"block {k // 4 + 1}, head {k % 4 + 1}" for k in range(8)]
axes = plotting.show_images(shares**0.5, columns=4, titles=titles, size=1.6)
plotting.described(axes[0, 0], "Shares of the eight heads, 28 by 28: all lie on or below the diagonal; in the "
                   "first block they are spread over many rows, in the second more lie near the diagonal.")

# %% [markdown]
# (Drawn are the roots of the shares, so that small ones can be seen.) Everything above the diagonal is empty: the
# mask. In the first block the heads look about, over all that was seen. In the second most stay closer to the
# diagonal, where the stroke is that has to go on. Nobody told them.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: how far back each head looks

# %% [markdown]
# Rows between a place and those that it takes from, weighted by the shares:

# %% tags=["nbval-ignore-output"]
scores = writer.predict_scores(words["test"][:100])
back = np.subtract.outer(np.arange(28), np.arange(28))   # rows between place i and place j
reach = [(P * back).sum(axis=3)[:, :, 6:24].mean(axis=(0, 2)) for P in writer.attentions()]
print("mean rows back, by head:", *(np.round(r).astype(int) for r in reach))

# %% [markdown]
# Four numbers for each block. Those of the second are smaller.

# %% [markdown]
# ## 12 · The same blocks read digits
#
# For reading, nothing need be hidden. A digit is cut into 16 patches of $7\times7$ pixels; a linear layer makes 64
# features of each, and a position is added. After two blocks without a mask the mean over the patches goes into a
# linear layer and a softmax (A. Dosovitskiy et al., *An Image is Worth 16x16 Words*, 2021, in small). Only the ends
# are new. Three passes over the digits take a minute or two.

# %% tags=["nbval-ignore-output"]
reader = networks.PatchTransformer(28, 7, width=64, heads=4, blocks=2)
networks.train(reader, (digits.X_train, digits.y_train), epochs=3, batch_size=64,
               optimizer=networks.Adam(3e-3), schedule=warm_up)
share = reader.accuracy(digits.X_test, digits.y_test)
print(f"{reader.theta.size:,} parameters, reads {share:.1%} of the test digits")

# %% [markdown]
# More than 97 of 100. Chapter 06's network has 178,110 parameters, and twelve passes bring it above 98. There each
# unit has a weight for each pixel. Here a feature has the same 49 weights for every patch, and attention must find
# out how patches belong together. On small pictures that is no advantage. But one can look at what it does: how much
# do all patches together take from each patch?

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
scores = reader.predict_scores(digits.X_test[:8])
taken = [P.mean(axis=(1, 2)) for P in reader.attentions()]                  # each (8, 16)
maps = [np.kron(P.reshape(8, 4, 4), np.ones((7, 7))) * 4 for P in taken]
axes = plotting.show_images(np.vstack([digits.X_test[:8].reshape(-1, 28, 28), *maps]), columns=8)
plotting.described(axes[0, 0], "Eight test digits, and below each, for both blocks, how much was taken from "
                   "each of its 16 patches: in the first block nearly even, in the second much from few.")

# %% [markdown]
# Dark patches are those that the others take from; below the digit the first block, then the second. What to take
# from where is decided anew for each digit and each patch; a convolution (chapter 07) always takes from the same
# neighbours.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: is it the ink that counts?

# %% [markdown]
# Patches with much ink beside blank ones, on 250 digits:

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
some = digits.X_test[:250]
assert browser.HERE or share >= 0.975
scores, ink = reader.predict_scores(some), some.reshape(-1, 4, 7, 4, 7).mean(axis=(2, 4)).reshape(-1, 16)
ratios = [P.mean(axis=(1, 2))[ink > 0.2].mean() / P.mean(axis=(1, 2))[ink < 0.01].mean() for P in reader.attentions()]

predict("11 ink", "Is more taken from patches with much ink than from blank ones?",
        lambda: ", ".join(f"block {k}: {ratio:.1f} times as much" for k, ratio in enumerate(ratios, 1)),
        choices=("no, as much", "somewhat more", "all from the ink, nothing from the blank"),
        answer=lambda _: "somewhat more" if all(1.1 < ratio < 5 for ratio in ratios) else "no, as much",
        why="Where there is no ink is news, too: a 4 that is open at the top is told from a 9 by a blank.")

# %% [markdown]
# Blank patches are not ignored.

# %% [markdown]
# ## 13 · What goes wrong
#
# Section 4 showed what becomes of the softmax without the root of $d$. Three more things can be left out; the second
# and third are folded. Small networks and 12,800 digits are enough to see it.
#
# **No mask.** Two networks with one block of width 32, with the mask and without it. Everything else is the same.

# %% tags=["nbval-ignore-output"]
few = words["train"][:12_800]
small = {causal: networks.Transformer(512, 28, width=32, blocks=1, causal=causal)
         for causal in (True, False)}
quick = {"optimizer": networks.Adam(1e-2), "schedule": warm_up, "progress": False}
for net in tqdm(small.values()):
    networks.train(net, (few, few), epochs=1, batch_size=32, **quick)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
unseen = words["test"][:500]
with_mask, without = (net.loss(unseen, unseen) for net in small.values())
assert browser.HERE or 2.2 < with_mask
assert browser.HERE or without < 0.5 * with_mask

predict("11 cheat", "Which of the two has the lower loss on digits that it has not seen?",
        lambda: f"with the mask {with_mask:.1f} nats a word, without it {without:.1f}",
        choices=("the one with the mask", "the one without, by far", "no difference"), answer=lambda _: "the one without, by far",
        why="Too good to be true. The word that place i has to say goes in at place i + 1, and without a mask place i can look there.")

# %% [markdown]
# A fine loss, on unseen digits. Now let both write.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
drawn = [net.write(words["test"][chosen], 14, temperature=0.7) for net in small.values()]
axes = plotting.show_images(np.vstack([vocabulary.pictures(each) for each in drawn]), columns=8)
plotting.described(axes[0, 0], "The top halves of eight digits. In the upper row, with the mask, strokes go on "
                   "below, if clumsily; in the lower row, without it, the lower halves are nearly empty.")

# %% [markdown]
# Above with the mask, below without it: hardly anything. The cheat has learned to copy the word that stands one place
# further on. While it writes, nothing stands there yet, only the blank row, word 0. It copies that. A loss that is
# too good on *unseen* data is a reason to look for what leaks.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: no positions, and no slow start

# %% [markdown]
# **No positions.** Two small readers, one without its table $S$.

# %% tags=["nbval-ignore-output"]
lot = tuple(part[: browser.suits(12_800, 2_560)] for part in (digits.X_train, digits.y_train))
placed = {known: networks.PatchTransformer(28, 7, width=32, blocks=1, positions=known)
          for known in (True, False)}
for net in tqdm(placed.values()):
    networks.train(net, lot, epochs=2, batch_size=64, **quick)
print("with positions:", f"{placed[True].accuracy(digits.X_test, digits.y_test):.0%} right")

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
cut = placed[False].layers[0]
shuffled = cut.backward(cut.forward(digits.X_test)[:, np.random.default_rng(3).permutation(16)])
right = {"as they are": placed[False].accuracy(digits.X_test, digits.y_test), "shuffled": placed[False].accuracy(shuffled, digits.y_test)}
assert abs(right["as they are"] - right["shuffled"]) < 0.001
assert browser.HERE or right["as they are"] < placed[True].accuracy(digits.X_test, digits.y_test) - 0.02

predict("11 shuffled", "The 16 patches of all test digits change places, all in the same way. What does that do to the reader without positions?",
        lambda: ", ".join(f"{name}: {share:.0%} right" for name, share in right.items()),
        choices=("nothing", "it gets worse", "it guesses"), answer=lambda _: "nothing",
        why="That is section 7: the rows of the output change places, and their mean stays.")

# %% [markdown]
# It reads shuffled digits exactly as well as whole ones, and both worse than the one with positions. It knows which
# pieces there are, and not where.
#
# **No slow start.** Adam divides each slope by its usual size, so its first steps have full length in every
# parameter, whatever the slope says. Until the shares of the heads mean something, such steps do harm. The same
# network twice, at three times the rate of section 12:

# %% tags=["nbval-ignore-output"]
curves = {}
for name, schedule in tqdm({"slow start": warm_up, "full rate at once": networks.cosine}.items()):
    run = networks.iterate(networks.PatchTransformer(28, 7), lot, epochs=1, batch_size=64,
                           optimizer=networks.Adam(1e-2), schedule=schedule)
    curves[name] = np.reshape([step.loss for step in run], (-1, 10)).mean(axis=1)
assert browser.HERE or curves["slow start"][-5:].mean() < curves["full rate at once"][-5:].mean()
batches = 10 * np.arange(1, 1 + len(curves["slow start"]))
ax = plotting.show_curves(curves, x=batches, xlabel="batch", ylabel="loss (nats)")
plotting.described(ax, "Loss by batch over 200 batches: the curve with the slow start lies below the one with "
                   "the full rate at once nearly everywhere, and ends lower.")

# %% [markdown]
# Both learn. But what the hasty start loses in the first batches it has not made up for at the end. Blocks that
# normalise first forgive it; those that normalise after the sum need the slow start (Xiong et al., 2020).

# %% [markdown]
# ## 14 · Finish the digit
#
# Draw the top half of a digit, above the line, with mouse, pen or finger. *Write* lets the transformer draw the rest,
# row by row; the picture in the middle lights the rows that it looks at while it does. *Again* draws another ending.
# By keyboard, choose a test digit by its number: its top half is taken. The tasks stand with the demo.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import finish_the_digit

pad = finish_the_digit(writer, vocabulary)
assert pad.model is writer
pad

# %% [markdown]
# At a low temperature the endings are all the same, at a high one they come apart.
#
# ## Exercises
#
# The [exercises of this chapter](exercises/11_transformer.ipynb) check your answers and say which mistake a wrong one is.
# The questions here are open: answer first, then check with `calculus.check_gradient`.
#
# 1. **Keys without a bias.** Give every key the same extra row $b$. Which of the shares change? What is $\nabla_b$? Check it.
# 2. **A window.** Each place may see itself and the two above. Write the mask. Which blocks of the Jacobian of section 5 are 0 now?
# 3. **Shared matrices.** Let $W_Q = W_K$. What is the gradient in the one matrix? Is $S$ symmetric? Is $P$?
# 4. **A temperature that is learned.** Let $P = \mathrm{softmax}(S/\tau)$. Derive $\partial L/\partial\tau$ from $\nabla_S$. Check it.
# 5. **The table twice.** Take the same $E$ for the scores, $Z = XE^T$. Its gradient then has two parts. Which?
#
# ## Summary
#
# Attention is three products and a softmax. Its gradient is six products, and the row sums without which the softmax
# is not gone through. What may not flow forward does not flow back. Positions are added, because attention knows no
# order. A block adds what it finds to what came in, and its way back is $G$ plus what comes through. Every step is a
# rule of chapters 02 to 05 and 10. Without the mask, the positions or the root something goes wrong.
#
# Next: chapter 12, two networks against each other.
