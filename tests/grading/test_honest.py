"""A class of honest submissions, collected and graded in the real sandbox: nobody loses a mark."""

import json
import zipfile
from types import SimpleNamespace

import nbformat
import pytest

from mlp_lib.exercises import catalogue
from mlp_lib.grading import autograde
from mlp_lib.grading.assignments import names, notebooks
from mlp_lib.grading.confinement import execution
from mlp_lib.grading.course import collecting, people
from mlp_lib.grading.judging import submissions
from mlp_lib.grading.judging import tasks as judging
from tests.grading import classroom
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import CHAPTER, CODE, MARKS, solved
from tests.grading.honest import CHANGES, FILES, NOTEBOOK_NAMES

pytestmark = pytest.mark.usefixtures("boxed")


def packed(course, path):
    """All submissions in one zip, as a learning platform gives it."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, change in CHANGES.items():
            content = change(solved(course, name))
            content = content if isinstance(content, bytes) else json.dumps(content)
            folder = f"{name}_81234_assignsubmission_file"
            archive.writestr(f"{folder}/{NOTEBOOK_NAMES.get(name, f'{CHAPTER}.ipynb')}", content)
            for file, text in FILES.get(name, {}).items():
                archive.writestr(f"{folder}/{file}", text)
    return path


@pytest.fixture(scope="module")
def graded(boxed, tmp_path_factory):
    """The class after collecting and grading."""
    folder = tmp_path_factory.mktemp("honest")
    course = classroom.new_course(folder, "\n".join(["id", *CHANGES]))
    unplaced = collecting.collect(course, CHAPTER, packed(course, folder / "all.zip")).unplaced
    tally = autograde.grade(course, CHAPTER, workers=2)
    return SimpleNamespace(course=course, tally=tally, unplaced=unplaced)


@pytest.mark.parametrize("name", CHANGES)
def test_an_honest_submission_loses_nothing(graded, name):
    with graded.course.gradebook() as book:
        found = book.find_submission(CHAPTER, name)
        marks = {grade.name: grade.auto_score for grade in found.notebooks[0].grades}
        comments = {c.name: c.auto_comment for c in found.notebooks[0].comments}
        score = found.score
    wanted = {own: None if own.startswith("written") else points for own, points in MARKS.items()}
    assert marks == wanted, comments
    assert score == CODE


def test_nobody_has_to_look_and_nothing_was_left_behind(graded):
    assert graded.unplaced == []
    assert graded.tally.people == {}
    assert people.waiting(graded.course, CHAPTER) == []
    assert graded.tally.judged == len(CHANGES) >= 30


def test_what_is_printed_and_plotted_can_be_seen_by_the_teacher(graded):
    def text(name):
        return (graded.course.autograded(CHAPTER, name) / f"{CHAPTER}.ipynb").read_text()

    assert text("plots").count('"image/png"') >= 4
    assert "more characters were left out" in text("large outputs")
    assert "attachment:picture-0" in text("notes with pictures")
    assert "ZeroDivisionError" in text("fails at the end")


def test_a_wrong_answer_would_have_been_noticed(graded):
    notebook = CHANGES["lists"](solved(graded.course, "as asked"))
    classroom.answer(notebook, "label_smoothing_gradient").source += "\n\nsoftmax = np.exp"
    folder = classroom.hand_in(graded.course, "as asked", notebook)
    submission = submissions.gather(folder, "as asked", CHAPTER)
    released = graded.course.released(CHAPTER).read_text(encoding="utf-8")
    result = judging.judge(judging.Task(submission, released, "version", b"secret"), execution.run)
    assert result.score == CODE - MARKS["check_03_label_smoothing_gradient"]


@pytest.mark.parametrize("number", catalogue.chapter_numbers())
def test_the_workbooks_own_answers_get_full_marks(number):
    source = notebooks.instructors(number)
    released = classroom.handed_out(source)
    name = catalogue.chapter(number).notebook
    submission = submissions.Submission(
        names.NAME, name, {f"{name}.ipynb": nbformat.writes(source).encode()})
    task = judging.Task(submission, nbformat.writes(released), "version", b"secret")
    result = judging.judge(task, execution.run)
    assert (result.reasons, result.notes) == ((), ())
    assert [mark for mark in result.marks
            if mark.score != (None if "written" in mark.grade_id else mark.max_score)] == []
