"""Chapter 05: the answers are measured slopes, and a mistake does not agree with them."""

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient, gradient
from mlp_lib.exercises import checking, given
from mlp_lib.exercises.chapters.ch05 import (
    bias_before_the_mean,
    centred_layer_gradients,
    error_through_scaled_tanh,
    error_through_shortcuts,
    gradient_lengths,
    multiplications_going_back,
)
from mlp_lib.exercises.compare import difference
from mlp_lib.networks import relu, softmax
from tests.exercises.cases import every_case

UNSATURATED = every_case(error_through_scaled_tanh, but=["a sample that saturates all units"])


@pytest.mark.parametrize(("Delta", "W", "X", "c", "k"), UNSATURATED)
def test_the_error_behind_a_stretched_tanh_is_the_slope_in_its_scores(Delta, W, X, c, k):
    S = np.arctanh(X / c) / k
    found = error_through_scaled_tanh.error_through_scaled_tanh(Delta, W, X, c, k)
    assert check_gradient(lambda S: np.sum(Delta * (c * np.tanh(k * S) @ W)), S, found) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(lambda S: np.sum(Delta * (c * np.tanh(k * S) @ W)), S, found / k)


def test_saturated_units_pass_nothing_on():
    args = error_through_scaled_tanh.EXERCISE.cases(0)[-1].args
    found = error_through_scaled_tanh.error_through_scaled_tanh(*args)
    assert np.abs(found[0]).max() < 1e-12 < np.abs(found[1]).max()


@pytest.mark.parametrize(("G", "W", "S"), every_case(error_through_shortcuts))
def test_the_error_through_shortcuts_is_the_slope_in_their_input(G, W, S):
    start = np.random.default_rng(0).normal(size=G.shape)
    values, biases = start, []
    for W_l, S_l in zip(W, S):  # biases with which these scores come out
        biases.append(S_l - values @ W_l)
        values = values + np.tanh(S_l)

    def loss(values):
        for W_l, b_l in zip(W, biases):
            values = values + np.tanh(values @ W_l + b_l)
        return np.sum(G * values)

    found = error_through_shortcuts.error_through_shortcuts(G, W, S)
    assert check_gradient(loss, start, found) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(loss, start, error_through_shortcuts.without(G, W, S))


def centred(S):
    return S - S.mean(axis=0)


@pytest.mark.parametrize(("X", "W", "G"), every_case(centred_layer_gradients))
def test_gradients_of_a_centred_layer_are_measured_slopes(X, W, G):
    dX, dW = centred_layer_gradients.centred_layer_gradients(X, W, G)
    assert check_gradient(lambda X: np.sum(G * np.tanh(centred(X @ W))), X, dX) < 1e-6
    assert check_gradient(lambda W: np.sum(G * np.tanh(centred(X @ W))), W, dW) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(lambda X: np.sum(G * np.tanh(centred(X @ W))), X, dX + 0.01)


def test_a_constant_added_to_the_inputs_changes_no_gradient_of_a_centred_layer():
    X, W, G = centred_layer_gradients.EXERCISE.cases(0)[0].args
    here, there = (centred_layer_gradients.centred_layer_gradients(X + shift, W, G)
                   for shift in (0, 1e3))
    for one, other in zip(here, there):
        assert np.allclose(one, other, rtol=1e-7, atol=1e-9)


def test_inputs_far_from_zero_leave_enough_digits_for_float32():
    exercise = centred_layer_gradients.EXERCISE
    for seed in range(100):
        X, W, G = exercise.edges["inputs near 100"](np.random.default_rng(seed))
        single = exercise.reference(*map(np.float32, (X, W, G)))
        assert difference(single, exercise.reference(X, W, G), exercise.tolerance) is None


@pytest.mark.parametrize("activation", [np.tanh, relu, np.negative])
def test_a_bias_before_the_mean_is_taken_away_has_no_slope(activation):
    rng = np.random.default_rng(0)
    X, W, G, b = (rng.normal(size=size) for size in ((7, 4), (4, 3), (7, 3), 3))
    slopes = gradient(lambda b: np.sum(G * activation(centred(X @ W + b))), b)
    assert bias_before_the_mean.EXERCISE.right == "b"
    assert np.abs(slopes).max() < 1e-8


def mean_loss(X, labels, W, b):
    for W_l, b_l in zip(W[:-1], b):
        X = np.tanh(X @ W_l + b_l)
    return -np.mean(np.log(softmax(X @ W[-1] + b[-1])[np.arange(len(X)), labels]))


MODERATE = every_case(gradient_lengths, ["inputs of 1e4", "no hidden layer, inputs of 1e4",
                                         "a single sample of 1e4"])


@pytest.mark.parametrize(("X", "labels", "W", "b"), MODERATE)
def test_gradient_lengths_are_those_of_measured_slopes(X, labels, W, b):
    measured = [np.linalg.norm(gradient(
        lambda V, k=k: mean_loss(X, labels, [*W[:k], V, *W[k + 1:]], b), W_k))
        for k, W_k in enumerate(W)]
    found = gradient_lengths.gradient_lengths(X, labels, W, b)
    assert np.allclose(found, measured, rtol=1e-5)
    assert len(found) == len(W)
    twice = np.concatenate([X, X]), np.concatenate([labels, labels])
    assert np.allclose(gradient_lengths.gradient_lengths(*twice, W, b), found)  # a mean, no sum


def test_a_softmax_that_overflows_does_not_give_gradient_lengths(monkeypatch):
    def overflowing(scores):
        with np.errstate(over="ignore", invalid="ignore"):
            powers = np.exp(scores)
            return powers / powers.sum(axis=1, keepdims=True)

    def answer(*args):
        with monkeypatch.context() as patch:
            patch.setattr(gradient_lengths, "softmax", overflowing)
            return gradient_lengths.backwards(*args)

    verdict = checking.judged("05.6", gradient_lengths.EXERCISE, answer, "Ada")
    assert verdict.status == "misconception"
    assert "inf/inf is nan" in verdict.sentence


def test_multiplications_are_counted_as_the_products_are_done():
    N, d = (given("05.multiplications_going_back", "Ada")[key] for key in ("N", "d"))
    count = 0

    def product(*shape):
        nonlocal count
        count += np.prod(shape)

    for layer in (3, 2, 1):
        product(d[layer - 1], N, d[layer])  # the gradient in the weights
        if layer > 1:
            product(N, d[layer], d[layer - 1])  # the error, one layer down
    assert count == multiplications_going_back.products_of_the_way_back(N, d)


def test_no_learner_has_numbers_on_which_a_wrong_count_looks_like_another():
    exercise = multiplications_going_back.EXERCISE
    for name in map(str, range(200)):
        values = tuple(given(exercise.id, name).values())
        for misconception in exercise.misconceptions:
            verdict = checking.judged("05.2", exercise, misconception.function(*values), name)
            assert verdict.sentence == misconception.sentence


def test_no_two_ways_of_counting_agree():
    exercise = multiplications_going_back.EXERCISE
    ways = [exercise.reference, *(m.function for m in exercise.misconceptions)]
    for name in map(str, range(1000)):
        values = tuple(given(exercise.id, name).values())
        counts = np.sort([way(*values) for way in ways])
        assert (np.diff(counts) > 2 * exercise.tolerance * counts[1:]).all(), values
