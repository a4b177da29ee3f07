"""The remainder of a differential: order 2 for the right one, 1 for a wrong one."""

import numpy as np
import pytest

from mlp_lib.calculus import remainder_order, remainders

RNG = np.random.default_rng(12)
X, dX, W = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5))
D = np.eye(3) + 0.2 * RNG.normal(size=(3, 3))
dD = RNG.normal(size=(3, 3))
inverse = np.linalg.inv(D)


@pytest.mark.parametrize(("f", "at", "direction", "linear"), [
    (lambda X: X.T @ X, X, dX, dX.T @ X + X.T @ dX),
    (np.linalg.inv, D, dD, -inverse @ dD @ inverse),
    (np.linalg.det, D, dD, np.linalg.det(D) * np.trace(inverse @ dD)),
    (lambda X: np.tanh(X) @ W, X, dX, ((1 - np.tanh(X) ** 2) * dX) @ W),
    (np.exp, 0.3, 1.7, 1.7 * np.exp(0.3)),
], ids=["product", "inverse", "determinant", "element-wise", "number"])
def test_a_differential_leaves_a_remainder_of_order_two(f, at, direction, linear):
    assert remainder_order(f, at, direction, linear) == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize(("f", "linear"), [
    (np.linalg.det, np.linalg.det(D) * np.trace(inverse @ dD) / 3),
    (np.linalg.inv, inverse @ dD @ inverse),
    (np.linalg.inv, -dD @ inverse @ inverse),
    (lambda D: D @ D, 2 * D @ dD),
    (np.linalg.det, 1.01 * np.linalg.det(D) * np.trace(inverse @ dD)),
], ids=["determinant as printed", "sign", "order of factors", "as if numbers", "one per cent"])
def test_a_wrong_differential_leaves_a_remainder_of_order_one(f, linear):
    assert remainder_order(f, D, dD, linear, steps=(1e-4, 1e-5)) == pytest.approx(1, abs=0.1)


def test_a_linear_map_leaves_nothing():
    assert remainder_order(lambda X: X @ W, X, dX, dX @ W) == np.inf
    assert remainder_order(np.transpose, X, dX, dX.T) == np.inf
    assert remainder_order(lambda X: X @ W, 0 * X, dX, dX @ W) == np.inf


def test_without_curvature_the_order_is_three():
    assert remainder_order(np.sin, 0.0, 1.0, 1.0) == pytest.approx(3, abs=0.01)


def test_the_remainder_of_a_square_is_the_square_of_the_step():
    t = np.array([0.5, 0.1])
    left = remainders(lambda x: x @ x, [1.0, 2.0], [3.0, 4.0], 22.0, t)
    np.testing.assert_allclose(left, 25 * t**2)


def test_a_function_that_uses_one_buffer_is_still_measured():
    buffer = np.empty(3)
    x, dx = np.array([1.0, 2.0, 3.0]), np.ones(3)
    order = remainder_order(lambda x: np.multiply(x, x, out=buffer), x, dx, 2 * x * dx)
    assert order == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize(("direction", "linear", "message"), [
    (dX.T, X @ W, r"need dX \(4, 3\), linear \(4, 5\); got \(3, 4\), \(4, 5\)"),
    (dX, (X @ W).sum(axis=0), r"got \(4, 3\), \(5,\)"),
])
def test_shapes_that_would_only_broadcast_are_refused(direction, linear, message):
    with pytest.raises(ValueError, match=message):
        remainders(lambda X: X @ W, X, direction, linear, [0.1])


def test_a_list_is_an_array_for_the_function_and_is_left_as_it_is():
    x = np.array([1.0, 2.0])
    for point in ([1, 2], x):
        order = remainder_order(lambda x: np.multiply(x, x, out=x), point, [1, 0], [2, 0])
        assert order == pytest.approx(2, abs=0.05)
    np.testing.assert_array_equal(x, [1, 2])


@pytest.mark.parametrize(("f", "linear", "message"), [
    (lambda x: x * np.nan, 1.0, r"f\(X\) is not finite: nan"),
    (lambda x: x * x, np.nan, "linear is not finite: nan"),
    (lambda x: x if x == 1 else x * np.inf, 1.0, r"the remainder is not finite: inf at index \(0,"),
])
def test_a_remainder_that_is_no_number_is_not_taken_for_none(f, linear, message):
    with pytest.raises(ValueError, match=message):
        remainder_order(f, 1.0, 1.0, linear)
