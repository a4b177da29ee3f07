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
# # 00 · Start here
#
# A neural network learns by gradients. This book shows where each of them comes from, down to every matrix.
#
# No formula is only printed. Each one is run on numbers, and every gradient is compared with a slope that is measured.

# %% [markdown]
# ## A first result
#
# Click into the next cell and press **Shift + Enter**. It trains a network of three layers on 60,000 handwritten
# digits, and then reads 10,000 digits that it has never seen. It takes a few seconds.

# %% tags=["nbval-ignore-output"]
from mlp_lib import datasets, networks
from mlp_lib.networks import MLP, SGD

digits = datasets.load_mnist()
model = MLP((784, 200, 100, 10))
networks.train(model, (digits.X_train, digits.y_train), epochs=3, batch_size=64, optimizer=SGD(0.3, momentum=0.9))
print(f"{model.accuracy(digits.X_test, digits.y_test):.1%} of the 10,000 digits are read correctly")

# %% [markdown]
# About 97 of 100. The layers of the network have 784 inputs, 200 and 100 hidden units, and 10 outputs.
#
# Here are ten of the test digits, with the answer of the network above each.

# %%
from mlp_lib import plotting

answers = model.predict(digits.X_test[:10])
axes = plotting.show_images(digits.X_test[:10], titles=answers)
plotting.described(axes.flat[0], "Ten handwritten digits, each with the digit that the network reads above it.")

# %% [markdown]
# Look for a mistake. There may be one among the harder shapes, such as the ninth digit, a 5 that leans.

# %% [markdown]
# ## The promise of this book
#
# The training used a gradient: one number for each of the 178,110 weights and biases. Is that gradient right?
#
# We ask the loss itself. We move all weights a tiny bit in some direction, and see how much the loss changes. If the
# gradient is right, it has predicted that change.

# %%
import numpy as np

from mlp_lib.calculus import check_gradient

model = MLP((784, 200, 100, 10), dtype=np.float64)
X, y = digits.X_train[:50], digits.y_train[:50]
loss, dW, db = model.gradients(X, y)
print(f"loss before any training: {loss:.4f}")

# %% [markdown]
# Next, the slopes along five random directions in the space of the first weight matrix, 784 × 200. The check stops
# with an error if a slope differs by more than one part in a million.


# %%
def loss_with_first_weights(W1):
    model.W[0][:] = W1
    return model.loss(X, y)


worst = check_gradient(loss_with_first_weights, model.W[0].copy(), dW[0])
assert worst < 1e-6

# %% [markdown]
# No error: the formula and the measurement agree. Every gradient in this book is put to this test.

# %% [markdown]
# ## One convention
#
# The five documents behind this book write the same things in different ways. The book, and its package `mlp_lib`,
# use one way throughout:
#
# - **samples are rows**: a batch of $N$ inputs is a matrix $X$ of shape $N \times D$;
# - a layer is $Z = XW + b$, with $W$ of shape $D \times C$ and one row of biases $b$;
# - a loss is the **mean** over the samples, so its gradient carries the factor $1/N$;
# - a gradient has the shape of what it belongs to.
#
# Where a document does it differently, its chapter shows how to convert.

# %%
X, W, b = np.ones((5, 4)), np.ones((4, 3)), np.ones(3)
(X @ W + b).shape

# %% [markdown]
# Five samples went in as rows, and five rows came out.

# %% [markdown]
# ## How to use the book
#
# - **Run a cell** with Shift + Enter. Run the cells from top to bottom; *Run → Run All Cells* does it for you.
# - **Predict first.** Where the text asks what will happen, decide before you run the cell.
# - **Change things.** Every number in a cell is yours to change. *Kernel → Restart Kernel* brings back a clean start;
#   nothing in the files is lost.
# - **Demos** work with the mouse and with keys alone: Tab moves to the next control, the arrow keys move a slider,
#   Space or Enter presses a button. Space opens a list; the arrow keys and Enter choose from it.
# - **Stop** a training that takes too long with the ■ button, or press Esc, then I twice. The network keeps what it has learned.
# - **Questions** stand at the end of each chapter. Most of them can be checked with `check_gradient`, as above.
# - **Exercises** have notebooks of their own. They say which mistake a wrong answer is.

# %% [markdown]
# ## The chapters
#
# | notebook | what it treats |
# |---|---|
# | [01 prerequisites](01_prerequisites.ipynb) | matrices, derivatives, the chain rule, Jacobian and Hessian |
# | [02 matrix calculus](02_matrix_calculus.ipynb) | derivatives of matrices by matrices, differentials, the trace |
# | [03 softmax](03_softmax.ipynb) | activations, losses, softmax regression |
# | [04 two layers](04_two_layer.ipynb) | the two-layer networks, all their gradients |
# | [05 deep backpropagation](05_deep_backprop.ipynb) | the recursion for any number of layers |
# | [06 three layers on MNIST](06_three_layer_mnist.ipynb) | every gradient matrix of the network above, trained on all digits |
# | [07 convolution](07_convolution.ipynb) | convolution as a matrix, its gradients |
# | [08 SVD](08_svd.ipynb) | eigenvalues, singular values, linear systems |
# | [09 homography](09_homography.ipynb) | transformations of the plane, stitching photographs |
# | [A notation and errata](A_notation_and_errata.ipynb) | the conventions side by side, every misprint mended |

# %% [markdown]
# ## The exercises
#
# Each chapter has a notebook of exercises: [01](exercises/01_prerequisites.ipynb),
# [02](exercises/02_matrix_calculus.ipynb), [03](exercises/03_softmax.ipynb), [04](exercises/04_two_layer.ipynb),
# [05](exercises/05_deep_backprop.ipynb), [06](exercises/06_three_layer_mnist.ipynb),
# [07](exercises/07_convolution.ipynb), [08](exercises/08_svd.ipynb), [09](exercises/09_homography.ipynb).
#
# You write a function, a number or a letter; `check` runs it on numbers that it has not seen, and says whether it is
# right or which mistake it is. `hint` helps in three steps. What you have passed is kept on this computer:

# %% tags=["nbval-ignore-output"]
from mlp_lib.exercises import progress

progress()

# %% [markdown]
# The bars fill as you go. Run the cell again to see the latest state.

# %% [markdown]
# ## The formula index
#
# Every definition, formula, lemma and example of the five documents has a number in `data/formulas.csv`, with a
# verdict: some are misprinted, and the index says what is right. A cell that teaches a formula carries its number as
# a tag (open the property inspector, the cogs at the top right, to see it). The whole index, with links into the chapters,
# stands in [appendix A](A_notation_and_errata.ipynb).

# %%
from collections import Counter

formulas = datasets.load_formulas()
print(len(formulas), "formulas:", dict(Counter(formula.verdict for formula in formulas)))

# %% [markdown]
# How many of them do the chapters teach? We look for their numbers among the tags of all cells.

# %%
import json

tags = set()
for path in (datasets.DATA.parent / "notebooks").glob("[0-9]*.ipynb"):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        tags.update(cell["metadata"].get("tags", []))
print(sum(formula.id in tags for formula in formulas), "of", len(formulas), "are taught and checked in a chapter")

# %% [markdown]
# Go on with [chapter 01](01_prerequisites.ipynb) for the ground under everything, or with [chapter 06](06_three_layer_mnist.ipynb): it builds the
# network that you have just trained.
