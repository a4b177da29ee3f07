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
# # 07 · Differentiate a convolution
#
# Source: the matrix calculus slides, example 4-3 and the future work after it (S4). [00](00_start_here.ipynb) names
# the documents. Needs: matrix products, the trace, differentials (02), training (06) · about 65 minutes, and 20 more
# for the parts that are folded; the cells alone run in about a minute.
#
# ## What you will do
# You derive the gradients of a convolution in three ways, and then train a small convolutional network that reads
# about 99 of 100 digits with 6,000 parameters.
#
# ## What you will learn
# - to write a convolution as one matrix product
# - to find its gradients in the kernel and in the image, and to measure them
# - to differentiate a rule that is linear in two things at once
# - to say what stride, border, channels and pooling do to a gradient

# %%
from mlp_lib import browser, calculus, datasets, plotting, showing
from mlp_lib.arrays import as_numbers  # refuses what is no number
from mlp_lib.networks import correlate, output_size, pair
from mlp_lib.questions import predict

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1 · See it first
#
# A *kernel* is a small table of numbers. It slides over a picture. At every place it is laid on the pixels below it,
# the numbers are multiplied in pairs, and the sum is written down. Here is a kernel, and a picture of a handwritten
# 7; ink is 1, paper is 0.

# %%
digits = datasets.load_mnist()
seven = digits.X_test[0].reshape(28, 28).astype(float)
edges = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
print(edges)

# %% jupyter={"source_hidden": true}
slid = correlate(seven, edges.astype(float))
i, j = np.unravel_index(slid.argmin(), slid.shape)
assert seven[i, j : j + 3].sum() < 0.5 < 1.5 < seven[i + 2, j : j + 3].sum()


def edge_picture():
    _, axes = plt.subplots(1, 3, figsize=(7, 2.6), layout="constrained")
    for ax, picture, title in zip(axes, (seven, edges, slid), ("picture 28 × 28", "kernel 3 × 3", "result 26 × 26")):
        plotting.show_image(picture, ax=ax, title=title, signed=picture is not seven)
    return plotting.described(axes[0], "A handwritten 7, the kernel, and the result: the lower edge of the bar is red, its "
                              "upper edge blue; the stem has one side of each colour; the rest is white.")


predict("07 edges", "Where in the picture of the 7 is the sum most negative?", edge_picture,
        choices=("inside the ink", "where ink begins below paper", "where paper begins below ink"),
        answer=lambda _: "where ink begins below paper",
        why="There the +1, +2, +1 lie on paper and the −1, −2, −1 on ink. Blue is negative, red positive.")

# %% [markdown]
# **Try it** with other pictures and other kernels. Below the pictures stands a crop of $6\times6$ pixels, and a matrix
# that does to the crop what the kernel does; section 2 explains it.

# %% jupyter={"source_hidden": true}
from mlp_lib.demos import kernel_editor

kernel_editor()

# %% [markdown]
# Back to the kernel above. Its numbers add up to 0, so on even ground the sum is 0, whether paper or ink. It finds
# horizontal edges, and tells one kind from the other.
#
# Nobody has to invent kernels. They are weights, so a network can learn them, if we know the gradient of a loss in
# each of their numbers. That gradient is the subject of this chapter.
#
# ## 2 · A small example
#
# The matrix calculus slides take a picture $X$ of $3\times3$, a kernel $K$ of $2\times2$, and a result $H$ of
# $2\times2$: the kernel has two places to the right and two downwards. Here are the four sums, number by number.

# %% tags=["S4-E4.3-D"]
rng = np.random.default_rng(7)
X, K = rng.normal(size=(3, 3)), rng.normal(size=(2, 2))
(X11, X12, X13), (X21, X22, X23), (X31, X32, X33) = X
(K11, K12), (K21, K22) = K
H = np.array([[X11 * K11 + X12 * K12 + X21 * K21 + X22 * K22,
               X12 * K11 + X13 * K12 + X22 * K21 + X23 * K22],
              [X21 * K11 + X22 * K12 + X31 * K21 + X32 * K22,
               X22 * K11 + X23 * K12 + X32 * K21 + X33 * K22]])
showing.same("H", four_sums=H, library=correlate(X, K))


# %% [markdown]
# Below, $K\star X$ is this sliding sum. (Networks call it a convolution. In mathematics it is the
# *cross-correlation*, and a convolution turns the kernel by 180 degrees first.) In general, for $X$ of $H\times W$
# and $K$ of $h\times w$,
#
# $$(K\star X)_{ij} = \sum_{a=1}^{h}\sum_{b=1}^{w} X_{i+a-1,\,j+b-1}\,K_{ab},
# \qquad K\star X \text{ has } (H-h+1)\times(W-w+1) \text{ entries.}$$
#
# (In sizes, $H\times W$ and $h\times w$ count rows and columns. Everywhere else $H$ is the result, and $\vec h$ its
# column.)
#
# In the small example many sizes are equal, and a wrong transpose could hide. So we also take a picture of
# $5\times8$ and a kernel of $2\times3$. The result then has $4\times6$ entries: no two sizes are alike.

# %% tags=["S4-E4.3-D"]
def slide(X, K):
    """The definition in two loops: (H, W) and (h, w) to (H - h + 1, W - w + 1)."""
    (H, W), (h, w) = X.shape, K.shape
    return np.array([[(X[i : i + h, j : j + w] * K).sum() for j in range(W - w + 1)]
                     for i in range(H - h + 1)])


X5, K2 = rng.normal(size=(5, 8)), rng.normal(size=(2, 3))
assert np.allclose(slide(X, K), H)
showing.same("result of the larger example", definition=slide(X5, K2), library=correlate(X5, K2))

# %% [markdown]
# ### The matrix of a convolution
#
# Every entry of $H$ is a weighted sum of entries of $X$. So the whole convolution is a linear map, and a linear map
# has a matrix. Write $X$ row by row as a column $\vec x$ of 9 numbers (numpy's `ravel` does it), and $H$ as a column
# $\vec h$ of 4. Then $\hat K\vec x = \vec h$ with a $4\times9$ matrix. One colour for each entry of the kernel:

# %%
names = [["K11", "K12", "", "K21", "K22", "", "", "", ""],
         ["", "K11", "K12", "", "K21", "K22", "", "", ""],
         ["", "", "", "K11", "K12", "", "K21", "K22", ""],
         ["", "", "", "", "K11", "K12", "", "K21", "K22"]]
ax = plotting.show_labels(names, xlabel="entry of x", ylabel="entry of h")
plotting.described(ax, "A table of 4 rows and 9 columns. Each row holds K11, K12, a gap, K21, K22, "
                   "and starts at column 0, 1, 3 and 4.")

# %% [markdown]
# Each row is the kernel laid on an empty $3\times3$ picture, and the picture read row by row. The gap of one column
# is the pixel that the kernel of width 2 does not reach in a row of 3. From the second row of $\hat K$ to the third
# the step is 2 columns: the kernel jumps to the next line. With numbers in it:

# %% tags=["S4-E4.3-K"]
values = {"": 0, "K11": K11, "K12": K12, "K21": K21, "K22": K22}
K_hat = np.array([[values[label] for label in row] for row in names])
x, h = X.ravel(), H.ravel()
showing.same("h", product=K_hat @ x, result=h)


# %% [markdown]
# So a function needs no index arithmetic. It lays the kernel on an empty picture, once for each place. It also takes
# a *stride* $(s,t)$, how many pixels the kernel moves on from place to place, and a *border* of $(p,q)$ zeros around
# the picture. Here they are $(1,1)$ and $(0,0)$; section 5 is about them.

# %% tags=["shows:networks.convolution_matrix", "S4-E4.3-K"]
def convolution_matrix(K, image_shape, *, stride=1, padding=0):
    K = np.asarray(K)
    if K.ndim != 2 or np.shape(image_shape) != (2,):
        raise ValueError(f"need a kernel (h, w) and (H, W); got {K.shape} and {image_shape}")
    (h, w), (H, W), (s, t), (p, q) = K.shape, image_shape, pair(stride), pair(padding)
    rows = []
    for i, j in np.ndindex(*output_size(image_shape, K.shape, stride, padding)):
        laid = np.zeros((H + 2 * p, W + 2 * q), K.dtype)
        laid[i * s : i * s + h, j * t : j * t + w] = K
        rows.append(laid[p : p + H, q : q + W].ravel())
    return np.array(rows)


# %% [markdown]
# It gives the same matrix. From here on it comes from the library.

# %% tags=["S4-E4.3-K"]
from mlp_lib.networks import convolution_matrix

showing.same("the matrix", function=convolution_matrix(K, (3, 3)), by_hand=K_hat)

# %% [markdown]
# Now the larger example, the kernel of $2\times3$ on the picture of $5\times8$. Its matrix is $24\times40$: a row for
# each of the 24 places, a column for each pixel.

# %% jupyter={"source_hidden": true} tags=["S4-E4.3-K"]
K2_hat = convolution_matrix(K2, (5, 8))
assert K2_hat.shape == (24, 40) and np.allclose(K2_hat @ X5.ravel(), slide(X5, K2).ravel())

predict("07 entries", "How many of the 960 entries of this matrix are not 0?", lambda: int(np.count_nonzero(K2_hat)),
        choices=(24, 144, 240, 960), why="Six numbers in each of the 24 rows. The other 816 are zeros that never move.")

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a word with two meanings, and a label

# %% [markdown]
# Everybody who builds networks calls the sliding sum a convolution, the matrix calculus slides too. The mathematical
# convolution turns the kernel by 180 degrees first. Its four sums are other numbers.

# %% tags=["S4-E4.3-D"]
flipped = K[::-1, ::-1]
showing.differs("four sums", as_in_networks=H, kernel_turned_first=correlate(X, flipped))

# %% [markdown]
# In one dimension numpy has both, under both names.

# %% tags=["S4-E4.3-D"]
row, weights = X[0], K[0]
assert np.allclose(np.correlate(row, weights, "valid"), [X11 * K11 + X12 * K12, X12 * K11 + X13 * K12])
showing.same("numpy's convolve", by_hand=[X11 * K12 + X12 * K11, X12 * K12 + X13 * K11],
             numpy=np.convolve(row, weights, "valid"))

# %% [markdown]
# The entries of $\vec h$ are labelled $(H_{11}, H_{12}, H_{13}, H_{21})^T$ in the matrix calculus slides. But $H$ has
# no third column: the third entry is $H_{21}$, the fourth $H_{22}$.

# %% tags=["S4-E4.3-H"]
H11, H12, H21, H22 = K_hat @ x
assert np.allclose([[H11, H12], [H21, H22]], H)
showing.refused("H13", lambda: H[0, 2], IndexError)

# %% [markdown]
# ## 3 · Two gradients, three ways
#
# Nobody computes with the matrix $\hat K$; it serves to think. Let $L$ be a number computed from $H$, and $G=\nabla_H L$ its
# gradient, of the shape of $H$. Wanted: $\nabla_K L$ in the shape of $K$, and $\nabla_X L$ in the shape of $X$. To
# have something to measure we take $L = \frac12\sum_{ij}(H_{ij}-T_{ij})^2$ with some target $T$. Then $G = H - T$.

# %%
T = rng.normal(size=(4, 6))


def half_square(H):
    return 0.5 * (H**2).sum()


def loss(X=X5, K=K2):
    """Half the squared distance of the convolution from T."""
    return half_square(slide(X, K) - T)


G = slide(X5, K2) - T                                    # (4, 6)
showing.slopes("G", lambda H: half_square(H - T), slide(X5, K2), G)

# %% [markdown]
# ### First way: through the matrix
#
# The differential of the product $\vec h = \hat K\vec x$ is $d\vec h = (d\hat K)\vec x + \hat K\,
# d\vec x$. Put it into $dL = \mathrm{Tr}(g^T d\vec h)$, where $g$ is $G$ as a column. The two terms give
#
# $$\nabla_{\hat K}L = g\,\vec x^T\ (24\times40), \qquad \nabla_{\vec x}L = \hat K^T g\ (40).$$
#
# First the second one. It is the answer for the picture, as a column. Write it back row by row, as $X$ was written
# into $\vec x$, and it has the shape of the picture. (The matrix calculus slides stop at the column.)

# %% tags=["S4-E4.3-dx", "S4-E4.3-dX"]
g = G.ravel()
grad_x = K2_hat.T @ g                                    # (40,)
assert calculus.check_gradient(lambda x: loss(X=x.reshape(5, 8)), X5.ravel(), grad_x) < 1e-6
dX_by_matrix = grad_x.reshape(5, 8)
showing.slopes("gradient in X", lambda X: loss(X=X), X5, dX_by_matrix)

# %% [markdown]
# Now the kernel. $\nabla_{\hat K}L = g\,\vec x^T$ is right as long as *all* entries of $\hat K$ may move on their
# own.
# Measured so, it holds: the slopes along five random directions of its 960 numbers.

# %% tags=["S4-E4.3-dKhat"]
grad_K_hat = np.outer(g, X5.ravel())


def free(M):
    return 0.5 * ((M @ X5.ravel() - T.ravel()) ** 2).sum()


showing.slopes("gradient in the whole matrix", free, K2_hat, grad_K_hat)

# %% [markdown]
# But they may not. The zeros are fixed, and each number of the kernel stands in 24 places at once. The matrix
# $g\,\vec x^T$ has slopes at the zeros, too, and a step along it would leave the set of convolutions.

# %% tags=["S4-E4.3-dKhat"]
movable = K2_hat != 0
assert movable.sum() == 144
print(f"slopes of what can move: {movable.sum()}, at fixed zeros: {np.count_nonzero(grad_K_hat[~movable])}")

# %% [markdown]
# When one number stands in several places, and it moves, then all of them move. Slopes of simultaneous movements
# add up. So: collect the entries of $g\,\vec x^T$ that hold the same $K_{ab}$, and add them.
#
# Where does $K_{ab}$ stand? Take the kernel that is 1 at $(a,b)$ and 0 elsewhere. Its matrix is 1 at exactly those
# places.

# %% tags=["S4-E4.3-dK"]
dK_by_matrix = np.zeros((2, 3))
for a, b in np.ndindex(2, 3):
    one = np.zeros((2, 3))
    one[a, b] = 1
    dK_by_matrix[a, b] = (convolution_matrix(one, (5, 8)) * grad_K_hat).sum()
showing.slopes("gradient in K", lambda K: loss(K=K), K2, dK_by_matrix)

# %% [markdown]
# This is the gradient that is wanted, and that the matrix calculus slides do not give.
#
# ### Second way: sum by sum
#
# Forget the matrix. $K_{ab}$ occurs once in each $H_{ij}$, with the factor $X_{i+a-1,j+b-1}$. So
#
# $$(\nabla_K L)_{ab} = \sum_{ij} G_{ij}\,X_{i+a-1,\,j+b-1} .$$
#
# Compare this with the definition of $\star$. It is the same sum with other letters.

# %% jupyter={"source_hidden": true} tags=["S4-E4.3-dK"]
slid = {"the kernel over G": correlate(G, K2), "G over the picture": correlate(X5, G)}
what = next(name for name, H in slid.items() if H.shape == K2.shape and np.allclose(H, dK_by_matrix))
dK_by_correlation = slid[what]

predict("07 slides", "In the definition the kernel slides over the picture. What slides in the sum for the gradient in K?",
        lambda: showing.same("gradient in K", sliding=dK_by_correlation, by_matrix=dK_by_matrix),
        choices=(*slid, "the picture over the kernel"), answer=lambda _: what,
        why="It is G ⋆ X. G has 4 × 6 entries, the picture 5 × 8: two places downwards and three to the right, the size of "
        "the kernel, as it must be.")

# %% [markdown]
# For the picture, follow one pixel. $H_{ij}$ looks at the patch of $X$ that begins at $(i,j)$, with the weights $K$.
# So $H_{ij}$ sends $G_{ij}K$ back to that patch. Add up what arrives.

# %% tags=["S4-E4.3-dX"]
dX_by_sums = np.zeros((5, 8))
for i, j in np.ndindex(4, 6):
    dX_by_sums[i : i + 2, j : j + 3] += G[i, j] * K2
showing.same("gradient in X", by_sums=dX_by_sums, by_matrix=dX_by_matrix)

# %% [markdown]
# ### Third way: the flipped kernel
#
# Look at the same sums from the pixel $(p,q)$. It hears from all $(i,j)$ with $i+a-1=p$ and $j+b-1=q$. So
#
# $$(\nabla_X L)_{pq} = \sum_{ij} G_{ij}\,K_{p-i+1,\,q-j+1} ,$$
#
# where entries of $K$ that do not exist count as 0. The index of $K$ *falls* as $i$ grows: this is a true
# convolution, with the flip. It is called *full*, because it has an entry wherever $G$ and the kernel touch at all.
# In practice: put a border of $h-1$ rows and $w-1$ columns of zeros around $G$, and let the flipped kernel slide.

# %% tags=["S4-E4.3-dX"]
dX_by_convolution = correlate(np.pad(G, ((1, 1), (2, 2))), K2[::-1, ::-1])
showing.same("gradient in X", flipped_kernel=dX_by_convolution, by_matrix=dX_by_matrix)

# %% [markdown]
# All ways agree, with each other and with the measured slopes: $\nabla_K L = G\star X$, and $\nabla_X L$ is the full
# convolution of $G$ with $K$. The library gives both gradients at once.

# %% tags=["S4-E4.3-dK", "S4-E4.3-dX"]
from mlp_lib.networks import correlate_gradients

dK, dX = correlate_gradients(X5, K2, G)
assert np.allclose(dX, dX_by_matrix)
showing.same("gradient in K", library=dK, sliding=dK_by_correlation)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the patches as columns, and the small example

# %% [markdown]
# For the kernel there is a third way, too. Write the patch of each place as a column: 6 numbers, 24 columns. Then
# the convolution is the product of the kernel, as a row, with this matrix of columns; and its gradient is that of a
# product. This is how the library computes.

# %% tags=["S4-E4.3-dK"]
columns = np.array([X5[i : i + 2, j : j + 3].ravel() for i, j in np.ndindex(4, 6)]).T    # (6, 24)
assert np.allclose(K2.ravel() @ columns, slide(X5, K2).ravel())
showing.same("gradient in K", by_columns=(columns @ g).reshape(2, 3), by_matrix=dK_by_matrix)

# %% [markdown]
# The small example, $3\times3$ and $2\times2$, with $T=0$, so that $G = H$ and $g = \vec h$. First as a column:

# %% tags=["S4-E4.3-dx"]
showing.slopes("gradient in the column x", lambda x: half_square(K_hat @ x), x, K_hat.T @ h)

# %% [markdown]
# Then in their own shapes:

# %% tags=["S4-E4.3-dK", "S4-E4.3-dX"]
dK, dX = correlate_gradients(X, K, H)                    # L = half the sum of squares, so G = H
assert calculus.check_gradient(lambda K: half_square(slide(X, K)), K, dK) < 1e-6
showing.slopes("gradient in X", lambda X: half_square(slide(X, K)), X, dX)

# %% [markdown]
# ## 4 · The differential law
#
# The matrix calculus slides end with open questions. The first: find the law for $d(K\star X)$ in terms of $dK$ and
# $dX$. We answer it now.
#
# $K\star X$ is linear in $K$ when $X$ rests, and linear in $X$ when $K$ rests. So it obeys the product rule:
#
# $$d(K\star X) = dK\star X + K\star dX .$$
#
# What is left over is exactly $dK\star dX$, a product of two small things.

# %% tags=["S4-FW1"]
step_X, step_K = rng.normal(size=(5, 8)), rng.normal(size=(2, 3))
law = correlate(X5, step_K) + correlate(step_X, K2)
change = correlate(X5 + step_X, K2 + step_K) - correlate(X5, K2)
showing.same("what the law leaves over", change_minus_law=change - law, dK_with_dX=correlate(step_X, step_K))

# %% [markdown]
# Now both steps get ten times smaller, again and again.

# %% jupyter={"source_hidden": true} tags=["S4-FW1"]
sizes = 10.0 ** -np.arange(1, 6)
moved = [correlate(X5 + t * step_X, K2 + t * step_K) for t in sizes]
left_over = [np.abs(m - correlate(X5, K2) - t * law).max() for m, t in zip(moved, sizes)]

predict("07 leftover", "By which factor does the leftover shrink each time?",
        lambda: showing.order("leftover", sizes, left_over, 2), choices=("10", "20", "100"), answer=lambda _: "100",
        why="Order 2: the law is right to first order, and nothing of first order is missing.")

# %% [markdown]
# A linear map can be moved to the other side of a scalar product. Write $\langle A,B\rangle = \mathrm{Tr}(A^TB)$, the
# sum of the products of equal entries. Then the two answers together are the whole of section 3 in one line:
#
# $$dL = \langle G, dH\rangle = \langle G, dK\star X\rangle + \langle G, K\star dX\rangle
# = \langle G\star X,\ dK\rangle + \langle \text{full}(G,K),\ dX\rangle .$$
#
# We measure it, moving the picture and the kernel at the same time.

# %% tags=["S4-FW1"]
full = correlate(G, K2[::-1, ::-1], padding=(1, 2))      # the border of the third way
dL = (correlate(X5, G) * step_K).sum() + (full * step_X).sum()
measured = calculus.derivative(lambda t: loss(X5 + t * step_X, K2 + t * step_K), 0.0)
showing.same("dL", formula=dL, measured=measured)

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the two traces that are asked for

# %% [markdown]
# The matrix calculus slides ask to write $\mathrm{Tr}(M^T(K\star X))$ as $\mathrm{Tr}(F^TX)$ and as
# $\mathrm{Tr}(D^TK)$. (They call the given matrix $H$ and the last one $G$; both letters are taken here.) A map moved
# to the other side is its *adjoint*, which for a matrix is the transpose. For $\hat K$ that was section 3. So, for a
# given $M$ of $4\times6$,
#
# $$\mathrm{Tr}\big(M^T(K\star X)\big) = \mathrm{Tr}(F^TX) = \mathrm{Tr}(D^TK),\qquad
# F = \text{full convolution of } M \text{ with } K\ (5\times8),\quad D = M\star X\ (2\times3).$$
#
# Neither depends on what it is multiplied by: $F$ holds no $X$, and $D$ no $K$. That is what makes them gradients.

# %% tags=["S4-FW1"]
M = rng.normal(size=(4, 6))
F = correlate(M, K2[::-1, ::-1], padding=(1, 2))         # the border of section 3
D = correlate(X5, M)
value = np.trace(M.T @ correlate(X5, K2))
showing.same("the trace", asked=value, with_F=np.trace(F.T @ X5), with_D=np.trace(D.T @ K2))

# %% [markdown]
# ## 5 · Stride and border
#
# With a *stride* $(s,t)$ the kernel moves $s$ rows down and $t$ columns right from place to place. With a *border*
# (padding) of $(p,q)$ the picture gets $p$ rows of zeros above and below, $q$ columns left and right. The result has
#
# $$H' = \left\lfloor\frac{H+2p-h}{s}\right\rfloor+1 \text{ rows}, \qquad
# W' = \left\lfloor\frac{W+2q-w}{t}\right\rfloor+1 \text{ columns,}$$
#
# where $\lfloor\cdot\rfloor$ drops what is behind the point.

# %% jupyter={"source_hidden": true}
by_2 = correlate(X5, K2, stride=2)
assert by_2.shape == output_size((5, 8), (2, 3), stride=2)

predict("07 stride", "The picture of 5 × 8, the kernel of 2 × 3, a stride of 2 in both directions, no border. Which size has the result?",
        lambda: " × ".join(map(str, by_2.shape)), choices=("2 × 3", "2 × 4", "3 × 3", "4 × 6"),
        why="(5 − 2)/2 + 1 is 2.5 and (8 − 3)/2 + 1 is 3.5: a last step that is not whole is not taken.")

# %% [markdown]
# A stride leaves places out, no more. Here is a stride of $(2,3)$ with a border of $(1,2)$, beside every second row and
# third column of all places:

# %%
setting = {"stride": (2, 3), "padding": (1, 2)}
strided = correlate(X5, K2, **setting)
every_place = correlate(np.pad(X5, ((1, 1), (2, 2))), K2)
showing.same("result with the stride", stride=strided, of_all_places=every_place[::2, ::3])

# %% [markdown]
# The convolution is still linear in $K$ and in $X$,
# so nothing in section 4 changes but the maps: $\hat K$ loses the rows of the places left out, and the columns of the
# border. The gradients follow, here for half the sum of squares.

# %%
dK, dX = correlate_gradients(X5, K2, strided, **setting)
assert calculus.check_gradient(lambda X: half_square(correlate(X, K2, **setting)), X5, dX) < 1e-6
assert np.allclose(convolution_matrix(K2, (5, 8), **setting).T @ strided.ravel(), dX.ravel())
showing.slopes("gradient in K", lambda K: half_square(correlate(X5, K, **setting)), K2, dK)

# %% [markdown]
# ## 6 · Channels and batches
#
# A colour picture has three channels, and a hidden layer has as many as we like. A batch $X$ has the shape
# $(N, C, H, W)$: samples, channels, rows, columns. There is one kernel for each pair of an output channel $f$ and an
# input channel $c$; all of them make $K$ of shape $(F, C, h, w)$. The results of the input channels are added:
#
# $$H_{nf} = \sum_{c=1}^{C} K_{fc}\star X_{nc}.$$

# %% jupyter={"source_hidden": true}
Xb = rng.normal(size=(4, 3, 9, 16))                      # N, C, H, W
Kb = rng.normal(size=(5, 3, 2, 6))                       # F, C, h, w
Hb = correlate(Xb, Kb)

predict("07 batch", "Four pictures with three channels of 9 × 16, and for each of five output channels three kernels "
        "of 2 × 6. Which shape has H?",
        lambda: Hb.shape, choices=((4, 5, 8, 11), (4, 15, 8, 11), (4, 3, 8, 11), (12, 5, 8, 11)),
        why="H has the shape (N, F, H', W'). The three input channels are added up, so their number does not appear in it.")

# %% [markdown]
# Nothing else is new. The kernel belongs to all samples, so its gradient is a sum over them. The pictures do not meet
# each other.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: a batch by the definition, its gradients, as blocks, and how a library computes it

# %% [markdown]
# One picture and one output channel of it, by the definition:

# %%
n, f = 2, 3
showing.same("H[2, 3]", library=Hb[n, f], sum_over_channels=sum(slide(Xb[n, c], Kb[f, c]) for c in range(3)))

# %% [markdown]
# The gradients, measured. With some $G$ of the shape of $H$, and $L=\langle G,H\rangle$:

# %%
Gb = rng.normal(size=Hb.shape)
dKb, dXb = correlate_gradients(Xb, Kb, Gb)
assert calculus.check_gradient(lambda X: (Gb * correlate(X, Kb)).sum(), Xb, dXb) < 1e-6
showing.slopes("gradient in K, 5 × 3 kernels", lambda K: (Gb * correlate(Xb, K)).sum(), Kb, dKb)

# %% [markdown]
# As a matrix: one block $\hat K_{fc}$ for each pair of channels. A fully connected layer is the same with a block of
# size $1\times1$; a convolution has the structure of a matrix product whose entries are convolutions.

# %%
blocks = np.block([[convolution_matrix(K, (9, 16)) for K in row] for row in Kb])
print(blocks.shape)
showing.same("H[2]", blocks=(blocks @ Xb[n].ravel()).reshape(5, 8, 11), library=Hb[n])

# %% [markdown]
# The patches of all pictures, written as columns, do a whole batch in one product. A column holds $C\,h\,w = 36$
# numbers, and there is one for each place in each picture: $8\cdot11\cdot4 = 352$. `sliding_window_view` copies
# nothing; `reshape` does.

# %%
from numpy.lib.stride_tricks import sliding_window_view

windows = sliding_window_view(Xb, (2, 6), axis=(2, 3))   # (N, C, H', W', h, w)
columns = windows.transpose(1, 4, 5, 2, 3, 0).reshape(36, 352)
print(windows.shape, columns.shape)

# %% [markdown]
# Now the product, and its entries back in place:

# %%
product = Kb.reshape(5, 36) @ columns
showing.same("H", one_product=product.reshape(5, 8, 11, 4).transpose(3, 0, 1, 2), library=Hb)

# %% [markdown]
# The gradients are those of a matrix product, $\nabla_K = G\,\text{columns}^T$ and $\nabla_{\text{columns}} = K^TG$.
# Then every number of a column goes back to the pixel that it was copied from, and is added there. One pixel stands
# in several columns, as one kernel number stood in several rows of $\hat K$.

# %%
rows = Gb.transpose(1, 2, 3, 0).reshape(5, 352)
showing.same("gradient in K", one_product=(rows @ columns.T).reshape(Kb.shape), library=dKb)


# %% [markdown]
# ## 7 · Pooling
#
# After a convolution a network usually makes the picture smaller. *Max-pooling* cuts it into blocks of $2\times2$
# and keeps the largest number of each. The four corners of all blocks are four pictures of half the size, and they
# need no loop.

# %% tags=["shows:networks.pooling.corners"]
def corners(X):
    if X.ndim < 2 or min(X.shape[-2:]) < 2:
        raise ValueError(f"need images (..., H, W) of 2 x 2 at least; got shape {X.shape}")
    blocks = X[..., : X.shape[-2] // 2 * 2, : X.shape[-1] // 2 * 2]
    return [blocks[..., i::2, j::2] for i, j in np.ndindex(2, 2)]


print([corner.shape for corner in corners(X5)])


# %% [markdown]
# The fifth row had no partner and was left out. The largest of the four:

# %% tags=["shows:networks.max_pool"]
def max_pool(X, out=None):
    a, b, c, d = corners(as_numbers(X, "X"))
    out = np.maximum(a, b, out=out)
    return np.maximum(np.maximum(out, c, out=out), d, out=out)


P = max_pool(X5)
showing.same("entry 1, 2 and the largest of its block", pooled=P[1, 2], largest=X5[2:4, 4:6].max())

# %% [markdown]
# Now the gradient. We take a block of four different numbers, 4, 3, 2 and 1, and ask for the slopes of its maximum.

# %% jupyter={"source_hidden": true}
block = np.array([[4.0, 3], [2, 1]])
block_slopes = calculus.gradient(lambda X: max_pool(X).sum(), block)

predict("07 pooling", "Which slope has the maximum in the second largest number, the 3?",
        lambda: showing.same("slopes of the maximum", measured=block_slopes, winner=(block == block.max()).astype(float)),
        choices=("0", "0.3", "0.75", "1"), answer=lambda _: f"{block_slopes[0, 1]:.0f}",
        why="If the 4 moves a little, the result moves with it. If one of the others moves a little, nothing happens.")


# %% [markdown]
# That holds while all four differ. When two are equal and the largest, the slopes jump, there is no gradient, and a
# program must decide. The function, for all blocks at once:

# %% tags=["shows:networks.max_pool_gradient"]
def max_pool_gradient(X, P, G, out=None):
    X, P, G = (as_numbers(array, name) for array, name in ((X, "X"), (P, "P"), (G, "G")))
    pooled = corners(X)[0].shape
    if not P.shape == G.shape == pooled:
        raise ValueError(f"P and G need the shape {pooled}; got {P.shape}, {G.shape}")
    out = np.zeros_like(X, dtype=np.result_type(X, G)) if out is None else out
    free = np.ones_like(P, dtype=bool)           # blocks whose gradient is not given away yet
    for x, dx in zip(corners(X), corners(out)):
        hit = x == P
        hit &= free
        free ^= hit
        np.multiply(G, hit, out=dx)
    return out


# %% [markdown]
# The whole slope goes to the winner; of two that are equal the first one takes all. If both took it, it would be counted
# twice. We measure it, for half the sum of squares. The fifth row, which was left out, gets 0.

# %%
from mlp_lib.networks import max_pool, max_pool_gradient

showing.slopes("gradient in X", lambda X: half_square(max_pool(X)), X5, max_pool_gradient(X5, P, P))

# %% [markdown]
# And a block of four equal numbers:

# %%
tie = np.full((2, 2), 3.0)
print(max_pool_gradient(tie, max_pool(tie), np.array([[5.0]])))

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: bias and ReLU after the pooling

# %% [markdown]
# A small thing that saves work: ReLU keeps the order of numbers, and a constant added to all four changes nothing
# about who wins. So bias and ReLU may come *after* the pooling, on a quarter of the numbers.

# %%
bias = -0.3
showing.same("either order", before=max_pool(np.maximum(X5 + bias, 0)), after=np.maximum(max_pool(X5) + bias, 0))

# %% [markdown]
# ## 8 · A convolutional network on MNIST
#
# Now we put it together. Two stages of convolution ($5\times5$ kernels), pooling, bias and ReLU; then one layer that
# gives ten scores.
#
# ```
# picture     stage 1                            stage 2                              scores
# 1×28×28 ──► 8×24×24 ──pool──► 8×12×12 ──► 16×8×8 ──pool──► 16×4×4 = 256 ──W,b──► 10 ──softmax──► L
# ```
#
# The three-layer network of chapter 06 has 178,110 parameters. This one has a kernel of 25 numbers for each pair of
# channels, a bias for each channel, and the last layer.

# %% jupyter={"source_hidden": true}
from mlp_lib.networks import ConvNet

net = ConvNet((1, 28, 28), filters=(8, 16), kernel=5, rng=0)
parts = {"in the first stage": 8 * 25 + 8, "in the second stage": 16 * 8 * 25 + 16, "in the last layer": 256 * 10 + 10}
assert sum(parts.values()) == net.theta.size

predict("07 parameters", "Where do most of the parameters of the convolutional network lie?",
        lambda: ", ".join(f"{count:,} {place}" for place, count in parts.items()), choices=tuple(parts),
        answer=lambda _: max(parts, key=parts.get),
        why="Each of 16 channels has a kernel for each of 8. All together are a thirtieth of the 178,110: a kernel is used at every place.")

# %% [markdown]
# Before we train we measure, as ever. All parameters lie in one row `theta`, and the gradient in another.
#
# One trap. The paper around a digit is exactly 0, and a new network has a bias of 0. There ReLU stands at its kink,
# and at a kink there is no slope to measure. So we move the biases to 0.1 first. Then twenty random directions
# through all parameters at once; five of them are shown.

# %%
small = ConvNet((1, 28, 28), filters=(8, 16), kernel=5, rng=0, dtype=np.float64)
sample = digits.X_test[:6], digits.y_test[:6]
for c in small.c:
    c[:] = 0.1


def loss_at(theta):
    small.theta[:] = theta
    return small.loss(*sample)


value, grad = small.gradient(*sample)
showing.slopes("gradient in all parameters", loss_at, small.theta.copy(), grad, directions=20)

# %% [markdown]
# The same training loop as in chapter 06 serves this network: five passes over the 60,000 digits. It takes about
# twenty seconds on two cores; the bar shows how far it is.

# %% tags=["nbval-ignore-output"]
from mlp_lib.networks import Adam, cosine, train

data, test = (digits.X_train, digits.y_train), (digits.X_test, digits.y_test)
history = train(net, data, epochs=5, batch_size=64, optimizer=Adam(0.003), schedule=cosine,
                validation=test, progress=True)
accuracy = net.accuracy(*test)
assert browser.HERE or accuracy >= 0.985
print(f"{accuracy:.2%} of the 10,000 test digits are read correctly")

# %% [markdown]
# About 99 of 100. For comparison the three-layer network, trained in the same way, for twice as many passes
# because each is quicker.

# %% tags=["nbval-ignore-output"]
from mlp_lib.networks import MLP

dense = MLP((784, 200, 100, 10), rng=0)
dense_history = train(dense, data, epochs=10, batch_size=64, optimizer=Adam(0.003), schedule=cosine,
                      validation=test, progress=True)
assert browser.HERE or 0.975 <= dense.accuracy(*test) < accuracy
print(f"{dense.theta.size:,} parameters: {dense.accuracy(*test):.2%}")
print(f"{net.theta.size:,} parameters: {accuracy:.2%}")

# %% [markdown]
# A thirtieth of the parameters, and the better network. The two, pass by pass. Accuracy on the training digits is a
# mean over the pass, while the network learns.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
_, axes = plt.subplots(1, 2, figsize=(8, 3), layout="constrained", sharey=True)
for ax, run, title in zip(axes, (history, dense_history), ("convolutional, 5,994", "three layers, 178,110")):
    plotting.show_curves({"training": run.accuracy, "test": run.validation_accuracy}, ax=ax, ylabel="accuracy")
    ax.set(title=title + " parameters", ylim=(0.94, 1.002))
plotting.described(axes[0], "Accuracy against passes. Convolutional: training and test end "
                   "together near 0.99. Three layers: training reaches 1, test stays at 0.98.")

# %% [markdown]
# The three-layer network knows its training digits by heart, and is not better for it on new ones. In the
# convolutional one the two curves are still close after five passes. Has it too few parameters to learn by heart, or
# too few passes? Exercise 6 asks.
#
# ### What it has learned
#
# The eight kernels of the first stage, red positive and blue negative.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
axes = plotting.show_images(net.K[0][:, 0], columns=8, signed=True, titles=range(8))
plotting.described(axes[0, 0], "Eight kernels of 5 by 5 pixels, red and blue: several have a "
                   "red side and a blue side, in different directions.")

# %% [markdown]
# Several have a positive and a negative side. They answer to strokes and edges of one direction, as the kernel of
# section 1 does. Nobody told the network to look for edges.

# %% [markdown]
# ### Moved digits
#
# Move the test digits to the right, one pixel at a time. No network has seen that.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
pictures = digits.X_test.reshape(-1, 28, 28)
moved = [np.pad(pictures, ((0, 0), (0, 0), (by, 0)))[:, :, :28].reshape(-1, 784) for by in range(5)]
right = {name: [model.accuracy(X, digits.y_test) for X in moved]
         for name, model in (("convolutional", net), ("three layers", dense))}
assert right["convolutional"][3] > right["three layers"][3] + 0.1


def moved_digits():
    ax = plotting.show_curves(right, x=range(5), xlabel="pixels to the right", ylabel="accuracy")
    ax.set(ylim=(0, 1.02), xticks=range(5))
    return plotting.described(ax, "Accuracy against the shift. Convolutional: from 0.99 to about 0.75 at "
                              "four pixels. Three layers: from 0.98 to about 0.35.")


predict("07 moved", "Which network suffers more when the digits are moved by four pixels?", moved_digits,
        choices=("the convolutional one", "the one of three layers", "both alike"), answer=lambda _: "the one of three layers",
        why="A kernel finds its stroke wherever it lies, and pooling forgives a pixel.")

# %% [markdown]
# The last layer still knows where things should be, so neither network comes through unharmed.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the digits it gets wrong, what a stage makes of one, and how a network is kept

# %% [markdown]
# The first twenty of the test digits that the convolutional network reads wrongly:

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
guesses = net.predict(digits.X_test)
wrong = np.flatnonzero(guesses != digits.y_test)[:20]
titles = [f"{digits.y_test[k]} → {guesses[k]}" for k in wrong]
axes = plotting.show_images(digits.X_test[wrong], titles=titles)
plotting.described(axes[0, 0], "Twenty test digits that are read wrongly; above each the true digit and the answer.")

# %% [markdown]
# About a hundred are left. With many of them people would hesitate, too.

# %% [markdown]
# The 7 from section 1 after the first stage: what each of the eight kernels makes of it.

# %% tags=["nbval-ignore-output"]
seen = max_pool(correlate(seven[None, None], net.K[0]))[0] + net.c[0]
seen = np.maximum(seen, 0)                               # (8, 12, 12)
axes = plotting.show_images(seen / seen.max(), columns=8, titles=range(8))
plotting.described(axes[0, 0], "The 7 after the first stage, eight pictures of 12 by 12 pixels: "
                   "in some the bar is darker, in others the stem.")

# %% [markdown]
# Eight views of one digit. Some kernels answer more to the bar, some more to the stem.

# %% [markdown]
# Twenty seconds of training are worth keeping. `save` writes a network to a file, `load` reads it back.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

with TemporaryDirectory() as folder:
    net.save(Path(folder) / "digits.npz")
    kept = ConvNet.load(Path(folder) / "digits.npz", n_classes=10)
assert np.array_equal(kept.theta, net.theta)
print(kept)

# %% [markdown]
# ## 9 · Further work
#
# As further work the matrix calculus slides name generative adversarial networks, transformers, batch normalisation and
# residual connections. They give no formulas. The method of this chapter is enough for the core of each: write the
# differential, then move every map to the other side. [Chapter 10](10_normalisation_residuals.ipynb) does it for batch
# normalisation and residual connections, [chapter 11](11_transformer.ipynb) for a transformer,
# [chapter 12](12_adversarial.ipynb) for adversarial networks; there the gradient in a *picture*, $\nabla_X L$, teaches the one
# that draws it. The shortest of them, a residual connection: for $Z = X + \phi(XW)$, all of $n\times m$, $dZ = dX +
# \phi'\odot(dX\,W)$. So with $G$, the gradient in $Z$, $\nabla_X L = G + (G\odot\phi')W^T$. The first term has no factor.
# Through a hundred such layers it arrives unchanged.

# %% tags=["S4-FW2"]
A, W, G1 = rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=(4, 3))


def residual(X):
    return X + np.tanh(X @ W)


grad = G1 + (G1 * (1 - np.tanh(A @ W) ** 2)) @ W.T
showing.slopes("gradient in X", lambda X: (G1 * residual(X)).sum(), A, grad)

# %% [markdown]
# ## 10 · Break it
#
# **The kernel flipped by mistake.** Mathematics flips in the definition, networks flip in the gradient by $X$.
# Whoever flips in both places or in neither gets a wrong gradient of the right shape. Only the measurement notices.

# %%
not_flipped = correlate(G, K2, padding=(1, 2))
showing.differs("gradient in X", not_flipped=not_flipped, measured=calculus.gradient(lambda X: loss(X=X), X5))

# %% [markdown]
# **The border.** How often is each pixel used? Take a kernel of ones and $L = \sum H$, without a border: then the
# gradient *counts* the places that cover a pixel. The picture is $5\times8$, the kernel $2\times3$.

# %% jupyter={"source_hidden": true}
counts = correlate_gradients(X5, np.ones((2, 3)), np.ones((4, 6)))[1].astype(int)
assert counts.sum() == 24 * 6


def coverage():
    ax = plotting.show_labels(counts.astype(str))
    return plotting.described(ax, "A table of 5 by 8 counts: 1 in the corners, rising to 6 in the inside.")


predict("07 corner", "How many places cover a pixel of a corner, and how many one in the middle?", coverage,
        choices=("1 and 6", "1 and 24", "2 and 3", "6 and 6"), answer=lambda _: f"{counts[0, 0]} and {counts[2, 3]}",
        why="Without a border of zeros a network learns less from the rim of a picture.")

# %% [markdown]
# MNIST has no ink at the rim; photographs do.

# %% [markdown] jp-MarkdownHeadingCollapsed=true
# ### Deeper: the stride forgotten, and the border too

# %% [markdown]
# Forward with stride 2, backward as if it were 1: the gradient of the kernel comes out too
# large in shape.

# %%
H_by_2 = correlate(X5, K2, stride=2)                     # (2, 3)
print(correlate(X5, H_by_2).shape, "instead of", K2.shape)

# %% [markdown]
# The numbers of $G$ belong to places that lie 2 apart. Put them 2 apart, with zeros between, and the formula of
# section 3 holds again. The zeros are the places that were left out: nothing comes back from there.

# %%
spread = np.zeros((4, 6))
spread[::2, ::2] = H_by_2                                # half the sum of squares again
assert np.allclose(correlate(X5, spread), correlate_gradients(X5, K2, H_by_2, stride=2)[0])
showing.slopes("gradient in K", lambda K: half_square(correlate(X5, K, stride=2)), K2, correlate(X5, spread))

# %% [markdown]
# Without the zeros around $G$ the picture's gradient is too small: its entries are right, but it is only the inside.

# %%
inner = correlate(G, K2[::-1, ::-1])
print(inner.shape, "instead of", X5.shape)
assert np.allclose(inner, dX_by_matrix[1:-1, 2:-2])

# %% [markdown]
# ## Exercises
#
# The [exercises of this chapter](exercises/07_convolution.ipynb) check your answers and say which mistake a wrong one
# is. The questions here are open.
#
# 1. **Average pooling** keeps the mean of each block. Which share of the gradient does each of the four numbers get?
#    Write the gradient and put it to `showing.slopes`. Are ties still a problem?
# 2. **A kernel with holes.** Let the kernel's numbers lie two pixels apart. Write the result for $X$ of $5\times8$
#    with `slide`, find both gradients with the spread of section 10, and measure.
# 3. **Commuting.** Pad both with zeros and flip: show with numbers that the full convolution of $X$ with $K$ equals
#    that of $K$ with $X$. Does $K\star X = X\star K$ hold in the same sense? Check with `np.allclose`.
# 4. **Where are the parameters?** Change `filters`, a tuple with a number for each stage, and `kernel`, one number.
#    What will `net.theta.size` be? Which part of the network holds most? How small can the network get with 98 %?
#    Check with `net.accuracy`.
# 5. **The gradient of the wrong loss.** Multiply `G` by 2 in the gradient of $K$ alone. Which line of this chapter
#    stops you?
# 6. **By heart.** Train a new `ConvNet` for fifteen passes. What will its accuracy be on the training digits, and on
#    the test digits? Check with `net.accuracy`. What keeps it the better of the two on new digits?
#
# ## Summary
#
# $K\star X$ is linear in both: $d(K\star X) = dK\star X + K\star dX$. As a matrix it is $\hat K$, the kernel laid
# at every place. The gradient in $K$ is $G\star X$; in $X$ it is the full convolution of $G$ with $K$, flip
# included. Pooling sends the slope to the winner. In the library: `correlate`, `correlate_gradients`,
# `convolution_matrix`, `max_pool` and `ConvNet`, all from `mlp_lib.networks`.
#
# Next: [08 · SVD](08_svd.ipynb).
