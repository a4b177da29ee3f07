"""Exercises of chapter 12: two networks against each other."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="12_adversarial",
    title="Two networks against each other",
    setup="import numpy as np\n\nfrom mlp_lib.networks import sigmoid",
    order=("hinge_slopes", "best_of_soft_labels", "what_rests", "step_of_the_pair",
           "repair_the_pair"),
)
