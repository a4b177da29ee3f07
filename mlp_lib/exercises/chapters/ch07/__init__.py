"""Exercises of chapter 07: convolution."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="07_convolution",
    title="Convolution",
    setup="import numpy as np\n\nfrom mlp_lib.networks import correlate",
    order=("my_output_shape", "bias_gradient_behind_relu", "kernels_turned_round",
           "dilated_kernel_gradient", "overlapping_average_gradient", "depthwise_kernel_gradient"),
)
