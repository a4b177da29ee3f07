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
# # 07 · Exercises: Convolution
#
# Each exercise is a variant of something in chapter 07. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("07.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, given, hint, progress
from mlp_lib.networks import correlate

# %% [markdown]
# Some exercises give you numbers of your own. Write your name here; in a class, the id that your teacher gave you.

# %%
NAME = "Ada Lovelace"

# %% [markdown]
# ## Exercise 07.1 · The shape behind a layer (1 point)
#
# Count before you compute: most errors with convolutions are errors of shape.
#
# An image of shape `image` $= (C, H, W)$ meets kernels of shape `kernels` $= (F, C, h, w)$. It first gets a border of
# zeros: `padding` $= (p, q)$ is $p$ rows above and below, $q$ columns left and right. The kernels have holes. Their
# numbers lie `dilation` $= d$ pixels apart, in both directions: $d = 1$ is an ordinary kernel, $d = 2$ leaves one pixel
# out between two numbers. From place to place a kernel moves on by `stride` pixels, in both directions.
#
# Which shape has the output? Answer with a tuple of three whole numbers: channels, rows, columns.
#
# Assign your answer to `my_output_shape`.
#
# *Builds on chapter 07, §5.*

# %%
image, kernels, padding, stride, dilation = given("07.my_output_shape", NAME).values()
print("image =", image, sep="\n")
print("kernels =", kernels, sep="\n")
print("padding =", padding, sep="\n")
print("stride =", stride, sep="\n")
print("dilation =", dilation, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_07_my_output_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def output_shape(image, kernels, padding, stride, dilation):
    """Shape (F, H', W'); image is (C, H, W), kernels (F, C, h, w), padding (p, q)."""
    (_, H, W), (F, _, h, w), (p, q) = image, kernels, padding
    rows = (H + 2 * p - dilation * (h - 1) - 1) // stride + 1
    columns = (W + 2 * q - dilation * (w - 1) - 1) // stride + 1
    return (F, rows, columns)


my_output_shape = output_shape(image, kernels, padding, stride, dilation)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_07_my_output_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("07.my_output_shape", my_output_shape, NAME)


# %% [markdown]
# ## Exercise 07.2 · A bias for a whole channel (2 points)
#
# A layer of a convolutional network computes $A = \mathrm{relu}(H + c)$. Here $H$, of shape $(N, F, H', W')$, is the
# result of its convolution. The bias has one number for each output channel:
#
# $$A_{nfij} = \max(0,\; H_{nfij} + c_f).$$
#
# From the layers above comes $G = \partial L/\partial A$, of the shape of $A$.
#
# Write the gradient of $L$ in $c$, of shape $(F,)$.
#
# *Builds on chapter 07, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_07_bias_gradient_behind_relu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bias_gradient_behind_relu(H, c, G):
    """Gradient of a loss in the biases c, where A = relu(H + c), one bias a channel.

    H is (N, F, H', W'), the result of the convolution; c is (F,); G, the gradient in A,
    has the shape of H. The result is (F,).
    """
    ### BEGIN SOLUTION
    open_places = H + c[:, None, None] > 0
    return (G * open_places).sum(axis=(0, 2, 3))
    ### END SOLUTION


# %%
bias_gradient_behind_relu(np.array([[[[1.0, -1.0]], [[2.0, 0.5]]]]), np.array([0.5, -1.0]), np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]]))

# %% nbgrader={"grade": true, "grade_id": "check_07_bias_gradient_behind_relu", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("07.bias_gradient_behind_relu", bias_gradient_behind_relu)

# %% [markdown]
# ## Exercise 07.3 · Flip or no flip (1 point)
#
# Two networks with several convolutional layers are trained on the same batches by gradient descent. The first one
# slides its kernels as they are (cross-correlation). The second one turns each kernel by 180 degrees before it slides
# it (the mathematical convolution), and its gradients are right for that. It starts from the kernels of the first
# network, each turned by 180 degrees; all else is equal.
#
# What do you find after training, apart from rounding?
#
# - **a** – The second one reads worse: it looks at every picture upside down.
# - **b** – Both read alike, and they have the same kernels: the gradient turns them back.
# - **c** – They read alike with one convolutional layer only; from the second layer on the pictures are turned, too.
# - **d** – Both read alike; the kernels of the second are those of the first, turned.
# - **e** – They read alike only where the kernels are symmetric and a turn does not change them.
#
# Assign the letter to `kernels_turned_round`.
#
# *Builds on chapter 07, §2.*

# %% nbgrader={"grade": false, "grade_id": "answer_07_kernels_turned_round", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
kernels_turned_round = "d"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_07_kernels_turned_round", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("07.kernels_turned_round", kernels_turned_round)


# %% [markdown]
# ## Exercise 07.4 · A kernel with holes (3 points)
#
# A kernel sees further without more weights if its numbers are laid $d$ pixels apart. This is called *dilation*. With
# indices from 0, for $X$ of $H \times W$ and $K$ of $h \times w$,
#
# $$H_{ij} = \sum_{a=0}^{h-1}\sum_{b=0}^{w-1} X_{i + d a,\; j + d b}\, K_{ab},$$
#
# and the result has $H - d(h-1)$ rows and $W - d(w-1)$ columns.
#
# Given $X$, $d$ and the gradient $G$ of a loss in the result, write the gradient in $K$, of shape $h \times w$. The
# sizes $h$ and $w$ are not passed: they follow from the shapes. For $d = 1$ it must be the chapter's gradient.
#
# *Builds on chapter 07, §3.*

# %% nbgrader={"grade": false, "grade_id": "answer_07_dilated_kernel_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dilated_kernel_gradient(X, G, dilation):
    """Gradient of a loss in a kernel whose numbers lie `dilation` pixels apart.

    X is (H, W); G is the gradient in the result, (H - d (h - 1), W - d (w - 1)) with
    d = dilation. The result is (h, w).
    """
    ### BEGIN SOLUTION
    return correlate(X, G, stride=dilation)
    ### END SOLUTION


# %%
dilated_kernel_gradient(np.arange(20.0).reshape(4, 5), np.array([[1.0, -1.0, 0.5], [0.0, 2.0, 1.0]]), 2)

# %% nbgrader={"grade": true, "grade_id": "check_07_dilated_kernel_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("07.dilated_kernel_gradient", dilated_kernel_gradient)


# %% [markdown]
# ## Exercise 07.5 · Averages that overlap (3 points)
#
# *Average pooling* writes down the mean of each window. The windows have $h \times w$ pixels and start $s$ rows and $t$
# columns apart. With indices from 0,
#
# $$P_{ij} = \frac{1}{hw}\sum_{a=0}^{h-1}\sum_{b=0}^{w-1} X_{i s + a,\; j t + b}.$$
#
# For $s < h$ the windows overlap, and a pixel counts in several averages. All averages have whole windows: rows and
# columns of $X$ that no window reaches are left out.
#
# Given $G = \partial L/\partial P$, write the gradient in $X$, of shape `image_shape`. `window` is $(h, w)$ and
# `stride` is $(s, t)$. Note what is *not* passed: the pixels. Windows that do not overlap, or leave gaps between them,
# must work, too.
#
# *Builds on chapter 07, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_07_overlapping_average_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def overlapping_average_gradient(G, image_shape, window, stride):
    """Gradient in the image of average pooling whose windows may overlap.

    G is (H', W'), the gradient in the averages; image_shape is (H, W), window (h, w),
    stride (s, t), all of int. The result is (H, W).
    """
    ### BEGIN SOLUTION
    (h, w), (s, t) = window, stride
    dX = np.zeros(image_shape)
    for i, j in np.ndindex(*G.shape):
        dX[i * s : i * s + h, j * t : j * t + w] += G[i, j] / (h * w)
    return dX
    ### END SOLUTION


# %%
overlapping_average_gradient(np.array([[4.0, 8.0]]), (2, 3), (2, 2), (1, 1))

# %% nbgrader={"grade": true, "grade_id": "check_07_overlapping_average_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("07.overlapping_average_gradient", overlapping_average_gradient)


# %% [markdown]
# ## Exercise 07.6 · Each channel by itself (4 points)
#
# Networks for small devices save weights: each channel is convolved with one kernel of its own, and channels do not meet.
# This is a *depthwise* convolution. There are $C$ kernels instead of $FC$. With a stride $s$, and indices from 0,
#
# $$H_{nc\,ij} = \sum_{a=0}^{h-1}\sum_{b=0}^{w-1} X_{nc,\; i s + a,\; j s + b}\; K_{c\,ab}.$$
#
# $X$ has the shape $(N, C, H, W)$, $K$ has $(C, h, w)$, and the result has $(N, C, H', W')$. If the last step does not
# fit, rows and columns at the end of $X$ are left over.
#
# Given $G$, the gradient of the loss in the result, write the gradient in $K$, of shape $(C, h, w)$. A batch may hold
# one image, an image one channel, a kernel one row or column, and the stride may be 1.
#
# *Builds on chapter 07, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_07_depthwise_kernel_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def depthwise_kernel_gradient(X, K, G, stride):
    """Gradient of a loss in the kernels of a depthwise convolution with a stride.

    X is (N, C, H, W), K is (C, h, w), G is the gradient in the result, (N, C, H', W');
    stride is an int, the same down and right. The result is (C, h, w).
    """
    ### BEGIN SOLUTION
    rows, columns = G.shape[2:]
    dK = np.empty(K.shape)
    for a, b in np.ndindex(*K.shape[1:]):
        under = X[:, :, a : a + stride * rows : stride, b : b + stride * columns : stride]
        dK[:, a, b] = (G * under).sum(axis=(0, 2, 3))
    return dK
    ### END SOLUTION


# %%
depthwise_kernel_gradient(np.arange(24.0).reshape(1, 2, 3, 4), np.ones((2, 2, 2)), np.ones((1, 2, 1, 2)), 2)

# %% nbgrader={"grade": true, "grade_id": "check_07_depthwise_kernel_gradient", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check("07.depthwise_kernel_gradient", depthwise_kernel_gradient)
