"""The picture of decision regions: right side up, every class its colour, errors by name."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from mlp_lib import plotting

X = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]])
LABELS = np.array([0, 1, 2, 0])


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def quadrant(points):
    """0 on the left, 1 right below, 2 right above; the borders are x1 = 2 and x2 = 1."""
    return np.where(points[:, 0] < 2, 0, np.where(points[:, 1] < 1, 1, 2))


def test_every_point_lies_on_the_colour_of_its_class():
    ax = plotting.show_regions(quadrant, X, LABELS, steps=60)
    picture = ax.images[0]
    left, right, bottom, top = picture.get_extent()
    pixels = np.asarray(picture.get_array())
    assert picture.origin == "lower"
    for (x1, x2), label in zip(X, LABELS):
        row = int((x2 - bottom) / (top - bottom) * 60)
        column = int((x1 - left) / (right - left) * 60)
        expected = 1 - 0.35 * (1 - np.array(to_rgb(plotting.CYCLE[label])))
        np.testing.assert_allclose(pixels[row, column], expected)


def test_all_points_are_drawn_once_and_named():
    ax = plotting.show_regions(quadrant, X, LABELS, steps=10)
    drawn = np.concatenate([dots.get_offsets() for dots in ax.collections])
    assert sorted(map(tuple, drawn)) == sorted(map(tuple, X))
    assert [dots.get_label() for dots in ax.collections] == ["0", "1", "2"]


def test_axes_that_are_given_are_used():
    _, ax = plt.subplots()
    assert plotting.show_regions(quadrant, X, LABELS, ax, steps=10) is ax


@pytest.mark.parametrize(
    ("points", "labels", "words"),
    [
        (np.zeros((4, 3)), LABELS, r"got \(4, 3\), \(4,\)"),
        (X, LABELS[:3], r"got \(4, 2\), \(3,\)"),
        (X, [0, 1, 2, 7], r"0\.\.6; got 0\.\.7"),
        (X, [0, -1, 2, 1], r"0\.\.6; got -1\.\.2"),
    ],
)
def test_what_does_not_fit_is_named(points, labels, words):
    with pytest.raises(ValueError, match=words):
        plotting.show_regions(quadrant, points, labels)
