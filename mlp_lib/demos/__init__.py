"""Demos: figures whose numbers move. One module a demo, built on `live_figure`."""

from mlp_lib.demos.activation_gallery import activation_gallery
from mlp_lib.demos.deep_backprop import delta_through_depth
from mlp_lib.demos.descend_camel import descend_camel
from mlp_lib.demos.draw_a_digit import draw_a_digit
from mlp_lib.demos.first_order import first_order
from mlp_lib.demos.fit_gaussian import fit_gaussian
from mlp_lib.demos.homography import (
    blend_and_seam,
    four_corners,
    ladder,
    pick_matches,
    ransac,
)
from mlp_lib.demos.kernel_editor import kernel_editor
from mlp_lib.demos.matrix_product import matrix_product
from mlp_lib.demos.notation import switch_convention
from mlp_lib.demos.scores_to_gradient import scores_to_gradient
from mlp_lib.demos.secant_to_tangent import secant_to_tangent
from mlp_lib.demos.softmax_regions import softmax_regions
from mlp_lib.demos.svd import (
    circle_to_ellipse,
    condition_wobble,
    rank_slider,
    rayleigh_circle,
)
from mlp_lib.demos.tensor_entries import tensor_entries
from mlp_lib.demos.two_layer import step_through, two_layer_regions
from mlp_lib.demos.watch_it_learn import watch_it_learn

__all__ = [
    "activation_gallery",
    "blend_and_seam",
    "circle_to_ellipse",
    "condition_wobble",
    "delta_through_depth",
    "descend_camel",
    "draw_a_digit",
    "first_order",
    "fit_gaussian",
    "four_corners",
    "kernel_editor",
    "ladder",
    "matrix_product",
    "pick_matches",
    "rank_slider",
    "ransac",
    "rayleigh_circle",
    "scores_to_gradient",
    "secant_to_tangent",
    "softmax_regions",
    "step_through",
    "switch_convention",
    "tensor_entries",
    "two_layer_regions",
    "watch_it_learn",
]
