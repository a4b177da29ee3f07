"""Mistakes that any exercise can meet are named: a sign, a factor, a transpose, another shape."""

import numpy as np
import pytest

from mlp_lib.exercises.likeness import in_words

RNG = np.random.default_rng(4)
WANTED = [RNG.normal(size=shape) for shape in ((2, 3), (4, 5), (6, 2))]


def said(change, wanted=WANTED):
    return in_words([change(w) for w in wanted], wanted)


@pytest.mark.parametrize(("change", "words"), [
    (lambda w: -w, "wrong sign"), (lambda w: w.T, "transposed"),
    (lambda w: w.T.tolist(), "transposed"),
    (np.ravel, "another shape"), (lambda w: w[None], "another shape"),
    (lambda w: 2 * w, "Everything is 2 times"), (lambda w: np.float32(w / 3), "0.3333 times"),
    (lambda w: w / len(w), "changes with the input: 0.5, 0.25, 0.1667"),
])
def test_a_likeness_in_words(change, words):
    assert words in said(change)
    assert words in in_words([(change(w), w) for w in WANTED], [(w, w) for w in WANTED])
    assert "Part [1]" in in_words([(w, change(w)) for w in WANTED], [(w, w) for w in WANTED])


@pytest.mark.parametrize("change", [
    lambda w: 2 * w, lambda w: np.float32(w / 3), lambda w: w / len(w),
])
def test_a_factor_that_would_give_the_answer_away_is_not_told(change):
    for wanted, values in ((WANTED, list(map(change, WANTED))),
                           ([(w, w) for w in WANTED], [(w, change(w)) for w in WANTED])):
        words = in_words(values, wanted, reveal=False)
        assert "off by one and the same factor" in words
        assert not any(letter.isdigit() for letter in words.replace("Part [1]", ""))


@pytest.mark.parametrize("change", [
    lambda w: w + 0.1, np.zeros_like, lambda w: np.full_like(w, np.nan), lambda w: w * np.inf,
    lambda w: 1e300 * w**2, lambda w: w * 1j, lambda w: None, lambda w: "text",
    lambda w: [[1], [1, 2]], lambda w: {}, lambda w: (w, w), lambda w: w > 0,
    lambda w: np.zeros((0, 2)),
])
def test_no_likeness_is_none_and_never_a_warning(change):
    with np.errstate(all="raise"):
        assert said(change) is None


def test_small_entries_are_not_taken_for_equal():
    tiny = [1e-12 * w for w in WANTED]
    assert said(lambda w: w[::-1].T, tiny) is None
    assert "transposed" in said(lambda w: w.T, tiny)
    wide = [-np.array([[1e4, 1e-5, 3.0], [2.0, 1.0, 5.0]])]
    assert "transposed" in said(lambda w: w.T + 1e-3, wide)
    assert "transposed" in said(np.transpose, [np.zeros((0, 3))])


@pytest.mark.parametrize("wanted", [
    [np.zeros((2, 3))], [np.full(3, np.nan)], [None], ["b"], [{"a": 1}], [[[1], [1, 2]]],
    [np.arange(3)], [np.zeros((0, 3))], [np.full(3, 1e200)],
])
def test_wanted_values_without_a_size_have_no_factor(wanted):
    with np.errstate(all="raise"):
        assert in_words([np.ones(3)] * len(wanted), wanted) is None
        assert in_words([np.ones((2, 3))] * len(wanted), wanted) is None


def test_counts_have_no_factor():
    counts = [np.array([[1, 2, 3], [4, 5, 6]])]
    assert said(lambda w: 2 * w, counts) is None
    assert "transposed" in said(np.transpose, counts)


def test_the_ratio_of_two_single_numbers_means_something_only_if_it_comes_again():
    assert said(lambda w: 3 * w, [np.array(1.7)]) is None
    assert "3 times" in said(lambda w: 3 * w, [np.array(1.7), np.array(-0.4)])
    assert said(lambda w: w + 1, [np.array(1.7), np.array(-0.4)]) is None
    assert "wrong sign" in said(lambda w: -w, [np.array(1.7)])


@pytest.mark.parametrize(("change", "words"), [
    (lambda w: -w, "wrong sign"), (lambda w: 2 * w, "Everything is 2 times"),
    (lambda w: w.T, "transposed"),
])
def test_a_case_in_which_all_is_zero_does_not_hide_the_likeness(change, words):
    zeros = np.zeros((3, 4))
    assert words in said(change, [zeros, *WANTED])
    assert said(change, [zeros[:, :3], np.zeros(4)]) is None
    assert in_words([zeros + 0.1, *map(change, WANTED)], [zeros, *WANTED]) is None
    assert in_words([zeros + np.nan, *map(change, WANTED)], [zeros, *WANTED]) is None
    assert in_words([np.zeros(5), *map(change, WANTED)], [zeros, *WANTED]) is None
    assert in_words([np.zeros((2, 3)), *map(change, WANTED[1:])], WANTED) is None


def test_a_part_that_is_right_is_not_spoken_of_and_the_others_by_name():
    wanted = [(np.arange(1.0, 7).reshape(2, 3), np.array([2.0, 3]))] * 2
    values = [(-first, second * (1 + 1e-9)) for first, second in wanted]
    assert in_words(values, wanted, ("dW", "db")) == "dW: Every entry has the wrong sign."
    assert in_words(values, wanted, "gradients") == "Part [0]: Every entry has the wrong sign."
    symmetric = [(w @ w.T, w[0]) for w in WANTED]
    assert in_words([(S, -b) for S, b in symmetric], symmetric).startswith("Part [1]")


def test_parts_with_the_same_likeness_are_named_together_and_rounding_is_no_factor():
    wanted = [(np.arange(1.0, 7).reshape(2, 3), np.array([2.0, 3]), np.array([4.0, 5]))] * 2
    values = [(2 * first, 2 * second, 6e-17 * third) for first, second, third in wanted]
    assert in_words(values, wanted, ("dW", "db", "dX")) == (
        "dW, db: Everything is 2 times what it should be.")


def test_lists_of_factors_of_several_parts_have_one_length():
    silent = np.zeros((2, 2))
    wanted = [(w, w.T) for w in WANTED[:2]] + [(silent, WANTED[2])]
    values = [(k * first, k * second) for k, (first, second) in zip((1, 4, 9), wanted)]
    sentence = in_words(values, wanted, ("dW", "db"))
    assert "dW: This is the right result times a factor that changes with the input: 1, 4, –." in (
        sentence)
    assert "db: This is the right result times a factor that changes with the input: 1, 4, 9." in (
        sentence)


def test_the_order_within_a_part_is_not_told():
    wanted = [((2, 3), (5, 7))]
    assert in_words([((3, 2), (5, 8))], wanted) is None


PARTS = [(w, 2.0 + w.T, w.T @ w) for w in WANTED]


@pytest.mark.parametrize(("order", "came"), [
    ((1, 0, 2), "db, dW, dX"), ((2, 0, 1), "dX, dW, db"), ((0, 2, 1), "dW, dX, db"),
])
def test_right_parts_in_another_order_are_named_as_they_came(order, came):
    values = [[part[i] for i in order] for part in PARTS]
    sentence = in_words(values, PARTS, ("dW", "db", "dX"))
    assert sentence.startswith("Every part is right")
    assert sentence.endswith(f"Wanted: dW, db, dX; came: {came}.")
    for called in ("", "gradients"):
        assert f"came: part [{order[0]}], part [{order[1]}]" in in_words(values, PARTS, called)


@pytest.mark.parametrize("change", [
    lambda a, b, c: (b, -a, c), lambda a, b, c: (b, a, a), lambda a, b, c: (b, a, None),
    lambda a, b, c: (b, a, np.full_like(c, np.nan)), lambda a, b, c: (b, a, "text"),
    lambda a, b, c: (b, a, {}), lambda a, b, c: (a, b, c),
])
def test_an_order_is_spoken_of_only_if_every_part_is_right(change):
    assert "order" not in (in_words([change(*part) for part in PARTS], PARTS) or "")


def test_an_order_that_changes_or_that_equal_parts_leave_open_is_not_spoken_of():
    turned = [part[::-1] if i else part for i, part in enumerate(PARTS)]
    assert in_words(turned, PARTS) is None
    equal = [(w, w, w.T) for w in WANTED]
    assert "order" not in (in_words([part[::-1] for part in equal], equal) or "")
    assert in_words([()], [()]) is None
    unlike = [(w.T @ w, w, w) for w in WANTED]
    assert in_words([(1 - S, w, S) for S, w, _ in unlike], unlike) is None


def test_parts_that_are_no_arrays_or_whose_number_changes_are_not_spoken_of():
    wanted = [(w, "b", None) for w in WANTED]
    assert in_words([(-w, "b", None) for w in WANTED], wanted).startswith("Part [0]")
    assert in_words([("b", w, w) for w in WANTED], wanted) is None
    assert in_words([(-w, "b") for w in WANTED], wanted) is None
    assert in_words([3.0 for w in WANTED], wanted) is None
    growing = [(2.0,) * n for n in (2, 3)]
    assert in_words(growing, [(1.0,) * n for n in (2, 3)]) is None
