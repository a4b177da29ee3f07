"""The axis of steps that grows, and the points that stay few."""

import pytest

from mlp_lib.demos.parts.live_figure import new_figure
from mlp_lib.demos.parts.training_curves import grow, hold, thin


@pytest.mark.parametrize(("done", "reach"), [(0, 30), (30, 30), (31, 60), (60, 60), (500, 960)])
def test_the_axis_doubles_until_the_steps_fit(done, reach):
    ax = new_figure(200, 100).subplots()
    grow(ax, done, 30)
    assert ax.get_xlim() == (0, reach)


def test_an_axis_with_room_is_left_as_it_is_and_not_drawn_anew():
    ax = new_figure(200, 100).subplots()
    grow(ax, 31, 30)
    ax.figure.canvas.draw()
    grow(ax, 60, 30)
    assert not ax.figure.stale
    grow(ax, 61, 30)
    assert ax.figure.stale


@pytest.mark.parametrize(("values", "limits"), [
    ([], (0.01, 5)), ([0.02, 4], (0.01, 5)), ([0.01, 5], (0.01, 5)), ([2, 37.0], (0.01, 100)),
    ([0.0042, 1], (0.001, 5)), ([0.5, float("nan"), float("inf"), 0], (0.01, 5)),
])
def test_a_logarithmic_axis_reaches_to_all_values_by_decades(values, limits):
    ax = new_figure(200, 100).subplots()
    ax.set_yscale("log")
    hold(ax, values, 0.01, 5)
    assert ax.get_ylim() == pytest.approx(limits)
    ax.figure.canvas.draw()
    hold(ax, values, 0.01, 5)
    assert not ax.figure.stale


def test_points_are_halved_beyond_a_thousand_and_the_ends_stay():
    points = [*range(1000)]
    thin(points)
    assert points == [*range(1000)]
    points.append(1000)
    thin(points)
    assert points == [*range(0, 1001, 2)]
