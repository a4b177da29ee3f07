"""How each answer of a class stands, read from the records and the gradebook."""

from dataclasses import dataclass, field
from functools import cached_property

import nbformat
from nbgrader.api import Assignment, Grade, Student, SubmittedAssignment, SubmittedNotebook

from mlp_lib.exercises import catalogue
from mlp_lib.grading.assignments import additions, names, restoring, variants
from mlp_lib.grading.course import CourseError, records
from mlp_lib.grading.judging import Mark

STATES = ("passed", "in part", "wrong", "not answered", "open")


@dataclass(frozen=True)
class Entry:
    """One answer of one student.

    Attributes
    ----------
    student : str
    question : Question
    mark : Mark
    score : float or None
        As in the gradebook, also one that was given by hand.
    code : str
        What stands in the answer's cell, and in the student's own cells around it.
    """

    student: str
    question: object
    mark: Mark
    score: float | None
    code: str = field(default="", repr=False)

    @property
    def state(self):
        """One of `STATES`."""
        if self.score is None:
            return "open"
        if self.mark.status == "unanswered" and not self.score:
            return "not answered"
        if self.score >= self.mark.max_score:
            return "passed"
        return "in part" if self.score > 0 else "wrong"


@dataclass(frozen=True)
class Question:
    """One graded cell of an assignment: its id, number, title and exercise, if it has one."""

    grade_id: str
    number: str
    title: str
    exercise: object = field(default=None, compare=False, repr=False)

    @property
    def heading(self):
        """Number and title."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class Class:
    """A class, and how its answers to one assignment stand.

    Attributes
    ----------
    assignment : str
    questions : list of Question
    entries : list of Entry
        One a graded student and question.
    people : dict of str to str
        Full name by id, of the whole roster.
    shared : bytes
        From which the inputs are drawn that the class shares.
    key : str
        Of the course's own numbers, empty for the book's.
    """

    assignment: str
    questions: list
    entries: list
    people: dict
    shared: bytes = field(default=b"", repr=False)
    key: str = ""

    @cached_property
    def graded(self):
        """Ids of the students with a graded submission."""
        return sorted({entry.student for entry in self.entries})

    def of(self, question):
        """The entries of one question."""
        return [entry for entry in self.entries if entry.question == question]


def class_of(course, assignment):
    """The `Class` of an assignment that was graded.

    Raises
    ------
    CourseError
        If nothing of it is graded yet.
    """
    found = {student: record for student in records.handed_in(course, assignment)
             if (record := records.record(course, assignment, student))}
    if not course.released(assignment).exists() or not found:
        raise CourseError(f"nothing of {assignment!r} is graded yet; grade it with: "
                          f"python -m mlp_lib.grading autograde {assignment}")
    released = nbformat.read(course.released(assignment), as_version=4)
    questions = questions_of(released)
    with course.gradebook() as book:
        people = {student: " ".join(filter(None, [first, last])) for student, first, last in
                  book.db.query(Student.id, Student.first_name, Student.last_name)}
        scores = scores_of(book.db, assignment)
    entries = []
    for student, record in found.items():
        texts = codes(course, assignment, student, released)
        marks = {mark.grade_id: mark for mark in record.marks}
        entries += [
            Entry(student, question, mark, scores.get((student, mark.grade_id), mark.score),
                  texts.get(mark.grade_id, ""))
            for question in questions if (mark := marks.get(question.grade_id))]
    return Class(assignment, questions, entries, people, course.shared(assignment),
                 variants.key_of(released))


def questions_of(released):
    """The `Question`s of a handed-out notebook, in order."""
    found = []
    for cell in released.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            own = cell.metadata.nbgrader.grade_id
            try:
                number, exercise = catalogue.find(names.exercise_id(own))
                found.append(Question(own, number, exercise.title, exercise))
            except (LookupError, ValueError):  # a teacher's own cell
                found.append(Question(own, own, ""))
    return found


def scores_of(db, assignment):
    """Points by student and graded cell, as the gradebook has them; None for those still open."""
    rows = (db.query(Grade, SubmittedAssignment.student_id)
            .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .filter(Assignment.name == assignment))
    return {(student, grade.name): grade.auto_score if grade.manual_score is None
            else grade.manual_score + (grade.extra_credit or 0) for grade, student in rows}


def codes(course, assignment, student, released):
    """By graded cell, what a student wrote for it."""
    try:
        path = course.autograded(assignment, student) / f"{assignment}.ipynb"
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError):
        return {}
    own = set(map(id, additions.own_cells(notebook, released)))
    found = {}
    for section in additions.sections(notebook):
        text = "\n".join(cell.source for cell in section if is_answer(cell) or (
            id(cell) in own and cell.cell_type == "code"))
        found |= {restoring.grade_id(cell): text for cell in section
                  if cell.metadata.get("nbgrader", {}).get("grade")}
    return found


def is_answer(cell):
    """Whether a cell holds an answer, in code or in words."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


