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
# Sources: all five documents of [the start](00_start_here.ipynb). Their numbers are short for their names here: 000 *the
# survival guide*, 001 *the L-layer note*, 002 *the MNIST note*, 003 *the linear algebra slides*, 004 *the matrix calculus
# slides*.
#
# Needs: chapter 04 for the conversions; each misprint stands by itself · about an hour for what is not folded, or look
# things up · the cells run in a few seconds.
#
# ## What you will do
# You compute the gradients of one network in five notations, and turn each into every other. Then you look up what is
# misprinted, and see all 24 wrong statements fail, and hold once they are mended.
#
# ## What you will learn
# - to ask of a text: is a sample a row or a column, which way does W go, where is the 1/N?
# - to carry a gradient from one convention to another, and to check it
# - to find any formula of the five documents in this book

# %%
from mlp_lib import calculus, datasets, networks, plotting, showing
from mlp_lib.networks import MLP
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, display

# %% [markdown]
# ## 1 · See it fail first
#
# One network serves for all conversions: 7 samples, 5 inputs, 4 hidden units, 3 classes. No two sizes are equal. Its hidden
# activation $f$ is no matter of notation: to compare the notations alone, all five documents get the sigmoid here.

# %%
N, D, M, C = 7, 5, 4, 3
rng = np.random.default_rng(10)
net = MLP((D, M, C), rng=rng, dtype=np.float64)
net.theta[:] = rng.normal(size=net.theta.size)
X, labels = rng.normal(size=(N, D)), rng.permutation(np.arange(N) % C)
Y = np.eye(C)[labels]                                    # one-hot rows
(W1, W2), (b1, b2) = net.W, (b[None] for b in net.b)     # biases as rows
print("W1", W1.shape, "b1", b1.shape, "W2", W2.shape, "b2", b2.shape)

# %%
def f(scores):
    return 1 / (1 + np.exp(-scores))


def f_slope(scores):
    return f(scores) * (1 - f(scores))


# %% [markdown]
# Now mix two documents. From the MNIST note take $z^{[1]} = XW^{[1]} + b^{[1]}$. From the matrix calculus slides take that
# the second layer is made of $z_1$: `z1 @ W2 + b2`.

# %% jupyter={"source_hidden": true}
z1 = X @ W1 + b1                                         # as 002 writes it
mixed = z1 @ W2 + b2                                     # as 004 writes it
right = f(z1) @ W2 + b2
assert mixed.shape == right.shape
assert not np.isclose(networks.cross_entropy(mixed, labels), networks.cross_entropy(right, labels))

predict("A mixed", "Where does numpy complain?",
        lambda: f"loss {networks.cross_entropy(right, labels):.3f}, mixed {networks.cross_entropy(mixed, labels):.3f}",
        choices=("at z1 @ W2", "at + b2", "nowhere"), answer=lambda _: "nowhere",
        why="The shapes agree, and the loss is wrong: in 002 z is the score, before the activation; in 004 it is the "
        "value, after it.")

# %% [markdown]
# The letter is the same, and what it means is not. These letters change their meaning between the documents:

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
names = ("survival\nguide", "L-layer\nnote", "MNIST\nnote", "linear algebra\nslides",
         "matrix calculus\nslides")
_, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
plotting.show_labels(list(letters.values()), ax=ax, xlabel="", ylabel="letter").set_aspect("auto")
ax.set_xticks(range(5), names)
ax.set_yticks(range(7), letters)
plotting.described(ax, "Seven letters by five documents, coloured by meaning. z is a score in two of them, the "
                   "target in a third, a value in a fourth; a, h, p, x and y change their meaning, too; only s "
                   "always is the score.")

# %% [markdown]
# Only $s$ always means the same. In the L-layer note $x^{(l)}$ is the value of any layer, so $x^{(0)}$ is the input and
# $x^{(L)}$ the probabilities. In the linear algebra slides $p_1$ is a hidden value and $p_2$ holds the probabilities; $h$
# stands in their listing only.
#
# ## 2 · The conventions side by side
#
# | | 000 survival guide | 001 L-layer note | 002 MNIST note | 003 linear algebra slides | 004 matrix calculus slides | `mlp_lib` |
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
# First the ones that all others have to meet: those of the library. `dW` and `db` hold one array a layer. Six programs that
# agree could all be wrong, so the library meets the measured slope first.

# %%
loss, dW, db = net.gradients(X, Y)
library = dW[0], db[0][None], dW[1], db[1][None]         # of W1, b1, W2, b2
showing.slopes("dL/dW1", lambda W: networks.cross_entropy(f(X @ W + b1) @ W2 + b2, labels), W1, library[0])


# %%
def agree(ours, theirs):
    return all(a.shape == b.shape and np.allclose(a, b) for a, b in zip(ours, theirs, strict=True))


# %% [markdown]
# ### The survival guide
#
# Samples are rows, and $1/N$ enters with the first error: $\partial L/\partial A^{(2)} = \frac1N(P-Y)$. The column of ones
# $\mathbf 1_N$ copies the bias to all rows, and its transpose adds up the rows.

# %%
def survival_guide(X, Y, W1, b1, W2, b2):
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
in_000 = survival_guide(X, Y, W1, b1, W2, b2)
assert agree(in_000, library)
showing.same("dL/dW2", survival_guide=in_000[2], library=library[2])


# %% [markdown]
# ### The L-layer note
#
# For a batch, too, samples are rows. But $\Delta^{(l)}$ has no $1/N$: it enters with the weights, (9), (17), (33), (41).
# Equation (34) turns both factors and turns the result back; $\vec 1$ is a row $1\times N$.

# %%
def l_layer_note(X0, Y, W1, B1, W2, B2):
    one = np.ones((1, len(X0)))
    S1 = X0 @ W1 + B1                                    # N × d1
    X1 = f(S1)
    E = np.exp(X1 @ W2 + B2)
    Delta2 = E / E.sum(axis=1, keepdims=True) - Y        # N × d2
    Delta1 = (f_slope(S1).T * (W2 @ Delta2.T)).T         # N × d1
    return tuple(A / len(X0) for A in (X0.T @ Delta1, one @ Delta1, X1.T @ Delta2, one @ Delta2))


# %% [markdown]
# Its batch gradients are the library's, as they stand.

# %%
in_001 = l_layer_note(X, Y, W1, b1, W2, b2)
assert agree(in_001, library)
showing.same("dE/dB1", L_layer_note=in_001[1], library=library[1])

# %% [markdown]
# For one sample the same document writes columns, though $W$ stays from × to: $s = W^Tx + b$, and by (7)
# $\partial e/\partial W^{(L)} = x^{(L-1)}\delta^{(L)T}$. The mean of these outer products is (9).

# %%
of_each = []
for x, y in zip(f(X @ W1 + b1)[:, :, None], Y[:, :, None]):       # columns d1 × 1 and d2 × 1
    e = np.exp(W2.T @ x + b2.T)
    of_each.append(x @ (e / e.sum() - y).T)              # (d1, 1) (1, d2)
showing.same("dE/dW2", mean_of_outer_products=np.mean(of_each, axis=0), library=library[2])


# %% [markdown]
# ### The MNIST note
#
# Rows again. Its arrays dW and db are *sums* over the batch, by Note 2: $B$ times the slope of the mean loss. (The document
# has three layers; here one hidden layer is left out.)

# %%
def mnist_note(X, y, W1, b1, W2, b2):
    z1 = X @ W1 + b1                                     # B × n1
    a1 = f(z1)
    e = np.exp(a1 @ W2 + b2)
    dz2 = e / e.sum(axis=1, keepdims=True) - y           # B × K
    da1 = dz2 @ W2.T
    dz1 = da1 * f_slope(z1)
    return X.T @ dz1, dz1.sum(axis=0, keepdims=True), a1.T @ dz2, dz2.sum(axis=0, keepdims=True)


# %% [markdown]
# To convert, divide by $B$: here by 7.

# %%
in_002 = mnist_note(X, Y, W1, b1, W2, b2)
assert agree([A / N for A in in_002], library)
showing.differs("db2 and the library's", db2=in_002[3], library=library[3])


# %% [markdown]
# ### The linear algebra slides
#
# One sample, a column; the loss is that sample's. $W$ goes to × from: its row $j$ belongs to score $j$. The chain rule runs
# from right to left, with derivatives in the layout inputs × outputs: $\partial L/\partial s_2 = D\,\partial L/\partial p_2$.

# %%
def linear_algebra_slides(x, z, W1, b1, W2, b2):
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


in_003 = mean_over_samples(linear_algebra_slides)
assert agree([A.T for A in in_003], library)
showing.same("dL/dW2, which is to × from", linear_algebra_slides=in_003[2], library_turned=library[2].T)


# %% [markdown]
# ### The matrix calculus slides
#
# Columns and one sample, too. Other letters, and no Jacobian: the gradient is read off the differential. The two errors
# differ by one activation, so $\nabla_{\vec z_1}L = W_2^T\nabla_{\vec h_2}L$ stands between them.

# %%
def matrix_calculus_slides(x, y, W1, b1, W2, b2):
    h1 = W1 @ x + b1                                     # M1 × 1
    z1 = f(h1)
    sigma2 = np.exp(W2 @ z1 + b2)
    sigma2 = sigma2 / (np.ones((1, len(y))) @ sigma2)
    at_h2 = sigma2 - y                                   # M2 × 1
    at_h1 = (W2.T @ at_h2) * f_slope(h1)
    return at_h1 @ x.T, at_h1, at_h2 @ z1.T, at_h2


in_004 = mean_over_samples(matrix_calculus_slides)
assert agree(in_004, in_003)
showing.same("gradient by b1", matrix_calculus_slides=in_004[1], library_turned=library[1].T)


# %% [markdown]
# ### Each into each
#
# Two acts are enough: a transposition, and a division by $N$. With the way there and the way back for each document, any
# gradient can go from any to any. All 25 pairs are tried, four gradients each; one of them is shown.

# %%
def unchanged(A):
    return A


to_library = {"000": unchanged, "001": unchanged, "002": lambda A: A / N, "003": np.transpose,
              "004": np.transpose}
from_library = {**to_library, "002": lambda A: A * N}
native = {"000": in_000, "001": in_001, "002": in_002, "003": in_003, "004": in_004}
for here, there in np.array(np.meshgrid(list(native), list(native))).reshape(2, -1).T:
    converted = [from_library[there](to_library[here](A)) for A in native[here]]
    assert agree(converted, native[there])
showing.same("dW2, from the MNIST note to the linear algebra slides",
             converted=np.transpose(in_002[2] / N), their_own=in_003[2])

# %% [markdown]
# One way is closed. From the gradients of single samples you get their mean; from the mean you do not get them back.

# %% jupyter={"source_hidden": true}
single = linear_algebra_slides(X.T[:, [2]], Y.T[:, [2]], *turned)
away = np.linalg.norm(single[0] - in_003[0]) / np.linalg.norm(in_003[0])
assert away > 0.5

predict("A single sample", "How far is the gradient of sample 2 from the mean, in lengths of the mean?",
        lambda: round(float(away), 1), between=(0, 4), near=0.15,
        why="A formula for one sample is not wrong by a factor: it answers another question.")


# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the listing of the linear algebra slides

# %% [markdown]
# The program at the end of the linear algebra slides uses neither of their conventions: rows, $W$ from × to, no bias, and the
# *sum* of the squared errors over all samples and outputs. The library's `squared_error` is the mean over the samples.

# %%
def listing(x, y, w1, w2):
    h = 1 / (1 + np.exp(-x.dot(w1)))
    grad_y_pred = 2.0 * (h.dot(w2) - y)
    grad_h = grad_y_pred.dot(w2.T)
    return x.T.dot(grad_h * h * (1 - h)), h.T.dot(grad_y_pred)

# %% [markdown]
# Divided by $N=7$ they are the library's:

# %%
plain = MLP((D, M, C), loss=networks.squared_error, rng=0, dtype=np.float64)       # biases are 0
by_listing = [A / N for A in listing(X, Y, *plain.W)]
assert agree(by_listing, plain.gradients(X, Y)[1])
showing.same("dL/dW2", listing=by_listing[1], library=plain.gradients(X, Y)[1][1])

# %% [markdown]
# ## 4 · Layout: a vector by a vector
#
# For a scalar loss all five agree: its derivative has the shape of the thing. They part where scores are differentiated by
# values. For one sample $z_2 = aW_2 + b_2$ takes $M$ values to $C$ scores.

# %%
a = f(X @ W1 + b1)[2]                                    # (M,)
J = calculus.jacobian(lambda a: a @ W2 + b2[0], a)
showing.same("dz/da", measured=J, W2_turned=W2.T)

# %% [markdown]
# $C\times M$, outputs × inputs: so write the MNIST note in (27), and the Jacobian slide of the linear algebra slides. From
# their "Linear equation" on these write inputs × outputs, $\partial s/\partial x = W^T$ with their own $W$. The chain rule
# turns round with it: a slope $g$ that arrives at the scores comes from the left, or from the right.

# %%
g = rng.normal(size=C)                                   # a slope that arrives at the scores
slides_W2 = W2.T                                         # to × from
assert np.allclose(slides_W2.T, J.T)                     # 003: M × C
showing.same("the slope at the values", MNIST_note=g @ J, linear_algebra_slides=slides_W2.T @ g)

# %% [markdown]
# The survival guide does not flatten. For the whole batch it has a tensor with all outputs first, then all inputs, and its
# product sums over two indices. The L-layer note has entries only: $\partial s_k/\partial x_j = w_{jk}$, (26).

# %%
T = calculus.derivative(lambda H: H @ W2 + b2, f(X @ W1 + b1))
assert T.shape == (N, C, N, M)
by_tensor = np.tensordot(np.tile(g, (N, 1)), T, axes=2)[2]
by_entries = [sum(g[k] * W2[j, k] for k in range(C)) for j in range(M)]
showing.same("the slope at the values", survival_guide=by_tensor, L_layer_note=by_entries, MNIST_note=g @ J)

# %% [markdown]
# The matrix calculus slides have none of these. They read $W_2^T\nabla L$ off $\mathrm{Tr}(\nabla L^TW_2\,dz)$. All of them
# send the same four numbers down.
#
# ## 5 · Switch the convention
#
# One derivation, five ways to write it: the gradient of a softmax layer's $W$, without a bias. Left are the formulas with
# their shapes, right the numbers of 4 samples with 3 inputs and 2 classes. Orange is one weight, and all that its slope is
# made of; blue is one sample.
#
# By keyboard: Tab to the list, Space opens it, arrow keys and Enter choose; arrow keys move a slider.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import switch_convention

switch_convention()

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: what the three tasks show

# %% [markdown]
# From 000 to 001 only the error changes, by the factor $N=4$. In 003 and 004 the weight is mirrored, and the gradient is one
# sample's; the mean of all is the library's, mirrored. 000 and 001 show the library's numbers as they are. The update is the
# same step in all five. (Only the listing in 003 and 004 print an update; the others stop at the gradient. 004 divides its
# direction by its length, so its own step is longer or shorter.)

# %% [markdown]
# ## 6 · The misprints, by document
#
# Two kinds. An **error** teaches something wrong: who follows it computes wrong numbers, or none. A **slip** is a letter, an
# index, a number or a word that is wrong on the page; nothing later inherits it. The tables are made from the formula
# index, `datasets.load_formulas()`.

# %%
from collections import Counter

formulas = datasets.load_formulas()
kinds = {"wrong": "error", "typo": "slip"}
count = Counter((row.document, kinds[row.verdict]) for row in formulas if row.verdict in kinds)
for document in sorted(native):
    print(document, {kind: count[document, kind] for kind in kinds.values()})
print("together", {kind: sum(count[document, kind] for document in native) for kind in kinds.values()})

# %% [markdown]
# 24 errors and 36 slips in 379 statements. Most slips are an index that is missing or belongs elsewhere.
#
# A cell that teaches a formula carries its number as a tag. So the section that teaches it can be read off the notebooks.
# Chapters 10 to 12 count what the book derives beyond the documents.

# %% jupyter={"source_hidden": true}
import json
import re
from html import escape
from pathlib import Path


def sections(notebook):
    """Section in which each tag of a notebook stands first: a dict from tag to heading."""
    found, heading = {}, ""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            heading = (re.findall("^## (.+)$", "".join(cell["source"]), re.M) or [heading])[-1]
        for tag in cell["metadata"].get("tags", []):
            found.setdefault(tag, heading)
    return found


books = {path.name[:2]: path for path in sorted(Path().glob("[01]*_*.ipynb")) if path.name[:2] != "00"}
taught = {chapter: sections(path) for chapter, path in books.items()}
every = datasets.load_formulas(book=True)
counted = Counter(row.chapter for row in every if row.id in taught[row.chapter])
print("formulas taught, by chapter:", {chapter: counted[chapter] for chapter in taught})

# %% [markdown]
# A link opens the chapter, and names the section; JupyterLab's list of contents, on the left, goes there.

# %% jupyter={"source_hidden": true}
def link(row):
    section = taught[row.chapter][row.id].split(" ")[0]
    return f'<a href="{books[row.chapter].name}">{row.chapter}, § {section}</a>'


def table(names, rows):
    left = 'style="text-align: left"'
    head = "".join(f'<th scope="col" {left}>{name}</th>' for name in names)
    lines = "".join("<tr>" + "".join(f"<td {left}>{x}</td>" for x in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def misprints(document):
    """Table of all that is wrong or misprinted in a document, in its own order."""
    return HTML(table(["number", "where it stands", "kind", "as it stands", "right", "taught"], [
        (row.id, escape(f"{row.section}: {row.title}"), kinds[row.verdict], escape(row.statement), escape(row.correction),
         link(row)) for row in formulas if row.document == document and row.verdict in kinds]))


# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Misprints of the survival guide (000)

# %% tags=["nbval-ignore-output"]
misprints("000")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Misprints of the L-layer note (001)

# %% tags=["nbval-ignore-output"]
misprints("001")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Misprints of the MNIST note (002)

# %% tags=["nbval-ignore-output"]
misprints("002")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Misprints of the linear algebra slides (003)

# %% tags=["nbval-ignore-output"]
misprints("003")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Misprints of the matrix calculus slides (004)

# %% tags=["nbval-ignore-output"]
misprints("004")

# %% [markdown]
# ## 7 · The 24 errors, failed and mended
#
# Below each heading the errors of one document. A ✗ shows what the printed form gives, a ✓ that the mended form holds: it
# meets a measured slope, or the library, or a number that was computed again. Half of the errors fail by their shapes, a
# quarter against a measured slope or differential. The last quarter, such as a logarithm of the wrong base, only show when
# a number is computed again.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Errors of the survival guide: chain rules, losses, a bracket

# %% [markdown]
# **S0-P6 · Chain rule with arguments** ([chapter 01](01_prerequisites.ipynb)). Printed:
# $\frac{\partial h}{\partial y_i}(a)=\sum_j\frac{\partial g}{\partial x_j}(f_j(a))\frac{\partial f_j}{\partial y_i}(a)$.
# But $f_j(a)$ is one number, and $\partial g/\partial x_j$ needs the point $(f_1(a),\dots,f_n(a))$. Take
# $f(y)=Ay$ and $g(x) = x_1^2x_2$.

# %% tags=["S0-P6", "fails-as-printed", "mended"]
def g_slopes(x):
    return np.array([2 * x[0] * x[1], x[0] ** 2])


A, a = rng.normal(size=(2, 3)), rng.normal(size=3)
display(showing.refused("the slopes of g at one number", lambda: g_slopes((A @ a)[0]) @ A, IndexError),
        showing.slopes("dh/dy", lambda y: (A @ y)[0] ** 2 * (A @ y)[1], a, g_slopes(A @ a) @ A))


# %% [markdown]
# **S0-N3 · Product of two derivatives** ([chapter 02](02_matrix_calculus.ipynb)). Printed: the sum over $k_1k_2$ of
# $\frac{\partial X_{i_2i_1}}{\partial Y_{k_1k_2}}\frac{\partial Y_{k_1k_2}}{\partial Z_{j_1j_2}}$. But
# $i_2i_1$ belongs to $X^T$. It has to be $X_{i_1i_2}$. Take $Y=PZQ$ and $X=R\,(Y\odot Y)\,S$.

# %% tags=["S0-N3", "fails-as-printed", "mended"]
P, Q, R, S, Z = (rng.normal(size=s) for s in ((4, 2), (3, 5), (6, 4), (5, 7), (2, 3)))
dX_dY = calculus.derivative(lambda Y: R @ Y**2 @ S, P @ Z @ Q)
dY_dZ = calculus.derivative(lambda Z: P @ Z @ Q, Z)
dX_dZ = calculus.derivative(lambda Z: R @ (P @ Z @ Q) ** 2 @ S, Z)
printed, mended = (np.einsum(f"{ij}kl,klcd->abcd", dX_dY, dY_dZ) for ij in ("ba", "ab"))
display(showing.differs("dX/dZ", as_printed=printed, measured=dX_dZ),
        showing.same("dX/dZ", mended=mended, measured=dX_dZ))

# %% [markdown]
# **S0-S4-L · Loss of the softmax layer** ([chapter 03](03_softmax.ipynb)). Printed:
# $L=-\frac1N\sum_i Y_i\odot\log P_i$. But $Y_i$ and $P_i$ are rows, and a sum of rows is a row. The sum over
# the classes is missing.

# %% tags=["S0-S4-L", "fails-as-printed", "mended"]
P = np.exp(X @ W1)[:, :C] / np.exp(X @ W1)[:, :C].sum(axis=1, keepdims=True)     # any probabilities
printed = -sum(Y[i] * np.log(P[i]) for i in range(N)) / N
library_loss = networks.cross_entropy(np.log(P), labels)
display(showing.differs("L", as_printed=printed, library=library_loss),
        showing.same("L", mended=-(Y * np.log(P)).sum() / N, library=library_loss))

# %% [markdown]
# **S0-S4-D1 · Log-softmax, $j\ne c_k$** ([chapter 03](03_softmax.ipynb)). Printed:
# $\frac{\partial_{Z_{ij}}e^{Z_{kc_k}}}{P_{kc_k}}=\frac{-e^{Z_{kc_k}}e^{Z_{ij}}}{(\sum_l e^{Z_{kl}})^2}=\dots=-P_{kj}$, with
# $i=k$. The end is right. But the first fraction is 0 (it differentiates $e^{Z_{kc_k}}$, not $P_{kc_k}$), and
# the second lacks $1/P_{kc_k}$. One row of scores, its class $c$, and another class $j$:

# %%
Z, c, j = rng.normal(size=C), 0, 2
E, p = np.exp(Z), np.exp(Z) / np.exp(Z).sum()
slopes = calculus.gradient(lambda Z: np.log(np.exp(Z[c]) / np.exp(Z).sum()), Z)
print("slopes of log P by the three scores:", slopes.round(4))

# %% [markdown]
# The first fraction, the second, and the second times $1/P_{kc_k}$ beside the end of the chain:

# %% tags=["S0-S4-D1", "fails-as-printed", "mended"]
first, second = calculus.gradient(lambda Z: np.exp(Z[c]), Z)[j] / p[c], -E[c] * E[j] / E.sum() ** 2
display(showing.differs("slope of log P by score j", first_fraction=first, measured=slopes[j]),
        showing.differs("slope of log P by score j", second_fraction=second, measured=slopes[j]),
        showing.same("slope of log P by score j", mended=second / p[c], end=-p[j], measured=slopes[j]))

# %% [markdown]
# **S0-S4-D2 · Log-softmax, $j=c_k$** ([chapter 03](03_softmax.ipynb)). Printed:
# $\frac{e^{Z_{kc_k}}\sum_l e^{Z_{kl}}-e^{Z_{kc_k}}e^{Z_{ij}}}{(\sum_l e^{Z_{kl}})^2}=1-P_{kj}$. But the
# fraction is the slope of $P_{kc_k}$. It needs the factor $1/P_{kc_k}$, too.

# %% tags=["S0-S4-D2", "fails-as-printed", "mended"]
fraction = (E[c] * E.sum() - E[c] * E[c]) / E.sum() ** 2
display(showing.differs("slope of log P by score c", as_printed=fraction, measured=slopes[c]),
        showing.same("slope of log P by score c", mended=fraction / p[c], end=1 - p[c], measured=slopes[c]))

# %% [markdown]
# **S0-S5-L · Loss of the two-layer network** ([chapter 04](04_two_layer.ipynb)). Printed:
# $L_{ce}=-\frac1N\sum_iY_i\odot\log P_i$. It fails as S0-S4-L does. The mended form can also be written
# $-\frac1N\sum_iY_i(\log P_i)^T$.

# %% tags=["S0-S5-L", "fails-as-printed", "mended"]
P = net.predict_proba(X)
printed = -sum(Y[i] * np.log(P[i]) for i in range(N)) / N
display(showing.differs("L", as_printed=printed, library=loss),
        showing.same("L", mended=-sum(Y[i] @ np.log(P[i]).T for i in range(N)) / N, library=loss))


# %% [markdown]
# **S0-S5-G1 · Gradient of $W^{(1)}$** ([chapter 04](04_two_layer.ipynb)). Printed:
# $X^T\big((A^{(1)}>0)\odot(\frac1N(P-Y))(W^{(2)})^T\big)$. But $\odot$ meets $N\times M$ and $N\times C$. The
# bracket has to close after $(W^{(2)})^T$. First the ReLU network's loss, and its error in the scores, $\frac1N(P-Y)$:

# %%
def relu_scores(W):
    return np.maximum(X @ W + b1, 0) @ W2 + b2


mask, error = X @ W1 + b1 > 0, networks.cross_entropy.gradient(relu_scores(W1), labels)
print("mask", mask.shape, "error", error.shape)

# %% [markdown]
# Now the two ways to set the bracket:

# %% tags=["S0-S5-G1", "fails-as-printed", "mended"]
mended = X.T @ (mask * (error @ W2.T))
display(showing.refused("mask ⊙ error", lambda: X.T @ ((mask * error) @ W2.T)),
        showing.slopes("dL/dW1", lambda W: networks.cross_entropy(relu_scores(W), labels), W1, mended))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Errors of the L-layer note: a row that is called a column

# %% [markdown]
# **S1-E17t · Shape of the bias gradient** ([chapter 05](05_deep_backprop.ipynb)). Printed: $\partial E/\partial B^{(L)}$ is
# a $[1\times d^{(L)}]$ column vector. But $1\times d$ is a row. A column would turn the bias into a square.

# %% tags=["S1-E17t", "fails-as-printed", "mended"]
gradient = in_001[3]                                     # by (17)
column, scores = gradient.reshape(C, 1), f(X @ W1 + b1) @ W2
display(showing.differs("the bias after a step", by_a_column=b2 - 0.1 * column, by_a_row=b2 - 0.1 * gradient),
        showing.slopes("dE/dB2", lambda b: networks.cross_entropy(scores + b, labels), b2, gradient))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Errors of the MNIST note: sizes and a layer's number

# %% [markdown]
# All four are taught in [chapter 06](06_three_layer_mnist.ipynb).
#
# **S2-DIM · Number of pixels.** Printed: $n_0=28\times28=284$. But it is 784.

# %% tags=["S2-DIM", "fails-as-printed", "mended"]
digits = datasets.load_mnist().X_test[:2]
display(showing.refused("two digits times 284 × 200", lambda: digits @ np.zeros((284, 200))),
        showing.same("pixels", mended=28 * 28, of_a_digit=digits.shape[1]))

# %% [markdown]
# **S2-E37s · Shape of $a^{[1,i]}$.** Printed: $B\times n_1$. But it is one sample's row, $1\times n_1$;
# the stacked batch is $B\times n_1$. The next layer shows it: $z^{[2,i]}$ has to be one row.

# %% tags=["S2-E37s", "fails-as-printed", "mended"]
a1 = f(X @ W1 + b1)
row = a1[[2]] @ W2 + b2
display(showing.differs("z of sample 2", as_printed=np.tile(a1[[2]], (N, 1)) @ W2 + b2, one_row=row),
        showing.same("z of sample 2", mended=row, row_of_the_batch=(a1 @ W2 + b2)[[2]]))

# %% [markdown]
# **S2-E43 · Scores by values.** Printed: $(\partial z^{[2,i]}/\partial a^{[1,i]})_{(j,r)}=w_{rj}^{[1]}$. But
# the weight belongs to layer 2, and $W^{[1]}$ has another size.

# %% tags=["S2-E43", "fails-as-printed", "mended"]
measured = calculus.jacobian(lambda a: a @ W2 + b2[0], a1[2])
display(showing.differs("dz/da", as_printed=W1.T, measured=measured),
        showing.same("dz/da", mended=W2.T, measured=measured))


# %% [markdown]
# **S2-E44 · Gradient at $a^{[1]}$.** Printed: $\sum_j(\partial L/\partial z^{[2,i]})_{1,j}\,w_{rj}^{[1]}$. It fails for
# the same reason; with $w_{rj}^{[2]}$ it holds.

# %% tags=["S2-E44", "fails-as-printed", "mended"]
dz2 = networks.cross_entropy.gradient(a1 @ W2 + b2, labels)
display(showing.refused("dz2 times W1 turned", lambda: dz2 @ W1.T),
        showing.slopes("dL/da1", lambda a: networks.cross_entropy(a @ W2 + b2, labels), a1, dz2 @ W2.T))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Errors of the linear algebra slides: eigenvalues, singular vectors, a layout, a logarithm

# %% [markdown]
# The first five belong to [chapter 08](08_svd.ipynb).
#
# **S3-EIG-ON · Orthonormal eigenvectors.** Printed for any $n\times n$ matrix: $x_i^Tx_j=\delta_{ij}$. But this
# needs a symmetric (or normal) matrix. Sizes of $x_i^Tx_j$, for a matrix that is not symmetric, and for a symmetric one:

# %% tags=["S3-EIG-ON", "fails-as-printed", "mended"]
A = np.triu(rng.normal(size=(4, 4))) + np.diag([1, 3, 5, 7])      # its eigenvalues differ, and are real
x, y = np.linalg.eig(A)[1], np.linalg.eigh(A + A.T)[1]
display(showing.differs("not symmetric", as_printed=np.eye(4), found=np.abs(x.T @ x)),
        showing.same("symmetric", wanted=np.eye(4), found=np.abs(y.T @ y)))

# %% [markdown]
# **S3-EIG-RK · Rank by eigenvalues.** Printed: the rank is the number of eigenvalues that are not zero. But
# some matrices lack eigenvectors. The number of *singular values* that are not zero always is the rank.

# %% tags=["S3-EIG-RK", "fails-as-printed", "mended"]
A = np.array([[0.0, 1.0], [0.0, 0.0]])
rank, sigma = np.linalg.matrix_rank(A), np.linalg.svd(A, compute_uv=False)
display(showing.differs("rank", eigenvalues_not_0=np.count_nonzero(np.linalg.eigvals(A)), right=rank),
        showing.same("rank", singular_values_not_0=np.count_nonzero(sigma), right=rank))


# %% [markdown]
# **S3-EIG-SUM · Spectral sum.** Printed for full rank: $\sum_i\sigma_ix_ix_i^T$ (the left side, $A$, is missing). But
# $A$ must be symmetric, with orthonormal $x_i$; its rank does not matter. For any diagonalisable $A$ put rows of
# $X^{-1}$ in place of $x_i^T$.

# %%
def spectral_sum(values, left, right):
    return sum(s * np.outer(u, v) for s, u, v in zip(values, left.T, right))


# %% [markdown]
# A matrix of full rank that is not symmetric, and a symmetric one of rank 2:

# %% tags=["S3-EIG-SUM", "fails-as-printed", "mended"]
A, flat = np.array([[2.0, 1, 0], [0, 3, 1], [0, 0, 5]]), np.array([[1.0, 2, 0], [2, 4, 0], [0, 0, 3]])
values, x = np.linalg.eig(A)
flat_values, y = np.linalg.eigh(flat)
display(showing.differs("not symmetric", as_printed=spectral_sum(values, x, x.T), A=A),
        showing.same("not symmetric", with_the_inverse=spectral_sum(values, x, np.linalg.inv(x)), A=A),
        showing.same("symmetric, rank 2", as_printed=spectral_sum(flat_values, y, y.T), A=flat))

# %% [markdown]
# **S3-SVD-P5c · Pairs of singular vectors.** Printed: $Au_k=\sigma_kv_k$, $A^Tv_k=\sigma_ku_k$. But $u$ and
# $v$ are exchanged. If $A$ is not square, the products do not exist.

# %% tags=["S3-SVD-P5c", "fails-as-printed", "mended"]
A = rng.normal(size=(5, 3))
U, s, Vt = np.linalg.svd(A)
u, v = U[:, 1] * np.sign(Vt[1, 0]), Vt[1] * np.sign(Vt[1, 0])
display(showing.refused("A u", lambda: A @ u), showing.same("A v", mended=A @ v, sigma_u=s[1] * u),
        showing.same("A turned, u", mended=A.T @ u, sigma_v=s[1] * v))

# %% [markdown]
# **S3-SOL-H5 · Which column of $V$ solves $Ax=0$.** Printed: the one for the "null (non-zero)" singular value. But
# a vector with singular value $\sigma$ has $\|Ax\|=\sigma$. It has to be the one for zero; with noise, the smallest.

# %% tags=["S3-SOL-H5", "fails-as-printed", "mended"]
A[:, 2] = A[:, 0] + A[:, 1]                              # rank 2
U, s, Vt = np.linalg.svd(A)
display(showing.differs("length of Ax", singular_value_not_0=np.linalg.norm(A @ Vt[0]), wanted=0),
        showing.same("length of Ax", singular_value_0=np.linalg.norm(A @ Vt[2]), wanted=0))


# %% [markdown]
# **S3-JAC-NOTE · Layout of the Jacobian** ([chapter 01](01_prerequisites.ipynb)). Printed beside a $3\times2$ matrix: it is
# defined as $2\times3$. But three outputs and two inputs make $3\times2$ by the slide's own definition; the
# transpose is the other layout.

# %% tags=["S3-JAC-NOTE", "fails-as-printed", "mended"]
def from_the_slide(x):
    return np.array([2 * x[0] + x[1] ** 2, -x[0] ** 2 + 3 * x[1], 4 * x[0] * x[1]])


J = calculus.jacobian(from_the_slide, np.array([2.0, 1.0]))
display(showing.differs("J at (2, 1)", if_it_were_2_by_3=J.T, measured=J),
        showing.same("J at (2, 1)", by_the_slides_entries=[[2, 2], [-4, 3], [4, 8]], measured=J))

# %% [markdown]
# **S3-LL-SMEX · The cat** ([chapter 03](03_softmax.ipynb)). Printed: $-\log(0.13)=0.89$. But the logarithm of
# these slides is the natural one; 0.89 comes from base 10.

# %% tags=["S3-LL-SMEX", "fails-as-printed", "mended"]
display(showing.differs("loss of the cat", as_printed=0.89, natural_logarithm=round(-np.log(0.13), 2)),
        showing.same("where 0.89 comes from", as_printed=0.89, base_10=round(-np.log10(0.13), 2)))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Errors of the matrix calculus slides: a sign, the determinant's law, brackets

# %% [markdown]
# All five are taught in [chapter 02](02_matrix_calculus.ipynb).
#
# **S4-GD4 · Update.** Printed: $x_{t+1}=x_t-\alpha_td_t^*$. But $d^*=-\nabla f/\|\nabla f\|$ already
# points downhill. It has to be a plus. For $f(x)=\|x\|^2$:

# %% tags=["S4-GD4", "fails-as-printed", "mended"]
x = rng.normal(size=D)
downhill = -2 * x / np.linalg.norm(2 * x)
up, before, down = (np.sum((x + step * downhill) ** 2) for step in (-0.1, 0, 0.1))
assert down < before < up
showing.differs(f"f, which was {before:.3f} before the step", as_printed=up, with_a_plus=down)

# %% [markdown]
# **S4-T1.6 · Law of the determinant.** Printed: $d|D|=\frac1N|D|\,\mathrm{Tr}(D^{-1}dD)$. But there is no
# $1/N$. A right differential leaves a remainder that shrinks as the square of the step.

# %% tags=["S4-T1.6", "fails-as-printed", "mended"]
A, dA = 2 * np.eye(3) + 0.5 * rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
right = np.linalg.det(A) * np.trace(np.linalg.inv(A) @ dA)
display(showing.remainder("d|A|, as printed", np.linalg.det, A, dA, right / 3, wrong=True),
        showing.remainder("d|A|, mended", np.linalg.det, A, dA, right))


# %% [markdown]
# **S4-E2.3d · The misfit in traces** ($-2$ times the log-likelihood, without constants; as in chapter 02). Printed: the
# first term is $\frac ND\mathrm{Tr}(\Sigma^{-1}d\Sigma)$, by law 6. It has to be
# $N\,\mathrm{Tr}(\Sigma^{-1}d\Sigma)$. The points are as many as above, in the plane of the first two inputs.

# %%
def misfit(Sigma):
    return N * np.log(np.linalg.det(Sigma)) + np.trace(np.linalg.inv(Sigma) @ scatter)


scatter = (X[:, :2] - X[:, :2].mean(axis=0)).T @ (X[:, :2] - X[:, :2].mean(axis=0))
Sigma, dSigma = np.array([[1.5, 0.4], [0.4, 0.8]]), np.array([[0.3, 0.2], [0.2, -0.5]])
print(f"misfit {misfit(Sigma):.3f}")

# %% [markdown]
# The remainder again, with the printed first term and with the mended one ($D=2$):

# %% tags=["S4-E2.3d", "fails-as-printed", "mended"]
inv = np.linalg.inv(Sigma)
first, second = np.trace(inv @ dSigma), np.trace(inv @ scatter @ inv @ dSigma)
display(showing.remainder("as printed", misfit, Sigma, dSigma, N / 2 * first - second, wrong=True),
        showing.remainder("mended", misfit, Sigma, dSigma, N * first - second))

# %% [markdown]
# **S4-E2.3e · Gradient by $\Sigma$.** Printed:
# $\frac ND\Sigma^{-1}-\sum_i\Sigma^{-1}(x_i-\mu)(x_i-\mu)^T\Sigma^{-1}$. But the $1/D$ is inherited. Without
# it the gradient holds.

# %% tags=["S4-E2.3e", "fails-as-printed", "mended"]
mended = N * inv - inv @ scatter @ inv
display(showing.differs("gradient by Σ", as_printed=N / 2 * inv - inv @ scatter @ inv, right=mended),
        showing.slopes("gradient by Σ", misfit, Sigma, mended))


# %% [markdown]
# **S4-E3.1-F · Gradient through an inverse.** Printed:
# $\nabla_Bf=-B^{-T}A^Tx\odot(\sigma\odot(h)(1-\sigma\odot(h)))z^TB^{-T}$. But brackets and an $\odot$ are
# missing: read from the left, the numbers are wrong. It has to be
# $-B^{-T}\big[(A^Tx)\odot\sigma(h)\odot(1-\sigma(h))\big]z^TB^{-T}$. The function:

# %%
def through_inverse(B):
    return (x.T @ A @ f(np.linalg.inv(B) @ z + b))[0, 0]


x, A, z, b = (rng.normal(size=size) for size in ((4, 1), (4, 3), (3, 1), (3, 1)))
B = 2 * np.eye(3) + 0.3 * rng.normal(size=(3, 3))
print(f"f = {through_inverse(B):.4f}")

# %% [markdown]
# And the two readings of its gradient:

# %% tags=["S4-E3.1-F", "fails-as-printed", "mended"]
turned_inv, slope = np.linalg.inv(B).T, f_slope(np.linalg.inv(B) @ z + b)
mended = -turned_inv @ ((A.T @ x) * slope) @ z.T @ turned_inv
from_the_left = ((-turned_inv @ A.T @ x) * slope) @ z.T @ turned_inv
display(showing.differs("gradient by B", from_the_left=from_the_left, right=mended),
        showing.slopes("gradient by B", through_inverse, B, mended))

# %% [markdown]
# ## 8 · The formula index
#
# All 379 numbered statements, and what chapters 10 to 12 derive beyond them. Open a chapter, or search the page for a number
# once its chapter is open. *incomplete* means that a condition or a case is missing, *ambiguous* that only one of two
# readings holds; the chapter says which.

# %% tags=["nbval-ignore-output"]
def chapter_table(chapter):
    rows = [row for row in every if row.chapter == chapter]
    lines = [(row.id, escape(row.title), row.verdict, link(row)) for row in rows]
    name = books[chapter].stem[3:].replace("_", " ")
    return (f"<details><summary>Chapter {chapter}, {name}: {len(rows)} formulas</summary>"
            + table(["number", "title", "verdict", "where"], lines) + "</details>")


HTML("".join(chapter_table(chapter) for chapter in sorted(books)))

# %% [markdown]
# `S2-E19` is equation 19 of document 002; `P` and `N` are the survival guide's prerequisites and notations, `L` lemmas, `T`
# tables or items of a theorem, `NET` the networks of the linear algebra slides. The full statement of any of them, by its
# number:

# %%
def statement(number):
    """What a document states, and what is right."""
    (row,) = [row for row in formulas if row.id == number]
    return HTML(table(["number", "verdict", "as it stands", "right", "taught"],
                      [(row.id, row.verdict, escape(row.statement), escape(row.correction), link(row))]))

# %% [markdown]
# Put another number here:

# %% tags=["nbval-ignore-output"]
statement("S4-T1.6")

# %% [markdown]
# ## 9 · Break it
#
# ### Forget the 1/B
#
# Take the MNIST note's dW for the gradient of the mean loss, and step with a rate of 0.5, which suits the mean. The batch has
# 700 samples: the 7 from above, a hundred times.

# %% jupyter={"source_hidden": true}
many, targets = np.tile(X, (100, 1)), np.tile(Y, (100, 1))


def loss_after(gradients, rate=0.5):
    V1, c1, V2, c2 = (A - rate * G for A, G in zip((W1, b1, W2, b2), gradients))
    return networks.cross_entropy(f(many @ V1 + c1) @ V2 + c2, targets)


summed = mnist_note(many, targets, W1, b1, W2, b2)
by_mean, by_sum = loss_after([G / 700 for G in summed]), loss_after(summed)
assert by_mean < loss < by_sum / 10

predict("A forgotten 1/B", f"The loss is {loss:.2f}. What is it after one step by the sum?",
        lambda: f"by the mean {by_mean:.2f}, by the sum {by_sum:.0f}",
        choices=("a little smaller", "nearly 0", "more than a hundred"), answer=lambda _: "more than a hundred",
        why="No shape has changed, and no error is raised. The step is 700 times too long.")

# %% [markdown]
# A rate belongs to the convention that it was chosen in.
#
# ### Forget to turn W
#
# A layer with as many outputs as inputs, and a step that takes the column form's gradient as it is.

# %% jupyter={"source_hidden": true}
V = rng.normal(size=(D, D))                              # from × to
g_column = rng.normal(size=(D, N)) @ X                   # to × from
assert (V - 0.1 * g_column).shape == (V - 0.1 * g_column.T).shape

predict("A not turned", "What happens?",
        lambda: showing.differs("W after the step", not_turned=V - 0.1 * g_column, turned=V - 0.1 * g_column.T),
        choices=("an error", "wrong numbers", "the right numbers"), answer=lambda _: "wrong numbers",
        why="Square sizes hide a wrong transpose. Only the diagonal is right.")

# %% [markdown]
# Where $D\ne M$, numpy says so:

# %%
showing.refused("W1 less a gradient that is not turned", lambda: W1 - 0.1 * in_003[0])

# %% [markdown]
# This is why no network of this appendix has two equal sizes.
#
# ## Exercises
#
# Answer first, then check with `agree`.
#
# 1. **ReLU.** Replace `f` and `f_slope`. Which of the five programs change? Run section 3 again, and compare with
#    `other = MLP((D, M, C), relu, dtype=np.float64)` after `from mlp_lib.networks import relu` and
#    `other.theta[:] = net.theta`.
# 2. **Layers from 0.** Write (33), (34) of the L-layer note for layers that count from 0, as Python's lists do. Which index is
#    the input's? Check on `net`.
# 3. **A sixth convention.** PyTorch's `Linear` holds $W$ as to × from, but samples are rows: $XW^T+b$. Which shape has the
#    gradient of $W$? Add the document "torch" to `native`, `to_library` and `from_library`.
# 4. **The sum and the rate.** With the sum instead of the mean, and the rate divided by the batch size, is every step the
#    same? And with an $L^2$ penalty $\lambda\|W\|^2$? Check on `MLP(..., l2=0.1)`.
# 5. **Find one yourself.** Pick a row whose verdict is *incomplete*, write down a case in which it fails, and check it.
#
# ## Summary
#
# Five documents, two differences that matter for the numbers: a transposition, and where the mean is taken. The letters
# change more than the mathematics: $z$ alone has three meanings. 24 statements are wrong as printed, and 36 have a slip; all
# of them stand in section 6, with what is right.
#
# Back to [the start](00_start_here.ipynb).
