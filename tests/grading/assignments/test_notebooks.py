"""Instructor's notebooks are those of the exercises, learner's copies those of the notebooks."""

import os
import shutil

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from mlp_lib.exercises import Written, catalogue
from mlp_lib.grading.assignments.copies import learners
from mlp_lib.grading.assignments.names import INSTRUCTORS, exercise_id
from mlp_lib.grading.assignments.notebooks import LEARNERS, SOURCES, instructors, write_all

every_chapter = pytest.mark.parametrize("number", catalogue.chapter_numbers())


def read(folder, number):
    path = folder / f"{catalogue.chapter(number).notebook}.ipynb"
    return nbformat.read(path, as_version=4)


def content(notebook):
    return [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


@every_chapter
def test_made_again_they_are_the_same(number):
    again, command = instructors(number), "run: python -m mlp_lib.grading notebooks"
    assert content(read(SOURCES, number)) == content(again), command
    assert nbformat.writes(read(LEARNERS, number)) == nbformat.writes(learners(again)), command


def test_only_what_changed_is_written_and_outputs_stay(tmp_path):
    for path in [*LEARNERS.glob("*.ipynb"), *SOURCES.glob("*.ipynb")]:
        place = tmp_path / path.relative_to(LEARNERS)
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, place)
    changed, copy = tmp_path / "source" / "03_softmax.ipynb", tmp_path / "04_two_layer.ipynb"
    stored = changed.read_bytes()
    notebook = nbformat.read(changed, as_version=4)
    notebook.cells[2].source = "another"
    nbformat.write(notebook, changed)
    os.remove(copy)
    assert write_all(tmp_path) == [changed, copy]
    assert changed.read_bytes() == stored
    assert write_all(tmp_path) == []


def test_there_is_a_notebook_for_each_chapter_and_no_other():
    names = {f"{catalogue.chapter(n).notebook}.ipynb" for n in catalogue.chapter_numbers()}
    assert {path.name for path in SOURCES.glob("*.ipynb")} == names
    assert {path.name for path in LEARNERS.glob("*.ipynb")} == names


@every_chapter
def test_copies_hold_no_answer_and_no_output(number):
    text = nbformat.writes(read(LEARNERS, number))
    assert "SOLUTION" not in text
    assert INSTRUCTORS not in text
    for project in catalogue.exercises(number).values():
        assert not any(f"def {helper.__name__}(" in text
                       for helper in getattr(project, "helpers", ()))
    for cell in read(LEARNERS, number).cells:
        assert not cell.get("outputs")
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            assert "is not answered yet" in cell.source
            exercise = catalogue.find(exercise_id(marks["grade_id"]))[1]
            if isinstance(exercise, Written):
                assert exercise.solution.strip()[:40] not in text


@every_chapter
def test_points_and_ids_are_what_nbgrader_wants(number):
    cells = [cell for cell in read(SOURCES, number).cells if "nbgrader" in cell.metadata]
    ids = [cell.metadata.nbgrader.grade_id for cell in cells]
    assert len(set(ids)) == len(ids)
    graded = [cell.metadata.nbgrader for cell in cells if cell.metadata.nbgrader.grade]
    assert [mark.points for mark in graded] == [
        exercise.points for exercise in catalogue.exercises(number).values()]
    assert all(cell.metadata.nbgrader.locked for cell in cells
               if cell.metadata.nbgrader.grade and cell.cell_type == "code")


@every_chapter
def test_a_copy_runs_to_its_first_stub_and_says_so(number):
    client = NotebookClient(read(LEARNERS, number), timeout=60)
    with pytest.raises(CellExecutionError, match=rf"Exercise {number}\.1 is not answered yet"):
        client.execute()


@every_chapter
def test_cells_are_short_enough_to_read(number):
    for cell in read(SOURCES, number).cells:
        if cell.cell_type == "code":
            assert len([line for line in cell.source.splitlines() if line.strip()]) <= 25, cell.id
