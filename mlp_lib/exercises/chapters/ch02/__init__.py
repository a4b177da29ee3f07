"""Exercises of chapter 02: derivatives by matrices, differentials, the trace."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="02_matrix_calculus",
    title="Tensors, differentials, traces",
    setup="import numpy as np",
    order=("my_tensor", "where_the_trace_ends", "masked_fit_gradient", "noise_level",
           "weighted_gram_tensor", "information_gradient", "inverse_in_words"),
)
