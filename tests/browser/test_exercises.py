"""Exercises in JupyterLab: the stub stops the notebook, and a check says what it has to say."""

import nbformat
import pytest

from mlp_lib.grading.assignments.notebooks import LEARNERS
from tests.browser import lab

ANSWER = """
import numpy as np
from mlp_lib.networks import softmax
from mlp_lib.exercises import check, hint, progress

def label_smoothing_gradient(Z, labels, epsilon):
    T = np.full(Z.shape, epsilon / Z.shape[1])
    T[np.arange(len(Z)), labels] += 1 - epsilon
    return RESULT
"""
CHECK = 'check("03.label_smoothing_gradient", label_smoothing_gradient)'
RESULTS = {  # what the answer returns, and what the check says of it
    "(softmax(Z) - T) / len(Z)": "Exercise 03.2 passed",
    "softmax(Z) - T": "The factor 1/N is missing",
    "(softmax(Z) - 2 * T) / len(Z)": "was wanted",
    "(softmax(Z) - T) / lenght": "line 8: return (softmax(Z) - T) / lenght",
}


def cell(source):
    return nbformat.v4.new_code_cell(source.strip(), metadata={"tags": ["raises-exception"]})


@pytest.fixture(scope="module")
def notebook(chromium, server):
    """One cell for each result, then the hints and the progress; no error in the console."""
    cells = [cell(f"{ANSWER.replace('RESULT', result)}\n{CHECK}") for result in RESULTS]
    cells += [cell('hint("03.2")'), cell("progress()")]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata),
                   server.folder / "answers.ipynb")
    with lab.opened(chromium, server.address("answers.ipynb")) as notebook:
        notebook.run_all()
        yield notebook
        assert notebook.errors == []


@pytest.mark.parametrize("index", range(len(RESULTS)), ids=RESULTS)
def test_a_check_says_what_it_has_to_say(notebook, index):
    said = notebook.page.locator(".jp-CodeCell").nth(index).locator(".jp-OutputArea")
    said.get_by_text(list(RESULTS.values())[index]).first.wait_for()
    lab.keep_screenshots(notebook, said, f"check_{index}")


def test_the_input_that_shows_it_opens_by_key(notebook):
    said = notebook.page.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea")
    summary = said.locator("summary")
    summary.scroll_into_view_if_needed()
    assert not said.get_by_text("epsilon = ").is_visible()
    summary.press("Enter")
    said.get_by_text("epsilon = ").wait_for()


def test_hints_and_progress_show_themselves(notebook):
    page = notebook.page
    hint, progress = (page.locator(".jp-CodeCell").nth(i).locator(".jp-OutputArea")
                      for i in (len(RESULTS), len(RESULTS) + 1))
    hint.get_by_text("hint 1 of 3").wait_for()
    progress.locator("progress").first.wait_for()
    lab.keep_screenshots(notebook, progress, "progress")


def test_a_learners_copy_runs_to_its_first_stub(chromium, server):
    name = server.copy(LEARNERS / "03_softmax.ipynb")
    with lab.opened(chromium, server.address(name)) as notebook:
        notebook.run_all()
        assert "Exercise 03.1 is not answered yet" in "".join(notebook.failures())
        lab.keep_screenshots(notebook, notebook.page.locator(".jp-CodeCell").nth(3), "stub")
