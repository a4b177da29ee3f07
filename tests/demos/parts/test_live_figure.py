"""The pattern of the demos, without a browser."""

import asyncio
import io

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from mlp_lib.demos.parts.controls import slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import LiveFigure, new_figure


def pixels(live):
    return np.asarray(Image.open(io.BytesIO(bytes(live.image.value))))


def row_of_line(picture):
    """Mean row of what is neither black, grey nor white."""
    return np.argwhere(np.ptp(picture.astype(int), axis=2) > 60)[:, 0].mean()


def counted(update):
    """``update``, and the list of the values that it was called with."""
    calls = []

    def call(at):
        calls.append(at)
        return update(at)

    return call, calls


@pytest.fixture
def line_demo():
    figure = new_figure(200, 100)
    ax = figure.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (line,) = ax.plot([], [], linewidth=5)

    def update(at):
        if at > 0.9:
            raise ValueError(f"need at most 0.9; got {at}")
        line.set_data([0, 1], [at, at])
        return f"The line is at {at:.2f}."

    update, calls = counted(update)
    demo = Demo(figure, [line], update, {"at": slider("height", 0, 1)}, name="Line")
    demo.calls, demo.line = calls, line
    return demo


def test_kept_background_gives_the_pixels_of_a_full_drawing(line_demo):
    line_demo.controls["at"].value = 0.3
    quick = pixels(line_demo.live)
    line_demo.live._background = None
    line_demo.draw()
    np.testing.assert_array_equal(quick, pixels(line_demo.live))


def test_nothing_of_the_former_state_is_left(line_demo):
    first = pixels(line_demo.live)
    line_demo.controls["at"].value = 0.5
    assert not np.array_equal(pixels(line_demo.live), first)
    line_demo.controls["at"].value = 0.0
    np.testing.assert_array_equal(pixels(line_demo.live), first)


def test_new_limits_are_drawn_and_a_new_state_alone_keeps_the_background(line_demo):
    background = line_demo.live._background
    line_demo.controls["at"].value = 0.5
    assert line_demo.live._background is background
    line_demo.line.axes.set_xlim(0, 100)
    line_demo.draw()
    assert line_demo.live._background is not background


def test_many_events_are_answered_with_one_picture_of_the_newest_state(line_demo):
    async def drag():
        line_demo.calls.clear()
        for at in np.linspace(0, 0.8, 50):
            line_demo.controls["at"].value = at
        assert line_demo.calls == []
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(drag())
    assert line_demo.calls == [0.8]
    assert line_demo.caption.text == "The line is at 0.80."


def test_an_error_is_said_in_the_caption_and_goes_away(line_demo):
    with pytest.raises(ValueError, match="got 1"):
        line_demo.controls["at"].value = 1.0
    assert line_demo.caption.failed
    assert "need at most 0.9; got 1.0" in line_demo.caption.text
    line_demo.controls["at"].value = 0.2
    assert not line_demo.caption.failed


def test_the_still_picture_holds_the_moving_artists_and_says_what_they_show(line_demo):
    line_demo.controls["at"].value = 0.5
    still = line_demo.still()
    picture = np.asarray(Image.open(io.BytesIO(still.data)).convert("RGB")).astype(int)
    assert still.alt == "Demo: Line. The line is at 0.50."
    picture[(picture == picture[0, 0]).all(axis=2)] = 255  # its ground is soft
    assert np.mean(abs(picture - pixels(line_demo.live)) > 30) < 0.01  # it goes over the axes


@pytest.fixture
def shell():
    """A shell to show things in, gone after the test: others do as if there were none."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.mark.usefixtures("shell")
def test_the_cell_shows_the_demo_and_then_the_still_picture(line_demo):
    with capture_output() as shown:
        line_demo._ipython_display_()
    live, still = shown.outputs
    assert live.data["application/vnd.jupyter.widget-view+json"]["model_id"] == line_demo.model_id
    assert live.data["text/plain"] == "Line: run this cell to use the demo."
    assert list(still.data) == ["image/png", "text/plain"]


def test_png_is_lossless_and_of_the_size_asked():
    live = LiveFigure(new_figure(320, 200), [])
    live.draw()
    np.testing.assert_array_equal(
        pixels(live), np.asarray(live.figure.canvas.buffer_rgba())[:, :, :3])
    assert pixels(live).shape == (200, 320, 3)


def test_a_finer_screen_gets_a_finer_picture_of_the_same_size_on_the_page(line_demo):
    line_demo.controls["at"].value = 0.3
    coarse, width = pixels(line_demo.live), line_demo.live.image.width
    line_demo.caption.dots = 2.0
    fine = pixels(line_demo.live)
    assert (fine.shape, line_demo.live.image.width) == ((200, 400, 3), width)
    assert row_of_line(fine) == pytest.approx(2 * row_of_line(coarse), abs=2)
    line_demo.controls["at"].value = 0.6
    assert pixels(line_demo.live).shape == fine.shape
    assert Image.open(io.BytesIO(line_demo.still().data)).size == (200, 100)


def test_back_on_a_coarse_screen_the_picture_is_as_before(line_demo):
    coarse = pixels(line_demo.live)
    line_demo.caption.dots = 1.5
    line_demo.caption.dots = 1.0
    np.testing.assert_array_equal(pixels(line_demo.live), coarse)


@pytest.mark.parametrize(("dots", "width"), [(0.5, 200), (1.25, 250), (3.5, 400)])
def test_the_picture_has_between_one_and_two_dots_for_a_pixel(line_demo, dots, width):
    line_demo.caption.dots = dots
    assert pixels(line_demo.live).shape[1] == width


def test_a_screen_that_is_not_finer_costs_no_drawing(line_demo):
    line_demo.caption.dots = 2.0
    background = line_demo.live._background
    line_demo.caption.dots = 3.0
    assert line_demo.live._background is background
