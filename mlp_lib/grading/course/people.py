"""The list of submissions that need a person, each with the reason."""

import csv
import io
import re

from nbgrader.api import (
    Assignment,
    Grade,
    GradeCell,
    SolutionCell,
    SubmittedAssignment,
    SubmittedNotebook,
)

from mlp_lib.exercises import wire
from mlp_lib.grading.course import lateness, records
from mlp_lib.grading.course.folder import OWN
from mlp_lib.grading.course.roster import STUDENT_ID
from mlp_lib.grading.judging import submissions

FILE = "needs_a_person.csv"


def waiting(course, assignment):
    """Submissions of an assignment that wait for a person.

    What a person has marked since is left out; what was never judged is in.

    Returns
    -------
    list of (str, str)
        Student and reason.
    """
    open_marks = students_with_open_marks(course, assignment)
    found, results = misplaced(course, assignment), []
    paths = sorted(course.results(assignment).glob("*.json"))
    for path in paths:
        try:
            results.append(records.read(path))
        except (OSError, ValueError) as error:
            found.append((path.stem, f"its record is damaged ({error}); grade it again"))
    for result in results:
        if result.student in open_marks or not result.version:
            found += [(result.student, reason) for reason in result.reasons]
    found += [(result.student, f"{result.timestamp!r} in its {submissions.TIMESTAMP} is no time: "
               "whether it was late nobody can say; write there when it was handed in")
              for result in lateness.undated(course, assignment, results)]
    done = {path.stem for path in paths}
    found += [(student, "was handed in and not graded yet")
              for student in records.handed_in(course, assignment) if student not in done]
    return sorted(found)


def students_with_open_marks(course, assignment):
    """Students with a mark of an assignment that a person still has to give."""
    with course.gradebook() as book:
        rows = (book.db.query(SubmittedAssignment.student_id).distinct()
                .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
                .filter(Assignment.name == assignment, Grade.needs_manual_grade))
        return {student for (student,) in rows}


def unread(course):
    """Written answers that a person has to mark.

    Returns
    -------
    list of (str, int, int)
        Assignment, answers, and the students that they are of; where there are none, nothing.
    """
    with course.gradebook() as book:
        solutions = set(book.db.query(SolutionCell.notebook_id, SolutionCell.name))
        rows = (book.db.query(Assignment.name, SubmittedAssignment.student_id,
                              GradeCell.notebook_id, GradeCell.name)
                .join(SubmittedAssignment, SubmittedAssignment.assignment_id == Assignment.id)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
                .join(GradeCell, GradeCell.id == Grade.cell_id)
                .filter(Grade.needs_manual_grade))
        rows = [(name, student) for name, student, *cell in rows if tuple(cell) in solutions]
    return [(name, sum(one == name for one, _ in rows), len({own for one, own in rows
                                                             if one == name}))
            for name in sorted({name for name, _ in rows})]


def misplaced(course, assignment):
    """Folders of students that hold something, but under no assignment's name."""
    known, found = set(course.assignments()), []
    for folder in sorted(course.submitted(assignment).glob("*")):
        if not folder.is_dir():
            found.append((folder.name, "lies in submitted/ and is no student's folder"))
        elif not STUDENT_ID.fullmatch(folder.name):
            found.append((folder.name[:100], "lies in submitted/, and its name can be no "
                                             "student's id"))
        elif not (folder / assignment).exists():
            found += [(folder.name, f"{entry.name} in submitted/{folder.name} is no assignment")
                      for entry in sorted(folder.iterdir()) if entry.name not in known]
    return found


FORMULA = re.compile(r"(^|[;,|]) *(?=[=+\-@])")  # also where a table is split at other signs


def inert(value):
    """A value of a table that no spreadsheet takes for a formula, wherever it splits it."""
    return FORMULA.sub(r"\g<0>'", wire.line(value)) if isinstance(value, str) else value


def table(rows):
    """CSV text of (assignment, student, reason)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["assignment", "student", "reason"])
    writer.writerows(map(inert, row) for row in rows)
    return text.getvalue()


def write_list(course):
    """Write the list of the whole course; return its rows: assignment, student, reason."""
    rows = [(assignment, wire.line(student), wire.line(reason))
            for assignment in course.assignments() if course.released(assignment).exists()
            for student, reason in waiting(course, assignment)]
    records.write(course.root / OWN / FILE, table(rows).encode())
    return rows
