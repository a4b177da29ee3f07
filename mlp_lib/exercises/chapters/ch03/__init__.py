"""Exercises of chapter 03: softmax and losses."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="03_softmax",
    title="Softmax and losses",
    setup="import numpy as np\n\nfrom mlp_lib.networks import softmax",
    order=("my_cross_entropy", "label_smoothing_gradient", "shift_of_scores", "multi_label_loss",
           "softmax_in_words", "temperature_slope", "focal_gradient"),
)
