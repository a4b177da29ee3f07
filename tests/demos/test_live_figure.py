"""The pattern of the demos, without a browser."""

import asyncio
import io

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from mlp_lib.demos.controls import slider
from mlp_lib.demos.live_figure import Demo, LiveFigure, new_figure


def pixels(live):
    return np.asarray(Image.open(io.BytesIO(bytes(live.image.value))))


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
    assert np.mean(abs(picture - pixels(line_demo.live)) > 2) < 0.01  # it goes over the axes


def test_the_cell_shows_the_demo_and_then_the_still_picture(line_demo):
    InteractiveShell.instance()
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
