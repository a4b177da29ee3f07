"""Geometry of pictures: everything by one name, ``geometry.fit_homography`` and so on.

Points are the rows of an (N, 2) array, each (x, y), in pixels. In a picture x points right
and y points *down*; the centre of ``image[row, column]`` is the point (column, row), so the
first pixel is at (0, 0), and a positive angle turns clockwise on the screen.

A transformation is a (3, 3) matrix ``H``. It maps (x, y) to (u / w, v / w), where
``(u, v, w) = H @ (x, y, 1)``; a factor on ``H`` changes nothing. All is done in float64.

transforms  apply and combine the matrices
fits        find them from pairs of points that are all right
robust      find them although many pairs are false
refinement  improve a homography: the least distance in the picture
warping     move a picture
stitching   join two
cameras     what lies behind the plane: calibration, epipolar lines

Inner: ``points`` says what points are and refuses degenerate ones; for `robust`, ``samples`` draws,
``consensus`` judges candidates, and ``chance`` says what unrelated pairs would give.
"""

from mlp_lib.doors import open_door

__all__, __getattr__, __dir__ = open_door(__name__, {
    "transforms": ["apply", "compose", "inverse", "normalisation", "transfer_error"],
    "fits": ["fit_translation", "fit_rigid", "fit_similarity", "fit_affine", "fit_homography",
             "dlt_matrix"],
    "robust": ["fit_robust", "trials_needed"],
    "refinement": ["refine_homography"],
    "warping": ["warp", "as_picture"],
    "stitching": ["stitch", "Panorama"],
    "cameras": ["calibrate", "fit_fundamental", "epipolar_lines"],
    "points": ["as_pairs"],
})
