"""Exercises of chapter 11: attention and a transformer."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="11_transformer",
    title="Attention and a transformer",
    setup="import numpy as np\n\nfrom mlp_lib.networks import softmax",
    order=("tied_table_gradient", "capped_head_gradients", "two_branches_gradient",
           "shared_key_gradients", "train_a_masked_head"),
)
