"""Chapter 10: the answers are measured slopes and running means, and a mistake is not."""

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient, gradient
from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch10 import (
    fold_into_the_layer_after,
    layer_norm_gradients,
    means_that_stand_still,
    padded_batch_statistics,
    prenormalised_block_gradients,
)
from mlp_lib.networks import BatchNorm, LayerNorm, RMSNorm, normalise
from tests.exercises.cases import every_case


@pytest.mark.parametrize(("X", "gamma", "G", "eps"), every_case(layer_norm_gradients))
def test_gradients_of_layer_normalisation_are_measured_slopes(X, gamma, G, eps):
    def loss(X=X, gamma=gamma, beta=0.0):
        return np.sum(G * (normalise(X, 1, eps=eps)[0] * gamma + beta))

    dX, dgamma, dbeta = layer_norm_gradients.layer_norm_gradients(X, gamma, G, eps)
    assert check_gradient(loss, X, dX) < 1e-6
    assert check_gradient(lambda g: loss(gamma=g), gamma, dgamma) < 1e-6
    assert check_gradient(lambda b: loss(beta=b), 0 * gamma, dbeta) < 1e-6
    wrong = layer_norm_gradients.gamma_at_the_end(X, gamma, G, eps)[0]
    with pytest.raises(AssertionError):
        check_gradient(loss, X, wrong)


def test_they_are_those_of_the_library_too():
    X, gamma, G, eps = layer_norm_gradients.EXERCISE.cases(0)[0].args
    layer = LayerNorm(len(gamma), eps=eps)
    layer.gamma[:] = gamma
    layer.forward(X)
    found = layer_norm_gradients.layer_norm_gradients(X, gamma, G, eps)
    for one, other in zip(found, (layer.backward(G), layer.dgamma, layer.dbeta)):
        np.testing.assert_allclose(one, other)


def test_the_gradient_for_an_epsilon_outside_is_derived_rightly():
    X, gamma, G, eps = layer_norm_gradients.EXERCISE.cases(0)[0].args
    wrong = next(m for m in layer_norm_gradients.EXERCISE.misconceptions
                 if "derived for that" in m.sentence).function(X, gamma, G, eps)[0]

    def outside(X):
        C = X - X.mean(axis=1, keepdims=True)
        return np.sum(G * gamma * C / (C.std(axis=1, keepdims=True) + eps))

    assert check_gradient(outside, X, wrong) < 1e-6


@pytest.mark.parametrize(("X", "W", "G"), every_case(prenormalised_block_gradients))
def test_gradients_of_the_block_are_measured_slopes(X, W, G):
    def loss(X=X, W=W):
        return np.sum(G * (X + np.tanh(normalise(X, 1, centre=False)[0]) @ W))

    dX, dW = prenormalised_block_gradients.prenormalised_block_gradients(X, W, G)
    assert check_gradient(loss, X, dX) < 1e-6
    assert check_gradient(lambda W: loss(W=W), W, dW) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(loss, X, 0.99 * dX)


def test_weights_of_0_leave_what_goes_beside_the_branch():
    X, W, G = prenormalised_block_gradients.EXERCISE.cases(0)[-1].args
    assert not W.any()
    dX, dW = prenormalised_block_gradients.prenormalised_block_gradients(X, W, G)
    np.testing.assert_array_equal(dX, G)
    assert dW.any()
    layer = RMSNorm(len(W), eps=0.0)
    np.testing.assert_allclose(dW, np.tanh(layer.forward(X)).T @ G)


@pytest.mark.parametrize("args", [case.values for case in every_case(padded_batch_statistics)])
def test_of_the_real_rows_it_is_the_library_s_layer(args):
    X, real, mean, variance, momentum, eps = args
    layer = BatchNorm(X.shape[1], eps=eps, momentum=momentum)
    layer.running_mean[:], layer.running_variance[:] = mean, variance
    Z, *running = padded_batch_statistics.padded_batch_statistics(*args)
    np.testing.assert_allclose(Z[real == 1], layer.forward(X[real == 1]))
    assert not Z[real == 0].any()
    np.testing.assert_allclose(running, [layer.running_mean, layer.running_variance])


def test_what_stands_in_the_padding_does_not_matter():
    X, real, *rest = padded_batch_statistics.EXERCISE.cases(0)[0].args
    other = np.where(real[:, None] == 1, X, 1e3)
    for one, two in zip(padded_batch_statistics.padded_batch_statistics(X, real, *rest),
                        padded_batch_statistics.padded_batch_statistics(other, real, *rest)):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("args", [case.values for case in every_case(fold_into_the_layer_after)])
def test_the_folded_layer_does_what_both_did(args):
    gamma, beta, mean, variance, eps, W, b = args
    X = np.random.default_rng(1).normal(size=(5, len(mean)))
    H = (X - mean) / np.sqrt(variance + eps) * gamma + beta
    new_W, new_b = fold_into_the_layer_after.fold_into_the_layer_after(*args)
    np.testing.assert_allclose(X @ new_W + new_b, H @ W + b)
    assert not np.allclose(X @ new_W + b, H @ W + b)


@pytest.mark.parametrize("still", [False, True])
def test_with_means_that_stand_still_the_length_of_the_weights_counts(still):
    rng = np.random.default_rng(0)
    N, m, n = draws.sizes(rng, 3, low=3)
    A, W, G = rng.normal(size=(N, m)), rng.normal(size=(m, n)), rng.normal(size=(N, n))

    def loss(W=W, b=0.0):
        X = A @ W + b
        return np.sum(G * ((X - 0.3) / 1.7 if still else normalise(X, 0)[0]))

    along = np.sum(W * gradient(loss, W), axis=0)
    bias = gradient(lambda b: loss(b=b), np.zeros(n))
    assert (np.abs(along).max() > 0.1) == (np.abs(bias).max() > 0.1) == still
    assert means_that_stand_still.EXERCISE.right == "c"
