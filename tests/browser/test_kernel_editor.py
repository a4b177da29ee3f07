"""The kernel editor of chapter 07 in JupyterLab, by keyboard and by mouse."""


import pytest

from tests.browser import lab

CELL = "from mlp_lib.demos import kernel_editor\nkernel_editor()"


@pytest.fixture
def editor(run):
    notebook = run(CELL)
    demo = notebook.demo("horizontal edges")
    lab.picture(demo).wait_for()
    demo.scroll_into_view_if_needed()
    demo.notebook = notebook
    return demo


def test_it_shows_itself_whole_in_both_themes(editor):
    text = lab.says(editor, r"add up to 0:[\s\S]*Place 6")
    assert lab.picture(editor).get_attribute("alt") == f"Kernel editor. {text}"
    lab.width_of_whole(lab.picture(editor))
    picture, first = lab.picture(editor).bounding_box(), editor.get_by_label("K11").bounding_box()
    assert first["x"] + first["width"] < picture["x"]            # the fields stand beside it
    assert picture["y"] < first["y"] < picture["y"] + picture["height"]
    lab.keep_screenshots(editor.notebook, editor, "kernel_editor")


def test_a_number_typed_makes_the_kernel_your_own(editor):
    before = lab.settled(lab.picture(editor))
    field = editor.get_by_label("K22")
    field.fill("2.5")
    field.press("Enter")
    lab.says(editor, r"\(your own\) add up to 2\.5")
    lab.changed(lab.picture(editor), before)


def test_a_kernel_with_a_name_fills_the_fields(editor):
    before = lab.settled(lab.picture(editor))
    editor.get_by_role("combobox", name="kernel").select_option("sharpen")
    lab.says(editor, r"\(sharpen\) add up to 1")
    lab.changed(lab.picture(editor), before)
    assert editor.get_by_label("K22").input_value() == "5"
    assert editor.get_by_label("K12").input_value() == "-1"


def test_the_kernel_moves_over_the_crop_by_keyboard_and_the_digit_can_be_chosen(editor):
    before = lab.settled(lab.picture(editor))
    editor.get_by_role("slider", name="place", exact=True).press("ArrowRight")
    lab.says(editor, r"Place 7: row 7 .* pixel \(2, 3\)")
    after = lab.changed(lab.picture(editor), before)
    editor.get_by_role("combobox", name="picture").select_option("digit")
    lab.changed(lab.picture(editor), after)
