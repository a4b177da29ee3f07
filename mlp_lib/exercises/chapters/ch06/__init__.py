"""Exercises of chapter 06: a three-layer network for MNIST."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="06_three_layer_mnist",
    title="A three-layer network for MNIST",
    setup="import numpy as np\n\nfrom mlp_lib.networks import sigmoid, softmax",
    order=("elastic_gradient", "blank_pixel_weights", "constant_start", "nesterov_step", "saliency",
           "weighted_tanh_gradients", "train_with_tanh"),
)
