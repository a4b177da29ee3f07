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
# # All demos
#
# Figures whose numbers move, in the order of the chapters. Each cell runs by itself: click into it and press
# **Shift + Enter**. What to try stands with the demo. *Present*, or the key F, shows it alone, full screen; Escape ends that.
#
# In front of a class: `python -m mlp_lib.stage` shows the same list in a browser, each demo one click away, without JupyterLab.

# %% [markdown]
# ## Draw a digit
#
# Draw on a pad; a trained network reads it while you draw. [Chapter 00](00_start_here.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import draw_a_digit

draw_a_digit()

# %% [markdown]
# ## Matrix product
#
# A row meets a column: one entry of a product, its sum written out. [Chapter 01](01_prerequisites.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import matrix_product

matrix_product()

# %% [markdown]
# ## From secant to tangent
#
# A secant turns into the tangent as h shrinks; beside it stands the error against h. [Chapter 01](01_prerequisites.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import secant_to_tangent

secant_to_tangent()

# %% [markdown]
# ## The chain rule as a graph
#
# The ways from each input to the output, and the slopes along them. [Chapter 01](01_prerequisites.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import chain_graph

chain_graph()

# %% [markdown]
# ## Descent on the six-hump camel
#
# Drag the start, and see which valley gradient descent ends in. [Chapter 01](01_prerequisites.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import descend_camel

descend_camel()

# %% [markdown]
# ## The derivative of Z by X
#
# For the product Z = XY: the derivative of a matrix by a matrix, a grid of blocks. [Chapter 02](02_matrix_calculus.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import tensor_entries

tensor_entries()

# %% [markdown]
# ## First order
#
# What a matrix function does over a step t, against its differential times t. [Chapter 02](02_matrix_calculus.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import first_order

first_order()

# %% [markdown]
# ## Fit a normal density
#
# Drag an ellipse over points until the normal density fits them best. [Chapter 02](02_matrix_calculus.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import fit_gaussian

fit_gaussian()

# %% [markdown]
# ## Gallery of activations
#
# An activation with its tangent, and its derivative below. [Chapter 03](03_softmax.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import activation_gallery

activation_gallery()

# %% [markdown]
# ## From scores to the gradient
#
# Scores, their probabilities, the loss of one class, and the gradient in the scores. [Chapter 03](03_softmax.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import scores_to_gradient

scores_to_gradient()

# %% [markdown]
# ## Regions of softmax regression
#
# Straight borders move while softmax regression learns. [Chapter 03](03_softmax.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import softmax_regions

softmax_regions()

# %% [markdown]
# ## Step through both passes
#
# The forward and the backward pass of a tiny network, one matrix at a time. [Chapter 04](04_two_layer.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import step_through

step_through()

# %% [markdown]
# ## Regions of a two-layer network
#
# The lines of the hidden units, and the regions that they make, while the network learns. [Chapter 04](04_two_layer.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import two_layer_regions

two_layer_regions()

# %% [markdown]
# ## δ through depth
#
# How long δ is in each layer of a deep network, and how far the samples still differ. [Chapter 05](05_deep_backprop.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import delta_through_depth

delta_through_depth()

# %% [markdown]
# ## Watch it learn
#
# A network trains on all digits; its loss, its accuracy and its weights move. [Chapter 06](06_three_layer_mnist.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import watch_it_learn

watch_it_learn()

# %% [markdown]
# ## Kernel editor
#
# Edit a kernel of 3 by 3: the picture before and after, and the matrix that does it. [Chapter 07](07_convolution.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import kernel_editor

kernel_editor()

# %% [markdown]
# ## Circle to ellipse
#
# What a matrix makes of the unit circle, with the singular vectors and values. [Chapter 08](08_svd.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import circle_to_ellipse

circle_to_ellipse()

# %% [markdown]
# ## Condition and wobble
#
# How far a disturbed right side moves the solution of a linear system. [Chapter 08](08_svd.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import condition_wobble

condition_wobble()

# %% [markdown]
# ## Rayleigh quotient
#
# The Rayleigh quotient of a symmetric matrix, for a vector that goes round. [Chapter 08](08_svd.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import rayleigh_circle

rayleigh_circle()

# %% [markdown]
# ## Photograph by rank
#
# A photograph from its first singular values, with bytes and error. [Chapter 08](08_svd.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import rank_slider

rank_slider()

# %% [markdown]
# ## Ladder of transformations
#
# A square grid, and a slider for each degree of freedom. [Chapter 09](09_homography.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import ladder

ladder()

# %% [markdown]
# ## Four corners
#
# A photograph between four corners that you drag. [Chapter 09](09_homography.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import four_corners

four_corners()

# %% [markdown]
# ## RANSAC
#
# A fit that false pairs do not spoil, by threshold and number of trials. [Chapter 09](09_homography.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import ransac

ransac()

# %% [markdown]
# ## Blend and seam
#
# Two photographs of a street in one, by the width of the change between them. [Chapter 09](09_homography.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import blend_and_seam

blend_and_seam()

# %% [markdown]
# ## Pairs by hand
#
# Place pairs of points in two photographs, and see the homography that they give. [Chapter 09](09_homography.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import pick_matches

pick_matches()

# %% [markdown]
# ## Four kinds of networks
#
# Four deep networks: how long δ is, and how alike the samples are, behind each layer. [Chapter 10](10_normalisation_residuals.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import four_kinds

four_kinds()

# %% [markdown]
# ## Finish the digit
#
# Draw the top half of a digit; a transformer writes the rest, row by row. [Chapter 11](11_transformer.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import finish_the_digit

finish_the_digit()

# %% [markdown]
# ## Watch a duel
#
# A generator and a discriminator learn from each other, turn by turn. [Chapter 12](12_adversarial.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import watch_a_duel

watch_a_duel()

# %% [markdown]
# ## Walk through the noise
#
# A made picture that sliders change, beside the nearest training digit. [Chapter 12](12_adversarial.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import walk_the_noise

walk_the_noise()

# %% [markdown]
# ## Switch the convention
#
# One gradient, in the notation of each document. [Chapter A](A_notation_and_errata.ipynb)

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
from mlp_lib.demos import switch_convention

switch_convention()
