"""The kernel editor of chapter 07 in JupyterLab, by keyboard and by mouse."""

import re

import pytest

from tests.browser import lab

CELLS = ["from mlp_lib.demos import kernel_editor\nkernel_editor()"]


@pytest.fixture
def editor(open_notebook, server):
    notebook = open_notebook(server.write("kernel_editor.ipynb", CELLS))
    notebook.run_all()
    assert notebook.failures() == []
    demo = notebook.demo("horizontal edges")
    lab.picture(demo).wait_for()
    demo.scroll_into_view_if_needed()
    demo.notebook = notebook
    yield demo
    assert notebook.errors == []


def says(demo, pattern):
    """Text of the caption once it matches ``pattern``."""
    line = demo.locator(".mlp-caption").filter(has_text=re.compile(pattern))
    line.wait_for()
    return line.inner_text()


def test_it_shows_itself_whole_in_both_themes(editor):
    text = says(editor, r"add up to 0:[\s\S]*Place 6")
    assert lab.picture(editor).get_attribute("alt") == f"Kernel editor. {text}"
    width, size = lab.picture(editor).evaluate(
        "e => [e.naturalWidth, e.getBoundingClientRect().width]")
    assert size == pytest.approx(width, abs=1)
    picture, first = lab.picture(editor).bounding_box(), editor.get_by_label("K11").bounding_box()
    assert first["x"] + first["width"] < picture["x"]            # the fields stand beside it
    assert picture["y"] < first["y"] < picture["y"] + picture["height"]
    lab.SCREENSHOTS.mkdir(exist_ok=True)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        editor.notebook.theme(theme)
        path = lab.SCREENSHOTS / f"kernel_editor_{theme.split()[-1].lower()}.png"
        path.write_bytes(lab.settled(editor))


def test_a_number_typed_makes_the_kernel_your_own(editor):
    before = lab.settled(lab.picture(editor))
    field = editor.get_by_label("K22")
    field.fill("2.5")
    field.press("Enter")
    says(editor, r"\(your own\) add up to 2\.5")
    lab.changed(lab.picture(editor), before)


def test_a_kernel_with_a_name_fills_the_fields(editor):
    before = lab.settled(lab.picture(editor))
    editor.get_by_role("combobox", name="kernel").select_option("sharpen")
    says(editor, r"\(sharpen\) add up to 1")
    lab.changed(lab.picture(editor), before)
    assert editor.get_by_label("K22").input_value() == "5"
    assert editor.get_by_label("K12").input_value() == "-1"


def test_the_kernel_moves_over_the_crop_by_keyboard_and_the_digit_can_be_chosen(editor):
    before = lab.settled(lab.picture(editor))
    editor.get_by_role("slider", name="place", exact=True).press("ArrowRight")
    says(editor, r"Place 7: row 7 .* pixel \(2, 3\)")
    after = lab.changed(lab.picture(editor), before)
    editor.get_by_role("combobox", name="picture").select_option("digit")
    lab.changed(lab.picture(editor), after)
