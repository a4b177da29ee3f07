"""Matrices side by side in one figure."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mlp_lib import plotting


def test_each_matrix_has_its_title_its_numbers_and_the_common_range():
    axes = plotting.show_matrices({"A": [[1.0, 0.0, -4.0]], "B": np.array([[2.0], [0.5]])})
    assert [ax.get_title() for ax in axes] == ["$A$", "$B$"]
    assert [text.get_text() for text in axes[0].texts] == ["1.00", "-4.00"]  # 0 is left blank
    assert [text.get_text() for text in axes[1].texts] == ["2.00", "0.50"]
    assert {ax.images[0].get_clim() for ax in axes} == {(-4.0, 4.0)}
    plt.close(axes[0].figure)


def test_a_mask_is_drawn_as_its_ones_and_zeros():
    ax, = plotting.show_matrices({"M": np.array([[True, False], [False, True], [True, True]])})
    assert [text.get_text() for text in ax.texts] == ["1.00"] * 4
    plt.close(ax.figure)


def test_only_matrices_are_taken_and_zeros_can_be_drawn():
    with pytest.raises(ValueError, match=r"need matrices \(n, m\); got shapes \[\(3,\)\]"):
        plotting.show_matrices({"a": np.ones(3)})
    axes = plotting.show_matrices({"0": np.zeros((2, 3))})
    assert not axes[0].texts
    assert np.ma.getmaskarray(axes[0].images[0].get_array()).all()  # blank: as the page
    plt.close(axes[0].figure)
