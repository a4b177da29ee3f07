"""Demos: figures whose numbers move. One module a demo; what they are made of is in ``parts``.

By chapter, each called without arguments, or with those that its controls offer:

00, 06  draw_a_digit, watch_it_learn
01      matrix_product, secant_to_tangent, chain_graph, descend_camel
02      tensor_entries, first_order, fit_gaussian
03      activation_gallery, scores_to_gradient, softmax_regions
04      step_through, two_layer_regions
05      delta_through_depth
07      kernel_editor
08      circle_to_ellipse, rank_slider, condition_wobble, rayleigh_circle
09      ladder, four_corners, pick_matches, ransac, blend_and_seam
10      four_kinds
11      finish_the_digit
12      watch_a_duel, walk_the_noise
A       switch_convention

An argument that the demo's controls do not offer is a ValueError, which says what they do.
"""

from mlp_lib.demos.activation_gallery import activation_gallery
from mlp_lib.demos.blend_and_seam import blend_and_seam
from mlp_lib.demos.chain_graph import chain_graph
from mlp_lib.demos.circle_to_ellipse import circle_to_ellipse
from mlp_lib.demos.condition_wobble import condition_wobble
from mlp_lib.demos.delta_through_depth import delta_through_depth
from mlp_lib.demos.descend_camel import descend_camel
from mlp_lib.demos.draw_a_digit import draw_a_digit
from mlp_lib.demos.finish_the_digit import finish_the_digit
from mlp_lib.demos.first_order import first_order
from mlp_lib.demos.fit_gaussian import fit_gaussian
from mlp_lib.demos.four_corners import four_corners
from mlp_lib.demos.four_kinds import four_kinds
from mlp_lib.demos.kernel_editor import kernel_editor
from mlp_lib.demos.ladder import ladder
from mlp_lib.demos.matrix_product import matrix_product
from mlp_lib.demos.pick_matches import pick_matches
from mlp_lib.demos.rank_slider import rank_slider
from mlp_lib.demos.ransac import ransac
from mlp_lib.demos.rayleigh_circle import rayleigh_circle
from mlp_lib.demos.scores_to_gradient import scores_to_gradient
from mlp_lib.demos.secant_to_tangent import secant_to_tangent
from mlp_lib.demos.softmax_regions import softmax_regions
from mlp_lib.demos.step_through import step_through
from mlp_lib.demos.switch_convention import switch_convention
from mlp_lib.demos.tensor_entries import tensor_entries
from mlp_lib.demos.two_layer_regions import two_layer_regions
from mlp_lib.demos.walk_the_noise import walk_the_noise
from mlp_lib.demos.watch_a_duel import watch_a_duel
from mlp_lib.demos.watch_it_learn import watch_it_learn

__all__ = [
    "activation_gallery",
    "blend_and_seam",
    "chain_graph",
    "circle_to_ellipse",
    "condition_wobble",
    "delta_through_depth",
    "descend_camel",
    "draw_a_digit",
    "finish_the_digit",
    "first_order",
    "fit_gaussian",
    "four_corners",
    "four_kinds",
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
    "walk_the_noise",
    "watch_a_duel",
    "watch_it_learn",
]
