"""Set up a course, or add to one."""

import os
import secrets
from pathlib import Path

import nbformat

from mlp_lib.grading.assignments import SOURCES, variants
from mlp_lib.grading.course import records, roster
from mlp_lib.grading.course.folder import CONFIGURATION, OWN, Course, CourseError

NUMBERS = ("own", "book")
VARIANT = "numbers"  # in our part of the course's folder: which of them
SPECIAL = "*?[]{}#%"
TEMPLATE = '''\
"""nbgrader's configuration of this course. Start JupyterLab in this folder to grade."""

import os

c = get_config()  # noqa: F821
here = os.path.dirname(os.path.abspath(__file__))

c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.root = here

# Where assignments are handed out and in, if students and teacher share a disk. On a hub, name a
# folder that all can write, such as /srv/nbgrader/exchange.
c.Exchange.root = os.path.join(here, "exchange")

# Students can write into its inbound folder, so links and folders of others are not collected.
c.ExchangeFactory.collect = "mlp_lib.grading.course.Collect"

# What students get: answers out, stubs in that name the exercise.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "mlp_lib.grading.assignments.NamedStubs",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
]

# The buttons of formgrader judge as "python -m mlp_lib.grading autograde" does.
c.Autograde.sanitize_preprocessors = ["mlp_lib.grading.button.Judge"]
c.Autograde.autograde_preprocessors = []

# Formgrader shows the rubric and a model answer beside each answer in words.
c.HTMLExporter.preprocessors = ["mlp_lib.grading.course.Rubric"]

# The pages that students get back: points and diagnosis once each; an open mark is no 0.
c.GenerateFeedback.preprocessors = ["mlp_lib.grading.course.OpenGrades"]
c.GenerateFeedback.exporter_class = "mlp_lib.grading.course.FeedbackPage"

# How long a graded notebook may take, in seconds: one cell, one answer, the answer of a project
# and a cell of its exercise, and all cells together. What other programs take of the processor does
# not count. After a change all is judged again.
# c.Limits.cell_seconds = 10
# c.Limits.probe_seconds = 10
# c.Limits.project_seconds = 45
# c.Limits.notebook_seconds = 300

# Late submissions, if neither init nor release were told a rule with --late: "none" takes nothing
# off, "zero" takes all.
c.LateSubmissionPlugin.penalty_method = "none"
'''


def init(root, students=None, sources=SOURCES, numbers=None):
    """Set up a course, or add to one: new students, new assignments. Nothing there is lost.

    Parameters
    ----------
    root : Path
    students : Path, optional
        The roster.
    sources : Path
        Folder of the instructor's notebooks; each is an assignment of its own name.
    numbers : str, optional
        "own" for numbers that no other course has, "book" for those of the open book, which a
        course has at first.

    Returns
    -------
    Course
    """
    course = Course(Path(root).resolve())
    check_place(course.root)
    listed = roster.read(students) if students else []
    found = sorted(Path(sources).glob("*.ipynb"))
    if not found:
        raise CourseError(f"no instructor's notebooks in {sources}; make them with: "
                          "python -m mlp_lib.grading notebooks")
    (course.root / OWN).mkdir(parents=True, exist_ok=True)
    (course.root / "exchange").mkdir(exist_ok=True)
    write_once(course.root / CONFIGURATION, TEMPLATE.format(course_id=course.root.name))
    write_once(course.root / OWN / "secret", secrets.token_hex(32), mode=0o600)
    for path in found:
        target = course.root / "source" / path.stem / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_once(target, path.read_text(encoding="utf-8"))
    draw_numbers(course, numbers)
    enter(course, listed, [path.stem for path in found])
    return course


def draw_numbers(course, numbers=None):
    """Write into each assignment of a course whose numbers it has; what is released stays."""
    path = course.root / OWN / VARIANT
    if numbers:
        records.write(path, f"{numbers}\n".encode())
    own = path.exists() and path.read_text(encoding="utf-8").strip() == NUMBERS[0]
    for source in course.root.glob("source/*/*.ipynb") if numbers or own else ():
        notebook = nbformat.read(source, as_version=4)
        key = variants.key_from(course.secret, source.parent.name) if own else ""
        if variants.set_key(notebook, key):
            nbformat.write(notebook, source)


def check_place(root):
    """Refuse a path in which nbgrader would find nothing: it takes it for a pattern, or a URL."""
    if found := sorted(set(str(root)) & set(SPECIAL)):
        raise CourseError(f"nbgrader finds nothing in {root}, because of {' '.join(found)} in it; "
                          "choose a folder without these")


def write_once(path, text, mode=0o644):
    """Write a file that is not there yet."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)


def enter(course, students, assignments):
    """Enter students and assignments into the gradebook."""
    with course.gradebook() as book:
        for student in students:
            known = {key: value for key, value in student.items() if key != "id" and value}
            book.update_or_create_student(student["id"], **known)
        for assignment in assignments:
            book.update_or_create_assignment(assignment)
