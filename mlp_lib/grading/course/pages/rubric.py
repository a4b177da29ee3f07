"""Formgrader's page of a submission: rubric and model answer beside each answer in words.

A point that is clicked becomes part of the mark and a line of the comment, through formgrader's own
fields: it saves them, and the student reads which points were earned.
"""

import functools
import re

from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from mlp_lib.exercises import Written, catalogue
from mlp_lib.grading.assignments import names, restoring
from mlp_lib.grading.course.pages import formulas
from mlp_lib.grading.course.pages.feedback import ENVIRONMENT


class Rubric(NbGraderPreprocessor):
    """Puts the rubric behind each answer that a person marks."""

    def preprocess(self, notebook, resources):
        """The notebook with rubrics, if formgrader shows it."""
        if "submission_id" in resources:
            notebook.cells = [one for cell in notebook.cells for one in (cell, *behind(cell))]
        return notebook, resources


def behind(cell):
    """The cell with the rubric of an answer; none if there is none."""
    own = restoring.grade_id(cell)
    if own is None or not restoring.is_manual(cell):
        return []
    try:
        _, exercise = catalogue.find(names.exercise_id(own))
    except (LookupError, ValueError):  # a teacher's own cell
        return []
    return [new_markdown_cell(block(exercise, own))] if isinstance(exercise, Written) else []


@functools.cache
def block(exercise, own):
    """HTML of an exercise's rubric, for the cell with the id ``own``.

    It has no blank line, at which Markdown would go on.
    """
    points = [(count, text, formulas.html(text)) for count, text in exercise.rubric]
    text = ENVIRONMENT.get_template("rubric.html.j2").render(
        own=own, points=points, solution=formulas.html(exercise.solution.strip()))
    return re.sub(r"\n\s*\n", "\n", text)
