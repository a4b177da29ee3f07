"""Demos: figures whose numbers move. One module a demo, built on `live_figure`."""

from mlp_lib.demos.deep_backprop import delta_through_depth
from mlp_lib.demos.draw_a_digit import draw_a_digit
from mlp_lib.demos.matrix_calculus import first_order, fit_gaussian, tensor_entries
from mlp_lib.demos.prerequisites import descend_camel, matrix_product, secant_to_tangent
from mlp_lib.demos.softmax import activation_gallery, scores_to_gradient, softmax_regions
from mlp_lib.demos.two_layer import step_through, two_layer_regions
from mlp_lib.demos.watch_it_learn import watch_it_learn

__all__ = [
    "activation_gallery",
    "delta_through_depth",
    "descend_camel",
    "draw_a_digit",
    "first_order",
    "fit_gaussian",
    "matrix_product",
    "scores_to_gradient",
    "secant_to_tangent",
    "softmax_regions",
    "step_through",
    "tensor_entries",
    "two_layer_regions",
    "watch_it_learn",
]
