"""Chapter 01's answers against measured derivatives, and its numbers for many names."""

from itertools import combinations

import numpy as np
import pytest

from mlp_lib import calculus
from mlp_lib.exercises import catalogue, checking, given


def answer(name):
    return catalogue.find(f"01.{name}")[1].reference


def arguments(name):
    """The arguments of every case, edges too, of two seeds."""
    exercise = catalogue.find(f"01.{name}")[1]
    return [pytest.param(case.args, id=f"{seed}-{case.name}")
            for seed in (0, 7) for case in exercise.cases(seed)]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_slope_at_the_edge_has_order_two_and_a_parabola_is_exact(sign):
    slope, a = answer("slope_at_the_edge"), np.array([[0.3], [1.1], [2.0], [-0.7]])
    steps = sign * 0.1 / 2.0 ** np.arange(5)
    errors = [np.abs(slope(np.sin(a + h * np.arange(3)), h) - np.cos(a[:, 0])) for h in steps]
    orders = np.diff(np.log2(errors), axis=0)
    assert np.allclose(orders, -2, atol=0.15)
    x = a + sign * 0.4 * np.arange(3)
    assert np.allclose(slope(3 * x**2 - x, sign * 0.4), 6 * a[:, 0] - 1, rtol=1e-12)


def test_a_parabola_shows_every_named_mistake_at_the_edge():
    exercise = catalogue.find("01.slope_at_the_edge")[1]
    x = np.array([2.0, 1.5, 1.0])
    values = np.array([x**2, 2 * x**2 - x])
    right = exercise.reference(values, -0.5)
    assert np.allclose(right, [4.0, 7.0])
    assert all(not np.allclose(wrong.function(values, -0.5), right)
               for wrong in exercise.misconceptions)


@pytest.mark.parametrize("args", arguments("three_link_gradient"))
def test_the_gradient_of_three_links_is_the_measured_one(args):
    z, A, B, c = args
    grad = answer("three_link_gradient")(*args)
    assert grad.shape == z.shape

    def f(z):
        return c @ np.tanh(B @ np.sin(A @ z))

    assert calculus.check_gradient(f, z, grad) < 1e-6
    with pytest.raises(AssertionError, match="slope along"):
        calculus.check_gradient(f, z, 1.01 * grad)


@pytest.mark.parametrize("args", arguments("rms_norm_jacobian"))
def test_the_jacobian_of_the_normalised_vector_is_the_measured_one(args):
    x, epsilon = args
    J = answer("rms_norm_jacobian")(x, epsilon)
    measured = calculus.jacobian(lambda x: x / np.sqrt(np.mean(x**2) + epsilon), x)
    assert np.allclose(J, measured, rtol=1e-7, atol=1e-9)


def test_without_epsilon_a_longer_vector_changes_nothing():
    x = np.array([0.4, -1.2, 2.0, 0.3])
    assert np.allclose(answer("rms_norm_jacobian")(x, 0.0) @ x, 0, atol=1e-14)
    assert not np.allclose(answer("rms_norm_jacobian")(x, 0.2) @ x, 0, atol=1e-3)


@pytest.mark.parametrize("args", arguments("log_cosh_hessian"))
def test_the_robust_hessian_is_the_slope_of_a_measured_gradient(args):
    x, A, b, w = args

    def f(x):
        r = np.abs(A @ x - b)
        return w @ (r + np.log1p(np.exp(-2 * r)))  # ln cosh + ln 2, without overflow

    def slopes(x):
        return A.T @ (w * np.tanh(A @ x - b))

    H = answer("log_cosh_hessian")(*args)
    assert np.allclose(H, calculus.jacobian(slopes, x), rtol=1e-6, atol=1e-8)
    if np.abs(b).max() < 100:
        assert np.allclose(H, calculus.hessian(f, x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_exponential_that_overflows_on_one_side_only_is_told(sign):
    @np.errstate(over="ignore", invalid="ignore")
    def one_sided(x, A, b, w):
        power = np.exp(2 * sign * (A @ x - b))
        return A.T @ ((w * 4 * power / (power + 1) ** 2)[:, None] * A)

    exercise = catalogue.find("01.log_cosh_hessian")[1]
    verdict = checking.judged("01.7", exercise, one_sided, "Ada")
    assert (verdict.status, "overflow" in verdict.sentence) == ("misconception", True), verdict


NAMES = [f"learner {i}" for i in range(400)]


def test_the_largest_step_is_where_a_walk_turns_from_arriving_to_running_away():
    for name in NAMES[:40]:
        p, q, s = given("01.my_largest_step", name).values()
        limit = answer("my_largest_step")(p, q, s)

        def distance(rate, p=p, q=q, s=s):
            x = np.array([1.0, 0.3])
            for _ in range(2000):
                x = x - rate * np.array([2 * p * x[0] + q * x[1], q * x[0] + 2 * s * x[1]])
            return np.linalg.norm(x)

        assert distance(0.99 * limit) < 1e-6
        assert distance(1.01 * limit) > 1e6


@pytest.mark.parametrize("name", ["my_shapes", "my_largest_step"])
def test_no_name_makes_two_ways_agree(name):
    """Numbers are apart by more than twice the tolerance, with room for a rounded answer."""
    exercise = catalogue.find(f"01.{name}")[1]
    for learner in NAMES:
        values = tuple(given(exercise.id, learner).values())
        found = [exercise.reference(*values), *(m.function(*values)
                                                for m in exercise.misconceptions)]
        for one, two in combinations(found, 2):
            assert one != two
            assert isinstance(one, tuple) or abs(one / two - 1) > 5e-3, (learner, values)


def test_the_eigenvalues_of_a_learner_s_valley_are_whole_numbers():
    for name in NAMES:
        p, q, s = given("01.my_largest_step", name).values()
        low, high = np.linalg.eigvalsh([[2 * p, q], [q, 2 * s]])
        assert low > 0.9
        assert np.allclose([low, high], np.round([low, high]))


def test_the_shapes_are_those_of_measured_derivatives():
    inputs, hidden, outputs = 4, 6, 3
    rng = np.random.default_rng(0)
    U, V, x = (rng.normal(size=size) for size in ((inputs, hidden), (hidden, outputs), inputs))

    def o(x):
        return np.tanh(x @ U) @ V

    def loss(x):
        return np.sum(o(x) ** 2)

    measured = calculus.jacobian(o, x), calculus.gradient(loss, x), calculus.hessian(loss, x)
    assert answer("my_shapes")(inputs, hidden, outputs) == tuple(A.shape for A in measured)


def test_the_right_letter_names_the_measured_errors():
    exercise = catalogue.find("01.size_of_the_step")[1]
    errors = [abs((np.sin(1 + h) - np.sin(1 - h)) / (2 * h) - np.cos(1))
              for h in (1e-2, 1e-3, 1e-13)]
    assert np.allclose(np.log10(errors), [-5, -7, -3], atol=0.75)
    assert exercise.options[exercise.right] == "$10^{-7}$ and $10^{-3}$"
