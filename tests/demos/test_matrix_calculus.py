"""Demos of chapter 02: their numbers agree with the core's."""

import re

import numpy as np
import pytest

from mlp_lib import calculus, gaussian
from mlp_lib.demos import first_order, fit_gaussian, tensor_entries
from mlp_lib.demos.first_order import laws
from mlp_lib.demos.tensor_entries import MAPS
from tests.demos.steps import set_all


def place(pad, points):
    pad.set_state({"points": np.asarray(points).tolist(), "moved": 0, "moves": pad.moves + 1})


def lit(table, patch):
    """Row and column of the lit entries of a table."""
    corners = [path.get_extents() for path in patch.get_paths()]
    x, y = table.corner
    return sorted((round(box.y0 - y), round(box.x0 - x)) for box in corners)


@pytest.mark.parametrize("name", MAPS)
def test_the_lit_entries_of_x_are_those_that_change_the_entry_of_z(name):
    demo = tensor_entries(name, n=2, m=3, p=4)
    rows, columns = demo.Z.shape
    for i in range(rows):
        for j in range(columns):
            set_all(demo, i=i + 1, j=j + 1)
            assert demo.T.shape[:2] == demo.Z.shape
            expected = sorted(map(tuple, np.argwhere(np.abs(demo.T[i, j]) > 1e-9).tolist()))
            assert lit(demo.tables["X"], demo.lit["X"]) == expected
            assert lit(demo.tables["Z"], demo.lit["Z"]) == [(i, j)]


@pytest.mark.parametrize(("name", "part"), [
    ("Z = X Y", lambda Y, i, j: Y[:, j]), ("Z = Y X", lambda Y, i, j: Y[i]),
    ("Z = X Yᵀ", lambda Y, i, j: Y[j]), ("Z = X ⊙ Y", lambda Y, i, j: Y[i, j]),
])
def test_the_lit_part_of_y_is_what_the_block_holds(name, part):
    demo = tensor_entries(name, n=2, m=3, p=4)
    Y = demo.pool[1, : demo.tables["Y"].shape[0], : demo.tables["Y"].shape[1]]
    for i, j in np.ndindex(demo.Z.shape):
        set_all(demo, i=i + 1, j=j + 1)
        block = demo.T[i, j]
        np.testing.assert_allclose(block[np.abs(block) > 1e-9], np.ravel(part(Y, i, j)), rtol=1e-6)
        entries = lit(demo.tables["Y"], demo.lit["Y"])
        np.testing.assert_array_equal([Y[entry] for entry in entries], np.ravel(part(Y, i, j)))


@pytest.mark.parametrize("name", MAPS)
def test_what_the_caption_says_of_a_block_is_so(name):
    demo = tensor_entries(name, n=3, m=2, p=4)
    i, j = 2, 2
    set_all(demo, i=i, j=j)
    block = demo.T[i - 1, j - 1]
    nonzero = np.argwhere(np.abs(block) > 1e-9) + 1
    assert f"{len(nonzero)} of its {block.size} numbers are not 0" in demo.caption.text
    words = demo.caption.text
    if f"row {i} of its block" in words:
        assert set(nonzero[:, 0]) == {i}
    elif f"column {j} of its block" in words:
        assert set(nonzero[:, 1]) == {j}
    else:
        where = (j, i) if name == "Z = Xᵀ" else (i, j)
        assert [tuple(entry) for entry in nonzero.tolist()] == [where]


def test_other_sizes_and_maps_change_the_tensor_and_how_far_the_indices_go():
    demo = tensor_entries()
    set_all(demo, i=2, j=4)
    set_all(demo, name="Z = Xᵀ")
    assert (demo.controls["i"].max, demo.controls["j"].max) == (3, 2)
    assert demo.T.shape == (3, 2, 2, 3)
    set_all(demo, n=1, m=1)
    assert demo.T.shape == (1, 1, 1, 1)
    assert "Entry (1, 1) of Z" in demo.caption.text


@pytest.mark.parametrize("name", laws())
def test_a_law_holds_unless_it_is_the_misprinted_one(name):
    law = laws()[name]
    measured = calculus.derivative(law.path, 0.0)
    holds = np.allclose(measured, law.linear, rtol=1e-6, atol=1e-8)
    assert holds == (name != "determinant, as printed")
    demo = first_order(name)
    linear = name in ("sum", "transpose", "trace")
    words = "is linear" if linear else "the law holds" if holds else "not the differential"
    assert words in demo.caption.text
    assert linear or demo.order == pytest.approx(2 if holds else 1, abs=0.05)


def test_dots_and_bars_are_the_change_and_the_linear_part():
    demo = first_order("inverse")
    law = laws()["inverse"]
    set_all(demo, log_t=-2)
    change = np.ravel((law.path(0.01) - law.path(0.0)) / 0.01)
    np.testing.assert_allclose(demo.dots.get_ydata(), change, rtol=1e-9)
    np.testing.assert_allclose([bar.get_height() for bar in demo.bars], np.ravel(law.linear))
    left = np.linalg.norm(change - np.ravel(law.linear)) * 0.01
    assert demo.now.get_ydata()[0] == pytest.approx(left, rel=1e-6)


def test_the_bars_of_the_law_before_are_gone():
    demo = first_order("product")
    assert len(demo.bars) == 8
    set_all(demo, name="trace")
    assert len(demo.bars) == 1
    assert len(demo.entries.patches) == 1


def test_the_legend_names_what_is_drawn_and_nothing_else():
    demo = first_order("product")
    for name in demo.laws:
        set_all(demo, name=name)
        names = [text.get_text() for text in demo.entries.get_legend().get_texts()]
        assert names == ["actual change", "linear part"], name


def test_the_handles_are_mean_and_covariance():
    demo = fit_gaussian()
    place(demo.pad, [[0.5, 0.2], [1.5, 0.7], [0.2, 1.2]])
    mu, Sigma = demo.parameters
    u, v = np.array([1.0, 0.5]), np.array([-0.3, 1.0])
    np.testing.assert_allclose(mu, [0.5, 0.2])
    np.testing.assert_allclose(Sigma, np.outer(u, u) + np.outer(v, v))
    value = gaussian.log_likelihood(demo.points, mu, Sigma)
    assert f"log likelihood {value:.1f}".replace("-", "−") in demo.caption.text


def test_both_handles_lie_on_the_ellipse_of_one_standard_deviation():
    demo = fit_gaussian()
    place(demo.pad, [[0.5, 0.2], [1.5, 0.7], [0.2, 1.2]])
    mu, Sigma = demo.parameters
    for radius, ellipse in enumerate(demo.ellipses, start=1):
        away = np.column_stack(ellipse.get_data()) - mu
        np.testing.assert_allclose(np.sum(away @ np.linalg.inv(Sigma) * away, axis=1), radius**2)
    away = demo.pad.points[1:] - mu
    np.testing.assert_allclose(np.sum(away @ np.linalg.inv(Sigma) * away, axis=1), 1)


def test_maximum_likelihood_puts_the_handles_on_the_fit():
    demo = fit_gaussian()
    demo.place(*demo.best)
    for found, wanted in zip(demo.parameters, gaussian.fit(demo.points)):
        np.testing.assert_allclose(found, wanted, atol=1e-12)
    assert demo.past[-1] * len(demo.points) == pytest.approx(demo.top)


def test_gradient_steps_climb_to_the_maximum():
    demo = fit_gaussian()
    values = []
    for _ in range(40):
        demo.climb()
        values.append(demo.past[-1])
    assert np.all(np.diff(values) >= 0)
    assert demo.top / len(demo.points) - values[-1] < 1e-4


def test_a_flat_ellipse_is_said_to_have_no_density():
    demo = fit_gaussian()
    place(demo.pad, [[0, 0], [1, 1], [2, 2]])
    assert "flat ellipse" in demo.caption.text
    demo.climb()
    demo.reset()
    assert "log likelihood" in demo.caption.text


@pytest.mark.parametrize("scale", [0.1, 1, 30])
def test_all_points_and_handles_are_in_view(scale):
    points = scale * np.random.default_rng(3).normal((5, -2), (2, 3), (40, 2))
    demo = fit_gaussian(points)
    (x0, x1), (y0, y1) = demo.pad.ax.get_xlim(), demo.pad.ax.get_ylim()
    for x, y in [*points, *demo.pad.points]:
        assert x0 < x < x1
        assert y0 < y < y1


@pytest.mark.parametrize("shape", [(9,), (9, 3), (4, 2, 2)])
def test_points_that_are_not_in_the_plane_are_refused(shape):
    with pytest.raises(ValueError, match=re.escape(f"need points (N, 2); got shape {shape}")):
        fit_gaussian(np.random.default_rng(0).normal(size=shape))
