"""The demos of chapter 09 in JupyterLab, as a reader meets them."""

import re

import pytest

from tests.browser import lab

KNOWN_BY = {"ladder": "tilt x", "four_corners": "bottom right", "ransac": "Draw again",
            "blend_and_seam": "width of the band", "pick_matches": "A in the second picture"}
CELLS = [f"from mlp_lib.demos import {name}\n{name}()" for name in KNOWN_BY]
THEMES = ("JupyterLab Light", "JupyterLab Dark")


@pytest.fixture
def notebook(open_notebook, server):
    opened = open_notebook(server.write("homography.ipynb", CELLS))
    opened.run_all()
    assert opened.failures() == []
    yield opened
    assert opened.errors == []


def shown(notebook, name):
    """The demo ``name``, known by a control of its own."""
    control = notebook.page.locator(f'[aria-label="{KNOWN_BY[name]}"]')
    text = notebook.page.get_by_text(KNOWN_BY[name], exact=True)
    demo = notebook.page.locator(".mlp-demo").filter(has=control.or_(text))
    picture(demo).wait_for()
    demo.scroll_into_view_if_needed()
    return demo


def picture(demo):
    """The demo's figure, under handles or not."""
    return demo.locator("img.widget-image, .mlp-drag img")


def says(demo, pattern):
    """Text of the caption once it matches ``pattern``."""
    line = demo.locator(".mlp-caption").filter(has_text=re.compile(pattern))
    line.wait_for()
    return line.inner_text()


def slider(demo, name):
    return demo.get_by_role("slider", name=name, exact=True)


def test_they_show_themselves_whole_in_both_themes(notebook):
    lab.SCREENSHOTS.mkdir(exist_ok=True)
    for theme in THEMES:
        notebook.theme(theme)
        for name in KNOWN_BY:
            demo = shown(notebook, name)
            natural, size = picture(demo).evaluate(
                "e => [e.naturalWidth, e.getBoundingClientRect().width]")
            assert size == pytest.approx(natural, abs=1)
            path = lab.SCREENSHOTS / f"{name}_{theme.split()[-1].lower()}.png"
            path.write_bytes(lab.settled(demo))


def test_the_ladder_is_climbed_by_keyboard(notebook):
    demo = shown(notebook, "ladder")
    before = lab.settled(picture(demo))
    slider(demo, "angle").press("ArrowRight")
    says(demo, "^Rigid, 3")
    slider(demo, "tilt x").press("ArrowRight")
    says(demo, "^Projective, 8")
    lab.changed(picture(demo), before)


def test_a_corner_is_dragged_by_mouse_and_by_keyboard(notebook):
    demo = shown(notebook, "four_corners")
    corner, before = slider(demo, "bottom right"), lab.settled(picture(demo))
    text = says(demo, "projective")
    box = corner.bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    notebook.page.mouse.move(*at)
    notebook.page.mouse.down()
    notebook.page.mouse.move(at[0] - 40, at[1] - 30, steps=4)
    notebook.page.mouse.up()
    lab.changed(picture(demo), before)
    assert says(demo, "projective") != text
    for _ in range(6):
        corner.press("Shift+ArrowLeft")
        corner.press("Shift+ArrowUp")
    says(demo, "No camera sees this: the corner bottom right")


def test_ransac_by_threshold_trials_and_button(notebook):
    demo = shown(notebook, "ransac")
    before = lab.settled(picture(demo))
    slider(demo, "threshold").press("End")
    says(demo, "^Threshold 100 px")
    after = lab.changed(picture(demo), before)
    slider(demo, "threshold").press("Home")
    slider(demo, "trials").press("Home")
    says(demo, "up to 1 trials, draw 1")
    demo.get_by_role("button", name="Draw again").click()
    says(demo, "draw 2")
    lab.changed(picture(demo), after)


def test_the_blend_is_chosen_and_the_row_moved(notebook):
    demo = shown(notebook, "blend_and_seam")
    before = lab.settled(picture(demo))
    demo.get_by_role("combobox", name="blend").select_option("average")
    says(demo, "^Average")
    after = lab.changed(picture(demo), before)
    slider(demo, "row").press("ArrowRight")
    lab.changed(picture(demo), after)


def test_a_picked_point_moves_the_fit(notebook):
    demo = shown(notebook, "pick_matches")
    before, text = lab.settled(picture(demo)), says(demo, "Against the truth")
    slider(demo, "A in the second picture").press("ArrowLeft")
    lab.changed(picture(demo), before)
    assert says(demo, "Against the truth") != text
