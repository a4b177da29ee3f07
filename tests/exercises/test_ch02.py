"""Chapter 02's answers against measured derivatives, and its numbers for many names."""

from itertools import combinations

import numpy as np
import pytest

from mlp_lib import calculus, gaussian
from mlp_lib.exercises import catalogue, given
from mlp_lib.exercises.compare import difference


def answer(name):
    return catalogue.find(f"02.{name}")[1].reference


def arguments(name):
    """The arguments of every case, of two seeds."""
    exercise = catalogue.find(f"02.{name}")[1]
    return [pytest.param(case.args, id=f"{seed}-{case.name}")
            for seed in (0, 7) for case in exercise.cases(seed)]


@pytest.mark.parametrize("args", arguments("masked_fit_gradient"))
def test_the_gradient_of_the_weighted_fit_is_the_measured_one(args):
    X, A, B, C, K = args

    def f(X):
        return np.sum(K * (A @ X @ B - np.where(K > 0, C, 0)) ** 2)

    grad = answer("masked_fit_gradient")(*args)
    assert calculus.check_gradient(f, X, grad) < 1e-6
    with pytest.raises(AssertionError, match="slope along"):
        calculus.check_gradient(f, X, 1.01 * grad)


def test_what_stands_at_an_unknown_place_makes_no_difference():
    X, A, B, C, K = catalogue.find("02.masked_fit_gradient")[1].cases(0)[-1].args
    assert (K == 0).any()
    other = np.where(K == 0, -777.0, C)
    one, two = (answer("masked_fit_gradient")(X, A, B, table, K) for table in (C, other))
    assert np.array_equal(one, two)


def minus_two_log_likelihood(points, mu, s, S):
    return -2 * gaussian.log_likelihood(points, mu, s * S)


@pytest.mark.parametrize("args", arguments("noise_level"))
def test_no_other_noise_level_is_as_likely(args):
    points, S = args
    s, mu = answer("noise_level")(points, S), points.mean(axis=0)
    best = minus_two_log_likelihood(points, mu, s, S)
    slope = calculus.derivative(lambda s: minus_two_log_likelihood(points, mu, s, S), s)
    assert abs(slope) < 1e-6 * points.size / s
    assert all(minus_two_log_likelihood(points, mu, factor * s, S) > best
               for factor in (0.5, 0.99, 1.01, 2))
    assert minus_two_log_likelihood(points, mu + 0.01, s, S) > best


def test_a_known_noise_level_is_found():
    rng = np.random.default_rng(5)
    S = np.array([[2.0, 0.5, 0.1], [0.5, 1.0, -0.2], [0.1, -0.2, 0.7]])
    points = rng.multivariate_normal([3.0, -1.0, 8.0], 1.7 * S, size=40_000)
    assert abs(answer("noise_level")(points, S) - 1.7) < 0.03
    near, far = (answer("noise_level")(points[:9] + shift, S) for shift in (0, 1e5))
    assert np.isclose(near, far, rtol=1e-9)


def squares_multiplied_out(points, S):
    inverse, mu = np.linalg.inv(S), points.mean(axis=0)
    return (np.mean(np.sum(points @ inverse * points, axis=1)) - mu @ inverse @ mu) / len(S)


def in_float32(points, S):
    return answer("noise_level")(np.float32(points), np.float32(S))


@pytest.mark.parametrize("written", [squares_multiplied_out, in_float32])
def test_far_readings_leave_enough_digits_for_every_right_answer(written):
    exercise = catalogue.find("02.noise_level")[1]
    for seed in range(100):
        far = exercise.edges["readings near 1000"](np.random.default_rng(seed))
        assert difference(written(*far), exercise.reference(*far), exercise.tolerance) is None


@pytest.mark.parametrize("args", arguments("weighted_gram_tensor"))
def test_the_tensor_of_the_gram_matrix_is_the_measured_one(args):
    X, w = args
    T = answer("weighted_gram_tensor")(X, w)
    measured = calculus.derivative(lambda X: X @ np.diag(w) @ X.T, X)
    assert T.shape == (len(X), len(X), *X.shape)
    assert np.allclose(T, measured, atol=1e-9)


@pytest.mark.parametrize("args", arguments("information_gradient"))
def test_the_gradient_of_the_information_is_the_measured_one(args):
    w, X = args
    grad = answer("information_gradient")(w, X)
    S = X.T @ np.diag(w) @ X

    def f(w):
        return np.log(np.linalg.det(X.T @ (w[:, None] * X)))

    assert calculus.check_gradient(f, w, grad) < 1e-5
    assert np.isclose(w @ grad, len(S))  # f gains m ln t if all weights are t times as large


@pytest.mark.parametrize("shape", [(4, 3), (3, 5), (1, 1)])
def test_the_written_solution_is_right(shape):
    rng = np.random.default_rng(3)
    n = shape[0]
    X, (a, b), lam = rng.normal(size=shape), rng.normal(size=(2, n)), 0.7

    def f(X):
        return a @ np.linalg.inv(X @ X.T + lam * np.eye(n)) @ b

    u, v = (np.linalg.solve(X @ X.T + lam * np.eye(n), c) for c in (a, b))
    grad = -(np.outer(u, v) + np.outer(v, u)) @ X
    assert calculus.check_gradient(f, X, grad) < 1e-6
    if n == 1:
        x, = X[0]
        assert np.isclose(grad[0, 0], -2 * a[0] * b[0] * x / (x**2 + lam) ** 2)
    else:
        with pytest.raises(AssertionError, match="slope along"):
            calculus.check_gradient(f, X, -2 * np.outer(u, v) @ X)


@pytest.mark.parametrize("letter", "abcd")
def test_of_the_letters_only_the_right_one_is_the_gradient(letter):
    exercise = catalogue.find("02.where_the_trace_ends")[1]
    P, Q, X = np.random.default_rng(1).normal(size=(3, 3, 3))
    matrices = {"$PQ$": P @ Q, "$QP$": Q @ P, "$Q^TP^T$": Q.T @ P.T, "$P^TQ^T$": P.T @ Q.T}
    measured = calculus.gradient(lambda X: np.trace(P @ X @ Q), X)
    same = np.allclose(matrices[exercise.options[letter]], measured)
    assert same == (letter == exercise.right)


def test_the_tensor_of_the_transposed_product_is_counted():
    for n, m, k in ((4, 3, 5), (3, 6, 4)):
        X, Y = np.random.default_rng(n).normal(size=(2, n, m + k))
        T = calculus.derivative(lambda X, Y=Y, m=m: X.T @ Y[:, m:], X[:, :m])
        assert answer("my_tensor")(n, m, k) == (T.shape, np.count_nonzero(np.abs(T) > 1e-9))


def test_no_name_makes_two_ways_agree():
    exercise = catalogue.find("02.my_tensor")[1]
    for i in range(400):
        sizes = tuple(given(exercise.id, f"learner {i}").values())
        found = [exercise.reference(*sizes), *(m.function(*sizes) for m in exercise.misconceptions)]
        assert len(set(sizes)) == 3
        assert all(one != two for one, two in combinations(found, 2)), sizes
