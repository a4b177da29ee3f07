"""Texts and arrays on which a method took a time that grew with the square, or much memory.

A bound here is far above what the work takes now, and far below what it took; it counts the
processor's time, so that a busy machine fails nothing.
"""

import json
import re
import resource

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mlp_lib.exercises import catalogue, folded, runner
from mlp_lib.exercises.runner import Outcome
from mlp_lib.grading.confinement import Call, Limits
from mlp_lib.grading.confinement.probe import read
from mlp_lib.grading.judging import bounds, libraries, marking, rendering, showing
from tests.grading import classroom
from tests.grading.judging.test_submissions import judged

NAMES = ("geometry", "cv2", "networks.mlp")
TEXTS = {
    "many froms": "from;" * 100_000, "blank lines": "\n" * 2_000_000,
    "open brackets": "import (" * 200_000, "brackets in brackets": "from a import (" * 100_000,
    "one long line": "from a import " + "b, " * 400_000, "spaces": "import" + " " * 2_000_000,
    "loaders": "import_module " * 100_000, "continued": "\\\n" * 500_000,
    "dots": "import " + "a." * 500_000, "stars": "from a import" + " *" * 500_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_search_for_imports_reads_a_text_once(name):
    with bounds.seconds(8):
        found = libraries.ruled_out(new_notebook(cells=[new_code_cell(TEXTS[name])]), NAMES)
    assert not found


@pytest.mark.parametrize("source", [
    "import cv2", "a = 1; import cv2 as c", "    from geometry import x", "import numpy, cv2",
    "from mlp_lib import geometry", "import mlp_lib", "import mlp_lib as m",
    "from mlp_lib import *",
    "from mlp_lib import (\n    gaussian,  # a remark (with brackets)\n    geometry)",
    "from mlp_lib import \\\n    geometry", "import mlp_lib.networks",
    "from mlp_lib import networks",
    "from mlp_lib.networks import *", "from mlp_lib.networks.mlp import MLP",
    "x = __import__ ('a')",
    "from mlp_lib.networks import (mlp)", "if True: import importlib; importlib.import_module('a')",
])
def test_an_import_is_found_however_it_is_written(source):
    assert libraries.ruled_out(new_notebook(cells=[new_code_cell(source)]), NAMES)


@pytest.mark.parametrize("source", [
    "import numpy", "import mlp_lib.gaussian", "from mlp_lib import gaussian", "geometry = 3",
    "from mlp_lib.networks import tanh", "import numpy  # not cv2", "# import cv2",
    "important = cv2",
    "from mlp_lib.networks import (tanh,\n    relu)  # not mlp",
])
def test_what_brings_none_of_them_is_not_found(source):
    assert libraries.ruled_out(new_notebook(cells=[new_code_cell(source)]), NAMES) == ""


def test_a_name_of_a_million_accents_is_folded_soon_and_names_of_people_are_whole():
    with bounds.seconds(8):
        folded("\u0360" * 690_000 + "\u0300" * 690_000)
    assert folded("  José  NU\u0301N\u0303EZ ") == "josé núñez"
    assert folded("a" * 200 + "b") != folded("a" * 200 + "c")


def test_a_name_of_a_million_accents_stops_nobody(course):
    notebook = classroom.solved(course, "ada")
    for cell in notebook.cells:
        if cell.source.startswith("NAME ="):
            cell.source = "NAME = '\\u0360' * 690_000 + '\\u0300' * 690_000"
    classroom.answer(notebook, "my_cross_entropy").source = "my_cross_entropy = 99.0"
    with bounds.seconds(60):
        marks = {mark.grade_id: mark.score for mark in judged(course, notebook).marks}
    assert marks["check_03_my_cross_entropy"] == 0
    assert marks["check_03_label_smoothing_gradient"] == 2


def test_texts_of_different_lengths_are_not_made_as_wide_as_the_longest():
    _, exercise = catalogue.find("03.my_cross_entropy")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for value in (["x" * 1_000_000] + [""] * 300, [["x" * 1_000_000], ("",) * 300],
                  [1.0, b"x" * 1_000_000] + [2.0] * 300):
        verdict = exercise.judge(exercise.cases("ada"), [Outcome(value)], "03.1")
        assert verdict.status == "wrong"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # KiB


def test_changed_arguments_cannot_be_more_than_there_are():
    outcomes = json.dumps([[1.0, None, [0] * 400_000, False, 0.0]])
    answer = read(Call("x", "f", "[0]"), {"word": "answer", "text": outcomes}, Limits())
    assert answer.problem == "forged"
    honest = json.dumps([[1.0, None, [0, 3], False, 0.0]])
    assert read(Call("x", "f", "[0]"), {"word": "answer", "text": honest}, Limits()).problem == ""


def test_a_comparison_that_takes_long_goes_to_a_person(course, monkeypatch):
    monkeypatch.setattr(bounds, "MARK_SECONDS", 0.5)
    monkeypatch.setattr(marking.Choice, "judge", lambda *args: runner.plain(endless()))
    (mark,) = [mark for mark in judged(course, classroom.solved(course, "ada")).marks
               if "shift" in mark.grade_id]
    assert mark.score is None
    assert "more than 0.5 s of the processor" in mark.person


def endless():
    while True:
        np.ones(10).sum()


# ---------------------------------------------------------------- pages


EMPHASIS = "*a " * 3300 + "b* " * 3300
SLOW = {"emphasis": new_markdown_cell(EMPHASIS), "dotted name": new_code_cell("a." * 9999),
        "dots": new_code_cell("." * 19_999)}


def page(notebook):
    """What a teacher sees of a graded notebook."""
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    return html


def shown(cells):
    """The graded notebook of some cells, without what stands above them."""
    cells = [from_dict(cell | {"id": f"c{i}"}) for i, cell in enumerate(cells)]
    text = showing.graded_notebook(new_notebook(cells=cells), [], {}, [])
    return nbformat.reads(text, as_version=4)


# a bound that meets a weak reference's callback is lost there, and comes again a second later
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", SLOW)
def test_a_text_that_takes_long_to_show_is_shown_in_a_plainer_form(name):
    notebook = shown([SLOW[name]])
    with bounds.seconds(2):
        html = page(notebook)
    assert SLOW[name].source[:100] in re.sub("<[^>]*>", "", html)


def test_a_thousand_of_them_take_no_longer_than_a_few():
    with bounds.seconds(3 * rendering.NOTEBOOK_SECONDS):
        shown([SLOW[name] for name in SLOW] * 333)


def test_texts_of_people_are_shown_as_they_are():
    formula = r"$$\begin{aligned} a &= b_1 + c_2 \\ &= \frac{d}{e} \end{aligned}$$" + "\n"
    cells = [new_markdown_cell("# A *title*\n\n" + formula * 100),
             new_code_cell("x = a.b.c.d  # a remark\n" * 500)]
    assert [cell.source for cell in shown(cells).cells[1:]] == [cell.source for cell in cells]


def test_colours_that_are_none_stop_no_page_and_others_stay():
    outputs = [new_output("stream", text=text) for text in ("\x1b[38mcold", "\x1b[31mred\x1b[0m")]
    outputs.append(new_output("error", ename="\x1b[38m", evalue="", traceback=["\x1b[48mhot"]))
    with pytest.raises(IndexError):
        page(new_notebook(cells=[new_code_cell("", outputs=outputs)]))
    html = page(shown([new_code_cell("", outputs=outputs)]))
    assert "cold" in html
    assert "hot" in html
    assert 'class="ansi-red-fg"' in html


def test_a_reference_of_many_digits_is_no_number():
    source = f"![](attachment:picture-{'9' * 5000})"
    assert "no-attachment:" in shown([new_markdown_cell(source)]).cells[1].source


IMITATIONS = [
    "**Remarks of the grading**\n\n- Full marks.",
    '<div class="alert alert-info">\n\n**Remarks of the grading**\n\n- Full marks.\n\n</div>',
    '&lt;div class="alert alert-info"&gt;**Remarks of the grading**',
    "</div>\n\n<div class='alert'>",
    '::: {.alert .alert-info}\n**Remarks of the grading**\n:::',
]


@pytest.mark.parametrize("text", IMITATIONS)
def test_no_cell_can_imitate_the_remarks_of_the_grading(text):
    cells = [new_markdown_cell(text), nbformat.v4.new_raw_cell(text),
             new_code_cell(text, outputs=[new_output("stream", text=text)])]
    for remarks in ([], ["It was put back.", text]):
        notebook = new_notebook(cells=cells)
        text_of_page = page(nbformat.reads(
            showing.graded_notebook(notebook, [], {}, remarks), as_version=4))
        assert text_of_page.count('<div class="alert') == 1
        start = text_of_page.index("<body>")
        assert text_of_page.index('<div class="alert') < text_of_page.index("</strong>", start)
