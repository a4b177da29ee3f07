"""The demo of chapter 05 without a browser."""

import numpy as np
import pytest

from mlp_lib.demos import delta_through_depth
from mlp_lib.demos.delta_through_depth import ACTIVATIONS, SCALES, WIDTHS


@pytest.fixture
def demo():
    return delta_through_depth(12, width=20)


@pytest.fixture(scope="module")
def large():
    """One for the tests that set all of activation and size themselves."""
    return delta_through_depth(20, width=200)


def turn(demo, **values):
    """Set some controls, as a reader would one after the other."""
    for name, value in values.items():
        demo.controls[name].value = value


def test_it_shows_the_sizes_that_the_network_has(demo):
    spread, delta = (line.get_ydata() for line in demo.lines)
    np.testing.assert_array_equal(delta, demo.delta)
    np.testing.assert_array_equal(spread, demo.spread[:-1])
    np.testing.assert_array_equal(demo.dashed.get_ydata(), demo.forecast)
    _, _, gradients = demo.model.gradients(demo.X, demo.labels)
    for layer, gradient in enumerate(gradients):  # the bias's gradient is the mean of delta
        assert np.linalg.norm(gradient) <= demo.delta[layer] * (1 + 1e-12)


def test_the_scale_multiplies_the_same_random_weights(demo):
    unit = demo.model.theta.copy()
    turn(demo, size=3)
    np.testing.assert_array_equal(demo.model.theta, 3 * unit)
    turn(demo, size=1, activation="tanh")
    np.testing.assert_array_equal(demo.model.theta, unit)
    assert demo.model.hidden.name == "tanh"


def test_a_linear_network_multiplies_delta_by_the_scale_itself(demo):
    turn(demo, activation="identity")
    delta, forecast = demo.delta / demo.delta[-1], demo.forecast / demo.forecast[-1]
    turn(demo, size=2)
    powers = 2.0 ** np.arange(11, -1, -1)
    np.testing.assert_allclose(demo.forecast / demo.forecast[-1], forecast * powers)
    np.testing.assert_allclose(demo.delta / demo.delta[-1], delta * powers, rtol=0.3)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("size", [0.5, 1, 1.41])
def test_the_forecast_is_near(large, activation, size):
    turn(large, activation=activation, size=size)
    factor = (large.delta[0] / large.forecast[0]) ** (1 / 19)
    assert factor == pytest.approx(1, abs=0.06)
    assert large.forecast[-1] == large.delta[-1]


@pytest.mark.parametrize(("activation", "size", "word"), [
    ("sigmoid", 1, "vanishes"), ("relu", 1, "vanishes"), ("relu", 1.41, "arrives"),
    ("relu", 3, "explodes"), ("tanh", 1, "arrives"), ("sigmoid", 20, "explodes"),
])
def test_the_caption_says_what_becomes_of_delta(large, activation, size, word):
    turn(large, activation=activation, size=size)
    assert f"δ {word}" in large.caption.text
    assert f"{large.delta[0]:.2g} in layer 1" in large.caption.text
    assert ("(he)" in large.caption.text) == (size == 1.41)


def test_the_caption_tells_rounding_from_a_spread():
    demo = delta_through_depth(40, width=50)
    assert "nothing but rounding" in demo.caption.text
    turn(demo, activation="relu", size=0.1)
    assert demo.spread[-2] < 1e-14
    assert "rounding" not in demo.caption.text  # small, but the samples still differ


def test_dead_units_are_drawn_and_said(demo):
    turn(demo, activation="relu")
    demo.model.b[4][:] = -100
    demo.unit[:] = demo.model.theta
    demo.draw()
    assert (demo.delta[:5] == 0).all()
    assert "exactly 0" in demo.caption.text
    low = demo.axes[1].get_ylim()[0]
    assert (demo.lines[1].get_ydata()[:5] == low).all()  # at the foot, since 0 has no logarithm


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_corner_of_the_controls_is_finite_and_inside_the_axes(activation):
    demo = delta_through_depth(40, width=WIDTHS[0], activation=activation)  # small: widely spread
    for size in (SCALES[0], SCALES[-1]):
        turn(demo, size=size)
        for ax, line in zip(demo.axes, demo.lines):
            low, high = ax.get_ylim()
            assert np.isfinite(line.get_ydata()).all()
            assert low <= min(line.get_ydata())
            assert max(line.get_ydata()) <= high
            assert ax.get_xlim() == (0.5, 40.5)


def test_the_smallest_network_has_two_layers():
    demo = delta_through_depth(2)
    assert demo.delta.shape == demo.forecast.shape == (2,)
    assert "in layer 2 becomes" in demo.caption.text


def test_another_size_draws_other_weights_and_the_seed_repeats_them(demo):
    first = demo.model.theta.copy()
    np.testing.assert_array_equal(delta_through_depth(12, width=20).model.theta, first)
    demo.draw_weights()
    assert demo.model.theta.shape == first.shape
    assert not np.allclose(demo.model.theta, first)
    turn(demo, depth=5)
    assert demo.delta.shape == (5,)
    turn(demo, width=50)
    assert demo.model.sizes == (50,) * 5 + (10,)


def test_a_new_state_keeps_the_background_where_the_limits_stay(demo):
    turn(demo, activation="relu", size=1.41)
    background = demo.live._background
    turn(demo, size=1.2)
    assert demo.live._background is background
    assert not demo.live.figure.stale


def test_it_fits_a_notebook_and_leaves_a_picture_with_its_words(demo):
    width, height = demo.live.figure.bbox.size
    assert width <= 800
    assert height <= 480
    picture = demo.still()
    assert picture.data.startswith(b"\x89PNG")
    assert picture.alt == f"Demo: δ through depth. {demo.caption.text}"


@pytest.mark.parametrize(("wrong", "message"), [
    ({"depth": 1}, "layers L needs a number from 2 to 40; got 1"), ({"depth": 41}, "got 41"),
    ({"width": 30}, "width d needs one of"), ({"scale": 0}, "scale σ√d needs one of"),
    ({"activation": "softmax"}, "got 'softmax'"),
])
def test_what_it_cannot_show_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        delta_through_depth(**wrong)
