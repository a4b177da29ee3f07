"""Questions and shown checks in a real JupyterLab: by keyboard, in both themes, kept as text."""

import pytest
from playwright.sync_api import expect

from tests.browser import lab

SHOW = """
import numpy as np
from mlp_lib import showing
W = np.random.default_rng(0).normal(size=(4, 3))
showing.same("dL/dW", formula=W, measured=W + 1e-11)
"""
MISPRINT = 'showing.differs("sum of the rows", as_printed=W, right=W + (W > 0.6))'
ASK = """
from mlp_lib.questions import predict
predict("02 slopes", "How many slopes are not zero?", lambda: 24, choices=(12, 24, 96),
        why="Row i of the product reads row i of the first factor and nothing else.")
"""


@pytest.fixture
def question(run):
    notebook = run(SHOW, MISPRINT, ASK)
    return notebook, notebook.page.locator(".mlp-question")


def test_a_question_is_answered_by_keyboard_and_then_the_outcome_stands_there(question):
    notebook, box = question
    assert "Row i of the product" not in box.inner_text()
    box.get_by_role("button", name="12").focus()
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Enter")
    box.get_by_text("Row i of the product").wait_for()
    assert "Your guess: 24 · ✓" in box.inner_text()
    lab.keep_screenshots(notebook, notebook.page.locator(".jp-Notebook"), "question")


def test_a_class_counts_hands_twice(question):
    notebook, box = question
    box.get_by_role("button", name="In class").click()
    expect(box.locator(".mlp-hands")).to_be_focused()
    notebook.page.keyboard.type("bb")
    counters = box.get_by_role("spinbutton")
    expect(counters.nth(2)).to_have_value("2")  # of b, at first
    notebook.page.keyboard.press("Enter")
    notebook.page.keyboard.type("aB")
    expect(counters.nth(1)).to_have_value("1")  # of a, after talking
    box.get_by_role("button", name="Present").click()
    expect(box.locator(".mlp-hands")).to_be_focused()  # Enter is for the rounds, not for "Back"
    notebook.page.keyboard.press("Escape")
    for i in range(counters.count()):
        counters.nth(i).fill(str(3 * i + 2))
        counters.nth(i).press("Enter")
    box.get_by_role("button", name="Show both counts").click()
    box.get_by_text("✓ 24").wait_for()
    lab.keep_screenshots(notebook, box, "hands")


# All of it is in sight, and the counts stand left of the outcome; above it on a phone.
INSIDE = """([box, beside]) => {
    const place = part => part.getBoundingClientRect();
    const counts = place(box.querySelector(".mlp-counts"));
    const outcome = place(box.querySelector(".mlp-outcome"));
    return [...box.querySelectorAll("*")].every(part => place(part).right <= innerWidth + 1
                                                && place(part).bottom <= innerHeight + 1)
           && (beside ? counts.right <= outcome.left : counts.bottom <= outcome.top);
}"""


def test_alone_a_class_votes_by_keys_and_sees_both_counts_beside_the_answer(question):
    notebook, box = question
    page = notebook.page
    box.get_by_role("button", name="Present").press("f")
    box.get_by_role("button", name="Back").wait_for()
    box.get_by_role("button", name="In class").click()
    expect(box.locator(".mlp-hands")).to_be_focused()
    page.mouse.click(1200, 850)  # beside all: the keys count all the same
    page.keyboard.type("bab")
    page.keyboard.press("Enter")
    page.keyboard.type("bbb")
    rows = box.locator(".mlp-counts tr")
    expect(rows.nth(1)).to_have_text("a: 1210")
    expect(rows.nth(2)).to_have_text("b: 2423")
    box.get_by_role("button", name="Show both counts").click()
    outcome = box.get_by_text("Row i of the product")
    outcome.wait_for()
    expect(rows.nth(2)).to_have_text("✓ 242 hands, 67 %3 hands, 100 %")
    for width, height in ((390, 844), (853, 480), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(INSIDE, arg=[box.element_handle(), width > 600])
        for theme in lab.THEMES:
            notebook.theme(theme)
            lab.keep_screenshot(box, f"question_alone_{width}", theme)
    page.keyboard.press("Escape")
    box.get_by_role("button", name="Present").wait_for()
