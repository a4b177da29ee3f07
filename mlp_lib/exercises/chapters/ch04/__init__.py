"""Exercises of chapter 04: two-layer networks."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="04_two_layer",
    title="Two-layer networks",
    setup="import numpy as np\n\nfrom mlp_lib.networks import sigmoid, softmax",
    order=("my_backward_pass", "gelu_backward", "rescaled_layers", "weighted_huber_gradient",
           "prelu_gradients", "dropout_gradients", "shortcut_gradients"),
)
