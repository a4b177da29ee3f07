"""The controls of the demos."""

import ipywidgets as widgets
import pytest

from mlp_lib.demos.parts.controls import choice, scale, slider


def test_a_scale_offers_its_values_and_every_control_says_what_it_does():
    made = scale("rate", [0, 0.1, 1], value=0.1, hint="Step size")
    assert isinstance(made, widgets.SelectionSlider)
    assert [value for _, value in made.options] == [0, 0.1, 1]
    assert (made.value, made.tooltip) == (0.1, "Step size")
    assert slider("z", 0, 1).tooltip == "z"


@pytest.mark.parametrize(("control", "message"), [
    (lambda: slider("z", -5, 5, value=7), "z needs a number from -5 to 5; got 7"),
    (lambda: slider("z", 0, 1, value=float("nan")), "got nan"),
    (lambda: scale("rate", (0.1, 1), value=0.3), r"rate needs one of \[0.1, 1\]; got 0.3"),
    (lambda: choice("n", range(2, 4), value=5), r"n needs one of \[2, 3\]; got 5"),
    (lambda: choice("n", [("none", 0), ("one", 1)], value="one"), r"of \[0, 1\]; got 'one'"),
])
def test_a_value_that_is_not_offered_is_refused_by_name(control, message):
    with pytest.raises(ValueError, match=message):
        control()


def test_of_pairs_the_value_is_chosen():
    assert choice("n", [("none", 0), ("one", 1)], value=1).label == "one"
