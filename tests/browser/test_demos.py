"""The demos of chapter 06 and the pattern below them, in JupyterLab as a reader meets them."""

import math
import re

import pytest

from tests.books import CHAPTERS
from tests.browser import lab

WATCH = "from mlp_lib.demos import watch_it_learn\nwatch_it_learn(sizes=(50, 0))"
DRAW = "from mlp_lib.demos import draw_a_digit\ndraw_a_digit(model)"
REMINDED = """
import ipywidgets
from mlp_lib.demos.parts.caption import Caption
caption = next(widget for widget in ipywidgets.widgets.widget._instances.values()
               if isinstance(widget, Caption))
reminders = []
def note(widget, content, buffers):
    reminders.append(content)
    caption.text = f"Reminded {len(reminders)} times."
caption.on_msg(note)
"""


def numbers(text):
    """Step, loss and accuracy in per cent that a caption of `watch_it_learn` tells."""
    found = re.search(r"Step ([\d,]+), .*loss ([\d.]+), .* ([\d.]+)%", text)
    return int(found[1].replace(",", "")), float(found[2]), float(found[3])


def draw(notebook, canvas, points):
    """Draw a stroke with the mouse; ``points`` are shares of the pad, from its upper left."""
    box, mouse = canvas.bounding_box(), notebook.page.mouse
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    mouse.move(*places[0])
    mouse.down()
    for place in places[1:]:
        mouse.move(*place)
    mouse.up()


def pad_of(notebook):
    """The demo that reads a digit, and its canvas, in view."""
    demo = notebook.page.locator(".mlp-demo")
    canvas = demo.locator("canvas")
    canvas.scroll_into_view_if_needed()
    return demo, canvas


def circle(n=24):
    turns = [2 * math.pi * k / n for k in range(n + 1)]
    return [(0.5 - 0.2 * math.sin(t), 0.5 - 0.33 * math.cos(t)) for t in turns]


def test_a_slider_moved_by_keyboard_changes_the_picture(run):
    notebook = run(lab.SLOPE_OF_TANH)
    demo = notebook.demo("the slope is")
    before = lab.settled(lab.picture(demo))
    slider = notebook.page.get_by_role("slider", name="z")
    slider.press("ArrowRight")
    lab.changed(lab.picture(demo), before)
    assert lab.says(demo, "At -2.94")
    slider.press("ArrowLeft")
    lab.becomes(lab.picture(demo), before)


def test_a_kernel_is_reminded_once_a_demo_was_used(run):
    notebook = run(lab.SLOPE_OF_TANH, REMINDED)
    demo = notebook.page.locator(".mlp-demo")
    lab.settled(demo, rest=2.0)  # the reminders of its place have come
    before = re.search(r"Reminded (\d)", lab.caption(demo))
    notebook.page.get_by_role("slider", name="z").press("ArrowRight")
    lab.says(demo, f"Reminded [{1 + int(before[1] if before else 0)}-9] times")


def test_a_fine_screen_gets_a_fine_picture_of_the_same_size(chromium, server):
    address = server.address(server.write("fine.ipynb", [lab.SLOPE_OF_TANH]))
    with lab.opened(chromium, address, dots=2) as notebook:
        notebook.run_all()
        picture = lab.picture(notebook.demo("the slope is"))
        notebook.page.wait_for_function(
            "() => document.querySelector('img.widget-image')?.naturalWidth === 960")
        lab.settled(picture)
        assert picture.evaluate("e => e.getBoundingClientRect().width") == 480
        assert notebook.errors == []


def test_the_newest_state_is_shown_after_a_fast_drag(run):
    notebook = run(lab.SLOPE_OF_TANH)
    demo = notebook.demo("the slope is")
    handle, track = notebook.page.get_by_role("slider", name="z"), demo.locator(".noUi-base")
    box = track.bounding_box()
    handle.hover()
    notebook.page.mouse.down()
    for k in range(201):
        notebook.page.mouse.move(box["x"] + box["width"] * k / 200, box["y"] + 2)
    notebook.page.mouse.up()
    assert lab.says(demo, "At 3.00")


def test_the_still_picture_hides_where_the_demo_is_alive(run):
    notebook = run(lab.SLOPE_OF_TANH)
    still = notebook.page.locator(".jp-RenderedImage img")
    assert still.count() == 1
    still.wait_for(state="hidden")


def test_picture_and_controls_have_names_for_those_who_cannot_see(run):
    notebook = run(lab.SLOPE_OF_TANH)
    demo = notebook.demo("the slope is")
    demo.get_by_role("img", name="Slope of tanh. At -3.00 the slope is 0.010.").wait_for()
    demo.get_by_role("status").filter(has_text="At -3.00").wait_for()


def test_training_lowers_the_loss_and_pause_stops_it(run):
    notebook = run(WATCH)
    demo = notebook.demo("Not trained yet")
    demo.get_by_role("button", name="Step").press("Enter")
    demo = notebook.page.locator(".mlp-demo")
    step, loss, _ = numbers(lab.says(demo, r"Step 1,"))
    assert (step, loss > 1.5) == (1, True)
    before = lab.settled(lab.picture(demo))
    demo.get_by_role("button", name="Start").press("Enter")
    lab.says(demo, r"(8[6-9]|9\d)\.\d%")
    demo.get_by_role("button", name="Pause").press("Enter")
    paused = lab.says(demo, "Paused")
    later, lower, right = numbers(paused)
    assert later > 100
    assert lower < loss / 2
    assert right > 80
    lab.changed(lab.picture(demo), before)
    lab.settled(lab.picture(demo), rest=1.0)
    assert lab.caption(demo) == paused
    lab.keep_screenshots(notebook, demo, "watch_it_learn")


def test_rate_changes_while_it_trains_and_a_new_size_starts_over(run):
    notebook = run(WATCH)
    demo = notebook.page.locator(".mlp-demo")
    demo.get_by_role("button", name="Start").press("Enter")
    lab.says(demo, "Training")
    slider = demo.get_by_role("slider", name="learning rate")
    slider.press("ArrowRight")
    demo.locator(".widget-readout").filter(has_text=re.compile(r"^0\.5$")).wait_for()
    lab.says(demo, "Training")
    demo.get_by_label("hidden 1").select_option("25")
    lab.says(demo, "Not trained yet")
    demo.get_by_role("button", name="Start").wait_for()


def test_an_interrupt_of_the_kernel_pauses_and_the_kernel_lives(run):
    notebook = run(WATCH)
    demo = notebook.page.locator(".mlp-demo")
    demo.get_by_role("button", name="Start").press("Enter")
    lab.says(demo, "Training")
    interrupt = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()"
    for _ in range(50):  # between two slices of training the kernel ignores it
        notebook.page.evaluate(interrupt)
        if "Paused" in lab.caption(demo):
            break
    lab.says(demo, "Paused")
    demo.get_by_role("button", name="Step").press("Enter")
    lab.says(demo, "Step")


def test_a_drawn_digit_is_read_and_undone_and_cleared(run):
    notebook = run(lab.TRAINED, DRAW)
    demo, canvas = pad_of(notebook)
    before = lab.settled(lab.picture(demo))
    draw(notebook, canvas, [(0.5, 0.15 + 0.07 * k) for k in range(11)])
    lab.says(demo, "reads it as 1 ")
    lab.changed(lab.picture(demo), before)
    demo.get_by_role("button", name="Clear").click()
    lab.says(demo, "Draw a digit")
    lab.becomes(lab.picture(demo), before)
    draw(notebook, canvas, circle())
    lab.says(demo, "reads it as 0 ")
    draw(notebook, canvas, [(0.3, 0.5), (0.5, 0.5), (0.7, 0.5)])
    lab.says(demo, "reads it as [^0]")
    demo.get_by_role("button", name="Undo").click()
    lab.says(demo, "reads it as 0 ")
    lab.keep_screenshots(notebook, demo, "draw_a_digit")
    canvas.press("Delete")
    lab.says(demo, "Draw a digit")


def test_it_is_read_while_it_is_drawn(run):
    notebook = run(lab.TRAINED, DRAW)
    demo, canvas = pad_of(notebook)
    box, mouse = canvas.bounding_box(), notebook.page.mouse
    mouse.move(box["x"] + 140, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] + 140, box["y"] + 240, steps=8)
    lab.says(demo, "The network reads it as")
    mouse.up()


def test_a_finger_draws_too(run):
    notebook = run(lab.TRAINED, DRAW)
    demo, canvas = pad_of(notebook)
    canvas.evaluate("canvas => { canvas.setPointerCapture = () => {}; }")  # it is no real finger
    box = canvas.bounding_box()
    for k, kind in enumerate(["down", *["move"] * 10, "up"]):
        canvas.dispatch_event(f"pointer{kind}", {
            "pointerId": 7, "pointerType": "touch", "isPrimary": True, "bubbles": True,
            "clientX": box["x"] + 140, "clientY": box["y"] + 40 + 18 * k, "button": 0,
        })
    lab.says(demo, "reads it as 1 ")


def test_a_test_digit_is_loaded_by_keyboard_alone(run):
    notebook = run(lab.TRAINED, DRAW)
    demo = notebook.page.locator(".mlp-demo")
    before = lab.settled(demo.locator("canvas"))
    demo.get_by_role("spinbutton", name="Test digit").focus()
    keyboard = notebook.page.keyboard
    for key in ("Tab", "Tab", "Enter"):
        keyboard.press(key)
    lab.says(demo, "test digit 1 is a 2")
    two = lab.changed(demo.locator("canvas"), before)
    keyboard.press("Space")
    lab.says(demo, "test digit 2 is a 1")
    lab.changed(demo.locator("canvas"), two)
    for key in ("Shift+Tab", "Shift+Tab", "Control+a", "1", "7", "Enter"):
        keyboard.press(key)
    lab.says(demo, "test digit 17 is a 7")
    for key in ("Tab", "Tab", "Tab", "Enter"):
        keyboard.press(key)
    lab.says(demo, "Wrong: test digit")
    keyboard.press("Tab")
    assert canvas_has_focus(demo)
    keyboard.press("Delete")
    lab.says(demo, "Draw a digit")
    assert notebook.page.locator(".jp-CodeCell").count() == 2  # the key did not reach the cell


def canvas_has_focus(demo):
    return demo.locator("canvas").evaluate("canvas => canvas === document.activeElement")


@pytest.mark.parametrize("path", [p for p in CHAPTERS if p.stem.startswith("06")],
                         ids=lambda path: path.stem)
def test_a_chapter_runs_and_its_demos_stand_on_the_page(open_notebook, server, path):
    notebook = open_notebook(server.copy(path))
    notebook.run_all(patience=180)
    assert notebook.failures() == []
    demos = notebook.page.locator(".mlp-demo:not(.mlp-question):has(.mlp-caption)")
    demos.nth(1).wait_for()
    assert demos.count() == 2
    assert notebook.errors == []
