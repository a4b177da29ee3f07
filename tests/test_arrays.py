"""What counts as numbers: types kept or made float, words and objects refused by name."""

import numpy as np
import pytest

from mlp_lib import calculus, datasets, gaussian, geometry, linear_algebra
from mlp_lib.arrays import a_number, as_float, as_numbers, finite, generator, in_precision
from mlp_lib.networks import (
    MLP,
    ConvNet,
    convolution,
    cross_entropy,
    hinge,
    iterate,
    relu,
    sigmoid,
    softmax,
    squared_error,
    train,
)

NOT_REAL = [[["a", "b"], ["c", "d"]], [[1, None], [2, 3]], [[1j, 2], [3, 4]],
            np.array([["2026", "2027"]] * 2, "M8[Y]")]
LABELS, ROWS = np.array([0, 1]), np.eye(2)

TAKERS = {  # what shall take real numbers alone, each with a wrong matrix (2, 2)
    "derivative": lambda A: calculus.derivative(np.sum, A),
    "check_gradient": lambda A: calculus.check_gradient(np.sum, ROWS, A),
    "remainders": lambda A: calculus.remainders(np.sum, A, ROWS, 2.0, [0.1]),
    "claimed differential": lambda A: calculus.remainders(np.transpose, ROWS, ROWS, A, [0.1]),
    "rank": linear_algebra.rank,
    "least_squares": lambda A: linear_algebra.least_squares(ROWS, A),
    "cross_entropy": lambda A: cross_entropy(A, LABELS),
    "gradient of the hinge": lambda A: hinge.gradient(A, LABELS),
    "targets": lambda A: squared_error(ROWS, A),
    "samples": lambda A: gaussian.log_likelihood(A, np.zeros(2), ROWS),
    "covariance": lambda A: gaussian.gradients(ROWS, np.zeros(2), A),
    "points": lambda A: geometry.fit_translation(A, ROWS),
    "fill": lambda A: geometry.warp(ROWS, np.eye(3), fill=A),
    "homography": lambda A: geometry.apply(A, ROWS),
    "image": lambda A: convolution.correlate(A, np.ones((1, 2))),
    "kernel": lambda A: convolution.correlate(np.ones((4, 5)), A),
    "gradient of the output": lambda A: convolution.correlate_gradients(
        np.ones((3, 2)), np.ones((2, 1)), A),
    "MLP": lambda A: MLP((2, 3)).predict(A),
    "MLP in training": lambda A: MLP((2, 3)).gradients(A, LABELS),
    "ConvNet": lambda A: ConvNet((1, 4, 4), (2,)).predict(A),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_floats_stay_and_are_not_copied(dtype):
    A = np.arange(6, dtype=dtype).reshape(2, 3)[:, ::-2]
    assert as_numbers(A, "A") is A
    assert as_float(A, "A") is A


@pytest.mark.parametrize("A", [[[1, 2, 3]], np.array([[True, False]]), np.ones((2, 1), np.uint8)])
def test_whole_numbers_and_bools_become_float64(A):
    made = as_float(A, "A")
    assert made.dtype == np.float64
    np.testing.assert_array_equal(made, A)
    assert as_numbers(A, "A").dtype.kind in "iub"


def test_complex_numbers_are_taken_where_they_are_asked_for():
    assert as_float([1j], "z", "biufc").dtype == np.complex128
    with pytest.raises(ValueError, match="need real numbers in z; got complex128"):
        as_float([1j], "z")


def test_the_first_number_that_is_not_finite_is_named():
    A = np.array([[1.0, 2.0, 3.0], [4.0, -np.inf, np.nan]])
    with pytest.raises(ValueError, match=r"A is not finite: -inf at index \(1, 1\)"):
        finite(A, "A")
    assert finite(A[:1], "A").base is A


@pytest.mark.parametrize("wrong", NOT_REAL, ids=["words", "None", "complex", "dates"])
@pytest.mark.parametrize("take", TAKERS.values(), ids=TAKERS)
def test_everything_that_takes_real_numbers_refuses_other_things_by_name(take, wrong):
    with pytest.raises(ValueError, match=r"real (numbers|targets)"):
        take(wrong)


@pytest.mark.parametrize("take", TAKERS.values(), ids=TAKERS)
def test_rows_of_different_lengths_are_named_without_the_words_of_numpy(take):
    with pytest.raises(ValueError, match=r"need an array of numbers in [\w ().-]+; got a list whose"
                                         " 2 parts have different shapes"):
        take([[1.0, 2.0], [3.0]])


@pytest.mark.parametrize(("rng", "error"), [
    ("x", TypeError), (1.5, TypeError), (object(), TypeError), (-1, ValueError),
    ([1, "a"], ValueError),
])
def test_what_is_no_seed_is_refused_by_name(rng, error):
    takers = (generator, lambda rng: datasets.blobs(9, 3, rng),
              lambda rng: datasets.spirals(9, 3, rng), lambda rng: MLP((2, 3), rng=rng),
              lambda rng: ConvNet(rng=rng),
              lambda rng: train(MLP((2, 3)), (ROWS, LABELS), rng=rng, progress=False),
              lambda rng: next(iterate(MLP((2, 3)), (ROWS, LABELS), rng=rng)))
    for take in takers:
        with pytest.raises(error, match=r"^rng needs a whole number >= 0 or a numpy\.random\.Gen"):
            take(rng)


def test_a_seed_and_a_generator_are_taken():
    kept = np.random.default_rng(3)
    assert generator(kept) is kept
    assert generator(3).random() == generator(np.int64(3)).random()


def test_one_real_number_is_taken_in_any_type_and_nothing_else():
    for value in (2, 2.0, np.float32(2), np.array(2), True + 1):
        found = a_number(value, "two", lambda number: number == 2)
        assert (found, type(found)) == (2.0, float)
    for value, words in ((None, "None"), ("2", "'2'"), ([2], r"\[2\]"), (1j, "1j"), (3, "3")):
        with pytest.raises(ValueError, match=f"need two; got {words}"):
            a_number(value, "two", lambda number: number == 2)


def test_a_finite_number_that_is_too_large_for_a_type_is_not_called_infinite():
    with pytest.raises(ValueError, match=r"X holds 1e\+39 at index \(0, 1\), too large for "
                                         r"float32, which ends at 3.4e\+38"):
        in_precision(np.array([[1.0, 1e39]]), "X", np.float32)
    with pytest.raises(ValueError, match=r"targets for squared_error holds 1e\+39 at"):
        squared_error.check((1, 1), [[1e39]], np.float32)
    with pytest.raises(ValueError, match=r"X holds 1e\+39 at index \(0, 1\), too large"):
        MLP((2, 3)).predict([[0, 1e39]])
    with pytest.raises(ValueError, match="too large for float16"):
        in_precision(np.array([70_000]), "X", np.float16)
    kept = in_precision(np.array([np.inf, np.nan, 1e38]), "X", np.float32)
    np.testing.assert_array_equal(kept, np.float32([np.inf, np.nan, 1e38]))
    assert in_precision(kept, "X", np.float32) is kept


@pytest.mark.parametrize("f", [sigmoid, relu, softmax, sigmoid.derivative])
@pytest.mark.parametrize("wrong", [None, ["a"], [1, None]])
def test_an_activation_of_no_number_is_refused(f, wrong):
    with pytest.raises(ValueError, match=r"need numbers in the scores; got (object|<U1)"):
        f(wrong)


def test_words_are_no_labels():
    with pytest.raises(ValueError, match="need real numbers in labels; got <U3"):
        MLP((2, 3)).accuracy(ROWS, ["cat", "dog"])
