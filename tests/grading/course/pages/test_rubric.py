"""Formgrader's page has the rubric behind each answer in words, and nothing else has it."""

import pytest

from mlp_lib.exercises import Written, catalogue
from mlp_lib.grading.course.pages import rubric
from tests.grading import classroom

WRITTEN = [exercise for exercise in catalogue.every_exercise().values()
           if isinstance(exercise, Written)]
CELL = "written_03_softmax_in_words"


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda exercise: exercise.id)
def test_a_rubric_shows_every_point_and_the_model_answer_with_its_formulas(exercise):
    text = rubric.block(exercise, "own")
    assert text.count('type="checkbox"') == len(exercise.rubric)
    assert "\n\n" not in text  # Markdown would go on there
    assert "<math" in text
    assert "<code>\\" not in text  # a formula that could not be read


def test_only_formgrader_gets_it_and_only_behind_answers_in_words():
    notebook = classroom.handed_out(classroom.instructors())
    before = [cell.source for cell in notebook.cells]
    kept, _ = rubric.Rubric().preprocess(notebook, {"nbgrader": {}})
    assert [cell.source for cell in kept.cells] == before
    shown, _ = rubric.Rubric().preprocess(notebook, {"submission_id": "x"})
    added = [i for i, cell in enumerate(shown.cells) if cell.source.startswith("<div class")]
    assert len(shown.cells) == len(before) + 1
    assert [shown.cells[i - 1].metadata.nbgrader.grade_id for i in added] == [CELL]


def test_a_teachers_own_question_has_none():
    notebook = classroom.handed_out(classroom.instructors())
    (cell,) = [cell for cell in notebook.cells
               if cell.metadata.get("nbgrader", {}).get("grade_id") == CELL]
    cell.metadata.nbgrader.grade_id = "mine"
    assert rubric.behind(cell) == []
