"""Log likelihood of the normal distribution: known values, measured slopes, and the best fit."""

import math

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.gaussian import fit, gradients, log_likelihood

RNG = np.random.default_rng(23)
N, D = 11, 3
POINTS, MU, B = RNG.normal(size=(N, D)), RNG.normal(size=D), RNG.normal(size=(D, D))
SIGMA = B @ B.T + np.eye(D)


def test_two_points_by_hand():
    points, mu, Sigma = [[1.0, 2.0], [0.0, 0.0]], [0.0, 0.0], np.diag([4.0, 9.0])
    by_hand = -2 * math.log(2 * math.pi) - math.log(36) - (1 / 4 + 4 / 9) / 2
    assert log_likelihood(points, mu, Sigma) == pytest.approx(by_hand, rel=1e-14)


def test_the_density_of_the_plane_sums_to_one():
    x = np.arange(-9, 9, 0.1)
    grid = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
    Sigma = np.array([[1.5, 0.6], [0.6, 0.8]])
    density = [math.exp(log_likelihood(point[None], [0.3, -0.2], Sigma)) for point in grid]
    assert sum(density) * 0.01 == pytest.approx(1, abs=1e-8)


def test_the_likelihood_of_all_is_the_product_of_each():
    each = [log_likelihood(point[None], MU, SIGMA) for point in POINTS]
    assert log_likelihood(POINTS, MU, SIGMA) == pytest.approx(sum(each), rel=1e-13)


def test_a_linear_map_shifts_the_log_likelihood_by_its_log_determinant():
    A = RNG.normal(size=(D, D))
    moved = log_likelihood(POINTS @ A.T, A @ MU, A @ SIGMA @ A.T)
    assert moved == pytest.approx(
        log_likelihood(POINTS, MU, SIGMA) - N * math.log(abs(np.linalg.det(A))), rel=1e-12
    )


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_shifts_the_log_likelihood_by_its_logarithm(unit):
    moved = log_likelihood(unit * POINTS, unit * MU, unit**2 * SIGMA)
    assert moved == pytest.approx(log_likelihood(POINTS, MU, SIGMA) - N * D * math.log(unit))


def test_gradients_agree_with_measured_slopes():
    dmu, dSigma = gradients(POINTS, MU, SIGMA)
    assert check_gradient(lambda mu: log_likelihood(POINTS, mu, SIGMA), MU, dmu) < 1e-7

    def along_symmetric(V):
        return log_likelihood(POINTS, MU, SIGMA + (V + V.T) / 2)

    assert check_gradient(along_symmetric, np.zeros((D, D)), dSigma) < 1e-7


def test_the_gradient_as_printed_is_caught():
    inverse = np.linalg.inv(SIGMA)
    scatter = (POINTS - MU).T @ (POINTS - MU)
    printed = -0.5 * (N / D * inverse - inverse @ scatter @ inverse)
    with pytest.raises(AssertionError, match="yours"):
        check_gradient(lambda V: log_likelihood(POINTS, MU, SIGMA + (V + V.T) / 2),
                       np.zeros((D, D)), printed)


def test_the_fit_has_no_slope_and_no_better_neighbour():
    mu, Sigma = fit(POINTS.tolist())
    np.testing.assert_allclose(mu, POINTS.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(Sigma, np.cov(POINTS.T, bias=True), rtol=1e-12)
    for slope in gradients(POINTS, mu, Sigma):
        np.testing.assert_allclose(slope, 0, atol=1e-11)
    best = log_likelihood(POINTS, mu, Sigma)
    for _ in range(20):
        V = 0.05 * RNG.normal(size=(D, D))
        assert log_likelihood(POINTS, mu + V[0], Sigma + V @ V.T) < best


def test_the_fit_finds_the_distribution_that_made_the_points():
    points = RNG.multivariate_normal(MU, SIGMA, size=200_000)
    mu, Sigma = fit(points)
    np.testing.assert_allclose(mu, MU, atol=0.03)
    np.testing.assert_allclose(Sigma, SIGMA, atol=0.06 * SIGMA.max())


@pytest.mark.parametrize(("change", "message"), [
    ({"points": POINTS[0]}, r"points \(N, D\).*; got \(3,\), \(3,\), \(3, 3\)"),
    ({"mu": MU[:2]}, r"got \(11, 3\), \(2,\), \(3, 3\)"),
    ({"Sigma": SIGMA[:2]}, r"got \(11, 3\), \(3,\), \(2, 3\)"),
    ({"Sigma": SIGMA + np.eye(D, k=1)}, r"symmetric Sigma; entry \(0, 1\) is"),
    ({"Sigma": np.ones((D, D))}, r"positive definite Sigma; got eigenvalues from .* to 3"),
    ({"Sigma": -SIGMA}, "positive definite Sigma; got eigenvalues from -"),
    ({"Sigma": 1e-310 * np.eye(D)}, "positive definite Sigma; got eigenvalues from 1e-310"),
    ({"mu": [0.0, np.nan, 0.0]}, "finite points, mu and Sigma; got nan"),
])
@pytest.mark.parametrize("function", [log_likelihood, gradients])
def test_what_is_no_distribution_is_refused(function, change, message):
    with pytest.raises(ValueError, match=message):
        function(**{"points": POINTS, "mu": MU, "Sigma": SIGMA} | change)


@pytest.mark.parametrize(("points", "message"), [
    (POINTS[0], r"need finite points \(N, D\); got shape \(3,\)"),
    (np.zeros((0, 3)), r"got shape \(0, 3\)"),
    (np.full((4, 2), np.inf), r"need finite points .* got shape \(4, 2\)"),
    (np.where(np.arange(D) == 1, np.nan, POINTS), r"need finite points .* got shape \(11, 3\)"),
    (POINTS[:3], "span all 3 directions; got 2"),
    (POINTS[:, [0, 0]], "span all 2 directions; got 1"),
    ([[0.1]] * 3, "span all 1 directions; got 0"),
    ([[0.1, 0.7]] * 7, "span all 2 directions; got 0"),
    ([[0.1, 1.0], [0.1, 2.0], [0.1, 4.0]], "span all 2 directions; got 1"),
    (POINTS[:, [0, 0]] * [1, 3] + [0, 1e7], "span all 2 directions; got 1"),
    (POINTS[:, [0, 0]] * [1, 1e-9], "span all 2 directions; got 1"),
    ([["a"]], "need real numbers in points"),
])
def test_points_without_a_best_fit_are_refused(points, message):
    with pytest.raises(ValueError, match=message):
        fit(points)


@pytest.mark.parametrize("points", [
    POINTS * [1, 1e-9, 1e9], POINTS + 1e6, POINTS * 1e-200, POINTS * 1e100,
    [[1e8, 1.0], [1e8 + 1, 2.0], [1e8 - 1, 4.0]],
])
def test_units_and_a_far_place_do_not_hide_a_direction(points):
    points = np.asarray(points)
    mu, Sigma = fit(points)
    assert np.allclose(mu, points.mean(axis=0))
    assert np.allclose(Sigma, np.cov(points.T, bias=True), rtol=1e-6, atol=0)
