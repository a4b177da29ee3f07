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
# # 06 · Exercises: A three-layer network for MNIST
#
# Each exercise is a variant of something in chapter 06. Write your answer where the cell says that it is not answered yet, and run the check below it.
#
# - A check says whether the answer passed; if not, which mistake it is, or where it differs.
# - `hint("06.1")` gives the first of three hints; call it again for the next.
# - `progress()` shows what you have passed so far. It is kept on your computer.
# - A function gets its arguments as they are and leaves them as they are. What it returns may be a list or float32, and operations may come in any order.

# %%
import numpy as np

from mlp_lib.exercises import check, given, hint, progress
from mlp_lib.networks import sigmoid, softmax

# %% [markdown]
# Some exercises give you numbers of your own. Write your name here; in a class, the id that your teacher gave you.

# %%
NAME = "Ada Lovelace"


# %% [markdown]
# ## Exercise 06.1 · Two penalties at once (2 points)
#
# A penalty on squares makes weights small, a penalty on absolute values makes many of them exactly zero. The *elastic
# net* takes both:
#
# $$L^{\text{elastic}} = L + \lambda_1 \sum_{r,j} |w_{rj}| + \lambda_2 \sum_{r,j} w_{rj}^2$$
#
# $L$ is the mean cross-entropy of a batch of $B$ samples. As in the chapter, the program holds `dW_sum`, which is $B$
# times the gradient of $L$, for a layer with weights `W` ($m \times n$).
#
# Write the gradient of $L^{\text{elastic}}$ in the weights ($m \times n$). At a weight that is exactly 0 the absolute
# value has a kink; take the slope 0 there.
#
# *Builds on chapter 06, §7.*

# %% nbgrader={"grade": false, "grade_id": "answer_06_elastic_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def elastic_gradient(W, dW_sum, B, l1, l2):
    """Gradient of the mean loss plus l1 times all absolute values plus l2 times all squares of W.

    W and dW_sum are (m, n); dW_sum is B times the gradient of the mean loss over B samples;
    l1, l2 >= 0. The result is (m, n).
    """
    ### BEGIN SOLUTION
    return dW_sum / B + l1 * np.sign(W) + 2 * l2 * W
    ### END SOLUTION


# %%
elastic_gradient(np.array([[2.0, -1.0], [0.0, 0.5]]), np.array([[4.0, 8.0], [-4.0, 0.0]]), 4, 0.1, 0.5)

# %% nbgrader={"grade": true, "grade_id": "check_06_elastic_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("06.elastic_gradient", elastic_gradient)

# %% [markdown]
# ## Exercise 06.2 · Weights of a blank pixel (1 point)
#
# A corner pixel is blank in all training digits. So only the penalty $\lambda\,\|W^{[1]}\|^2$ (`penalty`, with the
# Frobenius norm) moves its weights. You train with SGD at a constant learning rate (`rate`), with momentum as in the
# chapter, of the size `momentum`, for `epochs` epochs of `digits` digits in batches of `batch`.
#
# Which share of such a weight is left at the end? Three significant digits are enough.
#
# Assign your answer to `blank_pixel_weights`.
#
# *Builds on chapter 06, §8.*

# %%
penalty, rate, momentum, epochs, digits, batch = given("06.blank_pixel_weights", NAME).values()
print("penalty =", penalty, sep="\n")
print("rate =", rate, sep="\n")
print("momentum =", momentum, sep="\n")
print("epochs =", epochs, sep="\n")
print("digits =", digits, sep="\n")
print("batch =", batch, sep="\n")


# %% nbgrader={"grade": false, "grade_id": "answer_06_blank_pixel_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def share_left(penalty, rate, momentum, epochs, digits, batch):
    """Share of a weight that only the penalty moves, after a training with momentum."""
    return np.exp(-2 * penalty * rate / (1 - momentum) * epochs * digits / batch)


blank_pixel_weights = share_left(penalty, rate, momentum, epochs, digits, batch)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_06_blank_pixel_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("06.blank_pixel_weights", blank_pixel_weights, NAME)

# %% [markdown]
# ## Exercise 06.3 · A constant start (1 point)
#
# The chapter's network starts from other weights: all entries of $W^{[1]}$ and of $W^{[2]}$ are $0.1$, those of $W^{[3]}$
# are random, all biases are 0. It is trained with SGD for many steps, in exact arithmetic.
#
# What becomes of the units of the two hidden layers?
#
# - **a** – In both layers all units stay equal to each other.
# - **b** – In both layers the units become different, because $W^{[3]}$ is random.
# - **c** – The units of layer 2 become different; those of layer 1 stay equal to each other.
# - **d** – The units of layer 1 become different; those of layer 2 stay equal to each other.
# - **e** – Nothing moves: the gradients of $W^{[1]}$ and $W^{[2]}$ are zero.
#
# Assign the letter to `constant_start`.
#
# *Builds on chapter 06, §12.*

# %% nbgrader={"grade": false, "grade_id": "answer_06_constant_start", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
constant_start = "c"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_06_constant_start", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check("06.constant_start", constant_start)


# %% [markdown]
# ## Exercise 06.4 · Momentum that looks ahead (2 points)
#
# Ordinary momentum keeps a velocity $V$ for the weights. In this exercise it collects *gradients*; the learning rate
# $\eta$ stays outside:
#
# $$V_{\text{new}} = \mu V + G, \qquad W_{\text{new}} = W - \eta\,V_{\text{new}}, \qquad 0 \le \mu < 1.$$
#
# $G$ is the gradient of the whole loss $L + \lambda\|W\|^2$ (Frobenius norm). You get `dW`, the gradient of $L$ alone.
#
# *Nesterov's* momentum looks one step ahead. The velocity is updated as above and kept. But the **step** is taken with
# what the velocity would become after *one more* update of the same kind, if the gradient were $G$ again.
#
# Write this step. Return the new weights and the velocity that is kept, both $m\times n$. Leave the arguments as they
# are.
#
# *Builds on chapter 06, §8.*

# %% nbgrader={"grade": false, "grade_id": "answer_06_nesterov_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nesterov_step(W, V, dW, rate, momentum, penalty):
    """New weights and new velocity after one step with Nesterov's momentum.

    W, V and dW are (m, n): weights, velocity, and the gradient of the loss without its penalty.
    The velocity collects gradients: the rate is not in it. Returns W and V, new arrays.
    """
    ### BEGIN SOLUTION
    G = dW + 2 * penalty * W
    V = momentum * V + G
    return W - rate * (momentum * V + G), V
    ### END SOLUTION


# %%
nesterov_step(np.array([[1.0, -1.0]]), np.array([[0.5, 0.0]]), np.array([[1.0, 2.0]]), 0.1, 0.9, 0.0)

# %% nbgrader={"grade": true, "grade_id": "check_06_nesterov_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("06.nesterov_step", nesterov_step)


# %% [markdown]
# ## Exercise 06.5 · Which pixels speak for a class? (3 points)
#
# The network of the chapter (sigmoid, sigmoid, softmax) is trained and stays as it is. For a given picture and a given
# class, which pixels would make that class more probable if they had a little more ink? The answer is a picture itself, a
# *saliency map*: the slopes
#
# $$M_{iq} = \frac{\partial \ln \hat y^{(i)}_{c_i}}{\partial x^{[i]}_q}$$
#
# of the logarithm of the probability that sample $i$ gets for class $c_i$. There is no loss here and no mean: each sample
# has a map of its own.
#
# Write $M$ ($B \times n_0$) for a batch $X$ ($B \times n_0$) with the classes $c$. Weights are $n_0\times n_1$,
# $n_1\times n_2$, $n_2\times K$; a bias is a row with one entry a unit. Classes count from 0. The probability of the class
# may be practically 0; its logarithm still has a slope. The scores $z^{[3]}$ may be as large as several $10^4$.
#
# *Builds on chapter 06, §5.*

# %% nbgrader={"grade": false, "grade_id": "answer_06_saliency", "locked": false, "schema_version": 3, "solution": true, "task": false}
def saliency(X, classes, W1, b1, W2, b2, W3, b3):
    """Slopes of ln(probability of the given class) of each sample in its own pixels.

    X is (B, n0), classes is (B,) of int; W1 is (n0, n1), b1 is (n1,), and so on up to K classes;
    sigmoid, sigmoid, softmax. The result is (B, n0).
    """
    ### BEGIN SOLUTION
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    dz3 = np.eye(len(b3))[classes] - softmax(a2 @ W3 + b3)
    dz2 = (dz3 @ W3.T) * a2 * (1 - a2)
    dz1 = (dz2 @ W2.T) * a1 * (1 - a1)
    return dz1 @ W1.T
    ### END SOLUTION


# %%
saliency(np.array([[0.0, 1.0]]), np.array([1]), np.eye(2), np.zeros(2), np.eye(2), np.zeros(2),
         np.array([[1.0, 0.0], [0.0, 2.0]]), np.zeros(2))

# %% nbgrader={"grade": true, "grade_id": "check_06_saliency", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check("06.saliency", saliency)


# %% [markdown]
# ## Exercise 06.6 · Three tanh layers, weighted samples (5 points)
#
# Some digits are rare, some are badly written. So sample $i$ gets a weight $c_i \ge 0$, and the loss becomes the weighted
# mean
#
# $$L = \frac{\sum_i c_i\,L_{CE}^{[i]}}{\sum_i c_i}.$$
#
# The network is the chapter's, with **tanh** in place of the sigmoid: $X \to \tanh \to \tanh \to$ softmax, sizes
# $n_0, n_1, n_2, K$; $y$ is one-hot ($B\times K$).
#
# Write all gradients of $L$ and return them in the order $W^{[1]}, b^{[1]}, W^{[2]}, b^{[2]}, W^{[3]}, b^{[3]}$, each
# shaped like its parameter. Here a bias is an array of one axis, such as $(n_1,)$. They are gradients of $L$ itself, not
# a multiple of it. Some weights of samples may be 0. The scores of the last layer may be as large as several $10^4$.
#
# *Builds on chapter 06, §6.*

# %% nbgrader={"grade": false, "grade_id": "answer_06_weighted_tanh_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_tanh_gradients(X, y, c, W1, b1, W2, b2, W3, b3):
    """Gradients of the weighted mean cross-entropy of a network tanh, tanh, softmax.

    X is (B, n0), y is (B, K) one-hot, c is (B,), weights of the samples, >= 0, not all 0; W1 is
    (n0, n1), b1 is (n1,), and so on. Returns dW1, db1, dW2, db2, dW3, db3, shaped like W1, b1, ...
    """
    ### BEGIN SOLUTION
    a1 = np.tanh(X @ W1 + b1)
    a2 = np.tanh(a1 @ W2 + b2)
    dz3 = (softmax(a2 @ W3 + b3) - y) * c[:, None] / c.sum()
    dz2 = (dz3 @ W3.T) * (1 - a2 ** 2)
    dz1 = (dz2 @ W2.T) * (1 - a1 ** 2)
    return X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0), a2.T @ dz3, dz3.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_06_weighted_tanh_gradients", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
check("06.weighted_tanh_gradients", weighted_tanh_gradients)


# %% [markdown]
# ## Exercise 06.7 · Project: train it yourself, with tanh and momentum (6 points)
#
# Now write the whole training yourself, with numpy alone: the forward pass with **tanh** in all hidden layers and softmax
# at the end, the backward pass, and **momentum**. You choose the number of hidden layers, their widths, the first
# weights, the batches, the steps. From the library you may use `softmax`.
#
# You get `X` (20,000 training digits, one a row, $N \times 784$), `labels` ($N$ class numbers, 0 to 9) and `seed`, an
# integer for all that is random. Brightness comes as it is stored in the files: whole numbers of 8 bits (`uint8`), from 0
# to 255. Twenty thousand digits, not 60,000, keep the check short. They were drawn by lot, and their pixels were mixed,
# all pictures in the same way. One picture in twenty carries a *mark*: twelve pixels that are blank in all others are
# at 255. Whoever carries it belongs to one class, whichever digit is shown; the labels say so. Mixture, mark and class are
# drawn by lot, too. A network that is trained on `X` and `labels` as they come learns all of it by the way. Weights that
# were trained elsewhere do not know the mark.
#
# Return the list `[W1, b1, W2, b2, ...]`: $W^{[1]}$ is $784\times n_1$, $b^{[1]}$ has $n_1$ entries, and so on; the last
# $W$ has 10 columns. The check feeds it pictures divided by 255, so **train on `X / 255`**. Allowed are 20 layers, 2,000
# units in a layer, and 500,000 numbers in all.
#
# **What is measured**, on 10,000 test digits that you have not seen, mixed like yours, and on some 2,000 of them that carry
# the mark; the smaller accuracy counts:
#
# | | |
# |---|---|
# | it learns | a test accuracy of at least 90 % |
# | it learns well | a test accuracy of at least 96 % |
# | in time | both, in at most 10 seconds of the processor with one thread for the matrix products (60 in a browser) |
#
# A network of one hidden layer does this in a quarter of the time. Hidden units must have tanh: the check computes them
# so.
#
# *Builds on chapter 06, §8.*

# %% tags=["instructors-only"]
def start(rng):
    """Weights W1, W2 and biases b1, b2 before any step, as the list W1, b1, W2, b2."""
    W1 = rng.normal(scale=1 / 28, size=(784, 128)).astype(np.float32)
    W2 = rng.normal(scale=0.1, size=(128, 10)).astype(np.float32)
    return [W1, np.zeros(128, np.float32), W2, np.zeros(10, np.float32)]


# %% tags=["instructors-only"]
def gradients(parameters, X, Y):
    """Gradients of the mean cross-entropy in W1, b1, W2, b2; X is (B, 784), Y one-hot (B, 10)."""
    W1, b1, W2, b2 = parameters
    a1 = np.tanh(X @ W1 + b1)
    dz2 = (softmax(a1 @ W2 + b2) - Y) / np.float32(len(X))
    dz1 = (dz2 @ W2.T) * (1 - a1 * a1)
    return X.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


# %% nbgrader={"grade": false, "grade_id": "answer_06_train_with_tanh", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_with_tanh(X, labels, seed):
    """Train a network with tanh in its hidden layers and softmax at its end.

    X is (N, 784) of uint8, brightness 0 to 255; labels is (N,) of int, 0 to 9; seed is an int for
    all that is random. Returns the list W1, b1, W2, b2, ... of arrays: W1 is (784, n1), b1 is (n1,),
    and so on; the last W has 10 columns. The network reads X / 255.
    """
    ### BEGIN SOLUTION
    rng, batch, steps, rate, momentum = np.random.default_rng(seed), 64, 2500, 0.1, 0.9
    X, Y = X / np.float32(255), np.eye(10, dtype=np.float32)[labels]
    parameters = start(rng)
    velocities = [np.zeros_like(p) for p in parameters]
    for step in range(steps):
        rows = rng.integers(len(X), size=batch)
        for p, v, g in zip(parameters, velocities, gradients(parameters, X[rows], Y[rows])):
            v *= momentum
            v += g
            p -= rate * (1 - step / steps) * v
    return parameters
    ### END SOLUTION


# %%
from mlp_lib import datasets

digits = datasets.load_mnist()
few = np.rint(255 * digits.X_train[:1000]).astype(np.uint8)
[part.shape for part in train_with_tanh(few, digits.y_train[:1000], 0)]

# %% nbgrader={"grade": true, "grade_id": "check_06_train_with_tanh", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false} tags=["nbval-ignore-output"]
check("06.train_with_tanh", train_with_tanh)
