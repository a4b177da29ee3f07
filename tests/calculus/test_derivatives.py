"""Measured derivatives: known tensors, functions that lie, and mistakes that must be caught."""

import warnings

import numpy as np
import pytest

from mlp_lib.calculus import chain, check_gradient, derivative, gradient, hessian, jacobian
from mlp_lib.networks import MLP, relu, softmax

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


def test_the_step_of_a_central_difference_grows_with_the_place():
    for measure in (derivative, jacobian):
        cube = measure(lambda x: np.real(x) ** 3, [9.0, 0.0], step=0.01)
        np.testing.assert_allclose(cube, np.diag([243 + 0.1**2, 0.01**2]), rtol=1e-9)  # 3 x^2 + h^2
    cube = gradient(lambda x: (np.real(x) ** 3).sum(), [9.0, 0.0], step=0.01)
    np.testing.assert_allclose(cube, [243 + 0.1**2, 0.01**2], rtol=1e-6)


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


def test_the_error_of_a_hessian_grows_with_the_square_of_the_step():
    for step in (0.1, 0.05):                     # of 4 x**3: 12 x**2 + 4 h**2, with h = 2 step at 1
        measured = hessian(lambda x: x[0] ** 4, [1.0], step=step)
        np.testing.assert_allclose(measured, [[12 + 16 * step**2]], rtol=1e-9)


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


# -- check_gradient: it must be able to fail ----------------------------------------------


def two_layer_gradient(model, X, labels, mistake=None):
    """Gradient of a two-layer ReLU network with a penalty, written out; or a mistake in it."""
    (W1, W2), (b1, b2), n = model.W, model.b, len(X)
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    dz2 = (softmax(a1 @ W2 + b2) - np.eye(W2.shape[1])[labels]) / n
    if mistake == "1/N forgotten":
        dz2 = dz2 * n
    da1 = dz2 @ (W2 if mistake == "weight not transposed" else W2.T)
    dz1 = da1 * ((a1 >= 0) if mistake == "mask from the output" else (z1 > 0))
    factor = 1 if mistake == "factor 2 of the penalty forgotten" else 2
    parts = [X.T @ dz1 + factor * model.l2[0] * W1, dz1.sum(axis=0),
             a1.T @ dz2 + factor * model.l2[1] * W2, dz2.sum(axis=0)]
    if mistake == "bias not summed":
        parts[1] = dz1[0]
    if mistake == "penalty on the bias":
        parts[3] = parts[3] + 2 * model.l2[1] * b2
    sign = -1 if mistake == "wrong sign" else 1
    return sign * np.concatenate([part.ravel() for part in parts])


MISTAKES = ["1/N forgotten", "weight not transposed", "mask from the output", "bias not summed",
            "factor 2 of the penalty forgotten", "penalty on the bias", "wrong sign"]


@pytest.fixture
def square_relu():
    """(f, theta, gradient) of a network whose second weight is square, so that W2 fits as W2.T."""
    model = MLP((4, 5, 5), relu, l2=0.05, init=0.7, rng=2, dtype=np.float64)
    rng = np.random.default_rng(2)
    X, labels = rng.normal(size=(6, 4)), rng.integers(5, size=6)
    model.b[0][:], model.b[1][:] = rng.normal(size=5), rng.normal(size=5)
    theta = model.theta.copy()

    def f(theta):
        model.theta[:] = theta
        return model.loss(X, labels)

    def grad(mistake=None):
        model.theta[:] = theta
        return two_layer_gradient(model, X, labels, mistake)

    return f, theta, grad


def test_the_gradient_without_a_mistake_passes(square_relu):
    f, theta, grad = square_relu
    assert check_gradient(f, theta, grad(), rtol=1e-7) < 1e-7


@pytest.mark.parametrize("mistake", MISTAKES)
def test_check_gradient_catches(square_relu, mistake):
    f, theta, grad = square_relu
    with pytest.raises(AssertionError, match=r"direction 0: yours -?[\d.e-]+, measured -?[\d.e-]+"):
        check_gradient(f, theta, grad(mistake))


def test_one_wrong_entry_among_a_thousand_is_caught():
    x = RNG.normal(size=1000)
    grad = 2 * x
    grad[617] *= 1.01
    with pytest.raises(AssertionError):
        check_gradient(lambda x: x @ x, x, grad)


def test_the_largest_relative_difference_is_returned():
    x = np.array([1.0, 2.0])
    assert check_gradient(np.sum, x, np.full(2, 1.001), rtol=0.01) == pytest.approx(0.001, rel=0.01)
    assert check_gradient(np.sum, x, np.ones(2), rtol=0, directions=1) < 1e-9
    assert check_gradient(lambda x: 0 * x.sum(), x, np.zeros(2)) == 0


@pytest.mark.parametrize(("options", "message"), [
    ({"grad": np.ones(2)}, r"the shape of X, \(3,\); got \(2,\)"),
    ({"grad": [1.0, np.inf, 1.0]}, "grad is not finite: inf"),
    ({"f": np.sin}, r"scalar function; got a value of shape \(3,\)"),
    ({"f": lambda x: np.nan}, r"f\(X\) is not finite: nan"),
    ({"directions": 0}, "nothing to compare: 0 directions"),
    ({"X": [], "grad": []}, r"nothing to compare: 5 directions, X of shape \(0,\)"),
])
def test_a_comparison_that_could_not_fail_is_refused(options, message):
    arguments = {"f": np.sum, "X": np.ones(3), "grad": np.ones(3)} | options
    with pytest.raises(ValueError, match=message):
        check_gradient(**arguments)
