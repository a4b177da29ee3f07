"""Exercises of chapter 05: backpropagation through any number of layers."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="05_deep_backprop",
    title="Backpropagation through any number of layers",
    setup="import numpy as np\n\nfrom mlp_lib.networks import softmax",
    order=("error_through_scaled_tanh", "multiplications_going_back", "bias_before_the_mean",
           "error_through_shortcuts", "centred_layer_gradients", "gradient_lengths",
           "gain_in_words"),
)
