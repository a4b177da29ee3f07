"""Tables of words, in which the same word always has the same colour."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mlp_lib import plotting


def test_equal_words_have_equal_colours_and_empty_ones_are_as_the_page():
    ax = plotting.show_labels([["a", "", "b"], ["b", "a", ""]], xlabel="x", ylabel="y")
    colours = np.asarray(ax.images[0].get_array())
    assert colours.shape == (2, 3, 4)
    np.testing.assert_array_equal(colours[0, 0], colours[1, 1])
    np.testing.assert_array_equal(colours[0, 2], colours[1, 0])
    assert not np.array_equal(colours[0, 0], colours[0, 2])
    assert colours[0, 1, 3] == 0 < colours[0, 0, 3]
    assert [text.get_text() for text in ax.texts] == ["a", "", "b", "b", "a", ""]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    plt.close(ax.figure)


def test_it_draws_on_the_axes_it_is_given_and_takes_only_tables():
    _, ax = plt.subplots()
    assert plotting.show_labels(np.eye(2, 3).astype(int), ax=ax) is ax
    plt.close(ax.figure)
    with pytest.raises(ValueError, match=r"need a table of words \(n, m\); got shape \(2,\)"):
        plotting.show_labels(["a", "b"])
