"""Chapter 08: the answers are what other ways of computing give, and no better one is found."""

from itertools import combinations, product

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.exercises import checking, given
from mlp_lib.exercises.chapters.ch08 import (
    distances_from_best_line,
    my_lost_share,
    ridge_solution,
    rotation_between,
    smallest_stretch_across,
)
from mlp_lib.exercises.givens import ch08
from mlp_lib.linear_algebra import low_rank
from tests.exercises.cases import every_case


def passes(module, answer):
    return checking.judged("08.0", module.EXERCISE, answer, "Ada").passed


def longer(A, b, mu):
    """Ridge regression as least squares with more equations."""
    n = A.shape[1]
    return np.linalg.lstsq(np.vstack([A, np.sqrt(mu) * np.eye(n)]), np.append(b, np.zeros(n)))[0]


@pytest.mark.parametrize(("A", "b", "mu"), every_case(ridge_solution))
def test_ridge_solution_is_where_the_gradient_vanishes(A, b, mu):
    x = ridge_solution.ridge_solution(A, b, mu)
    slope = 2 * A.T @ (A @ x - b) + 2 * mu * x
    assert np.abs(slope).max() < 1e-10
    y = x + 1
    assert check_gradient(lambda x: np.sum((A @ x - b) ** 2) + mu * np.sum(x**2), y,
                          2 * A.T @ (A @ y - b) + 2 * mu * y) < 1e-6


def by_normal_equations(A, b, mu):
    return np.linalg.solve(A.T @ A + mu * np.eye(A.shape[1]), A.T @ b)


@pytest.mark.parametrize("answer", [longer, by_normal_equations])
def test_ridge_accepts_other_ways(answer):
    assert passes(ridge_solution, answer)
    assert not passes(ridge_solution, lambda A, b, mu: answer(A, b, 1.01 * mu))


def line_distances(points, middle, direction):
    direction = direction / np.linalg.norm(direction)
    rest = points - middle
    return np.linalg.norm(rest - np.outer(rest @ direction, direction), axis=1)


@pytest.mark.parametrize("points", every_case(distances_from_best_line))
def test_no_other_line_is_nearer(points):
    best = distances_from_best_line.distances_from_best_line(points)
    rng = np.random.default_rng(4)
    centred = points - points.mean(axis=0)
    v = np.linalg.eigh(centred.T @ centred).eigenvectors[:, -1]
    assert np.allclose(best, line_distances(points, points.mean(axis=0), v), atol=1e-6)
    for size in np.geomspace(1e-3, 3, 200):
        other = line_distances(points, points.mean(axis=0) + size * rng.normal(size=len(v)),
                               v + size * rng.normal(size=len(v)))
        assert np.sum(other**2) > np.sum(best**2)


def test_a_cloud_far_away_needs_its_centre():
    def by_moments(points):
        m = points.mean(axis=0)
        v = np.linalg.eigh(points.T @ points / len(points) - np.outer(m, m)).eigenvectors[:, -1]
        return line_distances(points, m, v)

    verdict = checking.judged("08.4", distances_from_best_line.EXERCISE, by_moments, None)
    assert not verdict.passed
    assert "wrong on: a cloud far from the origin" in verdict.sentence


def test_a_slope_as_a_quotient_fails_on_lines_along_an_axis():
    def by_slope(points):
        if points.shape[1] != 2:
            return distances_from_best_line.distances_from_best_line(points)
        x, y = (points - points.mean(axis=0)).T
        (xx, xy), (_, yy) = np.cov(x, y)
        m = (yy - xx + np.sqrt((yy - xx) ** 2 + 4 * xy**2)) / (2 * xy) if abs(xy) > 1e-9 else 0
        return line_distances(points, points.mean(axis=0), np.array([1, m]))

    verdict = checking.judged("08.4", distances_from_best_line.EXERCISE, by_slope, None)
    assert "wrong on: an upright line of the plane" in verdict.sentence, verdict


@pytest.mark.parametrize("weight", [1.0, 10.0, 1e3])
def test_a_penalty_that_does_not_know_the_size_of_A_does_not_pass(weight):
    def penalised(A, c):
        u = c / np.linalg.norm(c)
        P = np.eye(len(c)) - np.outer(u, u)
        x = np.linalg.eigh(P @ A.T @ A @ P + weight * np.outer(u, u)).eigenvectors[:, 0]
        return np.outer(x, x)

    assert not passes(smallest_stretch_across, penalised)


@pytest.mark.parametrize(("A", "c"), every_case(smallest_stretch_across))
def test_no_other_unit_vector_across_is_stretched_less(A, c):
    P = smallest_stretch_across.smallest_stretch_across(A, c)
    unit = c / np.linalg.norm(c)
    assert np.isclose(np.trace(P), 1)
    assert np.allclose(P @ P, P)
    assert np.allclose(P @ unit, 0)
    best = np.sqrt(np.trace(A @ P @ A.T))
    others = np.random.default_rng(4).normal(size=(len(c), 2000))
    others -= np.outer(unit, unit @ others)
    others /= np.linalg.norm(others, axis=0)
    assert np.linalg.norm(A @ others, axis=0).min() >= best * (1 - 1e-12)


def test_smallest_stretch_accepts_a_way_by_eigenvectors():
    def by_eigenvectors(A, c):
        n = len(c)
        P = np.eye(n) - np.outer(c, c) / (c @ c)
        M = P @ A.T @ A @ P + 10 * np.sum(A**2) * (np.eye(n) - P)
        x = np.linalg.eigh(M).eigenvectors[:, 0]
        return np.outer(x, x)

    assert passes(smallest_stretch_across, by_eigenvectors)


@pytest.mark.parametrize(("A", "B"), every_case(rotation_between))
def test_no_other_rotation_is_nearer(A, B):
    R = rotation_between.rotation_between(A, B)
    n = len(R)
    assert np.allclose(R.T @ R, np.eye(n))
    assert np.isclose(np.linalg.det(R), 1)
    rng = np.random.default_rng(4)
    for size in np.geomspace(1e-2, 10, 300):
        S = size * rng.normal(size=(n, n))
        S -= S.T
        turn = np.linalg.solve(np.eye(n) + S, np.eye(n) - S)     # Cayley: a rotation
        assert np.linalg.norm(A @ R @ turn - B) > np.linalg.norm(A @ R - B)


def test_some_clouds_are_mirrored_and_most_are_not():
    signs = [np.linalg.det(rotation_between.any_orthogonal(*case.args)) > 0
             for case in rotation_between.EXERCISE.cases(5)]
    assert signs == [True] * 6 + [False, False, True, True, False]


@pytest.mark.parametrize("name", ["Ada", "Emmy", "Sofja", "Hypatia", "Grace", "Maryam"])
def test_the_lost_share_is_that_of_a_matrix_that_is_cut(name):
    s, k = given("08.my_lost_share", name).values()
    assert k in (2, 3)
    rng = np.random.default_rng(2)
    U, V = np.linalg.qr(rng.normal(size=(7, 5))).Q, np.linalg.qr(rng.normal(size=(5, 5))).Q
    A = (U * s) @ V.T
    error = np.linalg.norm(A - low_rank(A, k)) / np.linalg.norm(A)
    assert np.isclose(my_lost_share.lost_share(s, k), error)


def test_no_two_answers_to_the_lost_share_coincide_for_any_name():
    exercise = my_lost_share.EXERCISE
    answers = [exercise.reference, *(mistake.function for mistake in exercise.misconceptions)]
    for large, small, k in product(ch08.LARGE, ch08.SMALL, (2, 3)):
        s = np.array(sorted(large + small, reverse=True), float)
        values = [answer(s, k) for answer in answers]
        for one, two in combinations(values, 2):
            assert abs(one - two) > 3 * exercise.tolerance * max(one, two), (s, k, values)


def test_eigenvalues_of_one_leave_the_condition_number_open():
    A = np.eye(3) + 1e3 * np.triu(np.ones((3, 3)), k=1)
    assert np.array_equal(np.linalg.eigvals(A), [1, 1, 1])
    assert np.linalg.matrix_rank(A) == 3
    s = np.linalg.svd(A).S
    assert np.isclose(np.prod(s), 1, rtol=1e-6)
    assert s[0] / s[2] > 1e6


def test_the_written_solution_on_the_rayleigh_quotient_holds():
    rng = np.random.default_rng(6)
    A, x = rng.normal(size=(4, 4)), rng.normal(size=4)

    def quotient(x):
        return x @ A @ x / (x @ x)

    slope = ((A + A.T) @ x - 2 * quotient(x) * x) / (x @ x)
    assert check_gradient(quotient, x, slope) < 1e-6
    assert abs(slope @ x) < 1e-12
    values, vectors = np.linalg.eigh((A + A.T) / 2)
    assert np.allclose([quotient(e) for e in vectors.T], values)
    shift = np.array([[0.0, 1], [0, 0]])
    assert np.array_equal((shift + shift.T) @ [1, 0], [0, 1])
    assert np.allclose(np.linalg.eigvalsh((shift + shift.T) / 2), [-0.5, 0.5])
