"""The demo of chapter 05 in JupyterLab, as a reader meets it."""

import re

import pytest

from tests.browser import lab

CELL = "from mlp_lib.demos import delta_through_depth\ndelta_through_depth()"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
NAME = "δ through depth"


@pytest.fixture
def demo(open_notebook, server):
    notebook = open_notebook(server.write("deep_backprop.ipynb", [CELL]))
    notebook.run_all()
    assert notebook.failures() == []
    shown = notebook.demo("Draw new weights")
    lab.picture(shown).wait_for()
    shown.notebook = notebook
    yield shown
    assert notebook.errors == []


def says(demo, pattern):
    """Text of the caption once it matches ``pattern``."""
    line = demo.locator(".mlp-caption").filter(has_text=re.compile(pattern))
    line.wait_for()
    return line.inner_text()


def test_it_shows_itself_whole_in_both_themes(demo):
    text = says(demo, "20 layers, 100 units each, sigmoid, .* δ vanishes")
    assert lab.picture(demo).get_attribute("alt") == f"{NAME}. {text}"
    width, shown = lab.picture(demo).evaluate(
        "e => [e.naturalWidth, e.getBoundingClientRect().width]")
    assert width == 800
    assert shown == pytest.approx(width, abs=1)  # neither stretched nor cut
    lab.SCREENSHOTS.mkdir(exist_ok=True)
    for theme in THEMES:
        demo.notebook.theme(theme)
        path = lab.SCREENSHOTS / f"delta_through_depth_{theme.split()[-1].lower()}.png"
        path.write_bytes(lab.settled(demo))


@pytest.mark.parametrize(("slider", "key", "words"), [
    ("layers L", "ArrowRight", "21 layers"), ("width d", "ArrowRight", "200 units each"),
    ("scale σ√d", "ArrowLeft", r"σ = 0\.7/√d"),
])
def test_a_slider_moved_by_keyboard_changes_picture_and_caption(demo, slider, key, words):
    before = lab.settled(lab.picture(demo))
    demo.get_by_role("slider", name=slider, exact=True).press(key)
    says(demo, words)
    lab.changed(lab.picture(demo), before)


def test_by_keyboard_alone_from_a_vanishing_delta_to_a_level_one(demo):
    says(demo, "sigmoid.*vanishes")
    demo.get_by_role("combobox", name="activation").select_option("relu")
    says(demo, "relu, .*vanishes")
    scale = demo.get_by_role("slider", name="scale σ√d", exact=True)
    for _ in range(2):
        scale.press("ArrowRight")
    text = says(demo, r"relu, σ = 1\.41/√d \(he\): δ arrives")
    scale.press("End")
    assert says(demo, "δ explodes") != text


def test_new_weights_change_the_numbers(demo):
    before, words = lab.settled(lab.picture(demo)), lab.caption(demo)
    demo.get_by_role("button", name="Draw new weights").press("Enter")
    lab.changed(lab.picture(demo), before)
    assert lab.caption(demo) != words


def test_every_control_has_a_name(demo):
    controls = [control for role in ("slider", "combobox", "button")
                for control in demo.get_by_role(role).all()]
    assert len(controls) == 5
    for control in controls:
        assert control.get_attribute("aria-label") or control.inner_text() or (
            control.evaluate("e => e.labels?.[0]?.textContent"))
