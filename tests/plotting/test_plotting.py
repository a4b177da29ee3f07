"""What every figure owes: the axes it is given, labels, errors by shape, nothing left open."""

import inspect
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.axes import Axes
from PIL import Image

from mlp_lib import plotting

RNG = np.random.default_rng(0)
POINTS, LABELS = RNG.normal(size=(12, 2)), np.arange(12) % 3
PHOTOGRAPH, OTHER = RNG.random((8, 10, 3)), RNG.random((6, 7, 3))

# Every function that draws, with arguments for a small figure.
FIGURES = {
    "show_image": ((np.ones(784),), {"signed": True}),
    "show_images": ((RNG.random((7, 5, 6)),), {"columns": 4, "titles": range(7)}),
    "show_curves": (({"a": [3, 2, 1], "b": [2, 2, 2]},), {"log": True}),
    "show_confusion": (([[5, 1], [2, 7]],), {}),
    "show_tensor": ((RNG.normal(size=(2, 3, 4)),), {}),
    "show_blocks": ((RNG.normal(size=(2, 3, 4, 5)),), {}),
    "show_gaussian": (([1.0, 2.0], [[2.0, 0.5], [0.5, 1.0]]), {"color": "k"}),
    "show_secants": ((np.sin, 1.0, [1, 0.5], 0.54), {"x": np.linspace(0, 3)}),
    "show_densities": (([0.0, 1, 2], [0.2, 0.5, 0.3], [0.4, 0.4, 0.2], {"best": [0.3, 0.5, 0.6]}),
                       {}),
    "show_plane_map": ((lambda points: points + 1,), {}),
    "show_landscape": ((lambda points: (points**2).sum(-1),), {"levels": 5}),
    "show_tangent_grid": ((np.sin, [0.5, 1.0], np.eye(2)), {}),
    "show_bowl": ((lambda points: (points**2).sum(-1), [0.5, 1.0], [1.0, 2.0], np.eye(2)), {}),
    "show_paths": (([POINTS, POINTS[:3]],), {}),
    "show_regions": ((lambda points: (points[:, 0] > 0).astype(int), POINTS, LABELS),
                     {"steps": 9}),
    "show_layers": (((3, 4, 2), ("in", "hidden", "out")), {}),
    "show_flow": (({"X": ((0, 0), "(3, 2)", "G W^T"), "Y": ((1, 1), "(3, 4)", "G")},
                   [("X", "Y", "W")]), {}),
    "show_normalised_column": (([2.4, 0.9, -1.8], [0.2, 1.6, -0.7]), {}),
    "show_graph": ((["x", "s", "L"], ["Wx", "f"], ["W^T", "f'"]), {}),
    "show_unit_lines": ((RNG.normal(size=(2, 3)), np.ones(3)), {}),
    "show_labels": (([["a", "b", "a"], ["b", "", "a"]],), {}),
    "show_matrices": (({"A": np.eye(2, 3), "B": np.eye(3)},), {}),
    "show_arrows": (({"v": [1.0, 0.5], "w": [0.0, 0.0]},), {}),
    "show_circle_map": (([[2.0, 1.0], [0.0, 1.0]],), {}),
    "show_points": ((POINTS, LABELS), {}),
    "show_lines": (({str(k): ([1.0, k], 1.0) for k in range(9)},), {}),
    "show_photograph": ((PHOTOGRAPH,), {}),
    "show_matches": ((PHOTOGRAPH, OTHER, POINTS, POINTS), {"right": LABELS == 0}),
}
LABELLED = ("show_bowl", "show_tangent_grid", "show_curves", "show_confusion", "show_gaussian",
            "show_secants", "show_plane_map", "show_landscape", "show_regions", "show_labels",
            "show_circle_map", "show_points", "show_densities")
PARAMETERS = {name: inspect.signature(getattr(plotting, name)).parameters for name in FIGURES}
ON_AXES = [name for name in FIGURES if "ax" in PARAMETERS[name]]
OWN_AXES = [name for name in FIGURES
            if "ax" not in PARAMETERS[name] or PARAMETERS[name]["ax"].default is None]


@pytest.fixture(autouse=True)
def _no_figure_stays():
    plt.close("all")
    yield
    plt.close("all")


def draw(name, **more):
    args, kwargs = FIGURES[name]
    return getattr(plotting, name)(*args, **kwargs, **more)


def test_every_figure_is_listed_here():
    functions = {name for name in dir(plotting)
                 if name.startswith("show_") and callable(getattr(plotting, name))}
    assert functions == set(FIGURES)


@pytest.mark.parametrize("name", ON_AXES)
def test_it_draws_on_the_axes_that_it_is_given_and_returns_them(name):
    _, (ax, other) = plt.subplots(1, 2)
    before = len(ax.get_children())
    assert draw(name, ax=ax) is ax
    assert len(ax.get_children()) > before
    assert not other.has_data()
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("name", OWN_AXES)
def test_it_makes_one_figure_where_it_is_given_none(name):
    _, bystander = plt.subplots()
    made = np.ravel(draw(name))
    assert all(isinstance(ax, Axes) and ax.figure is made[0].figure for ax in made)
    assert made[0].figure is not bystander.figure
    assert not bystander.has_data()
    assert len(plt.get_fignums()) == 2


@pytest.mark.parametrize(("name", "shape"), [
    ("show_images", (2, 4)), ("show_tensor", (2,)), ("show_matrices", (2,)),
    ("show_circle_map", (2,)),
])
def test_a_figure_of_several_axes_returns_them_all(name, shape):
    axes = draw(name)
    assert np.shape(axes) == shape
    assert len(axes.flat[0].figure.axes) == axes.size


def test_the_two_axes_of_a_circle_map_may_be_given():
    _, axes = plt.subplots(1, 2)
    assert draw("show_circle_map", axes=axes) is axes
    assert all(ax.lines for ax in axes)
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("name", LABELLED)
def test_axes_with_a_scale_say_what_they_show(name):
    for ax in np.ravel(draw(name)):
        assert ax.get_xlabel()
        assert ax.get_ylabel()


def test_the_indices_of_a_tensor_stand_on_its_axes():
    axes = draw("show_tensor", indices="abc")
    assert [ax.get_title() for ax in axes] == ["$a = 0$", "$a = 1$"]
    assert [ax.get_ylabel() for ax in axes] == ["$b$", ""]
    assert {ax.get_xlabel() for ax in axes} == {"$c$"}


def test_nothing_is_painted_where_a_slope_is_0():
    T = np.zeros((1, 2, 2, 3))
    T[0, 0, 1, 2] = 0.5
    ax = plotting.show_blocks(T)
    painted = ~np.ma.getmaskarray(ax.images[0].get_array())
    np.testing.assert_array_equal(np.argwhere(painted), [[1, 2]])
    assert [text.get_text() for text in ax.texts] == ["0.5"]
    plt.close(ax.figure)


def test_the_lit_entry_is_framed_in_every_block():
    T = RNG.normal(size=(2, 3, 4, 5))
    ax = plotting.show_blocks(T, lit=(3, 1))
    frames = [patch for patch in ax.patches if patch.get_linewidth() == 3]
    framed = sorted((ax.images[0].get_array()[round(y + 0.5), round(x + 0.5)]
                     for x, y in (frame.get_xy() for frame in frames)))
    np.testing.assert_allclose(framed, np.sort(T[:, :, 3, 1].ravel()))
    plt.close(ax.figure)


@pytest.mark.parametrize(("name", "args", "words"), [
    ("show_image", [np.ones(783)], r"784 or \(h, w\) numbers; got shape \(783,\)"),
    ("show_images", [np.ones(784)], r"\(M, 784\) or \(M, h, w\); got shape \(784,\)"),
    ("show_images", [np.ones((0, 784))], r"got shape \(0, 784\)"),
    ("show_layers", [(3, 0, 2)], r"one unit or more in each layer; got \(3, 0, 2\)"),
    ("show_layers", [()], r"got \(\)"),
    ("show_regions", [len, POINTS, LABELS / 2], r"labels of int; got float64"),
    ("show_tangent_grid", [np.sin, [1.0], np.eye(2)], r"got \(1,\), \(2, 2\)"),
    ("show_bowl", [np.sin, [1.0, 2.0], [1.0, 2.0], np.eye(3)], r"got \(2,\), \(2,\), \(3, 3\)"),
    ("show_confusion", [np.ones((2, 3))], r"\(K, K\); got shape \(2, 3\)"),
    ("show_tensor", [np.ones((2, 3))], r"3 indices; got shape \(2, 3\)"),
    ("show_blocks", [np.ones((2, 3, 4))], r"4 indices; got shape \(2, 3, 4\)"),
    ("show_gaussian", [[1, 2, 3], np.eye(2)], r"got \(3,\), \(2, 2\)"),
    ("show_graph", ["xsL", "f", "gh"], "need 2 arrows each way between 3 nodes; got 1 and 2"),
    ("unit_lines", [np.eye(3), np.ones(3)], r"W \(2, M\) and b \(M,\); got \(3, 3\), \(3,\)"),
    ("show_matches", [PHOTOGRAPH, OTHER, POINTS, POINTS[:4]], r"got \(12, 2\), \(4, 2\)"),
    ("side_by_side", [PHOTOGRAPH, np.ones((4, 5))], r"\(h, w, 3\); got \(8, 10, 3\), \(4, 5\)"),
    ("tile", [np.ones((3, 784)), 2], r"M a multiple of 2; got shape \(3, 784\)"),
])
def test_a_wrong_shape_is_refused_by_name_before_a_figure_is_made(name, args, words):
    with pytest.raises(ValueError, match=words):
        getattr(plotting, name)(*args)
    assert plt.get_fignums() == []


@pytest.mark.parametrize(("name", "arg", "words"), [
    ("show_paths", [np.ones((4, 3))], r"paths \(T, 2\); got one of shape \(4, 3\)"),
    ("show_arrows", {"v": [1, 2, 3]}, r"tips \(2,\); got shape \(3,\) for 'v'"),
    ("show_lines", {"l": ([0, 0], 1)}, r"other than 0; got \[0, 0\] for 'l'"),
])
def test_a_wrong_shape_is_refused_by_name_on_axes_too(name, arg, words):
    with pytest.raises(ValueError, match=words):
        getattr(plotting, name)(arg, ax=plt.subplots()[1])


# -- the picture in the notebook ----------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.filterwarnings("error")
def test_a_described_figure_carries_its_text_and_is_closed(name):
    made = draw(name, ax=plt.subplots()[1]) if name not in OWN_AXES else draw(name)
    picture = plotting.described(np.ravel(made)[0], "What is seen.", dpi=40)
    assert plt.get_fignums() == []
    data, metadata = DisplayFormatter().format(picture)
    assert metadata["image/png"]["alt"] == "What is seen."
    assert "image/png" in data


@pytest.mark.parametrize("alt", ["", " \n"])
def test_a_figure_without_a_text_is_refused(alt):
    with pytest.raises(ValueError, match="needs a text"):
        plotting.described(plt.figure(), alt)


def test_size_and_colours_of_the_picture_can_be_chosen():
    ax = plotting.axes_or_new(None, (3, 2))
    plotting.show_image(np.linspace(0, 1, 784), ax=ax)
    picture = plotting.described(ax.figure, "A ramp.", dpi=50, colours=8)
    image = Image.open(io.BytesIO(picture.data)).convert("RGB")
    assert image.size == (150, 100)
    assert 2 <= len(image.getcolors()) <= 8


def test_its_ground_is_a_soft_card_and_white_in_a_picture_stays_white():
    figure, (left, right) = plt.subplots(1, 2)
    left.imshow(np.ones((4, 4)), cmap="gray", vmin=0, vmax=1)
    right.plot([0, 1])
    image = Image.open(io.BytesIO(plotting.described(figure, "A picture and a line.").data))
    pixels = np.asarray(image.convert("RGB"))
    height, width = pixels.shape[:2]
    paper = np.array([235, 233, 228])
    for y, x in ((0, 0), (height - 1, width - 1), (height // 3, 2 * width // 3)):
        np.testing.assert_array_equal(pixels[y, x], paper)
    np.testing.assert_array_equal(pixels[height // 2, width // 4], 255)


# -- arrays for figures -------------------------------------------------------------------


def test_tiles_stand_row_by_row_with_gaps_of_nan():
    sheet = plotting.tile(np.repeat(np.arange(6.0)[:, None], 784, axis=1), 3, gap=2)
    assert sheet.shape == (2 * 28 + 2, 3 * 28 + 2 * 2)
    np.testing.assert_array_equal(sheet[::30, ::30], [[0, 1, 2], [3, 4, 5]])
    assert np.isnan(sheet[28:30]).all()
    assert np.isnan(sheet[:, 28:30]).all()
    assert np.isnan(sheet).sum() == sheet.size - 6 * 784


def test_a_point_of_the_second_photograph_is_found_on_the_sheet():
    sheet, shift = plotting.side_by_side(PHOTOGRAPH, OTHER, gap=4)
    assert sheet.shape == (8, 10 + 4 + 7, 3)
    x, y = np.array([5, 3]) + shift
    np.testing.assert_allclose(sheet[y, x], OTHER[3, 5], rtol=1e-6)
    np.testing.assert_allclose(sheet[3, 5], PHOTOGRAPH[3, 5], rtol=1e-6)
    assert (sheet[6:, 14:] == 1).all()


def test_on_the_line_of_a_unit_its_score_is_0():
    W, b = np.array([[1.0, 0.0, -2.0], [2.0, 3.0, 1.0]]), np.array([1.0, -6.0, 0.5])
    ends = plotting.unit_lines(W, b, reach=5)
    assert ends.shape == (3, 2, 2)
    for unit, segment in enumerate(ends):
        np.testing.assert_allclose(segment @ W[:, unit] + b[unit], 0, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1), 10)
