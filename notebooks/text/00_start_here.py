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
# **For whom.** You know school calculus, what a matrix is, and enough Python to read a loop. Nothing about networks is
# needed. **What it takes.** A computer with two cores; nothing is downloaded.
#
# No formula is only printed. Each one is run on numbers, and each gradient stands beside a slope that is measured.

# %% [markdown]
# ## A first result
#
# Click into the next cell and press **Shift + Enter**. A network of three layers learns from 60,000 handwritten
# digits, and then reads 10,000 digits that it has never seen. It takes a few seconds; the bar shows how far it is.
#
# What learns are the network's numbers. The *loss* says how wrong its answers are, and the numbers move in small steps by which
# it falls. `SGD` is this walk, `momentum` keeps a part of the step before, and an *epoch* is one pass over all digits.
# [Chapter 06](06_three_layer_mnist.ipynb) explains them; you need not know more now.

# %% tags=["nbval-ignore-output"]
from mlp_lib import datasets
from mlp_lib.networks import MLP, SGD, train

digits = datasets.load_mnist()
model = MLP((784, 200, 100, 10))
train(model, (digits.X_train, digits.y_train), epochs=3, batch_size=64, optimizer=SGD(0.3, momentum=0.9))
print(f"{model.accuracy(digits.X_test, digits.y_test):.1%} of the 10,000 digits are read correctly")

# %% [markdown]
# About 97 of 100. The network has 784 inputs, the pixels, and 10 outputs, one for each digit. Between them lie 200 and then 100
# *hidden units*: numbers that it computes on the way.
#
# ### Demo: draw a digit
#
# Draw with the mouse, a pen or a finger. The bars say how sure the network is of each digit, while you draw. What to try
# stands with the picture, as in all demos of the book.

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import draw_a_digit

demo = draw_a_digit(model, digits)
demo

# %% [markdown]
# Every stroke changes 784 numbers, and they pass through three matrices. What is in these matrices was found by
# gradients.

# %% [markdown]
# ## Predict first
#
# Where the book asks a question, guess before you look. It stays with you longer than a sentence that you have read.
# Nobody else sees your guesses; `progress()` counts them. *Show me* tells the outcome without a guess. *In class* is for a
# teacher: it counts the hands for each choice, before and after the class has talked. *Present*, or the key F, shows a
# question or a demo alone, full screen. [All demos](demos.ipynb) stand in one notebook, too.
#
# Here is the first question. A fresh network knows nothing yet: it gives each of the ten digits about a tenth. Its loss is the
# mean of $\log\frac1p$ over 50 digits, where $p$ is what it gives the right digit.

# %% jupyter={"source_hidden": true}
import numpy as np

from mlp_lib.questions import predict

model = MLP((784, 200, 100, 10), dtype=np.float64)
X, y = digits.X_train[:50], digits.y_train[:50]

predict("00 loss", "Which number is nearest to the loss of the fresh network?", lambda: f"{model.loss(X, y):.4f}",
        choices=("0.1", "1.0", "2.3", "10.0"), answer=lambda _: "2.3",
        why="The logarithm of 10 is 2.303. The loss is a little larger: the first weights are drawn at random, and some digits get less than a tenth.")

# %% [markdown]
# ## The promise of this book
#
# The training used a gradient: one slope for each number that learns, a weight or a bias. A slope says how much the loss
# changes when that one number is moved a little. Here are those of the fresh network:

# %%
loss, dW, db = model.gradients(X, y)
print("slopes of the weights:", *(slopes.shape for slopes in dW))
print(f"with those of the biases: {sum(slopes.size for slopes in (*dW, *db)):,}")

# %% [markdown]
# 178,110 slopes. Are they right? The loss itself can be asked.
#
# `dW[2]` holds the slopes of the last layer's weights, 100 × 10 of them. Take the six weights that lead from units
# 0 and 1 to the digits 0, 1 and 2. Each is moved up and down by a hundred-thousandth, and the loss is computed again.

# %%
from mlp_lib import showing


def loss_with(corner):
    model.W[2][:2, :3] = corner
    return model.loss(X, y)


showing.slopes("six slopes of the loss", loss_with, model.W[2][:2, :3].copy(), dW[2][:2, :3])

# %% [markdown]
# Left what the formula says, right what was measured. The two sides agree to more digits than are shown. Every
# gradient of this book is put to this test, and you see both sides.

# %% [markdown]
# ## Three ways through the book
#
# | you want | chapters | hours |
# |---|---|---|
# | *a weekend*: see a network learn, and know why | 01 to 04, 06 | 5½ |
# | *a course*: the five documents whole, in ten weeks | 01 to 09 and A, with their exercises | 30 |
# | *and on*: the networks of today, in three weeks more | 10 to 12, with their exercises | 10 |
# | *images only*: photographs and the plane | 01 §1–5, 08, 09 | 3 |
#
# | notebook | what it treats | hours |
# |---|---|---|
# | [01 prerequisites](01_prerequisites.ipynb) | slopes, measured; the gradient, the chain rule, Jacobian and Hessian | 1 |
# | [02 matrix calculus](02_matrix_calculus.ipynb) | derivatives of matrices by matrices, differentials, the trace | 1 |
# | [03 softmax](03_softmax.ipynb) | activations, losses, softmax regression | 1 |
# | [04 two layers](04_two_layer.ipynb) | the two-layer networks, all their gradients | 1 |
# | [05 deep backpropagation](05_deep_backprop.ipynb) | the recursion for any number of layers, and what depth does | 1 |
# | [06 three layers on MNIST](06_three_layer_mnist.ipynb) | every gradient matrix of the network above, trained on all digits | 1 |
# | [07 convolution](07_convolution.ipynb) | convolution as a matrix, its gradients, a convolutional network | 1 |
# | [08 SVD](08_svd.ipynb) | eigenvalues, singular values, linear systems | 1 |
# | [09 homography](09_homography.ipynb) | transformations of the plane, stitching photographs | 1 |
# | [10 normalisation and residuals](10_normalisation_residuals.ipynb) | beyond the documents: what makes thirty layers learn | 1½ |
# | [11 attention and a transformer](11_transformer.ipynb) | beyond the documents: a network that finishes a digit you began | 1¼ |
# | [12 two networks against each other](12_adversarial.ipynb) | beyond the documents: a network that invents digits | 1 |
# | [A notation and errata](A_notation_and_errata.ipynb) | the conventions side by side, every misprint mended | 1 |
#
# These are the hours of a chapter's main path; what is folded takes as long again. It stands folded below headings that begin with *Deeper*: a click on
# the triangle beside the heading opens it. You can pass all of it by.
#
# Each chapter has a notebook of exercises that says which mistake a wrong answer is: [01](exercises/01_prerequisites.ipynb),
# [02](exercises/02_matrix_calculus.ipynb), [03](exercises/03_softmax.ipynb), [04](exercises/04_two_layer.ipynb),
# [05](exercises/05_deep_backprop.ipynb), [06](exercises/06_three_layer_mnist.ipynb),
# [07](exercises/07_convolution.ipynb), [08](exercises/08_svd.ipynb), [09](exercises/09_homography.ipynb),
# [10](exercises/10_normalisation_residuals.ipynb), [11](exercises/11_transformer.ipynb), [12](exercises/12_adversarial.ipynb).
# What you have passed is kept on this computer:

# %% tags=["nbval-ignore-output"]
from mlp_lib.exercises import progress

progress()

# %% [markdown]
# The bars fill as you go. Run the cell again to see the latest state. To take it along, `export_progress("mine.txt")` of
# `mlp_lib.exercises` writes a file; `import_progress("mine.txt")` adds it to what another computer keeps, or a browser.
#
# ## How to use it
#
# - **Run a cell** with Shift + Enter, from top to bottom; *Run → Run All Cells* does it for you.
# - **Change things.** Every number in a cell is yours. *Kernel → Restart Kernel* brings back a clean start; nothing
#   in the files is lost.
# - **Demos and questions** work with the mouse and with keys alone: Tab moves to the next control, the arrow keys move
#   a slider, Space or Enter presses a button.
# - **Not for you:** the folder `exercises/source`. There the answers are, for teachers.
# - **Stop** a training that takes too long with the ■ button, or press Esc, then I twice. The network keeps what it
#   has learned.
#
# ## One convention
#
# The book, and its package `mlp_lib`, write things in one way throughout:
#
# - **samples are rows**: a batch of $N$ inputs is a matrix $X$ of shape $N \times D$;
# - a layer is $Z = XW + b$, with $W$ of shape $D \times C$ and one row of biases $b$;
# - a loss is the **mean** over the samples, so its gradient carries the factor $1/N$;
# - a gradient has the shape of what it belongs to.

# %%
X, W, b = np.ones((5, 4)), np.ones((4, 3)), np.ones(3)
(X @ W + b).shape

# %% [markdown]
# Five samples of four numbers went in as rows; five rows of three numbers came out.
#
# ## The five documents behind the book
#
# | in this book | author and title |
# |---|---|
# | *the survival guide* | Anti Ingel, *Matrix Calculus Survival Guide* |
# | *the L-layer note* | *Back-propagation Derivation*, for L layers |
# | *the MNIST note* | Eric Leifer and James Troendle, *Gradient Matrices Calculations* for a three-layer network |
# | *the linear algebra slides* | Dongbo Min, *Basic Linear Algebra for AI and Computer Vision* |
# | *the matrix calculus slides* | Yu Chen, *Backpropagation: A Perspective of Matrix Calculus* |
#
# Each of their definitions, formulas and examples has a number and a verdict: some are misprinted, and the book says
# what is right. All of them stand in [appendix A](A_notation_and_errata.ipynb), with a link to where each is taught.

# %%
from collections import Counter

formulas = datasets.load_formulas()
print(len(formulas), "formulas:", dict(Counter(formula.verdict for formula in formulas)))

# %% [markdown]
# Go on with [chapter 01](01_prerequisites.ipynb): the ground under everything.
