"""Measured derivatives: known tensors, functions that lie, places where steps must be short."""

import math
import warnings

import numpy as np
import pytest

from mlp_lib.calculus import chain, check_gradient, derivative, gradient, hessian, jacobian
from mlp_lib.networks import softmax

RNG = np.random.default_rng(3)
X, W = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5))


# -- derivative ---------------------------------------------------------------------------


@pytest.mark.parametrize("x_shape", [(), (3,), (2, 3), (2, 3, 4)])
@pytest.mark.parametrize("f_shape", [(), (5,), (5, 6)])
def test_a_linear_map_is_its_own_derivative(f_shape, x_shape):
    T, x = RNG.normal(size=f_shape + x_shape), RNG.normal(size=x_shape)
    D = derivative(lambda x: np.tensordot(T, x, axes=len(x_shape)), x)
    assert D.shape == f_shape + x_shape
    np.testing.assert_allclose(D, T, rtol=1e-12, atol=1e-14)


def test_product_with_a_matrix():
    np.testing.assert_allclose(
        derivative(lambda X: X @ W, X), np.einsum("ik,lj->ijkl", np.eye(4), W), atol=1e-14
    )
    np.testing.assert_allclose(
        derivative(lambda W: X @ W, W), np.einsum("ik,jl->ijkl", X, np.eye(5)), atol=1e-14
    )


def test_transpose_and_elementwise():
    np.testing.assert_array_equal(
        derivative(np.transpose, X), np.einsum("jk,il->ijkl", np.eye(4), np.eye(3))
    )
    expected = np.einsum("ij,ik,jl->ijkl", np.cos(X), np.eye(4), np.eye(3))
    np.testing.assert_allclose(derivative(np.sin, X), expected, atol=1e-15)


def test_the_complex_step_is_exact_where_central_differences_are_not():
    assert derivative(np.exp, 1.0, step=1e-3) == np.e
    assert derivative(lambda x: float(np.exp(x)), 1.0, step=1e-3) == pytest.approx(np.e, rel=1e-6)


def test_a_slope_of_zero_beside_a_large_third_derivative_is_exact():
    assert abs(derivative(lambda x: 300 * (x - 2) ** 3, 2.0)) < 1e-12


def slow(f):
    """``f`` of real numbers alone, number by number: no complex step."""
    return lambda x: sum(f(number) for number in np.ravel(x))


NEAR_AN_EDGE = {  # a function, how it is written for real numbers alone, its slope
    "log": (lambda q: -np.log(q).sum(), slow(lambda q: -math.log(q)), lambda q: -1 / q),
    "pole": (lambda q: (1 / q).sum(), slow(lambda q: 1 / q), lambda q: -1 / q**2),
    "root": (lambda q: np.sqrt(q).sum(), slow(math.sqrt), lambda q: 0.5 / np.sqrt(q)),
    "wave": (lambda q: np.sin(np.log(q)).sum(), slow(lambda q: math.sin(math.log(q))),
             lambda q: np.cos(np.log(q)) / q),
}


@pytest.mark.parametrize("place", [1e-3, 1.01e-5, 1e-5, 1e-8])
@pytest.mark.parametrize("functions", NEAR_AN_EDGE.values(), ids=NEAR_AN_EDGE)
def test_no_step_goes_over_an_edge_or_a_pole_however_near_it_is(functions, place):
    *ways, slope = functions
    x = np.array([place, 0.5])
    for f, rtol in zip(ways, (1e-10, 1e-5)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            np.testing.assert_allclose(gradient(f, x), slope(x), rtol=rtol)
            check_gradient(f, x, slope(x))
        with pytest.raises(AssertionError):
            check_gradient(f, x, slope(x) * [1.01, 1])


@pytest.mark.parametrize("x", [1e-3, 1.01e-5, 1e-5])
def test_a_step_over_many_waves_is_not_taken_for_the_slope(x):
    for f in (lambda x: np.sin(1 / x), lambda x: math.sin(1 / x)):
        assert derivative(f, x) == pytest.approx(-math.cos(1 / x) / x**2, rel=1e-5)


@pytest.mark.parametrize("x", [1e-6, 1.0, 1e3, 1e6])
def test_steps_suit_the_place_also_where_it_is_far_out(x):
    assert derivative(lambda x: math.sin(x), x) == pytest.approx(math.cos(x), rel=1e-7)
    assert derivative(lambda x: float(x) ** 3, x) == pytest.approx(3 * x**2, rel=1e-9)
    assert derivative(lambda x: math.exp(-float(x)), x) == pytest.approx(-math.exp(-x), rel=1e-8)


def test_entries_of_very_different_size_have_steps_of_their_own():
    x = np.array([1e-6, 1.0, 1e6])
    f = slow(lambda q: math.log(q))
    np.testing.assert_allclose(gradient(f, x), 1 / x, rtol=1e-8)
    D = derivative(lambda x: np.array([float(np.real(x[0])) ** 2, 1 / float(np.real(x[1]))]), x[:2])
    np.testing.assert_allclose(D, [[2e-6, 0], [0, -1]], rtol=1e-9, atol=1e-18)


DRAWS = np.random.default_rng(0)


@pytest.mark.parametrize(("f", "x", "message"), [
    (np.sqrt, [0.0, 1.0], r"entry \(0,\) of f\(X\) has no finite values on both sides of X"),
    (lambda x: math.sqrt(x), 0.0, r"f\(X\) has no finite values on both sides of X"),
    (np.sign, 0.0, r"f\(X\) has no slope in X that could be measured"),
    (np.round, [0.2, 0.5], r"entry \(1,\) of f\(X\) has no slope in entry \(1,\) of X that could"),
    (np.cbrt, 0.0, "has no slope in X that could be measured"),
    (lambda x: x * DRAWS.random(2), [1.0, 2.0], "another number when called again at the same X"),
], ids=["edge", "an error there", "jump", "rounding", "upright", "random numbers"])
def test_where_there_is_no_slope_none_is_made_up(f, x, message):
    with pytest.raises(ValueError, match=message):
        derivative(f, x)


@pytest.mark.parametrize("step", [0, -1e-5, np.nan, np.inf, None, "1e-5", [1e-5]])
@pytest.mark.parametrize("measure", [
    lambda step: derivative(np.sum, np.ones(3), step=step),
    lambda step: hessian(np.sum, np.ones(3), step=step),
    lambda step: check_gradient(np.sum, np.ones(3), np.ones(3), step=step),
])
def test_a_step_that_is_none_is_named(measure, step):
    with pytest.raises(ValueError, match=r"need a finite step > 0; got"):
        measure(step)


BUFFER = np.empty(3)
LIARS = {  # functions that mislead a complex step, with their derivatives
    "abs": (lambda x: x * np.abs(x), lambda x: 2 * abs(x)),
    "abs alone": (np.abs, np.sign),
    "conj": (lambda x: x * np.conj(x), lambda x: 2 * x),
    "conj alone": (np.conj, np.ones_like),
    "real part": (lambda x: x * np.real(x), lambda x: 2 * x),
    "angle": (lambda x: x + np.angle(x), np.ones_like),
    "sign": (lambda x: x**2 * np.sign(x), lambda x: 2 * abs(x)),
    "comparison": (lambda x: np.where(x > 0, x**3, -x), lambda x: np.where(x > 0, 3 * x**2, -1)),
    "cast": (lambda x: x + np.asarray(x, float) ** 2, lambda x: 1 + 2 * x),
    "assignment": (lambda x: np.add(x, 0, out=np.empty(x.shape), casting="unsafe"), np.ones_like),
    "a buffer used again": (lambda x: np.multiply(x, x, out=BUFFER), lambda x: 2 * x),
    "the argument overwritten": (lambda x: np.multiply(x, x, out=x), lambda x: 2 * x),
    "small alone": (lambda x: 1e-6 * x * np.abs(x), lambda x: 2e-6 * abs(x)),
    "small beside large": (lambda x: x * np.abs(x) + 1e5 * np.eye(3)[0] * x,
                           lambda x: 2 * abs(x) + 1e5 * np.eye(3)[0]),
}


@pytest.mark.parametrize(("f", "slope"), LIARS.values(), ids=LIARS)
def test_a_function_that_lies_to_the_complex_step_is_still_right(f, slope):
    x = np.array([0.7, -1.3, 2.1])
    expected = np.diag(slope(x))
    np.testing.assert_allclose(derivative(f, x), expected, rtol=1e-8, atol=1e-8)
    check_gradient(lambda x: f(x).sum(), x, slope(x), rtol=1e-7)


def test_a_function_that_drops_the_imaginary_part_gives_no_warning():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        derivative(lambda x: np.asarray(x, float) ** 2, np.ones(2))
    assert caught == []


def test_norm_and_a_small_slope_beside_a_large_one_are_still_right():
    x = np.array([3.0, -4.0])
    np.testing.assert_allclose(gradient(np.linalg.norm, x), x / 5, rtol=1e-9)
    mixed = gradient(lambda x: 1e7 * x[0] + x[1] * np.abs(x[1]), x)
    np.testing.assert_allclose(mixed, [1e7, 8], rtol=1e-3)


def test_a_small_slope_where_complex_numbers_become_real_is_not_taken_for_zero():
    x = np.array([2.0, -3.0])
    np.testing.assert_allclose(derivative(lambda x: 1e-9 * np.abs(x), x), 1e-9 * np.diag([1, -1]),
                               rtol=1e-6, atol=1e-20)


def test_gradient_jacobian_and_hessian_of_a_quadratic_form():
    A, x = RNG.normal(size=(3, 3)), RNG.normal(size=3)
    np.testing.assert_allclose(gradient(lambda x: x @ A @ x, x), (A + A.T) @ x, rtol=1e-12)
    np.testing.assert_allclose(jacobian(lambda x: A @ x, x), A, rtol=1e-12)
    np.testing.assert_allclose(hessian(lambda x: x @ A @ x, x), A + A.T, atol=1e-8)


@pytest.mark.parametrize("step", [1e-2, 1e-4, 1e-6])
def test_a_hessian_is_right_whatever_step_it_starts_from(step):
    np.testing.assert_allclose(hessian(lambda x: x[0] ** 4, [1.0], step=step), [[12]], rtol=1e-6)
    H = hessian(lambda x: -np.log(x).sum(), [1e-3, 0.5], step=step)
    np.testing.assert_allclose(H, np.diag([1e6, 4]), rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize(("f", "x", "message"), [
    (np.sum, [1.0, np.nan], r"X is not finite: nan at index \(1,\)"),
    (np.log, [[1.0, 0.0]], r"f\(X\) is not finite: -inf at index \(0, 1\)"),
    (np.sum, ["a"], "need real numbers in X; got <U1"),
    (np.sum, [1j], "need real numbers in X; got complex128"),
])
def test_what_is_not_a_finite_number_is_refused(f, x, message):
    with pytest.raises(ValueError, match=message), np.errstate(divide="ignore"):
        derivative(f, x)


def test_shapes_that_are_no_gradient_and_no_jacobian_are_named():
    with pytest.raises(ValueError, match=r"one number f\(x\); got shape \(3,\)"):
        gradient(np.sin, np.ones(3))
    T = RNG.normal(size=(2, 5, 4, 3))
    with pytest.raises(ValueError, match=r"one number f\(x\); got shape \(2, 5, 4\)"):
        gradient(lambda x: T @ x, np.ones(3))
    with pytest.raises(ValueError, match=r"got x \(3,\), f\(x\) \(2, 5, 4\)"):
        jacobian(lambda x: T @ x, np.ones(3))
    with pytest.raises(ValueError, match=r"got x \(4, 3\), f\(x\) \(4, 5\)"):
        jacobian(lambda X: X @ W, X)
    with pytest.raises(ValueError, match=r"got x \(3,\), f\(x\) \(\)"):
        jacobian(np.sum, np.ones(3))


# -- chain --------------------------------------------------------------------------------


def test_chain_of_matrices_is_the_derivative_of_the_composition():
    Y = X @ W
    whole = derivative(lambda X: np.tanh(X @ W).T @ X[:, :2], X)
    outer = derivative(lambda Y: np.tanh(Y).T @ X[:, :2], Y)
    inner = derivative(lambda X: X @ W, X)
    direct = derivative(lambda V: np.tanh(Y).T @ V[:, :2], X)
    np.testing.assert_allclose(chain(outer, inner) + direct, whole, rtol=1e-10, atol=1e-12)


def test_chain_of_vectors_is_the_product_of_jacobians():
    x = RNG.normal(size=3)
    J_softmax, J_linear = jacobian(softmax, x @ W), jacobian(lambda x: x @ W, x)
    np.testing.assert_array_equal(chain(J_softmax, J_linear, n_y=1), J_softmax @ J_linear)
    np.testing.assert_array_equal(chain([[1, 2]], [[3], [4]], n_y=1), [[11]])


def test_chain_names_the_shapes_that_do_not_meet():
    with pytest.raises(ValueError, match=r"Y has shape \(3, 4\) in dZ_dY, but \(4, 3\) in dY_dX"):
        chain(np.zeros((2, 3, 4)), np.zeros((4, 3, 5)))
