"""Exercises of chapter 01: slopes, measured and derived."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="01_prerequisites",
    title="Slopes, Jacobians, Hessians",
    setup="import numpy as np",
    order=("my_shapes", "size_of_the_step", "slope_at_the_edge", "my_largest_step",
           "three_link_gradient", "rms_norm_jacobian", "log_cosh_hessian"),
)
