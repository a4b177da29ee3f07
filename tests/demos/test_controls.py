"""The controls of the demos."""

import ipywidgets as widgets

from mlp_lib.demos.controls import scale, slider


def test_a_scale_offers_its_values_and_every_control_says_what_it_does():
    made = scale("rate", [0, 0.1, 1], value=0.1, hint="Step size")
    assert isinstance(made, widgets.SelectionSlider)
    assert [value for _, value in made.options] == [0, 0.1, 1]
    assert (made.value, made.tooltip) == (0.1, "Step size")
    assert slider("z", 0, 1).tooltip == "z"
