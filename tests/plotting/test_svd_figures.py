"""Figures of chapter 08: what is drawn is what was computed; what cannot be drawn is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from mlp_lib import plotting


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_the_ellipse_is_the_image_of_the_circle_and_the_arrows_are_its_half_axes():
    A = np.array([[1.0, -1.0], [1.5, 0.5]])
    circle, ellipse = plotting.show_circle_map(A)
    x, Ax = (np.array(ax.lines[0].get_data()) for ax in (circle, ellipse))
    np.testing.assert_allclose(A @ x, Ax)
    v, su = ([np.array(text.xy) for text in ax.texts if hasattr(text, "xy")]
             for ax in (circle, ellipse))
    np.testing.assert_allclose(A @ np.transpose(v), np.transpose(su))
    assert v[0] @ v[1] == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(su[0]) >= np.linalg.norm(su[1])


@pytest.mark.parametrize(("normal", "offset"), [([3.0, -4.0], 2.0), ([0.0, 2.0], 1.0),
                                                ([1.0, 0.0], -3.0)])
def test_a_line_holds_the_points_of_its_equation(normal, offset):
    ax = plotting.show_lines({"line": (normal, offset)}, ax=plotting.axes_or_new(None))
    first, second = ax.lines[0].get_xy1(), ax.lines[0].get_xy2()
    assert tuple(first) != tuple(second)
    for point in (first, second):
        assert np.dot(normal, point) == pytest.approx(offset)


def test_each_class_has_its_colour_marker_and_name():
    X = np.arange(12.0).reshape(6, 2)
    ax = plotting.show_points(X, [7, 0, 7, 1, 1, 7], names=["nought", "one", "seven"])
    sizes = [len(cloud.get_offsets()) for cloud in ax.collections]
    assert sizes == [1, 2, 3]
    assert [text.get_text() for text in ax.get_legend().texts] == ["nought", "one", "seven"]


@pytest.mark.parametrize("picture", [np.zeros((3, 4)), np.zeros((3, 4, 3), np.uint8)])
def test_a_photograph_may_be_grey_or_in_colour(picture):
    assert plotting.show_photograph(picture).images[0].get_array().shape == picture.shape


@pytest.mark.parametrize(("draw", "message"), [
    (lambda: plotting.show_circle_map(np.eye(3)), r"need a matrix \(2, 2\); got shape \(3, 3\)"),
    (lambda: plotting.show_points(np.zeros((3, 3)), [0, 1, 2]), r"got \(3, 3\), \(3,\), 3"),
    (lambda: plotting.show_points(np.zeros((9, 2)), range(9)), "at most 7 classes"),
    (lambda: plotting.show_points(np.zeros((3, 2)), [4, 5, 4], names=["four"]),
     "a name for each of 2 classes; got 1"),
    (lambda: plotting.show_images(np.zeros((3, 4, 5)), titles="ab"),
     "a title for each of 3 pictures; got 2"),
    (lambda: plotting.show_photograph(np.zeros((3, 4, 2))), r"got shape \(3, 4, 2\)"),
])
def test_what_cannot_be_drawn_is_refused_by_shape(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
