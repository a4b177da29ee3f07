"""The demo of appendix A in JupyterLab, as a reader meets it."""

import re

import pytest

from tests.browser import lab

CELL = "from mlp_lib.demos import switch_convention\nswitch_convention()"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
NAME = "Switch the convention"


@pytest.fixture
def demo(open_notebook, server):
    notebook = open_notebook(server.write("notation.ipynb", [CELL]))
    notebook.run_all()
    assert notebook.failures() == []
    shown = notebook.page.locator(".mlp-demo")
    lab.picture(shown).wait_for()
    shown.notebook = notebook
    yield shown
    assert notebook.errors == []


def says(demo, pattern):
    """Text of the caption once it matches ``pattern``."""
    line = demo.locator(".mlp-caption").filter(has_text=re.compile(pattern))
    line.wait_for()
    return line.inner_text()


def test_it_shows_itself_whole_in_both_themes_and_all_conventions(demo):
    text = says(demo, "000, the guide: a sample is a row")
    assert lab.picture(demo).get_attribute("alt") == f"{NAME}. {text}"
    width, shown = lab.picture(demo).evaluate(
        "e => [e.naturalWidth, e.getBoundingClientRect().width]")
    assert width == 800
    assert shown == pytest.approx(width, abs=1)  # neither stretched nor cut
    lab.SCREENSHOTS.mkdir(exist_ok=True)
    for theme, document in zip(THEMES, ("000 · the guide", "003 · the slides")):
        demo.notebook.theme(theme)
        demo.get_by_role("combobox", name="document").select_option(document)
        says(demo, f"^{document[:3]}, ")
        path = lab.SCREENSHOTS / f"switch_convention_{theme.split()[-1].lower()}.png"
        path.write_bytes(lab.settled(demo))


def test_by_keyboard_alone_through_all_five_documents(demo):
    documents = demo.get_by_role("combobox", name="document")
    pictures = {lab.settled(lab.picture(demo))}
    for name in ("001", "002", "003", "004"):
        for key in ("Space", "ArrowDown", "Enter"):  # closed, JupyterLab takes the arrow key
            documents.press(key)
        says(demo, f"^{name}, ")
        pictures.add(lab.settled(lab.picture(demo)))
    assert len(pictures) == 5
    says(demo, "mean over the 4 samples is mlp_lib's")


@pytest.mark.parametrize(("slider", "words"), [
    ("input", r"entry \(3, 1\)"), ("class", r"entry \(2, 2\)"), ("sample", ""),
])
def test_a_slider_moved_by_keyboard_moves_the_light(demo, slider, words):
    before = lab.settled(lab.picture(demo))
    demo.get_by_role("slider", name=slider, exact=True).press("ArrowRight")
    lab.changed(lab.picture(demo), before)
    says(demo, words)


def test_every_control_has_a_name(demo):
    controls = [control for role in ("slider", "combobox")
                for control in demo.get_by_role(role).all()]
    assert len(controls) == 4
    for control in controls:
        assert control.get_attribute("aria-label") or (
            control.evaluate("e => e.labels?.[0]?.textContent"))
