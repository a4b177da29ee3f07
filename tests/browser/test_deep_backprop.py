"""The demo of chapter 05 in JupyterLab, as a reader meets it."""


import pytest

from tests.browser import lab

CELL = "from mlp_lib.demos import delta_through_depth\ndelta_through_depth()"
NAME = "δ through depth"


@pytest.fixture
def demo(run):
    notebook = run(CELL)
    shown = notebook.demo("Draw new weights")
    lab.picture(shown).wait_for()
    shown.notebook = notebook
    return shown


def test_it_shows_itself_whole_in_both_themes(demo):
    text = lab.says(demo, "20 layers, 100 units each, sigmoid, .* δ vanishes")
    assert lab.picture(demo).get_attribute("alt") == f"{NAME}. {text}"
    assert lab.width_of_whole(lab.picture(demo)) == 800
    lab.keep_screenshots(demo.notebook, demo, "delta_through_depth")


@pytest.mark.parametrize(("slider", "key", "words"), [
    ("layers L", "ArrowRight", "21 layers"), ("width d", "ArrowRight", "200 units each"),
    ("scale σ√d", "ArrowLeft", r"σ = 0\.7/√d"),
])
def test_a_slider_moved_by_keyboard_changes_picture_and_caption(demo, slider, key, words):
    before = lab.settled(lab.picture(demo))
    demo.get_by_role("slider", name=slider, exact=True).press(key)
    lab.says(demo, words)
    lab.changed(lab.picture(demo), before)


def test_by_keyboard_alone_from_a_vanishing_delta_to_a_level_one(demo):
    lab.says(demo, "sigmoid.*vanishes")
    demo.get_by_role("combobox", name="activation").select_option("relu")
    lab.says(demo, "relu, .*vanishes")
    scale = demo.get_by_role("slider", name="scale σ√d", exact=True)
    for _ in range(2):
        scale.press("ArrowRight")
    text = lab.says(demo, r"relu, σ = 1\.41/√d \(he\): δ arrives")
    scale.press("End")
    assert lab.says(demo, "δ explodes") != text


def test_new_weights_change_the_numbers(demo):
    before, words = lab.settled(lab.picture(demo)), lab.caption(demo)
    demo.get_by_role("button", name="Draw new weights").press("Enter")
    lab.changed(lab.picture(demo), before)
    lab.says_else(demo, words)


def test_every_control_has_a_name(demo):
    assert len(lab.controls(demo)) == 6
    assert lab.unnamed(lab.controls(demo)) == []
