"""The only writer of the class's gradebook, nbgrader's SQLite file.

One transaction a submission, and the assignment is looked up once: a class of hundreds is written
as fast as many machines judge it.
"""

import contextlib
import os
import sys
from pathlib import Path

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.exc import DatabaseError

from mlp_lib.grading.course.times import parsed, taken_off

FILE = "gradebook.db"
PATIENCE = 30  # seconds until a gradebook that another program writes is called locked
CURES = {
    "locked": "Another program holds it: end that, and run the same command again.",
    "readonly": "You may not write it.",
    "unable to open": "You may not open it, or its folder is missing.",
    "no such column": "Another version of nbgrader made it: copy it, then: nbgrader db upgrade",
}
DAMAGED = ("Put a copy of it back, if there is one; else move it away, and run init with the "
           "roster, and release. The next autograde writes all automatic marks again.")


def programs_on_path():
    """Let nbgrader find `alembic`, which lies beside the interpreter, activated or not."""
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", "")


@contextlib.contextmanager
def opened(folder, course_id):
    """nbgrader's `Gradebook` of a course's folder, closed at the end.

    Raises
    ------
    Unusable
        If the file is damaged, or another program keeps it to itself.
    """
    programs_on_path()
    path = Path(folder).resolve() / FILE
    try:
        book = Gradebook(f"sqlite:///{path}?timeout={PATIENCE}", course_id)
        try:
            yield book
        finally:
            book.close()
    except DatabaseError as error:
        why = str(error.orig)
        what = next((text for word, text in CURES.items() if word in why), DAMAGED)
        raise Unusable(f"the gradebook {path} cannot be used: {why}. {what}") from error


class Unusable(RuntimeError):
    """The gradebook's file cannot be read or written; the message says why and what to do."""


class Unknown(LookupError):
    """The gradebook has no such assignment, or it is another than the one that was judged."""


class Writer:
    """Writes results of one assignment.

    Parameters
    ----------
    book : nbgrader.api.Gradebook
    assignment : str
    penalty : callable, optional
        From student, score and seconds late to the points taken off, or None.

    Raises
    ------
    Unknown
        If the assignment was not released.
    """

    def __init__(self, book, assignment, penalty=None):
        self.db, self.name, self.penalty = book.db, assignment, penalty
        try:
            self.assignment = book.find_assignment(assignment)
            self.notebook = book.find_notebook(assignment, assignment)
        except MissingEntry as error:
            raise Unknown(f"the gradebook has no assignment {assignment!r}: release it first, "
                          f"with: python -m mlp_lib.grading release {assignment}") from error
        self.assignment_id, self.notebook_id = self.assignment.id, self.notebook.id
        self.graded = {cell.name: cell.id for cell in self.notebook.grade_cells}
        self.answers = {cell.name: cell.id for cell in self.notebook.solution_cells}
        self.students = {student for (student,) in self.db.query(Student.id)}

    def write(self, result, changed=True):
        """Write one result, all of it or nothing; marks and comments given by hand stay.

        Parameters
        ----------
        result : Result
        changed : bool
            Whether the student handed in something else since marks were given by hand. Then a
            person is asked to look at those again.

        Raises
        ------
        Unknown
            If the student or a cell is not in the gradebook.
        """
        self.check(result)
        try:
            submission, notebook = self.submission(result)
            self.fill_grades(notebook, result, changed)
            self.fill_comments(notebook, result)
            self.db.flush()
            notebook.late_submission_penalty = taken_off(
                self.db, submission, notebook, self.penalty)
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise
        finally:
            self.db.expunge_all()

    def check(self, result):
        """Make sure that the result belongs to this gradebook."""
        if result.student not in self.students:
            raise Unknown(f"{result.student!r} is not in the roster")
        ids = {mark.grade_id for mark in result.marks}
        if ids != set(self.graded):
            raise Unknown(f"{self.name} in the gradebook has other cells than the one judged: "
                          f"{sorted(ids ^ set(self.graded))[:4]}; release it again")

    def submission(self, result):
        """The submission's rows, made if they are not there."""
        found = self.db.query(SubmittedAssignment).filter_by(
            assignment_id=self.assignment_id, student_id=result.student).one_or_none()
        if found is None:
            found = SubmittedAssignment(assignment_id=self.assignment_id,
                                        student_id=result.student)
            self.db.add(found)
            self.db.flush()
        found.timestamp = parsed(result.timestamp)
        notebook = self.db.query(SubmittedNotebook).filter_by(
            notebook_id=self.notebook_id, assignment_id=found.id).one_or_none()
        if notebook is None:
            notebook = SubmittedNotebook(notebook_id=self.notebook_id, assignment_id=found.id)
            self.db.add(notebook)
            self.db.flush()
        return found, notebook

    def rows(self, kind, notebook, cells):
        """Rows of `Grade` or `Comment` of a notebook by cell, made where there is none."""
        rows = {row.cell_id: row for row in self.db.query(kind).filter_by(notebook_id=notebook.id)}
        for cell in set(cells) - set(rows):
            rows[cell] = kind(cell_id=cell, notebook_id=notebook.id)
            self.db.add(rows[cell])
        return rows

    def fill_grades(self, notebook, result, changed):
        """Automatic points; a mark given by hand is kept, and counts before them."""
        rows = self.rows(Grade, notebook, self.graded.values())
        for mark in result.marks:
            grade = rows[self.graded[mark.grade_id]]
            by_hand = grade.manual_score is not None
            again = by_hand and (changed or grade.auto_score != mark.score)
            grade.needs_manual_grade = bool(
                again or (by_hand and grade.needs_manual_grade)
                or (not by_hand and mark.score is None))
            grade.auto_score = mark.score

    def fill_comments(self, notebook, result):
        """The diagnosis, at the answer that it belongs to."""
        rows = self.rows(Comment, notebook, self.answers.values())
        for mark in result.marks:
            own = mark.grade_id
            answer = own if own in self.answers else own.replace("check_", "answer_", 1)
            if answer in self.answers:
                rows[self.answers[answer]].auto_comment = mark.comment or None
