"""Exercises of chapter 09: transformations of the plane and of pictures."""

from mlp_lib.exercises.kinds import Chapter

CHAPTER = Chapter(
    notebook="09_homography",
    title="Lay one photograph over another",
    setup="import numpy as np",
    order=("vanishing_point", "draws_of_eight", "distance_to_moved_lines", "between_thumbnails",
           "weighted_similarity", "transfer_gradient", "rectify_and_stitch"),
)
