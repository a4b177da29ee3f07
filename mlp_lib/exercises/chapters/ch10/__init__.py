"""Exercises of chapter 10: normalisation and residual connections."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="10_normalisation_residuals",
    title="Normalisation and residual connections",
    setup="import numpy as np",
    order=("means_that_stand_still", "fold_into_the_layer_after", "padded_batch_statistics",
           "layer_norm_gradients", "prenormalised_block_gradients"),
)
