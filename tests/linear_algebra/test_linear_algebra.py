"""Linear algebra: laws of the singular values, known answers, hostile numbers, messages."""

import re

import numpy as np
import pytest

from mlp_lib import linear_algebra as la

SHAPES = [(6, 4), (4, 6), (5, 5), (1, 3), (3, 1), (7, 2)]
METHODS = ["svd", "qr", "normal"]
NAN, INF = float("nan"), float("inf")


def matrix(m, n, r=None, seed=0):
    """Random (m, n) of rank ``r``, full by default."""
    rng = np.random.default_rng((seed, m, n))
    r = min(m, n) if r is None else r
    return rng.normal(size=(m, r)) @ rng.normal(size=(r, n))


def with_singular_values(s, m, n, seed=0):
    rng = np.random.default_rng(seed)
    U, V = (np.linalg.qr(rng.normal(size=(size, len(s))))[0] for size in (m, n))
    return (U * s) @ V.T


CASES = [(m, n, r) for m, n in SHAPES for r in range(min(m, n) + 1)]


@pytest.mark.parametrize(("m", "n", "r"), CASES)
def test_rank_range_and_null_space_fit_together(m, n, r):
    A = matrix(m, n, r)
    Q, N = la.range_space(A), la.null_space(A)
    assert la.rank(A) == r
    assert (Q.shape, N.shape) == ((m, r), (n, n - r))
    np.testing.assert_allclose(Q.T @ Q, np.eye(r), atol=1e-12)
    np.testing.assert_allclose(N.T @ N, np.eye(n - r), atol=1e-12)
    np.testing.assert_allclose(A @ N, 0, atol=1e-12)
    np.testing.assert_allclose(Q @ (Q.T @ A), A, atol=1e-12)


@pytest.mark.parametrize(("m", "n", "r"), CASES)
def test_the_four_conditions_of_penrose(m, n, r):
    A = matrix(m, n, r)
    P = la.pseudo_inverse(A)
    assert P.shape == (n, m)
    for left, right in ((A @ P @ A, A), (P @ A @ P, P), ((A @ P).T, A @ P), ((P @ A).T, P @ A)):
        np.testing.assert_allclose(left, right, atol=1e-9)


@pytest.mark.parametrize("factor", [1e-300, 1e-9, 1.0, 1e9, 1e150])
def test_the_unit_of_the_entries_does_not_change_the_rank(factor):
    assert la.rank(factor * np.eye(3)) == 3
    assert la.rank(factor * matrix(6, 4, 2)) == 2
    assert la.condition_number(factor * np.diag([4.0, 2.0])) == pytest.approx(2)


def test_a_tolerance_of_one_s_own_hides_small_singular_values():
    A = np.diag([1.0, 1e-3, 1e-7])
    assert [la.rank(A, rtol=rtol) for rtol in (0, 1e-6, 1e-2)] == [3, 2, 1]
    np.testing.assert_allclose(la.pseudo_inverse(A, rtol=1e-6), np.diag([1, 1e3, 0]))
    assert la.null_space(A, rtol=1e-2).shape == (3, 2)
    assert la.range_space(A, rtol=1e-6).shape == (3, 2)
    np.testing.assert_allclose(la.least_squares(A, np.ones(3), rtol=1e-6), [1, 1e3, 0])
    for method in ("qr", "normal"):
        with pytest.raises(ValueError, match="has rank 1 within rounding, but needs 3"):
            la.least_squares(A, np.ones(3), method=method, rtol=1e-2)


def test_the_tolerance_is_the_rounding_error_of_the_longer_side_or_what_is_asked_for():
    for dtype in (np.float32, np.float64):
        s = np.array([8, 2, 1], dtype)
        assert la.tolerance(s, (3, 5)) == la.tolerance(s, (5, 3)) == 40 * np.finfo(dtype).eps
        assert la.tolerance(s, (3, 5), 0.25) == 2


@pytest.mark.parametrize("rtol", [-0.1, 1.0, NAN])
def test_a_senseless_tolerance_is_refused(rtol):
    with pytest.raises(ValueError, match=r"\[0, 1\); got"):
        la.rank(np.eye(2), rtol=rtol)


def test_condition_numbers_by_hand():
    assert la.condition_number(np.diag([8.0, -2.0])) == 4
    assert la.condition_number([[3.0, 0], [0, 4], [0, 0]]) == pytest.approx(4 / 3)
    assert la.condition_number(np.diag([1.0, 0.0])) == INF
    assert la.condition_number(np.zeros((2, 3))) == INF
    assert la.condition_number(np.diag([1e300, 1e-300])) == INF


@pytest.mark.parametrize("shape", SHAPES)
def test_of_zero_everything_is_null_space(shape):
    A = np.zeros(shape)
    assert la.rank(A) == 0
    assert la.null_space(A).shape == (shape[1], shape[1])
    np.testing.assert_array_equal(la.pseudo_inverse(A), np.zeros(shape[::-1]))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("k", [None, 3])
def test_the_residual_is_orthogonal_to_the_columns(method, k):
    A = matrix(9, 4)
    b = np.random.default_rng(5).normal(size=9 if k is None else (9, k))
    x = la.least_squares(A, b, method=method)
    assert x.shape == (4, *b.shape[1:])
    np.testing.assert_allclose(A.T @ (A @ x - b), 0, atol=1e-11)
    np.testing.assert_allclose(x, np.linalg.lstsq(A, b, rcond=None)[0], rtol=1e-9)


def test_of_many_solutions_svd_gives_the_shortest():
    for A in (matrix(6, 4, 2), matrix(4, 6)):
        b = np.random.default_rng(1).normal(size=len(A))
        x, N = la.least_squares(A, b), la.null_space(A)
        np.testing.assert_allclose(x, la.pseudo_inverse(A) @ b, atol=1e-10)
        np.testing.assert_allclose(N.T @ x, 0, atol=1e-10)
        other = x + N @ np.ones(N.shape[1])
        assert np.linalg.norm(A @ other - b) == pytest.approx(np.linalg.norm(A @ x - b), abs=1e-10)
        assert np.linalg.norm(other) > np.linalg.norm(x)


@pytest.mark.parametrize(("method", "name"), [("qr", "A"), ("normal", r"A\^T A")])
@pytest.mark.parametrize("A", [matrix(6, 4, 3), matrix(3, 5)], ids=["dependent", "wide"])
def test_dependent_columns_are_refused_by_rank(method, name, A):
    n = A.shape[1]
    with pytest.raises(ValueError, match=rf"{name} has rank 3 .* needs {n}; method 'svd'"):
        la.least_squares(A, np.ones(len(A)), method=method)


def test_normal_equations_refuse_what_qr_still_solves():
    A = with_singular_values(np.array([1, 1e-3, 1e-9]), 8, 3)
    x = np.array([1.0, -2.0, 3.0])
    with pytest.raises(ValueError, match=r"A\^T A has rank 2"):
        la.least_squares(A, A @ x, method="normal")
    for method in ("qr", "svd"):
        np.testing.assert_allclose(la.least_squares(A, A @ x, method=method), x, rtol=1e-5)


def test_normal_equations_that_overflow_say_whose_entry_it_is():
    with pytest.raises(ValueError, match=r"A\^T A is not finite: inf at index \(0, 0\)"):
        la.least_squares(1e200 * np.eye(3, 2), np.ones(3), method="normal")
    np.testing.assert_allclose(la.least_squares(1e200 * np.eye(3, 2), np.ones(3)), 1e-200)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("b", [np.ones(5), np.ones((5, 2)), np.float64(1), np.ones((6, 2, 2))])
def test_right_sides_that_do_not_fit_are_refused_by_shape(method, b):
    with pytest.raises(ValueError, match=re.escape(f"b needs 6 rows, as A (6, 4) has; "
                                                   f"got shape {b.shape}")):
        la.least_squares(matrix(6, 4), b, method=method)


def test_an_unknown_method_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="one of svd, qr, normal; got 'lu'"):
        la.least_squares(np.eye(2), np.ones(2), method="lu")


@pytest.mark.parametrize("shape", [(9, 4), (4, 4), (3, 4)])
def test_no_other_unit_vector_makes_ax_smaller(shape):
    A = matrix(*shape, seed=3)
    x = la.homogeneous_least_squares(A)
    others = np.random.default_rng(2).normal(size=(4, 500))
    others /= np.linalg.norm(others, axis=0)
    assert np.linalg.norm(x) == pytest.approx(1, abs=1e-12)
    assert np.linalg.norm(A @ x) <= np.linalg.norm(A @ others, axis=0).min()
    assert x[np.argmax(np.abs(x))] > 0
    if shape[0] < 4:
        np.testing.assert_allclose(A @ x, 0, atol=1e-12)


def test_rows_in_another_order_or_turned_in_sign_give_the_same_vector():
    A = matrix(7, 4)
    x = la.homogeneous_least_squares(A)
    np.testing.assert_allclose(la.homogeneous_least_squares(-A[::-1]), x, atol=1e-12)
    np.testing.assert_allclose(la.homogeneous_least_squares(1e6 * A), x, atol=1e-12)


@pytest.mark.parametrize(("A", "ties"), [
    (np.eye(3), 3), (np.zeros((4, 2)), 2), (matrix(6, 4, 2), 2), (matrix(2, 5), 3),
])
def test_a_best_vector_that_is_not_unique_is_refused(A, ties):
    with pytest.raises(ValueError, match=f"not unique: {ties} of the {np.shape(A)[1]} "):
        la.homogeneous_least_squares(A)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_error_of_a_cut_is_what_was_cut_off(shape):
    A = matrix(*shape)
    s = np.linalg.svd(A, compute_uv=False)
    for k in range(min(shape) + 1):
        left = A - la.low_rank(A, k)
        assert la.rank(la.low_rank(A, k)) == k
        assert np.linalg.norm(left) == pytest.approx(np.sqrt(np.sum(s[k:] ** 2)), abs=1e-12)
        assert np.linalg.norm(left, 2) == pytest.approx(s[k] if k < len(s) else 0, abs=1e-12)


@pytest.mark.parametrize("k", [-1, 5])
def test_a_rank_that_does_not_exist_is_refused(k):
    with pytest.raises(ValueError, match=rf"need k in 0..4 for A \(6, 4\); got {k}"):
        la.low_rank(matrix(6, 4), k)


def test_the_rayleigh_quotient_stays_between_the_extreme_eigenvalues():
    rng = np.random.default_rng(8)
    B = rng.normal(size=(5, 5)) + 1j * rng.normal(size=(5, 5))
    M = B + B.conj().T
    values, vectors = np.linalg.eigh(M)
    for _ in range(200):
        x = rng.normal(size=5) + 1j * rng.normal(size=5)
        assert values[0] <= la.rayleigh_quotient(M, x) <= values[-1]
    for value, vector in zip(values, vectors.T):
        assert la.rayleigh_quotient(M, 3j * vector) == pytest.approx(value)


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e200, 3])
def test_the_length_of_the_vector_does_not_matter(size):
    assert la.rayleigh_quotient(np.diag([2, 4]), [size, size]) == 3
    assert la.rayleigh_quotient(np.diag([2, 4]), [0, size]) == 4


def test_rounding_does_not_make_a_large_matrix_unsymmetric():
    assert la.rayleigh_quotient([[2e12, 1e12], [1e12 + 1e-3, 4e12]], [1, 1]) == pytest.approx(4e12)


@pytest.mark.parametrize(("M", "x", "message"), [
    (np.eye(3), np.zeros(3), "got the zero vector"),
    ([[0, 1], [0, 0]], np.ones(2), "need a Hermitian M; it differs from M* by 1.0"),
    ([[0, 1j], [1j, 0]], np.ones(2), "need a Hermitian M"),
    ([[0, 1e-12], [0, 0]], np.ones(2), "need a Hermitian M"),
    ([[2, 1], [1.5, 2]], np.ones(2), "differs from M* by 0.5"),
    (np.eye(3), np.ones(2), "need M (n, n), x (n,); got (3, 3), (2,)"),
    (np.eye(2), np.ones((2, 1)), "got (2, 2), (2, 1)"),
    (3.0, 2.0, "got (), ()"),
    (np.eye(2), [1, NAN], "x is not finite: nan at index (1,)"),
    ([[1, 0], [0, INF]], np.ones(2), "M is not finite: inf at index (1, 1)"),
])
def test_quotients_that_do_not_exist_are_refused(M, x, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        la.rayleigh_quotient(M, x)


FUNCTIONS = [la.rank, la.condition_number, la.pseudo_inverse, la.range_space, la.null_space,
             la.homogeneous_least_squares, lambda A: la.low_rank(A, 0),
             lambda A: la.least_squares(A, np.ones(len(A)))]


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize(("A", "message"), [
    (np.ones(3), "needs to be a matrix (m, n); got shape (3,)"),
    (np.ones((2, 2, 2)), "got shape (2, 2, 2)"),
    (np.ones((3, 0)), "got shape (3, 0)"),
    ([[1.0, NAN], [2.0, 3.0]], "A is not finite: nan at index (0, 1)"),
    ([[1.0, 2.0], [-INF, 3.0]], "A is not finite: -inf at index (1, 0)"),
    (np.full((2, 3), 1e308), "A needs entries up to 3e+307; got 1e+308"),
    (np.full((2, 3), -1e308), "A needs entries up to 3e+307; got 1e+308"),
    ([["a", "b"]], "need real numbers in A; got <U1"),
    ([[1j, 1.0]], "need real numbers in A; got complex128"),
])
def test_what_is_no_finite_matrix_is_refused_by_name(f, A, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        f(A)


def test_a_right_side_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match=re.escape("b is not finite: nan at index (1, 0)")):
        la.least_squares(np.eye(2), [1, NAN])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.int16])
def test_everything_is_computed_and_given_in_float64_whatever_came_in(dtype):
    A, b = (3 * matrix(6, 4)).astype(dtype), np.ones(6, dtype)
    results = {f: [f(A), f(A.astype(np.float64))] for f in (
        la.pseudo_inverse, la.range_space, la.null_space, lambda A: la.low_rank(A, 2),
        la.homogeneous_least_squares, la.rank, la.condition_number,
        *(lambda A, method=method: la.least_squares(A, b, method=method) for method in METHODS))}
    for given, wide in results.values():
        assert getattr(given, "dtype", np.float64) == np.float64
        np.testing.assert_array_equal(given, wide)


LINES = {"hundreds": 100 * np.arange(300), "years": np.arange(1900, 2026)}


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.float64])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("x", LINES.values(), ids=LINES)
def test_a_line_through_large_numbers_is_found_in_every_type(x, method, dtype):
    x = x.astype(dtype)
    found = la.least_squares(np.c_[np.ones_like(x), x], 3 + 2 * x, method=method)
    np.testing.assert_allclose(found, [3, 2], rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_badly_scaled_columns_count_in_every_type(dtype):
    A = (np.array([1, 1e9]) * np.array([[2, 1], [1, 3], [1, 1]])).astype(dtype)
    assert (la.rank(A), la.range_space(A).shape, la.null_space(A).shape) == (2, (3, 2), (2, 0))
    assert la.condition_number(A) == pytest.approx(np.linalg.cond(A.astype(float)), rel=1e-6)
    np.testing.assert_allclose(la.pseudo_inverse(A) @ A, np.eye(2), atol=1e-6)
    thin = np.array([[1e-8, 0], [0, 1], [0, 1]], np.float32)
    np.testing.assert_array_equal(la.homogeneous_least_squares(thin), [1, 0])
    assert la.rank(la.low_rank(A, 1)) == 1


def test_a_rank_that_was_rounded_to_float32_is_seen_by_a_tolerance_that_says_so():
    A = matrix(6, 4, 3).astype(np.float32)
    assert (la.rank(A), la.rank(A, rtol=1e-6)) == (4, 3)
    assert la.null_space(A, rtol=1e-6).shape == (4, 1)


def test_products_that_leave_float32_or_float16_are_still_right():
    assert la.rank(np.full((2, 2), 1e38, np.float32)) == 1
    huge = np.diag(np.array([3e38, 1e38], np.float32))
    assert la.rayleigh_quotient(huge, np.ones(2, np.float32)) == pytest.approx(2e38)
    assert la.rayleigh_quotient(np.full((40, 40), 6e4, np.float16), np.ones(40)) \
        == pytest.approx(40 * float(np.float16(6e4)))


def test_the_rounding_of_float32_does_not_make_a_matrix_unsymmetric():
    M = np.array([[2, 1], [np.nextafter(np.float32(1), 2), 3]], np.float32)
    assert la.rayleigh_quotient(M, [1, 0]) == 2
    with pytest.raises(ValueError, match="need a Hermitian M"):
        la.rayleigh_quotient(M.astype(float) + np.triu(np.full((2, 2), 1e-6), 1), [1, 0])


def test_numbers_are_those_of_python():
    A = matrix(6, 4).astype(np.float32)
    assert type(la.rank(A)) is int
    assert type(la.condition_number(A)) is float
    assert type(la.tolerance(np.ones(2, np.float32), (6, 4))) is float
    assert type(la.rayleigh_quotient(np.eye(3, dtype=np.float32), np.ones(3, np.float32))) is float


def test_the_arguments_are_left_as_they_are():
    A, b = matrix(6, 4), np.ones(6)
    before = A.copy(), b.copy()
    for method in METHODS:
        la.least_squares(A, b, method=method)
    la.low_rank(A, 2)
    np.testing.assert_array_equal(A, before[0])
    np.testing.assert_array_equal(b, before[1])


def test_a_tall_matrix_needs_no_square_one_of_its_height():
    A = np.random.default_rng(0).normal(size=(40_000, 3))  # U in full would take 13 GB
    assert la.null_space(A).shape == (3, 0)
    assert la.homogeneous_least_squares(A).shape == (3,)
    assert la.pseudo_inverse(A).shape == (3, 40_000)
    assert la.low_rank(A, 2).shape == la.range_space(A).shape == (40_000, 3)
    assert la.least_squares(A, A[:, 0]).shape == (3,)


@pytest.mark.parametrize("A", [[[1, -1], [1.5, 0.5]], [[-2, 1], [0, -3]], [[0, 1], [1, 0]],
                               [[1, 2], [0.5, 1]], [[0, 0], [0, 0]]])
def test_singular_vectors_are_turned_right_and_up(A):
    U, s, V = la.oriented_svd(A)
    np.testing.assert_allclose(A @ V, U * s, atol=1e-12)
    np.testing.assert_allclose(U.T @ U, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(V.T @ V, np.eye(2), atol=1e-12)
    assert s[0] >= s[1] >= 0
    assert (np.diag(V) >= 0).all()


@pytest.mark.parametrize(("A", "message"), [
    (np.ones((2, 3)), r"need a matrix \(2, 2\); got shape \(2, 3\)"),
    ([[1, NAN], [0, 1]], "finite"),
])
def test_what_is_no_matrix_of_the_plane_is_refused(A, message):
    with pytest.raises(ValueError, match=message):
        la.oriented_svd(A)
