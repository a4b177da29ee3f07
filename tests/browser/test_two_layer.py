"""The demos of chapter 04 in JupyterLab, as a reader meets them."""


import pytest

from tests.browser import lab

CELLS = ["from mlp_lib.demos import step_through\nstep_through()",
         "from mlp_lib.demos import two_layer_regions\ntwo_layer_regions()"]


@pytest.fixture
def notebook(run):
    return run(*CELLS)


@pytest.fixture
def walk(notebook):
    return shown(notebook, "New numbers")


@pytest.fixture
def regions(notebook):
    return shown(notebook, "hidden units")


def shown(notebook, text):
    demo = notebook.demo(text)
    lab.picture(demo).wait_for()
    demo.scroll_into_view_if_needed()
    demo.notebook = notebook
    return demo


def kept_in_both_themes(demo, name):
    """Screenshots of the demo for a look, and its picture neither stretched nor cut."""
    assert lab.width_of_whole(lab.picture(demo)) == 800
    lab.keep_screenshots(demo.notebook, demo, name)


def slider(demo, name):
    return demo.get_by_role("slider", name=name, exact=True)


# -- step through -------------------------------------------------------------------------


def test_step_through_shows_itself_whole_in_both_themes(walk):
    text = lab.says(walk, "Step 1 of 12, forward: A1 is 4×3")
    assert lab.picture(walk).get_attribute("alt") == f"Step through both passes. {text}"
    slider(walk, "step").press("End")
    slider(walk, "step").press("ArrowLeft")
    lab.says(walk, "Step 11 of 12, backward: dW1 is 5×3, from 5×4 · 4×3")
    kept_in_both_themes(walk, "step_through")


def test_the_buttons_walk_to_the_end_and_back(walk):
    onward, back = (walk.get_by_role("button", name=name) for name in ("Next", "Back"))
    for step in range(2, 13):
        before = lab.settled(lab.picture(walk))
        onward.press("Enter")
        lab.says(walk, f"Step {step} of 12")
        lab.changed(lab.picture(walk), before)
    onward.click()
    back.click()
    lab.says(walk, "Step 11 of 12")


def test_quick_keys_leave_the_picture_that_slow_ones_leave(walk):
    slow = {}
    for step in (12, 11):
        slider(walk, "step").press("End" if step == 12 else "ArrowLeft")
        lab.says(walk, f"Step {step} of 12")
        slow[step] = lab.settled(lab.picture(walk))
    for _ in range(3):
        for key in ("Home", "End", "ArrowLeft"):
            slider(walk, "step").press(key)
    lab.settled(lab.picture(walk), rest=1.0)  # the keys between come by here too
    lab.becomes(lab.picture(walk), slow[11])
    lab.says(walk, "Step 11 of 12")
    assert slow[11] != slow[12]


def test_an_entry_chosen_by_keyboard_lights_up_and_is_written_out(walk):
    before = lab.settled(lab.picture(walk))
    slider(walk, "row").press("ArrowRight")
    slider(walk, "column").press("End")
    lab.says(walk, r"Row 2, column 3: .* = ")
    lab.changed(lab.picture(walk), before)


def test_new_numbers_and_another_activation(walk):
    before = lab.settled(lab.picture(walk))
    walk.get_by_role("button", name="New numbers").press("Enter")
    lab.changed(lab.picture(walk), before)
    walk.get_by_role("combobox", name="activation").select_option("tanh")
    slider(walk, "step").press("ArrowRight")
    lab.says(walk, "tanh of ")


# -- regions ------------------------------------------------------------------------------


def test_regions_move_while_it_trains_and_stand_still_when_paused(regions):
    lab.says(regions, "Not trained yet")
    before = lab.settled(lab.picture(regions))
    regions.get_by_role("button", name="Start").press("Enter")
    lab.says(regions, r"Training\.\s+Step \d{3,}")
    regions.get_by_role("button", name="Pause").press("Enter")
    lab.says(regions, r"Paused\.")
    lab.changed(lab.picture(regions), before)
    lab.settled(lab.picture(regions), rest=1.0)
    kept_in_both_themes(regions, "two_layer_regions")


def test_fewer_units_start_over_and_the_rate_does_not(regions):
    regions.get_by_role("button", name="Step").press("Enter")
    lab.says(regions, "Step 10:")
    slider(regions, "learning rate").press("ArrowRight")
    regions.get_by_role("button", name="Step").press("Enter")
    lab.says(regions, "Step 20:")
    before = lab.settled(lab.picture(regions))
    regions.get_by_role("combobox", name="hidden units").select_option("3")
    lab.says(regions, "Not trained yet")
    lab.changed(lab.picture(regions), before)


def test_every_control_has_a_name(walk, regions):
    for demo, number in ((walk, 8), (regions, 9)):
        assert len(lab.controls(demo)) == number
        assert lab.unnamed(lab.controls(demo)) == []
