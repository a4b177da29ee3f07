"""Colours on a dark ground: ground and ink exchanged, hardly seen ones lightened, pictures kept."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from mlp_lib.demos.parts.canvas import (
    CONTRAST,
    GROUND,
    INK,
    contrast,
    darken_white,
    exchange_colours,
    keep_colours,
    on_dark,
)
from mlp_lib.demos.parts.live_figure import LiveFigure, new_figure
from mlp_lib.plotting import CYCLE


def pixels(live):
    return np.asarray(live.figure.canvas.buffer_rgba())[:, :, :3].astype(int)


@pytest.fixture
def axes():
    figure = new_figure(120, 80)
    figure.set_layout_engine("none")
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    return ax


def drawn(ax, moving=(), *, dark=True):
    live = LiveFigure(ax.figure, moving)
    live.suit(dark=dark)
    live.draw()
    return pixels(live)


def has(picture, colour):
    return (abs(picture - 255 * np.array(to_rgb(colour))).max(axis=2) <= 1).any()


def test_contrast_is_that_of_the_standard():
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast(to_rgb("#767676"), (1, 1, 1)) == pytest.approx(4.54, abs=0.01)


def test_white_is_the_ground_black_the_ink_and_grey_between():
    assert on_dark((1.0, 1.0, 1.0)) == pytest.approx((GROUND,) * 3)
    assert on_dark((0.0, 0.0, 0.0, 0.5)) == pytest.approx((INK, INK, INK, 0.5))
    assert GROUND < on_dark((0.6, 0.6, 0.6))[0] < INK


@pytest.mark.parametrize("colour", [*CYCLE, "#00008b", "#400000"])
def test_every_colour_can_be_seen_on_the_dark_ground(colour):
    assert contrast(on_dark(to_rgb(colour))) >= CONTRAST


def test_a_colour_that_is_seen_stays():
    assert on_dark(to_rgb("#D55E00")) == pytest.approx(to_rgb("#D55E00"))
    assert contrast(to_rgb("#00008b")) < CONTRAST  # so the check above can fail


@pytest.mark.parametrize("kind", ["line", "markers", "patch", "text", "collection"])
def test_what_is_black_becomes_light_whatever_draws_it(axes, kind):
    {"line": lambda: axes.plot([0, 1], [0.5, 0.5], color="k", linewidth=9),
     "markers": lambda: axes.plot([0.5], [0.5], "sk", markersize=20),
     "patch": lambda: axes.bar([0.5], [1], 0.5, color="k"),
     "text": lambda: axes.text(0.5, 0.5, "I", size=60, weight="bold"),
     "collection": lambda: axes.scatter([0.2, 0.7], [0.5, 0.5], s=[400, 90], color="k"),
     }[kind]()
    picture = drawn(axes)
    assert has(picture, (INK,) * 3)
    assert not has(picture, "k")
    assert not has(picture, "w")


def test_a_moving_artist_too_and_light_again_all_is_as_before(axes):
    line, = axes.plot([0, 1], [0.5, 0.5], color="k", linewidth=9)
    live = LiveFigure(axes.figure, [line])
    live.draw()
    light = pixels(live)
    live.suit(dark=True)
    live.draw()
    assert has(pixels(live), (INK,) * 3)
    live.suit(dark=False)
    live.draw()
    np.testing.assert_array_equal(pixels(live), light)


def test_a_photograph_and_what_lies_on_it_keep_their_colours(axes):
    axes.imshow(np.ones((4, 6)), cmap="gray", vmin=0, vmax=1, extent=(0, 1, 0, 1), aspect="auto")
    line, = axes.plot([0, 1], [0.5, 0.5], color="k", linewidth=9)
    keep_colours(axes)
    for moving in ([], [line]):
        picture = drawn(axes, moving)
        assert has(picture, "w")
        assert has(picture, "k")


def test_what_is_drawn_anew_after_such_a_picture_has_the_dark_ground_again(axes):
    line, = axes.plot([0, 1], [0.5, 0.5], color="k", linewidth=9)
    keep_colours(axes)
    live = LiveFigure(axes.figure, [line])
    live.suit(dark=True)
    for limit in (2, 3):
        axes.set_xlim(0, limit)
        live.draw()
        assert not has(pixels(live), "w")


def test_around_such_a_picture_ticks_are_light(axes):
    axes.set_axis_on()
    axes.set_position((0.4, 0.4, 0.6, 0.6))
    keep_colours(axes)
    picture = drawn(axes)
    assert has(picture, (INK,) * 3)
    assert not has(picture, "w")


def test_a_frame_on_such_a_picture_can_be_light_all_the_same(axes):
    line, = axes.plot([0, 1], [0.5, 0.5], color="k", linewidth=9)
    keep_colours(axes)
    assert not has(drawn(axes), (INK,) * 3)
    exchange_colours(line)
    assert has(drawn(axes), (INK,) * 3)


def test_pale_regions_lose_their_white(axes):
    image = axes.imshow(np.full((3, 3, 3), (1.0, 0.5, 0.5)), extent=(0, 1, 0, 1), aspect="auto")
    darken_white(image)
    assert has(drawn(axes, [image], dark=False), (1.0, 0.5, 0.5))
    left = 0.5 - 0.5 * (1 - GROUND)
    assert drawn(axes, [image])[40, 60] == pytest.approx(
        255 * np.array([left + 0.5, left, left]), abs=2)


def test_the_still_picture_is_light_whatever_the_page(axes):
    live = LiveFigure(axes.figure, [])
    live.suit(room=(90, 60), dark=True)
    live.draw()
    with live.as_made():
        assert (pixels(live) == 255).all()
        assert pixels(live).shape == (80, 120, 3)
    assert not has(pixels(live), "w")
