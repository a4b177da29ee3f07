"""Rows of digits as words: the nearest ones, in order, the blank one first."""

import numpy as np
import pytest

from mlp_lib.datasets import RowWords, row_words

RNG = np.random.default_rng(3)
TRUE = np.array([[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 0]], float)
WORDS = RNG.integers(4, size=(50, 4))
RNG_OF_THREE_GROUPS = 0  # the first means lie in one group each
PICTURES = TRUE[WORDS].reshape(50, 16)


def test_the_rows_that_there_are_become_the_words():
    vocabulary = row_words(PICTURES, 4, rng=RNG_OF_THREE_GROUPS)
    assert len(vocabulary) == 4
    np.testing.assert_allclose(vocabulary.rows, TRUE)
    np.testing.assert_array_equal(vocabulary.words(PICTURES), WORDS)


def test_a_row_becomes_the_nearest_word_and_back():
    vocabulary = RowWords(TRUE)
    noisy = PICTURES + RNG.uniform(-0.2, 0.2, PICTURES.shape)
    np.testing.assert_array_equal(vocabulary.words(noisy), WORDS)
    np.testing.assert_array_equal(vocabulary.pictures(WORDS), PICTURES)


def test_more_words_leave_a_smaller_error():
    pictures = RNG.random((300, 25))
    def error(n):
        found = row_words(pictures, n)
        return np.square(found.pictures(found.words(pictures)) - pictures).mean()
    assert error(40) < error(8) < error(2)


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: RowWords(TRUE).words(np.ones((2, 15))), r"\(N, 16\); got shape \(2, 15\)"),
    (lambda: RowWords(TRUE).pictures(np.ones((2, 5))), r"\(N, 4\); got shape \(2, 5\)"),
    (lambda: row_words(PICTURES[:2], 9), "9 rows with ink"),
    (lambda: row_words(PICTURES, 1), "2 words or more"),
])
def test_what_does_not_fit_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
