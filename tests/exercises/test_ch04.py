"""Exercises of chapter 04: each right answer against a measured slope."""

import numpy as np
import pytest

from mlp_lib import calculus
from mlp_lib.exercises import catalogue, checking, given
from mlp_lib.exercises.compare import difference
from mlp_lib.networks import MLP, losses, relu, sigmoid

EXERCISES = {e.name: e for e in catalogue.exercises("04").values()}


def dropped(X, labels, keep, q, W1, b1, W2, b2):
    hidden = np.where(keep == 1, relu(X @ W1 + b1) / q, 0)
    return losses.cross_entropy(hidden @ W2 + b2, labels)


def shortened(X, labels, W1, b1, W2, b2, W3, lam):
    scores = np.tanh(X @ W1 + b1) @ W2 + X @ W3 + b2
    return losses.cross_entropy(scores, labels) + lam * np.abs(W3).sum()


def huber(S, Y, weights, delta):
    error = np.abs(S - Y)
    entries = np.where(error > delta, delta * (error - delta / 2), error**2 / 2)
    return np.average(entries.sum(axis=1), weights=weights)


def parametric(A, slopes, dH):
    return np.sum(dH * np.where(A > 0, A, slopes * A))


def gelu(A, dH):
    return np.sum(dH * A * sigmoid(1.702 * A))


LOSSES = {  # name: the loss, and the positions of the arguments it is differentiated in
    "gelu_backward": (gelu, [0]),
    "weighted_huber_gradient": (huber, [0]),
    "prelu_gradients": (parametric, [0, 1]),
    "dropout_gradients": (dropped, [4, 5, 6, 7]),
    "shortcut_gradients": (shortened, [2, 3, 4, 5, 6]),
}


def worst(name, args, gradients):
    """Largest error of the gradients of an exercise; an AssertionError if one is wrong."""
    loss, positions = LOSSES[name]
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    assert len(gradients) == len(positions)
    return max(calculus.check_gradient(lambda V, at=at: loss(*args[:at], V, *args[at + 1:]),
                                       args[at], gradient)
               for at, gradient in zip(positions, gradients))


@pytest.mark.parametrize("name", LOSSES)
def test_a_gradient_is_the_measured_slope_and_a_mistake_is_not(name):
    exercise = EXERCISES[name]
    for case in exercise.cases(4)[:4]:
        assert worst(name, case.args, exercise.reference(*case.args)) < 1e-6
    args = exercise.cases(4)[0].args
    right = exercise.reference(*args)
    for misconception in exercise.misconceptions:
        value = misconception.function(*args)
        if difference(value, right, 1e-6):  # the others overflow at 1e4 alone
            with pytest.raises((AssertionError, ValueError)):
                worst(name, args, value)


def test_every_part_with_a_turned_sign_is_named_though_some_are_zero_at_1e4():
    exercise = EXERCISES["shortcut_gradients"]
    verdict = checking.judged(
        "04.7", exercise, lambda *args: [-part for part in exercise.reference(*args)], "Ada")
    assert verdict.status == "wrong"
    assert verdict.sentence == f"{', '.join(exercise.parts)}: Every entry has the wrong sign."


def rows_summed_by_a_product(X, labels, W1, b1, W2, b2, W3, lam):
    dW1, _, dW2, _, dW3 = EXERCISES["shortcut_gradients"].reference(
        X, labels, W1, b1, W2, b2, W3, lam)
    H = np.tanh(X @ W1 + b1)
    dA2 = losses.cross_entropy.gradient(H @ W2 + X @ W3 + b2, labels)
    dA1 = (1 - H**2) * (dA2 @ W2.T)
    return dW1, dA1 @ np.ones(len(b1)), dW2, dA2 @ np.ones(len(b2)), dW3


def test_sums_that_are_zero_but_for_rounding_are_the_same_mistake_in_any_order():
    verdict = checking.judged(
        "04.7", EXERCISES["shortcut_gradients"], rows_summed_by_a_product, "Ada")
    assert (verdict.status, "along the rows" in verdict.sentence) == ("misconception", True)


@pytest.mark.parametrize(("at_zero", "words"), [
    (lambda A, s: np.where(A >= 0, 1, s), "the upper line is taken"),
    (lambda A, s: np.where(A > 0, 1, np.where(A < 0, s, 0)), "nothing passes here"),
])
def test_where_a_prelu_gets_exactly_0_the_lower_line_holds(at_zero, words):
    exercise = EXERCISES["prelu_gradients"]
    assert any((case.args[0] == 0).any() for case in exercise.cases(0))
    right = exercise.reference(np.zeros((2, 3)), np.array([0.1, 0.2, -3.0]), np.ones((2, 3)))
    assert np.array_equal(right[0], [[0.1, 0.2, -3.0]] * 2)

    def answer(A, slopes, dH):
        return dH * at_zero(A, slopes), exercise.reference(A, slopes, dH)[1]

    verdict = checking.judged("04.5", exercise, answer, "Ada")
    assert (verdict.status, words in verdict.sentence) == ("misconception", True), verdict


def test_factors_of_several_parts_are_told_in_lists_of_one_length():
    exercise = EXERCISES["dropout_gradients"]

    def times_the_square_of_n(X, *rest):
        return [len(X) ** 2 * part for part in exercise.reference(X, *rest)]

    sentence = checking.judged("04.6", exercise, times_the_square_of_n, "Ada").sentence
    first, second = (part.split(". Which")[0].split(", ")
                     for part in sentence.split("with the input: ")[1:])
    assert len(first) == len(second) == len(exercise.cases(0)) + 1
    assert all(one in (other, "–") for one, other in zip(first, second))


def test_with_every_node_kept_dropout_is_the_librarys_network():
    exercise = EXERCISES["dropout_gradients"]
    X, labels, keep, _, *parameters = exercise.cases(5)[0].args
    net = MLP((X.shape[1], *parameters[2].shape), relu, dtype=np.float64)
    for own, ours in zip((net.W[0], net.b[0], net.W[1], net.b[1]), parameters):
        own[:] = ours
    found = exercise.reference(X, labels, np.ones_like(keep), 1.0, *parameters)
    _, dW, db = net.gradients(X, labels)
    assert all(map(np.allclose, found, (dW[0], db[0], dW[1], db[1])))


def test_far_out_a_gelu_is_a_relu():
    A, dH = 50 * np.array([[-1.0, 1.0], [2.0, -3.0], [1.5, 2.5]]), np.arange(6.0).reshape(3, 2)
    assert np.allclose(EXERCISES["gelu_backward"].reference(A, dH), (A > 0) * dH)


def by_hand(x, W1, w2, t):
    return lambda W1: (relu(x @ W1) @ w2 - t) ** 2


@pytest.fixture(scope="module")
def by_name():
    """The numbers of 200 learners for the pass by hand."""
    return [tuple(given("04.my_backward_pass", f"name {i}").values()) for i in range(200)]


def test_the_pass_by_hand_is_the_measured_slope_for_any_name(by_name):
    exercise = EXERCISES["my_backward_pass"]
    for x, W1, w2, t in by_name:
        args = x, W1, w2, t
        assert set(np.abs([*x, *W1.flat, *w2])) <= {1, 2, 3, 4}
        assert abs(t) <= 9
        right = exercise.reference(*args)
        assert calculus.check_gradient(by_hand(*args), args[1].astype(float), right) < 1e-7


def test_no_two_ways_of_the_pass_by_hand_agree_for_any_name(by_name):
    exercise = EXERCISES["my_backward_pass"]
    ways = [exercise.reference, *(m.function for m in exercise.misconceptions)]
    for args in by_name:
        values = [np.asarray(way(*args), float) for way in ways]
        whole = [value.ravel() for value in values if value.size == 6]
        assert len(np.unique(whole, axis=0)) == len(whole), args
        others = [tuple(value.ravel()) for value in values if value.size != 6]
        assert len(set(others)) == len(others), args


def test_the_choice_is_what_is_measured():
    rng = np.random.default_rng(4)
    X, labels = rng.normal(size=(6, 5)), np.array([0, 1, 2, 2, 1, 0])
    net = MLP((5, 4, 3), relu, dtype=np.float64, rng=1)
    net.b[0][:] = rng.normal(size=4)
    scores, before = net.predict_scores(X), net.gradients(X, labels)
    before = [part.copy() for part in (*before[1], *before[2])]
    for array, factor in zip((net.W[0], net.b[0], net.W[1]), (10, 10, 0.1)):
        array *= factor
    _, dW, db = net.gradients(X, labels)
    assert np.allclose(net.predict_scores(X), scores)
    for now, then, factor in zip((*dW, *db), before, (0.1, 10, 0.1, 1)):
        assert np.allclose(now, factor * then)
    assert EXERCISES["rescaled_layers"].right == "d"
