"""Geometry of pictures: everything by one name, ``geometry.fit_homography`` and so on.

Points are the rows of an (N, 2) array, each (x, y), in pixels. In a picture x points right
and y points *down*; the centre of ``image[row, column]`` is the point (column, row), so the
first pixel is at (0, 0), and a positive angle turns clockwise on the screen.

A transformation is a (3, 3) matrix ``H``. It maps (x, y) to (u / w, v / w), where
``(u, v, w) = H @ (x, y, 1)``; a factor on ``H`` changes nothing. All is done in float64.

The code is in the rooms that are imported here: `transforms` applies and combines the
matrices, `fits` finds them from pairs of points, `robust` does so although many pairs are
false, `refinement` improves a homography, `warping` moves pictures, `stitching` joins two, and
`cameras` looks at what lies behind the plane.
"""

from mlp_lib.cameras import calibrate, epipolar_lines, fit_fundamental
from mlp_lib.fits import (
    dlt_matrix,
    fit_affine,
    fit_homography,
    fit_rigid,
    fit_similarity,
    fit_translation,
)
from mlp_lib.refinement import refine_homography
from mlp_lib.robust import fit_robust, trials_needed
from mlp_lib.stitching import Panorama, stitch
from mlp_lib.transforms import apply, compose, inverse, normalisation, transfer_error
from mlp_lib.warping import warp

__all__ = [
    "Panorama", "apply", "calibrate", "compose", "dlt_matrix", "epipolar_lines", "fit_affine",
    "fit_fundamental", "fit_homography", "fit_rigid", "fit_robust", "fit_similarity",
    "fit_translation", "inverse", "normalisation", "refine_homography", "stitch",
    "transfer_error", "trials_needed", "warp",
]
