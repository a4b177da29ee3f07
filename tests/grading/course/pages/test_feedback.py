"""The pages that students get back: what stands on them, once, and nothing that acts."""

import re

import nbformat
import pytest

from mlp_lib.grading import autograde
from mlp_lib.grading.course import handing
from mlp_lib.grading.course.pages import formulas
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, answer, hand_in, solved
from tests.grading.reporting.test_report import Reader


@pytest.fixture
def page(course):
    """The page of a student with a right, a wrong, a broken and a written answer."""
    notebook = solved(course, "ada")
    answer(notebook, "label_smoothing_gradient").source = (
        "def label_smoothing_gradient(Z, labels, epsilon):\n    P = softmax(Z\n    return P")
    answer(notebook, "shift_of_scores").source = 'shift_of_scores = "a"'
    answer(notebook, "softmax_in_words").source = "It is $\\frac{1}{T}$, $\\text{<b>x}$."
    hand_in(course, "ada", notebook)
    autograde.grade(course, CHAPTER, workers=1, work=classroom.work, ready=classroom.nothing)
    ((path,), problems) = handing.feedback(course, CHAPTER)
    assert problems == []
    return path.read_text(encoding="utf-8")


def test_each_exercise_has_its_title_points_and_diagnosis_once(page):
    assert re.findall(r"<h2.*?>(.*?)</h2>", page) == [
        "03.1 · A cross-entropy by hand", "03.2 · Label smoothing",
        "03.3 · A constant added to the scores", "03.5 · Softmax with a temperature, derived"]
    assert page.count("Each term of a row is multiplied") == 1
    assert page.count("0 of 1 points") == 1
    assert "check_03" not in page.replace("check_03_label_smoothing_gradient:", "")
    assert "<h1>03 · Exercises: Softmax and losses</h1>" in page
    assert "Ada Lovelace" in page


def test_an_error_of_syntax_is_quoted_with_its_line(page):
    assert "The cell is no Python: &#x27;(&#x27; was never closed (line 2: <code>" in page or (
        "was never closed (line 2:" in page and "P = softmax(Z" in page)
    assert "does not define" not in page


def test_the_page_needs_no_network_and_its_formulas_are_shown(page):
    read = Reader(page.replace("<br />", ""))
    assert "script" not in read.tags
    assert all(found.startswith("#e") for found in read.fetched)
    assert "mfrac" in read.tags
    assert "b" not in re.findall(r"<mtext>(.*?)</mtext>", page)
    assert not re.search(r"\$[^$<]*\\\\(frac|text)", page)


@pytest.mark.parametrize("tex", [
    r"\href{javascript:alert(1)}{x}", r"\style{color:red}{x}", r"\class{a}{x}",
    r"\text{<script>alert(1)</script>}", r"<img src=x onerror=alert(1)>", r"\color{&#34;>}x",
    r"\mathrm{<b>}", r"\text{&lt;b&gt;&#60;i&#62;}"])
def test_nothing_in_a_formula_acts(tex):
    read = Reader(formulas.mathml(tex))
    assert read.tags <= {*formulas.TAGS, "code"}
    assert read.fetched == []
    assert not re.search(r"<[^>]*(style|class|href|on\w+)=", formulas.mathml(tex))


@pytest.mark.parametrize("tex", ["{" * 3000, "\\frac" * 500, "x" * 100_000, "", "\\", "^_^"])
def test_a_formula_that_cannot_be_read_is_shown_as_it_is_written(tex):
    assert re.match("<(code|math)", formulas.mathml(tex))


def test_every_formula_of_the_exercises_becomes_mathml():
    from mlp_lib.grading.assignments import SOURCES

    texts = [cell.source for path in SOURCES.glob("*.ipynb")
             for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    shown = formulas.html("\n\n".join(texts))
    assert shown.count("<math") > 700
    assert not re.findall(r"<m[io][^>]*>\\[a-z]+", shown)
