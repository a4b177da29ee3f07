"""The demos of chapter 08 in JupyterLab: dragged columns, sliders by keyboard, both themes."""

import re

import pytest

from tests.browser import lab

# Demo -> a slider that a key moves to another picture, and what the caption says then.
DEMOS = {
    "circle_to_ellipse": ("A11", r"A = \(1\.01 −1\.00; 1\.50 0\.50\)"),
    "condition_wobble": ("condition number", r"The bound is the condition number, 30;"),
    "rayleigh_circle": ("angle of x", r"At 31° the Rayleigh quotient is 2\.\d"),
    "rank_slider": ("rank k", r"Rank 25 of 563: 65,700 bytes"),
}


@pytest.fixture(scope="module")
def notebook(chromium, server):
    """All four in one notebook, run once; no error may come up in any of the tests."""
    cells = [f"from mlp_lib.demos import {name}\n{name}()" for name in DEMOS]
    with lab.opened(chromium, server.address(server.write("svd.ipynb", cells))) as notebook:
        notebook.run_all()
        assert notebook.failures() == []
        yield notebook
        assert notebook.errors == []


def find(notebook, name):
    """The demo in the cell of ``name``, scrolled to, once its picture is there."""
    cell = notebook.page.locator(".jp-CodeCell").filter(has_text=f"import {name}")
    demo = cell.locator(".mlp-demo")
    demo.locator("img").first.wait_for()
    demo.scroll_into_view_if_needed()
    return demo


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_shows_itself_in_both_themes(notebook, name):
    demo = find(notebook, name)
    lab.keep_screenshots(notebook, demo, name)
    lab.width_of_whole(demo.locator("img").first)


@pytest.mark.parametrize("name", DEMOS)
def test_a_key_moves_the_slider_the_picture_and_the_words(notebook, name):
    demo, (label, pattern) = find(notebook, name), DEMOS[name]
    picture = demo.locator("img").first
    before = lab.settled(picture)
    demo.get_by_role("slider", name=label, exact=True).press("ArrowRight")
    lab.says(demo, pattern)
    lab.changed(picture, before)


def test_a_column_is_dragged_and_the_sliders_follow(notebook):
    demo = find(notebook, "circle_to_ellipse")
    handle = demo.get_by_role("slider", name="second column of A")
    before, box = lab.settled(demo.locator("img").first), handle.bounding_box()
    mouse = notebook.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2 - 30, steps=8)
    mouse.up()
    lab.changed(demo.locator("img").first, before)
    text = lab.says(demo, r"A = \(1\.\d\d 0\.\d\d; 1\.50 1\.\d\d\)")
    a12, a22 = re.search(r"1\.\d\d (0\.\d\d); 1\.50 (1\.\d\d)", text).groups()
    readouts = demo.locator(".widget-readout")
    readouts.filter(has_text=re.compile(rf"^{a12}$")).wait_for()
    readouts.filter(has_text=re.compile(rf"^{a22}$")).wait_for()


def test_a_column_is_moved_by_keyboard(notebook):
    demo = find(notebook, "circle_to_ellipse")
    before = lab.settled(demo.locator("img").first)
    handle = demo.get_by_role("slider", name="first column of A")
    handle.focus()
    handle.press("ArrowUp")
    lab.changed(demo.locator("img").first, before)
    lab.says(demo, r"A = \(1\.\d\d −?\d\.\d\d; 1\.5[1-9]")
