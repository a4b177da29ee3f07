"""Draggable points: what goes to the browser, what comes from it."""

import io

import numpy as np
import pytest
from PIL import Image

from mlp_lib.demos.parts.drag_points import DragDemo, DragPoints
from mlp_lib.demos.parts.live_figure import new_figure


def make_axes(width=400, height=300, **settings):
    ax = new_figure(width, height).subplots()
    ax.set(**{"xlim": (-2, 2), "ylim": (0, 10), **settings})
    return ax


def make_demo(points=((0.5, 2.0), (1.0, 7.0)), **settings):
    pad = DragPoints(make_axes(), points, **settings)
    seen = []
    demo = DragDemo(pad, [], lambda: seen.append(pad.points) or f"{pad.points}", name="Points")
    return demo, pad, seen


def from_browser(pad, points, moved):
    """What a message of the browser does."""
    pad.set_state({"points": points, "moved": moved, "moves": pad.moves + 1})


def test_points_from_the_browser_reach_the_demo_as_an_array():
    demo, pad, seen = make_demo()
    from_browser(pad, [[0.25, 3.0], [1.0, 7.0]], moved=0)
    np.testing.assert_array_equal(seen[-1], [[0.25, 3.0], [1.0, 7.0]])
    assert seen[-1].dtype == float
    assert pad.moved == 0
    assert "0.25" in demo.caption.text


def test_what_the_browser_sent_is_not_sent_back_to_it():
    _, pad, _ = make_demo()
    before = pad.placed
    from_browser(pad, [[0.25, 3.0], [1.0, 7.0]], moved=0)
    assert pad.placed == before


def test_what_the_kernel_sets_goes_to_the_browser_with_the_move_it_answers():
    _, pad, _ = make_demo()
    from_browser(pad, [[0.25, 3.0], [1.0, 7.0]], moved=0)
    pad.points = [[1, 1], [2, 2]]
    assert pad.placed == {"points": [[1.0, 1.0], [2.0, 2.0]], "after": 1}


def test_the_kernel_can_answer_a_move_with_other_points():
    _, pad, _ = make_demo()
    pad.observe(lambda change: pad.moved == 0 and pad.placed["after"] < pad.moves
                and setattr(pad, "points", np.round(pad.points)), "points")
    from_browser(pad, [[0.3, 3.2], [1.0, 7.0]], moved=0)
    assert pad.placed == {"points": [[0.0, 3.0], [1.0, 7.0]], "after": 1}
    np.testing.assert_array_equal(pad.points, [[0, 3], [1, 7]])


def test_points_survive_the_way_to_json_and_back():
    _, pad, _ = make_demo()
    state = pad.get_state("points")["points"]
    assert state == [[0.5, 2.0], [1.0, 7.0]]
    read = DragPoints.class_traits()["points"].metadata["from_json"](state, pad)
    np.testing.assert_array_equal(read, pad.points)


@pytest.mark.parametrize("limits", [
    {"xlim": (-2, 2), "ylim": (0, 10)},
    {"xlim": (0, 640), "ylim": (480, 0)},           # as pictures have it: down is more
    {"xlim": (-3, 1), "ylim": (-1, 1), "aspect": "equal"},
])
def test_a_mark_drawn_by_matplotlib_lies_where_the_browser_puts_the_handle(limits):
    ax = make_axes(**limits)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    point = np.array([x0 + 0.3 * (x1 - x0), y0 + 0.8 * (y1 - y0)])
    mark, = ax.plot(*point, "s", color="#ff0000", markersize=6, markeredgewidth=0)
    pad = DragPoints(ax, [point])
    DragDemo(pad, [mark], lambda: "a mark", name="Mark")
    pixels = np.asarray(Image.open(io.BytesIO(pad.value)).convert("RGB")).astype(int)
    rows, columns = np.nonzero((pixels[..., 0] > 200) & (pixels[..., 1] < 50))
    # The arithmetic of drag_points.js, toShare:
    left, right, bottom, top = pad.axes["box"]
    a, b, c, d = pad.axes["limits"]
    across = left + (point[0] - a) / (b - a) * (right - left)
    down = 1 - (bottom + (point[1] - c) / (d - c) * (top - bottom))
    width, height = pad.size
    assert columns.mean() + 0.5 == pytest.approx(across * width, abs=0.75)
    assert rows.mean() + 0.5 == pytest.approx(down * height, abs=0.75)


def test_the_handles_follow_when_the_limits_change():
    demo, pad, _ = make_demo()
    pad.ax.set_xlim(0, 100)
    demo.draw()
    assert pad.axes["limits"] == [0, 100, 0, 10]


def test_the_still_picture_marks_the_handles_and_the_live_one_does_not():
    demo, pad, _ = make_demo()

    def orange(png):
        pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
        return np.count_nonzero(np.abs(pixels - (0xD5, 0x5E, 0x00)).max(axis=-1) < 10)

    assert orange(demo.still().data) > 100
    demo.draw()
    assert orange(pad.value) == 0


@pytest.mark.parametrize("points", [[1, 2], [[1, 2, 3]], [[1, np.nan]], [["a", "b"]]])
def test_what_is_no_point_is_refused(points):
    _, pad, _ = make_demo()
    with pytest.raises(ValueError, match=r"points|could not convert"):
        pad.points = points


@pytest.mark.parametrize("settings", [
    {"names": ["one"]}, {"lines": [(0, 2)]}, {"carries": {5: [0]}}, {"carries": {0: [2]}},
])
def test_names_lines_and_carries_that_do_not_fit_are_refused(settings):
    with pytest.raises(ValueError, match="2 points"):
        make_demo(**settings)


def test_a_logarithmic_axis_is_refused():
    with pytest.raises(ValueError, match="linear scales; got log, linear"):
        DragPoints(make_axes(xscale="log", xlim=(1, 10)), [[2, 3]])


def test_the_points_cannot_be_changed_behind_the_back_of_the_browser():
    _, pad, _ = make_demo()
    with pytest.raises(ValueError, match="read-only"):
        pad.points[0] = 0


def test_handles_stay_at_their_places_on_a_finer_screen():
    demo, pad, _ = make_demo()
    box, size = pad.axes["box"], pad.size
    demo.caption.dots = 2.0
    np.testing.assert_allclose(pad.axes["box"], box, atol=1e-3)
    assert pad.size == size
