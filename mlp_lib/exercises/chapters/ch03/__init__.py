"""Exercises of chapter 03: softmax and losses."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="03_softmax",
    title="Softmax and losses",
    setup="import numpy as np\n\nfrom mlp_lib.activations import softmax",
    order=("label_smoothing_gradient", "my_cross_entropy", "shift_of_scores", "softmax_in_words"),
)
