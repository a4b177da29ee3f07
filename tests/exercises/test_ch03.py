"""Exercises of chapter 03: each right answer against a measured slope or another computation."""

from itertools import combinations

import numpy as np
import pytest

from mlp_lib import calculus
from mlp_lib.exercises import catalogue, checking, given
from mlp_lib.exercises.compare import difference
from mlp_lib.networks import losses, softmax

EXERCISES = {e.name: e for e in catalogue.exercises("03").values()}
N, C = 5, 3
RNG = np.random.default_rng(3)
Z, LABELS, Y = 2 * RNG.normal(size=(N, C)), np.array([0, 2, 1, 1, 0]), RNG.integers(2, size=(N, C))


def smoothed_loss(Z):
    T = 0.8 * np.eye(C)[LABELS] + 0.2 / C
    return -np.mean(np.sum(T * np.log(softmax(Z)), axis=1))


def focal_loss(Z):
    p = softmax(Z)[np.arange(N), LABELS]
    return -np.mean((1 - p) ** 2.3 * np.log(p))


GRADIENTS = {  # name: the loss, where, and the reference's other arguments
    "label_smoothing_gradient": (smoothed_loss, Z, (LABELS, 0.2)),
    "focal_gradient": (focal_loss, Z, (LABELS, 2.3)),
    "temperature_slope": (lambda T: losses.cross_entropy(Z / T, LABELS), 1.7, (LABELS, 1.7)),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_a_gradient_is_the_measured_slope_and_a_mistake_is_not(name):
    loss, where, others = GRADIENTS[name]
    exercise, args = EXERCISES[name], (Z, *others)
    assert calculus.check_gradient(loss, where, exercise.reference(*args)) < 1e-7
    overflows = [m for m in exercise.misconceptions
                 if not difference(m.function(*args), exercise.reference(*args), 1e-6)]
    large = exercise.edges["scores of 1e4"](np.random.default_rng(1))
    assert overflows
    assert all(difference(m.function(*large), exercise.reference(*large), 1e-6) for m in overflows)
    for misconception in exercise.misconceptions:
        if misconception not in overflows:
            with pytest.raises((AssertionError, ValueError)):
                calculus.check_gradient(loss, where, misconception.function(*args))


def test_without_smoothing_it_is_the_cross_entropys():
    gradient = EXERCISES["label_smoothing_gradient"].reference(Z, LABELS, 0.0)
    assert np.allclose(gradient, losses.cross_entropy.gradient(Z, LABELS))


def test_scaling_the_scores_or_the_temperature_is_the_same():
    slope = EXERCISES["temperature_slope"].reference(Z, LABELS, 1.7)
    in_scores = losses.cross_entropy.gradient(Z / 1.7, LABELS) / 1.7
    assert np.isclose(1.7 * slope, -np.sum(Z * in_scores))


def test_the_focal_loss_leaves_hopeless_samples_their_full_gradient():
    sure = 1e4 * np.eye(C)[[0, 1]]
    gradient = EXERCISES["focal_gradient"].reference(sure, np.array([2, 1]), 2.0)
    assert np.array_equal(gradient, [[0.5, 0, -0.5], [0, 0, 0]])


def test_the_loss_of_several_labels_is_that_of_the_definition_and_finite():
    loss = EXERCISES["multi_label_loss"].reference
    P = 1 / (1 + np.exp(-Z))
    assert np.isclose(loss(Z, Y), -np.log(np.where(Y == 1, P, 1 - P)).sum(axis=1).mean())
    assert loss(np.array([[-1e4, 1e4], [1e4, 3e3]]), np.array([[1, 1], [1, 0]])) == 6500


@np.errstate(over="ignore", invalid="ignore")
def both_logarithms(Z, Y):
    return np.sum(Y * np.log(1 + np.exp(-Z)) + (1 - Y) * np.log(1 + np.exp(Z))) / len(Z)


@np.errstate(divide="ignore", invalid="ignore")
def divided_by_p(Z, labels, gamma):
    true = (np.arange(len(Z)), labels)
    log_P = Z - Z.max(axis=1, keepdims=True)
    log_P -= np.log(np.exp(log_P).sum(axis=1, keepdims=True))
    p, log_p = np.exp(log_P[true]), log_P[true]
    in_p = gamma * (1 - p) ** (gamma - 1) * log_p - (1 - p) ** gamma / p
    return (in_p * p)[:, None] * (np.eye(Z.shape[1])[labels] - np.exp(log_P)) / len(Z)


@pytest.mark.parametrize(("name", "written", "words"), [
    ("multi_label_loss", both_logarithms, "the large exponential is inf"),
    ("focal_gradient", divided_by_p, "a factor 1/p cancels"),
])
def test_another_way_to_overflow_is_told_what_it_does(name, written, words):
    verdict = checking.judged("03.0", EXERCISES[name], written, "Ada Lovelace")
    assert (verdict.status, words in verdict.sentence) == ("misconception", True), verdict


def test_the_cross_entropy_by_hand_is_the_librarys():
    P, y = given("03.my_cross_entropy", "Ada Lovelace").values()
    value = EXERCISES["my_cross_entropy"].reference(P, y)
    assert np.isclose(value, losses.cross_entropy(np.log(P), y))


def test_no_name_gets_numbers_that_hide_a_mistake():
    exercise = EXERCISES["my_cross_entropy"]
    for i in range(200):
        P, y = args = tuple(given(exercise.id, f"name {i}").values())
        assert np.allclose(P.sum(axis=1), 1)
        assert [len(set(row)) for row in P] == [4] * 3
        assert sorted(y) == [1, 2, 3]
        slips = [m.function(*args) for m in exercise.misconceptions]
        values = [exercise.reference(*args), 1.0, *slips]
        assert all(difference(a, b, exercise.tolerance) for a, b in combinations(values, 2)), i


def test_the_choice_is_what_is_measured():
    shift = RNG.normal(size=(N, 1))
    assert np.allclose(softmax(Z + shift), softmax(Z))
    gradient = losses.cross_entropy.gradient
    assert np.allclose(gradient(Z + shift, LABELS), gradient(Z, LABELS))
    assert EXERCISES["shift_of_scores"].right == "b"


def test_the_written_derivation_is_what_is_measured():
    z, y, T = Z[0], 2, 1.7
    p = softmax(z / T)
    measured = calculus.jacobian(lambda z: softmax(z / T), z)
    assert np.allclose(measured, p[:, None] * (np.eye(C) - p) / T)
    slope = calculus.gradient(lambda z: -np.log(softmax(z / T)[y]), z)
    assert np.allclose(slope, (p - np.eye(C)[y]) / T)
    assert np.allclose(softmax(z / 1e7) - np.eye(C)[y], 1 / C - np.eye(C)[y], atol=1e-6)
