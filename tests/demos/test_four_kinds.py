"""The demo of chapter 10 without a browser."""

import numpy as np
import pytest

from mlp_lib.demos import four_kinds
from mlp_lib.demos.delta_through_depth import ACTIVATIONS, DEPTHS, SCALES
from mlp_lib.demos.four_kinds import KINDS
from mlp_lib.networks import MLP, relu, sizes_by_block, sizes_by_layer


@pytest.fixture
def demo():
    return four_kinds("plain", 12, width=20)


def turn(demo, **values):
    """Set some controls, as a reader would one after the other."""
    for name, value in values.items():
        demo.controls[name].value = value


@pytest.mark.parametrize("kind", KINDS)
def test_it_shows_the_sizes_that_the_network_has(demo, kind):
    turn(demo, kind=kind)
    alike, delta = sizes_by_block(demo.network(kind, "relu", 1.41), demo.X, demo.labels)
    np.testing.assert_array_equal(demo.lines[0].get_ydata(), alike[:-1])
    np.testing.assert_array_equal(demo.lines[1].get_ydata(), delta)
    np.testing.assert_array_equal(demo.delta, delta)


def test_the_dashed_line_is_the_plain_network_with_the_same_weights(demo):
    plain = demo.delta.copy()
    for kind in KINDS:
        turn(demo, kind=kind)
        np.testing.assert_array_equal(demo.dashed.get_ydata(), plain)
    assert demo.axes[1].get_legend().get_texts()[0].get_text() == "the plain network"


def test_the_plain_network_is_the_one_of_chapter_05(demo):
    model = MLP((20,) * 12 + (10,), relu, dtype=np.float64)
    for W, unit in zip(model.W, demo.unit):
        W[:] = 1.41 * unit
    values = model.forward(demo.X)
    _, in_scores = sizes_by_layer(model, demo.X, demo.labels)
    assert demo.delta[-1] == pytest.approx(in_scores[-1])
    on = [np.mean(value > 0) for value in values[:-1]]  # what the mask of a ReLU lets through
    np.testing.assert_allclose(in_scores[:-1] / demo.delta[:-1], np.sqrt(on), rtol=0.35)


@pytest.mark.parametrize(("kind", "size", "low", "high"), [
    ("plain", 0.5, 0, 1e-9), ("plain", 3, 1e4, 1e12), ("normalised", 0.5, 30, 1e3),
    ("normalised", 3, 100, 5e3), ("residual", 3, 1e6, 1e15), ("both", 1, 1, 20),
])
def test_what_becomes_of_delta_in_thirty_layers(kind, size, low, high):
    demo = four_kinds(kind, scale=size)
    assert low < demo.delta[0] / demo.delta[-1] < high


def test_only_a_plain_network_makes_all_samples_alike():
    demo = four_kinds("plain")
    assert demo.alike[-2] > 0.9
    turn(demo, kind="normalised")
    assert demo.alike[-2] < 0.5


def test_the_caption_names_the_network_and_what_becomes_of_delta(demo):
    turn(demo, kind="residual", size=5)
    assert demo.caption.text.startswith("residual, 12 layers of 20 units, relu, σ = 5/√d: δ expl")
    assert f"{demo.delta[0]:.2g} behind layer 1" in demo.caption.text
    assert f"{demo.alike[-2]:.2f} behind layer 11" in demo.caption.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_corner_of_the_controls_is_finite_and_inside_the_axes(demo, kind):
    turn(demo, kind=kind, depth=DEPTHS[1])
    for activation in (ACTIVATIONS[0], ACTIVATIONS[-1]):
        for size in (SCALES[0], SCALES[-1]):
            turn(demo, activation=activation, size=size)
            for line in (demo.lines[1], demo.dashed):
                low, high = demo.axes[1].get_ylim()
                assert np.isfinite(line.get_ydata()).all()
                assert low <= min(line.get_ydata())
                assert max(line.get_ydata()) <= high
            assert np.abs(demo.alike).max() < 1.0001


def test_the_smallest_network_has_two_layers():
    demo = four_kinds("both", DEPTHS[0])
    assert demo.delta.shape == demo.forecast.shape == demo.alike.shape == (2,)


def test_other_weights_and_sizes_are_drawn_and_the_seed_repeats_them(demo):
    first = demo.unit[0].copy()
    np.testing.assert_array_equal(four_kinds("both", 12, width=20).unit[0], first)
    demo.draw_weights()
    assert not np.allclose(demo.unit[0], first)
    turn(demo, depth=5)
    assert demo.delta.shape == (5,)
    turn(demo, width=50)
    assert demo.unit[0].shape == (50, 50)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"network needs one of .*got 'batch'"):
        four_kinds("batch")
