"""Right is right in any style; of what is wrong, the first difference is said."""

import re

import numpy as np
import pytest

from mlp_lib.exercises.compare import as_array, difference, in_single, named
from mlp_lib.exercises.runner import Other

WANT = np.array([[1.0, -2.0, 3.0], [1e-3, 5.0, 0.0]])


@pytest.mark.parametrize(("got", "want"), [
    (WANT.tolist(), WANT), (np.asfortranarray(WANT), WANT), (WANT.astype(np.float32), WANT),
    (WANT + 4e-6, WANT), (WANT + 0j, WANT), ([3, 4], (3, 4)), (np.array([3, 4]), (3, 4)),
    (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])), (np.zeros((0, 3)), np.zeros((0, 3))),
    (7.0, 7), (np.array(7), 7), (True, np.True_), (1, True), (-0.0, 0.0), ("b", "b"), (None, None),
    ({"a": [1.0]}, {"a": np.array([1.0])}), (1e308, 1e308), (np.uint8([3, 4]), np.array([3, 4])),
    ([WANT, [1, 2]], (WANT, np.array([1, 2]))), (np.stack([WANT, -WANT]), (WANT, -WANT)),
    (([1.0], [2, 3]), [[1.0], [2.0, 3.0]]), (WANT, ([1.0, -2.0, 3.0], WANT[1])),
    (WANT, [tuple(row) for row in WANT]), ([2.5], 2.5), (np.array([[2.5]]), 2.5), ((7,), 7),
    (((4, 3), [12]), ((4, 3), 12)), ([1 / 3], np.float64(1 / 3)),
])
def test_agreement(got, want):
    assert difference(got, want, 1e-6) is None


@pytest.mark.parametrize(("got", "want", "words"), [
    (WANT * [1, 1, 1.1], WANT, "result[0, 2]: 3 was wanted, 3.3 came (1 of 6 entries differ; "
                               "dtype float64)"),
    (WANT.T, WANT, "an array of shape (2, 3) was wanted, an array of shape (3, 2) came"),
    (np.array([2.0, 2.0]), 2.0, "a single number was wanted, an array of shape (2,) came"),
    (np.array([]), 2.0, "a single number was wanted, an array of shape (0,) came"),
    ([3.0], 2.0, "result: 2 was wanted, 3 came"),
    (2.0, np.array([2.0]), "an array of shape (1,) was wanted, a single number came"),
    (np.full((2, 3), np.nan), WANT, "result[0, 0]: 1 was wanted, nan came"),
    ([[1.0], [2.0, 3.0]], WANT, "a list of 2 came"), ([10**400, 1.0], WANT, "a list of 2 came"),
    (10**400, 1.0, "an int came"), (np.array(["1"]), WANT, "an array of dtype <U1 came"),
    (Other("array of objects"), WANT, "an array of objects came"),
    (Other("generator"), WANT, "a generator came"), (None, WANT, "nothing (None) came"),
    ({"a": 1}, WANT, "a dict of 1 came"), (WANT, "b", "'b' was wanted, an array of shape (2, 3)"),
    ("c" * 500, "b", "'b' was wanted, 'ccc"),
    ((3,), (3, 4), "a tuple of 2 was wanted, a tuple of 1 came"),
    (3, (3, 4), "a tuple of 2 was wanted, a single number came"),
    (np.array(3), (3, 4), "a tuple of 2 was wanted, a single number came"),
    (WANT, (WANT, -WANT), "result: a tuple of 2 was wanted, an array of shape (2, 3) came"),
    (WANT, (WANT, WANT[0]), "result: a tuple of 2 was wanted, an array of shape (2, 3) came"),
    (WANT, ("b", None), "result: a tuple of 2 was wanted, an array of shape (2, 3) came"),
    (WANT, ([[1.0], [1.0, 2.0]], 3), "a tuple of 2 was wanted, an array of shape (2, 3) came"),
    (np.stack([WANT, WANT]), (WANT, -WANT), "result[1][0, 0]: -1 was wanted, 1 came"),
    (np.empty((10**12, 0)), (3, 4), "wanted, an array of shape (1000000000000, 0)"),
    (np.empty((10**12, 0)), (WANT[0], WANT[1]), "wanted, an array of shape (1000000000000, 0)"),
    (np.zeros(2, [("name" * 999, float)]), WANT, "an array of dtype [('namename"),
    ({"b": 1}, {"a": 1}, "keys ['a'] were wanted, ['b'] came"),
    (-1e308, 1e308, "1e+308 was wanted"), (1 + 1e-3j, 1.0, "1 was wanted"),
    (4.0001, 4, "4 was wanted, 4.0001 came"), (True, 2.0, "2 was wanted, True came"),
    (4 + 1e-9, 4, "4 was wanted, 4.0000000"), (np.float32(1 / 3), 1.0, "0.333333 came"),
])
def test_difference_in_words(got, want, words):
    assert words in difference(got, want, 1e-6)
    assert len(difference(got, want, 1e-6)) < 200


def test_the_tolerance_goes_by_the_largest_entry_and_float32_may_lose_more():
    want = np.array([1e6, 1.0])
    assert difference(np.add(want, [0, 0.5]), want, 1e-6) is None
    assert difference(np.add(want, [0, 1.5]), want, 1e-6)
    assert difference(np.float32(np.add(want, [0, 150])), want, 1e-6) is None
    assert difference(np.float32(np.add(want, [0, 250])), want, 1e-6)


def test_a_list_of_numbers_from_float32_is_as_good_as_their_array():
    want = np.random.default_rng(2).normal(size=(3, 4))
    single = want.astype(np.float32) * np.float32(1 + 3e-5)
    for got in (single, single.tolist(), single.astype(float)):
        assert difference(got, want, 1e-6) is None
    assert difference((1.001 * single).tolist(), want, 1e-6)
    assert difference((want * (1 + 3e-5)).tolist(), want, 1e-6)


@pytest.mark.parametrize("got", [[1234.75, 2.0], [200_001.0, 3.0], [0.5, 0.25], [], [0.0, -0.0]])
def test_short_numbers_are_not_taken_for_float32(got):
    assert not in_single(np.array(got))


def test_nineteen_bits_are_not_short():
    assert in_single(np.array([400_001.0, 0.5]))


@pytest.mark.parametrize("got", [[np.inf, 1e300], [np.nan, 1 / 3], [-np.inf, 0.5]])
def test_numbers_that_are_not_finite_warn_nobody(got):
    assert not in_single(np.array(got))


def test_numbers_that_look_the_same_are_shown_in_full():
    want = np.array([0.0385727, 2.0])
    words = difference(want * (1 + 3e-5), want, 1e-6)
    assert "as precise as float32" in words
    came = re.search(r"(\S+) was wanted, (\S+) came", difference(want + 3e-9, want, 1e-9))
    assert float(came[2]) - float(came[1]) == pytest.approx(3e-9)
    assert "float32" not in difference(np.array([0.04, 2.0]), want, 1e-6)
    assert "float32" not in difference(4.2501, 4.25, 1e-6)


def test_the_noise_of_two_sums_that_cancel_agrees_and_small_numbers_do_not():
    noise = np.array([3e-17, 0.0, -6e-17])
    assert difference(-noise, noise, 1e-6) is None
    assert difference(np.array([1e-12, 2e-12]), np.array([1e-12, 2.1e-12]), 1e-6)
    assert difference(0.0, 1e-12, 1e-6)
    assert difference(9e-15, 0.0, 0.0) is None
    assert difference(1.1e-14, 0.0, 0.0)


def test_where_nothing_but_zero_is_wanted_the_tolerance_is_absolute():
    assert difference(np.full(3, 0.9e-6), np.zeros(3), 1e-6) is None
    assert difference(np.full(3, 1.1e-6), np.zeros(3), 1e-6)


def test_parts_have_names_and_a_secret_answer_is_not_told():
    words = difference((WANT, 3.0), (WANT, 4.25), 1e-6, ("dW", "db"))
    assert words.startswith("db: 4.25 was wanted")
    for got in (3.0, np.ones(2), "x", (1, 2)):
        assert "4.25" not in difference(got, 4.25, 1e-6, "x", reveal=False)
    assert "'right'" not in difference("x", "right", 1e-6, "x", reveal=False)


def test_what_is_no_array_of_numbers():
    for value in ("1", b"1", {}, None, Other("set"), [[1], [1, 2]], [None], [10**400], ["1"],
                  np.array("2026", "datetime64[Y]")):
        assert as_array(value) is None, value
    assert named([[1], [1, 2]]) == "a list of 2"
