"""Chapter 12: the answers are measured slopes, the project is reached and its mistakes are told."""

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.exercises.chapters.ch12 import (
    best_of_soft_labels,
    hinge_slopes,
    pair_measures,
    repair_the_pair,
    step_of_the_pair,
    what_rests,
)
from tests.exercises.cases import every_case


@pytest.mark.parametrize(("s", "s_made"), every_case(hinge_slopes))
def test_hinge_slopes_are_measured_slopes(s, s_made):
    def loss_D(s, s_made):
        return np.maximum(0, 1 - s).mean() + np.maximum(0, 1 + s_made).mean()

    real, made, generator = hinge_slopes.hinge_slopes(s, s_made)
    check_gradient(lambda v: loss_D(v, s_made), s, real, atol=1e-9)
    check_gradient(lambda v: loss_D(s, v), s_made, made, atol=1e-9)
    check_gradient(lambda v: -v.mean(), s_made, generator)


@pytest.mark.parametrize(("p", "q", "weight", "soft"),
                         every_case(best_of_soft_labels, ["hard labels"]))
def test_the_best_probability_has_the_least_loss(p, q, weight, soft):
    best = best_of_soft_labels.best_of_soft_labels(p, q, weight, soft)

    def loss(D):
        real = -soft * np.log(D) - (1 - soft) * np.log(1 - D)
        return weight * p * real - q * np.log(1 - D)

    for other in (0.99 * best, best + 0.01 * (1 - best)):
        assert np.all(loss(best) < loss(other))


@pytest.mark.parametrize(("X", "Z", "U", "V", "w", "rate"), every_case(step_of_the_pair))
def test_the_step_is_made_of_measured_slopes(X, Z, U, V, w, rate):
    def scores(rows, V, w):
        return np.tanh(rows @ V) @ w

    def loss_D(V, w):
        return (np.logaddexp(0, -scores(X, V, w)).mean()
                + np.logaddexp(0, scores(np.tanh(Z @ U), V, w)).mean())

    U_new, V_new, w_new = step_of_the_pair.step_of_the_pair(X, Z, U, V, w, rate)
    check_gradient(lambda v: loss_D(v, w), V, (V - V_new) / rate)
    check_gradient(lambda v: loss_D(V, v), w, (w - w_new) / rate)
    check_gradient(lambda u: np.logaddexp(0, -scores(np.tanh(Z @ u), V_new, w_new)).mean(), U,
                   (U - U_new) / rate, rtol=1e-5)


def test_scores_that_are_plain_numbers_leave_the_generator_without_a_slope():
    assert what_rests.EXERCISE.right == "b"
    Z, frozen = np.ones((2, 3)), np.array([0.3, -0.2])
    check_gradient(lambda U: np.logaddexp(0, -frozen).mean() + 0 * (Z @ U).sum(), np.ones((3, 4)),
                   np.zeros((3, 4)), atol=1e-12)


@pytest.mark.parametrize("seed", [1, 2])
def test_symptoms_hold_on_other_heaps_and_the_reference_is_far_from_the_goals(seed):
    exercise = repair_the_pair.EXERCISE
    case = exercise.cases(seed)[0]
    for position, misconception in enumerate(exercise.misconceptions):
        measured = exercise.measure(case, misconception.function(*case.args))
        found = next(i for i, holds in exercise.symptoms.items() if holds(measured))
        assert found == position, (position, measured)
    if seed == 1:
        measured = exercise.measure(case, exercise.reference(*case.args))
        assert measured["near"] > 0.9
        assert measured["least"] > 0.08


def test_heaps_are_found_from_the_points():
    heaps, (X, _) = (make(np.random.default_rng(5)) for make in (
        repair_the_pair.hidden, repair_the_pair.inputs))
    found = repair_the_pair.heaps_of(X)
    gaps = np.linalg.norm(found[:, None] - heaps.centres, axis=2)
    assert gaps.min(axis=1).max() < 0.2 * heaps.spread


@pytest.mark.parametrize(("value", "message"), [
    (3, "A list W1, b1"), ([np.ones((2, 2))], "as many W as b"),
    ([np.ones((2, 3)), np.ones(3)], "2 columns, a point of the plane; got 3"),
    ([np.ones((2, 3)), np.ones(4), np.ones((3, 2)), np.ones(2)], r"W1 needs to be \(2, n\)"),
    ([np.ones((400, 300)), np.ones(300)], "100,000 numbers"),
    (["a", np.ones(2)], "array of numbers"),
])
def test_what_is_no_generator_is_refused_in_words(value, message):
    with pytest.raises(ValueError, match=message):
        pair_measures.layers_of(value)
