"""Demos of chapter 03: their numbers agree with the core's."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from mlp_lib import calculus
from mlp_lib.demos import activation_gallery, scores_to_gradient, softmax_regions
from mlp_lib.demos.activation_gallery import GALLERY
from mlp_lib.networks import cross_entropy, softmax
from mlp_lib.plotting import CYCLE
from tests.demos.steps import set_all, train_by_button, until


def heights(bars):
    return np.array([bar.get_height() for bar in bars])


@pytest.mark.parametrize("T", [0.1, 1, 5])
@pytest.mark.parametrize("label", [0, 2])
def test_bars_and_dot_are_probabilities_loss_and_gradient(T, label):
    z = np.array([2.0, 1.0, -1.0])
    demo = scores_to_gradient(z, label=label)
    set_all(demo, T=T)
    scores, p, gradient = (heights(bars) for bars in demo.bars)
    np.testing.assert_allclose(scores, z)
    np.testing.assert_allclose(p, softmax(z / T))

    def loss(z):
        return -np.log(softmax(z / T)[label])

    calculus.check_gradient(loss, z, gradient)
    x, y = demo.dot.get_data()
    assert x[0] == pytest.approx(p[label])
    assert y[0] == pytest.approx(loss(z))
    assert f"{cross_entropy(z[None] / T, [label]):.3f} nats" in demo.caption.text


def test_every_gradient_bar_fits_into_its_axes():
    demo = scores_to_gradient((5.0, -5.0), label=1)
    for T in (1, 0.1, 10):
        set_all(demo, T=T)
        low, high = demo.gradient_axes.get_ylim()
        gradient = heights(demo.bars[2])
        assert low < gradient.min() < gradient.max() < high


@pytest.mark.parametrize("T", [0.1, 0.2, 1, 10])
@pytest.mark.parametrize("scores", [(5.0, -5.0), (2.0, 1.9, 5.0, 0.5, -5.0)])
def test_the_dot_lies_on_the_drawn_curve_of_the_loss(scores, T):
    demo = scores_to_gradient(scores, label=1)
    set_all(demo, T=T)
    (x,), (y,) = demo.dot.get_data()
    assert 0 < y < demo.dot.axes.get_ylim()[1]
    p, drawn = demo.curve.get_data()
    assert drawn.max() >= y
    assert np.interp(y, drawn, p) == pytest.approx(x, abs=0.01)


def test_the_numbers_of_the_bars_do_not_touch_each_other():
    demo = scores_to_gradient((2.0, 1.9, 2.1, -5.0, 2.0), label=2)
    for T, label in ((1, 2), (0.1, 3), (0.1, 0), (10, 1)):
        set_all(demo, T=T, label=label)
        renderer = demo.live.figure.canvas.get_renderer()
        for texts in demo.numbers:
            boxes = [text.get_window_extent(renderer) for text in texts]
            said = [text.get_text() for text in texts]
            assert not any(a.overlaps(b) for a, b in pairwise(boxes)), said


def test_a_step_down_the_gradient_lowers_the_loss():
    demo = scores_to_gradient(label=1)
    before, gradient = demo.dot.get_ydata()[0], demo.gradient.copy()
    z = [control.value for control in demo.scores]
    demo.step()
    np.testing.assert_allclose([control.value for control in demo.scores], z - gradient)
    assert demo.dot.get_ydata()[0] < before


@pytest.mark.parametrize(("scores", "label"), [((1.0,), 0), ((1.0, 2.0), 2), ((1.0, 2.0), -1)])
def test_scores_and_classes_that_do_not_fit_are_refused(scores, label):
    with pytest.raises(ValueError, match="2 to 5 scores"):
        scores_to_gradient(scores, label=label)


@pytest.mark.parametrize("name", GALLERY)
def test_value_slope_and_tangent_are_those_of_the_activation(name):
    demo = activation_gallery(name)
    parameter = demo.controls["parameter"].value
    f = GALLERY[name](parameter)
    for z in (-2.3, -0.4, 0.7, 3.1):
        set_all(demo, z=z)
        slope = float(calculus.derivative(f, z))
        assert demo.dots[0].get_ydata()[0] == pytest.approx(float(f(z)))
        assert demo.dots[1].get_ydata()[0] == pytest.approx(slope, abs=1e-7)
        x, y = demo.tangent.get_data()
        assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(slope, abs=1e-7)
        assert np.mean(y) == pytest.approx(float(f(z)))


def test_the_slider_of_the_parameter_serves_the_activation_that_has_one():
    demo = activation_gallery("sigmoid")
    parameter = demo.controls["parameter"]
    assert parameter.layout.display == "none"
    set_all(demo, name="elu", z=-1.0)
    assert parameter.layout.display is None
    assert (parameter.description, parameter.value) == ("alpha", 1.0)
    set_all(demo, parameter=2.0)
    assert demo.dots[0].get_ydata()[0] == pytest.approx(2 * np.expm1(-1))
    set_all(demo, name="leaky_relu")
    assert (parameter.description, parameter.value, parameter.max) == ("slope", 0.1, 0.95)
    assert demo.dots[1].get_ydata()[0] == pytest.approx(0.1)
    set_all(demo, name="tanh")
    assert parameter.layout.display == "none"


@pytest.mark.parametrize("name", GALLERY)
def test_the_whole_curve_is_in_the_picture(name):
    demo = activation_gallery(name)
    for curve in demo.curves:
        low, high = curve.axes.get_ylim()
        values = curve.get_ydata()
        assert low < np.nanmin(values) <= np.nanmax(values) < high


def test_a_kink_is_named_and_not_drawn_as_a_slope():
    demo = activation_gallery("relu", z=0.0)
    assert "slope is 0.00 on the left, 1.00 on the right" in demo.caption.text
    assert np.isnan(demo.curves[1].get_ydata()).sum() == 1
    set_all(demo, z=0.5)
    assert "kink" not in demo.caption.text
    assert not np.isnan(activation_gallery("sigmoid").curves[1].get_ydata()).any()


def test_flat_ground_is_named():
    demo = activation_gallery("sigmoid", z=5.0)
    assert "nearly flat" in demo.caption.text


def test_steps_lower_the_loss_and_the_curve_shows_it():
    demo = softmax_regions(learning_rate=0.1)
    first = demo.model.loss(demo.X, demo.labels)
    for _ in range(30):
        demo.step()
    assert demo.done == len(demo.losses) == 30
    assert demo.losses[0] == pytest.approx(first)
    assert demo.model.loss(demo.X, demo.labels) < demo.losses[-1] < first
    np.testing.assert_array_equal(demo.curve.get_ydata(), demo.losses)
    assert f"{demo.model.accuracy(demo.X, demo.labels):.1%}" in demo.caption.text


def test_the_colour_of_a_pixel_is_the_mix_of_the_probabilities():
    demo = softmax_regions(classes=3)
    demo.step()
    left, right, bottom, top = demo.plane.regions.get_extent()
    rows, columns = demo.plane.regions.get_size()
    place = 20, 70  # row from below, column
    point = (left + place[1] / (columns - 1) * (right - left),
             bottom + place[0] / (rows - 1) * (top - bottom))
    p = demo.model.predict_proba(np.array([point]))[0]
    mixed = p @ np.array([to_rgb(colour) for colour in CYCLE[:3]])
    shown = demo.plane.regions.get_array()[place]
    np.testing.assert_allclose(shown, 1 - 0.5 * (1 - mixed), atol=1e-6)
    assert demo.plane.regions.origin == "lower"


def test_blobs_are_told_apart_and_spirals_are_not():
    shares = {}
    for data in ("blobs", "spirals"):
        demo = softmax_regions(data, learning_rate=1)
        demo.settings["pace"].value = 25
        for _ in range(20):
            demo.learn()
        shares[data] = demo.model.accuracy(demo.X, demo.labels)
    assert shares["blobs"] > 0.97
    assert shares["spirals"] < 0.7


def test_the_loss_stays_on_its_axes_however_it_jumps():
    demo = softmax_regions("spirals", learning_rate=30)
    usual = demo.right.get_ylim()
    for _ in range(60):
        demo.step()
        low, high = demo.right.get_ylim()
        assert low <= min(demo.losses) <= max(demo.losses) < high
    assert max(demo.losses) > usual[1]  # else nothing was tried
    demo.reset()
    assert demo.right.get_ylim() == usual


def test_the_learning_rate_acts_without_starting_over_and_data_start_over():
    demo = softmax_regions()
    demo.step()
    weights = demo.model.theta.copy()
    demo.settings["rate"].value = 1
    np.testing.assert_array_equal(demo.model.theta, weights)
    gradient = np.concatenate([np.ravel(part) for pair in zip(*demo.model.gradients(
        demo.X, demo.labels)[1:]) for part in pair])
    demo.step()
    np.testing.assert_allclose(demo.model.theta, weights - gradient, atol=1e-12)
    demo.settings["classes"].value = 4
    assert demo.done == 0
    assert demo.model.sizes == (2, 4)
    assert len(demo.losses) == 0


def test_the_still_picture_of_an_untrained_model_shows_a_training_and_leaves_none():
    demo = softmax_regions()
    before = demo.model.theta.copy()
    untrained = demo.live.image.value
    picture = demo.still()
    assert picture.data != untrained
    assert "Step 100" in picture.alt
    assert demo.done == 0
    np.testing.assert_array_equal(demo.model.theta, before)


def test_start_trains_in_slices_and_pause_stops_it():
    demo = softmax_regions()
    train_by_button(demo, batches=5)
    assert demo.losses[-1] < demo.losses[0]
    assert demo.caption.text.startswith("Paused.")


def test_one_demo_trains_at_a_time_and_start_soon_after_pause_leaves_one_training():
    demo, other = softmax_regions(), softmax_regions("spirals")

    async def session():
        demo.start()
        await asyncio.sleep(0)
        first = demo.task
        other.start()
        assert not demo.running
        demo.start()
        assert not other.running
        await until(first.done)
        assert demo.running
        demo.pause()

    asyncio.run(session())


def test_a_forgotten_training_comes_to_an_end(monkeypatch):
    monkeypatch.setattr("mlp_lib.demos.parts.live_training._MOST_SECONDS", 0.05)
    demo = softmax_regions()

    async def session():
        demo.start()
        await until(lambda: not demo.running)

    asyncio.run(session())
    assert demo.done > 0
    assert demo.caption.text.startswith("Paused.")


def test_a_training_that_breaks_down_says_so_and_can_go_on():
    demo = softmax_regions()
    demo.model.theta[0] = np.nan
    demo.step()
    assert "The training broke down" in demo.caption.text
    demo.reset()
    demo.step()
    assert demo.done == 1
    assert "broke down" not in demo.caption.text
