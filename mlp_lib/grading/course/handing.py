"""Hand out assignments, hand back feedback, export marks: nbgrader's own commands, and words."""

import csv
import io

from nbgrader.api import Grade, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from mlp_lib.grading.course import gradebook, people, records
from mlp_lib.grading.course.exchange import REFUSED
from mlp_lib.grading.course.folder import CourseError

COLUMNS = ("assignment", "student", "last_name", "first_name", "email", "handed_in", "score",
           "max_score", "taken_off_for_lateness", "state")


def api(course):
    """nbgrader's programming interface for a course."""
    gradebook.programs_on_path()
    configuration = course.configuration()
    return NbGraderAPI(CourseDirectory(config=configuration), config=configuration)


def done(answer, what):
    """Raise `CourseError` with nbgrader's own words unless it succeeded."""
    if not answer["success"]:
        words = answer.get("log") or answer.get("error", "")
        raise CourseError(f"nbgrader could not {what}:\n{words.strip()[-2000:]}")


def release(course, assignment, exchange=False):
    """Make the students' version of an assignment; return its path.

    Parameters
    ----------
    exchange : bool
        Also put it where nbgrader's assignment list finds it.
    """
    if assignment not in course.assignments():
        raise CourseError(f"no assignment {assignment!r}; the course has "
                          f"{', '.join(course.assignments()) or 'none'}")
    own = api(course)
    done(own.generate_assignment(assignment), "make the students' version")
    if exchange:
        done(own.release_assignment(assignment), "put it into the exchange")
    return course.released(assignment)


def collect(course, assignment):
    """Collect submissions from nbgrader's exchange; return what was refused, in words."""
    with course.locked():
        answer = api(course).collect(assignment, update=True)
    done(answer, "collect from the exchange")
    return [line.partition(REFUSED)[2] for line in answer.get("log", "").splitlines()
            if REFUSED in line]


def feedback(course, assignment, student=None, exchange=False):
    """Write the feedback as web pages; return their paths."""
    own = api(course)
    done(own.generate_feedback(assignment, student, force=True), "write the feedback")
    if exchange:
        done(own.release_feedback(assignment, student), "put the feedback into the exchange")
    return sorted(course.root.glob(f"feedback/{student or '*'}/{assignment}/*.html"))


def export(course):
    """CSV text of all marks. What nobody has judged yet has no score, and a state that says so."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    with course.gradebook() as book:
        for assignment in book.assignments:
            if course.released(assignment.name).exists():
                reasons = {student for student, _ in people.waiting(course, assignment.name)}
                for student in book.students:
                    row = line(book, assignment, student, reasons)
                    writer.writerow({key: people.inert(row[key]) for key in row})
    return text.getvalue()


def line(book, assignment, student, reasons):
    """One student's marks of one assignment, by column."""
    row = {"assignment": assignment.name, "student": student.id, "last_name": student.last_name,
           "first_name": student.first_name, "email": student.email,
           "max_score": assignment.max_score, "state": "not handed in"}
    try:
        found = book.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row | ({"state": "needs a person"} if student.id in reasons else {})
    taken_off = found.late_submission_penalty or 0.0
    row |= {"handed_in": found.timestamp, "taken_off_for_lateness": taken_off, "state": "graded"}
    if found.needs_manual_grade:
        kind = "needs a person" if student.id in reasons else "written answers to be marked"
        known = has_marks(book, found)
        return row | {"state": kind, "score": max(0.0, found.score - taken_off) if known else ""}
    return row | {"score": max(0.0, found.score - taken_off)}


def has_marks(book, submission):
    """Whether any mark of a submission is known."""
    return book.db.query(Grade).join(SubmittedNotebook).join(SubmittedAssignment).filter(
        SubmittedAssignment.id == submission.id,
        (Grade.auto_score.isnot(None)) | (Grade.manual_score.isnot(None))).first() is not None


def write_export(course, path):
    """Write the marks of all assignments to a CSV file."""
    records.write(path, export(course).encode("utf-8-sig"))
