"""Exercises of chapter 08: the singular value decomposition."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="08_svd",
    title="SVD",
    setup="import numpy as np\n\nfrom mlp_lib.linear_algebra import homogeneous_least_squares, null_space",
    order=("my_lost_share", "eigenvalues_all_one", "ridge_solution", "distances_from_best_line",
           "smallest_stretch_across", "rotation_between", "rayleigh_in_words"),
)
