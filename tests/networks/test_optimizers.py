"""Optimizers and schedules: the published formulas, step by step."""

import numpy as np
import pytest

from mlp_lib.networks import SGD, Adam, cosine, linear

GRADIENTS = np.random.default_rng(0).normal(size=(6, 4))


def run(optimizer, gradients=GRADIENTS, factors=None, dtype=np.float64):
    """Theta (4,) after each gradient, from zeros, as the training calls an optimizer."""
    theta, path = np.zeros(4, dtype), []
    optimizer.reset(theta)
    for grad, factor in zip(gradients, factors or [1.0] * len(gradients)):
        optimizer.step(theta, (optimizer.scale(factor) * grad).astype(dtype))
        path.append(theta.copy())
    return np.array(path)


def published_adam(gradients, rate, beta1, beta2, eps):
    """Kingma and Ba, algorithm 1, with its own bias-corrected means."""
    theta, m, v, path = np.zeros(4), np.zeros(4), np.zeros(4), []
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        path.append(theta)
    return np.array(path)


def test_sgd_goes_down_the_gradient():
    np.testing.assert_allclose(run(SGD(0.1)), -0.1 * GRADIENTS.cumsum(axis=0), rtol=1e-14)


def test_momentum_is_the_recursion_of_velocities():
    theta = velocity = np.zeros(4)
    expected = []
    for grad in GRADIENTS:
        velocity = 0.9 * velocity + 0.1 * grad
        theta = theta - velocity
        expected.append(theta)
    np.testing.assert_allclose(run(SGD(0.1, momentum=0.9)), expected, rtol=1e-13)


def test_momentum_of_a_constant_gradient_approaches_rate_over_one_minus_momentum():
    path = run(SGD(0.1, momentum=0.5), np.ones((60, 4)))
    np.testing.assert_allclose(path[-1] - path[-2], -0.1 / (1 - 0.5), rtol=1e-12)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.5), (0.8, 0.0)])
def test_adam_is_the_published_algorithm(betas):
    expected = published_adam(GRADIENTS, 0.01, *betas, 1e-8)
    np.testing.assert_allclose(run(Adam(0.01, betas)), expected, rtol=1e-10)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient(size):
    np.testing.assert_allclose(run(Adam(0.01), size * np.ones((1, 4)))[0], -0.01, rtol=1e-4)


def test_a_zero_gradient_moves_nothing():
    for optimizer in (SGD(0.1), SGD(0.1, 0.9), Adam(0.1)):
        assert not run(optimizer, np.zeros((3, 4))).any()


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.1, 0.9), Adam(0.01)])
def test_a_factor_is_a_factor_on_the_learning_rate_of_that_step(optimizer):
    whole, half = run(optimizer, GRADIENTS[:1]), run(optimizer, GRADIENTS[:1], [0.5])
    np.testing.assert_allclose(half, whole / 2, rtol=1e-14)


def test_a_factor_leaves_the_means_of_adam_alone():
    steps = np.diff(run(Adam(0.01), factors=[0.3, 1, 1, 1, 1, 1]), axis=0)
    np.testing.assert_allclose(steps, np.diff(run(Adam(0.01)), axis=0), rtol=1e-10)


@pytest.mark.parametrize("make", [
    lambda: SGD(np.float64(0.1), np.float64(0.9)), lambda: Adam(np.float64(0.1))
])
def test_float32_parameters_stay_float32(make):
    optimizer = make()
    assert type(optimizer.scale(1.0)) is float
    single = run(optimizer, dtype=np.float32)
    np.testing.assert_allclose(single, run(optimizer), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("make", [lambda: SGD(0.1, 0.9), lambda: Adam(0.01)])
@pytest.mark.parametrize("size", [1e-4, 1.0, 500.0])
def test_float16_parameters_move_as_others_do(make, size):
    with np.errstate(all="raise", under="ignore"):
        half = run(make(), size * GRADIENTS, dtype=np.float16)
    assert half.dtype == np.float16
    np.testing.assert_allclose(half, run(make(), size * GRADIENTS), rtol=0.02, atol=0.01 * size)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("make", [lambda: SGD(0.1, 0.9), lambda: Adam(0.1),
                                  lambda: Adam(0.1, eps=1e-60)])
def test_a_zero_gradient_moves_nothing_in_any_precision(make, dtype):
    with np.errstate(all="raise"):
        assert not run(make(), np.zeros((3, 4)), dtype=dtype).any()


@pytest.mark.parametrize("make", [
    lambda: SGD(0.1), lambda: SGD(0.1, 0.9), lambda: Adam(0.01, (0.8, 0.95)),
])
def test_an_optimizer_that_was_never_reset_steps_like_one_that_was(make):
    optimizer, theta, path = make(), np.zeros(4), []
    for grad in GRADIENTS:
        optimizer.step(theta, optimizer.scale(1.0) * grad)
        path.append(theta.copy())
    np.testing.assert_array_equal(path, run(make()))


@pytest.mark.parametrize("optimizer", [SGD(0.1, 0.9), Adam(0.01)])
def test_without_reset_the_earlier_steps_are_kept(optimizer):
    first = run(optimizer)[0]
    theta = np.zeros(4)
    optimizer.step(theta, optimizer.scale(1.0) * GRADIENTS[0])
    assert np.abs(theta - first).max() > 1e-3


@pytest.mark.parametrize("optimizer", [SGD(0.1, 0.9), Adam(0.01)])
def test_reset_forgets_the_earlier_steps(optimizer):
    np.testing.assert_array_equal(run(optimizer), run(optimizer))


def test_schedules_start_at_one_and_end_where_they_say():
    assert (cosine(0), cosine(0.5), cosine(1)) == (1, pytest.approx(0.5), 0)
    assert (linear(0), linear(0.25), linear(1)) == (1, 0.75, 0)
    assert type(cosine(0.25)) is float


@pytest.mark.parametrize(("make", "message"), [
    (lambda: SGD(0), "learning rate > 0; got 0"),
    (lambda: SGD(-0.1), "got -0.1"),
    (lambda: Adam(np.nan), "got nan"),
    (lambda: SGD(np.inf), "got inf"),
    (lambda: SGD(0.1, momentum=1.0), "0 <= momentum < 1; got 1.0"),
    (lambda: Adam(betas=(0.9, 1.0)), r"two betas, .* unlike \(0.9, 1.0\); got 1.0"),
    (lambda: Adam(betas=(-0.1, 0.9)), r"two betas, .* got -0.1"),
    (lambda: SGD(0.1, momentum=-0.1), "0 <= momentum < 1; got -0.1"),
    (lambda: Adam(betas=(0.9,)), r"two betas, .* got \(0.9,\)"),
    (lambda: Adam(betas=0.9), "two betas, each in 0 <= beta < 1; got 0.9"),
    (lambda: Adam(betas=None), "two betas, .* got None"),
    (lambda: Adam(betas=("a", "b")), "two betas, .* got 'a'"),
    (lambda: Adam(betas=[[0.9], [0.9, 0.9]]), r"two betas, .* got \[0.9\]"),
    (lambda: Adam(eps=0), "eps > 0; got 0"),
    (lambda: Adam(eps=None), "eps > 0; got None"),
    (lambda: SGD(None), "learning rate > 0; got None"),
    (lambda: SGD("0.1"), "learning rate > 0; got '0.1'"),
    (lambda: SGD([0.1, 0.2]), r"learning rate > 0; got \[0.1, 0.2\]"),
    (lambda: SGD(0.1, momentum=None), "0 <= momentum < 1; got None"),
])
def test_a_wrong_argument_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
