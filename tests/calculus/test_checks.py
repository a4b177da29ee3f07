"""Gradients compared with slopes: the right ones pass, the wrong ones do not, the rest is named."""

import itertools
import re

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.networks import MLP, relu, sigmoid, softmax, tanh

RNG = np.random.default_rng(3)


def two_layer_gradient(model, X, labels, mistake=None):
    """Gradient of a two-layer ReLU network with a penalty, written out; or a mistake in it."""
    (W1, W2), (b1, b2), n = model.W, model.b, len(X)
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    dz2 = (softmax(a1 @ W2 + b2) - np.eye(W2.shape[1])[labels]) / n
    if mistake == "1/N forgotten":
        dz2 = dz2 * n
    da1 = dz2 @ (W2 if mistake == "weight not transposed" else W2.T)
    dz1 = da1 * ((a1 >= 0) if mistake == "mask from the output" else (z1 > 0))
    factor = 1 if mistake == "factor 2 of the penalty forgotten" else 2
    parts = [X.T @ dz1 + factor * model.l2[0] * W1, dz1.sum(axis=0),
             a1.T @ dz2 + factor * model.l2[1] * W2, dz2.sum(axis=0)]
    if mistake == "bias not summed":
        parts[1] = dz1[0]
    if mistake == "penalty on the bias":
        parts[3] = parts[3] + 2 * model.l2[1] * b2
    sign = -1 if mistake == "wrong sign" else 1
    return sign * np.concatenate([part.ravel() for part in parts])


MISTAKES = ["1/N forgotten", "weight not transposed", "mask from the output", "bias not summed",
            "factor 2 of the penalty forgotten", "penalty on the bias", "wrong sign"]


@pytest.fixture
def square_relu():
    """(f, theta, gradient) of a network whose second weight is square, so that W2 fits as W2.T."""
    model = MLP((4, 5, 5), relu, l2=0.05, init=0.7, rng=2, dtype=np.float64)
    rng = np.random.default_rng(2)
    X, labels = rng.normal(size=(6, 4)), rng.integers(5, size=6)
    model.b[0][:], model.b[1][:] = rng.normal(size=5), rng.normal(size=5)
    theta = model.theta.copy()

    def f(theta):
        model.theta[:] = theta
        return model.loss(X, labels)

    def grad(mistake=None):
        model.theta[:] = theta
        return two_layer_gradient(model, X, labels, mistake)

    return f, theta, grad


def test_the_gradient_without_a_mistake_passes(square_relu):
    f, theta, grad = square_relu
    assert check_gradient(f, theta, grad(), rtol=1e-7) < 1e-7


@pytest.mark.parametrize("mistake", MISTAKES)
def test_check_gradient_catches(square_relu, mistake):
    f, theta, grad = square_relu
    with pytest.raises(AssertionError, match=r"direction 0: yours -?[\d.e-]+, measured -?[\d.e-]+"):
        check_gradient(f, theta, grad(mistake))


def test_one_wrong_entry_among_a_thousand_is_caught():
    x = RNG.normal(size=1000)
    grad = 2 * x
    grad[617] *= 1.01
    with pytest.raises(AssertionError):
        check_gradient(lambda x: x @ x, x, grad)


def test_the_largest_relative_difference_is_returned():
    x = np.array([1.0, 2.0])
    assert check_gradient(np.sum, x, np.full(2, 1.001), rtol=0.01) == pytest.approx(0.001, rel=0.01)
    assert check_gradient(np.sum, x, np.ones(2), rtol=0, directions=1) < 1e-9
    assert check_gradient(lambda x: 0 * x.sum(), x, np.zeros(2)) == 0


@pytest.mark.parametrize(("options", "message"), [
    ({"grad": np.ones(2)}, r"the shape of X, \(3,\); got \(2,\)"),
    ({"grad": [1.0, np.inf, 1.0]}, "grad is not finite: inf"),
    ({"f": np.sin}, r"scalar function; got a value of shape \(3,\)"),
    ({"f": lambda x: np.nan}, r"f\(X\) is not finite: nan"),
    ({"directions": 0}, "nothing to compare: 0 directions"),
    ({"X": [], "grad": []}, r"nothing to compare: 5 directions, X of shape \(0,\)"),
])
def test_a_comparison_that_could_not_fail_is_refused(options, message):
    arguments = {"f": np.sum, "X": np.ones(3), "grad": np.ones(3)} | options
    with pytest.raises(ValueError, match=message):
        check_gradient(**arguments)


# -- what is small, what is rough, what is not there ----------------------------------------


def real(f):
    """``f`` without its complex step."""
    return lambda x: float(f(np.asarray(x, float)))


@pytest.mark.parametrize("way", [lambda f: f, real], ids=["complex step", "differences"])
@pytest.mark.parametrize("size", [1e-300, 1e-12, 1.0, 1e300])
def test_the_size_of_a_function_does_not_decide(size, way):
    x = np.array([1.0, -2.0, 0.5])
    f, grad = way(lambda x: size * (x**2).sum()), 2 * size * x
    assert check_gradient(f, x, grad) < 1e-9
    for wrong in (2, 1.001, 0, -1):
        with pytest.raises(AssertionError, match="yours"):
            check_gradient(f, x, wrong * grad)


def first_layer(depth, hidden, dtype=np.float64, seed=1):
    """(f, W, gradient) of the first weights of a network with ``depth`` hidden layers."""
    rng = np.random.default_rng(seed)
    model = MLP((5, *[6] * depth, 3), hidden, rng=seed, dtype=dtype)
    X, labels = rng.normal(size=(7, 5)), rng.integers(3, size=7)

    def f(W):
        before = model.W[0].copy()
        model.W[0][:] = W
        loss = model.loss(X, labels)
        model.W[0][:] = before
        return loss

    return f, model.W[0].astype(float), model.gradients(X, labels)[1][0]


def passes_or_says(f, X, grad, words):
    try:
        return check_gradient(f, X, grad) < 1e-2
    except AssertionError as error:
        return bool(re.search(words, str(error)))


@pytest.mark.parametrize("seed", range(4))
def test_below_fourteen_sigmoid_layers_a_gradient_is_still_told_from_wrong_ones(seed):
    f, W, grad = first_layer(14, sigmoid, seed=seed)
    assert 0 < np.abs(grad).max() < 1e-9
    assert check_gradient(f, W, grad, rtol=0.02) < 1e-2
    assert passes_or_says(f, W, grad, "too small to tell from rounding: .* good to about 15 digits")
    for wrong in (3, -1, 0, 1.1):
        with pytest.raises(AssertionError, match=r"direction \d: yours .*, measured .* ± "):
            check_gradient(f, W, wrong * grad)


@pytest.mark.parametrize(("depth", "dtype"), [(25, np.float64), (14, np.float32), (11, np.float32)])
def test_what_is_too_small_to_tell_says_so_whatever_is_claimed(depth, dtype):
    f, W, grad = first_layer(depth, sigmoid, dtype)
    for factor in (1, 3, -1, 0):
        with pytest.raises(AssertionError, match="is too small to tell from rounding: yours"):
            check_gradient(f, W, factor * grad)
    check_gradient(f, W, grad, atol=1e-4)  # who says that it counts as 0 need not be told


@pytest.mark.parametrize(("hidden", "seed"), [*itertools.product([relu, tanh, sigmoid], range(6))])
def test_a_network_of_float32_is_checked_as_far_as_float32_tells(hidden, seed):
    f, W, grad = first_layer(2, hidden, np.float32, seed)
    words = "too small to tell .* good to about 7 digits, as in float32: compute f in float64"
    assert passes_or_says(f, W, grad, words)
    for wrong in (1.1, 2, -1, 0):
        with pytest.raises(AssertionError, match="yours"):
            check_gradient(f, W, wrong * grad)


def test_a_refusal_names_the_precision_that_it_rests_on():
    f, x = (lambda x: (x.astype(np.float32) ** 3).sum()), np.array([1.0, 2.0, 3.0])
    assert check_gradient(f, x, 3 * x**2) < 1e-5
    with pytest.raises(AssertionError, match=r"measured 24.15\d* ± [\d.e-]+; .* as in float32"):
        check_gradient(f, x, 3.003 * x**2)


@pytest.mark.parametrize("constant", [0, 1.0, 1e3])
def test_in_a_valley_the_gradient_is_zero(constant):
    x = np.full(3, 0.3)
    assert check_gradient(real(lambda x: constant + ((x - 0.3) ** 2).sum()), x, np.zeros(3)) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(real(lambda x: constant + ((x - 0.3) ** 2).sum()), x, np.full(3, 1e-6))


def test_a_function_that_does_not_move_says_so():
    with pytest.raises(AssertionError, match="f does not move at all, as far as its digits show"):
        check_gradient(lambda x: 2.5, np.ones(3), np.zeros(3))
    with pytest.raises(AssertionError, match=r"yours -?0\.\d+, measured 0"):
        check_gradient(lambda x: 2.5, np.ones(3), np.ones(3))


KINKS = {
    "relu": (lambda x: np.maximum(x, 0).sum(), np.zeros(3), [np.zeros(3), np.full(3, 0.5)]),
    "modulus": (lambda x: np.abs(x).sum(), np.zeros(3), [np.zeros(3), np.ones(3)]),
    "in one entry": (lambda x: (x**2).sum() + abs(x[0]), np.array([0.0, 1, 2]), [[0.0, 2, 4]]),
}


@pytest.mark.parametrize(("f", "x", "claims"), KINKS.values(), ids=KINKS)
def test_a_kink_is_named_whatever_is_claimed(f, x, claims):
    for claim in claims:
        with pytest.raises(AssertionError, match=r"f has a kink at X: .* behind and .* ahead"):
            check_gradient(f, x, claim)


@pytest.mark.parametrize("near", [1e-2, 1e-4, 1e-6])
def test_beside_a_kink_gradients_are_checked_again(near):
    x = np.array([near, 1, 2])
    assert check_gradient(lambda x: np.abs(x).sum(), x, np.ones(3)) < 1e-6
    with pytest.raises(AssertionError, match="direction 0: yours"):
        check_gradient(lambda x: np.abs(x).sum(), x, [0, 1, 1])


@pytest.mark.parametrize("draw", [lambda x, rng: x * (rng.random(x.shape) > 0.5),
                                  lambda x, rng: x + 1e-3 * rng.normal(size=x.shape)])
def test_a_function_that_draws_random_numbers_is_named(draw):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="another number when called again at the same X: first"):
        check_gradient(lambda x: draw(x, rng).sum(), np.ones(4), np.full(4, 0.5))


@pytest.mark.parametrize(("options", "message"), [
    ({"rtol": -1e-6}, "need a finite rtol >= 0; got -1e-06"),
    ({"atol": np.nan}, "need a finite atol >= 0; got nan"),
    ({"atol": None}, "need a finite atol >= 0; got None"),
    ({"directions": 2.5}, "need a whole number of directions; got 2.5"),
])
def test_options_out_of_their_range_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        check_gradient(np.sum, np.ones(3), np.ones(3), **options)
