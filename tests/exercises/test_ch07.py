"""Chapter 07: each gradient asked for is the measured slope, and the shapes hold."""

from itertools import product

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.exercises import checking, given
from mlp_lib.exercises.chapters.ch07 import (
    bias_gradient_behind_relu,
    depthwise_kernel_gradient,
    dilated_kernel_gradient,
    my_output_shape,
    overlapping_average_gradient,
)
from mlp_lib.exercises.givens import ch07
from mlp_lib.networks import correlate, correlate_gradients
from tests.exercises.cases import every_case


@pytest.mark.parametrize(("H", "c", "G"), every_case(bias_gradient_behind_relu))
def test_bias_gradient_is_the_slope(H, c, G):
    def loss(c):
        return (G * np.maximum(H + c[:, None, None], 0)).sum()

    wanted = bias_gradient_behind_relu.bias_gradient_behind_relu(H, c, G)
    assert check_gradient(loss, c, wanted, step=1e-7, rtol=1e-5) < 1e-5


def test_a_wrong_bias_gradient_is_not_the_slope():
    H, c, G = bias_gradient_behind_relu.EXERCISE.cases(0)[0].args
    with pytest.raises(AssertionError):
        check_gradient(lambda c: (G * np.maximum(H + c[:, None, None], 0)).sum(), c,
                       G.sum(axis=(0, 2, 3)))


def with_holes(K, d):
    """The kernel written out, zeros in its holes."""
    laid = np.zeros([d * (n - 1) + 1 for n in K.shape])
    laid[::d, ::d] = K
    return laid


@pytest.mark.parametrize(("X", "G", "dilation"), every_case(dilated_kernel_gradient))
def test_dilated_gradient_is_the_slope(X, G, dilation):
    wanted = dilated_kernel_gradient.dilated_kernel_gradient(X, G, dilation)
    K = np.random.default_rng(1).normal(size=wanted.shape)
    assert correlate(X, with_holes(K, dilation)).shape == G.shape

    def loss(K):
        return (G * correlate(X, with_holes(K, dilation))).sum()

    assert check_gradient(loss, K, wanted) < 1e-6


@pytest.mark.parametrize(("G", "image_shape", "window", "stride"),
                         every_case(overlapping_average_gradient))
def test_average_gradient_is_the_slope(G, image_shape, window, stride):
    def loss(X):
        windows = np.lib.stride_tricks.sliding_window_view(X, window)[:: stride[0], :: stride[1]]
        return (G * windows.mean(axis=(2, 3))).sum()

    X = np.random.default_rng(1).normal(size=image_shape)
    wanted = overlapping_average_gradient.overlapping_average_gradient(
        G, image_shape, window, stride)
    assert check_gradient(loss, X, wanted) < 1e-6
    kernel = np.full(window, 1 / np.prod(window))
    assert np.allclose(wanted, correlate_gradients(X, kernel, G, stride=stride)[1])


@pytest.mark.parametrize(("X", "K", "G", "stride"), every_case(depthwise_kernel_gradient))
def test_depthwise_gradient_is_the_slope(X, K, G, stride):
    def loss(K):
        result = [correlate(X[:, [c]], K[[c], None], stride=stride) for c in range(len(K))]
        return (G * np.concatenate(result, axis=1)).sum()

    wanted = depthwise_kernel_gradient.depthwise_kernel_gradient(X, K, G, stride)
    assert check_gradient(loss, K, wanted) < 1e-6


@pytest.mark.parametrize("name", ["Ada", "Emmy", "Sofja", "Noor", "Li"])
def test_output_shape_is_that_of_a_correlation(name):
    own = given("07.my_output_shape", name)
    kernel = with_holes(np.ones(own["kernels"][2:]), own["dilation"])
    H = correlate(np.ones(own["image"][1:]), kernel, stride=own["stride"], padding=own["padding"])
    assert my_output_shape.output_shape(*own.values()) == (own["kernels"][0], *H.shape)


def test_an_output_shape_is_right_in_one_order_only():
    for i in range(300):
        shape = my_output_shape.output_shape(*given("07.my_output_shape", f"learner {i}").values())
        assert len(set(shape)) == 3, shape


@pytest.mark.parametrize("steps", ch07.SIDES)
def test_no_two_answers_to_the_output_shape_coincide_for_any_name(steps):
    answers = [my_output_shape.output_shape]
    answers += [mistake.function for mistake in my_output_shape.EXERCISE.misconceptions]
    for (H, h, p), (W, w, q) in product(*ch07.SIDES[steps]):
        args = (5, H, W), (40, 5, h, w), (p, q), *steps
        shapes = {tuple(answer(*args)) for answer in answers}
        assert len(shapes) == len(answers), (args, shapes)
        assert H != W


@pytest.mark.parametrize("steps", ch07.SIDES)
def test_a_kernel_one_pixel_too_short_is_told_as_rounding_up(steps):
    for (H, h, p), (W, w, q) in product(*ch07.SIDES[steps]):
        rest = (40, 5, h, w), (p, q), *steps
        short = my_output_shape.output_shape((5, H + 1, W + 1), *rest)
        assert short == my_output_shape.rounded_up((5, H, W), *rest), rest
        assert short != my_output_shape.output_shape((5, H, W), *rest), rest


def judged(module, answer):
    return checking.judged("07.0", module.EXERCISE, answer, None)


def test_sums_that_are_kept_from_call_to_call_do_not_pass():
    kept = {}

    def answer(G, image_shape, window, stride):
        dX = kept.setdefault((G.shape, image_shape, window, stride), np.zeros(image_shape))
        dX += overlapping_average_gradient.overlapping_average_gradient(
            G, image_shape, window, stride)
        return dX

    assert not judged(overlapping_average_gradient, answer).passed
    kept.clear()
    assert "keep from one call" in judged(overlapping_average_gradient,
                                          lambda *args: answer(*args).copy()).sentence


@pytest.mark.parametrize(("module", "what"), [
    (depthwise_kernel_gradient, "axis of length 1"), (dilated_kernel_gradient, "Right on"),
    (bias_gradient_behind_relu, "Right on"), (overlapping_average_gradient, "Right on")])
def test_squeezing_the_result_does_not_pass(module, what):
    verdict = judged(module, lambda *args: np.squeeze(module.EXERCISE.reference(*args)))
    assert what in verdict.sentence, verdict


def test_the_depthwise_cases_have_wide_and_high_kernels_one_channel_and_one_column():
    shapes = [case.args[1].shape for case in depthwise_kernel_gradient.EXERCISE.cases(0)]
    assert any(h > w for _, h, w in shapes)
    assert any(h < w for _, h, w in shapes)
    assert {1} <= {C for C, _, _ in shapes}
    assert {1} <= {w for _, _, w in shapes}


def test_a_network_of_turned_kernels_takes_turned_steps():
    rng = np.random.default_rng(3)
    X, K = rng.normal(size=(6, 9)), rng.normal(size=(2, 3))
    G = rng.normal(size=(5, 7))
    turned = K[::-1, ::-1]

    def flipping(K):
        return correlate(X, K[::-1, ::-1])

    assert np.array_equal(flipping(turned), correlate(X, K))
    step = correlate_gradients(X, K, G)[0]
    assert check_gradient(lambda K: (G * flipping(K)).sum(), turned, step[::-1, ::-1]) < 1e-6
