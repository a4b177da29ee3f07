"""The axis of steps that grows, and the points that stay few."""

import pytest

from mlp_lib.demos.parts.live_figure import new_figure
from mlp_lib.demos.parts.training_curves import grow, thin


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


def test_points_are_halved_beyond_a_thousand_and_the_ends_stay():
    points = [*range(1000)]
    thin(points)
    assert points == [*range(1000)]
    points.append(1000)
    thin(points)
    assert points == [*range(0, 1001, 2)]
