"""The demo of appendix A in JupyterLab, as a reader meets it."""


import pytest

from tests.browser import lab

CELL = "from mlp_lib.demos import switch_convention\nswitch_convention()"
NAME = "Switch the convention"


@pytest.fixture
def demo(run):
    notebook = run(CELL)
    shown = notebook.page.locator(".mlp-demo")
    lab.picture(shown).wait_for()
    shown.notebook = notebook
    return shown


def test_it_shows_itself_whole_in_both_themes_and_all_conventions(demo):
    text = lab.says(demo, "000, the survival guide: a sample is a row")
    assert lab.picture(demo).get_attribute("alt") == f"{NAME}. {text}"
    assert lab.width_of_whole(lab.picture(demo)) == 800
    documents = "000 · the survival guide", "003 · the linear algebra slides"
    for theme, document in zip(lab.THEMES, documents):
        demo.notebook.theme(theme)
        demo.get_by_role("combobox", name="document").select_option(document)
        lab.says(demo, f"^{document[:3]}, ")
        lab.keep_screenshot(demo, "switch_convention", theme)


def test_by_keyboard_alone_through_all_five_documents(demo):
    documents = demo.get_by_role("combobox", name="document")
    pictures = {lab.settled(lab.picture(demo))}
    for name in ("001", "002", "003", "004"):
        for key in ("Space", "ArrowDown", "Enter"):  # closed, JupyterLab takes the arrow key
            documents.press(key)
        lab.says(demo, f"^{name}, ")
        pictures.add(lab.settled(lab.picture(demo)))
    assert len(pictures) == 5
    lab.says(demo, "mean over the 4 samples is mlp_lib's")


@pytest.mark.parametrize(("slider", "words"), [
    ("input", r"entry \(3, 1\)"), ("class", r"entry \(2, 2\)"), ("sample", ""),
])
def test_a_slider_moved_by_keyboard_moves_the_light(demo, slider, words):
    before = lab.settled(lab.picture(demo))
    demo.get_by_role("slider", name=slider, exact=True).press("ArrowRight")
    lab.changed(lab.picture(demo), before)
    lab.says(demo, words)


def test_every_control_has_a_name(demo):
    assert len(lab.controls(demo)) == 5
    assert lab.unnamed(lab.controls(demo)) == []
