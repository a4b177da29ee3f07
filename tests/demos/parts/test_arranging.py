"""A figure in rooms of other sizes: axes beside or below each other, never larger than made."""

import pytest

from mlp_lib.demos.parts.arranging import Arrangement
from mlp_lib.demos.parts.live_figure import LiveFigure, new_figure


def row_of(count, width=800, height=300):
    figure = new_figure(width, height)
    figure.subplots(1, count)
    return figure


@pytest.mark.parametrize("count", [1, 2, 4])
def test_with_room_enough_it_is_as_it_was_made(count):
    assert Arrangement(row_of(count)).fitted(1200, 900) == (800, 300, count)
    assert Arrangement(row_of(count)).fitted(800, 300) == (800, 300, count)


@pytest.mark.parametrize(("count", "room", "columns"), [
    (2, (560, 300), 2), (2, (360, 400), 1), (2, (274, 500), 1), (4, (560, 460), 2),
    (4, (360, 420), 2), (4, (300, 700), 1), (1, (200, 600), 1)])
def test_in_a_narrow_room_axes_stand_below_each_other(count, room, columns):
    width, height, found = Arrangement(row_of(count)).fitted(*room)
    assert found == columns
    assert width <= room[0]
    assert height <= room[1]


def test_axes_are_moved_and_come_back():
    figure = row_of(2)
    live = LiveFigure(figure, [])
    live.draw()
    first = [ax.get_position().bounds for ax in figure.axes]
    live.suit(room=(300, 400))
    live.draw()
    upper, lower = (ax.get_position() for ax in figure.axes)
    assert upper.y0 > lower.y1
    assert live.size == (300, 400)
    live.suit()
    live.draw()
    assert [ax.get_position().bounds for ax in figure.axes] == [
        pytest.approx(bounds, abs=0.01) for bounds in first]


def test_axes_of_several_lines_stay_where_they_are():
    figure = new_figure(600, 400)
    figure.subplots(2, 1)
    assert Arrangement(figure).fitted(300, 900) == (300, 400, 1)
