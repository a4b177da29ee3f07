"""What every demo owes: a kept background, a still picture, words."""

import pytest
from matplotlib.text import Text

from mlp_lib import demos
from mlp_lib.demos.parts.live_figure import LEAST

NEED_DIGITS = {"draw_a_digit", "finish_the_digit", "walk_the_noise", "watch_a_duel",
               "watch_it_learn"}  # these have tests of their own
ROOMS = [(800, 420), (455, 210), (274, 380)]  # width and height for the picture

DEMOS = [getattr(demos, name) for name in demos.__all__ if name not in NEED_DIGITS]


@pytest.fixture(params=DEMOS, ids=lambda make: make.__name__)
def demo(request):
    return request.param()


def test_a_new_state_keeps_the_background(demo):
    demo.draw()
    assert not demo.live.figure.stale, "something static is drawn anew each time"


def test_on_a_finer_screen_the_background_is_kept_too(demo):
    width = demo.live.figure.bbox.width
    demo.caption.dots = 2.0
    assert demo.live.figure.bbox.width == pytest.approx(demo.FINEST * width)
    demo.draw()
    assert not demo.live.figure.stale


def test_it_fits_a_notebook(demo):
    width, height = demo.live.figure.bbox.size
    assert width <= 800
    assert height <= 480


def fits(demo, room):
    """Whether the figure lies within the room, and its letters have 14 pixels."""
    width, height = demo.live.size
    assert width <= room[0]
    assert height <= room[1]
    assert demo.live.figure.bbox.size == pytest.approx((width, height), abs=1)
    small = {text.get_text(): text.get_size() for text in demo.live.figure.findobj(Text)
             if text.get_text().strip() and text.get_visible() and text.get_size() < LEAST}
    assert small == {}
    demo.draw()
    assert not demo.live.figure.stale


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_in_every_room_it_fits_and_its_letters_have_14_pixels(demo, room):
    demo.caption.room = room
    fits(demo, room)


def test_it_has_tasks_that_can_be_read_at_a_glance(demo):
    assert 2 <= len(demo.caption.tasks) <= 4
    assert all(20 < len(task) < 120 and task[-1] in ".?" for task in demo.caption.tasks)
    assert demo.asking("Look.").caption.tasks == ["Look."]


def test_the_still_picture_has_the_caption_as_its_text(demo):
    picture = demo.still()
    assert picture.data.startswith(b"\x89PNG")
    assert picture.alt.startswith(f"Demo: {demo.caption.name}. ")
    assert len(picture.alt) > 60


def test_the_caption_holds_numbers_in_words(demo):
    assert any(letter.isdigit() for letter in demo.caption.text)
    assert demo.caption.text.rstrip().endswith(".")
    assert not demo.caption.failed


@pytest.mark.parametrize("name", demos.__all__)
def test_its_module_has_its_name(name):
    assert getattr(demos, name).__module__ == f"mlp_lib.demos.{name}"
